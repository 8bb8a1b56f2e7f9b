import { describe, expect, it } from "vitest"
import type { DiagnosticMessage, ViewText } from "../../protocol/worker.ts"
import { visiblePanes } from "./layout.ts"
import { type Action, reduce } from "./reduce.ts"
import { type AppState, INITIAL_STATE, isRunning } from "./state.ts"

function after(...actions: readonly Action[]): AppState {
  return actions.reduce(reduce, INITIAL_STATE)
}

const PROBLEM: DiagnosticMessage = {
  code: "HK2001",
  severity: "error",
  message: "x",
  file: "main.hako",
  range: { start: 0, end: 1 },
  line: 1,
  column: 1,
  secondary: [],
  help: null,
  fix: null,
}

const MIR: ViewText = {
  view: "mir",
  text: "const 1\nconst 2\n",
  links: [
    { view: { start: 0, end: 7 }, source: { file: 0, start: 2, end: 3 } },
    { view: { start: 8, end: 15 }, source: { file: 0, start: 6, end: 7 } },
  ],
  milliseconds: 1,
}

describe("the text", () => {
  it("has one kind of line break", () => {
    expect(after({ type: "edited", text: "a\r\nb\rc" }).source.text).toBe("a\nb\nc")
  })

  it("raises the version with every change and the revision only from outside", () => {
    const state = after({ type: "edited", text: "a" }, { type: "replaced", text: "b" }, { type: "edited", text: "b" })
    expect([state.version, state.revision]).toEqual([2, 1])
  })

  it("keeps a selection from outside within itself", () => {
    expect(after({ type: "replaced", text: "ab", selection: { start: 1, end: 99 } }).selection).toEqual({ start: 1, end: 2 })
  })
})

describe("the files", () => {
  const two = after({ type: "edited", text: 'using "part2.hako" as P\n' }, { type: "fileAdded", name: "part2.hako" }, { type: "edited", text: "box P {}" })
  const names = (state: AppState): readonly string[] => state.files.map((file) => file.name)

  it("are edited one at a time, and the one in the editor is one of them", () => {
    expect(two.files).toEqual([
      { name: "main.hako", text: 'using "part2.hako" as P\n' },
      { name: "part2.hako", text: "box P {}" },
    ])
    expect(two.files).toContain(two.source)
    const edited = reduce(two, { type: "edited", text: "x", file: "main.hako" })
    expect([edited.files[0]?.text, edited.source.name]).toEqual(["x", "part2.hako"])
  })

  it("keep their carets while they are away", () => {
    const there = reduce(two, { type: "pointed", pane: "editor", place: { start: 3, end: 5 } })
    const back = [{ type: "fileOpened", name: "main.hako" } as const, { type: "fileOpened", name: "part2.hako" } as const].reduce(reduce, there)
    expect(back.selection).toEqual({ start: 3, end: 5 })
  })

  it("take the lines that use them along when they are renamed", () => {
    const renamed = reduce(two, { type: "fileRenamed", from: "part2.hako", to: "shapes.hako" })
    expect(renamed.files[0]?.text).toBe('using "shapes.hako" as P\n')
    expect(renamed.source.name).toBe("shapes.hako")
    expect(reduce(two, { type: "fileRenamed", from: "part2.hako", to: "main.hako" }).files).toBe(two.files)
  })

  it("are closed down to the last, which stays", () => {
    const one = reduce(two, { type: "fileClosed", name: "part2.hako" })
    expect([names(one), one.source.name]).toEqual([["main.hako"], "main.hako"])
    expect(reduce(one, { type: "fileClosed", name: "main.hako" })).toBe(one)
    expect(names(reduce(two, { type: "fileClosed", name: "main.hako" }))).toEqual(["part2.hako"])
  })

  it("have the main one in front", () => {
    const state = reduce(two, { type: "mainChosen", name: "part2.hako" })
    expect([names(state), state.version]).toEqual([["part2.hako", "main.hako"], two.version + 1])
  })

  it("are changed together", () => {
    const edits = [
      { file: "main.hako", range: { start: 22, end: 23 }, text: "Q" },
      { file: "part2.hako", range: { start: 4, end: 5 }, text: "Q" },
    ]
    expect(reduce(two, { type: "filesEdited", edits }).files.map((file) => file.text)).toEqual(['using "part2.hako" as Q\n', "box Q {}"])
  })

  it("come into the editor when something made from them is pointed at", () => {
    const text: ViewText = { ...MIR, links: [{ view: { start: 0, end: 7 }, source: { file: 0, start: 2, end: 3 } }] }
    const shown = reduce(two, { type: "viewMade", view: "mir", version: two.version, text })
    expect(reduce(shown, { type: "pointed", pane: "mir", place: { start: 1, end: 1 } }).source.name).toBe("main.hako")
  })
})

describe("diagnostics", () => {
  it("about a text that is gone are dropped", () => {
    const state = after({ type: "edited", text: "a" }, { type: "edited", text: "ab" }, { type: "checked", version: 1, diagnostics: [PROBLEM] })
    expect(state.diagnostics).toEqual([])
    expect(reduce(state, { type: "checked", version: 2, diagnostics: [PROBLEM] }).diagnostics).toEqual([PROBLEM])
  })
})

describe("views", () => {
  const shown = after({ type: "edited", text: "a 1 + 2" }, { type: "viewMade", view: "mir", version: 1, text: MIR })

  it("are current until the text changes", () => {
    expect(shown.views.mir.phase).toBe("current")
    expect(reduce(shown, { type: "edited", text: "a" }).views.mir.phase).toBe("stale")
  })

  it("keep their last text when the program has errors", () => {
    const broken = reduce(reduce(shown, { type: "edited", text: "a" }), { type: "viewMade", view: "mir", version: 2, text: null })
    expect([broken.views.mir.phase, broken.views.mir.text]).toEqual(["stale", MIR])
  })

  it("lead from a place in them to the source", () => {
    expect(reduce(shown, { type: "pointed", pane: "mir", place: { start: 9, end: 9 } }).pointing?.sources).toEqual([{ file: 0, start: 6, end: 7 }])
  })

  it("lead nowhere while they are behind the source", () => {
    const state = reduce(shown, { type: "edited", text: "a" })
    expect(reduce(state, { type: "pointed", pane: "mir", place: { start: 9, end: 9 } }).pointing?.sources).toEqual([])
  })

  it("survive a change of options as stale", () => {
    expect(reduce(shown, { type: "optimiseChosen", optimise: 2 }).views.mir.phase).toBe("stale")
  })
})

describe("a run", () => {
  it("goes from compiling to its end", () => {
    const started = after({ type: "runStarted" })
    expect(isRunning(started)).toBe(true)
    const running = reduce(started, { type: "runCompiled", stages: [], compiledIn: 1, wasmBytes: 8 })
    const ended = reduce(running, {
      type: "runFinished",
      outcome: { kind: "exit", code: 3 },
      milliseconds: 5,
      firstOutputAfter: 1,
      peakMemory: 64,
    })
    expect([isRunning(ended), ended.run.end, ended.run.milliseconds]).toEqual([false, { kind: "exit", code: 3 }, 5])
  })

  it("that waits goes on only if it waited", () => {
    expect(after({ type: "runStarted" }, { type: "runResumed" }).run.phase).toBe("compiling")
    expect(after({ type: "runStarted" }, { type: "runWaiting" }, { type: "runResumed" }).run.phase).toBe("running")
  })
})

describe("panes and notices", () => {
  it("brings the tab of a pane to the front", () => {
    expect(visiblePanes(after({ type: "paneShown", pane: "llvm" }).layout)).toContain("llvm")
  })

  it("shows at most three notices", () => {
    const toasts = [1, 2, 3, 4].map((id): Action => ({ type: "toasted", toast: { id, text: "", undo: null, tone: "info" } }))
    expect(after(...toasts).toasts.map((toast) => toast.id)).toEqual([2, 3, 4])
  })
})
