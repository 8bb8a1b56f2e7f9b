/**
 * What names mean: declarations only.
 *
 * The one idea: every name of a program is bound to one symbol object, compared by identity, and what later stages need to
 * know of a declaration (captured, reassigned, members, ancestors) is a property of its symbol.
 *
 * Invariants: a symbol of the program has the file and span of its name; flags of variables are final once `check` returned.
 */
import { countsText } from "../../runtime/traps.ts"
import type { Span } from "../base/source.ts"
import type {
  Block,
  BoxDecl,
  ConstructorMember,
  EnumDecl,
  Expr,
  FieldMember,
  FunctionDecl,
  GlobalDecl,
  Handlers,
  InterfaceDecl,
  MethodMember,
  Param,
  PropertyMember,
  StaticInitMember,
  Variant,
} from "../syntax/ast.ts"

/** A place in a file of the program. */
export interface Place {
  /** Index into `CheckedProgram.files`. */
  readonly file: number
  readonly span: Span
}

/** Everything a name can be bound to. */
export type Sym =
  | VariableSymbol
  | GlobalSymbol
  | FunctionSymbol
  | BoxSymbol
  | InterfaceSymbol
  | EnumSymbol
  | VariantSymbol
  | FieldSymbol
  | PropertySymbol
  | MethodSymbol
  | NamespaceSymbol
  | LibraryFunctionSymbol
  | LibraryBoxSymbol

/** A local, parameter, loop variable, caught error or pattern binding. */
export interface VariableSymbol {
  readonly kind: "variable"
  readonly role: "local" | "parameter" | "loop" | "catch" | "pattern" | "future"
  readonly name: string
  readonly place: Place
  /** The routine it belongs to; another routine that uses it captures it. */
  readonly routine: Routine
  /** Offset from which the name is visible. */
  readonly visibleFrom: number
  /** Used by a lambda inside its routine. */
  isCaptured: boolean
  /** Assigned after its initialisation. */
  isReassigned: boolean
}

/** `global g = e`. */
export interface GlobalSymbol {
  readonly kind: "global"
  readonly name: string
  readonly place: Place
  readonly decl: GlobalDecl
  readonly routine: Routine
}

/** A top-level function. */
export interface FunctionSymbol {
  readonly kind: "function"
  readonly name: string
  readonly place: Place
  readonly decl: FunctionDecl
  readonly arity: Arity
  readonly routine: Routine
}

/** How many arguments are accepted; fewer than `max` where parameters have defaults. */
export interface Arity {
  readonly min: number
  readonly max: number
}

/** A box, a static box or a `flow`. */
export interface BoxSymbol {
  readonly kind: "box"
  readonly name: string
  /** Name of its class: with a `$` behind it where the library has a class of the name, which the language itself may need. */
  readonly className: string
  readonly place: Place
  /** Null for a static box that only `function Owner.f()` names. */
  readonly decl: BoxDecl | null
  readonly isStatic: boolean
  /** Direct parents that are boxes of the program, in declaration order. */
  readonly parents: BoxSymbol[]
  /** Direct library parent. */
  libraryParent: LibraryBoxSymbol | null
  readonly interfaces: InterfaceSymbol[]
  /** The box itself, then its ancestors depth-first, each once. */
  lineage: readonly BoxSymbol[]
  /** The library box among the parents of the lineage. */
  libraryBase: LibraryBoxSymbol | null
  /** Boxes that have this one in their lineage, itself excluded. */
  readonly heirs: BoxSymbol[]
  /** Own fields by name. */
  readonly fields: Map<string, FieldSymbol>
  /** Own properties by name. */
  readonly properties: Map<string, PropertySymbol>
  /** Own methods by `name/arity`, one entry for each accepted argument count. */
  readonly methods: Map<string, MethodSymbol>
  /** Own methods by name. */
  readonly methodsByName: Map<string, MethodSymbol[]>
  readonly constructors: MethodSymbol[]
  readonly staticInits: StaticInitMember[]
  /** Methods a call reaches, by `name/argc`: own ones first, then the lineage's. */
  table: ReadonlyMap<string, MethodSymbol>
  /** Stored fields of an object in layout order: ancestors' first; of two of one name the heir's stands. */
  layout: readonly FieldSymbol[]
  /** Own and inherited properties by name. */
  allProperties: ReadonlyMap<string, PropertySymbol>
  /** Fields that code sets without declaring them. */
  readonly undeclared: Map<string, FieldSymbol>
  /** True if a member is marked public. */
  hasPublic: boolean
  /** Runs field initialisers, `birth_once` bodies and static blocks. */
  readonly routine: Routine
}

/** A stored field. */
export interface FieldSymbol {
  readonly kind: "field"
  readonly name: string
  readonly place: Place
  readonly box: BoxSymbol
  readonly decl: FieldMember | null
  readonly isWeak: boolean
  readonly isPublic: boolean
  readonly isPrivate: boolean
}

/** A property with a body. */
export interface PropertySymbol {
  readonly kind: "property"
  readonly name: string
  readonly place: Place
  readonly box: BoxSymbol
  readonly decl: PropertyMember
  readonly storage: "computed" | "once" | "birth_once"
  readonly isPublic: boolean
  readonly isPrivate: boolean
  readonly routine: Routine
}

/** A method or constructor of a box. */
export interface MethodSymbol {
  readonly kind: "method"
  readonly name: string
  readonly place: Place
  readonly box: BoxSymbol
  readonly decl: MethodMember | ConstructorMember | FunctionDecl
  readonly form: "method" | "birth" | "pack" | "init" | "same-name"
  readonly arity: Arity
  readonly isPrivate: boolean
  /** True if its body has no `me`: a static method of an ordinary box. */
  readonly isStatic: boolean
  readonly routine: Routine
}

/** `interface box I`. */
export interface InterfaceSymbol {
  readonly kind: "interface"
  readonly name: string
  readonly place: Place
  readonly decl: InterfaceDecl
}

/** `enum E`. */
export interface EnumSymbol {
  readonly kind: "enum"
  readonly name: string
  readonly place: Place
  readonly decl: EnumDecl
  readonly variants: Map<string, VariantSymbol>
}

/** A variant of an enum. */
export interface VariantSymbol {
  readonly kind: "variant"
  readonly name: string
  readonly place: Place
  readonly enum: EnumSymbol
  readonly decl: Variant
  readonly form: "unit" | "tuple" | "record"
  /** Names of the payload fields: `0`, `1`, … for tuples. */
  readonly fields: readonly string[]
}

/** `using "file" as A` where the file exports more than one box. */
export interface NamespaceSymbol {
  readonly kind: "namespace"
  readonly name: string
  readonly place: Place
  readonly members: ReadonlyMap<string, BoxSymbol | FunctionSymbol | EnumSymbol | InterfaceSymbol>
  /** The only static box of the file: the alias stands for it where the file declares no such name itself. */
  readonly home: BoxSymbol | null
}

/** A function of the library. */
export interface LibraryFunctionSymbol {
  readonly kind: "library-function"
  readonly name: string
}

/** A box of the library. */
export interface LibraryBoxSymbol {
  readonly kind: "library-box"
  readonly name: string
}

/**
 * A body of code with its own variables; each becomes a function. A lambda's parent is the routine around it. Field
 * initialisers and `global` initialisers are routines too, so that lambdas in them have a parent.
 */
export interface Routine {
  readonly kind: "script" | "global" | "function" | "method" | "constructor" | "lambda" | "property" | "initializers"
  readonly parent: Routine | null
  /** The box whose private members it may use. */
  readonly box: BoxSymbol | null
  /** False where `me` is an error. */
  readonly hasMe: boolean
  readonly file: number
  /** Variables of enclosing routines that it uses, in order of first use. */
  readonly captures: Set<VariableSymbol>
  /** For lambdas: uses `me` of the enclosing method. */
  capturesMe: boolean
}

/** The parts of a declaration that make a function. */
export interface Body {
  readonly params: readonly Param[]
  readonly body: Block | Expr
  readonly handlers: Handlers | null
}

/** True if a variable lives in a cell: closures see its later assignments. */
export function needsCell(variable: VariableSymbol): boolean {
  return variable.isCaptured && variable.isReassigned
}

/** Key of a method table. */
export function methodKey(name: string, argc: number): string {
  return `${name}/${argc}`
}

/** True if `argc` arguments are accepted. */
export function accepts(arity: Arity, argc: number): boolean {
  return argc >= arity.min && argc <= arity.max
}

/** How a message says which argument counts any of them, at least one, accepts. */
export function arityText(callees: readonly { readonly arity: Arity }[]): string {
  const most = Math.max(...callees.map(({ arity }) => arity.max))
  const counts = Array.from({ length: most + 1 }, (_, count) => count)
  return countsText(counts.filter((count) => callees.some(({ arity }) => accepts(arity, count))))
}

/** Counts the arguments that parameters accept; only trailing defaults make parameters optional. */
export function arityOf(params: readonly Param[]): Arity {
  let min = params.length
  while (min > 0 && params[min - 1]?.default != null) min--
  return { min, max: params.length }
}
