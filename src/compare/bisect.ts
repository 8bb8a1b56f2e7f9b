/**
 * Finds the first step of a sequence that changes a result, with as few looks as a binary search takes.
 *
 * It needs no monotony to be right about what it says: the step it names is one with different results directly before and
 * after it.
 */

/** The first step after which `resultAfter` differs from what it was before it; null if the result after all steps is that of none. */
export async function firstChange<T>(steps: number, resultAfter: (steps: number) => Promise<T>, same: (a: T, b: T) => boolean, looked: (looks: number) => void = () => {}): Promise<{ readonly step: number; readonly before: T; readonly after: T } | null> {
  let looks = 0
  const look = async (at: number): Promise<T> => {
    const result = await resultAfter(at)
    looked(++looks)
    return result
  }
  const base = await look(0)
  let low = { at: 0, result: base }
  let high = { at: steps, result: await look(steps) }
  if (same(base, high.result)) return null
  while (high.at - low.at > 1) {
    const middle = (low.at + high.at) >> 1
    const result = await look(middle)
    if (same(base, result)) low = { at: middle, result }
    else high = { at: middle, result }
  }
  return { step: high.at, before: low.result, after: high.result }
}
