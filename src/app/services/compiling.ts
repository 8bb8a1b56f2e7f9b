/**
 * Keeps diagnostics and views up with the text. One check is under way at a time; when it ends, a newer text is
 * checked next, so results never pile up behind fast typing. Views are made after the check, only for the panes that
 * are shown, one by one, and a change of the text cancels the rest.
 */
import { VIEWS } from "../../compiler/driver/views.ts"
import type { CompileOptions, SourceText, TextViewId } from "../../protocol/worker.ts"
import { t } from "../messages/t.ts"
import { localEngine } from "../model/engines.ts"
import { visiblePanes } from "../model/layout.ts"
import { PANES, type PaneId } from "../model/panes.ts"
import type { AppState } from "../model/state.ts"
import { CompilerClient, CompilerFailed, CompilerGone } from "./compiler-client.ts"
import { isPhone } from "./screen.ts"
import { dispatch, store, toast, watch } from "./store.ts"

/** Milliseconds of quiet before a check. */
const CHECK_DELAY = 80
/** Milliseconds between a good check and the first view, so that views do not delay the next check while typing. */
const VIEW_DELAY = 120
/** Milliseconds after which a compiler that answers is asked to load what the chosen engine needs. */
const PREPARE_DELAY = 200

let client: CompilerClient | null = null
let isChecking = false
let isMaking = false
let checkTimer: ReturnType<typeof setTimeout> | undefined
let prepareTimer: ReturnType<typeof setTimeout> | undefined
let viewTimer: ReturnType<typeof setTimeout> | undefined
/** What each view was last asked for, as version and options: an answer is not asked for twice. */
const asked = new Map<TextViewId, string>()

/** The connection to the compiler worker; made on first use. */
export function compiler(): CompilerClient {
  client ??= new CompilerClient({
    onPhase: (phase) => {
      dispatch({ type: "compilerPhase", phase })
      const { version, checkedVersion } = store.getState()
      // The first Run should not wait for its engine; the first check should not wait behind the engine's start-up.
      if (phase === "ready") schedulePreparation(PREPARE_DELAY)
      if (phase === "ready" && checkedVersion !== version) scheduleCheck(0)
      else if (phase !== "loading") scheduleViews(0)
    },
    onGone: (gone, isForGood) => {
      asked.clear()
      if (isForGood) dispatch({ type: "loadFailed", message: "service.compilerDead", reason: gone.message })
      toast(gone.why === "hung" ? t("service.compilerHung", { seconds: Math.round(gone.waited / 1000) }) : t("service.compilerCrashed"), { tone: "problem" })
    },
  })
  return client
}

/** The files of the program as the compiler worker wants them, the main file first. */
export function programFiles(state: AppState = store.getState()): readonly SourceText[] {
  return state.files
}

/** The options of a compilation. */
export function compileOptions(state: AppState = store.getState()): CompileOptions {
  return { optimise: state.optimise }
}

/** What to tell the user about a request that was refused. */
export function failureText(error: unknown): string {
  if (error instanceof CompilerGone || error instanceof CompilerFailed) return error.message
  return error instanceof Error ? error.message : String(error)
}

/** Starts to follow the text, the options and the panes that are shown. */
export function followSource(): void {
  compiler()
  watch((state) => state.version, () => scheduleCheck(CHECK_DELAY))
  watch((state) => state.optimise, () => scheduleViews(0))
  watch((state) => state.engine, () => schedulePreparation(0))
  watch((state) => shownPanes(state).join(), () => scheduleViews(0))
  scheduleCheck(0)
}

/** The panes the user can see. */
function shownPanes(state: AppState): readonly PaneId[] {
  return isPhone() ? [state.phonePane] : visiblePanes(state.layout)
}

/** Makes a view again after it failed. */
export function retryView(view: TextViewId): void {
  asked.delete(view)
  scheduleViews(0)
}

/**
 * Shows the code of a unit of the last tiered run in the place of the whole program's, until that is asked for again or the text
 * changes. False if the unit is not at hand; the whole program is shown then.
 */
export async function showUnit(unit: number, version: number): Promise<boolean> {
  const state = store.getState()
  const text = state.version === version ? await compiler().request("unit", { unit }) : null
  if (text === null || store.getState().version !== version) return false
  asked.set("wat", viewKey(store.getState()))
  dispatch({ type: "viewMade", view: "wat", version, text })
  return true
}

/** Loads the chosen engine ahead of its first run. A failure is told by that run, which tries again. */
function schedulePreparation(delay: number): void {
  clearTimeout(prepareTimer)
  prepareTimer = setTimeout(() => {
    const engine = localEngine(store.getState().engine)
    if (engine !== null) compiler().request("prepare", { engine }).catch(() => {})
  }, delay)
}

function scheduleCheck(delay: number): void {
  clearTimeout(checkTimer)
  clearTimeout(viewTimer)
  checkTimer = setTimeout(() => void check(), delay)
}

async function check(): Promise<void> {
  if (isChecking) return
  isChecking = true
  const { version } = store.getState()
  try {
    const result = await compiler().request("check", { version, files: programFiles() })
    dispatch({ type: "checked", version: result.version, diagnostics: result.diagnostics })
  } catch (error) {
    // The compiler client has told the user; the text is checked again by a fresh worker.
    if (!(error instanceof CompilerGone)) toast(failureText(error), { tone: "problem" })
  } finally {
    isChecking = false
  }
  if (store.getState().version !== version) scheduleCheck(0)
  else scheduleViews(VIEW_DELAY)
}

function scheduleViews(delay: number): void {
  clearTimeout(viewTimer)
  viewTimer = setTimeout(() => void makeViews(), delay)
}

/** True for the stages that exist for a program with errors too. */
function isTotal(view: TextViewId): boolean {
  return VIEWS[view].stage === "syntax"
}

function viewKey({ version, optimise }: AppState): string {
  return `${version}/${optimise}`
}

async function makeViews(): Promise<void> {
  if (isMaking) return
  isMaking = true
  try {
    for (;;) {
      const state = store.getState()
      if (state.checkedVersion !== state.version) return
      const hasErrors = state.diagnostics.some((diagnostic) => diagnostic.severity === "error")
      const key = viewKey(state)
      const view = shownPanes(state)
        .map((pane) => PANES[pane].view)
        .find((id) => id !== null && asked.get(id) !== key && (!hasErrors || isTotal(id)))
      if (view === undefined || view === null) return
      asked.set(view, key)
      await makeView(view, state)
    }
  } finally {
    isMaking = false
  }
}

async function makeView(view: TextViewId, state: AppState): Promise<void> {
  const { version } = state
  dispatch({ type: "viewLoading", view })
  try {
    const made = await compiler().request("view", { version, files: programFiles(state), view, options: compileOptions(state) })
    dispatch({ type: "viewMade", view, version: made.version, text: made.view })
  } catch (error) {
    dispatch({ type: "viewFailed", view, reason: failureText(error) })
  }
}
