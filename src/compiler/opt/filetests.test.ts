import { readFileSync, readdirSync, writeFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { checkRuns, expectationOf, moduleOf, readFileTest, withExpectation } from "../mir/filetest.ts"
import { verify } from "../mir/verify.ts"
import { runPass } from "./pass.ts"
import { ORDER, PASSES, PIPELINE, type PassName } from "./pipeline.ts"

const root = new URL("./filetests/", import.meta.url)
const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)

describe("passes", () => {
  for (const folder of folders) {
    for (const name of readdirSync(new URL(`${folder}/`, root)).filter((file) => file.endsWith(".mir"))) {
      const url = new URL(`${folder}/${name}`, root)
      const test = readFileTest(readFileSync(url, "utf8"))
      if (test.command[0] !== "pass" || !test.command.slice(1).every((pass) => Object.hasOwn(PASSES, pass))) continue
      it(`${folder}/${name}`, () => {
        const module = moduleOf(test)
        verify(module, "input")
        expect(checkRuns(test, module)).toEqual([])
        for (const pass of test.command.slice(1) as PassName[]) runPass(module, pass, PASSES[pass], { level: 2, verify: true })
        const got = expectationOf(module)
        if (process.env["BLESS"] === "1") writeFileSync(url, withExpectation(test, got))
        else expect(got).toBe(test.expected.trimEnd())
        expect(checkRuns(test, module)).toEqual([])
      })
    }
  }

  it("stand in an order that keeps the constraints", () => {
    for (const [first, second] of ORDER) {
      const a = PIPELINE.findIndex((step) => step.pass === first)
      const b = PIPELINE.findIndex((step) => step.pass === second)
      expect(a, `${first} before ${second}`).toBeGreaterThanOrEqual(0)
      expect(b, `${first} before ${second}`).toBeGreaterThan(a)
    }
  })
})
