/**
 * Removes what is not needed: instructions without effects whose results no needed instruction uses, block parameters that
 * nothing needed uses, and functions, classes and globals that cannot be reached from `main` or a callback of the runtime.
 */
import { blocksById, forEachEdge, mapEdges, termOperand } from "../mir/edges.ts"
import { effectsOf, isPure } from "../mir/facts.ts"
import type { Func, Inst, Module, Type, ValueId } from "../mir/ir.ts"
import { CALLBACKS, calleesOf } from "./effects.ts"

/** True if the instruction may go when its result is not used: it cannot fail and changes nothing that is observable. */
export function isRemovable(inst: Inst): boolean {
  if (isPure(inst)) return true
  if (inst.error !== null || inst.op === "call" || inst.op.startsWith("dyn.")) return false
  return effectsOf(inst).every((effect) => effect === "read" || effect === "alloc")
}

/** Removes dead values of one function; true if anything changed. */
export function removeDeadValues(func: Func): boolean {
  const count = func.types.length
  const needed = new Uint8Array(count)
  const defs = new Array<Inst | undefined>(count)
  const paramOf = new Int32Array(count).fill(-1)
  const paramIndex = new Int32Array(count)
  const work: ValueId[] = []
  const need = (value: ValueId): void => {
    if (needed[value] === 1) return
    needed[value] = 1
    work.push(value)
  }
  const incoming: (readonly ValueId[])[][] = blocksById(func).map(() => [])
  for (const block of func.blocks) {
    block.params.forEach((param, i) => {
      paramOf[param] = block.id
      paramIndex[param] = i
    })
    for (const inst of block.insts) {
      if (inst.result !== null) defs[inst.result] = inst
      if (!isRemovable(inst)) inst.args.forEach(need)
    }
    const operand = termOperand(block.term)
    if (operand !== null) need(operand)
    forEachEdge(block, (edge) => incoming[edge.block]?.push(edge.args))
  }
  while (work.length > 0) {
    const value = work.pop() as ValueId
    const def = defs[value]
    if (def !== undefined) {
      if (isRemovable(def)) def.args.forEach(need)
      continue
    }
    const home = paramOf[value] as number
    if (home < 0) continue
    const i = paramIndex[value] as number
    for (const args of incoming[home] as (readonly ValueId[])[]) need(args[i] as ValueId)
  }
  let changed = false
  const keep: (boolean[] | undefined)[] = []
  for (const block of func.blocks) {
    const kept = block.insts.filter((inst) => !isRemovable(inst) || (inst.result !== null && needed[inst.result] === 1))
    if (kept.length !== block.insts.length) {
      block.insts = kept
      changed = true
    }
    if (block.params.some((p) => needed[p] === 0)) {
      keep[block.id] = block.params.map((p) => needed[p] === 1)
      block.params = block.params.filter((p) => needed[p] === 1)
      changed = true
    }
  }
  if (keep.length > 0) {
    for (const block of func.blocks) {
      mapEdges(block, (edge) => {
        const kept = keep[edge.block]
        return kept === undefined ? edge : { block: edge.block, args: edge.args.filter((_, i) => kept[i]) }
      })
    }
  }
  return changed
}

/** Removes functions, classes and globals that nothing reachable names; true if anything changed. */
export function removeUnreachable(module: Module): boolean {
  const { funcs, classes, globals } = module
  const reached = new Set<string>()
  const usedClasses = new Set<string>()
  const usedGlobals = new Set<string>()
  const work: string[] = []
  const reach = (name: string): void => {
    if (reached.has(name) || !funcs.has(name)) return
    reached.add(name)
    work.push(name)
  }
  const useType = (type: Type): void => {
    if (type.startsWith("box<")) useClass(type.slice(4, type.lastIndexOf(">")))
  }
  const useClass = (name: string): void => {
    if (usedClasses.has(name)) return
    usedClasses.add(name)
    for (const field of classes.get(name)?.fields ?? []) useType(field.type)
  }
  reach("main")
  for (const name of CALLBACKS) reach(name)
  while (work.length > 0) {
    const func = funcs.get(work.pop() as string) as Func
    const useValue = (value: ValueId): void => useType(func.types[value] ?? "unit")
    func.params.forEach(useValue)
    for (const block of func.blocks) {
      block.params.forEach(useValue)
      for (const inst of block.insts) {
        if (inst.result !== null) useValue(inst.result)
        if (inst.op === "call") calleesOf(inst).forEach(reach)
        else if (inst.op === "new" || inst.op === "static.ref") useClass(inst.imm as string)
        else if (inst.op === "global.get" || inst.op === "global.set") usedGlobals.add(inst.imm as string)
      }
    }
  }
  for (const global of globals.values()) if (usedGlobals.has(global.name)) useType(global.type)
  const before = funcs.size + classes.size + globals.size
  if (funcs.has("main")) {
    for (const name of [...funcs.keys()]) if (!reached.has(name)) funcs.delete(name)
    for (const name of [...classes.keys()]) if (!usedClasses.has(name)) classes.delete(name)
    for (const name of [...globals.keys()]) if (!usedGlobals.has(name)) globals.delete(name)
  }
  return funcs.size + classes.size + globals.size !== before
}
