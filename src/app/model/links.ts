/**
 * Which places belong together: from a place in one text to its counterparts in another, over the many-to-many links
 * that the compiler worker hands out with every view.
 *
 * The rule, for pointing with an empty caret or a selection alike: the links whose range *is* the place, else those
 * inside it, else the narrowest around it. So a caret in an expression finds the innermost expression that has a
 * counterpart, and a selected function finds everything made from it.
 */
import type { SourceRange, TextRange, ViewLink } from "../../protocol/worker.ts"
import { RangeIndex } from "./range-index.ts"

/** The links of a view, ready to be asked from either side. */
interface LinkIndex {
  readonly view: RangeIndex
  /** By file. */
  readonly source: ReadonlyMap<number, { readonly links: readonly ViewLink[]; readonly index: RangeIndex }>
}

/** Made when a view's links are first asked; the list that comes with the view stands for them. */
const INDEXES = new WeakMap<readonly ViewLink[], LinkIndex>()

function indexOf(links: readonly ViewLink[]): LinkIndex {
  let index = INDEXES.get(links)
  if (index === undefined) {
    const files = new Map<number, ViewLink[]>()
    for (const link of links) {
      const file = files.get(link.source.file)
      if (file === undefined) files.set(link.source.file, [link])
      else file.push(link)
    }
    index = {
      view: new RangeIndex(links.map((link) => link.view)),
      source: new Map([...files].map(([file, own]) => [file, { links: own, index: new RangeIndex(own.map((link) => link.source)) }])),
    }
    INDEXES.set(links, index)
  }
  return index
}

/** The links of which the view's side belongs to `place`, by the rule of the head comment. */
export function linksAtView(links: readonly ViewLink[], place: TextRange): readonly ViewLink[] {
  return linksAt(links, indexOf(links).view, (link) => link.view, place)
}

/** The links of which the source's side belongs to `place`. */
export function linksAtSource(links: readonly ViewLink[], place: SourceRange): readonly ViewLink[] {
  const file = indexOf(links).source.get(place.file)
  return file === undefined ? [] : linksAt(file.links, file.index, (link) => link.source, place)
}

function linksAt(links: readonly ViewLink[], index: RangeIndex, side: (link: ViewLink) => TextRange, place: TextRange): readonly ViewLink[] {
  const found = place.start === place.end ? [] : index.inside(place).map((at) => links[at] as ViewLink)
  const equal = found.filter((link) => side(link).start === place.start && side(link).end === place.end)
  if (equal.length > 0) return equal
  return found.length > 0 ? found : index.narrowestAround(place).map((at) => links[at] as ViewLink)
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
