/**
 * Tests of lowering: the MIR of a few small programs as text, and the verifier over every conformance program.
 *
 * A program in `filetests/` ends in a comment block that begins with `# ==>`; it holds the functions the program is about, as
 * text. `BLESS=1` writes the blocks anew; they are reviewed like code.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { SourceFile } from "../base/source.ts"
import { check } from "../check/check.ts"
import { DiagnosticSink } from "../diagnostics/diagnostic.ts"
import type { Module } from "../mir/ir.ts"
import { printFunc } from "../mir/print.ts"
import { findViolations } from "../mir/verify.ts"
import { parse } from "../syntax/parser/parse.ts"
import { lower } from "./module.ts"

const FILETESTS = join(import.meta.dirname, "filetests")
const PROGRAMS = join(import.meta.dirname, "../../conformance/programs")
const MARK = "\n# ==>\n"

/** The module of a text, or null if it has errors. */
function lowerText(text: string): Module | null {
  const source = new SourceFile("main.hako", text)
  const sink = new DiagnosticSink(source)
  const program = parse(source, sink)
  const checked = check([{ name: source.name, program, source }], sink)
  return sink.hasErrors ? null : lower(checked)
}

/** The functions a first line `# show: a, b` names, as comments. */
function shown(text: string, module: Module): string {
  const names = /^# show: (.*)$/m.exec(text)?.[1]?.split(", ") ?? ["main"]
  return names
    .map((name) => {
      const func = module.funcs.get(name)
      return func === undefined ? `no function ${name}` : printFunc(func).text
    })
    .join("\n")
    .trimEnd()
    .split("\n")
    .map((line) => `# ${line}`.trimEnd())
    .join("\n")
}

describe("filetests", () => {
  for (const name of readdirSync(FILETESTS).filter((file) => file.endsWith(".hako"))) {
    it(name, () => {
      const path = join(FILETESTS, name)
      const [program, expected] = readFileSync(path, "utf8").split(MARK) as [string, string | undefined]
      const module = lowerText(program)
      expect(module).not.toBeNull()
      const text = shown(program, module as Module)
      if (process.env["BLESS"] === "1") writeFileSync(path, `${program.trimEnd()}\n${MARK}${text}\n`)
      else expect(text).toBe(expected?.trimEnd())
    })
  }
})

describe("conformance programs", () => {
  for (const area of readdirSync(PROGRAMS)) {
    it(`are well formed: ${area}`, () => {
      const wrong: string[] = []
      for (const file of readdirSync(join(PROGRAMS, area))) {
        const module = lowerText(readFileSync(join(PROGRAMS, area, file), "utf8"))
        if (module === null) continue
        const [first] = findViolations(module, { whole: true })
        if (first !== undefined) wrong.push(`${file}: ${first.rule} @${first.func}: ${first.message}`)
      }
      expect(wrong).toEqual([])
    })
  }
})

describe("shapes that are hard on a stack", () => {
  it("lowers a long else-if chain, a long block and a long script", () => {
    const chain = `function f(x) { ${Array.from({ length: 600 }, (_, i) => `if x == ${i} { return ${i} } else`).join(" ")} { return 0 } }`
    const block = `function g(x) { ${"x = x + 1\n".repeat(10_000)} return x }`
    const module = lowerText(`${chain}\n${block}\n${"print(f(g(1)))\n".repeat(5000)}`)
    expect(module === null ? null : findViolations(module, { whole: true })).toEqual([])
  })
})

describe("what a program cannot observe costs nothing", () => {
  const ops = (text: string): Set<string> => {
    const module = lowerText(text)
    return new Set([...(module?.funcs.values() ?? [])].flatMap((func) => func.blocks.flatMap((block) => block.insts.map((inst) => inst.op))))
  }

  it("holds values only in programs with weak references", () => {
    expect(ops("box B { }  local b = new B()  print(b)").has("keepalive")).toBe(false)
    expect(ops("box B { }  local b = new B()  local w = weak b  print(w)").has("keepalive")).toBe(true)
  })

  it("checks for dead objects only in programs that finalise some", () => {
    const box = "box B { x  f() { return me.x } }  local b = new B()  print(b.f())  "
    expect(ops(box).has("check.alive")).toBe(false)
    expect(ops(`${box}b.fini()`).has("check.alive")).toBe(true)
  })

  it("brings library functions only where they are called", () => {
    expect([...(lowerText("print([1].map(fn(x) { x }))")?.funcs.keys() ?? [])]).toEqual(["main$lambda0/1", "$arr_map/2", "main"])
    expect([...(lowerText("print([1])")?.funcs.keys() ?? [])]).toEqual(["main"])
  })
})
