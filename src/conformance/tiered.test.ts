import { join, relative } from "node:path"
import { describe, expect, it } from "vitest"
import type { TierOptions } from "../compiler/backend/tiered/profile.ts"
import { programsIn, runSuite } from "./suite.ts"

const root = join(import.meta.dirname, "..")
const programs = [...programsIn(join(import.meta.dirname, "programs")), ...programsIn(join(root, "examples"))]
/** Every eleventh program: enough of each folder for the limits between "at once" and "never". */
const sample = programs.filter((_, i) => i % 11 === 0)

async function differences(paths: readonly string[], tiers: TierOptions): Promise<readonly string[]> {
  const verdicts = await runSuite(paths.map((path) => ({ path, engine: "tiered", optimise: 1, tiers })), 2)
  expect(verdicts.length).toBe(paths.length)
  return verdicts.filter((v) => v.differences.length > 0).map((v) => `${relative(root, v.path)}: ${v.differences.join("; ")}`)
}

describe("the tiered engine", () => {
  it("does what every conformance program and example says when all is compiled at once", { timeout: 600_000 }, async () => {
    expect(programs.length).toBeGreaterThan(900)
    expect(await differences(programs, { calls: 1, loops: 1, seed: null, stress: false })).toEqual([])
  })

  it.each<[string, TierOptions]>([
    ["at the second call and turn", { calls: 2, loops: 2, seed: null, stress: false }],
    ["at limits drawn for each function and loop", { calls: 6, loops: 12, seed: 5, stress: false }],
    ["at other limits drawn so", { calls: 40, loops: 3, seed: 6, stress: false }],
    ["at the usual limits", { calls: 1_000, loops: 5_000, seed: null, stress: false }],
    ["and given up again at every turn", { calls: 1, loops: 1, seed: null, stress: true }],
  ])("does what programs say when code is compiled %s", { timeout: 600_000 }, async (_, tiers) => {
    expect(await differences(sample, tiers)).toEqual([])
  })
})
