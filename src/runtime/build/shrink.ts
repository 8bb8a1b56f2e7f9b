/**
 * Makes a WebAssembly module smaller with Binaryen's passes for size.
 */

/** What the shrinking depends on besides the module, for hashes of results. */
export const SHRINKING: readonly string[] = ["binaryen", "shrink 2", "optimise 2", "inline none"]

/** The module with the same exports and behaviour in fewer bytes. */
export async function shrink(bytes: Uint8Array): Promise<Uint8Array> {
  const library = (await import("binaryen")).default
  const module = library.readBinary(bytes)
  const features = library.Features
  module.setFeatures(features.MutableGlobals | features.NontrappingFPToInt | features.SignExt | features.BulkMemory | features.BulkMemoryOpt | features.Multivalue)
  library.setOptimizeLevel(2)
  library.setShrinkLevel(2)
  library.setAlwaysInlineMaxSize(0)
  module.optimize()
  const smaller = module.emitBinary()
  module.dispose()
  return smaller
}
