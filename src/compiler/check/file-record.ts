/**
 * What is noted of a file while it is checked. The one idea: a check notes tens of thousands of names and an editor asks for
 * them rarely, so they are kept in parallel arrays and become objects when asked for.
 */
import type { SourceFile, Span } from "../base/source.ts"
import type { Program } from "../syntax/ast.ts"
import type { CheckedFile, Occurrence, ScopeRegion, SourceUnit } from "./checked.ts"
import type { BoxSymbol, EnumSymbol, NamespaceSymbol, Sym } from "./symbol.ts"

/** A file of the program being checked. */
export class FileRecord implements CheckedFile {
  readonly name: string
  readonly program: Program
  readonly source: SourceFile
  readonly scopes: ScopeRegion[] = []
  readonly aliases = new Map<string, BoxSymbol | NamespaceSymbol | EnumSymbol>()
  readonly #spans: Span[] = []
  readonly #symbols: Sym[] = []
  readonly #roles: Occurrence["role"][] = []
  #occurrences: Occurrence[] | null = null

  constructor(unit: SourceUnit) {
    this.name = unit.name
    this.program = unit.program
    this.source = unit.source
  }

  /** Notes a name in the text. */
  note(span: Span, symbol: Sym, role: Occurrence["role"]): void {
    this.#spans.push(span)
    this.#symbols.push(symbol)
    this.#roles.push(role)
    this.#occurrences = null
  }

  get occurrences(): readonly Occurrence[] {
    this.#occurrences ??= this.#spans.map((span, i) => ({ span, symbol: this.#symbols[i] as Sym, role: this.#roles[i] as Occurrence["role"] }))
    return this.#occurrences
  }
}
