/**
 * The C sources of the runtime and the compiler flags all builds share.
 *
 * The one idea: what decides the result (sources, flags) is in one place, so that its hash names the result.
 */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** Folder of the C sources. */
export const NATIVE_FOLDER = fileURLToPath(new URL("../native/", import.meta.url))

/** Warnings that are errors. */
export const WARNINGS: readonly string[] = [
  "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wundef", "-Wcast-qual",
  "-Wwrite-strings", "-Wvla", "-Wpointer-arith", "-Wimplicit-fallthrough", "-Werror",
]

/** Flags of every build of the runtime. No contraction of floating-point operations: the same digits everywhere. */
export const COMPILE_FLAGS: readonly string[] = ["-std=c11", "-ffreestanding", "-fno-strict-aliasing", "-ffp-contract=off", ...WARNINGS]

/** Flags for WebAssembly: results of type any come in two values. */
export const WASM_FLAGS: readonly string[] = [
  "--target=wasm32-wasip1", "-fvisibility=hidden", "-mbulk-memory", "-mnontrapping-fptoint", "-msign-ext", "-mmultivalue", "-mmutable-globals",
  "-Xclang", "-target-abi", "-Xclang", "experimental-mv",
]

/** A file and all it includes from the folder of the C sources, by name. */
export function readSources(root: string): { [name: string]: string } {
  const sources: { [name: string]: string } = {}
  const read = (name: string): void => {
    if (Object.hasOwn(sources, name)) return
    const text = readFileSync(NATIVE_FOLDER + name, "utf8")
    sources[name] = text
    for (const [, included] of text.matchAll(/^#include "([^"]+)"/gm)) if (included !== undefined) read(included)
  }
  read(root)
  return sources
}

/** A name for what sources and flags produce. */
export function hashOf(sources: { readonly [name: string]: string }, flags: readonly string[]): string {
  const hash = createHash("sha256")
  for (const [name, text] of Object.entries(sources)) hash.update(`${name}\0${text.length}\0${text}\0`)
  hash.update(flags.join("\0"))
  return hash.digest("hex").slice(0, 24)
}
