/** The Problems pane: every diagnostic, with the way to it and, where there is one, its fix. */
import { type ReactNode, useEffect, useRef } from "react"
import type { DiagnosticMessage } from "../../protocol/worker.ts"
import { t, tCount } from "../messages/t.ts"
import { Icon } from "../parts/Icon.tsx"
import { Prose } from "../parts/Prose.tsx"
import { ACTIONS, openLearn } from "../services/actions.ts"
import { applyFix } from "../services/editing.ts"
import { registerPane, revealInFile } from "../services/pane-ports.ts"
import { useApp } from "../services/store.ts"

/** The compiler hands out at most this many. */
const MOST_LISTED = 200

/** The Problems pane. */
export function Problems(): ReactNode {
  const diagnostics = useApp((state) => state.diagnostics)
  const list = useRef<HTMLElement>(null)
  useEffect(
    () =>
      registerPane("problems", {
        focus: () => (list.current?.querySelector<HTMLElement>(".problem-go") ?? list.current)?.focus(),
      }),
    [],
  )

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable list must be reachable by keyboard
    <section ref={list} className="problems" tabIndex={0} aria-label={t("problems.list")}>
      {diagnostics.length === 0 ? (
        <p className="empty">
          {t("problems.none")}
          <br />
          {t("problems.none.hint")}
        </p>
      ) : (
        <ul className="problem-list">
          {diagnostics.map((diagnostic, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two diagnostics may be alike in everything
            <Problem key={index} diagnostic={diagnostic} />
          ))}
        </ul>
      )}
      {diagnostics.length >= MOST_LISTED && <p className="empty">{t("problems.capped", { count: MOST_LISTED })}</p>}
    </section>
  )
}

function Problem({ diagnostic }: { readonly diagnostic: DiagnosticMessage }): ReactNode {
  const hasFiles = useApp((state) => state.files.length > 1)
  const { severity, code, message, file, line, column, range, help, fix, secondary } = diagnostic
  return (
    <li className={`problem problem-${severity}`}>
      <button
        type="button"
        className="problem-go"
        onClick={() => {
          ACTIONS.focusEditor()
          revealInFile(file, range)
        }}
      >
        <span className="problem-severity">
          <Icon name={severity} />
          <span className="visually-hidden">{t(`severity.${severity}`)}</span>
        </span>
        <span className="problem-text">
          <span className="problem-message">
            <Prose text={message} />
          </span>
          {help !== null && (
            <span className="problem-help">
              <Prose text={help} />
            </span>
          )}
          {secondary.map((label) => (
            <span key={`${label.range.start}:${label.message}`} className="problem-help">
              <Prose text={label.message} />
            </span>
          ))}
        </span>
        <span className="problem-place">
          {hasFiles && <span className="problem-file">{file}</span>}
          {line}:{column}
          <span className="problem-code">{code}</span>
        </span>
      </button>
      <button type="button" className="button button-quiet problem-fix" aria-label={t("problems.explain.of", { code })} onClick={() => openLearn({ view: "explain", code })}>
        {t("problems.explain")}
      </button>
      {fix !== null && (
        <button type="button" className="button button-quiet problem-fix" onClick={() => applyFix(diagnostic)}>
          <Prose text={t("problems.fix", { title: fix.title })} />
        </button>
      )}
    </li>
  )
}

/** How many problems there are, in words. */
export function problemCount(diagnostics: readonly DiagnosticMessage[]): string {
  if (diagnostics.length === 0) return t("problems.count.none")
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length
  const rest = diagnostics.length - errors
  if (errors === 0) return tCount("problems.warnings", rest)
  return rest === 0 ? tCount("problems.errors", errors) : `${tCount("problems.errors", errors)}, ${tCount("problems.warnings", rest)}`
}
