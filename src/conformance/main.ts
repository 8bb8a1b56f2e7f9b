/**
 * `node src/conformance/main.ts [--engine=NAME] [--opt=N] [--tiers=CALLS,LOOPS[,SEED]] [--stress] [--part=K/N]
 * [TEXT…]`: judges the programs whose path holds one of the texts (all without), and prints the differences. `--tiers` gives the limits of
 * the tiered engine; `--stress` makes its compiled code go back to the interpreter at every turn of a loop. `--part` takes every N-th of all
 * programs from the K-th on: `--engine=aot-aarch64 --part=1/3` is what AArch64 is judged by, and 1/9, 4/9 and 7/9 are the same in three pieces.
 */
import { join, relative } from "node:path"
import { DEFAULT_TIERS, type TierOptions } from "../compiler/backend/tiered/profile.ts"
import type { OptimisationLevel } from "../compiler/driver/options.ts"
import type { EngineName } from "./execute.ts"
import { everyNth, programsIn, runSuite } from "./suite.ts"

const root = join(import.meta.dirname, "..")
const level = Number(process.argv.find((a) => a.startsWith("--opt="))?.slice(6) ?? 1) as OptimisationLevel
const engine = (process.argv.find((a) => a.startsWith("--engine="))?.slice(9) ?? "wasm") as EngineName
const [calls, loops, seed] = (process.argv.find((a) => a.startsWith("--tiers="))?.slice(8).split(",") ?? ["1", "1"]).map(Number)
const tiers: TierOptions = { calls: calls ?? DEFAULT_TIERS.calls, loops: loops ?? DEFAULT_TIERS.loops, seed: seed ?? null, stress: process.argv.includes("--stress") }
const texts = process.argv.slice(2).filter((a) => !a.startsWith("--"))
const [part, parts] = (process.argv.find((a) => a.startsWith("--part="))?.slice(7).split("/") ?? ["1", "1"]).map(Number)
const all = [...programsIn(join(import.meta.dirname, "programs")), ...programsIn(join(root, "examples"))]
const paths = everyNth(all, parts ?? 1, (part ?? 1) - 1).filter((path) => texts.length === 0 || texts.some((text) => path.includes(text)))
const verdicts = await runSuite(paths.map((path) => ({ path, engine, optimise: level, tiers })), 2)
const failed = verdicts.filter((v) => v.differences.length > 0)
for (const { path, differences } of failed) {
  console.log(relative(root, path))
  for (const line of differences) console.log(`    ${line}`)
}
console.log(`${verdicts.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length > 0 ? 1 : 0
