import { describe, expect, it } from "vitest"
import { type MeasureOptions, measure, type Progress, type Subject } from "./measure.ts"
import { OutputDigester, type RunSample } from "./measurement.ts"

const OPTIONS: MeasureOptions = { rounds: 15, leastRounds: 5, warmUps: 2, runLimit: 60_000, budget: 6_000, reasons: { limit: "took too long", stopped: "stopped by you" } }

function sample(run: number): RunSample {
  return { run, firstOutput: null, peakMemory: null, digest: new OutputDigester().digest("exit 0") }
}

/** A subject that says what was asked of it. */
function subject(log: string[], name: string, run: () => Promise<RunSample>): Subject {
  return {
    prepare: async () => {
      log.push(`${name} prepare`)
      return { compile: 5, codeBytes: 10, distributedBytes: 20, compilesInRun: false, readsWorld: false }
    },
    compile: async () => 1,
    run: () => {
      log.push(`${name} run`)
      return run()
    },
    end: () => log.push(`${name} end`),
  }
}

const never = new AbortController().signal

describe("measure", () => {
  it("runs each engine cold, then all of them in rounds", async () => {
    const log: string[] = []
    const reports: Progress[] = []
    const result = await measure(
      [
        { engine: "vm", start: () => subject(log, "vm", async () => sample(2)) },
        { engine: "llvm-jit", absent: "no server" },
        { engine: "wasm", start: () => subject(log, "wasm", async () => sample(1)) },
      ],
      OPTIONS,
      never,
      (progress) => reports.push(progress),
    )
    expect(log.slice(0, 10)).toEqual(["vm prepare", "vm run", "vm run", "vm run", "wasm prepare", "wasm run", "wasm run", "wasm run", "vm run", "wasm run"])
    expect(result.map((row) => [row.engine, row.state, row.warm.length, row.compile.length])).toEqual([
      ["vm", "measured", 15, 15],
      ["llvm-jit", "absent", 0, 0],
      ["wasm", "measured", 15, 15],
    ])
    const last = reports.at(-1)
    expect([last?.done, last?.total]).toEqual([32, 32])
    for (const [before, after] of reports.slice(1).map((report, i) => [reports[i] as Progress, report] as const)) expect(after.done).toBeGreaterThanOrEqual(before.done)
  })

  it("measures long programs less often", async () => {
    const [row] = await measure([{ engine: "vm", start: () => subject([], "vm", async () => sample(2000)) }], OPTIONS, never, () => {})
    expect(row?.warm.length).toBe(5)
  })

  it("gives up a program that never ends, and goes on with the others", async () => {
    const log: string[] = []
    const rows = await measure(
      [
        { engine: "vm", start: () => subject(log, "vm", () => new Promise(() => {})) },
        { engine: "wasm", start: () => subject(log, "wasm", async () => sample(1)) },
      ],
      { ...OPTIONS, runLimit: 1 },
      never,
      () => {},
    )
    expect(log.slice(0, 3)).toEqual(["vm prepare", "vm run", "vm end"])
    expect(rows.map((row) => [row.state, row.reason])).toEqual([
      ["stopped", "took too long"],
      ["measured", null],
    ])
  })

  it("keeps what it has when an engine fails on the way", async () => {
    let runs = 0
    const failing = subject([], "aot", async () => {
      if (++runs > 6) throw new Error("the server went away")
      return sample(1)
    })
    const [row] = await measure([{ engine: "aot", start: () => failing }], OPTIONS, never, () => {})
    expect([row?.state, row?.reason, row?.warm.length]).toEqual(["measured", "the server went away", 3])
  })

  it("stops when it is told to", async () => {
    const stop = new AbortController()
    const log: string[] = []
    let runs = 0
    const rows = await measure(
      [
        {
          engine: "vm",
          start: () =>
            subject(log, "vm", async () => {
              if (++runs === 5) stop.abort()
              return sample(1)
            }),
        },
        { engine: "wasm", start: () => subject(log, "wasm", async () => sample(1)) },
      ],
      OPTIONS,
      stop.signal,
      () => {},
    )
    expect(rows[0]?.warm.length).toBe(1)
    expect(rows[0]?.state).toBe("measured")
    expect(log.filter((line) => line.endsWith("end"))).toContain("wasm end")
  })
})
