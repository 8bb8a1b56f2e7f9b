/**
 * Offsets and positions of a text. An offset counts UTF-16 units; a line and a column count from 1, the column in
 * code points, as diagnostics do.
 */

/** The position of `offset`. */
export function positionAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const end = Math.max(0, Math.min(offset, text.length))
  let line = 1
  let lineStart = 0
  for (let at = text.indexOf("\n"); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) {
    line++
    lineStart = at + 1
  }
  let column = 1
  for (let at = lineStart; at < end; column++) {
    const code = text.charCodeAt(at)
    at += code >= 0xd800 && code < 0xdc00 && at + 1 < end ? 2 : 1
  }
  return { line, column }
}

/** The offset of a position; a position past the end of its line or text gives that end. */
export function offsetAt(text: string, line: number, column: number): number {
  let at = 0
  for (let left = line; left > 1; left--) {
    const next = text.indexOf("\n", at)
    if (next === -1) return text.length
    at = next + 1
  }
  for (let left = column; left > 1 && at < text.length && text[at] !== "\n"; left--) {
    const code = text.charCodeAt(at)
    at += code >= 0xd800 && code < 0xdc00 && at + 1 < text.length ? 2 : 1
  }
  return at
}

/** The start offset of every line of `text`. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1)
  return starts
}

/** `range` moved inside a text of `length` units. */
export function clampRange(range: { readonly start: number; readonly end: number }, length: number): { start: number; end: number } {
  const start = Math.max(0, Math.min(range.start, length))
  return { start, end: Math.max(start, Math.min(range.end, length)) }
}

/** `text` after `edits`, whose ranges are of the text before any of them and do not overlap. */
export function applyEdits(
  text: string,
  edits: readonly { readonly range: { readonly start: number; readonly end: number }; readonly text: string }[],
): string {
  let result = text
  for (const edit of [...edits].sort((a, b) => b.range.start - a.range.start)) {
    result = result.slice(0, edit.range.start) + edit.text + result.slice(edit.range.end)
  }
  return result
}
