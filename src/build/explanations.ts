/**
 * `node src/build/explanations.ts`: puts the pages `src/compiler/diagnostics/explain/HK*.md` into the module `explanations.gen.ts`.
 *
 * The one idea: the compiler's core reads no files, so the texts travel as code; the module is imported only when somebody asks.
 * A test compares the module with the pages, so the two cannot differ.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const FOLDER = join(import.meta.dirname, "..", "compiler", "diagnostics", "explain")
/** The module that this script writes. */
export const EXPLANATIONS_MODULE = join(import.meta.dirname, "..", "compiler", "diagnostics", "explanations.gen.ts")

/** A template literal of a text. */
function literal(text: string): string {
  return `\`${text.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${")}\``
}

/** The source of the generated module, from the pages as they are now. */
export function explanationsModule(): string {
  let text = "// Made by src/build/explanations.ts from explain/*.md; change those.\n\n"
  text += "/** The long explanation of each diagnostic as Markdown, by code. */\n"
  text += "export const EXPLANATIONS: Readonly<Record<string, string>> = {\n"
  for (const file of readdirSync(FOLDER).sort()) {
    const code = /^(HK\d{4})\.md$/.exec(file)?.[1]
    if (code === undefined) throw new Error(`explain/${file} is not named HKnnnn.md`)
    text += `  ${code}: ${literal(readFileSync(join(FOLDER, file), "utf8"))},\n`
  }
  return `${text}}\n`
}

if (process.argv[1] === import.meta.filename) writeFileSync(EXPLANATIONS_MODULE, explanationsModule())
