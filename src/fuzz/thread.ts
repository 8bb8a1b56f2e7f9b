/** The thread that generates and judges programs, one after another. */
import { parentPort } from "node:worker_threads"
import { generate } from "./generate.ts"
import { judgeProgram, type Report, type Way } from "./oracles.ts"

/** What to judge: the program of a seed, or a text. */
export interface FuzzJob {
  readonly seed: number
  /** The program, or null for the seed's. */
  readonly text: string | null
  readonly ways: readonly Way[]
  readonly formatted: boolean
}

parentPort?.on("message", (job: FuzzJob) => {
  const done = (report: Report): void => parentPort?.postMessage(report)
  let text = job.text ?? ""
  try {
    if (job.text === null) text = generate(job.seed)
  } catch (thrown) {
    return done({ mismatches: [{ way: "generate", detail: String(thrown instanceof Error ? thrown.stack : thrown) }], isReferenced: false, end: "not generated" })
  }
  judgeProgram(text, job.ways, job.formatted).then(done, (thrown: unknown) => {
    done({ mismatches: [{ way: "oracle", detail: String(thrown instanceof Error ? thrown.stack?.slice(0, 600) : thrown) }], isReferenced: false, end: "broken" })
  })
})
