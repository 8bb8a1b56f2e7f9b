/**
 * The tiered engine against the two it is made of: first runs in fresh threads, CPU time of the thread that runs the program, which the
 * tiered engine compiles beside it; rounds of VM, tiered, Wasm; medians of the ratios of each round. Outputs must agree.
 *
 * The programs are short, so that most of what is seen is the way into compiled code. For long ones each does its work as often as
 * takes `LONG` milliseconds in Wasm, and the VM alone is left out.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { geometricMean, median } from "./measure.ts"

const PROGRAMS = join(import.meta.dirname, "programs")
const ENGINES = ["vm", "tiered", "wasm"] as const

type Engine = (typeof ENGINES)[number]

/** Milliseconds in Wasm of what counts as a long run. */
const LONG = 1_200

/** A program on the engines: milliseconds, medians of ratios, and the longest wait of a hot loop for its code. The VM's are null where it is left out. */
export interface TierRow {
  readonly name: string
  readonly milliseconds: { readonly vm: number | null; readonly tiered: number; readonly wasm: number }
  readonly delay: number
  readonly toWasm: number
  readonly toVm: number | null
}

interface Answer {
  readonly milliseconds: number
  readonly delay: number
  readonly output: string
}

function runOn(engine: Engine, path: string): Answer {
  const answer = execFileSync(process.execPath, [join(import.meta.dirname, "run-engine.ts"), engine, path], { encoding: "utf8" })
  const line = answer.indexOf("\n")
  const [milliseconds = 0, delay = 0] = answer.slice(0, line).split(" ").map(Number)
  return { milliseconds, delay, output: answer.slice(line) }
}

/** A program that does the work of another one so many times; all of them are methods of `Main`, which ends the file. */
function repeated(text: string, times: number): string {
  const once = text.replace("\n  main() {", "\n  once() {")
  if (once === text) throw new Error("the program has no main to repeat")
  return once.replace(/\}\s*$/, `  main() { for turn in 0..${times} { me.once() } }\n}\n`)
}

/** Measures all programs, or those whose names hold `filter`; `tell` gets each row when it is known. `isLong`: see the head of the file. */
export function measureTiers(filter: string, rounds: number, isLong: boolean, tell: (row: TierRow) => void): TierRow[] {
  const folder = mkdtempSync(join(tmpdir(), "hako-bench-"))
  try {
    return readdirSync(PROGRAMS)
      .filter((file) => file.endsWith(".hako") && file.includes(filter))
      .map((file): TierRow => {
        let path = join(PROGRAMS, file)
        if (isLong) {
          const times = Math.max(2, Math.ceil(LONG / runOn("wasm", path).milliseconds))
          const text = repeated(readFileSync(path, "utf8"), times)
          path = join(folder, file)
          writeFileSync(path, text)
        }
        const row = measureProgram(file.slice(0, -".hako".length), path, rounds, isLong ? ["tiered", "wasm"] : ENGINES)
        tell(row)
        return row
      })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function measureProgram(name: string, path: string, rounds: number, engines: readonly Engine[]): TierRow {
  const times: Record<Engine, number[]> = { vm: [], tiered: [], wasm: [] }
  const delays: number[] = []
  const outputs = new Set<string>()
  for (let round = 0; round < rounds; round++) {
    for (const engine of engines) {
      const { milliseconds, delay, output } = runOn(engine, path)
      times[engine].push(milliseconds)
      outputs.add(output)
      if (engine === "tiered") delays.push(delay)
    }
  }
  if (outputs.size !== 1) throw new Error(`${name}: the engines disagree`)
  const ratios = (other: "vm" | "wasm"): number => median(times.tiered.map((time, i) => time / (times[other][i] as number)))
  const hasVm = engines.includes("vm")
  return {
    name,
    milliseconds: { vm: hasVm ? median(times.vm) : null, tiered: median(times.tiered), wasm: median(times.wasm) },
    delay: median(delays),
    toWasm: ratios("wasm"),
    toVm: hasVm ? ratios("vm") : null,
  }
}

const cells = (name: string, values: readonly string[]): string => `${name.padEnd(18)}${values.map((value) => value.padStart(13)).join("")}`

const MISSING = "–"

/** What stands above the rows. */
export const TIER_HEADING = cells("program", ["VM ms", "tiered ms", "Wasm ms", "to Wasm", "to VM", "hot to code"])

/** A row as text. */
export function tierLine({ name, milliseconds: { vm, tiered, wasm }, toWasm, toVm, delay }: TierRow): string {
  return cells(name, [vm?.toFixed(1) ?? MISSING, tiered.toFixed(1), wasm.toFixed(1), toWasm.toFixed(2), toVm?.toFixed(3) ?? MISSING, delay.toFixed(1)])
}

/** The geometric means. */
export function tierMeans(rows: readonly TierRow[]): string {
  const toVm = rows.flatMap((row) => row.toVm ?? [])
  return cells("geometric mean", ["", "", "", geometricMean(rows.map((row) => row.toWasm)).toFixed(2), toVm.length === 0 ? MISSING : geometricMean(toVm).toFixed(3)])
}
