/**
 * The syntax tree of Hakorune: declarations only, no code.
 *
 * The one idea: the tree is the shape of the source. The parser desugars nothing (parentheses, spelling of operators, `@x = e`,
 * postfix handlers, block-first properties all stay visible) because the formatter prints from it; meaning is given by check and
 * lower. Type annotations are kept and never enforced.
 *
 * Invariants: every node has `kind` and `span`; the spans of children lie inside the span of the parent, in source order, except
 * in a block-first property, whose body precedes its name. Error nodes stand where text could not be understood, and only when the
 * sink holds an error. Comments are in `Program.comments`, in source order, and belong to no node.
 *
 * `nodes.ts` lists the child fields of each kind; walk and dump derive from it.
 */
import type { Span } from '../base/source.ts'

/** A name as written, with its own place. Keywords may stand here where the member-name rule admits them. */
export interface Name {
  readonly text: string
  readonly span: Span
}

/** A comment. The span covers the delimiters; a line comment's span excludes its LF. */
export interface Comment {
  readonly form: 'slash' | 'hash' | 'block'
  readonly span: Span
}

/** A whole file. */
export interface Program {
  readonly kind: 'Program'
  readonly span: Span
  readonly items: readonly Item[]
  readonly comments: readonly Comment[]
}

// ── items ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What may stand at top level: declarations and, in script mode, statements. */
export type Item = UsingDecl | ImportDecl | InterfaceDecl | GlobalDecl | Stmt

/** Declarations that may also stand among statements; they are hoisted to top level. */
export type Decl = BoxDecl | EnumDecl | FunctionDecl

/** `using "file" as A`, `using ns.name as A`. */
export interface UsingDecl {
  readonly kind: 'UsingDecl'
  readonly span: Span
  /** A string literal for a file, a dotted path for a namespace. */
  readonly target: StringLit | DottedName
  readonly alias: Name | null
}

/** `import "file" as A`. */
export interface ImportDecl {
  readonly kind: 'ImportDecl'
  readonly span: Span
  readonly path: StringLit
  readonly alias: Name | null
}

/** `a.b.c`; at least one part. */
export interface DottedName {
  readonly kind: 'DottedName'
  readonly span: Span
  readonly parts: readonly Name[]
}

/** `global x: T = e`. */
export interface GlobalDecl {
  readonly kind: 'GlobalDecl'
  readonly span: Span
  readonly name: Name
  readonly type: TypeRef | null
  readonly init: Expr | null
}

/** `interface box I { m(a) }`. */
export interface InterfaceDecl {
  readonly kind: 'InterfaceDecl'
  readonly span: Span
  readonly attributes: readonly Attribute[]
  readonly name: Name
  readonly methods: readonly InterfaceMethod[]
}

/** A method signature of an interface. */
export interface InterfaceMethod {
  readonly kind: 'InterfaceMethod'
  readonly span: Span
  readonly name: Name
  readonly params: readonly Param[]
  readonly returnType: TypeRef | null
}

/** `[static] function f(a) {…}`, `fn f() {…}`, `function Owner.f() {…}`, and the bare top-level `main() {…}`. */
export interface FunctionDecl {
  readonly kind: 'FunctionDecl'
  readonly span: Span
  readonly attributes: readonly Attribute[]
  readonly isStatic: boolean
  /** Null for the bare form `main() {…}`. */
  readonly keyword: 'function' | 'fn' | null
  /** `Owner` of `function Owner.f()`. */
  readonly owner: Name | null
  readonly name: Name
  readonly params: readonly Param[]
  readonly returnType: TypeRef | null
  readonly body: Block
  readonly handlers: Handlers | null
}

/** A parameter; the default value is evaluated when the argument is absent. */
export interface Param {
  readonly kind: 'Param'
  readonly span: Span
  readonly name: Name
  readonly type: TypeRef | null
  readonly default: Expr | null
}

/** `a.B<T>[]?`. */
export interface TypeRef {
  readonly kind: 'TypeRef'
  readonly span: Span
  readonly path: DottedName
  readonly args: readonly TypeRef[]
  /** Count of `[]` after the name. */
  readonly arrayDepth: number
  /** A `?` at the end. */
  readonly isOptional: boolean
}

/** `@rune Name("arg")`, `@hint(x)`: metadata without effect. */
export interface Attribute {
  readonly kind: 'Attribute'
  readonly span: Span
  /** The word after `@`. */
  readonly name: Name
  /** The second word of `@rune Name(…)`. */
  readonly subject: Name | null
  /** Null when no parentheses follow. */
  readonly args: readonly Expr[] | null
}

/** `box`, `static box` and `flow`. */
export interface BoxDecl {
  readonly kind: 'BoxDecl'
  readonly span: Span
  readonly attributes: readonly Attribute[]
  readonly keyword: 'box' | 'flow'
  /** True for `static box` and for `flow`. */
  readonly isStatic: boolean
  readonly name: Name
  readonly typeParams: readonly Name[]
  /** How parents are introduced; null without parents. */
  readonly parentKeyword: 'from' | ':' | null
  readonly parents: readonly ParentRef[]
  readonly interfaceKeyword: 'interface' | 'implements' | null
  readonly interfaces: readonly Name[]
  readonly members: readonly Member[]
}

/** A parent with its (ignored) type arguments. */
export interface ParentRef {
  readonly kind: 'ParentRef'
  readonly span: Span
  readonly name: Name
  readonly args: readonly TypeRef[]
}

/** `enum E { V, W(T), R { a: T } }`. */
export interface EnumDecl {
  readonly kind: 'EnumDecl'
  readonly span: Span
  readonly attributes: readonly Attribute[]
  readonly name: Name
  readonly typeParams: readonly Name[]
  readonly variants: readonly Variant[]
}

/** A variant: unit, tuple (`types`) or record (`fields`). */
export interface Variant {
  readonly kind: 'Variant'
  readonly span: Span
  readonly form: 'unit' | 'tuple' | 'record'
  readonly name: Name
  /** Payload types of the tuple form, else empty. */
  readonly types: readonly TypeRef[]
  /** Fields of the record form, else empty. */
  readonly fields: readonly VariantField[]
}

/** `a: T` in a record variant. */
export interface VariantField {
  readonly kind: 'VariantField'
  readonly span: Span
  readonly name: Name
  readonly type: TypeRef
}

// ── members ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type Visibility = 'public' | 'private'

export type Member =
  | InitListMember
  | StaticInitMember
  | VisibilityMember
  | FieldMember
  | PropertyMember
  | ConstructorMember
  | MethodMember

/** `init { a, weak b: T }`: a list of stored fields. */
export interface InitListMember {
  readonly kind: 'InitListMember'
  readonly span: Span
  readonly attributes: readonly Attribute[]
  readonly fields: readonly FieldMember[]
}

/** `static {…}`: initialiser of a static box. */
export interface StaticInitMember {
  readonly kind: 'StaticInitMember'
  readonly span: Span
  readonly attributes: readonly Attribute[]
  readonly body: Block
}

/** `private { a, b: T, m() {…} }`. The items carry the visibility too. */
export interface VisibilityMember {
  readonly kind: 'VisibilityMember'
  readonly span: Span
  readonly attributes: readonly Attribute[]
  readonly visibility: Visibility
  readonly items: readonly (FieldMember | PropertyMember | ConstructorMember | MethodMember)[]
}

/** A stored field: `a`, `a: T`, `a: T = e`, `weak a`. */
export interface FieldMember {
  readonly kind: 'FieldMember'
  readonly span: Span
  readonly attributes: readonly Attribute[]
  readonly visibility: Visibility | null
  readonly isWeak: boolean
  readonly name: Name
  readonly type: TypeRef | null
  readonly init: Expr | null
}

/** A property with a body: `a: T => e`, `a: T {…}`, `once a: T {…}`, `{…} as once a: T`. */
export interface PropertyMember {
  readonly kind: 'PropertyMember'
  readonly span: Span
  readonly attributes: readonly Attribute[]
  readonly visibility: Visibility | null
  readonly storage: 'computed' | 'once' | 'birth_once'
  readonly form: 'arrow' | 'block' | 'block-first'
  readonly name: Name
  readonly type: TypeRef
  /** An expression for the arrow form, a block otherwise; a block yields its last expression. */
  readonly body: Expr | Block
  readonly handlers: Handlers | null
}

/** `birth(…) {…}`, `pack`, `init`, and the constructor named like its box. */
export interface ConstructorMember {
  readonly kind: 'ConstructorMember'
  readonly span: Span
  readonly attributes: readonly Attribute[]
  readonly visibility: Visibility | null
  readonly isOverride: boolean
  /** `same-name` for a constructor named like its box. */
  readonly form: 'birth' | 'pack' | 'init' | 'same-name'
  readonly name: Name
  readonly params: readonly Param[]
  readonly body: Block
  readonly handlers: Handlers | null
}

/** A method. */
export interface MethodMember {
  readonly kind: 'MethodMember'
  readonly span: Span
  readonly attributes: readonly Attribute[]
  readonly visibility: Visibility | null
  readonly isOverride: boolean
  readonly isStatic: boolean
  readonly keyword: 'method' | 'function' | 'fn' | null
  readonly name: Name
  readonly params: readonly Param[]
  readonly returnType: TypeRef | null
  readonly body: Block
  readonly handlers: Handlers | null
}

// ── statements ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type Stmt =
  | Decl
  | BlockStmt
  | LocalStmt
  | OutboxStmt
  | FiniStmt
  | IfStmt
  | LoopStmt
  | WhileStmt
  | UntilStmt
  | RepeatStmt
  | ForStmt
  | ReturnStmt
  | BreakStmt
  | ContinueStmt
  | NowaitStmt
  | TaskScopeStmt
  | TryStmt
  | ThrowStmt
  | AssignStmt
  | IncrementStmt
  | ExprStmt
  | AttributeStmt
  | ErrorStmt

/** `{ … }` with its braces. */
export interface Block {
  readonly kind: 'Block'
  readonly span: Span
  readonly stmts: readonly Stmt[]
}

/** `catch … cleanup …` after a block, body or expression; at least one part. Only `try` may have several catches. */
export interface Handlers {
  readonly kind: 'Handlers'
  readonly span: Span
  readonly catches: readonly CatchClause[]
  readonly cleanup: CleanupClause | null
}

/** `catch {…}`, `catch () {…}`, `catch (e) {…}`, `catch (Type e) {…}`. */
export interface CatchClause {
  readonly kind: 'CatchClause'
  readonly span: Span
  /** Error kind to match; null catches everything. */
  readonly type: Name | null
  readonly binding: Name | null
  readonly body: Block
}

/** `cleanup {…}`. */
export interface CleanupClause {
  readonly kind: 'CleanupClause'
  readonly span: Span
  readonly body: Block
}

/** A bare block. */
export interface BlockStmt {
  readonly kind: 'BlockStmt'
  readonly span: Span
  readonly body: Block
  readonly handlers: Handlers | null
}

/** `local a = 1, b fini {…}` and `@a = 1`. */
export interface LocalStmt {
  readonly kind: 'LocalStmt'
  readonly span: Span
  readonly keyword: 'local' | '@'
  /** At least one. */
  readonly bindings: readonly Binding[]
  readonly fini: Block | null
}

/** One name of a `local`. */
export interface Binding {
  readonly kind: 'Binding'
  readonly span: Span
  readonly name: Name
  readonly type: TypeRef | null
  readonly init: Expr | null
}

/** `outbox a, b = e`; the initialiser belongs to the last name. */
export interface OutboxStmt {
  readonly kind: 'OutboxStmt'
  readonly span: Span
  readonly names: readonly Name[]
  readonly init: Expr | null
}

/** `fini {…}`. */
export interface FiniStmt {
  readonly kind: 'FiniStmt'
  readonly span: Span
  readonly body: Block
}

/** `if c {…} else …`. In tail position it may yield a value; check decides. */
export interface IfStmt {
  readonly kind: 'IfStmt'
  readonly span: Span
  readonly cond: Expr
  readonly then: Block
  readonly else: Block | IfStmt | null
}

/** `loop(c) {…}`, `loop c {…}`, `loop() {…}`, `loop {…}`. The parentheses are part of the statement, not of `cond`. */
export interface LoopStmt {
  readonly kind: 'LoopStmt'
  readonly span: Span
  readonly hasParens: boolean
  /** Null: for ever. */
  readonly cond: Expr | null
  readonly body: Block
}

/** `while c {…}`. */
export interface WhileStmt {
  readonly kind: 'WhileStmt'
  readonly span: Span
  readonly cond: Expr
  readonly body: Block
}

/** `until c {…}`: runs while c is false, c evaluated before every iteration. */
export interface UntilStmt {
  readonly kind: 'UntilStmt'
  readonly span: Span
  readonly cond: Expr
  readonly body: Block
}

/** `repeat n {…}`. */
export interface RepeatStmt {
  readonly kind: 'RepeatStmt'
  readonly span: Span
  readonly count: Expr
  readonly body: Block
}

/** `for x in e {…}`, `foreach x in e {…}`, `loop(x in e) {…}`. A RangeExpr as iterable is exclusive at its end. */
export interface ForStmt {
  readonly kind: 'ForStmt'
  readonly span: Span
  readonly keyword: 'for' | 'foreach' | 'loop'
  readonly name: Name
  readonly iterable: Expr
  readonly body: Block
}

export interface ReturnStmt {
  readonly kind: 'ReturnStmt'
  readonly span: Span
  readonly value: Expr | null
}

export interface BreakStmt {
  readonly kind: 'BreakStmt'
  readonly span: Span
}

export interface ContinueStmt {
  readonly kind: 'ContinueStmt'
  readonly span: Span
}

/** `nowait f = e`. */
export interface NowaitStmt {
  readonly kind: 'NowaitStmt'
  readonly span: Span
  readonly name: Name
  readonly value: Expr
}

/** `task_scope {…}`. */
export interface TaskScopeStmt {
  readonly kind: 'TaskScopeStmt'
  readonly span: Span
  readonly body: Block
  readonly handlers: Handlers | null
}

/** `try {…} catch (e) {…} cleanup {…}`. */
export interface TryStmt {
  readonly kind: 'TryStmt'
  readonly span: Span
  readonly body: Block
  readonly handlers: Handlers | null
}

/** `throw e`; always an error of the parser, kept so that names in it resolve. */
export interface ThrowStmt {
  readonly kind: 'ThrowStmt'
  readonly span: Span
  readonly value: Expr
}

export type AssignOp = '=' | '+=' | '-=' | '*=' | '/=' | '%='

/** `a = e`, `a.f += e`, `a[i] = e`. That the target is an lvalue is checked by check (S7). */
export interface AssignStmt {
  readonly kind: 'AssignStmt'
  readonly span: Span
  readonly op: AssignOp
  readonly target: Expr
  readonly value: Expr
}

/** `a++`. */
export interface IncrementStmt {
  readonly kind: 'IncrementStmt'
  readonly span: Span
  readonly target: Expr
}

export interface ExprStmt {
  readonly kind: 'ExprStmt'
  readonly span: Span
  readonly expr: Expr
}

/** An attribute standing alone in a body; ignored. */
export interface AttributeStmt {
  readonly kind: 'AttributeStmt'
  readonly span: Span
  readonly attribute: Attribute
}

/** Text that is no statement. */
export interface ErrorStmt {
  readonly kind: 'ErrorStmt'
  readonly span: Span
}

// ── expressions ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type Literal = IntLit | FloatLit | StringLit | BoolLit | NullLit

export type Expr =
  | Literal
  | ArrayLit
  | MapLit
  | NameExpr
  | MeExpr
  | ParenExpr
  | GroupedAssignExpr
  | UnaryExpr
  | AwaitExpr
  | WeakExpr
  | BinaryExpr
  | RangeExpr
  | IsExpr
  | AsExpr
  | TernaryExpr
  | PipeExpr
  | CallExpr
  | MethodCallExpr
  | FieldExpr
  | IndexExpr
  | PathExpr
  | PropagateExpr
  | HandledExpr
  | NewExpr
  | FromCallExpr
  | BlockExpr
  | LambdaExpr
  | IfExpr
  | MatchExpr
  | IncludeExpr
  | ExterncallExpr
  | ErrorExpr

/** Decimal integer, 0 … 2^63-1; 2^63 only as the direct operand of unary minus. */
export interface IntLit {
  readonly kind: 'IntLit'
  readonly span: Span
  readonly value: bigint
}

export interface FloatLit {
  readonly kind: 'FloatLit'
  readonly span: Span
  readonly value: number
}

/** Escapes are decoded in `value`; lone surrogates are U+FFFD. */
export interface StringLit {
  readonly kind: 'StringLit'
  readonly span: Span
  readonly value: string
}

export interface BoolLit {
  readonly kind: 'BoolLit'
  readonly span: Span
  readonly value: boolean
}

/** `null` and `void`, two spellings of one value. */
export interface NullLit {
  readonly kind: 'NullLit'
  readonly span: Span
  readonly spelling: 'null' | 'void'
}

export interface ArrayLit {
  readonly kind: 'ArrayLit'
  readonly span: Span
  readonly elements: readonly Expr[]
}

/** `%{ "k" => v }`. */
export interface MapLit {
  readonly kind: 'MapLit'
  readonly span: Span
  readonly entries: readonly MapEntry[]
}

/** One entry; an identifier key means the string of its spelling. */
export interface MapEntry {
  readonly kind: 'MapEntry'
  readonly span: Span
  readonly key: Name
  /** How the key is written; `key.text` is the decoded string either way. */
  readonly keyForm: 'string' | 'name'
  readonly value: Expr
}

/** A bare identifier; `print` is one. */
export interface NameExpr {
  readonly kind: 'NameExpr'
  readonly span: Span
  readonly name: string
}

export interface MeExpr {
  readonly kind: 'MeExpr'
  readonly span: Span
  readonly spelling: 'me' | 'this'
}

/** `( e )`, kept because users' parentheses are kept. */
export interface ParenExpr {
  readonly kind: 'ParenExpr'
  readonly span: Span
  readonly expr: Expr
}

/** `( x = e )`: assigns and yields the value. */
export interface GroupedAssignExpr {
  readonly kind: 'GroupedAssignExpr'
  readonly span: Span
  readonly name: Name
  readonly value: Expr
}

export type UnaryOp = 'neg' | 'not' | 'bitnot'

export interface UnaryExpr {
  readonly kind: 'UnaryExpr'
  readonly span: Span
  readonly op: UnaryOp
  readonly spelling: '-' | '!' | 'not' | '~'
  readonly operand: Expr
}

export interface AwaitExpr {
  readonly kind: 'AwaitExpr'
  readonly span: Span
  readonly operand: Expr
}

/** `weak e`. */
export interface WeakExpr {
  readonly kind: 'WeakExpr'
  readonly span: Span
  readonly operand: Expr
}

export type BinaryOp =
  | 'coalesce'
  | 'or'
  | 'and'
  | 'bitor'
  | 'bitxor'
  | 'bitand'
  | 'eq'
  | 'ne'
  | 'lt'
  | 'le'
  | 'gt'
  | 'ge'
  | 'add'
  | 'sub'
  | 'shl'
  | 'shr'
  | 'mul'
  | 'div'
  | 'rem'

/** `coalesce`, `or` and `and` evaluate their right side only when needed. */
export interface BinaryExpr {
  readonly kind: 'BinaryExpr'
  readonly span: Span
  readonly op: BinaryOp
  /** Place of the operator; its spelling (`and` or `&&`) is the text there. */
  readonly opSpan: Span
  readonly left: Expr
  readonly right: Expr
}

/** `a..b`: exclusive at its end. */
export interface RangeExpr {
  readonly kind: 'RangeExpr'
  readonly span: Span
  readonly start: Expr
  readonly end: Expr
}

/** `e is T`. */
export interface IsExpr {
  readonly kind: 'IsExpr'
  readonly span: Span
  readonly value: Expr
  readonly type: TypeRef
}

/** `e as T`: checks, converts nothing. */
export interface AsExpr {
  readonly kind: 'AsExpr'
  readonly span: Span
  readonly value: Expr
  readonly type: TypeRef
}

export interface TernaryExpr {
  readonly kind: 'TernaryExpr'
  readonly span: Span
  readonly cond: Expr
  readonly then: Expr
  readonly else: Expr
}

/** `x |> target`: a call target gets x as its first argument, any other target is called with x. */
export interface PipeExpr {
  readonly kind: 'PipeExpr'
  readonly span: Span
  readonly value: Expr
  readonly target: Expr
}

/** `f(a)` where the callee is any expression that is no member access. */
export interface CallExpr {
  readonly kind: 'CallExpr'
  readonly span: Span
  readonly callee: Expr
  readonly args: readonly Expr[]
}

/** `o.m(a)`, `o?.m(a)`: a method, or a field that holds a function. */
export interface MethodCallExpr {
  readonly kind: 'MethodCallExpr'
  readonly span: Span
  readonly receiver: Expr
  readonly isOptional: boolean
  readonly name: Name
  readonly args: readonly Expr[]
}

/** `o.f`, `o?.f`. */
export interface FieldExpr {
  readonly kind: 'FieldExpr'
  readonly span: Span
  readonly receiver: Expr
  readonly isOptional: boolean
  readonly name: Name
}

export interface IndexExpr {
  readonly kind: 'IndexExpr'
  readonly span: Span
  readonly receiver: Expr
  readonly index: Expr
}

/** `E::V`, `E::V(a)`, `E::V { f: a }`; with a box on the left a static method call. */
export interface PathExpr {
  readonly kind: 'PathExpr'
  readonly span: Span
  readonly form: 'unit' | 'tuple' | 'record'
  readonly owner: Name
  readonly name: Name
  /** Arguments of the tuple form, else empty. */
  readonly args: readonly Expr[]
  /** Fields of the record form, else empty. */
  readonly fields: readonly FieldInit[]
}

/** `f: e` in a record constructor. */
export interface FieldInit {
  readonly kind: 'FieldInit'
  readonly span: Span
  readonly name: Name
  readonly value: Expr
}

/** `e?`: yields the value of an Ok, returns an Err from the enclosing function. */
export interface PropagateExpr {
  readonly kind: 'PropagateExpr'
  readonly span: Span
  readonly operand: Expr
}

/** `e catch (x) {…} cleanup {…}`. */
export interface HandledExpr {
  readonly kind: 'HandledExpr'
  readonly span: Span
  readonly expr: Expr
  readonly handlers: Handlers
}

/** `new a.B<T>(x)`. */
export interface NewExpr {
  readonly kind: 'NewExpr'
  readonly span: Span
  readonly path: DottedName
  readonly typeArgs: readonly TypeRef[]
  readonly args: readonly Expr[]
}

/** `from P.m(a)`. */
export interface FromCallExpr {
  readonly kind: 'FromCallExpr'
  readonly span: Span
  readonly parent: Name
  readonly name: Name
  readonly args: readonly Expr[]
}

/** `{ …; e }` in expression position; that it ends in an expression is checked by check (S12). */
export interface BlockExpr {
  readonly kind: 'BlockExpr'
  readonly span: Span
  readonly body: Block
}

/** `fn(a) {…}`. */
export interface LambdaExpr {
  readonly kind: 'LambdaExpr'
  readonly span: Span
  readonly keyword: 'fn' | 'function'
  readonly params: readonly Param[]
  readonly body: Block
}

/** `if c {…} else {…}` in expression position; without `else` it yields null, which only the body of an arm or an arrow may. */
export interface IfExpr {
  readonly kind: 'IfExpr'
  readonly span: Span
  readonly cond: Expr
  readonly then: Block
  readonly else: Block | IfExpr | null
}

/** `match e {…}`. */
export interface MatchExpr {
  readonly kind: 'MatchExpr'
  readonly span: Span
  readonly keyword: 'match' | 'peek'
  readonly subject: Expr
  readonly arms: readonly MatchArm[]
}

/** `pattern if guard => body`. */
export interface MatchArm {
  readonly kind: 'MatchArm'
  readonly span: Span
  readonly pattern: Pattern
  readonly guard: Expr | null
  /** A block after `=>` is always a Block; it yields its last expression. */
  readonly body: Expr | Block
}

/** `include "file"`. */
export interface IncludeExpr {
  readonly kind: 'IncludeExpr'
  readonly span: Span
  readonly hasParens: boolean
  readonly path: StringLit
}

/** `externcall "name"(a)`. */
export interface ExterncallExpr {
  readonly kind: 'ExterncallExpr'
  readonly span: Span
  readonly symbol: StringLit
  readonly args: readonly Expr[]
}

/** Text that is no expression. */
export interface ErrorExpr {
  readonly kind: 'ErrorExpr'
  readonly span: Span
}

// ── patterns ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type Pattern =
  | WildcardPat
  | LiteralPat
  | RangePat
  | NamePat
  | TuplePat
  | RecordPat
  | ArrayPat
  | MapPat
  | OrPat
  | ErrorPat

/** `_`, and `else` as an arm. */
export interface WildcardPat {
  readonly kind: 'WildcardPat'
  readonly span: Span
  readonly spelling: '_' | 'else'
}

/** A literal, numbers optionally negative. */
export interface LiteralPat {
  readonly kind: 'LiteralPat'
  readonly span: Span
  readonly isNegative: boolean
  readonly literal: Literal
}

/** `1..9`, inclusive at both ends. */
export interface RangePat {
  readonly kind: 'RangePat'
  readonly span: Span
  readonly low: LiteralPat
  readonly high: LiteralPat
}

/** `V`, `E::V`: a unit variant. */
export interface NamePat {
  readonly kind: 'NamePat'
  readonly span: Span
  readonly owner: Name | null
  readonly name: Name
}

/** `V(a, b)`, `E::V(a)`, or a type test `T(x)`. */
export interface TuplePat {
  readonly kind: 'TuplePat'
  readonly span: Span
  readonly owner: Name | null
  readonly name: Name
  readonly bindings: readonly Name[]
}

/** `V { a, b: x }`, `E::V { a }`. */
export interface RecordPat {
  readonly kind: 'RecordPat'
  readonly span: Span
  readonly owner: Name | null
  readonly name: Name
  readonly fields: readonly FieldPat[]
}

/** `a` binds a; `a: x` binds x. */
export interface FieldPat {
  readonly kind: 'FieldPat'
  readonly span: Span
  readonly field: Name
  /** Null: the field's own name. */
  readonly binding: Name | null
}

/** `[a, b, ..rest]`. */
export interface ArrayPat {
  readonly kind: 'ArrayPat'
  readonly span: Span
  readonly elements: readonly Name[]
  readonly rest: Name | null
}

/** `%{ "k" => a }`. */
export interface MapPat {
  readonly kind: 'MapPat'
  readonly span: Span
  readonly entries: readonly MapPatEntry[]
}

/** `"k" => a`. */
export interface MapPatEntry {
  readonly kind: 'MapPatEntry'
  readonly span: Span
  readonly key: StringLit
  readonly binding: Name
}

/** `p | q`; at least two. */
export interface OrPat {
  readonly kind: 'OrPat'
  readonly span: Span
  readonly alternatives: readonly Pattern[]
}

/** Text that is no pattern. */
export interface ErrorPat {
  readonly kind: 'ErrorPat'
  readonly span: Span
}

// ── all ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Every node. */
export type Node =
  | Program
  | Item
  | DottedName
  | InterfaceMethod
  | Param
  | TypeRef
  | Attribute
  | ParentRef
  | Variant
  | VariantField
  | Member
  | Block
  | Handlers
  | CatchClause
  | CleanupClause
  | Binding
  | Expr
  | MapEntry
  | FieldInit
  | MatchArm
  | Pattern
  | FieldPat
  | MapPatEntry

export type NodeKind = Node['kind']

/** The node type of a kind. */
export type NodeOf<K extends NodeKind> = Extract<Node, { readonly kind: K }>
