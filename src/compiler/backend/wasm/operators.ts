/**
 * How MIR types and operators look in WebAssembly: tables and nothing else.
 */
import type { Type } from "../../mir/ir.ts"
import { carrierOf } from "../object-layout.ts"
import type { BinaryOp, UnaryOp, WasmType } from "./builder.ts"

/** The WebAssembly types that carry a MIR type: none, one, or tag and payload. */
export function carriers(type: Type): readonly WasmType[] {
  switch (carrierOf(type)) {
    case "unit":
      return []
    case "i64":
      return ["i64"]
    case "f64":
      return ["f64"]
    case "bool":
    case "pointer":
      return ["i32"]
    case "any":
      return ["i64", "i64"]
  }
}

/** MIR operators that are one WebAssembly operator on two operands. */
export const BINARY: Readonly<Record<string, BinaryOp>> = {
  "i64.add": "i64.add", "i64.sub": "i64.sub", "i64.mul": "i64.mul", "i64.rem": "i64.rem_s", "i64.and": "i64.and", "i64.or": "i64.or", "i64.xor": "i64.xor",
  "i64.shl": "i64.shl", "i64.shr": "i64.shr_s", "i64.eq": "i64.eq", "i64.ne": "i64.ne", "i64.lt": "i64.lt_s", "i64.le": "i64.le_s", "i64.gt": "i64.gt_s", "i64.ge": "i64.ge_s",
  "f64.add": "f64.add", "f64.sub": "f64.sub", "f64.mul": "f64.mul", "f64.div": "f64.div", "f64.eq": "f64.eq", "f64.ne": "f64.ne", "f64.lt": "f64.lt", "f64.le": "f64.le",
  "f64.gt": "f64.gt", "f64.ge": "f64.ge", "bool.eq": "i32.eq", "bool.and": "i32.and", "bool.or": "i32.or", "ref.eq": "i32.eq", "opt.eq": "i32.eq",
}
/** MIR operators that are one WebAssembly operator on one operand. */
export const UNARY: Readonly<Record<string, UnaryOp>> = {
  "i64.to_f64": "f64.convert_i64_s", "f64.neg": "f64.neg", "f64.abs": "f64.abs", "f64.sqrt": "f64.sqrt", "f64.floor": "f64.floor", "f64.ceil": "f64.ceil", "f64.trunc": "f64.trunc",
  "f64.to_i64": "i64.trunc_sat_f64_s", "bool.not": "i32.eqz", "opt.is_null": "i32.eqz",
}
/** Result type of an operator: the part of its name before the dot, but comparisons give i32. */
export function resultOf(op: string): WasmType {
  const [type, name] = op.split(".") as [WasmType, string]
  return /^(eqz?|ne|lt|le|gt|ge)(_[su])?$/.test(name) ? "i32" : type
}
