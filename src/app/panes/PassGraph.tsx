/**
 * The control flow of a function after a pass: as a drawing in which every block keeps its place while one goes through the
 * passes, and as a list that says the same in words.
 */
import { type ReactNode, useMemo, useState } from "react"
import type { FuncStateMessage, PassBlockMessage } from "../../protocol/passes.ts"
import { t } from "../messages/t.ts"
import { type GraphEdge, type GraphLayout, layoutGraph, type PlacedNode } from "../model/graph-layout.ts"

type Body = NonNullable<FuncStateMessage["body"]>

/** Measures of a block, in pixels; lines beyond the last are counted. */
const LINE = 14
const HEAD = 20
const CHARACTER = 6.6
const PADDING = 8
const MOST_LINES = 10
const WIDEST = 44
const NARROWEST = 14

/** One layout for all blocks that the function has at any step. */
function layoutOf(states: readonly FuncStateMessage[]): GraphLayout {
  const sizes = new Map<number, { lines: number; columns: number }>()
  const edges = new Map<string, GraphEdge>()
  for (const { body } of states) {
    for (const block of body?.blocks ?? []) {
      const size = sizes.get(block.key) ?? { lines: 0, columns: NARROWEST }
      sizes.set(block.key, {
        lines: Math.max(size.lines, Math.min(block.lines.length, MOST_LINES + 1)),
        columns: Math.max(size.columns, ...block.lines.slice(0, MOST_LINES).map((line) => Math.min(WIDEST, line.length))),
      })
      for (const { to } of block.edges) edges.set(`${block.key}>${to}`, { from: block.key, to })
    }
  }
  const nodes = [...sizes].map(([key, { lines, columns }]) => ({ key, width: Math.ceil(columns * CHARACTER) + 2 * PADDING, height: HEAD + lines * LINE + PADDING }))
  return layoutGraph(nodes, [...edges.values()])
}

function isChanged(block: PassBlockMessage, before: Body | null): boolean {
  const old = before?.blocks.find((other) => other.key === block.key)
  return old === undefined || old.lines.join("\n") !== block.lines.join("\n")
}

const ZOOMS = [0.4, 0.55, 0.7, 0.85, 1, 1.25] as const

/** The drawing. */
export function PassGraph({ label, states, now, before, counts }: { readonly label: string; readonly states: readonly FuncStateMessage[]; readonly now: Body; readonly before: Body | null; readonly counts: readonly number[] | null }): ReactNode {
  const layout = useMemo(() => layoutOf(states), [states])
  const [zoom, setZoom] = useState(3)
  const scale = ZOOMS[zoom] ?? 1
  const most = Math.max(1, ...(counts ?? []))
  return (
    <div className="pass-graph">
      <div className="pass-zoom">
        <button type="button" className="button" disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}>
          {t("passes.zoomOut")}
        </button>
        <button type="button" className="button" disabled={zoom === ZOOMS.length - 1} onClick={() => setZoom(zoom + 1)}>
          {t("passes.zoomIn")}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable drawing must be reachable by keyboard */}
      <section className="pass-canvas" tabIndex={0} aria-label={label}>
        <svg aria-hidden="true" focusable="false" width={layout.width * scale} height={layout.height * scale} viewBox={`0 0 ${layout.width} ${layout.height}`}>
          <defs>
            <marker id="pass-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path d="M0 0.8 7.2 4 0 7.2Z" className="graph-arrow" />
            </marker>
          </defs>
          {now.blocks.map((block) => (
            <Edges key={block.key} layout={layout} block={block} />
          ))}
          {now.blocks.map((block, at) => {
            const place = layout.nodes.get(block.key)
            return place === undefined ? null : <Block key={block.key} block={block} place={place} isChanged={isChanged(block, before)} count={counts?.[at]} most={most} />
          })}
        </svg>
      </section>
    </div>
  )
}

interface BlockProps {
  readonly block: PassBlockMessage
  readonly place: PlacedNode
  readonly isChanged: boolean
  /** How often it ran, and how often the block that ran most did. */
  readonly count: number | undefined
  readonly most: number
}

/** Share of the widest bar that a count gets: each tenfold is one step, so that rare blocks are still told apart. */
export function heatOf(count: number, most: number): number {
  return count === 0 ? 0 : (1 + Math.log10(count)) / (1 + Math.log10(Math.max(most, 1)))
}

function Block({ block, place, isChanged: changed, count, most }: BlockProps): ReactNode {
  const shown = block.lines.length > MOST_LINES + 1 ? [...block.lines.slice(0, MOST_LINES), `… ${block.lines.length - MOST_LINES}`] : block.lines
  return (
    <g className={["graph-block", changed ? "graph-block-changed" : "", count === 0 ? "graph-block-idle" : ""].join(" ").trim()} transform={`translate(${place.x} ${place.y})`} data-key={block.key}>
      <title>{block.lines.join("\n")}</title>
      <rect className="graph-box" width={place.width} height={place.height} rx="6" />
      {count !== undefined && (
        <>
          <rect className="graph-heat" x="1" y={place.height - 4} width={Math.max(0, (place.width - 2) * heatOf(count, most))} height="3" />
          <text className="graph-count" x={place.width - PADDING} y={HEAD - 6}>
            {t("passes.count.times", { count: count.toLocaleString("en") })}
          </text>
        </>
      )}
      <text className="graph-label" x={PADDING} y={HEAD - 6}>
        {changed ? `${block.label} ●` : block.label}
      </text>
      {shown.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <text key={at} className="graph-line" x={PADDING} y={HEAD + 8 + at * LINE}>
          {line.length > WIDEST ? `${line.slice(0, WIDEST - 1)}…` : line}
        </text>
      ))}
    </g>
  )
}

interface EdgeProps {
  readonly layout: GraphLayout
  readonly from: number
  readonly to: number
  readonly kind: PassBlockMessage["edges"][number]["kind"]
  readonly lane: number
  readonly lanes: number
}

function Edges({ layout, block }: { readonly layout: GraphLayout; readonly block: PassBlockMessage }): ReactNode {
  return block.edges.map((edge, lane) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: two edges may lead to the same block
    <Edge key={lane} layout={layout} from={block.key} to={edge.to} kind={edge.kind} lane={lane} lanes={block.edges.length} />
  ))
}

/** An edge from the foot of a block to the head of another; one that leads back runs around on the right. */
function Edge({ layout, from, to, kind, lane, lanes }: EdgeProps): ReactNode {
  const [a, b] = [layout.nodes.get(from), layout.nodes.get(to)]
  if (a === undefined || b === undefined) return null
  const x1 = a.x + (a.width * (lane + 1)) / (lanes + 1)
  const y1 = a.y + a.height
  const x2 = b.x + b.width / 2
  const y2 = b.y
  let path: string
  if (layout.backEdges.has(`${from}>${to}`)) {
    const right = Math.max(a.x + a.width, b.x + b.width) + 14 + lane * 6
    path = `M${x1} ${y1} C${x1} ${y1 + 26} ${right} ${y1 + 26} ${right} ${y1 - 8} L${right} ${y2 + 8} C${right} ${y2 - 26} ${x2} ${y2 - 26} ${x2} ${y2}`
  } else {
    const bend = Math.max(18, (y2 - y1) / 2)
    path = `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`
  }
  return <path d={path} className={`graph-edge graph-edge-${kind}`} markerEnd="url(#pass-arrow)" />
}

/** The same in words. */
export function BlockList({ label, now, before, counts }: { readonly label: string; readonly now: Body; readonly before: Body | null; readonly counts: readonly number[] | null }): ReactNode {
  const labels = new Map(now.blocks.map((block) => [block.key, block.label]))
  return (
    <ol className="block-list" aria-label={label}>
      {now.blocks.map((block, at) => {
        const count = counts?.[at]
        const targets = block.edges.map(({ to, kind }) => (kind === "error" ? t("passes.edge.error", { label: labels.get(to) ?? "?" }) : (labels.get(to) ?? "?")))
        const changed = isChanged(block, before)
        return (
          <li key={block.key} className={changed ? "block-changed" : undefined}>
            <details>
              <summary>
                <b>{block.label}</b> {t("passes.block.size", { count: block.lines.length - 1 })}, {targets.length === 0 ? t("passes.block.ends") : t("passes.block.to", { targets: targets.join(", ") })}
                {changed && `, ${t("passes.changed")}`}
                {count !== undefined && <span className="block-count">{t("passes.count.ran", { count: count.toLocaleString("en") })}</span>}
              </summary>
              <pre>{block.lines.join("\n")}</pre>
            </details>
          </li>
        )
      })}
    </ol>
  )
}
