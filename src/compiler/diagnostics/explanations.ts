/**
 * The long explanations of diagnostics, and finding the one that somebody asks for by code or by rule.
 *
 * The one idea: a page is prose with two programs in it, one that is wrong in just this way and one that is right; it is kept as
 * Markdown, one file a code, and read into blocks that any surface can show. The texts are a module of their own, imported at
 * the first use, so a page that explains nothing does not load them.
 *
 * Notation in the programs, for what cannot stand in a page: `⟨text × N⟩` stands for N copies of the text and `⟨U+202E⟩` for the
 * character of that number; `expandExample` puts in what is meant.
 */
import { CATALOG, type DiagnosticCode } from "./catalog.ts"

/** A piece of an explanation, in order. */
export type ExplanationBlock =
  /** Markdown: paragraphs with `code` in backquotes. */
  | { readonly kind: "text"; readonly text: string }
  /** A program that has the finding, or the same one set right. */
  | { readonly kind: "example"; readonly role: "wrong" | "right"; readonly code: string }

/** All that is known about a code. */
export interface Explanation {
  readonly code: DiagnosticCode
  /** The rule of the language, if it has a number. */
  readonly rule: string | null
  readonly severity: "error" | "warning" | "hint"
  readonly title: string
  readonly markdown: string
  readonly blocks: readonly ExplanationBlock[]
}

/** A code of the catalogue with its title: a row of the list of all. */
export interface ExplanationTitle {
  readonly code: DiagnosticCode
  readonly rule: string | null
  readonly severity: "error" | "warning" | "hint"
  readonly title: string
}

/** Static rules that are rules of the parser under another name. */
const SAME_RULES: Readonly<Record<string, string>> = { S14: "P4", S24: "P7" }

/** Every code in order, without its text. */
export const EXPLANATION_TITLES: readonly ExplanationTitle[] = (Object.keys(CATALOG) as DiagnosticCode[]).sort().map((code) => {
  const { rule, severity, title } = CATALOG[code]
  return { code, rule, severity, title }
})

/** The explanation of a code. */
export async function loadExplanation(code: DiagnosticCode): Promise<Explanation> {
  const { EXPLANATIONS } = await import("./explanations.gen.ts")
  const { rule, severity, title } = CATALOG[code]
  const markdown = EXPLANATIONS[code] ?? ""
  return { code, rule, severity, title, markdown, blocks: explanationBlocks(markdown) }
}

/** The codes that a code (`HK2001`) or the name of a rule (`S1`) stands for, in any case; empty if there is none. */
export function codesNamed(name: string): DiagnosticCode[] {
  const upper = name.trim().toUpperCase()
  const wanted = Object.hasOwn(SAME_RULES, upper) ? SAME_RULES[upper] : upper
  return EXPLANATION_TITLES.filter((row) => row.code === wanted || row.rule === wanted).map((row) => row.code)
}

/** Codes and rules that are spelt most like `name`, for "did you mean"; a rule of the same letter or a code of the same thousand comes first. */
export function nearestCodes(name: string, count: number): ExplanationTitle[] {
  const wanted = name.trim().toUpperCase()
  const number = Number(/\d+/.exec(wanted)?.[0] ?? Number.NaN)
  const words = wanted.toLowerCase().split(/[^a-z]+/).filter((word) => word.length > 2)
  const distance = (row: ExplanationTitle): number => {
    const found = words.filter((word) => row.title.toLowerCase().includes(word)).length
    if (found > 0) return -found
    if (Number.isNaN(number)) return Number.POSITIVE_INFINITY
    const byCode = Math.abs(Number(row.code.slice(2)) - number)
    const letter = /^[A-Z]+/.exec(wanted)?.[0] ?? ""
    const ofRule = row.rule !== null && row.rule.startsWith(letter) && letter.length === 1
    return ofRule ? Math.abs(Number((row.rule ?? "").slice(1)) - number) : byCode
  }
  return EXPLANATION_TITLES.map((row) => ({ row, distance: distance(row) }))
    .filter((one) => one.distance !== Number.POSITIVE_INFINITY)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map((one) => one.row)
}

/** Reads the Markdown of a page into its blocks. */
export function explanationBlocks(markdown: string): ExplanationBlock[] {
  const blocks: ExplanationBlock[] = []
  const addText = (text: string): void => {
    if (text.trim() !== "") blocks.push({ kind: "text", text: text.trim() })
  }
  let at = 0
  for (const match of markdown.matchAll(/^```hako (wrong|right)\n([\s\S]*?)^```$/gm)) {
    addText(markdown.slice(at, match.index))
    blocks.push({ kind: "example", role: match[1] === "wrong" ? "wrong" : "right", code: match[2] ?? "" })
    at = match.index + match[0].length
  }
  addText(markdown.slice(at))
  return blocks
}

/** The program that an example stands for. */
export function expandExample(code: string): string {
  return code
    .replace(/⟨U\+([0-9A-F]{4,6})⟩/g, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)))
    .replace(/⟨([^⟩]*) × (\d+)⟩/g, (_, text: string, count: string) => text.repeat(Number(count)))
}
