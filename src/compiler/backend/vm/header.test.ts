import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { vmHeader } from "./header.ts"

it("keeps the header of the interpreter up to date with the tables", async () => {
  await expect(vmHeader()).toMatchFileSnapshot(fileURLToPath(new URL("../../../runtime/native/hk_vm_ops.gen.h", import.meta.url)))
})
