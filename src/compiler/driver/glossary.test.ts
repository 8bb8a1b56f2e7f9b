import { describe, expect, it } from "vitest"
import { compile } from "./compile.ts"
import { explainWord, type GlossaryView } from "./glossary.ts"
import { renderView } from "./render-view.ts"
import type { ViewId } from "./views.ts"

const at = (view: GlossaryView, line: string, word: string): string | null => explainWord(view, line, line.indexOf(word) + 1)?.markdown ?? null

describe("the glossary", () => {
  it("explains operations from their tables", () => {
    expect(at("mir", "  %2: i64 = i64.add %0, %1", "i64.add")).toContain("a + b mod 2^64")
    expect(at("mir", "  %3: any = call.rt hk_add(%1, %2) -> error bb2", "hk_add")).toContain("concatenates")
    expect(at("wat", "    i64.shr_u", "shr_u")).toContain("zeros come in")
    expect(at("llvm", "  %3 = getelementptr i8, ptr %1, i64 8", "getelementptr")).toContain("computes an address")
    expect(at("asm", "\tcmovne\t%rax, %rcx", "cmovne")).toContain("flags")
  })

  it("says nothing of names, places and comments", () => {
    expect(at("mir", "  %2: i64 = i64.add %0, %1  ; 3:12 add", "12 add")).toBeNull()
    expect(at("mir", "define i64 @add/2(i64 %0) {", "add/2")).toBeNull()
    expect(explainWord("mir", "", 0)).toBeNull()
  })

  it("knows nearly every instruction that the views show", () => {
    const source = 'box P { x: IntegerBox = 1\n birth(x) { me.x = x } }\nfunction f(n) { if n < 2 { return n }\n return f(n - 1) + f(n - 2) }\nlocal a = [1, 2]\nlocal p = new P(3)\nfor v in a { print(v * p.x / 2 + f(v) % 3) }\nprint("a" + 1.5)\n'
    const compilation = compile([{ name: "main.hako", text: source }], { optimise: 2 })
    // The word an instruction begins with, behind its result.
    const heads: Partial<Record<ViewId, RegExp>> = { mir: /^ {2}(?:%\d+: \S+ = )?([a-z][\w.]*)/gm, wat: /^ +\(?((?:i64|i32|f64)\.\w+|local\.\w+|br\w*|call|block|loop)/gm, llvm: /^ {2}(?:%\S+ = )?(?:tail )?([a-z]+)/gm, bytecode: /^ +\d+ +([a-z][\w.]*)/gm }
    for (const [view, pattern] of Object.entries(heads) as [ViewId, RegExp][]) {
      const { text } = renderView(compilation, view)
      const words = new Set([...text.matchAll(pattern)].map((match) => match[1] as string))
      expect(words.size, view).toBeGreaterThan(5)
      expect([...words].filter((word) => explainWord(view, word, 0) === null), view).toEqual([])
    }
  })
})
