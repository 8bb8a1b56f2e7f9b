/**
 * `npm run dev`: the page from its sources, reloading as they change. The C runtime is built first if it is not there.
 */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { createServer } from "vite"

const ROOT = join(import.meta.dirname, "..", "..")

const runtime = spawnSync(process.execPath, [join(ROOT, "src", "runtime", "build", "build.ts")], { cwd: ROOT, stdio: "inherit" })
if (runtime.status !== 0) {
  console.error("dev: the C runtime did not build (see above); repeat it with: npm run build:runtime")
  process.exit(1)
}
const server = await createServer({ root: ROOT })
await server.listen()
server.printUrls()
