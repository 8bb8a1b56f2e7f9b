/**
 * Runs many programs on an engine, in threads that can be ended when a program does not end by itself.
 */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import type { LlvmKit } from "../llvm/build.ts"
import type { Job, Verdict } from "./execute.ts"
import { loadLlvmKit } from "./llvm-kit.ts"

/** Milliseconds after which a program is given up; none needs a tenth of it. */
const PATIENCE = 30_000
const STACK_MIB = 256

/** All `.hako` files below a folder, sorted. */
export function programsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".hako"))
    .sort()
    .map((name) => join(folder, name))
}

/** Every `step`-th program, from `first` (0 is the first of all): a part of a long suite that holds something of each of its folders. */
export function everyNth(paths: readonly string[], step: number, first: number): string[] {
  return paths.filter((_, i) => i % step === first)
}

/** Judges all jobs; `threads` at a time. Verdicts are in the order of the jobs. */
export async function runSuite(jobs: readonly Job[], threads: number): Promise<Verdict[]> {
  const verdicts: Verdict[] = []
  let next = 0
  // Compiled once for all threads, and before any of them is waited for.
  const kit = jobs.some(({ engine }) => engine === "llvm-wasm") ? loadLlvmKit() : null
  const serve = async (): Promise<void> => {
    let worker = start(kit)
    while (next < jobs.length) {
      const index = next++
      const job = jobs[index] as Job
      const verdict = await ask(worker, job)
      if (verdict === null) {
        await worker.terminate()
        worker = start(kit)
      }
      verdicts[index] = verdict ?? { path: job.path, differences: ["does not end, or ended its thread"] }
    }
    await worker.terminate()
  }
  await Promise.all(Array.from({ length: threads }, serve))
  return verdicts
}

function start(kit: LlvmKit | null): Worker {
  return new Worker(new URL("./thread.ts", import.meta.url), { workerData: kit, resourceLimits: { stackSizeMb: STACK_MIB, maxOldGenerationSizeMb: 1024 } })
}

/** The verdict, or null if the thread gives none. */
function ask(worker: Worker, job: Job): Promise<Verdict | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(null), PATIENCE)
    const gone = (): void => done(null)
    const done = (verdict: Verdict | null): void => {
      clearTimeout(timer)
      worker.off("message", done).off("error", gone).off("exit", gone)
      resolve(verdict)
    }
    worker.on("message", done).on("error", gone).on("exit", gone)
    worker.postMessage(job)
  })
}
