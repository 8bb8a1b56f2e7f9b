/**
 * TABLE of the machine representation of values and objects: the numbers that the C runtime, the back ends and the tests share.
 *
 * The one idea: an offset or a tag is written here once; `hk_abi.gen.h` carries the same numbers to C. All integers are little
 * endian; pointers are stored zero-extended to 8 bytes in slots of objects and arrays.
 */

/** Tags of dynamic values. `ERR` occurs only as the result of a call that failed. */
export const TAG = { NULL: 0, INT: 1, FLOAT: 2, BOOL: 3, PTR: 4, ERR: 255 } as const

/** The object header: 8 bytes. */
export const HEADER = { COUNT: 0, CLASS: 4, SIZE: 8 } as const

/** Counts from here on never change: the object is immortal. */
export const IMMORTAL = 0x40000000

/** Flags in the class word. */
export const CLASS_DEAD = 0x80000000
/** Set while a weak reference to the object exists. */
export const CLASS_WEAK = 0x40000000
/** What is left of the class word without its flags. */
export const CLASS_MASK = 0x3fffffff

/** Strings: UTF-8 from `DATA` on, not terminated; ASCII if and only if `BYTES` equals `CODEPOINTS`. `HASH` 0 means not computed. */
export const STR = { BYTES: 8, CODEPOINTS: 12, HASH: 16, CAPACITY: 20, DATA: 24 } as const

/** Arrays. `DATA` holds the address of the elements. */
export const ARR = { LENGTH: 8, CAPACITY: 12, KIND: 16, PAD: 20, DATA: 24, SIZE: 32 } as const

/** Element kinds of arrays. An empty array may have any kind and changes it freely. */
export const ARR_KIND = { ANY: 0, I64: 1, F64: 2, BOOL: 3, REF: 4 } as const

/** Bytes an element takes, by kind. */
export const ARR_ELEMENT_SIZE = [16, 8, 8, 1, 8] as const

/** Cells of library objects that start with one `any`: results, errors' fields and the like are private to C. */
export const FIELD_REPR = { I64: 0, F64: 1, BOOL: 2, PTR: 3, ANY: 4 } as const

/** Flags of a field descriptor. */
export const FIELD_FLAG = { PUBLIC: 1, HIDDEN: 2 } as const

/** Kinds of class in class descriptors. */
export const CLASS_KIND = { box: 0, static: 1, closure: 2, cell: 3, variant: 4 } as const

/** Shapes of enum variants in class descriptors. */
export const VARIANT_SHAPE = { unit: 0, tuple: 1, record: 2 } as const

/** Deepest nesting of calls that count themselves; beyond it `StackOverflow` is raised. */
export const MAX_DEPTH = 10000

/** Most memory a program may take, in bytes; beyond it the program ends with `OutOfMemory`. */
export const MAX_MEMORY = 0x10000000
