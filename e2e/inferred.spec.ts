import { expect, test } from "./playground.ts"

const SOURCE = 'box P { x: IntegerBox = 1 }\nlocal whole = 3\nlocal mixed = 1\nif whole > 2 { mixed = "text" }\nfor i in 0..3 {\n  local p = new P()\n  print("n" + i)\n}\nprint(mixed)\n'

test("the editor shows how variables are held, and which of them only the running program knows", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await playground.command("Show or hide inferred representations")
  const editor = page.getByTestId("source-editor")
  const line = (text: string) => editor.locator(".view-line").filter({ hasText: text })
  await expect(line("local whole")).toContainText(/whole:\s*i64\s*=\s*3/)
  await expect(line("local mixed")).toContainText(/mixed:\s*dynamic\s*=\s*1/)
  await playground.command("Show or hide inferred representations")
  await expect(line("local whole")).not.toContainText("i64")
})

test("a line says why it is slow, and the slowest lines are listed", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await page.keyboard.press("Control+Home")
  for (let count = 0; count < 6; count++) await page.keyboard.press("ArrowDown")
  await playground.command("Why is this line slow?")
  const pane = page.getByRole("region", { name: "What lines cost" })
  await expect(pane.getByRole("heading", { name: "Why is line 7 slow?" })).toBeVisible()
  await expect(pane.getByRole("list", { name: "Why is line 7 slow?" })).toContainText(/allocates.*hk_str/)
  await expect(pane.getByRole("list", { name: "Why is line 7 slow?" })).toContainText("in a loop")
  const worst = pane.getByRole("list", { name: "Lines that cost most" })
  await worst.getByRole("button", { name: /^7/ }).click()
  await expect(playground.status).toContainText("Ln 7")
})
