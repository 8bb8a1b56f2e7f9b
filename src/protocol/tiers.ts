/**
 * What the tiered engine tells the page of a run: events as they happen, totals at the end. Messages only: no behaviour.
 */

/** A function or a loop of one, in the source. */
export interface TierSpot {
  /** Function as the user knows it. */
  readonly function: string
  readonly file: string
  /** 1-based; 0 for code the compiler made. */
  readonly line: number
  readonly column: number
  readonly isLoop: boolean
}

/** One event; `at` is milliseconds since the program began to run. */
export type TierNote =
  /** Called or turned `count` times in the interpreter, and ordered to be compiled. */
  | { readonly kind: "hot"; readonly at: number; readonly spot: TierSpot; readonly count: number; readonly unit: number }
  /** The same, but there is no room for more compiled code. */
  | { readonly kind: "full"; readonly at: number; readonly spot: TierSpot; readonly count: number }
  /** A unit of compiled code was put to use. */
  | { readonly kind: "installed"; readonly at: number; readonly unit: number; readonly spots: readonly TierSpot[]; readonly milliseconds: number; readonly bytes: number }
  /** The running function went on in compiled code. */
  | { readonly kind: "entered"; readonly at: number; readonly spot: TierSpot; readonly unit: number }
  /** A loop that cannot be entered in the middle. */
  | { readonly kind: "refused"; readonly at: number; readonly spot: TierSpot; readonly unit: number }

/** What a run did in one function. */
export interface TierSum {
  readonly spot: TierSpot
  /** Calls that the interpreter made or took part in. */
  readonly calls: number
  readonly units: readonly number[]
  readonly tier: "interpreter" | "loop" | "code"
}
