/**
 * The language tour, run: what each lesson says must be true. Its programs run on the engine that the conformance programs run on.
 */
import { describe, expect, it } from "vitest"
import { compile } from "../compiler/driver/compile.ts"
import { formatSource } from "../compiler/driver/format.ts"
import { DEFAULT_OPTIONS } from "../compiler/driver/options.ts"
import { renderView } from "../compiler/driver/render-view.ts"
import { type Attempt, judgeTask } from "../tour/check.ts"
import { TOUR_EN } from "../tour/en.ts"
import { LESSONS } from "../tour/lessons.ts"
import { execute } from "./execute.ts"

async function attempt(source: string): Promise<Attempt> {
  const compilation = compile([{ name: "main.hako", text: source }], { optimise: 0 })
  expect(compilation.diagnostics.map(({ diagnostic }) => diagnostic.message)).toEqual([])
  const { stdout, result } = await execute(compilation, { stdin: [], args: [] })
  return { source, stdout, endedNormally: result.kind !== "trap" }
}

const mirOf = (text: string, view: "mir-built" | "mir"): string => renderView(compile([{ name: "main.hako", text }], DEFAULT_OPTIONS), view).text

describe("lessons", () => {
  it("say what the views show", () => {
    const lesson = LESSONS.find(({ id }) => id === "mir")
    if (lesson === undefined) throw new Error("no lesson about MIR")
    expect(mirOf(lesson.code, "mir-built")).toContain("dyn.add")
    expect(mirOf(lesson.code, "mir")).not.toContain("dyn.")
    expect(mirOf(lesson.code, "mir")).toContain("i64.add")
    expect(mirOf(lesson.task.solution, "mir")).toContain("f64.add")
  })

  it("use every text of the catalogue once", () => {
    expect(LESSONS.flatMap((lesson) => [lesson.title, lesson.text, lesson.task.text]).sort()).toEqual(Object.keys(TOUR_EN).filter((key) => !key.startsWith("section.")).sort())
    expect(LESSONS.flatMap((lesson) => [lesson.title, lesson.text, lesson.task.text]).every((key, i) => key.startsWith(`${LESSONS[Math.floor(i / 3)]?.id}.`))).toBe(true)
    expect(new Set(LESSONS.map((lesson) => lesson.id)).size).toBe(LESSONS.length)
  })

  describe.each(LESSONS)("$id", (lesson) => {
    it("is short", () => {
      expect(lesson.code.split("\n").length).toBeLessThanOrEqual(32)
      expect(TOUR_EN[lesson.text].length).toBeLessThanOrEqual(900)
    })

    it("is laid out in the standard style", () => {
      for (const text of [lesson.code, lesson.task.solution]) {
        const { sources } = compile([{ name: "main.hako", text }], DEFAULT_OPTIONS)
        const source = sources[0]
        if (source === undefined) throw new Error("no source")
        expect(formatSource(source)).toEqual({ text })
      }
    })

    it("begins with a program that does not solve the task", async () => {
      expect(judgeTask(lesson.task.check, await attempt(lesson.code)).kind).not.toBe("solved")
    })

    it("is solved by its solution", async () => {
      expect(judgeTask(lesson.task.check, await attempt(lesson.task.solution))).toEqual({ kind: "solved" })
    })
  })
})
