import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Page } from "@playwright/test"
import { expect, type Playground, test } from "./playground.ts"

const WORK = "local sum = 0\nfor i in 0..20000 { sum = sum + i * i % 7 }\nprint(sum)\n"

test("Compare measures the program on every engine here, and says why the others are missing", async ({ playground, page }) => {
  await playground.write(WORK)
  await page.getByRole("button", { name: "Compare engines" }).first().click()
  const pane = page.getByRole("region", { name: "Comparison of engines" })
  await expect(pane.getByRole("progressbar", { name: "Progress of the comparison" })).toBeVisible()
  await expect(pane.getByRole("button", { name: "Compare again" })).toBeVisible({ timeout: 120_000 })
  const table = pane.getByRole("table", { name: "Measurements of the program on each engine" })
  for (const engine of ["Interpreter", "WebAssembly"]) {
    const row = table.getByRole("row", { name: new RegExp(`^${engine}`) })
    await expect(row).toContainText("identical")
    await expect(row).toContainText(/\d ms/)
    await expect(row).toContainText(/linear memory/)
  }
  await expect(table.getByRole("row", { name: /^Ahead of time/ })).toContainText(/not available|identical/)
  await expect(pane.getByRole("listitem").filter({ hasText: /wins|no difference/ }).first()).toBeVisible()

  await pane.getByRole("button", { name: "Copy as Markdown" }).click()
  await expect(page.getByText("Table copied as Markdown.")).toBeVisible()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toMatch(/^\| Engine \|/)
  expect(copied).toContain("| WebAssembly |")
  const [file] = await Promise.all([page.waitForEvent("download"), pane.getByRole("button", { name: "Download CSV" }).click()])
  expect(file.suggestedFilename()).toBe("comparison.csv")

  // The figures stay when the text changes, and say whose they are.
  await playground.write("print(1)\n")
  await expect(pane.getByText("These figures are of an earlier text.")).toBeVisible()
})

test("a program that never ends is given up, and Stop ends a comparison at once", async ({ playground, page }) => {
  await playground.write("local i = 0\nloop(true) { i = i + 1 }\n")
  await playground.command("Compare engines")
  const pane = page.getByRole("region", { name: "Comparison of engines" })
  await expect(pane.getByRole("row", { name: /^Interpreter/ })).toContainText("measuring")
  await pane.getByRole("button", { name: "Stop" }).click()
  await expect(pane.getByRole("row", { name: /^Interpreter/ })).toContainText("stopped: you stopped it")
  await expect(pane.getByRole("button", { name: "Compare again" })).toBeVisible()
})

/** Compares the engines on a program to the end; every row then says what `said` does. */
async function expectRows(playground: Playground, page: Page, source: string, said: string | RegExp, patience = 120_000): Promise<void> {
  await playground.write(source)
  await playground.command("Compare engines")
  const pane = page.getByRole("region", { name: "Comparison of engines" })
  await expect(pane.getByRole("button", { name: "Compare again" })).toBeVisible({ timeout: patience })
  for (const engine of ["Interpreter", "WebAssembly"]) await expect(pane.getByRole("row", { name: new RegExp(`^${engine}`) })).toContainText(said)
}

test("a program that fails, reads input and draws random numbers is compared all the same", async ({ playground, page }) => {
  const source = 'local console = new ConsoleBox()\nlocal line = console.readLine()\nprint(line)\nprint(MathBox.random())\nlocal a = []\nprint(1 / a.length())\n'
  await expectRows(playground, page, source, /identical \(DivisionByZero/)
})

test("a program that prints megabytes is compared by all that it prints", async ({ playground, page }) => {
  // Two megabytes, whose last line alone tells the text from a shorter one.
  await expectRows(playground, page, 'local line = "x" * 99\nfor i in 0..20000 { print(line) }\nprint("end")\n', "identical", 180_000)
})

test("a program that asks the clock is compared under a clock that stands where it stood", async ({ playground, page }) => {
  await expectRows(playground, page, "local time = new TimeBox()\nprint(time.now())\nprint(MathBox.random())\n", "identical")
})

test("a server that goes away while it measures loses nothing that is already measured", async ({ playground, page }) => {
  const health = { abilities: { build: null, asm: null, run: null, snippets: null }, llvm: 19, runs: "x86_64-linux" }
  await page.route("**/api/health", (route) => route.fulfill({ json: health }))
  const built = { name: "main", target: "x86_64-linux", level: "O2", strip: true, size: 21_504, sha256: "0".repeat(64), cached: false, times: [{ stage: "compile", milliseconds: 9 }], command: "hako build main.hako" }
  await page.route("**/api/build", (route) => route.fulfill({ contentType: "application/x-ndjson", body: `${JSON.stringify({ answer: built })}\n` }))
  // The first engine is measured; whatever is asked for after it finds nobody.
  let answers = 0
  await page.route("**/api/run", (route) => {
    if (answers++ > 0) return route.abort()
    const answer = { engine: "aot", ended: "exited", code: 0, stdout: "", stderr: "", truncated: false, milliseconds: 3, peakMemory: null, again: [], times: [{ stage: "compile", milliseconds: 9 }] }
    return route.fulfill({ json: answer })
  })
  await page.reload()
  await playground.ready()
  await playground.write(WORK)
  await playground.command("Compare engines")
  const pane = page.getByRole("region", { name: "Comparison of engines" })
  await expect(pane.getByRole("button", { name: "Compare again" })).toBeVisible({ timeout: 180_000 })
  for (const engine of ["Interpreter", "WebAssembly"]) await expect(pane.getByRole("row", { name: new RegExp(`^${engine}`) })).toContainText("identical")
  await expect(pane.getByRole("row", { name: /^Ahead of time/ })).toContainText("The server cannot be reached")
  expect(answers).toBeGreaterThan(1)
})

test("hako bench prints the same table", () => {
  const folder = mkdtempSync(join(tmpdir(), "hako-e2e-"))
  try {
    const file = join(folder, "work.hako")
    writeFileSync(file, WORK)
    const csv = execFileSync(process.execPath, ["dist/hako.js", "bench", "--engines=vm,wasm", "--rounds=2", "--format=csv", file], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
    const [head = "", ...rows] = csv.trimEnd().split("\r\n")
    expect(head.split(",")).toContain("run_warm_ms")
    expect(rows.map((row) => row.split(",")[0])).toEqual(["vm", "wasm"])
    for (const row of rows) expect(row).toContain("identical")
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
