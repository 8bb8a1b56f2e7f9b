/**
 * `match` → tests in order.
 *
 * The one idea: an arm is a chain of alternatives that each branch to the arm's body with its bindings written, or to what
 * comes next; a guard that does not hold goes to the next arm as well.
 */
import { Bug } from "../base/bug.ts"
import type { LiteralPat, MatchExpr, Name, Pattern } from "../syntax/ast.ts"
import { alternatives } from "../check/pattern.ts"
import type { BlockId, Origin, ValueId } from "../mir/ir.ts"
import { lowerBlockValue, lowerCondition, lowerExpr, variableOf } from "./expr.ts"
import type { FunctionLowering } from "./func.ts"

/** Lowers a match; its value is that of the arm taken. */
export function lowerMatch(f: FunctionLowering, expr: MatchExpr): ValueId {
  const origin = f.at(expr.span)
  const subject = lowerExpr(f, expr.subject)
  const join = f.join()
  for (const arm of expr.arms) {
    const next = f.block()
    f.openScope()
    const patterns = alternatives(arm.pattern)
    const only = patterns.length === 1 ? patterns[0] : undefined
    if (only !== undefined) f.alternative(() => test(f, only, subject, next))
    else testAny(f, patterns, subject, next)
    if (arm.guard !== null) {
      const passed = f.block()
      const { guard } = arm
      f.alternative(() => lowerCondition(f, guard, passed, next))
      f.enter(passed)
    }
    f.alternative(() => {
      const value = arm.body.kind === "Block" ? lowerBlockValue(f, arm.body) : lowerExpr(f, arm.body)
      f.closeScope(f.at(arm.span))
      f.give(join, value, f.at(arm.body.span))
    })
    f.enter(next)
  }
  // The checker knows when this cannot happen; the block is then unreachable or never taken.
  f.alternative(() => f.library("match.fail", [subject], origin))
  f.builder.unreachable(origin)
  f.enter(join.block)
  return join.value
}

/** Tests alternatives in order: goes on where one matches. */
function testAny(f: FunctionLowering, patterns: readonly Pattern[], subject: ValueId, next: BlockId): void {
  const body = f.block()
  patterns.forEach((pattern, i) => {
    const otherwise = i === patterns.length - 1 ? next : f.block()
    f.alternative(() => test(f, pattern, subject, otherwise))
    f.jump(body, f.at(pattern.span))
    if (otherwise !== next) f.enter(otherwise)
  })
  f.enter(body)
}

/** Tests a pattern: goes on in a block where it matches and its names are bound, else to `otherwise`. */
function test(f: FunctionLowering, pattern: Pattern, subject: ValueId, otherwise: BlockId): void {
  const origin = f.at(pattern.span)
  const require = (cond: ValueId): void => {
    const matched = f.block()
    f.builder.branch(cond, matched, otherwise, origin)
    f.enter(matched)
  }
  switch (pattern.kind) {
    case "WildcardPat":
      return
    case "LiteralPat":
      require(pattern.literal.kind === "NullLit" ? f.builder.emit("dyn.is_null", [subject], null, origin) : f.op("dyn.eq", [subject, literal(f, pattern, origin)], null, origin))
      return
    case "RangePat": {
      const kind = pattern.low.literal.kind
      // A value of another kind does not match; ordering it would be an error.
      if (kind === "StringLit") require(f.builder.emit("dyn.is", [subject], "String", origin))
      else {
        const number = f.block()
        const notInteger = f.block()
        f.builder.branch(f.builder.emit("dyn.is", [subject], "Integer", origin), number, notInteger, origin)
        f.enter(notInteger)
        f.builder.branch(f.builder.emit("dyn.is", [subject], "Float", origin), number, otherwise, origin)
        f.enter(number)
      }
      require(f.op("dyn.ge", [subject, literal(f, pattern.low, origin)], null, origin))
      require(f.op("dyn.le", [subject, literal(f, pattern.high, origin)], null, origin))
      if (kind === "StringLit") require(f.op("dyn.eq", [f.op("dyn.method", [subject], "length", origin), f.builder.constI64(1n, origin)], null, origin))
      return
    }
    case "NamePat":
    case "TuplePat":
    case "RecordPat":
      testNamed(f, pattern, subject, require, origin)
      return
    case "ArrayPat": {
      require(f.builder.emit("dyn.is", [subject], "ArrayBox", origin))
      const length = f.op("dyn.method", [subject], "length", origin)
      const wanted = f.builder.constI64(BigInt(pattern.elements.length), origin)
      require(f.op(pattern.rest === null ? "dyn.eq" : "dyn.ge", [length, wanted], null, origin))
      pattern.elements.forEach((name, i) => bind(f, name, () => f.op("dyn.index", [subject, f.builder.constI64(BigInt(i), origin)], null, origin)))
      if (pattern.rest !== null) bind(f, pattern.rest, () => f.op("dyn.method", [subject, wanted], "slice", origin))
      return
    }
    case "MapPat":
      require(f.builder.emit("dyn.is", [subject], "MapBox", origin))
      for (const entry of pattern.entries) {
        const has = f.op("dyn.method", [subject, f.builder.constStr(entry.key.value, f.at(entry.key.span))], "has", origin)
        require(f.op("dyn.truthy", [has], null, origin))
      }
      for (const entry of pattern.entries) bind(f, entry.binding, () => f.op("dyn.index", [subject, f.builder.constStr(entry.key.value, f.at(entry.key.span))], null, origin))
      return
    case "OrPat":
    case "ErrorPat":
      throw new Bug("lower", `${pattern.kind} where an alternative stands`)
  }
}

function testNamed(
  f: FunctionLowering,
  pattern: Extract<Pattern, { kind: "NamePat" | "TuplePat" | "RecordPat" }>,
  subject: ValueId,
  require: (cond: ValueId) => void,
  origin: Origin | null,
): void {
  const target = f.checked.patterns.get(pattern)
  if (target === undefined) throw new Bug("lower", "an unresolved pattern in a program without errors")
  if (target.kind === "type") {
    require(f.builder.emit("dyn.is", [subject], target.name, origin))
    if (pattern.kind === "TuplePat" && pattern.bindings[0] !== undefined) bind(f, pattern.bindings[0], () => subject)
    return
  }
  const cls = `${target.symbol.enum.name}::${target.symbol.name}`
  require(f.builder.emit("dyn.is", [subject], cls, origin))
  if (pattern.kind === "NamePat") return
  const object = f.builder.emit("any.ref", [f.any(subject, origin)], null, origin, `box<${cls}>`)
  const read = (field: string): ValueId => f.builder.emit("field.get", [object], { class: cls, field }, origin)
  if (pattern.kind === "TuplePat") pattern.bindings.forEach((name, i) => bind(f, name, () => read(String(i))))
  else for (const field of pattern.fields) bind(f, field.binding ?? field.field, () => read(field.field.text))
}

function bind(f: FunctionLowering, name: Name, value: () => ValueId): void {
  if (name.text === "_") return
  f.declare(variableOf(f, name), value(), f.at(name.span))
}

function literal(f: FunctionLowering, pattern: LiteralPat, origin: Origin | null): ValueId {
  const { literal: lit, isNegative } = pattern
  switch (lit.kind) {
    case "IntLit":
      return f.builder.constI64(BigInt.asIntN(64, isNegative ? -lit.value : lit.value), origin)
    case "FloatLit":
      return f.builder.constF64(isNegative ? -lit.value : lit.value, origin)
    case "StringLit":
      return f.builder.constStr(lit.value, origin)
    case "BoolLit":
      return f.builder.constBool(lit.value, origin)
    case "NullLit":
      return f.null(origin)
  }
}
