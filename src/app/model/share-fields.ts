/** Reads JSON of a stranger: objects with closed sets of keys, and numbers within bounds. */

/**
 * The own fields of a plain object that has all of `required`, may have `optional`, and has nothing else. The result
 * has no prototype, so that no name is inherited.
 */
export function fields(value: unknown, required: readonly string[], optional: readonly string[]): Readonly<Record<string, unknown>> | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null
  const copy: Record<string, unknown> = Object.create(null)
  for (const key of Object.keys(value)) {
    if (!required.includes(key) && !optional.includes(key)) return null
    copy[key] = (value as Record<string, unknown>)[key]
  }
  return required.every((key) => key in copy) ? copy : null
}

/** True if `value` is a whole number from 0 to `most`. */
export function isOffset(value: unknown, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most
}

/** True if `value` is a text of at most `most` UTF-16 units. */
export function isTextWithin(value: unknown, most: number): value is string {
  return typeof value === "string" && value.length <= most
}

/** The list that `value` is, read item by item; null if it is none, too long, or an item is refused. */
export function listOf<T>(value: unknown, most: number, item: (value: unknown) => T | null): readonly T[] | null {
  if (!Array.isArray(value) || value.length > most) return null
  const items: T[] = []
  for (const entry of value) {
    const read = item(entry)
    if (read === null) return null
    items.push(read)
  }
  return items
}
