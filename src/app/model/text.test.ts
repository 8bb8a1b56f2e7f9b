import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { highlight } from "./highlight.ts"
import { applyEdits, clampRange, lineStarts, offsetAt, positionAt } from "./positions.ts"

describe("positions", () => {
  it("count columns in code points", () => {
    expect(positionAt("a\n🎉b", 4)).toEqual({ line: 2, column: 2 })
    expect(offsetAt("a\n🎉b", 2, 2)).toBe(4)
  })

  it("go there and back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        let offset = 0
        for (const character of text) {
          const { line, column } = positionAt(text, offset)
          expect(offsetAt(text, line, column)).toBe(offset)
          offset += character.length
        }
      }),
    )
  })

  it("stay within the text", () => {
    expect(offsetAt("ab\ncd", 9, 9)).toBe(5)
    expect(offsetAt("ab\ncd", 1, 9)).toBe(2)
    expect(clampRange({ start: 5, end: 9 }, 3)).toEqual({ start: 3, end: 3 })
    expect(lineStarts("a\n\nb")).toEqual([0, 2, 3])
  })

  it("apply edits of one text in any order", () => {
    const edits = [
      { range: { start: 0, end: 1 }, text: "AA" },
      { range: { start: 2, end: 3 }, text: "" },
    ]
    expect(applyEdits("abc", edits)).toBe("AAb")
    expect(applyEdits("abc", edits.toReversed())).toBe("AAb")
  })
})

describe("highlight", () => {
  /** The line as `kind:text` for everything that is not plain. */
  const kinds = (text: string) =>
    highlight(text).map((line) => line.segments.filter(({ kind }) => kind !== "plain").map(({ kind, text }) => `${kind}:${text}`))

  it("tells the kinds of words apart", () => {
    expect(kinds('local p = new Point(1.5) // x')).toEqual([
      ["keyword:local", "operator:=", "keyword:new", "type:Point", "operator:(", "number:1.5", "operator:)", "comment:// x"],
    ])
    expect(kinds("a.from(true)")).toEqual([["operator:.", "call:from", "operator:(", "constant:true", "operator:)"]])
  })

  it("follows comments and strings over lines", () => {
    expect(kinds('/* a\nb */ "c\nd" e # f')).toEqual([["comment:/*", "comment: a"], ["comment:b */", 'string:"c'], ['string:d"', "comment:# f"]])
  })

  it("does not end a string at an escaped quote", () => {
    expect(kinds('"a\\"b" 1')).toEqual([['string:"a\\"b"', "number:1"]])
  })

  it("keeps every character of any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const back = highlight(text).map((line) => line.segments.map((segment) => segment.text).join("")).join("\n")
        return back === text
      }),
      { numRuns: 500 },
    )
  })
})
