/** The explanations of problems: what each code means, a program that has it, and the same one set right. */
import { type ReactNode, useEffect, useState } from "react"
import { codesNamed, type Explanation, EXPLANATION_TITLES, expandExample, loadExplanation } from "../../compiler/diagnostics/explanations.ts"
import { t } from "../messages/t.ts"
import { MAIN_NAME } from "../model/project.ts"
import { Prose } from "../parts/Prose.tsx"
import { failureText } from "../services/compiling.ts"
import { replaceProgram } from "../services/editing.ts"
import { dispatch } from "../services/store.ts"
import { CodeBlock, Markup } from "./Markup.tsx"

function show(code: string): void {
  dispatch({ type: "learnShown", learn: { view: "explain", code } })
}

/** The explanation of a code, and the way to any other. */
export function Explain({ code }: { readonly code: string | null }): ReactNode {
  const known = codesNamed(code ?? "")[0]
  const [explanation, setExplanation] = useState<Explanation | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  useEffect(() => {
    if (known === undefined) return
    loadExplanation(known).then(setExplanation, (error: unknown) => setFailure(failureText(error)))
  }, [known])
  return (
    <div className="tour">
      <div className="tour-bar">
        <label className="tour-choice">
          <span className="visually-hidden">{t("explain.choose")}</span>
          <select className="select" value={known ?? ""} onChange={(event) => show(event.target.value)}>
            {known === undefined && <option value="">{t("explain.choose")}</option>}
            {EXPLANATION_TITLES.map((row) => (
              <option key={row.code} value={row.code}>
                {`${row.code} ${row.title.replaceAll("`", "")}`}
              </option>
            ))}
          </select>
        </label>
      </div>
      {failure !== null && <p className="empty">{t("service.loadFailed", { reason: failure })}</p>}
      {known === undefined ? <p className="empty">{t("explain.none")}</p> : explanation?.code === known && <Page explanation={explanation} />}
    </div>
  )
}

function Page({ explanation }: { readonly explanation: Explanation }): ReactNode {
  const { code, title, severity, blocks } = explanation
  return (
    <article className="prose">
      <h2>
        <Prose text={title} />
      </h2>
      <p className="explain-code">
        {t(`severity.${severity}`)} {code}
      </p>
      {blocks.map((block, index) =>
        block.kind === "text" ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a block is its place in the page
          <Markup key={index} text={block.text} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a block is its place in the page
          <figure key={index} className={`explain-example explain-${block.role}`}>
            <figcaption>
              {t(`explain.${block.role}`)}
              <button type="button" className="button button-quiet" aria-label={t(`explain.open.${block.role}`)} onClick={() => open(code, block.code)}>
                {t("learn.openInEditor")}
              </button>
            </figcaption>
            <CodeBlock text={block.code} />
          </figure>
        ),
      )}
    </article>
  )
}

function open(code: string, text: string): void {
  replaceProgram({ files: [{ name: MAIN_NAME, text: expandExample(text) }], stdin: "" }, "lesson", t("explain.opened", { code }))
}
