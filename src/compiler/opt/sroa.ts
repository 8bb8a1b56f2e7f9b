/**
 * Scalar replacement: an object that never leaves the function, being only the base of loads and stores of its fields,
 * becomes one value for each field, and is never allocated. After inlining this takes away temporaries, cells of captured
 * variables and environments of closures that are called where they are made.
 *
 * Each field becomes a variable that `new` sets to zero, a store writes and a load reads; block parameters are made where
 * several stores meet. `new` dominates every use, so reading never looks beyond it.
 */
import { removeTrivialParams } from "../mir/build.ts"
import { type Cfg, buildCfg } from "../mir/cfg.ts"
import { forEachEdge, mapEdges, renameInst, renameTerm, termOperand } from "../mir/edges.ts"
import { isRef } from "../mir/facts.ts"
import { type Block, type ClassDef, type FieldRef, type Func, type Inst, type Module, type Type, type ValueId, valueId } from "../mir/ir.ts"

/** Objects inside objects need a round each. */
const ROUNDS = 4

/** Replaces objects of one function; true if anything changed. */
export function replaceObjects(func: Func, module: Module): boolean {
  let changed = false
  for (let round = 0; round < ROUNDS; round++) {
    const objects = findLocalObjects(func, module)
    if (objects.size === 0) break
    new Replacement(func, objects).run()
    // A field that always held the same object must not count as that object's leaving.
    removeTrivialParams(func)
    changed = true
  }
  return changed
}

/** Results of `new` that are used only as the base of field accesses, with their classes. */
function findLocalObjects(func: Func, module: Module): Map<ValueId, ClassDef> {
  const found = new Map<ValueId, ClassDef>()
  for (const block of func.blocks) {
    for (const inst of block.insts) {
      if (inst.op !== "new" || inst.result === null) continue
      const def = module.classes.get(inst.imm as string)
      if (def !== undefined) found.set(inst.result, def)
    }
  }
  if (found.size === 0) return found
  const escape = (value: ValueId): void => {
    found.delete(value)
  }
  for (const block of func.blocks) {
    for (const inst of block.insts) {
      const isAccess = inst.op === "field.get" || inst.op === "field.set"
      inst.args.forEach((arg, i) => {
        if (i > 0 || !isAccess) escape(arg)
      })
    }
    forEachEdge(block, (edge) => edge.args.forEach(escape))
    const operand = termOperand(block.term)
    if (operand !== null) escape(operand)
  }
  return found
}

class Replacement {
  readonly #func: Func
  readonly #objects: ReadonlyMap<ValueId, ClassDef>
  readonly #cfg: Cfg
  /** Number of the first variable of each object. */
  readonly #base = new Map<ValueId, number>()
  readonly #types: Type[] = []
  /** By block position: values of variables at the end, as far as the block sets them. */
  readonly #exits: Map<number, ValueId>[]
  /** By block position: values of variables at the entry, as far as they were asked for. */
  readonly #entries: Map<number, ValueId>[]
  readonly #added: { readonly at: number; readonly variable: number }[][]
  readonly #to = new Map<ValueId, ValueId>()
  /** Stands for the result of a load whose value is known only later. */
  readonly #pending: { readonly result: ValueId; readonly at: number; readonly variable: number }[] = []

  constructor(func: Func, objects: ReadonlyMap<ValueId, ClassDef>) {
    this.#func = func
    this.#objects = objects
    this.#cfg = buildCfg(func)
    for (const [value, def] of objects) {
      this.#base.set(value, this.#types.length)
      for (const field of def.fields) this.#types.push(field.type)
    }
    this.#exits = this.#cfg.order.map(() => new Map())
    this.#entries = this.#cfg.order.map(() => new Map())
    this.#added = this.#cfg.order.map(() => [])
  }

  run(): void {
    const { order } = this.#cfg
    order.forEach((block, at) => {
      block.insts = this.#block(block, at)
    })
    for (const { result, at, variable } of this.#pending) this.#to.set(result, this.#entry(at, variable))
    this.#fillEdges()
    for (const block of order) {
      block.insts = block.insts.map((inst) => renameInst(inst, this.#rename))
      block.term = renameTerm(block.term, this.#rename)
    }
    this.#func.blocks = [...order]
  }

  readonly #rename = (value: ValueId): ValueId => {
    let to = value
    for (let next = this.#to.get(to); next !== undefined; next = this.#to.get(to)) to = next
    return to
  }

  #variable(object: ValueId, field: string): number {
    const index = (this.#objects.get(object) as ClassDef).fields.findIndex((f) => f.name === field)
    return (this.#base.get(object) as number) + index
  }

  /** Takes accesses out of a block and notes what it sets. */
  #block(block: Block, at: number): Inst[] {
    const exits = this.#exits[at] as Map<number, ValueId>
    const out: Inst[] = []
    for (const inst of block.insts) {
      const object = inst.op === "new" ? inst.result : inst.op === "field.get" || inst.op === "field.set" ? inst.args[0] : undefined
      if (object === undefined || object === null || !this.#objects.has(object)) {
        out.push(inst)
        continue
      }
      if (inst.op === "new") {
        const first = this.#base.get(object) as number
        ;(this.#objects.get(object) as ClassDef).fields.forEach((field, i) => exits.set(first + i, this.#zero(field.type, out)))
        continue
      }
      const variable = this.#variable(object, (inst.imm as FieldRef).field)
      if (inst.op === "field.set") {
        exits.set(variable, inst.args[1] as ValueId)
        continue
      }
      const result = inst.result as ValueId
      const known = exits.get(variable)
      if (known !== undefined) this.#to.set(result, known)
      else this.#pending.push({ result, at, variable })
    }
    return out
  }

  #zero(type: Type, out: Inst[]): ValueId {
    const make = (op: string, args: readonly ValueId[], imm: Inst["imm"], of: Type): ValueId => {
      const result = valueId(this.#func.types.push(of) - 1)
      out.push({ op, args, imm, result, error: null, origin: null })
      return result
    }
    if (type === "i64") return make("const.i64", [], 0n, type)
    if (type === "f64") return make("const.f64", [], 0, type)
    if (type === "bool") return make("const.bool", [], false, type)
    if (type === "any") return make("const.null", [], null, type)
    // A field that is never null is stored before it is read; its zero only has to exist.
    if (isRef(type)) return make("opt.ref", [make("const.none", [], null, `${type}?` as Type)], null, type)
    return make("const.none", [], null, type)
  }

  #exit(at: number, variable: number): ValueId {
    return this.#exits[at]?.get(variable) ?? this.#entry(at, variable)
  }

  /** The value at the entry of a block: the predecessor's, or a new parameter. */
  #entry(start: number, variable: number): ValueId {
    const passed: number[] = []
    let at = start
    let value: ValueId | undefined
    for (;;) {
      value = this.#entries[at]?.get(variable)
      if (value !== undefined) break
      const preds = this.#cfg.preds[at] as readonly number[]
      const [only] = preds
      if (preds.length !== 1 || only === undefined) {
        value = valueId(this.#func.types.push(this.#types[variable] as Type) - 1)
        const block = this.#cfg.order[at] as Block
        block.params = [...block.params, value]
        ;(this.#added[at] as { at: number; variable: number }[]).push({ at, variable })
        this.#entries[at]?.set(variable, value)
        this.#work.push({ at, variable })
        break
      }
      passed.push(at)
      value = this.#exits[only]?.get(variable)
      if (value !== undefined) break
      at = only
    }
    for (const block of passed) this.#entries[block]?.set(variable, value)
    return value
  }

  readonly #work: { readonly at: number; readonly variable: number }[] = []

  /** Gives every edge to a block with new parameters its arguments, in the order of the parameters. */
  #fillEdges(): void {
    // Asking for arguments can make more parameters: settle all of them first.
    for (let next = this.#work.pop(); next !== undefined; next = this.#work.pop()) {
      for (const pred of this.#cfg.preds[next.at] as readonly number[]) this.#exit(pred, next.variable)
    }
    this.#cfg.order.forEach((block, at) => {
      mapEdges(block, (edge) => {
        const added = this.#added[this.#cfg.position[edge.block] as number]
        if (added === undefined || added.length === 0) return edge
        return { block: edge.block, args: [...edge.args, ...added.map(({ variable }) => this.#exit(at, variable))] }
      })
    })
  }
}
