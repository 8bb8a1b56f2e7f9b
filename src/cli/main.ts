/**
 * The command `hako`. Each command is a file; this one chooses, and turns exceptions into messages and exit codes:
 * 2 for wrong usage and wrong programs, 70 for a mistake of ours.
 */
import { isMainThread, workerData } from "node:worker_threads"
import { Bug } from "../compiler/base/bug.ts"
import { UsageError } from "./arguments.ts"
import { type BenchThread, serveBench } from "./bench-thread.ts"
import { bench, BENCH_OPTIONS } from "./commands/bench.ts"
import { build, BUILD_OPTIONS } from "./commands/build.ts"
import { check } from "./commands/check.ts"
import { emit, EMIT_OPTIONS } from "./commands/emit.ts"
import { explain } from "./commands/explain.ts"
import { fmt, FMT_OPTIONS } from "./commands/fmt.ts"
import { repl } from "./commands/repl.ts"
import { run, RUN_OPTIONS } from "./commands/run.ts"
import type { CommandOption } from "./arguments.ts"
import { writeText } from "./report.ts"
import { serveRun } from "./run-thread.ts"

interface Command {
  readonly run: (args: readonly string[]) => Promise<number>
  readonly usage: string
  readonly doc: string
  readonly options: readonly CommandOption[]
}

/** The commands by name. */
const COMMANDS: Readonly<Record<string, Command>> = {
  run: { run, usage: "run [options] FILE [ARGS]", doc: "run a program", options: RUN_OPTIONS },
  repl: { run: repl, usage: "repl", doc: "run entries one at a time; definitions and variables persist", options: [] },
  build: { run: build, usage: "build [options] -o OUT FILE", doc: "make an executable", options: BUILD_OPTIONS },
  check: { run: check, usage: "check FILE…", doc: "report errors and warnings", options: [] },
  fmt: { run: fmt, usage: "fmt [options] FILE…", doc: "format files", options: FMT_OPTIONS },
  bench: { run: bench, usage: "bench [options] FILE [ARGS]", doc: "compare all engines on a program", options: BENCH_OPTIONS },
  explain: { run: explain, usage: "explain [CODE…]", doc: "explain a diagnostic (HK2001) or a rule (S1); without one, list all", options: [] },
  emit: { run: emit, usage: "emit [options] FILE", doc: "print a stage of the compilation", options: EMIT_OPTIONS },
}

function help(): string {
  let text = "hako: the Hakorune compiler\n\n"
  for (const command of Object.values(COMMANDS)) {
    text += `  hako ${command.usage}\n      ${command.doc}\n`
    for (const option of command.options) {
      const values = option.values === "flag" ? "" : option.values === null ? "=…" : `=${option.values.join("|")}`
      text += `      --${option.name}${values}  ${option.doc}${option.default === "" ? "" : ` (default ${option.default})`}\n`
    }
  }
  return text
}

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    writeText(name === undefined ? 2 : 1, help())
    return name === undefined ? 2 : 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  try {
    if (command === undefined) throw new UsageError(`unknown command ${name}; commands are ${Object.keys(COMMANDS).join(", ")}`)
    return await command.run(rest)
  } catch (error) {
    if (error instanceof UsageError) {
      writeText(2, `hako: ${error.message}\n`)
      return 2
    }
    const what = error instanceof Bug ? `${error.message}\n${error.detail}` : error instanceof Error ? (error.stack ?? error.message) : String(error)
    writeText(2, `hako: this is a mistake of ours, not of your program: ${what}\n`)
    return 70
  }
}

if (isMainThread) process.exitCode = await main(process.argv.slice(2))
else if ((workerData as BenchThread | null)?.role === "bench") serveBench(workerData as BenchThread)
else serveRun()
