/**
 * Colours for the source before, and without, the big editor: a text cut into lines of classed segments. The words
 * come from the token table; what is not a word is told apart by its first characters, as the lexer does.
 *
 * A line's segments depend on the lines before it only through `entry`, so a line that has not changed is not drawn
 * again.
 */
import { KEYWORDS, TOKEN_ROWS } from "../../compiler/syntax/tokens.ts"

/** What a segment is; the names of the CSS classes and of the big editor's tokens. */
export type SegmentClass = "comment" | "string" | "number" | "keyword" | "constant" | "type" | "call" | "operator" | "plain"

/** A piece of a line in one colour. */
export interface Segment {
  readonly text: string
  readonly kind: SegmentClass
}

/** What a line starts inside of. */
export type LineEntry = "code" | "comment" | "double" | "single"

/** One line, without its line break. */
export interface HighlightedLine {
  readonly entry: LineEntry
  readonly text: string
  readonly segments: readonly Segment[]
}

const TOKEN = /\/\/.*|#.*|\/\*|"|'|\d+(?:\.\d+(?:[eE][+-]?\d+)?)?|[\p{L}_][\p{L}\p{N}_]*|[^\s\p{L}\p{N}_"'#/]+|\s+|[^]/gu

/** The text cut into coloured lines. */
export function highlight(text: string): readonly HighlightedLine[] {
  const lines: HighlightedLine[] = []
  let entry: LineEntry = "code"
  for (const line of text.split("\n")) {
    const { segments, exit } = highlightLine(line, entry)
    lines.push({ entry, text: line, segments })
    entry = exit
  }
  return lines
}

function highlightLine(line: string, entry: LineEntry): { segments: Segment[]; exit: LineEntry } {
  const segments: Segment[] = []
  let at = 0
  let state = entry
  while (at < line.length) {
    if (state === "comment") {
      const end = line.indexOf("*/", at)
      const stop = end === -1 ? line.length : end + 2
      segments.push({ text: line.slice(at, stop), kind: "comment" })
      at = stop
      if (end !== -1) state = "code"
    } else if (state !== "code") {
      const stop = stringEnd(line, at, state === "double" ? '"' : "'")
      segments.push({ text: line.slice(at, stop.at), kind: "string" })
      at = stop.at
      if (stop.isClosed) state = "code"
    } else {
      TOKEN.lastIndex = at
      const match = TOKEN.exec(line)
      if (match === null) break
      const token = match[0]
      if (token === "/*") {
        state = "comment"
        segments.push({ text: token, kind: "comment" })
      } else if (token === '"' || token === "'") {
        const stop = stringEnd(line, match.index + 1, token)
        segments.push({ text: line.slice(match.index, stop.at), kind: "string" })
        if (!stop.isClosed) state = token === '"' ? "double" : "single"
        at = stop.at
        continue
      } else segments.push({ text: token, kind: classOf(token, line, match.index) })
      at = match.index + token.length
    }
  }
  return { segments, exit: state }
}

function stringEnd(line: string, from: number, quote: string): { at: number; isClosed: boolean } {
  for (let at = from; at < line.length; at++) {
    if (line[at] === "\\") at++
    else if (line[at] === quote) return { at: at + 1, isClosed: true }
  }
  return { at: line.length, isClosed: false }
}

function classOf(token: string, line: string, at: number): SegmentClass {
  if (token.startsWith("//") || token.startsWith("#")) return "comment"
  if (/^\d/.test(token)) return "number"
  if (/^\s/.test(token)) return "plain"
  if (!/^[\p{L}_]/u.test(token)) return "operator"
  const isMember = line[at - 1] === "."
  const kind = isMember ? undefined : KEYWORDS.get(token)
  const row = kind === undefined ? undefined : TOKEN_ROWS[kind]
  // A contextual word is a keyword only in some places; as a plain name it is more common.
  if (row !== undefined && (row.keyword === "reserved" || CONTEXT.has(token))) return row.highlight === "constant" ? "constant" : "keyword"
  if (/^\p{Lu}/u.test(token)) return "type"
  return line.slice(at + token.length).startsWith("(") ? "call" : "plain"
}

/** Contextual words that programs hardly use as names. */
const CONTEXT: ReadonlySet<string> = new Set(["once", "birth_once", "public", "private", "implements", "guard", "task_scope", "as"])

/** The reserved words and the contextual ones, for the big editor's tokenizer. */
export function keywordLists(): { readonly keywords: readonly string[]; readonly constants: readonly string[] } {
  const keywords: string[] = [...CONTEXT]
  const constants: string[] = []
  for (const row of TOKEN_ROWS) {
    if (row.keyword !== "reserved" || row.text === null) continue
    if (row.highlight === "constant") constants.push(row.text)
    else keywords.push(row.text)
  }
  return { keywords, constants }
}
