/**
 * Gives virtual registers their machine registers.
 *
 * There are as many registers as anyone could want, so nothing is ever spilled; the work is to need few moves. The live
 * range of a virtual register is a list of intervals over the lines in layout order. Registers that an edge moves into one
 * another become one where their ranges do not meet, the deepest loops first; arguments are computed straight into the
 * outgoing frame where no call comes between; what is left takes the first register that is free over its whole range.
 */
import { invariant } from "../../base/bug.ts"
import { FRAME_RECORD, MAX_REGISTERS, vmOp } from "./bytecode.ts"
import { endLines, forEachPlace, type Line, type LineBlock, lineEdges, type LineFunction, registerOf } from "./lines.ts"

/** Where everything is. */
export interface Allocation {
  /** First register of each virtual register. */
  readonly registers: Int32Array
  /** First register of the outgoing frame: everything below belongs to the function alone. */
  readonly window: number
  /** True if a virtual register is live at the start of a block, by position in layout order. */
  isLiveIn(block: number, register: number): boolean
}

/** Intervals `[start, end)`, ascending and disjoint, flat. */
type Range = number[]

/** Allocates; arguments may be retargeted in `func`. */
export function allocate(func: LineFunction): Allocation {
  targetArguments(func)
  return new Allocator(func).run()
}

/** Lets the line that computes an argument write it into the outgoing frame, if it has no other use. */
function targetArguments(func: LineFunction): void {
  const reads = new Int32Array(func.widths.length)
  const writes = new Int32Array(func.widths.length)
  const count = (line: Line): void =>
    forEachPlace(line, (place, isRead, isWritten) => {
      if (place < 0) return
      const register = registerOf(place)
      if (isRead) reads[register] = (reads[register] as number) + 1
      if (isWritten) writes[register] = (writes[register] as number) + 1
    })
  for (const block of func.blocks) {
    block.lines.forEach(count)
    endLines(block.end).forEach(count)
    // What an edge touches is no argument.
    for (const edge of lineEdges(block)) for (const move of edge.moves) if (typeof move.from === "number") reads[registerOf(move.from)] = 2
    for (const param of block.params) writes[param] = 2
  }
  for (const param of func.params) writes[param] = 2
  for (const block of func.blocks) {
    const definedAt = new Map<number, number>()
    let lastCall = -1
    const dead = new Set<Line>()
    block.lines.forEach((line, i) => {
      const isCall = line.op === "call" || line.op === "call2" || line.op === "call0"
      if ((line.op === "mov" || line.op === "mov2") && line.a < 0 && (line.b & 1) === 0) {
        const register = registerOf(line.b)
        const at = definedAt.get(register)
        const width = line.op === "mov2" ? 2 : 1
        if (at !== undefined && at >= lastCall && reads[register] === 1 && writes[register] === 1 && func.widths[register] === width) {
          ;(block.lines[at] as Line).a = line.a
          dead.add(line)
          return
        }
      }
      if (isCall) lastCall = i
      const { operands } = vmOp(line.op)
      const writesA = operands.startsWith("w") || operands.startsWith("W") || (operands.startsWith("n") && line.resultWords > 0)
      if (writesA && line.a >= 0 && line.edge === null) definedAt.set(registerOf(line.a), i)
    })
    if (dead.size > 0) {
      const kept = block.lines.filter((line) => !dead.has(line))
      block.lines.length = 0
      block.lines.push(...kept)
    }
  }
}

class Allocator {
  readonly #func: LineFunction
  readonly #words: number
  readonly #liveIn: Uint32Array
  readonly #ranges: Range[]
  readonly #group: Int32Array
  /** Register that a group must have, or -1. */
  readonly #fixed: Int32Array
  readonly #position = new Map<number, number>()

  constructor(func: LineFunction) {
    this.#func = func
    const count = func.widths.length
    this.#words = (count + 31) >>> 5
    this.#liveIn = new Uint32Array(this.#words * func.blocks.length)
    this.#ranges = Array.from({ length: count }, () => [])
    this.#group = Int32Array.from({ length: count }, (_, i) => i)
    this.#fixed = new Int32Array(count).fill(-1)
    func.blocks.forEach((block, i) => {
      this.#position.set(block.id, i)
    })
  }

  run(): Allocation {
    this.#findLiveness()
    this.#buildRanges()
    let at = 0
    for (const param of this.#func.params) {
      this.#fixed[param] = at
      at += this.#func.widths[param] as number
    }
    this.#coalesce()
    const { registers, used } = this.#color(at)
    invariant(used + FRAME_RECORD + Math.max(0, this.#func.outgoing) + 8 < MAX_REGISTERS, "backend/vm", "a function needs more registers than an operand can name")
    const words = this.#words
    const liveIn = this.#liveIn
    return {
      registers,
      // The number of the last point has a register to itself, the last one below the outgoing frame.
      window: used + (this.#func.hasPoints ? 1 : 0),
      isLiveIn: (block, register) => (((liveIn[block * words + (register >>> 5)] as number) >>> (register & 31)) & 1) === 1,
    }
  }

  /** The registers live at the end of a block: what its successors need, and what its edges read. */
  #liveOut(block: LineBlock, into: Uint32Array): void {
    into.fill(0)
    for (const edge of lineEdges(block)) {
      const to = this.#position.get(edge.to) as number
      for (let w = 0; w < this.#words; w++) into[w] = (into[w] as number) | (this.#liveIn[to * this.#words + w] as number)
      for (const move of edge.moves) if (typeof move.from === "number" && move.from >= 0) set(into, registerOf(move.from))
    }
  }

  #findLiveness(): void {
    const { blocks } = this.#func
    const live = new Uint32Array(this.#words)
    for (let changed = true; changed; ) {
      changed = false
      for (let b = blocks.length - 1; b >= 0; b--) {
        const block = blocks[b] as LineBlock
        this.#liveOut(block, live)
        const step = (line: Line): void => {
          forEachPlace(line, (place, isRead, isWritten) => {
            if (place >= 0 && isWritten && !isRead && !reads(line, place)) clear(live, registerOf(place))
          })
          forEachPlace(line, (place, isRead) => {
            if (place >= 0 && isRead) set(live, registerOf(place))
          })
        }
        for (const line of endLines(block.end)) step(line)
        for (let i = block.lines.length - 1; i >= 0; i--) step(block.lines[i] as Line)
        for (const param of block.params) clear(live, param)
        for (let w = 0; w < this.#words; w++) {
          const at = b * this.#words + w
          const merged = (this.#liveIn[at] as number) | (live[w] as number)
          if (merged >>> 0 !== this.#liveIn[at]) {
            this.#liveIn[at] = merged
            changed = true
          }
        }
      }
    }
  }

  #buildRanges(): void {
    const { blocks, params } = this.#func
    const reversed: Range[] = this.#ranges
    const starts: number[] = []
    let position = 2
    for (const block of blocks) {
      starts.push(position)
      position += block.lines.length * 2 + 4
    }
    // Backwards, so each list grows at its front: kept reversed until the end, as (end, start) pairs.
    const add = (register: number, start: number, end: number): void => {
      const range = reversed[register] as Range
      const last = range.length
      if (last > 0 && (range[last - 1] as number) <= end) range[last - 1] = Math.min(start, range[last - 1] as number)
      else range.push(end, start)
    }
    const live = new Uint32Array(this.#words)
    for (let b = blocks.length - 1; b >= 0; b--) {
      const block = blocks[b] as LineBlock
      const start = starts[b] as number
      const end = start + block.lines.length * 2 + 4
      this.#liveOut(block, live)
      forEachSet(live, (register) => add(register, start, end))
      const use = (line: Line, at: number): void =>
        forEachPlace(line, (place, isRead) => {
          if (place >= 0 && isRead) add(registerOf(place), start, at + 1)
        })
      for (const line of endLines(block.end)) use(line, end - 2)
      for (let i = block.lines.length - 1; i >= 0; i--) {
        const line = block.lines[i] as Line
        const at = start + i * 2 + 2
        forEachPlace(line, (place, isRead, isWritten) => {
          if (place < 0 || !isWritten || isRead) return
          const register = registerOf(place)
          const range = reversed[register] as Range
          const first = range.length - 1
          // A range that reaches from the block's start over this line begins here instead.
          if (first > 0 && range[first] === start && (range[first - 1] as number) > at + 1 && !reads(line, place)) range[first] = at + 1
          else if (!(first > 0 && (range[first] as number) <= at + 1 && (range[first - 1] as number) > at + 1)) add(register, at + 1, at + 2)
        })
        use(line, at)
      }
      for (const param of block.params) add(param, start, start + 1)
    }
    for (const param of params) add(param, 0, 1)
    for (const range of reversed) range.reverse()
  }

  #find(register: number): number {
    let at = register
    while (this.#group[at] !== at) at = this.#group[at] as number
    return at
  }

  #coalesce(): void {
    const { blocks, widths } = this.#func
    const pairs: { readonly a: number; readonly b: number; readonly weight: number }[] = []
    const depthOf = new Map(blocks.map((b) => [b.id as number, b.loopDepth]))
    for (const block of blocks) {
      for (const edge of lineEdges(block)) {
        for (const move of edge.moves) {
          if (typeof move.from !== "number" || move.from < 0 || (move.from & 1) !== 0) continue
          // Moves on the way around a loop come first.
          pairs.push({ a: move.to, b: registerOf(move.from), weight: Math.min(block.loopDepth, depthOf.get(edge.to) ?? 0) })
        }
      }
      for (const line of block.lines) {
        if ((line.op === "mov" || line.op === "mov2") && line.a >= 0 && line.b >= 0 && ((line.a | line.b) & 1) === 0) {
          pairs.push({ a: registerOf(line.a), b: registerOf(line.b), weight: block.loopDepth })
        }
      }
    }
    pairs.sort((x, y) => y.weight - x.weight)
    for (const { a, b } of pairs) {
      const x = this.#find(a)
      const y = this.#find(b)
      if (x === y || widths[x] !== widths[y]) continue
      if ((this.#fixed[x] as number) >= 0 && (this.#fixed[y] as number) >= 0) continue
      const merged = merge(this.#ranges[x] as Range, this.#ranges[y] as Range)
      if (merged === null) continue
      this.#group[y] = x
      this.#ranges[x] = merged
      this.#ranges[y] = []
      if ((this.#fixed[y] as number) >= 0) this.#fixed[x] = this.#fixed[y] as number
    }
  }

  #color(reserved: number): { readonly registers: Int32Array; readonly used: number } {
    const { widths } = this.#func
    const colors = new Int32Array(widths.length).fill(-1)
    /** Ranges taken of each register. */
    const taken: Range[] = []
    let used = reserved
    const isFree = (at: number, range: Range): boolean => at >= taken.length || !meets(taken[at] as Range, range)
    const take = (group: number, at: number): void => {
      colors[group] = at
      const width = widths[group] as number
      for (let i = at; i < at + width; i++) {
        while (taken.length <= i) taken.push([])
        taken[i] = merge(taken[i] as Range, this.#ranges[group] as Range) ?? (taken[i] as Range)
      }
      used = Math.max(used, at + width)
    }
    const groups: number[] = []
    for (let v = 0; v < widths.length; v++) if (this.#find(v) === v && (this.#ranges[v] as Range).length > 0) groups.push(v)
    for (const group of groups) if ((this.#fixed[group] as number) >= 0) take(group, this.#fixed[group] as number)
    groups.sort((a, b) => ((this.#ranges[a] as Range)[0] as number) - ((this.#ranges[b] as Range)[0] as number))
    for (const group of groups) {
      if ((this.#fixed[group] as number) >= 0) continue
      const range = this.#ranges[group] as Range
      let at = 0
      while (!isFree(at, range) || (widths[group] === 2 && !isFree(at + 1, range))) at++
      take(group, at)
    }
    const registers = new Int32Array(widths.length)
    for (let v = 0; v < widths.length; v++) registers[v] = Math.max(0, colors[this.#find(v)] as number)
    return { registers, used }
  }
}

/** True if the line also reads the virtual register of a place it writes in part. */
function reads(line: Line, place: number): boolean {
  const { operands } = vmOp(line.op)
  return (operands.startsWith("m") || operands.startsWith("M")) && registerOf(line.a) === registerOf(place)
}

function set(bits: Uint32Array, i: number): void {
  bits[i >>> 5] = (bits[i >>> 5] as number) | (1 << (i & 31))
}

function clear(bits: Uint32Array, i: number): void {
  bits[i >>> 5] = (bits[i >>> 5] as number) & ~(1 << (i & 31))
}

function forEachSet(bits: Uint32Array, visit: (i: number) => void): void {
  for (let w = 0; w < bits.length; w++) {
    for (let rest = bits[w] as number; rest !== 0; rest &= rest - 1) visit((w << 5) + 31 - Math.clz32(rest & -rest))
  }
}

/** True if two ranges have a position in common. */
function meets(a: Range, b: Range): boolean {
  let i = 0
  let j = 0
  // Skip what ends before the other begins.
  if (a.length > 16 && b.length > 0) {
    let low = 0
    let high = a.length >> 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((a[middle * 2 + 1] as number) <= (b[0] as number)) low = middle + 1
      else high = middle
    }
    i = low * 2
  }
  while (i < a.length && j < b.length) {
    if ((a[i + 1] as number) <= (b[j] as number)) i += 2
    else if ((b[j + 1] as number) <= (a[i] as number)) j += 2
    else return true
  }
  return false
}

/** Both ranges as one, or null if they meet. */
function merge(a: Range, b: Range): Range | null {
  if (meets(a, b)) return null
  const merged: Range = []
  let i = 0
  let j = 0
  const push = (start: number, end: number): void => {
    if (merged.length > 0 && merged[merged.length - 1] === start) merged[merged.length - 1] = end
    else merged.push(start, end)
  }
  while (i < a.length || j < b.length) {
    if (j >= b.length || (i < a.length && (a[i] as number) < (b[j] as number))) {
      push(a[i] as number, a[i + 1] as number)
      i += 2
    } else {
      push(b[j] as number, b[j + 1] as number)
      j += 2
    }
  }
  return merged
}
