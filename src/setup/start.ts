/**
 * `npm start`: builds the page if its sources changed, then serves it.
 *
 * Left to others: the npm packages (`boot.mjs`); the page itself needs nothing else on the machine.
 */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { isFresh } from "../build/freshness.ts"

const ROOT = join(import.meta.dirname, "..", "..")

if (!isFresh(ROOT)) {
  console.log("start: building (about half a minute the first time)")
  const built = spawnSync(process.execPath, [join(ROOT, "src", "build", "build.ts")], { cwd: ROOT, stdio: "inherit" })
  if (built.status !== 0) {
    console.error("start: the build failed (see above); repeat it with: npm run build")
    process.exit(1)
  }
}
await import(pathToFileURL(join(ROOT, "dist", "server.js")).href)
