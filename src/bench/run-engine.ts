/**
 * Compiles a program and runs it once on an engine of this process in a fresh thread; prints the CPU time of that thread during the run
 * in milliseconds and, for the tiered engine, the longest time from a loop that turned hot to its compiled code, and then the end and the
 * output of the program. Compiling happens in the main thread, before the run and, for the tiered
 * engine, beside it, as on the page and the command line.
 */
import { readFileSync } from "node:fs"
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import type { Host, RunLimits, RunResult } from "../compiler/backend/backend.ts"
import { BackgroundCompiler, Mailbox, MAILBOX_BYTES, type TierOrder, TierServer } from "../compiler/backend/tiered/background.ts"
import { runTiered, type TieredProgram, tierProgram } from "../compiler/backend/tiered/engine.ts"
import type { TierEvent } from "../compiler/backend/tiered/events.ts"
import { DEFAULT_TIERS, outlineOf } from "../compiler/backend/tiered/profile.ts"
import { compileVm } from "../compiler/backend/vm/compile.ts"
import { type RunnableVm, runVm } from "../compiler/backend/vm/engine.ts"
import { compileWasm } from "../compiler/backend/wasm/compile.ts"
import { runWasm, type WasmProgram } from "../compiler/backend/wasm/engine.ts"
import { compile } from "../compiler/driver/compile.ts"
import { threadCpu } from "./measure.ts"

/** What the thread gets. */
type Start =
  | { readonly engine: "wasm"; readonly program: WasmProgram }
  | { readonly engine: "vm"; readonly machine: WebAssembly.Module; readonly program: RunnableVm }
  | { readonly engine: "tiered"; readonly machine: WebAssembly.Module; readonly program: TieredProgram; readonly mailbox: SharedArrayBuffer }

const LIMITS: RunLimits = { maxDepth: 10_000, maxMemory: 256 << 20, countLeaks: false }

const now = (): number => performance.now()

if (isMainThread) main()
else serve(workerData as Start)

function main(): void {
  const [engine, path] = process.argv.slice(2) as [Start["engine"], string]
  const compilation = compile([{ name: "program.hako", text: readFileSync(path, "utf8") }], { optimise: 1 })
  if (compilation.hasErrors) throw new Error(compilation.diagnostics[0]?.diagnostic.message)
  const lineOf = (origin: Parameters<typeof compilation.lineOf>[0]): number => compilation.lineOf(origin)
  const built = (name: string): Uint8Array<ArrayBuffer> => readFileSync(new URL(`../../dist/runtime/${name}`, import.meta.url))
  let start: Start
  let server: TierServer | null = null
  if (engine === "wasm") {
    const { bytes, sites, map, names, frame } = compileWasm(compilation.counted(), built("runtime.wasm"), { optimise: 1, lineOf })
    start = { engine, program: { module: new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), sites, map, names, frame } }
  } else {
    const machine = new WebAssembly.Module(built("vm.wasm"))
    const artifact = compileVm(compilation.counted(), { lineOf, allConstants: engine === "tiered" })
    const { bytes, sites, program } = artifact
    const vm: RunnableVm = { bytes, sites, program: { functions: program.functions, origins: program.origins } }
    if (engine === "vm") start = { engine, machine, program: vm }
    else {
      const parts = tierProgram(compilation.counted(), artifact)
      const mailbox = new SharedArrayBuffer(MAILBOX_BYTES)
      server = new TierServer(parts, new Mailbox(mailbox), now)
      start = { engine, machine, program: { vm, outline: outlineOf(parts) }, mailbox }
    }
  }
  const worker = new Worker(new URL(import.meta.url), { workerData: start, resourceLimits: { stackSizeMb: 64 } })
  worker.on("error", (error) => {
    throw error
  })
  worker.on("message", (message: string | TierOrder) => {
    if (typeof message === "string") process.stdout.write(message)
    else server?.take(message)
  })
  const warmUp = (): void => {
    if (server?.warmUp() === true) setImmediate(warmUp)
  }
  warmUp()
}

function serve(start: Start): void {
  const chunks: Uint8Array[] = []
  const host: Host = { arguments: [], write: (_, bytes) => chunks.push(bytes.slice()), readLine: () => null, now: () => 0, seed: () => 1n, clear: () => {} }
  const cpu = (): number => threadCpu() ?? now()
  const before = cpu()
  const { result, delay } = execute(start, host)
  const spent = cpu() - before
  const end = result.kind === "exit" ? "" : `${result.error}: ${result.message}\n`
  parentPort?.postMessage(`${spent.toFixed(3)} ${delay.toFixed(3)}\n${end}${Buffer.concat(chunks).toString("utf8")}`)
}

function execute(start: Start, host: Host): { readonly result: RunResult; readonly delay: number } {
  if (start.engine === "wasm") return { result: runWasm(start.program, host, LIMITS), delay: 0 }
  if (start.engine === "vm") return { result: runVm(start.machine, start.program, host, LIMITS), delay: 0 }
  const compiler = new BackgroundCompiler(new Mailbox(start.mailbox), (order) => parentPort?.postMessage(order))
  const { result, record } = runTiered(start.machine, start.program, host, LIMITS, { options: DEFAULT_TIERS, compiler, clock: now })
  return { result, delay: longestDelay(record.events) }
}

/** Wall-clock milliseconds from a hot loop to the code that replaces it, for the loop that waited longest; 0 without one. */
function longestDelay(events: readonly TierEvent[]): number {
  let longest = 0
  for (const hot of events) {
    if (hot.kind !== "hot" || !hot.place.isLoop) continue
    const installed = events.find((event) => event.kind === "installed" && event.unit === hot.unit)
    if (installed !== undefined) longest = Math.max(longest, installed.at - hot.at)
  }
  return longest
}
