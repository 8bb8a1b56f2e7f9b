/** How often lines were executed, in the column of the line numbers; hovering a number says it in words. */
import type { LineCount } from "../../protocol/worker.ts"
import { t } from "../messages/t.ts"
import type { editor } from "./monaco-features.ts"

/** Characters of the column of the line numbers without counts. */
export const NUMBER_CHARACTERS = 4
/** Characters that a count takes besides, with what separates it. */
const COUNT_CHARACTERS = 7

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 })

/** The words in each model, to be replaced by the next ones. */
const shown = new WeakMap<editor.ITextModel, string[]>()

/** Shows the counts of the file `name` in the view that shows it. */
export function showLineCounts(view: editor.IStandaloneCodeEditor, name: string, lines: readonly LineCount[]): void {
  const model = view.getModel()
  if (model === null) return
  const here = lines.filter(({ file, line }) => file === name && line <= model.getLineCount())
  const counts = new Map(here.map(({ line, count }) => [line, count]))
  const marks = here.map(({ line, count }): editor.IModelDeltaDecoration => ({
    range: { startLineNumber: line, startColumn: 1, endLineNumber: line, endColumn: 1 },
    options: {
      lineNumberClassName: count === 0 ? "line-count-none" : "line-count",
      lineNumberHoverMessage: { value: count === 1 ? t("editor.lineCount.once") : t("editor.lineCount", { count: count.toLocaleString("en") }) },
    },
  }))
  shown.set(model, model.deltaDecorations(shown.get(model) ?? [], marks))
  const textOf = (line: number): string => {
    const count = counts.get(line)
    return count === undefined ? String(line) : `${compact.format(count)}×\u2002${line}`
  }
  view.updateOptions(counts.size === 0 ? { lineNumbers: "on", lineNumbersMinChars: NUMBER_CHARACTERS } : { lineNumbers: textOf, lineNumbersMinChars: NUMBER_CHARACTERS + COUNT_CHARACTERS })
}
