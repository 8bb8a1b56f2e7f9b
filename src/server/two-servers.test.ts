/** Two processes of the built server that share PostgreSQL and Redis and nothing else: a client cannot tell which of them it talks to. */
import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, expect, it } from "vitest"
import type { SnippetAnswer } from "../protocol/api.ts"
import { startPostgres, startRedis } from "../setup/services.ts"
import { findPostgres, findRedis } from "../setup/tools.ts"
import { RATES } from "./limits.ts"

const SERVER = fileURLToPath(new URL("../../dist/server.js", import.meta.url))
const PAGE = fileURLToPath(new URL("../../dist/page/index.html", import.meta.url))
// `npm run setup` installs the two services, `npm run build` makes the server.
const ready = findPostgres() !== null && findRedis() !== null && existsSync(SERVER) && existsSync(PAGE)
const folder = mkdtempSync(join(tmpdir(), "hako-two-"))
const stopping: (() => unknown)[] = []
afterAll(async () => {
  for (const stop of stopping.reverse()) await stop()
  rmSync(folder, { recursive: true, force: true })
})

interface Server {
  readonly url: string
  readonly kill: () => Promise<void>
}

async function startServer(name: string, environment: Readonly<Record<string, string>>): Promise<Server> {
  const child: ChildProcess = spawn(process.execPath, [SERVER], { env: { ...process.env, ...environment, PORT: "0", HOST: "127.0.0.1", DATA_DIR: join(folder, name), TRUSTED_PROXIES: "1" }, stdio: ["ignore", "pipe", "ignore"] })
  const gone = new Promise<void>((resolve) => child.on("exit", () => resolve()))
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL")
    await gone
  }
  stopping.push(kill)
  const url = await new Promise<string>((resolve, reject) => {
    let said = ""
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8")
      const [, found] = /(http:\/\/\S+:\d+)\//.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
    child.on("exit", () => reject(new Error("the server ended")))
  })
  return { url, kill }
}

/** Keeps a link. A database that has just started may be slower than a server waits for it: the answer is to come back, which is done here. */
async function keep(server: Server, client: string, fragment: string): Promise<{ readonly status: number; readonly id: string; readonly retryAfter: number }> {
  for (let tries = 0; ; tries++) {
    const response = await fetch(`${server.url}/api/snippets`, { method: "POST", headers: { "Content-Type": "application/json", "X-Forwarded-For": client }, body: JSON.stringify({ fragment }) })
    const body = (await response.json()) as Partial<SnippetAnswer>
    if (response.status !== 503 || tries >= 30) return { status: response.status, id: body.id ?? "", retryAfter: Number(response.headers.get("Retry-After") ?? 0) }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function read(server: Server, id: string): Promise<unknown> {
  return (await fetch(`${server.url}/api/snippets/${id}`)).json()
}

it.skipIf(!ready)("keep links and count clients together, and one goes on when the other is killed", { timeout: 180_000 }, async () => {
  const postgres = await startPostgres(join(folder, "postgres"))
  stopping.push(postgres.stop)
  const redis = await startRedis(join(folder, "redis"))
  stopping.push(redis.stop)
  const environment = { DATABASE_URL: postgres.address, REDIS_URL: redis.address }
  const [one, two] = await Promise.all([startServer("one", environment), startServer("two", environment)])

  // The same program at both at the same time has one name; what one keeps the other gives out.
  const ids = await Promise.all([one, two, one, two].map((server) => keep(server, "203.0.113.1", "1.shared")))
  expect(ids.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(new Set(ids.map(({ id }) => id)).size).toBe(1)
  const id = ids[0]?.id ?? ""
  for (const server of [one, two]) expect(await read(server, id)).toEqual({ id, fragment: "1.shared" })

  // A server counts for itself until it has reached Redis: another client, until both have.
  for (let client = 1; ; client++) {
    const address = `198.51.100.${client}`
    for (let n = 0; n < RATES.share.points; n++) expect((await keep(one, address, `1.counted-${client}-${n}`)).status).toBe(200)
    expect((await keep(one, address, "1.too-much")).status).toBe(429)
    const { status, retryAfter } = await keep(two, address, "1.too-much")
    if (status === 200 && client < 100) continue
    expect(status).toBe(429)
    expect(retryAfter).toBeGreaterThan(0)
    break
  }
  const last = await keep(one, "192.0.2.1", "1.last")
  expect(last.status).toBe(200)
  await one.kill()
  expect(await read(two, last.id)).toEqual({ id: last.id, fragment: "1.last" })
  expect((await keep(two, "192.0.2.1", "1.after")).status).toBe(200)
})
