/**
 * Natural loops, by position in the graph. A loop is a header with the blocks that reach a back edge to it without
 * leaving; loops with the same header are one. Edges into the middle of a cycle (which the front end never makes) are no
 * back edges, so such a cycle is simply not a loop.
 */
import type { Cfg } from "./cfg.ts"
import { type DomTree, dominates } from "./dom.ts"

/** One loop. */
export interface Loop {
  readonly header: number
  /** Positions of all blocks of the loop, inner loops included, rising. */
  readonly blocks: readonly number[]
  /** The innermost loop around this one, as an index, or -1. */
  readonly parent: number
  /** 1 for an outermost loop. */
  readonly depth: number
}

/** The loops of a function. */
export interface Loops {
  /** Outer loops before inner ones. */
  readonly loops: readonly Loop[]
  /** Index of the innermost loop of a block, or -1. */
  readonly innermost: Int32Array
}

/** Finds the loops. */
export function findLoops(cfg: Cfg, dom: DomTree): Loops {
  const count = cfg.order.length
  const innermost = new Int32Array(count).fill(-1)
  const loops: { header: number; blocks: number[]; parent: number; depth: number }[] = []
  const seen = new Int32Array(count).fill(-1)
  // Headers in reverse postorder come outer loops first.
  for (let header = 0; header < count; header++) {
    const work = (cfg.preds[header] as readonly number[]).filter((pred) => dominates(dom, header, pred))
    if (work.length === 0) continue
    const id = loops.length
    const blocks = [header]
    seen[header] = id
    while (work.length > 0) {
      const at = work.pop() as number
      if (seen[at] === id) continue
      seen[at] = id
      blocks.push(at)
      for (const pred of cfg.preds[at] as readonly number[]) if (seen[pred] !== id) work.push(pred)
    }
    const parent = innermost[header] as number
    for (const at of blocks) innermost[at] = id
    blocks.sort((a, b) => a - b)
    loops.push({ header, blocks, parent, depth: parent < 0 ? 1 : (loops[parent] as Loop).depth + 1 })
  }
  return { loops, innermost }
}

/** Loop depth of the block at a position; 0 outside loops. */
export function loopDepth(loops: Loops, at: number): number {
  const id = loops.innermost[at] as number
  return id < 0 ? 0 : (loops.loops[id] as Loop).depth
}
