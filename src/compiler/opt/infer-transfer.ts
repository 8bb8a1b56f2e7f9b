/**
 * What instructions of phase `built` compute, as abstract values.
 *
 * The one idea: one case for each operation; the result `BOTTOM` says that the instruction cannot succeed (yet), so nothing after
 * it runs. Operations without a result answer with null's type.
 *
 * Invariants: monotone in the operands; whatever a run can give is in the answer.
 */
import { Bug } from "../base/bug.ts"
import type { FieldRef, Inst, ValueId } from "../mir/ir.ts"
import { opDef } from "../mir/ops.ts"
import { abiRow } from "../../runtime/abi.ts"
import { INSTANCE_METHODS, LIBRARY, type LibraryBox, type LibraryBoxName, type LibraryMember, UNIVERSAL, libraryFunction, libraryMethod } from "../../runtime/prelude.ts"
import type { FuncFacts, Inference, Site } from "./infer.ts"
import { evalMember } from "./infer-library.ts"
import { type Narrowing, REFINE } from "./infer-refine.ts"
import { BOX_OF_KIND, memberName } from "./infer-world.ts"
import {
  ARR, BOOL, BOTTOM, FALSE, FLOAT, INT, LIB, MAP, NULL, NUMBER, OBJECT, STR, TRUE, type Ty, USER, objectTy, only, onlyClasses, plain, without,
} from "./types.ts"

/** The answer of operations that succeed without a result. */
const DONE = plain(NULL)

/** The value of an instruction, given the types of its operands so far. */
export function transfer(inf: Inference, facts: FuncFacts, inst: Inst, site: Site): Ty {
  for (const arg of inst.args) if (facts.ty(arg).bits === 0) return BOTTOM
  const arg = (i: number): Ty => facts.ty(inst.args[i] as ValueId)
  switch (inst.op) {
    case "const.i64":
      return plain(INT)
    case "const.f64":
      return plain(FLOAT)
    case "const.bool":
      return plain(inst.imm === true ? TRUE : FALSE)
    case "const.str":
      return plain(STR)
    case "const.null":
    case "const.none":
      return plain(NULL)
    case "any.box":
    case "ref.opt":
      return arg(0)
    case "any.i64":
      return only(arg(0), INT)
    case "any.f64":
      return only(arg(0), FLOAT)
    case "any.bool":
      return only(arg(0), BOOL)
    case "any.ref":
    case "opt.ref":
    case "ref.cast":
    case "any.opt": {
      const bound = inf.world.tyOfType(facts.func.types[inst.result as ValueId] ?? "any")
      const kinds = only(arg(0), bound.bits)
      const { classes } = bound
      return classes === null ? kinds : kinds.classes === null ? { ...bound, node: kinds.node, bits: kinds.bits & bound.bits } : onlyClasses(kinds, (id) => classes.includes(id))
    }
    case "select":
      return inf.nodes.join(arg(1), arg(2))
    case "bool.not":
      return plain((arg(0).bits & TRUE ? FALSE : 0) | (arg(0).bits & FALSE ? TRUE : 0))
    case REFINE:
      return narrow(inf, facts, arg(0), inf.narrowings.get(inst) as Narrowing)
    case "new":
    case "static.ref": {
      const id = inf.world.classId(String(inst.imm))
      inf.instantiate(id)
      return objectTy(id)
    }
    case "field.get": {
      const ref = inst.imm as FieldRef
      return inf.readField(inf.world.classId(ref.class), ref.field, site)
    }
    case "field.set": {
      const ref = inst.imm as FieldRef
      if (isClearing(facts, inst)) inf.clearField(inf.world.classId(ref.class), ref.field)
      else inf.writeField(inf.world.classId(ref.class), ref.field, arg(1))
      return DONE
    }
    case "global.get":
      return inf.readGlobal(String(inst.imm), site)
    case "global.set":
      inf.writeGlobal(String(inst.imm), arg(0))
      return DONE
    case "call": {
      const name = String(inst.imm)
      return inf.call(name.startsWith("$") ? inf.clone(name, inst, site) : name, inst.args.map((_, i) => arg(i)), site)
    }
    case "call.rt": {
      const row = abiRow(String(inst.imm))
      if (row === undefined) throw new Bug("opt/infer", `no runtime function ${String(inst.imm)}`)
      const result = inf.world.tyOfType(row.result)
      // A check gives its argument back.
      if (isCheck(String(inst.imm))) return only(inst.imm === "hk_expect_f64" && arg(0).bits & INT ? plain(FLOAT) : arg(0), result.bits)
      const mayGiveBack = result.node === 0
      inst.args.forEach((_, i) => {
        if (mayGiveBack || row.params[i]?.[2] === "own") inf.nodes.escape(arg(i))
      })
      return row.never === true ? BOTTOM : result
    }
    case "err.take":
      return objectTy(inf.world.classId("ErrorBox"))
    case "dyn.raise":
      return BOTTOM
    default:
      return inst.op.startsWith("dyn.") ? transferDynamic(inf, facts, inst, site, arg) : fixedResult(inf, facts, inst)
  }
}

/** True for runtime functions that give their argument as a certain type, or fail. */
export function isCheck(name: string): boolean {
  return name.startsWith("hk_expect_") && name !== "hk_expect_class"
}

/** Operations whose row fixes the type of the result. */
function fixedResult(inf: Inference, facts: FuncFacts, inst: Inst): Ty {
  if (opDef(inst.op) === undefined) throw new Bug("opt/infer", `no operation ${inst.op}`)
  return inst.result === null ? DONE : inf.world.tyOfType(facts.func.types[inst.result] ?? "any")
}

function transferDynamic(inf: Inference, facts: FuncFacts, inst: Inst, site: Site, arg: (i: number) => Ty): Ty {
  switch (inst.op) {
    case "dyn.add":
      return addTy(arg(0), arg(1))
    case "dyn.sub":
    case "dyn.div":
    case "dyn.rem":
      return plain(arithmeticBits(arg(0).bits, arg(1).bits))
    case "dyn.mul":
      return plain(arithmeticBits(arg(0).bits, arg(1).bits) | (arg(0).bits & STR && arg(1).bits & INT ? STR : 0))
    case "dyn.and":
    case "dyn.or":
    case "dyn.xor":
    case "dyn.shl":
    case "dyn.shr":
      return plain(arg(0).bits & arg(1).bits & INT)
    case "dyn.neg":
      return plain(arg(0).bits & NUMBER)
    case "dyn.bitnot":
      return plain(arg(0).bits & INT)
    case "dyn.truthy":
      return truthyTy(arg(0))
    case "dyn.eq":
      return eqTy(arg(0), arg(1))
    case "dyn.lt":
    case "dyn.le":
    case "dyn.gt":
    case "dyn.ge":
      return isOrdered(arg(0).bits, arg(1).bits) ? plain(BOOL) : BOTTOM
    case "dyn.is_null":
      return plain((arg(0).bits & NULL ? TRUE : 0) | (arg(0).bits & ~NULL ? FALSE : 0))
    case "dyn.is": {
      const test = inf.world.typeTest(String(inst.imm))
      return plain((inf.world.passing(arg(0), test).bits ? TRUE : 0) | (inf.world.failing(arg(0), test).bits ? FALSE : 0))
    }
    case "dyn.index":
      return indexTy(inf, arg(0), arg(1), site, inf.inRange.has(inst))
    case "dyn.index_set": {
      const base = only(arg(0), (arg(1).bits & INT ? ARR : 0) | (arg(1).bits & (INT | STR | BOOL) ? MAP : 0))
      if (base.bits === 0) return BOTTOM
      inf.nodes.store(base.node, arg(2))
      return DONE
    }
    case "dyn.get":
      return getTy(inf, arg(0), inst, site)
    case "dyn.set":
      return setTy(inf, arg(0), arg(1), inst, site)
    case "dyn.method":
      return methodTy(inf, inst, arg(0), inst.args.slice(1).map((v) => facts.ty(v)), site)
    case "dyn.call":
      return callTy(inf, arg(0), inst.args.slice(1).map((v) => facts.ty(v)), site)
    case "dyn.lib": {
      const found = libraryFunction(String(inst.imm), inst.args.length)
      if (found === undefined) return BOTTOM
      return evalMember(inf, inst, site, found.member, null, inst.args.map((v) => facts.ty(v)))
    }
    default:
      throw new Bug("opt/infer", `no transfer function for ${inst.op}`)
  }
}

/** Kinds of the result of `-` and the like. */
export function arithmeticBits(a: number, b: number): number {
  return (a & b & INT) | ((a & FLOAT && b & NUMBER) || (a & NUMBER && b & FLOAT) ? FLOAT : 0)
}

function addTy(a: Ty, b: Ty): Ty {
  const text = (a.bits & STR && b.bits & ~NULL) || (b.bits & STR && a.bits & ~NULL)
  return plain(arithmeticBits(a.bits, b.bits) | (text ? STR : 0))
}

/** The type of a truth value. */
export function truthyTy(a: Ty): Ty {
  if (a.bits & (NUMBER | STR)) return plain(BOOL)
  return plain(a.bits & BOOL)
}

function isOrdered(a: number, b: number): boolean {
  return (a & b & STR) !== 0 || ((a & NUMBER) !== 0 && (b & NUMBER) !== 0)
}

/** What `==` of two types can give. */
export function eqTy(a: Ty, b: Ty): Ty {
  if (a.bits === NULL && b.bits === NULL) return plain(TRUE)
  const group = (bits: number): number => (bits & NUMBER ? bits | NUMBER : bits) | (bits & BOOL ? BOOL : 0)
  const common = group(a.bits) & group(b.bits)
  if (common === 0) return plain(FALSE)
  if ((common & ~OBJECT) === 0 && a.classes !== null && b.classes !== null) {
    const other = b.classes
    if (!a.classes.some((id) => other.includes(id))) return plain(FALSE)
  }
  return plain(BOOL)
}

function indexTy(inf: Inference, base: Ty, index: Ty, site: Site, inRange: boolean): Ty {
  let result = BOTTOM
  const fromArray = (base.bits & ARR) !== 0 && (index.bits & INT) !== 0
  const fromMap = (base.bits & MAP) !== 0 && (index.bits & (INT | STR | BOOL)) !== 0
  if (fromArray || fromMap) {
    result = inf.nodes.elem(base.node, site)
    if (!inRange || !isPlainRead(base, index)) result = inf.nodes.join(result, plain(NULL))
  }
  if (base.bits & STR && index.bits & INT) result = inf.nodes.join(result, plain(STR))
  return result
}

/** True for reads of arrays and nothing else at an Integer index; what is known to be within bounds then gives an element. */
function isPlainRead(base: Ty, index: Ty): boolean {
  return (base.bits & ~(ARR | NULL)) === 0 && index.bits === INT
}

function getTy(inf: Inference, base: Ty, inst: Inst, site: Site): Ty {
  const { name, context } = memberName(inst.imm)
  let result = BOTTOM
  for (const id of inf.classesOf(base, site)) {
    const getter = inf.world.method(id, `get$${name}/0`)
    const field = inf.world.field(id, name)
    if (getter !== undefined) {
      if (getter.privateTo === null || getter.privateTo === context) result = inf.nodes.join(result, inf.call(getter.func, [objectTy(id)], site))
    } else if (inf.world.isClosure(id)) {
      // A function has no fields.
    } else if (field !== undefined && !field.isHidden) {
      if (field.privateTo === undefined || field.privateTo === context) result = inf.nodes.join(result, inf.readField(id, name, site))
    } else if (!inf.world.isVariant(id)) result = inf.nodes.join(result, plain(NULL))
  }
  if (base.bits & LIB) {
    for (const id of base.classes ?? inf.world.libraryIds) {
      const member = libraryField(inf, id, name)
      if (member !== undefined) result = inf.nodes.join(result, evalMember(inf, inst, site, member, onlyClasses(only(base, LIB), (c) => c === id), []))
    }
  }
  return result
}

/** A member of a library object that is readable as a field. */
export function libraryField(inf: Inference, id: number, name: string): LibraryMember | undefined {
  if (id > 63) return undefined
  const box = inf.world.libraryBox(id)
  const row: LibraryBox | undefined = Object.hasOwn(LIBRARY, box) ? LIBRARY[box as LibraryBoxName] : undefined
  return row?.fields !== undefined && Object.hasOwn(row.fields, name) ? row.fields[name] : undefined
}

function setTy(inf: Inference, base: Ty, value: Ty, inst: Inst, site: Site): Ty {
  const { name, context } = memberName(inst.imm)
  let done = false
  for (const id of inf.classesOf(base, site)) {
    const field = inf.world.field(id, name)
    if (field === undefined || field.isHidden || inf.world.isClosure(id) || inf.world.isVariant(id)) continue
    if (field.privateTo !== undefined && field.privateTo !== context) continue
    const stored = field.isWeak === true ? weakPart(inf, value) : value
    if (stored.bits === 0) continue
    inf.writeField(id, name, stored)
    done = true
  }
  return done ? DONE : BOTTOM
}

/** What a weak field takes of a value. */
export function weakPart(inf: Inference, value: Ty): Ty {
  return inf.world.passing(only(value, NULL | LIB), { bits: NULL | LIB, passes: (id) => id === inf.world.classId("WeakRef") })
}

/** Calls the function values in a type. */
export function callTy(inf: Inference, callee: Ty, args: readonly Ty[], site: Site): Ty {
  let result = BOTTOM
  for (const id of inf.classesOf(callee, site)) {
    if (!inf.world.isClosure(id)) continue
    const method = inf.world.method(id, `call/${args.length}`)
    if (method !== undefined) result = inf.nodes.join(result, inf.call(method.func, [objectTy(id), ...args], site))
  }
  return result
}

/** What answers a method call on an object of a class of the program. */
export type Answer =
  | { readonly by: "method"; readonly func: string; readonly privateTo: string | null }
  | { readonly by: "library"; readonly field: string }
  | { readonly by: "member"; readonly member: LibraryMember }
  | { readonly by: "field"; readonly field: string; readonly privateTo: string | null }
  | { readonly by: "call" }
  | { readonly by: "nothing" }

/** Finds what answers `m/n` on a class of the program (LANGUAGE.md 4.12). */
export function answerOf(inf: Inference, id: number, name: string, argc: number): Answer {
  const key = `${name}/${argc}`
  const { world } = inf
  const method = world.method(id, key)
  const cls = world.userClass(id)
  if (cls.kind === "closure") {
    if (name === "call") return { by: "call" }
    const found = libraryMethod("FunctionBox", name, argc)
    if (found !== undefined) return { by: "member", member: found.member }
  } else if (method !== undefined) return { by: "method", func: method.func, privateTo: method.privateTo }
  if (world.field(id, "$lib") !== undefined && libraryAnswers(inf, id, name, argc)) return { by: "library", field: "$lib" }
  if (Object.hasOwn(UNIVERSAL, key)) return { by: "member", member: UNIVERSAL[key as keyof typeof UNIVERSAL] }
  if (cls.kind !== "closure" && Object.hasOwn(INSTANCE_METHODS, key)) return { by: "member", member: INSTANCE_METHODS[key as keyof typeof INSTANCE_METHODS] }
  const field = world.field(id, name)
  if (cls.kind !== "closure" && field !== undefined && !field.isHidden) return { by: "field", field: name, privateTo: field.privateTo ?? null }
  return { by: "nothing" }
}

/** True if the library object a box extends may answer; universal methods count only where the library box has its own. */
function libraryAnswers(inf: Inference, id: number, name: string, argc: number): boolean {
  for (const box of inf.world.userClass(id).isNames) if (Object.hasOwn(LIBRARY, box) && libraryMethod(box, name, argc) !== undefined) return true
  return name === "toString" && argc === 0
}

/** True for library boxes whose methods take no receiver. */
export function isStateless(box: string | null): boolean {
  const row: LibraryBox | undefined = box !== null && Object.hasOwn(LIBRARY, box) ? LIBRARY[box as LibraryBoxName] : undefined
  return row?.stateless === true
}

/** Methods that null answers. */
const NULL_METHODS: ReadonlySet<string> = new Set(["toString/0", "equals/1", "is/1", "typeName/0"])

/** The row that a value which is no object of the program answers with; `box` null for null. */
export function libraryAnswer(box: string | null, name: string, argc: number): LibraryMember | undefined {
  const key = `${name}/${argc}`
  if (box === null) return NULL_METHODS.has(key) ? UNIVERSAL[key as keyof typeof UNIVERSAL] : undefined
  const found = libraryMethod(box, name, argc)
  if (found !== undefined) return found.member
  return Object.hasOwn(UNIVERSAL, key) ? UNIVERSAL[key as keyof typeof UNIVERSAL] : undefined
}

/** A method call: what each kind of receiver gives. */
export function methodTy(inf: Inference, inst: Inst, receiver: Ty, args: readonly Ty[], site: Site): Ty {
  const { name, context } = memberName(inst.imm)
  const { nodes } = inf
  let result = BOTTOM
  for (const id of inf.classesOf(receiver, site)) {
    const me = objectTy(id)
    const answer = answerOf(inf, id, name, args.length)
    switch (answer.by) {
      case "method":
        if (answer.privateTo === null || answer.privateTo === context) result = nodes.join(result, inf.call(answer.func, [me, ...args], site))
        break
      case "library":
        result = nodes.join(result, methodTy(inf, inst, inf.readField(id, answer.field, site), args, site))
        break
      case "member":
        result = nodes.join(result, evalMember(inf, inst, site, answer.member, me, args))
        break
      case "field":
        if (answer.privateTo === null || answer.privateTo === context) result = nodes.join(result, callTy(inf, inf.readField(id, answer.field, site), args, site))
        break
      case "call":
        result = nodes.join(result, callTy(inf, me, args, site))
        break
    }
  }
  for (const [bits, box] of BOX_OF_KIND) {
    if ((receiver.bits & bits) === 0) continue
    const member = libraryAnswer(box, name, args.length)
    if (member === undefined) continue
    // `a.get(i)` within bounds is `a[i]`.
    if (bits === ARR && inf.inRange.has(inst)) result = nodes.join(result, indexTy(inf, receiver, args[0] as Ty, site, true))
    else result = nodes.join(result, evalMember(inf, inst, site, member, only(receiver, bits), args))
  }
  if (receiver.bits & LIB) {
    for (const id of receiver.classes ?? inf.world.libraryIds) {
      if (id > 63) continue
      const member = libraryAnswer(inf.world.libraryBox(id), name, args.length)
      if (member === undefined) continue
      const part = { bits: LIB, classes: [id], node: receiver.node }
      const self = isStateless(inf.world.libraryBox(id)) && !Object.hasOwn(UNIVERSAL, `${name}/${args.length}`) ? null : part
      result = nodes.join(result, evalMember(inf, inst, site, member, self, args))
    }
  }
  if (receiver.bits & NULL) {
    const member = libraryAnswer(null, name, args.length)
    if (member !== undefined) result = nodes.join(result, evalMember(inf, inst, site, member, plain(NULL), args))
  }
  return result
}

function narrow(inf: Inference, facts: FuncFacts, ty: Ty, how: Narrowing): Ty {
  switch (how.by) {
    case "kinds":
      return only(ty, how.mask)
    case "test": {
      const test = inf.world.typeTest(how.name)
      return how.passed ? inf.world.passing(ty, test) : inf.world.failing(ty, test)
    }
    case "add": {
      const other = facts.ty(how.other).bits
      return other & STR ? without(ty, NULL) : only(ty, NUMBER | STR)
    }
    case "order": {
      const other = facts.ty(how.other).bits
      return only(ty, (other & STR ? STR : 0) | (other & NUMBER ? NUMBER : 0))
    }
    case "call":
      return onlyClasses(only(ty, USER), (id) => inf.world.isClosure(id))
    case "method": {
      let mask = libraryAnswer(null, how.name, how.argc) === undefined ? 0 : NULL
      for (const [bits, box] of BOX_OF_KIND) if (libraryAnswer(box, how.name, how.argc) !== undefined) mask |= bits
      const kinds = only(ty, mask | OBJECT)
      const answers = (id: number): boolean =>
        inf.world.classById(id) !== undefined ? answerOf(inf, id, how.name, how.argc).by !== "nothing" : libraryAnswer(inf.world.libraryBox(id), how.name, how.argc) !== undefined
      return onlyClasses(kinds, answers)
    }
  }
}

/** True for the stores of null with which a finaliser clears the fields. */
export function isClearing(facts: FuncFacts, inst: Inst): boolean {
  return facts.func.name.endsWith(".$fini/0") && (facts.ty(inst.args[1] as ValueId).bits & ~NULL) === 0
}
