import { readFileSync, readdirSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { brokenRules, moduleOf, readFileTest } from "./filetest.ts"
import { parseModule } from "./parse.ts"
import { findViolations } from "./verify.ts"

const root = new URL("./filetests/verify/", import.meta.url)
const tests = readdirSync(root)
  .filter((name) => name.endsWith(".mir"))
  .map((name) => ({ name, test: readFileTest(readFileSync(new URL(name, root), "utf8")) }))

describe("the verifier", () => {
  for (const { name, test } of tests) {
    it(name, () => {
      expect(test.command).toEqual(["verify"])
      expect(brokenRules(moduleOf(test))).toEqual(test.errors)
    })
  }

  it("reports a value that is defined twice (V2)", () => {
    // The reader refuses such a text, so the module is made by hand.
    const module = parseModule("define i64 @f(i64 %0) {\nbb0:\n  %1: i64 = i64.neg %0\n  ret %1\n}\n")
    const block = module.funcs.get("f")?.blocks[0]
    const inst = block?.insts[0]
    if (block === undefined || inst === undefined) throw new Error("no instruction")
    block.insts.push(inst)
    expect(brokenRules(module)).toEqual(["V2"])
  })

  it("asks for a last main on request (V12)", () => {
    const module = parseModule("define void @main() {\nbb0:\n  ret void\n}\ndefine void @f() {\nbb0:\n  ret void\n}\n")
    expect(findViolations(module)).toEqual([])
    expect(findViolations(module, { whole: true }).map((v) => v.rule)).toEqual(["V12"])
  })

  it("has a test for every rule it names", () => {
    const source = readFileSync(new URL("./verify.ts", import.meta.url), "utf8")
    const named = new Set([...source.matchAll(/"(V\d+)"/g)].map((m) => m[1]))
    const tested = new Set([...tests.flatMap(({ test }) => test.errors), "V2", "V12"])
    expect([...named].sort()).toEqual([...tested].sort())
  })
})
