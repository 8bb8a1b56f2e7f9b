/**
 * Debugging: builds the program with points, runs it in a debug worker, and carries the user's moves to it. What the
 * program prints goes to the one log, and the run is the page's run, so Stop and the input line work as they always do.
 */
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import type { BreakpointState, DebugEvent, DebugMove, DebugRequest, DebugStop } from "../../protocol/debug.ts"
import { t } from "../messages/t.ts"
import type { DebugMarks } from "../editor/debug-marks.ts"
import { afterEvent, conditionedBreakpoint, type DebugAim, type DebugState, inlineValues, movedBreakpoints, NO_DEBUGGING, queuedAim, shownLine, startedSession, toggledBreakpoint } from "../model/debug-state.ts"
import { positionAt } from "../model/positions.ts"
import { compiler, failureText, programFiles } from "./compiling.ts"
import { loadDebugMemory, saveDebugMemory } from "./debug-memory.ts"
import { revealInFile } from "./pane-ports.ts"
import { openPane } from "./panes.ts"
import { attachRun, outputLog, stop as stopRun } from "./running.ts"
import { isPhone } from "./screen.ts"
import { dispatch, store, toast } from "./store.ts"
import { makeDebugWorker } from "./workers.ts"

/** The state of debugging, beside the page's state. */
export const debugStore = createStore<DebugState>(() => ({ ...NO_DEBUGGING, ...loadDebugMemory() }))

/** A part of the state of debugging, followed by the component that asks. */
export function useDebug<T>(selector: (state: DebugState) => T): T {
  return useStore(debugStore, selector)
}

let worker: Worker | null = null
let attempt = 0
/** The time to go to once the program has started, or null. */
let wanted: number | null = null

function change(next: (state: DebugState) => DebugState): void {
  debugStore.setState(next, true)
}

debugStore.subscribe((now, before) => {
  if (now.breakpoints !== before.breakpoints || now.watches !== before.watches) saveDebugMemory(now)
})

function send(request: DebugRequest): void {
  worker?.postMessage(request)
}

/** True if the text has changed since the program was built. */
export function isStale(): boolean {
  const { session } = debugStore.getState()
  return session !== null && session.version !== store.getState().version
}

/** The statement of the run one stands at, or null. */
export function currentStep(): number | null {
  const { session } = debugStore.getState()
  return session?.phase === "stopped" && session.stop !== null && session.stop.time > 0 && !isStale() ? session.stop.time : null
}

/** Offers to go to a statement of the run, as a link asks for. Nothing runs by itself. */
export function offerStep(step: number): void {
  change((state) => ({ ...state, offered: step }))
  openPane("debug")
}

/** Starts the program and goes to the statement that is offered. */
export function goToOffered(): void {
  const { offered } = debugStore.getState()
  if (offered === null) return
  void startDebugging(true)
  wanted = offered
}

/** Builds the program and starts it: to its first statement, or on to a breakpoint. */
export async function startDebugging(stopsAtEntry = debugStore.getState().breakpoints.length === 0): Promise<void> {
  stopRun()
  endSession()
  const mine = ++attempt
  wanted = null
  const state = store.getState()
  openPane("debug")
  outputLog.clear()
  change((debug) => startedSession(debug, state.version))
  dispatch({ type: "runStarted" })
  attachRun({ stop: endSession, sendLine: (line) => send({ type: "input", line }), endInput: () => send({ type: "input", line: null }) })
  const asked = performance.now()
  try {
    const compiled = await compiler().request("debug", { version: state.version, files: programFiles(state) })
    if (mine !== attempt) return
    if (compiled.program === null) {
      const errors = compiled.diagnostics.filter((diagnostic) => diagnostic.severity === "error").length
      endSession()
      dispatch({ type: "checked", version: compiled.version, diagnostics: compiled.diagnostics })
      dispatch({ type: "runBlocked", errors: Math.max(1, errors) })
      openPane("output")
      return
    }
    dispatch({ type: "runCompiled", stages: compiled.times, compiledIn: performance.now() - asked, wasmBytes: 0 })
    const made = makeDebugWorker()
    worker = made
    made.addEventListener("message", (event: MessageEvent<DebugEvent>) => {
      if (worker === made) receive(event.data)
    })
    made.addEventListener("error", (event) => {
      event.preventDefault()
      if (worker === made) fail(event.message || "the debug worker stopped")
    })
    const { breakpoints, watches } = debugStore.getState()
    send({ type: "start", program: compiled.program, stdin: state.stdin, breakpoints: requests(breakpoints), watches, stopsAtEntry })
  } catch (error) {
    if (mine === attempt) fail(failureText(error))
  }
}

function requests(breakpoints: readonly BreakpointState[]): readonly { readonly file: string; readonly line: number; readonly condition: string }[] {
  return breakpoints.map(({ file, line, condition }) => ({ file, line, condition }))
}

function fail(reason: string): void {
  endSession()
  dispatch({ type: "runFinished", outcome: { kind: "bug", message: reason }, milliseconds: null, firstOutputAfter: null, peakMemory: null })
}

function endSession(): void {
  attempt++
  worker?.terminate()
  worker = null
  attachRun(null)
  change((state) => ({ ...state, session: null }))
}

function receive(event: DebugEvent): void {
  change((state) => afterEvent(state, event))
  switch (event.type) {
    case "running":
      dispatch({ type: "runResumed" })
      break
    case "output":
      if (event.isWhole) outputLog.clear()
      outputLog.append(event.chunks)
      outputLog.publish()
      break
    case "stopped":
      if (wanted !== null) aimAt({ time: wanted })
      else if (!goOn()) showStop(event.stop)
      wanted = null
      break
    case "bug":
      fail(event.message)
      break
  }
}

function showStop(stop: DebugStop): void {
  if (stop.reason === "input") {
    dispatch({ type: "runWaiting" })
    openPane("output")
  } else {
    dispatch({ type: "runPaused" })
    if (isPhone()) openPane("debug")
  }
  const frame = stop.frames[0]
  if (frame !== undefined && !isPhone()) showPlace(0)
  const place = frame === undefined ? "" : t("debug.at", { function: frame.function, line: frame.line })
  dispatch({ type: "announced", text: `${t(`debug.reason.${stop.reason}`)} ${place}` })
}

/** Brings the line of a frame into sight, without taking the focus from where it is. */
function showPlace(number: number): void {
  const frame = debugStore.getState().session?.stop?.frames[number]
  if (frame === undefined || isStale()) return
  const start = { start: frame.range.start, end: frame.range.start }
  const focused = document.activeElement
  revealInFile(frame.file, start)
  if (focused instanceof HTMLElement && focused !== document.body) focused.focus({ preventScroll: true })
}

/** What to mark in the file that is in the editor. */
export function debugMarks(): DebugMarks {
  const { breakpoints, session } = debugStore.getState()
  const { source } = store.getState()
  const stop = session?.phase === "stopped" && !isStale() ? session.stop : null
  const frame = stop?.frames[session?.frame ?? 0]
  const isHere = frame?.file === source.name
  return {
    breakpoints: breakpoints
      .filter((one) => one.file === source.name)
      .map((one) => ({ line: shownLine(one), kind: one.at === null || one.problem !== null ? "broken" : one.condition === "" ? "plain" : "conditional", label: t("debug.gutter") })),
    place: isHere && frame !== undefined ? { line: frame.line, isTop: session?.frame === 0, isError: stop?.reason === "error" && session?.frame === 0 } : null,
    values: isHere && stop != null ? inlineValues(stop, session?.frame ?? 0, source.text) : [],
  }
}

/**
 * Moves the program; starts one if there is none. While it runs the move waits for its turn. A program that no longer fits the text does
 * not move.
 */
export function moveDebugger(move: DebugMove): void {
  if (debugStore.getState().session === null) void startDebugging(move === "continue" ? undefined : true)
  else go(move)
}

/** Goes to a time of the run; while the program runs, when it stands still. */
export function goToTime(time: number): void {
  go({ time })
}

function go(aim: DebugAim): void {
  const { session } = debugStore.getState()
  if (session === null || session.phase === "compiling") return
  if (isStale()) toast(t("debug.stale"), { tone: "problem" })
  else if (session.phase === "stopped") aimAt(aim)
  else change((state) => (state.session === null ? state : { ...state, session: queuedAim(state.session, aim) }))
}

/** Sends a move to a program that stands still. It counts as running from now on, so that nothing overtakes the message. */
function aimAt(aim: DebugAim): void {
  change((state) => (state.session === null ? state : { ...state, session: { ...state.session, phase: "running" } }))
  send(typeof aim === "object" ? { type: "goTo", time: aim.time } : { type: "move", move: aim })
}

/** Does what was asked for while the program ran; false if there is nothing. */
function goOn(): boolean {
  const { session } = debugStore.getState()
  const next = session?.queue[0]
  if (session === null || next === undefined || isStale()) {
    dropQueue()
    return false
  }
  change((state) => ({ ...state, session: { ...session, queue: session.queue.slice(1) } }))
  aimAt(next)
  return true
}

function dropQueue(): void {
  change((state) => (state.session === null || state.session.queue.length === 0 ? state : { ...state, session: { ...state.session, queue: [] } }))
}

/** Stops the running program at its next statement; moves that wait are forgotten. */
export function pauseDebugger(): void {
  const { session } = debugStore.getState()
  dropQueue()
  if (session?.phase === "running") send({ type: "pause" })
  else if (session?.stop?.reason === "input") toast(t("debug.pausedAtInput"))
}

/** Ends the session. */
export function stopDebugging(): void {
  if (debugStore.getState().session !== null) stopRun()
}

/** Looks at another frame. */
export function chooseFrame(frame: number): void {
  const { session, watches } = debugStore.getState()
  if (session?.phase !== "stopped") return
  change((state) => (state.session === null ? state : { ...state, session: { ...state.session, frame } }))
  send({ type: "watches", watches, frame })
  showPlace(frame)
}

/** Asks for the parts of a value. */
export function openValue(ref: number): void {
  if (debugStore.getState().session?.parts.has(ref) === false) send({ type: "expand", ref })
}

/** Puts a breakpoint on a line of the file in the editor, or takes it away; the caret's line by default. */
export function toggleBreakpoint(line = positionAt(store.getState().source.text, store.getState().selection.start).line): void {
  setBreakpoints((state) => toggledBreakpoint(state, store.getState().source.name, line))
}

/** Makes sure that there is a breakpoint on the caret's line, and asks for its condition. */
export function askForCondition(): void {
  const { source, selection } = store.getState()
  const { line } = positionAt(source.text, selection.start)
  const find = (): BreakpointState | undefined => debugStore.getState().breakpoints.find((one) => one.file === source.name && shownLine(one) === line)
  if (find() === undefined) toggleBreakpoint(line)
  const found = find()
  if (found !== undefined) change((state) => ({ ...state, editing: found }))
}

/** Takes a breakpoint away. */
export function removeBreakpoint(breakpoint: BreakpointState): void {
  setBreakpoints((state) => ({ ...state, breakpoints: state.breakpoints.filter((one) => one !== breakpoint) }))
}

/** Gives a breakpoint a condition. */
export function setCondition(breakpoint: BreakpointState, condition: string): void {
  setBreakpoints((state) => conditionedBreakpoint(state, breakpoint, condition))
}

/** Follows an edit: the breakpoints of a file, in order, are on these lines now. */
export function moveBreakpoints(file: string, lines: readonly number[]): void {
  change((state) => movedBreakpoints(state, file, lines))
}

function setBreakpoints(next: (state: DebugState) => DebugState): void {
  const before = debugStore.getState().breakpoints
  change(next)
  const { breakpoints } = debugStore.getState()
  if (breakpoints !== before) send({ type: "breakpoints", breakpoints: requests(breakpoints) })
}

/** Sets the watched expressions. */
export function setWatches(watches: readonly string[]): void {
  change((state) => ({ ...state, watches }))
  send({ type: "watches", watches, frame: debugStore.getState().session?.frame ?? 0 })
}
