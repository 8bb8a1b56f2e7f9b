/**
 * How much of the host's stack the calls of a program take: hosts with little of it (a browser's worker has half a
 * megabyte) lower the limit of nested calls, so that StackOverflow stays an error that the program can catch.
 *
 * The size of a frame is not visible from outside, but baseline compilers keep every local in memory: `FRAME` bytes and
 * `LOCAL` for each parameter and local (measured in V8: recursions of functions with 1, 10, 50 and 200 locals overflow
 * at the same number of bytes counted this way). Optimised code takes less.
 */
/** Bytes of a frame besides its locals. */
export const FRAME = 48
/** Bytes of a local. */
export const LOCAL = 8
/** Bytes for values that wait while a call is under way. */
const WAITING = 64
/** Bytes kept free for calls that are not counted: the runtime's, the host's, the program's that never reach themselves. */
const RESERVE = 64 << 10
/** Nested calls that the language promises. */
const PROMISED = 1000

/** Bytes that a call of a function with this many parameters and locals takes at most. */
export function frameOf(locals: number): number {
  return FRAME + WAITING + LOCAL * locals
}

/** Nested calls for which `stack` bytes are enough, at most `maxDepth`; not less than the language promises. */
export function depthFor(stack: number, frame: number, maxDepth: number): number {
  if (frame === 0) return maxDepth
  return Math.min(maxDepth, Math.max(PROMISED, Math.floor((stack - RESERVE) / frame)))
}
