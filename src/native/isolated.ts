/**
 * Builds, assembly texts and runs of programs of strangers: the commands of `executable.ts` and `program.ts`, each in a sandbox.
 *
 * The one idea: the tools read the program from a pipe and write the result to a pipe, so that the result of every stage is bytes in
 * this process, checked for size before the next stage sees them. The bytes are those that `hako build` writes to a file.
 *
 * A tool that fails here is our side's failure (`ToolError`): the text it got was made by us.
 */
import type { TargetName } from "../compiler/backend/llvm/types.ts"
import { type BuildFiles, type BuildStep, buildSteps, type BuildTime, type CompilerOutput, compileStep, type ExecutableOptions, type LlvmLevel, ToolError, type Toolchain } from "./executable.ts"
import { JIT_PROGRAM, jitCommand, jitStep } from "./program.ts"
import { runSandboxed, type SandboxEnd, type SandboxFile, type SandboxLimits, type SandboxMount, type SandboxTools } from "./sandbox.ts"

/** Where jobs find the runtime. */
const RUNTIME_INSIDE = "/runtime"
/** Where jobs find what an earlier stage made. */
const WORK = "/work"
const PIPED: BuildFiles = { ir: "-", objectWritten: "-", objectRead: `${WORK}/program.o`, executable: "-" }

/** A tool that was killed for what it used: time or bytes. The program is too large for this machine, or the machine too busy. */
export class ToolLimitError extends ToolError {}

/** What isolated work needs. */
export interface Isolation {
  readonly sandbox: SandboxTools
  readonly toolchain: Toolchain
  /** Of one tool. */
  readonly toolLimits: SandboxLimits
  /** Of a program that is run. */
  readonly programLimits: SandboxLimits
}

/** The toolchain as it is seen from inside. */
export function toolchainInside(toolchain: Toolchain): Toolchain {
  return { llvm: toolchain.llvm, runtime: RUNTIME_INSIDE }
}

/** The commands of a build, with the places they have inside. */
export function isolatedSteps(toolchain: Toolchain, options: ExecutableOptions): BuildStep[] {
  return buildSteps(toolchainInside(toolchain), options, PIPED)
}

function mounts({ toolchain }: Isolation): SandboxMount[] {
  return [{ from: "/usr/lib", to: "/usr/lib" }, { from: "/usr/lib64", to: "/usr/lib64" }, { from: toolchain.runtime, to: RUNTIME_INSIDE }].filter(({ from }) => from !== "/usr/lib64" || process.arch === "x64")
}

async function runTool(isolation: Isolation, step: BuildStep, input: Uint8Array, files: readonly SandboxFile[], signal: AbortSignal | undefined): Promise<SandboxEnd> {
  const end = await runSandboxed(isolation.sandbox, { profile: "tool", command: [step.program, ...step.args], mounts: mounts(isolation), files, folder: "/", input, limits: isolation.toolLimits, signal })
  const said = new TextDecoder().decode(end.stderr.subarray(0, 2000))
  switch (end.verdict.kind) {
    case "exited":
      if (end.verdict.code !== 0) throw new ToolError(`${step.name} ended with ${end.verdict.code}: ${said}`)
      if (end.stdout.length === 0) throw new ToolError(`${step.name} gave nothing: ${said}`)
      return end
    case "timeout":
      throw new ToolLimitError(`${step.name} took longer than ${isolation.toolLimits.wall} ms`)
    case "output":
      throw new ToolLimitError(`${step.name} gave more than ${isolation.toolLimits.output} bytes`)
    case "stopped":
      signal?.throwIfAborted()
      throw new ToolError(`${step.name} was stopped`)
  }
}

/** An executable with how long its stages took. */
export interface IsolatedBuild {
  readonly executable: Uint8Array
  readonly times: readonly BuildTime[]
}

/** Builds an executable from LLVM IR. `onStage` hears of each stage as it starts. */
export async function buildIsolated(text: string, isolation: Isolation, options: ExecutableOptions, signal?: AbortSignal, onStage: (name: BuildStep["name"]) => void = () => {}): Promise<IsolatedBuild> {
  const [compiling, linking] = isolatedSteps(isolation.toolchain, options) as [BuildStep, BuildStep]
  onStage("compile")
  const compiled = await runTool(isolation, compiling, new TextEncoder().encode(text), [], signal)
  onStage("link")
  const linked = await runTool(isolation, linking, new Uint8Array(), [{ path: PIPED.objectRead, content: compiled.stdout, executable: false }], signal)
  return { executable: linked.stdout, times: [{ name: "compile", milliseconds: compiled.milliseconds }, { name: "link", milliseconds: linked.milliseconds }] }
}

/** The text that LLVM makes of a program: assembly, or its IR after optimisation. */
export async function compileTextIsolated(text: string, isolation: Isolation, options: ExecutableOptions, output: Exclude<CompilerOutput, "-emit-obj">, signal?: AbortSignal): Promise<string> {
  const step = compileStep(toolchainInside(isolation.toolchain), options, PIPED, output)
  return new TextDecoder().decode((await runTool(isolation, step, new TextEncoder().encode(text), [], signal)).stdout)
}

/** Runs an executable of this machine's kind: nothing but the program is in the sandbox. */
export function runIsolated(executable: Uint8Array, args: readonly string[], input: Uint8Array, isolation: Isolation, signal?: AbortSignal): Promise<SandboxEnd> {
  return runSandboxed(isolation.sandbox, { profile: "program", command: ["/program", ...args], mounts: [], files: [{ path: "/program", content: executable, executable: true }], folder: "/", input, limits: isolation.programLimits, signal })
}

/** Optimises LLVM IR for LLVM's JIT compiler; gives bitcode for `runJitIsolated`. */
export async function prepareJitIsolated(text: string, isolation: Isolation, target: TargetName, level: LlvmLevel, signal?: AbortSignal): Promise<Uint8Array> {
  const step = jitStep(toolchainInside(isolation.toolchain), target, level, { ir: PIPED.ir, objectWritten: PIPED.objectWritten })
  return (await runTool(isolation, step, new TextEncoder().encode(text), [], signal)).stdout
}

/** Runs bitcode in LLVM's JIT compiler, which compiles and runs in one process. */
export function runJitIsolated(bitcode: Uint8Array, args: readonly string[], input: Uint8Array, isolation: Isolation, target: TargetName, signal?: AbortSignal): Promise<SandboxEnd> {
  const { program, args: all } = jitCommand(toolchainInside(isolation.toolchain), target, WORK, args)
  // The compiler's own memory comes on top of the program's.
  const limits: SandboxLimits = { ...isolation.programLimits, wall: isolation.programLimits.wall + isolation.toolLimits.wall, memory: (isolation.programLimits.memory ?? 0) + (isolation.toolLimits.memory ?? 0) }
  return runSandboxed(isolation.sandbox, { profile: "tool", command: [program, ...all], mounts: mounts(isolation), files: [{ path: `${WORK}/${JIT_PROGRAM}`, content: bitcode, executable: false }], folder: "/", input, limits, signal })
}
