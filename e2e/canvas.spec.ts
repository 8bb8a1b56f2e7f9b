import { readFile } from "node:fs/promises"
import { expect, test } from "./playground.ts"

/** The pixel of the first canvas at a place, as red, green, blue, opacity. */
const pixel = (element: HTMLElement | SVGElement, at: readonly [number, number]): number[] => [...((element as HTMLCanvasElement).getContext("2d")?.getImageData(at[0], at[1], 1, 1).data ?? [])]

test("what a program draws is shown on the Canvas pane and can be saved", async ({ playground, page }) => {
  await playground.write('local canvas = new WebCanvasBox("picture", 60, 40)\ncanvas.fillRect(0, 0, 60, 40, "white")\ncanvas.fillRect(10, 10, 20, 20, "#ff0000")\n')
  await playground.run()
  await expect(playground.tab("Canvas")).toHaveAttribute("aria-selected", "true")
  const picture = page.getByRole("img", { name: "Canvas “picture”, 60 by 40 pixels, drawn by the program" })
  await expect(picture).toBeVisible()
  expect(await picture.evaluate(pixel, [15, 15] as const)).toEqual([255, 0, 0, 255])
  expect(await picture.evaluate(pixel, [5, 5] as const)).toEqual([255, 255, 255, 255])
  const waiting = page.waitForEvent("download")
  await page.getByRole("button", { name: "Save “picture” as PNG" }).click()
  const download = await waiting
  expect(download.suggestedFilename()).toBe("picture.png")
  expect((await readFile(await download.path())).subarray(1, 4).toString()).toBe("PNG")
})

test("a flood of drawing leaves the page in hand, and Stop keeps the picture", async ({ playground, page }) => {
  await playground.write('local canvas = new WebCanvasBox("flood", 50, 50)\nlocal i = 0\nloop(true) {\n  canvas.fillRect(i % 50, 0, 1, 50, "rgb(0, 128, 0)")\n  i = i + 1\n}\n')
  await page.getByRole("button", { name: "Run", exact: true }).click()
  const picture = page.getByRole("img", { name: /^Canvas “flood”/ })
  await expect(picture).toBeVisible()
  await page.getByRole("button", { name: "Stop", exact: true }).click()
  await expect(playground.status.getByRole("status")).toHaveText("Stopped")
  expect(await picture.evaluate(pixel, [0, 25] as const)).toEqual([0, 128, 0, 255])
})
