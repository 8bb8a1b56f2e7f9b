/**
 * What inference made of the program, kept up with the text while someone looks at it: the hints in the editor, if they are
 * switched on, and the Costs pane, if it is shown.
 */
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import type { InferredMessage } from "../../protocol/worker.ts"
import { t } from "../messages/t.ts"
import { visiblePanes } from "../model/layout.ts"
import { compileOptions, compiler, programFiles } from "./compiling.ts"
import { store, toast, watch } from "./store.ts"

/** What is known, and of which text. */
export interface InferringState {
  readonly areHintsOn: boolean
  readonly inferred: InferredMessage | null
  /** Text version that `inferred` is of. */
  readonly version: number
}

/** Remembers the switch in this browser. */
const KEY = "hako.hints"

function remembered(): boolean {
  try {
    return localStorage.getItem(KEY) === "on"
  } catch {
    return false
  }
}

/** The holder of the state; editors follow it. */
export const inferring = createStore<InferringState>(() => ({ areHintsOn: remembered(), inferred: null, version: -1 }))

/** A part of the state, followed by the component that asks. */
export function useInferring<T>(selector: (state: InferringState) => T): T {
  return useStore(inferring, selector)
}

/** Shows the hints in the editor, or hides them. */
export function toggleHints(): void {
  const areHintsOn = !inferring.getState().areHintsOn
  inferring.setState({ areHintsOn })
  try {
    localStorage.setItem(KEY, areHintsOn ? "on" : "off")
  } catch {
    // The switch then lasts as long as the page.
  }
  toast(t(areHintsOn ? "hints.on" : "hints.off"))
  void refresh()
}

let key = ""

/** Asks again if the text or the options have changed and someone looks. */
async function refresh(): Promise<void> {
  const state = store.getState()
  const isWanted = inferring.getState().areHintsOn || visiblePanes(state.layout).includes("costs") || state.phonePane === "costs"
  const hasErrors = state.diagnostics.some((diagnostic) => diagnostic.severity === "error")
  const wanted = `${state.version}/${state.optimise}`
  if (!isWanted || hasErrors || state.checkedVersion !== state.version || wanted === key) return
  key = wanted
  try {
    const { version, inferred } = await compiler().request("inferred", { version: state.version, files: programFiles(state), options: compileOptions(state) })
    if (inferred !== null && key === wanted) inferring.setState({ inferred, version })
  } catch {
    // The compiler client tells the user when its worker dies; the next check asks again.
    if (key === wanted) key = ""
  }
}

let isFollowing = false

/** Starts to follow the text; once. */
export function followInferred(): void {
  if (isFollowing) return
  isFollowing = true
  for (const part of [(state: ReturnType<typeof store.getState>): unknown => state.checkedVersion, (state: ReturnType<typeof store.getState>): unknown => state.optimise, (state: ReturnType<typeof store.getState>): unknown => state.layout]) {
    watch(part, () => void refresh())
  }
  void refresh()
}
