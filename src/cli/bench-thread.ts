/**
 * The thread in which `hako bench` compiles and runs a program on an engine of this process: a fresh one for each engine, so
 * that one engine's warm caches are not another's. It answers one question after another.
 */
import { readFile } from "node:fs/promises"
import { readFileSync } from "node:fs"
import { parentPort } from "node:worker_threads"
import { Worker } from "node:worker_threads"
import { type LocalProgram, TimedProgram } from "../compare/engines/program.ts"
import type { Prepared, Subject } from "../compare/measure.ts"
import type { RunSample } from "../compare/measurement.ts"
import { Bug } from "../compiler/base/bug.ts"

/** What tells the thread what it is for; see `main.ts`. */
export interface BenchThread {
  readonly role: "bench"
  readonly program: LocalProgram
}

type Question = "prepare" | "compile" | "run"
type Answer = { readonly ok: true; readonly value: Prepared | RunSample | number | null } | { readonly ok: false; readonly reason: string }

/** MiB of stack that surely hold the deepest calls that the limits allow. */
const STACK_MIB = 256

/** The subject that a fresh thread of `entry`, the command's own script, serves. */
export function threadSubject(entry: URL, program: LocalProgram): Subject {
  const thread = new Worker(entry, { workerData: { role: "bench", program } satisfies BenchThread, resourceLimits: { stackSizeMb: STACK_MIB } })
  const ask = <T extends Prepared | RunSample | number | null>(question: Question): Promise<T> =>
    new Promise((resolve, reject) => {
      const settle = (answer: Answer): void => {
        thread.off("error", reject)
        if (answer.ok) resolve(answer.value as T)
        else reject(new Error(answer.reason))
      }
      thread.once("message", settle)
      thread.once("error", reject)
      thread.postMessage(question)
    })
  return {
    prepare: () => ask<Prepared>("prepare"),
    compile: () => ask<number>("compile"),
    run: () => ask<RunSample>("run"),
    end: () => void thread.terminate(),
  }
}

const NOTHING = new Int32Array(new SharedArrayBuffer(4))

/** CPU time of the calling thread in milliseconds; wall-clock time where the system does not tell. */
function threadCpu(): number {
  // The system brings the account of a thread up to date when it leaves the processor.
  Atomics.wait(NOTHING, 0, 0, 0.05)
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1e6
  } catch {
    return performance.now()
  }
}

/** Serves `program`. Called in the thread. */
export function serveBench({ program }: BenchThread): void {
  const port = parentPort
  if (port === null) throw new Bug("cli", "not in a worker thread")
  const beside = (name: string) => () => readFile(new URL(`./runtime/${name}`, import.meta.url))
  const timed = new TimedProgram(program, { loadRuntime: beside("runtime.wasm"), loadMachine: beside("vm.wasm"), now: () => performance.now(), cpu: threadCpu })
  const questions = { prepare: () => timed.prepare(), compile: async () => timed.compile(), run: async () => timed.run() }
  port.on("message", (question: Question) => {
    questions[question]().then(
      (value) => port.postMessage({ ok: true, value } satisfies Answer),
      (error: unknown) => port.postMessage({ ok: false, reason: error instanceof Bug ? `${error.message}: ${error.detail}` : String(error) } satisfies Answer),
    )
  })
}
