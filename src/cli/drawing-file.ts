/**
 * The picture that a program draws from the command line: records are carried out as they come, so that a flood of them takes
 * no memory, and the canvases are written as PNG files when the program has ended.
 */
import { writeFileSync } from "node:fs"
import { RecordReader } from "../canvas/commands.ts"
import { encodePng } from "../canvas/png.ts"
import { Rasters } from "../canvas/raster.ts"

/** See the head of the file. */
export class DrawingFile {
  readonly #path: string
  readonly #rasters = new Rasters()
  readonly #reader = new RecordReader((record) => this.#rasters.draw(record))

  /** The first canvas goes to `path`; the second of `picture.png` to `picture-2.png`, and so on. */
  constructor(path: string) {
    this.#path = path
  }

  /** Takes records. */
  read(records: Uint8Array): void {
    this.#reader.read(records)
  }

  /** Writes the files, none if nothing was drawn; gives why it cannot, or null. */
  write(): string | null {
    try {
      this.#writeAll()
      return null
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  #writeAll(): void {
    this.#rasters.canvases.forEach(({ width, height, pixels }, index) => {
      const path = index === 0 ? this.#path : this.#path.replace(/(\.[^./\\]*)?$/, (ending) => `-${index + 1}${ending}`)
      writeFileSync(path, encodePng(width, height, pixels))
    })
  }
}
