/**
 * Builds while processes are killed at random: `node src/server/kill-storm.ts RUNTIME FOLDER BUILDS`. Prints one line of JSON.
 *
 * The one idea: this process has no other children than those of the builds, so whatever runs below it may be killed, at any moment. Rounds
 * of builds at the same time are struck or spared by chance: a struck build may fail, with an error that says so, while one in a spared
 * round must succeed, whatever the round before has left of the pool of processes. What must hold afterwards is looked at from outside the
 * code under test: results are compared with builds that nobody disturbed, the process table is read, the cache is read entry by entry.
 */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { type BuildRequest, FAILURES } from "../protocol/api.ts"
import { processesBelow, processRows } from "../setup/processes.ts"
import { equip } from "./equipment.ts"
import { ApiError } from "./errors.ts"

/** What a storm has shown. */
export interface StormReport {
  readonly builds: number
  readonly built: number
  /** Builds of rounds in which processes were killed; of these some succeed, as a tool that was lost is started once more. */
  readonly struck: number
  /** Struck builds that were refused or failed with an error of the API, by kind. */
  readonly failed: Readonly<Record<string, number>>
  readonly kills: number
  /** Builds that gave other bytes than an undisturbed one, or an error that is none of the API's; spared ones that gave any error. */
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
/** Builds of a round. */
const AT_ONCE = 3

const below = (): ReturnType<typeof processesBelow> => processesBelow(process.pid)

/** Sandboxes that have lost their parent: a killed bubblewrap must leave none. */
function orphans(): readonly number[] {
  return processRows().filter(({ name, parent }) => name === "bwrap" && parent === 1).map(({ pid }) => pid)
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
const begun = performance.now()
for (let i = 0; i < PROGRAMS; i++) expected.push((await workshop.build(request(i), { client: "calm", admit: async () => {} })).sha256)
/** Milliseconds that a build takes here; it sets the pace, so that a slow machine sees as many kills in a build as a fast one. */
const usual = (performance.now() - begun) / PROGRAMS

let kills = 0
/** Kills at random moments until the work is over. */
async function strikeDuring(work: Promise<unknown>): Promise<void> {
  let isOver = false
  const ended = work.finally(() => {
    isOver = true
  })
  while (!isOver) {
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, Math.random() * usual))])
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
}

let built = 0
let struck = 0
const failed: Record<string, number> = {}
const wrong: string[] = []
async function build(at: number, isStruck: boolean): Promise<void> {
  const i = at % PROGRAMS
  try {
    const answer = await workshop.build(request(i), { client: `c${at}`, admit: async () => {} })
    built++
    const bytes = createHash("sha256").update(Buffer.from(answer.executable, "base64")).digest("hex")
    if (answer.sha256 !== expected[i] || bytes !== expected[i]) wrong.push(`build ${at} gave other bytes`)
  } catch (error) {
    if (isStruck && error instanceof ApiError && FAILURES[error.kind].whose === "server" && error.kind !== "internal") failed[error.kind] = (failed[error.kind] ?? 0) + 1
    else wrong.push(`build ${at}${isStruck ? "" : ", spared"}: ${error instanceof ApiError ? `${error.kind} ${error.message} ${String(error.cause)}` : String(error)}`)
  }
}
for (let at = 0; at < BUILDS; at += AT_ONCE) {
  // Mostly thrown away, so that it is built and not looked up.
  if (at % (3 * AT_ONCE) !== 0) for (const name of readdirSync(join(folder, "builds"))) rmSync(join(folder, "builds", name), { force: true })
  const isStruck = at === 0 || Math.random() < 0.5
  const round = Array.from({ length: Math.min(AT_ONCE, BUILDS - at) }, (_, i) => build(at + i, isStruck))
  if (isStruck) {
    struck += round.length
    await strikeDuring(Promise.all(round))
  }
  await Promise.all(round)
}
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
const report: StormReport = { builds: BUILDS, built, struck, failed, kills, wrong: after === 0 ? wrong : [...wrong, `${after} jobs are left`], left: [...below().map((row) => row.name), ...orphans().filter((pid) => !orphansBefore.has(pid)).map((pid) => `orphan ${pid}`)], wrongEntries }
console.log(JSON.stringify(report))
process.exit(0)
