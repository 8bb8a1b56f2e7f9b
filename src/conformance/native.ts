/**
 * Builds a program natively and runs it as a process; what it did, as the other engines report it.
 *
 * Objects are not counted at the end: an executable has no one to tell the number to, and the same module is counted on Wasm.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { RunResult, TraceEntry } from "../compiler/backend/backend.ts"
import { RecordReader, recordText } from "../canvas/commands.ts"
import type { TargetName } from "../compiler/backend/llvm/types.ts"
import type { SourceFile } from "../compiler/base/source.ts"
import type { Compilation } from "../compiler/driver/compile.ts"
import type { LlvmLevel } from "../native/executable.ts"
import { buildProgram, CANVAS_FILE, CANVAS_VARIABLE, findToolchain, jitCommand, prepareJit } from "../native/program.ts"
import { findLlvm, findProgram } from "../setup/tools.ts"

/** Engines that run as processes. */
export type NativeEngine = "aot" | "aot-aarch64" | "llvm-jit"

/** Folder of the built runtime. */
export const NATIVE_RUNTIME = fileURLToPath(new URL("../../dist/runtime/native", import.meta.url))

/** True where executables for x86-64 and LLVM's JIT compiler can be made and run. */
export function hasNative(): boolean {
  return process.platform === "linux" && process.arch === "x64" && findLlvm() !== null && existsSync(join(NATIVE_RUNTIME, "x86_64", "runtime.o"))
}

/** Milliseconds after which a process is ended; the thread that waits is given up a little later. */
const PATIENCE = 25_000
/** What an executable writes about an uncaught error. */
const REPORT = /(?:^|\n)\[ERROR\] (\w+): ([^]*?)\n((?: {2}at .*\n)*)$/

/** What is known of a run. */
export interface ProcessRun {
  readonly stdout: string
  readonly stderr: string
  readonly drawing: string
  readonly result: RunResult
}

/** What a program is given. */
export interface ProgramInput {
  readonly stdin: readonly string[]
  readonly args: readonly string[]
  /** What it is to draw, if it has something to draw on. */
  readonly drawing?: readonly string[]
}

/** True if the program has something to draw on. */
export function hasCanvas(input: ProgramInput): boolean {
  return input.drawing !== undefined && input.drawing.length > 0
}

/** The records as text, one a line. */
function drawingText(bytes: Uint8Array | null | undefined): string {
  const lines: string[] = []
  if (bytes) new RecordReader((record) => lines.push(`${recordText(record)}\n`)).read(bytes)
  return lines.join("")
}

/** Builds and runs. */
export async function executeNative(module: ReturnType<Compilation["counted"]>, sources: readonly SourceFile[], level: LlvmLevel, input: ProgramInput, engine: NativeEngine): Promise<ProcessRun> {
  const target: TargetName = engine === "aot-aarch64" ? "aarch64-linux" : "x86_64-linux"
  const toolchain = findToolchain(NATIVE_RUNTIME, target)
  const folder = mkdtempSync(join(tmpdir(), "hako-native-"))
  try {
    let command: { readonly program: string; readonly args: readonly string[] }
    if (engine === "llvm-jit") {
      await prepareJit({ counted: () => module, sources }, folder, toolchain, target, level)
      command = jitCommand(toolchain, target, folder, input.args)
    } else {
      const out = join(folder, "program")
      await buildProgram({ counted: () => module, sources }, out, toolchain, { target, level, strip: true })
      command = engine === "aot" ? { program: out, args: input.args } : { program: findProgram("qemu-aarch64-static") ?? "qemu-aarch64-static", args: [out, ...input.args] }
    }
    const ran = spawnSync(command.program, [...command.args], { 
      input: input.stdin.map((line) => `${line}\n`).join(""),
      timeout: PATIENCE,
      maxBuffer: 64 << 20,
      env: hasCanvas(input) ? { [CANVAS_VARIABLE]: String(CANVAS_FILE) } : {},
      stdio: ["pipe", "pipe", "pipe", "pipe"],
    })
    const stdout = ran.stdout.toString("utf8")
    const stderr = ran.stderr.toString("utf8")
    if (ran.status === null) throw new Error(`ended by ${ran.signal ?? ran.error?.message}: ${stderr.slice(0, 300)}`)
    const drawing = drawingText(ran.output[CANVAS_FILE] as Uint8Array | null | undefined)
    const report = ran.status === 1 ? REPORT.exec(stderr) : null
    if (report === null) return { stdout, stderr, drawing, result: { kind: "exit", code: ran.status, leaked: null, peakMemory: 0 } }
    const before = stderr.slice(0, report.index)
    return {
      stdout,
      drawing,
      stderr: before === "" ? "" : `${before}\n`,
      result: { kind: "trap", error: report[1] as string, message: report[2] as string, trace: traceOf(report[3] as string, sources), peakMemory: 0 },
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The lines `  at function (file:line:column)`, as places in the sources. */
function traceOf(text: string, sources: readonly SourceFile[]): TraceEntry[] {
  return [...text.matchAll(/^ {2}at (.*) \((.*):(\d+):(\d+)\)$/gm)].map(([, name, file, line, column]) => {
    const index = sources.findIndex((source) => source.name === file)
    const lines = (sources[index]?.text ?? "").split("\n").slice(0, Number(line) - 1)
    const start = lines.reduce((n, one) => n + one.length + 1, 0) + Number(column) - 1
    return { function: name as string, origin: { file: index, start, end: start } }
  })
}
