/**
 * Source text → tokens.
 *
 * The one idea: one pass over char codes that fills typed arrays; no token is an object and no text is sliced. Comments go to a list
 * of their own. Each token knows whether a newline precedes it (what statement separation needs) and each bracket knows its partner
 * (what look-ahead over `( … ) {` needs), so the parser never scans.
 *
 * Invariants: the last token is Eof; tokens are in order and do not overlap; a bracket's partner is -1 when it has none; every
 * character is covered by a token, a comment or white space. Text that is no token becomes one Invalid token and one diagnostic.
 * A string keeps its quotes and escapes; `stringValue` decodes it.
 */
import { codePointAt, type SourceFile } from '../base/source.ts'
import { CHARACTER_HABITS } from '../diagnostics/habits.ts'
import { diagnose } from '../diagnostics/catalog.ts'
import type { DiagnosticSink } from '../diagnostics/diagnostic.ts'
import type { Comment } from './ast.ts'
import { KEYWORDS, T, type TokenKind } from './tokens.ts'

/** A newline (also one inside a block comment) stands before the token. */
export const NEWLINE_BEFORE = 1
/** A string with an escape. */
export const HAS_ESCAPE = 2
/** A string with a surrogate unit, perhaps a lone one. */
export const HAS_SURROGATE = 4
/** A string without its closing quote. */
export const UNTERMINATED = 8

/** Longest source that is looked at, in UTF-16 units. */
export const MAX_SOURCE_LENGTH = 16 * 1024 * 1024

/** The tokens of one file, column by column. Only the first `count` entries of each column mean anything. */
export interface Tokens {
  readonly source: SourceFile
  readonly count: number
  readonly kinds: Uint8Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly flags: Uint8Array
  /** Index of the partner of a bracket, or -1. */
  readonly partners: Int32Array
  readonly comments: readonly Comment[]
}

/** Unterminated strings after which the next one takes the rest of the file. */
const MAX_UNTERMINATED = 20

const CLASS_OTHER = 0
const CLASS_SPACE = 1
const CLASS_WORD = 2
const CLASS_DIGIT = 3
const CLASS_WIDE = 4

const CLASSES = new Uint8Array(128)
for (const code of [0x09, 0x0b, 0x0c, 0x20]) CLASSES[code] = CLASS_SPACE
for (let code = 0x30; code <= 0x39; code++) CLASSES[code] = CLASS_DIGIT
for (let code = 0x41; code <= 0x5a; code++) {
  CLASSES[code] = CLASS_WORD
  CLASSES[code + 32] = CLASS_WORD
}
CLASSES[0x5f] = CLASS_WORD

const WIDE_SPACE = /^\p{White_Space}$/u
const WIDE_LETTER = /^\p{Alphabetic}$/u
const WIDE_WORD = /^[\p{Alphabetic}\p{Nd}\p{Nl}\p{No}]$/u
const BIDI_CONTROL = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

// Keywords by (first letter, length): at most a few candidates a bucket, compared in place.
const BUCKET_WIDTH = 16
const BUCKETS: ({ text: string; kind: TokenKind }[] | undefined)[] = []
for (const [text, kind] of KEYWORDS) {
  const bucket = (text.charCodeAt(0) & 0x7f) * BUCKET_WIDTH + text.length
  BUCKETS[bucket] = [...(BUCKETS[bucket] ?? []), { text, kind }]
}
for (let bucket = 0; bucket < 128 * BUCKET_WIDTH; bucket++) BUCKETS[bucket] ??= undefined

// Kinds as module constants: the loop compares against numbers, not object fields.
const INT = T.Int
const FLOAT = T.Float
const STR = T.Str
const IDENT = T.Ident
const INVALID = T.Invalid
const LPAREN = T.LParen
const RPAREN = T.RParen
const LBRACKET = T.LBracket
const RBRACKET = T.RBracket
const LBRACE = T.LBrace
const RBRACE = T.RBrace
const MAP_OPEN = T.MapOpen

/** Splits a source into tokens; what is no token is reported to the sink. Never throws. */
export function lex(source: SourceFile, sink: DiagnosticSink): Tokens {
  return new Lexer(source, sink).run()
}

class Lexer {
  readonly #source: SourceFile
  readonly #text: string
  readonly #sink: DiagnosticSink
  readonly #comments: Comment[] = []
  #kinds: Uint8Array
  #starts: Int32Array
  #ends: Int32Array
  #flags: Uint8Array
  #partners: Int32Array
  #count = 0
  /** Something outside ASCII was seen (in comments it is not looked for). */
  #hasWide = false
  #unterminated = 0
  /** Indices of open brackets. */
  readonly #open: number[] = []
  /** Open brackets by closing kind: a stray closer is recognised without a search. */
  #openParens = 0
  #openBrackets = 0
  #openBraces = 0

  constructor(source: SourceFile, sink: DiagnosticSink) {
    this.#source = source
    this.#sink = sink
    this.#text = source.text.length > MAX_SOURCE_LENGTH ? '' : source.text
    if (this.#text !== source.text) {
      sink.add(diagnose('HK5002', { start: 0, end: 0 }, [MAX_SOURCE_LENGTH]))
    }
    const capacity = 64 + (this.#text.length >> 2)
    this.#kinds = new Uint8Array(capacity)
    this.#starts = new Int32Array(capacity)
    this.#ends = new Int32Array(capacity)
    this.#flags = new Uint8Array(capacity)
    this.#partners = new Int32Array(capacity)
  }

  run(): Tokens {
    const text = this.#text
    const length = text.length
    let at = 0
    let newline = NEWLINE_BEFORE
    while (at < length) {
      const code = text.charCodeAt(at)
      const start = at
      const sort = code < 128 ? (CLASSES[code] as number) : CLASS_WIDE
      if (sort === CLASS_SPACE) {
        at++
        continue
      }
      if (code === 0x0a) {
        newline = NEWLINE_BEFORE
        at++
        continue
      }
      if (sort === CLASS_WORD) {
        at++
        let next = 0
        while (at < length && (next = text.charCodeAt(at)) < 128 && isAsciiWord(next)) at++
        if (at < length && next >= 128) {
          this.#hasWide = true
          at = this.#wideWordEnd(at)
        }
        this.#push(keywordOrIdent(text, start, at, code), start, at, newline)
        newline = 0
        continue
      }
      if (sort === CLASS_DIGIT) {
        at = this.#number(start, newline)
        newline = 0
        continue
      }
      if (sort === CLASS_WIDE) {
        this.#hasWide = true
        const point = codePointAt(text, at)
        const char = String.fromCodePoint(point)
        if (WIDE_SPACE.test(char)) {
          at += char.length
          continue
        }
        if (WIDE_LETTER.test(char)) {
          at = this.#wideWordEnd(at)
          this.#push(IDENT, start, at, newline)
        } else {
          at = this.#invalid(start)
          this.#push(INVALID, start, at, newline)
        }
        newline = 0
        continue
      }
      if (code === 0x22 || code === 0x27) {
        at = this.#string(start, code, newline)
        newline = 0
        continue
      }
      const second = at + 1 < length ? text.charCodeAt(at + 1) : 0
      if (code === 0x23 || (code === 0x2f && second === 0x2f)) {
        const lf = text.indexOf('\n', at)
        at = lf === -1 ? length : lf
        this.#comments.push({ form: code === 0x23 ? 'hash' : 'slash', span: { start, end: at } })
        continue
      }
      if (code === 0x2f && second === 0x2a) {
        const close = text.indexOf('*/', at + 2)
        at = close === -1 ? length : close + 2
        this.#comments.push({ form: 'block', span: { start, end: at } })
        if (close === -1) this.#sink.add(diagnose('HK1001', { start, end: start + 2 }, []))
        for (let inside = start; inside < at && newline === 0; inside++) {
          if (text.charCodeAt(inside) === 0x0a) newline = NEWLINE_BEFORE
        }
        continue
      }
      const third = at + 2 < length ? text.charCodeAt(at + 2) : 0
      const packed = operatorAt(code, second, third)
      if (packed === 0) {
        at = this.#invalid(start)
        this.#push(INVALID, start, at, newline)
      } else {
        at += packed & 3
        const kind = packed >> 2
        this.#push(kind, start, at, newline)
        if (kind >= LPAREN) this.#pair(kind, this.#count - 1)
      }
      newline = 0
    }
    this.#push(T.Eof, length, length, newline)
    for (const index of this.#open) this.#partners[index] = -1
    if (this.#hasWide || this.#comments.length > 0) this.#warnOfBidi()
    return {
      source: this.#source,
      count: this.#count,
      kinds: this.#kinds,
      starts: this.#starts,
      ends: this.#ends,
      flags: this.#flags,
      partners: this.#partners,
      comments: this.#comments,
    }
  }

  #push(kind: TokenKind, start: number, end: number, flags: number): void {
    const index = this.#count++
    if (index >= this.#kinds.length) this.#grow()
    this.#kinds[index] = kind
    this.#starts[index] = start
    this.#ends[index] = end
    this.#flags[index] = flags
    this.#partners[index] = -1
  }

  #grow(): void {
    const capacity = this.#kinds.length * 2
    const bytes = (from: Uint8Array): Uint8Array => {
      const grown = new Uint8Array(capacity)
      grown.set(from)
      return grown
    }
    const words = (from: Int32Array): Int32Array => {
      const grown = new Int32Array(capacity)
      grown.set(from)
      return grown
    }
    this.#kinds = bytes(this.#kinds)
    this.#flags = bytes(this.#flags)
    this.#starts = words(this.#starts)
    this.#ends = words(this.#ends)
    this.#partners = words(this.#partners)
  }

  /** Pairs brackets. A closer pops unclosed brackets above its opener; a closer without opener pops nothing. */
  #pair(kind: TokenKind, index: number): void {
    const open = this.#open
    switch (kind) {
      case LPAREN:
        this.#openParens++
        open.push(index)
        return
      case LBRACKET:
        this.#openBrackets++
        open.push(index)
        return
      case LBRACE:
      case MAP_OPEN:
        this.#openBraces++
        open.push(index)
        return
      case RPAREN:
        if (this.#openParens === 0) return
        break
      case RBRACKET:
        if (this.#openBrackets === 0) return
        break
      case RBRACE:
        if (this.#openBraces === 0) return
        break
      default:
        return
    }
    // A `)` or `]` never closes across a brace: the brace is the stronger evidence of structure.
    if (kind !== RBRACE) {
      const top = open[open.length - 1] as number
      const topKind = this.#kinds[top] as number
      if (topKind === LBRACE || topKind === MAP_OPEN) return
    }
    for (;;) {
      const top = open.pop()
      if (top === undefined) return
      const topKind = this.#kinds[top] as number
      if (topKind === LPAREN) this.#openParens--
      else if (topKind === LBRACKET) this.#openBrackets--
      else this.#openBraces--
      const closes =
        topKind === LPAREN ? kind === RPAREN : topKind === LBRACKET ? kind === RBRACKET : kind === RBRACE
      if (closes) {
        this.#partners[top] = index
        this.#partners[index] = top
        return
      }
    }
  }

  /** End of a word from an offset inside it, non-ASCII letters included. */
  #wideWordEnd(from: number): number {
    const text = this.#text
    let at = from
    while (at < text.length) {
      const code = text.charCodeAt(at)
      if (code < 128) {
        if (!isAsciiWord(code)) break
        at++
      } else {
        const char = String.fromCodePoint(codePointAt(text, at))
        if (!WIDE_WORD.test(char)) break
        at += char.length
      }
    }
    return at
  }

  #number(start: number, newline: number): number {
    const text = this.#text
    let at = digitsEnd(text, start)
    let kind = INT
    if (text.charCodeAt(at) === 0x2e && isDigit(text.charCodeAt(at + 1))) {
      kind = FLOAT
      at = digitsEnd(text, at + 1)
      const letter = text.charCodeAt(at)
      if (letter === 0x65 || letter === 0x45) {
        const sign = text.charCodeAt(at + 1)
        const digits = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1
        if (isDigit(text.charCodeAt(digits))) at = digitsEnd(text, digits)
      }
    }
    const wordEnd = this.#wideWordEnd(at)
    if (wordEnd !== at) {
      const end = wordEnd
      this.#report(() => {
        const span = { start, end }
        const meant = numberMeant(text.slice(start, end))
        return diagnose('HK1003', span, [shorten(text.slice(start, end))], {
          notes: ['numbers are decimal: digits, or digits `.` digits'],
          ...(meant === null ? {} : { help: { text: `write '${meant}'`, edit: { span, replacement: meant } } }),
        })
      })
      this.#push(INVALID, start, end, newline)
      return end
    }
    this.#push(kind, start, at, newline)
    return at
  }

  #string(start: number, quote: number, newline: number): number {
    const text = this.#text
    const length = text.length
    let flags = newline
    let at = start + 1
    while (at < length) {
      const code = text.charCodeAt(at)
      if (code === quote) {
        this.#push(STR, start, at + 1, flags)
        return at + 1
      }
      if (code === 0x5c) {
        flags |= HAS_ESCAPE
        at += 2
      } else {
        if (code >= 128) {
          this.#hasWide = true
          if (code >= 0xd800 && code <= 0xdfff) flags |= HAS_SURROGATE
        }
        at++
      }
    }
    // Ending the token with its line lets the rest of the file be read; each such string costs a scan of the rest, so few may.
    const lf = ++this.#unterminated > MAX_UNTERMINATED ? -1 : text.indexOf('\n', start)
    const end = lf === -1 ? length : lf
    this.#report(() => diagnose('HK1002', { start, end: start + 1 }, []))
    this.#push(STR, start, end, flags | UNTERMINATED)
    return end
  }

  /** Reports a run of characters that begin no token; returns its end. */
  #invalid(start: number): number {
    const text = this.#text
    let at = start
    do at += codePointAt(text, at) > 0xffff ? 2 : 1
    while (at < text.length && !beginsToken(text, at))
    const end = at
    this.#report(() => {
      const point = codePointAt(text, start)
      const habit = CHARACTER_HABITS.get(String.fromCodePoint(point))
      const isAlone = end - start === String.fromCodePoint(point).length
      const help = habit === undefined ? {} : { help: habit.edit !== undefined && isAlone ? { text: habit.text, edit: { span: { start, end }, replacement: habit.edit } } : { text: habit.text } }
      return diagnose('HK1004', { start, end }, [showCharacter(point)], help)
    })
    return end
  }

  #report(make: () => ReturnType<typeof diagnose>): void {
    // Past the cap a diagnostic is only counted; one made earlier serves, so a hostile text costs no messages.
    const last = this.#sink.diagnostics.at(-1)
    this.#sink.add(this.#sink.isFull && last !== undefined ? last : make())
  }

  #warnOfBidi(): void {
    BIDI_CONTROL.lastIndex = 0
    const found = BIDI_CONTROL.exec(this.#text)
    if (found === null) return
    const start = found.index
    this.#sink.add(
      diagnose('HK1008', { start, end: start + 1 }, [showCharacter(this.#text.charCodeAt(start))], {
        notes: ['only the first one in a file is reported'],
      }),
    )
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isAsciiWord(code: number): boolean {
  const sort = CLASSES[code] as number
  return sort === CLASS_WORD || sort === CLASS_DIGIT
}

function digitsEnd(text: string, from: number): number {
  let at = from
  while (isDigit(text.charCodeAt(at))) at++
  return at
}

function keywordOrIdent(text: string, start: number, end: number, first: number): TokenKind {
  const length = end - start
  if (length >= BUCKET_WIDTH) return IDENT
  const bucket = BUCKETS[first * BUCKET_WIDTH + length]
  if (bucket === undefined) return IDENT
  for (let index = 0; index < bucket.length; index++) {
    const candidate = bucket[index] as { text: string; kind: TokenKind }
    let same = true
    for (let offset = 1; offset < length; offset++) {
      if (text.charCodeAt(start + offset) !== candidate.text.charCodeAt(offset)) {
        same = false
        break
      }
    }
    if (same) return candidate.kind
  }
  return IDENT
}

/** Kind and length of the operator at three codes, packed as `kind << 2 | length`; 0 when there is none. */
function operatorAt(a: number, b: number, c: number): number {
  switch (a) {
    case 0x28:
      return (LPAREN << 2) | 1
    case 0x29:
      return (RPAREN << 2) | 1
    case 0x2c:
      return (T.Comma << 2) | 1
    case 0x2e:
      if (b !== 0x2e) return (T.Dot << 2) | 1
      return c === 0x2e ? (T.DotDotDot << 2) | 3 : (T.DotDot << 2) | 2
    case 0x7b:
      return (LBRACE << 2) | 1
    case 0x7d:
      return (RBRACE << 2) | 1
    case 0x3d:
      if (b === 0x3d) return (T.EqEq << 2) | 2
      return b === 0x3e ? (T.FatArrow << 2) | 2 : (T.Eq << 2) | 1
    case 0x2b:
      if (b === 0x3d) return (T.PlusEq << 2) | 2
      return b === 0x2b ? (T.PlusPlus << 2) | 2 : (T.Plus << 2) | 1
    case 0x2d:
      if (b === 0x3d) return (T.MinusEq << 2) | 2
      return b === 0x3e ? (T.ThinArrow << 2) | 2 : (T.Minus << 2) | 1
    case 0x2a:
      return b === 0x3d ? (T.StarEq << 2) | 2 : (T.Star << 2) | 1
    case 0x2f:
      return b === 0x3d ? (T.SlashEq << 2) | 2 : (T.Slash << 2) | 1
    case 0x25:
      if (b === 0x7b) return (MAP_OPEN << 2) | 2
      return b === 0x3d ? (T.PercentEq << 2) | 2 : (T.Percent << 2) | 1
    case 0x21:
      return b === 0x3d ? (T.NotEq << 2) | 2 : (T.Bang << 2) | 1
    case 0x3c:
      if (b === 0x3d) return (T.LessEq << 2) | 2
      return b === 0x3c ? (T.ShiftLeft << 2) | 2 : (T.Less << 2) | 1
    case 0x3e:
      if (b === 0x3d) return (T.GreaterEq << 2) | 2
      return b === 0x3e ? (T.ShiftRight << 2) | 2 : (T.Greater << 2) | 1
    case 0x26:
      return b === 0x26 ? (T.AmpAmp << 2) | 2 : (T.Amp << 2) | 1
    case 0x7c:
      if (b === 0x7c) return (T.PipePipe << 2) | 2
      return b === 0x3e ? (T.PipeGreater << 2) | 2 : (T.Pipe << 2) | 1
    case 0x3f:
      if (b === 0x2e) return (T.QuestionDot << 2) | 2
      return b === 0x3f ? (T.QuestionQuestion << 2) | 2 : (T.Question << 2) | 1
    case 0x3a:
      return b === 0x3a ? (T.ColonColon << 2) | 2 : (T.Colon << 2) | 1
    case 0x3b:
      return (T.Semicolon << 2) | 1
    case 0x5b:
      return (LBRACKET << 2) | 1
    case 0x5d:
      return (RBRACKET << 2) | 1
    case 0x5e:
      return (T.Caret << 2) | 1
    case 0x7e:
      return (T.Tilde << 2) | 1
    case 0x40:
      return (T.At << 2) | 1
    default:
      return 0
  }
}

/** True where a run of invalid characters ends. */
function beginsToken(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code < 128) {
    return (
      CLASSES[code] !== CLASS_OTHER ||
      code === 0x0a ||
      code === 0x22 ||
      code === 0x27 ||
      code === 0x23 ||
      operatorAt(code, 0, 0) !== 0
    )
  }
  const char = String.fromCodePoint(codePointAt(text, at))
  return WIDE_LETTER.test(char) || WIDE_SPACE.test(char)
}

/** A character for a message: itself when it can be seen, else its code point. */
function showCharacter(point: number): string {
  const isVisible =
    point > 0x20 && point !== 0x7f && !(point >= 0x80 && point <= 0xa0) && !(point >= 0xd800 && point <= 0xdfff)
  const char = String.fromCodePoint(point)
  if (isVisible && !/^[\p{Cf}\p{Cc}\p{Cn}\p{Zs}\p{Zl}\p{Zp}]$/u.test(char)) return char
  return `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`
}

const SIMPLE_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['\\', '\\'],
  ['"', '"'],
  ["'", "'"],
  ['/', '/'],
])
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|([^]))/g

/** The value of a string token given its text, quotes included, and its flags. */
export function stringValue(text: string, flags: number): string {
  let value = text.slice(1, (flags & UNTERMINATED) === 0 ? -1 : undefined)
  if ((flags & HAS_ESCAPE) !== 0) {
    // An unknown escape keeps its backslash.
    value = value.replace(ESCAPE, (whole: string, hex: string | undefined, char: string | undefined) =>
      hex !== undefined ? String.fromCharCode(Number.parseInt(hex, 16)) : (SIMPLE_ESCAPES.get(char ?? '') ?? whole),
    )
  }
  return (flags & (HAS_ESCAPE | HAS_SURROGATE)) === 0 ? value : value.replace(LONE_SURROGATE, '\ufffd')
}

/** The spelling of a number that is written as other languages allow: `0x1F`, `0b101`, `0o17`, `1_000`, `1e5`. Null if it is none. */
function numberMeant(text: string): string | null {
  if (text.length > 80) return null
  const digits = text.replaceAll('_', '')
  if (/^0(?:[xX][0-9a-fA-F]+|[bB][01]+|[oO][0-7]+)$/.test(digits)) {
    const value = BigInt(digits)
    return value <= 0x7fff_ffff_ffff_ffffn ? String(value) : null
  }
  if (/^\d(?:_?\d)*$/.test(text)) return digits
  const power = /^(\d+)[eE](\d+)$/.exec(digits)
  return power === null ? null : `${power[1]}.0e${power[2]}`
}
