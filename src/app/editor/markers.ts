/** Diagnostics as Monaco's markers: the squiggles, and what hovering over them says. */
import type { DiagnosticMessage } from "../../protocol/worker.ts"
import { editor, MarkerSeverity } from "./monaco-features.ts"
import { modelOf } from "./file-models.ts"
import { toRange } from "./providers.ts"

const SEVERITIES = { error: MarkerSeverity.Error, warning: MarkerSeverity.Warning, hint: MarkerSeverity.Info } as const

/** Shows in `model`, which holds the file `name`, its share of `diagnostics`. */
export function showMarkers(model: editor.ITextModel, name: string, diagnostics: readonly DiagnosticMessage[]): void {
  const markers = diagnostics
    .filter((diagnostic) => diagnostic.file === name)
    .map((diagnostic): editor.IMarkerData => {
      const range = toRange(model, diagnostic.range)
      return {
        severity: SEVERITIES[diagnostic.severity],
        code: diagnostic.code,
        source: "hako",
        message: diagnostic.help === null ? diagnostic.message : `${diagnostic.message}\n${diagnostic.help}`,
        startLineNumber: range.startLineNumber,
        startColumn: range.startColumn,
        endLineNumber: range.endLineNumber,
        // A mark of nothing would not be seen.
        endColumn: range.isEmpty() ? range.endColumn + 1 : range.endColumn,
        relatedInformation: diagnostic.secondary.flatMap((label) => {
          const other = modelOf(label.file)
          if (other === null) return []
          const at = toRange(other, label.range)
          return [
            {
              resource: other.uri,
              message: label.message,
              startLineNumber: at.startLineNumber,
              startColumn: at.startColumn,
              endLineNumber: at.endLineNumber,
              endColumn: at.endColumn,
            },
          ]
        }),
      }
    })
  editor.setModelMarkers(model, "hako", markers)
}
