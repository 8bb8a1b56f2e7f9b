/** One pane at a time, chosen by tabs at the lower edge where the thumb is. */
import { type KeyboardEvent, type ReactNode, useEffect } from "react"
import { t } from "../messages/t.ts"
import type { PaneId } from "../model/panes.ts"
import { PaneContent } from "../panes/PaneContent.tsx"
import { dispatch, useApp } from "../services/store.ts"
import { TabTitle } from "./LayoutHost.tsx"

const TABS: readonly PaneId[] = ["editor", "output", "canvas", "problems", "input", "learn", "debug", "repl", "mir", "wat", "llvm", "assembly"]

/** The layout of narrow screens. */
export function PhoneLayout(): ReactNode {
  const active = useApp((state) => state.phonePane)
  const runPhase = useApp((state) => state.run.phase)
  // A pane that was asked for by name gets a tab for as long as it is shown.
  const tabs = TABS.includes(active) ? TABS : [...TABS, active]
  const shown = active

  // Who presses Run wants to see what comes of it.
  useEffect(() => {
    if (runPhase === "compiling") dispatch({ type: "paneShown", pane: "output" })
  }, [runPhase])

  useEffect(() => {
    document.getElementById(`phone-tab-${shown}`)?.scrollIntoView({ inline: "nearest", block: "nearest" })
  }, [shown])

  return (
    <div className="phone">
      <div className="phone-pane" role="tabpanel" id={`phone-panel-${shown}`} aria-labelledby={`phone-tab-${shown}`}>
        <PaneContent pane={shown} isPhone={true} />
      </div>
      <div className="phone-tabs" role="tablist" aria-label={t("app.workspace")} onKeyDown={(event) => moveTab(event, tabs, shown)}>
        {tabs.map((pane) => (
          <button
            key={pane}
            id={`phone-tab-${pane}`}
            type="button"
            role="tab"
            className="phone-tab"
            aria-selected={pane === shown}
            aria-controls={pane === shown ? `phone-panel-${pane}` : undefined}
            tabIndex={pane === shown ? 0 : -1}
            onClick={() => dispatch({ type: "paneShown", pane })}
          >
            <TabTitle pane={pane} />
          </button>
        ))}
      </div>
    </div>
  )
}

function moveTab(event: KeyboardEvent<HTMLElement>, tabs: readonly PaneId[], shown: PaneId): void {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0
  const next = tabs[(tabs.indexOf(shown) + step + tabs.length) % tabs.length]
  if (step === 0 || next === undefined) return
  event.preventDefault()
  dispatch({ type: "paneShown", pane: next })
  document.getElementById(`phone-tab-${next}`)?.focus()
}
