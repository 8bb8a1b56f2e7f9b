/**
 * The oracles: whether a program does the same however it is compiled and run.
 *
 * One idea: an outcome is everything a user can see (output, how the program ended, objects left over), and every way of running a
 * program must give the same one. The ways differ in engine, optimisation level and the passes left out; one of them is a
 * reference that walks the syntax tree and shares nothing with the compiler but the parser.
 */
import type { Compilation } from "../compiler/driver/compile.ts"
import { compile } from "../compiler/driver/compile.ts"
import { format } from "../compiler/syntax/format.ts"
import { parseModule } from "../compiler/mir/parse.ts"
import { printModule } from "../compiler/mir/print.ts"
import type { Module } from "../compiler/mir/ir.ts"
import { PASSES, PIPELINE, runPipeline } from "../compiler/opt/pipeline.ts"
import { inferAndSpecialise } from "../compiler/opt/specialise.ts"
import type { TierOptions } from "../compiler/backend/tiered/profile.ts"
import { type EngineName, execute, OutputLimit } from "../conformance/execute.ts"
import { hasNative } from "../conformance/native.ts"
import { type ReferenceOutcome, runReference } from "./reference.ts"
import { inTwoFiles } from "./split.ts"

/** Everything that can be seen of a run. */
export interface Outcome {
  readonly stdout: string
  readonly stderr: string
  /** `exit 0`, or the error with its kind, message and line. */
  readonly end: string
  /** Objects left over, or null if that is not known. */
  readonly leaked: number | null
}

/** Bytes of output after which a program is taken for one that does not end; what it wrote until then is compared. */
const MOST_OUTPUT = 1 << 20
const FLOOD = "more output than is looked at"

/** A way of running a program. */
export interface Way {
  readonly engine: EngineName
  readonly level: 0 | 1 | 2
  /** Pass to leave out. */
  readonly without: string | null
  /** Verify the module after every pass, and read back what is printed of it. */
  readonly verify: boolean
  /** When the tiered engine compiles. */
  readonly tiers: TierOptions | null
}

/** Two ways that differ, or one that breaks. */
export interface Mismatch {
  readonly way: string
  readonly detail: string
}

/** What became of a program. */
export interface Report {
  readonly mismatches: readonly Mismatch[]
  /** Whether the reference ran it too. */
  readonly isReferenced: boolean
  /** How it ended, of interest for the mix of programs. */
  readonly end: string
}

/** The passes that may be left out. */
export const OPTIONAL_PASSES: readonly string[] = [...new Set(PIPELINE.filter((step) => step.level > 0).map((step) => step.pass))].filter((name) => Object.hasOwn(PASSES, name))

const way = (engine: EngineName, level: 0 | 1 | 2, without: string | null = null, verify = false): Way => ({ engine, level, without, verify, tiers: null })
const tiered = (level: 0 | 1 | 2, calls: number, loops: number, seed: number | null, stress = false): Way => ({ ...way("tiered", level), tiers: { calls, loops, seed, stress } })

/** Engines whose programs are processes of their own. */
const PROCESSES: ReadonlySet<EngineName> = new Set<EngineName>(["aot", "llvm-jit"])

/** The way all others are compared with. */
const BASE = way("vm", 2)

/** All other ways. */
export const WAYS: readonly Way[] = [
  way("wasm", 2),
  way("vm", 0),
  way("wasm", 0),
  way("vm", 1, null, true),
  way("wasm", 1),
  tiered(2, 1, 1, null),
  tiered(0, 1, 1, null, true),
  tiered(1, 5, 9, 1),
  tiered(2, 3, 40, 2),
  way("vm", 2, null, true),
  ...OPTIONAL_PASSES.map((pass) => way("vm", 2, pass)),
  ...(hasNative() ? [way("aot", 2), way("aot", 0), way("llvm-jit", 2)] : []),
]

/** A way as text. */
export function nameOf({ engine, level, without, verify, tiers }: Way): string {
  return `${engine}${tiers === null ? "" : ` at ${tiers.calls}/${tiers.loops}${tiers.seed === null ? "" : ` drawn by ${tiers.seed}`}${tiers.stress ? " and back" : ""}`} -O${level}${without === null ? "" : ` without ${without}`}${verify ? " verified" : ""}`
}

/** Compares the ways given and the reference; with `alsoRewritten` the formatted program and the program in two files too. */
export async function judgeProgram(text: string, ways: readonly Way[], alsoRewritten: boolean): Promise<Report> {
  const mismatches: Mismatch[] = []
  const compilation = compile([{ name: "main.hako", text }], { optimise: 2 })
  if (compilation.hasErrors) {
    const first = compilation.diagnostics.find((d) => d.diagnostic.severity === "error")
    return { mismatches: [{ way: "check", detail: `rejected: ${first?.diagnostic.message ?? ""} at line ${first?.source.lines.lineOf(first.diagnostic.primary.span.start) ?? 0}` }], isReferenced: false, end: "rejected" }
  }
  const leaky = /^\/\/ leaks: a strong cycle/m.test(text)
  const base = await outcomeOf(compilation, BASE)
  if (typeof base === "string") return { mismatches: [{ way: nameOf(BASE), detail: base }], isReferenced: false, end: "broken" }
  // Where memory ends is no part of the language, and optimised programs get further.
  if (base.end.startsWith("OutOfMemory")) return { mismatches: [], isReferenced: false, end: base.end }
  if (!leaky && base.leaked !== null && base.leaked !== 0) mismatches.push({ way: nameOf(BASE), detail: `${base.leaked} objects leaked` })
  const compare = (name: string, other: Outcome | string, expected = base): void => {
    const detail = typeof other === "string" ? other : differenceOf(expected, other, leaky)
    if (detail !== null) mismatches.push({ way: name, detail })
  }
  const [source] = compilation.sources
  const [program] = compilation.programs
  const reference = source === undefined || program === undefined || base.end === FLOOD ? null : runReference(source, program)
  if (reference !== null) compare("reference", seen(reference))
  // A process is not stopped at a byte of its output, and of its exit code the system keeps eight bits.
  const ofProcess: Outcome = { ...base, end: base.end.replace(/^exit (-?\d+)$/, (_, code: string) => `exit ${Number(code) & 255}`) }
  for (const other of ways) {
    if (!PROCESSES.has(other.engine)) compare(nameOf(other), await outcomeOf(compilation, other))
    else if (base.end !== FLOOD) compare(nameOf(other), await outcomeOf(compilation, other), ofProcess)
  }
  const files = alsoRewritten && source !== undefined && program !== undefined ? inTwoFiles(source, program) : null
  if (files !== null) {
    const split = compile(files, { optimise: 2 })
    compare("using", split.hasErrors ? `rejected: ${split.diagnostics.find((d) => d.diagnostic.severity === "error")?.diagnostic.message ?? ""}` : await outcomeOf(split, BASE))
  }
  if (alsoRewritten) {
    const formatted = source === undefined ? { diagnostics: [] } : format(source)
    if (!("text" in formatted)) mismatches.push({ way: "format", detail: "not formatted" })
    else {
      const again = compile([{ name: "main.hako", text: formatted.text }], { optimise: 2 })
      const outcome = again.hasErrors ? `rejected: ${again.diagnostics[0]?.diagnostic.message ?? ""}` : await outcomeOf(again, BASE)
      // Lines move; errors that show theirs differ.
      if (typeof outcome === "string" || !/\.line\b/.test(text)) compare("format", typeof outcome === "string" ? outcome : { ...outcome, end: outcome.end.replace(/@\d+$/, base.end.match(/@\d+$/)?.[0] ?? "") })
    }
  }
  return { mismatches, isReferenced: reference !== null, end: base.end }
}

/** What can be seen of the reference's run; it counts no objects. */
function seen({ stdout, stderr, exitCode, error }: ReferenceOutcome): Outcome {
  return { stdout, stderr, end: error === null ? `exit ${exitCode}` : `${error.kind}: ${error.kind === "StackOverflow" ? "" : error.message} @${error.line}`, leaked: null }
}

/** Runs one way; text says how it broke. */
async function outcomeOf(compilation: Compilation, { engine, level, without, verify, tiers }: Way): Promise<Outcome | string> {
  try {
    let module: Module = inferAndSpecialise(compilation.built())
    runPipeline(module, { level, verify, skip: new Set(without === null ? [] : [without]) })
    if (verify) {
      const printed = printModule(module).text
      module = parseModule(printed)
      const again = printModule(module).text
      if (again !== printed) return "printed MIR reads back as something else"
      module = inferAndSpecialise(compilation.built())
      runPipeline(module, { level })
    }
    const { stdout, stderr, result } = await execute({ counted: () => module, options: { optimise: level }, lineOf: (origin) => compilation.lineOf(origin), sources: compilation.sources }, { stdin: [], args: [], mostOutput: MOST_OUTPUT }, engine, tiers ?? undefined)
    if (result.kind === "exit") return { stdout, stderr, end: `exit ${result.code}`, leaked: result.leaked }
    const first = result.trace[0]
    return { stdout, stderr, end: `${result.error}: ${result.error === "StackOverflow" ? "" : result.message} @${first === undefined ? 0 : compilation.lineOf(first.origin)}`, leaked: null }
  } catch (thrown) {
    if (thrown instanceof OutputLimit) return { stdout: thrown.stdout, stderr: "", end: FLOOD, leaked: null }
    const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
    const at = thrown instanceof Error ? (thrown.stack ?? "").split("\n").find((line) => /\/src\/(?!fuzz|compiler\/base)/.test(line)) : undefined
    return `${text.slice(0, 300)}${at === undefined ? "" : ` [${at.trim().replace(/.*\/src\//, "src/")}`}`
  }
}

/** How two outcomes differ, or null. */
function differenceOf(base: Outcome, other: Outcome, leaky: boolean): string | null {
  if (base.stdout !== other.stdout) {
    const a = base.stdout.split("\n")
    const b = other.stdout.split("\n")
    const at = a.findIndex((line, i) => line !== b[i])
    const i = at === -1 ? a.length : at
    return `line ${i + 1} of the output: ${JSON.stringify(b[i]?.slice(0, 120) ?? "(nothing)")} instead of ${JSON.stringify(a[i]?.slice(0, 120) ?? "(nothing)")}`
  }
  if (base.stderr !== other.stderr) return `stderr: ${JSON.stringify(other.stderr.slice(0, 120))} instead of ${JSON.stringify(base.stderr.slice(0, 120))}`
  if (base.end !== other.end) return `${other.end} instead of ${base.end}`
  if (!leaky && other.leaked !== null && other.leaked !== 0) return `${other.leaked} objects leaked`
  return null
}
