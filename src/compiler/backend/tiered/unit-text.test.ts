import { expect, it } from "vitest"
import { compile } from "../../driver/compile.ts"
import { compileVm } from "../vm/compile.ts"
import { UnitCompiler } from "./compile.ts"
import { tierProgram } from "./engine.ts"
import { outlineOf } from "./profile.ts"

const SOURCE = `function step(n) { return (n * 31 + 7) % 1000003 }
local n = 1
for i in 0..100 { n = step(n) }
print(n)
`

it("shows a unit as text: the functions, exports and imports that its bytes have, with their places in the source", () => {
  const compilation = compile([{ name: "main.hako", text: SOURCE }], { optimise: 0 })
  const module = compilation.counted()
  const program = tierProgram(module, compileVm(module, { lineOf: (origin) => compilation.lineOf(origin), allConstants: true }))
  const zero = { globals: 0, frame: 0, depth: 0, depthLimit: 0, pending: 0, slots: 0 }
  const compiler = new UnitCompiler(program, { strings: program.strings.map(() => 0), statics: program.statics.map(() => 0), ...zero })
  const { functions } = outlineOf(program)
  const name = functions.find((func) => func.name.includes("step"))?.name ?? ""
  const main = functions.find((func) => func.loops.length > 0)
  const request = { id: 3, functions: [name], loops: [{ function: main?.name ?? "", word: main?.loops[0]?.entry ?? -1 }] }

  const { text, origins } = compiler.text(request)
  const binary = new WebAssembly.Module(compiler.compile(request).bytes as Uint8Array<ArrayBuffer>)
  const found = (pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].map((match) => match[1] as string).sort()
  expect(found(/\(export "([^"]+)"/g)).toEqual(WebAssembly.Module.exports(binary).map((row) => row.name).sort())
  expect(found(/\(import "runtime" "([^"]+)"/g)).toEqual(WebAssembly.Module.imports(binary).map((row) => row.name).sort())
  const first = SOURCE.indexOf("n * 31")
  expect(origins.some(({ origin, start, end }) => origin.start <= first && origin.end > first && text.slice(start, end).includes("i64.const 31"))).toBe(true)
})
