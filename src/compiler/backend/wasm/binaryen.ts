/**
 * The builder over Binaryen, and the assembly of a whole module. The only file that knows Binaryen.
 *
 * User functions are added to the runtime's own module, so that calls into the runtime are direct and within one
 * instance. The functions the runtime expects from the program are imports of `runtime.wasm` that are replaced here.
 *
 * Expressions carry an origin number as Binaryen's debug location ("line"), which survives its passes; the text form
 * and the source map give it back.
 */
import type Binaryen from "binaryen"
import { invariant } from "../../base/bug.ts"
import type { Origin } from "../../mir/ir.ts"
import type { Expr, UnaryOp, WasmBuilder, WasmType } from "./builder.ts"
import type { LoweredFunction } from "./lower.ts"

/** The library, loaded by a host when it is first needed. */
export type BinaryenLibrary = typeof Binaryen

/** Loads the library; it is large, so only when a program is to be compiled. */
export async function loadBinaryen(): Promise<BinaryenLibrary> {
  const library = (await import("binaryen")).default
  // Function names in the binary are what error traces and debuggers show.
  library.setDebugInfo(true)
  return library
}

/** Passes run over each user function, in order, by optimisation level. */
const PASSES: Readonly<Record<0 | 1 | 2, readonly string[]>> = {
  0: [],
  1: ["simplify-locals-nostructure", "vacuum", "coalesce-locals", "vacuum"],
  2: ["remove-unused-brs", "precompute", "optimize-instructions", "simplify-locals", "remove-unused-brs", "coalesce-locals", "reorder-locals", "vacuum"],
}

/** Methods that the library has and its declarations lack. */
interface DataSegments {
  getNumDataSegments(): number
  getDataSegmentByIndex(index: number): number
  getDataSegmentInfo(segment: number): { readonly offset: number; readonly data: ArrayBuffer }
}

interface LocalNames {
  setLocalName(func: number, index: number, name: string): void
}

const UNARY: Readonly<Record<UnaryOp, (m: Binaryen.Module, a: Expr) => Expr>> = {
  "i32.eqz": (m, a) => m.i32.eqz(a),
  "i64.eqz": (m, a) => m.i64.eqz(a),
  "i32.wrap_i64": (m, a) => m.i32.wrap(a),
  "i64.extend_i32_u": (m, a) => m.i64.extend_u(a),
  "i64.extend_i32_s": (m, a) => m.i64.extend_s(a),
  "f64.convert_i64_s": (m, a) => m.f64.convert_s.i64(a),
  "i64.trunc_sat_f64_s": (m, a) => m.i64.trunc_s_sat.f64(a),
  "i64.reinterpret_f64": (m, a) => m.i64.reinterpret(a),
  "f64.reinterpret_i64": (m, a) => m.f64.reinterpret(a),
  "f64.neg": (m, a) => m.f64.neg(a),
  "f64.abs": (m, a) => m.f64.abs(a),
  "f64.sqrt": (m, a) => m.f64.sqrt(a),
  "f64.floor": (m, a) => m.f64.floor(a),
  "f64.ceil": (m, a) => m.f64.ceil(a),
  "f64.trunc": (m, a) => m.f64.trunc(a),
}

/** A module under construction. Call `dispose` when done. */
export class ModuleAssembly {
  readonly builder: WasmBuilder
  readonly #library: BinaryenLibrary
  readonly #module: Binaryen.Module
  readonly #pair: Binaryen.Type
  /** Internal names of the runtime's functions by their exported ones. */
  readonly #names = new Map<string, string>()
  readonly #added: string[] = []
  readonly #called = new Set<string>()
  readonly #origins: Origin[] = []
  readonly #originNumber = new Map<string, number>()
  readonly #keepOrigins: boolean
  readonly #merged: boolean
  /** Internal name of the memory. */
  #memory = "0"

  /** `runtime` is the runtime's binary to add to, or null for a module of the user's functions alone, for reading. */
  constructor(library: BinaryenLibrary, runtime: Uint8Array | null, keepOrigins: boolean) {
    this.#library = library
    this.#pair = library.createType([library.i64, library.i64])
    this.#keepOrigins = keepOrigins
    this.#merged = runtime !== null
    const features = library.Features
    const wanted = features.MutableGlobals | features.NontrappingFPToInt | features.SignExt | features.BulkMemory | features.BulkMemoryOpt | features.Multivalue
    if (runtime === null) {
      this.#module = new library.Module()
      this.#module.setFeatures(wanted)
      this.#module.setMemory(1, 4096, null)
    } else {
      this.#module = library.readBinary(runtime)
      this.#module.setFeatures(wanted)
      for (let i = 0; i < this.#module.getNumExports(); i++) {
        const info = library.getExportInfo(this.#module.getExportByIndex(i))
        if (info.kind === library.ExternalFunction) this.#names.set(info.name, info.value)
        else if (info.kind === library.ExternalMemory) this.#memory = info.value
      }
      for (let i = 0; i < this.#module.getNumFunctions(); i++) {
        const info = library.getFunctionInfo(this.#module.getFunctionByIndex(i))
        if (info.module === "program" && info.base !== null) this.#names.set(info.base, info.name)
      }
    }
    this.builder = this.#makeBuilder()
  }

  /** Adds a module variable. */
  addGlobal(name: string, type: WasmType): void {
    const m = this.#module
    const zero = type === "i32" ? m.i32.const(0) : type === "f64" ? m.f64.const(0) : m.i64.const(0n)
    m.addGlobal(name, this.#type(type), true, zero)
  }

  /** Declares the runtime functions that have been called, in a module without the runtime. */
  declareImports(signature: (symbol: string) => { readonly params: readonly WasmType[]; readonly results: readonly WasmType[] } | null): void {
    if (this.#merged) return
    for (const symbol of this.#called) {
      const types = signature(symbol)
      if (types !== null) this.#module.addFunctionImport(symbol, "runtime", symbol, this.#types(types.params), this.#types(types.results))
    }
  }

  /** Adds a function; a function of that name that the runtime imports is replaced. */
  addFunction(symbol: string, func: LoweredFunction): void {
    const m = this.#module
    const internal = this.#names.get(symbol) ?? symbol
    if (internal !== symbol || this.#names.has(symbol)) m.removeFunction(internal)
    const ref = m.addFunction(
      internal,
      this.#types(func.params),
      this.#types(func.results),
      func.locals.map((t) => (t === "pair" ? this.#pair : this.#type(t))),
      func.body,
    )
    this.#added.push(internal)
    if (!this.#keepOrigins) return
    const names = (this.#library as unknown as { readonly Function: LocalNames }).Function
    const used = new Set<string>()
    for (const [index, name] of func.names) {
      let unique = name
      for (let n = 1; used.has(unique); n++) unique = `${name}.${n}`
      used.add(unique)
      names.setLocalName(ref, index, unique)
    }
    for (const [expr, origin] of func.origins) m.setDebugLocation(ref, expr, 0, this.#number(origin), 0)
  }

  /** True if the runtime asks the program for a function of this name. */
  isAskedFor(symbol: string): boolean {
    return this.#names.has(symbol)
  }

  /** Exports a function added by `addFunction`. */
  exportFunction(symbol: string): void {
    this.#module.addFunctionExport(this.#names.get(symbol) ?? symbol, symbol)
  }

  /** Runs the per-function passes of a level over the added functions. */
  optimise(level: 0 | 1 | 2): void {
    if (PASSES[level].length === 0) return
    for (const name of this.#added) this.#module.runPassesOnFunction(name, PASSES[level])
  }

  /** Adds the program's static data and sets the memory's size to hold them. */
  setData(base: number, bytes: Uint8Array, pages: { readonly initial: number; readonly maximum: number }): void {
    const m = this.#module
    const segments: Binaryen.MemorySegment[] = []
    // Setting the memory replaces its segments: the runtime's own go first, unchanged.
    const reader = m as unknown as DataSegments
    for (let i = 0; i < reader.getNumDataSegments(); i++) {
      const info = reader.getDataSegmentInfo(reader.getDataSegmentByIndex(i))
      segments.push({ offset: m.i32.const(info.offset), data: new Uint8Array(info.data), passive: false })
    }
    segments.push({ offset: m.i32.const(base), data: bytes, passive: false })
    m.setMemory(Math.max(pages.initial, Math.ceil((base + bytes.length) / 65536) + 1), pages.maximum, null, segments, false, false, this.#memory)
  }

  /** Throws a Bug if the module is not valid WebAssembly. */
  validate(): void {
    invariant(this.#module.validate() === 1, "backend/wasm", "the module is not valid WebAssembly")
  }

  /** The binary, and for each place in its code the origin that it comes from: byte offset to origin, ascending. */
  emit(): { readonly bytes: Uint8Array; readonly map: readonly (readonly [number, Origin])[] } {
    if (!this.#keepOrigins) return { bytes: this.#module.emitBinary(), map: [] }
    this.#module.addDebugInfoFileName("program")
    const { binary, sourceMap } = this.#module.emitBinary("program.map")
    return { bytes: binary, map: sourceMap === null ? [] : this.#decodeMap(sourceMap) }
  }

  /** The text form, and the origin of the text from each offset on, ascending; null where there is none. */
  emitText(): { readonly text: string; readonly origins: readonly { readonly offset: number; readonly origin: Origin | null }[] } {
    this.#module.addDebugInfoFileName("program")
    const lines: string[] = []
    const origins: { offset: number; origin: Origin | null }[] = []
    let offset = 0
    for (const line of this.#module.emitText().split("\n")) {
      const note = /^\s*;;@ program:(\d+):\d+$/.exec(line)
      if (note) {
        origins.push({ offset, origin: this.#origins[Number(note[1]) - 1] ?? null })
        continue
      }
      if (/^\s*;;@$/.test(line)) {
        origins.push({ offset, origin: null })
        continue
      }
      lines.push(line)
      offset += line.length + 1
    }
    return { text: lines.join("\n"), origins }
  }

  /** Frees the module. */
  dispose(): void {
    this.#module.dispose()
  }

  #number(origin: Origin): number {
    const key = `${origin.file}:${origin.start}:${origin.end}`
    let n = this.#originNumber.get(key)
    if (n === undefined) {
      this.#origins.push(origin)
      n = this.#origins.length
      this.#originNumber.set(key, n)
    }
    return n
  }

  /** Decodes the "mappings" of a source map (version 3): generated column is the byte offset, line is the origin number. */
  #decodeMap(json: string): (readonly [number, Origin])[] {
    const map = JSON.parse(json) as { readonly mappings: string }
    const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    const out: (readonly [number, Origin])[] = []
    let offset = 0
    let line = 0
    for (const segment of map.mappings.split(",")) {
      const fields: number[] = []
      let value = 0
      let shift = 0
      for (const ch of segment) {
        const digit = digits.indexOf(ch)
        value |= (digit & 31) << shift
        if ((digit & 32) !== 0) shift += 5
        else {
          fields.push((value & 1) === 1 ? -(value >> 1) : value >> 1)
          value = 0
          shift = 0
        }
      }
      offset += fields[0] ?? 0
      if (fields.length < 4) continue
      line += fields[2] ?? 0
      const origin = this.#origins[line]
      if (origin) out.push([offset, origin])
    }
    return out
  }

  #type(t: WasmType): Binaryen.Type {
    return t === "i32" ? this.#library.i32 : t === "i64" ? this.#library.i64 : this.#library.f64
  }

  #types(types: readonly WasmType[]): Binaryen.Type {
    const [only] = types
    if (only === undefined) return this.#library.none
    return types.length === 1 ? this.#type(only) : this.#library.createType(types.map((t) => this.#type(t)))
  }

  #makeBuilder(): WasmBuilder {
    const m = this.#module
    type Group = Readonly<Record<string, (a: Expr, b: Expr) => Expr>>
    const groups = { i32: m.i32, i64: m.i64, f64: m.f64 } as unknown as Readonly<Record<string, Group>>
    const pairType = this.#pair
    return {
      i32: (value) => m.i32.const(value),
      i64: (value) => m.i64.const(BigInt.asIntN(64, value)),
      f64: (value) => m.f64.const(value),
      unary: (op, a) => UNARY[op](m, a),
      binary: (op, a, b) => {
        const [group, name] = op.split(".") as [string, string]
        const make = groups[group]?.[name]
        invariant(make !== undefined, "backend/wasm", `Binaryen has no ${op}`)
        return make(a, b)
      },
      select: (cond, then, otherwise) => m.select(cond, then, otherwise),
      localGet: (index, type) => m.local.get(index, this.#type(type)),
      localSet: (index, value) => m.local.set(index, value),
      localTee: (index, value, type) => m.local.tee(index, value, this.#type(type)),
      globalGet: (name, type) => m.global.get(name, this.#type(type)),
      globalSet: (name, value) => m.global.set(name, value),
      load: (type, offset, address) => m[type].load(offset, 0, address),
      load8: (offset, address) => m.i32.load8_u(offset, 0, address),
      store: (type, offset, address, value) => m[type].store(offset, 0, address, value),
      store8: (offset, address, value) => m.i32.store8(offset, 0, address, value),
      call: (callee, args, results) => {
        this.#called.add(callee)
        return m.call(this.#names.get(callee) ?? callee, args, this.#types(results))
      },
      pairSet: (scratch, pair, first, second) => [
        m.local.set(scratch, pair),
        m.local.set(first, m.tuple.extract(m.local.get(scratch, pairType), 0)),
        m.local.set(second, m.tuple.extract(m.local.get(scratch, pairType), 1)),
      ],
      pair: (first, second) => m.tuple.make([first, second]),
      block: (label, body) => m.block(label as string, body, label === null ? undefined : this.#library.none),
      loop: (label, body) => m.loop(label, m.block(null as unknown as string, body)),
      if: (cond, then, otherwise) => m.if(cond, this.#sequence(then), otherwise === null ? undefined : this.#sequence(otherwise)),
      br: (label, cond) => m.br(label, cond === null ? undefined : cond),
      brTable: (labels, fallback, on) => m.switch(labels, fallback, on),
      return: (value) => m.return(value === null ? undefined : value),
      drop: (value) => m.drop(value),
      unreachable: () => m.unreachable(),
    }
  }

  #sequence(body: readonly Expr[]): Expr {
    const [only] = body
    return body.length === 1 && only !== undefined ? only : this.#module.block(null as unknown as string, body)
  }
}
