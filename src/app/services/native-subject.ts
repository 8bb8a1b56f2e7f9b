/**
 * A program on an engine of the server, as something that can be measured: the server compiles it once and runs it as often as
 * is asked, each time in a fresh sandbox, and tells how long each run took from the moment the program may start.
 */
import { digestOfProcess } from "../../compare/process-run.ts"
import type { Candidate, Subject } from "../../compare/measure.ts"
import type { RunSample } from "../../compare/measurement.ts"
import { API, type ApiFile, type ApiFailure, type BuildAnswer, type BuildLevel, type BuildRequest, type HealthAnswer, MOST_REPEATS, type RunAnswer, type RunRequest, type ServerEngine, type ServerStageTime } from "../../protocol/api.ts"
import { t } from "../messages/t.ts"

/** Milliseconds after which the server is given up: longer than its own limits. */
const PATIENCE = 60_000

/** What to run there. */
export interface NativeProgram {
  readonly engine: ServerEngine
  readonly files: readonly ApiFile[]
  readonly optimise: 0 | 1 | 2
  readonly stdin: string
}

async function ask<T>(path: string, body: unknown, signal: AbortSignal): Promise<T> {
  let response: Response
  try {
    const init: RequestInit = body === null ? {} : { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(body) }
    response = await fetch(new URL(path.slice(1), document.baseURI), { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]) })
  } catch {
    throw new Error(t("compare.server.away"))
  }
  let answer: unknown = null
  try {
    answer = await response.json()
  } catch {
    // What stands between us and the server has answered in its place.
  }
  if (response.ok && answer !== null) return answer as T
  throw new Error((answer as Partial<ApiFailure> | null)?.error?.message ?? t("compare.server.away"))
}

/** How to measure `programs` on the server, or why that is not possible now. */
export async function nativeCandidates(programs: readonly NativeProgram[]): Promise<readonly Candidate[]> {
  let health: HealthAnswer
  try {
    health = await ask<HealthAnswer>(API.health, null, new AbortController().signal)
  } catch (error) {
    return programs.map(({ engine }) => ({ engine, absent: error instanceof Error ? error.message : String(error) }))
  }
  const { runs } = health
  const reason = health.abilities.run
  return programs.map((program): Candidate => {
    if (reason !== null || runs === null) return { engine: program.engine, absent: reason ?? t("compare.server.away") }
    return { engine: program.engine, start: () => nativeSubject(program, runs) }
  })
}

/** What LLVM does at each of our levels. */
const LEVELS: readonly [BuildLevel, BuildLevel, BuildLevel] = ["O0", "O2", "O3"]
/** Stages that are compiling. */
const COMPILING: ReadonlySet<ServerStageTime["stage"]> = new Set(["front-end", "compile", "link"])

function compileTime(times: readonly ServerStageTime[]): number {
  return times.reduce((sum, { stage, milliseconds }) => sum + (COMPILING.has(stage) ? milliseconds : 0), 0)
}

function nativeSubject({ engine, files, optimise, stdin }: NativeProgram, target: BuildRequest["target"]): Subject {
  const stop = new AbortController()
  const level = LEVELS[optimise]
  let samples: RunSample[] = []
  const runs = async (): Promise<RunAnswer> => {
    const answer = await ask<RunAnswer>(API.run, { files, engine, level, args: [], stdin, repeats: MOST_REPEATS } satisfies RunRequest, stop.signal)
    samples = samplesOf(answer)
    return answer
  }
  return {
    prepare: async () => {
      if (engine === "llvm-jit") return { compile: compileTime((await runs()).times), codeBytes: null, distributedBytes: null, compilesInRun: true }
      const built = await ask<BuildAnswer>(API.build, { files, target, level, strip: true } satisfies BuildRequest, stop.signal)
      await runs()
      // An earlier build of the same program tells nothing about how long building takes.
      return { compile: built.cached ? null : compileTime(built.times), codeBytes: built.size, distributedBytes: built.size, compilesInRun: false }
    },
    compile: async () => null,
    run: async () => {
      if (samples.length === 0) await runs()
      return samples.shift() as RunSample
    },
    end: () => stop.abort(),
  }
}

function samplesOf(answer: RunAnswer): RunSample[] {
  if (answer.ended === "timeout") throw new Error(t("compare.server.limit"))
  if (answer.code === null || answer.truncated) throw new Error(t("compare.server.output"))
  const encoder = new TextEncoder()
  const digest = digestOfProcess([encoder.encode(answer.stdout)], [encoder.encode(answer.stderr)], answer.code)
  const sample = (run: number, isSame: boolean): RunSample => ({ run, firstOutput: null, peakMemory: answer.peakMemory, digest: isSame ? digest : { ...digest, hash: "" } })
  return [sample(answer.milliseconds, true), ...answer.again.map(({ milliseconds, isSame }) => sample(milliseconds, isSame))]
}
