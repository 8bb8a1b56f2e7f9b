/**
 * Statements and blocks.
 *
 * The one idea: no separator is required. A statement ends where its grammar cannot be extended (rule N1); what may extend it across
 * a newline is decided in the expression grammar by the cursor's context. The list of statements is where mistakes are recovered.
 */
import type { Binding, Block, Expr, IfStmt, Name, Stmt } from '../ast.ts'
import { ASSIGN_ROWS } from '../operators.ts'
import { STATEMENT_HABITS } from '../../diagnostics/habits.ts'
import { isIdentifierKind, T, type TokenKind } from '../tokens.ts'
import { type Cursor, IN_BRACES, IN_PARENS, RECOVER } from './cursor.ts'
import { parseComparedAssignment, parseCondition, parseExpr } from './expr.ts'
import { beginsDeclaration, parseDeclaration } from './item.ts'
import { attempt, expectClose, isParenThenBrace, reportHabit, skipElement } from './recover.ts'
import { afterAttributes, isAttribute, parseAttributes, parseHandlers, parseTypeAnnotation } from './signature.ts'

/** `{ … }`; without a `{` at the cursor P1 is reported and the enclosing list goes on. */
export function parseBlock(p: Cursor): Block {
  const start = p.start
  const open = p.index
  if (p.kind !== T.LBrace) {
    p.report('HK1011', p.tokenSpan, [p.found, 'LBRACE'], { help: { text: "a body stands in braces: '{ … }'" } })
    throw RECOVER
  }
  p.enter()
  const context = p.context
  p.context = IN_BRACES
  p.advance()
  const stmts: Stmt[] = []
  parseStmts(p, stmts)
  expectClose(p, T.RBrace, open)
  p.context = context
  p.leave()
  return { kind: 'Block', span: p.spanFrom(start), stmts }
}

/** Statements up to `}` or the end of the file, recovering from mistakes. */
function parseStmts(p: Cursor, stmts: Stmt[]): void {
  while (p.kind !== T.RBrace && p.kind !== T.Eof) {
    if (p.accept(T.Semicolon)) continue
    parseInto(p, stmts, parseStmt)
  }
}

/** Runs `parse` for one element of a list of statements; after a mistake an ErrorStmt stands for what was skipped. */
export function parseInto<S>(p: Cursor, list: (S | Stmt)[], parse: (p: Cursor) => S | Stmt): void {
  const from = p.index
  const start = p.start
  const stmt = attempt(p, parse)
  if (stmt !== undefined && p.index !== from) {
    list.push(stmt)
    return
  }
  skipElement(p, from)
  list.push({ kind: 'ErrorStmt', span: p.spanFrom(start) })
}

/** One statement. */
export function parseStmt(p: Cursor): Stmt {
  const start = p.start
  switch (p.kind) {
    case T.LBrace: {
      const body = parseBlock(p)
      const handlers = parseHandlers(p, 'block')
      return { kind: 'BlockStmt', span: p.spanFrom(start), body, handlers }
    }
    case T.Local:
      return parseLocal(p)
    case T.At:
      return parseAt(p)
    case T.Outbox:
      return parseOutbox(p)
    case T.Fini:
      if (p.peekKind() !== T.LBrace) break
      p.advance()
      return { kind: 'FiniStmt', body: parseBlock(p), span: p.spanFrom(start) }
    case T.If:
      return parseIf(p)
    case T.Loop:
      return parseLoop(p)
    case T.While: {
      p.advance()
      const cond = parseCondition(p)
      const body = parseBlock(p)
      return { kind: 'WhileStmt', span: p.spanFrom(start), cond, body }
    }
    case T.For:
      return parseFor(p, 'for')
    case T.Return:
      return parseReturn(p)
    case T.Break:
      p.advance()
      return { kind: 'BreakStmt', span: p.spanFrom(start) }
    case T.Continue:
      p.advance()
      return { kind: 'ContinueStmt', span: p.spanFrom(start) }
    case T.Nowait: {
      p.advance()
      const name = p.identifier('variable')
      p.expect(T.Eq)
      const value = parseExpr(p)
      return { kind: 'NowaitStmt', span: p.spanFrom(start), name, value }
    }
    case T.Try: {
      p.advance()
      const body = parseBlock(p)
      const handlers = parseHandlers(p, 'try', true)
      return { kind: 'TryStmt', span: p.spanFrom(start), body, handlers }
    }
    case T.Throw: {
      const word = p.tokenSpan
      p.advance()
      const value = parseExpr(p)
      const span = p.spanFrom(start)
      const call = `panic(${p.text.slice(value.span.start, value.span.end)})`
      p.report('HK1016', word, [], value.kind === 'ErrorExpr' || call.includes('\n') ? { help: { text: "write 'panic(message)'" } } : { help: { text: "write 'panic(…)'", edit: { span, replacement: call } } })
      return { kind: 'ThrowStmt', span, value }
    }
    case T.Else:
    case T.Catch:
    case T.Cleanup:
      return strayClause(p)
    default:
      break
  }
  if (beginsDeclaration(p)) return parseDeclaration(p, [])
  const contextual = parseContextualStmt(p)
  if (contextual !== undefined) return contextual
  return parseExprStmt(p)
}

function strayClause(p: Cursor): never {
  p.unexpected('statement', { help: { text: `${p.found} must follow the '}' it belongs to` } })
  throw RECOVER
}

/** Statements that begin with a contextual keyword; undefined when the word is a plain name here. */
function parseContextualStmt(p: Cursor): Stmt | undefined {
  const start = p.start
  switch (p.kind) {
    case T.TaskScope: {
      if (p.peekKind() !== T.LBrace) return undefined
      p.advance()
      const body = parseBlock(p)
      const handlers = parseHandlers(p, 'task_scope')
      return { kind: 'TaskScopeStmt', span: p.spanFrom(start), body, handlers }
    }
    case T.Foreach:
      return isIdentifierKind(p.peekKind()) && p.peekKind(2) === T.In ? parseFor(p, 'foreach') : undefined
    case T.Repeat: {
      if (!isHead(p)) return undefined
      p.advance()
      const count = parseCondition(p)
      const body = parseBlock(p)
      return { kind: 'RepeatStmt', span: p.spanFrom(start), count, body }
    }
    case T.Until: {
      if (!isHead(p)) return undefined
      p.advance()
      const cond = parseCondition(p)
      const body = parseBlock(p)
      return { kind: 'UntilStmt', span: p.spanFrom(start), cond, body }
    }
    case T.Guard:
    case T.Scoped:
    case T.WorkerLocal: {
      const next = p.peekKind()
      const isGuard = p.kind === T.Guard && (isHead(p) || (next === T.LParen && p.kindAt(p.partnerAt(p.index + 1) + 1) === T.ThinArrow))
      const isFeature = !p.isNewLineAt(p.index + 1) && (isIdentifierKind(next) || (p.kind !== T.WorkerLocal && next === T.LBrace))
      if (!isGuard && !isFeature) return undefined
      p.report('HK1027', p.tokenSpan, [`'${p.tokenText}'`], isGuard ? { help: { text: "write 'if condition { … } else if …'" } } : {})
      throw RECOVER
    }
    default:
      return undefined
  }
}

/** A contextual word is followed, on its line, by what can only be the head of a compound statement. */
function isHead(p: Cursor): boolean {
  const next = p.index + 1
  if (p.isNewLineAt(next)) return false
  const kind = p.kindAt(next)
  if (kind === T.LParen) return isParenThenBrace(p, next)
  return (
    kind === T.Int || kind === T.Me || kind === T.True || kind === T.False || kind === T.Not || kind === T.Bang || (isIdentifierKind(kind) && kind !== T.Is && kind !== T.As)
  )
}

function parseExprStmt(p: Cursor): Stmt {
  const start = p.start
  const habit = reportHabit(p)
  if (habit !== undefined) return parseHabit(p, habit)
  if (p.kind === T.Minus && p.peekKind() === T.Minus && p.startAt(p.index + 1) === p.start + 1) {
    p.report('HK1020', { start, end: start + 2 }, ['--', '-= 1'])
  }
  const expr = parseExpr(p)
  const op = ASSIGN_ROWS[p.kind]
  if (op !== undefined) {
    p.advance()
    const value = parseExpr(p)
    return { kind: 'AssignStmt', span: p.spanFrom(start), op, target: expr, value }
  }
  if (p.kind === T.PlusPlus && !p.isBarrier) {
    p.advance()
    return { kind: 'IncrementStmt', span: p.spanFrom(start), target: expr }
  }
  return { kind: 'ExprStmt', span: expr.span, expr }
}

/** Reads on after a reported word of another language. */
function parseHabit(p: Cursor, habit: 'replaced' | 'skipped'): Stmt {
  const word = p.tokenText
  const start = p.start
  if (word === 'do') return parseDoWhile(p)
  if (habit === 'skipped') throw RECOVER
  // The binding is read, so that the name is declared and later uses of it are no further errors.
  if (STATEMENT_HABITS.get(word)?.edit === 'local') return parseLocal(p)
  switch (word) {
    case 'elif':
    case 'elsif':
    case 'elseif':
      return parseIf(p)
    case 'class':
    case 'struct':
    case 'trait':
    case 'def':
    case 'func':
    case 'fun':
      return parseDeclaration(p, [], word === 'class' || word === 'struct' || word === 'trait' ? T.Box : T.Function)
    default:
      p.advance()
      if (p.kind === T.LParen) {
        const close = p.partnerAt(p.index)
        if (close !== -1) p.moveTo(close + 1)
      }
      return { kind: 'BlockStmt', body: parseBlock(p), handlers: null, span: p.spanFrom(start) }
  }
}

/** `do {…} while (c)`, reported: the body is read for its own mistakes. */
function parseDoWhile(p: Cursor): Stmt {
  const start = p.start
  p.advance()
  const body = parseBlock(p)
  if (p.kind === T.While || p.kind === T.Until) {
    p.advance()
    parseCondition(p)
  }
  return { kind: 'BlockStmt', body, handlers: null, span: p.spanFrom(start) }
}

function parseLocal(p: Cursor): Stmt {
  const start = p.start
  p.advance()
  const bindings: Binding[] = []
  do bindings.push(parseBinding(p))
  while (p.accept(T.Comma))
  let fini: Block | null = null
  // On a line of its own `fini {…}` is a statement, which means the same.
  if (p.kind === T.Fini && p.peekKind() === T.LBrace && !p.isOnNewLine) {
    p.advance()
    fini = parseBlock(p)
  }
  return { kind: 'LocalStmt', span: p.spanFrom(start), keyword: 'local', bindings, fini }
}

function parseBinding(p: Cursor): Binding {
  const start = p.start
  const name = p.identifier('variable')
  const type = parseTypeAnnotation(p)
  const init = p.accept(T.Eq) ? parseExpr(p) : null
  return { kind: 'Binding', span: p.spanFrom(start), name, type, init }
}

/** `@x = e`, or attributes with or without a declaration. */
function parseAt(p: Cursor): Stmt {
  const start = p.start
  if (!isAttribute(p)) {
    p.advance()
    const bindingStart = p.start
    const name = p.identifier('variable')
    const type = parseTypeAnnotation(p)
    p.expect(T.Eq)
    const init = parseExpr(p)
    const binding: Binding = { kind: 'Binding', span: p.spanFrom(bindingStart), name, type, init }
    return { kind: 'LocalStmt', span: p.spanFrom(start), keyword: '@', bindings: [binding], fini: null }
  }
  if (beginsDeclaration(p, afterAttributes(p))) return parseDeclaration(p, parseAttributes(p))
  const [attribute] = parseAttributes(p, 1)
  if (attribute === undefined) return p.fail('attribute')
  return { kind: 'AttributeStmt', span: attribute.span, attribute }
}

function parseOutbox(p: Cursor): Stmt {
  const start = p.start
  p.advance()
  const names: Name[] = []
  do names.push(p.identifier('variable'))
  while (p.accept(T.Comma))
  const init = p.accept(T.Eq) ? parseExpr(p) : null
  return { kind: 'OutboxStmt', span: p.spanFrom(start), names, init }
}

function parseIf(p: Cursor): Stmt {
  const arms: { start: number; cond: Expr; then: Block }[] = []
  let otherwise: Block | null = null
  for (;;) {
    const start = p.start
    p.advance()
    const cond = parseCondition(p)
    arms.push({ start, cond, then: parseBlock(p) })
    if (isElseIfHabit(p)) continue
    if (!p.accept(T.Else)) break
    if (p.kind === T.If) continue
    otherwise = parseBlock(p)
    break
  }
  // The chain is nested in the tree; a very long one would be too tall for later stages.
  p.finish(arms.length)
  const end = p.previousEnd
  let chain: IfStmt | Block | null = otherwise
  for (const arm of arms.reverse()) {
    chain = { kind: 'IfStmt', span: { start: arm.start, end }, cond: arm.cond, then: arm.then, else: chain }
  }
  return chain as IfStmt
}

/** `elif c {` after a branch: reported and read as `else if`. */
function isElseIfHabit(p: Cursor): boolean {
  if (p.kind !== T.Ident) return false
  const word = p.tokenText
  return (word === 'elif' || word === 'elsif' || word === 'elseif') && reportHabit(p) !== undefined
}

function parseLoop(p: Cursor): Stmt {
  const start = p.start
  p.advance()
  const open = p.index
  if (p.kind === T.LBrace) {
    const body = parseBlock(p)
    return { kind: 'LoopStmt', span: p.spanFrom(start), hasParens: false, cond: null, body }
  }
  const close = p.partnerAt(open)
  const hasParens = p.kind === T.LParen && (close === -1 || p.kindAt(close + 1) === T.LBrace)
  if (!hasParens) {
    if (isForHead(p)) return parseForRest(p, start, 'loop')
    const cond = parseCondition(p)
    const body = parseBlock(p)
    return { kind: 'LoopStmt', span: p.spanFrom(start), hasParens: false, cond, body }
  }
  const context = p.context
  p.context = IN_PARENS
  p.advance()
  if (isForHead(p)) {
    const name = p.identifier('variable')
    p.advance()
    const iterable = parseExpr(p)
    expectClose(p, T.RParen, open)
    p.context = context
    const body = parseBlock(p)
    return { kind: 'ForStmt', span: p.spanFrom(start), keyword: 'loop', name, iterable, body }
  }
  let cond: Expr | null = null
  if (p.kind !== T.RParen) {
    cond = parseExpr(p)
    if (p.kind === T.Eq) cond = parseComparedAssignment(p, cond)
  }
  expectClose(p, T.RParen, open)
  p.context = context
  const body = parseBlock(p)
  return { kind: 'LoopStmt', span: p.spanFrom(start), hasParens: true, cond, body }
}

function isForHead(p: Cursor): boolean {
  return isIdentifierKind(p.kind) && p.peekKind() === T.In
}

function parseFor(p: Cursor, keyword: 'for' | 'foreach'): Stmt {
  const start = p.start
  p.advance()
  if (p.kind === T.LParen) {
    p.unexpected('name', { help: { text: "write 'for x in a..b { … }' or 'loop(condition) { … }'" } })
    throw RECOVER
  }
  return parseForRest(p, start, keyword)
}

function parseForRest(p: Cursor, start: number, keyword: 'for' | 'foreach' | 'loop'): Stmt {
  const name = p.identifier('variable')
  p.expect(T.In)
  const iterable = parseCondition(p)
  const body = parseBlock(p)
  return { kind: 'ForStmt', span: p.spanFrom(start), keyword, name, iterable, body }
}

function parseReturn(p: Cursor): Stmt {
  const start = p.start
  p.advance()
  const kind: TokenKind = p.kind
  const isBare = p.isOnNewLine || kind === T.RBrace || kind === T.Semicolon || kind === T.Eof
  const value = isBare ? null : parseExpr(p)
  return { kind: 'ReturnStmt', span: p.spanFrom(start), value }
}
