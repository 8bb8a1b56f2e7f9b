/**
 * Operators on operands of known types: arithmetic, comparisons, truth values, type tests, conversion to text.
 *
 * The one idea: with exact kinds an operator is one instruction; with a kind that is likely, the tag is tested and anything else
 * goes to the function of the runtime that knows the whole operator. What certainly fails is that function too, for it raises
 * the right error.
 */
import type { Inst, Type, ValueId } from "../mir/ir.ts"
import type { AbiName } from "../../runtime/abi.ts"
import { TAG } from "../../runtime/repr.ts"
import { type Emit, type Operand, exactClass } from "./specialise-emit.ts"
import { presentOnly } from "./specialise-library.ts"
import { BOOL, FALSE, FLOAT, INT, LIB, NULL, NUMBER, OBJECT, POINTER, STR, TRUE, type Ty, plain, soleClass, without } from "./types.ts"
import { eqTy } from "./infer-transfer.ts"

const INT_OPS: { readonly [op: string]: string } = {
  "dyn.add": "i64.add", "dyn.sub": "i64.sub", "dyn.mul": "i64.mul", "dyn.div": "i64.div", "dyn.rem": "i64.rem", "dyn.and": "i64.and", "dyn.or": "i64.or",
  "dyn.xor": "i64.xor", "dyn.shl": "i64.shl", "dyn.shr": "i64.shr", "dyn.lt": "i64.lt", "dyn.le": "i64.le", "dyn.gt": "i64.gt", "dyn.ge": "i64.ge",
}
const FLOAT_OPS: { readonly [op: string]: string } = {
  "dyn.add": "f64.add", "dyn.sub": "f64.sub", "dyn.mul": "f64.mul", "dyn.div": "f64.div", "dyn.lt": "f64.lt", "dyn.le": "f64.le", "dyn.gt": "f64.gt", "dyn.ge": "f64.ge",
}

/** The runtime function of an operator. */
export function operatorFunction(op: string): AbiName {
  return `hk_${op.slice(4)}` as AbiName
}

const ORDER = new Set(["dyn.lt", "dyn.le", "dyn.gt", "dyn.ge"])

/** Whether a value is a non-zero number, when its instruction says so. */
export type IsNonZero = (value: ValueId) => boolean

/** A binary operator other than `==`. `nonZero` answers for the second operand of the instruction. */
export function binary(e: Emit, inst: Inst, a: Operand, b: Operand, resultTy: Ty, nonZero: boolean): Operand | null {
  const direct = exact(e, inst.op, a, b, nonZero)
  if (direct !== undefined) return direct
  const generic = operatorFunction(inst.op)
  if (inst.op === "dyn.add" && ((a.ty.bits === STR && (b.ty.bits & ~NULL) !== 0) || (b.ty.bits === STR && (a.ty.bits & ~NULL) !== 0))) {
    return nullsApart(e, a, b, (x, y) => concat(e, x, y), generic)
  }
  if ((a.ty.bits & ~NULL) === STR && (b.ty.bits & ~NULL) === STR && (inst.op === "dyn.add" || ORDER.has(inst.op))) {
    return nullsApart(e, a, b, (x, y) => exact(e, inst.op, x, y, nonZero) ?? null, generic)
  }
  if (isNumeric(a.ty) && isNumeric(b.ty) && (inst.op in FLOAT_OPS || inst.op === "dyn.rem")) {
    return nullsApart(e, a, b, (x, y) => eachNumber(e, inst.op, x, y, resultTy, nonZero), generic)
  }
  const kindA = likely(a.ty)
  const kindB = likely(b.ty)
  if (kindA === 0 || kindB === 0 || ((kindA | kindB) & FLOAT && !(inst.op in FLOAT_OPS) && inst.op !== "dyn.rem")) {
    return e.rt(generic, [a, b], resultTy)
  }
  // The likely kinds by tag; whatever else comes goes to the runtime.
  const result = resultTy.bits === 0 ? plain(NUMBER) : resultTy
  const other = otherKinds(inst.op, a.ty, b.ty, kindA, kindB)
  const slow = e.b.createBlock()
  test(e, a, kindA, slow, !other)
  test(e, b, kindB, slow, !other)
  e.b.seal(slow)
  const x = e.narrow(a, plain(kindA))
  const y = e.narrow(b, plain(kindB))
  const fast = exact(e, inst.op, x, y, nonZero) ?? null
  if (!other) {
    const after = e.b.current
    const ended = e.b.isEnded
    e.b.switchTo(slow)
    e.rt(generic, [a, b], result)
    e.dead()
    if (!ended) e.b.switchTo(after)
    return fast
  }
  const join = e.join(result)
  join.add(fast)
  e.b.switchTo(slow)
  join.add(e.rt(generic, [a, b], result))
  return join.done()
}

/** True for numbers of either kind, or null. */
function isNumeric(ty: Ty): boolean {
  return (ty.bits & NUMBER) !== 0 && (ty.bits & ~(NUMBER | NULL)) === 0
}

/** The operator where an operand may be a number of either kind: one way for each. */
function eachNumber(e: Emit, op: string, a: Operand, b: Operand, resultTy: Ty, nonZero: boolean): Operand | null {
  const open = a.ty.bits === NUMBER ? a : b.ty.bits === NUMBER ? b : null
  if (open === null) return exact(e, op, a, b, nonZero) ?? null
  const go = (kind: number): Operand | null => {
    const known = e.narrow(open, plain(kind))
    return open === a ? eachNumber(e, op, known, b, resultTy, nonZero) : eachNumber(e, op, a, known, resultTy, nonZero)
  }
  const join = e.join(resultTy)
  const { yes, no } = e.branch(e.hasTag(open, TAG.INT))
  e.b.switchTo(yes)
  join.add(go(INT))
  e.b.switchTo(no)
  join.add(go(FLOAT))
  return join.done()
}

/** Tests for a number kind, going to `slow` with anything else. */
function test(e: Emit, op: Operand, kind: number, slow: ReturnType<Emit["b"]["createBlock"]>, cold: boolean): void {
  if (op.ty.bits === kind) return
  const holds = e.hasTag(op, kind === INT ? TAG.INT : TAG.FLOAT)
  const next = e.b.createBlock()
  e.b.branch(holds, next, slow, e.origin, cold ? "else" : null)
  e.b.seal(next)
  e.b.switchTo(next)
}

/** The number kind to expect of a type, or 0. */
function likely(ty: Ty): number {
  return ty.bits & INT ? INT : ty.bits & FLOAT
}

/** True if kinds besides the likely ones can succeed. */
function otherKinds(op: string, a: Ty, b: Ty, kindA: number, kindB: number): boolean {
  const restA = a.bits & ~kindA
  const restB = b.bits & ~kindB
  const numbers = op === "dyn.and" || op === "dyn.or" || op === "dyn.xor" || op === "dyn.shl" || op === "dyn.shr" ? INT : NUMBER
  if ((restA & numbers && b.bits & numbers) || (restB & numbers && a.bits & numbers)) return true
  if (op === "dyn.add") return ((restA & STR) !== 0 && (b.bits & ~NULL) !== 0) || ((restB & STR) !== 0 && (a.bits & ~NULL) !== 0)
  if (op === "dyn.mul") return (restA & STR) !== 0
  return ORDER.has(op) && (restA & restB & STR) !== 0
}

/** Handles null operands with the runtime function, which raises, and goes on without null. */
function nullsApart(e: Emit, a: Operand, b: Operand, go: (a: Operand, b: Operand) => Operand | null, generic: AbiName): Operand | null {
  const cold: { readonly block: ReturnType<Emit["b"]["createBlock"]> }[] = []
  const check = (op: Operand): Operand => {
    if ((op.ty.bits & NULL) === 0) return op
    const { yes, no } = e.branch(e.isNull(op), "then")
    cold.push({ block: yes })
    e.b.switchTo(no)
    return e.narrow(op, without(op.ty, NULL))
  }
  const x = check(a)
  const y = check(b)
  const result = go(x, y)
  const after = e.b.current
  for (const { block } of cold) {
    e.b.switchTo(block)
    e.rt(generic, [a, b])
    e.dead()
  }
  if (result !== null) e.b.switchTo(after)
  return result
}

/** The operator on exact kinds; undefined if there is no instruction for them. */
function exact(e: Emit, op: string, a: Operand, b: Operand, nonZero: boolean): Operand | null | undefined {
  const kinds = a.ty.bits | b.ty.bits
  const order = ORDER.has(op)
  const made = (value: ValueId, kind: number): Operand => ({ value, ty: plain(order ? BOOL : kind) })
  if (kinds === INT) {
    const name = INT_OPS[op]
    if (name === undefined) return undefined
    const x = e.convert(a, "i64")
    const y = e.convert(b, "i64")
    if ((op === "dyn.div" || op === "dyn.rem") && !nonZero) raiseIf(e, e.op("i64.eq", [y, e.i64(0n)]))
    return made(e.op(name, [x, y]), INT)
  }
  if (isNumber(a.ty) && isNumber(b.ty)) {
    if (order && a.ty.bits !== b.ty.bits) return mixedOrder(e, op, a, b)
    if (op === "dyn.rem") return e.rt("hk_f64_rem", [{ value: e.toF64(a), ty: plain(FLOAT) }, { value: e.toF64(b), ty: plain(FLOAT) }])
    const name = FLOAT_OPS[op]
    if (name === undefined) return undefined
    const x = e.toF64(a)
    const y = e.toF64(b)
    if (op === "dyn.div" && !nonZero) raiseIf(e, e.op("f64.eq", [y, e.b.constF64(0, e.origin)]))
    return made(e.op(name, [x, y]), FLOAT)
  }
  if (a.ty.bits === STR && b.ty.bits === STR) {
    if (op === "dyn.add") return concat(e, a, b)
    if (order) {
      const found = e.rt("hk_str_cmp", [a, b]) as Operand
      return made(e.op(INT_OPS[op] as string, [found.value, e.i64(0n)]), BOOL)
    }
  }
  if (op === "dyn.mul" && a.ty.bits === STR && b.ty.bits === INT) return e.rt("hk_str_repeat", [a, b])
  return undefined
}

function isNumber(ty: Ty): boolean {
  return ty.bits === INT || ty.bits === FLOAT
}

/** Raises DivisionByZero where the condition holds. */
function raiseIf(e: Emit, zero: ValueId): void {
  const { yes, no } = e.branch(zero, "then")
  e.b.switchTo(yes)
  e.rt("hk_raise_div_zero", [])
  e.b.switchTo(no)
}

/** An Integer against a Float by exact value: the runtime gives -1, 0, 1, or 2 for NaN. */
function mixedOrder(e: Emit, op: string, a: Operand, b: Operand): Operand {
  const flipped = a.ty.bits === FLOAT
  const found = e.rt("hk_i64_cmp_f64", flipped ? [b, a] : [a, b]) as Operand
  const direction = flipped ? { "dyn.lt": "dyn.gt", "dyn.le": "dyn.ge", "dyn.gt": "dyn.lt", "dyn.ge": "dyn.le" }[op] : op
  const r = found.value
  switch (direction) {
    case "dyn.lt":
      return e.boolean(e.op("i64.eq", [r, e.i64(-1n)]))
    case "dyn.le":
      return e.boolean(e.op("i64.le", [r, e.i64(0n)]))
    case "dyn.gt":
      return e.boolean(e.op("i64.eq", [r, e.i64(1n)]))
    default:
      return e.boolean(e.op("i64.eq", [e.op("i64.and", [r, e.i64(-2n)]), e.i64(0n)]))
  }
}

/** `+` where one side is a String and neither is null. */
function concat(e: Emit, a: Operand, b: Operand): Operand | null {
  if (a.ty.bits === STR && b.ty.bits === INT) return e.rt("hk_str_append_i64", [a, b])
  const left = text(e, a)
  if (left === null) return null
  const right = text(e, b)
  if (right === null) return null
  return e.rt("hk_str_concat", [left, right])
}

/** The text of an operand (4.5). */
export function text(e: Emit, op: Operand): Operand | null {
  switch (op.ty.bits) {
    case STR:
      return e.as(op, "str")
    case INT:
      return e.rt("hk_i64_text", [op])
    case FLOAT:
      return e.rt("hk_f64_text", [op])
    case TRUE:
    case FALSE:
    case BOOL:
      return e.rt("hk_bool_text", [op])
    default:
      return e.rt("hk_text", [op])
  }
}

/** `-a` and `~a`. */
export function unary(e: Emit, inst: Inst, a: Operand, resultTy: Ty): Operand | null {
  if (a.ty.bits === INT) return { value: e.op(inst.op === "dyn.neg" ? "i64.neg" : "i64.not", [e.convert(a, "i64")]), ty: plain(INT) }
  if (a.ty.bits === FLOAT && inst.op === "dyn.neg") return { value: e.op("f64.neg", [e.convert(a, "f64")]), ty: plain(FLOAT) }
  return e.rt(operatorFunction(inst.op), [a], resultTy)
}

/** The truth value of an operand. */
export function truthy(e: Emit, a: Operand): Operand | null {
  const { bits } = a.ty
  if (bits !== 0 && (bits & ~BOOL) === 0) return e.as(a, "bool")
  if (bits === INT) return e.boolean(e.op("i64.ne", [e.convert(a, "i64"), e.i64(0n)]))
  if (bits === FLOAT) return e.boolean(e.op("f64.ne", [e.convert(a, "f64"), e.b.constF64(0, e.origin)]))
  if (bits === STR) return e.boolean(e.op("i64.ne", [e.op("str.len", [e.convert(a, "str")]), e.i64(0n)]))
  const present = without(a.ty, NULL)
  if (present.bits !== bits && (present.bits === INT || present.bits === FLOAT || present.bits === STR || (present.bits !== 0 && (present.bits & ~BOOL) === 0))) {
    return truthy(e, presentOnly(e, a, present, () => e.rt("hk_truthy", [a])))
  }
  return e.rt("hk_truthy", [a], plain(BOOL))
}

/** `a == b`. */
export function equal(e: Emit, a: Operand, b: Operand): Operand {
  const decided = eqTy(a.ty, b.ty).bits
  if (decided === TRUE || decided === FALSE) return e.bool(decided === TRUE)
  if (b.ty.bits === NULL) return e.boolean(e.isNull(a))
  if (a.ty.bits === NULL) return e.boolean(e.isNull(b))
  const kinds = a.ty.bits | b.ty.bits
  if (kinds === INT) return e.boolean(e.op("i64.eq", [e.convert(a, "i64"), e.convert(b, "i64")]))
  if (kinds === FLOAT) return e.boolean(e.op("f64.eq", [e.convert(a, "f64"), e.convert(b, "f64")]))
  if ((kinds & ~BOOL) === 0) return e.boolean(e.op("bool.eq", [e.convert(a, "bool"), e.convert(b, "bool")]))
  if (kinds === STR) return e.rt("hk_str_eq", [a, b]) as Operand
  if (kinds === NUMBER && isNumber(a.ty) && isNumber(b.ty)) {
    const found = e.rt("hk_i64_cmp_f64", a.ty.bits === INT ? [a, b] : [b, a]) as Operand
    return e.boolean(e.op("i64.eq", [found.value, e.i64(0n)]))
  }
  if (isIdentity(e, a.ty) && isIdentity(e, b.ty)) {
    const isOpt = ((a.ty.bits | b.ty.bits) & NULL) !== 0
    const sole = exactClass(without(a.ty, NULL))
    const ref = sole !== null && sole === exactClass(without(b.ty, NULL)) ? e.repr(without(a.ty, NULL)) : "obj"
    const type = isOpt ? (`${ref}?` as Type) : ref
    return e.boolean(e.op(isOpt ? "opt.eq" : "ref.eq", [e.convert(a, type), e.convert(b, type)]))
  }
  return textOr(e, a, b) ?? numberOr(e, a, b) ?? (e.rt("hk_eq", [a, b]) as Operand)
}

/** `x == "text"` where x is a String or null. */
function textOr(e: Emit, a: Operand, b: Operand): Operand | null {
  const [open, known] = a.ty.bits === STR ? [b, a] : [a, b]
  if (known.ty.bits !== STR || open.ty.bits !== (STR | NULL)) return null
  const join = e.join(plain(BOOL))
  const { yes, no } = e.branch(e.isNull(open))
  e.b.switchTo(yes)
  join.add(e.bool(false))
  e.b.switchTo(no)
  join.add(e.rt("hk_str_eq", [e.narrow(open, plain(STR)), known]))
  return join.done()
}

/** `x == n` with a number of an exact kind on one side and an open operand on the other: the tag first. */
function numberOr(e: Emit, a: Operand, b: Operand): Operand | null {
  const [open, known] = a.ty.bits === INT ? [b, a] : [a, b]
  if (known.ty.bits !== INT || open.ty.bits & FLOAT || e.reprOf(open) !== "any") return null
  const join = e.join(plain(BOOL))
  const { yes, no } = e.branch(e.hasTag(open, TAG.INT))
  e.b.switchTo(yes)
  join.add(e.boolean(e.op("i64.eq", [e.op("any.i64", [open.value]), e.convert(known, "i64")])))
  e.b.switchTo(no)
  join.add(e.bool(false))
  return join.done()
}

/** True for types whose objects are equal only if they are the same. */
function isIdentity(e: Emit, ty: Ty): boolean {
  if ((ty.bits & ~(NULL | POINTER)) !== 0 || (ty.bits & (STR | LIB)) !== 0) return false
  if ((ty.bits & OBJECT) === 0) return true
  return ty.classes !== null && ty.classes.every((id) => e.inf.world.classById(id)?.kind !== "variant")
}

/** `a is null`. */
export function isNull(e: Emit, a: Operand): Operand {
  if ((a.ty.bits & NULL) === 0) return e.bool(false)
  return a.ty.bits === NULL ? e.bool(true) : e.boolean(e.isNull(a))
}

/** `a is T`. */
export function typeTest(e: Emit, a: Operand, name: string): Operand {
  const { world } = e.inf
  const found = world.typeTest(name)
  const passing = world.passing(a.ty, found)
  const failing = world.failing(a.ty, found)
  if (failing.bits === 0) return e.bool(true)
  if (passing.bits === 0) return e.bool(false)
  const tags: readonly (readonly [number, number])[] = [[NULL, TAG.NULL], [INT, TAG.INT], [FLOAT, TAG.FLOAT], [BOOL, TAG.BOOL]]
  for (const [bits, tag] of tags) {
    if ((passing.bits & ~bits) !== 0 || (failing.bits & bits) !== 0) continue
    return e.boolean(bits === NULL ? e.isNull(a) : e.hasTag(a, tag))
  }
  // A pointer kind against values that are no pointers.
  if ((passing.bits & ~POINTER) === 0 && (failing.bits & POINTER) === 0) {
    if (failing.bits === NULL) return e.boolean(e.op("bool.not", [e.isNull(a)]))
    return e.boolean(e.hasTag(a, TAG.PTR))
  }
  const ids = classNumbers(passing)
  if (ids === null || ids.length > 4) return e.rt("hk_is", [a, e.str(name)]) as Operand
  return classTest(e, a, ids)
}

/** Class numbers of a type that is all pointers, or null for too many. */
function classNumbers(ty: Ty): number[] | null {
  if ((ty.bits & ~POINTER) !== 0 || ty.classes === null) return null
  const ids = [...ty.classes]
  if (ty.bits & STR) ids.push(1)
  if (ty.bits & 64) ids.push(2)
  if (ty.bits & 128) ids.push(3)
  return ids
}

/** Whether an operand is an object of one of some classes; the state of the object does not matter. */
function classTest(e: Emit, a: Operand, ids: readonly number[]): Operand {
  const pointers = { bits: a.ty.bits & POINTER, classes: a.ty.classes, node: a.ty.node }
  const compare = (op: Operand): Operand => {
    const raw = e.op("class.id", [e.convert(op, soleClass(op.ty) === null ? "obj" : e.repr(op.ty))])
    const id = e.stubs.hasFini ? e.op("i64.and", [raw, e.i64(0x7fffffffn)]) : raw
    let found: ValueId | null = null
    for (const wanted of ids) {
      const same = e.op("i64.eq", [id, e.i64(BigInt(wanted))])
      found = found === null ? same : e.op("bool.or", [found, same])
    }
    return e.boolean(found as ValueId)
  }
  if ((a.ty.bits & ~POINTER) === 0) return compare(a)
  const join = e.join(plain(BOOL))
  const { yes, no } = e.branch((a.ty.bits & ~(POINTER | NULL)) === 0 ? e.op("bool.not", [e.isNull(a)]) : e.hasTag(a, TAG.PTR))
  e.b.switchTo(yes)
  join.add(compare({ value: e.convert({ value: a.value, ty: pointers }, "obj"), ty: pointers }))
  e.b.switchTo(no)
  join.add(e.bool(false))
  return join.done() as Operand
}
