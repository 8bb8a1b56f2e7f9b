/** Finding by a few letters: the query as it stands, before its words in any order, before its letters in order. */

/** The rows whose name has the words of `query` in any order or its letters in order, best first; all of them for an empty query. */
export function rank<T>(rows: readonly T[], query: string, name: (row: T) => string): readonly T[] {
  const wanted = query.trim().toLowerCase()
  if (wanted === "") return rows
  const scored: { row: T; score: number }[] = []
  for (const row of rows) {
    const score = scoreOf(name(row).toLowerCase(), wanted)
    if (score !== null) scored.push({ row, score })
  }
  return scored.sort((a, b) => a.score - b.score).map(({ row }) => row)
}

/** Smaller is better; null if the letters are not there in order. */
function scoreOf(name: string, wanted: string): number | null {
  const whole = name.indexOf(wanted)
  if (whole !== -1) return whole === 0 ? 0 : name[whole - 1] === " " ? 1 + whole / 1000 : 2 + whole / 1000
  const places = wanted.split(/\s+/).map((word) => name.indexOf(word))
  if (places.every((place) => place !== -1)) return 4 + Math.min(...places) / 1000
  let score = 10
  let at = 0
  for (const letter of wanted) {
    const next = name.indexOf(letter, at)
    if (next === -1) return null
    score += next - at
    at = next + 1
  }
  return score
}
