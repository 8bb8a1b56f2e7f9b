/**
 * The files of the built page, as the server answers for them.
 *
 * The one idea: the folder is listed once at start, so a request can only name a file that was there then; a path is looked up in a
 * map and never joined to a folder. Compressed forms that the build put beside a file (`x.js.br`, `x.js.gz`) are variants of that file.
 */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { extname, join } from "node:path"

/** A content coding that the build produces. */
export type Coding = "br" | "gzip"

/** One file of the page. */
export interface StaticFile {
  readonly path: string
  readonly contentType: string
  /** True if the name holds a hash of the content, so that a cache may keep it for ever. */
  readonly immutable: boolean
  /** Absolute paths of the forms on disk. */
  readonly plain: string
  readonly coded: Readonly<Partial<Record<Coding, string>>>
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".ttf": "font/ttf",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
}

const SUFFIXES: Readonly<Record<string, Coding>> = { ".br": "br", ".gz": "gzip" }

/** Lists `folder`: URL path to file. Files whose name starts with a dot are left out. */
export function listStaticFiles(folder: string): ReadonlyMap<string, StaticFile> {
  const names = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => !/(^|[/\\])\./.test(name) && statSync(join(folder, name)).isFile())
  const present = new Set(names)
  const files = new Map<string, StaticFile>()
  for (const name of names) {
    if (SUFFIXES[extname(name)] !== undefined) continue
    const coded: Partial<Record<Coding, string>> = {}
    for (const [suffix, coding] of Object.entries(SUFFIXES)) if (present.has(name + suffix)) coded[coding] = join(folder, name + suffix)
    const path = `/${name.replaceAll("\\", "/")}`
    files.set(path, {
      path,
      contentType: CONTENT_TYPES[extname(name)] ?? "application/octet-stream",
      immutable: /^\/(assets|workers)\/.+-[\w-]{8,}\.\w+$/.test(path),
      plain: join(folder, name),
      coded,
    })
  }
  const index = files.get("/index.html")
  if (index !== undefined) files.set("/", index)
  return files
}

/** The best form of `file` for a client that accepts `acceptEncoding`. */
export function chooseForm(file: StaticFile, acceptEncoding: string): { readonly coding: Coding | null; readonly body: Buffer<ArrayBuffer> } {
  const accepted = new Set(
    acceptEncoding
      .split(",")
      .map((entry) => entry.trim().toLowerCase())
      .filter((entry) => !/;\s*q=0(\.0+)?$/.test(entry))
      .map((entry) => entry.replace(/;.*$/, "")),
  )
  for (const coding of ["br", "gzip"] as const) {
    const path = file.coded[coding]
    if (path !== undefined && accepted.has(coding)) return { coding, body: readFileSync(path) }
  }
  return { coding: null, body: readFileSync(file.plain) }
}
