import { describe, expect, it } from "vitest"
import { compile } from "./compile.ts"
import { inferredNames, lineCosts } from "./inferred.ts"

const SOURCE = `box P {
  x: IntegerBox = 1
  birth(x) { me.x = x }
}
function scale(n, factor) {
  local product = n * factor
  return product
}
local whole = scale(3, 4)
local mixed = 1
if whole > 5 { mixed = "text" }
local list = []
for i in 0..10 {
  list.push(new P(i))
  local word = "n" + i
  print(word + mixed)
}
print(list.length())
`

function compiled(optimise: 0 | 1 | 2 = 1) {
  return compile([{ name: "main.hako", text: SOURCE }], { optimise })
}

describe("inferred names", () => {
  const names = new Map(inferredNames(compiled()).map((row) => [SOURCE.slice(row.start, row.end), row]))

  it("have the representation that engines use", () => {
    expect(Object.fromEntries([...names].map(([name, row]) => [name, row.representation]))).toMatchObject({ n: "i64", factor: "i64", product: "i64", whole: "i64", i: "i64", word: "str", list: "arr" })
  })

  it("that are dynamic say what they can be", () => {
    expect(names.get("mixed")).toMatchObject({ representation: "any", description: "Integer or String" })
  })
})

describe("line costs", () => {
  const at = (line: number, optimise: 0 | 1 | 2 = 1) => lineCosts(compiled(optimise)).filter((cost) => cost.line === line)

  it("name allocations with the loops around them", () => {
    expect(at(14)).toContainEqual(expect.objectContaining({ kind: "allocation", what: "P", loops: 1 }))
    expect(at(15)).toContainEqual(expect.objectContaining({ kind: "allocation", what: expect.stringContaining("hk_str_"), loops: 1 }))
  })

  it("name what is decided while the program runs", () => {
    expect(at(16).some((cost) => cost.kind === "dynamic" || cost.what.includes("any"))).toBe(true)
  })

  it("count references, and none where there are only numbers", () => {
    expect(lineCosts(compiled()).some((cost) => cost.kind === "release")).toBe(true)
    expect(at(6)).toEqual([])
  })

  it("are lower after inlining", () => {
    expect(at(9, 0).some((cost) => cost.kind === "call")).toBe(true)
    expect(at(9, 2).some((cost) => cost.kind === "call")).toBe(false)
  })
})
