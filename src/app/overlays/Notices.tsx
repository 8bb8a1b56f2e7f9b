/** Two small dialogs: a link that cannot be opened, and a text to copy by hand. */
import type { ReactNode } from "react"
import { formatBytes, t } from "../messages/t.ts"
import { INFLATED_LIMIT, type ShareFault } from "../model/share-url.ts"
import { Dialog } from "../parts/Dialog.tsx"
import { dispatch, useApp } from "../services/store.ts"

function close(): void {
  dispatch({ type: "overlay", overlay: null })
}

function faultText(fault: ShareFault): string {
  switch (fault.kind) {
    case "version":
      return t("share.bad.version", { version: fault.version })
    case "shape":
      return t("share.bad.shape", { where: fault.where })
    case "unreachable":
      return t("share.bad.unreachable", { reason: fault.reason })
    case "tooLarge":
      return t("share.bad.tooLarge", { limit: formatBytes(INFLATED_LIMIT) })
    default:
      return t(`share.bad.${fault.kind}`)
  }
}

/** Says what is wrong with a link, and that nothing was lost. */
export function BadLink(): ReactNode {
  const fault = useApp((state) => state.badLink)
  if (fault === null) return null
  const reason = faultText(fault)
  return (
    <Dialog title={t("share.bad.title")} onClose={close}>
      <p className="dialog-text">{reason.charAt(0).toUpperCase() + reason.slice(1)}.</p>
      <p className="dialog-text">{t("share.bad.untouched")}</p>
      <div className="dialog-actions">
        <button type="button" className="button button-primary" data-first-focus onClick={close}>
          {t("dialog.close")}
        </button>
      </div>
    </Dialog>
  )
}

/** Offers a text for copying by hand. */
export function CopyByHand(): ReactNode {
  const text = useApp((state) => state.copyByHand)
  return (
    <Dialog title={t("header.share")} onClose={close}>
      <p className="dialog-text">{t("share.cannotCopy")}</p>
      <textarea className="copy-text" readOnly value={text} aria-label={t("share.cannotCopy")} onFocus={(event) => event.currentTarget.select()} />
    </Dialog>
  )
}
