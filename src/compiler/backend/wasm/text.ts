/**
 * A program in the text format of WebAssembly, from the same trees as the bytes: one statement a line, operands folded into it,
 * locals by their names in the source. For reading; it is a whole module, with the runtime's functions as imports.
 */
import type { Origin } from "../../mir/ir.ts"
import type { WasmBuilder, WasmType } from "./builder.ts"
import type { LoweredFunction } from "./lower.ts"
import { NAME_OF } from "./opcodes.ts"
import { CodeTree, NODE, type Signature } from "./tree.ts"

/** A part of a text and the source it comes from. */
export interface TextOrigin {
  readonly start: number
  readonly end: number
  readonly origin: Origin
}

interface Line {
  readonly text: string
  readonly origin: Origin | null
}

/** Longest line before operands get lines of their own. */
const WIDTH = 110

/** A module's text under construction. */
export class ModuleText {
  readonly #tree = new CodeTree()
  readonly #globals: string[] = []
  readonly #functions: Line[] = []
  readonly #exports: string[] = []
  readonly #called = new Set<string>()

  /** Builds the bodies of functions. */
  get builder(): WasmBuilder {
    return this.#tree.builder
  }

  /** Adds a module variable, zero at first. */
  addGlobal(name: string, type: WasmType): void {
    this.#globals.push(`  (global ${identifier(name)} (mut ${type}) (${type}.const 0))`)
  }

  /** Adds a function that `builder` has built. */
  addFunction(symbol: string, func: LoweredFunction): void {
    const body = new FunctionText(this.#tree, func, this.#called)
    this.#functions.push(...body.print(symbol))
    this.#tree.clear()
  }

  /** Exports a function that was added. */
  exportFunction(symbol: string, name: string): void {
    this.#exports.push(`  (export ${JSON.stringify(name)} (func ${identifier(symbol)}))`)
  }

  /** The text; `signature` gives the types of the runtime's functions, null for others; `memory` are the lines about memory and tables. */
  finish(signature: (symbol: string) => Signature | null, memory: readonly string[] = ["(memory 1)"]): { readonly text: string; readonly origins: readonly TextOrigin[] } {
    const imports: string[] = []
    for (const symbol of [...this.#called].sort()) {
      const types = signature(symbol)
      if (types !== null) imports.push(`  (import "runtime" "${symbol}" (func ${identifier(symbol)}${typeText("param", types.params)}${typeText("result", types.results)}))`)
    }
    const plain = (text: string): Line => ({ text, origin: null })
    const lines = [plain("(module"), ...imports.map(plain), ...memory.map((line) => plain(`  ${line}`)), ...this.#globals.map(plain), ...this.#exports.map(plain), ...this.#functions, plain(")"), plain("")]
    const origins: TextOrigin[] = []
    let offset = 0
    for (const { text, origin } of lines) {
      if (origin !== null) origins.push({ start: offset + (text.length - text.trimStart().length), end: offset + text.length, origin })
      offset += text.length + 1
    }
    return { text: lines.map((line) => line.text).join("\n"), origins }
  }
}

class FunctionText {
  readonly #tree: CodeTree
  readonly #func: LoweredFunction
  readonly #called: Set<string>
  readonly #originOf: ReadonlyMap<number, Origin>
  readonly #localNames: string[] = []
  readonly #mentioned = new Set<number>()
  readonly #lines: Line[] = []
  #depth = 2

  constructor(tree: CodeTree, func: LoweredFunction, called: Set<string>) {
    this.#tree = tree
    this.#func = func
    this.#called = called
    this.#originOf = new Map(func.origins)
    const used = new Set<string>()
    for (let i = 0; i < func.params.length + func.locals.length; i++) {
      const name = func.names.get(i) ?? `${i}`
      let unique = name
      for (let n = 1; used.has(unique); n++) unique = `${name}.${n}`
      used.add(unique)
      this.#localNames.push(identifier(unique))
    }
  }

  print(symbol: string): readonly Line[] {
    const { params, locals, results, body } = this.#func
    this.#statement(body)
    const head: Line[] = [{ text: `  (func ${identifier(symbol)}${params.map((type, i) => ` (param ${this.#localNames[i]} ${type})`).join("")}${typeText("result", results)}`, origin: null }]
    locals.forEach((type, i) => {
      const local = params.length + i
      if (this.#mentioned.has(local)) head.push({ text: `    (local ${this.#localNames[local]} ${type})`, origin: null })
    })
    return [...head, ...this.#lines, { text: "  )", origin: null }]
  }

  #line(text: string, origin: Origin | null): void {
    this.#lines.push({ text: "  ".repeat(this.#depth) + text, origin })
  }

  #list(start: number, count: number): void {
    for (let i = 0; i < count; i++) this.#statement(this.#tree.items[start + i] as number)
  }

  #indented(write: () => void): void {
    this.#depth++
    write()
    this.#depth--
  }

  #statement(node: number): void {
    const tree = this.#tree
    const [a, b, c, d] = [tree.a[node] as number, tree.b[node] as number, tree.c[node] as number, tree.d[node] as number]
    const origin = this.#origin(node)
    switch (tree.kind[node]) {
      case NODE.block:
        if (a < 0) return this.#list(b, c)
        this.#line(`(block ${this.#label(a)}`, null)
        this.#indented(() => this.#list(b, c))
        return this.#line(")", null)
      case NODE.loop:
        this.#line(`(loop ${this.#label(a)}`, null)
        this.#indented(() => this.#list(b, c))
        return this.#line(")", null)
      case NODE.if:
        this.#line(`(if ${this.#expression(a)}`, origin)
        this.#indented(() => {
          this.#line("(then", null)
          this.#indented(() => this.#list(b, c))
          this.#line(")", null)
          if (d < 0) return
          this.#line("(else", null)
          this.#indented(() => this.#list(d + 1, tree.items[d] as number))
          this.#line(")", null)
        })
        return this.#line(")", null)
      case NODE.pairSet:
        this.#folded(a, this.#origin(a))
        this.#line(`(local.set ${this.#local(c)})`, origin)
        return this.#line(`(local.set ${this.#local(b)})`, origin)
      case NODE.drop:
        if ((tree.kind[a] !== NODE.call && tree.kind[a] !== NODE.callSlot) || tree.d[a] !== 2) return this.#folded(node, origin)
        this.#folded(a, origin)
        this.#line("(drop)", origin)
        return this.#line("(drop)", origin)
      default:
        this.#folded(node, origin)
    }
  }

  /** An expression on one line, or its operands on lines of their own if that is too long. */
  #folded(node: number, origin: Origin | null): void {
    const text = this.#expression(node)
    if (text.length <= WIDTH) return this.#line(text, origin)
    const operands = this.#operands(node)
    if (operands.length === 0) return this.#line(text, origin)
    this.#line(`(${this.#head(node)}`, origin)
    this.#indented(() => {
      for (const operand of operands) this.#folded(operand, this.#origin(operand) ?? origin)
    })
    this.#line(")", null)
  }

  #expression(node: number): string {
    const operands = this.#operands(node)
    const head = this.#head(node)
    return operands.length === 0 ? `(${head})` : `(${head} ${operands.map((operand) => this.#expression(operand)).join(" ")})`
  }

  /** What stands before the operands. */
  #head(node: number): string {
    const tree = this.#tree
    const a = tree.a[node] as number
    switch (tree.kind[node]) {
      case NODE.i32:
        return `i32.const ${a}`
      case NODE.i64:
        return `i64.const ${tree.wide[a]}`
      case NODE.f64:
        return `f64.const ${floatText(tree.floats[a] as number)}`
      case NODE.select:
        return "select"
      case NODE.localGet:
        return `local.get ${this.#local(a)}`
      case NODE.localSet:
        return `local.set ${this.#local(a)}`
      case NODE.localTee:
        return `local.tee ${this.#local(a)}`
      case NODE.globalGet:
        return `global.get ${this.#label(a)}`
      case NODE.globalSet:
        return `global.set ${this.#label(a)}`
      case NODE.load:
      case NODE.store:
        return `${NAME_OF.get(tree.d[node] as number)}${a === 0 ? "" : ` offset=${a}`}`
      case NODE.call:
        this.#called.add(tree.names[a] as string)
        return `call ${this.#label(a)}`
      case NODE.callSlot: {
        const { params, results } = tree.signatures[a] as Signature
        return `call_indirect${typeText("param", params)}${typeText("result", results)}`
      }
      case NODE.br:
        return `${(tree.b[node] as number) >= 0 ? "br_if" : "br"} ${this.#label(a)}`
      case NODE.brTable: {
        const labels = tree.items.slice(tree.b[node] as number, (tree.b[node] as number) + (tree.c[node] as number))
        return `br_table ${[...labels, a].map((label) => this.#label(label)).join(" ")}`
      }
      case NODE.return:
        return "return"
      case NODE.drop:
        return "drop"
      case NODE.unreachable:
        return "unreachable"
      default:
        return NAME_OF.get(tree.d[node] as number) ?? "nop"
    }
  }

  #operands(node: number): readonly number[] {
    const tree = this.#tree
    const [a, b, c] = [tree.a[node] as number, tree.b[node] as number, tree.c[node] as number]
    switch (tree.kind[node]) {
      case NODE.unary:
      case NODE.drop:
        return [a]
      case NODE.binary:
        return [a, b]
      case NODE.select:
        return [b, c, a]
      case NODE.localSet:
      case NODE.localTee:
      case NODE.globalSet:
      case NODE.load:
        return [b]
      case NODE.store:
        return [b, c]
      case NODE.call:
        return tree.items.slice(b, b + c)
      case NODE.callSlot:
        return [...tree.items.slice(b + 1, b + c), tree.items[b] as number]
      case NODE.br:
        return b < 0 ? [] : [b]
      case NODE.brTable:
        return [tree.d[node] as number]
      case NODE.return:
        if (a < 0) return []
        return tree.kind[a] === NODE.pair ? [tree.a[a] as number, tree.b[a] as number] : [a]
      default:
        return []
    }
  }

  /** The origin of a node, else of the first operand that has one. */
  #origin(node: number): Origin | null {
    const own = this.#originOf.get(node)
    if (own !== undefined) return own
    for (const operand of this.#operands(node)) {
      const found = this.#origin(operand)
      if (found !== null) return found
    }
    return null
  }

  #local(local: number): string {
    this.#mentioned.add(local)
    return this.#localNames[local] as string
  }

  #label(name: number): string {
    return identifier(this.#tree.names[name] as string)
  }
}

function typeText(word: "param" | "result", types: readonly WasmType[]): string {
  return types.length === 0 ? "" : ` (${word} ${types.join(" ")})`
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan"
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf"
  return Object.is(value, -0) ? "-0" : String(value)
}

/** A name as an identifier of the text format, in quotes if it has other letters than those allowed bare. */
function identifier(name: string): string {
  return /^[\w!#$%&'*+\-./:<=>?@\\^`|~]+$/.test(name) ? `$${name}` : `$"${name.replace(/["\\]/g, "\\$&")}"`
}
