import { expect, it } from "vitest"
import { forInliningOnly, withoutProcessor } from "./native.ts"

const IR = `define hidden i32 @hot(i32 %x) local_unnamed_addr #0 {
  ret i32 %x
}
define dso_local i32 @warm() #1 {
  ret i32 0
}
attributes #0 = { nounwind "no-builtins" "target-cpu"="x86-64" }
attributes #1 = { "no-builtins" }
`

it("leaves nothing on functions for inlining that their callers do not promise too", () => {
  const text = forInliningOnly(withoutProcessor(IR))
  expect(text).toContain("define available_externally i32 @hot(i32 %x) local_unnamed_addr #0")
  expect(text).toContain("define available_externally i32 @warm() #1")
  expect(text).toContain("attributes #0 = { nounwind }")
  expect(text).toContain("attributes #1 = { nounwind }")
  expect(text).not.toContain("no-builtins")
})
