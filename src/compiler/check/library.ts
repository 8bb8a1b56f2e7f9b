/**
 * The library as the checker sees it: names and argument counts, read from the tables of the runtime.
 */
import { FUNCTIONS, LIBRARY, type LibraryBoxName, libraryFunction, libraryMethod, libraryMethodArities, UNIVERSAL } from "../../runtime/prelude.ts"
import { SANDBOXED_BOXES } from "../../runtime/classes.ts"
import { countsText } from "../../runtime/traps.ts"

const SANDBOXED: ReadonlySet<string> = new Set(SANDBOXED_BOXES)

/** Names of functions a program can call, each with the argument counts of its rows; `*` is any. */
const FUNCTION_ARITIES: ReadonlyMap<string, readonly string[]> = groupRows(Object.keys(FUNCTIONS))

/** Library names that begin a dotted path: `env` of `env.console.log`. */
const PATH_ROOTS: ReadonlySet<string> = new Set(["env"])

function groupRows(keys: readonly string[]): Map<string, string[]> {
  const out = new Map<string, string[]>()
  for (const key of keys) {
    const slash = key.lastIndexOf("/")
    const name = key.slice(0, slash)
    const list = out.get(name)
    if (list === undefined) out.set(name, [key.slice(slash + 1)])
    else list.push(key.slice(slash + 1))
  }
  return out
}

/** True for a function of the library that a bare call may name. */
export function isLibraryFunction(name: string): boolean {
  return FUNCTION_ARITIES.has(name) && /^\w+$/.test(name)
}

/** Names of functions that a bare call may name. */
export function libraryFunctionNames(): string[] {
  return [...FUNCTION_ARITIES.keys()].filter((name) => /^\w+$/.test(name))
}

/** True if the library has the function or static member, whatever the argument count. */
export function hasLibraryFunction(name: string): boolean {
  if (FUNCTION_ARITIES.has(name)) return true
  const dot = name.indexOf(".")
  if (dot < 0) return false
  const box = name.slice(0, dot)
  const row = Object.hasOwn(LIBRARY, box) ? LIBRARY[box as LibraryBoxName] : undefined
  return row !== undefined && "stateless" in row && libraryMethodArities(box, name.slice(dot + 1)).length > 0
}

/** Argument counts of a library function as a message says them. */
export function libraryArityText(name: string): string {
  const counts = FUNCTION_ARITIES.get(name)?.filter((count) => count !== "*").map(Number)
  return countsText(counts?.sort((a, b) => a - b) ?? libraryMethodArities(name.slice(0, name.indexOf(".")), name.slice(name.indexOf(".") + 1)))
}

/** True if the library function takes that many arguments. */
export function libraryAccepts(name: string, argc: number): boolean {
  return libraryFunction(name, argc) !== undefined
}

/** Boxes that the compiler makes of the program, so that no row of the library describes them. */
const COMPILED: ReadonlySet<string> = new Set(["MethodBox"])

/** True for a box of the library; user boxes of the name take precedence. */
export function isLibraryBox(name: string): boolean {
  return Object.hasOwn(LIBRARY, name) || SANDBOXED.has(name) || COMPILED.has(name)
}

/** True for a box that `new` answers with Unsupported. */
export function isSandboxedBox(name: string): boolean {
  return SANDBOXED.has(name)
}

/** Names of library boxes that `new` makes. */
export function libraryBoxNames(): string[] {
  return Object.keys(LIBRARY).filter((name) => Object.keys(LIBRARY[name as LibraryBoxName].constructors).length > 0)
}

/** True if objects of the library box answer to the method, whatever the argument count. */
export function libraryHasMethod(box: string, name: string): boolean {
  return libraryMethodArities(box, name).length > 0 || libraryMethod(box, name, 0) !== undefined
}

/** Names of the methods that a library box declares. */
export function libraryMethodNames(box: string): string[] {
  const row = Object.hasOwn(LIBRARY, box) ? LIBRARY[box as LibraryBoxName] : undefined
  return row === undefined ? [] : [...new Set(Object.keys(row.methods).map((key) => key.slice(0, key.lastIndexOf("/"))))]
}

/** True for a method that every value has. */
export function isUniversalMethod(name: string): boolean {
  return Object.keys(UNIVERSAL).some((key) => key.startsWith(`${name}/`))
}

/** True for a name that can begin a library path although no box has it. */
export function isPathRoot(name: string): boolean {
  return PATH_ROOTS.has(name)
}

/** Type of the value a library function gives, as its row says; null where it may be anything. */
export function libraryResult(name: string, argc: number): string | null {
  const result = libraryFunction(name, argc)?.member.result
  return result === undefined || result === "Any" || result.includes("|") ? null : result
}
