/**
 * Nothing is lost, left behind or mixed up when processes are killed at any moment. A few rounds here; `STORM_BUILDS=500` and
 * `STORM_ROUNDS=100` make it a storm.
 */
import { spawn, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, openSync, closeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { ownTarget } from "../native/program.ts"
import { startPostgres } from "../setup/services.ts"
import { hasSandbox } from "../native/sandbox.ts"
import { findLlvm, findPostgres } from "../setup/tools.ts"
import type { StormReport } from "./kill-storm.ts"
import { openPostgres } from "./postgres-snippets.ts"
import { openSqlite } from "./sqlite-snippets.ts"
import { type SnippetStore, StoreError } from "./snippet-store.ts"

const RUNTIME = fileURLToPath(new URL("../../dist/runtime/native", import.meta.url))
const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const ready = ownTarget() !== null && findLlvm() !== null && hasSandbox() && existsSync(join(RUNTIME, "x86_64", "runtime.o"))
const BUILDS = Number(process.env["STORM_BUILDS"] ?? 24)
const ROUNDS = Number(process.env["STORM_ROUNDS"] ?? 3)
const PATIENCE = 3_600_000

const folder = mkdtempSync(join(tmpdir(), "hako-storm-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it.skipIf(!ready)(`${BUILDS} builds with random kills leave no process, no file and no wrong entry`, () => {
  const ran = spawnSync(process.execPath, [script("./kill-storm.ts"), RUNTIME, join(folder, "builds"), String(BUILDS)], { encoding: "utf8" })
  expect(ran.stderr).toBe("")
  const report = JSON.parse(ran.stdout) as StormReport
  expect(report).toMatchObject({ builds: BUILDS, wrong: [], left: [], wrongEntries: [] })
  expect(report.kills).toBeGreaterThan(0)
  expect(report.built + Object.values(report.failed).reduce((sum, n) => sum + n, 0)).toBe(BUILDS)
  if (BUILDS > 100) console.log(JSON.stringify(report))
}, PATIENCE)

/** The programs that a writer's output says were acknowledged. The last line may be cut off. */
function acknowledged(path: string): readonly (readonly [id: string, fragment: string])[] {
  return readFileSync(path, "utf8").split("\n").slice(0, -1).map((line) => line.split(" ") as [string, string])
}

/** Runs a writer until it has acknowledged something, a while more, and kills it. */
async function writeUntilKilled(address: string, round: number, whileWriting: () => Promise<void> = async () => {}): Promise<readonly (readonly [string, string])[]> {
  const path = join(folder, `acknowledged-${round}`)
  const out = openSync(path, "w")
  const child = spawn(process.execPath, [script("./snippet-writer.ts"), address, String(round)], { stdio: ["ignore", out, "ignore"] })
  closeSync(out)
  const ended = new Promise((resolve) => child.on("exit", resolve))
  const enough = 5 + Math.floor(Math.random() * 60)
  while (acknowledged(path).length < enough && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
  await whileWriting()
  child.kill("SIGKILL")
  await ended
  return acknowledged(path)
}

/** Asks until the store answers: a database that has just recovered may be slower than a server waits for it, and loses nothing by that. */
async function found(store: SnippetStore, id: string): Promise<unknown> {
  for (let tries = 0; ; tries++) {
    try {
      return await store.get(id)
    } catch (error) {
      if (!(error instanceof StoreError) || tries >= 30) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

async function expectKept(store: SnippetStore, all: readonly (readonly [string, string])[]): Promise<void> {
  for (const [id, fragment] of all) expect(await found(store, id)).toEqual({ id, fragment })
}

describe("no acknowledged program is lost", () => {
  it(`when a writer to SQLite is killed, ${ROUNDS} times`, async () => {
    const address = join(folder, "killed.sqlite")
    let all: (readonly [string, string])[] = []
    for (let round = 0; round < ROUNDS; round++) {
      all = [...all, ...(await writeUntilKilled(address, round))]
      const store = await openSqlite(address)
      await expectKept(store, all.slice(-200))
      await store.close()
    }
    const store = await openSqlite(address)
    await expectKept(store, all)
    await store.close()
    expect(all.length).toBeGreaterThan(ROUNDS)
    if (ROUNDS > 10) console.log(`SQLite: ${all.length} acknowledged in ${ROUNDS} rounds, none lost`)
  }, PATIENCE)

  // Without PostgreSQL (npm run setup installs it) there is nothing to kill.
  it.skipIf(findPostgres() === null)(`when PostgreSQL is killed under writers, ${ROUNDS} times`, async () => {
    const data = join(folder, "postgres")
    let server = await startPostgres(data)
    const port = Number(new URL(server.address).port)
    const all: (readonly [string, string])[] = []
    for (let round = 0; round < ROUNDS; round++) {
      all.push(...(await writeUntilKilled(server.address, 10_000 + round, () => server.kill())))
      server = await startPostgres(data, port)
      const store = openPostgres(server.address)
      await expectKept(store, all.slice(-200))
      await store.close()
    }
    const store = openPostgres(server.address)
    await expectKept(store, all)
    await store.close()
    await server.stop()
    expect(all.length).toBeGreaterThan(ROUNDS)
    if (ROUNDS > 10) console.log(`PostgreSQL: ${all.length} acknowledged in ${ROUNDS} rounds, none lost`)
  }, PATIENCE)
})
