/**
 * A program on an engine that runs in this process, ready to be timed: compiled as often as asked, run as often as asked, its
 * output hashed instead of shown. For a thread or worker that does nothing else.
 *
 * Comparable runs see the same world: the clock starts at a fixed time and advances by a millisecond whenever the program
 * reads it (so that waiting for it ends), random numbers have a fixed seed, and input is the same text.
 */
import type { Host, RunLimits, RunResult } from "../../compiler/backend/backend.ts"
import { runTiered, type TieredProgram, tierProgram } from "../../compiler/backend/tiered/engine.ts"
import type { TierProgram } from "../../compiler/backend/tiered/places.ts"
import { DEFAULT_TIERS, outlineOf } from "../../compiler/backend/tiered/profile.ts"
import { SynchronousCompiler } from "../../compiler/backend/tiered/synchronous.ts"
import { compileVm } from "../../compiler/backend/vm/compile.ts"
import { type RunnableVm, runVm } from "../../compiler/backend/vm/engine.ts"
import { compileWasm } from "../../compiler/backend/wasm/compile.ts"
import { runWasm, type WasmProgram } from "../../compiler/backend/wasm/engine.ts"
import { Bug } from "../../compiler/base/bug.ts"
import { compile, type InputFile } from "../../compiler/driver/compile.ts"
import type { CompileOptions } from "../../compiler/driver/options.ts"
import { buildModule, type LlvmKit } from "../../llvm/build.ts"
import { LLVM_LEVELS, llvmInput, llvmProgram } from "../../llvm/program.ts"
import type { Prepared } from "../measure.ts"
import { OutputDigester, type RunSample } from "../measurement.ts"

/** Engines that run in the process that compares. */
export type LocalEngine = "wasm" | "vm" | "tiered" | "llvm-wasm"

/** What to run. */
export interface LocalProgram {
  readonly engine: LocalEngine
  readonly files: readonly InputFile[]
  readonly options: CompileOptions
  readonly arguments: readonly string[]
  readonly stdin: string
  readonly limits: RunLimits
}

/** Where the parts of the back ends come from, and the clock. */
export interface LocalHost {
  /** The bytes of `runtime.wasm`. */
  readonly loadRuntime: () => Promise<Uint8Array>
  /** The bytes of `vm.wasm`. */
  readonly loadMachine: () => Promise<Uint8Array>
  /** LLVM in WebAssembly with the runtime for it, where the host has it. */
  readonly llvm?: LlvmKit
  /** Milliseconds for compile times and first output. */
  readonly now: () => number
  /** Milliseconds for running times: CPU time where the system tells it. */
  readonly cpu: () => number
}

/** Where the fixed clock starts: 2001-09-09T01:46:40Z. */
const EPOCH = 1_000_000_000_000
/** Seed of random numbers. */
const SEED = 42n

/** The world that runs share: input, a clock that advances by a millisecond whenever it is read, and a seed. */
export function fixedWorld(stdin: string): Pick<Host, "readLine" | "now" | "seed"> {
  const lines = stdin === "" ? [] : stdin.replace(/\n$/, "").split("\n")
  let nextLine = 0
  let clock = EPOCH
  return { readLine: () => lines[nextLine++] ?? null, now: () => clock++, seed: () => SEED }
}

type Loaded = { readonly engine: "wasm"; readonly program: WasmProgram } | { readonly engine: "vm"; readonly machine: WebAssembly.Module; readonly program: RunnableVm }
  | { readonly engine: "tiered"; readonly machine: WebAssembly.Module; readonly program: TieredProgram; readonly parts: TierProgram }

/** See the head of the file. */
export class TimedProgram {
  readonly #program: LocalProgram
  readonly #host: LocalHost
  #runtime: Uint8Array | null = null
  #machine: WebAssembly.Module | null = null
  #loaded: Loaded | null = null
  #readsWorld = false

  constructor(program: LocalProgram, host: LocalHost) {
    this.#program = program
    this.#host = host
  }

  /** Loads the back end and compiles; the time covers both. Rejects if the program has errors. */
  async prepare(): Promise<Prepared> {
    const { loadMachine, loadRuntime, now } = this.#host
    const start = now()
    let machineBytes = 0
    const { engine } = this.#program
    if (engine === "wasm") this.#runtime = await loadRuntime()
    else if (engine !== "llvm-wasm") {
      const bytes = await loadMachine()
      machineBytes = bytes.length
      this.#machine = await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>)
    }
    const { loaded, bytes } = this.#make()
    this.#loaded = loaded
    return { compile: now() - start, codeBytes: bytes, distributedBytes: bytes + machineBytes, compilesInRun: engine === "tiered", readsWorld: this.#readsWorld }
  }

  /** Compiles again from the source; milliseconds. What runs is still the first program. */
  compile(): number {
    const start = this.#host.now()
    this.#make()
    return this.#host.now() - start
  }

  /** Runs once. */
  run(): RunSample {
    const loaded = this.#loaded
    if (loaded === null) throw new Bug("compare", "run before prepare")
    const { now, cpu } = this.#host
    const digester = new OutputDigester()
    let firstOutput: number | null = null
    const start = now()
    const host: Host = {
      ...fixedWorld(this.#program.stdin),
      arguments: this.#program.arguments,
      write: (stream, bytes) => {
        firstOutput ??= now() - start
        digester.write(stream, bytes)
      },
      clear: () => {},
    }
    const before = cpu()
    const result = this.#execute(loaded, host)
    const spent = cpu() - before
    // A clock of processor time that has not moved is too coarse for this run.
    const run = spent > 0 ? spent : now() - start
    return { run, firstOutput, peakMemory: result.peakMemory, digest: digester.digest(endOf(result)) }
  }

  #execute(loaded: Loaded, host: Host): RunResult {
    const { limits } = this.#program
    if (loaded.engine === "wasm") return runWasm(loaded.program, host, limits)
    if (loaded.engine === "vm") return runVm(loaded.machine, loaded.program, host, limits)
    // Compiled on the spot: what compiling costs is a part of the run.
    const compiler = new SynchronousCompiler(loaded.parts, this.#host.now)
    return runTiered(loaded.machine, loaded.program, host, limits, { options: DEFAULT_TIERS, compiler, clock: this.#host.now }).result
  }

  #make(): { readonly loaded: Loaded; readonly bytes: number } {
    const compilation = compile(this.#program.files, this.#program.options)
    if (compilation.hasErrors) throw new Error(compilation.diagnostics.find(({ diagnostic }) => diagnostic.severity === "error")?.diagnostic.message ?? "")
    this.#readsWorld = readsWorld(compilation)
    const lineOf = (origin: Parameters<typeof compilation.lineOf>[0]): number => compilation.lineOf(origin)
    if (this.#program.engine === "wasm") {
      if (this.#runtime === null) throw new Bug("compare", "compile before prepare")
      const artifact = compileWasm(compilation.counted(), this.#runtime, { optimise: compilation.options.optimise, lineOf })
      const module = new WebAssembly.Module(artifact.bytes as Uint8Array<ArrayBuffer>)
      return { loaded: { engine: "wasm", program: { module, sites: artifact.sites, map: artifact.map, names: artifact.names, frame: artifact.frame } }, bytes: artifact.bytes.length }
    }
    if (this.#program.engine === "llvm-wasm") {
      const { llvm, now } = this.#host
      if (llvm === undefined) throw new Bug("compare", "the host gives no LLVM")
      const { optimise } = compilation.options
      const input = llvmInput(compilation.counted("told"), compilation.sources, optimise)
      const { bytes } = buildModule(llvm, input.text, LLVM_LEVELS[optimise], now)
      return { loaded: { engine: "wasm", program: { module: new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), ...llvmProgram(input, bytes) } }, bytes: bytes.length }
    }
    if (this.#machine === null) throw new Bug("compare", "compile before prepare")
    const artifact = compileVm(compilation.counted(), { lineOf, allConstants: this.#program.engine === "tiered" })
    if (this.#program.engine === "tiered") {
      const parts = tierProgram(compilation.counted(), artifact)
      return { loaded: { engine: "tiered", machine: this.#machine, program: { vm: artifact, outline: outlineOf(parts) }, parts }, bytes: artifact.bytes.length }
    }
    return { loaded: { engine: "vm", machine: this.#machine, program: artifact }, bytes: artifact.bytes.length }
  }
}

/** Functions of the runtime that look at the clock or at the system's random numbers. */
const WORLD = /^hk_(now|time_date_time|timer_\w+|math_random|random_new)$/

/** True if the program can look at them. */
function readsWorld(compilation: ReturnType<typeof compile>): boolean {
  for (const func of compilation.counted().funcs.values()) {
    for (const block of func.blocks) if (block.insts.some((inst) => inst.op === "call.rt" && WORLD.test(String(inst.imm)))) return true
  }
  return false
}

/** How a run ended, in the words that all engines' runs are compared by. */
export function endOf(result: RunResult): string {
  return result.kind === "exit" ? `exit ${result.code & 255}` : `${result.error}: ${result.message}`
}
