/**
 * The tables that the functions of a program share: constants, strings, immortal objects, variables, functions, error
 * sites. Numbers are handed out as functions ask for them.
 */
import { ABI, type AbiRow } from "../../../runtime/abi.ts"
import { invariant } from "../../base/bug.ts"
import { type FieldRef, FIRST_USER_CLASS, type Func, type Module, type Origin } from "../../mir/ir.ts"
import { carrierOf, type ClassLayout, describeClasses, layoutClasses, type Slot } from "../object-layout.ts"
import { type ErrorSite, SiteTable, siteOf } from "../sites.ts"
import { GLOBAL_KIND, type VmClass } from "./program.ts"

const STAGE = "backend/vm"

/** Numbers of the runtime's functions: the position of the row. */
const ABI_NUMBERS: ReadonlyMap<string, number> = new Map(Object.keys(ABI).map((name, i) => [name, i]))

/** See the head of the file. */
export class ProgramTables {
  readonly module: Module
  readonly lines: number[] = []
  readonly strings: string[] = []
  readonly statics: number[] = []
  readonly globals: number[] = []
  readonly #lineOf: (origin: Origin) => number
  readonly #layouts: ReadonlyMap<string, ClassLayout>
  readonly #constants: bigint[] = []
  readonly #constantNumbers = new Map<bigint, number>()
  readonly #stringNumbers = new Map<string, number>()
  readonly #staticNumbers = new Map<string, number>()
  readonly #globalNumbers = new Map<string, number>()
  readonly #sites = new SiteTable()
  readonly #functionNumbers: ReadonlyMap<string, number>

  constructor(module: Module, lineOf: (origin: Origin) => number) {
    this.module = module
    this.#lineOf = lineOf
    this.#layouts = layoutClasses(module)
    this.#functionNumbers = new Map([...module.funcs.keys()].map((name, i) => [name, i]))
    for (const def of module.globals.values()) {
      this.#globalNumbers.set(def.name, this.globals.length)
      const carrier = carrierOf(def.type)
      if (carrier === "any") this.globals.push(GLOBAL_KIND.tag, GLOBAL_KIND.payload)
      else this.globals.push(carrier === "pointer" ? GLOBAL_KIND.pointer : GLOBAL_KIND.scalar)
    }
  }

  /** Number of a constant of 64 bits. */
  constant(bits: bigint): number {
    const key = BigInt.asIntN(64, bits)
    let n = this.#constantNumbers.get(key)
    if (n === undefined) {
      n = this.#constants.push(key) - 1
      this.#constantNumbers.set(key, n)
    }
    return n
  }

  /** The constants asked for. */
  constants(): BigInt64Array {
    return BigInt64Array.from(this.#constants)
  }

  /** Number of a string. */
  string(text: string): number {
    let n = this.#stringNumbers.get(text)
    if (n === undefined) {
      n = this.strings.push(text) - 1
      this.#stringNumbers.set(text, n)
    }
    return n
  }

  /** Number of the immortal object of a class. */
  static(name: string): number {
    let n = this.#staticNumbers.get(name)
    if (n === undefined) {
      n = this.statics.push(this.classNumber(name)) - 1
      this.#staticNumbers.set(name, n)
    }
    return n
  }

  /** Position of a class among the program's classes: its id without the runtime's. */
  classNumber(name: string): number {
    const def = this.module.classes.get(name)
    invariant(def !== undefined, STAGE, `no class ${name}`)
    return def.id - FIRST_USER_CLASS
  }

  /** Place of a field. */
  slot(ref: FieldRef): Slot {
    const slot = this.#layouts.get(ref.class)?.slots.get(ref.field)
    invariant(slot !== undefined, STAGE, `no field ${ref.class}.${ref.field}`)
    return slot
  }

  /** Number of the first word of a variable. */
  global(name: string): number {
    const n = this.#globalNumbers.get(name)
    invariant(n !== undefined, STAGE, `no global ${name}`)
    return n
  }

  /** Number of a runtime function and its row. */
  abi(name: string): { readonly number: number; readonly row: AbiRow } {
    const number = ABI_NUMBERS.get(name)
    invariant(number !== undefined, STAGE, `no runtime function ${name}`)
    return { number, row: ABI[name as keyof typeof ABI] }
  }

  /** Number of a function and the function. */
  function(name: string): { readonly number: number; readonly func: Func } {
    const number = this.#functionNumbers.get(name)
    const func = this.module.funcs.get(name)
    invariant(number !== undefined && func !== undefined, STAGE, `no function ${name}`)
    invariant(number <= 0xffff, STAGE, "a program has more than 65536 functions")
    return { number, func }
  }

  /** Places that error traces name, by their numbers. */
  get sites(): readonly ErrorSite[] {
    return this.#sites.sites
  }

  /** Number of an error site. */
  site(func: Func, origin: Origin | null): number {
    const site = siteOf(func, origin)
    const number = this.#sites.number(site)
    if (number === this.lines.length) this.lines.push(site.origin === null ? 0 : this.#lineOf(site.origin))
    return number
  }

  /** The program's classes by number; a number without a class gets an empty one. */
  classes(): VmClass[] {
    const rows: VmClass[] = []
    for (const { name, label, fields, isNames, ...numbers } of describeClasses(this.module)) {
      while (rows.length < numbers.id - FIRST_USER_CLASS) rows.push({ id: rows.length + FIRST_USER_CLASS, size: 8, kind: 0, arity: 0, name: this.string(""), label: 0, shape: 0, fields: [], isNames: [] })
      rows.push({
        ...numbers,
        name: this.string(name),
        label: label === null ? 0 : this.string(label) + 1,
        fields: fields.map((field) => ({ ...field, name: this.string(field.name) })),
        isNames: isNames.map((isName) => this.string(isName)),
      })
    }
    return rows
  }
}
