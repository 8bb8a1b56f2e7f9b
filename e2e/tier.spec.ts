import { expect, Playground, test } from "./playground.ts"

const HOT = `static box Main {
  work(n) {
    local sum = 0
    local i = 0
    loop(i < n) {
      sum = (sum + i * 7) % 1000003
      i = i + 1
    }
    return sum
  }
  main() {
    local total = 0
    local round = 0
    loop(round < 3000) {
      total = total + me.work(2000)
      round = round + 1
    }
    print(total)
    return 0
  }
}
`

test("a hot program goes over to compiled code, and the timeline says when and where", async ({ playground, page }) => {
  await playground.write(HOT)
  await playground.command("tiered engine")
  await playground.ended()
  await expect(playground.status).toContainText("RC: 0")
  await expect(page.getByRole("button", { name: /^Engine/ })).toContainText("Tiered JIT")
  const pane = page.getByRole("region", { name: "Timeline of the tiered engine" })
  const events = pane.getByRole("table", { name: "Events of the run" })
  await expect(events.getByRole("row", { name: /hot after [\d,]+ turns; ordered loop at line 5 of Main.work/ })).toBeVisible()
  await expect(events.getByRole("row", { name: /unit 1 compiled in .*loop at line 5 of Main.work/ })).toBeVisible()
  await expect(events.getByRole("row", { name: /went over to unit 1 in the middle of the loop/ })).toBeVisible()
  const totals = pane.getByRole("table", { name: "Functions" })
  await expect(totals.getByRole("row", { name: /Main\.work.* compiled/ })).toBeVisible()

  await events.getByRole("button", { name: "loop at line 5 of Main.work" }).first().click()
  await expect(playground.editor).toBeFocused()
  await expect(playground.status).toContainText(/Ln 5, Col/)
  await expect(page.locator(".tier-mark-code").first()).toBeVisible()

  // The code that was put to use, in the place of the whole program's until that is asked for.
  await events.getByRole("button", { name: /^unit 1 of loop at line 5 of Main.work/ }).first().click()
  const shown = page.getByText("This is the code of unit 1 of the last run.")
  await expect(shown).toBeVisible()
  await page.getByRole("button", { name: "Show the whole program" }).click()
  await expect(shown).toHaveCount(0)
  await page.getByRole("tab", { name: "Timeline" }).click()
  await page.keyboard.press("Alt+1")
  await page.keyboard.type(" ")
  await expect(page.locator(".tier-mark")).toHaveCount(0)
  await expect(pane.getByText("This run was of an earlier text.")).toBeVisible()
})

test("errors, input and Stop are the same on the tiered engine", async ({ playground, page }) => {
  await page.getByRole("button", { name: /^Engine/ }).click()
  await page.getByRole("menuitemradio", { name: /^Tiered JIT/ }).click()
  await playground.write("function half(n) {\n  return n / 0\n}\nlocal i = 0\nlocal s = 0\nloop(i < 100000) {\n  s = s + i\n  i = i + 1\n}\nprint(s)\nprint(half(4))\n")
  await playground.run()
  await expect(playground.output).toContainText("4999950000")
  await expect(playground.output).toContainText("DivisionByZero")
  await expect(playground.output.getByRole("button", { name: /half.*main\.hako:2:/ })).toBeVisible()

  await playground.write("local c = new ConsoleBox()\nprint(\"hello \" + c.readLine())\n")
  await page.getByRole("button", { name: "Run", exact: true }).click()
  const field = page.getByRole("textbox", { name: "Program input" })
  await expect(field).toBeFocused()
  await field.fill("Hako")
  await page.keyboard.press("Enter")
  await playground.ended()
  await expect(playground.output).toContainText("hello Hako")

  await playground.write("local i = 0\nloop(true) { i = i + 1 }\n")
  await page.getByRole("button", { name: "Run", exact: true }).click()
  await expect(playground.status.getByRole("status")).toHaveText(/Running/)
  await page.getByRole("button", { name: "Stop", exact: true }).click()
  await expect(playground.status.getByRole("status")).toHaveText(/Stopped/)
})

test("deep recursion in compiled code is an error that the program can catch", async ({ playground, page }) => {
  await page.getByRole("button", { name: /^Engine/ }).click()
  await page.getByRole("menuitemradio", { name: /^Tiered JIT/ }).click()
  await playground.write("function down(n) {\n  if n == 0 { return 0 }\n  return 1 + down(n - 1)\n}\nlocal i = 0\nlocal s = 0\nloop(i < 3000) {\n  s = s + down(20)\n  i = i + 1\n}\nprint(s)\nfunction deep(n) {\n  return 1 + deep(n + 1)\n}\nfunction tried() {\n  try { return deep(0) } catch (e) { return \"caught \" + e.kind }\n}\nprint(tried())\nprint(tried())\n")
  await playground.run()
  await expect(playground.output).toContainText("60000")
  await expect(playground.output).toContainText("caught StackOverflow")
})

test("a page without shared memory compiles in the worker that runs", async ({ page }) => {
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
  expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(false)
  await playground.write(HOT)
  await playground.command("tiered engine")
  await playground.ended()
  await expect(playground.status).toContainText("RC: 0")
  const pane = page.getByRole("region", { name: "Timeline of the tiered engine" })
  await expect(pane.getByRole("row", { name: /went over to unit 1 in the middle of the loop/ })).toBeVisible()
})
