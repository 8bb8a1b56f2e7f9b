/**
 * How much stack this thread has, in the measure of `backend/wasm/frames.ts`: a function with a known frame calls itself
 * until the host stops it. Takes well under a millisecond.
 */
import { FRAME, LOCAL } from "../compiler/backend/wasm/frames.ts"

/** Locals of the probing function; many, so that its frame is large against what is not known of it. */
const LOCALS = 100

/** Bytes of stack that WebAssembly calls may take. */
export function measureHostStack(): number {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(probe()))
  const { run, count } = instance.exports as { run(): void; count: WebAssembly.Global<"i32"> }
  try {
    run()
  } catch {
    // The recursion never ends by itself: this is the overflow.
  }
  return count.value * (FRAME + LOCAL * LOCALS)
}

/** A module whose `run` adds one to `count`, calls itself, and then uses all its locals. */
function probe(): Uint8Array<ArrayBuffer> {
  const body = [1, LOCALS, 0x7e, 0x23, 0, 0x41, 1, 0x6a, 0x24, 0, 0x10, 0]
  for (let i = 0; i < LOCALS; i++) body.push(0x42, 1, 0x20, i, 0x7c, 0x21, i)
  body.push(0x0b)
  const code = [1, ...leb(body.length), ...body]
  const exports = [2, 3, ...ascii("run"), 0, 0, 5, ...ascii("count"), 3, 0]
  return new Uint8Array([
    0, ...ascii("asm"), 1, 0, 0, 0,
    1, 4, 1, 0x60, 0, 0,
    3, 2, 1, 0,
    6, 6, 1, 0x7f, 1, 0x41, 0, 0x0b,
    7, exports.length, ...exports,
    10, ...leb(code.length), ...code,
  ])
}

function ascii(text: string): number[] {
  return [...text].map((c) => c.charCodeAt(0))
}

/** A number as WebAssembly writes it. */
function leb(n: number): number[] {
  return n < 128 ? [n] : [(n & 127) | 128, ...leb(n >> 7)]
}
