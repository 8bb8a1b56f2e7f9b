/**
 * Uses of library boxes that have a state or rules of their own: a variable that holds one, and calls that print what they give.
 *
 * The reference does not know these boxes, so programs that use them are compared between engines only.
 */
import { Expressions } from "./expressions.ts"
import { arr, FLOAT, INT, map, STR } from "./types.ts"

const PATTERNS = ["a", "[a-c]+", "\\\\d+", "(a)(b)?", "^x|b$", "é", ".", "b*", "(?:ab)+|c", "\\\\s", "[^a-z]", "(?<first>.)(.)"]
const REPLACEMENTS = ["", "-", "[$1]", "$0$0", "${first}", "é"]
const PATHS = ["a.txt", "b.txt", "d/c.txt"]

/** See the head of the file. */
export abstract class LibraryUses extends Expressions {
  libraryUse(): void {
    const name = this.fresh("lib")
    const count = this.random.between(1, 4)
    const heirs = this.libraryHeirs.length > 0 ? [() => this.#heir(name), () => this.#heir(name)] : []
    const [make, step] = this.random.pick([...heirs, () => this.#random(name), () => this.#buffer(name), () => this.#regex(name), () => this.#file(name), () => this.#json(name), () => this.#time(name), () => this.#path(name)])()
    this.line(`local ${name} = ${make}`)
    for (let i = 0; i < count && this.affords(1); i++) {
      this.spend(1)
      this.line(step())
    }
  }

  #shown(text: string): string {
    return `print(${text})`
  }

  /** A box with a parent of the library: what is declared, what is inherited, and what replaces something inherited. */
  heirDecl(): void {
    const name = this.fresh("L")
    const parent = this.random.pick(["ArrayBox", "MapBox", "StringBox", "ConsoleBox", "MathBox"] as const)
    this.braces(`box ${name} from ${parent}`, () => {
      this.line("count: Integer = 0")
      switch (parent) {
        case "ArrayBox":
          this.line("add(v) { me.count += 1  me.push(v)  return me.length() }")
          this.line("override pop() { print(\"takes\")  return from ArrayBox.pop() }")
          break
        case "MapBox":
          this.line("add(k, v) { me.count += 1  me.set(k, v)  return me.keys() }")
          this.line('override get(k) { return from MapBox.get(k) ?? "none" }')
          break
        case "StringBox":
          this.line("birth(t) { from StringBox.birth(t) }")
          this.line('shout() { me.count += 1  return me.toUpper() + "!" + me.count }')
          break
        case "ConsoleBox":
          this.line('override log(x) { me.count += 1  from ConsoleBox.log(me.count + ": " + str(x)) }')
          break
        case "MathBox":
          this.line("override abs(x) { me.count += 1  return from MathBox.abs(x) + me.count }")
          break
      }
    })
    this.libraryHeirs.push({ name, parent })
  }

  #heir(h: string): [string, () => string] {
    const { name, parent } = this.random.pick(this.libraryHeirs)
    const own = [() => this.#shown(h), () => this.#shown(`${h}.count`), () => this.#shown(`${h} is ${this.random.pick([name, parent])}`), () => this.#shown(`${h}.typeName()`)]
    const steps: Readonly<Record<typeof parent, readonly (() => string)[]>> = {
      ArrayBox: [() => this.#shown(`${h}.add(${this.expr(this.plainType(), 1)})`), () => this.#shown(`${h}.pop()`), () => this.#shown(`${h}.get(${this.leaf(INT)})`), () => this.#shown(`${h}.join("-")`)],
      MapBox: [() => this.#shown(`${h}.add(${this.key()}, ${this.expr(this.plainType(), 1)})`), () => this.#shown(`${h}.get(${this.key()})`), () => this.#shown(`${h}.size()`)],
      StringBox: [() => this.#shown(`${h}.shout()`), () => this.#shown(`${h}.length()`), () => this.#shown(`${h}.substring(${this.leaf(INT)}, ${this.leaf(INT)})`)],
      ConsoleBox: [() => `${h}.log(${this.expr(this.plainType(), 1)})`, () => `${h}.println(${this.leaf(STR)})`, () => `${h}.warn(${this.leaf(STR)})`],
      MathBox: [() => this.#shown(`${h}.abs(${this.expr(INT, 1)})`), () => this.#shown(`${h}.max(${this.leaf(INT)}, ${this.leaf(FLOAT)})`), () => this.#shown(`${h}.floor(${this.leaf(FLOAT)})`)],
    }
    return [`new ${name}(${parent === "StringBox" ? this.expr(STR, 1) : ""})`, () => this.random.pick([...steps[parent], ...steps[parent], ...own])()]
  }

  #random(r: string): [string, () => string] {
    this.spend(1)
    const step = (): string =>
      this.random.pick([
        () => `${r}.seed(${this.expr(INT, 1)})  print(${r}.randInt(1, 100))`,
        () => this.#shown(`${r}.randInt(${this.random.between(-9, 0)}, ${this.random.between(1, 9)})`),
        () => this.#shown(`${r}.random()`),
        () => this.#shown(`${r}.randBool()`),
        () => this.#shown(`${r}.choice([1, "x", 2.5, ${this.leaf(STR)}])`),
        () => this.#shown(`${r}.shuffle(${this.expr(arr(INT), 1)})`),
        () => this.#shown(`${r}.randString(${this.random.below(6)})`),
        () => this.#shown(`${r}.probability(0.5)`),
      ])()
    return ["new RandomBox()", () => `${r}.seed(${this.random.below(1000)})  ${step()}`]
  }

  #buffer(b: string): [string, () => string] {
    const n = (most: number): number => this.random.between(0, most)
    const step = this.random.pick([
      () => this.#shown(`${b}.write([${n(255)}, ${n(255)}, ${this.dares() ? this.leaf(INT) : n(255)}])`),
      () => this.#shown(`${b}.write(${this.expr(STR, 1)})`),
      () => this.#shown(`${b}.read(${n(4)})`),
      () => this.#shown(`${b}.readAll()`),
      () => this.#shown(`${b}.append(${b}.slice(0, ${b}.length()))`),
      () => this.#shown(`${b} + " " + ${b}.length()`),
      () => `${b}.writeU16(${n(65535)})  ${b}.writeF64(${this.expr(FLOAT, 1)})  print(${b}.readAll())`,
      () => `${b}.writeU32(${n(100000)})  print(${b}.readU8(${this.dares() ? this.leaf(INT) : "0"}))  print(${b}.readU32(${b}.length() - 4))`,
      () => `${b}.clear()`,
    ])
    return ["new BufferBox()", step]
  }

  #regex(r: string): [string, () => string] {
    const s = (): string => this.expr(STR, 2)
    const step = (): string =>
      this.#shown(
        this.random.pick([
          () => `${r}.test(${s()})`,
          () => `${r}.find(${s()})`,
          () => `${r}.findAll(${s()})`,
          () => `${r}.replace(${s()}, "${this.random.pick(REPLACEMENTS)}")`,
          () => `${r}.split(${s()})`,
          () => `${r}.pattern()`,
        ])(),
      )
    return [`new RegexBox("${this.random.pick(PATTERNS)}")`, step]
  }

  #file(f: string): [string, () => string] {
    const path = this.random.pick(PATHS)
    const step = (): string =>
      this.random.pick([
        () => `${f}.open("${path}", "${this.random.pick(["w", "a"])}")  print(${f}.write(${this.expr(STR, 1)}))  ${f}.close()`,
        () => `if ${f}.open("${path}") { print(${f}.read())  ${f}.close() }`,
        () => this.#shown(`${f}.exists("${this.random.pick(PATHS)}")`),
        ...(this.dares() ? [() => this.#shown(`${f}.read()`)] : []),
      ])()
    return ["new FileBox()", step]
  }

  #json(j: string): [string, () => string] {
    const step = (): string =>
      this.random.pick([
        () => this.#shown(`${j}.get(${this.key()})`),
        () => this.#shown(`${j}.keys()`),
        () => this.#shown(`${j}.stringify()`),
        () => `${j}.set("k", ${this.expr(this.plainType(), 1)})`,
        () => this.#shown(`${j}.has("q")`),
        () => this.#shown(`${j}.size()`),
      ])()
    return [`new JSONBox((${this.expr(map(this.plainType()), 2)}).toJSON())`, step]
  }

  #time(d: string): [string, () => string] {
    const step = (): string =>
      this.#shown(
        this.random.pick([
          () => d,
          () => `${d}.${this.random.pick(["year()", "month()", "day()", "hour()", "minute()", "second()", "timestamp()", "toISOString()"])}`,
          () => `${d}.format("%Y/%m/%d %H-%M-%S %%")`,
          () => `${d}.addDays(${this.random.between(-400, 400)})`,
          () => `${d}.addHours(${this.random.between(-50, 50)}).timestamp()`,
        ])(),
      )
    return [`new DateTimeBox(${this.random.pick([0, 951782399, 1700000000, 4102444800])})`, step]
  }

  #path(p: string): [string, () => string] {
    const s = (): string => this.random.pick([() => this.expr(STR, 1), () => '"/a/./b/../c.d"', () => '"x/y.tar.gz"'])()
    const step = (): string => this.#shown(this.random.pick([() => `${p}.join(${s()}, ${s()})`, () => `${p}.dirname(${s()})`, () => `${p}.basename(${s()})`, () => `${p}.extname(${s()})`, () => `${p}.isAbs(${s()})`, () => `${p}.normalize(${s()})`])())
    return ["new PathBox()", step]
  }
}
