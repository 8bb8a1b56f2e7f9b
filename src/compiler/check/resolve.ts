/**
 * The second pass: bodies. Binds every name in statements and expressions, decides what calls and paths reach, finds captures
 * and later assignments of variables, and checks the static rules that concern bodies.
 *
 * The one idea: one walk in source order with a chain of scopes; what a rule needs from the context (the loop a `break` leaves,
 * the handler it stands in) is a second chain, `Jump`.
 *
 * Invariants: nothing is thrown on partial trees; left-deep chains of operators and calls are walked with a loop, not recursion.
 */
import type {
  AssignStmt,
  BinaryOp,
  Block,
  Expr,
  FieldExpr,
  Handlers,
  IfExpr,
  IfStmt,
  LambdaExpr,
  MatchExpr,
  MethodCallExpr,
  Name,
  NameExpr,
  NewExpr,
  Param,
  PathExpr,
  Pattern,
  PropertyMember,
  Stmt,
} from "../syntax/ast.ts"
import type { Span } from "../base/source.ts"
import { VALUE_HABITS } from "../diagnostics/habits.ts"
import { type PatternTarget, type ScopeRegion, type SourceUnit, type Target, yieldsValue } from "./checked.ts"
import { type Declarations, joinArities, makeRoutine, resolveFile } from "./declare.ts"
import {
  hasLibraryFunction,
  isLibraryBox,
  isLibraryFunction,
  isPathRoot,
  isSandboxedBox,
  libraryBoxNames,
  libraryFunctionNames,
  libraryHasMethod,
  libraryResult,
} from "./library.ts"
import { FileRecord } from "./file-record.ts"
import { PatternChecker } from "./pattern.ts"
import type { Reporter } from "./report.ts"
import { Scope } from "./scope.ts"
import { nearestName, rankNames } from "./suggest.ts"
import {
  type BoxSymbol,
  type EnumSymbol,
  type FieldSymbol,
  type InterfaceSymbol,
  type LibraryBoxSymbol,
  type MethodSymbol,
  type NamespaceSymbol,
  type Routine,
  type Sym,
  type VariableSymbol,
  type VariantSymbol,
  accepts,
  arityText,
  methodKey,
} from "./symbol.ts"

/** What a jump out of a statement meets on its way, innermost first. */
interface Jump {
  readonly kind: "routine" | "loop" | "fini" | "cleanup" | "block-expr"
  readonly parent: Jump | null
}

/** What the walk fills. */
export interface Resolution {
  readonly targets: Map<Expr, Target>
  readonly patterns: Map<Pattern, PatternTarget>
  readonly lambdas: Map<Expr, Routine>
  readonly scriptRoutine: Routine
  usesWeak: boolean
  usesFini: boolean
  usesTaskScopes: boolean
  readonly madeStatics: Set<BoxSymbol>
  /** Fields that are set on objects of unknown boxes. */
  readonly looseFields: Map<string, { readonly file: number; readonly span: Span } | null>
}

/** Binds the names in all bodies. */
export function resolve(units: readonly SourceUnit[], declared: Declarations, report: Reporter): Resolution {
  return new Resolver(units, declared, report).run()
}

/** A box, enum or namespace that an expression names without being a value. */
type Named = BoxSymbol | EnumSymbol | InterfaceSymbol | NamespaceSymbol | LibraryBoxSymbol

const ARITHMETIC: Readonly<Record<BinaryOp, string | null>> = {
  add: null,
  sub: "Number",
  mul: null,
  div: "Number",
  rem: "Number",
  bitor: "Integer",
  bitxor: "Integer",
  bitand: "Integer",
  shl: "Integer",
  shr: "Integer",
  eq: "Bool",
  ne: "Bool",
  lt: "Bool",
  le: "Bool",
  gt: "Bool",
  ge: "Bool",
  or: "Bool",
  and: "Bool",
  coalesce: null,
}

class Resolver {
  readonly #units: readonly SourceUnit[]
  readonly #declared: Declarations
  readonly #report: Reporter
  readonly #out: Resolution
  readonly #patterns: PatternChecker
  /** `birth_once` properties → those their body reads. */
  readonly #birthOnce = new Map<string, Set<string>>()
  #file = 0
  #scope: Scope
  #jump: Jump = { kind: "routine", parent: null }
  #checkedFile: FileRecord
  /** The property whose body is walked, for the cycle rule. */
  #property: PropertyMember | null = null

  constructor(units: readonly SourceUnit[], declared: Declarations, report: Reporter) {
    this.#units = units
    this.#declared = declared
    this.#report = report
    this.#out = {
      targets: new Map(),
      patterns: new Map(),
      lambdas: new Map(),
      scriptRoutine: makeRoutine("script", null, false, 0),
      usesWeak: false,
      usesFini: false,
      usesTaskScopes: false,
      madeStatics: new Set(),
      looseFields: new Map(),
    }
    this.#patterns = new PatternChecker(declared, report, this.#out.patterns)
    this.#scope = new Scope(null, this.#out.scriptRoutine, { start: 0, end: 0 })
    this.#checkedFile = declared.files[0] ?? new FileRecord(units[0] as SourceUnit)
  }

  run(): Resolution {
    const { globals, functions, boxes, statements } = this.#declared
    for (const global of globals) {
      this.#enterRoutine(global.routine, global.decl.span, () => {
        if (global.decl.init !== null) this.#expr(global.decl.init)
      })
    }
    const script = this.#out.scriptRoutine
    this.#enterRoutine(script, { start: 0, end: Number.MAX_SAFE_INTEGER }, () => {
      for (const { file, stmt } of statements) {
        this.#setFile(file)
        this.#stmt(stmt)
      }
    })
    for (const symbol of functions) this.#body(symbol.routine, symbol.decl.span, symbol.decl.params, symbol.decl.body, symbol.decl.handlers)
    for (const box of boxes) this.#box(box)
    return this.#out
  }

  #setFile(file: number): void {
    this.#file = file
    this.#checkedFile = this.#declared.files[file] as FileRecord
  }

  // routines and scopes

  #enterRoutine(routine: Routine, span: Span, walk: () => void): void {
    const scope = this.#scope
    const jump = this.#jump
    const file = this.#file
    this.#setFile(routine.file)
    this.#scope = new Scope(routine.parent === null ? null : scope, routine, span)
    this.#jump = { kind: "routine", parent: null }
    walk()
    this.#closeScope()
    this.#scope = scope
    this.#jump = jump
    this.#setFile(file)
  }

  #inScope(span: Span, walk: () => void): void {
    const outer = this.#scope
    this.#scope = new Scope(outer, outer.routine, span)
    walk()
    this.#closeScope()
    this.#scope = outer
  }

  #closeScope(): void {
    const scope = this.#scope
    const variables = scope.variables
    if (variables.length === 0) return
    const region: ScopeRegion = { span: scope.span, variables, routine: scope.routine }
    this.#checkedFile.scopes.push(region)
  }

  #inJump(kind: Jump["kind"], walk: () => void): void {
    const outer = this.#jump
    this.#jump = { kind, parent: outer }
    walk()
    this.#jump = outer
  }

  #body(routine: Routine, span: Span, params: readonly Param[], body: Block | Expr, handlers: Handlers | null): void {
    this.#enterRoutine(routine, span, () => {
      this.#params(params)
      if (body.kind === "Block") this.#block(body)
      else this.#expr(body)
      if (handlers !== null) this.#handlers(handlers)
    })
  }

  #params(params: readonly Param[]): void {
    for (const param of params) {
      if (param.default !== null) this.#expr(param.default)
      const first = this.#scope.own(param.name.text)
      if (first !== undefined) this.#duplicate(param.name, first)
      this.#declare(param.name, "parameter", param.span.end)
    }
  }

  #duplicate(name: Name, first: VariableSymbol): void {
    this.#report.add("HK2003", { file: this.#file, span: name.span }, [name.text, this.#report.line(first.place)], {
      secondary: [this.#report.label(first.place, "first declared here")],
    })
  }

  #box(box: BoxSymbol): void {
    const own = [...box.fields.values()].filter((field) => field.decl?.init != null)
    this.#enterRoutine(box.routine, box.decl?.span ?? box.place.span, () => {
      for (const field of own) {
        const init = field.decl?.init ?? null
        if (init === null) continue
        this.#expr(init)
        if (field.isWeak) this.#weakValue(field, init)
      }
      for (const init of box.staticInits) this.#block(init.body)
    })
    for (const field of box.fields.values()) if (field.isWeak) this.#out.usesWeak = true
    for (const property of box.properties.values()) {
      this.#property = property.decl
      this.#body(property.routine, property.decl.span, [], property.decl.body, property.decl.handlers)
      this.#property = null
    }
    this.#birthOnceCycles(box)
    for (const method of [...box.constructors, ...[...box.methodsByName.values()].flat()]) {
      this.#body(method.routine, method.decl.span, method.decl.params, method.decl.body, method.decl.handlers)
    }
  }

  #birthOnceCycles(box: BoxSymbol): void {
    const key = (name: string): string => `${box.name}.${name}`
    const done = new Set<string>()
    const path: string[] = []
    const visit = (name: string): void => {
      const at = path.indexOf(name)
      if (at >= 0) {
        const property = box.properties.get(name)
        if (property !== undefined) this.#report.add("HK3025", property.place, [[...path.slice(at), name].join(" -> ")])
        return
      }
      if (done.has(name)) return
      done.add(name)
      path.push(name)
      for (const next of this.#birthOnce.get(key(name)) ?? []) visit(next)
      path.pop()
    }
    for (const property of box.properties.values()) if (property.storage === "birth_once") visit(property.name)
  }

  #declare(name: Name, role: VariableSymbol["role"], visibleFrom: number = name.span.end): VariableSymbol {
    const symbol: VariableSymbol = {
      kind: "variable",
      role,
      name: name.text,
      place: { file: this.#file, span: name.span },
      routine: this.#scope.routine,
      visibleFrom,
      isCaptured: false,
      isReassigned: false,
    }
    this.#scope.add(symbol)
    this.#bind(name, name.span, symbol, "definition")
    return symbol
  }

  /** Declares a `local`; a second one in the same scope is S2. */
  #declareLocal(name: Name, role: VariableSymbol["role"], visibleFrom: number): void {
    const first = this.#scope.own(name.text)
    if (first !== undefined) {
      this.#report.add("HK2002", { file: this.#file, span: name.span }, [name.text, this.#report.line(first.place)], {
        secondary: [this.#report.label(first.place, "first declared here")],
      })
    }
    this.#declare(name, role, visibleFrom)
  }

  #bind(node: object, span: Span, symbol: Sym, role: "definition" | "read" | "write"): void {
    this.#declared.symbols.set(node, symbol)
    this.#checkedFile.note(span, symbol, role)
  }

  /** Notes that the current routine uses a variable: those between it and the variable's routine capture it. */
  #useVariable(symbol: VariableSymbol): void {
    for (let routine: Routine | null = this.#scope.routine; routine !== null && routine !== symbol.routine; routine = routine.parent) {
      routine.captures.add(symbol)
      symbol.isCaptured = true
    }
  }

  #useMe(span: Span): void {
    let routine: Routine | null = this.#scope.routine
    while (routine !== null && routine.kind === "lambda") {
      routine.capturesMe = true
      routine = routine.parent
    }
    if (routine === null || !routine.hasMe) this.#report.add("HK2008", { file: this.#file, span }, [])
  }

  /** The box whose object `me` is, or null. */
  #meBox(): BoxSymbol | null {
    let routine: Routine | null = this.#scope.routine
    while (routine !== null && routine.kind === "lambda") routine = routine.parent
    return routine?.hasMe === true ? routine.box : null
  }

  // statements

  #block(block: Block): void {
    this.#inScope(block.span, () => this.#stmts(block.stmts))
  }

  #stmts(stmts: readonly Stmt[]): void {
    for (const stmt of stmts) this.#stmt(stmt)
  }

  #stmt(stmt: Stmt): void {
    switch (stmt.kind) {
      case "BoxDecl":
      case "EnumDecl":
      case "FunctionDecl":
      case "AttributeStmt":
      case "ErrorStmt":
        return
      case "BlockStmt":
      case "TaskScopeStmt":
      case "TryStmt":
        if (stmt.kind === "TaskScopeStmt") this.#out.usesTaskScopes = true
        this.#block(stmt.body)
        if (stmt.handlers !== null) this.#handlers(stmt.handlers)
        return
      case "LocalStmt":
        for (const binding of stmt.bindings) {
          if (binding.init !== null) this.#expr(binding.init)
          this.#declareLocal(binding.name, "local", binding.span.end)
        }
        if (stmt.fini !== null) {
          if (stmt.bindings.length !== 1) this.#report.add("HK3011", { file: this.#file, span: stmt.span }, [])
          this.#fini(stmt.fini)
        }
        return
      case "OutboxStmt":
        stmt.names.forEach((name, i) => {
          if (i === stmt.names.length - 1 && stmt.init !== null) this.#expr(stmt.init)
          this.#declareLocal(name, "local", i === stmt.names.length - 1 ? stmt.span.end : name.span.end)
        })
        return
      case "FiniStmt":
        this.#fini(stmt.body)
        return
      case "IfStmt":
        this.#ifChain(stmt)
        return
      case "LoopStmt":
      case "WhileStmt":
      case "UntilStmt":
        if (stmt.cond !== null) this.#expr(stmt.cond)
        this.#inJump("loop", () => this.#block(stmt.body))
        return
      case "RepeatStmt":
        this.#expr(stmt.count)
        this.#inJump("loop", () => this.#block(stmt.body))
        return
      case "ForStmt":
        this.#expr(stmt.iterable)
        this.#inScope(stmt.body.span, () => {
          this.#declare(stmt.name, "loop", stmt.body.span.start)
          this.#inJump("loop", () => this.#block(stmt.body))
        })
        return
      case "ReturnStmt":
        this.#exit("return", stmt.span)
        if (stmt.value !== null) this.#expr(stmt.value)
        return
      case "BreakStmt":
        this.#exit("break", stmt.span)
        return
      case "ContinueStmt":
        this.#exit("continue", stmt.span)
        return
      case "NowaitStmt":
        this.#expr(stmt.value)
        this.#nowait(stmt.name, stmt.span.end)
        return
      case "ThrowStmt":
        this.#expr(stmt.value)
        return
      case "AssignStmt":
        this.#assign(stmt)
        return
      case "IncrementStmt":
        this.#target(stmt.target, null)
        return
      case "ExprStmt":
        this.#expr(stmt.expr)
        return
    }
  }

  #fini(body: Block): void {
    this.#inJump("fini", () => this.#block(body))
  }

  #handlers(handlers: Handlers): void {
    for (const clause of handlers.catches) {
      this.#inScope(clause.span, () => {
        if (clause.binding !== null) this.#declare(clause.binding, "catch", clause.body.span.start)
        this.#block(clause.body)
      })
    }
    const { cleanup } = handlers
    if (cleanup !== null) this.#inJump("cleanup", () => this.#block(cleanup.body))
  }

  #ifChain(first: IfStmt | IfExpr): void {
    for (let at: IfStmt | IfExpr | null = first; at !== null; ) {
      this.#expr(at.cond)
      this.#block(at.then)
      const rest: Block | IfStmt | IfExpr | null = at.else
      if (rest === null) return
      if (rest.kind === "Block") {
        this.#block(rest)
        return
      }
      at = rest
    }
  }

  #exit(word: "return" | "break" | "continue", span: Span): void {
    const place = { file: this.#file, span }
    for (let at: Jump | null = this.#jump; at !== null; at = at.parent) {
      switch (at.kind) {
        case "loop":
          if (word !== "return") return
          break
        case "fini":
          this.#report.add("HK3009", place, [])
          return
        case "block-expr":
          this.#report.add("HK3013", place, [])
          return
        case "cleanup":
          if (word === "return") {
            this.#report.add("HK3010", place, [word])
            return
          }
          break
        case "routine":
          if (word !== "return") this.#report.add("HK3006", place, [])
          return
      }
    }
  }

  #nowait(name: Name, visibleFrom: number): void {
    const known = this.#scope.find(name.text)
    if (known === null) {
      const global = this.#declared.topLevel.get(name.text)
      if (global?.kind === "global") this.#bind(name, name.span, global, "write")
      else this.#declare(name, "future", visibleFrom)
      return
    }
    known.isReassigned = true
    this.#useVariable(known)
    this.#bind(name, name.span, known, "write")
  }

  // assignment

  #assign(stmt: AssignStmt): void {
    // The parts of a target are evaluated before the value, but the variable itself is only written after it.
    if (stmt.target.kind === "NameExpr") {
      this.#expr(stmt.value)
      this.#target(stmt.target, stmt.value)
    } else {
      this.#target(stmt.target, stmt.value)
      this.#expr(stmt.value)
    }
  }

  #target(target: Expr, value: Expr | null): void {
    switch (target.kind) {
      case "NameExpr":
        this.#writeName(target, target.name, target.span)
        return
      case "FieldExpr": {
        if (target.isOptional) break
        this.#fieldTarget(target, value)
        return
      }
      case "IndexExpr":
        this.#expr(target.receiver)
        this.#expr(target.index)
        return
      case "ErrorExpr":
        return
    }
    this.#report.add("HK3007", { file: this.#file, span: target.span }, [])
    this.#expr(target)
  }

  #writeName(node: object, name: string, span: Span): void {
    const variable = this.#scope.find(name)
    if (variable !== null) {
      variable.isReassigned = true
      this.#useVariable(variable)
      this.#bind(node, span, variable, "write")
      return
    }
    const symbol = this.#checkedFile.aliases.get(name) ?? this.#declared.topLevel.get(name)
    if (symbol?.kind === "global") {
      this.#bind(node, span, symbol, "write")
      return
    }
    if (symbol !== undefined) {
      this.#report.add("HK3007", { file: this.#file, span }, [], { notes: [`'${name}' names a ${symbol.kind}`] })
      return
    }
    this.#undefined(name, span, true)
  }

  #fieldTarget(target: FieldExpr, value: Expr | null): void {
    const name = target.name.text
    const place = { file: this.#file, span: target.name.span }
    const box = this.#staticReceiver(target) ?? (target.receiver.kind === "MeExpr" ? this.#meBox() : null)
    if (!this.#out.targets.has(target)) this.#expr(target.receiver)
    if (box === null) {
      if (target.receiver.kind !== "MeExpr" && !this.#out.looseFields.has(name)) this.#out.looseFields.set(name, place)
      return
    }
    const property = box.allProperties.get(name)
    if (property !== undefined) {
      this.#bind(target.name, target.name.span, property, "write")
      this.#report.add("HK3016", place, [name, property.storage])
      return
    }
    const field = box.layout.find((one) => one.name === name) ?? box.undeclared.get(name)
    if (field !== undefined) {
      this.#bind(target.name, target.name.span, field, "write")
      if (field.isWeak && value !== null) this.#weakValue(field, value)
      return
    }
    const made: FieldSymbol = { kind: "field", name, place, box, decl: null, isWeak: false, isPublic: false, isPrivate: false }
    box.undeclared.set(name, made)
    this.#bind(target.name, target.name.span, made, "write")
    this.#report.add("HK3102", place, [name, box.name])
  }

  /** S15: what is certainly no weak reference. */
  #weakValue(field: FieldSymbol, value: Expr): void {
    const what = this.#certainKind(value)
    if (what !== null) this.#report.add("HK3015", { file: this.#file, span: value.span }, [what, `${field.box.name}.${field.name}`])
  }

  #certainKind(value: Expr): string | null {
    switch (value.kind) {
      case "ParenExpr":
        return this.#certainKind(value.expr)
      case "IntLit":
        return "Integer"
      case "FloatLit":
        return "Float"
      case "StringLit":
        return "String"
      case "BoolLit":
        return "Bool"
      case "ArrayLit":
        return "Box (ArrayBox)"
      case "MapLit":
        return "Box (MapBox)"
      case "NewExpr":
        return `Box (${value.path.parts.map((part) => part.text).join(".")})`
      case "LambdaExpr":
        return "Box (FunctionBox)"
      case "MeExpr":
        return `Box (${this.#meBox()?.name ?? "me"})`
      case "RangeExpr":
        return "Box (RangeBox)"
      case "IsExpr":
        return "Bool"
      case "UnaryExpr":
        return value.op === "not" ? "Bool" : value.op === "neg" ? "Number" : "Integer"
      case "BinaryExpr":
        return value.op === "add" || value.op === "mul" ? "Number or String" : ARITHMETIC[value.op]
      case "PathExpr":
        return `Box (${value.owner.text})`
      case "CallExpr": {
        const callee = value.callee
        if (callee.kind !== "NameExpr" || this.#scope.find(callee.name) !== null || this.#declared.topLevel.has(callee.name)) return null
        const result = isLibraryFunction(callee.name) ? libraryResult(callee.name, value.args.length) : null
        return result === null || result === "Void" || result.includes("WeakRef") ? null : result.replace(/^Box:(.*)$/, "Box ($1)")
      }
      default:
        return null
    }
  }

  // expressions

  #exprs(list: readonly Expr[]): void {
    for (const one of list) this.#expr(one)
  }

  #expr(expr: Expr): void {
    // Long chains grow to the left: walk down to their start, then back up.
    const spine: Expr[] = []
    let at = expr
    for (let left = this.#left(at); left !== null; left = this.#left(at)) {
      spine.push(at)
      at = left
    }
    this.#whole(at)
    for (let i = spine.length - 1; i >= 0; i--) this.#rest(spine[i] as Expr)
  }

  /** The part of a chain that is evaluated first, or null where the node is looked at as a whole. */
  #left(expr: Expr): Expr | null {
    switch (expr.kind) {
      case "BinaryExpr":
        return expr.left
      case "MethodCallExpr":
      case "FieldExpr":
        return this.#staticMember(expr) ? null : expr.receiver
      case "IndexExpr":
        return expr.receiver
      case "CallExpr":
        return expr.callee.kind === "NameExpr" ? null : expr.callee
      case "PropagateExpr":
        return expr.operand
      case "PipeExpr":
        return expr.value
      default:
        return null
    }
  }

  /** What is left of a chain link whose left part is done. */
  #rest(expr: Expr): void {
    switch (expr.kind) {
      case "BinaryExpr":
        this.#expr(expr.right)
        return
      case "MethodCallExpr":
        this.#memberCall(expr)
        this.#exprs(expr.args)
        return
      case "FieldExpr":
        this.#memberRead(expr)
        return
      case "IndexExpr":
        this.#expr(expr.index)
        return
      case "CallExpr":
        this.#out.targets.set(expr, { kind: "value" })
        this.#exprs(expr.args)
        return
      case "PropagateExpr":
        this.#propagate(expr.span)
        return
      case "PipeExpr":
        this.#pipeTarget(expr.target)
        return
    }
  }

  /** `?` may return, so it stands where `return` may. */
  #propagate(span: Span): void {
    for (let at: Jump | null = this.#jump; at !== null; at = at.parent) {
      if (at.kind === "fini") this.#report.add("HK3009", { file: this.#file, span }, [])
      else if (at.kind === "cleanup") this.#report.add("HK3010", { file: this.#file, span }, ["return"])
      if (at.kind === "fini" || at.kind === "cleanup" || at.kind === "routine") return
    }
  }

  /** `x |> f`, `x |> f(a)`, `x |> o.m`, `x |> o.m(a)`: the target is a call with one more argument. */
  #pipeTarget(target: Expr): void {
    switch (target.kind) {
      case "CallExpr":
        if (target.callee.kind === "NameExpr") {
          this.#bareCall(target, target.callee, target.args.length + 1)
          this.#exprs(target.args)
          return
        }
        this.#expr(target)
        return
      case "NameExpr":
        this.#bareCall(target, target, 1)
        return
      case "MethodCallExpr":
        if (this.#staticMember(target)) this.#staticCall(target, target.args.length + 1)
        else {
          this.#expr(target.receiver)
          this.#memberCall(target, target.args.length + 1)
        }
        this.#exprs(target.args)
        return
      case "FieldExpr":
        if (this.#staticMember(target)) this.#staticCall(target, 1)
        else {
          this.#expr(target.receiver)
          this.#memberCall(target, 1)
        }
        return
      default:
        this.#expr(target)
    }
  }

  #whole(expr: Expr): void {
    switch (expr.kind) {
      case "IntLit":
      case "FloatLit":
      case "StringLit":
      case "BoolLit":
      case "NullLit":
      case "ErrorExpr":
        return
      case "ArrayLit":
        this.#exprs(expr.elements)
        return
      case "MapLit":
        for (const entry of expr.entries) this.#expr(entry.value)
        return
      case "NameExpr":
        this.#readName(expr)
        return
      case "MeExpr":
        this.#useMe(expr.span)
        return
      case "ParenExpr":
        this.#expr(expr.expr)
        return
      case "GroupedAssignExpr":
        this.#expr(expr.value)
        this.#writeName(expr.name, expr.name.text, expr.name.span)
        return
      case "UnaryExpr":
      case "AwaitExpr":
        this.#expr(expr.operand)
        return
      case "WeakExpr":
        this.#out.usesWeak = true
        this.#expr(expr.operand)
        return
      case "RangeExpr":
        this.#expr(expr.start)
        this.#expr(expr.end)
        return
      case "IsExpr":
      case "AsExpr":
        this.#expr(expr.value)
        this.#typeName(expr.type.path.parts)
        return
      case "TernaryExpr": {
        // Written in the else position, a chain of ternaries grows to the right.
        let at = expr
        for (;;) {
          this.#expr(at.cond)
          this.#expr(at.then)
          if (at.else.kind !== "TernaryExpr") break
          at = at.else
        }
        this.#expr(at.else)
        return
      }
      case "CallExpr":
        if (expr.callee.kind === "NameExpr") this.#bareCall(expr, expr.callee, expr.args.length)
        this.#exprs(expr.args)
        return
      case "MethodCallExpr":
        this.#staticCall(expr, expr.args.length)
        this.#exprs(expr.args)
        return
      case "FieldExpr":
        this.#staticRead(expr)
        return
      case "PathExpr":
        this.#path(expr)
        return
      case "HandledExpr":
        this.#expr(expr.expr)
        this.#handlers(expr.handlers)
        return
      case "NewExpr":
        this.#new(expr)
        this.#exprs(expr.args)
        return
      case "FromCallExpr":
        this.#fromCall(expr.parent, expr.span)
        this.#exprs(expr.args)
        return
      case "BlockExpr":
        if (!yieldsBlockValue(expr.body)) this.#report.add("HK3012", { file: this.#file, span: expr.span }, [])
        this.#inJump("block-expr", () => this.#block(expr.body))
        return
      case "LambdaExpr":
        this.#lambda(expr)
        return
      case "IfExpr":
        this.#ifChain(expr)
        return
      case "MatchExpr":
        this.#match(expr)
        return
      case "IncludeExpr":
        this.#include(expr, expr.path.value, expr.span)
        return
      case "ExterncallExpr":
        this.#out.targets.set(expr, hasLibraryFunction(expr.symbol.value) ? { kind: "library", name: expr.symbol.value } : { kind: "unsupported", name: expr.symbol.value })
        this.#exprs(expr.args)
        return
      default:
        return
    }
  }

  #lambda(expr: LambdaExpr): void {
    const outer = this.#scope.routine
    const routine = makeRoutine("lambda", outer.box, outer.hasMe, this.#file, outer)
    this.#out.lambdas.set(expr, routine)
    this.#body(routine, expr.span, expr.params, expr.body, null)
  }

  #match(expr: MatchExpr): void {
    this.#expr(expr.subject)
    const bindingsOf = this.#patterns.match(expr, this.#file, (name) => this.#checkedFile.aliases.get(name))
    for (const arm of expr.arms) {
      this.#inScope(arm.span, () => {
        const names = bindingsOf.get(arm) ?? []
        for (const name of names) {
          const known = this.#scope.own(name.text)
          // Alternatives bind the same names: one variable for all of them.
          if (known !== undefined) this.#bind(name, name.span, known, "definition")
          else this.#declare(name, "pattern", arm.pattern.span.end)
        }
        if (arm.guard !== null) this.#expr(arm.guard)
        if (arm.body.kind === "Block") this.#block(arm.body)
        else this.#expr(arm.body)
      })
    }
    for (const { span, symbol } of this.#patterns.takeOccurrences()) this.#checkedFile.note(span, symbol, "read")
  }

  #include(expr: Expr, path: string, span: Span): void {
    this.#report.add("HK3105", { file: this.#file, span }, [])
    const found = resolveFile(this.#units, this.#file, path)
    if (found === null) {
      this.#report.add("HK4001", { file: this.#file, span }, [path])
      return
    }
    const box = this.#declared.boxes.find((one) => one.place.file === found && one.isStatic)
    if (box !== undefined) this.#out.targets.set(expr, { kind: "static", box })
  }

  // names

  #readName(expr: NameExpr): void {
    const variable = this.#scope.find(expr.name)
    if (variable !== null) {
      this.#useVariable(variable)
      this.#bind(expr, expr.span, variable, "read")
      return
    }
    const symbol = this.#checkedFile.aliases.get(expr.name) ?? this.#declared.topLevel.get(expr.name)
    if (symbol === undefined) {
      if (isLibraryBox(expr.name)) this.#report.add("HK3116", { file: this.#file, span: expr.span }, [expr.name, "a box of the library"], { help: { text: `write 'new ${expr.name}()' for an object` } })
      else this.#undefined(expr.name, expr.span, false)
      return
    }
    this.#bind(expr, expr.span, symbol, "read")
    if (symbol.kind === "global" || symbol.kind === "function") return
    if (symbol.kind === "box" && symbol.isStatic) return
    const what = symbol.kind === "box" ? "a box" : symbol.kind === "enum" ? "an enum" : symbol.kind === "interface" ? "an interface" : "a namespace"
    this.#report.add(
      "HK3116",
      { file: this.#file, span: expr.span },
      [expr.name, what],
      symbol.kind === "box" ? { help: { text: `write 'new ${expr.name}(…)' for an object` } } : {},
    )
  }

  #undefined(name: string, span: Span, isWrite: boolean): void {
    const habit = VALUE_HABITS.get(name)
    const offered = [...this.#scope.names(), ...this.#declared.topLevel.keys()]
    const near = nearestName(name, offered)
    const box = this.#meBox()
    const notes: string[] = []
    if (isWrite) notes.push(`Hint: Nyash requires explicit local declaration. Use 'local ${name}' before assignment.`)
    const place = { file: this.#file, span }
    if (habit !== undefined) {
      this.#report.add("HK2001", place, [name], {
        notes,
        help: habit.edit === undefined ? { text: `use ${habit.replacement}` } : { text: `use ${habit.replacement}`, edit: { span, replacement: habit.edit } },
      })
    } else if (box !== null && box.layout.some((field) => field.name === name)) {
      this.#report.add("HK2001", place, [name], { notes, help: { text: `did you mean 'me.${name}'?`, edit: { span, replacement: `me.${name}` } } })
    } else if (near !== null) {
      this.#report.add("HK2001", place, [name], { notes, help: { text: `did you mean '${near}'?`, edit: { span, replacement: near } } })
    } else if (isLibraryFunction(name)) {
      this.#report.add("HK2001", place, [name], { notes: [...notes, `'${name}' is a function of the library: call it, or wrap it as fn(x) { ${name}(x) }`] })
    } else if (isWrite) {
      const edit = { span: { start: span.start, end: span.start }, replacement: "local " }
      this.#report.add("HK2001", place, [name], { notes, help: { text: `declare it: 'local ${name}'`, edit } })
    } else this.#report.add("HK2001", place, [name])
  }

  /** The box, enum or namespace a receiver names, if it is no variable. */
  #named(expr: Expr): Named | null {
    if (expr.kind === "NameExpr") {
      if (this.#scope.find(expr.name) !== null) return null
      const symbol = this.#checkedFile.aliases.get(expr.name) ?? this.#declared.topLevel.get(expr.name)
      if (symbol === undefined) return isLibraryBox(expr.name) ? { kind: "library-box", name: expr.name } : null
      return symbol.kind === "global" || symbol.kind === "function" ? null : symbol
    }
    if (expr.kind === "FieldExpr" && !expr.isOptional) {
      const outer = this.#named(expr.receiver)
      if (outer?.kind !== "namespace") return null
      const member = outer.members.get(expr.name.text)
      return member === undefined || member.kind === "function" ? null : member
    }
    return null
  }

  /** The dotted path of names an expression is, if its root is a path of the library (`env.console`). */
  #libraryPath(expr: Expr): string | null {
    const parts: string[] = []
    let at = expr
    while (at.kind === "FieldExpr" && !at.isOptional) {
      parts.push(at.name.text)
      at = at.receiver
    }
    if (at.kind !== "NameExpr" || !isPathRoot(at.name) || this.#scope.find(at.name) !== null || this.#declared.topLevel.has(at.name)) return null
    parts.push(at.name)
    return parts.reverse().join(".")
  }

  /** True if a member access is through a name that is no value. */
  #staticMember(expr: MethodCallExpr | FieldExpr): boolean {
    const receiver = expr.receiver
    if (receiver.kind !== "NameExpr" && receiver.kind !== "FieldExpr") return false
    return this.#named(receiver) !== null || this.#libraryPath(receiver) !== null
  }

  #bindReceiver(expr: Expr, symbol: Named): void {
    if (expr.kind === "NameExpr") this.#bind(expr, expr.span, symbol, "read")
    else if (expr.kind === "FieldExpr") {
      this.#bind(expr.name, expr.name.span, symbol, "read")
      const outer = this.#named(expr.receiver)
      if (outer !== null) this.#bindReceiver(expr.receiver, outer)
    }
  }

  /** For an assignment `S.f = e`: the static box S, with the access bound. */
  #staticReceiver(target: FieldExpr): BoxSymbol | null {
    const named = this.#staticMember(target) ? this.#named(target.receiver) : null
    if (named === null) return null
    this.#bindReceiver(target.receiver, named)
    if (named.kind === "box" && named.isStatic) {
      this.#out.targets.set(target, { kind: "static", box: named })
      return named
    }
    this.#report.add("HK3007", { file: this.#file, span: target.span }, [])
    this.#out.targets.set(target, { kind: "unsupported", name: named.name })
    return null
  }

  #staticRead(expr: FieldExpr): void {
    const place = { file: this.#file, span: expr.name.span }
    const named = this.#named(expr.receiver)
    if (named === null) {
      const path = this.#libraryPath(expr.receiver)
      if (path !== null) this.#out.targets.set(expr, { kind: "unsupported", name: `${path}.${expr.name.text}` })
      return
    }
    this.#bindReceiver(expr.receiver, named)
    switch (named.kind) {
      case "box": {
        if (named.isStatic) {
          this.#out.targets.set(expr, { kind: "static", box: named })
          this.#bindMember(expr.name, named)
        } else this.#report.add("HK3101", place, [expr.name.text, named.name])
        return
      }
      case "enum": {
        const variant = named.variants.get(expr.name.text)
        if (variant === undefined) this.#unknownVariant(named, expr.name)
        else {
          this.#bind(expr.name, expr.name.span, variant, "read")
          this.#report.add("HK3116", place, [`${named.name}.${variant.name}`, "no member"], { help: { text: `write '${named.name}::${variant.name}'` } })
        }
        return
      }
      case "namespace": {
        const member = named.members.get(expr.name.text)
        if (member === undefined) {
          this.#report.add("HK2001", place, [`${named.name}.${expr.name.text}`])
          return
        }
        this.#bind(expr.name, expr.name.span, member, "read")
        if (member.kind === "function") this.#out.targets.set(expr, { kind: "function", symbol: member })
        else if (member.kind === "box" && member.isStatic) this.#out.targets.set(expr, { kind: "static", box: member })
        else this.#report.add("HK3116", place, [expr.name.text, `a ${member.kind}`])
        return
      }
      default:
        this.#report.add("HK3101", place, [expr.name.text, named.name])
    }
  }

  #bindMember(name: Name, box: BoxSymbol): void {
    const member = box.layout.find((field) => field.name === name.text) ?? box.undeclared.get(name.text) ?? box.allProperties.get(name.text)
    if (member !== undefined) this.#bind(name, name.span, member, "read")
  }

  // calls

  #bareCall(node: Expr, callee: NameExpr, argc: number): void {
    const { name, span } = callee
    const variable = this.#scope.find(name)
    if (variable !== null) {
      this.#useVariable(variable)
      this.#bind(callee, span, variable, "read")
      this.#out.targets.set(node, { kind: "value" })
      return
    }
    const top = this.#checkedFile.aliases.get(name) ?? this.#declared.topLevel.get(name)
    if (top?.kind === "global") {
      this.#bind(callee, span, top, "read")
      this.#out.targets.set(node, { kind: "value" })
      return
    }
    const box = this.#scope.routine.box
    const isInStatic = box?.isStatic === true
    const method = isInStatic ? box.table.get(methodKey(name, argc)) : undefined
    if (box !== null && method !== undefined) {
      this.#useMe(span)
      this.#bind(callee, span, method, "read")
      this.#out.targets.set(node, { kind: "static", box })
      return
    }
    const overloads = isInStatic ? this.#overloads(box, name) : []
    if (overloads.length > 0) {
      this.#bind(callee, span, overloads[0] as MethodSymbol, "read")
      this.#wrongCount(`${box?.name}.${name}`, overloads, argc, span)
      return
    }
    if (top?.kind === "function") {
      this.#bind(callee, span, top, "read")
      this.#out.targets.set(node, { kind: "function", symbol: top })
      if (!accepts(top.arity, argc)) this.#wrongCount(name, [top], argc, span)
      return
    }
    if (isLibraryFunction(name)) {
      this.#bind(callee, span, { kind: "library-function", name }, "read")
      this.#out.targets.set(node, { kind: "library", name })
      return
    }
    this.#unresolved(callee, top?.kind === "box" ? top : null)
  }

  #overloads(box: BoxSymbol, name: string): MethodSymbol[] {
    return box.lineage.flatMap((one) => one.methodsByName.get(name) ?? [])
  }

  #unresolved(callee: NameExpr, box: BoxSymbol | null): void {
    const { name, span } = callee
    const place = { file: this.#file, span }
    const own = this.#scope.routine.box
    if (box !== null) {
      this.#report.add("HK2004", place, [name], { help: { text: `write 'new ${name}(…)' for an object`, edit: { span, replacement: `new ${name}` } } })
    } else if (own !== null && this.#overloads(own, name).length > 0) {
      const through = this.#meBox() === null ? own.name : "me"
      this.#report.add("HK2004", place, [name], { help: { text: `did you mean '${through}.${name}(…)'?`, edit: { span, replacement: `${through}.${name}` } } })
    } else {
      const habit = VALUE_HABITS.get(name)
      const offered = [...this.#scope.names(), ...this.#declared.functions.map((one) => one.name), ...(own?.isStatic === true ? own.methodsByName.keys() : []), ...libraryFunctionNames()]
      const near = nearestName(name, offered)
      if (habit?.edit !== undefined) this.#report.add("HK2004", place, [name], { help: { text: `use ${habit.replacement}`, edit: { span, replacement: habit.edit } } })
      else if (near !== null) this.#report.add("HK2004", place, [name], { help: { text: `did you mean '${near}'?`, edit: { span, replacement: near } } })
      else this.#report.add("HK2004", place, [name])
    }
  }

  #wrongCount(shown: string, callees: readonly { readonly arity: { readonly min: number; readonly max: number }; readonly place: MethodSymbol["place"] }[], argc: number, span: Span): void {
    const expected = callees.length === 1 ? arityText((callees[0] as MethodSymbol).arity) : arityText(joinArities(callees))
    const first = callees[0]
    this.#report.add("HK3030", { file: this.#file, span }, [shown, expected, argc], first === undefined ? {} : { secondary: [this.#report.label(first.place, "declared here")] })
  }

  #memberCall(expr: MethodCallExpr | FieldExpr, argc: number = expr.kind === "MethodCallExpr" ? expr.args.length : 0): void {
    const name = expr.name.text
    if (name === "fini" && argc === 0) this.#out.usesFini = true
    if (name === "setField" && expr.kind === "MethodCallExpr") {
      const first = expr.args[0]
      if (first?.kind === "StringLit" && !this.#out.looseFields.has(first.value)) this.#out.looseFields.set(first.value, null)
    }
    if (expr.receiver.kind !== "MeExpr") return
    const box = this.#meBox()
    if (box === null) return
    this.#methodOn(box, expr.name, argc, `${box.name}.${name}`, box.heirs.some((heir) => heir.methodsByName.has(name)))
  }

  /** Binds a call of a method on a known box; a wrong argument count is S30 unless an heir may override. */
  #methodOn(box: BoxSymbol, name: Name, argc: number, shown: string, mayBeOverridden: boolean): void {
    const method = box.table.get(methodKey(name.text, argc))
    if (method !== undefined) {
      this.#bind(name, name.span, method, "read")
      return
    }
    const overloads = this.#overloads(box, name.text)
    if (overloads.length === 0) {
      this.#bindMember(name, box)
      return
    }
    this.#bind(name, name.span, overloads[0] as MethodSymbol, "read")
    const isField = box.layout.some((field) => field.name === name.text)
    if (!mayBeOverridden && !isField && !(box.libraryBase !== null && libraryHasMethod(box.libraryBase.name, name.text))) this.#wrongCount(shown, overloads, argc, name.span)
  }

  #memberRead(expr: FieldExpr): void {
    if (expr.receiver.kind !== "MeExpr") return
    const box = this.#meBox()
    if (box === null) return
    this.#bindMember(expr.name, box)
    const property = this.#property
    if (property?.storage === "birth_once" && box.allProperties.get(expr.name.text)?.storage === "birth_once") {
      const key = `${box.name}.${property.name.text}`
      const reads = this.#birthOnce.get(key)
      if (reads === undefined) this.#birthOnce.set(key, new Set([expr.name.text]))
      else reads.add(expr.name.text)
    }
  }

  /** A call through a name that is no value: `S.m()`, `Box.m()`, `MathBox.sqrt()`, `A.f()`, `env.console.log()`. */
  #staticCall(expr: MethodCallExpr | FieldExpr, argc: number): void {
    const place = { file: this.#file, span: expr.name.span }
    const name = expr.name.text
    const named = this.#named(expr.receiver)
    if (named === null) {
      const path = `${this.#libraryPath(expr.receiver)}.${name}`
      this.#out.targets.set(expr, hasLibraryFunction(path) ? { kind: "library", name: path } : { kind: "unsupported", name: path })
      return
    }
    this.#bindReceiver(expr.receiver, named)
    switch (named.kind) {
      case "box": {
        if (named.isStatic) {
          if (name === "fini" && argc === 0) this.#out.usesFini = true
          this.#out.targets.set(expr, { kind: "static", box: named })
          this.#methodOn(named, expr.name, argc, `${named.name}.${name}`, false)
          return
        }
        const method = named.table.get(methodKey(name, argc)) ?? this.#overloads(named, name)[0]
        if (method === undefined) {
          this.#report.add("HK3101", place, [name, named.name])
          return
        }
        this.#bind(expr.name, expr.name.span, method, "read")
        if (!method.isStatic) this.#report.add("HK3101", place, [name, named.name])
        else if (!named.table.has(methodKey(name, argc))) this.#wrongCount(`${named.name}.${name}`, [method], argc, place.span)
        else this.#out.targets.set(expr, { kind: "box-method", box: named, method })
        return
      }
      case "enum": {
        const variant = named.variants.get(name)
        if (variant === undefined) this.#unknownVariant(named, expr.name)
        else this.#report.add("HK3116", place, [`${named.name}.${name}`, "no member"], { help: { text: `write '${named.name}::${name}(…)'` } })
        return
      }
      case "namespace": {
        const member = named.members.get(name)
        if (member?.kind === "function") {
          this.#bind(expr.name, expr.name.span, member, "read")
          this.#out.targets.set(expr, { kind: "function", symbol: member })
          if (!accepts(member.arity, argc)) this.#wrongCount(name, [member], argc, place.span)
        } else this.#report.add("HK2004", place, [`${named.name}.${name}`])
        return
      }
      case "library-box": {
        const path = `${named.name}.${name}`
        if (hasLibraryFunction(path)) this.#out.targets.set(expr, { kind: "library", name: path })
        else if (isSandboxedBox(named.name)) this.#out.targets.set(expr, { kind: "unsupported", name: named.name })
        else this.#report.add("HK3101", place, [name, named.name], { help: { text: `write 'new ${named.name}().${name}(…)'` } })
        return
      }
      default:
        this.#report.add("HK3101", place, [name, named.name])
    }
  }

  // constructors

  #path(expr: PathExpr): void {
    this.#exprs(expr.args)
    for (const field of expr.fields) this.#expr(field.value)
    const place = { file: this.#file, span: expr.owner.span }
    const symbol = this.#checkedFile.aliases.get(expr.owner.text) ?? this.#declared.topLevel.get(expr.owner.text)
    if (symbol !== undefined) this.#bind(expr.owner, expr.owner.span, symbol, "read")
    if (symbol?.kind === "enum") {
      const variant = symbol.variants.get(expr.name.text)
      if (variant === undefined) {
        this.#unknownVariant(symbol, expr.name)
        return
      }
      this.#bind(expr.name, expr.name.span, variant, "read")
      this.#out.targets.set(expr, { kind: "variant", symbol: variant })
      this.#variantArguments(expr, variant)
      return
    }
    if (symbol?.kind === "box" && expr.form !== "record") {
      const argc = expr.args.length
      if (symbol.isStatic) {
        this.#out.targets.set(expr, { kind: "static", box: symbol })
        this.#methodOn(symbol, expr.name, argc, `${symbol.name}.${expr.name.text}`, false)
        return
      }
      const method = symbol.table.get(methodKey(expr.name.text, argc))
      if (method?.isStatic === true) {
        this.#bind(expr.name, expr.name.span, method, "read")
        this.#out.targets.set(expr, { kind: "box-method", box: symbol, method })
      } else this.#report.add("HK3101", { file: this.#file, span: expr.name.span }, [expr.name.text, symbol.name])
      return
    }
    if (symbol === undefined && isLibraryBox(expr.owner.text)) {
      const path = [`${expr.owner.text}::${expr.name.text}`, `${expr.owner.text}.${expr.name.text}`].find((name) => hasLibraryFunction(name))
      if (path !== undefined) this.#out.targets.set(expr, { kind: "library", name: path })
      else this.#report.add("HK3101", { file: this.#file, span: expr.name.span }, [expr.name.text, expr.owner.text])
      return
    }
    this.#report.add("HK2005", place, [expr.owner.text, this.#availableBoxes(expr.owner.text, true)])
  }

  #variantArguments(expr: PathExpr, variant: VariantSymbol): void {
    const shown = `${variant.enum.name}::${variant.name}`
    const place = { file: this.#file, span: expr.span }
    const wanted = describeVariant(variant)
    if (variant.form === "record") {
      const given = expr.fields.map((field) => field.name.text)
      const isExact = expr.form === "record" && given.length === variant.fields.length && new Set(given).size === given.length && given.every((name) => variant.fields.includes(name))
      if (!isExact) this.#report.add("HK3020", place, [shown, wanted])
    } else if (expr.form === "record" || expr.args.length !== variant.fields.length) this.#report.add("HK3020", place, [shown, wanted])
  }

  #unknownVariant(symbol: EnumSymbol, name: Name): void {
    const near = nearestName(name.text, symbol.variants.keys())
    this.#report.add(
      "HK3114",
      { file: this.#file, span: name.span },
      [symbol.name, name.text],
      near === null ? {} : { help: { text: `did you mean '${near}'?`, edit: { span: name.span, replacement: near } } },
    )
  }

  #new(expr: NewExpr): void {
    const parts = expr.path.parts
    const last = parts.at(-1)
    if (last === undefined) return
    const place = { file: this.#file, span: expr.path.span }
    const symbol = this.#typeName(parts)
    const argc = expr.args.length
    if (symbol?.kind === "box") {
      const constructor = selectConstructor(symbol, argc)
      this.#out.targets.set(expr, { kind: "new", box: symbol, constructor: constructor === "none" || constructor === "library" ? null : constructor })
      if (symbol.isStatic) {
        this.#out.madeStatics.add(symbol)
        this.#report.add("HK3027", place, [symbol.name])
      }
      const all = constructorsOf(symbol)
      if (constructor === "none" && (argc > 0 || all.length > 0)) {
        const expected = all.length === 0 ? "0" : arityText(joinArities(all))
        this.#report.add("HK3030", place, [symbol.name, expected, argc], all[0] === undefined ? {} : { secondary: [this.#report.label(all[0].place, "declared here")] })
      }
      return
    }
    const name = last.text
    if (symbol === null && parts.length === 1 && isLibraryBox(name)) {
      this.#out.targets.set(expr, isSandboxedBox(name) ? { kind: "unsupported", name } : { kind: "new-library", name })
      return
    }
    if (symbol !== null) this.#report.add("HK3116", place, [name, symbol.kind === "enum" ? "an enum" : "no box"])
    else this.#report.add("HK2005", place, [parts.map((part) => part.text).join("."), this.#availableBoxes(name, false)])
  }

  #availableBoxes(name: string, withEnums: boolean): string {
    const known = [...this.#declared.boxes.map((box) => box.name), ...(withEnums ? this.#declared.enums.map((one) => one.name) : []), ...libraryBoxNames()]
    return rankNames(name, known, 5).join(", ")
  }

  /** What a dotted type name means, or null for a library or unknown one. */
  #typeName(parts: readonly Name[]): BoxSymbol | EnumSymbol | InterfaceSymbol | null {
    const first = parts[0]
    if (first === undefined) return null
    let symbol: Sym | undefined = this.#checkedFile.aliases.get(first.text) ?? this.#declared.topLevel.get(first.text)
    if (symbol !== undefined) this.#bind(first, first.span, symbol, "read")
    for (const part of parts.slice(1)) {
      // An alias of a single box also accepts that box's name behind it, and a path of a namespace may be longer than its last part.
      symbol = symbol?.kind === "namespace" ? symbol.members.get(part.text) : (this.#declared.topLevel.get(part.text) ?? symbol)
      if (symbol !== undefined) this.#bind(part, part.span, symbol, "read")
    }
    return symbol?.kind === "box" || symbol?.kind === "enum" || symbol?.kind === "interface" ? symbol : null
  }

  #fromCall(parent: Name, span: Span): void {
    const box = this.#meBox()
    this.#useMeOf(span, box)
    if (box === null) return
    const symbol = this.#checkedFile.aliases.get(parent.text) ?? this.#declared.topLevel.get(parent.text)
    const place = { file: this.#file, span: parent.span }
    if (symbol !== undefined) this.#bind(parent, parent.span, symbol, "read")
    const isParent = symbol?.kind === "box" ? box.parents.includes(symbol) : symbol === undefined && box.libraryParent?.name === parent.text
    if (isParent) return
    if (symbol === undefined && !isLibraryBox(parent.text)) this.#report.add("HK2005", place, [parent.text, this.#availableBoxes(parent.text, false)])
    else this.#report.add("HK3023", place, [box.name, parent.text])
  }

  #useMeOf(span: Span, box: BoxSymbol | null): void {
    if (box === null) this.#report.add("HK3112", { file: this.#file, span }, [])
    else this.#useMe(span)
  }
}

/** A block expression has a value if it ends in an expression, or in an `if` (without `else` it yields null). */
function yieldsBlockValue(block: Block): boolean {
  const last = block.stmts.at(-1)
  return last?.kind === "ErrorStmt" || (last?.kind === "IfStmt" && hasNoElse(last)) || yieldsValue(block)
}

function hasNoElse(stmt: IfStmt): boolean {
  for (let at = stmt; ; at = at.else) {
    if (at.else === null) return true
    if (at.else.kind === "Block") return false
  }
}

/** How a message describes what a variant takes. */
export function describeVariant(variant: VariantSymbol): string {
  if (variant.form === "record") return `fields {${variant.fields.join(", ")}}`
  return variant.fields.length === 0 ? "no payload" : `${variant.fields.length} payload value(s)`
}

/** All constructors that `new` of a box considers: its own, else those of the nearest ancestor that has some. */
export function constructorsOf(box: BoxSymbol): readonly MethodSymbol[] {
  for (const one of box.lineage) if (one.constructors.length > 0) return one.constructors
  return []
}

/**
 * The constructor that `new B` with `argc` arguments runs: of B's own ones, else of the parents in order, `birth` before `pack`
 * before `init` before the one named like the box. `none` if there is none; `library` if the library parent takes the arguments.
 */
export function selectConstructor(box: BoxSymbol, argc: number): MethodSymbol | "none" | "library" {
  for (const one of box.lineage) {
    const found = ownConstructor(one, argc)
    if (found !== null) return found
    if (one === box && one.constructors.length > 0) return "none"
  }
  return box.libraryBase !== null && constructorsOf(box).length === 0 ? "library" : "none"
}

/** A constructor of the box itself that takes `argc` arguments, exact counts before those that defaults allow. */
export function ownConstructor(box: BoxSymbol, argc: number): MethodSymbol | null {
  for (const isExact of [true, false]) {
    for (const form of ["birth", "pack", "init", "same-name"] as const) {
      const found = box.constructors.find((one) => one.form === form && (isExact ? one.arity.max === argc : accepts(one.arity, argc)))
      if (found !== undefined) return found
    }
  }
  return null
}
