/**
 * A compiled program as LLVM in the browser makes it, ready for the same engine that runs `backend/wasm`'s programs: the host's imports, the
 * error sites and the exports are the same.
 */
import type { WasmProgram } from "../compiler/backend/wasm/engine.ts"
import { countsCalls, withResumableLoops } from "../compiler/backend/wasm/compile.ts"
import { frameOf } from "../compiler/backend/wasm/frames.ts"
import { functionSymbol } from "../compiler/backend/wasm/image.ts"
import { isOutlined, isSlot } from "../compiler/backend/wasm/outline.ts"
import { lowerToLlvm } from "../compiler/backend/llvm/module.ts"
import type { SourceFile } from "../compiler/base/source.ts"
import type { Module } from "../compiler/mir/ir.ts"
import { localCounts } from "./binary.ts"
import type { ErrorSite } from "../compiler/backend/sites.ts"

/** What LLVM does at each level of ours. */
export const LLVM_LEVELS = ["O0", "O2", "O3"] as const

/** What LLVM is given, and what the engine needs besides the binary that LLVM makes of it. */
export interface LlvmInput {
  readonly text: string
  readonly sites: readonly ErrorSite[]
  /** How traces show each function, by its name in the binary. */
  readonly names: Readonly<Record<string, string>>
  /** True if calls are counted: some function can reach itself. */
  readonly isRecursive: boolean
}

/** Lowers a counted module. Loops that the engine would never replace while they run are made resumable, as for `backend/wasm`. */
export function llvmInput(counted: Module, sources: readonly SourceFile[], optimise: 0 | 1 | 2): LlvmInput {
  const module = withResumableLoops(counted, { optimise })
  const { text, sites } = lowerToLlvm(module, { target: "wasm32", sources, isApart: isOutlined, isSlot })
  const names: Record<string, string> = {}
  for (const func of module.funcs.values()) if (!func.synthetic) names[functionSymbol(func.name)] = func.display
  return { text, sites, names, isRecursive: [...module.funcs.values()].some(countsCalls) }
}

/** The parts of a program for `runWasm`, of the binary that was made of `input`. */
export function llvmProgram(input: Pick<LlvmInput, "sites" | "names" | "isRecursive">, bytes: Uint8Array): Omit<WasmProgram, "module"> {
  // LLVM may have put any function into any other, so each counts.
  const own = [...localCounts(bytes)].filter(([name]) => /^(?:hako:|hk_cb_)/.test(name)).map(([, locals]) => frameOf(locals))
  return { sites: input.sites, map: [], names: input.names, frame: input.isRecursive ? Math.max(0, ...own) : 0 }
}
