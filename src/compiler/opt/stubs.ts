/**
 * Functions the compiler makes for what inference could not decide: `dispatch:m/n`, `get:f`, `set:f`, `call/n`, and the two the
 * runtime calls, `hk_cb_text/1` and `hk_cb_equals/2`.
 *
 * The one idea: a stub is the access itself on parameters of the operands' types, so it switches on tag and class number and calls
 * directly. Accesses with the same types share a stub.
 *
 * Invariants: stubs are typed functions like any other, hidden from traces; the first with its name has the plain name.
 */
import { FuncBuilder } from "../mir/build.ts"
import type { BlockId, Func, Inst, Type, ValueId } from "../mir/ir.ts"
import type { Inference } from "./infer.ts"
import { memberName } from "./infer-world.ts"
import { type Chain, callMethod, callValue, getField, isTiedToCall, setField } from "./specialise-access.ts"
import { truthy } from "./specialise-arith.ts"
import { Emit, type Operand, type SpecialiseOptions, isRef, resultRepr } from "./specialise-emit.ts"
import { ALL_KINDS, BOOL, NULL, POINTER, TOP, type Ty, objectTy, plain, representation } from "./types.ts"

interface Request {
  readonly name: string
  readonly kind: "method" | "get" | "set" | "call"
  readonly inst: Inst
  readonly types: readonly Ty[]
  readonly result: Ty
  readonly chain: Chain
}

/** The stubs of a module while it is specialised. */
export class StubRequests {
  readonly #inf: Inference
  readonly #options: SpecialiseOptions
  readonly #byKey = new Map<string, Request>()
  readonly #names = new Set<string>()
  readonly #pending: Request[] = []
  readonly #instIds = new Map<Inst, number>()
  readonly #fieldTypes = new Map<string, Type>()
  /** True if the program may finalise an object: objects may then be dead. */
  readonly hasFini: boolean

  constructor(inf: Inference, options: SpecialiseOptions) {
    this.#inf = inf
    this.#options = options
    this.hasFini = [...inf.funcs.keys()].some((name) => name.includes(".$fini/0"))
  }

  /** The type of the slot of a field. */
  fieldType(id: number, name: string): Type {
    const key = `${id}.${name}`
    let type = this.#fieldTypes.get(key)
    if (type === undefined) {
      const declared = this.#inf.world.field(id, name)?.type ?? "any"
      type = declared !== "any" ? declared : representation(this.#inf.readField(id, name, null), this.#inf.world.className)
      if (isRef(type) && this.#inf.isCleared(id, name)) type = `${type}?` as Type
      this.#fieldTypes.set(key, type)
    }
    return type
  }

  /** Does an access through a stub; null if it cannot succeed. */
  use(e: Emit, kind: Request["kind"], inst: Inst, operands: readonly Operand[], result: Ty, chain: Chain): Operand | null {
    const request = this.#request(e, kind, inst, operands, result, chain)
    const args = operands.map((op) => e.convert(op, e.repr(op.ty)))
    const type = resultRepr(request.name, request.result, e)
    const value = e.failing("call", args, request.name, type)
    if (request.result.bits === 0) return e.dead()
    return value === null ? e.nothing() : { value, ty: request.result }
  }

  #request(e: Emit, kind: Request["kind"], inst: Inst, operands: readonly Operand[], result: Ty, chain: Chain): Request {
    const types = operands.map((op) => op.ty)
    const argc = operands.length - 1
    const { name, context } = kind === "call" ? { name: "", context: null } : memberName(inst.imm)
    const base = (kind === "method" ? `dispatch:${name}/${argc}` : kind === "call" ? `call/${argc}` : `${kind}:${name}`) + (context === null ? "" : `@${context}`)
    const tied = kind === "method" && isTiedToCall(e, types[0] as Ty, name, argc)
    const key = `${base} ${[...types, result].map((ty) => this.#keyOf(ty)).join(" ")}${tied ? ` ${this.#idOf(inst)}` : ""}`
    let request = this.#byKey.get(key)
    if (request === undefined) {
      let unique = base
      for (let i = 2; this.#names.has(unique); i++) unique = `${base}#${i}`
      this.#names.add(unique)
      request = { name: unique, kind, inst, types, result, chain }
      this.#byKey.set(key, request)
      this.#pending.push(request)
    }
    return request
  }

  #keyOf(ty: Ty): string {
    return `${ty.bits}:${ty.classes === null ? "*" : ty.classes.join(",")}:${this.#inf.nodes.find(ty.node)}`
  }

  #idOf(inst: Inst): number {
    let id = this.#instIds.get(inst)
    if (id === undefined) this.#instIds.set(inst, (id = this.#instIds.size))
    return id
  }

  /** Makes the stubs asked for so far, and those they ask for. */
  make(): Func[] {
    const out: Func[] = []
    for (let request = this.#pending.pop(); request !== undefined; request = this.#pending.pop()) out.push(this.#make(request))
    return out
  }

  #make(request: Request): Func {
    const { inst, result, chain } = request
    return this.#build(request.name, request.types, result, null, (e, [first, ...rest]) => {
      const base = first as Operand
      switch (request.kind) {
        case "method":
          return callMethod(e, inst, base, rest, result, chain)
        case "get":
          return getField(e, inst, base, result, chain)
        case "set":
          return setField(e, inst, base, rest[0] as Operand)
        case "call":
          return callValue(e, base, rest, result)
      }
    })
  }

  #build(name: string, types: readonly Ty[], result: Ty, resultType: Type | null, body: (e: Emit, params: Operand[]) => Operand | null): Func {
    const className = this.#inf.world.className
    const repr = (ty: Ty): Type => representation(ty, className)
    const b = new FuncBuilder(this.#inf.module, { name, result: resultType ?? resultRepr(name, result, { repr }), fails: true, origin: null, display: name, synthetic: true })
    const params = types.map((ty) => ({ value: b.addParam(repr(ty)), ty }))
    const e = new Emit(this.#inf, b, this, this.#options)
    let failed: BlockId | null = null
    e.onError = () => (failed ??= b.createBlock())
    const op = body(e, params)
    if (op !== null && !b.isEnded) b.ret(b.func.result === "unit" ? null : e.convert(op, b.func.result))
    if (failed !== null) {
      b.switchTo(failed)
      b.raise()
    }
    return b.finish()
  }

  /** The functions the runtime calls. */
  callbacks(): Func[] {
    const text: (readonly [id: number, func: string])[] = []
    const equals: (readonly [id: number, func: string])[] = []
    for (const id of [...this.#inf.instantiated].sort((a, b) => a - b)) {
      if (id < 64) continue
      const method = this.#inf.textMethod(id)
      if (method !== null) text.push([id, method])
      const own = this.#inf.equalsByRuntime ? this.#inf.world.method(id, "equals/1") : undefined
      if (own !== undefined) equals.push([id, own.func])
    }
    const object: Ty = { bits: POINTER, classes: null, node: 0 }
    return [
      this.#build("hk_cb_text/1", [object], TOP, "any", (e, [self]) => byClass(e, self as Operand, text, (me, func) => nullAsText(e, e.call(func, [me])))),
      this.#build("hk_cb_equals/2", [object, { ...TOP, bits: ALL_KINDS }], TOP, "any", (e, [self, other]) =>
        byClass(e, self as Operand, equals, (me, func) => {
          const answer = e.call(func, [me, other as Operand])
          return answer === null || (answer.ty.bits & ~BOOL) === 0 ? answer : truthy(e, answer)
        }),
      ),
    ]
  }
}

/** What a text method gave: to the runtime, null says that there is no method. */
function nullAsText(e: Emit, answer: Operand | null): Operand | null {
  if (answer === null || (answer.ty.bits & NULL) === 0) return answer
  if (answer.ty.bits === NULL) return e.str("null")
  const { yes, no } = e.branch(e.isNull(answer), "then")
  const join = e.join(TOP)
  e.b.switchTo(yes)
  join.add(e.str("null"))
  e.b.switchTo(no)
  join.add(answer)
  return join.done()
}

/** Calls the function of an object's class; null where its class has none. */
function byClass(e: Emit, self: Operand, funcs: readonly (readonly [id: number, func: string])[], call: (me: Operand, func: string) => Operand | null): Operand | null {
  if (funcs.length === 0) return e.nothing()
  const join = e.join(TOP)
  const word = e.op("class.id", [self.value])
  const other = e.b.createBlock()
  const blocks = funcs.map(([id, func]) => ({ id, func, block: e.b.createBlock() }))
  e.b.switchOn(word, blocks.map(({ id, block }) => ({ value: BigInt(id), to: block })), other)
  for (const { id, func, block } of blocks) {
    e.b.seal(block)
    e.b.switchTo(block)
    const me: Ty = objectTy(id)
    const value: ValueId = e.op("ref.cast", [self.value], null, e.repr(me))
    join.add(call({ value, ty: me }, func))
  }
  e.b.seal(other)
  e.b.switchTo(other)
  join.add({ value: e.b.constNull(), ty: plain(NULL) })
  return join.done()
}
