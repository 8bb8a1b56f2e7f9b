/**
 * A button that opens a menu: arrows, Home, End and first letters move, Enter chooses, Escape and a click elsewhere
 * close, and the focus returns to the button. An entry that cannot be chosen stays reachable, so that its reason is
 * read.
 */
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react"
import { Icon, type IconName } from "./Icon.tsx"

/** An entry of a menu, or a heading between entries. */
export type MenuEntry =
  | {
      readonly kind: "item"
      readonly label: string
      /** A second line, or the reason why the entry cannot be chosen. */
      readonly detail?: string | undefined
      readonly keys?: string | undefined
      readonly disabled?: boolean | undefined
      /** Given for entries of which one is on. */
      readonly checked?: boolean | undefined
      readonly onSelect: () => void
    }
  | { readonly kind: "heading"; readonly label: string }
  | { readonly kind: "separator" }

/** What a menu button needs. */
export interface MenuProps {
  readonly id?: string
  readonly label: string
  /** What the button shows besides its picture; without it the label is only spoken. */
  readonly text?: string
  readonly icon?: IconName
  readonly className?: string
  readonly hasChevron?: boolean
  /** Made when the menu opens. */
  readonly entries: () => readonly MenuEntry[]
}

/** A button with a menu. */
export function Menu({ id, label, text, icon, className = "button", hasChevron = true, entries }: MenuProps): ReactNode {
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const listId = useId()

  const close = (isFocusBack: boolean): void => {
    setOpen(false)
    if (isFocusBack) button.current?.focus()
  }

  return (
    <>
      <button
        ref={button}
        id={id}
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        aria-label={text === undefined || text !== label ? (text === undefined ? label : `${label}: ${text}`) : undefined}
        title={text === undefined ? label : undefined}
        onClick={() => setOpen(!isOpen)}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown" && !isOpen) {
            event.preventDefault()
            setOpen(true)
          }
        }}
      >
        {icon !== undefined && <Icon name={icon} />}
        {text !== undefined && <span className="button-text">{text}</span>}
        {hasChevron && <Icon name="chevron" />}
      </button>
      {isOpen && <MenuList id={listId} label={label} anchor={button} entries={entries()} onClose={close} />}
    </>
  )
}

function MenuList(props: {
  readonly id: string
  readonly label: string
  readonly anchor: { readonly current: HTMLElement | null }
  readonly entries: readonly MenuEntry[]
  readonly onClose: (isFocusBack: boolean) => void
}): ReactNode {
  const { id, label, anchor, entries, onClose } = props
  const list = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => {
    const element = list.current
    const origin = anchor.current
    if (element === null || origin === null) return
    element.showPopover()
    place(element, origin.getBoundingClientRect())
    // A menu that is one choice opens at what is chosen; any other at its beginning.
    const all = items(element)
    const isOneChoice = all.every((item) => item.hasAttribute("aria-checked")) && element.querySelector(".menu-heading") === null
    const chosen = isOneChoice ? all.findIndex((item) => item.getAttribute("aria-checked") === "true") : 0
    all[Math.max(0, chosen)]?.focus()
  }, [anchor])

  useEffect(() => {
    const onPointerDown = (event: PointerEvent): void => {
      const target = event.target as Node
      if (list.current?.contains(target) === false && anchor.current?.contains(target) === false) onClose(false)
    }
    const onLeave = (): void => onClose(false)
    document.addEventListener("pointerdown", onPointerDown, true)
    addEventListener("resize", onLeave)
    addEventListener("blur", onLeave)
    return () => {
      document.removeEventListener("pointerdown", onPointerDown, true)
      removeEventListener("resize", onLeave)
      removeEventListener("blur", onLeave)
    }
  }, [anchor, onClose])

  return (
    <div ref={list} id={id} className="menu" role="menu" aria-label={label} popover="manual" onKeyDown={(event) => move(event, onClose)}>
      {entries.map((entry, index) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: the entries do not change while the menu is open
        if (entry.kind === "separator") return <hr key={index} className="menu-separator" />
        if (entry.kind === "heading") {
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the entries do not change while the menu is open
            <div key={index} className="menu-heading" role="presentation">
              {entry.label}
            </div>
          )
        }
        return (
          // biome-ignore lint/a11y/useAriaPropsSupportedByRole: it is set on the role that has it
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: the entries do not change while the menu is open
            key={index}
            type="button"
            className="menu-item"
            role={entry.checked === undefined ? "menuitem" : "menuitemradio"}
            aria-checked={entry.checked}
            aria-disabled={entry.disabled === true || undefined}
            tabIndex={-1}
            onClick={() => {
              if (entry.disabled === true) return
              onClose(true)
              entry.onSelect()
            }}
          >
            <span className="menu-check">{entry.checked === true && <Icon name="check" />}</span>
            <span className="menu-label">
              {entry.label}
              {entry.detail !== undefined && <span className="menu-detail">{entry.detail}</span>}
            </span>
            {entry.keys !== undefined && <kbd className="keys">{entry.keys}</kbd>}
          </button>
        )
      })}
    </div>
  )
}

function items(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>(".menu-item")]
}

/** Below the button if there is room, and never off the screen. */
function place(list: HTMLElement, origin: DOMRect): void {
  const margin = 6
  const { width, height } = list.getBoundingClientRect()
  const left = Math.max(margin, Math.min(origin.left, innerWidth - width - margin))
  const isBelow = origin.bottom + height + margin <= innerHeight || origin.top < height + margin
  list.style.left = `${left}px`
  list.style.top = `${isBelow ? Math.min(origin.bottom + 4, Math.max(margin, innerHeight - height - margin)) : origin.top - height - 4}px`
}

function move(event: KeyboardEvent<HTMLElement>, onClose: (isFocusBack: boolean) => void): void {
  const all = items(event.currentTarget)
  const at = all.indexOf(document.activeElement as HTMLElement)
  const go = (index: number): void => {
    event.preventDefault()
    all[(index + all.length) % all.length]?.focus()
  }
  if (event.key === "ArrowDown") go(at + 1)
  else if (event.key === "ArrowUp") go(at - 1)
  else if (event.key === "Home") go(0)
  else if (event.key === "End") go(all.length - 1)
  else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault()
    onClose(true)
  } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== " ") {
    const letter = event.key.toLowerCase()
    const ordered = [...all.slice(at + 1), ...all.slice(0, at + 1)]
    ordered.find((item) => item.querySelector(".menu-label")?.textContent?.toLowerCase().startsWith(letter))?.focus()
  }
  event.stopPropagation()
}
