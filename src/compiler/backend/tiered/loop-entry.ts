/**
 * A function that enters another one in the middle: at a block that a loop jumps back to, with what is live there.
 *
 * The interpreter's frame is the only state that the two share. The function made here reads the values that are live at the block from
 * the frame, runs the loop and what follows it, and gives one number: that the original function has returned or raised, or the word
 * of the interpreter's code to go on at. Before it gives a word it writes what is live there back into the frame, so that the
 * interpreter continues as if it had never been away. It goes back
 *
 * - at the start of any loop that is not inside the one it was entered at: that loop has an entry of its own;
 * - after a number of turns (`fuel`), at the block it was entered at or at a loop directly inside. Engines that never replace
 *   running WebAssembly code (V8) get to run their better code at the next entry.
 *
 * Every cycle outside of the loop goes through the start of a loop, so the code made here holds one loop nest with a tail, and the
 * graph stays reducible. Values that are live at the entry and also defined in the loop get block parameters where the two definitions
 * meet (the construction of Braun et al., "Simple and Efficient Construction of SSA Form", 2013).
 *
 * Reference counts are explicit in MIR and a frame owns what it owns in both forms, so ownership passes through untouched.
 */
import { invariant } from "../../base/bug.ts"
import { buildCfg, type Cfg, definingBlocks, positionOf } from "../../mir/cfg.ts"
import { buildDomTree, dominates } from "../../mir/dom.ts"
import { edgesOf, mapEdges, renameInst, renameTerm } from "../../mir/edges.ts"
import { type Block, type BlockCall, type BlockId, blockId, type Func, type Inst, type Type, type ValueId, valueId } from "../../mir/ir.ts"
import { computeLiveness, type LiveIn } from "../../mir/liveness.ts"
import { findLoops } from "../../mir/loops.ts"
import { countUses } from "../../mir/uses.ts"
import type { VmLoop } from "../vm/program.ts"
import { ALIAS } from "../vm/select.ts"

const STAGE = "backend/tiered"

/** What an entry gives when the function has returned, its result in the registers from 0 on. */
export const RETURNED = -1n
/** What it gives when the function has raised the pending error. */
export const RAISED = -2n

/** A block where the interpreter can be left and entered; `word` is its place in the program's code. */
export interface EntryPoint extends Pick<VmLoop, "block" | "live"> {
  readonly word: number
}

/** An entry as a function of MIR: parameter `fuel`, result the number; see the head of the file. */
export interface LoopEntry {
  readonly func: Func
  /** Types of the frame's registers that it reads by `slot.get` and `slot.set`, by the name `registerName` gives. */
  readonly registers: ReadonlyMap<string, Type>
}

/** Name under which entries read and write a value of a type in the frame. */
export function registerName(register: number, type: Type): string {
  return `frame:${register}:${type}`
}

/** The register of a name that `registerName` gave. */
export function registerOf(name: string): number {
  return Number(name.split(":")[1])
}

/** The entry at `at`, one of the points of `func`; null if the block is in no loop, or is not its loop's only way in. */
export function makeLoopEntry(func: Func, points: readonly EntryPoint[], at: EntryPoint): LoopEntry | null {
  return new EntryMaker(func, points, at).run()
}

/** A block that is being made, with the values it defines for the variables that have several definitions. */
interface Draft {
  readonly block: Block
  /** Variable to the value it has at the end of the block. */
  readonly ends: Map<ValueId, ValueId>
}

class EntryMaker {
  readonly #func: Func
  readonly #points: ReadonlyMap<number, EntryPoint>
  readonly #at: EntryPoint
  readonly #cfg: Cfg
  readonly #live: LiveIn
  readonly #constants: ReadonlyMap<ValueId, Inst>
  readonly #uses: Int32Array
  readonly #types: Type[]
  readonly #registers = new Map<string, Type>()
  readonly #drafts: Draft[] = []
  readonly #fuel: ValueId
  #nextBlock: number

  constructor(func: Func, points: readonly EntryPoint[], at: EntryPoint) {
    this.#func = withoutUnread(func)
    this.#points = new Map(points.map((p) => [p.block, p]))
    this.#at = at
    this.#cfg = buildCfg(this.#func)
    this.#live = computeLiveness(this.#func, this.#cfg)
    this.#constants = constantsOf(this.#func)
    this.#uses = countUses(this.#func)
    this.#types = [...func.types]
    this.#fuel = this.#fresh("i64")
    this.#nextBlock = Math.max(...func.blocks.map((b) => b.id)) + 1
  }

  run(): LoopEntry | null {
    const start = positionOf(this.#cfg, this.#at.block as BlockId)
    const found = findLoops(this.#cfg, buildDomTree(this.#cfg))
    const loop = found.loops[found.innermost[start] ?? -1]
    if (loop === undefined) return null
    const inside = new Set(loop.blocks.map((at) => (this.#cfg.order[at] as Block).id))
    const children = new Set(found.loops.filter((l) => found.loops[l.parent] === loop).flatMap((l) => l.blocks.map((at) => (this.#cfg.order[at] as Block).id)))

    const region = this.#region(inside)
    const defs = definingBlocks(this.#func, this.#cfg)
    const header = this.#cfg.order[start] as Block
    const entryId = this.#freshBlock()
    const fuelParam = this.#fresh("i64")
    const loads: Inst[] = []
    const args = header.params.map((p) => this.#load(p, loads))
    const ends = new Map<ValueId, ValueId>([[this.#fuel, fuelParam]])
    const variables = new Set<ValueId>([this.#fuel])
    this.#live.forEach(start, (thing) => {
      const v = valueId(thing)
      if (this.#constants.has(v)) return
      const def = this.#cfg.order[defs[v] as number]
      if (def !== undefined && region.has(def.id)) {
        variables.add(v)
        ends.set(v, this.#load(v, loads))
      } else loads.push(this.#read(v, v))
    })
    this.#drafts.push({ block: { id: entryId, params: [], insts: [...this.#constants.values(), ...loads], term: { kind: "jump", to: { block: header.id, args } }, termOrigin: null }, ends })

    for (const block of this.#func.blocks) {
      if (!region.has(block.id)) continue
      const copy: Block = { ...block, params: [...block.params], insts: block.insts.filter((inst) => inst.result === null || !this.#constants.has(inst.result)) }
      const own = new Map<ValueId, ValueId>()
      for (const v of [...copy.params, ...copy.insts.flatMap((inst) => (inst.result === null ? [] : [inst.result]))]) if (variables.has(v)) own.set(v, v)
      mapEdges(copy, (edge) => {
        const point = this.#points.get(edge.block)
        if (point !== undefined && point.block !== this.#at.block && !inside.has(edge.block)) return { block: this.#exit(edge, point), args: [] }
        const isTurn = point !== undefined && inside.has(block.id) && (point.block === this.#at.block || (children.has(edge.block) && children.has(block.id)))
        return isTurn ? { block: this.#turn(edge, point), args: [] } : edge
      })
      const result = this.#leave(copy)
      this.#drafts.push({ block: result, ends: own })
    }
    this.#repair(variables)
    const made: Func = { ...this.#func, name: `${this.#func.name}@${this.#at.word}`, params: [fuelParam], result: "i64", fails: false, blocks: this.#drafts.map((d) => d.block), types: this.#types, names: new Map(this.#func.names) }
    return isReducible(made) ? { func: made, registers: this.#registers } : null
  }

  // ---- The part of the function that is taken -----------------------------------------------------------------------

  /** The blocks to copy: those reached from the entry without going back to the interpreter. */
  #region(inside: ReadonlySet<BlockId>): ReadonlySet<BlockId> {
    const region = new Set<BlockId>()
    const work: BlockId[] = [this.#at.block as BlockId]
    for (let id = work.pop(); id !== undefined; id = work.pop()) {
      if (region.has(id)) continue
      region.add(id)
      const block = this.#cfg.order[positionOf(this.#cfg, id)]
      invariant(block !== undefined, STAGE, `${this.#func.name}: block ${id} is missing`)
      for (const edge of edgesOf(block)) if (!this.#points.has(edge.block) || inside.has(edge.block)) work.push(edge.block)
    }
    return region
  }

  /** A block with its return or raise replaced by the number that says so. */
  #leave(block: Block): Block {
    const { term } = block
    if (term.kind !== "ret" && term.kind !== "raise") return block
    const insts = [...block.insts]
    if (term.kind === "ret" && term.value !== null && this.#func.result !== "unit") insts.push(this.#write(0, this.#func.result, term.value))
    return this.#giving({ ...block, insts }, term.kind === "ret" ? RETURNED : RAISED)
  }

  /** The block, ending by giving a number. */
  #giving(block: Block, value: bigint): Block {
    const v = this.#fresh("i64")
    return { ...block, insts: [...block.insts, constant(v, value)], term: { kind: "ret", value: v } }
  }

  /** A block that goes back to the interpreter instead of taking an edge to a point. */
  #exit(edge: BlockCall, point: EntryPoint): BlockId {
    const id = this.#freshBlock()
    const target = this.#cfg.order[positionOf(this.#cfg, edge.block)] as Block
    const insts: Inst[] = []
    target.params.forEach((param, i) => {
      // What nobody reads has no register of its own.
      if (this.#uses[param] !== 0) insts.push(this.#write(this.#registerOf(point, param), this.#type(param), edge.args[i] as ValueId))
    })
    this.#live.forEach(positionOf(this.#cfg, edge.block), (thing) => {
      const v = valueId(thing)
      if (!this.#constants.has(v)) insts.push(this.#write(this.#registerOf(point, v), this.#type(v), v))
    })
    this.#drafts.push({ block: this.#giving({ id, params: [], insts, term: { kind: "unreachable" }, termOrigin: null }, BigInt(point.word)), ends: new Map() })
    return id
  }

  /** A block that counts a turn of a loop before it takes the edge, and goes back to the interpreter when the fuel is spent. */
  #turn(edge: BlockCall, point: EntryPoint): BlockId {
    const id = this.#freshBlock()
    const [one, zero, less, spent] = [this.#fresh("i64"), this.#fresh("i64"), this.#fresh("i64"), this.#fresh("bool")]
    const insts: Inst[] = [
      constant(one, 1n),
      constant(zero, 0n),
      { op: "i64.sub", args: [this.#fuel, one], imm: null, result: less, error: null, origin: null },
      { op: "i64.le", args: [less, zero], imm: null, result: spent, error: null, origin: null },
    ]
    const out = this.#exit(edge, point)
    this.#drafts.push({ block: { id, params: [], insts, term: { kind: "br", cond: spent, then: { block: out, args: [] }, else: edge, cold: "then" }, termOrigin: null }, ends: new Map([[this.#fuel, less]]) })
    return id
  }

  // ---- The frame ----------------------------------------------------------------------------------------------------

  #registerOf(point: EntryPoint, v: ValueId): number {
    const place = point.live.find((l) => l.value === v)
    invariant(place !== undefined, STAGE, `${this.#func.name}: %${v} is live at word ${point.word}, but in no register`)
    return place.register
  }

  /** Reads a live value of the entry into `into`. */
  #read(v: ValueId, into: ValueId): Inst {
    return { op: "slot.get", args: [], imm: this.#slot(this.#registerOf(this.#at, v), this.#type(v)), result: into, error: null, origin: null }
  }

  /** Reads a value of the entry into a value of its own; a parameter that nobody reads has no register. */
  #load(v: ValueId, insts: Inst[]): ValueId {
    const into = this.#fresh(this.#type(v))
    const place = this.#at.live.find((l) => l.value === v)
    const slot = this.#slot(place?.register ?? 0, this.#type(v))
    insts.push({ op: "slot.get", args: [], imm: slot, result: into, error: null, origin: null })
    return into
  }

  #write(register: number, type: Type, value: ValueId): Inst {
    return { op: "slot.set", args: [value], imm: this.#slot(register, type), result: null, error: null, origin: null }
  }

  #slot(register: number, type: Type): string {
    const name = registerName(register, type)
    this.#registers.set(name, type)
    return name
  }

  #type(v: ValueId): Type {
    return this.#types[v] as Type
  }

  #fresh(type: Type): ValueId {
    return valueId(this.#types.push(type) - 1)
  }

  #freshBlock(): BlockId {
    return blockId(this.#nextBlock++)
  }

  // ---- SSA form -----------------------------------------------------------------------------------------------------

  /** Makes each use of a variable read the definition that reaches it. */
  #repair(variables: ReadonlySet<ValueId>): void {
    const drafts = new Map(this.#drafts.map((d) => [d.block.id, d]))
    const preds = new Map<BlockId, Draft[]>()
    for (const draft of this.#drafts) {
      for (const edge of edgesOf(draft.block)) {
        const list = preds.get(edge.block)
        if (list === undefined) preds.set(edge.block, [draft])
        else if (!list.includes(draft)) list.push(draft)
      }
    }
    const starts = new Map<string, ValueId>()
    /** Parameters to add: block to the variables, in the order of their parameters. */
    const added = new Map<BlockId, { readonly variable: ValueId; readonly param: ValueId }[]>()
    const pending: { readonly block: BlockId; readonly variable: ValueId }[] = []
    const atEnd = (draft: Draft, variable: ValueId): ValueId => draft.ends.get(variable) ?? atStart(draft.block.id, variable)
    const atStart = (id: BlockId, variable: ValueId): ValueId => {
      // Chains of blocks with one predecessor are followed in a loop, so that depth does not grow with length.
      const passed: BlockId[] = []
      let value: ValueId | undefined
      for (let at = id; value === undefined; ) {
        value = starts.get(`${at}:${variable}`)
        if (value !== undefined) break
        const from = preds.get(at) ?? []
        const [only] = from
        if (from.length === 1 && only !== undefined) {
          passed.push(at)
          value = only.ends.get(variable)
          at = only.block.id
          continue
        }
        value = this.#fresh(this.#type(variable))
        starts.set(`${at}:${variable}`, value)
        const list = added.get(at)
        if (list === undefined) added.set(at, [{ variable, param: value }])
        else list.push({ variable, param: value })
        pending.push({ block: at, variable })
      }
      for (const at of passed) starts.set(`${at}:${variable}`, value)
      return value
    }
    for (const { block } of this.#drafts) {
      // A definition in a block comes before every use in it, except that a turn reads the fuel it got.
      const rename = (v: ValueId): ValueId => (!variables.has(v) || drafts.get(block.id)?.ends.get(v) === v ? v : atStart(block.id, v))
      block.insts = block.insts.map((inst) => renameInst(inst, rename))
      block.term = renameTerm(block.term, rename)
    }
    // Asking for the value at the end of a predecessor may ask for more parameters.
    for (let work = pending.pop(); work !== undefined; work = pending.pop()) {
      for (const from of preds.get(work.block) ?? []) atEnd(from, work.variable)
    }
    for (const draft of this.#drafts) {
      mapEdges(draft.block, (edge) => {
        const more = added.get(edge.block)
        return more === undefined ? edge : { block: edge.block, args: [...edge.args, ...more.map(({ variable }) => atEnd(draft, variable))] }
      })
    }
    for (const [id, more] of added) {
      const draft = drafts.get(id) as Draft
      draft.block.params = [...draft.block.params, ...more.map((m) => m.param)]
    }
  }
}

function constant(result: ValueId, imm: bigint): Inst {
  return { op: "const.i64", args: [], imm, result, error: null, origin: null }
}

/**
 * The function without what the interpreter has no code for, so that both agree on which values are live: what only keeps an object
 * alive longer, other names of values that nothing reads, and block parameters that nothing reads with what is given for them.
 */
function withoutUnread(func: Func): Func {
  const made: Func = { ...func, blocks: func.blocks.map((b) => ({ ...b, insts: b.insts.filter((inst) => inst.op !== "keepalive") })) }
  for (let changed = true; changed; ) {
    changed = false
    const uses = countUses(made)
    const isUnread = (v: ValueId | null): boolean => v !== null && uses[v] === 0
    const kept = new Map<BlockId, readonly boolean[]>()
    for (const block of made.blocks) {
      const insts = block.insts.filter((inst) => ALIAS[inst.op] === undefined || !isUnread(inst.result))
      if (insts.length < block.insts.length) changed = true
      block.insts = insts
      if (!block.params.some(isUnread)) continue
      kept.set(block.id, block.params.map((param) => !isUnread(param)))
      block.params = block.params.filter((param) => !isUnread(param))
      changed = true
    }
    for (const block of made.blocks) {
      mapEdges(block, (edge) => {
        const keep = kept.get(edge.block)
        return keep === undefined ? edge : { block: edge.block, args: edge.args.filter((_, i) => keep[i]) }
      })
    }
  }
  return made
}

/** The instructions that make constants, which the interpreter keeps in no register of a block; in an order that defines before use. */
function constantsOf(func: Func): ReadonlyMap<ValueId, Inst> {
  const defs = new Map<ValueId, Inst>()
  for (const block of func.blocks) for (const inst of block.insts) if (inst.result !== null) defs.set(inst.result, inst)
  const constants = new Map<ValueId, Inst>()
  const isConstant = (v: ValueId): boolean => {
    const inst = defs.get(v)
    if (inst === undefined) return false
    if (constants.has(v)) return true
    const isOther = inst.op === "opt.ref" || inst.op === "ref.opt" || inst.op === "ref.cast"
    const source = inst.args[0]
    if (isOther && source !== undefined) {
      if (!isConstant(source) || defs.get(source)?.op === "const.null") return false
    } else if (!inst.op.startsWith("const.") && inst.op !== "static.ref") return false
    constants.set(v, inst)
    return true
  }
  for (const v of defs.keys()) isConstant(v)
  return constants
}

/** True if every edge back goes to a block that dominates where it leaves. */
export function isReducible(func: Func): boolean {
  const cfg = buildCfg(func)
  const dom = buildDomTree(cfg)
  return cfg.order.every((_, at) => (cfg.succs[at] as readonly number[]).every((to) => to > at || dominates(dom, to, at)))
}
