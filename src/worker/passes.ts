/** The trace of the passes as messages: all steps, and of one function everything. */
import type { Compilation } from "../compiler/driver/compile.ts"
import { type PassTrace, tracePasses } from "../compiler/driver/passes.ts"
import type { PassesMessage } from "../protocol/passes.ts"

/** Keeps the trace of the last compilation: another function of the same program is only looked up. */
export class PassTraces {
  #last: { readonly compilation: Compilation; readonly trace: PassTrace } | null = null

  /** The message about `compilation`, which has no errors; without a function's name, about the main one. */
  message(compilation: Compilation, wanted: string | null, now: () => number): PassesMessage {
    if (this.#last?.compilation !== compilation) this.#last = { compilation, trace: tracePasses(compilation, now) }
    const { steps, functions, remarks } = this.#last.trace
    const shown = functions.find((row) => row.name === wanted) ?? functions.find((row) => row.name === "main") ?? functions[0]
    return {
      steps,
      functions: functions.map(({ name, display, synthetic, states }) => ({ name, display, synthetic, changes: states.length - 1 })),
      function: shown === undefined ? null : { name: shown.name, states: shown.states.map(({ step, body }) => ({ step, body: body === null ? null : { ...body, links: body.links.map(({ start, end, origin }) => ({ start, end, source: origin })) } })) },
      remarks: remarks.map(({ step, function: name, origin, remark }) => ({ step, function: name, source: origin, remark })),
    }
  }
}
