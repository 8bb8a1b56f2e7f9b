/**
 * Statistics for timings on machines that do other things too: medians, their confidence intervals, and the spread.
 *
 * The one idea: nothing is assumed about how timings are distributed. The interval of a median comes from the order of the
 * values alone (the binomial distribution of how many of them lie below the true median), so a few runs that were
 * disturbed widen it little and never shift it.
 */

/** What is known of a series of values. */
export interface Summary {
  readonly count: number
  readonly median: number
  /** Bounds of the median, for which the chance to hold it is at least `CONFIDENCE`; of few values, the smallest and the largest. */
  readonly low: number
  readonly high: number
  /** Median distance from the median. */
  readonly deviation: number
}

/** Chance that an interval holds the true median. */
export const CONFIDENCE = 0.95

/** The median; of an even number, the mean of the middle two. NaN of nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? Number.NaN) : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}

/**
 * How many values of `count` may be left out at each end of the sorted series so that the interval still holds the median
 * with `CONFIDENCE`: the largest r with 2 · P(Binomial(count, ½) < r) ≤ 1 - CONFIDENCE.
 */
export function trimmed(count: number): number {
  let below = 0
  let term = 0.5 ** count
  let r = 0
  while (r < count / 2 && 2 * (below + term) <= 1 - CONFIDENCE) {
    below += term
    term = (term * (count - r)) / (r + 1)
    r++
  }
  return r
}

/** Summary of a series; null of nothing. */
export function summarise(values: readonly number[]): Summary | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((a, b) => a - b)
  const median = medianOf(sorted)
  // Leaving out r values at each end, the interval runs from the r-th smallest to the r-th largest, counted from 1.
  const at = Math.max(0, trimmed(sorted.length) - 1)
  return {
    count: sorted.length,
    median,
    low: sorted[at] as number,
    high: sorted[sorted.length - 1 - at] as number,
    deviation: medianOf(sorted.map((value) => Math.abs(value - median))),
  }
}

/** True if the intervals of the two have a point in common: the data do not tell the medians apart. */
export function overlap(a: Summary, b: Summary): boolean {
  return a.low <= b.high && b.low <= a.high
}
