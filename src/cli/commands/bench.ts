/**
 * `hako bench`: runs a program on every engine and prints how they compare. See `compare/measure.ts` for how it is measured.
 */
import { readFileSync } from "node:fs"
import { cpus } from "node:os"
import { type Candidate, type MeasureOptions, measure, USUAL_ROUNDS } from "../../compare/measure.ts"
import { COMPARED_ENGINE_IDS, type ComparedEngineId } from "../../compare/measurement.ts"
import { SOURCE_LINES } from "../../compare/source-lines.ts"
import { COLUMNS, formatDuration, headingOf, remarksOf, type TableContext, TEXT_COLUMNS, toCsv, toMarkdown } from "../../compare/table.ts"
import { sayInEnglish } from "../../compare/texts.ts"
import { type Comparison, compareEngines } from "../../compare/verdict.ts"
import { compile, type InputFile } from "../../compiler/driver/compile.ts"
import { optimisationLevel } from "../../compiler/driver/options.ts"
import { LLVM_LEVELS, ToolError } from "../../native/executable.ts"
import { findToolchain, ownTarget } from "../../native/program.ts"
import { processSubject } from "../../native/timed-run.ts"
import { type CommandOption, parseArguments, UsageError } from "../arguments.ts"
import { threadSubject } from "../bench-thread.ts"
import { readProgram } from "../files.ts"
import { nativeRuntime } from "../native-runtime.ts"
import { printDiagnostics, writeText } from "../report.ts"

/** Options of `hako bench`. */
export const BENCH_OPTIONS: readonly CommandOption[] = [
  { name: "engines", values: null, default: "", doc: `engines to compare, separated by commas: ${COMPARED_ENGINE_IDS.join(", ")}; all without it` },
  { name: "opt", values: ["0", "1", "2"], default: "2", doc: "optimisation level" },
  { name: "rounds", values: null, default: String(USUAL_ROUNDS.rounds), doc: "measured runs on each engine; fewer if the program runs long" },
  { name: "limit", values: null, default: "10", doc: "seconds after which a run is given up" },
  { name: "format", values: ["text", "csv", "markdown"], default: "text", doc: "how to print the table" },
]

/** Nested calls before StackOverflow, as in `hako run`. */
const MAX_DEPTH = 10_000
const MAX_MEMORY = 256 << 20

/** Runs the command; gives the exit code. */
export async function bench(args: readonly string[]): Promise<number> {
  const { options, operands } = parseArguments(args, BENCH_OPTIONS)
  const [path, ...rest] = operands
  if (path === undefined) throw new UsageError("bench needs a file: hako bench [options] FILE [ARGS]")
  const wanted = enginesOf(options.get("engines") as string)
  const rounds = positive(options, "rounds", 1000)
  const limit = positive(options, "limit", 3600)
  const files = readProgram(path)
  const level = optimisationLevel(options.get("opt") as string) ?? 2
  const compilation = compile(files, { optimise: level })
  printDiagnostics(compilation, false)
  if (compilation.hasErrors) return 2

  const stdin = process.stdin.isTTY === true || path === "-" ? "" : readFileSync(0, "utf8")
  const candidates = wanted.map((engine) => candidate(engine, files, level, rest, stdin))
  const stop = new AbortController()
  const interrupt = (): void => stop.abort()
  process.once("SIGINT", interrupt)
  const amounts: MeasureOptions = {
    ...USUAL_ROUNDS,
    rounds,
    leastRounds: Math.min(rounds, USUAL_ROUNDS.leastRounds),
    runLimit: limit * 1000,
    reasons: { limit: `still running after ${formatDuration(limit * 1000)}`, stopped: "interrupted" },
  }
  const measurements = await measure(candidates, amounts, stop.signal, ({ done, total }) => {
    if (process.stderr.isTTY === true) writeText(2, `\r${done}/${total} `)
  })
  if (process.stderr.isTTY === true) writeText(2, "\r\u001b[K")
  process.off("SIGINT", interrupt)

  const comparison = compareEngines(measurements)
  const context: TableContext = { say: sayInEnglish, lines: SOURCE_LINES }
  const notes = [
    sayInEnglish("compare.note.method", { clock: sayInEnglish("compare.clock.cpu") }),
    sayInEnglish("compare.note.fixed"),
    sayInEnglish("compare.note.machine", { machine: `${cpus()[0]?.model.trim() ?? "?"}, ${cpus().length} processors, Node ${process.versions.node}` }),
  ]
  const format = options.get("format")
  writeText(1, format === "csv" ? toCsv(comparison, context) : format === "markdown" ? toMarkdown(comparison, context, notes) : toText(comparison, context, notes))
  return comparison.rows.some((row) => row.output === "differs" || row.output === "varies") ? 1 : 0
}

function enginesOf(text: string): readonly ComparedEngineId[] {
  if (text === "") return COMPARED_ENGINE_IDS
  return text.split(",").map((name) => {
    const id = COMPARED_ENGINE_IDS.find((engine) => engine === name)
    if (id === undefined) throw new UsageError(`--engines: unknown engine ${name}; engines are ${COMPARED_ENGINE_IDS.join(", ")}`)
    return id
  })
}

function positive(options: ReadonlyMap<string, string>, name: string, most: number): number {
  const value = Number(options.get(name))
  if (!Number.isInteger(value) || value < 1 || value > most) throw new UsageError(`--${name}=${options.get(name)}: valid are whole numbers from 1 to ${most}`)
  return value
}

/** How to measure an engine, or why it cannot be. */
function candidate(engine: ComparedEngineId, files: readonly InputFile[], optimise: 0 | 1 | 2, args: readonly string[], stdin: string): Candidate {
  if (engine === "wasm" || engine === "vm" || engine === "tiered") {
    const limits = { maxDepth: MAX_DEPTH, maxMemory: MAX_MEMORY, countLeaks: false }
    return { engine, start: () => threadSubject(new URL(import.meta.url), { engine, files, options: { optimise }, arguments: args, stdin, limits }) }
  }
  if (engine === "llvm-wasm") return { engine, absent: "measured in the page" }
  const target = ownTarget()
  if (target === null) return { engine, absent: "native programs are for Linux on x86-64 and AArch64" }
  try {
    const toolchain = findToolchain(nativeRuntime(), target)
    const level = LLVM_LEVELS[optimise === 0 ? 0 : optimise === 1 ? 2 : 3] ?? "O3"
    return { engine, start: () => processSubject({ engine, compile: () => compile(files, { optimise }), toolchain, target, level, arguments: args, stdin }) }
  } catch (error) {
    if (!(error instanceof ToolError)) throw error
    return { engine, absent: error.message }
  }
}

/** The table turned on its side, a column for each engine: it is wider than a terminal otherwise. */
function toText(comparison: Comparison, context: TableContext, notes: readonly string[]): string {
  const rows = COLUMNS.map((column) => [headingOf(column.id, comparison, context.say), ...comparison.rows.map((row) => column.cell(row, context).text)])
  const isWord = COLUMNS.map(({ id }) => TEXT_COLUMNS.has(id))
  // Long words, such as reasons, stand under the table instead of widening it.
  const asides: string[] = []
  const cut = rows.map((row) =>
    row.map((cell, i) => {
      if (i === 0 || cell.length <= WIDEST) return cell
      asides.push(`${rows[0]?.[i]}: ${cell}`)
      return `${cell.slice(0, WIDEST - 1)}…`
    }),
  )
  const widths = cut[0]?.map((_, i) => Math.max(...cut.map((row) => (row[i] ?? "").length))) ?? []
  const lines = cut.map((row, r) => row.map((cell, i) => (i === 0 || isWord[r] === true ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ").trimEnd())
  return `${[...lines, "", ...new Set(asides), ...remarksOf(comparison, context.say), ...notes].join("\n")}\n`
}

/** Widest cell of a table in a terminal. */
const WIDEST = 26
