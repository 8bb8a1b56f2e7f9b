/** What the editor is told about the library, and about names of a program: the same table the checker uses. */
import { describe, expect, it } from "vitest"
import { FUNCTIONS, LIBRARY, type LibraryBox } from "../../runtime/prelude.ts"
import { compile, type InputFile } from "./compile.ts"
import { completionsAt, hoverAt } from "./language-service.ts"

/** The program with `|` where the cursor is. */
function at(text: string, others: readonly InputFile[] = []): { readonly hover: string; readonly labels: readonly string[]; readonly documentation: (label: string) => string } {
  const offset = text.indexOf("|")
  const compilation = compile([{ name: "main.hako", text: text.slice(0, offset) + text.slice(offset + 1) }, ...others], { optimise: 0 })
  const { items } = completionsAt(compilation, "main.hako", offset)
  return {
    hover: hoverAt(compilation, "main.hako", offset)?.markdown.join("\n\n") ?? "",
    labels: items.map((item) => item.label),
    documentation: (label) => items.find((item) => item.label === label)?.documentation ?? "",
  }
}

const boxes = Object.entries(LIBRARY) as [string, LibraryBox][]
const nameOf = (key: string): string => key.slice(0, key.lastIndexOf("/"))

describe.each(boxes)("%s", (name, box) => {
  it("is explained with how to make one and its methods", () => {
    const { hover } = at(`local x = new ${name}|()`)
    expect(hover).toContain(box.doc)
    for (const key of Object.keys(box.methods)) expect(hover).toContain(`\`${nameOf(key)}\``)
    for (const member of Object.values(box.constructors)) expect(hover).toContain(member.doc)
    if (Object.keys(box.constructors).length > 0) expect(at("local x = new |").labels).toContain(name)
  })

  it("offers every method under every name, with signature, errors and example", () => {
    const { labels, documentation } = at(`${name}.|`)
    for (const [key, member] of Object.entries(box.methods)) {
      expect(labels).toContain(nameOf(key))
      const text = at(`local x = a.${nameOf(key)}|`).hover + documentation(nameOf(key))
      expect(text).toContain(`${name}.${nameOf(key)}(`)
      expect(text).toContain(member.doc)
    }
    for (const [alias, same] of Object.entries(box.aliases ?? {})) expect(documentation(alias)).toContain(`the same as \`${same}\``)
    for (const universal of ["toString", "equals", "is", "as", "typeName"]) expect(labels).toContain(universal)
  })
})

describe("help in the editor", () => {
  it("says all that the table says of a method", () => {
    expect(at(`local a = []\na.set|(0, 1)`).hover).toMatch(/ArrayBox\.set\(Integer, Any\): null[^]*replaces element i[^]*Errors: IndexError outside[^]*local a = \[1, 2\]\na\.set\(0, 9\)\na {2}\/\/ \[9, 2\]/)
  })

  it("says only what the receiver's box has, where that is certain", () => {
    expect(at("local a = []\na.forEach|(f)").hover).not.toContain("MapBox")
    expect(at("local m = %{}\nm.forEach|(f)").hover).not.toContain("ArrayBox")
    expect(at("f().forEach|(f)").hover).toMatch(/ArrayBox[^]*MapBox/)
  })

  it("knows every function that a program can call", () => {
    const { labels, documentation } = at("|")
    for (const [key, member] of Object.entries(FUNCTIONS)) {
      const name = nameOf(key)
      if (!/^[A-Za-z]\w*$/.test(name) || name === "await") continue
      expect(labels).toContain(name)
      if (member.example !== undefined && name !== "print") expect(documentation(name)).toContain("```")
    }
  })

  it("offers what a file exports behind its alias", () => {
    const others = [{ name: "shapes.hako", text: "box Square { }\nstatic box Maker { make() { return 1 } }\nfunction area(s) { return 1 }\nenum Kind { A }\n" }]
    expect(at(`using "shapes.hako" as Shapes\nShapes.|`, others).labels).toEqual(expect.arrayContaining(["Square", "Maker", "area", "Kind", "make"]))
    expect(at(`using "one.hako" as One\nOne.|`, [{ name: "one.hako", text: "static box Only { go() { return 1 } }" }]).labels).toContain("go")
  })

  it("knows a caught error and a future", () => {
    expect(at("{ panic(1) } catch (e) { e.| }").labels.slice(0, 3)).toEqual(["kind", "message", "line"])
    expect(at("nowait f = 1\nf.|").labels).toContain("ready")
  })
})
