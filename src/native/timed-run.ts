/**
 * A program as a process whose CPU time, memory and output are measured: built ahead of time, or under LLVM's JIT compiler.
 *
 * CPU time is what the shell's `time` reports of the process, start-up included. Memory is the high-water mark of its resident
 * set, looked at while it runs: of a process of a few milliseconds it may be missing.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { digestOfProcess } from "../compare/process-run.ts"
import type { Prepared, Subject } from "../compare/measure.ts"
import type { RunSample } from "../compare/measurement.ts"
import type { TargetName } from "../compiler/backend/llvm/types.ts"
import { type LlvmLevel, ToolError, type Toolchain } from "./executable.ts"
import { type Buildable, buildProgram, jitCommand, prepareJit } from "./program.ts"

/** What to time. `compile` compiles the source anew at each call. */
export interface TimedProcess {
  readonly engine: "aot" | "llvm-jit"
  readonly compile: () => Buildable
  readonly toolchain: Toolchain
  readonly target: TargetName
  readonly level: LlvmLevel
  readonly arguments: readonly string[]
  readonly stdin: string
}

/** The subject of a native engine. Its files are in a folder of its own, removed at the end. */
export function processSubject(timed: TimedProcess): Subject {
  const folder = mkdtempSync(join(tmpdir(), "hako-bench-"))
  const out = join(folder, "program")
  let running: ChildProcess | null = null

  const build = async (): Promise<number> => {
    const start = performance.now()
    const program = timed.compile()
    if (timed.engine === "aot") await buildProgram(program, out, timed.toolchain, { target: timed.target, level: timed.level, strip: true })
    else await prepareJit(program, folder, timed.toolchain, timed.target, timed.level)
    return performance.now() - start
  }

  return {
    prepare: async (): Promise<Prepared> => {
      const compile = await build()
      const size = timed.engine === "aot" ? statSync(out).size : null
      return { compile, codeBytes: size, distributedBytes: size, compilesInRun: timed.engine === "llvm-jit", readsWorld: false }
    },
    compile: build,
    run: () => {
      const command = timed.engine === "aot" ? { program: out, args: timed.arguments } : jitCommand(timed.toolchain, timed.target, folder, timed.arguments)
      return runTimed(command.program, command.args, timed.stdin, (child) => {
        running = child
      })
    },
    end: () => {
      // The shell and the program are a process group of their own.
      if (running?.pid !== undefined && running.exitCode === null) kill(running.pid)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function kill(group: number): void {
  try {
    process.kill(-group, "SIGKILL")
  } catch {
    // It has just ended by itself.
  }
}

/** Milliseconds between two looks at the memory of a process. */
const LOOK = 2
/** Bytes of output that are kept; a program that prints more is compared by these and its exit code. */
const MOST_OUTPUT = 64 << 20

/** Runs a command and measures it. */
function runTimed(program: string, args: readonly string[], stdin: string, started: (child: ChildProcess) => void): Promise<RunSample> {
  return new Promise((resolve, reject) => {
    // The program's own errors go to descriptor 3, so that the shell's report is alone on 2.
    const child = spawn("bash", ["-c", 'TIMEFORMAT="%3U %3S"; time "$0" "$@" 2>&3 3>&-', program, ...args], { stdio: ["pipe", "pipe", "pipe", "pipe"], env: {}, detached: true })
    started(child)
    const start = performance.now()
    let firstOutput: number | null = null
    let peakMemory: number | null = null
    const outputs: Record<"stdout" | "stderr", Uint8Array[]> = { stdout: [], stderr: [] }
    let kept = 0
    let report = ""
    const take = (stream: "stdout" | "stderr") => (part: Uint8Array) => {
      firstOutput ??= performance.now() - start
      if (kept < MOST_OUTPUT) outputs[stream].push(part)
      kept += part.length
    }
    child.stdout?.on("data", take("stdout"))
    ;(child.stdio[3] as NodeJS.ReadableStream | null)?.on("data", take("stderr"))
    child.stderr?.on("data", (part: Uint8Array) => {
      report += new TextDecoder().decode(part)
    })
    child.stdin?.on("error", () => {})
    child.stdin?.end(stdin)
    const look = setInterval(() => {
      peakMemory = highWater(child.pid) ?? peakMemory
    }, LOOK)
    child.on("error", (error) => {
      clearInterval(look)
      reject(new ToolError(`${program} cannot be run: ${error.message}`))
    })
    child.on("close", (code, signal) => {
      clearInterval(look)
      const times = /(\d+\.\d+) (\d+\.\d+)\s*$/.exec(report)
      if (code === null || times === null) return reject(new ToolError(`the program was ended by ${signal ?? report.trim()}`))
      resolve({ run: (Number(times[1]) + Number(times[2])) * 1000, firstOutput, peakMemory, digest: digestOfProcess(outputs.stdout, outputs.stderr, code) })
    })
  })
}

/** Most bytes of memory that the only child of a process had at once, so far; null if the system does not tell. */
function highWater(parent: number | undefined): number | null {
  try {
    const child = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ")[0]
    const kilobytes = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync(`/proc/${child}/status`, "utf8"))
    return kilobytes === null ? null : Number(kilobytes[1]) * 1024
  } catch {
    return null
  }
}
