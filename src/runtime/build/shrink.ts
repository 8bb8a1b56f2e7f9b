/**
 * Makes the runtime's module smaller with Binaryen's passes for size, and ready for the addition of programs: the functions
 * that it expects of a program get bodies, so that a program replaces a body and no function changes its number.
 */
import { CALLBACKS } from "../abi.ts"

/** What the shrinking depends on besides the module, for hashes of results. */
export const SHRINKING: readonly string[] = ["binaryen", "shrink 2", "optimise 2", "inline none", "constants hoisted", "callbacks null"]

/** The module with the same behaviour in fewer bytes; the functions of `CALLBACKS` are exports instead of imports. */
export async function shrink(bytes: Uint8Array): Promise<Uint8Array> {
  const library = (await import("binaryen")).default
  const module = library.readBinary(bytes)
  const features = library.Features
  module.setFeatures(features.MutableGlobals | features.NontrappingFPToInt | features.SignExt | features.BulkMemory | features.BulkMemoryOpt | features.Multivalue)
  library.setOptimizeLevel(2)
  library.setShrinkLevel(2)
  library.setAlwaysInlineMaxSize(0)
  module.optimize()
  // Last: the other passes would put the constants back where they are used.
  module.runPasses(["const-hoisting"])
  for (let i = 0; i < module.getNumFunctions(); i++) {
    const { name, module: from, base, params, results } = library.getFunctionInfo(module.getFunctionByIndex(i))
    if (from !== "program" || base === null || !Object.hasOwn(CALLBACKS, base)) continue
    module.removeFunction(name)
    // The null value: no class of the program has a method of its own.
    module.addFunction(name, params, results, [], module.tuple.make([module.i64.const(0n), module.i64.const(0n)]))
    module.addFunctionExport(name, base)
    i = -1
  }
  const smaller = module.emitBinary()
  module.dispose()
  return smaller
}
