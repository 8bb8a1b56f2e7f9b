import fc from "fast-check"
import { readFileSync } from "node:fs"
import { beforeAll, describe, expect, test } from "vitest"
import { CALLBACKS } from "./abi.ts"
import { buildRuntime } from "./build/build.ts"
import { type AnyPair, hostImports, ProgramExit, ProgramFailure, type RuntimeExports, stringText, writeString } from "./host.ts"
import { TAG } from "./repr.ts"

/** The exports these tests call. */
interface Exports extends RuntimeExports {
  readonly __heap_base: WebAssembly.Global
  readonly hk_pending: WebAssembly.Global
  readonly hk_heap_start: (address: number) => void
  readonly hk_init: (classes: number, count: number) => void
  readonly hk_add: (a: bigint, x: bigint, b: bigint, y: bigint) => AnyPair
  readonly hk_div: (a: bigint, x: bigint, b: bigint, y: bigint) => AnyPair
  readonly hk_exit: (a: bigint, x: bigint) => void
  readonly hk_fatal: () => void
  readonly hk_f64_text: (f: number) => number
  readonly hk_str_to_f64: (s: number) => number
  readonly hk_str_upper: (s: number) => number
  readonly hk_str_lower: (s: number) => number
  readonly hk_str_trim: (s: number) => number
  readonly hk_release: (p: number) => void
  readonly hk_live_objects: () => bigint
  readonly hk_print_i64: (i: bigint) => void
  readonly hk_flush: () => void
  readonly hk_read_line: () => AnyPair
  readonly hk_math_sin: (f: number) => number
  readonly hk_math_log: (f: number) => number
  readonly hk_regex_new: (p: number) => number
  readonly hk_regex_replace: (r: number, s: number, by: number) => number
  readonly hk_pending_error: () => number
  readonly hk_err_take: () => number
  readonly hk_math_pow: (a: number, b: number) => number
}

let module: WebAssembly.Module
let runtime: Exports
let written = ""
let input: string[] = []
let scratch = 0

function start(): Exports {
  const instance = new WebAssembly.Instance(module, {
    host: hostImports(
      {
        arguments: [],
        write: (fd, bytes) => {
          written += `${fd}:${new TextDecoder().decode(bytes)}`
        },
        readLine: () => {
          const line = input.shift()
          return line === undefined ? null : new TextEncoder().encode(line)
        },
        now: () => 0,
        seed: () => 1n,
        clear: () => {},
      },
      () => runtime,
    ),
    program: { hk_cb_text: () => [0n, 0n], hk_cb_equals: () => [0n, 0n] },
  })
  const exports = instance.exports as unknown as Exports
  scratch = Number(exports.__heap_base.value)
  exports.hk_heap_start(scratch + 65536)
  exports.hk_init(0, 0)
  return exports
}

beforeAll(async () => {
  module = new WebAssembly.Module(readFileSync((await buildRuntime()).path))
  runtime = start()
}, 600000)

function take(pointer: number): string {
  const text = stringText(runtime.memory, pointer)
  runtime.hk_release(pointer)
  return text
}

function literal(text: string): number {
  writeString(runtime.memory, scratch, text)
  return scratch
}

/** The text of a float as the language wants it, from what JavaScript says. */
function expectedText(f: number): string {
  if (Number.isNaN(f)) return "NaN"
  if (f === Number.POSITIVE_INFINITY) return "inf"
  if (f === Number.NEGATIVE_INFINITY) return "-inf"
  if (Object.is(f, -0)) return "-0"
  const [mantissa = "", exponent] = String(Math.abs(f)).split("e")
  const sign = f < 0 ? "-" : ""
  if (exponent === undefined) return sign + mantissa
  const [whole = "", fraction = ""] = mantissa.split(".")
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`
  return sign + (digits.length <= point ? digits + "0".repeat(point - digits.length) : `${digits.slice(0, point)}.${digits.slice(point)}`)
}

const anyFloat = fc.oneof(
  fc.double(),
  fc.bigInt(0n, 2n ** 64n - 1n).map((bits) => new Float64Array(new BigUint64Array([bits]).buffer)[0] ?? 0),
  fc.integer().map((i) => i / 1000),
  fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: -320, max: 305 })).map(([m, e]) => Number(`${m}e${e}`)),
  fc.integer({ min: -1074, max: 1023 }).map((e) => 2 ** e),
)

describe("the module", () => {
  test("results of type any are two values", () => {
    expect(runtime.hk_add(BigInt(TAG.INT), 2n ** 63n - 1n, BigInt(TAG.INT), 1n)).toEqual([BigInt(TAG.INT), -(2n ** 63n)])
  })

  test("imports only what the tables list, and fits its size", () => {
    const imports = WebAssembly.Module.imports(module).map((i) => `${i.module}.${i.name}`)
    expect(imports.sort()).toEqual([
      "host.hk_host_argument", "host.hk_host_canvas", "host.hk_host_clear", "host.hk_host_exit", "host.hk_host_fatal", "host.hk_host_now", "host.hk_host_read_line", "host.hk_host_seed", "host.hk_host_write",
    ])
    const exports = new Set(WebAssembly.Module.exports(module).map((e) => e.name))
    // A program replaces the bodies of its callbacks, so they are the runtime's own.
    expect(Object.keys(CALLBACKS).filter((name) => !exports.has(name))).toEqual([])
  })

  test("a second build is not a build", async () => {
    // The best of three: other work on the machine may hold up one.
    let best = Number.POSITIVE_INFINITY
    for (let i = 0; i < 3; i++) {
      const begin = performance.now()
      expect((await buildRuntime()).fresh).toBe(false)
      best = Math.min(best, performance.now() - begin)
    }
    expect(best).toBeLessThan(100)
  })
})

describe("floats", () => {
  test("print as JavaScript's shortest digits without an exponent", () => {
    fc.assert(
      fc.property(anyFloat, (f) => {
        expect(take(runtime.hk_f64_text(f))).toBe(expectedText(f))
      }),
      { numRuns: 20000 },
    )
  })

  test("read as JavaScript reads them", () => {
    const digits = fc.stringMatching(/^[0-9]{1,40}$/)
    const text = fc.tuple(fc.constantFrom("", "-", "+"), digits, fc.option(digits), fc.option(fc.integer({ min: -400, max: 400 }))).map(
      ([sign, whole, fraction, exponent]) => sign + whole + (fraction === null ? "" : `.${fraction}`) + (exponent === null ? "" : `e${exponent}`),
    )
    fc.assert(
      fc.property(fc.oneof(text, anyFloat.filter(Number.isFinite).map((f) => f.toPrecision(30)), anyFloat.filter(Number.isFinite).map(expectedText)), (t) => {
        expect(runtime.hk_str_to_f64(literal(t))).toBe(Number(t))
      }),
      { numRuns: 5000 },
    )
  })
})

describe("strings", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 20 })

  test("upper case, lower case and trimming agree with JavaScript", () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: fc.integer({ min: 0x80, max: 0x2fff }).map((c) => String.fromCodePoint(c)), maxLength: 10 })), (t) => {
        expect(take(runtime.hk_str_upper(literal(t)))).toBe(t.toUpperCase())
        if (!t.includes("Σ")) expect(take(runtime.hk_str_lower(literal(t)))).toBe(t.toLowerCase())
        if (!/[\u0085\ufeff]/.test(t)) expect(take(runtime.hk_str_trim(literal(` ${t}\n`)))).toBe(t.trim())
      }),
      { numRuns: 1000 },
    )
  })
})

describe("regular expressions", () => {
  const atom = fc.constantFrom("a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\d", "\\b", "^", "$", "あ")
  const repeat = fc.constantFrom("", "", "", "*", "+", "?", "*?", "+?", "{2}", "{1,2}", "{0,1}?")
  const pattern: fc.Arbitrary<string> = fc.letrec<{ alternatives: string; sequence: string; item: string }>((tie) => ({
    alternatives: fc.array(tie("sequence"), { minLength: 1, maxLength: 3 }).map((list) => list.join("|")),
    sequence: fc.array(tie("item"), { maxLength: 4 }).map((list) => list.join("")),
    item: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.tuple(atom, repeat).map(([a, r]) => (a === "\\b" || a === "^" || a === "$" ? a : a + r)),
      fc.tuple(fc.constantFrom("(", "(?:"), tie("alternatives"), repeat).map(
        // What repeats the empty text differs between engines; it is not compared.
        ([open, inside, r]) => `${open}${inside})${new RegExp(`^(?:${inside.replace(/\\b|(?<!\[)\^|\$/g, "")})$`, "u").test("") ? "" : r}`,
      ),
    ),
  })).alternatives

  /** Numbers of groups that stand in a repeat keep their last text in JavaScript's engine only until the repeat begins again. */
  const repeatsGroup = /\)[*+?{]/

  test("match where JavaScript's match", () => {
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[abc1 あ]{0,12}$/), (p, t) => {
        const compiled = runtime.hk_regex_new(literal(p))
        expect(compiled, p).not.toBe(0)
        const by = repeatsGroup.test(p) ? "<$&>" : "<$&|$1>"
        const text = new TextEncoder().encode(t).length
        const first = scratch
        scratch += 64 + text
        const subject = first + writeString(runtime.memory, first, t)
        writeString(runtime.memory, subject, by)
        const got = take(runtime.hk_regex_replace(compiled, first, subject))
        scratch = first
        runtime.hk_release(compiled)
        const groups = (p.match(/\((?!\?)/g) ?? []).length
        expect(got, `${p} on ${t}`).toBe(t.replace(new RegExp(p, "gu"), (groups > 0 ? by : by.replace("|$1", "|")).replace("$&", "$$&")))
      }),
      { numRuns: 1000 },
    )
  })
})

describe("hosts", () => {
  test("output comes before input is read, nothing is left over", () => {
    written = ""
    input = ["first line"]
    runtime.hk_print_i64(42n)
    const line = runtime.hk_read_line()
    expect(written).toBe("1:42\n")
    expect(take(Number(line[1]))).toBe("first line")
    expect(runtime.hk_read_line()).toEqual([BigInt(TAG.NULL), 0n])
    expect(runtime.hk_live_objects()).toBe(0n)
  })

  test("mathematics has the bits of musl", () => {
    expect(runtime.hk_math_sin(1e22)).toBe(-0.8522008497671888)
    expect(runtime.hk_math_pow(2, 0.5)).toBe(Math.SQRT2)
  })

  test("the logarithm is within a unit of JavaScript's", () => {
    fc.assert(
      fc.property(anyFloat.filter((f) => f > 0 && Number.isFinite(f)), (f) => {
        const expected = Math.log(f)
        expect(Math.abs(runtime.hk_math_log(f) - expected)).toBeLessThanOrEqual(Math.abs(expected) * 2 ** -52)
      }),
      { numRuns: 20000 },
    )
    expect(runtime.hk_math_log(2)).toBe(Math.LN2)
    expect(runtime.hk_math_log(10)).toBe(Math.LN10)
    expect(runtime.hk_math_log(1)).toBe(0)
  })

  test("errors and exits reach the host", () => {
    const own = runtime
    runtime = start()
    const [tag] = runtime.hk_div(BigInt(TAG.INT), 1n, BigInt(TAG.INT), 0n)
    expect(tag).toBe(BigInt(TAG.ERR))
    expect(new DataView(runtime.memory.buffer).getUint32(Number(runtime.hk_pending.value), true)).not.toBe(0)
    try {
      runtime.hk_fatal()
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(ProgramFailure)
      expect((error as ProgramFailure).record).toEqual({ kind: "DivisionByZero", message: "Division by zero", line: 0, trace: [] })
    }
    expect(() => runtime.hk_exit(BigInt(TAG.INT), 3n)).toThrow(ProgramExit)
    runtime = own
  })
})
