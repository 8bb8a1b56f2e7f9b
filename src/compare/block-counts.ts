/** How often the blocks of a function run: data only; who counts is `engines/count-blocks.ts`. */

/** Which blocks. */
export interface CountedBlocks {
  /** Name of the function. */
  readonly function: string
  /** How many steps of the optimiser's pipeline come before. */
  readonly position: number
}

/** How often blocks ran. */
export interface BlockCounts {
  /** By position of the block in its function. */
  readonly counts: readonly number[]
  /** How the run ended: `exit 0`, the error nobody caught, or null if it was given up. */
  readonly end: string | null
}
