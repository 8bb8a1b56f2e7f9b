/**
 * The checked program: the trees of all files with what their names mean.
 *
 * The one idea: trees are not rewritten. Side tables keyed by node hold the meaning; a node without an entry is one that could
 * not be resolved and then the sink holds an error.
 */
import type { SourceFile, Span } from "../base/source.ts"
import type { Block, Expr, Pattern, Program, Stmt } from "../syntax/ast.ts"
import type {
  BoxSymbol,
  EnumSymbol,
  FunctionSymbol,
  GlobalSymbol,
  InterfaceSymbol,
  MethodSymbol,
  NamespaceSymbol,
  Routine,
  Sym,
  VariableSymbol,
  VariantSymbol,
} from "./symbol.ts"

/** A file as `check` takes it. */
export interface SourceUnit {
  readonly name: string
  readonly program: Program
  readonly source: SourceFile
}

/** What a call, a member access or a path through a name reaches without looking at a value. */
export type Target =
  /** A top-level function. */
  | { readonly kind: "function"; readonly symbol: FunctionSymbol }
  /** A member of the object of a static box: `S.m()`, `S.f`, bare `m()` inside S. */
  | { readonly kind: "static"; readonly box: BoxSymbol }
  /** A static method of an ordinary box. */
  | { readonly kind: "box-method"; readonly box: BoxSymbol; readonly method: MethodSymbol }
  /** A function of the library by its full name, `sqrt` or `MathBox.sqrt`. */
  | { readonly kind: "library"; readonly name: string }
  /** Something a sandbox does not give; calling it raises Unsupported. */
  | { readonly kind: "unsupported"; readonly name: string }
  /** A function value. */
  | { readonly kind: "value" }
  /** An enum variant. */
  | { readonly kind: "variant"; readonly symbol: VariantSymbol }
  /** `new` of a box of the program. */
  | { readonly kind: "new"; readonly box: BoxSymbol; readonly constructor: MethodSymbol | null }
  /** `new` of a library box. */
  | { readonly kind: "new-library"; readonly name: string }

/** What a pattern tests. */
export type PatternTarget =
  | { readonly kind: "variant"; readonly symbol: VariantSymbol }
  | { readonly kind: "type"; readonly name: string }

/** Where the program starts. */
export type Entry =
  | { readonly kind: "method"; readonly box: BoxSymbol; readonly method: MethodSymbol }
  | { readonly kind: "function"; readonly symbol: FunctionSymbol }
  | { readonly kind: "script" }

/** A name in the text and what it is bound to. */
export interface Occurrence {
  readonly span: Span
  readonly symbol: Sym
  readonly role: "definition" | "read" | "write"
}

/** A region of text and the variables declared directly in it. */
export interface ScopeRegion {
  readonly span: Span
  readonly variables: readonly VariableSymbol[]
  readonly routine: Routine
}

/** A file with what the editor asks for. */
export interface CheckedFile extends SourceUnit {
  readonly occurrences: readonly Occurrence[]
  readonly scopes: readonly ScopeRegion[]
  /** Names that `using … as` brings in. */
  readonly aliases: ReadonlyMap<string, BoxSymbol | NamespaceSymbol | EnumSymbol>
}

/** The result of `check`. */
export interface CheckedProgram {
  readonly files: readonly CheckedFile[]
  readonly entry: Entry
  readonly boxes: readonly BoxSymbol[]
  readonly enums: readonly EnumSymbol[]
  readonly interfaces: readonly InterfaceSymbol[]
  readonly functions: readonly FunctionSymbol[]
  readonly globals: readonly GlobalSymbol[]
  /** Indices of the files that are part of the program: the first one and all it uses. */
  readonly used: ReadonlySet<number>
  /** Top-level statements of the first file. */
  readonly script: { readonly statements: readonly Stmt[]; readonly routine: Routine }
  /** Declared names of the top level. */
  readonly topLevel: ReadonlyMap<string, GlobalSymbol | FunctionSymbol | BoxSymbol | EnumSymbol | InterfaceSymbol>
  /** `NameExpr` nodes and `Name`s of declarations and patterns → what they are bound to. */
  readonly symbols: ReadonlyMap<object, Sym>
  /** Calls, accesses, paths and `new` expressions → what they reach statically. */
  readonly targets: ReadonlyMap<Expr, Target>
  readonly patterns: ReadonlyMap<Pattern, PatternTarget>
  /** Lambdas → their routine. */
  readonly lambdas: ReadonlyMap<Expr, Routine>
  /** True if a weak reference is made or a weak field declared. */
  readonly usesWeak: boolean
  /** True if `.fini()` is called anywhere. */
  readonly usesFini: boolean
  readonly usesTaskScopes: boolean
  /** Static boxes that `new` makes further objects of. */
  readonly madeStatics: ReadonlySet<BoxSymbol>
}

/** True if a block yields the value of its last statement: an expression, or an `if … else …` whose branches do. */
export function yieldsValue(block: Block): boolean {
  const last = block.stmts.at(-1)
  if (last === undefined) return false
  if (last.kind === "ExprStmt") return true
  if (last.kind !== "IfStmt") return false
  for (let at = last; ; at = at.else) {
    if (!yieldsValue(at.then) || at.else === null) return false
    if (at.else.kind === "Block") return yieldsValue(at.else)
  }
}
