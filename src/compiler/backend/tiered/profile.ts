/**
 * What is to be compiled, and when: the counters' limits and the choice of what goes into a unit.
 *
 * The interpreter counts calls of each function exactly. It counts the turns of loops in slices: a slice ends after a number of jumps
 * back and calls, and the loop that it ends in is charged with all of them. With a limit of one turn slices are one jump long and the
 * count is exact; with the usual limits it is right in the long run and costs nothing in between.
 *
 * A unit for a hot function holds the function, what it calls that is warm, and always every function of a cycle of calls that one of
 * them is in. Calls between compiled and interpreted code therefore only ever go down a chain of functions that do not call back:
 * how often they nest on the host's stack is bounded by the program's text, and deep recursion stays on one side of the border, where
 * counting calls makes it a StackOverflow. A unit for a hot loop holds an entry at the loop, what it calls, and either the
 * whole function, if it has been called before, or an entry at the outermost loop around it: a loop in between has to turn hot itself.
 */
import { invariant } from "../../base/bug.ts"
import { buildCfg, positionOf } from "../../mir/cfg.ts"
import { buildDomTree } from "../../mir/dom.ts"
import { blockId, type Origin } from "../../mir/ir.ts"
import { findLoops } from "../../mir/loops.ts"
import type { UnitRequest } from "./compile.ts"
import type { EntryPoint } from "./loop-entry.ts"
import type { TierProgram } from "./places.ts"
import { entryPointsOf } from "./points.ts"

/** When to compile. */
export interface TierOptions {
  /** Calls of a function, at least 1, after which it is compiled. */
  readonly calls: number
  /** Turns of a loop, at least 1, after which it is compiled. */
  readonly loops: number
  /** Draws limits between 1 and the above for each function and loop, by this seed; null for the same everywhere. */
  readonly seed: number | null
  /** Compiled loops go back to the interpreter after every turn. */
  readonly stress: boolean
}

/** The usual limits: what is compiled has taken about as long as compiling it will. */
export const DEFAULT_TIERS: TierOptions = { calls: 1_000, loops: 5_000, seed: null, stress: false }

/** The greatest limit that can be asked for. */
export const MAX_LIMIT = 1_000_000_000

/** Most units and bytes of compiled code in one run. */
export const MOST_UNITS = 256
export const MOST_BYTES = 8 << 20
/** Instructions of MIR beyond which a unit takes no more of what it calls. */
const MOST_INSTRUCTIONS = 6_000
/** Part of the limit at which a function is warm. */
const WARM = 16
/** Instructions of MIR up to which a function is put into every unit that calls it, so that the engine can inline it there. */
const SMALL = 48
/** Calls after which a function with a hot loop is compiled as a whole. */
export const SOON = 2
/** Most jumps and calls in a slice: a prime number, so that the ends of slices fall on each part of a loop in turn. */
const LONGEST_SLICE = 499

/** Jumps back and calls in a slice of the interpreter. */
export function sliceOf(options: TierOptions): number {
  if (options.stress) return 1
  return Math.max(1, Math.min(LONGEST_SLICE, Math.floor((options.seed === null ? options.loops : 1) / 4)))
}

/** The limits of each function and loop of a program with so many of them. */
export function limitsOf(options: TierOptions, functions: number, loops: number): { readonly calls: readonly number[]; readonly loops: readonly number[] } {
  let state = (options.seed ?? 0) >>> 0
  // mulberry32, by T. Ettinger: enough to spread limits.
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const limit = (most: number): number => (options.seed === null ? most : 1 + Math.floor(random() * most))
  return { calls: Array.from({ length: functions }, () => limit(options.calls)), loops: Array.from({ length: loops }, () => limit(options.loops)) }
}

/** What choosing units needs of a program: small, and plain data that can be sent to the thread that runs it. */
export interface TierOutline {
  /** In the order of the program. */
  readonly functions: readonly OutlineFunction[]
  /** Numbers of strings and immortal objects. */
  readonly strings: number
  readonly statics: number
}

/** A function of an outline. */
export interface OutlineFunction {
  readonly name: string
  /** Its first word. */
  readonly start: number
  /** Where it is in the source. */
  readonly origin: Origin | null
  /** Instructions of MIR. */
  readonly size: number
  /** The functions it calls. */
  readonly callees: readonly string[]
  /**
   * The words that the interpreter jumps back to; where compiled code is entered for each, and for the outermost loop around it; where
   * the condition of its loop is in the source.
   */
  readonly loops: readonly { readonly word: number; readonly entry: number; readonly outermost: number; readonly origin: Origin | null }[]
}

/** Makes the outline. */
export function outlineOf(program: TierProgram): TierOutline {
  const functions = program.functions.map((row): OutlineFunction => {
    const mir = program.module.funcs.get(row.name)
    invariant(mir !== undefined, "backend/tiered", `no function ${row.name}`)
    const callees = new Set<string>()
    let size = 0
    for (const block of mir.blocks) {
      size += block.insts.length + 1
      for (const inst of block.insts) if (inst.op === "call") callees.add(inst.imm as string)
    }
    const cfg = buildCfg(mir)
    const { loops, innermost } = findLoops(cfg, buildDomTree(cfg))
    const loopOf = (block: number): number => innermost[positionOf(cfg, blockId(block))] ?? -1
    const { points, pointOf } = entryPointsOf(mir, row)
    const entry = (block: number): number => (pointOf.get(block) as EntryPoint).word
    const outermost = (block: number): number => {
      let found = block
      for (let at = loops[loopOf(block)]?.parent ?? -1; at >= 0; at = loops[at]?.parent ?? -1) found = points.find((p) => loopOf(p.block) === at)?.block ?? found
      return entry(found)
    }
    const origin = (block: number): Origin | null => {
      const header = cfg.order[loops[loopOf(block)]?.header ?? -1]
      return header?.insts.find((inst) => inst.origin !== null)?.origin ?? header?.termOrigin ?? null
    }
    return { name: row.name, start: row.start, origin: mir.origin, size, callees: [...callees], loops: row.loops.map((l) => ({ word: row.start + l.at, entry: entry(l.block), outermost: outermost(l.block), origin: origin(l.block) })) }
  })
  return { functions, strings: program.strings.length, statics: program.statics.length }
}

/** Strongly connected components, after R. Tarjan (1972), without recursion. */
function cyclesOf(callees: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, readonly string[]>()
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  for (const root of callees.keys()) {
    if (index.has(root)) continue
    const work: { readonly name: string; next: number }[] = [{ name: root, next: 0 }]
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { name } = top
      if (top.next === 0) {
        index.set(name, index.size)
        low.set(name, index.get(name) as number)
        open.push(name)
        isOpen.add(name)
      }
      const callee = callees.get(name)?.[top.next++]
      if (callee !== undefined) {
        if (!index.has(callee)) work.push({ name: callee, next: 0 })
        else if (isOpen.has(callee)) low.set(name, Math.min(low.get(name) as number, index.get(callee) as number))
        continue
      }
      work.pop()
      const caller = work.at(-1)
      if (caller !== undefined) low.set(caller.name, Math.min(low.get(caller.name) as number, low.get(name) as number))
      if (low.get(name) !== index.get(name)) continue
      const members = open.splice(open.lastIndexOf(name))
      for (const member of members) {
        isOpen.delete(member)
        result.set(member, members)
      }
    }
  }
  return result
}

/** Chooses units. */
export class UnitChooser {
  readonly #functions: ReadonlyMap<string, OutlineFunction>
  /** The functions of the same cycle of calls, itself included; only itself without a cycle. */
  readonly #cycles: ReadonlyMap<string, readonly string[]>
  readonly #limit: number
  readonly #callsOf: (name: string) => number
  /** Functions that calls run compiled, or soon will; loops by their words. */
  readonly #ordered = new Set<string>()
  readonly #orderedLoops = new Set<number>()
  #units = 0

  /** `callsOf` gives how often a function has been called, `limit` how often makes it hot. */
  constructor(outline: TierOutline, limit: number, callsOf: (name: string) => number) {
    this.#functions = new Map(outline.functions.map((f) => [f.name, f]))
    this.#cycles = cyclesOf(new Map(outline.functions.map((f) => [f.name, f.callees])))
    this.#limit = limit
    this.#callsOf = callsOf
  }

  /** The unit for a hot function, or null if it is in one. */
  forFunction(name: string): UnitRequest | null {
    return this.#ordered.has(name) ? null : this.#order(this.#close(name, true), [])
  }

  /** The unit for a hot loop of which the interpreter is at a word, or null if it is in one. */
  forLoop(name: string, word: number): UnitRequest | null {
    const func = this.#functions.get(name)
    const loop = func?.loops.find((l) => l.word === word)
    if (func === undefined || loop === undefined || this.#orderedLoops.has(loop.entry)) return null
    const isRecursive = (this.#cycles.get(name)?.length ?? 0) > 1 || func.callees.includes(name)
    // A function that has returned before will be called again: as a whole it needs no entry around the loop.
    const isWhole = !this.#ordered.has(name) && this.#callsOf(name) >= SOON
    const words = isWhole || loop.outermost === loop.entry || this.#orderedLoops.has(loop.outermost) ? [loop.entry] : [loop.entry, loop.outermost]
    return this.#order(this.#close(name, isRecursive || isWhole), words.map((at) => ({ function: name, word: at })))
  }

  #order(functions: readonly string[], loops: UnitRequest["loops"]): UnitRequest {
    for (const name of functions) this.#ordered.add(name)
    for (const { word } of loops) this.#orderedLoops.add(word)
    return { id: this.#units++, functions, loops }
  }

  /** The functions of a unit: the root (or only what it calls), whole cycles, and callees while they are warm and there is room. */
  #close(root: string, withRoot: boolean): readonly string[] {
    const chosen = new Set<string>()
    const work: string[] = []
    let size = 0
    const take = (name: string): void => {
      for (const member of this.#cycles.get(name) ?? []) {
        if (chosen.has(member)) continue
        chosen.add(member)
        size += this.#functions.get(member)?.size ?? 0
        work.push(member)
      }
    }
    if (withRoot) take(root)
    else work.push(root)
    for (let name = work.shift(); name !== undefined; name = work.shift()) {
      for (const callee of this.#functions.get(name)?.callees ?? []) {
        if (chosen.has(callee) || size >= MOST_INSTRUCTIONS) continue
        if (this.#ordered.has(callee)) {
          // What has been compiled already is called where it is, unless the engine could inline it.
          if ((this.#functions.get(callee)?.size ?? 0) <= SMALL) take(callee)
          // Where one call is enough, what is called is as good as called.
        } else if (this.#callsOf(callee) * WARM >= this.#limit - 1) take(callee)
      }
    }
    return [...chosen]
  }
}
