/**
 * The named layouts as they look, in both themes, against stored pictures. Figures that are measured anew each time are covered;
 * the program, the table of Compare and the place in the pass explorer come with a link, so everything else is the same each time.
 *
 * The tolerance is for text that a machine draws a little differently. It is less than any pane holds: the last test shows that
 * a pane that is missing is noticed.
 */
import { unmeasured } from "../src/compare/measurement.ts"
import { LAYOUTS, type LayoutNode } from "../src/app/model/layout.ts"
import { encodeShare, type SharedState } from "../src/app/model/share-url.ts"
import { expect, Playground, test as base } from "./playground.ts"

const test = base.extend({ viewport: { width: 1100, height: 700 } })

const SOURCE = `// The sum of the squares below a limit.
function square(x) {
  return x * x
}

local sum = 0
for i in 0..100 {
  sum = sum + square(i)
}
print("sum: " + sum)
`

const PRINTED = { bytes: 12, hash: "0123456789abcdef", head: "sum: 328350\n", end: "exit 0" }
const measured = (engine: "vm" | "wasm" | "aot", run: number) => ({
  ...unmeasured(engine, "measured"),
  coldCompile: 21,
  cold: { run: run * 1.5, firstOutput: run, peakMemory: 720_896, digest: PRINTED },
  compile: [8, 8.2, 8.4, 8.1, 8.3, 8.2],
  warm: Array.from({ length: 15 }, (_, i) => ({ run: run * (1 + i / 500), firstOutput: run, peakMemory: 720_896, digest: PRINTED })),
  codeBytes: 21_504,
  distributedBytes: 21_504,
})

function link(layout: LayoutNode): string {
  const state: SharedState = {
    files: [{ name: "main.hako", text: SOURCE }],
    active: 0,
    stdin: "",
    engine: "wasm",
    views: ["editor"],
    selection: { start: 0, end: 0 },
    layout,
    compare: { machine: "a machine of the author", measurements: [measured("vm", 41), unmeasured("tiered", "absent", "it is an example"), measured("wasm", 3.1), measured("aot", 3)] },
    passes: { function: "main", step: 4, view: "graph", hideUnchanged: false, skip: [] },
  }
  return `/${encodeShare(state) ?? ""}`
}

/** What is measured, or said for a moment. */
const CHANGING = [".pass-list", ".status", ".monaco-editor .cursors-layer"]

const SHOWN = {
  learn: (playground: Playground) => playground.page.getByRole("heading", { name: "Printing and values" }),
  compare: (playground: Playground) => playground.page.getByRole("table", { name: /^Measurements/ }),
  compiler: (playground: Playground) => playground.page.getByRole("region", { name: /^Control flow of main/ }),
  debug: (playground: Playground) => playground.page.getByText("Stop anywhere, look around"),
} as const

const OPTIONS = { animations: "disabled", caret: "hide", maxDiffPixels: 500 } as const

async function show(playground: Playground, name: keyof typeof SHOWN, theme: "light" | "dark"): Promise<void> {
  const { page } = playground
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" })
  await playground.open(link(LAYOUTS[name]))
  await expect(SHOWN[name](playground)).toBeVisible({ timeout: 60_000 })
  await page.getByRole("region", { name: "Notifications" }).getByRole("button", { name: "Dismiss" }).click()
  // Views are there when they have lines.
  for (const view of await page.locator("[data-testid^=view-]:visible").all()) await expect(view.locator(".view-line").first()).toBeVisible({ timeout: 60_000 })
  // Scroll bars come and go by themselves. The page takes no style but its own, so the rule is made as an object.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(".monaco-editor .scrollbar { visibility: hidden !important; }")
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  })
}

for (const theme of ["light", "dark"] as const) {
  for (const name of ["learn", "compare", "compiler", "debug"] as const) {
    test(`the layout ${name} looks as it should, ${theme}`, async ({ page }) => {
      await show(new Playground(page), name, theme)
      await expect(page).toHaveScreenshot(`${name}-${theme}.png`, { ...OPTIONS, mask: CHANGING.map((selector) => page.locator(selector)) })
    })
  }
}

test("a pane that is missing would be noticed", async ({ page }) => {
  const playground = new Playground(page)
  await show(playground, "debug", "light")
  await page.evaluate(() => {
    const editor = document.querySelector<HTMLElement>("[data-testid=source-editor]")
    if (editor !== null) editor.style.display = "none"
  })
  await expect(page).not.toHaveScreenshot("debug-light.png", { ...OPTIONS, mask: CHANGING.map((selector) => page.locator(selector)) })
})
