/**
 * Reads of arrays that are certainly within bounds: `a[i]` after `i < a.length()`, as loops write it.
 *
 * The one idea: an index and a bound are a value plus a constant; a dominating comparison with the length of the same array bounds
 * the index from above, its first value and its steps from below. Between the reading of the length and the read of the element
 * nothing may make an array shorter or put another array in the same place.
 *
 * Invariants: decides types only. The bounds are still checked when the read runs, and a read that were out of bounds after all
 * raises IndexError.
 */
import type { Block, FieldRef, Func, Inst, Module, ValueId } from "../mir/ir.ts"
import { blockIndex, immediateDominators, predecessors, REFINE } from "./infer-refine.ts"
import { memberName } from "./infer-world.ts"

/** Methods that may make an array shorter. */
const SHRINKING: ReadonlySet<string> = new Set(["pop", "remove", "clear", "shift", "delete"])
/** Methods of the library that call function values. */
const CALLING: ReadonlySet<string> = new Set(["map", "filter", "forEach", "each", "reduce", "find", "any", "all", "sort", "call"])
const ORDERS: ReadonlySet<string> = new Set(["lt", "le", "gt", "ge"])
const LINEAR: ReadonlySet<string> = new Set(["dyn.add", "dyn.sub", "i64.add", "i64.sub"])
const LENGTH: ReadonlySet<string> = new Set(["length", "len", "size"])
/** Operations that fail if an operand is null. */
const STRICT: ReadonlySet<string> = new Set([
  "dyn.add", "dyn.sub", "dyn.mul", "dyn.div", "dyn.rem", "dyn.and", "dyn.or", "dyn.xor", "dyn.shl", "dyn.shr", "dyn.neg", "dyn.bitnot", "dyn.lt", "dyn.le", "dyn.gt", "dyn.ge", "dyn.truthy",
])
/** Most blocks looked at between a length and a read. */
const MAX_BLOCKS = 64
/** Most dominating blocks looked at. */
const MAX_DEPTH = 100
/** Most earlier reads of an element looked at. */
const MAX_READS = 8

/** What running a function may do to arrays and to places that hold them. */
interface Doing {
  /** `shrink`, `set NAME` for a field, `set *` for any, `global NAME`. */
  readonly own: Set<string>
  /** Functions, and groups of functions: `method m/n`, `closures`, `text`, `field m` for calls of what a field holds. */
  readonly calls: Set<string>
}

/** Effects of functions on arrays, over the whole program, by the names of methods. */
export class Effects {
  readonly #module: Module
  readonly #doing = new Map<string, Doing>()
  readonly #groups = new Map<string, Set<string>>()
  readonly #reached = new Map<string, ReadonlySet<string>>()

  constructor(module: Module) {
    this.#module = module
  }

  #prepare(): void {
    if (this.#groups.size > 0) return
    const group = (name: string, func: string): void => {
      const set = this.#groups.get(name)
      if (set === undefined) this.#groups.set(name, new Set([func]))
      else set.add(func)
    }
    this.#groups.set("closures", new Set())
    for (const func of this.#module.funcs.values()) {
      const method = /\.([^.]+\/\d+)(?:@.*)?$/.exec(func.name)?.[1]
      if (method !== undefined) group(`method ${method}`, func.name)
    }
    for (const cls of this.#module.classes.values()) {
      for (const [key, { func }] of cls.methods ?? []) {
        group(`method ${key}`, func)
        if (cls.kind === "closure") group("closures", func)
      }
      if (cls.kind === "closure") group("closures", `${cls.name}/${cls.arity}`)
      for (const field of cls.fields) if (!field.isHidden) group(`field ${field.name}`, "closures")
    }
    for (const key of ["str/0", "stringify/0", "toString/0"]) for (const func of this.#groups.get(`method ${key}`) ?? []) group("text", func)
  }

  /** True if some class computes the property instead of storing it. */
  isComputed(name: string): boolean {
    this.#prepare()
    return this.#groups.has(`method get$${name}/0`)
  }

  /** True if an instruction may make an array shorter or change the place `place` (`set NAME`, `global NAME`, or null). */
  disturbs(inst: Inst, place: string | null): boolean {
    const doing: Doing = { own: new Set(), calls: new Set() }
    note(inst, doing)
    if (this.#isDisturbing(doing.own, place)) return true
    for (const call of doing.calls) if (this.#isDisturbing(this.#reach(call), place)) return true
    return false
  }

  #isDisturbing(own: ReadonlySet<string>, place: string | null): boolean {
    return own.has("shrink") || (place !== null && (own.has(place) || (place.startsWith("set ") && own.has("set *"))))
  }

  /** Everything that may be done in a function or group and what it calls. */
  #reach(start: string): ReadonlySet<string> {
    const known = this.#reached.get(start)
    if (known !== undefined) return known
    this.#prepare()
    const own = new Set<string>()
    const seen = new Set([start])
    for (const name of seen) {
      for (const member of this.#groups.get(name) ?? []) seen.add(member)
      const doing = this.#of(name)
      for (const token of doing?.own ?? []) own.add(token)
      for (const call of doing?.calls ?? []) seen.add(call)
    }
    this.#reached.set(start, own)
    return own
  }

  #of(name: string): Doing | undefined {
    const known = this.#doing.get(name)
    if (known !== undefined) return known
    const func = this.#module.funcs.get(name)
    if (func === undefined) return undefined
    const doing: Doing = { own: new Set(), calls: new Set() }
    for (const block of func.blocks) for (const inst of block.insts) note(inst, doing)
    this.#doing.set(name, doing)
    return doing
  }
}

function note(inst: Inst, doing: Doing): void {
  switch (inst.op) {
    case "call":
      doing.calls.add(String(inst.imm))
      break
    case "dyn.call":
      doing.calls.add("closures")
      break
    case "dyn.method": {
      const { name } = memberName(inst.imm)
      if (SHRINKING.has(name)) doing.own.add("shrink")
      if (name === "setField") doing.own.add("set *")
      if (CALLING.has(name)) doing.calls.add("closures")
      doing.calls.add("text").add(`method ${name}/${inst.args.length - 1}`)
      doing.calls.add(`field ${name}`)
      break
    }
    case "dyn.get":
      doing.calls.add(`method get$${memberName(inst.imm).name}/0`)
      break
    case "dyn.set":
      doing.own.add(`set ${memberName(inst.imm).name}`)
      break
    case "dyn.add":
      doing.calls.add("text")
      break
    case "dyn.lib":
      if (!String(inst.imm).startsWith("new ")) doing.calls.add("text").add("method equals/1")
      break
    case "field.set":
      doing.own.add(`set ${(inst.imm as FieldRef).field}`)
      break
    case "global.set":
      doing.own.add(`global ${String(inst.imm)}`)
      break
    case "call.rt": {
      const name = String(inst.imm)
      if (/^hk_arr_(pop|remove|clear|shift|replace_all)/.test(name)) doing.own.add("shrink")
      if (name === "hk_set_field") doing.own.add("set *")
      doing.calls.add("text")
      break
    }
  }
}

/** A value plus a constant. */
interface Linear {
  readonly root: ValueId
  readonly offset: bigint
}

/** `small + gap <= large`. */
interface Less {
  readonly small: Linear
  readonly large: Linear
  readonly gap: bigint
}

/** Finds the reads of a function that are within bounds, after refinement. */
export function findInRange(func: Func, effects: Effects, inRange: Set<Inst>): void {
  if (!func.blocks.some((b) => b.insts.some(isRead))) return
  new Ranges(func, effects, inRange).run()
}

function isRead(inst: Inst): boolean {
  return inst.op === "dyn.index" || (inst.op === "dyn.method" && inst.args.length === 2 && memberName(inst.imm).name === "get")
}

class Ranges {
  readonly #func: Func
  readonly #effects: Effects
  readonly #inRange: Set<Inst>
  readonly #definitions: (Inst | undefined)[]
  readonly #roots: (ValueId | undefined)[]
  /** Position of the block that defines a value. */
  readonly #home: (number | undefined)[]
  readonly #paramIndex: (number | undefined)[]
  readonly #index: Int32Array
  readonly #preds: readonly (readonly number[])[]
  readonly #idom: Int32Array
  readonly #lower = new Map<ValueId, bigint | null>()
  /** By position of the block: what is known on entry, and the nearest block above (or this) of which something is. */
  readonly #less: (Less | null)[] = []
  readonly #compared: number[] = []
  /** Reads of the same element, in order. */
  readonly #reads = new Map<string, Inst[]>()
  /** Where an operation that fails on null has succeeded with a value. */
  readonly #strictUses = new Map<ValueId, number[]>()

  constructor(func: Func, effects: Effects, inRange: Set<Inst>) {
    this.#func = func
    this.#effects = effects
    this.#inRange = inRange
    this.#definitions = new Array(func.types.length)
    this.#roots = new Array(func.types.length)
    this.#home = new Array(func.types.length)
    this.#paramIndex = new Array(func.types.length)
    this.#index = blockIndex(func)
    this.#preds = predecessors(func.blocks, this.#index)
    this.#idom = immediateDominators(func.blocks, this.#preds)
    func.blocks.forEach((block, at) => {
      block.params.forEach((param, i) => {
        this.#home[param] = at
        this.#paramIndex[param] = i
      })
      for (const inst of block.insts) {
        if (inst.result === null) continue
        this.#definitions[inst.result] = inst
        this.#home[inst.result] = at
      }
    })
  }

  run(): void {
    this.#noteComparisons()
    this.#func.blocks.forEach((block) => {
      for (const inst of block.insts) {
        if (!isRead(inst)) continue
        const [array, index] = inst.args as unknown as readonly [ValueId, ValueId]
        const key = readKey(this.#placeOf(array), this.#linear(index))
        const same = this.#reads.get(key)
        if (same === undefined) this.#reads.set(key, [inst])
        else same.push(inst)
      }
      const last = block.insts.at(-1)
      if (last === undefined || last.error === null || block.term.kind !== "jump" || !STRICT.has(last.op)) return
      const success = this.#index[block.term.to.block] as number
      if ((this.#preds[success] as readonly number[]).length !== 1) return
      for (const arg of last.args) {
        const root = this.#root(arg)
        const uses = this.#strictUses.get(root)
        if (uses === undefined) this.#strictUses.set(root, [success])
        else uses.push(success)
      }
    })
    this.#func.blocks.forEach((block, at) => {
      for (const inst of block.insts) if (isRead(inst) && this.#isWithin(inst, at)) this.#inRange.add(inst)
    })
  }

  #isWithin(read: Inst, at: number): boolean {
    const [array, index] = read.args as unknown as readonly [ValueId, ValueId]
    const i = this.#linear(index)
    const place = this.#placeOf(array)
    const proof = this.#hasBeenRead(read, i, at, place)
    if (proof !== null) return true
    if (!this.#isNotNegative(i, at, 0)) return false
    return this.#isBelowLength(i, at, place, 0, (length) => this.#isQuiet(length, read, at, place))
  }

  /** True if a value is at least 0 in a block. */
  #isNotNegative(i: Linear, at: number, depth: number): boolean {
    const least = this.#lowerBound(i.root)
    if (least !== null && least + i.offset >= 0n) return true
    return this.#dominating(at, ({ small, large, gap }) => {
      if (large.root !== i.root) return false
      // i.root >= small + gap - large.offset
      const constant = this.#constant(small)
      const more = gap - large.offset + i.offset
      if (constant !== null) return constant + more >= 0n
      return depth < 2 && this.#isNotNegative({ root: small.root, offset: small.offset + more }, at, depth + 1)
    })
  }

  /** True if a value is less than the length of the array in a place, as a reading of it that `accept` takes says. */
  #isBelowLength(i: Linear, at: number, place: string, depth: number, accept: (length: Inst) => boolean): boolean {
    if (this.#isLengthMinus(i, place, accept)) return true
    if (depth > 3) return false
    const compared = this.#dominating(at, ({ small, large, gap }) => {
      if (small.root !== i.root) return false
      // i <= large + (i.offset - small.offset - gap)
      const bound = { root: large.root, offset: large.offset + i.offset - small.offset - gap }
      if (this.#isLengthMinus(bound, place, accept)) return true
      return large.root !== i.root && bound.offset <= 0n && this.#isBelowLength(bound, at, place, depth + 1, accept)
    })
    if (compared) return true
    // A value that starts below and only goes down.
    const incoming = this.#incoming(i.root)
    if (incoming === null) return false
    return incoming.every(({ arg, pred }) => {
      const from = this.#linear(arg)
      if (from.root === i.root) return from.offset <= 0n
      return this.#isBelowLength({ root: from.root, offset: from.offset + i.offset }, pred, place, depth + 2, accept)
    })
  }

  /** True if a value is the length less something positive. */
  #isLengthMinus(i: Linear, place: string, accept: (length: Inst) => boolean): boolean {
    let { root, offset } = i
    for (let steps = 0; steps < 4; steps++) {
      const length = this.#lengthOf(root, place)
      if (length !== null) return offset < 0n && accept(length)
      const def = this.#definitions[root]
      if (def?.op !== "dyn.sub" && def?.op !== "i64.sub") return false
      // Less something that is not negative.
      const taken = this.#linear(def.args[1] as ValueId)
      const least = this.#lowerBound(taken.root)
      if (least === null || least + taken.offset < 0n) return false
      const from = this.#linear(def.args[0] as ValueId)
      root = from.root
      offset += from.offset - (least + taken.offset)
    }
    return false
  }

  /** True if a comparison that dominates a block says so. */
  #dominating(at: number, holds: (less: Less) => boolean): boolean {
    let here = this.#compared[at] as number
    for (let depth = 0; here > 0 && depth < MAX_DEPTH; depth++) {
      if (holds(this.#less[here] as Less)) return true
      here = this.#compared[this.#idom[here] as number] as number
    }
    return false
  }

  /** Notes for each block what the branch that alone leads to it says, and the nearest block above of which something is known. */
  #noteComparisons(): void {
    this.#func.blocks.forEach((_, here) => {
      const preds = this.#preds[here] as readonly number[]
      const term = preds.length === 1 ? (this.#func.blocks[preds[0] as number] as Block).term : null
      const less = term?.kind === "br" && term.then.block !== term.else.block ? this.#comparison(term.cond, (this.#index[term.then.block] as number) === here) : null
      this.#less.push(less)
      this.#compared.push(less !== null ? here : here === 0 ? 0 : (this.#compared[this.#idom[here] as number] ?? 0))
    })
  }

  /** An earlier read of the same element that gave one, because an operation that fails on null has used it. */
  #hasBeenRead(read: Inst, i: Linear, at: number, place: string): Inst | null {
    let looked = 0
    for (const earlier of this.#reads.get(readKey(place, i)) ?? []) {
      if (earlier === read || looked++ > MAX_READS) break
      const result = earlier.result as ValueId
      const home = this.#home[result] as number
      if (!this.#isBelow(at, home)) continue
      const used = this.#strictUses.get(result)?.some((block) => this.#isBelow(at, block)) === true
      if ((used || this.#inRange.has(earlier)) && this.#isQuiet(earlier, read, at, place)) return earlier
    }
    return null
  }

  /** `small + gap <= large` by a condition that holds or not. */
  #comparison(cond: ValueId, holds: boolean): Less | null {
    const def = this.#definitions[this.#root(cond)]
    if (def === undefined) return null
    const [a, b] = def.args as unknown as readonly [ValueId, ValueId]
    switch (def.op) {
      case "bool.not":
        return this.#comparison(a, !holds)
      case "dyn.truthy":
        return this.#comparison(a, holds)
    }
    const dot = def.op.indexOf(".")
    const order = def.op.slice(dot + 1)
    if (!ORDERS.has(order) || def.op.startsWith("f64.")) return null
    const strict = (order === "lt" || order === "gt") === holds
    const ascending = (order === "lt" || order === "le") === holds
    return { small: this.#linear(ascending ? a : b), large: this.#linear(ascending ? b : a), gap: strict ? 1n : 0n }
  }

  /** The value that a narrowed or boxed one stands for. */
  #root(value: ValueId): ValueId {
    const def = this.#definitions[value]
    if (def === undefined || (def.op !== REFINE && def.op !== "any.box")) return value
    const known = this.#roots[value]
    if (known !== undefined) return known
    let root = value
    for (let at: Inst | undefined = def; at !== undefined && (at.op === REFINE || at.op === "any.box"); at = this.#definitions[root]) {
      root = at.args[0] as ValueId
      const beyond = this.#roots[root]
      if (beyond !== undefined) {
        root = beyond
        break
      }
    }
    this.#roots[value] = root
    return root
  }

  #linear(value: ValueId): Linear {
    let root = this.#root(value)
    let offset = 0n
    for (let steps = 0; steps < 8; steps++) {
      const def = this.#definitions[root]
      if (def === undefined || !LINEAR.has(def.op)) break
      const [a, b] = def.args as unknown as readonly [ValueId, ValueId]
      const right = this.#constant({ root: this.#root(b), offset: 0n })
      const left = this.#constant({ root: this.#root(a), offset: 0n })
      if (right !== null) {
        offset += def.op.endsWith("add") ? right : -right
        root = this.#root(a)
      } else if (left !== null && def.op.endsWith("add")) {
        offset += left
        root = this.#root(b)
      } else break
    }
    return { root, offset }
  }

  #constant(linear: Linear): bigint | null {
    const def = this.#definitions[linear.root]
    return def?.op === "const.i64" && typeof def.imm === "bigint" ? def.imm + linear.offset : null
  }

  /** The least value something can have, as far as its first value and its steps say. */
  #lowerBound(root: ValueId): bigint | null {
    const known = this.#lower.get(root)
    if (known !== undefined) return known
    const def = this.#definitions[root]
    if (def !== undefined) {
      if (def.op === "const.i64") return def.imm as bigint
      return def.op === "dyn.method" && def.args.length === 1 && LENGTH.has(memberName(def.imm).name) ? 0n : null
    }
    const edges = this.#incoming(root)
    if (edges === null) return null
    // A cycle is bounded by what comes into it as long as no step goes down.
    this.#lower.set(root, null)
    let least: bigint | null = null
    for (const { arg } of edges) {
      const { root: from, offset } = this.#linear(arg)
      if (from === root && offset >= 0n) continue
      const bound = this.#lowerBound(from)
      if (bound === null || from === root) return null
      if (least === null || bound + offset < least) least = bound + offset
    }
    this.#lower.set(root, least)
    return least
  }

  /** The arguments that reach a block parameter, and from where; null for other values. */
  #incoming(param: ValueId): { readonly arg: ValueId; readonly pred: number }[] | null {
    const i = this.#paramIndex[param]
    const home = this.#home[param]
    if (i === undefined || home === undefined) return null
    const out: { arg: ValueId; pred: number }[] = []
    for (const pred of new Set(this.#preds[home] as readonly number[])) {
      const block = this.#func.blocks[pred] as Block
      const last = block.insts[block.insts.length - 1]
      for (const edge of [last?.error ?? null, ...targets(block)]) {
        if (edge !== null && this.#index[edge.block] === home) out.push({ arg: edge.args[i] as ValueId, pred })
      }
    }
    return out
  }

  /** The instruction that read the length of the array in `place`, if the value is that. */
  #lengthOf(value: ValueId, place: string): Inst | null {
    let def = this.#definitions[value]
    // A bound of a loop over a range is checked to be an Integer first.
    if (def?.op === "call.rt" && def.imm === "hk_expect_i64") def = this.#definitions[this.#root(def.args[0] as ValueId)]
    if (def?.op !== "dyn.method" || def.args.length !== 1 || !LENGTH.has(memberName(def.imm).name)) return null
    return this.#placeOf(def.args[0] as ValueId) === place ? def : null
  }

  /** What holds an array: a value, or a field or global that is read again. */
  #placeOf(array: ValueId): string {
    const root = this.#root(array)
    const def = this.#definitions[root]
    switch (def?.op) {
      case "field.get":
        return `field ${this.#root(def.args[0] as ValueId)} ${(def.imm as FieldRef).field}`
      case "dyn.get": {
        const { name } = memberName(def.imm)
        return this.#effects.isComputed(name) ? `value ${root}` : `field ${this.#root(def.args[0] as ValueId)} ${name}`
      }
      case "global.get":
        return `global ${String(def.imm)}`
      default:
        return `value ${root}`
    }
  }

  /** True if a block is dominated by another, or is it; gives up on blocks far apart. */
  #isBelow(block: number, above: number): boolean {
    let at = block
    for (let depth = 0; at > above && depth < MAX_DEPTH; depth++) at = this.#idom[at] as number
    return at === above
  }

  /**
   * For a place that is read again: its first reading is right before that of the length, the second one lies after it.
   */
  #isReadAgain(length: Inst, read: Inst, start: number): boolean {
    const first = this.#definitions[this.#root(length.args[0] as ValueId)]
    const second = this.#definitions[this.#root(read.args[0] as ValueId)]
    if (first === undefined || second === undefined) return false
    const { insts } = this.#func.blocks[start] as Block
    const lengthAt = insts.indexOf(length)
    const firstHome = this.#home[first.result as ValueId] as number
    const isNear =
      firstHome === start
        ? insts.slice(insts.indexOf(first) + 1, lengthAt).every(isCalm)
        : (this.#preds[start] as readonly number[]).length === 1 && this.#preds[start]?.[0] === firstHome && (this.#func.blocks[firstHome] as Block).insts.at(-1) === first && insts.slice(0, lengthAt).every(isCalm)
    if (!isNear) return false
    if (first === second) return true
    const secondHome = this.#home[second.result as ValueId] as number
    return secondHome === start ? insts.indexOf(second) > lengthAt : this.#isBelow(secondHome, start)
  }

  /** True if nothing between the reading of a length and a read disturbs the array. */
  #isQuiet(length: Inst, read: Inst, at: number, place: string): boolean {
    const start = this.#home[length.result as ValueId]
    if (start === undefined) return false
    const isValue = place.startsWith("value ")
    const disturbed = isValue ? null : place.startsWith("global ") ? place : `set ${place.slice(place.indexOf(" ", 6) + 1)}`
    const quiet = (insts: readonly Inst[]): boolean => insts.every((inst) => !this.#effects.disturbs(inst, disturbed))
    const here = this.#func.blocks[at] as Block
    if (!isValue && !this.#isReadAgain(length, read, start)) return false
    if (start === at) {
      const from = here.insts.indexOf(length)
      const to = here.insts.indexOf(read)
      if (from >= 0 && from < to) return quiet(here.insts.slice(from + 1, to))
    }
    const seen = new Set<number>()
    const work = [...(this.#preds[at] as readonly number[])]
    if (!quiet(here.insts.slice(0, here.insts.indexOf(read)))) return false
    for (let block = work.pop(); block !== undefined; block = work.pop()) {
      if (seen.has(block)) continue
      seen.add(block)
      if (seen.size > MAX_BLOCKS) return false
      const { insts } = this.#func.blocks[block] as Block
      if (block === start) {
        if (!quiet(insts.slice(insts.indexOf(length) + 1))) return false
        continue
      }
      if (!quiet(insts)) return false
      work.push(...(this.#preds[block] as readonly number[]))
    }
    return true
  }
}

function readKey(place: string, index: Linear): string {
  return `${place} ${index.root} ${index.offset}`
}

/** True for instructions that do nothing but compute. */
function isCalm(inst: Inst): boolean {
  return inst.op === REFINE || inst.op.startsWith("const.") || inst.op === "any.box" || inst.op === "field.get" || inst.op === "global.get"
}

function targets(block: Block): { readonly block: number; readonly args: readonly ValueId[] }[] {
  const { term } = block
  switch (term.kind) {
    case "jump":
      return [term.to]
    case "br":
      return [term.then, term.else]
    case "switch":
      return [...term.cases.map((c) => c.to), term.default]
    default:
      return []
  }
}
