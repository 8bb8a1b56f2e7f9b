/**
 * The session of the REPL pane: sends entries to the worker, keeps what came of them, and ends an entry that does not
 * end by itself. The state of the session lives here, so a terminated worker takes nothing with it.
 */
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import type { CompletionMessage } from "../../protocol/worker.ts"
import type { ReplEvent, ReplRequest, ReplState } from "../../protocol/repl.ts"
import { formatMilliseconds, t } from "../messages/t.ts"
import { compiler } from "./compiling.ts"
import { canShareMemory, StdinWriter } from "./stdin-writer.ts"
import { dispatch } from "./store.ts"
import { makeReplWorker } from "./workers.ts"

/** One thing in the transcript. */
export interface ReplLine {
  readonly id: number
  readonly kind: "entry" | "value" | "stdout" | "stderr" | "stdin" | "problem" | "note"
  readonly text: string
}

/** What the pane shows. */
export interface ReplView {
  readonly lines: readonly ReplLine[]
  /** The entry being typed. */
  readonly draft: string
  /** The entry that runs, until something comes of it: it might be incomplete, and is typed on then. */
  readonly sent: string
  /** `idle`: takes an entry; `running`; `waiting`: the running entry wants a line. */
  readonly phase: "idle" | "running" | "waiting"
  /** Entries made, the newest last. */
  readonly history: readonly string[]
}

const EMPTY: ReplState = { entries: [], seen: [], written: 0, clears: 0, values: 0 }
/** Most lines of the transcript, and most entries of the history, that are kept. */
const MOST_LINES = 2000
const MOST_HISTORY = 500
/** Most UTF-16 units of one entry's output that are shown. */
const MOST_OUTPUT = 256 * 1024

/** The state of the pane. */
export const replStore = createStore<ReplView>(() => ({ lines: [], draft: "", sent: "", phase: "idle", history: [] }))

/** A part of the state of the pane, followed by the component that asks. */
export function useRepl<T>(selector: (view: ReplView) => T): T {
  return useStore(replStore, selector)
}

/** Milliseconds from which on it is told what repeating the session takes. */
const SLOW = 1_500

let state: ReplState = EMPTY
/** True if the last entry that was kept took longer than that. */
let isSlow = false
let worker: Worker | null = null
let stdin: StdinWriter | null = null
let nextId = 0
let shown = 0

function say(kind: ReplLine["kind"], text: string): void {
  replStore.setState(({ lines }) => {
    const last = lines.at(-1)
    const isMore = (kind === "stdout" || kind === "stderr") && last?.kind === kind
    const next = isMore ? [...lines.slice(0, -1), { ...last, text: last.text + text }] : [...lines, { id: nextId++, kind, text }]
    return { lines: next.slice(-MOST_LINES) }
  })
}

/** Sets the entry being typed. */
export function setDraft(draft: string): void {
  replStore.setState({ draft })
}

/** Takes the entry being typed. */
export function submitEntry(): void {
  const { draft, phase, history } = replStore.getState()
  if (phase !== "idle" || draft.trim() === "") return
  replStore.setState({ phase: "running", draft: "", sent: draft, history: [...history.filter((one) => one !== draft), draft].slice(-MOST_HISTORY) })
  shown = 0
  const made = worker ?? start()
  stdin = canShareMemory() ? new StdinWriter() : null
  const request: ReplRequest = { state, text: draft, interactive: stdin?.buffer ?? null }
  made.postMessage(request)
}

function start(): Worker {
  const made = makeReplWorker()
  worker = made
  made.addEventListener("message", (event: MessageEvent<ReplEvent>) => {
    if (worker === made) receive(event.data)
  })
  made.addEventListener("error", (event) => {
    event.preventDefault()
    if (worker === made) receive({ type: "bug", message: event.message || "the REPL worker stopped" })
  })
  return made
}

/** Puts the entry that runs into the transcript, once. */
function showEntry(): void {
  const { sent } = replStore.getState()
  if (sent === "") return
  say("entry", sent)
  replStore.setState({ sent: "" })
}

function receive(event: ReplEvent): void {
  switch (event.type) {
    case "output":
      showEntry()
      if (shown > MOST_OUTPUT) return
      shown += event.text.length
      say(event.stream, event.text)
      if (shown > MOST_OUTPUT) say("note", t("repl.cut"))
      return
    case "clear":
      showEntry()
      replStore.setState({ lines: [] })
      return
    case "waiting-for-input":
      showEntry()
      replStore.setState({ phase: "waiting" })
      return
    case "bug":
      showEntry()
      say("problem", t("output.bug", { reason: event.message }))
      endWorker()
      break
    case "answer":
      answer(event.answer)
      break
  }
  stdin?.close()
  stdin = null
  replStore.setState({ phase: "idle" })
}

function answer(given: Extract<ReplEvent, { readonly type: "answer" }>["answer"]): void {
  if (given.kind === "incomplete") {
    replStore.setState(({ draft, sent, history }) => ({ draft: `${sent}\n${draft}`, sent: "", history: history.slice(0, -1) }))
    dispatch({ type: "announced", text: t("repl.incomplete") })
    return
  }
  showEntry()
  switch (given.kind) {
    case "wrong":
      for (const { message, line } of given.problems) say("problem", t("repl.wrong", { line, message }))
      break
    case "failed":
      say("problem", `${given.error}: ${given.message}`)
      say("note", t("repl.unchanged"))
      break
    case "exited":
      say("note", t("repl.exited", { code: given.code }))
      break
    case "unkept":
      if (given.value !== null) say("value", given.value)
      say("problem", given.reason === "time" ? t("repl.unkept.time", { time: formatMilliseconds(given.milliseconds) }) : t("repl.unkept.input"))
      say("note", t("repl.unchanged"))
      break
    case "done":
      state = given.state
      if (given.value !== null) say("value", given.value)
      if (given.milliseconds > SLOW && !isSlow) say("note", t("repl.slow", { time: formatMilliseconds(given.milliseconds) }))
      isSlow = given.milliseconds > SLOW
      break
  }
}

/** Gives the waiting entry a line. */
export function sendReplLine(line: string): void {
  say("stdin", line)
  replStore.setState({ phase: "running" })
  stdin?.send(line)
}

function endWorker(): void {
  worker?.terminate()
  worker = null
  stdin?.close()
  stdin = null
}

/** Ends the entry that runs; the session is as it was before it. */
export function stopEntry(): void {
  if (replStore.getState().phase === "idle") return
  showEntry()
  endWorker()
  say("note", t("repl.stopped"))
  replStore.setState({ phase: "idle" })
}

/** Forgets the session. */
export function resetRepl(): void {
  endWorker()
  state = EMPTY
  isSlow = false
  replStore.setState({ lines: [], draft: "", sent: "", phase: "idle" })
  dispatch({ type: "announced", text: t("repl.reset.done") })
}

/** What could stand at a place of the entry being typed. */
export async function completeEntry(text: string, offset: number): Promise<{ readonly start: number; readonly end: number; readonly items: readonly CompletionMessage[] }> {
  const before = state.entries.map((entry) => `${entry.text}\n`).join("")
  const found = await compiler().request("complete", { files: [{ name: "repl.hako", text: before + text }], file: "repl.hako", offset: before.length + offset })
  return { start: found.replace.start - before.length, end: found.replace.end - before.length, items: found.items }
}
