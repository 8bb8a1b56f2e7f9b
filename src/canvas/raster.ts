/**
 * A canvas of pixels for hosts without one: replays records of drawing. What a browser's canvas draws, this one draws too, but
 * for texts, which have letters of their own (`font.ts`), and for the smoothing of edges.
 *
 * Invariant: colours are stored without their opacity multiplied in, as PNG files have them.
 */
import { type Colour, parseColour } from "./colour.ts"
import type { DrawRecord } from "./commands.ts"
import { GLYPH_HEIGHT, GLYPH_WIDTH, glyphOf } from "./font.ts"
import { coverage, outline, type Point } from "./polygon.ts"

/** x' = a x + c y + e, y' = b x + d y + f. */
type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

interface Style {
  readonly fill: Colour
  readonly stroke: Colour
  readonly lineWidth: number
  /** Height of the letters in pixels. */
  readonly fontSize: number
  readonly matrix: Matrix
}

const START: Style = { fill: [0, 0, 0, 1], stroke: [0, 0, 0, 1], lineWidth: 1, fontSize: 10, matrix: [1, 0, 0, 1, 0, 0] }
/** Most styles kept by `save`; more are refused by being forgotten, so that memory stays bounded. */
const MOST_SAVED = 256
/** Most corners of a path; what comes after them is left out, so that memory stays bounded. */
const MOST_CORNERS = 1 << 20

interface Line {
  readonly points: Point[]
  isClosed: boolean
}

/** One canvas. */
export class Raster {
  readonly name: string
  width = 0
  height = 0
  /** Red, green, blue, opacity, row by row. */
  pixels: Uint8ClampedArray = new Uint8ClampedArray(0)
  #style = START
  #saved: Style[] = []
  #path: Line[] = []
  #corners = 0

  constructor(name: string, width: number, height: number) {
    this.name = name
    this.#resize(width, height)
  }

  /** Carries out a record of this canvas. */
  draw({ operation, numbers, text }: DrawRecord): void {
    const [x = 0, y = 0, w = 0, h = 0, last = 0] = numbers
    switch (operation) {
      case "create":
      case "resize":
        this.#resize(x, y)
        break
      case "setFillStyle":
        this.#style = { ...this.#style, fill: parseColour(text) ?? this.#style.fill }
        break
      case "setStrokeStyle":
        this.#style = { ...this.#style, stroke: parseColour(text) ?? this.#style.stroke }
        break
      case "setLineWidth":
        if (x > 0 && Number.isFinite(x)) this.#style = { ...this.#style, lineWidth: x }
        break
      case "setFont":
        this.#style = { ...this.#style, fontSize: Number(/(\d+(?:\.\d+)?)px/.exec(text)?.[1] ?? this.#style.fontSize) }
        break
      case "clear":
        this.pixels.fill(0)
        break
      case "fillRect": {
        const points = this.#rectangle(x, y, w, h)
        if (!this.#fillPixels(points)) this.#fill([points], this.#style.fill)
        break
      }
      case "strokeRect":
        this.#stroke([{ points: this.#rectangle(x, y, w, h), isClosed: true }])
        break
      case "clearRect":
        this.#paint([this.#rectangle(x, y, w, h)], (at, share) => {
          this.pixels[at + 3] = (this.pixels[at + 3] ?? 0) * (1 - share)
        })
        break
      case "beginPath":
        this.#path = []
        this.#corners = 0
        break
      case "moveTo":
        if (this.#hasRoom(1)) this.#path.push({ points: [this.#place(x, y)], isClosed: false })
        break
      case "lineTo":
        this.#lead([this.#place(x, y)])
        break
      case "closePath": {
        const line = this.#path.at(-1)
        const first = line?.points[0]
        if (line === undefined || first === undefined) break
        line.isClosed = true
        this.#path.push({ points: [first], isClosed: false })
        break
      }
      case "arc":
        this.#lead(this.#arc(x, y, w, h, last))
        break
      case "fill":
        this.#fill(this.#path.map((line) => line.points), this.#style.fill)
        break
      case "stroke":
        this.#stroke(this.#path)
        break
      case "fillText":
        this.#fill(this.#letters(text, x, y), this.#style.fill)
        break
      case "strokeText":
        this.#fill(this.#letters(text, x, y), this.#style.stroke)
        break
      case "save":
        if (this.#saved.length < MOST_SAVED) this.#saved.push(this.#style)
        break
      case "restore":
        this.#style = this.#saved.pop() ?? this.#style
        break
      case "rotate":
        this.#turn([Math.cos(x), Math.sin(x), -Math.sin(x), Math.cos(x), 0, 0])
        break
      case "scale":
        this.#turn([x, 0, 0, y, 0, 0])
        break
      case "translate":
        this.#turn([1, 0, 0, 1, x, y])
        break
      case "frame":
        break
    }
  }

  #resize(width: number, height: number): void {
    this.width = width
    this.height = height
    this.pixels = new Uint8ClampedArray(width * height * 4)
    this.#style = START
    this.#saved = []
    this.#path = []
    this.#corners = 0
  }

  #turn([a2, b2, c2, d2, e2, f2]: Matrix): void {
    const [a, b, c, d, e, f] = this.#style.matrix
    const matrix: Matrix = [a * a2 + c * b2, b * a2 + d * b2, a * c2 + c * d2, b * c2 + d * d2, a * e2 + c * f2 + e, b * e2 + d * f2 + f]
    if (matrix.every(Number.isFinite)) this.#style = { ...this.#style, matrix }
  }

  #place(x: number, y: number): Point {
    const [a, b, c, d, e, f] = this.#style.matrix
    return { x: a * x + c * y + e, y: b * x + d * y + f }
  }

  #rectangle(x: number, y: number, w: number, h: number): Point[] {
    return [this.#place(x, y), this.#place(x + w, y), this.#place(x + w, y + h), this.#place(x, y + h)]
  }

  #hasRoom(corners: number): boolean {
    if (this.#corners + corners > MOST_CORNERS) return false
    this.#corners += corners
    return true
  }

  #lead(points: readonly Point[]): void {
    if (!this.#hasRoom(points.length)) return
    const line = this.#path.at(-1)
    if (line === undefined) this.#path.push({ points: [...points], isClosed: false })
    else line.points.push(...points)
  }

  /** A circle's arc as corners that are at most about a third of a pixel off. */
  #arc(x: number, y: number, radius: number, from: number, to: number): readonly Point[] {
    if (!(radius >= 0) || !Number.isFinite(radius + from + to)) return []
    const turn = Math.min(2 * Math.PI, to < from ? 2 * Math.PI - ((from - to) % (2 * Math.PI)) : to - from)
    const pieces = Math.min(720, Math.max(2, Math.ceil((turn * Math.sqrt(radius * this.#scale())) / 1.2) + 6))
    return Array.from({ length: pieces + 1 }, (_, index) => {
      const angle = from + (turn * index) / pieces
      return this.#place(x + radius * Math.cos(angle), y + radius * Math.sin(angle))
    })
  }

  /** How much longer lengths are on the surface than in the coordinates. */
  #scale(): number {
    const [a, b, c, d] = this.#style.matrix
    return Math.sqrt(Math.abs(a * d - b * c))
  }

  /** Squares of letters on a base line. */
  #letters(text: string, x: number, y: number): readonly (readonly Point[])[] {
    const size = this.#style.fontSize / (GLYPH_HEIGHT + 2)
    const squares: Point[][] = []
    let left = x
    for (const character of text) {
      glyphOf(character).forEach((column, i) => {
        for (let row = 0; row < GLYPH_HEIGHT; row++) {
          if ((column >> row) & 1) squares.push(this.#rectangle(left + i * size, y - (GLYPH_HEIGHT - row) * size, size, size))
        }
      })
      left += (GLYPH_WIDTH + 1) * size
    }
    return squares
  }

  /** Fills a rectangle that ends between pixels, in an opaque colour; false if it is not one. The usual case, and many times as fast. */
  #fillPixels(points: readonly Point[]): boolean {
    const [red, green, blue, alpha] = this.#style.fill
    const [a, b, c] = points
    if (alpha !== 1 || a === undefined || b === undefined || c === undefined || a.y !== b.y || b.x !== c.x) return false
    if (![a.x, a.y, c.x, c.y].every(Number.isInteger)) return false
    const left = Math.max(0, Math.min(a.x, c.x))
    const right = Math.min(this.width, Math.max(a.x, c.x))
    const bottom = Math.min(this.height, Math.max(a.y, c.y))
    for (let y = Math.max(0, Math.min(a.y, c.y)); y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const at = (y * this.width + x) * 4
        this.pixels[at] = red * 255
        this.pixels[at + 1] = green * 255
        this.pixels[at + 2] = blue * 255
        this.pixels[at + 3] = 255
      }
    }
    return true
  }

  #stroke(lines: readonly Line[]): void {
    this.#fill(outline(lines, this.#style.lineWidth * this.#scale()), this.#style.stroke)
  }

  #fill(polygons: readonly (readonly Point[])[], colour: Colour): void {
    const [red, green, blue, alpha] = colour
    const { pixels } = this
    this.#paint(polygons, (at, share) => {
      // "Source over" of CSS compositing, for colours without their opacity multiplied in.
      const over = alpha * share
      const under = ((pixels[at + 3] ?? 0) / 255) * (1 - over)
      const sum = over + under
      if (sum <= 0) return
      pixels[at] = (red * 255 * over + (pixels[at] ?? 0) * under) / sum
      pixels[at + 1] = (green * 255 * over + (pixels[at + 1] ?? 0) * under) / sum
      pixels[at + 2] = (blue * 255 * over + (pixels[at + 2] ?? 0) * under) / sum
      pixels[at + 3] = sum * 255
    })
  }

  #paint(polygons: readonly (readonly Point[])[], change: (at: number, share: number) => void): void {
    const { width } = this
    coverage(polygons, width, this.height, (x, y, share) => change((y * width + x) * 4, share))
  }
}

/** All canvases of a program. */
export class Rasters {
  readonly canvases: Raster[] = []

  /** Carries out a record. */
  draw(record: DrawRecord): void {
    const [width = 1, height = 1] = record.numbers
    if (record.operation === "create") this.canvases[record.canvas] = new Raster(record.text, width, height)
    else this.canvases[record.canvas]?.draw(record)
  }
}
