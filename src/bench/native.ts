/**
 * Speed of native executables against C twins: both whole processes, timed from outside by their CPU time, interleaved in rounds
 * C, ours, C; the figure is the median over rounds of ours by the mean of the two C runs. Outputs must agree.
 *
 * Start-up is part of both: a millisecond or less.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { compile } from "../compiler/driver/compile.ts"
import { buildProgram, findToolchain, ownTarget } from "../native/program.ts"
import { geometricMean, median } from "./measure.ts"

const PROGRAMS = join(import.meta.dirname, "programs")
const RUNTIME = fileURLToPath(new URL("../../dist/runtime/native", import.meta.url))

/** One row of the result. */
export interface NativeRow {
  readonly name: string
  /** Milliseconds of CPU time, medians. */
  readonly c: number
  readonly aot: number
  readonly ratio: number
  readonly low: number
  readonly high: number
  /** Bytes of the stripped executable. */
  readonly size: number
  /** Milliseconds that LLVM and the linker took. */
  readonly build: number
}

function timed(program: string): { readonly output: string; readonly milliseconds: number } {
  const result = spawnSync("bash", ["-c", 'TIMEFORMAT="%3U %3S"; time "$0"', program], { encoding: "utf8", maxBuffer: 64 << 20 })
  if (result.status !== 0) throw new Error(`${program}: ${result.stderr}`)
  const [user = 0, system = 0] = (result.stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number)
  return { output: result.stdout, milliseconds: (user + system) * 1000 }
}

/** Measures all programs, or those whose names hold `filter`. */
export async function measureNative(filter: string, rounds: number): Promise<NativeRow[]> {
  const target = ownTarget()
  if (target === null) throw new Error("native programs are for Linux on x86-64 and AArch64")
  const toolchain = findToolchain(RUNTIME, target)
  const folder = mkdtempSync(join(tmpdir(), "hako-bench-"))
  try {
    const rows: NativeRow[] = []
    for (const file of readdirSync(PROGRAMS).filter((name) => name.endsWith(".hako") && name.includes(filter))) {
      const name = file.slice(0, -".hako".length)
      const twin = join(folder, `${name}-c`)
      const ours = join(folder, name)
      execFileSync(toolchain.llvm.clang, ["-O3", "-ffp-contract=off", join(PROGRAMS, `${name}.c`), "-o", twin, "-lm"])
      const compilation = compile([{ name: file, text: readFileSync(join(PROGRAMS, file), "utf8") }], { optimise: 2 })
      const times = await buildProgram(compilation, ours, toolchain, { target, level: "O3", strip: true })
      const c: number[] = []
      const aot: number[] = []
      const ratios: number[] = []
      for (let round = 0; round < rounds; round++) {
        const [first, middle, last] = [timed(twin), timed(ours), timed(twin)]
        if (middle.output !== first.output) throw new Error(`${name}: output differs from the C twin: ${JSON.stringify(middle.output)} and ${JSON.stringify(first.output)}`)
        const reference = (first.milliseconds + last.milliseconds) / 2
        c.push(reference)
        aot.push(middle.milliseconds)
        ratios.push(middle.milliseconds / reference)
      }
      rows.push({
        name, c: median(c), aot: median(aot), ratio: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios),
        size: statSync(ours).size, build: times.reduce((sum, t) => sum + (t.name === "llvm" ? 0 : t.milliseconds), 0),
      })
    }
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The rows as text, with the geometric mean. */
export function nativeTable(rows: readonly NativeRow[]): string {
  const lines = [`${"program".padEnd(16)}${"C -O3 ms".padStart(10)}${"AOT ms".padStart(9)}${"ratio".padStart(8)}   ${"(min-max)".padEnd(14)}${"bytes".padStart(8)}${"build ms".padStart(10)}`]
  for (const row of rows) {
    const range = `(${row.low.toFixed(2)}-${row.high.toFixed(2)})`
    lines.push(`${row.name.padEnd(16)}${row.c.toFixed(0).padStart(10)}${row.aot.toFixed(0).padStart(9)}${row.ratio.toFixed(2).padStart(8)}   ${range.padEnd(14)}${String(row.size).padStart(8)}${row.build.toFixed(0).padStart(10)}`)
  }
  lines.push(`${"geometric mean".padEnd(35)}${geometricMean(rows.map((r) => r.ratio)).toFixed(2).padStart(8)}`)
  return lines.join("\n")
}
