/**
 * Kept programs in PostgreSQL, for several servers that share them.
 *
 * The one idea: as in SQLite, only that two servers may keep programs at the same time: a name is taken by an insertion that does nothing
 * if it loses, and the loser looks again. Keeping is repeatable, so a lost connection may simply be tried again by the client.
 *
 * Reads go to the same server as writes: what was acknowledged can be read at once. `synchronous_commit` is set and read back.
 */
import { Pool } from "pg"
import { isSnippetId, SHORTEST_ID, type SnippetStore, StoreError, WHOLE_ID, wholeId } from "./snippet-store.ts"
import { provenSnippet } from "./sqlite-snippets.ts"

const SCHEMA = "CREATE TABLE IF NOT EXISTS snippets (id TEXT PRIMARY KEY, short TEXT NOT NULL UNIQUE, fragment TEXT NOT NULL, created TIMESTAMPTZ NOT NULL DEFAULT now())"

/** Opens the store of the database at `url` (`postgres://…`). The table is made at the first use. */
export function openPostgres(url: string): SnippetStore {
  const pool = new Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 1000, query_timeout: 2000, statement_timeout: 3000, lock_timeout: 1000, idle_in_transaction_session_timeout: 5000, options: "-c synchronous_commit=on" })
  // A connection that breaks while nobody uses it is replaced at the next use.
  pool.on("error", () => {})
  let isPrepared = false

  const query = async (text: string, values: readonly string[]): Promise<Record<string, unknown>[]> => {
    try {
      if (!isPrepared) {
        await pool.query(SCHEMA)
        const found = await pool.query<{ synchronous_commit: string }>("SHOW synchronous_commit")
        if (found.rows[0]?.synchronous_commit !== "on") throw new StoreError("PostgreSQL does not promise to keep what it has acknowledged")
        isPrepared = true
      }
      return (await pool.query<Record<string, unknown>>(text, [...values])).rows
    } catch (error) {
      throw error instanceof StoreError ? error : new StoreError(`PostgreSQL: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const byId = (id: string): Promise<Record<string, unknown>[]> => query("SELECT id, short, fragment FROM snippets WHERE id = $1", [id])

  return {
    put: async (fragment) => {
      const id = wholeId(fragment)
      for (let length = SHORTEST_ID; length <= WHOLE_ID; length++) {
        const [made] = await query("INSERT INTO snippets (id, short, fragment) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING short", [id, id.slice(0, length), fragment])
        if (made !== undefined) return String(made["short"])
        const [known] = await byId(id)
        if (known === undefined) continue
        if (known["fragment"] !== fragment) throw new StoreError(`two programs have the name ${id}`)
        return String(known["short"])
      }
      throw new StoreError(`no name is left for ${id}`)
    },
    get: async (id) => {
      if (!isSnippetId(id)) return null
      const [row] = await query("SELECT id, fragment FROM snippets WHERE short = $1 OR id = $1", [id])
      return row === undefined ? null : provenSnippet(String(row["id"]), id, row["fragment"])
    },
    check: async () => {
      await query("SELECT 1", [])
    },
    close: () => pool.end(),
  }
}
