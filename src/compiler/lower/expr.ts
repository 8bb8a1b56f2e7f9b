/**
 * Expressions → values.
 *
 * The one idea: strictly left to right (LANGUAGE.md 4.4); what is evaluated only sometimes becomes control flow with a block
 * parameter where the alternatives meet. Conditions go straight to their two targets.
 */
import { Bug } from "../base/bug.ts"
import { yieldsValue } from "../check/checked.ts"
import type { VariableSymbol } from "../check/symbol.ts"
import type { BinaryExpr, BinaryOp, Block, Expr, IfExpr, IfStmt, Name, NameExpr, TypeRef } from "../syntax/ast.ts"
import type { BlockId, Origin, ValueId } from "../mir/ir.ts"
import { lowerCall, lowerExterncall, lowerField, lowerFromCall, lowerMethodCall, lowerNew, lowerPath, lowerPipe, staticObject } from "./call.ts"
import { lowerHandled, registersFini, takeExit } from "./cleanup.ts"
import { lowerLambda } from "./closure.ts"
import type { FunctionLowering } from "./func.ts"
import { lowerMatch } from "./match.ts"
import { lowerStmts } from "./stmt.ts"

/** Operations of the binary operators that evaluate both sides. */
const BINARY: Readonly<Record<Exclude<BinaryOp, "and" | "or" | "coalesce" | "ne">, string>> = {
  bitor: "dyn.or",
  bitxor: "dyn.xor",
  bitand: "dyn.and",
  eq: "dyn.eq",
  lt: "dyn.lt",
  le: "dyn.le",
  gt: "dyn.gt",
  ge: "dyn.ge",
  add: "dyn.add",
  sub: "dyn.sub",
  shl: "dyn.shl",
  shr: "dyn.shr",
  mul: "dyn.mul",
  div: "dyn.div",
  rem: "dyn.rem",
}

/** Lowers an expression. */
export function lowerExpr(f: FunctionLowering, expr: Expr): ValueId {
  const origin = f.at(expr.span)
  switch (expr.kind) {
    case "IntLit":
      return f.builder.constI64(BigInt.asIntN(64, expr.value), origin)
    case "FloatLit":
      return f.builder.constF64(expr.value, origin)
    case "StringLit":
      return f.builder.constStr(expr.value, origin)
    case "BoolLit":
      return f.builder.constBool(expr.value, origin)
    case "NullLit":
      return f.null(origin)
    case "ArrayLit":
      return f.library("new ArrayBox", lowerAll(f, expr.elements), origin)
    case "MapLit": {
      const map = f.library("new MapBox", [], origin)
      for (const entry of expr.entries) {
        const key = f.builder.constStr(entry.key.text, f.at(entry.key.span))
        f.op("dyn.method", [map, key, lowerExpr(f, entry.value)], "set", f.at(entry.span))
      }
      return map
    }
    case "NameExpr":
      return lowerName(f, expr, origin)
    case "MeExpr":
      return me(f)
    case "ParenExpr":
      return lowerExpr(f, expr.expr)
    case "GroupedAssignExpr": {
      const value = lowerExpr(f, expr.value)
      const symbol = f.checked.symbols.get(expr.name)
      if (symbol?.kind === "variable") f.write(symbol, value, origin)
      else if (symbol?.kind === "global") f.builder.perform("global.set", [f.any(value, origin)], symbol.name, origin)
      return value
    }
    case "UnaryExpr":
      if (expr.op === "not") return f.builder.emit("bool.not", [truthy(f, expr.operand)], null, origin)
      if (expr.op === "neg" && expr.operand.kind === "IntLit") return f.builder.constI64(BigInt.asIntN(64, -expr.operand.value), origin)
      if (expr.op === "neg" && expr.operand.kind === "FloatLit") return f.builder.constF64(-expr.operand.value, origin)
      return f.op(expr.op === "neg" ? "dyn.neg" : "dyn.bitnot", [lowerExpr(f, expr.operand)], null, origin)
    case "AwaitExpr":
      return f.library("await", [lowerExpr(f, expr.operand)], origin)
    case "WeakExpr":
      return f.library("weak.new", [lowerExpr(f, expr.operand)], origin)
    case "BinaryExpr":
      return lowerBinary(f, expr)
    case "RangeExpr": {
      const start = lowerExpr(f, expr.start)
      return f.library("new RangeBox", [start, lowerExpr(f, expr.end)], origin)
    }
    case "IsExpr":
      return f.op("dyn.is", [lowerExpr(f, expr.value)], typeName(f, expr.type), origin)
    case "AsExpr": {
      const value = lowerExpr(f, expr.value)
      return f.library("asType", [value, f.builder.constStr(typeName(f, expr.type), f.at(expr.type.span))], origin)
    }
    case "TernaryExpr":
      return lowerTernary(f, expr)
    case "PipeExpr":
      return lowerPipe(f, expr)
    case "CallExpr":
      return lowerCall(f, expr)
    case "MethodCallExpr":
      return lowerMethodCall(f, expr)
    case "FieldExpr":
      return lowerField(f, expr)
    case "IndexExpr": {
      const receiver = lowerExpr(f, expr.receiver)
      return f.op("dyn.index", [receiver, lowerExpr(f, expr.index)], null, origin)
    }
    case "PathExpr":
      return lowerPath(f, expr)
    case "PropagateExpr":
      return lowerPropagate(f, lowerExpr(f, expr.operand), origin)
    case "HandledExpr":
      return through(
        f,
        (give) => lowerHandled(f, false, expr.handlers, () => give(() => lowerExpr(f, expr.expr)), (block) => give(() => lowerBlockValue(f, block)), origin),
        origin,
      )
    case "NewExpr":
      return lowerNew(f, expr)
    case "FromCallExpr":
      return lowerFromCall(f, expr)
    case "BlockExpr":
      return lowerBlockValue(f, expr.body)
    case "LambdaExpr":
      return lowerLambda(f, expr)
    case "IfExpr":
      return lowerIfValue(f, expr)
    case "MatchExpr":
      return lowerMatch(f, expr)
    case "IncludeExpr": {
      const target = f.checked.targets.get(expr)
      return target?.kind === "static" ? staticObject(f, target.box, origin) : f.null(origin)
    }
    case "ExterncallExpr":
      return lowerExterncall(f, expr)
    case "ErrorExpr":
      throw new Bug("lower", "an error node in a program without errors")
  }
}

/** Lowers expressions in order. */
export function lowerAll(f: FunctionLowering, list: readonly Expr[]): ValueId[] {
  return list.map((expr) => lowerExpr(f, expr))
}

/** The object the code belongs to. */
export function me(f: FunctionLowering): ValueId {
  if (f.me === null) throw new Bug("lower", "me outside a box in a program without errors")
  return f.me
}

/** The variable a name declares. */
export function variableOf(f: FunctionLowering, name: Name): VariableSymbol {
  const symbol = f.checked.symbols.get(name)
  if (symbol?.kind !== "variable") throw new Bug("lower", `no variable for ${name.text}`)
  return symbol
}

function lowerName(f: FunctionLowering, expr: NameExpr, origin: Origin | null): ValueId {
  const symbol = f.checked.symbols.get(expr)
  switch (symbol?.kind) {
    case "variable":
      return f.read(symbol, origin)
    case "global":
      return f.builder.emit("global.get", [], symbol.name, origin)
    case "function":
      return f.builder.emit("static.ref", [], f.module.functionClass(symbol), origin)
    case "box":
      return staticObject(f, symbol, origin)
    default:
      throw new Bug("lower", `unresolved name ${expr.name}`)
  }
}

/** The name a type test uses: that of the declaration, or as written. */
export function typeName(f: FunctionLowering, type: TypeRef): string {
  const last = type.path.parts.at(-1)
  const symbol = last === undefined ? undefined : f.checked.symbols.get(last)
  if (symbol?.kind === "box") return symbol.className
  if (symbol?.kind === "enum" || symbol?.kind === "interface") return symbol.name
  return type.arrayDepth > 0 ? "Array" : (last?.text ?? "Any")
}

// operators

/** An arithmetic operation on values. */
export function binaryOp(f: FunctionLowering, op: string, left: ValueId, right: ValueId, origin: Origin | null): ValueId {
  return f.op(op, [left, right], null, origin)
}

function lowerBinary(f: FunctionLowering, expr: BinaryExpr): ValueId {
  const origin = f.at(expr.span)
  switch (expr.op) {
    case "and":
    case "or":
      return lowerLogical(f, expr)
    case "coalesce": {
      const left = lowerExpr(f, expr.left)
      const join = f.join()
      const absent = f.block()
      const present = f.block()
      f.builder.branch(f.builder.emit("dyn.is_null", [left], null, origin), absent, present, origin)
      f.enter(present)
      f.give(join, left, origin)
      f.enter(absent)
      f.alternative(() => f.give(join, lowerExpr(f, expr.right), origin))
      f.enter(join.block)
      return join.value
    }
    case "ne": {
      const left = lowerExpr(f, expr.left)
      return f.builder.emit("bool.not", [f.op("dyn.eq", [left, lowerExpr(f, expr.right)], null, origin)], null, origin)
    }
    default: {
      const left = lowerExpr(f, expr.left)
      return binaryOp(f, BINARY[expr.op], left, lowerExpr(f, expr.right), origin)
    }
  }
}

/** `and`, `or` as values: a Bool. */
function lowerLogical(f: FunctionLowering, expr: BinaryExpr): ValueId {
  const origin = f.at(expr.span)
  const join = f.builder.createBlock()
  const value = f.builder.addBlockParam(join, "bool")
  const left = truthy(f, expr.left)
  const more = f.block()
  const short = { block: join, args: [left] }
  if (expr.op === "and") f.builder.branch(left, more, short, origin)
  else f.builder.branch(left, short, more, origin)
  f.enter(more)
  f.alternative(() => {
    const right = truthy(f, expr.right)
    f.builder.jump({ block: join, args: [right] }, origin)
  })
  f.enter(join)
  return value
}

/** The truth value of an expression. */
export function truthy(f: FunctionLowering, expr: Expr): ValueId {
  const value = lowerExpr(f, expr)
  return f.builder.typeOf(value) === "bool" ? value : f.op("dyn.truthy", [value], null, f.at(expr.span))
}

/** Goes to one of two blocks by the truth value of an expression; ends the current block. */
export function lowerCondition(f: FunctionLowering, expr: Expr, then: BlockId, other: BlockId): void {
  if (expr.kind === "ParenExpr") {
    lowerCondition(f, expr.expr, then, other)
    return
  }
  if (expr.kind === "UnaryExpr" && expr.op === "not") {
    lowerCondition(f, expr.operand, other, then)
    return
  }
  if (expr.kind === "BinaryExpr" && (expr.op === "and" || expr.op === "or")) {
    const more = f.block()
    if (expr.op === "and") lowerCondition(f, expr.left, more, other)
    else lowerCondition(f, expr.left, then, more)
    f.enter(more)
    lowerCondition(f, expr.right, then, other)
    return
  }
  const origin = f.at(expr.span)
  const cond = truthy(f, expr)
  f.endExpression(origin)
  f.builder.branch(cond, then, other, origin)
}

function lowerTernary(f: FunctionLowering, first: Extract<Expr, { kind: "TernaryExpr" }>): ValueId {
  const join = f.join()
  for (let at = first; ; ) {
    const then = f.block()
    const other = f.block()
    const { cond, then: thenExpr, else: otherExpr } = at
    f.alternative(() => lowerCondition(f, cond, then, other))
    f.enter(then)
    f.alternative(() => f.give(join, lowerExpr(f, thenExpr), f.at(thenExpr.span)))
    f.enter(other)
    if (otherExpr.kind !== "TernaryExpr") {
      f.alternative(() => f.give(join, lowerExpr(f, otherExpr), f.at(otherExpr.span)))
      break
    }
    at = otherExpr
  }
  f.enter(join.block)
  return join.value
}

/** `e?`: leaves the function with an Err, a None or null, goes on with the value of an Ok or with any other value. */
function lowerPropagate(f: FunctionLowering, operand: ValueId, origin: Origin | null): ValueId {
  const leave = f.block()
  const present = f.block()
  const stay = f.block()
  f.builder.branch(f.builder.emit("dyn.is_null", [operand], null, origin), leave, present, origin, "then")
  f.enter(present)
  const returns = f.op("dyn.truthy", [f.library("try.returns", [operand], origin)], null, origin)
  f.builder.branch(returns, leave, stay, origin, "then")
  f.enter(leave)
  takeExit(f, { kind: "return", value: operand }, origin)
  f.enter(stay)
  return f.library("try.value", [operand], origin)
}

// blocks and branches that yield values

/** Lowers a block that yields its last expression (LANGUAGE.md 3.6), null if it ends in none. */
export function lowerBlockValue(f: FunctionLowering, block: Block): ValueId {
  if (registersFini(block)) {
    return through(f, (give) => lowerHandled(f, true, null, () => give(() => lowerScopeValue(f, block)), () => {}, f.at(block.span)), f.at(block.span))
  }
  return lowerScopeValue(f, block)
}

/** The statements of a block in a new scope; gives the value of the last one. */
export function lowerScopeValue(f: FunctionLowering, block: Block): ValueId {
  f.openScope()
  const last = block.stmts.at(-1)
  const isValue = last !== undefined && yieldsValue(block)
  lowerStmts(f, isValue ? block.stmts.slice(0, -1) : block.stmts)
  if (f.builder.isEnded) {
    f.closeScope(null)
    return f.dead()
  }
  let value: ValueId
  if (!isValue) value = f.null(f.at(block.span))
  else {
    value = f.around(() => {
      f.point(last.span)
      return last.kind === "ExprStmt" ? lowerExpr(f, last.expr) : lowerIfValue(f, last as IfStmt)
    })
  }
  f.closeScope(f.at(block.span))
  return value
}

/** An `if` that yields the value of the branch taken. */
export function lowerIfValue(f: FunctionLowering, first: IfStmt | IfExpr): ValueId {
  const join = f.join()
  for (let at: IfStmt | IfExpr = first; ; ) {
    const then = f.block()
    const other = f.block()
    const { cond, then: thenBlock, else: rest } = at as { cond: Expr; then: Block; else: Block | IfStmt | IfExpr | null }
    f.alternative(() => lowerCondition(f, cond, then, other))
    f.enter(then)
    f.alternative(() => f.give(join, lowerBlockValue(f, thenBlock), f.at(thenBlock.span)))
    f.enter(other)
    if (rest === null) {
      f.give(join, f.null(f.at(first.span)), f.at(first.span))
      break
    }
    if (rest.kind === "Block") {
      f.alternative(() => f.give(join, lowerBlockValue(f, rest), f.at(rest.span)))
      break
    }
    at = rest
  }
  f.enter(join.block)
  return join.value
}

/**
 * Carries a value out of code with handlers: handlers run between the value and what uses it, so it passes through a variable.
 * `lower` calls `give` in each place that ends with the value.
 */
export function through(f: FunctionLowering, lower: (give: (value: () => ValueId) => void) => void, origin: Origin | null): ValueId {
  const result = f.scratch("any", f.null(origin))
  lower((value) => {
    const given = value()
    if (!f.builder.isEnded) f.builder.writeVariable(result, f.any(given, origin))
  })
  if (f.builder.isEnded) return f.dead()
  return f.builder.readVariable(result)
}
