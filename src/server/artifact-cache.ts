/**
 * Built executables on disk, by the hash of everything they were made from.
 *
 * The one idea: an entry is believed only as far as it proves itself: a file holds the hash of its content in front of it, and the hash is
 * checked at every read. Whatever is wrong with an entry (cut off, changed, unreadable) makes it absent; it is built again.
 *
 * An entry appears whole or not at all: written beside, synchronised, renamed. The folder is kept below a number of bytes by removing what
 * was not used longest. Several processes may share a folder.
 */
import { createHash, randomBytes } from "node:crypto"
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeSync } from "node:fs"
import { join } from "node:path"

const HASH_BYTES = 32
/** Entries are named by the 64 hexadecimal digits of their key. */
const ENTRY = /^[0-9a-f]{64}$/
/** An unfinished write of a process that is gone, once it is this old in milliseconds. */
const ABANDONED = 60_000

/** Hash of several texts in which no text can be taken for a part of its neighbour: each has its length in front. */
export function keyOf(parts: readonly string[]): string {
  const hash = createHash("sha256")
  for (const part of parts) {
    const bytes = Buffer.from(part, "utf8")
    hash.update(`${bytes.length}:`).update(bytes)
  }
  return hash.digest("hex")
}

/** Removes a file if that can be done; what stays is looked at again another time. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // The disk is broken or another process has put something else there.
  }
}

/** See the head of the file. */
export class ArtifactCache {
  readonly #folder: string
  readonly #mostBytes: number

  /** Makes the folder if it is not there. */
  constructor(folder: string, mostBytes: number) {
    this.#folder = folder
    this.#mostBytes = mostBytes
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(folder)) if (!ENTRY.test(name) && this.#age(name) > ABANDONED) remove(join(folder, name))
  }

  #age(name: string): number {
    try {
      return Date.now() - statSync(join(this.#folder, name)).mtimeMs
    } catch {
      return 0
    }
  }

  /** The content of an entry that proves itself, or null. */
  get(key: string): Uint8Array | null {
    const path = join(this.#folder, key)
    let bytes: Buffer
    try {
      bytes = readFileSync(path)
    } catch {
      return null
    }
    const content = bytes.subarray(HASH_BYTES)
    if (bytes.length < HASH_BYTES || !createHash("sha256").update(content).digest().equals(bytes.subarray(0, HASH_BYTES))) {
      remove(path)
      return null
    }
    try {
      utimesSync(path, new Date(), new Date())
    } catch {
      // Another process has just removed it; the content is good all the same.
    }
    return new Uint8Array(content)
  }

  /** Keeps an entry. Gives false, and keeps nothing, if the disk does not take it. */
  put(key: string, content: Uint8Array): boolean {
    const beside = join(this.#folder, `.${key}.${randomBytes(4).toString("hex")}`)
    try {
      const file = openSync(beside, "wx", 0o600)
      try {
        const hash = createHash("sha256").update(content).digest()
        for (const part of [hash, content]) for (let at = 0; at < part.length; ) at += writeSync(file, part, at)
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(beside, join(this.#folder, key))
      const folder = openSync(this.#folder, "r")
      try {
        fsyncSync(folder)
      } finally {
        closeSync(folder)
      }
      this.#trim()
      return true
    } catch {
      remove(beside)
      return false
    }
  }

  #trim(): void {
    const entries = readdirSync(this.#folder)
      .filter((name) => ENTRY.test(name))
      .flatMap((name) => {
        try {
          const { size, mtimeMs } = statSync(join(this.#folder, name))
          return [{ name, size, used: mtimeMs }]
        } catch {
          return []
        }
      })
      .sort((a, b) => a.used - b.used)
    let total = entries.reduce((sum, entry) => sum + entry.size, 0)
    for (const entry of entries) {
      if (total <= this.#mostBytes) break
      remove(join(this.#folder, entry.name))
      total -= entry.size
    }
  }
}
