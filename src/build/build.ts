/**
 * `npm run build`: the runtime as WebAssembly, the page, the command line and the server, all into `dist`.
 *
 * The one idea: three steps in the order in which they need each other; a step that fails ends the build with its own message.
 * `node src/build/build.ts cli` makes only the command line and the server.
 */
import { spawnSync } from "node:child_process"
import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { build } from "vite"
import { markBuilt, sourceHash } from "./freshness.ts"
import { putLlvmFiles, writeLlvmList } from "./llvm-files.ts"
import { bundleForNode } from "./node-bundle.ts"
import { precompress } from "./precompress.ts"

const ROOT = join(import.meta.dirname, "..", "..")
const DIST = join(ROOT, "dist")

async function timed(name: string, work: () => Promise<void> | void): Promise<void> {
  const started = performance.now()
  await work()
  console.log(`build: ${name} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
}

function buildRuntime(): void {
  for (const name of ["build.ts", "linkable.ts"]) {
    const script = join(ROOT, "src", "runtime", "build", name)
    if (!existsSync(script)) throw new Error(`src/runtime/build/${name} is missing: the C runtime cannot be built`)
    const result = spawnSync(process.execPath, [script], { cwd: ROOT, stdio: "inherit" })
    if (result.status !== 0) throw new Error("the C runtime did not build (see above); repeat it with: npm run build:runtime")
  }
}

/** Needs LLVM of the operating system; without it only `hako build` and what is like it are missing, and say so. */
function buildNativeRuntime(): void {
  const result = spawnSync(process.execPath, [join(ROOT, "src", "runtime", "build", "native.ts")], { cwd: ROOT, stdio: "inherit" })
  if (result.status !== 0) console.error("build: programs cannot be built natively on this machine (see above)")
}

async function buildPage(): Promise<void> {
  await build({ root: ROOT, logLevel: "warn" })
  const page = join(DIST, "page")
  const llvm = putLlvmFiles(page, join(ROOT, "node_modules", "@yowasp", "clang", "gen", "llvm.core.wasm"), join(DIST, "runtime", "llvm"))
  await precompress(page, join(ROOT, ".cache", "compressed"))
  if (llvm !== null) writeLlvmList(page, llvm)
  else console.error("build: the page cannot offer LLVM in the browser: the package @yowasp/clang or dist/runtime/llvm (npm run build:runtime) is missing")
}

async function buildForNode(): Promise<void> {
  await bundleForNode(ROOT, DIST, { hako: "src/cli/main.ts", server: "src/server/main.ts", "front-end": "src/server/front-end-main.ts" })
}

const part = process.argv[2]
if (part !== undefined && part !== "cli" && part !== "page") {
  console.error(`build: unknown part ${JSON.stringify(part)}; parts: cli, page`)
  process.exit(1)
}
try {
  const hash = sourceHash(ROOT)
  if (part === undefined) {
    rmSync(join(DIST, ".built-from"), { force: true })
    await timed("runtime", buildRuntime)
  }
  if (part !== "cli") await timed("page", buildPage)
  if (part !== "page") await timed("command line and server", buildForNode)
  if (part === undefined) {
    await timed("runtime for native programs", buildNativeRuntime)
    markBuilt(ROOT, hash)
  }
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  console.error(`build: ${process.stderr.isTTY ? message : stripVTControlCharacters(message)}`)
  process.exit(1)
}
