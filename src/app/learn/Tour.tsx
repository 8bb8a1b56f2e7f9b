/** The tour: one lesson, its task and its verdict; the program is in the editor. */
import { type ReactNode, useEffect, useRef } from "react"
import { useStore } from "zustand"
import type { TaskVerdict } from "../../tour/check.ts"
import { type Lesson, LESSONS } from "../../tour/lessons.ts"
import { t } from "../messages/t.ts"
import { PANES } from "../model/panes.ts"
import { isRunning } from "../model/state.ts"
import { Icon } from "../parts/Icon.tsx"
import { Prose } from "../parts/Prose.tsx"
import { openPane } from "../services/panes.ts"
import { useApp } from "../services/store.ts"
import { checkTask, followProgram, goToLesson, isInEditor, lastVerdict, openLesson, programOfLesson, putIntoEditor, TEXTS } from "./lesson-service.ts"
import { Markup } from "./Markup.tsx"
import { learn, progress } from "./progress.ts"

/** The tour. */
export function Tour(): ReactNode {
  const solved = useStore(progress, (state) => state.solved)
  const id = useStore(progress, (state) => state.lesson)
  const lesson = openLesson(id, solved)
  const at = LESSONS.indexOf(lesson)
  const title = useRef<HTMLHeadingElement>(null)
  const shown = useRef(lesson)

  useEffect(() => followProgram(lesson), [lesson])
  // Whoever goes to another lesson reads it from the top.
  useEffect(() => {
    if (shown.current === lesson) return
    shown.current = lesson
    title.current?.focus()
  }, [lesson])

  const go = (to: Lesson | undefined): void => {
    if (to !== undefined) goToLesson(lesson, to)
  }

  return (
    <div className="tour">
      <div className="tour-bar">
        <button type="button" className="button button-icon" aria-label={t("tour.previous")} disabled={at === 0} onClick={() => go(LESSONS[at - 1])}>
          <Icon name="back" />
        </button>
        <label className="tour-choice">
          <span className="visually-hidden">{t("tour.lesson")}</span>
          <select className="select" value={lesson.id} onChange={(event) => go(LESSONS.find((one) => one.id === event.target.value))}>
            {LESSONS.map((one, index) => (
              <option key={one.id} value={one.id}>
                {`${index + 1}. ${TEXTS[one.title]}${solved.includes(one.id) ? ` ${t("tour.solvedMark")}` : ""}`}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="button button-icon" aria-label={t("tour.next")} disabled={at === LESSONS.length - 1} onClick={() => go(LESSONS[at + 1])}>
          <Icon name="forward" />
        </button>
        <progress className="tour-progress" max={LESSONS.length} value={solved.length} aria-label={t("tour.progress", { solved: solved.length, total: LESSONS.length })} />
        <span className="tour-count" aria-hidden="true">
          {t("tour.progress", { solved: solved.length, total: LESSONS.length })}
        </span>
      </div>
      <article className="prose">
        <h2 ref={title} tabIndex={-1}>
          {TEXTS[lesson.title]}
        </h2>
        <Markup text={TEXTS[lesson.text]} />
        <Task key={lesson.id} lesson={lesson} isSolved={solved.includes(lesson.id)} next={LESSONS[at + 1]} onNext={go} />
      </article>
    </div>
  )
}

interface TaskProps {
  readonly lesson: Lesson
  readonly isSolved: boolean
  readonly next: Lesson | undefined
  readonly onNext: (to: Lesson | undefined) => void
}

function Task({ lesson, isSolved, next, onNext }: TaskProps): ReactNode {
  const last = useStore(lastVerdict)
  const verdict = last?.lesson === lesson.id ? last.verdict : null
  const told = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (verdict !== null) told.current?.scrollIntoView({ block: "nearest" })
  }, [verdict])
  const isActive = useApp(isRunning)
  useApp((state) => state.files)
  useStore(progress, (state) => state.programs)
  const isHere = isInEditor(lesson)
  const isChanged = programOfLesson(lesson) !== lesson.code

  const startOver = (): void => {
    learn((before) => ({ ...before, programs: new Map([...before.programs].filter(([id]) => id !== lesson.id)) }))
    lastVerdict.setState(null, true)
    putIntoEditor(lesson, lesson.code)
  }

  return (
    <section className="task" aria-label={t("tour.task")}>
      <h3>
        {t("tour.task")}
        {isSolved && (
          <span className="task-solved">
            <Icon name="check" />
            {t("tour.solved")}
          </span>
        )}
      </h3>
      <p>
        <Prose text={TEXTS[lesson.task.text]} />
      </p>
      <div className="task-actions">
        {isHere ? (
          <button type="button" className="button button-primary" disabled={isActive} onClick={() => void checkTask(lesson)}>
            {t("tour.check")}
          </button>
        ) : (
          <button type="button" className="button button-primary" onClick={() => putIntoEditor(lesson, programOfLesson(lesson))}>
            {t("tour.open")}
          </button>
        )}
        {isChanged && (
          <button type="button" className="button" onClick={startOver}>
            {t("tour.startOver")}
          </button>
        )}
        {isHere && (
          <button type="button" className="button button-quiet" onClick={() => putIntoEditor(lesson, lesson.task.solution)}>
            {t("tour.solution")}
          </button>
        )}
        {lesson.panes?.map((pane) => (
          <button key={pane} type="button" className="button button-quiet" onClick={() => openPane(pane)}>
            {t("pane.open", { pane: t(PANES[pane].title) })}
          </button>
        ))}
      </div>
      <div ref={told} className="task-verdict" role="status">
        {verdict !== null && (
          <p className={verdict.kind === "solved" ? "verdict-good" : "verdict-bad"}>
            <Prose text={verdictText(verdict)} />
          </p>
        )}
      </div>
      {verdict?.kind === "solved" && next !== undefined && (
        <button type="button" className="button button-primary" onClick={() => onNext(next)}>
          {t("tour.nextNamed", { title: TEXTS[next.title] })}
        </button>
      )}
    </section>
  )
}

function verdictText(verdict: TaskVerdict): string {
  switch (verdict.kind) {
    case "solved":
      return t("tour.verdict.solved")
    case "failed":
      return t("tour.verdict.failed")
    case "lacks-output":
      return t("tour.verdict.lacksOutput", { text: verdict.text })
    case "lacks-source":
      return t("tour.verdict.lacksSource", { text: verdict.text })
    case "line": {
      const { line, expected, found } = verdict
      if (expected === null) return t("tour.verdict.surplus", { line, found: found ?? "" })
      if (found === null) return t("tour.verdict.missing", { line, expected })
      return t("tour.verdict.line", { line, expected, found })
    }
  }
}
