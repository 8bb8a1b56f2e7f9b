/** Chooses the store of kept programs by the environment. */
import { join } from "node:path"
import type { Perhaps } from "./health.ts"
import { openPostgres } from "./postgres-snippets.ts"
import { openSqlite } from "./sqlite-snippets.ts"
import type { SnippetStore } from "./snippet-store.ts"

/** PostgreSQL if `url` names one, else SQLite in the folder `data`; or why there is no store. */
export async function openSnippets(url: string, data: string): Promise<Perhaps<SnippetStore>> {
  try {
    if (/^postgres(ql)?:\/\//.test(url)) return { value: openPostgres(url) }
    if (url !== "") return { missing: "DATABASE_URL of the server is no postgres:// address" }
    return { value: await openSqlite(join(data, "snippets.sqlite")) }
  } catch (error) {
    console.error(`links: ${error instanceof Error ? error.message : String(error)}`)
    return { missing: "the server has no store for links" }
  }
}
