/**
 * What travels with a compiled program from the compiler worker to the run worker: what the engine needs, and the
 * positions that error traces name. Plain data, so that it can be cloned.
 */
import type { TieredProgram } from "../compiler/backend/tiered/engine.ts"
import type { TierProgram } from "../compiler/backend/tiered/places.ts"
import type { RunnableVm } from "../compiler/backend/vm/engine.ts"
import type { ErrorSite } from "../compiler/backend/sites.ts"
import type { Origin } from "../compiler/mir/ir.ts"
import type { LlvmInput } from "../llvm/program.ts"
import type { TierLine } from "./tier-desk.ts"

/** Position of each origin, by `file:start`. */
export type OriginPositions = Readonly<Record<string, { readonly file: string; readonly line: number; readonly column: number }>>

/** A line of a file. */
export interface LinePlace {
  readonly file: string
  readonly line: number
}
/** What goes with LLVM IR to the LLVM worker, which makes a `wasm` image of it and of the binary. */
export type LlvmImage = Omit<LlvmInput, "text"> & { readonly positions: OriginPositions }

/** See the head of the file; `vm` is a program of the interpreter. */
export type ProgramImage =
  | {
      readonly engine: "wasm"
      readonly sites: readonly ErrorSite[]
      readonly map: readonly (readonly [number, Origin])[]
      readonly names: Readonly<Record<string, string>>
      readonly frame: number
      readonly positions: OriginPositions
    }
  /** `points` are the places that are counted, in the order of the program's points; null for a run that counts nothing. */
  | { readonly engine: "vm"; readonly vm: RunnableVm; readonly positions: OriginPositions; readonly points: readonly LinePlace[] | null }
  /** `compiler` reaches the compiler worker, or is what the run worker needs to compile itself. */
  | ({ readonly engine: "tiered"; readonly positions: OriginPositions; readonly compiler: TierLine | TierProgram } & TieredProgram)
