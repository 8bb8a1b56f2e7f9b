/** The Input pane: lines given to the program before it runs, and what happens after them. */
import { type ReactNode, useEffect, useRef } from "react"
import { t } from "../messages/t.ts"
import { registerPane } from "../services/pane-ports.ts"
import { canShareMemory } from "../services/stdin-writer.ts"
import { dispatch, useApp } from "../services/store.ts"

/** The Input pane. */
export function Input(): ReactNode {
  const stdin = useApp((state) => state.stdin)
  const area = useRef<HTMLTextAreaElement>(null)
  useEffect(() => registerPane("input", { focus: () => area.current?.focus() }), [])
  return (
    <div className="input">
      <textarea
        ref={area}
        className="input-text"
        aria-label={t("input.label")}
        aria-describedby="input-hint"
        placeholder={t("input.placeholder")}
        spellCheck={false}
        autoCapitalize="off"
        value={stdin}
        onChange={(event) => dispatch({ type: "inputEdited", stdin: event.target.value })}
      />
      <p id="input-hint" className="input-hint">
        {canShareMemory() ? t("input.interactive") : t("input.notInteractive")}
      </p>
    </div>
  )
}
