/**
 * Keeps programs until it is killed: `node src/server/snippet-writer.ts ADDRESS NUMBER`. Prints a line with name and fragment for each
 * program after it was acknowledged. `ADDRESS` is a file for SQLite or a `postgres://` address.
 */
import { writeSync } from "node:fs"
import { openPostgres } from "./postgres-snippets.ts"
import { openSqlite } from "./sqlite-snippets.ts"
import { StoreError } from "./snippet-store.ts"

const [, , address = "", number = "0"] = process.argv
const store = address.startsWith("postgres://") ? openPostgres(address) : await openSqlite(address)
let made = 0

async function keep(): Promise<void> {
  for (;;) {
    const fragment = `1.${number}-${made++}-${"x".repeat(Math.floor(Math.random() * 2000))}`
    try {
      writeSync(1, `${await store.put(fragment)} ${fragment}\n`)
    } catch (error) {
      // What is not acknowledged is not promised.
      if (!(error instanceof StoreError)) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
await Promise.all(Array.from({ length: 8 }, keep))
