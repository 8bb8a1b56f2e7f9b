/** The examples: the table of `src/examples`, with the sources loaded when they are asked for. */
import { EXAMPLES as TABLE, type Example } from "../../examples/index.ts"
import first from "../../examples/hello.hako?raw"
import { t } from "../messages/t.ts"
import { isBlank, MAIN_NAME } from "../model/project.ts"
import { failureText } from "./compiling.ts"
import { replaceProgram } from "./editing.ts"
import { dispatch, store, toast } from "./store.ts"

/** The examples in the order of the menu. */
export const EXAMPLES: readonly Example[] = TABLE

/** What a first visit shows. */
export const FIRST_EXAMPLE: string = withoutExpectations(first)

/** The first one travels with the page; the others are fetched when they are chosen. */
const FIRST = "../../examples/hello.hako"
const sources = import.meta.glob<string>(["../../examples/*.hako", "!../../examples/hello.hako"], { query: "?raw", import: "default" })

/** Opens an example in place of the current text, which goes to the history. */
export async function loadExample(example: Example): Promise<void> {
  try {
    const path = `../../examples/${example.file}`
    const source = path === FIRST ? first : await sources[path]?.()
    if (source === undefined) throw new Error(example.file)
    const text = withoutExpectations(source)
    const isReplacing = !isBlank(store.getState().files)
    replaceProgram({ files: [{ name: MAIN_NAME, text }], stdin: inputOf(source) }, "example", t(isReplacing ? "examples.loaded" : "examples.loadedClean", { title: example.title }))
    dispatch({ type: "announced", text: t("examples.loadedClean", { title: example.title }) })
  } catch (error) {
    toast(t("examples.failed", { reason: failureText(error) }), { tone: "problem" })
  }
}

/**
 * The examples are also conformance programs whose comments say what they print; a reader of the page sees that in
 * Output and does not need to be told beforehand.
 */
export function withoutExpectations(text: string): string {
  return text
    .split("\n")
    .filter((line) => !/^\s*\/\/ (expect|stdin|exit)\b/.test(line))
    .map((line) => line.replace(/\s*\/\/ expect\b.*$/, ""))
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd()
    .concat("\n")
}

/** The input that an example is tested with, which is good input to start from. */
function inputOf(text: string): string {
  return [...text.matchAll(/^\s*\/\/ stdin: ?(.*)$/gm)].map((match) => `${match[1] ?? ""}\n`).join("")
}
