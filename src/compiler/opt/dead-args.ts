/**
 * Removes parameters that no function needs, whole program: a parameter is needed if it is used for anything but to be
 * passed on as a parameter that is not needed. The receivers of static boxes are the usual case.
 */
import { forEachEdge, termOperand } from "../mir/edges.ts"
import type { Func, Inst, Module, ValueId } from "../mir/ir.ts"
import { CALLBACKS } from "./effects.ts"

/** Removes unneeded parameters and their arguments; true if anything changed. */
export function removeDeadArgs(module: Module): boolean {
  /** By function: 1 for a parameter that is needed. */
  const needed = new Map<string, Uint8Array>()
  /** Parameters that are needed as soon as the key's parameter is. */
  const followers = new Map<string, { readonly name: string; readonly index: number }[]>()
  const work: { readonly name: string; readonly index: number }[] = []
  for (const func of module.funcs.values()) {
    const fixed = func.name === "main" || CALLBACKS.includes(func.name)
    needed.set(func.name, new Uint8Array(func.params.length))
    if (fixed) for (let index = 0; index < func.params.length; index++) work.push({ name: func.name, index })
    if (func.params.length > 0) noteUses(func, module, followers, work)
  }
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const flags = needed.get(next.name)
    if (flags === undefined || flags[next.index] === 1) continue
    flags[next.index] = 1
    work.push(...(followers.get(`${next.index} ${next.name}`) ?? []))
  }
  const shrunk = new Map<string, Uint8Array>()
  for (const [name, flags] of needed) if (flags.includes(0)) shrunk.set(name, flags)
  if (shrunk.size === 0) return false
  for (const func of module.funcs.values()) {
    for (const block of func.blocks) {
      block.insts.forEach((inst, i) => {
        const flags = inst.op === "call" ? shrunk.get(inst.imm as string) : undefined
        if (flags !== undefined) block.insts[i] = { ...inst, args: inst.args.filter((_, index) => flags[index] === 1) }
      })
    }
    const flags = shrunk.get(func.name)
    if (flags !== undefined) func.params = func.params.filter((_, index) => flags[index] === 1)
  }
  return true
}

function noteUses(func: Func, module: Module, followers: Map<string, { readonly name: string; readonly index: number }[]>, work: { readonly name: string; readonly index: number }[]): void {
  const indexOf = new Map<ValueId, number>(func.params.map((param, index) => [param, index]))
  const need = (value: ValueId): void => {
    const index = indexOf.get(value)
    if (index !== undefined) work.push({ name: func.name, index })
  }
  const pass = (inst: Inst, value: ValueId, at: number): void => {
    const index = indexOf.get(value)
    if (index === undefined) return
    const key = `${at} ${inst.imm as string}`
    const list = followers.get(key)
    if (list === undefined) followers.set(key, [{ name: func.name, index }])
    else list.push({ name: func.name, index })
  }
  for (const block of func.blocks) {
    for (const inst of block.insts) {
      if (inst.op === "call" && module.funcs.has(inst.imm as string)) inst.args.forEach((arg, at) => pass(inst, arg, at))
      else inst.args.forEach(need)
    }
    forEachEdge(block, (edge) => edge.args.forEach(need))
    const operand = termOperand(block.term)
    if (operand !== null) need(operand)
  }
}
