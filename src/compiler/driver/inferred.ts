/**
 * What inference and counting made of the source, place by place: how each variable is represented, and what each line costs
 * when it runs.
 *
 * Costs are read off the optimised module, so they are what is left, not what was written. Code that ends the program is not
 * counted: it runs at most once.
 */
import { buildCfg } from "../mir/cfg.ts"
import { buildDomTree } from "../mir/dom.ts"
import { abiRow } from "../mir/facts.ts"
import type { Block, Inst, Module, Origin, Type } from "../mir/ir.ts"
import { findLoops, loopDepth } from "../mir/loops.ts"
import { inferAndSpecialise, typesOfNames } from "../opt/specialise.ts"
import type { Compilation } from "./compile.ts"

/** A declared variable and how it is represented; offsets are of its name. */
export interface InferredName {
  readonly file: number
  readonly start: number
  readonly end: number
  /** `any` if only the running program knows. */
  readonly representation: Type
  /** The possible kinds of values, in words. */
  readonly description: string
}

/** What an instruction costs beyond computing. */
export type CostKind =
  /** Memory is allocated. */
  | "allocation"
  /** What is done is decided while the program runs. */
  | "dynamic"
  /** A count goes up, or down. */
  | "retain"
  | "release"
  /** An index or a kind is checked. */
  | "check"
  /** A function of the program is called. */
  | "call"

/** One cost of a line. */
export interface LineCost {
  readonly file: number
  /** 1-based. */
  readonly line: number
  readonly kind: CostKind
  /** Class, function or operation. */
  readonly what: string
  readonly count: number
  /** Loops around it, within its function. */
  readonly loops: number
}

/** The variables of a program without errors that can get a value at all. */
export function inferredNames(compilation: Compilation): InferredName[] {
  const { checked } = compilation
  if (checked === null) return []
  const byName = new Map<string, ReturnType<typeof typesOfNames>>()
  for (const found of typesOfNames(inferAndSpecialise(compilation.built()))) byName.set(found.name, [...(byName.get(found.name) ?? []), found])
  const out: InferredName[] = []
  checked.files.forEach((source, file) => {
    for (const { symbol, span, role } of source.occurrences) {
      if (symbol.kind !== "variable" || role !== "definition") continue
      // The innermost function around the declaration; a copy of it for every class or call that has its own.
      const around = (byName.get(symbol.name) ?? []).filter(({ origin }) => origin === null || (origin.file === file && origin.start <= span.start && span.end <= origin.end))
      const narrowest = Math.min(...around.map(({ origin }) => (origin === null ? Number.POSITIVE_INFINITY : origin.end - origin.start)))
      const own = around.filter(({ origin }) => (origin === null ? Number.POSITIVE_INFINITY : origin.end - origin.start) === narrowest)
      if (own.length === 0) continue
      const representations = new Set(own.map((one) => one.representation))
      out.push({ file, start: span.start, end: span.end, representation: representations.size === 1 ? (own[0]?.representation ?? "any") : "any", description: [...new Set(own.map((one) => one.description))].join(" or ") })
    }
  })
  return out
}

/** What the lines of a program without errors cost. Lines in order; the most expensive kinds of a line first. */
export function lineCosts(compilation: Compilation): LineCost[] {
  const module = compilation.counted()
  const found = new Map<string, { file: number; line: number; kind: CostKind; what: string; count: number; loops: number }>()
  for (const func of module.funcs.values()) {
    if (func.synthetic) continue
    const cfg = buildCfg(func)
    const loops = findLoops(cfg, buildDomTree(cfg))
    for (const [at, block] of cfg.order.entries()) {
      if (block.term.kind === "raise" || block.term.kind === "fatal" || block.term.kind === "unreachable") continue
      for (const [i, inst] of block.insts.entries()) {
        const cost = costOf(inst, module)
        const origin = cost === null ? null : placeOf(block, i)
        // Code of the library that is written in the language itself is no line of the user.
        if (cost === null || origin === null || origin.file >= compilation.sources.length) continue
        const { line } = compilation.positionOf(origin)
        const key = `${origin.file}:${line}:${cost.kind}:${cost.what}`
        const depth = loopDepth(loops, at)
        const before = found.get(key)
        if (before === undefined) found.set(key, { file: origin.file, line, ...cost, count: 1, loops: depth })
        else {
          before.count++
          before.loops = Math.max(before.loops, depth)
        }
      }
    }
  }
  return [...found.values()].sort((a, b) => a.file - b.file || a.line - b.line || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.what.localeCompare(b.what))
}

/** Names of the functions that specialisation makes to choose by what a value is. */
const CHOOSERS = /^(dispatch:|get:|set:|call\/|text\/|equals\/)/

const KINDS: readonly CostKind[] = ["dynamic", "allocation", "call", "release", "retain", "check"]

/** Where an instruction comes from; one without a place stands beside one that has it. */
function placeOf(block: Block, at: number): Origin | null {
  const { insts } = block
  for (let i = at; i < insts.length; i++) if (insts[i]?.origin != null) return insts[i]?.origin ?? null
  if (block.termOrigin !== null) return block.termOrigin
  for (let i = at; i >= 0; i--) if (insts[i]?.origin != null) return insts[i]?.origin ?? null
  return null
}

function costOf(inst: Inst, module: Module): { readonly kind: CostKind; readonly what: string } | null {
  switch (inst.op) {
    case "retain":
    case "release":
      return { kind: inst.op, what: "" }
    case "new":
      return { kind: "allocation", what: String(inst.imm) }
    case "call": {
      const name = String(inst.imm)
      return { kind: CHOOSERS.test(name) ? "dynamic" : "call", what: module.funcs.get(name)?.display ?? name }
    }
    case "call.rt": {
      const row = abiRow(String(inst.imm))
      if (row === undefined) return null
      if (row.params.some(([, type]) => type === "any") && row.fails) return { kind: "dynamic", what: `${inst.imm}: ${row.doc}` }
      return row.effects.includes("alloc") ? { kind: "allocation", what: `${inst.imm}: ${row.doc}` } : null
    }
    default:
      return inst.op.startsWith("arr.") && inst.error !== null ? { kind: "check", what: inst.op } : null
  }
}
