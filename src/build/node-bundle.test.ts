/** A bundle for Node stands alone: it runs from any folder, and reads Binaryen only when it is imported. */
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { bundleForNode } from "./node-bundle.ts"

const ROOT = join(import.meta.dirname, "..", "..")
const folder = mkdtempSync(join(tmpdir(), "hako-bundle-"))

const ENTRY = `
  const started = performance.now()
  if (process.argv[2] === "text") console.log("no code generation")
  else {
    const { default: binaryen } = await import("binaryen")
    const module = binaryen.parseText('(module (func (export "answer") (result i64) (i64.const 42)))')
    const { instance } = await WebAssembly.instantiate(module.emitBinary())
    console.log(String(instance.exports.answer()))
  }
`

describe("a bundle for Node", () => {
  beforeAll(async () => {
    const entry = join(folder, "entry.mjs")
    writeFileSync(entry, ENTRY)
    await bundleForNode(ROOT, join(folder, "out"), { entry })
    rmSync(entry)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const run = (...args: string[]) => execFileSync(process.execPath, [join(folder, "out", "entry.js"), ...args], { cwd: tmpdir(), encoding: "utf8" })

  it("has the split Binaryen beside it", () => {
    expect(existsSync(join(folder, "out", "binaryen.wasm"))).toBe(true)
    expect(run()).toBe("42\n")
  })

  it("does not read Binaryen for work that needs none", () => {
    rmSync(join(folder, "out", "binaryen.wasm"))
    expect(run("text")).toBe("no code generation\n")
    expect(() => run()).toThrow("binaryen.wasm")
  })
})
