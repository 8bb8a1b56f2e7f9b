/** The fields of edge words: a site of 24 bits and a signed distance of 24 bits from the next word. */

/** What an edge word says. */
export interface EdgeWord {
  readonly site: number
  readonly offset: number
}

/** The three fields of an edge word. */
export function encodeEdge(site: number, offset: number): readonly [a: number, b: number, c: number] {
  return [site & 0xffff, ((site >> 16) & 0xff) | ((offset & 0xff) << 8), (offset >> 8) & 0xffff]
}

/** Reads the three fields of an edge word. */
export function decodeEdge(a: number, b: number, c: number): EdgeWord {
  return { site: a | ((b & 0xff) << 16), offset: ((c << 16) | (b & 0xff00)) >> 8 }
}
