/**
 * Speed of the lexer and the parser: prints lines per second over a generated file of 10 000 lines. Run it with a Node that strips
 * types: `node src/compiler/syntax/bench.ts [lines]`.
 */
import { SourceFile } from '../base/source.ts'
import { DiagnosticSink } from '../diagnostics/diagnostic.ts'
import { renderSink } from '../diagnostics/render.ts'
import { format } from './format.ts'
import { lex } from './lexer.ts'
import { parse } from './parser/parse.ts'

/** A program of about `lines` lines in the style of real ones: boxes, methods, loops, strings, comments. */
export function generateProgram(lines: number): string {
  const out: string[] = ['// Generated program.', 'using nyashstd', '']
  for (let index = 0; out.length < lines; index++) {
    out.push(
      `box Worker${index} from Base${index % 7} {`,
      '  name: StringBox',
      '  count: IntegerBox = 0',
      '  private { cache, limit: IntegerBox }',
      '',
      '  birth(name, limit) {',
      '    from Base.birth(name)',
      '    me.name = name',
      '    me.limit = limit',
      '  }',
      '',
      '  // Sums the squares of the even elements, skipping what is out of range.',
      '  total(items, factor) {',
      '    local sum = 0, index = 0',
      '    loop(index < items.length()) {',
      '      local value = items.get(index)',
      '      if value % 2 == 0 and value < me.limit {',
      `        sum = sum + value * value * factor - ${index}`,
      '      } else if value == null || value > 100000 {',
      '        print("skipped " + value.toString() + " of " + me.name)',
      '        index = index + 1',
      '        continue',
      '      } else {',
      '        me.count = me.count + 1',
      '      }',
      '      index += 1',
      '    }',
      '    return sum',
      '  }',
      '',
      '  describe(shape) {',
      '    local text = match shape {',
      '      Side(w) => "area " + (w * w)',
      '      Named { a, b } => "area " + (a * b)',
      '      _ => "none"',
      '    }',
      '    local table = %{"a" => 1, "b" => [1, 2, 3]}',
      '    return text + table.get("a") + fn(x) { x + 1 }(3)',
      '  }',
      '}',
      '',
    )
  }
  return out.join('\n')
}

function measure(name: string, lines: number, work: () => void): void {
  const times: number[] = []
  for (let round = 0; round < 25; round++) {
    const start = performance.now()
    work()
    times.push(performance.now() - start)
  }
  const first = times[0] ?? 0
  times.sort((a, b) => a - b)
  const best = times[0] ?? 0
  const median = times[times.length >> 1] ?? 0
  const rate = (milliseconds: number): string => `${(lines / milliseconds / 1000).toFixed(2)} M lines/s`
  const row = `${name.padEnd(8)} median ${median.toFixed(2)} ms (${rate(median)}), best ${best.toFixed(2)} ms (${rate(best)}), first ${first.toFixed(2)} ms`
  process.stdout.write(`${row}\n`)
}

function main(): void {
  const text = generateProgram(Number(process.argv[2] ?? 10_000))
  const source = new SourceFile('bench.hako', text)
  const lines = source.lines.lineCount
  const sink = new DiagnosticSink(source)
  parse(source, sink)
  process.stdout.write(renderSink(sink))
  process.stdout.write(`${lines} lines, ${(text.length / 1024).toFixed(0)} KiB, ${lex(source, sink).count} tokens\n`)
  measure('lex', lines, () => lex(source, new DiagnosticSink(source)))
  measure('parse', lines, () => parse(source, new DiagnosticSink(source)))
  measure('format', lines, () => format(source))
}

if (process.argv[1]?.endsWith('bench.ts') === true) main()
