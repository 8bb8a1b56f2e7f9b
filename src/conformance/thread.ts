/** The thread that judges programs, one after another. */
import { parentPort, workerData } from "node:worker_threads"
import type { LlvmKit } from "../llvm/build.ts"
import { type Job, judge, useLlvmKit } from "./execute.ts"

if (workerData !== null) useLlvmKit(workerData as LlvmKit)

parentPort?.on("message", (job: Job) => {
  judge(job).then((verdict) => parentPort?.postMessage(verdict))
})
