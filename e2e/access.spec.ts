import AxeBuilder from "@axe-core/playwright"
import { expect, Playground, test } from "./playground.ts"

/** What axe finds. Monaco's own insides are looked at once, in `withCode`: they are thousands of elements. */
async function seriousFindings(playground: Playground, withCode: boolean): Promise<string[]> {
  const axe = new AxeBuilder({ page: playground.page })
  const { violations } = await (withCode ? axe : axe.exclude(".monaco-editor")).analyze()
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`))
}

for (const theme of ["light", "dark"] as const) {
  test(`axe finds nothing serious in the ${theme} theme`, async ({ page }) => {
    test.setTimeout(240_000)
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" })
    const playground = new Playground(page)
    await playground.open()
    const screens: [string, () => Promise<void>][] = [
      ["start", async () => {}],
      ["after a run", () => playground.run()],
      [
        "problems",
        async () => {
          await playground.write("print(oops)\n")
          await page.keyboard.press("Alt+3")
          await expect(playground.status).toContainText("1 error")
        },
      ],
      ["menu", () => page.getByRole("button", { name: "Share" }).click()],
      [
        "palette",
        async () => {
          await page.keyboard.press("Escape")
          await page.keyboard.press("F1")
          await expect(page.getByRole("dialog", { name: "Command palette" })).toBeVisible()
        },
      ],
      [
        "history",
        async () => {
          await page.keyboard.press("Escape")
          await page.keyboard.press("Control+Shift+H")
          await expect(page.getByRole("dialog", { name: "History" })).toBeVisible()
        },
      ],
      [
        "four levels",
        async () => {
          await page.keyboard.press("Escape")
          await playground.write("print(1)\n")
          await playground.command("four levels")
          await expect(page.getByTestId("view-llvm").locator(".view-line").first()).toBeVisible({ timeout: 30_000 })
        },
      ],
      [
        "timeline",
        async () => {
          await playground.write("local i = 0\nlocal sum = 0\nloop(i < 3000000) {\n  sum = (sum + i) % 1009\n  i = i + 1\n}\nprint(sum)\n")
          await playground.command("tiered engine")
          await playground.ended()
          await expect(page.getByRole("table", { name: "Events of the run" })).toBeVisible()
        },
      ],
      [
        "debugger at an error",
        async () => {
          await playground.write("local list = [1, [2, 3]]\nprint(list[0] / (list.length() - 2))\n")
          await page.keyboard.press("F5")
          const pane = page.getByRole("region", { name: /^Debugger/ })
          await expect(pane).toContainText("At the first statement", { timeout: 30_000 })
          await page.keyboard.press("F5")
          await expect(pane).toContainText("At the error")
        },
      ],
      [
        "REPL",
        async () => {
          await page.keyboard.press("Shift+F5")
          await page.keyboard.press("Alt+9")
          await page.getByRole("textbox", { name: "Next entry" }).fill("1 / 0")
          await page.keyboard.press("Enter")
          await expect(page.getByRole("log", { name: "Transcript of the REPL" })).toContainText("DivisionByZero", { timeout: 30_000 })
        },
      ],
    ]
    for (const [name, show] of screens) {
      await show()
      expect(await seriousFindings(playground, name === "four levels"), name).toEqual([])
    }
  })
}

test("the theme follows the system and the user", async ({ playground, page }) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  const light = await ground()
  await page.emulateMedia({ colorScheme: "dark" })
  await expect.poll(ground).not.toBe(light)
  await page.getByRole("button", { name: "Theme" }).click()
  await page.getByRole("menuitemradio", { name: "Theme: light" }).click()
  await expect.poll(ground).toBe(light)
  await page.reload()
  await playground.ready()
  expect(await ground()).toBe(light)
})

test("the keyboard alone edits, runs, reads an error, opens MIR and shares", async ({ playground, page }) => {
  await page.keyboard.press("Tab")
  await page.keyboard.press("Enter")
  await expect(playground.editor).toBeFocused()
  await page.keyboard.press("Control+A")
  await page.keyboard.insertText("print(7 / 0)\n")
  // Tab indents until it is freed.
  await page.keyboard.press("Tab")
  await expect(playground.editor).toBeFocused()
  await page.keyboard.press("Control+M")
  await page.keyboard.press("Tab")
  await expect(playground.editor).not.toBeFocused()
  await page.keyboard.press("Control+Enter")
  await playground.ended()
  await page.keyboard.press("Alt+2")
  await expect(playground.output).toBeFocused()
  await expect(playground.output).toContainText("DivisionByZero")
  await page.keyboard.press("Alt+5")
  await expect(page.getByRole("textbox", { name: "MIR of the program" })).toBeFocused()
  await playground.command("copy link")
  await expect(page.getByText("Link copied.")).toBeVisible()
})

test("panes move, maximise and close by menu, and resize by keyboard", async ({ playground: _, page }) => {
  await page.getByRole("button", { name: "Move or arrange this pane" }).nth(1).click()
  await page.getByRole("menuitem", { name: "Split off to the right" }).click()
  await expect(page.getByRole("button", { name: "Move or arrange this pane" })).toHaveCount(4)
  const separator = page.getByRole("separator").first()
  const before = await separator.getAttribute("aria-valuenow")
  await separator.focus()
  await page.keyboard.press("ArrowRight")
  await expect(separator).not.toHaveAttribute("aria-valuenow", before ?? "")
  await page.getByRole("button", { name: "Move or arrange this pane" }).first().click()
  await page.getByRole("menuitem", { name: "Maximise" }).click()
  const width = async () => (await page.getByTestId("source-editor").boundingBox())?.width ?? 0
  await expect.poll(width).toBeGreaterThan(1300)
  // The groups behind it are out of reach until it is restored.
  await page.getByRole("button", { name: "Move or arrange this pane" }).and(page.locator(":not([inert] *)")).click()
  await page.getByRole("menuitem", { name: "Restore size" }).click()
  await expect.poll(width).toBeLessThan(1000)
})

test("a tab can be dragged to another group", async ({ playground, page }) => {
  await playground.tab("Problems").hover()
  await page.mouse.down()
  const target = await page.getByTestId("source-editor").boundingBox()
  if (target === null) throw new Error("no editor")
  await page.mouse.move(target.x + target.width / 2, target.y + target.height - 30, { steps: 12 })
  await page.mouse.up()
  await expect(page.getByRole("button", { name: "Move or arrange this pane" })).toHaveCount(4)
})

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true })

  test("one edits, runs, reads errors, opens a view and shares, without sideways scrolling", async ({ page }) => {
    const requested: string[] = []
    page.on("request", (request) => requested.push(request.url()))
    await page.goto("/")
    const playground = new Playground(page)
    await playground.editor.fill("print(oops)\n")
    await page.getByRole("tab", { name: "Problems" }).tap()
    await expect(page.getByRole("region", { name: "Problems found in the source" })).toContainText("oops")
    await page.getByRole("tab", { name: "Source" }).tap()
    await playground.editor.fill('print("phone")\n')
    await page.getByRole("button", { name: "Run", exact: true }).tap()
    await expect(playground.output).toContainText("phone", { timeout: 30_000 })
    await page.getByRole("tab", { name: "MIR" }).tap()
    await expect(page.getByRole("document", { name: "MIR of the program" })).toContainText("phone", { timeout: 30_000 })
    await page.getByRole("button", { name: "More" }).tap()
    await expect(page.getByRole("menuitem", { name: "Copy link" })).toBeVisible()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    expect(requested.filter((url) => /monaco/.test(url))).toEqual([])
    for (const name of ["Run", "Examples", "More"]) {
      const box = await page.getByRole("button", { name, exact: true }).boundingBox()
      expect(Math.min(box?.width ?? 0, box?.height ?? 0), name).toBeGreaterThanOrEqual(44)
    }
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id)).toEqual([])
  })
})
