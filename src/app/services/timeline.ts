/**
 * What the tiered engine did in the last run on it: events as they come, totals at the end. It belongs to the text that was run.
 */
import { useStore } from "zustand"
import { createStore } from "zustand/vanilla"
import type { TierNote, TierSpot, TierSum } from "../../protocol/tiers.ts"
import { t } from "../messages/t.ts"
import { offsetAt } from "../model/positions.ts"
import { showUnit } from "./compiling.ts"
import { revealInFile } from "./pane-ports.ts"
import { openPane } from "./panes.ts"
import { store, toast } from "./store.ts"

/** See the head of the file. */
export interface TimelineState {
  /** Empty until something was hot. */
  readonly notes: readonly TierNote[]
  /** Empty until the run has ended by itself. */
  readonly sums: readonly TierSum[]
  /** Milliseconds of the whole run; null while it goes on. */
  readonly milliseconds: number | null
  /** The text version that runs or was run; null before the first run on the tiered engine. */
  readonly version: number | null
}

const NOTHING: TimelineState = { notes: [], sums: [], milliseconds: null, version: null }

/** The timeline of the page. */
export const timeline = createStore<TimelineState>(() => NOTHING)

/** A part of the timeline, followed by the component that asks. */
export function useTimeline<T>(selector: (state: TimelineState) => T): T {
  return useStore(timeline, selector)
}

/** A run on the tiered engine begins. */
export function beginTimeline(version: number): void {
  timeline.setState({ ...NOTHING, version })
}

/** The engine tells of an event. */
export function addNote(note: TierNote): void {
  timeline.setState(({ notes }) => ({ notes: [...notes, note] }))
}

/** The run has ended. */
export function endTimeline(milliseconds: number, sums: readonly TierSum[]): void {
  timeline.setState({ milliseconds, sums })
}

/** Shows where a function or a loop is in the source. */
export function revealSpot(spot: TierSpot): void {
  const file = store.getState().files.find(({ name }) => name === spot.file)
  if (file === undefined) return
  const offset = offsetAt(file.text, spot.line, spot.column)
  revealInFile(file.name, { start: offset, end: offset })
}

/** Opens the code that a place ran as: that of a unit of compiled code, or the bytecode. */
export async function openCode(spot: TierSpot, unit: number | null): Promise<void> {
  const { version } = timeline.getState()
  if (unit !== null && version !== null) {
    const isShown = await showUnit(unit, version).catch(() => false)
    if (!isShown) toast(t("timeline.unit.gone", { unit: unit + 1 }))
  }
  openPane(unit === null ? "bytecode" : "wat")
  revealSpot(spot)
}
