/**
 * The library as the reference knows it (LANGUAGE.md 5): what programs of the generator and most conformance programs use. What
 * is missing is out of reach, never an error of the program.
 */
import { Objects } from "./objects.ts"
import {
  ArrayThing,
  CellThing,
  compareText,
  EnumThing,
  equal,
  ErrorThing,
  FunctionThing,
  FutureThing,
  type Instance,
  kindOf,
  LibraryThing,
  MapThing,
  OutOfReach,
  points,
  RangeThing,
  ResultThing,
  saturated,
  type Value,
  WeakThing,
  wrap,
} from "./values.ts"

/** Boxes that a sandbox does not give. */
const SANDBOXED = new Set("SocketBox HttpClientBox HttpServerBox P2PBox IntentBox EguiBox PyRuntimeBox StreamBox AudioBox SoundBox".split(" "))
const LOGGING = new Set(["log", "println", "print", "info", "debug"])

/** Least and most arguments of the methods of arrays that take any. */
const ARRAY_ARITIES: Readonly<Record<string, readonly [number, number]>> = {
  push: [1, 1],
  append: [1, 1],
  get: [1, 1],
  set: [2, 2],
  remove: [1, 1],
  insert: [2, 2],
  unshift: [1, 1],
  contains: [1, 1],
  has: [1, 1],
  indexOf: [1, 1],
  join: [1, 1],
  slice: [1, 2],
  concat: [1, 1],
  sort: [0, 1],
  map: [1, 1],
  filter: [1, 1],
  forEach: [1, 1],
  each: [1, 1],
  reduce: [2, 2],
  find: [1, 1],
  any: [1, 1],
  all: [1, 1],
}

/** Ends the program. */
export class ExitRequest extends Error {
  readonly code: number
  constructor(code: number) {
    super("exit")
    this.code = code
  }
}

/** See the head of the file. */
export abstract class Library extends Objects {
  stdout = ""
  stderr = ""
  readonly #stdin: string[]

  constructor(stdin: readonly string[]) {
    super()
    this.#stdin = [...stdin]
  }

  unknown(v: Value, name: string): never {
    this.typeError(`Unknown method '${name}' on ${kindOf(v)}`)
  }

  integer(v: Value | undefined): bigint {
    if (typeof v !== "bigint") throw new OutOfReach("an argument that is no Integer")
    return v
  }

  string(v: Value | undefined): string {
    if (typeof v !== "string") throw new OutOfReach("an argument that is no String")
    return v
  }

  callValue(f: Value, args: readonly Value[]): Value {
    if (!(f instanceof FunctionThing)) {
      this.touch(f)
      this.typeError(`value of type ${kindOf(f)} is not callable`)
    }
    return this.invoke(f, args)
  }

  /** Calls with the element, and with its index too if the function takes two. */
  visit(f: Value | undefined, v: Value, i: number): Value {
    if (!(f instanceof FunctionThing)) throw new OutOfReach("a callback that is no function")
    return this.invoke(f, f.params.length === 2 ? [v, BigInt(i)] : [v])
  }

  /** Writes after all that making the text wrote. */
  writeLine(text: string): void {
    this.stdout += `${text}\n`
  }

  /** A built-in function. */
  builtIn(name: string, args: readonly Value[]): Value {
    const [a = null, b = null] = args
    switch (name) {
      case "print":
        this.writeLine(args.map((x) => this.text(x)).join(" "))
        return null
      case "error": {
        const text = this.text(a)
        this.stderr += `Error: ${text}\n`
        return null
      }
      case "panic":
        return this.fail("Panic", this.text(a))
      case "exit":
        throw new ExitRequest(Number(BigInt.asIntN(32, this.integer(a))))
      case "str":
        return this.text(a)
      case "isType":
        return this.isType(a, this.string(b))
      case "asType":
        return this.cast(a, this.string(b))
      case "typeName":
        return kindOf(a)
      case "Ok":
      case "Err":
        return new ResultThing(name === "Ok", a)
      case "int":
        if (typeof a === "bigint") return a
        if (typeof a === "number") return saturated(Math.trunc(a))
        return /^\s*[+-]?\d+\s*$/.test(this.string(a)) ? BigInt(this.string(a).trim().replace("+", "")) : null
    }
    throw new OutOfReach(name)
  }

  /** `new X(…)` of a library box. */
  construct(name: string, args: readonly Value[]): Value {
    const [a = null, b = null] = args
    switch (name) {
      case "ArrayBox":
        return new ArrayThing([...args])
      case "MapBox":
        return new MapThing()
      case "ConsoleBox":
      case "MathBox":
        return new LibraryThing(name)
      case "StringBox":
        return this.string(a)
      case "FloatBox":
      case "BoolBox":
        return a
      case "IntegerBox":
        return typeof a === "string" ? this.stringMethod(a, "toInteger", []) : a
      case "NullBox":
        return null
      case "FutureBox":
        return new FutureThing()
      case "ErrorBox":
        return new ErrorThing(this.string(a), this.string(b), this.lineAt(this.at))
      case "ResultBox":
        return new ResultThing(true, a)
      case "RefCellBox":
        return new CellThing(a)
      case "IntCellBox":
        return new CellThing(this.integer(a))
      case "RangeBox":
        if (args[2] === 0n) this.typeError("range step must not be 0")
        return new RangeThing(this.integer(a), this.integer(b), this.integer(args[2] ?? 1n))
    }
    if (SANDBOXED.has(name)) this.fail("Unsupported", `${name} is not available in the playground`)
    throw new OutOfReach(`new ${name}`)
  }

  abstract lineAt(offset: number): number

  /** `v.name(args)` for everything that is no instance of a box of the program. */
  method(v: Value, name: string, args: readonly Value[]): Value {
    const [a = null] = args
    const arity = (count: number): void => {
      if (args.length !== count) throw new OutOfReach("another number of arguments")
    }
    switch (name) {
      case "toString":
        arity(0)
        return this.text(v)
      case "equals":
        arity(1)
        return this.equals(v, a)
      case "is":
        arity(1)
        return this.isType(v, this.string(a))
      case "as":
        arity(1)
        return this.cast(v, this.string(a))
      case "typeName":
        arity(0)
        return kindOf(v)
    }
    if (v === null) this.unknown(v, name)
    switch (typeof v) {
      case "bigint":
        return this.integerMethod(v, name, args)
      case "number":
        return this.floatMethod(v, name, args)
      case "boolean":
        if (name === "not") return !v
        if (name === "and") return v && this.truth(a)
        if (name === "or") return v || this.truth(a)
        this.unknown(v, name)
        break
      case "string":
        return this.stringMethod(v, name, args)
    }
    if (v instanceof ArrayThing) return this.arrayMethod(v, name, args)
    if (v instanceof MapThing) return this.mapMethod(v, name, args)
    return this.otherMethod(v as Exclude<Value, Instance>, name, args)
  }

  integerMethod(v: bigint, name: string, args: readonly Value[]): Value {
    const a = args[0]
    switch (name) {
      case "toInteger":
        return v
      case "toFloat":
        return Number(v)
      case "abs":
        return v < 0n ? wrap(-v) : v
      case "min":
        return this.integer(a) < v ? this.integer(a) : v
      case "max":
        return this.integer(a) > v ? this.integer(a) : v
      case "pow": {
        const exponent = this.integer(a)
        if (exponent < 0n || exponent > 4096n) throw new OutOfReach("pow")
        return wrap(v ** exponent)
      }
    }
    this.unknown(v, name)
  }

  floatMethod(v: number, name: string, args: readonly Value[]): Value {
    const a = Number(args[0] ?? 0)
    switch (name) {
      case "abs":
        return Math.abs(v)
      case "sqrt":
        if (v < 0) this.typeError("sqrt() of negative number")
        return Math.sqrt(v)
      case "floor":
        return saturated(Math.floor(v))
      case "ceil":
        return saturated(Math.ceil(v))
      case "round": {
        const whole = Math.trunc(v)
        return saturated(Math.abs(v - whole) >= 0.5 ? whole + Math.sign(v) : whole)
      }
      case "toFloat":
        return v
      case "toInteger":
        return saturated(Math.trunc(v))
      case "min":
        // What is not a number is no candidate.
        return Number.isNaN(v) ? a : a < v ? a : v
      case "max":
        return Number.isNaN(v) ? a : a > v ? a : v
      case "isNaN":
        return Number.isNaN(v)
      case "isInfinite":
        return Math.abs(v) === Number.POSITIVE_INFINITY
      case "isFinite":
        return Number.isFinite(v)
      case "sin":
      case "cos":
      case "tan":
      case "log":
      case "exp":
      case "pow":
        throw new OutOfReach(name)
    }
    this.unknown(v, name)
  }

  stringMethod(s: string, name: string, args: readonly Value[]): Value {
    const chars = points(s)
    const length = chars.length
    const [a = null, b = null] = args
    const clamped = (v: Value): number => {
      const i = this.integer(v)
      return i < 0n ? 0 : i > BigInt(length) ? length : Number(i)
    }
    const indexFrom = (text: string, from: number): number => {
      const wanted = points(text)
      for (let i = from; i + wanted.length <= length; i++) if (wanted.every((c, k) => chars[i + k] === c)) return i
      return -1
    }
    switch (name) {
      case "length":
      case "len":
      case "size":
        return BigInt(length)
      case "substring":
        return chars.slice(clamped(a), args.length > 1 ? Math.max(clamped(b), clamped(a)) : length).join("")
      case "charAt":
      case "get":
        return this.integer(a) < 0n ? "" : (chars[Number(a)] ?? "")
      case "indexOf":
      case "find":
        return BigInt(indexFrom(this.string(a), args.length > 1 ? clamped(b) : 0))
      case "lastIndexOf": {
        let last = -1
        for (let i = indexFrom(this.string(a), 0); i >= 0; i = indexFrom(this.string(a), i + 1)) last = i
        return BigInt(last)
      }
      case "contains":
        return s.includes(this.string(a))
      case "startsWith":
      case "starts_with":
        return s.startsWith(this.string(a))
      case "endsWith":
      case "ends_with":
        return s.endsWith(this.string(a))
      case "replace":
        if (this.string(a) === "") this.typeError("replace() needs a non-empty search text")
        return s.split(this.string(a)).join(this.string(b))
      case "concat":
        return this.operate("add", s, a)
      case "trim":
        return s.trim()
      case "toUpper":
      case "toUpperCase":
        return s.toUpperCase()
      case "toLower":
      case "toLowerCase":
        return s.toLowerCase()
      case "split":
        return new ArrayThing(this.string(a) === "" ? chars : s.split(this.string(a)))
      case "join":
        if (!(a instanceof ArrayThing)) throw new OutOfReach("join")
        return a.items.map((x) => this.text(x)).join(s)
      case "repeat":
        return s.repeat(Math.max(0, Number(this.integer(a))))
      case "reverse":
        return chars.reverse().join("")
      case "toInteger": {
        const text = s.trim()
        if (!/^[+-]?\d+$/.test(text)) return 0n
        const value = BigInt(text.replace(/^\+/, ""))
        return wrap(value) === value ? value : 0n
      }
      case "toFloat": {
        const text = s.trim()
        return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : /^[-+]?[\d.]/.test(text) ? this.outOf("toFloat") : 0
      }
      case "isEmpty":
        return s === ""
      case "isDigit":
      case "is_digit":
        return /^[0-9]+$/.test(s) ? true : /^\p{ASCII}*$/u.test(s) ? false : this.outOf(name)
      case "charCodeAt":
      case "ord": {
        const c = this.integer(a) < 0n ? undefined : chars[Number(a)]
        return c === undefined ? -1n : BigInt(c.codePointAt(0) as number)
      }
      case "stringify":
        return s
    }
    throw new OutOfReach(`String.${name}`)
  }

  outOf(what: string): never {
    throw new OutOfReach(what)
  }

  arrayMethod(v: ArrayThing, name: string, args: readonly Value[]): Value {
    const a = v.items
    const [least, most] = ARRAY_ARITIES[name] ?? [0, 0]
    if (args.length < least || args.length > most) throw new OutOfReach("another number of arguments")
    const [x = null, y = null] = args
    const clamped = (i: Value): number => {
      const at = this.integer(i)
      return at < 0n ? 0 : at > BigInt(a.length) ? a.length : Number(at)
    }
    switch (name) {
      case "push":
      case "append":
        a.push(x)
        return null
      case "pop":
        return a.pop() ?? null
      case "get":
        return this.index(v, x)
      case "set":
        this.setIndex(v, x, y)
        return null
      case "length":
      case "len":
      case "size":
        return BigInt(a.length)
      case "isEmpty":
        return a.length === 0
      case "remove": {
        const i = this.integer(x)
        return i >= 0n && i < BigInt(a.length) ? (a.splice(Number(i), 1)[0] ?? null) : null
      }
      case "insert": {
        const i = this.integer(x)
        if (i < 0n || i > BigInt(a.length)) this.fail("IndexError", `index ${i} out of bounds (len=${a.length})`)
        a.splice(Number(i), 0, y)
        return null
      }
      case "shift":
        return a.shift() ?? null
      case "unshift":
        a.unshift(x)
        return null
      case "clear":
        a.length = 0
        return null
      case "contains":
      case "has":
        return a.some((e) => equal(e, x))
      case "indexOf":
        return BigInt(a.findIndex((e) => equal(e, x)))
      case "join":
        return a.map((e) => this.text(e)).join(this.string(x))
      case "slice":
        return new ArrayThing(a.slice(clamped(x), args.length > 1 ? clamped(y) : a.length))
      case "concat":
        if (!(x instanceof ArrayThing)) throw new OutOfReach("concat")
        return new ArrayThing([...a, ...x.items])
      case "sort":
        if (args.length > 0 && x === null) throw new OutOfReach("sort by null")
        this.sort(v, args.length > 0 ? x : null)
        return null
      case "reverse":
        a.reverse()
        return null
      case "map":
        return new ArrayThing(a.map((e, i) => this.visit(x, e, i)))
      case "filter":
        return new ArrayThing(a.filter((e, i) => this.truth(this.visit(x, e, i))))
      case "forEach":
      case "each":
        a.forEach((e, i) => {
          this.visit(x, e, i)
        })
        return null
      case "reduce":
        return a.reduce((sum, e) => this.callValue(x, [sum, e]), y)
      case "find":
        return a.find((e, i) => this.truth(this.visit(x, e, i))) ?? null
      case "any":
        return a.some((e, i) => this.truth(this.visit(x, e, i)))
      case "all":
        return a.every((e, i) => this.truth(this.visit(x, e, i)))
      case "copy":
      case "clone":
        return new ArrayThing([...a])
      case "toJSON":
        return this.json(v)
    }
    this.unknown(v, name)
  }

  sort(v: ArrayThing, by: Value): void {
    if (by !== null) {
      // Merging calls the function on pairs in an order of its own: only its results may matter.
      v.items = [...v.items].sort((x, y) => {
        const order = this.callValue(by, [x, y])
        if (typeof order !== "boolean") return Number(order)
        return order ? -1 : this.truth(this.callValue(by, [y, x])) ? 1 : 0
      })
    } else if (v.items.every((x) => typeof x === "bigint" || typeof x === "number")) {
      if (v.items.some((x) => Number.isNaN(x))) throw new OutOfReach("order of NaN")
      v.items.sort((x, y) => (equal(x, y) ? 0 : (x as number) < (y as number) ? -1 : 1))
    } else {
      v.items = v.items.map((x) => ({ x, text: this.text(x) })).sort((p, q) => compareText(p.text, q.text)).map((p) => p.x)
    }
  }

  mapMethod(v: MapThing, name: string, args: readonly Value[]): Value {
    const m = v.entries
    const [x = null, y = null] = args
    switch (name) {
      case "set":
      case "put":
      case "setField":
        m.set(this.key(x), y)
        return null
      case "get":
      case "getField":
        return m.get(this.key(x)) ?? null
      case "getOr":
        return m.has(this.key(x)) ? (m.get(this.key(x)) ?? null) : y
      case "has":
      case "containsKey":
        return m.has(this.key(x))
      case "delete":
      case "remove":
        return m.delete(this.key(x))
      case "keys":
        return new ArrayThing(v.keys())
      case "values":
        return new ArrayThing(v.keys().map((k) => m.get(k) ?? null))
      case "size":
      case "length":
      case "len":
        return BigInt(m.size)
      case "isEmpty":
        return m.size === 0
      case "clear":
        m.clear()
        return null
      case "containsValue":
        return [...m.values()].some((e) => equal(e, x))
      case "forEach":
        for (const k of v.keys()) this.callValue(x, [k, m.get(k) ?? null])
        return null
      case "toJSON":
        return this.json(v)
    }
    this.unknown(v, name)
  }

  otherMethod(v: Value, name: string, args: readonly Value[]): Value {
    const [a = null] = args
    if (v instanceof FunctionThing) {
      if (name === "call") return this.invoke(v, args)
      if (name === "arity") return BigInt(v.params.length)
    } else if (v instanceof WeakThing) {
      if (name === "weak_to_strong" || name === "upgrade") return this.isAlive(v) ? v.target : null
      if (name === "isAlive") return this.isAlive(v)
      this.typeError(`Unknown method '${name}' on WeakRef: convert with weak_to_strong() first`)
    } else if (v instanceof FutureThing) {
      if (name === "get" || name === "wait") return this.await(v)
      if (name === "ready") return v.state !== "pending"
      if (name === "set") {
        if (v.state === "pending") {
          v.state = "ready"
          v.value = a
        }
        return null
      }
    } else if (v instanceof ResultThing) {
      if (name === "isOk" || name === "is_ok") return v.isOk
      if (name === "isErr" || name === "is_err") return !v.isOk
      if (name === "unwrapOr") return v.isOk ? v.value : a
      if (name === "getValue" || name === "get_value") return v.isOk ? v.value : this.typeError(`getValue() on Err(${this.text(v.value)})`)
      if (name === "getError" || name === "get_error") return v.isOk ? this.typeError("getError() on Ok") : v.value
    } else if (v instanceof ErrorThing) {
      if (name === "kind" || name === "message") return v[name]
      if (name === "line") return BigInt(v.line)
    } else if (v instanceof RangeThing) {
      const all = [...this.iterate(v)]
      if (name === "start" || name === "end" || name === "step") return v[name]
      if (name === "length") return BigInt(all.length)
      if (name === "contains") return all.includes(a)
      if (name === "toArray") return new ArrayThing(all)
    } else if (v instanceof CellThing) {
      if (name === "get" || name === "borrow") return v.value
      if (name === "set" || name === "replace") {
        v.value = a
        return null
      }
    } else if (v instanceof LibraryThing) {
      if (v.name === "ConsoleBox") return this.console(name, args)
      throw new OutOfReach(`${v.name}.${name}`)
    } else if (v instanceof EnumThing) this.unknown(v, name)
    throw new OutOfReach(`${kindOf(v)}.${name}`)
  }

  console(name: string, args: readonly Value[]): Value {
    const text = args.length > 0 ? this.text(args[0] ?? null) : ""
    if (LOGGING.has(name)) this.stdout += `${text}\n`
    else if (name === "write") this.stdout += text
    else if (name === "warn" || name === "error") this.stderr += `${text}\n`
    else if (name === "readLine" || name === "input") return this.#stdin.shift() ?? null
    else if (!["group", "groupEnd", "separator", "clear"].includes(name)) throw new OutOfReach(`ConsoleBox.${name}`)
    return null
  }

  *iterate(v: Value): Generator<Value> {
    if (v instanceof RangeThing) for (let i = v.start; v.step > 0n ? i < v.end : i > v.end; i += v.step) yield i
    else if (v instanceof ArrayThing) for (let i = 0; i < v.items.length; i++) yield v.items[i] ?? null
    else if (v instanceof MapThing) yield* v.keys()
    else if (typeof v === "string") yield* points(v)
    else this.typeError(`cannot iterate over ${kindOf(v)}`)
  }

  await(f: Value): Value {
    if (!(f instanceof FutureThing)) this.typeError("Await expects Future in 'future' operand")
    if (f.state === "ready") return f.value
    if (f.failure !== null) this.fail("TaskFailed", `Task failed: ${f.failure.kind}: ${f.failure.message}`)
    if (f.state === "cancelled") this.fail("TaskCancelled", `Task cancelled: ${f.reason}`)
    this.fail("TaskFailed", "deadlock: future never completes")
  }
}
