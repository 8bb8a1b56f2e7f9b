/**
 * The optimiser, step by step: what every pass did to every function, as texts and as graphs of blocks.
 *
 * The one idea: the pipeline is run once more with an observer; a function's state is kept only where it differs from the
 * state before. Blocks keep their numbers through all passes but `renumber`, which numbers them in layout order; its blocks are
 * traced back by their place, so that a block can be followed from the first step to the last.
 */
import type { Block, Func, Module, Origin } from "../mir/ir.ts"
import { printFunc, printInst, printTerm, type TextLink } from "../mir/print.ts"
import { type InlineRemark, remarksOnCalls } from "../opt/inline.ts"
import { type CheckRemoved, type KeptObject, remarksOnLoops, remarksOnObjects, type Repeated, uncheckedAccesses } from "../opt/remarks.ts"
import { PASSES, PIPELINE, type PassName, runPipeline } from "../opt/pipeline.ts"
import { inferAndSpecialise } from "../opt/specialise.ts"
import { type Compilation, pipelineOptions } from "./compile.ts"

/** An edge of the graph. */
export interface PassEdge {
  /** `key` of the target. */
  readonly to: number
  readonly kind: "next" | "then" | "else" | "case" | "error"
}

/** A block of a function after some step. */
export interface PassBlock {
  /** The same number means the same block in every state of the function. */
  readonly key: number
  readonly label: string
  /** Instructions and terminator as text, without places. */
  readonly lines: readonly string[]
  readonly edges: readonly PassEdge[]
}

/** A function after some step. */
export interface FuncState {
  /** Index of the step that made it. */
  readonly step: number
  /** Null from the step on that removed the function. */
  readonly body: { readonly text: string; readonly links: readonly TextLink[]; readonly blocks: readonly PassBlock[]; readonly insts: number } | null
}

/** One step of the pipeline. Step 0 is the module as inference leaves it. */
export interface PassStep {
  /** Name of the pass, or `typed`. */
  readonly pass: string
  /** How many steps of the whole pipeline end with this one; see `CompileOptions.steps`. */
  readonly position: number
  readonly doc: string
  /** Required passes run at every level and cannot be left out. */
  readonly required: boolean
  /** True if the options leave the pass out. */
  readonly skipped: boolean
  readonly milliseconds: number
  /** Instructions in the module afterwards. */
  readonly insts: number
  /** Names of the functions that it changed, made or removed. */
  readonly changed: readonly string[]
}

/** What a pass says about a place. */
export interface PassRemark {
  readonly step: number
  readonly function: string
  readonly origin: Origin | null
  readonly remark: InlineRemark | KeptObject | Repeated | CheckRemoved
}

/** Everything that happened. */
export interface PassTrace {
  readonly steps: readonly PassStep[]
  /** The states of every function, in the order in which the functions stand in the module; at least one each. */
  readonly functions: readonly { readonly name: string; readonly display: string; readonly synthetic: boolean; readonly states: readonly FuncState[] }[]
  readonly remarks: readonly PassRemark[]
}

/** Runs the optimiser on a program without errors and watches. */
export function tracePasses(compilation: Compilation, now: () => number): PassTrace {
  const steps: PassStep[] = []
  const states = new Map<string, { readonly display: string; readonly synthetic: boolean; readonly states: FuncState[]; text: string | null; keys: Map<number, number> }>()
  const remarks: PassRemark[] = []
  const lines = compilation.sources.map((source) => source.lines)
  const { optimise, skip, steps: limit } = compilation.options
  /** The accesses that are known to need no check, by function and place. */
  const unchecked = new Set<string>()
  let calls: ReturnType<typeof remarksOnCalls> | null = null

  const observe = (module: Module, row: Omit<PassStep, "changed" | "insts">): void => {
    const step = steps.length
    const changed: string[] = []
    let insts = 0
    for (const [name, func] of module.funcs) {
      const { text, links } = printFunc(func, { lines })
      let known = states.get(name)
      if (known === undefined) {
        known = { display: func.display, synthetic: func.synthetic, states: [], text: null, keys: new Map() }
        states.set(name, known)
      }
      const keys = row.pass === "renumber" ? tracedBack(func, known.keys) : new Map(func.blocks.map((block) => [block.id as number, block.id as number]))
      for (const block of func.blocks) insts += block.insts.length
      if (known.text === text) continue
      changed.push(name)
      known.text = text
      known.keys = new Map(func.blocks.map((block, at) => [at, keys.get(block.id) ?? block.id]))
      known.states.push({ step, body: { text, links, blocks: blocksOf(func, keys), insts: func.blocks.reduce((sum, block) => sum + block.insts.length, 0) } })
    }
    for (const [name, known] of states) {
      if (known.text === null || module.funcs.has(name)) continue
      changed.push(name)
      known.text = null
      known.states.push({ step, body: null })
    }
    steps.push({ ...row, insts, changed })
  }

  const typed = inferAndSpecialise(compilation.built())
  let at = 0
  runPipeline(typed, {
    ...pipelineOptions(compilation.options),
    now,
    observe: ({ name, ms }, module) => {
      if (name === "typed") {
        observe(module, { pass: name, position: 0, doc: "", required: true, skipped: false, milliseconds: 0 })
        return
      }
      // What the options leave out stands in the list too, since it can be switched on again.
      while (PIPELINE[at] !== undefined && !runs(at, optimise, skip, limit)) at = passOver(at, steps, optimise)
      const row = PIPELINE[at++]
      if (name === "inline") calls = remarksOnCalls(module)
      observe(module, { pass: name, position: at, doc: PASSES[name as PassName].doc, required: row?.level === 0, skipped: false, milliseconds: ms })
      const say = (rows: readonly Omit<PassRemark, "step">[]): void => {
        for (const remark of rows) remarks.push({ step: steps.length - 1, ...remark })
      }
      if (name === "inline") say(calls ?? [])
      if (name === "sroa") say(remarksOnObjects(module))
      if (name === "licm") say(remarksOnLoops(module))
      // Said by the pass that proved it, not by those after it.
      // Said once for a place, however often its function was copied, and by the pass that proved it.
      for (const row of uncheckedAccesses(module)) {
        const key = `${row.function} ${row.remark.what} ${row.origin?.file}:${row.origin?.start}:${row.origin?.end}`
        if (!unchecked.has(key)) say([row])
        unchecked.add(key)
      }
    },
  })
  while (at < PIPELINE.length) at = passOver(at, steps, optimise)
  return { steps, functions: [...states].map(([name, { display, synthetic, states: own }]) => ({ name, display, synthetic, states: own })), remarks }
}

function runs(at: number, level: 0 | 1 | 2, skip: readonly string[] | undefined, limit: number | undefined): boolean {
  const row = PIPELINE[at]
  if (row === undefined || row.level > level) return false
  return row.level === 0 || (skip?.includes(row.pass) !== true && at < (limit ?? PIPELINE.length))
}

/** Lists a step that does not run, unless the level has no such step at all. */
function passOver(at: number, steps: PassStep[], level: 0 | 1 | 2): number {
  const row = PIPELINE[at]
  if (row !== undefined && row.level <= level) {
    steps.push({ pass: row.pass, position: at + 1, doc: PASSES[row.pass].doc, required: row.level === 0, skipped: true, milliseconds: 0, insts: steps.at(-1)?.insts ?? 0, changed: [] })
  }
  return at + 1
}

/** The key of each block of a renumbered function, by its new number: that of the block that stood at its place. */
function tracedBack(func: Func, keys: ReadonlyMap<number, number>): Map<number, number> {
  return new Map(func.blocks.map((block, at) => [block.id as number, keys.get(at) ?? block.id]))
}

function blocksOf(func: Func, keys: ReadonlyMap<number, number>): PassBlock[] {
  return func.blocks.map((block) => ({
    key: keys.get(block.id) ?? block.id,
    label: `bb${block.id}`,
    lines: [...block.insts.map((inst) => printInst(inst, func.types)), printTerm(block.term)],
    edges: edgesFrom(block).map(({ to, kind }) => ({ to: keys.get(to) ?? to, kind })),
  }))
}

function edgesFrom(block: Block): PassEdge[] {
  const { term } = block
  const named: PassEdge[] = []
  const last = block.insts.at(-1)
  if (last?.error != null) named.push({ to: last.error.block, kind: "error" })
  if (term.kind === "br") named.push({ to: term.then.block, kind: "then" }, { to: term.else.block, kind: "else" })
  else if (term.kind === "switch") for (const edge of [...term.cases.map((c) => c.to), term.default]) named.push({ to: edge.block, kind: "case" })
  else if (term.kind === "jump") named.push({ to: term.to.block, kind: "next" })
  return named
}
