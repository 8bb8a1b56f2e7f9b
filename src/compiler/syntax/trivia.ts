/**
 * Which comment belongs to which node.
 *
 * The one idea: each comment is attached once, by where it stands among the children of the innermost node around it:
 * behind a node on its line → after it; before a node → before it; behind an opening brace → head; last in braces → tail.
 *
 * The formatter prints what is attached to a node together with the node, so no comment can be lost without being noticed.
 */
import type { Comment, Node, Program } from './ast.ts'
import { childrenOf } from './nodes.ts'

/** Comments of one node, each list in source order. */
export interface Attached {
  /** Before the node. */
  readonly leading: Comment[]
  /** After the node, on its line. */
  readonly trailing: Comment[]
  /** On the line of the opening brace. */
  readonly head: Comment[]
  /** Last in the braces (or in the file), on lines of their own. */
  readonly tail: Comment[]
}

/** Attaches every comment of a program. */
export function attachComments(program: Program, text: string): Map<Node, Attached> {
  const attached = new Map<Node, Attached>()
  const children = new Map<Node, readonly Node[]>()
  const childrenAt = (node: Node): readonly Node[] => {
    let list = children.get(node)
    if (list === undefined) {
      list = childrenOf(node)
      children.set(node, list)
    }
    return list
  }
  const at = (node: Node): Attached => {
    let found = attached.get(node)
    if (found === undefined) {
      found = { leading: [], trailing: [], head: [], tail: [] }
      attached.set(node, found)
    }
    return found
  }
  for (const comment of program.comments) {
    let enclosing: Node = program
    let before: Node | undefined
    let after: Node | undefined
    for (;;) {
      const list = childrenAt(enclosing)
      const index = firstEndingAfter(list, comment.span.start)
      before = list[index - 1]
      after = list[index]
      if (after === undefined || after.span.start > comment.span.start) break
      enclosing = after
    }
    place(comment, enclosing, before, after, text, at)
  }
  return attached
}

/** Index of the first child that ends behind an offset. */
function firstEndingAfter(list: readonly Node[], offset: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] as Node).span.end <= offset) low = middle + 1
    else high = middle
  }
  return low
}

function place(
  comment: Comment,
  enclosing: Node,
  before: Node | undefined,
  after: Node | undefined,
  text: string,
  at: (node: Node) => Attached,
): void {
  if (before !== undefined && isSameLine(text, before.span.end, comment.span.start) && !opensBody(enclosing, before, after, comment, text)) {
    at(before).trailing.push(comment)
    return
  }
  if (after !== undefined) {
    // Between `? ` and its branch a line end would turn the ternary into a postfix `?`.
    if (enclosing.kind === 'TernaryExpr' && before !== undefined) at(before).trailing.push(comment)
    else if (after.kind === 'Block') at(after).head.push(comment)
    else if ((after.kind === 'IfStmt' || after.kind === 'IfExpr') && isElse(enclosing, after)) at(after.then).head.push(comment)
    else if (after.kind === 'Handlers') at(firstBlock(after)).head.push(comment)
    else if (after.kind === 'CatchClause' || after.kind === 'CleanupClause') at(after.body).head.push(comment)
    else if (isBraced(enclosing) && isHeadPlace(enclosing, before, comment, text)) at(enclosing).head.push(comment)
    else at(after).leading.push(comment)
    return
  }
  if (isBraced(enclosing) || enclosing.kind === 'Program') {
    if (isHeadPlace(enclosing, before, comment, text)) at(enclosing).head.push(comment)
    else at(enclosing).tail.push(comment)
  } else if (before !== undefined) at(before).trailing.push(comment)
  else at(enclosing).trailing.push(comment)
}

/** The comment follows the head of a braced construct whose body comes next: it reads as a remark on the body. */
function opensBody(enclosing: Node, before: Node, after: Node | undefined, comment: Comment, text: string): boolean {
  if (after?.kind === 'Block' && before.kind !== 'Block') return true
  if (!isBraced(enclosing) || isElement(enclosing, before)) return false
  return before.kind === 'Attribute' || text.slice(before.span.end, comment.span.start).includes('{')
}

/** The child stands inside the braces, not in the head before them. */
function isElement(enclosing: Node, child: Node): boolean {
  if (enclosing.kind === 'MatchExpr') return child.kind === 'MatchArm'
  return child.kind !== 'Attribute' && child.kind !== 'ParentRef'
}

function isElse(enclosing: Node, after: Node): boolean {
  return (enclosing.kind === 'IfStmt' || enclosing.kind === 'IfExpr') && enclosing.else === after
}

function firstBlock(handlers: Extract<Node, { kind: 'Handlers' }>): Node {
  return handlers.catches[0]?.body ?? handlers.cleanup?.body ?? handlers
}

/** Kinds printed as braces around lines of elements. */
function isBraced(node: Node): boolean {
  switch (node.kind) {
    case 'Block':
    case 'BoxDecl':
    case 'EnumDecl':
    case 'InterfaceDecl':
    case 'InitListMember':
    case 'VisibilityMember':
    case 'MatchExpr':
      return true
    default:
      return false
  }
}

/** The comment stands behind the opening brace on its line, before any element. */
function isHeadPlace(enclosing: Node, before: Node | undefined, comment: Comment, text: string): boolean {
  if (enclosing.kind === 'Program') return false
  if (before !== undefined && isElement(enclosing, before)) return false
  return !isOwnLine(text, comment.span.start)
}

/** Only blanks stand before the offset on its line. */
function isOwnLine(text: string, offset: number): boolean {
  for (let at = offset - 1; at >= 0; at--) {
    const code = text.charCodeAt(at)
    if (code === 0x0a) return true
    if (code !== 0x20 && code !== 0x09) return false
  }
  return true
}

function isSameLine(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === 0x0a) return false
  return true
}
