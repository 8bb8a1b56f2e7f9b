/**
 * An indenting text writer, used by every printer. Lines end with LF; indentation is written lazily, so empty lines carry none.
 */

/** Collects text line by line. */
export class Writer {
  readonly #parts: string[] = []
  readonly #unit: string
  #depth = 0
  #atLineStart = true

  /** `unit` is one level of indentation. */
  constructor(unit = '  ') {
    this.#unit = unit
  }

  /** Appends text without a line end; LFs inside it are kept and what follows them is indented. */
  write(text: string): this {
    let from = 0
    while (from < text.length) {
      const lf = text.indexOf('\n', from)
      const until = lf === -1 ? text.length : lf
      if (until > from) {
        if (this.#atLineStart) this.#parts.push(this.#unit.repeat(this.#depth))
        this.#parts.push(text.slice(from, until))
        this.#atLineStart = false
      }
      if (lf === -1) break
      this.#parts.push('\n')
      this.#atLineStart = true
      from = lf + 1
    }
    return this
  }

  /** Appends text and a line end. */
  line(text = ''): this {
    return this.write(text).write('\n')
  }

  indent(): this {
    this.#depth++
    return this
  }

  dedent(): this {
    this.#depth = Math.max(0, this.#depth - 1)
    return this
  }

  /** Runs `body` one level deeper. */
  indented(body: () => void): this {
    this.indent()
    body()
    return this.dedent()
  }

  toString(): string {
    return this.#parts.join('')
  }
}
