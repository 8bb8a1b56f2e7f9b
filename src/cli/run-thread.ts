/**
 * The thread that runs a program: a worker with a stack large enough for the language's call depth. It gets a compiled
 * program by message, writes output straight to the process's streams and answers with how the run ended.
 */
import { readSync } from "node:fs"
import { parentPort } from "node:worker_threads"
import type { Host, RunResult } from "../compiler/backend/backend.ts"
import { Bug } from "../compiler/base/bug.ts"
import { BackgroundCompiler, Mailbox, type TierOrder } from "../compiler/backend/tiered/background.ts"
import { runTiered, type TierCompiler, type TieredProgram } from "../compiler/backend/tiered/engine.ts"
import type { TierRecord } from "../compiler/backend/tiered/events.ts"
import type { TierProgram } from "../compiler/backend/tiered/places.ts"
import type { TierOptions } from "../compiler/backend/tiered/profile.ts"
import { SynchronousCompiler } from "../compiler/backend/tiered/synchronous.ts"
import { type RunnableVm, runVm } from "../compiler/backend/vm/engine.ts"
import { runWasm, type WasmProgram } from "../compiler/backend/wasm/engine.ts"
import { DrawingFile } from "./drawing-file.ts"
import { writeAll } from "./report.ts"

/** A compiled program, for one of the engines. */
export type ThreadProgram =
  | { readonly engine: "wasm"; readonly wasm: WasmProgram }
  /** `machine` is the interpreter. */
  | { readonly engine: "vm"; readonly machine: WebAssembly.Module; readonly vm: RunnableVm }
  /** `compiler` is the mailbox of the thread that compiles, or what this thread needs to compile itself. */
  | ({ readonly engine: "tiered"; readonly machine: WebAssembly.Module; readonly options: TierOptions; readonly compiler: SharedArrayBuffer | TierProgram } & TieredProgram)

/** What the thread gets. */
export interface ThreadStart {
  readonly program: ThreadProgram
  /** What follows the file on the command line. */
  readonly arguments: readonly string[]
  readonly maxDepth: number
  readonly maxMemory: number
  /** The PNG file that a canvas goes to, or null if the program has nothing to draw on. */
  readonly canvas: string | null
}

/** What it answers. */
export type ThreadEnd =
  /** `unwritten`: why the picture could not be written, or null. `tiers`: what the tiered engine did. */
  | { readonly ok: true; readonly result: RunResult; readonly unwritten: string | null; readonly tiers: TierRecord | null }
  | { readonly ok: false; readonly bug: string }

/** Lines of standard input, read when the program asks. */
export class InputLines {
  #buffer = Buffer.alloc(0)
  #ended = false

  next(): string | null {
    for (;;) {
      const end = this.#buffer.indexOf(10)
      if (end >= 0) {
        const line = this.#buffer.subarray(0, end)
        this.#buffer = this.#buffer.subarray(end + 1)
        return withoutReturn(line.toString("utf8"))
      }
      if (this.#ended) {
        if (this.#buffer.length === 0) return null
        const line = this.#buffer.toString("utf8")
        this.#buffer = Buffer.alloc(0)
        return withoutReturn(line)
      }
      this.#fill()
    }
  }

  #fill(): void {
    const chunk = Buffer.alloc(65536)
    try {
      const length = readSync(0, chunk, 0, chunk.length, null)
      if (length === 0) this.#ended = true
      else this.#buffer = Buffer.concat([this.#buffer, chunk.subarray(0, length)])
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
      else if (code === "EOF") this.#ended = true
      else throw error
    }
  }
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line
}

function compilerOf(given: SharedArrayBuffer | TierProgram, send: (order: TierOrder) => void): TierCompiler {
  return given instanceof SharedArrayBuffer ? new BackgroundCompiler(new Mailbox(given), send) : new SynchronousCompiler(given, () => performance.now())
}

/** Serves one run. Called in the worker thread. */
export function serveRun(): void {
  const port = parentPort
  if (port === null) throw new Bug("cli", "not in a worker thread")
  port.once("message", (start: ThreadStart) => {
    const input = new InputLines()
    const host: Host & { canvas?: (records: Uint8Array) => void } = {
      arguments: start.arguments,
      write: (stream, bytes) => writeAll(stream, bytes),
      readLine: () => input.next(),
      now: () => Date.now(),
      seed: () => BigInt(Date.now()) * 1_000_003n + BigInt(process.pid),
      clear: () => {},
    }
    const drawing = start.canvas === null ? null : new DrawingFile(start.canvas)
    if (drawing !== null) host.canvas = (records) => drawing.read(records)
    let end: ThreadEnd
    try {
      const { program } = start
      const limits = { maxDepth: start.maxDepth, maxMemory: start.maxMemory, countLeaks: false }
      let result: RunResult
      let tiers: TierRecord | null = null
      if (program.engine === "tiered") {
        const compiler = compilerOf(program.compiler, (order) => port.postMessage(order))
        ;({ result, record: tiers } = runTiered(program.machine, program, host, limits, { options: program.options, compiler, clock: () => performance.now() }))
      } else result = program.engine === "vm" ? runVm(program.machine, program.vm, host, limits) : runWasm(program.wasm, host, limits)
      end = { ok: true, result, unwritten: drawing?.write() ?? null, tiers }
    } catch (error) {
      end = { ok: false, bug: error instanceof Bug ? `${error.message}\n${error.detail}` : String(error) }
    }
    port.postMessage(end)
  })
}
