/**
 * The docking area: groups of tabs that are resized, dragged, moved by menu and closed. It hides the library it is
 * made with; the rest of the page knows panes and layouts only.
 */
import { type ReactNode, useEffect, useRef } from "react"
import { Separator, useParentTabset, useWorkspaceRef, Workspace, type WorkspaceImperativeHandle } from "react-resizable-panels"
import { t } from "../messages/t.ts"
import { PANE_IDS, PANES, type PaneId } from "../model/panes.ts"
import { PaneContent } from "../panes/PaneContent.tsx"
import { Menu, type MenuEntry } from "../parts/Menu.tsx"
import { openPane } from "../services/panes.ts"
import { dispatch, store, useApp } from "../services/store.ts"
import { fromWorkspaceModel, toWorkspaceModel } from "./workspace-model.ts"

const CLASSES = {
  header: "group-header",
  tabList: "group-tabs",
  tab: "tab",
  tabset: "group",
  tabPanels: "group-body",
  tabContent: "pane",
  toolbar: "group-tools",
  dropIndicator: "drop-indicator",
  dragPreview: "drag-preview",
} as const

/** The docking area. */
export function LayoutHost(): ReactNode {
  const workspace = useWorkspaceRef<PaneId>()
  const revision = useApp((state) => state.layoutRevision)
  const first = useRef(toWorkspaceModel(store.getState().layout))
  const shownRevision = useRef(revision)

  useEffect(() => {
    if (shownRevision.current === revision) return
    shownRevision.current = revision
    workspace.current?.setModel(toWorkspaceModel(store.getState().layout))
  }, [revision, workspace])

  return (
    <Workspace<PaneId>
      id="workspace"
      className="workspace"
      classNames={CLASSES}
      aria-label={t("app.workspace")}
      defaultModel={first.current}
      workspaceRef={workspace}
      hiddenTabBehavior="keep-mounted"
      lazyTabContent
      tabsetMinWidth="140px"
      tabsetMinHeight="60px"
      onModelChanged={(model) => {
        const layout = fromWorkspaceModel(model)
        if (layout !== null) dispatch({ type: "layoutReported", layout })
      }}
      renderTab={(tab, props) => (
        <div {...props}>
          <TabTitle pane={tab.data} />
        </div>
      )}
      renderTabContent={(tab) => <PaneContent pane={tab.data} isPhone={false} />}
      renderSeparator={() => <Separator aria-label={t("pane.resize")} />}
      renderTabsetToolbar={() => <GroupTools workspace={workspace} />}
    />
  )
}

/** The title of a tab, with the count of what waits in it. */
export function TabTitle({ pane }: { readonly pane: PaneId }): ReactNode {
  const problems = useApp((state) => (pane === "problems" ? state.diagnostics.length : 0))
  return (
    <span className="tab-title">
      {t(PANES[pane].title)}
      {problems > 0 && <span className="tab-count">{problems}</span>}
    </span>
  )
}

type Handle = { readonly current: WorkspaceImperativeHandle<PaneId> | null }

function GroupTools({ workspace }: { readonly workspace: Handle }): ReactNode {
  const group = useParentTabset<PaneId>()
  if (group === null) return null
  return (
    <Menu
      label={t("pane.menu")}
      icon="more"
      className="button button-icon"
      hasChevron={false}
      entries={() => arrangements(workspace.current, group.id)}
    />
  )
}

/** Everything a drag could do, by menu: WCAG asks that no gesture is the only way. */
function arrangements(handle: WorkspaceImperativeHandle<PaneId> | null, groupId: string): readonly MenuEntry[] {
  if (handle === null) return []
  const model = handle.getModel()
  const groups = groupsOf(model.root)
  const own = groups.find((group) => group.id === groupId)
  const pane = own?.tabs.find((tab) => tab.id === own.selectedId)?.data ?? own?.tabs[0]?.data
  if (own === undefined || pane === undefined) return []
  const item = (label: string, onSelect: () => void, disabled = false): MenuEntry => ({ kind: "item", label, onSelect, disabled })
  const isAlone = own.tabs.length === 1
  const entries: MenuEntry[] = [
    { kind: "heading", label: t("pane.menuOf", { pane: t(PANES[pane].title) }) },
    item(t("pane.split.right"), () => handle.moveTab(pane, { tabsetId: groupId, region: "right" }), isAlone),
    item(t("pane.split.down"), () => handle.moveTab(pane, { tabsetId: groupId, region: "bottom" }), isAlone),
    item(t("pane.move.left"), () => handle.moveTab(pane, { edge: "left" })),
    item(t("pane.move.right"), () => handle.moveTab(pane, { edge: "right" })),
    item(t("pane.move.top"), () => handle.moveTab(pane, { edge: "top" })),
    item(t("pane.move.bottom"), () => handle.moveTab(pane, { edge: "bottom" })),
  ]
  for (const other of groups) {
    const beside = other.tabs.find((tab) => tab.id === other.selectedId) ?? other.tabs[0]
    if (other.id === groupId || beside === undefined) continue
    entries.push(item(t("pane.move.with", { pane: t(PANES[beside.data].title) }), () => handle.moveTab(pane, { tabsetId: other.id, region: "center" })))
  }
  entries.push({ kind: "separator" })
  if (model.maximizedTabsetId === groupId) entries.push(item(t("pane.restore"), () => handle.restoreTabset()))
  else entries.push(item(t("pane.maximise"), () => handle.maximizeTabset(groupId), groups.length === 1))
  if (PANES[pane].closable) entries.push(item(t("pane.close"), () => handle.closeTab(pane)))
  const open = new Set(groups.flatMap((group) => group.tabs.map((tab) => tab.data)))
  const closed = PANE_IDS.filter((id) => !open.has(id))
  if (closed.length > 0) {
    entries.push({ kind: "separator" })
    for (const id of closed) entries.push(item(t("pane.open", { pane: t(PANES[id].title) }), () => openPane(id)))
  }
  return entries
}

type Model = ReturnType<WorkspaceImperativeHandle<PaneId>["getModel"]>
type Group = Extract<Model["root"], { type: "tabset" }>

function groupsOf(node: Model["root"]): readonly Group[] {
  return node.type === "tabset" ? [node] : node.children.flatMap(groupsOf)
}
