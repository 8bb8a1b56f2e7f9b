/**
 * Runs a WebAssembly binary of ours once in a fresh thread; prints its output, and the CPU time of the run in milliseconds and the peak memory
 * in KiB on stderr.
 */
import { readFileSync } from "node:fs"
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads"
import { runWasm } from "../compiler/backend/wasm/engine.ts"
import { threadCpu } from "./measure.ts"

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), { workerData: process.argv[2], resourceLimits: { stackSizeMb: 64 } })
  worker.on("error", (error) => {
    throw error
  })
} else {
  const module = new WebAssembly.Module(readFileSync(workerData as string))
  const chunks: Uint8Array[] = []
  const before = threadCpu() ?? performance.now()
  const host = { arguments: [], write: (_: 1 | 2, bytes: Uint8Array) => void chunks.push(bytes.slice()), readLine: () => null, now: () => 0, seed: () => 1n, clear: () => {} }
  const result = runWasm({ module, sites: [], map: [], names: {}, frame: 0 }, host, { maxDepth: 10_000, maxMemory: 256 << 20, countLeaks: false })
  const spent = (threadCpu() ?? performance.now()) - before
  process.stdout.write(Buffer.concat(chunks))
  process.stderr.write(`${spent.toFixed(3)} ${(result.peakMemory / 1024).toFixed(0)}\n`)
  if (result.kind === "trap") throw new Error(`${result.error}: ${result.message}`)
  parentPort?.close()
}
