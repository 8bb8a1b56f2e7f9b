/**
 * Whether `dist` was built from the sources as they are now.
 *
 * The one idea: a build leaves the hash of everything it read; equal hashes mean equal output. Names and contents count, times do not,
 * so a fresh checkout and a touched file are both judged rightly.
 */
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const INPUTS = ["src", "public", "index.html", "vite.config.ts", "tsconfig.json", "package-lock.json"]
/** Parts of `src` that no build reads. */
const NOT_INPUT = /\.test\.tsx?$|\/(cases|filetests|conformance|fuzz)\//

/** Hash of all that a build reads below `root`. */
export function sourceHash(root: string): string {
  const hash = createHash("sha256")
  for (const input of INPUTS) {
    const path = join(root, input)
    if (!existsSync(path)) continue
    const names = statSync(path).isDirectory() ? (readdirSync(path, { recursive: true }) as string[]).sort().map((name) => join(input, name)) : [input]
    for (const name of names) {
      if (NOT_INPUT.test(name) || !statSync(join(root, name)).isFile()) continue
      hash.update(`${name}\0`).update(createHash("sha256").update(readFileSync(join(root, name))).digest())
    }
  }
  return hash.digest("hex")
}

const STAMP = "dist/.built-from"

/** True if the last build in `dist` finished and read exactly what is there now. */
export function isFresh(root: string): boolean {
  const stamp = join(root, STAMP)
  return existsSync(stamp) && readFileSync(stamp, "utf8") === sourceHash(root)
}

/** Notes that `dist` was built from the sources that had `hash` when the build began. */
export function markBuilt(root: string, hash: string): void {
  writeFileSync(join(root, STAMP), hash)
}
