/**
 * Builds while processes are killed at random: `node src/server/kill-storm.ts RUNTIME FOLDER BUILDS`. Prints one line of JSON.
 *
 * The one idea: this process has no other children than those of the builds, so whatever runs below it may be killed, at any moment. What
 * must hold afterwards is looked at from outside the code under test: results are compared with builds that nobody disturbed, the process
 * table is read, the cache is read entry by entry.
 */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import type { BuildRequest } from "../protocol/api.ts"
import { equip } from "./equipment.ts"
import { ApiError } from "./errors.ts"
import { FAILURES } from "../protocol/api.ts"

/** What a storm has shown. */
export interface StormReport {
  readonly builds: number
  readonly built: number
  /** Builds that were refused or failed with an error of the API, by kind. */
  readonly failed: Readonly<Record<string, number>>
  readonly kills: number
  /** Builds that gave other bytes than an undisturbed one, or an error that is none of the API's. */
  readonly wrong: readonly string[]
  /** Processes that are left, by name. */
  readonly left: readonly string[]
  /** Files of the cache that are no right entry. */
  readonly wrongEntries: readonly string[]
}

const [, , runtime = "", folder = "", count = "20"] = process.argv
const BUILDS = Number(count)
/** As many different programs; each is built many times, after its entry was thrown away. */
const PROGRAMS = 10

/** Processes below this one. */
function below(): readonly { readonly pid: number; readonly name: string }[] {
  const rows = readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const [, pid = "", comm = "", state = "", parent = ""] = /^(\d+) \((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? []
      return state === "Z" ? [] : [{ pid: Number(pid), name: comm, parent: Number(parent) }]
    } catch {
      return []
    }
  })
  const found = new Set([process.pid])
  for (let size = 0; size !== found.size; ) {
    size = found.size
    for (const row of rows) if (found.has(row.parent)) found.add(row.pid)
  }
  return rows.filter((row) => row.pid !== process.pid && found.has(row.pid))
}

/** Sandboxes that have lost their parent: a killed bubblewrap must leave none. */
function orphans(): readonly string[] {
  return readdirSync("/proc").filter((name) => {
    try {
      const [, comm = "", state = "", parent = ""] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? []
      return comm === "bwrap" && state !== "Z" && parent === "1"
    } catch {
      return false
    }
  })
}
const orphansBefore = new Set(orphans())

const request = (i: number): BuildRequest => ({
  files: [{ name: "main.hako", text: `box Part { n: Integer = ${i} }\nfunction f(a) { return a * ${i} + new Part().n }\nprint(f(${i}))` }],
  target: i % 2 === 0 ? "x86_64-linux" : "aarch64-linux",
  level: "O2",
  strip: true,
})

const { workshop: perhaps } = await equip(runtime, join(folder, "builds"))
if ("missing" in perhaps) throw new Error(perhaps.missing)
const workshop = perhaps.value
// Which failures there are is counted; the log would be long.
console.error = () => {}

const expected: string[] = []
for (let i = 0; i < PROGRAMS; i++) expected.push((await workshop.build(request(i), { client: "calm", admit: async () => {} })).sha256)

let kills = 0
let isOver = false
const storm = (async () => {
  while (!isOver) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 250))
    const all = below()
    const victim = all[Math.floor(Math.random() * all.length)]
    if (victim === undefined || isOver) continue
    try {
      process.kill(victim.pid, "SIGKILL")
      kills++
    } catch {
      // It has ended by itself.
    }
  }
})()

let built = 0
const failed: Record<string, number> = {}
const wrong: string[] = []
let next = 0
async function client(): Promise<void> {
  while (next < BUILDS) {
    const at = next++
    const i = at % PROGRAMS
    // Thrown away, so that it is built and not looked up.
    for (const name of readdirSync(join(folder, "builds"))) if (at % 3 !== 0) rmSync(join(folder, "builds", name), { force: true })
    try {
      const answer = await workshop.build(request(i), { client: `c${at}`, admit: async () => {} })
      built++
      const bytes = createHash("sha256").update(Buffer.from(answer.executable, "base64")).digest("hex")
      if (answer.sha256 !== expected[i] || bytes !== expected[i]) wrong.push(`build ${at} gave other bytes`)
    } catch (error) {
      if (error instanceof ApiError && FAILURES[error.kind].whose === "server" && error.kind !== "internal") failed[error.kind] = (failed[error.kind] ?? 0) + 1
      else wrong.push(`build ${at}: ${error instanceof ApiError ? `${error.kind} ${error.message} ${String(error.cause)}` : String(error)}`)
    }
  }
}
await Promise.all([client(), client(), client()])
isOver = true
await storm
const after = workshop.depth
workshop.close()
// A killed process is gone once its parent has taken notice; this process waits for nothing else.
for (let tries = 0; tries < 200 && below().length + orphans().filter((pid) => !orphansBefore.has(pid)).length > 0; tries++) await new Promise((resolve) => setTimeout(resolve, 25))

const right = new Set(expected)
const wrongEntries = readdirSync(join(folder, "builds")).filter((name) => {
  const bytes = readFileSync(join(folder, "builds", name))
  const content = createHash("sha256").update(bytes.subarray(32)).digest()
  return !/^[0-9a-f]{64}$/.test(name) || !content.equals(bytes.subarray(0, 32)) || !right.has(content.toString("hex"))
})
const report: StormReport = { builds: BUILDS, built, failed, kills, wrong: after === 0 ? wrong : [...wrong, `${after} jobs are left`], left: [...below().map((row) => row.name), ...orphans().filter((pid) => !orphansBefore.has(pid)).map((pid) => `orphan ${pid}`)], wrongEntries }
console.log(JSON.stringify(report))
process.exit(0)
