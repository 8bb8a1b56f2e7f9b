import { existsSync } from "node:fs"
import { hasSandbox } from "../src/native/sandbox.ts"
import { expect, test } from "./playground.ts"

const DEEP = `function down(n) {
  return down(n + 1) + 1
}
static box Main {
  main() {
    { print(down(0)) } catch (e) { print("caught " + e.kind) }
    print("read " + new ConsoleBox().readLine())
    return 3
  }
}
`

test.describe("LLVM in the browser", () => {
  // The package that brings LLVM is a development dependency; a page built without it says so instead.
  test.skip(!existsSync("dist/page/llvm.json"), "the page was built without the package @yowasp/clang")

  test("comes once the user agrees, goes on after a broken download, and stays", async ({ playground, page }) => {
    const asked: string[] = []
    let isBroken = true
    await page.route("**/*.piece", (route) => {
      asked.push(new URL(route.request().url()).pathname)
      return isBroken && /llvm-3-/.test(route.request().url()) ? route.abort() : route.continue()
    })
    await playground.write(DEEP)
    await page.getByRole("tab", { name: "Input" }).click()
    await page.getByRole("textbox", { name: /Input/ }).fill("a line\n")
    await playground.tab("Output").click()
    await page.getByRole("button", { name: /^Engine/ }).click()
    await page.getByRole("menuitemradio", { name: /^LLVM JIT LLVM itself in this browser: \d+ MB, downloaded once/ }).click()
    const dialog = page.getByRole("dialog", { name: "LLVM in the browser" })
    expect(asked).toEqual([])
    await dialog.getByRole("button", { name: /^Download \d+ MB/ }).click()
    await expect(dialog.getByRole("alert")).toContainText(/could not be loaded: .* What has come is kept/)
    isBroken = false
    await dialog.getByRole("button", { name: "Try again" }).click()
    await expect(dialog).toBeHidden({ timeout: 90_000 })
    for (const name of ["llvm-0-", "llvm-2-", "llvm-18-", "llvm-runtime-", "llvm-hot-"]) expect(asked.filter((path) => path.includes(name))).toHaveLength(1)

    await expect(page.getByRole("button", { name: /^Engine/ })).toContainText("LLVM JIT")
    await playground.run(90_000)
    await expect(playground.output).toHaveText(/caught StackOverflow\s*read a line\s*Exit code 3/)

    await playground.write("loop(true) {\n}\n")
    await page.getByRole("button", { name: "Run", exact: true }).click()
    await expect(playground.status.getByRole("status")).toHaveText(/Running/, { timeout: 60_000 })
    await page.getByRole("button", { name: "Stop", exact: true }).click()
    await expect(playground.status.getByRole("status")).toHaveText(/Stopped/)

    // From now on the server has nothing of it to give.
    await page.unroute("**/*.piece")
    await page.route(/\.piece$|llvm\.json$/, (route) => route.abort())
    await page.reload()
    await playground.ready()
    await playground.write("print([1, 2, 3].map(fn(x) { return x * x }))\n")
    await playground.run(90_000)
    await expect(playground.output).toContainText("[1, 4, 9]")
  })

  test("is not fetched when the user declines", async ({ playground, page }) => {
    const asked: string[] = []
    page.on("request", (request) => void (/\.piece$/.test(request.url()) && asked.push(request.url())))
    await playground.command("Use LLVM in the browser")
    const dialog = page.getByRole("dialog", { name: "LLVM in the browser" })
    await expect(dialog.getByRole("button", { name: /^Download/ })).toBeEnabled()
    await dialog.getByRole("button", { name: "Not now" }).click()
    await expect(page.getByRole("button", { name: /^Engine/ })).toContainText("WebAssembly")
    expect(asked).toEqual([])
  })
})

test.describe("engines of the server", () => {
  test.skip(!existsSync("dist/runtime/native/x86_64/runtime.o") || !hasSandbox(), "LLVM is not installed, or no sandbox can be started")

  for (const engine of ["Native · server", "LLVM JIT · server"]) {
    test(`${engine}: input goes there, output and exit code come back`, async ({ playground, page }) => {
      await playground.write(DEEP)
      await page.getByRole("tab", { name: "Input" }).click()
      await page.getByRole("textbox", { name: /Input/ }).fill("a line\n")
      await playground.tab("Output").click()
      await expect(async () => {
        await page.getByRole("button", { name: /^Engine/ }).click()
        await page.getByRole("menuitemradio", { name: new RegExp(`^${engine} .*input is given up front`) }).click({ timeout: 1000 })
      }).toPass()
      await playground.run(60_000)
      await expect(playground.output).toHaveText(/caught StackOverflow\s*read a line\s*Exit code 3/)
    })
  }

  test("a run that the server ends or cannot take says so", async ({ playground, page }) => {
    await expect(async () => {
      await page.getByRole("button", { name: /^Engine/ }).click()
      await page.getByRole("menuitemradio", { name: /^Native · server .*input/ }).click({ timeout: 1000 })
    }).toPass()
    await playground.write('print("begun")\nloop(true) {\n}\n')
    await playground.run(60_000)
    await expect(playground.output).toHaveText(/begun.*The program did not run to its end: the server ended it after \d+\.\d s, its time limit/s)

    const failure = { error: { kind: "busy", whose: "server", message: "the server has too much to do", retryAfter: 7 } }
    await page.route("**/api/run", (route) => route.fulfill({ status: 503, headers: { "Retry-After": "7" }, json: failure }))
    await playground.run()
    await expect(playground.output).toContainText("the server has too much to do Try again in 7 s.")
    await page.unroute("**/api/run")
    await page.route("**/api/run", (route) => route.abort())
    await playground.run()
    await expect(playground.output).toContainText("The server cannot be reached.")
  })
})
