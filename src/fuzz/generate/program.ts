/**
 * Whole programs: declarations first in the mind, then `main`; the text has them in any order.
 */
import { type BoxShape, type Callable, type Field, parentsOf, type Policy, type Variable } from "./state.ts"
import { Statements } from "./statements.ts"
import { arr, INT, isPlain, type Type } from "./types.ts"
import type { Random } from "../random.ts"

/** Counts the calls of overriding methods, which earlier declarations may reach: these calls alone could go in circles. */
const FUEL = "fuel"

/** See the head of the file. */
export class ProgramWriter extends Statements {
  /** The text of a program. */
  program(): string {
    const p = this.policy
    if (p.boxes > 1) this.line(`global ${FUEL} = 40`)
    for (let i = 0; i < p.enums; i++) this.enumDecl()
    for (let i = 0; i < p.globals; i++) this.globalDecl()
    if (p.useLibrary && this.random.chance(60)) this.heirDecl()
    const order = [...Array.from({ length: p.functions }, () => "function"), ...Array.from({ length: p.boxes }, () => "box")]
    while (order.length > 0) {
      const [what] = order.splice(this.random.below(order.length), 1)
      if (what === "function") this.functionDecl()
      else if (this.random.chance(18)) this.staticBox()
      else this.boxDecl()
    }
    this.main()
    return this.text()
  }

  enumDecl(): void {
    const name = this.fresh("E")
    const variants = Array.from({ length: this.random.between(2, 4) }, () => {
      const payload = Array.from({ length: this.random.below(3) }, () => this.plainType())
      const names = payload.length > 0 && this.random.chance(40) ? payload.map((_, i) => `f${i}`) : null
      return { name: this.fresh("V"), payload, names }
    })
    this.enums.push({ name, variants })
    this.line(`enum ${name} { ${variants.map((v) => v.name + (v.names !== null ? ` { ${v.names.map((n) => `${n}: Any`).join(", ")} }` : v.payload.length > 0 ? `(${v.payload.map(() => "Any").join(", ")})` : "")).join(", ")} }`)
  }

  globalDecl(): void {
    const name = this.fresh("g")
    const type = this.random.chance(70) ? this.plainType() : arr(INT)
    this.isolated([], () => this.line(`global ${name} = ${this.expr(type, 2)}`))
    this.globals.push({ name, type, isAssignable: true })
  }

  /** Parameters with their variables. */
  params(count: number): Variable[] {
    return Array.from({ length: count }, () => {
      const type = this.policy.useClosures && this.random.chance(8) ? ({ kind: "fn", params: [INT], result: this.plainType() } as const) : this.someType(1)
      return { name: this.fresh("p"), type, isAssignable: !this.mayHoldFunction(type) }
    })
  }

  /** Body of a function or method; gives its load. */
  callableBody(params: readonly Variable[], result: Type | null, me: BoxShape | null, size: number, head: string, isOverride = false): number {
    const before = { load: this.load, left: this.left }
    this.load = 1
    this.left = size
    const hasHandler = this.policy.useHandlers && this.random.chance(15)
    const hasCleanup = this.policy.useHandlers && this.random.chance(8)
    this.at({ returns: result, me, canBreak: false, canContinue: false, isGuarded: hasHandler, times: 1, maxLoad: 250, lambdaDepth: 0, isSealed: false, callsNothing: false }, () => {
      this.isolated(params, () => {
        this.braces(head, () => {
          this.scoped([], () => {
            if (isOverride) {
              this.line(`${FUEL} = ${FUEL} - 1`)
              this.line(`if ${FUEL} < 0 { return${result === null ? "" : ` ${this.leaf(result)}`} }`)
            }
            this.statements(size)
            this.dump(1)
            if (result !== null) this.line(`return ${this.whole(result, 3)}`)
          })
        })
      })
      if (hasHandler) {
        this.isolated(params, () => this.braces("catch (e)", () => {
          this.line(`print("${this.fresh("handler")} " + e)`)
          if (result !== null) this.line(`return ${this.whole(result, 1)}`)
        }))
      }
      if (hasCleanup) this.line(`cleanup { print("${this.fresh("cleanup")}") }`)
    })
    const load = Math.min(this.load, 1000)
    this.load = before.load
    this.left = before.left
    return load
  }

  functionDecl(): void {
    const name = this.fresh("fun")
    const result = this.policy.useClosures && this.random.chance(12) ? ({ kind: "fn", params: [this.plainType()], result: this.plainType() } as const) : this.someType(2)
    const params = this.params(this.random.below(4))
    if (this.random.chance(25)) return this.recursiveDecl(name, result, params)
    const last = params.at(-1)
    const hasDefault = last !== undefined && isPlain(last.type) && this.random.chance(20)
    const list = params.map((v, i) => (hasDefault && i === params.length - 1 ? `${v.name} = ${this.isolatedExpr(v.type)}` : v.name)).join(", ")
    const load = this.callableBody(params, result, null, this.random.between(1, 7), `${this.random.pick(["function", "fn", "static function"])} ${name}(${list})`)
    this.functions.push({ name, params: params.map((v) => v.type), result, load, isRecursive: false })
    if (hasDefault) this.functions.push({ name, params: params.slice(0, -1).map((v) => v.type), result, load, isRecursive: false })
  }

  isolatedExpr(type: Type): string {
    let text = ""
    this.isolated([], () => {
      text = this.expr(type, 1)
    })
    return text
  }

  recursiveDecl(name: string, result: Type, params: readonly Variable[]): void {
    const n = this.fresh("n")
    const all = [{ name: n, type: INT, isAssignable: false }, ...params]
    this.at({ returns: result, me: null, times: 1, maxLoad: 60, isGuarded: false, lambdaDepth: 0 }, () => {
      const before = { load: this.load, left: this.left }
      this.load = 1
      this.left = 4
      this.isolated(all, () => this.braces(`function ${name}(${all.map((v) => v.name).join(", ")})`, () => {
        this.scoped([], () => {
          this.braces(`if ${n} <= 0`, () => this.line(`return ${this.whole(result, 2)}`))
          this.statements(3)
          const again = `${name}(${[`${n} - 1`, ...params.map((v) => this.expr(v.type, 1))].join(", ")})`
          const r = this.fresh("r")
          this.line(`local ${r} = ${again}`)
          this.declare({ name: r, type: result, isAssignable: !this.mayHoldFunction(result) })
          this.dump(1)
          this.line(`return ${this.whole(result, 2)}`)
        })
      }))
      const load = Math.min(this.load, 100) * 6
      this.load = before.load
      this.left = before.left
      this.functions.push({ name, params: all.map((v) => v.type), result, load, isRecursive: true })
    })
  }

  boxDecl(): void {
    const parent = this.boxes.length > 0 && this.random.chance(40) ? this.random.pick(this.boxes) : null
    const mixins = parent === null ? [] : this.boxes.filter((b) => parentsOf(b).length === 0 && !this.heirsOf(b.name).includes(parent))
    const mixin = mixins.length > 0 && this.random.chance(30) ? this.random.pick(mixins) : null
    const shape: BoxShape = { name: this.fresh("B"), parent, mixin, fields: [], methods: [], statics: [], constructorParams: [], constructorLoad: 1, isStatic: false }
    const promise = this.random.chance(15) ? this.fresh("I") : null
    const heritage = parent === null ? "" : ` ${this.random.pick(["from", ":"])} ${parentsOf(shape).map((b) => b.name).join(", ")}`
    this.braces(`box ${shape.name}${heritage}${promise === null ? "" : ` ${this.random.pick(["implements", "interface"])} ${promise}`}`, () => {
      this.fieldDecls(shape)
      this.constructor_(shape)
      for (let i = this.random.between(1, 3); i > 0; i--) this.methodDecl(shape)
      if (this.random.chance(12)) this.textMethod(shape)
      if (this.random.chance(10)) this.staticMethod(shape)
    })
    if (promise !== null) {
      const methods = this.methodsOf(shape).filter(() => this.random.chance(60))
      this.line(`interface box ${promise} { ${methods.map((m) => `${m.name}(${m.params.map((_, i) => `p${i}`).join(", ")})`).join("  ")} }`)
      this.interfaces.push(promise)
    }
    this.boxes.push(shape)
  }

  /** A field's type: nothing that could hold the box itself. */
  fieldType(): Type {
    return this.policy.useClosures && this.random.chance(5) ? { kind: "fn", params: [INT], result: INT } : this.dataType(1)
  }

  fieldDecls(shape: BoxShape): void {
    const isPublic = this.random.chance(30)
    const field = (isPrivate: boolean): { readonly field: Field; readonly text: string } => {
      const type = this.fieldType()
      const f: Field = { name: this.fresh("m"), type, isAssignable: type.kind !== "fn", isPrivate }
      const annotation = this.random.chance(40) ? ": Any" : ""
      return { field: f, text: `${f.name}${annotation}` }
    }
    const stored = Array.from({ length: this.random.between(0, 3) }, () => field(false))
    if (stored.length > 0) {
      const form = this.random.weighted([[5, "bare"], [2, "init"], [isPublic ? 6 : 0, "public"]])
      if (form === "bare") {
        for (const { field: f, text } of stored) {
          if (this.random.chance(30)) this.isolated([], () => this.at({ me: null, times: 1, isSealed: true, returns: null }, () => this.line(`${text.includes(":") ? text : `${text}: Any`} = ${this.expr(f.type, 1)}`)))
          else this.line(text)
        }
      } else this.line(`${form} { ${stored.map((s) => s.text).join(", ")} }`)
      for (const s of stored) shape.fields.push(s.field)
    }
    if (this.random.chance(20)) {
      const hidden = field(true)
      this.line(`private { ${hidden.text} }`)
      shape.fields.push(hidden.field)
    }
    if (this.policy.useWeak && this.boxes.length > 0 && this.random.chance(25)) {
      const f: Field = { name: this.fresh("m"), type: { kind: "opt", of: { kind: "weak", name: this.random.pick(this.boxes).name } }, isAssignable: true, isPrivate: false }
      this.line(`weak ${f.name}`)
      shape.fields.push(f)
    }
    const stays = [...shape.fields]
    for (let i = this.random.weighted([[6, 0], [2, 1], [1, 2]]); i > 0; i--) this.property(shape, stays)
  }

  /** A property that looks like a field. It sees stored fields only, so no property waits for another. */
  property(shape: BoxShape, stored: readonly Field[]): void {
    const type = this.plainType()
    const name = this.fresh("m")
    const storage = this.random.pick(["", "", "once ", "birth_once "])
    // At the time of a birth_once the fields are null.
    const seen: BoxShape | null = storage === "birth_once " ? null : { ...shape, parent: null, mixin: null, fields: [...stored], methods: [] }
    this.at({ me: seen, isSealed: true, returns: null, times: 1, maxLoad: 20, callsNothing: true, isGuarded: false, lambdaDepth: 0 }, () => {
      this.isolated([], () => {
        if (this.random.chance(40)) this.line(`${storage}${name}: Any => ${this.expr(type, 2)}`)
        else {
          this.braces(`${storage}${name}: Any`, () => {
            if (this.random.chance(50)) this.line(`print("computes ${name}")`)
            this.line(this.separated(this.whole(type, 2)))
          }, this.policy.useHandlers && this.random.chance(20) ? ` catch (e) { ${this.leaf(type)} }` : "")
        }
      })
    })
    shape.fields.push({ name, type, isAssignable: false, isPrivate: false })
  }

  /** Assigns every field something of its type, then runs statements. */
  constructor_(shape: BoxShape): void {
    const own = shape.fields
    if (shape.parent !== null && shape.mixin === null && own.length === 0) {
      shape.constructorParams = shape.parent.constructorParams
      shape.constructorLoad = shape.parent.constructorLoad
      return
    }
    const params = this.params(this.random.below(3)).filter((v) => !this.mayHoldFunction(v.type))
    const before = { load: this.load, left: this.left }
    this.load = 1
    this.left = 2
    this.at({ returns: null, me: null, isGuarded: false, times: 1, maxLoad: 40, lambdaDepth: 0, isSealed: false, callsNothing: true }, () => {
      this.isolated(params, () => this.braces(`${this.random.weighted([[6, "birth"], [1, "pack"], [1, "init"], [1, shape.name]])}(${params.map((v) => v.name).join(", ")})`, () => {
        this.scoped([], () => {
          for (const parent of parentsOf(shape)) this.line(`from ${this.parentConstructor(parent)}(${parent.constructorParams.map((t) => this.expr(t, 1)).join(", ")})`)
          for (const f of own) if (f.isAssignable || f.type.kind === "fn") this.line(`me.${f.name} = ${f.type.kind === "opt" && f.type.of.kind === "weak" ? "null" : this.whole(f.type, 2)}`)
          this.at({ me: shape }, () => {
            this.statements(this.random.below(3))
            this.dump(1)
          })
        })
      }))
    })
    shape.constructorParams = params.map((v) => v.type)
    shape.constructorLoad = Math.min(this.load, 200)
    this.load = before.load
    this.left = before.left
  }

  /** `P.birth` of the ancestor that has a constructor, in its own spelling. */
  parentConstructor(parent: BoxShape): string {
    const word = new RegExp(`box ${parent.name}\\b[^]*?\\n  (birth|pack|init|${parent.name})\\(`).exec(this.text())?.[1]
    return `${parent.name}.${word ?? "birth"}`
  }

  methodDecl(shape: BoxShape): void {
    const inherited = parentsOf(shape).flatMap((parent) => this.methodsOf(parent)).filter((m) => shape.methods.every((n) => n.name !== m.name))
    const overridden = inherited.length > 0 && this.random.chance(50) ? this.random.pick(inherited) : null
    const name = overridden?.name ?? this.fresh("meth")
    const result = overridden?.result ?? this.someType(2)
    const params = overridden === null ? this.params(this.random.below(3)) : overridden.params.map((type): Variable => ({ name: this.fresh("p"), type, isAssignable: !this.mayHoldFunction(type) }))
    const load = this.callableBody(params, result, shape, this.random.between(1, 5), `${overridden === null ? "" : "override "}${this.random.weighted([[6, ""], [1, "method "]])}${name}(${params.map((v) => v.name).join(", ")})`, overridden !== null)
    // A caller of the ancestor's method may reach this one.
    const method: Callable = { name, params: params.map((v) => v.type), result, load, isRecursive: false }
    shape.methods.push(method)
  }

  textMethod(shape: BoxShape): void {
    const plain = this.fieldsOf(shape).filter((f) => f.type.kind === "int" || f.type.kind === "str" || f.type.kind === "bool")
    this.line(`${this.random.pick(["toString", "str", "stringify"])}() { return "<${shape.name}${plain.map((f) => ` " + me.${f.name} + "`).join("")}>" }`)
  }

  staticMethod(shape: BoxShape): void {
    const name = this.fresh("make")
    const params = this.params(this.random.below(2))
    const result = this.plainType()
    const load = this.callableBody(params, result, null, 2, `static ${name}(${params.map((v) => v.name).join(", ")})`)
    shape.statics.push({ name, params: params.map((v) => v.type), result, load, isRecursive: false })
  }

  staticBox(): void {
    const shape: BoxShape = { name: this.fresh("S"), parent: null, mixin: null, fields: [], methods: [], statics: [], constructorParams: [], constructorLoad: 1, isStatic: true }
    this.braces(`static box ${shape.name}`, () => {
      for (let i = this.random.between(1, 2); i > 0; i--) {
        const type = this.random.chance(80) ? this.plainType() : arr(INT)
        const name = this.fresh("m")
        this.isolated([], () => this.at({ isSealed: true, returns: null }, () => this.line(`${name}: Any = ${this.leaf(type)}`)))
        shape.fields.push({ name, type, isAssignable: true, isPrivate: false })
      }
      if (this.random.chance(30)) this.firstUse("static", shape)
      if (this.random.chance(15)) this.firstUse("birth()", shape)
      for (let i = this.random.between(1, 2); i > 0; i--) this.methodDecl(shape)
    })
    this.statics.push(shape)
  }

  /** What runs when a static box is used first. It calls nothing, so it meets no box that waits for this one. */
  firstUse(head: string, shape: BoxShape): void {
    this.at({ me: { ...shape, methods: [] }, isSealed: true, returns: null, callsNothing: true, isGuarded: false, times: 1, lambdaDepth: 0 }, () => {
      this.isolated([], () => this.braces(head, () => {
        this.line(`print("first use of ${shape.name}")`)
        const field = this.random.pick(shape.fields)
        this.line(`me.${field.name} = ${this.leaf(field.type)}`)
      }))
    })
  }

  main(): void {
    const form = this.random.weighted([[5, "box"], [3, "script"], [2, "function"]])
    const body = (): void => {
      this.at({ me: null, times: 1, maxLoad: 4000 }, () => {
        this.scoped([], () => {
          this.left = this.policy.statements
          this.load = 0
          while (this.left > 0 && this.load < 4000) this.statement()
          this.dump(2)
        })
      })
    }
    if (form === "script") return body()
    const returns = this.random.chance(20)
    const inside = (): void => {
      body()
      if (returns) this.line(`return ${this.random.between(0, 300)}`)
    }
    if (form === "function") return this.braces("function main()", inside)
    this.braces("static box Main", () => this.braces("main()", inside))
  }
}

/** The seed's policy: small programs of few parts more often than of all. */
export function policyOf(random: Random): Policy {
  const on = (percent: number): boolean => random.chance(percent)
  const size = random.weighted([[4, 12], [4, 25], [1, 50]])
  const usesBoxes = on(60)
  return {
    statements: size,
    functions: random.below(4),
    boxes: usesBoxes ? random.between(1, 4) : 0,
    enums: on(35) ? random.between(1, 2) : 0,
    globals: on(25) ? random.between(1, 2) : 0,
    risk: random.pick([0, 5, 15, 30]),
    wildRisk: random.pick([0, 0, 0, 1]),
    useClosures: on(50),
    useHandlers: on(50),
    useWeak: on(40),
    useDynamic: on(50),
    useContainers: on(60),
    useFloats: on(50),
    useStrings: on(70),
    // The reference does not know these boxes, and it is worth more than they are.
    useLibrary: on(6),
    endsEarly: on(10),
  }
}
