/** The thread that judges programs, one after another. */
import { parentPort } from "node:worker_threads"
import { type Job, judge } from "./execute.ts"

parentPort?.on("message", (job: Job) => {
  judge(job).then((verdict) => parentPort?.postMessage(verdict))
})
