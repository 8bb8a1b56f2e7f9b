/**
 * Source files for the command line: a file with those it uses, a folder, or standard input as `-`.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { InputFile } from "../compiler/driver/compile.ts"
import { UsageError } from "./arguments.ts"

/** Most bytes of one source file. */
const MAX_FILE = 1 << 20

/**
 * The files of the program at `path`, the one with the entry point first. For a file, those that its `using "…"` lines
 * name follow, as far as they exist beside it; for a folder, all its `.hako` files, `main.hako` first.
 */
export function readProgram(path: string): InputFile[] {
  if (path === "-") return [{ name: "stdin.hako", text: readFileSync(0, "utf8") }]
  if (!existsSync(path)) throw new UsageError(`no such file: ${path}`)
  if (statSync(path).isDirectory()) {
    const names = readdirSync(path)
      .filter((name) => name.endsWith(".hako"))
      .sort((a, b) => Number(b === "main.hako") - Number(a === "main.hako") || a.localeCompare(b))
    if (names.length === 0) throw new UsageError(`no .hako files in ${path}`)
    return names.map((name) => ({ name, text: readText(join(path, name)) }))
  }
  const files: InputFile[] = []
  const seen = new Set<string>()
  const work = [basename(path)]
  const folder = dirname(path)
  while (work.length > 0) {
    const name = work.shift() as string
    if (seen.has(name)) continue
    seen.add(name)
    const file = join(folder, name)
    // A name that leaves the folder or does not exist stays for the checker to report.
    if (files.length > 0 && (name.split(/[/\\]/).includes("..") || !existsSync(file) || !statSync(file).isFile())) continue
    const text = readText(file)
    files.push({ name, text })
    for (const [, used] of text.matchAll(/^[ \t]*using[ \t]+"([^"\n]+)"/gm)) work.push(used as string)
  }
  return files
}

function readText(path: string): string {
  if (statSync(path).size > MAX_FILE) throw new UsageError(`${path} is larger than 1 MiB`)
  return readFileSync(path, "utf8")
}
