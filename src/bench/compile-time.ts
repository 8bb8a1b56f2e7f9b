/**
 * How long compiling takes: front-end throughput on 10 000 lines, and each stage of a program of about 1 000 lines from
 * source to an instantiated module, cold and warm. In CPU time of the thread where the system tells it, which other programs
 * on the machine disturb least.
 */
import { readFileSync } from "node:fs"
import { compileWasm } from "../compiler/backend/wasm/compile.ts"
import { compile } from "../compiler/driver/compile.ts"
import { median, threadCpu } from "./measure.ts"

/** A program of about `lines` lines: the shipped examples again and again, each as a box of its own. */
export function bigProgram(lines: number): string {
  const parts: string[] = []
  let count = 0
  for (let n = 0; count < lines; n++) {
    const part = `static box Part${n} {
  weights
  size: IntegerBox = ${n % 7 + 3}
  birth() { me.weights = [1, 2, 3, 4, 5] }
  sum(limit) {
    local total = 0
    local i = 0
    loop(i < limit) {
      if i % 3 == 0 or i % 5 == 0 { total = total + i * me.size }
      i = i + 1
    }
    return total
  }
  words(text) {
    local counts = new MapBox()
    for word in text.split(" ") {
      if counts.has(word) { counts.set(word, counts.get(word) + 1) } else { counts.set(word, 1) }
    }
    return counts
  }
  shape(kind) {
    return match kind {
      "circle" => 3.14 * me.size
      "square" => me.size * me.size
      _ => 0
    }
  }
  run() {
    local acc = []
    for w in me.weights { acc.push(w * me.sum(20)) }
    local twice = fn(x) { x * 2 }
    {
      acc.push(twice(acc[0]))
      acc.push(10 / (me.size - 3))
    } catch (e) { print("part ${n}: " + e.message()) }
    return acc.join(",") + " " + me.words("a b a c").size() + " " + me.shape("square")
  }
}
`
    parts.push(part)
    count += part.split("\n").length - 1
  }
  return `${parts.join("")}static box Main {\n  main() {\n${parts.map((_, n) => `    print(Part${n}.run())`).join("\n")}\n  }\n}\n`
}

/** Milliseconds from any fixed moment. */
function now(): number {
  return threadCpu() ?? performance.now()
}

/** Measures and gives the text to print. */
export async function measureCompileTime(): Promise<string> {
  const out: string[] = []
  const large = bigProgram(10_000)
  const lineCount = large.split("\n").length
  const front: number[] = []
  for (let i = 0; i < 40; i++) {
    const start = now()
    compile([{ name: "large.hako", text: large }], { optimise: 1 })
    front.push(now() - start)
  }
  out.push(`front end, ${lineCount} lines: first ${(front[0] as number).toFixed(0)} ms, warm median ${median(front.slice(20)).toFixed(0)} ms (least ${Math.min(...front).toFixed(0)})`)

  const text = bigProgram(1_000)
  const runtime = readFileSync(new URL("../../dist/runtime/runtime.wasm", import.meta.url))
  const samples: Map<string, number[]> = new Map()
  const note = (stage: string, ms: number): void => {
    samples.set(stage, [...(samples.get(stage) ?? []), ms])
  }
  let bytes = 0
  for (let i = 0; i < 15; i++) {
    const start = now()
    const compilation = compile([{ name: "program.hako", text }], { optimise: 1 }, now)
    const counted = compilation.counted()
    const emit = now()
    const artifact = compileWasm(counted, runtime, { optimise: 1, lineOf: (origin) => compilation.lineOf(origin) })
    const load = now()
    new WebAssembly.Module(artifact.bytes as Uint8Array<ArrayBuffer>)
    const end = now()
    for (const { stage, milliseconds } of compilation.times) note(stage, milliseconds)
    note("wasm", load - emit)
    note("load", end - load)
    note("total", end - start)
    bytes = artifact.bytes.length
  }
  out.push(`source to module, CPU time, ${text.split("\n").length} lines, ${bytes} bytes of Wasm (first, warm median, least; ms):`)
  for (const [stage, values] of samples) out.push(`  ${stage.padEnd(10)}${(values[0] as number).toFixed(1).padStart(8)}${median(values.slice(3)).toFixed(1).padStart(8)}${Math.min(...values).toFixed(1).padStart(8)}`)
  return out.join("\n")
}

