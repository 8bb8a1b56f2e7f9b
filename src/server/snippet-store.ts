/**
 * Kept programs: what a store of them promises, and how they are named.
 *
 * The one idea: a program is named by the hash of its content, so the same program is kept once, nothing can be overwritten, and what is
 * read is checked against its name. The name that is given away is the shortest beginning of at least nine characters that no other
 * program has; it belongs to its program for ever.
 *
 * Names have letters and digits only: chats cut punctuation off the end of a link.
 */
import { createHash } from "node:crypto"

/** Length of a whole name: 128 bits. */
export const WHOLE_ID = 22
/** Length of the shortest name. */
export const SHORTEST_ID = 9

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** The whole name of a content: the first 128 bits of its SHA-256 as 22 digits to base 62. */
export function wholeId(fragment: string): string {
  let rest = BigInt(`0x${createHash("sha256").update("hako snippet\n").update(fragment).digest("hex").slice(0, 32)}`)
  let id = ""
  for (let i = 0; i < WHOLE_ID; i++) {
    id = DIGITS[Number(rest % 62n)] + id
    rest /= 62n
  }
  return id
}

/** True if `text` has the form of a name. */
export function isSnippetId(text: string): boolean {
  return /^[0-9A-Za-z]{9,22}$/.test(text)
}

/** A kept program. */
export interface Snippet {
  /** The name that was given away. */
  readonly id: string
  readonly fragment: string
}

/** A place that keeps programs. All its implementations pass the same tests. */
export interface SnippetStore {
  /** Keeps a program and gives its name, once it can no longer be lost. Keeping it again gives the same name. */
  put(fragment: string): Promise<string>
  /** The program of a name, short or whole; null if there is none, or if what is stored is not what was kept. */
  get(id: string): Promise<Snippet | null>
  /** Rejects if the store does not work. */
  check(): Promise<void>
  close(): Promise<void>
}

/** The store cannot be used now. */
export class StoreError extends Error {}
