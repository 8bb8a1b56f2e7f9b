/**
 * Read, run, print: a program that grows by one entry at a time.
 *
 * The compiler compiles whole programs: types, layouts and dispatch follow from all of it. So each entry makes a new
 * program, the accepted entries and the new one after them, and the whole runs again. Its past does not happen again:
 * what the earlier entries read (lines, the clock, seeds) comes from a record, and the bytes that they wrote are left
 * out. The program is deterministic otherwise, so at the new entry it is in the state the session had.
 *
 * What the past costs again is kept small: the tiered engine interprets it, which begins at once, and compiles what takes longer.
 * And it is bounded: an entry with which the session would take longer than `MOST_MILLISECONDS`, or would have read more than
 * `MOST_SEEN` things, shows what came of it and is not kept. No state of the machine could stand for the past instead: with each
 * entry types and layouts, and with them the code that a frame stands in, may be others.
 *
 * An entry that is wrong, fails or is stopped is not accepted: the session is as it was before it, with no half of it
 * left. A name that is declared again means the new thing from there on, and the old thing in what was entered before.
 */
import { runTiered, tierProgram } from "../compiler/backend/tiered/engine.ts"
import { DEFAULT_TIERS, outlineOf } from "../compiler/backend/tiered/profile.ts"
import { SynchronousCompiler } from "../compiler/backend/tiered/synchronous.ts"
import { compileVm } from "../compiler/backend/vm/compile.ts"
import { SourceFile } from "../compiler/base/source.ts"
import { DiagnosticSink } from "../compiler/diagnostics/diagnostic.ts"
import { type Compilation, compile } from "../compiler/driver/compile.ts"
import { renameAt } from "../compiler/driver/language-service.ts"
import type { Item, Name } from "../compiler/syntax/ast.ts"
import { parse } from "../compiler/syntax/parser/parse.ts"
import type { ReplAnswer, ReplState } from "../protocol/repl.ts"

/** The one file of a session's program. */
export const REPL_FILE = "repl.hako"

/** A session without entries. */
export const EMPTY_REPL: ReplState = { entries: [], seen: [], written: 0, clears: 0, values: 0 }

/** Stands in front of a value that the session prints; programs have no reason to print it. */
const MARK = "\u{e0f1}value\u{e0f1}"

/** Nested calls before StackOverflow. */
const MAX_DEPTH = 10_000
const MAX_MEMORY = 256 << 20

/** Milliseconds that a session may take to be compiled and run again, without waiting for input. */
export const MOST_MILLISECONDS = 5_000
/** Lines, times and seeds that a session may have read. */
export const MOST_SEEN = 100_000

/** The world of the new entry. */
export interface ReplWorld {
  /** Milliseconds since some moment: for the bound, not for the program. */
  clock(): number
  /** Output of the new entry, as it comes. */
  write(stream: "stdout" | "stderr", text: string): void
  readLine(): string | null
  now(): number
  seed(): bigint
  clear(): void
  /** Bytes of the stack that compiled code may use; undefined where there is enough for every depth. */
  readonly hostStack?: number
}

/** The program of a session as one text, and where each entry begins in it. */
export function replProgram(entries: ReplState["entries"]): { readonly text: string; readonly starts: readonly number[] } {
  let text = ""
  const starts: number[] = []
  for (const entry of entries) {
    // Inside a block a name may be declared again.
    if (entry.opensBlock) text += "{\n"
    starts.push(text.length)
    text += `${entry.text}\n`
  }
  return { text: text + "}\n".repeat(entries.filter((entry) => entry.opensBlock).length), starts }
}

/** Takes an entry. `machine` is the compiled `vm.wasm`. */
export function submit(machine: WebAssembly.Module, state: ReplState, text: string, world: ReplWorld): ReplAnswer {
  const start = world.clock()
  const source = new SourceFile(REPL_FILE, text)
  const sink = new DiagnosticSink(source)
  const { items } = parse(source, sink)
  const wrong = sink.diagnostics.filter(({ severity }) => severity === "error")
  const end = text.trimEnd().length
  if (wrong.length > 0 && wrong.every(({ primary }) => primary.span.start >= end)) return { kind: "incomplete" }
  if (wrong.length > 0) return { kind: "wrong", problems: wrong.map(({ message, primary }) => problem(source, message, primary.span.start)) }
  if (items.length === 0) return { kind: "done", state, value: null, milliseconds: 0 }
  const kept = setAside(state.entries, items)
  const last = items.at(-1) as Item
  const isValue = last.kind === "ExprStmt"
  const name = `_${state.values + 1}`
  const body = isValue
    ? `${text.slice(0, last.span.start)}local ${name} = (${text.slice(last.expr.span.start, last.expr.span.end)})\nif ${name} != null { print(${JSON.stringify(MARK)})  print(${name}) }`
    : text
  const compiled = compileEntry(kept, body)
  if ("problems" in compiled) return { kind: "wrong", problems: compiled.problems }
  const entries = [...kept, compiled.entry]
  return run(machine, { ...state, entries, values: state.values + (isValue ? 1 : 0) }, compiled.compilation, world, start)
}

function problem(source: SourceFile, message: string, at: number): { readonly message: string; readonly line: number } {
  return { message, line: source.lines.position(at).line }
}

/** Compiles an entry behind the others; in a block of its own if that is what makes it right. */
function compileEntry(kept: ReplState["entries"], text: string): { readonly compilation: Compilation; readonly entry: ReplState["entries"][number] } | { readonly problems: readonly { readonly message: string; readonly line: number }[] } {
  let problems: { readonly message: string; readonly line: number }[] = []
  for (const opensBlock of [false, true]) {
    const entry = { text, opensBlock }
    const program = replProgram([...kept, entry])
    const compilation = compile([{ name: REPL_FILE, text: program.text }], { optimise: 1 })
    if (!compilation.hasErrors) return { compilation, entry }
    const start = program.starts.at(-1) as number
    const source = compilation.sources[0] as SourceFile
    const first = source.lines.position(start).line
    if (!opensBlock) {
      problems = compilation.diagnostics
        .filter(({ diagnostic }) => diagnostic.severity === "error")
        .map(({ diagnostic }) => ({ message: diagnostic.message, line: Math.max(1, source.lines.position(diagnostic.primary.span.start).line - first + 1) }))
    }
  }
  return { problems }
}

/** Runs the program; what its past wrote is left out, what it read is what it was. `start` is when work on the entry began. */
function run(machine: WebAssembly.Module, next: ReplState, compilation: Compilation, world: ReplWorld, start: number): ReplAnswer {
  const counted = compilation.counted()
  const vm = compileVm(counted, { lineOf: (origin) => compilation.lineOf(origin), allConstants: true })
  const parts = tierProgram(counted, vm)
  // Nobody looks at the record of the run: its times need no clock.
  const clock = (): number => 0
  const seen: (string | number | null)[] = [...next.seen]
  let at = 0
  let written = 0
  let clears = 0
  let waited = 0
  const readLine = (): string | null => {
    const asked = world.clock()
    const line = world.readLine()
    waited += world.clock() - asked
    return line
  }
  const filter = new ValueFilter((stream, text) => world.write(stream, text))
  const see = <T extends string | number | null>(ask: () => T): T => {
    if (at < seen.length) return seen[at++] as T
    at++
    const value = ask()
    // One more than may be kept says that there were too many.
    if (seen.length <= MOST_SEEN) seen.push(value)
    return value
  }
  const { result } = runTiered(
    machine,
    { vm, outline: outlineOf(parts) },
    {
      arguments: [],
      write: (stream, chunk) => {
        const skip = Math.min(chunk.length, Math.max(0, next.written - written))
        written += chunk.length
        if (skip < chunk.length) filter.write(stream === 1 ? "stdout" : "stderr", chunk.subarray(skip))
      },
      readLine: () => see(readLine),
      now: () => see(() => world.now()),
      // Seeds have 64 bits: a text keeps them whole.
      seed: () => BigInt(see(() => world.seed().toString())),
      clear: () => {
        if (++clears > next.clears) world.clear()
      },
    },
    { maxDepth: MAX_DEPTH, maxMemory: MAX_MEMORY, countLeaks: false, ...(world.hostStack === undefined ? {} : { hostStack: world.hostStack }) },
    { options: DEFAULT_TIERS, compiler: new SynchronousCompiler(parts, clock), clock },
  )
  const value = filter.end()
  if (result.kind === "trap") return { kind: "failed", error: result.error, message: result.message }
  if (result.code !== 0) return { kind: "exited", code: result.code }
  const milliseconds = world.clock() - start - waited
  if (seen.length > MOST_SEEN) return { kind: "unkept", value, reason: "input", milliseconds }
  if (milliseconds > MOST_MILLISECONDS) return { kind: "unkept", value, reason: "time", milliseconds }
  return { kind: "done", state: { ...next, seen, written, clears }, value, milliseconds }
}

/** Gives the names that an entry declares again, and that are declared already, other names in what was entered before. */
function setAside(entries: ReplState["entries"], items: readonly Item[]): ReplState["entries"] {
  const again = new Set(items.flatMap((item) => declared(item)?.text ?? []))
  let kept = entries
  for (const name of again) {
    const { text, starts } = replProgram(kept)
    const old = parse(new SourceFile(REPL_FILE, text), new DiagnosticSink(new SourceFile(REPL_FILE, text)))
    const found = everyItem(old.items).map(declared).find((one) => one?.text === name)
    if (found === undefined || found === null) continue
    let number = 1
    while (text.includes(`${name}_${number}`)) number++
    const renamed = renameAt(compile([{ name: REPL_FILE, text }], { optimise: 1 }), REPL_FILE, found.span.start, `${name}_${number}`)
    if ("refused" in renamed) continue
    const edits = renamed.edits.toSorted((a, b) => b.range.start - a.range.start)
    kept = kept.map((entry, i) => {
      const start = starts[i] as number
      let changed = entry.text
      for (const { range, text: to } of edits) {
        if (range.start < start || range.end > start + entry.text.length) continue
        changed = changed.slice(0, range.start - start) + to + changed.slice(range.end - start)
      }
      return changed === entry.text ? entry : { ...entry, text: changed }
    })
  }
  return kept
}

/** Items of a program, those inside the blocks around later entries included. */
function everyItem(items: readonly Item[]): readonly Item[] {
  return items.flatMap((item) => (item.kind === "BlockStmt" ? everyItem(item.body.stmts) : [item]))
}

/** The name that an item declares for the whole program, or null. */
function declared(item: Item): Name | null {
  switch (item.kind) {
    case "FunctionDecl":
    case "BoxDecl":
    case "EnumDecl":
    case "InterfaceDecl":
    case "GlobalDecl":
      return item.name
    default:
      return null
  }
}

/** Passes output on up to the mark, and keeps what follows it: the value. */
class ValueFilter {
  readonly #pass: (stream: "stdout" | "stderr", text: string) => void
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  #held = ""
  #value: string | null = null

  constructor(pass: (stream: "stdout" | "stderr", text: string) => void) {
    this.#pass = pass
  }

  write(stream: "stdout" | "stderr", bytes: Uint8Array): void {
    const text = this.#decoders[stream].decode(bytes, { stream: true })
    if (stream === "stderr") {
      this.#pass(stream, text)
      return
    }
    if (this.#value !== null) {
      this.#value += text
      return
    }
    const all = this.#held + text
    const mark = all.indexOf(MARK)
    if (mark >= 0) {
      if (mark > 0) this.#pass(stream, all.slice(0, mark))
      this.#held = ""
      this.#value = all.slice(mark + MARK.length)
      return
    }
    // The beginning of a mark may be the end of what has come.
    const start = all.lastIndexOf(MARK[0] as string)
    const isOpen = start >= 0 && MARK.startsWith(all.slice(start))
    this.#held = isOpen ? all.slice(start) : ""
    const passed = isOpen ? all.slice(0, start) : all
    if (passed !== "") this.#pass(stream, passed)
  }

  /** The value without the line ends around it, or null if none was printed. */
  end(): string | null {
    if (this.#held !== "") this.#pass("stdout", this.#held)
    this.#held = ""
    return this.#value === null ? null : this.#value.replace(/^\n/, "").replace(/\n$/, "")
  }
}
