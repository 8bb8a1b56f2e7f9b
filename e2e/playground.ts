/**
 * The page as its user sees it: everything is found by role and name, so a test fails where a user, or a screen
 * reader, would be lost.
 */
import { type BrowserContext, expect, type Locator, type Page, test as base } from "@playwright/test"

/** The playground in one tab. */
export class Playground {
  readonly page: Page
  readonly editor: Locator
  readonly output: Locator
  readonly status: Locator

  constructor(page: Page) {
    this.page = page
    this.editor = page.getByRole("textbox", { name: /^Source of the program/ })
    this.output = page.getByRole("log", { name: "Program output" })
    this.status = page.getByRole("contentinfo")
  }

  /** Opens the page and waits until the compiler answers and the big editor has taken over. */
  async open(address = "/"): Promise<void> {
    await this.page.goto(address)
    await this.ready()
  }

  /** Waits until everything has loaded. */
  async ready(): Promise<void> {
    await expect(this.page.getByTestId("source-editor")).toBeVisible({ timeout: 30_000 })
    await expect(this.status.getByRole("status")).not.toHaveText(/Loading/, { timeout: 30_000 })
  }

  /** Replaces the whole source. */
  async write(source: string): Promise<void> {
    await this.page.keyboard.press("Alt+1")
    await expect(this.editor).toBeFocused()
    await this.page.keyboard.press("Control+A")
    // Pasted, since typing would be helped with indentation and brackets.
    await this.page.evaluate((text) => navigator.clipboard.writeText(text), source)
    await this.page.keyboard.press("Control+V")
  }

  /** The text that Monaco shows, by lines; only the lines in sight. */
  async visibleSource(): Promise<string> {
    const lines = await this.page.getByTestId("source-editor").locator(".view-line").all()
    const placed = await Promise.all(lines.map(async (line) => ({ top: (await line.boundingBox())?.y ?? 0, text: await line.textContent() })))
    return placed
      .sort((a, b) => a.top - b.top)
      .map(({ text }) => (text ?? "").replaceAll("\u00a0", " "))
      .join("\n")
  }

  /** Presses Run and waits for the end of the run. */
  async run(timeout = 30_000): Promise<void> {
    await this.page.getByRole("button", { name: "Run", exact: true }).click()
    await this.ended(timeout)
  }

  /** Waits until no program runs. */
  async ended(timeout = 30_000): Promise<void> {
    await expect(this.status.getByRole("status")).toHaveText(/Finished|Failed|Stopped|Not run|Playground error/, { timeout })
  }

  /** Chooses an entry of a menu of the header. */
  async choose(menu: string | RegExp, entry: string | RegExp): Promise<void> {
    await this.page.getByRole("button", { name: menu }).click()
    await this.page.getByRole("menu").getByRole("menuitem", { name: entry }).click()
  }

  /** Carries out a command of the palette. */
  async command(query: string): Promise<void> {
    await this.page.keyboard.press("F1")
    const field = this.page.getByRole("combobox", { name: "Type a command or the name of an example" })
    await expect(field).toBeFocused()
    await field.fill(query)
    await this.page.keyboard.press("Enter")
    await expect(field).toBeHidden()
  }

  /** The tab of a pane. */
  tab(name: string | RegExp): Locator {
    return this.page.getByRole("tab", { name })
  }
}

/** A test with an open playground, in a browser that lets it use the clipboard. */
export const test = base.extend<{ playground: Playground }>({
  permissions: ["clipboard-read", "clipboard-write"],
  playground: async ({ page }, use) => {
    const playground = new Playground(page)
    await playground.open()
    await use(playground)
  },
})

/** Serves `script` in place of a worker, with the headers that isolation asks for. */
export async function replaceWorker(context: BrowserContext, kind: "compiler" | "run", script: string): Promise<void> {
  await context.route(new RegExp(`/workers/${kind}-main`), (route) =>
    route.fulfill({
      body: script,
      headers: {
        "Content-Type": "text/javascript",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
      },
    }),
  )
}

export { expect }
