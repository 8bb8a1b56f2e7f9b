/**
 * Source text → syntax tree: the entry of the parser.
 *
 * The parser always returns a tree. Mistakes are in the sink, and where they were the tree holds error nodes. It never throws and
 * its time is linear in the length of the text.
 */
import type { SourceFile } from '../../base/source.ts'
import type { DiagnosticSink } from '../../diagnostics/diagnostic.ts'
import type { Item, Program } from '../ast.ts'
import { lex } from '../lexer.ts'
import { Cursor, STOP } from './cursor.ts'
import { parseItems } from './item.ts'

/** Parses a file. */
export function parse(source: SourceFile, sink: DiagnosticSink): Program {
  const tokens = lex(source, sink)
  const items: Item[] = []
  try {
    parseItems(new Cursor(tokens, sink), items)
  } catch (thrown) {
    if (thrown !== STOP) throw thrown
  }
  return { kind: 'Program', span: { start: 0, end: source.text.length }, items, comments: tokens.comments }
}
