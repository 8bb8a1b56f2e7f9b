/**
 * A program in two files: what `using` brings in must mean the same as if it stood in the first file.
 *
 * Blanks stand in place of what is in the other file, so that lines keep their numbers.
 */
import type { SourceFile } from "../compiler/base/source.ts"
import type { InputFile } from "../compiler/driver/compile.ts"
import type { Item, Program } from "../compiler/syntax/ast.ts"

/** Moves the declarations of boxes, functions, enums and interfaces to a file that the first one uses; null if there are none. */
export function inTwoFiles(source: SourceFile, program: Program): readonly InputFile[] | null {
  const moved = program.items.filter(isMoved)
  if (moved.length === 0) return null
  let first = ""
  let second = ""
  let at = 0
  for (const { span } of moved) {
    const between = source.text.slice(at, span.start)
    const declaration = source.text.slice(span.start, span.end)
    first += between + blanked(declaration)
    second += blanked(between) + declaration
    at = span.end
  }
  return [
    { name: "main.hako", text: `using "declared.hako" ${first}${source.text.slice(at)}` },
    { name: "declared.hako", text: second },
  ]
}

/** The entry point stays: in a file that is used it would be none. */
function isMoved(item: Item): boolean {
  if (item.kind === "BoxDecl") return item.name.text !== "Main"
  if (item.kind === "FunctionDecl") return item.name.text !== "main"
  return item.kind === "EnumDecl" || item.kind === "InterfaceDecl"
}

function blanked(text: string): string {
  return text.replace(/[^\n]/g, " ")
}
