/**
 * Expressions of a wanted type. Every function gives the text of an expression that may stand as an operand (parenthesised if it
 * must be), except `whole`, whose result may be a chain of operators.
 */
import { type BoxShape, type Callable, type EnumShape, parentsOf, State, type Variable } from "./state.ts"
import { ANY, arr, BOOL, box, fits, FLOAT, INT, isPlain, map, NUM, opt, STR, same, type Type } from "./types.ts"

const EDGES = ["0", "1", "2", "-1", "7", "63", "64", "65", "255", "-128", "2147483647", "2147483648", "-2147483649", "4294967296", "9007199254740993", "4611686018427387904", "9223372036854775807", "-9223372036854775808", "-9223372036854775807"]
const FLOATS = ["0.0", "1.0", "0.5", "1.5", "2.5", "-0.5", "-1.5", "0.1", "3.0", "-0.0", "100.25", "1.0e20", "1.0e-7", "123456789.125", "9223372036854775808.0", "1.0e308", "4.0e-320"]
const STRINGS = ["", "a", "b", "ab", "abc", "héあ", "😀x", "\\n", "\\\"q\\\"", "0", "12", " 7 ", "-3", "2.5", "abcabc", "Straße", "ÀÉ", "a,b,,c", "x\\ty", "日本語", "true", "null", "Z"]

/** See the head of the file. */
export abstract class Expressions extends State {
  /** A block of statements that ends in an expression of the type, written as `{ … }` over several lines. */
  abstract valueBlock(type: Type, variables: readonly Variable[], head: string, sealed: boolean): string

  /** An operand of the type. */
  expr(type: Type, depth: number): string {
    if (depth <= 0) return this.leaf(type)
    if (this.random.chance(25)) return this.leaf(type)
    const general = this.random.below(100)
    if (general < 22) {
      const found = this.general(type, depth - 1)
      if (found !== null) return found
    }
    switch (type.kind) {
      case "int":
        return this.int(depth - 1)
      case "float":
        return this.float(depth - 1)
      case "num":
        return this.num(depth - 1)
      case "str":
        return this.str(depth - 1)
      case "bool":
        return this.bool(depth - 1)
      case "any":
        return this.expr(this.someOfAny(), depth - 1)
      case "arr":
        return this.array(type.of, depth - 1)
      case "map":
        return this.mapOf(type.of, depth - 1)
      case "opt":
        return this.random.chance(30) ? this.random.pick(["null", "void"]) : this.expr(type.of, depth - 1)
      case "result":
        return this.random.chance(70) ? `Ok(${this.expr(type.of, depth - 1)})` : `Err(${this.expr(STR, depth - 1)})`
      case "fn":
        return this.lambda(type.params, type.result)
      case "box":
      case "enum":
      case "weak":
      case "future":
        return this.leaf(type, depth)
    }
  }

  /** An expression that stands alone: the value of a statement. */
  whole(type: Type, depth: number): string {
    if (depth > 0 && this.random.chance(20)) {
      if (type.kind === "int") return this.chain(["+", "-", "*", "&", "|", "^", "+", "-", "<<", ">>"], INT, depth - 1)
      if (type.kind === "num") return this.chain(["+", "-", "*"], NUM, depth - 1)
      if (type.kind === "str") return this.chain(["+"], STR, depth - 1)
      if (type.kind === "bool") return this.chain(["and", "or", "&&", "||", "==", "!="], BOOL, depth - 1)
    }
    const text = this.expr(type, depth)
    const inner = /^\(([^()]*)\)$/.exec(text)?.[1]
    return inner !== undefined && !/^[^"<>!]*=[^=>]/.test(inner) ? inner : text
  }

  /** A variable, field or literal. */
  leaf(type: Type, depth = 0): string {
    const variables = this.visible().filter((v) => fits(v.type, type) && this.mayUse(v))
    if (variables.length > 0 && this.random.chance(75)) return this.random.pick(variables.slice(0, 8)).name
    const me = this.place.me
    if (me !== null && this.random.chance(50)) {
      const fields = this.fieldsOf(me).filter((f) => fits(f.type, type))
      if (fields.length > 0) return `${this.meWord()}.${this.random.pick(fields).name}`
    }
    switch (type.kind) {
      case "int":
        return this.random.chance(70) ? String(this.random.between(-9, 12)) : this.random.pick(EDGES)
      case "float":
        return this.random.pick(FLOATS)
      case "num":
        return this.random.chance(50) ? this.leaf(INT) : this.leaf(FLOAT)
      case "str":
        return `"${this.random.pick(STRINGS)}"`
      case "bool":
        return this.random.pick(["true", "false"])
      case "any":
        return this.leaf(this.someOfAny())
      case "arr":
        return `[${Array.from({ length: this.random.below(4) }, () => this.leaf(type.of)).join(", ")}]`
      case "map":
        return `%{${Array.from({ length: this.random.below(3) }, (_, i) => `"${"kqz"[i]}" => ${this.leaf(type.of)}`).join(", ")}}`
      case "opt":
        return this.random.chance(40) ? "null" : this.leaf(type.of)
      case "result":
        return `Ok(${this.leaf(type.of)})`
      case "fn":
        return this.lambda(type.params, type.result)
      case "box":
        return this.instance(type.name, depth)
      case "weak": {
        if (this.visible().every((v) => v.type.kind !== "weak") && this.boxNamed(type.name) === undefined) return "null"
        const live = variables.length > 0 ? this.random.pick(variables).name : null
        if (live !== null) return live
        const target = this.visible().find((v) => v.type.kind === "box" && v.type.name === type.name && this.mayUse(v))
        return `(weak ${target === undefined ? this.instance(type.name, 0) : target.name})`
      }
      case "enum":
        return this.enumValue(type.name, depth)
      case "future":
        return "new FutureBox()"
    }
  }

  /** The receiver, in either spelling. */
  meWord(): string {
    return this.random.chance(85) ? "me" : "this"
  }

  /** Whether a variable may be named here: functions inside functions only if they were made before. */
  mayUse(variable: Variable): boolean {
    if (this.place.lambdaDepth === 0) return true
    return !this.mayHoldFunction(variable.type) || (variable.type.kind === "fn" && !variable.isAssignable)
  }

  mayHoldFunction(type: Type): boolean {
    switch (type.kind) {
      case "fn":
        return true
      case "arr":
      case "map":
      case "opt":
      case "result":
      case "future":
        return this.mayHoldFunction(type.of)
      case "box":
        return this.fieldsOf(this.boxNamed(type.name)).some((f) => this.mayHoldFunction(f.type))
      default:
        return false
    }
  }

  boxNamed(name: string): BoxShape {
    return [...this.boxes, ...this.statics].find((b) => b.name === name) as BoxShape
  }

  enumNamed(name: string): EnumShape {
    return this.enums.find((e) => e.name === name) as EnumShape
  }

  /** Fields with those of ancestors. */
  fieldsOf(shape: BoxShape): BoxShape["fields"] {
    const own = parentsOf(shape).flatMap((parent) => this.fieldsOf(parent)).filter((f) => !f.isPrivate)
    return [...own.filter((f) => shape.fields.every((g) => g.name !== f.name)), ...shape.fields]
  }

  /** Methods with those of ancestors, the nearest of a name only. */
  methodsOf(shape: BoxShape): Callable[] {
    const own = parentsOf(shape).flatMap((parent) => this.methodsOf(parent))
    return [...own.filter((m) => shape.methods.every((n) => n.name !== m.name)), ...shape.methods]
  }

  /** Boxes whose instances are instances of the named one too. */
  heirsOf(name: string): BoxShape[] {
    const isHeir = (b: BoxShape): boolean => b.name === name || parentsOf(b).some(isHeir)
    return this.boxes.filter(isHeir)
  }

  someOfAny(): Type {
    return this.random.pick([INT, INT, FLOAT, STR, BOOL])
  }

  /** A type for a variable; `nesting` bounds containers in containers. */
  someType(nesting: number): Type {
    const p = this.policy
    return this.random.weighted<() => Type>([
      [30, () => INT],
      [p.useFloats ? 10 : 0, () => FLOAT],
      [p.useDynamic && p.useFloats ? 6 : 0, () => NUM],
      [p.useStrings ? 14 : 2, () => STR],
      [12, () => BOOL],
      [p.useDynamic ? 7 : 0, () => ANY],
      [p.useDynamic && nesting > 0 ? 6 : 0, () => opt(this.someType(nesting - 1))],
      [p.useContainers && nesting > 0 ? 14 : 0, () => arr(this.dataType(nesting - 1))],
      [p.useContainers && nesting > 0 ? 8 : 0, () => map(this.dataType(nesting - 1))],
      [this.boxes.length > 0 ? 14 : 0, () => box(this.random.pick(this.boxes).name)],
      [this.enums.length > 0 ? 9 : 0, () => ({ kind: "enum", name: this.random.pick(this.enums).name })],
      [nesting > 0 ? 3 : 0, () => ({ kind: "result", of: this.dataType(0) })],
    ])()
  }

  /** A type whose values may be held by others without making a cycle. */
  dataType(nesting: number): Type {
    for (;;) {
      const type = this.someType(nesting)
      if (!this.mayHoldFunction(type)) return type
    }
  }

  plainType(): Type {
    return this.random.weighted([[5, INT], [this.policy.useFloats ? 2 : 0, FLOAT], [3, STR], [2, BOOL], [this.policy.useDynamic && this.policy.useFloats ? 1 : 0, NUM], [this.policy.useDynamic ? 1 : 0, ANY]])
  }

  /** Forms that exist for every type. */
  general(type: Type, depth: number): string | null {
    const forms: (readonly [number, () => string | null])[] = [
      [4, () => `(${this.expr(BOOL, depth)} ? ${this.expr(type, depth)} : ${this.expr(type, depth)})`],
      [2, () => `(${this.optional(type, depth)} ?? ${this.expr(type, depth)})`],
      [6, () => this.callOf(type, depth)],
      [3, () => this.elementOf(type)],
      [3, () => this.fieldOf(type)],
      [1, () => this.ifExpr(type, depth)],
      [1, () => `(${this.valueBlock(type, [], "", true)})`],
      [2, () => this.matchExpr(type, depth)],
      [1, () => this.assigned(type, depth)],
      [this.policy.useClosures ? 2 : 0, () => this.callOfFunction(type, depth)],
      [this.policy.useClosures && isPlain(type) ? 1 : 0, () => `(${this.lambda([], type)})()`],
      [this.policy.useHandlers ? 1 : 0, () => this.handled(type, depth)],
      [1, () => this.piped(type, depth)],
      [type.kind === "box" ? 0 : 1, () => this.cast(type, depth)],
      [this.dares() ? 8 : 0, () => this.failing(type)],
      [this.mayHoldFunction(type) ? 0 : 1, () => `new RefCellBox(${this.expr(type, depth)}).${this.random.pick(["get()", "borrow()"])}`],
    ]
    return this.random.weighted(forms)()
  }

  /** Something that is null or of the type. */
  optional(type: Type, depth: number): string {
    const variables = this.visible().filter((v) => v.type.kind === "opt" && fits(v.type.of, type) && this.mayUse(v))
    if (variables.length > 0) return this.random.pick(variables).name
    const arrays = this.visible().filter((v) => (v.type.kind === "arr" || v.type.kind === "map") && fits(v.type.of, type) && this.mayUse(v))
    const found = arrays.length > 0 ? this.random.pick(arrays) : null
    if (found !== null && found.type.kind === "arr") return `${found.name}[${this.expr(INT, depth)}]`
    if (found !== null) return `${found.name}.get(${this.key()})`
    return this.random.chance(40) ? "null" : this.expr(type, depth)
  }

  key(): string {
    return this.random.weighted<() => string>([[6, () => `"${this.random.pick(["k", "q", "z", "é", ""])}"`], [2, () => this.expr(STR, 1)], [1, () => String(this.random.below(3))]])()
  }

  /** `(x = e)`: assignment as an expression. */
  assigned(type: Type, depth: number): string | null {
    const variables = this.visible().filter((v) => v.isAssignable && same(v.type, type) && this.mayUse(v))
    if (variables.length === 0 || this.mayHoldFunction(type)) return null
    return `(${this.random.pick(variables).name} = ${this.expr(type, depth)})`
  }

  ifExpr(type: Type, depth: number): string {
    return `(if ${this.expr(BOOL, depth)} ${this.valueBlock(type, [], "", this.place.isSealed)} else ${this.valueBlock(type, [], "", this.place.isSealed)})`
  }

  handled(type: Type, depth: number): string | null {
    let inner: string | null = null
    this.at({ isGuarded: true }, () => {
      inner = this.random.chance(50) ? this.failing(type) : (this.callOf(type, depth) ?? this.failing(type))
    })
    if (inner === null) return null
    const name = this.fresh("e")
    const handler = this.valueBlock(type, [], `print("caught " + ${name})`, false)
    return `((${inner}) catch (${name}) ${handler})`
  }

  piped(type: Type, depth: number): string | null {
    if (this.place.callsNothing) return null
    const targets = this.functions.filter((f) => !f.isRecursive && f.params.length === 1 && fits(f.result, type) && this.affords(f.load))
    if (targets.length === 0) return null
    const target = this.random.pick(targets)
    this.spend(target.load)
    return `(${this.expr(target.params[0] as Type, depth)} |> ${target.name}${this.random.chance(50) ? "" : "()"})`
  }

  cast(type: Type, depth: number): string | null {
    const name = ({ int: "Integer", float: "Float", str: "String", bool: "Bool", arr: "ArrayBox", map: "MapBox" } as Readonly<Record<string, string>>)[type.kind]
    if (name === undefined) return null
    const value = this.dares() ? this.expr(ANY, depth) : this.expr(type, depth)
    return this.random.pick([`(${value} as ${name})`, `asType(${value}, "${name}")`, `(${value}).as("${name}")`])
  }

  /** An expression that raises an error, or does with some inputs. */
  failing(type: Type): string {
    const ok = this.leaf(type)
    const t = (condition: string, value: string): string => `(${condition} ? ${value} : ${ok})`
    const b = this.leaf(BOOL)
    return this.random.weighted<() => string>([
      [3, () => t(b, `panic(${this.leaf(STR)})`)],
      [type.kind === "int" || type.kind === "num" ? 5 : 1, () => (type.kind === "int" || type.kind === "num" ? `(${this.leaf(INT)} ${this.random.pick(["/", "%"])} ${this.leaf(INT)})` : t(b, "(1 / 0)"))],
      [1, () => t(b, `("a" + null)`)],
      [1, () => t(b, `(true + ${this.leaf(INT)})`)],
      [1, () => t(b, `(-${this.leaf(ANY)})`)],
      [1, () => t(b, `(${this.leaf(ANY)} < ${this.leaf(ANY)})`)],
      [1, () => t(b, `null.foo`)],
      [1, () => t(b, `(null).nothing(${this.leaf(INT)})`)],
      [1, () => t(b, `(${this.leaf(INT)}).nothing()`)],
      [1, () => t(b, `[1][${this.leaf(STR)}]`)],
      [1, () => t(b, `(fn(x) { x })(1, 2)`)],
      [1, () => t(b, `(${this.leaf(ANY)} as Integer)`)],
      [1, () => t("null", ok)],
      [1, () => t("[1]", ok)],
      [1, () => t(b, `%{"a" => 1}[1.5]`)],
      [1, () => t(b, `new SocketBox()`)],
      [1, () => t(b, `"a".replace("", "b")`)],
      [1, () => t(b, `new JSONBox("{")`)],
      [1, () => t(b, `(await ${this.leaf(INT)})`)],
      [1, () => t(b, `(${this.leaf(INT)})[0]`)],
    ])()
  }

  /** `a op b op c` of one type, without parentheses. */
  chain(ops: readonly string[], type: Type, depth: number): string {
    let text = this.expr(type, depth)
    for (let i = this.random.between(1, 3); i > 0; i--) {
      const right = this.expr(type, depth)
      text += ` ${this.random.pick(ops)} ${right}`
    }
    return text
  }

  int(depth: number): string {
    const i = (): string => this.expr(INT, depth)
    return this.random.weighted<() => string>([
      [14, () => `(${i()} ${this.random.pick(["+", "-", "*"])} ${i()})`],
      [5, () => `(${i()} ${this.random.pick(["/", "%"])} ${this.random.chance(15) && this.dares() ? i() : this.random.pick(["2", "3", "7", "-1", "-3", "10", "256", "9223372036854775807"])})`],
      [5, () => `(${i()} ${this.random.pick(["&", "|", "^", "<<", ">>"])} ${i()})`],
      [2, () => `(-${this.operandOfMinus(i())})`],
      [1, () => `(~${i()})`],
      [2, () => `(${i()}).${this.random.pick(["abs()", "toInteger()", `min(${i()})`, `max(${i()})`])}`],
      [this.policy.useStrings ? 4 : 1, () => `${this.receiver(STR, depth)}.${this.random.pick(["length()", `indexOf(${this.expr(STR, depth)})`, "toInteger()", `charCodeAt(${i()})`, `lastIndexOf(${this.expr(STR, depth)})`, "len()"])}`],
      [this.policy.useContainers ? 4 : 0, () => `${this.receiver(this.random.chance(60) ? arr(this.random.pick([INT, STR])) : map(INT), depth)}.${this.random.pick(["length()", "size()", "len()"])}`],
      [this.policy.useFloats ? 2 : 0, () => `${this.receiver(FLOAT, depth)}.${this.random.pick(["floor()", "ceil()", "round()", "toInteger()"])}`],
      [this.policy.useContainers ? 1 : 0, () => `${this.receiver(arr(INT), depth)}.reduce(fn(a, v) { a ${this.random.pick(["+", "-", "*", "^"])} v }, ${i()})`],
      [1, () => `(${this.expr(BOOL, depth)} ? ${i()} : ${i()})`],
      [1, () => `new IntCellBox(${i()}).get()`],
      [1, () => `new IntegerBox(${this.random.pick([i, () => `"${this.random.between(-99, 99)}"`])()})`],
      [this.policy.useLibrary ? 2 : 0, () => `MathBox.${this.random.pick([() => `gcd(${i()}, ${i()})`, () => `max(${i()}, ${i()})`, () => `min(${i()}, ${i()})`, () => `abs(${i()})`, () => `clamp(${i()}, ${this.random.between(-9, 0)}, ${this.random.between(1, 99)})`, () => `round(${this.expr(FLOAT, depth)})`])()}`],
      [1, () => `${this.range()}.${this.random.pick(["length()", "start()", "end()", "step()"])}`],
    ])()
  }

  /** A short range, often with a step. */
  range(): string {
    const from = this.random.between(-5, 5)
    const to = this.random.between(-5, 9)
    if (this.random.chance(30)) return `(${from}..${to})`
    return this.random.chance(30) ? `new RangeBox(${from}, ${to})` : `new RangeBox(${from}, ${to}, ${this.random.pick([1, 2, 3, -1, -2])})`
  }

  /** An operand that does not begin with a minus. */
  operandOfMinus(text: string): string {
    return text.startsWith("-") ? `(${text})` : text
  }

  /** A receiver of a method call: a name or something in parentheses. */
  receiver(type: Type, depth: number): string {
    const text = this.expr(type, depth)
    return /^[a-z]\w*$/.test(text) ? text : `(${text})`
  }

  float(depth: number): string {
    const f = (): string => this.expr(FLOAT, depth)
    return this.random.weighted<() => string>([
      [8, () => `(${f()} ${this.random.pick(["+", "-", "*"])} ${f()})`],
      [3, () => `(${f()} ${this.random.pick(["+", "-", "*"])} ${this.expr(INT, depth)})`],
      [3, () => `(${f()} / ${this.random.pick(["2.0", "3", "0.5", "-4.0", "10"])})`],
      [1, () => `(${f()} % ${this.random.pick(["2.0", "0.75", "3", "0.0"])})`],
      [1, () => `(-${this.operandOfMinus(f())})`],
      [2, () => `${this.receiver(FLOAT, depth)}.${this.random.pick(["abs()", `min(${f()})`, `max(${f()})`, "abs().sqrt()"])}`],
      [2, () => `${this.receiver(INT, depth)}.toFloat()`],
      [1, () => `${this.receiver(STR, depth)}.toFloat()`],
    ])()
  }

  num(depth: number): string {
    const n = (): string => this.expr(NUM, depth)
    return this.random.weighted<() => string>([
      [8, () => `(${n()} ${this.random.pick(["+", "-", "*"])} ${n()})`],
      [2, () => `(${n()} / ${this.random.pick(["2", "3.0", "0.5"])})`],
      [2, () => this.expr(INT, depth)],
      [2, () => this.expr(FLOAT, depth)],
      [1, () => `(-${this.operandOfMinus(n())})`],
      [1, () => `(${this.expr(BOOL, depth)} ? ${this.expr(INT, depth)} : ${this.expr(FLOAT, depth)})`],
    ])()
  }

  str(depth: number): string {
    const s = (): string => this.expr(STR, depth)
    const printed = (): Type => this.random.chance(80) ? this.plainType() : this.someType(1)
    return this.random.weighted<() => string>([
      [8, () => `(${s()} + ${this.expr(this.noNull(printed()), depth)})`],
      [3, () => `(${this.expr(this.noNull(printed()), depth)} + ${s()})`],
      [2, () => `str(${this.expr(printed(), depth)})`],
      [2, () => `${this.receiver(this.noNull(printed()), depth)}.toString()`],
      [5, () => `${this.receiver(STR, depth)}.${this.random.pick([() => `substring(${this.expr(INT, depth)}, ${this.expr(INT, depth)})`, () => "toUpper()", () => "toLower()", () => "trim()", () => `charAt(${this.expr(INT, depth)})`, () => `replace("${this.random.pick(["a", "b", "é", "12"])}", ${s()})`, () => "reverse()", () => `repeat(${this.random.between(-1, 3)})`, () => `concat(${s()})`])()}`],
      [1, () => `(${s()} * ${this.random.between(-1, 3)})`],
      [1, () => `new ErrorBox(${s()}, ${s()}).${this.random.pick(["kind()", "message()", "message", "toString()"])}`],
      [2, () => `${this.receiver(STR, depth)}[${this.expr(INT, depth)}]`],
      [this.policy.useContainers ? 2 : 0, () => `${this.receiver(arr(this.plainType()), depth)}.join(${s()})`],
      [this.policy.useContainers ? 2 : 0, () => `${this.receiver(map(this.plainType()), depth)}.toJSON()`],
      [1, () => `typeName(${this.expr(printed(), depth)})`],
    ])()
  }

  /** The type without null. */
  noNull(type: Type): Type {
    return type.kind === "opt" ? this.noNull(type.of) : type.kind === "result" || type.kind === "any" ? INT : type
  }

  bool(depth: number): string {
    const cmp = ["<", "<=", ">", ">=", "==", "!="] as const
    const order = (type: Type): string => `(${this.expr(type, depth)} ${this.random.pick(cmp)} ${this.expr(type, depth)})`
    const truthy = (): Type => this.random.pick([BOOL, BOOL, INT, STR, this.policy.useFloats ? FLOAT : INT])
    return this.random.weighted<() => string>([
      [10, () => order(INT)],
      [this.policy.useFloats ? 3 : 0, () => order(this.random.pick([FLOAT, NUM]))],
      [this.policy.useStrings ? 4 : 1, () => order(STR)],
      [3, () => `(${this.expr(BOOL, depth)} ${this.random.pick(["and", "or", "&&", "||"])} ${this.expr(truthy(), depth)})`],
      [3, () => `(${this.random.pick(["not ", "!"])}${this.expr(truthy(), depth)})`],
      [2, () => { const t = this.someType(1); return `(${this.expr(t, depth)} ${this.random.pick(["==", "!="])} ${this.expr(t, depth)})` }],
      [1, () => { const t = this.someType(1); return `(${this.expr(t, depth)} ${this.random.pick(["==", "!="])} null)` }],
      [2, () => `(${this.expr(this.policy.useDynamic ? ANY : INT, depth)} ${this.random.pick(["==", "!="])} ${this.expr(this.policy.useDynamic ? ANY : INT, depth)})`],
      [2, () => `(${this.expr(this.someType(1), depth)} is ${this.random.pick(["Integer", "Float", "String", "Bool", "Void", "ArrayBox", "MapBox", "Any"])})`],
      [1, () => `${this.receiver(STR, depth)}.${this.random.pick(["isEmpty()", `contains(${this.expr(STR, depth)})`, `startsWith(${this.expr(STR, depth)})`, `endsWith(${this.expr(STR, depth)})`, "isDigit()"])}`],
      [this.policy.useContainers ? 2 : 0, () => { const t = this.plainType(); return `${this.receiver(arr(t), depth)}.${this.random.pick(["isEmpty()", `contains(${this.expr(t, depth)})`])}` }],
      [this.policy.useContainers ? 1 : 0, () => `${this.receiver(map(this.plainType()), depth)}.has(${this.key()})`],
      [1, () => { const t = this.someType(1); return `${this.receiver(this.noNull(t), depth)}.equals(${this.expr(t, depth)})` }],
      [this.boxes.length > 0 ? 1 : 0, () => `(${this.expr(this.someType(0), depth)} is ${this.random.pick([...this.boxes.map((b) => b.name), ...this.interfaces])})`],
      [1, () => `isType(${this.expr(this.someType(0), depth)}, "${this.random.pick(["Integer", "Int", "Float", "Str", "Bool", "Void", "Array", "Any", ...this.boxes.map((b) => b.name), ...this.interfaces])}")`],
      [1, () => `${this.range()}.contains(${this.expr(INT, depth)})`],
    ])()
  }

  array(of: Type, depth: number): string {
    const self = arr(of)
    const elements = (): string => Array.from({ length: this.random.below(5) }, () => this.expr(of, depth - 1)).join(", ")
    const param = this.fresh("p")
    const inner = (result: Type): string => {
      let text = ""
      this.at({ lambdaDepth: this.place.lambdaDepth + 1, returns: null, canBreak: false, canContinue: false, isSealed: true, times: this.place.times * 4 }, () => {
        this.scoped([{ name: param, type: of, isAssignable: false }], () => {
          text = this.expr(result, depth - 1)
        })
      })
      return text
    }
    return this.random.weighted<() => string>([
      [10, () => `[${elements()}]`],
      [2, () => `${this.receiver(self, depth)}.slice(${this.expr(INT, 1)}, ${this.expr(INT, 1)})`],
      [1, () => `${this.receiver(self, depth)}.concat(${this.expr(self, depth)})`],
      [1, () => `${this.receiver(self, depth)}.copy()`],
      [this.policy.useClosures ? 2 : 0, () => `${this.receiver(self, depth)}.filter(fn(${param}) { ${inner(BOOL)} })`],
      [this.policy.useClosures ? 2 : 0, () => `${this.receiver(self, depth)}.map(fn(${param}) { ${inner(of)} })`],
      [same(of, STR) ? 3 : 0, () => `${this.receiver(STR, depth)}.split(${this.random.pick(['","', '""', '"b"'])})`],
      [same(of, STR) ? 2 : 0, () => `${this.receiver(map(INT), depth)}.keys()`],
      [1, () => `${this.receiver(map(of), depth)}.values()`],
      [same(of, INT) ? 2 : 0, () => `${this.range()}.toArray()`],
    ])()
  }

  mapOf(of: Type, depth: number): string {
    const entries = Array.from({ length: this.random.below(4) }, () => `"${this.random.pick(["k", "q", "z", "é", "10", "9", "😀"])}" => ${this.expr(of, depth)}`)
    return `%{${entries.join(", ")}}`
  }

  /** `new B(…)` of the box or an heir. */
  instance(name: string, depth: number): string {
    const shapes = this.heirsOf(name)
    const shape = this.random.chance(60) ? this.boxNamed(name) : this.random.pick(shapes)
    this.spend(shape.constructorLoad)
    return `new ${shape.name}(${shape.constructorParams.map((t) => (depth > 0 ? this.expr(t, depth - 1) : this.leaf(t))).join(", ")})`
  }

  enumValue(name: string, depth: number): string {
    const shape = this.enumNamed(name)
    const variant = this.random.pick(shape.variants)
    const values = variant.payload.map((t) => (depth > 0 ? this.expr(t, depth - 1) : this.leaf(t)))
    const path = `${name}::${variant.name}`
    if (variant.names !== null) return `${path} { ${variant.names.map((n, i) => `${n}: ${values[i]}`).join(", ")} }`
    if (values.length === 0) return this.random.chance(50) ? path : `${path}()`
    return `${path}(${values.join(", ")})`
  }

  /** A call of a function, method or static method with the result. */
  callOf(type: Type, depth: number): string | null {
    if (this.place.callsNothing) return null
    const ready = (c: Callable): boolean => fits(c.result, type) && this.affords(c.load)
    const args = (c: Callable): string => c.params.map((t, i) => (i === 0 && c.isRecursive ? String(this.random.between(0, 4)) : this.expr(isPlain(t) && this.policy.useDynamic && this.dares() ? ANY : t, depth))).join(", ")
    const choices: (() => string)[] = []
    const of = (prefix: () => string, list: readonly Callable[]): void => {
      for (const c of list) {
        if (!ready(c)) continue
        choices.push(() => {
          this.spend(c.load)
          return `${prefix()}${c.name}(${args(c)})`
        })
      }
    }
    of(() => "", this.functions)
    for (const s of this.statics) of(() => `${s.name}.`, s.methods)
    for (const b of this.boxes) of(() => `${b.name}.`, b.statics)
    for (const v of this.visible().slice(0, 12)) {
      if (v.type.kind === "box" && this.mayUse(v)) of(() => `${v.name}.`, this.methodsOf(this.boxNamed(v.type.name)))
      if (v.type.kind === "opt" && v.type.of.kind === "box" && type.kind === "opt" && this.mayUse(v)) {
        for (const c of this.methodsOf(this.boxNamed(v.type.of.name))) {
          if (!fits(c.result, type.of) || !this.affords(c.load)) continue
          choices.push(() => {
            this.spend(c.load)
            return `${v.name}?.${c.name}(${args(c)})`
          })
        }
      }
    }
    if (this.place.me !== null) of(() => `${this.meWord()}.`, this.methodsOf(this.place.me))
    return choices.length === 0 ? null : this.random.pick(choices)()
  }

  /** A call of a variable that holds a function. */
  callOfFunction(type: Type, depth: number): string | null {
    const candidates = this.visible().filter((v) => v.type.kind === "fn" && fits(v.type.result, type) && this.mayUse(v))
    if (candidates.length === 0 || !this.affords(60)) return null
    const f = this.random.pick(candidates)
    this.spend(60)
    const params = f.type.kind === "fn" ? f.type.params : []
    const args = params.map((t) => this.expr(t, depth)).join(", ")
    return this.random.chance(20) ? `${f.name}.call(${args})` : `${f.name}(${args})`
  }

  /** An element that is known to be there, or a default. */
  elementOf(type: Type): string | null {
    const candidates = this.visible().filter((v) => (v.type.kind === "arr" || v.type.kind === "map") && fits(v.type.of, type) && this.mayUse(v))
    if (candidates.length === 0) return null
    const nested = this.visible().filter((v) => v.type.kind === "arr" && v.type.of.kind === "arr" && fits(v.type.of.of, type) && this.mayUse(v))
    if (nested.length > 0 && this.random.chance(50)) return `((${this.random.pick(nested).name}[${this.leaf(INT)}] ?? [])[${this.leaf(INT)}] ?? ${this.leaf(type)})`
    const c = this.random.pick(candidates)
    const access = c.type.kind === "arr" ? `${c.name}[${this.leaf(INT)}]` : this.random.pick([`${c.name}[${this.key()}]`, `${c.name}.getOr(${this.key()}, ${this.leaf(type)})`])
    return access.includes("getOr") ? access : `(${access} ?? ${this.leaf(type)})`
  }

  fieldOf(type: Type): string | null {
    const choices: string[] = []
    for (const v of this.visible().slice(0, 12)) {
      if (v.type.kind === "box" && this.mayUse(v)) for (const f of this.fieldsOf(this.boxNamed(v.type.name))) if (!f.isPrivate && fits(f.type, type)) choices.push(`${v.name}.${f.name}`)
      if (v.type.kind === "opt" && v.type.of.kind === "box" && type.kind === "opt" && this.mayUse(v)) for (const f of this.fieldsOf(this.boxNamed(v.type.of.name))) if (!f.isPrivate && fits(f.type, type.of)) choices.push(`${v.name}?.${f.name}`)
    }
    for (const s of this.statics) for (const f of s.fields) if (!f.isPrivate && fits(f.type, type)) choices.push(`${s.name}.${f.name}`)
    return choices.length === 0 ? null : this.random.pick(choices)
  }

  /** A match with arms that cover everything. */
  matchExpr(type: Type, depth: number): string {
    const subject = this.matchSubject(depth)
    const arms = this.arms(subject.type, (variables) => {
      if (this.random.chance(25)) return this.valueBlock(type, variables, "", this.place.isSealed)
      let text = ""
      this.scoped(variables, () => {
        text = this.expr(type, depth - 1)
      })
      return text
    })
    return `(match ${subject.text} { ${arms.join(this.random.pick([", ", "; ", "\n"]))} })`
  }

  matchSubject(depth: number): { readonly type: Type; readonly text: string } {
    const enums = this.visible().filter((v) => v.type.kind === "enum" || v.type.kind === "arr" || v.type.kind === "map")
    const found = enums.length > 0 && this.random.chance(60) ? this.random.pick(enums) : null
    if (found !== null && this.mayUse(found)) return { type: found.type, text: found.name }
    const type = this.random.pick([INT, INT, STR, this.policy.useDynamic ? ANY : INT, BOOL, ...this.enums.map((e): Type => ({ kind: "enum", name: e.name }))])
    return { type, text: type.kind === "enum" ? `(${this.expr(type, depth)})` : this.expr(type, depth) }
  }

  /** Arms as text; `body` writes what follows the arrow with the pattern's variables in scope. */
  arms(type: Type, body: (variables: readonly Variable[]) => string): string[] {
    const out: string[] = []
    const add = (pattern: string, variables: readonly Variable[], guardable = true): void => {
      let guard = ""
      if (guardable && this.random.chance(20)) {
        this.scoped(variables, () => {
          guard = ` if ${this.expr(BOOL, 1)}`
        })
      }
      out.push(`${pattern}${guard} => ${body(variables)}`)
    }
    const bind = (t: Type): Variable => ({ name: this.fresh("b"), type: t, isAssignable: false })
    let open = true
    switch (type.kind) {
      case "enum": {
        const shape = this.enumNamed(type.name)
        const isPartial = this.random.chance(30)
        for (const v of shape.variants) {
          if (isPartial && this.random.chance(40)) continue
          const bindings = v.payload.map(bind)
          const prefix = this.random.chance(50) ? `${shape.name}::` : ""
          const pattern = v.names !== null ? `${prefix}${v.name} { ${v.names.map((n, i) => `${n}: ${(bindings[i] as Variable).name}`).join(", ")} }` : bindings.length === 0 ? `${prefix}${v.name}` : `${prefix}${v.name}(${bindings.map((b) => b.name).join(", ")})`
          add(pattern, bindings, isPartial)
        }
        open = isPartial
        break
      }
      case "int":
        for (let i = this.random.below(4); i > 0; i--) add(this.random.pick([() => String(this.random.between(-3, 9)), () => `${this.random.between(-5, 2)}..${this.random.between(3, 9)}`, () => `${this.random.between(0, 4)} | ${this.random.between(5, 9)}`])(), [])
        break
      case "str":
        for (let i = this.random.below(4); i > 0; i--) add(this.random.pick([() => `"${this.random.pick(STRINGS)}"`, () => `"a".."m"`, () => `"a" | "b"`])(), [])
        break
      case "any":
        for (const [name, t] of [["Integer", INT], ["String", STR], ["Float", FLOAT], ["Bool", BOOL]] as const) {
          if (this.random.chance(50)) continue
          const b = bind(t)
          add(`${name}(${b.name})`, [b])
        }
        if (this.random.chance(30)) add("null", [])
        break
      case "arr": {
        const a = bind(type.of)
        const b = bind(type.of)
        const rest = bind(type)
        if (this.random.chance(60)) add("[]", [])
        if (this.random.chance(60)) add(`[${a.name}]`, [a])
        if (this.random.chance(60)) add(`[${b.name}, ..${rest.name}]`, [b, rest])
        break
      }
      case "map": {
        const b = bind(type.of)
        if (this.random.chance(70)) add(`%{"k" => ${b.name}}`, [b])
        break
      }
      case "bool":
        if (this.random.chance(50)) add("true", [])
        break
      default:
        break
    }
    if (open) out.push(`${this.random.chance(80) ? "_" : "else"} => ${body([])}`)
    return out
  }

  /** A function expression. */
  lambda(params: readonly Type[], result: Type): string {
    const variables = params.map((type): Variable => ({ name: this.fresh("x"), type, isAssignable: !this.mayHoldFunction(type) }))
    let text = ""
    const load = this.load
    this.at({ lambdaDepth: this.place.lambdaDepth + 1, returns: result, canBreak: false, canContinue: false, isSealed: false, times: Math.max(this.place.times, 1) * 2, maxLoad: 60, isGuarded: false, me: this.place.me !== null && this.fieldsOf(this.place.me).some((f) => this.mayHoldFunction(f.type)) ? null : this.place.me }, () => {
      text = this.valueBlock(result, variables, "", false)
    })
    this.load = load
    return `${this.random.chance(80) ? "fn" : "function"}(${variables.map((v) => v.name).join(", ")}) ${text}`
  }
}
