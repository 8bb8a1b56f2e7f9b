/**
 * Variables of the source as a debugger shows them: which there are in a function and how each is kept.
 *
 * The one idea: at every stopping place (`point`) the values of all variables in sight are written to places on the stack, one for
 * each name, which the debug information describes. So a debugger that stops at a statement reads what the program would read
 * there, whatever registers the values live in. Of variables that shadow each other the inner one is written.
 */
import type { Func, Inst, Module, PointVariable, Type, ValueId } from "../../mir/ir.ts"
import { isNullable } from "../object-layout.ts"

/** A variable of a function. */
export interface VariableSlot {
  readonly name: string
  /** Type of what is kept; `any` if the variable holds values of several types. Pointers may be null. */
  readonly type: Type
  /** Position among the parameters from 1 on, or 0. */
  readonly argument: number
}

/** The variables in sight at a `point` with their values, each name once. */
export function variablesAt(module: Module, point: Inst): readonly (readonly [variable: PointVariable, value: ValueId])[] {
  const variables = module.points?.[Number(point.imm)]?.variables ?? []
  const seen = new Set<string>()
  return variables.flatMap((variable, i) => {
    if (seen.has(variable.name)) return []
    seen.add(variable.name)
    return [[variable, point.args[i] as ValueId] as const]
  })
}

/** The variables of a function, by name. */
export function slotsOf(module: Module, func: Func): ReadonlyMap<string, VariableSlot> {
  const slots = new Map<string, VariableSlot>()
  for (const block of func.blocks) {
    for (const inst of block.insts) {
      if (inst.op !== "point") continue
      for (const [{ name, kind }, value] of variablesAt(module, inst)) {
        const type = kept(func.types[value] ?? "any")
        const known = slots.get(name)
        if (known === undefined) slots.set(name, { name, type, argument: kind === "parameter" || kind === "me" ? 1 + func.params.findIndex((param) => param === value || func.names.get(param) === name) : 0 })
        else if (known.type !== type) slots.set(name, { ...known, type: "any" })
      }
    }
  }
  return slots
}

/** The type under which a value is kept. */
function kept(type: Type): Type {
  return type === "unit" ? "any" : isNullable(type) ? (type.slice(0, -1) as Type) : type
}
