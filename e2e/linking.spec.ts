import { expect, test } from "./playground.ts"

const SOURCE = "function area(w, h) {\n  return w * h\n}\nprint(area(6, 7))\n"

test("the caret in the source marks its counterparts in every view, and a view marks the source", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await playground.command("four levels")
  const view = (pane: string) => page.getByTestId(`view-${pane}`)
  for (const pane of ["mir", "wat", "llvm"]) await expect(view(pane).locator(".view-line").first()).toBeVisible({ timeout: 30_000 })

  // From the source, by keyboard: the product in `w * h`.
  await page.keyboard.press("Alt+1")
  await page.keyboard.press("Control+Home")
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("Home")
  for (let count = 0; count < 8; count++) await page.keyboard.press("ArrowRight")
  for (const pane of ["mir", "wat", "llvm"]) {
    await expect(view(pane).locator(".linked-place").first()).toBeVisible()
    // The second cue: a bar at the line's start.
    await expect(view(pane).locator(".linked-bar").first()).toBeVisible()
  }
  const underline = await view("mir").locator(".linked-place").first().evaluate((element) => getComputedStyle(element).textDecorationLine)
  expect(underline).toBe("underline")

  // From a view, by mouse: the source and the other views follow.
  await view("mir").locator(".view-line").filter({ hasText: "mul" }).first().click({ position: { x: 120, y: 8 } })
  await expect(page.getByTestId("source-editor").locator(".linked-place").first()).toHaveText(/w|\*|h/)
  await expect(view("wat").locator(".linked-place").first()).toBeVisible()
})

test("links are looked up again after the program changes", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await page.keyboard.press("Control+Home")
  await page.keyboard.press("ArrowDown")
  for (let count = 0; count < 9; count++) await page.keyboard.press("ArrowRight")
  const mir = page.getByTestId("view-mir")
  await expect(mir.locator(".linked-place").first()).toBeVisible({ timeout: 30_000 })
  await page.keyboard.type("w + ")
  await expect(mir.locator(".linked-place").first()).toBeVisible()
})

test("a view that cannot be made keeps its last text and says so", async ({ playground, page }) => {
  await playground.write(SOURCE)
  const mir = page.getByTestId("view-mir")
  await expect(mir.locator(".view-line").filter({ hasText: "area" }).first()).toBeVisible({ timeout: 30_000 })
  await page.keyboard.press("Control+End")
  await page.keyboard.type("local = ")
  await expect(page.getByText("Shows the last version that compiled.")).toBeVisible()
  await expect(mir.locator(".view-line").filter({ hasText: "area" }).first()).toBeVisible()
})

test("where nothing corresponds, a view says why", async ({ playground, page }) => {
  await playground.write("// nothing\nfunction unused(x) {\n  return x * 3\n}\nprint(1)\n")
  await playground.command("Go to MIR")
  await expect(page.getByTestId("view-mir").locator(".view-line").first()).toBeVisible({ timeout: 30_000 })
  await page.keyboard.press("Alt+1")
  await page.keyboard.press("Control+Home")
  await page.keyboard.press("ArrowRight")
  await expect(page.getByText("Nothing here: no code is made of this place by itself.")).toBeVisible()
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("End")
  await expect(page.getByText(/^Nothing here: (inference found that this never runs|removed in pass tree-shake)/)).toBeVisible()
})
