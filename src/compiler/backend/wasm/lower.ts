/**
 * One MIR function to one WebAssembly function: what each instruction becomes. Where values live is in `homes.ts`, how
 * blocks nest and edges move values in `edges.ts`, the ways into memory in `memory.ts`.
 */
import { invariant } from "../../base/bug.ts"
import type { BlockId, FieldRef, Func, Inst, Origin, Type, ValueId } from "../../mir/ir.ts"
import { ARRAY, CLASS_WORD, carrierOf, HEADER, isNullable, STRING, TAG } from "../object-layout.ts"
import type { Expr, WasmBuilder, WasmType } from "./builder.ts"
import type { Home, Scalar } from "./homes.ts"
import { MemoryLowering } from "./memory.ts"
import { BINARY, carriers, resultOf, UNARY } from "./operators.ts"
import type { ProgramPlaces } from "./places.ts"

/** The finished function. */
export interface LoweredFunction {
  readonly params: readonly WasmType[]
  readonly results: readonly WasmType[]
  /** Types of the locals after the parameters. */
  readonly locals: readonly WasmType[]
  readonly body: Expr
  /** Expressions with the place in the source they come from. */
  readonly origins: readonly (readonly [Expr, Origin])[]
  /** Names of locals, by index. */
  readonly names: ReadonlyMap<number, string>
}


/** Lowers `func`; `image` supplies addresses, layouts, signatures and sites. */
export function lowerFunction(func: Func, image: ProgramPlaces, w: WasmBuilder): LoweredFunction {
  return new FunctionLowering(func, image, w).run()
}

class FunctionLowering extends MemoryLowering {
  run(): LoweredFunction {
    const func = this.func
    for (const param of func.params) {
      const homes: Home[] = []
      for (const type of carriers(this.type(param))) {
        homes.push({ kind: "local", type, index: this.params.length })
        this.params.push(type)
      }
      this.homes[param] = homes
      this.name(param, homes)
    }
    // Homes of block parameters exist before any edge to the block is lowered.
    for (const block of func.blocks) {
      for (const param of block.params) this.homes[param] = this.freshHomes(param)
    }
    const body = this.emit(this.structure.entry)
    body.push(this.w.unreachable())
    return {
      params: this.params,
      results: carriers(func.result),
      locals: this.locals,
      body: this.w.block(null, body),
      origins: this.origins,
      names: this.names,
    }
  }

  protected inst(inst: Inst, block: BlockId): void {
    const w = this.w
    const [a, b, c] = inst.args as readonly [ValueId, ValueId, ValueId]
    const binary = BINARY[inst.op]
    if (binary !== undefined) {
      const l = this.one(a)
      const r = this.one(b)
      this.define(inst.result, [this.pure(resultOf(binary), w.binary(binary, l.expr, r.expr), [l, r])], block)
      return
    }
    const unary = UNARY[inst.op]
    if (unary !== undefined) {
      const x = this.one(a)
      this.define(inst.result, [this.pure(resultOf(unary), w.unary(unary, x.expr), [x])], block)
      return
    }
    switch (inst.op) {
      case "const.i64":
        return this.define(inst.result, [{ kind: "const", type: "i64", value: BigInt.asIntN(64, inst.imm as bigint) }], block)
      case "const.f64":
        return this.define(inst.result, [{ kind: "const", type: "f64", value: inst.imm as number }], block)
      case "const.bool":
        return this.define(inst.result, [{ kind: "const", type: "i32", value: inst.imm === true ? 1 : 0 }], block)
      case "const.str":
        return this.define(inst.result, [{ kind: "const", type: "i32", value: this.image.stringAddress(inst.imm as string) }], block)
      case "const.null":
        return this.define(inst.result, [{ kind: "const", type: "i64", value: TAG.null }, { kind: "const", type: "i64", value: 0n }], block)
      case "const.none":
        return this.define(inst.result, [{ kind: "const", type: "i32", value: 0 }], block)
      case "static.ref":
        return this.define(inst.result, [{ kind: "const", type: "i32", value: this.image.staticAddress(inst.imm as string) }], block)
      case "i64.neg": {
        const x = this.one(a)
        return this.define(inst.result, [this.pure("i64", w.binary("i64.sub", w.i64(0n), x.expr), [x])], block)
      }
      case "i64.not": {
        const x = this.one(a)
        return this.define(inst.result, [this.pure("i64", w.binary("i64.xor", x.expr, w.i64(-1n)), [x])], block)
      }
      case "i64.div": {
        // MIN / -1 traps in WebAssembly and is MIN here.
        const divisor = this.homes[b]?.[0]
        if (divisor?.kind === "const" && divisor.value !== -1n) {
          const l = this.one(a)
          const r = this.one(b)
          return this.define(inst.result, [this.pure("i64", w.binary("i64.div_s", l.expr, r.expr), [l, r])], block)
        }
        const left = this.keep(a)
        const right = this.keep(b)
        const negated = w.binary("i64.sub", w.i64(0n), this.get(left))
        const quotient = w.binary("i64.div_s", this.get(left), this.get(right))
        const index = this.resultLocal(inst.result, "i64")
        this.push(this.mark(w.if(w.binary("i64.eq", this.get(right), w.i64(-1n)), [w.localSet(index, negated)], [w.localSet(index, quotient)])))
        return
      }
      case "select": {
        const cond = this.keep(a)
        const x = this.use(b)
        const y = this.use(c)
        const reads = this.read(cond)
        return this.define(inst.result, x.map((xs, i) => this.pure(xs.type, w.select(this.get(cond), xs.expr, (y[i] as Scalar).expr), [xs, y[i] as Scalar, reads].map((s) => ({ ...s })))), block)
      }
      case "any.box":
        return this.box(inst, a, block)
      case "any.tag":
        return this.definePart(inst, a, 0, (s) => s, block)
      case "any.i64":
        return this.definePart(inst, a, 1, (s) => s, block)
      case "any.f64":
        return this.definePart(inst, a, 1, (s) => this.pure("f64", w.unary("f64.reinterpret_i64", s.expr), [s]), block)
      case "any.bool":
      case "any.ref":
      case "any.opt":
        return this.definePart(inst, a, 1, (s) => this.pure("i32", w.unary("i32.wrap_i64", s.expr), [s]), block)
      case "opt.ref":
      case "ref.opt":
      case "ref.cast":
        return this.define(inst.result, this.transfer(a), block)
      case "class.id": {
        const x = this.one(a)
        const word = w.load("i32", HEADER.classWord, x.expr)
        return this.define(inst.result, [this.pure("i64", w.unary("i64.extend_i32_u", w.binary("i32.and", word, w.i32(~CLASS_WORD.hasWeak))), [x], true)], block)
      }
      case "arr.len": {
        const x = this.one(a)
        return this.define(inst.result, [this.pure("i64", w.unary("i64.extend_i32_u", w.load("i32", ARRAY.length, x.expr)), [x], true)], block)
      }
      case "str.len": {
        // Strings that are being appended to in place change their length, so this reads memory.
        const x = this.one(a)
        return this.define(inst.result, [this.pure("i64", w.unary("i64.extend_i32_u", w.load("i32", STRING.codePoints, x.expr)), [x], true)], block)
      }
      case "new": {
        this.settleReaders()
        const { id, size } = this.image.classInfo(inst.imm as string)
        const call = w.call("hk_alloc_object", [w.i32(id), w.i32(size)], ["i32"])
        return this.place(inst.result, [{ type: "i32", expr: this.mark(call), readsMemory: false, locals: [] }])
      }
      case "field.get": {
        const base = this.one(a)
        const { offset, type } = this.image.slot(inst.imm as FieldRef)
        return this.define(inst.result, this.loadParts(type, offset, base), block)
      }
      case "field.set":
        return this.setField(inst, a, b)
      case "global.get":
      case "slot.get":
        return this.define(inst.result, carriers(this.image.globalType(inst.imm as string)).map((type, part) => this.pure(type, this.readVariable(this.image.variable(inst.imm as string, part), type), [], true)), block)
      case "global.set":
        return this.setGlobal(inst, a)
      case "slot.set": {
        const parts = this.use(a)
        this.settleReaders()
        parts.forEach((part, i) => {
          this.push(this.writeVariable(this.image.variable(inst.imm as string, i), part.type, part.expr))
        })
        return
      }
      case "arr.get.i64":
      case "arr.get.f64":
      case "arr.get.bool":
      case "arr.get.ref":
        return this.arrayGet(inst, a, b, block)
      case "arr.set.i64":
      case "arr.set.f64":
      case "arr.set.bool":
        return this.arraySet(inst, a, b, c, block)
      case "arr.push.i64":
      case "arr.push.f64":
      case "arr.push.bool":
        return this.arrayPush(inst, a, b, block)
      case "check.alive": {
        const home = this.keep(a)
        this.use(a)
        const dead = w.binary("i32.and", w.load("i32", HEADER.classWord, this.get(home)), w.i32(CLASS_WORD.dead))
        this.fail(inst, block, dead, [w.call("hk_raise_dead", [this.get(home)], [])])
        return
      }
      case "call": {
        const callee = this.image.functionSignature(inst.imm as string)
        return this.call(inst, block, callee.symbol, callee.result, callee.fails)
      }
      case "call.rt": {
        const row = this.image.abi(inst.imm as string)
        return this.call(inst, block, inst.imm as string, row.result, row.fails)
      }
      case "err.take":
        this.settleReaders()
        return this.place(inst.result, [{ type: "i32", expr: this.mark(w.call("hk_err_take", [], ["i32"])), readsMemory: false, locals: [] }])
      case "err.set": {
        const x = this.one(a)
        this.settleReaders()
        this.push(this.mark(w.call("hk_err_set", [x.expr], [])))
        return
      }
      case "stack.enter":
        return this.stackEnter(inst, block)
      case "stack.leave":
        this.push(this.setDepth(w.binary("i32.sub", this.depth(), w.i32(1))))
        return
      case "retain":
        return this.retain(a)
      case "release":
        return this.release(a)
      case "keepalive":
        this.use(a)
        return
      default:
        invariant(false, "backend/wasm", `${this.func.name}: no lowering for ${inst.op}`)
    }
  }

  protected box(inst: Inst, from: ValueId, block: BlockId): void {
    const w = this.w
    const type = this.type(from)
    const tag = (value: bigint): Home => ({ kind: "const", type: "i64", value })
    switch (carrierOf(type)) {
      case "unit":
        return this.define(inst.result, [tag(TAG.null), tag(0n)], block)
      case "any":
        return this.define(inst.result, this.transfer(from), block)
      case "i64":
        return this.define(inst.result, [tag(TAG.i64), ...this.transfer(from)], block)
      case "f64": {
        const x = this.one(from)
        return this.define(inst.result, [tag(TAG.f64), this.pure("i64", w.unary("i64.reinterpret_f64", x.expr), [x])], block)
      }
      case "bool": {
        const x = this.one(from)
        return this.define(inst.result, [tag(TAG.bool), this.pure("i64", w.unary("i64.extend_i32_u", x.expr), [x])], block)
      }
      case "pointer": {
        if (!isNullable(type)) {
          const home = this.homes[from]?.[0]
          if (home?.kind === "const") {
            this.use(from)
            return this.define(inst.result, [tag(TAG.ref), tag(BigInt((home.value as number) >>> 0))], block)
          }
          const x = this.one(from)
          return this.define(inst.result, [tag(TAG.ref), this.pure("i64", w.unary("i64.extend_i32_u", x.expr), [x])], block)
        }
        const home = this.keep(from)
        this.use(from)
        if (home.kind === "const") {
          const address = BigInt((home.value as number) >>> 0)
          return this.define(inst.result, [tag(address === 0n ? TAG.null : TAG.ref), tag(address)], block)
        }
        const x = this.read(home)
        const y = this.read(home)
        const isRef = this.pure("i64", w.select(x.expr, w.i64(TAG.ref), w.i64(TAG.null)), [x])
        return this.define(inst.result, [isRef, this.pure("i64", w.unary("i64.extend_i32_u", y.expr), [y])], block)
      }
    }
  }

  protected call(inst: Inst, block: BlockId, symbol: string, result: Type, fails: boolean): void {
    const w = this.w
    const args = inst.args.flatMap((arg) => this.use(arg))
    this.settleReaders()
    const types = carriers(result)
    const call = this.mark(w.call(symbol, args.map((s) => s.expr), types))
    const mayFail = fails && inst.error !== null
    if (types.length === 2) {
      if (!mayFail && (inst.result === null || this.uses[inst.result] === 0)) {
        this.push(w.drop(call))
        if (inst.result !== null) this.homes[inst.result] = [{ kind: "const", type: "i64", value: 0n }, { kind: "const", type: "i64", value: 0n }]
        return
      }
      const tag = this.newLocal("i64")
      const payload = this.newLocal("i64")
      this.push(w.pairSet(call, tag, payload))
      const homes: Home[] = [{ kind: "local", type: "i64", index: tag }, { kind: "local", type: "i64", index: payload }]
      if (inst.result !== null) {
        this.homes[inst.result] = homes
        this.name(inst.result, homes)
      }
      if (mayFail) this.fail(inst, block, w.binary("i64.eq", w.localGet(tag, "i64"), w.i64(TAG.error)), [])
      return
    }
    const type = types[0]
    const isPointer = carrierOf(result) === "pointer" && !isNullable(result)
    if (type === undefined) {
      this.push(call)
      if (inst.result !== null) this.homes[inst.result] = []
      if (mayFail) this.fail(inst, block, this.pending(), [])
      return
    }
    if (mayFail && isPointer) {
      const index = this.resultLocal(inst.result, type)
      this.push(w.localSet(index, call))
      this.fail(inst, block, w.unary("i32.eqz", w.localGet(index, type)), [])
      return
    }
    this.place(inst.result, [{ type, expr: call, readsMemory: false, locals: [] }])
    if (mayFail) this.fail(inst, block, this.pending(), [])
  }

  protected depth(): Expr {
    return this.readVariable(this.image.depth, "i32")
  }

  protected setDepth(depth: Expr): Expr {
    const place = this.image.depth
    // The counter has 32 bits wherever it is.
    return place.kind === "memory" ? this.w.store("i32", 0, this.w.i32(place.address), depth) : this.writeVariable(place, "i32", depth)
  }

  protected stackEnter(inst: Inst, block: BlockId): void {
    const w = this.w
    const depth = this.borrow("i32")
    const raised = w.binary("i32.add", this.depth(), w.i32(1))
    this.push(this.setDepth(w.localTee(depth, raised, "i32")))
    const over = w.binary("i32.gt_u", w.localGet(depth, "i32"), w.load("i32", 0, w.i32(this.image.depthLimitAddress)))
    this.fail(inst, block, over, [
      this.setDepth(w.binary("i32.sub", w.localGet(depth, "i32"), w.i32(1))),
      w.call("hk_raise_stack_overflow", [w.i32(this.image.stringAddress(this.func.display))], []),
    ])
    this.free.i32.push(depth)
  }
}
