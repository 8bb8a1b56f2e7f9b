/**
 * The table of operations: everything a pass, the text form, the verifier or a back end may ask about one.
 *
 * Operations named `dyn.*` exist only in phase `built`: they take values of any type and mean what LANGUAGE.md
 * section 4 says about the operator or access. Specialisation replaces each of them. All other operations take exactly
 * the types in their row.
 *
 * In `args` and `result`, a type stands for itself; `T` is any type, the same wherever it stands in the row; `ref` is
 * any non-null pointer, `opt` any nullable pointer, `counted` any type that holds a reference (`any`, pointers); `*`
 * at the end of `args` stands for any number of arguments of any type (for `call`s: those of the callee). `imm` results
 * come from the immediate (a constant's type, a field's, a callee's).
 */

/** What an operation may do, beyond computing its result. */
export type Effect = "read" | "write" | "alloc" | "io" | "control"

/** Kinds of immediate. `abi` is a row of `runtime/abi.ts`; `lib` a function of `runtime/prelude.ts`; `name` a member name. */
export type ImmediateKind = "int" | "float" | "bool" | "string" | "class" | "field" | "func" | "abi" | "lib" | "name" | "global" | "kind" | "typename"

/** One row. */
export interface OpDef {
  readonly args: readonly string[]
  readonly result: string
  readonly imm?: ImmediateKind
  readonly effects?: readonly Effect[]
  /** `error`: failing sets the pending error. `miss`: the `error` edge is taken without a pending error. `callee`: as the callee's row or function says. */
  readonly fails?: "error" | "miss" | "callee"
  readonly commutes?: true
  readonly doc: string
}

/** The operations. */
export const OPS = {
  // Constants.
  "const.i64": { args: [], result: "i64", imm: "int", doc: "the integer" },
  "const.f64": { args: [], result: "f64", imm: "float", doc: "the float" },
  "const.bool": { args: [], result: "bool", imm: "bool", doc: "true or false" },
  "const.str": { args: [], result: "str", imm: "string", doc: "the immortal string" },
  "const.null": { args: [], result: "any", doc: "null as a dynamic value" },
  "const.none": { args: [], result: "opt", doc: "null as a nullable pointer of the result's type" },

  // Integers: 64 bits, wrapping.
  "i64.add": { args: ["i64", "i64"], result: "i64", commutes: true, doc: "a + b mod 2^64" },
  "i64.sub": { args: ["i64", "i64"], result: "i64", doc: "a - b mod 2^64" },
  "i64.mul": { args: ["i64", "i64"], result: "i64", commutes: true, doc: "a * b mod 2^64" },
  "i64.div": { args: ["i64", "i64"], result: "i64", doc: "a / b toward zero; MIN / -1 is MIN; b is not 0 (checked before)" },
  "i64.rem": { args: ["i64", "i64"], result: "i64", doc: "a - (a / b) * b; MIN % -1 is 0; b is not 0 (checked before)" },
  "i64.neg": { args: ["i64"], result: "i64", doc: "-a mod 2^64" },
  "i64.and": { args: ["i64", "i64"], result: "i64", commutes: true, doc: "bitwise and" },
  "i64.or": { args: ["i64", "i64"], result: "i64", commutes: true, doc: "bitwise or" },
  "i64.xor": { args: ["i64", "i64"], result: "i64", commutes: true, doc: "bitwise exclusive or" },
  "i64.not": { args: ["i64"], result: "i64", doc: "bitwise not" },
  "i64.shl": { args: ["i64", "i64"], result: "i64", doc: "a << (b mod 64)" },
  "i64.shr": { args: ["i64", "i64"], result: "i64", doc: "a >> (b mod 64), arithmetic" },
  "i64.eq": { args: ["i64", "i64"], result: "bool", commutes: true, doc: "a == b" },
  "i64.ne": { args: ["i64", "i64"], result: "bool", commutes: true, doc: "a != b" },
  "i64.lt": { args: ["i64", "i64"], result: "bool", doc: "a < b, signed" },
  "i64.le": { args: ["i64", "i64"], result: "bool", doc: "a <= b, signed" },
  "i64.gt": { args: ["i64", "i64"], result: "bool", doc: "a > b, signed" },
  "i64.ge": { args: ["i64", "i64"], result: "bool", doc: "a >= b, signed" },
  "i64.to_f64": { args: ["i64"], result: "f64", doc: "nearest float" },

  // Floats: IEEE binary64, no contraction.
  "f64.add": { args: ["f64", "f64"], result: "f64", commutes: true, doc: "a + b" },
  "f64.sub": { args: ["f64", "f64"], result: "f64", doc: "a - b" },
  "f64.mul": { args: ["f64", "f64"], result: "f64", commutes: true, doc: "a * b" },
  "f64.div": { args: ["f64", "f64"], result: "f64", doc: "a / b (a zero divisor is checked before)" },
  "f64.neg": { args: ["f64"], result: "f64", doc: "-a" },
  "f64.abs": { args: ["f64"], result: "f64", doc: "|a|" },
  "f64.sqrt": { args: ["f64"], result: "f64", doc: "square root; NaN below zero" },
  "f64.floor": { args: ["f64"], result: "f64", doc: "largest integral float not above a" },
  "f64.ceil": { args: ["f64"], result: "f64", doc: "smallest integral float not below a" },
  "f64.trunc": { args: ["f64"], result: "f64", doc: "a without its fraction" },
  "f64.eq": { args: ["f64", "f64"], result: "bool", commutes: true, doc: "a == b; false for NaN" },
  "f64.ne": { args: ["f64", "f64"], result: "bool", commutes: true, doc: "not (a == b)" },
  "f64.lt": { args: ["f64", "f64"], result: "bool", doc: "a < b; false for NaN" },
  "f64.le": { args: ["f64", "f64"], result: "bool", doc: "a <= b; false for NaN" },
  "f64.gt": { args: ["f64", "f64"], result: "bool", doc: "a > b; false for NaN" },
  "f64.ge": { args: ["f64", "f64"], result: "bool", doc: "a >= b; false for NaN" },
  "f64.to_i64": { args: ["f64"], result: "i64", doc: "toward zero, saturating; NaN gives 0" },

  // Bools.
  "bool.not": { args: ["bool"], result: "bool", doc: "not a" },
  "bool.eq": { args: ["bool", "bool"], result: "bool", commutes: true, doc: "a == b" },
  "bool.and": { args: ["bool", "bool"], result: "bool", commutes: true, doc: "a and b, both evaluated" },
  "bool.or": { args: ["bool", "bool"], result: "bool", commutes: true, doc: "a or b, both evaluated" },
  select: { args: ["bool", "T", "T"], result: "T", doc: "a ? b : c, both evaluated" },

  // Dynamic values and pointers. These change the representation only; counts are not touched.
  "any.box": { args: ["T"], result: "any", doc: "a as a dynamic value; a null pointer becomes null" },
  "any.tag": { args: ["any"], result: "i64", doc: "the tag: 0 null, 1 Integer, 2 Float, 3 Bool, 4 pointer" },
  "any.i64": { args: ["any"], result: "i64", doc: "the payload of an Integer (tag known)" },
  "any.f64": { args: ["any"], result: "f64", doc: "the payload of a Float (tag known)" },
  "any.bool": { args: ["any"], result: "bool", doc: "the payload of a Bool (tag known)" },
  "any.ref": { args: ["any"], result: "ref", doc: "the pointer as the result's type (tag and class known)" },
  "any.opt": { args: ["any"], result: "opt", doc: "the pointer, or null, as the result's type (tag and class known)" },
  "opt.is_null": { args: ["opt"], result: "bool", doc: "a is null" },
  "opt.ref": { args: ["opt"], result: "ref", doc: "a, known not to be null, as the result's type" },
  "ref.opt": { args: ["ref"], result: "opt", doc: "a as a nullable pointer of the result's type" },
  "ref.cast": { args: ["ref"], result: "ref", doc: "a as the result's type (class known)" },
  "ref.eq": { args: ["ref", "ref"], result: "bool", commutes: true, doc: "same object" },
  "opt.eq": { args: ["opt", "opt"], result: "bool", commutes: true, doc: "same object, or both null" },
  "class.id": { args: ["ref"], result: "i64", doc: "class number of the object; a dead object answers with bit 31 set" },

  // Objects.
  new: { args: [], result: "imm", imm: "class", effects: ["alloc"], doc: "a fresh object, count 1, all fields zero or null" },
  "static.ref": { args: [], result: "imm", imm: "class", doc: "the immortal object of a static box (or a captureless closure, or a unit variant)" },
  "field.get": { args: ["ref"], result: "imm", imm: "field", effects: ["read"], doc: "the field's value" },
  "field.set": { args: ["ref", "imm"], result: "unit", imm: "field", effects: ["write"], doc: "stores a value; the old one is released" },
  "global.get": { args: [], result: "imm", imm: "global", effects: ["read"], doc: "the variable's value" },
  "global.set": { args: ["imm"], result: "unit", imm: "global", effects: ["write"], doc: "stores a value; the old one is released" },
  "check.alive": { args: ["ref"], result: "unit", effects: ["read"], fails: "error", doc: "fails with UseAfterFini if the object is dead" },

  // Arrays. The element kind is in the object; these are the fast paths, and a miss goes the slow way.
  "arr.len": { args: ["arr"], result: "i64", effects: ["read"], doc: "number of elements" },
  "arr.get.i64": { args: ["arr", "i64"], result: "i64", effects: ["read"], fails: "miss", doc: "element i of an array of integers; misses on another kind or out of range" },
  "arr.get.f64": { args: ["arr", "i64"], result: "f64", effects: ["read"], fails: "miss", doc: "element i of an array of floats; misses on another kind or out of range" },
  "arr.get.bool": { args: ["arr", "i64"], result: "bool", effects: ["read"], fails: "miss", doc: "element i of an array of bools; misses on another kind or out of range" },
  "arr.get.ref": { args: ["arr", "i64"], result: "ref", effects: ["read"], fails: "miss", doc: "element i of an array of objects, as the result's type (class known)" },
  "arr.set.i64": { args: ["arr", "i64", "i64"], result: "unit", effects: ["write"], fails: "miss", doc: "replaces element i of an array of integers; misses on another kind or out of range" },
  "arr.set.f64": { args: ["arr", "i64", "f64"], result: "unit", effects: ["write"], fails: "miss", doc: "replaces element i of an array of floats; misses on another kind or out of range" },
  "arr.set.bool": { args: ["arr", "i64", "bool"], result: "unit", effects: ["write"], fails: "miss", doc: "replaces element i of an array of bools; misses on another kind or out of range" },
  "arr.push.i64": { args: ["arr", "i64"], result: "unit", effects: ["write"], fails: "miss", doc: "appends to an array of integers; misses on another kind or without room" },
  "arr.push.f64": { args: ["arr", "f64"], result: "unit", effects: ["write"], fails: "miss", doc: "appends to an array of floats; misses on another kind or without room" },
  "arr.push.bool": { args: ["arr", "bool"], result: "unit", effects: ["write"], fails: "miss", doc: "appends to an array of bools; misses on another kind or without room" },

  // Strings.
  "str.len": { args: ["str"], result: "i64", effects: [], doc: "number of code points" },

  // Calls. Argument types are the callee's parameter types.
  call: { args: ["*"], result: "imm", imm: "func", effects: ["read", "write", "alloc", "io"], fails: "callee", doc: "calls a function of the module" },
  "call.rt": { args: ["*"], result: "imm", imm: "abi", effects: ["read", "write", "alloc", "io"], fails: "callee", doc: "calls the runtime library; effects and ownership are in runtime/abi.ts" },

  // Errors.
  "err.take": { args: [], result: "box<ErrorBox>", effects: ["read", "write"], doc: "the pending error, which is then no longer pending" },
  "err.set": { args: ["box<ErrorBox>"], result: "unit", effects: ["write"], doc: "makes the error pending; consumes it" },
  "stack.enter": { args: [], result: "unit", effects: ["control"], fails: "error", doc: "counts a call; fails with StackOverflow beyond the limit" },
  "stack.leave": { args: [], result: "unit", effects: ["control"], doc: "counts a return" },

  // Lifetimes.
  retain: { args: ["counted"], result: "unit", effects: ["write"], doc: "adds one to the count of the object, if the value holds one" },
  release: { args: ["counted"], result: "unit", effects: ["write"], doc: "takes one from the count; the last one frees" },
  keepalive: { args: ["counted"], result: "unit", effects: ["control"], doc: "the value is held until here; removed by the counting pass" },

  // Debugging: only in modules made for it. Both borrow their arguments, and no pass may move code over them.
  point: { args: ["*"], result: "unit", imm: "int", effects: ["control"], doc: "a debugger may stop here; the arguments are the variables of the module's point of that number" },
  hold: { args: ["*"], result: "unit", effects: ["control"], doc: "the values stay where they are until here" },

  // Dynamic operations, phase `built` only. All take and give `any` unless said otherwise.
  "dyn.add": { args: ["T", "T"], result: "any", fails: "error", effects: ["alloc"], doc: "4.2, 4.3: a + b" },
  "dyn.sub": { args: ["T", "T"], result: "any", fails: "error", doc: "4.2: a - b" },
  "dyn.mul": { args: ["T", "T"], result: "any", fails: "error", effects: ["alloc"], doc: "4.2, 4.3: a * b" },
  "dyn.div": { args: ["T", "T"], result: "any", fails: "error", doc: "4.2: a / b" },
  "dyn.rem": { args: ["T", "T"], result: "any", fails: "error", doc: "4.2: a % b" },
  "dyn.and": { args: ["T", "T"], result: "any", fails: "error", doc: "4.2: a & b" },
  "dyn.or": { args: ["T", "T"], result: "any", fails: "error", doc: "4.2: a | b" },
  "dyn.xor": { args: ["T", "T"], result: "any", fails: "error", doc: "4.2: a ^ b" },
  "dyn.shl": { args: ["T", "T"], result: "any", fails: "error", doc: "4.2: a << b" },
  "dyn.shr": { args: ["T", "T"], result: "any", fails: "error", doc: "4.2: a >> b" },
  "dyn.neg": { args: ["T"], result: "any", fails: "error", doc: "4.2: -a" },
  "dyn.bitnot": { args: ["T"], result: "any", fails: "error", doc: "4.2: ~a" },
  "dyn.truthy": { args: ["T"], result: "bool", fails: "error", doc: "4.8: truth value" },
  "dyn.eq": { args: ["T", "T"], result: "bool", effects: ["read"], doc: "4.6: a == b" },
  "dyn.lt": { args: ["T", "T"], result: "bool", fails: "error", doc: "4.7: a < b" },
  "dyn.le": { args: ["T", "T"], result: "bool", fails: "error", doc: "4.7: a <= b" },
  "dyn.gt": { args: ["T", "T"], result: "bool", fails: "error", doc: "4.7: a > b" },
  "dyn.ge": { args: ["T", "T"], result: "bool", fails: "error", doc: "4.7: a >= b" },
  "dyn.is": { args: ["T"], result: "bool", imm: "typename", effects: ["read"], doc: "4.15: a is T" },
  "dyn.is_null": { args: ["T"], result: "bool", doc: "a is null" },
  "dyn.index": { args: ["T", "T"], result: "any", fails: "error", effects: ["read"], doc: "4.10: a[i]" },
  "dyn.index_set": { args: ["T", "T", "T"], result: "unit", fails: "error", effects: ["write"], doc: "4.10: a[i] = v" },
  "dyn.get": { args: ["T"], result: "any", imm: "name", fails: "error", effects: ["read", "write", "alloc", "io"], doc: "4.12: o.name read from outside the box; the immediate is `name` or `name@Box` where private members of Box are accessible" },
  "dyn.set": { args: ["T", "T"], result: "unit", imm: "name", fails: "error", effects: ["read", "write", "alloc", "io"], doc: "4.12: o.name = v; immediate as in dyn.get" },
  "dyn.method": { args: ["*"], result: "any", imm: "name", fails: "error", effects: ["read", "write", "alloc", "io"], doc: "4.12: first argument is the receiver; immediate as in dyn.get" },
  "dyn.call": { args: ["*"], result: "any", fails: "error", effects: ["read", "write", "alloc", "io"], doc: "4.13: calls the function value that is the first argument" },
  "dyn.lib": { args: ["*"], result: "any", imm: "lib", fails: "error", effects: ["read", "write", "alloc", "io"], doc: "5: a function of the library: `print`, `MathBox.sqrt`, `new ArrayBox`" },
  "dyn.raise": { args: ["*"], result: "unit", imm: "name", fails: "error", effects: ["alloc"], doc: "always fails with the error kind in the immediate; the arguments are texts whose concatenation is the message" },
} as const satisfies Record<string, OpDef>

/** Name of an operation. */
export type Opcode = keyof typeof OPS

const ROWS: ReadonlyMap<string, OpDef> = new Map(Object.entries(OPS))

/** The row of `op`, or undefined for a name that is not an operation. */
export function opDef(op: string): OpDef | undefined {
  return ROWS.get(op)
}
