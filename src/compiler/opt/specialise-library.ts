/**
 * Carrying out rows of the library on operands of known types, and the fast paths of arrays.
 *
 * The one idea: the row names a runtime function, an operation or a function written in the language; arguments get the types it
 * takes, with a check where inference could not prove them. Reads, writes and appends of arrays with one kind of element go
 * straight to the elements, and the runtime is only called when the array turns out otherwise.
 *
 * Invariants: arguments are checked in order, after all of them are evaluated.
 */
import { Bug } from "../base/bug.ts"
import type { Inst, Type } from "../mir/ir.ts"
import { opDef } from "../mir/ops.ts"
import { ABI, type AbiName, type AbiRow } from "../../runtime/abi.ts"
import type { LibraryMember, LibraryType } from "../../runtime/prelude.ts"
import { chooseCode, hakoFunction, paramBits, paramType } from "./infer-library.ts"
import { type Emit, type Operand, arrayKind, isRef } from "./specialise-emit.ts"
import { ARR, BOOL, FLOAT, INT, MAP, NULL, NUMBER, STR, type Ty, plain, soleClass, without } from "./types.ts"

/** Calls function values: given by `specialise-access.ts`, which needs this module. */
export type CallValue = (e: Emit, callee: Operand, args: readonly Operand[], resultTy: Ty) => Operand | null

/** Carries out a row; null if it cannot return. `receiver` null for functions. */
export function carryOut(e: Emit, inst: Inst, member: LibraryMember, receiver: Operand | null, args: readonly Operand[], resultTy: Ty, chain: ReadonlyMap<string, string>, callValue: CallValue): Operand | null {
  const { params, impl } = chooseCode(member, args.map((a) => a.ty))
  const all = receiver === null ? args : [receiver, ...args]
  if ("unsupported" in impl) return e.rt("hk_raise_unsupported", [e.str(impl.unsupported)])
  if ("identity" in impl) {
    const self = all[0] as Operand
    return receiver === null ? expect(e, self, paramType(params, 0), null) : self
  }
  if ("array" in impl) return newArray(e, args, e.inf.nodes.elem(e.inf.nodeOf(inst), null))
  if ("hako" in impl) {
    const name = hakoFunction(e.inf, impl.hako, all.length)
    return e.call(e.inf.cloneOf(name, inst, chain), all)
  }
  if ("op" in impl) {
    if (impl.op === "dyn.call") return receiver === null ? null : callValue(e, receiver, args, resultTy)
    const row = opDef(impl.op)
    if (row === undefined) throw new Bug("opt/specialise", `no operation ${impl.op}`)
    const values = all.map((op, i) => {
      const want = row.args[i] as Type
      const checked = receiver !== null && i === 0 ? op : expect(e, op, paramType(params, receiver === null ? i : i - 1), want)
      return checked === null ? null : want === "f64" ? e.toF64(checked) : e.convert(checked, want)
    })
    if (values.some((v) => v === null)) return null
    return { value: e.op(impl.op, values.map((v) => v as NonNullable<typeof v>)), ty: e.inf.world.tyOfType(row.result as Type) }
  }
  const row: AbiRow = ABI[impl.abi]
  const prefix = (impl.prefix ?? []).map((constant) => (typeof constant === "bigint" ? e.int(constant) : e.str(constant)))
  if (impl.pack === true) {
    const packed = newArray(e, args, e.inf.world.tyOfType("any"))
    return packed === null ? null : e.rt(impl.abi, [...prefix, packed])
  }
  if (impl.abi === "hk_function_arity") {
    const cls = soleClass((all[0] as Operand).ty)
    if (cls !== null && e.inf.world.isClosure(cls)) return e.int(BigInt(e.inf.world.userClass(cls).arity))
  }
  // An array is visited itself.
  if (impl.abi === "hk_iter_of" && (all[0] as Operand).ty.bits === ARR) return all[0] as Operand
  const fast = fastPath(e, impl.abi, all, resultTy)
  if (fast !== undefined) return fast
  const operands: Operand[] = prefix
  for (let i = 0; i < all.length; i++) {
    // Constructors that ignore their arguments have no parameter for them.
    const want = row.params[operands.length]?.[1]
    if (want === undefined) break
    const op = all[i] as Operand
    const libraryType = receiver !== null ? (i === 0 ? null : paramType(params, i - 1)) : paramType(params, i)
    const checked = libraryType === null ? e.as(op, want) : expect(e, op, libraryType, want)
    if (checked === null) return null
    operands.push(checked)
  }
  const result = e.rt(impl.abi, operands)
  if (result === null) return null
  if (row.result === "unit" || isExactRepr(row.result)) return result
  return { value: result.value, ty: row.result === "any" ? resultTy : refine(e, result, resultTy) }
}

/** Representations that say all there is to know of a value. */
function isExactRepr(type: Type): boolean {
  return type === "i64" || type === "f64" || type === "bool" || type === "str"
}

/** A result whose representation says less than inference knows (its contents). */
function refine(e: Emit, result: Operand, resultTy: Ty): Ty {
  const own = e.inf.world.tyOfType(e.reprOf(result))
  return (resultTy.bits & ~own.bits) === 0 ? resultTy : own
}

/** The argument as a row takes it, checked where its type is open. `want` null: in whatever representation. */
export function expect(e: Emit, op: Operand, libraryType: LibraryType, want: Type | null): Operand | null {
  const allowed = paramBits(libraryType)
  const fits = (op.ty.bits & ~allowed) === 0 && !libraryType.startsWith("Box:")
  if (want === "f64" && (op.ty.bits === INT || op.ty.bits === FLOAT)) return { value: e.toF64(op), ty: plain(FLOAT) }
  if (want === "any" || want === null) {
    // Runtime functions on dynamic values check for themselves.
    if (want === "any" || fits) return want === null ? op : e.as(op, want)
  }
  if (fits && want !== "f64") return e.as(op, want as Type)
  if (!libraryType.startsWith("Box:") && op.ty.bits & NULL && op.ty.bits !== NULL && (op.ty.bits & ~NULL & ~allowed) === 0) {
    const check = EXPECT[want ?? "any"]
    const present = without(op.ty, NULL)
    if (check !== undefined && (want !== "f64" || present.bits === INT || present.bits === FLOAT)) {
      const some = presentOnly(e, op, present, () => e.rt(check, [op]))
      return want === "f64" ? { value: e.toF64(some), ty: plain(FLOAT) } : e.as(some, want as Type)
    }
  }
  const target = want ?? (allowed === INT ? "i64" : allowed === FLOAT ? "f64" : allowed === BOOL ? "bool" : allowed === STR ? "str" : "any")
  switch (target) {
    case "i64":
      return e.rt("hk_expect_i64", [op])
    case "f64":
      return e.rt("hk_expect_f64", [op])
    case "bool":
      return e.rt("hk_expect_bool", [op])
    case "str":
      return e.rt("hk_expect_str", [op])
    case "arr":
      return kept(op, ARR, e.rt("hk_expect_arr", [op]))
    case "map":
      return kept(op, MAP, e.rt("hk_expect_map", [op]))
    case "any":
    case "obj":
      return e.as(op, target)
  }
  const id = target.startsWith("box<") ? e.inf.world.classId(target.slice(4, -1)) : 0
  if (op.ty.classes?.length === 1 && op.ty.classes[0] === id && (op.ty.bits & (NULL | NUMBER | BOOL | STR | ARR | MAP)) === 0) return e.as(op, target)
  const checked = e.rt("hk_expect_class", [op, e.int(BigInt(id))])
  return checked === null ? null : { value: e.op("ref.cast", [checked.value], null, target), ty: e.inf.world.tyOfType(target) }
}

/** The runtime function that checks for a type. */
const EXPECT: { readonly [type: string]: AbiName } = { i64: "hk_expect_i64", f64: "hk_expect_f64", bool: "hk_expect_bool", str: "hk_expect_str", arr: "hk_expect_arr", map: "hk_expect_map" }

/** A checked container keeps what is known of its contents. */
function kept(before: Operand, bits: number, after: Operand | null): Operand | null {
  return after === null ? null : { value: after.value, ty: { bits, classes: [], node: before.ty.node } }
}

/** A new array of the operands. */
export function newArray(e: Emit, args: readonly Operand[], elem: Ty): Operand {
  const kind = arrayKind(elem, e.repr(elem))
  const made = e.rt("hk_arr_new", [e.int(kind), e.int(BigInt(args.length))], { bits: ARR, classes: [], node: 0 }) as Operand
  for (const arg of args) append(e, made, arg)
  return made
}

/** `a.push(v)` by the runtime function for the kind of v. */
function append(e: Emit, array: Operand, value: Operand): Operand | null {
  const name = value.ty.bits === INT ? "hk_arr_push_i64" : value.ty.bits === FLOAT ? "hk_arr_push_f64" : value.ty.bits !== 0 && (value.ty.bits & ~BOOL) === 0 ? "hk_arr_push_bool" : isRef(e.reprOf(value)) ? "hk_arr_push_ref" : "hk_arr_push"
  return e.rt(name, [array, value])
}

/** The scalar kind all elements have, as the suffix of the fast operations; null for others. */
export function scalarElements(e: Emit, array: Ty): "i64" | "f64" | "bool" | null {
  const { bits } = e.inf.nodes.elem(array.node, null)
  if ((bits & ~NULL) === INT) return "i64"
  if ((bits & ~NULL) === FLOAT) return "f64"
  return bits & BOOL && (bits & ~(NULL | BOOL)) === 0 ? "bool" : null
}

function fastPath(e: Emit, abi: AbiName, all: readonly Operand[], resultTy: Ty): Operand | null | undefined {
  const [array, second, third] = all as readonly [Operand, Operand | undefined, Operand | undefined]
  switch (abi) {
    case "hk_arr_get":
      return second?.ty.bits === INT && array.ty.bits === ARR ? readElement(e, array, second, resultTy) : undefined
    case "hk_arr_set":
      return second?.ty.bits === INT && third !== undefined && array.ty.bits === ARR ? writeElement(e, array, second, third) : undefined
    case "hk_arr_push":
    case "hk_arr_push_i64":
    case "hk_arr_push_f64":
    case "hk_arr_push_bool":
      return second !== undefined && array.ty.bits === ARR ? pushElement(e, array, second) : undefined
    default:
      return undefined
  }
}

/**
 * The element of an array at an Integer index, null outside. `onNull`: what to do in the cold block where the element is null, for
 * reads whose value is used strictly; the result is then never null.
 */
export function readElement(e: Emit, array: Operand, index: Operand, resultTy: Ty, onNull?: (e: Emit) => void): Operand | null {
  const elem = e.inf.nodes.elem(array.ty.node, null)
  const present = without(elem, NULL)
  const scalar = scalarElements(e, array.ty)
  const repr = e.repr(present)
  const a = e.convert(array, "arr")
  const i = e.convert(index, "i64")
  if (present.bits === 0 || (scalar === null && !isRef(repr))) {
    const found = e.rt("hk_arr_get", [{ value: a, ty: array.ty }, { value: i, ty: index.ty }]) as Operand
    const value = { value: found.value, ty: resultTy }
    if (onNull === undefined || present.bits === 0) return value
    return presentOnly(e, value, present, onNull)
  }
  const result = onNull === undefined ? resultTy : present
  const slow = e.b.createBlock()
  const got = e.b.emitFailing(scalar === null ? "arr.get.ref" : `arr.get.${scalar}`, [a, i], null, e.origin, slow, repr)
  e.b.seal(slow)
  const join = e.join(result)
  join.add({ value: got, ty: present })
  e.b.switchTo(slow)
  const found = e.rt("hk_arr_get", [{ value: a, ty: array.ty }, { value: i, ty: index.ty }]) as Operand
  const value = { value: found.value, ty: nullOr(elem) }
  if (onNull !== undefined) join.add(presentOnly(e, value, present, onNull))
  else if (scalar === null) join.add({ value: value.value, ty: resultTy })
  else {
    // Boxed anew, the result is seen to hold no reference on either way.
    const { yes, no } = e.branch(e.isNull(value))
    e.b.switchTo(yes)
    join.add(e.nothing())
    e.b.switchTo(no)
    join.add(e.narrow(value, present))
  }
  return join.done()
}

/** Reads an element and stores it; what is missing or of another kind takes the slow way to the same place. */
export function copyElement(e: Emit, kind: "i64" | "f64" | "bool", array: Operand, index: Operand, store: (value: Operand) => Operand | null): void {
  const present = without(e.inf.nodes.elem(array.ty.node, null), NULL)
  const a = e.convert(array, "arr")
  const i = e.convert(index, "i64")
  const slow = e.b.createBlock()
  const after = e.b.createBlock()
  const got = e.b.emitFailing(`arr.get.${kind}`, [a, i], null, e.origin, slow, kind)
  e.b.seal(slow)
  if (store({ value: got, ty: present }) !== null) e.b.jump(after, e.origin)
  e.b.switchTo(slow)
  const found = e.rt("hk_arr_get", [{ value: a, ty: array.ty }, { value: i, ty: index.ty }]) as Operand
  // The elements' type says no more of it than that it may be anything: the store takes it as it is.
  if (store({ value: found.value, ty: e.inf.world.tyOfType("any") }) !== null) e.b.jump(after, e.origin)
  e.b.seal(after)
  e.b.switchTo(after)
}

function nullOr(ty: Ty): Ty {
  return ty.bits & NULL ? ty : { ...ty, bits: ty.bits | NULL }
}

/** For `onNull`: the element is never null, whatever its type says. */
export const NEVER = (): void => {}

/** The operand where it is not null; elsewhere `onNull`, which does not return. */
export function presentOnly(e: Emit, op: Operand, present: Ty, onNull: (e: Emit) => void): Operand {
  if (onNull === NEVER) return e.narrow(op, present)
  const { yes, no } = e.branch(e.isNull(op), "then")
  e.b.switchTo(yes)
  onNull(e)
  e.dead()
  e.b.switchTo(no)
  return e.narrow(op, present)
}

/** Does what a failing fast operation could not do, and goes on. */
function orElse(e: Emit, name: string, args: readonly Operand["value"][], slowly: () => void): Operand {
  const slow = e.b.createBlock()
  const after = e.b.createBlock()
  e.b.performFailing(name, args, null, e.origin, slow)
  e.b.seal(slow)
  e.b.jump(after, e.origin)
  e.b.switchTo(slow)
  slowly()
  e.b.jump(after, e.origin)
  e.b.seal(after)
  e.b.switchTo(after)
  return e.nothing()
}

/** `a[i] = v` of an array. */
export function writeElement(e: Emit, array: Operand, index: Operand, value: Operand): Operand | null {
  const scalar = scalarElements(e, array.ty)
  if (scalar !== null && e.repr(value.ty) === scalar) {
    const args = [e.convert(array, "arr"), e.convert(index, "i64"), e.convert(value, scalar)]
    return orElse(e, `arr.set.${scalar}`, args, () => e.rt("hk_arr_set", [array, index, value]))
  }
  if (scalar !== null && isScalarOrNull(value.ty, scalar)) {
    return ifPresent(e, value, (present) => writeElement(e, array, index, present), () => e.rt("hk_arr_set", [array, index, value]))
  }
  return e.rt("hk_arr_set", [array, index, value])
}

/** True for the scalar kind or null. */
function isScalarOrNull(ty: Ty, scalar: "i64" | "f64" | "bool"): boolean {
  const kind = scalar === "i64" ? INT : scalar === "f64" ? FLOAT : BOOL
  return (ty.bits & NULL) !== 0 && (ty.bits & kind) !== 0 && (ty.bits & ~(NULL | kind)) === 0
}

/** One thing with a value that is not null, another with null. */
function ifPresent(e: Emit, value: Operand, present: (value: Operand) => Operand | null, absent: () => Operand | null): Operand | null {
  const join = e.join(plain(NULL))
  const { yes, no } = e.branch(e.isNull(value), "then")
  e.b.switchTo(yes)
  join.add(absent())
  e.b.switchTo(no)
  join.add(present(e.narrow(value, without(value.ty, NULL))))
  return join.done()
}

/** `a.push(v)`. */
export function pushElement(e: Emit, array: Operand, value: Operand): Operand | null {
  const scalar = scalarElements(e, array.ty)
  if (scalar !== null && e.repr(value.ty) === scalar) {
    const args = [e.convert(array, "arr"), e.convert(value, scalar)]
    return orElse(e, `arr.push.${scalar}`, args, () => append(e, array, value))
  }
  if (scalar !== null && isScalarOrNull(value.ty, scalar)) return ifPresent(e, value, (present) => pushElement(e, array, present), () => append(e, array, value))
  return append(e, array, value)
}
