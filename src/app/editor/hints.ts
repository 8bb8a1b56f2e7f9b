/** Hints in the source: how each variable is represented when the program runs, behind its name. */
import { t } from "../messages/t.ts"
import { followInferred, inferring } from "../services/inferring.ts"
import { store } from "../services/store.ts"
import { Emitter, languages } from "./monaco-features.ts"
import { fileNameOf } from "./file-models.ts"

/** Registers the hints; once. */
export function registerHints(): void {
  const changed = new Emitter<void>()
  inferring.subscribe(() => changed.fire())
  followInferred()
  languages.registerInlayHintsProvider("hako", {
    onDidChangeInlayHints: changed.event,
    provideInlayHints(model) {
      const { areHintsOn, inferred, version } = inferring.getState()
      const { files, version: current } = store.getState()
      // Places of another text would be wrong.
      if (!areHintsOn || inferred === null || version !== current) return { hints: [], dispose: () => {} }
      const file = files.findIndex((source) => source.name === fileNameOf(model.uri))
      const hints = inferred.names
        .filter((name) => name.file === file)
        .map(({ end, representation, description }): languages.InlayHint => {
          const isDynamic = representation === "any"
          return {
            kind: languages.InlayHintKind.Type,
            position: model.getPositionAt(end),
            label: isDynamic ? t("hints.dynamic") : t("hints.typed", { type: representation }),
            tooltip: isDynamic ? t("hints.dynamic.why", { kinds: description }) : description,
          }
        })
      return { hints, dispose: () => {} }
    },
  })
}
