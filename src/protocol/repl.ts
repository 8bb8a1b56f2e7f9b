/**
 * The messages between the page and the REPL worker. Messages only: no behaviour.
 *
 * The page owns the session: it sends the state with each entry, and an entry that is accepted comes back with the next
 * one. So a worker that is terminated, because its entry never ends, takes nothing with it.
 */

/** An entry that was accepted. */
export interface ReplEntry {
  readonly text: string
  /** True if it, and what follows, stands in a block of its own, because it declares a name again. */
  readonly opensBlock: boolean
}

/** A session: its program, and its past. */
export interface ReplState {
  readonly entries: readonly ReplEntry[]
  /** What the program has read, in order: lines, times, seeds. */
  readonly seen: readonly (string | number | null)[]
  /** Bytes it has written. */
  readonly written: number
  /** How often it has cleared the output. */
  readonly clears: number
  /** Values that have a name: `_1`, `_2` and so on. */
  readonly values: number
}

/** How an entry went. */
export type ReplAnswer =
  /** It ends in the middle of something. */
  | { readonly kind: "incomplete" }
  /** It is no program. Lines are those of the entry. */
  | { readonly kind: "wrong"; readonly problems: readonly { readonly message: string; readonly line: number }[] }
  /**
   * It ran; `value` is the text of its value, if it has one that is not null. `milliseconds`: what repeating the session takes before
   * the next entry.
   */
  | { readonly kind: "done"; readonly state: ReplState; readonly value: string | null; readonly milliseconds: number }
  /** It ran, but a session with it would be too much to repeat before each entry: it takes too long, or has read too much. */
  | { readonly kind: "unkept"; readonly value: string | null; readonly reason: "time" | "input"; readonly milliseconds: number }
  /** An error ended it. */
  | { readonly kind: "failed"; readonly error: string; readonly message: string }
  /** It called `exit`. */
  | { readonly kind: "exited"; readonly code: number }

/** A message to the worker. */
export interface ReplRequest {
  readonly state: ReplState
  readonly text: string
  /** Interactive input as for a run; see `protocol/stdin.ts`. */
  readonly interactive: SharedArrayBuffer | null
}

/** Messages from the worker. */
export type ReplEvent =
  | { readonly type: "output"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "clear" }
  | { readonly type: "waiting-for-input" }
  | { readonly type: "answer"; readonly answer: ReplAnswer }
  /** We failed; the session is as it was. */
  | { readonly type: "bug"; readonly message: string }
