/**
 * The library functions that are written in the language, as a checked program of its own, so its names never meet those of
 * the user's program. It is made once: the text is constant and lowering changes nothing in it.
 */
import { PRELUDE_SOURCE } from "../../runtime/prelude-source.ts"
import { Bug } from "../base/bug.ts"
import { SourceFile } from "../base/source.ts"
import { DiagnosticSink } from "../diagnostics/diagnostic.ts"
import { parse } from "../syntax/parser/parse.ts"
import { check } from "./check.ts"
import type { CheckedProgram } from "./checked.ts"

let prelude: CheckedProgram | null = null

/** The checked library functions; their names are without the `$` of the table. */
export function checkedPrelude(): CheckedProgram {
  if (prelude === null) {
    const source = new SourceFile("library", PRELUDE_SOURCE)
    const sink = new DiagnosticSink(source)
    const program = parse(source, sink)
    const made = check([{ name: source.name, program, source }], sink)
    const [first] = sink.diagnostics
    if (first !== undefined) throw new Bug("check/prelude", `${first.message} at line ${source.lines.lineOf(first.primary.span.start)}`)
    prelude = made
  }
  return prelude
}
