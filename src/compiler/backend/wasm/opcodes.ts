/**
 * TABLE of the WebAssembly instructions in use (core specification, section 5.4): names and codes. Codes from 0xfc00 on
 * stand for the prefix 0xfc and their low byte.
 */

/** Instructions with operands on the stack alone, and memory accesses with the logarithm of their natural alignment. */
const CODES = {
  "i32.load": 0x28, "i64.load": 0x29, "f64.load": 0x2b, "i32.load8_u": 0x2d, "i32.store": 0x36, "i64.store": 0x37, "f64.store": 0x39, "i32.store8": 0x3a,
  "i32.eqz": 0x45, "i32.eq": 0x46, "i32.ne": 0x47, "i32.lt_s": 0x48, "i32.lt_u": 0x49, "i32.gt_s": 0x4a, "i32.gt_u": 0x4b, "i32.le_s": 0x4c, "i32.le_u": 0x4d, "i32.ge_s": 0x4e, "i32.ge_u": 0x4f,
  "i64.eqz": 0x50, "i64.eq": 0x51, "i64.ne": 0x52, "i64.lt_s": 0x53, "i64.lt_u": 0x54, "i64.gt_s": 0x55, "i64.gt_u": 0x56, "i64.le_s": 0x57, "i64.le_u": 0x58, "i64.ge_s": 0x59, "i64.ge_u": 0x5a,
  "f64.eq": 0x61, "f64.ne": 0x62, "f64.lt": 0x63, "f64.gt": 0x64, "f64.le": 0x65, "f64.ge": 0x66,
  "i32.add": 0x6a, "i32.sub": 0x6b, "i32.mul": 0x6c, "i32.and": 0x71, "i32.or": 0x72, "i32.xor": 0x73, "i32.shl": 0x74, "i32.shr_s": 0x75, "i32.shr_u": 0x76,
  "i64.add": 0x7c, "i64.sub": 0x7d, "i64.mul": 0x7e, "i64.div_s": 0x7f, "i64.div_u": 0x80, "i64.rem_s": 0x81, "i64.rem_u": 0x82, "i64.and": 0x83, "i64.or": 0x84, "i64.xor": 0x85,
  "i64.shl": 0x86, "i64.shr_s": 0x87, "i64.shr_u": 0x88,
  "f64.abs": 0x99, "f64.neg": 0x9a, "f64.ceil": 0x9b, "f64.floor": 0x9c, "f64.trunc": 0x9d, "f64.sqrt": 0x9f, "f64.add": 0xa0, "f64.sub": 0xa1, "f64.mul": 0xa2, "f64.div": 0xa3,
  "i32.wrap_i64": 0xa7, "i64.extend_i32_s": 0xac, "i64.extend_i32_u": 0xad, "f64.convert_i64_s": 0xb9, "i64.reinterpret_f64": 0xbd, "f64.reinterpret_i64": 0xbf,
  "i64.trunc_sat_f64_s": 0xfc06,
} as const satisfies Readonly<Record<string, number>>

/** Code of an instruction by its name. */
export const CODE_OF: ReadonlyMap<string, number> = new Map(Object.entries(CODES))
/** Name of an instruction by its code. */
export const NAME_OF: ReadonlyMap<number, string> = new Map(Object.entries(CODES).map(([name, code]) => [code, name]))

/** Codes of instructions with operands of their own. */
export const OP = {
  unreachable: 0x00, block: 0x02, loop: 0x03, if: 0x04, else: 0x05, end: 0x0b, br: 0x0c, brIf: 0x0d, brTable: 0x0e, return: 0x0f, call: 0x10, callIndirect: 0x11, drop: 0x1a, select: 0x1b,
  localGet: 0x20, localSet: 0x21, localTee: 0x22, globalGet: 0x23, globalSet: 0x24, i32Const: 0x41, i64Const: 0x42, f64Const: 0x44,
} as const

/** The empty block type. */
export const NO_RESULT = 0x40

/** Codes of value types. */
export const TYPE_CODE = { i32: 0x7f, i64: 0x7e, f64: 0x7c } as const

/** Logarithm of the natural alignment of a memory access. */
export function alignmentOf(code: number): number {
  const name = NAME_OF.get(code) ?? ""
  return name.includes("8") ? 0 : name.startsWith("i32") ? 2 : 3
}
