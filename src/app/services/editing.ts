/** Changes of the whole text from outside the editor. Whatever they replace is kept in the history first. */
import { t } from "../messages/t.ts"
import { applyEdits } from "../model/positions.ts"
import type { VersionReason } from "../model/version-history.ts"
import type { DiagnosticMessage } from "../../protocol/worker.ts"
import { compiler, failureText } from "./compiling.ts"
import { dispatch, store, toast } from "./store.ts"
import { keepVersion } from "./version-store.ts"

/** Keeps the text as it is now; a failure is told, since the user counts on it. */
export async function keepCurrent(reason: VersionReason): Promise<boolean> {
  const { source, stdin } = store.getState()
  try {
    await keepVersion({ at: Date.now(), reason, text: source.text, stdin })
    return true
  } catch (error) {
    toast(t("history.unavailable", { reason: failureText(error) }), { tone: "problem" })
    return false
  }
}

/** Replaces the program; the notice offers to undo it. */
export function replaceProgram(
  next: { readonly text: string; readonly stdin: string; readonly name?: string; readonly selection?: { readonly start: number; readonly end: number } },
  reason: VersionReason,
  notice: string,
): void {
  const { source, stdin } = store.getState()
  const isLost = source.text.trim() !== "" && source.text !== next.text
  if (isLost) void keepCurrent(reason)
  dispatch({ type: "replaced", ...next })
  toast(notice, { undo: isLost ? { text: source.text, stdin } : null })
}

/** Lays the source out in the standard style. */
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
  const { source, checkedVersion, version, selection } = store.getState()
  // The ranges are of the text that was checked.
  if (diagnostic.fix === null || checkedVersion !== version) return
  dispatch({ type: "replaced", text: applyEdits(source.text, diagnostic.fix.edits), selection })
}
