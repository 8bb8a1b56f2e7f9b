/**
 * Statements → blocks and edges.
 *
 * The one idea: a statement is lowered into the current block and leaves the builder where the next one goes on; statements
 * behind one that cannot complete are not lowered.
 */
import { Bug } from "../base/bug.ts"
import type { AssignOp, AssignStmt, Block, Expr, ForStmt, IfStmt, IncrementStmt, NowaitStmt, RepeatStmt, Stmt, TaskScopeStmt } from "../syntax/ast.ts"
import type { Span } from "../base/source.ts"
import type { BlockId, Origin, ValueId } from "../mir/ir.ts"
import { getMember, setMember } from "./call.ts"
import { HandlerBodyFrame, HandlerFrame, LoopFrame, lowerHandled, registersFini, takeExit } from "./cleanup.ts"
import { binaryOp, lowerCondition, lowerExpr, variableOf } from "./expr.ts"
import type { FunctionLowering } from "./func.ts"

/** Lowers a block as a scope of its own, `fini` handlers included. */
export function lowerBlock(f: FunctionLowering, block: Block): void {
  lowerHandled(f, registersFini(block), null, () => lowerScope(f, block), (handler) => lowerBlock(f, handler), f.at(block.span))
}

/** Lowers the statements of a block in a new scope of variables; its `fini` handlers belong to the frame around. */
export function lowerScope(f: FunctionLowering, block: Block): void {
  f.openScope()
  lowerStmts(f, block.stmts)
  f.closeScope(f.at(block.span))
}

/** Statements that do nothing by themselves, and loops that stop at each turn instead. */
const NO_POINT: ReadonlySet<Stmt["kind"]> = new Set(["BoxDecl", "EnumDecl", "FunctionDecl", "AttributeStmt", "BlockStmt", "FiniStmt", "LoopStmt", "WhileStmt", "UntilStmt", "ForStmt", "RepeatStmt"])

/** Lowers statements one after the other. */
export function lowerStmts(f: FunctionLowering, stmts: readonly Stmt[]): void {
  f.alternative(() => {
    for (const stmt of stmts) {
      if (f.builder.isEnded) return
      f.around(() => {
        if (!NO_POINT.has(stmt.kind)) f.point(stmt.span)
        lowerStmt(f, stmt)
        f.endExpression(f.at(stmt.span))
      })
    }
  })
}

/** Lowers a block with handlers after it; `catchBlock` lowers the body of a catch clause. */
export function lowerHandledBlock(f: FunctionLowering, block: Block, handlers: TaskScopeStmt["handlers"], catchBlock: (block: Block) => void): void {
  const hasFini = registersFini(block)
  if (hasFini && handlers !== null && handlers.catches.length > 0) predeclareLocals(f, block)
  lowerHandled(f, hasFini, handlers, () => lowerScope(f, block), catchBlock, f.at(block.span))
}

/** A handler after a `catch` may be reached from before a declaration; the variable must have a value there. */
function predeclareLocals(f: FunctionLowering, block: Block): void {
  for (const stmt of block.stmts) {
    const names = stmt.kind === "LocalStmt" ? stmt.bindings.map((binding) => binding.name) : stmt.kind === "OutboxStmt" ? stmt.names : stmt.kind === "NowaitStmt" ? [stmt.name] : []
    for (const name of names) {
      const symbol = f.checked.symbols.get(name)
      if (symbol?.kind === "variable" && symbol.place.span === name.span) f.predeclare(symbol)
    }
  }
}

function lowerStmt(f: FunctionLowering, stmt: Stmt): void {
  const origin = f.at(stmt.span)
  switch (stmt.kind) {
    case "BoxDecl":
    case "EnumDecl":
    case "FunctionDecl":
    case "AttributeStmt":
      return
    case "BlockStmt":
    case "TryStmt":
      lowerHandledBlock(f, stmt.body, stmt.handlers, (block) => lowerBlock(f, block))
      return
    case "LocalStmt":
      for (const binding of stmt.bindings) {
        const value = binding.init === null ? f.null(f.at(binding.span)) : lowerExpr(f, binding.init)
        f.declare(variableOf(f, binding.name), value, f.at(binding.span))
      }
      if (stmt.fini !== null) registerFini(f, stmt.fini, origin)
      return
    case "OutboxStmt":
      stmt.names.forEach((name, i) => {
        const isLast = i === stmt.names.length - 1
        f.declare(variableOf(f, name), isLast && stmt.init !== null ? lowerExpr(f, stmt.init) : f.null(origin), origin)
      })
      return
    case "FiniStmt":
      registerFini(f, stmt.body, origin)
      return
    case "IfStmt":
      lowerIf(f, stmt)
      return
    case "LoopStmt":
      lowerLoop(f, stmt.cond, true, stmt.body, stmt.span)
      return
    case "WhileStmt":
      lowerLoop(f, stmt.cond, true, stmt.body, stmt.span)
      return
    case "UntilStmt":
      lowerLoop(f, stmt.cond, false, stmt.body, stmt.span)
      return
    case "RepeatStmt":
      lowerRepeat(f, stmt)
      return
    case "ForStmt":
      lowerFor(f, stmt)
      return
    case "ReturnStmt": {
      const value = stmt.value === null ? f.null(origin) : lowerExpr(f, stmt.value)
      if (f.builder.isEnded) return
      f.endExpression(origin)
      takeExit(f, { kind: "return", value }, origin)
      return
    }
    case "BreakStmt":
      leaveLoop(f, (frame) => frame.breakTo, origin)
      return
    case "ContinueStmt":
      leaveLoop(f, (frame) => frame.continueTo, origin)
      return
    case "NowaitStmt":
      lowerNowait(f, stmt)
      return
    case "TaskScopeStmt":
      lowerTaskScope(f, stmt)
      return
    case "AssignStmt":
      lowerAssign(f, stmt)
      return
    case "IncrementStmt":
      lowerIncrement(f, stmt)
      return
    case "ExprStmt":
      lowerExpr(f, stmt.expr)
      return
    case "ThrowStmt":
    case "ErrorStmt":
      throw new Bug("lower", `${stmt.kind} in a program without errors`)
  }
}

function registerFini(f: FunctionLowering, body: Block, origin: Origin | null): void {
  const frame = f.frames.at(-1)
  if (!(frame instanceof HandlerFrame)) throw new Bug("lower", "a fini block outside the frame of its scope")
  frame.register(body, f.holder(origin))
}

// branches

function lowerIf(f: FunctionLowering, first: IfStmt): void {
  const join = f.block()
  for (let at = first; ; ) {
    const then = f.block()
    const other = at.else === null ? join : f.block()
    lowerCondition(f, at.cond, then, other)
    f.enter(then)
    lowerBlock(f, at.then)
    f.jump(join, f.at(at.then.span))
    if (at.else === null) break
    f.enter(other)
    if (at.else.kind === "Block") {
      lowerBlock(f, at.else)
      f.jump(join, f.at(at.else.span))
      break
    }
    at = at.else
  }
  enterIfReached(f, join)
}

/** Goes on in a block if something reaches it; else the code after is not lowered. */
function enterIfReached(f: FunctionLowering, block: BlockId): void {
  f.enter(block)
  if (!f.builder.hasPredecessors(block)) f.builder.unreachable()
}

// loops

function leaveLoop(f: FunctionLowering, to: (frame: LoopFrame) => BlockId, origin: Origin | null): void {
  for (let i = f.frames.length - 1; i >= 0; i--) {
    const frame = f.frames[i]
    if (frame instanceof LoopFrame) {
      takeExit(f, { kind: "jump", frame, to: to(frame) }, origin)
      return
    }
  }
  throw new Bug("lower", "a jump outside a loop in a program without errors")
}

function inLoop(f: FunctionLowering, breakTo: BlockId, continueTo: BlockId, lower: () => void): void {
  const frame = new LoopFrame(breakTo, continueTo, f.scopeDepth)
  f.frames.push(frame)
  f.alternative(lower)
  f.frames.pop()
}

function lowerLoop(f: FunctionLowering, cond: Expr | null, runsWhile: boolean, body: Block, span: Span): void {
  const origin = f.at(span)
  const head = f.block()
  const inside = f.block()
  const after = f.block()
  f.builder.jump(head, origin)
  f.builder.switchTo(head)
  f.point(cond?.span ?? span)
  if (cond === null) f.builder.jump(inside, origin)
  else {
    if (runsWhile) lowerCondition(f, cond, inside, after)
    else lowerCondition(f, cond, after, inside)
  }
  f.enter(inside)
  inLoop(f, after, head, () => lowerBlock(f, body))
  f.jump(head, origin)
  f.builder.seal(head)
  enterIfReached(f, after)
}

/** An Integer as `i64`, or TypeError. */
function integer(f: FunctionLowering, value: ValueId, origin: Origin | null): ValueId {
  return f.builder.typeOf(value) === "i64" ? value : f.runtime("hk_expect_i64", [f.any(value, origin)], origin, "i64", true)
}

/** Counts from `first` up to, not including, `end`; `step` lowers the body with the count. */
function lowerCount(f: FunctionLowering, first: ValueId, end: ValueId, body: Block, bind: (count: ValueId) => void, span: Span, origin: Origin | null): void {
  const counter = f.scratch("i64", first)
  const head = f.block()
  const inside = f.block()
  const next = f.block()
  const after = f.block()
  f.builder.jump(head, origin)
  f.builder.switchTo(head)
  f.point(span)
  const count = f.builder.readVariable(counter)
  f.builder.branch(f.builder.emit("i64.lt", [count, end], null, origin), inside, after, origin)
  f.enter(inside)
  inLoop(f, after, next, () => {
    f.openScope()
    bind(count)
    lowerBlock(f, body)
    f.closeScope(origin)
  })
  f.jump(next, origin)
  f.enter(next)
  if (f.builder.hasPredecessors(next)) {
    f.builder.writeVariable(counter, f.builder.emit("i64.add", [f.builder.readVariable(counter), f.builder.constI64(1n, origin)], null, origin))
    f.builder.jump(head, origin)
  } else f.builder.unreachable()
  f.builder.seal(head)
  f.enter(after)
}

function lowerRepeat(f: FunctionLowering, stmt: RepeatStmt): void {
  const origin = f.at(stmt.count.span)
  const count = integer(f, lowerExpr(f, stmt.count), origin)
  lowerCount(f, f.builder.constI64(0n, origin), count, stmt.body, () => {}, stmt.span, origin)
}

function lowerFor(f: FunctionLowering, stmt: ForStmt): void {
  const symbol = variableOf(f, stmt.name)
  const origin = f.at(stmt.iterable.span)
  let iterable = stmt.iterable
  while (iterable.kind === "ParenExpr") iterable = iterable.expr
  if (iterable.kind === "RangeExpr") {
    const start = lowerExpr(f, iterable.start)
    const end = lowerExpr(f, iterable.end)
    const first = integer(f, start, f.at(iterable.start.span))
    const limit = integer(f, end, f.at(iterable.end.span))
    const isPlain = !symbol.isReassigned && !symbol.isCaptured
    lowerCount(f, first, limit, stmt.body, (count) => (isPlain ? f.declareTyped(symbol, count) : f.declare(symbol, count, f.at(stmt.name.span))), stmt.span, origin)
    return
  }
  // Everything else is visited by index; the length of an array is read again each time.
  const items = f.library("iter.of", [lowerExpr(f, iterable)], origin)
  const counter = f.scratch("i64", f.builder.constI64(0n, origin))
  const head = f.block()
  const inside = f.block()
  const next = f.block()
  const after = f.block()
  f.builder.jump(head, origin)
  f.builder.switchTo(head)
  f.point(stmt.span)
  const at = f.builder.readVariable(counter)
  const length = f.op("dyn.method", [items], "length", origin)
  f.builder.branch(f.op("dyn.lt", [at, length], null, origin), inside, after, origin)
  f.enter(inside)
  inLoop(f, after, next, () => {
    f.openScope()
    f.declare(symbol, f.op("dyn.index", [items, f.builder.readVariable(counter)], null, origin), f.at(stmt.name.span))
    lowerBlock(f, stmt.body)
    f.closeScope(origin)
  })
  f.jump(next, origin)
  f.enter(next)
  if (f.builder.hasPredecessors(next)) {
    f.builder.writeVariable(counter, f.builder.emit("i64.add", [f.builder.readVariable(counter), f.builder.constI64(1n, origin)], null, origin))
    f.builder.jump(head, origin)
  } else f.builder.unreachable()
  f.builder.seal(head)
  f.enter(after)
}

// tasks

function lowerNowait(f: FunctionLowering, stmt: NowaitStmt): void {
  const origin = f.at(stmt.span)
  const join = f.join()
  if (f.module.usesTaskScopes) {
    const cancelled = f.block()
    const runs = f.block()
    f.builder.branch(f.op("dyn.truthy", [f.library("scope.failed", [], origin)], null, origin), cancelled, runs, origin, "then")
    f.enter(cancelled)
    f.alternative(() => f.give(join, f.library("Future.cancelled", [f.builder.constStr("sibling-failed", origin)], origin), origin))
    f.enter(runs)
  }
  const failed = f.block()
  const frame = new HandlerBodyFrame(failed)
  f.frames.push(frame)
  f.alternative(() => {
    const value = lowerExpr(f, stmt.value)
    f.frames.splice(f.frames.indexOf(frame), 1)
    if (!f.builder.isEnded) f.give(join, f.library("Future.ready", [value], origin), origin)
  })
  if (f.builder.hasPredecessors(failed)) {
    f.enter(failed)
    const error = f.builder.emit("err.take", [], null, origin)
    f.alternative(() => f.give(join, f.library("Future.failed", [error], origin), origin))
  } else f.builder.seal(failed)
  f.enter(join.block)
  const symbol = f.checked.symbols.get(stmt.name)
  if (symbol?.kind === "global") f.builder.perform("global.set", [join.value], symbol.name, origin)
  else if (symbol?.kind === "variable" && symbol.place.span === stmt.name.span) f.declare(symbol, join.value, origin)
  else if (symbol?.kind === "variable") f.write(symbol, join.value, origin)
}

/** The scope of tasks is left by a cleanup of its own, inside the written handlers. */
function lowerTaskScope(f: FunctionLowering, stmt: TaskScopeStmt): void {
  const origin = f.at(stmt.span)
  lowerHandled(
    f,
    false,
    stmt.handlers,
    () => {
      f.library("scope.enter", [], origin)
      const frame = new HandlerFrame(f, false)
      f.frames.push(frame)
      lowerBlock(f, stmt.body)
      frame.finish(
        null,
        (way) => {
          const normal = f.block()
          const other = f.block()
          const after = f.block()
          f.builder.branch(way.isNormal(), normal, other, origin)
          f.enter(normal)
          f.alternative(() => f.library("scope.leave", [], origin))
          f.jump(after, origin)
          f.enter(other)
          f.alternative(() => f.library("scope.abandon", [], origin))
          f.jump(after, origin)
          f.enter(after)
        },
        origin,
      )
    },
    (block) => lowerBlock(f, block),
    origin,
  )
}

// assignment

const COMPOUND: Readonly<Record<Exclude<AssignOp, "=">, string>> = { "+=": "dyn.add", "-=": "dyn.sub", "*=": "dyn.mul", "/=": "dyn.div", "%=": "dyn.rem" }

function lowerAssign(f: FunctionLowering, stmt: AssignStmt): void {
  const { op } = stmt
  const update = op === "=" ? null : (current: ValueId): ValueId => binaryOp(f, COMPOUND[op], current, lowerExpr(f, stmt.value), f.at(stmt.span))
  assign(f, stmt.target, update, stmt.value, f.at(stmt.span))
}

function lowerIncrement(f: FunctionLowering, stmt: IncrementStmt): void {
  const origin = f.at(stmt.span)
  assign(f, stmt.target, (current) => binaryOp(f, "dyn.add", current, f.builder.constI64(1n, origin), origin), null, origin)
}

/** Evaluates the parts of the target once, then the value (from the current one if `update` is given), then stores. */
function assign(f: FunctionLowering, target: Expr, update: ((current: ValueId) => ValueId) | null, value: Expr | null, origin: Origin | null): void {
  const valueFrom = (current: () => ValueId): ValueId => (update === null ? lowerExpr(f, value as Expr) : update(current()))
  switch (target.kind) {
    case "NameExpr": {
      const symbol = f.checked.symbols.get(target)
      if (symbol?.kind === "variable") {
        f.write(symbol, valueFrom(() => f.read(symbol, f.at(target.span))), origin)
        return
      }
      if (symbol?.kind === "global") {
        const result = valueFrom(() => f.builder.emit("global.get", [], symbol.name, f.at(target.span)))
        f.builder.perform("global.set", [f.any(result, origin)], symbol.name, origin)
        return
      }
      break
    }
    case "IndexExpr": {
      const receiver = lowerExpr(f, target.receiver)
      const index = lowerExpr(f, target.index)
      const result = valueFrom(() => f.op("dyn.index", [receiver, index], null, f.at(target.span)))
      f.perform("dyn.index_set", [receiver, index, result], null, origin)
      return
    }
    case "FieldExpr": {
      const member = getMember(f, target)
      const result = valueFrom(() => member.read(f.at(target.span)))
      setMember(f, member, result, origin)
      return
    }
  }
  throw new Bug("lower", `${target.kind} as a target in a program without errors`)
}
