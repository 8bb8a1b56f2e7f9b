/**
 * Seeded random choices. The same seed gives the same choices on every machine, so a seed names a program.
 */

/** A stream of choices. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0
    for (let i = 0; i < 4; i++) this.next()
  }

  /** An integer in 0 … 2^32-1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return (t ^ (t >>> 14)) >>> 0
  }

  /** An integer in 0 … n-1. */
  below(n: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * n)
  }

  /** An integer in a … b. */
  between(a: number, b: number): number {
    return a + this.below(b - a + 1)
  }

  /** True in about `percent` of a hundred cases. */
  chance(percent: number): boolean {
    return this.below(1000) < percent * 10
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }

  /** One of the choices with a weight above 0, in proportion to the weights. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    let total = 0
    for (const [weight] of choices) total += Math.max(0, weight)
    let at = this.next() / 0x1_0000_0000 * total
    for (const [weight, choice] of choices) {
      if (weight <= 0) continue
      at -= weight
      if (at < 0) return choice
    }
    return (choices.at(-1) as readonly [number, T])[1]
  }
}
