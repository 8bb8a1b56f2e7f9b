import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Snapshots } from "./snapshots.ts"

const memory = (size: number, fill: number): Uint8Array => new Uint8Array(size).fill(fill)

describe("snapshots", () => {
  it("give back every time that is kept", () => {
    const pages = fc.array(fc.tuple(fc.nat(7), fc.nat(255)), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(pages, (writes) => {
        const snapshots = new Snapshots<number>(1 << 20)
        const live = memory(8 * 4096, 0)
        const copies = writes.map(([page, value], i) => {
          live.fill(value, page * 4096, page * 4096 + 100)
          snapshots.take(i, live, i)
          return live.slice()
        })
        copies.forEach((copy, i) => {
          const found = snapshots.at(i)
          expect(found?.state).toBe(i)
          const back = memory(9 * 4096, 77)
          if (found !== null) snapshots.restore(found, back)
          expect(Buffer.compare(back.subarray(0, copy.length), copy)).toBe(0)
          expect(back.subarray(copy.length).every((byte) => byte === 0)).toBe(true)
        })
      }),
    )
  })

  it("share what has not changed, and keep nothing of zeros", () => {
    const snapshots = new Snapshots<null>(1 << 20)
    const live = memory(16 * 4096, 0)
    live[5 * 4096] = 1
    for (let time = 0; time < 10; time++) snapshots.take(time, live, null)
    expect(snapshots.used).toBe(4096)
    live[5 * 4096] = 2
    snapshots.take(10, live, null)
    expect(snapshots.used).toBe(2 * 4096)
  })

  it("drop the oldest beyond the budget, and count right while doing so", () => {
    const snapshots = new Snapshots<null>(4 * 4096)
    const live = memory(2 * 4096, 1)
    for (let time = 0; time < 20; time++) {
      live[0] = time + 1
      snapshots.take(time, live, null)
    }
    expect(snapshots.used).toBe(4 * 4096)
    expect(snapshots.oldest).toBe(17)
    expect(snapshots.at(16)).toBeNull()
    expect(snapshots.at(18)?.time).toBe(18)
  })
})
