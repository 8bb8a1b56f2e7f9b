/**
 * The builder interface that the lowering writes to: expressions of WebAssembly as opaque handles. It names only what the
 * lowering needs; `tree.ts` stands behind it.
 */

/** A handle of an expression. Each expression is used exactly once. */
export type Expr = number
/** The value types that occur. */
export type WasmType = "i32" | "i64" | "f64"

/** Operators on one operand, by their WebAssembly names. */
export type UnaryOp =
  | "i32.eqz" | "i64.eqz" | "i32.wrap_i64" | "i64.extend_i32_u" | "i64.extend_i32_s" | "f64.convert_i64_s" | "i64.trunc_sat_f64_s"
  | "i64.reinterpret_f64" | "f64.reinterpret_i64" | "f64.neg" | "f64.abs" | "f64.sqrt" | "f64.floor" | "f64.ceil" | "f64.trunc"
/** Operators on two operands, by their WebAssembly names. */
export type BinaryOp =
  | "i32.add" | "i32.sub" | "i32.and" | "i32.or" | "i32.xor" | "i32.shl" | "i32.eq" | "i32.ne" | "i32.lt_u" | "i32.le_u" | "i32.gt_u" | "i32.ge_u" | "i32.gt_s"
  | "i64.add" | "i64.sub" | "i64.mul" | "i64.div_s" | "i64.rem_s" | "i64.and" | "i64.or" | "i64.xor" | "i64.shl" | "i64.shr_s"
  | "i64.eq" | "i64.ne" | "i64.lt_s" | "i64.le_s" | "i64.gt_s" | "i64.ge_s" | "i64.lt_u"
  | "f64.add" | "f64.sub" | "f64.mul" | "f64.div" | "f64.eq" | "f64.ne" | "f64.lt" | "f64.le" | "f64.gt" | "f64.ge"

/** Builds the body of one function after another. */
export interface WasmBuilder {
  i32(value: number): Expr
  i64(value: bigint): Expr
  f64(value: number): Expr
  unary(op: UnaryOp, a: Expr): Expr
  binary(op: BinaryOp, a: Expr, b: Expr): Expr
  select(cond: Expr, then: Expr, otherwise: Expr): Expr
  localGet(index: number, type: WasmType): Expr
  localSet(index: number, value: Expr): Expr
  localTee(index: number, value: Expr, type: WasmType): Expr
  globalGet(name: string, type: WasmType): Expr
  globalSet(name: string, value: Expr): Expr
  load(type: WasmType, offset: number, address: Expr): Expr
  load8(offset: number, address: Expr): Expr
  store(type: WasmType, offset: number, address: Expr, value: Expr): Expr
  store8(offset: number, address: Expr, value: Expr): Expr
  /** `results` has none, one or two types; two make a pair, taken apart by `pairSet`. */
  call(callee: string, args: readonly Expr[], results: readonly WasmType[]): Expr
  /** Calls the function in a slot of the table that a unit shares with the instance it works on; see `link-unit.ts`. */
  callSlot(slot: number, args: readonly Expr[], params: readonly WasmType[], results: readonly WasmType[]): Expr
  /** Evaluates a pair-valued call and stores its halves into two locals. */
  pairSet(pair: Expr, first: number, second: number): Expr
  /** A pair value of two expressions. */
  pair(first: Expr, second: Expr): Expr
  block(label: string | null, body: readonly Expr[]): Expr
  loop(label: string, body: readonly Expr[]): Expr
  if(cond: Expr, then: readonly Expr[], otherwise: readonly Expr[] | null): Expr
  br(label: string, cond: Expr | null): Expr
  brTable(labels: readonly string[], fallback: string, on: Expr): Expr
  return(value: Expr | null): Expr
  drop(value: Expr): Expr
  unreachable(): Expr
}
