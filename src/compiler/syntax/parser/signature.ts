/**
 * The parts that declarations, statements and expressions share: dotted names, types, parameters, attributes and handlers.
 */
import type { Attribute, CatchClause, CleanupClause, DottedName, Expr, Handlers, Name, Param, TypeRef } from '../ast.ts'
import { isIdentifierKind, isWordKind, T } from '../tokens.ts'
import { type Cursor, IN_PARENS, NEWLINE_ENDS } from './cursor.ts'
import { parseArgs, parseExpr } from './expr.ts'
import { expectClose, isParenThenBrace } from './recover.ts'
import { parseBlock } from './stmt.ts'

/** `a.b.c`; keywords may be parts. */
export function parseDottedName(p: Cursor): DottedName {
  const start = p.start
  const parts = [p.memberName()]
  while (p.kind === T.Dot && isWordKind(p.peekKind())) {
    p.advance()
    parts.push(p.takeName())
  }
  return { kind: 'DottedName', span: p.spanFrom(start), parts }
}

/** A type. After `is` and `as` (`isOperand`) a `<` or `?` may belong to the expression and is looked at closely. */
export function parseTypeRef(p: Cursor, isOperand = false): TypeRef {
  const start = p.start
  const path = parseDottedName(p)
  let args: TypeRef[] = []
  if (p.kind === T.Less && (!isOperand || looksLikeTypeArgs(p))) args = parseTypeArgs(p)
  let arrayDepth = 0
  while (p.kind === T.LBracket && p.peekKind() === T.RBracket && !p.isOnNewLine) {
    p.advance()
    p.advance()
    arrayDepth++
  }
  const isOptional = p.kind === T.Question && (!isOperand || isPostfixQuestion(p))
  if (isOptional) p.advance()
  return { kind: 'TypeRef', span: p.spanFrom(start), path, args, arrayDepth, isOptional }
}

/** `<T, U>`; the cursor is at `<`. */
export function parseTypeArgs(p: Cursor): TypeRef[] {
  p.enter()
  p.advance()
  const args = [parseTypeRef(p)]
  while (p.accept(T.Comma)) args.push(parseTypeRef(p))
  if (!p.acceptGreater()) p.fail("'>'")
  p.leave()
  return args
}

/** `: T`, or null. */
export function parseTypeAnnotation(p: Cursor): TypeRef | null {
  return p.accept(T.Colon) ? parseTypeRef(p) : null
}

/** `<T, U>` of a declaration, or nothing. */
export function parseTypeParams(p: Cursor): Name[] {
  const names: Name[] = []
  if (!p.accept(T.Less)) return names
  do names.push(p.identifier('type parameter'))
  while (p.accept(T.Comma))
  if (!p.acceptGreater()) p.fail("'>'")
  return names
}

// A bounded scan: type arguments are short, and a comparison chain must not cost more.
function looksLikeTypeArgs(p: Cursor): boolean {
  let depth = 0
  for (let distance = 0; distance < 64; distance++) {
    const kind = p.peekKind(distance)
    if (kind === T.Less) depth++
    else if (kind === T.Greater) depth--
    else if (kind === T.ShiftRight) depth -= 2
    else if (
      !isWordKind(kind) &&
      kind !== T.Dot &&
      kind !== T.Comma &&
      kind !== T.Question &&
      kind !== T.LBracket &&
      kind !== T.RBracket
    ) {
      return false
    }
    if (depth <= 0) return depth === 0
  }
  return false
}

/** The `?` at the cursor is a postfix operator: what follows cannot begin the branch of a ternary. */
export function isPostfixQuestion(p: Cursor): boolean {
  switch (p.peekKind()) {
    case T.RParen:
    case T.RBracket:
    case T.RBrace:
    case T.Comma:
    case T.Semicolon:
    case T.Eof:
      return true
    default:
      return p.isNewLineAt(p.index + 1) && (p.context & NEWLINE_ENDS) !== 0
  }
}

/** `(a, b: T = e)`; the cursor is at `(`, else P1. */
export function parseParams(p: Cursor, anyName = false): Param[] {
  const open = p.index
  p.expect(T.LParen)
  const context = p.context
  p.context = IN_PARENS
  const params: Param[] = []
  while (p.kind !== T.RParen && isWordKind(p.kind)) {
    const start = p.start
    const name = anyName ? p.memberName() : p.identifier('parameter')
    const type = parseTypeAnnotation(p)
    const value = p.accept(T.Eq) ? parseExpr(p) : null
    params.push({ kind: 'Param', span: p.spanFrom(start), name, type, default: value })
    if (p.accept(T.Comma)) continue
    if (!isIdentifierKind(p.kind)) break
    p.report('HK1026', p.tokenSpan, ['parameters'], {
      help: { text: "add ','", edit: { span: { start: p.previousEnd, end: p.previousEnd }, replacement: ',' } },
    })
  }
  expectClose(p, T.RParen, open)
  p.context = context
  return params
}

/** Attributes in a row, at most `limit`; the cursor is at `@`. The sugar `@x = e` is no attribute. */
export function parseAttributes(p: Cursor, limit = Number.POSITIVE_INFINITY): Attribute[] {
  const attributes: Attribute[] = []
  while (attributes.length < limit && isAttribute(p)) attributes.push(parseAttribute(p))
  return attributes
}

/** An attribute, not the local sugar, is at the cursor. */
export function isAttribute(p: Cursor): boolean {
  if (p.kind !== T.At) return false
  const after = p.peekKind(2)
  return after !== T.Eq && after !== T.Colon
}

/** Index of the token behind the run of attributes at the cursor. */
export function afterAttributes(p: Cursor): number {
  let index = p.index
  while (p.kindAt(index) === T.At) {
    const isRune = p.textAt(index + 1) === 'rune'
    index += 2
    if (isRune && isWordKind(p.kindAt(index)) && !p.isNewLineAt(index)) index++
    if (p.kindAt(index) === T.LParen && !p.isNewLineAt(index)) {
      const close = p.partnerAt(index)
      if (close === -1) return index
      index = close + 1
    }
  }
  return index
}

function parseAttribute(p: Cursor): Attribute {
  const start = p.start
  p.advance()
  const name = p.memberName()
  const subject = name.text === 'rune' && isWordKind(p.kind) && !p.isOnNewLine ? p.takeName() : null
  let args: Expr[] | null = null
  if (p.kind === T.LParen && !p.isOnNewLine) args = parseArgs(p)
  return { kind: 'Attribute', span: p.spanFrom(start), name, subject, args }
}

/** What kind of handler begins at the cursor (rule N6). */
export function handlerAt(p: Cursor): 'catch' | 'cleanup' | null {
  if (p.kind === T.Catch) {
    const next = p.peekKind()
    if (next === T.LBrace) return 'catch'
    return next === T.LParen && isParenThenBrace(p, p.index + 1) ? 'catch' : null
  }
  if (p.kind === T.Cleanup) return p.peekKind() === T.LBrace ? 'cleanup' : null
  if (p.kind === T.Ident && p.peekKind() === T.LBrace && p.tokenText === 'finally') return 'cleanup'
  return null
}

/** `catch … cleanup …`, or null. `where` names what they follow; only `try` may have several catches. */
export function parseHandlers(p: Cursor, where: string, several = false): Handlers | null {
  let sort = handlerAt(p)
  if (sort === null) return null
  const start = p.start
  const catches: CatchClause[] = []
  let cleanup: CleanupClause | null = null
  for (; sort !== null; sort = handlerAt(p)) {
    const isDuplicate = cleanup !== null || (sort === 'catch' && catches.length > 0 && !several)
    if (isDuplicate) p.report('HK3028', p.tokenSpan, [where])
    if (sort === 'catch') {
      const clause = parseCatch(p)
      if (!isDuplicate) catches.push(clause)
    } else {
      cleanup = parseCleanup(p)
    }
  }
  return { kind: 'Handlers', span: p.spanFrom(start), catches, cleanup }
}

function parseCatch(p: Cursor): CatchClause {
  const start = p.start
  p.advance()
  let type: Name | null = null
  let binding: Name | null = null
  const open = p.index
  if (p.accept(T.LParen)) {
    if (isWordKind(p.kind)) {
      // With two names the first is the kind of the error, with one it is the variable.
      if (isWordKind(p.peekKind())) type = p.takeName()
      binding = p.identifier('variable')
    }
    expectClose(p, T.RParen, open)
  }
  const body = parseBlock(p)
  return { kind: 'CatchClause', span: p.spanFrom(start), type, binding, body }
}

function parseCleanup(p: Cursor): CleanupClause {
  const start = p.start
  if (p.kind === T.Ident) {
    const span = p.tokenSpan
    p.report('HK1015', span, [], { help: { text: "write 'cleanup'", edit: { span, replacement: 'cleanup' } } })
  }
  p.advance()
  const body = parseBlock(p)
  return { kind: 'CleanupClause', span: p.spanFrom(start), body }
}
