/**
 * The Debugger pane: the moves, where the program stands, and what can be seen there. Every part is a section with a
 * heading; the lists are reached and worked by keyboard alone.
 */
import { type ReactNode, useEffect, useRef, useState } from "react"
import type { DebugMove, DebugStop } from "../../protocol/debug.ts"
import { t } from "../messages/t.ts"
import type { PlainMessageKey } from "../messages/t.ts"
import { type CommandId, commandRow } from "../model/commands.ts"
import type { DebugSessionState } from "../model/debug-state.ts"
import { keyAria, keyLabel } from "../model/keys.ts"
import { Icon, type IconName } from "../parts/Icon.tsx"
import { chooseFrame, goToOffered, goToTime, moveDebugger, pauseDebugger, startDebugging, stopDebugging, useDebug } from "../services/debugging.ts"
import { registerPane } from "../services/pane-ports.ts"
import { IS_APPLE } from "../services/screen.ts"
import { useApp } from "../services/store.ts"
import { Breakpoints } from "./Breakpoints.tsx"
import { Values } from "./Values.tsx"
import { Watches } from "./Watches.tsx"

/** The Debugger pane. */
export function Debugger(): ReactNode {
  const pane = useRef<HTMLElement>(null)
  const session = useDebug((state) => state.session)
  const version = useApp((state) => state.version)
  useEffect(() => registerPane("debug", { focus: () => (pane.current?.querySelector<HTMLElement>("button:not(:disabled)") ?? pane.current)?.focus() }), [])
  const stop = session?.stop ?? null
  const isStopped = session?.phase === "stopped"
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
    <section ref={pane} className="debugger" tabIndex={0} aria-label={t("debug.label")}>
      <Moves phase={session?.phase ?? null} />
      {session !== null && session.version !== version && (
        <div className="notice notice-warning" role="alert">
          <span>{t("debug.stale")}</span>
          <button type="button" className="button button-quiet" onClick={() => void startDebugging()}>
            {t("debug.stale.rebuild")}
          </button>
        </div>
      )}
      {session === null ? <Empty /> : <Place session={session} />}
      {stop !== null && <Stack stop={stop} frame={session?.frame ?? 0} isStopped={isStopped} />}
      {stop !== null && (
        <div className={isStopped ? undefined : "debug-behind"}>
          <Section title="debug.variables">
            <Values values={stop.frames[session?.frame ?? 0]?.variables ?? []} label={t("debug.variables")} empty={t("debug.variables.none")} />
          </Section>
          {stop.globals.length > 0 && (
            <Section title="debug.globals">
              <Values values={stop.globals} label={t("debug.globals")} empty="" />
            </Section>
          )}
        </div>
      )}
      <Section title="debug.watches">
        <Watches />
      </Section>
      <Section title="debug.breakpoints">
        <Breakpoints />
      </Section>
    </section>
  )
}

function Section({ title, children }: { readonly title: PlainMessageKey; readonly children: ReactNode }): ReactNode {
  return (
    <section className="debug-section" aria-label={t(title)}>
      <h3 className="debug-heading">{t(title)}</h3>
      {children}
    </section>
  )
}

function Empty(): ReactNode {
  const key = (id: CommandId): string => keyLabel(commandRow(id).keys?.[0] ?? "", IS_APPLE)
  const offered = useDebug((state) => state.offered)
  return (
    <p className="empty">
      {offered !== null && (
        <>
          {t("debug.offered", { step: offered.toLocaleString("en") })}
          <br />
          <button type="button" className="button button-primary" onClick={goToOffered}>
            {t("debug.offered.go", { step: offered.toLocaleString("en") })}
          </button>
          <br />
        </>
      )}
      {t("debug.empty")}
      <br />
      {t("debug.empty.hint", { start: key("debugContinue"), breakpoint: key("breakpoint") })}
    </p>
  )
}

const STEPS: readonly { readonly move: DebugMove; readonly icon: IconName; readonly title: PlainMessageKey; readonly command: CommandId }[] = [
  { move: "runBack", icon: "runBack", title: "debug.runBack", command: "debugRunBack" },
  { move: "back", icon: "stepBack", title: "debug.back", command: "debugBack" },
  { move: "over", icon: "stepOver", title: "debug.over", command: "debugOver" },
  { move: "into", icon: "stepInto", title: "debug.into", command: "debugInto" },
  { move: "out", icon: "stepOut", title: "debug.out", command: "debugOut" },
]

function Moves({ phase }: { readonly phase: "compiling" | "running" | "stopped" | null }): ReactNode {
  const canStep = phase === "stopped" || phase === "running"
  return (
    <div className="debug-moves" role="toolbar" aria-label={t("debug.moves")}>
      {phase === "running" ? (
        <MoveButton icon="pause" title="debug.pause" command="debugPause" disabled={false} onClick={pauseDebugger} />
      ) : (
        <MoveButton icon="run" title={phase === null ? "debug.start" : "debug.continue"} command="debugContinue" disabled={phase === "compiling"} onClick={() => moveDebugger("continue")} />
      )}
      {STEPS.map(({ move, icon, title, command }) => (
        <MoveButton key={move} icon={icon} title={title} command={command} disabled={!canStep} onClick={() => moveDebugger(move)} />
      ))}
      <MoveButton icon="stop" title="debug.stop" command="debugStop" disabled={phase === null} onClick={stopDebugging} />
    </div>
  )
}

function MoveButton(props: { readonly icon: IconName; readonly title: PlainMessageKey; readonly command: CommandId; readonly disabled: boolean; readonly onClick: () => void }): ReactNode {
  const { icon, title, command, disabled, onClick } = props
  const keys = commandRow(command).keys?.[0] ?? ""
  return (
    <button type="button" className="button button-quiet debug-move" aria-label={t(title)} aria-keyshortcuts={keyAria(keys, IS_APPLE)} title={`${t(title)} (${keyLabel(keys, IS_APPLE)})`} disabled={disabled} onClick={onClick}>
      <Icon name={icon} />
    </button>
  )
}

/** Where the program stands, in words, and the way to any other time. */
function Place({ session }: { readonly session: DebugSessionState }): ReactNode {
  const { phase, stop, latest, queue } = session
  const aim = queue.at(-1)
  const shown = stop === null ? 0 : typeof aim === "object" ? aim.time : stop.time
  const more = queue.length === 0 ? "" : ` ${t("debug.queued", { count: queue.length })}`
  if (stop === null) return <p className="debug-place">{t(phase === "compiling" ? "debug.compiling" : "debug.running") + more}</p>
  return (
    <>
      {phase === "stopped" ? <StandsAt stop={stop} /> : <p className="debug-place">{t("debug.running") + more}</p>}
      <label className="debug-time">
        <span>{t("debug.time", { time: shown.toLocaleString("en"), latest: latest.toLocaleString("en") })}</span>
        <input type="range" aria-label={t("debug.time.label")} min={stop.oldest} max={Math.max(latest, stop.oldest)} value={shown} onChange={(event) => goToTime(Number(event.target.value))} />
      </label>
      {stop.oldest > 1 && <p className="debug-note">{t("debug.oldest", { oldest: stop.oldest.toLocaleString("en") })}</p>}
    </>
  )
}

function StandsAt({ stop }: { readonly stop: DebugStop }): ReactNode {
  const frame = stop.frames[0]
  return (
    <>
      <p className="debug-place" data-testid="debug-place">
        <strong>{t(`debug.reason.${stop.reason}`)}</strong>
        {frame !== undefined && ` ${t("debug.at", { function: frame.function, line: frame.line })}`}
      </p>
      {stop.error !== null && (
        <div className="run-end run-end-error debug-error" role="alert">
          <strong>{stop.error.kind}</strong>
          <span className="trap-message">{stop.error.message}</span>
        </div>
      )}
      {stop.exitCode !== null && <p className="debug-note">{t("debug.exit", { code: stop.exitCode })}</p>}
    </>
  )
}

function Stack({ stop, frame, isStopped }: { readonly stop: DebugStop; readonly frame: number; readonly isStopped: boolean }): ReactNode {
  const [showsAll, setShowsAll] = useState(false)
  if (stop.frames.length === 0) return null
  const shown = showsAll ? stop.frames : stop.frames.slice(0, 12)
  return (
    <Section title="debug.stack">
      <ol className="debug-stack">
        {shown.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a frame is its place in the stack
          <li key={index}>
            <button type="button" className="debug-frame" aria-current={index === frame ? "true" : undefined} disabled={!isStopped} onClick={() => chooseFrame(index)}>
              <span>
                {one.function}
                <span className="visually-hidden">{t("debug.stack.line", { line: one.line })}</span>
              </span>{" "}
              <span className="debug-line">
                {one.file}:{one.line}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {shown.length < stop.frames.length && (
        <button type="button" className="button button-quiet" onClick={() => setShowsAll(true)}>
          {t("debug.more", { count: stop.frames.length - shown.length })}
        </button>
      )}
    </Section>
  )
}
