/**
 * TABLE the panes of the workspace: what each is called, which stage it shows, and whether it may be closed.
 * Tabs, menus, shortcuts, links and the saved layout all speak of panes by these ids.
 */
import type { TextViewId } from "../../protocol/worker.ts"
import type { PlainMessageKey } from "../messages/t.ts"

/** What is known of a pane without drawing it. */
export interface PaneRow {
  readonly title: PlainMessageKey
  /** The stage shown as text, or null for a pane of another kind. */
  readonly view: TextViewId | null
  /** False for the panes the page is useless without. */
  readonly closable: boolean
}

/** The panes. */
export const PANES = {
  editor: { title: "pane.editor", view: null, closable: false },
  output: { title: "pane.output", view: null, closable: true },
  problems: { title: "pane.problems", view: null, closable: true },
  input: { title: "pane.input", view: null, closable: true },
  canvas: { title: "pane.canvas", view: null, closable: true },
  repl: { title: "pane.repl", view: null, closable: true },
  debug: { title: "pane.debug", view: null, closable: true },
  learn: { title: "pane.learn", view: null, closable: true },
  mir: { title: "pane.mir", view: "mir", closable: true },
  bytecode: { title: "pane.bytecode", view: "bytecode", closable: true },
  wat: { title: "pane.wat", view: "wat", closable: true },
  llvm: { title: "pane.llvm", view: "llvm", closable: true },
  assembly: { title: "pane.assembly", view: null, closable: true },
  tokens: { title: "pane.tokens", view: "tokens", closable: true },
  ast: { title: "pane.ast", view: "ast", closable: true },
  costs: { title: "pane.costs", view: null, closable: true },
  passes: { title: "pane.passes", view: null, closable: true },
  timeline: { title: "pane.timeline", view: null, closable: true },
  compare: { title: "pane.compare", view: null, closable: true },
  "mir-built": { title: "pane.mir-built", view: "mir-built", closable: true },
} as const satisfies Record<string, PaneRow>

/** Name of a pane. */
export type PaneId = keyof typeof PANES

/** The panes in the order of the table. */
export const PANE_IDS = Object.keys(PANES) as readonly PaneId[]

/** True if `value` names a pane. */
export function isPaneId(value: unknown): value is PaneId {
  return typeof value === "string" && Object.hasOwn(PANES, value)
}
