import { describe, expect, it } from 'vitest'
import { SourceFile } from '../base/source.ts'
import { CATALOG, diagnose } from './catalog.ts'
import { DiagnosticSink, MAX_DIAGNOSTICS } from './diagnostic.ts'
import { renderDiagnostic, renderSink } from './render.ts'

const source = new SourceFile('a.hako', 'local あ = 1\n\tx = あ + 😀\n')

describe('renderDiagnostic', () => {
  it('shows line, column, source and carets', () => {
    const diagnostic = diagnose('HK2001', { start: 13, end: 14 }, ['x'], {
      label: 'not declared',
      secondary: [{ span: { start: 6, end: 7 }, text: 'declared here' }],
      notes: ['variables are declared with `local`'],
      help: { text: "write 'local x = …'" },
    })
    expect(renderDiagnostic(source, diagnostic)).toBe(
      [
        'Error at line 2, column 2: Undefined variable: x [HK2001]',
        ' 2 | \tx = あ + 😀',
        '   | \t^ not declared',
        ' 1 | local あ = 1',
        '   |       - declared here',
        '   = note: variables are declared with `local`',
        "   = help: write 'local x = …'",
      ].join('\n'),
    )
  })

  it('colours only the headline, and only when asked', () => {
    const diagnostic = diagnose('HK1008', { start: 0, end: 1 }, ['U+202E'])
    expect(renderDiagnostic(source, diagnostic, { color: true })).toContain('\x1b[33mWarning at line 1, column 1:\x1b[0m')
    expect(renderDiagnostic(source, diagnostic)).not.toContain('\x1b')
  })

  it('cuts long lines around the caret', () => {
    const long = new SourceFile('a', 'x'.repeat(1_000_000))
    const text = renderDiagnostic(long, diagnose('HK1003', { start: 500_000, end: 500_001 }, ['x']))
    expect(text.length).toBeLessThan(400)
    const [, line = '', carets = ''] = text.split('\n')
    expect(line.startsWith(' 1 | …x')).toBe(true)
    expect(carets.indexOf('^')).toBeLessThan(line.length)
  })

  it('makes hidden characters visible', () => {
    const hidden = new SourceFile('a', 'a\u202eb\u0000')
    expect(renderDiagnostic(hidden, diagnose('HK1004', { start: 1, end: 2 }, ['U+202E']))).toContain(' 1 | a\ufffdb\ufffd')
  })
})

describe('DiagnosticSink', () => {
  it('keeps at most the cap and counts the rest', () => {
    const sink = new DiagnosticSink(source)
    for (let count = 0; count < MAX_DIAGNOSTICS + 5; count++) sink.add(diagnose('HK1001', { start: 0, end: 1 }, []))
    expect([sink.diagnostics.length, sink.errorCount, sink.droppedCount, sink.isFull]).toEqual([200, 205, 5, true])
    expect(renderSink(sink).endsWith('… and 5 more\n')).toBe(true)
  })

  it('does not count warnings as errors', () => {
    const sink = new DiagnosticSink(source)
    sink.add(diagnose('HK3105', { start: 0, end: 1 }, []))
    expect(sink.hasErrors).toBe(false)
  })
})

describe('CATALOG', () => {
  it('has a row for every rule of the language', () => {
    const rules = new Set<string | null>(Object.values(CATALOG).map((row) => row.rule))
    const numbered = (letter: string, from: number, to: number): string[] =>
      Array.from({ length: to - from + 1 }, (_, index) => `${letter}${from + index}`)
    // S14 and S24 are stated as the parse rules P4 and P7.
    const expected = [...numbered('L', 1, 6), ...numbered('P', 1, 8), ...numbered('S', 1, 30)].filter(
      (rule) => rule !== 'S14' && rule !== 'S24',
    )
    expect(expected.filter((rule) => !rules.has(rule))).toEqual([])
  })

  it('has titles without a full stop and codes in their families', () => {
    for (const [code, row] of Object.entries(CATALOG)) {
      expect(code).toMatch(/^HK[1-5]\d{3}$/)
      expect(row.title).not.toMatch(/\.$/)
    }
  })
})
