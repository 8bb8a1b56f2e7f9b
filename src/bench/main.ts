/**
 * `npm run bench [-- PART [FILTER [ROUNDS]]]`: prints measurements. Parts: `compile` (how long compiling takes), `speed` (programs on
 * Wasm against C twins), `native` (executables against C twins), `llvm` (LLVM in WebAssembly against executables), `vm` (the interpreter against CPython, Lua, itself in Wasm and a naive
 * one), `tiers` (the tiered engine against the VM and Wasm), `long` (the same on programs of more than a second), `page` (how the built
 * page feels; FILTER is a number of compile-run cycles); without one, all but the page. ROUNDS is for `llvm`, `vm`, `tiers` and `long`. Ratios are of one machine and one run; nothing
 * is asserted but that the page is not ten times slower than its goals.
 */
import { measureCompileTime } from "./compile-time.ts"
import { llvmTable, measureLlvm } from "./llvm.ts"
import { measureNative, nativeTable } from "./native.ts"
import { isBroken, measurePage, PAGE_HEADING, pageLine } from "./page.ts"
import { measureSpeed, speedTable } from "./speed.ts"
import { measureTiers, TIER_HEADING, tierLine, tierMeans } from "./tiers.ts"
import { measureReference, measureVm, VM_HEADING, vmLine, vmMeans } from "./vm.ts"

const [part, filter, given] = process.argv.slice(2)
/** Rounds of what takes longest. */
const rounds = Number(given ?? 3)
const PARTS = ["compile", "speed", "native", "llvm", "vm", "tiers", "long", "page"]
if (part !== undefined && !PARTS.includes(part)) {
  console.error(`bench: unknown part ${JSON.stringify(part)}; parts: ${PARTS.join(", ")}`)
  process.exit(2)
}
if (part === undefined || part === "compile") console.log(await measureCompileTime())
if (part === undefined || part === "speed") console.log(speedTable(measureSpeed(filter ?? "", 5)))
if (part === undefined || part === "native") console.log(nativeTable(await measureNative(filter ?? "", 5)))
if (part === undefined || part === "vm") {
  console.log(VM_HEADING)
  console.log(vmMeans(measureVm(filter ?? "", rounds, (row) => console.log(vmLine(row)))))
  console.log(`a naive interpreter of the tree takes ${measureReference().toFixed(0)} times as long as the VM in Wasm for calls and integers`)
}
for (const kind of ["tiers", "long"]) {
  if (part !== undefined && part !== kind) continue
  console.log(TIER_HEADING)
  console.log(tierMeans(measureTiers(filter ?? "", rounds, kind === "long", (row) => console.log(tierLine(row)))))
}
if (part === undefined || part === "llvm") console.log(llvmTable(await measureLlvm(filter ?? "", rounds)))
if (part === "page") {
  console.log(PAGE_HEADING)
  await measurePage((figure) => {
    console.log(pageLine(figure))
    if (!isBroken(figure)) return
    console.error(`bench: ${figure.name} is more than ten times its goal`)
    process.exitCode = 1
  }, ...(filter === undefined ? [] : [Number(filter)]))
}
