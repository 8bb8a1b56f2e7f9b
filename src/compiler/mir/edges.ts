/**
 * Edges of the control-flow graph as they are written in a block: the error edge of the last instruction, then the
 * targets of the terminator. Every walk over successors goes through here, so that nobody forgets the error edge.
 */
import type { Block, BlockCall, BlockId, Func, Inst, Terminator, ValueId } from "./ir.ts"

/** The error edge of a block, or null. */
export function errorEdge(block: Block): BlockCall | null {
  const last = block.insts[block.insts.length - 1]
  return last === undefined ? null : last.error
}

/** Calls `visit` for each edge that leaves by the terminator. */
export function forEachTermEdge(term: Terminator, visit: (edge: BlockCall) => void): void {
  switch (term.kind) {
    case "jump":
      visit(term.to)
      return
    case "br":
      visit(term.then)
      visit(term.else)
      return
    case "switch":
      for (const c of term.cases) visit(c.to)
      visit(term.default)
      return
    default:
      return
  }
}

/** Calls `visit` for each edge out of the block, the error edge first. */
export function forEachEdge(block: Block, visit: (edge: BlockCall) => void): void {
  const error = errorEdge(block)
  if (error !== null) visit(error)
  forEachTermEdge(block.term, visit)
}

/** All edges out of the block, the error edge first. */
export function edgesOf(block: Block): BlockCall[] {
  const edges: BlockCall[] = []
  forEachEdge(block, (edge) => edges.push(edge))
  return edges
}

/** The terminator with each edge replaced; the same object if no edge changed. */
export function mapTermEdges(term: Terminator, change: (edge: BlockCall) => BlockCall): Terminator {
  switch (term.kind) {
    case "jump": {
      const to = change(term.to)
      return to === term.to ? term : { kind: "jump", to }
    }
    case "br": {
      const then = change(term.then)
      const other = change(term.else)
      return then === term.then && other === term.else ? term : { kind: "br", cond: term.cond, then, else: other, cold: term.cold }
    }
    case "switch": {
      let changed = false
      const cases = term.cases.map((c) => {
        const to = change(c.to)
        if (to === c.to) return c
        changed = true
        return { value: c.value, to }
      })
      const other = change(term.default)
      return changed || other !== term.default ? { kind: "switch", on: term.on, cases, default: other } : term
    }
    default:
      return term
  }
}

/** Replaces each edge out of the block, the error edge first. */
export function mapEdges(block: Block, change: (edge: BlockCall) => BlockCall): void {
  const at = block.insts.length - 1
  const last = block.insts[at]
  if (last !== undefined && last.error !== null) {
    const error = change(last.error)
    if (error !== last.error) block.insts[at] = { ...last, error }
  }
  block.term = mapTermEdges(block.term, change)
}

/** The value a terminator reads itself (condition, switch operand, result), or null. */
export function termOperand(term: Terminator): ValueId | null {
  switch (term.kind) {
    case "br":
      return term.cond
    case "switch":
      return term.on
    case "ret":
      return term.value
    default:
      return null
  }
}

/** Calls `visit` for each value read by the terminator, edge arguments included. */
export function forEachTermUse(term: Terminator, visit: (value: ValueId) => void): void {
  const operand = termOperand(term)
  if (operand !== null) visit(operand)
  forEachTermEdge(term, (edge) => edge.args.forEach(visit))
}

/** Calls `visit` for each value read in the block: instructions, error edge, terminator. */
export function forEachUse(block: Block, visit: (value: ValueId) => void): void {
  for (const inst of block.insts) {
    for (const arg of inst.args) visit(arg)
    if (inst.error !== null) for (const arg of inst.error.args) visit(arg)
  }
  forEachTermUse(block.term, visit)
}

/** Renames every value a list of arguments reads; the same list if nothing changed. */
export function renameArgs(args: readonly ValueId[], rename: (value: ValueId) => ValueId): readonly ValueId[] {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as ValueId
    if (rename(arg) !== arg) return args.map(rename)
  }
  return args
}

/** Renames the values an instruction reads, its error edge included; the same object if nothing changed. */
export function renameInst(inst: Inst, rename: (value: ValueId) => ValueId): Inst {
  const args = renameArgs(inst.args, rename)
  let error = inst.error
  if (error !== null) {
    const errorArgs = renameArgs(error.args, rename)
    if (errorArgs !== error.args) error = { block: error.block, args: errorArgs }
  }
  return args === inst.args && error === inst.error ? inst : { ...inst, args, error }
}

/** Renames the values a terminator reads; the same object if nothing changed. */
export function renameTerm(term: Terminator, rename: (value: ValueId) => ValueId): Terminator {
  const edge = (e: BlockCall): BlockCall => {
    const args = renameArgs(e.args, rename)
    return args === e.args ? e : { block: e.block, args }
  }
  const mapped = mapTermEdges(term, edge)
  switch (mapped.kind) {
    case "br": {
      const cond = rename(mapped.cond)
      return cond === mapped.cond ? mapped : { ...mapped, cond }
    }
    case "switch": {
      const on = rename(mapped.on)
      return on === mapped.on ? mapped : { ...mapped, on }
    }
    case "ret": {
      if (mapped.value === null) return mapped
      const value = rename(mapped.value)
      return value === mapped.value ? mapped : { kind: "ret", value }
    }
    default:
      return mapped
  }
}

/** Renames every value read in the function. */
export function renameUses(func: Func, rename: (value: ValueId) => ValueId): void {
  for (const block of func.blocks) {
    const insts = block.insts
    for (let i = 0; i < insts.length; i++) insts[i] = renameInst(insts[i] as Inst, rename)
    block.term = renameTerm(block.term, rename)
  }
}

/** One more than the largest block id of the function. */
export function blockLimit(func: Func): number {
  let limit = 0
  for (const block of func.blocks) if (block.id >= limit) limit = block.id + 1
  return limit
}

/** Blocks by id. */
export function blocksById(func: Func): (Block | undefined)[] {
  const blocks = new Array<Block | undefined>(blockLimit(func)).fill(undefined)
  for (const block of func.blocks) blocks[block.id] = block
  return blocks
}

/**
 * Reachable blocks in reverse postorder. Successors are visited so that the error edge and the cold side of a branch come
 * last, and a loop body comes before what follows the loop.
 */
export function reversePostorder(func: Func): Block[] {
  const byId = blocksById(func)
  const entry = func.blocks[0]
  if (entry === undefined) return []
  const seen = new Uint8Array(byId.length)
  const order: Block[] = []
  const stack: { block: Block; targets: BlockId[]; next: number }[] = [{ block: entry, targets: visitOrder(entry), next: 0 }]
  seen[entry.id] = 1
  for (let top = stack[0]; top !== undefined; top = stack[stack.length - 1]) {
    const target = top.targets[top.next++]
    if (target === undefined) {
      order.push(top.block)
      stack.pop()
      continue
    }
    const block = byId[target]
    if (block !== undefined && seen[target] === 0) {
      seen[target] = 1
      stack.push({ block, targets: visitOrder(block), next: 0 })
    }
  }
  return order.reverse()
}

function visitOrder(block: Block): BlockId[] {
  const error = errorEdge(block)
  const targets: BlockId[] = error === null ? [] : [error.block]
  const term = block.term
  if (term.kind === "br") {
    if (term.cold === "then") targets.push(term.then.block, term.else.block)
    else targets.push(term.else.block, term.then.block)
  } else {
    const rest: BlockId[] = []
    forEachTermEdge(term, (edge) => rest.push(edge.block))
    for (let i = rest.length - 1; i >= 0; i--) targets.push(rest[i] as BlockId)
  }
  return targets
}
