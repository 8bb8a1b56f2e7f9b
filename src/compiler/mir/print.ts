/**
 * The text form of MIR, in the flavour of LANGUAGE.md 6: declarations first, then one `define` for each function.
 *
 * ```
 * define i64 @Pt.scaled/1(box<Pt> %0, i64 %1) fails {
 * bb0:
 *   %2: i64 = field.get %0 Pt.x            ; 3:12
 *   %3: any = call @f/1(%2) -> error bb2
 *   br label bb1(%3)
 * ```
 *
 * The text holds the module completely except for origins and source names, which the option `full` adds (`!0:12-15`,
 * `names`); `parse.ts` reads both forms. Places behind `;` are for people and are not read back. Links tell which part of
 * the text comes from which part of the source.
 */
import { Bug } from "../base/bug.ts"
import type { LineMap } from "../base/source.ts"
import type { Block, BlockCall, ClassDef, FieldRef, Func, GlobalDef, Immediate, Inst, Module, Origin, Terminator, Type, ValueId } from "./ir.ts"
import { type ImmediateKind, opDef } from "./ops.ts"

/** A part of a text and where it comes from. Offsets are UTF-16 offsets of the text. */
export interface TextLink {
  readonly start: number
  readonly end: number
  readonly origin: Origin
}

/** A text with links into the source. */
export interface LinkedText {
  readonly text: string
  readonly links: readonly TextLink[]
}

/** How to print. */
export interface PrintOptions {
  /** Line tables by `Origin.file`: adds `; line:column` to what has an origin. */
  readonly lines?: readonly (LineMap | undefined)[]
  /** Adds origins and source names in a form that is read back. */
  readonly full?: boolean
}

/** Prints a module. */
export function printModule(module: Module, options: PrintOptions = {}): LinkedText {
  const printer = new Printer(options)
  printer.module(module)
  return printer.done()
}

/** Prints one function. */
export function printFunc(func: Func, options: PrintOptions = {}): LinkedText {
  const printer = new Printer(options)
  printer.func(func)
  return printer.done()
}

/** Prints one instruction without its place: for messages. */
export function printInst(inst: Inst, types: readonly Type[]): string {
  const op = opDef(inst.op)
  const head = inst.result === null ? "" : `%${inst.result}: ${printType(types[inst.result] ?? "unit")} = `
  let body: string
  if (op === undefined || usesCallForm(op.args, op.imm)) {
    const callee = op?.imm === undefined ? "" : op.imm === "func" ? `@${printName(inst.imm as string)}` : printImmediate(op.imm, inst.imm)
    body = `${inst.op} ${callee}(${values(inst.args)})`
  } else {
    const parts = [inst.op]
    if (inst.args.length > 0) parts.push(values(inst.args))
    if (op.imm !== undefined) parts.push(printImmediate(op.imm, inst.imm))
    body = parts.join(" ")
  }
  return head + body + (inst.error === null ? "" : ` -> error ${printEdge(inst.error)}`)
}

/** True for operations written `op callee(arguments)`. */
export function usesCallForm(args: readonly string[], imm: ImmediateKind | undefined): boolean {
  return args.includes("*") || imm === "func" || imm === "abi" || imm === "lib"
}

/** Prints a terminator. */
export function printTerm(term: Terminator): string {
  switch (term.kind) {
    case "jump":
      return `br label ${printEdge(term.to)}`
    case "br": {
      const mark = (side: "then" | "else"): string => (term.cold === side ? "cold label" : "label")
      return `br %${term.cond}, ${mark("then")} ${printEdge(term.then)}, ${mark("else")} ${printEdge(term.else)}`
    }
    case "switch": {
      const cases = term.cases.map((c) => `${c.value}: label ${printEdge(c.to)}`)
      return `switch %${term.on} [${cases.join(", ")}] default label ${printEdge(term.default)}`
    }
    case "ret":
      return term.value === null ? "ret void" : `ret %${term.value}`
    default:
      return term.kind
  }
}

/** Prints a type; class names that are not plain are quoted. */
export function printType(type: Type): string {
  if (!type.startsWith("box<")) return type
  const end = type.lastIndexOf(">")
  return `box<${printName(type.slice(4, end))}${type.slice(end)}`
}

/** Prints a name as it is, or quoted if it holds anything but letters, digits and `_ $ . : / @`. */
export function printName(name: string): string {
  return /^[\p{L}\p{N}_$.:/@]+$/u.test(name) ? name : quote(name)
}

function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
}

function printImmediate(kind: ImmediateKind, imm: Immediate | null): string {
  switch (kind) {
    case "int":
      return String(imm)
    case "float":
      return printFloat(imm as number)
    case "bool":
      return String(imm)
    case "string":
      return quote(imm as string)
    case "field": {
      const ref = imm as FieldRef
      const field = ref.field.includes(".") ? quote(ref.field) : printName(ref.field)
      return `${printName(ref.class)}.${field}`
    }
    default:
      if (typeof imm !== "string") throw new Bug("mir/print", `immediate of kind ${kind} is ${String(imm)}`)
      return printName(imm)
  }
}

function printFloat(value: number): string {
  if (Number.isNaN(value)) return "nan"
  if (Object.is(value, -0)) return "-0.0"
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf"
  const text = String(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}

function values(args: readonly ValueId[]): string {
  let text = ""
  for (let i = 0; i < args.length; i++) text += i === 0 ? `%${args[i]}` : `, %${args[i]}`
  return text
}

function printEdge(edge: BlockCall): string {
  return edge.args.length === 0 ? `bb${edge.block}` : `bb${edge.block}(${values(edge.args)})`
}

/** Column where places start, so that they line up. */
const PLACE_COLUMN = 44

class Printer {
  readonly #options: PrintOptions
  readonly #links: TextLink[] = []
  #text = ""

  constructor(options: PrintOptions) {
    this.#options = options
  }

  done(): LinkedText {
    return { text: this.#text, links: this.#links }
  }

  module(module: Module): void {
    this.#line(`phase ${module.phase}`)
    for (const file of module.files) this.#line(`file ${quote(file)}`)
    for (const def of module.classes.values()) this.#classDef(def)
    for (const def of module.globals.values()) this.#globalDef(def)
    for (const func of module.funcs.values()) {
      this.#line("")
      this.func(func)
    }
  }

  func(func: Func): void {
    const params = func.params.map((p) => `${printType(func.types[p] ?? "unit")} %${p}`).join(", ")
    const result = func.result === "unit" ? "void" : printType(func.result)
    const marks = [func.fails ? " fails" : "", func.synthetic ? " synthetic" : "", func.display === func.name ? "" : ` as ${quote(func.display)}`].join("")
    this.#line(`define ${result} @${printName(func.name)}(${params})${marks}${this.#place(func.origin)} {`)
    if (this.#options.full === true && func.names.size > 0) {
      this.#line(`  names ${[...func.names].map(([value, name]) => `%${value} ${quote(name)}`).join(", ")}`)
    }
    for (const block of func.blocks) this.#block(func, block)
    this.#line("}")
  }

  #block(func: Func, block: Block): void {
    const params = block.params.map((p) => `%${p}: ${printType(func.types[p] ?? "unit")}`).join(", ")
    this.#line(params === "" ? `bb${block.id}:` : `bb${block.id}(${params}):`)
    for (const inst of block.insts) this.#placed(`  ${printInst(inst, func.types)}`, inst.origin, inst.result === null ? undefined : func.names.get(inst.result))
    this.#placed(`  ${printTerm(block.term)}`, block.termOrigin, undefined)
  }

  #classDef(def: ClassDef): void {
    let head = `class ${printName(def.name)} ${def.kind} ${def.id}`
    if (def.arity !== 0) head += ` arity ${def.arity}`
    if (def.variant !== null) head += ` variant ${def.variant.shape} ${quote(def.variant.label)} of ${printName(def.variant.enum)}`
    if (def.isNames.length > 0) head += ` is ${def.isNames.map(printName).join(", ")}`
    if (def.fields.length === 0) {
      this.#line(`${head} {}`)
      return
    }
    this.#line(`${head} {`)
    for (const field of def.fields) {
      this.#line(`  ${printName(field.name)}: ${printType(field.type)}${field.isPublic ? " public" : ""}${field.isHidden ? " hidden" : ""}`)
    }
    this.#line("}")
  }

  #globalDef(def: GlobalDef): void {
    this.#line(`global ${printName(def.name)}: ${printType(def.type)}`)
  }

  #place(origin: Origin | null): string {
    return this.#options.full === true && origin !== null ? ` !${origin.file}:${origin.start}-${origin.end}` : ""
  }

  #placed(text: string, origin: Origin | null, name: string | undefined): void {
    let line = text + this.#place(origin)
    const lines = this.#options.lines
    if (lines !== undefined) {
      const map = origin === null ? undefined : lines[origin.file]
      const at = map === undefined || origin === null ? null : map.utf16Position(origin.start)
      const note = [at === null ? "" : `${at.line}:${at.column}`, name ?? ""].filter((part) => part !== "").join(" ")
      if (note !== "") line = `${line.padEnd(PLACE_COLUMN)} ; ${note}`
    }
    const start = this.#text.length
    this.#line(line)
    if (origin !== null) this.#links.push({ start, end: this.#text.length - 1, origin })
  }

  #line(text: string): void {
    this.#text += `${text}\n`
  }
}
