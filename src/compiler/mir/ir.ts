/**
 * The middle representation: data only.
 *
 * A module is a closed world: every function, class and global that can matter at run time is in it. A function is a
 * list of basic blocks in SSA form. Joins are block parameters, so an edge carries its arguments and there is no order
 * between joins.
 *
 * A block is a list of instructions and one terminator. An instruction that can fail is the **last** instruction of
 * its block and names the block to go to when it fails (`error`); the terminator is then the `jump` taken when it
 * succeeds. Hence every edge of the control-flow graph leaves from the end of a block, and the usual algorithms
 * (dominance, liveness, SSA repair) need no special case for errors. The result of a failing instruction is available
 * only where the success edge dominates.
 *
 * Values are numbered densely within a function. `Func.types[v]` is the type of value `v`.
 */

/** A value of one function: an index into `Func.types`. Printed `%N`. */
export type ValueId = number & { readonly brand: "ValueId" }
/** A block of one function: its key in `Func.blocks`. Printed `bbN`. */
export type BlockId = number & { readonly brand: "BlockId" }

/**
 * A type is the machine representation of a value together with what is known of the object it points to. Types are
 * compared with `===`.
 *
 * - `unit`: no value. - `i64`, `f64`, `bool`: unboxed. - `any`: a dynamic value, a tag and a payload.
 * - `str`, `arr`, `map`, `box<C>`: a pointer to a heap object of exactly that class, never null.
 * - `obj`: a pointer to a heap object of some class, never null.
 * - with `?`: the same pointer, or the null pointer for the language's `null`.
 *
 * `box<C>` means exactly class `C`: inherited methods are lowered once for every class that has them.
 */
export type Type = "unit" | "i64" | "f64" | "bool" | "any" | RefType | `${RefType}?`
/** A non-null pointer type. */
export type RefType = "str" | "arr" | "map" | "obj" | `box<${string}>`

/** Where an instruction comes from: a half-open range of UTF-16 offsets in file `file` of the module. */
export interface Origin {
  readonly file: number
  readonly start: number
  readonly end: number
  /** Set if the instruction belongs to a copy of another function's body; absent in the function's own code. */
  readonly inlined?: InlinedCall
}

/** The call that a copied body stands for. */
export interface InlinedCall {
  /** The function whose body it is, as error traces name it. */
  readonly function: string
  /** Where the call is, in the function around it; null in a function that traces do not show. */
  readonly at: Origin | null
}

/** An edge: the target and an argument for each of its parameters. */
export interface BlockCall {
  readonly block: BlockId
  readonly args: readonly ValueId[]
}

/**
 * The immediate operand of an instruction; which kind an opcode takes is in `ops.ts`.
 * `int` bigint, `float` number, `bool` boolean, `string` string; all others are names.
 */
export type Immediate = bigint | number | boolean | string | FieldRef

/** A field of a class. */
export interface FieldRef {
  readonly class: string
  readonly field: string
}

/** One instruction. */
export interface Inst {
  /** A key of `OPS` in `ops.ts`. */
  readonly op: string
  readonly args: readonly ValueId[]
  /** Absent for opcodes without an immediate. */
  readonly imm: Immediate | null
  /** The value defined, or null where there is none to use. */
  readonly result: ValueId | null
  /** Where to go on failure; null unless the instruction may fail here. Set only on the last instruction of a block. */
  readonly error: BlockCall | null
  /** Null for synthetic instructions. */
  readonly origin: Origin | null
}

/** How a block ends. */
export type Terminator =
  | { readonly kind: "jump"; readonly to: BlockCall }
  /** `cold` names the side that is rarely taken, if either is. */
  | { readonly kind: "br"; readonly cond: ValueId; readonly then: BlockCall; readonly else: BlockCall; readonly cold: "then" | "else" | null }
  /** `on` is an i64. */
  | { readonly kind: "switch"; readonly on: ValueId; readonly cases: readonly { readonly value: bigint; readonly to: BlockCall }[]; readonly default: BlockCall }
  /** Null in a function whose result is `unit`. */
  | { readonly kind: "ret"; readonly value: ValueId | null }
  /** Leaves the function with the pending error (set by a failed instruction or by `err.set`). */
  | { readonly kind: "raise" }
  /** Ends the program with the pending error. Stands where no handler can be active. */
  | { readonly kind: "fatal" }
  | { readonly kind: "unreachable" }

/** A basic block. */
export interface Block {
  readonly id: BlockId
  /** May be the arguments of an edge, too: passes make another list. */
  params: readonly ValueId[]
  insts: Inst[]
  term: Terminator
  termOrigin: Origin | null
}

/** A function. The entry block is the first of `blocks` and has no parameters and no predecessors. */
export interface Func {
  /** `Box.method/arity`, `f/arity`, `F$lambdaN/arity`; an inherited copy is `Parent.method/arity@Class`. Unique in the module. */
  readonly name: string
  params: ValueId[]
  result: Type
  /** True if calls of it may fail and need an error edge. */
  fails: boolean
  /** In printing and layout order; the first is the entry. */
  blocks: Block[]
  /** Type of each value. */
  types: Type[]
  /** Source name of a value where it has one (parameters, locals), for views and debug information. */
  names: Map<ValueId, string>
  readonly origin: Origin | null
  /** How the function is named in error traces. */
  readonly display: string
  /** True for functions the compiler makes (dispatchers, accessors): hidden from traces. */
  readonly synthetic: boolean
}

/** A field of a class, in layout order. */
export interface FieldDef {
  readonly name: string
  type: Type
  /** Listed by the derived text of instances (LANGUAGE.md 4.5). */
  readonly isPublic: boolean
  /** Not visible to the reflective methods; holds captures, cells and hidden library objects. */
  readonly isHidden: boolean
  /** The box whose methods alone may use it, for private fields. */
  readonly privateTo?: string
  /** True for weak fields: they take a WeakRef or null only. */
  readonly isWeak?: boolean
}

/** What a dynamic call of a method reaches in a class. */
export interface MethodDef {
  /** Name of the function; its first parameter is the object. */
  readonly func: string
  /** The box whose methods alone may call it, for private methods. */
  readonly privateTo: string | null
}

/** A class: a user box, a static box, a closure environment, a cell of a captured variable, an enum variant. */
export interface ClassDef {
  /** Unique in the module. */
  readonly name: string
  readonly kind: "box" | "static" | "closure" | "cell" | "variant"
  /** Class number in object headers, from `FIRST_USER_CLASS` on. */
  readonly id: number
  readonly fields: FieldDef[]
  /** All names that `is` accepts for an instance: own name, ancestors, interfaces, the enum. */
  readonly isNames: readonly string[]
  /** For closures: parameter count. For variants: position in the enum. Otherwise 0. */
  readonly arity: number
  /** For variants: `unit`, `tuple` or `record`, and the name shown. */
  readonly variant: { readonly shape: "unit" | "tuple" | "record"; readonly label: string; readonly enum: string } | null
  /**
   * What `o.name(args)` calls, by `name/argc`: own methods, inherited ones and the forms with fewer arguments that default
   * parameters allow. `get$p/0` is the getter of a property; closures answer to `call/argc`. Absent: none.
   */
  readonly methods?: ReadonlyMap<string, MethodDef>
}

/** A module variable: a `global` of the program, the state of a static box or of a `once` property. */
export interface GlobalDef {
  readonly name: string
  type: Type
}

/** A variable that is in sight at a point. */
export interface PointVariable {
  readonly name: string
  readonly kind: "local" | "parameter" | "captured" | "me"
  /** The class of the cell that holds its value in the field `v`, or null. */
  readonly cell: string | null
}

/** A place in front of a statement where a debugger may stop. */
export interface Point {
  /** How the function is named in error traces. */
  readonly function: string
  readonly origin: Origin
  /** Argument i of the `point` instruction is the value of variable i; inner variables come first. */
  readonly variables: readonly PointVariable[]
}

/** A whole program. */
export interface Module {
  /** `built`: dynamic operations, every join `any`. `typed`: after specialisation no `dyn.*` operation is left. `counted`: retain and release are explicit; ready for back ends. */
  phase: "built" | "typed" | "counted"
  /** File names by `Origin.file`. */
  readonly files: readonly string[]
  /** In printing order; the entry, named `main`, is last. */
  funcs: Map<string, Func>
  classes: Map<string, ClassDef>
  globals: Map<string, GlobalDef>
  /** What the numbers of `point` instructions stand for; absent in a module that is not for debugging. */
  points?: readonly Point[]
}

/** Class number of the first class of a program; smaller ones are those of the runtime library. */
export const FIRST_USER_CLASS = 64

/** Makes a `ValueId` of a number known to be one. */
export function valueId(n: number): ValueId {
  return n as ValueId
}

/** Makes a `BlockId` of a number known to be one. */
export function blockId(n: number): BlockId {
  return n as BlockId
}
