/**
 * The tiered engine on the command line: its options, the thread that compiles, and the trace of what happened.
 *
 * The main thread compiles, since it only waits otherwise. With `--tier-sync` the running thread compiles on the spot.
 */
import { Mailbox, MAILBOX_BYTES, type TierOrder, TierServer } from "../compiler/backend/tiered/background.ts"
import type { TierEvent, TierPlace, TierRecord } from "../compiler/backend/tiered/events.ts"
import type { TierProgram } from "../compiler/backend/tiered/places.ts"
import { DEFAULT_TIERS, MAX_LIMIT, type TierOptions } from "../compiler/backend/tiered/profile.ts"
import { type CommandOption, UsageError } from "./arguments.ts"

/** Options of `hako run` for this engine. */
export const TIER_OPTIONS: readonly CommandOption[] = [
  { name: "tier-calls", values: null, default: String(DEFAULT_TIERS.calls), doc: "tiered: calls after which a function is compiled" },
  { name: "tier-loops", values: null, default: String(DEFAULT_TIERS.loops), doc: "tiered: turns after which a loop is compiled" },
  { name: "tier-seed", values: null, default: "", doc: "tiered: draw a limit up to those for each function and loop, by this number" },
  { name: "tier-sync", values: "flag", default: "", doc: "tiered: wait for the compiler, so that every run is the same" },
  { name: "tier-stress", values: "flag", default: "", doc: "tiered: change between interpreter and compiled code at every turn of a loop" },
  { name: "trace", values: ["", "tier"], default: "", doc: "print what was compiled and entered, on stderr" },
]

/** Reads the limits. Throws UsageError for what is out of range. */
export function readTierOptions(options: ReadonlyMap<string, string>): TierOptions {
  const number = (name: string, least: number, most: number): number => {
    const text = options.get(name) as string
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most)) throw new UsageError(`--${name}=${text}: give a whole number from ${least} to ${most}`)
    return value
  }
  return {
    calls: number("tier-calls", 1, MAX_LIMIT),
    loops: number("tier-loops", 1, MAX_LIMIT),
    seed: options.get("tier-seed") === "" ? null : number("tier-seed", 0, 2 ** 32 - 1),
    stress: options.get("tier-stress") === "true",
  }
}

/** Serves the orders of one run in this thread. */
export class TierDesk {
  readonly mailbox = new SharedArrayBuffer(MAILBOX_BYTES)
  readonly #server: TierServer
  /** What went wrong with an order: a mistake of ours that the run survived. */
  readonly bugs: string[] = []

  constructor(program: TierProgram) {
    this.#server = new TierServer(program, new Mailbox(this.mailbox), () => performance.now())
  }

  /** Warms the compiler up while nothing else is to be done. */
  warmUp(): void {
    setImmediate(() => {
      try {
        if (this.#server.warmUp()) this.warmUp()
      } catch (error) {
        this.bugs.push(String(error))
      }
    })
  }

  /** Takes a message of the running thread. */
  take(order: TierOrder): void {
    try {
      this.#server.take(order)
    } catch (error) {
      this.bugs.push(String(error))
    }
  }
}

/** The trace as text: events in order, then a line for each function. `positionOf` gives where an origin is. */
export function tierTrace(record: TierRecord, positionOf: (origin: NonNullable<TierPlace["origin"]>) => { readonly file: string; readonly line: number }): string {
  const lineOf = (place: TierPlace): string => (place.origin === null ? "" : ` at line ${positionOf(place.origin).line}`)
  const show = (place: TierPlace): string => `${place.isLoop ? "loop of " : ""}${place.function}${place.isLoop ? lineOf(place) : ""}`
  const text = (event: TierEvent): string => {
    switch (event.kind) {
      case "hot":
        return `hot        ${show(event.place)}: ${event.count} ${event.place.isLoop ? "turns" : "calls"}; ordered unit ${event.unit}`
      case "full":
        return `full       ${show(event.place)}: ${event.count} ${event.place.isLoop ? "turns" : "calls"}, but there is no room for more code`
      case "installed":
        return `installed  unit ${event.unit}: ${event.places.map(show).join(", ")}; compiled in ${event.milliseconds.toFixed(1)} ms, ${event.bytes} bytes`
      case "entered":
        return `entered    ${show(event.place)}${event.place.isLoop ? "" : lineOf(event.place)} in unit ${event.unit}`
      case "refused":
        return `refused    ${show(event.place)}: it has several ways in`
    }
  }
  const events = record.events.map((event) => `tier ${event.at.toFixed(1).padStart(9)} ms  ${text(event)}\n`)
  const totals = record.totals.map((total) => `tier total  ${total.place.function}: ${total.calls} interpreted calls, ${total.tier === "code" ? "compiled" : total.tier === "loop" ? "loops compiled" : "interpreted only"}${total.units.length === 0 ? "" : ` (unit ${total.units.join(", ")})`}\n`)
  return [...events, ...totals].join("")
}
