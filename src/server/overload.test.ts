/** Ten times as much work as a server takes on: each request has an answer, nothing accepted is lost, and it works on afterwards. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeEach, expect, it, vi } from "vitest"
import type { ApiFailure } from "../protocol/api.ts"
import { createApi } from "./api.ts"
import { ArtifactCache } from "./artifact-cache.ts"
import { Health } from "./health.ts"
import { JobQueue } from "./job-queue.ts"
import { LIMITS, RATES } from "./limits.ts"
import { memoryRates } from "./rates.ts"
import { openSqlite } from "./sqlite-snippets.ts"
import { Workshop, type WorkshopParts } from "./workshop.ts"

const folder = mkdtempSync(join(tmpdir(), "hako-overload-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {})
})

const RUNNING = 2
const CAPACITY = RUNNING + LIMITS.queue
/** No tool is reached: a front end that finds every program wrong is work enough to fill the queue. */
const NO_TOOLS = { sandbox: { bwrap: "", prlimit: "", arch: "x64" }, toolchain: { llvm: { version: 0, clang: "", lld: "", opt: "", llc: "", lli: "", llvmLink: "", llvmAs: "", llvmDis: "" }, runtime: "" } } as const

it("refuses what is too much with a time to come back, answers the rest, and keeps every link it has acknowledged", async () => {
  let open = (): void => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const seen: string[] = []
  const frontEnds: WorkshopParts["frontEnds"] = {
    lower: async ({ files }) => {
      await gate
      seen.push(files[0]?.text ?? "")
      return { kind: "wrong", diagnostics: [] }
    },
    close: () => {},
  }
  const workshop = new Workshop({ ...NO_TOOLS, frontEnds, identity: "overload", queue: new JobQueue({ running: RUNNING, waiting: LIMITS.queue, perClient: LIMITS.queuePerClient, age: 60_000, retryAfter: LIMITS.retryAfter }), cache: new ArtifactCache(join(folder, "builds"), 1 << 20) })
  const store = await openSqlite(join(folder, "overload.sqlite"))
  const snippets = { value: store }
  const api = createApi({ workshop: { value: workshop }, snippets, rates: memoryRates(), health: new Health({ workshop: { value: workshop }, snippets, llvm: 22 }), addressOf: (context) => context.req.header("X-From") ?? "" })
  const post = async (path: string, from: string, body: unknown): Promise<{ readonly status: number; readonly retryAfter: number; readonly body: ApiFailure & { readonly id?: string } }> => {
    const response = await api.request(path, { method: "POST", headers: { "Content-Type": "application/json", "X-From": from }, body: JSON.stringify(body) })
    return { status: response.status, retryAfter: Number(response.headers.get("Retry-After") ?? 0), body: (await response.json()) as ApiFailure & { readonly id?: string } }
  }
  const program = (n: number): unknown => ({ files: [{ name: "main.hako", text: `program ${n}` }], target: "x86_64-linux", level: "O0", strip: true })

  // Each from another client, all at once; meanwhile links are kept, ten times as many as one client may keep.
  const asked = Array.from({ length: 10 * CAPACITY }, (_, n) => post("/api/build", `198.51.${n >> 8}.${n & 255}`, program(n)))
  const kept = await Promise.all(Array.from({ length: 10 * RATES.share.points }, (_, n) => post("/api/snippets", "203.0.113.7", { fragment: `1.link-${n}` })))
  open()
  const answers = await Promise.all(asked)
  const accepted = answers.filter(({ status }) => status === 422)
  const refused = answers.filter(({ status }) => status !== 422)
  expect(accepted.length).toBe(CAPACITY)
  expect(new Set(seen).size).toBe(CAPACITY)
  expect(refused.length).toBe(9 * CAPACITY)
  for (const { status, retryAfter, body } of refused) expect({ status, retryAfter, kind: body.error.kind, whose: body.error.whose }).toEqual({ status: 503, retryAfter: LIMITS.retryAfter, kind: "busy", whose: "server" })
  expect(workshop.depth).toBe(0)

  const acknowledged = kept.flatMap(({ status, body }, n) => (status === 200 ? [{ id: body.id ?? "", fragment: `1.link-${n}` }] : []))
  expect(acknowledged.length).toBe(RATES.share.points)
  for (const { status, retryAfter } of kept.filter(({ status }) => status !== 200)) {
    expect(status).toBe(429)
    expect(retryAfter).toBeGreaterThan(0)
  }
  for (const link of acknowledged) expect(await store.get(link.id)).toEqual(link)

  // It is over as soon as it is over.
  expect((await post("/api/build", "192.0.2.1", program(-1))).status).toBe(422)
  await store.close()
})
