/**
 * Runs programs: compile, start a fresh run worker, take its output in batches, and report how it ended. Stop is
 * `terminate()`, so it works in every state of the program. A run worker serves one run; the next one is made while
 * nothing runs, so that Run does not wait for a script to load.
 *
 * Back-pressure: a batch is acknowledged, through the shared memory, when it is taken, so a flood never outruns the page.
 * Taking is cheap and drawing is not: what was taken is drawn at most every `DRAW_INTERVAL`.
 */
import type { LineCount, RunMessage, RunnableProgram, RunStart } from "../../protocol/worker.ts"
import type { TierNote, TierSum } from "../../protocol/tiers.ts"
import type { OutputLog } from "../model/output-log.ts"
import type { Action } from "../model/reduce.ts"
import { canShareMemory, StdinWriter } from "./stdin-writer.ts"
import { makeRunWorker } from "./workers.ts"

/** Most linear memory a program may use. */
export const MEMORY_LIMIT = 256 * 1024 * 1024
/** Milliseconds after which Stop is offered by a notice. */
export const LONG_RUN = 10_000

/** Milliseconds between two drawings of a flood; a first line is drawn at once. */
const DRAW_INTERVAL = 100
/** More UTF-16 units than this between two drawings are a flood, of which only the end is drawn. */
const FLOOD = 128 * 1024
/** Blocks drawn of a flood. */
const FLOOD_BLOCKS = 4

/** What the runner needs from its owner. */
export interface RunnerHost {
  readonly dispatch: (action: Action) => void
  readonly log: OutputLog
  /** A canvas of the program has changed; the bitmap is the receiver's. */
  readonly onCanvas: (message: Extract<RunMessage, { type: "canvas" }>) => void
  /** The tiered engine tells what it does, and at the end what it did. */
  readonly noteTier: (note: TierNote) => void
  readonly endTiers: (milliseconds: number, sums: readonly TierSum[]) => void
  /** A run that counted lines has ended. */
  readonly endCounting: (lines: readonly LineCount[]) => void
}

/** The one run at a time. */
export class Runner {
  readonly #host: RunnerHost
  #spare: Worker | null = null
  #worker: Worker | null = null
  #stdin: StdinWriter | null = null
  #startedAt = 0
  #longTimer: ReturnType<typeof setTimeout> | undefined
  #publishTimer: ReturnType<typeof setTimeout> | null = null
  #publishedAt = Number.NEGATIVE_INFINITY
  /** Units written when the output was last drawn. */
  #publishedUnits = 0

  constructor(host: RunnerHost) {
    this.#host = host
  }

  /** Loads a run worker ahead of the next run. */
  prepare(): void {
    this.#spare ??= makeRunWorker()
  }

  /** True while a program runs. */
  get isRunning(): boolean {
    return this.#worker !== null
  }

  /** Starts `program`; whatever ran before is stopped. */
  start(program: RunnableProgram, stdin: string): void {
    this.#end()
    const worker = this.#spare ?? makeRunWorker()
    this.#spare = null
    this.#worker = worker
    this.#stdin = canShareMemory() ? new StdinWriter() : null
    worker.addEventListener("message", (event: MessageEvent<RunMessage>) => {
      if (this.#worker === worker) this.#receive(event.data)
    })
    worker.addEventListener("error", (event) => {
      event.preventDefault()
      if (this.#worker === worker) this.#crash(event.message || "the run worker stopped")
    })
    worker.addEventListener("messageerror", () => {
      if (this.#worker === worker) this.#crash("unreadable message from the run worker")
    })
    this.#startedAt = performance.now()
    const message: RunStart = {
      type: "start",
      program,
      arguments: [],
      stdin,
      interactive: this.#stdin?.buffer ?? null,
      memoryLimit: MEMORY_LIMIT,
      fixed: null,
    }
    worker.postMessage(message, { transfer: [...program.ports] })
    this.watchForLongRun()
  }

  /** Offers Stop once the program has run for another `LONG_RUN`. */
  watchForLongRun(): void {
    clearTimeout(this.#longTimer)
    this.#host.dispatch({ type: "runIsLong", isLong: false })
    this.#longTimer = setTimeout(() => {
      if (this.#worker !== null) this.#host.dispatch({ type: "runIsLong", isLong: true })
    }, LONG_RUN)
  }

  /** Ends the program at once; its output so far stays. */
  stop(): void {
    if (this.#worker === null) return
    const milliseconds = performance.now() - this.#startedAt
    this.#end()
    this.#host.dispatch({ type: "runStopped", milliseconds })
  }

  /** Gives the waiting program a line. */
  sendLine(line: string): void {
    if (this.#stdin === null) return
    this.#host.log.append([{ stream: "stdin", text: `${line}\n` }])
    this.#publish()
    this.#host.dispatch({ type: "runResumed" })
    this.#stdin.send(line)
  }

  /** Tells the waiting program that no more input comes. */
  endInput(): void {
    this.#host.dispatch({ type: "runResumed" })
    this.#stdin?.end()
  }

  #receive(message: RunMessage): void {
    switch (message.type) {
      case "output":
        this.#host.log.append(message.chunks)
        this.#stdin?.taken(1)
        this.#publishTimer ??= setTimeout(this.#draw, Math.max(0, this.#publishedAt + DRAW_INTERVAL - performance.now()))
        break
      case "clear":
        this.#host.log.clear()
        break
      case "canvas":
        this.#host.onCanvas(message)
        break
      case "tier":
        this.#host.noteTier(message.note)
        break
      case "waiting-for-input":
        this.#publish()
        this.#host.dispatch({ type: "runWaiting" })
        break
      case "finished": {
        this.#end()
        const { outcome, milliseconds, firstOutputAfter, peakMemory, tiers, lines } = message
        if (lines !== null) this.#host.endCounting(lines)
        if (tiers !== null) this.#host.endTiers(milliseconds, tiers)
        this.#host.dispatch({ type: "runFinished", outcome, milliseconds, firstOutputAfter, peakMemory })
        break
      }
    }
  }

  readonly #draw = (): void => {
    const { log } = this.#host
    const isFlood = log.totalUnits - this.#publishedUnits > FLOOD
    this.#publish(isFlood ? FLOOD_BLOCKS : undefined)
    // The rest of what can be shown is drawn when the flood has passed.
    if (isFlood) this.#publishTimer = setTimeout(this.#draw, DRAW_INTERVAL)
  }

  #publish(blocks?: number): void {
    if (this.#publishTimer !== null) clearTimeout(this.#publishTimer)
    this.#publishTimer = null
    this.#publishedAt = performance.now()
    this.#publishedUnits = this.#host.log.totalUnits
    this.#host.log.publish(blocks)
  }

  #crash(reason: string): void {
    this.#end()
    this.#host.dispatch({
      type: "runFinished",
      outcome: { kind: "bug", message: reason },
      milliseconds: performance.now() - this.#startedAt,
      firstOutputAfter: null,
      peakMemory: null,
    })
  }

  #end(): void {
    if (this.#worker === null) return
    this.#worker.terminate()
    this.#worker = null
    clearTimeout(this.#longTimer)
    this.#publish()
    this.#stdin?.close()
    this.#stdin = null
    // The next run should not wait for its worker; this one has just made room for it.
    setTimeout(() => this.prepare(), 0)
  }
}
