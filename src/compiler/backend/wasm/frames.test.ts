import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { compile } from "../../driver/compile.ts"
import { compileWasm } from "./compile.ts"
import { depthFor, FRAME, frameOf, LOCAL } from "./frames.ts"

const RUNTIME = readFileSync(join(import.meta.dirname, "../../../../dist/runtime/runtime.wasm"))

function frameIn(text: string): number {
  const compilation = compile([{ name: "main.hako", text }], { optimise: 1 })
  return compileWasm(compilation.counted(), RUNTIME, { optimise: 1, lineOf: () => 1 }).frame
}

describe("frames", () => {
  it("grow with the locals of functions that can reach themselves", () => {
    expect(frameOf(11) - frameOf(1)).toBe(10 * LOCAL)
    expect(frameIn("print(1)\n")).toBe(0)
    const one = frameIn("function f(n) { return f(n + 1) + 1 }\nprint(f(0))\n")
    const four = frameIn("function f(a, b, c, d) { return f(b + 1, c * a, d - b, a * d) + a * b + c * d }\nprint(f(1, 2, 3, 4))\n")
    expect(one).toBeGreaterThan(FRAME)
    expect(four).toBeGreaterThanOrEqual(one + 3 * LOCAL)
  })

  it("limit the depth, but never below what the language promises", () => {
    expect(depthFor(64 << 20, 200, 10_000)).toBe(10_000)
    expect(depthFor(500_000, 200, 10_000)).toBe(Math.floor((500_000 - 65_536) / 200))
    expect(depthFor(500_000, 5000, 10_000)).toBe(1000)
    expect(depthFor(500_000, 0, 10_000)).toBe(10_000)
  })
})
