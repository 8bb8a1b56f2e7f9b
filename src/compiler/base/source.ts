/**
 * Source text and places in it.
 *
 * The one idea: every offset in the compiler is a UTF-16 index into `SourceFile.text`, the *normalised* text (leading BOM
 * dropped, CRLF and CR turned into LF). Lines and columns are the same in the original and the normalised text, so a host that
 * holds the original converts through lines and columns.
 *
 * Invariants: 0 <= span.start <= span.end <= text.length; lines and columns are 1-based; a column counts code points.
 */

/** A half-open range of UTF-16 offsets. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A place as people count: 1-based line, 1-based column in code points. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The smallest span that covers both. */
export function joinSpans(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) }
}

/** Drops a leading BOM and turns CRLF and CR into LF. */
export function normalizeText(text: string): string {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
  return body.includes('\r') ? body.replace(/\r\n?/g, '\n') : body
}

/** One file: its name as the user knows it, and its normalised text. */
export class SourceFile {
  readonly name: string
  readonly text: string
  #lines: LineMap | undefined

  constructor(name: string, text: string) {
    this.name = name
    this.text = normalizeText(text)
  }

  /** Line table, built at the first use. */
  get lines(): LineMap {
    this.#lines ??= new LineMap(this.text)
    return this.#lines
  }

  /** The text a span covers. */
  slice(span: Span): string {
    return this.text.slice(span.start, span.end)
  }
}

/** Offset ↔ line and column. */
export class LineMap {
  readonly #text: string
  /** Offset of the first unit of each line; entry 0 is 0. */
  readonly #starts: readonly number[]

  constructor(text: string) {
    this.#text = text
    const starts = [0]
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#starts = starts
  }

  get lineCount(): number {
    return this.#starts.length
  }

  /** 1-based line of an offset; offsets outside the text are clamped. */
  lineOf(offset: number): number {
    const starts = this.#starts
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }

  /** Offset of the first unit of a 1-based line; lines outside the text are clamped. */
  startOfLine(line: number): number {
    if (line < 1) return 0
    return this.#starts[line - 1] ?? this.#text.length
  }

  /** Offset after the last unit of a line, its LF not included. */
  endOfLine(line: number): number {
    const next = this.#starts[line]
    return next === undefined ? this.#text.length : next - 1
  }

  /** Line without its LF. */
  lineText(line: number): string {
    return this.#text.slice(this.startOfLine(line), this.endOfLine(line))
  }

  /** Line and column, the column in code points. */
  position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.#text.length))
    const line = this.lineOf(at)
    return { line, column: countCodePoints(this.#text, this.startOfLine(line), at) + 1 }
  }

  /** Line and column, the column in UTF-16 units (what editors count). */
  utf16Position(offset: number): Position {
    const at = Math.max(0, Math.min(offset, this.#text.length))
    const line = this.lineOf(at)
    return { line, column: at - this.startOfLine(line) + 1 }
  }

  /** Offset of a place; columns past the line's end are clamped to it. */
  offset(place: Position): number {
    const end = this.endOfLine(place.line)
    let at = this.startOfLine(place.line)
    for (let column = 1; column < place.column && at < end; column++) at += isPairAt(this.#text, at) ? 2 : 1
    return Math.min(at, end)
  }

  /** Offset of a place whose column counts UTF-16 units. */
  utf16Offset(place: Position): number {
    return Math.min(this.startOfLine(place.line) + Math.max(0, place.column - 1), this.endOfLine(place.line))
  }
}

/**
 * The code point at an offset inside the text; a lone surrogate is itself. Unlike `String.prototype.codePointAt`, whose code
 * compiled by some versions of V8 reads past the end of a slice of a longer string, it looks at the text's own units only.
 */
export function codePointAt(text: string, at: number): number {
  const unit = text.charCodeAt(at)
  return isPairAt(text, at) ? ((unit - 0xd800) << 10) + text.charCodeAt(at + 1) - 0xdc00 + 0x10000 : unit
}

function isPairAt(text: string, at: number): boolean {
  const high = text.charCodeAt(at)
  if (high < 0xd800 || high > 0xdbff || at + 1 >= text.length) return false
  const low = text.charCodeAt(at + 1)
  return low >= 0xdc00 && low <= 0xdfff
}

/** Code points between two offsets; a lone surrogate counts as one. */
export function countCodePoints(text: string, start: number, end: number): number {
  let count = 0
  for (let at = start; at < end; count++) at += isPairAt(text, at) && at + 1 < end ? 2 : 1
  return count
}
