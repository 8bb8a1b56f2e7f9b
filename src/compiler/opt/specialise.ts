/**
 * Rewrites a module of phase `built` to phase `typed` by what inference found.
 *
 * The one idea: each reached function is built anew, block by block; every value gets the representation of its inferred type, and
 * every dynamic operation becomes the instructions that its operand types ask for (`specialise-arith.ts`, `specialise-access.ts`,
 * `specialise-library.ts`). What is not reached is left out.
 *
 * A read `a[i]` gives null outside the array. Where the value is next used by an operation that fails on null, the read is
 * specialised to give an element or go to a cold copy of the code up to that operation, so that the value stays unboxed.
 *
 * Invariants: no `dyn.*` is left; new instructions carry the origin of the one they come from; a function that cannot fail says so
 * and calls of it have no error edge.
 */
import { Bug } from "../base/bug.ts"
import { FuncBuilder, type Target } from "../mir/build.ts"
import type { Block, BlockCall, BlockId, FieldDef, FieldRef, Func, Inst, Module, Origin, Type, ValueId } from "../mir/ir.ts"
import { forEachEdge, forEachTermEdge, forEachUse } from "../mir/edges.ts"
import { opDef } from "../mir/ops.ts"
import { ABI, type AbiName, type AbiRow } from "../../runtime/abi.ts"
import type { TRAPS } from "../../runtime/traps.ts"
import { type FuncFacts, type InferOptions, type Inference, infer } from "./infer.ts"
import { REFINE } from "./infer-refine.ts"
import { isCheck, isClearing, libraryAnswer } from "./infer-transfer.ts"
import { paramBits, paramType } from "./infer-library.ts"
import { BOX_OF_KIND, memberName } from "./infer-world.ts"
import { callLibrary, callMethod, callValue, caseCount, getField, index, indexSet, raise, readField, setField, writeField } from "./specialise-access.ts"
import { binary, equal, isNull, truthy, typeTest, unary } from "./specialise-arith.ts"
import { Emit, type Operand, type SpecialiseOptions, resultRepr } from "./specialise-emit.ts"
import { markFailing } from "./specialise-fails.ts"
import { NEVER, copyElement, expect, presentOnly, pushElement, scalarElements, writeElement } from "./specialise-library.ts"
import { StubRequests } from "./stubs.ts"
import { ARR, BOTTOM, INT, NULL, POINTER, type Ty, describe, only, plain } from "./types.ts"

const inferences = new WeakMap<Module, Inference>()

/** Infers the types of a module of phase `built` and rewrites it to phase `typed`. The module itself is changed. */
export function inferAndSpecialise(module: Module, options: SpecialiseOptions & InferOptions = {}): Module {
  const inference = infer(module, options)
  inferences.set(module, inference)
  return specialise(inference, options)
}

/** Rewrites the module of an inference. */
export function specialise(inf: Inference, options: SpecialiseOptions = {}): Module {
  const { module } = inf
  const stubs = new StubRequests(inf, options)
  const typed = new Map<string, Func>()
  for (const name of module.funcs.keys()) {
    const facts = inf.funcs.get(name)
    if (facts !== undefined && facts.reached[0] === 1) typed.set(name, new Rewriter(inf, facts, stubs, options).run())
  }
  const made = [...stubs.make(), ...stubs.callbacks()]
  for (const func of made) typed.set(func.name, func)
  for (const cls of module.classes.values()) {
    for (const field of cls.fields as FieldDef[]) field.type = stubs.fieldType(cls.id, field.name)
  }
  for (const global of module.globals.values()) if (global.type === "any") global.type = globalType(inf, global.name)
  const main = typed.get("main")
  if (main !== undefined) {
    typed.delete("main")
    typed.set("main", main)
  }
  module.funcs = typed
  module.phase = "typed"
  markFailing(module)
  return module
}

function globalType(inf: Inference, name: string): Type {
  const declared = inf.module.globals.get(name)?.type ?? "any"
  return declared === "any" ? reprIn(inf, inf.readGlobal(name, null)) : declared
}

function reprIn(inf: Inference, ty: Ty): Type {
  return new ReprOf(inf).repr(ty)
}

/** Representations without a function. */
class ReprOf {
  readonly #inf: Inference
  constructor(inf: Inference) {
    this.#inf = inf
  }
  repr(ty: Ty): Type {
    return Emit.prototype.repr.call({ inf: this.#inf } as Emit, ty)
  }
}

/**
 * The inferred types of what stands in the source, by `file:start-end` of an instruction's origin; for showing. The module must
 * have come through `inferAndSpecialise`.
 */
export function typesBySpan(module: Module): Map<string, string> {
  const out = new Map<string, string>()
  const inf = inferences.get(module)
  if (inf === undefined) return out
  const found = new Map<string, Ty>()
  const objects = new Map<string, Ty>()
  for (const facts of inf.funcs.values()) {
    facts.func.blocks.forEach((block, at) => {
      if (facts.reached[at] === 0) return
      for (const inst of block.insts) {
        if (inst.origin === null || inst.result === null || HIDDEN_RESULTS.has(inst.op)) continue
        const key = `${inst.origin.file}:${inst.origin.start}-${inst.origin.end}`
        const ty = facts.ty(inst.result)
        // A construction is the object, whatever else its expression does.
        if (inst.op === "new") objects.set(key, ty)
        const before = found.get(key)
        found.set(key, before === undefined ? ty : inf.nodes.join(before, ty))
      }
    })
  }
  for (const [key, ty] of objects) found.set(key, ty)
  for (const [key, ty] of found) if (ty.bits !== 0) out.set(key, describe(ty, inf.world.className, (node) => inf.nodes.elem(node, null)))
  return out
}

/** A named value of the source in one function, and what inference found out about all values it can have. */
export interface NamedType {
  /** Where the function stands in the source. */
  readonly origin: Origin | null
  readonly name: string
  readonly representation: Type
  /** The possible kinds of values in words. */
  readonly description: string
}

/** The inferred types of parameters and variables, for each function of the source; for showing. As for `typesBySpan`. */
export function typesOfNames(module: Module): NamedType[] {
  const inf = inferences.get(module)
  if (inf === undefined) return []
  const out: NamedType[] = []
  for (const { func, types, reached } of inf.funcs.values()) {
    if (reached[0] === 0 || func.synthetic) continue
    const found = new Map<string, Ty>()
    for (const [value, name] of func.names) {
      const ty = types[value]
      if (ty === undefined || ty.bits === 0) continue
      const before = found.get(name)
      found.set(name, before === undefined ? ty : inf.nodes.join(before, ty))
    }
    for (const [name, ty] of found) out.push({ origin: func.origin, name, representation: reprIn(inf, ty), description: describe(ty, inf.world.className, (node) => inf.nodes.elem(node, null)) })
  }
  return out
}

/** Operations whose results are not what an expression gives. */
const HIDDEN_RESULTS: ReadonlySet<string> = new Set([REFINE, "any.box", "const.null"])

/** Operands that differ from the usual ones, in a cold copy of some code. */
type Overlay = Map<ValueId, Operand> | null

/** Most blocks searched for uses behind the error edges of such a copy. */
const MAX_HANDLER = 100

/** Longest stretch of instructions copied for a read that is used strictly. */
const MAX_COPY = 16

/** Rewrites one function. */
class Rewriter {
  readonly #inf: Inference
  readonly #facts: FuncFacts
  readonly #e: Emit
  readonly #b: FuncBuilder
  readonly #operands: (Operand | undefined)[]
  readonly #blocks: (BlockId | undefined)[]
  readonly #definitions: (Inst | undefined)[]
  readonly #predCount: Int32Array
  /** Error edges whose arguments need another representation, to be finished when the block is. */
  #trampolines: { readonly block: BlockId; readonly edge: BlockCall; readonly overlay: Overlay }[] = []
  #made = new Map<BlockCall, BlockId>()
  /** Stores that were done with the read before them. */
  readonly #done = new Set<Inst>()
  #useCounts: Int32Array | null = null
  /** Names of library clones for the calls in this function. */
  readonly #chain: ReadonlyMap<string, string>

  constructor(inf: Inference, facts: FuncFacts, stubs: StubRequests, options: SpecialiseOptions) {
    const { func } = facts
    this.#inf = inf
    this.#facts = facts
    this.#chain = facts.chain
    const repr = new ReprOf(inf)
    this.#b = new FuncBuilder(inf.module, {
      name: func.name,
      result: resultRepr(func.name, facts.result, repr),
      fails: true,
      origin: func.origin,
      display: func.display,
      synthetic: func.synthetic,
    })
    this.#e = new Emit(inf, this.#b, stubs, options)
    this.#operands = new Array(func.types.length)
    this.#blocks = new Array(func.blocks.length)
    this.#definitions = new Array(func.types.length)
    this.#predCount = new Int32Array(func.blocks.length)
    func.blocks.forEach((block, at) => {
      if (facts.reached[at] === 0) return
      for (const inst of block.insts) {
        if (inst.result !== null) this.#definitions[inst.result] = inst
        if (inst.error !== null) this.#count(inst.error)
      }
      forEachTermEdge(block.term, (edge) => this.#count(edge))
    })
  }

  #count(edge: BlockCall): void {
    const at = this.#facts.index[edge.block] as number
    this.#predCount[at] = (this.#predCount[at] as number) + 1
  }

  run(): Func {
    const { func, reached } = this.#facts
    const b = this.#b
    for (const param of func.params) {
      const ty = this.#facts.ty(param)
      this.#operands[param] = { value: b.addParam(this.#e.repr(ty), func.names.get(param) ?? null), ty }
    }
    func.blocks.forEach((block, at) => {
      if (reached[at] === 0) return
      const id = at === 0 ? b.current : b.createBlock()
      this.#blocks[at] = id
      for (const param of block.params) {
        const ty = this.#facts.ty(param)
        this.#operands[param] = { value: b.addBlockParam(id, this.#e.repr(ty), func.names.get(param) ?? null), ty }
      }
    })
    func.blocks.forEach((block, at) => {
      const id = this.#blocks[at]
      if (id === undefined) return
      b.switchTo(id)
      this.#block(block, at)
      this.#finishTrampolines()
    })
    return b.finish()
  }

  #block(block: Block, at: number): void {
    const stop = this.#facts.stops[at] as number
    for (let i = 0; i < block.insts.length; i++) {
      const inst = block.insts[i] as Inst
      const op = this.#done.has(inst) ? this.#e.nothing() : this.#inst(inst, null, block)
      if (op === null || i === stop || this.#b.isEnded) {
        this.#e.dead()
        return
      }
      this.#define(inst, op, null)
    }
    this.#e.origin = block.termOrigin
    this.#terminator(block)
  }

  #define(inst: Inst, op: Operand, overlay: Overlay): void {
    if (inst.result === null) return
    const narrowed = only(this.#facts.ty(inst.result), op.ty.bits)
    const ty = narrowed.bits === 0 ? op.ty : narrowed
    const made = this.#e.as({ value: op.value, ty }, this.#e.repr(ty))
    if (overlay !== null) overlay.set(inst.result, made)
    else this.#operands[inst.result] = made
    const name = this.#facts.func.names.get(inst.result)
    if (name !== undefined && !this.#b.func.names.has(made.value)) this.#b.func.names.set(made.value, name)
  }

  #operand(value: ValueId, overlay: Overlay): Operand {
    const op = overlay?.get(value) ?? this.#operands[value]
    if (op === undefined) throw new Bug("opt/specialise", `%${value} of @${this.#facts.func.name} has no operand`)
    return op
  }

  // Edges.

  #blockFor(edge: BlockCall): BlockId {
    const id = this.#blocks[this.#facts.index[edge.block] as number]
    if (id === undefined) throw new Bug("opt/specialise", `edge to bb${edge.block} of @${this.#facts.func.name}, which is not reached`)
    return id
  }

  #paramRepr(edge: BlockCall, i: number): Type {
    const target = this.#facts.func.blocks[this.#facts.index[edge.block] as number] as Block
    return this.#e.repr(this.#facts.ty(target.params[i] as ValueId))
  }

  /** The edge as it is, or null where an argument must be converted first. */
  #directEdge(edge: BlockCall, overlay: Overlay): Target | null {
    const args: ValueId[] = []
    for (let i = 0; i < edge.args.length; i++) {
      const op = this.#operand(edge.args[i] as ValueId, overlay)
      if (this.#e.reprOf(op) !== this.#paramRepr(edge, i)) return null
      args.push(op.value)
    }
    return { block: this.#blockFor(edge), args }
  }

  #convertedEdge(edge: BlockCall, overlay: Overlay): Target {
    return { block: this.#blockFor(edge), args: edge.args.map((arg, i) => this.#e.convert(this.#operand(arg, overlay), this.#paramRepr(edge, i))) }
  }

  /** Where a failing instruction goes. */
  #errorTarget(edge: BlockCall, overlay: Overlay): Target {
    const direct = this.#directEdge(edge, overlay)
    if (direct !== null) return direct
    const known = overlay === null ? this.#made.get(edge) : undefined
    if (known !== undefined) return known
    const block = this.#b.createBlock()
    this.#trampolines.push({ block, edge, overlay })
    if (overlay === null) this.#made.set(edge, block)
    return block
  }

  #finishTrampolines(): void {
    for (const { block, edge, overlay } of this.#trampolines) {
      this.#b.seal(block)
      this.#b.switchTo(block)
      this.#b.jump(this.#convertedEdge(edge, overlay))
    }
    this.#trampolines = []
    this.#made.clear()
  }

  #terminator(block: Block): void {
    const { term } = block
    const b = this.#b
    const origin = block.termOrigin
    switch (term.kind) {
      case "jump":
        b.jump(this.#convertedEdge(term.to, null), origin)
        break
      case "br": {
        const cond = this.#operand(term.cond, null)
        const canHold = (cond.ty.bits & 8) !== 0
        const canFail = (cond.ty.bits & 16) !== 0
        if (!canHold || !canFail) {
          b.jump(this.#convertedEdge(canHold ? term.then : term.else, null), origin)
          break
        }
        const after: (() => void)[] = []
        const side = (edge: BlockCall): Target => this.#splitEdge(edge, after)
        b.branch(this.#e.convert(cond, "bool"), side(term.then), side(term.else), origin, term.cold)
        for (const finish of after) finish()
        break
      }
      case "switch": {
        const after: (() => void)[] = []
        const on = this.#e.convert(this.#operand(term.on, null), "i64")
        b.switchOn(on, term.cases.map((c) => ({ value: c.value, to: this.#splitEdge(c.to, after) })), this.#splitEdge(term.default, after), origin)
        for (const finish of after) finish()
        break
      }
      case "ret":
        if (term.value === null || b.func.result === "unit") b.ret(b.func.result === "any" ? b.constNull() : null, origin)
        else b.ret(this.#e.convert(this.#operand(term.value, null), b.func.result), origin)
        break
      case "raise":
        b.raise(origin)
        break
      case "fatal":
        b.fatal(origin)
        break
      case "unreachable":
        b.unreachable(origin)
        break
    }
  }

  /** An edge of a branch: conversions get a block of their own. */
  #splitEdge(edge: BlockCall, after: (() => void)[]): Target {
    const direct = this.#directEdge(edge, null)
    if (direct !== null) return direct
    const block = this.#b.createBlock()
    after.push(() => {
      this.#b.seal(block)
      this.#b.switchTo(block)
      this.#b.jump(this.#convertedEdge(edge, null), this.#e.origin)
    })
    return block
  }

  // Instructions.

  /** Emits what an instruction becomes. Null: nothing runs after it. `block`: where it stands; null in a cold copy. */
  #inst(inst: Inst, overlay: Overlay, block: Block | null): Operand | null {
    const e = this.#e
    const { world } = this.#inf
    e.origin = inst.origin
    const { error } = inst
    e.onError = () => {
      if (error === null) throw new Bug("opt/specialise", `${inst.op} in @${this.#facts.func.name} fails without an error edge`)
      return this.#errorTarget(error, overlay)
    }
    const args = inst.args.map((v) => this.#operand(v, overlay))
    const [a, b] = args as unknown as readonly [Operand, Operand]
    const result = inst.result === null ? plain(NULL) : this.#facts.ty(inst.result)
    switch (inst.op) {
      case "any.box":
      case "ref.opt":
        return a
      case REFINE:
        return this.#refined(inst, a)
      case "any.i64":
      case "any.f64":
      case "any.bool":
      case "any.ref":
      case "any.opt":
      case "opt.ref":
      case "ref.cast":
        return result.bits === 0 ? e.dead() : e.narrow(a, result)
      case "new":
      case "static.ref":
        return { value: e.op(inst.op, [], inst.imm, `box<${String(inst.imm)}>`), ty: result }
      case "field.get": {
        const ref = inst.imm as FieldRef
        return readField(e, a, world.classId(ref.class), ref.field)
      }
      case "field.set": {
        const ref = inst.imm as FieldRef
        const id = world.classId(ref.class)
        const type = e.stubs.fieldType(id, ref.field)
        if (isClearing(this.#facts, inst) && type !== "any" && !type.endsWith("?")) return e.nothing()
        writeField(e, a, id, ref.field, b)
        return e.nothing()
      }
      case "global.get":
        return { value: e.op("global.get", [], inst.imm, globalType(this.#inf, String(inst.imm))), ty: result }
      case "global.set":
        e.b.perform("global.set", [e.convert(a, globalType(this.#inf, String(inst.imm)))], inst.imm, e.origin)
        return e.nothing()
      case "call": {
        const name = String(inst.imm)
        return e.call(name.startsWith("$") ? this.#inf.cloneOf(name, inst, this.#chain) : name, args)
      }
      case "call.rt":
        return this.#runtimeCall(inst, args)
      case "select": {
        const type = e.repr(result)
        return { value: e.op("select", [e.convert(a, "bool"), e.convert(b, type), e.convert(args[2] as Operand, type)]), ty: result }
      }
      case "keepalive":
        if (!["i64", "f64", "bool"].includes(e.reprOf(a)) && a.ty.bits !== NULL) e.b.perform("keepalive", [a.value], null, e.origin)
        return e.nothing()
      case "point":
      case "hold":
        e.b.perform(inst.op, args.map((arg) => arg.value), inst.imm, e.origin)
        return e.nothing()
      case "check.alive":
        e.failing("check.alive", [e.convert(a, e.repr(a.ty) === "any" ? "obj" : e.repr(a.ty))], null, "unit")
        return e.nothing()
      case "dyn.raise":
        return raise(e, String(inst.imm) as keyof typeof TRAPS, args)
      case "dyn.eq":
        return equal(e, a, b)
      case "dyn.truthy":
        return truthy(e, a)
      case "dyn.is":
        return typeTest(e, a, String(inst.imm))
      case "dyn.is_null":
        return isNull(e, a)
      case "dyn.neg":
      case "dyn.bitnot":
        return unary(e, inst, a, result)
      case "dyn.index":
        return this.#copyElement(inst, block, overlay, a, b) ?? index(e, a, b, result, this.#onNull(inst, block, overlay, a, b))
      case "dyn.index_set":
        return indexSet(e, a, b, args[2] as Operand)
      case "dyn.get": {
        const object = this.#present(a, () => getField(e, inst, e.nothing(), BOTTOM, this.#chain))
        return caseCount(e, object.ty) > 1 ? e.stubs.use(e, "get", inst, [object], result, this.#chain) : getField(e, inst, object, result, this.#chain)
      }
      case "dyn.set": {
        const object = this.#present(a, () => setField(e, inst, e.nothing(), b))
        return caseCount(e, object.ty) > 1 ? e.stubs.use(e, "set", inst, [object, b], plain(NULL), this.#chain) : setField(e, inst, object, b)
      }
      case "dyn.call": {
        const callee = this.#present(a, () => callValue(e, e.nothing(), args.slice(1), BOTTOM))
        return caseCount(e, callee.ty) > 1 ? e.stubs.use(e, "call", inst, [callee, ...args.slice(1)], result, this.#chain) : callValue(e, callee, args.slice(1), result)
      }
      case "dyn.method":
        return this.#method(inst, a, args.slice(1), result, block, overlay)
      case "dyn.lib":
        return callLibrary(e, inst, args, result, this.#chain)
    }
    if (inst.op.startsWith("dyn.")) return binary(e, inst, a, b, result, this.#isNonZero(inst.args[1] as ValueId))
    return this.#fixed(inst, args)
  }

  #refined(inst: Inst, a: Operand): Operand | null {
    // The operand may know more than the value it stands for: what both know holds.
    const ty = only(this.#facts.ty(inst.result as ValueId), a.ty.bits)
    return ty.bits === 0 ? this.#e.dead() : this.#e.narrow(a, ty)
  }

  /** A method call: null receivers apart, one case on the spot, several in a stub. */
  #method(inst: Inst, receiver: Operand, args: readonly Operand[], result: Ty, block: Block | null, overlay: Overlay): Operand | null {
    const e = this.#e
    const { name } = memberName(inst.imm)
    const isRead = name === "get" && args.length === 1 && args[0]?.ty.bits === INT && (receiver.ty.bits & ~NULL) === ARR
    if (isRead) {
      const array = this.#withoutNull(inst, receiver, args)
      const copied = this.#copyElement(inst, block, overlay, array, args[0] as Operand)
      if (copied !== null) return copied
      return index(e, array, args[0] as Operand, result, this.#onNull(inst, block, overlay, array, args[0] as Operand))
    }
    if (receiver.ty.bits & NULL && receiver.ty.bits !== NULL && libraryAnswer(null, name, args.length) === undefined) {
      return this.#method(inst, this.#withoutNull(inst, receiver, args), args, result, block, overlay)
    }
    if (caseCount(e, receiver.ty) > 1) return e.stubs.use(e, "method", inst, [receiver, ...args], result, this.#chain)
    return callMethod(e, inst, receiver, args, result, this.#chain)
  }

  /** The receiver where it is not null; null raises in a cold block. */
  #withoutNull(inst: Inst, receiver: Operand, args: readonly Operand[]): Operand {
    return this.#present(receiver, () => callMethod(this.#e, inst, this.#e.nothing(), args, BOTTOM, this.#chain))
  }

  /** The operand where it is not null; with null, `fail` in a cold block. */
  #present(op: Operand, fail: () => void): Operand {
    if ((op.ty.bits & NULL) === 0 || op.ty.bits === NULL) return op
    return presentOnly(this.#e, op, only(op.ty, ~NULL), fail)
  }

  #runtimeCall(inst: Inst, args: readonly Operand[]): Operand | null {
    const name = String(inst.imm) as AbiName
    const row: AbiRow = ABI[name]
    // What is known to pass a check needs none.
    const [first] = args
    if (isCheck(name) && first !== undefined && (first.ty.bits & ~this.#inf.world.tyOfType(row.result).bits) === 0) return this.#e.as(first, row.result)
    const operands: Operand[] = []
    for (let i = 0; i < args.length; i++) {
      const want = (row.params[i] as readonly [string, Type, string])[1]
      const op = args[i] as Operand
      const own = this.#inf.world.tyOfType(want)
      const fits = (op.ty.bits & ~own.bits) === 0
      const checked = fits ? this.#e.as(op, want) : expect(this.#e, op, libraryTypeOf(want), want)
      if (checked === null) return null
      operands.push(checked)
    }
    return this.#e.rt(name, operands)
  }

  /** An operation that is the same in both phases. */
  #fixed(inst: Inst, args: readonly Operand[]): Operand | null {
    const e = this.#e
    const row = opDef(inst.op)
    if (row === undefined) throw new Bug("opt/specialise", `no operation ${inst.op}`)
    const values = args.map((op, i) => {
      const want = row.args[i] as string
      const isOpen = want === "T" || want === "ref" || want === "opt" || want === "counted" || want === "imm" || want === "*"
      return e.convert(op, isOpen ? e.repr(op.ty) : (want as Type))
    })
    const type = inst.result === null ? "unit" : (this.#facts.func.types[inst.result] ?? "unit")
    let value: ValueId | null = null
    if (inst.error !== null) value = e.failing(inst.op, values, inst.imm, type)
    else if (inst.result === null) e.b.perform(inst.op, values, inst.imm, e.origin)
    else value = e.op(inst.op, values, inst.imm, type)
    return value === null ? e.nothing() : { value, ty: inst.result === null ? plain(NULL) : this.#facts.ty(inst.result) }
  }

  #isNonZero(value: ValueId): boolean {
    for (let def = this.#definitions[value]; def !== undefined; def = this.#definitions[def.args[0] as ValueId]) {
      if (def.op === "const.i64") return def.imm !== 0n
      if (def.op === "const.f64") return def.imm !== 0
      if (def.op !== REFINE && def.op !== "any.box") return false
    }
    return false
  }

  // Strict uses of elements.

  /**
   * `b[k] = a[i]` and `b.push(a[i])` for arrays of one scalar kind: the element goes from array to array without becoming a dynamic
   * value, unless it is missing. The store is done here; null where this does not apply.
   */
  #copyElement(inst: Inst, block: Block | null, overlay: Overlay, array: Operand, at: Operand): Operand | null {
    if (block === null || overlay !== null || inst.result === null || this.#inf.inRange.has(inst) || array.ty.bits !== ARR || at.ty.bits !== INT) return null
    if (block.term.kind !== "jump" || block.term.to.args.length > 0 || block.insts.at(-1) !== inst) return null
    const next = this.#facts.index[block.term.to.block] as number
    const following = this.#facts.func.blocks[next]?.insts ?? []
    const place = following.findIndex((candidate) => candidate.op !== REFINE)
    const step = following[place]
    const stop = this.#facts.stops[next] as number
    if (step === undefined || this.#predCount[next] !== 1 || (stop >= 0 && stop <= place) || this.#useCount(inst.result) !== 1) return null
    const isPush = step.op === "dyn.method" && step.args.length === 2 && step.args[1] === inst.result && ["push", "append"].includes(memberName(step.imm).name)
    if (!isPush && !(step.op === "dyn.index_set" && step.args[2] === inst.result)) return null
    // Copies that narrow come after this; what they are copies of is there already.
    const [into, key] = step.args.map((arg) => {
      let value = arg
      for (let def = this.#definitions[value]; def?.op === REFINE && this.#operands[value] === undefined; def = this.#definitions[value]) value = def.args[0] as ValueId
      return this.#operands[value]
    })
    if (into === undefined || into.ty.bits !== ARR || (!isPush && (key === undefined || key.ty.bits !== INT))) return null
    const e = this.#e
    const kind = scalarElements(e, array.ty)
    if (kind === null || kind !== scalarElements(e, into.ty)) return null
    const { error } = step
    if (error !== null) e.onError = () => this.#errorTarget(error, null)
    copyElement(e, kind, array, at, (value) => {
      e.origin = step.origin
      return isPush ? pushElement(e, into, value) : writeElement(e, into, key as Operand, value)
    })
    this.#done.add(step)
    return e.nothing()
  }

  #useCount(value: ValueId): number {
    if (this.#useCounts === null) {
      const counts = new Int32Array(this.#facts.func.types.length)
      for (const block of this.#facts.func.blocks) {
        forEachUse(block, (used) => {
          counts[used] = (counts[used] as number) + 1
        })
      }
      this.#useCounts = counts
    }
    return this.#useCounts[value] as number
  }

  /** What a read does where the element is null, if its value is never null afterwards. */
  #onNull(inst: Inst, block: Block | null, overlay: Overlay, array: Operand, at: Operand): ((e: Emit) => void) | undefined {
    if (!this.#inf.inRange.has(inst)) return this.#strictUse(inst, block, overlay)
    if ((array.ty.bits & ~NULL) !== ARR || at.ty.bits !== INT || this.#facts.ty(inst.result as ValueId).bits & NULL) return undefined
    // A wrong proof must not make a wild pointer; a wrong number does no harm.
    if ((this.#facts.ty(inst.result as ValueId).bits & POINTER) === 0) return NEVER
    return (e) => e.rt("hk_raise_index", [at, { value: e.op("arr.len", [e.convert(e.narrow(array, only(array.ty, ARR)), "arr")]), ty: plain(INT) }])
  }

  /**
   * For a read whose value is next used by an operation that fails on null, in straight code: what to emit where the value is
   * null, namely the code up to that operation and its failure.
   */
  #strictUse(inst: Inst, block: Block | null, overlay: Overlay): ((e: Emit) => void) | undefined {
    if (block === null || overlay !== null || inst.result === null) return undefined
    const path = this.#pathToStrictUse(inst, block)
    if (path === null || this.#isNeededByHandlers(inst, block, path)) return undefined
    const value = inst.result
    return (e) => {
      const { origin, onError } = e
      const copy: Overlay = new Map([[value, e.nothing()]])
      for (const step of path) {
        const op = this.#inst(step, copy, null)
        if (op === null || e.b.isEnded) break
        this.#define(step, op, copy)
      }
      e.dead()
      e.origin = origin
      e.onError = onError
    }
  }

  /**
   * True if code that an error leads to may use the read value or what the path computes: the copy of the path would come there
   * without them.
   */
  #isNeededByHandlers(inst: Inst, home: Block, path: readonly Inst[]): boolean {
    const { func, index } = this.#facts
    const own = new Set<ValueId>([inst.result as ValueId])
    const seen = new Set<number>()
    for (const step of path) {
      if (step.result !== null) own.add(step.result)
      if (step.error !== null) seen.add(index[step.error.block] as number)
    }
    for (const at of seen) {
      if (seen.size > MAX_HANDLER) return true
      const block = func.blocks[at] as Block
      // Whatever comes through here again makes the values anew.
      if (block === home) continue
      let used = false
      forEachUse(block, (value) => {
        used ||= own.has(value)
      })
      if (used) return true
      forEachEdge(block, (edge) => {
        seen.add(index[edge.block] as number)
      })
    }
    return false
  }

  /** True if an operation certainly fails when the operand at a position is null. */
  #isStrict(step: Inst, at: number): boolean {
    if (step.op !== "dyn.method" || at === 0) return isStrict(step, at)
    // An argument that a method of the library takes as a number or text.
    const receiver = this.#facts.ty(step.args[0] as ValueId).bits & ~NULL
    const box = BOX_OF_KIND.find(([bits]) => receiver !== 0 && (receiver & ~bits) === 0)?.[1]
    const member = box === undefined ? undefined : libraryAnswer(box, memberName(step.imm).name, step.args.length - 1)
    return member !== undefined && "abi" in member.impl && !["Any"].includes(paramType(member.params, at - 1)) && (paramBits(paramType(member.params, at - 1)) & NULL) === 0
  }

  #pathToStrictUse(inst: Inst, block: Block): Inst[] | null {
    const value = inst.result as ValueId
    const path: Inst[] = []
    let at = this.#facts.index[block.id] as number
    let from = block.insts.indexOf(inst) + 1
    for (;;) {
      const here = this.#facts.func.blocks[at] as Block
      for (let i = from; i < here.insts.length; i++) {
        const step = here.insts[i] as Inst
        if (i === this.#facts.stops[at]) return null
        path.push(step)
        if (path.length > MAX_COPY) return null
        const uses = step.args.filter((arg) => arg === value).length
        if (uses > 0) return uses === 1 && this.#isStrict(step, step.args.indexOf(value)) ? path : null
        if (step.op === "call" || step.op === "new") return null
      }
      if (here.term.kind !== "jump" || here.term.to.args.length > 0) return null
      const next = this.#facts.index[here.term.to.block] as number
      if (next === at || this.#predCount[next] !== 1 || this.#facts.reached[next] === 0) return null
      at = next
      from = 0
    }
  }
}

/** True if an operation certainly fails, whatever its other operands are, when the operand at a position is null. */
function isStrict(inst: Inst, at: number): boolean {
  switch (inst.op) {
    case "dyn.add":
    case "dyn.sub":
    case "dyn.mul":
    case "dyn.div":
    case "dyn.rem":
    case "dyn.and":
    case "dyn.or":
    case "dyn.xor":
    case "dyn.shl":
    case "dyn.shr":
    case "dyn.neg":
    case "dyn.bitnot":
    case "dyn.lt":
    case "dyn.le":
    case "dyn.gt":
    case "dyn.ge":
    case "dyn.truthy":
      return true
    case "dyn.index":
    case "dyn.index_set":
      return at <= 1
    case "dyn.get":
    case "dyn.set":
    case "dyn.call":
      return at === 0
    case "dyn.method":
      return at === 0 && libraryAnswer(null, memberName(inst.imm).name, inst.args.length - 1) === undefined
    default:
      return false
  }
}

/** The library's name for what a runtime function takes. */
function libraryTypeOf(type: Type): string {
  const names: { readonly [type: string]: string } = { i64: "Integer", f64: "Float", bool: "Bool", str: "String", arr: "Array", map: "Map" }
  return names[type] ?? (type.startsWith("box<") ? `Box:${type.slice(4, -1)}` : "Any")
}
