/**
 * Expressions and patterns → layout documents. Chains of one precedence and chains of calls are laid out as one group, so that either
 * all their lines break or none.
 */
import { unreachable } from '../base/bug.ts'
import type { BinaryExpr, Block, Expr, FieldExpr, IfExpr, MatchArm, MethodCallExpr, Pattern } from './ast.ts'
import { cat, type Doc, fill, group, HARD, hasForcedLine, indent, join, LINE, SOFT } from './layout.ts'
import { BINARY_PRECEDENCES } from './operators.ts'
import { names, type Printer } from './print.ts'

/** An expression without the comments around it. */
export function printExpr(p: Printer, expr: Expr): Doc {
  switch (expr.kind) {
    case 'IntLit':
    case 'FloatLit':
    case 'StringLit':
    case 'BoolLit':
    case 'NullLit':
    case 'ErrorExpr':
      return p.source(expr)
    case 'NameExpr':
      return expr.name
    case 'MeExpr':
      return expr.spelling
    case 'ArrayLit':
      return printArray(p, expr)
    case 'MapLit': {
      const entries = expr.entries.map((entry) => {
        const key = entry.keyForm === 'string' ? p.source(entry.key) : entry.key.text
        return p.wrap(entry, cat(`${key} => `, p.expr(entry.value)))
      })
      const first = expr.entries[0]
      const wasBroken = first !== undefined && p.hasLineEnd(expr.span.start, first.span.start)
      return wasBroken ? brokenList('%{', entries, '}') : p.list('%{', entries, '}')
    }
    case 'ParenExpr':
      return group('(', indent(SOFT, p.expr(expr.expr)), SOFT, ')')
    case 'GroupedAssignExpr':
      return cat(`(${expr.name.text} = `, p.expr(expr.value), ')')
    case 'UnaryExpr': {
      // Two minus signs side by side would read as the `--` of other languages.
      const isWord = expr.spelling === 'not' || (expr.spelling === '-' && beginsWithMinus(expr.operand))
      return cat(expr.spelling, isWord ? ' ' : '', p.expr(expr.operand))
    }
    case 'AwaitExpr':
      return cat('await ', p.expr(expr.operand))
    case 'WeakExpr':
      return cat('weak ', p.expr(expr.operand))
    case 'BinaryExpr':
      return printBinary(p, expr)
    case 'RangeExpr':
      return cat(p.expr(expr.start), '..', p.expr(expr.end))
    case 'IsExpr':
      return cat(p.expr(expr.value), ' is ', p.type(expr.type))
    case 'AsExpr':
      return cat(p.expr(expr.value), ' as ', p.type(expr.type))
    case 'TernaryExpr':
      return group(
        p.expr(expr.cond),
        indent(LINE, cat('? ', indent(p.expr(expr.then))), LINE, cat(': ', indent(p.expr(expr.else)))),
      )
    case 'PipeExpr':
      return printPipe(p, expr)
    case 'CallExpr':
      return cat(p.expr(expr.callee), printArgs(p, expr.args))
    case 'MethodCallExpr':
    case 'FieldExpr':
      return printChain(p, expr)
    case 'IndexExpr':
      return cat(p.expr(expr.receiver), '[', p.expr(expr.index), ']')
    case 'PathExpr': {
      const path = `${expr.owner.text}::${expr.name.text}`
      if (expr.form === 'unit') return path
      if (expr.form === 'tuple') return cat(path, printArgs(p, expr.args))
      const fields = expr.fields.map((field) => p.wrap(field, cat(`${field.name.text}: `, p.expr(field.value))))
      return cat(`${path} `, p.list('{', fields, '}', LINE))
    }
    case 'PropagateExpr':
      return cat(p.expr(expr.operand), '?')
    case 'HandledExpr':
      return cat(p.expr(expr.expr), p.handlers(expr.handlers, (block) => p.shortBlock(block)))
    case 'NewExpr':
      return cat('new ', p.wrap(expr.path, names(expr.path.parts, '.')), p.typeArgs(expr.typeArgs), printArgs(p, expr.args))
    case 'FromCallExpr':
      return cat(`from ${expr.parent.text}.${expr.name.text}`, printArgs(p, expr.args))
    case 'BlockExpr':
      return p.shortBlock(expr.body)
    case 'LambdaExpr':
      return cat(expr.keyword, p.params(expr.params), ' ', p.shortBlock(expr.body))
    case 'IfExpr':
      return printIf(p, expr)
    case 'MatchExpr':
      return cat(`${expr.keyword} `, p.expr(expr.subject), ' ', p.braced(expr, expr.arms, (arm) => printArm(p, arm), armSeparator))
    case 'IncludeExpr':
      return expr.hasParens ? cat('include(', p.expr(expr.path), ')') : cat('include ', p.expr(expr.path))
    case 'ExterncallExpr':
      return cat('externcall ', p.expr(expr.symbol), printArgs(p, expr.args))
    default:
      return unreachable(expr, 'format')
  }
}

function beginsWithMinus(expr: Expr): boolean {
  return expr.kind === 'UnaryExpr' && expr.spelling === '-'
}

function brokenList(open: string, docs: readonly Doc[], close: string): Doc {
  return cat(open, indent(HARD, join(cat(',', HARD), docs)), HARD, close)
}

/** An array: rows of numbers and names are filled, other elements stand one a line when they do not fit. */
function printArray(p: Printer, array: Extract<Expr, { kind: 'ArrayLit' }>): Doc {
  const { elements } = array
  const docs = elements.map((element) => p.expr(element))
  const isRow = elements.length > 4 && elements.every((element) => isShort(element) && !p.hasComments(element))
  const first = elements[0]
  const wasBroken = first !== undefined && p.hasLineEnd(array.span.start, first.span.start)
  if (!isRow) return wasBroken ? brokenList('[', docs, ']') : p.list('[', docs, ']')
  const parts: Doc[] = []
  for (const [index, doc] of docs.entries()) {
    const isLast = index === docs.length - 1
    parts.push(isLast ? doc : cat(doc, ','))
    if (!isLast) parts.push(LINE)
  }
  return group('[', indent(SOFT, fill(parts)), SOFT, ']')
}

function isShort(expr: Expr): boolean {
  const isSigned = expr.kind === 'UnaryExpr' && expr.operand.kind !== 'UnaryExpr'
  const kind = isSigned ? expr.operand.kind : expr.kind
  return kind === 'IntLit' || kind === 'FloatLit' || kind === 'BoolLit' || kind === 'NullLit'
}

/** Arguments; a last argument with a body keeps its braces on the line of the call. */
function printArgs(p: Printer, args: readonly Expr[]): Doc {
  const docs = args.map((arg) => p.expr(arg))
  const last = args.at(-1)
  const before = docs.slice(0, -1)
  if (last !== undefined && mayHug(last, args.length) && !p.hasComments(last) && !before.some(hasForcedLine)) {
    return cat('(', join(', ', docs), ')')
  }
  return p.list('(', docs, ')')
}

function mayHug(expr: Expr, count: number): boolean {
  switch (expr.kind) {
    case 'LambdaExpr':
    case 'BlockExpr':
    case 'MatchExpr':
      return count <= 3
    case 'MapLit':
    case 'ArrayLit':
      return count === 1 && (expr.kind === 'MapLit' ? expr.entries.length > 0 : expr.elements.length > 0)
    default:
      return false
  }
}

/** A chain of binary operators of one precedence as one group; lines break behind the operators. */
function printBinary(p: Printer, expr: BinaryExpr): Doc {
  const precedence = BINARY_PRECEDENCES[expr.op]
  const rest: Doc[] = []
  let left: Expr = expr
  while (left.kind === 'BinaryExpr' && BINARY_PRECEDENCES[left.op] === precedence && (left === expr || !p.hasComments(left))) {
    rest.push(cat(` ${p.source({ span: left.opSpan })}`, LINE, p.expr(left.right)))
    left = left.left
  }
  return group(p.expr(left), indent(...rest.reverse()))
}

function printPipe(p: Printer, expr: Extract<Expr, { kind: 'PipeExpr' }>): Doc {
  const rest: Doc[] = []
  let value: Expr = expr
  // Steps that stood on lines of their own stay there.
  const line = p.hasLineEnd(expr.value.span.end, expr.target.span.start) ? HARD : LINE
  while (value.kind === 'PipeExpr' && (value === expr || !p.hasComments(value))) {
    rest.push(cat(line, '|> ', p.expr(value.target)))
    value = value.value
  }
  return group(p.expr(value), indent(...rest.reverse()))
}

/** Calls in a chain before which a line may break. */
const LONG_CHAIN = 3

function printChain(p: Printer, expr: MethodCallExpr | FieldExpr): Doc {
  const links: { doc: Doc; isCall: boolean }[] = []
  let receiver: Expr = expr
  let isBroken = false
  while ((receiver.kind === 'MethodCallExpr' || receiver.kind === 'FieldExpr') && (receiver === expr || !p.hasComments(receiver))) {
    const access = `${receiver.isOptional ? '?.' : '.'}${receiver.name.text}`
    const isCall: boolean = receiver.kind === 'MethodCallExpr'
    if (isCall && p.hasLineEnd(receiver.receiver.span.end, receiver.name.span.start)) isBroken = true
    links.push({ doc: receiver.kind === 'MethodCallExpr' ? cat(access, printArgs(p, receiver.args)) : access, isCall })
    receiver = receiver.receiver
  }
  links.reverse()
  const head = p.expr(receiver)
  // Calls that stood on lines of their own stay there; otherwise a long chain breaks when it must.
  const line = isBroken ? HARD : SOFT
  if (!isBroken && links.filter((link) => link.isCall).length < LONG_CHAIN) return cat(head, ...links.map((link) => link.doc))
  // Fields before the first call belong to the head.
  const kept = links.findIndex((link) => link.isCall)
  const parts = links.slice(kept).map((link) => (link.isCall ? cat(line, link.doc) : link.doc))
  return group(head, ...links.slice(0, kept).map((link) => link.doc), indent(...parts))
}

function printIf(p: Printer, expr: IfExpr): Doc {
  // All branches are laid out alike: on one line only when the whole was and fits.
  const bodies = new Map<Block, Doc | null>()
  for (let node: IfExpr | Block | null = expr; node !== null; node = node.kind === 'Block' ? null : node.else) {
    const body = node.kind === 'Block' ? node : node.then
    bodies.set(body, p.inlineBlock(body))
  }
  const isInline = [...bodies.values()].every((doc) => doc !== null)
  const print = (block: Block): Doc => (isInline ? (bodies.get(block) ?? '') : p.block(block))
  const parts: Doc[] = []
  for (let node: IfExpr | Block | null = expr; node !== null; ) {
    if (node.kind === 'Block') {
      parts.push(print(node))
      break
    }
    const head = cat('if ', p.expr(node.cond), ' ', print(node.then))
    parts.push(node === expr ? head : p.wrap(node, head))
    if (node.else !== null) parts.push(' else ')
    node = node.else
  }
  return group(...parts)
}

function printArm(p: Printer, arm: MatchArm): Doc {
  const guard = arm.guard === null ? '' : cat(' if ', p.expr(arm.guard))
  const body = arm.body.kind === 'Block' ? p.shortBlock(arm.body) : p.expr(arm.body)
  return cat(printPattern(p, arm.pattern), guard, ' => ', body)
}

/** An arm that begins with a name that continues expressions needs a comma before it. */
function armSeparator(_arm: MatchArm, next: MatchArm): string {
  const first = next.pattern.kind === 'OrPat' ? next.pattern.alternatives[0] : next.pattern
  if (first === undefined || !('name' in first)) return ''
  const word = 'owner' in first && first.owner !== null ? first.owner.text : first.name.text
  return word === 'as' || word === 'finally' ? ',' : ''
}

function printPattern(p: Printer, pattern: Pattern): Doc {
  return p.wrap(pattern, printBarePattern(p, pattern))
}

function printBarePattern(p: Printer, pattern: Pattern): Doc {
  switch (pattern.kind) {
    case 'WildcardPat':
      return pattern.spelling
    case 'LiteralPat':
      return cat(pattern.isNegative ? '-' : '', p.expr(pattern.literal))
    case 'RangePat':
      return cat(printPattern(p, pattern.low), '..', printPattern(p, pattern.high))
    case 'NamePat':
      return variantName(pattern)
    case 'TuplePat':
      return cat(variantName(pattern), '(', names(pattern.bindings, ', '), ')')
    case 'RecordPat': {
      const fields = pattern.fields.map((field) =>
        p.wrap(field, field.binding === null ? field.field.text : `${field.field.text}: ${field.binding.text}`),
      )
      return cat(variantName(pattern), ' ', p.list('{', fields, '}', LINE))
    }
    case 'ArrayPat': {
      const elements = pattern.elements.map((name) => name.text)
      if (pattern.rest !== null) elements.push(`..${pattern.rest.text}`)
      return `[${elements.join(', ')}]`
    }
    case 'MapPat': {
      const entries = pattern.entries.map((entry) => p.wrap(entry, cat(p.expr(entry.key), ` => ${entry.binding.text}`)))
      return p.list('%{', entries, '}')
    }
    case 'OrPat':
      return join(' | ', pattern.alternatives.map((alternative) => printPattern(p, alternative)))
    case 'ErrorPat':
      return ''
    default:
      return unreachable(pattern, 'format')
  }
}

function variantName(pattern: { readonly owner: { readonly text: string } | null; readonly name: { readonly text: string } }): string {
  return pattern.owner === null ? pattern.name.text : `${pattern.owner.text}::${pattern.name.text}`
}
