/**
 * What a store of programs promises, tested on each store there is: SQLite in a file, PostgreSQL started here if it is installed.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { type AddressInfo, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Client } from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type RunningService, startPostgres } from "../setup/services.ts"
import { findPostgres } from "../setup/tools.ts"
import { openPostgres } from "./postgres-snippets.ts"
import { openSqlite } from "./sqlite-snippets.ts"
import { isSnippetId, type SnippetStore, StoreError, wholeId } from "./snippet-store.ts"

const folder = mkdtempSync(join(tmpdir(), "hako-snippets-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let file = 0
let postgres: RunningService | null = null

/** A way to have a store, to open what it keeps again, and to reach behind it. */
interface Kind {
  readonly open: (address: string) => Promise<SnippetStore>
  readonly place: () => string
  /** Runs SQL behind the store's back. */
  readonly tamper: (address: string, sql: string) => Promise<void>
}

const KINDS: Readonly<Record<string, Kind>> = {
  SQLite: {
    place: () => {
      file++
      return join(folder, `${file}.sqlite`)
    },
    open: openSqlite,
    tamper: async (address, sql) => {
      const database = new DatabaseSync(address)
      database.exec(sql)
      database.close()
    },
  },
  PostgreSQL: {
    place: () => postgres?.address ?? "",
    open: async (address) => openPostgres(address),
    tamper: async (address, sql) => {
      const client = new Client(address)
      await client.connect()
      await client.query(sql)
      await client.end()
    },
  },
}

beforeAll(async () => {
  if (findPostgres() !== null) postgres = await startPostgres(join(folder, "postgres"))
}, 120_000)
afterAll(() => postgres?.stop())

let made = 0
/** A fragment that no store has seen. */
const fragment = (): string => {
  made++
  return `1.program-${made}`
}

describe.each(Object.entries(KINDS))("%s", (name, kind) => {
  // Without its programs (npm run setup installs them) there is nothing to test.
  const missing = name === "PostgreSQL" && findPostgres() === null
  const opened: SnippetStore[] = []
  const open = async (address = kind.place()): Promise<SnippetStore> => {
    const store = await kind.open(address)
    opened.push(store)
    return store
  }
  afterAll(async () => {
    for (const store of opened) await store.close()
  })

  it.skipIf(missing)("gives back what was kept, by its short and its whole name, also when opened again", async () => {
    const address = kind.place()
    const store = await open(address)
    const text = fragment()
    const id = await store.put(text)
    expect(id).toMatch(/^[0-9A-Za-z]{9}$/)
    expect(await store.get(id)).toEqual({ id, fragment: text })
    expect(await store.get(wholeId(text))).toEqual({ id: wholeId(text), fragment: text })
    expect(await (await open(address)).get(id)).toEqual({ id, fragment: text })
  })

  it.skipIf(missing)("keeps the same program once, however many keep it at the same time", async () => {
    const store = await open()
    const text = fragment()
    const ids = await Promise.all(Array.from({ length: 50 }, () => store.put(text)))
    expect(new Set(ids).size).toBe(1)
    expect(await store.put(text)).toBe(ids[0])
  })

  it.skipIf(missing)("gives a longer name when the short one is taken, and leaves the taken one alone", async () => {
    const address = kind.place()
    const store = await open(address)
    await store.check()
    const first = fragment()
    await store.put(first)
    const second = fragment()
    // Another program that begins with the same nine characters cannot be found by trying; it is put there.
    const rival = `${wholeId(second).slice(0, 9)}${"0".repeat(13)}`
    await kind.tamper(address, `INSERT INTO snippets (id, short, fragment, created) VALUES ('${rival}', '${rival.slice(0, 9)}', 'x', ${name === "SQLite" ? "0" : "now()"})`)
    const id = await store.put(second)
    expect(id).toBe(wholeId(second).slice(0, 10))
    expect(await store.get(id)).toEqual({ id, fragment: second })
    // The rival's content does not fit its name, so it is not given out.
    expect(await store.get(rival.slice(0, 9))).toBeNull()
  })

  it.skipIf(missing)("gives out no program that was changed", async () => {
    const address = kind.place()
    const store = await open(address)
    const text = fragment()
    const id = await store.put(text)
    await kind.tamper(address, `UPDATE snippets SET fragment = '1.changed' WHERE short = '${id}'`)
    expect(await store.get(id)).toBeNull()
    await expect(store.put(text)).rejects.toThrow(StoreError)
  })

  it.skipIf(missing)("knows no name that it has not given, and no text that is none", async () => {
    const store = await open()
    for (const id of ["000000000", "", "x".repeat(22), "'; DROP TABLE snippets", "../../../../etc", "AAAAAAAA\0"]) expect(await store.get(id), id).toBeNull()
    await store.check()
  })

  it.skipIf(missing)("keeps many programs at the same time apart", async () => {
    const store = await open()
    const texts = Array.from({ length: 200 }, fragment)
    const ids = await Promise.all(texts.map((text) => store.put(text)))
    expect(new Set(ids).size).toBe(200)
    for (const [i, id] of ids.entries()) expect((await store.get(id))?.fragment).toBe(texts[i])
  })
})

describe("a store that is away", () => {
  it("says so", async () => {
    const store = openPostgres("postgres://nobody@127.0.0.1:9/none")
    await expect(store.put("1.x")).rejects.toThrow(StoreError)
    await expect(store.get("000000000")).rejects.toThrow(StoreError)
    await expect(store.check()).rejects.toThrow(StoreError)
    await store.close()
    const closed = await openSqlite(join(folder, "closed.sqlite"))
    await closed.close()
    await expect(closed.put("1.x")).rejects.toThrow(StoreError)
    await expect(closed.get("000000000")).rejects.toThrow(StoreError)
  })
})

it("is told from a database that takes connections and never answers", async () => {
  const silent = createServer((socket) => socket.on("error", () => {}).resume())
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve))
  const store = openPostgres(`postgres://nobody@127.0.0.1:${(silent.address() as AddressInfo).port}/none`)
  await expect(store.put("1.x")).rejects.toThrow(StoreError)
  await expect(store.check()).rejects.toThrow(StoreError)
  await store.close()
  await new Promise((resolve) => silent.close(resolve))
})

it("names have 128 bits as 22 letters and digits", () => {
  expect(wholeId("1.a")).toMatch(/^[0-7][0-9A-Za-z]{21}$/)
  expect(wholeId("1.a")).not.toBe(wholeId("1.b"))
  expect(isSnippetId(wholeId("1.a"))).toBe(true)
  expect(isSnippetId("short")).toBe(false)
})
