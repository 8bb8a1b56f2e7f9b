/**
 * Makes a program smaller while it keeps a property: statements, members and declarations go, expressions become their parts or a
 * literal.
 *
 * Works on the text by the spans of the syntax tree, so what remains is written as it was.
 */
import { compile } from "../compiler/driver/compile.ts"
import type { Expr, Node } from "../compiler/syntax/ast.ts"
import { childrenOf } from "../compiler/syntax/nodes.ts"

/** Most tries; each runs the program. */
const MOST_TRIES = 1500

/** A replacement of a part of the text. */
interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The smallest program found that still `fails`. */
export async function shrink(text: string, fails: (text: string) => Promise<boolean>): Promise<string> {
  let current = text
  let tries = 0
  for (let changed = true; changed && tries < MOST_TRIES; ) {
    changed = false
    for (const edits of [removals, simplifications]) {
      // Larger edits first; after a success the spans have moved, so the list is made anew and continued where it was.
      let at = 0
      for (;;) {
        const list = edits(current)
        if (at >= list.length || tries >= MOST_TRIES) break
        const edit = list[at] as Edit
        const next = current.slice(0, edit.start) + edit.text + current.slice(edit.end)
        tries++
        if (next.length < current.length && isAccepted(next) && (await fails(next))) {
          current = next
          changed = true
        } else at++
      }
    }
  }
  return current.replace(/\n\s*\n/g, "\n")
}

function isAccepted(text: string): boolean {
  return !compile([{ name: "main.hako", text }], { optimise: 0 }).hasErrors
}

function nodesOf(text: string): Node[] {
  const out: Node[] = []
  const program = compile([{ name: "main.hako", text }], { optimise: 0 }).programs[0]
  const visit = (node: Node): void => {
    out.push(node)
    for (const child of childrenOf(node)) visit(child)
  }
  if (program !== undefined) visit(program)
  return out
}

const size = (node: Node): number => node.span.end - node.span.start

/** Statements, members, declarations and arms to leave out; bodies to put in the place of their statement. */
function removals(text: string): Edit[] {
  const edits: Edit[] = []
  const remove = (node: Node): void => {
    edits.push({ start: node.span.start, end: node.span.end, text: "" })
  }
  const unwrap = (node: Node): void => {
    for (const child of childrenOf(node)) {
      if (child.kind === "Block") edits.push({ start: node.span.start, end: node.span.end, text: text.slice(child.span.start + 1, child.span.end - 1) })
    }
  }
  for (const node of nodesOf(text)) {
    switch (node.kind) {
      case "Program":
      case "Block":
        for (const stmt of node.kind === "Program" ? node.items : node.stmts) {
          remove(stmt)
          unwrap(stmt)
        }
        break
      case "BoxDecl":
        for (const member of node.members) remove(member)
        break
      case "MatchExpr":
        for (const arm of node.arms) remove(arm)
        break
      case "Handlers":
        remove(node)
        break
      default:
        break
    }
  }
  return edits.sort((a, b) => b.end - b.start - b.text.length - (a.end - a.start - a.text.length))
}

const EXPRESSIONS = /(Expr|Lit)$/

/** Expressions to replace by one of their parts or by a literal. */
function simplifications(text: string): Edit[] {
  const edits: Edit[] = []
  for (const node of nodesOf(text)) {
    if (!EXPRESSIONS.test(node.kind) || size(node) < 2) continue
    const whole = text.slice(node.span.start, node.span.end)
    const put = (by: string): void => {
      if (by.length < whole.length && by !== whole) edits.push({ start: node.span.start, end: node.span.end, text: by })
    }
    for (const part of partsOf(node)) put(text.slice(part.span.start, part.span.end))
    for (const literal of ["null", "0", "1", "true", '""', "[]"]) put(literal)
  }
  return edits.sort((a, b) => b.end - b.start - b.text.length - (a.end - a.start - a.text.length))
}

function partsOf(node: Node): Expr[] {
  return childrenOf(node).filter((child): child is Expr => EXPRESSIONS.test(child.kind))
}
