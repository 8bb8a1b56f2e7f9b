/**
 * Sparse conditional constant propagation (Wegman and Zadeck): constants flow only along edges that can be taken, so a
 * loop or a branch that a constant decides is seen through. Besides scalars it knows whether a dynamic value or a nullable
 * pointer is null, and the tag of a dynamic value.
 */
import { blocksById, forEachEdge } from "../mir/edges.ts"
import { type Scalar, evaluate, isScalarOp } from "../mir/kernels.ts"
import { isPure } from "../mir/facts.ts"
import type { Block, BlockCall, Func, Inst, Terminator, ValueId } from "../mir/ir.ts"
import { constantInst, tagOfType } from "./fold.ts"
import { dropUnreachable } from "./simplify-cfg.ts"

/** What is known of a value: nothing yet (undefined), a scalar, the tag of a dynamic or nullable value, or anything. */
type Fact = undefined | Scalar | Tagged | typeof ANYTHING
interface Tagged {
  readonly tag: bigint
}
const ANYTHING = Symbol("anything")
const TAGGED: readonly Tagged[] = [{ tag: 0n }, { tag: 1n }, { tag: 2n }, { tag: 3n }, { tag: 4n }]

/** Propagates constants in one function; true if anything changed. */
export function propagateConstants(func: Func): boolean {
  return new Propagation(func).run()
}

class Propagation {
  readonly #func: Func
  readonly #byId: readonly (Block | undefined)[]
  readonly #facts: Fact[]
  readonly #users: ({ readonly block: Block; readonly index: number }[] | undefined)[]
  readonly #reached: Uint8Array
  readonly #blockWork: Block[] = []
  readonly #valueWork: ValueId[] = []

  constructor(func: Func) {
    this.#func = func
    this.#byId = blocksById(func)
    this.#facts = new Array<Fact>(func.types.length).fill(undefined)
    this.#users = new Array(func.types.length).fill(undefined)
    this.#reached = new Uint8Array(this.#byId.length)
    for (const param of func.params) this.#facts[param] = ANYTHING
    for (const block of func.blocks) {
      block.insts.forEach((inst, index) => inst.args.forEach((arg) => this.#addUser(arg, block, index)))
      // The end of a block is looked at as a whole: its index is the number of instructions.
      const end = block.insts.length
      const term = block.term
      if (term.kind === "br") this.#addUser(term.cond, block, end)
      else if (term.kind === "switch") this.#addUser(term.on, block, end)
      forEachEdge(block, (edge) => edge.args.forEach((arg) => this.#addUser(arg, block, end)))
    }
  }

  #addUser(value: ValueId, block: Block, index: number): void {
    const list = this.#users[value]
    if (list === undefined) this.#users[value] = [{ block, index }]
    else list.push({ block, index })
  }

  run(): boolean {
    const entry = this.#func.blocks[0]
    if (entry === undefined) return false
    this.#reached[entry.id] = 1
    this.#blockWork.push(entry)
    for (;;) {
      const block = this.#blockWork.pop()
      if (block !== undefined) {
        for (const inst of block.insts) this.#inst(inst)
        this.#end(block)
        continue
      }
      const value = this.#valueWork.pop()
      if (value === undefined) break
      for (const { block: user, index } of this.#users[value] ?? []) {
        if (this.#reached[user.id] === 0) continue
        if (index === user.insts.length) this.#end(user)
        else this.#inst(user.insts[index] as Inst)
      }
    }
    return this.#rewrite()
  }

  #raise(value: ValueId, fact: Fact): void {
    const old = this.#facts[value]
    const met = meet(old, fact)
    if (Object.is(met, old)) return
    this.#facts[value] = met
    this.#valueWork.push(value)
  }

  #inst(inst: Inst): void {
    const result = inst.result
    if (result === null || this.#facts[result] === ANYTHING) return
    this.#raise(result, this.#evaluate(inst))
  }

  #evaluate(inst: Inst): Fact {
    const { op, args } = inst
    switch (op) {
      case "const.i64":
      case "const.f64":
      case "const.bool":
        return inst.imm as Scalar
      case "const.null":
      case "const.none":
        return TAGGED[0]
      case "any.box": {
        const type = this.#func.types[args[0] as ValueId] ?? "unit"
        const tag = tagOfType(type)
        // A nullable pointer is known to be null or not by its own fact.
        return tag === undefined ? this.#facts[args[0] as ValueId] : TAGGED[Number(tag)]
      }
      case "ref.opt":
        return TAGGED[4]
      case "any.opt":
        return this.#facts[args[0] as ValueId]
      case "any.tag": {
        const fact = this.#facts[args[0] as ValueId]
        return isTagged(fact) ? fact.tag : fact
      }
      case "opt.is_null": {
        const fact = this.#facts[args[0] as ValueId]
        return isTagged(fact) ? fact.tag === 0n : fact
      }
      case "select": {
        const cond = this.#facts[args[0] as ValueId]
        if (cond === undefined) return undefined
        const then = this.#facts[args[1] as ValueId]
        const other = this.#facts[args[2] as ValueId]
        return cond === true ? then : cond === false ? other : meet(then, other)
      }
      default:
        break
    }
    if (!isScalarOp(op)) return ANYTHING
    const values: Scalar[] = []
    for (const arg of args) {
      const fact = this.#facts[arg]
      if (fact === undefined) return undefined
      if (fact === ANYTHING || isTagged(fact)) return ANYTHING
      values.push(fact)
    }
    return evaluate(op, values) ?? ANYTHING
  }

  #end(block: Block): void {
    const last = block.insts[block.insts.length - 1]
    if (last !== undefined && last.error !== null) this.#take(last.error)
    const term = block.term
    switch (term.kind) {
      case "jump":
        this.#take(term.to)
        break
      case "br": {
        const cond = this.#facts[term.cond]
        if (cond === undefined) break
        if (cond !== false) this.#take(term.then)
        if (cond !== true) this.#take(term.else)
        break
      }
      case "switch": {
        const on = this.#facts[term.on]
        if (on === undefined) break
        if (typeof on === "bigint") this.#take(term.cases.find((c) => c.value === on)?.to ?? term.default)
        else {
          for (const c of term.cases) this.#take(c.to)
          this.#take(term.default)
        }
        break
      }
      default:
        break
    }
  }

  #take(edge: BlockCall): void {
    const target = this.#byId[edge.block]
    if (target === undefined) return
    target.params.forEach((param, i) => this.#raise(param, this.#facts[edge.args[i] as ValueId]))
    if (this.#reached[target.id] === 0) {
      this.#reached[target.id] = 1
      this.#blockWork.push(target)
    }
  }

  #rewrite(): boolean {
    const func = this.#func
    let changed = false
    for (const block of func.blocks) {
      if (this.#reached[block.id] === 0) continue
      const front: Inst[] = []
      const renamedParams: ValueId[] = []
      for (const param of block.params) {
        const fact = this.#facts[param]
        if (fact === undefined || fact === ANYTHING || isTagged(fact)) renamedParams.push(param)
        else {
          // The parameter stays, unused, for `dce` to remove; its uses see the constant.
          const fresh = (func.types.push(func.types[param] ?? "unit") - 1) as ValueId
          renamedParams.push(fresh)
          front.push({ ...constantInst(fact), result: param, error: null, origin: null })
          changed = true
        }
      }
      block.params = renamedParams
      for (let i = 0; i < block.insts.length; i++) {
        const inst = block.insts[i] as Inst
        if (inst.result === null || inst.op.startsWith("const.") || !isPure(inst)) continue
        const fact = this.#facts[inst.result]
        if (fact === undefined || fact === ANYTHING || isTagged(fact)) continue
        block.insts[i] = { ...constantInst(fact), result: inst.result, error: null, origin: inst.origin }
        changed = true
      }
      if (front.length > 0) block.insts = [...front, ...block.insts]
      const term = this.#foldTerm(block.term)
      if (term !== block.term) {
        block.term = term
        changed = true
      }
    }
    return dropUnreachable(func) || changed
  }

  #foldTerm(term: Terminator): Terminator {
    if (term.kind === "br") {
      const cond = this.#facts[term.cond]
      if (typeof cond === "boolean") return { kind: "jump", to: cond ? term.then : term.else }
    } else if (term.kind === "switch") {
      const on = this.#facts[term.on]
      if (typeof on === "bigint") return { kind: "jump", to: term.cases.find((c) => c.value === on)?.to ?? term.default }
    }
    return term
  }
}

function isTagged(fact: Fact): fact is Tagged {
  return typeof fact === "object"
}

function meet(a: Fact, b: Fact): Fact {
  // Floats by their bits: zeros of both signs are two values.
  if (a === undefined || Object.is(a, b)) return b
  if (b === undefined) return a
  if (isTagged(a) && isTagged(b) && a.tag === b.tag) return a
  return ANYTHING
}
