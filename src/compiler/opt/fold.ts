/**
 * Local rewrites of one pure instruction by what defines its arguments: constants are computed, conversions that undo each
 * other vanish, identities of arithmetic apply. A rewrite never makes an instruction fail or read memory.
 */
import { type Scalar, evaluate, isScalarOp } from "../mir/kernels.ts"
import { isOpt, isRef } from "../mir/facts.ts"
import type { Immediate, Inst, Type, ValueId } from "../mir/ir.ts"

/** What an instruction may be replaced by: another value, a constant, or a simpler instruction. */
export type Folded =
  | { readonly kind: "value"; readonly value: ValueId }
  | { readonly kind: "inst"; readonly op: string; readonly args: readonly ValueId[]; readonly imm: Immediate | null }

/** The definition of a value, if it is an instruction. */
export type Definitions = (value: ValueId) => Inst | undefined

const INVERSE: Readonly<Record<string, string>> = {
  "i64.eq": "i64.ne",
  "i64.ne": "i64.eq",
  "i64.lt": "i64.ge",
  "i64.ge": "i64.lt",
  "i64.gt": "i64.le",
  "i64.le": "i64.gt",
  "f64.eq": "f64.ne",
  "f64.ne": "f64.eq",
}

const value = (v: ValueId): Folded => ({ kind: "value", value: v })

/** An instruction that gives a scalar. */
export function constantInst(scalar: Scalar): { readonly op: string; readonly args: readonly ValueId[]; readonly imm: Immediate } {
  const op = typeof scalar === "bigint" ? "const.i64" : typeof scalar === "number" ? "const.f64" : "const.bool"
  return { op, args: [], imm: scalar }
}

function constant(scalar: Scalar): Folded {
  return { kind: "inst", ...constantInst(scalar) }
}

/** The scalar a constant instruction gives, or undefined. */
export function scalarOf(inst: Inst | undefined): Scalar | undefined {
  if (inst === undefined) return undefined
  return inst.op === "const.i64" || inst.op === "const.f64" || inst.op === "const.bool" ? (inst.imm as Scalar) : undefined
}

/** The tag of a dynamic value made from a value of that type; undefined where it is not known. */
export function tagOfType(type: Type): bigint | undefined {
  if (type === "i64") return 1n
  if (type === "f64") return 2n
  if (type === "bool") return 3n
  return isRef(type) ? 4n : undefined
}

/** The class number that every object of an exact type answers with; undefined where that is not sure. */
export type ClassNumbers = (type: Type) => bigint | undefined

/** Simplifies an instruction, or returns null. */
export function fold(inst: Inst, types: readonly Type[], defOf: Definitions, classNumber: ClassNumbers): Folded | null {
  const { op, args } = inst
  if (isScalarOp(op)) return foldScalar(inst, defOf)
  const a = args[0]
  if (a === undefined) return null
  const typeOf = (v: ValueId): Type => types[v] ?? "unit"
  const def = defOf(a)
  const from = def?.args[0]
  const want: Type = inst.result === null ? "unit" : typeOf(inst.result)
  switch (op) {
    case "select": {
      const [, b, c] = args as readonly [ValueId, ValueId, ValueId]
      if (b === c) return value(b)
      const cond = scalarOf(def)
      if (cond !== undefined) return value(cond === true ? b : c)
      if (scalarOf(defOf(b)) === true && scalarOf(defOf(c)) === false) return value(a)
      if (def?.op === "bool.not" && from !== undefined) return { kind: "inst", op: "select", args: [from, c, b], imm: null }
      return null
    }
    case "any.tag": {
      if (def?.op === "const.null") return constant(0n)
      if (def?.op !== "any.box" || from === undefined) return null
      const tag = tagOfType(typeOf(from))
      return tag === undefined ? null : constant(tag)
    }
    case "any.i64":
    case "any.f64":
    case "any.bool":
      return def?.op === "any.box" && from !== undefined && typeOf(from) === want ? value(from) : null
    case "any.ref": {
      if (def?.op !== "any.box" || from === undefined) return null
      const held = typeOf(from)
      if (held === want) return value(from)
      if (isRef(held)) return { kind: "inst", op: "ref.cast", args: [from], imm: null }
      return isOpt(held) && held === `${want}?` ? { kind: "inst", op: "opt.ref", args: [from], imm: null } : null
    }
    case "any.opt": {
      if (def?.op === "const.null") return { kind: "inst", op: "const.none", args: [], imm: null }
      if (def?.op !== "any.box" || from === undefined) return null
      const held = typeOf(from)
      if (held === want) return value(from)
      return isRef(held) && `${held}?` === want ? { kind: "inst", op: "ref.opt", args: [from], imm: null } : null
    }
    case "any.box": {
      if (def === undefined) return null
      if (def.op === "const.none") return { kind: "inst", op: "const.null", args: [], imm: null }
      if (from === undefined) return null
      switch (def.op) {
        case "any.i64":
        case "any.f64":
        case "any.bool":
        case "any.ref":
        case "any.opt":
          return value(from)
        case "ref.opt":
        case "ref.cast":
          return { kind: "inst", op: "any.box", args: [from], imm: null }
        default:
          return null
      }
    }
    case "class.id": {
      const number = classNumber(typeOf(a)) ?? (def?.op === "ref.cast" && from !== undefined ? classNumber(typeOf(from)) : undefined)
      return number === undefined ? null : constant(number)
    }
    case "opt.is_null":
      if (def?.op === "const.none") return constant(true)
      return def?.op === "ref.opt" ? constant(false) : null
    case "opt.ref":
      if (def?.op !== "ref.opt" || from === undefined) return null
      return typeOf(from) === want ? value(from) : { kind: "inst", op: "ref.cast", args: [from], imm: null }
    case "ref.opt":
      return def?.op === "opt.ref" && from !== undefined && typeOf(from) === want ? value(from) : null
    case "ref.cast":
      if (typeOf(a) === want) return value(a)
      return def?.op === "ref.cast" && from !== undefined ? { kind: "inst", op: "ref.cast", args: [from], imm: null } : null
    case "ref.eq":
    case "opt.eq":
      return a === args[1] ? constant(true) : null
    case "str.len":
      return def?.op === "const.str" ? constant(BigInt([...(def.imm as string)].length)) : null
    default:
      return null
  }
}

function foldScalar(inst: Inst & { readonly op: string }, defOf: Definitions): Folded | null {
  const op = inst.op
  if (!isScalarOp(op)) return null
  const [a, b] = inst.args as readonly [ValueId, ValueId | undefined]
  const da = defOf(a)
  const ca = scalarOf(da)
  const db = b === undefined ? undefined : defOf(b)
  const cb = scalarOf(db)
  if (ca !== undefined && (b === undefined || cb !== undefined)) {
    const result = evaluate(op, b === undefined ? [ca] : [ca, cb as Scalar])
    return result === undefined ? null : constant(result)
  }
  if (b === undefined) {
    if (da === undefined || da.args[0] === undefined) return null
    if (op === da.op && (op === "i64.neg" || op === "i64.not" || op === "bool.not" || op === "f64.neg")) return value(da.args[0])
    if (op === "bool.not") {
      const inverse = INVERSE[da.op]
      if (inverse !== undefined) return { kind: "inst", op: inverse, args: da.args, imm: null }
    }
    return null
  }
  switch (op) {
    case "i64.add":
      if (cb === 0n) return value(a)
      if (ca === 0n) return value(b)
      return null
    case "i64.sub":
      if (cb === 0n) return value(a)
      if (a === b) return constant(0n)
      if (ca === 0n) return { kind: "inst", op: "i64.neg", args: [b], imm: null }
      return null
    case "i64.mul":
      if (cb === 1n) return value(a)
      if (ca === 1n) return value(b)
      if (ca === 0n || cb === 0n) return constant(0n)
      return null
    case "i64.div":
      return cb === 1n ? value(a) : null
    case "i64.rem":
      return cb === 1n || cb === -1n ? constant(0n) : null
    case "i64.and":
      if (a === b || cb === -1n) return value(a)
      if (ca === -1n) return value(b)
      return ca === 0n || cb === 0n ? constant(0n) : null
    case "i64.or":
      if (a === b || cb === 0n) return value(a)
      if (ca === 0n) return value(b)
      return ca === -1n || cb === -1n ? constant(-1n) : null
    case "i64.xor":
      if (a === b) return constant(0n)
      if (cb === 0n) return value(a)
      return ca === 0n ? value(b) : null
    case "i64.shl":
    case "i64.shr":
      return cb === 0n ? value(a) : null
    case "i64.eq":
    case "i64.le":
    case "i64.ge":
      return a === b ? constant(true) : null
    case "i64.ne":
    case "i64.lt":
    case "i64.gt":
      return a === b ? constant(false) : null
    case "bool.eq":
      if (a === b) return constant(true)
      if (cb === true) return value(a)
      if (ca === true) return value(b)
      if (cb === false) return { kind: "inst", op: "bool.not", args: [a], imm: null }
      return ca === false ? { kind: "inst", op: "bool.not", args: [b], imm: null } : null
    case "bool.and":
      if (a === b || cb === true) return value(a)
      if (ca === true) return value(b)
      return ca === false || cb === false ? constant(false) : null
    case "bool.or":
      if (a === b || cb === false) return value(a)
      if (ca === false) return value(b)
      return ca === true || cb === true ? constant(true) : null
    default:
      return null
  }
}
