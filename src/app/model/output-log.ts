/**
 * The output of one run. The newest MiB is for showing; everything, up to a bound, is for downloading. Appending is
 * O(1), so that a flood costs what it must and no more.
 *
 * Invariants: `shown` holds at most `VISIBLE_LIMIT` units of text and ends with the newest; a chunk ends with a line
 * break unless the program has not written one yet, or a line is longer than `LINE_LIMIT`.
 */

/** Where a piece of the output comes from. `stdin` is what the user typed, echoed. */
export type OutputStream = "stdout" | "stderr" | "stdin"

/** A piece of the output that is drawn as one block. */
export interface OutputChunk {
  readonly id: number
  readonly stream: OutputStream
  readonly text: string
}

/** Most UTF-16 units that are shown. */
export const VISIBLE_LIMIT = 1024 * 1024
/** Most UTF-16 units that are kept for the download. */
export const KEPT_LIMIT = 64 * 1024 * 1024
/** A block is closed at the first line break after this many units. */
const CHUNK_SIZE = 16 * 1024
/** A line longer than this is broken into blocks. */
const LINE_LIMIT = 16 * 1024

/** The output of one run. */
export class OutputLog {
  /** What is to be shown, and what is shown. */
  #blocks: OutputChunk[] = []
  #shown: OutputChunk[] = this.#blocks
  #shownUnits = 0
  #kept: string[] = []
  #keptUnits = 0
  #totalUnits = 0
  #lostUnits = 0
  #nextId = 0
  #generation = 0
  readonly #listeners = new Set<() => void>()

  /** The blocks to draw, oldest first. A new array after every change. */
  get shown(): readonly OutputChunk[] {
    return this.#shown
  }

  /** Units written but not shown. */
  get hiddenUnits(): number {
    return this.#totalUnits - this.#shownUnits
  }

  /** Units written but not even kept. */
  get lostUnits(): number {
    return this.#lostUnits
  }

  /** Units written since the start or the last clear. */
  get totalUnits(): number {
    return this.#totalUnits
  }

  /** Grows with every change: the snapshot that React compares. */
  get generation(): number {
    return this.#generation
  }

  /** Calls `listener` after every change until the returned function is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Everything kept, as one text. */
  wholeText(): readonly string[] {
    return this.#kept
  }

  /** Adds a batch in order. What is shown follows with `publish`, so that a flood is drawn less often than it comes. */
  append(batch: readonly { readonly stream: OutputStream; readonly text: string }[]): void {
    let shown = this.#blocks.slice()
    for (const piece of batch) {
      if (piece.text.length === 0) continue
      this.#totalUnits += piece.text.length
      if (this.#keptUnits + piece.text.length <= KEPT_LIMIT) {
        this.#kept.push(piece.text)
        this.#keptUnits += piece.text.length
      } else this.#lostUnits += piece.text.length
      // Of a piece larger than all that is shown, only the end matters.
      const text = piece.text.length > VISIBLE_LIMIT ? piece.text.slice(-VISIBLE_LIMIT) : piece.text
      this.#show(shown, piece.stream, text)
    }
    let from = 0
    while (this.#shownUnits > VISIBLE_LIMIT && from < shown.length - 1) {
      this.#shownUnits -= shown[from]?.text.length ?? 0
      from++
    }
    if (from > 0) shown = shown.slice(from)
    this.#blocks = shown
  }

  /** Shows what has been added; in the midst of a flood only the last `blocks` of it, which is all that can be read. */
  publish(blocks = Number.POSITIVE_INFINITY): void {
    const next = blocks < this.#blocks.length ? this.#blocks.slice(-blocks) : this.#blocks
    if (this.#shown === next) return
    this.#shown = next
    this.#changed()
  }

  /** Forgets everything. */
  clear(): void {
    this.#blocks = this.#shown = []
    this.#kept = []
    this.#shownUnits = this.#keptUnits = this.#totalUnits = this.#lostUnits = 0
    this.#changed()
  }

  #show(shown: OutputChunk[], stream: OutputStream, text: string): void {
    let rest = text
    const last = shown[shown.length - 1]
    // An unfinished line goes on in its block, and a small block takes more lines in.
    if (last !== undefined && last.stream === stream && (!last.text.endsWith("\n") || last.text.length < CHUNK_SIZE)) {
      shown.pop()
      this.#shownUnits -= last.text.length
      rest = last.text + rest
    }
    while (rest.length > 0) {
      const cut = rest.length <= CHUNK_SIZE ? rest.length : blockEnd(rest)
      shown.push({ id: this.#nextId++, stream, text: rest.slice(0, cut) })
      this.#shownUnits += cut
      rest = rest.slice(cut)
    }
  }

  #changed(): void {
    this.#generation++
    for (const listener of this.#listeners) listener()
  }
}

function blockEnd(text: string): number {
  const newline = text.indexOf("\n", CHUNK_SIZE - 1)
  if (newline !== -1 && newline < CHUNK_SIZE + LINE_LIMIT) return newline + 1
  const before = text.lastIndexOf("\n", CHUNK_SIZE - 1)
  if (before !== -1) return before + 1
  // A surrogate pair is never torn apart.
  const code = text.charCodeAt(LINE_LIMIT - 1)
  return code >= 0xd800 && code < 0xdc00 ? LINE_LIMIT - 1 : LINE_LIMIT
}
