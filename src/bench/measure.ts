/**
 * Paired measurements on a machine that is not idle: CPU time of the thread that works, implementations interleaved in
 * rounds, medians of per-round ratios.
 */
import { readFileSync } from "node:fs"

/** CPU time of the calling thread in milliseconds, or null where the system does not tell. */
export function threadCpu(): number | null {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1e6
  } catch {
    return null
  }
}

/** The median; of an even number, the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/** The geometric mean. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, v) => sum + Math.log(v), 0) / values.length)
}
