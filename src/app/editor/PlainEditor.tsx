/**
 * The editor before and without Monaco: a text area whose text is invisible, over the same text in colours. It is
 * there with the first paint, works with every soft keyboard, and is the editor on phones.
 */
import { memo, type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useMemo, useRef } from "react"
import type { DiagnosticMessage } from "../../protocol/worker.ts"
import { t } from "../messages/t.ts"
import { type HighlightedLine, highlight } from "../model/highlight.ts"
import { lineStarts } from "../model/positions.ts"
import { registerPane } from "../services/pane-ports.ts"
import { dispatch, store, useApp } from "../services/store.ts"

interface Mark {
  readonly start: number
  readonly end: number
  readonly severity: DiagnosticMessage["severity"]
}

/** The plain editor of the source. */
export function PlainEditor(): ReactNode {
  const text = useApp((state) => state.source.text)
  const revision = useApp((state) => state.revision)
  const name = useApp((state) => state.source.name)
  const all = useApp((state) => (state.checkedVersion === state.version ? state.diagnostics : NO_DIAGNOSTICS))
  const diagnostics = useMemo(() => all.filter((diagnostic) => diagnostic.file === name), [all, name])
  const area = useRef<HTMLTextAreaElement>(null)
  const lines = useMemo(() => highlight(text), [text])
  const marks = useMemo(() => marksByLine(text, diagnostics), [text, diagnostics])

  useEffect(
    () =>
      registerPane("editor", {
        focus: () => area.current?.focus(),
        reveal: (range) => revealIn(area.current, range.start, range.end),
      }),
    [],
  )

  // A text from outside brings its own selection along.
  useLayoutEffect(() => {
    const { selection } = store.getState()
    if (revision > 0) revealIn(area.current, selection.start, selection.end)
  }, [revision])

  const reportSelection = (): void => {
    const { current } = area
    if (current !== null) dispatch({ type: "pointed", pane: "editor", place: { start: current.selectionStart, end: current.selectionEnd } })
  }

  return (
    <div className="plain-editor">
      <div className="plain-editor-content">
        <pre className="plain-editor-lines" aria-hidden="true">
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place; its text is compared by memo
            <Line key={index} line={line} marks={marks.get(index) ?? NO_MARKS} />
          ))}
        </pre>
        <textarea
          ref={area}
          className="plain-editor-text"
          aria-label={t("editor.label")}
          value={text}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          autoCorrect="off"
          wrap="off"
          onChange={(event) => dispatch({ type: "edited", text: event.target.value })}
          onSelect={reportSelection}
          onKeyDown={indent}
        />
      </div>
    </div>
  )
}

const NO_DIAGNOSTICS: readonly DiagnosticMessage[] = []
const NO_MARKS: readonly Mark[] = []

/** Scrolls so that an offset is in the middle, and selects the place. */
function revealIn(area: HTMLTextAreaElement | null, start: number, end: number): void {
  if (area === null) return
  const line = area.value.slice(0, start).split("\n").length - 1
  const scroller = area.closest(".plain-editor")
  const lineHeight = Number.parseFloat(getComputedStyle(area).lineHeight)
  scroller?.scrollTo({ top: Math.max(0, line * lineHeight - scroller.clientHeight / 2) })
  area.setSelectionRange(start, end)
}

/** Tab indents unless the user freed it; Enter keeps the indentation of its line. */
function indent(event: KeyboardEvent<HTMLTextAreaElement>): void {
  const area = event.currentTarget
  if (event.key === "Tab" && !event.ctrlKey && !event.altKey && !event.shiftKey && !store.getState().tabMovesFocus) {
    event.preventDefault()
    insert(area, "  ")
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const before = area.value.slice(0, area.selectionStart)
    const blank = /[ \t]*/.exec(before.slice(before.lastIndexOf("\n") + 1))?.[0] ?? ""
    const opens = /[{([]\s*$/.test(before) ? "  " : ""
    if (blank === "" && opens === "") return
    event.preventDefault()
    insert(area, `\n${blank}${opens}`)
  }
}

/** Types `text` the way a user would, so that the browser can undo it. */
function insert(area: HTMLTextAreaElement, text: string): void {
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end")
    area.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

/** Marks per line, with columns from 0; a mark of nothing is given one column to be seen. */
function marksByLine(text: string, diagnostics: readonly DiagnosticMessage[]): ReadonlyMap<number, readonly Mark[]> {
  const byLine = new Map<number, Mark[]>()
  if (diagnostics.length === 0) return byLine
  const starts = lineStarts(text)
  for (const { range, severity, line } of diagnostics) {
    const first = line - 1
    const start = starts[first]
    if (start === undefined) continue
    const next = starts[first + 1] ?? text.length + 1
    const from = Math.max(0, range.start - start)
    const list = byLine.get(first) ?? []
    list.push({ start: from, end: Math.max(from + 1, Math.min(range.end, next - 1) - start), severity })
    byLine.set(first, list)
  }
  return byLine
}

const Line = memo(
  function Line({ line, marks }: { readonly line: HighlightedLine; readonly marks: readonly Mark[] }): ReactNode {
    return (
      <div className="plain-editor-line">
        {line.segments.map((segment, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: segments have no identity but their order
          <span key={index} className={`syntax-${segment.kind}`}>
            {segment.text}
          </span>
        ))}
        {"\n"}
        {marks.map((mark) => (
          <span
            key={`${mark.start}:${mark.end}`}
            className={`squiggle squiggle-${mark.severity}`}
            style={{ left: `${mark.start}ch`, width: `${mark.end - mark.start}ch` }}
          />
        ))}
      </div>
    )
  },
  (before, after) => before.line.text === after.line.text && before.line.entry === after.line.entry && before.marks === after.marks,
)
