import { readFile } from "node:fs/promises"
import { expect, test } from "./playground.ts"

test("a flood of output is cut for showing, offered as a download, and never freezes the page", async ({ playground, page }) => {
  // About 20 MB.
  await playground.write('local line = "0123456789" * 10\nlocal i = 0\nloop(i < 200000) { print(line)  i = i + 1 }\nprint("the end")\n')
  await page.evaluate(() => {
    const state = { worst: 0, last: performance.now() }
    Object.assign(globalThis, { frames: state })
    const tick = (): void => {
      const now = performance.now()
      state.worst = Math.max(state.worst, now - state.last)
      state.last = now
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  })
  await playground.run(60_000)
  await expect(playground.output).toContainText("the end")
  await expect(page.getByText(/19 MB of earlier output is hidden/)).toBeVisible()
  const shown = await playground.output.evaluate((element) => element.textContent?.length ?? 0)
  expect(shown).toBeLessThan(1.1 * 1024 * 1024)
  const worst = await page.evaluate(() => (globalThis as unknown as { frames: { worst: number } }).frames.worst)
  console.log(`longest time without a frame: ${worst.toFixed(0)} ms`)
  // Generous: machines that test are busy. A page that draws everything is an order of magnitude over it.
  expect(worst).toBeLessThan(5000)

  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download everything" }).click()])
  const text = await readFile(await download.path(), "utf8")
  expect(text.split("\n").length).toBe(200_002)
})

test("an endless flood can be stopped", async ({ playground, page }) => {
  await playground.write('loop(true) { print("and on and on") }\n')
  await page.getByRole("button", { name: "Run", exact: true }).click()
  await expect(page.getByText(/of earlier output is hidden/)).toBeVisible({ timeout: 30_000 })
  await page.getByRole("banner").getByRole("button", { name: "Stop", exact: true }).click()
  await expect(playground.status.getByRole("status")).toHaveText("Stopped")
})

test("what a program prints is text and nothing else", async ({ playground, page }) => {
  await playground.write('print("<img src=x onerror=alert(1)><b>bold</b> \\u001b[31mred")\n')
  page.on("dialog", () => expect(false, "a script ran").toBe(true))
  await playground.run()
  await expect(playground.output).toContainText("<img src=x onerror=alert(1)><b>bold</b>")
  await expect(playground.output.locator("img, b")).toHaveCount(0)
})
