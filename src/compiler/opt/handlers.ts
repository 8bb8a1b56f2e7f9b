/**
 * Two passes: errors that no handler can see end the program where they happen; calls that cannot fail lose their error edges.
 *
 * A *handler* is an error edge that leads to more than passing the error on (`catch`, `cleanup`, anything with an effect).
 * A function is *protected* if it may run while a handler is active: it is called on such an edge, or called by a protected
 * function. An error in any other function ends the program, so its `raise` becomes `fatal`: a program without handlers is
 * left without error edges between functions. This is for engines that can walk the stack of a program that ends; in others each
 * call must tell its place on the way out, and the first pass is left out.
 */
import { blocksById, errorEdge, forEachTermEdge } from "../mir/edges.ts"
import { isPure } from "../mir/facts.ts"
import type { Block, Func, Inst, Module } from "../mir/ir.ts"
import { calleesOf } from "./effects.ts"
import { dropUnreachable } from "./simplify-cfg.ts"

/** Makes what cannot be handled fatal; true if anything changed. `inferFailing` belongs behind it. */
export function resolveHandlers(module: Module): boolean {
  const isProtected = findProtected(module)
  let changed = false
  for (const func of module.funcs.values()) {
    if (isProtected.has(func.name)) continue
    for (const block of func.blocks) {
      if (block.term.kind !== "raise") continue
      block.term = { kind: "fatal" }
      changed = true
    }
  }
  return changed
}

/** Names of functions that may run while a handler is active. */
function findProtected(module: Module): Set<string> {
  const found = new Set<string>()
  const work: string[] = []
  const protect = (name: string): void => {
    if (found.has(name) || !module.funcs.has(name)) return
    found.add(name)
    work.push(name)
  }
  for (const func of module.funcs.values()) {
    const passesOn = passingBlocks(func)
    for (const block of func.blocks) {
      const error = errorEdge(block)
      if (error === null || passesOn.has(error.block)) continue
      calleesOf(block.insts[block.insts.length - 1] as Inst).forEach(protect)
    }
  }
  while (work.length > 0) {
    const func = module.funcs.get(work.pop() as string) as Func
    for (const block of func.blocks) for (const inst of block.insts) calleesOf(inst).forEach(protect)
  }
  return found
}

const QUIET = new Set(["keepalive", "retain", "release", "stack.leave"])

/** Blocks from which the error is passed on whatever happens, with no effect on the way. */
function passingBlocks(func: Func): Set<number> {
  const byId = blocksById(func)
  const passing = new Set<number>()
  const refused = new Set<number>()
  const decide = (start: Block): void => {
    const path: Block[] = []
    const onPath = new Set<number>()
    let verdict = false
    for (let block: Block | undefined = start; block !== undefined; ) {
      if (passing.has(block.id)) {
        verdict = true
        break
      }
      if (refused.has(block.id) || onPath.has(block.id)) break
      path.push(block)
      onPath.add(block.id)
      if (!block.insts.every((inst) => QUIET.has(inst.op) || isPure(inst))) break
      if (block.term.kind === "raise" || block.term.kind === "fatal") {
        verdict = true
        break
      }
      if (block.term.kind !== "jump") break
      block = byId[block.term.to.block]
    }
    for (const block of path) (verdict ? passing : refused).add(block.id)
  }
  for (const block of func.blocks) {
    const error = errorEdge(block)
    const target = error === null ? undefined : byId[error.block]
    if (target !== undefined) decide(target)
  }
  return passing
}

/** Sets `fails` of every function to whether a `raise` can be reached, and drops error edges of calls that cannot fail. */
export function inferFailing(module: Module): boolean {
  const failing = new Set<string>()
  const callers = new Map<string, Set<Func>>()
  for (const func of module.funcs.values()) {
    for (const block of func.blocks) {
      for (const inst of block.insts) {
        if (inst.op !== "call") continue
        const set = callers.get(inst.imm as string)
        if (set === undefined) callers.set(inst.imm as string, new Set([func]))
        else set.add(func)
      }
    }
  }
  const work = [...module.funcs.values()]
  const queued = new Set(work)
  for (let func = work.pop(); func !== undefined; func = work.pop()) {
    queued.delete(func)
    if (failing.has(func.name) || !reachesRaise(func, failing)) continue
    failing.add(func.name)
    for (const caller of callers.get(func.name) ?? []) {
      if (failing.has(caller.name) || queued.has(caller)) continue
      queued.add(caller)
      work.push(caller)
    }
  }
  let changed = false
  for (const func of module.funcs.values()) {
    const fails = failing.has(func.name)
    if (func.fails !== fails) {
      func.fails = fails
      changed = true
    }
    for (const block of func.blocks) {
      const at = block.insts.length - 1
      const last = block.insts[at]
      if (last === undefined || last.error === null || last.op !== "call" || failing.has(last.imm as string)) continue
      block.insts[at] = { ...last, error: null }
      changed = true
    }
    // What only the dropped edges reached may still hold a `raise`.
    changed = dropUnreachable(func) || changed
  }
  return changed
}

function reachesRaise(func: Func, failing: ReadonlySet<string>): boolean {
  const byId = blocksById(func)
  const entry = func.blocks[0]
  if (entry === undefined) return false
  const seen = new Set<number>([entry.id])
  const work = [entry]
  const visit = (id: number): void => {
    const block = byId[id]
    if (block === undefined || seen.has(id)) return
    seen.add(id)
    work.push(block)
  }
  for (let block = work.pop(); block !== undefined; block = work.pop()) {
    if (block.term.kind === "raise") return true
    const last = block.insts[block.insts.length - 1]
    if (last !== undefined && last.error !== null && (last.op !== "call" || failing.has(last.imm as string))) visit(last.error.block)
    forEachTermEdge(block.term, (edge) => visit(edge.block))
  }
  return false
}
