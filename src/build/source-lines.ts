/**
 * Counts the source of each back end, so that a comparison of engines can show what each one took to build: lines that are
 * neither blank nor comment, of the files that exist for that engine alone.
 *
 * The count becomes a constant of the bundles (`HAKO_SOURCE_LINES`); code that runs unbundled has none.
 */
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"

/** TABLE what belongs to each engine, below `src`: folders, or files by the start of their name. Tests and generated files do not count. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  vm: ["compiler/backend/vm", "runtime/native/hk_vm"],
  tiered: ["compiler/backend/vm", "runtime/native/hk_vm", "compiler/backend/tiered", "compiler/backend/wasm"],
  wasm: ["compiler/backend/wasm"],
  "llvm-wasm": ["compiler/backend/llvm", "llvm", "worker/llvm-main"],
  "llvm-jit": ["compiler/backend/llvm", "native", "runtime/native/hk_host_native"],
  aot: ["compiler/backend/llvm", "native", "runtime/native/hk_host_linux"],
}

/** Lines of source by engine. */
export function sourceLines(root: string): Record<string, number> {
  const src = join(root, "src")
  const files = (readdirSync(src, { recursive: true }) as string[]).map((name) => name.replaceAll("\\", "/")).filter((name) => /\.(ts|c|h)$/.test(name) && !/(\.test|\.gen)\.\w+$/.test(name))
  const counts: Record<string, number> = {}
  for (const [engine, places] of Object.entries(SOURCES)) {
    counts[engine] = files
      .filter((file) => places.some((place) => file.startsWith(`${place}/`) || (file.startsWith(place) && !statSync(join(src, place), { throwIfNoEntry: false })?.isDirectory())))
      .reduce((sum, file) => sum + countLines(readFileSync(join(src, file), "utf8")), 0)
  }
  return counts
}

/** Lines of TypeScript or C that hold more than white space and comments. */
export function countLines(text: string): number {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ""))
    .split("\n")
    .filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length
}

/** The constants that bundles get. */
export function bundleConstants(root: string): Record<string, string> {
  return { HAKO_SOURCE_LINES: JSON.stringify(sourceLines(root)) }
}
