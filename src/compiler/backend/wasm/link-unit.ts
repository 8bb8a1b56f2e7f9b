/**
 * A module that works on the instance of another one, which is running: it imports that instance's memory, its function table and
 * its functions, and has none of its own but those added here.
 *
 * Imports are numbered before functions, and which are needed is known when all bodies are built; so they are encoded last.
 */
import { invariant } from "../../base/bug.ts"
import type { WasmBuilder } from "./builder.ts"
import { Bytes } from "./bytes.ts"
import { type LinkedModule, ModuleLinker, typeEntry } from "./link.ts"
import type { LoweredFunction } from "./lower.ts"
import { type RuntimeBinary, SECTION } from "./runtime-binary.ts"
import { CodeTree, NODE, type Signature } from "./tree.ts"

/** The module that imports come from, and the names of the memory and the table in it. */
const FROM = "runtime"
const MEMORY = "memory"
const TABLE = "__indirect_function_table"
/** The type of table elements: references to functions. */
const FUNCREF = 0x70

/** A unit under construction. */
export class UnitLinker {
  readonly #tree = new CodeTree()
  readonly #functions: { readonly symbol: string; readonly func: LoweredFunction }[] = []
  readonly #exports: { readonly symbol: string; readonly name: string }[] = []

  /** Builds the bodies of functions. */
  get builder(): WasmBuilder {
    return this.#tree.builder
  }

  /** Adds a function that `builder` has built. */
  addFunction(symbol: string, func: LoweredFunction): void {
    this.#functions.push({ symbol, func })
  }

  /** Exports a function that was added. */
  exportFunction(symbol: string, name: string): void {
    this.#exports.push({ symbol, name })
  }

  /** The finished module, and how many parameters and locals each function has; `signature` gives the types of the functions to import, null for others. */
  emit(signature: (symbol: string) => Signature | null): LinkedModule & { readonly locals: ReadonlyMap<string, number> } {
    const linker = new ModuleLinker(this.#imports(signature), this.#tree)
    const locals = new Map(this.#functions.map(({ symbol, func }) => [symbol, linker.encode(symbol, func)]))
    for (const { symbol, name } of this.#exports) linker.exportFunction(symbol, name)
    return { ...linker.emit(), locals }
  }

  /** What the unit consists of before its own functions are added. */
  #imports(signature: (symbol: string) => Signature | null): RuntimeBinary {
    const own = new Set(this.#functions.map(({ symbol }) => symbol))
    const called = new Set<string>()
    this.#tree.kind.forEach((kind, node) => {
      if (kind === NODE.call) called.add(this.#tree.names[this.#tree.a[node] as number] as string)
    })
    const types: Uint8Array[] = []
    const functions = new Map<string, number>()
    const entries = new Bytes()
    entries.name(FROM)
    entries.name(MEMORY)
    entries.byte(2)
    // Any memory of at least no pages and at most all of them.
    entries.byte(1)
    entries.u32(0)
    entries.u32(65536)
    entries.name(FROM)
    entries.name(TABLE)
    entries.byte(1)
    entries.byte(FUNCREF)
    entries.byte(0)
    entries.u32(0)
    for (const symbol of called) {
      if (own.has(symbol)) continue
      const known = signature(symbol)
      invariant(known !== null, "backend/wasm", `a unit calls ${symbol}, which is nowhere`)
      entries.name(FROM)
      entries.name(symbol)
      entries.byte(0)
      entries.u32(types.push(typeEntry(known)) - 1)
      functions.set(symbol, functions.size)
    }
    const count = functions.size + 2
    const type = new Bytes()
    for (const entry of types) type.all(entry)
    return {
      sections: new Map([
        [SECTION.type, { count: types.length, entries: type.view() }],
        [SECTION.import, { count, entries: entries.view() }],
      ]),
      types,
      bodies: [],
      importedFunctions: functions.size,
      importedGlobals: 0,
      functions,
      heapBase: 0,
      variables: new Map(),
      memory: { initial: 0, maximum: 0 },
    }
  }
}
