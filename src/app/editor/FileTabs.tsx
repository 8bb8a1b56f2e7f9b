/**
 * The files of the program as tabs over the editor. Arrows, Home and End move between them, Delete closes, F2 renames;
 * what a mouse does on a tab is also an entry of the menu beside them. The main file is marked by a picture and a word.
 */
import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react"
import { t, tCount } from "../messages/t.ts"
import { commandRow } from "../model/commands.ts"
import { keyLabel } from "../model/keys.ts"
import { completeName, freeName, nameFault, NAME_LIMIT } from "../model/project.ts"
import type { AppState } from "../model/state.ts"
import { Icon } from "../parts/Icon.tsx"
import { Menu, type MenuEntry } from "../parts/Menu.tsx"
import { ACTIONS } from "../services/actions.ts"
import { closeFile } from "../services/editing.ts"
import { askPane } from "../services/pane-ports.ts"
import { IS_APPLE } from "../services/screen.ts"
import { dispatch, store, useApp } from "../services/store.ts"

/** The id of the panel that the tabs control. */
export const FILE_PANEL = "file-panel"

/** The tabs of the files. */
export function FileTabs(): ReactNode {
  const files = useApp((state) => state.files)
  const shown = useApp((state) => state.source.name)
  const naming = useApp((state) => state.naming)
  const addKeys = commandRow("newFile").keys?.[0]
  return (
    <div className="file-bar">
      <div className="file-tabs" role="tablist" aria-label={t("files.label")} onKeyDown={(event) => moveTab(event, shown)}>
        {files.map((file, index) => (
          <FileTab key={file.name} name={file.name} isShown={file.name === shown} isMain={index === 0} isAlone={files.length === 1} />
        ))}
      </div>
      {naming === null ? (
        <>
          <button
            type="button"
            className="button button-icon file-add"
            aria-label={t("command.newFile")}
            title={`${t("command.newFile.hint")}${addKeys === undefined ? "" : ` (${keyLabel(addKeys, IS_APPLE)})`}`}
            onClick={ACTIONS.newFile}
          >
            <Icon name="plus" />
          </button>
          <span className="file-space" />
          <Menu label={t("files.actions", { name: shown })} icon="more" className="button button-icon" hasChevron={false} entries={fileEntries} />
        </>
      ) : (
        <NameForm key={naming.kind === "add" ? "" : naming.name} naming={naming} />
      )}
    </div>
  )
}

interface TabProps {
  readonly name: string
  readonly isShown: boolean
  readonly isMain: boolean
  readonly isAlone: boolean
}

function FileTab({ name, isShown, isMain, isAlone }: TabProps): ReactNode {
  const problems = useApp((state) => state.diagnostics.reduce((count, diagnostic) => count + (diagnostic.file === name ? 1 : 0), 0))
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (isShown) button.current?.scrollIntoView({ inline: "nearest", block: "nearest" })
  }, [isShown])
  return (
    <button
      ref={button}
      type="button"
      role="tab"
      id={tabId(name)}
      className="file-tab"
      aria-selected={isShown}
      aria-controls={isShown ? FILE_PANEL : undefined}
      tabIndex={isShown ? 0 : -1}
      title={isMain ? t("files.main.title", { name }) : name}
      onClick={() => dispatch({ type: "fileOpened", name })}
      onDoubleClick={() => dispatch({ type: "naming", naming: { kind: "rename", name } })}
      onAuxClick={(event) => event.button === 1 && closeFile(name)}
    >
      {isMain && <Icon name="run" />}
      <span>{name}</span>
      {isMain && <span className="visually-hidden">{t("files.main")}</span>}
      {problems > 0 && !isAlone && (
        <span className="tab-count">
          <span aria-hidden="true">{problems}</span>
          <span className="visually-hidden">{tCount("files.problems", problems)}</span>
        </span>
      )}
    </button>
  )
}

function tabId(name: string): string {
  return `file-tab-${name}`
}

function moveTab(event: KeyboardEvent<HTMLElement>, shown: string): void {
  const { files } = store.getState()
  const at = files.findIndex((file) => file.name === shown)
  const last = files.length - 1
  const steps: Readonly<Record<string, number>> = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }
  const next = Object.hasOwn(steps, event.key) ? files[steps[event.key] ?? at] : undefined
  if (next !== undefined) dispatch({ type: "fileOpened", name: next.name })
  else if (event.key === "Delete") closeFile(shown)
  else if (event.key === "F2") dispatch({ type: "naming", naming: { kind: "rename", name: shown } })
  else return
  event.preventDefault()
  // The tab that is shown now holds the focus; a field that was opened takes it by itself.
  requestAnimationFrame(() => {
    if (store.getState().naming === null) document.getElementById(tabId(store.getState().source.name))?.focus()
  })
}

function fileEntries(): readonly MenuEntry[] {
  const { files, source } = store.getState()
  const isMain = files[0] === source
  const item = (command: "renameFile" | "makeMain" | "closeFile" | "downloadSource" | "downloadAll", disabled = false): MenuEntry => ({
    kind: "item",
    label: t(commandRow(command).title),
    disabled,
    onSelect: ACTIONS[command],
  })
  return [item("renameFile"), item("makeMain", isMain), item("closeFile", files.length === 1), { kind: "separator" }, item("downloadSource"), item("downloadAll")]
}

/** The field that names a file: Enter takes the name, Escape leaves everything as it is. */
function NameForm({ naming }: { readonly naming: NonNullable<AppState["naming"]> }): ReactNode {
  const files = useApp((state) => state.files)
  const own = naming.kind === "rename" ? naming.name : null
  const [typed, setTyped] = useState(() => own ?? freeName(files))
  const field = useRef<HTMLInputElement>(null)
  const name = completeName(typed)
  const fault = nameFault(files, name, own)

  useEffect(() => {
    const { current } = field
    if (current === null) return
    current.focus()
    const ending = current.value.lastIndexOf(".")
    current.setSelectionRange(0, ending <= 0 ? current.value.length : ending)
  }, [])

  const leave = (): void => {
    dispatch({ type: "naming", naming: null })
    askPane("editor", (port) => port.focus())
  }
  const take = (event: FormEvent): void => {
    event.preventDefault()
    if (fault !== null) return
    if (own === null) dispatch({ type: "fileAdded", name })
    else if (own !== name) dispatch({ type: "fileRenamed", from: own, to: name })
    leave()
  }

  return (
    <form className="file-form" onSubmit={take} onKeyDown={(event) => event.key === "Escape" && leave()}>
      <input
        ref={field}
        className="file-name"
        value={typed}
        maxLength={NAME_LIMIT}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        aria-label={own === null ? t("files.name.add") : t("files.name.rename", { name: own })}
        aria-invalid={fault !== null}
        aria-describedby="file-name-fault"
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" className="button button-primary" disabled={fault !== null}>
        {t("files.name.done")}
      </button>
      <button type="button" className="button button-quiet" onClick={leave}>
        {t("files.name.cancel")}
      </button>
      <span id="file-name-fault" className="file-fault" role="status">
        {fault === null ? "" : fault === "shape" ? t("files.name.shape", { count: NAME_LIMIT }) : t(`files.name.${fault}`)}
      </span>
    </form>
  )
}
