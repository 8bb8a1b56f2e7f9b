/**
 * The records in which a program draws, as `runtime/native/hk_canvas.c` writes them: a head of 8 bytes (operation, count of
 * numbers, number of the canvas, a byte of nothing, bytes of text as 32 bits), the numbers as 64-bit floats and the text, all
 * little-endian. They say what to draw, never how: the page replays them on the browser's canvas, the command line on pixels
 * of its own, tests as lines of text.
 *
 * Records come in pieces that may end anywhere in a text; `RecordReader` puts them together.
 */

/** TABLE the operations by number: the name, which is the method's, and how many numbers it has. */
export const OPERATIONS = {
  1: { name: "create", numbers: 2 },
  2: { name: "resize", numbers: 2 },
  3: { name: "setFillStyle", numbers: 0 },
  4: { name: "setStrokeStyle", numbers: 0 },
  5: { name: "setLineWidth", numbers: 1 },
  6: { name: "setFont", numbers: 0 },
  7: { name: "clear", numbers: 0 },
  8: { name: "fillRect", numbers: 4 },
  9: { name: "strokeRect", numbers: 4 },
  10: { name: "clearRect", numbers: 4 },
  11: { name: "beginPath", numbers: 0 },
  12: { name: "moveTo", numbers: 2 },
  13: { name: "lineTo", numbers: 2 },
  14: { name: "closePath", numbers: 0 },
  15: { name: "arc", numbers: 5 },
  16: { name: "fill", numbers: 0 },
  17: { name: "stroke", numbers: 0 },
  18: { name: "fillText", numbers: 2 },
  19: { name: "strokeText", numbers: 2 },
  20: { name: "save", numbers: 0 },
  21: { name: "restore", numbers: 0 },
  22: { name: "rotate", numbers: 1 },
  23: { name: "scale", numbers: 2 },
  24: { name: "translate", numbers: 2 },
  25: { name: "frame", numbers: 0 },
} as const

/** Name of an operation. */
export type OperationName = (typeof OPERATIONS)[keyof typeof OPERATIONS]["name"]

/** One record. */
export interface DrawRecord {
  readonly operation: OperationName
  /** Number of the canvas, from 0 in the order of their making. */
  readonly canvas: number
  readonly numbers: readonly number[]
  readonly text: string
}

const HEAD = 8

/** Reads records from pieces. */
export class RecordReader {
  #rest = new Uint8Array(0)
  readonly #take: (record: DrawRecord) => void

  constructor(take: (record: DrawRecord) => void) {
    this.#take = take
  }

  /** Reads the records that `piece` completes. Throws a RangeError for bytes that are no records: they come from our own runtime. */
  read(piece: Uint8Array): void {
    let bytes = piece
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + piece.length)
      bytes.set(this.#rest)
      bytes.set(piece, this.#rest.length)
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let at = 0
    while (at + HEAD <= bytes.length) {
      const row = (OPERATIONS as Readonly<Record<number, { readonly name: OperationName; readonly numbers: number }>>)[view.getUint8(at)]
      const count = view.getUint8(at + 1)
      if (row === undefined || row.numbers !== count) throw new RangeError(`no operation ${view.getUint8(at)} of ${count} numbers`)
      const length = view.getUint32(at + 4, true)
      const end = at + HEAD + count * 8 + length
      if (end > bytes.length) break
      const numbers = Array.from({ length: count }, (_, index) => view.getFloat64(at + HEAD + index * 8, true))
      const text = length === 0 ? "" : new TextDecoder().decode(bytes.slice(end - length, end))
      this.#take({ operation: row.name, canvas: view.getUint8(at + 2), numbers, text })
      at = end
    }
    this.#rest = bytes.slice(at)
  }
}

/** A record as a line: `fillRect 10 10 80 40`, `1: setFillStyle "teal"` for a canvas that is not the first. */
export function recordText({ operation, canvas, numbers, text }: DrawRecord): string {
  const words = [operation, ...numbers.map(String), ...(text === "" ? [] : [JSON.stringify(text)])]
  return `${canvas === 0 ? "" : `${canvas}: `}${words.join(" ")}`
}
