import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join, relative } from "node:path"
import { afterAll, describe, expect, it } from "vitest"
import { lowerToLlvm } from "../compiler/backend/llvm/module.ts"
import { compile } from "../compiler/driver/compile.ts"
import { findLlvm } from "../setup/tools.ts"
import { filesOf } from "./expectations.ts"
import { programsIn } from "./suite.ts"

const opt = findLlvm()?.opt
const root = join(import.meta.dirname, "..")
const programs = [...programsIn(join(import.meta.dirname, "programs")), ...programsIn(join(root, "examples"))]
const folder = mkdtempSync(join(tmpdir(), "hako-llvm-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What `opt -passes=verify` says about a text; empty if it accepts it. */
function verify(text: string, n: number): Promise<string> {
  const path = join(folder, `${n}.ll`)
  writeFileSync(path, text)
  return new Promise((resolve) => {
    execFile(opt as string, ["-passes=verify", "-disable-output", path], (error, _, stderr) => {
      rmSync(path)
      resolve(error === null ? "" : stderr.split("\n").slice(0, 2).join(" "))
    })
  })
}

// Without LLVM there is nothing to ask; the set-up of `npm test` installs it.
describe.skipIf(opt === undefined)("LLVM IR text", () => {
  it.each([["x86_64-linux", 1], ["aarch64-linux", 0]] as const)("for %s at level %i is accepted by LLVM's verifier for every program", { timeout: 900_000 }, async (target, optimise) => {
    const refused: string[] = []
    let checked = 0
    const work = programs.entries()
    const serve = async (): Promise<void> => {
      for (const [n, path] of work) {
        const compilation = compile(filesOf(basename(path), readFileSync(path, "utf8")), { optimise })
        if (compilation.hasErrors) continue
        const { text } = lowerToLlvm(compilation.counted(), { target, sources: compilation.sources })
        const answer = await verify(text, n)
        checked++
        if (answer !== "") refused.push(`${relative(root, path)}: ${answer}`)
      }
    }
    await Promise.all([serve(), serve()])
    expect(refused).toEqual([])
    expect(checked).toBeGreaterThan(800)
  })
})
