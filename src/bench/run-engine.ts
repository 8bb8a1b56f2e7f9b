/**
 * Compiles a program and runs it once on an engine of this process in a fresh thread; prints a digest of its output and its end, and
 * the CPU time of the run in milliseconds. The tiered engine compiles on the spot, so its time holds the compiler's.
 */
import { readFileSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import { type LocalProgram, TimedProgram } from "../compare/engines/program.ts"
import { threadCpu } from "./measure.ts"

if (isMainThread) {
  const [engine, path] = process.argv.slice(2) as [LocalProgram["engine"], string]
  const program: LocalProgram = {
    engine,
    files: [{ name: "program.hako", text: readFileSync(path, "utf8") }],
    options: { optimise: 1 },
    arguments: [],
    stdin: "",
    limits: { maxDepth: 10_000, maxMemory: 256 << 20, countLeaks: false },
  }
  const worker = new Worker(new URL(import.meta.url), { workerData: program, resourceLimits: { stackSizeMb: 64 } })
  worker.on("error", (error) => {
    throw error
  })
  worker.on("message", (text: string) => console.log(text))
} else {
  const load = (name: string) => () => readFile(new URL(`../../dist/runtime/${name}`, import.meta.url))
  const cpu = (): number => threadCpu() ?? performance.now()
  const timed = new TimedProgram(workerData as LocalProgram, { loadRuntime: load("runtime.wasm"), loadMachine: load("vm.wasm"), now: () => performance.now(), cpu })
  await timed.prepare()
  const { run, digest } = timed.run()
  parentPort?.postMessage(`${run.toFixed(3)} ${JSON.stringify(digest)}`)
}
