/** The history of versions: a list, a look at the chosen one, and the way back to it. */
import { type ReactNode, useEffect, useState } from "react"
import { t, tCount } from "../messages/t.ts"
import type { Version } from "../model/version-history.ts"
import { Dialog } from "../parts/Dialog.tsx"
import { failureText } from "../services/compiling.ts"
import { replaceProgram } from "../services/editing.ts"
import { dispatch } from "../services/store.ts"
import { readVersions } from "../services/version-store.ts"

/** How much a version holds, in words. */
function sizeText({ files }: Version): string {
  const lines = tCount("history.lines", files.reduce((sum, file) => sum + file.text.split("\n").length, 0))
  return files.length === 1 ? lines : `${tCount("history.files", files.length)}, ${lines}`
}

/** The history of versions. */
export function History(): ReactNode {
  const [versions, setVersions] = useState<readonly Version[] | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [chosen, setChosen] = useState<Version | null>(null)

  useEffect(() => {
    readVersions().then(
      (read) => {
        setVersions(read)
        setChosen(read[0] ?? null)
      },
      (error: unknown) => setFailure(failureText(error)),
    )
  }, [])

  const close = (): void => dispatch({ type: "overlay", overlay: null })
  const restore = (version: Version): void => {
    close()
    replaceProgram({ files: version.files, stdin: version.stdin }, "restore", t("history.reason.restore"))
  }

  return (
    <Dialog title={t("history.title")} className="history" onClose={close}>
      {failure !== null && <p className="empty">{t("history.unavailable", { reason: failure })}</p>}
      {versions?.length === 0 && <p className="empty">{t("history.empty")}</p>}
      {versions !== null && versions.length > 0 && (
        <>
          <p className="dialog-intro">{t("history.intro")}</p>
          <div className="history-columns">
            <ul className="history-list">
              {versions.map((version) => (
                <li key={version.id}>
                  <button type="button" className="history-entry" aria-pressed={version === chosen} data-first-focus={version === versions[0] || undefined} onClick={() => setChosen(version)}>
                    <span>{new Date(version.at).toLocaleString()}</span>
                    <span className="history-detail">
                      {t(`history.reason.${version.reason}`)} · {sizeText(version)}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
            {chosen !== null && (
              <div className="history-preview">
                {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable text must be reachable by keyboard */}
                <pre tabIndex={0} role="document" aria-label={t("history.preview")}>
                  {chosen.files.map((file) => (chosen.files.length === 1 ? file.text : `# ${file.name}\n${file.text}`)).join("\n")}
                </pre>
                <button type="button" className="button button-primary" onClick={() => restore(chosen)}>
                  {t("history.restore")}
                </button>
              </div>
            )}
          </div>
        </>
      )}
    </Dialog>
  )
}
