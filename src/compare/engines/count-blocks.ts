/**
 * Runs a program on the VM and counts how often each block of one of its functions runs. The program sees the same fixed world as
 * in a comparison, so the counts are the same every time.
 */
import type { Host, RunLimits } from "../../compiler/backend/backend.ts"
import { hostImports } from "../../compiler/backend/host-imports.ts"
import { compileVm } from "../../compiler/backend/vm/compile.ts"
import type { DebugExports } from "../../compiler/backend/vm/debug-machine.ts"
import { finishVm, loadVm, type VmExports } from "../../compiler/backend/vm/engine.ts"
import { withBlockPoints } from "../../compiler/driver/block-points.ts"
import { compile, type InputFile } from "../../compiler/driver/compile.ts"
import type { CompileOptions } from "../../compiler/driver/options.ts"
import type { BlockCounts, CountedBlocks } from "../block-counts.ts"
import { endOf, fixedWorld } from "./program.ts"

/** What to count. */
export interface CountedProgram {
  readonly files: readonly InputFile[]
  readonly options: CompileOptions
  readonly stdin: string
  readonly limits: RunLimits
  readonly blocks: CountedBlocks
}

/** Thrown between two slices of a run that takes too long. */
class OverTime extends Error {}

/** Jumps back and calls in a slice, and slices between two looks at the clock. */
const BUDGET = 20_000
const SLICES = 10

/** Counts; null if the program has errors or no such function. A run is given up after `milliseconds`; what was counted by then is told. */
export function countBlocks(machine: WebAssembly.Module, program: CountedProgram, now: () => number, milliseconds: number): BlockCounts | null {
  const compilation = compile(program.files, program.options)
  const made = compilation.hasErrors ? null : withBlockPoints(compilation, program.blocks)
  if (made === null) return null
  const artifact = compileVm(made.module, { lineOf: (origin) => compilation.lineOf(origin) })
  const host: Host = { ...fixedWorld(program.stdin), arguments: [], write: () => {}, clear: () => {} }
  let live: (VmExports & DebugExports) | null = null
  const instance = new WebAssembly.Instance(machine, { host: hostImports(host, { stage: "compare/count", sites: artifact.sites, frames: () => [] }, () => live) })
  live = instance.exports as unknown as VmExports & DebugExports
  loadVm(live, artifact)
  const at = live.hk_vm_debug_counts(made.blocks)
  const { memory } = live
  const counted = (): number[] => Array.from(new BigUint64Array(memory.buffer, at, made.blocks), Number)
  const until = now() + milliseconds
  try {
    const result = finishVm(live, program.limits, SLICES, BUDGET, () => {
      if (now() > until) throw new OverTime()
    })
    return { counts: counted(), end: endOf(result) }
  } catch (error) {
    if (!(error instanceof OverTime)) throw error
    return { counts: counted(), end: null }
  }
}
