/** The split Binaryen loads in Node and builds the same modules as the published one. */
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { describe, expect, it } from "vitest"
import { binaryenParts } from "./binaryen-plugin.ts"
import { splitBinaryen } from "./split-binaryen.ts"

const ROOT = join(import.meta.dirname, "..", "..")

/** A program that builds a module with the given Binaryen, runs it and prints the answer, the text form's length and the number of names it exports. */
const program = (specifier: string) => `
  import binaryen from ${JSON.stringify(specifier)}
  const m = new binaryen.Module()
  m.addFunction("add", binaryen.createType([binaryen.i64, binaryen.i64]), binaryen.i64, [], m.i64.add(m.local.get(0, binaryen.i64), m.local.get(1, binaryen.i64)))
  m.addFunctionExport("add", "add")
  if (!m.validate()) throw new Error("invalid")
  m.optimize()
  const { instance } = await WebAssembly.instantiate(m.emitBinary(), {})
  console.log(String(instance.exports.add(40n, 2n)), m.emitText().length, Object.keys(binaryen).filter((name) => name !== "instantiateWasm").length)
`

const run = (specifier: string) => execFileSync(process.execPath, ["--input-type=module", "-e", program(specifier)], { cwd: ROOT, encoding: "utf8" }).trim()

describe("split Binaryen", () => {
  it("answers as the published package does", () => {
    const split = run(pathToFileURL(join(binaryenParts(ROOT), "node.js")).href)
    expect(split).toMatch(/^42 /)
    expect(split).toBe(run("binaryen"))
  })

  it("refuses a script of another shape", () => {
    expect(() => splitBinaryen("export default 1")).toThrow("no WebAssembly literal")
    expect(() => splitBinaryen("f(`\\0asm\\x01\\0\\0\\0`)")).toThrow("unknown shape")
    expect(() => splitBinaryen("f(`\\0asm\\x02\\0\\0\\0`)")).toThrow("not a valid WebAssembly binary")
    expect(() => splitBinaryen("f(`\\0asm\\x01\\0\\0\\0")).toThrow("does not end")
  })
})
