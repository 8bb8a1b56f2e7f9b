/**
 * A part of a running program to a WebAssembly module: a *unit*.
 *
 * A unit holds whole functions and entries of loops (`loop-entry.ts`), and imports the memory, the table and the functions of the
 * instance of `vm.wasm` that runs the program. It has no memory of its own and no state.
 *
 * Compiled code never has to be given up. MIR is typed for the whole program and has only direct calls before any engine sees it, so
 * nothing is assumed here that a run could prove wrong: there are no guards, no recovery of an interpreter's state from the middle
 * of an expression. The ways between the two worlds are calls, returns and the starts of loops, where the state is the frame.
 *
 * Every function of the program has a slot in the shared table. It holds the function in compiled form with its own parameters and
 * results, or a *bridge* that runs it in the interpreter. Functions of a unit call each other directly, all others through their slot.
 * Exported are, by the names below, functions, their entries from the interpreter, entries of loops, and bridges for what the unit
 * calls outside of itself.
 */
import { invariant } from "../../base/bug.ts"
import type { Func, Origin, Type } from "../../mir/ir.ts"
import { carrierOf, isNullable, TAG } from "../object-layout.ts"
import type { Expr, WasmBuilder, WasmType } from "../wasm/builder.ts"
import { countsCalls, runtimeSignature } from "../wasm/compile.ts"
import { frameOf } from "../wasm/frames.ts"
import { UnitLinker } from "../wasm/link-unit.ts"
import { type LoweredFunction, lowerFunction } from "../wasm/lower.ts"
import { carriers } from "../wasm/operators.ts"
import { ModuleText, type TextOrigin } from "../wasm/text.ts"
import type { Signature } from "../wasm/tree.ts"
import { makeLoopEntry, RAISED, RETURNED } from "./loop-entry.ts"
import { RunningPlaces, type TierProgram, type VmAddresses } from "./places.ts"
import { entryPointsOf } from "./points.ts"

const STAGE = "backend/tiered"

/** What to compile. */
export interface UnitRequest {
  readonly id: number
  /** Names of the functions. */
  readonly functions: readonly string[]
  /** Words of the code at which loops are to be entered. */
  readonly loops: readonly { readonly function: string; readonly word: number }[]
}

/** A compiled unit. */
export interface CompiledUnit {
  readonly id: number
  readonly bytes: Uint8Array
  readonly functions: readonly string[]
  /** The loops that can be entered: those of the request but for the ones with several ways in. */
  readonly loops: readonly { readonly function: string; readonly word: number }[]
  /** The loops of the request that have several ways in. */
  readonly refused: readonly { readonly function: string; readonly word: number }[]
  /** Functions that the unit has a bridge for. */
  readonly bridges: readonly string[]
  /** Origin of the code from each byte offset on, ascending. */
  readonly map: readonly (readonly [number, Origin])[]
  /** Bytes of the host's stack that one nested call takes at most; 0 if no function counts its calls. */
  readonly frame: number
  /** How traces show each function, by its name in the binary; those left out are not shown. */
  readonly names: Readonly<Record<string, string>>
}

/** Names of the exports. */
export const EXPORTS = {
  code: (name: string): string => `code:${name}`,
  entry: (name: string): string => `entry:${name}`,
  loop: (word: number): string => `loop:${word}`,
  bridge: (name: string): string => `bridge:${name}`,
} as const

/** What the functions of a unit are added to: bytes or text. */
type Assembly = Pick<UnitLinker, "builder" | "addFunction" | "exportFunction">

/** What a unit says of memory and tables in its text: both are those of the instance that runs the program. */
const UNIT_MEMORY = ['(import "runtime" "memory" (memory 0 65536))', '(import "runtime" "__indirect_function_table" (table 0 funcref))']

/** Compiles units of one running program. */
export class UnitCompiler {
  readonly #program: TierProgram
  readonly #addresses: VmAddresses
  readonly #numbers: ReadonlyMap<string, number>

  constructor(program: TierProgram, addresses: VmAddresses) {
    this.#program = program
    this.#addresses = addresses
    this.#numbers = new Map(program.functions.map((f, i) => [f.name, i]))
  }

  /** Compiles. Throws a Bug if the program and the module do not fit. */
  compile(request: UnitRequest): CompiledUnit {
    const unit = new UnitLinker()
    const { loops, bridges, names, counting } = this.#assemble(request, unit)
    const { bytes, map, locals } = unit.emit(signatureOf)
    return { id: request.id, bytes, functions: request.functions, loops, refused: request.loops.filter((l) => !loops.includes(l)), bridges, map, names, frame: Math.max(0, ...counting.map((symbol) => frameOf(locals.get(symbol) ?? 0))) }
  }

  /** The unit as text, for reading: the very code that `compile` gives as bytes. */
  text(request: UnitRequest): { readonly text: string; readonly origins: readonly TextOrigin[] } {
    const unit = new ModuleText()
    this.#assemble(request, unit)
    return unit.finish(signatureOf, UNIT_MEMORY)
  }

  /** Builds the functions of a unit. `counting` are those that may be nested as deep as the program allows. */
  #assemble(request: UnitRequest, unit: Assembly): Pick<CompiledUnit, "loops" | "bridges" | "names"> & { readonly counting: readonly string[] } {
    const places = new RunningPlaces(this.#program, this.#addresses, request.id)
    const w = unit.builder
    const names: Record<string, string> = {}
    const inUnit = new Set(request.functions)
    const called = new Set<string>()
    const counting: string[] = []
    const add = (symbol: string, func: Func): void => {
      for (const block of func.blocks) for (const inst of block.insts) if (inst.op === "call") called.add(inst.imm as string)
      unit.addFunction(symbol, lowerFunction(func, places, w))
      if (!func.synthetic) names[symbol] = func.display
      if (countsCalls(func)) counting.push(symbol)
    }
    const loops = request.loops.filter(({ function: name, word }) => {
      const { points } = entryPointsOf(this.#func(name), this.#vmFunction(name))
      const at = points.find((p) => p.word === word)
      invariant(at !== undefined, STAGE, `${name} has no point at word ${word}`)
      const made = makeLoopEntry(this.#func(name), points, at)
      if (made === null) return false
      places.addRegisters(made.registers)
      const symbol = `${places.symbol(name)}@${word}`
      add(symbol, made.func)
      unit.exportFunction(symbol, EXPORTS.loop(word))
      return true
    })
    for (const name of request.functions) {
      add(places.symbol(name), this.#func(name))
      unit.exportFunction(places.symbol(name), EXPORTS.code(name))
      const entry = `entry:${places.symbol(name)}`
      unit.addFunction(entry, enterFunction(w, this.#func(name), places))
      unit.exportFunction(entry, EXPORTS.entry(name))
    }
    const bridges = [...called].filter((name) => !inUnit.has(name))
    for (const name of bridges) {
      const func = this.#func(name)
      const number = this.#numbers.get(name) as number
      unit.addFunction(places.symbol(name), throughSlot(w, func, this.#addresses.slots + number))
      const symbol = `bridge:${places.symbol(name)}`
      unit.addFunction(symbol, bridge(w, func, number))
      unit.exportFunction(symbol, EXPORTS.bridge(name))
    }
    return { loops, bridges, names, counting }
  }

  #func(name: string): Func {
    const func = this.#program.module.funcs.get(name)
    invariant(func !== undefined, STAGE, `no function ${name}`)
    return func
  }

  #vmFunction(name: string): TierProgram["functions"][number] {
    return this.#program.functions[this.#numbers.get(name) ?? -1] as TierProgram["functions"][number]
  }
}

/** What bridges call in the interpreter (`hk_vm_host.h`). */
const VM_CALLS: Readonly<Record<string, Signature>> = {
  hk_vm_arguments: { params: ["i32"], results: ["i32"] },
  hk_vm_call: { params: ["i32"], results: ["i32"] },
}

/** Types of a function of `vm.wasm`, null for those of the unit. */
function signatureOf(symbol: string): Signature | null {
  return VM_CALLS[symbol] ?? runtimeSignature(symbol)
}

function plain(params: readonly WasmType[], results: readonly WasmType[], locals: readonly WasmType[], body: readonly Expr[], w: WasmBuilder): LoweredFunction {
  return { params, results, locals, body: w.block(null, body), origins: [], names: new Map() }
}

function paramTypes(func: Func): readonly WasmType[] {
  return func.params.flatMap((p) => carriers(func.types[p] as Type))
}

/** The function that stands in a unit for one outside of it: a call of what is in its slot. */
function throughSlot(w: WasmBuilder, func: Func, slot: number): LoweredFunction {
  const params = paramTypes(func)
  const results = carriers(func.result)
  const call = w.callSlot(slot, params.map((type, i) => w.localGet(i, type)), params, results)
  return plain(params, results, [], results.length === 0 ? [call] : [w.return(call)], w)
}

/** The function that runs one of the program in the interpreter, on a frame above the current one. */
function bridge(w: WasmBuilder, func: Func, number: number): LoweredFunction {
  const params = paramTypes(func)
  const results = carriers(func.result)
  const at = params.length
  const body: Expr[] = [w.localSet(at, w.call("hk_vm_arguments", [w.i32(number)], ["i32"]))]
  params.forEach((type, i) => {
    const value = w.localGet(i, type)
    body.push(type === "i32" ? w.store("i64", i * 8, w.localGet(at, "i32"), w.unary("i64.extend_i32_u", value)) : w.store(type, i * 8, w.localGet(at, "i32"), value))
  })
  body.push(w.localSet(at, w.call("hk_vm_call", [w.i32(number)], ["i32"])))
  const [only] = results
  const load = (type: WasmType, i: number): Expr => w.load(type, i * 8, w.localGet(at, "i32"))
  if (only !== undefined) {
    // How each carrier says that the function has raised.
    const raised = results.length === 2 ? w.pair(w.i64(TAG.error), w.i64(0n)) : only === "i32" ? w.i32(0) : only === "i64" ? w.i64(0n) : w.f64(0)
    body.push(w.if(w.unary("i32.eqz", w.localGet(at, "i32")), [w.return(raised)], null))
    body.push(w.return(results.length === 2 ? w.pair(load("i64", 0), load("i64", 1)) : load(only, 0)))
  }
  return plain(params, results, ["i32"], body, w)
}

/** The entry of a function from the interpreter: parameters from the frame, result into it. Its parameter, the fuel, is not used. */
function enterFunction(w: WasmBuilder, func: Func, places: RunningPlaces): LoweredFunction {
  const read = (n: number, type: WasmType): Expr => {
    const place = places.frameWord(n)
    return w.load(type, place.offset, w.load("i32", 0, w.i32(place.pointer)))
  }
  const write = (n: number, type: WasmType, value: Expr): Expr => {
    const place = places.frameWord(n)
    const frame = w.load("i32", 0, w.i32(place.pointer))
    return type === "i32" ? w.store("i64", place.offset, frame, w.unary("i64.extend_i32_u", value)) : w.store(type, place.offset, frame, value)
  }
  const results = carriers(func.result)
  const args = paramTypes(func).map((type, n) => read(n, type))
  const call = w.call(places.symbol(func.name), args, results)
  const pending = (): Expr => w.load("i32", 0, w.i32(places.pendingAddress))
  const [only] = results
  const locals: WasmType[] = results.length === 2 ? ["i64", "i64"] : only === undefined ? [] : [only]
  const body: Expr[] = []
  const raisedIf = (failed: Expr): Expr[] => (func.fails ? [w.if(failed, [w.return(w.i64(RAISED))], null)] : [])
  if (results.length === 2) {
    body.push(w.pairSet(call, 1, 2), ...raisedIf(w.binary("i64.eq", w.localGet(1, "i64"), w.i64(TAG.error))))
    body.push(write(0, "i64", w.localGet(1, "i64")), write(1, "i64", w.localGet(2, "i64")))
  } else if (only === undefined) body.push(call, ...raisedIf(pending()))
  else {
    const isPointer = carrierOf(func.result) === "pointer" && !isNullable(func.result)
    body.push(w.localSet(1, call), ...raisedIf(isPointer ? w.unary("i32.eqz", w.localGet(1, only)) : pending()))
    body.push(write(0, only, w.localGet(1, only)))
  }
  body.push(w.return(w.i64(RETURNED)))
  return plain(["i64"], ["i64"], locals, body, w)
}
