/**
 * Values in the memory of a stopped run: what they are, how they look in one line, and what is in them.
 *
 * Reading never calls the program and never trusts the memory: an address is looked at only if it lies in the memory and
 * its object has a class that exists; anything else is shown as gone. What is nested is read when it is asked for, so a
 * cycle costs nothing.
 */
import { CLASSES } from "../../../runtime/classes.ts"
import { ARR, ARR_ELEMENT_SIZE, ARR_KIND, CLASS_DEAD, CLASS_MASK, CLASS_KIND, FIELD_FLAG, FIELD_REPR, HEADER, STR, TAG, VARIANT_SHAPE } from "../../../runtime/repr.ts"
import { FIRST_USER_CLASS, type Type } from "../../mir/ir.ts"
import { carrierOf, isNullable } from "../object-layout.ts"
import type { DebugExports } from "./debug-machine.ts"
import type { ConstantSource } from "./lines.ts"
import type { VmClass, VmProgram } from "./program.ts"

/** A value of a stopped program. `object` is an address in its memory. */
export type Value =
  | { readonly kind: "null" }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  /** A text that is not in the memory: a constant, or a result of the debugger. */
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "object"; readonly at: number }
  /** What was here is no longer there. */
  | { readonly kind: "gone" }

/** A part of an object. */
export interface Part {
  readonly name: string
  readonly value: Value
}

/** Most parts that one object shows. */
export const MOST_PARTS = 1000
/** Most UTF-16 units of a line about a value. */
const LINE = 120
/** Parts and levels of a value that its line shows. */
const LINE_PARTS = 8
const LINE_DEPTH = 3

const STRING = CLASSES.StringBox.id
const ARRAY = CLASSES.ArrayBox.id
const MAP = CLASSES.MapBox.id
const LIBRARY_NAMES: ReadonlyMap<number, string> = new Map(Object.values(CLASSES).map(({ id, typeName }) => [id, typeName]))
const GONE: Value = { kind: "gone" }
const NULL: Value = { kind: "null" }

/** Reads values of one instance while it stands still. */
export class Inspector {
  readonly #exports: DebugExports
  readonly #program: Pick<VmProgram, "classes" | "strings" | "constants" | "statics">
  readonly #view: DataView

  constructor(exports: DebugExports, program: Pick<VmProgram, "classes" | "strings" | "constants" | "statics">) {
    this.#exports = exports
    this.#program = program
    this.#view = new DataView(exports.memory.buffer)
  }

  /** The value of a register, or of two neighbours, at an address. */
  slot(at: number, type: Type): Value {
    if (!this.#holds(at, type === "any" ? 16 : 8)) return GONE
    const bits = this.#view.getBigInt64(at, true)
    switch (carrierOf(type)) {
      case "unit":
        return NULL
      case "i64":
        return { kind: "int", value: bits }
      case "f64":
        return { kind: "float", value: this.#view.getFloat64(at, true) }
      case "bool":
        return { kind: "bool", value: bits !== 0n }
      case "any":
        return this.#tagged(Number(BigInt.asUintN(32, bits)), at + 8)
      case "pointer":
        return bits === 0n && isNullable(type) ? NULL : this.#object(Number(BigInt.asUintN(32, bits)))
    }
  }

  /** The value that an operation for a constant makes. */
  constant(source: ConstantSource, type: Type): Value {
    switch (source.op) {
      case "null":
        return NULL
      case "str":
        return { kind: "text", value: this.#program.strings[source.n] ?? "" }
      case "static":
        return this.#object(this.#exports.hk_vm_debug_static(source.n))
      case "int":
        if (type === "bool") return { kind: "bool", value: source.n !== 0 }
        return carrierOf(type) === "pointer" ? NULL : { kind: "int", value: BigInt(source.n) }
      case "const": {
        const bits = this.#program.constants[source.n] ?? 0n
        if (type !== "f64") return { kind: "int", value: bits }
        const view = new DataView(new ArrayBuffer(8))
        view.setBigInt64(0, bits)
        return { kind: "float", value: view.getFloat64(0) }
      }
    }
  }

  /** What a cell holds. */
  cell(value: Value): Value {
    return value.kind === "object" ? (this.parts(value)[0]?.value ?? GONE) : GONE
  }

  /** Name of the value's type as the language says it. */
  typeName(value: Value): string {
    switch (value.kind) {
      case "null":
        return "Void"
      case "int":
        return "Integer"
      case "float":
        return "Float"
      case "bool":
        return "Bool"
      case "text":
        return "String"
      case "gone":
        return ""
      case "object": {
        const id = this.#classOf(value.at)
        const user = this.#userClass(id)
        if (user === null) return LIBRARY_NAMES.get(id) ?? ""
        return user.kind === CLASS_KIND.closure ? "FunctionBox" : this.#string(user.name)
      }
    }
  }

  /** The text of a string value, or null for other values. */
  text(value: Value): string | null {
    if (value.kind === "text") return value.value
    if (value.kind !== "object" || this.#classOf(value.at) !== STRING) return null
    const length = this.#u32(value.at + STR.BYTES)
    if (!this.#holds(value.at + STR.DATA, length)) return null
    return new TextDecoder().decode(new Uint8Array(this.#exports.memory.buffer, value.at + STR.DATA, length))
  }

  /** True if the value has parts. */
  hasParts(value: Value): boolean {
    return value.kind === "object" && this.#classOf(value.at) !== STRING && this.#parts(value.at, 1).length > 0
  }

  /** The parts of a value, at most `MOST_PARTS`. */
  parts(value: Value, most = MOST_PARTS): readonly Part[] {
    return value.kind === "object" ? this.#parts(value.at, most) : []
  }

  /** How many parts there are, shown or not. */
  size(value: Value): number {
    if (value.kind !== "object") return 0
    const id = this.#classOf(value.at)
    if (id === ARRAY) return this.#u32(value.at + ARR.LENGTH)
    return this.#parts(value.at, Number.POSITIVE_INFINITY).length
  }

  /** True if the object is an array. */
  isArray(value: Value): boolean {
    return value.kind === "object" && this.#classOf(value.at) === ARRAY
  }

  /** True if the object is a map. */
  isMap(value: Value): boolean {
    return value.kind === "object" && this.#classOf(value.at) === MAP
  }

  /** Element of an array; null outside of it, as the language says. */
  element(value: Value, index: number): Value {
    if (value.kind !== "object" || !this.isArray(value)) return GONE
    return index >= 0 && index < this.#u32(value.at + ARR.LENGTH) ? this.#element(value.at, index) : NULL
  }

  /** The value in one line. */
  line(value: Value): string {
    const line = this.#line(value, LINE_DEPTH)
    return line.length > LINE ? `${line.slice(0, LINE - 1)}…` : line
  }

  #line(value: Value, depth: number): string {
    switch (value.kind) {
      case "null":
        return "null"
      case "int":
        return `${value.value}`
      case "float":
        return floatText(value.value)
      case "bool":
        return `${value.value}`
      case "text":
        return JSON.stringify(cut(value.value))
      case "gone":
        return "‹gone›"
      case "object":
        break
    }
    const text = this.text(value)
    if (text !== null) return JSON.stringify(cut(text))
    const id = this.#classOf(value.at)
    const user = this.#userClass(id)
    const parts = depth === 0 ? [] : this.#parts(value.at, LINE_PARTS)
    const size = depth === 0 ? 1 : this.size(value)
    const shown = parts.map((part) => (id === ARRAY ? "" : user?.kind === CLASS_KIND.variant && user.shape === VARIANT_SHAPE.tuple ? "" : `${part.name}: `) + this.#line(part.value, depth - 1))
    if (size > parts.length) shown.push("…")
    const inside = shown.join(", ")
    if (id === ARRAY) return `[${inside}]`
    if (id === MAP) return `{${inside}}`
    if (user === null) return LIBRARY_NAMES.get(id) ?? "object"
    if (user.kind === CLASS_KIND.closure) return `fn/${user.arity}`
    if (user.kind === CLASS_KIND.variant) {
      const label = `${this.#string(user.name)}::${user.label === 0 ? "" : this.#string(user.label - 1)}`
      return user.shape === VARIANT_SHAPE.unit ? label : user.shape === VARIANT_SHAPE.record ? `${label} { ${inside} }` : `${label}(${inside})`
    }
    const dead = (this.#u32(value.at + HEADER.CLASS) & CLASS_DEAD) !== 0 ? " (after fini)" : ""
    return `${this.#string(user.name)}${size === 0 ? "" : ` { ${inside} }`}${dead}`
  }

  #parts(at: number, most: number): Part[] {
    const id = this.#classOf(at)
    const parts: Part[] = []
    if (id === ARRAY) {
      const length = Math.min(this.#u32(at + ARR.LENGTH), most, MOST_PARTS)
      for (let i = 0; i < length; i++) parts.push({ name: `${i}`, value: this.#element(at, i) })
    } else if (id === MAP) {
      const places = this.#exports.hk_vm_debug_map_places(at) >>> 0
      for (let i = 0; i < places && parts.length < Math.min(most, MOST_PARTS); i++) {
        const key = this.#exports.hk_vm_debug_map_key(at, i)
        if (key === 0) continue
        const slot = this.#exports.hk_vm_debug_map_value(at, i)
        parts.push({ name: this.text(this.#object(key)) ?? "", value: this.slot(slot, "any") })
      }
      if (parts.length < most) parts.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    } else {
      const user = this.#userClass(id)
      for (const field of user?.fields ?? []) {
        const name = this.#string(field.name)
        // What closures capture is hidden from programs, and worth seeing here.
        if ((field.flags & FIELD_FLAG.HIDDEN) !== 0 && (user?.kind === CLASS_KIND.box || user?.kind === CLASS_KIND.static)) continue
        let value = this.#field(at + field.offset, field.repr)
        if (user?.kind === CLASS_KIND.closure && this.#isCell(value)) value = this.cell(value)
        parts.push({ name, value })
        if (parts.length >= most) break
      }
    }
    return parts
  }

  #isCell(value: Value): boolean {
    return value.kind === "object" && this.#userClass(this.#classOf(value.at))?.kind === CLASS_KIND.cell
  }

  #field(at: number, repr: number): Value {
    if (!this.#holds(at, 8)) return GONE
    switch (repr) {
      case FIELD_REPR.I64:
        return { kind: "int", value: this.#view.getBigInt64(at, true) }
      case FIELD_REPR.F64:
        return { kind: "float", value: this.#view.getFloat64(at, true) }
      case FIELD_REPR.BOOL:
        return { kind: "bool", value: this.#view.getBigInt64(at, true) !== 0n }
      case FIELD_REPR.PTR: {
        const pointer = this.#u32(at)
        return pointer === 0 ? NULL : this.#object(pointer)
      }
      default:
        return this.slot(at, "any")
    }
  }

  #element(at: number, index: number): Value {
    const kind = this.#u32(at + ARR.KIND)
    const size = ARR_ELEMENT_SIZE[kind] ?? 0
    const place = this.#u32(at + ARR.DATA) + index * size
    if (size === 0 || !this.#holds(place, size)) return GONE
    switch (kind) {
      case ARR_KIND.I64:
        return { kind: "int", value: this.#view.getBigInt64(place, true) }
      case ARR_KIND.F64:
        return { kind: "float", value: this.#view.getFloat64(place, true) }
      case ARR_KIND.BOOL:
        return { kind: "bool", value: this.#view.getUint8(place) !== 0 }
      case ARR_KIND.REF:
        return this.#object(this.#u32(place))
      default:
        return this.slot(place, "any")
    }
  }

  #tagged(tag: number, at: number): Value {
    switch (tag) {
      case TAG.NULL:
        return NULL
      case TAG.INT:
        return { kind: "int", value: this.#view.getBigInt64(at, true) }
      case TAG.FLOAT:
        return { kind: "float", value: this.#view.getFloat64(at, true) }
      case TAG.BOOL:
        return { kind: "bool", value: this.#view.getBigInt64(at, true) !== 0n }
      case TAG.PTR:
        return this.#object(this.#u32(at))
      default:
        return GONE
    }
  }

  /** An object, if there is one at the address. */
  #object(at: number): Value {
    if (at <= 0 || at % 8 !== 0 || !this.#holds(at, 16) || this.#u32(at + HEADER.COUNT) === 0) return GONE
    const id = this.#classOf(at)
    return LIBRARY_NAMES.has(id) || this.#userClass(id) !== null ? { kind: "object", at } : GONE
  }

  #classOf(at: number): number {
    return this.#u32(at + HEADER.CLASS) & CLASS_MASK
  }

  #userClass(id: number): VmClass | null {
    return id < FIRST_USER_CLASS ? null : (this.#program.classes[id - FIRST_USER_CLASS] ?? null)
  }

  #string(number: number): string {
    return this.#program.strings[number] ?? ""
  }

  #u32(at: number): number {
    return this.#holds(at, 4) ? this.#view.getUint32(at, true) : 0
  }

  #holds(at: number, size: number): boolean {
    return at > 0 && at + size <= this.#view.byteLength
  }
}

function cut(text: string): string {
  return text.length > LINE ? `${text.slice(0, LINE)}…` : text
}

/** A float as the language writes it, near enough for looking. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return "NaN"
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf"
  const text = `${value}`
  return /[.e]/.test(text) ? text : `${text}.0`
}
