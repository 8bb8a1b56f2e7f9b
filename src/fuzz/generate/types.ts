/**
 * The types the generator thinks in. The language has none; they keep generated programs meaningful: an expression made for a
 * type evaluates to a value of it, except where an error is wanted.
 */

/** A set of values. `num` is Integer or Float, `any` any value that holds no other (plus enum values). */
export type Type =
  | { readonly kind: "int" | "float" | "num" | "str" | "bool" | "any" }
  | { readonly kind: "arr" | "map" | "opt" | "result" | "future"; readonly of: Type }
  | { readonly kind: "box" | "weak" | "enum"; readonly name: string }
  | { readonly kind: "fn"; readonly params: readonly Type[]; readonly result: Type }

export const INT: Type = { kind: "int" }
export const FLOAT: Type = { kind: "float" }
export const NUM: Type = { kind: "num" }
export const STR: Type = { kind: "str" }
export const BOOL: Type = { kind: "bool" }
export const ANY: Type = { kind: "any" }

/** Arrays of a type. */
export const arr = (of: Type): Type => ({ kind: "arr", of })
/** Maps from strings to a type. */
export const map = (of: Type): Type => ({ kind: "map", of })
/** A type or null. */
export const opt = (of: Type): Type => ({ kind: "opt", of })
/** Instances of a box. */
export const box = (name: string): Type => ({ kind: "box", name })

/** Whether two types are written alike. */
export function same(a: Type, b: Type): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Whether every value of `from` is one of `to`. */
export function fits(from: Type, to: Type): boolean {
  if (same(from, to)) return true
  if (to.kind === "num") return from.kind === "int" || from.kind === "float"
  if (to.kind === "any") return from.kind === "int" || from.kind === "float" || from.kind === "num" || from.kind === "str" || from.kind === "bool" || from.kind === "enum" || (from.kind === "opt" && fits(from.of, ANY))
  if (to.kind === "opt") return fits(from, to.of)
  return false
}

/** Plain values, whose text says all about them. */
export function isPlain(type: Type): boolean {
  return type.kind === "int" || type.kind === "float" || type.kind === "num" || type.kind === "str" || type.kind === "bool" || type.kind === "any"
}
