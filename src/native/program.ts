/**
 * A checked program to an executable, or to LLVM's JIT compiler, on this machine.
 */
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { lowerToLlvm } from "../compiler/backend/llvm/module.ts"
import type { TargetName } from "../compiler/backend/llvm/types.ts"
import type { Compilation } from "../compiler/driver/compile.ts"
import { findLlvm, LLVM_VERSIONS } from "../setup/tools.ts"
import { type BuildFiles, type BuildStep, type BuildTime, buildExecutable, compileStep, type ExecutableOptions, IN_FOLDER, type LlvmLevel, runStep, runtimeFolder, ToolError, type Toolchain } from "./executable.ts"

/** What a native build takes of a compilation. */
export type Buildable = Pick<Compilation, "counted" | "sources">

/** LLVM on this machine with the runtime in `runtime`; a ToolError says what is missing. */
export function findToolchain(runtime: string, target: TargetName): Toolchain {
  const llvm = findLlvm()
  if (llvm === null) throw new ToolError(`LLVM is not installed; native programs need version ${LLVM_VERSIONS.join(" or ")}: sudo apt-get install clang-${LLVM_VERSIONS[1]} lld-${LLVM_VERSIONS[1]} llvm-${LLVM_VERSIONS[1]} libclang-rt-${LLVM_VERSIONS[1]}-dev`)
  const toolchain = { llvm, runtime }
  const folder = runtimeFolder(toolchain, target)
  if (!existsSync(join(folder, "runtime.o"))) throw new ToolError(`the runtime for ${target} is not in ${folder}: npm run build makes it where LLVM is installed`)
  return toolchain
}

/** Where the assembly text of a folder is. */
const ASSEMBLY = "program.s"

/** The target of this machine, or null. */
export function ownTarget(): TargetName | null {
  if (process.platform !== "linux") return null
  return process.arch === "x64" ? "x86_64-linux" : process.arch === "arm64" ? "aarch64-linux" : null
}

/** Builds the executable `out`. */
export function buildProgram(compilation: Buildable, out: string, toolchain: Toolchain, options: ExecutableOptions): Promise<BuildTime[]> {
  const start = performance.now()
  const { text } = lowerToLlvm(compilation.counted("told"), { target: options.target, sources: compilation.sources })
  const lowered: BuildTime = { name: "llvm", milliseconds: performance.now() - start }
  return buildExecutable(text, out, toolchain, options).then((times) => [lowered, ...times])
}

/** The assembly text of a program, which assemblers read; the runtime's own functions are only called. */
export function assemblyOf(compilation: Buildable, toolchain: Toolchain, { target, level }: Pick<ExecutableOptions, "target" | "level">): Promise<string> {
  return inFolder(async (folder) => {
    writeFileSync(join(folder, IN_FOLDER.ir), lowerToLlvm(compilation.counted("told"), { target, sources: compilation.sources, withoutDebug: true }).text)
    await runStep(compileStep(toolchain, { target, level, strip: true }, { ...IN_FOLDER, objectWritten: ASSEMBLY }, "-S"), folder)
    return readFileSync(join(folder, ASSEMBLY), "utf8")
  })
}

/** Takes what a program draws (`canvas/commands.ts`). */
export type Drawing = (records: Uint8Array) => void

/** The descriptor on which a native program hands over what it draws, and the variable that tells it so. */
export const CANVAS_FILE = 3
/** See `CANVAS_FILE`. */
export const CANVAS_VARIABLE = "HAKO_CANVAS"

/** Runs a command with this process's streams; gives its exit code, as a shell would. */
function runHere(program: string, args: readonly string[], drawing: Drawing | null): Promise<number> {
  return new Promise((resolve, reject) => {
    const child =
      drawing === null
        ? spawn(program, [...args], { stdio: "inherit" })
        : spawn("env", [`${CANVAS_VARIABLE}=${CANVAS_FILE}`, program, ...args], { stdio: ["inherit", "inherit", "inherit", "pipe"] })
    const records = child.stdio[CANVAS_FILE]
    if (records !== undefined && records !== null) records.on("data", (bytes: Uint8Array) => drawing?.(bytes))
    child.on("error", (error) => reject(new ToolError(`${program} cannot be run: ${error.message}`)))
    // "close" comes when the last record has been read too.
    child.on("close", (code, signal) => {
      if (code !== null) resolve(code)
      else reject(new ToolError(`the program was ended by ${signal}`))
    })
  })
}

/** What is measured of a run. */
export interface NativeRun {
  readonly code: number
  readonly times: readonly BuildTime[]
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "hako-"))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Builds into a folder of its own, runs, and removes the folder. */
export function runAhead(compilation: Buildable, args: readonly string[], toolchain: Toolchain, options: ExecutableOptions, drawing: Drawing | null = null): Promise<NativeRun> {
  return inFolder(async (folder) => {
    const out = join(folder, "program")
    const times = await buildProgram(compilation, out, toolchain, options)
    const start = performance.now()
    const code = await runHere(out, args, drawing)
    return { code, times: [...times, { name: "run", milliseconds: performance.now() - start }] }
  })
}

/** Where LLVM's JIT compiler finds the optimised program of a folder. */
export const JIT_PROGRAM = "program.bc"

/** The command that optimises a program for LLVM's JIT compiler as for an executable: the JIT compiler itself makes machine code and no more. */
export function jitStep(toolchain: Toolchain, target: TargetName, level: LlvmLevel, files: Pick<BuildFiles, "ir" | "objectWritten">): BuildStep {
  return compileStep(toolchain, { target, level, strip: true }, { ...IN_FOLDER, ...files }, "-emit-llvm-bc")
}

/** The command that runs `JIT_PROGRAM` of a folder under LLVM's JIT compiler. */
export function jitCommand(toolchain: Toolchain, target: TargetName, folder: string, args: readonly string[]): { readonly program: string; readonly args: readonly string[] } {
  return {
    program: toolchain.llvm.lli,
    args: ["--jit-kind=orc", "-O2", "--entry-function=hk_jit_main", `--extra-object=${join(runtimeFolder(toolchain, target), "jit.o")}`, join(folder, JIT_PROGRAM), ...args],
  }
}

/** Writes the optimised program into a folder; gives how long the parts took. */
export async function prepareJit(compilation: Buildable, folder: string, toolchain: Toolchain, target: TargetName, level: LlvmLevel): Promise<BuildTime[]> {
  const start = performance.now()
  writeFileSync(join(folder, IN_FOLDER.ir), lowerToLlvm(compilation.counted("told"), { target, sources: compilation.sources }).text)
  const lowered = performance.now()
  await runStep(jitStep(toolchain, target, level, { ir: IN_FOLDER.ir, objectWritten: JIT_PROGRAM }), folder)
  return [{ name: "llvm", milliseconds: lowered - start }, { name: "compile", milliseconds: performance.now() - lowered }]
}

/** Optimises, and compiles and runs in LLVM's JIT compiler. */
export function runJit(compilation: Buildable, args: readonly string[], toolchain: Toolchain, { target, level }: Pick<ExecutableOptions, "target" | "level">, drawing: Drawing | null = null): Promise<NativeRun> {
  return inFolder(async (folder) => {
    const times = await prepareJit(compilation, folder, toolchain, target, level)
    const start = performance.now()
    const command = jitCommand(toolchain, target, folder, args)
    const code = await runHere(command.program, command.args, drawing)
    return { code, times: [...times, { name: "run", milliseconds: performance.now() - start }] }
  })
}
