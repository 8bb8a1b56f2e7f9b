/**
 * The bytes of one function from its tree (WebAssembly core specification, section 5.4). On the way locals get shared
 * places, a value that is stored and read at once stays on the stack, and a branch to what follows anyway is left out.
 */
import { invariant } from "../../base/bug.ts"
import type { Origin } from "../../mir/ir.ts"
import type { WasmType } from "./builder.ts"
import type { Bytes } from "./bytes.ts"
import { assignLocals, type LocalSlots } from "./local-slots.ts"
import type { LoweredFunction } from "./lower.ts"
import { alignmentOf, NO_RESULT, OP, TYPE_CODE } from "./opcodes.ts"
import { type CodeTree, NODE, type Signature } from "./tree.ts"

/** What names stand for in the module. */
export interface ModuleNumbers {
  /** Number of a function by the tree's number of its name. */
  func(name: number): number
  /** Number of a module variable, likewise. */
  global(name: number): number
  /** Number of a type. */
  type(signature: Signature): number
}

/** An encoded function. */
export interface EncodedFunction {
  /** Locals and code, without the length before them. */
  readonly body: Uint8Array
  /** Origin of the code from each offset in `body` on, ascending. */
  readonly origins: readonly (readonly [number, Origin])[]
  /** Number of its parameters and locals. */
  readonly locals: number
}

/** Encodes a function of the tree. `bytes` is overwritten; it is handed in so that one serves many functions. */
export function encodeFunction(tree: CodeTree, func: LoweredFunction, numbers: ModuleNumbers, bytes: Bytes): EncodedFunction {
  return new Encoder(tree, func, numbers, bytes).run()
}

class Encoder {
  readonly #tree: CodeTree
  readonly #func: LoweredFunction
  readonly #numbers: ModuleNumbers
  readonly #bytes: Bytes
  readonly #slots: LocalSlots
  readonly #origins: (readonly [number, Origin])[] = []
  /** Origins by node. */
  readonly #originOf: (Origin | undefined)[]
  /** Nesting at which each label stands, by its name. */
  readonly #depthOf: number[] = []
  #depth = 0
  /** Start of a `local.set` that was written last, and its local; -1 if something else was. */
  #set = -1
  #setLocal = -1
  /** Start of an unconditional branch that was written last, and its label; -1 if something else was. */
  #branch = -1
  #branchLabel = -1

  constructor(tree: CodeTree, func: LoweredFunction, numbers: ModuleNumbers, bytes: Bytes) {
    this.#tree = tree
    this.#bytes = bytes
    this.#func = func
    this.#numbers = numbers
    this.#originOf = new Array<Origin | undefined>(tree.kind.length).fill(undefined)
    for (const [node, origin] of func.origins) this.#originOf[node] = origin
    this.#slots = assignLocals(tree, func.body, [...func.params, ...func.locals], func.params.length)
  }

  run(): EncodedFunction {
    const bytes = this.#bytes
    bytes.cut(0)
    const groups = this.#slots.counts.filter(([, count]) => count > 0)
    bytes.u32(groups.length)
    for (const [type, count] of groups) {
      bytes.u32(count)
      bytes.byte(TYPE_CODE[type satisfies WasmType])
    }
    this.#node(this.#func.body)
    bytes.byte(OP.end)
    return { body: bytes.view().slice(), origins: this.#origins, locals: groups.reduce((sum, [, count]) => sum + count, this.#func.params.length) }
  }

  #op(code: number): void {
    this.#set = -1
    this.#branch = -1
    this.#bytes.byte(code)
  }

  /** Notes where the code of a node that has an origin begins. */
  #mark(node: number): void {
    const origin = this.#originOf[node]
    if (origin === undefined) return
    const at = this.#bytes.length
    // Code that was taken back leaves no place behind.
    while (this.#origins.length > 0 && (this.#origins[this.#origins.length - 1] as readonly [number, Origin])[0] >= at) this.#origins.pop()
    this.#origins.push([at, origin])
  }

  #list(start: number, count: number): void {
    for (let i = 0; i < count; i++) this.#node(this.#tree.items[start + i] as number)
  }

  #label(name: number): number {
    const at = this.#depthOf[name]
    invariant(at !== undefined && at > 0, "backend/wasm", `no label ${this.#tree.names[name]}`)
    return this.#depth - at
  }

  #open(code: number, label: number): void {
    this.#op(code)
    this.#bytes.byte(NO_RESULT)
    this.#depth++
    if (label >= 0) this.#depthOf[label] = this.#depth
  }

  #close(label: number): void {
    if (label >= 0) {
      // A branch to the very end.
      if (this.#branch >= 0 && this.#branchLabel === label) this.#bytes.cut(this.#branch)
      this.#depthOf[label] = 0
    }
    this.#op(OP.end)
    this.#depth--
  }

  #get(local: number): void {
    const { place, reads, writes } = this.#slots
    const at = place[local] as number
    if (this.#set >= 0 && place[this.#setLocal] === at) {
      const start = this.#set
      const isOnly = this.#setLocal === local && reads[local] === 1 && writes[local] === 1
      this.#set = -1
      // Stored and read at once: the value stays on the stack, and in the local too if it is read again.
      if (isOnly) this.#bytes.cut(start)
      else this.#bytes.patch(start, OP.localTee)
      return
    }
    this.#op(OP.localGet)
    this.#bytes.u32(at)
  }

  #put(local: number): void {
    if (this.#slots.reads[local] === 0) return this.#op(OP.drop)
    const start = this.#bytes.length
    this.#op(OP.localSet)
    this.#bytes.u32(this.#slots.place[local] as number)
    this.#set = start
    this.#setLocal = local
  }

  #node(node: number): void {
    const tree = this.#tree
    const bytes = this.#bytes
    const a = tree.a[node] as number
    const b = tree.b[node] as number
    const c = tree.c[node] as number
    const d = tree.d[node] as number
    switch (tree.kind[node]) {
      case NODE.i32:
        this.#op(OP.i32Const)
        return bytes.s32(a)
      case NODE.i64:
        this.#op(OP.i64Const)
        return bytes.s64(tree.wide[a] as bigint)
      case NODE.f64:
        this.#op(OP.f64Const)
        return bytes.f64(tree.floats[a] as number)
      case NODE.unary:
        this.#node(a)
        this.#mark(node)
        if (d < 0x100) return this.#op(d)
        this.#op(d >>> 8)
        return bytes.u32(d & 0xff)
      case NODE.binary:
        this.#node(a)
        this.#node(b)
        this.#mark(node)
        return this.#op(d)
      case NODE.select:
        this.#node(b)
        this.#node(c)
        this.#node(a)
        this.#mark(node)
        return this.#op(OP.select)
      case NODE.localGet:
        return this.#get(a)
      case NODE.localSet:
        // A copy within one place.
        if (tree.kind[b] === NODE.localGet && this.#slots.place[tree.a[b] as number] === this.#slots.place[a]) return
        this.#node(b)
        this.#mark(node)
        return this.#put(a)
      case NODE.localTee:
        this.#node(b)
        this.#mark(node)
        this.#op(OP.localTee)
        return bytes.u32(this.#slots.place[a] as number)
      case NODE.globalGet:
        this.#op(OP.globalGet)
        return bytes.u32(this.#numbers.global(a))
      case NODE.globalSet:
        this.#node(b)
        this.#mark(node)
        this.#op(OP.globalSet)
        return bytes.u32(this.#numbers.global(a))
      case NODE.load:
        this.#node(b)
        this.#mark(node)
        return this.#access(d, a)
      case NODE.store:
        this.#node(b)
        this.#node(c)
        this.#mark(node)
        return this.#access(d, a)
      case NODE.call:
        this.#list(b, c)
        this.#mark(node)
        this.#op(OP.call)
        return bytes.u32(this.#numbers.func(a))
      case NODE.callSlot:
        // The slot comes first in the list and last on the stack.
        this.#list(b + 1, c - 1)
        this.#node(tree.items[b] as number)
        this.#mark(node)
        this.#op(OP.callIndirect)
        bytes.u32(this.#numbers.type(tree.signatures[a] as Signature))
        return bytes.u32(0)
      case NODE.pairSet:
        this.#node(a)
        this.#put(c)
        return this.#put(b)
      case NODE.pair:
        this.#node(a)
        return this.#node(b)
      case NODE.block:
        if (a < 0) return this.#list(b, c)
        this.#open(OP.block, a)
        this.#list(b, c)
        return this.#close(a)
      case NODE.loop:
        this.#open(OP.loop, a)
        this.#list(b, c)
        // A branch to a loop goes to its start, so none is to the end.
        this.#depthOf[a] = 0
        return this.#close(-1)
      case NODE.if:
        this.#node(a)
        this.#mark(node)
        this.#open(OP.if, -1)
        this.#list(b, c)
        if (d >= 0) {
          this.#op(OP.else)
          this.#list(d + 1, tree.items[d] as number)
        }
        return this.#close(-1)
      case NODE.br: {
        if (b >= 0) this.#node(b)
        this.#mark(node)
        const start = bytes.length
        this.#op(b >= 0 ? OP.brIf : OP.br)
        bytes.u32(this.#label(a))
        if (b >= 0) return
        this.#branch = start
        this.#branchLabel = a
        return
      }
      case NODE.brTable:
        this.#node(d)
        this.#mark(node)
        this.#op(OP.brTable)
        bytes.u32(c)
        for (let i = 0; i < c; i++) bytes.u32(this.#label(tree.items[b + i] as number))
        return bytes.u32(this.#label(a))
      case NODE.return:
        if (a >= 0) this.#node(a)
        return this.#op(OP.return)
      case NODE.drop: {
        this.#node(a)
        const count = tree.kind[a] === NODE.call || tree.kind[a] === NODE.callSlot ? (tree.d[a] as number) : 1
        for (let i = 0; i < count; i++) this.#op(OP.drop)
        return
      }
      case NODE.unreachable:
        return this.#op(OP.unreachable)
      default:
        invariant(false, "backend/wasm", "a node of no kind")
    }
  }

  #access(code: number, offset: number): void {
    this.#op(code)
    this.#bytes.u32(alignmentOf(code))
    this.#bytes.u32(offset)
  }
}
