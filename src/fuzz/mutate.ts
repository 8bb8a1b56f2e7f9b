/**
 * Broken sources for the front end: texts of the generator and scraps of the language, cut, doubled, shuffled and sprinkled with
 * characters that lexers stumble over.
 */
import type { Random } from "./random.ts"

/** Characters and words worth inserting. */
const SCRAPS = [
  ..."(){}[]<>%{,;:?.!|&=+-*/^~@#\"'\\\n\t\r ",
  "%{", "=>", "|>", "?.", "??", "..", "...", "::", "->", "<<", ">>", "/*", "*/", "//", "\r\n", "\u0000", "\ufeff", "\ud800", "\udc00", "\u202e", "\u2028", "é", "😀", "日",
  "box ", "static box ", "enum ", "fn(", "match ", "if ", "else ", "loop(", "local ", "catch (e) {", "cleanup {", "fini {", "return ", "new ", "from ", "weak ", "me", "await ", "nowait ", "init {", "using ", "global ",
  "9223372036854775808", "1.", ".5", "1e5", "1.0e999", "0x1", "\\u", "\\uD800", "\"\\", "'", "((((((((", "[[[[[[[[", "{{{{{{{{", "!!!!!!!!", "- - - -", "a.b.c.d", "as as", "is is",
] as const

/** Longest text made. */
const MOST = 4000

/** One to eight changes of a text. */
export function mutate(text: string, other: string, random: Random): string {
  let out = text
  for (let i = random.between(1, 8); i > 0; i--) out = change(out, other, random)
  return out.slice(0, MOST)
}

function change(text: string, other: string, random: Random): string {
  const at = random.below(text.length + 1)
  const end = Math.min(text.length, at + random.pick([1, 1, 2, 5, 20, 200]))
  switch (random.below(9)) {
    case 0:
      return text.slice(0, at) + text.slice(end)
    case 1:
    case 2:
      return text.slice(0, at) + random.pick(SCRAPS) + text.slice(at)
    case 3:
      return text.slice(0, at) + random.pick(SCRAPS) + text.slice(end)
    case 4:
      return text.slice(0, end) + text.slice(at)
    case 5: {
      const from = random.below(other.length + 1)
      return text.slice(0, at) + other.slice(from, from + random.below(120)) + text.slice(at)
    }
    case 6:
      return text.slice(0, at)
    case 7:
      return text.slice(0, at) + random.pick(SCRAPS).repeat(random.pick([2, 10, 300])) + text.slice(at)
    default: {
      const lines = text.split("\n")
      const i = random.below(lines.length)
      const j = random.below(lines.length)
      const line = lines[i] as string
      lines[i] = lines[j] as string
      lines[j] = line
      return lines.join("\n")
    }
  }
}
