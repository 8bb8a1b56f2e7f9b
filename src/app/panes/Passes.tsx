/**
 * The Passes pane: the steps of the optimiser on the left, and what the chosen one did to the chosen function on the right, as
 * changed lines, as a graph whose blocks stay where they are, or as a list of blocks. Arrow keys go through the steps.
 */
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useMemo, useRef } from "react"
import type { FuncStateMessage, PassesMessage, PassRemarkMessage, PassStepMessage } from "../../protocol/passes.ts"
import { formatMilliseconds, t } from "../messages/t.ts"
import { diffLines } from "../model/line-diff.ts"
import { PASS_VIEWS } from "../model/share-instrument.ts"
import { countBlocks, countKey, loadCounts, useCounting } from "../services/counting-blocks.ts"
import { explore, findChangingPass, loadPasses, measureSkipped, stopExploring, useExploring } from "../services/exploring.ts"
import { registerPane, revealInFile } from "../services/pane-ports.ts"
import { store, useApp } from "../services/store.ts"
import { BlockList, PassGraph } from "./PassGraph.tsx"
import "../styles/instrument.css"

/** The Passes pane. */
export function Passes(): ReactNode {
  const passes = useExploring((state) => state.passes)
  const passesVersion = useExploring((state) => state.version)
  const failure = useExploring((state) => state.failure)
  const isLoading = useExploring((state) => state.isLoading)
  const func = useExploring((state) => state.func)
  const skip = useExploring((state) => state.skip)
  const version = useApp((state) => state.version)
  const checkedVersion = useApp((state) => state.checkedVersion)
  const optimise = useApp((state) => state.optimise)
  const hasErrors = useApp((state) => state.checkedVersion === state.version && state.diagnostics.some((row) => row.severity === "error"))
  const root = useRef<HTMLElement>(null)

  useEffect(() => registerPane("passes", { focus: () => (root.current?.querySelector<HTMLElement>(".pass-go[tabindex='0']") ?? root.current)?.focus() }), [])
  // After the check of a text, so that typing is not held up.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the function reads what is listed from the stores
  useEffect(() => {
    if (checkedVersion === version && !hasErrors) void loadPasses()
  }, [checkedVersion, version, hasErrors, optimise, func, skip])

  return (
    <section ref={root} className="passes" tabIndex={-1} aria-label={t("passes.label")}>
      {failure !== null && (
        <div className="notice notice-warning" role="alert">
          {t("passes.broken", { reason: failure })}
        </div>
      )}
      {passes !== null && passesVersion !== version && hasErrors && (
        <div className="notice" role="note">
          {t("passes.stale")}
        </div>
      )}
      {passes === null ? <p className="empty">{t(hasErrors ? "passes.unavailable" : isLoading || failure === null ? "passes.loading" : "passes.unavailable")}</p> : <Explorer passes={passes} />}
    </section>
  )
}

function Explorer({ passes }: { readonly passes: PassesMessage }): ReactNode {
  const hideUnchanged = useExploring((state) => state.hideUnchanged)
  const shown = passes.function?.name ?? ""
  return (
    <div className="passes-columns">
      <div className="passes-side">
        <div className="passes-choice">
          <label>
            <span>{t("passes.function")}</span>
            <select value={shown} onChange={(event) => explore({ func: event.target.value })}>
              {passes.functions.map(({ name, changes }) => (
                <option key={name} value={name}>
                  {t("passes.functionChanges", { name, count: changes })}
                </option>
              ))}
            </select>
          </label>
          <label className="passes-check">
            <input type="checkbox" checked={hideUnchanged} onChange={(event) => explore({ hideUnchanged: event.target.checked })} />
            <span>{t("passes.hideUnchanged")}</span>
          </label>
        </div>
        <Steps passes={passes} />
        <Effects passes={passes} />
      </div>
      <Detail passes={passes} />
    </div>
  )
}

function nameOf(step: PassStepMessage): string {
  return step.pass === "typed" ? t("passes.typed") : step.pass
}

function Steps({ passes }: { readonly passes: PassesMessage }): ReactNode {
  const step = useExploring((state) => state.step)
  const hideUnchanged = useExploring((state) => state.hideUnchanged)
  const func = passes.function?.name ?? ""
  const rows = passes.steps.map((row, at) => ({ row, at, isChanged: row.changed.includes(func) })).filter(({ at, isChanged }) => !hideUnchanged || isChanged || at === step)
  const list = useRef<HTMLOListElement>(null)

  const move = (event: KeyboardEvent): void => {
    const here = rows.findIndex(({ at }) => at === step)
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key]
    const next = to === undefined ? undefined : rows[Math.max(0, Math.min(rows.length - 1, to))]
    if (next === undefined || !(event.target as HTMLElement).classList.contains("pass-go")) return
    event.preventDefault()
    explore({ step: next.at })
    list.current?.querySelector<HTMLElement>(`[data-step="${next.at}"]`)?.focus()
  }

  return (
    <ol ref={list} className="pass-list" aria-label={t("passes.list")} onKeyDown={move}>
      {rows.map(({ row, at, isChanged }) => {
        const before = passes.steps[at - 1]
        const delta = before === undefined ? 0 : row.insts - before.insts
        return (
          <li key={at} className={["pass", row.skipped ? "pass-skipped" : "", isChanged ? "pass-changed" : ""].join(" ")}>
            <Switch row={row} />
            <button type="button" className="pass-go" data-step={at} tabIndex={at === step ? 0 : -1} aria-current={at === step ? "step" : undefined} title={row.doc} onClick={() => explore({ step: at })}>
              <span className="pass-number">{at}</span>
              <span className="pass-name">{nameOf(row)}</span>
              <span className="visually-hidden">{t(isChanged ? "passes.changed" : "passes.unchanged")}</span>
              <span className="pass-delta" title={t("passes.insts", { count: row.insts })}>
                {at === 0 ? row.insts : delta === 0 ? "" : delta > 0 ? `+${delta}` : `−${-delta}`}
              </span>
              <span className="pass-time">{at === 0 || row.skipped ? "" : formatMilliseconds(row.milliseconds)}</span>
            </button>
          </li>
        )
      })}
    </ol>
  )
}

function Switch({ row }: { readonly row: PassStepMessage }): ReactNode {
  const skip = useExploring((state) => state.skip)
  if (row.pass === "typed") return <span className="pass-switch" />
  const isOn = row.required || !skip.includes(row.pass)
  return (
    <input
      type="checkbox"
      className="pass-switch"
      aria-label={t(row.required ? "passes.required" : "passes.enabled", { pass: row.pass })}
      checked={isOn}
      disabled={row.required}
      onChange={() => explore({ skip: isOn ? [...skip, row.pass].sort() : skip.filter((pass) => pass !== row.pass) })}
    />
  )
}

function Effects({ passes }: { readonly passes: PassesMessage }): ReactNode {
  const skip = useExploring((state) => state.skip)
  const allInsts = useExploring((state) => state.allInsts)
  const finding = useExploring((state) => state.finding)
  const isBusy = useExploring((state) => state.isBusy)
  return (
    <div className="pass-effects">
      {skip.length > 0 && <p>{t("passes.skipped", { passes: skip.join(", "), count: passes.steps.at(-1)?.insts ?? 0, all: allInsts ?? "?" })}</p>}
      <div className="pass-buttons">
        {isBusy ? (
          <>
            <span>{t("passes.busy")}</span>
            <button type="button" className="button" onClick={stopExploring}>
              {t("passes.stop")}
            </button>
          </>
        ) : (
          <>
            {skip.length > 0 && (
              <>
                <button type="button" className="button" onClick={() => void measureSkipped()}>
                  {t("passes.measure")}
                </button>
                <button type="button" className="button" onClick={() => explore({ skip: [] })}>
                  {t("passes.all")}
                </button>
              </>
            )}
            <button type="button" className="button" onClick={() => void findChangingPass()}>
              {t("passes.bisect")}
            </button>
          </>
        )}
      </div>
      {finding !== null && (
        <p className="pass-finding" role="status">
          {finding}
        </p>
      )}
    </div>
  )
}

/** The state of a function after `step`, and the one before; undefined before the function exists. */
export function stateAt(states: readonly FuncStateMessage[], step: number): { readonly now: FuncStateMessage | undefined; readonly before: FuncStateMessage | undefined } {
  return { now: states.findLast((state) => state.step <= step), before: states.findLast((state) => state.step < step) }
}

function Detail({ passes }: { readonly passes: PassesMessage }): ReactNode {
  const view = useExploring((state) => state.view)
  const step = useExploring((state) => state.step)
  const row = passes.steps[step]
  const { name, states } = passes.function ?? { name: "", states: [] }
  const { now, before } = stateAt(states, step)
  const counts = useCounts(row, name, now?.body?.blocks.length ?? 0, view !== "diff")
  if (row === undefined) return null
  // What inference leaves is where the changes start from.
  const base = step === 0 || now?.step !== step ? (now?.body ?? null) : (before?.body ?? null)
  const title = { pass: nameOf(row), function: name }
  return (
    <div className="passes-detail">
      <div className="passes-head">
        <h2>{t("passes.step", { number: step, pass: title.pass })}</h2>
        <span className="passes-doc">{row.doc}</span>
        <fieldset className="passes-views">
          <legend className="visually-hidden">{t("passes.view")}</legend>
          {PASS_VIEWS.map((id) => (
            <label key={id} className={id === view ? "passes-view passes-view-on" : "passes-view"}>
              <input type="radio" name="pass-view" className="visually-hidden" checked={id === view} onChange={() => explore({ view: id })} />
              {t(`passes.view.${id}`)}
            </label>
          ))}
        </fieldset>
      </div>
      {view !== "diff" && <CountSwitch />}
      {now === undefined || now.body === null ? (
        <p className="empty">{t(now === undefined ? "passes.notYet" : "passes.gone")}</p>
      ) : view === "diff" ? (
        <Difference label={t("passes.diff", title)} now={now.body} before={base} />
      ) : view === "graph" ? (
        <PassGraph label={t("passes.graph", { ...title, count: now.body.blocks.length })} states={states} now={now.body} before={base} counts={counts} />
      ) : (
        <BlockList label={t("passes.blocks", title)} now={now.body} before={base} counts={counts} />
      )}
      <Remarks passes={passes} step={step} name={name} />
    </div>
  )
}

/** How often each block of the function ran, as it is after the step; null if that is not known or not wanted. */
function useCounts(row: PassStepMessage | undefined, func: string, blocks: number, isShown: boolean): readonly number[] | null {
  const isOn = useCounting((state) => state.isOn)
  const known = useCounting((state) => state.key)
  const counts = useCounting((state) => state.counts)
  const skip = useExploring((state) => state.skip)
  const passesVersion = useExploring((state) => state.version)
  const version = useApp((state) => state.version)
  const optimise = useApp((state) => state.optimise)
  const key = countKey(version, optimise, skip, func, row?.position ?? 0)
  const isWanted = isOn && isShown && row !== undefined && blocks > 0 && passesVersion === version
  useEffect(() => {
    if (isWanted) loadCounts(key, { function: func, position: row?.position ?? 0, skip })
    // What is listed in the key needs no place of its own.
  }, [isWanted, key, func, row, skip])
  // Passes and counts are of different moments for an instant after a change.
  return isWanted && known === key && counts !== null && counts.counts.length === blocks ? counts.counts : null
}

function CountSwitch(): ReactNode {
  const { isOn, isBusy, counts, failure } = useCounting((state) => state)
  const end = counts === null ? null : counts.end === null ? t("passes.counts.partly") : t("passes.counts.of", { end: counts.end })
  return (
    <div className="pass-count-switch">
      <label className="passes-check">
        <input type="checkbox" checked={isOn} onChange={(event) => countBlocks(event.target.checked)} />
        <span>{t("passes.counts")}</span>
      </label>
      {isOn && (
        <span className="pass-count-note" role="status">
          {isBusy ? t("passes.counts.busy") : failure !== null ? t("passes.counts.failed", { reason: failure }) : end}
        </span>
      )}
    </div>
  )
}

type Body = NonNullable<FuncStateMessage["body"]>

/** Lines of which only those in sight are laid out at a time. */
const CHUNK = 80

function Difference({ label, now, before }: { readonly label: string; readonly now: Body; readonly before: Body | null }): ReactNode {
  const { lines, added, removed } = useMemo(() => {
    const after = now.text.trimEnd().split("\n")
    const found = diffLines(before === null ? [] : before.text.trimEnd().split("\n"), after)
    // Offset of each line of the text as it is now, to look its place in the source up.
    let at = 0
    const numbered = found.map((line) => {
      const start = at
      if (line.kind !== "removed") at += line.text.length + 1
      return { ...line, start }
    })
    return { lines: numbered, added: found.filter((line) => line.kind === "added").length, removed: found.filter((line) => line.kind === "removed").length }
  }, [now, before])
  const chunks: (typeof lines)[] = []
  for (let at = 0; at < lines.length; at += CHUNK) chunks.push(lines.slice(at, at + CHUNK))

  const goTo = (event: MouseEvent): void => {
    const start = Number((event.target as HTMLElement).closest<HTMLElement>("[data-start]")?.dataset["start"] ?? Number.NaN)
    const source = now.links.find((link) => link.start <= start + 2 && start + 2 <= link.end)?.source
    const file = source === undefined ? undefined : store.getState().files[source.file]
    if (source !== undefined && file !== undefined) revealInFile(file.name, { start: source.start, end: source.end })
  }
  return (
    <>
      <p className="pass-counts">{before === now ? t("passes.unchanged") : t("passes.diff.counts", { added, removed })}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text must be reachable by keyboard */}
      <div className="pass-diff" role="document" tabIndex={0} aria-label={label} title={t("passes.diff.go")} onDoubleClick={goTo}>
        {chunks.map((chunk, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a chunk is its place
          <pre key={index} style={{ containIntrinsicBlockSize: `${chunk.length * 19}px` }}>
            {chunk.map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
              <span key={at} className={`diff-line diff-${line.kind}`} data-start={line.kind === "removed" ? undefined : line.start}>
                <span className="diff-mark">{line.kind === "added" ? "+" : line.kind === "removed" ? "−" : " "}</span>
                {line.text}
                {"\n"}
              </span>
            ))}
          </pre>
        ))}
      </div>
    </>
  )
}

function remarkText(remark: PassRemarkMessage["remark"], func: string): string {
  switch (remark.kind) {
    case "recursive":
    case "cold":
      return t(`passes.remark.${remark.kind}`, { callee: remark.callee })
    case "large":
    case "budget":
      return t(`passes.remark.${remark.kind}`, { callee: remark.callee, function: func, cost: Math.round(remark.cost ?? 0), limit: remark.limit ?? 0 })
    case "passed":
    case "stored":
    case "used":
      return t(`passes.remark.${remark.kind}`, { class: remark.class, by: remark.by })
    case "returned":
    case "joined":
      return t(`passes.remark.${remark.kind}`, { class: remark.class })
    case "repeated":
      return t("passes.remark.repeated", { what: remark.what, by: remark.by })
    case "unchecked":
      return t("passes.remark.unchecked", { what: remark.what })
  }
}

function Remarks({ passes, step, name }: { readonly passes: PassesMessage; readonly step: number; readonly name: string }): ReactNode {
  const rows = passes.remarks.filter((row) => row.step === step && row.function === name)
  if (rows.length === 0) return null
  return (
    <section className="pass-remarks" aria-label={t("passes.remarks")}>
      <h3>{t("passes.remarks")}</h3>
      <ul>
        {rows.map(({ remark, source }, index) => {
          const text = remarkText(remark, name)
          const file = source === null ? undefined : store.getState().files[source.file]
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: two calls may be alike in everything
            <li key={index}>
              {source === null || file === undefined ? (
                text
              ) : (
                <button type="button" className="trace-frame" onClick={() => revealInFile(file.name, source)}>
                  {text}
                </button>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
