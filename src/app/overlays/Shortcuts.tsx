/** The keyboard shortcuts, read off the table of commands. */
import type { ReactNode } from "react"
import { t } from "../messages/t.ts"
import { COMMAND_IDS, commandRow } from "../model/commands.ts"
import { keyLabel } from "../model/keys.ts"
import { Dialog } from "../parts/Dialog.tsx"
import { IS_APPLE } from "../services/screen.ts"
import { dispatch } from "../services/store.ts"

/** The list of shortcuts. */
export function Shortcuts(): ReactNode {
  return (
    <Dialog title={t("shortcuts.title")} className="shortcuts" onClose={() => dispatch({ type: "overlay", overlay: null })}>
      <table className="shortcut-table">
        <thead>
          <tr>
            <th scope="col">{t("shortcuts.command")}</th>
            <th scope="col">{t("shortcuts.key")}</th>
          </tr>
        </thead>
        <tbody>
          {COMMAND_IDS.filter((id) => commandRow(id).keys !== undefined).map((id) => (
            <tr key={id}>
              <td>{t(commandRow(id).title)}</td>
              <td>
                {commandRow(id).keys?.map((keys) => (
                  <kbd key={keys} className="keys">
                    {keyLabel(keys, IS_APPLE)}
                  </kbd>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  )
}
