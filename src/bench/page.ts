/**
 * How the built page feels: times from what a user does to what the user sees, in a real browser, with p50 and p95; and what a
 * thousand compilations and runs leave behind in memory.
 *
 * Times are taken inside the page, from the event to the change of the document that answers it, so that the driver's own
 * delays are no part of them. The goals stand beside the figures. What fails is only a figure ten times its goal: machines differ, but
 * not by that much.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type Browser, chromium, type Page } from "playwright-core"
import { findChromium } from "../setup/tools.ts"
import { bigProgram } from "./compile-time.ts"
import { median } from "./measure.ts"

/** One figure. */
export interface PageFigure {
  readonly name: string
  /** Milliseconds; of memory, MB. */
  readonly values: readonly number[]
  readonly goal: number
  readonly unit: "ms" | "MB" | "chars"
}

const SERVER = fileURLToPath(new URL("../../dist/server.js", import.meta.url))
const PORT = 5391
/** Times each thing is done; the first ones warm up and are not counted. */
const ROUNDS = 25
const WARM_UP = 5
const LOADS = 10
const CYCLES = 1000
/** Milliseconds after which a thing that the page does not answer at all ends the measurement. */
const PATIENCE = 30_000

/** The value below which `share` of the values lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

/** Measures and reports each figure as soon as it is known; `cycles` compilations and runs instead of a thousand, to have a quick look. */
export async function measurePage(report: (figure: PageFigure) => void, cycles: number = CYCLES): Promise<void> {
  if (!existsSync(SERVER)) throw new Error("the page is not built; npm run build makes it")
  const server = spawn(process.execPath, [SERVER], { env: { ...process.env, PORT: String(PORT) }, stdio: "ignore" })
  let browser: Browser | null = null
  try {
    await answering(server)
    const executablePath = findChromium()
    browser = await chromium.launch({ ...(executablePath === null ? {} : { executablePath }), args: ["--disable-gpu", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])] })
    report(await loads(browser))
    report(await loadToOutput(browser))
    const page = await opened(browser)
    for (const part of [firstOutput, firstOutputOnVm, stopped, squiggle, highlight, passSteps, shared, bigSelection]) report(await part(page))
    if (cycles > 0) report(await growth(page, cycles))
  } finally {
    await browser?.close()
    server.kill()
  }
}

const ADDRESS = `http://localhost:${PORT}/`

async function answering(server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error("the server does not start")
    try {
      await fetch(ADDRESS)
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

async function opened(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  await context.grantPermissions(["clipboard-read", "clipboard-write"])
  const page = await context.newPage()
  await page.goto(ADDRESS)
  await page.getByTestId("source-editor").waitFor()
  await page.evaluate((patience) => {
    let startedAt = 0
    let answered: Promise<number> = Promise.resolve(Number.NaN)
    addEventListener("keydown", () => {
      startedAt = performance.now()
    }, true)
    Object.assign(window, {
      /** From now on, waits for a key and then for the moment at which the elements hold `text`, or differ from now if it is null. */
      arm: (selector: string, text: string | null) => {
        const state = (): string => [...document.querySelectorAll(selector)].map((element) => `${(element as HTMLElement).style.cssText}|${element.textContent}`).join("\n")
        const before = state()
        startedAt = 0
        answered = new Promise((resolve, reject) => {
          const observer = new MutationObserver(() => {
            if (startedAt === 0 || (text === null ? state() === before : !state().includes(text))) return
            observer.disconnect()
            clearTimeout(timer)
            resolve(performance.now() - startedAt)
          })
          const timer = setTimeout(() => {
            observer.disconnect()
            reject(new Error(`nothing of ${selector} changed${text === null ? "" : ` to ${text}`} within ${patience} ms`))
          }, patience)
          observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
        })
      },
      answerTime: () => answered,
    })
  }, PATIENCE)
  return page
}

async function write(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Alt+1")
  await page.keyboard.press("Control+A")
  // Pasted, since typing would be helped with indentation and brackets.
  await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text)
  await page.keyboard.press("Control+V")
}

/** Milliseconds from pressing `key` to the moment at which what matches `selector` holds `text`, or is another than before. */
async function answer(page: Page, key: string, selector: string, text: string | null = null): Promise<number> {
  await page.evaluate(([watched, wanted]) => (window as unknown as { arm(selector: string, text: string | null): void }).arm(watched as string, wanted as string | null), [selector, text])
  await page.keyboard.press(key)
  return page.evaluate(() => (window as unknown as { answerTime(): Promise<number> }).answerTime())
}

/** What each of a number of loads gives, in a browser that has nothing of the page; asked as soon as the page arrives. */
async function freshLoads(browser: Browser, measure: (page: Page) => Promise<number>): Promise<number[]> {
  const values: number[] = []
  for (let i = 0; i < LOADS; i++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    await page.goto(ADDRESS, { waitUntil: "commit" })
    values.push(await measure(page))
    await context.close()
  }
  return values
}

async function loads(browser: Browser): Promise<PageFigure> {
  const values = await freshLoads(browser, (page) => page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const look = (): void => {
              const button = document.querySelector(".run-button")
              if (button === null) requestAnimationFrame(look)
              else resolve(performance.now())
            }
            look()
          }),
  ))
  return { name: "page load to Run pressable", values, goal: 1500, unit: "ms" }
}

/** Run is pressed as soon as it can be, in a browser that has nothing of the page. */
async function loadToOutput(browser: Browser): Promise<PageFigure> {
  const values = await freshLoads(browser, (page) => page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let isPressed = false
            const look = (): void => {
              const button = document.querySelector<HTMLButtonElement>(".run-button")
              if (!isPressed && button !== null && !button.disabled) {
                isPressed = true
                button.click()
              }
              if ((document.querySelector(".output-block")?.textContent ?? "") !== "") resolve(performance.now())
              else requestAnimationFrame(look)
            }
            look()
          }),
  ))
  return { name: "page load to first output, nothing cached", values, goal: 2000, unit: "ms" }
}

async function firstOutput(page: Page): Promise<PageFigure> {
  await write(page, 'print("hello")\n')
  const values: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    // The log is emptied first, so that the line is seen when it is there again.
    await page.waitForFunction(() => !/Compiling|Running|Loading/.test(document.querySelector(".status-state")?.textContent ?? ""))
    await page.evaluate(() => document.querySelectorAll(".output-block").forEach((block) => { block.textContent = "" }))
    await page.waitForTimeout(100)
    values.push(await answer(page, "Control+Enter", ".output-block", "hello"))
  }
  return { name: "Run to first output, warm", values: values.slice(WARM_UP), goal: 150, unit: "ms" }
}

async function squiggle(page: Page): Promise<PageFigure> {
  await write(page, bigProgram(500))
  await page.waitForTimeout(2000)
  await page.keyboard.press("Control+Home")
  const values: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    values.push(await answer(page, ")", ".squiggly-error"))
    await page.waitForTimeout(100)
    await answer(page, "Backspace", ".squiggly-error")
    await page.waitForTimeout(300)
  }
  return { name: "keystroke to squiggle, 500 lines", values: values.slice(WARM_UP), goal: 300, unit: "ms" }
}

async function highlight(page: Page): Promise<PageFigure> {
  await write(page, `${Array.from({ length: 60 }, (_, i) => `local v${i} = ${i} * 3`).join("\n")}\nprint(${Array.from({ length: 60 }, (_, i) => `v${i}`).join(" + ")})\nprint("x")\nprint("y")\n${Array.from({ length: 40 }, (_, i) => `print("line ${i}")`).join("\n")}\n`)
  await page.waitForTimeout(2500)
  await page.keyboard.press("Control+End")
  await page.keyboard.press("ArrowUp")
  await page.keyboard.press("ArrowRight")
  const values: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    values.push(await answer(page, "ArrowUp", "[data-testid=view-mir] .linked-place"))
    await page.waitForTimeout(80)
  }
  return { name: "caret to highlight in MIR", values: values.slice(WARM_UP), goal: 100, unit: "ms" }
}

/** Chooses an engine by the name its entry in the menu begins with. */
async function choose(page: Page, engine: RegExp): Promise<void> {
  await page.getByRole("button", { name: /^Engine/ }).click()
  await page.getByRole("menuitemradio", { name: engine }).click()
}

async function firstOutputOnVm(page: Page): Promise<PageFigure> {
  await choose(page, /^Interpreter/)
  const figure = await firstOutput(page)
  await choose(page, /^WebAssembly/)
  return { ...figure, name: "Run to first output, interpreter, warm", goal: 50 }
}

async function stopped(page: Page): Promise<PageFigure> {
  await write(page, "print(1)\nlocal i = 0\nloop(true) { i = i + 1 }\n")
  const values: number[] = []
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Control+Enter")
    await page.waitForFunction(() => /Running/.test(document.querySelector(".status-state")?.textContent ?? ""))
    values.push(await answer(page, "Control+Shift+Enter", ".status-state", "Stopped"))
  }
  return { name: "Stop of a loop without end", values: values.slice(2), goal: 100, unit: "ms" }
}

async function passSteps(page: Page): Promise<PageFigure> {
  // One function of some 2,000 instructions.
  await write(page, `local a = [1, 2, 3]\nlocal s = 0\n${Array.from({ length: 250 }, (_, i) => `if a.length() > ${i} { s = s + a[${i % 3}] * ${i} }`).join("\n")}\nprint(s)\n`)
  await command(page, "Go to Passes")
  await page.locator(".pass-go").first().waitFor()
  await page.waitForTimeout(4000)
  await page.locator(".pass-go").first().focus()
  const values: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    values.push(await answer(page, i % 20 < 10 ? "ArrowDown" : "ArrowUp", ".passes-head h2"))
    await page.waitForTimeout(60)
  }
  return { name: "step to the next pass, 2,000 instructions", values: values.slice(WARM_UP), goal: 100, unit: "ms" }
}

async function command(page: Page, name: string): Promise<void> {
  await page.keyboard.press("F1")
  const field = page.getByRole("combobox", { name: /^Type a command/ })
  await field.fill(name)
  await page.keyboard.press("Enter")
  await field.waitFor({ state: "hidden" })
}

/** Characters of the link to a program of 4 KB with its panes. */
async function shared(page: Page): Promise<PageFigure> {
  await write(page, bigProgram(120).slice(0, 4000).replace(/\n[^\n]*$/, "\n"))
  await page.waitForTimeout(1000)
  await command(page, "Copy link")
  await page.waitForFunction(() => navigator.clipboard.readText().then((text) => text.includes("#")))
  return { name: "link to a program of 4 KB", values: [(await page.evaluate(() => navigator.clipboard.readText())).length], goal: 2000, unit: "chars" }
}

async function bigSelection(page: Page): Promise<PageFigure> {
  await write(page, bigProgram(10_000))
  await command(page, "four levels")
  // Nothing before has shown Wasm or LLVM IR, so these panes have a text when it is that of the program; LLVM IR is made last.
  await page.getByTestId("view-llvm").waitFor({ timeout: 240_000 })
  // The editors read so large a text in the background for some seconds more; what is measured is moving in it.
  await page.waitForTimeout(10_000)
  await page.keyboard.press("Alt+1")
  await page.keyboard.press("Control+Home")
  // The ends of two lines of which different code is made, inside the loop of the first box.
  for (let line = 1; line < 9; line++) await page.keyboard.press("ArrowDown")
  await page.keyboard.press("End")
  const values: number[] = []
  for (let i = 0; i < ROUNDS; i++) {
    values.push(await answer(page, i % 2 === 0 ? "ArrowDown" : "ArrowUp", "[data-testid=view-mir] .linked-place"))
    await page.waitForTimeout(200)
  }
  return { name: "caret to highlight in MIR, 10,000 lines", values: values.slice(WARM_UP), goal: 100, unit: "ms" }
}

async function growth(page: Page, cycles: number): Promise<PageFigure> {
  // Each program is another one, so each is compiled.
  await write(page, 'print("cycle")\nlocal n = 0\n')
  const used = async (): Promise<number> => {
    const bytes = await page.evaluate(() => (performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }).measureUserAgentSpecificMemory().then((memory) => memory.bytes))
    return bytes / 1e6
  }
  const cycle = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      await page.keyboard.press("Control+End")
      await page.keyboard.type(i % 2 === 0 ? "1" : "2")
      await page.keyboard.press("Control+Enter")
      await page.waitForFunction(() => /Finished|Failed/.test(document.querySelector(".status-state")?.textContent ?? ""))
      // Before the digits are more than an Integer holds.
      if (i % 10 === 9) {
        await page.keyboard.press("Control+Home")
        await write(page, `print("cycle ${i}")\nlocal n = 0\n`)
      }
    }
  }
  await cycle(Math.ceil(cycles / 10))
  const before = await used()
  await cycle(cycles)
  return { name: `memory after ${cycles} compilations and runs`, values: [(await used()) - before], goal: 20, unit: "MB" }
}

/** The heading of the figures. */
export const PAGE_HEADING = `${"".padEnd(46)}${"p50".padStart(9)}${"p95".padStart(9)}${"max".padStart(9)}${"goal".padStart(9)}`

/** A figure as a line of text. */
export function pageLine({ name, values, goal, unit }: PageFigure): string {
  const cell = (value: number): string => `${value.toFixed(unit === "MB" ? 1 : 0)}${unit === "chars" ? "" : ` ${unit}`}`.padStart(9)
  return `${name.padEnd(46)}${cell(median(values))}${cell(quantile(values, 0.95))}${cell(Math.max(...values))}${cell(goal)}`
}

/** How many times its goal the p95 of a figure may be before something is broken. */
const CEILING = 10

/** True if a figure is so far from its goal that no machine explains it. */
export function isBroken({ values, goal }: PageFigure): boolean {
  return !(quantile(values, 0.95) <= goal * CEILING)
}
