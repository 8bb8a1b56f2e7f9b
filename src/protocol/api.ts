/**
 * What the page and the server say to each other over HTTP. Shapes and names only: no behaviour.
 *
 * Every answer that is not a success has the form `ApiFailure`, which says whose doing it is: the program's (its source is wrong),
 * the request's, or the server's.
 */

/** Paths. */
export const API = {
  health: "/api/health",
  build: "/api/build",
  asm: "/api/asm",
  run: "/api/run",
  snippets: "/api/snippets",
} as const

/** Most bytes of source, all files together, that the server compiles. */
export const SERVER_SOURCE_LIMIT = 64 * 1024

/** Systems that executables are made for. */
export const BUILD_TARGETS = ["x86_64-linux", "aarch64-linux"] as const
/** One of them. */
export type BuildTarget = (typeof BUILD_TARGETS)[number]

/** How much LLVM optimises. */
export const BUILD_LEVELS = ["O0", "O2", "O3", "Os"] as const
/** One of them. */
export type BuildLevel = (typeof BUILD_LEVELS)[number]

/** Engines that the server runs programs on. */
export const SERVER_ENGINES = ["aot", "llvm-jit"] as const
/** One of them. */
export type ServerEngine = (typeof SERVER_ENGINES)[number]

/** A file of a program; the first one holds the entry point. */
export interface ApiFile {
  readonly name: string
  readonly text: string
}

/** Body of a request to build. */
export interface BuildRequest {
  readonly files: readonly ApiFile[]
  readonly target: BuildTarget
  readonly level: BuildLevel
  /** Without symbols and debug information. */
  readonly strip: boolean
}

/** A stage of the work, in order. */
export type ServerStage = "queue" | "front-end" | "compile" | "link" | "run"

/** How long a stage took. */
export interface ServerStageTime {
  readonly stage: ServerStage
  readonly milliseconds: number
}

/** An executable and what is known of it. */
export interface BuildAnswer {
  /** Proposed name of the file. */
  readonly name: string
  readonly target: BuildTarget
  readonly level: BuildLevel
  readonly strip: boolean
  /** Bytes. */
  readonly size: number
  /** SHA-256 of the file, in hexadecimal digits. */
  readonly sha256: string
  /** True if an earlier build of the very same program answers. */
  readonly cached: boolean
  readonly times: readonly ServerStageTime[]
  /** The command that makes the same file. */
  readonly command: string
  /** The commands that ran, as they are inside the sandbox. */
  readonly steps: readonly string[]
  /** What was done, line by line. */
  readonly log: string
  /** The file in base64. */
  readonly executable: string
}

/** A line of a streamed answer to a request to build: what is being done now, then the answer or the failure. */
export type BuildEvent = { readonly stage: ServerStage } | { readonly answer: BuildAnswer } | ApiFailure

/** Body of a request for LLVM's texts. */
export interface AsmRequest {
  readonly files: readonly ApiFile[]
  readonly target: BuildTarget
  readonly level: BuildLevel
  readonly form: "assembly" | "llvm"
}

/** A text with its places in the source. All offsets are UTF-16 offsets, ranges half-open. */
export interface AsmAnswer {
  readonly text: string
  readonly links: readonly { readonly start: number; readonly end: number; readonly file: number; readonly sourceStart: number; readonly sourceEnd: number }[]
  readonly functions: readonly { readonly name: string; readonly start: number; readonly end: number }[]
}

/** Body of a request to run. */
export interface RunRequest {
  readonly files: readonly ApiFile[]
  readonly engine: ServerEngine
  readonly level: BuildLevel
  readonly args: readonly string[]
  readonly stdin: string
  /** How often to run it again, each time afresh, to measure; at most `MOST_REPEATS`. */
  readonly repeats?: number
}

/** Most further runs that one request may ask for; fewer are made of programs that take long. */
export const MOST_REPEATS = 20

/** What a run did. */
export interface RunAnswer {
  readonly engine: ServerEngine
  /** `exited`: by itself, with `code`; the others: it was ended for what it used. */
  readonly ended: "exited" | "timeout" | "output"
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** True if the program wrote more than is given here. */
  readonly truncated: boolean
  /** From the moment the program may start. */
  readonly milliseconds: number
  /** Most bytes in use, as seen every few milliseconds; null if the program was over before the first look. */
  readonly peakMemory: number | null
  /** The further runs that were asked for, and whether each printed the same and ended alike. */
  readonly again: readonly { readonly milliseconds: number; readonly isSame: boolean }[]
  readonly times: readonly ServerStageTime[]
}

/** Body of a request to keep a program: the fragment of its link, without `#`. */
export interface SnippetRequest {
  readonly fragment: string
}

/** A kept program. */
export interface SnippetAnswer {
  /** Shortest id that names it, at least 9 letters and digits. */
  readonly id: string
  readonly fragment: string
}

/** What the server can do. */
export const ABILITIES = ["build", "asm", "run", "snippets"] as const
/** One of them. */
export type Ability = (typeof ABILITIES)[number]

/** Answer about the server. */
export interface HealthAnswer {
  /** The reason why something cannot be done, or null if it can. */
  readonly abilities: Readonly<Record<Ability, string | null>>
  /** Version of LLVM, or null. */
  readonly llvm: number | null
  /** The system that `run` runs programs for, or null. */
  readonly runs: BuildTarget | null
}

/** Kinds of failure; each has one HTTP status. */
export const FAILURES = {
  diagnostics: { status: 422, whose: "program" },
  source_too_large: { status: 413, whose: "program" },
  too_much_work: { status: 422, whose: "program" },
  bad_request: { status: 400, whose: "request" },
  bad_type: { status: 415, whose: "request" },
  body_too_large: { status: 413, whose: "request" },
  foreign_origin: { status: 403, whose: "request" },
  not_found: { status: 404, whose: "request" },
  rate_limited: { status: 429, whose: "request" },
  busy: { status: 503, whose: "server" },
  budget: { status: 503, whose: "server" },
  unavailable: { status: 503, whose: "server" },
  build_failed: { status: 500, whose: "server" },
  internal: { status: 500, whose: "server" },
} as const satisfies Record<string, { readonly status: number; readonly whose: "program" | "request" | "server" }>

/** Name of a kind of failure. */
export type FailureKind = keyof typeof FAILURES

/** What is wrong with a program. */
export interface ApiDiagnostic {
  readonly code: string
  readonly severity: "error" | "warning" | "hint"
  readonly message: string
  readonly file: string
  readonly line: number
  readonly column: number
  /** With the source line, as on a terminal. */
  readonly rendered: string
}

/** Answer of a request that failed. */
export interface ApiFailure {
  readonly error: {
    readonly kind: FailureKind
    readonly whose: "program" | "request" | "server"
    readonly message: string
    /** Seconds after which to try again. */
    readonly retryAfter?: number
    /** Names the failure in the server's log. */
    readonly id?: string
    readonly diagnostics?: readonly ApiDiagnostic[]
  }
}
