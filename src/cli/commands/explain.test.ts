/** `hako explain` as text, and what it answers to codes that do not exist. */
import { describe, expect, it } from "vitest"
import { loadExplanation } from "../../compiler/diagnostics/explanations.ts"
import { UsageError } from "../arguments.ts"
import { explain, renderExplanation } from "./explain.ts"

describe("hako explain", () => {
  it("shows heading, prose and both programs", async () => {
    const text = renderExplanation(await loadExplanation("HK2001"))
    expect(text).toMatch(/^error HK2001 \(rule S1\): undefined variable\n\n/)
    expect(text).toMatch(/\n\nWrong:\n\n {4}\S/)
    expect(text).toMatch(/\n\nRight:\n\n {4}\S/)
    expect(text).not.toContain("```")
  })

  it("keeps examples of a limit short", async () => {
    const text = renderExplanation(await loadExplanation("HK5002"))
    expect(text.length).toBeLessThan(3000)
    expect(text).toContain("× 16777216⟩")
  })

  it("answers an unknown code with the nearest", async () => {
    await expect(explain(["HK2006"])).rejects.toThrow(UsageError)
    await expect(explain(["HK2006"])).rejects.toThrow(/HK2005 +S5 +unknown box/)
    await expect(explain(["~"])).rejects.toThrow(/lists all/)
  })
})
