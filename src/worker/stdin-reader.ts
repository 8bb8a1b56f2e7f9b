/**
 * The run worker's end of interactive input and of output's back-pressure (`protocol/stdin.ts`).
 */
import { CAPACITY, EMPTY, END, HEADER_BYTES, LENGTH, MORE, STATE, TAKEN } from "../protocol/stdin.ts"

/** Reads lines that the page writes into shared memory. Blocks. */
export class StdinReader {
  readonly #words: Int32Array
  readonly #text: Uint8Array

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer, 0, HEADER_BYTES / 4)
    this.#text = new Uint8Array(buffer, HEADER_BYTES, CAPACITY)
  }

  /** The next line, or null at the end. `waiting` is called before the first wait. */
  next(waiting: () => void): string | null {
    const decoder = new TextDecoder()
    let line = ""
    let told = false
    for (;;) {
      const state = Atomics.load(this.#words, STATE)
      if (state === END) return told && line !== "" ? line : null
      if (state === EMPTY) {
        if (!told) waiting()
        told = true
        Atomics.wait(this.#words, STATE, EMPTY)
        continue
      }
      const length = Math.min(CAPACITY, Math.max(0, Atomics.load(this.#words, LENGTH)))
      const more = Atomics.load(this.#words, MORE) === 1
      // Decoding refuses shared memory, so the bytes are copied out.
      line += decoder.decode(this.#text.slice(0, length), { stream: more })
      Atomics.store(this.#words, STATE, EMPTY)
      Atomics.notify(this.#words, STATE)
      if (!more) return line
    }
  }

  /** Batches of output that the page has taken. */
  taken(): number {
    return Atomics.load(this.#words, TAKEN)
  }

  /** Blocks until the page has taken more than `taken` batches. */
  awaitTaken(taken: number): void {
    Atomics.wait(this.#words, TAKEN, taken)
  }
}
