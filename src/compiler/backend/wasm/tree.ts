/**
 * The code of a function while it is built: instruction trees in flat arrays, addressed by number. One builder makes them;
 * `encode.ts` turns them into bytes and `text.ts` into text, so both show the same program.
 *
 * Nodes stand after the nodes they hold. Names (functions, globals, labels) are interned: a node holds their number.
 */
import { invariant } from "../../base/bug.ts"
import type { BinaryOp, Expr, UnaryOp, WasmBuilder, WasmType } from "./builder.ts"
import { CODE_OF } from "./opcodes.ts"

/** What a node is, and what its parts `a` to `d` mean. Lists are a start and a count in `items`. */
export const NODE = {
  /** a: value. */
  i32: 0,
  /** a: index in `wide`. */
  i64: 1,
  /** a: index in `floats`. */
  f64: 2,
  /** a: operand, d: opcode. */
  unary: 3,
  /** a, b: operands, d: opcode. */
  binary: 4,
  /** a: condition, b: value if true, c: value if false. */
  select: 5,
  /** a: local. */
  localGet: 6,
  /** a: local, b: value. */
  localSet: 7,
  /** a: local, b: value. */
  localTee: 8,
  /** a: name. */
  globalGet: 9,
  /** a: name, b: value. */
  globalSet: 10,
  /** a: offset, b: address, d: opcode. */
  load: 11,
  /** a: offset, b: address, c: value, d: opcode. */
  store: 12,
  /** a: name, b, c: list of arguments, d: number of results. */
  call: 13,
  /** a: the pair, b: local of its first half, c: of its second. */
  pairSet: 14,
  /** a, b: halves. */
  pair: 15,
  /** a: label, or -1, which makes it a mere sequence; b, c: list. */
  block: 16,
  /** a: label, b, c: list. */
  loop: 17,
  /** a: condition, b, c: list of the then side, d: start of the else side's count and list in `items`, or -1. */
  if: 18,
  /** a: label, b: condition or -1. */
  br: 19,
  /** a: fallback label, b, c: list of labels, d: index. */
  brTable: 20,
  /** a: value or -1. */
  return: 21,
  /** a: value. */
  drop: 22,
  unreachable: 23,
  /** a: index in `signatures`, b, c: list of the slot and the arguments, d: number of results. */
  callSlot: 24,
} as const

/** Types of a function. */
export interface Signature {
  readonly params: readonly WasmType[]
  readonly results: readonly WasmType[]
}

/** See the head of the file. */
export class CodeTree {
  readonly kind: number[] = []
  readonly a: number[] = []
  readonly b: number[] = []
  readonly c: number[] = []
  readonly d: number[] = []
  readonly items: number[] = []
  readonly wide: bigint[] = []
  readonly floats: number[] = []
  /** Types of the functions called through slots. */
  readonly signatures: Signature[] = []
  /** Interned names; they stay when the nodes go. */
  readonly names: string[] = []
  readonly builder: WasmBuilder
  readonly #numbers = new Map<string, number>()

  constructor() {
    this.builder = this.#makeBuilder()
  }

  /** The number of a name. */
  name(text: string): number {
    let number = this.#numbers.get(text)
    if (number === undefined) {
      number = this.names.length
      this.names.push(text)
      this.#numbers.set(text, number)
    }
    return number
  }

  /** Forgets all nodes. */
  clear(): void {
    for (const list of [this.kind, this.a, this.b, this.c, this.d, this.items, this.wide, this.floats, this.signatures]) list.length = 0
  }

  #node(kind: number, a = 0, b = 0, c = 0, d = 0): Expr {
    this.kind.push(kind)
    this.a.push(a)
    this.b.push(b)
    this.c.push(c)
    this.d.push(d)
    return this.kind.length - 1
  }

  #list(list: readonly number[]): number {
    const start = this.items.length
    for (const item of list) this.items.push(item)
    return start
  }

  #code(op: string): number {
    const code = CODE_OF.get(op)
    invariant(code !== undefined, "backend/wasm", `no opcode for ${op}`)
    return code
  }

  #makeBuilder(): WasmBuilder {
    const loads: Readonly<Record<WasmType, number>> = { i32: this.#code("i32.load"), i64: this.#code("i64.load"), f64: this.#code("f64.load") }
    const stores: Readonly<Record<WasmType, number>> = { i32: this.#code("i32.store"), i64: this.#code("i64.store"), f64: this.#code("f64.store") }
    return {
      i32: (value) => this.#node(NODE.i32, value | 0),
      i64: (value) => this.#node(NODE.i64, this.wide.push(BigInt.asIntN(64, value)) - 1),
      f64: (value) => this.#node(NODE.f64, this.floats.push(value) - 1),
      unary: (op: UnaryOp, a) => this.#node(NODE.unary, a, 0, 0, this.#code(op)),
      binary: (op: BinaryOp, a, b) => this.#node(NODE.binary, a, b, 0, this.#code(op)),
      select: (cond, then, otherwise) => this.#node(NODE.select, cond, then, otherwise),
      localGet: (index) => this.#node(NODE.localGet, index),
      localSet: (index, value) => this.#node(NODE.localSet, index, value),
      localTee: (index, value) => this.#node(NODE.localTee, index, value),
      globalGet: (name) => this.#node(NODE.globalGet, this.name(name)),
      globalSet: (name, value) => this.#node(NODE.globalSet, this.name(name), value),
      load: (type, offset, address) => this.#node(NODE.load, offset, address, 0, loads[type]),
      load8: (offset, address) => this.#node(NODE.load, offset, address, 0, this.#code("i32.load8_u")),
      store: (type, offset, address, value) => this.#node(NODE.store, offset, address, value, stores[type]),
      store8: (offset, address, value) => this.#node(NODE.store, offset, address, value, this.#code("i32.store8")),
      call: (callee, args, results) => this.#node(NODE.call, this.name(callee), this.#list(args), args.length, results.length),
      callSlot: (slot, args, params, results) => {
        const list = this.#list([this.#node(NODE.i32, slot), ...args])
        return this.#node(NODE.callSlot, this.signatures.push({ params, results }) - 1, list, args.length + 1, results.length)
      },
      pairSet: (pair, first, second) => this.#node(NODE.pairSet, pair, first, second),
      pair: (first, second) => this.#node(NODE.pair, first, second),
      block: (label, body) => this.#node(NODE.block, label === null ? -1 : this.name(label), this.#list(body), body.length),
      loop: (label, body) => this.#node(NODE.loop, this.name(label), this.#list(body), body.length),
      if: (cond, then, otherwise) => {
        const [only] = then
        // A side that only branches needs no side.
        if (otherwise === null && then.length === 1 && only !== undefined && this.kind[only] === NODE.br && this.b[only] === -1) return this.#node(NODE.br, this.a[only], cond)
        const list = this.#list(then)
        let other = -1
        if (otherwise !== null) {
          other = this.items.push(otherwise.length) - 1
          this.#list(otherwise)
        }
        return this.#node(NODE.if, cond, list, then.length, other)
      },
      br: (label, cond) => this.#node(NODE.br, this.name(label), cond ?? -1),
      brTable: (labels, fallback, on) => this.#node(NODE.brTable, this.name(fallback), this.#list(labels.map((label) => this.name(label))), labels.length, on),
      return: (value) => this.#node(NODE.return, value ?? -1),
      drop: (value) => this.#node(NODE.drop, value),
      unreachable: () => this.#node(NODE.unreachable),
    }
  }
}
