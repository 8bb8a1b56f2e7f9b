/**
 * The machine code of the program as text, and LLVM IR after optimisation: made by the server, linked with the source like the stages that
 * the page makes itself.
 *
 * A text is asked for when the pane is shown, the program is right and the typing has paused; the last answers are kept, so that going back
 * and forth between processors costs nothing.
 */
import { type ReactNode, useEffect, useMemo, useState } from "react"
import type { AsmAnswer, AsmRequest, BuildLevel } from "../../protocol/api.ts"
import type { TextRange, ViewLink } from "../../protocol/worker.ts"
import { CodeView } from "../editor/CodeView.tsx"
import { t } from "../messages/t.ts"
import { counterparts, linksAtView, sourceRanges } from "../model/links.ts"
import { Choice } from "../parts/Choice.tsx"
import { failureText, programFiles } from "../services/compiling.ts"
import { lookForServer, reasonAgainst, requestAssembly, useServer } from "../services/server.ts"
import { Absence } from "./Absence.tsx"
import { dispatch, useApp } from "../services/store.ts"

/** What is shown: a processor's assembly, or LLVM IR. */
type Form = "x86_64" | "aarch64" | "llvm"
const FORMS: readonly Form[] = ["x86_64", "aarch64", "llvm"]
const LEVELS: readonly BuildLevel[] = ["O0", "O2", "O3", "Os"]
/** Milliseconds of quiet before a text is asked for. */
const DELAY = 500
/** Answers that are kept. */
const MOST_KEPT = 12

/** What was chosen last, and what was answered; both outlive the pane. */
let chosen: { readonly form: Form; readonly level: BuildLevel } = { form: "x86_64", level: "O2" }
const kept = new Map<string, AsmAnswer>()

function keep(key: string, answer: AsmAnswer): void {
  kept.set(key, answer)
  const oldest = kept.keys().next().value
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
}

interface Shown {
  readonly key: string
  readonly text: string
  readonly links: readonly ViewLink[]
}

function shownOf(key: string, answer: AsmAnswer): Shown {
  return { key, text: answer.text, links: answer.links.map(({ start, end, file, sourceStart, sourceEnd }) => ({ view: { start, end }, source: { file, start: sourceStart, end: sourceEnd } })) }
}

const NONE: readonly TextRange[] = []

/** The pane. */
export function Assembly({ isPhone }: { readonly isPhone: boolean }): ReactNode {
  const [choice, setChoice] = useState(chosen)
  const [shown, setShown] = useState<Shown | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [tries, setTries] = useState(0)
  const version = useApp((state) => state.version)
  const isChecked = useApp((state) => state.checkedVersion === state.version)
  const hasErrors = useApp((state) => state.diagnostics.some((row) => row.severity === "error"))
  const pointing = useApp((state) => state.pointing)
  const phase = useServer((state) => state.phase)
  const reason = useServer((state) => reasonAgainst("asm", state))
  const key = `${version}/${choice.form}/${choice.level}`
  const isCurrent = shown?.key === key
  const canAsk = phase === "present" && reason === null && isChecked && !hasErrors

  useEffect(() => void lookForServer(), [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is asked for by its number
  useEffect(() => {
    const known = kept.get(key)
    if (known !== undefined) {
      setShown(shownOf(key, known))
      setFailure(null)
      return
    }
    if (!canAsk) return
    const stop = new AbortController()
    const timer = setTimeout(async () => {
      const { form, level } = choice
      const request: AsmRequest = { files: programFiles(), target: form === "aarch64" ? "aarch64-linux" : "x86_64-linux", level, form: form === "llvm" ? "llvm" : "assembly" }
      try {
        const answer = await requestAssembly(request, stop.signal)
        keep(key, answer)
        setShown(shownOf(key, answer))
        setFailure(null)
      } catch (error) {
        if (!stop.signal.aborted) setFailure(failureText(error))
      }
    }, DELAY)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [key, canAsk, tries])

  const choose = (more: Partial<typeof choice>): void => {
    chosen = { ...choice, ...more }
    setChoice(chosen)
  }

  const linked = useMemo(
    () => (shown === null || !isCurrent || pointing === null || pointing.pane === "assembly" ? NONE : counterparts(shown.links, pointing.sources)),
    [shown, isCurrent, pointing],
  )

  const absent = shown !== null && isCurrent && pointing !== null && pointing.pane !== "assembly" && linked.length === 0 ? pointing.sources[0] : undefined

  return (
    <div className="assembly">
      <div className="assembly-bar">
        <Choice label={t("assembly.form")} isLabelShown={false} value={choice.form} values={FORMS.map((form) => ({ value: form, text: t(`assembly.form.${form}`) }))} onChange={(form) => choose({ form })} />
        <Choice label={t("build.level")} isLabelShown={false} value={choice.level} values={LEVELS.map((level) => ({ value: level, text: level, hint: t(`build.level.${level}`) }))} onChange={(level) => choose({ level })} />
      </div>
      {failure !== null && (
        <div className="notice notice-warning" role="alert">
          {t("assembly.failed", { reason: failure })}{" "}
          <button
            type="button"
            className="button"
            onClick={() => {
              setFailure(null)
              setTries(tries + 1)
            }}
          >
            {t("view.retry")}
          </button>
        </div>
      )}
      {shown === null ? (
        <p className="empty">{reason ?? (hasErrors ? t("view.unavailable", { view: t("pane.assembly") }) : t("view.loading", { view: t("pane.assembly") }))}</p>
      ) : (
        <div className={isCurrent ? "text-view" : "text-view text-view-behind"}>
          {!isCurrent && hasErrors && (
            <div className="notice" role="note">
              {t("view.stale")}
            </div>
          )}
          <CodeView
            // Monaco keeps the language a view was made with.
            key={choice.form === "llvm" ? "llvm" : "asm"}
            pane="assembly"
            label={t("view.label", { view: t("pane.assembly") })}
            language={choice.form === "llvm" ? "llvm" : "asm"}
            text={shown.text}
            linked={linked}
            follow={pointing?.pane !== "assembly"}
            onPoint={(place) => dispatch({ type: "pointed", pane: "assembly", place, sources: isCurrent ? sourceRanges(linksAtView(shown.links, place)) : [] })}
            isPhone={isPhone}
          />
          {absent !== undefined && <Absence view={t("pane.assembly")} place={absent} />}
        </div>
      )}
    </div>
  )
}
