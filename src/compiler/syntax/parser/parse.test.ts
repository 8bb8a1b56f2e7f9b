/** Diagnostics of the parser, its limits, and its behaviour on arbitrary text. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SourceFile } from '../../base/source.ts'
import { type Diagnostic, DiagnosticSink } from '../../diagnostics/diagnostic.ts'
import type { Node, Program } from '../ast.ts'
import { childrenOf, dumpTree, walk } from '../nodes.ts'
import { TOKEN_ROWS } from '../tokens.ts'
import { parse } from './parse.ts'

function run(text: string): { program: Program; diagnostics: readonly Diagnostic[]; sink: DiagnosticSink } {
  const source = new SourceFile('a.hako', text)
  const sink = new DiagnosticSink(source)
  return { program: parse(source, sink), diagnostics: sink.diagnostics, sink }
}

/** `CODE line:column` of each diagnostic. */
function problems(text: string): string[] {
  const { sink, diagnostics } = run(text)
  return diagnostics.map(({ code, primary }) => {
    const { line, column } = sink.source.lines.position(primary.span.start)
    return `${code} ${line}:${column}`
  })
}

/** The text after the edits of all diagnostics. */
function fixed(text: string): string {
  const edits = run(text).diagnostics.flatMap(({ help }) => (help?.edit === undefined ? [] : [help.edit]))
  edits.sort((a, b) => b.span.start - a.span.start)
  return edits.reduce((out, { span, replacement }) => out.slice(0, span.start) + replacement + out.slice(span.end), text)
}

describe('diagnostics', () => {
  it.each([
    // rule, text, problems
    ['L5', 'local = 1', ['HK1005 1:7']],
    ['L6', 'print(self.x)', ['HK1006 1:7']],
    ['P1', 'f() {\n  print(1\n}', ['HK1011 3:1']],
    ['P1', 'if a { b', ['HK1011 1:9']],
    ['P1', 'if a b', ['HK1011 1:6']],
    ['P1', 'x = f(1]\ny = 2', ['HK1011 1:8']],
    ['P2', 'x = new Foo', ['HK1012 1:9']],
    ['P3', 'x = {"k": 1}', ['HK1013 1:5']],
    ['P3', 'x = {k: v, l: 2}', ['HK1013 1:5']],
    ['P4', 'x = weak (y)', ['HK1014 1:5']],
    ['P5', '{ a } finally { b }', ['HK1015 1:7']],
    ['P6', 'throw "e"', ['HK1016 1:1']],
    ['P7', 'from P(1)', ['HK1017 1:1']],
    ['P8', 'let x = 1', ['HK1018 1:1']],
    ['P8', 'var x = 1\nconst y = 2', ['HK1018 1:1', 'HK1018 2:1']],
    ['P8', 'class A { m() { 1 } }', ['HK1018 1:1']],
    ['P8', 'def f(a) { a }', ['HK1018 1:1']],
    ['P8', 'do { a } while (b)', ['HK1018 1:1']],
    ['P8', 'switch (x) { case 1: y }', ['HK1018 1:1']],
    ['P8', 'if a { b } elif c { d }', ['HK1018 1:12']],
    ['P8', 'int x = 1', ['HK1018 1:1']],
    ['P8', 'string s = "a"\nprint(s)', ['HK1018 1:1']],
    ['P8', 'echo "a"', ['HK1018 1:1']],
    ['P8', 'async fn f() { a }', ['HK1018 1:1']],
    ['S28', 'f() catch { a } catch { b }', ['HK3028 1:17']],
    ['S28', 'f() { a } cleanup { b } cleanup { c }', ['HK3028 1:25']],
    ['condition', 'if x = 1 { a }', ['HK1019 1:6']],
    ['condition', 'loop(x = 1) { a }', ['HK1019 1:8']],
    ['===', 'x = a === b', ['HK1020 1:7']],
    ['!==', 'x = a !== b', ['HK1020 1:7']],
    ['--', 'x--', ['HK1020 1:2']],
    ['++', '++x', ['HK1020 1:1']],
    ['keyword', 'local box = 1', ['HK1022 1:7']],
    ['range', 'x = 1..2..3', ['HK1023 1:9']],
    ['else', 'x = if a { 1 }', ['HK1025 1:5']],
    ['comma', 'f(a b)', ['HK1026 1:5']],
    ['comma', 'x = [1\n2]', ['HK1026 2:1']],
    ['unsupported', 'a ||= b', ['HK1027 1:3']],
    ['unsupported', 'guard a -> { b }', ['HK1027 1:1']],
    ['handler', 'f() catch { 1 }.g()', ['HK1030 1:16']],
    ['number', 'x = 9223372036854775808', ['HK1003 1:5']],
    ['number', 'x = -9223372036854775808.abs()', ['HK1003 1:6']],
    ['range pattern', 'match x { 1.."a" => 2 }', ['HK1032 1:11']],
  ])('%s: %s', (_rule, text, expected) => {
    expect(problems(text)).toEqual(expected)
  })

  it.each([
    ['x = a => a', "a function is written 'fn(x) { … }'"],
    ['print(x ** 2)', "a power is written 'x.pow(n)'"],
    ['x := 1', "write 'local x = …'"],
    ['local {a, b} = m', "there is no destructuring: declare each name with 'local'"],
    ['box A extends B { }', "write 'from'"],
    ['if (f() = 1) { }', "'=' assigns; compare with '=='"],
    ['print(`a`)', 'texts stand between " or \''],
    ['x = .5', 'a Float has a digit before its point'],
    ['x = 1.', 'a Float has a digit after its point'],
    ['x = 0x1F', "write '31'"],
    ['x = 1_000', "write '1000'"],
    ['x = 1e5', "write '1.0e5'"],
    ['throw e', "write 'panic(…)'"],
    ['f(1))', "this ')' closes nothing"],
    ['a ||= b', "write it out: 'x = x || y'"],
    ['x = 3 × 4', "write '*'"],
  ])('says what is meant in %s', (text, help) => {
    const source = new SourceFile('a', text)
    const sink = new DiagnosticSink(source)
    parse(source, sink)
    expect(sink.diagnostics.map((diagnostic) => diagnostic.help?.text)).toContain(help)
  })

  it.each([
    ['let x = 1', 'local x = 1'],
    ['int x = 1', 'local x = 1'],
    ['box A extends B { }', 'box A from B { }'],
    ['x = 3 × 4', 'x = 3 * 4'],
    ['if a = 1 { }', 'if a == 1 { }'],
    ['x = a === b', 'x = a == b'],
    ['x = new Foo', 'x = new Foo()'],
    ['x = {"k": 1, l: [2]}', 'x = %{"k" => 1, "l" => [2]}'],
    ['x = weak (y)', 'x = weak y'],
    ['{ a } finally { b }', '{ a } cleanup { b }'],
    ['from P(1)', 'from P.birth(1)'],
    ['f(a b)', 'f(a, b)'],
    ['print(self.x)', 'print(me.x)'],
    ['if a { b } elif c { d }', 'if a { b } else if c { d }'],
    ['print(1', 'print(1)'],
    ['f(a) { b', 'f(a) { b}'],
  ])('fixes %s', (text, expected) => {
    expect(fixed(text)).toBe(expected)
    expect(run(expected).diagnostics).toEqual([])
  })

  it('says where an unclosed bracket was opened', () => {
    const { diagnostics } = run('f() {\n  g(1\n}')
    expect(diagnostics[0]?.message).toBe("Unexpected token '}', expected RPAREN")
    expect(diagnostics[0]?.secondary).toEqual([{ span: { start: 9, end: 10 }, text: 'opened here' }])
  })

  it('reports several mistakes and keeps what is between them', () => {
    const text = 'local = 1\nok1()\nx = * 2\nok2()\nif { a }\nok3()\nf(1 2)\nok4()'
    expect(problems(text)).toEqual(['HK1005 1:7', 'HK1005 3:5', 'HK1005 5:4', 'HK1026 7:5'])
    const tree = dumpTree(run(text).program)
    for (const name of ['ok1', 'ok2', 'ok3', 'ok4']) expect(tree).toContain(`callee: NameExpr ${name}`)
  })

  it('keeps a tree for an unfinished member access', () => {
    const { program, diagnostics } = run('a.b.')
    expect(diagnostics.map(({ code }) => code)).toEqual(['HK1005'])
    expect(dumpTree(program)).toContain('FieldExpr')
  })

  it('reads words of other languages as names where they are names', () => {
    expect(problems('val = 1\nlet(2)\nx = switch + do\nclass.const = def\ndelete\nraise')).toEqual([])
  })
})

describe('limits', { timeout: 60_000 }, () => {
  const million = 1_000_000
  const cases: [string, string, string][] = [
    ['parentheses', '('.repeat(million), 'HK5001'],
    ['brackets', `x = ${'['.repeat(million)}${']'.repeat(million)}`, 'HK5001'],
    ['braces', '{'.repeat(million), 'HK5001'],
    ['prefixes', `x = ${'-'.repeat(million)}1`, 'HK5001'],
    ['ternaries', `x = ${'a?b:'.repeat(100_000)}c`, 'HK5001'],
    ['a long sum', `x = ${'1+'.repeat(100_000)}1`, 'HK5003'],
    ['a long chain of calls', `x = a${'.b()'.repeat(100_000)}`, 'HK5003'],
    ['a long chain of else if', `if a {}${' else if a {}'.repeat(100_000)}`, 'HK5003'],
    ['comments', '/*'.repeat(million), 'HK1001'],
    ['unclosed strings', '\\"\n'.repeat(200_000), 'HK1004'],
    ['closing brackets', ')'.repeat(million), 'HK1005'],
    ['invalid text', '\u0001 '.repeat(million), 'HK1004'],
    ['wrong statements', '= '.repeat(million), 'HK1005'],
  ]
  it.each(cases)('%s give a diagnostic in bounded time', (_name, text, code) => {
    const start = performance.now()
    const { diagnostics } = run(text)
    expect(diagnostics[0]?.code).toBe(code)
    expect(diagnostics.length).toBeLessThanOrEqual(200)
    expect(performance.now() - start).toBeLessThan(30_000)
  })

  it('accepts what is long and flat', () => {
    expect(run(`x = ${'1 + '.repeat(500)}1\n${'y = 1\n'.repeat(10_000)}`).diagnostics).toEqual([])
    expect(run(`x = ${'('.repeat(250)}1${')'.repeat(250)}`).diagnostics).toEqual([])
    expect(run(`x = "${'a'.repeat(1_000_000)}"`).diagnostics).toEqual([])
  })
})

describe('on arbitrary text', { timeout: 60_000 }, () => {
  const word = fc.constantFrom(...TOKEN_ROWS.flatMap((row) => (row.text === null ? [] : [row.text])))
  const token = fc.oneof(
    { weight: 6, arbitrary: word },
    { weight: 3, arbitrary: fc.constantFrom('x', 'y', 'Foo', 'self', '_', 'let', 'class', 'finally', '1', '2.5', '"s"', "'t'", '// c\n', '/* d */') },
    { weight: 2, arbitrary: fc.constantFrom('{', '}', '(', ')', '\n') },
  )
  const soup = fc.array(token, { maxLength: 120 }).map((tokens) => tokens.join(' '))

  it('never throws, keeps spans inside spans, and has error nodes only beside errors', () => {
    fc.assert(
      fc.property(soup, (text) => {
        const { program, sink } = run(text)
        let hasErrorNode = false
        walk(program, {
          enter(node: Node, parent: Node | null) {
            if (node.kind === 'ErrorExpr' || node.kind === 'ErrorStmt' || node.kind === 'ErrorPat') hasErrorNode = true
            expect(node.span.start).toBeLessThanOrEqual(node.span.end)
            if (parent !== null && !sink.hasErrors) {
              expect(node.span.start).toBeGreaterThanOrEqual(parent.span.start)
              expect(node.span.end).toBeLessThanOrEqual(parent.span.end)
            }
            let at = 0
            for (const child of childrenOf(node)) {
              if (!sink.hasErrors) expect(child.span.start).toBeGreaterThanOrEqual(at)
              at = child.span.end
            }
          },
        })
        if (hasErrorNode) expect(sink.hasErrors).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('is deterministic', () => {
    fc.assert(
      fc.property(soup, (text) => {
        const first = run(text)
        const second = run(text)
        expect(dumpTree(second.program, { spans: true })).toBe(dumpTree(first.program, { spans: true }))
        expect(second.diagnostics).toEqual(first.diagnostics)
      }),
      { numRuns: 200 },
    )
  })
})
