/**
 * `hako explain`: what a diagnostic means, at length, with a wrong program and the right one.
 */
import { codesNamed, EXPLANATION_TITLES, type Explanation, type ExplanationTitle, expandExample, loadExplanation, nearestCodes } from "../../compiler/diagnostics/explanations.ts"
import { parseArguments, UsageError } from "../arguments.ts"
import { writeText } from "../report.ts"

const SUGGESTIONS = 5
/** An example that grows longer than this when expanded stays in its short notation. */
const LONGEST_EXAMPLE = 2000
const LABELS = { wrong: "Wrong:", right: "Right:" } as const

/** Runs the command; gives the exit code. */
export async function explain(args: readonly string[]): Promise<number> {
  const { operands } = parseArguments(args, [])
  if (operands.length === 0) {
    writeText(1, EXPLANATION_TITLES.map((row) => `${titleLine(row)}\n`).join(""))
    return 0
  }
  const codes = operands.flatMap((name) => {
    const named = codesNamed(name)
    if (named.length === 0) throw new UsageError(unknownCode(name))
    return named
  })
  const explanations = await Promise.all([...new Set(codes)].map(loadExplanation))
  writeText(1, explanations.map(renderExplanation).join("\n"))
  return 0
}

/** `HK2001  S1   undefined variable`. */
function titleLine(row: ExplanationTitle): string {
  return `${row.code}  ${(row.rule ?? "").padEnd(3)}  ${row.title}${row.severity === "error" ? "" : ` (${row.severity})`}`
}

function unknownCode(name: string): string {
  const near = nearestCodes(name, SUGGESTIONS)
  if (near.length === 0) return `no diagnostic is called ${name}; 'hako explain' lists all`
  return `no diagnostic is called ${name}; the nearest are\n${near.map((row) => `  ${titleLine(row)}\n`).join("")}'hako explain' lists all`
}

/** An explanation for a terminal. */
export function renderExplanation(explanation: Explanation): string {
  const { code, rule, severity, title } = explanation
  const parts = [`${severity} ${code}${rule === null ? "" : ` (rule ${rule})`}: ${title}`]
  for (const block of explanation.blocks) {
    if (block.kind === "text") {
      parts.push(block.text)
      continue
    }
    const whole = expandExample(block.code)
    const shown = whole.length > LONGEST_EXAMPLE ? block.code : whole
    parts.push(`${LABELS[block.role]}\n\n${shown.trimEnd().split("\n").map((line) => (line === "" ? "" : `    ${line}`)).join("\n")}`)
  }
  return `${parts.join("\n\n")}\n`
}
