/**
 * Builds the runtime for native programs: one object of the runtime, one of its host, with Debian's clang and musl's headers.
 *
 * The one idea: as for WebAssembly, a hash of sources and flags names the result, so a second build does nothing. Programs are
 * linked with these two, their own object, and musl's `crt1.o`, `crti.o`, `libc.a`, `crtn.o`.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { RuntimeBuildError } from "./build.ts"
import { COMMON_FLAGS, hashOf, NATIVE_FOLDER, readSources } from "./sources.ts"

/** Where the results go unless told otherwise: a folder for each target. */
export const NATIVE_OUTPUT = fileURLToPath(new URL("../../../dist/runtime/native/", import.meta.url))

/** A processor that native programs can be made for. */
export type NativeTarget = "x86_64" | "aarch64"

/** What a native build needs to know. */
export interface NativePlan {
  readonly target: NativeTarget
  /** Path of clang. */
  readonly clang: string
  /** Folder of musl's headers for the target. */
  readonly include: string
}

/** Paths of the objects. */
export interface NativeRuntime {
  readonly runtime: string
  readonly host: string
  readonly hash: string
  /** False if the result of an earlier build still fits. */
  readonly fresh: boolean
}

const OPTIMISE: readonly string[] = [
  "-O2", "-fno-pic", "-ffunction-sections", "-fdata-sections", "-fno-stack-protector", "-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-U__FP_FAST_FMA",
]

/** Builds the objects of a target into `folder` if what is there does not fit the sources. */
export function buildNative(plan: NativePlan, folder: string = join(NATIVE_OUTPUT, plan.target)): NativeRuntime {
  const sources = { ...readSources("hk_all.c"), ...readSources("hk_host_native.c") }
  const target = [`--target=${plan.target}-linux-musl`, ...OPTIMISE]
  const version = spawnSync(plan.clang, ["--version"], { encoding: "utf8" }).stdout
  const hash = hashOf(sources, [...target, ...COMMON_FLAGS, version])
  const result = { runtime: join(folder, "rt.o"), host: join(folder, "host.o"), hash }
  const record = join(folder, "hash")
  if (existsSync(result.runtime) && existsSync(result.host) && existsSync(record) && readFileSync(record, "utf8") === hash) return { ...result, fresh: false }
  mkdirSync(folder, { recursive: true })
  const compile = (source: string, output: string, flags: readonly string[]): void => {
    const ran = spawnSync(plan.clang, [...target, ...flags, "-c", join(NATIVE_FOLDER, source), "-o", output], { encoding: "utf8" })
    if (ran.status !== 0) throw new RuntimeBuildError(`clang failed on ${source}:\n${ran.stderr}`)
  }
  compile("hk_all.c", result.runtime, COMMON_FLAGS)
  compile("hk_host_native.c", result.host, [...COMMON_FLAGS.filter((flag) => flag !== "-ffreestanding"), "-D_GNU_SOURCE", "-nostdlibinc", "-isystem", plan.include])
  writeFileSync(record, hash)
  return { ...result, fresh: true }
}
