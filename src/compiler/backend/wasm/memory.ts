/**
 * Fields, module variables, arrays and reference counts: the inline paths into memory.
 */
import type { BlockId, FieldRef, Inst, Type, ValueId } from "../../mir/ir.ts"
import { ARRAY, carrierOf, ELEMENT_KIND, HEADER, IMMORTAL, isNullable, TAG } from "../object-layout.ts"
import type { Expr, WasmType } from "./builder.ts"
import { EdgeLowering } from "./edges.ts"
import type { Home, Scalar } from "./homes.ts"
import { carriers } from "./operators.ts"

/** See the head of the file. */
export abstract class MemoryLowering extends EdgeLowering {
  /** Address arithmetic needs a base that can be read for each part. */
  protected loadParts(type: Type, offset: number, base: Scalar): Scalar[] {
    const w = this.w
    const read = (t: WasmType, at: number, address: Expr): Scalar => this.pure(t, w.load(t, at, address), [base], true)
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
        const again = this.twice(base)
        return [read("i64", offset, again()), read("i64", offset + 8, again())]
      }
    }
  }

  /** Makes a scalar readable any number of times. */
  protected twice(s: Scalar): () => Expr {
    const w = this.w
    const index = this.newLocal(s.type)
    this.push(w.localSet(index, s.expr))
    return () => w.localGet(index, s.type)
  }

  protected storeParts(type: Type, offset: number, base: () => Expr, parts: readonly Scalar[]): void {
    const w = this.w
    const [first, second] = parts
    switch (carrierOf(type)) {
      case "unit":
        return
      case "i64":
      case "f64":
        this.push(this.mark(w.store((first as Scalar).type, offset, base(), (first as Scalar).expr)))
        return
      case "bool":
      case "pointer":
        this.push(this.mark(w.store("i64", offset, base(), w.unary("i64.extend_i32_u", (first as Scalar).expr))))
        return
      case "any":
        this.push(this.mark(w.store("i64", offset, base(), (first as Scalar).expr)), this.mark(w.store("i64", offset + 8, base(), (second as Scalar).expr)))
    }
  }

  protected setField(inst: Inst, object: ValueId, value: ValueId): void {
    const w = this.w
    const { offset, type } = this.image.slot(inst.imm as FieldRef)
    const carrier = carrierOf(type)
    const base = this.keep(object)
    this.use(object)
    const parts = this.use(value)
    this.settleReaders()
    if (carrier !== "any" && carrier !== "pointer") {
      this.storeParts(type, offset, () => this.get(base), parts)
      return
    }
    // The old value is released after the new one is in place: releasing may run into this very object.
    const old = carriers(type).map((t, part) => {
      const index = this.borrow(carrier === "pointer" ? "i32" : "i64")
      this.push(w.localSet(index, w.load(carrier === "pointer" ? "i32" : t, offset + part * 8, this.get(base))))
      return index
    })
    this.storeParts(type, offset, () => this.get(base), parts)
    this.releaseLocals(type, old)
    for (const index of old) this.free[carrier === "pointer" ? "i32" : "i64"].push(index)
  }

  protected setGlobal(inst: Inst, value: ValueId): void {
    const w = this.w
    const name = inst.imm as string
    const type = this.image.globalType(name)
    const parts = this.use(value)
    this.settleReaders()
    const carrier = carrierOf(type)
    const counted = carrier === "any" || carrier === "pointer"
    const types = carriers(type)
    const old = counted
      ? types.map((t, part) => {
          const index = this.borrow(t)
          this.push(w.localSet(index, this.readVariable(this.image.variable(name, part), t)))
          return index
        })
      : []
    parts.forEach((p, part) => {
      this.push(this.mark(this.writeVariable(this.image.variable(name, part), p.type, p.expr)))
    })
    if (!counted) return
    this.releaseLocals(type, old)
    old.forEach((index, part) => {
      this.free[types[part] as WasmType].push(index)
    })
  }

  protected arrayAddress(array: Home, index: Home, size: number): Expr {
    const w = this.w
    const at = w.unary("i32.wrap_i64", this.get(index))
    const scaled = size === 1 ? at : w.binary("i32.shl", at, w.i32(Math.log2(size)))
    return w.binary("i32.add", w.load("i32", ARRAY.data, this.get(array)), scaled)
  }

  /** True (not zero) if the array has another kind or the index is out of range. */
  protected arrayMiss(array: Home, index: Home, kind: number): Expr {
    const w = this.w
    const wrongKind = w.binary("i32.ne", w.load("i32", ARRAY.kind, this.get(array)), w.i32(kind))
    const inRange = w.binary("i64.lt_u", this.get(index), w.unary("i64.extend_i32_u", w.load("i32", ARRAY.length, this.get(array))))
    return w.binary("i32.or", wrongKind, w.unary("i32.eqz", inRange))
  }

  protected arrayGet(inst: Inst, array: ValueId, at: ValueId, block: BlockId): void {
    const w = this.w
    const element = inst.op.slice("arr.get.".length) as "i64" | "f64" | "bool" | "ref"
    const { kind, size } = ELEMENT_KIND[element]
    const arr = this.keep(array)
    const index = this.keep(at)
    this.use(array)
    this.use(at)
    this.miss(inst, block, this.arrayMiss(arr, index, kind))
    const address = this.arrayAddress(arr, index, size)
    const type: WasmType = element === "i64" ? "i64" : element === "f64" ? "f64" : "i32"
    const value = element === "bool" ? w.load8(0, address) : w.load(type, 0, address)
    this.place(inst.result, [{ type, expr: this.mark(value), readsMemory: true, locals: [] }])
  }

  protected arraySet(inst: Inst, array: ValueId, at: ValueId, value: ValueId, block: BlockId): void {
    const w = this.w
    const element = inst.op.slice("arr.set.".length) as "i64" | "f64" | "bool"
    const { kind, size } = ELEMENT_KIND[element]
    const arr = this.keep(array)
    const index = this.keep(at)
    const home = this.keep(value)
    for (const v of [array, at, value]) this.use(v)
    this.settleReaders()
    this.miss(inst, block, this.arrayMiss(arr, index, kind))
    const address = this.arrayAddress(arr, index, size)
    this.push(this.mark(element === "bool" ? w.store8(0, address, this.get(home)) : w.store(element, 0, address, this.get(home))))
  }

  protected arrayPush(inst: Inst, array: ValueId, value: ValueId, block: BlockId): void {
    const w = this.w
    const element = inst.op.slice("arr.push.".length) as "i64" | "f64" | "bool"
    const { kind, size } = ELEMENT_KIND[element]
    const arr = this.keep(array)
    const home = this.keep(value)
    this.use(array)
    this.use(value)
    this.settleReaders()
    const length = this.borrow("i32")
    this.push(w.localSet(length, w.load("i32", ARRAY.length, this.get(arr))))
    const wrongKind = w.binary("i32.ne", w.load("i32", ARRAY.kind, this.get(arr)), w.i32(kind))
    const full = w.binary("i32.ge_u", w.localGet(length, "i32"), w.load("i32", ARRAY.capacity, this.get(arr)))
    this.miss(inst, block, w.binary("i32.or", wrongKind, full))
    const scaled = size === 1 ? w.localGet(length, "i32") : w.binary("i32.shl", w.localGet(length, "i32"), w.i32(Math.log2(size)))
    const address = w.binary("i32.add", w.load("i32", ARRAY.data, this.get(arr)), scaled)
    this.push(this.mark(element === "bool" ? w.store8(0, address, this.get(home)) : w.store(element, 0, address, this.get(home))))
    this.push(w.store("i32", ARRAY.length, this.get(arr), w.binary("i32.add", w.localGet(length, "i32"), w.i32(1))))
    this.free.i32.push(length)
  }

  protected retain(v: ValueId): void {
    const w = this.w
    const type = this.type(v)
    const bump = (pointer: () => Expr): Expr => {
      const count = this.borrow("i32")
      const code = w.if(
        w.binary("i32.lt_u", w.localTee(count, w.load("i32", HEADER.count, pointer()), "i32"), w.i32(IMMORTAL)),
        [w.store("i32", HEADER.count, pointer(), w.binary("i32.add", w.localGet(count, "i32"), w.i32(1)))],
        null,
      )
      this.free.i32.push(count)
      return code
    }
    if (carrierOf(type) === "any") {
      const tag = this.keep(v, 0)
      const payload = this.keep(v, 1)
      this.use(v)
      if (tag.kind === "const" && tag.value !== TAG.ref) return
      this.settleReaders()
      const pointer = (): Expr => w.unary("i32.wrap_i64", this.get(payload))
      if (tag.kind === "const") this.push(bump(pointer))
      else this.push(w.if(w.binary("i64.eq", this.get(tag), w.i64(TAG.ref)), [bump(pointer)], null))
      return
    }
    const home = this.keep(v)
    this.use(v)
    if (home.kind === "const") return
    this.settleReaders()
    const pointer = (): Expr => this.get(home)
    this.push(isNullable(type) ? w.if(pointer(), [bump(pointer)], null) : bump(pointer))
  }

  protected release(v: ValueId): void {
    const type = this.type(v)
    const any = carrierOf(type) === "any"
    const homes = any ? [this.keep(v, 0), this.keep(v, 1)] : [this.keep(v)]
    this.use(v)
    this.settleReaders()
    this.releaseHomes(type, homes)
  }

  protected releaseLocals(type: Type, locals: readonly number[]): void {
    const types = carriers(type)
    this.releaseHomes(type, locals.map((index, part): Home => ({ kind: "local", type: types[part] as WasmType, index })))
  }

  protected releaseHomes(type: Type, homes: readonly Home[]): void {
    const w = this.w
    const drop = (pointer: () => Expr): Expr[] => {
      const count = this.borrow("i32")
      const code = [
        w.localSet(count, w.load("i32", HEADER.count, pointer())),
        // One comparison for the common case: neither the last reference nor an immortal object.
        w.if(
          w.binary("i32.lt_u", w.binary("i32.sub", w.localGet(count, "i32"), w.i32(2)), w.i32(IMMORTAL - 2)),
          [w.store("i32", HEADER.count, pointer(), w.binary("i32.sub", w.localGet(count, "i32"), w.i32(1)))],
          [w.call("hk_release", [pointer()], [])],
        ),
      ]
      this.free.i32.push(count)
      return code
    }
    if (homes.length === 2) {
      const [tag, payload] = homes as [Home, Home]
      if (tag.kind === "const" && tag.value !== TAG.ref) return
      const pointer = (): Expr => w.unary("i32.wrap_i64", this.get(payload))
      if (tag.kind === "const") this.push(...drop(pointer))
      else this.push(w.if(w.binary("i64.eq", this.get(tag), w.i64(TAG.ref)), drop(pointer), null))
      return
    }
    const home = homes[0] as Home
    if (home.kind === "const") return
    const pointer = (): Expr => this.get(home)
    if (isNullable(type)) this.push(w.if(pointer(), drop(pointer), null))
    else this.push(...drop(pointer))
  }
}
