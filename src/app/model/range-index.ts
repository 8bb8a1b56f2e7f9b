/**
 * Ranges that can be asked which of them are a given range, lie inside it, or lie around it, without looking at all of them:
 * a program of ten thousand lines has a hundred thousand links, and each is a range on both sides.
 *
 * The one idea: sorted by their start, those inside a range are neighbours; those around it are found in a tree over the
 * sorted ranges that knows for every part the largest end in it, so parts that end too early are never entered.
 */
import type { TextRange } from "../../protocol/worker.ts"

/** An index over the ranges of a list; answers are positions in that list, in ascending order of the ranges' starts. */
export class RangeIndex {
  readonly #order: Uint32Array
  readonly #starts: Float64Array
  readonly #ends: Float64Array
  /** The largest end below each node of a complete binary tree whose leaves are the sorted ranges. */
  readonly #latest: Float64Array
  readonly #leaves: number

  constructor(ranges: readonly TextRange[]) {
    const order = Uint32Array.from(ranges, (_, index) => index)
    order.sort((a, b) => (ranges[a] as TextRange).start - (ranges[b] as TextRange).start || a - b)
    this.#order = order
    this.#starts = Float64Array.from(order, (index) => (ranges[index] as TextRange).start)
    this.#ends = Float64Array.from(order, (index) => (ranges[index] as TextRange).end)
    let leaves = 1
    while (leaves < order.length) leaves *= 2
    this.#leaves = leaves
    this.#latest = new Float64Array(2 * leaves).fill(Number.NEGATIVE_INFINITY)
    this.#latest.set(this.#ends, leaves)
    for (let node = leaves - 1; node > 0; node--) this.#latest[node] = Math.max(this.#latest[2 * node] as number, this.#latest[2 * node + 1] as number)
  }

  /** The ranges that start and end inside `place`; those that are the same as it too. */
  inside(place: TextRange): number[] {
    const found: number[] = []
    for (let at = this.#firstFrom(place.start); at < this.#starts.length && (this.#starts[at] as number) <= place.end; at++) {
      if ((this.#ends[at] as number) <= place.end) found.push(this.#order[at] as number)
    }
    return found
  }

  /** Of the ranges that contain `place`, those with the least width. */
  narrowestAround(place: TextRange): number[] {
    let width = Number.POSITIVE_INFINITY
    let found: number[] = []
    const before = this.#firstFrom(place.start + 1)
    const visit = (node: number, from: number, size: number): void => {
      if (from >= before || (this.#latest[node] as number) < place.end) return
      if (size > 1) {
        const half = size / 2
        visit(2 * node, from, half)
        visit(2 * node + 1, from + half, half)
        return
      }
      const own = (this.#ends[from] as number) - (this.#starts[from] as number)
      if (own < width) {
        width = own
        found = []
      }
      if (own === width) found.push(this.#order[from] as number)
    }
    visit(1, 0, this.#leaves)
    return found
  }

  /** The first of the sorted ranges that starts at `offset` or later. */
  #firstFrom(offset: number): number {
    let low = 0
    let high = this.#starts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#starts[middle] as number) < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}
