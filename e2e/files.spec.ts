import { inflateRawSync } from "node:zlib"
import { readFile } from "node:fs/promises"
import type { Locator } from "@playwright/test"
import { expect, Playground, test } from "./playground.ts"

const MAIN = 'using "shapes.hako" as Shape\n\nprint(new Shape(3).area())\n'
const SHAPES = "box Square {\n  birth(side) {\n    me.side = side\n  }\n\n  area() {\n    return me.side * me.side\n  }\n}\n"

function fileTab(playground: Playground, name: RegExp | string): Locator {
  return playground.page.getByRole("tablist", { name: "Files of the program" }).getByRole("tab", { name })
}

/** Adds a file by its button and writes it. */
async function addFile(playground: Playground, name: string, source: string): Promise<void> {
  await playground.page.getByRole("button", { name: "New file" }).click()
  const field = playground.page.getByRole("textbox", { name: "Name of the new file" })
  await expect(field).toBeFocused()
  await field.fill(name)
  await field.press("Enter")
  await expect(fileTab(playground, name)).toHaveAttribute("aria-selected", "true")
  await playground.write(source)
}

async function openTwoFiles(playground: Playground): Promise<void> {
  await playground.write(MAIN)
  await addFile(playground, "shapes", SHAPES)
}

test("a program of two files runs from whichever is in the editor", async ({ playground }) => {
  await openTwoFiles(playground)
  await expect(fileTab(playground, "shapes.hako")).toBeVisible()
  await playground.run()
  await expect(playground.output).toContainText("9")
  await fileTab(playground, /^main\.hako/).click()
  await expect.poll(() => playground.visibleSource()).toContain("using")
  await playground.run()
  await expect(playground.output).toContainText("9")
})

test("the main file is named as such, and another can become it", async ({ playground, page }) => {
  await openTwoFiles(playground)
  await expect(fileTab(playground, "main.hako main file")).toBeVisible()
  await page.getByRole("button", { name: "Actions of shapes.hako" }).click()
  await page.getByRole("menuitem", { name: "Make this the main file" }).click()
  await expect(fileTab(playground, "shapes.hako main file")).toBeVisible()
  await expect(page.getByRole("tablist", { name: "Files of the program" }).getByRole("tab").first()).toHaveAccessibleName(/^shapes\.hako/)
})

test("tabs are moved between, renamed and closed with keys", async ({ playground, page }) => {
  await openTwoFiles(playground)
  await fileTab(playground, "shapes.hako").focus()
  await page.keyboard.press("ArrowRight")
  await expect(fileTab(playground, /^main\.hako/)).toBeFocused()
  await page.keyboard.press("End")
  await expect(fileTab(playground, "shapes.hako")).toBeFocused()
  await page.keyboard.press("F2")
  const field = page.getByRole("textbox", { name: "New name of shapes.hako" })
  await expect(field).toBeFocused()
  await field.fill("main.hako")
  await expect(page.getByText("There is a file of that name already.")).toBeVisible()
  await expect(field).toHaveAttribute("aria-invalid", "true")
  await field.fill("squares.hako")
  await field.press("Enter")
  await expect(fileTab(playground, "squares.hako")).toBeVisible()
  // The line that uses the file follows, so the program still runs.
  await playground.run()
  await expect(playground.output).toContainText("9")
  await page.keyboard.press("Alt+PageUp")
  await expect.poll(() => playground.visibleSource()).toContain('using "squares.hako"')
})

test("a closed file comes back by Undo and by the history", async ({ playground, page }) => {
  await openTwoFiles(playground)
  await fileTab(playground, "shapes.hako").focus()
  await page.keyboard.press("Delete")
  await expect(fileTab(playground, "shapes.hako")).toBeHidden()
  await expect(fileTab(playground, /^main\.hako/)).toBeFocused()
  await page.getByRole("button", { name: "Undo" }).click()
  await expect(fileTab(playground, "shapes.hako")).toHaveAttribute("aria-selected", "true")
  await expect.poll(() => playground.visibleSource()).toContain("box Square")

  await fileTab(playground, "shapes.hako").focus()
  await page.keyboard.press("Delete")
  await playground.command("History of versions")
  await page.getByRole("button", { name: /Before a file was closed · 2 files/ }).first().click()
  await expect(page.getByRole("document", { name: "Text of the chosen version" })).toContainText("box Square")
  await page.getByRole("button", { name: "Restore this version" }).click()
  await expect(fileTab(playground, "shapes.hako")).toBeVisible()
})

test("a problem of another file says so and leads there", async ({ playground, page }) => {
  await openTwoFiles(playground)
  await playground.write(SHAPES.replace("me.side * me.side", "me.side * sidee"))
  await page.keyboard.press("Alt+PageUp")
  await expect(fileTab(playground, /shapes\.hako 2 problems/)).toBeVisible()
  await page.keyboard.press("Alt+3")
  await page.getByRole("button", { name: /sidee.*shapes\.hako/ }).click()
  await expect(fileTab(playground, /^shapes\.hako/)).toHaveAttribute("aria-selected", "true")
  await expect(playground.editor).toBeFocused()
  await expect(playground.status).toContainText("Ln 7")
})

test("definitions are found and names renamed in all files", async ({ playground, page }) => {
  await openTwoFiles(playground)
  await page.keyboard.press("Alt+PageUp")
  await page.keyboard.press("Alt+1")
  await page.keyboard.press("Control+Home")
  // On `area` of the third line, behind `new Shape(3).`.
  for (let line = 0; line < 2; line++) await page.keyboard.press("ArrowDown")
  await page.keyboard.press("Home")
  for (let column = 0; column < 12; column++) await page.keyboard.press("ArrowRight")
  await page.keyboard.press("F12")
  await expect(fileTab(playground, "shapes.hako")).toHaveAttribute("aria-selected", "true")
  await expect(playground.status).toContainText("Ln 1, Col 5")
  await page.keyboard.press("F2")
  const field = page.locator(".rename-input")
  await expect(field).toBeFocused()
  await field.fill("Quadrat")
  await field.press("Enter")
  await expect.poll(() => playground.visibleSource()).toContain("box Quadrat")
})

test("a link carries all files", async ({ playground, page, browser }) => {
  await openTwoFiles(playground)
  await playground.choose("Share", /^Copy link/)
  await expect(page.getByText("Link copied.")).toBeVisible()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  const other = await browser.newContext()
  const friend = new Playground(await other.newPage())
  await friend.open(link)
  await expect(fileTab(friend, "shapes.hako")).toHaveAttribute("aria-selected", "true")
  await friend.run()
  await expect(friend.output).toContainText("9")
  await other.close()
})

test("all files survive a reload, with the one in the editor", async ({ playground, page }) => {
  await openTwoFiles(playground)
  await playground.run()
  await page.reload()
  await playground.ready()
  await expect(fileTab(playground, "shapes.hako")).toHaveAttribute("aria-selected", "true")
  await expect.poll(() => playground.visibleSource()).toContain("box Square")
  await page.keyboard.press("Alt+PageUp")
  await expect.poll(() => playground.visibleSource()).toContain("using")
})

test("all files are downloaded in one archive", async ({ playground, page }) => {
  await openTwoFiles(playground)
  const waiting = page.waitForEvent("download")
  await playground.choose("Share", /^Download all files/)
  const download = await waiting
  expect(download.suggestedFilename()).toBe("main.zip")
  const bytes = await readFile(await download.path())
  expect(firstFile(bytes)).toEqual({ name: "main.hako", text: MAIN })
})

/** The first entry of an archive. */
function firstFile(zip: Buffer): { readonly name: string; readonly text: string } {
  expect(zip.readUInt32LE(0)).toBe(0x04034b50)
  const start = 30 + zip.readUInt16LE(26) + zip.readUInt16LE(28)
  const packed = zip.subarray(start, start + zip.readUInt32LE(18))
  return { name: zip.toString("utf8", 30, 30 + zip.readUInt16LE(26)), text: (zip.readUInt16LE(8) === 0 ? packed : inflateRawSync(packed)).toString("utf8") }
}

test("a name that no file can have is refused with the reason", async ({ playground, page }) => {
  await page.getByRole("button", { name: "New file" }).click()
  const field = page.getByRole("textbox", { name: "Name of the new file" })
  await expect(field).toHaveValue("part2.hako")
  await field.fill("../etc/passwd")
  await expect(page.getByText(/Letters, digits/)).toBeVisible()
  await expect(page.getByRole("button", { name: "OK" })).toBeDisabled()
  await field.press("Escape")
  await expect(playground.editor).toBeFocused()
  await expect(fileTab(playground, /./)).toHaveCount(1)
})
