/**
 * Makes reference counts explicit: typed → counted. Required: back ends trust the counts.
 *
 * The protocol. Results of calls, `new` and `err.take` are owned. Parameters are borrowed: a callee neither takes nor gives
 * back a count. Stores, `ret`, arguments of counted block parameters and `own` parameters of the runtime consume a count;
 * every other use borrows. `ownership.ts` decides who owns what; this file walks each block backwards and writes the
 * consequences down:
 * - a consuming use that is the last moves the count, any other retains before;
 * - an owned value is released after its last use, on every path: where it is needed on one edge out of a block but not
 *   on another, on the edge;
 * - on the error edge of an instruction its result does not exist; its arguments do, except the consumed ones.
 *
 * Nothing is released in a block, or on an edge to a block, from which only the end of the program (`fatal`) or what cannot
 * happen (`unreachable`) follows, unless the program can see when objects go.
 */
import { Bug } from "../base/bug.ts"
import type { Cfg } from "../mir/cfg.ts"
import { blockLimit, errorEdge, forEachTermEdge, mapEdges, reversePostorder } from "../mir/edges.ts"
import { type Block, type BlockCall, type Func, type Inst, type Module, type ValueId, blockId, valueId } from "../mir/ir.ts"
import { type Writes, summariseWrites } from "./effects.ts"
import { BORROWED, LENT, OWNED, type Ownership, UNCOUNTED, consumes, decideOwnership, forEachHolder } from "./ownership.ts"

/** Makes the counts of a whole module explicit. */
export function insertCounts(module: Module): void {
  if (module.phase !== "typed") throw new Bug("opt/rc", `module is in phase ${module.phase}`)
  const writes = summariseWrites(module)
  let exact = false
  for (const func of module.funcs.values()) {
    for (const block of func.blocks) if (block.insts.some((inst) => inst.op === "keepalive")) exact = true
  }
  for (const func of module.funcs.values()) insertFuncCounts(func, writes, exact)
  module.phase = "counted"
}

/** Makes the counts of one function explicit. */
export function insertFuncCounts(func: Func, writes: ReadonlyMap<string, Writes>, exact: boolean): void {
  new CountWriter(func, decideOwnership(func, writes, exact), exact).run()
}

/** Counts to add on an edge, retains first. */
interface EdgeWork {
  readonly retains: readonly ValueId[]
  readonly releases: readonly ValueId[]
}

class CountWriter {
  readonly #func: Func
  readonly #own: Ownership
  /** Work to do at the start of a block that has one predecessor. */
  readonly #prefix: Inst[][]
  readonly #pads = new Map<string, Block>()
  /** By position: 1 for blocks from which only the end of the program follows. */
  readonly #doomed: Uint8Array
  #nextBlock: number

  constructor(func: Func, own: Ownership, exact: boolean) {
    this.#func = func
    this.#own = own
    this.#prefix = own.cfg.order.map(() => [])
    this.#nextBlock = blockLimit(func)
    this.#doomed = exact ? new Uint8Array(own.cfg.order.length) : findDoomed(own.cfg)
  }

  run(): void {
    const { order } = this.#own.cfg
    const bodies = order.map((block, at) => this.#block(block, at))
    order.forEach((block, at) => {
      const body = bodies[at] as Inst[]
      const prefix = this.#prefix[at] as Inst[]
      block.insts = prefix.length === 0 ? body : [...prefix, ...body]
    })
    this.#func.blocks = [...order, ...this.#pads.values()]
    if (this.#pads.size > 0) this.#func.blocks = reversePostorder(this.#func)
  }

  /** The new instructions of a block; edges are changed in place. */
  #block(block: Block, at: number): Inst[] {
    const { root, kind } = this.#own
    const out: Inst[] = []
    const live = this.#liveAtEnd(block)

    // From here on `out` is filled from the end of the block to its start.
    const last = block.insts[block.insts.length - 1]
    const fails = last !== undefined && last.error !== null
    let next = block.insts.length - 1
    if (fails) {
      this.#failing(block, last, live, out)
      next--
    } else this.#terminator(block, live, out)

    for (; next >= 0; next--) this.#inst(block.insts[next] as Inst, live, out)

    for (let i = block.params.length - 1; i >= 0; i--) {
      const param = block.params[i] as ValueId
      if (kind[param] === OWNED && root[param] === param && !live.has(param)) out.push(release(param))
    }
    out.reverse()
    return this.#doomed[at] === 1 ? out.filter((inst) => inst.op !== "release") : out
  }

  /** Roots needed after the last instruction: by the terminator, by edge arguments, by successors. */
  #liveAtEnd(block: Block): Set<number> {
    const { cfg, kind, live } = this.#own
    const needed = new Set<number>()
    const edge = (e: BlockCall): void => {
      const to = cfg.position[e.block] as number
      live.forEach(to, (r) => needed.add(r))
      const target = cfg.order[to] as Block
      e.args.forEach((arg, i) => {
        if (kind[target.params[i] as ValueId] !== UNCOUNTED) this.#hold(arg, needed)
      })
    }
    const error = errorEdge(block)
    if (error !== null) edge(error)
    forEachTermEdge(block.term, edge)
    if (block.term.kind === "ret" && block.term.value !== null) this.#hold(block.term.value, needed)
    return needed
  }

  #hold(value: ValueId, into: Set<number>): void {
    forEachHolder(value, this.#own, (r) => into.add(r))
  }

  #terminator(block: Block, live: ReadonlySet<number>, out: Inst[]): void {
    const { root, kind } = this.#own
    const held = [...live].filter((r) => kind[r] === OWNED)
    const term = block.term
    if (term.kind === "ret") {
      if (term.value === null) return
      const r = root[term.value] as number
      for (const h of held) if (h !== r) out.push(release(h))
      if (kind[r] === BORROWED || kind[r] === LENT) out.push(retain(term.value))
      return
    }
    if (term.kind === "jump") {
      const work = this.#edgeWork(term.to, held)
      pushReversed(out, work)
      return
    }
    this.#placeEdges(block, (edge) => this.#edgeWork(edge, held))
  }

  /** A failing instruction, the last of its block: what dies at it is released on both edges. */
  #failing(block: Block, inst: Inst, live: Set<number>, out: Inst[]): void {
    const { root, kind, retainAtDef } = this.#own
    const result = inst.result !== null && kind[inst.result] === OWNED && root[inst.result] === inst.result ? inst.result : null
    const used = new Set<number>()
    for (const arg of inst.args) this.#hold(arg, used)
    const moved = this.#consumed(inst, live)
    const held = [...live].filter((r) => kind[r] === OWNED && r !== result)
    for (const r of used) if (kind[r] === OWNED && !live.has(r) && !moved.moved.has(r)) held.push(r)
    const error = inst.error as BlockCall
    this.#placeEdges(block, (edge) => {
      if (edge === error || result === null) return this.#edgeWork(edge, held)
      if (retainAtDef[result] === 0) return this.#edgeWork(edge, [...held, result])
      // Not owned by itself: takes a count on success if anything needs it.
      if (!live.has(result)) return this.#edgeWork(edge, held)
      const work = this.#edgeWork(edge, [...held, result])
      return { retains: [result, ...work.retains], releases: work.releases }
    })
    // Placing may have changed the error edge: take the instruction as it is now.
    out.push(block.insts[block.insts.length - 1] as Inst)
    for (const value of moved.retains) out.push(retain(value))
    if (inst.result !== null) live.delete(inst.result)
    for (const r of used) live.add(r)
  }

  #inst(inst: Inst, live: Set<number>, out: Inst[]): void {
    const { root, kind, retainAtDef } = this.#own
    const used = new Set<number>()
    for (const arg of inst.args) this.#hold(arg, used)
    const { moved, retains } = this.#consumed(inst, live)
    for (const r of used) if (kind[r] === OWNED && !live.has(r) && !moved.has(r)) out.push(release(r))
    const result = inst.result
    if (result !== null && kind[result] === OWNED && root[result] === result) {
      if (live.has(result)) {
        if (retainAtDef[result] === 1) out.push(retain(result))
      } else if (retainAtDef[result] === 0) out.push(release(result))
    }
    if (inst.op !== "keepalive") out.push(inst)
    for (const value of retains) out.push(retain(value))
    if (result !== null) live.delete(result)
    for (const r of used) live.add(r)
  }

  /** Which counts an instruction takes over, and which it needs first. */
  #consumed(inst: Inst, live: ReadonlySet<number>): { moved: Set<number>; retains: ValueId[] } {
    const { root, kind } = this.#own
    const moved = new Set<number>()
    const retains: ValueId[] = []
    inst.args.forEach((arg, i) => {
      if (!consumes(inst, i)) return
      const r = root[arg] as number
      if (kind[r] === UNCOUNTED) return
      const isLast = kind[r] === OWNED && !live.has(r) && !moved.has(r) && !inst.args.some((other, j) => !consumes(inst, j) && this.#needs(other, r))
      if (isLast) moved.add(r)
      else retains.push(arg)
    })
    return { moved, retains }
  }

  #needs(value: ValueId, r: number): boolean {
    let found = false
    forEachHolder(value, this.#own, (holder) => {
      if (holder === r) found = true
    })
    return found
  }

  /** What to do on an edge when the function holds a count of each root in `held`. */
  #edgeWork(edge: BlockCall, held: readonly number[]): EdgeWork {
    const { cfg, root, kind, live } = this.#own
    const to = cfg.position[edge.block] as number
    const target = cfg.order[to] as Block
    const moved = new Set<number>()
    const retains: ValueId[] = []
    edge.args.forEach((arg, i) => {
      if (kind[target.params[i] as ValueId] !== OWNED) return
      const r = root[arg] as number
      if (kind[r] === UNCOUNTED) return
      if (kind[r] === OWNED && !live.has(to, r) && !moved.has(r)) moved.add(r)
      else retains.push(arg)
    })
    const releases: ValueId[] = []
    if (this.#doomed[to] === 0) for (const r of held) if (!live.has(to, r) && !moved.has(r)) releases.push(valueId(r))
    return { retains, releases }
  }

  /** Writes the work of each edge into its target, if only this edge leads there, or into a block on the edge. */
  #placeEdges(block: Block, workOf: (edge: BlockCall) => EdgeWork): void {
    const { cfg } = this.#own
    mapEdges(block, (edge) => {
      const work = workOf(edge)
      if (work.retains.length === 0 && work.releases.length === 0) return edge
      const to = cfg.position[edge.block] as number
      if ((cfg.preds[to] as readonly number[]).length === 1) {
        ;(this.#prefix[to] as Inst[]).push(...work.retains.map(retain), ...work.releases.map(release))
        return edge
      }
      return { block: this.#pad(edge, work).id, args: [] }
    })
  }

  /** A block on an edge; edges to the same place with the same work share it. */
  #pad(edge: BlockCall, work: EdgeWork): Block {
    const key = `${edge.block}(${edge.args.join()})+${work.retains.join()}-${work.releases.join()}`
    let pad = this.#pads.get(key)
    if (pad === undefined) {
      pad = { id: blockId(this.#nextBlock++), params: [], insts: [...work.retains.map(retain), ...work.releases.map(release)], term: { kind: "jump", to: edge }, termOrigin: null }
      this.#pads.set(key, pad)
    }
    return pad
  }
}

/** Blocks from which every path ends the program soon; a loop is never among them, since it might go on for long. */
function findDoomed(cfg: Cfg): Uint8Array {
  const doomed = new Uint8Array(cfg.order.length)
  for (let at = cfg.order.length - 1; at >= 0; at--) {
    const { kind } = (cfg.order[at] as Block).term
    const succs = cfg.succs[at] as readonly number[]
    if (kind === "fatal" || (succs.length === 0 && kind === "unreachable") || (succs.length > 0 && succs.every((succ) => doomed[succ] === 1))) doomed[at] = 1
  }
  return doomed
}

function retain(value: ValueId): Inst {
  return { op: "retain", args: [value], imm: null, result: null, error: null, origin: null }
}

function release(value: number): Inst {
  return { op: "release", args: [valueId(value)], imm: null, result: null, error: null, origin: null }
}

function pushReversed(out: Inst[], work: EdgeWork): void {
  for (let i = work.releases.length - 1; i >= 0; i--) out.push(release(work.releases[i] as ValueId))
  for (let i = work.retains.length - 1; i >= 0; i--) out.push(retain(work.retains[i] as ValueId))
}
