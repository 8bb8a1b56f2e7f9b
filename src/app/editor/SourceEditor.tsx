/**
 * The Source pane: the tabs of the files, over the plain editor until Monaco is loaded, then over Monaco, with text,
 * selection and focus carried over. What the user types flows to the store; what comes from elsewhere (`revision`)
 * flows back.
 */
import { type ReactNode, useEffect, useRef } from "react"
import { registerPane } from "../services/pane-ports.ts"
import { debugMarks, debugStore, moveBreakpoints, toggleBreakpoint } from "../services/debugging.ts"
import { dispatch, store, useApp, watch } from "../services/store.ts"
import { lineCounts } from "../services/line-counts.ts"
import { timeline } from "../services/timeline.ts"
import { FILE_PANEL, FileTabs } from "./FileTabs.tsx"
import type { SourceEditorHandle } from "./monaco.ts"
import { PlainEditor } from "./PlainEditor.tsx"
import { type Monaco, useMonaco } from "./use-monaco.ts"

/** The Source pane. */
export function SourceEditor({ isPhone }: { readonly isPhone: boolean }): ReactNode {
  const name = useApp((state) => state.source.name)
  return (
    <div className="source">
      <FileTabs />
      <div className="source-body" role="tabpanel" id={FILE_PANEL} aria-label={name}>
        <FileEditor isPhone={isPhone} />
      </div>
    </div>
  )
}

function FileEditor({ isPhone }: { readonly isPhone: boolean }): ReactNode {
  const monaco = useMonaco()
  if (monaco === null || isPhone) return <PlainEditor />
  // Read while the plain editor is still in the document.
  const hadFocus = document.activeElement?.classList.contains("plain-editor-text") === true
  return <MonacoSource monaco={monaco} takeFocus={hadFocus} />
}

function MonacoSource({ monaco, takeFocus }: { readonly monaco: Monaco; readonly takeFocus: boolean }): ReactNode {
  const container = useRef<HTMLDivElement>(null)
  const handle = useRef<SourceEditorHandle | null>(null)
  const wantsFocus = useRef(takeFocus)

  useEffect(() => {
    const element = container.current
    if (element === null) return
    const { files, source, selection } = store.getState()
    const made = monaco.makeSourceEditor(element, files, source.name, selection, {
      onText: (text, file) => dispatch({ type: "edited", text, file }),
      onOpen: (name, selection) => dispatch({ type: "fileOpened", name, selection }),
      onSelection: (place) => dispatch({ type: "pointed", pane: "editor", place }),
      debugging: { onToggle: toggleBreakpoint, onMoved: (lines) => moveBreakpoints(store.getState().source.name, lines) },
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
function follow(made: SourceEditorHandle): () => void {
  const stops = [
    watch((state) => state.revision, () => {
      const { files, source, selection, diagnostics } = store.getState()
      made.setFiles(files, source.name, selection)
      made.showDiagnostics(diagnostics)
    }),
    watch((state) => state.diagnostics, (diagnostics) => made.showDiagnostics(diagnostics)),
    watch((state) => state.pointing, (pointing) => {
      if (pointing === null) return
      const isElsewhere = pointing.pane !== "editor"
      const { files, source } = store.getState()
      const shown = files.indexOf(source)
      made.setLinked(isElsewhere ? pointing.sources.filter((range) => range.file === shown) : [], isElsewhere)
    }),
  ]
  made.showDiagnostics(store.getState().diagnostics)
  const showMarks = (): void => made.setDebugMarks(debugMarks())
  stops.push(debugStore.subscribe(showMarks), watch((state) => state.source.name, showMarks), watch((state) => state.version, showMarks), watch((state) => state.revision, showMarks))
  showMarks()
  // Marks are of the text that was run: an edit takes them away.
  const showTiers = (): void => {
    const { sums, version } = timeline.getState()
    made.showTiers(store.getState().version === version ? sums : [])
  }
  stops.push(timeline.subscribe(showTiers), watch((state) => state.version, showTiers))
  showTiers()
  const showCounts = (): void => {
    const { lines, version } = lineCounts.getState()
    made.showLineCounts(store.getState().version === version ? lines : [])
  }
  stops.push(lineCounts.subscribe(showCounts), watch((state) => state.version, showCounts), watch((state) => state.source.name, showCounts), watch((state) => state.revision, showCounts))
  showCounts()
  return () => {
    for (const stop of stops) stop()
  }
}
