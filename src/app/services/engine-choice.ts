/** Choosing an engine: what stands against each now, and what has to be asked first. */
import { formatBytes, t } from "../messages/t.ts"
import { type EngineId, ENGINES, type EngineRow } from "../model/engines.ts"
import { isLlvmHere, llvmState, loadLlvm, lookForLlvm, reasonAgainstLlvm } from "./llvm.ts"
import { reasonAgainst, runTarget } from "./server.ts"
import { dispatch } from "./store.ts"

/** Why an engine cannot be used now, or null if it can. */
export function reasonAgainstEngine(id: EngineId): string | null {
  const row: EngineRow = ENGINES[id]
  if (row.maker.in === "llvm") return reasonAgainstLlvm()
  if (row.maker.in === "server") return reasonAgainst("run") ?? (runTarget() === null ? t("engine.asking") : null)
  return null
}

/** What is said of an engine in a menu: what it is good for, or what stands against it. */
export function engineDetail(id: EngineId): string {
  const reason = reasonAgainstEngine(id)
  if (reason !== null) return reason
  const { total } = llvmState()
  if (ENGINES[id].maker.in === "llvm" && total > 0 && !isLlvmHere()) return t("engine.llvmJit.download", { size: formatBytes(total) })
  return t(ENGINES[id].detail)
}

/** Chooses an engine. LLVM that is not here yet is asked for; LLVM that is kept is made ready. */
export async function chooseEngine(id: EngineId): Promise<void> {
  if (ENGINES[id].maker.in === "llvm") {
    await lookForLlvm()
    if (!isLlvmHere()) {
      dispatch({ type: "overlay", overlay: "llvm" })
      return
    }
    // A failure is told by the run, which tries again.
    loadLlvm().catch(() => {})
  }
  dispatch({ type: "engineChosen", engine: id })
}
