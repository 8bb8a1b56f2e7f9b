/**
 * TABLE the commands of the page: menu, palette, key bindings and labels derive from it. What a command does is a
 * row of `services/actions.ts`, which is total over these names.
 */
import type { PlainMessageKey } from "../messages/t.ts"

/** What is known of a command without carrying it out. */
export interface CommandRow {
  readonly title: PlainMessageKey
  readonly hint?: PlainMessageKey
  readonly group: "group.run" | "group.debug" | "group.edit" | "group.share" | "group.download" | "group.go" | "group.view"
  /** Key combinations in the notation of `keys.ts`. */
  readonly keys?: readonly string[]
}

/** The commands. */
export const COMMANDS = {
  run: { title: "command.run", hint: "command.run.hint", group: "group.run", keys: ["Mod+Enter"] },
  runTiered: { title: "command.runTiered", hint: "command.runTiered.hint", group: "group.run" },
  runCounting: { title: "command.runCounting", hint: "command.runCounting.hint", group: "group.run", keys: ["Mod+Alt+Shift+Enter"] },
  llvm: { title: "command.llvm", hint: "command.llvm.hint", group: "group.run" },
  stop: { title: "command.stop", hint: "command.stop.hint", group: "group.run", keys: ["Mod+Shift+Enter"] },
  compare: { title: "command.compare", hint: "command.compare.hint", group: "group.run", keys: ["Mod+Alt+Enter"] },
  stopComparing: { title: "command.stopComparing", group: "group.run" },
  copyComparison: { title: "command.copyComparison", group: "group.share" },
  downloadComparison: { title: "command.downloadComparison", group: "group.download" },
  build: { title: "command.build", hint: "command.build.hint", group: "group.run" },
  debugContinue: { title: "command.debugContinue", hint: "command.debugContinue.hint", group: "group.debug", keys: ["F5"] },
  debugPause: { title: "command.debugPause", group: "group.debug", keys: ["F6"] },
  debugOver: { title: "command.debugOver", hint: "command.debugOver.hint", group: "group.debug", keys: ["F10"] },
  debugInto: { title: "command.debugInto", hint: "command.debugInto.hint", group: "group.debug", keys: ["F11"] },
  debugOut: { title: "command.debugOut", hint: "command.debugOut.hint", group: "group.debug", keys: ["Shift+F11"] },
  debugBack: { title: "command.debugBack", hint: "command.debugBack.hint", group: "group.debug", keys: ["Shift+F10"] },
  debugRunBack: { title: "command.debugRunBack", hint: "command.debugRunBack.hint", group: "group.debug", keys: ["Alt+F5"] },
  debugStop: { title: "command.debugStop", group: "group.debug", keys: ["Shift+F5"] },
  breakpoint: { title: "command.breakpoint", group: "group.debug", keys: ["F9"] },
  breakpointCondition: { title: "command.breakpointCondition", group: "group.debug", keys: ["Shift+F9"] },
  focusDebugger: { title: "command.focusDebugger", group: "group.debug", keys: ["Alt+0"] },
  clearOutput: { title: "command.clearOutput", group: "group.run" },
  examples: { title: "command.examples", group: "group.run", keys: ["Mod+Shift+E"] },
  format: { title: "command.format", hint: "command.format.hint", group: "group.edit", keys: ["Shift+Alt+F"] },
  newFile: { title: "command.newFile", hint: "command.newFile.hint", group: "group.edit", keys: ["Shift+Alt+N"] },
  renameFile: { title: "command.renameFile", group: "group.edit" },
  closeFile: { title: "command.closeFile", group: "group.edit" },
  nextFile: { title: "command.nextFile", group: "group.edit", keys: ["Alt+PageDown"] },
  previousFile: { title: "command.previousFile", group: "group.edit", keys: ["Alt+PageUp"] },
  makeMain: { title: "command.makeMain", hint: "command.makeMain.hint", group: "group.edit" },
  saveVersion: { title: "command.saveVersion", group: "group.edit", keys: ["Mod+S"] },
  history: { title: "command.history", group: "group.edit", keys: ["Mod+Shift+H"] },
  nextProblem: { title: "command.nextProblem", group: "group.edit", keys: ["F8"] },
  previousProblem: { title: "command.previousProblem", group: "group.edit", keys: ["Shift+F8"] },
  toggleHints: { title: "command.toggleHints", hint: "command.toggleHints.hint", group: "group.edit" },
  tabFocus: { title: "command.tabFocus", group: "group.edit", keys: ["Ctrl+M"] },
  copyLink: { title: "command.copyLink", hint: "command.copyLink.hint", group: "group.share", keys: ["Mod+Shift+L"] },
  copyShortLink: { title: "command.copyShortLink", hint: "command.copyShortLink.hint", group: "group.share" },
  copyMarkdown: { title: "command.copyMarkdown", hint: "command.copyMarkdown.hint", group: "group.share" },
  downloadSource: { title: "command.downloadSource", group: "group.download" },
  downloadAll: { title: "command.downloadAll", group: "group.download" },
  downloadWasm: { title: "command.downloadWasm", group: "group.download" },
  downloadWat: { title: "command.downloadWat", group: "group.download" },
  downloadLlvm: { title: "command.downloadLlvm", group: "group.download" },
  downloadOutput: { title: "command.downloadOutput", group: "group.download" },
  focusEditor: { title: "command.focusEditor", group: "group.go", keys: ["Alt+1"] },
  focusOutput: { title: "command.focusOutput", group: "group.go", keys: ["Alt+2"] },
  focusProblems: { title: "command.focusProblems", group: "group.go", keys: ["Alt+3"] },
  focusInput: { title: "command.focusInput", group: "group.go", keys: ["Alt+4"] },
  openTour: { title: "command.openTour", hint: "command.openTour.hint", group: "group.go", keys: ["Alt+L"] },
  openReference: { title: "command.openReference", group: "group.go" },
  openExplain: { title: "command.openExplain", hint: "command.openExplain.hint", group: "group.go" },
  focusCanvas: { title: "command.focusCanvas", group: "group.go" },
  focusMir: { title: "command.focusMir", group: "group.go", keys: ["Alt+5"] },
  focusWat: { title: "command.focusWat", group: "group.go", keys: ["Alt+6"] },
  focusLlvm: { title: "command.focusLlvm", group: "group.go", keys: ["Alt+7"] },
  whySlow: { title: "command.whySlow", hint: "command.whySlow.hint", group: "group.go" },
  focusPasses: { title: "command.focusPasses", hint: "command.focusPasses.hint", group: "group.go" },
  countBlocks: { title: "command.countBlocks", hint: "command.countBlocks.hint", group: "group.go" },
  findPass: { title: "command.findPass", group: "group.go" },
  focusCompare: { title: "command.focusCompare", group: "group.go" },
  focusAssembly: { title: "command.focusAssembly", group: "group.go", keys: ["Alt+8"] },
  focusRepl: { title: "command.focusRepl", hint: "command.focusRepl.hint", group: "group.go", keys: ["Alt+9"] },
  replReset: { title: "command.replReset", group: "group.go" },
  focusTimeline: { title: "command.focusTimeline", group: "group.go" },
  palette: { title: "command.palette", group: "group.go", keys: ["Mod+Shift+P", "F1"] },
  shortcuts: { title: "command.shortcuts", group: "group.go" },
  layoutStandard: { title: "command.layoutStandard", group: "group.view" },
  layoutLearn: { title: "command.layoutLearn", group: "group.view" },
  layoutCompare: { title: "command.layoutCompare", group: "group.view" },
  layoutCompiler: { title: "command.layoutCompiler", group: "group.view" },
  layoutDebug: { title: "command.layoutDebug", group: "group.view" },
  layoutFour: { title: "command.layoutFour", group: "group.view" },
  openBytecode: { title: "command.openBytecode", group: "group.view" },
  openMirBuilt: { title: "command.openMirBuilt", group: "group.view" },
  openAst: { title: "command.openAst", group: "group.view" },
  openTokens: { title: "command.openTokens", group: "group.view" },
  themeToggle: { title: "command.themeToggle", group: "group.view" },
  themeLight: { title: "command.themeLight", group: "group.view" },
  themeDark: { title: "command.themeDark", group: "group.view" },
  themeSystem: { title: "command.themeSystem", group: "group.view" },
} as const satisfies Record<string, CommandRow>

/** Name of a command. */
export type CommandId = keyof typeof COMMANDS

/** The commands in the order of the table. */
export const COMMAND_IDS = Object.keys(COMMANDS) as readonly CommandId[]

/** The row of a command, with its optional columns. */
export function commandRow(id: CommandId): CommandRow {
  return COMMANDS[id]
}
