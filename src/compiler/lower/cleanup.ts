/**
 * Leaving scopes: `catch`, `fini` handlers, `cleanup`, and what loops and functions do with jumps.
 *
 * The one idea: handlers are lowered once. Every way out of a scope writes the number of the way to a variable and goes to the
 * newest `fini` handler registered there; the handlers run one after the other, and a switch on the number at the end goes on
 * outward. A way out that no handler sees is a plain jump.
 *
 * Order (LANGUAGE.md 4.19): for an error the matching `catch`, then `fini` handlers newest first, then `cleanup`, then outward.
 * An error in a handler becomes the way out; the first such error stays, the other handlers still run.
 */
import { CATCH_ALL_KINDS } from "../../runtime/traps.ts"
import type { Block, Handlers } from "../syntax/ast.ts"
import type { VarId } from "../mir/build.ts"
import type { BlockId, Origin, ValueId } from "../mir/ir.ts"
import type { FunctionLowering } from "./func.ts"
import { lowerBlock } from "./stmt.ts"

/** A way out of code that is no error. */
export type Exit =
  | { readonly kind: "return"; readonly value: ValueId }
  | { readonly kind: "jump"; readonly frame: LoopFrame; readonly to: BlockId }

/** Something that a way out meets. */
export type Frame = LoopFrame | HandlerFrame | HandlerBodyFrame | ResultFrame

/** A loop: `break` and `continue` end here. */
export class LoopFrame {
  readonly breakTo: BlockId
  readonly continueTo: BlockId
  /** Scopes open outside the body. */
  readonly scopeDepth: number

  constructor(breakTo: BlockId, continueTo: BlockId, scopeDepth: number) {
    this.breakTo = breakTo
    this.continueTo = continueTo
    this.scopeDepth = scopeDepth
  }

  /** Loops do not handle errors. */
  errorTarget(): null {
    return null
  }
}

/** Code that is lowered into another function's body: `return` gives its value to a join. */
export class ResultFrame {
  readonly join: { readonly block: BlockId }

  constructor(join: { readonly block: BlockId }) {
    this.join = join
  }

  /** Does not handle errors. */
  errorTarget(): null {
    return null
  }
}

const NORMAL = 0n
const ERROR = 1n

/** A registered `fini` handler. */
interface RegisteredFini {
  readonly entry: BlockId
  readonly body: Block
  /** Keeps what the variables of its scope hold. */
  readonly hold: () => void
}

/** A scope with handlers while it is lowered. */
export class HandlerFrame {
  readonly #f: FunctionLowering
  /** Number of the way out that is being taken. */
  readonly #way: VarId
  /** The error that is being passed on. */
  readonly #error: VarId
  /** The value that is being returned. */
  readonly #value: VarId
  /** How many `fini` handlers were registered when an error occurred; for scopes with a `catch`. */
  readonly #count: VarId
  readonly #handlerFailed: VarId
  readonly #exits: { readonly way: bigint; readonly exit: Exit }[] = []
  /** Registered `fini` handlers: entry block and what lowers the body. */
  readonly #finis: RegisteredFini[] = []
  readonly #hasCatch: boolean
  readonly #end: BlockId
  /** While the catch handler is lowered: the block that goes to the handlers registered when the error occurred. */
  #afterCatch: BlockId | null = null
  #onError: BlockId | null
  readonly #scopeDepth: number

  constructor(f: FunctionLowering, hasCatch: boolean) {
    this.#f = f
    this.#scopeDepth = f.scopeDepth
    this.#way = f.scratch("i64", f.builder.constI64(NORMAL))
    this.#error = f.scratch("box<ErrorBox>?", f.builder.emit("const.none", [], null, null, "box<ErrorBox>?"))
    this.#value = f.scratch("any", f.null())
    this.#count = f.scratch("i64", f.builder.constI64(0n))
    this.#handlerFailed = f.scratch("bool", f.builder.constBool(false))
    this.#hasCatch = hasCatch
    this.#end = f.block()
    this.#onError = f.block()
  }

  /** Where errors of the code inside go. */
  errorTarget(): BlockId | null {
    return this.#onError
  }

  /** Registers a `fini` handler from here on; `hold` keeps what the variables of its scope hold until it has run. */
  register(body: Block, hold: () => void): void {
    const f = this.#f
    // Errors before this point must not run it: what they reach is closed and a new target opened.
    if (!this.#hasCatch) this.#closeErrors(null)
    this.#finis.push({ entry: f.block(), body, hold })
    f.builder.writeVariable(this.#count, f.builder.constI64(BigInt(this.#finis.length)))
  }

  /** Takes a way out of the scope, from the current block. */
  leave(exit: Exit, origin: Origin | null): void {
    const f = this.#f
    if (exit.kind === "return") f.builder.writeVariable(this.#value, f.any(exit.value, origin))
    let known = this.#exits.find((one) => (exit.kind === "return" ? one.exit.kind === "return" : one.exit.kind === "jump" && one.exit.to === exit.to))
    if (known === undefined) {
      known = { way: BigInt(this.#exits.length) + 2n, exit }
      this.#exits.push(known)
    }
    f.builder.writeVariable(this.#way, f.builder.constI64(known.way))
    f.keepScopes(this.#scopeDepth, origin)
    f.builder.jump(this.#afterCatch ?? this.#newest(), origin)
  }

  #newest(): BlockId {
    return this.#finis.at(-1)?.entry ?? this.#end
  }

  /** Lowers the error target opened last: the error is kept as the way out and the handlers registered so far run. */
  #closeErrors(origin: Origin | null): void {
    const f = this.#f
    const target = this.#onError
    if (target === null) return
    const here = f.builder.current
    if (f.builder.hasPredecessors(target)) {
      f.enter(target)
      this.#keepError(f.builder.emit("err.take", [], null, origin), origin)
      f.builder.jump(this.#newest(), origin)
    } else f.builder.seal(target)
    f.builder.switchTo(here)
    this.#onError = f.block()
  }

  #keepError(error: ValueId, origin: Origin | null): void {
    const f = this.#f
    f.builder.writeVariable(this.#error, f.builder.emit("ref.opt", [error], null, origin, "box<ErrorBox>?"))
    f.builder.writeVariable(this.#way, f.builder.constI64(ERROR))
  }

  /**
   * Ends the scope: the current block, if not ended, leaves it normally. `catchBody` lowers the catch handlers; `cleanup` the
   * cleanup. Afterwards the builder goes on behind the scope.
   */
  finish(catchBody: ((error: ValueId, rethrow: (error: ValueId) => void) => void) | null, cleanup: ((way: { readonly isNormal: () => ValueId }) => void) | null, origin: Origin | null): void {
    const f = this.#f
    const { builder } = f
    if (!builder.isEnded) {
      builder.writeVariable(this.#way, builder.constI64(NORMAL))
      builder.jump(this.#newest(), origin)
    }
    this.#catch(catchBody, origin)
    // While handlers run, an error in one of them is kept and the next ones still run; jumps go outward.
    f.frames.splice(f.frames.indexOf(this), 1)
    for (let i = this.#finis.length - 1; i >= 0; i--) {
      const fini = this.#finis[i] as RegisteredFini
      f.enter(fini.entry)
      const next = this.#finis[i - 1]?.entry ?? this.#end
      this.#handler(() => {
        lowerBlock(f, fini.body)
        fini.hold()
      }, next, origin)
    }
    f.enter(this.#end)
    if (cleanup !== null) {
      const after = f.block()
      this.#handler(() => cleanup({ isNormal: () => builder.emit("i64.eq", [builder.readVariable(this.#way), builder.constI64(NORMAL)], null, origin) }), after, origin)
      f.enter(after)
    }
    this.#dispatch(origin)
  }

  #catch(catchBody: ((error: ValueId, rethrow: (error: ValueId) => void) => void) | null, origin: Origin | null): void {
    const f = this.#f
    const target = this.#onError
    if (target === null) return
    if (!this.#hasCatch || catchBody === null) {
      const here = f.builder.current
      this.#closeErrors(origin)
      f.builder.switchTo(here)
      return
    }
    if (!f.builder.hasPredecessors(target)) {
      f.builder.seal(target)
      return
    }
    // The catch handler's own errors and jumps still run the `fini` handlers and the cleanup.
    const failed = f.block()
    this.#onError = failed
    const after = f.block()
    this.#afterCatch = after
    f.enter(target)
    const error = f.builder.emit("err.take", [], null, origin)
    catchBody(error, (unmatched) => {
      this.#keepError(unmatched, origin)
      f.builder.jump(after, origin)
    })
    if (!f.builder.isEnded) {
      f.builder.writeVariable(this.#way, f.builder.constI64(NORMAL))
      f.builder.jump(after, origin)
    }
    if (f.builder.hasPredecessors(failed)) {
      f.enter(failed)
      this.#keepError(f.builder.emit("err.take", [], null, origin), origin)
      f.builder.writeVariable(this.#handlerFailed, f.builder.constBool(true))
      f.builder.jump(after, origin)
    } else f.builder.seal(failed)
    this.#onError = null
    this.#afterCatch = null
    f.enter(after)
    this.#enterFinis(origin)
  }

  /** Goes to the newest handler that was registered when the error occurred. */
  #enterFinis(origin: Origin | null): void {
    const f = this.#f
    if (this.#finis.length === 0) {
      f.builder.jump(this.#end, origin)
      return
    }
    const cases = this.#finis.map((fini, i) => ({ value: BigInt(i + 1), to: fini.entry }))
    f.builder.switchOn(f.builder.readVariable(this.#count), cases, this.#end, origin)
  }

  /** Lowers a handler whose errors are kept as the way out. */
  #handler(lower: () => void, next: BlockId, origin: Origin | null): void {
    const f = this.#f
    const failed = f.block()
    const frame = new HandlerBodyFrame(failed)
    f.frames.push(frame)
    lower()
    f.frames.splice(f.frames.indexOf(frame), 1)
    f.jump(next, origin)
    if (!f.builder.hasPredecessors(failed)) {
      f.builder.seal(failed)
      return
    }
    f.enter(failed)
    const error = f.builder.emit("err.take", [], null, origin)
    const replace = f.block()
    const join = f.block()
    f.builder.branch(f.builder.readVariable(this.#handlerFailed), join, replace, origin, "then")
    f.enter(replace)
    this.#keepError(error, origin)
    f.builder.writeVariable(this.#handlerFailed, f.builder.constBool(true))
    f.builder.jump(join, origin)
    f.enter(join)
    f.builder.jump(next, origin)
  }

  /** Goes on with the way out that was taken. */
  #dispatch(origin: Origin | null): void {
    const f = this.#f
    const { builder } = f
    const normal = f.block()
    const error = f.block()
    const cases: { value: bigint; to: BlockId }[] = [{ value: ERROR, to: error }]
    const targets = this.#exits.map((one) => ({ one, block: f.block() }))
    for (const { one, block } of targets) cases.push({ value: one.way, to: block })
    builder.switchOn(builder.readVariable(this.#way), cases, normal, origin)
    f.enter(error)
    const pending = builder.emit("opt.ref", [builder.readVariable(this.#error)], null, origin, "box<ErrorBox>")
    builder.perform("err.set", [pending], null, origin)
    f.passError(origin)
    for (const { one, block } of targets) {
      f.enter(block)
      if (one.exit.kind === "return") takeExit(f, { kind: "return", value: builder.readVariable(this.#value) }, origin)
      else takeExit(f, one.exit, origin)
    }
    f.enter(normal)
  }
}

/** Errors of the code inside go to a block, jumps outward: a `catch` alone, or a handler that its scope runs. */
export class HandlerBodyFrame {
  readonly #target: BlockId

  constructor(target: BlockId) {
    this.#target = target
  }

  errorTarget(): BlockId {
    return this.#target
  }
}

/** Leaves the current place: through the handlers around, to the loop, join or caller. */
export function takeExit(f: FunctionLowering, exit: Exit, origin: Origin | null): void {
  for (let i = f.frames.length - 1; i >= 0; i--) {
    const frame = f.frames[i] as Frame
    if (frame instanceof HandlerFrame) {
      frame.leave(exit, origin)
      return
    }
    if (frame instanceof ResultFrame && exit.kind === "return") {
      f.give(frame.join, exit.value, origin)
      return
    }
    if (exit.kind === "jump" && frame === exit.frame) {
      f.keepScopes(exit.frame.scopeDepth, origin)
      f.builder.jump(exit.to, origin)
      return
    }
  }
  if (exit.kind === "return") {
    f.keepScopes(0, origin)
    f.builder.ret(f.any(exit.value, origin), origin)
  } else f.builder.jump(exit.to, origin)
}

/** True if a block registers `fini` handlers on its own scope. */
export function registersFini(block: Block): boolean {
  return block.stmts.some((stmt) => stmt.kind === "FiniStmt" || (stmt.kind === "LocalStmt" && stmt.fini !== null))
}

/**
 * Lowers code with the handlers around it. `body` lowers the code, `catchValue` takes the value of a catch handler's last
 * expression where one is wanted.
 */
export function lowerHandled(
  f: FunctionLowering,
  hasFini: boolean,
  handlers: Handlers | null,
  body: () => void,
  catchBlock: (block: Block) => void,
  origin: Origin | null,
): void {
  const hasCatch = handlers !== null && handlers.catches.length > 0
  const cleanup = handlers?.cleanup ?? null
  if (!hasCatch && cleanup === null && !hasFini) {
    body()
    return
  }
  if (hasCatch && cleanup === null && !hasFini) {
    lowerCatchOnly(f, handlers, body, catchBlock, origin)
    return
  }
  const frame = new HandlerFrame(f, hasCatch)
  f.frames.push(frame)
  f.alternative(body)
  frame.finish(
    hasCatch ? (error, rethrow) => lowerCatches(f, handlers, error, catchBlock, rethrow) : null,
    cleanup === null ? null : () => lowerBlock(f, cleanup.body),
    origin,
  )
}

/** A `catch` alone: jumps pass it by, so only errors are led to it. */
function lowerCatchOnly(f: FunctionLowering, handlers: Handlers, body: () => void, catchBlock: (block: Block) => void, origin: Origin | null): void {
  const target = f.block()
  const after = f.block()
  const frame = new HandlerBodyFrame(target)
  f.frames.push(frame)
  f.alternative(body)
  f.frames.splice(f.frames.indexOf(frame), 1)
  f.jump(after, origin)
  if (f.builder.hasPredecessors(target)) {
    f.enter(target)
    const error = f.builder.emit("err.take", [], null, origin)
    lowerCatches(f, handlers, error, catchBlock, (unmatched) => {
      f.builder.perform("err.set", [unmatched], null, origin)
      f.passError(origin)
    })
    f.jump(after, origin)
  } else f.builder.seal(target)
  f.enter(after)
}

/** The catch clauses in order; an error that none takes is passed on. */
function lowerCatches(f: FunctionLowering, handlers: Handlers, error: ValueId, catchBlock: (block: Block) => void, rethrow: (error: ValueId) => void): void {
  f.alternative(() => lowerClauses(f, handlers, error, catchBlock, rethrow))
}

function lowerClauses(f: FunctionLowering, handlers: Handlers, error: ValueId, catchBlock: (block: Block) => void, rethrow: (error: ValueId) => void): void {
  const after = f.block()
  let takesAll = false
  for (const clause of handlers.catches) {
    const origin = f.at(clause.span)
    const next = f.block()
    if (clause.type !== null && !CATCH_ALL_KINDS.includes(clause.type.text)) {
      const taken = f.block()
      const matches = f.library("error.matches", [error, f.builder.constStr(clause.type.text, origin)], origin)
      f.builder.branch(f.op("dyn.truthy", [matches], null, origin), taken, next, origin)
      f.enter(taken)
    } else takesAll = true
    f.openScope()
    if (clause.binding !== null) {
      const symbol = f.checked.symbols.get(clause.binding)
      if (symbol?.kind === "variable") f.declare(symbol, error, origin)
    }
    catchBlock(clause.body)
    f.closeScope(origin)
    f.jump(after, origin)
    f.enter(next)
    if (takesAll) break
  }
  if (!takesAll) rethrow(error)
  else if (!f.builder.isEnded) f.builder.unreachable()
  f.enter(after)
}
