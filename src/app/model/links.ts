/**
 * Which places belong together: from a place in one text to its counterparts in another, over the many-to-many links
 * that the compiler worker hands out with every view.
 *
 * The rule, for pointing with an empty caret or a selection alike: the links whose range *is* the place, else those
 * inside it, else the narrowest around it. So a caret in an expression finds the innermost expression that has a
 * counterpart, and a selected function finds everything made from it.
 */
import type { TextRange, ViewLink } from "../../protocol/worker.ts"

/** The side of a link that is compared. */
export type LinkSide = "view" | "source"

function sameRange(a: TextRange, b: TextRange): boolean {
  return a.start === b.start && a.end === b.end
}

/** The links that belong to `place` on the given side, by the rule of the head comment. */
export function linksAt(links: readonly ViewLink[], side: LinkSide, place: TextRange): readonly ViewLink[] {
  const equal: ViewLink[] = []
  const inside: ViewLink[] = []
  let around: ViewLink[] = []
  let narrowest = Number.POSITIVE_INFINITY
  const isCaret = place.start === place.end
  for (const link of links) {
    const range = link[side]
    if (!isCaret && sameRange(range, place)) equal.push(link)
    else if (!isCaret && range.start >= place.start && range.end <= place.end) inside.push(link)
    else if (range.start <= place.start && range.end >= place.end) {
      const width = range.end - range.start
      if (width < narrowest) {
        narrowest = width
        around = [link]
      } else if (width === narrowest) around.push(link)
    }
  }
  return equal.length > 0 ? equal : inside.length > 0 ? inside : around
}

/** The distinct ranges of `links` on one side, in order of their start. */
export function rangesOf(links: readonly ViewLink[], side: LinkSide): readonly TextRange[] {
  const ranges: TextRange[] = []
  const seen = new Set<string>()
  for (const link of links) {
    const range = link[side]
    const key = `${range.start}:${range.end}`
    if (!seen.has(key)) {
      seen.add(key)
      ranges.push(range)
    }
  }
  return ranges.sort((a, b) => a.start - b.start || a.end - b.end)
}

/** The places of a view that belong to any of `sources`. */
export function counterparts(links: readonly ViewLink[], sources: readonly TextRange[]): readonly TextRange[] {
  const found: ViewLink[] = []
  for (const source of sources) found.push(...linksAt(links, "source", source))
  return rangesOf(found, "view")
}
