/**
 * Names of what the lowering makes: labels, WebAssembly globals.
 */
import type { BlockId } from "../../mir/ir.ts"

/** Label of the end of the block that stands before a labelled block. */
export function blockLabel(block: BlockId): string {
  return `bb${block}`
}

/** Label of a loop. */
export function loopLabel(block: BlockId): string {
  return `loop${block}`
}

/** Name of the WebAssembly global that holds one part of a module variable. */
export function globalName(name: string, part: number): string {
  return `g:${name}:${part}`
}

/** The global that counts calls. */
export const DEPTH = "hk:depth"
