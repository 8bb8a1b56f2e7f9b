import { expect, it } from "vitest"
import { extracted } from "./linkable.ts"

const IR = `target triple = "wasm32"
%struct.s = type { i32, [4 x ptr] }
@state = hidden global %struct.s zeroinitializer, align 4
@table = hidden unnamed_addr constant [2 x i32] [i32 1, i32 2], align 4
@unused = hidden global i32 0

define hidden i32 @wanted(i32 %x) local_unnamed_addr #0 {
  %y = call i32 @called(i32 %x)
  %z = load i32, ptr @state
  ret i32 %z
}

define hidden i32 @called(i32 %x) #0 {
  ret i32 %x
}

declare void @far() #1

attributes #0 = { nounwind }
`

it("takes functions out of LLVM IR with what they refer to", () => {
  const text = extracted(IR, ["wanted"])
  expect(text).toContain("define hidden i32 @wanted(i32 %x)")
  expect(text).toContain("declare hidden i32 @called(i32 %x) #0")
  expect(text).toContain("@state = external hidden global %struct.s")
  expect(text).toContain("%struct.s = type { i32, [4 x ptr] }")
  for (const absent of ["@unused", "@far", "@table", "zeroinitializer", "ret i32 %x"]) expect(text).not.toContain(absent)
})

it("keeps the whole type of a variable, however it nests", () => {
  expect(extracted(IR.replace("ptr @state", "ptr @table"), ["wanted"])).toContain("@table = external hidden constant [2 x i32]\n")
})
