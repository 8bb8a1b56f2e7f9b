/**
 * The pictures that the current or the last run has drawn: an element of the page for each canvas of the program, which the
 * Canvas pane shows. The run worker draws; here a finished picture is only put in its place.
 */
import { t } from "../messages/t.ts"
import { download } from "./files.ts"

/** One canvas of the program. */
export interface Picture {
  readonly number: number
  readonly name: string
  readonly width: number
  readonly height: number
  readonly element: HTMLCanvasElement
}

/** See the head of the file. */
export class CanvasBoard {
  #pictures: readonly Picture[] = []
  readonly #listeners = new Set<() => void>()

  /** The pictures in the order of their making; another list whenever one comes or changes its size. */
  get pictures(): readonly Picture[] {
    return this.#pictures
  }

  /** Calls `listener` whenever the list changes, until the returned function is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Forgets all pictures. */
  clear(): void {
    if (this.#pictures.length === 0) return
    this.#pictures = []
    this.#tell()
  }

  /** Puts a picture in its place; gives true if it is the first of the run. */
  show(number: number, name: string, width: number, height: number, bitmap: ImageBitmap): boolean {
    const isFirst = this.#pictures.length === 0
    const known = this.#pictures.find((picture) => picture.number === number)
    const element = known?.element ?? document.createElement("canvas")
    if (known?.width !== width || known.height !== height) {
      element.width = width
      element.height = height
      element.setAttribute("role", "img")
      element.setAttribute("aria-label", t("canvas.picture", { name, width, height }))
      const others = this.#pictures.filter((picture) => picture.number !== number)
      this.#pictures = [...others, { number, name, width, height, element }].sort((a, b) => a.number - b.number)
      this.#tell()
    }
    const context = element.getContext("2d")
    context?.clearRect(0, 0, width, height)
    context?.drawImage(bitmap, 0, 0)
    bitmap.close()
    return isFirst
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** Downloads a picture as a PNG file. */
export function downloadPicture({ name, element }: Picture): void {
  element.toBlob((blob) => {
    if (blob !== null) download(`${name.replace(/[^\p{L}\p{N}_-]+/gu, "-") || "canvas"}.png`, "image/png", [blob])
  }, "image/png")
}
