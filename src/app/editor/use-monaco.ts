/**
 * Loads Monaco once, after the first paint, for whoever wants it. A failure to load leaves the plain editor and the
 * plain views in place: the page goes on working.
 */
import { useSyncExternalStore } from "react"
import { failureText } from "../services/compiling.ts"
import { dispatch } from "../services/store.ts"

/** The part of the page that makes Monaco editors. */
export type Monaco = typeof import("./monaco.ts")

let loaded: Monaco | null = null
let isLoading = false
const listeners = new Set<() => void>()

/** Starts loading; once. */
export function loadMonaco(): void {
  if (isLoading) return
  isLoading = true
  import("./monaco.ts").then(
    (module) => {
      loaded = module
      dispatch({ type: "editorReady" })
      for (const listener of listeners) listener()
    },
    (error: unknown) => {
      isLoading = false
      dispatch({ type: "loadFailed", message: "service.loadFailed", reason: failureText(error) })
    },
  )
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Monaco, or null until it is loaded. */
export function useMonaco(): Monaco | null {
  return useSyncExternalStore(subscribe, () => loaded)
}
