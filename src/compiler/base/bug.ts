/**
 * Our own mistakes. A Bug is thrown when an invariant of the compiler does not hold; it is never used for wrong source text
 * (Diagnostic) or for a failing program (Trap), and only hosts catch it.
 */

/** An invariant of the compiler was broken. */
export class Bug extends Error {
  /** The stage that noticed, e.g. `lower` or `opt/gvn`. */
  readonly stage: string
  /** What a reader needs to see the cause, e.g. the MIR of the function; empty when the message says it all. */
  readonly detail: string

  constructor(stage: string, message: string, detail = '') {
    super(`${stage}: ${message}`)
    this.name = 'Bug'
    this.stage = stage
    this.detail = detail
  }
}

/** Throws a Bug unless the condition holds. */
export function invariant(condition: unknown, stage: string, message: string): asserts condition {
  if (!condition) throw new Bug(stage, message)
}

/** Ends an exhaustive switch: compiles only when no case is left. */
export function unreachable(value: never, stage = 'compiler'): never {
  const shown: unknown = value
  const kind = typeof shown === 'object' && shown !== null && 'kind' in shown ? String(shown.kind) : String(shown)
  throw new Bug(stage, `unreachable case ${kind}`)
}
