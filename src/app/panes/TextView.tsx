/**
 * A stage of the compiler as text, linked with the source and with the other stages. While the text is behind the
 * source its links are withheld, since they would point at the wrong places.
 */
import { lazy, type ReactNode, Suspense, useMemo } from "react"
import { VIEWS } from "../../compiler/driver/views.ts"
import type { TextRange, TextViewId } from "../../protocol/worker.ts"
import { CodeView } from "../editor/CodeView.tsx"
import type { LanguageId } from "../editor/languages.ts"
import { t } from "../messages/t.ts"
import { counterparts } from "../model/links.ts"
import { PANES, type PaneId } from "../model/panes.ts"
import { retryView } from "../services/compiling.ts"
import { dispatch, useApp } from "../services/store.ts"

// Loaded when a place has nothing in a view for the first time.
const Absence = lazy(() => import("./Absence.tsx").then(({ Absence }) => ({ default: Absence })))

function languageOf(view: TextViewId): LanguageId {
  const { language } = VIEWS[view]
  return language === "text" ? "plaintext" : language
}

/** Views that show the optimised program, or what is made of it. */
const MADE_OF_MIR: ReadonlySet<TextViewId> = new Set(["mir", "bytecode", "wat", "llvm"])

const NONE: readonly TextRange[] = []

/** A stage as text. */
export function TextView({ pane, view, isPhone }: { readonly pane: PaneId; readonly view: TextViewId; readonly isPhone: boolean }): ReactNode {
  const shown = useApp((state) => state.views[view])
  const isCurrent = useApp((state) => state.views[view].version === state.version)
  const pointing = useApp((state) => state.pointing)
  const hasErrors = useApp((state) => state.checkedVersion === state.version && state.diagnostics.some((row) => row.severity === "error"))
  const isCompilerLoading = useApp((state) => state.compiler === "loading")
  const title = t(PANES[pane].title)
  const { text, phase } = shown

  const linked = useMemo(
    () => (text === null || !isCurrent || pointing === null || pointing.pane === pane ? NONE : counterparts(text.links, pointing.sources)),
    [text, isCurrent, pointing, pane],
  )

  if (phase === "failed") {
    return (
      <div className="empty" role="alert">
        {t("view.failed", { view: title, reason: shown.reason ?? "" })}
        <br />
        <button type="button" className="button" onClick={() => retryView(view)}>
          {t("view.retry")}
        </button>
      </div>
    )
  }
  if (text === null) {
    const message = isCompilerLoading
      ? t("view.waiting")
      : phase === "loading"
        ? t("view.loading", { view: title })
        : t("view.unavailable", { view: title })
    return <p className="empty">{message}</p>
  }
  // The views of what is compiled say why they have nothing for a place.
  const absent = isCurrent && MADE_OF_MIR.has(view) && pointing !== null && pointing.pane !== pane && linked.length === 0 ? pointing.sources[0] : undefined
  // Errors keep a view behind; the moments between two keystrokes do not count.
  const isBehind = !isCurrent && hasErrors
  return (
    <div className={isBehind ? "text-view text-view-behind" : "text-view"}>
      {isBehind && (
        <div className="notice" role="note">
          {t("view.stale")}
        </div>
      )}
      {text.unit !== undefined && (
        <div className="notice" role="note">
          <span>{t("timeline.unit.shown", { unit: text.unit + 1 })}</span>
          <button type="button" className="button button-quiet" onClick={() => retryView(view)}>
            {t("timeline.unit.whole")}
          </button>
        </div>
      )}
      <CodeView
        pane={pane}
        label={t("view.label", { view: title })}
        language={languageOf(view)}
        text={text.text}
        linked={linked}
        follow={pointing?.pane !== pane}
        onPoint={(place) => dispatch({ type: "pointed", pane, place })}
        isPhone={isPhone}
      />
      {absent !== undefined && (
        <Suspense fallback={null}>
          <Absence view={title} place={absent} />
        </Suspense>
      )}
    </div>
  )
}
