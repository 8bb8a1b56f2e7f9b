import fc from "fast-check"
import { expect, it } from "vitest"
import { type DiffLine, diffLines } from "./line-diff.ts"

const without = (lines: readonly DiffLine[], kind: DiffLine["kind"]) => lines.filter((line) => line.kind !== kind).map((line) => line.text)

/** Length of the longest common subsequence, by the textbook. */
function common(a: readonly string[], b: readonly string[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const line of a) {
    const next = [0]
    b.forEach((other, i) => next.push(line === other ? (row[i] ?? 0) + 1 : Math.max(row[i + 1] ?? 0, next[i] ?? 0)))
    row = next
  }
  return row.at(-1) ?? 0
}

const text = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 14 })

it("gives back both texts, with as few changes as can be", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after)
      expect(without(lines, "added")).toEqual(before)
      expect(without(lines, "removed")).toEqual(after)
      expect(lines.filter((line) => line.kind === "same").length).toBe(common(before, after))
    }),
    { numRuns: 500 },
  )
})

it("stays quick on texts that have nothing in common", () => {
  const lines = diffLines(
    Array.from({ length: 3000 }, (_, i) => `a${i}`),
    Array.from({ length: 3000 }, (_, i) => `b${i}`),
  )
  expect(lines.length).toBe(6000)
})
