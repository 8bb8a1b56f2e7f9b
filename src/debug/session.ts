/**
 * A debugging session: moves through the time of one run, and says what can be seen where it stops.
 *
 * A move is a search for the next time at which something holds. Forwards the machine runs until it does; backwards the
 * session runs through the stretch before each snapshot, latest first, and takes the last time at which it held. An
 * uncaught error is found by running into it; then the run is taken back to the moment the error was raised, where all
 * frames still stand.
 *
 * Invariants: `#where` is the place one is at; the machine stands there, or is over and comes back to it before it moves
 * on. What the program reads and writes is on the machine's tape, so no effect happens twice.
 */
import { DebugMachine, type MachineStop, type StopConditions } from "../compiler/backend/vm/debug-machine.ts"
import type { BreakpointRequest, DebugEvent, DebugMove, DebugOutput, ShownWatch, StopReason } from "../protocol/debug.ts"
import { type PlacedBreakpoint, placeBreakpoints } from "./breakpoints.ts"
import { evaluate, isTruthy, WatchError } from "./evaluate.ts"
import type { DebugImage } from "./image.ts"
import { Scene } from "./scene.ts"

/** Bytes that snapshots may take. */
export const SNAPSHOT_BUDGET = 64 << 20
/** Nested calls before StackOverflow. */
const MAX_DEPTH = 10_000
/** Slices between two looks for messages. */
const SLICES = 4

/** What the session needs of its host. */
export interface SessionHost {
  now(): number
  seed(): bigint
  report(event: DebugEvent): void
  /** Lets messages in. */
  breathe(): Promise<void>
}

/** How a run that is over went. */
interface RunEnd {
  readonly exitCode: number | null
  readonly error: { readonly kind: string; readonly message: string } | null
}

/** A place in a run. `failing` is the number of the failure that is about to happen, 0 for none. */
interface Where {
  readonly time: number
  readonly failing: number
}

/** See the head of the file. */
export class DebugSession {
  readonly #host: SessionHost
  readonly #image: DebugImage
  readonly #machine: DebugMachine
  readonly #lines: string[]
  #isInputOver = false
  #breakpoints: readonly PlacedBreakpoint[] = []
  #watches: readonly string[] = []
  #where: Where = { time: 0, failing: 0 }
  /** Set while one stands at the end of the run. */
  #end: RunEnd | null = null
  #error: RunEnd["error"] = null
  #scene: Scene
  /** True if one stands inside a statement or behind the last one: at an error, at an input, at the end. */
  #isInside = false
  #isMoving = false
  #wantsPause = false
  /** The move that waits for a line. */
  #waiting: StopConditions | null = null
  #shownOutput = 0

  /** `stdin` are lines given before the run. */
  constructor(module: WebAssembly.Module, image: DebugImage, stdin: string, host: SessionHost, budget = SNAPSHOT_BUDGET) {
    this.#host = host
    this.#image = image
    this.#lines = stdin === "" ? [] : stdin.replace(/\n$/, "").split("\n")
    const world = { arguments: [], now: () => host.now(), seed: () => host.seed(), readLine: () => this.#lines.shift() ?? (this.#isInputOver ? null : undefined) }
    this.#machine = new DebugMachine(module, image.vm, world, { maxDepth: MAX_DEPTH, points: image.points.length, budget })
    this.#scene = new Scene(image, this.#machine, null)
  }

  /** Starts: to the first statement, or on to the first breakpoint. */
  async start(stopsAtEntry: boolean): Promise<void> {
    await this.#moving(async () => {
      await this.#forward({ since: 0, ...(stopsAtEntry ? { reach: Number.POSITIVE_INFINITY } : {}) }, stopsAtEntry ? "entry" : "step")
    })
  }

  /** Moves. Ignored while a move is under way. */
  async move(move: DebugMove): Promise<void> {
    const since = this.#where.time
    const frame = this.#end === null ? this.#machine.exports.hk_vm_debug_frame(0) : Number.POSITIVE_INFINITY
    await this.#moving(async () => {
      switch (move) {
        case "continue":
          return this.#forward({ since })
        case "into":
          return this.#forward({ since, reach: Number.POSITIVE_INFINITY })
        case "over":
          return this.#forward({ since, reach: frame })
        case "out":
          return this.#forward({ since, reach: frame - 1 })
        case "back":
          return this.#back({ reach: frame })
        case "runBack":
          return this.#back({})
      }
    })
  }

  /** Goes to a time, or as near as the run has it. */
  async goTo(time: number): Promise<void> {
    await this.#moving(() => this.#goTo(Math.max(time, this.#machine.oldest), "step"))
  }

  /** Stops the move that is under way at the next statement. */
  pause(): void {
    this.#wantsPause = true
  }

  /** Takes a line, or the end, of input; a move that waits for it goes on. */
  async input(line: string | null): Promise<void> {
    if (line === null) this.#isInputOver = true
    else this.#lines.push(line)
    const conditions = this.#waiting
    if (conditions === null || this.#isMoving) return
    await this.#moving(() => this.#forward({ ...conditions, since: this.#where.time }))
  }

  /** Sets the breakpoints, and tells where they really are. */
  setBreakpoints(requests: readonly BreakpointRequest[]): void {
    this.#breakpoints = placeBreakpoints(requests, this.#image.points)
    this.#mark()
    this.#reportBreakpoints()
  }

  /** Sets the watches, looked at from the frame of that number. */
  setWatches(watches: readonly string[], frame: number): void {
    this.#watches = watches
    if (!this.#isMoving) this.#host.report({ type: "watches", watches: this.#watched(frame) })
  }

  /** Tells the parts of a value. */
  expand(ref: number): void {
    if (!this.#isMoving) this.#host.report({ type: "parts", ref, ...this.#scene.partsOf(ref) })
  }

  // ---- Moves ------------------------------------------------------------------------------------------------------

  async #moving(move: () => Promise<void>): Promise<void> {
    if (this.#isMoving) return
    this.#isMoving = true
    this.#wantsPause = false
    this.#waiting = null
    this.#host.report({ type: "running" })
    try {
      await move()
    } finally {
      this.#isMoving = false
    }
  }

  /** Runs until something stops it. At the end of the run there is nowhere to go. */
  async #forward(conditions: StopConditions, reason: StopReason = "step"): Promise<void> {
    if (this.#error !== null) return this.#stop("error")
    if (this.#end !== null) return this.#stop("end")
    if (this.#machine.isOver) this.#machine.rewind({ before: this.#where.time })
    let goal = conditions
    let isPausing = false
    for (;;) {
      const stop = await this.#run(goal)
      if (stop.kind === "slice") {
        isPausing = true
        goal = { since: this.#machine.time, reach: Number.POSITIVE_INFINITY }
        continue
      }
      this.#where = { time: this.#machine.time, failing: 0 }
      if (stop.kind === "input") {
        this.#waiting = isPausing ? { since: 0, reach: Number.POSITIVE_INFINITY } : goal
        return this.#stop("input")
      }
      if (stop.kind === "ended") return this.#ended(stop)
      if (goal.reach !== undefined && this.#machine.exports.hk_vm_debug_frame(0) <= goal.reach) return this.#stop(isPausing ? "pause" : reason)
      if (this.#breaksHere()) return this.#stop("breakpoint")
      goal = { ...goal, since: this.#where.time }
      if (this.#machine.isOver) this.#machine.rewind({ before: this.#where.time })
    }
  }

  /** Runs until a stop, letting messages in; `slice` if a pause was asked for. */
  async #run(conditions: StopConditions): Promise<MachineStop> {
    for (let n = 1; ; n++) {
      const stop = this.#machine.run(conditions)
      if (stop.kind !== "slice") return stop
      if (this.#wantsPause) {
        this.#wantsPause = false
        return stop
      }
      if (n % SLICES === 0) {
        this.#reportOutput()
        await this.#host.breathe()
      }
    }
  }

  async #ended({ result, raised }: Extract<MachineStop, { readonly kind: "ended" }>): Promise<void> {
    if (result.kind === "exit") {
      this.#end = { exitCode: result.code, error: null }
      return this.#stop("end")
    }
    this.#error = { kind: result.error, message: result.message }
    // An error that never took an edge, like the end of memory, leaves its frames standing.
    if (raised > 0 && this.#machine.rewind({ failure: raised })) {
      await this.#run({ since: Number.MAX_SAFE_INTEGER, failing: raised })
      this.#where = { time: this.#machine.time, failing: raised }
    }
    return this.#stop("error")
  }

  /** Searches backwards: the last earlier time at which `reach` held, or a breakpoint if there is no reach. */
  async #back({ reach }: { readonly reach?: number }): Promise<void> {
    const { time } = this.#where
    // From the middle of a statement its beginning comes first.
    let end = this.#isInside ? time + 1 : time
    const start = { where: this.#where, end: this.#end, error: this.#error }
    if (reach !== undefined) this.#machine.setMarks([])
    try {
      while (end > this.#machine.oldest && this.#machine.rewind({ before: end - 1 })) {
        const from = this.#machine.time
        const found = await (reach === undefined ? this.#lastBreakpoint(from, end) : this.#lastWithin(from, end, reach))
        if (found === "paused") {
          this.#end = start.end
          this.#error = start.error
          return await this.#goTo(start.where.time, "pause")
        }
        if (found > 0) return await this.#goTo(found, reach === undefined ? "breakpoint" : "step")
        if (from === 0) break
        end = from + 1
      }
    } finally {
      this.#mark()
    }
    await this.#goTo(this.#machine.oldest, "oldest")
  }

  /** The last time in (from, end) with a frame that begins at most at `reach`, 0 if there is none. */
  async #lastWithin(from: number, end: number, reach: number): Promise<number | "paused"> {
    const stop = await this.#run({ since: from, until: end, reach, records: true })
    if (stop.kind === "slice") return "paused"
    return this.#machine.seen > from ? this.#machine.seen : 0
  }

  /** The last time in (from, end) at which a breakpoint held, 0 if there is none. */
  async #lastBreakpoint(from: number, end: number): Promise<number | "paused"> {
    if (this.#breakpoints.every(({ condition }) => condition === null)) return this.#lastWithin(from, end, -1)
    let found = 0
    for (let since = from; ; since = this.#machine.time) {
      if (this.#machine.isOver) this.#machine.rewind({ before: since })
      const stop = await this.#run({ since, until: end })
      if (stop.kind === "slice") return "paused"
      if (stop.kind !== "stopped" || this.#machine.time >= end) return found
      if (this.#breaksHere()) found = this.#machine.time
    }
  }

  async #goTo(time: number, reason: StopReason): Promise<void> {
    this.#machine.setMarks([])
    this.#end = null
    this.#error = null
    this.#machine.rewind({ before: time })
    const stop = await this.#run({ since: Number.MAX_SAFE_INTEGER, until: time })
    this.#mark()
    this.#where = { time: this.#machine.time, failing: 0 }
    if (stop.kind === "ended") return this.#ended(stop)
    return this.#stop(stop.kind === "input" ? "input" : reason)
  }

  // ---- Breakpoints ------------------------------------------------------------------------------------------------

  #mark(): void {
    this.#machine.setMarks(this.#breakpoints.flatMap(({ points }) => points))
  }

  /** Whether a breakpoint holds at the point one stands at. A condition with an error does not, and says so. */
  #breaksHere(): boolean {
    const scene = new Scene(this.#image, this.#machine, { failing: 0 })
    const point = scene.point
    let holds = false
    let isChanged = false
    this.#breakpoints = this.#breakpoints.map((breakpoint) => {
      if (point === null || !breakpoint.points.includes(point) || breakpoint.condition === "unreadable") return breakpoint
      if (breakpoint.condition === null) {
        holds = true
        return breakpoint
      }
      let problem: string | null = null
      try {
        holds ||= isTruthy(evaluate(breakpoint.condition, scene.names(0), scene.inspector), scene.inspector)
      } catch (error) {
        if (!(error instanceof WatchError)) throw error
        problem = error.message
      }
      if (problem === breakpoint.state.problem) return breakpoint
      isChanged = true
      return { ...breakpoint, state: { ...breakpoint.state, problem } }
    })
    if (isChanged) this.#reportBreakpoints()
    return holds
  }

  // ---- Reports ----------------------------------------------------------------------------------------------------

  #stop(reason: StopReason): void {
    this.#isInside = reason === "input" || reason === "error" || reason === "end"
    this.#reportOutput()
    this.#scene = new Scene(this.#image, this.#machine, this.#end === null ? this.#where : null)
    this.#host.report({
      type: "stopped",
      stop: {
        reason,
        time: this.#where.time,
        oldest: Math.min(this.#machine.oldest, Math.max(1, this.#where.time)),
        error: this.#error,
        exitCode: this.#end?.exitCode ?? null,
        frames: this.#scene.frames(),
        globals: this.#scene.globals(),
        watches: this.#watched(0),
      },
    })
  }

  #watched(frame: number): ShownWatch[] {
    return this.#watches.map((text) => this.#scene.watch(text, frame))
  }

  #reportBreakpoints(): void {
    this.#host.report({ type: "breakpoints", breakpoints: this.#breakpoints.map(({ state }) => state) })
  }

  /** Sends what is there and has not been shown; the whole of it after a way back. */
  #reportOutput(): void {
    const { output } = this.#machine
    const isWhole = output.length < this.#shownOutput || this.#machine.hasRewound
    this.#machine.hasRewound = false
    const pieces = isWhole ? output : output.slice(this.#shownOutput)
    this.#shownOutput = output.length
    if (pieces.length === 0 && !isWhole) return
    const clearedAt = pieces.findLastIndex(({ stream }) => stream === "clear")
    const chunks: DebugOutput[] = []
    let bytes: Uint8Array[] = []
    let current: 1 | 2 | null = null
    const flush = (): void => {
      if (current !== null) chunks.push({ stream: current === 1 ? "stdout" : "stderr", text: textOf(bytes) })
      bytes = []
    }
    for (const piece of pieces.slice(clearedAt + 1)) {
      if (piece.stream === "clear") continue
      if (piece.stream !== current) flush()
      current = piece.stream
      bytes.push(piece.bytes)
    }
    flush()
    this.#host.report({ type: "output", isWhole: isWhole || clearedAt >= 0, chunks })
  }
}

/** Pieces may cut a character; together they do not. */
function textOf(pieces: readonly Uint8Array[]): string {
  const decoder = new TextDecoder()
  return pieces.map((piece) => decoder.decode(piece, { stream: true })).join("") + decoder.decode()
}
