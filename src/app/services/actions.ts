/** What each command does: total over the table of commands. */
import { t } from "../messages/t.ts"
import type { CommandId } from "../model/commands.ts"
import { LAYOUTS } from "../model/layout.ts"
import type { PaneId } from "../model/panes.ts"
import { effectiveTheme } from "../model/state.ts"
import { format, keepCurrent } from "./editing.ts"
import { openPane } from "./panes.ts"
import { askPane, revealInSource } from "./pane-ports.ts"
import { outputLog, run, stop } from "./running.ts"
import { copyLink, copyMarkdown, downloadOutput, downloadSource, downloadView, downloadWasm } from "./sharing.ts"
import { dispatch, store, toast } from "./store.ts"

function goTo(pane: PaneId): void {
  openPane(pane)
  askPane(pane, (port) => port.focus())
}

function goToProblem(step: 1 | -1): void {
  const { diagnostics, selection } = store.getState()
  const sorted = [...diagnostics].sort((a, b) => a.range.start - b.range.start)
  const from = selection.start
  const next =
    step === 1
      ? (sorted.find((diagnostic) => diagnostic.range.start > from) ?? sorted[0])
      : (sorted.findLast((diagnostic) => diagnostic.range.start < from) ?? sorted[sorted.length - 1])
  if (next !== undefined) revealInSource({ start: next.range.start, end: next.range.start })
}

/** The actions. */
export const ACTIONS: { readonly [C in CommandId]: () => void } = {
  run: () => void run(),
  stop,
  clearOutput: () => outputLog.clear(),
  examples: () => document.getElementById("examples-button")?.click(),
  format: () => void format(),
  saveVersion: () => void keepCurrent("kept").then((isKept) => isKept && toast(t("history.kept"))),
  history: () => dispatch({ type: "overlay", overlay: "history" }),
  nextProblem: () => goToProblem(1),
  previousProblem: () => goToProblem(-1),
  tabFocus: () => dispatch({ type: "tabMovesFocus", tabMovesFocus: !store.getState().tabMovesFocus }),
  copyLink: () => void copyLink(),
  copyMarkdown: () => void copyMarkdown(),
  downloadSource,
  downloadWasm: () => void downloadWasm(),
  downloadWat: () => void downloadView("wat"),
  downloadLlvm: () => void downloadView("llvm"),
  downloadOutput,
  focusEditor: () => goTo("editor"),
  focusOutput: () => goTo("output"),
  focusProblems: () => goTo("problems"),
  focusInput: () => goTo("input"),
  focusMir: () => goTo("mir"),
  focusWat: () => goTo("wat"),
  focusLlvm: () => goTo("llvm"),
  palette: () => dispatch({ type: "overlay", overlay: "palette" }),
  shortcuts: () => dispatch({ type: "overlay", overlay: "shortcuts" }),
  layoutStandard: () => dispatch({ type: "layoutChosen", layout: LAYOUTS.standard }),
  layoutFocus: () => dispatch({ type: "layoutChosen", layout: LAYOUTS.focus }),
  layoutFour: () => dispatch({ type: "layoutChosen", layout: LAYOUTS.four }),
  openBytecode: () => goTo("bytecode"),
  openMirBuilt: () => goTo("mir-built"),
  openAst: () => goTo("ast"),
  openTokens: () => goTo("tokens"),
  themeToggle: () => dispatch({ type: "themeChosen", theme: effectiveTheme(store.getState()) === "dark" ? "light" : "dark" }),
  themeLight: () => dispatch({ type: "themeChosen", theme: "light" }),
  themeDark: () => dispatch({ type: "themeChosen", theme: "dark" }),
  themeSystem: () => dispatch({ type: "themeChosen", theme: "system" }),
}
