/**
 * Compiling in another thread while the program runs.
 *
 * A thread that runs a program takes no messages, so the two halves are joined by a message port in one direction (orders) and a
 * `Mailbox` in the other: shared memory to which finished units are appended and whose length the running thread looks at. Nothing in
 * it is ever overwritten, so no lock is needed; its size bounds what can be compiled in one run, and pages of it that are not written
 * take no memory.
 */
import { Bug } from "../../base/bug.ts"
import type { Origin } from "../../mir/ir.ts"
import { type CompiledUnit, type UnitRequest, UnitCompiler } from "./compile.ts"
import type { FinishedUnit, TierCompiler } from "./engine.ts"
import type { TierProgram, VmAddresses } from "./places.ts"
import { outlineOf } from "./profile.ts"

/** What the running thread sends. */
export type TierOrder = { readonly type: "begin"; readonly addresses: VmAddresses } | { readonly type: "order"; readonly request: UnitRequest }

/** Bytes of a mailbox. */
export const MAILBOX_BYTES = 32 << 20
/** Bytes before the first unit: how far units are written; then what says that a unit did not fit or could not be made. */
const HEADER = 16
const WRITTEN = 0
const LOST = 1
/** Bytes of a unit before its parts: lengths of the description, of the binary, of the map; microseconds. */
const UNIT_HEADER = 16

/** Units on their way from the thread that compiles to the one that runs. */
export class Mailbox {
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  #read = HEADER
  #lost = 0

  /** Both threads make one over the same memory, which is zero at first. */
  constructor(shared: SharedArrayBuffer) {
    this.#words = new Int32Array(shared, 0, HEADER / 4)
    this.#bytes = new Uint8Array(shared)
  }

  /** Appends a unit. One that does not fit is only counted. */
  put({ unit, milliseconds }: FinishedUnit): void {
    const { bytes, map, ...rest } = unit
    const description = new TextEncoder().encode(JSON.stringify(rest))
    const at = Math.max(HEADER, Atomics.load(this.#words, WRITTEN))
    const parts = UNIT_HEADER + padded(description.length) + padded(bytes.length) + map.length * 16
    if (at + parts > this.#bytes.length) {
      this.lose()
      return
    }
    const view = new DataView(this.#bytes.buffer, at, parts)
    ;[description.length, bytes.length, map.length, Math.round(milliseconds * 1000)].forEach((word, i) => view.setUint32(i * 4, word, true))
    this.#bytes.set(description, at + UNIT_HEADER)
    this.#bytes.set(bytes, at + UNIT_HEADER + padded(description.length))
    let row = UNIT_HEADER + padded(description.length) + padded(bytes.length)
    for (const [offset, { file, start, end }] of map) {
      ;[offset, file, start, end].forEach((word, i) => view.setUint32(row + i * 4, word, true))
      row += 16
    }
    Atomics.store(this.#words, WRITTEN, at + parts)
  }

  /** Counts a unit that will not come. */
  lose(): void {
    Atomics.add(this.#words, LOST, 1)
  }

  /** The units that have come since the last time. */
  take(): readonly FinishedUnit[] {
    const written = Atomics.load(this.#words, WRITTEN)
    if (this.#read >= written) return []
    const finished: FinishedUnit[] = []
    while (this.#read < written) finished.push(this.#next())
    return finished
  }

  /** How many units more are known not to come. */
  takeLost(): number {
    const lost = Atomics.load(this.#words, LOST) - this.#lost
    this.#lost += lost
    return lost
  }

  #next(): FinishedUnit {
    const view = new DataView(this.#bytes.buffer, this.#read)
    const [description, binary, rows, microseconds] = [0, 4, 8, 12].map((at) => view.getUint32(at, true)) as [number, number, number, number]
    const start = this.#read + UNIT_HEADER
    const rest = JSON.parse(new TextDecoder().decode(this.#bytes.slice(start, start + description))) as Omit<CompiledUnit, "bytes" | "map">
    const bytes = this.#bytes.slice(start + padded(description), start + padded(description) + binary)
    const first = UNIT_HEADER + padded(description) + padded(binary)
    const map = Array.from({ length: rows }, (_, i): readonly [number, Origin] => {
      const [offset, file, from, to] = [0, 4, 8, 12].map((at) => view.getUint32(first + i * 16 + at, true)) as [number, number, number, number]
      return [offset, { file, start: from, end: to }]
    })
    this.#read += first + rows * 16
    return { unit: { ...rest, bytes, map }, milliseconds: microseconds / 1000 }
  }
}

function padded(length: number): number {
  return (length + 7) & ~7
}

/** The half in the thread that runs the program; `send` reaches the other. */
export class BackgroundCompiler implements TierCompiler {
  readonly #mailbox: Mailbox
  readonly #send: (order: TierOrder) => void

  constructor(mailbox: Mailbox, send: (order: TierOrder) => void) {
    this.#mailbox = mailbox
    this.#send = send
  }

  begin(addresses: VmAddresses): void {
    this.#send({ type: "begin", addresses })
  }

  order(request: UnitRequest): void {
    this.#send({ type: "order", request })
  }

  take(): readonly FinishedUnit[] {
    return this.#mailbox.take()
  }

  takeLost(): number {
    return this.#mailbox.takeLost()
  }
}

/** Instructions of MIR that the compiler is warmed up with, and the most of one function among them. */
const WARM_UP = 3_000
const WARM_UP_FUNCTION = 600

/** The half in the thread that compiles, for one run. */
export class TierServer {
  readonly #program: TierProgram
  readonly #mailbox: Mailbox
  readonly #clock: () => number
  readonly #rehearsals: Generator<void, void>
  /** Orders by the number of the unit: what is asked about a unit later is made again from its order. */
  readonly #orders = new Map<number, UnitRequest>()
  #compiler: UnitCompiler | null = null

  constructor(program: TierProgram, mailbox: Mailbox, clock: () => number) {
    this.#program = program
    this.#mailbox = mailbox
    this.#clock = clock
    this.#rehearsals = rehearsals(program)
  }

  /**
   * Compiles a function of the program for nothing: the engine that runs this compiler makes it fast by use, and the first order takes a
   * fraction of the time then. False when there is no more to do, or orders are coming; the host calls it while it has nothing to do.
   */
  warmUp(): boolean {
    return this.#orders.size === 0 && this.#rehearsals.next().done !== true
  }

  /** A unit that was ordered, as text with its origins; null for a number that was not. */
  text(unit: number): ReturnType<UnitCompiler["text"]> | null {
    const order = this.#orders.get(unit)
    return order === undefined || this.#compiler === null ? null : this.#compiler.text(order)
  }

  /** Does what the other thread wants. Throws the Bug of a unit that cannot be made, after telling that it will not come. */
  take(order: TierOrder): void {
    if (order.type === "begin") {
      this.#compiler = new UnitCompiler(this.#program, order.addresses)
      return
    }
    if (this.#compiler === null) throw new Bug("backend/tiered", "an order came before the addresses")
    this.#orders.set(order.request.id, order.request)
    const start = this.#clock()
    try {
      const unit = this.#compiler.compile(order.request)
      this.#mailbox.put({ unit, milliseconds: this.#clock() - start })
    } catch (error) {
      this.#mailbox.lose()
      throw error
    }
  }
}

/** Compiles functions of the program, one for each step, as if the program were loaded at address 0. */
function* rehearsals(program: TierProgram): Generator<void, void> {
  const outline = outlineOf(program)
  const small = outline.functions.filter((func) => func.size <= WARM_UP_FUNCTION)
  const looping = small.filter((func) => func.loops.length > 0)
  const zero = { globals: 0, frame: 0, depth: 0, depthLimit: 0, pending: 0, slots: 0 }
  const compiler = new UnitCompiler(program, { strings: program.strings.map(() => 0), statics: program.statics.map(() => 0), ...zero })
  let size = 0
  for (let round = 0; size < WARM_UP && small.length > 0; round++) {
    for (const func of round === 0 && looping.length > 0 ? looping : small) {
      if (size >= WARM_UP) return
      const loops = func.loops.slice(0, 1).map((loop) => ({ function: func.name, word: loop.entry }))
      compiler.compile({ id: 0, functions: [func.name], loops })
      size += func.size * (1 + loops.length)
      yield
    }
  }
}
