import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { compile } from "../../compiler/driver/compile.ts"
import { tracePasses } from "../../compiler/driver/passes.ts"
import { countBlocks } from "./count-blocks.ts"

const machine = new WebAssembly.Module(readFileSync(join(import.meta.dirname, "../../../dist/runtime/vm.wasm")))
const SOURCE = `
function collatz(n) {
  local steps = 0
  loop(n != 1) {
    if n % 2 == 0 { n = n / 2 } else { n = 3 * n + 1 }
    steps = steps + 1
  }
  return steps
}
print(collatz(27))
`
const FILES = [{ name: "main.hako", text: SOURCE }]
const LIMITS = { maxDepth: 1000, maxMemory: 64 << 20, countLeaks: false }

function count(name: string, position: number, optimise: 0 | 1 | 2, files = FILES, clock: () => number = () => 0) {
  return countBlocks(machine, { files, options: { optimise }, stdin: "", limits: LIMITS, blocks: { function: name, position } }, clock, 1000)
}

describe("counting blocks", () => {
  it.each([0, 1, 2] as const)("fits the graph after every step at level %i: what goes in comes out", (optimise) => {
    const { steps, functions } = tracePasses(compile(FILES, { optimise }), () => 0)
    let counted = 0
    for (const { name, states } of functions) {
      if (!/^collatz|^main/.test(name)) continue
      for (const { step: at, body } of states) {
        const step = steps[at]
        if (step === undefined) continue
        const result = count(name, step.position, optimise)
        expect(result === null, `${name} after ${step.pass}`).toBe(body === null)
        if (result === null || body === null) continue
        expect(result.end).toBe("exit 0")
        expect(result.counts.length).toBe(body.blocks.length)
        // Every block but the first runs as often as its predecessors lead to it, which is at most as often as they run.
        body.blocks.forEach((block, i) => {
          if (i === 0) return
          const from = body.blocks.map((other, j) => (other.edges.some((edge) => edge.to === block.key) ? (result.counts[j] ?? 0) : 0)).reduce((a, b) => a + b, 0)
          expect(result.counts[i], `${name} ${block.label} after ${step.pass}`).toBeLessThanOrEqual(from)
        })
        counted++
      }
    }
    expect(counted).toBeGreaterThan(1)
  })

  it("counts exactly: the loop of 27 turns 111 times", () => {
    expect(count("collatz/1", 0, 1)?.counts).toContain(111)
    expect(count("collatz/1", 0, 1)?.counts[0]).toBe(1)
  })

  it("counts functions that the runtime calls", () => {
    const files = [{ name: "main.hako", text: "box A {\n  toString() { return \"a\" }\n}\nprint([new A(), new A(), new A()])\n" }]
    expect(count("hk_cb_text/1", 0, 0, files)?.counts[0]).toBe(3)
  })

  it("gives a run up that never ends, and tells what it counted", () => {
    let time = 0
    const result = count("main", 0, 1, [{ name: "main.hako", text: "local i = 0\nloop(true) { i = i + 1 }\n" }], () => (time += 100))
    expect(result?.end).toBeNull()
    expect(Math.max(...(result?.counts ?? []))).toBeGreaterThan(1000)
  })

  it("knows no function of another name, and no program with errors", () => {
    expect(count("nothing/9", 0, 1)).toBeNull()
    expect(count("main", 0, 1, [{ name: "main.hako", text: "print(" }])).toBeNull()
  })
})
