/** Values as a tree: an arrow opens the parts of a value, which are fetched then. */
import { type KeyboardEvent, type ReactNode, useState } from "react"
import type { ShownValue, ShownVariable } from "../../protocol/debug.ts"
import { t } from "../messages/t.ts"
import { Icon } from "../parts/Icon.tsx"
import { openValue, useDebug } from "../services/debugging.ts"

/** Deepest level that opens; a cycle has no end. */
const MOST_LEVELS = 30

/** A list of values, each of which may open. */
export function Values({ values, label, empty }: { readonly values: readonly ShownVariable[]; readonly label: string; readonly empty: string }): ReactNode {
  if (values.length === 0) return <p className="debug-note">{empty}</p>
  return (
    <ul className="debug-values" aria-label={label}>
      {values.map((value) => (
        <ValueRow key={value.name} value={value} level={0} note={value.kind === "parameter" || value.kind === "captured" ? t(`debug.kind.${value.kind}`) : ""} />
      ))}
    </ul>
  )
}

/** One value, and its parts once it is open. */
export function ValueRow({ value, level, note }: { readonly value: ShownValue; readonly level: number; readonly note: string }): ReactNode {
  const [isOpen, setIsOpen] = useState(false)
  const { ref } = value
  const parts = useDebug((state) => (ref === null ? undefined : state.session?.parts.get(ref)))
  const opens = ref !== null && level < MOST_LEVELS
  // A value that stays open over a step has parts under a number of the new stop.
  if (isOpen && opens && parts === undefined) queueMicrotask(() => openValue(ref))
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return
    event.preventDefault()
    setIsOpen(event.key === "ArrowRight")
  }
  const content = (
    <>
      <span className="debug-name">{value.name}</span>
      <span className="debug-equals"> = </span>
      <span className="debug-value" title={value.type}>
        {value.line}
      </span>
      {note !== "" && <span className="debug-kind">{note}</span>}
    </>
  )
  return (
    <li>
      {opens ? (
        <button type="button" className="debug-row debug-row-opens" style={{ paddingLeft: 8 + level * 14 }} aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)} onKeyDown={onKeyDown}>
          <span className={isOpen ? "debug-arrow debug-arrow-open" : "debug-arrow"}>
            <Icon name="chevron" />
          </span>
          {content}
        </button>
      ) : (
        <div className="debug-row" style={{ paddingLeft: 26 + level * 14 }}>
          {content}
        </div>
      )}
      {isOpen && parts !== undefined && (
        <ul className="debug-values" aria-label={value.name}>
          {parts.parts.map((part) => (
            <ValueRow key={part.name} value={part} level={level + 1} note="" />
          ))}
          {parts.more > 0 && <li className="debug-note">{t("debug.more", { count: parts.more })}</li>}
        </ul>
      )}
    </li>
  )
}
