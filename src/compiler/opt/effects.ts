/**
 * What calls of each function may write, whole program: the union over everything a function reaches by calls. Used to
 * keep a loaded pointer without a count, and to keep loaded values, across calls that leave the place alone.
 */
import { abiRow } from "../mir/facts.ts"
import type { FieldRef, Inst, Module } from "../mir/ir.ts"

/** What a piece of code may write. */
export interface Writes {
  /** Anything at all: fields, globals, arrays. */
  everything: boolean
  /** Library containers: arrays, maps, cells. */
  containers: boolean
  /** `Class.field` keys. */
  readonly fields: Set<string>
  readonly globals: Set<string>
}

/** The key of a field in `Writes.fields`. */
export function fieldKey(ref: FieldRef): string {
  return `${ref.class}.${ref.field}`
}

/** Names of the functions that the runtime library calls back for instances of the program's classes. */
export const CALLBACKS: readonly string[] = ["hk_cb_text/1", "hk_cb_equals/2"]

/** Runtime functions that write fields of the program's objects by themselves. */
const FIELD_WRITERS = new Set(["hk_set_field"])

/** True if the runtime function may call a function of `CALLBACKS`. */
export function callsBack(name: string): boolean {
  const row = abiRow(name)
  return row === undefined || row.effects.includes("io")
}

/** True if the runtime function may write arrays, maps and other objects of the library. */
function writesContainers(name: string): boolean {
  const row = abiRow(name)
  return row === undefined || row.effects.includes("write")
}

/** What each function of the module may write. */
export function summariseWrites(module: Module): Map<string, Writes> {
  const summaries = new Map<string, Writes>()
  const callers = new Map<string, Set<string>>()
  for (const func of module.funcs.values()) {
    const own: Writes = { everything: false, containers: false, fields: new Set(), globals: new Set() }
    for (const block of func.blocks) {
      for (const inst of block.insts) {
        noteWrites(inst, own)
        for (const callee of calleesOf(inst)) {
          const set = callers.get(callee)
          if (set === undefined) callers.set(callee, new Set([func.name]))
          else set.add(func.name)
        }
      }
    }
    summaries.set(func.name, own)
  }
  const work = [...summaries.keys()]
  const queued = new Set(work)
  for (let name = work.pop(); name !== undefined; name = work.pop()) {
    queued.delete(name)
    const from = summaries.get(name) as Writes
    for (const caller of callers.get(name) ?? []) {
      const to = summaries.get(caller)
      if (to === undefined || !absorb(to, from) || queued.has(caller)) continue
      queued.add(caller)
      work.push(caller)
    }
  }
  return summaries
}

/** The functions of the module that an instruction may call, directly or back from the runtime. */
export function calleesOf(inst: Inst): readonly string[] {
  if (inst.op === "call") return [inst.imm as string]
  return inst.op === "call.rt" && callsBack(inst.imm as string) ? CALLBACKS : NOTHING
}

const NOTHING: readonly string[] = []

/** What one instruction writes by itself; what its callees write is not included. */
export function noteWrites(inst: Inst, into: Writes): void {
  switch (inst.op) {
    case "field.set":
      into.fields.add(fieldKey(inst.imm as FieldRef))
      break
    case "global.set":
      into.globals.add(inst.imm as string)
      break
    case "call.rt": {
      const name = inst.imm as string
      if (FIELD_WRITERS.has(name) || abiRow(name) === undefined) into.everything = true
      if (writesContainers(name)) into.containers = true
      break
    }
    default:
      if (inst.op.startsWith("arr.set") || inst.op.startsWith("arr.push")) into.containers = true
      else if (inst.op.startsWith("dyn.")) into.everything = true
  }
}

function absorb(to: Writes, from: Writes): boolean {
  let grew = false
  if (from.everything && !to.everything) grew = to.everything = true
  if (from.containers && !to.containers) grew = to.containers = true
  for (const field of from.fields) {
    if (!to.fields.has(field)) {
      to.fields.add(field)
      grew = true
    }
  }
  for (const global of from.globals) {
    if (!to.globals.has(global)) {
      to.globals.add(global)
      grew = true
    }
  }
  return grew
}
