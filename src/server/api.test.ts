/**
 * The API with the real compiler, LLVM and sandbox where they are installed, and with parts that fail in every way where the failure is the
 * point.
 */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import fc from "fast-check"
import type { Hono } from "hono"
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest"
import { findToolchain, ownTarget } from "../native/program.ts"
import { findSandbox, hasSandbox } from "../native/sandbox.ts"
import type { ApiFailure, AsmAnswer, BuildAnswer, BuildRequest, HealthAnswer, RunAnswer, SnippetAnswer } from "../protocol/api.ts"
import { findLlvm } from "../setup/tools.ts"
import { createApi } from "./api.ts"
import { ArtifactCache } from "./artifact-cache.ts"
import { equip } from "./equipment.ts"
import { FrontEnds } from "./front-end.ts"
import { Health, type Perhaps } from "./health.ts"
import { JobQueue } from "./job-queue.ts"
import { LIMITS } from "./limits.ts"
import { memoryRates, type Rates } from "./rates.ts"
import { openSqlite } from "./sqlite-snippets.ts"
import { type SnippetStore, StoreError } from "./snippet-store.ts"
import { Workshop, type WorkshopParts } from "./workshop.ts"

const RUNTIME = fileURLToPath(new URL("../../dist/runtime/native", import.meta.url))
const HAKO = join(import.meta.dirname, "..", "cli", "main.ts")
const ready = ownTarget() !== null && findLlvm() !== null && hasSandbox() && existsSync(join(RUNTIME, "x86_64", "runtime.o"))
const folder = mkdtempSync(join(tmpdir(), "hako-api-"))
const closing: (() => unknown)[] = []
// The log of failures that are made here on purpose.
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {})
})
afterAll(async () => {
  for (const close of closing) await close()
  rmSync(folder, { recursive: true, force: true })
})

/** Never refuses. */
const FREE: Rates = { take: async () => {}, spend: async () => {}, close: async () => {} }
const NO_STORE = { missing: "there is none" }

function apiWith(workshop: Perhaps<Workshop>, more: { readonly snippets?: Perhaps<SnippetStore>; readonly rates?: Rates; readonly address?: () => string } = {}): Hono {
  const snippets = more.snippets ?? NO_STORE
  return createApi({ workshop, snippets, rates: more.rates ?? FREE, health: new Health({ workshop, snippets, llvm: 22 }), addressOf: more.address ?? (() => "127.0.0.1") })
}

async function post<T>(api: Hono, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<{ readonly status: number; readonly body: T & ApiFailure; readonly headers: Headers }> {
  const response = await api.request(path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: typeof body === "string" ? body : JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as T & ApiFailure, headers: response.headers }
}

const program = (text: string, more: Partial<BuildRequest> = {}): BuildRequest => ({ files: [{ name: "main.hako", text }], target: "x86_64-linux", level: "O0", strip: true, ...more })

const closed = apiWith({ missing: "LLVM is not installed on the server" })

describe("requests that cannot be answered", () => {
  const open = apiWith({ missing: "unused" })
  it.each([
    ["a foreign site", "/api/build", {}, { Origin: "https://elsewhere.example" }, 403, "foreign_origin"],
    ["no address", "/api/nothing", {}, {}, 404, "not_found"],
    ["a body that is too large", "/api/build", `"${"x".repeat(LIMITS.body)}"`, {}, 413, "body_too_large"],
    ["an ability that is missing", "/api/build", program("print(1)"), {}, 503, "unavailable"],
  ])("%s", async (_, path, body, headers, status, kind) => {
    const answer = await post(open, path, body, headers)
    expect(answer.status).toBe(status)
    expect(answer.body.error.kind).toBe(kind)
    expect(answer.headers.get("X-Content-Type-Options")).toBe("nosniff")
    expect(answer.headers.get("Content-Security-Policy")).toContain("default-src 'none'")
  })

  it("says why an ability is missing, in the health and in the refusal", async () => {
    const health = (await (await closed.request("/api/health")).json()) as HealthAnswer
    expect(health.abilities).toEqual({ build: "LLVM is not installed on the server", asm: "LLVM is not installed on the server", run: "LLVM is not installed on the server", snippets: "there is none" })
    expect((await post(closed, "/api/run", {})).body.error.message).toContain("LLVM is not installed on the server")
    expect((await post(closed, "/api/snippets", {})).body.error.message).toContain("there is none")
  })
})

describe("links", () => {
  it("are kept and given back", async () => {
    const store = await openSqlite(join(folder, "snippets.sqlite"))
    closing.push(() => store.close())
    const api = apiWith(NO_STORE, { snippets: { value: store } })
    const kept = await post<SnippetAnswer>(api, "/api/snippets", { fragment: "1.abc-_9" })
    expect(kept.status).toBe(200)
    const response = await api.request(`/api/snippets/${kept.body.id}`)
    expect(await response.json()).toEqual({ id: kept.body.id, fragment: "1.abc-_9" })
    expect(response.headers.get("Cache-Control")).toContain("immutable")
    for (const id of ["zzzzzzzzz", "..%2f..%2fetc", "x", "%00", "y".repeat(1000)]) expect((await api.request(`/api/snippets/${id}`)).status, id).toBe(404)
    expect((await api.request(`/api/snippets/${kept.body.id}`, { method: "DELETE" })).status).toBe(404)
  })

  it("hold nothing but what the page makes", async () => {
    const store = await openSqlite(join(folder, "strict.sqlite"))
    closing.push(() => store.close())
    const api = apiWith(NO_STORE, { snippets: { value: store } })
    for (const body of [{}, { fragment: "" }, { fragment: "abc" }, { fragment: "1.<script>" }, { fragment: "1.a", more: 1 }, { fragment: 5 }, [], null, "1.a", { fragment: `1.${"a".repeat(LIMITS.fragment)}` }]) expect((await post(api, "/api/snippets", JSON.stringify(body))).status).toBe(400)
  })

  it("are not acknowledged when the store fails", async () => {
    const broken: SnippetStore = { put: () => Promise.reject(new StoreError("disk full")), get: () => Promise.reject(new StoreError("gone")), check: () => Promise.reject(new StoreError("gone")), close: async () => {} }
    const api = apiWith(NO_STORE, { snippets: { value: broken } })
    const answer = await post(api, "/api/snippets", { fragment: "1.a" })
    expect(answer.status).toBe(503)
    expect(answer.body.error).toMatchObject({ kind: "unavailable", whose: "server" })
    expect(answer.headers.get("Retry-After")).not.toBeNull()
    expect((await api.request("/api/snippets/000000000")).status).toBe(503)
    const health = (await (await api.request("/api/health")).json()) as HealthAnswer
    expect(health.abilities.snippets).toContain("failed")
  })

  it("are refused to whom takes too many, and to nobody else", async () => {
    const store = await openSqlite(join(folder, "rates.sqlite"))
    closing.push(() => store.close())
    let address = "203.0.113.1"
    const api = apiWith(NO_STORE, { snippets: { value: store }, rates: memoryRates(), address: () => address })
    const ask = async (): Promise<number> => (await post(api, "/api/snippets", { fragment: "1.a" })).status
    for (let i = 0; i < 20; i++) expect(await ask()).toBe(200)
    const refused = await post(api, "/api/snippets", { fragment: "1.a" })
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(0)
    address = "203.0.113.2"
    expect(await ask()).toBe(200)
  })
})

describe.skipIf(!ready)("the workshop", () => {
  const equipped = ready ? equip(RUNTIME, join(folder, "builds")) : Promise.reject(new Error("not ready"))
  equipped.catch(() => {})
  const real = async (): Promise<Workshop> => {
    const { workshop } = await equipped
    if ("missing" in workshop) throw new Error(workshop.missing)
    return workshop.value
  }
  closing.push(async () => ready && (await real()).close())
  const api = async (): Promise<Hono> => apiWith({ value: await real() })

  it("is healthy", async () => {
    const answer = await (await api()).request("/api/health")
    expect(((await answer.json()) as HealthAnswer).abilities).toEqual({ build: null, asm: null, run: null, snippets: "there is none" })
  })

  it.each([
    ["x86_64-linux", "O2", true],
    ["x86_64-linux", "O0", false],
    ["x86_64-linux", "O3", false],
    ["aarch64-linux", "Os", true],
    ["aarch64-linux", "O0", true],
  ] as const)("builds for %s at %s (stripped: %s) the very file that the command it names builds", async (target, level, strip) => {
    const text = 'box Pair { a: Integer = 1\n b: Integer = 2 }\nprint("pair " + (new Pair().a + 1))'
    const { status, body } = await post<BuildAnswer>(await api(), "/api/build", program(text, { target, level, strip }))
    expect(status).toBe(200)
    const executable = Buffer.from(body.executable, "base64")
    expect(createHash("sha256").update(executable).digest("hex")).toBe(body.sha256)
    expect(executable.length).toBe(body.size)
    const own = join(folder, `${target}-${level}`)
    mkdirSync(own)
    writeFileSync(join(own, "main.hako"), text)
    expect(body.command).toBe(`hako build --target=${target} --opt=${level.slice(1)}${strip ? " --strip" : ""} -o main main.hako`)
    const [, ...words] = body.command.split(" ")
    expect(spawnSync(process.execPath, [HAKO, ...words], { encoding: "utf8", cwd: own })).toMatchObject({ status: 0, stderr: "" })
    expect(readFileSync(join(own, "main")).equals(executable)).toBe(true)
    if (target === ownTarget()) expect(spawnSync(join(own, "main"), { encoding: "utf8" })).toMatchObject({ status: 0, stdout: "pair 2\n" })
    expect(JSON.stringify({ ...body, executable: "" })).not.toMatch(/\/tmp|\/usr|\/home/)
  })

  it("streams the stages, and gives the bare file to whom asks for it", async () => {
    const text = 'print("streamed")'
    const headers = { "Content-Type": "application/json", Accept: "application/x-ndjson" }
    const streamed = await (await api()).request("/api/build", { method: "POST", headers, body: JSON.stringify(program(text)) })
    const lines = (await streamed.text()).trim().split("\n").map((line) => JSON.parse(line) as { stage?: string; answer?: BuildAnswer })
    expect(lines.map((line) => line.stage ?? "answer")).toEqual(["queue", "front-end", "compile", "link", "answer"])
    const bare = await (await api()).request("/api/build", { method: "POST", headers: { ...headers, Accept: "application/octet-stream" }, body: JSON.stringify(program(text)) })
    expect(bare.headers.get("Content-Disposition")).toBe('attachment; filename="main"')
    expect(createHash("sha256").update(Buffer.from(await bare.arrayBuffer())).digest("hex")).toBe(lines.at(-1)?.answer?.sha256)
    const wrong = await (await api()).request("/api/build", { method: "POST", headers, body: JSON.stringify(program("print(")) })
    expect((await wrong.text()).trim().split("\n").map((line) => Object.keys(JSON.parse(line) as object)[0])).toEqual(["stage", "stage", "error"])
  })

  it("says that the program is wrong when it is, with the places", async () => {
    const { status, body } = await post(await api(), "/api/build", program("function f( {\nprint(1"))
    expect(status).toBe(422)
    expect(body.error).toMatchObject({ kind: "diagnostics", whose: "program" })
    expect(body.error.diagnostics?.[0]).toMatchObject({ file: "main.hako", line: 1, severity: "error" })
  })

  it.each([
    ["an unknown key", { ...program("print(1)"), flags: "-fplugin=x" }],
    ["an unknown level", { ...program("print(1)"), level: "O3 -fplugin=x" }],
    ["an unknown target", { ...program("print(1)"), target: "../x" }],
    ["no file", program("", { files: [] })],
    ["a file twice", program("", { files: [{ name: "a", text: "" }, { name: "a", text: "" }] })],
    ["a file without a name", program("", { files: [{ name: "", text: "" }] })],
    ["a prototype", '{"__proto__":{},"files":[],"target":"x86_64-linux","level":"O0","strip":true}'],
    ["no JSON", "{"],
  ])("refuses %s", async (_, body) => {
    const answer = await post(await api(), "/api/build", body)
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatchObject({ kind: "bad_request", whose: "request" })
  })

  it("takes 64 KiB of source and not a byte more; no other type, no coding", async () => {
    const line = 'print("x")\n'
    const most = line + `# ${"é".repeat((LIMITS.source - line.length - 2) / 2 - 1)}`.padEnd(LIMITS.source - line.length - Math.floor((LIMITS.source - line.length - 2) / 2 - 1), ".")
    expect(Buffer.byteLength(most)).toBe(LIMITS.source)
    expect((await post(await api(), "/api/build", program(most))).status).toBe(200)
    const over = await post(await api(), "/api/build", program(`${most}.`))
    expect(over.status).toBe(413)
    expect(over.body.error).toMatchObject({ kind: "source_too_large", whose: "program" })
    expect((await post(await api(), "/api/build", program(""), { "Content-Type": "text/plain" })).status).toBe(415)
    expect((await post(await api(), "/api/build", program(""), { "Content-Encoding": "gzip" })).status).toBe(415)
  })

  it("gives an answer for what is deep, wide and long", async () => {
    const sources = ["(".repeat(60_000), "-".repeat(60_000), "[".repeat(60_000), "{".repeat(60_000), "!".repeat(60_000), `print(${"1+".repeat(30_000)}1)`, Array.from({ length: 3000 }, (_, i) => `function f${i}() { }`).join("\n")]
    for (const text of sources) expect([200, 422], text.slice(0, 20)).toContain((await post(await api(), "/api/build", program(text))).status)
  })

  it("refuses ten thousand functions by their bytes, and has an answer for as many as fit", async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `function f${i}(){}`).join("\n")
    const { status, body } = await post(await api(), "/api/build", program(many))
    expect(status).toBe(413)
    expect(body.error.kind).toBe("body_too_large")
    // The most that fit: functions without a name.
    const lambdas = `[${"fn(){},".repeat(Math.floor((LIMITS.source - 3) / 7))}0]`
    expect([200, 422]).toContain((await post(await api(), "/api/build", program(lambdas, { level: "O0" }))).status)
  }, 60_000)

  it("puts every byte of names and texts where it belongs and nowhere else", async () => {
    const canary = join(folder, "canary")
    writeFileSync(canary, "canary-0123456789")
    const hostile = ['"', "\\", "\n", "\0", "\\22", "\u2028", "\u{1f600}", "\ud800", '"\nmodule asm ".incbin \\"/etc/passwd\\""', `"\nmodule asm ".incbin \\"${canary}\\""`.slice(0, 64), "!llvm.linker.options", "../../x", "%s%n"]
    for (const name of hostile) {
      const { status, body } = await post<BuildAnswer>(await api(), "/api/build", program('print("named")', { files: [{ name, text: 'function f(a) { return 1 / a }\nprint(f(1))' }] }))
      expect(status, JSON.stringify(name)).toBe(200)
      expect(Buffer.from(body.executable, "base64").includes("canary-0123456789")).toBe(false)
      expect(body.name).toMatch(/^[A-Za-z0-9_-]+$/)
    }
    const bytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join("")
    const text = `print("${[...bytes].map((char) => (/["\\\n\r]/.test(char) || char.charCodeAt(0) < 32 ? "" : char)).join("")}")`
    const ran = await post<RunAnswer>(await api(), "/api/run", { files: [{ name: "main.hako", text }], engine: "aot", level: "O2", args: [], stdin: "" })
    expect(ran.body.stdout).toBe(`${text.slice(7, -2)}\n`)
  })

  it("builds for any file name without a failure of its own", async () => {
    const one = await api()
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 32, unit: "binary" }).filter((name) => name.length <= 64), async (name) => {
        expect((await post(one, "/api/build", program("print(1)", { files: [{ name, text: "print(1)" }] }))).status).toBe(200)
      }),
      { numRuns: 8 },
    )
  })

  it("answers a second time from the cache, and builds again when the entry was changed", async () => {
    const body = program('print("cached")')
    const first = await post<BuildAnswer>(await api(), "/api/build", body)
    expect((await post<BuildAnswer>(await api(), "/api/build", body)).body).toMatchObject({ cached: true, sha256: first.body.sha256 })
    const builds = join(folder, "builds")
    for (const name of readdirSync(builds)) {
      const bytes = readFileSync(join(builds, name))
      bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1
      writeFileSync(join(builds, name), bytes)
    }
    expect((await post<BuildAnswer>(await api(), "/api/build", body)).body).toMatchObject({ cached: false, sha256: first.body.sha256 })
  })

  it("does one build for all who ask for the same at the same time", async () => {
    const one = await api()
    const answers = await Promise.all(Array.from({ length: 10 }, () => post<BuildAnswer>(one, "/api/build", program('print("together")'))))
    expect(answers.map((answer) => answer.status)).toEqual(new Array(10).fill(200))
    expect(new Set(answers.map((answer) => answer.body.sha256)).size).toBe(1)
  })

  it("shows assembly and optimised IR, linked to the source", async () => {
    const text = "function area(w, h) {\n  return w * h\n}\nprint(area(6, 7))\n"
    for (const target of ["x86_64-linux", "aarch64-linux"] as const) {
      for (const form of ["assembly", "llvm"] as const) {
        const { status, body } = await post<AsmAnswer>(await api(), "/api/asm", { files: [{ name: "main.hako", text }], target, level: "O0", form })
        expect(status).toBe(200)
        const area = body.functions.find((row) => row.name.includes("area")) as AsmAnswer["functions"][number]
        expect(area, `${target} ${form}`).toBeDefined()
        const inside = body.links.filter((link) => link.start >= area.start && link.end <= area.end)
        expect(inside.map((link) => text.slice(link.sourceStart, link.sourceEnd))).toContain("w * h")
        expect(body.text).not.toMatch(/\.cfi_|!dbg|\.loc/)
        for (const link of body.links) expect(body.text.slice(link.start, link.end)).toMatch(/^\S.*\S$/)
      }
    }
  })

  it("links what was inlined into the entry of the program too", async () => {
    const text = "function area(w, h) {\n  return w * h\n}\nprint(area(6, new ConsoleBox().readLine().length()))\n"
    for (const form of ["assembly", "llvm"] as const) {
      const { body } = await post<AsmAnswer>(await api(), "/api/asm", { files: [{ name: "main.hako", text }], target: "x86_64-linux", level: "O2", form })
      expect(body.functions.map((row) => row.name)).toEqual(["hk_main"])
      expect(body.links.map((link) => text.slice(link.sourceStart, link.sourceEnd))).toContain("w * h")
    }
  })

  it.each(["aot", "llvm-jit"] as const)("runs programs with %s: output, input, arguments, exit code", async (engine) => {
    const text = 'static box Main { main(args) { local c = new ConsoleBox()\n print(args.join("|") + " " + c.readLine())\n return 7 } }'
    const { status, body } = await post<RunAnswer>(await api(), "/api/run", { files: [{ name: "main.hako", text }], engine, level: "O2", args: ["a", "ü"], stdin: "line\n" })
    expect(status).toBe(200)
    expect(body).toMatchObject({ ended: "exited", code: 7, stdout: "a|ü line\n", stderr: "", truncated: false })
    const failing = await post<RunAnswer>(await api(), "/api/run", { files: [{ name: "main.hako", text: "function f(a) { return 1 / a }\nprint(f(0))" }], engine, level: "O2", args: [], stdin: "" })
    expect(failing.body).toMatchObject({ ended: "exited", code: 1 })
    expect(failing.body.stderr).toContain("DivisionByZero")
  })

  it("ends programs that print without end", async () => {
    const { body } = await post<RunAnswer>(await api(), "/api/run", { files: [{ name: "main.hako", text: 'loop(true) { print("0123456789012345678901234567890123456789") }' }], engine: "aot", level: "O2", args: [], stdin: "" })
    expect(body).toMatchObject({ ended: "output", code: null, truncated: true })
    expect(body.stdout.length).toBe(LIMITS.runOutput)
  })

  it("refuses arguments that no process can have", async () => {
    const { status } = await post(await api(), "/api/run", { files: [{ name: "a", text: "" }], engine: "aot", level: "O2", args: ["a\0b"], stdin: "" })
    expect(status).toBe(400)
  })

  describe("with tools that fail", () => {
    const parts = (clang: string, more: Partial<WorkshopParts> = {}): WorkshopParts => {
      const toolchain = findToolchain(RUNTIME, "x86_64-linux")
      const sandbox = findSandbox()
      const frontEnds = new FrontEnds(sandbox)
      closing.push(() => frontEnds.close())
      return {
        sandbox, frontEnds, identity: clang, toolchain: { ...toolchain, llvm: { ...toolchain.llvm, clang } },
        queue: new JobQueue({ running: 2, waiting: 2, perClient: 8, age: 1000, retryAfter: 3 }), cache: new ArtifactCache(join(folder, "failing"), 1 << 20), ...more,
      }
    }

    it.each(["/nowhere/clang", "/usr/lib/os-release", "/usr/lib/llvm-22/bin/llvm-nm"])("says it is our side when the compiler is %s, and keeps nothing", async (clang) => {
      const answer = await post(apiWith({ value: new Workshop(parts(clang)) }), "/api/build", program("print(1)"))
      expect(answer.status).toBe(500)
      expect(answer.body.error).toMatchObject({ kind: "build_failed", whose: "server" })
      expect(answer.body.error.id).toMatch(/^[0-9a-f]{8}$/)
      expect(JSON.stringify(answer.body)).not.toMatch(/\/usr|\/tmp|nowhere|llvm/)
      expect(readdirSync(join(folder, "failing"))).toEqual([])
    })

    it("is not healthy then, and says so", async () => {
      const health = (await (await apiWith({ value: new Workshop(parts("/nowhere/clang")) }).request("/api/health")).json()) as HealthAnswer
      expect(health.abilities.build).toContain("failed")
      expect(health.abilities.run).toContain("failed")
      expect(health.runs).toBeNull()
    })

    it("builds nothing when there is no sandbox", async () => {
      const broken = join(folder, "broken-bwrap")
      writeFileSync(broken, "#!/bin/false\n")
      chmodSync(broken, 0o755)
      const good = parts(findLlvm()?.clang ?? "")
      const sandbox = { ...good.sandbox, bwrap: broken }
      const frontEnds = new FrontEnds(sandbox)
      const answer = await post(apiWith({ value: new Workshop({ ...good, sandbox, frontEnds }) }), "/api/build", program("print(1)"))
      expect(answer.body.error).toMatchObject({ kind: "build_failed", whose: "server" })
    })

    it("refuses with 503 and a time when there is more work than it can take", async () => {
      const { promise: gate, open } = ((): { promise: Promise<void>; open: () => void } => {
        let open = (): void => {}
        return { promise: new Promise((resolve) => { open = resolve }), open: () => open() }
      })()
      const frontEnds: WorkshopParts["frontEnds"] = { lower: async () => { await gate; return { kind: "wrong", diagnostics: [] } }, close: () => {} }
      const one = apiWith({ value: new Workshop(parts("", { frontEnds, queue: new JobQueue({ running: 1, waiting: 1, perClient: 99, age: 60_000, retryAfter: 3 }) })) })
      const all = Array.from({ length: 12 }, (_, i) => post(one, "/api/build", program(`print(${i})`)))
      const first = await Promise.race(all)
      expect(first.status).toBe(503)
      expect(first.body.error).toMatchObject({ kind: "busy", whose: "server", retryAfter: 3 })
      expect(first.headers.get("Retry-After")).toBe("3")
      open()
      expect((await Promise.all(all)).map((answer) => answer.status).sort()).toEqual([422, 422, ...new Array<number>(10).fill(503)])
    })

    it("tells a program that takes too long to compile from a compiler that is broken", async () => {
      const slow: WorkshopParts["frontEnds"] = { lower: async () => ({ kind: "slow" }), close: () => {} }
      expect((await post(apiWith({ value: new Workshop(parts("", { frontEnds: slow })) }), "/api/build", program("print(1)"))).body.error).toMatchObject({ kind: "too_much_work", whose: "program" })
      const large: WorkshopParts["frontEnds"] = { lower: async () => ({ kind: "large", size: 99_999_999 }), close: () => {} }
      expect((await post(apiWith({ value: new Workshop(parts("", { frontEnds: large })) }), "/api/build", program("print(1)"))).body.error).toMatchObject({ kind: "too_much_work", whose: "program" })
      const bug: WorkshopParts["frontEnds"] = { lower: async () => ({ kind: "bug", message: "at /secret/path" }), close: () => {} }
      const answer = await post(apiWith({ value: new Workshop(parts("", { frontEnds: bug })) }), "/api/build", program("print(1)"))
      expect(answer.body.error).toMatchObject({ kind: "internal", whose: "server" })
      expect(JSON.stringify(answer.body)).not.toContain("secret")
    })

    it("stops when nobody waits any more", async () => {
      const one = new Workshop(parts(findLlvm()?.clang ?? ""))
      const stop = new AbortController()
      const built = one.build(program('print("abandoned")'), { client: "a", signal: stop.signal, admit: async () => {}, onStage: (stage) => stage === "compile" && stop.abort(new Error("left")) })
      await expect(built).rejects.toThrow("left")
      while (one.depth > 0) await new Promise((resolve) => setImmediate(resolve))
      expect(readdirSync(join(folder, "failing"))).toEqual([])
    })
  })
})
