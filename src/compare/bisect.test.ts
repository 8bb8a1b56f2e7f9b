import fc from "fast-check"
import { expect, it } from "vitest"
import { firstChange } from "./bisect.ts"

const equal = (a: number, b: number): boolean => a === b

it("finds the step, with few looks", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), fc.nat(), async (steps, seed) => {
      const culprit = 1 + (seed % steps)
      let looks = 0
      const found = await firstChange(steps, async (at) => (at >= culprit ? 1 : 0), equal, (n) => {
        looks = n
      })
      expect(found).toEqual({ step: culprit, before: 0, after: 1 })
      expect(looks).toBeLessThanOrEqual(3 + Math.ceil(Math.log2(steps)))
    }),
  )
})

it("says that nothing changes", async () => {
  expect(await firstChange(25, async () => 3, equal)).toBeNull()
})
