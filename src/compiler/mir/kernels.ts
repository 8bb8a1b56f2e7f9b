/**
 * The meaning of every operation on unboxed scalars, as functions typed by the rows of `ops.ts`: what constant folding
 * computes, and what every engine must agree with. An `i64` is carried as a bigint in range, an `f64` as a number, a `bool`
 * as a boolean. Integers wrap.
 */
import type { OPS, Opcode } from "./ops.ts"

/** Operations on unboxed scalars. */
export type ScalarOp = Extract<Opcode, `i64.${string}` | `f64.${string}` | `bool.${string}`>

/** A scalar of the compiler. */
export type Scalar = bigint | number | boolean

type Carrier<T> = T extends "i64" ? bigint : T extends "f64" ? number : T extends "bool" ? boolean : never
type Carriers<A extends readonly unknown[]> = { -readonly [K in keyof A]: Carrier<A[K]> }
type Row<O extends ScalarOp> = (typeof OPS)[O]

/** One function for each operation, typed by its row. */
export type Kernels = { readonly [O in ScalarOp]: (...args: Carriers<Row<O>["args"]>) => Carrier<Row<O>["result"]> }

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value)
const MAX = 2n ** 63n - 1n
const MIN = -(2n ** 63n)

/** The meaning of each operation. Division and remainder are asked only for a divisor that is not zero. */
export const KERNELS: Kernels = {
  "i64.add": (a, b) => wrap(a + b),
  "i64.sub": (a, b) => wrap(a - b),
  "i64.mul": (a, b) => wrap(a * b),
  "i64.div": (a, b) => wrap(a / b),
  "i64.rem": (a, b) => wrap(a % b),
  "i64.neg": (a) => wrap(-a),
  "i64.and": (a, b) => a & b,
  "i64.or": (a, b) => a | b,
  "i64.xor": (a, b) => a ^ b,
  "i64.not": (a) => ~a,
  "i64.shl": (a, b) => wrap(a << (b & 63n)),
  "i64.shr": (a, b) => a >> (b & 63n),
  "i64.eq": (a, b) => a === b,
  "i64.ne": (a, b) => a !== b,
  "i64.lt": (a, b) => a < b,
  "i64.le": (a, b) => a <= b,
  "i64.gt": (a, b) => a > b,
  "i64.ge": (a, b) => a >= b,
  "i64.to_f64": (a) => Number(a),
  "f64.add": (a, b) => a + b,
  "f64.sub": (a, b) => a - b,
  "f64.mul": (a, b) => a * b,
  "f64.div": (a, b) => a / b,
  "f64.neg": (a) => -a,
  "f64.abs": (a) => Math.abs(a),
  "f64.sqrt": (a) => Math.sqrt(a),
  "f64.floor": (a) => Math.floor(a),
  "f64.ceil": (a) => Math.ceil(a),
  "f64.trunc": (a) => Math.trunc(a),
  "f64.eq": (a, b) => a === b,
  "f64.ne": (a, b) => a !== b,
  "f64.lt": (a, b) => a < b,
  "f64.le": (a, b) => a <= b,
  "f64.gt": (a, b) => a > b,
  "f64.ge": (a, b) => a >= b,
  "f64.to_i64": (a) => (Number.isNaN(a) ? 0n : a >= 2 ** 63 ? MAX : a <= -(2 ** 63) ? MIN : BigInt(Math.trunc(a))),
  "bool.not": (a) => !a,
  "bool.eq": (a, b) => a === b,
  "bool.and": (a, b) => a && b,
  "bool.or": (a, b) => a || b,
}

/** True for an operation on unboxed scalars. */
export function isScalarOp(op: string): op is ScalarOp {
  return Object.hasOwn(KERNELS, op)
}

/** The result of a scalar operation; undefined where it has none (division by zero, which never runs). */
export function evaluate(op: ScalarOp, args: readonly Scalar[]): Scalar | undefined {
  if ((op === "i64.div" || op === "i64.rem") && args[1] === 0n) return undefined
  return (KERNELS[op] as (...args: readonly Scalar[]) => Scalar)(...args)
}
