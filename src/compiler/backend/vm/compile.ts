/**
 * A counted MIR module to a VM program.
 */
import { invariant } from "../../base/bug.ts"
import type { Func, Module, Origin, Type } from "../../mir/ir.ts"
import { carrierOf, isNullable } from "../object-layout.ts"
import { allocate } from "./allocate.ts"
import { type EncodedPoint, emitFunction } from "./emit.ts"
import type { ConstantSource } from "./lines.ts"
import { encodeProgram, NO_FUNCTION, RESULT_KIND, type VmFunction, type VmLoop, type VmOrigin, type VmProgram } from "./program.ts"
import { selectFunction } from "./select.ts"
import type { ErrorSite } from "../sites.ts"
import { ProgramTables } from "./tables.ts"

/** How to compile. */
export interface VmOptions {
  /** The 1-based line of an origin. */
  readonly lineOf: (origin: Origin) => number
  /** Load also the strings, immortal objects and error sites that the interpreter has no use for: other code of the program may name them. */
  readonly allConstants?: boolean
}

/** A compiled program. */
export interface VmArtifact {
  readonly program: VmProgram
  /** The binary form, which the interpreter loads. */
  readonly bytes: Uint8Array
  /** Places that error traces name, by the number the program reports. */
  readonly sites: readonly ErrorSite[]
  /** What a debugger needs to know; empty unless the module has points. */
  readonly debug: VmDebug
}

/** A point of a compiled program. */
export interface VmPoint {
  /** Name of the function, and the register that holds the number of its last point. */
  readonly func: string
  readonly register: number
  /** Values of its variables: a register of the frame, or how to make them. */
  readonly homes: readonly { readonly type: Type; readonly at: number | ConstantSource }[]
}

/** What a debugger needs to know of a program beyond the program itself. */
export interface VmDebug {
  /** By number; a point that cannot be reached has none. */
  readonly points: readonly (VmPoint | undefined)[]
  /** Names and types of the variables, and their first words. */
  readonly globals: readonly { readonly name: string; readonly type: Type; readonly word: number }[]
}

/** Compiles. Throws a Bug if the module is not valid. */
export function compileVm(module: Module, options: VmOptions): VmArtifact {
  const tables = new ProgramTables(module, options.lineOf)
  const code: number[] = []
  const origins: VmOrigin[] = []
  const functions: VmFunction[] = []
  const points: (VmPoint | undefined)[] = (module.points ?? []).map(() => undefined)
  for (const func of module.funcs.values()) {
    const compiled = compileFunction(func, tables)
    const start = code.length >> 2
    functions.push({ ...compiled.function, start })
    for (const { at, origin } of compiled.origins) origins.push({ at: start + at, origin })
    // One by one: a function may have more words than a call takes arguments.
    for (const part of compiled.code) code.push(part)
    for (const { number, homes } of compiled.points) points[number] = { func: func.name, register: compiled.pointRegister, homes }
  }
  if (options.allConstants === true) addConstants(module, tables)
  invariant(module.funcs.has("main"), "backend/vm", "the module has no main")
  const callback = (symbol: string): number => {
    for (const name of module.funcs.keys()) if (name.split("/")[0] === symbol) return tables.function(name).number
    return NO_FUNCTION
  }
  const classes = tables.classes()
  const program: VmProgram = {
    constants: tables.constants(),
    strings: tables.strings,
    classes,
    statics: tables.statics,
    globals: tables.globals,
    functions,
    lines: tables.lines,
    code: Uint16Array.from(code),
    origins,
    main: tables.function("main").number,
    textCallback: callback("hk_cb_text"),
    equalsCallback: callback("hk_cb_equals"),
  }
  const globals = [...module.globals.values()].map(({ name, type }) => ({ name, type, word: tables.global(name) }))
  return { program, bytes: encodeProgram(program), sites: tables.sites, debug: { points, globals: module.points === undefined ? [] : globals } }
}

interface CompiledFunction {
  readonly function: Omit<VmFunction, "start">
  readonly code: readonly number[]
  readonly origins: readonly VmOrigin[]
  readonly points: readonly EncodedPoint[]
  readonly pointRegister: number
}

function addConstants(module: Module, tables: ProgramTables): void {
  for (const func of module.funcs.values()) {
    // Failures without a place in the source share one site.
    tables.site(func, null)
    for (const block of func.blocks) {
      for (const inst of block.insts) {
        if (inst.op === "const.str") tables.string(inst.imm as string)
        else if (inst.op === "static.ref") tables.static(inst.imm as string)
        // Which failures are reported under a number of their own is each back end's choice.
        if (inst.error !== null) tables.site(func, inst.origin)
      }
    }
  }
}

/** Compiles one function; `start` is open. */
function compileFunction(func: Func, tables: ProgramTables): CompiledFunction {
  const { lines, places } = selectFunction(func, tables)
  const allocation = allocate(lines)
  const encoded = emitFunction(lines, allocation)
  const loops: VmLoop[] = lines.blocks.flatMap((block, position) => {
    const at = encoded.loops.get(block.id)
    if (at === undefined) return []
    const live = [...places].flatMap(([value, place]) => {
      const register = place >> 1
      if (!block.params.includes(register) && !allocation.isLiveIn(position, register)) return []
      return [{ value, register: (allocation.registers[register] as number) + (place & 1) }]
    })
    return [{ block: block.id, at, live }]
  })
  const carrier = carrierOf(func.result)
  const result = carrier === "pointer" ? (isNullable(func.result) ? RESULT_KIND.optional : RESULT_KIND.pointer) : RESULT_KIND[carrier]
  return {
    function: {
      name: func.name,
      display: func.display,
      synthetic: func.synthetic,
      length: encoded.code.length >> 2,
      registers: encoded.registers,
      params: lines.params.reduce((n, p) => n + (lines.widths[p] as number), 0),
      result,
      fails: func.fails,
      loops,
    },
    code: encoded.code,
    origins: encoded.origins,
    points: encoded.points,
    pointRegister: allocation.window - 1,
  }
}
