/**
 * Builds `hk_test.c` natively with the address and undefined-behaviour sanitizers and runs it.
 *
 * The one idea: the tests include the runtime whole, so one compiler call makes the program; its output ends with the counts.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { findLlvm, findProgram } from "../../setup/tools.ts"
import { NATIVE_FOLDER, WARNINGS } from "./sources.ts"

const FOLDER = fileURLToPath(new URL("../../../.cache/runtime-test/", import.meta.url))
const FLAGS: readonly string[] = [
  "-std=c11", "-g", "-O1", "-fno-strict-aliasing", "-ffp-contract=off", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined",
  ...WARNINGS.filter((flag) => flag !== "-Wmissing-prototypes" && flag !== "-Wpedantic"),
]

function main(): number {
  const compiler = findLlvm()?.clang ?? findProgram("clang") ?? findProgram("gcc")
  if (compiler === null) {
    console.error("no C compiler: install clang-22")
    return 1
  }
  mkdirSync(FOLDER, { recursive: true })
  const program = join(FOLDER, "hk_test")
  const built = spawnSync(compiler, [...FLAGS, join(NATIVE_FOLDER, "hk_test.c"), "-o", program, "-lm"], { encoding: "utf8" })
  if (built.status !== 0) {
    console.error(built.stderr)
    return 1
  }
  const ran = spawnSync(program, [], { encoding: "utf8", env: { ...process.env, ASAN_OPTIONS: "detect_leaks=0", UBSAN_OPTIONS: "print_stacktrace=1" } })
  process.stdout.write(ran.stdout)
  process.stderr.write(ran.stderr)
  if (ran.status === null) console.error(`ended by ${ran.signal}`)
  return ran.status ?? 1
}

process.exit(main())
