/**
 * The REPL pane: a transcript, and a field for the next entry. Enter sends it, or goes on to the next line if it is
 * incomplete; the arrows bring earlier entries back; Tab completes a name.
 */
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react"
import type { CompletionMessage } from "../../protocol/worker.ts"
import { t } from "../messages/t.ts"
import { registerPane } from "../services/pane-ports.ts"
import { completeEntry, type ReplLine, resetRepl, sendReplLine, setDraft, stopEntry, submitEntry, useRepl } from "../services/repl.ts"
import "../styles/repl.css"

/** Most proposals that are offered at once. */
const MOST_OFFERED = 8

interface Offer {
  readonly start: number
  readonly end: number
  readonly items: readonly CompletionMessage[]
  readonly chosen: number
}

/** The REPL pane. */
export function Repl(): ReactNode {
  const lines = useRepl((view) => view.lines)
  const phase = useRepl((view) => view.phase)
  const sent = useRepl((view) => view.sent)
  const scroller = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = scroller.current
    if (element !== null) element.scrollTop = element.scrollHeight
  })
  return (
    <section className="repl" aria-label={t("repl.label")}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text must be reachable by keyboard */}
      <div ref={scroller} className="repl-lines" tabIndex={0} role="log" aria-label={t("repl.transcript")}>
        {lines.length === 0 && sent === "" && <p className="empty">{t("repl.empty")}</p>}
        {lines.map((line) => (
          <Line key={line.id} line={line} />
        ))}
        {sent !== "" && <Line line={{ id: -1, kind: "entry", text: sent }} />}
      </div>
      {phase === "waiting" ? <InputField /> : <Entry isRunning={phase === "running"} />}
    </section>
  )
}

function Line({ line }: { readonly line: ReplLine }): ReactNode {
  const sign = line.kind === "entry" ? "›" : line.kind === "value" ? "=" : ""
  return (
    <div className={`repl-line repl-${line.kind}`}>
      <span className="repl-sign" aria-hidden="true">
        {sign}
      </span>
      <span className="repl-text">{line.text}</span>
    </div>
  )
}

function InputField(): ReactNode {
  const [line, setLine] = useState("")
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.focus(), [])
  return (
    <form
      className="repl-input"
      onSubmit={(event) => {
        event.preventDefault()
        sendReplLine(line)
      }}
    >
      <input ref={field} className="input-field" aria-label={t("output.stdin")} placeholder={t("output.stdin.hint")} autoComplete="off" spellCheck={false} value={line} onChange={(event) => setLine(event.target.value)} />
      <button type="button" className="button button-quiet" onClick={stopEntry}>
        {t("command.stop")}
      </button>
    </form>
  )
}

function Entry({ isRunning }: { readonly isRunning: boolean }): ReactNode {
  const draft = useRepl((view) => view.draft)
  const history = useRepl((view) => view.history)
  const field = useRef<HTMLTextAreaElement>(null)
  const [back, setBack] = useState(0)
  const [offer, setOffer] = useState<Offer | null>(null)
  useEffect(() => registerPane("repl", { focus: () => field.current?.focus() }), [])

  const recall = (steps: number): void => {
    const to = Math.max(0, Math.min(history.length, back + steps))
    setBack(to)
    setDraft(to === 0 ? "" : (history[history.length - to] ?? ""))
  }
  const insert = (found: Offer, index: number): void => {
    const item = found.items[index]
    setOffer(null)
    if (item === undefined) return
    const plain = item.isSnippet ? item.insert.replace(/\$\{\d+:?([^}]*)\}|\$\d/g, "$1") : item.insert
    setDraft(draft.slice(0, found.start) + plain + draft.slice(found.end))
  }
  const complete = async (): Promise<void> => {
    const at = field.current?.selectionStart ?? draft.length
    const found = await completeEntry(draft, at).catch(() => null)
    const word = found === null ? "" : draft.slice(Math.max(0, found.start), at)
    const items = (found?.items ?? []).filter(({ label }) => label.startsWith(word)).slice(0, MOST_OFFERED)
    if (found === null || items.length === 0) return
    const made = { start: found.start, end: Math.max(at, found.end), items, chosen: 0 }
    if (items.length === 1) insert(made, 0)
    else setOffer(made)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) return
    const { selectionStart, selectionEnd, value } = event.currentTarget
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey
    if (event.key === "c" && event.ctrlKey && isRunning) {
      event.preventDefault()
      stopEntry()
    } else if (offer !== null && isPlain && ["ArrowDown", "ArrowUp", "Enter", "Tab", "Escape"].includes(event.key)) {
      event.preventDefault()
      if (event.key === "Escape") setOffer(null)
      else if (event.key === "Enter" || event.key === "Tab") insert(offer, offer.chosen)
      else setOffer({ ...offer, chosen: (offer.chosen + (event.key === "ArrowDown" ? 1 : -1) + offer.items.length) % offer.items.length })
    } else if (event.key === "Enter" && isPlain && selectionEnd === value.length) {
      event.preventDefault()
      setBack(0)
      submitEntry()
    } else if (event.key === "ArrowUp" && isPlain && !value.slice(0, selectionStart).includes("\n")) {
      event.preventDefault()
      recall(1)
    } else if (event.key === "ArrowDown" && isPlain && !value.slice(selectionEnd).includes("\n")) {
      event.preventDefault()
      recall(-1)
    } else if (event.key === "Tab" && isPlain && /[\p{L}\p{N}_.]$/u.test(value.slice(0, selectionStart))) {
      // Behind white space Tab leaves the field, as everywhere.
      event.preventDefault()
      void complete()
    }
  }
  return (
    <div className="repl-input">
      <span aria-hidden="true" className="input-prompt">
        ›
      </span>
      <div className="repl-typing">
        <textarea
          ref={field}
          className="repl-field"
          aria-label={t("repl.entry")}
          aria-describedby="repl-hint"
          placeholder={t("repl.placeholder")}
          rows={Math.min(10, draft.split("\n").length)}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          autoCorrect="off"
          value={draft}
          onChange={(event) => {
            setOffer(null)
            setDraft(event.target.value)
          }}
          onKeyDown={onKeyDown}
        />
        {offer !== null && (
          <ul className="repl-offer" aria-label={t("repl.completions")}>
            {offer.items.map((item, index) => (
              <li key={item.label}>
                <button type="button" tabIndex={-1} className="repl-offered" aria-current={index === offer.chosen ? "true" : undefined} onClick={() => insert(offer, index)}>
                  <span>{item.label}</span>
                  <span className="debug-line">{item.detail}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        <span id="repl-hint" className="visually-hidden">
          {t("repl.hint")}
        </span>
      </div>
      {isRunning ? (
        <button type="button" className="button button-quiet" onClick={stopEntry}>
          {t("repl.stop")}
        </button>
      ) : (
        <button type="button" className="button button-quiet" onClick={resetRepl}>
          {t("repl.reset")}
        </button>
      )}
    </div>
  )
}
