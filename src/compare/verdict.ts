/**
 * What measurements of one program say: which engine is faster, by how much, whether that can be told at all, from how
 * much work on the slower start of the faster one pays, and whether all printed the same.
 *
 * The one idea: a difference is claimed only where the intervals of the medians are apart. Everything is compared with one
 * reference: the executable compiled ahead of time, or the first engine after it in `REFERENCES` that was measured.
 */
import { COMPARED_ENGINES, type ComparedEngineId, type Digest, type Measurement, sameOutput } from "./measurement.ts"
import { medianOf, overlap, type Summary, summarise } from "./statistics.ts"

/** Which engine the others are compared with: the first of these that was measured. */
export const REFERENCES: readonly ComparedEngineId[] = ["aot", "wasm", "llvm-wasm", "llvm-jit", "tiered", "vm"]

/** How an engine's running time stands to the reference's. */
export type Verdict = "reference" | "same" | "faster" | "slower"

/** Whether an engine's output is the reference's. */
export type OutputVerdict =
  | "same"
  | "differs"
  /** Its own runs printed different things. */
  | "varies"
  /** It differs, or varies, as it may: the program reads the clock or draws random numbers, which are not fixed on this engine. */
  | "world"
  /** Nothing to compare. */
  | "unknown"

/** One row of the table. Times in milliseconds. */
export interface ComparedRow {
  readonly measurement: Measurement
  readonly compile: Summary | null
  readonly run: Summary | null
  /** Compiling and running up to the first output, warm. */
  readonly firstOutput: Summary | null
  readonly coldFirstOutput: number | null
  /** Running time as a share of the reference's (1.2: takes a fifth longer); median over rounds, or of the medians. */
  readonly ratio: number | null
  readonly verdict: Verdict | null
  readonly output: OutputVerdict
  readonly peakMemory: number | null
}

/** When the engine that starts more slowly has caught up. */
export type BreakEven =
  /** The two cannot be told apart in speed. */
  | { readonly kind: "same" }
  /** The reference is faster, and its slower start pays after `work` milliseconds of running on the other. */
  | { readonly kind: "after"; readonly work: number }
  /** The reference starts sooner and runs faster. */
  | { readonly kind: "always" }
  /** The other starts sooner and runs faster. */
  | { readonly kind: "never" }
  /** The other is faster, but starts later: it pays after `work` milliseconds of running on the reference. */
  | { readonly kind: "until"; readonly work: number }

/** The whole comparison. */
export interface Comparison {
  readonly reference: ComparedEngineId | null
  readonly rows: readonly ComparedRow[]
  /** For every engine but the reference whose speed is known. */
  readonly breakEven: readonly { readonly engine: ComparedEngineId; readonly value: BreakEven }[]
}

/** Compares measurements of the same program; the order of rows is kept. */
export function compareEngines(measurements: readonly Measurement[]): Comparison {
  const reference = REFERENCES.map((id) => measurements.find((m) => m.engine === id && m.warm.length > 0)).find((m) => m !== undefined) ?? null
  const expected = expectedDigest(measurements)
  const readsWorld = measurements.some((measurement) => measurement.readsWorld)
  const base = reference === null ? null : summarise(runsOf(reference))
  const rows = measurements.map((measurement): ComparedRow => {
    const run = summarise(runsOf(measurement))
    const isReference = measurement === reference
    return {
      measurement,
      compile: summarise(measurement.compile),
      run,
      firstOutput: summarise(firstOutputs(measurement)),
      coldFirstOutput: measurement.cold?.firstOutput == null ? null : (measurement.coldCompile ?? 0) + measurement.cold.firstOutput,
      ratio: run === null || base === null || reference === null ? null : isReference ? 1 : pairedRatio(measurement, reference),
      verdict: run === null || base === null ? null : isReference ? "reference" : overlap(run, base) ? "same" : run.median < base.median ? "faster" : "slower",
      output: outputVerdict(measurement, expected, readsWorld),
      peakMemory: largest([measurement.cold, ...measurement.warm].flatMap((sample) => (sample?.peakMemory == null ? [] : [sample.peakMemory]))),
    }
  })
  return { reference: reference?.engine ?? null, rows, breakEven: breakEvens(rows) }
}

function runsOf(measurement: Measurement): number[] {
  return measurement.warm.map((sample) => sample.run)
}

function firstOutputs(measurement: Measurement): number[] {
  const compile = measurement.compile.length === 0 ? 0 : medianOf(measurement.compile)
  return measurement.warm.flatMap((sample) => (sample.firstOutput === null ? [] : [compile + sample.firstOutput]))
}

/** The median over rounds of the ratio within a round, which disturbances of both cancel out of; of very short runs, the ratio of the medians. */
function pairedRatio(measurement: Measurement, reference: Measurement): number {
  const medians = [measurement, reference].map((one) => medianOf(runsOf(one))) as [number, number]
  // Of runs as short as what a clock can tell, single ones say nothing.
  if (Math.min(...medians) < COARSE) return medians[0] / Math.max(medians[1], SHORTEST)
  const rounds = Math.min(measurement.warm.length, reference.warm.length)
  const ratios: number[] = []
  for (let i = 0; i < rounds; i++) ratios.push((measurement.warm[i]?.run ?? 0) / Math.max(reference.warm[i]?.run ?? 0, SHORTEST))
  return medianOf(ratios)
}

/** Milliseconds below which runs are too short to be compared one by one. */
const COARSE = 5
/** Milliseconds below which a run counts as this long: no clock here tells less. */
const SHORTEST = 0.001

/** Clock and random numbers are those of the system there, and cannot be fixed. */
function hasOwnWorld({ engine }: Measurement): boolean {
  return COMPARED_ENGINES[engine].memory === "resident"
}

/** What all should print: what an engine prints whose world is fixed, if there is one. */
function expectedDigest(measurements: readonly Measurement[]): Digest | null {
  const ran = measurements.filter((measurement) => measurement.cold !== null)
  return (ran.find((measurement) => !hasOwnWorld(measurement)) ?? ran.at(-1))?.cold?.digest ?? null
}

function outputVerdict(measurement: Measurement, expected: Digest | null, readsWorld: boolean): OutputVerdict {
  const { cold, warm } = measurement
  if (cold === null || expected === null) return "unknown"
  const isFree = readsWorld && hasOwnWorld(measurement)
  if (warm.some((sample) => !sameOutput(sample.digest, cold.digest))) return isFree ? "world" : "varies"
  return sameOutput(cold.digest, expected) ? "same" : isFree ? "world" : "differs"
}

function largest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values)
}

function breakEvens(rows: readonly ComparedRow[]): { readonly engine: ComparedEngineId; readonly value: BreakEven }[] {
  const reference = rows.find((row) => row.verdict === "reference")
  if (reference === undefined) return []
  return rows.flatMap((row) => {
    const value = row === reference ? null : breakEven(row, reference)
    return value === null ? [] : [{ engine: row.measurement.engine, value }]
  })
}

/** What a program costs before it runs: the warm compile time, or the cold one where there is no other. */
function startCost(row: ComparedRow): number | null {
  return row.compile?.median ?? row.measurement.coldCompile
}

/** See `BreakEven`. Null if the running time or, unless compiling is part of it, the compile time of either is unknown. */
export function breakEven(row: ComparedRow, reference: ComparedRow): BreakEven | null {
  const start = row.measurement.compilesInRun ? 0 : startCost(row)
  const referenceStart = startCost(reference)
  if (row.run === null || reference.run === null || row.ratio === null || start === null || referenceStart === null) return null
  if (row.verdict === "same") return { kind: "same" }
  const later = referenceStart - start
  if (row.ratio > 1) return later <= 0 ? { kind: "always" } : { kind: "after", work: later / (1 - 1 / row.ratio) }
  return later >= 0 ? { kind: "never" } : { kind: "until", work: -later / (1 - row.ratio) }
}
