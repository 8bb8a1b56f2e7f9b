/**
 * The formatter: own cases, and three properties over every program of the repository: the tree is kept (the formatter checks it on
 * every call and throws otherwise), a second run changes nothing, and comments and blank lines put anywhere survive.
 */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SourceFile } from '../base/source.ts'
import { DiagnosticSink } from '../diagnostics/diagnostic.ts'
import { format, LINE_WIDTH } from './format.ts'
import { lex } from './lexer.ts'
import { parse } from './parser/parse.ts'
import { sameTree } from './nodes.ts'

function formatted(text: string): string {
  const result = format(new SourceFile('a.hako', text))
  if (!('text' in result)) throw new Error(result.diagnostics[0]?.message ?? 'not formatted')
  return result.text
}

/** Formats, and checks that formatting again changes nothing. */
function settled(text: string): string {
  const once = formatted(text)
  expect(formatted(once)).toBe(once)
  return once
}

describe('format', () => {
  const cases: [string, string, string][] = [
    ['one statement a line', 'i = i + 1  continue; return', 'i = i + 1\ncontinue\nreturn\n'],
    ['blocks', 'if(a){b}else{c}', 'if (a) {\n  b\n} else {\n  c\n}\n'],
    ['braces of their own line', 'loop(a)\n{\n}\nwhile b\n{ c }', 'loop(a) {}\nwhile b {\n  c\n}\n'],
    ['short bodies stay short', 'function f(x){return x*2}\nf = fn(x){x}', 'function f(x) { return x * 2 }\nf = fn(x) { x }\n'],
    ['two statements make a body long', 'f = fn(x){a x}', 'f = fn(x) {\n  a\n  x\n}\n'],
    ['at most one blank line', '\n\na\n\n\n\nb\n\n', 'a\n\nb\n'],
    ['no blank line at the edges of a block', '{\n\n  a\n\n}', '{\n  a\n}\n'],
    ['comments', '# a\nx // b\n/* c */ y /* d */\n// e', '# a\nx // b\n/* c */ y /* d */\n// e\n'],
    ['comments in blocks', 'if a { // b\n  // c\n\n  // d\n}', 'if a { // b\n  // c\n\n  // d\n}\n'],
    ['comments before else', 'if a {} // b\n// c\nelse {}', 'if a {} else { // b\n  // c\n}\n'],
    ['comments in arguments', 'f(a, // b\n c)', 'f(\n  a, // b\n  c\n)\n'],
    ['a blank that separates minus signs', 'x = - -y', 'x = - -y\n'],
    ['a call and a block', 'f(a); { b }', 'f(a);\n{\n  b\n}\n'],
    ['a field named like a modifier', 'box A { static, m() {} }', 'box A {\n  static,\n  m() {}\n}\n'],
    ['a method named catch', 'box A { m() {}, catch(e) {} }', 'box A {\n  m() {},\n  catch(e) {}\n}\n'],
    ['spelling is kept', 'x = a && b and not c || void', 'x = a && b and not c || void\n'],
    ['raw newlines in strings', 'x = "a\n  b"', 'x = "a\n  b"\n'],
    ['members', 'box A from B,C{x,y:T=1\nprivate{z,w}\nm(a,b:T=1):R{}}', 'box A from B, C {\n  x\n  y: T = 1\n  private { z, w }\n  m(a, b: T = 1): R {}\n}\n'],
    ['match', 'x = match y{1|2=>"a",_=>{b}}', 'x = match y {\n  1 | 2 => "a"\n  _ => { b }\n}\n'],
    ['handlers', '{a}catch(E e){b}cleanup{c}', '{\n  a\n} catch (E e) {\n  b\n} cleanup {\n  c\n}\n'],
    ['nothing', '\n\n', ''],
    ['steps on lines of their own', 'x = a\n|> b\n|> c', 'x = a\n  |> b\n  |> c\n'],
    ['steps on one line', 'x = a |> b |> c', 'x = a |> b |> c\n'],
    ['maps on several lines', 'x = %{\n"a" => 1, b => 2}', 'x = %{\n  "a" => 1,\n  b => 2\n}\n'],
    ['a lambda as last argument', 'a.map(fn(x) { y\n z })', 'a.map(fn(x) {\n  y\n  z\n})\n'],
    ['attributes', '@rune A("x") @hint(y) box B {}', '@rune A("x")\n@hint(y)\nbox B {}\n'],
  ]
  it.each(cases)('%s', (_title, text, expected) => {
    expect(settled(text)).toBe(expected)
  })

  it('breaks long lines at arguments and operators', () => {
    const name = 'a'.repeat(30)
    expect(settled(`f(${name}, ${name}, ${name}, ${name})`)).toBe(`f(\n  ${name},\n  ${name},\n  ${name},\n  ${name}\n)\n`)
    expect(settled(`x = ${name} - ${name} - ${name} - ${name}`)).toBe(`x = ${name} -\n  ${name} -\n  ${name} -\n  ${name}\n`)
    expect(settled(`x = ${name}.${name}().${name}().${name}()`)).toBe(`x = ${name}\n  .${name}()\n  .${name}()\n  .${name}()\n`)
    expect(settled(`x = [${'123456789, '.repeat(20)}0]`).split('\n').every((line) => line.length <= LINE_WIDTH)).toBe(true)
  })

  it('takes lists and files of any length', { timeout: 60_000 }, () => {
    expect(settled(`x = [${'1, '.repeat(50_000)}1]`).length).toBeGreaterThan(150_000)
    expect(settled(`f(${'a, '.repeat(50_000)}1)`).length).toBeGreaterThan(150_000)
    expect(settled('x = 1 // c\n'.repeat(5_000))).toBe('x = 1 // c\n'.repeat(5_000))
  })

  it('does not format a source with errors', () => {
    const result = format(new SourceFile('a.hako', 'local = 1'))
    expect('diagnostics' in result && result.diagnostics.map(({ code }) => code)).toEqual(['HK1005'])
  })
})

function programs(folder: URL): [string, string][] {
  let entries: string[]
  try {
    entries = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch {
    return []
  }
  return entries
    .filter((name) => name.endsWith('.hako'))
    .sort()
    .map((name): [string, string] => [name, readFileSync(new URL(name, folder), 'utf8')])
    .filter(([name, text]) => {
      const source = new SourceFile(name, text)
      const sink = new DiagnosticSink(source)
      parse(source, sink)
      return !sink.hasErrors
    })
}

const all = [...programs(new URL('../../examples/', import.meta.url)), ...programs(new URL('../../conformance/programs/', import.meta.url))]

describe('every program of the repository', { timeout: 120_000 }, () => {
  it('is found', () => {
    expect(all.length).toBeGreaterThan(200)
  })

  it('keeps its tree and settles at once', () => {
    for (const [name, text] of all) {
      const before = new SourceFile(name, text)
      const after = new SourceFile(name, settled(text))
      const tree = parse(before, new DiagnosticSink(before))
      expect(sameTree(tree, parse(after, new DiagnosticSink(after))), name).toBe(null)
    }
  })

  it('keeps comments and newlines put anywhere', () => {
    const insertion = fc.record({
      place: fc.double({ min: 0, max: 1, noNaN: true }),
      text: fc.constantFrom('/* c */', '// c\n', '# c\n', '/* a\n b */', '\n// own\n', '\n', '\n\n\n', ';'),
    })
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.array(insertion, { minLength: 1, maxLength: 6 }), ([name, original], insertions) => {
        const text = insert(new SourceFile(name, original), insertions)
        const source = new SourceFile(name, text)
        const sink = new DiagnosticSink(source)
        parse(source, sink)
        // A newline in the wrong place may be an error; such a text has no format.
        if (!sink.hasErrors) settled(text)
      }),
      { numRuns: 400 },
    )
  })
})

/** Puts texts between tokens. */
function insert(source: SourceFile, insertions: readonly { place: number; text: string }[]): string {
  const tokens = lex(source, new DiagnosticSink(source))
  const at = new Map<number, string>()
  for (const { place, text } of insertions) at.set(Math.floor(place * (tokens.count - 1)), ` ${text} `)
  let out = ''
  let from = 0
  for (let index = 0; index < tokens.count; index++) {
    const start = tokens.starts[index] as number
    out += source.text.slice(from, start) + (at.get(index) ?? '')
    from = start
  }
  return out
}
