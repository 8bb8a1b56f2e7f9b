import { readFile } from "node:fs/promises"
import { deflateRawSync } from "node:zlib"
import { expect, Playground, test } from "./playground.ts"

const SOURCE = 'print("shared ünïcödé 🎉")\n'

test("a link carries the program to another browser, which does not run it by itself", async ({ playground, page, browser }) => {
  await playground.write(SOURCE)
  await page.keyboard.press("Alt+4")
  await page.getByRole("textbox", { name: "Input for the program" }).fill("some input")
  await page.keyboard.press("Alt+6")
  await playground.choose("Share", /^Copy link/)
  await expect(page.getByText("Link copied.")).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(/#2\.[A-Za-z0-9_-]*[A-Za-z0-9]$/)

  const other = await browser.newContext()
  const friend = new Playground(await other.newPage())
  await friend.open(link)
  expect(await friend.visibleSource()).toContain("shared ünïcödé 🎉")
  await expect(friend.tab("Wasm")).toHaveAttribute("aria-selected", "true")
  await expect(friend.page.getByRole("textbox", { name: "Input for the program" })).toHaveValue("some input")
  await expect(friend.status.getByRole("status")).toHaveText("Ready")
  await friend.run()
  await friend.page.keyboard.press("Alt+2")
  await expect(friend.output).toContainText("shared ünïcödé 🎉")
  await other.close()
})

test("a link pasted over work keeps the work in reach", async ({ playground, page }) => {
  await playground.write("// my own work\n")
  await page.evaluate((hash) => {
    location.hash = hash
  }, fragment({ text: "// from afar\n" }))
  await expect.poll(() => playground.visibleSource()).toContain("// from afar")
  await page.getByRole("button", { name: "Undo" }).click()
  await expect.poll(() => playground.visibleSource()).toContain("// my own work")
})

function fragment(change: { text?: string; v?: number; extra?: object } = {}): string {
  const { text = "", v = 1, extra = {} } = change
  const state = { v, files: [{ name: "main.hako", text }], stdin: "", engine: "wasm", views: [], selection: { start: 0, end: 0 }, ...extra }
  return `#1.${deflateRawSync(JSON.stringify(state)).toString("base64url")}`
}

const BAD: readonly [string, string, RegExp][] = [
  ["cut off", fragment({ text: SOURCE }).slice(0, -20), /ends too early/],
  ["damaged", "#1.AAAAAAAA", /damaged|too early/],
  ["altered", `${fragment()}%%`, /altered on the way/],
  ["of another version", "#7.abc", /another version of the playground \(format 7\)/],
  ["of a wrong shape", fragment({ extra: { run: true } }), /not a program of the playground/],
  ["that is a bomb", `#1.${deflateRawSync(Buffer.alloc(50_000_000)).toString("base64url")}`, /unpacks to more than/],
]

for (const [name, hash, message] of BAD) {
  test(`a link ${name} is explained and changes nothing`, async ({ playground, page }) => {
    await playground.write("// untouched\n")
    await page.evaluate((next) => {
      location.hash = next
    }, hash)
    const dialog = page.getByRole("dialog", { name: "This link cannot be opened" })
    await expect(dialog).toContainText(message)
    await expect(dialog).toContainText("The text in the editor is untouched.")
    await page.keyboard.press("Escape")
    await expect(dialog).toBeHidden()
    expect(await playground.visibleSource()).toContain("// untouched")
  })
}

test("a bad link at the first visit leaves a page that works", async ({ page }) => {
  const playground = new Playground(page)
  await playground.open("/#1.xyz")
  await expect(page.getByRole("dialog", { name: "This link cannot be opened" })).toBeVisible()
  await page.keyboard.press("Escape")
  await playground.run()
  await expect(playground.output).toContainText("Hello")
})

test("Markdown holds the source and the link", async ({ playground, page }) => {
  await playground.write(SOURCE)
  await playground.choose("Share", /^Copy as Markdown/)
  await expect(page.getByText("Markdown copied.")).toBeVisible()
  const text = await page.evaluate(() => navigator.clipboard.readText())
  expect(text).toContain("```hako\nprint(")
  expect(text).toMatch(/\]\(http.*#2\./)
})

test("source, binary and texts can be downloaded", async ({ playground, page }) => {
  await playground.write(SOURCE)
  const get = async (entry: string): Promise<{ name: string; bytes: Buffer }> => {
    const [download] = await Promise.all([page.waitForEvent("download", { timeout: 30_000 }), playground.choose("Share", entry)])
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) }
  }
  const source = await get("Download source (.hako)")
  expect([source.name, source.bytes.toString()]).toEqual(["main.hako", SOURCE])
  const wasm = await get("Download WebAssembly (.wasm)")
  expect(wasm.name).toBe("main.wasm")
  const module = await WebAssembly.compile(new Uint8Array(wasm.bytes))
  expect(WebAssembly.Module.customSections(module, "sourceMappingURL")).toHaveLength(1)
  const wat = await get("Download WebAssembly text (.wat)")
  expect(wat.bytes.toString()).toContain("(module")
  const llvm = await get("Download LLVM IR (.ll)")
  expect(llvm.bytes.toString()).toContain("define")
})

test("a link carries the figures of a comparison, and the place in the pass explorer", async ({ playground, page, browser }) => {
  await playground.write("function fact(n) {\n  if n < 2 { return 1 }\n  return n * fact(n - 1)\n}\nprint(fact(20))\n")
  await playground.command("Go to Passes")
  const passes = page.getByRole("region", { name: "Passes of the optimiser" })
  await passes.getByRole("combobox", { name: "Function" }).selectOption("fact/1")
  await passes.getByText("Graph", { exact: true }).click()
  await passes.getByRole("list", { name: "Steps of the pipeline" }).getByRole("button", { name: /^4 gvn/ }).click()
  await playground.command("Compare engines")
  const pane = page.getByRole("region", { name: "Comparison of engines" })
  await expect(pane.getByRole("button", { name: "Compare again" })).toBeVisible({ timeout: 120_000 })
  await playground.choose("Share", /^Copy link/)
  await expect(page.getByText(/^Link copied/)).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(/#3\./)
  const shares = pane.getByRole("row", { name: /^WebAssembly/ }).getByRole("cell").filter({ hasText: /^\d+ KB linear memory$/ })
  const memory = await shares.textContent()

  const other = await browser.newContext()
  const friend = new Playground(await other.newPage())
  await friend.open(link)
  const theirs = friend.page.getByRole("region", { name: "Comparison of engines" })
  await expect(theirs.getByText(/^These figures came with the link; they were measured on Chrome/)).toBeVisible()
  await expect(theirs.getByRole("row", { name: /^WebAssembly/ })).toContainText(memory ?? "nothing")
  await expect(theirs.getByRole("row", { name: /^Ahead of time/ })).toBeVisible()
  await friend.tab("Passes").click()
  const explorer = friend.page.getByRole("region", { name: "Passes of the optimiser" })
  await expect(explorer.getByRole("heading", { name: "Step 4: gvn" })).toBeVisible()
  await expect(explorer.getByRole("combobox", { name: "Function" })).toHaveValue("fact/1")
  await expect(explorer.getByRole("region", { name: /^Control flow of fact\/1 after gvn/ })).toBeVisible()
  await other.close()
})
