/**
 * What the page knows of debugging: breakpoints and watches, which outlive sessions, and the session there is. Pure; the
 * service `services/debugging.ts` feeds it.
 */
import type { BreakpointState, DebugEvent, DebugMove, DebugStop, ShownValue, ShownWatch } from "../../protocol/debug.ts"

/** The parts of a value that was opened. */
export interface ShownParts {
  readonly parts: readonly ShownValue[]
  readonly more: number
}

/** A debugging session. */
export interface DebugSessionState {
  readonly phase: "compiling" | "running" | "stopped"
  /** The last stop; while the program runs it is what was seen before. */
  readonly stop: DebugStop | null
  /** The version of the text that the program was built from. */
  readonly version: number
  /** The frame that is looked at. */
  readonly frame: number
  /** Parts by the number of the value, for the current stop. */
  readonly parts: ReadonlyMap<number, ShownParts>
  readonly watches: readonly ShownWatch[]
  /** The latest time the run has been at. */
  readonly latest: number
  /** What was asked for while the program ran, to be done one after another when it stands still. */
  readonly queue: readonly DebugAim[]
}

/** Where to go: by a move, or to a time. */
export type DebugAim = DebugMove | { readonly time: number }

/** See the head of the file. */
export interface DebugState {
  readonly breakpoints: readonly BreakpointState[]
  readonly watches: readonly string[]
  readonly session: DebugSessionState | null
  /** The breakpoint whose condition is asked for. */
  readonly editing: BreakpointState | null
  /** The statement at which the author of an opened link stood, or null. */
  readonly offered: number | null
}

/** Nothing to debug. */
export const NO_DEBUGGING: DebugState = { breakpoints: [], watches: [], session: null, editing: null, offered: null }

/** Most breakpoints, and most watches. */
export const MOST_BREAKPOINTS = 200

/** Most moves that wait for a move that is under way: a key that is held down while the program runs asks for no end of them. */
export const MOST_QUEUED = 32

/** A session that is being built from a version of the text. */
export function startedSession(state: DebugState, version: number): DebugState {
  const session: DebugSessionState = { phase: "compiling", stop: null, version, frame: 0, parts: new Map(), watches: [], latest: 0, queue: [] }
  return { ...state, session }
}

/** The state after a message of the debug worker. Output is not kept here. */
export function afterEvent(state: DebugState, event: DebugEvent): DebugState {
  const { session } = state
  if (session === null) return state
  switch (event.type) {
    case "running":
      return { ...state, session: { ...session, phase: "running" } }
    case "stopped":
      return {
        ...state,
        session: {
          ...session,
          phase: "stopped",
          stop: event.stop,
          frame: 0,
          parts: new Map(),
          watches: event.stop.watches,
          latest: Math.max(session.latest, event.stop.time),
          // Who asked for more steps did not expect a breakpoint, an error or a question: one wants to look at that first.
          queue: event.stop.reason === "step" || event.stop.reason === "entry" ? session.queue : [],
        },
      }
    case "breakpoints":
      // An answer about breakpoints that have been changed since says nothing.
      if (!sameRequests(event.breakpoints, state.breakpoints)) return state
      return { ...state, breakpoints: event.breakpoints }
    case "watches":
      return { ...state, session: { ...session, watches: event.watches } }
    case "parts":
      return { ...state, session: { ...session, parts: new Map(session.parts).set(event.ref, event) } }
    default:
      return state
  }
}

/**
 * With one more aim for a program that runs. Times follow each other faster than a run can, as a slider is dragged: only the last
 * one counts. Beyond `MOST_QUEUED` what is asked for is left out.
 */
export function queuedAim(session: DebugSessionState, aim: DebugAim): DebugSessionState {
  const last = session.queue.at(-1)
  const before = typeof aim === "object" && typeof last === "object" ? session.queue.slice(0, -1) : session.queue
  return before.length >= MOST_QUEUED ? session : { ...session, queue: [...before, aim] }
}

function sameRequests(a: readonly BreakpointState[], b: readonly BreakpointState[]): boolean {
  return a.length === b.length && a.every((one, i) => one.file === b[i]?.file && one.line === b[i]?.line && one.condition === b[i]?.condition)
}

/** Without the breakpoint that is shown on a line, or with a new one there. */
export function toggledBreakpoint(state: DebugState, file: string, line: number): DebugState {
  const kept = state.breakpoints.filter((one) => one.file !== file || shownLine(one) !== line)
  if (kept.length < state.breakpoints.length) return { ...state, breakpoints: kept }
  if (kept.length >= MOST_BREAKPOINTS) return state
  return { ...state, breakpoints: sorted([...kept, { file, line, condition: "", at: line, problem: null }]) }
}

/** With another condition for one breakpoint. */
export function conditionedBreakpoint(state: DebugState, which: BreakpointState, condition: string): DebugState {
  return { ...state, breakpoints: state.breakpoints.map((one) => (one === which ? { ...one, condition, problem: null } : one)), editing: null }
}

/** With the breakpoints of a file on other lines, because the text around them was edited. Two on one line become one. */
export function movedBreakpoints(state: DebugState, file: string, lines: readonly number[]): DebugState {
  let next = 0
  const seen = new Set<number>()
  const breakpoints = state.breakpoints.flatMap((one) => {
    if (one.file !== file) return [one]
    const line = lines[next++]
    if (line === undefined || seen.has(line)) return []
    seen.add(line)
    return [line === shownLine(one) ? one : { ...one, line, at: line }]
  })
  return breakpoints.every((one, i) => one === state.breakpoints[i]) && breakpoints.length === state.breakpoints.length ? state : { ...state, breakpoints }
}

/** The line at which a breakpoint is shown: where it stops, if that is known. */
export function shownLine(breakpoint: BreakpointState): number {
  return breakpoint.at ?? breakpoint.line
}

function sorted(breakpoints: readonly BreakpointState[]): readonly BreakpointState[] {
  return breakpoints.toSorted((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line))
}

/** What stands beside each line of the innermost function: the variables that its text names. */
export function inlineValues(stop: DebugStop, frame: number, text: string): readonly { readonly line: number; readonly text: string }[] {
  const shown = stop.frames[frame]
  if (shown === undefined) return []
  const lines = text.split("\n")
  const values: { line: number; text: string }[] = []
  const last = shown.line
  const pending = new Map(shown.variables.filter(({ name }) => name !== "me").map((variable) => [variable.name, variable]))
  // From the line one stands at upwards, each variable stands where it is named last.
  for (let line = last; line >= 1 && pending.size > 0 && last - line < 60; line--) {
    const names = new Set(lines[line - 1]?.match(/[A-Za-z_]\w*/g) ?? [])
    const here = [...pending.values()].filter(({ name }) => names.has(name))
    if (here.length === 0) continue
    for (const { name } of here) pending.delete(name)
    values.push({ line, text: here.map((variable) => `${variable.name} = ${variable.line}`).join("   ") })
  }
  return values
}
