import { describe, expect, it } from "vitest"
import type { DebugStop, ShownVariable } from "../../protocol/debug.ts"
import { afterEvent, conditionedBreakpoint, type DebugSessionState, type DebugState, inlineValues, MOST_QUEUED, movedBreakpoints, NO_DEBUGGING, queuedAim, shownLine, startedSession, toggledBreakpoint } from "./debug-state.ts"

const lines = (state: DebugState): string[] => state.breakpoints.map((one) => `${one.file}:${shownLine(one)}`)
const withLines = (...at: number[]): DebugState => at.reduce((state, line) => toggledBreakpoint(state, "a.hako", line), NO_DEBUGGING)

describe("breakpoints", () => {
  it("are put on and taken off by line, in order", () => {
    const state = toggledBreakpoint(withLines(7, 3), "b.hako", 1)
    expect(lines(state)).toEqual(["a.hako:3", "a.hako:7", "b.hako:1"])
    expect(lines(toggledBreakpoint(state, "a.hako", 7))).toEqual(["a.hako:3", "b.hako:1"])
  })

  it("go with the text; two that meet on a line become one", () => {
    const state = withLines(3, 5, 9)
    expect(lines(movedBreakpoints(state, "a.hako", [4, 6, 10]))).toEqual(["a.hako:4", "a.hako:6", "a.hako:10"])
    expect(lines(movedBreakpoints(state, "a.hako", [4, 4, 10]))).toEqual(["a.hako:4", "a.hako:10"])
    expect(movedBreakpoints(state, "a.hako", [3, 5, 9])).toBe(state)
    expect(movedBreakpoints(state, "b.hako", [1])).toBe(state)
  })

  it("are shown where they stop, unless they were changed since the answer", () => {
    const state = startedSession(withLines(1), 1)
    const answer = [{ file: "a.hako", line: 1, condition: "", at: 4, problem: null }]
    const moved = afterEvent(state, { type: "breakpoints", breakpoints: answer })
    expect(lines(moved)).toEqual(["a.hako:4"])
    expect(lines(toggledBreakpoint(moved, "a.hako", 4))).toEqual([])
    const changed = conditionedBreakpoint(state, state.breakpoints[0] as DebugState["breakpoints"][number], "x > 1")
    expect(afterEvent(changed, { type: "breakpoints", breakpoints: answer })).toBe(changed)
  })
})

describe("values beside the source", () => {
  it("stand where a name is written last, above where the program stands", () => {
    const variable = (name: string, line: string): ShownVariable => ({ name, line, type: "Integer", ref: null, kind: "local" })
    const frame = { function: "main", file: "a.hako", line: 3, range: { start: 0, end: 1 }, variables: [variable("a", "1"), variable("b", "2"), variable("unused", "3")] }
    const stop: DebugStop = { reason: "step", time: 3, oldest: 1, error: null, exitCode: null, frames: [frame], globals: [], watches: [] }
    expect(inlineValues(stop, 0, "local a = 1\nlocal b = a + 1\nprint(b)\nprint(a)\n")).toEqual([
      { line: 3, text: "b = 2" },
      { line: 2, text: "a = 1" },
    ])
  })
})

describe("a session", () => {
  it("keeps parts of values for one stop only", () => {
    const stop: DebugStop = { reason: "step", time: 3, oldest: 1, error: null, exitCode: null, frames: [], globals: [], watches: [] }
    const first = afterEvent(startedSession(NO_DEBUGGING, 1), { type: "stopped", stop })
    const opened = afterEvent(first, { type: "parts", ref: 4, parts: [], more: 2 })
    expect(opened.session?.parts.get(4)?.more).toBe(2)
    const next = afterEvent(afterEvent(opened, { type: "running" }), { type: "stopped", stop: { ...stop, time: 2 } })
    expect(next.session?.parts.size).toBe(0)
    expect(next.session?.latest).toBe(3)
  })

  it("does moves that were asked for while it ran, unless it stops where nobody expected it", () => {
    const stop: DebugStop = { reason: "step", time: 3, oldest: 1, error: null, exitCode: null, frames: [], globals: [], watches: [] }
    const running = afterEvent(startedSession(NO_DEBUGGING, 1), { type: "running" })
    const session = queuedAim(queuedAim(running.session as DebugSessionState, "over"), "into")
    const queueAfter = (reason: DebugStop["reason"]): unknown => afterEvent({ ...running, session }, { type: "stopped", stop: { ...stop, reason } }).session?.queue
    expect(queueAfter("step")).toEqual(["over", "into"])
    for (const reason of ["breakpoint", "error", "end", "input", "pause", "oldest"] as const) expect(queueAfter(reason), reason).toEqual([])
  })

  it("keeps few moves, and of times in a row the last", () => {
    const fresh = startedSession(NO_DEBUGGING, 1).session as DebugSessionState
    const dragged = [4, 5, 6].reduce((session, time) => queuedAim(session, { time }), queuedAim(fresh, "over"))
    expect(dragged.queue).toEqual(["over", { time: 6 }])
    const held = Array.from({ length: MOST_QUEUED + 5 }).reduce<DebugSessionState>((session) => queuedAim(session, "into"), fresh)
    expect(held.queue.length).toBe(MOST_QUEUED)
  })
})
