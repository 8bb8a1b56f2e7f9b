/**
 * Nearest names, for "did you mean". The one idea: an edit distance small in proportion to the word, ties in order of offer.
 */
import type { Span } from "../base/source.ts"
import type { Help } from "../diagnostics/diagnostic.ts"

/** The offered name nearest to `word`, or null if none is near. */
export function nearestName(word: string, offered: Iterable<string>): string | null {
  const limit = word.length <= 2 ? 1 : word.length <= 5 ? 2 : 3
  let best: string | null = null
  let bestDistance = limit + 1
  for (const name of offered) {
    if (name === word || Math.abs(name.length - word.length) > limit) continue
    const distance = name.toLowerCase() === word.toLowerCase() ? 0 : editDistance(word, name, bestDistance)
    // A word that shares nothing with the name is no suggestion, however short the two are.
    if (distance < bestDistance && distance < Math.max(word.length, name.length)) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

/** What a diagnostic says when a name near to the one at `place` exists. */
export function suggestion(place: { readonly span: Span }, near: string | null): { readonly help?: Help } {
  return near === null ? {} : { help: { text: `did you mean '${near}'?`, edit: { span: place.span, replacement: near } } }
}

/** Names sorted by nearness to `word`; at most `count`. */
export function rankNames(word: string, offered: Iterable<string>, count: number): string[] {
  const scored = [...new Set(offered)].map((name) => ({ name, distance: editDistance(word, name, word.length + name.length) }))
  scored.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
  return scored.slice(0, count).map((entry) => entry.name)
}

/** Optimal string alignment distance, cut off at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((above[j] as number) + 1, (row[j - 1] as number) + 1, (above[j - 1] as number) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] as number) + 1)
      row.push(cost)
      if (cost < least) least = cost
    }
    if (least > limit) return least
    before = above
    above = row
  }
  return above[b.length] as number
}
