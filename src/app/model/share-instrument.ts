/**
 * What a link of format 3 carries beside the program: the figures of a comparison with the machine they are of, and where one
 * stands in the pass explorer.
 *
 * The figures are packed: runs as short lists, times to four digits, and what the runs printed once each, since it is nearly
 * always the same. Reading checks everything against bounds that no honest link comes near.
 */
import { COMPARED_ENGINE_IDS, type ComparedEngineId, type Digest, type Measurement, type MeasurementState, type RunSample } from "../../compare/measurement.ts"
import { fields, isOffset, isTextWithin, listOf } from "./share-fields.ts"

/** A finished comparison. */
export interface SharedComparison {
  /** Where it was measured, in words. */
  readonly machine: string
  readonly measurements: readonly Measurement[]
}

/** How the pass explorer shows a function. */
export const PASS_VIEWS = ["diff", "graph", "blocks"] as const

/** Name of a way to show a function. */
export type PassView = (typeof PASS_VIEWS)[number]

/** A place in the pass explorer. */
export interface SharedPasses {
  /** Name of the function; null for the main one. */
  readonly function: string | null
  /** Index in the list of steps. */
  readonly step: number
  readonly view: PassView
  readonly hideUnchanged: boolean
  /** Passes that are left out. */
  readonly skip: readonly string[]
}

/** Most characters kept of what a run printed. */
const HEAD = 80
/** Bounds of what is read. */
const MOST = { name: 200, reason: 500, samples: 100, digests: 100, passes: 64, step: 1000, number: 1e15 } as const
/** States of a measurement that is over. */
const OVER: readonly MeasurementState[] = ["measured", "absent", "stopped"]

/** The comparison as JSON. */
export function packComparison({ machine, measurements }: SharedComparison): unknown {
  const digests: Digest[] = []
  const sample = ({ run, firstOutput, peakMemory, digest }: RunSample): unknown => {
    let at = digests.findIndex((known) => known.hash === digest.hash && known.bytes === digest.bytes && known.end === digest.end)
    if (at === -1) at = digests.push(digest) - 1
    return [rounded(run), firstOutput === null ? null : rounded(firstOutput), peakMemory, at]
  }
  const rows = measurements.map((m) => ({
    engine: m.engine,
    state: m.state,
    reason: m.reason?.slice(0, MOST.reason) ?? null,
    coldCompile: m.coldCompile === null ? null : rounded(m.coldCompile),
    cold: m.cold === null ? null : sample(m.cold),
    compile: m.compile.map(rounded),
    warm: m.warm.map(sample),
    codeBytes: m.codeBytes,
    distributedBytes: m.distributedBytes,
    compilesInRun: m.compilesInRun,
    readsWorld: m.readsWorld,
  }))
  return { machine: machine.slice(0, MOST.name), printed: digests.map(({ bytes, hash, head, end }) => [bytes, hash, head.slice(0, HEAD), end.slice(0, MOST.reason)]), rows }
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

/** The comparison that `value` packs; null if it is none. */
export function readComparison(value: unknown): SharedComparison | null {
  const whole = fields(value, ["machine", "printed", "rows"], [])
  if (whole === null) return null
  const { machine } = whole
  if (!isTextWithin(machine, MOST.name)) return null
  const printed = listOf(whole["printed"], MOST.digests, readDigest)
  if (printed === null) return null
  const seen = new Set<ComparedEngineId>()
  const measurements = listOf(whole["rows"], COMPARED_ENGINE_IDS.length, (row) => {
    const read = readMeasurement(row, printed)
    if (read === null || seen.has(read.engine)) return null
    seen.add(read.engine)
    return read
  })
  return measurements === null || measurements.length === 0 ? null : { machine, measurements }
}

function readDigest(value: unknown): Digest | null {
  if (!Array.isArray(value) || value.length !== 4) return null
  const [bytes, hash, head, end] = value as readonly unknown[]
  if (!isOffset(bytes, MOST.number) || typeof hash !== "string" || !/^[0-9a-f]{0,64}$/.test(hash)) return null
  return isTextWithin(head, HEAD) && isTextWithin(end, MOST.reason) ? { bytes, hash, head, end } : null
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= MOST.number
}

function isAmountOrNone(value: unknown): value is number | null {
  return value === null || isAmount(value)
}

function readMeasurement(value: unknown, printed: readonly Digest[]): Measurement | null {
  const row = fields(value, ["engine", "state", "reason", "coldCompile", "cold", "compile", "warm", "codeBytes", "distributedBytes", "compilesInRun", "readsWorld"], [])
  if (row === null) return null
  const { coldCompile, codeBytes, distributedBytes, compilesInRun, readsWorld, reason } = row
  const engine = COMPARED_ENGINE_IDS.find((id) => id === row["engine"])
  const state = OVER.find((name) => name === row["state"])
  if (engine === undefined || state === undefined || (reason !== null && !isTextWithin(reason, MOST.reason))) return null
  if (!isAmountOrNone(coldCompile) || !isAmountOrNone(codeBytes) || !isAmountOrNone(distributedBytes)) return null
  if (typeof compilesInRun !== "boolean" || typeof readsWorld !== "boolean") return null
  const sample = (entry: unknown): RunSample | null => readSample(entry, printed)
  const cold = row["cold"] === null ? null : sample(row["cold"])
  const compile = listOf(row["compile"], MOST.samples, (entry) => (isAmount(entry) ? entry : null))
  const warm = listOf(row["warm"], MOST.samples, sample)
  if ((cold === null) !== (row["cold"] === null) || compile === null || warm === null) return null
  // Runs in rounds follow a first one.
  if (cold === null && warm.length > 0) return null
  return { engine, state, reason, coldCompile, cold, compile, warm, codeBytes, distributedBytes, compilesInRun, readsWorld }
}

function readSample(value: unknown, printed: readonly Digest[]): RunSample | null {
  if (!Array.isArray(value) || value.length !== 4) return null
  const [run, firstOutput, peakMemory, at] = value as readonly unknown[]
  if (!isAmount(run) || !isAmountOrNone(firstOutput) || !isAmountOrNone(peakMemory) || !isOffset(at, printed.length - 1)) return null
  return { run, firstOutput, peakMemory, digest: printed[at] as Digest }
}

/** The place in the pass explorer that `value` is; null if it is none. */
export function readPasses(value: unknown): SharedPasses | null {
  const place = fields(value, ["function", "step", "view", "hideUnchanged", "skip"], [])
  if (place === null) return null
  const { step, hideUnchanged } = place
  const func = place["function"]
  const view = PASS_VIEWS.find((id) => id === place["view"])
  const skip = listOf(place["skip"], MOST.passes, (pass) => (typeof pass === "string" && /^[a-z][a-z-]{0,31}$/.test(pass) ? pass : null))
  if ((func !== null && !isTextWithin(func, MOST.name)) || !isOffset(step, MOST.step) || view === undefined || typeof hideUnchanged !== "boolean" || skip === null) return null
  return { function: func, step, view, hideUnchanged, skip }
}
