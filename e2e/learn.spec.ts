import { expect, test } from "./playground.ts"

test("a lesson is opened, solved, judged and remembered", async ({ playground, page }) => {
  await page.getByRole("button", { name: "Tour" }).click()
  await expect(page.getByRole("heading", { name: "Printing and values" })).toBeVisible()
  await page.getByRole("button", { name: "Open the lesson in the editor" }).click()
  await expect.poll(() => playground.visibleSource()).toContain("7 / 2 is")

  const task = page.getByRole("region", { name: "Task" })
  await task.getByRole("button", { name: "Run and check" }).click()
  await expect(task.getByRole("status")).toHaveText("The output should contain 7 / 2 is 3.5.")
  await playground.write('print("7 / 2 is " + 7 / 2.0)\n')
  await task.getByRole("button", { name: "Run and check" }).click()
  await expect(task.getByRole("status")).toHaveText("Solved.")
  await expect(page.getByRole("progressbar", { name: "1 of 22 solved" })).toBeVisible()

  await task.getByRole("button", { name: "Next: Variables" }).click()
  await expect(page.getByRole("heading", { name: "Variables" })).toBeFocused()
  await expect.poll(() => playground.visibleSource()).toContain("local total = 10")
  // Going back finds the learner's own program.
  await page.getByRole("button", { name: "Previous lesson" }).click()
  await expect.poll(() => playground.visibleSource()).toContain("7 / 2.0")

  await page.reload()
  await playground.ready()
  await expect(page.getByRole("progressbar", { name: "1 of 22 solved" })).toBeVisible()
  await expect(page.getByRole("heading", { name: "Printing and values" })).toBeVisible()
})

test("the first line that differs is named", async ({ playground, page }) => {
  await playground.command("Tour")
  await page.getByRole("combobox", { name: "Lesson" }).selectOption({ label: "2. Variables" })
  await page.getByRole("button", { name: "Open the lesson in the editor" }).click()
  const task = page.getByRole("region", { name: "Task" })
  await task.getByRole("button", { name: "Run and check" }).click()
  await expect(task.getByRole("status")).toHaveText("Line 1 of the output should be 15, but is 10.")
  await task.getByRole("button", { name: "Show a solution" }).click()
  await task.getByRole("button", { name: "Run and check" }).click()
  await expect(task.getByRole("status")).toHaveText("Solved.")
  await task.getByRole("button", { name: "Start over" }).click()
  await expect.poll(() => playground.visibleSource()).toContain("local total = 0")
})

test("the reference finds a construct, and its program runs", async ({ playground, page }) => {
  await playground.command("Reference of the language")
  await page.getByRole("searchbox", { name: "Search the constructs of the language" }).fill("unicode letter")
  await expect(page.getByText("1 construct", { exact: true })).toBeVisible()
  await page.getByText("Identifiers may use any Unicode letter.").click()
  await page.getByRole("button", { name: "Open in the editor" }).click()
  await expect.poll(() => playground.visibleSource()).toContain("größe")
  await playground.run()
  await expect(playground.output).toContainText("箱")
})

test("a construct of several files opens with all of them, and its program runs", async ({ playground, page }) => {
  await playground.command("Reference of the language")
  await page.getByRole("searchbox", { name: "Search the constructs of the language" }).fill("belong to the program")
  await page.getByText("The declarations of a used file belong to the program.").click()
  await page.getByRole("button", { name: "Open in the editor" }).click()
  await expect(page.getByRole("tablist", { name: "Files of the program" }).getByRole("tab")).toHaveCount(2)
  await playground.run()
  await expect(playground.output).toContainText("42")
})

test("a problem leads to its explanation, whose programs can be opened", async ({ playground, page }) => {
  await playground.write("print(countt)\n")
  await page.keyboard.press("Alt+3")
  await page.getByRole("button", { name: /^Explain HK/ }).first().click()
  await expect(page.getByRole("region", { name: "Problems explained" }).getByRole("heading")).toBeVisible()
  await expect(page.getByRole("combobox", { name: "Choose a problem" })).toHaveValue(/^HK\d{4}$/)
  await page.getByRole("button", { name: "Open the program set right in the editor" }).click()
  await expect.poll(() => playground.visibleSource()).not.toContain("countt")
})
