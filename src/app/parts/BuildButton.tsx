/** The button that opens the dialog for executables; greyed, with the reason, where no server can build. */
import type { ReactNode } from "react"
import { t } from "../messages/t.ts"
import { dispatch } from "../services/store.ts"
import { reasonAgainst, useServer } from "../services/server.ts"
import { Icon } from "./Icon.tsx"

/** The button. The dialog opens in any case: it says the reason to those who cannot hover. */
export function BuildButton(): ReactNode {
  const reason = useServer((state) => reasonAgainst("build", state))
  return (
    <button type="button" className={reason === null ? "button" : "button button-greyed"} aria-label={t("command.build")} title={reason ?? t("command.build.hint")} aria-haspopup="dialog" onClick={() => dispatch({ type: "overlay", overlay: "build" })}>
      <Icon name="package" />
      <span className="button-text">{t("command.build")}</span>
    </button>
  )
}
