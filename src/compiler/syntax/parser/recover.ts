/**
 * What the parser does after a mistake: skip to a place where a statement, member or arm can start, report what a bracket misses,
 * and recognise words of other languages.
 *
 * The one idea: lists recover, single constructs unwind. A skip always moves forward, jumps over whole bracket pairs, and never
 * leaves the enclosing braces, so a file with many mistakes costs time linear in its length.
 */
import type { Span } from '../../base/source.ts'
import type { Help } from '../../diagnostics/diagnostic.ts'
import { STATEMENT_HABITS } from '../../diagnostics/habits.ts'
import { isIdentifierKind, isWordKind, T, TOKEN_ROWS, type TokenKind } from '../tokens.ts'
import { type Cursor, RECOVER } from './cursor.ts'

const STATEMENT_KEYWORDS: ReadonlySet<TokenKind> = new Set([
  T.Box,
  T.Enum,
  T.Static,
  T.Interface,
  T.Local,
  T.Outbox,
  T.Global,
  T.If,
  T.Loop,
  T.While,
  T.For,
  T.Break,
  T.Continue,
  T.Return,
  T.Using,
  T.Import,
  T.Nowait,
  T.Try,
  T.Throw,
  T.Flow,
])

/** Runs one element of a list; after a mistake restores the context and returns undefined. */
export function attempt<V>(p: Cursor, parse: (p: Cursor) => V): V | undefined {
  const { context, boxName, depth, peak } = p
  try {
    return parse(p)
  } catch (thrown) {
    if (thrown !== RECOVER) throw thrown
    p.context = context
    p.boxName = boxName
    p.peak = peak
    p.restoreDepth(depth)
    return undefined
  }
}

/**
 * Skips the rest of a broken list element that began at token `from`. Stops before `}` and Eof, after `;`, before a keyword that
 * begins a statement, and before a word or `@` on a new line. At least one token is consumed unless a `}` or Eof is next.
 */
export function skipElement(p: Cursor, from: number): void {
  for (;;) {
    if (p.kind === T.Eof || p.kind === T.RBrace) return
    if (p.index > from) {
      if (STATEMENT_KEYWORDS.has(p.kind)) return
      if (p.isOnNewLine && (isWordKind(p.kind) || p.kind === T.At)) return
    }
    const semicolon = p.kind === T.Semicolon
    skipToken(p)
    if (semicolon) return
  }
}

/** Steps over a token, or over everything to its partner when it opens a bracket. */
export function skipToken(p: Cursor): void {
  const partner = p.partnerAt(p.index)
  if (partner > p.index) p.moveTo(partner + 1)
  else p.advance()
}

/** Takes the closing bracket of the one opened at token `open`; reports P1 and goes on when it is missing. */
export function expectClose(p: Cursor, kind: TokenKind, open: number): void {
  if (p.kind === kind) {
    p.advance()
    return
  }
  reportMissingClose(p, kind, open)
}

/** Reports that the bracket opened at token `open` is not closed here. */
export function reportMissingClose(p: Cursor, kind: TokenKind, open: number): void {
  const row = TOKEN_ROWS[kind]
  const text = row?.text ?? ''
  const at: Span = { start: p.previousEnd, end: p.previousEnd }
  const hasPartner = p.partnerAt(open) !== -1
  p.report('HK1011', p.tokenSpan, [p.found, row?.label ?? text], {
    secondary: [{ span: p.spanAt(open), text: 'opened here' }],
    help: p.habit().help ?? missingCloseHelp(p, kind, text, hasPartner ? null : at),
  })
  // With its partner ahead the tokens between are the mistake: go to it and take it.
  const partner = p.partnerAt(open)
  if (partner > p.index) {
    p.moveTo(partner + 1)
    return
  }
  const mayGoOn = p.isOnNewLine || p.kind === T.RBrace || p.kind === T.Eof || (p.kind === T.LBrace && kind === T.RParen)
  if (!mayGoOn) throw RECOVER
}

function missingCloseHelp(p: Cursor, kind: TokenKind, text: string, insertAt: Span | null): Help {
  if (kind === T.RParen && p.kind === T.Eq) return { text: "'=' assigns; compare with '=='" }
  return insertAt === null ? { text: `close with '${text}'` } : { text: `add '${text}'`, edit: { span: insertAt, replacement: text } }
}

/**
 * Reports a word of another language at the start of a statement when the tokens after it show that it is meant as one. Returns true
 * when it did; the cursor has then moved past the word if the rest reads as a statement of ours (`let x = 1`), else the caller skips.
 */
export function reportHabit(p: Cursor): 'replaced' | 'skipped' | undefined {
  if (p.kind !== T.Ident) return undefined
  const word = p.tokenText
  const habit = STATEMENT_HABITS.get(word)
  if (habit === undefined) return undefined
  const next = p.peekKind()
  const isSameLine = !p.isNewLineAt(p.index + 1)
  if (!isSameLine || !looksMeant(p, word, next)) return undefined
  const span = p.tokenSpan
  const edit = habit.edit === undefined ? {} : { edit: { span, replacement: habit.edit } }
  const help = { text: `write ${habit.replacement}`, ...edit }
  if (word === 'finally') p.report('HK1015', span, [], { help })
  else p.report('HK1018', span, [word, habit.replacement], { help })
  return habit.edit === undefined ? 'skipped' : 'replaced'
}

function looksMeant(p: Cursor, word: string, next: TokenKind): boolean {
  switch (word) {
    case 'do':
    case 'finally':
      return next === T.LBrace
    case 'except':
      return next === T.LBrace || (next === T.LParen && isParenThenBrace(p, p.index + 1))
    case 'switch':
    case 'elif':
    case 'elsif':
    case 'elseif':
    case 'unless':
      if (next === T.LParen) return isParenThenBrace(p, p.index + 1)
      return isWordKind(next) || next === T.Bang || next === T.Int
    case 'async':
      return next === T.Fn || next === T.Function || isIdentifierKind(next)
    case 'echo':
    case 'raise':
      return isWordKind(next) || next === T.Str
    case 'def':
    case 'func':
    case 'fun':
      return isIdentifierKind(next) && p.peekKind(2) === T.LParen
    default:
      return isIdentifierKind(next)
  }
}

/** The parenthesis at an index closes right before a `{`. */
export function isParenThenBrace(p: Cursor, index: number): boolean {
  const close = p.partnerAt(index)
  return close !== -1 && p.kindAt(close + 1) === T.LBrace
}
