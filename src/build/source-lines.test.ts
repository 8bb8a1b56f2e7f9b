import { join } from "node:path"
import { expect, it } from "vitest"
import { countLines, sourceLines } from "./source-lines.ts"

it("counts neither blank lines nor comments", () => {
  expect(countLines("/**\n * head\n */\nconst a = 1 // why\n\n  // only a comment\nconst b = `\n`\n/* one */ const c = 2\n")).toBe(4)
})

it("counts every engine's own source", () => {
  const counts = sourceLines(join(import.meta.dirname, "..", ".."))
  for (const engine of ["vm", "wasm", "llvm-jit", "aot"]) expect(counts[engine]).toBeGreaterThan(300)
  expect(counts["tiered"]).toBeGreaterThan(counts["vm"] ?? 0)
})
