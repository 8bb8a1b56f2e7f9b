/** What the tour does with the page: lessons into the editor, runs into verdicts. */
import { createStore } from "zustand/vanilla"
import { judgeTask, type TaskVerdict } from "../../tour/check.ts"
import { TOUR_EN, type TourCatalogue } from "../../tour/en.ts"
import { type Lesson, LESSONS } from "../../tour/lessons.ts"
import { t } from "../messages/t.ts"
import { MAIN_NAME } from "../model/project.ts"
import { replaceProgram } from "../services/editing.ts"
import { openPane } from "../services/panes.ts"
import { outputLog, run } from "../services/running.ts"
import { store, watch } from "../services/store.ts"
import { learn, progress } from "./progress.ts"

/** The texts of the tour. */
export const TEXTS: TourCatalogue = TOUR_EN

/** The lesson that is open: the one left last, else the first that is not solved. */
export function openLesson(id: string | null, solved: readonly string[]): Lesson {
  const found = LESSONS.find((lesson) => lesson.id === id) ?? LESSONS.find((lesson) => !solved.includes(lesson.id)) ?? LESSONS[0]
  if (found === undefined) throw new RangeError("the tour has no lessons")
  return found
}

/** The program that the lesson goes on with. */
export function programOfLesson(lesson: Lesson): string {
  return progress.getState().programs.get(lesson.id) ?? lesson.code
}

/** True if the editor holds the program of the lesson, as far as it has come. */
export function isInEditor(lesson: Lesson): boolean {
  const { files } = store.getState()
  return files.length === 1 && files[0]?.text === programOfLesson(lesson)
}

/** The programs of learners, with `text` as that of the lesson. */
function withProgram(programs: ReadonlyMap<string, string>, lesson: Lesson, text: string): ReadonlyMap<string, string> {
  const next = new Map(programs)
  if (text === lesson.code) next.delete(lesson.id)
  else next.set(lesson.id, text)
  return next
}

/** Brings a text of the lesson into the editor; what it replaces can be had back. The lesson goes on with it. */
export function putIntoEditor(lesson: Lesson, text: string): void {
  // From now on this lesson is the open one, also when it is no longer the first that is not solved.
  learn((before) => ({ ...before, lesson: lesson.id, programs: withProgram(before.programs, lesson, text) }))
  replaceProgram({ files: [{ name: MAIN_NAME, text }], stdin: "" }, "lesson", t("tour.opened", { title: TEXTS[lesson.title] }))
}

/** Goes to another lesson. If the editor holds the one before it, it follows. */
export function goToLesson(from: Lesson, to: Lesson): void {
  const follows = isInEditor(from)
  learn((before) => ({ ...before, lesson: to.id }))
  if (follows) putIntoEditor(to, programOfLesson(to))
}

/** A text without its blanks. */
function inked(text: string): string {
  return text.replace(/\s+/g, "")
}

/** Keeps what the learner types in the lesson, until the returned function is called. */
export function followProgram(lesson: Lesson): () => void {
  let isOurs = isInEditor(lesson)
  let { revision } = store.getState()
  return watch(
    (state) => state.files,
    (files) => {
      const text = files.length === 1 ? files[0]?.text : undefined
      const isTyped = store.getState().revision === revision
      revision = store.getState().revision
      if (text === undefined || progress.getState().lesson !== lesson.id) isOurs = false
      else if (text === programOfLesson(lesson)) isOurs = true
      // A text from elsewhere is another program, unless only its layout differs.
      else if (!isTyped && inked(text) !== inked(programOfLesson(lesson))) isOurs = false
      else if (isOurs) {
        learn((before) => ({ ...before, programs: withProgram(before.programs, lesson, text) }))
      }
    },
  )
}

/** The verdict on the last attempt, and the lesson it is about. It outlives the pane, which a phone takes away while the program runs. */
export const lastVerdict = createStore<{ readonly lesson: string; readonly verdict: TaskVerdict } | null>(() => null)

/** Runs the program and judges it. */
export async function checkTask(lesson: Lesson): Promise<void> {
  lastVerdict.setState(null, true)
  await run()
  if (store.getState().run.phase !== "ended") {
    await new Promise<void>((resolve) => {
      const stop = watch(
        (state) => state.run.phase,
        (phase) => {
          if (phase !== "ended") return
          stop()
          resolve()
        },
      )
    })
  }
  const { run: ended, source } = store.getState()
  const stdout = outputLog.shown.filter((chunk) => chunk.stream === "stdout").map((chunk) => chunk.text).join("")
  const verdict = judgeTask(lesson.task.check, { source: source.text, stdout, endedNormally: ended.end?.kind === "exit" })
  if (verdict.kind === "solved") learn((before) => (before.solved.includes(lesson.id) ? before : { ...before, solved: [...before.solved, lesson.id] }))
  lastVerdict.setState({ lesson: lesson.id, verdict }, true)
  openPane("learn")
}
