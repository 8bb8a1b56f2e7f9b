/**
 * Chooses the VM's operations for a MIR function.
 *
 * A value is in one of four states: a constant, which is made where it is needed (or once at the function's start, if a
 * loop needs it); an alias, a part of another value that costs nothing; a comparison that waits for the branch that uses
 * it; or a virtual register of its own. Constants that fit an operand disappear in immediate forms.
 */
import { invariant } from "../../base/bug.ts"
import { buildCfg } from "../../mir/cfg.ts"
import { buildDomTree } from "../../mir/dom.ts"
import { forEachTermEdge } from "../../mir/edges.ts"
import type { Block, BlockCall, BlockId, FieldRef, Func, Inst, Type, ValueId } from "../../mir/ir.ts"
import { findLoops, loopDepth } from "../../mir/loops.ts"
import { countUses, definingInsts } from "../../mir/uses.ts"
import { ARRAY, carrierOf, isNullable, STRING, TAG } from "../object-layout.ts"
import { NO_SITE, type VmOp } from "./bytecode.ts"
import { type ConstantSource, type Edge, type EdgeMove, type Line, type LineBlock, type LineEnd, type LineFunction, outgoing, type Place, placeOf, type PointHome } from "./lines.ts"
import type { ProgramTables } from "./tables.ts"

const STAGE = "backend/vm"

/** Operations that map to one of the same shape. */
const SAME: Readonly<Record<string, VmOp>> = {
  "i64.add": "i64.add", "i64.sub": "i64.sub", "i64.mul": "i64.mul", "i64.div": "i64.div", "i64.rem": "i64.rem", "i64.and": "i64.and", "i64.or": "i64.or", "i64.xor": "i64.xor",
  "i64.shl": "i64.shl", "i64.shr": "i64.shr", "i64.neg": "i64.neg", "i64.not": "i64.not", "i64.to_f64": "i64.to_f64", "f64.add": "f64.add", "f64.sub": "f64.sub", "f64.mul": "f64.mul",
  "f64.div": "f64.div", "f64.neg": "f64.neg", "f64.abs": "f64.abs", "f64.sqrt": "f64.sqrt", "f64.floor": "f64.floor", "f64.ceil": "f64.ceil", "f64.trunc": "f64.trunc",
  "f64.to_i64": "f64.to_i64", "bool.not": "is.zero", "bool.and": "i64.and", "bool.or": "i64.or", "opt.is_null": "is.zero", "class.id": "class.id",
}

/** Comparisons: the operation on registers, and whether its operands are swapped. */
const COMPARE: Readonly<Record<string, readonly [op: "i64.eq" | "i64.ne" | "i64.lt" | "i64.le" | "f64.eq" | "f64.ne" | "f64.lt" | "f64.le", swapped: boolean]>> = {
  "i64.eq": ["i64.eq", false], "i64.ne": ["i64.ne", false], "i64.lt": ["i64.lt", false], "i64.le": ["i64.le", false], "i64.gt": ["i64.lt", true], "i64.ge": ["i64.le", true],
  "f64.eq": ["f64.eq", false], "f64.ne": ["f64.ne", false], "f64.lt": ["f64.lt", false], "f64.le": ["f64.le", false], "f64.gt": ["f64.lt", true], "f64.ge": ["f64.le", true],
  "bool.eq": ["i64.eq", false], "ref.eq": ["i64.eq", false], "opt.eq": ["i64.eq", false],
}

/** Forms with a number as the right operand, and what the comparison becomes when the number stands on the left. */
const IMMEDIATE: Readonly<Record<string, VmOp>> = {
  "i64.add": "i64.add.n", "i64.mul": "i64.mul.n", "i64.div": "i64.div.n", "i64.rem": "i64.rem.n", "i64.and": "i64.and.n", "i64.or": "i64.or.n", "i64.xor": "i64.xor.n", "i64.shl": "i64.shl.n",
  "i64.shr": "i64.shr.n", "i64.eq": "i64.eq.n", "i64.ne": "i64.ne.n", "i64.lt": "i64.lt.n", "i64.le": "i64.le.n", "i64.gt": "i64.gt.n", "i64.ge": "i64.ge.n", "bool.eq": "i64.eq.n",
}
const MIRRORED: Readonly<Record<string, string>> = {
  "i64.add": "i64.add", "i64.mul": "i64.mul", "i64.and": "i64.and", "i64.or": "i64.or", "i64.xor": "i64.xor", "i64.eq": "i64.eq", "i64.ne": "i64.ne", "i64.lt": "i64.gt", "i64.le": "i64.ge",
  "i64.gt": "i64.lt", "i64.ge": "i64.le", "bool.eq": "bool.eq",
}

/** Operations whose result is one word of their operand: the word. */
export const ALIAS: Readonly<Record<string, 0 | 1>> = { "any.tag": 0, "any.i64": 1, "any.f64": 1, "any.bool": 1, "any.ref": 1, "any.opt": 1, "opt.ref": 0, "ref.opt": 0, "ref.cast": 0 }

const FLOAT_BITS = new DataView(new ArrayBuffer(8))

/** Selects. `values` maps MIR values to places, for those that have one. */
export function selectFunction(func: Func, tables: ProgramTables): { readonly lines: LineFunction; readonly places: ReadonlyMap<ValueId, Place> } {
  return new Selector(func, tables).run()
}

/** Blocks that a run usually reaches: not behind a failure, a cold side, or on the way to the end by an error. */
function warmBlocks(func: Func, blocks: ReadonlyMap<BlockId, Block>): ReadonlySet<BlockId> {
  const warm = new Set<BlockId>()
  const work: BlockId[] = func.blocks.slice(0, 1).map((b) => b.id)
  for (let id = work.pop(); id !== undefined; id = work.pop()) {
    if (warm.has(id)) continue
    const block = blocks.get(id) as Block
    if (block.term.kind === "raise" || block.term.kind === "fatal" || block.term.kind === "unreachable") continue
    warm.add(id)
    if (block.term.kind === "br" && block.term.cold !== null) work.push((block.term.cold === "then" ? block.term.else : block.term.then).block)
    else forEachTermEdge(block.term, (edge) => work.push(edge.block))
  }
  return warm
}

class Selector {
  readonly #func: Func
  readonly #tables: ProgramTables
  readonly #blocks: ReadonlyMap<BlockId, Block>
  readonly #uses: Int32Array
  readonly #defs: readonly (Inst | undefined)[]
  readonly #widths: (1 | 2)[] = []
  readonly #places = new Map<ValueId, Place>()
  /** Constants that are made once, at the function's start. */
  readonly #hoisted = new Map<ValueId, Place>()
  readonly #entry: Line[] = []
  /** Comparisons that wait for their branch. */
  readonly #fused = new Set<ValueId>()
  /** Values whose constant is made in the block being selected. */
  #local = new Map<ValueId, Place>()
  #out: Line[] = []
  #outgoing = -1
  #hasPoints = false
  #inLoop = false

  constructor(func: Func, tables: ProgramTables) {
    this.#func = func
    this.#tables = tables
    this.#blocks = new Map(func.blocks.map((b) => [b.id, b]))
    this.#uses = countUses(func)
    this.#defs = definingInsts(func)
  }

  run(): { readonly lines: LineFunction; readonly places: ReadonlyMap<ValueId, Place> } {
    const func = this.#func
    const cfg = buildCfg(func)
    const loops = findLoops(cfg, buildDomTree(cfg))
    const headers = new Set(loops.loops.map((l) => l.header))
    const params = func.params.map((p) => this.#define(p))
    for (const block of cfg.order) for (const param of block.params) this.#define(param)
    for (const block of cfg.order) this.#findFused(block)

    const selected: LineBlock[] = cfg.order.map((block, at) => {
      this.#out = []
      this.#local = new Map()
      this.#inLoop = loopDepth(loops, at) > 0
      for (const inst of block.insts) this.#inst(inst)
      const end = this.#end(block)
      return {
        id: block.id,
        lines: this.#out,
        end,
        endOrigin: block.termOrigin,
        params: block.params.map((p) => (this.#places.get(p) as Place) >> 1),
        loopDepth: loopDepth(loops, at),
        isHeader: headers.has(at),
      }
    })
    selected[0]?.lines.unshift(...this.#entry)
    const warm = warmBlocks(func, this.#blocks)
    const order = [...selected.filter((b, i) => i === 0 || warm.has(b.id)), ...selected.filter((b, i) => i !== 0 && !warm.has(b.id))]
    return { lines: { blocks: order, widths: this.#widths, params, hasPoints: this.#hasPoints, outgoing: this.#outgoing }, places: this.#places }
  }

  #findFused(block: Block): void {
    if (block.term.kind !== "br") return
    const cond = block.term.cond
    const def = this.#defs[cond]
    if (def === undefined || this.#uses[cond] !== 1 || !block.insts.includes(def)) return
    if (COMPARE[def.op] !== undefined || def.op === "bool.not" || def.op === "opt.is_null") this.#fused.add(cond)
  }

  // ---- Values -----------------------------------------------------------------------------------------------------

  #type(v: ValueId): Type {
    const type = this.#func.types[v]
    invariant(type !== undefined, STAGE, `${this.#func.name}: value %${v} has no type`)
    return type
  }

  #register(width: 1 | 2): number {
    return this.#widths.push(width) - 1
  }

  /** Gives a value a virtual register. */
  #define(v: ValueId): number {
    const register = this.#register(carrierOf(this.#type(v)) === "any" ? 2 : 1)
    this.#places.set(v, placeOf(register))
    return register
  }

  /** The place an instruction writes; one that nobody reads if there is no result. */
  #result(inst: Inst, width: 1 | 2 = inst.result !== null && carrierOf(this.#type(inst.result)) === "any" ? 2 : 1): Place {
    return placeOf(inst.result === null ? this.#register(width) : this.#define(inst.result))
  }

  /** How to make a value that is a constant, or null. */
  #constant(v: ValueId): ConstantSource | null {
    const inst = this.#defs[v]
    switch (inst?.op) {
      case "const.i64": {
        const value = BigInt.asIntN(64, inst.imm as bigint)
        return value >= -0x8000_0000n && value <= 0x7fff_ffffn ? { op: "int", n: Number(value) } : { op: "const", n: this.#tables.constant(value) }
      }
      case "const.f64":
        FLOAT_BITS.setFloat64(0, inst.imm as number)
        return { op: "const", n: this.#tables.constant(FLOAT_BITS.getBigInt64(0)) }
      case "const.bool":
        return { op: "int", n: inst.imm === true ? 1 : 0 }
      case "const.str":
        return { op: "str", n: this.#tables.string(inst.imm as string) }
      case "const.null":
        return { op: "null", n: 0 }
      case "const.none":
        return { op: "int", n: 0 }
      case "static.ref":
        return { op: "static", n: this.#tables.static(inst.imm as string) }
      case "opt.ref":
      case "ref.opt":
      case "ref.cast": {
        const inner = this.#constant(inst.args[0] as ValueId)
        return inner === null || inner.op === "null" ? null : inner
      }
      default:
        return null
    }
  }

  /** The number of a value that is a small constant, or null. */
  #small(v: ValueId): number | null {
    const constant = this.#constant(v)
    return constant?.op === "int" && constant.n >= -0x8000 && constant.n <= 0x7fff ? constant.n : null
  }

  /** Where a value is, for reading. */
  #read(v: ValueId): Place {
    const constant = this.#constant(v)
    if (constant !== null) return this.#readConstant(v, constant)
    const known = this.#places.get(v)
    if (known !== undefined) return known
    const def = this.#defs[v]
    const part = def === undefined ? undefined : ALIAS[def.op]
    invariant(def !== undefined && part !== undefined, STAGE, `${this.#func.name}: %${v} is used before it is defined`)
    const place = this.#read(def.args[0] as ValueId) + part
    // What is made in a block only lasts there.
    if (this.#constant(def.args[0] as ValueId) === null) this.#places.set(v, place)
    return place
  }

  #readConstant(v: ValueId, constant: ConstantSource): Place {
    const known = this.#hoisted.get(v) ?? this.#local.get(v)
    if (known !== undefined) return known
    const place = placeOf(this.#register(constant.op === "null" ? 2 : 1))
    if (this.#inLoop) {
      this.#hoisted.set(v, place)
      this.#entry.push(line(constant.op, place, constant.n))
    } else {
      this.#local.set(v, place)
      this.#emit(constant.op, place, constant.n)
    }
    return place
  }

  // ---- Lines ------------------------------------------------------------------------------------------------------

  #origin: Inst["origin"] = null

  #emit(op: VmOp, a = 0, b = 0, c = 0, more: Partial<Pick<Line, "args" | "resultWords" | "edge" | "site">> = {}): Line {
    const made = line(op, a, b, c, this.#origin, more)
    this.#out.push(made)
    return made
  }

  #edge(call: BlockCall): Edge {
    const target = this.#blocks.get(call.block)
    invariant(target !== undefined && target.params.length === call.args.length, STAGE, `${this.#func.name}: bad edge to bb${call.block}`)
    const moves: EdgeMove[] = []
    target.params.forEach((param, i) => {
      if (this.#uses[param] === 0) return
      const arg = call.args[i] as ValueId
      const constant = this.#constant(arg)
      // A constant that a register holds anyway is better copied.
      const from = constant !== null && !this.#hoisted.has(arg) ? constant : this.#read(arg)
      moves.push({ to: (this.#places.get(param) as Place) >> 1, from })
    })
    return { to: call.block, moves }
  }

  #failure(inst: Inst): { readonly edge: Edge | null; readonly site: number } {
    if (inst.error === null) return { edge: null, site: NO_SITE }
    return { edge: this.#edge(inst.error), site: this.#tables.site(this.#func, inst.origin) }
  }

  #end(block: Block): LineEnd {
    this.#origin = block.termOrigin
    const term = block.term
    switch (term.kind) {
      case "jump":
        return { kind: "jump", to: this.#edge(term.to) }
      case "br":
        return this.#branch(term)
      case "switch": {
        const low = term.cases.reduce((a, c) => (c.value < a ? c.value : a), term.cases[0]?.value ?? 0n)
        const high = term.cases.reduce((a, c) => (c.value > a ? c.value : a), term.cases[0]?.value ?? 0n)
        return this.#switch(term, low, high)
      }
      case "ret": {
        // Counting a return and returning are one operation.
        const last = this.#out.at(-1)
        const leaves = last !== undefined && last.op === "leave"
        if (term.value === null || this.#func.result === "unit") {
          if (leaves) this.#out.pop()
          this.#emit(leaves ? "leave.ret0" : "ret0")
          return { kind: "none" }
        }
        if (leaves) this.#out.pop()
        const place = this.#read(term.value)
        const any = carrierOf(this.#func.result) === "any"
        this.#emit(leaves ? (any ? "leave.ret2" : "leave.ret") : any ? "ret2" : "ret", place)
        return { kind: "none" }
      }
      case "raise":
      case "fatal":
      case "unreachable":
        this.#emit(term.kind)
        return { kind: "none" }
    }
  }

  #branch(term: Extract<Block["term"], { kind: "br" }>): LineEnd {
    let cond = term.cond
    let then = term.then
    let otherwise = term.else
    let test: Line | null = null
    // Negations only swap the sides.
    for (let def = this.#defs[cond]; this.#fused.has(cond) && def?.op === "bool.not"; def = this.#defs[cond]) {
      cond = def.args[0] as ValueId
      ;[then, otherwise] = [otherwise, then]
    }
    const def = this.#fused.has(cond) ? this.#defs[cond] : undefined
    if (def?.op === "opt.is_null") test = line("if.false", this.#read(def.args[0] as ValueId), 0, 0, def.origin)
    else if (def !== undefined && COMPARE[def.op] !== undefined) test = this.#comparison(def)
    test ??= line("if.true", this.#read(cond), 0, 0, this.#origin)
    return { kind: "branch", line: test, then: this.#edge(then), otherwise: this.#edge(otherwise) }
  }

  /** A comparison as a branch. */
  #comparison(inst: Inst): Line {
    const [a, b] = inst.args as readonly [ValueId, ValueId]
    for (const [op, left, right] of [[inst.op, a, b], [MIRRORED[inst.op], b, a]] as const) {
      const immediate = op === undefined ? undefined : IMMEDIATE[op]
      const number = this.#small(right)
      if (immediate !== undefined && number !== null) return line(`if.${immediate}` as VmOp, this.#read(left), number, 0, inst.origin)
    }
    const [op, swapped] = COMPARE[inst.op] as NonNullable<(typeof COMPARE)[string]>
    const [l, r] = swapped ? [b, a] : [a, b]
    return line(`if.${op}`, this.#read(l), this.#read(r), 0, inst.origin)
  }

  #switch(term: Extract<Block["term"], { kind: "switch" }>, low: bigint, high: bigint): LineEnd {
    const on = this.#read(term.on)
    const size = Number(high - low) + 1
    const isDense = term.cases.length >= 4 && high - low < BigInt(term.cases.length) * 4n + 8n && size < 0x8000
    if (!isDense) {
      const tests = term.cases.map((c) => {
        const isSmall = c.value >= -0x8000n && c.value <= 0x7fffn
        const value = isSmall ? Number(c.value) : placeOf(this.#register(1))
        if (!isSmall) this.#emit("const", value, this.#tables.constant(c.value))
        return { line: line(isSmall ? "if.i64.eq.n" : "if.i64.eq", on, value, 0, this.#origin), to: this.#edge(c.to) }
      })
      return { kind: "chain", tests, otherwise: this.#edge(term.default) }
    }
    let index = on
    if (low !== 0n) {
      index = placeOf(this.#register(1))
      if (low >= -0x7fffn && low <= 0x7fffn) this.#emit("i64.add.n", index, on, -Number(low))
      else {
        const base = placeOf(this.#register(1))
        this.#emit("const", base, this.#tables.constant(-low))
        this.#emit("i64.add", index, on, base)
      }
    }
    const edges: Edge[] = [this.#edge(term.default)]
    for (let i = 0; i < size; i++) {
      const hit = term.cases.find((c) => c.value === low + BigInt(i))
      edges.push(hit === undefined ? (edges[0] as Edge) : this.#edge(hit.to))
    }
    return { kind: "switch", line: line("switch", index, size, 0, this.#origin), edges }
  }

  // ---- Instructions -----------------------------------------------------------------------------------------------

  #inst(inst: Inst): void {
    this.#origin = inst.origin
    const { op, result } = inst
    const [a, b, c] = inst.args as readonly [ValueId, ValueId, ValueId]
    if (ALIAS[op] !== undefined || op === "static.ref" || op.startsWith("const.") || op === "keepalive") return
    if (result !== null && this.#fused.has(result)) return
    if (op === "point" || op === "hold") {
      this.#look(inst)
      return
    }
    const immediate = this.#immediateForm(inst)
    if (immediate !== null) {
      this.#emit(immediate.op, this.#result(inst), immediate.left, immediate.number)
      return
    }
    const compare = COMPARE[op]
    if (compare !== undefined) {
      const [l, r] = compare[1] ? [b, a] : [a, b]
      const left = this.#read(l)
      const right = this.#read(r)
      this.#emit(compare[0], this.#result(inst), left, right)
      return
    }
    const same = SAME[op]
    if (same !== undefined) {
      const left = this.#read(a)
      const right = inst.args.length > 1 ? this.#read(b) : 0
      this.#emit(same, this.#result(inst), left, right)
      return
    }
    switch (op) {
      case "select": {
        const cond = this.#read(a)
        const x = this.#read(b)
        const y = this.#read(c)
        const any = result !== null && carrierOf(this.#type(result)) === "any"
        const to = this.#result(inst)
        this.#emit(any ? "mov2" : "mov", to, y)
        this.#emit(any ? "mov2.if" : "mov.if", to, cond, x)
        return
      }
      case "any.box":
        return this.#box(inst, a)
      case "arr.len": {
        const array = this.#read(a)
        this.#emit("get.u32", this.#result(inst), array, ARRAY.length)
        return
      }
      case "str.len": {
        const string = this.#read(a)
        this.#emit("get.u32", this.#result(inst), string, STRING.codePoints)
        return
      }
      case "new":
        this.#emit("new", this.#result(inst), this.#tables.classNumber(inst.imm as string))
        return
      case "field.get": {
        const { offset, type } = this.#tables.slot(inst.imm as FieldRef)
        const object = this.#read(a)
        this.#emit(carrierOf(type) === "any" ? "get2" : "get", this.#result(inst), object, offset / 8)
        return
      }
      case "field.set": {
        const { offset, type } = this.#tables.slot(inst.imm as FieldRef)
        const carrier = carrierOf(type)
        const object = this.#read(a)
        const value = this.#read(b)
        this.#emit(carrier === "any" ? "set2" : carrier === "pointer" ? "set.ref" : "set", object, value, offset / 8)
        return
      }
      case "global.get": {
        const any = result !== null && carrierOf(this.#type(result)) === "any"
        if (result !== null) this.#emit(any ? "global.get2" : "global.get", this.#result(inst), this.#tables.global(inst.imm as string))
        return
      }
      case "global.set": {
        const carrier = carrierOf(this.#type(a))
        this.#emit(carrier === "any" ? "global.set2" : carrier === "pointer" ? "global.set.ref" : "global.set", this.#read(a), this.#tables.global(inst.imm as string))
        return
      }
      case "arr.get.i64":
      case "arr.get.f64":
      case "arr.get.bool":
      case "arr.get.ref": {
        const array = this.#read(a)
        const index = this.#read(b)
        const edge = this.#failure(inst).edge
        this.#emit(op, this.#result(inst), array, index, { edge })
        return
      }
      case "arr.set.i64":
      case "arr.set.f64":
      case "arr.set.bool": {
        const [array, index, value] = [this.#read(a), this.#read(b), this.#read(c)]
        this.#emit(op, array, index, value, { edge: this.#failure(inst).edge })
        return
      }
      case "arr.push.i64":
      case "arr.push.f64":
      case "arr.push.bool": {
        const [array, value] = [this.#read(a), this.#read(b)]
        this.#emit(op, array, value, 0, { edge: this.#failure(inst).edge })
        return
      }
      case "check.alive": {
        const object = this.#read(a)
        this.#emit("alive", object, 0, 0, this.#failure(inst))
        return
      }
      case "call":
        return this.#call(inst)
      case "call.rt":
        return this.#runtimeCall(inst)
      case "err.take":
        this.#emit("err.take", this.#result(inst))
        return
      case "err.set":
        this.#emit("err.set", this.#read(a))
        return
      case "stack.enter":
        this.#emit("enter", 0, this.#tables.string(this.#func.display), 0, this.#failure(inst))
        return
      case "stack.leave":
        this.#emit("leave")
        return
      case "retain": {
        const type = this.#type(a)
        if (!this.#isImmortal(a)) this.#emit(carrierOf(type) === "any" ? "retain2" : isNullable(type) ? "retain.opt" : "retain", this.#read(a))
        return
      }
      case "release":
        if (!this.#isImmortal(a)) this.#emit(carrierOf(this.#type(a)) === "any" ? "release2" : "release", this.#read(a))
        return
      default:
        invariant(false, STAGE, `${this.#func.name}: no operation for ${op}`)
    }
  }

  /** True for values that are known not to be counted: immortal objects and null. */
  #isImmortal(v: ValueId): boolean {
    return this.#constant(v) !== null
  }

  #immediateForm(inst: Inst): { readonly op: VmOp; readonly left: Place; readonly number: number } | null {
    if (inst.args.length !== 2) return null
    const [a, b] = inst.args as readonly [ValueId, ValueId]
    if (inst.op === "i64.sub") {
      const number = this.#small(b)
      return number === null || number === -0x8000 ? null : { op: "i64.add.n", left: this.#read(a), number: -number }
    }
    for (const [op, left, right] of [[inst.op, a, b], [MIRRORED[inst.op], b, a]] as const) {
      const form = op === undefined ? undefined : IMMEDIATE[op]
      const number = this.#small(right)
      if (form === undefined || number === null) continue
      if ((inst.op === "i64.div" || inst.op === "i64.rem") && (number === 0 || number === -1)) return null
      return { op: form, left: this.#read(left), number }
    }
    return null
  }

  #box(inst: Inst, value: ValueId): void {
    const type = this.#type(value)
    if (carrierOf(type) === "any") {
      const from = this.#read(value)
      this.#emit("mov2", this.#result(inst), from)
      return
    }
    const from = this.#read(value)
    if (isNullable(type)) {
      this.#emit("box.opt", this.#result(inst), from)
      return
    }
    const tag = type === "i64" ? TAG.i64 : type === "f64" ? TAG.f64 : type === "bool" ? TAG.bool : TAG.ref
    this.#emit("box", this.#result(inst), from, Number(tag))
  }

  #call(inst: Inst): void {
    const { number, func } = this.#tables.function(inst.imm as string)
    const failure = func.fails ? this.#failure(inst) : { edge: null, site: NO_SITE }
    let at = 0
    for (const arg of inst.args) {
      const any = carrierOf(this.#type(arg)) === "any"
      const constant = this.#constant(arg)
      // The words of a pair are neighbours, downwards in the numbering of outgoing places.
      if (constant !== null && !this.#hoisted.has(arg)) this.#emit(constant.op, outgoing(at), constant.n)
      else this.#emit(any ? "mov2" : "mov", outgoing(at), this.#read(arg))
      at += any ? 2 : 1
    }
    this.#outgoing = Math.max(this.#outgoing, at)
    const carrier = carrierOf(func.result)
    if (carrier === "unit") this.#emit("call0", 0, 0, number, failure)
    else this.#emit(carrier === "any" ? "call2" : "call", this.#result(inst, carrier === "any" ? 2 : 1), 0, number, failure)
  }

  /** A point, or the end of what its variables live for: each is moved onto itself, which is a use and no code. */
  #look(inst: Inst): void {
    const homes = inst.args.map((v): PointHome => ({ type: this.#type(v), at: this.#constant(v) ?? this.#read(v) }))
    if (inst.op === "point") {
      this.#hasPoints = true
      this.#out.push({ ...line("point", outgoing(0), Number(inst.imm), 0, this.#origin), homes })
      return
    }
    for (const { type, at } of homes) if (typeof at === "number") this.#emit(carrierOf(type) === "any" ? "mov2" : "mov", at, at)
  }

  #runtimeCall(inst: Inst): void {
    const { number, row } = this.#tables.abi(inst.imm as string)
    const args = inst.args.map((arg) => this.#read(arg))
    const failure = row.fails ? this.#failure(inst) : { edge: null, site: NO_SITE }
    const carrier = carrierOf(row.result)
    const resultWords = carrier === "unit" ? 0 : carrier === "any" ? 2 : 1
    const to = resultWords === 0 ? 0 : this.#result(inst, resultWords)
    this.#emit(failure.edge === null ? "rt" : "rt.try", to, number, 0, { args, resultWords, ...failure })
  }
}

function line(op: VmOp, a: number, b: number, c = 0, origin: Line["origin"] = null, more: Partial<Pick<Line, "args" | "resultWords" | "edge" | "site">> = {}): Line {
  return { op, a, b, c, args: more.args ?? [], resultWords: more.resultWords ?? 0, edge: more.edge ?? null, site: more.site ?? NO_SITE, origin }
}

