/**
 * The functions that a WebAssembly engine gives to the runtime, and how a program leaves it. Engines share them: what a
 * program writes, reads and fails with must not depend on the engine.
 *
 * `exit` and an uncaught error leave the program by a JavaScript exception, `ProgramEnd`, which only engines catch.
 */
import { MAX_TRACE } from "../../runtime/traps.ts"
import { Bug } from "../base/bug.ts"
import type { Host, RunResult, TraceEntry } from "./backend.ts"
import { type ErrorSite, framesAt } from "./sites.ts"

/** Thrown to leave the program. */
export class ProgramEnd extends Error {
  readonly result: RunResult
  constructor(result: RunResult) {
    super("the program has ended")
    this.result = result
  }
}

/** What the host's functions need of the running instance. */
export interface HostedExports {
  readonly memory: WebAssembly.Memory
  hk_flush(): void
  hk_host_buffer(size: number): number
  hk_pending_error(): number
  hk_trace_length(error: number): number
  hk_trace_site(error: number, index: number): number
  hk_error_kind(error: number): number
  hk_error_message(error: number): number
}

/** What is special about an engine. */
export interface HostedEngine {
  /** For Bugs. */
  readonly stage: string
  /** Places that error traces name, by the number the program reports. */
  readonly sites: readonly ErrorSite[]
  /** The frames that have not been unwound, innermost first: the calls that each stands for, none for one that traces do not show. */
  frames(): readonly (readonly TraceEntry[])[]
  /** Told by the interpreter what has become hot (`HK_VM_HOT_FUNCTION` and so on in `hk_vm_host.h`); may install code. */
  readonly hot?: (what: number, index: number) => void
}

/** Offsets in a string object. */
const STRING_BYTES = 8
const STRING_DATA = 24

/** The module `host`. `exports` is asked for only while the program runs. */
export function hostImports(host: Host, engine: HostedEngine, exports: () => HostedExports | null): WebAssembly.ModuleImports {
  const live = (): HostedExports => {
    const found = exports()
    if (found === null) throw new Bug(engine.stage, "the program calls its host before it exists")
    return found
  }
  const bytes = (at: number, length: number): Uint8Array => new Uint8Array(live().memory.buffer, at, length)
  const text = (at: number): string => new TextDecoder().decode(bytes(at + STRING_DATA, new DataView(live().memory.buffer).getUint32(at + STRING_BYTES, true)))
  /** Hands a text to the program; gives its length in bytes, -1 for none. */
  const give = (value: string | null): number => {
    if (value === null) return -1
    const utf8 = new TextEncoder().encode(value)
    const at = live().hk_host_buffer(utf8.length)
    bytes(at, utf8.length).set(utf8)
    return utf8.length
  }
  const peakMemory = (): number => live().memory.buffer.byteLength
  return {
    hk_host_write: (stream: number, at: number, length: number): void => host.write(stream === 2 ? 2 : 1, bytes(at, length)),
    hk_host_argument: (index: number): number => give(host.arguments[index] ?? null),
    hk_host_read_line: (): number => give(host.readLine()),
    hk_host_now: (): number => host.now(),
    hk_host_seed: (): bigint => BigInt.asIntN(64, host.seed()),
    hk_host_canvas: (at: number, length: number): number => {
      if (host.canvas === undefined) return 0
      if (length > 0) host.canvas(bytes(at, length))
      return 1
    },
    hk_host_clear: (): void => host.clear(),
    hk_host_hot: engine.hot ?? ((): void => {}),
    hk_host_exit: (code: number): never => {
      throw new ProgramEnd({ kind: "exit", code, leaked: null, peakMemory: peakMemory() })
    },
    hk_host_fatal: (): never => {
      const error = live().hk_pending_error()
      const recorded = Array.from({ length: live().hk_trace_length(error) }, (_, i) => engine.sites[live().hk_trace_site(error, i)])
      const trace = recorded.flatMap((site) => (site === undefined ? [] : framesAt(site)))
      // The function that ends the program has reported its own place, unless the runtime ended it or the error had no room left.
      const frames = engine.frames()
      trace.push(...(recorded.length > 0 && recorded.length < MAX_TRACE ? frames.slice(1) : frames).flat())
      throw new ProgramEnd({ kind: "trap", error: text(live().hk_error_kind(error)), message: text(live().hk_error_message(error)), trace, peakMemory: peakMemory() })
    },
  }
}

/** Turns what ended a run into its result; throws a Bug for what no program may do. */
export function resultOfThrown(thrown: unknown, stage: string, exports: HostedExports): RunResult {
  if (thrown instanceof ProgramEnd) return thrown.result
  // The host's stack ended before the language's limit: the same error, with the depth that was possible.
  if (thrown instanceof RangeError) {
    exports.hk_flush()
    return { kind: "trap", error: "StackOverflow", message: "vm call stack depth exceeded (the host's stack is full)", trace: [], peakMemory: exports.memory.buffer.byteLength }
  }
  if (thrown instanceof WebAssembly.RuntimeError) throw new Bug(stage, `the program broke off: ${thrown.message}`, thrown.stack ?? "")
  throw thrown
}
