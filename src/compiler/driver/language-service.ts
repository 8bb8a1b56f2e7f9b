/**
 * What an editor asks about a place in a program: what stands here, where it is declared, who uses it, what could stand
 * here. Answers come from the checker's tables and the library table; a program with errors is answered as far as it is
 * understood.
 */
import { FUNCTIONS, LIBRARY, type LibraryBox, type LibraryMember, UNIVERSAL, INSTANCE_METHODS } from "../../runtime/prelude.ts"
import type { CheckedFile, CheckedProgram } from "../check/checked.ts"
import type { BoxSymbol, EnumSymbol, FunctionSymbol, InterfaceSymbol, MethodSymbol, Place, Sym, VariableSymbol } from "../check/symbol.ts"
import type { Param } from "../syntax/ast.ts"
import { TOKEN_ROWS } from "../syntax/tokens.ts"
import type { Compilation } from "./compile.ts"

/** A half-open range of offsets. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** A range of a file. */
export interface FileRange {
  readonly file: string
  readonly range: Range
}

/** A completion proposal; `insert` may hold `${1:name}` placeholders if `isSnippet`. */
export interface Completion {
  readonly label: string
  readonly kind: "keyword" | "variable" | "function" | "method" | "field" | "box" | "enum" | "variant" | "snippet"
  readonly insert: string
  readonly isSnippet: boolean
  readonly detail: string
  readonly documentation: string
}

const WORD = /[\p{L}\p{N}_]/u

/** The symbol whose name stands at `offset`, and its span. */
function symbolAt(file: CheckedFile, offset: number): { readonly symbol: Sym; readonly span: Range } | null {
  let best: { readonly symbol: Sym; readonly span: Range } | null = null
  for (const { span, symbol } of file.occurrences) {
    if (span.start <= offset && offset <= span.end && (best === null || span.end - span.start < best.span.end - best.span.start)) best = { symbol, span }
  }
  return best
}

function fileOf(compilation: Compilation, name: string): { readonly checked: CheckedProgram; readonly file: CheckedFile; readonly index: number } | null {
  const checked = compilation.checked
  const index = checked === null ? -1 : checked.files.findIndex((f) => f.name === name)
  const file = checked?.files[index]
  return checked === null || file === undefined ? null : { checked, file, index }
}

// ---- Hover ----------------------------------------------------------------------------------------------------------

/** What stands at `offset`, as Markdown. */
export function hoverAt(compilation: Compilation, fileName: string, offset: number): { readonly range: Range; readonly markdown: readonly string[] } | null {
  const place = fileOf(compilation, fileName)
  if (place === null) return null
  const found = symbolAt(place.file, offset)
  if (found !== null) {
    const library = found.symbol.kind === "library-function" || found.symbol.kind === "library-box" ? libraryHover(found.symbol.name) : null
    const comment = "place" in found.symbol ? commentAbove(compilation, found.symbol.place) : ""
    return { range: found.span, markdown: library ?? [code(describe(found.symbol)), ...(comment === "" ? [] : [comment])] }
  }
  return memberHover(place.checked, place.file, offset)
}

/** Hover of a name behind a dot that no declaration is known for: the members of that name of the receiver's library box, or of all. */
function memberHover(checked: CheckedProgram, file: CheckedFile, offset: number): { readonly range: Range; readonly markdown: readonly string[] } | null {
  const range = wordAt(file.source.text, offset)
  const name = file.source.text.slice(range.start, range.end)
  if (name === "" || file.source.text[range.start - 1] !== ".") {
    const known = libraryHover(name)
    return known === null ? null : { range, markdown: known }
  }
  const found = libraryMembers().filter((m) => m.name === name)
  const box = receiverBox(checked, file, file.source.text.slice(0, range.start - 1).replace(/\?$/, ""))
  const own = found.filter((m) => m.box === box || m.box === null)
  const markdown = (typeof box === "string" && own.length > 0 ? own : found).map((m) => memberText(m.box, m.name, m.member, m.same))
  return markdown.length === 0 ? null : { range, markdown: markdown.slice(0, 4) }
}

function libraryHover(name: string): string[] | null {
  const box = Object.hasOwn(LIBRARY, name) ? (LIBRARY[name as keyof typeof LIBRARY] as LibraryBox) : null
  if (box !== null) {
    const constructors = Object.values(box.constructors).map((member) => memberText(null, `new ${name}`, member))
    const names = [...new Set([...Object.keys(box.methods).map(nameOf), ...Object.keys(box.aliases ?? {})])].sort()
    return [`**${name}**: ${box.doc}`, ...constructors, ...(names.length === 0 ? [] : [`Methods: ${names.map((one) => `\`${one}\``).join(" ")}`])]
  }
  const rows = Object.entries(FUNCTIONS).filter(([key]) => nameOf(key) === name)
  return rows.length === 0 ? null : rows.map(([, member]) => memberText(null, name, member))
}

/** The name in a key `name/arity` of the library's tables. */
function nameOf(key: string): string {
  return key.slice(0, key.lastIndexOf("/"))
}

/** Signature, what it does, errors and example. `same` is the usual name of what an alias calls. */
function memberText(box: string | null, name: string, member: LibraryMember, same: string | null = null): string {
  const signature = code(`${box === null ? "" : `${box}.`}${name}(${parameters(member)}): ${shownType(member.result)}`)
  const alias = same === null ? "" : ` (the same as \`${same}\`)`
  const errors = member.errors === undefined ? "" : `\n\nErrors: ${member.errors}`
  const example = member.example === undefined ? "" : `\n\n${code(exampleLines(member.example))}`
  return `${signature}\n${member.doc}${alias}${errors}${example}`
}

/** Statements of an example stand two blanks apart in the table, and each on a line of its own here. */
function exampleLines(example: string): string {
  const [body = "", ...result] = example.split(/ {2}(?=\/\/ )/)
  const lines = body.replace(/"[^"]*"|'[^']*'| {2,}/g, (part) => (part.startsWith(" ") ? "\n" : part))
  return [lines, ...result].join("  ")
}

function parameters(member: LibraryMember): string {
  return member.params.map(shownType).join(", ")
}

function shownType(type: string): string {
  return type.replaceAll("Box:", "").replace("elem?", "element or null").replace("elem", "element").replaceAll("|", " | ").replaceAll("Void", "null")
}

function code(text: string): string {
  return `\`\`\`hakorune\n${text}\n\`\`\``
}

/** The comment lines right above a declaration. */
function commentAbove(compilation: Compilation, place: Place): string {
  const source = compilation.sources[place.file]
  if (source === undefined) return ""
  const lines: string[] = []
  for (let line = source.lines.lineOf(place.span.start) - 1; line >= 1; line--) {
    const text = source.text.slice(source.lines.startOfLine(line), source.lines.endOfLine(line)).trim()
    const comment = /^(?:\/\/|#)\s?(.*)$/.exec(text)
    if (comment === null) break
    lines.unshift((comment[1] as string).replace(/([\\`*_{}[\]<>#])/g, "\\$1"))
  }
  return lines.join("  \n")
}

function paramList(params: readonly Param[]): string {
  return params.map((p) => p.name.text).join(", ")
}

function methodText(method: MethodSymbol): string {
  return `${method.box.name}.${method.name}(${paramList(method.decl.params)})`
}

/** One line that says what a symbol is. */
function describe(symbol: Sym): string {
  switch (symbol.kind) {
    case "variable": {
      const role = { local: "local", parameter: "parameter", loop: "loop variable", catch: "caught error", pattern: "pattern variable", future: "future" }[symbol.role]
      const notes = symbol.isCaptured ? (symbol.isReassigned ? " (shared with closures)" : " (captured by closures)") : ""
      return `${role} ${symbol.name}${notes}`
    }
    case "global":
      return `global ${symbol.name}`
    case "function":
      return `function ${symbol.name}(${paramList(symbol.decl.params)})`
    case "box":
      return `${symbol.isStatic ? "static " : ""}box ${symbol.name}${symbol.parents.length > 0 ? ` from ${symbol.parents.map((p) => p.name).join(", ")}` : ""}`
    case "interface":
      return `interface box ${symbol.name}`
    case "enum":
      return `enum ${symbol.name} { ${[...symbol.variants.keys()].join(", ")} }`
    case "variant": {
      const payload = symbol.form === "unit" ? "" : symbol.form === "tuple" ? `(${symbol.fields.map(() => "_").join(", ")})` : ` { ${symbol.fields.join(", ")} }`
      return `${symbol.enum.name}::${symbol.name}${payload}`
    }
    case "field":
      return `${symbol.isWeak ? "weak " : ""}field ${symbol.box.name}.${symbol.name}`
    case "property":
      return `${symbol.storage} property ${symbol.box.name}.${symbol.name}`
    case "method":
      return methodText(symbol)
    case "namespace":
      return `using ${symbol.name}`
    case "library-function":
    case "library-box":
      return symbol.name
  }
}

// ---- Definition, references, rename ----------------------------------------------------------------------------------

/** Where the name at `offset` is declared. */
export function definitionAt(compilation: Compilation, fileName: string, offset: number): FileRange | null {
  const place = fileOf(compilation, fileName)
  const found = place === null ? null : symbolAt(place.file, offset)
  if (place === null || found === null || !("place" in found.symbol)) return null
  const target = place.checked.files[found.symbol.place.file]
  return target === undefined ? null : { file: target.name, range: found.symbol.place.span }
}

/** Every occurrence of the name at `offset`. */
export function referencesAt(compilation: Compilation, fileName: string, offset: number): FileRange[] {
  const place = fileOf(compilation, fileName)
  const found = place === null ? null : symbolAt(place.file, offset)
  if (place === null || found === null) return []
  return place.checked.files.flatMap((file) => {
    const spans = new Map<number, Range>()
    for (const { span, symbol } of file.occurrences) if (symbol === found.symbol) spans.set(span.start, span)
    return [...spans.values()].sort((a, b) => a.start - b.start).map((range) => ({ file: file.name, range }))
  })
}

/** Edits that rename the name at `offset`, or why it cannot be renamed. */
export function renameAt(compilation: Compilation, fileName: string, offset: number, to: string): { readonly edits: readonly (FileRange & { readonly text: string })[] } | { readonly refused: string } {
  const place = fileOf(compilation, fileName)
  const found = place === null ? null : symbolAt(place.file, offset)
  if (place === null || found === null) return { refused: "there is no name here that could be renamed" }
  const { symbol } = found
  if (symbol.kind === "library-function" || symbol.kind === "library-box") return { refused: `${symbol.name} belongs to the library` }
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(to) || TOKEN_ROWS.some((row) => row.text === to && row.keyword === "reserved")) return { refused: `${JSON.stringify(to)} is not a name` }
  if (symbol.kind === "method" || symbol.kind === "field" || symbol.kind === "property") {
    // Members are also reached through values whose box is known only when the program runs.
    if (memberUses(place.checked, symbol.name) > referencesAt(compilation, fileName, offset).length) {
      return { refused: `${symbol.name} is also reached through values whose box is known only when the program runs` }
    }
  }
  const taken = symbol.kind === "variable" ? visibleVariables(place.file, symbol.place.span.start).some((v) => v.name === to && v !== symbol) : place.checked.topLevel.has(to)
  if (taken) return { refused: `${to} is already a name here` }
  return { edits: referencesAt(compilation, fileName, offset).map((reference) => ({ ...reference, text: to })) }
}

/** How often `.name` or a declaration of `name` as a member stands in the program. */
function memberUses(checked: CheckedProgram, name: string): number {
  let count = 0
  for (const file of checked.files) {
    for (const match of file.source.text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}_])${name}(?![\\p{L}\\p{N}_])`, "gu"))) if (match.index >= 0) count++
  }
  return count
}

// ---- Completion ------------------------------------------------------------------------------------------------------

const SNIPPETS: readonly { readonly label: string; readonly insert: string; readonly detail: string }[] = [
  { label: "static box Main", insert: "static box Main {\n  main() {\n    $0\n  }\n}", detail: "a program with an entry point" },
  { label: "box", insert: "box ${1:Name} {\n  birth($2) {\n    $0\n  }\n}", detail: "a box with a constructor" },
  { label: "if", insert: "if ${1:condition} {\n  $0\n}", detail: "conditional" },
  { label: "loop", insert: "loop(${1:condition}) {\n  $0\n}", detail: "loop while a condition holds" },
  { label: "for", insert: "for ${1:x} in ${2:0..10} {\n  $0\n}", detail: "loop over a range, array, map or string" },
  { label: "match", insert: "match ${1:value} {\n  ${2:pattern} => $0\n  _ => null\n}", detail: "choose by pattern" },
  { label: "catch", insert: "{\n  $0\n} catch (e) {\n  print(e)\n}", detail: "handle an error" },
  { label: "enum", insert: "enum ${1:Name} { ${2:Variant} }", detail: "an enum" },
  { label: "function", insert: "function ${1:name}($2) {\n  $0\n}", detail: "a top-level function" },
]

/** What could stand at `offset`. */
export function completionsAt(compilation: Compilation, fileName: string, offset: number): { readonly replace: Range; readonly items: readonly Completion[] } {
  const source = compilation.sources.find((s) => s.name === fileName)
  const text = source?.text ?? ""
  let start = Math.min(offset, text.length)
  while (start > 0 && WORD.test(text[start - 1] as string)) start--
  const replace = { start, end: wordAt(text, offset).end }
  const place = fileOf(compilation, fileName)
  if (place === null || inCommentOrString(text, start)) return { replace, items: [] }
  const before = text.slice(0, start)
  const member = /(\?\.|\.|::)$/.exec(before)
  if (member !== null) return { replace, items: memberCompletions(place.checked, place.file, before.slice(0, -(member[0] as string).length), member[0] === "::") }
  return { replace, items: nameCompletions(place.checked, place.file, start, /\bnew\s+$/.test(before)) }
}

/** True if the offset is behind an open quote or a comment mark of its line. */
function inCommentOrString(text: string, offset: number): boolean {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset)
  let quote = ""
  for (let i = 0; i < line.length; i++) {
    const ch = line[i] as string
    if (quote !== "") {
      if (ch === "\\") i++
      else if (ch === quote) quote = ""
    } else if (ch === '"' || ch === "'") quote = ch
    else if (ch === "#" || (ch === "/" && line[i + 1] === "/")) return true
  }
  return quote !== ""
}

function wordAt(text: string, offset: number): Range {
  let start = Math.min(offset, text.length)
  let end = start
  while (start > 0 && WORD.test(text[start - 1] as string)) start--
  while (end < text.length && WORD.test(text[end] as string)) end++
  return { start, end }
}

function visibleVariables(file: CheckedFile, offset: number): VariableSymbol[] {
  const seen = new Map<string, VariableSymbol>()
  const around = file.scopes.filter(({ span }) => span.start <= offset && offset <= span.end).sort((a, b) => a.span.end - a.span.start - (b.span.end - b.span.start))
  for (const scope of around) for (const v of scope.variables) if (v.visibleFrom <= offset && !seen.has(v.name)) seen.set(v.name, v)
  return [...seen.values()]
}

function nameCompletions(checked: CheckedProgram, file: CheckedFile, offset: number, afterNew: boolean): Completion[] {
  const items: Completion[] = []
  const libraryBoxes = (): void => {
    for (const [name, box] of Object.entries(LIBRARY) as [string, LibraryBox][]) {
      const [first] = Object.values(box.constructors)
      if (!afterNew) items.push(completion(name, "box", "library box", (libraryHover(name) ?? []).join("\n\n")))
      else if (first !== undefined) items.push({ ...libraryCall(name, "box", null, first), detail: box.doc, documentation: (libraryHover(name) ?? []).join("\n\n") })
    }
  }
  if (afterNew) {
    for (const box of checked.boxes) if (!box.isStatic) items.push(call(box.name, "box", describe(box), box.constructors[0]?.decl.params ?? []))
    libraryBoxes()
    return items
  }
  for (const v of visibleVariables(file, offset)) items.push(completion(v.name, "variable", describe(v)))
  const inside = enclosingBox(checked, file, offset)
  if (inside !== null) {
    items.push(completion("me", "keyword", `the receiver, a ${inside.name}`))
    if (inside.isStatic) for (const method of inside.methods.values()) items.push(call(method.name, "method", methodText(method), method.decl.params))
  }
  for (const [name, symbol] of checked.topLevel) {
    if (symbol.kind === "function") items.push(call(name, "function", describe(symbol), symbol.decl.params))
    else items.push(completion(name, symbol.kind === "enum" ? "enum" : symbol.kind === "global" ? "variable" : "box", describe(symbol)))
  }
  for (const [key, member] of Object.entries(FUNCTIONS)) {
    const name = nameOf(key)
    if (/^[A-Za-z]\w*$/.test(name)) items.push(libraryCall(name, "function", null, member))
  }
  libraryBoxes()
  for (const row of TOKEN_ROWS) if (row.keyword !== undefined && row.text !== null) items.push(completion(row.text, "keyword", "keyword"))
  for (const snippet of SNIPPETS) items.push({ label: snippet.label, kind: "snippet", insert: snippet.insert, isSnippet: true, detail: snippet.detail, documentation: "" })
  return unique(items)
}

function enclosingBox(checked: CheckedProgram, file: CheckedFile, offset: number): BoxSymbol | null {
  return checked.boxes.find((box) => box.decl !== null && checked.files[box.place.file] === file && box.decl.span.start <= offset && offset <= box.decl.span.end) ?? null
}

/** The last word, text or bracket of what stands before a dot. */
function receiverOf(before: string): string {
  return /([\p{L}\p{N}_]+|"[^"\n]*"|\]|\))$/u.exec(before)?.[1] ?? ""
}

/** What the text before a dot certainly is: a box of the program, the name of a library box, or null. */
function receiverBox(checked: CheckedProgram, file: CheckedFile, before: string): BoxSymbol | string | null {
  const receiver = receiverOf(before)
  const named = file.aliases.get(receiver) ?? checked.topLevel.get(receiver)
  const box = receiver === "me" || receiver === "this" ? enclosingBox(checked, file, before.length) : named?.kind === "box" ? named : boxOfVariable(checked, file, receiver, before.length)
  return box ?? (receiver.startsWith('"') ? "StringBox" : receiver === "]" ? "ArrayBox" : Object.hasOwn(LIBRARY, receiver) ? receiver : null)
}

function memberCompletions(checked: CheckedProgram, file: CheckedFile, before: string, path: boolean): Completion[] {
  const receiver = receiverOf(before)
  const named = checked.topLevel.get(receiver)
  if (named?.kind === "enum") {
    return [...named.variants.values()].map((v) => {
      const fields = v.fields.map((field, i) => `\${${i + 1}:${v.form === "tuple" ? "value" : field}}`)
      const insert = v.form === "unit" ? v.name : v.form === "tuple" ? `${v.name}(${fields.join(", ")})` : `${v.name} { ${v.fields.map((field, i) => `${field}: ${fields[i]}`).join(", ")} }`
      return { label: v.name, kind: "variant", insert, isSnippet: true, detail: describe(v), documentation: "" }
    })
  }
  if (path) return []
  const alias = file.aliases.get(receiver)
  if (alias?.kind === "namespace") return unique([...[...alias.members.values()].map(exported), ...(alias.home === null ? [] : boxMembers(alias.home))])
  const box = receiverBox(checked, file, before)
  if (typeof box === "string") return libraryBoxMembers(box)
  if (box !== null) return boxMembers(box)
  // Nothing is known of the receiver: the members of the program's boxes first, then those of the library.
  return unique([...checked.boxes.flatMap(boxMembers), ...["StringBox", "ArrayBox", "MapBox"].flatMap(libraryBoxMembers), ...libraryMembers().map((m) => libraryCall(m.name, "method", m.box, m.member, m.same))])
}

/** The box of a variable that is initialised by `new` or by a literal: of the program, or the name of a library box. */
function boxOfVariable(checked: CheckedProgram, file: CheckedFile, name: string, offset: number): BoxSymbol | string | null {
  const variable = visibleVariables(file, offset).find((v) => v.name === name)
  if (variable === undefined) return null
  if (variable.role === "catch") return "ErrorBox"
  if (variable.role === "future") return "FutureBox"
  const rest = file.source.text.slice(variable.place.span.end, variable.place.span.end + 200)
  const made = /^\s*=\s*(?:new\s+([\p{L}_][\p{L}\p{N}_]*)|(["'])|(\[)|(%\{))/u.exec(rest)
  if (made === null) return null
  if (made[2] !== undefined) return "StringBox"
  if (made[3] !== undefined) return "ArrayBox"
  if (made[4] !== undefined) return "MapBox"
  const boxName = made[1] as string
  const known = checked.topLevel.get(boxName)
  return known?.kind === "box" ? known : Object.hasOwn(LIBRARY, boxName) ? boxName : null
}

function boxMembers(box: BoxSymbol): Completion[] {
  const items: Completion[] = []
  for (const one of box.lineage.length > 0 ? box.lineage : [box]) {
    for (const field of one.fields.values()) items.push(completion(field.name, "field", describe(field)))
    for (const property of one.properties.values()) items.push(completion(property.name, "field", describe(property)))
    for (const method of one.methods.values()) items.push(call(method.name, "method", methodText(method), method.decl.params))
  }
  for (const [key, member] of [...Object.entries(UNIVERSAL), ...Object.entries(INSTANCE_METHODS)]) items.push(libraryCall(key.slice(0, key.indexOf("/")), "method", null, member))
  return unique(items)
}

function libraryBoxMembers(box: string): Completion[] {
  return unique(libraryMembers().filter((m) => m.box === box || m.box === null).map((m) => libraryCall(m.name, "method", m.box, m.member, m.same)))
}

/** What a file exports, behind the alias of the file. */
function exported(symbol: BoxSymbol | FunctionSymbol | EnumSymbol | InterfaceSymbol): Completion {
  if (symbol.kind === "function") return call(symbol.name, "function", describe(symbol), symbol.decl.params)
  return completion(symbol.name, symbol.kind === "enum" ? "enum" : "box", describe(symbol))
}

/** A method of the library: its box (null: of every value), its name, and the usual name if that is another one. */
interface LibraryMethod {
  readonly box: string | null
  readonly name: string
  readonly member: LibraryMember
  readonly same: string | null
}

let members: readonly LibraryMethod[] | null = null

/** Every method of every library box under every name, then those of every value. */
function libraryMembers(): readonly LibraryMethod[] {
  members ??= [
    ...(Object.entries(LIBRARY) as [string, LibraryBox][]).flatMap(([box, row]) => {
      const own = Object.entries(row.methods).map(([key, member]) => ({ box, name: nameOf(key), member, same: null }))
      const aliases = Object.entries(row.aliases ?? {}).flatMap(([name, same]) => own.filter((one) => one.name === same).map(({ member }) => ({ box, name, member, same })))
      return [...own, ...aliases]
    }),
    ...Object.entries(UNIVERSAL).map(([key, member]) => ({ box: null, name: nameOf(key), member, same: null })),
  ]
  return members
}

function completion(label: string, kind: Completion["kind"], detail: string, documentation = ""): Completion {
  return { label, kind, insert: label, isSnippet: false, detail, documentation }
}

function call(name: string, kind: Completion["kind"], detail: string, params: readonly Param[]): Completion {
  const insert = `${name}(${params.map((p, i) => `\${${i + 1}:${p.name.text}}`).join(", ")})`
  return { label: name, kind, insert, isSnippet: true, detail, documentation: "" }
}

function libraryCall(name: string, kind: Completion["kind"], box: string | null, member: LibraryMember, same: string | null = null): Completion {
  const insert = `${name}(${member.params.map((type, i) => `\${${i + 1}:${shownType(type)}}`).join(", ")})`
  return { label: name, kind, insert, isSnippet: true, detail: box ?? (kind === "method" ? "every value" : "library"), documentation: memberText(box, name, member, same) }
}

/** The first of each label and kind. */
function unique(items: readonly Completion[]): Completion[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const key = `${item.kind}:${item.label}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

