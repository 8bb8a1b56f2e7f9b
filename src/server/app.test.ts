/** The page is served with the right forms and the right headers, and nothing else is served. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { brotliCompressSync, gzipSync } from "node:zlib"
import { afterAll, describe, expect, it } from "vitest"
import { createApp } from "./app.ts"
import { listStaticFiles } from "./static-files.ts"

const folder = mkdtempSync(join(tmpdir(), "hako-page-"))
const FILES: Readonly<Record<string, string | Buffer>> = {
  "index.html": "<!doctype html>",
  "assets/main-Ab3_-x9Z.js": "plain",
  "assets/main-Ab3_-x9Z.js.br": brotliCompressSync("plain"),
  "assets/main-Ab3_-x9Z.js.gz": gzipSync("plain"),
  "assets/runtime-abcdefgh.wasm": Buffer.from([0, 0x61, 0x73, 0x6d]),
  "workers/compiler-abcdefgh.js": "compiler",
  "workers/run-abcdefgh.js": "run",
  ".vite/manifest.json": "{}",
}
for (const [name, content] of Object.entries(FILES)) {
  mkdirSync(join(folder, name, ".."), { recursive: true })
  writeFileSync(join(folder, name), content)
}
const app = createApp(listStaticFiles(folder))
const get = (path: string, encodings = "") => app.request(path, { headers: encodings === "" ? {} : { "Accept-Encoding": encodings } })
const policy = async (path: string) => (await get(path)).headers.get("Content-Security-Policy") ?? ""

describe("the server", () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it("answers / with the page, which a cache must ask about", async () => {
    const response = await get("/")
    expect(response.status).toBe(200)
    expect(await response.text()).toBe("<!doctype html>")
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8")
    expect(response.headers.get("Cache-Control")).toBe("no-cache")
  })

  it("isolates the page and forbids what it does not use", async () => {
    const { headers } = await get("/")
    expect(headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin")
    expect(headers.get("Cross-Origin-Embedder-Policy")).toBe("require-corp")
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff")
    expect(headers.get("Referrer-Policy")).toBe("no-referrer")
    const page = await policy("/")
    expect(page).toContain("default-src 'none'")
    expect(page).toContain("script-src 'self' 'wasm-unsafe-eval';")
    expect(page).toContain("frame-ancestors 'none'")
    expect(page).toContain("require-trusted-types-for 'script'")
  })

  it("lets the compiler's worker load its parts and a run worker load nothing", async () => {
    expect(await policy("/workers/compiler-abcdefgh.js")).toBe("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'")
    expect(await policy("/workers/run-abcdefgh.js")).toBe("default-src 'none'; script-src 'wasm-unsafe-eval'; connect-src 'none'")
  })

  it.each([
    ["br, gzip", "br", brotliCompressSync("plain")],
    ["gzip", "gzip", gzipSync("plain")],
    ["br;q=0, gzip", "gzip", gzipSync("plain")],
    ["identity", null, Buffer.from("plain")],
    ["", null, Buffer.from("plain")],
  ])("answers a client that accepts %j with %j", async (accepted, coding, body) => {
    const response = await get("/assets/main-Ab3_-x9Z.js", accepted)
    expect(response.headers.get("Content-Encoding")).toBe(coding)
    expect(response.headers.get("Vary")).toBe("Accept-Encoding")
    expect(response.headers.get("Cache-Control")).toContain("immutable")
    expect(Buffer.from(await response.arrayBuffer())).toEqual(body)
  })

  it("names the type of WebAssembly, which streaming compilation requires", async () => {
    expect((await get("/assets/runtime-abcdefgh.wasm")).headers.get("Content-Type")).toBe("application/wasm")
  })

  it.each(["/missing", "/assets", "/.vite/manifest.json", "/..%2fpackage.json", "/%2e%2e/package.json", "/assets/main-Ab3_-x9Z.js.br", "/index.html%00", "//etc/passwd"])("answers %j with 404 and the same headers", async (path) => {
    const response = await get(path)
    expect(response.status).toBe(404)
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff")
    expect(response.headers.get("Content-Security-Policy")).toContain("default-src 'none'")
  })

  it("answers only reading requests", async () => {
    expect((await app.request("/", { method: "POST" })).status).toBe(404)
    const head = await app.request("/", { method: "HEAD" })
    expect(head.status).toBe(200)
    expect(await head.text()).toBe("")
  })
})
