/**
 * Which fields and globals may be read before they are assigned.
 *
 * The one idea: a fresh object is followed from the instruction that makes it, through the constructors it is passed to, until it
 * escapes (is stored, returned, or given to code we do not follow). A field that every path assigns before it is read and before
 * the object escapes never shows its first null; any other field is *exposed* and may be null.
 *
 * Invariants: the answer is an over-approximation of what is exposed. Objects of static boxes are followed from every place that
 * names them; in `S.$init/0` from where it marks the box as being initialised.
 */
import type { Block, BlockId, ClassDef, FieldRef, Func, Inst, Module, ValueId } from "../mir/ir.ts"
import { blocksById, forEachTermEdge } from "../mir/edges.ts"

/** What may be seen unassigned. */
export interface Exposed {
  /** `Class.field`. */
  readonly fields: ReadonlySet<string>
  readonly globals: ReadonlySet<string>
}

/** Key of a field in `Exposed.fields`. */
export function fieldKey(cls: string, field: string): string {
  return `${cls}.${field}`
}

/** Fields by bit. */
interface Summary {
  readonly exposed: bigint
  readonly assigned: bigint
}

/** What running a function may do, calls included. */
interface Reach {
  readonly funcs: ReadonlySet<string>
  readonly dynamic: boolean
  readonly globals: ReadonlySet<string>
}

/** Finds what is exposed in a module of phase `built`. */
export function findExposed(module: Module): Exposed {
  return new Assignment(module).run()
}

class Assignment {
  readonly #module: Module
  readonly #fields = new Set<string>()
  readonly #globals = new Set<string>()
  readonly #bits = new Map<string, ReadonlyMap<string, bigint>>()
  readonly #summaries = new Map<string, Summary | null>()
  readonly #reach = new Map<string, Reach>()

  constructor(module: Module) {
    this.#module = module
  }

  run(): Exposed {
    for (const func of this.#module.funcs.values()) {
      for (const block of func.blocks) {
        block.insts.forEach((inst, i) => {
          if (inst.result === null || (inst.op !== "new" && inst.op !== "static.ref")) return
          const cls = this.#module.classes.get(String(inst.imm))
          if (cls === undefined || cls.fields.length === 0) return
          const start = inst.op === "static.ref" && func.name === `${cls.name}.$init/0` ? this.#initStart(func, cls) : { block, at: i + 1 }
          if (start === null) return
          const found = this.#follow(func, inst.result, cls, start.block, start.at, inst.op === "static.ref" && start.block !== block ? cls : null)
          this.#expose(cls, found.exposed)
        })
      }
    }
    this.#followGlobals()
    return { fields: this.#fields, globals: this.#globals }
  }

  #bitsOf(cls: ClassDef): ReadonlyMap<string, bigint> {
    let bits = this.#bits.get(cls.name)
    if (bits === undefined) {
      bits = new Map(cls.fields.map((f, i) => [f.name, 1n << BigInt(i)]))
      this.#bits.set(cls.name, bits)
    }
    return bits
  }

  #expose(cls: ClassDef, mask: bigint): void {
    if (mask === 0n) return
    for (const [name, bit] of this.#bitsOf(cls)) if ((mask & bit) !== 0n) this.#fields.add(fieldKey(cls.name, name))
  }

  /** Where the first initialisation begins: after the state becomes 1. */
  #initStart(func: Func, cls: ClassDef): { block: Block; at: number } | null {
    for (const block of func.blocks) {
      const at = block.insts.findIndex((inst) => inst.op === "global.set" && inst.imm === `${cls.name}.$state`)
      if (at >= 0) return { block, at: at + 1 }
    }
    return { block: func.blocks[0] as Block, at: 0 }
  }

  /**
   * Follows `object` from a place in a function. `initialising`: the static box whose initialisation this is; code that may
   * come back to it sees what is not assigned yet.
   */
  #follow(func: Func, object: ValueId, cls: ClassDef, startBlock: Block, startAt: number, initialising: ClassDef | null): Summary {
    const bits = this.#bitsOf(cls)
    const all = (1n << BigInt(cls.fields.length)) - 1n
    const byId = blocksById(func)
    const entry = new Map<BlockId, bigint>()
    let exposed = 0n
    let returned: bigint | null = null
    const work: { block: Block; at: number; assigned: bigint }[] = [{ block: startBlock, at: startAt, assigned: 0n }]
    const flow = (to: BlockId, assigned: bigint): void => {
      const block = byId[to]
      if (block === undefined) return
      const before = entry.get(to)
      const after = before === undefined ? assigned : before & assigned
      if (after === before) return
      entry.set(to, after)
      work.push({ block, at: 0, assigned: after })
    }
    for (let item = work.pop(); item !== undefined; item = work.pop()) {
      let assigned = item.assigned
      const { block } = item
      let redefined = false
      for (let i = item.at; i < block.insts.length; i++) {
        const inst = block.insts[i] as Inst
        if (inst.result === object) {
          redefined = true
          break
        }
        if (inst.error !== null) {
          if (inst.error.args.includes(object)) exposed |= all & ~assigned
          flow(inst.error.block, assigned)
        }
        const uses = inst.args.filter((a) => a === object).length
        if (initialising !== null && this.#mayComeBack(inst, initialising)) exposed |= all & ~assigned
        if (uses === 0) continue
        switch (inst.op) {
          case "field.get":
            exposed |= (bits.get((inst.imm as FieldRef).field) ?? 0n) & ~assigned
            break
          case "field.set":
            if (inst.args[1] === object) exposed |= all & ~assigned
            assigned |= bits.get((inst.imm as FieldRef).field) ?? 0n
            break
          case "check.alive":
          case "keepalive":
          case "point":
          case "hold":
            break
          case "call": {
            const summary = uses === 1 ? this.#summary(String(inst.imm), inst.args.indexOf(object), cls) : null
            exposed |= (summary === null ? all : summary.exposed) & ~assigned
            if (summary !== null) assigned |= summary.assigned
            break
          }
          default:
            exposed |= all & ~assigned
        }
      }
      if (redefined) continue
      const term = block.term
      if (term.kind === "ret") {
        if (term.value === object) exposed |= all & ~assigned
        returned = returned === null ? assigned : returned & assigned
      }
      forEachTermEdge(term, (edge) => {
        if (edge.args.includes(object)) exposed |= all & ~assigned
        flow(edge.block, assigned)
      })
    }
    return { exposed, assigned: returned ?? all }
  }

  /** What a function does with the fresh object in one of its parameters; null where that is not followed. */
  #summary(name: string, at: number, cls: ClassDef): Summary | null {
    const key = `${name} ${at} ${cls.name}`
    const known = this.#summaries.get(key)
    if (known !== undefined) return known
    this.#summaries.set(key, null)
    const func = this.#module.funcs.get(name)
    const param = func?.params[at]
    const entry = func?.blocks[0]
    if (func === undefined || param === undefined || entry === undefined) return null
    const summary = this.#follow(func, param, cls, entry, 0, null)
    this.#summaries.set(key, summary)
    return summary
  }

  #mayComeBack(inst: Inst, cls: ClassDef): boolean {
    if (inst.op === "call") {
      const reach = this.#reachOf(String(inst.imm))
      return reach.dynamic || reach.funcs.has(`${cls.name}.$init/0`) || inst.imm === `${cls.name}.$init/0`
    }
    return isDynamic(inst)
  }

  /** Everything a function may reach. */
  #reachOf(name: string): Reach {
    const known = this.#reach.get(name)
    if (known !== undefined) return known
    const funcs = new Set<string>([name])
    const globals = new Set<string>()
    let dynamic = false
    for (const at of funcs) {
      for (const block of this.#module.funcs.get(at)?.blocks ?? []) {
        for (const inst of block.insts) {
          if (inst.op === "call") funcs.add(String(inst.imm))
          else if (inst.op === "global.get") globals.add(String(inst.imm))
          else if (isDynamic(inst)) dynamic = true
        }
      }
    }
    const reach = { funcs, dynamic, globals }
    this.#reach.set(name, reach)
    return reach
  }

  /** Globals are assigned in `main` before its body; whatever runs before sees null. */
  #followGlobals(): void {
    const names = [...this.#module.globals.values()].filter((g) => g.type === "any").map((g) => g.name)
    if (names.length === 0) return
    const bits = new Map(names.map((name, i) => [name, 1n << BigInt(i)]))
    const all = (1n << BigInt(names.length)) - 1n
    const main = this.#module.funcs.get("main")
    let exposed = 0n
    const maskOf = (globals: ReadonlySet<string>): bigint => {
      let mask = 0n
      for (const name of globals) mask |= bits.get(name) ?? 0n
      return mask
    }
    if (main === undefined) exposed = all
    else {
      const byId = blocksById(main)
      const entry = new Map<BlockId, bigint>()
      const work: BlockId[] = []
      const flow = (to: BlockId, assigned: bigint): void => {
        const before = entry.get(to)
        const after = before === undefined ? assigned : before & assigned
        if (after === before) return
        entry.set(to, after)
        work.push(to)
      }
      if (main.blocks[0] !== undefined) flow(main.blocks[0].id, 0n)
      for (let id = work.pop(); id !== undefined; id = work.pop()) {
        const block = byId[id]
        let assigned = entry.get(id) as bigint
        if (block === undefined) continue
        for (const inst of block.insts) {
          if (inst.error !== null) flow(inst.error.block, assigned)
          if (inst.op === "global.set") assigned |= bits.get(String(inst.imm)) ?? 0n
          else if (inst.op === "global.get") exposed |= (bits.get(String(inst.imm)) ?? 0n) & ~assigned
          else if (inst.op === "call") {
            const reach = this.#reachOf(String(inst.imm))
            exposed |= (reach.dynamic ? all : maskOf(reach.globals)) & ~assigned
          } else if (isDynamic(inst)) exposed |= all & ~assigned
        }
        forEachTermEdge(block.term, (edge) => flow(edge.block, assigned))
      }
    }
    for (const [name, bit] of bits) if ((exposed & bit) !== 0n) this.#globals.add(name)
  }
}

/** True for operations that may run any function of the program. */
function isDynamic(inst: Inst): boolean {
  switch (inst.op) {
    case "dyn.get":
    case "dyn.set":
    case "dyn.method":
    case "dyn.call":
    case "dyn.add":
    case "call.rt":
      return true
    case "dyn.lib":
      return !String(inst.imm).startsWith("new ")
    default:
      return false
  }
}
