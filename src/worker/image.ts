/**
 * What travels with a compiled program from the compiler worker to the run worker: what the engine needs, and the
 * positions that error traces name. Plain data, so that it can be cloned.
 */
import type { Site } from "../compiler/backend/wasm/image.ts"
import type { Origin } from "../compiler/mir/ir.ts"

/** See the head of the file. */
export interface ProgramImage {
  readonly sites: readonly Site[]
  readonly map: readonly (readonly [number, Origin])[]
  readonly names: Readonly<Record<string, string>>
  /** Position of each origin, by `file:start`. */
  readonly positions: Readonly<Record<string, { readonly file: string; readonly line: number; readonly column: number }>>
}
