/**
 * Dominator tree (the iterative algorithm of Cooper, Harvey and Kennedy), by position in the graph. Dominance queries are
 * two comparisons of preorder numbers.
 */
import type { Cfg } from "./cfg.ts"

/** A dominator tree over positions of a `Cfg`. */
export interface DomTree {
  /** Immediate dominator; the entry's is itself. */
  readonly idom: Int32Array
  readonly children: readonly (readonly number[])[]
  /** Number of a node in a preorder walk, and the largest such number below it. */
  readonly first: Int32Array
  readonly last: Int32Array
}

/** Builds the dominator tree. */
export function buildDomTree(cfg: Cfg): DomTree {
  const count = cfg.order.length
  const idom = new Int32Array(count).fill(-1)
  if (count > 0) idom[0] = 0
  for (let changed = true; changed; ) {
    changed = false
    for (let at = 1; at < count; at++) {
      let best = -1
      for (const pred of cfg.preds[at] as readonly number[]) {
        if ((idom[pred] as number) < 0) continue
        if (best < 0) {
          best = pred
          continue
        }
        let a = best
        let b = pred
        while (a !== b) {
          while (a > b) a = idom[a] as number
          while (b > a) b = idom[b] as number
        }
        best = a
      }
      if (idom[at] !== best) {
        idom[at] = best
        changed = true
      }
    }
  }
  const children: number[][] = Array.from({ length: count }, () => [])
  for (let at = 1; at < count; at++) (children[idom[at] as number] as number[]).push(at)
  const first = new Int32Array(count)
  const last = new Int32Array(count)
  if (count > 0) {
    let clock = 0
    const stack = [0]
    const next = new Int32Array(count)
    first[0] = clock++
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as number
      const child = (children[top] as number[])[next[top] as number]
      if (child === undefined) {
        last[top] = clock - 1
        stack.pop()
      } else {
        next[top] = (next[top] as number) + 1
        first[child] = clock++
        stack.push(child)
      }
    }
  }
  return { idom, children, first, last }
}

/** True if `a` dominates `b`; every node dominates itself. */
export function dominates(tree: DomTree, a: number, b: number): boolean {
  return (tree.first[a] as number) <= (tree.first[b] as number) && (tree.last[b] as number) <= (tree.last[a] as number)
}
