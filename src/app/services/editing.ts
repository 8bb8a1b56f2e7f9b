/** Changes of the whole text from outside the editor. Whatever they replace is kept in the history first. */
import { t } from "../messages/t.ts"
import { isBlank, MOST_FILES, type Program, sameFiles } from "../model/project.ts"
import { programOf } from "../model/state.ts"
import type { VersionReason } from "../model/version-history.ts"
import type { DiagnosticMessage, TextRange } from "../../protocol/worker.ts"
import { compiler, failureText } from "./compiling.ts"
import { dispatch, store, toast } from "./store.ts"
import { keepVersion } from "./version-store.ts"

/** Keeps the program as it is now; a failure is told, since the user counts on it. */
export async function keepCurrent(reason: VersionReason): Promise<boolean> {
  const { files, stdin } = store.getState()
  try {
    await keepVersion({ at: Date.now(), reason, files, stdin })
    return true
  } catch (error) {
    toast(t("history.unavailable", { reason: failureText(error) }), { tone: "problem" })
    return false
  }
}

/** Replaces the program; the notice offers to undo it. */
export function replaceProgram(
  next: Omit<Program, "active"> & { readonly active?: string; readonly selection?: TextRange },
  reason: VersionReason,
  notice: string,
): void {
  const before = programOf(store.getState())
  const isLost = !isBlank(before.files) && !sameFiles(before.files, next.files)
  if (isLost) void keepCurrent(reason)
  dispatch({ type: "programReplaced", ...next })
  toast(notice, { undo: isLost ? before : null })
}

/** Takes a file out of the program; the notice offers to undo it, and the history has it. */
export function closeFile(name: string): void {
  const before = programOf(store.getState())
  if (before.files.length === 1) {
    toast(t("files.onlyOne"))
    return
  }
  const isLost = before.files.some((file) => file.name === name && file.text.trim() !== "")
  if (isLost) void keepCurrent("close")
  dispatch({ type: "fileClosed", name })
  toast(t("files.closed", { name }), { undo: before })
}

/** Opens the field that names another file, unless there are as many as there can be. */
export function addFile(): void {
  if (store.getState().files.length >= MOST_FILES) toast(t("files.most", { count: MOST_FILES }), { tone: "problem" })
  else dispatch({ type: "naming", naming: { kind: "add" } })
}

/** Brings the next or the previous file into the editor. */
export function stepFile(step: 1 | -1): void {
  const { files, source } = store.getState()
  const next = files[(files.indexOf(source) + step + files.length) % files.length]
  if (next !== undefined) dispatch({ type: "fileOpened", name: next.name })
}

/** Lays the file in the editor out in the standard style. */
export async function format(): Promise<void> {
  const { source, version } = store.getState()
  try {
    const formatted = await compiler().request("format", { file: source })
    const state = store.getState()
    // Text typed in the meantime is worth more than its layout.
    if (state.version !== version) return
    if (formatted.text === null) toast(t("format.failed"), { tone: "problem" })
    else if (formatted.text === source.text) toast(t("format.unchanged"))
    else dispatch({ type: "replaced", text: formatted.text, selection: state.selection })
  } catch (error) {
    toast(failureText(error), { tone: "problem" })
  }
}

/** Makes the change that a diagnostic offers. */
export function applyFix(diagnostic: DiagnosticMessage): void {
  const { checkedVersion, version } = store.getState()
  // The ranges are of the text that was checked.
  if (diagnostic.fix === null || checkedVersion !== version) return
  dispatch({ type: "fileOpened", name: diagnostic.file })
  dispatch({ type: "filesEdited", edits: diagnostic.fix.edits.map((edit) => ({ ...edit, file: diagnostic.file })) })
}
