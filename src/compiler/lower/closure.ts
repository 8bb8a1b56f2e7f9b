/**
 * Function values.
 *
 * The one idea: a lambda is a class with a field for each thing it captures and one function whose first parameter is the
 * object. Captured variables that are assigned after their initialisation are captured as cells, others as values.
 */
import type { LambdaExpr } from "../syntax/ast.ts"
import { needsCell } from "../check/symbol.ts"
import { Bug } from "../base/bug.ts"
import type { FieldDef, Type, ValueId } from "../mir/ir.ts"
import { me } from "./expr.ts"
import type { FunctionLowering } from "./func.ts"

/** Makes the function value of a lambda; its body is lowered later. */
export function lowerLambda(f: FunctionLowering, expr: LambdaExpr): ValueId {
  const routine = f.checked.lambdas.get(expr)
  if (routine === undefined) throw new Bug("lower", "a lambda without a routine")
  const origin = f.at(expr.span)
  const fields: FieldDef[] = []
  const values: ValueId[] = []
  const add = (name: string, type: Type, value: ValueId): string => {
    let unique = name
    for (let n = 2; fields.some((field) => field.name === unique); n++) unique = `${name}$${n}`
    fields.push({ name: unique, type, isPublic: false, isHidden: true })
    values.push(value)
    return unique
  }
  const captures = [...routine.captures].map((symbol) => {
    const cell = needsCell(symbol) ? f.module.cellClass(symbol) : null
    const value = f.captured(symbol)
    const captured = cell === null ? f.any(value, origin) : value
    return { symbol, field: add(symbol.name, cell === null ? "any" : `box<${cell}>`, captured) }
  })
  const meField = routine.capturesMe && f.self !== null ? add("me", `box<${f.self.className}>`, me(f)) : null
  const cls = f.module.lambda({ expr, routine, self: f.self, baseName: f.baseName, display: f.builder.func.display, fields, captures, meField })
  const object = f.op("new", [], cls, origin)
  fields.forEach((field, i) => f.builder.perform("field.set", [object, values[i] as ValueId], { class: cls, field: field.name }, origin))
  return object
}
