/** The Costs pane: why the line under the caret is slow, and which lines of the program cost most. */
import { type ReactNode, useEffect, useRef } from "react"
import type { LineCost } from "../../protocol/worker.ts"
import { t, tCount } from "../messages/t.ts"
import { positionAt } from "../model/positions.ts"
import { followInferred, useInferring } from "../services/inferring.ts"
import { registerPane, revealInFile } from "../services/pane-ports.ts"
import { store, useApp } from "../services/store.ts"
import "../styles/instrument.css"

/** Lines listed as the most expensive ones. */
const MOST_LISTED = 12

/** The Costs pane. */
export function Costs(): ReactNode {
  const inferred = useInferring((state) => state.inferred)
  const version = useInferring((state) => state.version)
  const isCurrent = useApp((state) => state.version === version)
  const hasErrors = useApp((state) => state.checkedVersion === state.version && state.diagnostics.some((row) => row.severity === "error"))
  const file = useApp((state) => state.files.findIndex((source) => source.name === state.source.name))
  const line = useApp((state) => positionAt(state.source.text, state.selection.start).line)
  const root = useRef<HTMLElement>(null)
  useEffect(() => registerPane("costs", { focus: () => root.current?.focus() }), [])
  useEffect(followInferred, [])

  if (inferred === null) return <p className="empty">{t(hasErrors ? "costs.unavailable" : "costs.loading")}</p>
  const here = inferred.costs.filter((cost) => cost.file === file && cost.line === line)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable area must be reachable by keyboard
    <section ref={root} className="costs" tabIndex={0} aria-label={t("costs.label")}>
      {!isCurrent && hasErrors && (
        <div className="notice" role="note">
          {t("view.stale")}
        </div>
      )}
      <h2>{t("costs.line", { line })}</h2>
      {here.length === 0 ? <p className="costs-none">{t("costs.none")}</p> : <CostList costs={here} label={t("costs.line", { line })} />}
      <h2>{t("costs.most")}</h2>
      <Expensive costs={inferred.costs} />
    </section>
  )
}

function CostList({ costs, label }: { readonly costs: readonly LineCost[]; readonly label: string }): ReactNode {
  return (
    <ul className="cost-list" aria-label={label}>
      {costs.map((cost) => (
        <li key={`${cost.kind}:${cost.what}`} className={`cost cost-${cost.kind}`}>
          <span className="cost-kind">{t(`costs.kind.${cost.kind}`)}</span>
          <span className="cost-what">{cost.what}</span>
          <span className="cost-count">
            {cost.count > 1 && `×${cost.count}`}
            {cost.loops > 0 && ` ${tCount("costs.loops", cost.loops)}`}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** What each kind is worth against the others, for the order of lines only. */
const WEIGHTS = { dynamic: 8, allocation: 6, call: 2, release: 2, retain: 1, check: 1 } as const
/** What a loop multiplies by. */
const LOOP = 10

function Expensive({ costs }: { readonly costs: readonly LineCost[] }): ReactNode {
  const { files } = store.getState()
  const lines = new Map<string, { readonly file: number; readonly line: number; weight: number; readonly kinds: Set<LineCost["kind"]> }>()
  for (const cost of costs) {
    const key = `${cost.file}:${cost.line}`
    const entry = lines.get(key) ?? { file: cost.file, line: cost.line, weight: 0, kinds: new Set() }
    entry.weight += WEIGHTS[cost.kind] * cost.count * LOOP ** cost.loops
    entry.kinds.add(cost.kind)
    lines.set(key, entry)
  }
  const worst = [...lines.values()].sort((a, b) => b.weight - a.weight || a.line - b.line).slice(0, MOST_LISTED)
  if (worst.length === 0) return <p className="costs-none">{t("costs.none.program")}</p>
  return (
    <ol className="cost-list" aria-label={t("costs.most")}>
      {worst.map(({ file, line, kinds }) => {
        const source = files[file]
        const text = source?.text.split("\n")[line - 1]?.trim() ?? ""
        const start = source?.text.split("\n").slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0) ?? 0
        return (
          <li key={`${file}:${line}`}>
            <button type="button" className="cost-go" onClick={() => source !== undefined && revealInFile(source.name, { start, end: start })}>
              <span className="cost-place">{files.length > 1 ? `${source?.name ?? ""}:${line}` : line}</span>
              <code>{text}</code>
              <span className="cost-kinds">{[...kinds].map((kind) => t(`costs.kind.${kind}`)).join(", ")}</span>
            </button>
          </li>
        )
      })}
    </ol>
  )
}
