/**
 * Executables from LLVM IR text: what is written to disk, which tools are called with which arguments.
 *
 * The one idea: a build is a fixed sequence of commands over files in one folder, each command a program and its arguments, never a
 * line for a shell; the steps are data, so that a log shows exactly what ran. The result depends on the text, the options, LLVM and
 * the runtime alone: no path, time or random number gets into it.
 */
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { TARGETS, type TargetName } from "../compiler/backend/llvm/types.ts"
import type { CompileOptions, OptimisationLevel } from "../compiler/driver/options.ts"
import type { Llvm } from "../setup/tools.ts"

/** How much LLVM optimises. */
export const LLVM_LEVELS = ["O0", "O1", "O2", "O3", "Os"] as const
/** One of them. */
export type LlvmLevel = (typeof LLVM_LEVELS)[number]

/** What to build. */
export interface ExecutableOptions {
  readonly target: TargetName
  readonly level: LlvmLevel
  /** Without symbols and debug information. */
  readonly strip: boolean
}

/** How much LLVM optimises a program that MIR's passes optimise so far. */
export const LEVEL_WITH = ["O0", "O2", "O3"] as const satisfies Record<OptimisationLevel, LlvmLevel>

/** How a program is compiled for such an executable. Without optimisation and with symbols it is one to debug: every variable has its place. */
export function compileOptionsOf({ level, strip }: ExecutableOptions): CompileOptions {
  return level === "O0" ? { optimise: 0, points: !strip } : { optimise: level === "O3" ? 2 : 1 }
}

/** The tools and files a build uses. */
export interface Toolchain {
  readonly llvm: Llvm
  /** Folder with a folder for each processor, which holds `runtime.o` and `hot.bc`. */
  readonly runtime: string
}

/** Where the files of a build are, as the tools see them; `-` is a pipe. */
export interface BuildFiles {
  readonly ir: string
  readonly objectWritten: string
  readonly objectRead: string
  readonly executable: string
}

/** In the folder that the commands run in. */
export const IN_FOLDER: BuildFiles = { ir: "program.ll", objectWritten: "program.o", objectRead: "program.o", executable: "program" }

/** One command of a build. */
export interface BuildStep {
  readonly name: "compile" | "link"
  readonly program: string
  readonly args: readonly string[]
}

/** How long a part of the work took. */
export interface BuildTime {
  readonly name: BuildStep["name"] | "llvm" | "run"
  readonly milliseconds: number
}

/** A tool failed: a mistake of ours or of the installation, never of the program. */
export class ToolError extends Error {}

/** Milliseconds after which a tool is given up. */
const PATIENCE = 120_000

/** Folder of a target's runtime. */
export function runtimeFolder(toolchain: Toolchain, target: TargetName): string {
  return join(toolchain.runtime, target.split("-")[0] as string)
}

/** What the compiler may give: machine code, its text, or the LLVM IR as it is after optimisation, as text or as bitcode. */
export type CompilerOutput = "-emit-obj" | "-S" | "-emit-llvm" | "-emit-llvm-bc"

/** The command that compiles `files.ir` to `files.objectWritten`. */
export function compileStep(toolchain: Toolchain, options: ExecutableOptions, files: BuildFiles, output: CompilerOutput): BuildStep {
  const { triple } = TARGETS[options.target]
  const inline = options.level === "O0" ? [] : ["-mlink-bitcode-file", join(runtimeFolder(toolchain, options.target), "hot.bc")]
  return {
    name: "compile",
    program: toolchain.llvm.clang,
    args: [
      "-cc1", "-triple", triple, output, `-${options.level}`, "-mrelocation-model", "static", "-ffunction-sections", "-fdata-sections", "-mframe-pointer=none", "-ffp-contract=off", "-vectorize-loops", "-vectorize-slp",
      ...inline, "-x", "ir", files.ir, "-o", files.objectWritten,
    ],
  }
}

/** The commands that make an executable from LLVM IR. */
export function buildSteps(toolchain: Toolchain, options: ExecutableOptions, files: BuildFiles = IN_FOLDER): BuildStep[] {
  const runtime = runtimeFolder(toolchain, options.target)
  return [
    compileStep(toolchain, options, files, "-emit-obj"),
    {
      name: "link",
      program: toolchain.llvm.lld,
      args: ["-static", "--gc-sections", "--icf=safe", "--build-id=none", "-z", "noexecstack", "-z", "norelro", "-e", "_start", ...(options.strip ? ["--strip-all"] : []), files.objectRead, join(runtime, "runtime.o"), "-o", files.executable],
    },
  ]
}

/** Runs a command of a build in a folder; rejects with a ToolError if it fails. */
export function runStep(step: BuildStep, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(step.program, [...step.args], { cwd: folder, timeout: PATIENCE, maxBuffer: 1 << 20, env: {} }, (error, _, stderr) => {
      if (error === null) resolve()
      else reject(new ToolError(`${step.name}: ${step.program} ${step.args.join(" ")}\n${error.killed === true ? `gave no answer for ${PATIENCE / 1000} s` : stderr.slice(0, 2000)}`))
    })
  })
}

/** Builds the executable `out` from LLVM IR text. It appears whole or not at all. */
export async function buildExecutable(text: string, out: string, toolchain: Toolchain, options: ExecutableOptions): Promise<BuildTime[]> {
  mkdirSync(dirname(out), { recursive: true })
  // Beside the result, so that it can be moved there in one step.
  const folder = mkdtempSync(join(dirname(out), ".hako-build-"))
  try {
    writeFileSync(join(folder, "program.ll"), text)
    const times: BuildTime[] = []
    for (const step of buildSteps(toolchain, options)) {
      const start = performance.now()
      await runStep(step, folder)
      times.push({ name: step.name, milliseconds: performance.now() - start })
    }
    renameSync(join(folder, "program"), out)
    return times
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
