/**
 * The values of the reference, and what every operation on plain values means (LANGUAGE.md 4.1 to 4.8).
 *
 * Plain values are the host's: bigint, number, boolean, string, null. What has an identity is an object of a class here.
 */
import type { Block, BoxDecl, ConstructorMember, Expr, FieldMember, Handlers, MethodMember, Param, PropertyMember, StaticInitMember } from "../../compiler/syntax/ast.ts"

/** Any value of the language. */
export type Value = null | bigint | number | boolean | string | Thing

/** A value with an identity. */
export type Thing = ArrayThing | MapThing | Instance | FunctionThing | EnumThing | WeakThing | FutureThing | ResultThing | ErrorThing | RangeThing | CellThing | LibraryThing | TypeThing

export class ArrayThing {
  items: Value[]
  constructor(items: Value[]) {
    this.items = items
  }
}

export class MapThing {
  readonly entries = new Map<string, Value>()
  /** Keys in the order the language gives them. */
  keys(): string[] {
    return [...this.entries.keys()].sort(compareText)
  }
}

/** A box of the program, as the reference needs it. */
export interface BoxModel {
  readonly decl: BoxDecl
  readonly name: string
  readonly isStatic: boolean
  readonly parents: readonly string[]
  readonly interfaces: readonly string[]
  readonly fields: FieldMember[]
  readonly properties: Map<string, PropertyMember>
  readonly methods: MethodMember[]
  readonly constructors: ConstructorMember[]
  readonly initialisers: StaticInitMember[]
  readonly privateFields: Set<string>
  readonly privateMethods: Set<string>
  readonly publicFields: string[]
}

export class Instance {
  readonly box: BoxModel
  readonly fields = new Map<string, Value>()
  /** What a library parent adds. */
  library: Value = null
  isFinishing = false
  isDead = false
  readonly computed = new Set<string>()
  readonly poisoned = new Map<string, Failure>()
  constructor(box: BoxModel) {
    this.box = box
  }
}

/** What a call runs. */
export class FunctionThing {
  /** As errors name it. */
  readonly name: string
  readonly params: readonly Param[]
  readonly body: Block | Expr
  readonly handlers: Handlers | null
  readonly env: Env | null
  readonly me: Instance | null
  readonly box: BoxModel | null
  /** Whether the last expression is the result. */
  readonly yields: boolean
  constructor(parts: { name: string; params: readonly Param[]; body: Block | Expr; handlers: Handlers | null; env: Env | null; me: Instance | null; box: BoxModel | null; yields: boolean }) {
    this.name = parts.name
    this.params = parts.params
    this.body = parts.body
    this.handlers = parts.handlers
    this.env = parts.env
    this.me = parts.me
    this.box = parts.box
    this.yields = parts.yields
  }
}

export class EnumThing {
  readonly owner: string
  readonly variant: string
  readonly names: readonly string[] | null
  readonly payload: readonly Value[]
  constructor(owner: string, variant: string, names: readonly string[] | null, payload: readonly Value[]) {
    this.owner = owner
    this.variant = variant
    this.names = names
    this.payload = payload
  }
}

export class WeakThing {
  readonly target: Thing
  constructor(target: Thing) {
    this.target = target
  }
}

export class FutureThing {
  state: "pending" | "ready" | "failed" | "cancelled" = "pending"
  value: Value = null
  failure: Failure | null = null
  reason = ""
}

export class ResultThing {
  readonly isOk: boolean
  readonly value: Value
  constructor(isOk: boolean, value: Value) {
    this.isOk = isOk
    this.value = value
  }
}

export class ErrorThing {
  readonly kind: string
  readonly message: string
  readonly line: number
  constructor(kind: string, message: string, line: number) {
    this.kind = kind
    this.message = message
    this.line = line
  }
}

export class RangeThing {
  readonly start: bigint
  readonly end: bigint
  readonly step: bigint
  constructor(start: bigint, end: bigint, step: bigint) {
    this.start = start
    this.end = end
    this.step = step
  }
}

export class CellThing {
  value: Value
  constructor(value: Value) {
    this.value = value
  }
}

/** A library box with only methods. */
export class LibraryThing {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** The name of a box that has no object. */
export class TypeThing {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** A variable. */
export interface Slot {
  value: Value
}

/** Variables of a scope. */
export class Env {
  readonly slots = new Map<string, Slot>()
  readonly outer: Env | null
  constructor(outer: Env | null) {
    this.outer = outer
  }

  /** The scope with the variables it has now: what it declares later is nothing to those that were written before. */
  now(): Env {
    const now = new Env(this.outer)
    for (const [name, slot] of this.slots) now.slots.set(name, slot)
    return now
  }

  find(name: string): Slot | null {
    for (let env: Env | null = this; env !== null; env = env.outer) {
      const slot = env.slots.get(name)
      if (slot !== undefined) return slot
    }
    return null
  }
}

/** A run-time error of the program. */
export class Failure extends Error {
  readonly kind: string
  /** Offset in the source. */
  readonly at: number
  constructor(kind: string, message: string, at: number) {
    super(message)
    this.kind = kind
    this.at = at
  }
}

/** The program uses something that the reference does not know. */
export class OutOfReach extends Error {}

/** A number modulo 2^64. */
export const wrap = (n: bigint): bigint => BigInt.asIntN(64, n)

/** The characters of a text. */
export const points = (text: string): string[] => Array.from(text)

/** Order by code points. */
export function compareText(a: string, b: string): number {
  const x = points(a)
  const y = points(b)
  for (let i = 0; i < x.length && i < y.length; i++) {
    const difference = ((x[i] as string).codePointAt(0) as number) - ((y[i] as string).codePointAt(0) as number)
    if (difference !== 0) return difference
  }
  return x.length - y.length
}

/** Text of a float: shortest, never with an exponent. */
export function floatText(n: number): string {
  if (Number.isNaN(n)) return "NaN"
  if (!Number.isFinite(n)) return n < 0 ? "-inf" : "inf"
  if (Object.is(n, -0)) return "-0"
  const shortest = String(n)
  const found = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(shortest)
  if (found === null) return shortest
  const sign = found[1] as string
  const digits = (found[2] as string) + (found[3] ?? "")
  const point = (found[2] as string).length + Number(found[4])
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits + "0".repeat(point - digits.length)
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}

/** A float as an Integer, saturating. */
export function saturated(n: number): bigint {
  if (Number.isNaN(n)) return 0n
  if (n >= 2 ** 63) return 2n ** 63n - 1n
  if (n <= -(2 ** 63)) return -(2n ** 63n)
  return BigInt(n)
}

/** Name of a value's kind. */
export function kindOf(v: Value): string {
  if (v === null) return "Void"
  switch (typeof v) {
    case "bigint":
      return "Integer"
    case "number":
      return "Float"
    case "boolean":
      return "Bool"
    case "string":
      return "String"
  }
  if (v instanceof ArrayThing) return "ArrayBox"
  if (v instanceof MapThing) return "MapBox"
  if (v instanceof Instance) return v.box.name
  if (v instanceof FunctionThing) return "FunctionBox"
  if (v instanceof EnumThing) return v.owner
  if (v instanceof WeakThing) return "WeakRef"
  if (v instanceof FutureThing) return "Future"
  if (v instanceof ResultThing) return "ResultBox"
  if (v instanceof ErrorThing) return "ErrorBox"
  if (v instanceof RangeThing) return "RangeBox"
  if (v instanceof CellThing) return "RefCellBox"
  return v.name
}

/** Whether both are numbers. */
export const areNumbers = (a: Value, b: Value): boolean => (typeof a === "bigint" || typeof a === "number") && (typeof b === "bigint" || typeof b === "number")

/** `==` (4.6). */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a === "bigint" && typeof b === "number") return Number.isInteger(b) && BigInt(b) === a
  if (typeof a === "number" && typeof b === "bigint") return equal(b, a)
  if (a instanceof EnumThing && b instanceof EnumThing) return a.owner === b.owner && a.variant === b.variant && a.payload.every((x, i) => equal(x, b.payload[i] as Value))
  if (a instanceof WeakThing && b instanceof WeakThing) return a.target === b.target
  return false
}

const ALIASES: Readonly<Record<string, readonly string[]>> = {
  Integer: ["Integer", "Int", "I64", "IntegerBox"],
  Float: ["Float", "F64", "FloatBox"],
  Bool: ["Bool", "Boolean", "BoolBox"],
  String: ["String", "Str", "StringBox"],
  Void: ["Void", "Unit", "Null", "NullBox", "VoidBox"],
  ArrayBox: ["Array", "ArrayBox"],
  MapBox: ["Map", "MapBox"],
  FunctionBox: ["Function", "FunctionBox"],
  Future: ["Future", "FutureBox"],
}

/** Whether a kind has the name in a type test; boxes aside. */
export function isNamed(kind: string, name: string): boolean {
  return name === "Any" || kind === name || (ALIASES[kind]?.includes(name) ?? false)
}
