import { describe, expect, it } from "vitest"
import { activate, addPane, type LayoutNode, LAYOUTS, panesOf, parseLayout, visiblePanes } from "./layout.ts"
import { PANE_IDS } from "./panes.ts"

describe("the offered layouts", () => {
  it("are valid and read back as themselves", () => {
    for (const layout of Object.values(LAYOUTS)) expect(parseLayout(JSON.parse(JSON.stringify(layout)))).toEqual(layout)
  })
})

describe("parseLayout", () => {
  it("takes every pane in one group", () => {
    const all: LayoutNode = { kind: "group", tabs: PANE_IDS, active: "editor" }
    expect(parseLayout(JSON.parse(JSON.stringify(all)))).toEqual(all)
    let layout: LayoutNode = LAYOUTS.standard
    for (const pane of PANE_IDS) if (!panesOf(layout).includes(pane)) layout = addPane(layout, pane)
    expect(parseLayout(JSON.parse(JSON.stringify(layout)))).toEqual(layout)
  })

  const group = (...tabs: string[]) => ({ kind: "group", tabs, active: tabs[0] })

  it("refuses what breaks a rule", () => {
    const wrong: unknown[] = [
      null,
      3,
      [],
      {},
      group("mir"),
      group("editor", "editor"),
      group("editor", "nothing"),
      { ...group("editor"), active: "mir" },
      { ...group("editor"), extra: 1 },
      { kind: "row", sizes: [100], children: [group("editor")] },
      { kind: "row", sizes: [50], children: [group("editor"), group("mir")] },
      { kind: "row", sizes: [50, -1], children: [group("editor"), group("mir")] },
      { kind: "row", sizes: [50, Number.NaN], children: [group("editor"), group("mir")] },
      { kind: "row", sizes: [50, 50], children: [group("editor"), group("editor")] },
      { kind: "diagonal", sizes: [50, 50], children: [group("editor"), group("mir")] },
    ]
    for (const value of wrong) expect(parseLayout(value)).toBeNull()
  })

  it("refuses to nest without end", () => {
    let node: unknown = group("editor")
    for (let depth = 0; depth < 20; depth++) node = { kind: "row", sizes: [50, 50], children: [node, group("mir")] }
    expect(parseLayout(node)).toBeNull()
  })
})

describe("changes", () => {
  it("bring a tab to the front", () => {
    expect(visiblePanes(activate(LAYOUTS.standard, "llvm"))).toEqual(["editor", "llvm", "output"])
  })

  it("put a pane beside its kin", () => {
    const added = addPane(LAYOUTS.standard, "ast")
    expect(panesOf(added)).toEqual(["editor", "mir", "wat", "llvm", "ast", "output", "problems", "input"])
    expect(visiblePanes(added)).toContain("ast")
  })

  it("put a pane without open kin into the last group", () => {
    const bare: LayoutNode = { kind: "row", sizes: [50, 50], children: [{ kind: "group", tabs: ["editor"], active: "editor" }, { kind: "group", tabs: ["output"], active: "output" }] }
    expect(panesOf(addPane(bare, "mir"))).toEqual(["editor", "output", "mir"])
  })
})
