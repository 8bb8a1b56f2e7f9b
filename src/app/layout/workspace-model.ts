/** Between our layout and the docking library's model; nothing else knows that model. */
import type { WorkspaceModel, WorkspaceModelInput, WorkspaceNode, WorkspaceNodeInput } from "react-resizable-panels"
import { t } from "../messages/t.ts"
import type { LayoutNode } from "../model/layout.ts"
import { isPaneId, PANES, type PaneId } from "../model/panes.ts"

function toNode(node: LayoutNode, size: number | undefined): WorkspaceNodeInput<PaneId> {
  const sized = size === undefined ? {} : { size }
  if (node.kind === "group") {
    return {
      type: "tabset",
      ...sized,
      tabs: node.tabs.map((pane) => ({ id: pane, data: pane, title: t(PANES[pane].title), disableClose: !PANES[pane].closable })),
      selectedId: node.active,
    }
  }
  return {
    type: "split",
    ...sized,
    orientation: node.kind === "row" ? "horizontal" : "vertical",
    children: node.children.map((child, index) => toNode(child, node.sizes[index])),
  }
}

/** The library's model of a layout. */
export function toWorkspaceModel(layout: LayoutNode): WorkspaceModelInput<PaneId> {
  return { version: 1, root: toNode(layout, undefined) }
}

function fromNode(node: WorkspaceNode<PaneId>): LayoutNode | null {
  if (node.type === "tabset") {
    const tabs = node.tabs.map((tab) => tab.id).filter(isPaneId)
    const first = tabs[0]
    if (first === undefined) return null
    return { kind: "group", tabs, active: isPaneId(node.selectedId) && tabs.includes(node.selectedId) ? node.selectedId : first }
  }
  const children: LayoutNode[] = []
  const sizes: number[] = []
  for (const child of node.children) {
    const part = fromNode(child)
    if (part === null) continue
    children.push(part)
    sizes.push(typeof child.size === "number" ? Math.round(child.size * 10) / 10 : 100 / node.children.length)
  }
  const only = children[0]
  if (only === undefined) return null
  if (children.length === 1) return only
  return { kind: node.orientation === "horizontal" ? "row" : "column", sizes, children }
}

/** The layout of the library's model; null if nothing is open. */
export function fromWorkspaceModel(model: WorkspaceModel<PaneId>): LayoutNode | null {
  return fromNode(model.root)
}
