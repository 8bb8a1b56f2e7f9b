/**
 * A thread that judges programs and can be ended when a program does not end by itself.
 */
import { Worker } from "node:worker_threads"
import type { Report } from "./oracles.ts"
import type { FuzzJob } from "./thread.ts"

const STACK_MIB = 256
/** Programs after which a thread is replaced: nothing that grows slowly grows for long. */
const JOBS_OF_A_THREAD = 2000

/** A thread and its next one. */
export class Judge {
  readonly #patience: number
  #worker: Worker | null = null
  #served = 0

  /** `patience`: milliseconds for a program. */
  constructor(patience: number) {
    this.#patience = patience
  }

  /** The report, or null if the program does not end or takes its thread with it. */
  async ask(job: FuzzJob): Promise<Report | null> {
    if (this.#served++ >= JOBS_OF_A_THREAD) await this.close()
    this.#worker ??= new Worker(new URL("./thread.ts", import.meta.url), { resourceLimits: { stackSizeMb: STACK_MIB, maxOldGenerationSizeMb: 1024 } })
    const worker = this.#worker
    const report = await new Promise<Report | null>((resolve) => {
      const timer = setTimeout(() => done(null), this.#patience)
      const gone = (): void => done(null)
      const done = (got: Report | null): void => {
        clearTimeout(timer)
        worker.off("message", done).off("error", gone).off("exit", gone)
        resolve(got)
      }
      worker.on("message", done).on("error", gone).on("exit", gone)
      worker.postMessage(job)
    })
    if (report === null) await this.close()
    return report
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    this.#served = 0
    await worker?.terminate()
  }
}
