/**
 * Failures as the server answers them: one class, one form of answer (`ApiFailure`), one line in the log.
 *
 * The one idea: what a client may see and what the log holds are two texts. A failure of ours shows a name that finds it in the log,
 * never a path, a command or a tool's words.
 */
import { randomBytes } from "node:crypto"
import { type ApiDiagnostic, type ApiFailure, FAILURES, type FailureKind } from "../protocol/api.ts"

/** A request that cannot be answered with success. `message` is for the client. */
export class ApiError extends Error {
  readonly kind: FailureKind
  readonly retryAfter: number | undefined
  readonly diagnostics: readonly ApiDiagnostic[] | undefined

  constructor(kind: FailureKind, message: string, more: { readonly retryAfter?: number; readonly diagnostics?: readonly ApiDiagnostic[]; readonly cause?: unknown } = {}) {
    super(message, { cause: more.cause })
    this.kind = kind
    this.retryAfter = more.retryAfter
    this.diagnostics = more.diagnostics
  }
}

/** A text for the log: one line of printable ASCII, at most 4000 characters. */
export function logText(text: string): string {
  return [...text.slice(0, 4000)].map((char) => (/[\x20-\x7e]/.test(char) ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)).join("")
}

/** Writes a failure of ours to the log and gives the name that finds it there. */
export function logFailure(error: unknown): string {
  const id = randomBytes(4).toString("hex")
  const cause = error instanceof ApiError ? error.cause : error
  console.error(`failure ${id}: ${logText(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? (error as Error).message))}`)
  return id
}

/** The answer to a failed request. What is not an `ApiError` is a mistake of ours. */
export function failureOf(error: unknown): { readonly status: number; readonly body: ApiFailure } {
  const known = error instanceof ApiError ? error : new ApiError("internal", "The server made a mistake; your program is not the cause.", { cause: error })
  const { status, whose } = FAILURES[known.kind]
  const id = known.kind === "internal" || known.kind === "build_failed" ? logFailure(known) : undefined
  return {
    status,
    body: { error: { kind: known.kind, whose, message: known.message, ...(known.retryAfter === undefined ? {} : { retryAfter: known.retryAfter }), ...(id === undefined ? {} : { id }), ...(known.diagnostics === undefined ? {} : { diagnostics: known.diagnostics }) } },
  }
}
