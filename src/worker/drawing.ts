/**
 * The page's canvas, in the run worker: records of drawing are carried out here, on canvases off the screen, and the page gets
 * finished pictures, at most one in `PACE` milliseconds for each canvas. So the program waits for its own drawing, a flood of
 * records costs the page nothing, and Stop works at any time.
 */
import { type DrawRecord, RecordReader } from "../canvas/commands.ts"
import type { RunMessage } from "../protocol/worker.ts"

/** Milliseconds between two pictures of a program that just draws. */
const PACE = 33
/** Milliseconds that `frame()` waits for: a film of about 60 pictures a second. */
const FRAME = 1000 / 60
/** Most styles kept by `save`; a canvas keeps them all, so more are not passed on. */
const MOST_SAVED = 256

interface Canvas {
  readonly number: number
  readonly name: string
  readonly surface: OffscreenCanvas
  readonly context: OffscreenCanvasRenderingContext2D
  saved: number
  /** True if the page has not seen the last change. */
  isDirty: boolean
}

/** True if this browser can draw away from the page. */
export function canDraw(): boolean {
  return typeof OffscreenCanvas === "function" && new OffscreenCanvas(1, 1).getContext("2d") !== null
}

/** The canvases of one run. */
export class Drawing {
  readonly #canvases: Canvas[] = []
  readonly #reader = new RecordReader((record) => this.#take(record))
  readonly #post: (message: RunMessage, transfer: Transferable[]) => void
  readonly #now: () => number
  /** What `frame()` waits on; without shared memory it does not wait. */
  readonly #pause = typeof SharedArrayBuffer === "function" ? new Int32Array(new SharedArrayBuffer(4)) : null
  #shownAt = Number.NEGATIVE_INFINITY
  #nextFrame = 0

  constructor(post: (message: RunMessage, transfer: Transferable[]) => void, now: () => number) {
    this.#post = post
    this.#now = now
  }

  /** Carries records out; shows the result if the page has not seen one for a while. */
  read(records: Uint8Array): void {
    this.#reader.read(records)
    if (this.#now() - this.#shownAt >= PACE) this.show()
  }

  /** Gives the page every picture that it has not seen. */
  show(): void {
    for (const canvas of this.#canvases) if (canvas.isDirty) this.#showOne(canvas)
    this.#shownAt = this.#now()
  }

  #showOne(canvas: Canvas): void {
    canvas.isDirty = false
    const { number, name, surface } = canvas
    const { width, height } = surface
    // A surface gives its picture away; a copy leaves what is drawn in place.
    const copy = new OffscreenCanvas(width, height)
    copy.getContext("2d")?.drawImage(surface, 0, 0)
    const bitmap = copy.transferToImageBitmap()
    this.#post({ type: "canvas", number, name, width, height, bitmap }, [bitmap])
  }

  #take(record: DrawRecord): void {
    const [x = 0, y = 0] = record.numbers
    if (record.operation === "create") {
      const surface = new OffscreenCanvas(x, y)
      const context = surface.getContext("2d")
      if (context !== null) this.#canvases[record.canvas] = { number: record.canvas, name: record.text, surface, context, saved: 0, isDirty: true }
      return
    }
    const canvas = this.#canvases[record.canvas]
    if (canvas === undefined) return
    canvas.isDirty = true
    if (record.operation === "frame") this.#frame(canvas)
    else draw(canvas, record)
  }

  #frame(canvas: Canvas): void {
    this.#showOne(canvas)
    const now = this.#now()
    this.#shownAt = now
    // A program that is late catches up with nobody: the next picture is due a frame from now.
    this.#nextFrame = Math.max(this.#nextFrame + FRAME, now)
    const rest = this.#nextFrame - now
    if (this.#pause !== null && rest > 0.5) Atomics.wait(this.#pause, 0, 0, rest)
  }
}

function draw(canvas: Canvas, { operation, numbers, text }: DrawRecord): void {
  const { surface, context } = canvas
  const [x = 0, y = 0, w = 0, h = 0, last = 0] = numbers
  switch (operation) {
    case "create":
    case "frame":
      break
    case "resize":
      surface.width = x
      surface.height = y
      canvas.saved = 0
      break
    case "setFillStyle":
      context.fillStyle = text
      break
    case "setStrokeStyle":
      context.strokeStyle = text
      break
    case "setLineWidth":
      context.lineWidth = x
      break
    case "setFont":
      context.font = text
      break
    case "clear":
      context.save()
      context.resetTransform()
      context.clearRect(0, 0, surface.width, surface.height)
      context.restore()
      break
    case "fillRect":
    case "strokeRect":
    case "clearRect":
      context[operation](x, y, w, h)
      break
    case "beginPath":
    case "closePath":
    case "fill":
    case "stroke":
      context[operation]()
      break
    case "moveTo":
    case "lineTo":
    case "scale":
    case "translate":
      context[operation](x, y)
      break
    case "rotate":
      context.rotate(x)
      break
    case "arc":
      // A negative radius draws nothing, where the browser would throw.
      if (w >= 0) context.arc(x, y, w, h, last)
      break
    case "fillText":
    case "strokeText":
      context[operation](text, x, y)
      break
    case "save":
      if (canvas.saved === MOST_SAVED) break
      canvas.saved++
      context.save()
      break
    case "restore":
      canvas.saved = Math.max(0, canvas.saved - 1)
      context.restore()
      break
  }
}
