/**
 * What cannot be stored in a weak field. The one idea: only what the form of an expression makes certain is refused; the rest is
 * checked when the program runs.
 */
import type { BinaryOp, Expr } from "../syntax/ast.ts"
import type { BodyContext } from "./context.ts"
import { isLibraryFunction, libraryResult } from "./library.ts"

/** Kinds that operators give; null where they depend on the operands. */
const ARITHMETIC: Readonly<Record<BinaryOp, string | null>> = {
  add: null,
  sub: "Number",
  mul: null,
  div: "Number",
  rem: "Number",
  bitor: "Integer",
  bitxor: "Integer",
  bitand: "Integer",
  shl: "Integer",
  shr: "Integer",
  eq: "Bool",
  ne: "Bool",
  lt: "Bool",
  le: "Bool",
  gt: "Bool",
  ge: "Bool",
  or: "Bool",
  and: "Bool",
  coalesce: null,
}

/** What an expression certainly gives that is no weak reference, for a message; null if that is not certain. */
export function certainKind(ctx: BodyContext, value: Expr): string | null {
  switch (value.kind) {
    case "ParenExpr":
      return certainKind(ctx, value.expr)
    case "IntLit":
      return "Integer"
    case "FloatLit":
      return "Float"
    case "StringLit":
      return "String"
    case "BoolLit":
      return "Bool"
    case "ArrayLit":
      return "Box (ArrayBox)"
    case "MapLit":
      return "Box (MapBox)"
    case "NewExpr":
      return `Box (${value.path.parts.map((part) => part.text).join(".")})`
    case "LambdaExpr":
      return "Box (FunctionBox)"
    case "MeExpr":
      return `Box (${ctx.meBox()?.name ?? "me"})`
    case "RangeExpr":
      return "Box (RangeBox)"
    case "IsExpr":
      return "Bool"
    case "UnaryExpr":
      return value.op === "not" ? "Bool" : value.op === "neg" ? "Number" : "Integer"
    case "BinaryExpr":
      return value.op === "add" || value.op === "mul" ? "Number or String" : ARITHMETIC[value.op]
    case "PathExpr":
      return `Box (${value.owner.text})`
    case "CallExpr": {
      const callee = value.callee
      if (callee.kind !== "NameExpr" || ctx.scope.find(callee.name) !== null || ctx.declared.topLevel.has(callee.name)) return null
      const result = isLibraryFunction(callee.name) ? libraryResult(callee.name, value.args.length) : null
      return result === null || result === "Void" || result.includes("WeakRef") ? null : result.replace(/^Box:(.*)$/, "Box ($1)")
    }
    default:
      return null
  }
}
