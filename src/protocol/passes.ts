/** What the compiler worker says about the optimiser's passes. Plain data; see `compiler/driver/passes.ts`. */
import type { SourceRange } from "./worker.ts"

/** One step of the pipeline. Step 0 is the program as inference leaves it. */
export interface PassStepMessage {
  /** Name of the pass, or `typed`. */
  readonly pass: string
  /** How many steps of the whole pipeline end with this one. */
  readonly position: number
  readonly doc: string
  readonly required: boolean
  readonly skipped: boolean
  readonly milliseconds: number
  /** Instructions in the program afterwards. */
  readonly insts: number
  /** Names of the functions it changed, made or removed. */
  readonly changed: readonly string[]
}

/** A block of a function; the same key means the same block in every state of the function. */
export interface PassBlockMessage {
  readonly key: number
  readonly label: string
  readonly lines: readonly string[]
  readonly edges: readonly { readonly to: number; readonly kind: "next" | "then" | "else" | "case" | "error" }[]
}

/** A function after a step; `body` is null from the step on that removed it. */
export interface FuncStateMessage {
  readonly step: number
  readonly body: {
    readonly text: string
    /** Where lines of the text come from, by offset of their first character. */
    readonly links: readonly { readonly start: number; readonly end: number; readonly source: SourceRange }[]
    readonly blocks: readonly PassBlockMessage[]
    readonly insts: number
  } | null
}

/** What a pass says about a place: why it left something as it is, or what it proved needless. */
export interface PassRemarkMessage {
  readonly step: number
  readonly function: string
  readonly source: SourceRange | null
  readonly remark:
    | { readonly kind: "recursive" | "large" | "budget" | "cold"; readonly callee: string; readonly cost?: number; readonly limit?: number }
    | { readonly kind: "passed" | "stored" | "used"; readonly class: string; readonly by: string }
    | { readonly kind: "returned" | "joined"; readonly class: string }
    | { readonly kind: "repeated"; readonly what: string; readonly by: string }
    | { readonly kind: "unchecked"; readonly what: string }
}

/** The passes over a program, and the states of one of its functions. */
export interface PassesMessage {
  readonly steps: readonly PassStepMessage[]
  readonly functions: readonly { readonly name: string; readonly display: string; readonly synthetic: boolean; readonly changes: number }[]
  readonly function: { readonly name: string; readonly states: readonly FuncStateMessage[] } | null
  readonly remarks: readonly PassRemarkMessage[]
}
