/**
 * A program on an engine of the server, as something that can be measured: the server compiles it once and runs it as often as
 * is asked, each time in a fresh sandbox, and tells how long each run took from the moment the program may start.
 */
import { digestOfProcess } from "../../compare/process-run.ts"
import type { Candidate, Subject } from "../../compare/measure.ts"
import type { RunSample } from "../../compare/measurement.ts"
import { type ApiFile, type BuildLevel, type BuildTarget, MOST_REPEATS, type RunAnswer, type ServerEngine, type ServerStageTime } from "../../protocol/api.ts"
import { t } from "../messages/t.ts"
import { lookForServer, reasonAgainst, requestBuild, requestRun, runTarget } from "./server.ts"

/** What to run there. */
export interface NativeProgram {
  readonly engine: ServerEngine
  readonly files: readonly ApiFile[]
  readonly optimise: 0 | 1 | 2
  readonly stdin: string
}

/** How to measure `programs` on the server, or why that is not possible now. */
export async function nativeCandidates(programs: readonly NativeProgram[]): Promise<readonly Candidate[]> {
  await lookForServer()
  const reason = reasonAgainst("run")
  const target = runTarget()
  return programs.map((program): Candidate => {
    if (reason !== null || target === null) return { engine: program.engine, absent: reason ?? t("server.absent") }
    return { engine: program.engine, start: () => nativeSubject(program, target) }
  })
}

/** What LLVM does at each of our levels. */
export function serverLevel(optimise: 0 | 1 | 2): BuildLevel {
  return (["O0", "O2", "O3"] as const)[optimise]
}

/** Stages that are compiling. */
const COMPILING: ReadonlySet<ServerStageTime["stage"]> = new Set(["front-end", "compile", "link"])

function compileTime(times: readonly ServerStageTime[]): number {
  return times.reduce((sum, { stage, milliseconds }) => sum + (COMPILING.has(stage) ? milliseconds : 0), 0)
}

function nativeSubject({ engine, files, optimise, stdin }: NativeProgram, target: BuildTarget): Subject {
  const stop = new AbortController()
  const level = serverLevel(optimise)
  let samples: RunSample[] = []
  const runs = async (): Promise<RunAnswer> => {
    const answer = await requestRun({ files, engine, level, args: [], stdin, repeats: MOST_REPEATS }, stop.signal)
    samples = samplesOf(answer)
    return answer
  }
  return {
    prepare: async () => {
      if (engine === "llvm-jit") return { compile: compileTime((await runs()).times), codeBytes: null, distributedBytes: null, compilesInRun: true, readsWorld: false }
      const built = await requestBuild({ files, target, level, strip: true }, () => {}, stop.signal)
      await runs()
      // An earlier build of the same program tells nothing about how long building takes.
      return { compile: built.cached ? null : compileTime(built.times), codeBytes: built.size, distributedBytes: built.size, compilesInRun: false, readsWorld: false }
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
