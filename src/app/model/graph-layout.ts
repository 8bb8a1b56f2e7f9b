/**
 * Places the blocks of a function so that they stay where they are while its passes are gone through: one layout is made for
 * all blocks that exist at any step, and every step shows its own of them.
 *
 * The layout is layered (Sugiyama): edges that close a loop are set aside, each block stands one row below the lowest block
 * that leads to it, blocks of a row are ordered by where their predecessors and successors stand, and pushed apart.
 */

/** A block to place. */
export interface GraphNode {
  readonly key: number
  readonly width: number
  readonly height: number
}

/** From key to key. */
export interface GraphEdge {
  readonly from: number
  readonly to: number
}

/** Where a block stands; `x` and `y` are its upper left corner. */
export interface PlacedNode extends GraphNode {
  readonly x: number
  readonly y: number
}

/** The whole drawing, in pixels. */
export interface GraphLayout {
  readonly width: number
  readonly height: number
  readonly nodes: ReadonlyMap<number, PlacedNode>
  /** Keys `from>to` of edges that lead back up. */
  readonly backEdges: ReadonlySet<string>
}

/** Pixels between blocks of a row, between rows, and at the edge of the drawing. */
const GAP = 28
const ROW_GAP = 44
const MARGIN = 24
/** How often rows are ordered, down and up. */
const SWEEPS = 4

/** Lays out the blocks; the first one is the entry. */
export function layoutGraph(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphLayout {
  const index = new Map(nodes.map((node, i) => [node.key, i]))
  const succs: number[][] = nodes.map(() => [])
  for (const { from, to } of edges) {
    const [a, b] = [index.get(from), index.get(to)]
    if (a !== undefined && b !== undefined && !succs[a]?.includes(b)) succs[a]?.push(b)
  }
  const back = backEdgesOf(succs)
  const down = succs.map((targets, i) => targets.filter((to) => !back.has(`${i}>${to}`)))
  const ranks = ranksOf(down)
  const rows = orderedRows(ranks, down)
  const xs = placedColumns(rows, nodes, down)

  const placed = new Map<number, PlacedNode>()
  const left = Math.min(...xs, 0)
  let y = MARGIN
  let width = 0
  for (const row of rows) {
    let tallest = 0
    for (const i of row) {
      const node = nodes[i] as GraphNode
      const x = (xs[i] as number) - left + MARGIN
      placed.set(node.key, { ...node, x, y })
      tallest = Math.max(tallest, node.height)
      width = Math.max(width, x + node.width)
    }
    y += tallest + ROW_GAP
  }
  const keyOf = (i: number): number => (nodes[i] as GraphNode).key
  return {
    width: width + MARGIN + back.size * 6,
    height: Math.max(y - ROW_GAP + MARGIN, 0),
    nodes: placed,
    backEdges: new Set([...back].map((edge) => edge.split(">").map((i) => keyOf(Number(i))).join(">"))),
  }
}

/** Edges to a block that the search is still inside of, as `from>to`; without them the graph has no cycles. */
function backEdgesOf(succs: readonly (readonly number[])[]): Set<string> {
  const back = new Set<string>()
  const state = new Uint8Array(succs.length)
  for (let root = 0; root < succs.length; root++) {
    if (state[root] !== 0) continue
    const path: [number, number][] = [[root, 0]]
    state[root] = 1
    while (path.length > 0) {
      const top = path[path.length - 1] as [number, number]
      const to = succs[top[0]]?.[top[1]++]
      if (to === undefined) {
        state[top[0]] = 2
        path.pop()
      } else if (state[to] === 1) back.add(`${top[0]}>${to}`)
      else if (state[to] === 0) {
        state[to] = 1
        path.push([to, 0])
      }
    }
  }
  return back
}

/** Length of the longest way to each node. */
function ranksOf(down: readonly (readonly number[])[]): number[] {
  const waiting = down.map(() => 0)
  for (const targets of down) for (const to of targets) waiting[to] = (waiting[to] ?? 0) + 1
  const ranks = down.map(() => 0)
  const work = waiting.flatMap((count, i) => (count === 0 ? [i] : []))
  for (let at = work.shift(); at !== undefined; at = work.shift()) {
    for (const to of down[at] ?? []) {
      ranks[to] = Math.max(ranks[to] ?? 0, (ranks[at] ?? 0) + 1)
      waiting[to] = (waiting[to] ?? 0) - 1
      if (waiting[to] === 0) work.push(to)
    }
  }
  return ranks
}

/** The nodes of each rank, ordered so that few edges cross. */
function orderedRows(ranks: readonly number[], down: readonly (readonly number[])[]): number[][] {
  const rows: number[][] = Array.from({ length: Math.max(0, ...ranks) + 1 }, () => [])
  ranks.forEach((rank, i) => rows[rank]?.push(i))
  const up: number[][] = down.map(() => [])
  down.forEach((targets, from) => {
    for (const to of targets) up[to]?.push(from)
  })
  const place = new Float64Array(ranks.length)
  const settle = (row: readonly number[]): void => row.forEach((i, at) => {
    place[i] = at - row.length / 2
  })
  rows.forEach(settle)
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const neighbours = sweep % 2 === 0 ? up : down
    for (const row of sweep % 2 === 0 ? rows : [...rows].reverse()) {
      const wanted = new Map(row.map((i) => [i, mean((neighbours[i] ?? []).map((j) => place[j] as number)) ?? (place[i] as number)]))
      row.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || a - b)
      settle(row)
    }
  }
  return rows
}

/** Left edge of each node: below its predecessors where there is room. */
function placedColumns(rows: readonly (readonly number[])[], nodes: readonly GraphNode[], down: readonly (readonly number[])[]): number[] {
  const centers = new Array<number>(nodes.length).fill(0)
  const up: number[][] = down.map(() => [])
  down.forEach((targets, from) => {
    for (const to of targets) up[to]?.push(from)
  })
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const neighbours = sweep % 2 === 0 ? up : down
    for (const row of sweep % 2 === 0 ? rows : [...rows].reverse()) {
      const wanted = row.map((i) => mean((neighbours[i] ?? []).map((j) => centers[j] as number)) ?? (centers[i] as number))
      // Pushed apart from the left, then moved back as a whole by what that shifted on average.
      const settled: number[] = []
      row.forEach((i, at) => {
        const before = row[at - 1]
        const least = before === undefined ? Number.NEGATIVE_INFINITY : (settled[at - 1] as number) + ((nodes[before] as GraphNode).width + (nodes[i] as GraphNode).width) / 2 + GAP
        settled.push(Math.max(wanted[at] as number, least))
      })
      const shift = mean(settled.map((value, at) => value - (wanted[at] as number))) ?? 0
      row.forEach((i, at) => {
        centers[i] = (settled[at] as number) - shift
      })
    }
  }
  return centers.map((center, i) => center - (nodes[i] as GraphNode).width / 2)
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
