import { expect, Playground, replaceWorker, test } from "./playground.ts"

test("a run worker that dies is explained; text and output are kept and Run works again", async ({ page, context }) => {
  await replaceWorker(
    context,
    "run",
    'onmessage = () => { postMessage({ type: "output", chunks: [{ stream: "stdout", text: "so far\\n" }] }); setTimeout(() => { throw new Error("boom") }, 50) }',
  )
  const playground = new Playground(page)
  await playground.open()
  await playground.write('print("fine")\n')
  await playground.run()
  await expect(playground.output).toContainText("so far")
  await expect(playground.output).toContainText(/The playground itself failed: .*boom/)
  expect(await playground.visibleSource()).toContain('print("fine")')
  await context.unrouteAll()
  // The worker made ahead is still the broken one; the run after it is well.
  await playground.run()
  await playground.run()
  await expect(playground.output).toContainText("fine")
  await expect(playground.output).toContainText("Exit code 0")
})

test("a compiler worker that dies is started again", async ({ page, context }) => {
  await replaceWorker(context, "compiler", 'postMessage({ notice: "ready" }); onmessage = () => setTimeout(() => { throw new Error("gone") }, 20)')
  const playground = new Playground(page)
  await playground.open()
  await expect(page.getByRole("alert").filter({ hasText: "The compiler keeps stopping" })).toBeVisible({ timeout: 30_000 })
  await context.unrouteAll()
  await playground.write('print("well again")\n')
  await playground.run()
  await playground.run()
  await expect(playground.output).toContainText("well again")
  await expect(page.getByRole("alert").filter({ hasText: "The compiler keeps stopping" })).toBeHidden()
})

test("without Monaco the page still edits and runs", async ({ page }) => {
  await page.route(/assets\/monaco.*\.js/, (route) => route.abort())
  await page.goto("/")
  const playground = new Playground(page)
  await expect(page.getByRole("alert").filter({ hasText: "could not be loaded" })).toBeVisible()
  await playground.editor.fill('print("plain")\n')
  await page.getByRole("button", { name: "Run", exact: true }).click()
  await expect(playground.output).toContainText("plain", { timeout: 30_000 })
})

test("any text at all leaves the page alive", async ({ playground, page }) => {
  const texts = ["", "x", "(".repeat(65_536), "\u0000\ufeff\ud800", `"${"a".repeat(1_000_000)}`, "}\n".repeat(20_000), "/*"]
  for (const text of texts) {
    await page.keyboard.press("Alt+1")
    await page.keyboard.press("Control+A")
    await page.keyboard.press("Delete")
    await page.evaluate((value) => navigator.clipboard.writeText(value), text)
    await page.keyboard.press("Control+V")
    await page.waitForTimeout(700)
  }
  await playground.write('print("alive")\n')
  await playground.run(60_000)
  await expect(playground.output).toContainText("alive")
})
