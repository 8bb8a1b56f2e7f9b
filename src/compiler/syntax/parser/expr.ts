/**
 * Expressions: a Pratt parser over the operator table, with the rules of pipe, ternary, prefix and postfix forms around it.
 *
 * The one idea: a chain of operators is a loop and only nesting is recursion, so the length of a file never threatens the stack. Every
 * function records the height of what it returns in the cursor, which bounds the tree for later stages.
 *
 * A missing operand is reported and becomes an ErrorExpr without consuming a token; other mistakes unwind to the enclosing list.
 */
import { joinSpans, type Span } from '../../base/source.ts'
import type { Block, DottedName, Expr, FieldInit, IfExpr, MapEntry, Name, StringLit, UnaryOp } from '../ast.ts'
import { stringValue } from '../lexer.ts'
import { BINARY_PRECEDENCE, OPERATOR_ROWS, type OperatorRow, PRECEDENCES, PREFIX_ROWS } from '../operators.ts'
import { isIdentifierKind, isWordKind, T, type TokenKind } from '../tokens.ts'
import { BRACE_ENDS, type Cursor, HANDLERS_END, IN_PARENS, NEWLINE_ENDS, RECOVER } from './cursor.ts'
import { isMatchStart, parseMatch } from './pattern.ts'
import { expectClose } from './recover.ts'
import {
  handlerAt,
  isPostfixQuestion,
  parseDottedName,
  parseHandlers,
  parseParams,
  parseTypeArgs,
  parseTypeRef,
} from './signature.ts'
import { parseBlock } from './stmt.ts'

/** expr = pipe. */
export function parseExpr(p: Cursor): Expr {
  let left = parseTernary(p)
  while (p.kind === T.PipeGreater) {
    const height = p.height
    p.advance()
    const target = parsePostfix(p)
    p.finish(Math.max(height, p.height) + 1)
    left = { kind: 'PipeExpr', span: joinSpans(left.span, target.span), value: left, target }
  }
  return left
}

/** A condition: an expression that a `{` ends outside parentheses. */
export function parseCondition(p: Cursor): Expr {
  const context = p.context
  p.context = (context & NEWLINE_ENDS) | BRACE_ENDS
  let cond = parseExpr(p)
  if (p.kind === T.Eq) cond = parseComparedAssignment(p, cond)
  p.context = context
  return cond
}

/** `a = b` where a condition stands: reported, and read as the comparison that is meant. */
export function parseComparedAssignment(p: Cursor, left: Expr): Expr {
  const opSpan = p.tokenSpan
  p.report('HK1019', opSpan, [], { help: { text: "write '=='", edit: { span: opSpan, replacement: '==' } } })
  p.advance()
  const right = parseExpr(p)
  return { kind: 'BinaryExpr', span: joinSpans(left.span, right.span), op: 'eq', opSpan, left, right }
}

function parseTernary(p: Cursor): Expr {
  const cond = parseBinary(p, BINARY_PRECEDENCE)
  if (p.kind !== T.Question) return cond
  const condHeight = p.height
  p.enter()
  p.advance()
  const then = parseExpr(p)
  const thenHeight = p.height
  if (!p.accept(T.Colon)) {
    p.unexpected("':'", {
      notes: ['a postfix `?` is recognised only at the end of a line or before `)`, `]`, `}`, `,` and `;`'],
    })
    throw RECOVER
  }
  const otherwise = parseExpr(p)
  p.leave()
  p.finish(Math.max(condHeight, thenHeight, p.height) + 1)
  return { kind: 'TernaryExpr', span: joinSpans(cond.span, otherwise.span), cond, then, else: otherwise }
}

/** A chain of binary operators that bind at least as tightly as `least`. */
function parseBinary(p: Cursor, least: number): Expr {
  let left = parseUnary(p)
  for (;;) {
    const kind = p.kind
    const precedence = PRECEDENCES[kind] as number
    if (precedence < least) return left
    if (kind === T.Minus && p.isBarrier) return left
    if ((kind === T.Is || kind === T.As) && !isTypeOperator(p)) return left
    const row = OPERATOR_ROWS[kind] as OperatorRow
    const height = p.height
    const opSpan = takeOperator(p)
    if (row.node === 'is' || row.node === 'as') {
      const type = parseTypeRef(p, true)
      const span = joinSpans(left.span, type.span)
      left = row.node === 'is' ? { kind: 'IsExpr', span, value: left, type } : { kind: 'AsExpr', span, value: left, type }
      p.finish(height + 1)
      continue
    }
    const right = parseBinary(p, precedence + 1)
    p.finish(Math.max(height, p.height) + 1)
    const span = { start: left.span.start, end: right.span.end }
    if (row.node === 'range') {
      left = { kind: 'RangeExpr', span, start: left, end: right }
      if (p.kind === T.DotDot) p.report('HK1023', p.tokenSpan, [])
    } else {
      left = { kind: 'BinaryExpr', span, op: row.node, opSpan, left, right }
    }
  }
}

/** `is` and `as` are operators only before a type; `is` also only on the line of its operand. */
function isTypeOperator(p: Cursor): boolean {
  return isIdentifierKind(p.peekKind()) && !(p.kind === T.Is && p.isBarrier)
}

/** Takes an operator; operators of other languages that begin like ours are reported and taken whole. */
function takeOperator(p: Cursor): Span {
  const span = p.tokenSpan
  const kind = p.kind
  const next = p.index + 1
  const isGlued = p.startAt(next) === span.end
  p.advance()
  if (!isGlued) return span
  const foreign = foreignOperator(kind, p.kind)
  if (foreign === undefined) return span
  const whole = { start: span.start, end: p.end }
  const text = p.text.slice(whole.start, whole.end)
  if (foreign === null) p.report('HK1027', whole, [`'${text}'`], { help: { text: `write it out: 'x = x ${text.slice(0, -1)} y'` } })
  else {
    p.report('HK1020', whole, [text, foreign], {
      help: { text: `write '${foreign}'`, edit: { span: whole, replacement: foreign } },
    })
  }
  p.advance()
  return whole
}

/** Replacement of a two-token operator, null when there is none, undefined when the pair is fine. */
function foreignOperator(first: TokenKind, second: TokenKind): string | null | undefined {
  if (second === T.Eq) {
    if (first === T.EqEq) return '=='
    if (first === T.NotEq) return '!='
    if (first === T.PipePipe || first === T.AmpAmp || first === T.QuestionQuestion) return null
  }
  return first === T.Less && second === T.Greater ? '!=' : undefined
}

function parseUnary(p: Cursor): Expr {
  const kind = p.kind
  const op = PREFIX_ROWS[kind]
  if (op !== undefined) return parsePrefix(p, op)
  switch (kind) {
    case T.Await:
      return parseAwait(p)
    case T.Weak:
      return parseWeak(p)
    case T.If:
      return parseIfExpr(p)
    case T.Match:
      return parseMatch(p)
    case T.Peek:
      return isMatchStart(p) ? parseMatch(p) : parsePostfix(p)
    default:
      return parsePostfix(p)
  }
}

function parsePrefix(p: Cursor, op: UnaryOp): Expr {
  const start = p.start
  const spelling = p.tokenText as '-' | '!' | 'not' | '~'
  p.enter()
  p.advance()
  if (op === 'neg' && p.kind === T.Int) p.negatedInt = p.index
  const operand = parseUnary(p)
  p.leave()
  p.finish(p.height + 1)
  return { kind: 'UnaryExpr', span: { start, end: operand.span.end }, op, spelling, operand }
}

function parseAwait(p: Cursor): Expr {
  const start = p.start
  p.enter()
  p.advance()
  const context = p.context
  p.context |= HANDLERS_END
  const operand = parseUnary(p)
  p.context = context
  p.leave()
  p.finish(p.height + 1)
  return parsePostfixHandlers(p, { kind: 'AwaitExpr', span: { start, end: operand.span.end }, operand })
}

function parseWeak(p: Cursor): Expr {
  const start = p.start
  if (p.peekKind() === T.LParen) reportWeakCall(p)
  p.enter()
  p.advance()
  const operand = parseUnary(p)
  p.leave()
  p.finish(p.height + 1)
  return { kind: 'WeakExpr', span: { start, end: operand.span.end }, operand }
}

function reportWeakCall(p: Cursor): void {
  const open = p.index + 1
  const close = p.partnerAt(open)
  const help =
    close === -1
      ? { text: "write 'weak expr'" }
      : {
          text: "write 'weak expr'",
          edit: {
            span: { start: p.start, end: p.spanAt(close).end },
            replacement: `weak ${p.text.slice(p.spanAt(open).end, p.startAt(close)).trim()}`,
          },
        }
  p.report('HK1014', p.tokenSpan, [], { help })
}

/** postfix = primary with member accesses, calls, indices, `?` and handlers. */
export function parsePostfix(p: Cursor): Expr {
  const start = p.start
  let expr = parsePrimary(p)
  for (;;) {
    const height = p.height
    switch (p.kind) {
      case T.Dot:
      case T.QuestionDot: {
        const isOptional = p.kind === T.QuestionDot
        p.advance()
        if (!isWordKind(p.kind)) {
          const isNumber = expr.kind === 'IntLit' && expr.span.end + 1 === p.previousEnd
          p.unexpected('member name', isNumber ? { help: { text: 'a Float has a digit after its point', edit: { span: { start: p.previousEnd, end: p.previousEnd }, replacement: '0' } } } : {})
          const name: Name = { text: '', span: p.spanFrom(p.previousEnd) }
          p.finish(height + 1)
          return { kind: 'FieldExpr', span: p.spanFrom(start), receiver: expr, isOptional, name }
        }
        const name = p.takeName()
        if (p.kind === T.LParen && !p.isBarrier) {
          const args = parseArgs(p)
          p.finish(Math.max(height, p.height) + 1)
          expr = { kind: 'MethodCallExpr', span: p.spanFrom(start), receiver: expr, isOptional, name, args }
        } else {
          p.finish(height + 1)
          expr = { kind: 'FieldExpr', span: { start, end: name.span.end }, receiver: expr, isOptional, name }
        }
        continue
      }
      case T.LParen: {
        if (p.isBarrier) break
        const args = parseArgs(p)
        p.finish(Math.max(height, p.height) + 1)
        expr = { kind: 'CallExpr', span: p.spanFrom(start), callee: expr, args }
        continue
      }
      case T.LBracket: {
        if (p.isBarrier) break
        const open = p.index
        const context = enterParens(p)
        p.advance()
        const index = parseExpr(p)
        expectClose(p, T.RBracket, open)
        leaveParens(p, context)
        p.finish(Math.max(height, p.height) + 1)
        expr = { kind: 'IndexExpr', span: p.spanFrom(start), receiver: expr, index }
        continue
      }
      case T.Question: {
        if (!isPostfixQuestion(p)) break
        p.advance()
        p.finish(height + 1)
        expr = { kind: 'PropagateExpr', span: p.spanFrom(start), operand: expr }
        continue
      }
      default:
        break
    }
    return parsePostfixHandlers(p, expr)
  }
}

/** Handlers after a call, `new`, `await` or parentheses; they end the chain. */
function parsePostfixHandlers(p: Cursor, expr: Expr): Expr {
  if (p.kind !== T.Catch && p.kind !== T.Cleanup) return expr
  if ((p.context & (BRACE_ENDS | HANDLERS_END)) !== 0 || !mayHaveHandlers(expr) || handlerAt(p) === null) return expr
  const height = p.height
  const handlers = parseHandlers(p, 'expression')
  if (handlers === null) return expr
  p.finish(Math.max(height, p.height) + 1)
  if (p.kind === T.Dot || p.kind === T.QuestionDot) {
    p.report('HK1030', p.tokenSpan, [p.found])
    throw RECOVER
  }
  return { kind: 'HandledExpr', span: p.spanFrom(expr.span.start), expr, handlers }
}

function mayHaveHandlers(expr: Expr): boolean {
  switch (expr.kind) {
    case 'CallExpr':
    case 'MethodCallExpr':
    case 'NewExpr':
    case 'FromCallExpr':
    case 'ExterncallExpr':
    case 'AwaitExpr':
    case 'ParenExpr':
    case 'GroupedAssignExpr':
      return true
    case 'PathExpr':
      return expr.form === 'tuple'
    default:
      return false
  }
}

/** Enters parentheses or brackets; returns what `leaveParens` restores. */
function enterParens(p: Cursor): number {
  p.enter()
  const context = p.context
  p.context = IN_PARENS
  return context
}

function leaveParens(p: Cursor, context: number): void {
  p.context = context
  p.leave()
}

/** `(a, b)`; the cursor is at `(`. Leaves the height of the tallest argument. */
export function parseArgs(p: Cursor): Expr[] {
  return parseElements(p, T.RParen, 'arguments')
}

function parseElements(p: Cursor, close: TokenKind, what: string): Expr[] {
  const open = p.index
  const context = enterParens(p)
  p.advance()
  const list: Expr[] = []
  let height = 0
  while (p.kind !== close && p.kind !== T.Eof && p.kind !== T.RBrace) {
    list.push(parseExpr(p))
    if (p.height > height) height = p.height
    if (p.accept(T.Comma)) continue
    if (p.kind === close || !acceptMissingComma(p, open, what)) break
  }
  expectClose(p, close, open)
  leaveParens(p, context)
  p.height = height
  return list
}

/** Reports a comma that is plainly missing; false when something else is wrong. */
function acceptMissingComma(p: Cursor, open: number, what: string): boolean {
  if (!beginsExpr(p.kind)) return false
  // Without its closing bracket the line's end is the better guess for the end of the list.
  if (p.isOnNewLine && p.partnerAt(open) === -1) return false
  const at = { start: p.previousEnd, end: p.previousEnd }
  p.report('HK1026', p.tokenSpan, [what], { help: { text: "add ','", edit: { span: at, replacement: ',' } } })
  return true
}

/** Kinds that can only begin an expression here and that `parseExpr` is sure to consume. */
function beginsExpr(kind: TokenKind): boolean {
  switch (kind) {
    case T.Int:
    case T.Float:
    case T.Str:
    case T.True:
    case T.False:
    case T.Null:
    case T.Void:
    case T.Me:
    case T.This:
    case T.Print:
    case T.New:
    case T.MapOpen:
      return true
    default:
      return isIdentifierKind(kind)
  }
}

function parsePrimary(p: Cursor): Expr {
  const span = p.tokenSpan
  switch (p.kind) {
    case T.Ident: {
      if (p.peekKind() === T.ColonColon) return parsePath(p)
      p.advance()
      p.finish(1)
      const name = p.text.slice(span.start, span.end)
      if (name === 'self') {
        p.reportSelf(span)
        return { kind: 'MeExpr', span, spelling: 'me' }
      }
      return { kind: 'NameExpr', span, name }
    }
    case T.Int:
      return parseInt64(p)
    case T.Float: {
      p.advance()
      p.finish(1)
      const text = p.text.slice(span.start, span.end)
      const value = Number(text)
      if (!Number.isFinite(value)) p.report('HK1003', span, [text], { notes: ['the value is too large for a Float'] })
      return { kind: 'FloatLit', span, value }
    }
    case T.Str:
      p.finish(1)
      return parseString(p)
    case T.True:
    case T.False: {
      const value = p.kind === T.True
      p.advance()
      p.finish(1)
      return { kind: 'BoolLit', span, value }
    }
    case T.Null:
    case T.Void: {
      const spelling = p.kind === T.Null ? 'null' : 'void'
      p.advance()
      p.finish(1)
      return { kind: 'NullLit', span, spelling }
    }
    case T.Me:
    case T.This: {
      const spelling = p.kind === T.Me ? 'me' : 'this'
      p.advance()
      p.finish(1)
      return { kind: 'MeExpr', span, spelling }
    }
    case T.Print:
      p.advance()
      p.finish(1)
      return { kind: 'NameExpr', span, name: 'print' }
    case T.New:
      return parseNew(p)
    case T.From:
      return parseFromCall(p)
    case T.LParen:
      return parseParens(p)
    case T.LBracket: {
      const elements = parseElements(p, T.RBracket, 'elements')
      p.finish(p.height + 1)
      return { kind: 'ArrayLit', span: p.spanFrom(span.start), elements }
    }
    case T.MapOpen: {
      const entries = parseEntries(p)
      p.finish(p.height + 1)
      return { kind: 'MapLit', span: p.spanFrom(span.start), entries }
    }
    case T.LBrace:
      return parseBraces(p)
    case T.Fn:
    case T.Function:
      return parseLambda(p)
    case T.Include:
      if (p.peekKind() === T.Str || (p.peekKind() === T.LParen && p.peekKind(2) === T.Str)) return parseInclude(p)
      break
    case T.Externcall:
      if (p.peekKind() === T.Str) return parseExterncall(p)
      break
    default:
      break
  }
  if (isIdentifierKind(p.kind)) {
    if (p.peekKind() === T.ColonColon) return parsePath(p)
    p.advance()
    p.finish(1)
    return { kind: 'NameExpr', span, name: p.text.slice(span.start, span.end) }
  }
  return missingOperand(p)
}

/** Reports that an expression is missing here and stands in for it. */
function missingOperand(p: Cursor): Expr {
  const at = { start: p.previousEnd, end: p.previousEnd }
  const isDecrement =
    p.kindAt(p.index - 1) === T.Minus && p.kindAt(p.index - 2) === T.Minus && p.startAt(p.index - 1) === p.startAt(p.index - 2) + 1
  if (isDecrement) {
    const span = { start: p.startAt(p.index - 2), end: p.startAt(p.index - 2) + 2 }
    p.report('HK1020', span, ['--', '-= 1'], { help: { text: "write '-= 1'", edit: { span, replacement: ' -= 1' } } })
  } else if (p.kind === T.PlusPlus) {
    p.report('HK1020', p.tokenSpan, ['++x', 'x++'])
  } else if (p.kind === T.Return || p.kind === T.Break || p.kind === T.Continue) {
    const text = p.kindAt(p.index - 1) === T.Question ? "a '?' that passes an error on ends its line" : 'a statement needs a block: put it in braces'
    p.unexpected('expression', { help: { text } })
  } else if (p.kind === T.ThinArrow) {
    p.report('HK1027', p.tokenSpan, [`'->'`], { help: { text: "a function is written 'fn(x) { … }', a chain of calls 'x |> f |> g'" } })
  } else if (p.kind === T.Dot && p.peekKind() === T.Int && p.startAt(p.index + 1) === p.end) {
    const span = { start: p.start, end: p.start }
    p.unexpected('expression', { help: { text: 'a Float has a digit before its point', edit: { span, replacement: '0' } } })
    p.moveTo(p.index + 2)
  } else if ((p.kind === T.RParen || p.kind === T.RBracket) && p.partnerAt(p.index) === -1) {
    p.unexpected('expression', { help: { text: `this ${p.found} closes nothing` } })
  } else {
    p.unexpected('expression')
  }
  p.finish(1)
  return { kind: 'ErrorExpr', span: at }
}

const MAX_INT = 0x7fff_ffff_ffff_ffffn

function parseInt64(p: Cursor): Expr {
  const span = p.tokenSpan
  const text = p.text.slice(span.start, span.end)
  const isNegated = p.negatedInt === p.index
  p.finish(1)
  // A number that cannot be large is made from a double, which costs a third of parsing digits as bigint.
  let value = text.length <= 15 ? BigInt(+text) : text.length <= 4096 ? BigInt(text) : MAX_INT + 2n
  p.advance()
  if (value > MAX_INT) {
    const isReceiver = p.kind === T.Dot || p.kind === T.QuestionDot || ((p.kind === T.LBracket || p.kind === T.LParen) && !p.isBarrier)
    if (value !== MAX_INT + 1n || !isNegated || isReceiver) {
      p.report('HK1003', span, [text.length <= 40 ? text : `${text.slice(0, 40)}…`], {
        notes: [`an Integer is at most ${MAX_INT}`],
      })
      value = MAX_INT
    }
  }
  return { kind: 'IntLit', span, value }
}

/** A string literal; the cursor is at it, else L5. */
export function parseString(p: Cursor): StringLit {
  if (p.kind !== T.Str) return p.fail('string')
  const span = p.tokenSpan
  const value = stringValue(p.text.slice(span.start, span.end), p.tokenFlags)
  p.advance()
  return { kind: 'StringLit', span, value }
}

function parseParens(p: Cursor): Expr {
  const start = p.start
  const open = p.index
  const context = enterParens(p)
  p.advance()
  let expr: Expr
  if (isIdentifierKind(p.kind) && p.peekKind() === T.Eq) {
    const name = p.identifier('variable')
    p.advance()
    const value = parseExpr(p)
    expectClose(p, T.RParen, open)
    expr = { kind: 'GroupedAssignExpr', span: p.spanFrom(start), name, value }
  } else {
    const inner = parseExpr(p)
    expectClose(p, T.RParen, open)
    expr = { kind: 'ParenExpr', span: p.spanFrom(start), expr: inner }
  }
  leaveParens(p, context)
  p.finish(p.height + 1)
  return expr
}

function parseEntries(p: Cursor): MapEntry[] {
  const open = p.index
  const context = enterParens(p)
  p.advance()
  const entries: MapEntry[] = []
  let height = 0
  while (p.kind === T.Str || isWordKind(p.kind)) {
    const start = p.start
    const keyForm = p.kind === T.Str ? 'string' : 'name'
    const key = takeKey(p)
    if (!p.accept(T.FatArrow)) {
      if (p.kind !== T.Colon) p.fail("'=>'")
      const span = p.tokenSpan
      p.report('HK1005', span, ["':'", "'=>'"], { help: { text: "write '=>'", edit: { span, replacement: ' =>' } } })
      p.advance()
    }
    const value = parseExpr(p)
    if (p.height > height) height = p.height
    entries.push({ kind: 'MapEntry', span: p.spanFrom(start), key, keyForm, value })
    if (p.accept(T.Comma)) continue
    if ((p.kind !== T.Str && !isIdentifierKind(p.kind)) || !acceptMissingComma(p, open, 'entries')) break
  }
  expectClose(p, T.RBrace, open)
  leaveParens(p, context)
  p.height = height
  return entries
}

function takeKey(p: Cursor): Name {
  const span = p.tokenSpan
  if (p.kind === T.Str) return { text: parseString(p).value, span }
  return p.takeName()
}

/** `{` in expression position: a block expression, or a map literal of another language (P3). */
function parseBraces(p: Cursor): Expr {
  if ((p.context & BRACE_ENDS) !== 0) return missingOperand(p)
  const start = p.start
  const next = p.peekKind()
  const after = p.peekKind(2)
  if ((next === T.Str || isWordKind(next)) && (after === T.Colon || (next === T.Str && after === T.FatArrow))) {
    return parseLegacyMap(p)
  }
  const peak = p.peak
  p.peak = 0
  const body = parseBlock(p)
  const height = p.peak + 1
  p.peak = peak
  p.finish(height)
  return { kind: 'BlockExpr', span: p.spanFrom(start), body }
}

function parseLegacyMap(p: Cursor): Expr {
  const start = p.start
  const open = p.index
  const close = p.partnerAt(open)
  const context = enterParens(p)
  const edits: { at: Span; text: string }[] = [{ at: { start, end: start }, text: '%' }]
  const opening = p.tokenSpan
  const reportIndex = p.index
  p.advance()
  const entries: MapEntry[] = []
  let height = 0
  while (p.kind === T.Str || isWordKind(p.kind)) {
    const entryStart = p.start
    const keyForm = p.kind === T.Str ? 'string' : 'name'
    const key = takeKey(p)
    if (keyForm === 'name') edits.push({ at: key.span, text: `"${key.text}"` })
    if (p.kind === T.Colon) {
      edits.push({ at: p.tokenSpan, text: ' =>' })
      p.advance()
    } else if (!p.accept(T.FatArrow)) break
    const value = parseExpr(p)
    if (p.height > height) height = p.height
    entries.push({ kind: 'MapEntry', span: p.spanFrom(entryStart), key, keyForm, value })
    if (!p.accept(T.Comma)) break
  }
  const isWhole = close !== -1 && p.index === close
  // The report belongs to the opening brace, whatever was looked at since.
  const at = p.index
  p.moveTo(reportIndex)
  const span = isWhole ? { start, end: p.spanAt(close).end } : opening
  const help = isWhole
    ? { text: 'write %{"k" => v}', edit: { span, replacement: applyEdits(p.text, span, edits) } }
    : { text: 'write %{"k" => v}' }
  p.report('HK1013', opening, [], { help })
  p.moveTo(at)
  expectClose(p, T.RBrace, open)
  leaveParens(p, context)
  p.finish(height + 1)
  return { kind: 'MapLit', span: p.spanFrom(start), entries }
}

function applyEdits(text: string, span: Span, edits: readonly { at: Span; text: string }[]): string {
  let out = ''
  let from = span.start
  for (const edit of edits) {
    out += text.slice(from, edit.at.start) + edit.text
    from = edit.at.end
  }
  return out + text.slice(from, span.end)
}

function parseNew(p: Cursor): Expr {
  const start = p.start
  p.advance()
  const path: DottedName = parseDottedName(p)
  const typeArgs = p.kind === T.Less ? parseTypeArgs(p) : []
  let args: Expr[] = []
  p.height = 0
  if (p.kind === T.LParen && !p.isBarrier) {
    args = parseArgs(p)
  } else {
    const name = p.text.slice(path.span.start, path.span.end)
    const at = { start: p.previousEnd, end: p.previousEnd }
    p.report('HK1012', path.span, [name], { help: { text: "add '()'", edit: { span: at, replacement: '()' } } })
  }
  p.finish(p.height + 1)
  return { kind: 'NewExpr', span: p.spanFrom(start), path, typeArgs, args }
}

function parseFromCall(p: Cursor): Expr {
  const start = p.start
  p.advance()
  const parent = p.identifier('box')
  let name: Name
  if (p.kind === T.LParen) {
    const at = { start: p.previousEnd, end: p.previousEnd }
    p.report('HK1017', { start, end: parent.span.end }, [parent.text], {
      help: { text: "name the constructor: '.birth'", edit: { span: at, replacement: '.birth' } },
    })
    name = { text: 'birth', span: at }
  } else {
    p.expect(T.Dot)
    name = p.memberName()
    if (p.kind !== T.LParen) p.fail('LPAREN')
  }
  const args = parseArgs(p)
  p.finish(p.height + 1)
  return { kind: 'FromCallExpr', span: p.spanFrom(start), parent, name, args }
}

/** `E::V` and its constructor forms; the cursor is at E. */
function parsePath(p: Cursor): Expr {
  const start = p.start
  const owner = p.identifier('enum')
  p.advance()
  const name = p.memberName()
  p.height = 0
  if (p.kind === T.LParen && !p.isBarrier) {
    const args = parseArgs(p)
    p.finish(p.height + 1)
    return { kind: 'PathExpr', span: p.spanFrom(start), form: 'tuple', owner, name, args, fields: [] }
  }
  if (isRecordStart(p)) {
    const fields = parseFieldInits(p)
    p.finish(p.height + 1)
    return { kind: 'PathExpr', span: p.spanFrom(start), form: 'record', owner, name, args: [], fields }
  }
  p.finish(1)
  return { kind: 'PathExpr', span: p.spanFrom(start), form: 'unit', owner, name, args: [], fields: [] }
}

/** A `{` after `E::V` that opens a record: on its line, outside conditions, and with fields or nothing inside. */
function isRecordStart(p: Cursor): boolean {
  if (p.kind !== T.LBrace || p.isBarrier || (p.context & BRACE_ENDS) !== 0) return false
  const next = p.peekKind()
  return next === T.RBrace || (isWordKind(next) && p.peekKind(2) === T.Colon)
}

function parseFieldInits(p: Cursor): FieldInit[] {
  const open = p.index
  const context = enterParens(p)
  p.advance()
  const fields: FieldInit[] = []
  let height = 0
  while (isWordKind(p.kind)) {
    const start = p.start
    const name = p.takeName()
    p.expect(T.Colon)
    const value = parseExpr(p)
    if (p.height > height) height = p.height
    fields.push({ kind: 'FieldInit', span: p.spanFrom(start), name, value })
    if (!p.accept(T.Comma)) break
  }
  expectClose(p, T.RBrace, open)
  leaveParens(p, context)
  p.height = height
  return fields
}

function parseLambda(p: Cursor): Expr {
  const start = p.start
  const keyword = p.kind === T.Fn ? 'fn' : 'function'
  p.advance()
  const peak = p.peak
  p.peak = 0
  const params = parseParams(p)
  const body = parseBlock(p)
  const height = p.peak + 1
  p.peak = peak
  p.finish(height)
  return { kind: 'LambdaExpr', span: p.spanFrom(start), keyword, params, body }
}

function parseIfExpr(p: Cursor): Expr {
  const mayOmitElse = p.elseOptionalAt === p.index
  const peak = p.peak
  p.peak = 0
  const arms: { start: number; cond: Expr; then: Block }[] = []
  let otherwise: Block | null = null
  for (;;) {
    const start = p.start
    p.advance()
    const cond = parseCondition(p)
    arms.push({ start, cond, then: parseBlock(p) })
    if (!p.accept(T.Else)) break
    if (p.kind === T.If) continue
    otherwise = parseBlock(p)
    break
  }
  if (otherwise === null && !mayOmitElse) {
    const start = arms[0]?.start ?? p.start
    p.report('HK1025', { start, end: start + 2 }, [])
  }
  const end = p.previousEnd
  let chain: Block | IfExpr | null = otherwise
  for (const arm of arms.reverse()) {
    chain = { kind: 'IfExpr', span: { start: arm.start, end }, cond: arm.cond, then: arm.then, else: chain }
  }
  const height = p.peak + arms.length
  p.peak = peak
  p.finish(height)
  return chain as IfExpr
}

function parseInclude(p: Cursor): Expr {
  const start = p.start
  p.advance()
  const open = p.index
  const hasParens = p.accept(T.LParen)
  const path = parseString(p)
  if (hasParens) expectClose(p, T.RParen, open)
  p.finish(1)
  return { kind: 'IncludeExpr', span: p.spanFrom(start), hasParens, path }
}

function parseExterncall(p: Cursor): Expr {
  const start = p.start
  p.advance()
  const symbol = parseString(p)
  if (p.kind !== T.LParen) p.fail('LPAREN')
  const args = parseArgs(p)
  p.finish(p.height + 1)
  return { kind: 'ExterncallExpr', span: p.spanFrom(start), symbol, args }
}
