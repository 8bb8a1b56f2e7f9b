/**
 * The state of lowering one function: its builder, where variables live, what `me` is, where errors and jumps go.
 *
 * The one idea: lowering is a walk that asks this object for the current block; everything that depends on the position in the
 * source (variables, handlers around, loop around) is here, the shape of each construct is in the files beside.
 *
 * Invariants: an expression gives a value of any type; `any(v)` is put wherever a fixed type asks for `any`. After a statement
 * that cannot complete the builder's block is ended; after an expression that cannot complete it is an unreachable open block.
 */
import type { Span } from "../base/source.ts"
import type { CheckedProgram } from "../check/checked.ts"
import type { BoxSymbol, Routine, VariableSymbol } from "../check/symbol.ts"
import { needsCell } from "../check/symbol.ts"
import { FuncBuilder, type Target, type VarId } from "../mir/build.ts"
import type { BlockId, Immediate, Origin, PointVariable, Type, ValueId } from "../mir/ir.ts"
import { opDef } from "../mir/ops.ts"
import type { Frame } from "./cleanup.ts"
import type { ModuleLowering } from "./module.ts"

/** What is known of a function before its body is walked. */
export interface FunctionSeed {
  readonly name: string
  readonly display: string
  readonly routine: Routine
  /** The class of `me`: the box of the method, or the heir that has this copy. Null without `me`. */
  readonly self: BoxSymbol | null
  readonly span: Span | null
  readonly synthetic: boolean
}

/** Where a variable lives: an SSA variable, or a cell that an SSA variable points to. */
interface Storage {
  readonly variable: VarId
  /** The cell's class, or null. */
  readonly cell: string | null
  readonly type: Type
}

/** Lowering of one function; see the head of this file. */
export class FunctionLowering {
  readonly module: ModuleLowering
  readonly checked: CheckedProgram
  readonly builder: FuncBuilder
  readonly self: BoxSymbol | null
  /** Base of the names of lambdas in it. */
  readonly baseName: string
  /** Handlers and loops around the current place, outermost first. */
  readonly frames: Frame[] = []
  /** The value of `me`. */
  me: ValueId | null = null
  readonly #display: string
  #routine: Routine
  #file: number
  readonly #storage = new Map<VariableSymbol, Storage>()
  /** Variables whose scopes are open, for the end of lifetimes; empty where lifetimes cannot be observed. */
  readonly #held: VarId[][] = [[]]
  /** The variables in sight, by scope, the first that of parameters and captures; empty unless points are made. */
  readonly #inSight: { readonly variable: PointVariable; readonly place: VarId }[][] = [[]]
  /** What the variables in sight held at the point the current statement began at. */
  #atPoint: readonly ValueId[] = []
  #temporaries: ValueId[] = []
  #raise: BlockId | null = null
  #shownAs: string | null = null

  constructor(module: ModuleLowering, seed: FunctionSeed) {
    this.module = module
    this.checked = module.checked
    this.#routine = seed.routine
    this.self = seed.self
    this.#file = seed.routine.file
    this.#display = seed.display
    this.baseName = seed.name.replace(/\/\d+(?=@|$)/, "")
    this.builder = new FuncBuilder(module.module, {
      name: seed.name,
      result: "any",
      fails: true,
      origin: seed.span === null || module.isLibrary ? null : { file: this.#file, start: seed.span.start, end: seed.span.end },
      display: seed.display,
      synthetic: seed.synthetic,
    })
  }

  /** Origin of the instructions of a node; none in functions of the library, whose errors are those of the call. */
  at(span: Span): Origin | null {
    if (this.module.isLibrary) return null
    const own = { file: this.#file, start: span.start, end: span.end }
    return this.#shownAs === null ? own : { ...own, inlined: { function: this.#shownAs, at: null } }
  }

  /** The box whose private members the code may use. */
  get privateBox(): BoxSymbol | null {
    return this.#routine.box
  }

  /** Lowers code of another routine into this function: initialisers of ancestors, of globals. */
  within(routine: Routine, lower: () => void): void {
    const outer = this.#routine
    const file = this.#file
    this.#routine = routine
    this.#file = routine.file
    lower()
    this.#routine = outer
    this.#file = file
  }

  /** Lowers code that error traces show as the function `name`, though this function is hidden in them. */
  shownAs(name: string, lower: () => void): void {
    this.#shownAs = name
    lower()
    this.#shownAs = null
  }

  /** Sets the file that spans are of. */
  useFile(file: number): void {
    this.#file = file
  }

  // instructions

  /** The value as `any`. */
  any(value: ValueId, origin: Origin | null = null): ValueId {
    return this.builder.toAny(value, origin)
  }

  null(origin: Origin | null = null): ValueId {
    return this.builder.constNull(origin)
  }

  /** An operation with a result, failing or not as its row says. */
  op(op: string, args: readonly ValueId[], imm: Immediate | null, origin: Origin | null, type?: Type): ValueId {
    const value =
      opDef(op)?.fails === undefined
        ? this.builder.emit(op, args, imm, origin, type)
        : this.builder.emitFailing(op, args, imm, origin, this.errorTarget(), type)
    this.#temporary(value)
    return value
  }

  /** An operation without a result. */
  perform(op: string, args: readonly ValueId[], imm: Immediate | null, origin: Origin | null): void {
    if (opDef(op)?.fails === undefined) this.builder.perform(op, args, imm, origin)
    else this.builder.performFailing(op, args, imm, origin, this.errorTarget())
  }

  /** Calls a function of the module; arguments but a leading `me` become `any`. */
  call(func: string, args: readonly ValueId[], origin: Origin | null, type: Type = "any"): ValueId {
    const value = this.builder.emitFailing("call", args, func, origin, this.errorTarget(), type)
    this.#temporary(value)
    return value
  }

  /** Calls a function of the runtime by its ABI name. */
  runtime(row: string, args: readonly ValueId[], origin: Origin | null, type: Type, fails: boolean): ValueId {
    return fails ? this.builder.emitFailing("call.rt", args, row, origin, this.errorTarget(), type) : this.builder.emit("call.rt", args, row, origin, type)
  }

  /** A function of the library. */
  library(name: string, args: readonly ValueId[], origin: Origin | null): ValueId {
    return this.op("dyn.lib", args, name, origin)
  }

  /** Raises an error; what follows is unreachable. Gives a value so that expressions can end with it. */
  fail(kind: string, message: readonly (string | ValueId)[], origin: Origin | null): ValueId {
    const args = message.map((part) => (typeof part === "string" ? this.builder.constStr(part, origin) : part))
    this.perform("dyn.raise", args, kind, origin)
    this.builder.unreachable(origin)
    return this.dead()
  }

  /** Goes on in a block that nothing reaches and gives a value there. */
  dead(): ValueId {
    const block = this.builder.createBlock()
    this.builder.seal(block)
    this.builder.switchTo(block)
    return this.null()
  }

  /** A sealed or open new block. */
  block(): BlockId {
    return this.builder.createBlock()
  }

  /** Goes on in a block whose edges are all made. */
  enter(block: BlockId): void {
    this.builder.seal(block)
    this.builder.switchTo(block)
  }

  /** Jumps unless the block is ended. */
  jump(to: Target, origin: Origin | null = null): void {
    if (!this.builder.isEnded) this.builder.jump(to, origin)
  }

  /** A block with one `any` parameter where the values of alternatives meet. */
  join(): { readonly block: BlockId; readonly value: ValueId } {
    const block = this.builder.createBlock()
    const value = this.builder.addBlockParam(block, "any")
    return { block, value }
  }

  /** Goes to a join with a value, unless the block is ended. */
  give(join: { readonly block: BlockId }, value: ValueId, origin: Origin | null = null): void {
    if (!this.builder.isEnded) this.builder.jump({ block: join.block, args: [this.any(value, origin)] }, origin)
  }

  /** Where a failing instruction goes: the handler around it, or out of the function. */
  errorTarget(): BlockId {
    for (let i = this.frames.length - 1; i >= 0; i--) {
      const target = this.frames[i]?.errorTarget()
      if (target !== undefined && target !== null) return target
    }
    if (this.#raise === null) this.#raise = this.builder.createBlock()
    return this.#raise
  }

  /** Passes a pending error on to the handler around, or out of the function. */
  passError(origin: Origin | null = null): void {
    this.builder.jump(this.errorTarget(), origin)
  }

  /** Ends the function: writes the block that raises. */
  finish(): void {
    if (this.#raise !== null) {
      this.enter(this.#raise)
      this.builder.raise()
    }
    this.module.add(this.builder.finish())
  }

  // variables

  /** Declares a variable of the source and gives it its first value. */
  declare(symbol: VariableSymbol, value: ValueId, origin: Origin | null): void {
    const storage = this.#storage.get(symbol) ?? this.#allocate(symbol)
    if (storage.cell !== null) {
      const cell = this.builder.emit("new", [], storage.cell, origin)
      this.builder.perform("field.set", [cell, this.any(value, origin)], { class: storage.cell, field: "v" }, origin)
      this.builder.writeVariable(storage.variable, cell)
    } else this.builder.writeVariable(storage.variable, this.any(value, origin))
    this.#hold(storage.variable)
    this.#show(symbol, storage, this.#inSight.length === 1 ? "parameter" : "local")
  }

  /** Gives a variable a place before its declaration, where a handler may see it before. */
  predeclare(symbol: VariableSymbol): void {
    const storage = this.#allocate(symbol)
    this.builder.writeVariable(storage.variable, storage.cell === null ? this.null() : this.builder.emit("new", [], storage.cell))
  }

  /** Declares a variable that is never assigned again and whose value has a known type. */
  declareTyped(symbol: VariableSymbol, value: ValueId): void {
    const type = this.builder.typeOf(value)
    const variable = this.builder.declareVariable(type, symbol.name)
    const storage: Storage = { variable, cell: null, type }
    this.#storage.set(symbol, storage)
    this.builder.writeVariable(variable, value)
    this.#show(symbol, storage, "local")
  }

  /** Takes a variable that a closure captured: its value or its cell. */
  adopt(symbol: VariableSymbol, value: ValueId): void {
    const storage = this.#allocate(symbol)
    this.builder.writeVariable(storage.variable, value)
    this.#show(symbol, storage, "captured")
  }

  #allocate(symbol: VariableSymbol): Storage {
    const cell = needsCell(symbol) ? this.module.cellClass(symbol) : null
    const type: Type = cell === null ? "any" : `box<${cell}>`
    const storage: Storage = { variable: this.builder.declareVariable(type, symbol.name), cell, type }
    this.#storage.set(symbol, storage)
    return storage
  }

  /** Where a variable lives, as closures capture it: the value or the cell. */
  captured(symbol: VariableSymbol): ValueId {
    return this.builder.readVariable(this.#storageOf(symbol).variable)
  }

  read(symbol: VariableSymbol, origin: Origin | null): ValueId {
    const storage = this.#storageOf(symbol)
    const value = this.builder.readVariable(storage.variable)
    return storage.cell === null ? value : this.builder.emit("field.get", [value], { class: storage.cell, field: "v" }, origin)
  }

  write(symbol: VariableSymbol, value: ValueId, origin: Origin | null): void {
    const storage = this.#storageOf(symbol)
    if (storage.cell === null) {
      this.#keep(this.builder.readVariable(storage.variable), origin)
      this.builder.writeVariable(storage.variable, this.any(value, origin))
    } else {
      const cell = this.builder.readVariable(storage.variable)
      this.builder.perform("field.set", [cell, this.any(value, origin)], { class: storage.cell, field: "v" }, origin)
    }
  }

  #storageOf(symbol: VariableSymbol): Storage {
    const known = this.#storage.get(symbol)
    if (known !== undefined) return known
    // Only code that cannot run reads a variable whose declaration was not lowered.
    const storage = this.#allocate(symbol)
    const value = storage.cell === null ? this.null() : this.builder.emit("new", [], storage.cell)
    this.builder.writeVariable(storage.variable, value)
    return storage
  }

  /** A variable of the compiler, not of the source. */
  scratch(type: Type, first: ValueId): VarId {
    const variable = this.builder.declareVariable(type)
    this.builder.writeVariable(variable, first)
    return variable
  }

  // lifetimes: only where a program can observe when objects go

  /** Opens a scope of variables. */
  openScope(): void {
    this.#held.push([])
    this.#inSight.push([])
  }

  /** Closes a scope: what its variables hold is held until here. */
  closeScope(origin: Origin | null): void {
    this.#inSight.pop()
    const variables = this.#held.pop() ?? []
    if (this.builder.isEnded) return
    for (let i = variables.length - 1; i >= 0; i--) this.#keep(this.builder.readVariable(variables[i] as VarId), origin)
  }

  /** How many scopes are open. */
  get scopeDepth(): number {
    return this.#held.length
  }

  /** What holds the variables of the innermost scope as it is now, to be called later. */
  holder(origin: Origin | null): () => void {
    const variables = [...(this.#held.at(-1) ?? [])]
    return () => {
      if (this.builder.isEnded) return
      for (let i = variables.length - 1; i >= 0; i--) this.#keep(this.builder.readVariable(variables[i] as VarId), origin)
    }
  }

  /** Holds what variables of the scopes from a depth on hold, at a jump out of them. */
  keepScopes(depth: number, origin: Origin | null): void {
    if (!this.module.observesLifetimes) return
    for (let i = this.#held.length - 1; i >= depth; i--) {
      const variables = this.#held[i] as VarId[]
      for (let j = variables.length - 1; j >= 0; j--) this.#keep(this.builder.readVariable(variables[j] as VarId), origin)
    }
  }

  /** Ends a full expression: its temporaries are held until here. */
  endExpression(origin: Origin | null): void {
    if (this.#atPoint.length > 0 && !this.builder.isEnded) this.builder.perform("hold", this.#atPoint, null, origin)
    const temporaries = this.#temporaries
    if (temporaries.length === 0) return
    this.#temporaries = []
    if (!this.builder.isEnded) for (const value of temporaries) this.#keep(value, origin)
  }

  // debugging: only where points are made

  /** Notes a variable that the innermost scope has from here on. */
  #show(symbol: VariableSymbol, storage: Storage, kind: PointVariable["kind"]): void {
    if (this.module.points === null) return
    const scope = this.#inSight.at(-1)
    scope?.push({ variable: { name: symbol.name, kind, cell: storage.cell }, place: storage.variable })
  }

  /** A place where a debugger may stop: in front of what `span` covers. Its variables stay where they are until the expression ends. */
  point(span: Span): void {
    const { points } = this.module
    const origin = this.at(span)
    if (points === null || origin === null || this.builder.isEnded) return
    const variables: PointVariable[] = []
    const values: ValueId[] = []
    const names = new Set<string>()
    for (const scope of this.#inSight.toReversed()) {
      for (const { variable, place } of scope.toReversed()) {
        if (names.has(variable.name)) continue
        names.add(variable.name)
        variables.push(variable)
        values.push(this.builder.readVariable(place))
      }
    }
    if (this.me !== null) {
      variables.push({ name: "me", kind: "me", cell: null })
      values.push(this.me)
    }
    this.builder.perform("point", values, BigInt(points.length), origin)
    points.push({ function: this.#display, origin, variables })
    this.#atPoint = values
  }

  /** Lowers something that has points of its own; afterwards the point of what is around it counts again. */
  around<T>(lower: () => T): T {
    const outer = this.#atPoint
    this.#atPoint = []
    const result = lower()
    this.#atPoint = outer
    return result
  }

  #hold(variable: VarId): void {
    if (this.module.observesLifetimes) this.#held.at(-1)?.push(variable)
  }

  /** Lowers an alternative: its temporaries end with it. */
  alternative(lower: () => unknown): void {
    const outer = this.#temporaries
    this.#temporaries = []
    lower()
    this.#temporaries = outer
  }

  #temporary(value: ValueId): void {
    if (this.module.observesLifetimes) this.#temporaries.push(value)
  }

  #keep(value: ValueId, origin: Origin | null): void {
    if (!this.module.observesLifetimes) return
    const type = this.builder.typeOf(value)
    if (type === "i64" || type === "f64" || type === "bool" || type === "unit") return
    this.builder.perform("keepalive", [value], null, origin)
  }
}
