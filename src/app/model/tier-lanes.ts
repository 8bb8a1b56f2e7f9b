/**
 * The strip of a tiered run as lanes: for each function when it was interpreted, being compiled and compiled. Pure; drawing is the
 * pane's matter.
 *
 * What happens to a function happens in its first milliseconds, and runs last seconds, so time is drawn by its logarithm.
 */
import type { TierNote, TierSpot } from "../../protocol/tiers.ts"

/** What a function was doing. */
export type LaneTier = "interpreted" | "compiling" | "loop" | "code"

/** A function over the run; parts touch each other and end with the run. */
export interface Lane {
  readonly spot: TierSpot
  readonly parts: readonly { readonly tier: LaneTier; readonly from: number; readonly to: number }[]
}

/** The lanes of the functions that were hot, in the order in which they were, up to `end` milliseconds. */
export function lanesOf(notes: readonly TierNote[], end: number): readonly Lane[] {
  const lanes = new Map<string, { readonly spot: TierSpot; readonly changes: { readonly at: number; readonly tier: LaneTier }[] }>()
  const laneOf = (spot: TierSpot): { readonly spot: TierSpot; readonly changes: { readonly at: number; readonly tier: LaneTier }[] } => {
    const known = lanes.get(spot.function)
    if (known !== undefined) return known
    const made = { spot, changes: [{ at: 0, tier: "interpreted" as LaneTier }] }
    lanes.set(spot.function, made)
    return made
  }
  for (const note of notes) {
    if (note.kind === "hot") {
      const { changes } = laneOf(note.spot)
      if (changes.at(-1)?.tier === "interpreted") changes.push({ at: note.at, tier: "compiling" })
    } else if (note.kind === "installed") {
      for (const spot of note.spots) {
        const { changes } = laneOf(spot)
        const tier: LaneTier = spot.isLoop ? "loop" : "code"
        const before = changes.at(-1)?.tier
        if (before !== tier && before !== "code") changes.push({ at: note.at, tier })
      }
    }
  }
  return [...lanes.values()].map(({ spot, changes }) => ({ spot, parts: changes.map(({ at, tier }, i) => ({ tier, from: at, to: changes[i + 1]?.at ?? Math.max(end, at) })) }))
}

/** Where a moment is on the strip, from 0 to 1. */
export function placeOf(at: number, end: number): number {
  return end <= 0 ? 0 : Math.log1p(Math.min(at, end)) / Math.log1p(end)
}

/** Moments to label on the strip: powers of ten of a millisecond, and not so near the end that on a phone its label would be over theirs. */
export function ticksOf(end: number): readonly number[] {
  const ticks: number[] = [0]
  for (let at = 1; placeOf(at, end) < 0.7 && at < end; at *= 10) ticks.push(at)
  return ticks
}
