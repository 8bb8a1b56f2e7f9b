/**
 * The tiered engine: the VM runs the program and counts, what is hot is compiled and installed while the program runs.
 *
 * Who compiles is the host's business: a `TierCompiler` takes orders and is asked later what is finished. One that compiles on the spot
 * has finished when the order returns, so that a run is deterministic; one in another thread has not, and the interpreter asks at
 * every tick while anything is outstanding.
 *
 * The interpreter calls `hk_host_hot` with its state saved: at the start of a function or at the point of a loop. Whatever is
 * installed during the call is what it goes on with.
 */
import { Bug } from "../../base/bug.ts"
import type { Module, Origin } from "../../mir/ir.ts"
import type { Host, RunLimits, RunResult, TraceEntry } from "../backend.ts"
import { hostImports } from "../host-imports.ts"
import { framesAt } from "../sites.ts"
import type { VmArtifact } from "../vm/compile.ts"
import { finishVm, frameAt, loadVm, type RunnableVm } from "../vm/engine.ts"
import type { VmFunction } from "../vm/program.ts"
import { originAt, type StackFrame, stackFrames } from "../wasm/engine.ts"
import { depthFor } from "../wasm/frames.ts"
import type { CompiledUnit, UnitRequest } from "./compile.ts"
import type { TierEvent, TierPlace, TierRecord, TierTotal } from "./events.ts"
import { Installer, readAddresses, type TieredExports } from "./install.ts"
import type { TierProgram, VmAddresses } from "./places.ts"
import { limitsOf, MOST_BYTES, MOST_UNITS, type OutlineFunction, SOON, sliceOf, type TierOptions, type TierOutline, UnitChooser } from "./profile.ts"

const STAGE = "backend/tiered"

/** A unit with the time it took, in milliseconds. */
export interface FinishedUnit {
  readonly unit: CompiledUnit
  readonly milliseconds: number
}

/** Compiles units of one run. */
export interface TierCompiler {
  /** Told once, before the first order. */
  begin(addresses: VmAddresses): void
  order(request: UnitRequest): void
  /** The units finished since the last time. */
  take(): readonly FinishedUnit[]
  /** How many ordered units more are known not to come: what they would replace stays in the interpreter. */
  takeLost(): number
}

/** A program for the engine. */
export interface TieredProgram {
  readonly vm: RunnableVm
  readonly outline: TierOutline
}

/** How to run. */
export interface TieredRun {
  readonly options: TierOptions
  readonly compiler: TierCompiler
  /** Milliseconds since some moment, for the record. */
  readonly clock: () => number
  /** Gets each event when it happens. */
  readonly tell?: (event: TierEvent) => void
}

/** What hk_host_hot is told about. */
const HOT = { function: 0, loop: 1, tick: 2 } as const
/** Slices between two looks at the host, at the greatest. */
const SLICES = 2_000
const FIRST_FUEL = 64n
const MOST_FUEL = 65_536n

/** What the engine needs of a compilation. */
export function tierProgram(module: Module, artifact: VmArtifact): TierProgram {
  const classNames = new Map([...module.classes.values()].map((def) => [def.id, def.name]))
  const { program } = artifact
  return {
    module,
    functions: program.functions,
    strings: program.strings,
    statics: program.statics.map((n) => classNames.get((program.classes[n] as (typeof program.classes)[number]).id) as string),
    sites: artifact.sites,
    lines: program.lines,
  }
}

/** Runs the program to its end. `machine` is the compiled `vm.wasm`. */
export function runTiered(machine: WebAssembly.Module, program: TieredProgram, host: Host, limits: RunLimits, run: TieredRun): { readonly result: RunResult; readonly record: TierRecord } {
  let session: Session | null = null
  let live: TieredExports | null = null
  const imports = hostImports(host, { stage: STAGE, sites: program.vm.sites, frames: () => session?.frames() ?? [], hot: (what, index) => session?.hot(what, index) }, () => live)
  const exports = new WebAssembly.Instance(machine, { host: imports }).exports as unknown as TieredExports
  live = exports
  loadVm(exports, program.vm)
  session = new Session(exports, program, run, limits)
  const result = finishVm(exports, limits, SLICES, sliceOf(run.options), () => {})
  return { result, record: session.record() }
}

/** A word that the interpreter jumps back to, with the number of its function. */
interface LoopNumber {
  readonly func: number
  readonly word: number
  /** The word where compiled code is entered for it. */
  readonly entry: number
}

class Session {
  readonly #vm: TieredExports
  readonly #program: TieredProgram
  readonly #run: TieredRun
  readonly #start: number
  readonly #chooser: UnitChooser
  readonly #installer: Installer
  readonly #limits: ReturnType<typeof limitsOf>
  readonly #loops: readonly LoopNumber[]
  readonly #numbers: ReadonlyMap<string, number>
  readonly #units: CompiledUnit[] = []
  readonly #events: TierEvent[] = []
  readonly #depth: Pick<RunLimits, "hostStack" | "maxDepth">
  #outstanding = 0
  #bytes = 0

  constructor(vm: TieredExports, program: TieredProgram, run: TieredRun, depth: Pick<RunLimits, "hostStack" | "maxDepth">) {
    this.#depth = depth
    this.#vm = vm
    this.#program = program
    this.#run = run
    this.#start = run.clock()
    this.#chooser = new UnitChooser(program.outline, run.options.calls, (name) => vm.hk_vm_calls(this.#numberOf(name)) >>> 0)
    const { functions } = program.outline
    this.#loops = functions.flatMap((f, func) => f.loops.map((l) => ({ func, word: l.word, entry: l.entry })))
    this.#numbers = new Map(functions.map((f, i) => [f.name, i]))
    this.#limits = limitsOf(run.options, functions.length, this.#loops.length)
    const addresses = readAddresses(vm, program.outline)
    this.#installer = new Installer(vm, program.outline, addresses.slots)
    vm.hk_vm_fuel(run.options.stress ? 1n : FIRST_FUEL, run.options.stress ? 1n : MOST_FUEL)
    this.#limits.calls.forEach((limit, i) => {
      vm.hk_vm_await_calls(i, limit)
    })
    this.#limits.loops.forEach((limit, i) => {
      vm.hk_vm_await_turns(i, limit)
    })
    run.compiler.begin(addresses)
  }

  /** What the interpreter says; see `hk_vm_host.h`. */
  hot(what: number, index: number): void {
    if (what === HOT.function) this.#hotFunction(index)
    else if (what === HOT.loop) this.#hotLoop(index)
    this.#takeFinished()
  }

  #note(event: TierEvent): void {
    this.#events.push(event)
    this.#run.tell?.(event)
  }

  #hotFunction(number: number): void {
    const { name } = this.#functionOf(number)
    this.#order(this.#place(number, null), this.#vm.hk_vm_calls(number) >>> 0, () => this.#chooser.forFunction(name))
  }

  #hotLoop(index: number): void {
    const { func, word } = this.#loops[index] as LoopNumber
    this.#order(this.#place(func, word), this.#limits.loops[index] as number, () => this.#chooser.forLoop(this.#functionOf(func).name, word))
    // A function with a hot loop need not prove itself by many calls.
    this.#vm.hk_vm_await_calls(func, Math.min(SOON, this.#limits.calls[func] as number))
  }

  #order(place: TierPlace, count: number, choose: () => UnitRequest | null): void {
    const at = this.#now()
    if (this.#bytes >= MOST_BYTES || this.#units.length + this.#outstanding >= MOST_UNITS) {
      this.#note({ kind: "full", at, place, count })
      return
    }
    const request = choose()
    if (request === null) return
    this.#note({ kind: "hot", at, place, count, unit: request.id })
    this.#outstanding++
    this.#vm.hk_vm_watch(1)
    this.#run.compiler.order(request)
  }

  #takeFinished(): void {
    for (const { unit, milliseconds } of this.#run.compiler.take()) {
      this.#outstanding--
      this.#bytes += unit.bytes.length
      this.#units.push(unit)
      this.#installer.install(unit)
      this.#keepDepth(unit.frame)
      const at = this.#now()
      const functions = unit.functions.map((name) => this.#place(this.#numberOf(name), null))
      const loops = unit.loops.map(({ function: name, word }) => this.#place(this.#numberOf(name), word))
      this.#note({ kind: "installed", at, unit: unit.id, places: [...functions, ...loops], milliseconds, bytes: unit.bytes.length })
      this.#noteEntry(unit, at)
    }
    this.#outstanding -= this.#run.compiler.takeLost()
    if (this.#outstanding === 0) this.#vm.hk_vm_watch(0)
  }

  /** Interpreted calls take nothing of the host's stack, compiled ones do: where there is little of it, fewer may nest. */
  #keepDepth(frame: number): void {
    const { hostStack, maxDepth } = this.#depth
    if (hostStack === undefined) return
    const view = new DataView(this.#vm.memory.buffer)
    const at = this.#vm.hk_depth_limit.value
    view.setInt32(at, Math.min(view.getInt32(at, true), depthFor(hostStack, frame, maxDepth)), true)
  }

  /** Notes what the interpreter enters as soon as it goes on. */
  #noteEntry(unit: CompiledUnit, at: number): void {
    const word = this.#vm.hk_vm_frame(0)
    const entry = this.#loops.find((l) => l.word === word)?.entry
    const loop = unit.loops.find((l) => l.word === entry)
    const func = unit.functions.find((name) => this.#functionOf(this.#numberOf(name)).start === word)
    if (loop !== undefined) this.#note({ kind: "entered", at, place: this.#place(this.#numberOf(loop.function), loop.word), unit: unit.id })
    else if (func !== undefined && this.#installer.isCompiled(word)) this.#note({ kind: "entered", at, place: this.#place(this.#numberOf(func), null), unit: unit.id })
    for (const { function: name, word: at } of unit.refused) this.#note({ kind: "refused", at: this.#now(), place: this.#place(this.#numberOf(name), at), unit: unit.id })
  }

  /** The calls that each frame that stands is for, innermost first. Where the interpreter is inside compiled code, its frames are on the host's stack. */
  frames(): TraceEntry[][] {
    const frames: TraceEntry[][] = []
    const compiled = stackFrames(/(?:at |\.)((?:entry:)?hako\d+:[^ ]+)/)
    for (let n = 0; n < MAX_FRAMES; n++) {
      const word = this.#vm.hk_vm_frame(n)
      if (word < 0) break
      if (!this.#installer.isCompiled(word)) {
        frames.push(frameAt(this.#program.vm.program, word))
        continue
      }
      for (let frame = compiled.shift(); frame !== undefined; frame = compiled.shift()) {
        if (frame.symbol.startsWith("entry:")) break
        frames.push(this.#compiledFrame(frame))
        if (/@\d+$/.test(frame.symbol)) break
      }
    }
    return frames
  }

  #compiledFrame(frame: StackFrame): TraceEntry[] {
    const id = Number(/^hako(\d+):/.exec(frame.symbol)?.[1])
    const unit = this.#units.find((u) => u.id === id)
    if (unit === undefined) return []
    const shown = Object.hasOwn(unit.names, frame.symbol) ? (unit.names[frame.symbol] as string) : ""
    return framesAt({ function: shown, origin: originAt(unit.map, frame.offset) })
  }

  record(): TierRecord {
    const totals: TierTotal[] = []
    this.#program.outline.functions.forEach((func, number) => {
      const calls = this.#vm.hk_vm_calls(number) >>> 0
      const inside = this.#units.filter((u) => u.functions.includes(func.name))
      const units = this.#units.filter((u) => inside.includes(u) || u.loops.some((l) => l.function === func.name))
      if (calls === 0 && units.length === 0) return
      totals.push({ place: this.#place(number, null), calls, units: units.map((u) => u.id), tier: inside.length > 0 ? "code" : units.length > 0 ? "loop" : "interpreter" })
    })
    return { events: this.#events, totals }
  }

  #now(): number {
    return this.#run.clock() - this.#start
  }

  #numberOf(name: string): number {
    return this.#numbers.get(name) as number
  }

  #functionOf(number: number): OutlineFunction {
    const found = this.#program.outline.functions[number]
    if (found === undefined) throw new Bug(STAGE, `no function ${number}`)
    return found
  }

  #place(number: number, word: number | null): TierPlace {
    const { start, loops, origin: declared } = this.#functionOf(number)
    const func = this.#program.vm.program.functions[number] as VmFunction
    const { origins } = this.#program.vm.program
    return { function: func.display, origin: (word === null ? declared : loops.find((loop) => loop.word === word)?.origin) ?? firstOrigin(origins, word ?? start), isLoop: word !== null }
  }
}

/** Most frames that are looked at. */
const MAX_FRAMES = 64

/** The origin of a word, or of the first one after it that has one. */
function firstOrigin(rows: RunnableVm["program"]["origins"], word: number): Origin | null {
  const from = rows.findLastIndex((row) => row.at <= word)
  return rows.slice(Math.max(0, from)).find((row) => row.origin !== null)?.origin ?? null
}
