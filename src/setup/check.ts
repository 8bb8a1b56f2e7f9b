/**
 * `npm test`: sets the machine up, then runs every check in the order in which a failure is cheapest to find.
 *
 * The one idea: a check is a row: a command, what it needs, how to read its counts. All rows run even after a failure, except those
 * whose input another row makes. A row that cannot run because something is missing has failed: nothing is passed over in silence.
 *
 * The last line is `N passed, N failed` (and `, N skipped` if tests were): the tests of all rows added up; a row without tests of its own counts as one.
 */
import { spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { ensureTools, type MissingTool } from "./setup.ts"
import type { ToolName } from "./tools.ts"

const ROOT = join(import.meta.dirname, "..", "..")
const REPORTS = join(ROOT, ".cache", "reports")

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

interface Step {
  readonly name: string
  /** npm script that is the check. */
  readonly script: string
  /** Arguments for the script that make it leave a report. */
  readonly args: readonly string[]
  readonly needs: readonly ToolName[]
  /** Steps that must have passed. */
  readonly after: readonly string[]
  /** Reads the counts from the output or a report; null if there are none. */
  readonly counts: (output: string) => Counts | null
}

const VITEST_REPORT = join(REPORTS, "vitest.json")
const PLAYWRIGHT_REPORT = join(REPORTS, "playwright.json")

function report(path: string): Record<string, unknown> | null {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>) : null
}

function vitestCounts(): Counts | null {
  const found = report(VITEST_REPORT)
  if (found === null) return null
  // A file that cannot be loaded has no tests but is a failure all the same.
  const files = found["testResults"] as { status: string; assertionResults: unknown[] }[]
  const broken = files.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length
  return { passed: Number(found["numPassedTests"]), failed: Number(found["numFailedTests"]) + broken, skipped: Number(found["numPendingTests"]) + Number(found["numTodoTests"]) }
}

function playwrightCounts(): Counts | null {
  const stats = report(PLAYWRIGHT_REPORT)?.["stats"] as Record<string, number> | undefined
  if (stats === undefined) return null
  return { passed: Number(stats["expected"]), failed: Number(stats["unexpected"]) + Number(stats["flaky"]), skipped: Number(stats["skipped"]) }
}

function printedCounts(output: string): Counts | null {
  const found = [...output.matchAll(/^(?:\w+: )?(\d+) passed, (\d+) failed/gm)].at(-1)
  return found === undefined ? null : { passed: Number(found[1]), failed: Number(found[2]), skipped: 0 }
}

const none = (): null => null

const STEPS: readonly Step[] = [
  { name: "types", script: "typecheck", args: [], needs: [], after: [], counts: none },
  { name: "lint", script: "lint", args: [], needs: [], after: [], counts: none },
  { name: "runtime", script: "build:runtime", args: [], needs: [], after: [], counts: none },
  // Tests of executables and of the server build programs with it.
  { name: "native", script: "build:native", args: [], needs: ["llvm"], after: [], counts: none },
  { name: "unit", script: "test:unit", args: ["--reporter=default", "--reporter=json", `--outputFile.json=${VITEST_REPORT}`], needs: [], after: [], counts: vitestCounts },
  { name: "C runtime", script: "test:runtime", args: [], needs: ["llvm"], after: [], counts: printedCounts },
  { name: "build", script: "build", args: [], needs: [], after: [], counts: none },
  { name: "sizes", script: "size", args: [], needs: [], after: ["build"], counts: none },
  { name: "page", script: "test:e2e", args: ["--reporter=list,json"], needs: ["chromium"], after: ["build"], counts: playwrightCounts },
]

interface Outcome extends Counts {
  readonly step: Step
  readonly ok: boolean
  readonly seconds: number
  readonly reason: string
}

function run(step: Step): Promise<{ readonly status: number; readonly output: string }> {
  return new Promise((resolve) => {
    const args = ["run", "--silent", step.script, ...(step.args.length > 0 ? ["--", ...step.args] : [])]
    const child = spawn("npm", args, {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, PLAYWRIGHT_JSON_OUTPUT_FILE: PLAYWRIGHT_REPORT, FORCE_COLOR: "0" },
    })
    let output = ""
    const take = (chunk: Buffer, target: NodeJS.WriteStream) => {
      output += chunk.toString("utf8")
      target.write(chunk)
    }
    child.stdout.on("data", (chunk: Buffer) => take(chunk, process.stdout))
    child.stderr.on("data", (chunk: Buffer) => take(chunk, process.stderr))
    child.on("error", (error) => resolve({ status: 1, output: error.message }))
    child.on("close", (code) => resolve({ status: code ?? 1, output }))
  })
}

async function perform(step: Step, missing: readonly MissingTool[], outcomes: readonly Outcome[]): Promise<Outcome> {
  const failed = (reason: string): Outcome => ({ step, ok: false, seconds: 0, reason, passed: 0, failed: 1, skipped: 0 })
  const absent = missing.filter((entry) => step.needs.includes(entry.tool))
  if (absent.length > 0) return failed(absent.map((entry) => entry.explanation).join("; "))
  const blocker = step.after.find((name) => outcomes.some((outcome) => outcome.step.name === name && !outcome.ok))
  if (blocker !== undefined) return failed(`not run, because "${blocker}" failed`)
  const started = performance.now()
  const { status, output } = await run(step)
  const seconds = (performance.now() - started) / 1000
  const counts = step.counts(output)
  if (step.counts !== none && (counts === null || counts.passed + counts.failed === 0)) return { ...failed("it ran no test"), seconds }
  const ok = status === 0 && (counts === null || counts.failed === 0)
  const { passed, failed: failures, skipped } = counts ?? { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
  // A runner may fail outside its tests, for example while it starts.
  return { step, ok, seconds, reason: ok ? "" : `exit code ${status}`, passed, failed: ok ? 0 : Math.max(1, failures), skipped }
}

const missing = ensureTools(["llvm", "chromium", "qemu", "bubblewrap", "postgresql", "redis"])
for (const { explanation } of missing) console.error(`set-up: ${explanation}`)
rmSync(REPORTS, { recursive: true, force: true })
mkdirSync(REPORTS, { recursive: true })

const outcomes: Outcome[] = []
for (const step of STEPS) {
  console.log(`\n=== ${step.name}: npm run ${step.script}`)
  const outcome = await perform(step, missing, outcomes)
  outcomes.push(outcome)
  console.log(`=== ${step.name}: ${outcome.ok ? "ok" : `FAILED (${outcome.reason})`} in ${outcome.seconds.toFixed(1)} s`)
}

console.log("\nstep        result  seconds  passed  failed")
for (const { step, ok, seconds, passed, failed } of outcomes) {
  console.log(`${step.name.padEnd(11)} ${(ok ? "ok" : "FAILED").padEnd(7)} ${seconds.toFixed(1).padStart(7)} ${String(passed).padStart(7)} ${String(failed).padStart(7)}`)
}
const first = outcomes.find((outcome) => !outcome.ok)
if (first !== undefined) console.log(`\nfirst failing step: ${first.step.name} (${first.reason})\nrepeat it with: npm run ${first.step.script}`)
const total = (key: keyof Counts) => outcomes.reduce((sum, outcome) => sum + outcome[key], 0)
const skipped = total("skipped")
console.log(`\n${total("passed")} passed, ${total("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`)
process.exitCode = first === undefined ? 0 : 1
