/**
 * The control-flow graph of a function as arrays. The one idea: reachable blocks are addressed by their *position* in
 * reverse postorder, so that every analysis is loops over typed arrays; block ids are for humans and for editing.
 *
 * A graph is a picture of the function when it was made; it does not follow edits.
 */
import { blockLimit, forEachEdge, reversePostorder } from "./edges.ts"
import type { Block, BlockId, Func } from "./ir.ts"

/** A graph; see the head of this file. */
export interface Cfg {
  /** Reachable blocks in reverse postorder; the entry is first. */
  readonly order: readonly Block[]
  /** Position by block id; -1 for an unreachable block. */
  readonly position: Int32Array
  /** Positions of successors, one for each edge, the error edge first. */
  readonly succs: readonly (readonly number[])[]
  /** Positions of predecessors, one for each edge. */
  readonly preds: readonly (readonly number[])[]
}

/** Builds the graph of a function. */
export function buildCfg(func: Func): Cfg {
  const order = reversePostorder(func)
  const position = new Int32Array(blockLimit(func)).fill(-1)
  order.forEach((block, at) => {
    position[block.id] = at
  })
  const succs: number[][] = order.map(() => [])
  const preds: number[][] = order.map(() => [])
  order.forEach((block, at) => {
    forEachEdge(block, (edge) => {
      const to = position[edge.block] as number
      if (to === undefined || to < 0) return
      ;(succs[at] as number[]).push(to)
      ;(preds[to] as number[]).push(at)
    })
  })
  return { order, position, succs, preds }
}

/** Position of a block, or -1. */
export function positionOf(cfg: Cfg, block: BlockId): number {
  return cfg.position[block] ?? -1
}

/** For each value, the position of the block that defines it: 0 for function parameters, -1 if it is not reachable. */
export function definingBlocks(func: Func, cfg: Cfg): Int32Array {
  const at = new Int32Array(func.types.length).fill(-1)
  for (const param of func.params) at[param] = 0
  cfg.order.forEach((block, position) => {
    for (const param of block.params) at[param] = position
    for (const inst of block.insts) if (inst.result !== null) at[inst.result] = position
  })
  return at
}
