/**
 * Random MIR programs for differential tests: each pass must leave what a program computes as it was, and the counting
 * pass must neither leak nor free too early. Programs are built from source-like statements, so they always verify, always
 * end, and use objects, fields, globals, loops, calls, errors and handlers.
 */
import { FuncBuilder, type VarId } from "../mir/build.ts"
import { type BlockId, type ClassDef, FIRST_USER_CLASS, type Module, type ValueId } from "../mir/ir.ts"

/** A deterministic source of choices. */
export class Choices {
  #state: number

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0
  }

  /** A number from 0 to n - 1. */
  below(n: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * n)
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }
}

const NODE = "box<Node>" as const
const FUNCS = 4

/** A random module in phase `typed`; `main` takes nothing and returns an i64. */
export function randomModule(seed: number): Module {
  const c = new Choices(seed)
  const box = (name: string, id: number, fields: ClassDef["fields"]): ClassDef => ({ name, kind: "box", id, fields, isNames: [name], arity: 0, variant: null })
  const field = (name: string, type: ClassDef["fields"][number]["type"]): ClassDef["fields"][number] => ({ name, type, isPublic: true, isHidden: false })
  const module: Module = {
    phase: "typed",
    files: [],
    funcs: new Map(),
    classes: new Map([
      ["Node", box("Node", FIRST_USER_CLASS, [field("next", "box<Node>?"), field("val", "any"), field("n", "i64"), field("sure", "any")])],
      ["ErrorBox", box("ErrorBox", FIRST_USER_CLASS + 1, [])],
    ]),
    globals: new Map([["g", { name: "g", type: "box<Node>?" }]]),
  }
  // Callees first, so that every call is to a finished function and there is no recursion.
  for (let i = 0; i < FUNCS; i++) new Generator(module, c, i).build()
  return module
}

class Generator {
  readonly #c: Choices
  readonly #b: FuncBuilder
  readonly #level: number
  readonly #ints: VarId[] = []
  readonly #nodes: VarId[] = []
  readonly #anys: VarId[] = []
  readonly #isMain: boolean
  #raise: BlockId
  #fuel = 14
  /** A handler for failing calls, while inside a protected region. */
  #handler: BlockId | null = null

  constructor(module: Module, c: Choices, level: number) {
    this.#c = c
    this.#level = level
    this.#isMain = level === FUNCS - 1
    const name = this.#isMain ? "main" : `f${level}/2`
    this.#b = new FuncBuilder(module, { name, result: this.#isMain ? "i64" : NODE, fails: true, origin: null, display: name, synthetic: false })
    this.#raise = this.#b.createBlock()
    module.funcs.set(name, this.#b.func)
  }

  build(): void {
    const b = this.#b
    const node = this.#isMain ? null : b.addParam(NODE, "node")
    const int = this.#isMain ? null : b.addParam("i64", "int")
    for (let i = 0; i < 3; i++) {
      const v = b.declareVariable("i64", `i${i}`)
      b.writeVariable(v, int !== null && i === 0 ? int : b.constI64(BigInt(this.#c.below(5))))
      this.#ints.push(v)
    }
    for (let i = 0; i < 3; i++) {
      const v = b.declareVariable(NODE, `n${i}`)
      b.writeVariable(v, node !== null && i === 0 ? node : b.emit("new", [], "Node"))
      this.#nodes.push(v)
    }
    for (let i = 0; i < 2; i++) {
      const v = b.declareVariable("any", `a${i}`)
      b.writeVariable(v, i === 0 ? b.constNull() : b.toAny(this.#int()))
      this.#anys.push(v)
    }
    this.#statements(2 + this.#c.below(5), 0)
    if (!b.isEnded) this.#return()
    b.seal(this.#raise)
    b.switchTo(this.#raise)
    b.raise()
    b.finish()
  }

  #int(): ValueId {
    return this.#b.readVariable(this.#c.of(this.#ints))
  }

  #node(): ValueId {
    return this.#b.readVariable(this.#c.of(this.#nodes))
  }

  #any(): ValueId {
    const b = this.#b
    switch (this.#c.below(5)) {
      case 0:
        return b.toAny(this.#int())
      case 1:
        return b.toAny(this.#node())
      case 2:
        return b.toAny(b.constStr("text"))
      case 3:
        return b.emit("field.get", [this.#node()], { class: "Node", field: "val" })
      default:
        return b.readVariable(this.#c.of(this.#anys))
    }
  }

  #return(): void {
    const b = this.#b
    if (!this.#isMain) b.ret(this.#node())
    else {
      let sum = this.#int()
      for (const v of this.#nodes) sum = b.emit("i64.add", [sum, b.emit("field.get", [b.readVariable(v)], { class: "Node", field: "n" })])
      for (const v of this.#ints) sum = b.emit("i64.add", [b.emit("i64.mul", [sum, b.constI64(31n)]), b.readVariable(v)])
      for (const v of this.#anys) sum = b.emit("i64.add", [sum, b.emit("any.tag", [b.readVariable(v)])])
      b.ret(sum)
    }
  }

  #statements(count: number, depth: number): void {
    for (let i = 0; i < count && !this.#b.isEnded; i++) {
      if (this.#fuel-- <= 0) return
      this.#statement(depth)
    }
  }

  #statement(depth: number): void {
    const b = this.#b
    const c = this.#c
    switch (c.below(depth < 3 ? 15 : 9)) {
      case 0: {
        const op = c.of(["i64.add", "i64.sub", "i64.mul", "i64.and", "i64.xor", "i64.shl"])
        b.writeVariable(c.of(this.#ints), b.emit(op, [this.#int(), this.#int()]))
        break
      }
      case 1:
        b.writeVariable(c.of(this.#nodes), c.below(2) === 0 ? b.emit("new", [], "Node") : this.#node())
        break
      case 2: {
        // next, or a fresh node at the end of the list
        const next = b.emit("field.get", [this.#node()], { class: "Node", field: "next" })
        this.#orFresh(next, c.of(this.#nodes))
        break
      }
      case 3: {
        const target = this.#node()
        // Only fresh nodes are linked: cycles would leak by design.
        const fresh = b.emit("new", [], "Node")
        if (c.below(2) === 0) b.perform("field.set", [fresh, this.#int()], { class: "Node", field: "n" })
        b.perform("field.set", [target, b.emit("ref.opt", [fresh], null, null, "box<Node>?")], { class: "Node", field: "next" })
        if (c.below(2) === 0) b.writeVariable(c.of(this.#nodes), target)
        break
      }
      case 4:
        b.perform("field.set", [this.#node(), b.emit("i64.add", [this.#int(), b.constI64(3n)])], { class: "Node", field: "n" })
        break
      case 5:
        b.writeVariable(c.of(this.#anys), this.#any())
        break
      case 6: {
        const fresh = b.emit("new", [], "Node")
        b.perform("field.set", [fresh, this.#any()], { class: "Node", field: "val" })
        b.writeVariable(c.of(this.#nodes), fresh)
        break
      }
      case 7: {
        if (c.below(2) === 0) this.#orFresh(b.emit("global.get", [], "g"), c.of(this.#nodes))
        else b.perform("global.set", [b.emit("ref.opt", [b.emit("new", [], "Node")], null, null, "box<Node>?")], "g")
        break
      }
      case 8: {
        const condition = b.emit(c.of(["i64.lt", "i64.eq", "i64.ge"]), [this.#int(), this.#int()])
        b.writeVariable(c.of(this.#nodes), b.emit("select", [condition, this.#node(), this.#node()]))
        break
      }
      case 9:
      case 10: {
        if (this.#level === 0) return
        const callee = `f${c.below(Math.min(this.#level, FUNCS - 1))}/2`
        const result = b.emitFailing("call", [this.#node(), this.#int()], callee, null, this.#handler ?? this.#raise)
        if (c.below(3) > 0) b.writeVariable(c.of(this.#nodes), result)
        break
      }
      case 11: {
        // if
        const condition = b.emit(c.of(["i64.lt", "i64.eq", "i64.ge"]), [this.#int(), this.#int()])
        const then = b.createBlock()
        const other = b.createBlock()
        const join = b.createBlock()
        b.branch(condition, then, other)
        for (const block of [then, other]) {
          b.seal(block)
          b.switchTo(block)
          this.#statements(c.below(3), depth + 1)
          if (!b.isEnded && c.below(8) === 0) this.#leave()
          if (!b.isEnded) b.jump(join)
        }
        b.seal(join)
        b.switchTo(join)
        if (!b.hasPredecessors(join)) b.unreachable()
        break
      }
      case 12: {
        // a loop of a few rounds
        const counter = b.declareVariable("i64", "round")
        b.writeVariable(counter, b.constI64(0n))
        const head = b.createBlock()
        const body = b.createBlock()
        const after = b.createBlock()
        b.jump(head)
        b.switchTo(head)
        const limit = b.constI64(BigInt(1 + c.below(3)))
        b.branch(b.emit("i64.lt", [b.readVariable(counter), limit]), body, after)
        b.seal(body)
        b.switchTo(body)
        this.#statements(1 + c.below(3), depth + 1)
        if (!b.isEnded) {
          b.writeVariable(counter, b.emit("i64.add", [b.readVariable(counter), b.constI64(1n)]))
          b.jump(head)
        }
        b.seal(head)
        b.seal(after)
        b.switchTo(after)
        break
      }
      case 13: {
        // a walk along a list, bounded: what happens on the way may make it longer
        const walker = c.of(this.#nodes)
        const counter = b.declareVariable("i64", "steps")
        b.writeVariable(counter, b.constI64(0n))
        const start = c.of(this.#nodes)
        b.writeVariable(start, b.readVariable(walker))
        const cuts = c.below(3) === 0
        const head = b.createBlock()
        const look = b.createBlock()
        const step = b.createBlock()
        const after = b.createBlock()
        b.jump(head)
        b.switchTo(head)
        b.branch(b.emit("i64.lt", [b.readVariable(counter), b.constI64(4n)]), look, after)
        b.seal(look)
        b.switchTo(look)
        if (cuts) {
          // What was walked over may be cut off behind the walker.
          const cut = b.createBlock()
          const go = b.createBlock()
          b.branch(b.emit("i64.eq", [b.readVariable(counter), b.constI64(1n)]), cut, go)
          b.seal(cut)
          b.switchTo(cut)
          b.perform("field.set", [b.readVariable(start), b.emit("const.none", [], null, null, "box<Node>?")], { class: "Node", field: "next" })
          b.jump(go)
          b.seal(go)
          b.switchTo(go)
        }
        const next = b.emit("field.get", [b.readVariable(walker)], { class: "Node", field: "next" })
        b.branch(b.emit("opt.is_null", [next]), after, step)
        b.seal(step)
        b.switchTo(step)
        if (c.below(2) === 0) this.#statements(1, depth + 1)
        if (!b.isEnded) {
          b.writeVariable(walker, b.emit("opt.ref", [next], null, null, NODE))
          b.writeVariable(counter, b.emit("i64.add", [b.readVariable(counter), b.constI64(1n)]))
          b.jump(head)
        }
        b.seal(head)
        b.seal(after)
        b.switchTo(after)
        break
      }
      default: {
        // a handler
        const outer = this.#handler
        const handler = b.createBlock()
        const after = b.createBlock()
        this.#handler = handler
        this.#statements(1 + c.below(3), depth + 1)
        this.#handler = outer
        if (!b.isEnded) b.jump(after)
        b.seal(handler)
        b.switchTo(handler)
        if (b.hasPredecessors(handler)) {
          const error = b.emit("err.take", [])
          if (c.below(3) === 0) {
            b.perform("err.set", [error])
            b.jump(outer ?? this.#raise)
          } else {
            if (c.below(2) === 0) b.writeVariable(c.of(this.#anys), b.toAny(error))
            b.jump(after)
          }
        } else b.unreachable()
        b.seal(after)
        b.switchTo(after)
        if (!b.hasPredecessors(after)) b.unreachable()
      }
    }
  }

  /** `value`, a nullable node, or a fresh one, into a variable. */
  #orFresh(value: ValueId, into: VarId): void {
    const b = this.#b
    const some = b.createBlock()
    const none = b.createBlock()
    const join = b.createBlock()
    const found = b.addBlockParam(join, NODE)
    b.branch(b.emit("opt.is_null", [value]), none, some)
    b.seal(some)
    b.switchTo(some)
    b.jump({ block: join, args: [b.emit("opt.ref", [value], null, null, NODE)] })
    b.seal(none)
    b.switchTo(none)
    b.jump({ block: join, args: [b.emit("new", [], "Node")] })
    b.seal(join)
    b.switchTo(join)
    b.writeVariable(into, found)
  }

  /** Raises or returns. */
  #leave(): void {
    const b = this.#b
    if (this.#c.below(2) === 0) {
      this.#return()
      return
    }
    b.perform("err.set", [b.emit("new", [], "ErrorBox")])
    b.jump(this.#handler ?? this.#raise)
  }
}
