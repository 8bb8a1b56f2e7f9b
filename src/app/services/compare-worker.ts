/** A program on an engine of this browser, in a worker of its own, as something that can be measured. */
import type { Prepared, Subject } from "../../compare/measure.ts"
import type { RunSample } from "../../compare/measurement.ts"
import type { CompareAnswer, ComparedProgram, CompareQuestion } from "../../protocol/compare.ts"
import { makeCompareWorker } from "./workers.ts"

/** Starts a fresh worker for `program`. */
export function workerSubject(program: ComparedProgram): Subject {
  const worker = makeCompareWorker()
  const ask = <T extends Prepared | RunSample | number>(question: CompareQuestion): Promise<T> =>
    new Promise((resolve, reject) => {
      worker.onmessage = (event: MessageEvent<CompareAnswer>) => {
        if (event.data.ok) resolve(event.data.value as T)
        else reject(new Error(event.data.reason))
      }
      worker.onerror = (event) => {
        event.preventDefault()
        reject(new Error(event.message || "the worker stopped"))
      }
      worker.postMessage(question)
    })
  return {
    prepare: () => ask<Prepared>({ ask: "prepare", program }),
    compile: () => ask<number>({ ask: "compile" }),
    run: () => ask<RunSample>({ ask: "run" }),
    end: () => worker.terminate(),
  }
}
