/**
 * What debugging shows in the source: breakpoints beside the line numbers, the line the program stands at, and values at
 * the ends of lines. Monaco moves the breakpoints along with the text; where they are then is reported.
 */
import { editor, Range } from "./monaco-features.ts"

/** What to show in the file that is in the editor. */
export interface DebugMarks {
  /** Lines with a breakpoint, and whether it has a condition or never stops. */
  readonly breakpoints: readonly { readonly line: number; readonly kind: "plain" | "conditional" | "broken"; readonly label: string }[]
  /** The line of the frame that is looked at, or null; `isTop` if the program stands there. */
  readonly place: { readonly line: number; readonly isTop: boolean; readonly isError: boolean } | null
  readonly values: readonly { readonly line: number; readonly text: string }[]
}

/** What the marks tell their owner. */
export interface DebugMarkEvents {
  readonly onToggle: (line: number) => void
  /** The lines of the breakpoints, in order, after an edit. */
  readonly onMoved: (lines: readonly number[]) => void
}

/** Longest text beside a line, in UTF-16 units. */
const LONGEST = 160

/** Shows marks in an editor; the result takes the next ones. */
export function showDebugMarks(view: editor.IStandaloneCodeEditor, events: DebugMarkEvents): (marks: DebugMarks) => void {
  const breakpoints = view.createDecorationsCollection()
  const place = view.createDecorationsCollection()
  view.onMouseDown((event) => {
    const { type, position } = event.target
    if (position !== null && type === editor.MouseTargetType.GUTTER_GLYPH_MARGIN) events.onToggle(position.lineNumber)
  })
  view.onDidChangeModelContent(() => {
    if (breakpoints.length > 0) events.onMoved(breakpoints.getRanges().map((range) => range.startLineNumber))
  })
  return (marks) => {
    const model = view.getModel()
    if (model === null) return
    const isThere = ({ line }: { readonly line: number }): boolean => line >= 1 && line <= model.getLineCount()
    breakpoints.set(
      marks.breakpoints.filter(isThere).map(({ line, kind, label }) => ({
        range: new Range(line, 1, line, 1),
        options: {
          glyphMarginClassName: `debug-glyph debug-glyph-${kind}`,
          glyphMarginHoverMessage: { value: label },
          stickiness: editor.TrackedRangeStickiness.NeverGrowsWhenTypingAtEdges,
        },
      })),
    )
    const shown: editor.IModelDeltaDecoration[] = marks.values.filter(isThere).map(({ line, text }) => {
      const end = model.getLineMaxColumn(line)
      const content = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
      return { range: new Range(line, end, line, end), options: { showIfCollapsed: true, after: { content: `   ${content}`, inlineClassName: "debug-inline" } } }
    })
    if (marks.place !== null && isThere(marks.place)) {
      const { line, isTop, isError } = marks.place
      const name = isError ? "debug-here-error" : isTop ? "debug-here" : "debug-caller"
      shown.push({ range: new Range(line, 1, line, 1), options: { isWholeLine: true, className: name, linesDecorationsClassName: `${name}-bar` } })
    }
    place.set(shown)
  }
}
