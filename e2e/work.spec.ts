import { expect, Playground, test } from "./playground.ts"

test("a reload keeps text, input, caret and layout", async ({ playground, page }) => {
  await playground.write("// line one\n// my work\n")
  await page.keyboard.press("Alt+4")
  await page.getByRole("textbox", { name: "Input for the program" }).fill("abc")
  await page.keyboard.press("Alt+7")
  await page.waitForTimeout(1000)
  await page.reload()
  await playground.ready()
  expect(await playground.visibleSource()).toContain("// my work")
  await expect(page.getByRole("textbox", { name: "Input for the program" })).toHaveValue("abc")
  await expect(playground.tab("LLVM IR")).toHaveAttribute("aria-selected", "true")
  await expect(playground.status).toContainText("Ln 3, Col 1")
})

test("work is safe when the tab dies in an endless loop", async ({ playground, page, context }) => {
  await playground.write("// precious\nloop(true) { }\n")
  await page.keyboard.press("Control+Enter")
  await page.waitForTimeout(1000)
  await page.close({ runBeforeUnload: false })
  const next = new Playground(await context.newPage())
  await next.open()
  expect(await next.visibleSource()).toContain("// precious")
})

test("a second tab starts from the last work and does not overwrite the first", async ({ playground, context }) => {
  await playground.write("// first tab\n")
  await playground.page.waitForTimeout(1000)
  const second = new Playground(await context.newPage())
  await second.open()
  expect(await second.visibleSource()).toContain("// first tab")
  await second.write("// second tab\n")
  await second.page.waitForTimeout(1000)
  await playground.page.reload()
  await playground.ready()
  expect(await playground.visibleSource()).toContain("// first tab")
  await second.page.reload()
  await second.ready()
  expect(await second.visibleSource()).toContain("// second tab")
})

test("an earlier version comes back from the history", async ({ playground, page }) => {
  await playground.write('print("version one")\n')
  await playground.run()
  await playground.write('print("version two")\n')
  await playground.run()
  await page.getByRole("button", { name: "History of versions" }).click()
  const dialog = page.getByRole("dialog", { name: "History" })
  await dialog.getByRole("button", { name: /Run · 2 lines/ }).nth(1).click()
  await expect(dialog.getByLabel("Text of the chosen version")).toContainText("version one")
  await dialog.getByRole("button", { name: "Restore this version" }).click()
  await expect.poll(() => playground.visibleSource()).toContain("version one")
  await page.getByRole("button", { name: "Undo" }).click()
  await expect.poll(() => playground.visibleSource()).toContain("version two")
})

test("an example replaces the text, which Undo brings back", async ({ playground, page }) => {
  await playground.write("// mine\n")
  await playground.choose("Examples", /^FizzBuzz/)
  await expect.poll(() => playground.visibleSource()).toContain("FizzBuzz")
  await page.getByRole("button", { name: "Undo" }).click()
  await expect.poll(() => playground.visibleSource()).toContain("// mine")
})

test("every example runs to its end without a problem", async ({ playground, page }) => {
  test.setTimeout(240_000)
  await page.getByRole("button", { name: "Examples" }).click()
  const titles = await page.getByRole("menu").getByRole("menuitem").evaluateAll((items) => items.map((item) => item.querySelector(".menu-label")?.firstChild?.textContent ?? ""))
  await page.keyboard.press("Escape")
  expect(titles.length).toBeGreaterThanOrEqual(12)
  for (const [i, title] of titles.entries()) {
    await test.step(title, async () => {
      await page.getByRole("button", { name: "Examples" }).click()
      // By its place: one title may begin with another.
      await page.getByRole("menu").getByRole("menuitem").nth(i).click()
      await expect(page.getByText(`Opened “${title}”`).last()).toBeVisible()
      await page.getByRole("button", { name: "Run", exact: true }).click()
      const end = page.getByRole("button", { name: "End of input" })
      // Programs that draw show their canvas in place of the output.
      const code = playground.status.getByText("RC: 0")
      await expect(end.or(code)).toBeVisible({ timeout: 30_000 })
      if (await end.isVisible()) await end.click()
      await expect(code).toBeVisible({ timeout: 30_000 })
    })
  }
})
