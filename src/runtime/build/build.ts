/**
 * Builds `dist/runtime/runtime.wasm` with the LLVM that npm brings.
 *
 * The one idea: the name of the result is the hash of all that goes into it, kept in `runtime.json` beside it; when it still fits
 * nothing is done and the compiler is not even loaded.
 *
 * The linked file holds the runtime and the mathematical functions of the C library that comes with the compiler, and imports only
 * what `abi.ts` lists as HOST and CALLBACKS.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { ABI, MACHINE, VARIABLES } from "../abi.ts"
import { MAX_MEMORY } from "../repr.ts"
import { SHRINKING, shrink } from "./shrink.ts"
import { COMPILE_FLAGS, hashOf, readSources, WASM_FLAGS } from "./sources.ts"

/** Where the result goes unless told otherwise. */
export const RUNTIME_FOLDER = fileURLToPath(new URL("../../../dist/runtime/", import.meta.url))

/** Bytes of the stack of C functions; generated code does not use it. */
const STACK_SIZE = 524288

const LINK_FLAGS: readonly string[] = [
  "-m", "wasm32", "--no-entry", "--stack-first", "-z", `stack-size=${STACK_SIZE}`, `--max-memory=${MAX_MEMORY}`, "--gc-sections", "--strip-all", "-O2",
  "--export=__heap_base", "--export=__stack_pointer",
  ...[...Object.keys(ABI), ...Object.keys(MACHINE), ...Object.keys(VARIABLES)].map((name) => `--export=${name}`),
  "-L/usr/lib/wasm32-wasip1", "-L/usr/lib/wasm32-unknown-wasip1",
]

/** A module to build. */
export interface ModulePlan {
  /** Name of the result, without `.wasm`. */
  readonly name: string
  /** The translation unit, a file of `native`. */
  readonly root: string
  /** Names it exports besides those of the tables. */
  readonly exports: readonly string[]
  /** Flags of the linker besides those of all modules. */
  readonly link: readonly string[]
  /** Flags of the compiler's optimiser. */
  readonly optimise: readonly string[]
  /** True for a module that every visitor of the page loads: Binaryen makes it smaller. */
  readonly isShrunk: boolean
}

/** The runtime alone: what every image of a program contains. */
export const RUNTIME: ModulePlan = { name: "runtime", root: "hk_all.c", exports: [], link: [], optimise: ["-Oz"], isShrunk: true }

/** The runtime with the interpreter of the VM. */
export const VM: ModulePlan = {
  name: "vm",
  root: "hk_vm_all.c",
  exports: ["buffer", "load", "damage", "start", "resume", "finish", "teardown", "frame", "registers", "function_ticks", "loop_ticks", "install", "place", "arguments", "call", "await_calls", "await_turns", "calls", "fuel", "watch",
    "debug_marks", "debug_counts", "debug_stop_at", "debug_time", "debug_seen", "debug_failures", "debug_raised", "debug_inside", "debug_frame", "debug_globals", "debug_static", "debug_map_places", "debug_map_key", "debug_map_value"].map((name) => `hk_vm_${name}`),
  // Compiled code is put into the table while a program runs. It calls the runtime's functions as the exports they are: without an
  // exported `__wasm_call_ctors` the linker takes the module for a command that is called once, and wraps each export into a call of
  // what is to be done at the end. Nothing here has constructors, so that there is nothing to call.
  link: ["--export-table", "--growable-table", "--export=__wasm_call_ctors"],
  optimise: ["-O2", "-mllvm", "-inline-threshold=25"],
  isShrunk: false,
}

/** What a build gives. */
export interface BuiltRuntime {
  readonly path: string
  readonly hash: string
  readonly size: number
  /** False if the result of an earlier build still fits. */
  readonly fresh: boolean
}

/** The compiler failed; the message is what it wrote. */
export class RuntimeBuildError extends Error {}

/** A folder of files for a tool. */
export type ToolFiles = { [name: string]: ToolFiles | string | Uint8Array }

/** Runs a tool of the LLVM that npm brings over files in memory; gives the files it made. Throws RuntimeBuildError with what it wrote. */
export async function runTool(tool: "clang" | "wasm-ld", args: readonly string[], files: ToolFiles): Promise<ToolFiles> {
  const { commands, Exit, runLLVM } = await import("@yowasp/clang")
  await runLLVM(undefined, undefined, { fetchProgress: () => {} })
  let output = ""
  const decoder = new TextDecoder()
  const collect = (bytes: Uint8Array | null): void => {
    if (bytes !== null) output += decoder.decode(bytes)
  }
  try {
    const result = await commands[tool]([...args], files, { stdout: collect, stderr: collect, fetchProgress: () => {} })
    return (result ?? {}) as ToolFiles
  } catch (error) {
    if (error instanceof Exit) throw new RuntimeBuildError(`${tool} failed:\n${output}`)
    throw error
  }
}

/** A file that a tool made. */
export function builtBytes(files: ToolFiles, name: string): Uint8Array {
  const bytes = files[name]
  if (bytes instanceof Uint8Array) return bytes
  throw new RuntimeBuildError(`${name} was not made`)
}

/** Builds a module into `folder` if what is there does not fit the sources. */
export async function buildModule(plan: ModulePlan, folder: string = RUNTIME_FOLDER): Promise<BuiltRuntime> {
  const sources = readSources(plan.root)
  const flags = [...plan.optimise, ...WASM_FLAGS, ...COMPILE_FLAGS]
  const linkFlags = [...LINK_FLAGS, ...plan.link, ...plan.exports.map((name) => `--export=${name}`)]
  const compilerVersion = readFileSync(fileURLToPath(new URL("../../../node_modules/@yowasp/clang/package.json", import.meta.url)), "utf8").match(/"version": "([^"]+)"/)?.[1] ?? ""
  const hash = hashOf(sources, [...flags, ...linkFlags, compilerVersion, ...(plan.isShrunk ? SHRINKING : [])])
  const path = join(folder, `${plan.name}.wasm`)
  const record = join(folder, `${plan.name}.json`)
  if (existsSync(path) && existsSync(record)) {
    const known: unknown = JSON.parse(readFileSync(record, "utf8"))
    if (typeof known === "object" && known !== null && "hash" in known && known.hash === hash && "size" in known && typeof known.size === "number") {
      return { path, hash, size: known.size, fresh: false }
    }
  }
  const compiled = await runTool("clang", [...flags, "-c", plan.root, "-o", "out.o"], { ...sources })
  const linked = await runTool("wasm-ld", [...linkFlags, "out.o", "-lc", "-lclang_rt.builtins", "-o", "out.wasm"], { "out.o": builtBytes(compiled, "out.o") })
  const whole = builtBytes(linked, "out.wasm")
  const bytes = plan.isShrunk ? await shrink(whole) : whole
  mkdirSync(folder, { recursive: true })
  const unique = `${path}.${process.pid}`
  writeFileSync(unique, bytes)
  renameSync(unique, path)
  writeFileSync(record, `${JSON.stringify({ hash, size: bytes.length })}\n`)
  return { path, hash, size: bytes.length, fresh: true }
}

/** Builds the runtime into `folder` if what is there does not fit the sources. */
export function buildRuntime(folder: string = RUNTIME_FOLDER): Promise<BuiltRuntime> {
  return buildModule(RUNTIME, folder)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const plan of [RUNTIME, VM]) {
    const start = performance.now()
    const built = await buildModule(plan)
    console.log(`${built.path}: ${built.size} bytes, ${built.fresh ? "built" : "up to date"}, ${Math.round(performance.now() - start)} ms`)
  }
}
