/**
 * `hako fmt`: rewrites files in the one style of the language. A file with syntax errors is left as it is.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { basename } from "node:path"
import { SourceFile } from "../../compiler/base/source.ts"
import { renderDiagnostic } from "../../compiler/diagnostics/render.ts"
import { formatSource } from "../../compiler/driver/format.ts"
import { type CommandOption, parseArguments, UsageError } from "../arguments.ts"
import { writeText } from "../report.ts"

/** Options of `hako fmt`. */
export const FMT_OPTIONS: readonly CommandOption[] = [
  { name: "check", values: "flag", default: "", doc: "change nothing; exit 1 if a file is not formatted" },
  { name: "stdout", values: "flag", default: "", doc: "print the formatted text instead of writing the file" },
]

/** Runs the command; gives the exit code. */
export async function fmt(args: readonly string[]): Promise<number> {
  const { options, operands } = parseArguments(args, FMT_OPTIONS)
  if (operands.length === 0) throw new UsageError("fmt needs a file: hako fmt [--check] [--stdout] FILE…, or - for standard input")
  let code = 0
  for (const path of operands) {
    const text = readFileSync(path === "-" ? 0 : path, "utf8")
    const source = new SourceFile(path === "-" ? "stdin" : basename(path), text)
    const result = formatSource(source)
    if ("diagnostics" in result) {
      for (const diagnostic of result.diagnostics) if (diagnostic.severity === "error") writeText(2, `${source.name}: ${renderDiagnostic(source, diagnostic)}\n`)
      code = 2
    } else if (options.get("check") === "true") {
      if (result.text !== text) {
        writeText(2, `${path} is not formatted\n`)
        code = Math.max(code, 1)
      }
    } else if (path === "-" || options.get("stdout") === "true") writeText(1, result.text)
    else if (result.text !== text) writeFileSync(path, result.text)
  }
  return code
}
