/** Parses the examples of `grammar.md`. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SourceFile } from '../base/source.ts'
import { DiagnosticSink } from '../diagnostics/diagnostic.ts'
import { parse } from './parser/parse.ts'

const text = readFileSync(new URL('./grammar.md', import.meta.url), 'utf8')
const examples = [...text.matchAll(/^```hako([^\n]*)\n([^]*?)^```$/gm)].map(([, codes = '', source = '']) => ({
  codes: codes.trim() === '' ? [] : codes.trim().split(' '),
  source,
}))

describe('grammar.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(10)
  })

  it.each(examples)('$source', ({ source, codes }) => {
    const file = new SourceFile('grammar.md', source)
    const sink = new DiagnosticSink(file)
    parse(file, sink)
    expect(sink.diagnostics.map((diagnostic) => diagnostic.code)).toEqual(codes)
  })
})
