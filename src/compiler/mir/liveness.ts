/**
 * Liveness by walking from each use up to the definition (values in SSA form have one), so the work is the size of the
 * live ranges and nothing is iterated. An argument of an edge is used at the end of the block the edge leaves.
 */
import { type Cfg, definingBlocks } from "./cfg.ts"
import { forEachUse } from "./edges.ts"
import type { Func, ValueId } from "./ir.ts"

/** Which of `count` things are live at the entry of each block. Block parameters are not live at their own entry. */
export class LiveIn {
  readonly #cfg: Cfg
  readonly #words: number
  readonly #bits: Uint32Array
  readonly #work: number[] = []

  constructor(cfg: Cfg, count: number) {
    this.#cfg = cfg
    this.#words = (count + 31) >>> 5
    this.#bits = new Uint32Array(this.#words * cfg.order.length)
  }

  /** True if `thing` is live at the entry of the block at a position. */
  has(at: number, thing: number): boolean {
    return (((this.#bits[at * this.#words + (thing >>> 5)] as number) >>> (thing & 31)) & 1) === 1
  }

  /** Records a use in the block at position `at` of a thing defined in the block at position `def`. */
  use(thing: number, def: number, at: number): void {
    if (at === def) return
    const work = this.#work
    work.push(at)
    while (work.length > 0) {
      const here = work.pop() as number
      const word = here * this.#words + (thing >>> 5)
      const bit = 1 << (thing & 31)
      if (((this.#bits[word] as number) & bit) !== 0) continue
      this.#bits[word] = (this.#bits[word] as number) | bit
      for (const pred of this.#cfg.preds[here] as readonly number[]) if (pred !== def) work.push(pred)
    }
  }

  /** Calls `visit` for each thing live at the entry of a block, in rising order. */
  forEach(at: number, visit: (thing: number) => void): void {
    for (let w = 0; w < this.#words; w++) {
      for (let bits = this.#bits[at * this.#words + w] as number; bits !== 0; bits &= bits - 1) visit((w << 5) + 31 - Math.clz32(bits & -bits))
    }
  }
}

/** Liveness of all values of a function. */
export function computeLiveness(func: Func, cfg: Cfg): LiveIn {
  const live = new LiveIn(cfg, func.types.length)
  const defs = definingBlocks(func, cfg)
  cfg.order.forEach((block, at) => {
    forEachUse(block, (value: ValueId) => live.use(value, defs[value] as number, at))
  })
  return live
}
