/** The short notices in the corner. They stay long enough to be read; longer while Undo is offered. */
import { type ReactNode, useEffect } from "react"
import { t } from "../messages/t.ts"
import type { Toast } from "../model/state.ts"
import { dispatch, useApp } from "../services/store.ts"
import { Icon } from "./Icon.tsx"

/** Milliseconds a notice stays. */
const STAY = 6000
const STAY_WITH_UNDO = 20_000

/** All current notices. */
export function Toasts(): ReactNode {
  const toasts = useApp((state) => state.toasts)
  return (
    <section className="toasts" aria-label={t("toast.region")} aria-live="polite">
      {toasts.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </section>
  )
}

function ToastView({ toast }: { readonly toast: Toast }): ReactNode {
  const { id, text, undo, tone } = toast
  useEffect(() => {
    const timer = setTimeout(() => dispatch({ type: "toastGone", id }), undo === null ? STAY : STAY_WITH_UNDO)
    return () => clearTimeout(timer)
  }, [id, undo])
  return (
    <div className={`toast toast-${tone}`}>
      <span>{text}</span>
      {undo !== null && (
        <button
          type="button"
          className="button button-quiet"
          onClick={() => {
            dispatch({ type: "programReplaced", ...undo })
            dispatch({ type: "toastGone", id })
          }}
        >
          {t("toast.undo")}
        </button>
      )}
      <button type="button" className="button button-icon" aria-label={t("toast.dismiss")} onClick={() => dispatch({ type: "toastGone", id })}>
        <Icon name="close" />
      </button>
    </div>
  )
}
