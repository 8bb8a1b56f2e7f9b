/**
 * Runs a compiled program: gives it the host's functions, starts it, and turns its end into a `RunResult`. The same code
 * serves the page's worker and Node.
 *
 * A program ends by returning from `hk_main`, by `exit` or by an uncaught error; the last two leave the program by a
 * JavaScript exception that only this file throws and catches. Running out of the host's own stack counts as the
 * language's StackOverflow.
 */
import { Bug } from "../../base/bug.ts"
import type { Origin } from "../../mir/ir.ts"
import type { Host, RunLimits, RunResult, TraceEntry } from "../backend.ts"
import type { Site } from "./image.ts"

/** A program ready to run. */
export interface WasmProgram {
  readonly module: WebAssembly.Module
  readonly sites: readonly Site[]
  /** Origin of the code from each byte offset on, ascending. */
  readonly map: readonly (readonly [number, Origin])[]
  /** How traces show each function, by its name in the binary; those left out are not shown. */
  readonly names: Readonly<Record<string, string>>
}

/** Thrown by the host functions to leave the program; never seen outside. */
class Leave extends Error {
  readonly result: RunResult
  constructor(result: RunResult) {
    super("the program has ended")
    this.result = result
  }
}

interface Exports {
  readonly memory: WebAssembly.Memory
  /** Address of the variable. */
  readonly hk_depth_limit: WebAssembly.Global<"i32">
  hk_main(): number
  hk_teardown(): void
  hk_flush(): void
  hk_host_buffer(size: number): number
  hk_live_objects(): bigint
  hk_trace_length(error: number): number
  hk_trace_site(error: number, index: number): number
  hk_error_kind(error: number): number
  hk_error_message(error: number): number
}

const PAGE = 65536

/** Runs the program to its end. Throws a Bug if the program breaks a rule of ours, such as touching memory it does not own. */
export function runWasm(program: WasmProgram, host: Host, limits: RunLimits): RunResult {
  let exports: Exports | null = null
  const live = (): Exports => {
    if (exports === null) throw new Bug("backend/wasm", "the program calls its host before it exists")
    return exports
  }
  const bytes = (at: number, length: number): Uint8Array => new Uint8Array(live().memory.buffer, at, length)
  const peakMemory = (): number => live().memory.buffer.byteLength
  const text = (at: number): string => {
    const view = new DataView(live().memory.buffer)
    return new TextDecoder().decode(bytes(at + 24, view.getUint32(at + 8, true)))
  }
  const imports = {
    hk_host_write: (stream: number, at: number, length: number): void => host.write(stream === 2 ? 2 : 1, bytes(at, length)),
    hk_host_read_line: (): number => {
      const line = host.readLine()
      if (line === null) return -1
      const utf8 = new TextEncoder().encode(line)
      const at = live().hk_host_buffer(utf8.length)
      bytes(at, utf8.length).set(utf8)
      return utf8.length
    },
    hk_host_now: (): number => host.now(),
    hk_host_seed: (): bigint => BigInt.asIntN(64, host.seed()),
    hk_host_clear: (): void => host.clear(),
    hk_host_exit: (code: number): never => {
      throw new Leave({ kind: "exit", code, leaked: null, peakMemory: peakMemory() })
    },
    hk_host_fatal: (error: number): never => {
      const recorded = Array.from({ length: live().hk_trace_length(error) }, (_, i) => program.sites[live().hk_trace_site(error, i)])
      const trace = recorded.flatMap((site): TraceEntry[] => (site?.origin ? [{ function: site.function, origin: site.origin }] : []))
      // Frames that were not unwound are still on the host's stack.
      trace.push(...hostFrames(program, trace.length === 0 ? 0 : 1))
      throw new Leave({ kind: "trap", error: text(live().hk_error_kind(error)), message: text(live().hk_error_message(error)), trace, peakMemory: peakMemory() })
    },
  }
  const instance = new WebAssembly.Instance(program.module, { host: imports })
  exports = instance.exports as unknown as Exports
  new DataView(exports.memory.buffer).setInt32(exports.hk_depth_limit.value, limits.maxDepth, true)
  try {
    const code = exports.hk_main()
    let leaked: number | null = null
    if (limits.countLeaks) {
      exports.hk_teardown()
      leaked = Number(exports.hk_live_objects())
    }
    return { kind: "exit", code, leaked, peakMemory: peakMemory() }
  } catch (thrown) {
    if (thrown instanceof Leave) return thrown.result
    // The host's stack ended before the language's limit: the same error, with the depth that was possible.
    if (thrown instanceof RangeError) {
      exports.hk_flush()
      return { kind: "trap", error: "StackOverflow", message: "vm call stack depth exceeded (the host's stack is full)", trace: [], peakMemory: peakMemory() }
    }
    if (thrown instanceof WebAssembly.RuntimeError) throw new Bug("backend/wasm", `the program broke off: ${thrown.message}`, thrown.stack ?? "")
    throw thrown
  }
}

/** Most frames of the host's stack that are read. */
const MAX_FRAMES = 64

/** The program's frames on the host's stack, from their code offsets. The first `skip` of them are already recorded. */
function hostFrames(program: WasmProgram, skip: number): TraceEntry[] {
  const limited = Error as unknown as { stackTraceLimit?: number }
  const before = limited.stackTraceLimit
  limited.stackTraceLimit = MAX_FRAMES
  const stack = new Error().stack ?? ""
  if (before !== undefined) limited.stackTraceLimit = before
  const entries: TraceEntry[] = []
  let driven: string | null = null
  for (const line of stack.split("\n")) {
    const place = /wasm-function\[\d+\]:0x([0-9a-f]+)/.exec(line)
    const symbol = /(?:at |\.)(hako:[^ ]+)/.exec(line)?.[1]
    if (place === null || symbol === undefined) continue
    const shown = Object.hasOwn(program.names, symbol) ? program.names[symbol] : undefined
    const origin = originAt(program.map, Number.parseInt(place[1] as string, 16))
    // A resumable loop is called by the function that it is a part of: one frame for the reader.
    const isDriver = symbol === driven
    const loop = /^(.*)\$loop\d+$/.exec(symbol)
    driven = loop === null ? null : (loop[1] as string)
    if (shown === undefined || origin === null || isDriver) continue
    entries.push({ function: shown, origin })
  }
  return entries.slice(skip)
}

/** The origin whose code holds `offset`, by binary search. */
function originAt(map: readonly (readonly [number, Origin])[], offset: number): Origin | null {
  let low = 0
  let high = map.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((map[middle] as readonly [number, Origin])[0] <= offset) low = middle + 1
    else high = middle
  }
  return map[low - 1]?.[1] ?? null
}

/** Pages that a memory limit in bytes allows. */
export function pagesOf(maxMemory: number): number {
  return Math.floor(maxMemory / PAGE)
}
