/** The reference of constructs: fresh, complete, and made of programs that run and show something. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { CONSTRUCTS, REFERENCE_SECTIONS } from "../tour/constructs.ts"
import { loadReference } from "../tour/reference.ts"
import { readExpectations } from "./expectations.ts"
import { REFERENCE_MODULE, referenceModule } from "./reference.ts"

/** Folders about what compilers do wrong, not about what the language has. */
const WITHOUT_CONSTRUCT = new Set(["optimisation"])
const areas = readdirSync(join(import.meta.dirname, "programs")).filter((area) => !WITHOUT_CONSTRUCT.has(area))

describe("reference", () => {
  it("is what table and programs say", () => {
    expect(readFileSync(REFERENCE_MODULE, "utf8") === referenceModule(), "run: node src/conformance/reference.ts").toBe(true)
  })

  it("shows every area; add a row to src/tour/constructs.ts for each of", () => {
    expect(areas.filter((area) => !CONSTRUCTS.some(([, , program]) => program.startsWith(`${area}/`)))).toEqual([])
  })

  it("names each construct and each program once, section by section", () => {
    expect(new Set(CONSTRUCTS.map(([, construct]) => construct)).size).toBe(CONSTRUCTS.length)
    expect(new Set(CONSTRUCTS.map(([, , program]) => program)).size).toBe(CONSTRUCTS.length)
    const order = CONSTRUCTS.map(([section]) => section).filter((section, i, all) => section !== all[i - 1])
    expect(order).toEqual(Object.keys(REFERENCE_SECTIONS))
  })

  it("has programs that run, print and end", async () => {
    const entries = await loadReference()
    expect(entries.length).toBeGreaterThan(100)
    const bad = entries.filter(({ source, title }) => {
      const { stdout, stderr, trap, errors } = readExpectations(source)
      return errors.length > 0 || trap !== null || stdout.length + stderr.length === 0 || source.length > 1500 || !/[.)]$/.test(title)
    })
    expect(bad.map((entry) => entry.program)).toEqual([])
  })
})
