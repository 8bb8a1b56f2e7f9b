/**
 * Objects of the reference: boxes and their members, text, equality, operators, liveness.
 *
 * Liveness is by reachability from what is in scope or being computed. For programs without strong cycles that is what counting
 * references gives.
 */
import { countsText } from "../../runtime/traps.ts"
import type { EnumDecl, FieldMember, FunctionDecl, MethodMember, Param, PropertyMember } from "../../compiler/syntax/ast.ts"
import {
  areNumbers,
  ArrayThing,
  type BoxModel,
  CellThing,
  compareText,
  Env,
  EnumThing,
  equal,
  ErrorThing,
  Failure,
  floatText,
  FunctionThing,
  FutureThing,
  Instance,
  isNamed,
  kindOf,
  LibraryThing,
  MapThing,
  points,
  RangeThing,
  ResultThing,
  type Slot,
  type Thing,
  type Value,
  WeakThing,
  wrap,
} from "./values.ts"

const COMPARE_NAMES: Readonly<Record<string, string>> = { lt: "Lt", le: "Le", gt: "Gt", ge: "Ge" }
const OPERATOR_NAMES: Readonly<Record<string, string>> = { add: "Add", sub: "Sub", mul: "Mul", div: "Div", rem: "Mod", bitand: "BitAnd", bitor: "BitOr", bitxor: "BitXor", shl: "Shl", shr: "Shr" }

/** A member with the box that declares it. */
export interface Found<T> {
  readonly member: T
  readonly box: BoxModel
}

/** See the head of the file. */
export abstract class Objects {
  readonly boxes = new Map<string, BoxModel>()
  readonly enums = new Map<string, EnumDecl>()
  readonly functions = new Map<string, FunctionDecl>()
  readonly globals = new Map<string, Slot>()
  readonly statics = new Map<string, Instance>()
  /** What is in use besides variables of closures: scopes entered and values being computed. */
  readonly roots: unknown[] = []
  /** Offset of what runs, for errors. */
  at = 0
  /** Box whose method runs, for private members. */
  box: BoxModel | null = null

  abstract invoke(f: FunctionThing, args: readonly Value[]): Value

  fail(kind: string, message: string): never {
    throw new Failure(kind, message, this.at)
  }

  typeError(message: string): never {
    this.fail("TypeError", message)
  }

  /** Keeps values alive while something runs. */
  holding<T>(values: unknown, run: () => T): T {
    this.roots.push(values)
    try {
      return run()
    } finally {
      this.roots.pop()
    }
  }

  isAlive(weak: WeakThing): boolean {
    const target = weak.target
    if (target instanceof Instance && target.isDead) return false
    const seen = new Set<object>()
    const stack: unknown[] = [...this.roots, ...[...this.globals.values()].map((s) => s.value), ...this.statics.values()]
    while (stack.length > 0) {
      const x = stack.pop()
      if (typeof x !== "object" || x === null || seen.has(x)) continue
      seen.add(x)
      if (x === target) return true
      if (Array.isArray(x)) stack.push(...x)
      else if (x instanceof Env) {
        for (const slot of x.slots.values()) stack.push(slot.value)
        stack.push(x.outer)
      } else if (x instanceof ArrayThing) stack.push(...x.items)
      else if (x instanceof MapThing) stack.push(...x.entries.values())
      else if (x instanceof Instance) stack.push(...x.fields.values(), x.library)
      else if (x instanceof FunctionThing) stack.push(x.env, x.me)
      else if (x instanceof EnumThing) stack.push(...x.payload)
      else if (x instanceof FutureThing || x instanceof ResultThing || x instanceof CellThing) stack.push(x.value)
    }
    return false
  }

  /** Raises for a box after its `fini()`. */
  touch(v: Value): void {
    if (v instanceof Instance && v.isDead) this.fail("UseAfterFini", `use after fini: ${v.box.name}`)
  }

  truth(v: Value): boolean {
    switch (typeof v) {
      case "boolean":
        return v
      case "bigint":
        return v !== 0n
      case "number":
        return v !== 0
      case "string":
        return v !== ""
    }
    if (v === null) this.typeError("Void in boolean context")
    this.touch(v)
    this.typeError(`cannot coerce BoxRef(${kindOf(v)}) to bool`)
  }

  /** Text of a value (4.5). */
  text(v: Value, around: readonly Thing[] = []): string {
    if (v === null) return "null"
    if (typeof v === "number") return floatText(v)
    if (typeof v !== "object") return String(v)
    const inner = (x: Value): string => this.text(x, [...around, v])
    if (v instanceof ArrayThing) return around.includes(v) ? "[...]" : `[${v.items.map(inner).join(", ")}]`
    if (v instanceof MapThing) return `MapBox(size=${v.entries.size})`
    if (v instanceof Instance) {
      // A box that is dead has no fields to say anything about.
      if (v.isDead) return `${v.box.name}()`
      for (const name of ["str", "stringify", "toString"]) {
        const method = this.findMethod(v.box, name, 0)
        if (method !== null) return this.holding(v, () => this.text(this.callMethod(v, method, []), around))
      }
      if (v.library !== null) return this.text(v.library)
      return `${v.box.name}(${v.box.publicFields.map((f) => inner(v.fields.get(f) ?? null)).join(",")})`
    }
    if (v instanceof EnumThing) {
      if (v.names !== null) return `${v.variant}{${v.names.map((n, i) => `${n}: ${inner(v.payload[i] ?? null)}`).join(", ")}}`
      return v.payload.length === 0 ? v.variant : `${v.variant}(${v.payload.map(inner).join(", ")})`
    }
    if (v instanceof FunctionThing) return `FunctionBox(params=${v.params.length})`
    if (v instanceof FutureThing) {
      if (v.state === "ready") return `Future(ready: ${inner(v.value)})`
      return v.failure !== null ? `Future(failed: ${v.failure.kind}: ${v.failure.message})` : `Future(${v.state})`
    }
    if (v instanceof WeakThing) return this.isAlive(v) ? "WeakRef(alive)" : "WeakRef(dropped)"
    if (v instanceof ResultThing) return `${v.isOk ? "Ok" : "Err"}(${inner(v.value)})`
    if (v instanceof ErrorThing) return `${v.kind}: ${v.message}`
    if (v instanceof RangeThing) return `Range(${v.start}, ${v.end}, ${v.step})`
    return kindOf(v)
  }

  /** JSON text with sorted keys. */
  json(v: Value): string {
    if (v === null) return "null"
    if (typeof v === "bigint" || typeof v === "boolean") return String(v)
    if (typeof v === "number") return !Number.isFinite(v) ? "null" : Number.isInteger(v) ? `${floatText(v)}.0` : floatText(v)
    if (v instanceof ArrayThing) return `[${v.items.map((x) => this.json(x)).join(",")}]`
    if (v instanceof MapThing) return `{${v.keys().map((k) => `${JSON.stringify(k)}:${this.json(v.entries.get(k) ?? null)}`).join(",")}}`
    return JSON.stringify(this.text(v))
  }

  /** `equals` (4.6). */
  equals(a: Value, b: Value, seen: readonly (readonly [Value, Value])[] = []): boolean {
    if (seen.some(([x, y]) => x === a && y === b)) return true
    const deeper = [...seen, [a, b] as const]
    if (a instanceof ArrayThing && b instanceof ArrayThing) return a.items.length === b.items.length && a.items.every((x, i) => this.equals(x, b.items[i] ?? null, deeper))
    if (a instanceof MapThing && b instanceof MapThing) return a.entries.size === b.entries.size && a.keys().every((k) => b.entries.has(k) && this.equals(a.entries.get(k) ?? null, b.entries.get(k) ?? null, deeper))
    if (a instanceof ResultThing && b instanceof ResultThing) return a.isOk === b.isOk && this.equals(a.value, b.value, deeper)
    if (a instanceof Instance) {
      const method = this.findMethod(a.box, "equals", 1)
      if (method !== null) return this.truth(this.callMethod(a, method, [b]))
      if (a === b) return true
      return b instanceof Instance && a.box === b.box && a.box.publicFields.length > 0 && a.box.publicFields.every((f) => this.equals(a.fields.get(f) ?? null, b.fields.get(f) ?? null, deeper))
    }
    return equal(a, b)
  }

  compare(op: string, a: Value, b: Value): boolean {
    const by = (d: number): boolean => (op === "lt" ? d < 0 : op === "le" ? d <= 0 : op === "gt" ? d > 0 : d >= 0)
    if (typeof a === "string" && typeof b === "string") return by(compareText(a, b))
    if (areNumbers(a, b)) {
      const x = a as number
      const y = b as number
      return op === "lt" ? x < y : op === "le" ? x <= y : op === "gt" ? x > y : x >= y
    }
    this.touch(a)
    this.touch(b)
    this.typeError(`unsupported compare ${COMPARE_NAMES[op]} on ${kindOf(a)} and ${kindOf(b)}`)
  }

  /** A binary operator that evaluates both sides. */
  operate(op: string, a: Value, b: Value): Value {
    switch (op) {
      case "eq":
        return equal(a, b)
      case "ne":
        return !equal(a, b)
      case "lt":
      case "le":
      case "gt":
      case "ge":
        return this.compare(op, a, b)
    }
    if (typeof a === "bigint" && typeof b === "bigint") return this.integers(op, a, b)
    if (areNumbers(a, b)) {
      const x = Number(a)
      const y = Number(b)
      switch (op) {
        case "add":
          return x + y
        case "sub":
          return x - y
        case "mul":
          return x * y
        case "div":
          if (y === 0) this.fail("DivisionByZero", "Division by zero")
          return x / y
        case "rem":
          return x % y
      }
    }
    if (op === "add" && ((typeof a === "string" && b !== null) || (typeof b === "string" && a !== null))) {
      this.touch(a)
      this.touch(b)
      return this.text(a) + this.text(b)
    }
    if (op === "mul" && typeof a === "string" && typeof b === "bigint") return b <= 0n ? "" : a.repeat(Number(b))
    this.touch(a)
    this.touch(b)
    this.typeError(`unsupported binop ${OPERATOR_NAMES[op]} on ${kindOf(a)} and ${kindOf(b)}`)
  }

  integers(op: string, a: bigint, b: bigint): Value {
    switch (op) {
      case "add":
        return wrap(a + b)
      case "sub":
        return wrap(a - b)
      case "mul":
        return wrap(a * b)
      case "div":
      case "rem":
        if (b === 0n) this.fail("DivisionByZero", "Division by zero")
        return wrap(op === "div" ? a / b : a % b)
      case "bitand":
        return a & b
      case "bitor":
        return a | b
      case "bitxor":
        return a ^ b
      case "shl":
        return wrap(a << (b & 63n))
      default:
        return a >> (b & 63n)
    }
  }

  /** `v is T` (4.15). */
  isType(v: Value, name: string): boolean {
    if (!this.boxes.has(name) && isNamed(kindOf(v), name)) return true
    return v instanceof Instance && this.isBox(v.box, name)
  }

  isBox(box: BoxModel, name: string): boolean {
    if (box.name === name || box.interfaces.includes(name)) return true
    return box.parents.some((p) => {
      const parent = this.boxes.get(p)
      return parent === undefined ? p === name : this.isBox(parent, name)
    })
  }

  cast(v: Value, name: string): Value {
    if (!this.isType(v, name)) this.typeError(`type cast failed: expected ${name}, got ${kindOf(v)}`)
    return v
  }

  accepts(params: readonly Param[], count: number): boolean {
    return count <= params.length && count >= params.filter((p) => p.default === null).length
  }

  /** How an `ArityError` says what any of the parameter lists accepts. */
  expected(lists: readonly (readonly Param[])[]): string {
    const most = Math.max(...lists.map((params) => params.length))
    return countsText(Array.from({ length: most + 1 }, (_, count) => count).filter((count) => lists.some((params) => this.accepts(params, count))))
  }

  /** First of the box and its ancestors, depth first, for which `get` gives something. */
  lookUp<T>(box: BoxModel, get: (box: BoxModel) => T | null | undefined): Found<T> | null {
    const member = get(box)
    if (member !== null && member !== undefined) return { member, box }
    for (const name of box.parents) {
      const parent = this.boxes.get(name)
      const found = parent === undefined ? null : this.lookUp(parent, get)
      if (found !== null) return found
    }
    return null
  }

  findMethod(box: BoxModel, name: string, count: number): Found<MethodMember> | null {
    return this.lookUp(box, (b) => b.methods.find((m) => m.name.text === name && !m.isStatic && this.accepts(m.params, count)))
  }

  findProperty(box: BoxModel, name: string): Found<PropertyMember> | null {
    return this.lookUp(box, (b) => b.properties.get(name))
  }

  callMethod(me: Instance, { member, box }: Found<Pick<MethodMember, "name" | "params" | "body" | "handlers">>, args: readonly Value[]): Value {
    return this.invoke(new FunctionThing({ name: `${box.name}.${member.name.text}`, params: member.params, body: member.body, handlers: member.handlers, env: null, me, box, yields: false }), args)
  }

  checkPrivate(box: BoxModel, name: string, what: "Field" | "Method"): void {
    const owner = this.lookUp(box, (b) => (what === "Field" ? b.privateFields : b.privateMethods).has(name) || null)
    if (owner !== null && this.box !== owner.box) this.fail("AccessError", `${what} '${name}' is private in ${owner.box.name}`)
  }

  getField(v: Value, name: string): Value {
    if (v === null) this.typeError(`field '${name}' on null`)
    this.touch(v)
    if (v instanceof ErrorThing && (name === "kind" || name === "message")) return v[name]
    if (v instanceof ErrorThing && name === "line") return BigInt(v.line)
    const index = v instanceof EnumThing && v.names !== null ? v.names.indexOf(name) : -1
    if (v instanceof EnumThing && index >= 0) return v.payload[index] ?? null
    if (v instanceof WeakThing) this.typeError(`field '${name}' on WeakRef: convert with weak_to_strong() first`)
    if (!(v instanceof Instance)) this.typeError(`field '${name}' on ${kindOf(v)}`)
    this.checkPrivate(v.box, name, "Field")
    const property = this.findProperty(v.box, name)
    if (property === null || property.member.storage === "birth_once") return v.fields.get(name) ?? null
    if (property.member.storage === "computed") return this.runProperty(v, property)
    const poison = v.poisoned.get(name)
    if (poison !== undefined) throw poison
    if (!v.computed.has(name)) {
      try {
        v.fields.set(name, this.runProperty(v, property))
        v.computed.add(name)
      } catch (thrown) {
        if (thrown instanceof Failure) v.poisoned.set(name, thrown)
        throw thrown
      }
    }
    return v.fields.get(name) ?? null
  }

  runProperty(me: Instance, { member, box }: Found<PropertyMember>): Value {
    return this.invoke(new FunctionThing({ name: `${box.name}.${member.name.text}`, params: [], body: member.body, handlers: member.handlers, env: null, me, box, yields: true }), [])
  }

  setField(v: Value, name: string, value: Value): void {
    if (v === null) this.typeError(`field '${name}' on null`)
    this.touch(v)
    if (v instanceof WeakThing) this.typeError(`field '${name}' on WeakRef: convert with weak_to_strong() first`)
    if (!(v instanceof Instance)) this.typeError(`field '${name}' on ${kindOf(v)}`)
    this.checkPrivate(v.box, name, "Field")
    const weak = this.lookUp(v.box, (b): FieldMember | undefined => b.fields.find((f) => f.name.text === name && f.isWeak))
    if (weak !== null && value !== null && !(value instanceof WeakThing)) this.typeError(`Cannot assign ${value instanceof Instance ? `Box (${kindOf(value)})` : kindOf(value)} to weak field '${weak.box.name}.${name}'`)
    v.fields.set(name, value)
  }

  key(k: Value): string {
    if (typeof k === "string") return k
    if (typeof k === "bigint" || typeof k === "boolean") return String(k)
    this.typeError("[map/bad-key] key must be string")
  }

  index(v: Value, i: Value): Value {
    this.touch(v)
    if (v instanceof MapThing) return v.entries.get(this.key(i)) ?? null
    if (!(v instanceof ArrayThing) && typeof v !== "string") this.typeError(`index operator is only supported for Array/Map (found ${kindOf(v)})`)
    if (typeof i !== "bigint") this.typeError(`index must be an Integer, got ${kindOf(i)}`)
    if (v instanceof ArrayThing) return i >= 0n && i < v.items.length ? (v.items[Number(i)] ?? null) : null
    return i < 0n ? "" : (points(v)[Number(i)] ?? "")
  }

  setIndex(v: Value, i: Value, value: Value): void {
    this.touch(v)
    if (v instanceof MapThing) {
      v.entries.set(this.key(i), value)
      return
    }
    if (!(v instanceof ArrayThing)) this.typeError(`index operator is only supported for Array/Map (found ${kindOf(v)})`)
    if (typeof i !== "bigint") this.typeError(`index must be an Integer, got ${kindOf(i)}`)
    if (i < 0n || i > v.items.length) this.fail("IndexError", `index ${i} out of bounds (len=${v.items.length})`)
    v.items[Number(i)] = value
  }

  /** `fini()` (4.18). */
  finish(v: Instance): void {
    if (v.isFinishing || v.isDead) return
    v.isFinishing = true
    const own = this.findMethod(v.box, "fini", 0)
    if (own !== null) this.callMethod(v, own, [])
    const order: string[] = []
    const collect = (box: BoxModel): void => {
      for (const name of box.parents) {
        const parent = this.boxes.get(name)
        if (parent !== undefined) collect(parent)
      }
      for (const f of box.fields) if (!f.isWeak) order.push(f.name.text)
    }
    collect(v.box)
    for (const name of order.reverse()) {
      const value = v.fields.get(name)
      if (value instanceof Instance) this.finish(value)
    }
    v.fields.clear()
    v.isDead = true
  }

  /** A library object with a name only, or what its constructor makes. */
  libraryOf(name: string): Value {
    return name === "StringBox" ? "" : new LibraryThing(name)
  }
}
