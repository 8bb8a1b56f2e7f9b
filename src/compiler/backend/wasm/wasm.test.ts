/** The binary and the text of a program, and the places of locals. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { compile } from "../../driver/compile.ts"
import { Bytes } from "./bytes.ts"
import { compileWasm, wasmText } from "./compile.ts"
import { encodeFunction } from "./encode.ts"
import { UnitLinker } from "./link-unit.ts"
import { assignLocals } from "./local-slots.ts"
import type { LoweredFunction } from "./lower.ts"
import { readRuntime } from "./runtime-binary.ts"
import { CodeTree } from "./tree.ts"
import type { WasmType } from "./builder.ts"

const PROGRAM = `box Point {
  x: IntegerBox
  birth(x) { me.x = x }
  text() { return "at " + me.x }
}
function halves(n) {
  local total = 0.5
  loop(n > 0) { total = total + n / 2.0
    n = n - 1 }
  return total
}
local sizes = [new Point(3), 1.5, null]
for p in sizes { print(p) }
print(halves(10))
`

const compilation = compile([{ name: "main.hako", text: PROGRAM }], { optimise: 1 })
const options = { optimise: 1 as const, lineOf: () => 1 }
const RUNTIME = readFileSync(new URL("../../../../dist/runtime/runtime.wasm", import.meta.url))

function bodyOf(params: readonly WasmType[], locals: readonly WasmType[], build: (tree: CodeTree) => number): { readonly tree: CodeTree; readonly func: LoweredFunction } {
  const tree = new CodeTree()
  return { tree, func: { params, results: [], locals, body: build(tree), origins: [], names: new Map() } }
}

function encoded(params: readonly WasmType[], locals: readonly WasmType[], build: (tree: CodeTree) => number): number[] {
  const { tree, func } = bodyOf(params, locals, build)
  return [...encodeFunction(tree, func, { func: () => 0, global: () => 0, type: () => 0 }, new Bytes()).body]
}

describe("a program's module", () => {
  it("is valid, keeps the runtime's functions where they are, and names the program's", () => {
    const { bytes, map } = compileWasm(compilation.counted(), RUNTIME, options)
    const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>)
    expect(WebAssembly.Module.imports(module).every((i) => i.module === "host")).toBe(true)
    const linked = readRuntime(bytes)
    const runtime = readRuntime(RUNTIME)
    expect(linked.functions.get("hk_release")).toBe(runtime.functions.get("hk_release"))
    expect(linked.bodies.length).toBeGreaterThan(runtime.bodies.length)
    const own = runtime.bodies.flatMap((body, i) => (Buffer.compare(body, linked.bodies[i] as Uint8Array) === 0 ? [] : [i + runtime.importedFunctions]))
    expect(own.sort()).toEqual([runtime.functions.get("hk_cb_text"), runtime.functions.get("hk_cb_equals")].sort())
    expect(Buffer.from(bytes).includes("hako:halves/1")).toBe(true)
    expect(map.every(([at], i) => i === 0 || at > (map[i - 1] as readonly [number, unknown])[0])).toBe(true)
  })

  it("has a text that is a valid module too, whose lines come from the source", async () => {
    const { text, origins } = wasmText(compilation.counted(), options)
    const { default: binaryen } = await import("binaryen")
    const module = binaryen.parseText(text)
    module.setFeatures(binaryen.Features.Multivalue | binaryen.Features.NontrappingFPToInt | binaryen.Features.MutableGlobals)
    expect(module.validate()).toBe(1)
    module.dispose()
    expect(text).toContain('(import "runtime" "hk_')
    const halved = origins.find(({ start, end }) => text.slice(start, end).includes("f64.add"))
    expect(PROGRAM.slice(halved?.origin.start, halved?.origin.end)).toContain("total")
  })

  it("puts names of other scripts in quotes", () => {
    const { text } = wasmText(compile([{ name: "main.hako", text: "local größe = [1.5]\nprint(größe)\n" }], { optimise: 1 }).counted(), options)
    expect(text).toContain('(local $"größe" i32)')
  })
})

describe("a unit", () => {
  it("works with the memory, the table and the functions of another instance", () => {
    const unit = new UnitLinker()
    const w = unit.builder
    const plain = (params: readonly WasmType[], results: readonly WasmType[], body: number): LoweredFunction => ({ params, results, locals: [], body, origins: [], names: new Map() })
    unit.addFunction("double", plain(["i32"], ["i32"], w.return(w.binary("i32.add", w.localGet(0, "i32"), w.localGet(0, "i32")))))
    const loaded = w.load("i32", 0, w.i32(8))
    unit.addFunction("run", plain([], ["i32"], w.return(w.callSlot(1, [w.call("double", [w.call("hk_give", [loaded], ["i32"])], ["i32"])], ["i32"], ["i32"]))))
    unit.exportFunction("double", "code:double")
    unit.exportFunction("run", "code:run")
    const { bytes } = unit.emit((symbol) => (symbol === "hk_give" ? { params: ["i32"], results: ["i32"] } : null))
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 })
    new DataView(memory.buffer).setInt32(8, 5, true)
    const table = new WebAssembly.Table({ initial: 2, element: "anyfunc" })
    const imports = { runtime: { memory, __indirect_function_table: table, hk_give: (value: number) => value + 1 } }
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), imports)
    table.set(1, exports["code:double"] as CallableFunction)
    expect((exports["code:run"] as () => number)()).toBe(24)
  })
})

describe("places of locals", () => {
  it("are shared one after another, and kept apart through a loop", () => {
    const { tree, func } = bodyOf(["i64"], ["i64", "i64", "i64"], ({ builder: w }) =>
      w.block(null, [
        w.localSet(1, w.binary("i64.add", w.localGet(0, "i64"), w.i64(1n))),
        w.localSet(2, w.i64(0n)),
        w.loop("again", [
          w.localSet(3, w.binary("i64.mul", w.localGet(2, "i64"), w.localGet(1, "i64"))),
          w.localSet(2, w.localGet(3, "i64")),
          w.br("again", w.unary("i64.eqz", w.localGet(3, "i64"))),
        ]),
      ]),
    )
    const { place } = assignLocals(tree, func.body, [...func.params, ...func.locals], 1)
    // The parameter is free once it has been read; what the loop reads stays until it ends.
    expect(place[1]).toBe(place[0])
    expect(new Set([place[1], place[2], place[3]]).size).toBe(3)
  })

  it("are none for a value that is stored and read at once", () => {
    expect(encoded([], ["i32"], ({ builder: w }) => w.block(null, [w.localSet(0, w.i32(7)), w.drop(w.localGet(0, "i32"))]))).toEqual([1, 1, 0x7f, 0x41, 7, 0x1a, 0x0b])
  })

  it("are not copied onto themselves", () => {
    const code = encoded(["i32"], ["i32"], ({ builder: w }) => w.block(null, [w.localSet(1, w.localGet(0, "i32")), w.return(w.localGet(1, "i32"))]))
    expect(code).toEqual([0, 0x20, 0, 0x0f, 0x0b])
  })
})

describe("numbers", () => {
  it.each([
    [0n, [0]],
    [63n, [63]],
    [64n, [0xc0, 0]],
    [-64n, [0x40]],
    [-65n, [0xbf, 0x7f]],
    [0x7fff_ffffn, [0xff, 0xff, 0xff, 0xff, 0x07]],
    [1n << 63n, null],
    [-(1n << 63n), [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f]],
  ])("%s is encoded as the format says", (value, expected) => {
    const bytes = new Bytes(1)
    bytes.s64(BigInt.asIntN(64, value))
    if (expected !== null) expect([...bytes.view()]).toEqual(expected)
    else expect([...bytes.view()]).toHaveLength(10)
  })
})
