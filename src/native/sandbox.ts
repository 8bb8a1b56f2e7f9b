/**
 * Runs one command in a sandbox: bubblewrap with namespaces of its own, a filter on system calls, limits on the process.
 *
 * The one idea: the sandbox has no place to write that outlives it and no way to make processes. Files go in as copies, results come
 * out through pipes that are read here up to a limit; so a job leaves nothing behind, however it ends. Since no job can have a second
 * process (`seccomp.ts`), the kernel's limits on one process bound the whole job.
 *
 * What happened is judged from outside: the exit code that bubblewrap reports on a descriptor of its own, this side's clock and byte
 * counts. Nothing the command prints is taken for a verdict.
 *
 * Invariants: no shell; the environment is empty; killing bubblewrap kills everything (a PID namespace dies with its first process);
 * without bubblewrap or with a failing one nothing runs (`SandboxError`).
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import type { Readable, Writable } from "node:stream"
import { findProgram } from "../setup/tools.ts"
import { type SeccompArch, seccompFilter, type SeccompProfile } from "./seccomp.ts"

/** The sandbox itself cannot be had or failed: our side, never the program's. */
export class SandboxError extends Error {}

/** What a job may use. Sizes are bytes, times milliseconds. */
export interface SandboxLimits {
  /** Time on the clock until the job is killed. */
  readonly wall: number
  /** Processor time, rounded up to seconds. */
  readonly cpu: number
  /** Address space of the process, or null for none: some runtimes reserve much and use little. */
  readonly memory: number | null
  /** Most that is read of standard output before the job is killed. */
  readonly output: number
  /** Most that is kept of standard error; what is more is thrown away, and past `output` the job is killed. */
  readonly messages: number
  /** Largest file that can be written, and the size of `/tmp`; 0 for no place to write at all. */
  readonly disk: number
}

/** A file or folder of this machine that the job can read. */
export interface SandboxMount {
  readonly from: string
  readonly to: string
}

/** A file that is made in the sandbox before the job starts. */
export interface SandboxFile {
  readonly path: string
  readonly content: Uint8Array
  readonly executable: boolean
}

/** One job. */
export interface SandboxJob {
  readonly profile: SeccompProfile
  /** Program and arguments, as seen from inside. */
  readonly command: readonly string[]
  readonly mounts: readonly SandboxMount[]
  readonly files: readonly SandboxFile[]
  readonly folder: string
  readonly input: Uint8Array
  readonly limits: SandboxLimits
  /** Kills the job. */
  readonly signal?: AbortSignal | undefined
}

/** How a job ended. */
export type SandboxVerdict =
  | { readonly kind: "exited"; readonly code: number }
  /** The time on the clock or the processor's was up. */
  | { readonly kind: "timeout" }
  /** It wrote more than it may. */
  | { readonly kind: "output" }
  /** The signal was given. */
  | { readonly kind: "stopped" }

/** What is known of a job that has ended. */
export interface SandboxEnd {
  readonly verdict: SandboxVerdict
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  /** From the moment the command may start. */
  readonly milliseconds: number
  /** Most memory in use as the kernel's own mark showed it at the last look, or null if the job was over before the first. */
  readonly peakMemory: number | null
}

/** Programs that make the sandbox. */
export interface SandboxTools {
  readonly bwrap: string
  readonly prlimit: string
  readonly arch: SeccompArch
}

/** Finds the programs that make a sandbox; a SandboxError says what is missing. Whether the kernel allows the namespaces is known only when they are asked for. */
export function findSandbox(): SandboxTools {
  if (process.platform !== "linux" || (process.arch !== "x64" && process.arch !== "arm64")) throw new SandboxError("a sandbox needs Linux on x86-64 or AArch64")
  const bwrap = findProgram("bwrap")
  const prlimit = findProgram("prlimit")
  if (bwrap === null) throw new SandboxError("bubblewrap is not installed: sudo apt-get install bubblewrap")
  if (prlimit === null) throw new SandboxError("prlimit is not installed: sudo apt-get install util-linux")
  return { bwrap, prlimit, arch: process.arch }
}

/** Whether programs can be run in a sandbox here. */
export function hasSandbox(): boolean {
  try {
    const { bwrap } = findSandbox()
    return spawnSync(bwrap, ["--unshare-all", "--unshare-user", "--disable-userns", "--ro-bind", "/", "/", "--", "/bin/true"], { timeout: 10_000 }).status === 0
  } catch (error) {
    if (error instanceof SandboxError) return false
    throw error
  }
}

/** Descriptors of bubblewrap beside the three usual ones; those of files follow. */
const FD_FILTER = 3
const FD_STATUS = 4
const FD_START = 5
const FD_FIRST_FILE = 6

/** Milliseconds between two looks at the memory in use. */
const LOOK_EVERY = 5
/** Milliseconds that a killed sandbox may take to be gone before it is left to the kernel. */
const PATIENCE = 500

/** Processor time of a job in whole seconds, at least one: the kernel counts no finer. */
function cpuSeconds(limits: SandboxLimits): number {
  return Math.max(1, Math.ceil(limits.cpu / 1000))
}

/** The command line that starts a job. The name tells its processes from those of other jobs. */
function sandboxCommand(tools: SandboxTools, job: SandboxJob, name: string): string[] {
  const { limits } = job
  const seconds = cpuSeconds(limits)
  const rules = ["--core=0", `--cpu=${seconds}:${seconds + 1}`, `--fsize=${Math.max(limits.disk, 1 << 20)}`, "--nofile=256", "--memlock=65536", "--msgqueue=0", ...(limits.memory === null ? [] : [`--as=${limits.memory}`])]
  return [
    tools.prlimit, ...rules, "--", tools.bwrap,
    "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session", "--clearenv", "--setenv", "PATH", "/usr/bin", "--setenv", "LC_ALL", "C",
    "--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", name,
    ...(job.profile === "tool" ? ["--dev", "/dev"] : []),
    ...(limits.disk > 0 ? ["--size", String(limits.disk), "--tmpfs", "/tmp"] : []),
    ...job.mounts.flatMap(({ from, to }) => ["--ro-bind", from, to]),
    ...(job.profile === "tool" ? ["--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64"] : []),
    ...job.files.flatMap(({ path, executable }, i) => ["--perms", executable ? "0555" : "0444", "--file", String(FD_FIRST_FILE + i), path]),
    "--remount-ro", "/", "--chdir", job.folder,
    "--seccomp", String(FD_FILTER), "--json-status-fd", String(FD_STATUS), "--block-fd", String(FD_START),
    "--", ...job.command,
  ]
}

/** Gathers a stream up to a limit. */
class Gathered {
  readonly #chunks: Buffer[] = []
  readonly #keep: number
  #kept = 0
  /** Bytes that came, kept or not. */
  seen = 0

  constructor(stream: Readable, keep: number, more: (seen: number) => void) {
    this.#keep = keep
    stream.on("data", (chunk: Buffer) => {
      this.seen += chunk.length
      const room = this.#keep - this.#kept
      if (room > 0) {
        this.#chunks.push(chunk.subarray(0, room))
        this.#kept += Math.min(room, chunk.length)
      }
      more(this.seen)
    })
  }

  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#chunks))
  }
}

/** Exit code by which bubblewrap reports a command that SIGXCPU has ended. */
const OUT_OF_CPU = 128 + 24

/**
 * The verdict on a command that has ended by itself. The kernel ends one whose processor time is up by a signal, which is seen as an exit code;
 * a program that gives the same code of its own will has ended before that time can have passed.
 */
function verdictOf(code: number, milliseconds: number, limits: SandboxLimits): SandboxVerdict {
  return code === OUT_OF_CPU && milliseconds >= cpuSeconds(limits) * 900 ? { kind: "timeout" } : { kind: "exited", code }
}

/** The process that runs in a sandbox: the one that bubblewrap's first process has started. */
function commandOf(first: number): number | null {
  try {
    const children = readFileSync(`/proc/${first}/task/${first}/children`, "utf8").trim()
    return children === "" ? null : Number(children.split(" ")[0])
  } catch {
    return null
  }
}

/** The kernel's high-water mark of a process's memory, in bytes; null if the process is gone. */
function peakOf(pid: number): number | null {
  try {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))
    return found === null ? null : Number(found[1]) * 1024
  } catch {
    return null
  }
}

/** One descriptor of a sandbox's process. */
function pipeOf(child: ChildProcess, fd: number): Writable & Readable {
  return (child.stdio as readonly unknown[])[fd] as Writable & Readable
}

/**
 * Ends what a bubblewrap that was killed has left. It kills its sandbox with itself from the moment on at which both have agreed on it;
 * a sandbox that is a little younger waits for it for ever.
 */
function sweep(name: string): void {
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue
    try {
      if (readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(`\0${name}\0`)) process.kill(Number(pid), "SIGKILL")
    } catch {
      // It has ended.
    }
  }
}

/** Starts a sandbox that waits for a byte on `FD_START`. */
function spawnSandbox(tools: SandboxTools, job: SandboxJob): ChildProcess {
  const name = `sandbox-${randomBytes(8).toString("hex")}`
  const [program = "", ...args] = sandboxCommand(tools, job, name)
  const child = spawn(program, args, { cwd: "/", env: {}, stdio: ["pipe", "pipe", "pipe", "pipe", "pipe", "pipe", ...job.files.map(() => "pipe" as const)] })
  for (const stream of child.stdio) stream?.on("error", () => {})
  child.on("exit", (_, signal) => {
    if (signal !== null) sweep(name)
  })
  // A process that could not be started has no descriptors.
  if (child.pid === undefined) return child
  pipeOf(child, FD_FILTER).end(seccompFilter(job.profile, tools.arch))
  job.files.forEach(({ content }, i) => {
    pipeOf(child, FD_FIRST_FILE + i).end(content)
  })
  return child
}

/** Starts a job that lives until it is killed and talks over its standard streams. Its limits on time on the clock and on output are the caller's. */
export function openSandboxed(tools: SandboxTools, job: Omit<SandboxJob, "input" | "signal">): ChildProcess {
  const child = spawnSandbox(tools, { ...job, input: new Uint8Array() })
  if (child.pid !== undefined) {
    pipeOf(child, FD_STATUS).resume()
    pipeOf(child, FD_START).end(new Uint8Array([1]))
  }
  return child
}

/** Runs a job. Rejects with a SandboxError if the command could not be started or was lost without an exit code. */
export function runSandboxed(tools: SandboxTools, job: SandboxJob): Promise<SandboxEnd> {
  return new Promise((resolve, reject) => {
    if (job.signal?.aborted === true) {
      resolve({ verdict: { kind: "stopped" }, stdout: new Uint8Array(), stderr: new Uint8Array(), milliseconds: 0, peakMemory: null })
      return
    }
    const child = spawnSandbox(tools, job)
    if (child.pid === undefined) {
      child.on("error", (error) => reject(new SandboxError(`${tools.prlimit} cannot be run: ${error.message}`)))
      return
    }
    let start = performance.now()
    let verdict: SandboxVerdict | null = null
    let peak: number | null = null
    let status = ""
    let settled = false

    const kill = (why: SandboxVerdict): void => {
      if (verdict !== null) return
      verdict = why
      child.kill("SIGKILL")
      setTimeout(settle, PATIENCE).unref()
    }
    const clock = setTimeout(() => kill({ kind: "timeout" }), job.limits.wall)
    const onAbort = (): void => kill({ kind: "stopped" })
    job.signal?.addEventListener("abort", onAbort, { once: true })
    let first = 0
    let command: number | null = null
    const look = (): void => {
      if (first === 0) return
      command ??= commandOf(first)
      if (command !== null) peak = peakOf(command) ?? peak
    }
    const count = (seen: number, most: number): void => {
      look()
      if (seen > most) kill({ kind: "output" })
    }
    const out = new Gathered(child.stdout as Readable, job.limits.output, (seen) => count(seen, job.limits.output))
    const errors = new Gathered(child.stderr as Readable, job.limits.messages, (seen) => count(seen, Math.max(job.limits.output, job.limits.messages)))
    const looking = setInterval(look, LOOK_EVERY)

    pipeOf(child, FD_STATUS).on("data", (chunk: Buffer) => {
      status = (status + chunk.toString("latin1")).slice(0, 4096)
      const started = first === 0 ? /"child-pid": (\d+)/.exec(status) : null
      if (started === null) return
      first = Number(started[1])
      start = performance.now()
      pipeOf(child, FD_START).end(new Uint8Array([1]))
    })
    child.stdin?.end(job.input)

    function settle(): void {
      if (settled) return
      settled = true
      clearTimeout(clock)
      clearInterval(looking)
      job.signal?.removeEventListener("abort", onAbort)
      for (const stream of child.stdio) stream?.destroy()
      const milliseconds = performance.now() - start
      const code = /"exit-code": (\d+)/.exec(status)
      const ended: SandboxVerdict | null = verdict ?? (code === null ? null : verdictOf(Number(code[1]), milliseconds, job.limits))
      if (ended === null) reject(new SandboxError(`the sandbox failed: ${new TextDecoder().decode(errors.bytes()).slice(0, 500).trim() || `it ended by ${child.signalCode ?? child.exitCode}`}`))
      else resolve({ verdict: ended, stdout: out.bytes(), stderr: errors.bytes(), milliseconds, peakMemory: peak })
    }
    child.on("close", settle)
  })
}
