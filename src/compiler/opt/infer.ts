/**
 * Whole-program, flow-sensitive type inference over MIR of phase `built`.
 *
 * The one idea: a sparse work list over blocks of all functions that `main` reaches. A block is evaluated again only when a value
 * it uses, a field, a global, a result or the elements of a container it reads has grown. Branches that a type decides are not
 * followed, calls of methods grow with the classes that are really made.
 *
 * Invariants: types only grow, so the fixpoint exists and does not depend on the order; a block that is not reached, a function
 * without facts and a value of type `BOTTOM` cannot occur in a run. `infer-transfer.ts` says what instructions compute,
 * `infer-library.ts` what rows of the library do.
 */
import { Bug } from "../base/bug.ts"
import { type Block, type BlockCall, FIRST_USER_CLASS, type Func, type Inst, type Module, type ValueId } from "../mir/ir.ts"
import { forEachUse } from "../mir/edges.ts"
import { type Exposed, fieldKey, findExposed } from "./infer-assign.ts"
import { cloneByTypes } from "./infer-clone.ts"
import { Effects, findInRange } from "./infer-range.ts"
import { type Narrowing, blockIndex, insertRefinements } from "./infer-refine.ts"
import { transfer } from "./infer-transfer.ts"
import { World } from "./infer-world.ts"
import { BOTTOM, FALSE, NULL, Nodes, TOP, TRUE, type Ty, USER, objectTy, plain } from "./types.ts"

/** A block of a function: what is evaluated again when something it read has grown. */
export interface Site {
  readonly facts: FuncFacts
  readonly block: number
}

/** What is known of a function. */
export class FuncFacts {
  readonly func: Func
  /** Position of a block by its id. */
  readonly index: Int32Array
  /** By value. */
  readonly types: Ty[]
  /** By position of the block. */
  readonly reached: Uint8Array
  readonly dirty: Uint8Array
  readonly sites: readonly Site[]
  /** By position of the block: the instruction that cannot succeed, or -1. */
  readonly stops: Int32Array
  readonly callers = new Set<Site>()
  result: Ty = BOTTOM
  queued = false
  /** Library functions cloned for one call: the base names above this clone, and this clone for each. */
  readonly chain: ReadonlyMap<string, string>
  readonly #uses: (number[] | undefined)[]

  constructor(func: Func, chain: ReadonlyMap<string, string>) {
    this.func = func
    this.chain = chain
    this.index = blockIndex(func)
    this.types = new Array<Ty>(func.types.length).fill(BOTTOM)
    this.reached = new Uint8Array(func.blocks.length)
    this.dirty = new Uint8Array(func.blocks.length)
    this.sites = func.blocks.map((_, block) => ({ facts: this, block }))
    this.stops = new Int32Array(func.blocks.length).fill(-1)
    this.#uses = new Array(func.types.length)
    const home = new Int32Array(func.types.length).fill(-1)
    func.blocks.forEach((block, i) => {
      for (const inst of block.insts) if (inst.result !== null) home[inst.result] = i
    })
    func.blocks.forEach((block, i) => {
      forEachUse(block, (value) => {
        if (home[value] === i) return
        const list = this.#uses[value]
        if (list === undefined) this.#uses[value] = [i]
        else if (list[list.length - 1] !== i) list.push(i)
      })
    })
  }

  /** Type of a value. */
  ty(value: ValueId): Ty {
    return this.types[value] as Ty
  }

  /** Marks the reached blocks that use a value. */
  touchUses(value: ValueId): void {
    for (const block of this.#uses[value] ?? []) this.dirty[block] = 1
  }
}

/** A field of a class, or a global. */
interface Place {
  ty: Ty
  readonly deps: Set<Site>
  /** `fini()` clears it: the slot must be able to hold null, though no read sees it. */
  cleared: boolean
}

/** What does not depend on types: kept when inference runs again. */
interface Shared {
  readonly exposed: Exposed
  readonly effects: Effects
  readonly narrowings: Map<Inst, Narrowing>
  readonly inRange: Set<Inst>
  /** Functions that have their refinements. */
  readonly prepared: WeakSet<Func>
  /** Library functions as they were before refinement. */
  readonly bases: Map<string, Func>
}

/** How inference works. */
export interface InferOptions {
  /** Assumes nothing of parameters, fields, globals and elements: every use is dynamic. For comparing with what inference finds. */
  readonly assumeNothing?: boolean
}

/** Most clones of library functions in a program; further calls share one body. */
const MAX_CLONES = 200

/** The result of inference, and the state while it runs. */
export class Inference {
  readonly module: Module
  readonly world: World
  readonly nodes: Nodes<Site>
  readonly funcs = new Map<string, FuncFacts>()
  readonly shared: Shared
  readonly #assumeNothing: boolean
  /** Classes objects are made of. */
  readonly instantiated = new Set<number>()
  readonly #fields = new Map<string, Place>()
  readonly #globals = new Map<string, Place>()
  readonly #queue: FuncFacts[] = []
  /** Places that look at all instantiated classes. */
  readonly #openSites = new Set<Site>()
  readonly #nodeOf = new Map<Inst, Map<string, number>>()
  readonly #clones = new Map<Inst, Map<string, string>>()
  #cloneCount = 0
  /** The runtime may compare objects with the program's `equals`. */
  equalsByRuntime = false

  /** `shared`: of an earlier run over the module. */
  constructor(module: Module, options: InferOptions = {}, shared: Shared | null = null) {
    this.module = module
    this.#assumeNothing = options.assumeNothing === true
    this.world = new World(module)
    this.shared = shared ?? { exposed: findExposed(module), effects: new Effects(module), narrowings: new Map(), inRange: new Set(), prepared: new WeakSet(), bases: new Map() }
    this.nodes = new Nodes<Site>((sites) => {
      for (const site of sites) this.touch(site)
    })
  }

  /** What the copies of values at the heads of blocks know. */
  get narrowings(): ReadonlyMap<Inst, Narrowing> {
    return this.shared.narrowings
  }

  /** Reads of arrays whose index is within bounds. */
  get inRange(): ReadonlySet<Inst> {
    return this.shared.inRange
  }

  /** Runs to the fixpoint. */
  run(): void {
    const main = this.module.funcs.get("main")
    if (main === undefined) throw new Bug("opt/infer", "no main")
    this.call("main", main.params.map((p) => this.world.tyOfType(main.types[p] ?? "any")), null)
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      next.queued = false
      this.#process(next)
    }
  }

  // What transfer functions use.

  /** Marks a block for evaluation. */
  touch(site: Site): void {
    const facts = site.facts
    if (facts.reached[site.block] === 0) return
    facts.dirty[site.block] = 1
    this.#enqueue(facts)
  }

  /** Passes arguments to a function; its result so far. */
  call(name: string, args: readonly Ty[], site: Site | null): Ty {
    const facts = this.#factsOf(name)
    const params = facts.func.params
    if (params.length !== args.length) throw new Bug("opt/infer", `@${name} takes ${params.length} arguments, not ${args.length}`)
    let changed = facts.reached[0] === 0
    for (let i = 0; i < params.length; i++) {
      const arg = args[i] as Ty
      // What is an object of one class stays one: `me` must be.
      const ty = this.#assumeNothing && !(arg.bits === USER && arg.classes?.length === 1) ? TOP : arg
      this.nodes.join(ty, arg)
      if (this.#grow(facts, params[i] as ValueId, ty)) changed = true
    }
    if (changed) {
      facts.reached[0] = 1
      facts.dirty[0] = 1
      for (const param of params) facts.touchUses(param)
      this.#enqueue(facts)
    }
    if (site !== null) facts.callers.add(site)
    return facts.result
  }

  /** The clone of a library function for one call, made on demand. */
  clone(name: string, inst: Inst, site: Site): string {
    const inChain = site.facts.chain.get(name)
    if (inChain !== undefined) return inChain
    const known = this.#clones.get(inst)?.get(name)
    if (known !== undefined) return known
    let clone = name
    if (this.#cloneCount < MAX_CLONES) {
      const base = this.shared.bases.get(name) ?? copyFunc(this.#funcOf(name), name)
      this.shared.bases.set(name, base)
      clone = `${name}#${++this.#cloneCount}`
      const func = copyFunc(base, clone)
      this.module.funcs.set(clone, func)
      this.#prepare(func)
      this.funcs.set(clone, new FuncFacts(func, new Map([...site.facts.chain, [name, clone]])))
    }
    let byName = this.#clones.get(inst)
    if (byName === undefined) this.#clones.set(inst, (byName = new Map()))
    byName.set(name, clone)
    return clone
  }

  /** The clone that was made for a call, or the function itself. */
  cloneOf(name: string, inst: Inst, chain: ReadonlyMap<string, string>): string {
    return chain.get(name) ?? this.#clones.get(inst)?.get(name) ?? name
  }

  /** The container node of what an instruction makes. */
  nodeOf(inst: Inst, part = ""): number {
    let byPart = this.#nodeOf.get(inst)
    if (byPart === undefined) this.#nodeOf.set(inst, (byPart = new Map()))
    let node = byPart.get(part)
    if (node === undefined) byPart.set(part, (node = this.#assumeNothing ? 0 : this.nodes.create()))
    return node
  }

  /** Notes that objects of a class are made. */
  instantiate(id: number): void {
    if (this.instantiated.has(id)) return
    this.instantiated.add(id)
    for (const site of this.#openSites) this.touch(site)
    if (id < FIRST_USER_CLASS) return
    const text = this.textMethod(id)
    if (text !== null) this.call(text, [objectTy(id)], null)
    if (this.equalsByRuntime) this.#rootEquals(id)
  }

  /** The user's text method of a class, or null. */
  textMethod(id: number): string | null {
    for (const key of ["str/0", "stringify/0", "toString/0"]) {
      const method = this.world.method(id, key)
      if (method !== undefined) return method.func
    }
    return null
  }

  /** Notes that the runtime may call any `equals`. */
  useEquals(): void {
    if (this.equalsByRuntime) return
    this.equalsByRuntime = true
    for (const id of this.instantiated) this.#rootEquals(id)
  }

  #rootEquals(id: number): void {
    const method = this.world.method(id, "equals/1")
    if (method !== undefined) this.call(method.func, [objectTy(id), TOP], null)
  }

  /** Classes of the program that an object of a type may have. */
  classesOf(ty: Ty, site: Site | null): number[] {
    if ((ty.bits & USER) === 0) return []
    if (ty.classes !== null) return ty.classes.filter((id) => id >= FIRST_USER_CLASS)
    if (site !== null) this.#openSites.add(site)
    return [...this.instantiated].filter((id) => id >= FIRST_USER_CLASS)
  }

  /** What a field may hold when it is read. */
  readField(id: number, name: string, site: Site | null): Ty {
    const place = this.#field(id, name)
    if (site !== null) place.deps.add(site)
    return place.ty
  }

  /** Adds to what a field may hold. */
  writeField(id: number, name: string, ty: Ty): void {
    this.#growPlace(this.#field(id, name), ty)
  }

  /** Notes that `fini()` clears a field. */
  clearField(id: number, name: string): void {
    this.#field(id, name).cleared = true
  }

  /** True if the slot of a field must be able to hold null. */
  isCleared(id: number, name: string): boolean {
    return this.#field(id, name).cleared
  }

  readGlobal(name: string, site: Site | null): Ty {
    const place = this.#global(name)
    if (site !== null) place.deps.add(site)
    return place.ty
  }

  writeGlobal(name: string, ty: Ty): void {
    this.#growPlace(this.#global(name), ty)
  }

  // The engine.

  #enqueue(facts: FuncFacts): void {
    if (facts.queued) return
    facts.queued = true
    this.#queue.push(facts)
  }

  #funcOf(name: string): Func {
    const func = this.module.funcs.get(name)
    if (func === undefined) throw new Bug("opt/infer", `no function @${name}`)
    return func
  }

  #factsOf(name: string): FuncFacts {
    let facts = this.funcs.get(name)
    if (facts === undefined) {
      const func = this.#funcOf(name)
      // Clones are made from the function as it was before refinement.
      if (name.startsWith("$") && !this.shared.prepared.has(func)) this.shared.bases.set(name, copyFunc(func, name))
      this.#prepare(func)
      facts = new FuncFacts(func, new Map())
      this.funcs.set(name, facts)
    }
    return facts
  }

  #prepare(func: Func): void {
    const { narrowings, effects, inRange, prepared } = this.shared
    if (prepared.has(func)) return
    prepared.add(func)
    insertRefinements(func, narrowings)
    findInRange(func, effects, inRange)
  }

  #process(facts: FuncFacts): void {
    const { dirty, reached } = facts
    for (let again = true; again; ) {
      again = false
      for (let i = 0; i < dirty.length; i++) {
        if (dirty[i] === 0) continue
        dirty[i] = 0
        if (reached[i] === 0) continue
        again = true
        this.#evaluate(facts, i)
      }
    }
  }

  #evaluate(facts: FuncFacts, at: number): void {
    const block = facts.func.blocks[at] as Block
    const site = facts.sites[at] as Site
    for (let i = 0; i < block.insts.length; i++) {
      const inst = block.insts[i] as Inst
      const ty = transfer(this, facts, inst, site)
      if (inst.error !== null) this.#flow(facts, inst.error)
      if (ty.bits === 0) {
        facts.stops[at] = i
        return
      }
      if (inst.result !== null && this.#grow(facts, inst.result, ty)) facts.touchUses(inst.result)
    }
    facts.stops[at] = -1
    const term = block.term
    switch (term.kind) {
      case "jump":
        this.#flow(facts, term.to)
        break
      case "br": {
        const cond = facts.ty(term.cond).bits
        if (cond & TRUE) this.#flow(facts, term.then)
        if (cond & FALSE) this.#flow(facts, term.else)
        break
      }
      case "switch":
        for (const c of term.cases) this.#flow(facts, c.to)
        this.#flow(facts, term.default)
        break
      case "ret": {
        const before = facts.result
        facts.result = this.nodes.join(before, term.value === null ? plain(NULL) : facts.ty(term.value))
        if (facts.result !== before) for (const caller of facts.callers) this.touch(caller)
        break
      }
    }
  }

  #flow(facts: FuncFacts, edge: BlockCall): void {
    const at = facts.index[edge.block] as number
    const target = facts.func.blocks[at] as Block
    let changed = facts.reached[at] === 0
    for (let i = 0; i < edge.args.length; i++) {
      const param = target.params[i] as ValueId
      if (this.#grow(facts, param, facts.ty(edge.args[i] as ValueId))) {
        changed = true
        facts.touchUses(param)
      }
    }
    if (changed) {
      facts.reached[at] = 1
      facts.dirty[at] = 1
    }
  }

  /** Adds to the type of a value; whether it grew. */
  #grow(facts: FuncFacts, value: ValueId, ty: Ty): boolean {
    const before = facts.types[value] as Ty
    const after = this.nodes.join(before, ty)
    if (after === before) return false
    facts.types[value] = after
    return true
  }

  #growPlace(place: Place, ty: Ty): void {
    const before = place.ty
    place.ty = this.nodes.join(before, ty)
    if (place.ty !== before) for (const site of place.deps) this.touch(site)
  }

  #field(id: number, name: string): Place {
    const key = `${id}.${name}`
    let place = this.#fields.get(key)
    if (place === undefined) {
      const cls = this.world.userClass(id)
      const def = this.world.field(id, name)
      if (def === undefined) throw new Bug("opt/infer", `${cls.name} has no field ${name}`)
      const first = def.type !== "any" ? this.world.tyOfType(def.type) : this.#assumeNothing ? TOP : this.shared.exposed.fields.has(fieldKey(cls.name, name)) ? plain(NULL) : BOTTOM
      this.#fields.set(key, (place = { ty: first, deps: new Set(), cleared: false }))
    }
    return place
  }

  #global(name: string): Place {
    let place = this.#globals.get(name)
    if (place === undefined) {
      const def = this.module.globals.get(name)
      if (def === undefined) throw new Bug("opt/infer", `no global ${name}`)
      const first = def.type !== "any" ? this.world.tyOfType(def.type) : this.#assumeNothing ? TOP : this.shared.exposed.globals.has(name) ? plain(NULL) : BOTTOM
      this.#globals.set(name, (place = { ty: first, deps: new Set(), cleared: false }))
    }
    return place
  }
}

/** A function of its own with the same body. */
function copyFunc(func: Func, name: string): Func {
  return {
    ...func,
    name,
    params: [...func.params],
    types: [...func.types],
    names: new Map(func.names),
    blocks: func.blocks.map((b) => ({ ...b, params: [...b.params], insts: b.insts.map((inst) => ({ ...inst })) })),
  }
}

/** A copy of a function that has its refinements, with what is known of its instructions. */
export function copyPrepared(inf: Inference, func: Func, name: string): Func {
  const { narrowings, inRange, prepared } = inf.shared
  const copy = copyFunc(func, name)
  func.blocks.forEach((block, at) => {
    block.insts.forEach((inst, i) => {
      const twin = copy.blocks[at]?.insts[i] as Inst
      const narrowing = narrowings.get(inst)
      if (narrowing !== undefined) narrowings.set(twin, narrowing)
      if (inRange.has(inst)) inRange.add(twin)
    })
  })
  prepared.add(copy)
  return copy
}

/** How often inference runs again after functions were cloned. */
const MAX_ROUNDS = 2

/**
 * Infers the types of a module; functions that are called with different types may be cloned for them. Adds refinements to the
 * functions, which only specialisation removes.
 */
export function infer(module: Module, options: InferOptions = {}): Inference {
  let inference = new Inference(module, options)
  inference.run()
  for (let round = 0; round < MAX_ROUNDS && options.assumeNothing !== true && cloneByTypes(inference); round++) {
    // Clones of library functions belong to the run that asked for them.
    for (const name of [...module.funcs.keys()]) if (name.startsWith("$") && name.includes("#")) module.funcs.delete(name)
    inference = new Inference(module, options, inference.shared)
    inference.run()
  }
  return inference
}
