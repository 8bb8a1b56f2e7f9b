/**
 * Where compiled code finds what the interpreter has loaded: strings, immortal objects, variables and error sites of the running
 * program, by their addresses and numbers there. Compiled code has no data of its own.
 */
import { ABI, type AbiRow } from "../../../runtime/abi.ts"
import { invariant } from "../../base/bug.ts"
import type { FieldRef, Func, Module, Origin, Type } from "../../mir/ir.ts"
import { type ClassLayout, layoutClasses, type Slot } from "../object-layout.ts"
import type { VmFunction } from "../vm/program.ts"
import { type ErrorSite, keyOfSite, siteOf } from "../sites.ts"
import type { ProgramPlaces, VariablePlace } from "../wasm/places.ts"
import { registerOf } from "./loop-entry.ts"

const STAGE = "backend/tiered"

/** Addresses in the memory of a running VM. */
export interface VmAddresses {
  /** Of each string and of each immortal object of the program, by number. */
  readonly strings: readonly number[]
  readonly statics: readonly number[]
  /** Of the first word of the variables. */
  readonly globals: number
  /** Of the pointer to the registers of the frame on top. */
  readonly frame: number
  readonly depth: number
  readonly depthLimit: number
  readonly pending: number
  /** First slot of the program's functions in the table. */
  readonly slots: number
}

/** What compiling a part of a program needs to know of the whole; all of it can be sent to another thread. */
export interface TierProgram {
  readonly module: Module
  /** The interpreter's functions, in the order of the module's. */
  readonly functions: readonly Pick<VmFunction, "name" | "start" | "loops">[]
  readonly strings: readonly string[]
  /** Class of each immortal object. */
  readonly statics: readonly string[]
  readonly sites: readonly ErrorSite[]
  readonly lines: readonly number[]
}

/** See the head of the file. */
export class RunningPlaces implements ProgramPlaces {
  readonly pendingAddress: number
  readonly depthLimitAddress: number
  readonly depth: VariablePlace
  readonly #program: TierProgram
  readonly #addresses: VmAddresses
  readonly #layouts: ReadonlyMap<string, ClassLayout>
  readonly #strings: ReadonlyMap<string, number>
  readonly #statics: ReadonlyMap<string, number>
  readonly #globals = new Map<string, number>()
  readonly #sites: ReadonlyMap<string, number>
  readonly #unit: number
  readonly #registers = new Map<string, Type>()

  /** `unit` makes the names of functions different from those of other units. */
  constructor(program: TierProgram, addresses: VmAddresses, unit: number) {
    this.#unit = unit
    this.#program = program
    this.#addresses = addresses
    this.pendingAddress = addresses.pending
    this.depthLimitAddress = addresses.depthLimit
    this.depth = { kind: "memory", address: addresses.depth }
    this.#layouts = layoutClasses(program.module)
    this.#strings = new Map(program.strings.map((text, i) => [text, addresses.strings[i] as number]))
    this.#statics = new Map(program.statics.map((name, i) => [name, addresses.statics[i] as number]))
    this.#sites = new Map(program.sites.map((site, i) => [keyOfSite(site), i]))
    // The order of the VM's tables: a dynamic value takes two words.
    let word = 0
    for (const def of program.module.globals.values()) {
      this.#globals.set(def.name, addresses.globals + word * 8)
      word += def.type === "any" ? 2 : 1
    }
  }

  /** Makes registers of the frame known as variables; see `loop-entry.ts`. */
  addRegisters(registers: ReadonlyMap<string, Type>): void {
    for (const [name, type] of registers) this.#registers.set(name, type)
  }

  /** Place of the n-th word of the frame on top. */
  frameWord(n: number): Extract<VariablePlace, { kind: "indirect" }> {
    return { kind: "indirect", pointer: this.#addresses.frame, offset: n * 8 }
  }

  stringAddress(text: string): number {
    return known(this.#strings.get(text), "string", JSON.stringify(text))
  }

  staticAddress(name: string): number {
    return known(this.#statics.get(name), "immortal object", name)
  }

  classInfo(name: string): { readonly id: number; readonly size: number } {
    return { id: known(this.#program.module.classes.get(name), "class", name).id, size: known(this.#layouts.get(name), "class", name).size }
  }

  slot(ref: FieldRef): Slot {
    return known(this.#layouts.get(ref.class)?.slots.get(ref.field), "field", `${ref.class}.${ref.field}`)
  }

  globalType(name: string): Type {
    return this.#registers.get(name) ?? known(this.#program.module.globals.get(name), "variable", name).type
  }

  variable(name: string, part: number): VariablePlace {
    if (this.#registers.has(name)) return this.frameWord(registerOf(name) + part)
    return { kind: "memory", address: known(this.#globals.get(name), "variable", name) + part * 8 }
  }

  /** Name of a function of the program in the unit. */
  symbol(name: string): string {
    return `hako${this.#unit}:${name}`
  }

  abi(name: string): AbiRow {
    invariant(Object.hasOwn(ABI, name), STAGE, `no runtime function ${name}`)
    return ABI[name as keyof typeof ABI]
  }

  functionSignature(name: string): { readonly symbol: string; readonly result: Type; readonly fails: boolean } {
    const func = known(this.#program.module.funcs.get(name), "function", name)
    return { symbol: this.symbol(name), result: func.result, fails: func.fails }
  }

  site(func: Func, origin: Origin | null): { readonly index: number; readonly line: number } {
    const index = known(this.#sites.get(keyOfSite(siteOf(func, origin))), "error site", `${func.display} ${origin?.start}`)
    return { index, line: this.#program.lines[index] as number }
  }
}

function known<T>(found: T | undefined, what: string, name: string): T {
  invariant(found !== undefined, STAGE, `the running program has no ${what} ${name}`)
  return found
}
