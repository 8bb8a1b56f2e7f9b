/**
 * `hako build`: compiles a program to an executable that needs nothing but the operating system.
 */
import { statSync } from "node:fs"
import { resolve } from "node:path"
import { TARGETS, type TargetName } from "../../compiler/backend/llvm/types.ts"
import { compile } from "../../compiler/driver/compile.ts"
import { compileOptionsOf, type ExecutableOptions, LLVM_LEVELS, type LlvmLevel, ToolError } from "../../native/executable.ts"
import { buildProgram, findToolchain, ownTarget } from "../../native/program.ts"
import { type CommandOption, parseArguments, UsageError } from "../arguments.ts"
import { readProgram } from "../files.ts"
import { nativeRuntime } from "../native-runtime.ts"
import { printDiagnostics, writeText } from "../report.ts"

/** Options of `hako build`. */
export const BUILD_OPTIONS: readonly CommandOption[] = [
  { name: "o", values: null, default: "", doc: "the file to write" },
  { name: "target", values: Object.keys(TARGETS), default: ownTarget() ?? "x86_64-linux", doc: "system the program is for" },
  { name: "opt", values: LLVM_LEVELS.map((level) => level.slice(1)), default: "2", doc: "how much LLVM optimises" },
  { name: "strip", values: "flag", default: "", doc: "leave out symbols and debug information" },
  { name: "time", values: "flag", default: "", doc: "print how long each stage took, on stderr" },
]

/** Runs the command; gives the exit code. */
export async function build(args: readonly string[]): Promise<number> {
  const { options, operands } = parseArguments(args, BUILD_OPTIONS)
  const [path, ...rest] = operands
  const out = options.get("o") as string
  if (path === undefined || rest.length > 0 || out === "") throw new UsageError("build needs a file to write and a program: hako build [options] -o OUT FILE")
  const target = options.get("target") as TargetName
  const wanted: ExecutableOptions = { target, level: `O${options.get("opt")}` as LlvmLevel, strip: options.get("strip") === "true" }
  const compilation = compile(readProgram(path), compileOptionsOf(wanted), () => performance.now())
  printDiagnostics(compilation, false)
  if (compilation.hasErrors) return 2
  compilation.counted("told")
  try {
    const times = await buildProgram(compilation, resolve(out), findToolchain(nativeRuntime(), target), wanted)
    if (options.get("time") === "true") {
      for (const { name, milliseconds } of [...compilation.times.map((t) => ({ name: t.stage, milliseconds: t.milliseconds })), ...times]) writeText(2, `${name.padEnd(10)} ${milliseconds.toFixed(1)} ms\n`)
      writeText(2, `${statSync(out).size} bytes\n`)
    }
    return 0
  } catch (error) {
    if (!(error instanceof ToolError)) throw error
    writeText(2, `hako: ${error.message}\n`)
    return 70
  }
}
