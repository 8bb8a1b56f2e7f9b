/**
 * Runs the prose tests of `cases/*.md`. Each block marked `hako` is a program; a line that ends in `# error: [HK2001]` or
 * `# warning: [HK3103]` must have exactly these findings, every other line none. A block marked `hako file=NAME` is a further
 * file of the program that comes next.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { SourceFile } from "../base/source.ts"
import { DiagnosticSink } from "../diagnostics/diagnostic.ts"
import { parse } from "../syntax/parser/parse.ts"
import { check } from "./check.ts"
import type { CheckedProgram } from "./checked.ts"
import { needsCell, type VariableSymbol } from "./symbol.ts"

const CASES = join(import.meta.dirname, "cases")

interface Checked {
  readonly program: CheckedProgram
  readonly sink: DiagnosticSink
  readonly sources: readonly SourceFile[]
}

function checkFiles(files: readonly { readonly name: string; readonly text: string }[]): Checked {
  const sources = files.map((file) => new SourceFile(file.name, file.text))
  const sink = new DiagnosticSink(sources[0] as SourceFile)
  const units = sources.map((source) => ({ name: source.name, source, program: parse(source, source === sources[0] ? sink : new DiagnosticSink(source)) }))
  return { program: check(units, sink), sink, sources }
}

function checkText(text: string): Checked {
  return checkFiles([{ name: "main.hako", text }])
}

/** `line code`, for each finding marked in the text. */
function marked(name: string, text: string): string[] {
  return text.split("\n").flatMap((line, i) => [...line.matchAll(/# (error|warning): (\[HK\d{4}\](?: \[HK\d{4}\])*)/g)].flatMap((match) => [...(match[2] as string).matchAll(/HK\d{4}/g)].map(([code]) => `${name}:${i + 1} ${match[1]} ${code}`)))
}

function found({ sink, sources }: Checked): string[] {
  return sink.diagnostics.map((diagnostic) => {
    const name = diagnostic.primary.file ?? (sources[0] as SourceFile).name
    const source = sources.find((one) => one.name === name) as SourceFile
    return `${name}:${source.lines.lineOf(diagnostic.primary.span.start)} ${diagnostic.severity} ${diagnostic.code}`
  })
}

for (const file of readdirSync(CASES).filter((name) => name.endsWith(".md"))) {
  describe(file, () => {
    const text = readFileSync(join(CASES, file), "utf8")
    let before: { name: string; text: string }[] = []
    let title = ""
    for (const match of text.matchAll(/^## (.*)$|^```hako(?: file=(\S+))?\n([\s\S]*?)^```$/gm)) {
      if (match[1] !== undefined) {
        title = match[1]
        continue
      }
      const block = { name: match[2] ?? "main.hako", text: match[3] as string }
      if (match[2] !== undefined) {
        before.push(block)
        continue
      }
      const files = [block, ...before]
      before = []
      it(`${title} (line ${text.slice(0, match.index).split("\n").length})`, () => {
        expect(found(checkFiles(files)).sort()).toEqual(files.flatMap((one) => marked(one.name, one.text)).sort())
      })
    }
  })
}

describe("tables", () => {
  const variables = (text: string): Map<string, VariableSymbol> => {
    const { program } = checkText(text)
    return new Map([...program.symbols.values()].filter((symbol): symbol is VariableSymbol => symbol.kind === "variable").map((symbol) => [symbol.name, symbol]))
  }

  it("puts a variable into a cell only if it is captured and assigned later", () => {
    const found = variables("local a = 1  local b = 2  local c = 3  b = 4  c = 5  local f = fn() { a + c }")
    expect(["a", "b", "c", "f"].filter((name) => needsCell(found.get(name) as VariableSymbol))).toEqual(["c"])
  })

  it("captures through nested lambdas", () => {
    const { program } = checkText("local a = 1  local f = fn() { fn() { a } }")
    expect([...program.lambdas.values()].map((routine) => [...routine.captures].map((symbol) => symbol.name))).toEqual([["a"], ["a"]])
  })

  it("puts ancestors' fields first and reaches the nearest method", () => {
    const { program } = checkText("box A { x  m() {} n() {} }  box B { y  n() {} k() {} }  box C from A, B { z  k() {} }")
    const c = program.boxes.find((box) => box.name === "C")
    expect(c?.layout.map((field) => field.name)).toEqual(["x", "y", "z"])
    expect([...(c?.table ?? [])].map(([key, method]) => `${key} ${method.box.name}`)).toEqual(["k/0 C", "m/0 A", "n/0 A"])
  })

  it("suggests the nearest name and offers the edit", () => {
    const { sink } = checkText("local counter = 1\nprint(couner)")
    expect(sink.diagnostics[0]?.help).toEqual({ text: "did you mean 'counter'?", edit: { span: { start: 24, end: 30 }, replacement: "counter" } })
  })

  it("suggests me for a method called bare", () => {
    const { sink } = checkText("box B { f() { g() } g() { } }")
    expect(sink.diagnostics[0]?.help?.edit?.replacement).toBe("me.g")
  })
})

describe("partial trees", () => {
  const text = readFileSync(join(CASES, "boxes.md"), "utf8") + readFileSync(join(CASES, "match.md"), "utf8")
  const program = [...text.matchAll(/^```hako\n([\s\S]*?)^```$/gm)].map((match) => match[1]).join("\n")

  it("are checked without a throw wherever the text ends", () => {
    for (let end = 0; end <= program.length; end += 29) checkText(program.slice(0, end))
  })

  it("are checked without a throw whatever is missing", () => {
    const lines = program.split("\n")
    for (let i = 0; i < lines.length; i += 3) checkText([...lines.slice(0, i), ...lines.slice(i + 1)].join("\n"))
  })
})
