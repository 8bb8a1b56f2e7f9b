/**
 * Marks in a text the places that belong to what is pointed at elsewhere: a background and an underline, a bar at the line's
 * start, a mark on the overview ruler.
 *
 * A whole program selected has a hundred thousand places in a view. The one idea: what is drawn in the text are the places in
 * sight and a screen around them, anew as the text scrolls; the ruler, which shows all of it, has one mark for places that
 * would fall on the same pixels.
 */
import type { TextRange } from "../../protocol/worker.ts"
import { editor } from "./monaco-features.ts"
import { toRange } from "./providers.ts"

/** Marks on the overview ruler; a screen has hardly more pixels for them. */
const MOST_ON_RULER = 400

/** Shows places, which are in ascending order; scrolls to the first if asked and none is in sight. */
export type ShowLinked = (ranges: readonly TextRange[], scroll: boolean) => void

/** Gives the function that shows the places of `view`. */
export function showLinkedPlaces(view: editor.IStandaloneCodeEditor): ShowLinked {
  const inText = view.createDecorationsCollection()
  const onRuler = view.createDecorationsCollection()
  let shown: readonly TextRange[] = []

  const draw = (): void => {
    const model = view.getModel()
    if (model === null) return
    const near = shown.length === 0 ? [] : view.getVisibleRanges().flatMap((visible) => {
      const margin = visible.endLineNumber - visible.startLineNumber + 1
      const from = model.getOffsetAt({ lineNumber: Math.max(1, visible.startLineNumber - margin), column: 1 })
      const last = Math.min(model.getLineCount(), visible.endLineNumber + margin)
      const to = model.getOffsetAt({ lineNumber: last, column: model.getLineMaxColumn(last) })
      return shown.filter((range) => range.start <= to && range.end >= from)
    })
    inText.set(near.map((range) => ({ range: toRange(model, range), options: { inlineClassName: "linked-place", linesDecorationsClassName: "linked-bar" } })))
  }

  view.onDidScrollChange(() => shown.length > 0 && draw())
  view.onDidLayoutChange(() => shown.length > 0 && draw())

  return (ranges, scroll) => {
    const model = view.getModel()
    if (model === null) return
    shown = ranges
    const color = getComputedStyle(document.documentElement).getPropertyValue("--link").trim()
    onRuler.set(thinned(ranges, model.getValueLength()).map((range) => ({ range: toRange(model, range), options: { overviewRuler: { color, position: editor.OverviewRulerLane.Center } } })))
    const first = ranges[0]
    if (scroll && first !== undefined) {
      const visible = view.getVisibleRanges().map((lines) => ({
        start: model.getOffsetAt({ lineNumber: lines.startLineNumber, column: lines.startColumn }),
        end: model.getOffsetAt({ lineNumber: lines.endLineNumber, column: lines.endColumn }),
      }))
      if (!ranges.some((range) => visible.some(({ start, end }) => range.start <= end && range.end >= start))) view.revealRangeInCenter(toRange(model, first), editor.ScrollType.Immediate)
    }
    draw()
  }
}

/** The ranges as at most `MOST_ON_RULER` ones: neighbours that are closer than the ruler can show become one. */
function thinned(ranges: readonly TextRange[], length: number): readonly TextRange[] {
  if (ranges.length <= MOST_ON_RULER) return ranges
  const gap = length / MOST_ON_RULER
  const merged: { start: number; end: number }[] = []
  for (const { start, end } of ranges) {
    const last = merged.at(-1)
    if (last !== undefined && start - last.end < gap) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}
