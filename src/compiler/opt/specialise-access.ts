/**
 * Indexing, fields, methods and calls of function values on operands of known types.
 *
 * The one idea: the receiver's type gives the cases (kinds and classes). One case is done on the spot; several become a call of a
 * stub, which is the same code with a switch in front (`stubs.ts`). A case that cannot answer raises the error of LANGUAGE.md.
 *
 * Invariants: the cases cover every value the type admits, so the default of a switch is reached by dead objects only.
 */
import type { BlockId, Inst } from "../mir/ir.ts"
import { type LibraryMember, UNIVERSAL, libraryBox, libraryFunction, libraryMethodArities } from "../../runtime/prelude.ts"
import { CLASSES, type ClassName, SANDBOXED_BOXES } from "../../runtime/classes.ts"
import { TAG } from "../../runtime/repr.ts"
import { TRAPS, countsText } from "../../runtime/traps.ts"
import { answerOf, isStateless, libraryAnswer, libraryField, weakPart } from "./infer-transfer.ts"
import { BOX_OF_KIND, memberName } from "./infer-world.ts"
import { type Emit, type Operand, isRef } from "./specialise-emit.ts"
import { text } from "./specialise-arith.ts"
import { carryOut, presentOnly, readElement, writeElement } from "./specialise-library.ts"
import { ARR, BOOL, BOTTOM, FLOAT, INT, LIB, MAP, NULL, POINTER, STR, type Ty, objectTy, only, onlyClasses, plain, without } from "./types.ts"

/** Library functions cloned for the function being rewritten. */
export type Chain = ReadonlyMap<string, string>

const UNIVERSAL_ROWS: ReadonlySet<LibraryMember> = new Set<LibraryMember>(Object.values(UNIVERSAL))

/** One kind or class a receiver may have. */
interface Case {
  /** Tag for plain values, class number for objects. */
  readonly tag: number
  readonly classId: number | null
  readonly ty: Ty
}

/** The cases of a type; classes in ascending order. */
function casesOf(e: Emit, ty: Ty): Case[] {
  const out: Case[] = []
  if (ty.bits & NULL) out.push({ tag: TAG.NULL, classId: null, ty: plain(NULL) })
  if (ty.bits & INT) out.push({ tag: TAG.INT, classId: null, ty: plain(INT) })
  if (ty.bits & FLOAT) out.push({ tag: TAG.FLOAT, classId: null, ty: plain(FLOAT) })
  if (ty.bits & BOOL) out.push({ tag: TAG.BOOL, classId: null, ty: plain(ty.bits & BOOL) })
  if (ty.bits & STR) out.push({ tag: TAG.PTR, classId: 1, ty: plain(STR) })
  if (ty.bits & ARR) out.push({ tag: TAG.PTR, classId: 2, ty: only(ty, ARR) })
  if (ty.bits & MAP) out.push({ tag: TAG.PTR, classId: 3, ty: only(ty, MAP) })
  if (ty.bits & LIB) {
    for (const id of ty.classes ?? e.inf.world.libraryIds) if (id < 64) out.push({ tag: TAG.PTR, classId: id, ty: objectTy(id, ty.node) })
  }
  for (const id of e.inf.classesOf(ty, null).sort((a, b) => a - b)) out.push({ tag: TAG.PTR, classId: id, ty: objectTy(id) })
  return out
}

/**
 * Does something for each case of an operand. `group` puts cases with one key into one block; the operand then has their joint
 * type. `dead`: what to do with objects after `fini()`; null where they count as alive.
 */
function eachCase(e: Emit, op: Operand, resultTy: Ty, group: (c: Case) => string, act: (op: Operand, c: Case) => Operand | null, dead: ((op: Operand) => Operand | null) | null): Operand | null {
  const cases = casesOf(e, op.ty)
  const checksDead = dead !== null && e.stubs.hasFini && cases.some((c) => c.classId !== null && c.classId >= 64)
  if (cases.length === 1) {
    const only = cases[0] as Case
    const self = e.narrow(op, only.ty)
    if (checksDead && only.classId !== null && only.classId >= 64) e.failing("check.alive", [self.value], null, "unit")
    return act(self, only)
  }
  if (cases.length === 0) return e.dead()
  const common = group(cases[0] as Case)
  if (!checksDead && cases.every((c) => group(c) === common)) return act(op, cases[0] as Case)
  const join = e.join(resultTy.bits === 0 ? plain(NULL) : resultTy)
  const groups = new Map<string, { readonly block: BlockId; readonly cases: Case[] }>()
  const blockOf = (c: Case): BlockId => {
    const key = group(c)
    let entry = groups.get(key)
    if (entry === undefined) groups.set(key, (entry = { block: e.b.createBlock(), cases: [] }))
    entry.cases.push(c)
    return entry.block
  }
  const plainCases = cases.filter((c) => c.classId === null)
  const objects = cases.filter((c) => c.classId !== null)
  let pointer: Operand | null = op
  if (plainCases.length > 0 || e.reprOf(op) === "any" || e.reprOf(op).endsWith("?")) {
    const objectBlock = objects.length > 0 ? e.b.createBlock() : null
    if (e.reprOf(op).endsWith("?")) {
      const none = plainCases[0] === undefined ? null : blockOf(plainCases[0])
      if (none !== null && objectBlock !== null) e.b.branch(e.isNull(op), none, objectBlock, e.origin, "then")
      else e.b.jump(none ?? (objectBlock as BlockId), e.origin)
    } else {
      const targets = plainCases.map((c) => ({ value: BigInt(c.tag), to: blockOf(c) }))
      const last = objectBlock ?? (targets.pop() as { to: BlockId }).to
      e.b.switchOn(e.op("any.tag", [op.value]), targets, last, e.origin)
    }
    if (objectBlock !== null) {
      e.b.seal(objectBlock)
      e.b.switchTo(objectBlock)
      const ty = only(op.ty, POINTER)
      pointer = e.narrow(op, ty)
    } else pointer = null
  }
  let rest: BlockId | null = null
  const sole = objects.length === 1 ? (objects[0] as Case) : null
  if (pointer !== null && sole !== null && !(checksDead && (sole.classId as number) >= 64)) e.b.jump(blockOf(sole), e.origin)
  else if (pointer !== null) {
    const ref = isRef(e.reprOf(pointer)) ? pointer.value : e.convert(pointer, "obj")
    const word = e.op("class.id", [ref])
    // Where death does not matter its bit is taken away.
    const id = e.stubs.hasFini && !checksDead ? e.op("i64.and", [word, e.i64(0x7fffffffn)]) : word
    const targets = objects.map((c) => ({ value: BigInt(c.classId as number), to: blockOf(c) }))
    if (checksDead) rest = e.b.createBlock()
    const last = rest ?? (targets.pop() as { to: BlockId }).to
    e.b.switchOn(id, targets, last, e.origin)
  }
  for (const { block, cases: members } of groups.values()) {
    e.b.seal(block)
    e.b.switchTo(block)
    const first = members[0] as Case
    const ty = members.reduce<Ty>((sum, c) => e.inf.nodes.join(sum, c.ty), BOTTOM)
    const source = first.classId === null ? op : ((members.every((c) => c.classId !== null) ? pointer : op) as Operand)
    join.add(act(e.narrow(source, ty), first))
  }
  if (rest !== null) {
    e.b.seal(rest)
    e.b.switchTo(rest)
    join.add((dead as (op: Operand) => Operand | null)(e.as(pointer as Operand, "obj")))
  }
  return join.done()
}

const useAfterFini = (e: Emit) => (op: Operand): Operand | null => e.rt("hk_raise_dead", [op])

// Indexing.

/** `a[i]`. `onNull`: see `readElement`. */
export function index(e: Emit, base: Operand, at: Operand, resultTy: Ty, onNull?: (e: Emit) => void): Operand | null {
  const generic = (): Operand | null => {
    const found = e.rt("hk_index", [base, at], resultTy)
    if (found === null) return null
    if (resultTy.bits === 0) return e.dead()
    return onNull === undefined ? found : presentOnly(e, found, without(resultTy, NULL), onNull)
  }
  const kinds = base.ty.bits & ~NULL
  const key = at.ty.bits & ~NULL
  if ((kinds !== ARR && kinds !== MAP && kinds !== STR) || (key !== INT && !(kinds === MAP && key === STR))) return generic()
  // A null array or index fails.
  const fail = (): void => {
    e.rt("hk_index", [base, at])
  }
  const self = base.ty.bits & NULL ? presentOnly(e, base, only(base.ty, kinds), fail) : base
  const place = at.ty.bits & NULL ? presentOnly(e, at, only(at.ty, key), fail) : at
  if (kinds === ARR) return readElement(e, self, place, resultTy, onNull)
  if (kinds === STR) return e.rt("hk_str_char_at", [self, place])
  const found = e.rt(key === STR ? "hk_map_get_str" : "hk_map_get_i64", [self, place], resultTy) as Operand
  return onNull === undefined || resultTy.bits === NULL ? found : presentOnly(e, found, without(resultTy, NULL), onNull)
}

/** `a[i] = v`; null if it cannot succeed. */
export function indexSet(e: Emit, base: Operand, at: Operand, value: Operand): Operand | null {
  const kinds = base.ty.bits & ~NULL
  const key = at.ty.bits & ~NULL
  if (!(kinds === ARR && key === INT) && !(kinds === MAP && (key === STR || key === INT))) return e.rt("hk_index_set", [base, at, value])
  const fail = (): void => {
    e.rt("hk_index_set", [base, at, value])
  }
  const self = base.ty.bits & NULL ? presentOnly(e, base, only(base.ty, kinds), fail) : base
  const place = at.ty.bits & NULL ? presentOnly(e, at, only(at.ty, key), fail) : at
  if (kinds === ARR) return writeElement(e, self, place, value)
  return e.rt(key === STR ? "hk_map_set_str" : "hk_map_set_i64", [self, place, value])
}

// Fields.

/** `o.f` from outside the box, all cases on the spot. */
export function getField(e: Emit, inst: Inst, base: Operand, resultTy: Ty, chain: Chain): Operand | null {
  const { name, context } = memberName(inst.imm)
  const { world } = e.inf
  const key = (c: Case): string => {
    if (c.classId === null || c.classId < 4) return "none"
    if (c.classId < 64) return libraryField(e.inf, c.classId, name) === undefined ? "none" : `lib ${c.classId}`
    if (world.isClosure(c.classId)) return "none"
    const hasGetter = world.method(c.classId, `get$${name}/0`) !== undefined
    const field = world.field(c.classId, name)
    if (hasGetter || (field !== undefined && !field.isHidden)) return `user ${c.classId}`
    return world.isVariant(c.classId) ? "none" : "null"
  }
  return eachCase(e, base, resultTy, key, (op, c) => {
    const kind = key(c)
    if (kind === "none") return e.rt("hk_raise_field", [op, e.str(name)])
    if (kind === "null") return e.nothing()
    const id = c.classId as number
    if (id < 64) return carryOut(e, inst, libraryField(e.inf, id, name) as NonNullable<ReturnType<typeof libraryField>>, op, [], resultTy, chain, callValue)
    const getter = world.method(id, `get$${name}/0`)
    const box = getter !== undefined ? getter.privateTo : (world.field(id, name)?.privateTo ?? null)
    if (box !== null && box !== context) return e.rt("hk_raise_private_field", [e.str(name), e.str(box)])
    return getter !== undefined ? e.call(getter.func, [op]) : readField(e, op, id, name)
  }, useAfterFini(e))
}

/** The value of a field of an object of a known class. */
export function readField(e: Emit, object: Operand, id: number, name: string): Operand {
  const ty = e.inf.readField(id, name, null)
  const cls = e.inf.world.className(id)
  const value = e.op("field.get", [e.convert(object, `box<${cls}>`)], { class: cls, field: name }, e.stubs.fieldType(id, name))
  return { value, ty }
}

/** Stores into a field of an object of a known class. */
export function writeField(e: Emit, object: Operand, id: number, name: string, value: Operand): void {
  const cls = e.inf.world.className(id)
  e.b.perform("field.set", [e.convert(object, `box<${cls}>`), e.convert(value, e.stubs.fieldType(id, name))], { class: cls, field: name }, e.origin)
}

/** `o.f = v` from outside the box, all cases on the spot. */
export function setField(e: Emit, inst: Inst, base: Operand, value: Operand): Operand | null {
  const { name, context } = memberName(inst.imm)
  const { world } = e.inf
  const fieldOf = (c: Case): ReturnType<typeof world.field> => {
    if (c.classId === null || c.classId < 64 || world.isClosure(c.classId) || world.isVariant(c.classId)) return undefined
    const field = world.field(c.classId, name)
    return field === undefined || field.isHidden ? undefined : field
  }
  return eachCase(e, base, plain(NULL), (c) => (fieldOf(c) === undefined ? "none" : `user ${c.classId}`), (op, c) => {
    const field = fieldOf(c)
    const id = c.classId as number
    if (field === undefined) {
      if (id >= 64 && world.method(id, `get$${name}/0`) !== undefined) return raise(e, "TypeError", [`'${name}' is a computed property and cannot be assigned`])
      return e.rt("hk_raise_field", [op, e.str(name)])
    }
    if (field.privateTo !== undefined && field.privateTo !== context) return e.rt("hk_raise_private_field", [e.str(name), e.str(field.privateTo)])
    let stored = value
    if (field.isWeak === true) {
      const weak = weakValue(e, value, `${world.className(id)}.${name}`)
      if (weak === null) return null
      stored = weak
    }
    writeField(e, op, id, name, stored)
    return e.nothing()
  }, useAfterFini(e))
}

/** A value for a weak field: a WeakRef or null, anything else raises (LANGUAGE.md 3.2). */
export function weakValue(e: Emit, value: Operand, field: string): Operand | null {
  const allowed = weakPart(e.inf, value.ty)
  const weakId = e.inf.world.classId("WeakRef")
  const refused = onlyClasses(without(value.ty, NULL), (id) => id !== weakId)
  if (refused.bits === 0) return value
  return eachCase(e, value, allowed, (c) => (c.tag === TAG.NULL || c.classId === weakId ? "good" : c.classId !== null && c.classId > 3 ? "box" : "plain"), (op, c) => {
    if (c.tag === TAG.NULL || c.classId === weakId) return op
    const kind = e.rt("hk_type_name", [op]) as Operand
    return c.classId !== null && c.classId > 3
      ? raise(e, "TypeError", ["Cannot assign Box (", kind, `) to weak field '${field}'. Use 'weak <expr>' to make a weak reference`])
      : raise(e, "TypeError", ["Cannot assign ", kind, ` to weak field '${field}'. Weak fields require WeakRef type.`])
  }, null)
}

/** Raises an error of a kind with a text. */
export function raise(e: Emit, kind: keyof typeof TRAPS, parts: readonly (string | Operand)[]): null {
  let message: Operand | null = null
  for (const part of parts) {
    const piece: Operand | null = typeof part === "string" ? e.str(part) : text(e, part)
    if (piece === null) return null
    message = message === null ? piece : e.rt("hk_str_concat", [message, piece])
  }
  e.rt("hk_raise", [e.int(BigInt(TRAPS[kind].code)), message ?? e.str("")])
  return null
}

// Methods and calls.

/** `o.m(…)`, all cases on the spot. */
export function callMethod(e: Emit, inst: Inst, receiver: Operand, args: readonly Operand[], resultTy: Ty, chain: Chain): Operand | null {
  const { name, context } = memberName(inst.imm)
  const { world } = e.inf
  const argc = args.length
  const key = (c: Case): string => {
    if (c.classId === null || c.classId < 64) {
      const box = boxOfCase(e, c)
      const member = libraryAnswer(box, name, argc)
      if (member === undefined) return box !== null && libraryMethodArities(box, name).length > 0 ? `arity ${box}` : "nothing"
      return UNIVERSAL_ROWS.has(member) ? "universal" : `${c.tag} ${c.classId}`
    }
    const answer = answerOf(e.inf, c.classId, name, argc)
    if (answer.by === "nothing") return world.methodArities(c.classId, name).length > 0 ? `arity ${c.classId}` : "nothing"
    return answer.by === "member" ? (UNIVERSAL_ROWS.has(answer.member) ? "universal" : "instance") : `user ${c.classId}`
  }
  const isFini = name === "fini" && argc === 0
  const survives = isFini || ((name === "toString" || name === "typeName") && argc === 0)
  return eachCase(e, receiver, resultTy, key, (op, c) => {
    if (c.classId === null || c.classId < 64) {
      const box = boxOfCase(e, c)
      const member = libraryAnswer(box, name, argc)
      if (member !== undefined) return carryOut(e, inst, member, isStateless(box) && !UNIVERSAL_ROWS.has(member) ? null : op, args, resultTy, chain, callValue)
      if (box === null) return e.rt("hk_raise_unknown_method", [op, e.str(name)])
      return noMethod(e, op, CLASSES[box].typeName, name, libraryMethodArities(box, name), argc)
    }
    const answer = answerOf(e.inf, c.classId, name, argc)
    switch (answer.by) {
      case "method":
        if (answer.privateTo !== null && answer.privateTo !== context) return e.rt("hk_raise_private_method", [e.str(name), e.str(answer.privateTo)])
        return e.call(answer.func, [op, ...args])
      case "library":
        return callMethod(e, inst, readField(e, op, c.classId, answer.field), args, resultTy, chain)
      case "member":
        return carryOut(e, inst, answer.member, op, args, resultTy, chain, callValue)
      case "field":
        if (answer.privateTo !== null && answer.privateTo !== context) return e.rt("hk_raise_private_field", [e.str(name), e.str(answer.privateTo)])
        return callValue(e, readField(e, op, c.classId, answer.field), args, resultTy)
      case "call":
        return callValue(e, op, args, resultTy)
      case "nothing":
        return noMethod(e, op, world.userClass(c.classId).name, name, world.methodArities(c.classId, name), argc)
    }
  }, survives ? null : useAfterFini(e))
}

function boxOfCase(e: Emit, c: Case): ClassName | null {
  if (c.classId !== null) return c.classId < 64 ? e.inf.world.libraryBox(c.classId) : null
  for (const [bits, box] of BOX_OF_KIND) if ((c.ty.bits & ~bits) === 0) return box
  return null
}

/** `arities` are the argument counts with which `type`, the kind of `op`, has a method of that name. */
function noMethod(e: Emit, op: Operand, type: string, name: string, arities: readonly number[], got: number): Operand | null {
  return arities.length === 0 ? e.rt("hk_raise_unknown_method", [op, e.str(name)]) : wrongCount(e, `${type}.${name}`, arities, got)
}

function wrongCount(e: Emit, what: string, expected: readonly number[], got: number): null {
  return raise(e, "ArityError", [`'${what}' expects ${countsText(expected)} argument(s), got ${got}`])
}

/** Calls a function value, all cases on the spot. */
export function callValue(e: Emit, callee: Operand, args: readonly Operand[], resultTy: Ty): Operand | null {
  const { world } = e.inf
  const method = (c: Case): string | null => (c.classId !== null && c.classId >= 64 && world.isClosure(c.classId) ? (world.method(c.classId, `call/${args.length}`)?.func ?? "arity") : null)
  return eachCase(e, callee, resultTy, (c) => (method(c) === null ? "none" : `fn ${c.classId}`), (op, c) => {
    const func = method(c)
    if (func === null) return e.rt("hk_raise_not_callable", [op])
    if (func !== "arity") return e.call(func, [op, ...args])
    const cls = world.userClass(c.classId as number)
    const own = e.inf.module.funcs.get(world.method(cls.id, `call/${cls.arity}`)?.func ?? "")
    return wrongCount(e, own?.display ?? cls.name, world.methodArities(cls.id, "call"), args.length)
  }, useAfterFini(e))
}

/** A function of the library by name. */
export function callLibrary(e: Emit, inst: Inst, args: readonly Operand[], resultTy: Ty, chain: Chain): Operand | null {
  const name = String(inst.imm)
  const found = libraryFunction(name, args.length)
  if (found !== undefined) return carryOut(e, inst, found.member, null, args, resultTy, chain, callValue)
  if (name.startsWith("new ")) {
    const box = name.slice(4)
    if (libraryBox(box) !== undefined && !SANDBOXED_BOXES.includes(box)) return e.rt("hk_raise_no_constructor", [e.str(box), e.int(BigInt(args.length))])
    return e.rt("hk_raise_unsupported", [e.str(box)])
  }
  const counts = [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((count) => libraryFunction(name, count) !== undefined)
  if (counts.length > 0) return wrongCount(e, name, counts, args.length)
  return e.rt("hk_raise_unsupported", [e.str(name)])
}

/** The number of cases of a receiver: one is done on the spot, more in a stub. */
export function caseCount(e: Emit, ty: Ty): number {
  return casesOf(e, ty).length
}

/** True if a method call on a type needs code that belongs to one call only. */
export function isTiedToCall(e: Emit, ty: Ty, name: string, argc: number): boolean {
  return casesOf(e, ty).some((c) => {
    if (c.classId !== null && c.classId >= 64) return answerOf(e.inf, c.classId, name, argc).by === "library"
    const member = libraryAnswer(boxOfCase(e, c), name, argc)
    return member !== undefined && "hako" in member.impl
  })
}
