/**
 * Puts compiled units to use in a running VM: instances, slots of the table, words of the interpreter's code.
 */
import { invariant } from "../../base/bug.ts"
import { VM_OP_NUMBERS } from "../vm/bytecode.ts"
import type { VmExports } from "../vm/engine.ts"
import { type CompiledUnit, EXPORTS } from "./compile.ts"
import type { VmAddresses } from "./places.ts"
import type { OutlineFunction, TierOutline } from "./profile.ts"

/** What a unit needs of the VM besides what running programs do. */
export interface TieredExports extends VmExports {
  readonly __indirect_function_table: WebAssembly.Table
  readonly hk_pending: WebAssembly.Global<"i32">
  readonly hk_depth_limit: WebAssembly.Global<"i32">
  hk_vm_install(word: number, entry: number): number
  hk_vm_place(what: number): number
  hk_vm_await_calls(func: number, calls: number): void
  hk_vm_await_turns(loop: number, turns: number): void
  hk_vm_calls(func: number): number
  hk_vm_watch(everyTick: number): void
  hk_vm_fuel(first: bigint, most: bigint): void
}

/** What `hk_vm_place` is asked for. */
const PLACE = { strings: 0, statics: 1, globals: 2, frame: 3, depth: 4, code: 5 } as const

/** Reads where the loaded program is, and makes a slot for each function. */
export function readAddresses(vm: TieredExports, outline: TierOutline): VmAddresses {
  const view = new DataView(vm.memory.buffer)
  const pointers = (at: number, count: number): number[] => Array.from({ length: count }, (_, i) => view.getUint32(at + i * 4, true))
  return {
    strings: pointers(vm.hk_vm_place(PLACE.strings), outline.strings),
    statics: pointers(vm.hk_vm_place(PLACE.statics), outline.statics),
    globals: vm.hk_vm_place(PLACE.globals),
    frame: vm.hk_vm_place(PLACE.frame),
    depth: vm.hk_vm_place(PLACE.depth),
    depthLimit: vm.hk_depth_limit.value,
    pending: vm.hk_pending.value,
    slots: vm.__indirect_function_table.grow(outline.functions.length),
  }
}

/** See the head of the file. */
export class Installer {
  readonly #vm: TieredExports
  readonly #functions: readonly OutlineFunction[]
  readonly #slots: number
  readonly #numbers: ReadonlyMap<string, number>
  /** Words of the code that loops jump back to. */
  readonly #points: ReadonlySet<number>

  constructor(vm: TieredExports, outline: TierOutline, slots: number) {
    this.#vm = vm
    this.#functions = outline.functions
    this.#slots = slots
    this.#numbers = new Map(outline.functions.map((f, i) => [f.name, i]))
    this.#points = new Set(outline.functions.flatMap((f) => f.loops.map((l) => l.word)))
  }

  /** Instantiates a unit. What runs in the interpreter comes into it at the next call or turn. */
  install(unit: CompiledUnit): void {
    const table = this.#vm.__indirect_function_table
    const module = new WebAssembly.Module(unit.bytes as Uint8Array<ArrayBuffer>)
    const { exports } = new WebAssembly.Instance(module, { runtime: this.#vm as unknown as WebAssembly.ModuleImports })
    const exported = (name: string): unknown => {
      invariant(Object.hasOwn(exports, name), "backend/tiered", `a unit has no ${name}`)
      return exports[name]
    }
    const patch = (word: number, entry: unknown): void => {
      const index = table.grow(1)
      table.set(index, entry)
      invariant(this.#vm.hk_vm_install(word, index) === 1, "backend/tiered", `word ${word} is not in the program`)
    }
    const number = (name: string): number => this.#numbers.get(name) as number
    for (const name of unit.bridges) {
      const slot = this.#slots + number(name)
      if (table.get(slot) === null) table.set(slot, exported(EXPORTS.bridge(name)))
    }
    for (const name of unit.functions) {
      table.set(this.#slots + number(name), exported(EXPORTS.code(name)))
      const { start } = this.#functions[number(name)] as OutlineFunction
      // A function that begins with a loop is entered as the loop: the word must do for its turns as well.
      if (!this.#points.has(start)) patch(start, exported(EXPORTS.entry(name)))
    }
    for (const { word } of unit.loops) patch(word, exported(EXPORTS.loop(word)))
  }

  /** True if compiled code stands at a word of the code. */
  isCompiled(word: number): boolean {
    return new DataView(this.#vm.memory.buffer).getUint16(this.#vm.hk_vm_place(PLACE.code) + word * 8, true) === VM_OP_NUMBERS.compiled
  }
}
