/** The command palette: every command and example by a few letters of its name. */
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react"
import { t } from "../messages/t.ts"
import { COMMAND_IDS, commandRow } from "../model/commands.ts"
import { keyLabel } from "../model/keys.ts"
import { rank } from "../model/rank.ts"
import { Dialog } from "../parts/Dialog.tsx"
import { ACTIONS } from "../services/actions.ts"
import { EXAMPLES, loadExample } from "../services/examples.ts"
import { IS_APPLE } from "../services/screen.ts"
import { dispatch } from "../services/store.ts"

interface Choice {
  readonly id: string
  readonly title: string
  readonly group: string
  readonly keys: string | null
  readonly choose: () => void
}

function allChoices(): readonly Choice[] {
  const commands = COMMAND_IDS.filter((id) => id !== "palette").map((id): Choice => {
    const { title, group, keys } = commandRow(id)
    const key = keys?.[0]
    return { id, title: t(title), group: t(group), keys: key === undefined ? null : keyLabel(key, IS_APPLE), choose: ACTIONS[id] }
  })
  const examples = EXAMPLES.map(
    (example): Choice => ({
      id: `example-${example.id}`,
      title: t("palette.example", { title: example.title }),
      group: t("examples.title"),
      keys: null,
      choose: () => void loadExample(example),
    }),
  )
  return [...commands, ...examples]
}

/** The command palette. */
export function Palette(): ReactNode {
  const [query, setQuery] = useState("")
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const choices = useMemo(allChoices, [])
  const found = useMemo(() => rank(choices, query, (choice) => `${choice.title} ${choice.group}`), [choices, query])
  const active = found[Math.min(at, found.length - 1)]

  const close = (): void => dispatch({ type: "overlay", overlay: null })
  const choose = (choice: Choice): void => {
    close()
    // The dialog gives the focus back first; the command may move it on.
    setTimeout(choice.choose, 0)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
    if (step !== 0 && found.length > 0) {
      event.preventDefault()
      const next = (Math.min(at, found.length - 1) + step + found.length) % found.length
      setAt(next)
      list.current?.children[next]?.scrollIntoView({ block: "nearest" })
    } else if (event.key === "Enter" && active !== undefined) {
      event.preventDefault()
      choose(active)
    }
  }

  return (
    <Dialog title={t("command.palette")} className="palette" onClose={close}>
      <input
        className="palette-query"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={active === undefined ? undefined : `palette-${active.id}`}
        aria-label={t("palette.placeholder")}
        placeholder={t("palette.placeholder")}
        autoComplete="off"
        spellCheck={false}
        data-first-focus
        value={query}
        onChange={(event) => {
          setQuery(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id="palette-list" className="palette-list" role="listbox" aria-label={t("palette.label")}>
        {found.map((choice) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keyboard
          // biome-ignore lint/a11y/useFocusableInteractive: the field above has the focus
          <div
            key={choice.id}
            id={`palette-${choice.id}`}
            role="option"
            className="palette-option"
            aria-selected={choice === active}
            onClick={() => choose(choice)}
          >
            <span>{choice.title}</span>
            <span className="palette-group">{choice.group}</span>
            {choice.keys !== null && <kbd className="keys">{choice.keys}</kbd>}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="empty">{t("palette.none", { query })}</p>}
    </Dialog>
  )
}
