import { inflateSync } from "node:zlib"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { parseColour } from "./colour.ts"
import { type DrawRecord, OPERATIONS, type OperationName, RecordReader, recordText } from "./commands.ts"
import { encodePng } from "./png.ts"
import { Raster, Rasters } from "./raster.ts"

const NUMBERS = new Map(Object.entries(OPERATIONS).map(([number, row]) => [row.name, Number(number)]))

/** A record as the runtime writes it. */
function bytesOf({ operation, canvas, numbers, text }: DrawRecord): Uint8Array {
  const utf8 = new TextEncoder().encode(text)
  const bytes = new Uint8Array(8 + numbers.length * 8 + utf8.length)
  const view = new DataView(bytes.buffer)
  bytes.set([NUMBERS.get(operation) ?? 0, numbers.length, canvas])
  view.setUint32(4, utf8.length, true)
  numbers.forEach((number, index) => view.setFloat64(8 + index * 8, number, true))
  bytes.set(utf8, 8 + numbers.length * 8)
  return bytes
}

function record(operation: OperationName, numbers: readonly number[] = [], text = ""): DrawRecord {
  return { operation, canvas: 0, numbers, text }
}

function drawn(width: number, height: number, ...records: readonly DrawRecord[]): Raster {
  const raster = new Raster("test", width, height)
  for (const one of records) raster.draw(one)
  return raster
}

function pixel(raster: Raster, x: number, y: number): readonly number[] {
  return [...raster.pixels.subarray((y * raster.width + x) * 4, (y * raster.width + x) * 4 + 4)]
}

const RED = [255, 0, 0, 255]
const BLANK = [0, 0, 0, 0]

describe("records", () => {
  const all = Object.values(OPERATIONS).map((row, index): DrawRecord => ({ operation: row.name, canvas: index % 3, numbers: Array.from({ length: row.numbers }, (_, i) => i + 0.5), text: index % 2 === 0 ? "箱 " : "" }))
  const whole = Uint8Array.from(all.flatMap((one) => [...bytesOf(one)]))

  it("are read however they are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const read: DrawRecord[] = []
        const reader = new RecordReader((one) => read.push(one))
        let from = 0
        for (const to of [...cuts.sort((a, b) => a - b), whole.length]) {
          reader.read(whole.subarray(from, to))
          from = to
        }
        expect(read).toEqual(all)
      }),
      { numRuns: 200 },
    )
  })

  it("that are none are refused", () => {
    expect(() => new RecordReader(() => {}).read(Uint8Array.from([99, 0, 0, 0, 0, 0, 0, 0]))).toThrow(RangeError)
    expect(() => new RecordReader(() => {}).read(Uint8Array.from([8, 1, 0, 0, 0, 0, 0, 0]))).toThrow(RangeError)
  })

  it("read as lines", () => {
    expect(recordText(record("fillRect", [1, 2, 3.5, -4]))).toBe("fillRect 1 2 3.5 -4")
    expect(recordText({ ...record("setFillStyle", [], "red"), canvas: 2 })).toBe('2: setFillStyle "red"')
  })
})

describe("colours", () => {
  it("are read as CSS writes them", () => {
    expect(parseColour("red")).toEqual([1, 0, 0, 1])
    expect(parseColour("#0F08")).toEqual([0, 1, 0, 136 / 255])
    expect(parseColour("#000080")).toEqual([0, 0, 128 / 255, 1])
    expect(parseColour("rgba(255, 0, 0, 0.5)")).toEqual([1, 0, 0, 0.5])
    expect(parseColour("rgb(100% 0% 0% / 50%)")).toEqual([1, 0, 0, 0.5])
    expect(parseColour("hsl(240, 100%, 50%)")?.map((part) => Math.round(part * 100))).toEqual([0, 0, 100, 100])
  })

  it("that are none are null", () => {
    for (const text of ["", "reddish", "#12", "#12345", "rgb(1,2)", "rgb(a,b,c)", "toString", "hsl(x, 1%, 1%)"]) expect(parseColour(text), text).toBeNull()
  })
})

describe("pixels", () => {
  it("of a rectangle end where it ends", () => {
    const raster = drawn(4, 4, record("setFillStyle", [], "red"), record("fillRect", [1, 1, 2, 2]))
    expect([pixel(raster, 0, 0), pixel(raster, 1, 1), pixel(raster, 2, 2), pixel(raster, 3, 3)]).toEqual([BLANK, RED, RED, BLANK])
  })

  it("that are half covered are half opaque", () => {
    const raster = drawn(2, 1, record("setFillStyle", [], "red"), record("fillRect", [0, 0, 0.5, 1]))
    expect(pixel(raster, 0, 0)[3]).toBeCloseTo(128, -1)
  })

  it("are the same whichever way a rectangle is drawn", () => {
    const fast = drawn(8, 8, record("setFillStyle", [], "red"), record("fillRect", [2, 3, 4, 3]))
    const path = [[2, 3], [6, 3], [6, 6], [2, 6]].map(([x = 0, y = 0], index) => record(index === 0 ? "moveTo" : "lineTo", [x, y]))
    const slow = drawn(8, 8, record("setFillStyle", [], "red"), record("beginPath"), ...path, record("fill"))
    expect(slow.pixels).toEqual(fast.pixels)
  })

  it("of a circle have its area", () => {
    const raster = drawn(64, 64, record("beginPath"), record("arc", [32, 32, 20, 0, Math.PI * 2]), record("fill"))
    let area = 0
    for (let at = 3; at < raster.pixels.length; at += 4) area += (raster.pixels[at] ?? 0) / 255
    expect(area / (Math.PI * 400)).toBeCloseTo(1, 1)
  })

  it("of a line have its width, corners included", () => {
    const raster = drawn(20, 20, record("setLineWidth", [4]), record("strokeRect", [4, 4, 12, 12]))
    expect([pixel(raster, 2, 2)[3], pixel(raster, 17, 17)[3], pixel(raster, 1, 10)[3], pixel(raster, 10, 10)[3]]).toEqual([255, 255, 0, 0])
  })

  it("follow the coordinates", () => {
    const raster = drawn(10, 10, record("setFillStyle", [], "red"), record("save"), record("translate", [5, 5]), record("rotate", [Math.PI / 2]), record("scale", [2, 1]), record("fillRect", [0, 0, 1, 1]), record("restore"), record("fillRect", [0, 0, 1, 1]))
    expect([pixel(raster, 4, 5), pixel(raster, 4, 6), pixel(raster, 5, 5), pixel(raster, 0, 0)]).toEqual([RED, RED, BLANK, RED])
  })

  it("of letters are there", () => {
    const raster = drawn(40, 20, record("setFont", [], "18px sans-serif"), record("fillText", [2, 16], "HI"))
    expect(raster.pixels.some((byte) => byte !== 0)).toBe(true)
  })

  it("survive any numbers", () => {
    const names = fc.constantFrom(...Object.values(OPERATIONS).filter((row) => row.name !== "create" && row.name !== "resize"))
    const wild = fc.oneof(fc.double(), fc.integer({ min: -50, max: 50 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1e308, 1e308))
    fc.assert(
      fc.property(fc.array(names.chain((row) => fc.tuple(fc.constant(row.name), fc.array(wild, { minLength: row.numbers, maxLength: row.numbers }), fc.string({ maxLength: 5 }))), { maxLength: 30 }), (steps) => {
        expect(drawn(12, 12, ...steps.map(([name, numbers, text]) => record(name, numbers, text))).pixels).toHaveLength(12 * 12 * 4)
      }),
      { numRuns: 300 },
    )
  })

  it("belong to the canvas of their record", () => {
    const rasters = new Rasters()
    rasters.draw({ operation: "create", canvas: 0, numbers: [2, 2], text: "a" })
    rasters.draw({ operation: "create", canvas: 1, numbers: [3, 1], text: "b" })
    rasters.draw({ operation: "fillRect", canvas: 1, numbers: [0, 0, 1, 1], text: "" })
    expect(rasters.canvases.map(({ name, width, pixels }) => [name, width, pixels[3]])).toEqual([["a", 2, 0], ["b", 3, 255]])
  })
})

describe("PNG files", () => {
  it("hold the pixels", () => {
    const raster = drawn(3, 2, record("setFillStyle", [], "red"), record("fillRect", [0, 0, 1, 2]))
    const png = Buffer.from(encodePng(3, 2, raster.pixels))
    expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10])
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3, 2])
    const at = png.indexOf("IDAT")
    const lines = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)))
    expect([...lines]).toEqual([0, ...RED, ...BLANK, ...BLANK, 0, ...RED, ...BLANK, ...BLANK])
    // The end of every such file, which its checksum is part of.
    expect(png.subarray(-12).toString("hex")).toBe("0000000049454e44ae426082")
  })
})
