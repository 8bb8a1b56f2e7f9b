/** The order in which the page comes to life. */
import { loadMonaco } from "../editor/use-monaco.ts"
import { COMMAND_IDS, commandRow } from "../model/commands.ts"
import { pressesKeys } from "../model/keys.ts"
import { MAIN_NAME } from "../model/project.ts"
import { effectiveTheme } from "../model/state.ts"
import { ACTIONS } from "./actions.ts"
import { followSource } from "./compiling.ts"
import { FIRST_EXAMPLE } from "./examples.ts"
import { runner } from "./running.ts"
import { IS_APPLE, isPhone } from "./screen.ts"
import { loadPreferences, type SavedSession, savePreferences, SessionStore } from "./session-store.ts"
import { isLlvmHere, loadLlvm, lookForLlvm } from "./llvm.ts"
import { lookForServer } from "./server.ts"
import { forgetFragment, openFragment } from "./sharing.ts"
import { dispatch, store, watch } from "./store.ts"

/** Milliseconds from the first paint until the page looks for a server: nothing of it is needed before. */
const SERVER_DELAY = 2000
/** Milliseconds between a change and its saving. */
const SAVE_DELAY = 400

let session: SessionStore | null = null

/** Puts what was saved into the state, before anything is drawn. */
export function restore(): void {
  const preferences = loadPreferences()
  const dark = matchMedia("(prefers-color-scheme: dark)")
  dispatch({ type: "systemTheme", isDark: dark.matches })
  dispatch({ type: "themeChosen", theme: preferences.theme })
  if (preferences.layout !== null) dispatch({ type: "layoutChosen", layout: preferences.layout })
  dark.addEventListener("change", (event) => dispatch({ type: "systemTheme", isDark: event.matches }))
  showTheme()
  watch(effectiveTheme, showTheme)

  const opened = SessionStore.open()
  session = opened.store
  const saved: SavedSession | null = opened.saved
  if (saved === null) dispatch({ type: "programReplaced", files: [{ name: MAIN_NAME, text: FIRST_EXAMPLE }], stdin: "" })
  else {
    const { files, active, stdin, selection } = saved
    dispatch({ type: "programReplaced", files, active, stdin, selection })
    dispatch({ type: "engineChosen", engine: saved.engine })
    dispatch({ type: "optimiseChosen", optimise: saved.optimise })
  }
  dispatch({ type: "save", save: { kind: "saved" } })
}

function showTheme(): void {
  document.documentElement.dataset["theme"] = effectiveTheme(store.getState())
}

/** Starts what is not needed for the first paint. */
export function startServices(): void {
  addEventListener("keydown", onKeyDown, true)
  keepWork()
  keepPreferences()
  followFragment()
  // Two frames on, the first paint has happened.
  requestAnimationFrame(() => requestAnimationFrame(afterFirstPaint))
}

function afterFirstPaint(): void {
  followSource()
  runner.prepare()
  if (!isPhone()) loadMonaco()
  setTimeout(() => {
    void lookForServer()
    void prepareLlvm()
  }, SERVER_DELAY)
  // Who opens the palette types at once: it must not have to be fetched first.
  setTimeout(() => void import("../overlays/Palette.tsx").catch(() => {}), 1500)
}

/** Looks for LLVM; if it is the chosen engine and kept here, the first run should not wait for it. A failure is told by that run. */
async function prepareLlvm(): Promise<void> {
  await lookForLlvm()
  if (store.getState().engine === "llvm-jit" && isLlvmHere()) loadLlvm().catch(() => {})
}

function onKeyDown(event: KeyboardEvent): void {
  // A combination that an input method is composing belongs to it.
  if (event.isComposing) return
  for (const id of COMMAND_IDS) {
    if (commandRow(id).keys?.some((keys) => pressesKeys(event, keys, IS_APPLE)) !== true) continue
    event.preventDefault()
    event.stopPropagation()
    ACTIONS[id]()
    return
  }
}

/** Saves the work shortly after every change, and at once when the page may go away. */
function keepWork(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const save = (): void => {
    clearTimeout(timer)
    timer = undefined
    const failure = session?.save(store.getState()) ?? null
    dispatch({ type: "save", save: failure === null ? { kind: "saved" } : { kind: "failed", reason: failure } })
  }
  const schedule = (): void => {
    timer ??= setTimeout(save, SAVE_DELAY)
  }
  watch((state) => state.files, schedule)
  watch((state) => state.source, schedule)
  watch((state) => state.stdin, schedule)
  watch((state) => state.selection, schedule)
  watch((state) => state.engine, schedule)
  watch((state) => state.optimise, schedule)
  const saveNow = (): void => {
    if (timer !== undefined) save()
  }
  addEventListener("pagehide", saveNow)
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) saveNow()
  })
  void session?.claim()
}

function keepPreferences(): void {
  const save = (): void => {
    const { theme, layout } = store.getState()
    savePreferences({ theme, layout })
  }
  watch((state) => state.theme, save)
  watch((state) => state.layout, save)
}

/** Opens the link the page was called with, and any that is put into its address later. */
function followFragment(): void {
  const open = async (): Promise<void> => {
    await openFragment(location.hash)
    const stop = watch((state) => state.files, () => {
      stop()
      forgetFragment()
    })
  }
  void open()
  addEventListener("hashchange", () => void open())
}
