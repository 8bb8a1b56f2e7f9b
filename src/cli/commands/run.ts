/**
 * `hako run`: compiles a program and runs it on an engine.
 */
import { readFile } from "node:fs/promises"
import { Worker } from "node:worker_threads"
import type { TierOrder } from "../../compiler/backend/tiered/background.ts"
import { tierProgram } from "../../compiler/backend/tiered/engine.ts"
import { outlineOf } from "../../compiler/backend/tiered/profile.ts"
import { compileVm, type VmArtifact } from "../../compiler/backend/vm/compile.ts"
import { compileWasm } from "../../compiler/backend/wasm/compile.ts"
import { type Compilation, compile, type InputFile } from "../../compiler/driver/compile.ts"
import { optimisationLevel } from "../../compiler/driver/options.ts"
import { type ExecutableOptions, ToolError } from "../../native/executable.ts"
import { findToolchain, ownTarget, runAhead, runJit } from "../../native/program.ts"
import { type CommandOption, parseArguments, UsageError } from "../arguments.ts"
import { readProgram } from "../files.ts"
import { nativeRuntime } from "../native-runtime.ts"
import { printDiagnostics, printTrap, writeText } from "../report.ts"
import { DrawingFile } from "../drawing-file.ts"
import type { ThreadEnd, ThreadProgram, ThreadStart } from "../run-thread.ts"
import { readTierOptions, TIER_OPTIONS, TierDesk, tierTrace } from "../tiers.ts"

/** Engines of the command line; those with a reason cannot be used. */
export const ENGINES: Readonly<Record<string, string | null>> = {
  wasm: null,
  vm: null,
  tiered: null,
  "llvm-jit": null,
  aot: null,
}

/** Options of `hako run`. */
export const RUN_OPTIONS: readonly CommandOption[] = [
  { name: "engine", values: Object.keys(ENGINES), default: "wasm", doc: "what runs the program" },
  { name: "opt", values: ["0", "1", "2"], default: "1", doc: "optimisation level" },
  { name: "canvas", values: null, default: "", doc: "PNG file that WebCanvasBox draws" },
  { name: "time", values: "flag", default: "", doc: "print how long each stage took, on stderr" },
  ...TIER_OPTIONS,
]

/** Nested calls before StackOverflow, and the thread's stack that surely holds them, in MiB. */
const MAX_DEPTH = 10_000
const STACK_MIB = 256
const MAX_MEMORY = 256 << 20

/** Exit code if the picture cannot be written, as `sysexits.h` numbers it. */
const CANNOT_WRITE = 74

/** Says why the picture could not be written; false if it was, or there was none. */
function told(reason: string | null): boolean {
  if (reason === null) return false
  writeText(2, `hako: the picture cannot be written: ${reason}\n`)
  return true
}

/** Runs the command; gives the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const { options, operands } = parseArguments(args, RUN_OPTIONS)
  const [path] = operands
  if (path === undefined) throw new UsageError("run needs a file: hako run [options] FILE [ARGS]")
  const engine = options.get("engine") as string
  const missing = ENGINES[engine]
  if (missing !== null && missing !== undefined) throw new UsageError(`--engine=${engine}: ${missing}; use --engine=wasm`)
  const files = readProgram(path)
  if (engine === "aot" || engine === "llvm-jit") return runNative(engine, files, operands.slice(1), options)

  // The thread starts, and the back end loads, while the front end works.
  const thread = new Worker(new URL(import.meta.url), { resourceLimits: { stackSizeMb: STACK_MIB } })
  const emit = engine === "tiered" ? startTiered(options) : engine === "vm" ? startVm() : startWasm()
  try {
    const started = performance.now()
    const compilation = compile(files, { optimise: optimisationLevel(options.get("opt") as string) ?? 1 }, () => performance.now())
    printDiagnostics(compilation, false)
    if (compilation.hasErrors) return 2
    compilation.counted()
    const emitted = (await emit)(compilation)
    const times = [...compilation.times, { stage: engine, milliseconds: emitted.milliseconds }]
    const runStart = performance.now()
    const start: ThreadStart = { program: emitted.program, arguments: operands.slice(1), maxDepth: MAX_DEPTH, maxMemory: MAX_MEMORY, canvas: options.get("canvas") || null }
    const end = await new Promise<ThreadEnd>((resolve, reject) => {
      thread.on("message", (message: ThreadEnd | TierOrder) => {
        if ("type" in message) emitted.desk?.take(message)
        else resolve(message)
      })
      thread.once("error", reject)
      thread.postMessage(start)
      emitted.desk?.warmUp()
    })
    if (options.get("time") === "true") {
      for (const { stage, milliseconds } of times) writeText(2, `${stage.padEnd(10)} ${milliseconds.toFixed(1)} ms\n`)
      writeText(2, `run        ${(performance.now() - runStart).toFixed(1)} ms; total ${(performance.now() - started).toFixed(1)} ms; ${emitted.bytes} bytes of ${engine === "wasm" ? "Wasm" : "bytecode"}\n`)
    }
    if (!end.ok) {
      writeText(2, `hako: this is a mistake of ours, not of your program: ${end.bug}\n`)
      return 70
    }
    if (end.tiers !== null && options.get("trace") === "tier") writeText(2, tierTrace(end.tiers, (origin) => compilation.positionOf(origin)))
    for (const bug of emitted.desk?.bugs ?? []) writeText(2, `hako: a part of the program stayed interpreted; this is a mistake of ours, not of your program: ${bug}\n`)
    const isUnwritten = told(end.unwritten)
    if (end.result.kind === "exit") return isUnwritten ? CANNOT_WRITE : end.result.code & 255
    printTrap(compilation, end.result)
    return 1
  } finally {
    await thread.terminate()
  }
}

/** Compiles with LLVM for this machine and runs. */
async function runNative(engine: "aot" | "llvm-jit", files: readonly InputFile[], args: readonly string[], options: ReadonlyMap<string, string>): Promise<number> {
  const target = ownTarget()
  if (target === null) throw new UsageError(`--engine=${engine}: native programs are for Linux on x86-64 and AArch64; use --engine=wasm`)
  const level = optimisationLevel(options.get("opt") as string) ?? 1
  const compilation = compile(files, { optimise: level }, () => performance.now())
  printDiagnostics(compilation, false)
  if (compilation.hasErrors) return 2
  compilation.counted("told")
  const path = options.get("canvas") || null
  const file = path === null ? null : new DrawingFile(path)
  const drawing = file === null ? null : (records: Uint8Array): void => file.read(records)
  try {
    const toolchain = findToolchain(nativeRuntime(), target)
    const build: ExecutableOptions = { target, level: level === 0 ? "O0" : level === 1 ? "O2" : "O3", strip: true }
    const { code, times } = engine === "aot" ? await runAhead(compilation, args, toolchain, build, drawing) : await runJit(compilation, args, toolchain, build, drawing)
    if (options.get("time") === "true") {
      for (const { stage, milliseconds } of [...compilation.times, ...times.map((t) => ({ stage: t.name, milliseconds: t.milliseconds }))]) writeText(2, `${stage.padEnd(10)} ${milliseconds.toFixed(1)} ms\n`)
    }
    return told(file?.write() ?? null) ? CANNOT_WRITE : code
  } catch (error) {
    if (!(error instanceof ToolError)) throw error
    writeText(2, `hako: ${error.message}\n`)
    return 70
  }
}

/** A program for the thread, its size, and how long that took. */
interface Emitted {
  readonly program: ThreadProgram
  readonly bytes: number
  readonly milliseconds: number
  /** What compiles while the program runs. */
  readonly desk?: TierDesk
}

/** Loads the runtime; gives what compiles with it. */
async function startWasm(): Promise<(compilation: Compilation) => Emitted> {
  const runtime = await readRuntime()
  return (compilation) => {
    const start = performance.now()
    const artifact = compileWasm(compilation.counted(), runtime, { optimise: compilation.options.optimise, lineOf: (origin) => compilation.lineOf(origin) })
    const module = new WebAssembly.Module(artifact.bytes as Uint8Array<ArrayBuffer>)
    const program: ThreadProgram = { engine: "wasm", wasm: { module, sites: artifact.sites, map: artifact.map, names: artifact.names, frame: artifact.frame } }
    return { program, bytes: artifact.bytes.length, milliseconds: performance.now() - start }
  }
}

/** Loads the interpreter; gives what compiles for it. */
async function startVm(allConstants = false): Promise<(compilation: Compilation) => Emitted & { readonly program: Extract<ThreadProgram, { engine: "vm" }>; readonly vm: VmArtifact }> {
  const machine = await WebAssembly.compile((await readFile(new URL("./runtime/vm.wasm", import.meta.url))) as Uint8Array<ArrayBuffer>)
  return (compilation) => {
    const start = performance.now()
    const vm = compileVm(compilation.counted(), { lineOf: (origin) => compilation.lineOf(origin), allConstants })
    return { program: { engine: "vm", machine, vm: { bytes: vm.bytes, sites: vm.sites, program: { functions: vm.program.functions, origins: vm.program.origins } } }, vm, bytes: vm.bytes.length, milliseconds: performance.now() - start }
  }
}

/** Loads the interpreter; gives what compiles for it and for the tiers above it. */
async function startTiered(options: ReadonlyMap<string, string>): Promise<(compilation: Compilation) => Emitted> {
  const tiers = readTierOptions(options)
  const start = await startVm(true)
  return (compilation) => {
    const begin = performance.now()
    const { program, vm, bytes } = start(compilation)
    const parts = tierProgram(compilation.counted(), vm)
    const desk = options.get("tier-sync") === "true" ? undefined : new TierDesk(parts)
    const { machine } = program
    const thread: ThreadProgram = { engine: "tiered", machine, vm: program.vm, outline: outlineOf(parts), options: tiers, compiler: desk === undefined ? parts : desk.mailbox }
    return { program: thread, bytes, milliseconds: performance.now() - begin, ...(desk === undefined ? {} : { desk }) }
  }
}

/** The runtime's binary, beside the command. */
export function readRuntime(): Promise<Uint8Array> {
  return readFile(new URL("./runtime/runtime.wasm", import.meta.url))
}
