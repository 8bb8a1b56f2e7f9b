import { join, relative } from "node:path"
import { describe, expect, it } from "vitest"
import { buildNative, type NativeTarget } from "../runtime/build/native.ts"
import { findLlvm, findProgram } from "../setup/tools.ts"
import { NATIVE_RUNTIME, type NativeEngine } from "./native.ts"
import { everyNth, programsIn, runSuite } from "./suite.ts"

const root = join(import.meta.dirname, "..")
const programs = [...programsIn(join(import.meta.dirname, "programs")), ...programsIn(join(root, "examples"))]

/** Building all of them takes half an hour; `main.ts --part` judges any part. */
const some = (step: number, first: number): string[] => everyNth(programs, step, first)

const ENGINES: readonly { readonly engine: NativeEngine; readonly processor: NativeTarget; readonly chosen: readonly string[]; readonly needs: boolean }[] = [
  { engine: "aot", processor: "x86_64", chosen: some(3, 0), needs: process.arch === "x64" },
  { engine: "aot-aarch64", processor: "aarch64", chosen: some(25, 3), needs: findProgram("qemu-aarch64-static") !== null },
  { engine: "llvm-jit", processor: "x86_64", chosen: some(25, 11), needs: process.arch === "x64" },
]

// Without LLVM, or on another processor without its emulator, nothing can be built or run; the set-up of `npm test` installs them.
describe.each(ENGINES)("the engine $engine", ({ engine, processor, chosen, needs }) => {
  const llvm = findLlvm()
  it.skipIf(llvm === null || !needs)("does what the chosen programs say", { timeout: 1_800_000 }, async () => {
    if (llvm !== null) buildNative(processor, llvm, join(NATIVE_RUNTIME, processor))
    const verdicts = await runSuite(chosen.map((path) => ({ path, engine, optimise: 1 })), 2)
    const failed = verdicts.filter((v) => v.differences.length > 0).map((v) => `${relative(root, v.path)}: ${v.differences.join("; ")}`)
    expect(failed).toEqual([])
    expect(verdicts.length).toBeGreaterThan(35)
  })
})
