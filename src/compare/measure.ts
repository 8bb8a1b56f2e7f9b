/**
 * Measures a program on several engines: each once from a cold start, then all of them in rounds, one after another within a
 * round, so that whatever else the machine does meets all of them alike.
 *
 * The one idea: what can be run is a `Subject`, whose host decides where it lives (a worker, a thread, a process, a server);
 * this file decides what is asked of it, when to give it up, and what is kept. Nothing that was measured is lost when one of
 * them fails, takes too long, or the user stops.
 */
import { type ComparedEngineId, type Measurement, type RunSample, unmeasured } from "./measurement.ts"

/** What the first compilation of a subject gives. */
export interface Prepared {
  /** Milliseconds from an empty start to a program ready to run. */
  readonly compile: number | null
  readonly codeBytes: number | null
  readonly distributedBytes: number | null
  /** True if compiling is part of every run's time. */
  readonly compilesInRun: boolean
  /** True if the program reads the clock or draws random numbers without a seed of its own, as far as the subject can tell. */
  readonly readsWorld: boolean
}

/** A program on one engine. Every promise may reject with an Error whose message is a reason for people. */
export interface Subject {
  /** Compiles for the first time. */
  prepare(): Promise<Prepared>
  /** Compiles again; milliseconds, or null where that cannot be timed alone. */
  compile(): Promise<number | null>
  /** Runs the program. */
  run(): Promise<RunSample>
  /** Ends whatever is going on, at once, for good. */
  end(): void
}

/** An engine to measure: how to make its subject, or why it cannot be. */
export type Candidate = { readonly engine: ComparedEngineId; readonly start: () => Subject } | { readonly engine: ComparedEngineId; readonly absent: string }

/** How much to measure. */
export interface MeasureOptions {
  /** Measured runs on each engine. */
  readonly rounds: number
  /** Runs that are measured even if they take long. */
  readonly leastRounds: number
  /** Runs before those that are measured, behind the cold one. */
  readonly warmUps: number
  /** Milliseconds after which a run is given up. */
  readonly runLimit: number
  /** Milliseconds of running that one engine should take in all. */
  readonly budget: number
  /** What to say of a run that was given up, and of one that the user stopped. */
  readonly reasons: { readonly limit: string; readonly stopped: string }
}

/** The usual amounts. */
export const USUAL_ROUNDS = { rounds: 15, leastRounds: 5, warmUps: 2, runLimit: 10_000, budget: 6_000 } as const

/** How far a comparison is. */
export interface Progress {
  readonly measurements: readonly Measurement[]
  /** Steps done and steps in all, as far as they are known. */
  readonly done: number
  readonly total: number
}

interface Entrant {
  readonly index: number
  readonly subject: Subject
  rounds: number
  isOut: boolean
}

/** Measures; reports after every step. Resolves when everything is done or `signal` is aborted. */
export async function measure(candidates: readonly Candidate[], options: MeasureOptions, signal: AbortSignal, report: (progress: Progress) => void): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = candidates.map((candidate) => unmeasured(candidate.engine, "absent" in candidate ? "absent" : "waiting", "absent" in candidate ? candidate.absent : null))
  const entrants: Entrant[] = []
  let done = 0
  const present = candidates.filter((candidate) => "start" in candidate).length
  const publish = (): void => {
    const total = entrants.reduce((sum, entrant) => sum + (entrant.isOut ? 0 : entrant.rounds), 0) + (present - entrants.length) * options.rounds + present
    report({ measurements: [...measurements], done: Math.min(done, total), total })
  }
  const update = (index: number, change: Partial<Measurement>): void => {
    measurements[index] = { ...(measurements[index] as Measurement), ...change }
  }
  /** A step of one entrant; a failure takes it out and keeps what it has. */
  const step = async <T>(entrant: Entrant, limit: number, work: () => Promise<T>): Promise<T | null> => {
    try {
      return await within(work(), limit, signal, options.reasons)
    } catch (error) {
      entrant.isOut = true
      entrant.subject.end()
      const reason = error instanceof Error ? error.message : String(error)
      const isMeasured = (measurements[entrant.index]?.warm.length ?? 0) > 0
      update(entrant.index, { state: isMeasured ? "measured" : error instanceof GivenUp ? "stopped" : "absent", reason })
      return null
    }
  }

  try {
    for (const [index, candidate] of candidates.entries()) {
      if (!("start" in candidate) || signal.aborted) continue
      update(index, { state: "measuring" })
      publish()
      const entrant: Entrant = { index, subject: candidate.start(), rounds: options.rounds, isOut: false }
      entrants.push(entrant)
      const prepared = await step(entrant, PREPARE_LIMIT, () => entrant.subject.prepare())
      done++
      if (prepared === null) continue
      update(index, { coldCompile: prepared.compile, codeBytes: prepared.codeBytes, distributedBytes: prepared.distributedBytes, compilesInRun: prepared.compilesInRun, readsWorld: prepared.readsWorld })
      publish()
      const cold = await step(entrant, options.runLimit, () => entrant.subject.run())
      if (cold === null) continue
      update(index, { cold })
      entrant.rounds = Math.max(options.leastRounds, Math.min(options.rounds, Math.floor(options.budget / Math.max(cold.run, 1))))
      const warmUps = cold.run * options.warmUps < options.budget / 4 ? options.warmUps : 0
      for (let i = 0; i < warmUps && !entrant.isOut; i++) await step(entrant, options.runLimit, () => entrant.subject.run())
      publish()
    }
    for (let round = 0; round < options.rounds && !signal.aborted; round++) {
      for (const entrant of entrants) {
        if (entrant.isOut || round >= entrant.rounds) continue
        const before = measurements[entrant.index] as Measurement
        // Compiling again is worth no more time than running again.
        const compiles = round === 0 || (before.compile[0] ?? Number.POSITIVE_INFINITY) * entrant.rounds <= options.budget
        const compiled = compiles ? await step(entrant, PREPARE_LIMIT, () => entrant.subject.compile()) : null
        const sample = entrant.isOut ? null : await step(entrant, options.runLimit, () => entrant.subject.run())
        if (sample !== null) update(entrant.index, { warm: [...before.warm, sample], compile: compiled === null ? before.compile : [...before.compile, compiled] })
        done++
        publish()
      }
    }
  } finally {
    for (const entrant of entrants) entrant.subject.end()
  }
  measurements.forEach((measurement, index) => {
    if (measurement.state !== "measuring" && measurement.state !== "waiting") return
    if (measurement.warm.length > 0) update(index, { state: "measured" })
    else update(index, { state: "stopped", reason: options.reasons.stopped })
  })
  publish()
  return measurements
}

/** Milliseconds for the first compilation: a back end may have to be fetched for it. */
const PREPARE_LIMIT = 120_000

/** The time was up, or the user had enough. */
class GivenUp extends Error {}

/** `work`, unless it takes longer than `limit` milliseconds or is aborted. */
function within<T>(work: Promise<T>, limit: number, signal: AbortSignal, reasons: MeasureOptions["reasons"]): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => finish(() => reject(new GivenUp(reasons.stopped)))
    const timer = setTimeout(() => finish(() => reject(new GivenUp(reasons.limit))), limit)
    const finish = (settle: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener("abort", stop)
      settle()
    }
    if (signal.aborted) stop()
    signal.addEventListener("abort", stop)
    work.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(error)),
    )
  })
}
