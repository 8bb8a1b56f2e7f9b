/**
 * The static part of a program in linear memory (string literals, class descriptors, immortal objects) and what the
 * functions need to know about it: addresses, layouts, signatures, error sites.
 *
 * Addresses are handed out as functions ask for them; `finish` gives the bytes. Every address is a multiple of 8.
 */
import { ABI, type AbiRow } from "../../../runtime/abi.ts"
import { invariant } from "../../base/bug.ts"
import { type FieldRef, FIRST_USER_CLASS, type Func, type Module, type Origin, type Type } from "../../mir/ir.ts"
import { type ClassLayout, CLASS, carrierOf, HEADER, IMMORTAL, layoutClasses, type Slot, STRING } from "../object-layout.ts"

/** A place that an error trace can name. */
export interface Site {
  /** Function as traces show it. */
  readonly function: string
  /** Null for code the compiler made. */
  readonly origin: Origin | null
}

/** Offsets in a class descriptor (`hk_class` of the C runtime, 32-bit layout). */
const DESCRIPTOR = { id: 0, size: 4, kind: 8, arity: 12, fieldCount: 16, isNameCount: 20, name: 24, fields: 28, isNames: 32, enumLabel: 36, shape: 40, bytes: 48 } as const
const FIELD = { offset: 0, repr: 4, flags: 5, name: 8, bytes: 12 } as const
const CLASS_KIND = { box: 0, static: 1, closure: 2, cell: 3, variant: 4 } as const
const SHAPE = { unit: 0, tuple: 1, record: 2 } as const
const REPR = { unit: 0, i64: 0, f64: 1, bool: 2, pointer: 3, any: 4 } as const
const FIELD_FLAG = { public: 1, hidden: 2 } as const

/** See the head of the file. */
export class ProgramImage {
  readonly module: Module
  readonly pendingAddress: number
  readonly depthLimitAddress: number
  readonly sites: Site[] = []
  readonly #base: number
  readonly #layouts: ReadonlyMap<string, ClassLayout>
  readonly #lineOf: (origin: Origin) => number
  readonly #strings = new Map<string, number>()
  readonly #statics = new Map<string, number>()
  readonly #siteIndex = new Map<string, number>()
  readonly #chunks: { readonly at: number; readonly bytes: Uint8Array }[] = []
  #end: number

  /** `base` is the first free address, `variables` the addresses of the runtime's; `lineOf` gives the 1-based line of an origin. */
  constructor(module: Module, base: number, variables: { readonly pending: number; readonly depthLimit: number }, lineOf: (origin: Origin) => number) {
    this.module = module
    this.#base = (base + 15) & ~15
    this.#end = this.#base
    this.pendingAddress = variables.pending
    this.depthLimitAddress = variables.depthLimit
    this.#layouts = layoutClasses(module)
    this.#lineOf = lineOf
  }

  /** Address of an immortal string with this content. Lone surrogates become U+FFFD. */
  stringAddress(text: string): number {
    const known = this.#strings.get(text)
    if (known !== undefined) return known
    const utf8 = new TextEncoder().encode(text)
    const { at, view, bytes } = this.#reserve(STRING.data + utf8.length)
    let codePoints = 0
    for (const byte of utf8) if ((byte & 0xc0) !== 0x80) codePoints++
    view.setUint32(HEADER.count, IMMORTAL, true)
    view.setUint32(HEADER.classWord, CLASS.string, true)
    view.setUint32(STRING.bytes, utf8.length, true)
    view.setUint32(STRING.codePoints, codePoints, true)
    view.setUint32(STRING.capacity, utf8.length, true)
    bytes.set(utf8, STRING.data)
    this.#strings.set(text, at)
    return at
  }

  /** Address of the immortal object of a class. */
  staticAddress(name: string): number {
    const known = this.#statics.get(name)
    if (known !== undefined) return known
    const { id, size } = this.classInfo(name)
    const { at, view } = this.#reserve(size)
    view.setUint32(HEADER.count, IMMORTAL, true)
    view.setUint32(HEADER.classWord, id, true)
    this.#statics.set(name, at)
    return at
  }

  /** The immortal objects in use: class and address. */
  get statics(): ReadonlyMap<string, number> {
    return this.#statics
  }

  /** Class number and object size in bytes. */
  classInfo(name: string): { readonly id: number; readonly size: number } {
    const def = this.module.classes.get(name)
    const layout = this.#layouts.get(name)
    invariant(def !== undefined && layout !== undefined, "backend/wasm", `no class ${name}`)
    return { id: def.id, size: layout.size }
  }

  /** Place of a field. */
  slot(ref: FieldRef): Slot {
    const slot = this.#layouts.get(ref.class)?.slots.get(ref.field)
    invariant(slot !== undefined, "backend/wasm", `no field ${ref.class}.${ref.field}`)
    return slot
  }

  /** Type of a module variable. */
  globalType(name: string): Type {
    const def = this.module.globals.get(name)
    invariant(def !== undefined, "backend/wasm", `no global ${name}`)
    return def.type
  }

  /** Row of a runtime function. */
  abi(name: string): AbiRow {
    invariant(Object.hasOwn(ABI, name), "backend/wasm", `no runtime function ${name}`)
    return ABI[name as keyof typeof ABI]
  }

  /** What a call of a function of the module needs. */
  functionSignature(name: string): { readonly symbol: string; readonly result: Type; readonly fails: boolean } {
    const func = this.module.funcs.get(name)
    invariant(func !== undefined, "backend/wasm", `no function ${name}`)
    return { symbol: functionSymbol(name), result: func.result, fails: func.fails }
  }

  /** Number of an error site, and its line (0 if it has none). */
  site(func: Func, origin: Origin | null): { readonly index: number; readonly line: number } {
    const shown = func.synthetic ? null : origin
    const key = shown === null ? "" : `${func.display}:${shown.file}:${shown.start}:${shown.end}`
    let index = this.#siteIndex.get(key)
    if (index === undefined) {
      index = this.sites.length
      this.sites.push({ function: shown === null ? "" : func.display, origin: shown })
      this.#siteIndex.set(key, index)
    }
    return { index, line: shown === null ? 0 : this.#lineOf(shown) }
  }

  /** Lays out the class descriptors and gives the whole image. Nothing may be asked for afterwards. */
  finish(): { readonly base: number; readonly bytes: Uint8Array; readonly end: number; readonly classes: number; readonly classCount: number } {
    const defs = [...this.module.classes.values()].sort((a, b) => a.id - b.id)
    const count = defs.reduce((n, def) => Math.max(n, def.id - FIRST_USER_CLASS + 1), 0)
    const table = this.#reserve(Math.max(8, count * DESCRIPTOR.bytes))
    for (const def of defs) {
      const row = (def.id - FIRST_USER_CLASS) * DESCRIPTOR.bytes
      const layout = this.#layouts.get(def.name) as ClassLayout
      const fields = this.#reserve(Math.max(8, def.fields.length * FIELD.bytes))
      def.fields.forEach((field, i) => {
        const slot = layout.slots.get(field.name) as Slot
        const at = i * FIELD.bytes
        fields.view.setUint32(at + FIELD.offset, slot.offset, true)
        fields.view.setUint8(at + FIELD.repr, REPR[carrierOf(field.type)])
        fields.view.setUint8(at + FIELD.flags, (field.isPublic ? FIELD_FLAG.public : 0) | (field.isHidden ? FIELD_FLAG.hidden : 0))
        fields.view.setUint32(at + FIELD.name, this.stringAddress(field.name), true)
      })
      const isNames = this.#reserve(Math.max(8, def.isNames.length * 4))
      def.isNames.forEach((name, i) => {
        isNames.view.setUint32(i * 4, this.stringAddress(name), true)
      })
      const put = (offset: number, value: number): void => table.view.setUint32(row + offset, value, true)
      put(DESCRIPTOR.id, def.id)
      put(DESCRIPTOR.size, layout.size)
      put(DESCRIPTOR.kind, CLASS_KIND[def.kind])
      put(DESCRIPTOR.arity, def.arity)
      put(DESCRIPTOR.fieldCount, def.fields.length)
      put(DESCRIPTOR.isNameCount, def.isNames.length)
      put(DESCRIPTOR.name, this.stringAddress(def.variant?.enum ?? def.isNames[0] ?? def.name))
      put(DESCRIPTOR.fields, fields.at)
      put(DESCRIPTOR.isNames, isNames.at)
      put(DESCRIPTOR.enumLabel, def.variant === null ? 0 : this.stringAddress(def.variant.label))
      put(DESCRIPTOR.shape, def.variant === null ? 0 : SHAPE[def.variant.shape])
    }
    const bytes = new Uint8Array(this.#end - this.#base)
    for (const chunk of this.#chunks) bytes.set(chunk.bytes, chunk.at - this.#base)
    return { base: this.#base, bytes, end: this.#end, classes: table.at, classCount: count }
  }

  #reserve(size: number): { readonly at: number; readonly bytes: Uint8Array; readonly view: DataView } {
    const at = this.#end
    const bytes = new Uint8Array((size + 7) & ~7)
    this.#end += bytes.length
    this.#chunks.push({ at, bytes })
    return { at, bytes, view: new DataView(bytes.buffer) }
  }
}

/** Name of a MIR function in the WebAssembly module; callbacks keep the names the runtime calls. */
export function functionSymbol(name: string): string {
  return name.startsWith("hk_cb_") ? (name.split("/")[0] as string) : `hako:${name}`
}
