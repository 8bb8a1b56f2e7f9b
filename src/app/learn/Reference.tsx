/** The reference: every construct of the language with a program that shows it, found by what it is called or how it is written. */
import { type ReactNode, useEffect, useState } from "react"
import { REFERENCE_SECTIONS, type ReferenceSection } from "../../tour/constructs.ts"
import { loadReference, type ReferenceEntry } from "../../tour/reference.ts"
import { t, tCount } from "../messages/t.ts"
import { MAIN_NAME } from "../model/project.ts"
import { Prose } from "../parts/Prose.tsx"
import { failureText } from "../services/compiling.ts"
import { replaceProgram } from "../services/editing.ts"
import { withoutExpectations } from "../services/examples.ts"
import { TEXTS } from "./lesson-service.ts"
import { CodeBlock } from "./Markup.tsx"

const SECTIONS = Object.keys(REFERENCE_SECTIONS) as readonly ReferenceSection[]

/** The reference. */
export function Reference(): ReactNode {
  const [rows, setRows] = useState<readonly ReferenceEntry[] | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [query, setQuery] = useState("")
  useEffect(() => {
    loadReference().then(setRows, (error: unknown) => setFailure(failureText(error)))
  }, [])
  if (failure !== null) return <p className="empty">{t("service.loadFailed", { reason: failure })}</p>
  const found = (rows ?? []).filter((row) => matches(row, query))
  return (
    <div className="reference">
      <div className="learn-search">
        <input className="search" type="search" value={query} placeholder={t("reference.search")} aria-label={t("reference.search")} onChange={(event) => setQuery(event.target.value)} />
        <span className="tour-count" role="status">
          {rows === null ? t("reference.loading") : tCount("reference.count", found.length)}
        </span>
      </div>
      {SECTIONS.map((section) => {
        const own = found.filter((row) => row.section === section)
        if (own.length === 0) return null
        return (
          <section key={section} className="reference-section">
            <h2>{TEXTS[REFERENCE_SECTIONS[section]]}</h2>
            {own.map((row) => (
              <Entry key={row.program} row={row} />
            ))}
          </section>
        )
      })}
    </div>
  )
}

function matches(row: ReferenceEntry, query: string): boolean {
  const text = `${row.construct} ${row.title} ${row.program}`.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** A program with what it prints said as a reader expects it. */
function withPrints(text: string): string {
  return text.replaceAll("// expect: ", `// ${t("reference.prints")} `)
}

function Entry({ row }: { readonly row: ReferenceEntry }): ReactNode {
  const [isOpen, setOpen] = useState(false)
  const open = (): void =>
    replaceProgram({ files: [{ name: MAIN_NAME, text: row.source }, ...row.others].map(({ name, text }) => ({ name, text: withoutExpectations(text) })), stdin: row.stdin.map((line) => `${line}\n`).join("") }, "lesson", t("reference.opened", { construct: row.construct }))
  return (
    <details className="reference-entry" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <code>{row.construct}</code>
        <span className="reference-title">
          <Prose text={row.title} />
        </span>
      </summary>
      {isOpen && (
        <div className="reference-example">
          <CodeBlock text={withPrints(row.source.replace(/^.*\n/, ""))} />
          {row.others.map(({ name, text }) => (
            <figure key={name}>
              <figcaption>
                <code>{name}</code>
              </figcaption>
              <CodeBlock text={withPrints(text)} />
            </figure>
          ))}
          <button type="button" className="button" onClick={open}>
            {t("learn.openInEditor")}
          </button>
        </div>
      )}
    </details>
  )
}
