/**
 * What the page knows, as one immutable value. `reduce.ts` is the only maker of a next state; components select from
 * it and services feed it. The output of a run is not here: it is a log of its own (`output-log.ts`), because it
 * grows by megabytes.
 */
import type {
  DiagnosticMessage,
  RunOutcome,
  SourceRange,
  SourceText,
  StageTime,
  TextRange,
  TextViewId,
  ViewText,
} from "../../protocol/worker.ts"
import type { MessageKey } from "../messages/en.ts"
import type { EngineId } from "./engines.ts"
import { LAYOUTS, type LayoutNode } from "./layout.ts"
import type { PaneId } from "./panes.ts"
import { MAIN_NAME, type Program } from "./project.ts"
import type { ShareFault } from "./share-url.ts"

/** How far the compiler has come to help: it answers from `ready` on, and compiles to Wasm at once from `complete` on. */
export type CompilerPhase = "loading" | "ready" | "complete"

/** How a run ended, from the page's point of view. */
export type RunEnd =
  | RunOutcome
  /** The user stopped it. */
  | { readonly kind: "stopped" }
  /** It was never started: the source has errors. */
  | { readonly kind: "blocked"; readonly errors: number }
  /** The engine could not run it, or not to its end. */
  | { readonly kind: "refused"; readonly reason: string }

/** The current or the last run. */
export interface RunState {
  readonly phase: "idle" | "compiling" | "running" | "waiting" | "paused" | "ended"
  /** How it ended; null until `phase` is `ended`. */
  readonly end: RunEnd | null
  /** Milliseconds in the program, without compilation; null until known. */
  readonly milliseconds: number | null
  /** Milliseconds from the start to the first output; null if there was none. */
  readonly firstOutputAfter: number | null
  /** Most linear memory in use, in bytes; null until known. */
  readonly peakMemory: number | null
  /** How the compilation of this program was spent; an unchanged program is not compiled again. */
  readonly stages: readonly StageTime[]
  /** Milliseconds this run waited for its compilation; null until compiled. */
  readonly compiledIn: number | null
  /** Size of the Wasm binary in bytes; null until compiled. */
  readonly wasmBytes: number | null
  /** True once the run has taken long enough to offer Stop. */
  readonly isLong: boolean
}

/** What is known of one stage shown as text. */
export interface ViewState {
  readonly phase: "waiting" | "loading" | "current" | "stale" | "failed"
  /** The last text that could be made; null if there is none yet. */
  readonly text: ViewText | null
  /** The text version `text` was made from. */
  readonly version: number
  /** Why it failed, if it did: our mistake, not the user's. */
  readonly reason: string | null
}

/** What is being pointed at: a place in one pane, and the places in the source that belong to it. */
export interface Pointing {
  readonly pane: PaneId
  readonly place: TextRange
  readonly sources: readonly SourceRange[]
}

/** A short notice in the corner. */
export interface Toast {
  readonly id: number
  readonly text: string
  /** What Undo brings back, or null if there is nothing to undo. */
  readonly undo: Program | null
  readonly tone: "info" | "problem"
}

/** Which overlay is open. */
export type Overlay = "build" | "llvm" | "palette" | "history" | "shortcuts" | "badLink" | "copyByHand" | null

/** What the Learn pane shows. */
export type LearnView = { readonly view: "tour" } | { readonly view: "reference" } | { readonly view: "explain"; readonly code: string | null }

/** The views of the Learn pane, in order. */
export const LEARN_VIEWS = ["tour", "reference", "explain"] as const satisfies readonly LearnView["view"][]

/** The user's choice of colours. */
export type ThemeChoice = "system" | "light" | "dark"

/** What can be missing: a part that was not delivered, or a compiler that cannot be kept running. */
export type LoadFailure = Extract<MessageKey, "service.loadFailed" | "service.compilerDead">

/** Whether the work is safe. */
export type SaveState = { readonly kind: "saved" } | { readonly kind: "pending" } | { readonly kind: "failed"; readonly reason: string }

/** The whole state. */
export interface AppState {
  /** The files of the program; the first one is the main file, which holds the entry point. */
  readonly files: readonly SourceText[]
  /** The file in the editor: one of `files`. */
  readonly source: SourceText
  /** Grows with every change of the files, whoever made it. */
  readonly version: number
  /** Grows only with changes made outside the editor, which the editor must take over: another file is one. */
  readonly revision: number
  readonly stdin: string
  /** Selection in `source`; empty for a caret. */
  readonly selection: TextRange
  /** Where the caret was in the files that are not in the editor, by name. */
  readonly carets: ReadonlyMap<string, TextRange>
  /** The file that is being named: one to be added, or one that has a name already. */
  readonly naming: { readonly kind: "add" } | { readonly kind: "rename"; readonly name: string } | null
  readonly engine: EngineId
  readonly optimise: 0 | 1 | 2
  readonly compiler: CompilerPhase
  readonly diagnostics: readonly DiagnosticMessage[]
  /** The text version `diagnostics` are about, or -1 before the first check. */
  readonly checkedVersion: number
  readonly run: RunState
  readonly views: { readonly [V in TextViewId]: ViewState }
  readonly pointing: Pointing | null
  readonly layout: LayoutNode
  /** Grows with every change of the layout made outside the docking area, which it must take over. */
  readonly layoutRevision: number
  readonly learn: LearnView
  /** The pane the phone layout shows. */
  readonly phonePane: PaneId
  readonly theme: ThemeChoice
  readonly systemIsDark: boolean
  readonly overlay: Overlay
  readonly badLink: ShareFault | null
  /** Text offered for copying by hand when the clipboard is closed to us. */
  readonly copyByHand: string
  readonly toasts: readonly Toast[]
  readonly save: SaveState
  /** True if Tab moves the focus instead of indenting. */
  readonly tabMovesFocus: boolean
  /** True once Monaco has taken over from the plain editor. */
  readonly isEditorReady: boolean
  /** The last announcement for screen readers. */
  readonly announcement: string
  /** A part of the page that is missing, and why. */
  readonly loadFailure: { readonly message: LoadFailure; readonly reason: string } | null
}

const NO_VIEW: ViewState = { phase: "waiting", text: null, version: -1, reason: null }

/** A run that has not been started. */
export const NO_RUN: RunState = {
  phase: "idle",
  end: null,
  milliseconds: null,
  firstOutputAfter: null,
  peakMemory: null,
  stages: [],
  compiledIn: null,
  wasmBytes: null,
  isLong: false,
}

const NO_SOURCE: SourceText = { name: MAIN_NAME, text: "" }

/** The state of a page that has loaded nothing. */
export const INITIAL_STATE: AppState = {
  files: [NO_SOURCE],
  source: NO_SOURCE,
  version: 0,
  revision: 0,
  stdin: "",
  selection: { start: 0, end: 0 },
  carets: new Map(),
  naming: null,
  engine: "wasm",
  optimise: 1,
  compiler: "loading",
  diagnostics: [],
  checkedVersion: -1,
  run: NO_RUN,
  views: { tokens: NO_VIEW, ast: NO_VIEW, "mir-built": NO_VIEW, mir: NO_VIEW, bytecode: NO_VIEW, wat: NO_VIEW, llvm: NO_VIEW },
  pointing: null,
  layout: LAYOUTS.standard,
  layoutRevision: 0,
  learn: { view: "tour" },
  phonePane: "editor",
  theme: "system",
  systemIsDark: false,
  overlay: null,
  badLink: null,
  copyByHand: "",
  toasts: [],
  save: { kind: "saved" },
  tabMovesFocus: false,
  isEditorReady: false,
  announcement: "",
  loadFailure: null,
}

/** The program as it is now. */
export function programOf(state: AppState): Program {
  return { files: state.files, active: state.source.name, stdin: state.stdin }
}

/** True while a program is being compiled for a run or is running. */
export function isRunning(state: AppState): boolean {
  return state.run.phase === "compiling" || state.run.phase === "running" || state.run.phase === "waiting" || state.run.phase === "paused"
}

/** The colours to draw with. */
export function effectiveTheme(state: AppState): "light" | "dark" {
  return state.theme === "system" ? (state.systemIsDark ? "dark" : "light") : state.theme
}
