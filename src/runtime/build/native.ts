/**
 * Builds the runtime for native programs: for each target one object file that a program's own object is linked with, and the
 * bitcode of the functions worth inlining into it.
 *
 * The one idea: the runtime is optimised once, as a whole, to LLVM IR; its private names are then made visible to the linker, so
 * that a copy of a hot function inside a program still reaches the one state in the object file. As for WebAssembly, a hash of
 * sources and flags names the result, so a second build does nothing.
 *
 * The object holds the runtime, its host and, out of musl's archive, the mathematical and memory functions they call: it needs
 * nothing but the program. Attributes for a processor and for a system without a C library are taken off the bitcode, because LLVM
 * inlines nothing into functions that promise less, and programs promise nothing.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { findLlvm, type Llvm } from "../../setup/tools.ts"
import { RuntimeBuildError } from "./build.ts"
import { muslArchive } from "./musl.ts"
import { COMPILE_FLAGS, hashOf, NATIVE_FOLDER, readSources } from "./sources.ts"

/** Where the results go unless told otherwise: a folder for each target. */
export const NATIVE_OUTPUT = fileURLToPath(new URL("../../../dist/runtime/native/", import.meta.url))

/** A processor that native programs can be made for. */
export type NativeTarget = "x86_64" | "aarch64"

/** All of them. */
export const NATIVE_TARGETS: readonly NativeTarget[] = ["x86_64", "aarch64"]

/** What a build gives in `folder`: `runtime.o`, the same as code that runs at any address for LLVM's JIT compiler in `jit.o`, and `hot.bc`. */
export interface NativeRuntime {
  readonly folder: string
  readonly hash: string
  /** False if the result of an earlier build still fits. */
  readonly fresh: boolean
}

const OPTIMISE: readonly string[] = [
  "-O2", "-fno-pic", "-ffunction-sections", "-fdata-sections", "-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-U__FP_FAST_FMA", "-fomit-frame-pointer", "-fno-math-errno",
]

/**
 * Functions that programs call often and that do little: their bodies may be copied into programs. Not among them is what runs where
 * a fast path in the program has already failed, or at the end of a value's life: its body there costs registers and room.
 */
export const HOT_FUNCTIONS: readonly string[] = [
  "hk_alloc_object", "hk_arr_push_i64", "hk_arr_push_f64", "hk_arr_push_bool", "hk_arr_push_ref", "hk_arr_len", "hk_str_eq", "hk_str_code_at",
  "hk_i64_min", "hk_i64_max", "hk_i64_abs", "hk_f64_min", "hk_f64_max", "hk_i64_to_f64", "hk_f64_to_i64", "hk_f64_floor_i64", "hk_math_sqrt",
]

/** Functions of the C library that LLVM makes of loops and of its own operations, whether or not the runtime calls them. */
const MADE_BY_LLVM: readonly string[] = ["memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen", "floor", "ceil", "trunc"]

/** Private functions and data become visible to the linker, under names of their own. */
export function exposed(ir: string): string {
  const renamed = new Map<string, string>()
  for (const [, name] of ir.matchAll(/^@([\w.]+) = (?:internal|private)\b/gm)) renamed.set(name as string, `hkp.${name}`)
  for (const [, name] of ir.matchAll(/^define internal [^@\n]*@([\w.]+)\(/gm)) renamed.set(name as string, `hkp.${name}`)
  return ir
    .replace(/^(@[\w.]+ = )(?:internal|private)(?= )/gm, "$1hidden")
    .replace(/^define internal /gm, "define hidden ")
    .replace(/@([\w.]+)/g, (whole, name: string) => (renamed.has(name) ? `@${renamed.get(name)}` : whole))
}

/** Without promises about the processor. */
export function withoutProcessor(ir: string): string {
  return ir.replace(/ "(?:target-cpu|target-features|tune-cpu|stack-protector-buffer-size|frame-pointer|no-trapping-math|min-legal-vector-width)"="[^"]*"/g, "").replace(/^!llvm\.(?:module\.flags|ident) = .*$/gm, "")
}

/**
 * Only for inlining: the linker takes the functions from the object. LLVM inlines a function whose calls may not be taken for those of the
 * C library only into functions that ask for the same; programs do not. The runtime itself keeps it, as its own loops must not become calls
 * of the functions they implement.
 */
export function forInliningOnly(ir: string): string {
  return ir
    .replace(/^define (?:hidden |dso_local |local_unnamed_addr )*/gm, "define available_externally ")
    .replaceAll(' "no-builtins"', "")
    .replace(/^(attributes #\d+ = )\{ *\}$/gm, "$1{ nounwind }")
}

/** Builds the runtime of a target into `folder` if what is there does not fit the sources. */
export function buildNative(target: NativeTarget, llvm: Llvm, folder: string = join(NATIVE_OUTPUT, target)): NativeRuntime {
  const sources = { ...readSources("hk_all.c"), ...readSources("hk_host_linux.c") }
  const archive = muslArchive(target)
  const flags = [`--target=${target}-unknown-linux-gnu`, "-nostdlibinc", ...OPTIMISE, ...COMPILE_FLAGS]
  const version = spawnSync(llvm.clang, ["--version"], { encoding: "utf8" }).stdout
  const hash = hashOf({ ...sources, script: readFileSync(fileURLToPath(import.meta.url), "utf8") }, [...flags, version, ...HOT_FUNCTIONS])
  const record = join(folder, "hash")
  if (existsSync(record) && readFileSync(record, "utf8") === hash) return { folder, hash, fresh: false }

  mkdirSync(dirname(folder), { recursive: true })
  const work = mkdtempSync(`${folder}.`)
  const at = (name: string): string => join(work, name)
  const run = (program: string, args: readonly string[]): void => {
    const ran = spawnSync(program, args, { encoding: "utf8", cwd: work })
    if (ran.status !== 0) throw new RuntimeBuildError(`${program} ${args.join(" ")} failed:\n${ran.stderr}`)
  }
  try {
    run(llvm.clang, [...flags, "-S", "-emit-llvm", "-Xclang", "-disable-lifetime-markers", join(NATIVE_FOLDER, "hk_all.c"), "-o", at("all.ll")])
    const ir = exposed(readFileSync(at("all.ll"), "utf8"))
    writeFileSync(at("runtime.ll"), ir)
    // The IR is optimised already: what is left is machine code, once at a fixed address and once for any.
    const machineCode = (...more: readonly string[]): readonly string[] => [`--target=${target}-unknown-linux-gnu`, ...OPTIMISE, "-Wno-everything", "-Xclang", "-disable-llvm-passes", ...more]
    run(llvm.clang, [...machineCode(), "-c", at("runtime.ll"), "-o", at("all.o")])
    run(llvm.clang, [...flags, "-c", join(NATIVE_FOLDER, "hk_host_linux.c"), "-o", at("host.o")])
    const linked = (out: string, ...objects: readonly string[]): void => run(llvm.lld, ["-r", ...MADE_BY_LLVM.map((name) => `--undefined=${name}`), ...objects, archive, "-o", out])
    linked(at("runtime.o"), at("host.o"), at("all.o"))
    run(llvm.clang, [...machineCode("-fPIC"), "-c", at("runtime.ll"), "-o", at("all.pic.o")])
    run(llvm.clang, [...flags, "-fPIC", "-c", join(NATIVE_FOLDER, "hk_host_linux.c"), "-o", at("host.pic.o")])
    linked(at("jit.o"), at("host.pic.o"), at("all.pic.o"))
    writeFileSync(at("plain.ll"), withoutProcessor(ir))
    const tools = dirname(llvm.clang)
    run(join(tools, "llvm-extract"), ["-S", ...HOT_FUNCTIONS.map((name) => `--func=${name}`), at("plain.ll"), "-o", at("hot.ll")])
    writeFileSync(at("hot.only.ll"), forInliningOnly(readFileSync(at("hot.ll"), "utf8")))
    run(llvm.llvmAs, [at("hot.only.ll"), "-o", at("hot.bc")])
    mkdirSync(folder, { recursive: true })
    rmSync(record, { force: true })
    for (const name of ["runtime.o", "jit.o", "hot.bc"]) renameSync(at(name), join(folder, name))
    writeFileSync(record, hash)
    return { folder, hash, fresh: true }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const llvm = findLlvm()
  if (llvm === null) {
    console.error("LLVM is not installed: programs cannot be built natively; npm run setup installs it")
    process.exit(1)
  }
  for (const target of NATIVE_TARGETS) {
    const start = performance.now()
    try {
      const built = buildNative(target, llvm)
      console.log(`${built.folder}: ${built.fresh ? "built" : "up to date"}, ${Math.round(performance.now() - start)} ms`)
    } catch (error) {
      if (!(error instanceof RuntimeBuildError)) throw error
      console.error(`${target}: ${error.message}`)
      process.exitCode = 1
    }
  }
}
