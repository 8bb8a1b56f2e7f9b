import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { chmod, readFile } from "node:fs/promises"
import { hasSandbox } from "../src/native/sandbox.ts"
import { findProgram } from "../src/setup/tools.ts"
import { expect, Playground, test } from "./playground.ts"

/** The server's tools may be missing where the page is tested; then the page must say so, and the rest of these tests has no subject. */
const canBuild = existsSync("dist/runtime/native/x86_64/runtime.o") && hasSandbox()

test.describe("with a server that can build", () => {
  test.skip(!canBuild, "LLVM is not installed, or no sandbox can be started")

  for (const { system, runner } of [
    { system: "Linux on x86-64", runner: process.arch === "x64" ? [] : null },
    { system: "Linux on AArch64", runner: process.arch === "arm64" ? [] : findProgram("qemu-aarch64-static") === null ? null : ["qemu-aarch64-static"] },
  ]) {
    test(`a program is built for ${system}, downloaded and run`, async ({ playground, page }) => {
      test.skip(runner === null, "this machine cannot run such programs")
      await playground.write(`print("built for ${system}")\nprint(6 * 7)\n`)
      await page.getByRole("button", { name: "Build" }).click()
      const dialog = page.getByRole("dialog", { name: "Build an executable" })
      await dialog.getByText(system).click()
      await expect(dialog.getByRole("radio", { name: system })).toBeChecked()
      await dialog.getByRole("button", { name: "Build", exact: true }).click()
      const [file] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Download" }).click()])
      expect(file.suggestedFilename()).toBe("main")
      const path = await file.path()
      const bytes = await readFile(path)
      await expect(dialog).toContainText(createHash("sha256").update(bytes).digest("hex"))
      await expect(dialog).toContainText(/hako build --target=\w+-linux --opt=2 --strip -o main main\.hako/)
      expect(bytes.length).toBeLessThan(65_536)
      await chmod(path, 0o755)
      const [program = path, ...args] = [...(runner ?? []), path]
      expect(spawnSync(program, args, { encoding: "utf8" })).toMatchObject({ status: 0, stdout: `built for ${system}\n42\n`, stderr: "" })
    })
  }

  test("a wrong program is not built, and the dialog says what is wrong", async ({ playground, page }) => {
    await playground.write("print(")
    await page.getByRole("button", { name: "Build" }).click()
    const dialog = page.getByRole("dialog", { name: "Build an executable" })
    await dialog.getByRole("button", { name: "Build", exact: true }).click()
    await expect(dialog.getByRole("alert")).toContainText("Your program: The program has errors.")
    await expect(dialog.getByRole("alert")).toContainText("line 1, column 7")
    await dialog.getByRole("button", { name: "Show the problems" }).click()
    await expect(playground.tab("Problems")).toHaveAttribute("aria-selected", "true")
  })

  test("assembly is shown for each processor and linked with the source", async ({ playground, page }) => {
    await playground.write("function area(w, h) {\n  return w * h\n}\nprint(area(6, new ConsoleBox().readLine().length()))\n")
    await page.keyboard.press("Alt+8")
    const view = page.getByRole("tabpanel", { name: "Assembly" })
    await expect(view).toContainText("pushq")
    await view.getByText("AArch64").click()
    await expect(view).toContainText("adrp")
    await expect(view).not.toContainText("pushq")
    await view.getByText("LLVM IR, optimised").click()
    await expect(view).toContainText("define")
    // The caret in the source marks what was made of it.
    await page.keyboard.press("Alt+1")
    await page.keyboard.press("Control+Home")
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowDown")
    await page.keyboard.press("End")
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowLeft")
    await expect(view.locator(".linked-place").first()).toBeVisible()
  })
})

test("a short link holds the program, and opens it elsewhere", async ({ playground, page, browser }) => {
  await playground.write('print("kept by the server")\n')
  await playground.choose("Share", /^Copy short link/)
  await expect(page.getByText("Short link copied.")).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(/\/s\/[0-9A-Za-z]{9,12}$/)

  const other = await browser.newContext()
  const friend = new Playground(await other.newPage())
  await friend.open(link)
  await expect.poll(() => friend.visibleSource()).toContain("kept by the server")
  // From the first change on the address no longer names the text.
  await friend.write("// changed")
  await expect.poll(() => friend.page.evaluate(() => location.hash)).toBe("")
  await other.close()
})

test("a short link that names nothing is explained and changes nothing", async ({ playground, page }) => {
  await playground.write("// untouched\n")
  await page.evaluate(() => {
    location.hash = "#s=000000000"
  })
  const dialog = page.getByRole("dialog", { name: "This link cannot be opened" })
  await expect(dialog).toContainText("keeps no program under this link")
  await page.keyboard.press("Escape")
  expect(await playground.visibleSource()).toContain("// untouched")
})

test("without a server what needs it is greyed with the reason, and the rest works", async ({ page }) => {
  await page.route("**/api/**", (route) => route.abort())
  const playground = new Playground(page)
  await playground.open()
  const reason = "No server answers behind this page."
  await page.getByRole("button", { name: "Build" }).click()
  const dialog = page.getByRole("dialog", { name: "Build an executable" })
  await expect(dialog).toContainText(reason)
  await expect(dialog.getByRole("button", { name: "Build", exact: true })).toBeDisabled()
  await page.keyboard.press("Escape")
  await page.getByRole("button", { name: "Share" }).click()
  await expect(page.getByRole("menuitem", { name: /^Copy short link/ })).toHaveAttribute("aria-disabled", "true")
  await expect(page.getByRole("menuitem", { name: /^Copy short link/ })).toContainText(reason)
  await page.keyboard.press("Escape")
  await page.keyboard.press("Alt+8")
  await expect(page.getByRole("tabpanel", { name: "Assembly" })).toContainText(reason)
  await playground.run()
  await page.keyboard.press("Alt+2")
  await expect(playground.output).toContainText("Hello")
})
