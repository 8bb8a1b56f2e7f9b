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
import type { BlockId, Func } from "../../mir/ir.ts"

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

/** The blocks an end of a block may go to, error edge first. */
export function successors(block: Func["blocks"][number]): BlockId[] {
  const out: BlockId[] = []
  const last = block.insts.at(-1)
  if (last?.error) out.push(last.error.block)
  const term = block.term
  switch (term.kind) {
    case "jump":
      out.push(term.to.block)
      break
    case "br":
      out.push(term.then.block, term.else.block)
      break
    case "switch":
      for (const c of term.cases) out.push(c.to.block)
      out.push(term.default.block)
      break
    case "ret":
    case "raise":
    case "fatal":
    case "unreachable":
      break
  }
  return out
}

/** Computes the nesting. */
export function structure(func: Func): Structure {
  const first = func.blocks[0]
  invariant(first !== undefined, "backend/wasm", `${func.name} has no blocks`)
  const byId = new Map(func.blocks.map((b) => [b.id, b]))
  const succ = new Map<BlockId, BlockId[]>()
  for (const b of func.blocks) succ.set(b.id, successors(b))

  // Reverse postorder without recursion: functions of many thousand blocks are ordinary.
  const order: BlockId[] = []
  const state = new Map<BlockId, number>()
  const stack: BlockId[] = [first.id]
  state.set(first.id, 0)
  while (stack.length > 0) {
    const id = stack[stack.length - 1] as BlockId
    const next = state.get(id) ?? 0
    const targets = succ.get(id) ?? []
    const target = targets[next]
    if (target === undefined) {
      order.push(id)
      stack.pop()
    } else {
      state.set(id, next + 1)
      invariant(byId.has(target), "backend/wasm", `${func.name}: edge to a missing block`)
      if (!state.has(target)) {
        state.set(target, 0)
        stack.push(target)
      }
    }
  }
  order.reverse()
  const n = order.length
  const number = new Map(order.map((id, i) => [id, i]))
  const preds: number[][] = Array.from({ length: n }, () => [])
  const succs: number[][] = order.map((id) => (succ.get(id) ?? []).map((t) => number.get(t) as number))
  succs.forEach((targets, from) => {
    for (const t of targets) preds[t]?.push(from)
  })

  // Immediate dominators: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm".
  const idom = new Int32Array(n).fill(-1)
  idom[0] = 0
  const meet = (a: number, b: number): number => {
    while (a !== b) {
      while (a > b) a = idom[a] as number
      while (b > a) b = idom[b] as number
    }
    return a
  }
  for (let changed = true; changed; ) {
    changed = false
    for (let b = 1; b < n; b++) {
      let dom = -1
      for (const p of preds[b] ?? []) if (idom[p] !== -1) dom = dom === -1 ? p : meet(dom, p)
      if (dom !== idom[b]) {
        idom[b] = dom
        changed = true
      }
    }
  }
  const depth = new Int32Array(n)
  for (let b = 1; b < n; b++) depth[b] = (depth[idom[b] as number] as number) + 1
  const dominates = (a: number, b: number): boolean => {
    while ((depth[b] as number) > (depth[a] as number)) b = idom[b] as number
    return a === b
  }

  // Loops: members by walking back from each back edge; the innermost loop of each block is the one with the highest header.
  const isLoop = new Uint8Array(n)
  const loopOf = new Int32Array(n).fill(-1)
  const members: (Set<number> | undefined)[] = new Array(n)
  for (let h = n - 1; h >= 0; h--) {
    const latches = (preds[h] ?? []).filter((p) => p >= h)
    if (latches.length === 0) continue
    for (const latch of latches) invariant(dominates(h, latch), "backend/wasm", `${func.name}: irreducible control flow`)
    isLoop[h] = 1
    const body = new Set<number>([h])
    const work = latches.filter((latch) => latch !== h)
    while (work.length > 0) {
      const b = work.pop() as number
      if (body.has(b)) continue
      body.add(b)
      for (const p of preds[b] ?? []) if (!body.has(p)) work.push(p)
    }
    members[h] = body
    for (const b of body) if (loopOf[b] === -1) loopOf[b] = h
  }
  // `loopOf[h]` of a header is itself; its parent is the innermost other loop that holds it.
  const parentLoop = new Int32Array(n).fill(-1)
  for (let h = 0; h < n; h++) {
    if (isLoop[h] !== 1) continue
    for (let x = h - 1; x >= 0; x--) {
      if (members[x]?.has(h)) {
        parentLoop[h] = x
        break
      }
    }
  }

  const inner: BlockId[][] = Array.from({ length: n }, () => [])
  const outer: BlockId[][] = Array.from({ length: n }, () => [])
  const labelled = new Uint8Array(n)
  for (let b = 1; b < n; b++) {
    const forward = (preds[b] ?? []).filter((p) => p < b)
    const dom = idom[b] as number
    let place = dom
    let outside = false
    for (let loop = loopOf[dom] as number; loop !== -1 && !members[loop]?.has(b); loop = parentLoop[loop] as number) {
      place = loop
      outside = true
    }
    if (outside || forward.length > 1) {
      labelled[b] = 1
      ;(outside ? outer : inner)[place]?.push(order[b] as BlockId)
    }
  }
  const index = (block: BlockId): number => number.get(block) as number
  return {
    entry: first.id,
    isLoop: (block) => isLoop[index(block)] === 1,
    isLabelled: (block) => labelled[index(block)] === 1,
    isBackEdge: (from, to) => index(to) <= index(from),
    inner: (block) => inner[index(block)] ?? [],
    outer: (block) => outer[index(block)] ?? [],
  }
}
