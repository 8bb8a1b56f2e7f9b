/**
 * Makes the text of a view, with its links into the source.
 */
import { lowerToLlvm } from "../backend/llvm/module.ts"
import type { BinaryenLibrary } from "../backend/wasm/binaryen.ts"
import { wasmText } from "../backend/wasm/compile.ts"
import { unreachable } from "../base/bug.ts"
import type { Origin } from "../mir/ir.ts"
import { printModule } from "../mir/print.ts"
import { dumpTokens, dumpTree } from "../syntax/dump.ts"
import type { Compilation } from "./compile.ts"
import type { ViewId } from "./views.ts"

/** A text and the places in the source that its parts come from. */
export interface RenderedView {
  readonly text: string
  readonly links: readonly { readonly start: number; readonly end: number; readonly origin: Origin }[]
}

/** The view's text. Views behind the checker need a compilation without errors; `wat` needs Binaryen. */
export function renderView(compilation: Compilation, view: ViewId, binaryen: BinaryenLibrary | null): RenderedView {
  const lines = compilation.sources.map((source) => source.lines)
  switch (view) {
    case "tokens":
      return concat(compilation, (file) => dumpTokens(compilation.sources[file] as (typeof compilation.sources)[number]))
    case "ast":
      return concat(compilation, (file) => dumpTree(compilation.programs[file] as (typeof compilation.programs)[number]))
    case "mir-built":
      return printModule(compilation.built(), { lines })
    case "mir":
      return printModule(compilation.counted(), { lines })
    case "wat": {
      if (binaryen === null) return { text: "", links: [] }
      const { text, origins } = wasmText(compilation.counted(), binaryen, { optimise: compilation.options.optimise, lineOf: (origin) => compilation.lineOf(origin) })
      return { text, links: origins }
    }
    case "llvm":
      return lowerToLlvm(compilation.counted(), { target: "x86_64-linux", sources: compilation.sources })
    default:
      return unreachable(view, "driver")
  }
}

/** One file after another; offsets are moved, origins get their file. */
function concat(compilation: Compilation, render: (file: number) => { readonly text: string; readonly links: readonly { readonly start: number; readonly end: number; readonly source: { readonly start: number; readonly end: number } }[] }): RenderedView {
  let text = ""
  const links: { start: number; end: number; origin: Origin }[] = []
  compilation.sources.forEach((source, file) => {
    if (compilation.sources.length > 1) text += `${file > 0 ? "\n" : ""}# ${source.name}\n`
    const base = text.length
    const part = render(file)
    text += part.text
    for (const link of part.links) links.push({ start: base + link.start, end: base + link.end, origin: { file, ...link.source } })
  })
  return { text, links }
}
