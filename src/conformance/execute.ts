/**
 * Runs one program on one engine, in process, and compares what happened with what the program says of itself.
 *
 * Runs inside a worker thread (`thread.ts`), which has the stack that deep recursion needs and can be ended from outside.
 */
import { readFileSync } from "node:fs"
import { basename } from "node:path"
import type { Host, RunLimits, RunResult } from "../compiler/backend/backend.ts"
import { runTiered, tierProgram } from "../compiler/backend/tiered/engine.ts"
import { outlineOf, type TierOptions } from "../compiler/backend/tiered/profile.ts"
import { SynchronousCompiler } from "../compiler/backend/tiered/synchronous.ts"
import { compileVm } from "../compiler/backend/vm/compile.ts"
import { runVm } from "../compiler/backend/vm/engine.ts"
import { compileWasm } from "../compiler/backend/wasm/compile.ts"
import { runWasm } from "../compiler/backend/wasm/engine.ts"
import { RecordReader, recordText } from "../canvas/commands.ts"
import { CATALOG } from "../compiler/diagnostics/catalog.ts"
import { type Compilation, compile } from "../compiler/driver/compile.ts"
import type { OptimisationLevel } from "../compiler/driver/options.ts"
import { type Expectations, filesOf, readExpectations } from "./expectations.ts"
import { buildModule, type LlvmKit } from "../llvm/build.ts"
import { loadLlvmKit } from "./llvm-kit.ts"
import { llvmInput, llvmProgram } from "../llvm/program.ts"
import { executeNative, hasCanvas, type NativeEngine } from "./native.ts"

/** Engines that can be judged. */
export type EngineName = InProcessEngine | NativeEngine

/** Engines that run in the process that judges. */
export const IN_PROCESS = ["wasm", "vm", "tiered", "llvm-wasm"] as const
/** One of them. */
export type InProcessEngine = (typeof IN_PROCESS)[number]

function isInProcess(engine: EngineName): engine is InProcessEngine {
  return (IN_PROCESS as readonly string[]).includes(engine)
}

/** Everything is compiled when it is first called or turns. */
const AT_ONCE: TierOptions = { calls: 1, loops: 1, seed: null, stress: false }

/** What to run, and how. */
export interface Job {
  readonly path: string
  readonly engine: EngineName
  readonly optimise: OptimisationLevel
  /** When the tiered engine compiles; everything at once if not given. */
  readonly tiers?: TierOptions
}

/** How it went: empty if everything is as expected, else one line a difference. */
export interface Verdict {
  readonly path: string
  readonly differences: readonly string[]
}

const RUNTIME = new URL("../../dist/runtime/runtime.wasm", import.meta.url)
const VM = new URL("../../dist/runtime/vm.wasm", import.meta.url)
/** What LLVM does at each level of ours. */
const LEVELS = ["O0", "O2", "O3"] as const
const MAX_DEPTH = 10_000
const MAX_MEMORY = 256 << 20

let machine: WebAssembly.Module | null = null
let runtime: Uint8Array | null = null
let kit: LlvmKit | null = null

/** Gives LLVM to the engine `llvm-wasm`, which otherwise loads it when it is first needed. */
export function useLlvmKit(given: LlvmKit): void {
  kit = given
}

/** What a run gave. */
export interface Execution {
  readonly stdout: string
  readonly stderr: string
  /** What it drew, a record a line. */
  readonly drawing: string
  readonly result: RunResult
}

/** What engines take of a compilation. */
export type Runnable = Pick<Compilation, "counted" | "lineOf" | "options"> & Partial<Pick<Compilation, "sources">>

/** Thrown when a program writes more on its standard output than it may: the first so many bytes, of which every engine writes the same. */
export class OutputLimit extends Error {
  readonly stdout: string

  constructor(stdout: Uint8Array) {
    super(`more than ${stdout.length} bytes of output`)
    this.name = "OutputLimit"
    this.stdout = Buffer.from(stdout).toString("utf8")
  }
}

/** Compiles and runs a program without errors. Throws `OutputLimit` beyond `input.mostOutput` bytes, if that is given. */
export async function execute(compilation: Runnable, input: { readonly mostOutput?: number; readonly stdin: readonly string[]; readonly args: readonly string[]; readonly drawing?: readonly string[] }, engine: EngineName = "wasm", tiers: TierOptions = AT_ONCE): Promise<Execution> {
  if (!isInProcess(engine)) return executeNative(compilation.counted("told"), compilation.sources ?? [], LEVELS[compilation.options.optimise], input, engine)
  const chunks: Record<1 | 2, Uint8Array[]> = { 1: [], 2: [] }
  let nextLine = 0
  let written = 0
  const drawn: string[] = []
  const records = new RecordReader((record) => drawn.push(recordText(record)))
  const host: Host = {
    ...(hasCanvas(input) ? { canvas: (bytes: Uint8Array) => records.read(bytes) } : {}),
    arguments: input.args,
    write: (stream, bytes) => {
      chunks[stream].push(bytes.slice())
      if (stream !== 1 || input.mostOutput === undefined) return
      written += bytes.length
      if (written > input.mostOutput) throw new OutputLimit(Buffer.concat(chunks[1]).subarray(0, input.mostOutput))
    },
    readLine: () => input.stdin[nextLine++] ?? null,
    now: () => 1_700_000_000_000,
    seed: () => 42n,
    clear: () => {},
  }
  const result = await RUN[engine](compilation, host, { maxDepth: MAX_DEPTH, maxMemory: MAX_MEMORY, countLeaks: true }, tiers)
  return { stdout: Buffer.concat(chunks[1]).toString("utf8"), stderr: Buffer.concat(chunks[2]).toString("utf8"), drawing: drawn.map((line) => `${line}\n`).join(""), result }
}

/** How each engine compiles and runs. */
const RUN: Readonly<Record<InProcessEngine, (compilation: Runnable, host: Host, limits: RunLimits, tiers: TierOptions) => Promise<RunResult>>> = {
  wasm: async (compilation, host, limits) => {
    runtime ??= readFileSync(RUNTIME)
    const artifact = compileWasm(compilation.counted(), runtime, { optimise: compilation.options.optimise, lineOf: (origin) => compilation.lineOf(origin) })
    const module = new WebAssembly.Module(artifact.bytes as Uint8Array<ArrayBuffer>)
    return runWasm({ module, sites: artifact.sites, map: artifact.map, names: artifact.names, frame: artifact.frame }, host, limits)
  },
  vm: async (compilation, host, limits) => {
    machine ??= new WebAssembly.Module(readFileSync(VM) as Uint8Array<ArrayBuffer>)
    return runVm(machine, compileVm(compilation.counted(), { lineOf: (origin) => compilation.lineOf(origin) }), host, limits)
  },
  tiered: async (compilation, host, limits, options) => {
    machine ??= new WebAssembly.Module(readFileSync(VM) as Uint8Array<ArrayBuffer>)
    const vm = compileVm(compilation.counted(), { lineOf: (origin) => compilation.lineOf(origin), allConstants: true })
    const tiers = tierProgram(compilation.counted(), vm)
    const compiler = new SynchronousCompiler(tiers, () => 0)
    return runTiered(machine, { vm, outline: outlineOf(tiers) }, host, limits, { options, compiler, clock: () => 0 }).result
  },
  "llvm-wasm": async (compilation, host, limits) => {
    kit ??= loadLlvmKit()
    const input = llvmInput(compilation.counted("told"), compilation.sources ?? [], compilation.options.optimise)
    const { bytes } = buildModule(kit, input.text, LEVELS[compilation.options.optimise], () => 0)
    return runWasm({ module: new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), ...llvmProgram(input, bytes) }, host, limits)
  },
}

/** Runs a job and compares. */
export async function judge(job: Job): Promise<Verdict> {
  const text = readFileSync(job.path, "utf8")
  const differences: string[] = []
  try {
    const expected = readExpectations(text)
    const compilation = compile(filesOf(basename(job.path), text), { optimise: job.optimise })
    compareDiagnostics(compilation, expected, differences)
    if (expected.errors.length === 0 && !compilation.hasErrors) {
      compareExecution(await execute(compilation, expected, job.engine, job.tiers), expected, compilation, job.engine, mayLeak(text), differences)
    }
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    const at = error instanceof Error ? (error.stack ?? "").split("\n").find((line) => line.includes("/src/")) : undefined
    differences.push(`${what.slice(0, 400)}${at === undefined ? "" : ` [${at.trim().replace(/.*\/src\//, "src/")}`}`)
  }
  return { path: job.path, differences }
}

/** Strong cycles are the author's to break; a program that makes one says so. */
function mayLeak(text: string): boolean {
  return /^\/\/ leaks: a strong cycle/m.test(text)
}

function compareDiagnostics(compilation: Compilation, expected: Expectations, differences: string[]): void {
  const found = compilation.diagnostics.map(({ source, diagnostic }) => ({
    severity: diagnostic.severity,
    code: diagnostic.code,
    rule: (CATALOG as Readonly<Record<string, { readonly rule: string | null }>>)[diagnostic.code]?.rule ?? null,
    line: source.lines.lineOf(diagnostic.primary.span.start),
    message: diagnostic.message,
  }))
  for (const [severity, wanted] of [["error", expected.errors], ["warning", expected.warnings]] as const) {
    for (const { rule, line } of wanted) {
      const hit = found.some((d) => d.severity === severity && (d.rule === rule || d.code === rule) && (line === null || d.line === line))
      if (!hit) differences.push(`missing ${severity} ${rule}${line === null ? "" : ` at line ${line}`}; found ${found.map((d) => `${d.rule ?? d.code}@${d.line}`).join(", ") || "none"}`)
    }
  }
  if (expected.errors.length === 0) {
    for (const d of found) if (d.severity === "error") differences.push(`unexpected error ${d.rule ?? d.code} at line ${d.line}: ${d.message}`)
  }
}

function compareExecution(run: Execution, expected: Expectations, compilation: Compilation, engine: EngineName, leaky: boolean, differences: string[]): void {
  compareLines("stdout", run.stdout, expected.stdout, differences)
  compareLines("stderr", run.stderr, expected.stderr, differences)
  if (expected.drawing.join() !== "...") compareLines("drawing", run.drawing, expected.drawing, differences)
  const { result } = run
  if (result.kind === "trap") {
    const shown = `${result.error}: ${result.message}`
    if (expected.trap === null) {
      differences.push(`unexpected ${shown}`)
      return
    }
    if (result.error !== expected.trap.kind || (expected.trap.message !== null && result.message !== expected.trap.message)) {
      differences.push(`trap: got ${shown}; expected ${expected.trap.kind}: ${expected.trap.message ?? "…"}`)
    }
    const first = result.trace[0]
    const line = first === undefined ? null : compilation.lineOf(first.origin)
    if (expected.trap.line !== null && line !== expected.trap.line) differences.push(`trap at line ${line}; expected ${expected.trap.line}`)
    return
  }
  // A process has eight bits to tell its exit code in.
  const code = isInProcess(engine) ? expected.exitCode : expected.exitCode & 255
  if (expected.trap !== null) differences.push(`no trap; expected ${expected.trap.kind}`)
  else if (result.code !== code) differences.push(`exit code ${result.code}; expected ${code}`)
  if (result.leaked !== null && result.leaked !== 0 && !leaky) differences.push(`${result.leaked} objects leaked`)
}

function compareLines(stream: string, got: string, expected: readonly string[], differences: string[]): void {
  const want = expected.map((line) => `${line}\n`).join("")
  if (got === want) return
  const lines = got.split("\n")
  if (lines.at(-1) === "") lines.pop()
  const at = expected.findIndex((line, i) => lines[i] !== line)
  const i = at === -1 ? expected.length : at
  differences.push(`${stream} line ${i + 1}: got ${JSON.stringify(lines[i] ?? "(nothing)")}; expected ${JSON.stringify(expected[i] ?? "(nothing)")}`)
}
