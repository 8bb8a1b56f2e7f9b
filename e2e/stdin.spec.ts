import { expect, Playground, test } from "./playground.ts"

const ASK = 'local console = new ConsoleBox()\nprint("name?")\nlocal name = console.readLine()\nprint("Hello, " + name)\nprint(console.readLine() == null)\n'

test("a program that waits for a line is given one while it runs", async ({ playground, page }) => {
  await playground.write(ASK)
  await page.getByRole("button", { name: "Run", exact: true }).click()
  const field = page.getByRole("textbox", { name: "Program input" })
  await expect(field).toBeFocused()
  await expect(playground.status.getByRole("status")).toHaveText("Waiting for input")
  await page.keyboard.type("箱 Ann")
  await page.keyboard.press("Enter")
  await expect(playground.output).toContainText("Hello, 箱 Ann")
  await page.getByRole("button", { name: "End of input" }).click()
  await playground.ended()
  await expect(playground.output).toContainText("true")
})

test("lines given before the run are read first", async ({ playground, page }) => {
  await playground.write(ASK)
  await page.keyboard.press("Alt+4")
  await page.getByRole("textbox", { name: "Input for the program" }).fill("Bob\n")
  await page.keyboard.press("Control+Enter")
  await page.keyboard.press("Alt+2")
  await expect(playground.output).toContainText("Hello, Bob")
  await page.getByRole("button", { name: "End of input" }).click()
  await playground.ended()
})

test("Stop works while a program waits", async ({ playground, page }) => {
  await playground.write(ASK)
  await page.getByRole("button", { name: "Run", exact: true }).click()
  await expect(page.getByRole("textbox", { name: "Program input" })).toBeVisible()
  await page.getByRole("button", { name: "Stop", exact: true }).click()
  await expect(playground.status.getByRole("status")).toHaveText("Stopped")
  await expect(page.getByRole("textbox", { name: "Program input" })).toBeHidden()
})

test("without isolation the Input pane says why, and the program sees the end of input", async ({ page }) => {
  await page.route("**/*", async (route) => {
    if (route.request().resourceType() !== "document") return route.fallback()
    const response = await route.fetch()
    const headers = response.headers()
    delete headers["cross-origin-opener-policy"]
    delete headers["cross-origin-embedder-policy"]
    return route.fulfill({ response, headers })
  })
  const playground = new Playground(page)
  await playground.open()
  await playground.tab("Input").click()
  await expect(page.getByText(/needs a cross-origin isolated page/)).toBeVisible()
  await playground.write('print(new ConsoleBox().readLine() == null)\n')
  await page.keyboard.press("Control+Enter")
  await playground.ended()
  await playground.tab("Output").click()
  await expect(playground.output).toContainText("true")
})
