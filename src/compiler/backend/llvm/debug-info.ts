/**
 * LLVM's numbered metadata nodes: which source line and column each instruction comes from, and which accesses of memory can never
 * meet.
 *
 * Two accesses with different tags of `MEMORY` never touch the same bytes while both objects live. That memory is used again for
 * another kind of object changes nothing: an object is freed by a call that LLVM cannot see through. The runtime's own accesses carry
 * the tags of C, whose tree is another one, so they may meet all of these.
 */
import type { SourceFile } from "../../base/source.ts"
import type { Func, Origin } from "../../mir/ir.ts"
import { DebugTypes, type NodeTable } from "./debug-types.ts"
import { quoted } from "./names.ts"
import type { Statics } from "./statics.ts"
import type { VariableSlot } from "./variables.ts"

/** What generated code accesses: counts, the rest of headers that never changes, slots of objects and cells, headers and elements of arrays, variables of the runtime. */
export const MEMORY = ["count", "head", "slot", "array", "i64", "f64", "bool", "ref", "state"] as const
/** One of them. */
export type Memory = (typeof MEMORY)[number]

/** How much a debugger shall see: nothing (for hosts that read no debug information), lines, or the variables of an unoptimised program too. */
export type DebugDetail = "none" | "lines" | "variables"

/** Hands out metadata nodes and keeps their texts. */
export class DebugInfo implements NodeTable {
  readonly #isOn: boolean
  readonly #sources: readonly SourceFile[]
  readonly #nodes: string[] = []
  readonly #known = new Map<string, number>()
  readonly #unit: number
  readonly #signature: number
  readonly #types: DebugTypes
  readonly #flags: string
  readonly #hasVariables: boolean
  /** Branch weights of a test that rarely succeeds. */
  readonly rarely: string

  constructor(sources: readonly SourceFile[], statics: Statics, detail: DebugDetail) {
    this.#isOn = detail !== "none"
    this.#hasVariables = detail === "variables"
    this.#sources = sources
    this.#types = new DebugTypes(this, statics)
    this.#flags = detail === "variables" ? "DISPFlagDefinition" : "DISPFlagDefinition | DISPFlagOptimized"
    const main = this.#file(0)
    this.#unit = this.node(`distinct !DICompileUnit(language: DW_LANG_C11, file: !${main}, producer: "hako", isOptimized: ${detail !== "variables"}, runtimeVersion: 0, emissionKind: FullDebug)`)
    this.#signature = this.node("!DISubroutineType(types: !{null})")
    this.rarely = `!prof !${this.node('!{!"branch_weights", i32 1, i32 2000}')}`
  }

  /** True if variables are described. */
  get hasVariables(): boolean {
    return this.#hasVariables
  }

  /** True if the origin is in a file of the program (and not in the library's own source). */
  isKnown(origin: Origin): boolean {
    return this.#sources[origin.file] !== undefined
  }

  /** `!tbaa !N` for an access. */
  access(memory: Memory): string {
    const root = this.node('!{!"hako"}')
    const type = this.node(`!{!"${memory}", !${root}, i64 0}`)
    return `!tbaa !${this.node(`!{!${type}, !${type}, i64 0}`)}`
  }

  /** The node of a function. */
  subprogram(func: Func): number {
    const origin = func.origin !== null && this.isKnown(func.origin) ? func.origin : null
    const file = this.#file(origin?.file ?? 0)
    const line = origin === null ? 0 : this.#position(origin).line
    return this.node(
      `distinct !DISubprogram(name: ${quoted(func.display)}, linkageName: ${quoted(func.name)}, scope: !${file}, file: !${file}, line: ${line}, type: !${this.#signature}, scopeLine: ${line}, ` +
        `spFlags: ${this.#flags}, unit: !${this.#unit})`,
    )
  }

  /** The node of a function that no source shows, whose instructions still need a place for what is inlined into them. */
  entry(name: string): number {
    const file = this.#file(0)
    return this.node(`distinct !DISubprogram(name: ${quoted(name)}, scope: !${file}, file: !${file}, line: 0, type: !${this.#signature}, flags: DIFlagArtificial, spFlags: ${this.#flags}, unit: !${this.#unit})`)
  }

  /** `!dbg !N` for an instruction of the function with that node. */
  location(subprogram: number, origin: Origin | null): string {
    const known = origin !== null && this.isKnown(origin) ? origin : null
    if (known === null) return `!dbg !${this.node(`!DILocation(line: 0, scope: !${subprogram})`)}`
    const { line, column } = this.#position(known)
    return `!dbg !${this.node(`!DILocation(line: ${line}, column: ${Math.min(column, 65535)}, scope: !${subprogram})`)}`
  }

  /** What ends the head of a function with that node, before its brace. */
  ofFunction(subprogram: number): string {
    return this.#isOn ? ` !dbg !${subprogram}` : ""
  }

  /** What ends an instruction of the function with that node. */
  ofInstruction(subprogram: number, origin: Origin | null): string {
    return this.#isOn ? `, ${this.location(subprogram, origin)}` : ""
  }

  /** All nodes and the module's named metadata. */
  lines(): string[] {
    if (!this.#isOn) return this.#nodes.flatMap((text, n) => (/^(?:distinct )?!DI/.test(text) ? [] : [`!${n} = ${text}`]))
    const flags = [this.node('!{i32 7, !"Dwarf Version", i32 5}'), this.node('!{i32 2, !"Debug Info Version", i32 3}')]
    return [`!llvm.dbg.cu = !{!${this.#unit}}`, `!llvm.module.flags = !{${flags.map((n) => `!${n}`).join(", ")}}`, ...this.#nodes.map((text, n) => `!${n} = ${text}`)]
  }

  #file(index: number): number {
    return this.node(`!DIFile(filename: ${quoted(this.#sources[index]?.name ?? "program")}, directory: "")`)
  }

  #position(origin: Origin): { readonly line: number; readonly column: number } {
    return (this.#sources[origin.file] as SourceFile).lines.position(origin.start)
  }

  /** The variable of a function, and where it is from the start of the function on. */
  declare(subprogram: number, func: Func, variable: VariableSlot, place: string): string {
    const origin = func.origin !== null && this.isKnown(func.origin) ? func.origin : null
    const node = this.node(
      `!DILocalVariable(name: ${quoted(variable.name)}${variable.argument === 0 ? "" : `, arg: ${variable.argument}`}, scope: !${subprogram}, file: !${this.#file(origin?.file ?? 0)}, line: ${origin === null ? 0 : this.#position(origin).line}, type: !${this.#types.of(variable.type)})`,
    )
    return `call void @llvm.dbg.declare(metadata ptr ${place}, metadata !${node}, metadata !DIExpression())`
  }

  reserve(): number {
    return this.#nodes.push("") - 1
  }

  define(node: number, text: string): void {
    this.#nodes[node] = text
  }

  node(text: string): number {
    const known = text.startsWith("distinct") ? undefined : this.#known.get(text)
    if (known !== undefined) return known
    this.#nodes.push(text)
    const n = this.#nodes.length - 1
    this.#known.set(text, n)
    return n
  }
}
