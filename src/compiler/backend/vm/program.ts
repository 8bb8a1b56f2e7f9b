/**
 * A VM program as data, and its binary form.
 *
 * The binary form is a header and sections of fixed-size records, all little endian, every section at a multiple of 8 bytes.
 * It holds no addresses: strings, classes and immortal objects are numbers, and the loader builds them with the layout of
 * its machine, so one file serves the 32-bit and the 64-bit interpreter. The header carries a checksum of the rest and a
 * fingerprint of the runtime's table, since calls of the runtime go by the number of the row.
 */
import { abiFingerprint, fnv1a } from "../../../runtime/fingerprint.ts"
import type { Origin } from "../../mir/ir.ts"

/** First word of a program: the letters HKVM. */
export const MAGIC = 0x4d56_4b48

/** Version of the format. */
export const FORMAT_VERSION = 1

/** The sections in file order: bytes of a record. */
export const SECTIONS = {
  constants: 8,
  strings: 8,
  bytes: 1,
  classes: 48,
  fields: 16,
  names: 4,
  statics: 4,
  globals: 4,
  functions: 32,
  loops: 8,
  lines: 4,
  code: 8,
} as const satisfies Record<string, number>

/** Name of a section. */
export type Section = keyof typeof SECTIONS

/** Words of the header: magic, version, length in bytes, checksum, fingerprint, main, text callback, equals callback; then offset and count of each section. */
export const HEADER_WORDS = 8 + Object.keys(SECTIONS).length * 2

/** Number that stands for "no function". */
export const NO_FUNCTION = 0xffff_ffff

/** What a 64-bit word of a variable holds. The second word of a dynamic value is `payload`. */
export const GLOBAL_KIND = { scalar: 0, pointer: 1, tag: 2, payload: 3 } as const

/** Result of a function. */
export const RESULT_KIND = { unit: 0, i64: 1, f64: 2, bool: 3, pointer: 4, optional: 5, any: 6 } as const

/** A function of a program. */
export interface VmFunction {
  readonly name: string
  /** How error traces show it. */
  readonly display: string
  readonly synthetic: boolean
  /** Place of its first word in the program's code. */
  readonly start: number
  readonly length: number
  /** Registers of its frame, with room for outgoing arguments. */
  readonly registers: number
  /** Registers that its parameters take. */
  readonly params: number
  readonly result: number
  readonly fails: boolean
  readonly loops: readonly VmLoop[]
}

/**
 * A block that a loop jumps back to: where a running function can be looked at, counted, or left for compiled code. It is
 * the loop's header, or the block behind it if the header's test was copied to the end of the loop.
 */
export interface VmLoop {
  /** Block of the MIR function. */
  readonly block: number
  /** First word of the block, from the function's start. */
  readonly at: number
  /** Register of each MIR value that is live there. */
  readonly live: readonly { readonly value: number; readonly register: number }[]
}

/** Origin of the code from a word of the program on. */
export interface VmOrigin {
  readonly at: number
  readonly origin: Origin | null
}

/** A program. */
export interface VmProgram {
  readonly constants: BigInt64Array
  readonly strings: readonly string[]
  readonly classes: readonly VmClass[]
  /** Classes, by position in `classes`, of the immortal objects. */
  readonly statics: readonly number[]
  /** Kinds of the words that hold variables. */
  readonly globals: readonly number[]
  readonly functions: readonly VmFunction[]
  /** Lines of the error sites. */
  readonly lines: readonly number[]
  /** Four numbers a word: operation, a, b, c. */
  readonly code: Uint16Array
  /** Ascending. */
  readonly origins: readonly VmOrigin[]
  readonly main: number
  readonly textCallback: number
  readonly equalsCallback: number
}

/** A class as the runtime needs it; texts are numbers of strings. */
export interface VmClass {
  readonly id: number
  readonly size: number
  readonly kind: number
  readonly arity: number
  readonly name: number
  /** Number of the string plus one, 0 for none. */
  readonly label: number
  readonly shape: number
  readonly fields: readonly { readonly offset: number; readonly repr: number; readonly flags: number; readonly name: number }[]
  readonly isNames: readonly number[]
}

/** The binary form. */
export function encodeProgram(program: VmProgram): Uint8Array {
  const utf8 = program.strings.map((text) => new TextEncoder().encode(text))
  const fields = program.classes.flatMap((c) => c.fields)
  const names = program.classes.flatMap((c) => c.isNames)
  const loops = program.functions.flatMap((f) => f.loops)
  const counts: Readonly<Record<Section, number>> = {
    constants: program.constants.length,
    strings: utf8.length,
    bytes: utf8.reduce((n, text) => n + text.length, 0),
    classes: program.classes.length,
    fields: fields.length,
    names: names.length,
    statics: program.statics.length,
    globals: program.globals.length,
    functions: program.functions.length,
    loops: loops.length,
    lines: program.lines.length,
    code: program.code.length >> 2,
  }
  const offsets = {} as Record<Section, number>
  let end = (HEADER_WORDS * 4 + 7) & ~7
  for (const section of Object.keys(SECTIONS) as Section[]) {
    offsets[section] = end
    end = (end + counts[section] * SECTIONS[section] + 7) & ~7
  }
  const bytes = new Uint8Array(end)
  const view = new DataView(bytes.buffer)
  const words = (at: number, values: readonly number[]): void => values.forEach((value, i) => view.setUint32(at + i * 4, value >>> 0, true))
  words(0, [MAGIC, FORMAT_VERSION, end, 0, abiFingerprint(), program.main, program.textCallback, program.equalsCallback])
  words(32, (Object.keys(SECTIONS) as Section[]).flatMap((section) => [offsets[section], counts[section]]))
  program.constants.forEach((value, i) => view.setBigInt64(offsets.constants + i * 8, value, true))
  let text = 0
  utf8.forEach((part, i) => {
    words(offsets.strings + i * 8, [text, part.length])
    bytes.set(part, offsets.bytes + text)
    text += part.length
  })
  let field = 0
  let name = 0
  program.classes.forEach((c, i) => {
    words(offsets.classes + i * 48, [c.id, c.size, c.kind, c.arity, c.fields.length, field, c.isNames.length, name, c.name, c.label, c.shape, 0])
    for (const f of c.fields) words(offsets.fields + field++ * 16, [f.offset, f.repr, f.flags, f.name])
    for (const n of c.isNames) words(offsets.names + name++ * 4, [n])
  })
  words(offsets.statics, program.statics)
  words(offsets.globals, program.globals)
  let loop = 0
  program.functions.forEach((f, i) => {
    words(offsets.functions + i * 32, [f.start, f.length, f.registers, f.params, f.result, f.fails ? 1 : 0, loop, f.loops.length])
    for (const l of f.loops) words(offsets.loops + loop++ * 8, [i, l.at])
  })
  words(offsets.lines, program.lines)
  program.code.forEach((part, i) => view.setUint16(offsets.code + i * 2, part, true))
  view.setUint32(12, fnv1a(bytes.subarray(16)), true)
  return bytes
}
