/**
 * What changed between two texts, line by line: a shortest edit script by Myers' algorithm ("An O(ND) difference algorithm and
 * its variations", 1986), after taking off what both begin and end with.
 */

/** A line of both texts, or of one. */
export interface DiffLine {
  readonly kind: "same" | "removed" | "added"
  readonly text: string
}

/** Edits after which the search ends and the rest counts as replaced: two texts this different are not read line by line. */
const MOST_EDITS = 1500

/** The lines of `before` and `after` in one list; without the added ones it is `before`, without the removed ones `after`. */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let endBefore = before.length
  let endAfter = after.length
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore--
    endAfter--
  }
  const same = (text: string): DiffLine => ({ kind: "same", text })
  return [...before.slice(0, start).map(same), ...editScript(before.slice(start, endBefore), after.slice(start, endAfter)), ...before.slice(endBefore).map(same)]
}

function editScript(a: readonly string[], b: readonly string[]): DiffLine[] {
  const replaced = (): DiffLine[] => [...a.map((text): DiffLine => ({ kind: "removed", text })), ...b.map((text): DiffLine => ({ kind: "added", text }))]
  if (a.length === 0 || b.length === 0) return replaced()
  const most = Math.min(a.length + b.length, MOST_EDITS)
  const middle = most + 1
  // Furthest x reached on each diagonal (x - y), and what it was before each number of edits.
  const furthest = new Int32Array(2 * most + 3)
  const history: Int32Array[] = []
  for (let edits = 0; edits <= most; edits++) {
    history.push(furthest.slice(middle - edits - 1, middle + edits + 2))
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const at = middle + diagonal
      const down = diagonal === -edits || (diagonal !== edits && (furthest[at - 1] as number) < (furthest[at + 1] as number))
      let x = down ? (furthest[at + 1] as number) : (furthest[at - 1] as number) + 1
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x++
      furthest[at] = x
      if (x >= a.length && x - diagonal >= b.length) return walkBack(a, b, history)
    }
  }
  return replaced()
}

/** The script that the search found, from its end to its start. */
function walkBack(a: readonly string[], b: readonly string[], history: readonly Int32Array[]): DiffLine[] {
  const lines: DiffLine[] = []
  let x = a.length
  let y = b.length
  for (let edits = history.length - 1; edits >= 0; edits--) {
    // The slice of this number of edits begins with diagonal -edits - 1.
    const reached = history[edits] as Int32Array
    const on = (diagonal: number): number => reached[diagonal + edits + 1] as number
    const diagonal = x - y
    const down = diagonal === -edits || (diagonal !== edits && on(diagonal - 1) < on(diagonal + 1))
    const from = down ? diagonal + 1 : diagonal - 1
    const startX = edits === 0 ? 0 : on(from)
    const startY = edits === 0 ? 0 : startX - from
    // Behind the edit the two texts ran along together.
    const [edgeX, edgeY] = edits === 0 ? [0, 0] : down ? [startX, startY + 1] : [startX + 1, startY]
    while (x > edgeX && y > edgeY) {
      x--
      y--
      lines.push({ kind: "same", text: a[x] as string })
    }
    if (edits === 0) break
    if (down) lines.push({ kind: "added", text: b[--y] as string })
    else lines.push({ kind: "removed", text: a[--x] as string })
  }
  return lines.reverse()
}
