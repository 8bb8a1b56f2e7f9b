/**
 * The table of processes, as Linux shows it: for tests that end processes and look whether any is left.
 */
import { readdirSync, readFileSync } from "node:fs"

/** A process that has not ended. */
export interface ProcessRow {
  readonly pid: number
  /** The process that started it, or the one that took it over when that ended. */
  readonly parent: number
  /** Name of its program, at most 15 characters. */
  readonly name: string
}

/** All processes but those that have ended and wait for their parent to take notice. */
export function processRows(): readonly ProcessRow[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return []
    try {
      const [, name = "", state = "", parent = ""] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${entry}/stat`, "utf8")) ?? []
      return state === "Z" || state === "" ? [] : [{ pid: Number(entry), parent: Number(parent), name }]
    } catch {
      // It has ended since.
      return []
    }
  })
}

/** Processes that `pid` started, and theirs. */
export function processesBelow(pid: number): readonly ProcessRow[] {
  const rows = processRows()
  const found = new Set([pid])
  for (let size = 0; size !== found.size; ) {
    size = found.size
    for (const row of rows) if (found.has(row.parent)) found.add(row.pid)
  }
  return rows.filter((row) => row.pid !== pid && found.has(row.pid))
}
