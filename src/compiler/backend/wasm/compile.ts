/**
 * A counted MIR module to a WebAssembly program: all functions, the static data, and the entry `hk_main`.
 *
 * `hk_main() -> i32` sets the runtime up, runs `main` and gives the exit code. `hk_teardown()` releases what module
 * variables and immortal objects hold, so that a host can count what is left.
 */
import { abiRow, CALLBACKS, MACHINE, type MachineRow, type MachineType } from "../../../runtime/abi.ts"
import { invariant } from "../../base/bug.ts"
import type { Func, Module, Origin, Type } from "../../mir/ir.ts"
import { carrierOf, isNullable } from "../object-layout.ts"
import type { ErrorSite } from "../sites.ts"
import type { Expr, WasmBuilder, WasmType } from "./builder.ts"
import { frameOf } from "./frames.ts"
import { functionSymbol, ProgramImage } from "./image.ts"
import { ModuleLinker } from "./link.ts"
import { type LoweredFunction, lowerFunction } from "./lower.ts"
import { DEPTH, globalName } from "./names.ts"
import { carriers } from "./operators.ts"
import { isSlot, outlineLoops } from "./outline.ts"
import { readRuntime } from "./runtime-binary.ts"
import { ModuleText, type TextOrigin } from "./text.ts"
import type { Signature } from "./tree.ts"

/** How to compile. */
export interface WasmOptions {
  readonly optimise: 0 | 1 | 2
  /** The 1-based line of an origin. */
  readonly lineOf: (origin: Origin) => number
}

/** A compiled program. */
export interface WasmArtifact {
  readonly bytes: Uint8Array
  /** Places that error traces name, by the number the program reports. */
  readonly sites: readonly ErrorSite[]
  /** Origin of the code from each byte offset of the binary on, ascending; a file below 0 is none. */
  readonly map: readonly (readonly [number, Origin])[]
  /** How traces show each function, by its name in the binary; those left out are not shown. */
  readonly names: Readonly<Record<string, string>>
  /** Bytes of the host's stack that one nested call takes at most; 0 if no function can reach itself. */
  readonly frame: number
}

/** Compiles to a binary that holds the runtime. */
export function compileWasm(module: Module, runtime: Uint8Array, options: WasmOptions): WasmArtifact {
  const binary = readRuntime(runtime)
  const pending = binary.variables.get("hk_pending")
  const depthLimit = binary.variables.get("hk_depth_limit")
  invariant(pending !== undefined && depthLimit !== undefined, "backend/wasm", "the runtime does not export its variables")
  invariant(Object.keys(CALLBACKS).every((name) => binary.functions.has(name)), "backend/wasm", "runtime.wasm is of another build; npm run build:runtime makes it")
  const resumable = withResumableLoops(module, options)
  const image = new ProgramImage(resumable, binary.heapBase, { pending, depthLimit }, options.lineOf)
  const linker = new ModuleLinker(binary)
  const locals = addProgram(linker, image)
  const recursive = [...resumable.funcs.values()].filter(countsCalls).map((func) => frameOf(locals.get(func.name) ?? 0))
  const data = addEntry(linker, image)
  linker.setData(data.base, data.bytes)
  const names: Record<string, string> = {}
  for (const func of resumable.funcs.values()) if (!func.synthetic) names[functionSymbol(func.name)] = func.display
  return { ...linker.emit(), sites: image.sites, names, frame: Math.max(0, ...recursive) }
}

/** The module with the loops of functions that run once made resumable, from level 1 on. */
export function withResumableLoops(module: Module, options: Pick<WasmOptions, "optimise">): Module {
  if (options.optimise === 0) return module
  const { funcs, slots } = outlineLoops(module)
  return { ...module, funcs: new Map(funcs.map((f) => [f.name, f])), globals: new Map([...module.globals, ...slots.map((s) => [s.name, s] as const)]) }
}

/** The user's functions as WebAssembly text; the runtime's are imports. For reading, not for running. */
export function wasmText(module: Module, options: WasmOptions): { readonly text: string; readonly origins: readonly TextOrigin[] } {
  const image = new ProgramImage(withResumableLoops(module, options), 1024, { pending: 0, depthLimit: 0 }, options.lineOf)
  const text = new ModuleText()
  addProgram(text, image)
  return text.finish(runtimeSignature)
}

/** WebAssembly types of a runtime function, or null for functions of the program. */
export function runtimeSignature(symbol: string): Signature | null {
  const row = abiRow(symbol)
  if (row !== undefined) return { params: row.params.flatMap(([, type]) => carriers(type)), results: carriers(row.result) }
  const machine: MachineRow | undefined = Object.hasOwn(MACHINE, symbol) ? MACHINE[symbol as keyof typeof MACHINE] : undefined
  return machine === undefined ? null : { params: machine.params.flatMap(([, type]) => machineCarriers(type)), results: machineCarriers(machine.result) }
}

function machineCarriers(type: MachineType): readonly WasmType[] {
  switch (type) {
    case "void":
      return []
    case "i32":
    case "ptr":
      return ["i32"]
    case "i64":
      return ["i64"]
    case "f64":
      return ["f64"]
    case "any":
      return ["i64", "i64"]
  }
}

/** Adds the module's variables and functions. */
function addProgram<T>(assembly: Pick<ModuleLinker, "addGlobal" | "builder"> & { addFunction(symbol: string, func: LoweredFunction): T }, image: ProgramImage): ReadonlyMap<string, T> {
  assembly.addGlobal(DEPTH, "i32")
  for (const [name, def] of image.module.globals) {
    carriers(def.type).forEach((type, part) => {
      assembly.addGlobal(globalName(name, part), type)
    })
  }
  return new Map([...image.module.funcs.values()].map((func) => [func.name, assembly.addFunction(functionSymbol(func.name), lowerFunction(func, image, assembly.builder))]))
}

export function countsCalls(func: Func): boolean {
  return func.blocks.some((block) => block.insts.some((inst) => inst.op === "stack.enter"))
}

/** Adds `hk_main` and `hk_teardown`; gives the finished static data. */
function addEntry(assembly: ModuleLinker, image: ProgramImage): { readonly base: number; readonly bytes: Uint8Array } {
  const w = assembly.builder
  const releases: Expr[] = []
  for (const [name, def] of image.module.globals) if (!isSlot(name)) releases.push(...releaseGlobal(w, name, def.type))
  for (const [name, address] of image.statics) {
    for (const field of image.module.classes.get(name)?.fields ?? []) {
      const { offset, type } = image.slot({ class: name, field: field.name })
      const carrier = carrierOf(type)
      if (carrier === "pointer") releases.push(w.call("hk_release", [w.load("i32", offset, w.i32(address))], []))
      else if (carrier === "any") releases.push(w.call("hk_release_any", [w.load("i64", offset, w.i32(address)), w.load("i64", offset + 8, w.i32(address))], []))
    }
  }
  assembly.addFunction("hk_teardown", plain([], [], [], w.block(null, releases)))
  assembly.exportFunction("hk_teardown")

  const main = image.module.funcs.get("main")
  invariant(main !== undefined, "backend/wasm", "the module has no main")
  const data = image.finish()
  const body: Expr[] = [w.call("hk_heap_start", [w.i32(data.end)], []), w.call("hk_init", [w.i32(data.classes), w.i32(data.classCount)], [])]
  const call = w.call(functionSymbol("main"), [], carriers(main.result))
  const locals: WasmType[] = ["i64", "i64", "f64", "i32"]
  const finish = (tag: Expr, payload: Expr): Expr => w.return(w.call("hk_finish", [tag, payload], ["i32"]))
  const uncaught = (failed: Expr): Expr => w.if(failed, [w.call("hk_uncaught", [], []), w.unreachable()], null)
  const pendingSet = (): Expr => w.load("i32", 0, w.i32(image.pendingAddress))
  const fails = main.fails
  switch (carrierOf(main.result)) {
    case "any":
      body.push(w.pairSet(call, 0, 1))
      if (fails) body.push(uncaught(w.binary("i64.eq", w.localGet(0, "i64"), w.i64(255n))))
      body.push(finish(w.localGet(0, "i64"), w.localGet(1, "i64")))
      break
    case "unit":
      body.push(call)
      if (fails) body.push(uncaught(pendingSet()))
      body.push(finish(w.i64(0n), w.i64(0n)))
      break
    case "i64":
      body.push(w.localSet(0, call))
      if (fails) body.push(uncaught(pendingSet()))
      body.push(finish(w.i64(1n), w.localGet(0, "i64")))
      break
    case "f64":
      body.push(w.localSet(2, call))
      if (fails) body.push(uncaught(pendingSet()))
      body.push(finish(w.i64(2n), w.unary("i64.reinterpret_f64", w.localGet(2, "f64"))))
      break
    case "bool":
      body.push(w.localSet(3, call))
      if (fails) body.push(uncaught(pendingSet()))
      body.push(finish(w.i64(3n), w.unary("i64.extend_i32_u", w.localGet(3, "i32"))))
      break
    case "pointer": {
      body.push(w.localSet(3, call))
      if (fails) body.push(uncaught(isNullable(main.result) ? pendingSet() : w.unary("i32.eqz", w.localGet(3, "i32"))))
      const tag = w.select(w.localGet(3, "i32"), w.i64(4n), w.i64(0n))
      body.push(finish(tag, w.unary("i64.extend_i32_u", w.localGet(3, "i32"))))
      break
    }
  }
  assembly.addFunction("hk_main", plain([], ["i32"], locals, w.block(null, [...body, w.unreachable()])))
  assembly.exportFunction("hk_main")
  return data
}

function releaseGlobal(w: WasmBuilder, name: string, type: Type): Expr[] {
  const carrier = carrierOf(type)
  if (carrier === "pointer") return [w.call("hk_release", [w.globalGet(globalName(name, 0), "i32")], []), w.globalSet(globalName(name, 0), w.i32(0))]
  if (carrier !== "any") return []
  return [w.call("hk_release_any", [w.globalGet(globalName(name, 0), "i64"), w.globalGet(globalName(name, 1), "i64")], []), w.globalSet(globalName(name, 0), w.i64(0n))]
}

function plain(params: readonly WasmType[], results: readonly WasmType[], locals: readonly WasmType[], body: Expr): LoweredFunction {
  return { params, results, locals, body, origins: [], names: new Map() }
}
