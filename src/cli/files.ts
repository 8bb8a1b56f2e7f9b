/**
 * Source files for the command line: a file with those it uses, a folder, or standard input as `-`.
 *
 * The one idea: files are read as the program names them. Starting from the main file, each `using`, `import` and `include` is looked
 * up with the names that the checker will try, so the checker finds what was read. What is not there stays for it to report.
 */
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { InputFile } from "../compiler/driver/compile.ts"
import { filesUsedBy } from "../compiler/driver/used-files.ts"
import { UsageError } from "./arguments.ts"

/** Most bytes of one source file. */
const MAX_FILE = 1 << 20
/** Most files of one program. */
const MAX_FILES = 1000
/** The file of a folder that a program starts with. */
const MAIN = "main.hako"
/** Names that a message lists. */
const MOST_NAMED = 5

/**
 * The files of the program at `path`, the one with the entry point first. For a file, those it uses follow, as far as they exist
 * below its folder. For a folder, the program starts at its `main.hako`, else at the only file that no other one uses; all its
 * `.hako` files follow. Throws `UsageError` for what cannot be read.
 */
export function readProgram(path: string): InputFile[] {
  if (path === "-") return [{ name: "stdin.hako", text: decode(readFileSync(0), "standard input") }]
  if (!existsSync(path)) throw new UsageError(`no such file: ${path}`)
  if (statSync(path).isDirectory()) return readFolder(path)
  return withUsed(dirname(path), [{ name: basename(path), text: readText(path) }])
}

function readFolder(path: string): InputFile[] {
  const names = readable(path, () => readdirSync(path))
    .filter((name) => name.endsWith(".hako") && statSync(join(path, name)).isFile())
    .sort((a, b) => Number(b === MAIN) - Number(a === MAIN) || (a < b ? -1 : 1))
  if (names.length === 0) throw new UsageError(`no .hako files in ${path}`)
  if (names.length > MAX_FILES) throw new UsageError(`${path} has ${names.length} .hako files; a program has at most ${MAX_FILES}`)
  const files = names.map((name) => ({ name, text: readText(join(path, name)) }))
  if (names.length > 1 && names[0] !== MAIN) {
    const used = new Set(files.flatMap((file) => filesUsedBy(file).flatMap((candidates) => candidates.find((name) => name !== file.name && names.includes(name)) ?? [])))
    const roots = names.filter((name) => !used.has(name))
    const [root] = roots
    if (root === undefined || roots.length > 1) {
      const candidates = roots.length > 1 ? roots : names
      const list = `${candidates.slice(0, MOST_NAMED).join(", ")}${candidates.length > MOST_NAMED ? ", …" : ""}`
      throw new UsageError(`the program in ${path} may start at several files (${list}); call one of them ${MAIN}, or name the file: ${join(path, candidates[0] ?? MAIN)}`)
    }
    files.sort((a, b) => Number(b.name === root) - Number(a.name === root))
  }
  return withUsed(path, files)
}

/** Appends the files below `folder` that the given ones use, directly or not. */
function withUsed(folder: string, start: readonly InputFile[]): InputFile[] {
  const files = [...start]
  const seen = new Set(files.map((file) => file.name))
  for (let at = 0; at < files.length; at++) {
    for (const candidates of filesUsedBy(files[at] as InputFile)) {
      if (candidates.some((name) => seen.has(name))) continue
      const found = candidates.find((name) => name !== "" && existsSync(join(folder, name)) && statSync(join(folder, name)).isFile())
      if (found === undefined) continue
      if (files.length >= MAX_FILES) throw new UsageError(`${start[0]?.name ?? folder} uses more than ${MAX_FILES} files`)
      seen.add(found)
      files.push({ name: found, text: readText(join(folder, found)) })
    }
  }
  return files
}
function readText(path: string): string {
  const { size } = readable(path, () => {
    accessSync(path, constants.R_OK)
    return statSync(path)
  })
  if (size > MAX_FILE) throw new UsageError(`${path} is larger than 1 MiB`)
  return decode(readable(path, () => readFileSync(path)), path)
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new UsageError(`${path} is not UTF-8 text; save it as UTF-8`)
  }
}

/** Reads; a refusal of the system becomes a message. */
function readable<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new UsageError(`cannot read ${path}: ${code === "EACCES" || code === "EPERM" ? "permission denied" : code === "EISDIR" ? "it is a folder" : code === "ENOENT" ? "it is gone" : String(code ?? error)}`)
  }
}
