/**
 * The reference of constructs: what a row of it holds, and loading it when somebody looks. The rows are generated, see `constructs.ts`.
 */
import type { ReferenceSection } from "./constructs.ts"

/** A construct with a program that shows it. */
export interface ReferenceEntry {
  readonly section: ReferenceSection
  /** How it is written, or what it is about. */
  readonly construct: string
  /** The conformance program: folder and name. A stable id. */
  readonly program: string
  /** One sentence that says what it does; Markdown with code in backquotes. */
  readonly title: string
  /** The program's main file, with its expectations as comments. */
  readonly source: string
  /** The files it uses. */
  readonly others: readonly { readonly name: string; readonly text: string }[]
  /** Lines of input and arguments to run it with. */
  readonly stdin: readonly string[]
  readonly args: readonly string[]
}

/** All rows. */
export async function loadReference(): Promise<readonly ReferenceEntry[]> {
  return (await import("./reference.gen.ts")).REFERENCE
}
