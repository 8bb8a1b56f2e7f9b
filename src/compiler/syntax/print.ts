/**
 * Nodes → layout documents, the body of the formatter: comments, blank lines, lists and statements here, expressions in
 * `print-expr.ts`.
 */
import type {
  Attribute,
  Block,
  BoxDecl,
  CatchClause,
  Comment,
  EnumDecl,
  Expr,
  FunctionDecl,
  Handlers,
  IfStmt,
  Item,
  Member,
  Name,
  Node,
  Param,
  Program,
  Stmt,
  TypeRef,
  Variant,
} from './ast.ts'
import { unreachable } from '../base/bug.ts'
import { cat, concat, type Doc, group, HARD, hasForcedLine, indent, join, LINE, remark, SOFT, suffix } from './layout.ts'
import { printExpr } from './print-expr.ts'
import { type Attached, attachComments } from './trivia.ts'

/** Prints one program. */
export class Printer {
  readonly #program: Program
  readonly #text: string
  readonly #attached: Map<Node, Attached>
  /** A comment was moved to where a second look at the result may attach it to another node. */
  hasMovedComments = false

  constructor(program: Program, text: string) {
    this.#program = program
    this.#text = text
    this.#attached = program.comments.length === 0 ? new Map() : attachComments(program, text)
  }

  program(): Doc {
    const parts: Doc[] = []
    this.#lines(parts, this.#program.items, (item) => this.#item(item), itemSeparator)
    this.#tail(parts, this.#program)
    return concat(parts)
  }

  /** The source text of a node. */
  source(node: { readonly span: { readonly start: number; readonly end: number } }): string {
    return this.#text.slice(node.span.start, node.span.end)
  }

  /** The node written on one line has no line end in the source. */
  isOneLine(node: Node): boolean {
    return !this.source(node).includes('\n')
  }

  /** A line end stands between two offsets of the source. */
  hasLineEnd(from: number, to: number): boolean {
    const at = this.#text.indexOf('\n', from)
    return at !== -1 && at < to
  }

  hasComments(node: Node): boolean {
    return this.#attached.has(node)
  }

  // ── comments and blank lines ──

  /** An expression with its comments. */
  expr(node: Expr): Doc {
    return this.#withComments(node, printExpr(this, node))
  }

  /** A document of a node with the node's leading and trailing comments. */
  #withComments(node: Node, doc: Doc): Doc {
    const attached = this.#attached.get(node)
    if (attached === undefined) return doc
    if (attached.leading.length > 0 || attached.trailing.length > 0) this.hasMovedComments = true
    const parts: Doc[] = []
    for (const comment of attached.leading) {
      if (this.#endsLine(comment)) parts.push(remark(this.#comment(comment)), HARD)
      else parts.push(`${this.#comment(comment)} `)
    }
    parts.push(doc)
    for (const comment of attached.trailing) parts.push(this.#after(comment))
    return cat(...parts)
  }

  /** Other nodes (types, patterns, parameters …) with their comments. */
  wrap(node: Node, doc: Doc): Doc {
    return this.#withComments(node, doc)
  }

  /** A comment behind something: to the end of the line when it must, else in place. */
  #after(comment: Comment): Doc {
    if (comment.form === 'block' && this.#endsLine(comment)) this.hasMovedComments = true
    return this.#endsLine(comment) ? suffix(` ${this.#comment(comment)}`) : ` ${this.#comment(comment)}`
  }

  #comment(comment: Comment): string {
    return this.#text.slice(comment.span.start, comment.span.end).trimEnd()
  }

  /** A line comment, or a block comment over several lines, which counts as a newline. */
  #endsLine(comment: Comment): boolean {
    return comment.form !== 'block' || this.#comment(comment).includes('\n')
  }

  /** A blank line stands before an offset in the source. */
  #isBlankBefore(offset: number): boolean {
    let lines = 0
    for (let at = offset - 1; at >= 0; at--) {
      const code = this.#text.charCodeAt(at)
      if (code === 0x0a) lines++
      else if (code !== 0x20 && code !== 0x09 && code !== 0x3b && code !== 0x2c) break
    }
    return lines >= 2
  }

  /** Elements on lines of their own, each with its comments and the blank line before it. */
  #lines<N extends Node>(
    parts: Doc[],
    nodes: readonly N[],
    print: (node: N) => Doc,
    separator: (node: N, next: N) => string,
  ): void {
    for (const [index, node] of nodes.entries()) {
      const attached = this.#attached.get(node)
      let isFirst = parts.length === 0
      for (const comment of attached?.leading ?? []) {
        if (!isFirst) parts.push(HARD)
        if (!isFirst && this.#isBlankBefore(comment.span.start)) parts.push(HARD)
        parts.push(this.#comment(comment))
        isFirst = false
      }
      const lastLeading = attached?.leading.at(-1)
      const isInline = lastLeading !== undefined && !this.#endsLine(lastLeading) && !this.hasLineEnd(lastLeading.span.end, node.span.start)
      if (isInline) parts.push(' ')
      else {
        if (!isFirst) parts.push(HARD)
        if (!isFirst && this.#isBlankBefore(node.span.start)) parts.push(HARD)
      }
      parts.push(print(node))
      const next = nodes[index + 1]
      if (next !== undefined) parts.push(separator(node, next))
      for (const comment of attached?.trailing ?? []) parts.push(this.#after(comment))
    }
  }

  #tail(parts: Doc[], node: Node): void {
    for (const comment of this.#attached.get(node)?.tail ?? []) {
      if (parts.length > 0) parts.push(HARD)
      if (parts.length > 0 && this.#isBlankBefore(comment.span.start)) parts.push(HARD)
      parts.push(this.#comment(comment))
    }
  }

  /** `{`, the elements on lines of their own, `}`. */
  braced<N extends Node>(
    owner: Node,
    nodes: readonly N[],
    print: (node: N) => Doc,
    separator: (node: N, next: N) => string = () => '',
  ): Doc {
    const parts: Doc[] = []
    this.#lines(parts, nodes, print, separator)
    this.#tail(parts, owner)
    const head = this.#attached.get(owner)?.head ?? []
    if (head.length > 1) this.hasMovedComments = true
    const heads = head.map((comment) => this.#after(comment))
    if (parts.length === 0 && heads.length === 0) return '{}'
    return cat('{', concat(heads), parts.length === 0 ? '' : indent(HARD, concat(parts)), HARD, '}')
  }

  /** Elements in brackets with commas: flat if they fit, else one a line. */
  list(open: string, docs: readonly Doc[], close: string, pad: Doc = SOFT): Doc {
    if (docs.length === 0) return open + close
    return group(open, indent(pad, join(cat(',', LINE), docs)), pad, close)
  }

  // ── blocks and handlers ──

  /** A block of statements, one a line. */
  block(block: Block): Doc {
    return this.#withComments(
      block,
      this.braced(block, block.stmts, (stmt) => this.stmt(stmt), (a, b) => stmtSeparator(a, b)),
    )
  }

  /** A block that stays on one line if it was, holds one plain statement, and fits. */
  shortBlock(block: Block): Doc {
    const inline = this.inlineBlock(block)
    return inline === null ? this.block(block) : group(inline)
  }

  /** The block with lines that the group around it breaks or not; null when it must be broken. */
  inlineBlock(block: Block): Doc | null {
    const [only, ...more] = block.stmts
    const attached = this.#attached.get(block)
    const isPlain = attached === undefined || (attached.head.length === 0 && attached.tail.length === 0)
    if (!isPlain || !this.isOneLine(block) || more.length > 0) return null
    if (only === undefined) return this.#withComments(block, '{}')
    if (!isSimple(only) || this.hasComments(only)) return null
    const doc = this.stmt(only)
    return hasForcedLine(doc) ? null : this.#withComments(block, cat('{', indent(LINE, doc), LINE, '}'))
  }

  /** Handlers, with the blank before them. */
  handlers(handlers: Handlers | null, print: (block: Block) => Doc = (block) => this.block(block)): Doc {
    if (handlers === null) return ''
    const parts: Doc[] = []
    for (const clause of handlers.catches) parts.push(' ', this.wrap(clause, this.#catch(clause, print)))
    if (handlers.cleanup !== null) parts.push(' ', this.wrap(handlers.cleanup, cat('cleanup ', print(handlers.cleanup.body))))
    return this.#withComments(handlers, cat(...parts))
  }

  #catch(clause: CatchClause, print: (block: Block) => Doc): Doc {
    const names = [clause.type?.text, clause.binding?.text].filter((name) => name !== undefined)
    // Without a variable the parentheses say nothing.
    return cat(names.length === 0 ? 'catch ' : `catch (${names.join(' ')}) `, print(clause.body))
  }

  // ── declarations ──

  #item(item: Item): Doc {
    switch (item.kind) {
      case 'UsingDecl': {
        const target = item.target.kind === 'StringLit' ? this.expr(item.target) : this.wrap(item.target, names(item.target.parts, '.'))
        return cat('using ', target, alias(item.alias))
      }
      case 'ImportDecl':
        return cat('import ', this.expr(item.path), alias(item.alias))
      case 'GlobalDecl':
        return cat(`global ${item.name.text}`, this.annotation(item.type), this.#init(item.init))
      case 'InterfaceDecl':
        return cat(
          this.#attributes(item.attributes),
          `interface box ${item.name.text} `,
          this.braced(item, item.methods, (method) =>
            cat(method.name.text, this.params(method.params), this.annotation(method.returnType)),
          ),
        )
      default:
        return this.stmt(item)
    }
  }

  #attributes(attributes: readonly Attribute[]): Doc {
    return cat(...attributes.flatMap((attribute) => [this.#attribute(attribute), HARD]))
  }

  #attribute(attribute: Attribute): Doc {
    const subject = attribute.subject === null ? '' : ` ${attribute.subject.text}`
    const args = attribute.args === null ? '' : this.list('(', attribute.args.map((arg) => this.expr(arg)), ')')
    return this.#withComments(attribute, cat(`@${attribute.name.text}${subject}`, args))
  }

  /** `: T`, or nothing. */
  annotation(type: TypeRef | null): Doc {
    return type === null ? '' : cat(': ', this.type(type))
  }

  type(type: TypeRef): Doc {
    const path = this.wrap(type.path, names(type.path.parts, '.'))
    return this.wrap(type, cat(path, this.typeArgs(type.args), '[]'.repeat(type.arrayDepth), type.isOptional ? '?' : ''))
  }

  typeArgs(args: readonly TypeRef[]): Doc {
    return args.length === 0 ? '' : cat('<', join(', ', args.map((arg) => this.type(arg))), '>')
  }

  params(params: readonly Param[]): Doc {
    const docs = params.map((param) =>
      this.wrap(
        param,
        cat(param.name.text, this.annotation(param.type), param.default === null ? '' : cat(' = ', this.expr(param.default))),
      ),
    )
    return this.list('(', docs, ')')
  }

  #function(node: FunctionDecl): Doc {
    const head = [node.isStatic ? 'static ' : '', node.keyword === null ? '' : `${node.keyword} `]
    const owner = node.owner === null ? '' : `${node.owner.text}.`
    return cat(
      this.#attributes(node.attributes),
      `${head.join('')}${owner}${node.name.text}`,
      this.params(node.params),
      this.annotation(node.returnType),
      ' ',
      this.#body(node),
    )
  }

  /** Body and handlers of a function: the body may be short only when it stands alone. */
  #body(node: { readonly body: Block; readonly handlers: Handlers | null }): Doc {
    if (node.handlers === null) return this.shortBlock(node.body)
    return cat(this.block(node.body), this.handlers(node.handlers))
  }

  #enum(node: EnumDecl): Doc {
    const head = cat(this.#attributes(node.attributes), `enum ${node.name.text}${angled(node.typeParams)} `)
    const attached = this.#attached.get(node)
    const isInline =
      node.variants.length > 0 &&
      this.isOneLine(node) &&
      (attached === undefined || (attached.head.length === 0 && attached.tail.length === 0)) &&
      node.variants.every((variant) => !this.hasComments(variant))
    if (isInline) return cat(head, this.list('{', node.variants.map((variant) => this.#variant(variant)), '}', LINE))
    return cat(head, this.braced(node, node.variants, (variant) => this.#variant(variant), () => ','))
  }

  #variant(variant: Variant): Doc {
    if (variant.form === 'unit') return variant.name.text
    if (variant.form === 'tuple') return cat(variant.name.text, this.list('(', variant.types.map((type) => this.type(type)), ')'))
    const fields = variant.fields.map((field) => this.wrap(field, cat(`${field.name.text}: `, this.type(field.type))))
    return cat(`${variant.name.text} `, this.list('{', fields, '}', LINE))
  }

  #box(node: BoxDecl): Doc {
    const keyword = node.keyword === 'flow' ? 'flow' : node.isStatic ? 'static box' : 'box'
    const parts: Doc[] = [this.#attributes(node.attributes), `${keyword} ${node.name.text}${angled(node.typeParams)}`]
    if (node.parents.length > 0) {
      parts.push(node.parentKeyword === ':' ? ' : ' : ' from ')
      parts.push(join(', ', node.parents.map((parent) => this.wrap(parent, cat(parent.name.text, this.typeArgs(parent.args))))))
    }
    if (node.interfaces.length > 0) parts.push(` ${node.interfaceKeyword ?? 'implements'} ${names(node.interfaces, ', ')}`)
    parts.push(' ', this.braced(node, node.members, (member) => this.#member(member, true), memberSeparator))
    return cat(...parts)
  }

  /** A member; inside a visibility group the visibility is said by the group. */
  #member(member: Member, isAlone: boolean): Doc {
    const visibility = isAlone && 'visibility' in member && member.visibility !== null ? `${member.visibility} ` : ''
    const parts: Doc[] = [this.#attributes(member.attributes)]
    switch (member.kind) {
      case 'InitListMember': {
        const fields = member.fields.map((field) => this.#member(field, true))
        const isInline = !this.hasComments(member) && member.fields.every((field) => !this.hasComments(field))
        const list = isInline
          ? this.list('{', fields, '}', LINE)
          : this.braced(member, member.fields, (field) => this.#member(field, true), () => ',')
        parts.push('init ', list)
        break
      }
      case 'StaticInitMember':
        parts.push('static ', this.block(member.body))
        break
      case 'VisibilityMember': {
        const isInline =
          !this.hasComments(member) &&
          member.items.every((item) => item.kind === 'FieldMember' && item.init === null && item.attributes.length === 0 && !this.hasComments(item))
        const list = isInline
          ? this.list('{', member.items.map((item) => this.#member(item, false)), '}', LINE)
          : this.braced(member, member.items, (item) => this.#member(item, false), memberSeparator)
        parts.push(`${member.visibility} `, list)
        break
      }
      case 'FieldMember':
        parts.push(`${visibility}${member.isWeak ? 'weak ' : ''}${member.name.text}`)
        parts.push(this.annotation(member.type), this.#init(member.init))
        break
      case 'PropertyMember': {
        const storage = member.storage === 'computed' ? '' : `${member.storage} `
        const head = cat(`${storage}${member.name.text}: `, this.type(member.type))
        const body = member.body.kind === 'Block' ? this.shortBlock(member.body) : this.expr(member.body)
        if (member.form === 'block-first') parts.push(visibility, body, ' as ', head)
        else if (member.form === 'arrow') parts.push(visibility, head, ' => ', body, this.handlers(member.handlers))
        else parts.push(visibility, head, ' ', body, this.handlers(member.handlers))
        break
      }
      case 'ConstructorMember':
        parts.push(`${visibility}${member.isOverride ? 'override ' : ''}${member.name.text}`, this.params(member.params), ' ')
        parts.push(this.#body(member))
        break
      case 'MethodMember': {
        const modifiers = `${visibility}${member.isOverride ? 'override ' : ''}${member.isStatic ? 'static ' : ''}`
        parts.push(`${modifiers}${member.keyword === null ? '' : `${member.keyword} `}${member.name.text}`)
        parts.push(this.params(member.params), this.annotation(member.returnType), ' ')
        parts.push(this.#body(member))
        break
      }
      default:
        return unreachable(member, 'format')
    }
    return cat(...parts)
  }

  #init(init: Expr | null): Doc {
    return init === null ? '' : cat(' = ', this.#assigned(init))
  }

  /** The right side of `=`: a comment line before it leaves the value indented below. */
  #assigned(value: Expr): Doc {
    const isCommented = (this.#attached.get(value)?.leading.length ?? 0) > 0
    return isCommented ? indent(this.expr(value)) : this.expr(value)
  }

  // ── statements ──

  /** A statement without the comments around it, which belong to its list. */
  stmt(stmt: Stmt): Doc {
    switch (stmt.kind) {
      case 'BoxDecl':
        return this.#box(stmt)
      case 'EnumDecl':
        return this.#enum(stmt)
      case 'FunctionDecl':
        return this.#function(stmt)
      case 'BlockStmt':
        return cat(this.block(stmt.body), this.handlers(stmt.handlers))
      case 'LocalStmt': {
        const bindings = stmt.bindings.map((binding) =>
          this.wrap(binding, cat(binding.name.text, this.annotation(binding.type), this.#init(binding.init))),
        )
        const fini = stmt.fini === null ? '' : cat(' fini ', this.shortBlock(stmt.fini))
        return cat(stmt.keyword === '@' ? '@' : 'local ', join(', ', bindings), fini)
      }
      case 'OutboxStmt':
        return cat(`outbox ${names(stmt.names, ', ')}`, this.#init(stmt.init))
      case 'FiniStmt':
        return cat('fini ', this.shortBlock(stmt.body))
      case 'IfStmt':
        return this.#if(stmt)
      case 'LoopStmt': {
        const head = stmt.hasParens
          ? group('loop(', stmt.cond === null ? '' : cat(indent(SOFT, this.expr(stmt.cond)), SOFT), ') ')
          : cat('loop ', stmt.cond === null ? '' : cat(this.expr(stmt.cond), ' '))
        return cat(head, this.block(stmt.body))
      }
      case 'WhileStmt':
        return cat('while ', this.expr(stmt.cond), ' ', this.block(stmt.body))
      case 'UntilStmt':
        return cat('until ', this.expr(stmt.cond), ' ', this.block(stmt.body))
      case 'RepeatStmt':
        return cat('repeat ', this.expr(stmt.count), ' ', this.block(stmt.body))
      case 'ForStmt': {
        const head = cat(`${stmt.name.text} in `, this.expr(stmt.iterable))
        return cat(stmt.keyword === 'loop' ? cat('loop(', head, ')') : cat(`${stmt.keyword} `, head), ' ', this.block(stmt.body))
      }
      case 'ReturnStmt':
        return stmt.value === null ? 'return' : cat('return ', this.expr(stmt.value))
      case 'BreakStmt':
        return 'break'
      case 'ContinueStmt':
        return 'continue'
      case 'NowaitStmt':
        return cat(`nowait ${stmt.name.text}`, this.#init(stmt.value))
      case 'TaskScopeStmt':
        return cat('task_scope ', this.block(stmt.body), this.handlers(stmt.handlers))
      case 'TryStmt':
        return cat('try ', this.block(stmt.body), this.handlers(stmt.handlers))
      case 'ThrowStmt':
        return cat('throw ', this.expr(stmt.value))
      case 'AssignStmt':
        return cat(this.expr(stmt.target), ` ${stmt.op} `, this.#assigned(stmt.value))
      case 'IncrementStmt':
        return cat(this.expr(stmt.target), '++')
      case 'ExprStmt':
        return this.expr(stmt.expr)
      case 'AttributeStmt':
        return this.#attribute(stmt.attribute)
      case 'ErrorStmt':
        return this.source(stmt)
      default:
        return unreachable(stmt, 'format')
    }
  }

  #if(stmt: IfStmt): Doc {
    const parts: Doc[] = []
    for (let node: IfStmt | Block | null = stmt; node !== null; ) {
      if (node.kind === 'Block') {
        parts.push(this.block(node))
        break
      }
      const head = cat('if ', this.expr(node.cond), ' ', this.block(node.then))
      parts.push(node === stmt ? head : this.wrap(node, head))
      if (node.else !== null) parts.push(' else ')
      node = node.else
    }
    return cat(...parts)
  }
}

/** A statement that may share its line with the braces around it. */
function isSimple(stmt: Stmt): boolean {
  switch (stmt.kind) {
    case 'ExprStmt':
    case 'AssignStmt':
    case 'IncrementStmt':
    case 'ReturnStmt':
    case 'BreakStmt':
    case 'ContinueStmt':
      return true
    default:
      return false
  }
}

/** Names with a separator. */
export function names(list: readonly Name[], separator: string): string {
  return list.map((name) => name.text).join(separator)
}

function angled(list: readonly Name[]): string {
  return list.length === 0 ? '' : `<${names(list, ', ')}>`
}

function alias(name: Name | null): string {
  return name === null ? '' : ` as ${name.text}`
}

// ── separators: what must stand between two elements that a newline alone would join ──

function itemSeparator(item: Item, next: Item): string {
  if (isDeclKind(next) && item.kind === 'AttributeStmt') return ';'
  // `f(a)` and a block below it would read as the bare function `f(a) {…}`.
  if (item.kind === 'ExprStmt' && item.expr.kind === 'CallExpr' && next.kind === 'BlockStmt') return ';'
  return isStmt(item) && isStmt(next) ? stmtSeparator(item, next) : ''
}

function stmtSeparator(stmt: Stmt, next: Stmt): string {
  if (stmt.kind === 'AttributeStmt' && isDeclKind(next)) return ';'
  return beginsLikeOperator(next) ? ';' : ''
}

function isStmt(item: Item): item is Stmt {
  return item.kind !== 'UsingDecl' && item.kind !== 'ImportDecl' && item.kind !== 'InterfaceDecl' && item.kind !== 'GlobalDecl'
}

function isDeclKind(item: Item): boolean {
  return item.kind === 'BoxDecl' || item.kind === 'EnumDecl' || item.kind === 'FunctionDecl' || item.kind === 'InterfaceDecl'
}

/** The statement begins with a variable named `as` (or with `finally`), which would continue what stands above. */
function beginsLikeOperator(stmt: Stmt): boolean {
  let node: Node = stmt
  for (;;) {
    switch (node.kind) {
      case 'ExprStmt':
      case 'HandledExpr':
        node = node.expr
        break
      case 'AssignStmt':
      case 'IncrementStmt':
        node = node.target
        break
      case 'BinaryExpr':
        node = node.left
        break
      case 'RangeExpr':
        node = node.start
        break
      case 'IsExpr':
      case 'AsExpr':
      case 'PipeExpr':
        node = node.value
        break
      case 'TernaryExpr':
        node = node.cond
        break
      case 'CallExpr':
        node = node.callee
        break
      case 'MethodCallExpr':
      case 'FieldExpr':
      case 'IndexExpr':
        node = node.receiver
        break
      case 'PropagateExpr':
        node = node.operand
        break
      case 'NameExpr':
        return node.name === 'as' || node.name === 'finally'
      case 'PathExpr':
        return node.owner.text === 'as'
      default:
        return false
    }
  }
}

const MODIFIER_WORDS = new Set(['init', 'static', 'public', 'private', 'weak', 'once', 'birth_once', 'override', 'method', 'function', 'fn'])
const CLAUSE_WORDS = new Set(['catch', 'cleanup', 'finally', 'as', 'is'])

function memberSeparator(member: Member, next: Member): string {
  const isBareModifier =
    member.kind === 'FieldMember' && member.type === null && member.init === null && MODIFIER_WORDS.has(member.name.text)
  return isBareModifier || ('name' in next && CLAUSE_WORDS.has(next.name.text)) ? ',' : ''
}
