/**
 * How often the blocks that the pass explorer shows run: counted in a worker of its own, on the interpreter, each time another
 * function or step is looked at. A count under way is given up for the next one.
 */
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import type { BlockCounts } from "../../compare/block-counts.ts"
import type { CompareAnswer, CompareQuestion } from "../../protocol/compare.ts"
import { t } from "../messages/t.ts"
import { programFiles, failureText } from "./compiling.ts"
import { MEMORY_LIMIT } from "./runner.ts"
import { store } from "./store.ts"
import { makeCompareWorker } from "./workers.ts"

/** What is counted now, or was counted last. */
export interface CountingState {
  /** True if counts are wanted. */
  readonly isOn: boolean
  /** What `counts` is of: program, function and step. */
  readonly key: string
  readonly isBusy: boolean
  readonly counts: BlockCounts | null
  /** Why there are none. */
  readonly failure: string | null
}

const counting = createStore<CountingState>(() => ({ isOn: false, key: "", isBusy: false, counts: null, failure: null }))

/** A part of the state, followed by the component that asks. */
export function useCounting<T>(selector: (state: CountingState) => T): T {
  return useStore(counting, selector)
}

/** Wants counts, or no longer. */
export function countBlocks(isOn: boolean): void {
  counting.setState({ isOn })
  if (!isOn) stop()
}

/** Milliseconds after which a run is given up. */
const LIMIT = 2000

let worker: Worker | null = null

function stop(): void {
  worker?.terminate()
  worker = null
  counting.setState({ key: "", isBusy: false })
}

/** The name of what is to be counted: equal names give equal counts. */
export function countKey(version: number, optimise: number, skip: readonly string[], func: string, position: number): string {
  return [version, optimise, skip.join(), func, position].join("/")
}

/** Counts the blocks of a function as they are after `position` steps, unless that has been done. */
export function loadCounts(key: string, wanted: { readonly function: string; readonly position: number; readonly skip: readonly string[] }): void {
  if (counting.getState().key === key) return
  if (counting.getState().isBusy) stop()
  const state = store.getState()
  const { skip, ...blocks } = wanted
  counting.setState({ key, isBusy: true, counts: null, failure: null })
  worker ??= makeCompareWorker()
  const mine = worker
  const end = (change: Partial<CountingState>): void => {
    if (worker === mine && counting.getState().key === key) counting.setState({ isBusy: false, ...change })
  }
  mine.onmessage = (event: MessageEvent<CompareAnswer>) => {
    const { data } = event
    if (!data.ok) end({ failure: data.reason })
    else end(data.value === null ? { failure: t("passes.counts.none") } : { counts: data.value as BlockCounts })
  }
  mine.onerror = (event) => {
    event.preventDefault()
    end({ failure: failureText(new Error(event.message)) })
  }
  mine.postMessage({
    ask: "count",
    program: { engine: "vm", files: programFiles(state), options: { optimise: state.optimise, skip }, stdin: state.stdin, memoryLimit: MEMORY_LIMIT },
    blocks,
    milliseconds: LIMIT,
  } satisfies CompareQuestion)
}
