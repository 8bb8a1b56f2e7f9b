/**
 * Blocks and edges of one function: the structured code around the instructions, the moves an edge makes, and the tests
 * by which a failing instruction leaves its block.
 *
 * Failing instructions end their block, so failure is one test at the end of a block and a branch to the error edge,
 * which first reports the site of the failure (`hk_trace`).
 */
import { invariant } from "../../base/bug.ts"
import type { BlockCall, BlockId, Block, Func, Inst, ValueId } from "../../mir/ir.ts"
import { TAG } from "../object-layout.ts"
import type { Expr, WasmBuilder, WasmType } from "./builder.ts"
import { type Home, type Scalar, ValueHomes } from "./homes.ts"
import { blockLabel, loopLabel } from "./names.ts"
import { carriers } from "./operators.ts"
import type { ProgramPlaces } from "./places.ts"
import { type Structure, structure } from "./structure.ts"

/** See the head of the file. */
export abstract class EdgeLowering extends ValueHomes {
  protected readonly structure: Structure

  constructor(func: Func, image: ProgramPlaces, w: WasmBuilder) {
    super(func, image, w)
    this.structure = structure(func)
  }

  /** Lowers one instruction of a block. */
  protected abstract inst(inst: Inst, block: BlockId): void

  /** The code of `start` and of everything placed under it. Chains are followed in a loop, so depth follows nesting only. */
  protected emit(start: BlockId): Expr[] {
    const w = this.w
    const result: Expr[] = []
    let at: BlockId | null = start
    while (at !== null) {
      const id: BlockId = at
      const inner = this.structure.inner(id)
      const outer = this.structure.outer(id)
      const wrapped = inner.length > 0 || outer.length > 0 || this.structure.isLoop(id)
      const { code, follow } = this.content(id)
      if (!wrapped) {
        result.push(...code)
        at = follow
        continue
      }
      let part = code
      if (follow !== null) part.push(...this.emit(follow))
      const kids: { readonly block: BlockId; readonly loopEnds: boolean }[] = [
        ...inner.map((block) => ({ block, loopEnds: false })),
        ...outer.map((block) => ({ block, loopEnds: true })),
      ]
      let inLoop = this.structure.isLoop(id)
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
        else part.push(...this.emit(kid.block))
      })
      if (inLoop) closeLoop()
      result.push(...part)
    }
    return result
  }

  /** The code of one block without what it is wrapped in, and the block whose code simply follows, if any. */
  protected content(id: BlockId): { readonly code: Expr[]; readonly follow: BlockId | null } {
    const block = this.blocks.get(id)
    invariant(block !== undefined, "backend/wasm", `block ${id} is missing`)
    const saved = this.out
    const savedOrigin = this.origin
    this.out = []
    for (const inst of block.insts) {
      this.origin = inst.origin
      this.inst(inst, id)
    }
    this.origin = block.termOrigin
    const follow = this.terminator(block)
    invariant(this.waiting.size === 0, "backend/wasm", `${this.func.name} bb${id}: values wait after the end of their block`)
    const code = this.out
    this.out = saved
    this.origin = savedOrigin
    return { code, follow }
  }

  protected terminator(block: Block): BlockId | null {
    const w = this.w
    const term = block.term
    switch (term.kind) {
      case "jump":
        return this.goto(block.id, term.to)
      case "br": {
        const cond = this.use1(term.cond)
        // Waiting values that the two edges need are evaluated on the edge that is taken.
        const thenFirst = this.isPlainBranch(block.id, term.then)
        const elseFirst = !thenFirst && this.isPlainBranch(block.id, term.else)
        if (thenFirst) {
          this.push(w.br(this.label(block.id, term.then.block), cond))
          return this.goto(block.id, term.else)
        }
        if (elseFirst) {
          this.push(w.br(this.label(block.id, term.else.block), w.unary("i32.eqz", cond)))
          return this.goto(block.id, term.then)
        }
        // The cold side, or the one that branches away, goes into the arm; the other follows.
        const armIsElse = term.cold === "else" || (term.cold === null && this.structure.isLabelled(term.else.block) && !this.structure.isLabelled(term.then.block))
        const arm = this.edge(block.id, armIsElse ? term.else : term.then)
        this.push(w.if(armIsElse ? w.unary("i32.eqz", cond) : cond, arm, null))
        return this.goto(block.id, armIsElse ? term.then : term.else)
      }
      case "switch": {
        this.switch(block.id, term.on, term.cases, term.default)
        return null
      }
      case "ret": {
        if (term.value === null || this.func.result === "unit") this.push(w.return(null))
        else {
          const parts = this.use(term.value)
          this.push(w.return(parts.length === 2 ? w.pair((parts[0] as Scalar).expr, (parts[1] as Scalar).expr) : ((parts[0] as Scalar).expr)))
        }
        return null
      }
      case "raise":
        this.push(this.raise())
        return null
      case "fatal":
        this.push(w.call("hk_fatal", [], []), w.unreachable())
        return null
      case "unreachable":
        this.push(w.unreachable())
        return null
    }
  }

  /** The value a function returns to say that it failed. */
  protected raise(): Expr {
    const w = this.w
    const types = carriers(this.func.result)
    if (types.length === 2) return w.return(w.pair(w.i64(TAG.error), w.i64(0n)))
    const type = types[0]
    if (type === undefined) return w.return(null)
    return w.return(type === "i32" ? w.i32(0) : type === "i64" ? w.i64(0n) : w.f64(0))
  }

  protected switch(from: BlockId, on: ValueId, cases: readonly { readonly value: bigint; readonly to: BlockCall }[], otherwise: BlockCall): void {
    const w = this.w
    const type = this.keep(on)
    const values = cases.map((c) => c.value)
    const low = values.reduce((a, b) => (a < b ? a : b), values[0] ?? 0n)
    const high = values.reduce((a, b) => (a > b ? a : b), values[0] ?? 0n)
    const dense = cases.length >= 4 && high - low < BigInt(cases.length) * 4n + 8n
    if (!dense) {
      for (const c of cases) {
        const test = w.binary("i64.eq", this.get(type), w.i64(c.value))
        this.push(w.if(test, this.edge(from, c.to), null))
      }
      this.out.push(...this.edge(from, otherwise))
      return
    }
    // A table of labels: one block a case, innermost first; its code stands after the block's end.
    const size = Number(high - low) + 1
    const labels: string[] = new Array(size).fill(`s${from}d`)
    cases.forEach((c, i) => {
      labels[Number(c.value - low)] = `s${from}c${i}`
    })
    const offset = w.binary("i64.sub", this.get(type), w.i64(low))
    const inRange = w.binary("i64.lt_u", offset, w.i64(BigInt(size)))
    const index = w.unary("i32.wrap_i64", w.binary("i64.sub", this.get(type), w.i64(low)))
    let body: Expr[] = [w.if(inRange, [w.brTable(labels, `s${from}d`, index)], null)]
    body = [w.block(`s${from}d`, body)]
    body.push(...this.edge(from, otherwise))
    cases.forEach((c, i) => {
      body = [w.block(`s${from}c${i}`, body), ...this.edge(from, c.to)]
    })
    this.out.push(...body)
  }

  /** The code of taking an edge, as a list that never falls through. */
  protected edge(from: BlockId, call: BlockCall): Expr[] {
    const saved = this.out
    this.out = []
    const waiting = new Set(this.waiting)
    const follow = this.goto(from, call)
    const code = this.out
    this.out = saved
    if (follow !== null) {
      // The code of the target is lowered with nothing waiting; what waits here belongs to the other edges.
      const rest = [...this.waiting]
      this.waiting.clear()
      code.push(...this.emit(follow))
      for (const v of rest) this.waiting.add(v)
    }
    invariant([...this.waiting].every((v) => waiting.has(v)), "backend/wasm", "an edge left values waiting")
    return code
  }

  /** Moves the arguments and branches; gives the target instead if its code may simply follow. */
  protected goto(from: BlockId, call: BlockCall): BlockId | null {
    const target = this.blocks.get(call.block)
    invariant(target !== undefined && target.params.length === call.args.length, "backend/wasm", `bad edge to bb${call.block}`)
    this.moves(target.params, call.args)
    if (this.structure.isBackEdge(from, call.block) || this.structure.isLabelled(call.block)) {
      this.push(this.w.br(this.label(from, call.block), null))
      return null
    }
    return call.block
  }

  protected isPlainBranch(from: BlockId, call: BlockCall): boolean {
    return call.args.length === 0 && (this.structure.isBackEdge(from, call.block) || this.structure.isLabelled(call.block))
  }

  protected label(from: BlockId, to: BlockId): string {
    return this.structure.isBackEdge(from, to) ? loopLabel(to) : blockLabel(to)
  }

  /** Assigns block parameters as if all at once. */
  protected moves(params: readonly ValueId[], args: readonly ValueId[]): void {
    const w = this.w
    let moves: { readonly to: number; source: Scalar }[] = []
    params.forEach((param, i) => {
      const homes = this.homes[param] as readonly Home[]
      const sources = this.use(args[i] as ValueId)
      homes.forEach((home, part) => {
        invariant(home.kind === "local", "backend/wasm", "a block parameter is not a local")
        const source = sources[part]
        invariant(source !== undefined, "backend/wasm", `bb parameter %${param} of type ${this.type(param)} takes %${args[i]} of type ${this.type(args[i] as ValueId)}`)
        if (this.uses[param] === 0) return
        if (source.locals.length === 1 && source.locals[0] === home.index && this.homeIs(args[i] as ValueId, part, home.index)) return
        moves.push({ to: home.index, source })
      })
    })
    const borrowed: [WasmType, number][] = []
    while (moves.length > 0) {
      const ready = moves.findIndex((m) => moves.every((other) => other === m || !other.source.locals.includes(m.to)))
      if (ready >= 0) {
        const [move] = moves.splice(ready, 1) as [(typeof moves)[number]]
        this.push(w.localSet(move.to, move.source.expr))
        continue
      }
      // Every target is still read by another move: free one by taking its source aside.
      const move = moves[0] as (typeof moves)[number]
      const aside = this.borrow(move.source.type)
      borrowed.push([move.source.type, aside])
      this.push(w.localSet(aside, move.source.expr))
      move.source = { type: move.source.type, expr: w.localGet(aside, move.source.type), readsMemory: false, locals: [aside] }
      moves = [...moves]
    }
    for (const [type, index] of borrowed) this.free[type].push(index)
  }

  protected homeIs(value: ValueId, part: number, index: number): boolean {
    const home = this.homes[value]?.[part]
    return home?.kind === "local" && home.index === index
  }

  protected pending(): Expr {
    return this.w.load("i32", 0, this.w.i32(this.image.pendingAddress))
  }

  /** Ends the block on the error edge if `failed`: reports the site, then goes there. `before` runs on failure only. */
  protected fail(inst: Inst, block: BlockId, failed: Expr, before: readonly Expr[]): void {
    const w = this.w
    const edge = inst.error
    invariant(edge !== null, "backend/wasm", `${this.func.name}: ${inst.op} fails without an error edge`)
    const site = this.image.site(this.func, inst.origin)
    const code = [...before, w.call("hk_trace", [w.i32(site.index), w.i32(site.line)], [])]
    // The failing result does not exist on this edge; its home must not count as waiting there.
    code.push(...this.edge(block, edge))
    this.push(w.if(failed, code, null))
  }

  protected miss(inst: Inst, block: BlockId, missed: Expr): void {
    const edge = inst.error
    invariant(edge !== null, "backend/wasm", `${this.func.name}: ${inst.op} misses without an edge`)
    // A miss that leads to what is unreachable never happens.
    const target = this.blocks.get(edge.block)
    if (target?.insts.length === 0 && target.term.kind === "unreachable") return
    this.push(this.w.if(missed, this.edge(block, edge), null))
  }
}
