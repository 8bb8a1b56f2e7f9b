import { expect, test } from "./playground.ts"

test("Run compiles the program and shows what it prints, and how it ended", async ({ playground }) => {
  await playground.write('print("one")\nprint(2 + 3)\n')
  await playground.run()
  await expect(playground.output).toContainText("one\n5")
  await expect(playground.output).toContainText("Exit code 0")
  await expect(playground.status).toContainText("RC: 0")
  await expect(playground.status).toContainText(/\d ms run/)
  await expect(playground.status).toContainText(/compile/)
})

test("the keyboard runs too, and the exit code of main is shown", async ({ playground, page }) => {
  await playground.write("static box Main { main() { return 3 } }\n")
  await page.keyboard.press("Control+Enter")
  await playground.ended()
  await expect(playground.status).toContainText("RC: 3")
})

test("an uncaught error shows kind, message and the way to its place", async ({ playground, page }) => {
  await playground.write("static box Main {\n  risky(n) { return 7 / n }\n  main() {\n    print(\"before\")\n    return me.risky(0)\n  }\n}\n")
  await playground.run()
  await expect(playground.output).toContainText("before")
  await expect(playground.output).toContainText(/Uncaught error: DivisionByZero/)
  await page.getByRole("button", { name: /risky.*main\.hako:2:/ }).click()
  await expect(playground.status).toContainText(/Ln 2, Col/)
})

test("a program with errors is not run, and says what is in the way", async ({ playground, page }) => {
  await playground.write("print(1 + )\n")
  await playground.run()
  await expect(playground.output).toContainText(/not run: 1 error/)
  await page.getByRole("button", { name: "Show problems" }).click()
  await expect(page.getByRole("region", { name: "Problems found in the source" }).getByRole("listitem").first()).toBeVisible()
})

test("Stop ends an endless loop at once, keeps the output, and Run works again", async ({ playground, page }) => {
  await playground.write('print("working")\nlocal i = 0\nloop(true) { i = i + 1 }\n')
  await page.getByRole("button", { name: "Run", exact: true }).click()
  await expect(playground.output).toContainText("working")
  await page.getByRole("button", { name: "Stop", exact: true }).click()
  await expect(playground.output).toContainText("Stopped. The output so far is kept.")
  await expect(playground.output).toContainText("working")
  await playground.write('print("again")\n')
  await playground.run()
  await expect(playground.output).toContainText("again")
})

test("a long run is pointed out after ten seconds and never ended by itself", async ({ playground, page }) => {
  await playground.write("loop(true) { }\n")
  await page.getByRole("button", { name: "Run", exact: true }).click()
  const notice = page.getByText("Still running after 10 s.")
  await expect(notice).toBeVisible({ timeout: 20_000 })
  await page.getByRole("button", { name: "Keep running" }).click()
  await expect(notice).toBeHidden()
  await expect(playground.status.getByRole("status")).toHaveText("Running")
  await page.getByRole("button", { name: "Stop", exact: true }).click()
  await expect(playground.status.getByRole("status")).toHaveText("Stopped")
})

test("deep recursion and unbounded memory are errors of the program, not of the page", async ({ playground }) => {
  await playground.write("function f(n) { return f(n + 1) + 1 }\nprint(f(0))\n")
  await playground.run()
  await expect(playground.output).toContainText(/StackOverflow/)
  await playground.write('function down(n) {\n  if n == 0 { return 0 }\n  return down(n - 1) + 1\n}\nfunction f(n) { return f(n + 1) + 1 }\nfunction tried() {\n  return f(0)\n} catch (e) {\n  return "caught " + e.kind()\n}\nprint(tried())\nprint(down(1000))\n')
  await playground.run()
  await expect(playground.output).toContainText("caught StackOverflow")
  await expect(playground.output).toContainText("1000")
  await playground.write('local a = []\nlocal s = "x"\nloop(true) { s = s + s  a.push(s) }\n')
  await playground.run(60_000)
  await expect(playground.output).toContainText(/Uncaught error: \w*Memory/)
})
