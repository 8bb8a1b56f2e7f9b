import { expect, it } from "vitest"
import type { TierNote, TierSpot } from "../../protocol/tiers.ts"
import { lanesOf, placeOf, ticksOf } from "./tier-lanes.ts"

const work: TierSpot = { function: "work", file: "main.hako", line: 2, column: 1, isLoop: false }
const loop: TierSpot = { ...work, line: 4, isLoop: true }
const inner: TierSpot = { ...work, function: "inner", line: 9 }

const NOTES: readonly TierNote[] = [
  { kind: "hot", at: 2, spot: loop, count: 5000, unit: 0 },
  { kind: "installed", at: 6, unit: 0, spots: [loop], milliseconds: 3, bytes: 300 },
  { kind: "entered", at: 6, spot: loop, unit: 0 },
  { kind: "hot", at: 8, spot: work, count: 2, unit: 1 },
  { kind: "installed", at: 9, unit: 1, spots: [work, inner], milliseconds: 1, bytes: 200 },
]

it("draws each function from interpreted to compiled, to the end of the run", () => {
  expect(lanesOf(NOTES, 100).map(({ spot, parts }) => `${spot.function}: ${parts.map((p) => `${p.tier} ${p.from}-${p.to}`).join(", ")}`)).toEqual([
    "work: interpreted 0-2, compiling 2-6, loop 6-9, code 9-100",
    "inner: interpreted 0-9, code 9-100",
  ])
})

it("keeps a function compiled when one of its loops comes later", () => {
  const later: TierNote = { kind: "installed", at: 20, unit: 2, spots: [loop], milliseconds: 1, bytes: 100 }
  expect(lanesOf([...NOTES, later], 100)[0]?.parts.at(-1)).toEqual({ tier: "code", from: 9, to: 100 })
})

it("places moments by their logarithm, within the strip", () => {
  expect(placeOf(0, 1000)).toBe(0)
  expect(placeOf(1000, 1000)).toBe(1)
  expect(placeOf(5000, 1000)).toBe(1)
  expect(placeOf(30, 1000)).toBeCloseTo(0.497, 3)
  expect(placeOf(5, 0)).toBe(0)
  expect(ticksOf(3000)).toEqual([0, 1, 10, 100])
  expect(ticksOf(347)).toEqual([0, 1, 10])
  expect(ticksOf(0)).toEqual([0])
})
