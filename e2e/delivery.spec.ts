/** How the page arrives: isolated, from one origin, first paint first, nothing that its policy has to block. */
import { expect, type Page, test } from "@playwright/test"

interface Arrivals {
  readonly requests: string[]
  readonly complaints: string[]
}

function watch(page: Page): Arrivals {
  const requests: string[] = []
  const complaints: string[] = []
  page.on("request", (request) => requests.push(request.url()))
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text())
  })
  page.on("pageerror", (error) => complaints.push(error.message))
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`)
  })
  return { requests, complaints }
}

test("the page is cross-origin isolated and complains about nothing", async ({ page, baseURL }) => {
  const { requests, complaints } = watch(page)
  await page.goto("/")
  await expect(page.getByRole("button", { name: /^Run/ })).toBeEnabled()
  await expect(page.locator(".monaco-editor").first()).toBeVisible()
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  expect(requests.filter((url) => !url.startsWith(baseURL ?? "") && !url.startsWith("data:") && !url.startsWith("blob:"))).toEqual([])
  expect(complaints).toEqual([])
})

test("the first paint waits neither for the editor nor for the runtime", async ({ page }) => {
  // With both held back for ever the page still shows itself, and the program can be read and run.
  await page.route(/assets\/(monaco|runtime)|workers\/editor/, () => {})
  await page.goto("/", { waitUntil: "domcontentloaded" })
  await expect(page.getByRole("button", { name: /^Run/ })).toBeVisible()
  await expect(page.locator("body")).toContainText("print(")
})

test("the runtime comes as WebAssembly of its own, compressed", async ({ page }) => {
  const arrival = page.waitForResponse((response) => /\/runtime-[\w-]+\.wasm$/.test(response.url()), { timeout: 60_000 })
  await page.goto("/")
  const headers = (await arrival).headers()
  expect(headers["content-type"]).toBe("application/wasm")
  expect(headers["content-encoding"]).toBe("br")
  expect(headers["cache-control"]).toContain("immutable")
})

test("text becomes neither HTML nor the address of a foreign script", async ({ page }) => {
  await page.goto("/")
  await expect(page.getByRole("button", { name: /^Run/ })).toBeVisible()
  const refused = await page.evaluate(() => {
    const attempts: Record<string, () => void> = {
      html: () => {
        document.createElement("div").innerHTML = "<b>text</b>"
      },
      worker: () => {
        new Worker("/favicon.svg")
      },
      script: () => {
        document.createElement("script").src = "/assets/other.js"
      },
    }
    return Object.keys(attempts).filter((name) => {
      try {
        attempts[name]?.()
        return false
      } catch {
        return true
      }
    })
  })
  expect(refused).toEqual(["html", "worker", "script"])
})

test("a run worker can compile WebAssembly and can neither fetch nor import", async ({ page, request }) => {
  await page.goto("/")
  const runWorker = page.waitForEvent("worker", (worker) => /\/workers\/run-/.test(worker.url()))
  await page.getByRole("button", { name: /^Run/ }).click()
  const url = (await runWorker).url()
  expect((await request.get(url)).headers()["content-security-policy"]).toBe("default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src 'none'")
  // The worker of that run may be gone; a second one from the same script is idle and can be asked to try.
  const idle = page.waitForEvent("worker", (worker) => worker.url() === url)
  await page.evaluate((script) => {
    Object.assign(globalThis, { probe: new Worker(script, { type: "module" }) })
  }, url)
  const attempts = await (await idle).evaluate(async () => ({
    fetch: await fetch("/").then(() => "allowed", () => "blocked"),
    import: await import(`${location.origin}/favicon.svg`).then(() => "allowed", () => "blocked"),
    wasm: await WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])).then(() => "allowed", () => "blocked"),
  }))
  expect(attempts).toEqual({ fetch: "blocked", import: "blocked", wasm: "allowed" })
})
