import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { vmAbiHeader } from "../../../runtime/build/vm-header.ts"
import { vmHeader } from "./header.ts"

it("keeps the header of the interpreter up to date with the tables", async () => {
  await expect(vmHeader()).toMatchFileSnapshot(fileURLToPath(new URL("../../../runtime/native/hk_vm_ops.gen.h", import.meta.url)))
})

it("keeps the calls of the runtime up to date with its table", async () => {
  await expect(vmAbiHeader()).toMatchFileSnapshot(fileURLToPath(new URL("../../../runtime/native/hk_vm_abi.gen.h", import.meta.url)))
})
