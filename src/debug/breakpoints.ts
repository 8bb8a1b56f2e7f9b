/**
 * From lines to points: a breakpoint on a line without code moves to the next line that has some.
 */
import type { Expr } from "../compiler/syntax/ast.ts"
import type { BreakpointRequest, BreakpointState } from "../protocol/debug.ts"
import { parseWatch, WatchError } from "./evaluate.ts"
import type { ImagePoint } from "./image.ts"

/** A breakpoint with what it means for a program. */
export interface PlacedBreakpoint {
  readonly state: BreakpointState
  /** Numbers of the points it stops at. */
  readonly points: readonly number[]
  /** Null: always. A condition that cannot be read never holds. */
  readonly condition: Expr | "unreadable" | null
}

/** Places breakpoints; the result has the same order. */
export function placeBreakpoints(requests: readonly BreakpointRequest[], points: readonly ImagePoint[]): PlacedBreakpoint[] {
  return requests.map((request) => {
    const { file, line, condition } = request
    const at = lineWithCode(points, file, line)
    let parsed: PlacedBreakpoint["condition"] = null
    let problem: string | null = null
    if (condition.trim() !== "") {
      try {
        parsed = parseWatch(condition)
      } catch (error) {
        if (!(error instanceof WatchError)) throw error
        parsed = "unreadable"
        problem = error.message
      }
    }
    return { state: { ...request, at, problem }, points: at === null ? [] : pointsOn(points, file, at), condition: parsed }
  })
}

/** The line itself if it has code, else the next one that has. */
function lineWithCode(points: readonly ImagePoint[], file: string, line: number): number | null {
  let found: number | null = null
  for (const { place, compiled } of points) {
    if (compiled !== null && place.file === file && place.line >= line && (found === null || place.line < found)) found = place.line
  }
  return found
}

/** The first point of each function on a line: a line with several statements stops once. */
function pointsOn(points: readonly ImagePoint[], file: string, line: number): number[] {
  const first = new Map<string, number>()
  points.forEach(({ place, compiled, function: name }, number) => {
    if (compiled === null || place.file !== file || place.line !== line) return
    const key = `${name}\n${compiled.func}`
    const known = first.get(key)
    if (known === undefined || (points[known]?.place.start as number) > place.start) first.set(key, number)
  })
  return [...first.values()]
}
