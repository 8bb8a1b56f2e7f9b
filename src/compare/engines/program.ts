/**
 * A program on an engine that runs in this process, ready to be timed: compiled as often as asked, run as often as asked, its
 * output hashed instead of shown. For a thread or worker that does nothing else.
 *
 * Comparable runs see the same world: the clock starts at a fixed time and advances by a millisecond whenever the program
 * reads it (so that waiting for it ends), random numbers have a fixed seed, and input is the same text.
 */
import type { Host, RunLimits, RunResult } from "../../compiler/backend/backend.ts"
import { compileVm } from "../../compiler/backend/vm/compile.ts"
import { type RunnableVm, runVm } from "../../compiler/backend/vm/engine.ts"
import { compileWasm } from "../../compiler/backend/wasm/compile.ts"
import { runWasm, type WasmProgram } from "../../compiler/backend/wasm/engine.ts"
import { Bug } from "../../compiler/base/bug.ts"
import { compile, type InputFile } from "../../compiler/driver/compile.ts"
import type { CompileOptions } from "../../compiler/driver/options.ts"
import type { Prepared } from "../measure.ts"
import { OutputDigester, type RunSample } from "../measurement.ts"

/** Engines that run in the process that compares. */
export type LocalEngine = "wasm" | "vm"

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
  /** Milliseconds for compile times and first output. */
  readonly now: () => number
  /** Milliseconds for running times: CPU time where the system tells it. */
  readonly cpu: () => number
}

/** Where the fixed clock starts: 2001-09-09T01:46:40Z. */
const EPOCH = 1_000_000_000_000
/** Seed of random numbers. */
const SEED = 42n

type Loaded = { readonly engine: "wasm"; readonly program: WasmProgram } | { readonly engine: "vm"; readonly machine: WebAssembly.Module; readonly program: RunnableVm }

/** See the head of the file. */
export class TimedProgram {
  readonly #program: LocalProgram
  readonly #host: LocalHost
  #runtime: Uint8Array | null = null
  #machine: WebAssembly.Module | null = null
  #loaded: Loaded | null = null

  constructor(program: LocalProgram, host: LocalHost) {
    this.#program = program
    this.#host = host
  }

  /** Loads the back end and compiles; the time covers both. Rejects if the program has errors. */
  async prepare(): Promise<Prepared> {
    const { loadMachine, loadRuntime, now } = this.#host
    const start = now()
    let machineBytes = 0
    if (this.#program.engine === "wasm") this.#runtime = await loadRuntime()
    else {
      const bytes = await loadMachine()
      machineBytes = bytes.length
      this.#machine = await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>)
    }
    const { loaded, bytes } = this.#make()
    this.#loaded = loaded
    return { compile: now() - start, codeBytes: bytes, distributedBytes: bytes + machineBytes, compilesInRun: false }
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
    const lines = this.#program.stdin === "" ? [] : this.#program.stdin.replace(/\n$/, "").split("\n")
    let nextLine = 0
    let clock = EPOCH
    let firstOutput: number | null = null
    const start = now()
    const host: Host = {
      arguments: this.#program.arguments,
      write: (stream, bytes) => {
        firstOutput ??= now() - start
        digester.write(stream, bytes)
      },
      readLine: () => lines[nextLine++] ?? null,
      now: () => clock++,
      seed: () => SEED,
      clear: () => {},
    }
    const before = cpu()
    const result = loaded.engine === "wasm" ? runWasm(loaded.program, host, this.#program.limits) : runVm(loaded.machine, loaded.program, host, this.#program.limits)
    const run = cpu() - before
    return { run, firstOutput, peakMemory: result.peakMemory, digest: digester.digest(endOf(result)) }
  }

  #make(): { readonly loaded: Loaded; readonly bytes: number } {
    const compilation = compile(this.#program.files, this.#program.options)
    if (compilation.hasErrors) throw new Error(compilation.diagnostics.find(({ diagnostic }) => diagnostic.severity === "error")?.diagnostic.message ?? "")
    const lineOf = (origin: Parameters<typeof compilation.lineOf>[0]): number => compilation.lineOf(origin)
    if (this.#program.engine === "wasm") {
      if (this.#runtime === null) throw new Bug("compare", "compile before prepare")
      const artifact = compileWasm(compilation.counted(), this.#runtime, { optimise: compilation.options.optimise, lineOf })
      const module = new WebAssembly.Module(artifact.bytes as Uint8Array<ArrayBuffer>)
      return { loaded: { engine: "wasm", program: { module, sites: artifact.sites, map: artifact.map, names: artifact.names, frame: artifact.frame } }, bytes: artifact.bytes.length }
    }
    if (this.#machine === null) throw new Bug("compare", "compile before prepare")
    const artifact = compileVm(compilation.counted(), { lineOf })
    return { loaded: { engine: "vm", machine: this.#machine, program: artifact }, bytes: artifact.bytes.length }
  }
}

/** How a run ended, in the words that all engines' runs are compared by. */
export function endOf(result: RunResult): string {
  return result.kind === "exit" ? `exit ${result.code & 255}` : `${result.error}: ${result.message}`
}
