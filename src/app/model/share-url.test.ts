import { createHash } from "node:crypto"
import { deflateSync, inflateSync, strToU8 } from "fflate"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type LayoutNode, LAYOUTS } from "./layout.ts"
import { COMPARED_ENGINE_IDS, unmeasured } from "../../compare/measurement.ts"
import { PANE_IDS } from "./panes.ts"
import { DICTIONARY_2 } from "./share-dictionary.ts"
import { decodeShare, encodeShare, INFLATED_LIMIT, type SharedState, SOURCE_LIMIT, toMarkdown } from "./share-url.ts"

const STATE: SharedState = {
  files: [{ name: "main.hako", text: 'print("hello")\n' }],
  active: 0,
  stdin: "",
  engine: "wasm",
  views: ["editor", "mir", "output"],
  selection: { start: 0, end: 5 },
}

/** The layout of the second fixture, spelt out: the table it came from may change. */
const STANDARD: LayoutNode = {
  kind: "row",
  sizes: [50, 50],
  children: [
    { kind: "group", tabs: ["editor"], active: "editor" },
    {
      kind: "column",
      sizes: [56, 44],
      children: [
        { kind: "group", tabs: ["mir", "wat", "llvm"], active: "mir" },
        { kind: "group", tabs: ["output", "problems", "input"], active: "output" },
      ],
    },
  ],
}

const PRINTED = { bytes: 6, hash: "0123456789abcdef", head: "hello\n", end: "exit 0" }

/** What format 3 adds. */
const FIGURES = {
  optimise: 2,
  compare: {
    machine: "Chrome/140, X11, 2 processors",
    measurements: [
      {
        ...unmeasured("wasm", "measured"),
        coldCompile: 12.5,
        cold: { run: 3.25, firstOutput: 1.5, peakMemory: 720_896, digest: PRINTED },
        compile: [8.125, 9],
        warm: [
          { run: 2.5, firstOutput: null, peakMemory: null, digest: PRINTED },
          { run: 2.75, firstOutput: 1, peakMemory: 720_896, digest: { ...PRINTED, hash: "00" } },
        ],
        codeBytes: 12_345,
        distributedBytes: 12_345,
      },
      unmeasured("aot", "absent", "No server answers behind this page."),
    ],
  },
  passes: { function: "fact/1", step: 4, view: "graph", hideUnchanged: true, skip: ["gvn"] },
} as const satisfies Partial<SharedState>

/** Links as they were made; they must open for ever. */
const FIXTURES: readonly { readonly link: string; readonly state: SharedState }[] = [
  {
    link: "#1.FY1LDsIwDETvMiuQKgQLNrkKZRERQy0Sp0rcFinK3XE2ljyfNw073G3CmyNVuEeD-ERwSJ7lsvhvxgSln5q0FhY9zVgoxjzjPAv6c0LVwGK2BUk-LKN9-Jrs35mOQQUF1lxMSTxu3nTdFKNMkV7K2QDNSL7Y0HWAAty99z8",
    state: STATE,
  },
  {
    link:
      "#1.jZA9TsQwEIWvEk0FksVmpQ1FrsJu4SRmd7T-iRwnASIfgIYrUNOAaKjochhajsAMWNFChSJZ8fPz9_xmggHKtYBr1KqD8moCK42CEoxEe3GQRwcCgroJJLUebThbn2erVTa_2_mlnt-a-Sn7fHy4zz6eX7cW4k5AFxq0ZJdbW5EkQNk9WmaOsjO0H1CNnAWqweA8KQZ5dX1o-wCMUFrVAR1hJuJJT_E5gxooiyhAy1sy8-ERWQPvRgJ0ePddoshFkROmPqBuvCIK9UrOvXd9y51kdfoGcktKHPiZSYpiuVQ73RuusiRcis3mnwk_5UYZaNV6ML-y-PAk6O_dNBJBs3eVVqajX7RpSgskueKOvvgF",
    state: { ...STATE, files: [{ name: "main.hako", text: "print(1) // ünïcödé 🎉 箱\n" }], stdin: "a\nb\n", layout: STANDARD },
  },
  { link: "#2.I04VLMtlgFotMUqaFOYeUuLZtLYWAA", state: STATE },
  {
    link: "#2.I04VpEyMQcpKMaBSUSEgJg-SGwP0gBW9hqamArA9cXhP3uH1yYe3pRxeqfBhfl-nwvN1GwnnSKSMHwDJ6WATERWBITxrI_nZEJFvE2PykoCyxOReUtKZ6Wg6w5vOAA",
    state: {
      ...STATE,
      files: [
        { name: "main.hako", text: 'using "part2.hako" as P\nprint(P.one()) // ünïcödé 🎉 箱\n' },
        { name: "part2.hako", text: "static box P {\n  one() { return 1 }\n}\n" },
      ],
      active: 1,
      stdin: "a\nb\n",
      layout: STANDARD,
    },
  },
  {
    link: "#3.pVfJToRAEP0V0jcTwtDMsM3ROXnxYGJigh5Y2oEoS2jG5e99rwERNVHjhZDq6qp6VV3Vr3-nNbdcSdZyK87-2T1_qbOPOrcgEHWlYdNDClKtGTAinyYbXJErbSQrM6hO7HejV5PJtCshL8EZrhvQ4OaoYJUTGMoPFZQTcXxqxB38kOWDhNB2DfI-ojiA8ddqI3eubd1I0gBMoDbHldH2rIPJDW0mSWALV3rbnR-EUZxmeaHu6dokjcdGvWBQu0BsNN1v15AOnOKxIJ8zyeFoKqRSferhE7r4ZQZ4xRDAY3EACJRU7KXn-KMIxraO59sSgtBzoziwTV_MmknkSCzHkD2nfU0o3Gtsmg-0IQlhYd4vGWgOdnn-OrAaBrYtCrClvsr4VFovTL70RXN1QrjmxjPR4wVCDjyJ2APvqNOWR34GjVYAPfwAWVy2Fp4lIISgAxrvHG1lCkUrrKGstNXhRnegvsrJkqblf07Cgn4NbdT7imy1_0dgaMk3",
    state: { ...STATE, ...FIGURES },
  },
]

function pack(value: unknown, format: 1 | 2 | 3 = 2): string {
  const bytes = strToU8(typeof value === "string" ? value : JSON.stringify(value))
  return `#${format}.${base64url(deflateSync(bytes, format === 1 ? {} : { dictionary: DICTIONARY_2 }))}`
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url")
}

function fault(hash: string): string {
  const reading = decodeShare(hash)
  return reading.ok ? "opened" : reading.fault.kind
}

describe("links", () => {
  it("carry everything there and back", () => {
    const full: SharedState = { ...STATE, files: [{ name: "main.hako", text: "print(1) // ünïcödé 🎉 箱\n" }], stdin: "a\nb\n", layout: LAYOUTS.four, views: PANE_IDS }
    expect(decodeShare(encodeShare(full) ?? "")).toEqual({ ok: true, state: full })
  })

  it("carry all files, and which of them is in the editor", () => {
    const many: SharedState = { ...STATE, files: [...STATE.files, { name: "part2.hako", text: "box A {}\n" }], active: 1, selection: { start: 9, end: 9 } }
    expect(decodeShare(encodeShare(many) ?? "")).toEqual({ ok: true, state: many })
  })

  it("carry the level, a comparison and the place in the pass explorer, in a format of their own", () => {
    const full: SharedState = { ...STATE, ...FIGURES }
    const link = encodeShare(full) ?? ""
    expect(link).toMatch(/^#3\./)
    expect(decodeShare(link)).toEqual({ ok: true, state: full })
    expect(encodeShare(STATE)).toMatch(/^#2\./)
  })

  it("with the figures of every engine stay short", () => {
    const sample = (run: number) => ({ run, firstOutput: run / 3, peakMemory: 720_896, digest: PRINTED })
    const measurements = COMPARED_ENGINE_IDS.map((engine, at) => ({ ...unmeasured(engine, "measured"), cold: sample(9.876), coldCompile: 12.34, compile: Array.from({ length: 15 }, (_, i) => 10.01 + i * 0.173), warm: Array.from({ length: 15 }, (_, i) => sample(3.21 * (at + 1) + i * 0.0137)) }))
    expect(encodeShare({ ...STATE, compare: { machine: "Chrome/140, X11, 2 processors", measurements } })?.length).toBeLessThan(2000)
  })

  it("depend on a dictionary that never changes", () => {
    expect(createHash("sha256").update(DICTIONARY_2).digest("hex")).toBe("174421aebb0967285fabc0754be4303004d7342c28eb0559641ed237bc2505b6")
  })

  it("end with a letter or a digit, and use no padding", () => {
    for (let length = 0; length < 300; length++) {
      const link = encodeShare({ ...STATE, stdin: "x".repeat(length) })
      expect(link).toMatch(/^#2\.[A-Za-z0-9_-]*[A-Za-z0-9]$/)
    }
  })

  it("of any program open as the same program", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), fc.string({ unit: "binary", maxLength: 80 }), (text, stdin) => {
        const state: SharedState = { ...STATE, files: [{ name: "a.hako", text }], stdin, selection: { start: 0, end: 0 } }
        expect(decodeShare(encodeShare(state) ?? "")).toEqual({ ok: true, state })
      }),
      { numRuns: 300 },
    )
  })

  it("of a usual program of 4 KB stay under 2000 characters", () => {
    const line = (index: number): string => `  local total${index % 7} = me.add(total${index % 5}, ${index})  // step ${index}\n`
    const text = Array.from({ length: 80 }, (_, index) => line(index)).join("").slice(0, 4000)
    expect(encodeShare({ ...STATE, files: [{ name: "main.hako", text }], layout: LAYOUTS.standard })?.length).toBeLessThan(2000)
  })

  it("are refused for programs over the limit", () => {
    expect(encodeShare({ ...STATE, files: [{ name: "main.hako", text: "x".repeat(SOURCE_LIMIT + 1) }] })).toBeNull()
  })

  it("of every format open for ever", () => {
    for (const { link, state } of FIXTURES) expect(decodeShare(link)).toEqual({ ok: true, state })
  })
})

describe("bad links", () => {
  const good = encodeShare(STATE) ?? ""

  it("say what is wrong", () => {
    expect(fault("#nonsense")).toBe("unknown")
    expect(fault("#4.abc")).toBe("version")
    expect(fault(good.replace(/.$/, "!"))).toBe("encoding")
    expect(fault("#1.")).toBe("truncated")
    expect(fault("#2.")).toBe("truncated")
    expect(fault(good.slice(0, good.length - 12))).toBe("truncated")
    expect(fault(pack("{"))).toBe("corrupt")
    expect(fault(pack("not json"))).toBe("corrupt")
  })

  it("are never opened when cut anywhere", () => {
    for (let length = 3; length < good.length - 1; length++) expect(fault(good.slice(0, length))).not.toBe("opened")
  })

  it.each([1, 2, 3])("of format %i that are bombs stop at the limit", (format) => {
    const bomb = base64url(deflateSync(new Uint8Array(50_000_000)))
    const started = process.memoryUsage().arrayBuffers
    expect(fault(`#${format}.${bomb}`)).toBe("tooLarge")
    expect(process.memoryUsage().arrayBuffers - started).toBeLessThan(16 * INFLATED_LIMIT)
    expect(fault(`#${format}.${"A".repeat(INFLATED_LIMIT + 1)}`)).toBe("tooLarge")
  })

  it("with a wrong shape name the field", () => {
    const wrong: [unknown, string][] = [
      [[], "state"],
      [null, "state"],
      [{ ...STATE, v: 1 }, "state"],
      [{ ...STATE, active: 1 }, "active"],
      [{ ...STATE, active: -1 }, "active"],
      [{ ...STATE, active: "0" }, "active"],
      [{ ...STATE, extra: 1 }, "state"],
      [{ ...STATE, files: [] }, "files"],
      [{ ...STATE, files: [{ name: "../x", text: "" }] }, "files.name"],
      [{ ...STATE, files: [{ name: "a", text: "" }, { name: "a", text: "" }] }, "files.name"],
      [{ ...STATE, files: [{ name: "a", text: 1 }] }, "files.text"],
      [{ ...STATE, files: Array.from({ length: 17 }, (_, index) => ({ name: `f${index}`, text: "" })) }, "files"],
      [{ ...STATE, stdin: null }, "stdin"],
      [{ ...STATE, engine: "toString" }, "engine"],
      [{ ...STATE, engine: "__proto__" }, "engine"],
      [{ ...STATE, views: ["mir", "mir"] }, "views"],
      [{ ...STATE, views: ["constructor"] }, "views"],
      [{ ...STATE, selection: { start: 3, end: 2 } }, "selection"],
      [{ ...STATE, selection: { start: -1, end: 2 } }, "selection"],
      [{ ...STATE, selection: { start: 0, end: 1e9 } }, "selection"],
      [{ ...STATE, selection: { start: 0.5, end: 1 } }, "selection"],
      [{ ...STATE, layout: { kind: "group", tabs: ["mir"], active: "mir" } }, "layout"],
      [{ ...STATE, layout: null }, "layout"],
      [{ ...STATE, step: 0 }, "step"],
      [{ ...STATE, step: 1.5 }, "step"],
    ]
    for (const [value, where] of wrong) expect(decodeShare(pack(value))).toEqual({ ok: false, fault: { kind: "shape", where } })
    expect(decodeShare(pack({ ...STATE, v: 1 }, 1))).toEqual({ ok: false, fault: { kind: "shape", where: "state" } })
  })

  it("with hostile figures or a hostile place name the field", () => {
    const good = JSON.parse(new TextDecoder().decode(inflateSync(Buffer.from((encodeShare({ ...STATE, ...FIGURES }) ?? "").slice(3), "base64url"), { dictionary: DICTIONARY_2 }))) as { compare: { machine: string; printed: unknown[]; rows: Record<string, unknown>[] }; passes: Record<string, unknown> }
    expect(decodeShare(pack(good, 3)).ok).toBe(true)
    // An older format has no such field.
    expect(decodeShare(pack(good, 2))).toEqual({ ok: false, fault: { kind: "shape", where: "state" } })
    const row = good.compare.rows[0] ?? {}
    const rows = (change: Record<string, unknown>): unknown => ({ ...good, compare: { ...good.compare, rows: [{ ...row, ...change }] } })
    const comparisons: unknown[] = [
      { ...good, compare: null },
      { ...good, compare: { ...good.compare, extra: 1 } },
      { ...good, compare: { ...good.compare, machine: "x".repeat(5000) } },
      { ...good, compare: { ...good.compare, rows: [] } },
      { ...good, compare: { ...good.compare, rows: [row, row] } },
      { ...good, compare: { ...good.compare, printed: [[6, "not hex", "", ""]] } },
      rows({ engine: "toString" }),
      rows({ state: "measuring" }),
      rows({ reason: 5 }),
      rows({ warm: [[1, null, null, 7]] }),
      rows({ warm: [[1, null, null, -1]] }),
      rows({ warm: [["1", null, null, 0]] }),
      rows({ warm: Array.from({ length: 5000 }, () => [1, null, null, 0]) }),
      rows({ cold: null }),
      rows({ cold: [Number.MAX_VALUE, null, null, 0] }),
      rows({ compile: [-1] }),
      rows({ codeBytes: "many" }),
      rows({ compilesInRun: 1 }),
    ]
    for (const value of comparisons) expect(decodeShare(pack(value, 3))).toEqual({ ok: false, fault: { kind: "shape", where: "compare" } })
    const places: unknown[] = [null, [], { ...good.passes, step: -1 }, { ...good.passes, step: 1e9 }, { ...good.passes, view: "constructor" }, { ...good.passes, function: 3 }, { ...good.passes, skip: ["__proto__"] }, { ...good.passes, skip: ["A b"] }, { ...good.passes, hideUnchanged: "yes" }, { ...good.passes, more: 1 }]
    for (const passes of places) expect(decodeShare(pack({ ...good, passes }, 3))).toEqual({ ok: false, fault: { kind: "shape", where: "passes" } })
    for (const optimise of [1, 3, "2", null]) expect(decodeShare(pack({ ...good, optimise }, 3))).toEqual({ ok: false, fault: { kind: "shape", where: "optimise" } })
  })

  it("cannot touch a prototype", () => {
    const json = JSON.stringify(STATE).replace("{", '{"__proto__":{"polluted":true},')
    expect(fault(pack(json))).toBe("shape")
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it("have no way to ask for a run", () => {
    expect(fault(pack({ ...STATE, run: true }))).toBe("shape")
  })

  it("nest as deep as they like without harm", () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`
    expect(["shape", "corrupt"]).toContain(fault(pack(deep)))
    const layout = `${'{"kind":"row","sizes":[50,50],"children":['.repeat(2000)}1${"]}".repeat(2000)}`
    expect(fault(pack(JSON.stringify(STATE).replace(/}$/, `,"layout":${layout}}`)))).toBe("shape")
  })

  it("of any kind are refused or valid, never an exception", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => typeof decodeShare(text).ok === "boolean"), { numRuns: 500 })
    fc.assert(fc.property(fc.json(), (json) => !decodeShare(pack(json)).ok), { numRuns: 500 })
    for (const format of [1, 2, 3]) {
      fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => !decodeShare(`#${format}.${base64url(bytes)}`).ok), { numRuns: 1000 })
    }
  })
})

describe("Markdown", () => {
  it("fences a source that itself has fences", () => {
    expect(toMarkdown([{ name: "a", text: "a\n```\nb" }], null, "hako")).toBe("````hako\na\n```\nb\n````\n")
    expect(toMarkdown([{ name: "a", text: "a\n" }], "https://x/#2.a", "hako")).toContain("](https://x/#2.a)")
  })

  it("names the files if there are several", () => {
    const files = [{ name: "a.hako", text: "a\n" }, { name: "b.hako", text: "b" }]
    expect(toMarkdown(files, null, "hako")).toBe("**a.hako**\n\n```hako\na\n```\n\n**b.hako**\n\n```hako\nb\n```\n")
  })
})
