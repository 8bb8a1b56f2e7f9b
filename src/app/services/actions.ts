/** What each command does: total over the table of commands. */
import type { DiagnosticMessage } from "../../protocol/worker.ts"
import { askForCondition, moveDebugger, pauseDebugger, stopDebugging, toggleBreakpoint } from "./debugging.ts"
import { t } from "../messages/t.ts"
import type { CommandId } from "../model/commands.ts"
import { LAYOUTS } from "../model/layout.ts"
import type { PaneId } from "../model/panes.ts"
import { effectiveTheme, type LearnView } from "../model/state.ts"
import { chooseEngine } from "./engine-choice.ts"
import { addFile, closeFile, format, keepCurrent, stepFile } from "./editing.ts"
import { openPane } from "./panes.ts"
import { askPane, revealInFile } from "./pane-ports.ts"
import { outputLog, run, stop } from "./running.ts"
import { copyLink, copyMarkdown, copyShortLink, downloadAll, downloadOutput, downloadSource, downloadView, downloadWasm } from "./sharing.ts"
import { dispatch, store, toast } from "./store.ts"

function goTo(pane: PaneId): void {
  openPane(pane)
  askPane(pane, (port) => port.focus())
}

/** Shows a view of the Learn pane. */
export function openLearn(learn: LearnView): void {
  dispatch({ type: "learnShown", learn })
  goTo("learn")
}

/** The code of the problem at the caret, or of the first problem there is. */
function problemAtCaret(): string | null {
  const { diagnostics, source, selection } = store.getState()
  const here = diagnostics.find(({ file, range }) => file === source.name && range.start <= selection.end && range.end >= selection.start)
  return (here ?? diagnostics[0])?.code ?? null
}

/** More than the offsets of one file: places of all files are compared as single numbers. */
const FILE_STRIDE = 2 ** 32

function goToProblem(step: 1 | -1): void {
  const { diagnostics, files, source, selection } = store.getState()
  const place = ({ file, range }: DiagnosticMessage): number => files.findIndex(({ name }) => name === file) * FILE_STRIDE + range.start
  const sorted = [...diagnostics].sort((a, b) => place(a) - place(b))
  const from = files.indexOf(source) * FILE_STRIDE + selection.start
  const next =
    step === 1 ? (sorted.find((diagnostic) => place(diagnostic) > from) ?? sorted[0]) : (sorted.findLast((diagnostic) => place(diagnostic) < from) ?? sorted[sorted.length - 1])
  if (next !== undefined) revealInFile(next.file, { start: next.range.start, end: next.range.start })
}

/** Measuring is loaded when it is first asked for. */
const comparing = (): Promise<typeof import("./comparing.ts")> => import("./comparing.ts")

/** The actions. */
export const ACTIONS: { readonly [C in CommandId]: () => void } = {
  run: () => void run(),
  runTiered: () => {
    dispatch({ type: "engineChosen", engine: "tiered" })
    openPane("timeline")
    void run()
  },
  runCounting: () => void run(true),
  llvm: () => void chooseEngine("llvm-jit"),
  stop,
  compare: () => void comparing().then(({ compare }) => compare()),
  stopComparing: () => void comparing().then(({ stopComparing }) => stopComparing()),
  copyComparison: () => void comparing().then(({ copyComparison }) => copyComparison()),
  downloadComparison: () => void comparing().then(({ downloadComparison }) => downloadComparison()),
  build: () => dispatch({ type: "overlay", overlay: "build" }),
  debugContinue: () => moveDebugger("continue"),
  debugPause: pauseDebugger,
  debugOver: () => moveDebugger("over"),
  debugInto: () => moveDebugger("into"),
  debugOut: () => moveDebugger("out"),
  debugBack: () => moveDebugger("back"),
  debugRunBack: () => moveDebugger("runBack"),
  debugStop: stopDebugging,
  breakpoint: () => toggleBreakpoint(),
  breakpointCondition: () => {
    goTo("debug")
    askForCondition()
  },
  focusDebugger: () => goTo("debug"),
  clearOutput: () => outputLog.clear(),
  examples: () => document.getElementById("examples-button")?.click(),
  format: () => void format(),
  newFile: addFile,
  renameFile: () => dispatch({ type: "naming", naming: { kind: "rename", name: store.getState().source.name } }),
  closeFile: () => closeFile(store.getState().source.name),
  nextFile: () => stepFile(1),
  previousFile: () => stepFile(-1),
  makeMain: () => dispatch({ type: "mainChosen", name: store.getState().source.name }),
  saveVersion: () => void keepCurrent("kept").then((isKept) => isKept && toast(t("history.kept"))),
  history: () => dispatch({ type: "overlay", overlay: "history" }),
  nextProblem: () => goToProblem(1),
  previousProblem: () => goToProblem(-1),
  toggleHints: () => void import("./inferring.ts").then(({ toggleHints }) => toggleHints()),
  tabFocus: () => dispatch({ type: "tabMovesFocus", tabMovesFocus: !store.getState().tabMovesFocus }),
  copyLink: () => void copyLink(),
  copyShortLink: () => void copyShortLink(),
  copyMarkdown: () => void copyMarkdown(),
  downloadSource,
  downloadAll: () => void downloadAll(),
  downloadWasm: () => void downloadWasm(),
  downloadWat: () => void downloadView("wat"),
  downloadLlvm: () => void downloadView("llvm"),
  downloadOutput,
  focusEditor: () => goTo("editor"),
  focusOutput: () => goTo("output"),
  focusProblems: () => goTo("problems"),
  focusInput: () => goTo("input"),
  openTour: () => openLearn({ view: "tour" }),
  openReference: () => openLearn({ view: "reference" }),
  openExplain: () => openLearn({ view: "explain", code: problemAtCaret() }),
  focusCanvas: () => goTo("canvas"),
  focusMir: () => goTo("mir"),
  focusWat: () => goTo("wat"),
  focusLlvm: () => goTo("llvm"),
  whySlow: () => goTo("costs"),
  focusPasses: () => goTo("passes"),
  countBlocks: () => {
    goTo("passes")
    void import("./exploring.ts").then(({ explore }) => explore({ view: "graph" }))
    void import("./counting-blocks.ts").then(({ countBlocks }) => countBlocks(true))
  },
  findPass: () => {
    goTo("passes")
    void import("./exploring.ts").then(({ loadPasses, findChangingPass }) => loadPasses().then(findChangingPass))
  },
  focusCompare: () => goTo("compare"),
  focusAssembly: () => goTo("assembly"),
  focusRepl: () => goTo("repl"),
  replReset: () => void import("./repl.ts").then(({ resetRepl }) => resetRepl()),
  focusTimeline: () => goTo("timeline"),
  palette: () => dispatch({ type: "overlay", overlay: "palette" }),
  shortcuts: () => dispatch({ type: "overlay", overlay: "shortcuts" }),
  layoutStandard: () => dispatch({ type: "layoutChosen", layout: LAYOUTS.standard }),
  layoutLearn: () => dispatch({ type: "layoutChosen", layout: LAYOUTS.learn }),
  layoutCompare: () => dispatch({ type: "layoutChosen", layout: LAYOUTS.compare }),
  layoutCompiler: () => dispatch({ type: "layoutChosen", layout: LAYOUTS.compiler }),
  layoutDebug: () => dispatch({ type: "layoutChosen", layout: LAYOUTS.debug }),
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
