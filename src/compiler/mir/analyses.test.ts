import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Cfg, buildCfg, definingBlocks } from "./cfg.ts"
import { buildDomTree, dominates } from "./dom.ts"
import { forEachUse } from "./edges.ts"
import type { Func } from "./ir.ts"
import { computeLiveness } from "./liveness.ts"
import { findLoops, loopDepth } from "./loops.ts"
import { parseModule } from "./parse.ts"

/** A function whose block `i` goes where `targets[i]` says; block 0 is a fresh entry. */
function graph(targets: readonly (readonly number[])[]): Func {
  const text = targets.map((to, i) => {
    const [a, b] = to.map((t) => `label bb${t + 1}`)
    return `bb${i + 1}:\n  ${a === undefined ? "ret void" : b === undefined ? `br ${a}` : `br %0, ${a}, ${b}`}\n`
  })
  const func = parseModule(`define void @f(bool %0) {\nbb0:\n  br label bb1\n${text.join("")}}\n`).funcs.get("f")
  if (func === undefined) throw new Error("no function")
  return func
}

const graphs = fc.integer({ min: 1, max: 9 }).chain((n) => fc.array(fc.array(fc.nat(n - 1), { maxLength: 2 }), { minLength: n, maxLength: n }).map(graph))

/** Positions reachable from the entry without passing `without`. */
function reachable(cfg: Cfg, without: number): Set<number> {
  const seen = new Set<number>()
  const work = without === 0 ? [] : [0]
  for (let at = work.pop(); at !== undefined; at = work.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    for (const succ of cfg.succs[at] ?? []) if (succ !== without) work.push(succ)
  }
  return seen
}

describe("analyses", () => {
  it("dominance is what cannot be avoided", () => {
    fc.assert(
      fc.property(graphs, (func) => {
        const cfg = buildCfg(func)
        const tree = buildDomTree(cfg)
        for (let a = 0; a < cfg.order.length; a++) {
          const rest = reachable(cfg, a)
          for (let b = 0; b < cfg.order.length; b++) expect(dominates(tree, a, b)).toBe(a === b || !rest.has(b))
        }
      }),
    )
  })

  it("a loop holds its header and what comes back to it", () => {
    const func = graph([[1], [2, 4], [3], [2, 1], []])
    const cfg = buildCfg(func)
    const { loops, innermost } = findLoops(cfg, buildDomTree(cfg))
    const ids = loops.map((loop) => [cfg.order[loop.header]?.id, loop.blocks.map((at) => Number(cfg.order[at]?.id)).sort(), loop.depth, loop.parent])
    expect(ids).toEqual([
      [2, [2, 3, 4], 1, -1],
      [3, [3, 4], 2, 0],
    ])
    expect(cfg.order.map((_, at) => loopDepth({ loops, innermost }, at))).toEqual([0, 0, 1, 2, 2, 0])
  })

  it("a value is live where a path leads to a use without its definition", () => {
    const module = parseModule(`define i64 @f(i64 %0, bool %1) {
bb0:
  %2: i64 = i64.neg %0
  br label bb1(%0)
bb1(%3: i64):
  br %1, label bb2, label bb3
bb2:
  %4: i64 = i64.add %3, %2
  br label bb1(%4)
bb3:
  ret %3
}
`)
    const func = module.funcs.get("f") as Func
    const cfg = buildCfg(func)
    const live = computeLiveness(func, cfg)
    const at = (id: number): string => {
      const values: number[] = []
      live.forEach(cfg.position[id] ?? -1, (v) => values.push(v))
      return values.join()
    }
    expect([at(0), at(1), at(2), at(3)]).toEqual(["", "1,2", "1,2,3", "3"])
    const defs = definingBlocks(func, cfg)
    cfg.order.forEach((block, position) => forEachUse(block, (v) => expect(defs[v] === position || live.has(position, v)).toBe(true)))
  })
})
