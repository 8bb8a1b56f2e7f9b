/**
 * What happened in a run of the tiered engine, as data: for the timeline of the page and the trace of the command line.
 */
import type { Origin } from "../../mir/ir.ts"

/** A function or a loop of one. */
export interface TierPlace {
  /** Function as traces show it. */
  readonly function: string
  /** Start of the function or of the loop; null for code the compiler made. */
  readonly origin: Origin | null
  readonly isLoop: boolean
}

/** One event; `at` is milliseconds since the run began. */
export type TierEvent =
  /** Something was called, or turned, `count` times in the interpreter: a unit with it was ordered. */
  | { readonly kind: "hot"; readonly at: number; readonly place: TierPlace; readonly count: number; readonly unit: number }
  /** The same, but the code may not grow any more. */
  | { readonly kind: "full"; readonly at: number; readonly place: TierPlace; readonly count: number }
  /** A unit was compiled in `milliseconds` and put to use; `bytes` is its size. */
  | { readonly kind: "installed"; readonly at: number; readonly unit: number; readonly places: readonly TierPlace[]; readonly milliseconds: number; readonly bytes: number }
  /** The interpreter left a function that was running for compiled code: a loop in the middle, or a call. */
  | { readonly kind: "entered"; readonly at: number; readonly place: TierPlace; readonly unit: number }
  /** A loop has several ways in and stays in the interpreter until one around it is compiled. */
  | { readonly kind: "refused"; readonly at: number; readonly place: TierPlace; readonly unit: number }

/** What a run did in each function. */
export interface TierTotal {
  readonly place: TierPlace
  /** Calls by the interpreter, those that it handed to compiled code included. */
  readonly calls: number
  /** Units that hold the function or a loop of it. */
  readonly units: readonly number[]
  /** `code` if calls run compiled, `loop` if only loops do. */
  readonly tier: "interpreter" | "loop" | "code"
}

/** The record of a run. */
export interface TierRecord {
  readonly events: readonly TierEvent[]
  /** Functions that ran, in the order of the program. */
  readonly totals: readonly TierTotal[]
}
