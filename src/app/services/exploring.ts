/**
 * The pass explorer: what the optimiser does to the program, from which step and function one looks at it, and what is
 * measured and searched with some passes left out.
 */
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import { firstChange } from "../../compare/bisect.ts"
import { measure, USUAL_ROUNDS } from "../../compare/measure.ts"
import { type Digest, type Measurement, sameOutput } from "../../compare/measurement.ts"
import { overlap, summarise } from "../../compare/statistics.ts"
import type { PassesMessage } from "../../protocol/passes.ts"
import type { LocalEngine } from "../../protocol/worker.ts"
import { formatMilliseconds, t } from "../messages/t.ts"
import { localEngine } from "../model/engines.ts"
import type { PassView, SharedPasses } from "../model/share-instrument.ts"
import { workerSubject } from "./compare-worker.ts"
import { compiler, failureText, programFiles } from "./compiling.ts"
import { MEMORY_LIMIT } from "./runner.ts"
import { dispatch, store } from "./store.ts"

/** Where one is in the explorer. */
export interface ExploringState {
  readonly passes: PassesMessage | null
  /** What `passes` is of. */
  readonly key: string
  /** Text version that `passes` is of. */
  readonly version: number
  readonly isLoading: boolean
  readonly failure: string | null
  /** Name of the function; null for the main one. */
  readonly func: string | null
  readonly step: number
  readonly hideUnchanged: boolean
  readonly view: PassView
  /** Passes that are left out. */
  readonly skip: readonly string[]
  /** Instructions at the end with all passes, to compare with. */
  readonly allInsts: number | null
  /** What was measured or found last, in words. */
  readonly finding: string | null
  readonly isBusy: boolean
}

const exploring = createStore<ExploringState>(() => ({
  passes: null, key: "", version: -1, isLoading: false, failure: null, func: null, step: 0, hideUnchanged: false, view: "diff", skip: [], allInsts: null, finding: null, isBusy: false,
}))

/** A part of the state, followed by the component that asks. */
export function useExploring<T>(selector: (state: ExploringState) => T): T {
  return useStore(exploring, selector)
}

/** Looks from elsewhere: another function, step or view. */
export function explore(change: Partial<Pick<ExploringState, "func" | "step" | "hideUnchanged" | "view" | "skip">>): void {
  exploring.setState(change.skip === undefined ? change : { ...change, finding: null })
}

/** The place in the explorer, to go into a link; null if nobody has looked yet. */
export function sharedPasses(): SharedPasses | null {
  const { passes, func, step, view, hideUnchanged, skip } = exploring.getState()
  return passes === null ? null : { function: func, step, view, hideUnchanged, skip }
}

/** Goes where the author of a link stood; what the program does not have is left at its start. */
export function showSharedPasses({ function: func, ...place }: SharedPasses): void {
  exploring.setState({ func, ...place, finding: null })
}

/** The passes of the program as it is now, unless they are there already. Errors in the source leave the last ones standing. */
export async function loadPasses(): Promise<void> {
  const { version, optimise } = store.getState()
  const { func, skip, key } = exploring.getState()
  const wanted = `${version}/${optimise}/${skip.join()}/${func ?? ""}`
  if (wanted === key) return
  exploring.setState({ key: wanted, isLoading: true, failure: null })
  try {
    const { passes } = await compiler().request("passes", { version, files: programFiles(), options: { optimise, skip }, function: func })
    if (exploring.getState().key !== wanted) return
    if (passes === null) {
      exploring.setState({ isLoading: false })
      return
    }
    const insts = passes.steps.at(-1)?.insts ?? null
    exploring.setState(({ step, allInsts }) => ({
      passes,
      version,
      isLoading: false,
      step: Math.min(step, passes.steps.length - 1),
      allInsts: skip.length === 0 ? insts : allInsts,
    }))
  } catch (error) {
    if (exploring.getState().key === wanted) exploring.setState({ isLoading: false, failure: failureText(error), key: "" })
  }
}

let busy: AbortController | null = null

/** Ends a measurement or a search. */
export function stopExploring(): void {
  busy?.abort()
}

async function working(work: (signal: AbortSignal) => Promise<string>): Promise<void> {
  busy?.abort()
  const mine = new AbortController()
  busy = mine
  exploring.setState({ isBusy: true, finding: null })
  let finding: string
  try {
    finding = await work(mine.signal)
  } catch (error) {
    finding = t("passes.failed", { reason: failureText(error) })
  }
  if (busy !== mine) return
  busy = null
  exploring.setState({ isBusy: false, finding })
  dispatch({ type: "announced", text: finding })
}

/** Passes are tried on an engine that compiles here; the quickest one if another is chosen. */
function engineNow(): LocalEngine {
  return localEngine(store.getState().engine) ?? "wasm"
}

/** Measures the program with and without the passes that are left out. */
export function measureSkipped(): Promise<void> {
  return working(async (signal) => {
    const state = store.getState()
    const { skip } = exploring.getState()
    const engine = engineNow()
    const start = (left: readonly string[]) => () => workerSubject({ engine, files: programFiles(state), options: { optimise: state.optimise, skip: left }, stdin: state.stdin, memoryLimit: MEMORY_LIMIT })
    const reasons = { limit: t("compare.reason.limit", { time: formatMilliseconds(USUAL_ROUNDS.runLimit) }), stopped: t("compare.reason.stopped") }
    const rows = await measure([{ engine, start: start([]) }, { engine, start: start(skip) }], { ...USUAL_ROUNDS, reasons }, signal, () => {})
    return effectText(rows[0], rows[1], skip)
  })
}

function effectText(all: Measurement | undefined, less: Measurement | undefined, skip: readonly string[]): string {
  const [a, b] = [summarise(all?.warm.map((sample) => sample.run) ?? []), summarise(less?.warm.map((sample) => sample.run) ?? [])]
  const passes = skip.join(", ")
  if (a === null || b === null) return t("passes.notMeasured", { reason: all?.reason ?? less?.reason ?? "" })
  if (all?.cold != null && less?.cold != null && !sameOutput(all.cold.digest, less.cold.digest)) return t("passes.effect.differs", { passes })
  const times = { passes, all: formatMilliseconds(a.median), less: formatMilliseconds(b.median) }
  if (overlap(a, b)) return t("passes.effect.same", times)
  return b.median > a.median ? t("passes.effect.slower", { ...times, factor: (b.median / a.median).toFixed(2) }) : t("passes.effect.faster", { ...times, factor: (a.median / b.median).toFixed(2) })
}

/** Searches for the first step of the pipeline after which the program prints something else. */
export function findChangingPass(): Promise<void> {
  return working(async (signal) => {
    const state = store.getState()
    const steps = exploring.getState().passes?.steps ?? []
    const engine = engineNow()
    const resultAfter = async (count: number): Promise<Digest> => {
      const subject = workerSubject({ engine, files: programFiles(state), options: { optimise: state.optimise, steps: count }, stdin: state.stdin, memoryLimit: MEMORY_LIMIT })
      const reasons = { limit: t("compare.reason.limit", { time: formatMilliseconds(USUAL_ROUNDS.runLimit) }), stopped: t("compare.reason.stopped") }
      const [row] = await measure([{ engine, start: () => subject }], { ...USUAL_ROUNDS, rounds: 0, leastRounds: 0, warmUps: 0, reasons }, signal, () => {})
      if (row?.cold == null) throw new Error(row?.reason ?? "")
      return row.cold.digest
    }
    const found = await firstChange(steps.at(-1)?.position ?? 0, resultAfter, sameOutput)
    if (found === null) return t("passes.bisect.none")
    const pass = steps.find((step) => step.position === found.step)
    return t("passes.bisect.found", { pass: pass?.pass ?? "", step: pass === undefined ? 0 : steps.indexOf(pass), before: `${found.before.head.slice(0, 60)} (${found.before.end})`, after: `${found.after.head.slice(0, 60)} (${found.after.end})` })
  })
}
