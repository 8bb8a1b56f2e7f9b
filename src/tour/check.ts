/**
 * Whether a program solves a lesson's task, from what it printed and how it is written. Pure, so a page and a test decide alike.
 */
import type { TaskCheck } from "./lessons.ts"

/** A run of the learner's program. */
export interface Attempt {
  readonly source: string
  readonly stdout: string
  /** False when it did not compile, failed or was stopped. */
  readonly endedNormally: boolean
}

/** Solved, or the first thing that is still wrong, for the page to word. */
export type TaskVerdict =
  | { readonly kind: "solved" }
  | { readonly kind: "failed" }
  /** The line of the output that differs; a missing or surplus one is null on its side. */
  | { readonly kind: "line"; readonly line: number; readonly expected: string | null; readonly found: string | null }
  | { readonly kind: "lacks-output"; readonly text: string }
  | { readonly kind: "lacks-source"; readonly text: string }

/** Compares an attempt with a check. */
export function judgeTask(check: TaskCheck, attempt: Attempt): TaskVerdict {
  if (!attempt.endedNormally) return { kind: "failed" }
  if ("stdout" in check) {
    const found = attempt.stdout.split("\n")
    if (found.at(-1) === "") found.pop()
    const length = Math.max(found.length, check.stdout.length)
    for (let i = 0; i < length; i++) {
      const wanted = check.stdout[i] ?? null
      const got = found[i] ?? null
      if (wanted !== got) return { kind: "line", line: i + 1, expected: wanted, found: got }
    }
  } else if (!attempt.stdout.includes(check.contains)) return { kind: "lacks-output", text: check.contains.trim() }
  const source = withoutBlanks(withoutComments(attempt.source))
  const has = (piece: string): boolean => source.includes(withoutBlanks(piece))
  for (const piece of check.uses ?? []) {
    const choices = typeof piece === "string" ? [piece] : piece
    if (!choices.some(has)) return { kind: "lacks-source", text: choices[0] as string }
  }
  return { kind: "solved" }
}

/** Source without comments; strings stay. */
function withoutComments(source: string): string {
  return source.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\*[\s\S]*?\*\/|\/\/[^\n]*|#[^\n]*/g, (piece) => (piece.startsWith('"') || piece.startsWith("'") ? piece : " "))
}

function withoutBlanks(text: string): string {
  return text.replace(/\s+/g, "")
}
