/**
 * Asks whether LLVM may be downloaded, shows how far it has come, and says what went wrong. The engine is chosen once LLVM is here.
 */
import { type ReactNode, useEffect } from "react"
import { formatBytes, t } from "../messages/t.ts"
import { Dialog } from "../parts/Dialog.tsx"
import { cancelLlvm, LlvmStopped, loadLlvm, lookForLlvm, reasonAgainstLlvm, useLlvm } from "../services/llvm.ts"
import { dispatch, toast } from "../services/store.ts"

function close(): void {
  dispatch({ type: "overlay", overlay: null })
}

async function download(): Promise<void> {
  try {
    await loadLlvm()
  } catch (error) {
    // The dialog shows what it was.
    if (error instanceof LlvmStopped) close()
    return
  }
  dispatch({ type: "engineChosen", engine: "llvm-jit" })
  close()
}

/** The dialog. */
export function Llvm(): ReactNode {
  const { phase, total, done, isKept, reason } = useLlvm((state) => state)
  useEffect(() => void lookForLlvm(), [])
  const isLoading = phase === "fetching" || phase === "compiling"
  const missing = useLlvm(reasonAgainstLlvm)

  useEffect(() => {
    if (phase === "ready") toast(t(isKept ? "llvm.ready" : "llvm.notKept"))
  }, [phase, isKept])

  return (
    <Dialog
      title={t("llvm.title")}
      className="build"
      onClose={() => {
        if (isLoading) cancelLlvm()
        else close()
      }}
    >
      <div className="build-body">
        <p className="build-intro">{t("llvm.intro", { size: formatBytes(total) })}</p>
        <p className="build-intro">{t("llvm.intro.kept")}</p>
        {missing !== null && (
          <p className="notice" role="note">
            {missing}
          </p>
        )}
        {phase === "failed" && reason !== null && (
          <p className="notice notice-warning" role="alert">
            {reason}
          </p>
        )}
        {isLoading ? (
          <div className="llvm-progress">
            <progress max={total} value={phase === "fetching" ? done : undefined} aria-label={t("llvm.progress")} />
            <span role="status">{phase === "fetching" ? t("llvm.fetching", { done: formatBytes(done), size: formatBytes(total) }) : t("llvm.compiling")}</span>
          </div>
        ) : (
          done > 0 && phase !== "missing" && <p className="build-intro">{t("llvm.resume", { done: formatBytes(done), size: formatBytes(total) })}</p>
        )}
        <div className="llvm-actions">
          {isLoading ? (
            <button type="button" className="button" data-first-focus onClick={cancelLlvm}>
              {t("llvm.cancel")}
            </button>
          ) : (
            <>
              {missing === null && (
                <button type="button" className="button button-primary" data-first-focus disabled={phase === "asking"} onClick={() => void download()}>
                  {phase === "failed" ? t("llvm.retry") : done > 0 ? t("llvm.continue", { size: formatBytes(total - done) }) : t("llvm.accept", { size: formatBytes(total) })}
                </button>
              )}
              <button type="button" className="button" onClick={close}>
                {t(missing === null ? "llvm.later" : "llvm.close")}
              </button>
            </>
          )}
        </div>
      </div>
    </Dialog>
  )
}
