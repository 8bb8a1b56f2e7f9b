/**
 * The page's end of the memory shared with a run (`protocol/stdin.ts`). Lines of input are queued and handed over one filling at a time.
 * The page must not block, so it looks every few milliseconds whether the worker has taken a filling.
 */
import { CAPACITY, EMPTY, END, HEADER_BYTES, LENGTH, LINE, MORE, STATE, TAKEN } from "../../protocol/stdin.ts"

/** True if memory can be shared with a worker, which only a cross-origin isolated page may do. */
export function canShareMemory(): boolean {
  return globalThis.crossOriginIsolated === true && typeof SharedArrayBuffer === "function"
}

interface Filling {
  readonly bytes: Uint8Array
  readonly more: boolean
}

/** Feeds one run with input. */
export class StdinWriter {
  readonly buffer = new SharedArrayBuffer(HEADER_BYTES + CAPACITY)
  readonly #words = new Int32Array(this.buffer, 0, HEADER_BYTES / 4)
  readonly #text = new Uint8Array(this.buffer, HEADER_BYTES)
  #queue: Filling[] = []
  #isEnded = false
  #isClosed = false

  /** Queues a line, given without its line break. */
  send(line: string): void {
    if (this.#isEnded) return
    const bytes = new TextEncoder().encode(line)
    for (let at = 0; at === 0 || at < bytes.length; at += CAPACITY) {
      this.#queue.push({ bytes: bytes.subarray(at, at + CAPACITY), more: at + CAPACITY < bytes.length })
    }
    this.#pump()
  }

  /** Says that nothing follows what is queued. */
  end(): void {
    this.#isEnded = true
    this.#pump()
  }

  /** Says that `batches` more batches of output have been taken; the program waits while too many are in flight. */
  acknowledge(batches: number): void {
    if (batches === 0) return
    Atomics.add(this.#words, TAKEN, batches)
    Atomics.notify(this.#words, TAKEN)
  }

  /** Says that `count` more batches of output have been taken, so that a worker that waits for it goes on. */
  taken(count: number): void {
    Atomics.add(this.#words, TAKEN, count)
    Atomics.notify(this.#words, TAKEN)
  }

  /** Stops feeding: the run is over. */
  close(): void {
    this.#isClosed = true
  }

  #pump(): void {
    if (this.#isClosed) return
    if (Atomics.load(this.#words, STATE) === EMPTY) {
      const filling = this.#queue.shift()
      if (filling !== undefined) {
        this.#text.set(filling.bytes)
        Atomics.store(this.#words, LENGTH, filling.bytes.length)
        Atomics.store(this.#words, MORE, filling.more ? 1 : 0)
        this.#signal(LINE)
      } else if (this.#isEnded) this.#signal(END)
    }
    if (this.#queue.length > 0 || (this.#isEnded && Atomics.load(this.#words, STATE) !== END)) setTimeout(() => this.#pump(), 4)
  }

  #signal(state: number): void {
    Atomics.store(this.#words, STATE, state)
    Atomics.notify(this.#words, STATE)
  }
}
