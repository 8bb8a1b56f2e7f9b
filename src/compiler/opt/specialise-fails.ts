/**
 * Which functions can fail, and what follows: calls of the others lose their error edge, blocks that nothing leads to are dropped.
 *
 * The one idea: a function fails if a `raise` can be reached in it, where error edges of calls count once the callee fails (least
 * fixpoint). Functions in a cycle of calls fail in any case, for a call may be one too deep.
 *
 * Invariants: afterwards `fails` is what the verifier derives from the edges of calls.
 */
import type { Block, Func, Inst, Module } from "../mir/ir.ts"
import { blocksById, forEachTermEdge, reversePostorder } from "../mir/edges.ts"
import { calleesOf } from "./effects.ts"

/** Sets `fails` of every function and removes error edges of calls that cannot fail. */
export function markFailing(module: Module): void {
  const failing = recursiveFunctions(module)
  const callers = new Map<string, Set<string>>()
  for (const func of module.funcs.values()) {
    for (const callee of callees(func)) {
      let set = callers.get(callee)
      if (set === undefined) callers.set(callee, (set = new Set()))
      set.add(func.name)
    }
  }
  const work = [...module.funcs.keys()]
  const queued = new Set(work)
  const raising = new Set<string>()
  for (let name = work.pop(); name !== undefined; name = work.pop()) {
    queued.delete(name)
    if (raising.has(name)) continue
    const func = module.funcs.get(name)
    if (func === undefined || !canRaise(func, failing)) continue
    raising.add(name)
    if (failing.has(name)) continue
    failing.add(name)
    for (const caller of callers.get(name) ?? []) {
      if (raising.has(caller) || queued.has(caller)) continue
      queued.add(caller)
      work.push(caller)
    }
  }
  for (const func of module.funcs.values()) {
    func.fails = failing.has(func.name)
    let changed = false
    for (const block of func.blocks) {
      const last = block.insts[block.insts.length - 1]
      if (last?.op === "call" && last.error !== null && !failing.has(String(last.imm))) {
        block.insts[block.insts.length - 1] = { ...last, error: null }
        changed = true
      }
    }
    if (changed) func.blocks = reversePostorder(func)
  }
}

function callees(func: Func): Set<string> {
  const out = new Set<string>()
  for (const block of func.blocks) for (const inst of block.insts) for (const callee of calleesOf(inst)) out.add(callee)
  return out
}

/** True if a `raise` is reachable when only the functions in `failing` fail. */
function canRaise(func: Func, failing: ReadonlySet<string>): boolean {
  const byId = blocksById(func)
  const entry = func.blocks[0]
  if (entry === undefined) return false
  const seen = new Set<Block>([entry])
  for (const block of seen) {
    if (block.term.kind === "raise") return true
    const last: Inst | undefined = block.insts[block.insts.length - 1]
    const visit = (id: number): void => {
      const target = byId[id]
      if (target !== undefined) seen.add(target)
    }
    if (last !== undefined && last.error !== null && (last.op !== "call" || failing.has(String(last.imm)))) visit(last.error.block)
    forEachTermEdge(block.term, (edge) => visit(edge.block))
  }
  return false
}

/** Functions in a cycle of calls (strongly connected components of more than one, or with a call of itself). */
function recursiveFunctions(module: Module): Set<string> {
  const out = new Set<string>()
  const number = new Map<string, number>()
  const low = new Map<string, number>()
  const onStack = new Set<string>()
  const stack: string[] = []
  const edges = new Map<string, string[]>()
  for (const func of module.funcs.values()) edges.set(func.name, [...callees(func)].filter((name) => module.funcs.has(name)))
  for (const root of module.funcs.keys()) {
    if (number.has(root)) continue
    const frames: { name: string; next: number }[] = [{ name: root, next: 0 }]
    while (frames.length > 0) {
      const frame = frames[frames.length - 1] as { name: string; next: number }
      const { name } = frame
      if (frame.next === 0 && !number.has(name)) {
        number.set(name, number.size)
        low.set(name, number.get(name) as number)
        stack.push(name)
        onStack.add(name)
      }
      const callee = edges.get(name)?.[frame.next++]
      if (callee !== undefined) {
        if (callee === name) out.add(name)
        if (!number.has(callee)) frames.push({ name: callee, next: 0 })
        else if (onStack.has(callee)) low.set(name, Math.min(low.get(name) as number, number.get(callee) as number))
        continue
      }
      frames.pop()
      const parent = frames[frames.length - 1]
      if (parent !== undefined) low.set(parent.name, Math.min(low.get(parent.name) as number, low.get(name) as number))
      if (low.get(name) !== number.get(name)) continue
      const component: string[] = []
      for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
        onStack.delete(member)
        component.push(member)
        if (member === name) break
      }
      if (component.length > 1) for (const member of component) out.add(member)
    }
  }
  return out
}
