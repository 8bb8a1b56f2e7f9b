/**
 * Cloning of small functions by the types they are called with.
 *
 * The one idea: after inference, a function whose parameter has no single representation although its calls pass single ones gets
 * a clone for each combination, and inference runs again. Containers that came together only inside such a function then stay
 * apart.
 *
 * Invariants: only direct calls are retargeted; recursive and large functions, and functions called in many ways, are left alone.
 */
import type { Func, Inst, ValueId } from "../mir/ir.ts"
import { type FuncFacts, type Inference, copyPrepared } from "./infer.ts"
import { ARR, LIB, MAP, NULL, OBJECT, type Ty, representation } from "./types.ts"

const MAX_INSTS = 60
const MAX_CLONES = 4
const MAX_SITES = 12

interface CallSite {
  readonly facts: FuncFacts
  readonly block: number
  readonly inst: Inst
}

/** Clones what is worth it and retargets the calls; false if nothing was. */
export function cloneByTypes(inf: Inference): boolean {
  const sites = new Map<string, CallSite[]>()
  for (const facts of inf.funcs.values()) {
    facts.func.blocks.forEach((block, at) => {
      if (facts.reached[at] === 0) return
      for (const inst of block.insts) {
        if (inst.op !== "call") continue
        const name = String(inst.imm)
        const list = sites.get(name)
        if (list === undefined) sites.set(name, [{ facts, block: at, inst }])
        else list.push({ facts, block: at, inst })
      }
    })
  }
  let changed = false
  for (const [name, calls] of sites) {
    const callee = inf.funcs.get(name)
    if (callee === undefined || calls.length < 2 || calls.length > MAX_SITES || !isClonable(inf, callee.func)) continue
    const groups = groupCalls(inf, callee, calls)
    if (groups.length < 2 || groups.length > MAX_CLONES) continue
    groups.slice(1).forEach((group, i) => {
      const clone = `${name}#${i + 2}`
      if (inf.module.funcs.has(clone)) return
      inf.module.funcs.set(clone, copyPrepared(inf, callee.func, clone))
      for (const { facts, block, inst } of group) {
        const insts = facts.func.blocks[block]?.insts ?? []
        const at = insts.indexOf(inst)
        if (at >= 0) insts[at] = { ...inst, imm: clone }
      }
      changed = true
    })
  }
  return changed
}

function isClonable(inf: Inference, func: Func): boolean {
  // Names with `$` mean something to inference; those with `#` are clones already.
  if (func.name === "main" || /[$#]/.test(func.name)) return false
  let count = 0
  for (const block of func.blocks) count += block.insts.length
  return count <= MAX_INSTS && !callsItself(inf, func)
}

function callsItself(inf: Inference, func: Func): boolean {
  const seen = new Set<string>([func.name])
  for (const name of seen) {
    for (const block of inf.module.funcs.get(name)?.blocks ?? []) {
      for (const inst of block.insts) {
        if (inst.op !== "call") continue
        if (inst.imm === func.name) return true
        seen.add(String(inst.imm))
      }
    }
  }
  return false
}

/** The calls by what they pass; one group if telling them apart gains nothing. */
function groupCalls(inf: Inference, callee: FuncFacts, calls: readonly CallSite[]): CallSite[][] {
  const { params } = callee.func
  const open = params.map((param) => isOpen(inf, callee.ty(param)))
  const mixed = params.map((param) => hasMixedContents(inf, callee.ty(param)))
  if (!open.includes(true) && !mixed.includes(true)) return []
  const groups = new Map<string, CallSite[]>()
  calls.forEach((call, n) => {
    const key = call.inst.args
      .map((arg: ValueId, i) => {
        const ty = call.facts.ty(arg)
        // Containers of mixed contents may have been told apart by no call so far: each call counts for itself.
        if (mixed[i] === true && (ty.bits & (ARR | MAP)) !== 0) return `${shape(inf, ty)} ${n}`
        return open[i] === true ? shape(inf, ty) : ""
      })
      .join(", ")
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [call])
    else group.push(call)
  })
  return [...groups.values()]
}

function shape(inf: Inference, ty: Ty): string {
  const classes = ty.bits & OBJECT ? (ty.classes === null ? "*" : ty.classes.join(" ")) : ""
  return `${representation(ty, inf.world.className)} ${classes}`
}

/** True for parameters without a representation of their own. */
function isOpen(inf: Inference, ty: Ty): boolean {
  if ((ty.bits & OBJECT) !== 0 && ty.classes !== null && ty.classes.length > 1) return true
  const repr = representation(ty, inf.world.className)
  return repr === "any" && (ty.bits & ~NULL) !== 0
}

/** True for containers whose contents have several kinds. */
function hasMixedContents(inf: Inference, ty: Ty): boolean {
  if ((ty.bits & (ARR | MAP | LIB)) === 0 || ty.node < 0) return false
  const elem = inf.nodes.elem(ty.node, null)
  const present = { ...elem, bits: elem.bits & ~NULL }
  return inf.nodes.find(ty.node) !== 0 && present.bits !== 0 && isOpen(inf, present)
}
