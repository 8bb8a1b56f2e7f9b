/**
 * Lexical scopes. The one idea: a chain of short lists; a scope knows its routine, so a lookup that leaves a routine is seen as
 * a capture by comparing routines.
 */
import type { Span } from "../base/source.ts"
import type { Routine, VariableSymbol } from "./symbol.ts"

/** From this many variables on a scope looks names up in a map. */
const LONG = 12

/** The variables of one `{…}` or parameter list. */
export class Scope {
  readonly parent: Scope | null
  readonly routine: Routine
  readonly span: Span
  /** In order of declaration. */
  readonly variables: VariableSymbol[] = []
  #byName: Map<string, VariableSymbol> | null = null

  constructor(parent: Scope | null, routine: Routine, span: Span) {
    this.parent = parent
    this.routine = routine
    this.span = span
  }

  /** Declares a variable; it hides an earlier one of its name. */
  add(symbol: VariableSymbol): void {
    this.variables.push(symbol)
    if (this.#byName !== null) this.#byName.set(symbol.name, symbol)
    else if (this.variables.length === LONG) this.#byName = new Map(this.variables.map((variable) => [variable.name, variable]))
  }

  /** The variable of a name declared in this scope itself. */
  own(name: string): VariableSymbol | undefined {
    if (this.#byName !== null) return this.#byName.get(name)
    for (let i = this.variables.length - 1; i >= 0; i--) if (this.variables[i]?.name === name) return this.variables[i]
    return undefined
  }

  /** The nearest variable of a name. */
  find(name: string): VariableSymbol | null {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const found = scope.own(name)
      if (found !== undefined) return found
    }
    return null
  }

  /** All visible names, nearest first. */
  *names(): Generator<string> {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) for (const variable of scope.variables) yield variable.name
  }
}
