/**
 * Runs a compiled program: gives it the host's functions, starts it, and turns its end into a `RunResult`. The same code
 * serves the page's worker and Node.
 *
 * A program ends by returning from `hk_main`, by `exit` or by an uncaught error. Running out of the host's own stack counts
 * as the language's StackOverflow.
 */
import type { Origin } from "../../mir/ir.ts"
import type { Host, RunLimits, RunResult, TraceEntry } from "../backend.ts"
import { type HostedExports, hostImports, resultOfThrown } from "../host-imports.ts"
import { type ErrorSite, framesAt } from "../sites.ts"
import { depthFor } from "./frames.ts"

/** A program ready to run. */
export interface WasmProgram {
  readonly module: WebAssembly.Module
  readonly sites: readonly ErrorSite[]
  /** Origin of the code from each byte offset on, ascending. */
  readonly map: readonly (readonly [number, Origin])[]
  /** How traces show each function, by its name in the binary; those left out are not shown. */
  readonly names: Readonly<Record<string, string>>
  /** Bytes of the host's stack that one nested call takes at most; 0 if no function can reach itself. */
  readonly frame: number
}

interface Exports extends HostedExports {
  /** Address of the variable. */
  readonly hk_depth_limit: WebAssembly.Global<"i32">
  hk_main(): number
  hk_teardown(): void
  hk_live_objects(): bigint
}

const PAGE = 65536

/** Runs the program to its end. Throws a Bug if the program breaks a rule of ours, such as touching memory it does not own. */
export function runWasm(program: WasmProgram, host: Host, limits: RunLimits): RunResult {
  let exports: Exports | null = null
  const instance = new WebAssembly.Instance(program.module, { host: hostImports(host, { stage: "backend/wasm", sites: program.sites, frames: () => hostFrames(program) }, () => exports) })
  exports = instance.exports as unknown as Exports
  new DataView(exports.memory.buffer).setInt32(exports.hk_depth_limit.value, limits.hostStack === undefined ? limits.maxDepth : depthFor(limits.hostStack, program.frame, limits.maxDepth), true)
  try {
    const code = exports.hk_main()
    let leaked: number | null = null
    if (limits.countLeaks) {
      exports.hk_teardown()
      leaked = Number(exports.hk_live_objects())
    }
    return { kind: "exit", code, leaked, peakMemory: exports.memory.buffer.byteLength }
  } catch (thrown) {
    return resultOfThrown(thrown, "backend/wasm", exports)
  }
}

/** Most frames of the host's stack that are read. */
const MAX_FRAMES = 64

/** A function of WebAssembly on the host's stack. */
export interface StackFrame {
  /** Its name in the binary. */
  readonly symbol: string
  /** Where it is, from the start of the binary. */
  readonly offset: number
}

/** The named functions of WebAssembly on the host's stack whose names fit, innermost first. */
export function stackFrames(names: RegExp): StackFrame[] {
  const limited = Error as unknown as { stackTraceLimit?: number }
  const before = limited.stackTraceLimit
  limited.stackTraceLimit = MAX_FRAMES
  const stack = new Error().stack ?? ""
  if (before !== undefined) limited.stackTraceLimit = before
  return stack.split("\n").flatMap((line) => {
    const place = /wasm-function\[\d+\]:0x([0-9a-f]+)/.exec(line)
    const symbol = names.exec(line)?.[1]
    return place === null || symbol === undefined ? [] : [{ symbol, offset: Number.parseInt(place[1] as string, 16) }]
  })
}

/** The calls that each of the program's frames on the host's stack stands for, innermost first, from their code offsets. */
function hostFrames(program: WasmProgram): TraceEntry[][] {
  const frames: TraceEntry[][] = []
  let driven: string | null = null
  for (const { symbol, offset } of stackFrames(/(?:at |\.)(hako:[^ ]+)/)) {
    const shown = Object.hasOwn(program.names, symbol) ? (program.names[symbol] as string) : ""
    const origin = originAt(program.map, offset)
    // A resumable loop is called by the function that it is a part of: one frame for the reader.
    const isDriver = symbol === driven
    const loop = /^(.*)\$loop\d+$/.exec(symbol)
    driven = loop === null ? null : (loop[1] as string)
    if (!isDriver) frames.push(framesAt({ function: shown, origin }))
  }
  return frames
}

/** The origin whose code holds `offset`, by binary search. */
export function originAt(map: readonly (readonly [number, Origin])[], offset: number): Origin | null {
  let low = 0
  let high = map.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((map[middle] as readonly [number, Origin])[0] <= offset) low = middle + 1
    else high = middle
  }
  const found = map[low - 1]?.[1]
  // What is between functions is no place in a file.
  return found === undefined || found.file < 0 ? null : found
}

/** Pages that a memory limit in bytes allows. */
export function pagesOf(maxMemory: number): number {
  return Math.floor(maxMemory / PAGE)
}
