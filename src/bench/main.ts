/**
 * `npm run bench [-- PART [FILTER]]`: prints measurements. Parts: `compile` (how long compiling takes), `speed` (programs
 * on Wasm against C twins), `native` (executables against C twins); without one, all. Ratios are of one machine and one run; nothing is asserted.
 */
import { measureCompileTime } from "./compile-time.ts"
import { measureNative, nativeTable } from "./native.ts"
import { measureSpeed, speedTable } from "./speed.ts"

const [part, filter] = process.argv.slice(2)
if (part !== undefined && part !== "compile" && part !== "speed" && part !== "native") {
  console.error(`bench: unknown part ${JSON.stringify(part)}; parts: compile, speed, native`)
  process.exit(2)
}
if (part === undefined || part === "compile") console.log(await measureCompileTime())
if (part === undefined || part === "speed") console.log(speedTable(measureSpeed(filter ?? "", 5)))
if (part === undefined || part === "native") console.log(nativeTable(await measureNative(filter ?? "", 5)))
