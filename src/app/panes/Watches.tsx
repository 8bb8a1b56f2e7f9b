/** Watched expressions: their values at the stop, or why they have none, and a field for another one. */
import { type ReactNode, useState } from "react"
import { t } from "../messages/t.ts"
import { Icon } from "../parts/Icon.tsx"
import { setWatches, useDebug } from "../services/debugging.ts"
import { ValueRow } from "./Values.tsx"

/** The watches. */
export function Watches(): ReactNode {
  const watches = useDebug((state) => state.watches)
  const shown = useDebug((state) => state.session?.watches)
  const [text, setText] = useState("")
  return (
    <>
      <ul className="debug-values" aria-label={t("debug.watches")}>
        {watches.map((watch) => {
          const found = shown?.find((one) => one.text === watch)
          return (
            <li key={watch} className="debug-watch">
              <ul className="debug-values debug-watch-value">
                {found?.value != null ? (
                  <ValueRow value={found.value} level={0} note="" />
                ) : (
                  <li className="debug-row debug-row-plain">
                    <span className="debug-name">{watch}</span>
                    <span className="debug-equals">: </span>
                    <span className={found === undefined ? "debug-kind" : "debug-problem"}>{found?.problem ?? t("debug.watches.notYet")}</span>
                  </li>
                )}
              </ul>
              <button type="button" className="button button-quiet debug-remove" aria-label={t("debug.watches.remove", { text: watch })} onClick={() => setWatches(watches.filter((one) => one !== watch))}>
                <Icon name="close" />
              </button>
            </li>
          )
        })}
      </ul>
      <form
        className="debug-add"
        onSubmit={(event) => {
          event.preventDefault()
          const wanted = text.trim()
          if (wanted !== "" && !watches.includes(wanted)) setWatches([...watches, wanted])
          setText("")
        }}
      >
        <input className="input-field" aria-label={t("debug.watches.add")} placeholder={t("debug.watches.placeholder")} autoComplete="off" autoCapitalize="off" spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} />
      </form>
    </>
  )
}
