/**
 * Places that error traces name. An instruction that fails reports a number; the number stands for a place in the source and,
 * where bodies were inlined, for the calls around it.
 */
import type { Func, Origin } from "../mir/ir.ts"
import type { TraceEntry } from "./backend.ts"

/** A place that an error trace can name. */
export interface ErrorSite {
  /** The function whose code it is, as traces show it; empty for functions that they do not show. */
  readonly function: string
  /** Null for code the compiler made. */
  readonly origin: Origin | null
}

/** The calls at a place, innermost first; none in code that traces do not show. */
export function framesAt({ function: outermost, origin }: ErrorSite): TraceEntry[] {
  const frames: TraceEntry[] = []
  for (let at = origin; at !== null; at = at.inlined?.at ?? null) {
    const name = at.inlined?.function ?? outermost
    if (name !== "") frames.push({ function: name, origin: at })
  }
  return frames
}

/** The sites of a program by number, in the order in which they are asked for. */
export class SiteTable {
  readonly sites: ErrorSite[] = []
  readonly #numbers = new Map<string, number>()

  /** Number of a site. */
  number(site: ErrorSite): number {
    const key = keyOfSite(site)
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = this.sites.push(site) - 1
      this.#numbers.set(key, number)
    }
    return number
  }
}

/** The site of an instruction of a function. */
export function siteOf(func: Pick<Func, "synthetic" | "display">, origin: Origin | null): ErrorSite {
  const shown = func.synthetic && origin?.inlined === undefined ? null : origin
  return { function: shown === null || func.synthetic ? "" : func.display, origin: shown }
}

/** A text that is the same for equal sites only. */
export function keyOfSite({ function: name, origin }: ErrorSite): string {
  return origin === null ? "" : `${name}:${keyOf(origin)}`
}

function keyOf({ file, start, end, inlined }: Origin): string {
  const own = `${file}:${start}:${end}`
  return inlined === undefined ? own : `${own} ${inlined.function} ${inlined.at === null ? "" : keyOf(inlined.at)}`
}
