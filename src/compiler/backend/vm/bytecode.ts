/**
 * TABLE of the VM's operations, and what an instruction looks like.
 *
 * An instruction is one word of 64 bits: four fields of 16 bits, `op a b c`. Registers are numbered from the start of the
 * function's frame; each holds 64 bits, and a dynamic value takes two neighbours, tag first. Sixteen bits a field mean that
 * a function never has to spill, however much was inlined into it. Some operations are followed by more words: argument
 * lists, jump tables, and the *edge* that is taken on failure.
 *
 * The numbers of the operations, and what kinds of operand they have, are generated into `hk_vm_ops.gen.h` for the
 * interpreter and its verifier; the position in the table is the number.
 *
 * Operand kinds, one letter for each of a, b, c:
 * - `-` nothing (must be 0)
 * - `w` register written, `r` register read, `m` register read and written; capitals: a pair of registers
 * - `i` signed number, `u` unsigned number
 * - `t` jump: signed number of words from the next instruction
 * - `f` number of a function, `p` first register of the outgoing frame
 * - `K` constant, `S` string, `X` immortal object, `G` variable, `C` class, `I` signed number, `J` jump: 32 bits in b and c
 */

/** What follows the instruction's first word. `edge` is the failure edge, `miss` an edge without a trace. */
export type Extension = "edge" | "miss" | "args" | "args+edge" | "table"

/** One operation. */
export interface VmOpRow {
  readonly operands: `${string}`
  readonly formula: string
  readonly follows?: Extension
  /** For conditional branches: the operation that branches when this one does not, and whether its operands are swapped. */
  readonly negated?: readonly [name: string, swapped: boolean]
  /** For conditional branches and `jump`: the same as the end of a loop, which counts against the budget. */
  readonly looping?: string
}

/** The operations. */
export const VM_OPS = {
  // Moves and constants.
  mov: { operands: "wr-", formula: "a = b" },
  mov2: { operands: "WR-", formula: "a = b, both words" },
  int: { operands: "wI", formula: "a = n" },
  const: { operands: "wK", formula: "a = constant n" },
  str: { operands: "wS", formula: "a = string n" },
  static: { operands: "wX", formula: "a = immortal object n" },
  null: { operands: "W--", formula: "a = null" },
  "mov.if": { operands: "mrr", formula: "if b: a = c" },
  "mov2.if": { operands: "MrR", formula: "if b: a = c, both words" },
  box: { operands: "Wru", formula: "a = dynamic value with tag c and payload b" },
  "box.opt": { operands: "Wr-", formula: "a = b is null ? null : the object b" },

  // Integers.
  "i64.add": { operands: "wrr", formula: "a = b + c mod 2^64" },
  "i64.sub": { operands: "wrr", formula: "a = b - c mod 2^64" },
  "i64.mul": { operands: "wrr", formula: "a = b * c mod 2^64" },
  "i64.div": { operands: "wrr", formula: "a = b / c toward zero" },
  "i64.rem": { operands: "wrr", formula: "a = b - (b / c) * c" },
  "i64.and": { operands: "wrr", formula: "a = b & c" },
  "i64.or": { operands: "wrr", formula: "a = b | c" },
  "i64.xor": { operands: "wrr", formula: "a = b ^ c" },
  "i64.shl": { operands: "wrr", formula: "a = b << (c mod 64)" },
  "i64.shr": { operands: "wrr", formula: "a = b >> (c mod 64), arithmetic" },
  "i64.add.n": { operands: "wri", formula: "a = b + n mod 2^64" },
  "i64.mul.n": { operands: "wri", formula: "a = b * n mod 2^64" },
  "i64.div.n": { operands: "wri", formula: "a = b / n, n neither 0 nor -1" },
  "i64.rem.n": { operands: "wri", formula: "a = b - (b / n) * n, n neither 0 nor -1" },
  "i64.and.n": { operands: "wri", formula: "a = b & n" },
  "i64.or.n": { operands: "wri", formula: "a = b | n" },
  "i64.xor.n": { operands: "wri", formula: "a = b ^ n" },
  "i64.shl.n": { operands: "wri", formula: "a = b << (n mod 64)" },
  "i64.shr.n": { operands: "wri", formula: "a = b >> (n mod 64), arithmetic" },
  "i64.neg": { operands: "wr-", formula: "a = -b mod 2^64" },
  "i64.not": { operands: "wr-", formula: "a = ~b" },
  "i64.eq": { operands: "wrr", formula: "a = b == c" },
  "i64.ne": { operands: "wrr", formula: "a = b != c" },
  "i64.lt": { operands: "wrr", formula: "a = b < c" },
  "i64.le": { operands: "wrr", formula: "a = b <= c" },
  "i64.eq.n": { operands: "wri", formula: "a = b == n" },
  "i64.ne.n": { operands: "wri", formula: "a = b != n" },
  "i64.lt.n": { operands: "wri", formula: "a = b < n" },
  "i64.le.n": { operands: "wri", formula: "a = b <= n" },
  "i64.gt.n": { operands: "wri", formula: "a = b > n" },
  "i64.ge.n": { operands: "wri", formula: "a = b >= n" },
  "is.zero": { operands: "wr-", formula: "a = b is 0, false or null" },
  "i64.to_f64": { operands: "wr-", formula: "a = nearest float to b" },

  // Floats.
  "f64.add": { operands: "wrr", formula: "a = b + c" },
  "f64.sub": { operands: "wrr", formula: "a = b - c" },
  "f64.mul": { operands: "wrr", formula: "a = b * c" },
  "f64.div": { operands: "wrr", formula: "a = b / c" },
  "f64.neg": { operands: "wr-", formula: "a = -b" },
  "f64.abs": { operands: "wr-", formula: "a = |b|" },
  "f64.sqrt": { operands: "wr-", formula: "a = square root of b" },
  "f64.floor": { operands: "wr-", formula: "a = largest integral float not above b" },
  "f64.ceil": { operands: "wr-", formula: "a = smallest integral float not below b" },
  "f64.trunc": { operands: "wr-", formula: "a = b without its fraction" },
  "f64.eq": { operands: "wrr", formula: "a = b == c" },
  "f64.ne": { operands: "wrr", formula: "a = not (b == c)" },
  "f64.lt": { operands: "wrr", formula: "a = b < c" },
  "f64.le": { operands: "wrr", formula: "a = b <= c" },
  "f64.to_i64": { operands: "wr-", formula: "a = b toward zero, saturating; 0 for NaN" },

  // Jumps. Those that end a loop count against the budget.
  jump: { operands: "-J", formula: "go to n", looping: "jump.loop" },
  "if.true": { operands: "r-t", formula: "if a is not 0: go to c", negated: ["if.false", false], looping: "if.true.loop" },
  "if.false": { operands: "r-t", formula: "if a is 0: go to c", negated: ["if.true", false], looping: "if.false.loop" },
  "if.i64.eq": { operands: "rrt", formula: "if a == b: go to c", negated: ["if.i64.ne", false], looping: "if.i64.eq.loop" },
  "if.i64.ne": { operands: "rrt", formula: "if a != b: go to c", negated: ["if.i64.eq", false], looping: "if.i64.ne.loop" },
  "if.i64.lt": { operands: "rrt", formula: "if a < b: go to c", negated: ["if.i64.le", true], looping: "if.i64.lt.loop" },
  "if.i64.le": { operands: "rrt", formula: "if a <= b: go to c", negated: ["if.i64.lt", true], looping: "if.i64.le.loop" },
  "if.i64.eq.n": { operands: "rit", formula: "if a == n: go to c", negated: ["if.i64.ne.n", false], looping: "if.i64.eq.n.loop" },
  "if.i64.ne.n": { operands: "rit", formula: "if a != n: go to c", negated: ["if.i64.eq.n", false], looping: "if.i64.ne.n.loop" },
  "if.i64.lt.n": { operands: "rit", formula: "if a < n: go to c", negated: ["if.i64.ge.n", false], looping: "if.i64.lt.n.loop" },
  "if.i64.le.n": { operands: "rit", formula: "if a <= n: go to c", negated: ["if.i64.gt.n", false], looping: "if.i64.le.n.loop" },
  "if.i64.gt.n": { operands: "rit", formula: "if a > n: go to c", negated: ["if.i64.le.n", false], looping: "if.i64.gt.n.loop" },
  "if.i64.ge.n": { operands: "rit", formula: "if a >= n: go to c", negated: ["if.i64.lt.n", false], looping: "if.i64.ge.n.loop" },
  "if.f64.eq": { operands: "rrt", formula: "if a == b: go to c", negated: ["if.f64.ne", false], looping: "if.f64.eq.loop" },
  "if.f64.ne": { operands: "rrt", formula: "if not (a == b): go to c", negated: ["if.f64.eq", false], looping: "if.f64.ne.loop" },
  "if.f64.lt": { operands: "rrt", formula: "if a < b: go to c", negated: ["if.f64.nlt", false], looping: "if.f64.lt.loop" },
  "if.f64.le": { operands: "rrt", formula: "if a <= b: go to c", negated: ["if.f64.nle", false], looping: "if.f64.le.loop" },
  "if.f64.nlt": { operands: "rrt", formula: "if not (a < b): go to c", negated: ["if.f64.lt", false], looping: "if.f64.nlt.loop" },
  "if.f64.nle": { operands: "rrt", formula: "if not (a <= b): go to c", negated: ["if.f64.le", false], looping: "if.f64.nle.loop" },
  "jump.loop": { operands: "-J", formula: "count; go to n" },
  "if.true.loop": { operands: "r-t", formula: "if a is not 0: count; go to c" },
  "if.false.loop": { operands: "r-t", formula: "if a is 0: count; go to c" },
  "if.i64.eq.loop": { operands: "rrt", formula: "if a == b: count; go to c" },
  "if.i64.ne.loop": { operands: "rrt", formula: "if a != b: count; go to c" },
  "if.i64.lt.loop": { operands: "rrt", formula: "if a < b: count; go to c" },
  "if.i64.le.loop": { operands: "rrt", formula: "if a <= b: count; go to c" },
  "if.i64.eq.n.loop": { operands: "rit", formula: "if a == n: count; go to c" },
  "if.i64.ne.n.loop": { operands: "rit", formula: "if a != n: count; go to c" },
  "if.i64.lt.n.loop": { operands: "rit", formula: "if a < n: count; go to c" },
  "if.i64.le.n.loop": { operands: "rit", formula: "if a <= n: count; go to c" },
  "if.i64.gt.n.loop": { operands: "rit", formula: "if a > n: count; go to c" },
  "if.i64.ge.n.loop": { operands: "rit", formula: "if a >= n: count; go to c" },
  "if.f64.eq.loop": { operands: "rrt", formula: "if a == b: count; go to c" },
  "if.f64.ne.loop": { operands: "rrt", formula: "if not (a == b): count; go to c" },
  "if.f64.lt.loop": { operands: "rrt", formula: "if a < b: count; go to c" },
  "if.f64.le.loop": { operands: "rrt", formula: "if a <= b: count; go to c" },
  "if.f64.nlt.loop": { operands: "rrt", formula: "if not (a < b): count; go to c" },
  "if.f64.nle.loop": { operands: "rrt", formula: "if not (a <= b): count; go to c" },
  switch: { operands: "ru-", formula: "0 <= a < b: take jump 1 + a of the table that follows, else jump 0", follows: "table" },

  // Objects and variables. Offsets count words of 8 bytes from the object's start.
  new: { operands: "wC", formula: "a = a fresh object of class n" },
  get: { operands: "wru", formula: "a = word c of object b" },
  get2: { operands: "Wru", formula: "a = words c and c + 1 of object b" },
  set: { operands: "rru", formula: "word c of object a = b" },
  "set.ref": { operands: "rru", formula: "word c of object a = b; release the old object" },
  set2: { operands: "rRu", formula: "words c and c + 1 of object a = b; release the old value" },
  "global.get": { operands: "wG", formula: "a = variable n" },
  "global.get2": { operands: "WG", formula: "a = variable n, both words" },
  "global.set": { operands: "rG", formula: "variable n = a" },
  "global.set.ref": { operands: "rG", formula: "variable n = a; release the old object" },
  "global.set2": { operands: "RG", formula: "variable n = a, both words; release the old value" },
  "class.id": { operands: "wr-", formula: "a = class number of object b, bit 31 if it is dead" },
  "get.u32": { operands: "wru", formula: "a = 32 bits at byte c of object b" },
  alive: { operands: "r--", formula: "fail if object a is dead", follows: "edge" },

  // Arrays: the element if the array is of that kind and the index in range, else the edge.
  "arr.get.i64": { operands: "wrr", formula: "a = b[c]", follows: "miss" },
  "arr.get.f64": { operands: "wrr", formula: "a = b[c]", follows: "miss" },
  "arr.get.bool": { operands: "wrr", formula: "a = b[c]", follows: "miss" },
  "arr.get.ref": { operands: "wrr", formula: "a = b[c]", follows: "miss" },
  "arr.set.i64": { operands: "rrr", formula: "a[b] = c", follows: "miss" },
  "arr.set.f64": { operands: "rrr", formula: "a[b] = c", follows: "miss" },
  "arr.set.bool": { operands: "rrr", formula: "a[b] = c", follows: "miss" },
  "arr.push.i64": { operands: "rr-", formula: "append b to a", follows: "miss" },
  "arr.push.bool": { operands: "rr-", formula: "append b to a", follows: "miss" },
  "arr.push.f64": { operands: "rr-", formula: "append b to a", follows: "miss" },

  // Counts.
  retain: { operands: "r--", formula: "count of object a + 1" },
  "retain.opt": { operands: "r--", formula: "count of object a + 1, unless a is null" },
  retain2: { operands: "R--", formula: "count of the object in a + 1, if it holds one" },
  release: { operands: "r--", formula: "count of object a - 1; free it at 0; null is ignored" },
  release2: { operands: "R--", formula: "as release for the object in a, if it holds one" },

  // Calls. The outgoing frame begins at register b; three registers later its arguments, which are the callee's registers 0 on.
  call: { operands: "wpf", formula: "a = call function c with the frame at b", follows: "edge" },
  call2: { operands: "Wpf", formula: "a, both words, = call function c with the frame at b", follows: "edge" },
  call0: { operands: "-pf", formula: "call function c with the frame at b", follows: "edge" },
  rt: { operands: "nu-", formula: "a = runtime function b of the arguments that follow", follows: "args" },
  "rt.try": { operands: "nu-", formula: "a = runtime function b of the arguments that follow; it may fail", follows: "args+edge" },
  ret: { operands: "r--", formula: "return a" },
  ret2: { operands: "R--", formula: "return a, both words" },
  ret0: { operands: "---", formula: "return nothing" },
  "leave.ret": { operands: "r--", formula: "depth - 1; return a" },
  "leave.ret2": { operands: "R--", formula: "depth - 1; return a, both words" },
  "leave.ret0": { operands: "---", formula: "depth - 1; return nothing" },
  enter: { operands: "-S", formula: "depth + 1; fail with StackOverflow in the function named n beyond the limit", follows: "edge" },
  leave: { operands: "---", formula: "depth - 1" },

  // Errors.
  "err.take": { operands: "w--", formula: "a = the pending error, no longer pending" },
  "err.set": { operands: "r--", formula: "the error a becomes pending" },
  raise: { operands: "---", formula: "leave the function with the pending error" },
  fatal: { operands: "---", formula: "end the program with the pending error" },
  unreachable: { operands: "---", formula: "never runs" },

  // Words of the format itself.
  edge: { operands: "---", formula: "failure: record site, go to target" },
  halt: { operands: "---", formula: "the run has ended; not in programs" },
  "halt.raised": { operands: "---", formula: "the run has ended by an error; not in programs" },
  compiled: { operands: "-J", formula: "go on in compiled code n; stands over another word while a program runs, not in programs" },

  // Debugging.
  point: { operands: "wI", formula: "a = n; the debugger may stop here" },
} as const satisfies Record<string, VmOpRow>

/** Name of an operation. */
export type VmOp = keyof typeof VM_OPS

/** Names by number. */
export const VM_OP_NAMES = Object.keys(VM_OPS) as readonly VmOp[]

/** Numbers by name. */
export const VM_OP_NUMBERS: Readonly<Record<VmOp, number>> = Object.fromEntries(VM_OP_NAMES.map((name, i) => [name, i])) as Record<VmOp, number>

/** The row of an operation, with its optional parts. */
export function vmOp(name: VmOp): VmOpRow {
  return VM_OPS[name]
}

/** Registers of a frame before its first register: return address, caller's frame, function. */
export const FRAME_RECORD = 3

/** Site number of an edge that records nothing. */
export const NO_SITE = 0xff_ffff

/** Registers a function may use at most, so that every operand fits. */
export const MAX_REGISTERS = 0xfff0

/** Words after the first one of an instruction. `args` is the number of arguments (of runtime calls), `table` operand b. */
export function extensionWords(row: VmOpRow, args: number, table: number): number {
  switch (row.follows) {
    case "edge":
    case "miss":
      return 1
    case "args":
      return (args + 3) >> 2
    case "args+edge":
      return ((args + 3) >> 2) + 1
    case "table":
      return table + 1
    default:
      return 0
  }
}
