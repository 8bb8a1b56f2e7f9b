/**
 * Who holds a count for which value. The one idea: conversions (`any.box` of a pointer, `any.ref`, `opt.ref`, …) do not make
 * references, so each value has a *root*, the value it is another view of, and only roots hold counts.
 *
 * A root is
 * - `uncounted`: immortal or no reference at all (text constants, static objects, null, boxed scalars, and block
 *   parameters that only carry such);
 * - `borrowed`: someone else holds a count for the whole call (parameters);
 * - `lent`: loaded from a place that is not written while the value is needed, so the place's count suffices; the object
 *   that holds the place, its *lender*, is kept while the value is needed. A block parameter that walks along a list or
 *   down a tree (each round it becomes what was loaded from it) is lent by what it started from;
 * - `owned`: the function holds one count from the definition on, taken by a `retain` after it if `retainAtDef`.
 */
import { type Cfg, buildCfg, definingBlocks } from "../mir/cfg.ts"
import { buildDomTree, dominates } from "../mir/dom.ts"
import { forEachEdge } from "../mir/edges.ts"
import { abiRow, isCounted, isRef } from "../mir/facts.ts"
import { type Block, type BlockCall, type BlockId, type FieldRef, type Func, type Inst, type Terminator, type Type, type ValueId, valueId } from "../mir/ir.ts"
import { LiveIn } from "../mir/liveness.ts"
import { findLoops } from "../mir/loops.ts"
import { type Writes, calleesOf, fieldKey, noteWrites } from "./effects.ts"

/** Kinds of roots; see the head of this file. */
export const UNCOUNTED = 0
export const BORROWED = 1
export const LENT = 2
export const OWNED = 3

/** What says who holds a value. */
export interface Holders {
  readonly root: Int32Array
  /** By root. */
  readonly kind: Uint8Array
  /** By root, for `lent` ones: the root of the object the value was loaded from, or -1. */
  readonly lender: Int32Array
  /** By root, for joins: their lenders. */
  readonly others: ReadonlyMap<number, readonly number[]>
}

/** The decision for a function. */
export interface Ownership extends Holders {
  readonly cfg: Cfg
  /** By root. */
  readonly retainAtDef: Uint8Array
  /** Which roots are needed at the entry of each block, by root; a use of a lent value is a use of its lender. */
  readonly live: LiveRoots
}

/** Liveness of roots, by the number of the root. Only counted ones have a place in the bit sets. */
class LiveRoots {
  readonly #live: LiveIn
  readonly #index: Int32Array
  readonly #roots: readonly number[]

  constructor(cfg: Cfg, root: Int32Array, kind: Uint8Array) {
    const roots: number[] = []
    this.#index = new Int32Array(kind.length).fill(-1)
    for (let v = 0; v < kind.length; v++) {
      if (kind[v] !== UNCOUNTED && root[v] === v) this.#index[v] = roots.push(v) - 1
    }
    this.#roots = roots
    this.#live = new LiveIn(cfg, roots.length)
  }

  use(r: number, def: number, at: number): void {
    this.#live.use(this.#index[r] as number, def, at)
  }

  /** True if the root is needed at the entry of the block at a position. */
  has(at: number, r: number): boolean {
    const index = this.#index[r] as number
    return index >= 0 && this.#live.has(at, index)
  }

  /** Calls `visit` for each root needed at the entry of a block, in rising order. */
  forEach(at: number, visit: (root: number) => void): void {
    this.#live.forEach(at, (index) => visit(this.#roots[index] as number))
  }
}

/** Operations whose result is another view of their first argument. */
const VIEWS = new Set(["any.box", "any.ref", "any.opt", "opt.ref", "ref.opt", "ref.cast"])
const IMMORTAL = new Set(["const.str", "const.null", "const.none", "static.ref"])
/** Blocks looked at for one loaded value before it simply gets a count. */
const WALK_LIMIT = 200

/** True if the instruction takes over the count of its argument `i`. */
export function consumes(inst: Inst, i: number): boolean {
  switch (inst.op) {
    case "field.set":
      return i === 1
    case "global.set":
    case "err.set":
      return i === 0
    case "call.rt":
      return abiRow(inst.imm)?.params[i]?.[2] === "own"
    default:
      return false
  }
}

/** A value loaded from a place, and where. */
interface Load {
  readonly value: ValueId
  readonly inst: Inst
  readonly at: number
  readonly index: number
}

/** A parameter of a loop header that starts as `start` and becomes, round by round, what was loaded from itself. */
interface Walker {
  readonly param: ValueId
  readonly at: number
  readonly start: number
  readonly steps: readonly Load[]
  /** Positions of the loop's blocks. */
  readonly loop: readonly number[]
}

/**
 * A parameter where a loaded value and an owned one meet, such as an element from the fast and the slow path of an access.
 * It is lent: by where the loaded value comes from, or by its *keeper*, a second parameter that holds the owned value on
 * the edges that bring one and null on the others. Releasing null costs a test, where counting the loaded value would cost
 * two writes.
 */
interface Join {
  readonly param: ValueId
  readonly at: number
  readonly loads: readonly Load[]
  readonly lenders: readonly number[]
  /** Edges that bring an owned value, by the block they leave. */
  readonly owned: readonly BlockId[]
  keeper: ValueId | null
}

/** Where a use stands: a block position and an instruction index; the block's length for edges and terminators. */
interface Site {
  readonly at: number
  readonly index: number
}

/**
 * Decides ownership in one function. With `exact`, values are not kept longer than their own uses: the moment of a
 * release can be observed through weak references.
 */
export function decideOwnership(func: Func, writes: ReadonlyMap<string, Writes>, exact: boolean): Ownership {
  const first = decide(func, writes, exact, exact ? "none" : "find")
  return addKeepers(func, first.joins) ? decide(func, writes, exact, first.joins).ownership : first.ownership
}

/** Decides with the given joins, or looks for joins and returns those that hold. */
function decide(func: Func, writes: ReadonlyMap<string, Writes>, exact: boolean, given: "none" | "find" | readonly Join[]): { readonly ownership: Ownership; readonly joins: readonly Join[] } {
  const cfg = buildCfg(func)
  const defs = definingBlocks(func, cfg)
  const count = func.types.length
  const root = new Int32Array(count)
  const kind = new Uint8Array(count)
  const lender = new Int32Array(count).fill(-1)
  const retainAtDef = new Uint8Array(count)
  for (let v = 0; v < count; v++) root[v] = v
  for (const param of func.params) kind[param] = isCounted(func.types[param] ?? "unit") ? BORROWED : UNCOUNTED

  const loads: Load[] = []
  cfg.order.forEach((block, at) => {
    block.insts.forEach((inst, index) => {
      const result = inst.result
      if (result === null || !isCounted(func.types[result] ?? "unit")) return
      const first = inst.args[0]
      if (VIEWS.has(inst.op) && first !== undefined) {
        if (isCounted(func.types[first] ?? "unit")) root[result] = root[first] as number
        return
      }
      if (IMMORTAL.has(inst.op)) return
      if (inst.op === "field.get" || inst.op === "arr.get.ref" || inst.op === "global.get") {
        kind[result] = LENT
        lender[result] = first === undefined ? -1 : (root[first] as number)
        loads.push({ value: result, inst, at, index })
        return
      }
      kind[result] = OWNED
      if (inst.op === "select" || (inst.op === "call.rt" && abiRow(inst.imm)?.resultOwned === false)) retainAtDef[result] = 1
    })
  })
  countParams(func, cfg, root, kind)

  const walkers = exact ? [] : findWalkers(cfg, root, kind, lender, loads)
  for (const walker of walkers) {
    kind[walker.param] = LENT
    lender[walker.param] = walker.start
  }

  const candidates = given === "none" || loads.length === 0 ? [] : given === "find" ? findJoins(cfg, defs, root, kind, lender, loads) : given
  const others = new Map<number, readonly number[]>()
  const joins: Join[] = []
  for (const join of candidates) {
    kind[join.param] = LENT
    others.set(join.param, join.keeper === null ? join.lenders : [...join.lenders, join.keeper])
  }

  const holders: Holders = { root, kind, lender, others }
  let ownership: Ownership = { ...holders, cfg, retainAtDef, live: liveRoots(cfg, defs, holders) }
  if (loads.length > 0) {
    const killers = cfg.order.map((block) => block.insts.flatMap((inst, i) => (mayWrite(inst) ? [i] : [])))
    const sites = loadSites(cfg, ownership)
    const loadOf = new Map(loads.map((load) => [load.value, load]))
    let rejected = false
    for (const load of loads) {
      const from = lender[load.value] as number
      const held = from < 0 || !exact || kind[from] !== OWNED
      if (held && !isOverwritten(load, ownership, sites.get(load.value) ?? [], killers, writes)) continue
      rejected = true
      kind[load.value] = OWNED
      lender[load.value] = -1
      retainAtDef[load.value] = 1
    }
    for (const walker of walkers) {
      if (walker.steps.every((step) => kind[step.value] === LENT) && !isWalkDisturbed(walker, ownership, sites.get(walker.param) ?? [], killers, writes)) continue
      rejected = true
      kind[walker.param] = OWNED
      lender[walker.param] = -1
    }
    for (const join of candidates) {
      const undisturbed = (load: Load): boolean => kind[load.value] === LENT && !isOverwritten({ value: join.param, inst: load.inst, at: join.at, index: -1 }, ownership, sites.get(join.param) ?? [], killers, writes)
      if (join.loads.every((load) => undisturbed(loadOf.get(load.value) ?? load))) joins.push(join)
      else {
        rejected = true
        kind[join.param] = OWNED
        others.delete(join.param)
      }
    }
    if (rejected) ownership = { ...ownership, live: liveRoots(cfg, defs, holders) }
  }
  return { ownership, joins }
}

function findJoins(cfg: Cfg, defs: Int32Array, root: Int32Array, kind: Uint8Array, lender: Int32Array, loads: readonly Load[]): Join[] {
  const loadOf = new Map(loads.map((load) => [load.value as number, load]))
  const dom = buildDomTree(cfg)
  const joins: Join[] = []
  cfg.order.forEach((block, at) => {
    const preds = cfg.preds[at] as readonly number[]
    if (preds.length < 2 || preds.some((pred) => pred >= at)) return
    block.params.forEach((param, i) => {
      if (kind[param] !== OWNED) return
      const found = new Set<Load>()
      const owned: BlockId[] = []
      for (const pred of new Set(preds)) {
        const from = cfg.order[pred] as Block
        let edges = 0
        forEachEdge(from, (edge) => {
          if (edge.block !== block.id) return
          edges++
          const r = root[edge.args[i] as ValueId] as number
          const load = loadOf.get(r)
          if (kind[r] === LENT && load !== undefined) found.add(load)
          else if (kind[r] === OWNED || kind[r] === LENT) owned.push(from.id)
        })
        // The keeper's value is made at the end of the block, so the block must end in this one jump.
        if (edges > 1 || from.term.kind !== "jump" || from.term.to.block !== block.id) return
        if (owned.at(-1) === from.id && from.insts.at(-1)?.error != null) return
      }
      if (found.size === 0) return
      const lenders = [...found].map((load) => lender[load.value] as number).filter((r) => r >= 0 && kind[r] !== UNCOUNTED)
      if (lenders.every((r) => dominates(dom, defs[r] as number, at))) joins.push({ param, at, loads: [...found], lenders: [...new Set(lenders)], owned, keeper: null })
    })
  })
  return joins
}

/** Adds the keepers to the function; true if there are any joins, so that ownership must be decided anew. */
function addKeepers(func: Func, joins: readonly Join[]): boolean {
  if (joins.every((join) => join.owned.length === 0)) return false
  const fresh = (type: Type): ValueId => valueId(func.types.push(type) - 1)
  const homes = new Map<ValueId, Block>()
  for (const block of func.blocks) for (const param of block.params) homes.set(param, block)
  for (const join of joins) {
    const home = homes.get(join.param)
    if (home === undefined || join.owned.length === 0) continue
    const of = func.types[join.param] ?? "any"
    const type = isRef(of) ? (`${of}?` as Type) : of
    const at = home.params.indexOf(join.param)
    join.keeper = fresh(type)
    home.params = [...home.params, join.keeper]
    for (const block of func.blocks) {
      const term = block.term
      if (term.kind !== "jump" || term.to.block !== home.id) continue
      const arg = term.to.args[at] as ValueId
      let kept = arg
      if (!join.owned.includes(block.id)) {
        kept = fresh(type)
        const none: Inst = { op: type === "any" ? "const.null" : "const.none", args: [], imm: null, result: kept, error: null, origin: null }
        // A failing instruction stays the last of its block.
        if (block.insts.at(-1)?.error == null) block.insts.push(none)
        else block.insts.splice(block.insts.length - 1, 0, none)
      } else if (type !== of) {
        kept = fresh(type)
        block.insts.push({ op: "ref.opt", args: [arg], imm: null, result: kept, error: null, origin: null })
      }
      block.term = { kind: "jump", to: { block: home.id, args: [...term.to.args, kept] } }
    }
  }
  return true
}

function findWalkers(cfg: Cfg, root: Int32Array, kind: Uint8Array, lender: Int32Array, loads: readonly Load[]): Walker[] {
  if (loads.length === 0) return []
  const loadOf = new Map(loads.map((load) => [load.value as number, load]))
  const { loops } = findLoops(cfg, buildDomTree(cfg))
  const walkers: Walker[] = []
  for (const loop of loops) {
    const block = cfg.order[loop.header] as Block
    const incoming: (readonly ValueId[])[] = []
    for (const pred of new Set(cfg.preds[loop.header])) {
      forEachEdge(cfg.order[pred] as Block, (edge) => {
        if (edge.block === block.id) incoming.push(edge.args)
      })
    }
    block.params.forEach((param, i) => {
      if (kind[param] !== OWNED) return
      let start = -1
      const steps = new Set<Load>()
      for (const args of incoming) {
        const from = root[args[i] as ValueId] as number
        if (from === param || kind[from] === UNCOUNTED || from === start) continue
        const path = pathTo(param, from, kind, lender, loadOf)
        if (path !== null) for (const load of path) steps.add(load)
        else if (start < 0) start = from
        else return
      }
      if (start >= 0 && steps.size > 0) walkers.push({ param, at: loop.header, start, steps: [...steps], loop: loop.blocks })
    })
  }
  return walkers
}

/** The loads that lead from `param` to `value`, or null if it was not loaded from there. */
function pathTo(param: number, value: number, kind: Uint8Array, lender: Int32Array, loadOf: ReadonlyMap<number, Load>): Load[] | null {
  const path: Load[] = []
  for (let r = value; r >= 0 && kind[r] === LENT; r = lender[r] as number) {
    const load = loadOf.get(r)
    if (load === undefined) return null
    path.push(load)
    if (lender[r] === param) return path
  }
  return null
}

/** True if a place the walk goes along may be written during the loop, or while the parameter is needed after it. */
function isWalkDisturbed(walker: Walker, ownership: Ownership, sites: readonly Site[], killers: readonly (readonly number[])[], writes: ReadonlyMap<string, Writes>): boolean {
  for (const { inst } of walker.steps) {
    for (const at of walker.loop) {
      const block = ownership.cfg.order[at] as Block
      if ((killers[at] as readonly number[]).some((index) => overwrites(block.insts[index] as Inst, inst, writes))) return true
    }
    if (isOverwritten({ value: walker.param, inst, at: walker.at, index: -1 }, ownership, sites, killers, writes)) return true
  }
  return false
}

/** A block parameter is owned as soon as one edge brings something counted. */
function countParams(func: Func, cfg: Cfg, root: Int32Array, kind: Uint8Array): void {
  const into = new Map<number, number[]>()
  const work: number[] = []
  const isParam = new Uint8Array(kind.length)
  for (const block of cfg.order) for (const param of block.params) isParam[param] = 1
  const selects: { result: ValueId; args: readonly ValueId[] }[] = []
  for (const block of cfg.order) {
    for (const inst of block.insts) if (inst.op === "select" && inst.result !== null && kind[inst.result] === OWNED) selects.push({ result: inst.result, args: inst.args.slice(1) })
  }
  // A choice between uncounted values is uncounted, as for parameters: start from nothing and add.
  const link = (arg: ValueId, to: ValueId): void => {
    const from = root[arg] as number
    const list = into.get(from)
    if (list === undefined) into.set(from, [to])
    else list.push(to)
  }
  for (const { result, args } of selects) {
    kind[result] = UNCOUNTED
    isParam[result] = 1
    for (const arg of args) link(arg, result)
  }
  for (const block of cfg.order) {
    forEachEdge(block, (edge) => {
      const target = cfg.order[cfg.position[edge.block] as number]
      target?.params.forEach((param, i) => {
        if (isCounted(func.types[param] ?? "unit")) link(edge.args[i] as ValueId, param)
      })
    })
  }
  for (const from of into.keys()) if (isParam[from] === 0 && kind[from] !== UNCOUNTED) work.push(from)
  while (work.length > 0) {
    const from = work.pop() as number
    for (const param of into.get(from) ?? []) {
      if (kind[param] === OWNED) continue
      kind[param] = OWNED
      work.push(param)
    }
  }
}

/** Calls `visit` for the root of a used value and for all its lenders. */
export function forEachHolder(value: number, holders: Holders, visit: (root: number) => void): void {
  const { root, kind, lender, others } = holders
  for (let r = root[value] as number; r >= 0 && kind[r] !== UNCOUNTED; r = kind[r] === LENT ? (lender[r] as number) : -1) {
    visit(r)
    if (kind[r] !== LENT) continue
    const more = others.get(r)
    if (more !== undefined) for (const other of more) forEachHolder(other, holders, visit)
  }
}

function liveRoots(cfg: Cfg, defs: Int32Array, holders: Holders): LiveRoots {
  const { root, kind } = holders
  const live = new LiveRoots(cfg, root, kind)
  cfg.order.forEach((block, at) => {
    const use = (value: ValueId): void => forEachHolder(value, holders, (r) => live.use(r, defs[r] as number, at))
    forEachCountedUse(block, cfg, kind, use)
  })
  return live
}

/** Uses that need the object: an argument for an uncounted parameter is not one. */
function forEachCountedUse(block: Block, cfg: Cfg, kind: Uint8Array, use: (value: ValueId, index: number) => void): void {
  const end = block.insts.length
  block.insts.forEach((inst, i) => {
    for (const arg of inst.args) use(arg, i)
  })
  const term: Terminator = block.term
  if (term.kind === "ret" && term.value !== null) use(term.value, end)
  forEachEdge(block, (edge: BlockCall) => {
    const target = cfg.order[cfg.position[edge.block] as number]
    edge.args.forEach((arg, i) => {
      const param = target?.params[i]
      if (param !== undefined && kind[param] !== UNCOUNTED) use(arg, end)
    })
  })
}

/** Uses of loaded values, those of what is loaded from them included. */
function loadSites(cfg: Cfg, holders: Holders): Map<number, Site[]> {
  const { kind } = holders
  const sites = new Map<number, Site[]>()
  cfg.order.forEach((block, at) => {
    forEachCountedUse(block, cfg, kind, (value, index) => {
      forEachHolder(value, holders, (r) => {
        if (kind[r] !== LENT) return
        const list = sites.get(r)
        if (list === undefined) sites.set(r, [{ at, index }])
        else list.push({ at, index })
      })
    })
  })
  return sites
}

function mayWrite(inst: Inst): boolean {
  return inst.op === "field.set" || inst.op === "global.set" || inst.op === "call" || inst.op === "call.rt"
}

/** True if the place a value was loaded from may be written while the value is still needed. */
function isOverwritten(
  load: Load,
  ownership: Ownership,
  sites: readonly Site[],
  killers: readonly (readonly number[])[],
  writes: ReadonlyMap<string, Writes>,
): boolean {
  const { cfg, live } = ownership
  const lastUse = new Map<number, number>()
  for (const { at, index } of sites) if (index > (lastUse.get(at) ?? -1)) lastUse.set(at, index)
  const seen = new Set<number>([load.at])
  const work = [load.at]
  while (work.length > 0) {
    const at = work.pop() as number
    const block = cfg.order[at] as Block
    let liveOut = false
    for (const succ of cfg.succs[at] as readonly number[]) {
      if (!live.has(succ, load.value)) continue
      liveOut = true
      if (seen.has(succ)) continue
      if (seen.size >= WALK_LIMIT) return true
      seen.add(succ)
      work.push(succ)
    }
    const start = at === load.at ? load.index + 1 : 0
    const end = liveOut ? block.insts.length : (lastUse.get(at) ?? -1)
    for (const index of killers[at] as readonly number[]) {
      if (index < start || index > end) continue
      const inst = block.insts[index] as Inst
      if (!overwrites(inst, load.inst, writes)) continue
      if (index < end) return true
      // The last use is the writer itself: a store has read its operands before, a callee may read them after.
      if (inst.op !== "call" && inst.op !== "call.rt") continue
      if (inst.args.some((arg, i) => dependsOn(arg, load.value, ownership) && !(ownership.root[arg] === load.value && consumes(inst, i)))) return true
    }
  }
  return false
}

function dependsOn(value: ValueId, on: number, holders: Holders): boolean {
  let found = false
  forEachHolder(value, holders, (r) => {
    if (r === on) found = true
  })
  return found
}

const scratch: Writes = { everything: false, containers: false, fields: new Set(), globals: new Set() }

function overwrites(inst: Inst, load: Inst, writes: ReadonlyMap<string, Writes>): boolean {
  scratch.everything = false
  scratch.containers = false
  scratch.fields.clear()
  scratch.globals.clear()
  noteWrites(inst, scratch)
  if (touches(scratch, load)) return true
  for (const callee of calleesOf(inst)) {
    const summary = writes.get(callee)
    if (summary !== undefined && touches(summary, load)) return true
  }
  return false
}

function touches(writes: Writes, load: Inst): boolean {
  if (writes.everything) return true
  if (load.op === "field.get") return writes.fields.has(fieldKey(load.imm as FieldRef))
  if (load.op === "global.get") return writes.globals.has(load.imm as string)
  return writes.containers
}
