/**
 * The Compare pane: how the program does on every engine. A bar for each running time beside its number, the whole
 * measurement as a table under it, and what can be read off it in words.
 */
import { type ReactNode, useEffect, useMemo, useRef } from "react"
import { COLUMNS, formatDuration, headingOf, remarksOf, stateText, TEXT_COLUMNS } from "../../compare/table.ts"
import { type ComparedRow, type Comparison, compareEngines } from "../../compare/verdict.ts"
import { t } from "../messages/t.ts"
import { Icon } from "../parts/Icon.tsx"
import { ACTIONS } from "../services/actions.ts"
import { notesOf, say, TABLE, useComparing } from "../services/comparing.ts"
import { registerPane } from "../services/pane-ports.ts"
import { useApp } from "../services/store.ts"
import "../styles/instrument.css"

/** The Compare pane. */
export function Compare(): ReactNode {
  const { phase, measurements, version, optimise, machine, isShared } = useComparing((state) => state)
  const isOfText = useApp((state) => state.version === version)
  const isOfLevel = useApp((state) => state.optimise === optimise)
  const comparison = useMemo(() => compareEngines(measurements), [measurements])
  const root = useRef<HTMLElement>(null)
  useEffect(() => registerPane("compare", { focus: () => root.current?.focus() }), [])

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable area must be reachable by keyboard
    <section ref={root} className="compare" tabIndex={0} aria-label={t("compare.label")}>
      <Controls />
      {phase !== "idle" && !isOfText && (
        <div className="notice" role="note">
          {t("compare.outdated")}
        </div>
      )}
      {phase !== "idle" && isOfText && !isOfLevel && (
        <div className="notice" role="note">
          {t("compare.otherLevel", { level: `O${optimise}` })}
        </div>
      )}
      {isShared && (
        <div className="notice" role="note">
          {t("compare.shared", { machine })}
        </div>
      )}
      {measurements.length === 0 ? (
        <p className="empty">{t(phase === "idle" ? "compare.empty" : "compare.starting")}</p>
      ) : (
        <>
          <Bars comparison={comparison} />
          <Remarks comparison={comparison} />
          <Figures comparison={comparison} />
          <ul className="compare-notes">
            {notesOf(machine).map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

function Controls(): ReactNode {
  const phase = useComparing((state) => state.phase)
  const done = useComparing((state) => state.done)
  const total = useComparing((state) => state.total)
  const hasErrors = useApp((state) => state.checkedVersion === state.version && state.diagnostics.some((row) => row.severity === "error"))
  const isMeasuring = phase === "measuring"
  return (
    <div className="compare-controls">
      <button type="button" className="button button-primary" disabled={hasErrors && !isMeasuring} onClick={() => ACTIONS[isMeasuring ? "stopComparing" : "compare"]()}>
        <Icon name={isMeasuring ? "stop" : "run"} />
        {t(isMeasuring ? "compare.stop" : phase === "idle" ? "compare.start" : "compare.again")}
      </button>
      {isMeasuring && (
        <span className="compare-progress">
          <progress max={Math.max(1, total)} value={done} aria-label={t("compare.progress")} />
          <span>{t("compare.steps", { done, total })}</span>
        </span>
      )}
      {hasErrors && !isMeasuring && <span className="compare-hint">{t("compare.blocked")}</span>}
      <span className="compare-space" />
      {phase === "done" && (
        <>
          <button type="button" className="button" onClick={() => ACTIONS.copyComparison()}>
            {t("compare.copy")}
          </button>
          <button type="button" className="button" onClick={() => ACTIONS.downloadComparison()}>
            {t("compare.csv")}
          </button>
        </>
      )}
    </div>
  )
}

/** Running times as lengths; the whisker is the interval of the median. For the eye only: the table says the same. */
function Bars({ comparison }: { readonly comparison: Comparison }): ReactNode {
  const measured = comparison.rows.filter((row) => row.run !== null)
  if (measured.length === 0) return null
  const longest = Math.max(...measured.map((row) => row.run?.high ?? 0))
  const percent = (value: number): string => `${(value / longest) * 100}%`
  return (
    <div className="compare-bars" aria-hidden="true">
      {measured.map((row) => (
        <div key={row.measurement.engine} className={`compare-bar compare-bar-${row.verdict}`}>
          <span className="compare-bar-name">{say(`compare.engine.${row.measurement.engine}`)}</span>
          <span className="compare-bar-track">
            <span className="compare-bar-fill" style={{ width: percent(row.run?.median ?? 0) }} />
            <span className="compare-bar-whisker" style={{ left: percent(row.run?.low ?? 0), width: percent((row.run?.high ?? 0) - (row.run?.low ?? 0)) }} />
          </span>
          <span className="compare-bar-value">{formatDuration(row.run?.median ?? 0)}</span>
        </div>
      ))}
    </div>
  )
}

function Remarks({ comparison }: { readonly comparison: Comparison }): ReactNode {
  const remarks = remarksOf(comparison, say)
  if (remarks.length === 0) return null
  return (
    <ul className="compare-remarks">
      {remarks.map((remark) => (
        <li key={remark}>{remark}</li>
      ))}
    </ul>
  )
}

function Figures({ comparison }: { readonly comparison: Comparison }): ReactNode {
  return (
    <div className="compare-scroll">
      <table className="compare-table">
        <caption className="visually-hidden">{t("compare.caption")}</caption>
        <thead>
          <tr>
            {COLUMNS.map(({ id }) => (
              <th key={id} scope="col" className={TEXT_COLUMNS.has(id) ? "compare-words" : undefined}>
                {headingOf(id, comparison, say)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {comparison.rows.map((row) => (
            <FigureRow key={row.measurement.engine} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function FigureRow({ row }: { readonly row: ComparedRow }): ReactNode {
  const { state } = row.measurement
  const isWrong = row.output === "differs" || row.output === "varies"
  const tone = isWrong ? "compare-row-wrong" : state === "absent" || state === "stopped" ? "compare-row-absent" : undefined
  if (row.measurement.cold === null) {
    return (
      <tr className={tone}>
        <th scope="row" className="compare-words">
          {say(`compare.engine.${row.measurement.engine}`)}
        </th>
        <td className="compare-words" colSpan={COLUMNS.length - 1}>
          {stateText(row.measurement, say)}
        </td>
      </tr>
    )
  }
  const title = row.measurement.cold.digest.head
  return (
    <tr className={tone}>
      {COLUMNS.map(({ id, cell }) => {
        const { text } = cell(row, TABLE)
        if (id === "engine") {
          return (
            <th key={id} scope="row" className="compare-words">
              {text}
            </th>
          )
        }
        const marks = [TEXT_COLUMNS.has(id) ? "compare-words" : "", id === "verdict" && row.verdict !== null ? `compare-verdict-${row.verdict}` : "", id === "output" ? "compare-output" : ""].filter((mark) => mark !== "")
        return (
          <td key={id} className={marks.join(" ")} title={id === "output" ? title : undefined}>
            {id === "output" && isWrong && <Icon name="error" />}
            {text}
          </td>
        )
      })}
    </tr>
  )
}
