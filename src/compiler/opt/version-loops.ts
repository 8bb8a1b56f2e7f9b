/**
 * Two versions of a loop that counts over arrays: one for when every index is known to be in range before the loop starts,
 * without a test for each element, and the loop as it was for all other cases.
 *
 * The one idea: of a variable that only rises, the first and the last value bound all others. In front of the loop the elements
 * at both ends are read by the ordinary operations, whose misses (another kind, out of range) lead to the loop as it was. Behind
 * these tests the copy's accesses cannot miss, since nothing in the copy can shorten an array or change its kind: their miss
 * edges lead to a block that is `unreachable`, from which back ends know that there is nothing to test. A branch whose condition
 * the loop does not change, and whose one side is cold, is decided in front as well.
 *
 * Indices are the counter plus a small constant, or do not change. With offsets and steps below 2^31 and arrays below 2^32
 * elements no sum of a tested index, an offset and a step wraps.
 */
import { buildCfg, type Cfg } from "../mir/cfg.ts"
import { buildDomTree } from "../mir/dom.ts"
import { blockLimit, edgesOf, errorEdge, forEachTermEdge, forEachUse, mapEdges, renameInst, renameTerm } from "../mir/edges.ts"
import { type Block, type BlockCall, type BlockId, blockId, type Func, type Inst, type Module, type Terminator, type ValueId, valueId } from "../mir/ir.ts"
import { findLoops, type Loop } from "../mir/loops.ts"
import { calleesOf, noteWrites, summariseWrites, type Writes } from "./effects.ts"
import { repairUses } from "./repair-uses.ts"
import { dropUnreachable } from "./simplify-cfg.ts"

/** Instructions of a loop that is worth a copy, and copies in one function. */
const LARGEST_LOOP = 120
const MOST_COPIES = 12
/** Bound of offsets and steps. */
const SMALL = 1n << 20n

/** Makes versions in every function; true if anything changed. */
export function versionLoops(module: Module): boolean {
  const writes = summariseWrites(module)
  let changed = false
  for (const func of module.funcs.values()) changed = versionFuncLoops(func, writes) || changed
  return changed
}

/** Makes versions in one function. */
export function versionFuncLoops(func: Func, writes: ReadonlyMap<string, Writes>): boolean {
  const seen = new Set<BlockId>()
  let copies = 0
  // Values are repaired along the paths from the entry: a block on none of them would keep edges without their arguments.
  if (func.blocks.length > buildCfg(func).order.length) dropUnreachable(func)
  for (let again = true; again && copies < MOST_COPIES; ) {
    again = false
    const cfg = buildCfg(func)
    const { loops } = findLoops(cfg, buildDomTree(cfg))
    const around = new Set(loops.map((loop) => loop.parent))
    for (const [id, loop] of loops.entries()) {
      const header = (cfg.order[loop.header] as Block).id
      if (around.has(id) || seen.has(header)) continue
      seen.add(header)
      const plan = new Plan(func, cfg, loop, writes)
      if (!plan.isWorthwhile()) continue
      seen.add(plan.apply())
      copies++
      again = true
      break
    }
  }
  return copies > 0
}

/** The tests of one array: offsets from the counter, and indices that do not change. */
interface Tests {
  readonly array: ValueId
  /** The instruction to test with. */
  readonly like: Inst
  low: bigint | null
  high: bigint | null
  readonly fixed: Set<ValueId>
}

/** What is found out about one loop. */
class Plan {
  readonly #func: Func
  readonly #cfg: Cfg
  readonly #inside: ReadonlySet<Block>
  readonly #header: Block
  readonly #defs: (Inst | undefined)[]
  readonly #home: (Block | undefined)[]
  readonly #writes: ReadonlyMap<string, Writes>
  readonly #tests = new Map<string, Tests>()
  readonly #safe = new Set<Inst>()
  /** Branches decided in front of the loop: the block and the side it takes in the copy. */
  readonly #decided = new Map<Block, "then" | "else">()
  #counter: ValueId | null = null
  #bound: { readonly value: ValueId; readonly isIncluded: boolean } | null = null
  #steps: ValueId[] = []

  constructor(func: Func, cfg: Cfg, loop: Loop, writes: ReadonlyMap<string, Writes>) {
    this.#func = func
    this.#cfg = cfg
    this.#inside = new Set(loop.blocks.map((at) => cfg.order[at] as Block))
    this.#header = cfg.order[loop.header] as Block
    this.#writes = writes
    this.#defs = new Array(func.types.length).fill(undefined)
    this.#home = new Array(func.types.length).fill(undefined)
    for (const block of cfg.order) {
      for (const param of block.params) this.#home[param] = block
      for (const inst of block.insts) {
        if (inst.result === null) continue
        this.#defs[inst.result] = inst
        this.#home[inst.result] = block
      }
    }
  }

  #isOutside(value: ValueId): boolean {
    const block = this.#home[value]
    return block === undefined || !this.#inside.has(block)
  }

  #isConstant(value: ValueId): boolean {
    return this.#defs[value]?.op === "const.i64"
  }

  #isInvariant(value: ValueId): boolean {
    return this.#isOutside(value) || this.#isConstant(value)
  }

  /** True if the loop counts as this pass knows it, and some access in it needs no test behind the ones in front. */
  isWorthwhile(): boolean {
    let size = 0
    for (const block of this.#inside) size += block.insts.length
    if (size > LARGEST_LOOP || errorEdge(this.#header) !== null || !this.#findCounter()) return false
    this.#decideBranches()
    for (const block of this.#inside) for (const inst of block.insts) this.#noteAccess(inst)
    return this.#safe.size > 0 && this.#keepsArrays()
  }

  #findCounter(): boolean {
    const { term } = this.#header
    if (term.kind !== "br" || !this.#isInLoop(term.then) || this.#isInLoop(term.else)) return false
    const test = this.#defs[term.cond]
    if (test === undefined || this.#home[term.cond] !== this.#header) return false
    const [a, b] = test.args as readonly [ValueId, ValueId]
    const turned = test.op === "i64.gt" || test.op === "i64.ge"
    if (!turned && test.op !== "i64.lt" && test.op !== "i64.le") return false
    const [counter, bound] = turned ? [b, a] : [a, b]
    const at = this.#header.params.indexOf(counter)
    if (at < 0 || !this.#isInvariant(bound)) return false
    this.#counter = counter
    this.#bound = { value: bound, isIncluded: test.op === "i64.le" || test.op === "i64.ge" }
    for (const block of this.#inside) {
      for (const edge of edgesOf(block)) {
        if (edge.block !== this.#header.id) continue
        const next = this.#defs[edge.args[at] as ValueId]
        if (next?.op !== "i64.add") return false
        const [x, y] = next.args as readonly [ValueId, ValueId]
        const step = x === counter ? y : y === counter ? x : null
        if (step === null || !this.#isInvariant(step)) return false
        const constant = this.#defs[step]
        if (constant?.op !== "const.i64") this.#steps.push(step)
        else if ((constant.imm as bigint) <= 0n || (constant.imm as bigint) > SMALL) return false
      }
    }
    return true
  }

  #isInLoop(edge: BlockCall): boolean {
    const at = this.#cfg.position[edge.block] as number
    return at >= 0 && this.#inside.has(this.#cfg.order[at] as Block)
  }

  #decideBranches(): void {
    for (const block of this.#inside) {
      const { term } = block
      if (term.kind === "br" && term.cold !== null && this.#isOutside(term.cond)) this.#decided.set(block, term.cold === "then" ? "else" : "then")
    }
  }

  /** The array as a value that is known in front of the loop: it is defined there, or known there not to be null. */
  #arrayOutside(value: ValueId): boolean {
    if (this.#isOutside(value)) return true
    const def = this.#defs[value]
    if (def?.op !== "opt.ref" || !this.#isOutside(def.args[0] as ValueId)) return false
    for (const [block, side] of this.#decided) {
      const cond = block.term.kind === "br" ? this.#defs[block.term.cond] : undefined
      if (side === "else" && cond?.op === "opt.is_null" && cond.args[0] === def.args[0]) return true
    }
    return false
  }

  /** The offset of an index from the counter, or null. */
  #offsetOf(index: ValueId): bigint | null {
    if (index === this.#counter) return 0n
    const def = this.#defs[index]
    if (def === undefined || (def.op !== "i64.add" && def.op !== "i64.sub")) return null
    const [a, b] = def.args as readonly [ValueId, ValueId]
    const [base, constant] = def.op === "i64.add" && this.#isConstant(a) ? [b, a] : [a, b]
    const amount = this.#defs[constant]
    if (base !== this.#counter || amount?.op !== "const.i64") return null
    const offset = def.op === "i64.add" ? (amount.imm as bigint) : -(amount.imm as bigint)
    return offset > -SMALL && offset < SMALL ? offset : null
  }

  #noteAccess(inst: Inst): void {
    const match = /^arr\.[gs]et\.(i64|f64|bool)$/.exec(inst.op)
    if (match === null || inst.error === null) return
    const [array, index] = inst.args as readonly [ValueId, ValueId]
    const offset = this.#offsetOf(index)
    if (!this.#arrayOutside(array) || (offset === null && !this.#isInvariant(index))) return
    const place = this.#isOutside(array) ? array : ((this.#defs[array] as Inst).args[0] as ValueId)
    const key = `${place} ${match[1]}`
    let tests = this.#tests.get(key)
    if (tests === undefined) {
      tests = { array, like: { op: `arr.get.${match[1]}`, args: [], imm: null, result: null, error: null, origin: inst.origin }, low: null, high: null, fixed: new Set() }
      this.#tests.set(key, tests)
    }
    if (offset === null) tests.fixed.add(index)
    else {
      if (tests.low === null || offset < tests.low) tests.low = offset
      if (tests.high === null || offset > tests.high) tests.high = offset
    }
    this.#safe.add(inst)
  }

  /** Blocks of the copy: what the header reaches once branches are decided and accesses do not miss. */
  #copied(): Block[] {
    const reached = new Set<Block>([this.#header])
    for (const block of reached) {
      const visit = (edge: BlockCall): void => {
        if (this.#isInLoop(edge)) reached.add(this.#cfg.order[this.#cfg.position[edge.block] as number] as Block)
      }
      const last = block.insts.at(-1)
      if (last?.error != null && !this.#safe.has(last)) visit(last.error)
      forEachTermEdge(this.#copiedTerm(block), visit)
    }
    return this.#cfg.order.filter((block) => reached.has(block))
  }

  #copiedTerm(block: Block): Terminator {
    const side = this.#decided.get(block)
    return side === undefined || block.term.kind !== "br" ? block.term : { kind: "jump", to: block.term[side] }
  }

  /** True if nothing in the copy can change the length or the kind of an array. */
  #keepsArrays(): boolean {
    const all: Writes = { everything: false, containers: false, fields: new Set(), globals: new Set() }
    for (const block of this.#copied()) {
      for (const inst of block.insts) {
        if (inst.op.startsWith("arr.set.")) continue
        noteWrites(inst, all)
        for (const callee of calleesOf(inst)) {
          const summary = this.#writes.get(callee)
          if (summary === undefined ? inst.op === "call" : summary.everything || summary.containers) return false
        }
      }
    }
    return !all.everything && !all.containers
  }

  /** Makes the copy and the tests; gives the header of the copy. */
  apply(): BlockId {
    const func = this.#func
    const header = this.#header
    let next = blockLimit(func)
    const fresh = (value: ValueId): ValueId => {
      const copy = valueId(func.types.push(func.types[value] ?? "unit") - 1)
      const name = func.names.get(value)
      if (name !== undefined) func.names.set(copy, name)
      return copy
    }
    const blocks = this.#copied()
    const never: Block = { id: blockId(next++), params: [], insts: [], term: { kind: "unreachable" }, termOrigin: null }
    const copies = new Map<BlockId, Block>(blocks.map((block) => [block.id, { id: blockId(next++), params: [], insts: [], term: block.term, termOrigin: block.termOrigin }]))
    const values = new Map<ValueId, ValueId>()
    for (const block of blocks) {
      for (const param of block.params) values.set(param, fresh(param))
      for (const inst of block.insts) if (inst.result !== null) values.set(inst.result, fresh(inst.result))
    }
    const rename = (value: ValueId): ValueId => values.get(value) ?? value
    const goTo = (edge: BlockCall): BlockCall => ({ block: copies.get(edge.block)?.id ?? edge.block, args: edge.args })
    for (const block of blocks) {
      const copy = copies.get(block.id) as Block
      copy.params = block.params.map(rename)
      copy.insts = block.insts.map((inst) => {
        const renamed = { ...renameInst(inst, rename), result: inst.result === null ? null : rename(inst.result) }
        return this.#safe.has(inst) ? { ...renamed, error: { block: never.id, args: [] } } : renamed
      })
      copy.term = renameTerm(this.#copiedTerm(block), rename)
      mapEdges(copy, goTo)
    }
    const made = [...copies.values(), never]
    const front = this.#testsInFront((copies.get(header.id) as Block).id, (value) => valueId(func.types.push(func.types[value] ?? "unit") - 1), () => blockId(next++))
    for (const block of this.#cfg.order) {
      if (!this.#inside.has(block)) mapEdges(block, (edge) => (edge.block === header.id ? { block: (front[0] as Block).id, args: edge.args } : edge))
    }
    func.blocks.splice(func.blocks.indexOf(header), 0, ...front, ...made)
    this.#repair(values, new Set(made))
    return (copies.get(header.id) as Block).id
  }

  /** The blocks in front: the first has the header's parameters, the last jumps to the copy. */
  #testsInFront(copy: BlockId, fresh: (like: ValueId) => ValueId, id: () => BlockId): Block[] {
    const header = this.#header
    const params = header.params.map(fresh)
    const slow: BlockCall = { block: header.id, args: params }
    const start = params[header.params.indexOf(this.#counter as ValueId)] as ValueId
    const origin = header.termOrigin
    const first: Block = { id: id(), params, insts: [], term: { kind: "unreachable" }, termOrigin: origin }
    const front: Block[] = [first]
    let block = first
    const i64 = (op: string, args: readonly ValueId[], imm: bigint | null = null): ValueId => {
      const result = fresh(start)
      block.insts.push({ op, args, imm, result, error: null, origin })
      return result
    }
    const proceed = (term: (to: BlockCall) => Terminator): void => {
      const following: Block = { id: id(), params: [], insts: [], term: { kind: "unreachable" }, termOrigin: origin }
      block.term = term({ block: following.id, args: [] })
      front.push(following)
      block = following
    }
    const here = (value: ValueId): ValueId => (this.#isOutside(value) ? value : i64("const.i64", [], (this.#defs[value] as Inst).imm as bigint))
    const demand = (op: string, a: ValueId, b: ValueId): void => {
      const cond = valueId(this.#func.types.push("bool") - 1)
      block.insts.push({ op, args: [a, b], imm: null, result: cond, error: null, origin })
      proceed((to) => ({ kind: "br", cond, then: to, else: slow, cold: "else" }))
    }
    const { value: bound, isIncluded } = this.#bound as { value: ValueId; isIncluded: boolean }
    const limit = here(bound)
    demand(isIncluded ? "i64.le" : "i64.lt", start, limit)
    const decided = new Set<ValueId>()
    for (const [at, side] of this.#decided) {
      if (at.term.kind !== "br" || decided.has(at.term.cond)) continue
      const { cond } = at.term
      decided.add(cond)
      proceed((to) => (side === "then" ? { kind: "br", cond, then: to, else: slow, cold: "else" } : { kind: "br", cond, then: slow, else: to, cold: "then" }))
    }
    for (const step of new Set(this.#steps)) {
      demand("i64.gt", step, i64("const.i64", [], 0n))
      demand("i64.le", step, i64("const.i64", [], SMALL))
    }
    const last = isIncluded ? limit : i64("i64.sub", [limit, i64("const.i64", [], 1n)])
    const shifted = (value: ValueId, by: bigint): ValueId => (by === 0n ? value : i64("i64.add", [value, i64("const.i64", [], by)]))
    for (const { array, like, low, high, fixed } of this.#tests.values()) {
      let known = array
      if (!this.#isOutside(array)) {
        known = fresh(array)
        block.insts.push({ ...(this.#defs[array] as Inst), result: known })
      }
      const indices = [...fixed].map(here)
      if (low !== null && high !== null) indices.push(shifted(start, low), shifted(last, high))
      const element = like.op.slice("arr.get.".length) as "i64" | "f64" | "bool"
      for (const index of indices) {
        const result = valueId(this.#func.types.push(element) - 1)
        block.insts.push({ ...like, args: [known, index], result, error: slow })
        proceed((to) => ({ kind: "jump", to }))
      }
    }
    block.term = { kind: "jump", to: { block: copy, args: params } }
    return front
  }

  /** Values of the loop that are used behind it come from either version. */
  #repair(values: ReadonlyMap<ValueId, ValueId>, made: ReadonlySet<Block>): void {
    const needed = new Set<ValueId>()
    for (const block of this.#func.blocks) {
      if (this.#inside.has(block) || made.has(block)) continue
      forEachUse(block, (value) => {
        const home = this.#home[value]
        if (home !== undefined && this.#inside.has(home) && values.has(value)) needed.add(value)
      })
    }
    for (const value of needed) repairUses(this.#func, value, values.get(value) as ValueId, (block) => this.#inside.has(block) || made.has(block))
  }
}
