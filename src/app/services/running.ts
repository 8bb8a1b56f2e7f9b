/** Run and Stop: from the source to a running program, and the one log its output goes to. */
import { t } from "../messages/t.ts"
import { ENGINES, type EngineRow } from "../model/engines.ts"
import { OutputLog } from "../model/output-log.ts"
import { isRunning } from "../model/state.ts"
import { CanvasBoard } from "./canvas-board.ts"
import { compileOptions, compiler, failureText, programFiles } from "./compiling.ts"
import { beginCounting, endCounting } from "./line-counts.ts"
import { isLlvmHere, LlvmNotLoaded, LlvmStopped, lookForLlvm, stopLlvm } from "./llvm.ts"
import { compileWithLlvm } from "./llvm-compiling.ts"
import { openPane } from "./panes.ts"
import { Runner } from "./runner.ts"
import { runOnServer } from "./server-run.ts"
import { dispatch, store } from "./store.ts"
import { addNote, beginTimeline, endTimeline } from "./timeline.ts"
import { keepVersion } from "./version-store.ts"

/** The output of the current or the last run. */
export const outputLog = new OutputLog()
/** What it has drawn. */
export const canvasBoard = new CanvasBoard()
/** The one run at a time. */
export const runner = new Runner({
  dispatch,
  log: outputLog,
  noteTier: addNote,
  endTiers: endTimeline,
  endCounting,
  onCanvas: ({ number, name, width, height, bitmap }) => {
    if (canvasBoard.show(number, name, width, height, bitmap)) openPane("canvas")
  },
})

/** A run that is not the runner's: the debugger's. */
export interface OtherRun {
  readonly stop: () => void
  readonly sendLine: (line: string) => void
  readonly endInput: () => void
}

let other: OtherRun | null = null

/** Makes a run of somebody else the page's run, or takes it away. */
export function attachRun(run: OtherRun | null): void {
  other = run
}

/** Gives the waiting program a line. */
export function sendLine(line: string): void {
  if (other === null) {
    runner.sendLine(line)
    return
  }
  outputLog.append([{ stream: "stdin", text: `${line}\n` }])
  outputLog.publish()
  dispatch({ type: "runResumed" })
  other.sendLine(line)
}

/** Tells the waiting program that no more input comes. */
export function endInput(): void {
  if (other === null) runner.endInput()
  else {
    dispatch({ type: "runResumed" })
    other.endInput()
  }
}

/** Grows with every press of Run or Stop, so that a compilation that was overtaken starts nothing. */
let attempt = 0

/** Ends the run that the server makes, if there is one. */
let onServer: AbortController | null = null

/**
 * Compiles the program and runs it; a program that runs already is stopped first. One that counts how often its lines are executed runs
 * on the VM, whatever engine is chosen.
 */
export async function run(isCounting = false): Promise<void> {
  const state = store.getState()
  const engine = isCounting ? "vm" : state.engine
  const { maker }: EngineRow = ENGINES[engine]
  const mine = ++attempt
  onServer?.abort()
  stopLlvm()
  other?.stop()
  runner.stop()
  outputLog.clear()
  canvasBoard.clear()
  dispatch({ type: "runStarted" })
  dispatch({ type: "announced", text: t("status.compiling") })
  // The history is a convenience: a run does not wait for it, nor fail with it.
  keepVersion({ at: Date.now(), reason: "run", files: state.files, stdin: state.stdin }).catch(() => {})
  const asked = performance.now()
  try {
    if (maker.in === "server") {
      const stop = new AbortController()
      onServer = stop
      const host = {
        dispatch,
        write: (chunks: Parameters<OutputLog["append"]>[0]) => {
          outputLog.append(chunks)
          outputLog.publish()
        },
      }
      await runOnServer(maker.engine, state, stop.signal, host)
      return
    }
    if (maker.in === "llvm") {
      await lookForLlvm()
      if (mine !== attempt) return
      if (!isLlvmHere()) {
        dispatch({ type: "runRefused", reason: t("llvm.needed") })
        dispatch({ type: "overlay", overlay: "llvm" })
        return
      }
    }
    const input = { version: state.version, files: programFiles(state), options: compileOptions(state) }
    const compiled = await (maker.in === "llvm" ? compileWithLlvm(input) : compiler().request("compile", { ...input, engine: maker.engine, isCounting }))
    if (mine !== attempt) return
    if (compiled.program === null) {
      const errors = compiled.diagnostics.filter((diagnostic) => diagnostic.severity === "error").length
      dispatch({ type: "checked", version: compiled.version, diagnostics: compiled.diagnostics })
      dispatch({ type: "runBlocked", errors: Math.max(1, errors) })
      return
    }
    dispatch({ type: "runCompiled", stages: compiled.times, compiledIn: performance.now() - asked, wasmBytes: compiled.program.bytes })
    beginCounting(isCounting ? state.version : null)
    if (engine === "tiered") beginTimeline(state.version)
    runner.start(compiled.program, state.stdin)
  } catch (error) {
    if (mine !== attempt || error instanceof LlvmStopped) return
    if (error instanceof LlvmNotLoaded) {
      dispatch({ type: "runRefused", reason: error.message })
      return
    }
    dispatch({
      type: "runFinished",
      outcome: { kind: "bug", message: failureText(error) },
      milliseconds: null,
      firstOutputAfter: null,
      peakMemory: null,
    })
  }
}

/** Ends the compilation or the program at once. */
export function stop(): void {
  if (!isRunning(store.getState())) return
  attempt++
  onServer?.abort()
  stopLlvm()
  other?.stop()
  if (runner.isRunning) runner.stop()
  else dispatch({ type: "runStopped", milliseconds: null })
}
