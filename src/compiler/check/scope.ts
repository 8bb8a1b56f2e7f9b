/**
 * Lexical scopes. The one idea: a chain of maps; a scope knows its routine, so a lookup that leaves a routine is seen as a
 * capture by comparing routines.
 */
import type { Span } from "../base/source.ts"
import type { Routine, VariableSymbol } from "./symbol.ts"

/** The variables of one `{…}` or parameter list. */
export class Scope {
  readonly parent: Scope | null
  readonly routine: Routine
  readonly span: Span
  readonly variables = new Map<string, VariableSymbol>()

  constructor(parent: Scope | null, routine: Routine, span: Span) {
    this.parent = parent
    this.routine = routine
    this.span = span
  }

  /** The nearest variable of a name. */
  find(name: string): VariableSymbol | null {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const found = scope.variables.get(name)
      if (found !== undefined) return found
    }
    return null
  }

  /** All visible names, nearest first. */
  *names(): Generator<string> {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) yield* scope.variables.keys()
  }
}
