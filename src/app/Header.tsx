/** The slim bar at the top: name, examples, the one prominent button, what it runs with, and the rest behind menus. */
import type { ReactNode } from "react"
import { t } from "./messages/t.ts"
import { COMMAND_IDS, type CommandId, commandRow } from "./model/commands.ts"
import { ENGINE_IDS, ENGINES } from "./model/engines.ts"
import { keyAria, keyLabel } from "./model/keys.ts"
import { effectiveTheme, isRunning, type ThemeChoice } from "./model/state.ts"
import { BuildButton } from "./parts/BuildButton.tsx"
import { Icon, type IconName } from "./parts/Icon.tsx"
import { Logo } from "./parts/Logo.tsx"
import { Menu, type MenuEntry } from "./parts/Menu.tsx"
import { ACTIONS } from "./services/actions.ts"
import { chooseEngine, engineDetail, reasonAgainstEngine } from "./services/engine-choice.ts"
import { EXAMPLES, loadExample } from "./services/examples.ts"
import { IS_APPLE } from "./services/screen.ts"
import { reasonAgainstCommand } from "./services/server.ts"
import { dispatch, store, useApp } from "./services/store.ts"

/** The bar at the top. */
export function Header({ isPhone }: { readonly isPhone: boolean }): ReactNode {
  return (
    <header className="header">
      <div className="header-part header-start">
        <h1 className="brand">
          <Logo />
          <span className="brand-name">{t("app.name")}</span>
          <span className="brand-tagline">{t("app.tagline")}</span>
        </h1>
        <Menu id="examples-button" label={t("header.examples")} text={t("header.examples")} icon="book" entries={exampleEntries} />
        {!isPhone && <CommandButton command="openTour" icon="learn" />}
      </div>
      <div className="header-part header-run">
        <RunButton />
        {!isPhone && <EngineMenu />}
        {!isPhone && <OptimiseMenu />}
      </div>
      <div className="header-part header-end">
        {isPhone ? (
          <Menu label={t("header.more")} icon="more" className="button button-icon" hasChevron={false} entries={phoneEntries} />
        ) : (
          <>
            <CommandButton command="compare" icon="bars" />
            <CommandButton command="format" icon="format" />
            <BuildButton />
            <Menu label={t("header.share")} text={t("header.share")} icon="share" entries={shareEntries} />
            <Menu label={t("header.layout")} icon="layout" className="button button-icon" hasChevron={false} entries={layoutEntries} />
            <CommandButton command="history" icon="clock" isIconOnly />
            <ThemeMenu />
            <CommandButton command="palette" icon="command" isIconOnly />
          </>
        )}
      </div>
    </header>
  )
}

function RunButton(): ReactNode {
  const isActive = useApp(isRunning)
  const command: CommandId = isActive ? "stop" : "run"
  const keys = commandRow(command).keys?.[0]
  return (
    <button
      type="button"
      className={isActive ? "run-button run-button-stop" : "run-button"}
      aria-keyshortcuts={keys === undefined ? undefined : keyAria(keys, IS_APPLE)}
      title={`${t(commandRow(command).hint ?? commandRow(command).title)}${keys === undefined ? "" : ` (${keyLabel(keys, IS_APPLE)})`}`}
      onClick={() => ACTIONS[command]()}
    >
      <Icon name={isActive ? "stop" : "run"} />
      <span>{t(commandRow(command).title)}</span>
    </button>
  )
}

function CommandButton({ command, icon, isIconOnly = false }: { readonly command: CommandId; readonly icon: IconName; readonly isIconOnly?: boolean }): ReactNode {
  const row = commandRow(command)
  const keys = row.keys?.[0]
  const title = t(row.title)
  return (
    <button
      type="button"
      className={isIconOnly ? "button button-icon" : "button"}
      aria-label={isIconOnly ? title : undefined}
      aria-keyshortcuts={keys === undefined ? undefined : keyAria(keys, IS_APPLE)}
      title={`${row.hint === undefined ? title : t(row.hint)}${keys === undefined ? "" : ` (${keyLabel(keys, IS_APPLE)})`}`}
      onClick={() => ACTIONS[command]()}
    >
      <Icon name={icon} />
      {!isIconOnly && <span className="button-text">{title}</span>}
    </button>
  )
}

function EngineMenu(): ReactNode {
  const engine = useApp((state) => state.engine)
  return <Menu label={t("header.engine")} text={t(ENGINES[engine].title)} className="button button-quiet" entries={engineEntries} />
}

function engineEntries(): readonly MenuEntry[] {
  const { engine } = store.getState()
  return ENGINE_IDS.map((id): MenuEntry => {
    return {
      kind: "item",
      label: t(ENGINES[id].title),
      detail: engineDetail(id),
      disabled: reasonAgainstEngine(id) !== null,
      checked: id === engine,
      onSelect: () => void chooseEngine(id),
    }
  })
}

const LEVELS = [0, 1, 2] as const

function OptimiseMenu(): ReactNode {
  const optimise = useApp((state) => state.optimise)
  return <Menu label={t("header.optimise")} text={`O${optimise}`} className="button button-quiet" entries={optimiseEntries} />
}

function optimiseEntries(): readonly MenuEntry[] {
  const { optimise } = store.getState()
  return LEVELS.map((level) => ({
    kind: "item",
    label: t(`optimise.${level}`),
    checked: level === optimise,
    onSelect: () => dispatch({ type: "optimiseChosen", optimise: level }),
  }))
}

const THEMES = { system: "command.themeSystem", light: "command.themeLight", dark: "command.themeDark" } as const

function ThemeMenu(): ReactNode {
  const isDark = useApp((state) => effectiveTheme(state) === "dark")
  return <Menu label={t("header.theme")} icon={isDark ? "moon" : "sun"} className="button button-icon" hasChevron={false} entries={themeEntries} />
}

function themeEntries(): readonly MenuEntry[] {
  const { theme } = store.getState()
  return (Object.keys(THEMES) as ThemeChoice[]).map((choice) => ({
    kind: "item",
    label: t(THEMES[choice]),
    checked: choice === theme,
    onSelect: () => dispatch({ type: "themeChosen", theme: choice }),
  }))
}

function exampleEntries(): readonly MenuEntry[] {
  return EXAMPLES.map((example) => ({
    kind: "item",
    label: example.title,
    detail: example.description,
    onSelect: () => void loadExample(example),
  }))
}

/** The commands of a group as entries of a menu. */
function commandEntries(group: ReturnType<typeof commandRow>["group"]): MenuEntry[] {
  return COMMAND_IDS.filter((id) => commandRow(id).group === group).map((id) => {
    const { title, hint, keys } = commandRow(id)
    const reason = reasonAgainstCommand(id)
    const key = keys?.[0]
    return {
      kind: "item",
      label: t(title),
      detail: reason ?? (hint === undefined ? undefined : t(hint)),
      disabled: reason !== null,
      keys: key === undefined ? undefined : keyLabel(key, IS_APPLE),
      onSelect: () => ACTIONS[id](),
    }
  })
}

function shareEntries(): readonly MenuEntry[] {
  return [...commandEntries("group.share"), { kind: "separator" }, ...commandEntries("group.download")]
}

function layoutEntries(): readonly MenuEntry[] {
  return commandEntries("group.view").filter((entry) => entry.kind !== "item" || !entry.label.startsWith(t("header.theme")))
}

function phoneEntries(): readonly MenuEntry[] {
  const command = (id: CommandId): MenuEntry => {
    const reason = reasonAgainstCommand(id)
    return { kind: "item", label: t(commandRow(id).title), detail: reason ?? undefined, disabled: reason !== null, onSelect: () => ACTIONS[id]() }
  }
  return [
    command("palette"),
    { kind: "separator" },
    command("openTour"),
    command("openReference"),
    { kind: "separator" },
    command("compare"),
    command("focusPasses"),
    command("whySlow"),
    { kind: "separator" },
    command("format"),
    command("history"),
    { kind: "separator" },
    command("build"),
    command("copyLink"),
    command("copyShortLink"),
    command("copyMarkdown"),
    command("downloadSource"),
    command("downloadWasm"),
    { kind: "separator" },
    { kind: "heading", label: t("header.engine") },
    ...engineEntries(),
    { kind: "heading", label: t("header.optimise") },
    ...optimiseEntries(),
    { kind: "heading", label: t("header.theme") },
    ...themeEntries(),
  ]
}
