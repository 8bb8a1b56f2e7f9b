import { join, relative } from "node:path"
import { describe, expect, it } from "vitest"
import { programsIn, runSuite } from "./suite.ts"

const root = join(import.meta.dirname, "..")
const programs = [...programsIn(join(import.meta.dirname, "programs")), ...programsIn(join(root, "examples"))]

// As for the Wasm engine: a thread serves all programs, and a failure names every program that differs.
describe.each([0, 1, 2] as const)("the VM at optimisation level %i", (optimise) => {
  it("does what every conformance program and example says", { timeout: 600_000 }, async () => {
    const verdicts = await runSuite(programs.map((path) => ({ path, engine: "vm", optimise })), 2)
    const failed = verdicts.filter((v) => v.differences.length > 0).map((v) => `${relative(root, v.path)}: ${v.differences.join("; ")}`)
    expect(failed).toEqual([])
    expect(verdicts.length).toBeGreaterThan(900)
  })
})
