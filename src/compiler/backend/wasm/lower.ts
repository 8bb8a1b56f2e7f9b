/**
 * One MIR function to one WebAssembly function.
 *
 * Every SSA value has a home: a constant (made again at each use), a local, or, when it is used once and later in the
 * same block, an expression that waits to be placed where it is used. A dynamic value has two homes, tag and payload,
 * so a known tag costs nothing. Waiting expressions have no side effect; those that read memory are put into locals
 * before anything that may write it.
 *
 * Failing instructions end their block, so failure is one test at the end of a block and a branch to the error edge,
 * which first reports the site of the failure (`hk_trace`).
 */
import { invariant } from "../../base/bug.ts"
import type { Block, BlockCall, BlockId, FieldRef, Func, Immediate, Inst, Origin, Type, ValueId } from "../../mir/ir.ts"
import { ARRAY, CLASS_WORD, carrierOf, ELEMENT_KIND, HEADER, IMMORTAL, isNullable, STRING, TAG } from "../object-layout.ts"
import type { BinaryOp, Expr, UnaryOp, WasmBuilder, WasmType } from "./builder.ts"
import type { ProgramImage } from "./image.ts"
import { type Structure, structure } from "./structure.ts"

/** The finished function. */
export interface LoweredFunction {
  readonly params: readonly WasmType[]
  readonly results: readonly WasmType[]
  /** Types of the locals after the parameters; `pair` is a local of two i64. */
  readonly locals: readonly (WasmType | "pair")[]
  readonly body: Expr
  /** Expressions with the place in the source they come from. */
  readonly origins: readonly (readonly [Expr, Origin])[]
  /** Names of locals, by index. */
  readonly names: ReadonlyMap<number, string>
}

type Home =
  | { readonly kind: "const"; readonly type: WasmType; readonly value: bigint | number }
  | { readonly kind: "local"; readonly type: WasmType; readonly index: number }
  | { readonly kind: "waiting"; readonly type: WasmType; readonly expr: Expr; readonly readsMemory: boolean; readonly locals: readonly number[] }

/** A scalar while it is being built: its expression, and what placing it later would have to respect. */
interface Scalar {
  readonly type: WasmType
  readonly expr: Expr
  readonly readsMemory: boolean
  readonly locals: readonly number[]
}

/** The WebAssembly types that carry a MIR type: none, one, or tag and payload. */
export function carriers(type: Type): readonly WasmType[] {
  switch (carrierOf(type)) {
    case "unit":
      return []
    case "i64":
      return ["i64"]
    case "f64":
      return ["f64"]
    case "bool":
    case "pointer":
      return ["i32"]
    case "any":
      return ["i64", "i64"]
  }
}

const BINARY: Readonly<Record<string, BinaryOp>> = {
  "i64.add": "i64.add", "i64.sub": "i64.sub", "i64.mul": "i64.mul", "i64.rem": "i64.rem_s", "i64.and": "i64.and", "i64.or": "i64.or", "i64.xor": "i64.xor",
  "i64.shl": "i64.shl", "i64.shr": "i64.shr_s", "i64.eq": "i64.eq", "i64.ne": "i64.ne", "i64.lt": "i64.lt_s", "i64.le": "i64.le_s", "i64.gt": "i64.gt_s", "i64.ge": "i64.ge_s",
  "f64.add": "f64.add", "f64.sub": "f64.sub", "f64.mul": "f64.mul", "f64.div": "f64.div", "f64.eq": "f64.eq", "f64.ne": "f64.ne", "f64.lt": "f64.lt", "f64.le": "f64.le",
  "f64.gt": "f64.gt", "f64.ge": "f64.ge", "bool.eq": "i32.eq", "bool.and": "i32.and", "bool.or": "i32.or", "ref.eq": "i32.eq", "opt.eq": "i32.eq",
}
const UNARY: Readonly<Record<string, UnaryOp>> = {
  "i64.to_f64": "f64.convert_i64_s", "f64.neg": "f64.neg", "f64.abs": "f64.abs", "f64.sqrt": "f64.sqrt", "f64.floor": "f64.floor", "f64.ceil": "f64.ceil", "f64.trunc": "f64.trunc",
  "f64.to_i64": "i64.trunc_sat_f64_s", "bool.not": "i32.eqz", "opt.is_null": "i32.eqz",
}
/** Result type of an operator: the part of its name before the dot, but comparisons give i32. */
function resultOf(op: string): WasmType {
  const [type, name] = op.split(".") as [WasmType, string]
  return /^(eqz?|ne|lt|le|gt|ge)(_[su])?$/.test(name) ? "i32" : type
}

/** Lowers `func`; `image` supplies addresses, layouts, signatures and sites. */
export function lowerFunction(func: Func, image: ProgramImage, w: WasmBuilder): LoweredFunction {
  return new FunctionLowering(func, image, w).run()
}

class FunctionLowering {
  readonly #func: Func
  readonly #image: ProgramImage
  readonly #w: WasmBuilder
  readonly #blocks: ReadonlyMap<BlockId, Block>
  readonly #structure: Structure
  readonly #homes: (readonly Home[] | undefined)[] = []
  readonly #uses: Int32Array
  /** Block of the single use of a value, where it has one. */
  readonly #useBlock: Int32Array
  readonly #params: WasmType[] = []
  readonly #locals: (WasmType | "pair")[] = []
  readonly #origins: (readonly [Expr, Origin])[] = []
  readonly #names = new Map<number, string>()
  /** Values whose homes wait for their use. */
  readonly #waiting = new Set<ValueId>()
  #pairLocal = -1
  #free: Record<WasmType, number[]> = { i32: [], i64: [], f64: [] }
  #out: Expr[] = []
  #origin: Origin | null = null

  constructor(func: Func, image: ProgramImage, w: WasmBuilder) {
    this.#func = func
    this.#image = image
    this.#w = w
    this.#blocks = new Map(func.blocks.map((b) => [b.id, b]))
    this.#structure = structure(func)
    this.#uses = new Int32Array(func.types.length)
    this.#useBlock = new Int32Array(func.types.length).fill(-1)
    this.#countUses()
  }

  run(): LoweredFunction {
    const func = this.#func
    for (const param of func.params) {
      const homes: Home[] = []
      for (const type of carriers(this.#type(param))) {
        homes.push({ kind: "local", type, index: this.#params.length })
        this.#params.push(type)
      }
      this.#homes[param] = homes
      this.#name(param, homes)
    }
    // Homes of block parameters exist before any edge to the block is lowered.
    for (const block of func.blocks) {
      for (const param of block.params) this.#homes[param] = this.#freshHomes(param)
    }
    const body = this.#emit(this.#structure.entry)
    body.push(this.#w.unreachable())
    return {
      params: this.#params,
      results: carriers(func.result),
      locals: this.#locals,
      body: this.#w.block(null, body),
      origins: this.#origins,
      names: this.#names,
    }
  }

  #countUses(): void {
    const use = (v: ValueId, block: BlockId): void => {
      this.#uses[v] = (this.#uses[v] as number) + 1
      this.#useBlock[v] = block
    }
    for (const block of this.#func.blocks) {
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

  // ---- Blocks and edges -------------------------------------------------------------------------------------------

  /** The code of `start` and of everything placed under it. Chains are followed in a loop, so depth follows nesting only. */
  #emit(start: BlockId): Expr[] {
    const w = this.#w
    const result: Expr[] = []
    let at: BlockId | null = start
    while (at !== null) {
      const id: BlockId = at
      const inner = this.#structure.inner(id)
      const outer = this.#structure.outer(id)
      const wrapped = inner.length > 0 || outer.length > 0 || this.#structure.isLoop(id)
      const { code, follow } = this.#content(id)
      if (!wrapped) {
        result.push(...code)
        at = follow
        continue
      }
      let part = code
      if (follow !== null) part.push(...this.#emit(follow))
      const kids: { readonly block: BlockId; readonly loopEnds: boolean }[] = [
        ...inner.map((block) => ({ block, loopEnds: false })),
        ...outer.map((block) => ({ block, loopEnds: true })),
      ]
      let inLoop = this.#structure.isLoop(id)
      const closeLoop = (): void => {
        part = [w.loop(loopLabel(id), part)]
        inLoop = false
      }
      at = null
      kids.forEach((kid, i) => {
        if (kid.loopEnds && inLoop) closeLoop()
        part = [w.block(blockLabel(kid.block), part)]
        const last = i === kids.length - 1
        // The last one continues this list instead of nesting in a call.
        if (last && !inLoop) at = kid.block
        else part.push(...this.#emit(kid.block))
      })
      if (inLoop) closeLoop()
      result.push(...part)
    }
    return result
  }

  /** The code of one block without what it is wrapped in, and the block whose code simply follows, if any. */
  #content(id: BlockId): { readonly code: Expr[]; readonly follow: BlockId | null } {
    const block = this.#blocks.get(id)
    invariant(block !== undefined, "backend/wasm", `block ${id} is missing`)
    const saved = this.#out
    const savedOrigin = this.#origin
    this.#out = []
    for (const inst of block.insts) {
      this.#origin = inst.origin
      this.#inst(inst, id)
    }
    this.#origin = block.termOrigin
    const follow = this.#terminator(block)
    invariant(this.#waiting.size === 0, "backend/wasm", `${this.#func.name} bb${id}: values wait after the end of their block`)
    const code = this.#out
    this.#out = saved
    this.#origin = savedOrigin
    return { code, follow }
  }

  #terminator(block: Block): BlockId | null {
    const w = this.#w
    const term = block.term
    switch (term.kind) {
      case "jump":
        return this.#goto(block.id, term.to)
      case "br": {
        const cond = this.#use1(term.cond)
        // Waiting values that the two edges need are evaluated on the edge that is taken.
        const thenFirst = this.#isPlainBranch(block.id, term.then)
        const elseFirst = !thenFirst && this.#isPlainBranch(block.id, term.else)
        if (thenFirst) {
          this.#push(w.br(this.#label(block.id, term.then.block), cond))
          return this.#goto(block.id, term.else)
        }
        if (elseFirst) {
          this.#push(w.br(this.#label(block.id, term.else.block), w.unary("i32.eqz", cond)))
          return this.#goto(block.id, term.then)
        }
        // The cold side, or the one that branches away, goes into the arm; the other follows.
        const armIsElse = term.cold === "else" || (term.cold === null && this.#structure.isLabelled(term.else.block) && !this.#structure.isLabelled(term.then.block))
        const arm = this.#edge(block.id, armIsElse ? term.else : term.then)
        this.#push(w.if(armIsElse ? w.unary("i32.eqz", cond) : cond, arm, null))
        return this.#goto(block.id, armIsElse ? term.then : term.else)
      }
      case "switch": {
        this.#switch(block.id, term.on, term.cases, term.default)
        return null
      }
      case "ret": {
        if (term.value === null || this.#func.result === "unit") this.#push(w.return(null))
        else {
          const parts = this.#use(term.value)
          this.#push(w.return(parts.length === 2 ? w.pair((parts[0] as Scalar).expr, (parts[1] as Scalar).expr) : ((parts[0] as Scalar).expr)))
        }
        return null
      }
      case "raise":
        this.#push(this.#raise())
        return null
      case "fatal":
        this.#push(w.call("hk_fatal", [], []), w.unreachable())
        return null
      case "unreachable":
        this.#push(w.unreachable())
        return null
    }
  }

  /** The value a function returns to say that it failed. */
  #raise(): Expr {
    const w = this.#w
    const types = carriers(this.#func.result)
    if (types.length === 2) return w.return(w.pair(w.i64(TAG.error), w.i64(0n)))
    const type = types[0]
    if (type === undefined) return w.return(null)
    return w.return(type === "i32" ? w.i32(0) : type === "i64" ? w.i64(0n) : w.f64(0))
  }

  #switch(from: BlockId, on: ValueId, cases: readonly { readonly value: bigint; readonly to: BlockCall }[], otherwise: BlockCall): void {
    const w = this.#w
    const type = this.#keep(on)
    const values = cases.map((c) => c.value)
    const low = values.reduce((a, b) => (a < b ? a : b), values[0] ?? 0n)
    const high = values.reduce((a, b) => (a > b ? a : b), values[0] ?? 0n)
    const dense = cases.length >= 4 && high - low < BigInt(cases.length) * 4n + 8n
    if (!dense) {
      for (const c of cases) {
        const test = w.binary("i64.eq", this.#get(type), w.i64(c.value))
        this.#push(w.if(test, this.#edge(from, c.to), null))
      }
      this.#out.push(...this.#edge(from, otherwise))
      return
    }
    // A table of labels: one block a case, innermost first; its code stands after the block's end.
    const size = Number(high - low) + 1
    const labels: string[] = new Array(size).fill(`s${from}d`)
    cases.forEach((c, i) => {
      labels[Number(c.value - low)] = `s${from}c${i}`
    })
    const offset = w.binary("i64.sub", this.#get(type), w.i64(low))
    const inRange = w.binary("i64.lt_u", offset, w.i64(BigInt(size)))
    const index = w.unary("i32.wrap_i64", w.binary("i64.sub", this.#get(type), w.i64(low)))
    let body: Expr[] = [w.if(inRange, [w.brTable(labels, `s${from}d`, index)], null)]
    body = [w.block(`s${from}d`, body)]
    body.push(...this.#edge(from, otherwise))
    cases.forEach((c, i) => {
      body = [w.block(`s${from}c${i}`, body), ...this.#edge(from, c.to)]
    })
    this.#out.push(...body)
  }

  /** The code of taking an edge, as a list that never falls through. */
  #edge(from: BlockId, call: BlockCall): Expr[] {
    const saved = this.#out
    this.#out = []
    const waiting = new Set(this.#waiting)
    const follow = this.#goto(from, call)
    const code = this.#out
    this.#out = saved
    if (follow !== null) {
      // The code of the target is lowered with nothing waiting; what waits here belongs to the other edges.
      const rest = [...this.#waiting]
      this.#waiting.clear()
      code.push(...this.#emit(follow))
      for (const v of rest) this.#waiting.add(v)
    }
    invariant([...this.#waiting].every((v) => waiting.has(v)), "backend/wasm", "an edge left values waiting")
    return code
  }

  /** Moves the arguments and branches; gives the target instead if its code may simply follow. */
  #goto(from: BlockId, call: BlockCall): BlockId | null {
    const target = this.#blocks.get(call.block)
    invariant(target !== undefined && target.params.length === call.args.length, "backend/wasm", `bad edge to bb${call.block}`)
    this.#moves(target.params, call.args)
    if (this.#structure.isBackEdge(from, call.block) || this.#structure.isLabelled(call.block)) {
      this.#push(this.#w.br(this.#label(from, call.block), null))
      return null
    }
    return call.block
  }

  #isPlainBranch(from: BlockId, call: BlockCall): boolean {
    return call.args.length === 0 && (this.#structure.isBackEdge(from, call.block) || this.#structure.isLabelled(call.block))
  }

  #label(from: BlockId, to: BlockId): string {
    return this.#structure.isBackEdge(from, to) ? loopLabel(to) : blockLabel(to)
  }

  /** Assigns block parameters as if all at once. */
  #moves(params: readonly ValueId[], args: readonly ValueId[]): void {
    const w = this.#w
    let moves: { readonly to: number; source: Scalar }[] = []
    params.forEach((param, i) => {
      const homes = this.#homes[param] as readonly Home[]
      const sources = this.#use(args[i] as ValueId)
      homes.forEach((home, part) => {
        invariant(home.kind === "local", "backend/wasm", "a block parameter is not a local")
        const source = sources[part]
        invariant(source !== undefined, "backend/wasm", `bb parameter %${param} of type ${this.#type(param)} takes %${args[i]} of type ${this.#type(args[i] as ValueId)}`)
        if (this.#uses[param] === 0) return
        if (source.locals.length === 1 && source.locals[0] === home.index && this.#homeIs(args[i] as ValueId, part, home.index)) return
        moves.push({ to: home.index, source })
      })
    })
    const borrowed: [WasmType, number][] = []
    while (moves.length > 0) {
      const ready = moves.findIndex((m) => moves.every((other) => other === m || !other.source.locals.includes(m.to)))
      if (ready >= 0) {
        const [move] = moves.splice(ready, 1) as [(typeof moves)[number]]
        this.#push(w.localSet(move.to, move.source.expr))
        continue
      }
      // Every target is still read by another move: free one by taking its source aside.
      const move = moves[0] as (typeof moves)[number]
      const aside = this.#borrow(move.source.type)
      borrowed.push([move.source.type, aside])
      this.#push(w.localSet(aside, move.source.expr))
      move.source = { type: move.source.type, expr: w.localGet(aside, move.source.type), readsMemory: false, locals: [aside] }
      moves = [...moves]
    }
    for (const [type, index] of borrowed) this.#free[type].push(index)
  }

  #homeIs(value: ValueId, part: number, index: number): boolean {
    const home = this.#homes[value]?.[part]
    return home?.kind === "local" && home.index === index
  }

  // ---- Homes ------------------------------------------------------------------------------------------------------

  #type(v: ValueId): Type {
    const type = this.#func.types[v]
    invariant(type !== undefined, "backend/wasm", `value %${v} has no type`)
    return type
  }

  #newLocal(type: WasmType | "pair"): number {
    this.#locals.push(type)
    return this.#params.length + this.#locals.length - 1
  }

  #borrow(type: WasmType): number {
    return this.#free[type].pop() ?? this.#newLocal(type)
  }

  #freshHomes(v: ValueId): Home[] {
    const homes = carriers(this.#type(v)).map((type): Home => ({ kind: "local", type, index: this.#newLocal(type) }))
    this.#name(v, homes)
    return homes
  }

  #name(v: ValueId, homes: readonly Home[]): void {
    const name = this.#func.names.get(v) ?? `${v}`
    homes.forEach((home, part) => {
      if (home.kind === "local") this.#names.set(home.index, homes.length === 2 ? `${name}.${part === 0 ? "tag" : "payload"}` : name)
    })
  }

  /** The value's expressions, for one use. */
  #use(v: ValueId): Scalar[] {
    const homes = this.#homes[v]
    invariant(homes !== undefined, "backend/wasm", `${this.#func.name}: %${v} is used before it is defined`)
    this.#waiting.delete(v)
    return homes.map((home) => this.#read(home))
  }

  #read(home: Home): Scalar {
    const w = this.#w
    switch (home.kind) {
      case "const":
        return { type: home.type, expr: home.type === "i64" ? w.i64(home.value as bigint) : home.type === "i32" ? w.i32(home.value as number) : w.f64(home.value as number), readsMemory: false, locals: [] }
      case "local":
        return { type: home.type, expr: w.localGet(home.index, home.type), readsMemory: false, locals: [home.index] }
      case "waiting":
        return { type: home.type, expr: home.expr, readsMemory: home.readsMemory, locals: home.locals }
    }
  }

  #use1(v: ValueId): Expr {
    return this.#one(v).expr
  }

  #one(v: ValueId): Scalar {
    const parts = this.#use(v)
    invariant(parts.length === 1, "backend/wasm", `${this.#func.name}: %${v} of type ${this.#type(v)} is not one machine value`)
    return parts[0] as Scalar
  }

  /** Puts a value that is needed several times into a home that can be read again. */
  #keep(v: ValueId, part = 0): Home {
    const homes = this.#homes[v]
    invariant(homes !== undefined, "backend/wasm", `%${v} is used before it is defined`)
    if (homes.some((h) => h.kind === "waiting")) this.#settle(v)
    return this.#homes[v]?.[part] as Home
  }

  #get(home: Home): Expr {
    return this.#read(home).expr
  }

  /** Gives a waiting value locals. */
  #settle(v: ValueId): void {
    this.#waiting.delete(v)
    const homes = (this.#homes[v] as readonly Home[]).map((home): Home => {
      if (home.kind !== "waiting") return home
      const index = this.#newLocal(home.type)
      this.#push(this.#w.localSet(index, home.expr))
      return { kind: "local", type: home.type, index }
    })
    this.#homes[v] = homes
    this.#name(v, homes)
  }

  /** Before something that may write memory: no waiting value may read it later. */
  #settleReaders(): void {
    for (const v of [...this.#waiting]) {
      if ((this.#homes[v] as readonly Home[]).some((h) => h.kind === "waiting" && h.readsMemory)) this.#settle(v)
    }
  }

  /** Gives a value its home: waiting if it is used once and later in this block, else locals. Constants stay constants. */
  #define(v: ValueId | null, parts: readonly (Scalar | Home)[], block: BlockId): void {
    if (v === null || this.#uses[v] === 0) return
    const once = this.#uses[v] === 1 && this.#useBlock[v] === block
    let waits = false
    const homes = parts.map((part): Home => {
      if ("kind" in part && part.kind !== "waiting") return part
      const scalar = part as Scalar
      if (once) {
        waits = true
        return { kind: "waiting", ...scalar }
      }
      const index = this.#newLocal(scalar.type)
      this.#push(this.#mark(this.#w.localSet(index, scalar.expr)))
      return { kind: "local", type: scalar.type, index }
    })
    this.#homes[v] = homes
    if (waits) this.#waiting.add(v)
    this.#name(v, homes)
  }

  #push(...exprs: Expr[]): void {
    this.#out.push(...exprs)
  }

  #mark(expr: Expr): Expr {
    if (this.#origin !== null) this.#origins.push([expr, this.#origin])
    return expr
  }

  #pure(type: WasmType, expr: Expr, from: readonly Scalar[], readsMemory = false): Scalar {
    this.#mark(expr)
    const locals = from.length === 1 ? (from[0] as Scalar).locals : [...new Set(from.flatMap((s) => s.locals))]
    return { type, expr, readsMemory: readsMemory || from.some((s) => s.readsMemory), locals }
  }

  // ---- Instructions -----------------------------------------------------------------------------------------------

  #inst(inst: Inst, block: BlockId): void {
    const w = this.#w
    const [a, b, c] = inst.args as readonly [ValueId, ValueId, ValueId]
    const binary = BINARY[inst.op]
    if (binary !== undefined) {
      const l = this.#one(a)
      const r = this.#one(b)
      this.#define(inst.result, [this.#pure(resultOf(binary), w.binary(binary, l.expr, r.expr), [l, r])], block)
      return
    }
    const unary = UNARY[inst.op]
    if (unary !== undefined) {
      const x = this.#one(a)
      this.#define(inst.result, [this.#pure(resultOf(unary), w.unary(unary, x.expr), [x])], block)
      return
    }
    switch (inst.op) {
      case "const.i64":
        return this.#define(inst.result, [{ kind: "const", type: "i64", value: BigInt.asIntN(64, inst.imm as bigint) }], block)
      case "const.f64":
        return this.#define(inst.result, [{ kind: "const", type: "f64", value: inst.imm as number }], block)
      case "const.bool":
        return this.#define(inst.result, [{ kind: "const", type: "i32", value: inst.imm === true ? 1 : 0 }], block)
      case "const.str":
        return this.#define(inst.result, [{ kind: "const", type: "i32", value: this.#image.stringAddress(inst.imm as string) }], block)
      case "const.null":
        return this.#define(inst.result, [{ kind: "const", type: "i64", value: TAG.null }, { kind: "const", type: "i64", value: 0n }], block)
      case "const.none":
        return this.#define(inst.result, [{ kind: "const", type: "i32", value: 0 }], block)
      case "static.ref":
        return this.#define(inst.result, [{ kind: "const", type: "i32", value: this.#image.staticAddress(inst.imm as string) }], block)
      case "i64.neg": {
        const x = this.#one(a)
        return this.#define(inst.result, [this.#pure("i64", w.binary("i64.sub", w.i64(0n), x.expr), [x])], block)
      }
      case "i64.not": {
        const x = this.#one(a)
        return this.#define(inst.result, [this.#pure("i64", w.binary("i64.xor", x.expr, w.i64(-1n)), [x])], block)
      }
      case "i64.div": {
        // MIN / -1 traps in WebAssembly and is MIN here.
        const divisor = this.#homes[b]?.[0]
        if (divisor?.kind === "const" && divisor.value !== -1n) {
          const l = this.#one(a)
          const r = this.#one(b)
          return this.#define(inst.result, [this.#pure("i64", w.binary("i64.div_s", l.expr, r.expr), [l, r])], block)
        }
        const left = this.#keep(a)
        const right = this.#keep(b)
        const negated = w.binary("i64.sub", w.i64(0n), this.#get(left))
        const quotient = w.binary("i64.div_s", this.#get(left), this.#get(right))
        const index = this.#resultLocal(inst.result, "i64")
        this.#push(this.#mark(w.if(w.binary("i64.eq", this.#get(right), w.i64(-1n)), [w.localSet(index, negated)], [w.localSet(index, quotient)])))
        return
      }
      case "select": {
        const cond = this.#keep(a)
        const x = this.#use(b)
        const y = this.#use(c)
        const reads = this.#read(cond)
        return this.#define(inst.result, x.map((xs, i) => this.#pure(xs.type, w.select(this.#get(cond), xs.expr, (y[i] as Scalar).expr), [xs, y[i] as Scalar, reads].map((s) => ({ ...s })))), block)
      }
      case "any.box":
        return this.#box(inst, a, block)
      case "any.tag":
        return this.#definePart(inst, a, 0, (s) => s, block)
      case "any.i64":
        return this.#definePart(inst, a, 1, (s) => s, block)
      case "any.f64":
        return this.#definePart(inst, a, 1, (s) => this.#pure("f64", w.unary("f64.reinterpret_i64", s.expr), [s]), block)
      case "any.bool":
      case "any.ref":
      case "any.opt":
        return this.#definePart(inst, a, 1, (s) => this.#pure("i32", w.unary("i32.wrap_i64", s.expr), [s]), block)
      case "opt.ref":
      case "ref.opt":
      case "ref.cast":
        return this.#define(inst.result, this.#transfer(a), block)
      case "class.id": {
        const x = this.#one(a)
        const word = w.load("i32", HEADER.classWord, x.expr)
        return this.#define(inst.result, [this.#pure("i64", w.unary("i64.extend_i32_u", w.binary("i32.and", word, w.i32(~CLASS_WORD.hasWeak))), [x], true)], block)
      }
      case "arr.len": {
        const x = this.#one(a)
        return this.#define(inst.result, [this.#pure("i64", w.unary("i64.extend_i32_u", w.load("i32", ARRAY.length, x.expr)), [x], true)], block)
      }
      case "str.len": {
        // Strings that are being appended to in place change their length, so this reads memory.
        const x = this.#one(a)
        return this.#define(inst.result, [this.#pure("i64", w.unary("i64.extend_i32_u", w.load("i32", STRING.codePoints, x.expr)), [x], true)], block)
      }
      case "new": {
        this.#settleReaders()
        const { id, size } = this.#image.classInfo(inst.imm as string)
        const call = w.call("hk_alloc_object", [w.i32(id), w.i32(size)], ["i32"])
        return this.#place(inst.result, [{ type: "i32", expr: this.#mark(call), readsMemory: false, locals: [] }])
      }
      case "field.get": {
        const base = this.#one(a)
        const { offset, type } = this.#image.slot(inst.imm as FieldRef)
        return this.#define(inst.result, this.#loadParts(type, offset, base), block)
      }
      case "field.set":
        return this.#setField(inst, a, b)
      case "global.get":
      case "slot.get":
        return this.#define(inst.result, carriers(this.#image.globalType(inst.imm as string)).map((type, part) => this.#pure(type, w.globalGet(globalName(inst.imm as string, part), type), [], true)), block)
      case "global.set":
        return this.#setGlobal(inst, a)
      case "slot.set": {
        const parts = this.#use(a)
        this.#settleReaders()
        parts.forEach((part, i) => {
          this.#push(w.globalSet(globalName(inst.imm as string, i), part.expr))
        })
        return
      }
      case "arr.get.i64":
      case "arr.get.f64":
      case "arr.get.bool":
      case "arr.get.ref":
        return this.#arrayGet(inst, a, b, block)
      case "arr.set.i64":
      case "arr.set.f64":
      case "arr.set.bool":
        return this.#arraySet(inst, a, b, c, block)
      case "arr.push.i64":
      case "arr.push.f64":
        return this.#arrayPush(inst, a, b, block)
      case "check.alive": {
        const home = this.#keep(a)
        this.#use(a)
        const dead = w.binary("i32.and", w.load("i32", HEADER.classWord, this.#get(home)), w.i32(CLASS_WORD.dead))
        this.#fail(inst, block, dead, [w.call("hk_raise_dead", [this.#get(home)], [])])
        return
      }
      case "call": {
        const callee = this.#image.functionSignature(inst.imm as string)
        return this.#call(inst, block, callee.symbol, callee.result, callee.fails)
      }
      case "call.rt": {
        const row = this.#image.abi(inst.imm as string)
        return this.#call(inst, block, inst.imm as string, row.result, row.fails)
      }
      case "err.take":
        this.#settleReaders()
        return this.#place(inst.result, [{ type: "i32", expr: this.#mark(w.call("hk_err_take", [], ["i32"])), readsMemory: false, locals: [] }])
      case "err.set": {
        const x = this.#one(a)
        this.#settleReaders()
        this.#push(this.#mark(w.call("hk_err_set", [x.expr], [])))
        return
      }
      case "stack.enter":
        return this.#stackEnter(inst, block)
      case "stack.leave":
        this.#push(w.globalSet(DEPTH, w.binary("i32.sub", w.globalGet(DEPTH, "i32"), w.i32(1))))
        return
      case "retain":
        return this.#retain(a)
      case "release":
        return this.#release(a)
      case "keepalive":
        this.#use(a)
        return
      default:
        invariant(false, "backend/wasm", `${this.#func.name}: no lowering for ${inst.op}`)
    }
  }

  /** Defines a value by one part of a dynamic value; the other part is dropped. */
  #definePart(inst: Inst, from: ValueId, part: 0 | 1, make: (s: Scalar) => Scalar, block: BlockId): void {
    const home = this.#homes[from]?.[part]
    invariant(home !== undefined, "backend/wasm", `${this.#func.name}: %${from} is not a dynamic value`)
    if (home.kind === "const" && part === 0) {
      this.#use(from)
      return this.#define(inst.result, [home], block)
    }
    const scalar = this.#use(from)[part] as Scalar
    const made = make(scalar)
    // A part of a value in a local needs no copy of its own.
    if (made === scalar && home.kind === "local" && !this.#isParameter(from)) return this.#alias(inst.result, [home])
    this.#define(inst.result, [made], block)
  }

  /** True for values in locals that are assigned more than once. */
  #isParameter(v: ValueId): boolean {
    return this.#func.types.length > 0 && this.#blockParams().has(v)
  }

  #blockParamSet: Set<ValueId> | null = null
  #blockParams(): Set<ValueId> {
    if (this.#blockParamSet === null) this.#blockParamSet = new Set(this.#func.blocks.flatMap((b) => b.params))
    return this.#blockParamSet
  }

  #alias(v: ValueId | null, homes: readonly Home[]): void {
    if (v !== null && this.#uses[v] !== 0) this.#homes[v] = homes
  }

  /** The same machine value under another type. */
  #transfer(from: ValueId): (Scalar | Home)[] {
    const homes = this.#homes[from] as readonly Home[]
    if (homes.every((h) => h.kind === "const" || (h.kind === "local" && !this.#isParameter(from)))) {
      this.#use(from)
      return [...homes]
    }
    return this.#use(from)
  }

  #box(inst: Inst, from: ValueId, block: BlockId): void {
    const w = this.#w
    const type = this.#type(from)
    const tag = (value: bigint): Home => ({ kind: "const", type: "i64", value })
    switch (carrierOf(type)) {
      case "unit":
        return this.#define(inst.result, [tag(TAG.null), tag(0n)], block)
      case "any":
        return this.#define(inst.result, this.#transfer(from), block)
      case "i64":
        return this.#define(inst.result, [tag(TAG.i64), ...this.#transfer(from)], block)
      case "f64": {
        const x = this.#one(from)
        return this.#define(inst.result, [tag(TAG.f64), this.#pure("i64", w.unary("i64.reinterpret_f64", x.expr), [x])], block)
      }
      case "bool": {
        const x = this.#one(from)
        return this.#define(inst.result, [tag(TAG.bool), this.#pure("i64", w.unary("i64.extend_i32_u", x.expr), [x])], block)
      }
      case "pointer": {
        if (!isNullable(type)) {
          const home = this.#homes[from]?.[0]
          if (home?.kind === "const") {
            this.#use(from)
            return this.#define(inst.result, [tag(TAG.ref), tag(BigInt((home.value as number) >>> 0))], block)
          }
          const x = this.#one(from)
          return this.#define(inst.result, [tag(TAG.ref), this.#pure("i64", w.unary("i64.extend_i32_u", x.expr), [x])], block)
        }
        const home = this.#keep(from)
        this.#use(from)
        if (home.kind === "const") return this.#define(inst.result, [tag(TAG.null), tag(0n)], block)
        const x = this.#read(home)
        const y = this.#read(home)
        const isRef = this.#pure("i64", w.select(x.expr, w.i64(TAG.ref), w.i64(TAG.null)), [x])
        return this.#define(inst.result, [isRef, this.#pure("i64", w.unary("i64.extend_i32_u", y.expr), [y])], block)
      }
    }
  }

  // ---- Memory -----------------------------------------------------------------------------------------------------

  /** Address arithmetic needs a base that can be read for each part. */
  #loadParts(type: Type, offset: number, base: Scalar): Scalar[] {
    const w = this.#w
    const read = (t: WasmType, at: number, address: Expr): Scalar => this.#pure(t, w.load(t, at, address), [base], true)
    switch (carrierOf(type)) {
      case "unit":
        return []
      case "i64":
        return [read("i64", offset, base.expr)]
      case "f64":
        return [read("f64", offset, base.expr)]
      case "bool":
      case "pointer":
        return [read("i32", offset, base.expr)]
      case "any": {
        const again = this.#twice(base)
        return [read("i64", offset, again()), read("i64", offset + 8, again())]
      }
    }
  }

  /** Makes a scalar readable any number of times. */
  #twice(s: Scalar): () => Expr {
    const w = this.#w
    const index = this.#newLocal(s.type)
    this.#push(w.localSet(index, s.expr))
    return () => w.localGet(index, s.type)
  }

  #storeParts(type: Type, offset: number, base: () => Expr, parts: readonly Scalar[]): void {
    const w = this.#w
    const [first, second] = parts
    switch (carrierOf(type)) {
      case "unit":
        return
      case "i64":
      case "f64":
        this.#push(this.#mark(w.store((first as Scalar).type, offset, base(), (first as Scalar).expr)))
        return
      case "bool":
      case "pointer":
        this.#push(this.#mark(w.store("i64", offset, base(), w.unary("i64.extend_i32_u", (first as Scalar).expr))))
        return
      case "any":
        this.#push(this.#mark(w.store("i64", offset, base(), (first as Scalar).expr)), this.#mark(w.store("i64", offset + 8, base(), (second as Scalar).expr)))
    }
  }

  #setField(inst: Inst, object: ValueId, value: ValueId): void {
    const w = this.#w
    const { offset, type } = this.#image.slot(inst.imm as FieldRef)
    const carrier = carrierOf(type)
    const base = this.#keep(object)
    this.#use(object)
    const parts = this.#use(value)
    this.#settleReaders()
    if (carrier !== "any" && carrier !== "pointer") {
      this.#storeParts(type, offset, () => this.#get(base), parts)
      return
    }
    // The old value is released after the new one is in place: releasing may run into this very object.
    const old = carriers(type).map((t, part) => {
      const index = this.#borrow(carrier === "pointer" ? "i32" : "i64")
      this.#push(w.localSet(index, w.load(carrier === "pointer" ? "i32" : t, offset + part * 8, this.#get(base))))
      return index
    })
    this.#storeParts(type, offset, () => this.#get(base), parts)
    this.#releaseLocals(type, old)
    for (const index of old) this.#free[carrier === "pointer" ? "i32" : "i64"].push(index)
  }

  #setGlobal(inst: Inst, value: ValueId): void {
    const w = this.#w
    const name = inst.imm as string
    const type = this.#image.globalType(name)
    const parts = this.#use(value)
    this.#settleReaders()
    const carrier = carrierOf(type)
    const counted = carrier === "any" || carrier === "pointer"
    const types = carriers(type)
    const old = counted
      ? types.map((t, part) => {
          const index = this.#borrow(t)
          this.#push(w.localSet(index, w.globalGet(globalName(name, part), t)))
          return index
        })
      : []
    parts.forEach((p, part) => {
      this.#push(this.#mark(w.globalSet(globalName(name, part), p.expr)))
    })
    if (!counted) return
    this.#releaseLocals(type, old)
    old.forEach((index, part) => {
      this.#free[types[part] as WasmType].push(index)
    })
  }

  #arrayAddress(array: Home, index: Home, size: number): Expr {
    const w = this.#w
    const at = w.unary("i32.wrap_i64", this.#get(index))
    const scaled = size === 1 ? at : w.binary("i32.shl", at, w.i32(Math.log2(size)))
    return w.binary("i32.add", w.load("i32", ARRAY.data, this.#get(array)), scaled)
  }

  /** True (not zero) if the array has another kind or the index is out of range. */
  #arrayMiss(array: Home, index: Home, kind: number): Expr {
    const w = this.#w
    const wrongKind = w.binary("i32.ne", w.load("i32", ARRAY.kind, this.#get(array)), w.i32(kind))
    const inRange = w.binary("i64.lt_u", this.#get(index), w.unary("i64.extend_i32_u", w.load("i32", ARRAY.length, this.#get(array))))
    return w.binary("i32.or", wrongKind, w.unary("i32.eqz", inRange))
  }

  #arrayGet(inst: Inst, array: ValueId, at: ValueId, block: BlockId): void {
    const w = this.#w
    const element = inst.op.slice("arr.get.".length) as "i64" | "f64" | "bool" | "ref"
    const { kind, size } = ELEMENT_KIND[element]
    const arr = this.#keep(array)
    const index = this.#keep(at)
    this.#use(array)
    this.#use(at)
    this.#miss(inst, block, this.#arrayMiss(arr, index, kind))
    const address = this.#arrayAddress(arr, index, size)
    const type: WasmType = element === "i64" ? "i64" : element === "f64" ? "f64" : "i32"
    const value = element === "bool" ? w.load8(0, address) : w.load(type, 0, address)
    this.#place(inst.result, [{ type, expr: this.#mark(value), readsMemory: true, locals: [] }])
  }

  #arraySet(inst: Inst, array: ValueId, at: ValueId, value: ValueId, block: BlockId): void {
    const w = this.#w
    const element = inst.op.slice("arr.set.".length) as "i64" | "f64" | "bool"
    const { kind, size } = ELEMENT_KIND[element]
    const arr = this.#keep(array)
    const index = this.#keep(at)
    const home = this.#keep(value)
    for (const v of [array, at, value]) this.#use(v)
    this.#settleReaders()
    this.#miss(inst, block, this.#arrayMiss(arr, index, kind))
    const address = this.#arrayAddress(arr, index, size)
    this.#push(this.#mark(element === "bool" ? w.store8(0, address, this.#get(home)) : w.store(element, 0, address, this.#get(home))))
  }

  #arrayPush(inst: Inst, array: ValueId, value: ValueId, block: BlockId): void {
    const w = this.#w
    const element = inst.op.slice("arr.push.".length) as "i64" | "f64"
    const { kind, size } = ELEMENT_KIND[element]
    const arr = this.#keep(array)
    const home = this.#keep(value)
    this.#use(array)
    this.#use(value)
    this.#settleReaders()
    const length = this.#borrow("i32")
    this.#push(w.localSet(length, w.load("i32", ARRAY.length, this.#get(arr))))
    const wrongKind = w.binary("i32.ne", w.load("i32", ARRAY.kind, this.#get(arr)), w.i32(kind))
    const full = w.binary("i32.ge_u", w.localGet(length, "i32"), w.load("i32", ARRAY.capacity, this.#get(arr)))
    this.#miss(inst, block, w.binary("i32.or", wrongKind, full))
    const address = w.binary("i32.add", w.load("i32", ARRAY.data, this.#get(arr)), w.binary("i32.shl", w.localGet(length, "i32"), w.i32(Math.log2(size))))
    this.#push(this.#mark(w.store(element, 0, address, this.#get(home))))
    this.#push(w.store("i32", ARRAY.length, this.#get(arr), w.binary("i32.add", w.localGet(length, "i32"), w.i32(1))))
    this.#free.i32.push(length)
  }

  // ---- Calls and failures -----------------------------------------------------------------------------------------

  #resultLocal(v: ValueId | null, type: WasmType): number {
    const index = this.#newLocal(type)
    if (v !== null) {
      this.#homes[v] = [{ kind: "local", type, index }]
      this.#name(v, this.#homes[v] as readonly Home[])
    }
    return index
  }

  /** Evaluates now, into locals. */
  #place(v: ValueId | null, parts: readonly Scalar[]): void {
    const w = this.#w
    const unused = v === null || this.#uses[v] === 0
    const homes = parts.map((part): Home => {
      if (unused) {
        this.#push(w.drop(part.expr))
        return { kind: "const", type: part.type, value: part.type === "i64" ? 0n : 0 }
      }
      const index = this.#newLocal(part.type)
      this.#push(this.#mark(w.localSet(index, part.expr)))
      return { kind: "local", type: part.type, index }
    })
    if (v !== null) {
      this.#homes[v] = homes
      this.#name(v, homes)
    }
  }

  #call(inst: Inst, block: BlockId, symbol: string, result: Type, fails: boolean): void {
    const w = this.#w
    const args = inst.args.flatMap((arg) => this.#use(arg))
    this.#settleReaders()
    const types = carriers(result)
    const call = this.#mark(w.call(symbol, args.map((s) => s.expr), types))
    const mayFail = fails && inst.error !== null
    if (types.length === 2) {
      if (!mayFail && (inst.result === null || this.#uses[inst.result] === 0)) {
        this.#push(w.drop(call))
        if (inst.result !== null) this.#homes[inst.result] = [{ kind: "const", type: "i64", value: 0n }, { kind: "const", type: "i64", value: 0n }]
        return
      }
      if (this.#pairLocal === -1) this.#pairLocal = this.#newLocal("pair")
      const tag = this.#newLocal("i64")
      const payload = this.#newLocal("i64")
      this.#push(...w.pairSet(this.#pairLocal, call, tag, payload))
      const homes: Home[] = [{ kind: "local", type: "i64", index: tag }, { kind: "local", type: "i64", index: payload }]
      if (inst.result !== null) {
        this.#homes[inst.result] = homes
        this.#name(inst.result, homes)
      }
      if (mayFail) this.#fail(inst, block, w.binary("i64.eq", w.localGet(tag, "i64"), w.i64(TAG.error)), [])
      return
    }
    const type = types[0]
    const isPointer = carrierOf(result) === "pointer" && !isNullable(result)
    if (type === undefined) {
      this.#push(call)
      if (inst.result !== null) this.#homes[inst.result] = []
      if (mayFail) this.#fail(inst, block, this.#pending(), [])
      return
    }
    if (mayFail && isPointer) {
      const index = this.#resultLocal(inst.result, type)
      this.#push(w.localSet(index, call))
      this.#fail(inst, block, w.unary("i32.eqz", w.localGet(index, type)), [])
      return
    }
    this.#place(inst.result, [{ type, expr: call, readsMemory: false, locals: [] }])
    if (mayFail) this.#fail(inst, block, this.#pending(), [])
  }

  #pending(): Expr {
    return this.#w.load("i32", 0, this.#w.i32(this.#image.pendingAddress))
  }

  /** Ends the block on the error edge if `failed`: reports the site, then goes there. `before` runs on failure only. */
  #fail(inst: Inst, block: BlockId, failed: Expr, before: readonly Expr[]): void {
    const w = this.#w
    const edge = inst.error
    invariant(edge !== null, "backend/wasm", `${this.#func.name}: ${inst.op} fails without an error edge`)
    const site = this.#image.site(this.#func, inst.origin)
    const code = [...before, w.call("hk_trace", [w.i32(site.index), w.i32(site.line)], [])]
    // The failing result does not exist on this edge; its home must not count as waiting there.
    code.push(...this.#edge(block, edge))
    this.#push(w.if(failed, code, null))
  }

  #miss(inst: Inst, block: BlockId, missed: Expr): void {
    const edge = inst.error
    invariant(edge !== null, "backend/wasm", `${this.#func.name}: ${inst.op} misses without an edge`)
    this.#push(this.#w.if(missed, this.#edge(block, edge), null))
  }

  #stackEnter(inst: Inst, block: BlockId): void {
    const w = this.#w
    const depth = this.#borrow("i32")
    const raised = w.binary("i32.add", w.globalGet(DEPTH, "i32"), w.i32(1))
    this.#push(w.globalSet(DEPTH, w.localTee(depth, raised, "i32")))
    const over = w.binary("i32.gt_u", w.localGet(depth, "i32"), w.load("i32", 0, w.i32(this.#image.depthLimitAddress)))
    this.#fail(inst, block, over, [
      w.globalSet(DEPTH, w.binary("i32.sub", w.localGet(depth, "i32"), w.i32(1))),
      w.call("hk_raise_stack_overflow", [w.i32(this.#image.stringAddress(this.#func.display))], []),
    ])
    this.#free.i32.push(depth)
  }

  // ---- Counts -----------------------------------------------------------------------------------------------------

  #retain(v: ValueId): void {
    const w = this.#w
    const type = this.#type(v)
    const bump = (pointer: () => Expr): Expr => {
      const count = this.#borrow("i32")
      const code = w.if(
        w.binary("i32.lt_u", w.localTee(count, w.load("i32", HEADER.count, pointer()), "i32"), w.i32(IMMORTAL)),
        [w.store("i32", HEADER.count, pointer(), w.binary("i32.add", w.localGet(count, "i32"), w.i32(1)))],
        null,
      )
      this.#free.i32.push(count)
      return code
    }
    if (carrierOf(type) === "any") {
      const tag = this.#keep(v, 0)
      const payload = this.#keep(v, 1)
      this.#use(v)
      if (tag.kind === "const" && tag.value !== TAG.ref) return
      this.#settleReaders()
      const pointer = (): Expr => w.unary("i32.wrap_i64", this.#get(payload))
      if (tag.kind === "const") this.#push(bump(pointer))
      else this.#push(w.if(w.binary("i64.eq", this.#get(tag), w.i64(TAG.ref)), [bump(pointer)], null))
      return
    }
    const home = this.#keep(v)
    this.#use(v)
    if (home.kind === "const") return
    this.#settleReaders()
    const pointer = (): Expr => this.#get(home)
    this.#push(isNullable(type) ? w.if(pointer(), [bump(pointer)], null) : bump(pointer))
  }

  #release(v: ValueId): void {
    const type = this.#type(v)
    const any = carrierOf(type) === "any"
    const homes = any ? [this.#keep(v, 0), this.#keep(v, 1)] : [this.#keep(v)]
    this.#use(v)
    this.#settleReaders()
    this.#releaseHomes(type, homes)
  }

  #releaseLocals(type: Type, locals: readonly number[]): void {
    const types = carriers(type)
    this.#releaseHomes(type, locals.map((index, part): Home => ({ kind: "local", type: types[part] as WasmType, index })))
  }

  #releaseHomes(type: Type, homes: readonly Home[]): void {
    const w = this.#w
    const drop = (pointer: () => Expr): Expr[] => {
      const count = this.#borrow("i32")
      const code = [
        w.localSet(count, w.load("i32", HEADER.count, pointer())),
        // One comparison for the common case: neither the last reference nor an immortal object.
        w.if(
          w.binary("i32.lt_u", w.binary("i32.sub", w.localGet(count, "i32"), w.i32(2)), w.i32(IMMORTAL - 2)),
          [w.store("i32", HEADER.count, pointer(), w.binary("i32.sub", w.localGet(count, "i32"), w.i32(1)))],
          [w.call("hk_release", [pointer()], [])],
        ),
      ]
      this.#free.i32.push(count)
      return code
    }
    if (homes.length === 2) {
      const [tag, payload] = homes as [Home, Home]
      if (tag.kind === "const" && tag.value !== TAG.ref) return
      const pointer = (): Expr => w.unary("i32.wrap_i64", this.#get(payload))
      if (tag.kind === "const") this.#push(...drop(pointer))
      else this.#push(w.if(w.binary("i64.eq", this.#get(tag), w.i64(TAG.ref)), drop(pointer), null))
      return
    }
    const home = homes[0] as Home
    if (home.kind === "const") return
    const pointer = (): Expr => this.#get(home)
    if (isNullable(type)) this.#push(w.if(pointer(), drop(pointer), null))
    else this.#push(...drop(pointer))
  }
}

function blockLabel(block: BlockId): string {
  return `bb${block}`
}

function loopLabel(block: BlockId): string {
  return `loop${block}`
}

/** Name of the WebAssembly global that holds one part of a module variable. */
export function globalName(name: string, part: number): string {
  return `g:${name}:${part}`
}

/** The global that counts calls. */
export const DEPTH = "hk:depth"

/** True if an immediate is a field reference. */
export function isFieldRef(imm: Immediate | null): imm is FieldRef {
  return typeof imm === "object" && imm !== null
}
