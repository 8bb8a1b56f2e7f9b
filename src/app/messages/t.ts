/**
 * Looks a text up in the catalogue of the current language and fills its parameters in. The parameters a text needs
 * are read from the English row by the type checker, so a missing or misspelt one does not compile.
 */
import { type Catalogue, EN, type MessageKey } from "./en.ts"

type Names<S extends string> = S extends `${string}{${infer P}}${infer Rest}` ? P | Names<Rest> : never

/** The parameters of a text. */
export type MessageParams<K extends MessageKey> = { readonly [P in Names<(typeof EN)[K]>]: string | number }

/** The texts without parameters: what a table may name as a title. */
export type PlainMessageKey = { [K in MessageKey]: [Names<(typeof EN)[K]>] extends [never] ? K : never }[MessageKey]

type Rest<K extends MessageKey> = [Names<(typeof EN)[K]>] extends [never] ? [] : [params: MessageParams<K>]

let catalogue: Catalogue = EN

/** Makes every later `t` speak the language of `next`. */
export function setCatalogue(next: Catalogue): void {
  catalogue = next
}

/** The text named `key` in the current language, with its parameters filled in. */
export function t<K extends MessageKey>(key: K, ...rest: Rest<K>): string {
  const params = (rest[0] ?? {}) as Readonly<Record<string, string | number>>
  return catalogue[key].replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(params, name) ? String(params[name]) : whole))
}

/** Texts that count something come in two forms, for one and for any other number. */
type CountedKey = MessageKey extends infer K ? (K extends `${infer Stem}.other` ? Stem : never) : never

/** The form of a counted text that fits `count`. */
export function tCount(stem: CountedKey, count: number): string {
  const row = count === 1 ? catalogue[`${stem}.one` as MessageKey] : catalogue[`${stem}.other` as MessageKey]
  return row.replace("{count}", count.toLocaleString("en"))
}

/** A number of bytes for people: `512 B`, `1.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} KB`
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`
}

/** A duration for people: `0.4 ms`, `12 ms`, `1.25 s`. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  return `${(milliseconds / 1000).toFixed(2)} s`
}
