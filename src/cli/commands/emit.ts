/**
 * `hako emit`: prints a stage of the compilation.
 */
import { compileWasm } from "../../compiler/backend/wasm/compile.ts"
import { TARGETS, type TargetName } from "../../compiler/backend/llvm/types.ts"
import { compile } from "../../compiler/driver/compile.ts"
import { optimisationLevel } from "../../compiler/driver/options.ts"
import { renderView } from "../../compiler/driver/render-view.ts"
import { sourceMapOf, withSourceMap } from "../../compiler/driver/source-map.ts"
import { VIEWS, type ViewId } from "../../compiler/driver/views.ts"
import { LEVEL_WITH, ToolError } from "../../native/executable.ts"
import { assemblyOf, findToolchain, ownTarget } from "../../native/program.ts"
import { type CommandOption, parseArguments, UsageError } from "../arguments.ts"
import { readProgram } from "../files.ts"
import { nativeRuntime } from "../native-runtime.ts"
import { printDiagnostics, writeAll, writeText } from "../report.ts"
import { readRuntime } from "./run.ts"

/** Options of `hako emit`. */
export const EMIT_OPTIONS: readonly CommandOption[] = [
  { name: "stage", values: [...Object.keys(VIEWS), "wasm", "asm"], default: "mir", doc: "what to print" },
  { name: "source-map", values: ["inline", "none"], default: "inline", doc: "whether a wasm binary tells debuggers where its code comes from" },
  { name: "target", values: Object.keys(TARGETS), default: ownTarget() ?? "x86_64-linux", doc: "system that assembly is for" },
  { name: "opt", values: ["0", "1", "2"], default: "1", doc: "optimisation level" },
]

/** Runs the command; gives the exit code. */
export async function emit(args: readonly string[]): Promise<number> {
  const { options, operands } = parseArguments(args, EMIT_OPTIONS)
  const [path] = operands
  if (path === undefined) throw new UsageError("emit needs a file: hako emit --stage=STAGE FILE")
  const stage = options.get("stage") as ViewId | "wasm" | "asm"
  const optimise = optimisationLevel(options.get("opt") as string) ?? 1
  const compilation = compile(readProgram(path), { optimise })
  printDiagnostics(compilation, false)
  // Tokens and the syntax tree exist for wrong programs too.
  const needsProgram = stage === "wasm" || stage === "asm" || VIEWS[stage].stage !== "syntax"
  if (needsProgram && compilation.hasErrors) return 2
  if (stage === "wasm") {
    const artifact = compileWasm(compilation.counted(), await readRuntime(), { optimise: compilation.options.optimise, lineOf: (origin) => compilation.lineOf(origin) })
    writeAll(1, options.get("source-map") === "none" ? artifact.bytes : withSourceMap(artifact.bytes, sourceMapOf(compilation, artifact.map)))
    return 0
  }
  if (stage === "asm") {
    const target = options.get("target") as TargetName
    try {
      writeText(1, await assemblyOf(compilation, findToolchain(nativeRuntime(), target), { target, level: LEVEL_WITH[optimise] }))
      return 0
    } catch (error) {
      if (!(error instanceof ToolError)) throw error
      writeText(2, `hako: ${error.message}\n`)
      return 70
    }
  }
  const { text } = renderView(compilation, stage)
  writeText(1, text.endsWith("\n") ? text : `${text}\n`)
  return compilation.hasErrors ? 2 : 0
}
