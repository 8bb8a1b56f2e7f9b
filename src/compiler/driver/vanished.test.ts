import { describe, expect, it } from "vitest"
import { compile } from "./compile.ts"
import { type Fate, Fates } from "./vanished.ts"

const SOURCE = `// a comment
function twice(x) { return x * 2 }
function never(x) { return x - 7 }
local six = 2 * 3
local list = [six, 1]
list.push(4)
print(twice(list.length()) + 1)
print(six + 1)
`

function fate(text: string, optimise: 0 | 1 | 2): Fate {
  const start = SOURCE.indexOf(text)
  return new Fates(compile([{ name: "main.hako", text: SOURCE }], { optimise })).of({ file: 0, start, end: start + text.length })
}

describe("what became of a place", () => {
  it("names the pass that folded it", () => {
    expect(fate("six + 1", 0)).toEqual({ kind: "there" })
    expect(fate("3", 0)).toEqual({ kind: "there" })
    expect(fate("3", 1)).toMatchObject({ kind: "gone", pass: "dce" })
  })

  it("names the pass that removed a function nothing calls", () => {
    expect(fate("x - 7", 1)).toMatchObject({ kind: "gone", pass: expect.stringMatching(/typed|tree-shake/) as string })
  })

  it("looks for what is left of the inside of a place", () => {
    // The variable itself is a register from the start; its value is known, and stays.
    expect(fate("six = 2 * 3", 1)).toEqual({ kind: "there" })
  })

  it("says where a function's body went that is only inlined", () => {
    expect(fate("twice", 2)).toEqual({ kind: "inlined", function: "twice", into: ["main"] })
    expect(fate("twice", 0).kind).not.toBe("inlined")
  })

  it("knows what nothing is made of", () => {
    expect(fate("a comment", 2)).toEqual({ kind: "nothing" })
  })
})
