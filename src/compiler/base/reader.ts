/**
 * The scanner shared by the parsers of text formats (MIR text, test cases): a cursor over a string with the few primitives such
 * parsers need. It knows blanks and `;` comments and nothing else about a format. Mistakes are thrown as ReadError with a line.
 */

/** The text is not in the format; the line is 1-based. */
export class ReadError extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`)
    this.name = 'ReadError'
    this.line = line
  }
}

/** A cursor over text. Sticky regular expressions (`/…/y`) describe tokens. */
export class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get offset(): number {
    return this.#at
  }

  get atEnd(): boolean {
    this.skipBlanks()
    return this.#at >= this.#text.length
  }

  get line(): number {
    let line = 1
    for (let at = this.#text.indexOf('\n'); at !== -1 && at < this.#at; at = this.#text.indexOf('\n', at + 1)) line++
    return line
  }

  /** Skips blanks, line ends and `;` comments. */
  skipBlanks(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d) this.#at++
      else if (code === 0x3b) {
        const lf = this.#text.indexOf('\n', this.#at)
        this.#at = lf === -1 ? this.#text.length : lf
      } else return
    }
  }

  /** True, without moving, when the next token starts with `text`. */
  looksAt(text: string): boolean {
    this.skipBlanks()
    return this.#text.startsWith(text, this.#at)
  }

  /** Takes `text` if it is next. */
  accept(text: string): boolean {
    if (!this.looksAt(text)) return false
    this.#at += text.length
    return true
  }

  expect(text: string): void {
    if (!this.accept(text)) this.fail(`expected '${text}'`)
  }

  /** Takes a match of a sticky expression, or returns undefined. */
  match(pattern: RegExp): string | undefined {
    this.skipBlanks()
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found === null || found.index !== this.#at) return undefined
    this.#at += found[0].length
    return found[0]
  }

  /** Takes a match or fails, naming what was expected. */
  take(pattern: RegExp, what: string): string {
    const found = this.match(pattern)
    return found === undefined ? this.fail(`expected ${what}`) : found
  }

  fail(message: string): never {
    const near = this.#text.slice(this.#at, this.#at + 20).split('\n')[0] ?? ''
    throw new ReadError(this.line, `${message} at '${near}'`)
  }
}
