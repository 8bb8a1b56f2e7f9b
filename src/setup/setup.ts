/**
 * Installs the programs outside npm that the asked-for work needs and this machine lacks.
 *
 * The one idea: look first (milliseconds), install only what is missing, through `apt-get`, saying each thing it does and asking
 * nothing. What cannot be installed is reported with the command that would do it; the caller decides what it can do without.
 *
 * Invariant: on a machine that has everything it changes nothing and prints nothing.
 */
import { spawnSync } from "node:child_process"
import { findProgram, TOOLS, type ToolName } from "./tools.ts"

/** A tool that is not there and could not be installed. */
export interface MissingTool {
  readonly tool: ToolName
  /** Why, and which command to run, in full sentences. */
  readonly explanation: string
}

type Privilege = { readonly prefix: readonly string[] } | { readonly reason: string }

function privilege(): Privilege {
  if (findProgram("apt-get") === null) return { reason: "this system has no apt-get" }
  if (process.getuid?.() === 0) return { prefix: [] }
  if (findProgram("sudo") === null) return { reason: "you are not root and there is no sudo" }
  if (spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0) return { prefix: ["sudo", "-n"] }
  return { reason: "you are not root and sudo asks for a password" }
}

function apt(prefix: readonly string[], args: readonly string[]): boolean {
  const command = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y", "-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=300", ...args]
  const result = spawnSync(command[0] ?? "", command.slice(1), { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 })
  if (result.status === 0) return true
  const lines = `${result.stdout ?? ""}\n${result.stderr ?? ""}${result.error?.message ?? ""}`.trim().split("\n")
  console.error(lines.slice(-8).map((line) => `  | ${line}`).join("\n"))
  return false
}

function hasCandidate(packageName: string): boolean {
  const result = spawnSync("apt-cache", ["policy", packageName], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } })
  return /Candidate: (?!\(none\))/.test(result.stdout ?? "")
}

/** Makes the named tools available. Returns those that are not. */
export function ensureTools(names: readonly ToolName[]): readonly MissingTool[] {
  const wanted = names.filter((name) => TOOLS[name].find() === null)
  if (wanted.length === 0) return []
  for (const name of wanted) console.log(`set-up: ${name} is missing; it is needed for ${TOOLS[name].purpose}`)

  const explain = (tool: ToolName, reason: string): MissingTool => {
    const packages = TOOLS[tool].packages.find((list) => list.every(hasCandidate)) ?? TOOLS[tool].packages[0] ?? []
    return { tool, explanation: `${tool} is missing and could not be installed: ${reason}. Run: sudo apt-get update && sudo apt-get install -y ${packages.join(" ")}` }
  }

  const right = privilege()
  if ("reason" in right) return wanted.map((tool) => explain(tool, right.reason))

  console.log("set-up: apt-get update")
  if (!apt(right.prefix, ["update"])) console.error("set-up: apt-get update failed; trying with the package lists there are")

  const missing: MissingTool[] = []
  for (const tool of wanted) {
    const packages = TOOLS[tool].packages.find((list) => list.every(hasCandidate))
    if (packages === undefined) {
      missing.push(explain(tool, `no package source offers ${TOOLS[tool].packages.map((list) => list.join(" + ")).join(", or ")}`))
      continue
    }
    console.log(`set-up: apt-get install ${packages.join(" ")}`)
    const started = performance.now()
    if (!apt(right.prefix, ["install", "--no-install-recommends", ...packages])) missing.push(explain(tool, "apt-get failed (see above)"))
    else if (TOOLS[tool].find() === null) missing.push(explain(tool, "the packages are installed but do not bring the expected programs"))
    else console.log(`set-up: ${tool} installed in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  }
  return missing
}

if (import.meta.main) {
  const missing = ensureTools(Object.keys(TOOLS) as ToolName[])
  for (const { explanation } of missing) console.error(`set-up: ${explanation}`)
  if (missing.length === 0) console.log("set-up: everything is there")
  process.exitCode = missing.length === 0 ? 0 : 1
}
