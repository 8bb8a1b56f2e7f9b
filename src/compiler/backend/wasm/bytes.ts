/** A growing array of bytes with the number formats of WebAssembly binaries (core specification, section 5.2). */

/** See the head of the file. */
export class Bytes {
  #data: Uint8Array
  #view: DataView
  #length = 0

  /** `capacity` is the first guess in bytes. */
  constructor(capacity = 1024) {
    this.#data = new Uint8Array(capacity)
    this.#view = new DataView(this.#data.buffer)
  }

  get length(): number {
    return this.#length
  }

  /** The bytes written so far; a view that further writing may leave behind. */
  view(): Uint8Array {
    return this.#data.subarray(0, this.#length)
  }

  /** Forgets what was written from `length` on. */
  cut(length: number): void {
    this.#length = length
  }

  /** Replaces one byte written before. */
  patch(at: number, byte: number): void {
    this.#data[at] = byte
  }

  byte(value: number): void {
    if (this.#length === this.#data.length) this.#grow(1)
    this.#data[this.#length++] = value
  }

  all(bytes: Uint8Array): void {
    this.#grow(bytes.length)
    this.#data.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Unsigned LEB128 of a number below 2^32. */
  u32(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    this.byte(rest)
  }

  /** Signed LEB128 of a 32-bit integer. */
  s32(value: number): void {
    let rest = value | 0
    while (rest < -64 || rest > 63) {
      this.byte((rest & 0x7f) | 0x80)
      rest >>= 7
    }
    this.byte(rest & 0x7f)
  }

  /** Signed LEB128 of a 64-bit integer. */
  s64(value: bigint): void {
    if (value >= -0x8000_0000n && value <= 0x7fff_ffffn) return this.s32(Number(value))
    let rest = value
    while (rest < -64n || rest > 63n) {
      this.byte(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    this.byte(Number(rest & 0x7fn))
  }

  f64(value: number): void {
    this.#grow(8)
    this.#view.setFloat64(this.#length, value, true)
    this.#length += 8
  }

  /** A length and the UTF-8 of a text. */
  name(text: string): void {
    this.sized(new TextEncoder().encode(text))
  }

  /** A length and bytes. */
  sized(bytes: Uint8Array): void {
    this.u32(bytes.length)
    this.all(bytes)
  }

  #grow(by: number): void {
    const needed = this.#length + by
    if (needed <= this.#data.length) return
    const data = new Uint8Array(Math.max(needed, this.#data.length * 2))
    data.set(this.view())
    this.#data = data
    this.#view = new DataView(data.buffer)
  }
}
