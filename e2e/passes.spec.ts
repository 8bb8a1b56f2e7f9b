import { expect, test } from "./playground.ts"

const SOURCE = "function twice(x) { return x * 2 }\nfunction fact(n) {\n  if n < 2 { return 1 }\n  return n * fact(n - 1)\n}\nlocal sum = 0\nfor i in 0..10 { sum = sum + twice(i) }\nprint(sum + fact(5))\n"

test("the passes are gone through by keyboard: what each changed, as lines, graph and blocks", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await playground.command("Go to Passes")
  const pane = page.getByRole("region", { name: "Passes of the optimiser" })
  const steps = pane.getByRole("list", { name: "Steps of the pipeline" })
  await expect(steps.getByRole("button", { name: /types inferred/ })).toBeVisible()
  await pane.getByRole("combobox", { name: "Function" }).selectOption("main")

  await steps.getByRole("button", { name: /types inferred/ }).focus()
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("ArrowDown")
  await expect(pane.getByRole("heading", { name: "Step 2: simplify-cfg" })).toBeVisible()
  await expect(steps.getByRole("button", { name: /^2 simplify-cfg changed/ })).toBeFocused()
  const changes = pane.getByRole("document", { name: "Changes that simplify-cfg makes to main" })
  await expect(changes.getByText("−").first()).toBeVisible()

  // Every block stays where it is from one pass to the next.
  await pane.getByText("Graph", { exact: true }).click()
  const graph = pane.getByRole("region", { name: /^Control flow of main after simplify-cfg/ })
  const places = async () => Object.fromEntries(await graph.locator("[data-key]").evaluateAll((blocks) => blocks.map((block) => [block.getAttribute("data-key") ?? "", block.getAttribute("transform") ?? ""])))
  const before = await places()
  expect(Object.keys(before).length).toBeGreaterThan(2)
  await steps.getByRole("button", { name: /^2 simplify-cfg/ }).focus()
  await page.keyboard.press("ArrowDown")
  await page.keyboard.press("ArrowDown")
  await expect(pane.getByRole("heading", { name: "Step 4: gvn" })).toBeVisible()
  const after = await pane.getByRole("region", { name: /^Control flow of main after gvn/ }).locator("[data-key]").evaluateAll((blocks) => blocks.map((block) => [block.getAttribute("data-key") ?? "", block.getAttribute("transform") ?? ""] as const))
  expect(after.length).toBeGreaterThan(2)
  for (const [key, place] of after) if (before[key] !== undefined) expect(place).toBe(before[key])

  // The same in words.
  await pane.getByText("Blocks", { exact: true }).click()
  await expect(pane.getByRole("list", { name: "Blocks of main after gvn" }).getByRole("listitem").first()).toContainText(/instructions, leads to bb\d/)

  await pane.getByRole("checkbox", { name: "Hide steps that change nothing here" }).check()
  await expect(steps.getByRole("button", { name: /unchanged/ })).toHaveCount(0)
})

test("calls that are not inlined say why", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await page.getByRole("button", { name: /Optimisation/ }).click()
  await page.getByRole("menuitemradio", { name: /O2/ }).click()
  await playground.command("Go to Passes")
  const pane = page.getByRole("region", { name: "Passes of the optimiser" })
  await pane.getByRole("button", { name: /inline/ }).click()
  await expect(pane.getByRole("region", { name: "What the pass says" })).toContainText("fact/1 is not inlined: recursive")
})

test("an access whose index is proved to be within the array says that its check is gone", async ({ playground, page }) => {
  await playground.write("local a = [3, 1, 2]\nlocal sum = 0\nlocal i = 0\nloop(i < a.length()) {\n  sum = sum + a[i]\n  i = i + 1\n}\nprint(sum)\n")
  await page.getByRole("button", { name: /Optimisation/ }).click()
  await page.getByRole("menuitemradio", { name: /O2/ }).click()
  await playground.command("Go to Passes")
  const pane = page.getByRole("region", { name: "Passes of the optimiser" })
  await pane.getByRole("button", { name: /version-loops/ }).click()
  await expect(pane.getByRole("region", { name: "What the pass says" })).toContainText("bounds check removed (arr.get.i64): 0 ≤ index < length is known")
})

test("a pass is switched off, its effect is shown and measured; no pass changes the output", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await playground.command("Go to Passes")
  const pane = page.getByRole("region", { name: "Passes of the optimiser" })
  await pane.getByRole("checkbox", { name: "Run gvn" }).first().uncheck()
  await expect(pane.getByText(/^Without gvn: \d+ instructions at the end, \d+ with every pass/)).toBeVisible()
  await pane.getByRole("button", { name: "Measure the effect" }).click()
  await expect(pane.getByRole("status")).toContainText(/gvn.*(no difference|slower|faster)/, { timeout: 120_000 })
  await pane.getByRole("button", { name: "Run every pass again" }).click()
  await expect(pane.getByRole("checkbox", { name: "Run gvn" }).first()).toBeChecked()
  await pane.getByRole("button", { name: "Find the pass that changes the output" }).click()
  await expect(pane.getByRole("status")).toHaveText("No pass changes what the program prints.", { timeout: 60_000 })
})

test("instructions of the views are explained, and layouts have names", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await playground.command("Layout: Compiler")
  await expect(playground.tab("Passes")).toBeVisible()
  await expect(playground.tab("Bytecode")).toBeVisible()
  await playground.command("Go to MIR")
  const word = page.getByTestId("view-mir").getByText("i64.mul", { exact: true }).first()
  await word.hover()
  await expect(page.getByText("a * b mod 2^64")).toBeVisible()
})

test("counts of a run are painted on the control-flow graph, and told in words", async ({ playground, page }) => {
  await playground.write("local i = 0\nlocal sum = 0\nloop(i < 1234) {\n  if i % 2 == 0 { sum = sum + i }\n  i = i + 1\n}\nprint(sum)\n")
  await playground.command("Passes: count how often")
  const pane = page.getByRole("region", { name: "Passes of the optimiser" })
  await expect(pane.getByRole("checkbox", { name: "Count how often each block runs" })).toBeChecked()
  await expect(pane.getByRole("status").filter({ hasText: "exit 0" })).toBeVisible({ timeout: 60_000 })
  const graph = pane.getByRole("region", { name: /^Control flow of main/ })
  await expect(graph.getByText("× 1,234").first()).toBeVisible()
  await expect(graph.getByText("× 617").first()).toBeVisible()
  await pane.getByText("Blocks", { exact: true }).click()
  await expect(pane.getByRole("list", { name: /^Blocks of main/ })).toContainText("ran 617 times")
})
