/** The Learn pane: the tour, the reference, and the explanations of problems. Loaded when it is first shown. */
import { type ReactNode, useEffect, useRef } from "react"
import { t } from "../messages/t.ts"
import { LEARN_VIEWS, type LearnView } from "../model/state.ts"
import { registerPane } from "../services/pane-ports.ts"
import { dispatch, useApp } from "../services/store.ts"
import { Explain } from "./Explain.tsx"
import { Reference } from "./Reference.tsx"
import { Tour } from "./Tour.tsx"

/** The Learn pane. */
export function Learn(): ReactNode {
  const learn = useApp((state) => state.learn)
  const root = useRef<HTMLElement>(null)
  useEffect(() => registerPane("learn", { focus: () => root.current?.focus() }), [])
  return (
    <div className="learn">
      <nav className="learn-views" aria-label={t("learn.views")}>
        {LEARN_VIEWS.map((view) => (
          <button key={view} type="button" className="learn-view" aria-current={view === learn.view ? "page" : undefined} onClick={() => choose(view, learn)}>
            {t(`learn.${view}`)}
          </button>
        ))}
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text must be reachable by keyboard */}
      <section ref={root} className="learn-body" tabIndex={0} aria-label={t(`learn.${learn.view}`)}>
        {learn.view === "tour" && <Tour />}
        {learn.view === "reference" && <Reference />}
        {learn.view === "explain" && <Explain code={learn.code} />}
      </section>
    </div>
  )
}

function choose(view: LearnView["view"], before: LearnView): void {
  dispatch({ type: "learnShown", learn: view === "explain" ? { view, code: before.view === "explain" ? before.code : null } : { view } })
}
