/** The mark: the rune H in a box, as a seal is stamped. */
import type { ReactNode } from "react"

/** The mark of the project. */
export function Logo(): ReactNode {
  return (
    <svg className="logo" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      <rect x="1" y="1" width="30" height="30" rx="8" className="logo-box" />
      <path d="M10.5 7v18M21.5 7v18M10.5 12.6l11 6.8" className="logo-rune" />
    </svg>
  )
}
