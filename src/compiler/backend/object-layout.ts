/**
 * Where the parts of an object lie in memory. The offsets are the same on every target, so that one table serves the
 * Wasm and the LLVM back end and the C runtime (`runtime/native/hk_value.h` states the same numbers in C).
 *
 * A user object is a header of 8 bytes and one slot a field, in field order: 8 bytes for unboxed values and pointers
 * (zero-extended), 16 for a dynamic value.
 */
import { CLASS_KIND, FIELD_FLAG, FIELD_REPR, VARIANT_SHAPE } from "../../runtime/repr.ts"
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

/** What the runtime knows of a class (`hk_class` in C), with texts as texts. */
export interface ClassDescriptor {
  readonly id: number
  readonly size: number
  readonly kind: number
  readonly arity: number
  readonly name: string
  /** Null for what is no variant of an enum. */
  readonly label: string | null
  readonly shape: number
  readonly fields: readonly { readonly offset: number; readonly repr: number; readonly flags: number; readonly name: string }[]
  readonly isNames: readonly string[]
}

const REPR_OF = { unit: FIELD_REPR.I64, i64: FIELD_REPR.I64, f64: FIELD_REPR.F64, bool: FIELD_REPR.BOOL, pointer: FIELD_REPR.PTR, any: FIELD_REPR.ANY } as const

/** Describes all classes of a module, by rising number. */
export function describeClasses(module: Module): ClassDescriptor[] {
  return [...module.classes.values()]
    .sort((a, b) => a.id - b.id)
    .map((def) => {
      const { size, slots } = layoutClass(def)
      return {
        id: def.id,
        size,
        kind: CLASS_KIND[def.kind],
        arity: def.arity,
        name: def.variant?.enum ?? def.isNames[0] ?? def.name,
        label: def.variant?.label ?? null,
        shape: def.variant === null ? 0 : VARIANT_SHAPE[def.variant.shape],
        fields: def.fields.map((field) => ({
          offset: (slots.get(field.name) as Slot).offset,
          repr: REPR_OF[carrierOf(field.type)],
          flags: (field.isPublic ? FIELD_FLAG.PUBLIC : 0) | (field.isHidden ? FIELD_FLAG.HIDDEN : 0),
          name: field.name,
        })),
        isNames: def.isNames,
      }
    })
}
