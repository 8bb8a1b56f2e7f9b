/**
 * One MIR function to LLVM IR text. Blocks become basic blocks, block parameters become `phi`s; inline fast paths and
 * failure tests split a block into several, so each edge remembers the label it really leaves from.
 */
import { invariant } from "../../base/bug.ts"
import type { Block, BlockCall, BlockId, FieldRef, Func, Inst, Origin, Type, ValueId } from "../../mir/ir.ts"
import { ARRAY, CLASS_WORD, carrierOf, ELEMENT_KIND, HEADER, isNullable, STRING, TAG } from "../object-layout.ts"
import type { DebugInfo, Memory } from "./debug-info.ts"
import { globalName } from "./names.ts"
import { type Statics, variableName } from "./statics.ts"
import { carriers, resultType, runtimeSignature } from "./types.ts"
import { slotsOf, variablesAt, type VariableSlot } from "./variables.ts"

/** A line of the text and the place in the source it comes from. */
export interface Line {
  readonly text: string
  readonly origin: Origin | null
}

/** What the lowering of functions shares. */
export interface LlvmContext {
  readonly statics: Statics
  readonly debug: DebugInfo
  /** Of the program's functions, with a space behind it. */
  readonly linkage: string
  /** True for a function that must stay a function of its own. */
  isApart(func: Func): boolean
  /** Notes that a runtime function or an intrinsic is called. */
  use(symbol: string): void
  lineOf(origin: Origin): number
}

const BINARY: Readonly<Record<string, string>> = {
  "i64.add": "add i64", "i64.sub": "sub i64", "i64.mul": "mul i64", "i64.and": "and i64", "i64.or": "or i64", "i64.xor": "xor i64",
  "i64.eq": "icmp eq i64", "i64.ne": "icmp ne i64", "i64.lt": "icmp slt i64", "i64.le": "icmp sle i64", "i64.gt": "icmp sgt i64", "i64.ge": "icmp sge i64",
  "f64.add": "fadd double", "f64.sub": "fsub double", "f64.mul": "fmul double", "f64.div": "fdiv double",
  "f64.eq": "fcmp oeq double", "f64.ne": "fcmp une double", "f64.lt": "fcmp olt double", "f64.le": "fcmp ole double", "f64.gt": "fcmp ogt double", "f64.ge": "fcmp oge double",
  "bool.eq": "icmp eq i1", "bool.and": "and i1", "bool.or": "or i1", "ref.eq": "icmp eq ptr", "opt.eq": "icmp eq ptr",
}
const INTRINSIC: Readonly<Record<string, string>> = { "f64.abs": "llvm.fabs.f64", "f64.sqrt": "llvm.sqrt.f64", "f64.floor": "llvm.floor.f64", "f64.ceil": "llvm.ceil.f64", "f64.trunc": "llvm.trunc.f64" }

/** Name of a function of the program; callbacks keep the names the runtime calls. */
export function functionName(name: string): string {
  return name.startsWith("hk_cb_") ? `@${name.split("/")[0]}` : globalName(`hako:${name}`)
}

/** Lowers `func` to a definition. */
export function lowerFunction(func: Func, context: LlvmContext): Line[] {
  return new FunctionLowering(func, context).run()
}

class FunctionLowering {
  readonly #func: Func
  readonly #context: LlvmContext
  readonly #subprogram: number
  /** Operands of each value, by part. */
  readonly #values: (readonly string[] | undefined)[] = []
  /** Edges into each block: the label left and the arguments. */
  readonly #edges = new Map<BlockId, { readonly label: string; readonly args: readonly ValueId[] }[]>()
  readonly #bodies = new Map<BlockId, Line[]>()
  /** Blocks that are `unreachable` and nothing else. */
  readonly #never: ReadonlySet<BlockId>
  /** Variables that a debugger shows; none in a module without stopping places. */
  readonly #variables: ReadonlyMap<string, VariableSlot>
  #lines: Line[] = []
  #label = ""
  #origin: Origin | null = null
  #counter = 0

  constructor(func: Func, context: LlvmContext) {
    this.#func = func
    this.#context = context
    this.#subprogram = context.debug.subprogram(func)
    this.#variables = context.debug.hasVariables ? slotsOf(context.statics.module, func) : new Map()
    this.#never = new Set(func.blocks.filter((block) => block.insts.length === 0 && block.term.kind === "unreachable").map((block) => block.id))
  }

  run(): Line[] {
    const func = this.#func
    const params = func.params.flatMap((v) => {
      const type = this.#type(v)
      const parts = carriers(type)
      const names = parts.map((_, i) => this.#name(v, i, parts.length))
      this.#values[v] = names
      return parts.map((part, i) => `${part}${part === "ptr" && !isNullable(type) ? " nonnull" : ""} ${names[i]}`)
    })
    for (const block of func.blocks) {
      for (const v of block.params) {
        const parts = carriers(this.#type(v))
        this.#values[v] = parts.map((_, i) => this.#name(v, i, parts.length))
      }
    }
    const order = this.#order()
    for (const block of order) {
      this.#lines = []
      this.#label = label(block.id)
      if (block === order[0]) this.#declareVariables()
      for (const inst of block.insts) {
        this.#origin = inst.origin
        this.#inst(inst)
      }
      this.#origin = block.termOrigin
      this.#terminator(block)
      this.#bodies.set(block.id, this.#lines)
    }
    const linkage = func.name.startsWith("hk_cb_") ? "" : this.#context.linkage
    const out: Line[] = [{ text: `define ${linkage}${resultType(func.result)} ${functionName(func.name)}(${params.join(", ")}) nounwind${this.#context.isApart(func) ? " noinline" : ""}${this.#context.debug.ofFunction(this.#subprogram)} {`, origin: func.origin }]
    for (const block of order) {
      out.push({ text: `${label(block.id)}:`, origin: null })
      const edges = this.#edges.get(block.id) ?? []
      block.params.forEach((v, i) => {
        const parts = carriers(this.#type(v))
        parts.forEach((part, p) => {
          const incoming = edges.map((edge) => `[ ${this.#operands(edge.args[i] as ValueId)[p]}, %${edge.label} ]`)
          out.push({ text: `  ${this.#values[v]?.[p]} = phi ${part} ${incoming.join(", ")}`, origin: null })
        })
      })
      out.push(...(this.#bodies.get(block.id) as Line[]))
    }
    out.push({ text: "}", origin: null })
    return out
  }

  /** Reachable blocks in reverse postorder, so that definitions are seen before uses. */
  #order(): Block[] {
    const byId = new Map(this.#func.blocks.map((b) => [b.id, b]))
    const post: Block[] = []
    const seen = new Map<BlockId, number>()
    const first = this.#func.blocks[0]
    invariant(first !== undefined, "backend/llvm", `${this.#func.name} has no blocks`)
    const stack: Block[] = [first]
    seen.set(first.id, 0)
    while (stack.length > 0) {
      const block = stack[stack.length - 1] as Block
      const next = seen.get(block.id) as number
      seen.set(block.id, next + 1)
      const target = targets(block)[next]
      if (target === undefined) {
        post.push(block)
        stack.pop()
      } else if (!seen.has(target)) {
        seen.set(target, 0)
        stack.push(byId.get(target) as Block)
      }
    }
    return post.reverse()
  }

  // ---- Text -------------------------------------------------------------------------------------------------------

  #type(v: ValueId): Type {
    const type = this.#func.types[v]
    invariant(type !== undefined, "backend/llvm", `value %${v} has no type`)
    return type
  }

  #name(v: ValueId, part: number, parts: number): string {
    return parts === 2 ? `%v${v}.${part === 0 ? "tag" : "val"}` : `%v${v}`
  }

  #operands(v: ValueId): readonly string[] {
    const operands = this.#values[v]
    invariant(operands !== undefined, "backend/llvm", `${this.#func.name}: %${v} is used before it is defined`)
    return operands
  }

  #one(v: ValueId): string {
    const operands = this.#operands(v)
    invariant(operands.length === 1, "backend/llvm", `${this.#func.name}: %${v} of type ${this.#type(v)} is not one machine value`)
    return operands[0] as string
  }

  #fresh(stem: string): string {
    return `%${stem}.${this.#counter++}`
  }

  #freshLabel(stem: string): string {
    return `${stem}.${this.#counter++}`
  }

  #write(text: string): void {
    this.#lines.push({ text: `  ${text}${this.#context.debug.ofInstruction(this.#subprogram, this.#origin)}`, origin: this.#origin })
  }

  /** Writes a computation and gives its name. */
  #compute(stem: string, text: string): string {
    const name = this.#fresh(stem)
    this.#write(`${name} = ${text}`)
    return name
  }

  #define(v: ValueId | null, ...texts: readonly string[]): void {
    if (v === null) return
    this.#values[v] = texts.map((text, part) => {
      const name = this.#name(v, part, texts.length)
      this.#write(`${name} = ${text}`)
      return name
    })
  }

  #alias(v: ValueId | null, ...operands: readonly string[]): void {
    if (v !== null) this.#values[v] = operands
  }

  #startBlock(name: string): void {
    this.#lines.push({ text: `${name}:`, origin: null })
    this.#label = name
  }

  #load(stem: string, type: string, place: string, memory: Memory): string {
    return this.#compute(stem, `load ${type}, ptr ${place}, ${this.#context.debug.access(memory)}`)
  }

  #storeTo(type: string, value: string, place: string, memory: Memory): void {
    this.#write(`store ${type} ${value}, ptr ${place}, ${this.#context.debug.access(memory)}`)
  }

  #field(base: string, offset: number): string {
    return this.#compute("p", `getelementptr inbounds i8, ptr ${base}, i64 ${offset}`)
  }

  // ---- Control flow -----------------------------------------------------------------------------------------------

  #edge(to: BlockCall): string {
    let edges = this.#edges.get(to.block)
    if (edges === undefined) {
      edges = []
      this.#edges.set(to.block, edges)
    }
    edges.push({ label: this.#label, args: to.args })
    return `label %${label(to.block)}`
  }

  /** An edge from a block of its own: for branches that may reach one target twice. */
  #bridge(to: BlockCall, code: () => void): string {
    const name = this.#freshLabel("edge")
    const after = this.#label
    const lines = this.#lines
    this.#lines = []
    this.#startBlock(name)
    code()
    this.#write(`br ${this.#edge(to)}`)
    this.#pending.push(...this.#lines)
    this.#lines = lines
    this.#label = after
    return name
  }

  /** Blocks written behind the terminator of the current one. */
  #pending: Line[] = []

  #flushPending(): void {
    this.#lines.push(...this.#pending)
    this.#pending = []
  }

  #terminator(block: Block): void {
    const term = block.term
    switch (term.kind) {
      case "jump":
        this.#write(`br ${this.#edge(term.to)}`)
        break
      case "br": {
        const same = term.then.block === term.else.block
        const then = same ? `label %${this.#bridge(term.then, () => {})}` : this.#edge(term.then)
        const prof = term.cold === "then" ? `, ${this.#context.debug.rarely}` : ""
        this.#write(`br i1 ${this.#one(term.cond)}, ${then}, ${this.#edge(term.else)}${prof}`)
        break
      }
      case "switch": {
        const cases = term.cases.map((c) => `i64 ${c.value}, label %${this.#bridge(c.to, () => {})}`)
        this.#write(`switch i64 ${this.#one(term.on)}, ${this.#edge(term.default)} [ ${cases.join(" ")} ]`)
        break
      }
      case "ret": {
        if (term.value === null || this.#func.result === "unit") this.#write("ret void")
        else this.#return(this.#operands(term.value))
        break
      }
      case "raise": {
        const parts = carriers(this.#func.result)
        if (parts.length === 0) this.#write("ret void")
        else if (parts.length === 2) this.#return([`${TAG.error}`, "0"])
        else this.#return([parts[0] === "ptr" ? "null" : parts[0] === "double" ? "0.0" : parts[0] === "i1" ? "false" : "0"])
        break
      }
      case "fatal":
        this.#context.use("hk_fatal")
        this.#write("call void @hk_fatal()")
        this.#write("unreachable")
        break
      case "unreachable":
        this.#write("unreachable")
        break
    }
    this.#flushPending()
  }

  #return(parts: readonly string[]): void {
    if (parts.length === 1) {
      this.#write(`ret ${resultType(this.#func.result)} ${parts[0]}`)
      return
    }
    const first = this.#compute("r", `insertvalue { i64, i64 } poison, i64 ${parts[0]}, 0`)
    const both = this.#compute("r", `insertvalue { i64, i64 } ${first}, i64 ${parts[1]}, 1`)
    this.#write(`ret { i64, i64 } ${both}`)
  }

  /** Goes to the error edge if `failed` (an i1); `code` and the report of the site run on failure only. */
  #fail(inst: Inst, failed: string, code: () => void = () => {}): void {
    const edge = inst.error
    invariant(edge !== null, "backend/llvm", `${this.#func.name}: ${inst.op} fails without an error edge`)
    this.#context.use("hk_trace")
    const sites = this.#context.statics.sitesOf(this.#func, inst.origin)
    this.#leave(edge, failed, () => {
      code()
      for (const { number, site } of sites) this.#write(`call void @hk_trace(i32 ${number}, i32 ${site.origin === null ? 0 : this.#context.lineOf(site.origin)})`)
    })
  }

  #leave(edge: BlockCall, cond: string, code: () => void): void {
    const cold = this.#bridge(edge, code)
    const on = this.#freshLabel("on")
    this.#write(`br i1 ${cond}, label %${cold}, label %${on}, ${this.#context.debug.rarely}`)
    this.#flushPending()
    this.#startBlock(on)
  }

  // ---- Instructions -----------------------------------------------------------------------------------------------

  #inst(inst: Inst): void {
    const { statics } = this.#context
    const [a, b, c] = inst.args as readonly [ValueId, ValueId, ValueId]
    const binary = BINARY[inst.op]
    if (binary !== undefined) return this.#define(inst.result, `${binary} ${this.#one(a)}, ${this.#one(b)}`)
    const intrinsic = INTRINSIC[inst.op]
    if (intrinsic !== undefined) {
      this.#context.use(intrinsic)
      return this.#define(inst.result, `call double @${intrinsic}(double ${this.#one(a)})`)
    }
    switch (inst.op) {
      case "const.i64":
        return this.#alias(inst.result, `${BigInt.asIntN(64, inst.imm as bigint)}`)
      case "const.f64":
        return this.#alias(inst.result, floatText(inst.imm as number))
      case "const.bool":
        return this.#alias(inst.result, inst.imm === true ? "true" : "false")
      case "const.str":
        return this.#alias(inst.result, statics.string(inst.imm as string))
      case "const.null":
        return this.#alias(inst.result, "0", "0")
      case "const.none":
        return this.#alias(inst.result, "null")
      case "static.ref":
        return this.#alias(inst.result, statics.object(inst.imm as string))
      case "i64.neg":
        return this.#define(inst.result, `sub i64 0, ${this.#one(a)}`)
      case "i64.not":
        return this.#define(inst.result, `xor i64 ${this.#one(a)}, -1`)
      case "i64.shl":
      case "i64.shr": {
        const count = this.#compute("n", `and i64 ${this.#one(b)}, 63`)
        return this.#define(inst.result, `${inst.op === "i64.shl" ? "shl" : "ashr"} i64 ${this.#one(a)}, ${count}`)
      }
      case "i64.div":
      case "i64.rem": {
        const op = inst.op === "i64.div" ? "sdiv" : "srem"
        const divisor = this.#one(b)
        if (/^-?\d+$/.test(divisor) && divisor !== "-1") return this.#define(inst.result, `${op} i64 ${this.#one(a)}, ${divisor}`)
        // MIN by -1 is undefined in LLVM: divide by 1 and negate instead; the remainder by 1 is already right.
        const minusOne = this.#compute("m", `icmp eq i64 ${divisor}, -1`)
        const safe = this.#compute("d", `select i1 ${minusOne}, i64 1, i64 ${divisor}`)
        if (op === "srem") return this.#define(inst.result, `srem i64 ${this.#one(a)}, ${safe}`)
        const quotient = this.#compute("q", `sdiv i64 ${this.#one(a)}, ${safe}`)
        const negated = this.#compute("n", `sub i64 0, ${this.#one(a)}`)
        return this.#define(inst.result, `select i1 ${minusOne}, i64 ${negated}, i64 ${quotient}`)
      }
      case "i64.to_f64":
        return this.#define(inst.result, `sitofp i64 ${this.#one(a)} to double`)
      case "f64.neg":
        return this.#define(inst.result, `fneg double ${this.#one(a)}`)
      case "f64.to_i64":
        this.#context.use("llvm.fptosi.sat.i64.f64")
        return this.#define(inst.result, `call i64 @llvm.fptosi.sat.i64.f64(double ${this.#one(a)})`)
      case "bool.not":
        return this.#define(inst.result, `xor i1 ${this.#one(a)}, true`)
      case "select": {
        const then = this.#operands(b)
        const otherwise = this.#operands(c)
        return this.#define(inst.result, ...carriers(this.#type(b)).map((part, i) => `select i1 ${this.#one(a)}, ${part} ${then[i]}, ${part} ${otherwise[i]}`))
      }
      case "any.box":
        return this.#alias(inst.result, ...this.#boxed(a))
      case "any.tag":
        return this.#alias(inst.result, this.#operands(a)[0] as string)
      case "any.i64":
        return this.#alias(inst.result, this.#operands(a)[1] as string)
      case "any.f64":
        return this.#define(inst.result, `bitcast i64 ${this.#operands(a)[1]} to double`)
      case "any.bool":
        return this.#define(inst.result, `trunc i64 ${this.#operands(a)[1]} to i1`)
      case "any.ref":
      case "any.opt":
        return this.#define(inst.result, `inttoptr i64 ${this.#operands(a)[1]} to ptr`)
      case "opt.is_null":
        return this.#define(inst.result, `icmp eq ptr ${this.#one(a)}, null`)
      case "opt.ref":
      case "ref.opt":
      case "ref.cast":
        return this.#alias(inst.result, this.#one(a))
      case "class.id": {
        const word = this.#load("w", "i32", this.#field(this.#one(a), HEADER.classWord), "head")
        const id = this.#compute("c", `and i32 ${word}, ${~CLASS_WORD.hasWeak}`)
        return this.#define(inst.result, `zext i32 ${id} to i64`)
      }
      case "arr.len":
      case "str.len": {
        const isArray = inst.op === "arr.len"
        const length = this.#load("n", "i32", this.#field(this.#one(a), isArray ? ARRAY.length : STRING.codePoints), isArray ? "array" : "head")
        return this.#define(inst.result, `zext i32 ${length} to i64`)
      }
      case "new": {
        const { id, size } = statics.classInfo(inst.imm as string)
        this.#context.use("hk_alloc_object")
        return this.#define(inst.result, `call ptr @hk_alloc_object(i32 ${id}, i32 ${size})`)
      }
      case "field.get": {
        const { offset, type } = statics.slot(inst.imm as FieldRef)
        return this.#define(inst.result, ...this.#loads(type, this.#one(a), offset))
      }
      case "field.set": {
        const { offset, type } = statics.slot(inst.imm as FieldRef)
        return this.#store(type, (part) => this.#field(this.#one(a), offset + part * 8), this.#operands(b))
      }
      case "global.get":
        return this.#define(inst.result, ...carriers(statics.globalType(inst.imm as string)).map((part, i) => `load ${part}, ptr ${variableName(inst.imm as string, i)}, ${this.#context.debug.access("slot")}`))
      case "global.set":
        return this.#store(statics.globalType(inst.imm as string), (part) => variableName(inst.imm as string, part), this.#operands(a), true)
      case "slot.get":
        return this.#define(inst.result, ...carriers(statics.globalType(inst.imm as string)).map((part, i) => `load ${part}, ptr ${variableName(inst.imm as string, i)}`))
      case "slot.set": {
        // A parked value keeps its owner: nothing is counted.
        const operands = this.#operands(a)
        carriers(statics.globalType(inst.imm as string)).forEach((part, i) => {
          this.#write(`store ${part} ${operands[i]}, ptr ${variableName(inst.imm as string, i)}`)
        })
        return
      }
      case "check.alive": {
        const word = this.#load("w", "i32", this.#field(this.#one(a), HEADER.classWord), "head")
        const dead = this.#compute("dead", `icmp slt i32 ${word}, 0`)
        this.#context.use("hk_raise_dead")
        return this.#fail(inst, dead, () => this.#write(`call void @hk_raise_dead(ptr ${this.#one(a)})`))
      }
      case "arr.get.i64":
      case "arr.get.f64":
      case "arr.get.bool":
      case "arr.get.ref":
        return this.#arrayGet(inst, a, b)
      case "arr.set.i64":
      case "arr.set.f64":
      case "arr.set.bool":
        return this.#arraySet(inst, a, b, c)
      case "arr.push.i64":
      case "arr.push.f64":
      case "arr.push.bool":
        return this.#arrayPush(inst, a, b)
      case "call": {
        const callee = statics.module.funcs.get(inst.imm as string)
        invariant(callee !== undefined, "backend/llvm", `no function ${inst.imm}`)
        const args = inst.args.flatMap((v) => {
          const operands = this.#operands(v)
          return carriers(this.#type(v)).map((part, i) => `${part} ${operands[i]}`)
        })
        return this.#call(inst, functionName(callee.name), resultType(callee.result), callee.result, args, callee.fails)
      }
      case "call.rt":
        return this.#runtimeCall(inst)
      case "err.take":
        this.#context.use("hk_err_take")
        return this.#define(inst.result, "call ptr @hk_err_take()")
      case "err.set":
        this.#context.use("hk_err_set")
        return this.#write(`call void @hk_err_set(ptr ${this.#one(a)})`)
      case "stack.enter": {
        const depth = this.#load("depth", "i32", "@hk_depth", "state")
        const raised = this.#compute("depth", `add i32 ${depth}, 1`)
        this.#storeTo("i32", raised, "@hk_depth", "state")
        const limit = this.#load("limit", "i32", "@hk_depth_limit", "state")
        const over = this.#compute("over", `icmp sgt i32 ${raised}, ${limit}`)
        this.#context.use("hk_raise_stack_overflow")
        return this.#fail(inst, over, () => {
          this.#storeTo("i32", depth, "@hk_depth", "state")
          this.#write(`call void @hk_raise_stack_overflow(ptr ${statics.string(this.#func.display)})`)
        })
      }
      case "stack.leave": {
        const depth = this.#load("depth", "i32", "@hk_depth", "state")
        const lowered = this.#compute("depth", `sub i32 ${depth}, 1`)
        return this.#storeTo("i32", lowered, "@hk_depth", "state")
      }
      case "retain":
      case "release":
        return this.#count(inst.op, a)
      case "keepalive":
      case "hold":
        return
      case "point":
        return this.#showVariables(inst)
      default:
        invariant(false, "backend/llvm", `${this.#func.name}: no lowering for ${inst.op}`)
    }
  }

  /** A value as tag and payload. */
  #boxed(from: ValueId): readonly string[] {
    const type = this.#type(from)
    switch (carrierOf(type)) {
      case "unit":
        return ["0", "0"]
      case "any":
        return this.#operands(from)
      case "i64":
        return [`${TAG.i64}`, this.#one(from)]
      case "f64":
        return [`${TAG.f64}`, this.#compute("bits", `bitcast double ${this.#one(from)} to i64`)]
      case "bool":
        return [`${TAG.bool}`, this.#compute("bits", `zext i1 ${this.#one(from)} to i64`)]
      case "pointer": {
        const bits = this.#compute("bits", `ptrtoint ptr ${this.#one(from)} to i64`)
        if (!isNullable(type)) return [`${TAG.ref}`, bits]
        const isNull = this.#compute("null", `icmp eq ptr ${this.#one(from)}, null`)
        return [this.#compute("tag", `select i1 ${isNull}, i64 ${TAG.null}, i64 ${TAG.ref}`), bits]
      }
    }
  }

  // ---- Variables for debuggers ------------------------------------------------------------------------------------

  /** Name of the place of a variable. */
  #place(variable: string): string {
    return globalName(`variable:${variable}`).replace("@", "%")
  }

  /** Makes the places of all variables; parameters are there from the start. */
  #declareVariables(): void {
    if (this.#variables.size === 0) return
    this.#origin = this.#func.origin
    this.#write("%stop = alloca i8")
    for (const variable of this.#variables.values()) {
      const parts = carriers(variable.type).map((part) => (part === "i1" ? "i8" : part))
      const type = parts.length === 1 ? (parts[0] as string) : "{ i64, i64 }"
      this.#write(`${this.#place(variable.name)} = alloca ${type}, align 8`)
      this.#write(`store ${type} zeroinitializer, ptr ${this.#place(variable.name)}`)
      this.#context.use("llvm.dbg.declare")
      this.#write(this.#context.debug.declare(this.#subprogram, this.#func, variable, this.#place(variable.name)))
      if (variable.argument > 0) this.#keep(variable, this.#func.params[variable.argument - 1] as ValueId)
    }
  }

  #keep(variable: VariableSlot, value: ValueId): void {
    const place = this.#place(variable.name)
    if (carrierOf(variable.type) === "any") {
      const [tag, bits] = this.#boxed(value)
      this.#write(`store i64 ${tag}, ptr ${place}`)
      this.#write(`store i64 ${bits}, ptr ${this.#field(place, 8)}`)
    } else if (carrierOf(variable.type) === "bool") this.#write(`store i8 ${this.#compute("b", `zext i1 ${this.#one(value)} to i8`)}, ptr ${place}`)
    else this.#write(`store ${carriers(variable.type)[0]} ${this.#one(value)}, ptr ${place}`)
  }

  /** A stopping place: variables are written, on no line, before the first instruction of the statement's line. */
  #showVariables(point: Inst): void {
    if (this.#variables.size === 0) return
    this.#origin = null
    for (const [{ name }, value] of variablesAt(this.#context.statics.module, point)) this.#keep(this.#variables.get(name) as VariableSlot, value)
    this.#origin = point.origin
    this.#write("store volatile i8 0, ptr %stop")
  }

  /** Texts that load a slot; a bool fills its slot as 0 or 1. */
  #loads(type: Type, base: string, offset: number): string[] {
    switch (carrierOf(type)) {
      case "unit":
        return []
      case "bool":
        return [`trunc i64 ${this.#load("b", "i64", this.#field(base, offset), "slot")} to i1`]
      default:
        return carriers(type).map((part, i) => `load ${part}, ptr ${this.#field(base, offset + i * 8)}, ${this.#context.debug.access("slot")}`)
    }
  }

  #store(type: Type, place: (part: number) => string, operands: readonly string[], narrowBool = false): void {
    const carrier = carrierOf(type)
    if (carrier === "bool" && !narrowBool) {
      const wide = this.#compute("b", `zext i1 ${operands[0]} to i64`)
      this.#storeTo("i64", wide, place(0), "slot")
      return
    }
    const parts = carriers(type)
    const places = parts.map((_, i) => place(i))
    const counted = carrier === "any" || carrier === "pointer"
    const old = counted ? parts.map((part, i) => this.#load("old", part, places[i] as string, "slot")) : []
    parts.forEach((part, i) => {
      this.#storeTo(part, operands[i] as string, places[i] as string, "slot")
    })
    if (!counted) return
    const helper = carrier === "any" ? "hk.release.any" : "hk.release.opt"
    this.#context.use(helper)
    this.#write(`call void @${helper}(${parts.map((part, i) => `${part} ${old[i]}`).join(", ")})`)
  }

  #count(op: "retain" | "release", v: ValueId): void {
    const type = this.#type(v)
    const helper = carrierOf(type) === "any" ? `hk.${op}.any` : isNullable(type) ? `hk.${op}.opt` : `hk.${op}`
    const operands = this.#operands(v)
    // A constant tag that is no pointer has nothing to count.
    if (carrierOf(type) === "any" && /^\d+$/.test(operands[0] as string) && operands[0] !== `${TAG.ref}`) return
    this.#context.use(helper)
    this.#write(`call void @${helper}(${carriers(type).map((part, i) => `${part} ${operands[i]}`).join(", ")})`)
  }

  /** An i1: the array has another kind or the index is out of range. */
  #arrayMiss(array: string, index: string, kind: number): string {
    const has = this.#load("kind", "i32", this.#field(array, ARRAY.kind), "array")
    const other = this.#compute("other", `icmp ne i32 ${has}, ${kind}`)
    const length = this.#load("len", "i32", this.#field(array, ARRAY.length), "array")
    const wide = this.#compute("len", `zext i32 ${length} to i64`)
    const outside = this.#compute("out", `icmp uge i64 ${index}, ${wide}`)
    return this.#compute("miss", `or i1 ${other}, ${outside}`)
  }

  #element(array: string, index: string, type: string): string {
    const data = this.#load("data", "ptr", this.#field(array, ARRAY.data), "array")
    return this.#compute("at", `getelementptr inbounds ${type}, ptr ${data}, i64 ${index}`)
  }

  /** Tests an access of an array, unless its miss leads to what is unreachable. */
  #checkElement(inst: Inst, array: string, index: string, kind: number): void {
    invariant(inst.error !== null, "backend/llvm", `${this.#func.name}: ${inst.op} misses without an edge`)
    if (!this.#never.has(inst.error.block)) this.#leave(inst.error, this.#arrayMiss(array, index, kind), () => {})
  }

  #arrayGet(inst: Inst, array: ValueId, index: ValueId): void {
    const element = inst.op.slice("arr.get.".length) as "i64" | "f64" | "bool" | "ref"
    const arr = this.#one(array)
    this.#checkElement(inst, arr, this.#one(index), ELEMENT_KIND[element].kind)
    if (element === "bool") {
      const byte = this.#load("b", "i8", this.#element(arr, this.#one(index), "i8"), "bool")
      return this.#define(inst.result, `trunc i8 ${byte} to i1`)
    }
    const type = element === "i64" ? "i64" : element === "f64" ? "double" : "ptr"
    // Elements have 8 bytes each, also where a pointer has 4.
    this.#define(inst.result, `load ${type}, ptr ${this.#element(arr, this.#one(index), "i64")}, ${this.#context.debug.access(element)}`)
  }

  #arraySet(inst: Inst, array: ValueId, index: ValueId, value: ValueId): void {
    const element = inst.op.slice("arr.set.".length) as "i64" | "f64" | "bool"
    const arr = this.#one(array)
    this.#checkElement(inst, arr, this.#one(index), ELEMENT_KIND[element].kind)
    if (element === "bool") {
      const byte = this.#compute("b", `zext i1 ${this.#one(value)} to i8`)
      return this.#storeTo("i8", byte, this.#element(arr, this.#one(index), "i8"), "bool")
    }
    const type = element === "i64" ? "i64" : "double"
    this.#storeTo(type, this.#one(value), this.#element(arr, this.#one(index), type), element)
  }

  #arrayPush(inst: Inst, array: ValueId, value: ValueId): void {
    const element = inst.op.slice("arr.push.".length) as "i64" | "f64" | "bool"
    const arr = this.#one(array)
    const has = this.#load("kind", "i32", this.#field(arr, ARRAY.kind), "array")
    const other = this.#compute("other", `icmp ne i32 ${has}, ${ELEMENT_KIND[element].kind}`)
    const lengthAt = this.#field(arr, ARRAY.length)
    const length = this.#load("len", "i32", lengthAt, "array")
    const capacity = this.#load("cap", "i32", this.#field(arr, ARRAY.capacity), "array")
    const full = this.#compute("full", `icmp uge i32 ${length}, ${capacity}`)
    invariant(inst.error !== null, "backend/llvm", `${this.#func.name}: ${inst.op} misses without an edge`)
    this.#leave(inst.error, this.#compute("miss", `or i1 ${other}, ${full}`), () => {})
    const type = element === "i64" ? "i64" : element === "f64" ? "double" : "i8"
    const stored = element === "bool" ? this.#compute("b", `zext i1 ${this.#one(value)} to i8`) : this.#one(value)
    const index = this.#compute("i", `zext i32 ${length} to i64`)
    this.#storeTo(type, stored, this.#element(arr, index, type), element)
    const longer = this.#compute("len", `add i32 ${length}, 1`)
    this.#storeTo("i32", longer, lengthAt, "array")
  }

  #runtimeCall(inst: Inst): void {
    const symbol = inst.imm as string
    const signature = runtimeSignature(symbol)
    invariant(signature !== null, "backend/llvm", `no runtime function ${symbol}`)
    this.#context.use(symbol)
    const operands = inst.args.flatMap((v) => {
      const parts = carriers(this.#type(v))
      return this.#operands(v).map((operand, i) => (parts[i] === "i1" ? this.#compute("c", `zext i1 ${operand} to i32`) : operand))
    })
    const args = signature.params.map((type, i) => `${type} ${operands[i]}`)
    const row = this.#context.statics
    this.#call(inst, `@${symbol}`, signature.result, row.runtimeResult(symbol), args, row.runtimeFails(symbol))
  }

  #call(inst: Inst, callee: string, machineResult: string, result: Type, args: readonly string[], fails: boolean): void {
    const text = `call ${machineResult} ${callee}(${args.join(", ")})`
    const mayFail = fails && inst.error !== null
    switch (carrierOf(result)) {
      case "unit":
        this.#write(text)
        if (inst.result !== null) this.#alias(inst.result)
        if (mayFail) this.#fail(inst, this.#isPending())
        return
      case "any": {
        const pair = this.#compute("r", text)
        this.#define(inst.result, `extractvalue { i64, i64 } ${pair}, 0`, `extractvalue { i64, i64 } ${pair}, 1`)
        if (!mayFail) return
        const tag = inst.result === null ? this.#compute("tag", `extractvalue { i64, i64 } ${pair}, 0`) : (this.#operands(inst.result)[0] as string)
        return this.#fail(inst, this.#compute("failed", `icmp eq i64 ${tag}, ${TAG.error}`))
      }
      case "bool": {
        const value = this.#compute("r", text)
        if (machineResult === "i32") this.#define(inst.result, `icmp ne i32 ${value}, 0`)
        else this.#alias(inst.result, value)
        if (mayFail) this.#fail(inst, this.#isPending())
        return
      }
      case "pointer": {
        const value = this.#compute("r", text)
        this.#alias(inst.result, value)
        if (!mayFail) return
        return this.#fail(inst, isNullable(result) ? this.#isPending() : this.#compute("failed", `icmp eq ptr ${value}, null`))
      }
      default: {
        this.#alias(inst.result, this.#compute("r", text))
        if (mayFail) this.#fail(inst, this.#isPending())
      }
    }
  }

  #isPending(): string {
    const pending = this.#load("err", "ptr", "@hk_pending", "state")
    return this.#compute("failed", `icmp ne ptr ${pending}, null`)
  }
}

function label(block: BlockId): string {
  return `bb${block}`
}

function targets(block: Block): BlockId[] {
  const out: BlockId[] = []
  const last = block.insts.at(-1)
  if (last?.error) out.push(last.error.block)
  const term = block.term
  if (term.kind === "jump") out.push(term.to.block)
  else if (term.kind === "br") out.push(term.then.block, term.else.block)
  else if (term.kind === "switch") out.push(...term.cases.map((c) => c.to.block), term.default.block)
  return out
}

/** A double as its bits, the one form that is exact for every value. */
function floatText(value: number): string {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  return `0x${view.getBigUint64(0).toString(16).toUpperCase().padStart(16, "0")}`
}
