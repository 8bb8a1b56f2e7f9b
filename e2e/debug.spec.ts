import { expect, type Playground, test } from "./playground.ts"

const SOURCE = `function twice(n) {
  local m = n * 2
  return m
}
local list = [10, 20]
local total = 0
for i in 0..3 {
  total = total + twice(i)
}
print(total)
`

const place = (playground: Playground) => playground.page.getByTestId("debug-place")
const variables = (playground: Playground) => playground.page.getByRole("list", { name: "Variables" })

/** Puts the caret on a line of the source. */
async function goToLine(playground: Playground, line: number): Promise<void> {
  await playground.page.keyboard.press("Alt+1")
  await playground.page.keyboard.press("Control+Home")
  for (let at = 1; at < line; at++) await playground.page.keyboard.press("ArrowDown")
}

test("the keyboard alone sets a breakpoint, stops there, steps on and steps back", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await goToLine(playground, 2)
  await page.keyboard.press("F9")
  await expect(page.locator(".debug-glyph-plain")).toHaveCount(1)
  await page.keyboard.press("F5")
  await expect(place(playground)).toHaveText("At a breakpoint in twice, line 2", { timeout: 30_000 })
  await expect(variables(playground)).toContainText("n = 0")
  await page.keyboard.press("F10")
  await expect(place(playground)).toHaveText("Stopped in twice, line 3")
  await expect(variables(playground)).toContainText("m = 0")
  await page.keyboard.press("Shift+F11")
  await expect(place(playground)).toHaveText(/in main, line 7/)
  await page.keyboard.press("F5")
  await expect(variables(playground)).toContainText("n = 1")
  await page.keyboard.press("F5")
  await expect(variables(playground)).toContainText("n = 2")
  // The values stand beside the source too.
  await page.keyboard.press("F10")
  await expect(page.locator(".debug-inline", { hasText: "m = 4" })).toBeVisible()

  await page.keyboard.press("Shift+F10")
  await expect(place(playground)).toHaveText("Stopped in twice, line 2")
  await page.keyboard.press("Alt+F5")
  await expect(place(playground)).toHaveText("At a breakpoint in twice, line 2")
  await expect(variables(playground)).toContainText("n = 1")
  await page.keyboard.press("Alt+F5")
  await expect(variables(playground)).toContainText("n = 0")

  // Without the breakpoint it runs to its end, and shows once what it prints.
  await goToLine(playground, 2)
  await page.keyboard.press("F9")
  await expect(page.locator(".debug-glyph-plain")).toHaveCount(0)
  await page.keyboard.press("F5")
  await expect(place(playground)).toHaveText("The program has ended")
  await expect(playground.output).toHaveText("6")
  await page.keyboard.press("Shift+F10")
  await expect(place(playground)).toHaveText(/in main, line 10/)
  await expect(playground.output).toHaveText("")
  await page.keyboard.press("Shift+F5")
  await expect(playground.status.getByRole("status")).toHaveText(/Stopped/)
})

test("values open into their parts, frames show their own variables, watches follow", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await goToLine(playground, 3)
  await page.keyboard.press("F9")
  await page.keyboard.press("F5")
  await expect(place(playground)).toHaveText("At a breakpoint in twice, line 3", { timeout: 30_000 })
  await page.getByRole("button", { name: /^main ?, line 8/ }).click()
  await expect(variables(playground)).toContainText("total = 0")
  await page.getByRole("button", { name: /^list/ }).click()
  await expect(page.getByRole("list", { name: "list" })).toContainText("1 = 20")

  const field = page.getByRole("textbox", { name: "Watch an expression" })
  for (const text of ["list[1] + i", "twice(2)", "nothing"]) {
    await field.fill(text)
    await page.keyboard.press("Enter")
  }
  const watches = page.getByRole("list", { name: "Watches" })
  await expect(watches).toContainText("list[1] + i = 20")
  await expect(watches).toContainText("calls are not made here")
  await expect(watches).toContainText("no variable `nothing` is in sight")
  await page.keyboard.press("F5")
  await page.getByRole("button", { name: /^main ?, line 8/ }).click()
  await expect(watches).toContainText("list[1] + i = 21")
})

test("a breakpoint on a line without code moves and says so; a condition chooses, and a wrong one is shown", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await goToLine(playground, 1)
  await page.keyboard.press("Shift+F9")
  await page.getByRole("textbox", { name: "Condition of the breakpoint on line 1" }).fill("n == 2")
  await page.keyboard.press("Enter")
  await goToLine(playground, 10)
  await page.keyboard.press("Shift+F9")
  await page.getByRole("textbox", { name: "Condition of the breakpoint on line 10" }).fill("wrong > 1")
  await page.keyboard.press("Enter")
  await page.keyboard.press("F5")
  await expect(place(playground)).toHaveText("At a breakpoint in twice, line 2", { timeout: 30_000 })
  await expect(variables(playground)).toContainText("n = 2")
  const breakpoints = page.getByRole("region", { name: "Breakpoints" })
  await expect(breakpoints).toContainText("No code stands on line 1: moved to line 2.")
  await page.keyboard.press("F5")
  await expect(place(playground)).toHaveText("The program has ended")
  await expect(breakpoints).toContainText("no variable `wrong` is in sight here")
})

test("an uncaught error stops where it was raised, and one can walk back from it", async ({ playground, page }) => {
  await playground.write("function risky(n) {\n  local half = 10 / n\n  return half\n}\nlocal k = 1\nprint(risky(k))\nk = 0\nprint(risky(k))\n")
  await goToLine(playground, 5)
  await page.keyboard.press("F9")
  await page.keyboard.press("F5")
  await expect(place(playground)).toHaveText(/At a breakpoint/, { timeout: 30_000 })
  await page.keyboard.press("F5")
  await expect(place(playground)).toHaveText("At the error, before anything is undone in risky, line 2")
  await expect(page.getByRole("alert").filter({ hasText: "DivisionByZero" })).toBeVisible()
  await expect(variables(playground)).toContainText("n = 0")
  await page.keyboard.press("Shift+F10")
  await expect(place(playground)).toHaveText("Stopped in risky, line 2")
  await page.keyboard.press("Shift+F10")
  await expect(place(playground)).toHaveText("Stopped in main, line 8")
  await expect(playground.output).toContainText("10")
})

test("a running program is paused; input is asked for while one debugs; changed source asks to build again", async ({ playground, page }) => {
  await playground.write("local i = 0\nloop(true) {\n  i = i + 1\n}\n")
  await page.getByRole("button", { name: "Run", exact: true }).focus()
  await playground.command("Debug: step into")
  await expect(place(playground)).toHaveText("At the first statement in main, line 1", { timeout: 30_000 })
  await page.keyboard.press("F5")
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible()
  await page.keyboard.press("F6")
  await expect(place(playground)).toHaveText(/^Paused in main/)
  await expect(variables(playground)).toContainText(/i = \d+/)
  await playground.write("local c = new ConsoleBox()\nlocal name = c.readLine()\nprint(\"hi \" + name)\n")
  await expect(page.getByRole("alert").filter({ hasText: "The source has changed" })).toBeVisible()
  await page.keyboard.press("F10")
  await expect(page.getByText("build it again to go on").first()).toBeVisible()
  await page.getByRole("button", { name: "Build again" }).click()
  await expect(place(playground)).toHaveText("At the first statement in main, line 1")
  await page.keyboard.press("F10")
  await expect(place(playground)).toHaveText("Stopped in main, line 2")
  await page.keyboard.press("F10")
  // Waiting for a line it stands still already: a pause changes nothing, and one can look around.
  await page.keyboard.press("F6")
  await expect(place(playground)).toHaveText("Waiting for a line of input in main, line 2")
  await expect(variables(playground)).toContainText("c = ConsoleBox")
  await page.getByRole("textbox", { name: "Program input" }).fill("Hako")
  await page.keyboard.press("Enter")
  await expect(place(playground)).toHaveText("Stopped in main, line 3")
  await page.keyboard.press("F5")
  await expect(playground.output).toContainText("hi Hako")
})

test("a link carries the statement one stands at, and offers to go there", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await goToLine(playground, 3)
  await page.keyboard.press("F9")
  await page.keyboard.press("F5")
  await expect(variables(playground)).toContainText("n = 0", { timeout: 30_000 })
  await page.keyboard.press("F5")
  await expect(variables(playground)).toContainText("n = 1")
  await playground.command("copy link")
  await expect(page.getByText("Link copied.")).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  await page.goto("about:blank")
  await page.goto(link)
  await playground.ready()
  await page.getByRole("button", { name: /^Go to statement/ }).click()
  await expect(place(playground)).toHaveText("Stopped in twice, line 3", { timeout: 30_000 })
  await expect(variables(playground)).toContainText("n = 1")
})

test("keys pressed while a step runs are steps of their own", async ({ playground, page }) => {
  await playground.write("function slow() {\n  local n = 0\n  for i in 0..2000000 { n = n + i }\n  return n\n}\nlocal a = slow()\nlocal b = 2\nlocal c = 3\nprint(a + b + c)\n")
  await page.keyboard.press("F10")
  await expect(place(playground)).toHaveText("At the first statement in main, line 6", { timeout: 30_000 })
  for (let step = 0; step < 3; step++) await page.keyboard.press("F10")
  await expect(place(playground)).toHaveText("Stopped in main, line 9", { timeout: 30_000 })
  await expect(variables(playground)).toContainText("c = 3")
})
