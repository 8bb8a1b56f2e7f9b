/**
 * `match` and its patterns.
 *
 * Arms need no separator: an arm ends where its body cannot be extended. A `{` after `=>` is always a block.
 */
import type { Block, Expr, FieldPat, Literal, LiteralPat, MapPatEntry, MatchArm, Name, Pattern } from '../ast.ts'
import { isIdentifierKind, isWordKind, T } from '../tokens.ts'
import { type Cursor, IN_BRACES, IN_PARENS } from './cursor.ts'
import { parseCondition, parseExpr, parsePostfix, parseString } from './expr.ts'
import { attempt, expectClose, isParenThenBrace, skipElement } from './recover.ts'
import { parseBlock } from './stmt.ts'

/** `peek` at the cursor begins a match and is no variable. */
export function isMatchStart(p: Cursor): boolean {
  const next = p.index + 1
  if (p.isNewLineAt(next)) return false
  const kind = p.kindAt(next)
  if (kind === T.LParen) return isParenThenBrace(p, next) && looksLikeArms(p, p.partnerAt(next) + 1)
  return kind === T.Me || kind === T.This || kind === T.Str || kind === T.Int || (isIdentifierKind(kind) && kind !== T.Is && kind !== T.As)
}

/** The first arrow inside the brace at an index comes early and outside nested brackets. */
function looksLikeArms(p: Cursor, brace: number): boolean {
  for (let index = brace + 1; index < brace + 12; index++) {
    const kind = p.kindAt(index)
    if (kind === T.FatArrow) return true
    if (kind === T.LBrace || kind === T.RBrace || kind === T.Semicolon || kind === T.Eof) return false
  }
  return false
}

/** match_expr; the cursor is at `match` or `peek`. */
export function parseMatch(p: Cursor): Expr {
  const start = p.start
  const keyword = p.kind === T.Match ? 'match' : 'peek'
  p.enter()
  p.advance()
  const subject = parseCondition(p)
  const subjectHeight = p.height
  const open = p.index
  if (p.kind !== T.LBrace) p.fail('LBRACE')
  const context = p.context
  const peak = p.peak
  p.peak = 0
  p.context = IN_BRACES
  p.advance()
  const arms: MatchArm[] = []
  while (p.kind !== T.RBrace && p.kind !== T.Eof) {
    if (p.accept(T.Comma) || p.accept(T.Semicolon)) continue
    const from = p.index
    const arm = attempt(p, parseArm)
    if (arm === undefined || p.index === from) skipElement(p, from)
    else arms.push(arm)
  }
  expectClose(p, T.RBrace, open)
  p.context = context
  const height = Math.max(subjectHeight, p.peak) + 1
  p.peak = peak
  p.leave()
  p.finish(height)
  return { kind: 'MatchExpr', span: p.spanFrom(start), keyword, subject, arms }
}

function parseArm(p: Cursor): MatchArm {
  const start = p.start
  let pattern: Pattern
  if (p.kind === T.Else) {
    pattern = { kind: 'WildcardPat', span: p.tokenSpan, spelling: 'else' }
    p.advance()
  } else {
    pattern = parsePattern(p)
  }
  const guard = p.accept(T.If) ? parseExpr(p) : null
  if (p.kind === T.ThinArrow || p.kind === T.Colon) {
    const span = p.tokenSpan
    p.unexpected("'=>'", { help: { text: "write '=>'", edit: { span, replacement: ' =>' } } })
    p.advance()
  } else p.expect(T.FatArrow)
  const body = parseArmBody(p)
  return { kind: 'MatchArm', span: p.spanFrom(start), pattern, guard, body }
}

function parseArmBody(p: Cursor): Expr | Block {
  if (p.kind === T.LBrace) return parseBlock(p)
  if (p.kind === T.If) p.elseOptionalAt = p.index
  return parseExpr(p)
}

/** pattern = alt { '|' alt }. */
export function parsePattern(p: Cursor): Pattern {
  const start = p.start
  const first = parseAlternative(p)
  if (p.kind !== T.Pipe) return first
  const alternatives = [first]
  while (p.accept(T.Pipe)) alternatives.push(parseAlternative(p))
  return { kind: 'OrPat', span: p.spanFrom(start), alternatives }
}

function parseAlternative(p: Cursor): Pattern {
  const start = p.start
  switch (p.kind) {
    case T.Minus:
    case T.Int:
    case T.Float:
    case T.Str:
    case T.True:
    case T.False:
    case T.Null:
    case T.Void:
      return parseLiteralOrRange(p)
    case T.LBracket:
      return parseArrayPattern(p)
    case T.MapOpen:
      return parseMapPattern(p)
    default:
      break
  }
  if (!isIdentifierKind(p.kind)) {
    p.unexpected('pattern')
    return { kind: 'ErrorPat', span: { start: p.previousEnd, end: p.previousEnd } }
  }
  if (p.tokenText === '_') {
    p.advance()
    return { kind: 'WildcardPat', span: p.spanFrom(start), spelling: '_' }
  }
  let name = p.identifier('variant')
  let owner: Name | null = null
  if (p.accept(T.ColonColon)) {
    owner = name
    name = p.memberName()
  }
  if (p.kind === T.LParen) {
    const open = p.index
    const context = p.context
    p.context = IN_PARENS
    p.advance()
    const bindings: Name[] = []
    while (p.kind !== T.RParen) {
      bindings.push(p.identifier('variable'))
      if (!p.accept(T.Comma)) break
    }
    expectClose(p, T.RParen, open)
    p.context = context
    return { kind: 'TuplePat', span: p.spanFrom(start), owner, name, bindings }
  }
  if (p.kind === T.LBrace) {
    const fields = parseFieldPatterns(p)
    return { kind: 'RecordPat', span: p.spanFrom(start), owner, name, fields }
  }
  return { kind: 'NamePat', span: p.spanFrom(start), owner, name }
}

function parseFieldPatterns(p: Cursor): FieldPat[] {
  const open = p.index
  p.advance()
  const fields: FieldPat[] = []
  while (isWordKind(p.kind)) {
    const start = p.start
    const isShort = p.peekKind() !== T.Colon
    // The short form binds a variable, so a reserved word cannot stand there.
    const field = isShort ? p.identifier('variable') : p.takeName()
    const binding = p.accept(T.Colon) ? p.identifier('variable') : null
    fields.push({ kind: 'FieldPat', span: p.spanFrom(start), field, binding })
    if (!p.accept(T.Comma)) break
  }
  expectClose(p, T.RBrace, open)
  return fields
}

function parseLiteralOrRange(p: Cursor): Pattern {
  const low = parseLiteralPattern(p)
  if (p.kind !== T.DotDot) return low
  p.advance()
  const isLiteral = p.kind === T.Minus || p.kind === T.Int || p.kind === T.Float || p.kind === T.Str
  if (!isLiteral) p.fail('literal')
  const high = parseLiteralPattern(p)
  const span = { start: low.span.start, end: high.span.end }
  if (low.literal.kind !== high.literal.kind || !mayBound(low.literal) || !mayBound(high.literal)) {
    p.report('HK1032', span, [])
  }
  return { kind: 'RangePat', span, low, high }
}

function mayBound(literal: Literal): boolean {
  if (literal.kind === 'StringLit') return [...literal.value].length === 1
  return literal.kind === 'IntLit' || literal.kind === 'FloatLit'
}

function parseLiteralPattern(p: Cursor): LiteralPat {
  const start = p.start
  const isNegative = p.accept(T.Minus)
  if (isNegative) {
    if (p.kind !== T.Int && p.kind !== T.Float) p.fail('number')
    if (p.kind === T.Int) p.negatedInt = p.index
  }
  const literal = takeLiteral(p)
  return { kind: 'LiteralPat', span: { start, end: literal.span.end }, isNegative, literal }
}

function takeLiteral(p: Cursor): Literal {
  const expr = parsePostfixFree(p)
  switch (expr.kind) {
    case 'IntLit':
    case 'FloatLit':
    case 'StringLit':
    case 'BoolLit':
    case 'NullLit':
      return expr
    default:
      return p.fail('literal')
  }
}

/** A literal is followed by no postfix form in a pattern, so the postfix rule reads exactly the literal. */
function parsePostfixFree(p: Cursor): Expr {
  return p.kind === T.Str ? parseString(p) : parsePostfix(p)
}

function parseArrayPattern(p: Cursor): Pattern {
  const start = p.start
  const open = p.index
  const context = p.context
  p.context = IN_PARENS
  p.advance()
  const elements: Name[] = []
  let rest: Name | null = null
  while (p.kind !== T.RBracket) {
    if (p.accept(T.DotDot)) {
      rest = p.identifier('variable')
      p.accept(T.Comma)
      break
    }
    elements.push(p.identifier('variable'))
    if (!p.accept(T.Comma)) break
  }
  expectClose(p, T.RBracket, open)
  p.context = context
  return { kind: 'ArrayPat', span: p.spanFrom(start), elements, rest }
}

function parseMapPattern(p: Cursor): Pattern {
  const start = p.start
  const open = p.index
  const context = p.context
  p.context = IN_PARENS
  p.advance()
  const entries: MapPatEntry[] = []
  while (p.kind === T.Str) {
    const entryStart = p.start
    const key = parseString(p)
    p.expect(T.FatArrow)
    const binding = p.identifier('variable')
    entries.push({ kind: 'MapPatEntry', span: p.spanFrom(entryStart), key, binding })
    if (!p.accept(T.Comma)) break
  }
  expectClose(p, T.RBrace, open)
  p.context = context
  return { kind: 'MapPat', span: p.spanFrom(start), entries }
}
