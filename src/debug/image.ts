/**
 * What a debugger knows of a program besides its bytecode: plain data, so that it can be cloned into a worker.
 */
import { compileVm, type VmPoint } from "../compiler/backend/vm/compile.ts"
import type { RunnableVm } from "../compiler/backend/vm/engine.ts"
import type { VmProgram } from "../compiler/backend/vm/program.ts"
import type { Compilation } from "../compiler/driver/compile.ts"
import type { Origin, PointVariable, Type } from "../compiler/mir/ir.ts"

/** A place in the source. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly start: number
  readonly end: number
}

/** A point where the program may stop. */
export interface ImagePoint {
  /** As error traces name the function. */
  readonly function: string
  readonly place: Place
  readonly variables: readonly PointVariable[]
  /** Where the variables are, in the same order; null if the program never gets here. */
  readonly compiled: VmPoint | null
}

/** See the head of the file. */
export interface DebugImage {
  readonly vm: RunnableVm
  readonly data: Pick<VmProgram, "classes" | "strings" | "constants" | "statics">
  readonly points: readonly ImagePoint[]
  readonly globals: readonly { readonly name: string; readonly type: Type; readonly word: number }[]
  /** Place of each origin that a frame can stand at, by `file:start`. */
  readonly places: Readonly<Record<string, Place>>
}

/** The image of a program that was compiled with points. Throws a Bug if it was not, or has errors. */
export function debugImage(compilation: Compilation): DebugImage {
  const module = compilation.counted()
  const { bytes, sites, program, debug } = compileVm(module, { lineOf: (origin) => compilation.lineOf(origin) })
  const placeOf = (origin: Origin): Place => {
    const { file, line } = compilation.positionOf(origin)
    return { file, line, start: origin.start, end: origin.end }
  }
  const places: Record<string, Place> = {}
  for (const { origin } of program.origins) if (origin !== null) places[`${origin.file}:${origin.start}`] ??= placeOf(origin)
  const { functions, origins, classes, strings, constants, statics } = program
  return {
    vm: { bytes, sites, program: { functions, origins } },
    data: { classes, strings, constants, statics },
    points: (module.points ?? []).map((point, i) => ({ function: point.function, place: placeOf(point.origin), variables: point.variables, compiled: debug.points[i] ?? null })),
    // What the compiler keeps for itself is no variable of the program.
    globals: debug.globals.filter(({ name }) => !name.includes("$")),
    places,
  }
}
