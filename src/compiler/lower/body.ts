/**
 * Bodies of functions: parameters, defaults, the value returned.
 *
 * The one idea: a function of n parameters with defaults is one function that takes all n and a small one for each smaller
 * count, which evaluates the missing defaults and calls it.
 */
import type { Body } from "../check/symbol.ts"
import type { Block, Expr, Param } from "../syntax/ast.ts"
import type { Origin, ValueId } from "../mir/ir.ts"
import { lowerHandled, registersFini, ResultFrame } from "./cleanup.ts"
import { lowerBlockValue, lowerExpr, lowerScopeValue, through, variableOf } from "./expr.ts"
import type { FunctionLowering } from "./func.ts"
import { lowerBlock, lowerHandledBlock } from "./stmt.ts"

/** Adds the parameters, lowers the body and finishes the function. `yields`: the body gives its last expression. */
export function lowerBody(f: FunctionLowering, parts: Body, yields: boolean, prologue: () => void = () => {}): void {
  const values = parts.params.map((param) => f.builder.addParam("any", param.name.text))
  prologue()
  parts.params.forEach((param, i) => f.declare(variableOf(f, param.name), values[i] as ValueId, f.at(param.span)))
  const { body, handlers } = parts
  const origin = f.at(body.span)
  let value: ValueId | null = null
  if (!yields && body.kind === "Block") lowerHandledBlock(f, body, handlers, (block) => lowerBlock(f, block))
  else value = lowerYielding(f, body, handlers, origin)
  if (!f.builder.isEnded) {
    const result = value ?? f.null(origin)
    f.endExpression(origin)
    f.keepScopes(0, origin)
    f.builder.ret(f.any(result, origin), origin)
  }
  f.finish()
}

function lowerYielding(f: FunctionLowering, body: Block | Expr, handlers: Body["handlers"], origin: Origin | null): ValueId {
  const inner = (): ValueId => {
    if (body.kind === "Block") return lowerScopeValue(f, body)
    f.point(body.span)
    return lowerExpr(f, body)
  }
  const hasFini = body.kind === "Block" && registersFini(body)
  if (handlers === null && !hasFini) return inner()
  return through(f, (give) => lowerHandled(f, hasFini, handlers, () => give(inner), (block) => give(() => lowerBlockValue(f, block)), origin), origin)
}

/** A function that takes the first `argc` parameters, evaluates the defaults of the others and calls the full one. */
export function lowerDefaults(f: FunctionLowering, params: readonly Param[], argc: number, call: (args: readonly ValueId[], origin: Origin | null) => ValueId): void {
  const values = params.slice(0, argc).map((param) => f.builder.addParam("any", param.name.text))
  params.slice(0, argc).forEach((param, i) => f.declare(variableOf(f, param.name), values[i] as ValueId, null))
  let origin: Origin | null = null
  for (const param of params.slice(argc)) {
    origin = f.at(param.span)
    const value = param.default === null ? f.null(origin) : lowerExpr(f, param.default)
    f.declare(variableOf(f, param.name), value, origin)
  }
  const args = params.map((param) => f.any(f.read(variableOf(f, param.name), origin), origin))
  f.builder.ret(call(args, origin), origin)
  f.finish()
}

/** Lowers an expression of another place in the source; a `return` inside ends only it. */
export function lowerInitialiser(f: FunctionLowering, expr: Expr): ValueId {
  const join = f.join()
  const frame = new ResultFrame(join)
  f.frames.push(frame)
  const value = lowerExpr(f, expr)
  f.frames.splice(f.frames.indexOf(frame), 1)
  if (!f.builder.hasPredecessors(join.block)) {
    f.builder.seal(join.block)
    return value
  }
  f.give(join, value, f.at(expr.span))
  f.enter(join.block)
  return join.value
}

/** Lowers a block of another place in the source; a `return` inside ends only it. */
export function lowerInitialiserBlock(f: FunctionLowering, block: Block): void {
  const join = f.join()
  const frame = new ResultFrame(join)
  f.frames.push(frame)
  lowerBlock(f, block)
  f.frames.splice(f.frames.indexOf(frame), 1)
  if (!f.builder.hasPredecessors(join.block)) {
    f.builder.seal(join.block)
    return
  }
  if (!f.builder.isEnded) f.give(join, f.null(), f.at(block.span))
  f.enter(join.block)
}
