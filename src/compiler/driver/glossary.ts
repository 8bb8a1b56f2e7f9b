/**
 * What a word in one of the low-level views means: operations from the tables that define them, instructions of WebAssembly,
 * LLVM and the processors from the short tables below.
 *
 * The one idea: a view's text is cut into words at an offset, and the word is looked up in the tables of its view; nothing is
 * said about a word that none of them has.
 */
import { ABI, type AbiRow } from "../../runtime/abi.ts"
import { VM_OPS } from "../backend/vm/bytecode.ts"
import { opDef } from "../mir/ops.ts"
import type { ViewId } from "./views.ts"

/** A word and what it means, in Markdown. */
export interface Explanation {
  readonly start: number
  readonly end: number
  readonly markdown: string
}

/** Views whose words are explained; `asm` is the text of machine code. */
export type GlossaryView = ViewId | "asm"

/** The meaning of the word at `offset` of a line of a view; null if there is none to tell. */
export function explainWord(view: GlossaryView, line: string, offset: number): Explanation | null {
  const isPart = (ch: string | undefined): boolean => ch !== undefined && /[\w.$]/.test(ch)
  let start = Math.min(offset, line.length)
  let end = start
  while (start > 0 && isPart(line[start - 1])) start--
  while (isPart(line[end])) end++
  const word = line.slice(start, end).replace(/^[%@.]+/, "")
  const markdown = word === "" || isComment(view, line, start) ? null : meaningOf(view, word)
  return markdown === null ? null : { start, end, markdown }
}

function isComment(view: GlossaryView, line: string, at: number): boolean {
  const mark = view === "wat" ? ";;" : view === "asm" ? "#" : ";"
  const found = line.indexOf(mark)
  return found >= 0 && found < at
}

function meaningOf(view: GlossaryView, word: string): string | null {
  const runtime = runtimeFunction(word)
  if (runtime !== null) return runtime
  switch (view) {
    case "mir":
    case "mir-built":
      return operation(word)
    case "wat":
      return fromTable(WASM, word)
    case "llvm":
      return fromTable(LLVM, word) ?? (word.startsWith("llvm.") ? titled(word, "an intrinsic: LLVM replaces the call by instructions of the processor") : null)
    case "bytecode":
      return Object.hasOwn(VM_OPS, word) ? titled(word, VM_OPS[word as keyof typeof VM_OPS].formula) : null
    case "asm":
      return fromTable(MACHINE, word.toLowerCase())
    default:
      return null
  }
}

function titled(word: string, text: string): string {
  return `**\`${word}\`** ${text}`
}

/** A function of the runtime library, by its name with or without the mark of the view. */
function runtimeFunction(word: string): string | null {
  const name = word.replace(/^\$/, "")
  if (!Object.hasOwn(ABI, name)) return null
  const row = ABI[name as keyof typeof ABI] as AbiRow
  const params = row.params.map(([param, type, ownership]) => `${param}: ${type}${ownership === "own" ? " (owned)" : ""}`).join(", ")
  return `${titled(`${name}(${params}): ${row.result}`, row.doc)}\n\nRuntime library. ${row.fails ? "May fail." : "Never fails."}${row.effects.length === 0 ? " Has no effects." : ` Effects: ${row.effects.join(", ")}.`}`
}

function operation(word: string): string | null {
  const row = opDef(word)
  if (row === undefined) return fromTable(MIR_WORDS, word)
  const args = row.args.map((arg) => (arg === "*" ? "…" : arg)).join(", ")
  const fails = row.fails === undefined ? "" : row.fails === "miss" ? " Takes its error edge on a miss; no error is pending then." : row.fails === "callee" ? " Fails if the callee does." : " May fail."
  const effects = row.effects === undefined || row.effects.length === 0 ? "" : ` Effects: ${row.effects.join(", ")}.`
  return `**\`${word}\`** (${args}) → ${row.result === "imm" ? "as the immediate says" : row.result}\n\n${row.doc}.${fails}${effects}`
}

/** A table of words; a row may stand for several words, separated by spaces. */
type Words = Readonly<Record<string, string>>

const indexes = new WeakMap<Words, Map<string, string>>()

function fromTable(table: Words, word: string): string | null {
  let index = indexes.get(table)
  if (index === undefined) {
    index = new Map(Object.entries(table).flatMap(([words, text]) => words.split(" ").map((one) => [one, text] as const)))
    indexes.set(table, index)
  }
  const text = index.get(word)
  return text === undefined ? null : titled(word, text)
}

/** TABLE words of MIR that are no operations. */
const MIR_WORDS: Words = {
  br: "jumps to a block, or to one of two by a condition",
  switch: "jumps to the block of the value, else to the default",
  ret: "returns from the function",
  raise: "leaves the function with the pending error",
  fatal: "ends the program with the pending error, where no handler can be",
  unreachable: "is never reached",
  cold: "this side is rarely taken: its code is kept away from the hot path",
  error: "the edge taken when the instruction fails",
  fails: "calls of this function may fail and need an error edge",
  synthetic: "made by the compiler: hidden from error traces",
  any: "a dynamic value: a tag and a payload, known only when the program runs",
  i64: "an integer of 64 bits in a register",
  f64: "a float of 64 bits in a register",
  bool: "true or false in a register",
  str: "a pointer to a string",
  arr: "a pointer to an array",
  map: "a pointer to a map",
  obj: "a pointer to some object",
  box: "a pointer to an object of exactly the class in angle brackets",
  phase: "how far the module has come: built, typed, counted",
}

/** TABLE instructions of WebAssembly. */
const WASM: Words = {
  "i64.const i32.const f64.const f32.const": "pushes the constant",
  "i64.add i32.add": "a + b, wrapping", "i64.sub i32.sub": "a - b, wrapping", "i64.mul i32.mul": "a * b, wrapping",
  "i64.div_s i32.div_s": "a / b toward zero, signed; traps if b is 0 or the result does not fit", "i64.div_u i32.div_u": "a / b, unsigned; traps if b is 0",
  "i64.rem_s i32.rem_s": "remainder of the signed division; traps if b is 0", "i64.rem_u i32.rem_u": "remainder of the unsigned division; traps if b is 0",
  "i64.and i32.and": "bitwise and", "i64.or i32.or": "bitwise or", "i64.xor i32.xor": "bitwise exclusive or",
  "i64.shl i32.shl": "a << b, b modulo the width", "i64.shr_s i32.shr_s": "a >> b, the sign is kept", "i64.shr_u i32.shr_u": "a >> b, zeros come in", "i64.rotl i32.rotl": "rotates to the left", "i64.rotr i32.rotr": "rotates to the right",
  "i64.clz i32.clz": "number of leading zero bits", "i64.ctz i32.ctz": "number of trailing zero bits", "i64.popcnt i32.popcnt": "number of one bits",
  "i64.eqz i32.eqz": "1 if a is 0, else 0", "i64.eq i32.eq f64.eq f32.eq": "1 if a == b, else 0", "i64.ne i32.ne f64.ne f32.ne": "1 if a != b, else 0",
  "i64.lt_s i32.lt_s": "1 if a < b, signed", "i64.lt_u i32.lt_u": "1 if a < b, unsigned", "i64.gt_s i32.gt_s": "1 if a > b, signed", "i64.gt_u i32.gt_u": "1 if a > b, unsigned",
  "i64.le_s i32.le_s": "1 if a <= b, signed", "i64.le_u i32.le_u": "1 if a <= b, unsigned", "i64.ge_s i32.ge_s": "1 if a >= b, signed", "i64.ge_u i32.ge_u": "1 if a >= b, unsigned",
  "f64.add f32.add": "a + b", "f64.sub f32.sub": "a - b", "f64.mul f32.mul": "a * b", "f64.div f32.div": "a / b", "f64.sqrt f32.sqrt": "square root", "f64.neg f32.neg": "changes the sign", "f64.abs f32.abs": "without the sign",
  "f64.floor f32.floor": "rounds down", "f64.ceil f32.ceil": "rounds up", "f64.trunc f32.trunc": "rounds toward zero", "f64.nearest f32.nearest": "rounds to the nearest even", "f64.min f32.min": "the smaller one; NaN if either is", "f64.max f32.max": "the larger one; NaN if either is", "f64.copysign f32.copysign": "a with the sign of b",
  "f64.lt f32.lt": "1 if a < b; 0 if either is NaN", "f64.gt f32.gt": "1 if a > b; 0 if either is NaN", "f64.le f32.le": "1 if a <= b; 0 if either is NaN", "f64.ge f32.ge": "1 if a >= b; 0 if either is NaN",
  "i32.wrap_i64": "keeps the low 32 bits", "i64.extend_i32_s": "32 bits to 64, signed", "i64.extend_i32_u": "32 bits to 64, unsigned", "f64.convert_i64_s f64.convert_i32_s": "the nearest float of a signed integer", "f64.convert_i64_u f64.convert_i32_u": "the nearest float of an unsigned integer",
  "i64.trunc_f64_s i32.trunc_f64_s": "a float without its fraction as an integer; traps if it does not fit", "i64.trunc_sat_f64_s i32.trunc_sat_f64_s": "a float without its fraction as an integer; the nearest one if it does not fit",
  "i64.reinterpret_f64": "the bits of a float as an integer", "f64.reinterpret_i64": "the bits of an integer as a float",
  "local.get": "pushes a local variable", "local.set": "pops into a local variable", "local.tee": "stores into a local variable and keeps the value", "global.get": "pushes a global variable", "global.set": "pops into a global variable",
  "i64.load i32.load f64.load f32.load": "loads from linear memory at the address plus the offset; traps outside of it", "i32.load8_u i64.load8_u": "loads a byte, unsigned", "i32.load8_s i64.load8_s": "loads a byte, signed", "i32.load16_u i64.load16_u": "loads 16 bits, unsigned", "i32.load16_s i64.load16_s": "loads 16 bits, signed", "i64.load32_u": "loads 32 bits, unsigned", "i64.load32_s": "loads 32 bits, signed",
  "i64.store i32.store f64.store f32.store": "stores to linear memory at the address plus the offset; traps outside of it", "i32.store8 i64.store8": "stores the low byte", "i32.store16 i64.store16": "stores the low 16 bits", "i64.store32": "stores the low 32 bits",
  "memory.size": "pages of 64 KiB that linear memory has", "memory.grow": "makes linear memory larger; -1 if that fails", "memory.copy": "copies bytes within linear memory", "memory.fill": "fills bytes of linear memory",
  block: "a block: a branch to it goes to its end", loop: "a loop: a branch to it goes to its start", if: "takes the first part if the condition is not 0", then: "the part taken if the condition is not 0", else: "the part taken if the condition is 0", end: "ends a block, a loop or an if",
  br: "branches to a label", br_if: "branches to a label if the condition is not 0", br_table: "branches to one of many labels by an index", return: "returns from the function", call: "calls a function", call_indirect: "calls a function from a table", drop: "throws the value on top away", select: "a if the condition is not 0, else b; both are computed", unreachable: "traps", nop: "does nothing",
  module: "the whole program", func: "a function", param: "a parameter", result: "the type of the result", local: "a local variable, 0 at first", import: "something the host provides", export: "something the host may use", memory: "linear memory", data: "bytes that memory holds at first", type: "a function's type",
}

/** TABLE instructions and words of LLVM IR. */
const LLVM: Words = {
  define: "a function with its body", declare: "a function that is elsewhere", ret: "returns from the function", br: "branches to a label, or to one of two by a condition", switch: "branches by a value", unreachable: "is never reached",
  add: "a + b, wrapping unless `nsw` or `nuw` stands behind it", sub: "a - b", mul: "a * b", sdiv: "a / b toward zero, signed", udiv: "a / b, unsigned", srem: "remainder of the signed division", urem: "remainder of the unsigned division",
  fadd: "a + b of floats", fsub: "a - b of floats", fmul: "a * b of floats", fdiv: "a / b of floats", frem: "remainder of floats", fneg: "changes the sign of a float",
  shl: "a << b", lshr: "a >> b, zeros come in", ashr: "a >> b, the sign is kept", and: "bitwise and", or: "bitwise or", xor: "bitwise exclusive or",
  icmp: "compares integers or pointers", fcmp: "compares floats; `o…` is false and `u…` is true if either is NaN", eq: "equal", ne: "not equal", slt: "less, signed", sle: "less or equal, signed", sgt: "greater, signed", sge: "greater or equal, signed", ult: "less, unsigned", ule: "less or equal, unsigned", ugt: "greater, unsigned", uge: "greater or equal, unsigned", oeq: "equal, neither is NaN", une: "not equal, or either is NaN", olt: "less, neither is NaN", ole: "less or equal, neither is NaN", ogt: "greater, neither is NaN", oge: "greater or equal, neither is NaN",
  phi: "the value that belongs to the block control comes from", select: "a or b by a condition, both computed", call: "calls a function", invoke: "calls a function that may unwind", tail: "the call uses nothing of the caller's frame",
  load: "reads from memory", store: "writes to memory", getelementptr: "computes an address; reads nothing", alloca: "room in the frame of the function", fence: "orders memory accesses",
  trunc: "keeps the low bits", zext: "to more bits, zeros come in", sext: "to more bits, the sign is kept", sitofp: "a signed integer as a float", uitofp: "an unsigned integer as a float", fptosi: "a float as a signed integer", ptrtoint: "a pointer as an integer", inttoptr: "an integer as a pointer", bitcast: "the same bits as another type",
  extractvalue: "a part of an aggregate", insertvalue: "an aggregate with one part replaced", freeze: "an arbitrary but fixed value instead of an undefined one",
  ptr: "a pointer", double: "a float of 64 bits", i1: "a truth value", i8: "a byte", i32: "an integer of 32 bits", i64: "an integer of 64 bits", void: "no value", undef: "any value", poison: "a value that must not be used",
  inbounds: "the address stays within the object", nsw: "signed overflow never happens", nuw: "unsigned overflow never happens", align: "alignment in bytes", noalias: "nothing else points there", nounwind: "never unwinds", noinline: "is never inlined", alwaysinline: "is always inlined", cold: "is rarely called", internal: "not visible outside the module", constant: "never changes", global: "a module variable", dbg: "where the instruction comes from in the source",
}

/** TABLE instructions of x86-64 and AArch64. */
const MACHINE: Words = {
  "mov movq movl movabs movabsq movb movw": "copies a value", "movzx movzbl movzwl movzbq": "copies, zeros come in", "movsx movslq movsbl movsxd": "copies, the sign is kept", "movsd movapd movaps movups movupd movq": "copies a float or a vector",
  "lea leaq leal": "computes an address; reads nothing", "add addq addl": "adds", "sub subq subl": "subtracts", "imul imulq": "multiplies, signed", "mul mulq": "multiplies", "idiv idivq": "divides rdx:rax, signed", "div divq": "divides, unsigned; of floats on AArch64 it is fdiv", "cqto cqo": "extends the sign of rax into rdx", "neg negq": "changes the sign", "inc incq": "adds 1", "dec decq decl": "subtracts 1",
  "and andq andl": "bitwise and", "or orq orl orr": "bitwise or", "xor xorl xorq eor": "bitwise exclusive or; of a register with itself: 0", "not notq mvn": "bitwise not", "shl shlq sal lsl": "shifts to the left", "shr shrq lsr": "shifts to the right, zeros come in", "sar sarq asr": "shifts to the right, the sign is kept",
  "cmp cmpq cmpl cmpb": "compares: sets the flags", "test testq testl testb tst": "and without a result: sets the flags", "ucomisd comisd fcmp": "compares floats: sets the flags",
  "jmp b": "jumps", "je jz b.eq": "jumps if equal", "jne jnz b.ne": "jumps if not equal", "jl b.lt": "jumps if less, signed", "jle b.le": "jumps if less or equal, signed", "jg b.gt": "jumps if greater, signed", "jge b.ge": "jumps if greater or equal, signed", "jb b.lo": "jumps if below, unsigned", "jbe b.ls": "jumps if below or equal, unsigned", "ja b.hi": "jumps if above, unsigned", "jae b.hs": "jumps if above or equal, unsigned", "js b.mi": "jumps if negative", "jns b.pl": "jumps if not negative", "jo b.vs": "jumps on overflow", "jp": "jumps if a comparison had a NaN",
  "sete setne setl setle setg setge setb seta cset": "0 or 1 by the flags", "cmove cmovne cmovl cmovle cmovg cmovge cmovb cmova cmovs cmovns csel": "copies if the flags say so",
  "call callq bl": "calls a function", "ret retq": "returns", "push pushq": "onto the stack", "pop popq": "off the stack", "ud2 brk": "traps", "nop nopw nopl": "does nothing",
  "addsd addpd fadd": "adds floats", "subsd subpd fsub": "subtracts floats", "mulsd mulpd fmul": "multiplies floats", "divsd divpd fdiv": "divides floats", "sqrtsd sqrtpd fsqrt": "square root", "cvtsi2sd scvtf": "a signed integer as a float", "cvttsd2si fcvtzs": "a float as an integer, toward zero", "xorps xorpd pxor": "exclusive or of vectors; of a register with itself: 0",
  "ldr ldur ldp ldrb": "loads from memory (a pair with ldp)", "str stur stp strb": "stores to memory (a pair with stp)", "adrp": "address of a page", "cbz": "jumps if zero", "cbnz": "jumps if not zero", "tbz": "jumps if the bit is 0", "tbnz": "jumps if the bit is 1", "madd": "a * b + c", "msub": "c - a * b", "sdiv": "divides, signed", "udiv": "divides, unsigned", "movz movk": "puts 16 bits of a constant into a register", "fmov": "copies a float", "br blr": "jumps to, or calls, an address in a register",
}
