/**
 * Size budgets of the built page, checked by `npm run size`.
 *
 * "First paint" is what a browser must have before anything can be shown: the entry script of `index.html`, everything it imports
 * statically, and their style sheets. The editor and the compiler are loaded later and must stay out of it.
 */
import { readFileSync } from "node:fs"
import type { SizeLimitConfig } from "size-limit"

interface ManifestEntry {
  readonly file: string
  readonly css?: readonly string[]
  readonly imports?: readonly string[]
}

const manifest = JSON.parse(readFileSync("dist/page/.vite/manifest.json", "utf8")) as Record<string, ManifestEntry>

function firstPaint(): string[] {
  const seen = new Set<string>()
  const files = new Set<string>()
  const visit = (key: string): void => {
    const entry = manifest[key]
    if (entry === undefined || seen.has(key)) return
    seen.add(key)
    for (const file of [entry.file, ...(entry.css ?? [])]) files.add(`dist/page/${file}`)
    for (const next of entry.imports ?? []) visit(next)
  }
  visit("index.html")
  return [...files]
}

const BUDGETS: SizeLimitConfig = [
  { name: "first paint: scripts and styles (brotli)", path: firstPaint(), limit: "150 KiB" },
  { name: "runtime.wasm (plain)", path: "dist/runtime/runtime.wasm", limit: "100 kB", brotli: false },
  { name: "compiler as served (brotli)", path: "dist/page/workers/compiler-*.js.br", limit: "200 kB", brotli: false },
]

export default BUDGETS
