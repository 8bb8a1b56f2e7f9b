/**
 * A read-only text with links: Monaco where it is loaded, else a plain listing. Both take the same properties, report
 * the caret, and mark the linked places with a background, an underline and a bar at the line's start.
 */
import { type ReactNode, useEffect, useRef } from "react"
import type { TextRange } from "../../protocol/worker.ts"
import type { PaneId } from "../model/panes.ts"
import { registerPane } from "../services/pane-ports.ts"
import type { LanguageId } from "./languages.ts"
import type { ViewEditorHandle } from "./monaco.ts"
import { PlainView } from "./PlainView.tsx"
import { type Monaco, useMonaco } from "./use-monaco.ts"

/** What a code view shows and reports. */
export interface CodeViewProps {
  readonly pane: PaneId
  readonly label: string
  readonly language: LanguageId
  readonly text: string
  readonly linked: readonly TextRange[]
  /** True if the linked places should be scrolled into sight. */
  readonly follow: boolean
  readonly onPoint: (place: TextRange) => void
}

/** A read-only text with links. */
export function CodeView(props: CodeViewProps & { readonly isPhone: boolean }): ReactNode {
  const monaco = useMonaco()
  const { isPhone, ...view } = props
  return monaco === null || isPhone ? <PlainView {...view} /> : <MonacoView {...view} monaco={monaco} />
}

function MonacoView({ monaco, pane, label, language, text, linked, follow, onPoint }: CodeViewProps & { readonly monaco: Monaco }): ReactNode {
  const container = useRef<HTMLDivElement>(null)
  const handle = useRef<ViewEditorHandle | null>(null)
  const point = useRef(onPoint)
  point.current = onPoint
  const first = useRef(text)

  useEffect(() => {
    const element = container.current
    if (element === null) return
    const made = monaco.makeViewEditor(element, label, language, first.current, { onSelection: (place) => point.current(place) })
    handle.current = made
    const unregister = registerPane(pane, { focus: made.focus, reveal: made.reveal })
    return () => {
      unregister()
      made.dispose()
      handle.current = null
    }
  }, [monaco, pane, label, language])

  useEffect(() => {
    first.current = text
    handle.current?.setText(text)
  }, [text])

  // Listed after the text, so that places are marked in the text they are of.
  useEffect(() => handle.current?.setLinked(linked, follow), [linked, follow])

  return <div ref={container} className="code-editor" data-testid={`view-${pane}`} />
}
