/**
 * A program on an engine of the server: its input goes with the request, its output comes back when it has ended.
 */
import type { ServerEngine } from "../../protocol/api.ts"
import type { OutputChunk } from "../model/output-log.ts"
import type { Action } from "../model/reduce.ts"
import type { AppState } from "../model/state.ts"
import { t } from "../messages/t.ts"
import { serverLevel } from "./native-subject.ts"
import { lookForServer, reasonAgainst, requestRun, ServerFailure } from "./server.ts"

/** Where output and outcome go. */
export interface ServerRunHost {
  readonly write: (chunks: readonly Pick<OutputChunk, "stream" | "text">[]) => void
  readonly dispatch: (action: Action) => void
}

/** Runs the program; everything that can go wrong becomes the outcome, except that `signal` ends it, which rejects. */
export async function runOnServer(engine: ServerEngine, state: Pick<AppState, "files" | "optimise" | "stdin">, signal: AbortSignal, host: ServerRunHost): Promise<void> {
  await lookForServer()
  signal.throwIfAborted()
  const reason = reasonAgainst("run")
  if (reason !== null) return host.dispatch({ type: "runRefused", reason })
  const asked = performance.now()
  try {
    const answer = await requestRun({ files: state.files, engine, level: serverLevel(state.optimise), args: [], stdin: state.stdin }, signal)
    signal.throwIfAborted()
    const stages = answer.times.filter(({ stage }) => stage !== "run" && stage !== "queue")
    host.dispatch({ type: "runCompiled", stages, compiledIn: Math.max(0, performance.now() - asked - answer.milliseconds), wasmBytes: 0 })
    host.write([{ stream: "stdout", text: answer.stdout }, { stream: "stderr", text: answer.stderr }])
    if (answer.ended === "exited" && answer.code !== null && !answer.truncated) {
      host.dispatch({ type: "runFinished", outcome: { kind: "exit", code: answer.code }, milliseconds: answer.milliseconds, firstOutputAfter: null, peakMemory: answer.peakMemory })
      return
    }
    const why = answer.ended === "timeout" ? t("server.run.timeout", { time: (answer.milliseconds / 1000).toFixed(1) }) : answer.ended === "output" || answer.truncated ? t("server.run.output") : t("server.run.killed")
    host.dispatch({ type: "runRefused", reason: why, milliseconds: answer.milliseconds })
  } catch (error) {
    signal.throwIfAborted()
    const failure = error instanceof ServerFailure ? error.failure : null
    if (failure?.kind === "diagnostics") host.dispatch({ type: "runBlocked", errors: Math.max(1, failure.diagnostics?.filter(({ severity }) => severity === "error").length ?? 1) })
    else host.dispatch({ type: "runRefused", reason: error instanceof Error ? error.message : String(error) })
  }
}
