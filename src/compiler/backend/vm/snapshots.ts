/**
 * Copies of linear memory at times of a run, within a budget.
 *
 * A copy is a list of pages. A page that has not changed since the copy before is shared with it, and a page of zeros is
 * nothing, so a run that touches little costs little. When the budget is used up the oldest copies go, and with them the
 * times before the oldest one that is left.
 *
 * Invariant: times ascend; `used` counts each page once, in the first copy that has it.
 */

/** Bytes of a page. */
const PAGE = 4096

/** What was kept of a time. */
export interface Snapshot<State> {
  readonly time: number
  /** What belongs to the time besides the memory. */
  readonly state: State
}

interface Kept<State> extends Snapshot<State> {
  readonly length: number
  /** Null: all zero. */
  readonly pages: readonly (Uint8Array | null)[]
}

/** See the head of the file. */
export class Snapshots<State> {
  readonly #budget: number
  #kept: Kept<State>[] = []
  #used = 0

  /** `budget` in bytes. */
  constructor(budget: number) {
    this.#budget = budget
  }

  /** Bytes in use. */
  get used(): number {
    return this.#used
  }

  /** The first time one can go back to, or null without a copy. */
  get oldest(): number | null {
    return this.#kept[0]?.time ?? null
  }

  /** Copies the memory, which is later than all copies there are, or the same as the last one. */
  take(time: number, memory: Uint8Array, state: State): void {
    const before = this.#kept.at(-1)
    if (before !== undefined && before.time >= time) return
    const pages: (Uint8Array | null)[] = []
    for (let at = 0; at < memory.length; at += PAGE) {
      const page = memory.subarray(at, Math.min(at + PAGE, memory.length))
      const known = before?.pages[at / PAGE]
      if (known !== undefined && isSame(page, known)) pages.push(known)
      else if (isZero(page)) pages.push(null)
      else {
        pages.push(page.slice())
        this.#used += page.length
      }
    }
    this.#kept.push({ time, state, length: memory.length, pages })
    while (this.#used > this.#budget && this.#kept.length > 1) this.#dropOldest()
  }

  /** The last copy of a time up to `time`, or null. */
  at(time: number): Snapshot<State> | null {
    return this.#find(time)
  }

  /** The last copy that `fits` accepts, or null. */
  lastWhere(fits: (snapshot: Snapshot<State>) => boolean): Snapshot<State> | null {
    return this.#kept.findLast(fits) ?? null
  }

  /** Bytes of memory at the time of a copy. */
  lengthOf(snapshot: Snapshot<State>): number {
    return (snapshot as Kept<State>).length
  }

  /** Writes a copy back into `memory`, which has at least its length; what is behind becomes zero. */
  restore(snapshot: Snapshot<State>, memory: Uint8Array): void {
    const { pages, length } = snapshot as Kept<State>
    pages.forEach((page, i) => {
      if (page === null) memory.fill(0, i * PAGE, Math.min((i + 1) * PAGE, length))
      else memory.set(page, i * PAGE)
    })
    memory.fill(0, length)
  }

  #find(time: number): Kept<State> | null {
    return this.#kept.findLast((kept) => kept.time <= time) ?? null
  }

  #dropOldest(): void {
    const [oldest, next] = this.#kept as [Kept<State>, Kept<State>]
    const shared = new Set(next.pages)
    for (const page of oldest.pages) if (page !== null && !shared.has(page)) this.#used -= page.length
    this.#kept.shift()
  }
}

function isSame(page: Uint8Array, known: Uint8Array | null): boolean {
  if (known === null) return isZero(page)
  if (page.length !== known.length) return false
  const a = new BigUint64Array(page.buffer, page.byteOffset, page.length >> 3)
  const b = new BigUint64Array(known.buffer, known.byteOffset, known.length >> 3)
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function isZero(page: Uint8Array): boolean {
  const words = new BigUint64Array(page.buffer, page.byteOffset, page.length >> 3)
  for (let i = 0; i < words.length; i++) if (words[i] !== 0n) return false
  return true
}
