/**
 * Watch expressions and conditions: evaluated over the memory of a stopped program, without running any of it.
 *
 * Names, fields, elements and pure operators can be looked at; what would call the program is refused with the reason.
 * The operators mean what they mean in the language for numbers, texts, bools and null (LANGUAGE.md 4.2 to 4.8).
 */
import type { Inspector, Value } from "../compiler/backend/vm/inspect.ts"
import { SourceFile } from "../compiler/base/source.ts"
import { DiagnosticSink } from "../compiler/diagnostics/diagnostic.ts"
import type { BinaryOp, Expr } from "../compiler/syntax/ast.ts"
import { parse } from "../compiler/syntax/parser/parse.ts"

/** Why an expression has no value; the message is for the user. */
export class WatchError extends Error {}

/** What names mean at a stop. */
export interface Names {
  /** The variable, or undefined. */
  find(name: string): Value | undefined
  /** `me`, or undefined outside a method. */
  readonly me: Value | undefined
}

/** The expression in `text`. Throws a WatchError that says what is wrong. */
export function parseWatch(text: string): Expr {
  const source = new SourceFile("expression", text)
  const sink = new DiagnosticSink(source)
  const { items } = parse(source, sink)
  const wrong = sink.diagnostics.find(({ severity }) => severity === "error")
  if (wrong !== undefined) throw new WatchError(wrong.message)
  const [item, ...rest] = items
  if (item === undefined) throw new WatchError("an expression is expected")
  if (item.kind !== "ExprStmt" || rest.length > 0) throw new WatchError("only an expression can be watched, no statement")
  return item.expr
}

/** The value of an expression. Throws a WatchError. */
export function evaluate(expr: Expr, names: Names, inspector: Inspector): Value {
  const value = (e: Expr): Value => evaluate(e, names, inspector)
  switch (expr.kind) {
    case "ParenExpr":
      return value(expr.expr)
    case "IntLit":
      return { kind: "int", value: BigInt.asIntN(64, expr.value) }
    case "FloatLit":
      return { kind: "float", value: expr.value }
    case "StringLit":
      return { kind: "text", value: expr.value }
    case "BoolLit":
      return { kind: "bool", value: expr.value }
    case "NullLit":
      return { kind: "null" }
    case "MeExpr":
      if (names.me === undefined) throw new WatchError("there is no `me` here")
      return names.me
    case "NameExpr": {
      const found = names.find(expr.name)
      if (found === undefined) throw new WatchError(`no variable \`${expr.name}\` is in sight here`)
      return found
    }
    case "FieldExpr": {
      const receiver = value(expr.receiver)
      if (receiver.kind === "null" && expr.isOptional) return receiver
      const part = inspector.isMap(receiver) ? undefined : inspector.parts(receiver).find(({ name }) => name === expr.name.text)
      if (part === undefined) throw new WatchError(`${inspector.typeName(receiver) || "the value"} has no field \`${expr.name.text}\``)
      return part.value
    }
    case "IndexExpr":
      return element(value(expr.receiver), value(expr.index), inspector)
    case "UnaryExpr": {
      const operand = value(expr.operand)
      if (expr.op === "not") return { kind: "bool", value: !isTruthy(operand, inspector) }
      if (expr.op === "neg" && operand.kind === "int") return { kind: "int", value: BigInt.asIntN(64, -operand.value) }
      if (expr.op === "neg" && operand.kind === "float") return { kind: "float", value: -operand.value }
      if (expr.op === "bitnot" && operand.kind === "int") return { kind: "int", value: ~operand.value }
      throw new WatchError(`\`${expr.spelling}\` of ${inspector.typeName(operand)}`)
    }
    case "BinaryExpr": {
      if (expr.op === "and" || expr.op === "or") {
        const left = isTruthy(value(expr.left), inspector)
        return { kind: "bool", value: expr.op === "and" ? left && isTruthy(value(expr.right), inspector) : left || isTruthy(value(expr.right), inspector) }
      }
      const left = value(expr.left)
      if (expr.op === "coalesce") return left.kind === "null" ? value(expr.right) : left
      return binary(expr.op, left, value(expr.right), inspector)
    }
    case "TernaryExpr":
      return isTruthy(value(expr.cond), inspector) ? value(expr.then) : value(expr.else)
    case "CallExpr":
    case "MethodCallExpr":
    case "PipeExpr":
    case "NewExpr":
    case "FromCallExpr":
      throw new WatchError("calls are not made here: looking at a program must not run it")
    default:
      throw new WatchError("names, fields, elements, literals and operators can be looked at, nothing else")
  }
}

/** Whether a value counts as true (LANGUAGE.md 4.8). */
export function isTruthy(value: Value, inspector: Inspector): boolean {
  switch (value.kind) {
    case "null":
      return false
    case "bool":
      return value.value
    case "int":
      return value.value !== 0n
    case "float":
      return value.value !== 0 && !Number.isNaN(value.value)
    default: {
      const text = inspector.text(value)
      return text === null || text !== ""
    }
  }
}

function element(receiver: Value, index: Value, inspector: Inspector): Value {
  if (inspector.isArray(receiver) && index.kind === "int") return inspector.element(receiver, Number(index.value))
  if (inspector.isMap(receiver)) {
    const key = inspector.text(index) ?? inspector.line(index)
    return inspector.parts(receiver).find(({ name }) => name === key)?.value ?? { kind: "null" }
  }
  throw new WatchError(`${inspector.typeName(receiver) || "the value"} has no element ${inspector.line(index)}`)
}

type NumberValue = Extract<Value, { readonly kind: "int" | "float" }>

function isNumber(value: Value): value is NumberValue {
  return value.kind === "int" || value.kind === "float"
}

function binary(op: Exclude<BinaryOp, "and" | "or" | "coalesce">, left: Value, right: Value, inspector: Inspector): Value {
  if (op === "eq" || op === "ne") return { kind: "bool", value: isEqual(left, right, inspector) === (op === "eq") }
  const texts = [inspector.text(left), inspector.text(right)] as const
  if (op === "add" && (texts[0] !== null || texts[1] !== null)) {
    return { kind: "text", value: (texts[0] ?? inspector.line(left)) + (texts[1] ?? inspector.line(right)) }
  }
  const order = orderOf(left, right, texts)
  if (order !== null) {
    if (op === "lt") return { kind: "bool", value: order < 0 }
    if (op === "le") return { kind: "bool", value: order <= 0 }
    if (op === "gt") return { kind: "bool", value: order > 0 }
    if (op === "ge") return { kind: "bool", value: order >= 0 }
  }
  if (left.kind === "int" && right.kind === "int") return integers(op, left.value, right.value)
  if (isNumber(left) && isNumber(right)) return floats(op, Number(left.value), Number(right.value))
  throw new WatchError(`this operator does not take ${inspector.typeName(left)} and ${inspector.typeName(right)}`)
}

/** Negative, zero, positive; NaN if they have no order; null if they cannot be compared. */
function orderOf(left: Value, right: Value, texts: readonly [string | null, string | null]): number | null {
  if (left.kind === "int" && right.kind === "int") return left.value < right.value ? -1 : left.value > right.value ? 1 : 0
  if (isNumber(left) && isNumber(right)) return Number(left.value) - Number(right.value)
  const [a, b] = texts
  return a === null || b === null ? null : a < b ? -1 : a > b ? 1 : 0
}

function isEqual(left: Value, right: Value, inspector: Inspector): boolean {
  const a = inspector.text(left)
  const b = inspector.text(right)
  if (a !== null || b !== null) return a === b
  if (isNumber(left) && isNumber(right)) return left.kind === right.kind ? left.value === right.value : Number(left.value) === Number(right.value)
  if (left.kind === "bool" && right.kind === "bool") return left.value === right.value
  if (left.kind === "object" && right.kind === "object") return left.at === right.at
  return left.kind === "null" && right.kind === "null"
}

function integers(op: BinaryOp, a: bigint, b: bigint): Value {
  const int = (value: bigint): Value => ({ kind: "int", value: BigInt.asIntN(64, value) })
  if ((op === "div" || op === "rem") && b === 0n) throw new WatchError("division by zero")
  switch (op) {
    case "add":
      return int(a + b)
    case "sub":
      return int(a - b)
    case "mul":
      return int(a * b)
    case "div":
      return int(a / b)
    case "rem":
      return int(a % b)
    case "bitand":
      return int(a & b)
    case "bitor":
      return int(a | b)
    case "bitxor":
      return int(a ^ b)
    case "shl":
      return int(a << (b & 63n))
    case "shr":
      return int(a >> (b & 63n))
    default:
      throw new WatchError("this operator does not take integers")
  }
}

function floats(op: BinaryOp, a: number, b: number): Value {
  const float = (value: number): Value => ({ kind: "float", value })
  if ((op === "div" || op === "rem") && b === 0) throw new WatchError("division by zero")
  switch (op) {
    case "add":
      return float(a + b)
    case "sub":
      return float(a - b)
    case "mul":
      return float(a * b)
    case "div":
      return float(a / b)
    case "rem":
      return float(a % b)
    default:
      throw new WatchError("this operator does not take floats")
  }
}
