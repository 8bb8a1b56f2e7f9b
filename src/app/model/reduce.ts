/**
 * The next state. Pure: an action says what happened, never what to do; effects are the services' matter.
 */
import type { DiagnosticMessage, RunOutcome, SourceRange, SourceText, StageTime, TextEdit, TextRange, TextViewId, ViewText } from "../../protocol/worker.ts"
import type { EngineId } from "./engines.ts"
import { activate, type LayoutNode, panesOf } from "./layout.ts"
import { linksAtView, sourceRanges } from "./links.ts"
import { PANES, type PaneId } from "./panes.ts"
import { applyEdits, clampRange } from "./positions.ts"
import { MOST_FILES, neighbourOf, normalText, withFileName, withFileText, withMain } from "./project.ts"
import type { ShareFault } from "./share-url.ts"
import {
  type AppState,
  type CompilerPhase,
  type LearnView,
  type LoadFailure,
  NO_RUN,
  type Overlay,
  type Pointing,
  type RunState,
  type SaveState,
  type ThemeChoice,
  type Toast,
  type ViewState,
} from "./state.ts"

/** What can happen to the page. */
export type Action =
  /** The editor's text changed; without a name, that of the file it shows. */
  | { readonly type: "edited"; readonly text: string; readonly file?: string }
  /** The text of the file in the editor is replaced from outside the editor. */
  | { readonly type: "replaced"; readonly text: string; readonly selection?: TextRange }
  /** Parts of some files are replaced from outside the editor; the ranges are of the texts as they are. */
  | { readonly type: "filesEdited"; readonly edits: readonly (TextEdit & { readonly file: string })[] }
  /** The whole program is replaced. `selection` is in the active file, which is the main file unless it is named. */
  | { readonly type: "programReplaced"; readonly files: readonly SourceText[]; readonly active?: string; readonly stdin?: string; readonly selection?: TextRange }
  /** A file is brought into the editor. */
  | { readonly type: "fileOpened"; readonly name: string; readonly selection?: TextRange }
  | { readonly type: "fileAdded"; readonly name: string }
  | { readonly type: "fileRenamed"; readonly from: string; readonly to: string }
  | { readonly type: "fileClosed"; readonly name: string }
  | { readonly type: "mainChosen"; readonly name: string }
  | { readonly type: "naming"; readonly naming: AppState["naming"] }
  | { readonly type: "inputEdited"; readonly stdin: string }
  | { readonly type: "engineChosen"; readonly engine: EngineId }
  | { readonly type: "optimiseChosen"; readonly optimise: 0 | 1 | 2 }
  | { readonly type: "compilerPhase"; readonly phase: CompilerPhase }
  | { readonly type: "checked"; readonly version: number; readonly diagnostics: readonly DiagnosticMessage[] }
  | { readonly type: "viewLoading"; readonly view: TextViewId }
  | { readonly type: "viewMade"; readonly view: TextViewId; readonly version: number; readonly text: ViewText | null }
  | { readonly type: "viewFailed"; readonly view: TextViewId; readonly reason: string }
  /** The caret or selection of a pane moved. A pane whose text is not among the views says itself what belongs to the place. */
  | { readonly type: "pointed"; readonly pane: PaneId; readonly place: TextRange; readonly sources?: readonly SourceRange[] }
  | { readonly type: "runStarted" }
  | { readonly type: "runCompiled"; readonly stages: readonly StageTime[]; readonly compiledIn: number; readonly wasmBytes: number }
  | { readonly type: "runBlocked"; readonly errors: number }
  /** Milliseconds in the program, if it was started. */
  | { readonly type: "runRefused"; readonly reason: string; readonly milliseconds?: number }
  | { readonly type: "runWaiting" }
  | { readonly type: "runResumed" }
  /** The debugger has stopped the program. */
  | { readonly type: "runPaused" }
  | { readonly type: "runIsLong"; readonly isLong: boolean }
  | { readonly type: "runStopped"; readonly milliseconds: number | null }
  | {
      readonly type: "runFinished"
      readonly outcome: RunOutcome
      readonly milliseconds: number | null
      readonly firstOutputAfter: number | null
      readonly peakMemory: number | null
    }
  /** The docking area reports its arrangement. */
  | { readonly type: "layoutReported"; readonly layout: LayoutNode }
  /** The arrangement is replaced from outside the docking area. */
  | { readonly type: "layoutChosen"; readonly layout: LayoutNode }
  | { readonly type: "paneShown"; readonly pane: PaneId }
  | { readonly type: "learnShown"; readonly learn: LearnView }
  | { readonly type: "themeChosen"; readonly theme: ThemeChoice }
  | { readonly type: "systemTheme"; readonly isDark: boolean }
  | { readonly type: "overlay"; readonly overlay: Overlay }
  | { readonly type: "badLink"; readonly fault: ShareFault }
  | { readonly type: "copyByHand"; readonly text: string }
  | { readonly type: "toasted"; readonly toast: Toast }
  | { readonly type: "toastGone"; readonly id: number }
  | { readonly type: "save"; readonly save: SaveState }
  | { readonly type: "tabMovesFocus"; readonly tabMovesFocus: boolean }
  | { readonly type: "editorReady" }
  | { readonly type: "announced"; readonly text: string }
  | { readonly type: "loadFailed"; readonly message: LoadFailure; readonly reason: string }

/** Notices shown at once; an older one makes room. */
const MOST_TOASTS = 3

/** The state after `action`. */
export function reduce(state: AppState, action: Action): AppState {
  switch (action.type) {
    case "edited": {
      const name = action.file ?? state.source.name
      const text = normalText(action.text)
      if (state.files.every((file) => file.name !== name || file.text === text)) return state
      const next = withFiles(state, withFileText(state.files, name, text), state.source.name)
      // Undo would lose what has been typed since, so it is no longer offered.
      return { ...next, toasts: state.toasts.filter((toast) => toast.undo === null) }
    }
    case "replaced": {
      const text = normalText(action.text)
      const next = withFiles(state, withFileText(state.files, state.source.name, text), state.source.name)
      return { ...next, revision: state.revision + 1, selection: clampRange(action.selection ?? { start: 0, end: 0 }, text.length) }
    }
    case "filesEdited": {
      const files = state.files.map((file) => {
        const edits = action.edits.filter((edit) => edit.file === file.name)
        return edits.length === 0 ? file : { name: file.name, text: normalText(applyEdits(file.text, edits)) }
      })
      return shownAgain(withFiles(state, files, state.source.name))
    }
    case "programReplaced": {
      const files = action.files.map(({ name, text }) => ({ name, text: normalText(text) }))
      const next = withFiles({ ...state, carets: new Map(), naming: null }, files, action.active ?? files[0]?.name ?? state.source.name)
      return {
        ...next,
        revision: state.revision + 1,
        stdin: action.stdin ?? state.stdin,
        selection: clampRange(action.selection ?? { start: 0, end: 0 }, next.source.text.length),
      }
    }
    case "fileOpened":
      return opened(state, action.name, action.selection)
    case "fileAdded": {
      if (state.files.length >= MOST_FILES || state.files.some((file) => file.name === action.name)) return state
      const next = withFiles(state, [...state.files, { name: action.name, text: "" }], state.source.name)
      return opened({ ...next, naming: null }, action.name)
    }
    case "fileRenamed": {
      const { from, to } = action
      if (state.files.every((file) => file.name !== from) || state.files.some((file) => file.name === to)) return { ...state, naming: null }
      const next = withFiles(state, withFileName(state.files, from, to), state.source.name === from ? to : state.source.name)
      const carets = new Map([...state.carets].map(([name, caret]) => [name === from ? to : name, caret]))
      return { ...shownAgain(next), carets, naming: null }
    }
    case "fileClosed": {
      const { name } = action
      if (state.files.length === 1 || state.files.every((file) => file.name !== name)) return state
      const isShown = state.source.name === name
      const away = isShown ? opened(state, neighbourOf(state.files, name)) : state
      const carets = new Map([...away.carets].filter(([other]) => other !== name))
      const next = withFiles({ ...away, carets, naming: null }, state.files.filter((file) => file.name !== name), away.source.name)
      return isShown ? next : shownAgain(next)
    }
    case "mainChosen": {
      const files = withMain(state.files, action.name)
      return files === state.files || files[0] === state.files[0] ? state : shownAgain(withFiles(state, files, state.source.name))
    }
    case "naming":
      return { ...state, naming: action.naming }
    case "inputEdited":
      return { ...state, stdin: action.stdin, save: { kind: "pending" } }
    case "engineChosen":
      return { ...state, engine: action.engine, save: { kind: "pending" } }
    case "optimiseChosen":
      if (action.optimise === state.optimise) return state
      return { ...state, optimise: action.optimise, views: everyView(state, outdated), save: { kind: "pending" } }
    case "compilerPhase":
      return { ...state, compiler: action.phase }
    case "checked":
      // A result about a text that is gone is never shown.
      if (action.version !== state.version) return state
      // A compiler that answers is not dead.
      return {
        ...state,
        diagnostics: action.diagnostics,
        checkedVersion: action.version,
        loadFailure: state.loadFailure?.message === "service.compilerDead" ? null : state.loadFailure,
      }
    case "viewLoading":
      return withView(state, action.view, (view) => ({ ...view, phase: view.text === null ? "loading" : view.phase, reason: null }))
    case "viewMade": {
      const next = withView(state, action.view, (view) =>
        action.text === null
          ? { ...view, phase: view.text === null ? "waiting" : "stale", reason: null }
          : { phase: action.version === state.version ? "current" : "stale", text: action.text, version: action.version, reason: null },
      )
      // A fresh text has fresh links: what is being pointed at is looked up again, so links survive a recompile.
      return state.pointing?.pane === "editor" ? { ...next, pointing: pointingAt(next, "editor", state.pointing.place) } : next
    }
    case "viewFailed":
      return withView(state, action.view, (view) => ({ ...view, phase: "failed", reason: action.reason }))
    case "pointed": {
      const pointing = action.sources === undefined ? pointingAt(state, action.pane, action.place) : { pane: action.pane, place: action.place, sources: action.sources }
      if (action.pane === "editor") return { ...state, pointing, selection: action.place }
      // What was made from another file brings that file into the editor.
      const shown = state.files.indexOf(state.source)
      const first = pointing.sources.some((range) => range.file === shown) ? undefined : state.files[pointing.sources[0]?.file ?? -1]
      return { ...(first === undefined ? state : opened(state, first.name)), pointing }
    }
    case "runStarted":
      return { ...state, run: { ...NO_RUN, phase: "compiling" } }
    case "runCompiled":
      return withRun(state, { phase: "running", stages: action.stages, compiledIn: action.compiledIn, wasmBytes: action.wasmBytes })
    case "runBlocked":
      return withRun(state, { phase: "ended", end: { kind: "blocked", errors: action.errors } })
    case "runRefused":
      return withRun(state, { phase: "ended", end: { kind: "refused", reason: action.reason }, milliseconds: action.milliseconds ?? null, isLong: false })
    case "runWaiting":
      return withRun(state, { phase: "waiting" })
    case "runPaused":
      return withRun(state, { phase: "paused" })
    case "runResumed":
      return state.run.phase === "waiting" || state.run.phase === "paused" ? withRun(state, { phase: "running" }) : state
    case "runIsLong":
      return withRun(state, { isLong: action.isLong })
    case "runStopped":
      return withRun(state, { phase: "ended", end: { kind: "stopped" }, milliseconds: action.milliseconds, isLong: false })
    case "runFinished":
      return withRun(state, {
        phase: "ended",
        end: action.outcome,
        milliseconds: action.milliseconds,
        firstOutputAfter: action.firstOutputAfter,
        peakMemory: action.peakMemory,
        isLong: false,
      })
    case "layoutReported":
      return { ...state, layout: action.layout }
    case "layoutChosen":
      return { ...state, layout: action.layout, layoutRevision: state.layoutRevision + 1 }
    case "paneShown": {
      const phonePane = action.pane
      if (!panesOf(state.layout).includes(action.pane)) return { ...state, phonePane }
      return { ...state, phonePane, layout: activate(state.layout, action.pane), layoutRevision: state.layoutRevision + 1 }
    }
    case "learnShown":
      return { ...state, learn: action.learn }
    case "themeChosen":
      return { ...state, theme: action.theme }
    case "systemTheme":
      return { ...state, systemIsDark: action.isDark }
    case "overlay":
      return { ...state, overlay: action.overlay }
    case "badLink":
      return { ...state, overlay: "badLink", badLink: action.fault }
    case "copyByHand":
      return { ...state, overlay: "copyByHand", copyByHand: action.text }
    case "toasted":
      // Only the last change can be undone: an older one would bring back what was there before both.
      return { ...state, toasts: [...state.toasts.filter((toast) => toast.undo === null || action.toast.undo === null), action.toast].slice(-MOST_TOASTS) }
    case "toastGone":
      return { ...state, toasts: state.toasts.filter((toast) => toast.id !== action.id) }
    case "save":
      return { ...state, save: action.save }
    case "tabMovesFocus":
      return { ...state, tabMovesFocus: action.tabMovesFocus }
    case "editorReady":
      return { ...state, isEditorReady: true }
    case "announced":
      return { ...state, announcement: action.text }
    case "loadFailed":
      return { ...state, loadFailure: { message: action.message, reason: action.reason } }
  }
}

/** The state with other files, of which `active` is in the editor. */
function withFiles(state: AppState, files: readonly SourceText[], active: string): AppState {
  return {
    ...state,
    files,
    source: files.find((file) => file.name === active) ?? files[0] ?? state.source,
    version: state.version + 1,
    views: everyView(state, outdated),
    save: { kind: "pending" },
  }
}

/** The state whose editor takes the texts over, with its caret where it was. */
function shownAgain(state: AppState): AppState {
  return { ...state, revision: state.revision + 1, selection: clampRange(state.selection, state.source.text.length) }
}

/** The state with another file in the editor; each file keeps its caret while it is away. */
function opened(state: AppState, name: string, selection?: TextRange): AppState {
  const source = state.files.find((file) => file.name === name)
  if (source === undefined || (source === state.source && selection === undefined)) return state
  const carets = new Map(state.carets).set(state.source.name, state.selection)
  const place = clampRange(selection ?? carets.get(name) ?? { start: 0, end: 0 }, source.text.length)
  const next: AppState = { ...state, source, carets, selection: place, revision: state.revision + 1, save: { kind: "pending" } }
  return state.pointing?.pane === "editor" ? { ...next, pointing: pointingAt(next, "editor", place) } : next
}

function outdated(view: ViewState): ViewState {
  return view.phase === "current" ? { ...view, phase: "stale" } : view
}

function everyView(state: AppState, change: (view: ViewState) => ViewState): AppState["views"] {
  const { views } = state
  return {
    tokens: change(views.tokens),
    ast: change(views.ast),
    "mir-built": change(views["mir-built"]),
    mir: change(views.mir),
    bytecode: change(views.bytecode),
    wat: change(views.wat),
    llvm: change(views.llvm),
  }
}

function withView(state: AppState, id: TextViewId, change: (view: ViewState) => ViewState): AppState {
  return { ...state, views: { ...state.views, [id]: change(state.views[id]) } }
}

function withRun(state: AppState, change: Partial<RunState>): AppState {
  return { ...state, run: { ...state.run, ...change } }
}

/**
 * Pointing in the editor keeps the place itself: each view finds its counterparts. Pointing in a view goes through
 * its links to the source.
 */
function pointingAt(state: AppState, pane: PaneId, place: TextRange): Pointing {
  const view = PANES[pane].view
  if (view === null) return { pane, place, sources: [{ file: state.files.indexOf(state.source), ...place }] }
  const shown = state.views[view]
  if (shown.text === null || shown.version !== state.version) return { pane, place, sources: [] }
  return { pane, place, sources: sourceRanges(linksAtView(shown.text.links, place)) }
}
