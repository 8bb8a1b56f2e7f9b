/** TABLE the pictograms, drawn for this page on a grid of 16, in the colour of the text around them. */
import type { ReactNode } from "react"

const PATHS = {
  run: "M4.5 2.8v10.4a.6.6 0 0 0 .92.5l8-5.2a.6.6 0 0 0 0-1l-8-5.2a.6.6 0 0 0-.92.5Z",
  stop: "M4 4.8c0-.44.36-.8.8-.8h6.4c.44 0 .8.36.8.8v6.4c0 .44-.36.8-.8.8H4.8a.8.8 0 0 1-.8-.8Z",
} as const

const STROKES = {
  chevron: "m4.5 6.5 3.5 3.5 3.5-3.5",
  share: "M8 10V2.5M5 5.2 8 2.3l3 2.9M3.5 8.5v4a1 1 0 0 0 1 1h7a1 1 0 0 0 1-1v-4",
  format: "M2.5 3.5h11M2.5 6.5h7M5 9.5h8.5M5 12.5h5",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1",
  moon: "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8Z",
  command: "m3 4.5 3.5 3.5L3 11.5M8 12h5",
  more: "M3.2 8h.1M8 8h.1M12.8 8h.1",
  close: "m4.5 4.5 7 7M11.5 4.5l-7 7",
  check: "m3.2 8.5 3.1 3 6.5-7",
  back: "M9.8 3.5 5.3 8l4.5 4.5",
  forward: "M6.2 3.5 10.7 8l-4.5 4.5",
  learn: "M8 3 1.5 6.2 8 9.4l6.5-3.2ZM4.3 7.8v3.4c1 .9 2.3 1.4 3.7 1.4s2.7-.5 3.7-1.4V7.8M14.5 6.2v4",
  plus: "M8 3v10M3 8h10",
  book: "M8 4.2C6.6 3.2 4.6 2.8 2.5 3v9.4c2.1-.2 4.1.2 5.5 1.2 1.4-1 3.4-1.4 5.5-1.2V3C11.4 2.8 9.4 3.2 8 4.2Zm0 0v9.4",
  error: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8Zm0 3v3.7M8 11v.1",
  warning: "M8 2.3 1.9 13h12.2Zm0 4.2v3M8 11.4v.1",
  hint: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8Zm0 5.4v4M8 4.8v.1",
  layout: "M2.5 3.5a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1Zm5.5-1v11M8 8h5.5",
  bars: "M2.5 13.5h11M4.3 11V8M8 11V3M11.7 11V5.8",
  package: "M8 1.8 13.6 4.9v6.2L8 14.2 2.4 11.1V4.9ZM2.4 4.9 8 8l5.6-3.1M8 8v6.2",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  stepOver: "M2.5 9.5C3 5.5 10.5 4.5 12.6 8.4M13 4.8l-.3 3.8-3.6-.6M8 12.6a.6.6 0 1 0 0 .1",
  stepInto: "M8 2v6.5M5 6l3 3 3-3M8 12.6a.6.6 0 1 0 0 .1",
  stepOut: "M8 9.2V2.7M5 5.2l3-3 3 3M8 12.6a.6.6 0 1 0 0 .1",
  stepBack: "M13.5 9.5C13 5.5 5.5 4.5 3.4 8.4M3 4.8l.3 3.8 3.6-.6M8 12.6a.6.6 0 1 0 0 .1",
  runBack: "M11.8 3.2v9.6L4.6 8ZM3 3.2v9.6",
  clock: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 4.6V8l2.3 1.5",
} as const

/** Name of a pictogram. */
export type IconName = keyof typeof PATHS | keyof typeof STROKES

function isFilled(name: IconName): name is keyof typeof PATHS {
  return Object.hasOwn(PATHS, name)
}

/** A pictogram; the words beside it, or the label of its button, say what it means. */
export function Icon({ name }: { readonly name: IconName }): ReactNode {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {isFilled(name) ? (
        <path d={PATHS[name]} fill="currentColor" />
      ) : (
        <path d={STROKES[name]} fill="none" stroke="currentColor" strokeWidth={name === "more" ? 2.2 : 1.4} strokeLinecap="round" strokeLinejoin="round" />
      )}
    </svg>
  )
}
