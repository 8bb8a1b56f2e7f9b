import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type Measurement, OutputDigester, type RunSample, unmeasured } from "./measurement.ts"
import { summarise, trimmed } from "./statistics.ts"
import { toCsv, toMarkdown } from "./table.ts"
import { sayInEnglish } from "./texts.ts"
import { compareEngines } from "./verdict.ts"

const text = new TextEncoder()

function digestOf(...writes: readonly (readonly [1 | 2, string])[]) {
  const digester = new OutputDigester()
  for (const [stream, written] of writes) digester.write(stream, text.encode(written))
  return digester.digest("exit 0")
}

function sample(run: number, output = "42\n"): RunSample {
  return { run, firstOutput: run / 2, peakMemory: 1 << 20, digest: digestOf([1, output]) }
}

function measured(engine: Measurement["engine"], compile: number, runs: readonly number[], output = "42\n"): Measurement {
  return {
    ...unmeasured(engine, "measured"),
    coldCompile: compile * 3,
    cold: sample((runs[0] ?? 0) * 2, output),
    compile: runs.map(() => compile),
    warm: runs.map((run) => sample(run, output)),
    codeBytes: 2_000,
    distributedBytes: 3_000,
  }
}

const around = (center: number): number[] => Array.from({ length: 15 }, (_, i) => center + ((i * 7) % 15) / 10 - 0.7)

describe("statistics", () => {
  it("trims as the binomial distribution allows", () => {
    // The classical table of the sign test at 5 %.
    expect([1, 5, 6, 8, 9, 12, 15, 20, 25].map(trimmed)).toEqual([0, 0, 1, 1, 2, 3, 4, 6, 8])
  })

  it("give intervals that hold the median, whatever the order", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 }), (values) => {
        const summary = summarise(values)
        const turned = summarise([...values].reverse())
        expect(turned).toEqual(summary)
        expect(summary !== null && summary.low <= summary.median && summary.median <= summary.high).toBe(true)
      }),
    )
  })

  it("are not shifted by a run that was disturbed", () => {
    expect(summarise([...around(10), 900])?.median).toBeCloseTo(summarise(around(10))?.median ?? 0, 0)
    expect(summarise([...around(10), 900])?.high).toBeLessThan(11)
  })
})

describe("output", () => {
  it("is compared as a whole, however it is cut into writes and streams are interleaved", () => {
    expect(digestOf([1, "ab"], [1, "c"])).toEqual(digestOf([1, "a"], [1, "bc"]))
    expect(digestOf([1, "a"], [2, "e"], [1, "b"]).hash).toBe(digestOf([1, "ab"], [2, "e"]).hash)
    expect(digestOf([1, "ab"]).hash).not.toBe(digestOf([2, "ab"]).hash)
    expect(digestOf([1, "ab"]).hash).not.toBe(digestOf([1, "ba"]).hash)
  })

  it("that differs is said so, and so is output that varies", () => {
    const varying = measured("vm", 1, around(10))
    const comparison = compareEngines([
      { ...varying, warm: [...varying.warm, sample(10, "43\n")] },
      measured("wasm", 5, around(10), "41\n"),
      measured("aot", 500, around(5)),
    ])
    expect(comparison.rows.map((row) => row.output)).toEqual(["varies", "differs", "same"])
  })
})

describe("programs that read the clock or draw random numbers", () => {
  const world = (engine: Measurement["engine"], output: string): Measurement => ({ ...measured(engine, 1, around(10), output), readsWorld: engine === "vm" })

  it("may differ on native engines, whose world is not fixed, and there only", () => {
    const outputs = (...rows: Measurement[]) => compareEngines(rows).rows.map((row) => row.output)
    expect(outputs(world("vm", "7\n"), world("wasm", "7\n"), world("aot", "8\n"))).toEqual(["same", "same", "world"])
    expect(outputs(world("vm", "7\n"), world("wasm", "9\n"), world("aot", "8\n"))).toEqual(["same", "differs", "world"])
    expect(outputs(measured("vm", 1, around(10), "7\n"), measured("aot", 1, around(10), "8\n"))).toEqual(["same", "differs"])
  })
})

describe("verdicts", () => {
  it("claim a difference only where the intervals are apart", () => {
    const { rows, reference } = compareEngines([measured("vm", 1, around(100)), measured("wasm", 5, around(5.1)), measured("aot", 500, around(5))])
    expect(reference).toBe("aot")
    expect(rows.map((row) => row.verdict)).toEqual(["slower", "same", "reference"])
    expect(rows[0]?.ratio).toBeCloseTo(20, 0)
  })

  it("compare with the next best engine where there is no executable", () => {
    const { reference, rows } = compareEngines([measured("vm", 1, around(100)), measured("wasm", 5, around(5)), unmeasured("aot", "absent", "no server")])
    expect(reference).toBe("wasm")
    expect(rows.map((row) => row.verdict)).toEqual(["slower", "reference", null])
  })

  it("say after how much work the slower start pays", () => {
    const constant = (ms: number) => Array.from({ length: 15 }, () => ms)
    const kinds = (row: Measurement) => compareEngines([row, measured("aot", 500, constant(50))]).breakEven[0]?.value
    // 495 ms later, and every 100 ms of the other's work are 50 here.
    expect(kinds(measured("wasm", 5, constant(100)))).toEqual({ kind: "after", work: 990 })
    expect(kinds(measured("wasm", 600, constant(100)))).toEqual({ kind: "always" })
    expect(kinds(measured("wasm", 5, constant(25)))).toEqual({ kind: "never" })
    expect(kinds(measured("wasm", 600, constant(25)))).toEqual({ kind: "until", work: 200 })
    expect(kinds(measured("wasm", 5, constant(50)))).toEqual({ kind: "same" })
  })

  it("say nothing of engines that were not measured", () => {
    expect(compareEngines([unmeasured("wasm"), unmeasured("aot", "absent", "x")])).toMatchObject({ reference: null, breakEven: [] })
  })
})

describe("exports", () => {
  const comparison = compareEngines([measured("vm", 1, around(100)), measured("aot", 500, around(5)), unmeasured("llvm-jit", "absent", 'the server said "no", twice | thrice')])
  const context = { say: sayInEnglish, lines: { wasm: 10, vm: 20, tiered: 30, "llvm-wasm": 35, "llvm-jit": 40, aot: 1500 } }

  it("write CSV whose fields survive commas and quotes", () => {
    const lines = toCsv(comparison, context).trimEnd().split("\r\n")
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/^engine,run_warm_ms,run_percent_of_reference,verdict,output,run_warm_low_high_ms,/)
    expect(lines[1]).toMatch(/^vm,100,/)
    expect(lines[3]).toContain('"not available: the server said ""no"", twice | thrice"')
  })

  it("write Markdown with as many cells in every row", () => {
    const rows = toMarkdown(comparison, context, ["a note"]).split("\n")
    const cells = (row: string | undefined) => (row ?? "").split(/(?<!\\)\|/).length
    expect(new Set(rows.slice(0, 5).map(cells)).size).toBe(1)
    expect(rows[2]).toContain("20.0× slower")
    expect(rows).toContain("- a note")
    expect(rows.join("\n")).toContain("Ahead of time (AOT) wins over Interpreter after")
  })
})
