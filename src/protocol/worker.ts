/**
 * The messages between the page and its two kinds of worker. Messages only: no behaviour.
 *
 * The **compiler worker** lives as long as the page. It answers every request with one reply that carries the
 * request's `id`; requests about a text carry its `version`, and a reply repeats it, so that the page can drop what
 * has been overtaken by typing.
 *
 * A **run worker** is made afresh for each run and terminated after it: Stop is `terminate()`, which works at once
 * in every state of the program. It streams output in batches and ends with exactly one `finished` message, unless it
 * is terminated.
 *
 * Offsets are UTF-16 offsets into the text as the editor holds it; ranges are half-open.
 */
import type { DebugProgram } from "./debug.ts"
import type { LlvmOrder } from "./llvm.ts"
import type { PassesMessage } from "./passes.ts"
import type { TierNote, TierSum } from "./tiers.ts"

/** A half-open range of UTF-16 offsets in some text. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** One source file of the program being edited. The first file of a request is the one that holds the entry point. */
export interface SourceText {
  /** File name as shown to the user, for example `main.hako`. */
  readonly name: string
  readonly text: string
}

/** The stages that can be shown as text. The rows of `compiler/driver/views.ts` have these ids. */
export type TextViewId = "tokens" | "ast" | "mir-built" | "mir" | "bytecode" | "wat" | "llvm"

/** What a compilation may be asked to do differently. No option changes what the program means. */
export interface CompileOptions {
  /** 0: only the passes that are required; 1: the usual ones; 2: everything. */
  readonly optimise: 0 | 1 | 2
  /** Passes to leave out, by name; required ones run all the same. */
  readonly skip?: readonly string[]
  /** How many steps of the pipeline run, counted from its start; required ones run all the same. */
  readonly steps?: number
}

/** A replacement of `range` by `text`. */
export interface TextEdit {
  readonly range: TextRange
  readonly text: string
}

/** A diagnostic as the page shows it. */
export interface DiagnosticMessage {
  /** Permanent code such as `HK2001`. */
  readonly code: string
  readonly severity: "error" | "warning" | "hint"
  readonly message: string
  readonly file: string
  readonly range: TextRange
  /** 1-based position of `range.start`; the column counts code points. */
  readonly line: number
  readonly column: number
  readonly secondary: readonly { readonly message: string; readonly file: string; readonly range: TextRange }[]
  readonly help: string | null
  /** A change that is certain to be right, applied on request. */
  readonly fix: { readonly title: string; readonly edits: readonly TextEdit[] } | null
}

/** A place in one of the program's files; `file` is its index in the list of the request. */
export interface SourceRange extends TextRange {
  readonly file: number
}

/** One correspondence between a place in a view's text and a place in the source. Many-to-many. */
export interface ViewLink {
  readonly view: TextRange
  readonly source: SourceRange
}

/** A stage as text, with its links to the source. */
export interface ViewText {
  readonly view: TextViewId
  readonly text: string
  /** Sorted by `view.start`. */
  readonly links: readonly ViewLink[]
  /** The unit of the last run on the tiered engine that the text is of; without it the text is of the whole program. */
  readonly unit?: number
  /** Milliseconds the worker took to make it. */
  readonly milliseconds: number
}

/** A completion proposal. */
export interface CompletionMessage {
  readonly label: string
  readonly kind: "keyword" | "variable" | "function" | "method" | "field" | "box" | "enum" | "variant" | "snippet"
  readonly insert: string
  /** True if `insert` holds `${1:name}` placeholders. */
  readonly isSnippet: boolean
  readonly detail: string
  /** Markdown. */
  readonly documentation: string
}

/** How long each stage of one compilation took, in milliseconds, in order. */
export interface StageTime {
  readonly stage: string
  readonly milliseconds: number
}

/** A position in the source that a run-time error names. */
export interface TraceFrame {
  /** Function as the user knows it, for example `Main.risky/1`. */
  readonly function: string
  readonly file: string
  readonly line: number
  readonly column: number
}

/** The engines that the compiler worker makes programs for. */
export type LocalEngine = "wasm" | "vm" | "tiered"

/** How a variable is represented. The range is that of its name where it is declared. */
export interface InferredName extends SourceRange {
  /** Type of the value in machine code; `any` if only the running program knows. */
  readonly representation: string
  /** The possible kinds of values, in words. */
  readonly description: string
}

/** What a line costs beyond computing, as it is after optimisation. */
export interface LineCost {
  /** Index of the file in the list of the request. */
  readonly file: number
  /** 1-based. */
  readonly line: number
  readonly kind: "dynamic" | "allocation" | "call" | "release" | "retain" | "check"
  readonly what: string
  readonly count: number
  /** Loops around it, within its function. */
  readonly loops: number
}

/** What inference and counting made of the source. */
export interface InferredMessage {
  readonly names: readonly InferredName[]
  readonly costs: readonly LineCost[]
}

/** A program compiled for the run worker. */
export interface RunnableProgram {
  readonly engine: LocalEngine | "llvm-jit"
  /** The program itself (`wasm`, `llvm-jit`), or the interpreter (`vm`, `tiered`), which is the same for every program. */
  readonly module: WebAssembly.Module
  /** Size of the program in bytes, without the interpreter. */
  readonly bytes: number
  /** What the engine needs to run the module and explain its errors; opaque to the page. */
  readonly image: unknown
  /** What must be transferred with the image, not copied: of use once. */
  readonly ports: readonly MessagePort[]
}

/** What became of a place in the source; see `compiler/driver/vanished.ts`. */
export type FateMessage =
  | { readonly kind: "nothing" }
  | { readonly kind: "there" }
  | { readonly kind: "gone"; readonly pass: string; readonly step: number }
  | { readonly kind: "inlined"; readonly function: string; readonly into: readonly string[] }

/** Requests to the compiler worker: name -> what goes in, what comes out. */
export interface CompilerRequests {
  /** Diagnostics of the program, at most 200. */
  check: {
    in: { readonly version: number; readonly files: readonly SourceText[] }
    out: { readonly version: number; readonly diagnostics: readonly DiagnosticMessage[]; readonly times: readonly StageTime[] }
  }
  /** Text of one view; `null` with the diagnostics if the source has errors that stop the stage. */
  view: {
    in: { readonly version: number; readonly files: readonly SourceText[]; readonly view: TextViewId; readonly options: CompileOptions }
    out: { readonly version: number; readonly view: ViewText | null; readonly diagnostics: readonly DiagnosticMessage[] }
  }
  /** Code of a unit of the last run on the tiered engine; null if there is no such unit, or it was not compiled here. */
  unit: { in: { readonly unit: number }; out: ViewText | null }
  /** Begins to load what an engine needs, so that the first run does not wait for it. Of an engine nobody uses nothing is loaded. */
  prepare: { in: { readonly engine: LocalEngine }; out: null }
  /** The program ready to run on an engine. */
  compile: {
    /** `isCounting`: a program of the VM that counts how often its lines are executed, whatever the options say. */
    in: { readonly version: number; readonly files: readonly SourceText[]; readonly options: CompileOptions; readonly engine: LocalEngine; readonly isCounting: boolean }
    out: { readonly version: number; readonly program: RunnableProgram | null; readonly diagnostics: readonly DiagnosticMessage[]; readonly times: readonly StageTime[] }
  }
  /** The program as LLVM IR for the LLVM worker; null if the source has errors. */
  llvm: {
    in: { readonly version: number; readonly files: readonly SourceText[]; readonly options: CompileOptions }
    out: { readonly version: number; readonly order: LlvmOrder | null; readonly diagnostics: readonly DiagnosticMessage[]; readonly times: readonly StageTime[] }
  }
  /** The program as the debugger runs it. */
  debug: {
    in: { readonly version: number; readonly files: readonly SourceText[] }
    out: { readonly version: number; readonly program: DebugProgram | null; readonly diagnostics: readonly DiagnosticMessage[]; readonly times: readonly StageTime[] }
  }
  /** The bytes of the `.wasm` file with its source map, for download. */
  wasm: {
    in: { readonly files: readonly SourceText[]; readonly options: CompileOptions }
    out: { readonly bytes: Uint8Array<ArrayBuffer> | null; readonly diagnostics: readonly DiagnosticMessage[] }
  }
  /** What the optimiser's passes did, and the states of one function (null: of the main one); null if the source has errors. */
  passes: {
    in: { readonly version: number; readonly files: readonly SourceText[]; readonly options: CompileOptions; readonly function: string | null }
    out: { readonly version: number; readonly passes: PassesMessage | null }
  }
  /** What became of a place in the source in the optimised program; null if the source has errors. */
  fate: {
    in: { readonly files: readonly SourceText[]; readonly options: CompileOptions; readonly place: SourceRange }
    out: FateMessage | null
  }
  /** The formatted text, or `null` if the source has syntax errors. */
  format: {
    in: { readonly file: SourceText }
    out: { readonly text: string | null; readonly diagnostics: readonly DiagnosticMessage[] }
  }
  /** How variables are represented, and what lines cost; null if the source has errors. */
  inferred: {
    in: { readonly version: number; readonly files: readonly SourceText[]; readonly options: CompileOptions }
    out: { readonly version: number; readonly inferred: InferredMessage | null }
  }
  /** What the word at `offset` of a line of a low-level view means; `asm` is machine code. The range is within the line. */
  explain: {
    in: { readonly view: TextViewId | "asm"; readonly line: string; readonly offset: number }
    out: { readonly range: TextRange; readonly markdown: string } | null
  }
  /** What stands at `offset`: Markdown blocks, and the range they are about. */
  hover: {
    in: { readonly files: readonly SourceText[]; readonly file: string; readonly offset: number }
    out: { readonly range: TextRange; readonly markdown: readonly string[] } | null
  }
  complete: {
    in: { readonly files: readonly SourceText[]; readonly file: string; readonly offset: number }
    out: { readonly replace: TextRange; readonly items: readonly CompletionMessage[] }
  }
  /** Where the name at `offset` is declared. */
  definition: {
    in: { readonly files: readonly SourceText[]; readonly file: string; readonly offset: number }
    out: { readonly file: string; readonly range: TextRange } | null
  }
  /** Every occurrence of the name at `offset`, its declaration included. */
  references: {
    in: { readonly files: readonly SourceText[]; readonly file: string; readonly offset: number }
    out: readonly { readonly file: string; readonly range: TextRange }[]
  }
  /** Edits that rename the name at `offset`, or why it cannot be renamed. */
  rename: {
    in: { readonly files: readonly SourceText[]; readonly file: string; readonly offset: number; readonly to: string }
    out: { readonly edits: readonly (TextEdit & { readonly file: string })[] } | { readonly refused: string }
  }
}

/** Name of a request to the compiler worker. */
export type CompilerRequestName = keyof CompilerRequests

/** A request as it travels. */
export type CompilerRequest = {
  [K in CompilerRequestName]: { readonly id: number; readonly request: K; readonly input: CompilerRequests[K]["in"] }
}[CompilerRequestName]

/** A reply as it travels. `failed` is a Bug of ours: the worker survives it and says what happened. */
export type CompilerReply =
  | { readonly id: number; readonly ok: true; readonly output: unknown }
  | { readonly id: number; readonly ok: false; readonly failed: string }

/** Sent once by the compiler worker when it can answer, and again when the Wasm back end is loaded. */
export type CompilerNotice = { readonly notice: "ready" } | { readonly notice: "backend-ready" }

/** First message to a run worker. */
export interface RunStart {
  readonly type: "start"
  readonly program: RunnableProgram
  readonly arguments: readonly string[]
  /** Lines given before the run. */
  readonly stdin: string
  /**
   * Interactive input, present if the page is cross-origin isolated; see `protocol/stdin.ts`. Without it the program's
   * input ends after `stdin`.
   */
  readonly interactive: SharedArrayBuffer | null
  /** Most linear memory the program may use, in bytes. */
  readonly memoryLimit: number
  /** Seed of unseeded random numbers and epoch milliseconds of the clock, or null for the real ones. */
  readonly fixed: { readonly seed: number; readonly now: number } | null
}

/** How a run ended. */
export type RunOutcome =
  /** The program ended by itself; `code` is the entry's result as 32 bits. */
  | { readonly kind: "exit"; readonly code: number }
  /** An error nobody caught. The exit code is 1. */
  | { readonly kind: "trap"; readonly error: string; readonly message: string; readonly trace: readonly TraceFrame[] }
  /** We failed. */
  | { readonly kind: "bug"; readonly message: string }

/** How often the most frequent statement of a line was executed. */
export interface LineCount {
  readonly file: string
  readonly line: number
  readonly count: number
}

/** Messages from a run worker. */
export type RunMessage =
  /** A batch of output, at most about 64 KiB; with shared memory about 256 KiB are in flight at most. Streams keep their order within a batch list. */
  | { readonly type: "output"; readonly chunks: readonly { readonly stream: "stdout" | "stderr"; readonly text: string }[] }
  /** `ConsoleBox.clear()`. */
  | { readonly type: "clear" }
  /** A canvas of the program as it looks now; `number` counts them from 0. The bitmap is the receiver's to close. */
  | { readonly type: "canvas"; readonly number: number; readonly name: string; readonly width: number; readonly height: number; readonly bitmap: ImageBitmap }
  /** The program waits for a line of input (interactive runs only). */
  | { readonly type: "waiting-for-input" }
  /** What the tiered engine has done. */
  | { readonly type: "tier"; readonly note: TierNote }
  /** `tiers` are the totals of the tiered engine, null on another; `lines` has every line with code, null if they were not counted. `milliseconds` is the time in the program, without compilation; `peakMemory` in bytes. */
  | { readonly type: "finished"; readonly outcome: RunOutcome; readonly milliseconds: number; readonly firstOutputAfter: number | null; readonly peakMemory: number; readonly tiers: readonly TierSum[] | null; readonly lines: readonly LineCount[] | null }
