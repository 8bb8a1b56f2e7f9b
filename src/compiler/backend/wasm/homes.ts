/**
 * Where the values of one function are while its WebAssembly is built.
 *
 * Every SSA value has a home: a constant (made again at each use), a local, or, when it is used once and later in the
 * same block, an expression that waits to be placed where it is used. A dynamic value has two homes, tag and payload,
 * so a known tag costs nothing. Waiting expressions have no side effect; those that read memory are put into locals
 * before anything that may write it.
 */
import { invariant } from "../../base/bug.ts"
import type { Block, BlockId, Func, Inst, Origin, Type, ValueId } from "../../mir/ir.ts"
import type { Expr, WasmBuilder, WasmType } from "./builder.ts"
import { carriers } from "./operators.ts"
import type { ProgramPlaces, VariablePlace } from "./places.ts"

/** Where one machine part of a value is. */
export type Home =
  | { readonly kind: "const"; readonly type: WasmType; readonly value: bigint | number }
  | { readonly kind: "local"; readonly type: WasmType; readonly index: number }
  | { readonly kind: "waiting"; readonly type: WasmType; readonly expr: Expr; readonly readsMemory: boolean; readonly locals: readonly number[] }

/** A scalar while it is being built: its expression, and what placing it later would have to respect. */
export interface Scalar {
  readonly type: WasmType
  readonly expr: Expr
  readonly readsMemory: boolean
  readonly locals: readonly number[]
}

/** See the head of the file. */
export class ValueHomes {
  protected readonly func: Func
  protected readonly image: ProgramPlaces
  protected readonly w: WasmBuilder
  protected readonly blocks: ReadonlyMap<BlockId, Block>
  protected readonly homes: (readonly Home[] | undefined)[] = []
  protected readonly uses: Int32Array
  /** Block of the single use of a value, where it has one. */
  protected readonly useBlock: Int32Array
  protected readonly params: WasmType[] = []
  protected readonly locals: WasmType[] = []
  protected readonly origins: (readonly [Expr, Origin])[] = []
  protected readonly names = new Map<number, string>()
  /** Values whose homes wait for their use. */
  protected readonly waiting = new Set<ValueId>()
  protected free: Record<WasmType, number[]> = { i32: [], i64: [], f64: [] }
  protected out: Expr[] = []
  protected origin: Origin | null = null

  constructor(func: Func, image: ProgramPlaces, w: WasmBuilder) {
    this.func = func
    this.image = image
    this.w = w
    this.blocks = new Map(func.blocks.map((b) => [b.id, b]))
    this.uses = new Int32Array(func.types.length)
    this.useBlock = new Int32Array(func.types.length).fill(-1)
    this.countUses()
  }

  protected countUses(): void {
    const use = (v: ValueId, block: BlockId): void => {
      this.uses[v] = (this.uses[v] as number) + 1
      this.useBlock[v] = block
    }
    for (const block of this.func.blocks) {
      for (const inst of block.insts) {
        for (const a of inst.args) use(a, block.id)
        for (const a of inst.error?.args ?? []) use(a, block.id)
      }
      const term = block.term
      switch (term.kind) {
        case "jump":
          for (const a of term.to.args) use(a, block.id)
          break
        case "br":
          use(term.cond, block.id)
          for (const a of term.then.args) use(a, block.id)
          for (const a of term.else.args) use(a, block.id)
          break
        case "switch":
          use(term.on, block.id)
          for (const c of term.cases) for (const a of c.to.args) use(a, block.id)
          for (const a of term.default.args) use(a, block.id)
          break
        case "ret":
          if (term.value !== null) use(term.value, block.id)
          break
        default:
          break
      }
    }
  }

  protected type(v: ValueId): Type {
    const type = this.func.types[v]
    invariant(type !== undefined, "backend/wasm", `value %${v} has no type`)
    return type
  }

  protected newLocal(type: WasmType): number {
    this.locals.push(type)
    return this.params.length + this.locals.length - 1
  }

  protected borrow(type: WasmType): number {
    return this.free[type].pop() ?? this.newLocal(type)
  }

  protected freshHomes(v: ValueId): Home[] {
    const homes = carriers(this.type(v)).map((type): Home => ({ kind: "local", type, index: this.newLocal(type) }))
    this.name(v, homes)
    return homes
  }

  protected name(v: ValueId, homes: readonly Home[]): void {
    const name = this.func.names.get(v) ?? `${v}`
    homes.forEach((home, part) => {
      if (home.kind === "local") this.names.set(home.index, homes.length === 2 ? `${name}.${part === 0 ? "tag" : "payload"}` : name)
    })
  }

  /** The value's expressions, for one use. */
  protected use(v: ValueId): Scalar[] {
    const homes = this.homes[v]
    invariant(homes !== undefined, "backend/wasm", `${this.func.name}: %${v} is used before it is defined`)
    this.waiting.delete(v)
    return homes.map((home) => this.read(home))
  }

  protected read(home: Home): Scalar {
    const w = this.w
    switch (home.kind) {
      case "const":
        return { type: home.type, expr: home.type === "i64" ? w.i64(home.value as bigint) : home.type === "i32" ? w.i32(home.value as number) : w.f64(home.value as number), readsMemory: false, locals: [] }
      case "local":
        return { type: home.type, expr: w.localGet(home.index, home.type), readsMemory: false, locals: [home.index] }
      case "waiting":
        return { type: home.type, expr: home.expr, readsMemory: home.readsMemory, locals: home.locals }
    }
  }

  protected use1(v: ValueId): Expr {
    return this.one(v).expr
  }

  protected one(v: ValueId): Scalar {
    const parts = this.use(v)
    invariant(parts.length === 1, "backend/wasm", `${this.func.name}: %${v} of type ${this.type(v)} is not one machine value`)
    return parts[0] as Scalar
  }

  /** Puts a value that is needed several times into a home that can be read again. */
  protected keep(v: ValueId, part = 0): Home {
    const homes = this.homes[v]
    invariant(homes !== undefined, "backend/wasm", `%${v} is used before it is defined`)
    if (homes.some((h) => h.kind === "waiting")) this.settle(v)
    return this.homes[v]?.[part] as Home
  }

  protected get(home: Home): Expr {
    return this.read(home).expr
  }

  /** Gives a waiting value locals. */
  protected settle(v: ValueId): void {
    this.waiting.delete(v)
    const homes = (this.homes[v] as readonly Home[]).map((home): Home => {
      if (home.kind !== "waiting") return home
      const index = this.newLocal(home.type)
      this.push(this.w.localSet(index, home.expr))
      return { kind: "local", type: home.type, index }
    })
    this.homes[v] = homes
    this.name(v, homes)
  }

  /** Before something that may write memory: no waiting value may read it later. */
  protected settleReaders(): void {
    for (const v of [...this.waiting]) {
      if ((this.homes[v] as readonly Home[]).some((h) => h.kind === "waiting" && h.readsMemory)) this.settle(v)
    }
  }

  /** Gives a value its home: waiting if it is used once and later in this block, else locals. Constants stay constants. */
  protected define(v: ValueId | null, parts: readonly (Scalar | Home)[], block: BlockId): void {
    if (v === null || this.uses[v] === 0) return
    const once = this.uses[v] === 1 && this.useBlock[v] === block
    let waits = false
    const homes = parts.map((part): Home => {
      if ("kind" in part && part.kind !== "waiting") return part
      const scalar = part as Scalar
      if (once) {
        waits = true
        return { kind: "waiting", ...scalar }
      }
      const index = this.newLocal(scalar.type)
      this.push(this.mark(this.w.localSet(index, scalar.expr)))
      return { kind: "local", type: scalar.type, index }
    })
    this.homes[v] = homes
    if (waits) this.waiting.add(v)
    this.name(v, homes)
  }

  /** Reads one part of a variable. */
  protected readVariable(place: VariablePlace, type: WasmType): Expr {
    const w = this.w
    if (place.kind === "global") return w.globalGet(place.name, type)
    return place.kind === "memory" ? w.load(type, 0, w.i32(place.address)) : w.load(type, place.offset, w.load("i32", 0, w.i32(place.pointer)))
  }

  /** Writes one part of a variable of a MIR type. */
  protected writeVariable(place: VariablePlace, type: WasmType, value: Expr): Expr {
    const w = this.w
    if (place.kind === "global") return w.globalSet(place.name, value)
    const [wide, word] = type === "i32" ? (["i64", w.unary("i64.extend_i32_u", value)] as const) : ([type, value] as const)
    return place.kind === "memory" ? w.store(wide, 0, w.i32(place.address), word) : w.store(wide, place.offset, w.load("i32", 0, w.i32(place.pointer)), word)
  }

  protected push(...exprs: Expr[]): void {
    this.out.push(...exprs)
  }

  protected mark(expr: Expr): Expr {
    if (this.origin !== null) this.origins.push([expr, this.origin])
    return expr
  }

  protected pure(type: WasmType, expr: Expr, from: readonly Scalar[], readsMemory = false): Scalar {
    this.mark(expr)
    const locals = from.length === 1 ? (from[0] as Scalar).locals : [...new Set(from.flatMap((s) => s.locals))]
    return { type, expr, readsMemory: readsMemory || from.some((s) => s.readsMemory), locals }
  }

  /** Defines a value by one part of a dynamic value; the other part is dropped. */
  protected definePart(inst: Inst, from: ValueId, part: 0 | 1, make: (s: Scalar) => Scalar, block: BlockId): void {
    const home = this.homes[from]?.[part]
    invariant(home !== undefined, "backend/wasm", `${this.func.name}: %${from} is not a dynamic value`)
    if (home.kind === "const" && part === 0) {
      this.use(from)
      return this.define(inst.result, [home], block)
    }
    const scalar = this.use(from)[part] as Scalar
    const made = make(scalar)
    // A part of a value in a local needs no copy of its own.
    if (made === scalar && home.kind === "local" && !this.isParameter(from)) return this.alias(inst.result, [home])
    this.define(inst.result, [made], block)
  }

  /** True for values in locals that are assigned more than once. */
  protected isParameter(v: ValueId): boolean {
    return this.func.types.length > 0 && this.blockParams().has(v)
  }

  protected blockParamSet: Set<ValueId> | null = null
  protected blockParams(): Set<ValueId> {
    if (this.blockParamSet === null) this.blockParamSet = new Set(this.func.blocks.flatMap((b) => b.params))
    return this.blockParamSet
  }

  protected alias(v: ValueId | null, homes: readonly Home[]): void {
    if (v !== null && this.uses[v] !== 0) this.homes[v] = homes
  }

  /** The same machine value under another type. */
  protected transfer(from: ValueId): (Scalar | Home)[] {
    const homes = this.homes[from] as readonly Home[]
    if (homes.every((h) => h.kind === "const" || (h.kind === "local" && !this.isParameter(from)))) {
      this.use(from)
      return [...homes]
    }
    return this.use(from)
  }

  protected resultLocal(v: ValueId | null, type: WasmType): number {
    const index = this.newLocal(type)
    if (v !== null) {
      this.homes[v] = [{ kind: "local", type, index }]
      this.name(v, this.homes[v] as readonly Home[])
    }
    return index
  }

  /** Evaluates now, into locals. */
  protected place(v: ValueId | null, parts: readonly Scalar[]): void {
    const w = this.w
    const unused = v === null || this.uses[v] === 0
    const homes = parts.map((part): Home => {
      if (unused) {
        this.push(w.drop(part.expr))
        return { kind: "const", type: part.type, value: part.type === "i64" ? 0n : 0 }
      }
      const index = this.newLocal(part.type)
      this.push(this.mark(w.localSet(index, part.expr)))
      return { kind: "local", type: part.type, index }
    })
    if (v !== null) {
      this.homes[v] = homes
      this.name(v, homes)
    }
  }
}
