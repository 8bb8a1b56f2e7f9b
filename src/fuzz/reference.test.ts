import { readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { describe, expect, it } from "vitest"
import { compile } from "../compiler/driver/compile.ts"
import { filesOf, readExpectations } from "../conformance/expectations.ts"
import { programsIn } from "../conformance/suite.ts"
import { runReference } from "./reference.ts"

const FOLDER = join(import.meta.dirname, "..", "conformance", "programs")

describe("the reference", () => {
  it("does what the conformance programs say, as far as it knows what they use", { timeout: 120_000 }, () => {
    const differences: string[] = []
    let known = 0
    for (const path of programsIn(FOLDER)) {
      const text = readFileSync(path, "utf8")
      const expected = readExpectations(text)
      if (expected.errors.length > 0) continue
      const { sources, programs } = compile(filesOf("main.hako", text), { optimise: 0 })
      const [source, ...others] = sources
      const [program] = programs
      // The reference knows programs of one file.
      if (source === undefined || program === undefined || others.length > 0) continue
      const outcome = runReference(source, program, expected)
      if (outcome === null) continue
      known++
      const name = relative(FOLDER, path)
      const lines = (list: readonly string[]): string => list.map((line) => `${line}\n`).join("")
      const compare = (what: string, got: unknown, want: unknown): void => {
        if (got !== want) differences.push(`${name}: ${what} ${JSON.stringify(got)} instead of ${JSON.stringify(want)}`)
      }
      compare("stdout", outcome.stdout, lines(expected.stdout))
      compare("stderr", outcome.stderr, lines(expected.stderr))
      compare("exit code", outcome.exitCode, expected.exitCode)
      compare("error", outcome.error?.kind ?? null, expected.trap?.kind ?? null)
      if (expected.trap !== null && expected.trap.message !== null) compare("message", outcome.error?.message ?? null, expected.trap.message)
      if (expected.trap !== null && expected.trap.line !== null) compare("line", outcome.error?.line ?? null, expected.trap.line)
    }
    expect(differences).toEqual([])
    expect(known).toBeGreaterThan(600)
  })
})
