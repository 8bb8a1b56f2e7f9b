/**
 * What passes can say of what they left as it was, and of checks they proved needless: read off the module after a pass, so that
 * no pass carries code for it.
 */
import { buildCfg } from "../mir/cfg.ts"
import { buildDomTree } from "../mir/dom.ts"
import { blocksById, errorEdge, forEachEdge, termOperand } from "../mir/edges.ts"
import type { Block, FieldRef, Inst, Module, Origin } from "../mir/ir.ts"
import { findLoops } from "../mir/loops.ts"
import { calleesOf, fieldKey, noteWrites, summariseWrites, type Writes } from "./effects.ts"

/** Why an object is still allocated. */
export type KeptObject = { readonly kind: "passed" | "stored" | "used"; readonly class: string; readonly by: string } | { readonly kind: "returned" | "joined"; readonly class: string }
/** Why a load is repeated in a loop: what may write its place there. */
export interface Repeated {
  readonly kind: "repeated"
  readonly what: string
  readonly by: string
}
/** An element is read or written without a test of its index. */
export interface CheckRemoved {
  readonly kind: "unchecked"
  readonly what: string
}

/** A remark and where it belongs. */
export interface Located<R> {
  readonly function: string
  readonly origin: Origin | null
  readonly remark: R
}

/** Why each `new` of the program's own functions still stands; for a module that `replaceObjects` has just been through. */
export function remarksOnObjects(module: Module): Located<KeptObject>[] {
  const remarks: Located<KeptObject>[] = []
  for (const func of module.funcs.values()) {
    if (func.synthetic && func.name !== "main") continue
    const made = new Map<number, Inst>()
    for (const block of func.blocks) for (const inst of block.insts) if (inst.op === "new" && inst.result !== null) made.set(inst.result, inst)
    const say = (value: number, because: (name: string) => KeptObject): void => {
      const inst = made.get(value)
      if (inst === undefined) return
      // The first reason is enough.
      made.delete(value)
      remarks.push({ function: func.name, origin: inst.origin, remark: because(String(inst.imm)) })
    }
    for (const block of func.blocks) {
      for (const inst of block.insts) {
        inst.args.forEach((arg, i) => {
          if (inst.op === "field.get" || (inst.op === "field.set" && i === 0)) return
          if (inst.op === "field.set") say(arg, (name) => ({ kind: "stored", class: name, by: fieldKey(inst.imm as FieldRef) }))
          else if (inst.op === "call") say(arg, (name) => ({ kind: "passed", class: name, by: module.funcs.get(String(inst.imm))?.display ?? String(inst.imm) }))
          else say(arg, (name) => ({ kind: "used", class: name, by: inst.op === "call.rt" ? String(inst.imm) : inst.op }))
        })
      }
      const operand = termOperand(block.term)
      if (operand !== null) say(operand, (name) => ({ kind: "returned", class: name }))
    }
    for (const block of func.blocks) forEachEdge(block, (edge) => edge.args.forEach((arg) => say(arg, (name) => ({ kind: "joined", class: name }))))
  }
  return remarks
}

/** Loads whose place and arguments a loop does not change, but which something in the loop may write; for a module that `hoistInvariants` has just been through. */
export function remarksOnLoops(module: Module): Located<Repeated>[] {
  const summaries = summariseWrites(module)
  const remarks: Located<Repeated>[] = []
  for (const func of module.funcs.values()) {
    const cfg = buildCfg(func)
    const { loops } = findLoops(cfg, buildDomTree(cfg))
    const seen = new Set<Inst>()
    // Inner loops first: the innermost loop that repeats a load is the one that matters.
    for (const loop of [...loops].reverse()) {
      const blocks = loop.blocks.map((at) => cfg.order[at] as Block)
      const defined = new Set(blocks.flatMap((block) => [...block.params, ...block.insts.flatMap((inst) => (inst.result === null ? [] : [inst.result]))]))
      for (const inst of blocks.flatMap((block) => block.insts)) {
        const reads = placeOf(inst)
        if (reads === null || seen.has(inst) || inst.args.some((arg) => defined.has(arg))) continue
        seen.add(inst)
        const writer = blocks.flatMap((block) => block.insts).find((other) => reads.isWrittenBy(writesOf(other, summaries)))
        if (writer !== undefined) remarks.push({ function: func.name, origin: inst.origin, remark: { kind: "repeated", what: reads.name, by: nameOf(writer, module) } })
      }
    }
  }
  return remarks
}

function placeOf(inst: Inst): { readonly name: string; readonly isWrittenBy: (writes: Writes) => boolean } | null {
  switch (inst.op) {
    case "field.get": {
      const key = fieldKey(inst.imm as FieldRef)
      return { name: key, isWrittenBy: (writes) => writes.everything || writes.fields.has(key) }
    }
    case "global.get":
      return { name: String(inst.imm), isWrittenBy: (writes) => writes.everything || writes.globals.has(String(inst.imm)) }
    case "arr.len":
      return { name: "length", isWrittenBy: (writes) => writes.everything || writes.containers }
    default:
      return null
  }
}

function writesOf(inst: Inst, summaries: ReadonlyMap<string, Writes>): Writes {
  const own: Writes = { everything: false, containers: false, fields: new Set(), globals: new Set() }
  noteWrites(inst, own)
  for (const callee of calleesOf(inst)) {
    const summary = summaries.get(callee)
    if (summary === undefined) {
      own.everything ||= inst.op === "call"
      continue
    }
    own.everything ||= summary.everything
    own.containers ||= summary.containers
    for (const field of summary.fields) own.fields.add(field)
    for (const global of summary.globals) own.globals.add(global)
  }
  return own
}

function nameOf(inst: Inst, module: Module): string {
  if (inst.op === "call") return module.funcs.get(String(inst.imm))?.display ?? String(inst.imm)
  if (inst.op === "field.set") return `a store to ${fieldKey(inst.imm as FieldRef)}`
  return inst.op === "call.rt" || inst.op === "global.set" ? String(inst.imm) : inst.op
}

/** Accesses to elements that cannot miss: their failure leads to a block that is never reached. */
export function uncheckedAccesses(module: Module): Located<CheckRemoved>[] {
  const found: Located<CheckRemoved>[] = []
  for (const func of module.funcs.values()) {
    const byId = blocksById(func)
    for (const block of func.blocks) {
      const inst = block.insts.at(-1)
      const edge = errorEdge(block)
      if (inst === undefined || edge === null || !inst.op.startsWith("arr.")) continue
      const target = byId[edge.block]
      if (target !== undefined && target.insts.length === 0 && target.term.kind === "unreachable") found.push({ function: func.name, origin: inst.origin, remark: { kind: "unchecked", what: inst.op } })
    }
  }
  return found
}
