/**
 * TABLE of the child fields of each node kind, in source order; walk, map over children and the tree dump derive from it.
 *
 * A row lists the fields that hold nodes (one, null, or a list) under `children` and the fields that the dump shows under `shown`
 * (scalars and names). A new field of a node needs a row entry here and nothing else.
 */
import type { Span } from '../base/source.ts'
import { Writer } from '../base/writer.ts'
import type { Name, Node, NodeKind, NodeOf } from './ast.ts'

type FieldName<K extends NodeKind> = Exclude<keyof NodeOf<K>, 'kind' | 'span'> & string

interface NodeRow<K extends NodeKind> {
  readonly children: readonly FieldName<K>[]
  readonly shown: readonly FieldName<K>[]
}

/** Every node kind. */
export const NODES: { readonly [K in NodeKind]: NodeRow<K> } = {
  Program: { children: ['items'], shown: [] },

  UsingDecl: { children: ['target'], shown: ['alias'] },
  ImportDecl: { children: ['path'], shown: ['alias'] },
  DottedName: { children: [], shown: ['parts'] },
  GlobalDecl: { children: ['type', 'init'], shown: ['name'] },
  InterfaceDecl: { children: ['attributes', 'methods'], shown: ['name'] },
  InterfaceMethod: { children: ['params', 'returnType'], shown: ['name'] },
  FunctionDecl: {
    children: ['attributes', 'params', 'returnType', 'body', 'handlers'],
    shown: ['isStatic', 'keyword', 'owner', 'name'],
  },
  Param: { children: ['type', 'default'], shown: ['name'] },
  TypeRef: { children: ['path', 'args'], shown: ['arrayDepth', 'isOptional'] },
  Attribute: { children: ['args'], shown: ['name', 'subject'] },
  BoxDecl: {
    children: ['attributes', 'parents', 'members'],
    shown: ['keyword', 'isStatic', 'name', 'typeParams', 'parentKeyword', 'interfaceKeyword', 'interfaces'],
  },
  ParentRef: { children: ['args'], shown: ['name'] },
  EnumDecl: { children: ['attributes', 'variants'], shown: ['name', 'typeParams'] },
  Variant: { children: ['types', 'fields'], shown: ['form', 'name'] },
  VariantField: { children: ['type'], shown: ['name'] },

  InitListMember: { children: ['attributes', 'fields'], shown: [] },
  StaticInitMember: { children: ['attributes', 'body'], shown: [] },
  VisibilityMember: { children: ['attributes', 'items'], shown: ['visibility'] },
  FieldMember: { children: ['attributes', 'type', 'init'], shown: ['visibility', 'isWeak', 'name'] },
  PropertyMember: {
    children: ['attributes', 'type', 'body', 'handlers'],
    shown: ['visibility', 'storage', 'form', 'name'],
  },
  ConstructorMember: {
    children: ['attributes', 'params', 'body', 'handlers'],
    shown: ['visibility', 'isOverride', 'form', 'name'],
  },
  MethodMember: {
    children: ['attributes', 'params', 'returnType', 'body', 'handlers'],
    shown: ['visibility', 'isOverride', 'isStatic', 'keyword', 'name'],
  },

  Block: { children: ['stmts'], shown: [] },
  Handlers: { children: ['catches', 'cleanup'], shown: [] },
  CatchClause: { children: ['body'], shown: ['type', 'binding'] },
  CleanupClause: { children: ['body'], shown: [] },
  BlockStmt: { children: ['body', 'handlers'], shown: [] },
  LocalStmt: { children: ['bindings', 'fini'], shown: ['keyword'] },
  Binding: { children: ['type', 'init'], shown: ['name'] },
  OutboxStmt: { children: ['init'], shown: ['names'] },
  FiniStmt: { children: ['body'], shown: [] },
  IfStmt: { children: ['cond', 'then', 'else'], shown: [] },
  LoopStmt: { children: ['cond', 'body'], shown: ['hasParens'] },
  WhileStmt: { children: ['cond', 'body'], shown: [] },
  UntilStmt: { children: ['cond', 'body'], shown: [] },
  RepeatStmt: { children: ['count', 'body'], shown: [] },
  ForStmt: { children: ['iterable', 'body'], shown: ['keyword', 'name'] },
  ReturnStmt: { children: ['value'], shown: [] },
  BreakStmt: { children: [], shown: [] },
  ContinueStmt: { children: [], shown: [] },
  NowaitStmt: { children: ['value'], shown: ['name'] },
  TaskScopeStmt: { children: ['body', 'handlers'], shown: [] },
  TryStmt: { children: ['body', 'handlers'], shown: [] },
  ThrowStmt: { children: ['value'], shown: [] },
  AssignStmt: { children: ['target', 'value'], shown: ['op'] },
  IncrementStmt: { children: ['target'], shown: [] },
  ExprStmt: { children: ['expr'], shown: [] },
  AttributeStmt: { children: ['attribute'], shown: [] },
  ErrorStmt: { children: [], shown: [] },

  IntLit: { children: [], shown: ['value'] },
  FloatLit: { children: [], shown: ['value'] },
  StringLit: { children: [], shown: ['value'] },
  BoolLit: { children: [], shown: ['value'] },
  NullLit: { children: [], shown: ['spelling'] },
  ArrayLit: { children: ['elements'], shown: [] },
  MapLit: { children: ['entries'], shown: [] },
  MapEntry: { children: ['value'], shown: ['key', 'keyForm'] },
  NameExpr: { children: [], shown: ['name'] },
  MeExpr: { children: [], shown: ['spelling'] },
  ParenExpr: { children: ['expr'], shown: [] },
  GroupedAssignExpr: { children: ['value'], shown: ['name'] },
  UnaryExpr: { children: ['operand'], shown: ['op', 'spelling'] },
  AwaitExpr: { children: ['operand'], shown: [] },
  WeakExpr: { children: ['operand'], shown: [] },
  BinaryExpr: { children: ['left', 'right'], shown: ['op'] },
  RangeExpr: { children: ['start', 'end'], shown: [] },
  IsExpr: { children: ['value', 'type'], shown: [] },
  AsExpr: { children: ['value', 'type'], shown: [] },
  TernaryExpr: { children: ['cond', 'then', 'else'], shown: [] },
  PipeExpr: { children: ['value', 'target'], shown: [] },
  CallExpr: { children: ['callee', 'args'], shown: [] },
  MethodCallExpr: { children: ['receiver', 'args'], shown: ['isOptional', 'name'] },
  FieldExpr: { children: ['receiver'], shown: ['isOptional', 'name'] },
  IndexExpr: { children: ['receiver', 'index'], shown: [] },
  PathExpr: { children: ['args', 'fields'], shown: ['form', 'owner', 'name'] },
  FieldInit: { children: ['value'], shown: ['name'] },
  PropagateExpr: { children: ['operand'], shown: [] },
  HandledExpr: { children: ['expr', 'handlers'], shown: [] },
  NewExpr: { children: ['path', 'typeArgs', 'args'], shown: [] },
  FromCallExpr: { children: ['args'], shown: ['parent', 'name'] },
  BlockExpr: { children: ['body'], shown: [] },
  LambdaExpr: { children: ['params', 'body'], shown: ['keyword'] },
  IfExpr: { children: ['cond', 'then', 'else'], shown: [] },
  MatchExpr: { children: ['subject', 'arms'], shown: ['keyword'] },
  MatchArm: { children: ['pattern', 'guard', 'body'], shown: [] },
  IncludeExpr: { children: ['path'], shown: ['hasParens'] },
  ExterncallExpr: { children: ['symbol', 'args'], shown: [] },
  ErrorExpr: { children: [], shown: [] },

  WildcardPat: { children: [], shown: ['spelling'] },
  LiteralPat: { children: ['literal'], shown: ['isNegative'] },
  RangePat: { children: ['low', 'high'], shown: [] },
  NamePat: { children: [], shown: ['owner', 'name'] },
  TuplePat: { children: [], shown: ['owner', 'name', 'bindings'] },
  RecordPat: { children: ['fields'], shown: ['owner', 'name'] },
  FieldPat: { children: [], shown: ['field', 'binding'] },
  ArrayPat: { children: [], shown: ['elements', 'rest'] },
  MapPat: { children: ['entries'], shown: [] },
  MapPatEntry: { children: ['key'], shown: ['binding'] },
  OrPat: { children: ['alternatives'], shown: [] },
  ErrorPat: { children: [], shown: [] },
}

// The same table without the tie between a row and its kind, for code that treats all nodes alike.
const ROWS = NODES as unknown as Readonly<
  Record<NodeKind, { readonly children: readonly string[]; readonly shown: readonly string[] }>
>

function fieldOf(node: Node, field: string): unknown {
  return (node as unknown as Readonly<Record<string, unknown>>)[field]
}

/** Children of a node in source order. */
export function childrenOf(node: Node): Node[] {
  const children: Node[] = []
  for (const field of ROWS[node.kind].children) {
    const value = fieldOf(node, field)
    if (Array.isArray(value)) for (const child of value as Node[]) children.push(child)
    else if (value !== null && value !== undefined) children.push(value as Node)
  }
  // A block-first property is the one place where a field is written before those that precede it in the table.
  if (node.kind === 'PropertyMember' && node.form === 'block-first') children.sort((a, b) => a.span.start - b.span.start)
  return children
}

/** What `walk` calls; returning false from `enter` skips the children (and `leave`). */
export interface Visitor {
  enter(node: Node, parent: Node | null): boolean | void
  leave?(node: Node, parent: Node | null): void
}

/** Visits a node and everything below it, parents first, in source order. */
export function walk(root: Node, visitor: Visitor, parent: Node | null = null): void {
  if (visitor.enter(root, parent) === false) return
  for (const child of childrenOf(root)) walk(child, visitor, root)
  visitor.leave?.(root, parent)
}

/** The innermost node whose span contains an offset, and its ancestors from the root down; empty outside the root. */
export function pathAt(root: Node, offset: number): Node[] {
  const path: Node[] = []
  let node: Node | undefined = root
  while (node !== undefined && contains(node.span, offset)) {
    path.push(node)
    node = childrenOf(node).find((child) => contains(child.span, offset))
  }
  return path
}

function contains(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end
}

/** Options of `dumpTree`. */
export interface DumpOptions {
  /** Adds `@start..end` to every line. */
  readonly spans?: boolean
}

/** The tree as indented text: one node a line, scalars and names beside the kind, false and null left out. */
export function dumpTree(root: Node, options: DumpOptions = {}): string {
  const writer = new Writer()
  dumpNode(writer, '', root, options)
  return writer.toString()
}

function dumpNode(writer: Writer, label: string, node: Node, options: DumpOptions): void {
  const shown = ROWS[node.kind].shown.map((field) => showField(field, fieldOf(node, field))).join('')
  const place = options.spans === true ? ` @${node.span.start}..${node.span.end}` : ''
  writer.line(`${label}${node.kind}${shown}${place}`)
  writer.indent()
  for (const field of ROWS[node.kind].children) {
    const value = fieldOf(node, field)
    if (Array.isArray(value)) {
      for (const child of value as Node[]) dumpNode(writer, isMainList(field) ? '' : `${field}: `, child, options)
    } else if (value !== null && value !== undefined) {
      dumpNode(writer, isMainList(field) ? '' : `${field}: `, value as Node, options)
    }
  }
  writer.dedent()
}

/** Fields whose role is plain from the kinds in them. */
function isMainList(field: string): boolean {
  switch (field) {
    case 'items':
    case 'stmts':
    case 'members':
    case 'attributes':
    case 'params':
    case 'bindings':
    case 'arms':
    case 'variants':
    case 'fields':
    case 'entries':
    case 'methods':
    case 'elements':
    case 'args':
    case 'handlers':
    case 'catches':
    case 'cleanup':
    case 'alternatives':
    case 'parents':
    case 'expr':
    case 'path':
      return true
    default:
      return false
  }
}

function showField(field: string, value: unknown): string {
  if (value === null || value === undefined || value === false) return ''
  if (value === true) return field === 'value' ? ' true' : ` ${field}`
  if (typeof value === 'string') {
    return field === 'value' ? ` ${JSON.stringify(value)}` : isPlainScalar(field) ? ` ${value}` : ` ${field}=${value}`
  }
  if (typeof value === 'bigint') return ` ${value}`
  if (typeof value === 'number') return field === 'arrayDepth' && value === 0 ? '' : field === 'value' ? ` ${value}` : ` ${field}=${value}`
  if (Array.isArray(value)) {
    const names = (value as Name[]).map((name) => name.text)
    if (names.length === 0) return ''
    return field === 'parts' ? ` ${names.join('.')}` : ` ${field}=[${names.join(', ')}]`
  }
  const name = value as Name
  return field === 'name' ? ` ${name.text}` : ` ${field}=${name.text}`
}

function isPlainScalar(field: string): boolean {
  return field === 'op' || field === 'keyword' || field === 'form' || field === 'name' || field === 'spelling' || field === 'storage'
}

/** Null when two trees are equal but for places; else the kind and field where they differ. */
export function sameTree(a: Node, b: Node): string | null {
  if (a.kind !== b.kind) return `${a.kind} / ${b.kind}`
  const row = ROWS[a.kind]
  for (const field of row.shown) {
    if (showField(field, fieldOf(a, field)) !== showField(field, fieldOf(b, field))) return `${a.kind}.${field}`
  }
  for (const field of row.children) {
    const left = asList(fieldOf(a, field))
    const right = asList(fieldOf(b, field))
    if (left.length !== right.length) return `${a.kind}.${field}`
    for (const [index, child] of left.entries()) {
      const difference = sameTree(child, right[index] as Node)
      if (difference !== null) return difference
    }
  }
  return null
}

function asList(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value as Node[]
  return value === null || value === undefined ? [] : [value as Node]
}
