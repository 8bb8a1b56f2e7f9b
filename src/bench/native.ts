/**
 * Speed and memory of native executables against C twins: both whole processes, looked at from outside (`spent.c`), interleaved in
 * rounds C, ours, JIT, C; the figure is the median over rounds of ours by the mean of the two C runs. Outputs must agree.
 *
 * Start-up is part of both: a millisecond or less. Of LLVM's JIT compiler only the time after everything is compiled counts
 * (`jit-clock.c`), by that of the executable; what a program that does nothing takes is off both, since a process with LLVM in it
 * takes milliseconds to be taken down, whatever has run in it.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { compile } from "../compiler/driver/compile.ts"
import type { TargetName } from "../compiler/backend/llvm/types.ts"
import type { BuildTime, Toolchain } from "../native/executable.ts"
import { buildProgram, findToolchain, jitCommand, ownTarget, prepareJit } from "../native/program.ts"
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
  /** Most resident kilobytes, medians. */
  readonly cMemory: number
  readonly memory: number
  /** CPU time under LLVM's JIT compiler, once compiled, by that of the executable, both without that of an idle process; median. */
  readonly jit: number
  /** Bytes of the stripped executable. */
  readonly size: number
  /** Milliseconds that LLVM and the linker took. */
  readonly build: number
}

interface Spent {
  readonly output: string
  readonly milliseconds: number
  readonly kilobytes: number
}

/** Runs a command under `spent`. */
function timed(spent: string, command: readonly string[]): Spent {
  const result = spawnSync(spent, [...command], { encoding: "utf8", maxBuffer: 64 << 20 })
  const [micros, kilobytes] = (result.stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number)
  if (result.status !== 0 || micros === undefined || kilobytes === undefined) throw new Error(`${command.join(" ")}: ${result.stderr}`)
  const compiled = /^compiled (\d+)$/m.exec(result.stderr)
  return { output: result.stdout, milliseconds: (micros - Number(compiled?.[1] ?? 0)) / 1000, kilobytes }
}

/** Builds a program as an executable and for the JIT compiler; gives the commands to measure and how long the executable took. */
async function prepared(name: string, text: string, folder: string, clock: string, toolchain: Toolchain, target: TargetName): Promise<{ readonly ours: string; readonly jitted: readonly string[]; readonly times: readonly BuildTime[] }> {
  const compilation = compile([{ name: `${name}.hako`, text }], { optimise: 2 })
  const ours = join(folder, name)
  const times = await buildProgram(compilation, ours, toolchain, { target, level: "O3", strip: true })
  const bitcode = join(folder, `${name}-jit`)
  mkdirSync(bitcode)
  await prepareJit(compilation, bitcode, toolchain, target, "O3")
  const { program: lli, args } = jitCommand(toolchain, target, bitcode, [])
  return { ours, jitted: [lli, `--extra-object=${clock}`, ...args.map((arg) => arg.replace("hk_jit_main", "hk_bench_main"))], times }
}

/** Measures all programs, or those whose names hold `filter`. */
export async function measureNative(filter: string, rounds: number): Promise<NativeRow[]> {
  const target = ownTarget()
  if (target === null) throw new Error("native programs are for Linux on x86-64 and AArch64")
  const toolchain = findToolchain(RUNTIME, target)
  const folder = mkdtempSync(join(tmpdir(), "hako-bench-"))
  try {
    const rows: NativeRow[] = []
    const spent = join(folder, "spent")
    const clock = join(folder, "jit-clock.o")
    execFileSync(toolchain.llvm.clang, ["-O2", "-static", join(import.meta.dirname, "spent.c"), "-o", spent])
    execFileSync(toolchain.llvm.clang, ["-O2", "-fPIC", "-c", join(import.meta.dirname, "jit-clock.c"), "-o", clock])
    const nothing = await prepared("nothing", "", folder, clock, toolchain, target)
    const idle = (command: readonly string[]): number => median(Array.from({ length: 9 }, () => timed(spent, command).milliseconds))
    const idleAot = idle([nothing.ours])
    for (const file of readdirSync(PROGRAMS).filter((name) => name.endsWith(".hako") && name.includes(filter))) {
      const name = file.slice(0, -".hako".length)
      const twin = join(folder, `${name}-c`)
      execFileSync(toolchain.llvm.clang, ["-O3", "-ffp-contract=off", join(PROGRAMS, `${name}.c`), "-o", twin, "-lm"])
      const { ours, jitted, times } = await prepared(name, readFileSync(join(PROGRAMS, file), "utf8"), folder, clock, toolchain, target)
      const c: number[] = []
      const aot: number[] = []
      const ratios: number[] = []
      const jit: number[] = []
      const memory: number[] = []
      const cMemory: number[] = []
      // Looked at again for each program: other work on the machine changes it.
      const idleJit = idle(nothing.jitted)
      for (let round = 0; round < rounds; round++) {
        const [first, middle, under, last] = [timed(spent, [twin]), timed(spent, [ours]), timed(spent, jitted), timed(spent, [twin])]
        if (middle.output !== first.output || under.output !== first.output) throw new Error(`${name}: output differs from the C twin: ${JSON.stringify(middle.output)} and ${JSON.stringify(first.output)}`)
        const reference = (first.milliseconds + last.milliseconds) / 2
        c.push(reference)
        aot.push(middle.milliseconds)
        ratios.push(middle.milliseconds / reference)
        jit.push((under.milliseconds - idleJit) / (middle.milliseconds - idleAot))
        memory.push(middle.kilobytes)
        cMemory.push(first.kilobytes)
      }
      rows.push({
        name, c: median(c), aot: median(aot), ratio: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios),
        memory: median(memory), cMemory: median(cMemory), jit: median(jit),
        size: statSync(ours).size, build: times.reduce((sum, t) => sum + (t.name === "llvm" ? 0 : t.milliseconds), 0),
      })
    }
    return rows
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The rows as text, with the geometric means. */
export function nativeTable(rows: readonly NativeRow[]): string {
  const lines = [`${"program".padEnd(16)}${"C -O3 ms".padStart(10)}${"AOT ms".padStart(9)}${"ratio".padStart(8)}   ${"(min-max)".padEnd(14)}${"JIT/AOT".padStart(8)}${"C KiB".padStart(9)}${"AOT KiB".padStart(9)}${"ratio".padStart(7)}${"bytes".padStart(8)}${"build ms".padStart(10)}`]
  for (const row of rows) {
    const range = `(${row.low.toFixed(2)}-${row.high.toFixed(2)})`
    lines.push(
      `${row.name.padEnd(16)}${row.c.toFixed(1).padStart(10)}${row.aot.toFixed(1).padStart(9)}${row.ratio.toFixed(2).padStart(8)}   ${range.padEnd(14)}${row.jit.toFixed(2).padStart(8)}` +
        `${String(row.cMemory).padStart(9)}${String(row.memory).padStart(9)}${(row.memory / row.cMemory).toFixed(2).padStart(7)}${String(row.size).padStart(8)}${row.build.toFixed(0).padStart(10)}`,
    )
  }
  const mean = (of: (row: NativeRow) => number): string => geometricMean(rows.map(of)).toFixed(2)
  lines.push(`${"geometric mean".padEnd(35)}${mean((r) => r.ratio).padStart(8)}${"".padStart(17)}${mean((r) => r.jit).padStart(8)}${"".padStart(18)}${mean((r) => r.memory / r.cMemory).padStart(7)}`)
  return lines.join("\n")
}
