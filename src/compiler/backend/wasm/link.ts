/**
 * A program's module: the runtime's own module with the program's functions, variables and data added, so that calls into
 * the runtime are direct and within one instance.
 *
 * Nothing of the runtime is renumbered: what is added comes after what is there, and the functions that the runtime calls back
 * have bodies in `runtime.wasm` already, which are replaced. So the runtime's bytes are copied as they are.
 */
import { invariant } from "../../base/bug.ts"
import type { Origin } from "../../mir/ir.ts"
import type { WasmBuilder, WasmType } from "./builder.ts"
import { Bytes } from "./bytes.ts"
import { type EncodedFunction, encodeFunction } from "./encode.ts"
import type { LoweredFunction } from "./lower.ts"
import { OP, TYPE_CODE } from "./opcodes.ts"
import { type RuntimeBinary, SECTION, type Section } from "./runtime-binary.ts"
import { CodeTree, type Signature } from "./tree.ts"

/** A binary, and for each place in its code the origin that it comes from: byte offset to origin, ascending. */
export interface LinkedModule {
  readonly bytes: Uint8Array
  readonly map: readonly (readonly [number, Origin])[]
}

/** Origin of what follows a function: a place in no file, so that its last place does not reach into other code. */
const NOWHERE: Origin = { file: -1, start: 0, end: 0 }

interface AddedFunction {
  readonly symbol: string
  type: number
  code: EncodedFunction | null
}

/** A module under construction. */
export class ModuleLinker {
  readonly #runtime: RuntimeBinary
  readonly #tree: CodeTree
  readonly #scratch = new Bytes()
  readonly #types: Uint8Array[]
  readonly #typeNumber = new Map<string, number>()
  /** Functions beyond the runtime's, in the order of their numbers: the order in which they are first named. */
  readonly #added: AddedFunction[] = []
  readonly #functionNumber = new Map<string, number>()
  /** Numbers by the tree's number of the name; undefined if not asked for yet. */
  readonly #functionOfName: (number | undefined)[] = []
  /** New bodies of the runtime's functions, by their place in the code section. */
  readonly #replaced = new Map<number, { readonly symbol: string; readonly code: EncodedFunction }>()
  readonly #globals: WasmType[] = []
  readonly #globalNumber = new Map<string, number>()
  readonly #exports: { readonly symbol: string; readonly name: string }[] = []
  #data: { readonly base: number; readonly bytes: Uint8Array } | null = null

  /** `runtime` is what the module consists of before anything is added; `tree` is where bodies are built. */
  constructor(runtime: RuntimeBinary, tree: CodeTree = new CodeTree()) {
    this.#runtime = runtime
    this.#tree = tree
    this.#types = [...runtime.types]
    this.#types.forEach((type, i) => {
      this.#typeNumber.set(type.join(), i)
    })
  }

  /** Builds the bodies of functions. */
  get builder(): WasmBuilder {
    return this.#tree.builder
  }

  /** Adds a module variable, zero at first. */
  addGlobal(name: string, type: WasmType): void {
    const defined = this.#runtime.sections.get(SECTION.global)?.count ?? 0
    this.#globalNumber.set(name, this.#runtime.importedGlobals + defined + this.#globals.length)
    this.#globals.push(type)
  }

  /** Adds a function that `builder` has built, and forgets its tree; a function of that name in the runtime is replaced. Gives the number of its parameters and locals. */
  addFunction(symbol: string, func: LoweredFunction): number {
    const locals = this.encode(symbol, func)
    this.#tree.clear()
    return locals
  }

  /** Adds a function of the tree, like `addFunction`. */
  encode(symbol: string, func: LoweredFunction): number {
    const code = encodeFunction(this.#tree, func, {
      func: (name) => (this.#functionOfName[name] ??= this.#number(this.#tree.names[name] as string)),
      global: (name) => {
        const number = this.#globalNumber.get(this.#tree.names[name] as string)
        invariant(number !== undefined, "backend/wasm", `no module variable ${this.#tree.names[name]}`)
        return number
      },
      type: ({ params, results }) => this.#type(params, results),
    }, this.#scratch)
    const existing = this.#runtime.functions.get(symbol)
    if (existing !== undefined) {
      this.#replaced.set(existing - this.#runtime.importedFunctions, { symbol, code })
      return code.locals
    }
    const added = this.#added[this.#number(symbol) - this.#runtimeFunctions()] as AddedFunction
    added.type = this.#type(func.params, func.results)
    added.code = code
    return code.locals
  }

  /** Exports a function that was added. */
  exportFunction(symbol: string, name: string = symbol): void {
    this.#exports.push({ symbol, name })
  }

  /** Sets the program's static data; the memory becomes large enough to hold them. */
  setData(base: number, bytes: Uint8Array): void {
    this.#data = { base, bytes }
  }

  /** The finished module. */
  emit(): LinkedModule {
    const { sections, memory } = this.#runtime
    const data = this.#data
    const end = data === null ? 0 : Math.ceil((data.base + data.bytes.length) / 65536) + 1
    const out = new Bytes(1 << 18)
    out.all(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
    const map: (readonly [number, Origin])[] = []
    const section = (id: number, extra: number, write: (bytes: Bytes) => void, known: Section = sections.get(id) ?? { count: 0, entries: new Uint8Array() }): void => {
      if (known.count + extra === 0) return
      const content = new Bytes(known.entries.length + 64)
      content.u32(known.count + extra)
      content.all(known.entries)
      write(content)
      out.byte(id)
      out.sized(content.view())
    }
    const unchanged = (id: number): void => section(id, 0, () => {})

    section(SECTION.type, this.#types.length - this.#runtime.types.length, (s) => {
      for (const type of this.#types.slice(this.#runtime.types.length)) s.all(type)
    })
    unchanged(SECTION.import)
    section(SECTION.function, this.#added.length, (s) => {
      for (const { type } of this.#added) s.u32(type)
    })
    unchanged(SECTION.table)
    section(SECTION.memory, sections.has(SECTION.memory) ? 1 : 0, (s) => {
      s.byte(1)
      s.u32(Math.max(memory.initial, end))
      s.u32(memory.maximum)
    }, { count: 0, entries: new Uint8Array() })
    section(SECTION.global, this.#globals.length, (s) => {
      for (const type of this.#globals) {
        s.byte(TYPE_CODE[type])
        s.byte(1)
        if (type === "f64") {
          s.byte(OP.f64Const)
          s.f64(0)
        } else {
          s.byte(type === "i32" ? OP.i32Const : OP.i64Const)
          s.byte(0)
        }
        s.byte(OP.end)
      }
    })
    section(SECTION.export, this.#exports.length, (s) => {
      for (const { symbol, name } of this.#exports) {
        s.name(name)
        s.byte(0)
        s.u32(this.#number(symbol))
      }
    })
    unchanged(SECTION.element)
    if (sections.has(SECTION.dataCount)) section(SECTION.dataCount, data === null ? 0 : 1, () => {})
    this.#code(out, map)
    section(SECTION.data, data === null ? 0 : 1, (s) => {
      if (data === null) return
      s.byte(0)
      s.byte(OP.i32Const)
      s.s32(data.base)
      s.byte(OP.end)
      s.sized(data.bytes)
    })
    this.#names(out)
    return { bytes: out.view(), map }
  }

  /** Writes the code section and notes where in the whole binary each origin's code is. */
  #code(out: Bytes, map: (readonly [number, Origin])[]): void {
    const { bodies } = this.#runtime
    const content = new Bytes(1 << 17)
    const starts: { readonly at: number; readonly code: EncodedFunction }[] = []
    const add = (code: EncodedFunction): void => {
      content.u32(code.body.length)
      starts.push({ at: content.length, code })
      content.all(code.body)
    }
    content.u32(bodies.length + this.#added.length)
    bodies.forEach((body, i) => {
      const replaced = this.#replaced.get(i)
      if (replaced === undefined) content.sized(body)
      else add(replaced.code)
    })
    for (const { symbol, code } of this.#added) {
      invariant(code !== null, "backend/wasm", `no function ${symbol}`)
      add(code)
    }
    out.byte(SECTION.code)
    out.u32(content.length)
    const base = out.length
    out.all(content.view())
    for (const { at, code } of starts) {
      for (const [offset, origin] of code.origins) map.push([base + at + offset, origin])
      map.push([base + at + code.body.length, NOWHERE])
    }
  }

  /** Names of the program's functions, and of the runtime's that have one: what host stacks and debuggers show. */
  #names(out: Bytes): void {
    const named = [...this.#runtime.functions].map(([symbol, number]) => ({ symbol, number }))
    this.#added.forEach(({ symbol }, i) => {
      named.push({ symbol, number: this.#runtimeFunctions() + i })
    })
    named.sort((a, b) => a.number - b.number)
    const unique = named.filter(({ number }, i) => named[i - 1]?.number !== number)
    const functions = new Bytes(1 << 14)
    functions.u32(unique.length)
    for (const { symbol, number } of unique) {
      functions.u32(number)
      functions.name(symbol)
    }
    const content = new Bytes(functions.length + 16)
    content.name("name")
    content.byte(1)
    content.sized(functions.view())
    out.byte(SECTION.custom)
    out.sized(content.view())
  }

  #runtimeFunctions(): number {
    return this.#runtime.importedFunctions + this.#runtime.bodies.length
  }

  /** Number of a function by its name; a name that the runtime lacks is one of the program. */
  #number(symbol: string): number {
    let number = this.#runtime.functions.get(symbol) ?? this.#functionNumber.get(symbol)
    if (number === undefined) {
      number = this.#runtimeFunctions() + this.#added.length
      this.#added.push({ symbol, type: 0, code: null })
      this.#functionNumber.set(symbol, number)
    }
    return number
  }

  #type(params: readonly WasmType[], results: readonly WasmType[]): number {
    const type = typeEntry({ params, results })
    const key = type.join()
    let number = this.#typeNumber.get(key)
    if (number === undefined) {
      number = this.#types.length
      this.#types.push(type)
      this.#typeNumber.set(key, number)
    }
    return number
  }
}

/** A function type as an entry of the type section. */
export function typeEntry({ params, results }: Signature): Uint8Array {
  return Uint8Array.of(0x60, params.length, ...params.map((t) => TYPE_CODE[t]), results.length, ...results.map((t) => TYPE_CODE[t]))
}
