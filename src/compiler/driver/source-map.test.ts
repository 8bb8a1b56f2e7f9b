import { readFileSync } from "node:fs"
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping"
import { describe, expect, it } from "vitest"
import { compileWasm } from "../backend/wasm/compile.ts"
import { compile } from "./compile.ts"
import { sourceMapOf, withSourceMap } from "./source-map.ts"

const runtime = readFileSync(new URL("../../../dist/runtime/runtime.wasm", import.meta.url))
const MAIN = `using "sums.hako"
static box Main {
  main() {
    local 値 = "🎉"; print(値 + Sums.upTo(ARGS.length()))
  }
}
`
const SUMS = `static box Sums {
  upTo(n) {
    local sum = 0
    for i in 0..n { sum = sum + i * 7 }
    return sum
  }
}
`

function compiled(): { readonly binary: Uint8Array<ArrayBuffer>; readonly map: string } {
  const compilation = compile([{ name: "main.hako", text: MAIN.replace("ARGS", "[1, 2]") }, { name: "sums.hako", text: SUMS }], { optimise: 0 })
  expect(compilation.diagnostics).toEqual([])
  const artifact = compileWasm(compilation.counted(), runtime, { optimise: 0, lineOf: (origin) => compilation.lineOf(origin) })
  const map = sourceMapOf(compilation, artifact.map)
  return { binary: withSourceMap(artifact.bytes, map), map }
}

/** The texts at whose starts the mapped bytes come from, each once, as `file: text to the end of its word`. */
function mappedWords(map: string): Set<string> {
  const { sources, sourcesContent } = JSON.parse(map) as { sources: string[]; sourcesContent: string[] }
  const lineOf = (source: string, line: number): string => (sourcesContent[sources.indexOf(source)] as string).split("\n")[line - 1] as string
  const trace = new TraceMap(map)
  const words = new Set<string>()
  for (let column = 0; column < 1 << 18; column++) {
    const { source, line, column: at } = originalPositionFor(trace, { line: 1, column })
    if (source !== null) words.add(`${source}: ${/^\W?\w*/u.exec(lineOf(source, line).slice(at))?.[0]}`)
  }
  return words
}

describe("the source map of a binary", () => {
  it("names the places of the code, columns in UTF-16 units", () => {
    expect([...mappedWords(compiled().map)]).toEqual(["sums.hako: 0", "sums.hako: i", "sums.hako: sum", "main.hako: [1", "main.hako: Sums", "main.hako: 値", "main.hako: print", "main.hako: main"])
  })

  it("marks code of the runtime as coming from nowhere", () => {
    const { binary, map } = compiled()
    const trace = new TraceMap(map)
    expect(originalPositionFor(trace, { line: 1, column: 64 }).source).toBeNull()
    expect(originalPositionFor(trace, { line: 1, column: binary.length - 1 }).source).toBeNull()
  })

  it("is in the binary, which is as valid as before", async () => {
    const { binary, map } = compiled()
    const [section] = WebAssembly.Module.customSections(await WebAssembly.compile(binary), "sourceMappingURL")
    const content = new Uint8Array(section as ArrayBuffer)
    const lengthBytes = content.findIndex((byte) => byte < 0x80) + 1
    const url = new TextDecoder().decode(content.subarray(lengthBytes))
    expect(url).toMatch(/^data:application\/json;base64,/)
    expect(Buffer.from(url.slice(url.indexOf(",") + 1), "base64").toString("utf8")).toBe(map)
  })
})
