/** The line at the bottom: what the program is doing, how it ended, what it cost, and where the caret is. */
import { type ReactNode, useEffect, useState } from "react"
import { formatBytes, formatMilliseconds, t } from "./messages/t.ts"
import { commandRow } from "./model/commands.ts"
import { keyLabel } from "./model/keys.ts"
import { positionAt } from "./model/positions.ts"
import { type AppState, isRunning, type RunState } from "./model/state.ts"
import { problemCount } from "./panes/Problems.tsx"
import { ACTIONS } from "./services/actions.ts"
import { IS_APPLE } from "./services/screen.ts"
import { useApp } from "./services/store.ts"

/** The line at the bottom. */
export function StatusBar({ isPhone }: { readonly isPhone: boolean }): ReactNode {
  const run = useApp((state) => state.run)
  const compiler = useApp((state) => state.compiler)
  return (
    <footer className="status">
      <span className={`status-state status-${tone(run)}`} role="status">
        <span className="status-dot" aria-hidden="true" />
        {stateText(run, compiler)}
      </span>
      <RunFigures run={run} />
      <span className="status-space" />
      {!isPhone && <TabHint />}
      <ProblemCount />
      {!isPhone && <Caret />}
      <Saved />
    </footer>
  )
}

function tone(run: RunState): "idle" | "busy" | "good" | "bad" {
  if (run.phase === "compiling" || run.phase === "running" || run.phase === "waiting" || run.phase === "paused") return "busy"
  if (run.end === null) return "idle"
  return run.end.kind === "exit" ? (run.end.code === 0 ? "good" : "bad") : run.end.kind === "stopped" ? "idle" : "bad"
}

function stateText(run: RunState, compiler: AppState["compiler"]): string {
  switch (run.phase) {
    case "compiling":
      return t(compiler === "loading" ? "status.loading" : "status.compiling")
    case "running":
      return t("status.running")
    case "waiting":
      return t("status.waiting")
    case "paused":
      return t("status.paused")
    case "idle":
      return t(compiler === "loading" ? "status.loading" : "status.ready")
    case "ended":
      break
  }
  switch (run.end?.kind) {
    case "trap":
      return t("status.trap", { error: run.end.error })
    case "bug":
      return t("status.bug")
    case "stopped":
      return t("status.stopped")
    case "blocked":
      return t("status.blocked")
    case "refused":
      return t("status.refused")
    default:
      return t("status.finished")
  }
}

function exitCode(run: RunState): number | null {
  if (run.end?.kind === "exit") return run.end.code
  return run.end?.kind === "trap" ? 1 : null
}

function RunFigures({ run }: { readonly run: RunState }): ReactNode {
  const code = exitCode(run)
  const spent = run.stages.reduce((sum, stage) => sum + stage.milliseconds, 0)
  // An unchanged program is there at once: its stages were another run's.
  const isReused = run.compiledIn !== null && run.compiledIn < spent / 2
  const split = run.stages.map((stage) => `${stage.stage} ${formatMilliseconds(stage.milliseconds)}`).join(" · ")
  return (
    <>
      {code !== null && (
        <span className="status-code" title={t("status.rc.title")}>
          {t("status.rc", { code })}
        </span>
      )}
      <RunTime run={run} />
      {run.compiledIn !== null && (
        <span className="status-figure status-compile" title={`${t("status.split")}: ${split}`}>
          {t("status.compile", { time: formatMilliseconds(run.compiledIn) })}
          <span className="status-split">{isReused ? t("status.reused") : split}</span>
        </span>
      )}
      {run.peakMemory !== null && run.peakMemory > 0 && (
        <span className="status-figure status-memory">{t("status.memory", { size: formatBytes(run.peakMemory) })}</span>
      )}
    </>
  )
}

/** The time in the program; while it runs, a clock. */
function RunTime({ run }: { readonly run: RunState }): ReactNode {
  const isActive = useApp(isRunning)
  const [since, setSince] = useState<number | null>(null)
  const [now, setNow] = useState(0)
  useEffect(() => {
    if (!isActive) {
      setSince(null)
      return
    }
    const start = performance.now()
    setSince(start)
    setNow(start)
    const timer = setInterval(() => setNow(performance.now()), 100)
    return () => clearInterval(timer)
  }, [isActive])
  const milliseconds = run.milliseconds ?? (since === null ? null : now - since)
  if (milliseconds === null || (isActive && milliseconds < 300)) return null
  return <span className="status-figure">{isActive ? `${(milliseconds / 1000).toFixed(1)} s` : t("status.time", { time: formatMilliseconds(milliseconds) })}</span>
}

function TabHint(): ReactNode {
  const tabMovesFocus = useApp((state) => state.tabMovesFocus)
  const key = keyLabel(commandRow("tabFocus").keys?.[0] ?? "", IS_APPLE)
  return (
    <button type="button" className="status-button status-tab" aria-pressed={tabMovesFocus} onClick={() => ACTIONS.tabFocus()}>
      {tabMovesFocus ? t("editor.tabFree", { key }) : t("editor.tabTrap", { key })}
    </button>
  )
}

function ProblemCount(): ReactNode {
  const diagnostics = useApp((state) => state.diagnostics)
  return (
    <button type="button" className={`status-button${diagnostics.length > 0 ? " status-bad" : ""}`} onClick={() => ACTIONS.focusProblems()}>
      {problemCount(diagnostics)}
    </button>
  )
}

function Caret(): ReactNode {
  const selection = useApp((state) => state.selection)
  const text = useApp((state) => state.source.text)
  const position = positionAt(text, selection.start)
  const selected = selection.end - selection.start
  return (
    <span className="status-figure status-caret">
      {t("status.position", position)}
      {selected > 0 && ` (${t("status.selected", { count: selected })})`}
    </span>
  )
}

function Saved(): ReactNode {
  const save = useApp((state) => state.save)
  if (save.kind !== "failed") return null
  return (
    <span className="status-bad" role="alert">
      {t("status.notSaved", { reason: save.reason })}
    </span>
  )
}
