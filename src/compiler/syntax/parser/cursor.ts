/**
 * The state of a parse: a cursor over tokens, the context flags of statement separation, and the limits.
 *
 * The one idea: grammar functions are plain functions over this state; it knows tokens and nothing of the grammar.
 *
 * Invariants: `index` never passes the Eof token; at most one diagnostic is reported for a token, so one mistake is said once; the
 * tree's height never exceeds MAX_HEIGHT, so that recursive consumers are safe.
 */
import type { SourceFile, Span } from '../../base/source.ts'
import { type DiagnosticCode, type DiagnosticExtras, type DiagnosticParameters, diagnose } from '../../diagnostics/catalog.ts'
import type { DiagnosticSink } from '../../diagnostics/diagnostic.ts'
import { TOKEN_HABITS } from '../../diagnostics/habits.ts'
import type { Name } from '../ast.ts'
import { NEWLINE_BEFORE, type Tokens } from '../lexer.ts'
import { isIdentifierKind, isReservedKind, isWordKind, T, TOKEN_ROWS, type TokenKind } from '../tokens.ts'

/** Deepest nesting of brackets, blocks, prefix operators and ternaries. */
export const MAX_NESTING = 256
/** Tallest tree, chains of operators included. */
export const MAX_HEIGHT = 640

/** Context bit: directly inside braces or at top level, so a newline may end an expression (rule N2). */
export const NEWLINE_ENDS = 1
/** Context bit: a condition outside parentheses, so a `{` ends the expression. */
export const BRACE_ENDS = 2
/** Context bit: the operand of `await`, whose handlers belong to the await. */
export const HANDLERS_END = 4
/** Context directly inside `{` or at top level. */
export const IN_BRACES = NEWLINE_ENDS
/** Context directly inside `(`, `[` or `%{`. */
export const IN_PARENS = 0

/** Thrown inside the parser to unwind to the nearest statement, member or item list; it carries nothing. */
export const RECOVER: unique symbol = Symbol('recover')
/** Thrown inside the parser to end the parse: a limit was reached. */
export const STOP: unique symbol = Symbol('stop')

/** See the file comment. */
export class Cursor {
  readonly source: SourceFile
  readonly text: string
  readonly tokens: Tokens
  readonly sink: DiagnosticSink
  readonly #kinds: Uint8Array
  readonly #starts: Int32Array
  readonly #ends: Int32Array
  readonly #flags: Uint8Array
  readonly #last: number

  /** Index of the current token. */
  index = 0
  /** Kind of the current token. */
  kind: TokenKind
  /** What ends an expression here: a set of the context bits. */
  context = IN_BRACES
  /** Index of an integer literal that stands directly after unary minus, else -1. */
  negatedInt = -1
  /** Index of an `if` that yields null when it has no `else` (the body of an arm or an arrow), else -1. */
  elseOptionalAt = -1
  /** Name of the box whose members are parsed, for constructors named like it. */
  boxName = ''
  /** Height of the last expression parsed. */
  height = 0
  /** Greatest height finished in the current container. */
  peak = 0
  #depth = 0
  /** Offset after a `>` split from `>>` or `>=`; -1 when the current token is whole. */
  #splitStart = -1
  #reportedAt = -1

  constructor(tokens: Tokens, sink: DiagnosticSink) {
    this.source = tokens.source
    this.text = tokens.source.text
    this.tokens = tokens
    this.sink = sink
    this.#kinds = tokens.kinds
    this.#starts = tokens.starts
    this.#ends = tokens.ends
    this.#flags = tokens.flags
    this.#last = tokens.count - 1
    this.kind = this.#kinds[0] as number
  }

  // ── looking ──

  /** Start of the current token. */
  get start(): number {
    return this.#splitStart === -1 ? (this.#starts[this.index] as number) : this.#splitStart
  }

  /** End of the current token. */
  get end(): number {
    return this.#ends[this.index] as number
  }

  /** End of the token before the current one. */
  get previousEnd(): number {
    if (this.#splitStart !== -1) return this.#splitStart
    return this.index === 0 ? 0 : (this.#ends[this.index - 1] as number)
  }

  /** A newline stands before the current token. */
  get isOnNewLine(): boolean {
    return ((this.#flags[this.index] as number) & NEWLINE_BEFORE) !== 0
  }

  /** The current token starts a new statement by rule N2 if it is one of those that can. */
  get isBarrier(): boolean {
    return (this.context & NEWLINE_ENDS) !== 0 && ((this.#flags[this.index] as number) & NEWLINE_BEFORE) !== 0
  }

  /** Kind of the token `distance` ahead; Eof beyond the end. */
  peekKind(distance = 1): TokenKind {
    const at = this.index + distance
    return at > this.#last ? T.Eof : (this.#kinds[at] as number)
  }

  kindAt(index: number): TokenKind {
    return index > this.#last || index < 0 ? T.Eof : (this.#kinds[index] as number)
  }

  isNewLineAt(index: number): boolean {
    return index > this.#last || ((this.#flags[index] as number) & NEWLINE_BEFORE) !== 0
  }

  /** Partner of the bracket at an index, or -1. */
  partnerAt(index: number): number {
    return this.tokens.partners[index] ?? -1
  }

  startAt(index: number): number {
    return this.#starts[Math.min(index, this.#last)] as number
  }

  spanAt(index: number): Span {
    const at = Math.min(index, this.#last)
    return { start: this.#starts[at] as number, end: this.#ends[at] as number }
  }

  textAt(index: number): string {
    const at = Math.min(index, this.#last)
    return this.text.slice(this.#starts[at], this.#ends[at])
  }

  /** Text of the current token. */
  get tokenText(): string {
    return this.text.slice(this.start, this.end)
  }

  get tokenFlags(): number {
    return this.#flags[this.index] as number
  }

  get tokenSpan(): Span {
    return { start: this.start, end: this.end }
  }

  /** From an offset to the end of the token before the current one. */
  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.previousEnd) }
  }

  // ── moving ──

  /** Steps to the next token. */
  advance(): void {
    this.#splitStart = -1
    if (this.index < this.#last) this.index++
    this.kind = this.#kinds[this.index] as number
  }

  /** Steps to a token ahead. */
  moveTo(index: number): void {
    this.#splitStart = -1
    this.index = Math.min(index, this.#last)
    this.kind = this.#kinds[this.index] as number
  }

  accept(kind: TokenKind): boolean {
    if (this.kind !== kind) return false
    this.advance()
    return true
  }

  /** Takes a `>`, splitting `>>` and `>=`. */
  acceptGreater(): boolean {
    if (this.kind === T.Greater) {
      this.advance()
      return true
    }
    if (this.kind === T.ShiftRight || this.kind === T.GreaterEq) {
      const after = this.start + 1
      this.kind = this.kind === T.ShiftRight ? T.Greater : T.Eq
      this.#splitStart = after
      return true
    }
    return false
  }

  /** Takes a token of the kind or reports it missing and unwinds. */
  expect(kind: TokenKind): void {
    if (this.kind === kind) this.advance()
    else this.fail(TOKEN_ROWS[kind]?.label ?? 'token')
  }

  // ── names ──

  /** The current token as a name, whatever it is. */
  takeName(): Name {
    const name = { text: this.tokenText, span: this.tokenSpan }
    this.advance()
    return name
  }

  /** A name of a variable, parameter, box or the like: no reserved word. */
  identifier(what: string): Name {
    if (this.kind === T.Ident) {
      const name = this.takeName()
      if (name.text === 'self') this.reportSelf(name.span)
      return name
    }
    if (isIdentifierKind(this.kind)) return this.takeName()
    if (isReservedKind(this.kind)) {
      this.report('HK1022', this.tokenSpan, [this.tokenText, what])
      return this.takeName()
    }
    return this.fail('identifier')
  }

  /** A member name: any word. */
  memberName(): Name {
    return isWordKind(this.kind) ? this.takeName() : this.fail('name')
  }

  reportSelf(span: Span): void {
    this.sink.add(diagnose('HK1006', span, [], { help: { text: "write 'me'", edit: { span, replacement: 'me' } } }))
  }

  // ── limits ──

  /** Enters one level of nesting; `leave` must follow unless something is thrown. */
  enter(): void {
    if (++this.#depth > MAX_NESTING) this.stop('HK5001', [MAX_NESTING])
  }

  leave(): void {
    this.#depth--
  }

  get depth(): number {
    return this.#depth
  }

  /** Restores the depth saved before a grammar function that threw. */
  restoreDepth(depth: number): void {
    this.#depth = depth
  }

  /** Records the height of a finished node. */
  finish(height: number): void {
    if (height > MAX_HEIGHT) this.stop('HK5003', [MAX_HEIGHT])
    this.height = height
    if (height > this.peak) this.peak = height
  }

  /** Reports a limit and ends the parse. */
  stop<C extends DiagnosticCode>(code: C, parameters: DiagnosticParameters<C>): never {
    this.sink.add(diagnose(code, this.tokenSpan, parameters))
    throw STOP
  }

  // ── reporting ──

  /** Reports at the current token, once for each token. */
  report<C extends DiagnosticCode>(
    code: C,
    span: Span,
    parameters: DiagnosticParameters<C>,
    extras: DiagnosticExtras = {},
  ): void {
    if (this.#reportedAt === this.index) return
    this.#reportedAt = this.index
    // Invalid text has its own diagnostic from the lexer.
    if (this.kind === T.Invalid) return
    this.sink.add(diagnose(code, span, parameters, extras))
    if (this.sink.isFull) throw STOP
  }

  /** How messages show the current token. */
  get found(): string {
    if (this.kind === T.Eof) return 'end of file'
    const text = this.tokenText
    if (text.length <= 40 && !text.includes('\n')) return this.kind === T.Str ? text : `'${text}'`
    return TOKEN_ROWS[this.kind]?.label ?? 'token'
  }

  /** Reports the current token as unexpected (L5). */
  unexpected(expected: string, extras: DiagnosticExtras = {}): void {
    this.report('HK1005', this.tokenSpan, [this.found, expected], { ...this.habit(), ...extras })
  }

  /** What the current token is meant to be, if it comes from another language. */
  habit(): DiagnosticExtras {
    if (this.kind === T.Eof) return {}
    const text = this.tokenText
    const before = this.index === 0 ? '' : this.text.slice(this.startAt(this.index - 1), this.previousEnd)
    const isGlued = this.previousEnd === this.start
    const found = (isGlued ? TOKEN_HABITS.get(before + text) : undefined) ?? TOKEN_HABITS.get(`${before} ${text}`) ?? TOKEN_HABITS.get(text)
    if (found !== undefined) return { help: found.edit === undefined ? { text: found.text } : { text: found.text, edit: { span: this.tokenSpan, replacement: found.edit } } }
    // `:=` stands there as two tokens.
    return text === ':' && this.text[this.tokenSpan.end] === '=' ? { help: { text: TOKEN_HABITS.get(':=')?.text ?? '' } } : {}
  }

  /** Reports the current token as unexpected and unwinds to the nearest list. */
  fail(expected: string): never {
    this.unexpected(expected)
    throw RECOVER
  }
}
