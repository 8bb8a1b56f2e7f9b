/**
 * The static part of a program in LLVM IR: string literals, class descriptors, immortal objects, module variables, error
 * sites. Names are handed out as functions ask for them; `lines` gives the definitions.
 */
import { abiRow } from "../../../runtime/abi.ts"
import { invariant } from "../../base/bug.ts"
import { type FieldRef, FIRST_USER_CLASS, type Func, type Module, type Origin, type Type } from "../../mir/ir.ts"
import { CLASS, type ClassLayout, describeClasses, IMMORTAL, layoutClasses, type Slot } from "../object-layout.ts"
import { type ErrorSite, framesAt, SiteTable, siteOf } from "../sites.ts"
import { encodeBytes, globalName } from "./names.ts"
import { carriers } from "./types.ts"

/** See the head of the file. */
export class Statics {
  readonly module: Module
  readonly #layouts: ReadonlyMap<string, ClassLayout>
  readonly #strings = new Map<string, string>()
  readonly #objects = new Map<string, string>()
  readonly #sites = new SiteTable()
  readonly #lines: string[] = []

  constructor(module: Module) {
    this.module = module
    this.#layouts = layoutClasses(module)
  }

  /** Name of an immortal string. Its hash is filled in at run time, so it is not constant. */
  string(text: string): string {
    const known = this.#strings.get(text)
    if (known !== undefined) return known
    const utf8 = new TextEncoder().encode(text)
    let codePoints = 0
    for (const byte of utf8) if ((byte & 0xc0) !== 0x80) codePoints++
    const name = `@str.${this.#strings.size}`
    this.#strings.set(text, name)
    this.#lines.push(`${name} = internal global { i32, i32, i32, i32, i32, i32, [${utf8.length} x i8] } { i32 ${IMMORTAL}, i32 ${CLASS.string}, i32 ${utf8.length}, i32 ${codePoints}, i32 0, i32 ${utf8.length}, [${utf8.length} x i8] c"${encodeBytes(utf8)}" }, align 8`)
    return name
  }

  /** Name of the immortal object of a class. */
  object(className: string): string {
    const known = this.#objects.get(className)
    if (known !== undefined) return known
    const { id, size } = this.classInfo(className)
    const name = globalName(`static:${className}`)
    this.#objects.set(className, name)
    this.#lines.push(`${name} = internal global { i32, i32, [${size - 8} x i8] } { i32 ${IMMORTAL}, i32 ${id}, [${size - 8} x i8] zeroinitializer }, align 8`)
    return name
  }

  /** The immortal objects in use: class and name. */
  get objects(): ReadonlyMap<string, string> {
    return this.#objects
  }

  /** Class number and object size in bytes. */
  classInfo(name: string): { readonly id: number; readonly size: number } {
    const def = this.module.classes.get(name)
    const layout = this.#layouts.get(name)
    invariant(def !== undefined && layout !== undefined, "backend/llvm", `no class ${name}`)
    return { id: def.id, size: layout.size }
  }

  /** Place of a field. */
  slot(ref: FieldRef): Slot {
    const slot = this.#layouts.get(ref.class)?.slots.get(ref.field)
    invariant(slot !== undefined, "backend/llvm", `no field ${ref.class}.${ref.field}`)
    return slot
  }

  /** Type of a module variable. */
  globalType(name: string): Type {
    const def = this.module.globals.get(name)
    invariant(def !== undefined, "backend/llvm", `no global ${name}`)
    return def.type
  }

  /** MIR type of a runtime function's result. */
  runtimeResult(symbol: string): Type {
    const row = abiRow(symbol)
    invariant(row !== undefined, "backend/llvm", `no runtime function ${symbol}`)
    return row.result
  }

  /** Whether a runtime function may fail. */
  runtimeFails(symbol: string): boolean {
    return abiRow(symbol)?.fails === true
  }

  /** Places that error traces name, by their numbers. */
  get sites(): readonly ErrorSite[] {
    return this.#sites.sites
  }

  /** The sites of an instruction, innermost first, at least one: each of the calls at its place is reported by itself. */
  sitesOf(func: Func, origin: Origin | null): readonly { readonly number: number; readonly site: ErrorSite }[] {
    const frames: readonly ErrorSite[] = framesAt(siteOf(func, origin))
    return (frames.length > 0 ? frames : [{ function: "", origin: null }]).map((site) => ({ number: this.#sites.number(site), site }))
  }

  /** Class descriptors, then everything that was asked for. Gives the table's name and length too. */
  finish(): { readonly lines: readonly string[]; readonly classes: string; readonly count: number } {
    const classes = describeClasses(this.module)
    const count = classes.reduce((n, { id }) => Math.max(n, id - FIRST_USER_CLASS + 1), 0)
    const type = "{ i32, i32, i32, i32, i32, i32, ptr, ptr, ptr, ptr, i32, i32 }"
    const rows: string[] = new Array(count).fill(`${type} zeroinitializer`)
    const tables: string[] = []
    for (const { id, size, kind, arity, name, label, shape, fields, isNames } of classes) {
      const field = "{ i32, i8, i8, i16, ptr }"
      const fieldRows = fields.map((f) => `${field} { i32 ${f.offset}, i8 ${f.repr}, i8 ${f.flags}, i16 0, ptr ${this.string(f.name)} }`)
      const nameRows = isNames.map((isName) => `ptr ${this.string(isName)}`)
      tables.push(`@fields.${id} = internal constant [${fieldRows.length} x ${field}] [${fieldRows.join(", ")}]`)
      tables.push(`@is.${id} = internal constant [${nameRows.length} x ptr] [${nameRows.join(", ")}]`)
      rows[id - FIRST_USER_CLASS] =
        `${type} { i32 ${id}, i32 ${size}, i32 ${kind}, i32 ${arity}, i32 ${fieldRows.length}, i32 ${nameRows.length}, ptr ${this.string(name)}, ` +
        `ptr @fields.${id}, ptr @is.${id}, ptr ${label === null ? "null" : this.string(label)}, i32 ${shape}, i32 0 }`
    }
    const variables: string[] = []
    for (const [name, def] of this.module.globals) {
      carriers(def.type).forEach((part, i) => {
        const zero = part === "ptr" ? "null" : part === "double" ? "0.0" : part === "i1" ? "false" : "0"
        variables.push(`${variableName(name, i)} = internal global ${part} ${zero}`)
      })
    }
    const table = `@classes = internal constant [${count} x ${type}] [${rows.join(", ")}]`
    return { lines: [...this.#lines, ...tables, table, ...variables], classes: "@classes", count }
  }
}

/** Name of one part of a module variable. */
export function variableName(name: string, part: number): string {
  return globalName(`var:${name}:${part}`)
}
