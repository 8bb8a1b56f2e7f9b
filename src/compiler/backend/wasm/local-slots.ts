/**
 * Which locals of a function can share a place: linear scan (Poletto and Sarkar, 1999) over the order in which structured code is
 * written. Fewer locals make smaller frames and fewer moves in the engine's first compiler, which keeps them all.
 *
 * A local is occupied from its first mention to its last; if it is mentioned before a loop and in it, to the loop's end.
 * That is enough because lowered code writes a local, in the order of the text, before it reads it, but for what is
 * carried around a loop, and that is written before the loop too.
 */
import type { WasmType } from "./builder.ts"
import { type CodeTree, NODE } from "./tree.ts"

/** Places of the locals of a function. */
export interface LocalSlots {
  /** Number of each local in the binary; -1 if it is never mentioned. */
  readonly place: Int32Array
  /** How often each local is read and written. */
  readonly reads: Int32Array
  readonly writes: Int32Array
  /** Number of locals beyond the parameters, by type, in the order of their numbers. */
  readonly counts: readonly (readonly [WasmType, number])[]
}

const TYPES: readonly WasmType[] = ["i32", "i64", "f64"]

/** Finds places for the locals of the code under `root`; `types` are all locals, `params` of them parameters. */
export function assignLocals(tree: CodeTree, root: number, types: readonly WasmType[], params: number): LocalSlots {
  const spans = new Spans(tree, types.length, params)
  spans.walk(root)
  const last = spans.ends()
  const { first, order, hint } = spans
  // Places are numbered by type at first: parameters have fixed ones.
  const place = new Int32Array(types.length).fill(-1)
  const pools = TYPES.map(() => new Pool())
  const poolOf = (local: number): Pool => pools[TYPES.indexOf(types[local] as WasmType)] as Pool
  for (let i = 0; i < params; i++) {
    place[i] = i
    poolOf(i).occupy(i, last[i] as number)
  }
  const FRESH = 1 << 20
  const made = TYPES.map(() => 0)
  for (const local of order) {
    const pool = poolOf(local)
    pool.release(first[local] as number)
    const wanted = hint[local] as number
    let at = pool.take(wanted < 0 ? -1 : (place[wanted] as number))
    if (at < 0) {
      const type = TYPES.indexOf(types[local] as WasmType)
      at = FRESH * (type + 1) + (made[type] as number)
      made[type] = (made[type] as number) + 1
    }
    place[local] = at
    pool.occupy(at, last[local] as number)
  }
  const base = [params, params + (made[0] as number), params + (made[0] as number) + (made[1] as number)]
  for (const local of order) {
    const at = place[local] as number
    if (at >= FRESH) place[local] = (base[Math.floor(at / FRESH) - 1] as number) + (at % FRESH)
  }
  return { place, reads: spans.reads, writes: spans.writes, counts: TYPES.map((type, i) => [type, made[i] as number] as const) }
}

/** First and last mention of each local in the order of the text. */
class Spans {
  readonly first: Int32Array
  readonly reads: Int32Array
  readonly writes: Int32Array
  /** Locals beyond the parameters in the order of their first mention. */
  readonly order: number[] = []
  /** The local whose value a local gets first, or -1: one place for both saves the move. */
  readonly hint: Int32Array
  readonly #tree: CodeTree
  readonly #params: number
  readonly #last: Int32Array
  /** The outermost loop that a local is carried into, as an index in `#loopEnds`, or -1. */
  readonly #carried: Int32Array
  readonly #loopEnds: number[] = []
  readonly #open: { readonly id: number; readonly start: number }[] = []
  #clock = 1

  constructor(tree: CodeTree, count: number, params: number) {
    this.#tree = tree
    this.#params = params
    this.first = new Int32Array(count).fill(-1)
    this.first.fill(0, 0, params)
    this.#last = new Int32Array(count)
    this.reads = new Int32Array(count)
    this.writes = new Int32Array(count)
    this.hint = new Int32Array(count).fill(-1)
    this.#carried = new Int32Array(count).fill(-1)
  }

  ends(): Int32Array {
    this.#carried.forEach((loop, local) => {
      if (loop >= 0) this.#last[local] = Math.max(this.#last[local] as number, this.#loopEnds[loop] as number)
    })
    return this.#last
  }

  #mention(local: number): void {
    const at = ++this.#clock
    const first = this.first[local] as number
    this.#last[local] = at
    if (first < 0) {
      this.first[local] = at
      if (local >= this.#params) this.order.push(local)
      return
    }
    for (const { id, start } of this.#open) {
      if (start <= first) continue
      this.#carried[local] = id
      return
    }
  }

  #write(local: number, value: number): void {
    const tree = this.#tree
    if ((this.first[local] as number) < 0 && value >= 0 && tree.kind[value] === NODE.localGet) this.hint[local] = tree.a[value] as number
    this.writes[local] = (this.writes[local] as number) + 1
    this.#mention(local)
  }

  #list(start: number, count: number): void {
    for (let i = 0; i < count; i++) this.walk(this.#tree.items[start + i] as number)
  }

  /** Visits a node in the order of evaluation. */
  walk(node: number): void {
    const tree = this.#tree
    const a = tree.a[node] as number
    const b = tree.b[node] as number
    const c = tree.c[node] as number
    switch (tree.kind[node]) {
      case NODE.i32:
      case NODE.i64:
      case NODE.f64:
      case NODE.globalGet:
      case NODE.unreachable:
        return
      case NODE.unary:
      case NODE.drop:
        return this.walk(a)
      case NODE.binary:
      case NODE.pair:
        this.walk(a)
        return this.walk(b)
      case NODE.select:
        this.walk(b)
        this.walk(c)
        return this.walk(a)
      case NODE.localGet:
        this.reads[a] = (this.reads[a] as number) + 1
        return this.#mention(a)
      case NODE.localSet:
        this.walk(b)
        return this.#write(a, b)
      case NODE.localTee:
        this.walk(b)
        this.#write(a, b)
        this.reads[a] = (this.reads[a] as number) + 1
        return
      case NODE.globalSet:
      case NODE.load:
        return this.walk(b)
      case NODE.store:
        this.walk(b)
        return this.walk(c)
      case NODE.call:
      case NODE.callSlot:
      case NODE.block:
        return this.#list(b, c)
      case NODE.pairSet:
        // The second half is on top of the stack. Both halves are there at once, so neither place may be free before.
        this.walk(a)
        this.#write(c, -1)
        this.#write(b, -1)
        this.#last[c] = Math.max(this.#last[c] as number, this.#clock)
        return
      case NODE.loop: {
        const id = this.#loopEnds.push(0) - 1
        this.#open.push({ id, start: ++this.#clock })
        this.#list(b, c)
        this.#open.pop()
        this.#loopEnds[id] = ++this.#clock
        return
      }
      case NODE.if: {
        this.walk(a)
        this.#list(b, c)
        const other = tree.d[node] as number
        if (other >= 0) this.#list(other + 1, tree.items[other] as number)
        return
      }
      case NODE.br:
        if (b >= 0) this.walk(b)
        return
      case NODE.brTable:
        return this.walk(tree.d[node] as number)
      case NODE.return:
        if (a >= 0) this.walk(a)
    }
  }
}

/** The places of one type: those in use, soonest free first (a binary heap), and the free ones. */
class Pool {
  readonly #ends: number[] = []
  readonly #places: number[] = []
  readonly #free: number[] = []

  /** A free place, `wanted` if it is free; -1 if none is. */
  take(wanted: number): number {
    const at = wanted < 0 ? -1 : this.#free.indexOf(wanted)
    if (at < 0) return this.#free.pop() ?? -1
    this.#free.splice(at, 1)
    return wanted
  }

  /** Frees the places whose occupants end before `now`. */
  release(now: number): void {
    while (this.#ends.length > 0 && (this.#ends[0] as number) < now) {
      this.#free.push(this.#places[0] as number)
      const end = this.#ends.pop() as number
      const place = this.#places.pop() as number
      if (this.#ends.length > 0) this.#sink(end, place)
    }
  }

  occupy(place: number, until: number): void {
    let at = this.#ends.length
    this.#ends.push(until)
    this.#places.push(place)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if ((this.#ends[parent] as number) <= until) break
      this.#move(parent, at)
      at = parent
    }
    this.#ends[at] = until
    this.#places[at] = place
  }

  #sink(end: number, place: number): void {
    const count = this.#ends.length
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= count) break
      if (child + 1 < count && (this.#ends[child + 1] as number) < (this.#ends[child] as number)) child++
      if ((this.#ends[child] as number) >= end) break
      this.#move(child, at)
      at = child
    }
    this.#ends[at] = end
    this.#places[at] = place
  }

  #move(from: number, to: number): void {
    this.#ends[to] = this.#ends[from] as number
    this.#places[to] = this.#places[from] as number
  }
}
