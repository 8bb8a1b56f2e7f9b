/**
 * Runs MIR directly: the oracle of pass tests. It knows scalars, dynamic values, objects, globals, calls, errors and
 * counts, but no runtime library: tests hand in the runtime functions they use.
 *
 * In phase `counted` the heap is checked: an object is freed when its count reaches zero, and touching a freed object is
 * reported as a Bug. What is still alive when a run ends can be asked for.
 */
import { Bug } from "../base/bug.ts"
import { blocksById } from "./edges.ts"
import { type Scalar, evaluate, isScalarOp } from "./kernels.ts"
import type { Block, BlockCall, FieldRef, Func, Inst, Module, Type, ValueId } from "./ir.ts"

/** An object of the interpreted program. */
export interface HeapObject {
  readonly class: string
  readonly fields: Map<string, MirValue>
  count: number
  freed: boolean
}

/** A value: `any` is carried by the value it holds; a text is an immortal object by identity of its text. */
export type MirValue = Scalar | string | null | HeapObject

/** How a run ended. */
export type Outcome = { readonly kind: "value"; readonly value: MirValue } | { readonly kind: "error"; readonly error: MirValue } | { readonly kind: "fatal"; readonly error: MirValue }

/** A runtime function of a test: returns a value or throws a `RaisedError`. */
export type RuntimeFunction = (args: readonly MirValue[], machine: Interpreter) => MirValue

/** Thrown by a runtime function of a test to fail. */
export class RaisedError extends Error {
  readonly value: MirValue
  constructor(value: MirValue) {
    super("raised")
    this.value = value
  }
}

class FatalError extends Error {}

/** The immortal count. */
const IMMORTAL = 0x40000000

/** Runs functions of one module; globals and the heap last as long as the interpreter. */
export class Interpreter {
  readonly #module: Module
  readonly #runtime: ReadonlyMap<string, RuntimeFunction>
  readonly #globals = new Map<string, MirValue>()
  readonly #statics = new Map<string, HeapObject>()
  readonly #blocks = new Map<string, readonly (Block | undefined)[]>()
  readonly #heap = new Set<HeapObject>()
  #pending: MirValue = null
  #fuel: number
  #depth = 0

  /** `fuel` limits the number of blocks run; a run beyond it is reported as a Bug. */
  constructor(module: Module, runtime: ReadonlyMap<string, RuntimeFunction> = new Map(), fuel = 100_000) {
    this.#module = module
    this.#runtime = runtime
    this.#fuel = fuel
  }

  /** Objects not freed, statics aside. */
  get alive(): readonly HeapObject[] {
    return [...this.#heap]
  }

  /** Drops the values of globals, as the end of a program does. */
  clearGlobals(): void {
    for (const value of this.#globals.values()) this.#drop(value)
    this.#globals.clear()
  }

  /** Takes one count from a value that a call returned. */
  release(value: MirValue): void {
    this.#drop(value)
  }

  /** A fresh object with count 1. */
  allocate(className: string): HeapObject {
    const object: HeapObject = { class: className, fields: new Map(), count: 1, freed: false }
    for (const field of this.#module.classes.get(className)?.fields ?? []) object.fields.set(field.name, zeroOf(field.type))
    this.#heap.add(object)
    return object
  }

  /** Calls a function. */
  call(name: string, args: readonly MirValue[]): Outcome {
    try {
      const value = this.#call(name, args)
      if (value !== undefined) return { kind: "value", value }
      const error = this.#pending
      this.#pending = null
      return { kind: "error", error }
    } catch (error) {
      if (error instanceof FatalError) return { kind: "fatal", error: this.#pending }
      throw error
    }
  }

  /** The result, or undefined with an error pending. */
  #call(name: string, args: readonly MirValue[]): MirValue | undefined {
    const func = this.#module.funcs.get(name)
    if (func === undefined) throw new Bug("mir/interpret", `no function @${name}`)
    if (this.#depth > 1000) throw new Bug("mir/interpret", "calls nested too deeply")
    this.#depth++
    try {
      return this.#run(func, args)
    } finally {
      this.#depth--
    }
  }

  #run(func: Func, args: readonly MirValue[]): MirValue | undefined {
    let blocks = this.#blocks.get(func.name)
    if (blocks === undefined) {
      blocks = blocksById(func)
      this.#blocks.set(func.name, blocks)
    }
    const values = new Array<MirValue>(func.types.length)
    func.params.forEach((param, i) => {
      values[param] = args[i] as MirValue
    })
    const get = (value: ValueId): MirValue => {
      const found = values[value]
      if (found === undefined) throw new Bug("mir/interpret", `%${value} of @${func.name} has no value`)
      return found
    }
    let block = func.blocks[0] as Block
    const go = (edge: BlockCall): void => {
      const target = (blocks as readonly (Block | undefined)[])[edge.block]
      if (target === undefined) throw new Bug("mir/interpret", `no bb${edge.block} in @${func.name}`)
      const passed = edge.args.map(get)
      target.params.forEach((param, i) => {
        values[param] = passed[i] as MirValue
      })
      block = target
    }
    for (;;) {
      if (this.#fuel-- <= 0) throw new Bug("mir/interpret", "out of fuel")
      let failed = false
      for (const inst of block.insts) {
        const result = this.#inst(inst, inst.args.map(get))
        if (result === undefined) {
          if (inst.error === null) throw new Bug("mir/interpret", `${inst.op} failed without an error edge in @${func.name}`)
          go(inst.error)
          failed = true
          break
        }
        if (inst.result !== null) values[inst.result] = result
      }
      if (failed) continue
      const term = block.term
      switch (term.kind) {
        case "jump":
          go(term.to)
          break
        case "br":
          go(get(term.cond) === true ? term.then : term.else)
          break
        case "switch": {
          const on = get(term.on)
          go(term.cases.find((c) => c.value === on)?.to ?? term.default)
          break
        }
        case "ret":
          return term.value === null ? null : get(term.value)
        case "raise":
          return undefined
        case "fatal":
          throw new FatalError("fatal")
        case "unreachable":
          throw new Bug("mir/interpret", `unreachable reached in bb${block.id} of @${func.name}`)
      }
    }
  }

  /** The result (null for none), or undefined if the instruction failed. */
  #inst(inst: Inst, args: readonly MirValue[]): MirValue | undefined {
    const { op, imm } = inst
    if (isScalarOp(op)) {
      const result = evaluate(op, args as readonly Scalar[])
      if (result === undefined) throw new Bug("mir/interpret", `${op} by zero`)
      return result
    }
    const [a, b] = args as readonly [MirValue, MirValue]
    switch (op) {
      case "const.i64":
      case "const.f64":
      case "const.bool":
      case "const.str":
        return imm as MirValue
      case "const.null":
      case "const.none":
        return null
      case "select":
        return a === true ? b : (args[2] as MirValue)
      case "any.box":
      case "any.i64":
      case "any.f64":
      case "any.bool":
      case "any.ref":
      case "any.opt":
      case "opt.ref":
      case "ref.opt":
      case "ref.cast":
        return a
      case "any.tag":
        return a === null ? 0n : typeof a === "bigint" ? 1n : typeof a === "number" ? 2n : typeof a === "boolean" ? 3n : 4n
      case "opt.is_null":
        return a === null
      case "ref.eq":
      case "opt.eq":
        return a === b
      case "class.id":
        return BigInt(this.#module.classes.get(this.#object(a).class)?.id ?? 0)
      case "new":
        return this.allocate(imm as string)
      case "static.ref": {
        const name = imm as string
        let found = this.#statics.get(name)
        if (found === undefined) {
          found = this.allocate(name)
          this.#heap.delete(found)
          found.count = IMMORTAL
          this.#statics.set(name, found)
        }
        return found
      }
      case "field.get":
        return this.#object(a).fields.get((imm as FieldRef).field) ?? null
      case "field.set": {
        const { fields } = this.#object(a)
        const { field } = imm as FieldRef
        const old = fields.get(field) ?? null
        fields.set(field, b)
        if (this.#counted) this.#drop(old)
        return null
      }
      case "global.get": {
        const name = imm as string
        return this.#globals.get(name) ?? zeroOf(this.#module.globals.get(name)?.type ?? "any")
      }
      case "global.set": {
        const old = this.#globals.get(imm as string) ?? null
        this.#globals.set(imm as string, a)
        if (this.#counted) this.#drop(old)
        return null
      }
      case "call":
        for (const arg of args) if (isObject(arg)) this.#object(arg)
        return this.#call(imm as string, args)
      case "call.rt": {
        const func = this.#runtime.get(imm as string)
        if (func === undefined) throw new Bug("mir/interpret", `no runtime function ${String(imm)}`)
        try {
          return func(args, this)
        } catch (error) {
          if (!(error instanceof RaisedError)) throw error
          this.#pending = error.value
          return undefined
        }
      }
      case "err.take": {
        const error = this.#pending
        this.#pending = null
        return error
      }
      case "err.set":
        this.#pending = a
        return null
      case "retain":
        if (isObject(a) && this.#object(a).count < IMMORTAL) this.#object(a).count++
        return null
      case "release":
        this.#drop(a)
        return null
      case "keepalive":
      case "point":
      case "hold":
      case "stack.enter":
      case "stack.leave":
      case "check.alive":
        return null
      default:
        throw new Bug("mir/interpret", `cannot run ${op}`)
    }
  }

  get #counted(): boolean {
    return this.#module.phase === "counted"
  }

  #object(value: MirValue): HeapObject {
    if (!isObject(value)) throw new Bug("mir/interpret", `${String(value)} is not an object`)
    if (value.freed) throw new Bug("mir/interpret", `a freed ${value.class} is used`)
    return value
  }

  #drop(value: MirValue): void {
    const work: MirValue[] = [value]
    while (work.length > 0) {
      const next = work.pop() as MirValue
      if (!isObject(next)) continue
      const object = this.#object(next)
      if (object.count >= IMMORTAL) continue
      if (--object.count > 0) continue
      object.freed = true
      this.#heap.delete(object)
      work.push(...object.fields.values())
    }
  }
}

function isObject(value: MirValue): value is HeapObject {
  return typeof value === "object" && value !== null
}

function zeroOf(type: Type): MirValue {
  return type === "i64" ? 0n : type === "f64" ? 0 : type === "bool" ? false : null
}
