/**
 * Texts of several paragraphs: an empty line separates them, `- ` begins an item of a list, code stands between backticks,
 * emphasis between double stars. And programs, in the colours of the editor.
 */
import { Fragment, type ReactNode, useMemo } from "react"
import { highlight } from "../model/highlight.ts"
import { Prose } from "../parts/Prose.tsx"

/** A text with its paragraphs and lists. */
export function Markup({ text }: { readonly text: string }): ReactNode {
  return text.split(/\n{2,}/).map((block, index) => {
    const lines = block.trim().split("\n")
    // biome-ignore lint/suspicious/noArrayIndexKey: a paragraph is its place in the text
    if (!lines.every((line) => line.startsWith("- "))) return <p key={index}>{emphasised(lines.join(" "))}</p>
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a list is its place in the text
      <ul key={index}>
        {lines.map((line) => (
          <li key={line}>{emphasised(line.slice(2))}</li>
        ))}
      </ul>
    )
  })
}

function emphasised(text: string): ReactNode {
  const parts = text.split("**")
  if (parts.length % 2 === 0) return <Prose text={text} />
  return parts.map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the sentence
    return index % 2 === 1 ? <strong key={index}>{part}</strong> : <Fragment key={index}><Prose text={part} /></Fragment>
  })
}

/** A program to read. */
export function CodeBlock({ text }: { readonly text: string }): ReactNode {
  const lines = useMemo(() => highlight(text.trimEnd()), [text])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text must be reachable by keyboard
    <pre className="code-block" tabIndex={0}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the program
        <Fragment key={index}>
          {line.segments.map((segment, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: segments have no identity but their order
            <span key={at} className={`syntax-${segment.kind}`}>
              {segment.text}
            </span>
          ))}
          {"\n"}
        </Fragment>
      ))}
    </pre>
  )
}
