/**
 * The source map of a WebAssembly binary: which place in the sources each byte of its code comes from, in the standard format
 * (ECMA-426, version 3), for debuggers of browsers and other tools.
 *
 * The one idea: to that format a binary is one line, and a byte's offset is its column. Sources are numbered as in the compilation and
 * their texts are in the map, which travels in the binary itself as a data URL: one file stays one file.
 */
import { encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec"
import { Bytes } from "../backend/wasm/bytes.ts"
import type { WasmArtifact } from "../backend/wasm/compile.ts"
import type { Origin } from "../mir/ir.ts"
import type { Compilation } from "./compile.ts"

/** The source map of a compiled program as JSON text. Code that comes from no source of the compilation is marked as such. */
export function sourceMapOf(compilation: Compilation, map: WasmArtifact["map"]): string {
  const { sources } = compilation
  const segments: SourceMapSegment[] = []
  for (const [offset, origin] of map) {
    const place = placeIn(compilation, origin)
    segments.push(place === null ? [offset] : [offset, ...place])
  }
  return JSON.stringify({
    version: 3,
    sources: sources.map((source) => encodeURI(source.name.replace(/\p{Surrogate}/gu, "\ufffd"))),
    sourcesContent: sources.map((source) => source.text),
    names: [],
    mappings: encode([segments]),
  })
}

/** Number of the source, line and column (both from 0, columns in UTF-16 units) of the innermost place that stands in a source. */
function placeIn({ sources }: Compilation, origin: Origin): readonly [number, number, number] | null {
  for (let at: Origin | null = origin; at !== null; at = at.inlined?.at ?? null) {
    const source = sources[at.file]
    if (source === undefined) continue
    const { line, column } = source.lines.utf16Position(at.start)
    return [at.file, line - 1, column - 1]
  }
  return null
}

/** The binary with a custom section that holds the map (WebAssembly tool conventions, "Source maps"). */
export function withSourceMap(binary: Uint8Array, map: string): Uint8Array<ArrayBuffer> {
  let latin = ""
  for (const byte of new TextEncoder().encode(map)) latin += String.fromCharCode(byte)
  const content = new Bytes(latin.length * 2)
  content.name("sourceMappingURL")
  content.name(`data:application/json;base64,${btoa(latin)}`)
  const out = new Bytes(binary.length + content.length + 8)
  out.all(binary)
  out.byte(0)
  out.sized(content.view())
  return out.view().slice()
}
