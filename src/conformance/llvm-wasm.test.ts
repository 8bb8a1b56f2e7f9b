import { join, relative } from "node:path"
import { describe, expect, it } from "vitest"
import { buildModule, LlvmError } from "../llvm/build.ts"
import { loadLlvmKit, missingLlvmKit } from "./llvm-kit.ts"
import { programsIn, runSuite } from "./suite.ts"

const root = join(import.meta.dirname, "..")
const programs = [...programsIn(join(import.meta.dirname, "programs")), ...programsIn(join(root, "examples"))]
/** All of them take five minutes: `node src/conformance/main.ts --engine=llvm-wasm`. */
const chosen = programs.filter((path, i) => i % 60 === 7 || /recursion\/|errors\/uncaught/.test(path))

// Without the package that brings LLVM, or the runtime built by it, nothing can be compiled.
describe.skipIf(missingLlvmKit() !== null)("LLVM in WebAssembly", () => {
  it("does what the chosen programs say", { timeout: 600_000 }, async () => {
    const verdicts = await runSuite(chosen.map((path) => ({ path, engine: "llvm-wasm", optimise: 1 })), 2)
    const failed = verdicts.filter((v) => v.differences.length > 0).map((v) => `${relative(root, v.path)}: ${v.differences.join("; ")}`)
    expect(failed).toEqual([])
    expect(verdicts.length).toBeGreaterThan(15)
  })

  it("says what LLVM says of text that it refuses", () => {
    const kit = loadLlvmKit()
    expect(() => buildModule(kit, "define i32 @f( {", "O0", () => 0)).toThrow(LlvmError)
    expect(() => buildModule(kit, "define i32 @f( {", "O0", () => 0)).toThrow(/program\.ll:1:\d+: error/)
  })
})
