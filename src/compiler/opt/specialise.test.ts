/**
 * Tests of inference and specialisation. `filetests/infer/*.hako` end in the inferred types of expressions, `filetests/specialise/*.hako`
 * in the typed MIR of the functions that their line `# show:` names; `BLESS=1` writes both anew. Every conformance program must
 * become valid MIR without dynamic operations.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { compile } from "../driver/compile.ts"
import type { Module } from "../mir/ir.ts"
import { printFunc } from "../mir/print.ts"
import { findViolations } from "../mir/verify.ts"
import type { SpecialiseOptions } from "./specialise-emit.ts"
import { inferAndSpecialise, typesBySpan } from "./specialise.ts"

const FILETESTS = join(import.meta.dirname, "filetests")
const PROGRAMS = join(import.meta.dirname, "../../conformance/programs")
const MARK = "\n# ==>\n"

/** The typed module of a text, or null if it has errors. */
function typedModule(text: string, options: SpecialiseOptions = {}): Module | null {
  const compilation = compile([{ name: "main.hako", text }], { optimise: 0 })
  return compilation.hasErrors ? null : inferAndSpecialise(compilation.built(), options)
}

function asComments(text: string): string {
  return text.trimEnd().split("\n").map((line) => `# ${line}`.trimEnd()).join("\n")
}

function shownFunctions(text: string, module: Module): string {
  const names = /^# show: (.*)$/m.exec(text)?.[1]?.split(", ") ?? ["main"]
  const classes = [...module.classes.values()].filter((cls) => cls.kind === "box" && names.includes(cls.name))
  const fields = classes.map((cls) => `${cls.name} { ${cls.fields.map((f) => `${f.name}: ${f.type}`).join(", ")} }\n`)
  const funcs = names.map((name) => module.funcs.get(name)).filter((func) => func !== undefined)
  return [...fields, ...funcs.map((func) => printFunc(func).text)].join("\n")
}

function shownTypes(text: string, module: Module): string {
  const lines: { readonly start: number; readonly end: number; readonly line: string }[] = []
  for (const [span, type] of typesBySpan(module)) {
    const [file, start, end] = span.split(/[:-]/).map(Number) as [number, number, number]
    const source = text.slice(start, end)
    if (file === 0 && !source.includes("\n") && !/^[\d"']|^(true|false|null)$/.test(source)) lines.push({ start, end, line: `${source} : ${type}` })
  }
  return lines.sort((a, b) => a.start - b.start || b.end - a.end).map((l) => l.line).join("\n")
}

for (const [folder, show] of [["specialise", shownFunctions], ["infer", shownTypes]] as const) {
  describe(`${folder} filetests`, () => {
    for (const name of readdirSync(join(FILETESTS, folder)).filter((file) => file.endsWith(".hako"))) {
      it(name, () => {
        const path = join(FILETESTS, folder, name)
        const [program, expected] = readFileSync(path, "utf8").split(MARK) as [string, string | undefined]
        const module = typedModule(program)
        expect(module).not.toBeNull()
        const text = asComments(show(program, module as Module))
        if (process.env["BLESS"] === "1") writeFileSync(path, `${program.trimEnd()}\n${MARK}${text}\n`)
        else expect(text).toBe(expected?.trimEnd())
      })
    }
  })
}

describe("conformance programs", () => {
  for (const folder of readdirSync(PROGRAMS)) {
    it(`${folder} become valid typed MIR`, () => {
      const wrong: string[] = []
      for (const name of readdirSync(join(PROGRAMS, folder)).filter((file) => file.endsWith(".hako"))) {
        for (const checkTypes of [false, true]) {
          const module = typedModule(readFileSync(join(PROGRAMS, folder, name), "utf8"), { checkTypes })
          if (module === null) continue
          for (const violation of findViolations(module, { whole: true })) wrong.push(`${name}: ${violation.rule} in @${violation.func}: ${violation.message}`)
        }
      }
      expect(wrong).toEqual([])
    })
  }
})
