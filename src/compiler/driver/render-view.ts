/**
 * Makes the text of a view, with its links into the source.
 */
import { lowerToLlvm } from "../backend/llvm/module.ts"
import { compileVm } from "../backend/vm/compile.ts"
import { disassemble } from "../backend/vm/disassemble.ts"
import { wasmText } from "../backend/wasm/compile.ts"
import { unreachable } from "../base/bug.ts"
import type { Origin } from "../mir/ir.ts"
import { printModule } from "../mir/print.ts"
import type { SourceFile, Span } from "../base/source.ts"
import { DiagnosticSink } from "../diagnostics/diagnostic.ts"
import type { Program } from "../syntax/ast.ts"
import { lex } from "../syntax/lexer.ts"
import { dumpTree } from "../syntax/nodes.ts"
import { TOKEN_NAMES } from "../syntax/tokens.ts"
import type { Compilation } from "./compile.ts"
import type { ViewId } from "./views.ts"

/** A text and the places in the source that its parts come from. */
export interface RenderedView {
  readonly text: string
  readonly links: readonly { readonly start: number; readonly end: number; readonly origin: Origin }[]
}

/** The view's text. Views behind the checker need a compilation without errors. */
export function renderView(compilation: Compilation, view: ViewId): RenderedView {
  const lines = compilation.sources.map((source) => source.lines)
  switch (view) {
    case "tokens":
      return concat(compilation, (file) => tokenText(compilation.sources[file] as SourceFile))
    case "ast":
      return concat(compilation, (file) => treeText(compilation.programs[file] as Program))
    case "mir-built":
      return printModule(compilation.built(), { lines })
    case "mir":
      return printModule(compilation.counted(), { lines })
    case "bytecode":
      return disassemble(compileVm(compilation.counted(), { lineOf: (origin) => compilation.lineOf(origin) }).program)
    case "wat": {
      const { text, origins } = wasmText(compilation.counted(), { optimise: compilation.options.optimise, lineOf: (origin) => compilation.lineOf(origin) })
      return { text, links: origins }
    }
    case "llvm":
      return lowerToLlvm(compilation.counted("told"), { target: "x86_64-linux", sources: compilation.sources })
    default:
      return unreachable(view, "driver")
  }
}

/** A text and the spans of one file that its lines come from. */
interface FileText {
  readonly text: string
  readonly links: readonly { readonly start: number; readonly end: number; readonly source: Span }[]
}

/** One token a line: place, kind, spelling. */
function tokenText(source: SourceFile): FileText {
  const tokens = lex(source, new DiagnosticSink(source))
  const lines: { text: string; source: Span }[] = []
  for (let i = 0; i < tokens.count; i++) {
    const span = { start: tokens.starts[i] as number, end: tokens.ends[i] as number }
    const { line, column } = source.lines.position(span.start)
    lines.push({ text: `${`${line}:${column}`.padStart(8)}  ${(TOKEN_NAMES[tokens.kinds[i] as number] ?? "").padEnd(12)} ${JSON.stringify(source.slice(span)).slice(1, -1)}`.trimEnd(), source: span })
  }
  return link(lines)
}

/** The tree as the parser's own dump shows it; the spans behind its lines become links. */
function treeText(program: Program): FileText {
  const lines: { text: string; source: Span | null }[] = []
  for (const line of dumpTree(program, { spans: true }).split("\n")) {
    const span = / @(\d+)\.\.(\d+)$/.exec(line)
    lines.push(span === null ? { text: line, source: null } : { text: line.slice(0, span.index), source: { start: Number(span[1]), end: Number(span[2]) } })
  }
  return link(lines)
}

function link(lines: readonly { readonly text: string; readonly source: Span | null }[]): FileText {
  const links: { start: number; end: number; source: Span }[] = []
  let offset = 0
  for (const { text, source } of lines) {
    if (source !== null) links.push({ start: offset + (text.length - text.trimStart().length), end: offset + text.length, source })
    offset += text.length + 1
  }
  return { text: lines.map((line) => line.text).join("\n"), links }
}

/** One file after another; offsets are moved, origins get their file. */
function concat(compilation: Compilation, render: (file: number) => FileText): RenderedView {
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
