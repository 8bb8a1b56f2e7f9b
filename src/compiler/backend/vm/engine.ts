/**
 * Runs a VM program in an instance of `vm.wasm`, which holds the runtime and the interpreter. The same code serves the
 * page's worker and Node.
 *
 * The interpreter runs in slices: after a budget of jumps back and calls it returns, so that a host can stop the program
 * between two slices, and so that the host's own compiler can replace the code of the interpreter by better code.
 */
import { Bug } from "../../base/bug.ts"
import type { Origin } from "../../mir/ir.ts"
import type { Host, RunLimits, RunResult, TraceEntry } from "../backend.ts"
import { type HostedExports, hostImports, resultOfThrown } from "../host-imports.ts"
import { framesAt, siteOf } from "../sites.ts"
import type { VmArtifact } from "./compile.ts"
import type { VmFunction, VmOrigin, VmProgram } from "./program.ts"

const STAGE = "backend/vm"

/** What `hk_vm_load` answers, by number. */
const LOAD_ANSWERS = ["loaded", "not a program", "another version of the format", "made for another runtime", "damaged"] as const
/** What `hk_vm_resume` answers. */
const DONE = 0
const PAUSED = 2

/** Jumps back and calls in a slice, and slices between two looks at the host. */
const BUDGET = 20_000
const SLICES = 50

/** A program ready to run. */
export type RunnableVm = Pick<VmArtifact, "bytes" | "sites"> & {
  readonly program: Pick<VmProgram, "functions" | "origins">
}

/** What `vm.wasm` exports, as far as a run needs it. */
export interface VmExports extends HostedExports {
  readonly __heap_base: WebAssembly.Global<"i32">
  hk_heap_start(address: number): void
  hk_live_objects(): bigint
  hk_vm_buffer(size: number): number
  hk_vm_load(at: number, size: number): number
  hk_vm_damage(): number
  hk_vm_start(depthLimit: number): void
  hk_vm_resume(slices: number, budget: number): number
  hk_vm_finish(): number
  hk_vm_teardown(): void
  hk_vm_frame(n: number): number
  hk_vm_debug_counts(count: number): number
}

/** Looks at a run between two slices; throwing ends it. */
export type SliceWatcher = () => void

/** Runs the program to its end. `machine` is the compiled `vm.wasm`. */
export function runVm(machine: WebAssembly.Module, artifact: RunnableVm, host: Host, limits: RunLimits, watch: SliceWatcher = () => {}): RunResult {
  return finishVm(openVm(machine, artifact, host), limits, SLICES, BUDGET, watch)
}

/**
 * Runs a program that was compiled with so many points to its end, however it ends; gives also how often it has passed each of them.
 * Only such a program can count: any other has been rearranged, its lines are mixed and gone, and compiled code would have to count in
 * its fastest loops.
 */
export function runCounting(machine: WebAssembly.Module, artifact: RunnableVm, host: Host, limits: RunLimits, points: number): { readonly result: RunResult; readonly counts: readonly number[] } {
  const exports = openVm(machine, artifact, host)
  const at = exports.hk_vm_debug_counts(points)
  const result = finishVm(exports, limits, SLICES, BUDGET, () => {})
  return { result, counts: Array.from(new BigInt64Array(exports.memory.buffer, at, points), Number) }
}

/** An instance with the program. */
function openVm(machine: WebAssembly.Module, artifact: RunnableVm, host: Host): VmExports {
  let live: VmExports | null = null
  const frames = (): TraceEntry[][] => (live === null ? [] : standingFrames(live, artifact.program))
  const instance = new WebAssembly.Instance(machine, { host: hostImports(host, { stage: STAGE, sites: artifact.sites, frames }, () => live) })
  const exports = instance.exports as unknown as VmExports
  live = exports
  loadVm(exports, artifact)
  return exports
}

/** Loads a program into a fresh instance. Throws a Bug if the interpreter refuses it. */
export function loadVm(exports: VmExports, artifact: Pick<VmArtifact, "bytes">): void {
  exports.hk_heap_start(exports.__heap_base.value)
  const at = exports.hk_vm_buffer(artifact.bytes.length)
  new Uint8Array(exports.memory.buffer, at, artifact.bytes.length).set(artifact.bytes)
  const answer = exports.hk_vm_load(at, artifact.bytes.length)
  if (answer !== 0) throw new Bug(STAGE, `the interpreter refuses the program: ${LOAD_ANSWERS[answer] ?? answer}${answer === LOAD_ANSWERS.length - 1 ? ` at ${exports.hk_vm_damage() >>> 0}` : ""}`)
}

/** Runs a loaded program to its end, in slices of so many jumps back and calls; looks at the host after so many slices. */
export function finishVm(exports: VmExports, limits: RunLimits, slices: number, budget: number, watch: SliceWatcher): RunResult {
  try {
    exports.hk_vm_start(limits.maxDepth)
    let state = PAUSED
    while (state === PAUSED) {
      state = exports.hk_vm_resume(slices, budget)
      watch()
    }
    if (state !== DONE) throw new Bug(STAGE, `a run ended in state ${state}`)
    const code = exports.hk_vm_finish()
    let leaked: number | null = null
    if (limits.countLeaks) {
      exports.hk_vm_teardown()
      leaked = Number(exports.hk_live_objects())
    }
    return { kind: "exit", code, leaked, peakMemory: exports.memory.buffer.byteLength }
  } catch (thrown) {
    return resultOfThrown(thrown, STAGE, exports)
  }
}

/** Most frames that are looked at. */
const MAX_FRAMES = 64

/** The calls that each of the program's frames stands for, innermost first. */
function standingFrames(exports: VmExports, program: RunnableVm["program"]): TraceEntry[][] {
  const frames: TraceEntry[][] = []
  for (let n = 0; n < MAX_FRAMES; n++) {
    const at = exports.hk_vm_frame(n)
    if (at < 0) break
    frames.push(frameAt(program, at))
  }
  return frames
}

/** The calls that a frame at a word stands for, innermost first; none in code that traces do not show. */
export function frameAt(program: RunnableVm["program"], word: number): TraceEntry[] {
  const func = functionAt(program.functions, word)
  return func === undefined ? [] : framesAt(siteOf(func, originNear(program.origins, func, word)))
}

/** The function whose code holds a word. */
function functionAt(functions: readonly VmFunction[], word: number): VmFunction | undefined {
  let low = 0
  let high = functions.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((functions[middle] as VmFunction).start <= word) low = middle + 1
    else high = middle
  }
  return functions[low - 1]
}

/** The origin of a word, or of the code before it: an end of the program by an error has none of its own. */
function originNear(rows: readonly VmOrigin[], func: VmFunction, word: number): Origin | null {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle] as VmOrigin).at <= word) low = middle + 1
    else high = middle
  }
  for (let i = low - 1; i >= 0 && (rows[i] as VmOrigin).at >= func.start; i--) {
    const { origin } = rows[i] as VmOrigin
    if (origin !== null) return origin
  }
  return null
}
