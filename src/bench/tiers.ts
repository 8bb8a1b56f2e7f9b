/**
 * The tiered engine against the two it is made of: first runs in fresh threads, CPU time of the thread that runs the program, which the
 * tiered engine compiles beside it; rounds of VM, tiered, Wasm; medians of the ratios of each round. Outputs must agree.
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

/** Measures all programs, or those whose names hold `filter`; `tell` gets each row when it is known. */
export function measureTiers(filter: string, rounds: number, tell: (row: TierRow) => void): TierRow[] {
  return readdirSync(PROGRAMS)
    .filter((file) => file.endsWith(".hako") && file.includes(filter))
    .map((file): TierRow => {
      const times = { vm: [] as number[], tiered: [] as number[], wasm: [] as number[] }
      const outputs = new Set<string>()
      for (let round = 0; round < rounds; round++) {
        for (const engine of ENGINES) {
          const answer = execFileSync(process.execPath, [join(import.meta.dirname, "run-engine.ts"), engine, join(PROGRAMS, file)], { encoding: "utf8" })
          const line = answer.indexOf("\n")
          times[engine].push(Number(answer.slice(0, line)))
          outputs.add(answer.slice(line))
        }
      }
      if (outputs.size !== 1) throw new Error(`${file}: the engines disagree`)
      const ratios = (other: "vm" | "wasm"): number => median(times.tiered.map((time, i) => time / (times[other][i] as number)))
      const row: TierRow = { name: file.slice(0, -".hako".length), milliseconds: { vm: median(times.vm), tiered: median(times.tiered), wasm: median(times.wasm) }, toWasm: ratios("wasm"), toVm: ratios("vm") }
      tell(row)
      return row
    })
}

const cells = (name: string, values: readonly string[]): string => `${name.padEnd(18)}${values.map((value) => value.padStart(11)).join("")}`

/** What stands above the rows. */
export const TIER_HEADING = cells("program", ["VM ms", "tiered ms", "Wasm ms", "to Wasm", "to VM"])

/** A row as text. */
export function tierLine({ name, milliseconds, toWasm, toVm }: TierRow): string {
  return cells(name, [...ENGINES.map((engine) => milliseconds[engine].toFixed(1)), toWasm.toFixed(2), toVm.toFixed(3)])
}

/** The geometric means. */
export function tierMeans(rows: readonly TierRow[]): string {
  return cells("geometric mean", ["", "", "", geometricMean(rows.map((row) => row.toWasm)).toFixed(2), geometricMean(rows.map((row) => row.toVm)).toFixed(3)])
}
