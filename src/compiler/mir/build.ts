/**
 * Builds one function in SSA form while its source is walked.
 *
 * Variables of the source are written and read per block; reading finds the value that reaches the block and makes block
 * parameters where several values meet (the algorithm of Braun, Buchwald, Hack, Leissa, Mallon and Zwinkau: "Simple and
 * Efficient Construction of Static Single Assignment Form"). A block is *sealed* when all its predecessors are known; until
 * then a read in it makes a parameter whose arguments are filled in by sealing.
 *
 * A failing instruction ends its block: `emitFailing` gives it an error edge and goes on in a fresh, sealed block that
 * only success reaches. On the error edge variables have the values they had before the instruction.
 *
 * `finish` drops unreachable blocks and parameters that always carry one value, and numbers blocks and values in layout
 * order, parameters first.
 */
import { Bug } from "../base/bug.ts"
import { blocksById, forEachEdge, renameInst, renameTerm, reversePostorder } from "./edges.ts"
import { abiRow } from "./facts.ts"
import { type Block, type BlockCall, type BlockId, type FieldRef, type Func, type Immediate, type Inst, type Module, type Origin, type Type, type ValueId, blockId, valueId } from "./ir.ts"
import { opDef } from "./ops.ts"

/** A variable of the source while a function is built. */
export type VarId = number & { readonly brand: "VarId" }

/** What is known of a function before its body. */
export interface FuncHead {
  readonly name: string
  readonly result: Type
  readonly fails: boolean
  readonly origin: Origin | null
  readonly display: string
  readonly synthetic: boolean
}

/** Where an edge goes: a block, or a block with arguments for its explicit parameters. */
export type Target = BlockId | { readonly block: BlockId; readonly args: readonly ValueId[] }

/** An edge whose argument list grows while parameters are added to its target. */
interface OpenEdge {
  readonly block: BlockId
  readonly args: ValueId[]
}

interface BlockState {
  readonly block: Block
  readonly preds: { readonly from: BlockId; readonly edge: OpenEdge }[]
  readonly defs: Map<VarId, ValueId>
  /** Parameters made by reads before the block was sealed. */
  readonly incomplete: { readonly variable: VarId; readonly param: ValueId }[]
  sealed: boolean
  ended: boolean
}

/** Builds a function; see the head of this file. */
export class FuncBuilder {
  readonly func: Func
  readonly #module: Module
  readonly #states: BlockState[] = []
  readonly #vars: { readonly type: Type; readonly name: string | null }[] = []
  /** Parameters whose arguments are still to be read; a queue keeps long chains of joins off the call stack. */
  readonly #pending: { readonly state: BlockState; readonly variable: VarId; readonly param: ValueId }[] = []
  #current: BlockState

  /** The first block is made, sealed and current. */
  constructor(module: Module, head: FuncHead) {
    this.#module = module
    this.func = {
      name: head.name,
      params: [],
      result: head.result,
      fails: head.fails,
      blocks: [],
      types: [],
      names: new Map(),
      origin: head.origin,
      display: head.display,
      synthetic: head.synthetic,
    }
    const entry = this.createBlock()
    this.seal(entry)
    this.#current = this.#state(entry)
  }

  /** Appends a parameter of the function. */
  addParam(type: Type, name: string | null = null): ValueId {
    const value = this.newValue(type, name)
    this.func.params.push(value)
    return value
  }

  /** A fresh value of a type. */
  newValue(type: Type, name: string | null = null): ValueId {
    const value = valueId(this.func.types.push(type) - 1)
    if (name !== null) this.func.names.set(value, name)
    return value
  }

  /** The type of a value. */
  typeOf(value: ValueId): Type {
    const type = this.func.types[value]
    if (type === undefined) throw new Bug("mir/build", `no value %${value} in @${this.func.name}`)
    return type
  }

  // Blocks.

  /** A new block, not sealed and not ended. */
  createBlock(): BlockId {
    const id = blockId(this.#states.length)
    const block: Block = { id, params: [], insts: [], term: { kind: "unreachable" }, termOrigin: null }
    this.#states.push({ block, preds: [], defs: new Map(), incomplete: [], sealed: false, ended: false })
    this.func.blocks.push(block)
    return id
  }

  /** Adds a parameter that every edge to the block must give an argument for; before any edge is made. */
  addBlockParam(block: BlockId, type: Type, name: string | null = null): ValueId {
    const state = this.#state(block)
    if (state.preds.length > 0 || state.block.params.length !== this.#explicitParams(state)) {
      throw new Bug("mir/build", `parameter added to bb${block} of @${this.func.name} after an edge or a read`)
    }
    const param = this.newValue(type, name)
    state.block.params = [...state.block.params, param]
    return param
  }

  /** The block instructions are appended to. */
  get current(): BlockId {
    return this.#current.block.id
  }

  /** True when the current block has its terminator: code that follows cannot run. */
  get isEnded(): boolean {
    return this.#current.ended
  }

  /** True when some edge to the block was made. */
  hasPredecessors(block: BlockId): boolean {
    return this.#state(block).preds.length > 0
  }

  /** Goes on in `block`. */
  switchTo(block: BlockId): void {
    this.#current = this.#state(block)
  }

  /** Says that no further edge to the block will be made. */
  seal(block: BlockId): void {
    const state = this.#state(block)
    if (state.sealed) return
    state.sealed = true
    for (const { variable, param } of state.incomplete) this.#pending.push({ state, variable, param })
    state.incomplete.length = 0
    this.#fillPending()
  }

  /** Seals every block that is not. */
  sealAll(): void {
    for (const state of this.#states) this.seal(state.block.id)
  }

  // Variables.

  /** Declares a variable; its type is that of every value written to it. */
  declareVariable(type: Type, name: string | null = null): VarId {
    return (this.#vars.push({ type, name }) - 1) as VarId
  }

  /** Gives the variable a value at the end of a block as it is now. */
  writeVariable(variable: VarId, value: ValueId, block: BlockId = this.current): void {
    const { type, name } = this.#variable(variable)
    if (this.typeOf(value) !== type) throw new Bug("mir/build", `variable ${name ?? variable} of @${this.func.name} is ${type}, not ${this.typeOf(value)}`)
    if (name !== null && !this.func.names.has(value)) this.func.names.set(value, name)
    this.#state(block).defs.set(variable, value)
  }

  /** The value of the variable at the end of a block as it is now. */
  readVariable(variable: VarId, block: BlockId = this.current): ValueId {
    const value = this.#read(variable, this.#state(block))
    this.#fillPending()
    return value
  }

  // Instructions.

  /** Appends an instruction that cannot fail and has a result. `type` is needed where the row does not fix it. */
  emit(op: string, args: readonly ValueId[], imm: Immediate | null = null, origin: Origin | null = null, type?: Type): ValueId {
    const result = this.newValue(type ?? this.resultType(op, args, imm))
    this.#append({ op, args, imm, result, error: null, origin })
    return result
  }

  /** Appends an instruction that cannot fail and has no result. */
  perform(op: string, args: readonly ValueId[], imm: Immediate | null = null, origin: Origin | null = null): void {
    this.#append({ op, args, imm, result: null, error: null, origin })
  }

  /** Appends a failing instruction with a result, ends the block, goes on where it succeeded. */
  emitFailing(op: string, args: readonly ValueId[], imm: Immediate | null, origin: Origin | null, onError: Target, type?: Type): ValueId {
    const result = this.newValue(type ?? this.resultType(op, args, imm))
    this.#appendFailing(op, args, imm, result, origin, onError)
    return result
  }

  /** Appends a failing instruction without a result, ends the block, goes on where it succeeded. */
  performFailing(op: string, args: readonly ValueId[], imm: Immediate | null, origin: Origin | null, onError: Target): void {
    this.#appendFailing(op, args, imm, null, origin, onError)
  }

  constI64(value: bigint, origin: Origin | null = null): ValueId {
    return this.emit("const.i64", [], value, origin)
  }

  constF64(value: number, origin: Origin | null = null): ValueId {
    return this.emit("const.f64", [], value, origin)
  }

  constBool(value: boolean, origin: Origin | null = null): ValueId {
    return this.emit("const.bool", [], value, origin)
  }

  constStr(value: string, origin: Origin | null = null): ValueId {
    return this.emit("const.str", [], value, origin)
  }

  constNull(origin: Origin | null = null): ValueId {
    return this.emit("const.null", [], null, origin)
  }

  /** The value as `any`; no instruction where it is one. */
  toAny(value: ValueId, origin: Origin | null = null): ValueId {
    return this.typeOf(value) === "any" ? value : this.emit("any.box", [value], null, origin)
  }

  /** The type of an instruction's result as its row gives it. */
  resultType(op: string, args: readonly ValueId[], imm: Immediate | null): Type {
    const row = opDef(op)
    if (row === undefined) throw new Bug("mir/build", `no operation ${op}`)
    switch (row.result) {
      case "T":
        return this.typeOf(args[row.args.indexOf("T")] as ValueId)
      case "imm":
        return this.#typeOfImmediate(op, row.imm, imm)
      case "ref":
      case "opt":
        throw new Bug("mir/build", `${op} needs an explicit type`)
      default:
        return row.result as Type
    }
  }

  // Terminators. Each ends the current block.

  jump(to: Target, origin: Origin | null = null): void {
    const edge = this.#edge(to)
    this.#end({ kind: "jump", to: edge }, origin)
  }

  branch(cond: ValueId, then: Target, other: Target, origin: Origin | null = null, cold: "then" | "else" | null = null): void {
    this.#end({ kind: "br", cond, then: this.#edge(then), else: this.#edge(other), cold }, origin)
  }

  switchOn(on: ValueId, cases: readonly { readonly value: bigint; readonly to: Target }[], other: Target, origin: Origin | null = null): void {
    const edges = cases.map((c) => ({ value: c.value, to: this.#edge(c.to) }))
    this.#end({ kind: "switch", on, cases: edges, default: this.#edge(other) }, origin)
  }

  ret(value: ValueId | null, origin: Origin | null = null): void {
    this.#end({ kind: "ret", value }, origin)
  }

  raise(origin: Origin | null = null): void {
    this.#end({ kind: "raise" }, origin)
  }

  fatal(origin: Origin | null = null): void {
    this.#end({ kind: "fatal" }, origin)
  }

  unreachable(origin: Origin | null = null): void {
    this.#end({ kind: "unreachable" }, origin)
  }

  /** Seals what is open, tidies and returns the function. The builder is then spent. */
  finish(): Func {
    this.sealAll()
    const reachable = reversePostorder(this.func)
    for (const block of reachable) {
      if (!this.#state(block.id).ended) throw new Bug("mir/build", `bb${block.id} of @${this.func.name} has no terminator`)
    }
    this.func.blocks = reachable
    removeTrivialParams(this.func)
    renumber(this.func)
    return this.func
  }

  #state(block: BlockId): BlockState {
    const state = this.#states[block]
    if (state === undefined) throw new Bug("mir/build", `no block bb${block} in @${this.func.name}`)
    return state
  }

  #variable(variable: VarId): { readonly type: Type; readonly name: string | null } {
    const found = this.#vars[variable]
    if (found === undefined) throw new Bug("mir/build", `no variable ${variable} in @${this.func.name}`)
    return found
  }

  #explicitParams(state: BlockState): number {
    return state.block.params.length - state.incomplete.length
  }

  #append(inst: Inst): void {
    if (this.#current.ended) throw new Bug("mir/build", `${inst.op} after the end of bb${this.current} in @${this.func.name}`)
    this.#current.block.insts.push(inst)
  }

  #appendFailing(op: string, args: readonly ValueId[], imm: Immediate | null, result: ValueId | null, origin: Origin | null, onError: Target): void {
    this.#append({ op, args, imm, result, error: this.#edge(onError), origin })
    const next = this.createBlock()
    this.jump(next, origin)
    this.seal(next)
    this.switchTo(next)
  }

  #end(term: Block["term"], origin: Origin | null): void {
    if (this.#current.ended) throw new Bug("mir/build", `${term.kind} after the end of bb${this.current} in @${this.func.name}`)
    this.#current.ended = true
    this.#current.block.term = term
    this.#current.block.termOrigin = origin
  }

  /** Registers an edge from the current block. */
  #edge(to: Target): OpenEdge {
    const block = typeof to === "number" ? to : to.block
    const args = typeof to === "number" ? [] : [...to.args]
    const state = this.#state(block)
    if (state.sealed) throw new Bug("mir/build", `edge to sealed bb${block} in @${this.func.name}`)
    const edge: OpenEdge = { block, args }
    // Parameters already made by reads get their argument when the block is sealed.
    if (args.length !== this.#explicitParams(state)) {
      throw new Bug("mir/build", `edge to bb${block} of @${this.func.name} has ${args.length} arguments for ${this.#explicitParams(state)} parameters`)
    }
    state.preds.push({ from: this.current, edge })
    return edge
  }

  #read(variable: VarId, start: BlockState): ValueId {
    // Walk up chains of single predecessors without recursion: straight-line code makes long ones.
    const passed: BlockState[] = []
    let state = start
    let value = state.defs.get(variable)
    while (value === undefined) {
      const only = state.sealed && state.preds.length === 1 ? state.preds[0] : undefined
      if (only === undefined) break
      passed.push(state)
      state = this.#state(only.from)
      value = state.defs.get(variable)
    }
    if (value === undefined) {
      const { type, name } = this.#variable(variable)
      if (state.sealed && state.preds.length === 0) {
        // Only unreachable code may read a variable that has no value; the value disappears with the block.
        value = this.newValue(type, name)
        state.defs.set(variable, value)
      } else {
        value = this.newValue(type, name)
        state.block.params = [...state.block.params, value]
        state.defs.set(variable, value)
        if (state.sealed) this.#pending.push({ state, variable, param: value })
        else state.incomplete.push({ variable, param: value })
      }
    }
    for (const block of passed) block.defs.set(variable, value)
    return value
  }

  #fillPending(): void {
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      const { state, variable, param } = next
      const at = state.block.params.indexOf(param)
      for (const { from, edge } of state.preds) edge.args[at] = this.#read(variable, this.#state(from))
    }
  }

  #typeOfImmediate(op: string, kind: string | undefined, imm: Immediate | null): Type {
    switch (kind) {
      case "class":
        return `box<${imm as string}>`
      case "field": {
        const ref = imm as FieldRef
        const field = this.#module.classes.get(ref.class)?.fields.find((f) => f.name === ref.field)
        if (field === undefined) throw new Bug("mir/build", `no field ${ref.class}.${ref.field}`)
        return field.type
      }
      case "global": {
        const global = this.#module.globals.get(imm as string)
        if (global === undefined) throw new Bug("mir/build", `no global ${String(imm)}`)
        return global.type
      }
      case "func": {
        const callee = this.#module.funcs.get(imm as string)
        if (callee === undefined) throw new Bug("mir/build", `type of call @${String(imm)} is not known yet: give it`)
        return callee.result
      }
      case "abi": {
        const row = abiRow(imm)
        if (row === undefined) throw new Bug("mir/build", `no runtime function ${String(imm)}`)
        return row.result
      }
      default:
        throw new Bug("mir/build", `${op} needs an explicit type`)
    }
  }
}

/**
 * Removes block parameters that carry one value on all edges (or themselves). Runs until none is left; a parameter is
 * looked at again only when one of its arguments was replaced.
 */
export function removeTrivialParams(func: Func): boolean {
  const byId = blocksById(func)
  const replaced = new Int32Array(func.types.length).fill(-1)
  const find = (value: ValueId): ValueId => {
    let root: number = value
    while ((replaced[root] as number) >= 0) root = replaced[root] as number
    while ((replaced[value] as number) >= 0) {
      const next = replaced[value] as number
      replaced[value] = root
      value = valueId(next)
    }
    return valueId(root)
  }
  const owner = new Int32Array(func.types.length).fill(-1)
  const index = new Int32Array(func.types.length)
  const edges: BlockCall[][] = byId.map(() => [])
  const users = new Map<ValueId, ValueId[]>()
  const work: ValueId[] = []
  for (const block of func.blocks) {
    block.params.forEach((param, i) => {
      owner[param] = block.id
      index[param] = i
      work.push(param)
    })
  }
  if (work.length === 0) return false
  for (const block of func.blocks) {
    forEachEdge(block, (edge) => {
      edges[edge.block]?.push(edge)
      const target = byId[edge.block]
      if (target === undefined) return
      edge.args.forEach((arg, i) => {
        if ((owner[arg] as number) < 0) return
        const param = target.params[i] as ValueId
        const list = users.get(arg)
        if (list === undefined) users.set(arg, [param])
        else list.push(param)
      })
    })
  }
  let changed = false
  while (work.length > 0) {
    const param = work.pop() as ValueId
    if ((replaced[param] as number) >= 0) continue
    const at = index[param] as number
    let same: ValueId | null = null
    let trivial = true
    for (const edge of edges[owner[param] as number] as BlockCall[]) {
      const arg = find(edge.args[at] as ValueId)
      if (arg === param || arg === same) continue
      if (same !== null) {
        trivial = false
        break
      }
      same = arg
    }
    if (!trivial || same === null || func.types[same] !== func.types[param]) continue
    replaced[param] = same
    changed = true
    const name = func.names.get(param)
    if (name !== undefined && !func.names.has(same)) func.names.set(same, name)
    for (const user of users.get(param) ?? []) {
      if ((replaced[user] as number) >= 0) continue
      work.push(user)
      if ((owner[same] as number) >= 0) {
        const list = users.get(same)
        if (list === undefined) users.set(same, [user])
        else list.push(user)
      }
    }
  }
  if (!changed) return false
  const keep: (boolean[] | null)[] = byId.map(() => null)
  for (const block of func.blocks) {
    if (block.params.some((p) => (replaced[p] as number) >= 0)) keep[block.id] = block.params.map((p) => (replaced[p] as number) < 0)
  }
  const prune = (edge: BlockCall): BlockCall => {
    const kept = keep[edge.block]
    return kept === null || kept === undefined ? edge : { block: edge.block, args: edge.args.filter((_, i) => kept[i]) }
  }
  for (const block of func.blocks) {
    const kept = keep[block.id]
    if (kept !== null && kept !== undefined) block.params = block.params.filter((_, i) => kept[i])
    for (let i = 0; i < block.insts.length; i++) {
      const inst = block.insts[i] as Inst
      block.insts[i] = renameInst(inst.error === null ? inst : { ...inst, error: prune(inst.error) }, find)
    }
    const term = block.term
    block.term = renameTerm(
      term.kind === "jump"
        ? { kind: "jump", to: prune(term.to) }
        : term.kind === "br"
          ? { ...term, then: prune(term.then), else: prune(term.else) }
          : term.kind === "switch"
            ? { ...term, cases: term.cases.map((c) => ({ value: c.value, to: prune(c.to) })), default: prune(term.default) }
            : term,
      find,
    )
  }
  return true
}

/** Numbers blocks in layout order and values in order of definition, function parameters first; drops unused numbers. */
export function renumber(func: Func): void {
  const valueMap = new Int32Array(func.types.length).fill(-1)
  const types: Type[] = []
  const define = (value: ValueId): ValueId => {
    valueMap[value] = types.length
    types.push(func.types[value] as Type)
    return valueId(types.length - 1)
  }
  func.params = func.params.map(define)
  const blockMap = new Int32Array(blocksById(func).length).fill(-1)
  func.blocks.forEach((block, i) => {
    blockMap[block.id] = i
    for (const param of block.params) define(param)
    for (const inst of block.insts) if (inst.result !== null) define(inst.result)
  })
  const rename = (value: ValueId): ValueId => {
    const to = valueMap[value] as number
    if (to < 0) throw new Bug("mir/build", `%${value} of @${func.name} is used but never defined`)
    return valueId(to)
  }
  const edge = (e: BlockCall): BlockCall => ({ block: blockId(blockMap[e.block] as number), args: e.args.map(rename) })
  const blocks: Block[] = []
  for (const block of func.blocks) {
    const insts = block.insts.map((inst) => ({
      ...inst,
      args: inst.args.map(rename),
      result: inst.result === null ? null : rename(inst.result),
      error: inst.error === null ? null : edge(inst.error),
    }))
    const t = block.term
    const term: Block["term"] =
      t.kind === "jump"
        ? { kind: "jump", to: edge(t.to) }
        : t.kind === "br"
          ? { kind: "br", cond: rename(t.cond), then: edge(t.then), else: edge(t.else), cold: t.cold }
          : t.kind === "switch"
            ? { kind: "switch", on: rename(t.on), cases: t.cases.map((c) => ({ value: c.value, to: edge(c.to) })), default: edge(t.default) }
            : t.kind === "ret"
              ? { kind: "ret", value: t.value === null ? null : rename(t.value) }
              : t
    blocks.push({ id: blockId(blockMap[block.id] as number), params: block.params.map(rename), insts, term, termOrigin: block.termOrigin })
  }
  const names = new Map<ValueId, string>()
  for (const [value, name] of func.names) {
    const to = valueMap[value] as number
    if (to >= 0) names.set(valueId(to), name)
  }
  func.blocks = blocks
  func.types = types
  func.names = names
}
