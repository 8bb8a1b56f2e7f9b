import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SourceFile } from '../base/source.ts'
import { DiagnosticSink } from '../diagnostics/diagnostic.ts'
import { lex, NEWLINE_BEFORE, stringValue } from './lexer.ts'
import { KEYWORDS, T, TOKEN_NAMES, TOKEN_ROWS } from './tokens.ts'

/** Tokens as text: `Name(text)`, or only the name when the spelling says nothing more; `⏎` marks a newline before. */
function show(text: string): { tokens: string; codes: string[]; comments: string[] } {
  const source = new SourceFile('a', text)
  const sink = new DiagnosticSink(source)
  const tokens = lex(source, sink)
  const parts: string[] = []
  for (let index = 0; index < tokens.count - 1; index++) {
    const kind = tokens.kinds[index] as number
    const spelling = source.text.slice(tokens.starts[index], tokens.ends[index])
    const newline = index > 0 && ((tokens.flags[index] as number) & NEWLINE_BEFORE) !== 0 ? '⏎' : ''
    parts.push(newline + (TOKEN_ROWS[kind]?.text === null ? `${TOKEN_NAMES[kind]}(${spelling})` : spelling))
  }
  return {
    tokens: parts.join(' '),
    codes: sink.diagnostics.map((diagnostic) => diagnostic.code),
    comments: tokens.comments.map((comment) => source.slice(comment.span)),
  }
}

const tokensOf = (text: string): string => show(text).tokens

describe('lex', () => {
  it('reads every keyword and operator of the table as itself', () => {
    for (const row of TOKEN_ROWS) if (row.text !== null) expect(tokensOf(row.text)).toBe(row.text)
    expect(KEYWORDS.get('birth_once')).toBe(T.BirthOnce)
  })

  it('takes the longest match', () => {
    expect(tokensOf('a?.b ?? c?d..e...f')).toBe('Ident(a) ?. Ident(b) ?? Ident(c) ? Ident(d) .. Ident(e) ... Ident(f)')
    expect(tokensOf('a<<=b>>c=>d==e|>f||g|h')).toBe('Ident(a) << = Ident(b) >> Ident(c) => Ident(d) == Ident(e) |> Ident(f) || Ident(g) | Ident(h)')
    expect(tokensOf('x%{y%z%=1')).toBe('Ident(x) %{ Ident(y) % Ident(z) %= Int(1)')
  })

  it('separates numbers from members and ranges', () => {
    expect(tokensOf('1.foo 1..2 1.5 007')).toBe('Int(1) . Ident(foo) Int(1) .. Int(2) Float(1.5) Int(007)')
    expect(tokensOf('1.5e10 1.5e-3 1.5E+2')).toBe('Float(1.5e10) Float(1.5e-3) Float(1.5E+2)')
  })

  it.each(['12ab', '0x1F', '1_000', '1.5e', '1e5', '3あ'])('rejects the number %s', (text) => {
    expect(show(text)).toMatchObject({ tokens: `Invalid(${text})`, codes: ['HK1003'] })
  })

  it('accepts Unicode names', () => {
    expect(tokensOf('名前 = été2 𝒳')).toBe('Ident(名前) = Ident(été2) Ident(𝒳)')
  })

  it('knows comments and the newlines they hold', () => {
    expect(show('#!run\na // x\nb /* y */ c /* z\n */ d "# no"')).toEqual({
      tokens: 'Ident(a) ⏎Ident(b) Ident(c) ⏎Ident(d) Str("# no")',
      codes: [],
      comments: ['#!run', '// x', '/* y */', '/* z\n */'],
    })
  })

  it('treats any Unicode white space as blank', () => {
    expect(tokensOf('a\u00a0b\u3000c\u2028d\u0085e')).toBe('Ident(a) Ident(b) Ident(c) Ident(d) Ident(e)')
  })

  it('reports what is no token once for each run', () => {
    expect(show('a $$ b `\u0000` c')).toMatchObject({ codes: ['HK1004', 'HK1004'] })
    expect(show('\ud800')).toMatchObject({ codes: ['HK1004'] })
  })

  it('ends an unreadable run with a slice of a longer text, also when the slice cuts a pair in two', () => {
    const whole = `x${'😀'.repeat(300)}`
    for (let round = 0; round < 100; round++) {
      for (let pairs = 1; pairs < 300; pairs++) {
        const cut = whole.slice(0, 2 * pairs)
        const source = new SourceFile('a', cut)
        const sink = new DiagnosticSink(source)
        lex(source, sink)
        if (sink.diagnostics[0]?.primary.span.end !== cut.length) expect(sink.diagnostics[0]?.primary.span).toEqual({ start: 1, end: cut.length })
      }
    }
  })

  it('reports unterminated text at its start and reads on', () => {
    expect(show('a = "x\nb')).toMatchObject({ tokens: 'Ident(a) = Str("x) ⏎Ident(b)', codes: ['HK1002'] })
    expect(show('a /* x')).toMatchObject({ tokens: 'Ident(a)', codes: ['HK1001'] })
  })

  it('warns of bidirectional controls', () => {
    expect(show('x = "\u202e"').codes).toEqual(['HK1008'])
    expect(show('// \u2066').codes).toEqual(['HK1008'])
  })

  it('pairs brackets', () => {
    const source = new SourceFile('a', 'f(a[1], { %{} ) }')
    const { partners } = lex(source, new DiagnosticSink(source))
    // f ( a [ 1 ] , { %{ } ) }: the parenthesis never closes across the brace.
    expect([...partners.subarray(0, 12)]).toEqual([-1, -1, -1, 5, -1, 3, -1, 11, 9, 8, -1, 7])
  })

  it('covers the text: tokens, comments and blanks, in order', () => {
    const piece = fc.oneof(
      fc.constantFrom('a', '1', '"s"', "'", '"', '\\', '/*', '*/', '//', '#', '\n', ' ', '%{', '{', '(', ')', '}', 'あ', '😀', '\u0000', '\ud800', '..', '$'),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const source = new SourceFile('a', pieces.join(''))
        const tokens = lex(source, new DiagnosticSink(source))
        const ranges = tokens.comments.map(({ span }) => [span.start, span.end])
        for (let index = 0; index < tokens.count; index++) ranges.push([tokens.starts[index] as number, tokens.ends[index] as number])
        ranges.sort((a, b) => (a[0] as number) - (b[0] as number) || (a[1] as number) - (b[1] as number))
        let at = 0
        for (const [start = 0, end = 0] of ranges) {
          expect(source.text.slice(at, start)).toMatch(/^\p{White_Space}*$/u)
          expect(end).toBeGreaterThanOrEqual(start)
          at = end
        }
        expect(at).toBe(source.text.length)
      }),
    )
  })
})

describe('stringValue', () => {
  const valueOf = (text: string): string => {
    const source = new SourceFile('a', text)
    const tokens = lex(source, new DiagnosticSink(source))
    return stringValue(text, tokens.flags[0] as number)
  }

  it.each([
    ['"a\\n\\t\\"\\\\\\/"', 'a\n\t"\\/'],
    ["'it\\'s'", "it's"],
    ['"\\u3042\\ud83d\\ude00"', 'あ😀'],
    ['"\\ud800x"', '\ufffdx'],
    ['"\ud800"', '\ufffd'],
    ['"\\d\\u12"', '\\d\\u12'],
    ['"${x}"', '${x}'],
    ['"a\nb"', 'a\nb'],
    ['""', ''],
  ])('decodes %s', (text, value) => {
    expect(valueOf(text)).toBe(value)
  })
})
