import fc from "fast-check"
import { expect, it } from "vitest"
import { RangeIndex } from "./range-index.ts"

const RANGE = fc.tuple(fc.nat(30), fc.nat(12)).map(([start, length]) => ({ start, end: start + length }))

/** Answers come in the order of the starts; which they are is what matters. */
const sorted = (found: readonly number[]): number[] => [...found].sort((a, b) => a - b)

it("answers as looking at every range does", () => {
  fc.assert(
    fc.property(fc.array(RANGE, { maxLength: 40 }), RANGE, (ranges, place) => {
      const index = new RangeIndex(ranges)
      const positions = ranges.map((_, at) => at)
      const range = (at: number) => ranges[at] as (typeof ranges)[0]
      const width = (at: number): number => range(at).end - range(at).start
      expect(sorted(index.inside(place))).toEqual(positions.filter((at) => range(at).start >= place.start && range(at).end <= place.end))
      const around = positions.filter((at) => range(at).start <= place.start && range(at).end >= place.end)
      const least = Math.min(...around.map(width))
      expect(sorted(index.narrowestAround(place))).toEqual(around.filter((at) => width(at) === least))
    }),
  )
})

it("has nothing where there are no ranges", () => {
  const index = new RangeIndex([])
  expect(index.inside({ start: 0, end: 9 })).toEqual([])
  expect(index.narrowestAround({ start: 3, end: 3 })).toEqual([])
})
