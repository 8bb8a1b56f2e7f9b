/** Writes the generated headers next to the C sources. Run it after a change of the tables. */
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { abiHeader } from "./abi-header.ts"
import { unicodeHeader } from "./unicode-header.ts"
import { vmAbiHeader } from "./vm-header.ts"

writeFileSync(fileURLToPath(new URL("../native/hk_abi.gen.h", import.meta.url)), abiHeader())
writeFileSync(fileURLToPath(new URL("../native/hk_unicode.gen.h", import.meta.url)), unicodeHeader(process.versions["unicode"] ?? "unknown"))
writeFileSync(fileURLToPath(new URL("../native/hk_vm_abi.gen.h", import.meta.url)), vmAbiHeader())
