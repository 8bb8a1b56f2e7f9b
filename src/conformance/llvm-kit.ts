/**
 * LLVM compiled to WebAssembly, as Node loads it, with the runtime that `npm run build:runtime` makes for it.
 */
import { existsSync, readFileSync } from "node:fs"
import type { LlvmKit } from "../llvm/build.ts"
import { LLVM_BINARY } from "../runtime/build/linkable.ts"

const RUNTIME = new URL("../../dist/runtime/llvm/", import.meta.url)

/** Why the kit cannot be loaded, or null if it can. */
export function missingLlvmKit(): string | null {
  if (!existsSync(LLVM_BINARY)) return "the package @yowasp/clang is not installed: npm install"
  return existsSync(new URL("runtime.o", RUNTIME)) ? null : "the runtime for LLVM in the browser is not built: npm run build:runtime"
}

/** Loads it; LLVM's module is compiled anew, which takes a second or two. */
export function loadLlvmKit(): LlvmKit {
  return { llvm: new WebAssembly.Module(readFileSync(LLVM_BINARY)), runtime: readFileSync(new URL("runtime.o", RUNTIME)), hot: readFileSync(new URL("hot.bc", RUNTIME)) }
}
