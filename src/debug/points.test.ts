import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { beforeAll, describe, expect, it } from "vitest"
import { compileVm } from "../compiler/backend/vm/compile.ts"
import { runCounting, runVm } from "../compiler/backend/vm/engine.ts"
import { compile } from "../compiler/driver/compile.ts"
import type { DebugEvent, DebugStop } from "../protocol/debug.ts"
import { debugImage } from "./image.ts"
import { DebugSession } from "./session.ts"

const PROGRAMS = fileURLToPath(new URL("../conformance/programs/", import.meta.url))
const EXAMPLES = fileURLToPath(new URL("../examples/", import.meta.url))
/** Every one of so many programs is looked at. */
const STRIDE = 6

let machine: WebAssembly.Module
beforeAll(async () => {
  machine = await WebAssembly.compile(readFileSync(fileURLToPath(new URL("../../dist/runtime/vm.wasm", import.meta.url))))
})

function sources(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".hako"))
  return names.toSorted().map((name) => readFileSync(join(folder, name), "utf8"))
}

/** Everything that a program shows of itself: output, end, trace, leaks. */
function behaviour(text: string, points: boolean): string | null {
  const compilation = compile([{ name: "main.hako", text }], { optimise: 0, points })
  if (compilation.hasErrors) return null
  let shown = ""
  let clock = 1000
  const lines = ["one", "two"]
  const decoder = new TextDecoder()
  const host = {
    arguments: [],
    write: (stream: 1 | 2, bytes: Uint8Array) => {
      shown += `${stream}:${decoder.decode(bytes)}`
    },
    readLine: () => lines.shift() ?? null,
    now: () => clock++,
    seed: () => 5n,
    clear: () => {
      shown += "clear"
    },
  }
  const result = runVm(machine, compileVm(compilation.counted(), { lineOf: (origin) => compilation.lineOf(origin) }), host, { maxDepth: 10_000, maxMemory: 1 << 28, countLeaks: true })
  return shown + JSON.stringify({ ...result, peakMemory: 0 })
}

describe("points", () => {
  it("change nothing that a program shows", () => {
    const looked = sources(PROGRAMS).filter((_, i) => i % STRIDE === 0)
    expect(looked.length).toBeGreaterThan(100)
    for (const text of looked) expect(behaviour(text, true), text).toBe(behaviour(text, false))
  })

  it("are counted, each by itself, also in a program that fails", () => {
    const text = "local i = 0\nloop(i < 10) {\n  if i == 3 { print(i) }\n  i = i + 1\n}\nfunction never() {\n  return 1\n}\nprint(i / 0)\nprint(i)\n"
    const compilation = compile([{ name: "main.hako", text }], { optimise: 0, points: true })
    const image = debugImage(compilation)
    const host = { arguments: [], write: () => {}, readLine: () => null, now: () => 0, seed: () => 0n, clear: () => {} }
    const { result, counts } = runCounting(machine, image.vm, host, { maxDepth: 1000, maxMemory: 1 << 28, countLeaks: false }, image.points.length)
    expect(result).toMatchObject({ kind: "trap", error: "DivisionByZero" })
    const lines = new Map<number, number>()
    image.points.forEach(({ place }, i) => {
      lines.set(place.line, Math.max(lines.get(place.line) ?? 0, counts[i] as number))
    })
    expect([...lines].toSorted(([a], [b]) => a - b)).toEqual([[1, 1], [2, 11], [3, 10], [4, 10], [7, 0], [9, 1], [10, 0]])
  })

  it("are the same places with the same values, whichever way one comes to them", async () => {
    for (const text of sources(EXAMPLES)) {
      const stops: DebugStop[] = []
      const report = (event: DebugEvent): void => {
        if (event.type === "stopped") stops.push(event.stop)
      }
      let clock = 0
      const compilation = compile([{ name: "main.hako", text }], { optimise: 0, points: true })
      const session = new DebugSession(machine, debugImage(compilation), "3\n4\n", { now: () => clock++, seed: () => 3n, report, breathe: async () => {} })
      await session.start(true)
      for (let step = 0; step < 40 && stops.at(-1)?.reason !== "end"; step++) await session.move(step % 3 === 0 ? "over" : "into")
      const way = stops.filter(({ reason }) => reason === "step" || reason === "entry")
      for (const at of [7, 1, 30, 15, 16, 2].filter((index) => index < way.length)) {
        const expected = way[at] as DebugStop
        await session.goTo(expected.time)
        expect(stops.at(-1)?.frames, text).toEqual(expected.frames)
      }
    }
  })
})
