/**
 * How a command reaches what a pane has drawn: every mounted pane registers what it can do. A pane that is not
 * mounted yet gets the request as soon as it is.
 */
import type { TextRange } from "../../protocol/worker.ts"
import type { PaneId } from "../model/panes.ts"
import { dispatch, store } from "./store.ts"

/** What a mounted pane can do on request. */
export interface PanePort {
  readonly focus: () => void
  /** Shows and selects a place of its text. */
  readonly reveal?: (range: TextRange) => void
}

type Request = (port: PanePort) => void

const ports = new Map<PaneId, PanePort>()
const waiting = new Map<PaneId, Request>()

/** Registers `port` for `pane` until the returned function is called. */
export function registerPane(pane: PaneId, port: PanePort): () => void {
  ports.set(pane, port)
  const request = waiting.get(pane)
  waiting.delete(pane)
  request?.(port)
  return () => {
    if (ports.get(pane) === port) ports.delete(pane)
  }
}

/** Carries `request` out on `pane`, now or as soon as it is mounted. */
export function askPane(pane: PaneId, request: Request): void {
  const port = ports.get(pane)
  if (port === undefined) waiting.set(pane, request)
  else request(port)
}

/** Shows a place of the file in the editor and puts the caret there. */
export function revealInSource(range: TextRange): void {
  askPane("editor", (port) => {
    port.reveal?.(range)
    port.focus()
  })
}

/** Brings a file into the editor, shows a place of it and puts the caret there. */
export function revealInFile(file: string, range: TextRange): void {
  if (store.getState().source.name === file) revealInSource(range)
  else {
    // The editor goes to the selection of a file that is brought into it.
    dispatch({ type: "fileOpened", name: file, selection: range })
    askPane("editor", (port) => port.focus())
  }
}
