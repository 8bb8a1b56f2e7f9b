/**
 * Replaces calls by the callee's body, callees first, so that what is inlined is already small.
 *
 * A call is inlined if the callee is small, or if it is the only call of it; never in blocks that end the program, never a
 * callee that lies on a cycle of calls. A function that calls itself and is tiny gets its own body once at each such call,
 * which halves the calls. A caller may grow only so much.
 *
 * The callee's `ret` becomes a jump to what follows the call, its `raise` a jump along the call's error edge.
 */
import { blockLimit, mapTermEdges } from "../mir/edges.ts"
import { type Block, type BlockCall, type BlockId, type Func, type Inst, type Module, type Origin, type Terminator, type ValueId, blockId, valueId } from "../mir/ir.ts"
import { buildCallGraph } from "./call-graph.ts"
import { removeDeadValues } from "./dce.ts"
import { CALLBACKS } from "./effects.ts"
import { simplifyCfg } from "./simplify-cfg.ts"

/** Cost up to which every call is inlined. */
const SMALL = 20
/** Cost up to which the only call of a function is inlined. */
const SINGLE = 300
/** Cost up to which a function that calls itself gets its own body once. */
const TINY = 24
/** A caller grows to at most this cost, or to three times its size if that is more but not beyond `HUGE`. */
const LARGE = 600
const HUGE = 2000

/** Inlines over the whole module; true if anything changed. */
export function inlineCalls(module: Module): boolean {
  const graph = buildCallGraph(module)
  const callCount = countCalls(module)
  let changed = false
  for (const at of graph.bottomUp) {
    const name = graph.names[at] as string
    const caller = module.funcs.get(name) as Func
    const budget = budgetOf(costOf(caller))
    const inlined = inlineInto(caller, budget, (callee) => {
      const func = module.funcs.get(callee)
      const i = graph.index.get(callee)
      if (func === undefined || i === undefined || graph.recursive[i] === 1) return null
      const cost = costOf(func)
      const single = callCount.get(callee) === 1 && !CALLBACKS.includes(callee)
      return cost <= (single ? SINGLE : SMALL) ? func : null
    })
    if (inlined) {
      simplifyCfg(caller)
      removeDeadValues(caller)
      changed = true
    }
    if ((graph.callees[at] as readonly number[]).includes(at) && costOf(caller) <= TINY && unrollRecursion(caller)) changed = true
  }
  return changed
}

function budgetOf(cost: number): number {
  return Math.min(Math.max(cost * 3, LARGE), Math.max(HUGE, cost))
}

function countCalls(module: Module): Map<string, number> {
  const counts = new Map<string, number>()
  for (const func of module.funcs.values()) {
    for (const block of func.blocks) {
      for (const inst of block.insts) if (inst.op === "call") counts.set(inst.imm as string, (counts.get(inst.imm as string) ?? 0) + 1)
    }
  }
  return counts
}

/** What a function costs to copy: constants and conversions are nearly free, calls are not. */
export function costOf(func: Func): number {
  let cost = 0
  for (const block of func.blocks) {
    if (isCold(block)) continue
    for (const inst of block.insts) cost += costOfInst(inst)
    if (block.term.kind === "br" || block.term.kind === "switch") cost += 1
  }
  return cost
}

function costOfInst(inst: Inst): number {
  if (inst.op.startsWith("const.") || inst.op.startsWith("any.") || inst.op.startsWith("opt.") || inst.op.startsWith("ref.") || inst.op === "keepalive") return 0
  return inst.op === "call" || inst.op === "call.rt" ? 2 + inst.args.length / 2 : 1
}

/** True for a block that ends in an error. */
function isCold(block: Block): boolean {
  return block.term.kind === "raise" || block.term.kind === "fatal" || block.term.kind === "unreachable"
}

function unrollRecursion(func: Func): boolean {
  const before: Func = { ...func, blocks: func.blocks.map((block) => ({ ...block, insts: [...block.insts] })), types: [...func.types] }
  if (!inlineInto(func, Number.POSITIVE_INFINITY, (callee) => (callee === func.name ? before : null))) return false
  simplifyCfg(func)
  removeDeadValues(func)
  return true
}

/** Inlines the calls for which `bodyOf` gives a body while the caller stays within the budget; copies are not looked at. */
function inlineInto(caller: Func, budget: number, bodyOf: (callee: string) => Func | null): boolean {
  let cost = -1
  let changed = false
  const blocks: Block[] = []
  let nextBlock = blockLimit(caller)
  for (const original of caller.blocks) {
    let block = original
    blocks.push(block)
    if (isCold(block)) continue
    for (let i = 0; i < block.insts.length; i++) {
      const inst = block.insts[i] as Inst
      if (inst.op !== "call") continue
      const body = bodyOf(inst.imm as string)
      if (body === null) continue
      if (cost < 0) cost = costOf(caller)
      const added = costOf(body)
      if (cost + added > budget) continue
      cost += added
      changed = true
      // What follows the call becomes a block with the result as its parameter.
      const rest: Block = { id: blockId(nextBlock++), params: inst.result === null ? [] : [inst.result], insts: block.insts.slice(i + 1), term: block.term, termOrigin: block.termOrigin }
      const copy = copyBody(caller, body, inst, rest.id, nextBlock)
      nextBlock += blockLimit(body)
      block.insts.length = i
      block.term = { kind: "jump", to: { block: copy.entry, args: [] } }
      block.termOrigin = inst.origin
      blocks.push(...copy.blocks, rest)
      block = rest
      i = -1
    }
  }
  caller.blocks = blocks
  return changed
}

/**
 * What becomes of the origins of a body that is copied for a call: they say which function they belong to and where the call
 * of it was. Code of a function that users do not know shows the call of it.
 */
function originsFor(caller: Func, body: Func, call: Inst): (origin: Inst["origin"]) => Inst["origin"] {
  const at = caller.synthetic && call.origin?.inlined === undefined ? null : call.origin
  const known = new Map<Origin, Origin>()
  const within = (origin: Origin): Origin => {
    let copy = known.get(origin)
    if (copy === undefined) {
      const { file, start, end, inlined } = origin
      copy = { file, start, end, inlined: inlined === undefined ? { function: body.display, at } : { function: inlined.function, at: inlined.at === null ? at : within(inlined.at) } }
      known.set(origin, copy)
    }
    return copy
  }
  return (origin) => (body.synthetic && origin?.inlined === undefined ? at : origin === null ? null : within(origin))
}

/** Copies a body for one call. Block ids of the copy start at `base`. */
function copyBody(caller: Func, body: Func, call: Inst, rest: BlockId, base: number): { readonly entry: BlockId; readonly blocks: readonly Block[] } {
  const map = new Int32Array(body.types.length).fill(-1)
  body.params.forEach((param, i) => {
    map[param] = call.args[i] as number
  })
  const define = (value: ValueId): ValueId => {
    const fresh = valueId(caller.types.push(body.types[value] ?? "unit") - 1)
    map[value] = fresh
    const name = body.names.get(value)
    if (name !== undefined) caller.names.set(fresh, name)
    return fresh
  }
  for (const block of body.blocks) {
    for (const param of block.params) define(param)
    for (const inst of block.insts) if (inst.result !== null) define(inst.result)
  }
  const originOf = originsFor(caller, body, call)
  const use = (value: ValueId): ValueId => valueId(map[value] as number)
  const edge = (e: BlockCall): BlockCall => ({ block: blockId(base + e.block), args: e.args.map(use) })
  const term = (t: Terminator): Terminator => {
    switch (t.kind) {
      case "ret":
        return { kind: "jump", to: { block: rest, args: call.result === null || t.value === null ? [] : [use(t.value)] } }
      case "raise":
        return call.error === null ? { kind: "unreachable" } : { kind: "jump", to: call.error }
      case "br": {
        const mapped = mapTermEdges(t, edge)
        return mapped.kind === "br" ? { ...mapped, cond: use(mapped.cond) } : mapped
      }
      case "switch": {
        const mapped = mapTermEdges(t, edge)
        return mapped.kind === "switch" ? { ...mapped, on: use(mapped.on) } : mapped
      }
      default:
        return mapTermEdges(t, edge)
    }
  }
  const blocks = body.blocks.map(
    (block): Block => ({
      id: blockId(base + block.id),
      params: block.params.map(use),
      insts: block.insts.map((inst) => ({ ...inst, origin: originOf(inst.origin), args: inst.args.map(use), result: inst.result === null ? null : use(inst.result), error: inst.error === null ? null : edge(inst.error) })),
      term: term(block.term),
      termOrigin: originOf(block.termOrigin) ?? call.origin,
    }),
  )
  return { entry: (blocks[0] as Block).id, blocks }
}

/** Why a call is still one after inlining. */
export type InlineRemark =
  | { readonly kind: "recursive"; readonly callee: string }
  /** The callee costs more than `limit`. */
  | { readonly kind: "large"; readonly callee: string; readonly cost: number; readonly limit: number }
  /** The caller may not grow further. */
  | { readonly kind: "budget"; readonly callee: string; readonly cost: number; readonly limit: number }
  /** The call stands where the program fails anyway. */
  | { readonly kind: "cold"; readonly callee: string }

/** Why each remaining call of a function of the module is not inlined; for a module that `inlineCalls` has just been through. */
export function remarksOnCalls(module: Module): { readonly function: string; readonly origin: Inst["origin"]; readonly remark: InlineRemark }[] {
  const graph = buildCallGraph(module)
  const callCount = countCalls(module)
  const remarks: { readonly function: string; readonly origin: Inst["origin"]; readonly remark: InlineRemark }[] = []
  for (const caller of module.funcs.values()) {
    for (const block of caller.blocks) {
      for (const inst of block.insts) {
        const callee = inst.op === "call" ? (inst.imm as string) : null
        const func = callee === null ? undefined : module.funcs.get(callee)
        if (callee === null || func === undefined) continue
        const at = graph.index.get(callee)
        const cost = costOf(func)
        const limit = callCount.get(callee) === 1 && !CALLBACKS.includes(callee) ? SINGLE : SMALL
        const remark: InlineRemark = isCold(block)
          ? { kind: "cold", callee }
          : at !== undefined && graph.recursive[at] === 1
            ? { kind: "recursive", callee }
            : cost > limit
              ? { kind: "large", callee, cost, limit }
              : { kind: "budget", callee, cost: costOf(caller), limit: budgetOf(costOf(caller)) }
        remarks.push({ function: caller.name, origin: inst.origin, remark })
      }
    }
  }
  return remarks
}
