/**
 * How far a learner has come: the lessons that are solved, the programs begun in them, and the lesson that is open. Kept in
 * this browser, shared by its tabs. What is stored may be anything; what is not understood is as if it were not there.
 */
import { createStore } from "zustand/vanilla"

/** See the head of the file. */
export interface Progress {
  /** Id of the lesson that is open. */
  readonly lesson: string | null
  readonly solved: readonly string[]
  /** The learner's programs by lesson, where they differ from the lesson's own. */
  readonly programs: ReadonlyMap<string, string>
}

const KEY = "hako.tour"
/** Most UTF-16 units of a program that is kept. */
const PROGRAM_LIMIT = 32 * 1024

/** The progress in a stored text. */
export function parseProgress(json: string | null): Progress {
  const none: Progress = { lesson: null, solved: [], programs: new Map() }
  if (json === null) return none
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return none
  }
  if (typeof value !== "object" || value === null) return none
  const { lesson, solved, programs } = value as { lesson?: unknown; solved?: unknown; programs?: unknown }
  const isText = (one: unknown): one is string => typeof one === "string"
  const entries = Array.isArray(programs) ? programs.filter((one): one is [string, string] => Array.isArray(one) && one.length === 2 && one.every(isText)) : []
  return { lesson: isText(lesson) ? lesson : null, solved: Array.isArray(solved) ? solved.filter(isText) : [], programs: new Map(entries) }
}

function read(): Progress {
  try {
    return parseProgress(localStorage.getItem(KEY))
  } catch {
    return parseProgress(null)
  }
}

/** The progress of this browser. */
export const progress = createStore<Progress>(read)

/** Changes the progress and keeps it; a browser that keeps nothing forgets it with the page. */
export function learn(change: (before: Progress) => Progress): void {
  const next = change(progress.getState())
  progress.setState(next, true)
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...next, programs: [...next.programs].filter(([, text]) => text.length <= PROGRAM_LIMIT) }))
  } catch {
    // A full storage is reported by the next save of the work itself.
  }
}
