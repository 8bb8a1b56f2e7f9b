/**
 * TABLE the engines a program can be run on, and where. An engine that cannot be used now is listed all the same, greyed with the reason
 * (`services/engine-choice.ts`), and no engine stands in for another.
 */
import type { ServerEngine } from "../../protocol/api.ts"
import type { LocalEngine } from "../../protocol/worker.ts"
import type { PlainMessageKey } from "../messages/t.ts"

/** What is known of an engine. */
export interface EngineRow {
  readonly title: PlainMessageKey
  /** What it is good for. */
  readonly detail: PlainMessageKey
  /** Who makes the program: the compiler worker, LLVM in the browser, or the server. */
  readonly maker: { readonly in: "page"; readonly engine: LocalEngine } | { readonly in: "llvm" } | { readonly in: "server"; readonly engine: ServerEngine }
}

/** The engines. */
export const ENGINES = {
  wasm: { title: "engine.wasm", detail: "engine.wasm.detail", maker: { in: "page", engine: "wasm" } },
  vm: { title: "engine.vm", detail: "engine.vm.detail", maker: { in: "page", engine: "vm" } },
  tiered: { title: "engine.tiered", detail: "engine.tiered.detail", maker: { in: "page", engine: "tiered" } },
  "llvm-jit": { title: "engine.llvmJit", detail: "engine.llvmJit.detail", maker: { in: "llvm" } },
  "llvm-server": { title: "engine.llvmServer", detail: "engine.llvmServer.detail", maker: { in: "server", engine: "llvm-jit" } },
  native: { title: "engine.native", detail: "engine.native.detail", maker: { in: "server", engine: "aot" } },
} as const satisfies Record<string, EngineRow>

/** Name of an engine. */
export type EngineId = keyof typeof ENGINES

/** The engines in the order of the table. */
export const ENGINE_IDS = Object.keys(ENGINES) as readonly EngineId[]

/** True if `value` names an engine. */
export function isEngineId(value: unknown): value is EngineId {
  return typeof value === "string" && Object.hasOwn(ENGINES, value)
}

/** The compiler worker's name of an engine that it makes programs for; null for others. */
export function localEngine(id: EngineId): LocalEngine | null {
  const { maker } = ENGINES[id]
  return maker.in === "page" ? maker.engine : null
}
