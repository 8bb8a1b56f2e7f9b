/**
 * Says why a view has nothing for what is pointed at elsewhere: which pass took it away, where it was inlined, or that no code is
 * made of it. Asked for only when nothing lights up, and when the caret rests.
 */
import { type ReactNode, useEffect, useState } from "react"
import type { FateMessage, SourceRange } from "../../protocol/worker.ts"
import { t } from "../messages/t.ts"
import { compileOptions, compiler, programFiles } from "../services/compiling.ts"
import { useApp } from "../services/store.ts"

/** Milliseconds of rest before the compiler is asked. */
const DELAY = 150

/** Passes of which it can be said why they take code away. */
const EXPLAINED = ["typed", "sccp", "gvn", "dce", "tree-shake", "simplify-cfg"] as const

/** The reason, once it is known. `view` is what the pane calls itself. */
export function Absence({ view, place }: { readonly view: string; readonly place: SourceRange }): ReactNode {
  const version = useApp((state) => state.version)
  const optimise = useApp((state) => state.optimise)
  const key = [version, optimise, place.file, place.start, place.end].join()
  const [known, setKnown] = useState<{ readonly key: string; readonly fate: FateMessage | null }>({ key: "", fate: null })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for what is asked
  useEffect(() => {
    let isWanted = true
    const timer = setTimeout(() => {
      compiler()
        .request("fate", { files: programFiles(), options: compileOptions(), place })
        // A compiler that is gone says so itself.
        .then((fate) => isWanted && setKnown({ key, fate }), () => {})
    }, DELAY)
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [key])
  const source = useApp((state) => state.files[place.file]?.text ?? "")
  if (known.key !== key || known.fate === null) return null
  // Nobody expects anything of a blank place.
  if (known.fate.kind === "nothing" && source.slice(Math.max(0, place.start - 1), place.end + 1).trim() === "") return null
  return (
    <div className="absence" role="note">
      {fateText(known.fate, view)}
    </div>
  )
}

function fateText(fate: FateMessage, view: string): string {
  switch (fate.kind) {
    case "nothing":
      return t("absence.nothing")
    case "there":
      return t("absence.there", { view })
    case "inlined":
      return t("absence.inlined", { function: fate.function, into: fate.into.join(", ") })
    case "gone": {
      const pass = EXPLAINED.find((name) => name === fate.pass)
      return pass === undefined ? t("absence.gone", { pass: fate.pass }) : t(`absence.gone.${pass}`)
    }
  }
}
