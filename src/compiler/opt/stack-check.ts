/**
 * Makes runaway recursion an error of the program instead of a crash: functions that can reach themselves by calls count
 * their calls. `stack.enter` fails beyond the limit; `stack.leave` stands before every way out that lies behind it, except
 * its own failure. Required.
 *
 * The count is taken as late as possible (shrink-wrapping, after Chow 1988): an end of the recursion that is known before
 * anything is called, such as `if n < 2 { return n }`, counts nothing. In naive recursion that is half of all calls.
 *
 * A function that could not fail so far now can, and its callers get error edges.
 */
import { blockLimit, edgesOf } from "../mir/edges.ts"
import { effectsOf } from "../mir/facts.ts"
import { type Block, type BlockId, type Func, type Inst, type Module, blockId } from "../mir/ir.ts"
import { buildCallGraph } from "./call-graph.ts"
import { calleesOf } from "./effects.ts"

/** Most branches that the count is moved behind: quick ends of a recursion are tested first. */
const MOST_PASSED = 8

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
  const { at, behind } = placeOfEntry(func)
  for (const block of func.blocks) {
    // In a block that ends in `ret` or `raise` nothing fails, so the end is free.
    if ((block.term.kind === "ret" || block.term.kind === "raise") && behind.has(block.id)) block.insts.push(effect("stack.leave"))
  }
  const index = func.blocks.findIndex((block) => block.id === at)
  const first = func.blocks[index] as Block
  const limit = blockLimit(func)
  const body: Block = { ...first, id: blockId(limit), params: [] }
  const overflow: Block = { id: blockId(limit + 1), params: [], insts: [], term: { kind: "raise" }, termOrigin: null }
  const enter: Inst = { ...effect("stack.enter"), error: { block: overflow.id, args: [] }, origin: func.origin }
  func.blocks[index] = { id: first.id, params: first.params, insts: [enter], term: { kind: "jump", to: { block: body.id, args: [] } }, termOrigin: null }
  func.blocks.splice(index + 1, 0, body)
  func.blocks.push(overflow)
}

/**
 * The block whose start counts the call, and the blocks that are reached through it. From the entry on, a branch of which
 * one side neither calls anything nor meets the other side again is passed on the other side, as long as nothing that has
 * an effect or may fail stands before it.
 */
function placeOfEntry(func: Func): { readonly at: BlockId; readonly behind: ReadonlySet<BlockId> } {
  const blocks = new Map(func.blocks.map((block) => [block.id, block]))
  const next = new Map(func.blocks.map((block) => [block.id, edgesOf(block).map((edge) => edge.block)]))
  const entries = new Map<BlockId, number>()
  for (const targets of next.values()) for (const target of targets) entries.set(target, (entries.get(target) ?? 0) + 1)
  const reach = (start: BlockId): Set<BlockId> => {
    const found = new Set([start])
    for (const id of found) for (const target of next.get(id) ?? []) found.add(target)
    return found
  }
  const calls = (region: ReadonlySet<BlockId>): boolean => [...region].some((id) => blocks.get(id)?.insts.some((inst) => calleesOf(inst).length > 0))
  let at = (func.blocks[0] as Block).id
  let behind = reach(at)
  for (let passed = 0; passed < MOST_PASSED; passed++) {
    const block = blocks.get(at) as Block
    const sides: readonly BlockId[] = block.term.kind === "br" && block.insts.every(isQuiet) ? (next.get(at) ?? []) : []
    const regions = sides.map(reach)
    const busy = regions.findIndex(calls)
    const side = sides[busy]
    const region = regions[busy]
    const quick = regions[1 - busy]
    if (side === undefined || region === undefined || quick === undefined || entries.get(side) !== 1 || [...region].some((id) => quick.has(id) || id === at)) break
    at = side
    behind = region
  }
  return { at, behind }
}

/** True if the instruction only computes: counting the call after it is the same as before it. */
function isQuiet(inst: Inst): boolean {
  return inst.error === null && effectsOf(inst).every((effect) => effect === "read")
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
