/** Opens and shows panes. */
import { addPane, panesOf } from "../model/layout.ts"
import type { PaneId } from "../model/panes.ts"
import { dispatch, store } from "./store.ts"

/** Makes `pane` visible: opens it if it is closed, and brings its tab to the front. */
export function openPane(pane: PaneId): void {
  const { layout } = store.getState()
  if (!panesOf(layout).includes(pane)) dispatch({ type: "layoutChosen", layout: addPane(layout, pane) })
  dispatch({ type: "paneShown", pane })
}
