/**
 * Kept programs in one SQLite file, for a server that is alone.
 *
 * The one idea: nothing is acknowledged before it is on the disk. The file is in WAL mode with `synchronous=FULL`, checked by reading
 * it back, since drivers bring other defaults. Programs that arrive within a moment share one commit.
 */
import { mkdirSync } from "node:fs"
import { dirname } from "node:path"
import { isSnippetId, SHORTEST_ID, type Snippet, type SnippetStore, StoreError, WHOLE_ID, wholeId } from "./snippet-store.ts"

type Sqlite = typeof import("node:sqlite")

/** Most programs that share a commit, and milliseconds that the first of them waits for others. */
const GROUP = 64
const GROUP_WAIT = 2

const SCHEMA = "CREATE TABLE IF NOT EXISTS snippets (id TEXT PRIMARY KEY, short TEXT NOT NULL UNIQUE, fragment TEXT NOT NULL, created INTEGER NOT NULL) STRICT, WITHOUT ROWID"

interface Put {
  readonly fragment: string
  readonly resolve: (id: string) => void
  readonly reject: (error: unknown) => void
}

/** Opens the store in the file at `path`, which is made if it is not there. Rejects with a StoreError if this Node has no SQLite. */
export async function openSqlite(path: string): Promise<SnippetStore> {
  let sqlite: Sqlite
  try {
    sqlite = await import("node:sqlite")
  } catch {
    throw new StoreError("keeping links needs Node 22.13 or newer")
  }
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const database = new sqlite.DatabaseSync(path)
  database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON")
  const setting = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
  if (setting("journal_mode") !== "wal" || setting("synchronous") !== 2) throw new StoreError("SQLite does not promise to keep what it has acknowledged")
  database.exec(SCHEMA)
  const known = database.prepare("SELECT short, fragment FROM snippets WHERE id = ?")
  const byShort = database.prepare("SELECT id, fragment FROM snippets WHERE short = ?")
  const insert = database.prepare("INSERT INTO snippets (id, short, fragment, created) VALUES (?, ?, ?, ?)")

  const putOne = (fragment: string): string => {
    const id = wholeId(fragment)
    const row = known.get(id)
    if (row !== undefined) {
      if (row["fragment"] !== fragment) throw new StoreError(`two programs have the name ${id}`)
      return String(row["short"])
    }
    for (let length = SHORTEST_ID; length <= WHOLE_ID; length++) {
      const short = id.slice(0, length)
      if (byShort.get(short) !== undefined) continue
      insert.run(id, short, fragment, Date.now())
      return short
    }
    throw new StoreError(`no name is left for ${id}`)
  }

  let waiting: Put[] = []
  let isClosed = false
  const commit = (): void => {
    const group = waiting.splice(0, GROUP)
    if (group.length === 0) return
    const results: { readonly put: Put; readonly short: string }[] = []
    try {
      database.exec("BEGIN IMMEDIATE")
      for (const put of group) results.push({ put, short: putOne(put.fragment) })
      database.exec("COMMIT")
    } catch (error) {
      try {
        database.exec("ROLLBACK")
      } catch {
        // Nothing was begun.
      }
      for (const put of group) put.reject(new StoreError(`SQLite: ${error instanceof Error ? error.message : String(error)}`))
      return
    }
    for (const { put, short } of results) put.resolve(short)
    if (waiting.length > 0) setImmediate(commit)
  }

  return {
    put: (fragment) =>
      new Promise((resolve, reject) => {
        if (isClosed) {
          reject(new StoreError("the store is closed"))
          return
        }
        waiting.push({ fragment, resolve, reject })
        if (waiting.length === 1) setTimeout(commit, GROUP_WAIT)
      }),
    get: async (id) => {
      if (!isSnippetId(id)) return null
      try {
        const row = byShort.get(id) ?? (id.length === WHOLE_ID ? known.get(id) : undefined)
        if (row === undefined) return null
        return provenSnippet(id.length === WHOLE_ID ? id : String(row["id"]), id, row["fragment"])
      } catch (error) {
        throw new StoreError(`SQLite: ${error instanceof Error ? error.message : String(error)}`)
      }
    },
    check: async () => {
      database.prepare("SELECT count(*) FROM (SELECT 1 FROM snippets LIMIT 1)").get()
    },
    close: async () => {
      commit()
      isClosed = true
      for (const put of waiting.splice(0)) put.reject(new StoreError("the store is closed"))
      waiting = []
      database.close()
    },
  }
}

/** A row as a kept program, or null if the content is not the one its name stands for. */
export function provenSnippet(whole: string, id: string, fragment: unknown): Snippet | null {
  return typeof fragment === "string" && wholeId(fragment) === whole ? { id, fragment } : null
}
