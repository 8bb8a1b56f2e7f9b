/**
 * What can be seen of a stopped run: its frames with their variables, its globals, and the parts of their values.
 *
 * A frame's variables are those in sight at the point it passed last; they stay where they are until its statement ends.
 * Numbers of values (`ref`) are good for one scene.
 */
import type { DebugMachine } from "../compiler/backend/vm/debug-machine.ts"
import { Inspector, type Part, type Value } from "../compiler/backend/vm/inspect.ts"
import type { ShownFrame, ShownValue, ShownVariable, ShownWatch } from "../protocol/debug.ts"
import { evaluate, type Names, parseWatch, WatchError } from "./evaluate.ts"
import type { DebugImage, ImagePoint, Place } from "./image.ts"

/** Most frames that are shown. */
const MOST_FRAMES = 100

interface Frame {
  readonly point: ImagePoint
  readonly number: number
  readonly registers: number
  readonly place: Place
}

/** See the head of the file. */
export class Scene {
  readonly #image: DebugImage
  readonly #machine: DebugMachine
  readonly #frames: readonly Frame[]
  readonly #values: Value[] = []
  readonly inspector: Inspector

  /** `where` is null at the end of a run, where no frame stands. */
  constructor(image: DebugImage, machine: DebugMachine, where: { readonly failing: number } | null) {
    this.#image = image
    this.#machine = machine
    this.inspector = new Inspector(machine.exports, image.data)
    this.#frames = where === null ? [] : this.#find(where.failing)
  }

  /** Number of the point that the innermost frame has just passed, or null. */
  get point(): number | null {
    return this.#frames[0]?.number ?? null
  }

  /** The frames, innermost first. */
  frames(): ShownFrame[] {
    return this.#frames.map((frame) => ({
      function: frame.point.function,
      file: frame.place.file,
      line: frame.place.line,
      range: { start: frame.place.start, end: frame.place.end },
      variables: frame.point.variables.map((variable, i) => ({ ...this.#show(variable.name, this.#variable(frame, i)), kind: variable.kind })),
    }))
  }

  /** The program's global variables. */
  globals(): ShownVariable[] {
    return this.#image.globals.map(({ name }) => ({ ...this.#show(name, this.#global(name) ?? { kind: "gone" }), kind: "global" as const }))
  }

  /** What names mean in a frame. */
  names(frame: number): Names {
    const at = this.#frames[frame]
    const find = (name: string): Value | undefined => {
      const i = at?.point.variables.findIndex((variable) => variable.name === name) ?? -1
      return at !== undefined && i >= 0 ? this.#variable(at, i) : this.#global(name)
    }
    return { find, me: at === undefined ? undefined : find("me") }
  }

  /** A watched expression in a frame. */
  watch(text: string, frame: number): ShownWatch {
    try {
      return { text, value: this.#show(text, evaluate(parseWatch(text), this.names(frame), this.inspector)), problem: null }
    } catch (error) {
      if (!(error instanceof WatchError)) throw error
      return { text, value: null, problem: error.message }
    }
  }

  /** The parts of a value that was shown. */
  partsOf(ref: number): { readonly parts: readonly ShownValue[]; readonly more: number } {
    const value = this.#values[ref]
    if (value === undefined) return { parts: [], more: 0 }
    const parts = this.inspector.parts(value)
    return { parts: parts.map(({ name, value: part }: Part) => this.#show(name, part)), more: Math.max(0, this.inspector.size(value) - parts.length) }
  }

  #show(name: string, value: Value): ShownValue {
    const ref = this.inspector.hasParts(value) ? this.#values.push(value) - 1 : null
    return { name, line: this.inspector.line(value), type: this.inspector.typeName(value), ref }
  }

  #variable(frame: Frame, i: number): Value {
    const home = frame.point.compiled?.homes[i]
    const variable = frame.point.variables[i]
    if (home === undefined || variable === undefined) return { kind: "gone" }
    const value = typeof home.at === "number" ? this.inspector.slot(frame.registers + home.at * 8, home.type) : this.inspector.constant(home.at, home.type)
    return variable.cell === null ? value : this.inspector.cell(value)
  }

  #global(name: string): Value | undefined {
    const found = this.#image.globals.find((row) => row.name === name)
    return found === undefined ? undefined : this.inspector.slot(this.#machine.exports.hk_vm_debug_globals() + found.word * 8, found.type)
  }

  #find(failing: number): Frame[] {
    const { exports } = this.#machine
    const { functions, origins } = this.#image.vm.program
    const memory = new DataView(exports.memory.buffer)
    const frames: Frame[] = []
    for (let n = 0; frames.length < MOST_FRAMES; n++) {
      const at = exports.hk_vm_frame(n)
      if (at < 0) break
      const func = functions[lastUpTo(functions, (f) => f.start, at)]
      const register = func === undefined ? undefined : this.#pointRegister(func.name)
      if (func === undefined || register === undefined) continue
      const registers = exports.hk_vm_registers(n)
      const number = memory.getInt32(registers + register * 8, true)
      const point = this.#image.points[number]
      if (point === undefined) continue
      // Where a frame waits for a call, or fails, is more exact than the statement it began.
      let place = point.place
      if (n > 0 || failing > 0) {
        for (let i = lastUpTo(origins, (row) => row.at, at); i >= 0 && (origins[i]?.at ?? -1) >= func.start; i--) {
          const origin = origins[i]?.origin
          if (origin === null || origin === undefined) continue
          const exact = this.#image.places[`${origin.file}:${origin.start}`]
          if (exact !== undefined) place = exact
          break
        }
      }
      frames.push({ point, number, registers, place })
    }
    return frames
  }

  #pointRegister(name: string): number | undefined {
    return registersOf(this.#image).get(name)
  }
}

const REGISTERS = new WeakMap<DebugImage, ReadonlyMap<string, number>>()

/** The register that holds the number of the last point, by function. */
function registersOf(image: DebugImage): ReadonlyMap<string, number> {
  let found = REGISTERS.get(image)
  if (found === undefined) {
    found = new Map(image.points.flatMap(({ compiled }) => (compiled === null ? [] : [[compiled.func, compiled.register] as const])))
    REGISTERS.set(image, found)
  }
  return found
}

/** Position of the last row whose key is at most `key`, -1 if there is none. */
function lastUpTo<T>(rows: readonly T[], keyOf: (row: T) => number, key: number): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (keyOf(rows[middle] as T) <= key) low = middle + 1
    else high = middle
  }
  return low - 1
}
