import { describe, expect, it } from "vitest"
import { completeName, freeName, MOST_FILES, nameFault, neighbourOf, withFileName } from "./project.ts"

const FILES = ["main.hako", "part2.hako", "Shapes.hako"].map((name) => ({ name, text: "" }))

describe("names of files", () => {
  it("are completed and compared without regard to case", () => {
    expect([completeName("  shapes "), completeName("data.txt"), completeName(" ")]).toEqual(["shapes.hako", "data.txt", ""])
    expect(nameFault(FILES, "shapes.hako", null)).toBe("taken")
    expect(nameFault(FILES, "shapes.hako", "Shapes.hako")).toBeNull()
  })

  it("have no folders, blanks or control characters", () => {
    for (const name of ["../a.hako", "a/b", "a\\b", ".hidden", "a b", "a\u0000", "x".repeat(65)]) expect(nameFault(FILES, name, null)).toBe("shape")
    for (const name of ["形.hako", "a-b_c.2.hako", "__proto__"]) expect(nameFault(FILES, name, null)).toBeNull()
    expect(nameFault(FILES, "", null)).toBe("empty")
  })

  it("that are free are found however many there are", () => {
    let files: { name: string; text: string }[] = []
    for (let index = 0; index < MOST_FILES; index++) files = [...files, { name: freeName(files), text: "" }]
    expect(new Set(files.map((file) => file.name)).size).toBe(MOST_FILES)
  })
})

describe("a renamed file", () => {
  it("changes the lines that use it and nothing else", () => {
    const text = ['using "a.hako" as A', "  using 'a.hako'", 'import "a.hako"', 'using "aXhako"', 'print("using a.hako")', '// using "a.hako"'].join("\n")
    const renamed = withFileName([{ name: "main.hako", text }, { name: "a.hako", text: "" }], "a.hako", "b.hako")
    expect(renamed[0]?.text).toBe(['using "b.hako" as A', "  using 'b.hako'", 'import "b.hako"', 'using "aXhako"', 'print("using a.hako")', '// using "a.hako"'].join("\n"))
    expect(renamed[1]?.name).toBe("b.hako")
  })
})

describe("a closed file", () => {
  it("gives way to the one before it", () => {
    expect([neighbourOf(FILES, "Shapes.hako"), neighbourOf(FILES, "main.hako")]).toEqual(["part2.hako", "part2.hako"])
  })
})
