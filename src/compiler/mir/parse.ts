/**
 * Reads the text form of MIR that `print.ts` writes. Used by tests and tools; the compiler itself never goes through text.
 * Mistakes are thrown as `ReadError` with a line. Whether the module makes sense is the verifier's business.
 */
import { Reader } from "../base/reader.ts"
import { type Block, type BlockCall, type BlockId, type ClassDef, type FieldDef, type FieldRef, type Func, type Immediate, type Inst, type Module, type Origin, type Terminator, type Type, type ValueId, blockId, valueId } from "./ir.ts"
import { type ImmediateKind, opDef } from "./ops.ts"
import { usesCallForm } from "./print.ts"

const NAME = /[\p{L}\p{N}_$.:/@]+/uy
const STRING = /"(?:[^"\\\n]|\\.)*"/y
const INT = /-?\d+/y
const FLOAT = /nan|-?inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/y
const OPCODE = /[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*/y
const FIELD = /((?:[\p{L}\p{N}_$:/@]|\.(?=[^\s]*\.))+|"(?:[^"\\\n]|\\.)*")\.([\p{L}\p{N}_$:/@]+|"(?:[^"\\\n]|\\.)*")/uy

/** Reads a module. */
export function parseModule(text: string): Module {
  return new Parser(text).module()
}

class Parser {
  readonly #in: Reader
  #func: Func | null = null

  constructor(text: string) {
    this.#in = new Reader(text)
  }

  module(): Module {
    const input = this.#in
    const module: Module & { files: string[] } = { phase: "typed", files: [], funcs: new Map(), classes: new Map(), globals: new Map() }
    if (input.match(/phase(?=\s)/y) !== undefined) module.phase = input.take(/built|typed|counted/y, "a phase") as Module["phase"]
    while (!input.atEnd) {
      const word = input.take(/file|class|global|define/y, "file, class, global or define")
      if (word === "file") module.files.push(this.#string())
      else if (word === "class") {
        const def = this.#classDef()
        module.classes.set(def.name, def)
      } else if (word === "global") {
        const name = this.#nameBeforeColon()
        input.expect(":")
        module.globals.set(name, { name, type: this.#type() })
      } else {
        const func = this.#define()
        if (module.funcs.has(func.name)) input.fail(`@${func.name} is defined twice`)
        module.funcs.set(func.name, func)
      }
    }
    return module
  }

  #classDef(): ClassDef {
    const input = this.#in
    const name = this.#name()
    const kind = input.take(/box|static|closure|cell|variant/y, "a kind of class") as ClassDef["kind"]
    const id = Number(input.take(/\d+/y, "a class number"))
    const arity = input.accept("arity") ? Number(input.take(/\d+/y, "a number")) : 0
    let variant: ClassDef["variant"] = null
    if (input.accept("variant")) {
      const shape = input.take(/unit|tuple|record/y, "a shape") as "unit" | "tuple" | "record"
      const label = this.#string()
      input.expect("of")
      variant = { shape, label, enum: this.#name() }
    }
    const isNames: string[] = []
    if (input.match(/is(?=\s)/y) !== undefined) {
      do isNames.push(this.#name())
      while (input.accept(","))
    }
    const fields: FieldDef[] = []
    input.expect("{")
    while (!input.accept("}")) {
      const field = this.#nameBeforeColon()
      input.expect(":")
      const type = this.#type()
      const isPublic = input.match(/public\b/y) !== undefined
      const isHidden = input.match(/hidden\b/y) !== undefined
      fields.push({ name: field, type, isPublic, isHidden })
    }
    return { name, kind, id, fields, isNames, arity, variant }
  }

  #define(): Func {
    const input = this.#in
    const result = input.match(/void\b/y) !== undefined ? "unit" : this.#type()
    input.expect("@")
    const name = this.#name()
    const types: Type[] = []
    const names = new Map<ValueId, string>()
    const params: ValueId[] = []
    const func: { -readonly [K in keyof Func]: Func[K] } = { name, params, result, fails: false, blocks: [], types, names, origin: null, display: name, synthetic: false }
    this.#func = func
    input.expect("(")
    if (!input.accept(")")) {
      do {
        const type = this.#type()
        params.push(this.#param(type))
      } while (input.accept(","))
      input.expect(")")
    }
    func.fails = input.match(/fails\b/y) !== undefined
    func.synthetic = input.match(/synthetic\b/y) !== undefined
    if (input.match(/as\b/y) !== undefined) func.display = this.#string()
    func.origin = this.#origin()
    input.expect("{")
    if (input.match(/names\b/y) !== undefined) {
      do {
        const value = this.#value()
        names.set(value, this.#string())
      } while (input.accept(","))
    }
    while (!input.accept("}")) func.blocks.push(this.#block())
    for (let i = 0; i < types.length; i++) types[i] ??= "unit"
    this.#func = null
    return func
  }

  #block(): Block {
    const input = this.#in
    const id = this.#blockName()
    const params: ValueId[] = []
    if (input.accept("(")) {
      do {
        const value = this.#value()
        input.expect(":")
        params.push(this.#typed(value, this.#type()))
      } while (input.accept(","))
      input.expect(")")
    }
    input.expect(":")
    const insts: Inst[] = []
    for (;;) {
      const term = this.#terminator()
      if (term !== null) return { id, params, insts, term, termOrigin: this.#origin() }
      insts.push(this.#inst())
    }
  }

  #inst(): Inst {
    const input = this.#in
    let result: ValueId | null = null
    if (input.looksAt("%")) {
      result = this.#value()
      input.expect(":")
      this.#typed(result, this.#type())
      input.expect("=")
    }
    const op = input.take(OPCODE, "an operation")
    const row = opDef(op)
    if (row === undefined) return input.fail(`no operation ${op}`)
    let args: ValueId[] = []
    let imm: Immediate | null = null
    if (usesCallForm(row.args, row.imm)) {
      if (row.imm === "func") input.expect("@")
      if (row.imm !== undefined) imm = this.#immediate(row.imm)
      input.expect("(")
      if (!input.accept(")")) {
        args = this.#values()
        input.expect(")")
      }
    } else {
      if (row.args.length > 0) args = this.#values()
      if (row.imm !== undefined) imm = this.#immediate(row.imm)
    }
    let error: BlockCall | null = null
    if (input.accept("->")) {
      input.expect("error")
      error = this.#edge()
    }
    return { op, args, imm, result, error, origin: this.#origin() }
  }

  #terminator(): Terminator | null {
    const input = this.#in
    const word = input.match(/(?:br|switch|ret|raise|fatal|unreachable)(?=[\s!}]|$)/y)
    switch (word) {
      case undefined:
        return null
      case "br": {
        if (!input.looksAt("%")) return { kind: "jump", to: this.#label() }
        const cond = this.#value()
        input.expect(",")
        const thenCold = input.accept("cold")
        const then = this.#label()
        input.expect(",")
        const elseCold = input.accept("cold")
        const other = this.#label()
        return { kind: "br", cond, then, else: other, cold: thenCold ? "then" : elseCold ? "else" : null }
      }
      case "switch": {
        const on = this.#value()
        const cases: { value: bigint; to: BlockCall }[] = []
        input.expect("[")
        if (!input.accept("]")) {
          do {
            const value = BigInt(input.take(INT, "an integer"))
            input.expect(":")
            cases.push({ value, to: this.#label() })
          } while (input.accept(","))
          input.expect("]")
        }
        input.expect("default")
        return { kind: "switch", on, cases, default: this.#label() }
      }
      case "ret":
        return { kind: "ret", value: input.match(/void\b/y) !== undefined ? null : this.#value() }
      default:
        return { kind: word as "raise" | "fatal" | "unreachable" }
    }
  }

  #immediate(kind: ImmediateKind): Immediate {
    const input = this.#in
    switch (kind) {
      case "int":
        return BigInt(input.take(INT, "an integer"))
      case "float": {
        const text = input.take(FLOAT, "a float")
        return text === "nan" ? Number.NaN : text === "inf" ? Number.POSITIVE_INFINITY : text === "-inf" ? Number.NEGATIVE_INFINITY : Number(text)
      }
      case "bool":
        return input.take(/true|false/y, "true or false") === "true"
      case "string":
        return this.#string()
      case "field":
        return this.#field()
      default:
        return this.#name()
    }
  }

  #field(): FieldRef {
    const text = this.#in.take(FIELD, "Class.field")
    FIELD.lastIndex = 0
    const parts = FIELD.exec(text)
    const unquote = (part: string): string => (part.startsWith('"') ? this.#unquote(part) : part)
    return { class: unquote(parts?.[1] ?? ""), field: unquote(parts?.[2] ?? "") }
  }

  #label(): BlockCall {
    this.#in.expect("label")
    return this.#edge()
  }

  #edge(): BlockCall {
    const block = this.#blockName()
    if (!this.#in.accept("(")) return { block, args: [] }
    const args = this.#values()
    this.#in.expect(")")
    return { block, args }
  }

  #blockName(): BlockId {
    return blockId(Number(this.#in.take(/bb\d+/y, "a block").slice(2)))
  }

  #values(): ValueId[] {
    const values = [this.#value()]
    while (this.#in.accept(",")) values.push(this.#value())
    return values
  }

  #value(): ValueId {
    return valueId(Number(this.#in.take(/%\d+/y, "a value").slice(1)))
  }

  /** A value in the parameter list of a function. */
  #param(type: Type): ValueId {
    return this.#typed(this.#value(), type)
  }

  #typed(value: ValueId, type: Type): ValueId {
    const types = this.#func?.types
    if (types === undefined) return this.#in.fail("a value outside a function")
    if (types[value] !== undefined) this.#in.fail(`%${value} is defined twice`)
    while (types.length < value) types.push(undefined as unknown as Type)
    types[value] = type
    return value
  }

  #type(): Type {
    const input = this.#in
    if (input.accept("box<")) {
      const name = this.#name()
      input.expect(">")
      return input.accept("?") ? `box<${name}>?` : `box<${name}>`
    }
    return input.take(/(?:unit|i64|f64|bool|any)\b|(?:str|arr|map|obj)\b\??/y, "a type") as Type
  }

  #origin(): Origin | null {
    const text = this.#in.match(/!\d+:\d+-\d+/y)
    if (text === undefined) return null
    const [file, start, end] = text.slice(1).split(/[:-]/).map(Number)
    return { file: file ?? 0, start: start ?? 0, end: end ?? 0 }
  }

  #name(): string {
    const quoted = this.#in.match(STRING)
    return quoted !== undefined ? this.#unquote(quoted) : this.#in.take(NAME, "a name")
  }

  /** A name followed by `:`, which may itself be part of a name. */
  #nameBeforeColon(): string {
    const quoted = this.#in.match(STRING)
    return quoted !== undefined ? this.#unquote(quoted) : this.#in.take(/(?:[\p{L}\p{N}_$./@]|:(?!\s))+/uy, "a name")
  }

  #string(): string {
    return this.#unquote(this.#in.take(STRING, "a string"))
  }

  #unquote(text: string): string {
    try {
      return JSON.parse(text) as string
    } catch {
      return this.#in.fail(`not a string: ${text}`)
    }
  }
}
