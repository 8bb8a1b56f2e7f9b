/**
 * A run of a program with points that can be stopped anywhere and taken back to any time that is kept.
 *
 * The time of a run is the number of points it has passed. Everything the program sees of the world goes over a tape, so
 * the same program is at the same place at the same time. Going back is restoring the last snapshot before a time and
 * running on to it; what the program writes on the way is already known and replaces itself.
 *
 * A stop inside a call of the runtime (a text method that `print` calls), an input that is not there yet, and the end of
 * the program all leave C by an exception. The memory can be read then, but the run cannot go on: it is *over*, and the
 * next move restores a snapshot and comes back to where it was.
 */
import { Bug } from "../../base/bug.ts"
import type { RunResult } from "../backend.ts"
import { type HostedExports, hostImports, ProgramEnd, resultOfThrown } from "../host-imports.ts"
import type { RunnableVm } from "./engine.ts"
import { type Snapshot, Snapshots } from "./snapshots.ts"

const STAGE = "backend/vm"

/** What `hk_vm_resume` answers. */
const DONE = 0
const PAUSED = 2
const STOPPED = 3

/** Jumps back and calls in a slice, and slices between two looks at the host. */
const BUDGET = 20_000
const SLICES = 10

/** Points between two snapshots, at least; and points for each byte of memory, which a snapshot has to look at. */
const INTERVAL = 200_000
const POINTS_PER_BYTE = 0.05

/** Bytes of output that are kept; a session goes back over all of it, so a flood has to end somewhere. */
const MOST_OUTPUT = 8 << 20
const OUTPUT_CUT = new TextEncoder().encode("\n[output beyond 8 MiB is not kept while debugging]\n")

/** What the instance gives to a debugger. */
export interface DebugExports extends HostedExports {
  readonly __heap_base: WebAssembly.Global<"i32">
  readonly __stack_pointer: WebAssembly.Global<"i32">
  hk_heap_start(address: number): void
  hk_vm_buffer(size: number): number
  hk_vm_load(at: number, size: number): number
  hk_vm_start(depthLimit: number): void
  hk_vm_resume(slices: number, budget: number): number
  hk_vm_finish(): number
  hk_vm_frame(n: number): number
  hk_vm_registers(n: number): number
  hk_vm_debug_marks(count: number): number
  hk_vm_debug_counts(count: number): number
  hk_vm_debug_stop_at(since: bigint, until: bigint, reach: bigint, failing: bigint, records: number): void
  hk_vm_debug_time(): bigint
  hk_vm_debug_seen(): bigint
  hk_vm_debug_failures(): bigint
  hk_vm_debug_raised(): bigint
  hk_vm_debug_inside(): number
  hk_vm_debug_frame(n: number): number
  hk_vm_debug_globals(): number
  hk_vm_debug_static(n: number): number
  hk_vm_debug_map_places(map: number): number
  hk_vm_debug_map_key(map: number, place: number): number
  hk_vm_debug_map_value(map: number, place: number): number
}

/** The world that the program sees for the first time; what it has seen comes from the tape. */
export interface DebugWorld {
  readonly arguments: readonly string[]
  /** The next line, null at the end of the input, undefined if there is none yet. */
  readLine(): string | null | undefined
  now(): number
  seed(): bigint
}

/** A piece of output, in order; `clear` empties what was shown before. */
export type OutputPiece = { readonly stream: 1 | 2; readonly bytes: Uint8Array } | { readonly stream: "clear" }

/** Where to stop. */
export interface StopConditions {
  /** Up to this time `reach` and marks do not count. */
  readonly since: number
  /** Stop at this time. */
  readonly until?: number
  /** Stop at points of frames that begin at most there; `Infinity` for every point. */
  readonly reach?: number
  /** Stop at the failure of this number. */
  readonly failing?: number
  /** `reach` and marks do not stop, they only set `seen`. */
  readonly records?: boolean
}

/** Why the run stands still. `slice`: it does not, it only lets its host look. */
export type MachineStop =
  | { readonly kind: "slice" }
  | { readonly kind: "stopped" }
  /** It needs a line that is not there yet. */
  | { readonly kind: "input" }
  | { readonly kind: "ended"; readonly result: RunResult; readonly raised: number }

/** Thrown out of the program when it needs a line that is not there. */
class NeedsInput extends Error {}

/** What belongs to a time besides the memory. */
interface TimeState {
  readonly tape: number
  readonly output: number
  readonly outputBytes: number
  readonly failures: number
}

type Seen = string | null | number | bigint

/** See the head of the file. */
export class DebugMachine {
  readonly #module: WebAssembly.Module
  readonly #program: RunnableVm
  readonly #world: DebugWorld
  readonly #depth: number
  readonly #snapshots: Snapshots<TimeState>
  readonly #tape: Seen[] = []
  #tapeAt = 0
  readonly #output: OutputPiece[] = []
  #outputBytes = 0
  #exports: DebugExports
  #stackBase: number
  #isOver = false
  /** Set by every way back; cleared by whoever shows the output. */
  hasRewound = false
  #marks: Uint8Array
  readonly #marksAt: number

  /** `points` is how many the program has, `budget` the bytes of its snapshots. */
  constructor(module: WebAssembly.Module, program: RunnableVm, world: DebugWorld, options: { readonly maxDepth: number; readonly points: number; readonly budget: number }) {
    this.#module = module
    this.#program = program
    this.#world = world
    this.#depth = options.maxDepth
    this.#snapshots = new Snapshots(options.budget)
    this.#marks = new Uint8Array(options.points)
    this.#exports = this.#instantiate()
    this.#stackBase = this.#exports.__stack_pointer.value
    const { exports } = this
    exports.hk_heap_start(exports.__heap_base.value)
    const at = exports.hk_vm_buffer(program.bytes.length)
    new Uint8Array(exports.memory.buffer, at, program.bytes.length).set(program.bytes)
    const answer = exports.hk_vm_load(at, program.bytes.length)
    if (answer !== 0) throw new Bug(STAGE, `the interpreter refuses the program: ${answer}`)
    this.#marksAt = exports.hk_vm_debug_marks(options.points)
    exports.hk_vm_start(this.#depth)
    this.#keep()
  }

  /** The instance as it is now. */
  get exports(): DebugExports {
    return this.#exports
  }

  /** Points passed. */
  get time(): number {
    return Number(this.#exports.hk_vm_debug_time())
  }

  /** The last time at which `reach` or a mark held; one before `since` is of an earlier run. */
  get seen(): number {
    return Number(this.#exports.hk_vm_debug_seen())
  }

  /** The first point one can go back to. */
  get oldest(): number {
    return (this.#snapshots.oldest ?? 0) + 1
  }

  /** What the program has written up to now. */
  get output(): readonly OutputPiece[] {
    return this.#output
  }

  /** Points to stop at, by number. */
  setMarks(numbers: Iterable<number>): void {
    this.#marks.fill(0)
    for (const number of numbers) if (number < this.#marks.length) this.#marks[number] = 1
    this.#writeMarks()
  }

  /** Goes to before a time, or before a failure, as near as a snapshot allows. False if nothing that early is kept. */
  rewind(to: { readonly before: number } | { readonly failure: number }): boolean {
    const snapshot = "before" in to ? this.#snapshots.at(Math.max(0, to.before - 1)) : this.#snapshots.lastWhere(({ state }) => state.failures < to.failure)
    if (snapshot === null) return false
    this.#restore(snapshot)
    return true
  }

  /** Runs for a slice. After a stop that is over, rewind first. */
  run(conditions: StopConditions): MachineStop {
    if (this.#isOver) throw new Bug(STAGE, "a run that is over goes on only from a snapshot")
    const exports = this.#exports
    const reach = conditions.reach === undefined ? -1n : conditions.reach === Number.POSITIVE_INFINITY ? 0x7fff_ffffn : BigInt(conditions.reach)
    exports.hk_vm_debug_stop_at(BigInt(conditions.since), BigInt(conditions.until ?? 0), reach, BigInt(conditions.failing ?? 0), conditions.records === true ? 1 : 0)
    try {
      const state = exports.hk_vm_resume(SLICES, BUDGET)
      if (state === PAUSED) {
        this.#keepSometimes()
        return { kind: "slice" }
      }
      if (state === STOPPED) {
        exports.hk_flush()
        return { kind: "stopped" }
      }
      if (state !== DONE) throw new Bug(STAGE, `a run ended in state ${state}`)
      const code = exports.hk_vm_finish()
      exports.hk_flush()
      this.#isOver = true
      return { kind: "ended", result: { kind: "exit", code, leaked: null, peakMemory: exports.memory.buffer.byteLength }, raised: 0 }
    } catch (thrown) {
      this.#isOver = true
      exports.__stack_pointer.value = this.#stackBase
      if (thrown instanceof NeedsInput) {
        exports.hk_flush()
        return { kind: "input" }
      }
      if (thrown instanceof ProgramEnd && thrown.result.kind === "exit" && exports.hk_vm_debug_inside() !== 0) {
        exports.hk_flush()
        return { kind: "stopped" }
      }
      return { kind: "ended", result: resultOfThrown(thrown, STAGE, exports), raised: Number(exports.hk_vm_debug_raised()) }
    }
  }

  /** True if the run must be rewound before it can go on. */
  get isOver(): boolean {
    return this.#isOver
  }

  #instantiate(): DebugExports {
    const world = this.#world
    /** What is on the tape, or what the world says now. */
    const see = <T extends Seen>(ask: () => T | undefined): T => {
      if (this.#tapeAt < this.#tape.length) return this.#tape[this.#tapeAt++] as T
      const value = ask()
      if (value === undefined) throw new NeedsInput()
      this.#tape.push(value)
      this.#tapeAt++
      return value
    }
    const host = {
      arguments: world.arguments,
      write: (stream: 1 | 2, bytes: Uint8Array): void => {
        if (this.#outputBytes > MOST_OUTPUT) return
        this.#outputBytes += bytes.length
        this.#output.push(this.#outputBytes > MOST_OUTPUT ? { stream: 2, bytes: OUTPUT_CUT } : { stream, bytes: bytes.slice() })
      },
      readLine: (): string | null => see(() => world.readLine()),
      now: (): number => see(() => world.now()),
      seed: (): bigint => see(() => world.seed()),
      clear: (): void => {
        this.#output.push({ stream: "clear" })
      },
    }
    let live: DebugExports | null = null
    const instance = new WebAssembly.Instance(this.#module, { host: hostImports(host, { stage: STAGE, sites: this.#program.sites, frames: () => [] }, () => live) })
    live = instance.exports as unknown as DebugExports
    return live
  }

  #keepSometimes(): void {
    const { buffer } = this.#exports.memory
    const last = this.#snapshots.at(Number.POSITIVE_INFINITY)?.time ?? 0
    if (this.time - last >= Math.max(INTERVAL, buffer.byteLength * POINTS_PER_BYTE)) this.#keep()
  }

  #keep(): void {
    this.#exports.hk_flush()
    const { memory } = this.#exports
    this.#snapshots.take(this.time, new Uint8Array(memory.buffer), { tape: this.#tapeAt, output: this.#output.length, outputBytes: this.#outputBytes, failures: Number(this.#exports.hk_vm_debug_failures()) })
  }

  #restore(snapshot: Snapshot<TimeState>): void {
    const length = this.#snapshots.lengthOf(snapshot)
    // Memory does not shrink, and what a program may still take is part of its state.
    if (this.#exports.memory.buffer.byteLength !== length) {
      this.#exports = this.#instantiate()
      const missing = length - this.#exports.memory.buffer.byteLength
      if (missing > 0) this.#exports.memory.grow(missing / 65536)
    }
    this.#snapshots.restore(snapshot, new Uint8Array(this.#exports.memory.buffer))
    this.#exports.__stack_pointer.value = this.#stackBase
    this.#tapeAt = snapshot.state.tape
    this.#output.length = snapshot.state.output
    this.#outputBytes = snapshot.state.outputBytes
    this.#isOver = false
    this.hasRewound = true
    this.#writeMarks()
  }

  #writeMarks(): void {
    new Uint8Array(this.#exports.memory.buffer, this.#marksAt, this.#marks.length).set(this.#marks)
  }
}
