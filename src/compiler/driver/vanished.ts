/**
 * Where code went that a place in the source was made into: the pass after which nothing of it is left, or the call sites that
 * a whole function was copied to.
 *
 * The one idea: instructions keep the place they come from through all passes, so a place is gone after the first step at
 * which no instruction of the program has it any more.
 */
import type { Func, Module, Origin } from "../mir/ir.ts"
import { runPipeline } from "../opt/pipeline.ts"
import { inferAndSpecialise } from "../opt/specialise.ts"
import { type Compilation, pipelineOptions } from "./compile.ts"

/** What became of a place. */
export type Fate =
  /** Nothing is made of it. */
  | { readonly kind: "nothing" }
  /** Nothing of it is left after this pass; `step` counts the steps that ran, inference is 0. */
  | { readonly kind: "gone"; readonly pass: string; readonly step: number }
  /** Its function is not there any more; copies of its body are in these. */
  | { readonly kind: "inlined"; readonly function: string; readonly into: readonly string[] }
  /** The optimised program has it. */
  | { readonly kind: "there" }

/** A place in the source. */
interface Place {
  readonly file: number
  readonly start: number
  readonly end: number
}

interface Gone {
  readonly pass: string
  readonly step: number
}

function contains(outer: Place, inner: Place): boolean {
  return outer.file === inner.file && outer.start <= inner.start && outer.end >= inner.end
}

function narrowest<T extends { readonly place: Place }>(rows: readonly T[]): T | undefined {
  const width = ({ place }: T): number => place.end - place.start
  return rows.reduce<T | undefined>((best, row) => (best === undefined || width(row) < width(best) ? row : best), undefined)
}

/** What became of every place of a program without errors. */
export class Fates {
  /** Every place that instructions have had, with the step after which the last of them was gone. */
  readonly #places = new Map<string, { readonly place: Place; gone: Gone | null }>()
  /** Functions that are gone, by what users call them: which functions hold copies of their bodies. */
  readonly #inlined = new Map<string, Set<string>>()
  /** The functions that users have written, by their places. */
  readonly #functions: readonly { readonly place: Place; readonly display: string }[]

  constructor(compilation: Compilation) {
    const built = compilation.built()
    this.#functions = [...built.funcs.values()].flatMap(({ origin, synthetic, display }) => (origin === null || synthetic ? [] : [{ place: origin, display }]))
    let step = 0
    this.#look(built, "typed", step)
    const typed = inferAndSpecialise(built)
    runPipeline(typed, { ...pipelineOptions(compilation.options), observe: ({ name }, module) => this.#look(module, name, step++) })
    const left = new Set([...typed.funcs.values()].map((func) => func.display))
    for (const func of typed.funcs.values()) {
      for (const origin of originsOf(func)) {
        const name = origin.inlined?.function
        if (name === undefined || left.has(name)) continue
        const into = this.#inlined.get(name)
        if (into === undefined) this.#inlined.set(name, new Set([func.display]))
        else into.add(func.display)
      }
    }
  }

  /** What became of `place`: of the innermost code around it and of what is inside it, whichever stayed longest. */
  of(place: Place): Fate {
    const rows = [...this.#places.values()]
    const inner = narrowest(rows.filter((row) => contains(row.place, place)))
    const concerned = [...(inner === undefined ? [] : [inner]), ...rows.filter((row) => contains(place, row.place))]
    if (concerned.some((row) => row.gone === null)) return { kind: "there" }
    const owner = narrowest(this.#functions.filter((func) => contains(func.place, place)))
    const into = owner === undefined ? undefined : this.#inlined.get(owner.display)
    if (owner !== undefined && into !== undefined) return { kind: "inlined", function: owner.display, into: [...into].sort() }
    const last = concerned.map((row) => row.gone as Gone).sort((a, b) => b.step - a.step)[0]
    return last === undefined ? { kind: "nothing" } : { kind: "gone", ...last }
  }

  #look(module: Module, pass: string, step: number): void {
    const alive = new Set<string>()
    for (const func of module.funcs.values()) {
      for (const { file, start, end } of originsOf(func)) {
        const key = `${file}:${start}:${end}`
        if (alive.has(key)) continue
        alive.add(key)
        const row = this.#places.get(key)
        if (row === undefined) this.#places.set(key, { place: { file, start, end }, gone: null })
        else row.gone = null
      }
    }
    for (const [key, row] of this.#places) if (row.gone === null && !alive.has(key)) row.gone = { pass, step }
  }
}

function* originsOf(func: Func): Generator<Origin> {
  for (const block of func.blocks) {
    for (const { origin } of block.insts) if (origin !== null) yield origin
    if (block.termOrigin !== null) yield block.termOrigin
  }
}
