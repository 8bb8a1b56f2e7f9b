/**
 * Encodes a function whose registers are known: layout, edges, words.
 *
 * An edge without moves is a jump to its block. Moves of the last edge of a block stand in its code; those of other edges
 * in stubs behind the function, out of the way. A jump back to a small loop header is replaced by a copy of the header whose branch
 * closes the loop, so that a turn costs one jump. Conditional branches reach 32 767 words; a function that is larger is
 * encoded again with far branches.
 */
import { invariant } from "../../base/bug.ts"
import type { BlockId, Origin, Type } from "../../mir/ir.ts"
import type { Allocation } from "./allocate.ts"
import { FRAME_RECORD, NO_SITE, VM_OP_NUMBERS, type VmOp, vmOp } from "./bytecode.ts"
import { type ConstantSource, type Edge, type EdgeMove, type Line, type LineBlock, type LineFunction, type Place, registerOf } from "./lines.ts"
import type { VmOrigin } from "./program.ts"
import { encodeEdge } from "./words.ts"

/** An encoded function. */
export interface EncodedFunction {
  /** Four numbers a word. */
  readonly code: readonly number[]
  readonly registers: number
  /** Origins by word, ascending. */
  readonly origins: readonly VmOrigin[]
  /** Where the variables of the points are. */
  readonly points: readonly EncodedPoint[]
  /** First words of the blocks that loops jump back to. */
  readonly loops: ReadonlyMap<BlockId, number>
}

/** A point and its variables: registers, or how to make the values. */
export interface EncodedPoint {
  readonly number: number
  readonly homes: readonly { readonly type: Type; readonly at: number | ConstantSource }[]
}

/** Most lines of a header that is copied to the end of its loop. */
const MAX_COPIED = 4

/** Encodes. */
export function emitFunction(func: LineFunction, allocation: Allocation): EncodedFunction {
  return new Emitter(func, allocation, false).run() ?? (new Emitter(func, allocation, true).run() as EncodedFunction)
}

type Field = "c" | "bc" | "edge"

/** A move between registers, or of a constant into one. */
interface RegisterMove {
  readonly to: number
  from: number | null
  readonly constant: Exclude<EdgeMove["from"], number> | null
  readonly words: number
}

/** Moves of an edge that are out of the way. */
interface Stub {
  readonly label: number
  readonly moves: readonly RegisterMove[]
  readonly to: BlockId
  /** True if it closes a loop. */
  readonly back: boolean
  readonly origin: Origin | null
}

class Emitter {
  readonly #func: LineFunction
  readonly #allocation: Allocation
  readonly #far: boolean
  readonly #code: number[] = []
  readonly #origins: VmOrigin[] = []
  readonly #positions = new Map<BlockId, number>()
  /** Word of each label; blocks come first, in layout order, then stubs. */
  readonly #labels: number[]
  readonly #fixups: { readonly word: number; readonly field: Field; readonly label: number; readonly site: number }[] = []
  readonly #stubs: Stub[] = []
  readonly #points: EncodedPoint[] = []
  readonly #loops = new Map<BlockId, number>()
  #at = 0
  #scratchWords = 0

  constructor(func: LineFunction, allocation: Allocation, far: boolean) {
    this.#func = func
    this.#allocation = allocation
    this.#far = far
    this.#labels = new Array<number>(func.blocks.length).fill(-1)
    func.blocks.forEach((block, i) => {
      this.#positions.set(block.id, i)
    })
  }

  /** Null if a branch does not reach. */
  run(): EncodedFunction | null {
    this.#func.blocks.forEach((block, i) => {
      this.#at = i
      this.#labels[i] = this.#here
      // Before its first point a frame is at none.
      if (i === 0 && this.#func.hasPoints) this.#word("int", this.#allocation.window - 1, 0xffff, 0xffff)
      for (const line of block.lines) this.#line(line)
      this.#end(block)
    })
    this.#at = this.#func.blocks.length
    for (let i = 0; i < this.#stubs.length; i++) {
      const stub = this.#stubs[i] as Stub
      this.#labels[stub.label] = this.#here
      this.#origin(stub.origin)
      this.#moves(stub.moves)
      this.#jump(stub.to, stub.back)
    }
    for (const { word, field, label, site } of this.#fixups) {
      const offset = (this.#labels[label] as number) - word - 1
      const at = word * 4
      if (field === "c") {
        if (offset < -0x8000 || offset > 0x7fff) return null
        this.#code[at + 3] = offset & 0xffff
      } else if (field === "bc") {
        this.#code[at + 2] = offset & 0xffff
        this.#code[at + 3] = (offset >> 16) & 0xffff
      } else {
        invariant(offset >= -0x80_0000 && offset < 0x80_0000, "backend/vm", "a function is too large for the VM")
        encodeEdge(site, offset).forEach((part, i) => {
          this.#code[at + 1 + i] = part
        })
      }
    }
    const room = Math.max(0, this.#func.outgoing, this.#scratchWords)
    return { code: this.#code, registers: this.#allocation.window + FRAME_RECORD + room, origins: this.#origins, points: this.#points, loops: this.#loops }
  }

  // ---- Words ------------------------------------------------------------------------------------------------------

  get #here(): number {
    return this.#code.length >> 2
  }

  #word(op: VmOp, a = 0, b = 0, c = 0): void {
    this.#code.push(VM_OP_NUMBERS[op], a & 0xffff, b & 0xffff, c & 0xffff)
  }

  #origin(origin: Origin | null): void {
    const last = this.#origins.at(-1)
    if (last !== undefined && last.at === this.#here) this.#origins.pop()
    const before = this.#origins.at(-1)
    if (before?.origin !== origin) this.#origins.push({ at: this.#here, origin })
  }

  #registerAt(place: Place): number {
    if (place < 0) return this.#allocation.window + FRAME_RECORD + (-1 - place)
    return (this.#allocation.registers[registerOf(place)] as number) + (place & 1)
  }

  #field(kind: string, value: number): number {
    return "wrmWRMn".includes(kind) ? this.#registerAt(value) : kind === "p" ? this.#allocation.window : value
  }

  #line(line: Line): void {
    const row = vmOp(line.op)
    const { operands, follows } = row
    // A register moved onto itself is nothing.
    if ((line.op === "mov" || line.op === "mov2") && this.#registerAt(line.a) === this.#registerAt(line.b)) return
    this.#origin(line.origin)
    if (line.op === "point") {
      this.#word("point", this.#allocation.window - 1, line.b, line.b >> 16)
      this.#points.push({ number: line.b, homes: (line.homes ?? []).map(({ type, at }) => ({ type, at: typeof at === "number" ? this.#registerAt(at) : at })) })
      return
    }
    const wide = operands[1] === "K" || operands[1] === "S" || operands[1] === "X" || operands[1] === "G" || operands[1] === "C" || operands[1] === "I"
    if (wide) this.#word(line.op, this.#field(operands[0] as string, line.a), line.b, line.b >> 16)
    else if (follows === "args" || follows === "args+edge") {
      this.#word(line.op, line.resultWords === 0 ? 0 : this.#registerAt(line.a), line.b, 0)
      const args = line.args.map((arg) => this.#registerAt(arg))
      while (args.length % 4 !== 0) args.push(0)
      this.#code.push(...args)
    } else {
      this.#word(line.op, this.#field(operands[0] ?? "-", line.a), this.#field(operands[1] ?? "-", line.b), this.#field(operands[2] ?? "-", line.c))
    }
    if (follows === "edge" || follows === "miss" || follows === "args+edge") {
      if (line.edge === null) {
        // A call that cannot fail: an edge to itself, never taken.
        this.#code.push(VM_OP_NUMBERS.edge, ...encodeEdge(NO_SITE, -1))
      } else {
        const label = this.#edgeLabel(line.edge, line.origin)
        this.#fixups.push({ word: this.#here, field: "edge", label, site: line.site })
        this.#word("edge")
      }
    }
  }

  // ---- Edges ------------------------------------------------------------------------------------------------------

  #resolve(edge: Edge): RegisterMove[] {
    const moves: RegisterMove[] = []
    for (const move of edge.moves) {
      const to = this.#allocation.registers[move.to] as number
      const words = this.#func.widths[move.to] as number
      if (typeof move.from !== "number") moves.push({ to, from: null, constant: move.from, words })
      else {
        const from = this.#registerAt(move.from)
        if (from !== to) moves.push({ to, from, constant: null, words })
      }
    }
    return moves
  }

  /** Where to jump to take an edge from afar: its block, or a stub. */
  #edgeLabel(edge: Edge, origin: Origin | null): number {
    const moves = this.#resolve(edge)
    if (moves.length === 0) return this.#positions.get(edge.to) as number
    return this.#stub(moves, edge.to, origin)
  }

  #stub(moves: readonly RegisterMove[], to: BlockId, origin: Origin | null): number {
    const label = this.#labels.push(-1) - 1
    this.#stubs.push({ label, moves, to, back: this.#isBack(to), origin })
    return label
  }

  /** Moves as if all at once. */
  #moves(all: readonly RegisterMove[]): void {
    let pending = all.map((m) => ({ ...m }))
    const base = this.#allocation.window + FRAME_RECORD
    let scratch = 0
    const reads = (m: RegisterMove, other: RegisterMove): boolean => m.from !== null && m.from < other.to + other.words && other.to < m.from + m.words
    while (pending.length > 0) {
      const ready = pending.find((m) => pending.every((other) => other === m || !reads(other, m)))
      if (ready === undefined) {
        // Every target is still read: take the source of one aside.
        const move = pending.find((m) => m.from !== null) as RegisterMove
        const aside = base + scratch
        scratch += move.words
        this.#scratchWords = Math.max(this.#scratchWords, scratch)
        this.#word(move.words === 2 ? "mov2" : "mov", aside, move.from as number)
        move.from = aside
        continue
      }
      pending = pending.filter((m) => m !== ready)
      const { constant } = ready
      if (constant !== null) {
        if (ready.words === 2) this.#word("null", ready.to)
        else this.#word(constant.op, ready.to, constant.n, constant.n >> 16)
      } else this.#word(ready.words === 2 ? "mov2" : "mov", ready.to, ready.from as number)
    }
  }

  #isBack(to: BlockId): boolean {
    return (this.#positions.get(to) as number) <= this.#at
  }

  /** Goes to a block from the end of the current one. */
  #jump(to: BlockId, back = this.#isBack(to)): void {
    const position = this.#positions.get(to) as number
    if (position === this.#at + 1 && this.#at < this.#func.blocks.length) return
    if (back && this.#at < this.#func.blocks.length && this.#copyHeader(position)) return
    if (back) this.#loops.set(to, this.#labels[position] as number)
    this.#fixups.push({ word: this.#here, field: "bc", label: position, site: 0 })
    this.#word(back ? "jump.loop" : "jump")
  }

  /** Closes a loop by a copy of its header, if the header is small and one of its sides leaves the loop. */
  #copyHeader(position: number): boolean {
    const header = this.#func.blocks[position] as LineBlock
    if (!header.isHeader || header.end.kind !== "branch" || header.lines.length > MAX_COPIED || header.lines.some((l) => l.edge !== null)) return false
    const { line, then, otherwise } = header.end
    const isInside = (edge: Edge): boolean => (this.#func.blocks[this.#positions.get(edge.to) as number] as LineBlock).loopDepth >= header.loopDepth
    const thenInside = isInside(then)
    if (thenInside === isInside(otherwise)) return false
    const inside = thenInside ? then : otherwise
    const outside = thenInside ? otherwise : then
    if (!this.#isBack(inside.to) || this.#resolve(inside).length > 0) return false
    for (const copied of header.lines) this.#line(copied)
    this.#origin(line.origin)
    this.#branch(thenInside ? line : this.#negate(line), this.#positions.get(inside.to) as number, true)
    this.#origin(header.endOrigin)
    this.#moves(this.#resolve(outside))
    this.#jump(outside.to)
    return true
  }

  #negate(line: Line): Line {
    const negated = vmOp(line.op).negated
    invariant(negated !== undefined, "backend/vm", `${line.op} is no branch`)
    return { ...line, op: negated[0] as VmOp, a: negated[1] ? line.b : line.a, b: negated[1] ? line.a : line.b }
  }

  #branch(line: Line, label: number, back: boolean): void {
    if (back) this.#loops.set((this.#func.blocks[label] as LineBlock).id, this.#labels[label] as number)
    const row = vmOp(line.op)
    const a = this.#field(row.operands[0] as string, line.a)
    const b = this.#field(row.operands[1] as string, line.b)
    if (this.#far) {
      this.#word(line.op, a, b, 1)
      this.#word("jump", 0, 1, 0)
      this.#fixups.push({ word: this.#here, field: "bc", label, site: 0 })
      this.#word(back ? "jump.loop" : "jump")
      return
    }
    this.#fixups.push({ word: this.#here, field: "c", label, site: 0 })
    this.#word(back ? (row.looping as VmOp) : line.op, a, b)
  }

  #branchTo(line: Line, edge: Edge): void {
    const label = this.#edgeLabel(edge, line.origin)
    this.#branch(line, label, label < this.#func.blocks.length && this.#isBack(edge.to))
  }

  #end(block: LineBlock): void {
    const end = block.end
    if (end.kind !== "none") this.#origin(block.endOrigin)
    switch (end.kind) {
      case "none":
        return
      case "jump":
        this.#moves(this.#resolve(end.to))
        this.#jump(end.to.to)
        return
      case "branch": {
        const next = this.#func.blocks[this.#at + 1]?.id
        const negate = end.then.to === next && end.otherwise.to !== next ? true : end.otherwise.to === next ? false : this.#resolve(end.then).length > 0 && this.#resolve(end.otherwise).length === 0
        this.#origin(end.line.origin)
        this.#branchTo(negate ? this.#negate(end.line) : end.line, negate ? end.otherwise : end.then)
        const rest = negate ? end.then : end.otherwise
        this.#origin(block.endOrigin)
        this.#moves(this.#resolve(rest))
        this.#jump(rest.to)
        return
      }
      case "chain":
        for (const { line, to } of end.tests) this.#branchTo(line, to)
        this.#moves(this.#resolve(end.otherwise))
        this.#jump(end.otherwise.to)
        return
      case "switch": {
        this.#word("switch", this.#registerAt(end.line.a), end.line.b)
        const labels = new Map<Edge, number>()
        for (const edge of end.edges) {
          let label = labels.get(edge)
          if (label === undefined) {
            // Jumps of the table do not count, so a way back goes through a stub that does.
            label = this.#isBack(edge.to) ? this.#stub(this.#resolve(edge), edge.to, block.endOrigin) : this.#edgeLabel(edge, block.endOrigin)
            labels.set(edge, label)
          }
          this.#fixups.push({ word: this.#here, field: "bc", label, site: 0 })
          this.#word("jump")
        }
        return
      }
    }
  }
}
