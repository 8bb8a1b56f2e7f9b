/**
 * The static part of a program in linear memory (string literals, class descriptors, immortal objects) and what the
 * functions need to know about it: addresses, layouts, signatures, error sites.
 *
 * Addresses are handed out as functions ask for them; `finish` gives the bytes. Every address is a multiple of 8.
 */
import { ABI, type AbiRow } from "../../../runtime/abi.ts"
import { invariant } from "../../base/bug.ts"
import { type FieldRef, FIRST_USER_CLASS, type Func, type Module, type Origin, type Type } from "../../mir/ir.ts"
import { CLASS, type ClassLayout, describeClasses, HEADER, IMMORTAL, layoutClasses, type Slot, STRING } from "../object-layout.ts"
import { type ErrorSite, SiteTable, siteOf } from "../sites.ts"
import { DEPTH, globalName } from "./names.ts"
import type { ProgramPlaces, VariablePlace } from "./places.ts"

/** Offsets in a class descriptor (`hk_class` of the C runtime, 32-bit layout). */
const DESCRIPTOR = { id: 0, size: 4, kind: 8, arity: 12, fieldCount: 16, isNameCount: 20, name: 24, fields: 28, isNames: 32, enumLabel: 36, shape: 40, bytes: 48 } as const
const FIELD = { offset: 0, repr: 4, flags: 5, name: 8, bytes: 12 } as const

/** See the head of the file. */
export class ProgramImage implements ProgramPlaces {
  readonly module: Module
  readonly pendingAddress: number
  readonly depthLimitAddress: number
  readonly depth: VariablePlace = { kind: "global", name: DEPTH }
  readonly #base: number
  readonly #layouts: ReadonlyMap<string, ClassLayout>
  readonly #lineOf: (origin: Origin) => number
  readonly #strings = new Map<string, number>()
  readonly #statics = new Map<string, number>()
  readonly #sites = new SiteTable()
  readonly #encoder = new TextEncoder()
  /** The bytes from `#base` on. */
  #bytes = new Uint8Array(4096)
  #view = new DataView(this.#bytes.buffer)
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
    const utf8 = this.#encoder.encode(text)
    const at = this.#reserve(STRING.data + utf8.length)
    let codePoints = 0
    for (const byte of utf8) if ((byte & 0xc0) !== 0x80) codePoints++
    this.#put(at + HEADER.count, IMMORTAL)
    this.#put(at + HEADER.classWord, CLASS.string)
    this.#put(at + STRING.bytes, utf8.length)
    this.#put(at + STRING.codePoints, codePoints)
    this.#put(at + STRING.capacity, utf8.length)
    this.#bytes.set(utf8, at + STRING.data - this.#base)
    this.#strings.set(text, at)
    return at
  }

  /** Address of the immortal object of a class. */
  staticAddress(name: string): number {
    const known = this.#statics.get(name)
    if (known !== undefined) return known
    const { id, size } = this.classInfo(name)
    const at = this.#reserve(size)
    this.#put(at + HEADER.count, IMMORTAL)
    this.#put(at + HEADER.classWord, id)
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

  /** Module variables are globals of the module. */
  variable(name: string, part: number): VariablePlace {
    return { kind: "global", name: globalName(name, part) }
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

  /** Places that error traces name, by their numbers. */
  get sites(): readonly ErrorSite[] {
    return this.#sites.sites
  }

  /** Number of an error site, and its line (0 if it has none). */
  site(func: Func, origin: Origin | null): { readonly index: number; readonly line: number } {
    const site = siteOf(func, origin)
    return { index: this.#sites.number(site), line: site.origin === null ? 0 : this.#lineOf(site.origin) }
  }

  /** Lays out the class descriptors and gives the whole image. Nothing may be asked for afterwards. */
  finish(): { readonly base: number; readonly bytes: Uint8Array; readonly end: number; readonly classes: number; readonly classCount: number } {
    const classes = describeClasses(this.module)
    const count = classes.reduce((n, { id }) => Math.max(n, id - FIRST_USER_CLASS + 1), 0)
    const table = this.#reserve(Math.max(8, count * DESCRIPTOR.bytes))
    for (const { id, size, kind, arity, name, label, shape, fields, isNames } of classes) {
      const row = table + (id - FIRST_USER_CLASS) * DESCRIPTOR.bytes
      const fieldRows = this.#reserve(Math.max(8, fields.length * FIELD.bytes))
      fields.forEach((field, i) => {
        const at = fieldRows + i * FIELD.bytes
        this.#put(at + FIELD.offset, field.offset)
        this.#bytes[at + FIELD.repr - this.#base] = field.repr
        this.#bytes[at + FIELD.flags - this.#base] = field.flags
        this.#put(at + FIELD.name, this.stringAddress(field.name))
      })
      const nameRows = this.#reserve(Math.max(8, isNames.length * 4))
      isNames.forEach((isName, i) => {
        this.#put(nameRows + i * 4, this.stringAddress(isName))
      })
      const put = (offset: number, value: number): void => this.#put(row + offset, value)
      put(DESCRIPTOR.id, id)
      put(DESCRIPTOR.size, size)
      put(DESCRIPTOR.kind, kind)
      put(DESCRIPTOR.arity, arity)
      put(DESCRIPTOR.fieldCount, fields.length)
      put(DESCRIPTOR.isNameCount, isNames.length)
      put(DESCRIPTOR.name, this.stringAddress(name))
      put(DESCRIPTOR.fields, fieldRows)
      put(DESCRIPTOR.isNames, nameRows)
      put(DESCRIPTOR.enumLabel, label === null ? 0 : this.stringAddress(label))
      put(DESCRIPTOR.shape, shape)
    }
    return { base: this.#base, bytes: this.#bytes.subarray(0, this.#end - this.#base), end: this.#end, classes: table, classCount: count }
  }

  /** Address of so many zero bytes. */
  #reserve(size: number): number {
    const at = this.#end
    this.#end += (size + 7) & ~7
    const needed = this.#end - this.#base
    if (needed > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
      bytes.set(this.#bytes)
      this.#bytes = bytes
      this.#view = new DataView(bytes.buffer)
    }
    return at
  }

  #put(at: number, value: number): void {
    this.#view.setUint32(at - this.#base, value, true)
  }
}

/** Name of a MIR function in the WebAssembly module; callbacks keep the names the runtime calls. */
export function functionSymbol(name: string): string {
  return name.startsWith("hk_cb_") ? (name.split("/")[0] as string) : `hako:${name}`
}
