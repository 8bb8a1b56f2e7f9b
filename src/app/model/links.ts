/**
 * Which places belong together: from a place in one text to its counterparts in another, over the many-to-many links
 * that the compiler worker hands out with every view.
 *
 * The rule, for pointing with an empty caret or a selection alike: the links whose range *is* the place, else those
 * inside it, else the narrowest around it. So a caret in an expression finds the innermost expression that has a
 * counterpart, and a selected function finds everything made from it.
 */
import type { SourceRange, TextRange, ViewLink } from "../../protocol/worker.ts"

function sameRange(a: TextRange, b: TextRange): boolean {
  return a.start === b.start && a.end === b.end
}

/** The links of which the view's side belongs to `place`, by the rule of the head comment. */
export function linksAtView(links: readonly ViewLink[], place: TextRange): readonly ViewLink[] {
  return linksAt(links, (link) => link.view, place)
}

/** The links of which the source's side belongs to `place`. */
export function linksAtSource(links: readonly ViewLink[], place: SourceRange): readonly ViewLink[] {
  return linksAt(links, (link) => (link.source.file === place.file ? link.source : null), place)
}

function linksAt(links: readonly ViewLink[], side: (link: ViewLink) => TextRange | null, place: TextRange): readonly ViewLink[] {
  const equal: ViewLink[] = []
  const inside: ViewLink[] = []
  let around: ViewLink[] = []
  let narrowest = Number.POSITIVE_INFINITY
  const isCaret = place.start === place.end
  for (const link of links) {
    const range = side(link)
    if (range === null) continue
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

/** The distinct ranges of `links` in their view, in order of their start. */
export function viewRanges(links: readonly ViewLink[]): readonly TextRange[] {
  const ranges = new Map<string, TextRange>()
  for (const { view } of links) ranges.set(`${view.start}:${view.end}`, view)
  return [...ranges.values()].sort((a, b) => a.start - b.start || a.end - b.end)
}

/** The distinct ranges of `links` in the source, in order of file and start. */
export function sourceRanges(links: readonly ViewLink[]): readonly SourceRange[] {
  const ranges = new Map<string, SourceRange>()
  for (const { source } of links) ranges.set(`${source.file}:${source.start}:${source.end}`, source)
  return [...ranges.values()].sort((a, b) => a.file - b.file || a.start - b.start || a.end - b.end)
}

/** The places of a view that belong to any of `sources`. */
export function counterparts(links: readonly ViewLink[], sources: readonly SourceRange[]): readonly TextRange[] {
  return viewRanges(sources.flatMap((source) => linksAtSource(links, source)))
}
