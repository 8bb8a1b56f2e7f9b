/** What a task asks of the source. */
import { describe, expect, it } from "vitest"
import { judgeTask } from "./check.ts"

const judge = (source: string): string => judgeTask({ stdout: ["15"], uses: [["total += 5", "total = total + 5"]] }, { source, stdout: "15\n", endedNormally: true }).kind

describe("pieces of the source", () => {
  it.each(["total += 5", "total+=5", "total = total + 5", "total =\n  total + 5"])("accepts %j", (source) => {
    expect(judge(source)).toBe("solved")
  })

  it.each(["print(15)", "// total += 5", "total += 6"])("refuses %j", (source) => {
    expect(judge(source)).toBe("lacks-source")
  })
})
