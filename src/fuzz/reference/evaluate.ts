/**
 * The reference itself: walks the syntax tree and does what LANGUAGE.md says, one node after the other.
 */
import type { SourceFile, Span } from "../../compiler/base/source.ts"
import type { AssignStmt, Block, CallExpr, CatchClause, Expr, ForStmt, Handlers, IncrementStmt, LiteralPat, MatchExpr, MethodCallExpr, Name, NowaitStmt, Param, Pattern, PropagateExpr, Stmt, TaskScopeStmt } from "../../compiler/syntax/ast.ts"
import { childrenOf } from "../../compiler/syntax/nodes.ts"
import { ExitRequest, Library } from "./library.ts"
import { ArrayThing, type BoxModel, compareText, EnumThing, Env, equal, ErrorThing, Failure, FunctionThing, FutureThing, Instance, kindOf, LibraryThing, MapThing, OutOfReach, points, RangeThing, ResultThing, type Slot, TypeThing, type Value, WeakThing, wrap } from "./values.ts"

class ReturnSignal {
  readonly value: Value
  constructor(value: Value) {
    this.value = value
  }
}
class BreakSignal {}
class ContinueSignal {}

const MAX_DEPTH = 1500
const CATCH_ALL = new Set(["Error", "Exception", "Any", "RuntimeError"])
const COMPOUND: Readonly<Record<string, string>> = { "+=": "add", "-=": "sub", "*=": "mul", "/=": "div", "%=": "rem" }

/** A `fini` block with the variables it sees. */
interface Registered {
  readonly body: Block
  readonly env: Env
}

/** See the head of the file. */
export class Evaluator extends Library {
  readonly #source: SourceFile
  readonly #functionValues = new Map<string, FunctionThing>()
  readonly #initialising: string[] = []
  readonly #finis: Registered[][] = []
  readonly #tasks: { first: Failure | null }[] = []
  readonly #free = new Map<Expr, { readonly names: ReadonlySet<string>; readonly me: boolean }>()
  #me: Instance | null = null
  #depth = 0
  /** Name of the function that runs. */
  #name = "main"

  constructor(source: SourceFile, stdin: readonly string[]) {
    super(stdin)
    this.#source = source
  }

  lineAt(offset: number): number {
    return this.#source.lines.lineOf(offset)
  }

  /** Runs with another `me`. */
  within<T>(me: Instance | null, box: BoxModel | null, run: () => T): T {
    const before = { me: this.#me, box: this.box }
    this.#me = me
    this.box = box
    try {
      return run()
    } finally {
      this.#me = before.me
      this.box = before.box
    }
  }

  // calls

  invoke(f: FunctionThing, args: readonly Value[]): Value {
    if (!this.accepts(f.params, args.length)) this.fail("ArityError", `'${f.name}' expects ${this.expected([f.params])} argument(s), got ${args.length}`)
    if (this.#depth > MAX_DEPTH) throw new OutOfReach("deep recursion")
    const at = this.at
    const name = this.#name
    const env = new Env(f.env)
    this.#name = f.name
    this.#depth++
    this.roots.push(f, args, env)
    try {
      return this.within(f.me, f.box, () => {
        f.params.forEach((p, i) => {
          env.slots.set(p.name.text, { value: i < args.length ? (args[i] ?? null) : p.default === null ? null : this.ev(p.default, env) })
        })
        // The variables hold the arguments from here on.
        this.roots.splice(this.roots.lastIndexOf(args), 1, null)
        return f.body.kind === "Block" ? this.scope(f.body, env, f.handlers, f.yields) : this.protect(env, f.handlers, () => this.ev(f.body as Expr, env))
      })
    } catch (thrown) {
      if (thrown instanceof ReturnSignal) return thrown.value
      throw thrown
    } finally {
      this.roots.length -= 3
      this.#depth--
      this.#name = name
      this.at = at
    }
  }

  // handlers and scopes

  catchFor(handlers: Handlers | null, thrown: unknown): CatchClause | null {
    if (!(thrown instanceof Failure)) return null
    return handlers?.catches.find((c) => c.type === null || c.type.text === thrown.kind || CATCH_ALL.has(c.type.text)) ?? null
  }

  runCatch(clause: CatchClause, failure: Failure, env: Env): Value {
    const inner = new Env(env)
    if (clause.binding !== null) inner.slots.set(clause.binding.text, { value: new ErrorThing(failure.kind, failure.message, this.lineAt(failure.at)) })
    return this.holding(inner, () => this.scope(clause.body, inner, null, true))
  }

  /** An expression with handlers. */
  protect(env: Env, handlers: Handlers | null, run: () => Value): Value {
    if (handlers === null) return run()
    let result: Value = null
    let pending: { readonly thrown: unknown } | null = null
    try {
      result = run()
    } catch (thrown) {
      pending = { thrown }
      const clause = this.catchFor(handlers, thrown)
      if (clause !== null) {
        pending = null
        try {
          result = this.runCatch(clause, thrown as Failure, env)
        } catch (second) {
          pending = { thrown: second }
        }
      }
    }
    const { cleanup } = handlers
    if (cleanup !== null && !leaves(pending)) this.holding([result, pending?.thrown instanceof ReturnSignal ? pending.thrown.value : null], () => this.scope(cleanup.body, env, null, false))
    if (pending !== null) throw pending.thrown
    return result
  }

  /** A block with its handlers (4.19). */
  scope(block: Block, env: Env, handlers: Handlers | null, yields: boolean): Value {
    const inner = new Env(env)
    const finis: Registered[] = []
    this.#finis.push(finis)
    this.roots.push(inner)
    let result: Value = null
    let pending: { readonly thrown: unknown } | null = null
    let failed: { readonly thrown: unknown } | null = null
    const attempt = (run: () => Value): void => {
      try {
        run()
      } catch (thrown) {
        if (leaves({ thrown })) throw thrown
        failed ??= { thrown }
      }
    }
    try {
      try {
        result = this.statements(block.stmts, inner, yields)
      } catch (thrown) {
        pending = { thrown }
      }
      if (leaves(pending)) throw (pending as { readonly thrown: unknown }).thrown
      const clause = pending === null ? null : this.catchFor(handlers, pending.thrown)
      if (clause !== null && pending !== null) {
        const failure = pending.thrown as Failure
        pending = null
        try {
          const value = this.runCatch(clause, failure, env)
          if (yields) result = value
        } catch (thrown) {
          if (leaves({ thrown })) throw thrown
          pending = { thrown }
        }
      }
      this.holding([result, pending?.thrown instanceof ReturnSignal ? pending.thrown.value : null], () => {
        for (const fini of finis.reverse()) attempt(() => this.scope(fini.body, fini.env, null, false))
        const cleanup = handlers?.cleanup
        if (cleanup !== null && cleanup !== undefined) attempt(() => this.scope(cleanup.body, env, null, false))
      })
    } finally {
      this.#finis.pop()
      this.roots.pop()
    }
    const ended = (failed ?? pending) as { readonly thrown: unknown } | null
    if (ended !== null) throw ended.thrown
    return result
  }

  statements(stmts: readonly Stmt[], env: Env, yields: boolean): Value {
    let result: Value = null
    stmts.forEach((stmt, i) => {
      const last = yields && i === stmts.length - 1
      const value = this.statement(stmt, env, last)
      if (last) result = value
    })
    return result
  }

  // statements

  statement(s: Stmt, env: Env, yields: boolean): Value {
    this.at = s.span.start
    switch (s.kind) {
      case "BoxDecl":
      case "EnumDecl":
      case "FunctionDecl":
      case "AttributeStmt":
        return null
      case "ExprStmt": {
        const value = this.ev(s.expr, env)
        return yields ? value : null
      }
      case "BlockStmt":
      case "TryStmt":
        this.scope(s.body, env, s.handlers, false)
        return null
      case "LocalStmt": {
        for (const b of s.bindings) this.declare(env, b.name.text, b.init === null ? null : this.ev(b.init, env))
        if (s.fini !== null) {
          // The handler's name is this variable, whatever hides it later.
          const pinned = new Env(env.now())
          const name = (s.bindings[0] as { readonly name: Name }).name.text
          pinned.slots.set(name, env.slots.get(name) as Slot)
          this.register({ body: s.fini, env: pinned })
        }
        return null
      }
      case "OutboxStmt": {
        const value = s.init === null ? null : this.ev(s.init, env)
        s.names.forEach((n, i) => {
          this.declare(env, n.text, i === s.names.length - 1 ? value : null)
        })
        return null
      }
      case "FiniStmt":
        this.register({ body: s.body, env: env.now() })
        return null
      case "IfStmt":
        if (this.truth(this.ev(s.cond, env))) return this.scope(s.then, env, null, yields && s.else !== null)
        if (s.else === null) return null
        return s.else.kind === "Block" ? this.scope(s.else, env, null, yields) : this.statement(s.else, env, yields)
      case "LoopStmt":
      case "WhileStmt":
      case "UntilStmt":
        for (;;) {
          this.at = s.span.start
          if (s.cond !== null && this.truth(this.ev(s.cond, env)) === (s.kind === "UntilStmt")) break
          if (this.iteration(() => this.scope(s.body, env, null, false))) break
        }
        return null
      case "RepeatStmt": {
        const n = this.ev(s.count, env)
        if (typeof n !== "bigint") throw new OutOfReach("repeat")
        for (let i = 0n; i < n; i++) if (this.iteration(() => this.scope(s.body, env, null, false))) break
        return null
      }
      case "ForStmt":
        this.each(s, env)
        return null
      case "ReturnStmt":
        throw new ReturnSignal(s.value === null ? null : this.ev(s.value, env))
      case "BreakStmt":
        throw new BreakSignal()
      case "ContinueStmt":
        throw new ContinueSignal()
      case "NowaitStmt":
        this.nowait(s, env)
        return null
      case "TaskScopeStmt":
        this.taskScope(s, env)
        return null
      case "AssignStmt":
        this.assign(s, env)
        return null
      case "IncrementStmt":
        this.assign(s, env)
        return null
      default:
        throw new OutOfReach(s.kind)
    }
  }

  declare(env: Env, name: string, value: Value): void {
    env.slots.set(name, { value })
  }

  register(fini: Registered): void {
    (this.#finis.at(-1) as Registered[]).push(fini)
  }

  /** Runs a loop's body; true after `break`. */
  iteration(run: () => Value): boolean {
    try {
      run()
    } catch (thrown) {
      if (thrown instanceof BreakSignal) return true
      if (!(thrown instanceof ContinueSignal)) throw thrown
    }
    return false
  }

  each(s: ForStmt, env: Env): void {
    const over = this.ev(s.iterable, env)
    this.holding(over, () => {
      this.at = s.iterable.span.start
      for (const x of this.iterate(over)) {
        const inner = new Env(env)
        this.declare(inner, s.name.text, x)
        if (this.holding(inner, () => this.iteration(() => this.scope(s.body, inner, null, false)))) break
      }
    })
  }

  nowait(s: NowaitStmt, env: Env): void {
    const future = new FutureThing()
    const scope = this.#tasks.at(-1)
    if (scope !== undefined && scope.first !== null) {
      future.state = "cancelled"
      future.reason = "sibling-failed"
    } else {
      try {
        future.value = this.ev(s.value, env)
        future.state = "ready"
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown
        future.state = "failed"
        future.failure = thrown
        if (scope !== undefined) scope.first ??= thrown
      }
    }
    const slot = this.find(env, s.name.text)
    if (slot === null) this.declare(env, s.name.text, future)
    else slot.value = future
  }

  taskScope(s: TaskScopeStmt, env: Env): void {
    const scope: { first: Failure | null } = { first: null }
    const run = (): Value => {
      this.#tasks.push(scope)
      try {
        this.scope(s.body, env, null, false)
      } finally {
        this.#tasks.pop()
      }
      this.at = s.span.start
      if (scope.first !== null) this.fail("TaskFailed", `Task failed: ${scope.first.kind}: ${scope.first.message}`)
      return null
    }
    this.protect(env, s.handlers, run)
  }

  find(env: Env, name: string): Slot | null {
    return env.find(name) ?? this.globals.get(name) ?? null
  }

  assign(s: AssignStmt | IncrementStmt, env: Env): void {
    const op = s.kind === "IncrementStmt" ? "add" : s.op === "=" ? null : (COMPOUND[s.op] as string)
    const value = (current: () => Value): Value => {
      if (op === null) return this.ev((s as AssignStmt).value, env)
      const before = current()
      const operand = s.kind === "IncrementStmt" ? 1n : this.holding(before, () => this.ev(s.value, env))
      this.at = s.span.start
      return this.operate(op, before, operand)
    }
    let target = s.target
    while (target.kind === "ParenExpr") target = target.expr
    switch (target.kind) {
      case "NameExpr": {
        const slot = this.find(env, target.name)
        if (slot === null) throw new OutOfReach(target.name)
        slot.value = value(() => slot.value)
        return
      }
      case "FieldExpr": {
        const { receiver, name, span } = target
        const object = this.receiver(receiver, env)
        this.holding(object, () => {
          const result = value(() => {
            this.at = span.start
            return this.getField(object, name.text)
          })
          this.at = s.span.start
          this.setField(object, name.text, result)
        })
        return
      }
      case "IndexExpr": {
        const { receiver, index, span } = target
        const object = this.ev(receiver, env)
        this.holding(object, () => {
          const i = this.ev(index, env)
          const result = value(() => {
            this.at = span.start
            return this.index(object, i)
          })
          this.at = s.span.start
          this.setIndex(object, i, result)
        })
        return
      }
      default:
        throw new OutOfReach(target.kind)
    }
  }

  // boxes

  staticOf(box: BoxModel): Instance {
    const found = this.statics.get(box.name)
    if (found !== undefined) {
      const i = this.#initialising.indexOf(box.name)
      if (i >= 0 && i < this.#initialising.length - 1) this.fail("InitError", `Circular static box initialization: ${this.#initialising.slice(i).join(" -> ")}`)
      return found
    }
    const object = new Instance(box)
    this.statics.set(box.name, object)
    this.#initialising.push(box.name)
    try {
      this.within(object, box, () => {
        for (const f of box.fields) object.fields.set(f.name.text, null)
        for (const f of box.fields) if (f.init !== null) object.fields.set(f.name.text, this.ev(f.init, new Env(null)))
        for (const s of box.initialisers) this.scope(s.body, new Env(null), null, false)
      })
      const birth = box.constructors.find((c) => c.form === "birth" && this.accepts(c.params, 0))
      if (birth !== undefined) this.callMethod(object, { member: birth, box }, [])
    } finally {
      this.#initialising.pop()
    }
    return object
  }

  /** `new B(…)` (4.11). */
  create(box: BoxModel, args: readonly Value[]): Instance {
    const object = new Instance(box)
    const chain: BoxModel[] = []
    const collect = (b: BoxModel): void => {
      if (chain.includes(b)) return
      for (const name of b.parents) {
        const parent = this.boxes.get(name)
        if (parent === undefined) object.library = this.libraryOf(name)
        else collect(parent)
      }
      chain.push(b)
    }
    collect(box)
    const at = this.at
    return this.holding([object, args], () => {
      for (const b of chain) for (const f of b.fields) object.fields.set(f.name.text, null)
      for (const b of chain) for (const f of b.fields) if (f.init !== null) object.fields.set(f.name.text, this.within(object, b, () => this.ev(f.init as Expr, new Env(null))))
      for (const b of chain) for (const [name, p] of b.properties) if (p.storage === "birth_once") object.fields.set(name, this.runProperty(object, { member: p, box: b }))
      this.at = at
      if (!box.isStatic && !this.runConstructor(object, box, args) && args.length > 0) this.fail("ArityError", `No constructor found for ${box.name} with ${args.length} arguments`)
      return object
    })
  }

  /** Runs the constructor that the arguments select; false if no box of the line has any. */
  runConstructor(object: Instance, box: BoxModel, args: readonly Value[]): boolean {
    if (box.constructors.length > 0) {
      for (const form of ["birth", "pack", "init", "same-name"]) {
        const member = box.constructors.find((c) => c.form === form && this.accepts(c.params, args.length))
        if (member === undefined) continue
        this.callMethod(object, { member, box }, args)
        return true
      }
      this.fail("ArityError", `No constructor found for ${object.box.name} with ${args.length} arguments`)
    }
    return box.parents.some((name) => {
      const parent = this.boxes.get(name)
      return parent !== undefined && this.runConstructor(object, parent, args)
    })
  }

  /** `from P.m(…)`. */
  fromCall(parent: string, name: string, args: readonly Value[]): Value {
    const me = this.#me as Instance
    const box = this.boxes.get(parent)
    if (box === undefined) {
      if (name === "birth") {
        if (parent === "StringBox") me.library = args[0] ?? null
        return null
      }
      return this.method(me.library, name, args)
    }
    const form = ({ birth: "birth", pack: "pack", init: "init", [parent]: "same-name" } as Readonly<Record<string, string>>)[name]
    if (form !== undefined) {
      const own = this.lookUp(box, (b) => b.constructors.find((c) => c.form === form && this.accepts(c.params, args.length)))
      if (own !== null) return this.callMethod(me, own, args)
      if (name === "birth") {
        this.runConstructor(me, box, args)
        return null
      }
    }
    const method = this.findMethod(box, name, args.length)
    if (method === null) throw new OutOfReach(`from ${parent}.${name}`)
    return this.callMethod(me, method, args)
  }

  instanceMethod(v: Instance, name: string, args: readonly Value[]): Value {
    if (name === "fini" && args.length === 0) {
      this.finish(v)
      return null
    }
    if (name !== "toString" && name !== "typeName") this.touch(v)
    const method = this.findMethod(v.box, name, args.length)
    if (method !== null) {
      this.checkPrivate(v.box, name, "Method")
      return this.callMethod(v, method, args)
    }
    if (v.library instanceof LibraryThing && v.library.name !== "ConsoleBox") throw new OutOfReach(v.library.name)
    if (v.library !== null && ["toString", "equals", "is", "as", "typeName"].includes(name) === false && this.lookUp(v.box, (b) => b.methods.find((m) => m.name.text === name)) === null) return this.method(v.library, name, args)
    switch (name) {
      case "getField":
        return this.getField(v, this.string(args[0]))
      case "setField":
        this.setField(v, this.string(args[0]), args[1] ?? null)
        return null
      case "hasField":
        return v.fields.has(this.string(args[0]))
      case "toString":
      case "equals":
      case "is":
      case "as":
      case "typeName":
        return this.method(v, name, args)
    }
    const field = v.fields.get(name)
    if (field instanceof FunctionThing) return this.invoke(field, args)
    const named: (readonly Param[])[] = []
    this.lookUp(v.box, (b) => {
      named.push(...b.methods.filter((m) => m.name.text === name).map((m) => m.params))
      return null
    })
    if (named.length > 0) this.fail("ArityError", `'${v.box.name}.${name}' expects ${this.expected(named)} argument(s), got ${args.length}`)
    this.unknown(v, name)
  }

  // expressions

  /** A receiver, which may be the name of a box. */
  receiver(e: Expr, env: Env): Value {
    let inner = e
    while (inner.kind === "ParenExpr") inner = inner.expr
    if (inner.kind === "NameExpr" && this.find(env, inner.name) === null && !this.functions.has(inner.name)) {
      const box = this.boxes.get(inner.name)
      return box?.isStatic === true ? this.staticOf(box) : new TypeThing(inner.name)
    }
    return this.ev(e, env)
  }

  list(args: readonly Expr[], env: Env): Value[] {
    const values: Value[] = []
    return this.holding(values, () => {
      for (const arg of args) values.push(this.ev(arg, env))
      return values
    })
  }

  both(left: Expr, right: Expr, env: Env): readonly [Value, Value] {
    const a = this.ev(left, env)
    return this.holding(a, () => [a, this.ev(right, env)])
  }

  ev(e: Expr, env: Env): Value {
    switch (e.kind) {
      case "IntLit":
      case "FloatLit":
      case "StringLit":
      case "BoolLit":
        return e.value
      case "NullLit":
        return null
      case "ParenExpr":
        return this.ev(e.expr, env)
      case "ArrayLit":
        return new ArrayThing(this.list(e.elements, env))
      case "MapLit": {
        const map = new MapThing()
        this.holding(map, () => {
          for (const entry of e.entries) map.entries.set(entry.key.text, this.ev(entry.value, env))
        })
        return map
      }
      case "NameExpr":
        return this.named(e.name, env)
      case "MeExpr":
        return this.#me
      case "GroupedAssignExpr": {
        const value = this.ev(e.value, env)
        const slot = this.find(env, e.name.text)
        if (slot === null) throw new OutOfReach(e.name.text)
        slot.value = value
        return value
      }
      case "UnaryExpr": {
        if (e.op === "neg" && e.operand.kind === "IntLit") return wrap(-e.operand.value)
        const v = this.ev(e.operand, env)
        this.at = e.span.start
        if (e.op === "not") return !this.truth(v)
        if (typeof v === "bigint") return e.op === "neg" ? wrap(-v) : ~v
        if (typeof v === "number" && e.op === "neg") return -v
        this.touch(v)
        return this.typeError(`unsupported unop ${e.op === "neg" ? "Neg" : "BitNot"} on ${kindOf(v)}`)
      }
      case "AwaitExpr": {
        const v = this.ev(e.operand, env)
        this.at = e.span.start
        return this.await(v)
      }
      case "WeakExpr": {
        const v = this.ev(e.operand, env)
        this.at = e.span.start
        if (v instanceof WeakThing) return v
        this.touch(v)
        if (typeof v !== "object" || v === null) this.typeError("WeakRef(New): target is not a Box")
        return new WeakThing(v)
      }
      case "BinaryExpr": {
        if (e.op === "coalesce") {
          const left = this.ev(e.left, env)
          return left === null ? this.ev(e.right, env) : left
        }
        if (e.op === "and" || e.op === "or") {
          const left = this.truthOf(e.left, env)
          return left === (e.op === "or") ? left : this.truthOf(e.right, env)
        }
        const [a, b] = this.both(e.left, e.right, env)
        this.at = e.span.start
        return this.holding([a, b], () => this.operate(e.op, a, b))
      }
      case "RangeExpr": {
        const [a, b] = this.both(e.start, e.end, env)
        return new RangeThing(this.integer(a), this.integer(b), 1n)
      }
      case "IsExpr": {
        const v = this.ev(e.value, env)
        this.at = e.span.start
        this.touch(v)
        return this.isType(v, (e.type.path.parts.at(-1) as Name).text)
      }
      case "AsExpr": {
        const v = this.ev(e.value, env)
        this.at = e.span.start
        return this.cast(v, (e.type.path.parts.at(-1) as Name).text)
      }
      case "TernaryExpr":
        return this.ev(this.truthOf(e.cond, env) ? e.then : e.else, env)
      case "PipeExpr":
        return this.pipe(e.target, this.ev(e.value, env), env, e.span)
      case "CallExpr":
        return this.call(e, this.list, env)
      case "MethodCallExpr":
        return this.methodCall(e, [], env)
      case "FieldExpr": {
        const object = this.receiver(e.receiver, env)
        if (object === null && e.isOptional) return null
        this.at = e.span.start
        if (object instanceof TypeThing) throw new OutOfReach(`${object.name}.${e.name.text}`)
        return this.holding(object, () => this.getField(object, e.name.text))
      }
      case "IndexExpr": {
        const [a, i] = this.both(e.receiver, e.index, env)
        this.at = e.span.start
        return this.index(a, i)
      }
      case "PathExpr": {
        const owner = this.enums.get(e.owner.text)
        const variant = owner?.variants.find((v) => v.name.text === e.name.text)
        if (owner === undefined || variant === undefined) {
          if (e.owner.text === "ResultBox") return new ResultThing(e.name.text === "Ok", this.list(e.args, env)[0] ?? null)
          return this.staticCall(e.owner.text, e.name.text, this.list(e.args, env), e.span)
        }
        if (variant.form !== "record") return new EnumThing(owner.name.text, variant.name.text, null, this.list(e.args, env))
        const names = variant.fields.map((f) => f.name.text)
        const values = this.list(e.fields.map((f) => f.value), env)
        return new EnumThing(owner.name.text, variant.name.text, names, names.map((n) => values[e.fields.findIndex((f) => f.name.text === n)] ?? null))
      }
      case "PropagateExpr":
        return this.propagate(e, env)
      case "HandledExpr":
        return this.protect(env, e.handlers, () => this.ev(e.expr, env))
      case "NewExpr": {
        const name = (e.path.parts.at(-1) as Name).text
        const args = this.list(e.args, env)
        this.at = e.span.start
        const box = this.boxes.get(name)
        return box === undefined ? this.construct(name, args) : this.create(box, args)
      }
      case "FromCallExpr": {
        const args = this.list(e.args, env)
        this.at = e.span.start
        return this.fromCall(e.parent.text, e.name.text, args)
      }
      case "BlockExpr":
        return this.scope(e.body, env, null, true)
      case "LambdaExpr":
        return this.closure(e, env)
      case "IfExpr":
        if (this.truthOf(e.cond, env)) return this.scope(e.then, env, null, e.else !== null)
        if (e.else === null) return null
        return e.else.kind === "Block" ? this.scope(e.else, env, null, true) : this.ev(e.else, env)
      case "MatchExpr":
        return this.match(e, env)
      default:
        throw new OutOfReach(e.kind)
    }
  }

  truthOf(e: Expr, env: Env): boolean {
    const v = this.ev(e, env)
    this.at = e.span.start
    return this.truth(v)
  }

  named(name: string, env: Env): Value {
    const slot = this.find(env, name)
    if (slot !== null) return slot.value
    const decl = this.functions.get(name)
    if (decl !== undefined) {
      let f = this.#functionValues.get(name)
      if (f === undefined) {
        f = new FunctionThing({ name, params: decl.params, body: decl.body, handlers: decl.handlers, env: null, me: null, box: null, yields: false })
        this.#functionValues.set(name, f)
      }
      return f
    }
    const box = this.boxes.get(name)
    if (box?.isStatic === true) return this.staticOf(box)
    throw new OutOfReach(name)
  }

  /** A function that shares the variables it names. */
  closure(e: Extract<Expr, { readonly kind: "LambdaExpr" }>, env: Env): FunctionThing {
    let free = this.#free.get(e)
    if (free === undefined) {
      const names = new Set<string>()
      let me = false
      const visit = (node: Parameters<typeof childrenOf>[0]): void => {
        if (node.kind === "NameExpr") names.add(node.name)
        if (node.kind === "GroupedAssignExpr" || node.kind === "NowaitStmt") names.add(node.name.text)
        if (node.kind === "MeExpr" || node.kind === "FromCallExpr") me = true
        for (const child of childrenOf(node)) visit(child)
      }
      visit(e.body)
      for (const p of e.params) visit(p)
      free = { names, me }
      this.#free.set(e, free)
    }
    const captured = new Env(null)
    for (const name of free.names) {
      const slot = env.find(name)
      if (slot !== null) captured.slots.set(name, slot)
    }
    return new FunctionThing({ name: `${this.#name} fn`, params: e.params, body: e.body, handlers: null, env: captured, me: free.me ? this.#me : null, box: this.box, yields: true })
  }

  pipe(target: Expr, value: Value, env: Env, span: Span): Value {
    const list = (args: readonly Expr[], inner: Env): Value[] => this.holding(value, () => [value, ...this.list(args, inner)])
    if (target.kind === "CallExpr") return this.call(target, list, env)
    if (target.kind === "MethodCallExpr") return this.methodCall(target, [value], env)
    if (target.kind === "FieldExpr") return this.methodCall({ ...target, kind: "MethodCallExpr", args: [] }, [value], env)
    return this.call({ kind: "CallExpr", span, callee: target, args: [] }, list, env)
  }

  call(e: CallExpr, list: (args: readonly Expr[], env: Env) => Value[], env: Env): Value {
    const { callee } = e
    if (callee.kind === "NameExpr" && this.find(env, callee.name) === null) {
      const { name } = callee
      const args = list.call(this, e.args, env)
      this.at = e.span.start
      const method = this.box?.isStatic === true ? this.findMethod(this.box, name, args.length) : null
      return this.holding(args, () => {
        if (method !== null && this.box !== null) return this.callMethod(this.staticOf(this.box), method, args)
        return this.functions.has(name) ? this.callValue(this.named(name, env), args) : this.builtIn(name, args)
      })
    }
    const f = this.ev(callee, env)
    const args = this.holding(f, () => list.call(this, e.args, env))
    this.at = e.span.start
    return this.holding([f, args], () => this.callValue(f, args))
  }

  methodCall(e: MethodCallExpr, first: readonly Value[], env: Env): Value {
    const name = e.name.text
    if (e.receiver.kind === "FieldExpr" && e.receiver.receiver.kind === "NameExpr" && e.receiver.receiver.name === "env") throw new OutOfReach("env")
    const object = this.receiver(e.receiver, env)
    if (object === null && e.isOptional) return null
    return this.holding([object, ...first], () => {
      const args = [...first, ...this.list(e.args, env)]
      this.at = e.span.start
      if (object instanceof TypeThing) return this.staticCall(object.name, name, args, e.span)
      return this.holding(args, () => (object instanceof Instance ? this.instanceMethod(object, name, args) : this.method(object, name, args)))
    })
  }

  /** `B.m(…)`, `B::m(…)`. */
  staticCall(owner: string, name: string, args: readonly Value[], span: Span): Value {
    this.at = span.start
    const box = this.boxes.get(owner)
    if (box?.isStatic === true) return this.instanceMethod(this.staticOf(box), name, args)
    const method = box?.methods.find((m) => m.name.text === name && m.isStatic && this.accepts(m.params, args.length))
    if (box === undefined || method === undefined) throw new OutOfReach(`${owner}.${name}`)
    return this.invoke(new FunctionThing({ name: `${owner}.${name}`, params: method.params, body: method.body, handlers: method.handlers, env: null, me: null, box, yields: false }), args)
  }

  propagate(e: PropagateExpr, env: Env): Value {
    const v = this.ev(e.operand, env)
    if (v === null) throw new ReturnSignal(null)
    if (v instanceof ResultThing) {
      if (v.isOk) return v.value
      throw new ReturnSignal(v)
    }
    if (v instanceof EnumThing) {
      if (v.variant === "Ok" || v.variant === "Some") return v.payload[0] ?? null
      if (v.variant === "Err" || v.variant === "None") throw new ReturnSignal(v)
    }
    return v
  }

  // match

  match(e: MatchExpr, env: Env): Value {
    const v = this.ev(e.subject, env)
    return this.holding(v, () => {
      for (const arm of e.arms) {
        const inner = new Env(env)
        if (!this.matches(arm.pattern, v, inner)) continue
        const run = (): Value | undefined => {
          if (arm.guard !== null && !this.truthOf(arm.guard, inner)) return undefined
          return arm.body.kind === "Block" ? this.scope(arm.body, inner, null, true) : this.ev(arm.body, inner)
        }
        const result = this.holding(inner, run)
        if (result !== undefined) return result
      }
      this.at = e.span.start
      return this.fail("MatchError", `no match arm for ${this.text(v)}`)
    })
  }

  literal(p: LiteralPat): Value {
    const value = p.literal.kind === "NullLit" ? null : p.literal.value
    return p.isNegative && (typeof value === "bigint" || typeof value === "number") ? -value : value
  }

  isVariant(name: string): boolean {
    return [...this.enums.values()].some((d) => d.variants.some((v) => v.name.text === name))
  }

  matches(p: Pattern, v: Value, env: Env): boolean {
    const variantOf = (owner: Name | null, name: Name): EnumThing | null => (v instanceof EnumThing && v.variant === name.text && (owner === null || owner.text === v.owner) ? v : null)
    switch (p.kind) {
      case "WildcardPat":
        return true
      case "LiteralPat":
        return equal(this.literal(p), v)
      case "RangePat": {
        const low = this.literal(p.low)
        const high = this.literal(p.high)
        if (typeof low === "string" && typeof high === "string") return typeof v === "string" && points(v).length === 1 && compareText(low, v) <= 0 && compareText(v, high) <= 0
        return (typeof v === "bigint" || typeof v === "number") && (low as number) <= v && v <= (high as number)
      }
      case "NamePat":
        return variantOf(p.owner, p.name) !== null
      case "TuplePat":
        if (p.owner !== null || this.isVariant(p.name.text)) {
          const found = variantOf(p.owner, p.name)
          if (found === null) return false
          p.bindings.forEach((b, i) => {
            this.declare(env, b.text, found.payload[i] ?? null)
          })
          return true
        }
        if (!this.isType(v, p.name.text)) return false
        this.declare(env, (p.bindings[0] as Name).text, v)
        return true
      case "RecordPat": {
        const found = variantOf(p.owner, p.name)
        if (found === null) return false
        for (const f of p.fields) this.declare(env, (f.binding ?? f.field).text, found.payload[found.names?.indexOf(f.field.text) ?? -1] ?? null)
        return true
      }
      case "ArrayPat":
        if (!(v instanceof ArrayThing) || (p.rest === null ? v.items.length !== p.elements.length : v.items.length < p.elements.length)) return false
        p.elements.forEach((b, i) => {
          this.declare(env, b.text, v.items[i] ?? null)
        })
        if (p.rest !== null) this.declare(env, p.rest.text, new ArrayThing(v.items.slice(p.elements.length)))
        return true
      case "MapPat":
        if (!(v instanceof MapThing) || !p.entries.every((x) => v.entries.has(x.key.value))) return false
        for (const x of p.entries) this.declare(env, x.binding.text, v.entries.get(x.key.value) ?? null)
        return true
      case "OrPat":
        return p.alternatives.some((q) => this.matches(q, v, env))
      default:
        throw new OutOfReach(p.kind)
    }
  }
}

/** Whether something ends the run without handlers. */
function leaves(pending: { readonly thrown: unknown } | null): boolean {
  return pending !== null && (pending.thrown instanceof ExitRequest || pending.thrown instanceof OutOfReach || pending.thrown instanceof RangeError || pending.thrown instanceof TypeError)
}
