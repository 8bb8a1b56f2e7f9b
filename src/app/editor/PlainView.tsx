/**
 * A read-only text without Monaco: blocks of lines of which the browser lays out only those in sight, so ten thousand
 * lines stay cheap. Linked places are drawn over their block, measured from the text itself.
 */
import { memo, type ReactNode, useEffect, useMemo, useRef } from "react"
import { t } from "../messages/t.ts"
import { registerPane } from "../services/pane-ports.ts"
import type { TextRange } from "../../protocol/worker.ts"
import type { CodeViewProps } from "./CodeView.tsx"

/** Lines in a block. */
const BLOCK = 60

interface Block {
  readonly start: number
  readonly text: string
  readonly lines: number
}

/** A plain listing with links. */
export function PlainView({ pane, label, text, linked, follow, onPoint }: Omit<CodeViewProps, "language">): ReactNode {
  const root = useRef<HTMLDivElement>(null)
  const blocks = useMemo(() => cutIntoBlocks(text), [text])

  useEffect(() => registerPane(pane, { focus: () => root.current?.focus() }), [pane])

  useEffect(() => {
    if (follow && linked.length > 0) root.current?.querySelector(".linked-place")?.scrollIntoView({ block: "nearest" })
  }, [follow, linked])

  const report = (): void => {
    const selection = getSelection()
    if (selection === null || selection.rangeCount === 0 || root.current === null) return
    const range = selection.getRangeAt(0)
    if (!root.current.contains(range.commonAncestorContainer)) return
    onPoint({ start: offsetOf(range.startContainer, range.startOffset), end: offsetOf(range.endContainer, range.endOffset) })
  }

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text must be reachable by keyboard
    <div ref={root} className="plain-view" role="document" aria-label={label} tabIndex={0} onClick={report} onKeyUp={report} aria-description={t("view.linked", { count: linked.length })}>
      {blocks.map((block) => (
        <BlockView key={block.start} block={block} linked={within(linked, block)} />
      ))}
    </div>
  )
}

const NONE: readonly TextRange[] = []

function within(linked: readonly TextRange[], block: Block): readonly TextRange[] {
  const end = block.start + block.text.length
  const found = linked.filter((range) => range.start < end && range.end > block.start)
  return found.length === 0 ? NONE : found
}

function cutIntoBlocks(text: string): readonly Block[] {
  const blocks: Block[] = []
  let start = 0
  while (start < text.length) {
    let end = start
    let lines = 0
    while (lines < BLOCK && end < text.length) {
      const newline = text.indexOf("\n", end)
      end = newline === -1 ? text.length : newline + 1
      lines++
    }
    blocks.push({ start, text: text.slice(start, end), lines })
    start = end
  }
  return blocks
}

/** The offset in the whole text of a place in the document. */
function offsetOf(node: Node, offset: number): number {
  const block = node.parentElement?.closest<HTMLElement>("[data-start]") ?? null
  if (block === null) return 0
  const range = document.createRange()
  range.selectNodeContents(block)
  range.setEnd(node, offset)
  return Number(block.dataset["start"]) + range.toString().length
}

const BlockView = memo(function BlockView({ block, linked }: { readonly block: Block; readonly linked: readonly TextRange[] }): ReactNode {
  const parts: ReactNode[] = []
  let at = 0
  for (const range of linked) {
    const start = Math.max(at, range.start - block.start)
    const end = Math.min(block.text.length, range.end - block.start)
    if (end <= start) continue
    parts.push(block.text.slice(at, start))
    parts.push(
      <mark key={start} className="linked-place">
        {block.text.slice(start, end)}
      </mark>,
    )
    at = end
  }
  parts.push(block.text.slice(at))
  return (
    <pre className="plain-view-block" data-start={block.start} style={{ containIntrinsicBlockSize: `${block.lines * 19}px` }}>
      {parts}
    </pre>
  )
})
