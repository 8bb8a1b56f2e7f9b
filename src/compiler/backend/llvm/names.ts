/**
 * Names and strings in LLVM IR text. The one encoder: whatever a program calls its things, nothing of it can leave the
 * quotes it is put in.
 */

const HEX = "0123456789ABCDEF"

/** The bytes between double quotes: printable ASCII stands for itself, all else is `\XX`. */
export function encodeBytes(bytes: Iterable<number>): string {
  let out = ""
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
    out += plain ? String.fromCharCode(byte) : `\\${HEX[byte >> 4]}${HEX[byte & 15]}`
  }
  return out
}

/** A global name, `@"…"`. NUL, which LLVM refuses in names, becomes the replacement character. */
export function globalName(name: string): string {
  return `@"${encodeBytes(new TextEncoder().encode(name.replaceAll("\0", "\uFFFD")))}"`
}

/** A metadata string, `!"…"`. */
export function metadataString(text: string): string {
  return `!"${encodeBytes(new TextEncoder().encode(text))}"`
}

/** A quoted string in metadata fields. */
export function quoted(text: string): string {
  return `"${encodeBytes(new TextEncoder().encode(text))}"`
}
