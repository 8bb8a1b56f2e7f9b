import { describe, expect, it } from "vitest"
import { KERNELS, type ScalarOp, evaluate } from "./kernels.ts"
import { OPS } from "./ops.ts"

const MIN = -(2n ** 63n)
const MAX = 2n ** 63n - 1n

describe("kernels", () => {
  it("cover every operation on scalars", () => {
    const scalar = Object.keys(OPS).filter((op) => /^(i64|f64|bool)\./.test(op))
    expect(Object.keys(KERNELS).sort()).toEqual(scalar.sort())
  })

  const cases: readonly (readonly [ScalarOp, readonly (bigint | number | boolean)[], bigint | number | boolean])[] = [
    ["i64.add", [MAX, 1n], MIN],
    ["i64.sub", [MIN, 1n], MAX],
    ["i64.mul", [MIN, -1n], MIN],
    ["i64.div", [-7n, 2n], -3n],
    ["i64.div", [MIN, -1n], MIN],
    ["i64.rem", [-7n, 2n], -1n],
    ["i64.rem", [MIN, -1n], 0n],
    ["i64.neg", [MIN], MIN],
    ["i64.shl", [1n, 63n], MIN],
    ["i64.shl", [1n, 64n], 1n],
    ["i64.shl", [1n, -1n], MIN],
    ["i64.shr", [MIN, 63n], -1n],
    ["i64.not", [0n], -1n],
    ["i64.to_f64", [MAX], 2 ** 63],
    ["f64.to_i64", [Number.NaN], 0n],
    ["f64.to_i64", [1e300], MAX],
    ["f64.to_i64", [-1e300], MIN],
    ["f64.to_i64", [-1.9], -1n],
    ["f64.ne", [Number.NaN, Number.NaN], true],
    ["f64.neg", [0], -0],
    ["f64.ceil", [-0.5], -0],
  ]
  for (const [op, args, want] of cases) {
    it(`${op} ${args.join(" ")} is ${Object.is(want, -0) ? "-0" : want}`, () => {
      expect(evaluate(op, args)).toBe(want)
    })
  }

  it("give nothing for division by zero", () => {
    expect(evaluate("i64.div", [1n, 0n])).toBeUndefined()
    expect(evaluate("i64.rem", [1n, 0n])).toBeUndefined()
  })
})
