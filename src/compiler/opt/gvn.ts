/**
 * Global value numbering over the dominator tree: of equal pure computations the dominating one is kept, each instruction
 * is first simplified by `fold.ts`, and a branch whose condition was decided by a dominating branch is resolved.
 *
 * Loads take part with the *version* of what they read. A write gives its place a fresh version, and so does a block where
 * several paths meet for all places; a block with one predecessor goes on with that one's versions. Stores forward their
 * value to loads.
 */
import { buildCfg } from "../mir/cfg.ts"
import { buildDomTree } from "../mir/dom.ts"
import { renameInst, renameTerm } from "../mir/edges.ts"
import { effectsOf, isPure } from "../mir/facts.ts"
import { type Block, type FieldRef, type Func, type Inst, type Module, type Terminator, type ValueId, valueId } from "../mir/ir.ts"
import { type OpDef, opDef } from "../mir/ops.ts"
import { type Writes, calleesOf, fieldKey, noteWrites, summariseWrites } from "./effects.ts"
import { type ClassNumbers, fold } from "./fold.ts"

/** Numbers the values of every function; true if anything changed. */
export function numberValues(module: Module): boolean {
  const writes = summariseWrites(module)
  const classNumber = classNumbers(module)
  let changed = false
  for (const func of module.funcs.values()) changed = new Numbering(func, writes, classNumber).run() || changed
  return changed
}

/** Class numbers by exact type. An object that may be marked dead answers with another number. */
function classNumbers(module: Module): ClassNumbers {
  for (const func of module.funcs.values()) {
    for (const block of func.blocks) for (const inst of block.insts) if (inst.op === "call.rt" && inst.imm === "hk_mark_dead") return () => undefined
  }
  return (type) => {
    if (!type.startsWith("box<") || !type.endsWith(">")) return undefined
    const def = module.classes.get(type.slice(4, -1))
    return def === undefined ? undefined : BigInt(def.id)
  }
}

/** Versions of memory places; a missing key has version `base`. */
interface Memory {
  base: number
  containers: number
  readonly places: Map<string, number>
}

class Numbering {
  readonly #func: Func
  readonly #writes: ReadonlyMap<string, Writes>
  readonly #classNumber: ClassNumbers
  /** Replacement by value; itself if none. */
  readonly #to: Int32Array
  readonly #defs: (Inst | undefined)[]
  readonly #table = new Map<string, ValueId>()
  /** Keys to drop or put back when a subtree is done. */
  readonly #undo: { readonly key: string; readonly old: ValueId | undefined }[] = []
  /** Bools decided by dominating branches. */
  readonly #known = new Map<ValueId, boolean>()
  #version = 1
  #memory: Memory = { base: 0, containers: 0, places: new Map() }
  #changed = false

  constructor(func: Func, writes: ReadonlyMap<string, Writes>, classNumber: ClassNumbers) {
    this.#func = func
    this.#writes = writes
    this.#classNumber = classNumber
    this.#to = new Int32Array(func.types.length)
    for (let i = 0; i < this.#to.length; i++) this.#to[i] = i
    this.#defs = new Array(func.types.length).fill(undefined)
  }

  run(): boolean {
    const cfg = buildCfg(this.#func)
    const dom = buildDomTree(cfg)
    const atEnd = new Array<Memory | undefined>(cfg.order.length)
    interface Visit {
      readonly at: number
      readonly mark: number
      readonly learned: ValueId | null
      next: number
    }
    const stack: Visit[] = []
    const enter = (at: number): void => {
      const block = cfg.order[at] as Block
      const mark = this.#undo.length
      const preds = cfg.preds[at] as readonly number[]
      const inherited = preds.length === 1 ? atEnd[preds[0] as number] : undefined
      this.#memory = inherited === undefined ? { base: this.#version++, containers: this.#version++, places: new Map() } : { ...inherited, places: new Map(inherited.places) }
      let learned: ValueId | null = null
      if (preds.length === 1) {
        const term = (cfg.order[preds[0] as number] as Block).term
        if (term.kind === "br" && term.then.block !== term.else.block && !this.#known.has(term.cond)) {
          learned = term.cond
          this.#known.set(learned, term.then.block === block.id)
        }
      }
      this.#block(block)
      atEnd[at] = this.#memory
      stack.push({ at, mark, learned, next: 0 })
    }
    if (cfg.order.length > 0) enter(0)
    for (let top = stack[stack.length - 1]; top !== undefined; top = stack[stack.length - 1]) {
      const child = (dom.children[top.at] as readonly number[])[top.next++]
      if (child !== undefined) {
        enter(child)
        continue
      }
      while (this.#undo.length > top.mark) {
        const { key, old } = this.#undo.pop() as { key: string; old: ValueId | undefined }
        if (old === undefined) this.#table.delete(key)
        else this.#table.set(key, old)
      }
      if (top.learned !== null) this.#known.delete(top.learned)
      stack.pop()
    }
    if (this.#changed) {
      // Arguments of back edges were seen before their definitions were numbered.
      for (const block of cfg.order) {
        const { insts } = block
        for (let i = 0; i < insts.length; i++) insts[i] = renameInst(insts[i] as Inst, this.#rename)
        block.term = renameTerm(block.term, this.#rename)
      }
    }
    return this.#changed
  }

  readonly #rename = (value: ValueId): ValueId => {
    let to = value
    while (this.#to[to] !== to) to = valueId(this.#to[to] as number)
    return to
  }

  #block(block: Block): void {
    const insts: Inst[] = []
    for (const original of block.insts) {
      const inst = renameInst(original, this.#rename)
      const kept = this.#inst(inst)
      if (kept !== null) {
        insts.push(kept)
        if (kept.result !== null) this.#defs[kept.result] = kept
      }
      if (kept !== original) this.#changed = true
    }
    block.insts = insts
    const term = this.#term(renameTerm(block.term, this.#rename))
    if (term !== block.term) {
      block.term = term
      this.#changed = true
    }
  }

  #term(term: Terminator): Terminator {
    if (term.kind !== "br") return term
    const known = this.#known.get(term.cond)
    if (known !== undefined) return { kind: "jump", to: known ? term.then : term.else }
    const def = this.#defs[term.cond]
    if (def?.op === "bool.not") {
      const cold = term.cold === null ? null : term.cold === "then" ? "else" : "then"
      return this.#term({ kind: "br", cond: def.args[0] as ValueId, then: term.else, else: term.then, cold })
    }
    return term
  }

  /** The instruction to keep, or null if its result is another value. */
  #inst(inst: Inst): Inst | null {
    const result = inst.result
    if (!isPure(inst)) {
      if (result !== null && inst.error === null) {
        const key = this.#loadKey(inst)
        if (key !== null) {
          const found = this.#table.get(key)
          if (found !== undefined && this.#func.types[found] === this.#func.types[result]) return this.#replace(result, found)
          this.#set(key, result)
          return inst
        }
      }
      this.#write(inst)
      return inst
    }
    if (result === null) return inst
    let current = inst
    for (let round = 0; round < 4; round++) {
      const folded = fold(current, this.#func.types, (v) => this.#defs[v], this.#classNumber)
      if (folded === null) break
      if (folded.kind === "value") return this.#replace(result, folded.value)
      current = { op: folded.op, args: folded.args, imm: folded.imm, result, error: null, origin: inst.origin }
    }
    const row = opDef(current.op) as OpDef
    let args = current.args
    if (row.commutes === true && (args[0] as number) > (args[1] as number)) args = [args[1] as ValueId, args[0] as ValueId]
    const key = `${current.op} ${args.join()} ${immediateKey(current)} ${this.#func.types[result]}`
    const found = this.#table.get(key)
    if (found !== undefined) return this.#replace(result, found)
    this.#set(key, result)
    return current
  }

  #replace(result: ValueId, by: ValueId): null {
    this.#to[result] = by
    const name = this.#func.names.get(result)
    if (name !== undefined && !this.#func.names.has(by)) this.#func.names.set(by, name)
    this.#changed = true
    return null
  }

  #set(key: string, value: ValueId): void {
    this.#undo.push({ key, old: this.#table.get(key) })
    this.#table.set(key, value)
  }

  /** The key of a load with the versions of what it reads; null for anything else. */
  #loadKey(inst: Inst): string | null {
    switch (inst.op) {
      case "field.get":
        return this.#placeKey(fieldKey(inst.imm as FieldRef), inst.args[0] as ValueId)
      case "global.get":
        return this.#placeKey(`@${String(inst.imm)}`, null)
      case "arr.len":
        return `arr.len ${inst.args[0]} #${this.#memory.containers}`
      case "call.rt": {
        const effects = effectsOf(inst)
        if (effects.length !== 1 || effects[0] !== "read") return null
        const m = this.#memory
        let latest = Math.max(m.base, m.containers)
        for (const version of m.places.values()) if (version > latest) latest = version
        return `call.rt ${String(inst.imm)} ${inst.args.join()} #${latest}`
      }
      default:
        return null
    }
  }

  #placeKey(place: string, base: ValueId | null): string {
    return `${place} ${base ?? ""} #${this.#memory.places.get(place) ?? this.#memory.base}`
  }

  #write(inst: Inst): void {
    const memory = this.#memory
    if (inst.op === "field.set" || inst.op === "global.set") {
      const place = inst.op === "field.set" ? fieldKey(inst.imm as FieldRef) : `@${String(inst.imm)}`
      memory.places.set(place, this.#version++)
      // A load of the place from here on gives what was stored.
      const [base, stored] = inst.op === "field.set" ? [inst.args[0] as ValueId, inst.args[1] as ValueId] : [null, inst.args[0] as ValueId]
      this.#set(this.#placeKey(place, base), stored)
      return
    }
    const effects = effectsOf(inst)
    if (!effects.includes("write") && inst.op !== "call" && !effects.includes("io")) return
    const own: Writes = { everything: false, containers: false, fields: new Set(), globals: new Set() }
    noteWrites(inst, own)
    this.#apply(own)
    for (const callee of calleesOf(inst)) {
      const summary = this.#writes.get(callee)
      if (summary !== undefined) this.#apply(summary)
      else if (inst.op === "call") this.#apply({ ...own, everything: true })
    }
  }

  #apply(writes: Writes): void {
    const memory = this.#memory
    if (writes.everything) {
      memory.base = this.#version++
      memory.containers = this.#version++
      memory.places.clear()
      return
    }
    if (writes.containers) memory.containers = this.#version++
    for (const field of writes.fields) memory.places.set(field, this.#version++)
    for (const global of writes.globals) memory.places.set(`@${global}`, this.#version++)
  }
}

function immediateKey(inst: Inst): string {
  const imm = inst.imm
  if (imm === null) return ""
  if (typeof imm === "object") return `${imm.class}.${imm.field}`
  if (typeof imm === "number") return Object.is(imm, -0) ? "-0" : String(imm)
  return String(imm)
}
