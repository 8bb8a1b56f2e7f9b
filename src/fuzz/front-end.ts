/**
 * The oracle for the front end: for any text, reading, checking and formatting end soon and never throw; every diagnostic points
 * into the text; a text without errors formats to one without errors.
 */
import { compile } from "../compiler/driver/compile.ts"
import { format } from "../compiler/syntax/format.ts"
import { generate } from "./generate.ts"
import { mutate } from "./mutate.ts"
import { Random } from "./random.ts"

/** Milliseconds of processor time that a text of a few thousand characters may take. */
export const PATIENCE_MS = 1000

/** A text that breaks a rule, and which. */
export interface Breach {
  readonly seed: number
  readonly text: string
  readonly what: string
}

/** What is wrong with the front end's answer for the text, or null. */
export function judgeText(text: string): string | null {
  try {
    const compilation = compile([{ name: "main.hako", text }], { optimise: 0 })
    for (const { source, diagnostic } of compilation.diagnostics) {
      const { start, end } = diagnostic.primary.span
      if (!(start >= 0 && start <= end && end <= source.text.length)) return `a diagnostic at ${start}..${end} of ${source.text.length}`
    }
    const [source] = compilation.sources
    if (!compilation.hasErrors && source !== undefined && !("text" in format(source))) return "no format for a text without errors"
    return null
  } catch (thrown) {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message.slice(0, 200)} ${thrown.stack?.split("\n").find((line) => /\/src\/compiler\//.test(line))?.trim() ?? ""}` : String(thrown)
  }
}

/** Texts per pair of programs: making a program takes longer than changing it. The seed decides the pair, so that each text can be made again alone. */
const TEXTS_OF_A_PAIR = 50

/** Judges `count` mutated texts from the seed on; `report` gets each breach. `clock` gives milliseconds of processor time. */
export function fuzzFrontEnd(seed: number, count: number, clock: () => number, report: (breach: Breach) => void, corpus: readonly string[] = [], progress: (done: number) => void = () => {}): void {
  let one = ""
  let other = ""
  for (let i = 0; i < count; i++) {
    const pair = Math.floor((seed + i) / TEXTS_OF_A_PAIR)
    if (i === 0 || (seed + i) % TEXTS_OF_A_PAIR === 0) {
      const choice = new Random(pair)
      one = excerpt(corpus.length > 0 && choice.chance(60) ? choice.pick(corpus) : generate(2 * pair), choice)
      other = corpus.length > 0 && choice.chance(60) ? choice.pick(corpus) : generate(2 * pair + 1)
    }
    const text = mutate(one, other, new Random(seed + i))
    const start = clock()
    const what = judgeText(text)
    const took = clock() - start
    if (what !== null) report({ seed: seed + i, text, what })
    else if (took > PATIENCE_MS) report({ seed: seed + i, text, what: `took ${took.toFixed(0)} ms` })
    if ((i + 1) % 10_000 === 0) progress(i + 1)
  }
}

/** Some lines of a text: short texts are judged faster, so more of them are. */
function excerpt(text: string, random: Random): string {
  const lines = text.split("\n")
  const length = random.pick([2, 5, 12, 30])
  const from = random.below(Math.max(1, lines.length - length))
  return lines.slice(from, from + length).join("\n")
}
