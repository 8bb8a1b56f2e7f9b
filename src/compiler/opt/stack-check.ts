/**
 * Makes runaway recursion an error of the program instead of a crash: functions that can reach themselves by calls count
 * their calls. `stack.enter` is the first instruction of such a function and fails beyond the limit; `stack.leave` stands
 * before every way out except the failure of `stack.enter` itself. Required.
 *
 * A function that could not fail so far now can, and its callers get error edges.
 */
import { blockLimit } from "../mir/edges.ts"
import { type Block, type BlockId, type Func, type Inst, type Module, blockId } from "../mir/ir.ts"
import { buildCallGraph } from "./call-graph.ts"

/** Inserts the counting. */
export function insertStackChecks(module: Module): boolean {
  const graph = buildCallGraph(module)
  const recursive = graph.names.filter((_, i) => graph.recursive[i] === 1)
  makeFailing(
    module,
    recursive.filter((name) => module.funcs.get(name)?.fails === false),
  )
  for (const name of recursive) countCalls(module.funcs.get(name) as Func)
  return recursive.length > 0
}

function countCalls(func: Func): void {
  for (const block of func.blocks) {
    // In a block that ends in `ret` or `raise` nothing fails, so the end is free.
    if (block.term.kind === "ret" || block.term.kind === "raise") block.insts.push(effect("stack.leave"))
  }
  const entry = func.blocks[0] as Block
  const limit = blockLimit(func)
  const body: Block = { ...entry, id: blockId(limit) }
  const overflow: Block = { id: blockId(limit + 1), params: [], insts: [], term: { kind: "raise" }, termOrigin: null }
  const enter: Inst = { ...effect("stack.enter"), error: { block: overflow.id, args: [] }, origin: func.origin }
  func.blocks[0] = { id: entry.id, params: [], insts: [enter], term: { kind: "jump", to: { block: body.id, args: [] } }, termOrigin: null }
  func.blocks.splice(1, 0, body)
  func.blocks.push(overflow)
}

function effect(op: string): Inst {
  return { op, args: [], imm: null, result: null, error: null, origin: null }
}

/** Lets functions fail: their callers pass the error on, and may then fail too. */
export function makeFailing(module: Module, names: readonly string[]): void {
  const work = new Set(names)
  if (work.size === 0) return
  const callers = new Map<string, Set<Func>>()
  for (const func of module.funcs.values()) {
    for (const block of func.blocks) {
      for (const inst of block.insts) {
        if (inst.op !== "call" || inst.error !== null) continue
        const set = callers.get(inst.imm as string)
        if (set === undefined) callers.set(inst.imm as string, new Set([func]))
        else set.add(func)
      }
    }
  }
  for (const name of work) {
    const func = module.funcs.get(name)
    if (func === undefined) continue
    func.fails = true
    for (const caller of callers.get(name) ?? []) {
      addErrorEdges(caller, name)
      if (!caller.fails) work.add(caller.name)
    }
  }
}

/** Gives every call of `callee` without an error edge one that leads to a block which raises. */
function addErrorEdges(func: Func, callee: string): void {
  let next = blockLimit(func)
  let raise: BlockId | null = func.blocks.find((b) => b.term.kind === "raise" && b.insts.length === 0 && b.params.length === 0)?.id ?? null
  const added: Block[] = []
  const blocks: Block[] = []
  for (const first of func.blocks) {
    let block = first
    blocks.push(block)
    for (let i = 0; i < block.insts.length; i++) {
      const inst = block.insts[i] as Inst
      if (inst.op !== "call" || inst.imm !== callee || inst.error !== null) continue
      if (raise === null) {
        raise = blockId(next++)
        added.push({ id: raise, params: [], insts: [], term: { kind: "raise" }, termOrigin: null })
      }
      const rest: Block = { id: blockId(next++), params: [], insts: block.insts.slice(i + 1), term: block.term, termOrigin: block.termOrigin }
      block.insts.length = i
      block.insts.push({ ...inst, error: { block: raise, args: [] } })
      block.term = { kind: "jump", to: { block: rest.id, args: [] } }
      blocks.push(rest)
      block = rest
      i = -1
    }
  }
  func.blocks = [...blocks, ...added]
}
