/**
 * The tiered engine against the two it is made of: first runs in fresh threads, CPU time, rounds of VM, tiered, Wasm; medians of the
 * ratios of each round. Outputs must agree.
 */
import { execFileSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { geometricMean, median } from "./measure.ts"

const PROGRAMS = join(import.meta.dirname, "programs")
const ENGINES = ["vm", "tiered", "wasm"] as const

/** A program on the three engines: milliseconds, and medians of ratios. */
export interface TierRow {
  readonly name: string
  readonly milliseconds: Readonly<Record<(typeof ENGINES)[number], number>>
  readonly toWasm: number
  readonly toVm: number
}

/** Measures all programs, or those whose names hold `filter`. */
export function measureTiers(filter: string, rounds: number): TierRow[] {
  return readdirSync(PROGRAMS)
    .filter((file) => file.endsWith(".hako") && file.includes(filter))
    .map((file): TierRow => {
      const times = { vm: [] as number[], tiered: [] as number[], wasm: [] as number[] }
      const digests = new Set<string>()
      for (let round = 0; round < rounds; round++) {
        for (const engine of ENGINES) {
          const answer = execFileSync(process.execPath, [join(import.meta.dirname, "run-engine.ts"), engine, join(PROGRAMS, file)], { encoding: "utf8" })
          times[engine].push(Number(answer.split(" ", 1)[0]))
          digests.add(answer.slice(answer.indexOf(" ")))
        }
      }
      if (digests.size !== 1) throw new Error(`${file}: the engines disagree`)
      const ratios = (other: "vm" | "wasm"): number => median(times.tiered.map((time, i) => time / (times[other][i] as number)))
      return { name: file.slice(0, -".hako".length), milliseconds: { vm: median(times.vm), tiered: median(times.tiered), wasm: median(times.wasm) }, toWasm: ratios("wasm"), toVm: ratios("vm") }
    })
}

/** The rows as text, with geometric means. */
export function tierTable(rows: readonly TierRow[]): string {
  const cells = (name: string, values: readonly string[]): string => `${name.padEnd(18)}${values.map((value) => value.padStart(11)).join("")}`
  const lines = [cells("program", ["VM ms", "tiered ms", "Wasm ms", "to Wasm", "to VM"])]
  for (const { name, milliseconds, toWasm, toVm } of rows) lines.push(cells(name, [...ENGINES.map((engine) => milliseconds[engine].toFixed(1)), toWasm.toFixed(2), toVm.toFixed(3)]))
  lines.push(cells("geometric mean", ["", "", "", geometricMean(rows.map((row) => row.toWasm)).toFixed(2), geometricMean(rows.map((row) => row.toVm)).toFixed(3)]))
  return lines.join("\n")
}
