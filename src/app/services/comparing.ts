/**
 * Compare: measures the program on every engine and holds the result. The measurement belongs to a text: when the text
 * changes the table stays and says that it is of an earlier text.
 */
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import { type Candidate, measure, USUAL_ROUNDS } from "../../compare/measure.ts"
import { COMPARED_ENGINE_IDS, type Measurement } from "../../compare/measurement.ts"
import { SOURCE_LINES } from "../../compare/source-lines.ts"
import { type TableContext, toCsv, toMarkdown } from "../../compare/table.ts"
import type { Say } from "../../compare/texts.ts"
import { compareEngines } from "../../compare/verdict.ts"
import { formatMilliseconds, t } from "../messages/t.ts"
import { SERVER_ENGINES } from "../../protocol/api.ts"
import type { LocalEngine } from "../../protocol/worker.ts"
import { workerSubject } from "./compare-worker.ts"
import { compileOptions, failureText, programFiles } from "./compiling.ts"
import { copyText, download } from "./files.ts"
import { nativeCandidates } from "./native-subject.ts"
import type { SharedComparison } from "../model/share-instrument.ts"
import { isLlvmHere, llvmParts, loadLlvm, reasonAgainstLlvm } from "./llvm.ts"
import { openPane } from "./panes.ts"
import { MEMORY_LIMIT } from "./runner.ts"
import { stop as stopRun } from "./running.ts"
import { dispatch, store, toast } from "./store.ts"

/** The comparison under way, or the last one. */
export interface ComparingState {
  readonly phase: "idle" | "measuring" | "done"
  readonly measurements: readonly Measurement[]
  /** Steps done and steps in all. */
  readonly done: number
  readonly total: number
  /** The text version and the options that were measured. */
  readonly version: number
  readonly optimise: 0 | 1 | 2
  /** Where it was measured. */
  readonly machine: string
  /** True if the figures came with a link. */
  readonly isShared: boolean
}

const comparing = createStore<ComparingState>(() => ({ phase: "idle", measurements: [], done: 0, total: 0, version: -1, optimise: 1, machine: "", isShared: false }))

/** A part of the comparison, followed by the component that asks. */
export function useComparing<T>(selector: (state: ComparingState) => T): T {
  return useStore(comparing, selector)
}

/** The texts of the table in the language of the page. */
export const say: Say = (key, params = {}) => (t as (key: string, params: Readonly<Record<string, string | number>>) => string)(key, params)

/** What the table shows besides the measurements. */
export const TABLE: TableContext = { say, lines: SOURCE_LINES }

let stopper: AbortController | null = null

/** Shows the pane and measures the program; a comparison under way is stopped first. */
export async function compare(): Promise<void> {
  openPane("compare")
  stopper?.abort()
  // A program that runs meanwhile would be measured along.
  stopRun()
  const mine = new AbortController()
  stopper = mine
  const { version, optimise } = store.getState()
  comparing.setState({ phase: "measuring", measurements: [], done: 0, total: 0, version, optimise, machine: machineLabel(), isShared: false })
  dispatch({ type: "announced", text: t("compare.started") })
  try {
    const reasons = { limit: t("compare.reason.limit", { time: formatMilliseconds(USUAL_ROUNDS.runLimit) }), stopped: t("compare.reason.stopped") }
    await measure(await candidates(), { ...USUAL_ROUNDS, reasons }, mine.signal, ({ measurements, done, total }) => {
      if (stopper === mine) comparing.setState({ measurements, done, total })
    })
  } catch (error) {
    if (stopper === mine) toast(t("compare.failed", { reason: failureText(error) }), { tone: "problem" })
  }
  if (stopper !== mine) return
  stopper = null
  comparing.setState({ phase: "done" })
  dispatch({ type: "announced", text: t("compare.ended") })
}

/** The figures of the program as it is now, to go into a link; null if there are none. */
export function sharedComparison(): SharedComparison | null {
  const { phase, measurements, version, optimise, machine } = comparing.getState()
  const state = store.getState()
  return phase === "done" && measurements.length > 0 && version === state.version && optimise === state.optimise ? { machine, measurements } : null
}

/** Shows the figures that came with a link as those of the program as it is now. */
export function showSharedComparison({ machine, measurements }: SharedComparison): void {
  stopper?.abort()
  stopper = null
  const { version, optimise } = store.getState()
  comparing.setState({ phase: "done", measurements, done: 0, total: 0, version, optimise, machine, isShared: true })
}

/** Ends the measurement at once; what was measured stays. */
export function stopComparing(): void {
  stopper?.abort()
}

/** How to measure the program on every engine: those of this browser, and those of the server if there is one. */
async function candidates(): Promise<readonly Candidate[]> {
  const state = store.getState()
  // What is kept is made ready, so that the row says how it does and not how it loads; a failure leaves the row absent.
  if (isLlvmHere()) await loadLlvm().catch(() => {})
  const native = await nativeCandidates(SERVER_ENGINES.map((engine) => ({ engine, files: programFiles(state), optimise: state.optimise, stdin: state.stdin })))
  return COMPARED_ENGINE_IDS.map((engine): Candidate => {
    const found = native.find((candidate) => candidate.engine === engine)
    if (found !== undefined) return found
    if (engine === "llvm-wasm") {
      const llvm = llvmParts()
      if (llvm === null) return { engine, absent: reasonAgainstLlvm() ?? t("compare.llvm.absent") }
      return { engine, start: () => workerSubject({ engine, llvm, files: programFiles(state), options: compileOptions(state), stdin: state.stdin, memoryLimit: MEMORY_LIMIT }) }
    }
    const program = { engine: engine as LocalEngine, files: programFiles(state), options: compileOptions(state), stdin: state.stdin, memoryLimit: MEMORY_LIMIT }
    return { engine, start: () => workerSubject(program) }
  })
}

/** Browser and processors, as far as a page may know. */
function machineLabel(): string {
  const browser = /(?:Firefox|Edg|Chrome|Version)\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? navigator.userAgent
  const system = /\(([^;)]*)/.exec(navigator.userAgent)?.[1] ?? ""
  return t("compare.machine", { browser, system, count: navigator.hardwareConcurrency })
}

/** What is said under the table. */
export function notesOf(machine: string): string[] {
  return [say("compare.note.method", { clock: say("compare.clock.wall") }), say("compare.note.fixed"), say("compare.note.native"), ...(machine === "" ? [] : [say("compare.note.machine", { machine })])]
}

/** Copies the table as Markdown. */
export async function copyComparison(): Promise<void> {
  const { measurements, machine } = comparing.getState()
  const text = toMarkdown(compareEngines(measurements), TABLE, notesOf(machine))
  if (await copyText(text)) toast(t("compare.copied"))
  else dispatch({ type: "copyByHand", text })
}

/** Downloads the table as CSV. */
export function downloadComparison(): void {
  download("comparison.csv", "text/csv", [toCsv(compareEngines(comparing.getState().measurements), TABLE)])
}
