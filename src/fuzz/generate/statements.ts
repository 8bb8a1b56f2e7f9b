/**
 * Statements: each kind is written with what it needs around it, and prints what it did.
 */
import { LibraryUses } from "./library.ts"
import type { BoxShape, Variable } from "./state.ts"
import { ANY, arr, BOOL, FLOAT, INT, isPlain, STR, type Type } from "./types.ts"

const COMPOUND: Readonly<Record<string, readonly string[]>> = { int: ["+=", "-=", "*="], num: ["+=", "-=", "*="], float: ["+=", "-=", "*="], str: ["+="] }

/** See the head of the file. */
export class Statements extends LibraryUses {
  /** Up to `count` statements in a new scope, then a dump of what was declared. */
  body(count: number, variables: readonly Variable[] = []): void {
    this.scoped(variables, () => {
      this.statements(count)
      this.dump(1)
    })
  }

  statements(count: number): void {
    for (let i = 0; i < count && this.left > 0; i++) this.statement()
  }

  valueBlock(type: Type, variables: readonly Variable[], head: string, sealed: boolean): string {
    let text = ""
    this.at(sealed ? { isSealed: true, returns: null, canBreak: false, canContinue: false } : {}, () => {
      text = this.captured(() => {
        this.braces("", () => {
          this.scoped(variables, () => {
            if (head !== "") this.line(head)
            this.statements(this.random.below(3))
            this.line(this.separated(this.whole(type, 2)))
          })
        })
      })
    })
    return text
  }

  /** An expression that begins a line must not continue the one before. */
  separated(text: string): string {
    return text.startsWith("{") ? `(${text})` : text
  }

  /** Prints variables of the innermost scopes. */
  dump(scopes: number): void {
    if (!this.affords(1)) return
    const shown = this.nearest(scopes).filter((v) => this.mayUse(v)).slice(0, 6)
    for (const v of shown) this.print(v.name, v.type)
    const me = this.place.me
    if (me !== null && this.random.chance(30)) for (const f of this.fieldsOf(me).slice(0, 3)) this.print(`me.${f.name}`, f.type)
  }

  /** Prints a value with all it holds. */
  print(text: string, type: Type): void {
    this.spend(1)
    if (type.kind === "map" && this.random.chance(60)) this.line(`print("${text.replace(/"/g, "'")}: " + ${text}.toJSON() + " " + ${text}.keys())`)
    else if (this.random.chance(70) || type.kind === "box") this.line(`print("${text.replace(/[\\"]/g, "'")}=" + str(${text}))`)
    else this.line(`print(${text})`)
  }

  statement(): void {
    this.left--
    this.spend(1)
    const p = this.policy
    const place = this.place
    const nested = this.left > 0 && this.affords(3)
    this.random.weighted<() => void>([
      [24, () => this.local()],
      [22, () => this.assign()],
      [12, () => this.printed()],
      [10, () => this.call()],
      [nested ? 12 : 0, () => this.branch()],
      [nested && this.affords(12) ? 13 : 0, () => this.loop()],
      [nested ? 4 : 0, () => this.match()],
      [nested && p.useHandlers ? 8 : 0, () => this.protectedBlock()],
      [nested && p.useHandlers ? 2 : 0, () => this.registered()],
      [nested ? 2 : 0, () => this.bare()],
      [place.canBreak || place.canContinue ? 6 : 0, () => this.jump()],
      [place.returns !== null && !place.isSealed ? 3 : 0, () => this.leave()],
      [this.dares() ? 6 : 0, () => this.line(this.failing(this.plainType()))],
      [p.useClosures ? 5 : 0, () => this.closure()],
      [p.useWeak && this.boxes.length > 0 ? 5 : 0, () => this.weakness()],
      [p.useHandlers && place.lambdaDepth === 0 && !place.isSealed ? 2 : 0, () => this.task()],
      [1, () => this.outbox()],
      [place.returns?.kind === "result" && !place.isSealed ? 6 : 0, () => this.propagated(place.returns as Type)],
      [p.useContainers && nested ? 3 : 0, () => this.sweep()],
      [p.useDynamic && this.boxes.length > 1 && nested ? 3 : 0, () => this.mixture()],
      [p.useClosures && nested ? 2 : 0, () => this.listOfFunctions()],
      [p.useLibrary && this.affords(6) ? 8 : 0, () => this.libraryUse()],
      [p.endsEarly ? 1 : 0, () => this.line(`if ${this.expr(BOOL, 2)} { exit(${this.leaf(INT)}) }`)],
    ])()
  }

  local(): void {
    const type = this.someType(2)
    const visible = this.visible()
    const hidden = this.random.chance(6) ? visible.find((v) => !this.isDeclaredHere(v.name) && this.globals.every((g) => g.name !== v.name) && !/^(me|g)\d*$/.test(v.name) && v.isAssignable) : undefined
    const name = hidden?.name ?? this.fresh(this.random.pick(["a", "n", "t", "v", "変"]))
    const value = this.whole(type, 3)
    const annotation = this.random.chance(8) ? `: ${({ int: "Integer", str: "StringBox", bool: "Bool", arr: "Array" } as Readonly<Record<string, string>>)[type.kind] ?? "Any"}` : ""
    if (this.random.chance(12)) this.line(`@${name}${annotation} = ${value}`)
    else if (this.policy.useHandlers && this.random.chance(5) && !this.place.isSealed) {
      this.braces(`local ${name}${annotation} = ${value} fini`, () => {
        this.at({ returns: null, canBreak: false, canContinue: false, isSealed: true }, () => {
          this.scoped([{ name, type, isAssignable: true }], () => {
            this.line(`print("fini ${name}")`)
            this.statements(this.random.below(2))
          })
        })
      })
    } else if (this.random.chance(5)) {
      const second = this.fresh("u")
      this.line(`local ${name}${annotation} = ${value}, ${second} = ${this.leaf(INT)}`)
      this.declare({ name: second, type: INT, isAssignable: true })
    } else if (type.kind === "opt" && this.random.chance(30)) this.line(`local ${name}`)
    else this.line(`local ${name}${annotation} = ${value}`)
    this.declare({ name, type, isAssignable: !this.mayHoldFunction(type) })
  }

  outbox(): void {
    const name = this.fresh("o")
    const type = this.plainType()
    this.line(`outbox ${name} = ${this.whole(type, 2)}`)
    this.declare({ name, type, isAssignable: true })
  }

  /** Places that can be assigned. */
  targets(): { readonly text: string; readonly type: Type }[] {
    const out: { text: string; type: Type }[] = []
    for (const v of this.visible()) {
      if (!this.mayUse(v)) continue
      if (v.isAssignable) out.push({ text: v.name, type: v.type })
      if (v.type.kind === "box") for (const f of this.fieldsOf(this.boxNamed(v.type.name))) if (f.isAssignable && !f.isPrivate) out.push({ text: `${v.name}.${f.name}`, type: f.type })
      if (v.type.kind === "map") out.push({ text: `${v.name}[${this.key()}]`, type: v.type.of })
      if (v.type.kind === "arr" && this.dares()) out.push({ text: `${v.name}[${this.expr(INT, 1)}]`, type: v.type.of })
    }
    if (this.place.me !== null) for (const f of this.fieldsOf(this.place.me)) if (f.isAssignable) out.push({ text: `${this.meWord()}.${f.name}`, type: f.type })
    for (const s of this.statics) for (const f of s.fields) if (f.isAssignable && !f.isPrivate) out.push({ text: `${s.name}.${f.name}`, type: f.type })
    return out
  }

  assign(): void {
    const targets = this.targets()
    if (targets.length === 0) return this.local()
    const target = this.random.pick(targets)
    const ops = COMPOUND[target.type.kind]
    if (target.type.kind === "int" && this.random.chance(10)) this.line(`${target.text}++`)
    else if (ops !== undefined && this.random.chance(30) && !target.text.includes("[")) this.line(`${target.text} ${this.random.pick(ops)} ${this.whole(target.type, 2)}`)
    else if (this.policy.useDynamic && isPlain(target.type) && this.dares() && this.random.chance(20)) this.line(`${target.text} = ${this.whole(ANY, 2)}`)
    else this.line(`${target.text} = ${this.whole(target.type, 3)}`)
  }

  printed(): void {
    if (!this.affords(1)) return
    if (this.random.chance(40)) return this.dump(2)
    const type = this.someType(1)
    this.line(`print(${this.whole(type, 3)})`)
  }

  /** Calls for their effects. */
  call(): void {
    const containers = this.visible().filter((v) => (v.type.kind === "arr" || v.type.kind === "map") && this.mayUse(v))
    if (containers.length > 0 && this.random.chance(60)) {
      const c = this.random.pick(containers)
      if (c.type.kind === "arr") return this.changeArray(c, c.type.of)
      if (c.type.kind === "map") return this.changeMap(c, c.type.of)
    }
    const type = this.someType(1)
    const text = this.callOf(type, 2) ?? this.callOfFunction(type, 2)
    if (text === null) return this.assign()
    // Before a block, `f(a)` at the top level would be a declaration.
    const mayDeclare = /^\w+\([\w, ]*\)$/.test(text)
    this.line(this.random.chance(30) || mayDeclare ? `print(${text})` : text)
  }

  changeArray(c: Variable, of: Type): void {
    const value = (): string => this.expr(this.policy.useDynamic && isPlain(of) && this.random.chance(10) ? ANY : of, 2)
    const n = c.name
    this.line(
      this.random.weighted<() => string>([
        // Loops over an array end because nothing makes it longer in a loop.
        [this.place.times > 1 ? 0 : 8, () => `${n}.push(${value()})`],
        [this.place.times > 1 ? 4 : 0, () => `if ${n}.length() < 8 { ${n}.push(${value()}) }`],
        [3, () => `print(${n}.pop())`],
        [2, () => `${n}.remove(${this.expr(INT, 1)})`],
        [2, () => `if ${n}.length() > 0 { ${n}[0] = ${value()} }`],
        [2, () => `${n}.reverse()`],
        [of.kind === "int" || of.kind === "str" || of.kind === "float" ? 3 : 0, () => `${n}.sort()`],
        [of.kind === "int" ? 1 : 0, () => `${n}.sort(fn(a, b) { ${this.random.pick(["(b % 1000) - (a % 1000)", "a < b", "(a % 3) - (b % 3)"])} })`],
        [this.place.times > 1 ? 0 : 1, () => `${n}.insert(0, ${value()})`],
        [1, () => `print(${n}.shift())`],
        [1, () => `${n}.clear()`],
        [this.dares() ? 4 : 0, () => `${n}.set(${this.expr(INT, 1)}, ${value()})`],
      ])(),
    )
  }

  changeMap(c: Variable, of: Type): void {
    const value = (): string => this.expr(this.policy.useDynamic && isPlain(of) && this.random.chance(10) ? ANY : of, 2)
    const n = c.name
    this.line(
      this.random.weighted<() => string>([
        [8, () => `${n}.set("${this.random.pick(["k", "q", "z", "é", "w"])}", ${value()})`],
        [3, () => `${n}[${this.random.pick(["1", "true", '"k"'])}] = ${value()}`],
        [3, () => `print(${n}.delete(${this.key()}))`],
        [1, () => `${n}.clear()`],
        [2, () => `print(${n}.get(${this.key()}))`],
        [isPlain(of) ? 2 : 0, () => `${n}.forEach(fn(k, v) { print(k + "->" + str(v)) })`],
      ])(),
    )
  }

  branch(): void {
    const truthy = (): Type => this.random.pick([BOOL, BOOL, BOOL, INT, STR])
    const count = (): number => this.random.between(1, 3)
    const arms = this.random.weighted([[5, 1], [4, 2], [2, 3]])
    let head = `if ${this.random.chance(30) ? `(${this.expr(truthy(), 2)})` : this.expr(truthy(), 2)}`
    const hasElse = this.random.chance(60)
    for (let i = 0; i < arms; i++) {
      this.braces(head, () => this.body(count()))
      head = `else if ${this.expr(truthy(), 2)}`
    }
    if (hasElse) this.braces("else", () => this.body(count()))
  }

  loop(): void {
    const trips = this.random.between(0, 5)
    const inner = (): void => {
      this.body(this.random.between(1, 4))
    }
    const around = (write: () => void, canBreak = true): void => {
      this.at({ canBreak, canContinue: true, times: this.place.times * Math.max(trips, 2), isSealed: false, returns: this.place.isSealed ? null : this.place.returns }, write)
    }
    const i = this.fresh("i")
    const counter: Variable = { name: i, type: INT, isAssignable: false }
    const counted = (head: string, step = `${i} = ${i} + 1`): void => {
      this.line(`local ${i} = 0`)
      this.declare(counter)
      around(() => {
        this.braces(head, () => {
          this.line(step)
          inner()
        })
      })
    }
    const iterable = this.visible().filter((v) => (v.type.kind === "arr" || v.type.kind === "map") && this.mayUse(v))
    this.random.weighted<() => void>([
      [6, () => counted(`loop(${i} < ${trips})`, this.random.pick([`${i} = ${i} + 1`, `${i} += 1`, `${i}++`]))],
      [2, () => counted(`while ${i} < ${trips}`)],
      [1, () => counted(`until ${i} >= ${trips}`)],
      [1, () => counted(`loop(${i} < ${trips} and ${this.expr(BOOL, 2)})`)],
      [2, () => {
        this.line(`local ${i} = 0`)
        this.declare(counter)
        around(() => {
          this.braces(this.random.pick(["loop", "loop()", "loop(true)"]), () => {
            this.line(`${i} = ${i} + 1`)
            this.line(`if ${i} > ${trips} { break }`)
            inner()
          })
        })
      }],
      [5, () => {
        const from = this.random.between(-2, 3)
        const head = this.random.pick([`for ${i} in ${from}..${from + trips}`, `foreach ${i} in ${from}..${from + trips}`, `loop(${i} in ${from}..${from + trips})`])
        around(() => this.braces(head, () => this.body(this.random.between(1, 4), [{ name: i, type: INT, isAssignable: true }])))
      }],
      [1, () => around(() => this.braces(`repeat ${trips}`, inner))],
      [1, () => {
        const step = this.random.pick([1, 2, -1, -3])
        const from = this.random.between(-3, 3)
        around(() => this.braces(`for ${i} in new RangeBox(${from}, ${from + step * trips}, ${step})`, () => this.body(this.random.between(1, 3), [{ name: i, type: INT, isAssignable: true }])))
      }],
      [iterable.length > 0 ? 5 : 1, () => {
        const source = iterable.length > 0 ? this.random.pick(iterable) : { name: `[1, "x", ${trips}]`, type: arr(ANY) }
        const of = source.type.kind === "arr" ? source.type.of : STR
        around(() => this.braces(`for ${i} in ${source.name}`, () => this.body(this.random.between(1, 4), [{ name: i, type: of, isAssignable: !this.mayHoldFunction(of) }])))
      }],
      [this.policy.useStrings ? 1 : 0, () => around(() => this.braces(`for ${i} in ${this.receiver(STR, 0)}.substring(0, ${trips})`, () => this.body(this.random.between(1, 3), [{ name: i, type: STR, isAssignable: true }])))],
    ])()
  }

  jump(): void {
    const word = this.place.canBreak && this.random.chance(50) ? "break" : this.place.canContinue ? "continue" : "break"
    this.line(`if ${this.expr(BOOL, 2)} { ${word} }`)
  }

  leave(): void {
    const returns = this.place.returns as Type
    this.braces(`if ${this.expr(BOOL, 2)}`, () => this.line(`return ${this.whole(returns, 2)}`))
  }

  bare(): void {
    this.braces("", () => this.body(this.random.between(1, 3)))
  }

  match(): void {
    const subject = this.matchSubject(2)
    const arms = this.arms(subject.type, (variables) =>
      this.captured(() => {
        this.braces("", () => {
          this.body(this.random.between(1, 2), variables)
          this.line("null")
        })
      }),
    )
    this.line(`match ${subject.text} {`)
    for (const arm of arms) this.line(`  ${arm}`)
    this.line("}")
  }

  protectedBlock(): void {
    const e = this.fresh("e")
    const hasCatch = this.random.chance(80)
    const hasCleanup = !hasCatch || this.random.chance(40)
    const guarded = { isGuarded: this.place.isGuarded || hasCatch }
    const isTry = this.random.chance(20)
    this.at(guarded, () => this.braces(isTry ? "try" : "", () => this.body(this.random.between(1, 4)), ""))
    if (hasCatch) {
      const head = this.random.weighted([[6, `catch (${e})`], [isTry ? 0 : 2, `catch (${this.random.pick(["DivisionByZero", "TypeError", "Panic", "Error", "Any"])} ${e})`], [isTry ? 0 : 1, "catch"]])
      const named = head.includes(e)
      this.at(guarded, () => this.braces(head, () => {
        if (named) this.line(`print("caught " + ${e} + " " + ${e}.kind())`)
        if (named && this.random.chance(15)) this.line(`print(${e}.line())`)
        this.body(this.random.below(3))
      }))
    }
    if (hasCleanup) {
      this.at({ returns: null, isSealed: true }, () => this.braces("cleanup", () => {
        this.line(`print("cleanup ${e}")`)
        this.body(this.random.below(2))
      }))
    }
  }

  /** A `fini` block of the scope. */
  registered(): void {
    this.at({ returns: null, canBreak: false, canContinue: false, isSealed: true }, () => {
      this.braces("fini", () => {
        this.line(`print("${this.fresh("fini")}")`)
        this.body(this.random.below(2))
      })
    })
  }

  /** A variable that holds a function. */
  closure(): void {
    const params = Array.from({ length: this.random.below(3) }, () => this.plainType())
    const result = this.random.chance(80) ? this.plainType() : this.dataType(1)
    const type: Type = { kind: "fn", params, result }
    const name = this.fresh("f")
    this.line(`local ${name} = ${this.lambda(params, result)}`)
    this.declare({ name, type, isAssignable: false })
    if (this.affords(60) && this.random.chance(60)) this.line(`print(${this.callOfFunction(result, 1) ?? name})`)
  }

  /** Weak references, `fini()` and what can be seen of them. */
  weakness(): void {
    const shape: BoxShape = this.random.pick(this.boxes)
    const held = this.visible().filter((v) => v.type.kind === "box" && this.mayUse(v))
    const refs = this.visible().filter((v) => v.type.kind === "weak")
    this.random.weighted<() => void>([
      [4, () => {
        const target = held.length > 0 && this.random.chance(80) ? this.random.pick(held) : null
        const name = this.fresh("w")
        const of = target !== null && target.type.kind === "box" ? target.type.name : shape.name
        this.line(`local ${name} = weak ${target === null ? this.instance(of, 1) : target.name}`)
        this.declare({ name, type: { kind: "weak", name: of }, isAssignable: true })
        this.line(`print(${name})`)
      }],
      [refs.length > 0 ? 4 : 0, () => {
        const w = this.random.pick(refs)
        this.line(this.random.pick([`print(${w.name})`, `print(${w.name}.weak_to_strong() != null)`, `print(${w.name}.isAlive())`]))
      }],
      [held.some((v) => v.isAssignable) ? 3 : 0, () => {
        const target = this.random.pick(held.filter((v) => v.isAssignable))
        this.line(`${target.name} = ${this.instance(target.type.kind === "box" ? target.type.name : shape.name, 1)}`)
        for (const w of refs.slice(0, 3)) this.line(`print(${w.name})`)
      }],
      [refs.length > 0 ? 2 : 0, () => {
        const w = this.random.pick(refs)
        const name = this.fresh("s")
        this.line(`local ${name} = ${w.name}.weak_to_strong()`)
        this.declare({ name, type: { kind: "opt", of: { kind: "box", name: w.type.kind === "weak" ? w.type.name : shape.name } }, isAssignable: true })
      }],
      [held.length > 0 && this.dares() ? 2 : 0, () => this.line(`${this.random.pick(held).name}.fini()`)],
    ])()
  }

  /** `e?` in a function whose result is a ResultBox. */
  propagated(returns: Type): void {
    const of = returns.kind === "result" ? returns.of : INT
    const name = this.fresh("q")
    this.line(`local ${name} = (${this.expr({ kind: "result", of }, 2)})?`)
    this.declare({ name, type: of, isAssignable: !this.mayHoldFunction(of) })
  }

  /** A loop over the indices of an array of numbers, which reads and writes its elements. */
  sweep(): void {
    const type = this.random.pick([INT, INT, this.policy.useFloats ? FLOAT : INT, BOOL])
    const n = this.random.between(1, 6)
    const a = this.fresh("a")
    const i = this.fresh("i")
    const sum = this.fresh("sum")
    this.line(`local ${a} = [${Array.from({ length: n }, () => this.leaf(type)).join(", ")}]`)
    this.declare({ name: a, type: arr(type), isAssignable: true })
    this.line(`local ${sum} = ${this.leaf(type)}`)
    this.declare({ name: sum, type, isAssignable: true })
    const op = type.kind === "bool" ? "==" : this.random.pick(["+", "-", "*", ...(type.kind === "int" ? ["^", "|", "&"] : [])])
    this.at({ canBreak: true, canContinue: true, times: this.place.times * Math.max(n, 2), returns: this.place.isSealed ? null : this.place.returns, isSealed: false }, () => {
      this.braces(this.random.pick([`for ${i} in 0..${a}.length()`, `for ${i} in 0..${n}`]), () => {
        this.scoped([{ name: i, type: INT, isAssignable: false }], () => {
          this.line(`${sum} = ${sum} ${op} ${a}[${i}]`)
          this.line(`${a}[${i}] = ${this.random.pick([sum, this.leaf(type), `${a}[${i}] ${op} ${sum}`])}`)
          this.statements(this.random.below(2))
        })
      })
    })
    this.dump(1)
  }

  /** Calls of one name on objects of several boxes. */
  mixture(): void {
    const shapes = Array.from({ length: this.random.between(2, 4) }, () => this.random.pick(this.boxes))
    const method = this.random.pick(this.methodsOf(this.random.pick(shapes)))
    if (!this.affords(method.load * 4) || this.place.callsNothing) return this.printed()
    this.spend(method.load * 4)
    const o = this.fresh("o")
    const e = this.fresh("e")
    const args = method.params.map((t) => this.expr(t, 1)).join(", ")
    this.at({ canBreak: true, canContinue: true, isGuarded: true, times: this.place.times * 3 }, () => {
      this.braces(`for ${o} in [${shapes.map((s) => this.instance(s.name, 1)).join(", ")}${this.random.chance(20) ? ", 1" : ""}]`, () => {
        this.braces("", () => this.line(`print(${o}.${method.name}(${args}))`), ` catch (${e}) { print(${e}) }`)
      })
    })
  }

  /** Functions made in a loop, each with its own variables, called later. */
  listOfFunctions(): void {
    const n = this.random.between(1, 4)
    const list = this.fresh("fs")
    const i = this.fresh("i")
    const k = this.fresh("k")
    const x = this.fresh("x")
    this.line(`local ${list} = []`)
    this.braces(`for ${i} in 0..${n}`, () => {
      this.line(`local ${k} = ${i} * ${this.leaf(INT)}`)
      this.scoped([{ name: i, type: INT, isAssignable: true }, { name: k, type: INT, isAssignable: true }], () => {
        this.at({ times: this.place.times * n, canBreak: false, canContinue: false }, () => this.line(`${list}.push(${this.lambda([INT], this.plainType())})`))
        this.line(`${k} = ${k} + 1`)
      })
    })
    if (!this.affords(n * 60)) return
    this.spend(n * 60)
    this.line(`for ${x} in ${list} { print(${x}(${this.leaf(INT)})) }`)
  }

  task(): void {
    const type = this.plainType()
    const name = this.fresh("t")
    const writeTask = (): void => {
      this.at({ isGuarded: true }, () => this.line(`nowait ${name} = ${this.expr(type, 2)}`))
      this.line(`print(${name})`)
    }
    if (this.random.chance(30)) {
      this.at({ isGuarded: true }, () => this.braces("task_scope", () => {
        writeTask()
        this.body(this.random.below(3))
      }, ` catch (${name}e) { print("scope " + ${name}e) }`))
      return
    }
    writeTask()
    if (this.place.isGuarded) this.line(`print(await ${name})`)
    else this.line(`print((await ${name}) catch (${name}e) { "failed " + ${name}e })`)
  }
}
