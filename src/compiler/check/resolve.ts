/**
 * The second pass: bodies. Walks every statement and expression in source order; names are bound by `names.ts`, the context
 * is kept by `context.ts`.
 *
 * Invariants: nothing is thrown on partial trees; left-deep chains of operators and calls are walked with a loop, not recursion.
 */
import type { Span } from "../base/source.ts"
import type { AssignStmt, Block, Expr, Handlers, IfExpr, IfStmt, LambdaExpr, MatchExpr, Name, Param, Stmt } from "../syntax/ast.ts"
import { type SourceUnit, yieldsValue } from "./checked.ts"
import { BodyContext, type Resolution } from "./context.ts"
import { type Declarations, makeRoutine, resolveFile } from "./declare.ts"
import { hasLibraryFunction } from "./library.ts"
import { NameResolver } from "./names.ts"
import { PatternChecker } from "./pattern.ts"
import type { Reporter } from "./report.ts"
import type { BoxSymbol, Routine } from "./symbol.ts"

/** Binds the names in all bodies. */
export function resolve(units: readonly SourceUnit[], declared: Declarations, report: Reporter): Resolution {
  return new Resolver(new BodyContext(units, declared, report)).run()
}

class Resolver {
  readonly #ctx: BodyContext
  readonly #names: NameResolver
  readonly #patterns: PatternChecker

  constructor(ctx: BodyContext) {
    this.#ctx = ctx
    this.#names = new NameResolver(ctx)
    this.#patterns = new PatternChecker(ctx.declared, ctx.report, ctx.out.patterns)
  }

  run(): Resolution {
    const { globals, functions, boxes, statements, idle } = this.#ctx.declared
    for (const global of globals) {
      this.#ctx.enterRoutine(global.routine, global.decl.span, () => {
        if (global.decl.init !== null) this.#expr(global.decl.init)
      })
    }
    const whole = { start: 0, end: Number.MAX_SAFE_INTEGER }
    this.#ctx.enterRoutine(this.#ctx.out.scriptRoutine, whole, () => this.#stmts(statements))
    for (const [file, list] of idle) this.#ctx.enterRoutine(makeRoutine("script", null, false, file), whole, () => this.#stmts(list))
    for (const symbol of functions) this.#body(symbol.routine, symbol.decl.span, symbol.decl.params, symbol.decl.body, symbol.decl.handlers)
    for (const box of boxes) this.#box(box)
    return this.#ctx.out
  }

  #body(routine: Routine, span: Span, params: readonly Param[], body: Block | Expr, handlers: Handlers | null): void {
    this.#ctx.enterRoutine(routine, span, () => {
      this.#params(params)
      if (body.kind === "Block") this.#block(body)
      else this.#expr(body)
      if (handlers !== null) this.#handlers(handlers)
    })
  }

  #params(params: readonly Param[]): void {
    for (const param of params) {
      if (param.default !== null) this.#expr(param.default)
      const first = this.#ctx.scope.own(param.name.text)
      if (first !== undefined) this.#ctx.duplicate(param.name, first)
      this.#ctx.declare(param.name, "parameter", param.span.end)
    }
  }

  #box(box: BoxSymbol): void {
    const own = [...box.fields.values()].filter((field) => field.decl?.init != null)
    this.#ctx.enterRoutine(box.routine, box.decl?.span ?? box.place.span, () => {
      for (const field of own) {
        const init = field.decl?.init ?? null
        if (init === null) continue
        this.#expr(init)
        if (field.isWeak) this.#names.weakValue(field, init)
      }
      for (const init of box.staticInits) this.#block(init.body)
    })
    for (const field of box.fields.values()) if (field.isWeak) this.#ctx.out.usesWeak = true
    for (const property of box.properties.values()) {
      this.#ctx.property = property.decl
      this.#body(property.routine, property.decl.span, [], property.decl.body, property.decl.handlers)
      this.#ctx.property = null
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
        const others = path.slice(at + 1).flatMap((one) => box.properties.get(one) ?? [])
        const secondary = others.map((one) => this.#ctx.report.label(one.place, `${one.name} leads on`))
        if (property !== undefined) this.#ctx.report.add("HK3025", property.place, [[...path.slice(at), name].join(" -> ")], { secondary })
        return
      }
      if (done.has(name)) return
      done.add(name)
      path.push(name)
      for (const next of this.#ctx.birthOnce.get(key(name)) ?? []) visit(next)
      path.pop()
    }
    for (const property of box.properties.values()) if (property.storage === "birth_once") visit(property.name)
  }

  #block(block: Block): void {
    this.#ctx.inScope(block.span, () => this.#stmts(block.stmts))
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
        if (stmt.kind === "TaskScopeStmt") this.#ctx.out.usesTaskScopes = true
        this.#block(stmt.body)
        if (stmt.handlers !== null) this.#handlers(stmt.handlers)
        return
      case "LocalStmt":
        for (const binding of stmt.bindings) {
          if (binding.init !== null) this.#expr(binding.init)
          this.#ctx.declareLocal(binding.name, "local", binding.span.end)
        }
        if (stmt.fini !== null) {
          if (stmt.bindings.length !== 1) this.#ctx.report.add("HK3011", { file: this.#ctx.file, span: stmt.span }, [])
          this.#fini(stmt.fini)
        }
        return
      case "OutboxStmt":
        stmt.names.forEach((name, i) => {
          if (i === stmt.names.length - 1 && stmt.init !== null) this.#expr(stmt.init)
          this.#ctx.declareLocal(name, "local", i === stmt.names.length - 1 ? stmt.span.end : name.span.end)
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
        this.#ctx.inJump("loop", () => this.#block(stmt.body))
        return
      case "RepeatStmt":
        this.#expr(stmt.count)
        this.#ctx.inJump("loop", () => this.#block(stmt.body))
        return
      case "ForStmt":
        this.#expr(stmt.iterable)
        this.#ctx.inScope(stmt.body.span, () => {
          this.#ctx.declare(stmt.name, "loop", stmt.body.span.start)
          this.#ctx.inJump("loop", () => this.#block(stmt.body))
        })
        return
      case "ReturnStmt":
        this.#ctx.exit("return", stmt.span)
        if (stmt.value !== null) this.#expr(stmt.value)
        return
      case "BreakStmt":
        this.#ctx.exit("break", stmt.span)
        return
      case "ContinueStmt":
        this.#ctx.exit("continue", stmt.span)
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
    this.#ctx.inJump("fini", () => this.#block(body), body)
  }

  #handlers(handlers: Handlers): void {
    for (const clause of handlers.catches) {
      this.#ctx.inScope(clause.span, () => {
        if (clause.binding !== null) this.#ctx.declare(clause.binding, "catch", clause.body.span.start)
        this.#block(clause.body)
      })
    }
    const { cleanup } = handlers
    if (cleanup !== null) this.#ctx.inJump("cleanup", () => this.#block(cleanup.body), cleanup.body)
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

  #nowait(name: Name, visibleFrom: number): void {
    const known = this.#ctx.scope.find(name.text)
    if (known === null) {
      const global = this.#ctx.declared.topLevel.get(name.text)
      if (global?.kind === "global") this.#ctx.bind(name, name.span, global, "write")
      else this.#ctx.declare(name, "future", visibleFrom)
      return
    }
    known.isReassigned = true
    this.#ctx.useVariable(known)
    this.#ctx.bind(name, name.span, known, "write")
  }

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
        this.#names.writeName(target, target.name, target.span)
        return
      case "FieldExpr": {
        if (target.isOptional) break
        this.#names.fieldTarget(target, value, (expr) => this.#expr(expr))
        return
      }
      case "IndexExpr":
        this.#expr(target.receiver)
        this.#expr(target.index)
        return
      case "ErrorExpr":
        return
    }
    this.#ctx.report.add("HK3007", { file: this.#ctx.file, span: target.span }, [])
    this.#expr(target)
  }

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
        return this.#names.staticMember(expr) ? null : expr.receiver
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
        this.#names.memberCall(expr)
        this.#exprs(expr.args)
        return
      case "FieldExpr":
        this.#names.memberRead(expr)
        return
      case "IndexExpr":
        this.#expr(expr.index)
        return
      case "CallExpr":
        this.#ctx.out.targets.set(expr, { kind: "value" })
        this.#exprs(expr.args)
        return
      case "PropagateExpr":
        this.#ctx.propagate(expr.span)
        return
      case "PipeExpr":
        this.#pipeTarget(expr.target)
        return
    }
  }

  /** `x |> f`, `x |> f(a)`, `x |> o.m`, `x |> o.m(a)`: the target is a call with one more argument. */
  #pipeTarget(target: Expr): void {
    switch (target.kind) {
      case "CallExpr":
        if (target.callee.kind === "NameExpr") {
          this.#names.bareCall(target, target.callee, target.args.length + 1)
          this.#exprs(target.args)
          return
        }
        this.#expr(target)
        return
      case "NameExpr":
        this.#names.bareCall(target, target, 1)
        return
      case "MethodCallExpr":
        if (this.#names.staticMember(target)) this.#names.staticCall(target, target.args.length + 1)
        else {
          this.#expr(target.receiver)
          this.#names.memberCall(target, target.args.length + 1)
        }
        this.#exprs(target.args)
        return
      case "FieldExpr":
        if (this.#names.staticMember(target)) this.#names.staticCall(target, 1)
        else {
          this.#expr(target.receiver)
          this.#names.memberCall(target, 1)
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
        this.#names.readName(expr)
        return
      case "MeExpr":
        this.#ctx.useMe(expr.span)
        return
      case "ParenExpr":
        this.#expr(expr.expr)
        return
      case "GroupedAssignExpr":
        this.#expr(expr.value)
        this.#names.writeName(expr.name, expr.name.text, expr.name.span)
        return
      case "UnaryExpr":
      case "AwaitExpr":
        this.#expr(expr.operand)
        return
      case "WeakExpr":
        this.#ctx.out.usesWeak = true
        this.#expr(expr.operand)
        return
      case "RangeExpr":
        this.#expr(expr.start)
        this.#expr(expr.end)
        return
      case "IsExpr":
      case "AsExpr":
        this.#expr(expr.value)
        this.#names.typeName(expr.type.path.parts)
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
        if (expr.callee.kind === "NameExpr") this.#names.bareCall(expr, expr.callee, expr.args.length)
        this.#exprs(expr.args)
        return
      case "MethodCallExpr":
        this.#names.staticCall(expr, expr.args.length)
        this.#exprs(expr.args)
        return
      case "FieldExpr":
        this.#names.staticRead(expr)
        return
      case "PathExpr":
        this.#exprs(expr.args)
        for (const field of expr.fields) this.#expr(field.value)
        this.#names.path(expr)
        return
      case "HandledExpr":
        this.#expr(expr.expr)
        this.#handlers(expr.handlers)
        return
      case "NewExpr":
        this.#names.construction(expr)
        this.#exprs(expr.args)
        return
      case "FromCallExpr":
        this.#names.fromCall(expr.parent, expr.span)
        this.#exprs(expr.args)
        return
      case "BlockExpr":
        if (expr.body.stmts.length === 0) {
          this.#ctx.report.add("HK3012", { file: this.#ctx.file, span: expr.span }, [], { help: { text: "an empty map is written '%{}'", edit: { span: expr.span, replacement: "%{}" } } })
        } else if (!yieldsBlockValue(expr.body)) this.#ctx.report.add("HK3012", { file: this.#ctx.file, span: expr.span }, [])
        this.#ctx.inJump("block-expr", () => this.#block(expr.body), expr.body)
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
        this.#ctx.out.targets.set(expr, hasLibraryFunction(expr.symbol.value) ? { kind: "library", name: expr.symbol.value } : { kind: "unsupported", name: expr.symbol.value })
        this.#exprs(expr.args)
        return
      default:
        return
    }
  }

  #lambda(expr: LambdaExpr): void {
    const outer = this.#ctx.scope.routine
    const routine = makeRoutine("lambda", outer.box, outer.hasMe, this.#ctx.file, outer)
    this.#ctx.out.lambdas.set(expr, routine)
    this.#body(routine, expr.span, expr.params, expr.body, null)
  }

  #match(expr: MatchExpr): void {
    this.#expr(expr.subject)
    const bindingsOf = this.#patterns.match(expr, this.#ctx.file, (name) => this.#ctx.checkedFile.aliases.get(name))
    for (const arm of expr.arms) {
      this.#ctx.inScope(arm.span, () => {
        const names = bindingsOf.get(arm) ?? []
        for (const name of names) {
          const known = this.#ctx.scope.own(name.text)
          // Alternatives bind the same names: one variable for all of them.
          if (known !== undefined) this.#ctx.bind(name, name.span, known, "definition")
          else this.#ctx.declare(name, "pattern", arm.pattern.span.end)
        }
        if (arm.guard !== null) this.#expr(arm.guard)
        if (arm.body.kind === "Block") this.#block(arm.body)
        else this.#expr(arm.body)
      })
    }
    for (const { span, symbol } of this.#patterns.takeOccurrences()) this.#ctx.checkedFile.note(span, symbol, "read")
  }

  #include(expr: Expr, path: string, span: Span): void {
    this.#ctx.report.add("HK3105", { file: this.#ctx.file, span }, [])
    const found = resolveFile(this.#ctx.units, this.#ctx.file, path)
    if (found === null) {
      this.#ctx.report.add("HK4001", { file: this.#ctx.file, span }, [path])
      return
    }
    const [box, ...others] = this.#ctx.declared.boxes.filter((one) => one.place.file === found && one.isStatic)
    if (box !== undefined && others.length === 0) this.#ctx.out.targets.set(expr, { kind: "static", box })
    else {
      const what = box === undefined ? "a file without a static box" : "a file of several static boxes"
      this.#ctx.report.add("HK3116", { file: this.#ctx.file, span }, [path, what], { help: { text: `write 'using "${path}"' at the top and use its boxes by their names` } })
    }
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
