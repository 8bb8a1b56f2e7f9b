import { describe, expect, it } from "vitest"
import type { ViewLink } from "../../protocol/worker.ts"
import { counterparts, linksAtSource, linksAtView, sourceRanges, viewRanges } from "./links.ts"

/** `a..b=c..d` : the view's a..b belongs to the source's c..d. */
function link(text: string): ViewLink {
  const [a = 0, b = 0, c = 0, d = 0] = text.split(/\.\.|=/).map(Number)
  return { view: { start: a, end: b }, source: { file: 0, start: c, end: d } }
}

// The source `x = f(1) + 2`: a whole statement, a call in it, and its argument, each made into something.
const LINKS = ["0..9=0..12", "10..19=4..8", "20..29=6..7", "30..39=6..7", "40..49=11..12"].map(link)
const at = (start: number, end = start) => viewRanges(linksAtSource(LINKS, { file: 0, start, end })).map((range) => range.start)

describe("links at a place", () => {
  it("finds the innermost place around a caret, with everything made from it", () => {
    expect(at(6)).toEqual([20, 30])
    expect(at(4)).toEqual([10])
    expect(at(2)).toEqual([0])
  })

  it("prefers the place itself to what is in it", () => {
    expect(at(4, 8)).toEqual([10])
    expect(at(0, 12)).toEqual([0])
  })

  it("finds everything inside a selection that is no place itself", () => {
    expect(at(4, 12)).toEqual([10, 20, 30, 40])
  })

  it("finds what surrounds a selection with nothing inside", () => {
    expect(at(0, 3)).toEqual([0])
  })

  it("finds nothing outside", () => {
    expect(at(40)).toEqual([])
  })

  it("keeps the files apart", () => {
    const both = [...LINKS, { view: { start: 50, end: 59 }, source: { file: 1, start: 6, end: 7 } }]
    expect(counterparts(both, [{ file: 1, start: 6, end: 6 }])).toEqual([{ start: 50, end: 59 }])
    expect(counterparts(LINKS, [{ file: 1, start: 6, end: 6 }])).toEqual([])
  })

  it("goes the other way too", () => {
    expect(sourceRanges(linksAtView(LINKS, { start: 35, end: 35 }))).toEqual([{ file: 0, start: 6, end: 7 }])
  })
})

describe("counterparts", () => {
  it("collects the places of several sources once each", () => {
    const sources = [{ file: 0, start: 6, end: 7 }, { file: 0, start: 6, end: 7 }, { file: 0, start: 11, end: 12 }]
    expect(counterparts(LINKS, sources).map((range) => range.start)).toEqual([20, 30, 40])
  })

  it("looks only at what concerns a place, also for all places of a large view at once", () => {
    const many = Array.from({ length: 100_000 }, (_, index) => link(`${index * 4}..${index * 4 + 3}=${index}..${index + 1}`))
    expect(counterparts(many, [{ file: 0, start: 50_000, end: 50_001 }])).toHaveLength(1)
    // Looked at one by one, these are ten thousand million comparisons: the test would never end.
    expect(counterparts(many, sourceRanges(many))).toHaveLength(100_000)
  })
})
