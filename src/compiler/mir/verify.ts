/**
 * Checks that a module is well formed. Runs between passes in tests and on request; each rule has a number.
 *
 * V1  The entry block has no parameters and no predecessors; block ids are unique; a function has a block.
 * V2  Each value is defined once.
 * V3  The definition of a value dominates each use; the result of a failing instruction is defined on success only.
 * V4  The operation exists, has the arguments its row asks for, and an immediate of the right kind.
 * V5  Types of arguments and results are those of the row, field, global, callee.
 * V6  An edge goes to a block of the function with an argument of the right type for each parameter.
 * V7  An instruction has an error edge if and only if it may fail; then it is the last of a block that ends in a jump.
 * V8  A branch tests a bool, a switch an i64 with distinct cases; `ret` returns the function's result.
 * V9  Classes, fields, globals, functions and runtime functions that are named exist.
 * V10 Operations are of the module's phase: `dyn.*` only in `built`; `retain`, `release` only in `counted`; `keepalive`
 *     never in `counted`.
 * V11 `raise` stands only in functions that may fail.
 * V12 `main` exists, is last and has no parameters, if the module has functions and the check is asked for.
 */
import { Bug } from "../base/bug.ts"
import { type Cfg, buildCfg } from "./cfg.ts"
import { type DomTree, buildDomTree, dominates } from "./dom.ts"
import { blocksById, forEachEdge } from "./edges.ts"
import { abiRow, fieldType, isCounted, isOpt, isRef, mayFail } from "./facts.ts"
import type { Block, BlockCall, FieldRef, Func, Inst, Module, Type, ValueId } from "./ir.ts"
import { type OpDef, opDef } from "./ops.ts"
import { printFunc, printInst, printTerm } from "./print.ts"

/** A broken rule. */
export interface Violation {
  readonly rule: string
  readonly func: string
  readonly message: string
}

/** What to check beyond each function by itself. */
export interface VerifyOptions {
  /** Checks V12. */
  readonly whole?: boolean
}

/** All violations of a module. */
export function findViolations(module: Module, options: VerifyOptions = {}): Violation[] {
  const found: Violation[] = []
  for (const func of module.funcs.values()) new FuncVerifier(module, func, found).run()
  if (options.whole === true && module.funcs.size > 0) {
    const main = module.funcs.get("main")
    const last = [...module.funcs.keys()].at(-1)
    if (main === undefined || last !== "main") found.push({ rule: "V12", func: "main", message: "main is not the last function" })
    else if (main.params.length > 0) found.push({ rule: "V12", func: "main", message: "main has parameters" })
  }
  return found
}

/** Throws a Bug with the first violation and the text of its function; `stage` is who made the module. */
export function verify(module: Module, stage: string, options: VerifyOptions = {}): void {
  const [first] = findViolations(module, options)
  if (first === undefined) return
  const func = module.funcs.get(first.func)
  throw new Bug(stage, `${first.rule} in @${first.func}: ${first.message}`, func === undefined ? "" : printFunc(func).text)
}

/** Where a value is defined: a block position and a place in it; success results start at the success block. */
const NOWHERE = -1

class FuncVerifier {
  readonly #module: Module
  readonly #func: Func
  readonly #found: Violation[]
  readonly #byId: readonly (Block | undefined)[]

  constructor(module: Module, func: Func, found: Violation[]) {
    this.#module = module
    this.#func = func
    this.#found = found
    this.#byId = blocksById(func)
  }

  run(): void {
    const func = this.#func
    const before = this.#found.length
    if (func.blocks.length === 0) {
      this.#report("V1", "no blocks")
      return
    }
    const ids = new Set(func.blocks.map((b) => b.id))
    if (ids.size !== func.blocks.length) this.#report("V1", "a block id occurs twice")
    const entry = func.blocks[0] as Block
    if (entry.params.length > 0) this.#report("V1", `entry bb${entry.id} has parameters`)
    for (const block of func.blocks) {
      forEachEdge(block, (edge) => {
        if (edge.block === entry.id) this.#report("V1", `bb${block.id} goes to the entry`)
      })
    }
    for (const block of func.blocks) this.#block(block)
    this.#definitions()
    // Dominance means something only when edges and definitions are sound.
    if (this.#found.length === before) this.#dominance()
  }

  #report(rule: string, message: string): void {
    this.#found.push({ rule, func: this.#func.name, message })
  }

  #typeOf(value: ValueId): Type | undefined {
    return this.#func.types[value]
  }

  #definitions(): void {
    const func = this.#func
    const seen = new Uint8Array(func.types.length)
    const define = (value: ValueId): void => {
      if (!(value in func.types)) this.#report("V2", `%${value} has no type`)
      else if (seen[value] === 1) this.#report("V2", `%${value} is defined twice`)
      else seen[value] = 1
    }
    func.params.forEach(define)
    for (const block of func.blocks) {
      block.params.forEach(define)
      for (const inst of block.insts) if (inst.result !== null) define(inst.result)
    }
  }

  #block(block: Block): void {
    block.insts.forEach((inst, i) => {
      this.#inst(inst)
      const last = i === block.insts.length - 1
      const fails = mayFail(this.#module, inst)
      if (fails && inst.error === null) this.#report("V7", `${this.#show(inst)} may fail but has no error edge`)
      if (!fails && inst.error !== null) this.#report("V7", `${this.#show(inst)} cannot fail but has an error edge`)
      if (inst.error !== null && !last) this.#report("V7", `${this.#show(inst)} is not the last of bb${block.id}`)
      if (inst.error !== null && last && block.term.kind !== "jump") this.#report("V7", `bb${block.id} fails but does not end in a jump`)
      if (inst.error !== null) this.#edge(block, inst.error)
    })
    this.#term(block)
  }

  #term(block: Block): void {
    const term = block.term
    const func = this.#func
    switch (term.kind) {
      case "jump":
        this.#edge(block, term.to)
        break
      case "br":
        if (this.#typeOf(term.cond) !== "bool") this.#report("V8", `${printTerm(term)} does not test a bool`)
        this.#edge(block, term.then)
        this.#edge(block, term.else)
        break
      case "switch":
        if (this.#typeOf(term.on) !== "i64") this.#report("V8", `${printTerm(term)} is not on an i64`)
        if (new Set(term.cases.map((c) => c.value)).size !== term.cases.length) this.#report("V8", `${printTerm(term)} has a case twice`)
        for (const c of term.cases) this.#edge(block, c.to)
        this.#edge(block, term.default)
        break
      case "ret":
        if (term.value === null) {
          if (func.result !== "unit") this.#report("V8", `ret void in a function of result ${func.result}`)
        } else if (this.#typeOf(term.value) !== func.result) {
          this.#report("V8", `${printTerm(term)} returns ${this.#typeOf(term.value)}, not ${func.result}`)
        }
        break
      case "raise":
        if (!func.fails) this.#report("V11", `bb${block.id} raises in a function that does not fail`)
        break
      default:
        break
    }
  }

  #edge(from: Block, edge: BlockCall): void {
    const target = this.#byId[edge.block]
    if (target === undefined) {
      this.#report("V6", `bb${from.id} goes to bb${edge.block}, which does not exist`)
      return
    }
    if (target.params.length !== edge.args.length) {
      this.#report("V6", `bb${from.id} gives bb${edge.block} ${edge.args.length} arguments for ${target.params.length} parameters`)
      return
    }
    edge.args.forEach((arg, i) => {
      const want = this.#typeOf(target.params[i] as ValueId)
      if (this.#typeOf(arg) !== want) this.#report("V6", `bb${from.id} gives bb${edge.block} %${arg}: ${this.#typeOf(arg)} for a parameter of type ${want}`)
    })
  }

  #inst(inst: Inst): void {
    const row: OpDef | undefined = opDef(inst.op)
    if (row === undefined) {
      this.#report("V4", `no operation ${inst.op}`)
      return
    }
    if (!this.#immediate(inst, row)) return
    const phase = this.#module.phase
    if (inst.op.startsWith("dyn.") && phase !== "built") this.#report("V10", `${inst.op} in phase ${phase}`)
    if ((inst.op === "retain" || inst.op === "release") && phase !== "counted") this.#report("V10", `${inst.op} in phase ${phase}`)
    if (inst.op === "keepalive" && phase === "counted") this.#report("V10", `${inst.op} in phase ${phase}`)

    const { params, result } = this.#signature(inst, row)
    if (params !== null) {
      if (params.length !== inst.args.length) {
        this.#report("V4", `${this.#show(inst)} has ${inst.args.length} arguments, not ${params.length}`)
        return
      }
      let same: Type | undefined
      inst.args.forEach((arg, i) => {
        const type = this.#typeOf(arg)
        const want = params[i] as string
        if (want === "T" && !inst.op.startsWith("dyn.")) {
          if (same !== undefined && type !== same) this.#report("V5", `${this.#show(inst)} mixes ${same} and ${type}`)
          same = type
        }
        if (type === undefined || !fits(type, want)) this.#report("V5", `${this.#show(inst)}: argument %${arg} is ${type}, not ${want}`)
      })
      if (result === "T" && inst.result !== null && same !== undefined && this.#typeOf(inst.result) !== same) {
        this.#report("V5", `${this.#show(inst)}: result is ${this.#typeOf(inst.result)}, not ${same}`)
      }
    }
    if (result === "unit") {
      if (inst.result !== null) this.#report("V5", `${this.#show(inst)} has a result but gives none`)
    } else if (inst.result === null) {
      this.#report("V5", `${this.#show(inst)} drops its result`)
    } else {
      const type = this.#typeOf(inst.result)
      if (type === undefined || !fits(type, result)) this.#report("V5", `${this.#show(inst)}: result is ${type}, not ${result}`)
    }
  }

  /** Types of the parameters (null: anything goes) and of the result, names of groups included. */
  #signature(inst: Inst, row: OpDef): { params: readonly string[] | null; result: string } {
    switch (row.imm) {
      case "func": {
        const callee = this.#module.funcs.get(inst.imm as string)
        if (callee === undefined) return { params: null, result: "T" }
        return { params: callee.params.map((p) => callee.types[p] as string), result: callee.result }
      }
      case "abi": {
        const callee = abiRow(inst.imm)
        if (callee === undefined) return { params: null, result: "T" }
        return { params: callee.params.map((p) => p[1]), result: callee.result }
      }
      case "field": {
        const type = fieldType(this.#module, inst.imm as FieldRef) ?? "T"
        return { params: row.args.map((a) => (a === "imm" ? type : a === "ref" ? `box<${(inst.imm as FieldRef).class}>` : a)), result: row.result === "imm" ? type : row.result }
      }
      case "global": {
        const type = this.#module.globals.get(inst.imm as string)?.type ?? "T"
        return { params: row.args.map((a) => (a === "imm" ? type : a)), result: row.result === "imm" ? type : row.result }
      }
      case "class":
        return { params: row.args, result: row.result === "imm" ? `box<${String(inst.imm)}>` : row.result }
      default:
        return { params: row.args.includes("*") ? null : row.args, result: row.result }
    }
  }

  #immediate(inst: Inst, row: OpDef): boolean {
    const imm = inst.imm
    const bad = (what: string): boolean => {
      this.#report("V4", `${inst.op} needs ${what} as its immediate`)
      return false
    }
    const missing = (what: string): boolean => {
      this.#report("V9", `${inst.op}: no ${what} ${String(imm)}`)
      return false
    }
    switch (row.imm) {
      case undefined:
        return imm === null || bad("nothing")
      case "int":
        if (typeof imm !== "bigint") return bad("an integer")
        return BigInt.asIntN(64, imm) === imm || bad("an integer of 64 bits")
      case "float":
        return typeof imm === "number" || bad("a float")
      case "bool":
        return typeof imm === "boolean" || bad("true or false")
      case "field": {
        if (typeof imm !== "object" || imm === null) return bad("a field")
        if (fieldType(this.#module, imm) !== undefined) return true
        this.#report("V9", `${inst.op}: no field ${imm.class}.${imm.field}`)
        return false
      }
      default:
        if (typeof imm !== "string") return bad("a text")
    }
    switch (row.imm) {
      case "class":
        return this.#module.classes.has(imm) || missing("class")
      case "func":
        return this.#module.funcs.has(imm) || missing("function")
      case "global":
        return this.#module.globals.has(imm) || missing("global")
      case "abi":
        return abiRow(imm) !== undefined || missing("runtime function")
      default:
        return true
    }
  }

  #dominance(): void {
    const func = this.#func
    const cfg = buildCfg(func)
    const dom = buildDomTree(cfg)
    // Definition point: block position and index of the first instruction that may use the value.
    const block = new Int32Array(func.types.length).fill(NOWHERE)
    const index = new Int32Array(func.types.length)
    for (const param of func.params) block[param] = 0
    cfg.order.forEach((b, at) => {
      for (const param of b.params) block[param] = at
      b.insts.forEach((inst, i) => {
        if (inst.result === null) return
        block[inst.result] = at
        index[inst.result] = i + 1
      })
    })
    cfg.order.forEach((b, at) => {
      b.insts.forEach((inst, i) => {
        for (const arg of inst.args) this.#use(cfg, dom, block, index, arg, at, i, b)
        // The result of the failing instruction itself does not exist on its error edge.
        if (inst.error !== null) for (const arg of inst.error.args) this.#use(cfg, dom, block, index, arg, at, i, b)
      })
      const end = b.insts.length
      const term = b.term
      if (term.kind === "jump") for (const arg of term.to.args) this.#use(cfg, dom, block, index, arg, at, end, b)
      else if (term.kind !== "raise" && term.kind !== "fatal" && term.kind !== "unreachable") {
        const uses: ValueId[] = []
        if (term.kind === "br") uses.push(term.cond, ...term.then.args, ...term.else.args)
        else if (term.kind === "switch") uses.push(term.on, ...term.cases.flatMap((c) => c.to.args), ...term.default.args)
        else if (term.value !== null) uses.push(term.value)
        for (const arg of uses) this.#use(cfg, dom, block, index, arg, at, end, b)
      }
    })
  }

  #use(cfg: Cfg, dom: DomTree, block: Int32Array, index: Int32Array, value: ValueId, at: number, i: number, b: Block): void {
    const def = block[value] ?? NOWHERE
    if (def === NOWHERE) {
      this.#report("V3", `%${value} is used in bb${b.id} but never defined`)
      return
    }
    if (def === at) {
      if ((index[value] as number) > i) this.#report("V3", `%${value} is used in bb${b.id} before its definition`)
      return
    }
    if (!dominates(dom, def, at)) {
      this.#report("V3", `%${value} is used in bb${b.id} but its definition does not dominate it`)
      return
    }
    const home = cfg.order[def] as Block
    const last = home.insts[home.insts.length - 1]
    if (last === undefined || last.error === null || last.result !== value) return
    const success = cfg.position[(home.term as { to: BlockCall }).to.block] as number
    // Only the success edge enters the success block from outside; other edges to it can be those of a loop.
    const entries = (cfg.preds[success] as readonly number[]).filter((pred) => !dominates(dom, success, pred))
    if (entries.length !== 1 || !dominates(dom, success, at)) this.#report("V3", `%${value} is used in bb${b.id}, where its definition may have failed`)
  }

  #show(inst: Inst): string {
    try {
      return printInst(inst, this.#func.types)
    } catch {
      return inst.op
    }
  }
}

function fits(type: Type, want: string): boolean {
  switch (want) {
    case "T":
    case "*":
      return type !== "unit"
    case "ref":
      return isRef(type)
    case "opt":
      return isOpt(type)
    case "counted":
      return isCounted(type)
    default:
      return type === want
  }
}
