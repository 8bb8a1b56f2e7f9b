import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { layoutGraph } from "./graph-layout.ts"

const node = (key: number) => ({ key, width: 100 + (key % 3) * 30, height: 40 })

describe("the layout of a graph", () => {
  it("puts a loop's body below its head and says which edge leads back", () => {
    const layout = layoutGraph([0, 1, 2, 3].map(node), [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
      { from: 2, to: 1 },
      { from: 1, to: 3 },
    ])
    const y = (key: number) => layout.nodes.get(key)?.y ?? -1
    expect(y(0)).toBeLessThan(y(1))
    expect(y(1)).toBeLessThan(y(2))
    expect(y(2)).toBe(y(3))
    expect([...layout.backEdges]).toEqual(["2>1"])
  })

  it("never lets blocks overlap, and always leads down", () => {
    const edges = fc.array(fc.record({ from: fc.nat(15), to: fc.nat(15) }), { maxLength: 40 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16 }), edges, (count, links) => {
        const nodes = Array.from({ length: count }, (_, i) => node(i))
        const layout = layoutGraph(nodes, links)
        const placed = [...layout.nodes.values()]
        expect(placed).toHaveLength(count)
        for (const a of placed) {
          expect(a.x).toBeGreaterThanOrEqual(0)
          expect(a.x + a.width).toBeLessThanOrEqual(layout.width)
          expect(a.y + a.height).toBeLessThanOrEqual(layout.height)
          for (const b of placed) if (a.key < b.key && a.y === b.y) expect(a.x + a.width <= b.x || b.x + b.width <= a.x).toBe(true)
        }
        for (const { from, to } of links) {
          const [a, b] = [layout.nodes.get(from), layout.nodes.get(to)]
          if (a !== undefined && b !== undefined && !layout.backEdges.has(`${from}>${to}`)) expect(a.y).toBeLessThan(b.y)
        }
      }),
    )
  })
})
