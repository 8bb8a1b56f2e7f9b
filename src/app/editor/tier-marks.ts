/** The tier that each function reached in the last run, as marks beside the line numbers; hovering says it in words. */
import type { TierSum } from "../../protocol/tiers.ts"
import { t } from "../messages/t.ts"
import type { editor } from "./monaco-features.ts"

/** The marks in each model, to be replaced by the next ones. */
const shown = new WeakMap<editor.ITextModel, string[]>()

/** Shows in `model`, which holds the file `name`, the functions of `sums` that are in it. */
export function showTierMarks(model: editor.ITextModel, name: string, sums: readonly TierSum[]): void {
  const marks = sums
    .filter(({ spot }) => spot.file === name && spot.line > 0 && spot.line <= model.getLineCount())
    .map(({ spot, calls, tier }): editor.IModelDeltaDecoration => ({
      range: { startLineNumber: spot.line, startColumn: 1, endLineNumber: spot.line, endColumn: 1 },
      options: { linesDecorationsClassName: `tier-mark tier-mark-${tier}`, linesDecorationsTooltip: t(`timeline.mark.${tier}`, { calls: calls.toLocaleString("en") }) },
    }))
  shown.set(model, model.deltaDecorations(shown.get(model) ?? [], marks))
}
