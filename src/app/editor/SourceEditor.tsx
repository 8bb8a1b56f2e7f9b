/**
 * The Source pane: the plain editor until Monaco is loaded, then Monaco, with text, selection and focus carried over.
 * What the user types flows to the store; what comes from elsewhere (`revision`) flows back.
 */
import { type ReactNode, useEffect, useRef } from "react"
import { registerPane } from "../services/pane-ports.ts"
import { dispatch, store, useApp, watch } from "../services/store.ts"
import type { EditorHandle } from "./monaco.ts"
import { PlainEditor } from "./PlainEditor.tsx"
import { type Monaco, useMonaco } from "./use-monaco.ts"

/** The Source pane. */
export function SourceEditor({ isPhone }: { readonly isPhone: boolean }): ReactNode {
  const monaco = useMonaco()
  if (monaco === null || isPhone) return <PlainEditor />
  // Read while the plain editor is still in the document.
  const hadFocus = document.activeElement?.classList.contains("plain-editor-text") === true
  return <MonacoSource monaco={monaco} takeFocus={hadFocus} />
}

function MonacoSource({ monaco, takeFocus }: { readonly monaco: Monaco; readonly takeFocus: boolean }): ReactNode {
  const container = useRef<HTMLDivElement>(null)
  const handle = useRef<EditorHandle | null>(null)
  const wantsFocus = useRef(takeFocus)

  useEffect(() => {
    const element = container.current
    if (element === null) return
    const { source, selection } = store.getState()
    const made = monaco.makeSourceEditor(element, source.text, selection, {
      onText: (text) => dispatch({ type: "edited", text }),
      onSelection: (place) => dispatch({ type: "pointed", pane: "editor", place }),
    })
    handle.current = made
    if (wantsFocus.current) made.focus()
    const stopFollowing = follow(made)
    const unregister = registerPane("editor", { focus: made.focus, reveal: made.reveal })
    return () => {
      unregister()
      stopFollowing()
      made.dispose()
      handle.current = null
    }
  }, [monaco])

  const tabMovesFocus = useApp((state) => state.tabMovesFocus)
  useEffect(() => handle.current?.setTabMovesFocus(tabMovesFocus), [tabMovesFocus])

  return <div ref={container} className="code-editor" data-testid="source-editor" />
}

/** Brings to the editor what changes elsewhere. */
function follow(made: EditorHandle): () => void {
  const stops = [
    watch((state) => state.revision, () => {
      const { source, selection } = store.getState()
      made.setText(source.text, selection)
    }),
    watch((state) => state.diagnostics, () => {
      const { source, diagnostics } = store.getState()
      made.showDiagnostics(source.name, diagnostics)
    }),
    watch((state) => state.pointing, (pointing) => {
      if (pointing === null) return
      const isElsewhere = pointing.pane !== "editor"
      made.setLinked(isElsewhere ? pointing.sources : [], isElsewhere)
    }),
  ]
  const { source, diagnostics } = store.getState()
  made.showDiagnostics(source.name, diagnostics)
  return () => {
    for (const stop of stops) stop()
  }
}
