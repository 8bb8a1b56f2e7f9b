/**
 * How often each line was executed in the last run that counted. It belongs to the text that was run: an edit takes it away.
 *
 * Counting is on demand. It needs a program that keeps its statements apart and stops at none of them, which is the debugger's; what
 * runs otherwise has been optimised across lines, and pays nothing for counts that nobody asked for.
 */
import { createStore } from "zustand/vanilla"
import type { LineCount } from "../../protocol/worker.ts"

/** See the head of the file. */
export interface LineCounts {
  readonly lines: readonly LineCount[]
  /** The text version that was run; null before the first such run. */
  readonly version: number | null
}

const NOTHING: LineCounts = { lines: [], version: null }

/** The counts of the page. */
export const lineCounts = createStore<LineCounts>(() => NOTHING)


/** A run begins, which counts if `version` is the text it counts for. */
export function beginCounting(version: number | null): void {
  lineCounts.setState({ ...NOTHING, version })
}

/** A run that counts has ended. */
export function endCounting(lines: readonly LineCount[]): void {
  lineCounts.setState({ lines })
}
