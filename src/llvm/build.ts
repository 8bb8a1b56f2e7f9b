/**
 * A program's LLVM IR to WebAssembly, by LLVM compiled to WebAssembly: which commands run, over which files.
 *
 * The one idea: the same two steps as for an executable (`native/executable.ts`): compile with the hot functions of the runtime at hand for
 * inlining, then link with the runtime's object. It knows neither where LLVM comes from nor who waits: a page's worker and Node call it alike.
 */
import { WASM32 } from "../compiler/backend/llvm/types.ts"
import { runCommand } from "./wasi.ts"

/** How much LLVM optimises. */
export type BrowserLevel = "O0" | "O1" | "O2" | "O3"

/** LLVM and the runtime. */
export interface LlvmKit {
  /** The multi-call binary, compiled. */
  readonly llvm: WebAssembly.Module
  /** The runtime's object file, and the bitcode of its hot functions. */
  readonly runtime: Uint8Array
  readonly hot: Uint8Array
}

/** How long the parts took, in milliseconds. */
export interface LlvmTimes {
  readonly compile: number
  readonly link: number
}

/** LLVM refused what we gave it, or broke off: never the program's mistake. */
export class LlvmError extends Error {}

/** What generated code may use of WebAssembly; results of type any come in two values. */
export const FEATURES: readonly string[] = [
  ...["multivalue", "bulk-memory", "bulk-memory-opt", "mutable-globals", "nontrapping-fptoint", "sign-ext"].flatMap((name) => ["-target-feature", `+${name}`]),
  "-target-abi", "experimental-mv",
]

/** Bytes of the stack of C functions and of what does not fit into locals. */
const STACK_SIZE = 524288
/** Most memory of a program, in bytes. */
const MAX_MEMORY = 256 << 20

/** What a host calls in a program. */
const EXPORTS: readonly string[] = [
  "hk_main", "hk_teardown", "hk_live_objects", "hk_flush", "hk_host_buffer", "hk_pending_error", "hk_trace_length", "hk_trace_site", "hk_error_kind", "hk_error_message", "hk_depth_limit",
]

/** Arguments that compile `/program.ll` to `/program.o`. */
export function compileArguments(level: BrowserLevel): readonly string[] {
  const inline = level === "O0" ? [] : ["-mlink-bitcode-file", "/hot.bc"]
  return [
    "clang", "-cc1", "-triple", WASM32.triple, ...FEATURES, "-emit-obj", `-${level}`, "-ffunction-sections", "-fdata-sections", "-ffp-contract=off", "-vectorize-loops", "-vectorize-slp", "-w",
    ...inline, "-x", "ir", "/program.ll", "-o", "/program.o",
  ]
}

/** Arguments that link `/program.o` and the runtime to `/program.wasm`. */
export const LINK_ARGUMENTS: readonly string[] = [
  "wasm-ld", "-m", "wasm32", "--no-entry", "--stack-first", "-z", `stack-size=${STACK_SIZE}`, `--max-memory=${MAX_MEMORY}`, "--gc-sections", "--strip-debug",
  ...EXPORTS.map((name) => `--export=${name}`), "/program.o", "/runtime.o", "-o", "/program.wasm",
]

/** Builds a WebAssembly module that holds the runtime. Throws LlvmError. */
export function buildModule(kit: LlvmKit, text: string, level: BrowserLevel, now: () => number): { readonly bytes: Uint8Array; readonly times: LlvmTimes } {
  const start = now()
  const object = made(kit, "program.o", compileArguments(level), [["program.ll", new TextEncoder().encode(text)], ["hot.bc", kit.hot]])
  const compiled = now()
  const bytes = made(kit, "program.wasm", LINK_ARGUMENTS, [["program.o", object], ["runtime.o", kit.runtime]])
  return { bytes, times: { compile: compiled - start, link: now() - compiled } }
}

function made(kit: LlvmKit, name: string, args: readonly string[], files: readonly (readonly [string, Uint8Array])[]): Uint8Array {
  let said = ""
  try {
    const result = runCommand(kit.llvm, args, new Map(files))
    const bytes = result.files.get(name)
    if (result.code === 0 && bytes !== undefined) return bytes
    said = result.output
  } catch (thrown) {
    if (!(thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError)) throw thrown
    said = String(thrown)
  }
  throw new LlvmError(`LLVM did not make ${name}: ${said.slice(0, 2000)}`)
}
