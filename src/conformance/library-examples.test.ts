/**
 * The library's documentation, held to what it documents: every row that a program can reach has a text, an example and, if it can
 * fail beyond its arguments' kinds, the errors; every example runs and does what it says.
 *
 * An example is `code  // text`. The code is the body of a lambda; the text is what it writes, else the text of its value. Without
 * a text the example only has to run.
 */
import { describe, expect, it } from "vitest"
import { compile } from "../compiler/driver/compile.ts"
import { codeFails, FUNCTIONS, INSTANCE_METHODS, LIBRARY, type LibraryBox, type LibraryMember, UNIVERSAL } from "../runtime/prelude.ts"
import { execute } from "./execute.ts"

interface Row {
  readonly where: string
  readonly member: LibraryMember
}

/** Functions with such names stand for constructs of the language; no program can call them. */
const INTERNAL = /^(?:weak\.new|Future\.\w+|await|scope\.\w+|try\.\w+|program\.arguments|iter\.of|error\.matches|match\.fail)\//

const rows: readonly Row[] = ((): Row[] => {
  const found: Row[] = []
  const collect = (where: string, table: { readonly [key: string]: LibraryMember }): void => {
    for (const [key, member] of Object.entries(table)) if (where !== "function" || !INTERNAL.test(key)) found.push({ where: `${where} ${key}`, member })
  }
  for (const [name, row] of Object.entries(LIBRARY)) {
    const box: LibraryBox = row
    collect(`new ${name}`, box.constructors)
    collect(name, box.methods)
    collect(`${name} field`, box.fields ?? {})
  }
  collect("function", FUNCTIONS)
  collect("every value", UNIVERSAL)
  collect("instance", INSTANCE_METHODS)
  return found
})()

/** What examples of a box may use without making it. */
const GIVEN: readonly (readonly [prefix: string, code: string])[] = [
  ["WebCanvasBox", 'local canvas = new WebCanvasBox("picture", 100, 50)'],
  ["ConsoleBox", "local con = new ConsoleBox()"],
  ["function env.console", "local con = new ConsoleBox()"],
]

/** Writes nobody's text; what stands between two of them belongs to one example. */
const MARK = "\u0001"

describe("the documentation of the library", () => {
  it("says of every row what it does, shows it, and names its errors if it can fail", () => {
    expect(rows.length).toBeGreaterThan(330)
    expect(rows.filter(({ member }) => member.doc === "").map(({ where }) => where)).toEqual([])
    expect(rows.filter(({ member }) => member.example === undefined).map(({ where }) => where)).toEqual([])
    expect(rows.filter(({ member }) => codeFails(member.impl) && member.errors === undefined).map(({ where }) => where)).toEqual([])
  })

  it("says what the examples do", { timeout: 120_000 }, async () => {
    const examples = rows.filter(({ member }) => member.example?.startsWith("exit(") === false)
    const codeOf = (example: string): string => example.split("  // ")[0] as string
    const text = examples
      .map(({ where, member }) => {
        const given = GIVEN.filter(([prefix]) => where.startsWith(prefix)).map(([, code]) => code)
        return `{\n${given.join("\n")}\nlocal f = fn() { ${codeOf(member.example as string)} }\nprint("${MARK}")\nlocal value = f()\nprint("${MARK}")\nprint(value)\n}\n`
      })
      .join("")
    const compilation = compile([{ name: "main.hako", text }], { optimise: 1 })
    expect(compilation.diagnostics.filter(({ diagnostic }) => diagnostic.severity === "error").map(({ diagnostic }) => diagnostic.message)).toEqual([])
    const { stdout, result } = await execute(compilation, { stdin: ["Ada", "Ada"], args: [], drawing: ["..."] })
    expect(result.kind === "trap" ? `${result.error}: ${result.message}` : "ended").toBe("ended")
    const parts = stdout.split(`${MARK}\n`)
    const shown = examples.map(({ member }, i) => {
      const [code, wanted] = (member.example as string).split("  // ")
      const [written, value] = [parts[2 * i + 1], parts[2 * i + 2]]
      return wanted === undefined ? code : `${code}  // ${(written === "" ? value : written)?.replace(/\n$/, "")}`
    })
    expect(shown.map((line, i) => `${examples[i]?.where}: ${line}`)).toEqual(examples.map(({ where, member }) => `${where}: ${member.example}`))
  })
})
