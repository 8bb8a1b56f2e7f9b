/**
 * Compiles a program and runs it once on the Wasm engine in a fresh thread, as a page does; prints its output, and the
 * CPU time of the run in milliseconds on stderr.
 */
import { readFileSync } from "node:fs"
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import { compileWasm } from "../compiler/backend/wasm/compile.ts"
import { runWasm, type WasmProgram } from "../compiler/backend/wasm/engine.ts"
import { compile } from "../compiler/driver/compile.ts"
import type { OptimisationLevel } from "../compiler/driver/options.ts"
import { threadCpu } from "./measure.ts"

if (isMainThread) {
  const [path, level] = process.argv.slice(2)
  const text = readFileSync(path as string, "utf8")
  const compilation = compile([{ name: "program.hako", text }], { optimise: Number(level ?? 1) as OptimisationLevel })
  if (compilation.hasErrors) throw new Error(compilation.diagnostics[0]?.diagnostic.message)
  const runtime = readFileSync(new URL("../../dist/runtime/runtime.wasm", import.meta.url))
  const artifact = compileWasm(compilation.counted(), runtime, { optimise: compilation.options.optimise, lineOf: () => 0 })
  const module = new WebAssembly.Module(artifact.bytes as Uint8Array<ArrayBuffer>)
  const worker = new Worker(new URL(import.meta.url), { workerData: { module, sites: [], map: [], names: {}, frame: 0 } satisfies WasmProgram, resourceLimits: { stackSizeMb: 64 } })
  worker.on("error", (error) => {
    throw error
  })
} else {
  const program = workerData as WasmProgram
  const chunks: Uint8Array[] = []
  const before = threadCpu() ?? performance.now()
  const result = runWasm(program, { arguments: [], write: (_, bytes) => chunks.push(bytes.slice()), readLine: () => null, now: () => 0, seed: () => 1n, clear: () => {} }, { maxDepth: 10_000, maxMemory: 256 << 20, countLeaks: false })
  const spent = (threadCpu() ?? performance.now()) - before
  process.stdout.write(Buffer.concat(chunks))
  process.stderr.write(`${spent.toFixed(3)} ${(result.peakMemory / 1024).toFixed(0)}\n`)
  if (result.kind === "trap") throw new Error(`${result.error}: ${result.message}`)
  parentPort?.close()
}
