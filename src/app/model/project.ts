/**
 * The files of the program as a list whose first file is the main one: it holds the entry point, and the others are
 * read through `using`. Pure functions from a list to a list.
 *
 * Invariants: a list has at least one and at most `MOST_FILES` files, and no two of them have the same name.
 */
import type { SourceText } from "../../protocol/worker.ts"

/** A whole program with what belongs to it. */
export interface Program {
  /** The first one is the main file. */
  readonly files: readonly SourceText[]
  /** Name of the file in the editor. */
  readonly active: string
  readonly stdin: string
}

/** Most files of a program. */
export const MOST_FILES = 16
/** Most UTF-16 units of a file's name. */
export const NAME_LIMIT = 64
/** What a program of one file is called. */
export const MAIN_NAME = "main.hako"

/** A name that is shown, written behind `using` and offered for a download: no folders, no control characters. */
export function isFileName(name: string): boolean {
  return name.length <= NAME_LIMIT && /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name)
}

/** Why a name cannot be given to a file. */
export type NameFault = "empty" | "shape" | "taken"

/** What is wrong with `name` for a file beside `files`; `own` is the name the file has now, if it exists. */
export function nameFault(files: readonly SourceText[], name: string, own: string | null): NameFault | null {
  if (name === "") return "empty"
  if (!isFileName(name)) return "shape"
  // Downloads land on systems that do not tell letters apart by case.
  const folded = name.toLowerCase()
  return files.some((file) => file.name !== own && file.name.toLowerCase() === folded) ? "taken" : null
}

/** `typed` as a file's name: without blanks around it, and with the ending of the language if it has none. */
export function completeName(typed: string): string {
  const name = typed.trim()
  return name === "" || name.includes(".") ? name : `${name}.hako`
}

/** A name that no file has. */
export function freeName(files: readonly SourceText[]): string {
  for (let number = files.length + 1; ; number++) {
    const name = `part${number}.hako`
    if (nameFault(files, name, null) === null) return name
  }
}

/** The text as the editor holds it: every line break is one character, so offsets mean the same everywhere. */
export function normalText(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text
}

/** `files` with `text` as the text of the file `name`. */
export function withFileText(files: readonly SourceText[], name: string, text: string): readonly SourceText[] {
  return files.map((file) => (file.name === name ? { name, text } : file))
}

/**
 * `files` with the file `from` called `to`. The lines of all files that use it by its whole name in quotes follow; other
 * spellings are left for the checker to report.
 */
export function withFileName(files: readonly SourceText[], from: string, to: string): readonly SourceText[] {
  const quoted = from.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
  const line = new RegExp(`^([ \\t]*(?:using|import)[ \\t]+)(["'])${quoted}\\2`, "gm")
  return files.map((file) => {
    const text = file.text.replace(line, (_, start: string, quote: string) => `${start}${quote}${to}${quote}`)
    return file.name === from ? { name: to, text } : text === file.text ? file : { name: file.name, text }
  })
}

/** `files` with the file `name` in front. */
export function withMain(files: readonly SourceText[], name: string): readonly SourceText[] {
  const main = files.find((file) => file.name === name)
  return main === undefined ? files : [main, ...files.filter((file) => file !== main)]
}

/** The file that is shown once `name` is gone: the one before it, else the one behind it. */
export function neighbourOf(files: readonly SourceText[], name: string): string {
  const at = files.findIndex((file) => file.name === name)
  return (files[at - 1] ?? files[at + 1] ?? files[0])?.name ?? MAIN_NAME
}

/** True if both are the same files in the same order with the same texts. */
export function sameFiles(a: readonly SourceText[], b: readonly SourceText[]): boolean {
  return a.length === b.length && a.every((file, index) => file.name === b[index]?.name && file.text === b[index]?.text)
}

/** True if no file holds more than blanks. */
export function isBlank(files: readonly SourceText[]): boolean {
  return files.every((file) => file.text.trim() === "")
}

/** UTF-16 units of all files together. */
export function unitsOf(files: readonly SourceText[]): number {
  return files.reduce((sum, file) => sum + file.text.length, 0)
}
