/**
 * Tidies the control-flow graph: branches with one possible target become jumps, jumps to blocks that only jump on go
 * straight there, a block with a single predecessor that jumps to it is appended to it, unreachable blocks go, block
 * parameters that carry one value go.
 *
 * An instruction that may fail stays the last of its block, so nothing is appended behind one.
 */
import { blocksById, errorEdge, forEachEdge, mapEdges, renameUses, reversePostorder } from "../mir/edges.ts"
import { removeTrivialParams } from "../mir/build.ts"
import { abiRow } from "../mir/facts.ts"
import type { Block, BlockCall, Func, Inst, Terminator, ValueId } from "../mir/ir.ts"

/** Simplifies the graph of one function; true if anything changed. */
export function simplifyCfg(func: Func): boolean {
  let changed = false
  for (let round = 0; round < 8; round++) {
    let again = cutNeverReturning(func)
    again = foldBranches(func) || again
    again = threadJumps(func) || again
    const tidied = dropUnreachable(func)
    again = removeTrivialParams(func) || again
    changed = mergeChains(func) || tidied || again || changed
    // Dropped and merged blocks alone give the others nothing to do.
    if (!again) break
  }
  return changed
}

/** Removes unreachable blocks and puts the others in reverse postorder. */
export function dropUnreachable(func: Func): boolean {
  const before = func.blocks.length
  func.blocks = reversePostorder(func)
  return func.blocks.length !== before
}

/** After a runtime function that never succeeds, the success edge leads nowhere. */
function cutNeverReturning(func: Func): boolean {
  let changed = false
  let dead: Block | null = null
  const byId = blocksById(func)
  for (const block of func.blocks) {
    const last = block.insts[block.insts.length - 1]
    if (last === undefined || last.op !== "call.rt" || abiRow(last.imm)?.never !== true) continue
    if (last.error === null) {
      if (block.term.kind === "unreachable") continue
      block.term = { kind: "unreachable" }
      changed = true
      continue
    }
    const term = block.term
    if (term.kind !== "jump") continue
    const target = byId[term.to.block]
    if (target !== undefined && target.term.kind === "unreachable" && target.insts.length === 0 && target.params.length === 0) continue
    if (dead === null) {
      dead = { id: byId.length as Block["id"], params: [], insts: [], term: { kind: "unreachable" }, termOrigin: null }
    }
    block.term = { kind: "jump", to: { block: dead.id, args: [] } }
    changed = true
  }
  if (dead !== null) func.blocks.push(dead)
  return changed
}

function sameEdge(a: BlockCall, b: BlockCall): boolean {
  return a.block === b.block && a.args.length === b.args.length && a.args.every((arg, i) => arg === b.args[i])
}

function foldBranches(func: Func): boolean {
  let changed = false
  const known = new Map<ValueId, boolean | bigint>()
  for (const block of func.blocks) {
    for (const inst of block.insts) {
      if (inst.result !== null && (inst.op === "const.bool" || inst.op === "const.i64")) known.set(inst.result, inst.imm as boolean | bigint)
    }
  }
  for (const block of func.blocks) {
    const folded = foldTerm(block.term, known)
    if (folded === block.term) continue
    block.term = folded
    changed = true
  }
  return changed
}

function foldTerm(term: Terminator, known: ReadonlyMap<ValueId, boolean | bigint>): Terminator {
  if (term.kind === "br") {
    const cond = known.get(term.cond)
    if (cond !== undefined) return { kind: "jump", to: cond === true ? term.then : term.else }
    return sameEdge(term.then, term.else) ? { kind: "jump", to: term.then } : term
  }
  if (term.kind === "switch") {
    const on = known.get(term.on)
    if (on !== undefined) return { kind: "jump", to: term.cases.find((c) => c.value === on)?.to ?? term.default }
    const cases = term.cases.filter((c) => !sameEdge(c.to, term.default))
    if (cases.length === 0) return { kind: "jump", to: term.default }
    return cases.length === term.cases.length ? term : { ...term, cases }
  }
  return term
}

/** Edges to an empty block that jumps on go to where it goes, if its parameters are used by that jump only. */
function threadJumps(func: Func): boolean {
  const byId = blocksById(func)
  const entry = func.blocks[0] as Block
  // A parameter of an empty block that is used elsewhere keeps the block.
  const owner = new Map<ValueId, Block>()
  for (const block of func.blocks) {
    if (block !== entry && block.insts.length === 0 && block.term.kind === "jump") for (const param of block.params) owner.set(param, block)
  }
  const pinned = new Set<Block>()
  if (owner.size > 0) {
    for (const block of func.blocks) {
      const note = (value: ValueId): void => {
        const home = owner.get(value)
        if (home !== undefined && home !== block) pinned.add(home)
      }
      for (const inst of block.insts) inst.args.forEach(note)
      forEachEdge(block, (edge) => edge.args.forEach(note))
      const term = block.term
      if (term.kind === "br") note(term.cond)
      else if (term.kind === "switch") note(term.on)
      else if (term.kind === "ret" && term.value !== null) note(term.value)
    }
  }
  const step = (edge: BlockCall): BlockCall | null => {
    const target = byId[edge.block]
    if (target === undefined || target === entry || target.insts.length > 0 || target.term.kind !== "jump" || pinned.has(target)) return null
    const to = target.term.to
    if (to.block === target.id) return null
    const args = to.args.map((arg) => {
      const i = target.params.indexOf(arg)
      return i < 0 ? arg : (edge.args[i] as ValueId)
    })
    return { block: to.block, args }
  }
  let changed = false
  for (const block of func.blocks) {
    mapEdges(block, (edge) => {
      let to = edge
      for (let hops = 0; hops < 16; hops++) {
        const next = step(to)
        if (next === null) break
        to = next
      }
      if (to !== edge) changed = true
      return to
    })
  }
  return changed
}

/** Appends to each block the block it jumps to, while that block has no other predecessor. */
function mergeChains(func: Func): boolean {
  const byId = blocksById(func)
  const preds = new Int32Array(byId.length)
  for (const block of func.blocks) {
    forEachEdge(block, (edge) => {
      preds[edge.block] = (preds[edge.block] as number) + 1
    })
  }
  const renamed = new Map<ValueId, ValueId>()
  const gone = new Set<Block>()
  const entry = func.blocks[0] as Block
  for (const block of func.blocks) {
    if (gone.has(block)) continue
    let insts: Inst[] | null = null
    while (block.term.kind === "jump" && errorEdge(block) === null) {
      const to = block.term.to
      const next = byId[to.block]
      if (next === undefined || next === block || next === entry || preds[next.id] !== 1) break
      next.params.forEach((param, i) => renamed.set(param, to.args[i] as ValueId))
      insts ??= block.insts
      for (const inst of next.insts) insts.push(inst)
      block.term = next.term
      block.termOrigin = next.termOrigin
      gone.add(next)
    }
  }
  if (gone.size === 0) return false
  func.blocks = func.blocks.filter((block) => !gone.has(block))
  if (renamed.size > 0) {
    const find = (value: ValueId): ValueId => {
      let to = renamed.get(value)
      if (to === undefined) return value
      for (let next = renamed.get(to); next !== undefined; next = renamed.get(to)) to = next
      renamed.set(value, to)
      return to
    }
    for (const [from, to] of renamed) {
      const name = func.names.get(from)
      const target = find(to)
      if (name !== undefined && !func.names.has(target)) func.names.set(target, name)
    }
    renameUses(func, find)
  }
  return true
}
