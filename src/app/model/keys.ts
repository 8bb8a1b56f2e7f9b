/**
 * Key combinations as text: `Mod+Shift+P`, where `Mod` is Command on Apple keyboards and Control elsewhere. One
 * spelling serves the table of commands, the handler and the labels.
 */

/** The part of a keyboard event that a combination is compared with. */
export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

/** True if `press` is the combination `keys`. */
export function pressesKeys(press: KeyPress, keys: string, isApple: boolean): boolean {
  const parts = keys.split("+")
  const key = parts[parts.length - 1] ?? ""
  const mod = parts.includes("Mod")
  const control = parts.includes("Ctrl") || (mod && !isApple)
  if (press.ctrlKey !== control || press.metaKey !== (mod && isApple)) return false
  if (press.shiftKey !== parts.includes("Shift") || press.altKey !== parts.includes("Alt")) return false
  // A letter or digit is compared by its place on the keyboard too: Alt changes what it types.
  if (/^[A-Z]$/.test(key)) return press.key.toUpperCase() === key || press.code === `Key${key}`
  if (/^[0-9]$/.test(key)) return press.key === key || press.code === `Digit${key}`
  return press.key === key
}

const APPLE: Readonly<Record<string, string>> = { Mod: "⌘", Ctrl: "⌃", Shift: "⇧", Alt: "⌥", Enter: "↩" }

/** The combination as it is shown to people. */
export function keyLabel(keys: string, isApple: boolean): string {
  const parts = keys.split("+")
  if (isApple) return parts.map((part) => APPLE[part] ?? part).join("")
  return parts.map((part) => (part === "Mod" ? "Ctrl" : part)).join("+")
}

/** The combination in the form of the `aria-keyshortcuts` attribute. */
export function keyAria(keys: string, isApple: boolean): string {
  return keys.split("+").map((part) => (part === "Mod" ? (isApple ? "Meta" : "Control") : part === "Ctrl" ? "Control" : part)).join("+")
}
