/**
 * `hako check`: reports what is wrong with a program, warnings included.
 */
import { compile } from "../../compiler/driver/compile.ts"
import { DEFAULT_OPTIONS } from "../../compiler/driver/options.ts"
import { parseArguments, UsageError } from "../arguments.ts"
import { readProgram } from "../files.ts"
import { printDiagnostics } from "../report.ts"

/** Runs the command; gives the exit code. */
export async function check(args: readonly string[]): Promise<number> {
  const { operands } = parseArguments(args, [])
  if (operands.length === 0) throw new UsageError("check needs a file: hako check FILE…")
  let failed = false
  for (const path of operands) {
    const compilation = compile(readProgram(path), DEFAULT_OPTIONS)
    printDiagnostics(compilation, true)
    failed ||= compilation.hasErrors
  }
  return failed ? 2 : 0
}
