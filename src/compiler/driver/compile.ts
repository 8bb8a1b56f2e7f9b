/**
 * The pipeline from source to what every engine gets. The one place that knows all stages; it reads top to bottom.
 *
 * A `Compilation` makes each later stage when it is first asked for and keeps it. Diagnostics of a program are all there
 * after `compile`; the stages behind the checker exist only if none of them is an error.
 */
import { Bug } from "../base/bug.ts"
import { SourceFile } from "../base/source.ts"
import { check } from "../check/check.ts"
import type { CheckedProgram } from "../check/checked.ts"
import { type Diagnostic, DiagnosticSink, MAX_DIAGNOSTICS } from "../diagnostics/diagnostic.ts"
import { lower } from "../lower/module.ts"
import type { Module, Origin } from "../mir/ir.ts"
import { inferAndSpecialise } from "../opt/specialise.ts"
import type { RunOptions } from "../opt/pass.ts"
import { runPipeline } from "../opt/pipeline.ts"
import type { Program } from "../syntax/ast.ts"
import { parse } from "../syntax/parser/parse.ts"
import type { CompileOptions } from "./options.ts"

/** A file of the program; the first one of a list holds the entry point. */
export interface InputFile {
  readonly name: string
  readonly text: string
}

/** A diagnostic with the file it is about. */
export interface FileDiagnostic {
  readonly source: SourceFile
  readonly diagnostic: Diagnostic
}

/** Milliseconds that a stage took. */
export interface StageTime {
  readonly stage: string
  readonly milliseconds: number
}

/** Gives the time in milliseconds; the core has no clock of its own. */
export type Clock = () => number

/** Most bytes of source that one compilation takes, all files together. */
export const MAX_SOURCE_LENGTH = 1 << 20

/** See the head of the file. */
export class Compilation {
  readonly sources: readonly SourceFile[]
  readonly programs: readonly Program[]
  readonly checked: CheckedProgram | null
  readonly diagnostics: readonly FileDiagnostic[]
  readonly hasErrors: boolean
  readonly options: CompileOptions
  readonly times: StageTime[]
  readonly #clock: Clock
  readonly #counted = new Map<Traces, Module>()

  constructor(parts: {
    readonly sources: readonly SourceFile[]
    readonly programs: readonly Program[]
    readonly checked: CheckedProgram | null
    readonly diagnostics: readonly FileDiagnostic[]
    readonly hasErrors: boolean
    readonly options: CompileOptions
    readonly times: StageTime[]
    readonly clock: Clock
  }) {
    this.sources = parts.sources
    this.programs = parts.programs
    this.checked = parts.checked
    this.diagnostics = parts.diagnostics
    this.hasErrors = parts.hasErrors
    this.options = parts.options
    this.times = parts.times
    this.#clock = parts.clock
  }

  /** MIR as lowering makes it; a fresh module at each call. Throws a Bug if there are errors. */
  built(): Module {
    if (this.checked === null || this.hasErrors) throw new Bug("driver", "the program has errors")
    return lower(this.checked, { points: this.options.points === true })
  }

  /** MIR as engines get it: typed, optimised, counted. One module for each way of telling traces. */
  counted(traces: Traces = "walked"): Module {
    const known = this.#counted.get(traces)
    if (known !== undefined) return known
    const built = this.#timed("lower", () => this.built())
    const typed = this.#timed("infer", () => inferAndSpecialise(built))
    this.#timed("optimise", () => runPipeline(typed, pipelineOptions(this.options, traces)))
    this.#counted.set(traces, typed)
    return typed
  }

  /** The 1-based line of an origin. */
  lineOf(origin: Origin): number {
    return this.positionOf(origin).line
  }

  /** File, line and column of an origin's start. */
  positionOf(origin: Origin): { readonly file: string; readonly line: number; readonly column: number } {
    const source = this.sources[origin.file]
    if (source === undefined) return { file: "", line: 0, column: 0 }
    return { file: source.name, ...source.lines.position(origin.start) }
  }

  /** Runs a stage and notes its time. */
  #timed<T>(stage: string, run: () => T): T {
    const start = this.#clock()
    const result = run()
    this.times.push({ stage, milliseconds: this.#clock() - start })
    return result
  }
}

/**
 * How an engine finds the calls that were under way when an error ended the program: it walks the stack of the program, or
 * each call tells its place on the way out.
 */
export type Traces = "walked" | "told"

/** What a compilation's options mean for the pipeline. */
export function pipelineOptions({ optimise, skip = [], steps }: CompileOptions, traces: Traces = "walked"): RunOptions {
  return { level: optimise, skip: new Set(traces === "told" ? [...skip, "handlers"] : skip), ...(steps === undefined ? {} : { steps }) }
}

/** Parses and checks a program. Never throws for any source. `clock` is for the stage times only. */
export function compile(files: readonly InputFile[], options: CompileOptions, clock: Clock = () => 0): Compilation {
  const times: StageTime[] = []
  const sources = files.map((file) => new SourceFile(file.name, file.text))
  const sinks = sources.map((source) => new DiagnosticSink(source))

  const parseStart = clock()
  const programs = sources.map((source, i) => parse(source, sinks[i] as DiagnosticSink))
  times.push({ stage: "parse", milliseconds: clock() - parseStart })

  const checkStart = clock()
  const units = sources.map((source, i) => ({ name: source.name, program: programs[i] as Program, source }))
  const checkSink = new DiagnosticSink(sources[0] as SourceFile)
  const checked = check(units, checkSink)
  times.push({ stage: "check", milliseconds: clock() - checkStart })

  // Files that nothing uses cannot stop the program; what is wrong with them is still worth knowing.
  const idle = (source: SourceFile): boolean => !checked.used.has(sources.indexOf(source))
  const shown = (sink: DiagnosticSink): readonly Diagnostic[] => (sink !== checkSink && idle(sink.source) ? sink.diagnostics.map(asWarning) : sink.diagnostics)
  const diagnostics = [...sinks, checkSink]
    .flatMap((sink) => shown(sink).map((diagnostic) => ({ source: sources.find((s) => s.name === diagnostic.primary.file) ?? sink.source, diagnostic })))
    .sort((a, b) => sources.indexOf(a.source) - sources.indexOf(b.source) || a.diagnostic.primary.span.start - b.diagnostic.primary.span.start)
    .slice(0, MAX_DIAGNOSTICS)
  const hasErrors = [...sinks, checkSink].some((sink) => sink.hasErrors && (sink === checkSink || !idle(sink.source)))
  return new Compilation({ sources, programs, checked, diagnostics, hasErrors, options, times, clock })
}

/** A finding in a file that no file of the program uses. */
function asWarning(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, severity: diagnostic.severity === "error" ? "warning" : diagnostic.severity, notes: [...diagnostic.notes, "no `using` reaches this file, so it is not part of the program"] }
}
