/**
 * Breakpoints and watches survive a reload: they are kept for the tab, like its session. What is read is looked at as if
 * anybody had written it.
 */
import type { BreakpointState } from "../../protocol/debug.ts"
import { MOST_BREAKPOINTS } from "../model/debug-state.ts"

const KEY = "hako.debug"
/** Longest condition or watch, in UTF-16 units. */
const LONGEST = 2000

/** What is kept. */
export interface DebugMemory {
  readonly breakpoints: readonly BreakpointState[]
  readonly watches: readonly string[]
}

/** What was kept for this tab; nothing if it cannot be read. */
export function loadDebugMemory(): DebugMemory {
  try {
    return parseDebugMemory(JSON.parse(sessionStorage.getItem(KEY) ?? "null"))
  } catch {
    return { breakpoints: [], watches: [] }
  }
}

/** Keeps breakpoints and watches; without storage they last as long as the page. */
export function saveDebugMemory({ breakpoints, watches }: DebugMemory): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ breakpoints: breakpoints.map(({ file, line, condition }) => ({ file, line, condition })), watches }))
  } catch {
    // The storage is full or closed.
  }
}

function parseDebugMemory(value: unknown): DebugMemory {
  if (typeof value !== "object" || value === null) return { breakpoints: [], watches: [] }
  const { breakpoints, watches } = value as { breakpoints?: unknown; watches?: unknown }
  const isText = (text: unknown): text is string => typeof text === "string" && text.length <= LONGEST
  return {
    breakpoints: (Array.isArray(breakpoints) ? breakpoints : []).slice(0, MOST_BREAKPOINTS).flatMap((one: unknown): BreakpointState[] => {
      if (typeof one !== "object" || one === null) return []
      const { file, line, condition } = one as { file?: unknown; line?: unknown; condition?: unknown }
      return isText(file) && isText(condition) && typeof line === "number" && Number.isSafeInteger(line) && line > 0 ? [{ file, line, condition, at: line, problem: null }] : []
    }),
    watches: (Array.isArray(watches) ? watches : []).filter(isText).slice(0, MOST_BREAKPOINTS),
  }
}
