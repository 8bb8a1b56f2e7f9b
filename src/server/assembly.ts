/**
 * LLVM's texts made fit for reading: assembly and optimised IR without what only tools need, each line linked to the source.
 *
 * The one idea: the compiler's debug information names a line and column for every instruction; the front end knows which range of the
 * source starts there. The two are joined by file name, line and column.
 */
import type { AsmAnswer } from "../protocol/api.ts"
import type { SourcePlace } from "./front-end.ts"

type Found = (file: string, line: number, column: number) => SourcePlace | undefined

function finder(places: readonly SourcePlace[]): Found {
  const known = new Map(places.map((place) => [`${place.line}:${place.column}:${place.name}`, place]))
  return (file, line, column) => known.get(`${line}:${column}:${file}`)
}

interface Line {
  readonly text: string
  readonly place: SourcePlace | undefined
}

/** Gathers the lines of functions. Functions that nothing of the source went into, such as callbacks that answer null, are left out. */
class Page {
  readonly #functions: { readonly name: string; readonly lines: Line[] }[] = []

  begin(name: string): void {
    this.#functions.push({ name, lines: [] })
  }

  add(text: string, place: SourcePlace | undefined): void {
    this.#functions.at(-1)?.lines.push({ text, place })
  }

  answer(): AsmAnswer {
    let text = ""
    const links: AsmAnswer["links"][number][] = []
    const functions: AsmAnswer["functions"][number][] = []
    for (const { name, lines } of this.#functions) {
      if (lines.every((line) => line.place === undefined)) continue
      if (text !== "") text += "\n"
      const start = text.length
      for (const line of lines) {
        const indent = line.text.length - line.text.trimStart().length
        if (line.place !== undefined) links.push({ start: text.length + indent, end: text.length + line.text.length, file: line.place.file, sourceStart: line.place.start, sourceEnd: line.place.end })
        text += `${line.text}\n`
      }
      functions.push({ name, start, end: text.length - 1 })
    }
    return { text, links, functions }
  }
}

/** A quoted name of LLVM without quotes and escapes. */
function unquoted(name: string): string {
  if (!name.startsWith('"')) return name
  const bytes = name.slice(1, -1).replace(/\\([0-9A-Fa-f]{2}|[0-7]{3}|["\\nt])/g, (_, code: string) => (code === "n" ? "\n" : code === "t" ? "\t" : code === '"' || code === "\\" ? code : String.fromCharCode(Number.parseInt(code, code.length === 3 ? 8 : 16))))
  return Buffer.from(bytes, "latin1").toString("utf8")
}

/** The functions of an assembly text: labels and instructions, without directives and comments. */
export function assemblyPage(raw: string, places: readonly SourcePlace[]): AsmAnswer {
  const find = finder(places)
  const page = new Page()
  const files = new Map<string, string>()
  const functions = new Set<string>()
  for (const [, name = ""] of raw.matchAll(/^\t\.type\t("(?:[^"\\\n]|\\.)*"|[^,\n]+),[@%]function/gm)) functions.add(name)
  let inside = false
  let place: SourcePlace | undefined
  for (const whole of raw.split("\n")) {
    const label = /^("(?:[^"\\]|\\.)*"|[^\s:#"]+):/.exec(whole)?.[1]
    if (label !== undefined && functions.has(label)) {
      inside = true
      place = undefined
      page.begin(unquoted(label))
      page.add(`${label}:`, undefined)
      continue
    }
    const file = /^\t\.file\t(\d+) (?:"(?:[^"\\]|\\.)*" )?("(?:[^"\\]|\\.)*")/.exec(whole)
    if (file !== null) files.set(file[1] ?? "", unquoted(file[2] ?? ""))
    if (!inside) continue
    if (label?.startsWith(".Lfunc_end") === true) {
      inside = false
      continue
    }
    const at = /^\t\.loc\t(\d+) (\d+) (\d+)/.exec(whole)
    if (at !== null) {
      place = find(files.get(at[1] ?? "") ?? "", Number(at[2]), Number(at[3]))
      continue
    }
    const text = whole.replace(/\s+(#|\/\/) .*$/, "").trimEnd()
    if (label !== undefined) {
      if (label.startsWith(".LBB")) page.add(`${label}:`, undefined)
      continue
    }
    // A directive, a comment or nothing.
    if (!/^\t[a-z]/.test(text)) continue
    page.add(`    ${text.trim().replace(/\t/, " ".repeat(Math.max(1, 8 - (text.trim().split("\t")[0] ?? "").length))).replaceAll("\t", " ")}`, place)
  }
  return page.answer()
}

/** The functions of an LLVM IR text without debug information and attributes. */
export function irPage(raw: string, places: readonly SourcePlace[]): AsmAnswer {
  const find = finder(places)
  const nodes = new Map<string, string>()
  for (const [, id = "", text = ""] of raw.matchAll(/^!(\d+) = (?:distinct )?!(.*)$/gm)) nodes.set(id, text)
  const field = (node: string, name: string): string | undefined => new RegExp(`\\b${name}: !?("(?:[^"\\\\]|\\\\.)*"|\\w+)`).exec(node)?.[1]
  const placeOf = (id: string): SourcePlace | undefined => {
    const node = nodes.get(id) ?? ""
    const scope = nodes.get(field(node, "scope") ?? "") ?? ""
    const file = nodes.get(field(scope, "file") ?? "") ?? ""
    return find(unquoted(field(file, "filename") ?? '""'), Number(field(node, "line") ?? 0), Number(field(node, "column") ?? 0))
  }
  const page = new Page()
  let inside = false
  for (const line of raw.split("\n")) {
    const defined = /^define .*?@("(?:[^"\\]|\\.)*"|[\w.$-]+)\(/.exec(line)
    if (defined !== null) {
      inside = true
      page.begin(unquoted(defined[1] ?? ""))
    }
    // Notes that debug information keeps of variables.
    if (!inside || /^\s+#dbg_/.test(line)) continue
    const id = /, !dbg !(\d+)/.exec(line)?.[1]
    const text = line.replace(/,? ![\w.]+ !\d+/g, "").replace(/ #\d+(?= \{$|$)/, "").replace(/\s+; preds = .*$/, "").trimEnd()
    page.add(text, id === undefined || defined !== null ? undefined : placeOf(id))
    if (line === "}") inside = false
  }
  return page.answer()
}
