/**
 * Builds the program to an executable on the server: what for, how far it has come, and what came out, with all that is needed to make the
 * same file again.
 */
import { type ReactNode, useEffect, useRef, useState } from "react"
import { BUILD_LEVELS, BUILD_TARGETS, type BuildAnswer, type BuildLevel, type BuildTarget, type ServerStage } from "../../protocol/api.ts"
import { formatBytes, formatMilliseconds, t } from "../messages/t.ts"
import { Choice } from "../parts/Choice.tsx"
import { Dialog } from "../parts/Dialog.tsx"
import { Icon } from "../parts/Icon.tsx"
import { copyText, download } from "../services/files.ts"
import { openPane } from "../services/panes.ts"
import { lookForServer, reasonAgainst, requestBuild, ServerFailure, useServer } from "../services/server.ts"
import { dispatch, store, toast } from "../services/store.ts"

/** What was chosen last; it outlives the dialog. */
let chosen: { readonly target: BuildTarget; readonly level: BuildLevel; readonly strip: boolean } = { target: "x86_64-linux", level: "O2", strip: true }

const STAGES: readonly Exclude<ServerStage, "run">[] = ["queue", "front-end", "compile", "link"]

type Progress =
  | { readonly kind: "idle" }
  | { readonly kind: "building"; readonly stage: ServerStage | null }
  | { readonly kind: "built"; readonly answer: BuildAnswer }
  | { readonly kind: "failed"; readonly failure: ServerFailure }

function close(): void {
  dispatch({ type: "overlay", overlay: null })
}

/** The dialog. */
export function Build(): ReactNode {
  const [options, setOptions] = useState(chosen)
  const [progress, setProgress] = useState<Progress>({ kind: "idle" })
  const stop = useRef<AbortController | null>(null)
  const reason = useServer((state) => reasonAgainst("build", state))
  const isBuilding = progress.kind === "building"

  useEffect(() => {
    void lookForServer()
    return () => stop.current?.abort()
  }, [])

  const choose = (more: Partial<typeof options>): void => {
    chosen = { ...options, ...more }
    setOptions(chosen)
    if (!isBuilding) setProgress({ kind: "idle" })
  }

  const build = async (): Promise<void> => {
    const controller = new AbortController()
    stop.current = controller
    setProgress({ kind: "building", stage: null })
    try {
      const answer = await requestBuild({ files: store.getState().files, ...options }, (stage) => setProgress({ kind: "building", stage }), controller.signal)
      setProgress({ kind: "built", answer })
    } catch (error) {
      if (controller.signal.aborted) setProgress({ kind: "idle" })
      else setProgress({ kind: "failed", failure: error instanceof ServerFailure ? error : new ServerFailure(String(error), null) })
    }
  }

  return (
    <Dialog title={t("build.title")} className="build" onClose={close}>
      <div className="build-body">
        <p className="build-intro">{t("build.intro")}</p>
        {reason !== null && (
          <p className="notice" role="note">
            {reason}
          </p>
        )}
        <form
          className="build-form"
          onSubmit={(event) => {
            event.preventDefault()
            if (reason === null && !isBuilding) void build()
          }}
        >
          <Choice label={t("build.target")} value={options.target} values={BUILD_TARGETS.map((target) => ({ value: target, text: t(`build.target.${target}`) }))} onChange={(target) => choose({ target })} />
          <Choice label={t("build.level")} value={options.level} values={BUILD_LEVELS.map((level) => ({ value: level, text: level, hint: t(`build.level.${level}`) }))} onChange={(level) => choose({ level })} />
          <label className="build-strip">
            <input type="checkbox" checked={options.strip} onChange={(event) => choose({ strip: event.currentTarget.checked })} />
            <span>{t("build.strip")}</span>
          </label>
          <div className="build-actions">
            {isBuilding ? (
              <button type="button" className="button" onClick={() => stop.current?.abort()}>
                {t("build.cancel")}
              </button>
            ) : (
              <button type="submit" className={progress.kind === "built" ? "button" : "button button-primary"} data-first-focus disabled={reason !== null}>
                {progress.kind === "built" ? t("build.again") : t("build.start")}
              </button>
            )}
          </div>
        </form>
        <div role="status" className="build-status">
          {progress.kind === "building" && <Stages current={progress.stage} />}
          {progress.kind === "built" && <Result answer={progress.answer} />}
        </div>
        {progress.kind === "failed" && <Failure failure={progress.failure} />}
      </div>
    </Dialog>
  )
}

function Stages({ current }: { readonly current: ServerStage | null }): ReactNode {
  const at = current === null || current === "run" ? -1 : STAGES.indexOf(current)
  return (
    <ol className="build-stages" aria-label={t("build.progress")}>
      {STAGES.map((stage, index) => (
        <li key={stage} className={index < at ? "build-stage build-stage-done" : index === at ? "build-stage build-stage-current" : "build-stage"} aria-current={index === at ? "step" : undefined}>
          {index < at ? <Icon name="check" /> : <span className="build-dot" />}
          {t(`build.stage.${stage}`)}
        </li>
      ))}
    </ol>
  )
}

function Result({ answer }: { readonly answer: BuildAnswer }): ReactNode {
  const total = answer.times.reduce((sum, { milliseconds }) => sum + milliseconds, 0)
  const save = (): void => download(answer.name, "application/octet-stream", [Uint8Array.from(atob(answer.executable), (char) => char.charCodeAt(0))])
  return (
    <>
      <div className="build-file">
        <Icon name="package" />
        <div className="build-file-text">
          <strong>{answer.name}</strong>
          <span>
            {formatBytes(answer.size)} · {t(`build.target.${answer.target}`)} · {answer.cached ? t("build.cached") : t("build.took", { time: formatMilliseconds(total) })}
          </span>
        </div>
        <button type="button" className="button button-primary" onClick={save}>
          {t("build.download")}
        </button>
      </div>
      <dl className="build-facts">
        <dt>{t("build.hash")}</dt>
        <dd>
          <code>{answer.sha256}</code>
        </dd>
        <dt>{t("build.command")}</dt>
        <dd>
          <code>{answer.command}</code>
          <button
            type="button"
            className="button"
            onClick={() => {
              void copyText(answer.command).then((done) => toast(done ? t("build.copied") : t("share.cannotCopy"), done ? {} : { tone: "problem" }))
            }}
          >
            {t("build.copy")}
          </button>
        </dd>
      </dl>
      <details className="build-details">
        <summary>{t("build.details")}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text must be reachable by keyboard */}
        <pre tabIndex={0} role="document" aria-label={t("build.details")}>
          {[...answer.steps, "", answer.log].join("\n")}
        </pre>
      </details>
    </>
  )
}

function Failure({ failure }: { readonly failure: ServerFailure }): ReactNode {
  const { failure: error } = failure
  const diagnostics = error?.diagnostics ?? []
  return (
    <div role="alert" className="build-failure">
      <p>{error?.whose === "program" ? t("build.failed.program", { reason: failure.message }) : t("build.failed.server", { reason: failure.message })}</p>
      {error?.id !== undefined && <p className="build-id">{t("build.failed.id", { id: error.id })}</p>}
      {diagnostics.length > 0 && (
        <>
          <pre className="build-diagnostics">{diagnostics.slice(0, 3).map((row) => row.rendered).join("\n")}</pre>
          <button
            type="button"
            className="button"
            onClick={() => {
              close()
              openPane("problems")
            }}
          >
            {t("build.problems")}
          </button>
        </>
      )}
    </div>
  )
}
