/**
 * The parser cases of `cases/*.txt`: sections `# title`, source, `==>`, tree. A last line `! CODE …` lists the codes of the expected
 * diagnostics; without it there are none.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SourceFile } from '../base/source.ts'
import { DiagnosticSink } from '../diagnostics/diagnostic.ts'
import { dumpTree } from './nodes.ts'
import { parse } from './parser/parse.ts'

const folder = new URL('./cases/', import.meta.url)

interface Case {
  readonly title: string
  readonly source: string
  readonly tree: string
  readonly codes: readonly string[]
}

function readCases(text: string): Case[] {
  const cases: Case[] = []
  // A title is a `#` line at the start or after a blank line that follows a tree.
  for (const section of text.split(/^(?=# [^\n]*\n(?:(?!# )[^\n]*\n)*?==>\n)/m)) {
    const found = /^# ([^\n]*)\n([^]*?)\n==>\n([^]*)$/.exec(section)
    if (found === null) throw new Error(`no case in: ${section.slice(0, 60)}`)
    const [, title = '', source = '', rest = ''] = found
    const lines = rest.trimEnd().split('\n')
    const marked = lines.at(-1)?.startsWith('! ') === true ? (lines.pop() ?? '') : ''
    cases.push({ title, source, tree: lines.join('\n'), codes: marked === '' ? [] : marked.slice(2).split(' ') })
  }
  return cases
}

for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
  describe(file, () => {
    const cases = readCases(readFileSync(new URL(file, folder), 'utf8'))
    it.each(cases.map((entry): [string, Case] => [entry.title, entry]))('%s', (_title, entry) => {
      const source = new SourceFile(file, entry.source)
      const sink = new DiagnosticSink(source)
      const dump = dumpTree(parse(source, sink))
      const tree = dump
        .split('\n')
        .slice(1)
        .map((line) => line.slice(2))
        .join('\n')
        .trimEnd()
      expect(tree).toBe(entry.tree)
      expect(sink.diagnostics.map((diagnostic) => diagnostic.code)).toEqual(entry.codes)
    })
  })
}
