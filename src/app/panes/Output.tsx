/**
 * The Output pane: a log of what the program printed, the box it waits for, and how it ended. Text is text: nothing
 * in it is interpreted. Blocks out of sight are not laid out, so a megabyte costs as little as a screen.
 */
import { memo, type ReactNode, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react"
import { formatBytes, t, tCount } from "../messages/t.ts"
import { commandRow } from "../model/commands.ts"
import { keyLabel } from "../model/keys.ts"
import { KEPT_LIMIT, type OutputChunk } from "../model/output-log.ts"
import { offsetAt } from "../model/positions.ts"
import type { RunEnd } from "../model/state.ts"
import { isRunning } from "../model/state.ts"
import { ACTIONS } from "../services/actions.ts"
import { registerPane, revealInFile } from "../services/pane-ports.ts"
import { LONG_RUN } from "../services/runner.ts"
import { endInput, outputLog, runner, sendLine } from "../services/running.ts"
import { IS_APPLE } from "../services/screen.ts"
import { store, useApp } from "../services/store.ts"

/** More text than this in one run is not read out as it comes. */
const SPOKEN_LIMIT = 4000

/** The Output pane. */
export function Output(): ReactNode {
  useSyncExternalStore(outputLog.subscribe, () => outputLog.generation)
  const run = useApp((state) => state.run)
  const isActive = useApp(isRunning)
  const scroller = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const { shown, hiddenUnits, lostUnits, totalUnits } = outputLog
  const isEmpty = totalUnits === 0

  useEffect(() => registerPane("output", { focus: () => scroller.current?.focus() }), [])

  // The end stays in sight unless the user has scrolled away from it.
  useLayoutEffect(() => {
    const element = scroller.current
    if (element !== null && isAtEnd.current) element.scrollTop = element.scrollHeight
  })

  return (
    <div className="output">
      {run.isLong && <LongRunNotice />}
      {hiddenUnits > 0 && (
        <div className="notice" role="note">
          <span>
            {t("output.hidden", { size: formatBytes(hiddenUnits) })}
            {lostUnits > 0 && ` ${t("output.lost", { size: formatBytes(KEPT_LIMIT) })}`}
          </span>
          <button type="button" className="button button-quiet" onClick={ACTIONS.downloadOutput}>
            {t("output.download")}
          </button>
        </div>
      )}
      <div
        ref={scroller}
        className="output-scroll"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text must be reachable by keyboard
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 24
        }}
        role="log"
        aria-label={t("output.label")}
        aria-live={totalUnits > SPOKEN_LIMIT ? "off" : "polite"}
      >
        {isEmpty && run.end === null && !isActive && <EmptyOutput />}
        {shown.map((chunk) => (
          <OutputBlock key={chunk.id} chunk={chunk} />
        ))}
        {run.phase === "waiting" && <InputLine />}
        {run.end !== null && <EndOfRun end={run.end} />}
      </div>
    </div>
  )
}

function EmptyOutput(): ReactNode {
  return (
    <p className="empty">
      {t("output.empty")}
      <br />
      <kbd className="keys">{keyLabel(commandRow("run").keys?.[0] ?? "", IS_APPLE)}</kbd>
    </p>
  )
}

const OutputBlock = memo(function OutputBlock({ chunk }: { readonly chunk: OutputChunk }): ReactNode {
  return <div className={`output-block output-${chunk.stream}`}>{chunk.text}</div>
})

function LongRunNotice(): ReactNode {
  return (
    <div className="notice notice-warning" role="status">
      <span>{t("output.long", { seconds: LONG_RUN / 1000 })}</span>
      <button type="button" className="button button-quiet" onClick={ACTIONS.stop}>
        {t("command.stop")}
      </button>
      <button type="button" className="button button-quiet" onClick={() => runner.watchForLongRun()}>
        {t("output.long.keep")}
      </button>
    </div>
  )
}

function InputLine(): ReactNode {
  const [line, setLine] = useState("")
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  return (
    <form
      className="input-line"
      onSubmit={(event) => {
        event.preventDefault()
        sendLine(line)
        setLine("")
      }}
    >
      <span aria-hidden="true" className="input-prompt">
        ›
      </span>
      <input
        ref={field}
        className="input-field"
        aria-label={t("output.stdin")}
        placeholder={t("output.stdin.hint")}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        value={line}
        onChange={(event) => setLine(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "d" && event.ctrlKey) {
            event.preventDefault()
            endInput()
          }
        }}
      />
      <button type="submit" className="button button-quiet">
        {t("output.stdin.send")}
      </button>
      <button type="button" className="button button-quiet" onClick={endInput}>
        {t("output.stdin.end")}
      </button>
    </form>
  )
}

function EndOfRun({ end }: { readonly end: RunEnd }): ReactNode {
  switch (end.kind) {
    case "exit":
      return <div className={`run-end ${end.code === 0 ? "" : "run-end-attention"}`}>{t("output.exit", { code: end.code })}</div>
    case "stopped":
      return <div className="run-end">{t("output.stopped")}</div>
    case "blocked":
      return (
        <div className="run-end run-end-error">
          <span>{t("output.cannotCompile", { count: tCount("problems.errors", end.errors) })}</span>
          <button type="button" className="button button-quiet" onClick={ACTIONS.focusProblems}>
            {t("output.cannotCompile.show")}
          </button>
        </div>
      )
    case "refused":
      return <div className="run-end run-end-error">{t("output.refused", { reason: end.reason })}</div>
    case "bug":
      return <div className="run-end run-end-error">{t("output.bug", { reason: end.message })}</div>
    case "trap":
      return (
        <div className="run-end run-end-error">
          <strong>
            {t("output.error")}: {end.error}
          </strong>
          <span className="trap-message">{end.message}</span>
          <ol className="trace">
            {end.trace.map((frame, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a frame is its place in the stack
              <li key={index}>
                <button
                  type="button"
                  className="trace-frame"
                  aria-label={`${t("output.trace", frame)}. ${t("output.trace.go", frame)}`}
                  onClick={() => {
                    const file = store.getState().files.find(({ name }) => name === frame.file)
                    if (file === undefined) return
                    const offset = offsetAt(file.text, frame.line, frame.column)
                    ACTIONS.focusEditor()
                    revealInFile(file.name, { start: offset, end: offset })
                  }}
                >
                  {t("output.trace", frame)}
                </button>
              </li>
            ))}
          </ol>
        </div>
      )
  }
}
