/**
 * Pixels as a PNG file (ISO/IEC 15948): one IDAT, colour type 6, no filter.
 */
import { zlibSync } from "fflate"

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/** The file of `width` by `height` pixels, given as red, green, blue and opacity bytes, row by row. */
export function encodePng(width: number, height: number, pixels: Uint8ClampedArray): Uint8Array {
  const lines = new Uint8Array(height * (width * 4 + 1))
  for (let y = 0; y < height; y++) lines.set(pixels.subarray(y * width * 4, (y + 1) * width * 4), y * (width * 4 + 1) + 1)
  const size = new Uint8Array(13)
  const view = new DataView(size.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  size.set([8, 6, 0, 0, 0], 8)
  const parts = [Uint8Array.from(SIGNATURE), chunk("IHDR", size), chunk("IDAT", zlibSync(lines, { level: 6 })), chunk("IEND", new Uint8Array(0))]
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i)
  bytes.set(data, 8)
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)))
  return bytes
}

/** By annex D of the standard, bit by bit: a picture is encoded once. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0)
  }
  return ~crc >>> 0
}
