/**
 * Reads a part of a WebAssembly binary, with the number formats of the core specification, section 5.2: what `bytes.ts` writes.
 * Reading past the end is a Bug: the binaries that are read here come from our own tools.
 */
import { invariant } from "../../base/bug.ts"

/** See the head of the file. */
export class ByteReader {
  readonly #bytes: Uint8Array
  /** Offset of the next byte. */
  at: number
  /** Offset after the last byte. */
  readonly end: number

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    invariant(end <= bytes.length, "backend/wasm", "the binary is cut off")
    this.#bytes = bytes
    this.at = at
    this.end = end
  }

  byte(): number {
    invariant(this.at < this.end, "backend/wasm", "the binary is cut off")
    return this.#bytes[this.at++] as number
  }

  /** Unsigned LEB128 of a number below 2^32. */
  u32(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
  }

  skip(count: number): void {
    this.at += count
  }

  /** The part that a length stands before; this reader goes on behind it. */
  part(): ByteReader {
    const length = this.u32()
    const part = new ByteReader(this.#bytes, this.at, this.at + length)
    this.at += length
    return part
  }

  /** The bytes that are left. */
  rest(): Uint8Array {
    return this.#bytes.subarray(this.at, this.end)
  }

  /** The bytes from a place to here. */
  from(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.at)
  }

  /** A length and so many bytes of UTF-8. */
  text(): string {
    return new TextDecoder().decode(this.part().rest())
  }

  /** Goes past a vector of bytes; gives their number. */
  skipBytes(): number {
    const { at, end } = this.part()
    return end - at
  }

  /** A number and so many entries. */
  list<T>(read: () => T): T[] {
    return Array.from({ length: this.u32() }, read)
  }
}
