/**
 * `npm run lint`: Biome with the rules of `biome.json`. Arguments go to Biome; without any, everything is linted and a warning fails.
 *
 * Biome comes as one program a platform. The package that would choose between them locks the programs of all platforms, so the lock file
 * names the two that the project's own set-up supports, and this script chooses.
 */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"

const ROOT = join(import.meta.dirname, "..", "..")
const biome = join(ROOT, "node_modules", "@biomejs", `cli-${process.platform}-${process.arch}`, "biome")
if (!existsSync(biome)) {
  console.error(`lint: the lock file has no Biome for ${process.platform} ${process.arch}; it runs on Linux (x64, arm64)`)
  process.exit(1)
}
const args = process.argv.length > 2 ? process.argv.slice(2) : ["lint", "--error-on-warnings", "."]
process.exit(spawnSync(biome, args, { cwd: ROOT, stdio: "inherit" }).status ?? 1)
