/**
 * TABLE the engines a program can be run on. An engine that this page cannot offer is listed with the reason, so
 * that it is greyed and explained instead of missing.
 */
import type { LocalEngine } from "../../protocol/worker.ts"
import type { PlainMessageKey } from "../messages/t.ts"

/** What is known of an engine. */
export interface EngineRow {
  readonly title: PlainMessageKey
  /** Why the engine cannot be chosen, or null if it can. */
  readonly why: PlainMessageKey | null
  /** What it is good for, if it can be chosen. */
  readonly detail: PlainMessageKey | null
}

/** The engines. */
export const ENGINES = {
  wasm: { title: "engine.wasm", why: null, detail: "engine.wasm.detail" },
  vm: { title: "engine.vm", why: null, detail: "engine.vm.detail" },
  tiered: { title: "engine.tiered", why: null, detail: "engine.tiered.detail" },
  "llvm-jit": { title: "engine.llvmJit", why: "engine.llvmJit.why", detail: null },
  native: { title: "engine.native", why: "engine.native.why", detail: null },
} as const satisfies Record<string, EngineRow>

/** Name of an engine. */
export type EngineId = keyof typeof ENGINES

/** The engines in the order of the table. */
export const ENGINE_IDS = Object.keys(ENGINES) as readonly EngineId[]

/** True if `value` names an engine. */
export function isEngineId(value: unknown): value is EngineId {
  return typeof value === "string" && Object.hasOwn(ENGINES, value)
}

/** The worker's name of an engine that runs in this browser; null for one that this page cannot offer. */
export function localEngine(id: EngineId): LocalEngine | null {
  return id === "wasm" || id === "vm" || id === "tiered" ? id : null
}

/** The engine to use when `wanted` was asked for: itself if this page offers it. */
export function offeredEngine(wanted: EngineId): EngineId {
  return ENGINES[wanted].why === null ? wanted : "wasm"
}
