/**
 * `npm run bench [-- PART [FILTER]]`: prints measurements. Parts: `compile` (how long compiling takes), `speed` (programs
 * on Wasm against C twins), `native` (executables against C twins), `tiers` (the tiered engine against the VM and Wasm), `page` (how
 * the built page feels; FILTER is a number of compile-run cycles); without one, all but the page. Ratios are of one machine and one
 * run; nothing is asserted.
 */
import { measureCompileTime } from "./compile-time.ts"
import { measureNative, nativeTable } from "./native.ts"
import { measurePage, PAGE_HEADING, pageLine } from "./page.ts"
import { measureSpeed, speedTable } from "./speed.ts"
import { measureTiers, tierTable } from "./tiers.ts"

const [part, filter] = process.argv.slice(2)
const PARTS = ["compile", "speed", "native", "tiers", "page"]
if (part !== undefined && !PARTS.includes(part)) {
  console.error(`bench: unknown part ${JSON.stringify(part)}; parts: ${PARTS.join(", ")}`)
  process.exit(2)
}
if (part === undefined || part === "compile") console.log(await measureCompileTime())
if (part === undefined || part === "speed") console.log(speedTable(measureSpeed(filter ?? "", 5)))
if (part === undefined || part === "native") console.log(nativeTable(await measureNative(filter ?? "", 5)))
if (part === undefined || part === "tiers") console.log(tierTable(measureTiers(filter ?? "", 5)))
if (part === "page") {
  console.log(PAGE_HEADING)
  await measurePage((figure) => console.log(pageLine(figure)), ...(filter === undefined ? [] : [Number(filter)]))
}
