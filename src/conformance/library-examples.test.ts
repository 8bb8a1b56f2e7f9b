/**
 * The examples of the library's documentation, run: each `expression  // text` must print that text.
 */
import { expect, it } from "vitest"
import { compile } from "../compiler/driver/compile.ts"
import { FUNCTIONS, INSTANCE_METHODS, LIBRARY, type LibraryBox, type LibraryMember, UNIVERSAL } from "../runtime/prelude.ts"
import { execute } from "./execute.ts"

function examples(): { readonly where: string; readonly expression: string; readonly text: string }[] {
  const found: { where: string; expression: string; text: string }[] = []
  const collect = (where: string, table: { readonly [key: string]: LibraryMember }): void => {
    for (const [key, { example }] of Object.entries(table)) {
      const parts = example?.split("  // ")
      if (parts?.[0] !== undefined && parts[1] !== undefined) found.push({ where: `${where} ${key}`, expression: parts[0], text: parts[1] })
    }
  }
  for (const [name, row] of Object.entries(LIBRARY)) {
    const box: LibraryBox = row
    collect(name, box.methods)
    collect(`new ${name}`, box.constructors)
  }
  collect("function", FUNCTIONS)
  collect("every value", UNIVERSAL)
  collect("instance", INSTANCE_METHODS)
  return found
}

it("say what their expressions print", async () => {
  const all = examples()
  expect(all.length).toBeGreaterThan(100)
  const text = all.map(({ expression }) => `print(${expression})\n`).join("")
  const compilation = compile([{ name: "main.hako", text }], { optimise: 1 })
  expect(compilation.diagnostics.map(({ diagnostic }) => diagnostic.message)).toEqual([])
  const { stdout } = await execute(compilation, { stdin: [], args: [] })
  const lines = stdout.split("\n")
  expect(all.map(({ where, expression }, i) => `${where}: ${expression}  // ${lines[i]}`)).toEqual(all.map(({ where, expression, text: expected }) => `${where}: ${expression}  // ${expected}`))
}, 60000)
