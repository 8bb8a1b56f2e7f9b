/**
 * Speed of programs on the Wasm engine, first run of a fresh thread, against C twins by `clang -O2`: interleaved rounds
 * C, Wasm, C; the figure is the median over rounds of Wasm's CPU time by the mean of the two C runs. Outputs must agree.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { findLlvm } from "../setup/tools.ts"
import { geometricMean, median } from "./measure.ts"

const PROGRAMS = join(import.meta.dirname, "programs")

/** One row of the result. */
export interface SpeedRow {
  readonly name: string
  /** Milliseconds, medians. */
  readonly c: number
  readonly wasm: number
  readonly ratio: number
  readonly low: number
  readonly high: number
}

function timed(command: string, args: readonly string[]): { readonly output: string; readonly milliseconds: number } {
  const result = spawnSync(command, args, { encoding: "utf8", maxBuffer: 64 << 20 })
  if (result.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${result.stderr}`)
  return { output: result.stdout, milliseconds: Number(result.stderr.trim().split("\n").at(-1)?.split(" ")[0]) }
}

/** Measures all programs, or those whose names hold `filter`. */
export function measureSpeed(filter: string, rounds: number): SpeedRow[] {
  const clang = findLlvm()?.clang
  if (clang === undefined) throw new Error("clang is not installed; npm test installs it")
  const folder = mkdtempSync(join(tmpdir(), "hako-bench-"))
  try {
    return readdirSync(PROGRAMS)
      .filter((name) => name.endsWith(".hako") && name.includes(filter))
      .map((file): SpeedRow => {
        const name = file.slice(0, -".hako".length)
        const twin = join(folder, name)
        execFileSync(clang, ["-O2", "-ffp-contract=off", join(PROGRAMS, `${name}.c`), "-o", twin, "-lm"])
        const c: number[] = []
        const wasm: number[] = []
        const ratios: number[] = []
        for (let round = 0; round < rounds; round++) {
          const first = timed(twin, [])
          const ours = timed(process.execPath, [join(import.meta.dirname, "run-once.ts"), join(PROGRAMS, file)])
          const second = timed(twin, [])
          if (ours.output !== first.output) throw new Error(`${name}: output differs from the C twin: ${JSON.stringify(ours.output)} and ${JSON.stringify(first.output)}`)
          const reference = (first.milliseconds + second.milliseconds) / 2
          c.push(reference)
          wasm.push(ours.milliseconds)
          ratios.push(ours.milliseconds / reference)
        }
        return { name, c: median(c), wasm: median(wasm), ratio: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) }
      })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The rows as text, with the geometric mean. */
export function speedTable(rows: readonly SpeedRow[]): string {
  const lines = [`${"program".padEnd(16)}${"C ms".padStart(9)}${"Wasm ms".padStart(10)}${"ratio".padStart(8)}   (min-max)`]
  for (const row of rows) lines.push(`${row.name.padEnd(16)}${row.c.toFixed(1).padStart(9)}${row.wasm.toFixed(1).padStart(10)}${row.ratio.toFixed(2).padStart(8)}   (${row.low.toFixed(2)}-${row.high.toFixed(2)})`)
  lines.push(`${"geometric mean".padEnd(35)}${geometricMean(rows.map((r) => r.ratio)).toFixed(2).padStart(8)}`)
  return lines.join("\n")
}
