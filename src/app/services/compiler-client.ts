/**
 * The page's end of the compiler worker: a request is a promise. A worker that dies or does not answer is replaced,
 * and every request it still owed is refused with a `CompilerGone`, which is our failure and never the user's.
 */
import type { CompilerNotice, CompilerReply, CompilerRequest, CompilerRequestName, CompilerRequests } from "../../protocol/worker.ts"
import { makeCompilerWorker } from "./workers.ts"

/** The worker died or was given up; the request can be made again. */
export class CompilerGone extends Error {
  readonly why: "crashed" | "hung"
  /** Milliseconds without an answer, of one that hung. */
  readonly waited: number

  constructor(why: "crashed" | "hung", detail: string, waited = 0) {
    super(detail)
    this.name = "CompilerGone"
    this.why = why
    this.waited = waited
  }
}

/** The worker answered that it failed. */
export class CompilerFailed extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = "CompilerFailed"
  }
}

/** What the client tells its owner. */
export interface CompilerEvents {
  readonly onPhase: (phase: "loading" | "ready" | "complete") => void
  /** `isForGood` says that it is not started again by itself. */
  readonly onGone: (gone: CompilerGone, isForGood: boolean) => void
}

interface Pending {
  readonly resolve: (output: unknown) => void
  readonly reject: (error: Error) => void
  readonly since: number
  /** Milliseconds that the answer may take from the moment at which the worker is free for it. */
  readonly patience: number
}

/** Milliseconds without an answer after which a ready worker is given up, for a program without text. */
const HUNG_AFTER = 20_000
/** Milliseconds more for each character of the program: ten thousand lines take a slow machine a minute. */
const PATIENCE_PER_CHARACTER = 0.25
/** A worker that dies this often in a row is not started again by itself. */
const MOST_CRASHES = 3

/** A long-lived connection to a compiler worker. */
export class CompilerClient {
  #worker: Worker | null = null
  #nextId = 1
  #crashes = 0
  #isReady = false
  readonly #pending = new Map<number, Pending>()
  readonly #events: CompilerEvents
  readonly #watchdog: ReturnType<typeof setInterval>
  /** When the worker last answered: it works on one request after the other. */
  #lastAnswer = 0

  constructor(events: CompilerEvents) {
    this.#events = events
    this.#watchdog = setInterval(() => this.#lookForHang(), 1000)
    this.#start()
  }

  /** Asks the worker. A dead worker is started again for the question. */
  request<K extends CompilerRequestName>(request: K, input: CompilerRequests[K]["in"]): Promise<CompilerRequests[K]["out"]> {
    const worker = this.#worker ?? this.#start()
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: resolve as (output: unknown) => void, reject, since: performance.now(), patience: patienceFor(input) })
      worker.postMessage({ id, request, input } as CompilerRequest)
    })
  }

  /** Ends the worker for good. */
  dispose(): void {
    clearInterval(this.#watchdog)
    this.#worker?.terminate()
    this.#worker = null
  }

  #start(): Worker {
    this.#isReady = false
    this.#events.onPhase("loading")
    const worker = makeCompilerWorker()
    worker.addEventListener("message", (event: MessageEvent<CompilerReply | CompilerNotice>) => this.#receive(event.data))
    worker.addEventListener("error", (event) => {
      event.preventDefault()
      if (this.#worker === worker) this.#giveUp(new CompilerGone("crashed", event.message || "worker error"))
    })
    worker.addEventListener("messageerror", () => {
      if (this.#worker === worker) this.#giveUp(new CompilerGone("crashed", "unreadable message"))
    })
    this.#worker = worker
    return worker
  }

  #receive(message: CompilerReply | CompilerNotice): void {
    if ("notice" in message) {
      this.#isReady = true
      this.#events.onPhase(message.notice === "ready" ? "ready" : "complete")
      return
    }
    this.#lastAnswer = performance.now()
    const pending = this.#pending.get(message.id)
    if (pending === undefined) return
    this.#pending.delete(message.id)
    if (message.ok) {
      this.#crashes = 0
      pending.resolve(message.output)
    } else pending.reject(new CompilerFailed(message.failed))
  }

  #giveUp(gone: CompilerGone): void {
    this.#worker?.terminate()
    this.#worker = null
    this.#crashes++
    for (const pending of this.#pending.values()) pending.reject(gone)
    this.#pending.clear()
    const isForGood = this.#crashes >= MOST_CRASHES
    this.#events.onGone(gone, isForGood)
    if (!isForGood) this.#start()
  }

  #lookForHang(): void {
    if (!this.#isReady) return
    const now = performance.now()
    for (const { since, patience } of this.#pending.values()) {
      const waited = now - Math.max(since, this.#lastAnswer)
      if (waited > patience) {
        this.#giveUp(new CompilerGone("hung", `no answer for ${Math.round(waited / 1000)} s`, waited))
        return
      }
    }
  }
}

function patienceFor(input: object): number {
  const files = "files" in input && Array.isArray(input.files) ? (input.files as readonly { readonly text: string }[]) : []
  return HUNG_AFTER + PATIENCE_PER_CHARACTER * files.reduce((sum, { text }) => sum + text.length, 0)
}
