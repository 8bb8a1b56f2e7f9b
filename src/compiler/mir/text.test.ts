import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseModule } from "./parse.ts"
import { printModule } from "./print.ts"
import { type Block, type BlockCall, type Func, type Inst, type Module, type Origin, type Terminator, type Type, type ValueId, blockId, valueId } from "./ir.ts"
import { OPS, type OpDef, type Opcode } from "./ops.ts"

/** A deterministic source of random choices; fast-check shrinks only its seed. */
class Choices {
  #state: number
  constructor(seed: number) {
    this.#state = seed >>> 0
  }
  below(n: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * n)
  }
  get flip(): boolean {
    return this.below(2) === 1
  }
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }
  list<T>(limit: number, make: () => T): T[] {
    return Array.from({ length: this.below(limit + 1) }, make)
  }
}

const NAMES = ["Pt", "Pt.sum/0", "a.b/2$lambda0", "E::V", "\u00e9t\u00e9", "x y", "Map<String>", 'q"uote', "a.b", "0", "", ";", "\ud800", "is", "fails"]
const TEXTS = ["", "plain", "line\nend\ttab", '"\\"', "\u0000\u007f\u2028", "\ud83d\ude00 \ud800", "; not a comment"]
const FLOATS = [0, -0, 1, -1.5, 1e21, 5e-324, 1.7976931348623157e308, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
const INTS = [0n, -1n, 42n, 2n ** 63n - 1n, -(2n ** 63n)]

/** A module of random shape: any operation with any operands, so that only the text form is exercised. */
function randomModule(c: Choices): Module {
  const type = (): Type => c.of<Type>(["i64", "f64", "bool", "any", "str", "arr?", "map", "obj?", "str?", `box<${c.of(NAMES)}>`, `box<${c.of(NAMES)}>?`])
  const origin = (): Origin | null => (c.flip ? { file: c.below(3), start: c.below(99), end: c.below(99) } : null)
  const module: Module & { files: string[] } = { phase: c.of(["built", "typed", "counted"]), files: c.list(2, () => c.of(TEXTS)), funcs: new Map(), classes: new Map(), globals: new Map() }
  for (const name of c.list(3, () => c.of(NAMES))) {
    module.funcs.set(name, randomFunc(c, name, type, origin))
    module.globals.set(name, { name, type: type() })
    module.classes.set(name, {
      name,
      kind: c.of(["box", "static", "closure", "cell", "variant"]),
      id: c.below(1000),
      fields: c.list(3, () => ({ name: c.of(NAMES), type: type(), isPublic: c.flip, isHidden: c.flip })),
      isNames: c.list(3, () => c.of(NAMES)),
      arity: c.below(4),
      variant: c.flip ? null : { shape: c.of(["unit", "tuple", "record"]), label: c.of(TEXTS), enum: c.of(NAMES) },
    })
  }
  return module
}

function randomFunc(c: Choices, name: string, type: () => Type, origin: () => Origin | null): Func {
  const types: Type[] = []
  const define = (): ValueId => valueId(types.push(type()) - 1)
  const params = c.list(3, define)
  const value = (): ValueId => valueId(c.below(20))
  const edge = (): BlockCall => ({ block: blockId(c.below(9)), args: c.list(3, value) })
  const inst = (): Inst => {
    const op = c.of(Object.keys(OPS) as Opcode[])
    const row: OpDef = OPS[op]
    const kind = row.imm
    const imm = kind === undefined ? null : kind === "int" ? c.of(INTS) : kind === "float" ? c.of(FLOATS) : kind === "bool" ? c.flip : kind === "string" ? c.of(TEXTS) : kind === "field" ? { class: c.of(NAMES), field: c.of(NAMES) } : c.of(NAMES)
    const args = row.args.includes("*") ? c.list(3, value) : row.args.map(value)
    return { op, args, imm, result: c.flip ? define() : null, error: c.flip ? edge() : null, origin: origin() }
  }
  const term = (): Terminator => {
    const kind = c.of(["jump", "br", "switch", "ret", "void", "raise", "fatal", "unreachable"] as const)
    switch (kind) {
      case "jump":
        return { kind, to: edge() }
      case "br":
        return { kind, cond: value(), then: edge(), else: edge(), cold: c.of(["then", "else", null]) }
      case "switch":
        return { kind, on: value(), cases: c.list(3, () => ({ value: c.of(INTS), to: edge() })), default: edge() }
      case "ret":
        return { kind, value: value() }
      case "void":
        return { kind: "ret", value: null }
      default:
        return { kind }
    }
  }
  const blocks: Block[] = Array.from({ length: 1 + c.below(4) }, (_, i) => ({ id: blockId(i), params: c.list(2, define), insts: c.list(4, inst), term: term(), termOrigin: origin() }))
  const names = new Map<ValueId, string>()
  if (types.length > 0 && c.flip) names.set(valueId(0), c.of(TEXTS))
  return { name, params, result: c.flip ? "unit" : type(), fails: c.flip, blocks, types, names, origin: origin(), display: c.flip ? name : c.of(TEXTS), synthetic: c.flip }
}

describe("the text form of MIR", () => {
  it("is read back as it was printed", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const m = randomModule(new Choices(seed))
        expect(parseModule(printModule(m, { full: true }).text)).toEqual(m)
      }),
      { numRuns: 300 },
    )
  })

  it("links lines to the source", () => {
    const text = "define i64 @f(i64 %0) {\nbb0:\n  %1: i64 = i64.neg %0 !0:4-9\n  ret %1 !0:2-9\n}\n"
    const printed = printModule(parseModule(text))
    const [first, second] = printed.links
    expect(printed.text.slice(first?.start, first?.end)).toBe("  %1: i64 = i64.neg %0")
    expect(first?.origin).toEqual({ file: 0, start: 4, end: 9 })
    expect(printed.text.slice(second?.start, second?.end)).toBe("  ret %1")
  })
})
