/**
 * LLVM in the browser, as far as Node can tell: what it costs to compile with LLVM in WebAssembly, and how its programs run beside the same
 * programs as executables (AOT) and on the Wasm engine. First runs of fresh processes, CPU time, interleaved in rounds of AOT, LLVM, Wasm;
 * medians of the ratios of each round. Outputs must agree.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { spawnSync } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { compileWasm } from "../compiler/backend/wasm/compile.ts"
import { compile } from "../compiler/driver/compile.ts"
import { loadLlvmKit, missingLlvmKit } from "../conformance/llvm-kit.ts"
import { buildModule } from "../llvm/build.ts"
import { llvmInput } from "../llvm/program.ts"
import { buildProgram, findToolchain, ownTarget } from "../native/program.ts"
import { geometricMean, median } from "./measure.ts"

const PROGRAMS = join(import.meta.dirname, "programs")
const DIST = fileURLToPath(new URL("../../dist", import.meta.url))

/** A program: milliseconds (medians), sizes in bytes. */
export interface LlvmRow {
  readonly name: string
  readonly aot: number
  readonly llvm: number
  readonly wasm: number
  readonly toAot: number
  readonly toWasm: number
  /** What LLVM and the linker took, the second time. */
  readonly compile: number
  readonly link: number
  readonly size: number
}

/** The result. */
export interface LlvmMeasurement {
  /** Milliseconds to make LLVM's module ready, and of the first compilation with it. */
  readonly load: number
  readonly first: number
  /** Bytes that a browser downloads; null if the page is not built. */
  readonly download: number | null
  readonly rows: readonly LlvmRow[]
}

/** Runs an executable and measures its CPU time. */
function runProcess(program: string): { readonly output: string; readonly milliseconds: number } {
  const result = spawnSync("bash", ["-c", 'TIMEFORMAT="%3U %3S"; time "$0"', program], { encoding: "utf8", maxBuffer: 64 << 20 })
  if (result.status !== 0) throw new Error(`${program}: ${result.stderr}`)
  const [user = 0, system = 0] = (result.stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number)
  return { output: result.stdout, milliseconds: (user + system) * 1000 }
}

function runBinary(path: string): { readonly output: string; readonly milliseconds: number } {
  const ran = spawnSync(process.execPath, [join(import.meta.dirname, "run-binary.ts"), path], { encoding: "utf8", maxBuffer: 64 << 20 })
  if (ran.status !== 0) throw new Error(`${path}: ${ran.stderr}`)
  return { output: ran.stdout, milliseconds: Number(ran.stderr.trim().split("\n").at(-1)?.split(" ")[0]) }
}

function downloadSize(): number | null {
  try {
    const list = JSON.parse(readFileSync(join(DIST, "page", "llvm.json"), "utf8")) as { readonly pieces: readonly { readonly path: string }[] }
    return list.pieces.reduce((sum, { path }) => sum + statSync(join(DIST, "page", `${path}.br`)).size, 0)
  } catch {
    return null
  }
}

/** Measures all programs, or those whose names hold `filter`. */
export async function measureLlvm(filter: string, rounds: number): Promise<LlvmMeasurement> {
  const missing = missingLlvmKit()
  if (missing !== null) throw new Error(missing)
  const target = ownTarget()
  if (target === null) throw new Error("native programs are for Linux on x86-64 and AArch64")
  const toolchain = findToolchain(join(DIST, "runtime", "native"), target)
  const runtime = readFileSync(join(DIST, "runtime", "runtime.wasm"))
  const now = (): number => performance.now()
  const begun = now()
  const kit = loadLlvmKit()
  const load = now() - begun
  let first: number | null = null
  const folder = mkdtempSync(join(tmpdir(), "hako-bench-"))
  try {
    const rows: LlvmRow[] = []
    for (const file of readdirSync(PROGRAMS).filter((name) => name.endsWith(".hako") && name.includes(filter))) {
      const name = file.slice(0, -".hako".length)
      const compilation = compile([{ name: file, text: readFileSync(join(PROGRAMS, file), "utf8") }], { optimise: 2 })
      const aot = join(folder, name)
      await buildProgram(compilation, aot, toolchain, { target, level: "O3", strip: true })
      const { text } = llvmInput(compilation.counted("told"), compilation.sources, 2)
      const start = now()
      buildModule(kit, text, "O3", now)
      first ??= now() - start
      const { bytes, times } = buildModule(kit, text, "O3", now)
      const ours = join(folder, `${name}.llvm.wasm`)
      writeFileSync(ours, bytes)
      const other = join(folder, `${name}.wasm`)
      writeFileSync(other, compileWasm(compilation.counted(), runtime, { optimise: 2, lineOf: () => 0 }).bytes)
      const runs = { aot: [] as number[], llvm: [] as number[], wasm: [] as number[] }
      for (let round = 0; round < rounds; round++) {
        const answers = { aot: runProcess(aot), llvm: runBinary(ours), wasm: runBinary(other) }
        if (answers.llvm.output !== answers.aot.output || answers.wasm.output !== answers.aot.output) throw new Error(`${name}: the engines disagree`)
        for (const engine of ["aot", "llvm", "wasm"] as const) runs[engine].push(answers[engine].milliseconds)
      }
      const to = (engine: "aot" | "wasm"): number => median(runs.llvm.map((time, i) => time / Math.max(1, runs[engine][i] as number)))
      rows.push({ name, aot: median(runs.aot), llvm: median(runs.llvm), wasm: median(runs.wasm), toAot: to("aot"), toWasm: to("wasm"), compile: times.compile, link: times.link, size: bytes.length })
    }
    return { load, first: first ?? 0, download: downloadSize(), rows }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The result as text, with geometric means. */
export function llvmTable({ load, first, download, rows }: LlvmMeasurement): string {
  const cells = (name: string, values: readonly string[]): string => `${name.padEnd(18)}${values.map((value) => value.padStart(11)).join("")}`
  const lines = [cells("program", ["AOT ms", "LLVM ms", "Wasm ms", "to AOT", "to Wasm", "clang ms", "link ms", "bytes"])]
  for (const row of rows) {
    lines.push(cells(row.name, [row.aot.toFixed(1), row.llvm.toFixed(1), row.wasm.toFixed(1), row.toAot.toFixed(2), row.toWasm.toFixed(2), row.compile.toFixed(0), row.link.toFixed(0), String(row.size)]))
  }
  lines.push(cells("geometric mean", ["", "", "", geometricMean(rows.map((row) => row.toAot)).toFixed(2), geometricMean(rows.map((row) => row.toWasm)).toFixed(2)]))
  lines.push(`LLVM's module ready after ${load.toFixed(0)} ms, the first compilation ${first.toFixed(0)} ms; ${download === null ? "the page is not built" : `${(download / 1e6).toFixed(1)} MB to download`}`)
  return lines.join("\n")
}
