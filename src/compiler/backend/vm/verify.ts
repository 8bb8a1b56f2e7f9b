/**
 * Checks the code of a program as the loader in C does, with words for what is wrong: instructions are whole, registers,
 * tables and functions are in range, every jump goes to an instruction of the same function, and no function runs past its
 * end. The types of registers are not known here: code that passes can still be wrong, but not out of bounds.
 */
import { ABI, type AbiRow } from "../../../runtime/abi.ts"
import { extensionWords, FRAME_RECORD, MAX_REGISTERS, NO_SITE, VM_OP_NAMES, type VmOp, type VmOpRow, vmOp } from "./bytecode.ts"
import { GLOBAL_KIND, RESULT_KIND, type VmFunction, type VmProgram } from "./program.ts"
import { decodeEdge } from "./words.ts"

/** What is wrong, and at which word of the program. */
export interface Damage {
  readonly at: number
  readonly problem: string
}

const ABI_ROWS: readonly AbiRow[] = Object.values(ABI)
const ENDS: ReadonlySet<VmOp> = new Set(["ret", "ret2", "ret0", "leave.ret", "leave.ret2", "leave.ret0", "raise", "fatal", "unreachable", "jump", "jump.loop", "switch"])
const FORMAT_WORDS: ReadonlySet<string> = new Set(["edge", "halt", "halt.raised", "compiled"])

/** Null if the code is whole. */
export function verifyProgram(program: VmProgram): Damage | null {
  let end = 0
  for (const func of program.functions) {
    if (func.start !== end || func.length === 0 || func.start + func.length > program.code.length >> 2) return { at: func.start, problem: `${func.name} does not follow the function before it` }
    if (func.registers > MAX_REGISTERS || func.params > func.registers) return { at: func.start, problem: `${func.name} has ${func.registers} registers` }
    end += func.length
  }
  if (end !== program.code.length >> 2) return { at: end, problem: "code belongs to no function" }
  for (const func of program.functions) {
    const damage = new FunctionCheck(program, func).run()
    if (damage !== null) return damage
  }
  return null
}

class FunctionCheck {
  readonly #program: VmProgram
  readonly #func: VmFunction
  readonly #starts = new Set<number>()

  constructor(program: VmProgram, func: VmFunction) {
    this.#program = program
    this.#func = func
  }

  run(): Damage | null {
    const { length, start } = this.#func
    const wrong = (at: number, problem: string): Damage => ({ at: start + at, problem: `${this.#func.name}+${at}: ${problem}` })
    let last = 0
    for (let at = 0; at < length; ) {
      const words = this.#length(at)
      if (words === 0 || at + words > length) return wrong(at, "no whole instruction")
      this.#starts.add(at)
      last = at
      at += words
    }
    if (!ENDS.has(this.#op(last))) return wrong(last, "the function runs past its end")
    for (const at of this.#starts) {
      const problem = this.#operands(at) ?? this.#jumps(at)
      if (problem !== null) return wrong(at, problem)
    }
    for (const loop of this.#func.loops) if (!this.#starts.has(loop.at)) return wrong(loop.at, "a loop begins inside an instruction")
    return null
  }

  #part(at: number, i: number): number {
    return this.#program.code[(this.#func.start + at) * 4 + i] as number
  }

  #op(at: number): VmOp {
    return VM_OP_NAMES[this.#part(at, 0)] as VmOp
  }

  /** Words of the instruction, 0 if it is none. */
  #length(at: number): number {
    const op = VM_OP_NAMES[this.#part(at, 0)]
    if (op === undefined || FORMAT_WORDS.has(op)) return 0
    const row: VmOpRow = vmOp(op)
    const isRuntimeCall = row.follows === "args" || row.follows === "args+edge"
    const abi = ABI_ROWS[this.#part(at, 2)]
    if (isRuntimeCall && abi === undefined) return 0
    return 1 + extensionWords(row, isRuntimeCall ? (abi as AbiRow).params.length : 0, this.#part(at, 2))
  }

  #wide(at: number): number {
    return (this.#part(at, 2) | (this.#part(at, 3) << 16)) >>> 0
  }

  #operands(at: number): string | null {
    const op = this.#op(at)
    const row: VmOpRow = vmOp(op)
    const { operands, follows } = row
    const { registers, result } = this.#func
    const program = this.#program
    const wide = this.#wide(at)
    for (let i = 0; i < operands.length; i++) {
      const value = this.#part(at, i + 1)
      switch (operands[i]) {
        case "-":
          if (operands.startsWith("n")) break
          if (value !== 0) return `operand ${i + 1} is not 0`
          break
        case "w":
        case "r":
        case "m":
          if (value >= registers) return `no register ${value}`
          break
        case "W":
        case "R":
        case "M":
          if (value + 1 >= registers) return `no registers ${value} and ${value + 1}`
          break
        case "K":
          if (wide >= program.constants.length) return `no constant ${wide}`
          break
        case "S":
          if (wide >= program.strings.length) return `no string ${wide}`
          break
        case "X":
          if (wide >= program.statics.length) return `no immortal object ${wide}`
          break
        case "C":
          if (wide >= program.classes.length) return `no class ${wide}`
          break
        case "G": {
          const kind = program.globals[wide]
          const isPair = operands[0] === "W" || operands[0] === "R"
          if (kind === undefined || (isPair ? kind !== GLOBAL_KIND.tag : kind >= GLOBAL_KIND.tag)) return `no such variable ${wide}`
          if ((op === "global.set.ref" && kind !== GLOBAL_KIND.pointer) || (op === "global.set" && kind !== GLOBAL_KIND.scalar)) return `variable ${wide} holds something else`
          break
        }
        case "f": {
          const callee = program.functions[value]
          if (callee === undefined) return `no function ${value}`
          const words = callee.result === RESULT_KIND.unit ? 0 : callee.result === RESULT_KIND.any ? 2 : 1
          if (words !== (op === "call0" ? 0 : op === "call2" ? 2 : 1)) return `${callee.name} returns something else`
          if (this.#part(at, 2) + FRAME_RECORD + callee.params > registers) return `the arguments of ${callee.name} do not fit the frame`
          break
        }
      }
    }
    const c = this.#part(at, 3)
    if ((op === "i64.div.n" || op === "i64.rem.n") && (c === 0 || c === 0xffff)) return "a divisor that is not allowed"
    if (follows === "args" || follows === "args+edge") {
      const abi = ABI_ROWS[this.#part(at, 2)] as AbiRow
      if (follows === "args+edge" && !abi.fails) return "an edge for a function that does not fail"
      const words = abi.result === "unit" ? 0 : abi.result === "any" ? 2 : 1
      if (this.#part(at, 1) + words > registers || c !== 0) return "no register for the result"
      for (const [i, [, type]] of abi.params.entries()) {
        const register = this.#part(at + 1 + (i >> 2), i & 3)
        if (register + (type === "any" ? 2 : 1) > registers) return `no register ${register}`
      }
    }
    const returned = op.replace("leave.", "")
    if (returned === "ret" && (result === RESULT_KIND.unit || result === RESULT_KIND.any)) return "returns one word"
    if (returned === "ret2" && result !== RESULT_KIND.any) return "returns two words"
    if (returned === "ret0" && result !== RESULT_KIND.unit) return "returns nothing"
    return null
  }

  #jumps(at: number): string | null {
    const row: VmOpRow = vmOp(this.#op(at))
    const words = this.#length(at)
    const signed = (value: number): number => (value << 16) >> 16
    if (row.operands[2] === "t" && !this.#starts.has(at + 1 + signed(this.#part(at, 3)))) return "jumps to no instruction"
    if (row.operands[1] === "J" && !this.#starts.has(at + 1 + (this.#wide(at) | 0))) return "jumps to no instruction"
    if (row.follows === "edge" || row.follows === "miss" || row.follows === "args+edge") {
      const word = at + words - 1
      if (this.#op(word) !== "edge") return "no edge follows"
      const { site, offset } = decodeEdge(this.#part(word, 1), this.#part(word, 2), this.#part(word, 3))
      if (site !== NO_SITE && site >= this.#program.lines.length) return `no error site ${site}`
      if (!(site === NO_SITE && offset === -1) && !this.#starts.has(word + 1 + offset)) return "an edge leads to no instruction"
    }
    if (row.follows === "table") {
      for (let i = at + 1; i < at + words; i++) {
        if (this.#op(i) !== "jump" || !this.#starts.has(i + 1 + (this.#wide(i) | 0))) return "a table leads to no instruction"
      }
    }
    return null
  }
}
