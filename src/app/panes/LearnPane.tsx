/** The place of the Learn pane, whose texts are loaded when somebody wants to read them. */
import { lazy, type ReactNode, Suspense } from "react"
import { t } from "../messages/t.ts"

const Learn = lazy(() => import("../learn/Learn.tsx").then(({ Learn }) => ({ default: Learn })))

/** The Learn pane. */
export function LearnPane(): ReactNode {
  return (
    <Suspense fallback={<p className="empty">{t("learn.loading")}</p>}>
      <Learn />
    </Suspense>
  )
}
