/** The breakpoints: where each really stops, its condition, and what is wrong with it. */
import { type ReactNode, useEffect, useRef, useState } from "react"
import type { BreakpointState } from "../../protocol/debug.ts"
import { t } from "../messages/t.ts"
import { commandRow } from "../model/commands.ts"
import { shownLine } from "../model/debug-state.ts"
import { keyLabel } from "../model/keys.ts"
import { offsetAt } from "../model/positions.ts"
import { Icon } from "../parts/Icon.tsx"
import { removeBreakpoint, setCondition, useDebug } from "../services/debugging.ts"
import { revealInFile } from "../services/pane-ports.ts"
import { IS_APPLE } from "../services/screen.ts"
import { store } from "../services/store.ts"

/** The breakpoints. */
export function Breakpoints(): ReactNode {
  const breakpoints = useDebug((state) => state.breakpoints)
  const editing = useDebug((state) => state.editing)
  if (breakpoints.length === 0) return <p className="debug-note">{t("debug.breakpoints.none", { key: keyLabel(commandRow("breakpoint").keys?.[0] ?? "", IS_APPLE) })}</p>
  return (
    <ul className="debug-values" aria-label={t("debug.breakpoints")}>
      {breakpoints.map((one) => (
        <Breakpoint key={`${one.file}:${one.line}`} breakpoint={one} takesFocus={one === editing} />
      ))}
    </ul>
  )
}

function Breakpoint({ breakpoint, takesFocus }: { readonly breakpoint: BreakpointState; readonly takesFocus: boolean }): ReactNode {
  const { file, line, at, problem } = breakpoint
  const [condition, setText] = useState(breakpoint.condition)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (takesFocus) field.current?.focus()
  }, [takesFocus])
  const shown = shownLine(breakpoint)
  const go = (): void => {
    const text = store.getState().files.find(({ name }) => name === file)?.text ?? ""
    const offset = offsetAt(text, shown, 1)
    revealInFile(file, { start: offset, end: offset })
  }
  return (
    <li>
      <div className="debug-breakpoint">
        <button type="button" className="debug-frame" onClick={go}>
          <span className="debug-dot" aria-hidden="true" />
          {t("debug.breakpoints.place", { file, line: shown })}
        </button>
        <form
          className="debug-condition"
          onSubmit={(event) => {
            event.preventDefault()
            setCondition(breakpoint, condition.trim())
          }}
        >
          <input
            ref={field}
            className="input-field"
            aria-label={t("debug.breakpoints.condition", { line: shown })}
            placeholder={t("debug.breakpoints.placeholder")}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            value={condition}
            onChange={(event) => setText(event.target.value)}
            onBlur={() => condition.trim() !== breakpoint.condition && setCondition(breakpoint, condition.trim())}
          />
        </form>
        <button type="button" className="button button-quiet debug-remove" aria-label={t("debug.breakpoints.remove", { line: shown })} onClick={() => removeBreakpoint(breakpoint)}>
          <Icon name="close" />
        </button>
      </div>
      {at === null && <p className="debug-note debug-problem">{t("debug.breakpoints.nowhere", { line })}</p>}
      {at !== null && at !== line && <p className="debug-note">{t("debug.breakpoints.moved", { line, at })}</p>}
      {problem !== null && <p className="debug-note debug-problem">{t("debug.breakpoints.problem", { reason: problem })}</p>}
    </li>
  )
}
