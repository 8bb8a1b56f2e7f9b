/**
 * Structured control flow from a control-flow graph, after N. Ramsey, "Beyond Relooper" (ICFP 2022): the dominator tree
 * decides what is nested in what; a block with several forward predecessors becomes the end of a labelled `block`, a
 * loop header becomes a `loop`.
 *
 * One addition: a block that is reached from inside a loop but lies outside it is placed after the `loop`, not in it,
 * so that a loop holds its own blocks only.
 *
 * The graph must be reducible; MIR built from structured source is.
 */
import { invariant } from "../../base/bug.ts"
import { buildCfg } from "../../mir/cfg.ts"
import { buildDomTree, dominates } from "../../mir/dom.ts"
import type { BlockId, Func } from "../../mir/ir.ts"
import { findLoops, type Loop } from "../../mir/loops.ts"

/** How the blocks of one function nest. Blocks are numbered by reverse postorder; unreachable ones are left out. */
export interface Structure {
  readonly entry: BlockId
  /** True if the block heads a loop. */
  isLoop(block: BlockId): boolean
  /** True if a branch to the block needs a label because it does not simply follow its only predecessor. */
  isLabelled(block: BlockId): boolean
  /** True if the edge goes back to a loop header that encloses `from`. */
  isBackEdge(from: BlockId, to: BlockId): boolean
  /** Labelled blocks placed right after the code of `block`, inside its loop if it heads one; inner first. */
  inner(block: BlockId): readonly BlockId[]
  /** Labelled blocks placed after the loop that `block` heads; inner first. */
  outer(block: BlockId): readonly BlockId[]
}

/** Computes the nesting. Throws a Bug if the graph is not reducible. */
export function structure(func: Func): Structure {
  const cfg = buildCfg(func)
  const { order, preds, position } = cfg
  const first = order[0]
  invariant(first !== undefined, "backend/wasm", `${func.name} has no blocks`)
  const dom = buildDomTree(cfg)
  const { loops, innermost } = findLoops(cfg, dom)
  const headerOf = (loop: number): number => (loops[loop] as Loop).header
  const parentOf = (loop: number): number => (loops[loop] as Loop).parent
  const holds = (loop: number, at: number): boolean => {
    for (let inside = innermost[at] as number; inside !== -1; inside = parentOf(inside)) if (inside === loop) return true
    return false
  }

  const isLoop = new Uint8Array(order.length)
  loops.forEach(({ header }) => {
    isLoop[header] = 1
  })
  const inner: BlockId[][] = order.map(() => [])
  const outer: BlockId[][] = order.map(() => [])
  const labelled = new Uint8Array(order.length)
  order.forEach((block, at) => {
    let forward = 0
    for (const pred of preds[at] as readonly number[]) {
      if (pred < at) forward++
      else invariant(dominates(dom, at, pred), "backend/wasm", `${func.name}: irreducible control flow`)
    }
    if (at === 0) return
    let place = dom.idom[at] as number
    let outside = false
    for (let loop = innermost[place] as number; loop !== -1 && !holds(loop, at); loop = parentOf(loop)) {
      place = headerOf(loop)
      outside = true
    }
    if (outside || forward > 1) {
      labelled[at] = 1
      ;((outside ? outer : inner)[place] as BlockId[]).push(block.id)
    }
  })
  const index = (block: BlockId): number => position[block] as number
  return {
    entry: first.id,
    isLoop: (block) => isLoop[index(block)] === 1,
    isLabelled: (block) => labelled[index(block)] === 1,
    isBackEdge: (from, to) => index(to) <= index(from),
    inner: (block) => inner[index(block)] as BlockId[],
    outer: (block) => outer[index(block)] as BlockId[],
  }
}
