/**
 * Facts about one instruction in its module that the table of operations alone cannot give: what the callee's row or
 * function says about failing, effects and ownership.
 */
import { ABI, type AbiRow } from "../../runtime/abi.ts"
import type { FieldRef, Immediate, Inst, Module, Type } from "./ir.ts"
import { type Effect, type OpDef, OPS, opDef } from "./ops.ts"

const ABI_ROWS: ReadonlyMap<string, AbiRow> = new Map(Object.entries(ABI))

/** The row of a runtime function, or undefined. */
export function abiRow(name: Immediate | null): AbiRow | undefined {
  return typeof name === "string" ? ABI_ROWS.get(name) : undefined
}

/** True if the instruction may fail, so that it needs an error edge. */
export function mayFail(module: Module, inst: Inst): boolean {
  const row = opDef(inst.op)
  switch (row?.fails) {
    case undefined:
      return false
    case "callee":
      return inst.op === "call" ? (module.funcs.get(inst.imm as string)?.fails ?? true) : (abiRow(inst.imm)?.fails ?? true)
    default:
      return true
  }
}

const NONE: readonly Effect[] = []

/** What the instruction may do beyond computing its result; for a call of the module's functions, anything. */
export function effectsOf(inst: Inst): readonly Effect[] {
  if (inst.op === "call.rt") return abiRow(inst.imm)?.effects ?? ["read", "write", "alloc", "io"]
  return (opDef(inst.op) as OpDef | undefined)?.effects ?? NONE
}

/** Operations that may do more than compute their result, calls of the runtime left out. */
const IMPURE: ReadonlySet<string> = new Set(Object.entries<OpDef>(OPS).flatMap(([op, row]) => ((row.effects ?? NONE).length > 0 || op === "call" || op.startsWith("dyn.") ? [op] : [])))

/** True if the instruction only computes its result: it may be moved, merged or dropped. */
export function isPure(inst: Inst): boolean {
  if (inst.error !== null) return false
  if (inst.op !== "call.rt") return !IMPURE.has(inst.op)
  const row = abiRow(inst.imm)
  return row !== undefined && row.effects.length === 0 && row.never !== true
}

/** True for pointers and dynamic values: what may hold a reference. */
export function isCounted(type: Type): boolean {
  return type !== "i64" && type !== "f64" && type !== "bool" && type !== "unit"
}

/** True for a non-null pointer type. */
export function isRef(type: Type): boolean {
  return isCounted(type) && type !== "any" && !type.endsWith("?")
}

/** True for a nullable pointer type. */
export function isOpt(type: Type): boolean {
  return type.endsWith("?")
}

/** Type of a field, or undefined if there is none. */
export function fieldType(module: Module, ref: FieldRef): Type | undefined {
  return module.classes.get(ref.class)?.fields.find((f) => f.name === ref.field)?.type
}
