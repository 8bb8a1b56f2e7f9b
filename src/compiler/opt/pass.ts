/**
 * Runs passes over a module, in place, and reports what each did: time, whether it changed anything, the module after it.
 * The clock is handed in; the compiler itself has none.
 */
import type { LineMap } from "../base/source.ts"
import type { Func, Module } from "../mir/ir.ts"
import { type LinkedText, printModule } from "../mir/print.ts"
import { verify } from "../mir/verify.ts"

/** A pass over one function or over the module. Both return true if they changed something. */
export type PassRun =
  | { readonly scope: "func"; readonly run: (func: Func, module: Module) => boolean }
  | { readonly scope: "module"; readonly run: (module: Module) => boolean }

/** What to do around passes. */
export interface RunOptions {
  /** 0: required passes only; 1: quick ones; 2: all. */
  readonly level: 0 | 1 | 2
  /** Names of passes to leave out; required ones run all the same. */
  readonly skip?: ReadonlySet<string>
  /** How many steps of the pipeline run, counted from its start; required ones run all the same. */
  readonly steps?: number
  /** Called with the module before the first pass (as `typed`) and after every pass. It may add a `point` to blocks and change nothing else. */
  readonly observe?: (report: PassReport, module: Module) => void
  /** Verifies the module before the first and after every pass. */
  readonly verify?: boolean
  /** Keeps the text of the module after every pass that changed it. */
  readonly snapshots?: boolean
  /** Line tables for snapshots, by `Origin.file`. */
  readonly lines?: readonly (LineMap | undefined)[]
  /** Milliseconds from any fixed moment; without it times are 0. */
  readonly now?: () => number
}

/** What one pass did. */
export interface PassReport {
  readonly name: string
  readonly ms: number
  readonly changed: boolean
  readonly snapshot: LinkedText | null
}

/** Runs one pass. */
export function runPass(module: Module, name: string, pass: PassRun, options: RunOptions): PassReport {
  const now = options.now ?? (() => 0)
  const start = now()
  let changed = false
  if (pass.scope === "module") changed = pass.run(module)
  else for (const func of module.funcs.values()) changed = pass.run(func, module) || changed
  const ms = now() - start
  if (options.verify === true) verify(module, `opt/${name}`)
  const snapshot = options.snapshots === true && changed ? printModule(module, options.lines === undefined ? {} : { lines: options.lines }) : null
  return { name, ms, changed, snapshot }
}
