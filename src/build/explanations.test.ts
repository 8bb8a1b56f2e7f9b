/** The generated module of explanations against the pages it is made from. */
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"
import { EXPLANATIONS_MODULE, explanationsModule } from "./explanations.ts"

it("is what the pages say", () => {
  expect(readFileSync(EXPLANATIONS_MODULE, "utf8") === explanationsModule(), "run: node src/build/explanations.ts").toBe(true)
})
