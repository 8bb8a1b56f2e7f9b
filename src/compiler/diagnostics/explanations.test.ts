/** The explanations: one page a code, whose programs show what the page says. */
import { describe, expect, it } from "vitest"
import { compile } from "../driver/compile.ts"
import { DEFAULT_OPTIONS } from "../driver/options.ts"
import { CATALOG } from "./catalog.ts"
import { codesNamed, EXPLANATION_TITLES, expandExample, explanationBlocks, loadExplanation, nearestCodes } from "./explanations.ts"
import { EXPLANATIONS } from "./explanations.gen.ts"

const findings = (code: string): string[] => compile([{ name: "main.hako", text: expandExample(code) }], DEFAULT_OPTIONS).diagnostics.map(({ diagnostic }) => diagnostic.code)

describe("explanations", () => {
  it("has a page for every code and no other", () => {
    expect(Object.keys(EXPLANATIONS).sort()).toEqual(Object.keys(CATALOG).sort())
  })

  it.each(EXPLANATION_TITLES)("$code shows $title", async ({ code }) => {
    const { blocks, markdown } = await loadExplanation(code)
    const wrong = blocks.flatMap((block) => (block.kind === "example" && block.role === "wrong" ? [block.code] : []))
    const right = blocks.flatMap((block) => (block.kind === "example" && block.role === "right" ? [block.code] : []))
    expect(wrong.length, "wrong examples").toBeGreaterThan(0)
    expect(right.length, "right examples").toBeGreaterThan(0)
    expect(blocks[0]?.kind).toBe("text")
    for (const example of wrong) expect(findings(example)[0]).toBe(code)
    for (const example of right) expect(findings(example)).toEqual([])
    const lines = markdown.trimEnd().split("\n")
    expect(lines.length).toBeGreaterThanOrEqual(10)
    expect(lines.length).toBeLessThanOrEqual(30)
    expect(lines.filter((line) => line.length > 105)).toEqual([])
  })
})

describe("fixes", () => {
  it.each(EXPLANATION_TITLES)("of $code, where certain, remove what they fix", async ({ code }) => {
    const { blocks } = await loadExplanation(code)
    for (const block of blocks) {
      if (block.kind !== "example" || block.role !== "wrong" || block.code.includes("⟨")) continue
      const count = (text: string): number => findings(text).filter((one) => one === code).length
      for (const { diagnostic } of compile([{ name: "main.hako", text: block.code }], DEFAULT_OPTIONS).diagnostics) {
        const edit = diagnostic.code === code ? diagnostic.help?.edit : undefined
        if (edit === undefined) continue
        const fixed = block.code.slice(0, edit.span.start) + edit.replacement + block.code.slice(edit.span.end)
        expect(count(fixed), fixed).toBe(count(block.code) - 1)
      }
    }
  })
})

describe("looking up", () => {
  it("takes codes and rules in any case", () => {
    expect(codesNamed("hk2001")).toEqual(["HK2001"])
    expect(codesNamed(" s1 ")).toEqual(["HK2001"])
    expect(codesNamed("S17")).toContain("HK3017")
    expect(codesNamed("S17")).toContain("HK3107")
    expect(codesNamed("S14")).toEqual(["HK1014"])
    expect(codesNamed("HK9999")).toEqual([])
    expect(codesNamed("")).toEqual([])
  })

  it("suggests what is near", () => {
    expect(nearestCodes("HK2006", 3).map((row) => row.code)).toContain("HK2005")
    expect(nearestCodes("S31", 1).map((row) => row.rule)).toEqual(["S30"])
    expect(nearestCodes("undefined", 1).map((row) => row.code)).toEqual(["HK2001"])
    expect(nearestCodes("?", 3)).toEqual([])
  })
})

describe("reading pages", () => {
  it("splits prose from examples", () => {
    expect(explanationBlocks("One.\n\n```hako wrong\na\n```\n\n```hako right\nb\n```\n\nLast.\n")).toEqual([
      { kind: "text", text: "One." },
      { kind: "example", role: "wrong", code: "a\n" },
      { kind: "example", role: "right", code: "b\n" },
      { kind: "text", text: "Last." },
    ])
  })

  it("expands what cannot be written down", () => {
    expect(expandExample("a⟨( × 3⟩b⟨U+202E⟩")).toBe("a(((b\u202E")
  })
})
