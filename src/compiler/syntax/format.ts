/**
 * Syntax tree and comments → source in the one style: two blanks a level, braces on the line of their head, one statement a line, at
 * most one blank line in a row, lines of at most 100 columns where arguments and operators let them break.
 *
 * The one idea: every node is printed by `print`, which also prints the comments attached to it; where a line may break is decided by
 * the layout, and lines break only where a newline never changes the meaning (rules N2 and N3): after an infix operator, before `.`,
 * `|>`, `?` and `:`, and inside brackets.
 *
 * Invariants: the result parses to the same tree and holds the same comments (checked on every call; a difference is a Bug); formatting
 * twice changes nothing. A source with errors is not formatted.
 */
import { Bug } from '../base/bug.ts'
import { SourceFile } from '../base/source.ts'
import { type Diagnostic, DiagnosticSink } from '../diagnostics/diagnostic.ts'
import type { Comment, Node, Program } from './ast.ts'
import { type Doc, layOut } from './layout.ts'
import { sameTree } from './nodes.ts'
import { parse } from './parser/parse.ts'
import { Printer } from './print.ts'

/** Longest line the formatter makes where it can break. */
export const LINE_WIDTH = 100

/** Times the text is printed at most until its comments rest. */
const MAX_ROUNDS = 5

/** The formatted text, or why there is none. */
export type Formatted = { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] }

/** Formats a file. */
export function format(source: SourceFile): Formatted {
  const sink = new DiagnosticSink(source)
  const program = parse(source, sink)
  if (sink.hasErrors) return { diagnostics: sink.diagnostics }
  let { text, isSettled } = print(program, source.text)
  verify(program, source.text, text)
  // A comment inside an expression moves to the end of a line, where it may belong to another node: look again until it rests.
  for (let round = 1; !isSettled && round < MAX_ROUNDS; round++) {
    const again = new SourceFile(source.name, text)
    const before = text
    const next = print(parse(again, new DiagnosticSink(again)), text)
    text = next.text
    isSettled = next.isSettled || text === before
    if (text !== before) verify(program, source.text, text)
  }
  return { text }
}

function print(program: Program, source: string): { text: string; isSettled: boolean } {
  const printer = new Printer(program, source)
  const doc: Doc = printer.program()
  const text = layOut(doc, LINE_WIDTH).replace(/^\n+/, '').replace(/\s*$/, '\n')
  return { text: text === '\n' ? '' : text, isSettled: !printer.hasMovedComments }
}

function verify(before: Program, beforeText: string, afterText: string): void {
  const source = new SourceFile('formatted', afterText)
  const sink = new DiagnosticSink(source)
  const after = parse(source, sink)
  if (sink.hasErrors) throw new Bug('format', `the formatted text has an error: ${sink.diagnostics[0]?.message ?? ''}`, afterText)
  const difference = sameTree(before as Node, after as Node)
  if (difference !== null) throw new Bug('format', `the meaning changed at ${difference}`, afterText)
  if (commentTexts(before.comments, beforeText) !== commentTexts(after.comments, source.text)) {
    throw new Bug('format', 'a comment was lost or changed', afterText)
  }
}

function commentTexts(comments: readonly Comment[], text: string): string {
  return comments
    .map((comment) => text.slice(comment.span.start, comment.span.end).trimEnd())
    .sort()
    .join('\n')
}
