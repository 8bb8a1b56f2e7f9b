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

/** The scripts and styles of `roots` and of everything they import statically. */
function reached(...roots: string[]): string[] {
  const seen = new Set<string>()
  const files = new Set<string>()
  const visit = (key: string): void => {
    const entry = manifest[key]
    if (entry === undefined || seen.has(key)) return
    seen.add(key)
    for (const file of [entry.file, ...(entry.css ?? [])]) files.add(`dist/page/${file}`)
    for (const next of entry.imports ?? []) visit(next)
  }
  for (const root of roots) visit(root)
  return [...files]
}

const BUDGETS: SizeLimitConfig = [
  { name: "first paint: scripts and styles (brotli)", path: reached("index.html"), limit: "150 KiB" },
  { name: "until the editor takes a key: first paint and Monaco (brotli)", path: reached("index.html", "src/app/editor/monaco.ts"), limit: "900 KiB" },
  { name: "runtime.wasm (plain)", path: "dist/runtime/runtime.wasm", limit: "100 kB", brotli: false },
  { name: "compiler, runtime and interpreter (brotli)", path: ["dist/page/workers/compiler-*.js", "dist/runtime/runtime.wasm", "dist/runtime/vm.wasm"], limit: "600 KiB" },
  { name: "a pane that is opened on demand: Assembly, Compare, Passes, Debugger, REPL, Timeline, Costs (brotli, all)", path: reached("src/app/panes/Assembly.tsx", "src/app/panes/Compare.tsx", "src/app/panes/Passes.tsx", "src/app/panes/Debugger.tsx", "src/app/panes/Repl.tsx", "src/app/panes/Timeline.tsx", "src/app/panes/Costs.tsx").filter((file) => !reached("index.html").includes(file)), limit: "60 KiB" },
  { name: "compiler as served (brotli)", path: "dist/page/workers/compiler-*.js.br", limit: "200 kB", brotli: false },
]

export default BUDGETS
