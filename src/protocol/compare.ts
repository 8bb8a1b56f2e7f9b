/**
 * The messages between the page and a compare worker, which compiles and runs one program on one engine as often as it is
 * asked, so that it can be timed. One worker serves one engine and is terminated after the measurement, or at any time before.
 * It answers one question after another.
 */
import type { BlockCounts, CountedBlocks } from "../compare/block-counts.ts"
import type { Prepared } from "../compare/measure.ts"
import type { RunSample } from "../compare/measurement.ts"
import type { LlvmParts } from "./llvm.ts"
import type { CompileOptions, LocalEngine, SourceText } from "./worker.ts"

/** What to measure. */
export interface ComparedProgram {
  readonly engine: LocalEngine | "llvm-wasm"
  /** LLVM, for the engine that needs it. */
  readonly llvm?: LlvmParts
  readonly files: readonly SourceText[]
  readonly options: CompileOptions
  /** Lines of input; behind them the input ends. */
  readonly stdin: string
  /** Most linear memory the program may use, in bytes. */
  readonly memoryLimit: number
}

/** What a compare worker is asked. `prepare` comes before `compile` and `run`; `count` stands for itself. */
export type CompareQuestion =
  | { readonly ask: "prepare"; readonly program: ComparedProgram }
  | { readonly ask: "compile" }
  | { readonly ask: "run" }
  /** How often the blocks of a function run; the run is given up after `milliseconds`. */
  | { readonly ask: "count"; readonly program: ComparedProgram; readonly blocks: CountedBlocks; readonly milliseconds: number }

/** Its answer: what was asked for, or why there is none. */
export type CompareAnswer = { readonly ok: true; readonly value: Prepared | RunSample | number | BlockCounts | null } | { readonly ok: false; readonly reason: string }
