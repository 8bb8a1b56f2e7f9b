/** What files a program wants, found without checking it: a host reads those files and hands all of them to `compile`. */
import { SourceFile } from "../base/source.ts"
import { fileNamesFor } from "../check/declare.ts"
import { DiagnosticSink } from "../diagnostics/diagnostic.ts"
import { walk } from "../syntax/nodes.ts"
import { parse } from "../syntax/parser/parse.ts"
import type { InputFile } from "./compile.ts"

/**
 * For each `using`, `import` and `include` of a file, in the order of the text: the names, relative to the program's folder, under
 * which the checker will look for it. The first one that exists is meant.
 */
export function filesUsedBy({ name, text }: InputFile): readonly (readonly string[])[] {
  if (!/\b(?:using|import|include)\b/.test(text)) return []
  const source = new SourceFile(name, text)
  const uses: (readonly string[])[] = []
  walk(parse(source, new DiagnosticSink(source)), {
    enter: (node) => {
      if (node.kind === "UsingDecl") uses.push(fileNamesFor(name, node.target.kind === "StringLit" ? node.target.value : node.target.parts.map((part) => part.text).join(".")))
      else if (node.kind === "ImportDecl" || node.kind === "IncludeExpr") uses.push(fileNamesFor(name, node.path.value))
      return true
    },
  })
  return uses
}
