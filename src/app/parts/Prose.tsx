/** A sentence in which what stands between backticks is code. */
import { Fragment, type ReactNode } from "react"

/** `text` with its code set in the code font. Everything else is plain text. */
export function Prose({ text }: { readonly text: string }): ReactNode {
  const parts = text.split("`")
  // An unpaired backtick is itself.
  if (parts.length % 2 === 0) return text
  return parts.map((part, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the sentence
    return index % 2 === 1 ? <code key={index}>{part}</code> : <Fragment key={index}>{part}</Fragment>
  })
}
