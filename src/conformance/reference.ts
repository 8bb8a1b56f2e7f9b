/**
 * `node src/conformance/reference.ts`: makes `src/tour/reference.gen.ts`, the reference of constructs with their programs.
 *
 * The one idea: the table says which program shows a construct; title, text and input are the program's own, so the reference says
 * what is tested and nothing else. A test compares the module with the programs.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { CONSTRUCTS } from "../tour/constructs.ts"
import { filesOf, readExpectations } from "./expectations.ts"

const PROGRAMS = join(import.meta.dirname, "programs")
/** The module that this script writes. */
export const REFERENCE_MODULE = join(import.meta.dirname, "..", "tour", "reference.gen.ts")

/** The source of the generated module, from table and programs as they are now. */
export function referenceModule(): string {
  let text = "// Made by src/conformance/reference.ts from constructs.ts and the conformance programs; change those.\n"
  text += 'import type { ReferenceEntry } from "./reference.ts"\n\n'
  text += "/** Every construct with a program that shows it, in the order of the sections. */\n"
  text += "export const REFERENCE: readonly ReferenceEntry[] = [\n"
  for (const [section, construct, program] of CONSTRUCTS) {
    const source = readFileSync(join(PROGRAMS, `${program}.hako`), "utf8")
    const { title, stdin, args } = readExpectations(source)
    const [main, ...others] = filesOf("main.hako", source, false)
    text += `  ${JSON.stringify({ section, construct, program, title, source: main.text, others, stdin, args })},\n`
  }
  return `${text}]\n`
}

if (process.argv[1] === import.meta.filename) writeFileSync(REFERENCE_MODULE, referenceModule())
