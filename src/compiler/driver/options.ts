/**
 * TABLE of the options of a compilation. No option changes what a program means.
 */

/** How far to optimise: 0 only what is required, 1 the usual passes, 2 everything. */
export type OptimisationLevel = 0 | 1 | 2

/** One option. */
export interface OptionRow {
  readonly values: readonly string[]
  readonly default: string
  readonly doc: string
}

/** The options by the name they have on the command line. */
export const OPTIONS = {
  opt: { values: ["0", "1", "2"], default: "1", doc: "optimisation level" },
} as const satisfies Record<string, OptionRow>

/** What `compile` takes. */
export interface CompileOptions {
  readonly optimise: OptimisationLevel
  /** Passes to leave out, by name; required ones run all the same. */
  readonly skip?: readonly string[]
  /** How many steps of the pipeline run, counted from its start; those that are required run all the same. */
  readonly steps?: number
  /** Makes stopping places for a debugger; with level 0 every variable has its value at them. */
  readonly points?: boolean
}

/** The options without any request. */
export const DEFAULT_OPTIONS: CompileOptions = { optimise: 1 }

/** Reads an optimisation level, or gives undefined. */
export function optimisationLevel(text: string): OptimisationLevel | undefined {
  return text === "0" ? 0 : text === "1" ? 1 : text === "2" ? 2 : undefined
}
