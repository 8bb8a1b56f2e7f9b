/**
 * Areas to coverage: polygons are cut into scan lines, four to a row of pixels, and each crossing of the nonzero winding rule
 * adds the share of a pixel that lies inside, so that edges are smooth to 1/4 of a pixel in height and exactly in width.
 */

/** A point in pixels. */
export interface Point {
  readonly x: number
  readonly y: number
}

/** Scan lines to a row of pixels. */
const LINES = 4

interface Crossing {
  readonly x: number
  readonly winding: 1 | -1
}

/**
 * Calls `paint` for every pixel of a surface that the polygons cover, with the covered share, 0 < share <= 1. The polygons
 * are closed by themselves.
 */
export function coverage(polygons: readonly (readonly Point[])[], width: number, height: number, paint: (x: number, y: number, share: number) => void): void {
  const edges = edgesOf(polygons)
  if (edges.length === 0) return
  edges.sort((a, b) => a.top - b.top)
  const first = Math.max(0, Math.floor(edges[0]?.top ?? 0))
  const last = Math.min(height - 1, Math.floor(edges.reduce((most, edge) => Math.max(most, edge.bottom), 0)))
  const shares = new Float32Array(width + 1)
  let next = 0
  let active: Edge[] = []
  for (let row = first; row <= last; row++) {
    for (; next < edges.length && (edges[next] as Edge).top < row + 1; next++) active.push(edges[next] as Edge)
    active = active.filter((edge) => edge.bottom > row)
    let isCovered = false
    for (let line = 0; line < LINES; line++) {
      const y = row + (line + 0.5) / LINES
      const crossings: Crossing[] = []
      for (const edge of active) if (edge.top <= y && y < edge.bottom) crossings.push({ x: edge.x + (y - edge.top) * edge.slope, winding: edge.winding })
      crossings.sort((a, b) => a.x - b.x)
      let winding = 0
      for (let i = 0; i + 1 < crossings.length; i++) {
        winding += crossings[i]?.winding ?? 0
        if (winding !== 0) isCovered = addSpan(shares, crossings[i]?.x ?? 0, crossings[i + 1]?.x ?? 0, width) || isCovered
      }
    }
    if (!isCovered) continue
    for (let x = 0; x < width; x++) {
      const share = shares[x] ?? 0
      if (share > 0) paint(x, row, Math.min(1, share))
    }
    shares.fill(0)
  }
}

interface Edge {
  readonly top: number
  readonly bottom: number
  /** At the top. */
  readonly x: number
  readonly slope: number
  readonly winding: 1 | -1
}

function edgesOf(polygons: readonly (readonly Point[])[]): Edge[] {
  const edges: Edge[] = []
  for (const points of polygons) {
    for (let i = 0; i < points.length; i++) {
      const a = points[i] as Point
      const b = points[(i + 1) % points.length] as Point
      if (a.y === b.y || !Number.isFinite(a.x + a.y + b.x + b.y)) continue
      const [top, bottom] = a.y < b.y ? [a, b] : [b, a]
      edges.push({ top: top.y, bottom: bottom.y, x: top.x, slope: (bottom.x - top.x) / (bottom.y - top.y), winding: a.y < b.y ? 1 : -1 })
    }
  }
  return edges
}

/** Adds one scan line's span; true if any of it is on the surface. */
function addSpan(shares: Float32Array, from: number, to: number, width: number): boolean {
  const start = Math.max(0, from)
  const end = Math.min(width, to)
  if (end <= start) return false
  const first = Math.floor(start)
  const last = Math.floor(end)
  const add = (x: number, share: number): void => {
    shares[x] = (shares[x] ?? 0) + share / LINES
  }
  if (first === last) add(first, end - start)
  else {
    add(first, first + 1 - start)
    for (let x = first + 1; x < last; x++) add(x, 1)
    if (last < width) add(last, end - last)
  }
  return true
}

/** The outline of lines of a width, as polygons that all wind the same way: a bar for each piece and a mitre for each corner. */
export function outline(lines: readonly { readonly points: readonly Point[]; readonly isClosed: boolean }[], width: number): readonly (readonly Point[])[] {
  const half = width / 2
  const polygons: (readonly Point[])[] = []
  for (const { points: all, isClosed } of lines) {
    const points = all.filter((point, index) => index === 0 || point.x !== all[index - 1]?.x || point.y !== all[index - 1]?.y)
    if (isClosed && points.length > 1 && points[0]?.x === points.at(-1)?.x && points[0]?.y === points.at(-1)?.y) points.pop()
    const pieces = isClosed ? points.length : points.length - 1
    for (let i = 0; i < pieces && points.length > 1; i++) {
      const a = points[i] as Point
      const b = points[(i + 1) % points.length] as Point
      const n = normal(a, b, half)
      polygons.push(wound([shifted(a, n, 1), shifted(b, n, 1), shifted(b, n, -1), shifted(a, n, -1)]))
      const c = isClosed || i + 1 < pieces ? points[(i + 2) % points.length] : undefined
      if (c !== undefined) polygons.push(wound(corner(b, n, normal(b, c, half), half)))
    }
  }
  return polygons
}

function normal(a: Point, b: Point, half: number): Point {
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  return { x: (-(b.y - a.y) / length) * half, y: ((b.x - a.x) / length) * half }
}

function shifted(point: Point, by: Point, times: number): Point {
  return { x: point.x + by.x * times, y: point.y + by.y * times }
}

/** Most times the half width that a mitre may be long, as canvases have it. */
const MITRE_LIMIT = 10

/** What fills the outer side of a corner between two pieces with these normals. */
function corner(at: Point, before: Point, after: Point, half: number): readonly Point[] {
  const side = before.x * after.y - before.y * after.x > 0 ? -1 : 1
  const a = shifted(at, before, side)
  const b = shifted(at, after, side)
  const sum = { x: before.x + after.x, y: before.y + after.y }
  const square = sum.x * sum.x + sum.y * sum.y
  const length = square === 0 ? Number.POSITIVE_INFINITY : (2 * half * half) / Math.sqrt(square)
  if (length > MITRE_LIMIT * half) return [at, a, b]
  return [at, a, shifted(at, sum, (side * 2 * half * half) / square), b]
}

/** The polygon with its corners in the order that encloses a positive area. */
function wound(points: readonly Point[]): readonly Point[] {
  let area = 0
  for (let i = 0; i < points.length; i++) {
    const a = points[i] as Point
    const b = points[(i + 1) % points.length] as Point
    area += a.x * b.y - b.x * a.y
  }
  return area < 0 ? [...points].reverse() : points
}
