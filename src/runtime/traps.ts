/**
 * TABLE of run-time errors: kind → number in C and MIR, whether a `catch` sees it, message.
 *
 * The one idea: an error has a kind and a message, the same on every engine; the number of a kind is what `hk_raise` takes.
 */

/** One kind of error. */
export interface TrapRow {
  /** Number that `hk_raise` takes. */
  readonly code: number
  /** False for what ends the program whatever handlers there are. */
  readonly catchable: boolean
  /** The message, or its form. */
  readonly message: string
  readonly doc: string
}

/** All kinds. */
export const TRAPS = {
  TypeError: { code: 1, catchable: true, message: "unsupported binop Add on T1 and T2", doc: "operands of the wrong kind, access on null, a bad cast, an unknown method or field" },
  DivisionByZero: { code: 2, catchable: true, message: "Division by zero", doc: "`/` or `%` with a zero divisor" },
  ArityError: { code: 3, catchable: true, message: "'f' expects N argument(s), got M", doc: "wrong number of arguments" },
  IndexError: { code: 4, catchable: true, message: "index I out of bounds (len=N)", doc: "write to an array or buffer outside its bounds" },
  AccessError: { code: 5, catchable: true, message: "Field 'x' is private in B", doc: "use of a private member from outside" },
  UseAfterFini: { code: 6, catchable: true, message: "use after fini: B", doc: "use of an object after its `fini()`" },
  MatchError: { code: 7, catchable: true, message: "no match arm for V", doc: "no arm of a `match` applies" },
  ParseError: { code: 8, catchable: true, message: "JSON parse error at N: what", doc: "text that a library box cannot read" },
  Unsupported: { code: 9, catchable: true, message: "SocketBox is not available in the playground", doc: "a box or function that a sandbox does not give" },
  TaskFailed: { code: 10, catchable: true, message: "Task failed: Kind: message", doc: "`await` of a failed future" },
  TaskCancelled: { code: 11, catchable: true, message: "Task cancelled: reason", doc: "`await` of a cancelled future" },
  StackOverflow: { code: 12, catchable: true, message: "vm call stack depth exceeded (max_depth=N, fn=F)", doc: "calls nested too deeply" },
  Panic: { code: 13, catchable: true, message: "the text given to panic", doc: "`panic(x)`" },
  InitError: { code: 14, catchable: true, message: "Circular static box initialization: A -> B", doc: "static boxes that need each other to initialise" },
  OutOfMemory: { code: 15, catchable: false, message: "out of memory (limit 256 MiB)", doc: "the program needs more memory than it may take" },
  StepBudget: { code: 16, catchable: false, message: "vm step budget exceeded (max_steps=N)", doc: "the program ran longer than it may" },
  Stopped: { code: 17, catchable: false, message: "stopped", doc: "the user stopped the program" },
} as const satisfies Record<string, TrapRow>

/** Name of a kind. */
export type TrapKind = keyof typeof TRAPS

/** Kinds a `catch` may name to catch every error. */
export const CATCH_ALL_KINDS: readonly string[] = ["Error", "Exception", "Any", "RuntimeError"]

/** Exit code of a program that an uncaught error ended. */
export const TRAP_EXIT_CODE = 1

/** Most calls an error's trace keeps. */
export const MAX_TRACE = 32

/** How a message says which argument counts, ascending and at least one, are accepted: `2`, `1 or 2`, `1 to 3`, `1, 2 or 4`. */
export function countsText(counts: readonly number[]): string {
  const first = counts[0] as number
  const last = counts.at(-1) as number
  if (counts.length === 1) return String(first)
  if (counts.length > 2 && last - first === counts.length - 1) return `${first} to ${last}`
  return `${counts.slice(0, -1).join(", ")} or ${last}`
}
