/**
 * What the parts of specialisation share: operands with their inferred types, conversions between representations, calls of the
 * runtime, branches and joins in the function being made.
 *
 * The one idea: an operand is a value of the new function together with what inference knows of it; a conversion is chosen from
 * the representation the value has and the one that is wanted, and is correct because of what is known.
 *
 * Invariants: after an emission that cannot return, the current block has ended and the answer is null.
 */
import { Bug } from "../base/bug.ts"
import type { FuncBuilder, Target } from "../mir/build.ts"
import type { BlockId, Immediate, Origin, Type, ValueId } from "../mir/ir.ts"
import { ABI, type AbiName, type AbiRow } from "../../runtime/abi.ts"
import { TAG } from "../../runtime/repr.ts"
import type { Inference } from "./infer.ts"
import type { StubRequests } from "./stubs.ts"
import { ARR, BOOL, FLOAT, INT, MAP, NULL, STR, type Ty, plain, representation, soleClass } from "./types.ts"

/** A value of the new function and what is known of it. */
export interface Operand {
  readonly value: ValueId
  readonly ty: Ty
}

/** How to specialise. */
export interface SpecialiseOptions {
  /** Inserts run-time assertions of inferred types where a representation drops them; for tests. */
  readonly checkTypes?: boolean
}

/** The function being made, at the instruction being rewritten. */
export class Emit {
  readonly inf: Inference
  readonly b: FuncBuilder
  readonly stubs: StubRequests
  readonly options: SpecialiseOptions
  /** Origin of the instruction being rewritten. */
  origin: Origin | null = null
  /** Where the instruction being rewritten goes when it fails. */
  onError: () => Target = () => {
    throw new Bug("opt/specialise", "an instruction without an error edge fails")
  }

  constructor(inf: Inference, b: FuncBuilder, stubs: StubRequests, options: SpecialiseOptions) {
    this.inf = inf
    this.b = b
    this.stubs = stubs
    this.options = options
  }

  /** The representation of values of a type. */
  repr(ty: Ty): Type {
    return representation(ty, this.inf.world.className)
  }

  /** The representation an operand has. */
  reprOf(op: Operand): Type {
    return this.b.typeOf(op.value)
  }

  /** Appends an instruction that cannot fail; the type where the row leaves it open. */
  op(name: string, args: readonly ValueId[], imm: Immediate | null = null, type?: Type): ValueId {
    return this.b.emit(name, args, imm, this.origin, type)
  }

  /** Appends an instruction that may fail. */
  failing(name: string, args: readonly ValueId[], imm: Immediate | null, type: Type): ValueId | null {
    if (type === "unit") {
      this.b.performFailing(name, args, imm, this.origin, this.onError())
      return null
    }
    return this.b.emitFailing(name, args, imm, this.origin, this.onError(), type)
  }

  i64(value: bigint): ValueId {
    return this.b.constI64(value, this.origin)
  }

  int(value: bigint): Operand {
    return { value: this.i64(value), ty: plain(INT) }
  }

  str(text: string): Operand {
    return { value: this.b.constStr(text, this.origin), ty: plain(STR) }
  }

  bool(value: boolean): Operand {
    return { value: this.b.constBool(value, this.origin), ty: plain(BOOL) }
  }

  nothing(): Operand {
    return { value: this.b.constNull(this.origin), ty: plain(NULL) }
  }

  boolean(value: ValueId): Operand {
    return { value, ty: plain(BOOL) }
  }

  /** Ends the block: nothing gets here. Null, for the caller to return. */
  dead(): null {
    if (!this.b.isEnded) this.b.unreachable(this.origin)
    return null
  }

  // Conversions.

  /** The operand in another representation, which its type admits. */
  convert(op: Operand, to: Type): ValueId {
    const from = this.b.typeOf(op.value)
    if (from === to) return op.value
    if (to === "any") return op.ty.bits === NULL ? this.b.constNull(this.origin) : this.op("any.box", [op.value])
    if (to.endsWith("?")) {
      if (op.ty.bits === NULL) return this.op("const.none", [], null, to)
      if (from === "any") return this.#checked(op, this.op("any.opt", [op.value], null, to), to)
      if (isRef(from)) return this.op("ref.opt", [op.value], null, to)
      if (from.endsWith("?")) return this.op("any.opt", [this.op("any.box", [op.value])], null, to)
    } else if (from === "any") {
      if (this.options.checkTypes) this.#checkTag(op, to)
      const name = to === "i64" ? "any.i64" : to === "f64" ? "any.f64" : to === "bool" ? "any.bool" : "any.ref"
      return this.#checked(op, this.op(name, [op.value], null, to), to)
    } else if (isRef(to)) {
      if (from.endsWith("?")) {
        if (this.options.checkTypes) this.#assert(this.op("bool.not", [this.op("opt.is_null", [op.value])]), `null as ${to}`)
        return this.op("opt.ref", [op.value], null, to)
      }
      if (isRef(from)) return this.#checked(op, this.op("ref.cast", [op.value], null, to), to)
    }
    throw new Bug("opt/specialise", `no conversion from ${from} to ${to} in @${this.b.func.name}`)
  }

  /** The operand converted, with its type. */
  as(op: Operand, to: Type): Operand {
    return { value: this.convert(op, to), ty: op.ty }
  }

  /** The operand known to have a narrower type, in the representation of that type. */
  narrow(op: Operand, ty: Ty): Operand {
    const narrowed = { value: op.value, ty }
    return ty.bits === 0 ? narrowed : this.as(narrowed, this.repr(ty))
  }

  /** A number as a Float. */
  toF64(op: Operand): ValueId {
    return op.ty.bits === INT ? this.op("i64.to_f64", [this.convert(op, "i64")]) : this.convert(op, "f64")
  }

  #checkTag(op: Operand, to: Type): void {
    const tag = to === "i64" ? TAG.INT : to === "f64" ? TAG.FLOAT : to === "bool" ? TAG.BOOL : TAG.PTR
    this.#assert(this.op("i64.eq", [this.op("any.tag", [op.value]), this.i64(BigInt(tag))]), `not ${to}`)
  }

  /** With assertions on: that a pointer is of the class its representation says. */
  #checked(op: Operand, value: ValueId, to: Type): ValueId {
    if (!this.options.checkTypes || !isRef(to) || to === "obj") return value
    const id = to === "str" ? 1 : to === "arr" ? 2 : to === "map" ? 3 : this.inf.world.classId(to.slice(4, -1))
    const found = this.op("i64.and", [this.op("class.id", [value]), this.i64(0x7fffffffn)])
    this.#assert(this.op("i64.eq", [found, this.i64(BigInt(id))]), `not ${to} (${op.ty.bits})`)
    return value
  }

  #assert(holds: ValueId, what: string): void {
    const { yes, no } = this.branch(holds, "else")
    this.b.switchTo(no)
    this.b.perform("call.rt", [this.b.constStr(`wrong type in @${this.b.func.name}: ${what}`)], "hk_print_str", this.origin)
    this.b.unreachable(this.origin)
    this.b.switchTo(yes)
  }

  // Control flow.

  /** Ends the block with a branch to two new blocks. */
  branch(cond: ValueId, cold: "then" | "else" | null = null): { readonly yes: BlockId; readonly no: BlockId } {
    const yes = this.b.createBlock()
    const no = this.b.createBlock()
    this.b.branch(cond, yes, no, this.origin, cold)
    this.b.seal(yes)
    this.b.seal(no)
    return { yes, no }
  }

  /** A block where results of a type meet. */
  join(ty: Ty, repr: Type = this.repr(ty)): Join {
    return new Join(this, ty, repr)
  }

  /** True or false as the tag of a dynamic value is this one. */
  hasTag(op: Operand, tag: number): ValueId {
    return this.op("i64.eq", [this.op("any.tag", [this.convert(op, "any")]), this.i64(BigInt(tag))])
  }

  /** Whether an operand is null; for operands that may be. */
  isNull(op: Operand): ValueId {
    const repr = this.reprOf(op)
    if (repr.endsWith("?")) return this.op("opt.is_null", [op.value])
    return this.hasTag(op, TAG.NULL)
  }

  // Calls.

  /** Calls the runtime; null if the function never returns. Operands are converted, their types must fit. */
  rt(name: AbiName, operands: readonly Operand[], ty?: Ty): Operand | null {
    const row: AbiRow = ABI[name]
    if (operands.length !== row.params.length) throw new Bug("opt/specialise", `${name} takes ${row.params.length} arguments, not ${operands.length}`)
    const args = operands.map((op, i) => this.convert(op, (row.params[i] as readonly [string, Type, string])[1]))
    if (name === "hk_math_sqrt") return this.#squareRoot(args[0] as ValueId)
    let value: ValueId | null = null
    if (row.fails) value = this.failing("call.rt", args, name, row.result)
    else if (row.result === "unit") this.b.perform("call.rt", args, name, this.origin)
    else value = this.b.emit("call.rt", args, name, this.origin, row.result)
    if (row.never === true) return this.dead()
    if (value === null) return this.nothing()
    return { value, ty: ty ?? this.inf.world.tyOfType(row.result) }
  }

  /** Every machine has an instruction for it; below zero, where the language has an error, the runtime says so. */
  #squareRoot(of: ValueId): Operand {
    const zero = this.b.emit("const.f64", [], 0, this.origin)
    const { yes, no } = this.branch(this.op("f64.lt", [of, zero]), "then")
    this.b.switchTo(yes)
    this.failing("call.rt", [of], "hk_math_sqrt", "f64")
    this.dead()
    this.b.switchTo(no)
    return { value: this.op("f64.sqrt", [of]), ty: this.inf.world.tyOfType("f64") }
  }

  /** Calls a function of the program. */
  call(name: string, operands: readonly Operand[]): Operand | null {
    const facts = this.inf.funcs.get(name)
    if (facts === undefined) throw new Bug("opt/specialise", `@${name} is called but was not reached`)
    const { params } = facts.func
    const args = operands.map((op, i) => this.convert(op, this.repr(facts.ty(params[i] as ValueId))))
    const type = resultRepr(facts.func.name, facts.result, this)
    const value = this.failing("call", args, name, type)
    if (facts.result.bits === 0) return this.dead()
    return value === null ? this.nothing() : { value, ty: facts.result }
  }
}

/** The result type of a function: nothing where it only gives null. `main` and callbacks give dynamic values. */
export function resultRepr(name: string, ty: Ty, e: { repr(ty: Ty): Type }): Type {
  if (name === "main") return "any"
  return (ty.bits & ~NULL) === 0 ? "unit" : e.repr(ty)
}

/** True for non-null pointer types. */
export function isRef(type: Type): boolean {
  return type === "str" || type === "arr" || type === "map" || type === "obj" || (type.startsWith("box<") && !type.endsWith("?"))
}

/** A block with one parameter in which several results meet. */
export class Join {
  readonly #e: Emit
  readonly #ty: Ty
  readonly #repr: Type
  readonly #block: BlockId
  readonly #param: ValueId
  #used = false

  constructor(e: Emit, ty: Ty, repr: Type) {
    this.#e = e
    this.#ty = ty
    this.#repr = repr
    this.#block = e.b.createBlock()
    this.#param = e.b.addBlockParam(this.#block, repr)
  }

  /** Goes there with a result; with null, nothing is left to go. */
  add(op: Operand | null): void {
    if (op === null) return
    const value = this.#e.convert(op, this.#repr)
    this.#e.b.jump({ block: this.#block, args: [value] }, this.#e.origin)
    this.#used = true
  }

  /** Goes on there; null if nothing came. */
  done(): Operand | null {
    const { b } = this.#e
    b.seal(this.#block)
    b.switchTo(this.#block)
    if (!this.#used) {
      b.unreachable(this.#e.origin)
      return null
    }
    return { value: this.#param, ty: this.#ty }
  }
}

/** Element kind of arrays whose elements have a type: what `hk_arr_new` takes. */
export function arrayKind(elem: Ty, repr: Type): bigint {
  if (elem.bits === INT || elem.bits === 0) return 1n
  if (elem.bits === FLOAT) return 2n
  if (elem.bits !== 0 && (elem.bits & ~BOOL) === 0) return 3n
  return isRef(repr) ? 4n : 0n
}

/** The class number of a sole class of a pointer type, library kinds included; null for several. */
export function exactClass(ty: Ty): number | null {
  if (ty.bits === STR) return 1
  if (ty.bits === ARR) return 2
  if (ty.bits === MAP) return 3
  return (ty.bits & (NULL | INT | FLOAT | BOOL)) === 0 ? soleClass(ty) : null
}
