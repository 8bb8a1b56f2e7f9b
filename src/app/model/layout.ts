/**
 * The arrangement of the panes as plain data: a tree of rows and columns whose leaves are groups of tabs. It is what
 * is saved and shared; the docking library is an adapter's matter (`layout/workspace-model.ts`).
 *
 * Invariants of a valid layout: every pane appears at most once, the editor appears, a split has at least two
 * children and as many sizes, a group has at least one tab and its active tab is one of them.
 */
import { isPaneId, type PaneId } from "./panes.ts"

/** Children side by side (`row`) or stacked (`column`), with their shares in percent. */
export interface LayoutSplit {
  readonly kind: "row" | "column"
  readonly sizes: readonly number[]
  readonly children: readonly LayoutNode[]
}

/** A group of tabs of which one is shown. */
export interface LayoutGroup {
  readonly kind: "group"
  readonly tabs: readonly PaneId[]
  readonly active: PaneId
}

/** A part of the workspace. */
export type LayoutNode = LayoutSplit | LayoutGroup

const group = (...tabs: [PaneId, ...PaneId[]]): LayoutGroup => ({ kind: "group", tabs, active: tabs[0] })
const row = (sizes: readonly number[], ...children: LayoutNode[]): LayoutSplit => ({ kind: "row", sizes, children })
const column = (sizes: readonly number[], ...children: LayoutNode[]): LayoutSplit => ({ kind: "column", sizes, children })

/** TABLE the arrangements offered by name. */
export const LAYOUTS = {
  standard: row([50, 50], group("editor"), column([56, 44], group("mir", "wat", "llvm"), group("output", "problems", "input"))),
  learn: row([50, 50], group("editor"), column([60, 40], group("learn"), group("output", "problems", "input"))),
  compare: row([36, 64], column([66, 34], group("editor"), group("output", "problems", "input")), group("compare", "passes", "mir", "wat", "llvm")),
  compiler: row([32, 68], column([66, 34], group("editor"), group("output", "problems", "input")), column([58, 42], group("passes", "mir", "llvm"), group("wat", "bytecode", "mir-built"))),
  debug: row([50, 50], group("editor"), column([60, 40], group("debug", "bytecode", "mir"), group("output", "problems", "input", "repl"))),
  four: row(
    [34, 33, 33],
    column([68, 32], group("editor"), group("output", "problems", "input")),
    group("mir"),
    column([50, 50], group("wat"), group("llvm")),
  ),
} as const satisfies Record<string, LayoutNode>

/** Name of an offered arrangement. */
export type LayoutName = keyof typeof LAYOUTS

/** Every pane of `node`, left to right and top to bottom. */
export function panesOf(node: LayoutNode): readonly PaneId[] {
  return node.kind === "group" ? node.tabs : node.children.flatMap(panesOf)
}

/** The panes that are shown: the active tab of every group. */
export function visiblePanes(node: LayoutNode): readonly PaneId[] {
  return node.kind === "group" ? [node.active] : node.children.flatMap(visiblePanes)
}

/** `node` with `pane` as the active tab of its group, if it is open. */
export function activate(node: LayoutNode, pane: PaneId): LayoutNode {
  if (node.kind === "group") return node.tabs.includes(pane) ? { ...node, active: pane } : node
  return { ...node, children: node.children.map((child) => activate(child, pane)) }
}

/** Panes that belong together: a pane that is opened joins the group of its kin. */
const KIN: readonly (readonly PaneId[])[] = [
  ["debug", "mir", "learn", "wat", "llvm", "bytecode", "assembly", "timeline", "passes", "compare", "costs", "mir-built", "ast", "tokens"],
  ["output", "canvas", "problems", "input", "repl"],
]

/** `node` with `pane`, which it does not have yet, as a tab beside its nearest kin, else in the last group. */
export function addPane(node: LayoutNode, pane: PaneId): LayoutNode {
  const kin = KIN.find((row) => row.includes(pane)) ?? []
  const beside = panesOf(node).find((open) => kin.includes(open)) ?? panesOf(node)[panesOf(node).length - 1]
  const add = (part: LayoutNode): LayoutNode => {
    if (part.kind !== "group") return { ...part, children: part.children.map(add) }
    return beside !== undefined && part.tabs.includes(beside) ? { ...part, tabs: [...part.tabs, pane], active: pane } : part
  }
  return add(node)
}

/** Most levels a layout from outside may nest, and most children a split may have. Tabs are as many as there are panes. */
const MOST_DEPTH = 8
const MOST_CHILDREN = 12

/**
 * The layout that `value`, which may be anything, describes; null if it breaks a rule of the head comment. Unknown
 * keys are refused.
 */
export function parseLayout(value: unknown): LayoutNode | null {
  const seen = new Set<PaneId>()
  const parse = (node: unknown, depth: number): LayoutNode | null => {
    if (depth > MOST_DEPTH || typeof node !== "object" || node === null || Array.isArray(node)) return null
    const fields = node as { kind?: unknown; tabs?: unknown; active?: unknown; sizes?: unknown; children?: unknown }
    if (fields.kind === "group") {
      const { tabs, active } = fields
      if (Object.keys(node).length !== 3 || !Array.isArray(tabs) || tabs.length === 0) return null
      // Every tab is another pane, so a list that is too long ends at its first repetition.
      for (const tab of tabs) {
        if (!isPaneId(tab) || seen.has(tab)) return null
        seen.add(tab)
      }
      if (!isPaneId(active) || !tabs.includes(active)) return null
      return { kind: "group", tabs: tabs as PaneId[], active }
    }
    if (fields.kind !== "row" && fields.kind !== "column") return null
    const { sizes, children } = fields
    if (Object.keys(node).length !== 3 || !Array.isArray(children) || !Array.isArray(sizes)) return null
    if (children.length < 2 || children.length > MOST_CHILDREN || sizes.length !== children.length) return null
    if (!sizes.every((size) => typeof size === "number" && size > 0 && size <= 100)) return null
    const parsed: LayoutNode[] = []
    for (const child of children) {
      const part = parse(child, depth + 1)
      if (part === null) return null
      parsed.push(part)
    }
    return { kind: fields.kind, sizes: sizes as number[], children: parsed }
  }
  const layout = parse(value, 0)
  return layout !== null && seen.has("editor") ? layout : null
}
