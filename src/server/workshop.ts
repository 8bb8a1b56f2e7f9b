/**
 * What the server does with programs: builds them, shows LLVM's texts of them, runs them.
 *
 * The one idea: every request takes the same way: wait for a turn, compile to LLVM IR in a front-end process, run tools on the IR in
 * sandboxes, answer. Only success is kept; requests for the very same build share one. A tool that fails is tried once more, since what
 * kills a tool is mostly the machine; then it is our failure, never the program's.
 */
import { createHash } from "node:crypto"
import { compileOptionsOf, type ExecutableOptions, ToolError, type Toolchain } from "../native/executable.ts"
import { buildIsolated, compileTextIsolated, type Isolation, isolatedSteps, prepareJitIsolated, runIsolated, runJitIsolated, ToolLimitError } from "../native/isolated.ts"
import { ownTarget } from "../native/program.ts"
import { SandboxError, type SandboxEnd, type SandboxTools } from "../native/sandbox.ts"
import type { ApiFile, AsmAnswer, AsmRequest, BuildAnswer, BuildRequest, RunAnswer, RunRequest, ServerStage, ServerStageTime } from "../protocol/api.ts"
import { type ArtifactCache, keyOf } from "./artifact-cache.ts"
import { assemblyPage, irPage } from "./assembly.ts"
import { ApiError } from "./errors.ts"
import type { FrontEnds, SourcePlace } from "./front-end.ts"
import type { JobQueue } from "./job-queue.ts"
import { LIMITS } from "./limits.ts"

/** Raised when the way in which executables are made changes without its parts changing. */
const POLICY = "2"

/** What a workshop needs. */
export interface WorkshopParts {
  readonly sandbox: SandboxTools
  readonly toolchain: Toolchain
  readonly frontEnds: Pick<FrontEnds, "lower" | "close">
  readonly queue: JobQueue
  readonly cache: ArtifactCache
  /** Names the compiler, LLVM and the runtime: other parts, other executables. */
  readonly identity: string
}

/** A request on its way. */
export interface Visit {
  /** Whose share of the queue it takes. */
  readonly client: string
  readonly signal?: AbortSignal | undefined
  /** Called before work that costs something; rejects if the client has had its share. */
  readonly admit: () => Promise<void>
  readonly onStage?: (stage: ServerStage) => void
}

/** A build that several requests wait for. */
interface Shared {
  readonly result: Promise<{ readonly value: Uint8Array; readonly times: readonly ServerStageTime[] }>
  readonly stop: AbortController
  visits: number
  readonly listeners: Set<(stage: ServerStage) => void>
}

interface Lowered {
  readonly text: string
  readonly places: readonly SourcePlace[]
  readonly milliseconds: number
}

const decoder = new TextDecoder()

/** See the head of the file. */
export class Workshop {
  readonly #parts: WorkshopParts
  readonly #isolation: Isolation
  readonly #building = new Map<string, Shared>()

  constructor(parts: WorkshopParts) {
    this.#parts = parts
    const tool = { wall: LIMITS.toolWall, cpu: LIMITS.toolCpu, memory: LIMITS.toolMemory, output: LIMITS.toolOutput, messages: LIMITS.toolMessages, disk: LIMITS.toolDisk }
    const program = { wall: LIMITS.runWall, cpu: LIMITS.runCpu, memory: LIMITS.runMemory, output: LIMITS.runOutput * 4, messages: LIMITS.runOutput, disk: 0 }
    this.#isolation = { sandbox: parts.sandbox, toolchain: parts.toolchain, toolLimits: tool, programLimits: program }
  }

  /** Jobs that run or wait. */
  get depth(): number {
    return this.#parts.queue.depth
  }

  /** Ends everything that runs. */
  close(): void {
    for (const { stop } of this.#building.values()) stop.abort(new ApiError("unavailable", "The server is being restarted."))
    this.#parts.frontEnds.close()
  }

  /** Builds, or answers with an earlier build of the same. */
  async build(request: BuildRequest, visit: Visit): Promise<BuildAnswer> {
    const options: ExecutableOptions = { target: request.target, level: request.level, strip: request.strip }
    const key = keyOf([POLICY, this.#parts.identity, request.target, request.level, String(request.strip), ...request.files.flatMap((file) => [file.name, file.text])])
    const kept = this.#parts.cache.get(key)
    if (kept !== null) return this.#answer(request, options, kept, [], true)
    const { value: executable, times } = await this.#share(key, visit, (signal, onStage) =>
      this.#job(visit.client, signal, onStage, async (times) => {
        const lowered = await this.#lower(request.files, options, false, signal, onStage)
        times.push({ stage: "front-end", milliseconds: lowered.milliseconds })
        const built = await this.#withTools(signal, () => buildIsolated(lowered.text, this.#isolation, options, signal, onStage))
        this.#parts.cache.put(key, built.executable)
        for (const time of built.times) if (time.name === "compile" || time.name === "link") times.push({ stage: time.name, milliseconds: time.milliseconds })
        return built.executable
      }),
    )
    return this.#answer(request, options, executable, times, false)
  }

  /** LLVM's text of a program, linked to the source. */
  async assemble(request: AsmRequest, visit: Visit): Promise<AsmAnswer> {
    await visit.admit()
    // Variables kept for a debugger would hide what the program itself does.
    const options: ExecutableOptions = { target: request.target, level: request.level, strip: true }
    const { value: answer } = await this.#job(visit.client, visit.signal, visit.onStage, async () => {
      const lowered = await this.#lower(request.files, options, true, visit.signal, visit.onStage)
      visit.onStage?.("compile")
      const text = await this.#withTools(visit.signal, () => compileTextIsolated(lowered.text, this.#isolation, options, request.form === "assembly" ? "-S" : "-emit-llvm", visit.signal))
      return request.form === "assembly" ? assemblyPage(text, lowered.places) : irPage(text, lowered.places)
    })
    return answer
  }

  /** Builds for this machine and runs. */
  async run(request: RunRequest, visit: Visit): Promise<RunAnswer> {
    const target = ownTarget()
    if (target === null) throw new ApiError("unavailable", "This server runs no native programs.")
    const options: ExecutableOptions = { target, level: request.level, strip: true }
    const input = new TextEncoder().encode(request.stdin)
    if (request.engine === "aot") {
      const built = await this.build({ files: request.files, target, level: request.level, strip: true }, visit)
      const executable = new Uint8Array(Buffer.from(built.executable, "base64"))
      const { value: end, times } = await this.#job(visit.client, visit.signal, visit.onStage, async () => {
        visit.onStage?.("run")
        return repeated(request.repeats ?? 0, () => this.#withSandbox(visit.signal, () => runIsolated(executable, request.args, input, this.#isolation, visit.signal)))
      })
      return runAnswer("aot", end, [...built.times, ...times])
    }
    await visit.admit()
    const { value: end, times } = await this.#job(visit.client, visit.signal, visit.onStage, async (stages) => {
      const lowered = await this.#lower(request.files, options, false, visit.signal, visit.onStage)
      stages.push({ stage: "front-end", milliseconds: lowered.milliseconds })
      visit.onStage?.("compile")
      const started = performance.now()
      const bitcode = await this.#withTools(visit.signal, () => prepareJitIsolated(lowered.text, this.#isolation, target, request.level, visit.signal))
      stages.push({ stage: "compile", milliseconds: performance.now() - started })
      visit.onStage?.("run")
      return repeated(request.repeats ?? 0, () => this.#withSandbox(visit.signal, () => runJitIsolated(bitcode, request.args, input, this.#isolation, target, visit.signal)))
    })
    return runAnswer("llvm-jit", end, times)
  }

  /** Waits for a turn and does the work; notes the wait. */
  async #job<T>(client: string, signal: AbortSignal | undefined, onStage: ((stage: ServerStage) => void) | undefined, work: (times: ServerStageTime[]) => Promise<T>): Promise<{ readonly value: T; readonly times: readonly ServerStageTime[] }> {
    const times: ServerStageTime[] = []
    const arrived = performance.now()
    onStage?.("queue")
    const value = await this.#parts.queue.run(
      client,
      () => {
        times.push({ stage: "queue", milliseconds: performance.now() - arrived })
        return work(times)
      },
      signal,
    )
    return { value, times }
  }

  async #lower(files: readonly ApiFile[], options: ExecutableOptions, places: boolean, signal: AbortSignal | undefined, onStage: ((stage: ServerStage) => void) | undefined): Promise<Lowered> {
    onStage?.("front-end")
    const start = performance.now()
    const reply = await this.#withSandbox(signal, () => this.#parts.frontEnds.lower({ files, target: options.target, options: compileOptionsOf(options), mostIr: LIMITS.ir, places }, signal))
    switch (reply.kind) {
      case "lowered":
        return { text: reply.text, places: reply.places, milliseconds: performance.now() - start }
      case "wrong":
        throw new ApiError("diagnostics", "The program has errors.", { diagnostics: reply.diagnostics })
      case "large":
        throw new ApiError("too_much_work", `The program becomes ${reply.size} characters of LLVM IR; the server takes at most ${LIMITS.ir}.`)
      case "slow":
        throw new ApiError("too_much_work", `Compiling took longer than ${LIMITS.frontEndWall / 1000} s.`)
      case "ready":
        throw new ApiError("internal", "The compiler made a mistake; your program is not the cause.", { cause: "a front end said twice that it is ready" })
      case "bug":
        throw new ApiError("internal", "The compiler made a mistake; your program is not the cause.", { cause: reply.message })
    }
  }

  async #withSandbox<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof SandboxError) throw new ApiError("build_failed", "A process of the server was lost; try again.", { cause: error })
      throw error
    }
  }

  /** Tools once more if they fail. */
  async #withTools<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const again = (error: unknown): boolean => (error instanceof ToolError && !(error instanceof ToolLimitError)) || error instanceof SandboxError
    try {
      return await work().catch((error: unknown) => {
        signal?.throwIfAborted()
        if (!again(error)) throw error
        return work()
      })
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof ToolLimitError) throw new ApiError("too_much_work", "LLVM needs more time or memory for this program than the server gives.", { cause: error })
      if (again(error)) throw new ApiError("build_failed", "A tool of the server failed on this program.", { cause: error })
      throw error
    }
  }

  /** Joins a build of the same that is under way, or starts it. It goes on while anyone waits for it. */
  async #share(key: string, visit: Visit, start: (signal: AbortSignal, onStage: (stage: ServerStage) => void) => Shared["result"]): Promise<Awaited<Shared["result"]>> {
    let shared = this.#building.get(key)
    if (shared === undefined) {
      await visit.admit()
      // Admission waits, and another request may have come first.
      shared = this.#building.get(key)
    }
    if (shared === undefined) {
      const stop = new AbortController()
      const listeners = new Set<(stage: ServerStage) => void>(visit.onStage === undefined ? [] : [visit.onStage])
      const result = start(stop.signal, (stage) => {
        for (const listener of listeners) listener(stage)
      }).finally(() => this.#building.delete(key))
      result.catch(() => {})
      shared = { result, stop, visits: 0, listeners }
      this.#building.set(key, shared)
    }
    const one = shared
    one.visits++
    if (visit.onStage !== undefined) one.listeners.add(visit.onStage)
    let onAbort = (): void => {}
    try {
      const left = new Promise<never>((_, reject) => {
        onAbort = () => reject(visit.signal?.reason)
        if (visit.signal?.aborted === true) onAbort()
        else visit.signal?.addEventListener("abort", onAbort, { once: true })
      })
      return await Promise.race([one.result, left])
    } finally {
      visit.signal?.removeEventListener("abort", onAbort)
      if (visit.onStage !== undefined) one.listeners.delete(visit.onStage)
      one.visits--
      if (one.visits === 0) one.stop.abort(new ApiError("unavailable", "Nobody waits for this build."))
    }
  }

  #answer(request: BuildRequest, options: ExecutableOptions, executable: Uint8Array, times: readonly ServerStageTime[], cached: boolean): BuildAnswer {
    const source = request.files[0]?.name ?? "main.hako"
    const name = programName(source)
    const sha256 = createHash("sha256").update(executable).digest("hex")
    const command = ["hako", "build", `--target=${request.target}`, `--opt=${request.level.slice(1)}`, ...(request.strip ? ["--strip"] : []), "-o", name, source].map(quotedForShell).join(" ")
    const steps = isolatedSteps(this.#parts.toolchain, options).map((step) => [step.program.replace(/^.*\//, ""), ...step.args].map(quotedForShell).join(" "))
    const log = [...(cached ? ["an earlier build of this very program"] : times.map(({ stage, milliseconds }) => `${stage}: ${milliseconds.toFixed(0)} ms`)), `${executable.length} bytes, SHA-256 ${sha256}`].join("\n")
    return { name, target: request.target, level: request.level, strip: request.strip, size: executable.length, sha256, cached, times, command, steps, log, executable: Buffer.from(executable).toString("base64") }
  }
}

/** Name of the executable of a source file: letters, digits and what is harmless between them. */
export function programName(source: string): string {
  const name = source.replace(/^.*[/\\]/, "").replace(/\.hako$/, "").replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40)
  return name === "" ? "program" : name
}

/** A word of a command line, in quotes where a shell would change it. */
export function quotedForShell(word: string): string {
  return /^[A-Za-z0-9_./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** A run, and those after it. */
interface Runs {
  readonly first: SandboxEnd
  readonly again: readonly SandboxEnd[]
}

/** Runs once, and then again until it was often enough or all of it has taken as long as one run may. */
async function repeated(repeats: number, run: () => Promise<SandboxEnd>): Promise<Runs> {
  const first = await run()
  const again: SandboxEnd[] = []
  const deadline = performance.now() + LIMITS.runWall - first.milliseconds
  while (first.verdict.kind === "exited" && again.length < repeats && performance.now() < deadline) again.push(await run())
  return { first, again }
}

function isSameEnd(a: SandboxEnd, b: SandboxEnd): boolean {
  const code = (end: SandboxEnd): number | null => (end.verdict.kind === "exited" ? end.verdict.code : null)
  return a.verdict.kind === b.verdict.kind && code(a) === code(b) && Buffer.compare(a.stdout, b.stdout) === 0 && Buffer.compare(a.stderr, b.stderr) === 0
}

function runAnswer(engine: RunAnswer["engine"], { first: end, again }: Runs, times: readonly ServerStageTime[]): RunAnswer {
  const { verdict } = end
  if (verdict.kind === "stopped") throw new ApiError("unavailable", "The run was stopped.")
  const stdout = end.stdout.subarray(0, LIMITS.runOutput)
  return {
    engine,
    ended: verdict.kind,
    code: verdict.kind === "exited" ? verdict.code : null,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(end.stderr),
    truncated: end.stdout.length > stdout.length || verdict.kind === "output",
    milliseconds: end.milliseconds,
    peakMemory: end.peakMemory,
    again: again.map((run) => ({ milliseconds: run.milliseconds, isSame: isSameEnd(run, end) })),
    times: [...times, { stage: "run", milliseconds: end.milliseconds }],
  }
}
