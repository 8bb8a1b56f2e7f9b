/** A bundle for Node stands alone: it runs from any folder, and reads what few commands need only when it is imported. */
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { bundleForNode } from "./node-bundle.ts"

const ROOT = join(import.meta.dirname, "..", "..")
const folder = mkdtempSync(join(tmpdir(), "hako-bundle-"))

const ENTRY = `
  if (process.argv[2] === "text") console.log("no compression")
  else {
    const { strFromU8, strToU8, unzlibSync, zlibSync } = await import(${JSON.stringify(join(ROOT, "node_modules/fflate/esm/index.mjs"))})
    console.log(strFromU8(unzlibSync(zlibSync(strToU8("there and back")))))
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

  it("holds the packages that it uses", () => {
    expect(run()).toBe("there and back\n")
  })

  it("does not read a chunk for work that needs none", () => {
    rmSync(join(folder, "out", "lib"), { recursive: true })
    expect(run("text")).toBe("no compression\n")
    expect(() => run()).toThrow()
  })
})
