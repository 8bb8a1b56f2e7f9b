/**
 * A small pretty printer: documents that say where lines may break, and the algorithm that decides which do (after Wadler's "A
 * prettier printer" and Oppen). A group is laid out flat when it fits the width and contains nothing that forces a line end;
 * otherwise all its direct lines break. A suffix is text that waits for the end of the line, which is what line comments need.
 *
 * Invariant: whether a document forces a line end is known when it is built, so printing never searches.
 */

/** A document. */
export type Doc = string | Cat | Indent | Group | Line | Fill | Suffix | Remark

interface Cat {
  readonly type: 'cat'
  readonly parts: readonly Doc[]
  readonly forced: boolean
}

interface Indent {
  readonly type: 'indent'
  readonly doc: Doc
  readonly forced: boolean
}

interface Group {
  readonly type: 'group'
  readonly doc: Doc
  readonly forced: boolean
}

interface Line {
  readonly type: 'line'
  /** Text when flat. */
  readonly flat: string
  readonly forced: boolean
}

/** Elements and the lines between them, alternating; as many elements a line as fit. */
interface Fill {
  readonly type: 'fill'
  readonly parts: readonly Doc[]
  /** Index of the first part that is not yet laid out. */
  readonly from: number
  readonly forced: boolean
}

interface Suffix {
  readonly type: 'suffix'
  readonly text: string
  /** Forces the enclosing groups to break, so that the line ends soon. */
  readonly forced: boolean
}

/** A line comment in front of something: it starts a line of its own when a suffix waits. */
interface Remark {
  readonly type: 'remark'
  readonly text: string
  readonly forced: boolean
}

function isForced(doc: Doc): boolean {
  return typeof doc !== 'string' && doc.forced
}

/** Documents one after another. */
export function cat(...parts: Doc[]): Doc {
  return concat(parts)
}

/** As `cat`, for lists of any length. */
export function concat(parts: readonly Doc[]): Doc {
  return { type: 'cat', parts, forced: parts.some(isForced) }
}

/** One level deeper after each line end inside. */
export function indent(...parts: Doc[]): Doc {
  const doc = cat(...parts)
  return { type: 'indent', doc, forced: isForced(doc) }
}

/** Flat if it fits. */
export function group(...parts: Doc[]): Doc {
  const doc = cat(...parts)
  return { type: 'group', doc, forced: isForced(doc) }
}

/** As many elements a line as fit; `parts` alternates elements and lines. */
export function fill(parts: readonly Doc[]): Doc {
  return { type: 'fill', parts, from: 0, forced: parts.some(isForced) }
}

/** Text for the end of the current line; it forces groups around it to break. */
export function suffix(text: string): Doc {
  return { type: 'suffix', text, forced: true }
}

/** A comment that the line must end behind; the caller adds the line end. */
export function remark(text: string): Doc {
  return { type: 'remark', text, forced: true }
}

/** A blank when flat, else a line end. */
export const LINE: Doc = { type: 'line', flat: ' ', forced: false }
/** Nothing when flat, else a line end. */
export const SOFT: Doc = { type: 'line', flat: '', forced: false }
/** Always a line end. */
export const HARD: Doc = { type: 'line', flat: '', forced: true }

/** Documents with a separator between them. */
export function join(separator: Doc, docs: readonly Doc[]): Doc {
  const parts: Doc[] = []
  for (const [index, doc] of docs.entries()) {
    if (index > 0) parts.push(separator)
    parts.push(doc)
  }
  return concat(parts)
}

/** True when the document contains a line end that is always there. */
export function hasForcedLine(doc: Doc): boolean {
  return isForced(doc)
}

interface Command {
  readonly depth: number
  readonly isFlat: boolean
  readonly doc: Doc
}

const INDENT = '  '

/** Lays a document out in `width` columns. Line ends carry no trailing blanks. */
export function layOut(doc: Doc, width: number): string {
  const out: string[] = []
  const stack: Command[] = [{ depth: 0, isFlat: false, doc }]
  let column = 0
  let suffixes: string[] = []
  const flush = (depth: number): void => {
    for (const [index, text] of suffixes.entries()) {
      // A line comment takes the rest of its line; the next one starts a line of its own.
      const isCut = index > 0 && /^ (?:\/\/|#)/.test(suffixes[index - 1] as string)
      out.push(isCut ? `\n${INDENT.repeat(depth)}${text.trimStart()}` : text)
    }
    suffixes = []
  }
  const endLine = (depth: number): void => {
    flush(depth)
    trimEnd(out)
    out.push('\n')
    const blanks = INDENT.repeat(depth)
    out.push(blanks)
    column = blanks.length
  }
  for (let command = stack.pop(); command !== undefined; command = stack.pop()) {
    const { depth, isFlat, doc: current } = command
    if (typeof current === 'string') {
      out.push(current)
      const lf = current.lastIndexOf('\n')
      column = lf === -1 ? column + current.length : current.length - lf - 1
      continue
    }
    switch (current.type) {
      case 'cat':
        for (let index = current.parts.length - 1; index >= 0; index--) {
          stack.push({ depth, isFlat, doc: current.parts[index] as Doc })
        }
        break
      case 'indent':
        stack.push({ depth: depth + 1, isFlat, doc: current.doc })
        break
      case 'group': {
        const flat = { depth, isFlat: true, doc: current.doc }
        const fitsFlat = !current.forced && (isFlat || fits(flat, stack, width - column))
        stack.push(fitsFlat ? flat : { depth, isFlat: false, doc: current.doc })
        break
      }
      case 'line':
        if (isFlat && !current.forced) {
          out.push(current.flat)
          column += current.flat.length
        } else endLine(depth)
        break
      case 'suffix':
        suffixes.push(current.text)
        break
      case 'remark':
        if (suffixes.length > 0) endLine(depth)
        out.push(current.text)
        column += current.text.length
        break
      case 'fill':
        pushFill(stack, current, depth, isFlat, width - column)
        break
    }
  }
  flush(0)
  return out.join('')
}

/** Pushes the first element of a fill, its line, and the rest; the line breaks when the next element does not fit. */
function pushFill(stack: Command[], doc: Fill, depth: number, isFlat: boolean, room: number): void {
  const content = doc.parts[doc.from]
  const line = doc.parts[doc.from + 1]
  if (content === undefined) return
  if (line === undefined) {
    stack.push({ depth, isFlat, doc: content })
    return
  }
  const next = doc.parts[doc.from + 2] ?? ''
  const isPairFlat = isFlat || fits({ depth, isFlat: true, doc: cat(content, line, next) }, [], room)
  stack.push({ depth, isFlat, doc: { type: 'fill', parts: doc.parts, from: doc.from + 2, forced: false } })
  stack.push({ depth, isFlat: isPairFlat, doc: line })
  stack.push({ depth, isFlat: isFlat || fits({ depth, isFlat: true, doc: content }, [], room), doc: content })
}

/** The command and what follows it up to the first possible line end fit into the room. */
function fits(first: Command, rest: readonly Command[], room: number): boolean {
  const stack: Command[] = [first]
  let next = rest.length
  let left = room
  while (left >= 0) {
    let command = stack.pop()
    if (command === undefined) {
      if (next === 0) return true
      command = rest[--next] as Command
    }
    const { depth, isFlat, doc } = command
    if (typeof doc === 'string') {
      const lf = doc.indexOf('\n')
      if (lf !== -1) return left >= lf
      left -= doc.length
      continue
    }
    switch (doc.type) {
      case 'cat':
        for (let index = doc.parts.length - 1; index >= 0; index--) {
          stack.push({ depth, isFlat, doc: doc.parts[index] as Doc })
        }
        break
      case 'fill':
        // What follows the first element may break.
        if (!isFlat) {
          stack.push({ depth, isFlat, doc: doc.parts[doc.from] ?? '' })
          break
        }
        for (let index = doc.parts.length - 1; index >= doc.from; index--) {
          stack.push({ depth, isFlat, doc: doc.parts[index] as Doc })
        }
        break
      case 'indent':
        stack.push({ depth, isFlat, doc: doc.doc })
        break
      case 'group':
        stack.push({ depth, isFlat: isFlat || !doc.forced, doc: doc.doc })
        break
      case 'line':
        if (!isFlat || doc.forced) return true
        left -= doc.flat.length
        break
      case 'suffix':
        break
      case 'remark':
        return true
    }
  }
  return false
}

function trimEnd(out: string[]): void {
  while (out.length > 0) {
    const last = out[out.length - 1] as string
    // A string literal may end in blanks before its own line end; only the blanks this printer wrote are trimmed.
    if (last !== '' && !/^[ ]+$/.test(last)) return
    out.pop()
  }
}
