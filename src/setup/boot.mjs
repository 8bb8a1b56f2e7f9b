#!/usr/bin/env node
/**
 * The first thing `npm start` and `npm test` run: makes sure that the locked npm packages are there, then hands over to the
 * TypeScript of `src/setup` on the Node that those packages bring.
 *
 * The one idea: everything else may rely on its dependencies and on a Node that reads TypeScript; this file may not. It is plain
 * JavaScript without dependencies and runs on Node 20.
 *
 * Invariant: it installs exactly what `package-lock.json` names (`npm ci`), and only if something of it is missing.
 */
import { spawn, spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..")
const TASKS = { start: "start.ts", test: "check.ts", dev: "dev.ts", setup: "setup.ts" }

/** Names of the packages whose installed version is not the locked one. Optional packages of other platforms may be absent. */
function missingPackages() {
  const installedPath = join(ROOT, "node_modules", ".package-lock.json")
  const locked = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")).packages
  const installed = existsSync(installedPath) ? JSON.parse(readFileSync(installedPath, "utf8")).packages : {}
  const missing = []
  for (const [path, entry] of Object.entries(locked)) {
    if (path === "") continue
    const found = installed[path]
    if (found === undefined ? entry.optional !== true : found.version !== entry.version) missing.push(path.replace(/^.*node_modules\//, ""))
  }
  return missing
}

function fail(message) {
  console.error(`set-up: ${message}`)
  process.exit(1)
}

const task = process.argv[2] ?? ""
const script = Object.hasOwn(TASKS, task) ? TASKS[task] : undefined
if (script === undefined) fail(`unknown task ${JSON.stringify(task)}; tasks: ${Object.keys(TASKS).join(", ")}`)
if (Number(process.versions.node.split(".")[0]) < 20) {
  fail(`Node ${process.versions.node} is too old to start from; install Node 20 or newer (https://nodejs.org), then run the same command again`)
}

const missing = missingPackages()
if (missing.length > 0) {
  const shown = missing.length > 6 ? `${missing.slice(0, 6).join(", ")} and ${missing.length - 6} more` : missing.join(", ")
  console.log(`set-up: npm packages missing or outdated: ${shown}`)
  console.log("set-up: running npm ci (about half a minute, 700 MB under node_modules)")
  // The engine warnings speak of the Node that starts npm; the tools run on the Node among the packages.
  const npm = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: ROOT, stdio: "inherit" })
  if (npm.error) fail(`cannot run npm: ${npm.error.message}`)
  if (npm.status !== 0) fail("npm ci failed (see above); is the npm registry reachable? Run `npm ci` to repeat it")
}

const packaged = join(ROOT, "node_modules", ".bin", "node")
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
const readsTypeScript = major > 22 || (major === 22 && minor >= 18)
if (!existsSync(packaged) && !readsTypeScript) {
  fail(`no packaged Node for ${process.platform} ${process.arch}; install Node 22.18 or newer, then run the same command again`)
}
const node = existsSync(packaged) ? packaged : process.execPath
const bin = join(ROOT, "node_modules", ".bin")
const child = spawn(node, [join(ROOT, "src", "setup", script), ...process.argv.slice(3)], {
  cwd: ROOT,
  stdio: "inherit",
  env: { ...process.env, PATH: `${bin}:${process.env.PATH ?? ""}` },
})
// A signal sent to this process alone must end the server behind it too.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
// npm starts scripts through a shell, which dies of a signal without passing it on; its death is then the signal.
if (process.env.npm_lifecycle_event !== undefined) {
  const shell = process.ppid
  setInterval(() => process.ppid !== shell && child.kill("SIGTERM"), 500).unref()
}
child.on("error", (error) => fail(`cannot run ${node}: ${error.message}`))
child.on("exit", (code) => process.exit(code ?? 1))
