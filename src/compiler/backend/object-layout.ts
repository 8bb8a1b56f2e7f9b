/**
 * Where the parts of an object lie in memory. The offsets are the same on every target, so that one table serves the
 * Wasm and the LLVM back end and the C runtime (`runtime/native/hk_value.h` states the same numbers in C).
 *
 * A user object is a header of 8 bytes and one slot a field, in field order: 8 bytes for unboxed values and pointers
 * (zero-extended), 16 for a dynamic value.
 */
import type { ClassDef, Module, Type } from "../mir/ir.ts"

/** Offsets within the header every heap object starts with. */
export const HEADER = { count: 0, classWord: 4, size: 8 } as const

/** Counts from here on belong to immortal objects and never change. */
export const IMMORTAL = 0x4000_0000

/** Bits of the class word that are not the class number. */
export const CLASS_WORD = { dead: 0x8000_0000, hasWeak: 0x4000_0000 } as const

/** Offsets within a string. */
export const STRING = { bytes: 8, codePoints: 12, hash: 16, capacity: 20, data: 24 } as const

/** Offsets within an array. */
export const ARRAY = { length: 8, capacity: 12, kind: 16, data: 24 } as const

/** Element kinds of arrays: number in the object and bytes an element. */
export const ELEMENT_KIND = {
  any: { kind: 0, size: 16 },
  i64: { kind: 1, size: 8 },
  f64: { kind: 2, size: 8 },
  bool: { kind: 3, size: 1 },
  ref: { kind: 4, size: 8 },
} as const satisfies Record<string, { readonly kind: number; readonly size: number }>

/** Tags of dynamic values. `error` occurs only as the result of a call that failed. */
export const TAG = { null: 0n, i64: 1n, f64: 2n, bool: 3n, ref: 4n, error: 255n } as const

/** Class numbers of the runtime's own classes that compiled code must know. */
export const CLASS = { string: 1, array: 2, map: 3 } as const

/** How a value is held in a machine: the six cases a back end distinguishes. */
export type Carrier = "unit" | "i64" | "f64" | "bool" | "any" | "pointer"

/** The carrier of a type. */
export function carrierOf(type: Type): Carrier {
  switch (type) {
    case "unit":
    case "i64":
    case "f64":
    case "bool":
    case "any":
      return type
    default:
      return "pointer"
  }
}

/** True for pointer types that may be null. */
export function isNullable(type: Type): boolean {
  return type.endsWith("?")
}

/** A field's place in its object, in bytes from the object's start. */
export interface Slot {
  readonly offset: number
  readonly type: Type
}

/** Size of an object of a class in bytes, header included, and the place of each field. */
export interface ClassLayout {
  readonly size: number
  readonly slots: ReadonlyMap<string, Slot>
}

/** Lays out one class. */
export function layoutClass(def: ClassDef): ClassLayout {
  const slots = new Map<string, Slot>()
  let offset: number = HEADER.size
  for (const field of def.fields) {
    slots.set(field.name, { offset, type: field.type })
    offset += field.type === "any" ? 16 : 8
  }
  return { size: offset, slots }
}

/** Lays out all classes of a module. */
export function layoutClasses(module: Module): ReadonlyMap<string, ClassLayout> {
  const layouts = new Map<string, ClassLayout>()
  for (const [name, def] of module.classes) layouts.set(name, layoutClass(def))
  return layouts
}
