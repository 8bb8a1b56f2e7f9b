/** Nearly every instruction of a user's function says where it comes from: links between the views live on it. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { compile } from "./compile.ts"

const SRC = join(import.meta.dirname, "..", "..")
/** What counting and the stack check add for their own ends has no place in the source. */
const BOOKKEEPING = new Set(["retain", "release", "keepalive", "stack.enter", "stack.leave"])
/** Share of the remaining instructions that have a place. */
const LEAST = 0.95

describe.each(["examples", "conformance/programs"])("the instructions of %s", (folder) => {
  const programs = (readdirSync(join(SRC, folder), { recursive: true }) as string[]).filter((name) => name.endsWith(".hako")).map((name) => ({ name, text: readFileSync(join(SRC, folder, name), "utf8") }))

  it.each([0, 1, 2] as const)("have places at level %i", (optimise) => {
    let all = 0
    let placed = 0
    let compiled = 0
    for (const program of programs) {
      const compilation = compile([program], { optimise })
      if (compilation.hasErrors) continue
      compiled++
      const { length } = program.text
      for (const func of compilation.counted().funcs.values()) {
        if (func.synthetic) continue
        for (const { op, origin } of func.blocks.flatMap((block) => block.insts)) {
          if (BOOKKEEPING.has(op)) continue
          all++
          if (origin === null) continue
          placed++
          // A place is a part of the text; code of the library written in the language itself has a file of its own.
          if (origin.file === 0) expect(0 <= origin.start && origin.start <= origin.end && origin.end <= length, `${program.name} ${op}`).toBe(true)
        }
      }
    }
    expect(compiled).toBeGreaterThan(10)
    expect(all).toBeGreaterThan(1000)
    expect(placed / all).toBeGreaterThanOrEqual(LEAST)
  })
})
