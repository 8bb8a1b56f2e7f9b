/**
 * Collects a program's output into batches for the page: a batch goes out when it is full or when some time has passed,
 * so that a flood does not cost a message a line. The beginning of an output goes out as it comes: a program that prints
 * a little and then computes without end cannot be asked for the rest.
 */

/** A run of output of one stream. */
export interface OutputChunk {
  readonly stream: "stdout" | "stderr"
  readonly text: string
}

/** Bytes after which a batch goes out. */
const FULL = 64 * 1024
/** Milliseconds after which it goes out at the next write. */
const DELAY = 16
/** Bytes that go out as they come. */
const AT_ONCE = 64 * 1024

/** See the head of the file. */
export class OutputBatcher {
  readonly #send: (chunks: readonly OutputChunk[]) => void
  readonly #now: () => number
  // One decoder a stream: a character may be cut between two writes.
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  #chunks: OutputChunk[] = []
  #size = 0
  #written = 0
  #lastSent = -Infinity

  constructor(send: (chunks: readonly OutputChunk[]) => void, now: () => number) {
    this.#send = send
    this.#now = now
  }

  /** Takes output; sends if it is time to. */
  write(stream: "stdout" | "stderr", bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += FULL) {
      const part = bytes.subarray(at, at + FULL)
      const text = this.#decoders[stream].decode(part, { stream: true })
      const last = this.#chunks.at(-1)
      if (last?.stream === stream) this.#chunks[this.#chunks.length - 1] = { stream, text: last.text + text }
      else this.#chunks.push({ stream, text })
      this.#size += part.length
      if (this.#size >= FULL) this.flush()
    }
    this.#written += bytes.length
    if (this.#written <= AT_ONCE || this.#now() - this.#lastSent >= DELAY) this.flush()
  }

  /** Sends what is there. */
  flush(): void {
    if (this.#chunks.length === 0) return
    const chunks = this.#chunks
    this.#chunks = []
    this.#size = 0
    this.#send(chunks)
    this.#lastSent = this.#now()
  }
}
