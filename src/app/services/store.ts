/**
 * The one holder of the state. Components read it by selectors; everything that happens is an action.
 */
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import { type Action, reduce } from "../model/reduce.ts"
import { type AppState, INITIAL_STATE, type Toast } from "../model/state.ts"

/** The store of the page. */
export const store = createStore<AppState>(() => INITIAL_STATE)

/** Says that something happened. */
export function dispatch(action: Action): void {
  store.setState((state) => reduce(state, action), true)
}

/** A part of the state, followed by the component that asks. */
export function useApp<T>(selector: (state: AppState) => T): T {
  return useStore(store, selector)
}

let toasts = 0

/** Shows a short notice. */
export function toast(text: string, more: Partial<Pick<Toast, "undo" | "tone">> = {}): void {
  dispatch({ type: "toasted", toast: { id: ++toasts, text, undo: more.undo ?? null, tone: more.tone ?? "info" } })
}

/** Calls `listener` with the new and the old value whenever `selector`'s value changes. */
export function watch<T>(selector: (state: AppState) => T, listener: (now: T, before: T) => void): () => void {
  let before = selector(store.getState())
  return store.subscribe((state) => {
    const now = selector(state)
    if (Object.is(now, before)) return
    const was = before
    before = now
    listener(now, was)
  })
}
