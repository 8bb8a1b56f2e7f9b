/**
 * TABLE of the library as the language sees it: boxes with constructors and methods, functions, universal methods.
 *
 * The one idea: a row says what a call of that name and arity takes, gives and does, and how it is carried out. The checker takes
 * names and arities from here, inference the types, specialisation the implementation, the editor the documentation.
 *
 * Invariants: the parameters of an `abi` implementation are the receiver (unless the box is `stateless`) and then the arguments in
 * order; an argument is converted to the ABI row's type with a check (`hk_expect_*`) where its type is not known. Whether a row can
 * fail beyond such checks is in the ABI row (`memberFails`). Names are the canonical ones; `aliases` maps the others to them.
 */
import { ABI, type AbiName } from "./abi.ts"

/**
 * A type name: `Integer Float Number Bool String Array Map Any Void Function`, `Box:Name`, alternatives `A|B`;
 * `elem` an element of the receiver (array or map), `elem?` that or null.
 */
export type LibraryType = string

/** How a row is carried out. */
export type LibraryCode =
  /** A runtime function. `pack`: all arguments are put into one new array, the only argument. `prefix`: leading constant arguments. */
  | { readonly abi: AbiName; readonly pack?: true; readonly prefix?: readonly (bigint | string)[] }
  /** An operation of MIR on receiver and arguments. */
  | { readonly op: string }
  /** A function of `prelude.hako`; receiver first. */
  | { readonly hako: string }
  /** The first argument (or receiver) itself. */
  | { readonly identity: true }
  /** A new array of the arguments. */
  | { readonly array: true }
  /** Always fails with `Unsupported` and this name. */
  | { readonly unsupported: string }

/** A better implementation for arguments (receiver excluded) of known types. */
export interface LibraryOverload {
  readonly params: readonly LibraryType[]
  readonly result: LibraryType
  readonly impl: LibraryCode
}

/** One method, function, constructor or readable field. */
export interface LibraryMember {
  /** Types of the arguments; of `name/*` rows, of every argument. */
  readonly params: readonly LibraryType[]
  readonly result: LibraryType
  readonly impl: LibraryCode
  /** Tried in order before `impl`. */
  readonly overloads?: readonly LibraryOverload[]
  /** Arguments that become elements of the receiver or of the result. */
  readonly stores?: readonly number[]
  /** The result is a new array whose elements are: elements of the receiver (`elem`), Strings, … */
  readonly yields?: LibraryType
  readonly doc: string
  readonly errors?: string
  readonly example?: string
}

/** One library box. */
export interface LibraryBox {
  /** Constructors by arity, or `*`. Absent: `new` of it is an unknown box. */
  readonly constructors: { readonly [arity: string]: LibraryMember }
  /** Methods by `name/arity`, or `name/*`. */
  readonly methods: { readonly [key: string]: LibraryMember }
  /** Other names of methods, for every arity. */
  readonly aliases?: { readonly [alias: string]: string }
  /** Members readable as fields. */
  readonly fields?: { readonly [name: string]: LibraryMember }
  /** Methods take no receiver and may be called on the box name: `MathBox.sqrt(2)`. */
  readonly stateless?: true
  readonly doc: string
}

const number1 = (impl: LibraryCode, doc: string, errors?: string): LibraryMember =>
  errors === undefined ? { params: ["Number"], result: "Float", impl, doc } : { params: ["Number"], result: "Float", impl, doc, errors }

const floatMethod = (impl: LibraryCode, doc: string, errors?: string): LibraryMember =>
  errors === undefined ? { params: [], result: "Float", impl, doc } : { params: [], result: "Float", impl, doc, errors }

const withExample = (member: LibraryMember, example: string): LibraryMember => ({ ...member, example })

const ABS: LibraryMember = {
  params: ["Number"], result: "Integer|Float", impl: { abi: "hk_math_abs" }, doc: "absolute value, of the same kind", errors: "TypeError unless the arguments are numbers", example: "MathBox.abs(-3)  // 3",
  overloads: [
    { params: ["Integer"], result: "Integer", impl: { abi: "hk_i64_abs" } },
    { params: ["Float"], result: "Float", impl: { op: "f64.abs" } },
  ],
}
const MIN: LibraryMember = {
  params: ["Number", "Number"], result: "Integer|Float", impl: { abi: "hk_math_min" }, doc: "the smaller; a Float if either is", errors: "TypeError unless the arguments are numbers", example: "MathBox.min(3, 5)  // 3",
  overloads: [
    { params: ["Integer", "Integer"], result: "Integer", impl: { abi: "hk_i64_min" } },
    { params: ["Float", "Float"], result: "Float", impl: { abi: "hk_f64_min" } },
  ],
}
const MAX: LibraryMember = {
  params: ["Number", "Number"], result: "Integer|Float", impl: { abi: "hk_math_max" }, doc: "the larger; a Float if either is", errors: "TypeError unless the arguments are numbers", example: "MathBox.max(3, 5)  // 5",
  overloads: [
    { params: ["Integer", "Integer"], result: "Integer", impl: { abi: "hk_i64_max" } },
    { params: ["Float", "Float"], result: "Float", impl: { abi: "hk_f64_max" } },
  ],
}
const integerOf = (general: AbiName, float: AbiName, doc: string, example: string): LibraryMember => ({
  params: ["Number"], result: "Integer", impl: { abi: general }, doc, errors: "TypeError unless x is a number", example,
  overloads: [
    { params: ["Integer"], result: "Integer", impl: { identity: true } },
    { params: ["Float"], result: "Integer", impl: { abi: float } },
  ],
})
const FLOOR = integerOf("hk_math_floor", "hk_f64_floor_i64", "largest Integer not above x", "MathBox.floor(-1.5)  // -2")
const CEIL = integerOf("hk_math_ceil", "hk_f64_ceil_i64", "smallest Integer not below x", "MathBox.ceil(1.2)  // 2")
const ROUND = integerOf("hk_math_round", "hk_f64_round_i64", "nearest Integer, half away from zero", "MathBox.round(2.5)  // 3")
const POW: LibraryMember = { params: ["Number", "Number"], result: "Float", impl: { abi: "hk_math_pow" }, doc: "a to the power b, as a Float", example: "MathBox.pow(2, 10)  // 1024" }
const SQRT = withExample(number1({ abi: "hk_math_sqrt" }, "square root", "TypeError: sqrt() of negative number"), "MathBox.sqrt(2.25)  // 1.5")
const SIN = withExample(number1({ abi: "hk_math_sin" }, "sine of an angle in radians"), "MathBox.sin(0)  // 0")
const COS = withExample(number1({ abi: "hk_math_cos" }, "cosine of an angle in radians"), "MathBox.cos(0)  // 1")
const TAN = withExample(number1({ abi: "hk_math_tan" }, "tangent of an angle in radians"), "MathBox.tan(0)  // 0")

const NOW: LibraryMember = { params: [], result: "Integer", impl: { abi: "hk_now" }, doc: "milliseconds since 1970", example: "now() > 0  // true" }
const LOG_LINE: LibraryMember = { params: ["Any"], result: "Void", impl: { abi: "hk_print" }, doc: "writes a line to the output", errors: "those of a text method of x", example: 'con.log("hi")  // hi' }
const EMPTY_LINE: LibraryMember = { params: [], result: "Void", impl: { abi: "hk_print_line" }, doc: "writes an empty line to the output", example: "con.log()  // " }
const WARN_LINE: LibraryMember = { params: ["Any"], result: "Void", impl: { abi: "hk_eprint" }, doc: "writes a line to the error output", errors: "those of a text method of x", example: 'con.warn("careful")' }
const WARN_EMPTY: LibraryMember = { params: [], result: "Void", impl: { abi: "hk_eprint_line" }, doc: "writes an empty line to the error output", example: "con.warn()" }
const READ_LINE: LibraryMember = { params: [], result: "String|Void", impl: { abi: "hk_read_line" }, doc: "the next line of the input, null at its end", example: "con.readLine()  // Ada" }
const OK: LibraryMember = { params: ["Any"], result: "Box:ResultBox", impl: { abi: "hk_result_ok" }, doc: "a successful result", example: "Ok(1).isOk()  // true" }
const ERR: LibraryMember = { params: ["Any"], result: "Box:ResultBox", impl: { abi: "hk_result_err" }, doc: "a failed result", example: 'Err("no").isErr()  // true' }

/** Methods of every value, unless its box has its own. */
export const UNIVERSAL = {
  "toString/0": { params: [], result: "String", impl: { abi: "hk_text" }, doc: "text of the value", example: "1.50.toString()  // 1.5", errors: "those of its text method" },
  "equals/1": { params: ["Any"], result: "Bool", impl: { abi: "hk_equals" }, doc: "equality by content", example: "[1, [2]].equals([1, [2]])  // true", errors: "those of equals methods of what is compared" },
  "is/1": { params: ["String"], result: "Bool", impl: { abi: "hk_is" }, doc: "whether the value is of the named type", example: '1.is("Integer")  // true' },
  "as/1": { params: ["String"], result: "Any", impl: { abi: "hk_as" }, doc: "the value itself, if it is of the named type", example: '"a".as("String")  // a', errors: "TypeError: type cast failed" },
  "typeName/0": { params: [], result: "String", impl: { abi: "hk_type_name" }, doc: "name of the value's kind", example: "1.5.typeName()  // Float" },
} as const satisfies Record<string, LibraryMember>

/** Methods of every instance of a user box, in addition. */
export const INSTANCE_METHODS = {
  "getField/1": { params: ["String"], result: "Any", impl: { abi: "hk_get_field" }, doc: "value of the named field, null if there is none", example: 'box Point { x }  local p = new Point()  p.x = 3  p.getField("x")  // 3', errors: "UseAfterFini" },
  "setField/2": { params: ["String", "Any"], result: "Void", impl: { abi: "hk_set_field" }, stores: [1], doc: "sets the named field", example: 'box Place { x }  local p = new Place()  p.setField("x", 4)  p.x  // 4', errors: "TypeError if there is no such field or it cannot hold the value; UseAfterFini" },
  "hasField/1": { params: ["String"], result: "Bool", impl: { abi: "hk_has_field" }, doc: "whether the instance has the field", example: 'box Spot { x }  new Spot().hasField("y")  // false', errors: "UseAfterFini" },
} as const satisfies Record<string, LibraryMember>

/** The library boxes. */
export const LIBRARY = {
  IntegerBox: {
    doc: "a 64-bit integer",
    constructors: {
      "1": { params: ["Any"], result: "Integer", impl: { abi: "hk_integer_new" }, doc: "the number itself; texts are read as by toInteger", example: 'new IntegerBox("12") + 1  // 13', errors: "TypeError for other kinds of value", overloads: [{ params: ["Integer"], result: "Integer", impl: { identity: true } }] },
    },
    methods: {
      "toFloat/0": { params: [], result: "Float", impl: { op: "i64.to_f64" }, doc: "the same number as a Float", example: "7.toFloat() / 2  // 3.5" },
      "toInteger/0": { params: [], result: "Integer", impl: { identity: true }, doc: "itself", example: "7.toInteger()  // 7" },
      "abs/0": { params: [], result: "Integer", impl: { abi: "hk_i64_abs" }, doc: "absolute value; of the smallest Integer, itself", example: "(-3).abs()  // 3" },
      "min/1": { params: ["Number"], result: "Integer|Float", impl: { abi: "hk_math_min" }, doc: "the smaller", errors: "TypeError unless the arguments are numbers", example: "3.min(5)  // 3", overloads: [{ params: ["Integer"], result: "Integer", impl: { abi: "hk_i64_min" } }] },
      "max/1": { params: ["Number"], result: "Integer|Float", impl: { abi: "hk_math_max" }, doc: "the larger", errors: "TypeError unless the arguments are numbers", example: "3.max(5)  // 5", overloads: [{ params: ["Integer"], result: "Integer", impl: { abi: "hk_i64_max" } }] },
      "pow/1": { params: ["Integer"], result: "Integer|Float", impl: { abi: "hk_i64_pow" }, doc: "power, wrapping; a Float if the exponent is negative", example: "2.pow(10)  // 1024" },
    },
  },
  FloatBox: {
    doc: "a 64-bit floating-point number",
    constructors: {
      "1": { params: ["Any"], result: "Float", impl: { abi: "hk_float_new" }, doc: "the number as a Float", example: "new FloatBox(3) / 2  // 1.5", errors: "TypeError for other kinds of value", overloads: [{ params: ["Float"], result: "Float", impl: { identity: true } }] },
    },
    methods: {
      "abs/0": withExample(floatMethod({ op: "f64.abs" }, "absolute value"), "(-1.5).abs()  // 1.5"),
      "sqrt/0": withExample(floatMethod({ abi: "hk_math_sqrt" }, "square root", "TypeError below zero"), "2.25.sqrt()  // 1.5"),
      "sin/0": withExample(floatMethod({ abi: "hk_math_sin" }, "sine"), "0.0.sin()  // 0"),
      "cos/0": withExample(floatMethod({ abi: "hk_math_cos" }, "cosine"), "0.0.cos()  // 1"),
      "tan/0": withExample(floatMethod({ abi: "hk_math_tan" }, "tangent"), "0.0.tan()  // 0"),
      "log/0": withExample(floatMethod({ abi: "hk_math_log" }, "natural logarithm", "TypeError for x <= 0"), "1.0.log()  // 0"),
      "exp/0": withExample(floatMethod({ abi: "hk_math_exp" }, "e to the power x"), "0.0.exp()  // 1"),
      "floor/0": { params: [], result: "Integer", impl: { abi: "hk_f64_floor_i64" }, doc: "largest Integer not above x, saturating", example: "(-1.5).floor()  // -2" },
      "ceil/0": { params: [], result: "Integer", impl: { abi: "hk_f64_ceil_i64" }, doc: "smallest Integer not below x, saturating", example: "1.2.ceil()  // 2" },
      "round/0": { params: [], result: "Integer", impl: { abi: "hk_f64_round_i64" }, doc: "nearest Integer, half away from zero", example: "2.5.round()  // 3" },
      "toInteger/0": { params: [], result: "Integer", impl: { op: "f64.to_i64" }, doc: "toward zero, saturating; NaN gives 0", example: "(-1.9).toInteger()  // -1" },
      "toFloat/0": { params: [], result: "Float", impl: { identity: true }, doc: "itself", example: "1.5.toFloat()  // 1.5" },
      "min/1": { params: ["Number"], result: "Float", impl: { abi: "hk_f64_min" }, doc: "the smaller", example: "1.5.min(2)  // 1.5" },
      "max/1": { params: ["Number"], result: "Float", impl: { abi: "hk_f64_max" }, doc: "the larger", example: "1.5.max(2)  // 2" },
      "pow/1": { params: ["Number"], result: "Float", impl: { abi: "hk_math_pow" }, doc: "power", example: "1.5.pow(2)  // 2.25" },
      "isNaN/0": { params: [], result: "Bool", impl: { abi: "hk_f64_is_nan" }, doc: "is not a number", example: "1.5.isNaN()  // false" },
      "isInfinite/0": { params: [], result: "Bool", impl: { abi: "hk_f64_is_infinite" }, doc: "is infinite", example: "1.5.isInfinite()  // false" },
      "isFinite/0": { params: [], result: "Bool", impl: { abi: "hk_f64_is_finite" }, doc: "is an ordinary number", example: "1.5.isFinite()  // true" },
    },
  },
  BoolBox: {
    doc: "true or false",
    constructors: { "1": { params: ["Bool"], result: "Bool", impl: { identity: true }, doc: "the value itself", example: "new BoolBox(true).not()  // false" } },
    methods: {
      "not/0": { params: [], result: "Bool", impl: { op: "bool.not" }, doc: "the other one", example: "true.not()  // false" },
      "and/1": { params: ["Bool"], result: "Bool", impl: { op: "bool.and" }, doc: "both", example: "true.and(false)  // false" },
      "or/1": { params: ["Bool"], result: "Bool", impl: { op: "bool.or" }, doc: "either", example: "true.or(false)  // true" },
    },
  },
  NullBox: {
    doc: "no value",
    constructors: { "0": { params: [], result: "Void", impl: { abi: "hk_nothing" }, doc: "null", example: "new NullBox() == null  // true" } },
    methods: {},
  },
  StringBox: {
    doc: "an immutable text; indices count characters (code points)",
    constructors: {
      "0": { params: [], result: "String", impl: { abi: "hk_str_empty" }, doc: "the empty text", example: "new StringBox().length()  // 0" },
      "1": { params: ["Any"], result: "String", impl: { abi: "hk_text" }, doc: "text of the value", example: "new StringBox(12).length()  // 2", errors: "those of a text method of x" },
    },
    methods: {
      "length/0": { params: [], result: "Integer", impl: { op: "str.len" }, doc: "number of characters", example: '"héあ".length()  // 3' },
      "substring/2": { params: ["Integer", "Integer"], result: "String", impl: { abi: "hk_str_substring" }, doc: "characters from start up to, not including, end; both are clamped", example: '"hello".substring(1, 3)  // el' },
      "substring/1": { params: ["Integer"], result: "String", impl: { abi: "hk_str_substring_from" }, doc: "characters from start to the end", example: '"hello".substring(3)  // lo' },
      "charAt/1": { params: ["Integer"], result: "String", impl: { abi: "hk_str_char_at" }, doc: "one character, the empty text outside", example: '"hello".charAt(1)  // e' },
      "indexOf/1": { params: ["String"], result: "Integer", impl: { abi: "hk_str_index_of" }, doc: "where t first occurs, -1 if nowhere", example: '"あい".indexOf("い")  // 1' },
      "indexOf/2": { params: ["String", "Integer"], result: "Integer", impl: { abi: "hk_str_index_of_from" }, doc: "where t first occurs at or after from, -1 if nowhere", example: '"hello".indexOf("l", 3)  // 3' },
      "lastIndexOf/1": { params: ["String"], result: "Integer", impl: { abi: "hk_str_last_index_of" }, doc: "where t last occurs, -1 if nowhere", example: '"hello".lastIndexOf("l")  // 3' },
      "contains/1": { params: ["String"], result: "Bool", impl: { abi: "hk_str_contains" }, doc: "whether t occurs", example: '"hello".contains("ell")  // true' },
      "startsWith/1": { params: ["String"], result: "Bool", impl: { abi: "hk_str_starts_with" }, doc: "whether it begins with t", example: '"hello".startsWith("he")  // true' },
      "endsWith/1": { params: ["String"], result: "Bool", impl: { abi: "hk_str_ends_with" }, doc: "whether it ends with t", example: '"hello".endsWith("lo")  // true' },
      "replace/2": { params: ["String", "String"], result: "String", impl: { abi: "hk_str_replace" }, doc: "with every a replaced by b", errors: "TypeError if a is empty", example: '"a-b-c".replace("-", "+")  // a+b+c' },
      "concat/1": { params: ["Any"], result: "String", impl: { abi: "hk_str_concat_any" }, doc: "followed by the text of x", example: '"a".concat(1)  // a1', errors: "TypeError if x is null" },
      "trim/0": { params: [], result: "String", impl: { abi: "hk_str_trim" }, doc: "without white space at both ends", example: '"  hi ".trim()  // hi' },
      "toUpper/0": { params: [], result: "String", impl: { abi: "hk_str_upper" }, doc: "in upper case", example: '"straße".toUpper()  // STRASSE' },
      "toLower/0": { params: [], result: "String", impl: { abi: "hk_str_lower" }, doc: "in lower case", example: '"ÀB".toLower()  // àb' },
      "split/1": { params: ["String"], result: "Array", yields: "String", impl: { abi: "hk_str_split" }, doc: "the parts between occurrences of d; characters if d is empty", example: '"a,b".split(",")  // [a, b]' },
      "join/1": { params: ["Array"], result: "String", impl: { abi: "hk_str_join" }, doc: "texts of the elements with this text between them", errors: "those of text methods of the elements", example: '"-".join([1, 2])  // 1-2' },
      "repeat/1": { params: ["Integer"], result: "String", impl: { abi: "hk_str_repeat" }, doc: "n times in a row", example: '"ab".repeat(3)  // ababab' },
      "reverse/0": { params: [], result: "String", impl: { abi: "hk_str_reverse" }, doc: "characters in reverse order", example: '"abc".reverse()  // cba' },
      "toInteger/0": { params: [], result: "Integer", impl: { abi: "hk_str_to_i64" }, doc: "the decimal number it is, 0 if it is none", example: '" 42 ".toInteger()  // 42' },
      "toIntOrNull/0": { params: [], result: "Integer|Void", impl: { abi: "hk_str_int_or_null" }, doc: "its leading digits as a number, or null", example: '"12px".toIntOrNull()  // 12' },
      "toDigitOrNull/0": { params: [], result: "Integer|Void", impl: { abi: "hk_str_digit_or_null" }, doc: "its first digit as a number, or null", example: '"12px".toDigitOrNull()  // 1' },
      "toFloat/0": { params: [], result: "Float", impl: { abi: "hk_str_to_f64" }, doc: "the Float it is, 0.0 if it is none", example: '"2.50".toFloat()  // 2.5' },
      "isEmpty/0": { params: [], result: "Bool", impl: { abi: "hk_str_is_empty" }, doc: "whether it has no characters", example: '"".isEmpty()  // true' },
      "isDigit/0": { params: [], result: "Bool", impl: { abi: "hk_str_is_digit" }, doc: "whether it is digits only, and not empty", example: '"123".isDigit()  // true' },
      "isAlpha/0": { params: [], result: "Bool", impl: { abi: "hk_str_is_alpha" }, doc: "whether it is letters only, and not empty", example: '"héa".isAlpha()  // true' },
      "isSpace/0": { params: [], result: "Bool", impl: { abi: "hk_str_is_space" }, doc: "whether it is white space only, and not empty", example: '" ".isSpace()  // true' },
      "charCodeAt/1": { params: ["Integer"], result: "Integer", impl: { abi: "hk_str_code_at" }, doc: "code point of a character, -1 outside", example: '"A".charCodeAt(0)  // 65' },
      "stringify/0": { params: [], result: "String", impl: { identity: true }, doc: "itself", example: '"a".stringify()  // a' },
      "toString/0": { params: [], result: "String", impl: { identity: true }, doc: "itself", example: '"a".toString()  // a' },
    },
    aliases: { len: "length", size: "length", get: "charAt", find: "indexOf", starts_with: "startsWith", ends_with: "endsWith", toUpperCase: "toUpper", toLowerCase: "toLower", is_digit: "isDigit", is_alpha: "isAlpha", is_space: "isSpace", ord: "charCodeAt" },
  },
  ArrayBox: {
    doc: "a growable sequence; a[i] reads, a[i] = v writes",
    constructors: { "*": { params: ["Any"], result: "Array", stores: [0], impl: { array: true }, doc: "an array of the arguments", example: "new ArrayBox(1, 2)  // [1, 2]" } },
    methods: {
      "push/1": { params: ["Any"], result: "Void", stores: [0], impl: { abi: "hk_arr_push" }, doc: "appends v", example: "local a = [1]  a.push(2)  a  // [1, 2]", overloads: [
        { params: ["Integer"], result: "Void", impl: { abi: "hk_arr_push_i64" } },
        { params: ["Float"], result: "Void", impl: { abi: "hk_arr_push_f64" } },
        { params: ["Bool"], result: "Void", impl: { abi: "hk_arr_push_bool" } },
      ] },
      "pop/0": { params: [], result: "elem?", impl: { abi: "hk_arr_pop" }, doc: "removes and gives the last element, null if there is none", example: "[1, 2].pop()  // 2" },
      "get/1": { params: ["Integer"], result: "elem?", impl: { abi: "hk_arr_get" }, doc: "element i, null outside", example: "[1, 2].get(7)  // null" },
      "set/2": { params: ["Integer", "Any"], result: "Void", stores: [1], impl: { abi: "hk_arr_set" }, doc: "replaces element i; i == length appends", example: "local a = [1, 2]  a.set(0, 9)  a  // [9, 2]", errors: "IndexError outside" },
      "length/0": { params: [], result: "Integer", impl: { op: "arr.len" }, doc: "number of elements", example: "[1, 2].length()  // 2" },
      "isEmpty/0": { params: [], result: "Bool", impl: { abi: "hk_arr_is_empty" }, doc: "whether it has no elements", example: "[].isEmpty()  // true" },
      "remove/1": { params: ["Integer"], result: "elem?", impl: { abi: "hk_arr_remove" }, doc: "removes and gives element i, null outside", example: "[1, 2].remove(0)  // 1" },
      "insert/2": { params: ["Integer", "Any"], result: "Void", stores: [1], impl: { abi: "hk_arr_insert" }, doc: "inserts v before element i", example: "local a = [1, 3]  a.insert(1, 2)  a  // [1, 2, 3]", errors: "IndexError unless 0 <= i <= length" },
      "shift/0": { params: [], result: "elem?", impl: { abi: "hk_arr_shift" }, doc: "removes and gives the first element, null if there is none", example: "[1, 2].shift()  // 1" },
      "unshift/1": { params: ["Any"], result: "Void", stores: [0], impl: { abi: "hk_arr_unshift" }, doc: "inserts v at the front", example: "local a = [2]  a.unshift(1)  a  // [1, 2]" },
      "clear/0": { params: [], result: "Void", impl: { abi: "hk_arr_clear" }, doc: "removes all elements", example: "local a = [1]  a.clear()  a  // []" },
      "contains/1": { params: ["Any"], result: "Bool", impl: { abi: "hk_arr_contains" }, doc: "whether some element == v", example: "[1, 2].contains(2)  // true" },
      "indexOf/1": { params: ["Any"], result: "Integer", impl: { abi: "hk_arr_index_of" }, doc: "index of the first element == v, -1 if none", example: "[1, 2].indexOf(2)  // 1" },
      "join/1": { params: ["String"], result: "String", impl: { abi: "hk_arr_join" }, doc: "texts of the elements with sep between them", errors: "those of text methods of the elements", example: '[1, 2].join("-")  // 1-2' },
      "slice/2": { params: ["Integer", "Integer"], result: "Array", yields: "elem", impl: { abi: "hk_arr_slice" }, doc: "new array of the elements from start up to, not including, end", example: "[1, 2, 3].slice(0, 2)  // [1, 2]" },
      "slice/1": { params: ["Integer"], result: "Array", yields: "elem", impl: { abi: "hk_arr_slice_from" }, doc: "new array of the elements from start on", example: "[1, 2, 3].slice(1)  // [2, 3]" },
      "concat/1": { params: ["Array"], result: "Array", yields: "Any", impl: { abi: "hk_arr_concat" }, doc: "new array of the elements of both", example: "[1].concat([2])  // [1, 2]" },
      "sort/0": { params: [], result: "Void", impl: { abi: "hk_arr_sort" }, doc: "sorts in place, stable: numbers by value, anything else by text", example: "local a = [3, 1, 2]  a.sort()  a  // [1, 2, 3]", errors: "those of text methods of the elements" },
      "sort/1": { params: ["Function"], result: "Void", impl: { hako: "$arr_sort" }, doc: "sorts in place, stable, by f(a, b): a negative number or true if a comes first", example: "local a = [1, 3, 2]  a.sort(fn(x, y) { y - x })  a  // [3, 2, 1]", errors: "those of f" },
      "reverse/0": { params: [], result: "Void", impl: { abi: "hk_arr_reverse" }, doc: "reverses in place", example: "local a = [1, 2]  a.reverse()  a  // [2, 1]" },
      "map/1": { params: ["Function"], result: "Array", yields: "Any", impl: { hako: "$arr_map" }, doc: "new array of f(v) or f(v, i)", errors: "those of f", example: "[1, 2].map(fn(x) { x * 2 })  // [2, 4]" },
      "filter/1": { params: ["Function"], result: "Array", yields: "elem", impl: { hako: "$arr_filter" }, doc: "new array of the elements for which f is true", errors: "those of f", example: "[1, 2, 3].filter(fn(x) { x > 1 })  // [2, 3]" },
      "forEach/1": { params: ["Function"], result: "Void", impl: { hako: "$arr_each" }, doc: "calls f(v) or f(v, i) for each element", example: "local list = [1, 2]  local sum = 0  list.forEach(fn(x) { sum = sum + x })  sum  // 3", errors: "those of f" },
      "reduce/2": { params: ["Function", "Any"], result: "Any", impl: { hako: "$arr_reduce" }, doc: "f(…f(f(init, v0), v1)…)", errors: "those of f", example: "[1, 2].reduce(fn(a, b) { a + b }, 0)  // 3" },
      "find/1": { params: ["Function"], result: "elem?", impl: { hako: "$arr_find" }, doc: "first element for which f is true, null if none", errors: "those of f", example: "[1, 2, 3].find(fn(x) { x > 1 })  // 2" },
      "any/1": { params: ["Function"], result: "Bool", impl: { hako: "$arr_any" }, doc: "whether f is true for some element", errors: "those of f", example: "[1, 2].any(fn(x) { x > 1 })  // true" },
      "all/1": { params: ["Function"], result: "Bool", impl: { hako: "$arr_all" }, doc: "whether f is true for every element", errors: "those of f", example: "[1, 2].all(fn(x) { x > 1 })  // false" },
      "copy/0": { params: [], result: "Array", yields: "elem", impl: { abi: "hk_arr_copy" }, doc: "a shallow copy", example: "[1, 2].copy()  // [1, 2]" },
      "toJSON/0": { params: [], result: "String", impl: { abi: "hk_json_text" }, doc: "compact JSON", errors: "TypeError for what contains itself; those of text methods in it", example: '[1, "a", null].toJSON()  // [1,"a",null]' },
    },
    aliases: { append: "push", len: "length", size: "length", has: "contains", each: "forEach", clone: "copy" },
  },
  MapBox: {
    doc: "values by text keys; Integer and Bool keys are taken as their texts; visited in ascending order of keys",
    constructors: { "0": { params: [], result: "Map", impl: { abi: "hk_map_new" }, doc: "an empty map", example: "new MapBox().size()  // 0" } },
    methods: {
      "set/2": { params: ["String|Integer|Bool", "Any"], result: "Void", stores: [1], impl: { abi: "hk_map_set" }, doc: "stores v under key k", example: 'local m = %{}  m.set("a", 1)  m.get("a")  // 1', errors: "TypeError for other kinds of key", overloads: [
        { params: ["String", "Any"], result: "Void", impl: { abi: "hk_map_set_str" } },
        { params: ["Integer", "Any"], result: "Void", impl: { abi: "hk_map_set_i64" } },
      ] },
      "get/1": { params: ["String|Integer|Bool"], result: "elem?", impl: { abi: "hk_map_get" }, doc: "value under key k, null if absent", errors: "TypeError for other kinds of key", example: '%{"a" => 1}.get("b")  // null', overloads: [
        { params: ["String"], result: "elem?", impl: { abi: "hk_map_get_str" } },
        { params: ["Integer"], result: "elem?", impl: { abi: "hk_map_get_i64" } },
      ] },
      "getOr/2": { params: ["String|Integer|Bool", "Any"], result: "Any", impl: { abi: "hk_map_get_or" }, doc: "value under key k, d if absent", errors: "TypeError for other kinds of key", example: '%{"a" => 1}.getOr("b", 0)  // 0' },
      "has/1": { params: ["String|Integer|Bool"], result: "Bool", impl: { abi: "hk_map_has" }, doc: "whether the key is present", errors: "TypeError for other kinds of key", example: '%{"a" => 1}.has("a")  // true', overloads: [
        { params: ["String"], result: "Bool", impl: { abi: "hk_map_has_str" } },
        { params: ["Integer"], result: "Bool", impl: { abi: "hk_map_has_i64" } },
      ] },
      "delete/1": { params: ["String|Integer|Bool"], result: "Bool", impl: { abi: "hk_map_delete" }, doc: "removes the key; whether it was present", errors: "TypeError for other kinds of key", example: '%{"a" => 1}.delete("a")  // true' },
      "keys/0": { params: [], result: "Array", yields: "String", impl: { abi: "hk_map_keys" }, doc: "the keys, ascending", example: '%{"b" => 1, "a" => 2}.keys()  // [a, b]' },
      "values/0": { params: [], result: "Array", yields: "elem", impl: { abi: "hk_map_values" }, doc: "the values in order of their keys", example: '%{"b" => 1, "a" => 2}.values()  // [2, 1]' },
      "size/0": { params: [], result: "Integer", impl: { abi: "hk_map_size" }, doc: "number of keys", example: '%{"a" => 1}.size()  // 1' },
      "isEmpty/0": { params: [], result: "Bool", impl: { abi: "hk_map_is_empty" }, doc: "whether it has no keys", example: '%{"a" => 1}.isEmpty()  // false' },
      "clear/0": { params: [], result: "Void", impl: { abi: "hk_map_clear" }, doc: "removes all keys", example: 'local m = %{"a" => 1}  m.clear()  m.size()  // 0' },
      "containsValue/1": { params: ["Any"], result: "Bool", impl: { abi: "hk_map_contains_value" }, doc: "whether some value == v", example: '%{"a" => 1}.containsValue(1)  // true' },
      "forEach/1": { params: ["Function"], result: "Void", impl: { hako: "$map_each" }, doc: "calls f(k, v) for each key, ascending", example: 'local m = %{"b" => 1, "a" => 2}  local all = ""  m.forEach(fn(k, v) { all = all + k + v })  all  // a2b1', errors: "those of f" },
      "toJSON/0": { params: [], result: "String", impl: { abi: "hk_json_text" }, doc: "compact JSON, keys ascending", errors: "TypeError for what contains itself; those of text methods in it", example: '%{"b" => 1, "a" => [2]}.toJSON()  // {"a":[2],"b":1}' },
    },
    aliases: { put: "set", containsKey: "has", remove: "delete", length: "size", len: "size", getField: "get", setField: "set", hasField: "has" },
  },
  ConsoleBox: {
    doc: "the output, the error output and the input",
    stateless: true,
    constructors: { "*": { params: ["Any"], result: "Box:ConsoleBox", impl: { abi: "hk_library_new", prefix: [9n] }, doc: "a console; arguments are ignored", example: 'local con = new ConsoleBox()  con.log("hi")  // hi' } },
    methods: {
      "log/1": LOG_LINE,
      "log/0": EMPTY_LINE,
      "write/1": { params: ["Any"], result: "Void", impl: { abi: "hk_write" }, doc: "writes text to the output, without a line end", example: 'con.write("a")  con.log("b")  // ab', errors: "those of a text method of x" },
      "warn/1": WARN_LINE,
      "warn/0": WARN_EMPTY,
      "clear/0": { params: [], result: "Void", impl: { abi: "hk_console_clear" }, doc: "clears the output pane", example: "con.clear()  // null" },
      "readLine/0": READ_LINE,
      "group/*": { params: ["Any"], result: "Void", impl: { abi: "hk_nothing" }, doc: "does nothing", example: 'con.group("part 1")  // null' },
    },
    aliases: { println: "log", print: "log", info: "log", debug: "log", error: "warn", input: "readLine", groupEnd: "group", separator: "group" },
  },
  MathBox: {
    doc: "mathematical functions; `MathBox.sqrt(2)` works without an object",
    stateless: true,
    constructors: { "0": { params: [], result: "Box:MathBox", impl: { abi: "hk_library_new", prefix: [10n] }, doc: "the mathematical functions", example: "local math = new MathBox()  math.max(3, 5)  // 5" } },
    methods: {
      "abs/1": ABS, "min/2": MIN, "max/2": MAX, "pow/2": POW, "sqrt/1": SQRT, "sin/1": SIN, "cos/1": COS, "tan/1": TAN,
      "log/1": withExample(number1({ abi: "hk_math_log" }, "natural logarithm", "TypeError for x <= 0"), "MathBox.log(1)  // 0"),
      "log10/1": withExample(number1({ abi: "hk_math_log10" }, "decimal logarithm", "TypeError for x <= 0"), "MathBox.log10(1000)  // 3"),
      "exp/1": withExample(number1({ abi: "hk_math_exp" }, "e to the power x"), "MathBox.exp(0)  // 1"),
      "asin/1": withExample(number1({ abi: "hk_math_asin" }, "arc sine", "TypeError outside -1..1"), "MathBox.asin(0)  // 0"),
      "acos/1": withExample(number1({ abi: "hk_math_acos" }, "arc cosine", "TypeError outside -1..1"), "MathBox.acos(1)  // 0"),
      "atan/1": withExample(number1({ abi: "hk_math_atan" }, "arc tangent"), "MathBox.atan(0)  // 0"),
      "atan2/2": { params: ["Number", "Number"], result: "Float", impl: { abi: "hk_math_atan2" }, doc: "angle of the point (x, y), given y first", example: "MathBox.atan2(0, 1)  // 0" },
      "floor/1": FLOOR, "ceil/1": CEIL, "round/1": ROUND,
      "getPi/0": { params: [], result: "Float", impl: { abi: "hk_math_pi" }, doc: "the number pi", example: "MathBox.getPi()  // 3.141592653589793" },
      "getE/0": { params: [], result: "Float", impl: { abi: "hk_math_e" }, doc: "the number e", example: "MathBox.getE()  // 2.718281828459045" },
      "random/0": { params: [], result: "Float", impl: { abi: "hk_math_random" }, doc: "a random number in 0..1", example: "MathBox.random() <= 1  // true" },
      "gcd/2": { params: ["Integer", "Integer"], result: "Integer", impl: { abi: "hk_math_gcd" }, doc: "greatest common divisor", example: "MathBox.gcd(12, 18)  // 6" },
      "clamp/3": { params: ["Number", "Number", "Number"], result: "Integer|Float", impl: { abi: "hk_math_clamp" }, doc: "x limited to lo..hi", errors: "TypeError unless the arguments are numbers", example: "MathBox.clamp(15, 0, 10)  // 10" },
    },
    aliases: { pi: "getPi", e: "getE" },
  },
  RandomBox: {
    doc: "random numbers; with `seed` the same sequence every time",
    constructors: { "0": { params: [], result: "Box:RandomBox", impl: { abi: "hk_random_new" }, doc: "a generator seeded by the clock", example: "local random = new RandomBox()  random.randInt(1, 6) <= 6  // true" } },
    methods: {
      "seed/1": { params: ["Integer"], result: "Void", impl: { abi: "hk_random_seed" }, doc: "sets the state", example: "local r = new RandomBox()  r.seed(7)  local a = r.randInt(1, 100)  r.seed(7)  a == r.randInt(1, 100)  // true" },
      "random/0": { params: [], result: "Float", impl: { abi: "hk_random_float" }, doc: "a number in 0..1", example: "local r = new RandomBox()  r.seed(7)  r.random() <= 1  // true" },
      "randInt/2": { params: ["Integer", "Integer"], result: "Integer", impl: { abi: "hk_random_int" }, doc: "an Integer from a to b, both included", example: "local r = new RandomBox()  r.seed(7)  r.randInt(1, 6)  // 1", errors: "TypeError if a > b" },
      "randBool/0": { params: [], result: "Bool", impl: { abi: "hk_random_bool" }, doc: "true or false", example: "local r = new RandomBox()  r.seed(7)  r.randBool()  // true" },
      "choice/1": { params: ["Array"], result: "Any", impl: { abi: "hk_random_choice" }, doc: "an element of the array", example: 'local r = new RandomBox()  r.seed(7)  r.choice(["a", "b", "c"])  // a', errors: "IndexError if it is empty" },
      "shuffle/1": { params: ["Array"], result: "Array", yields: "Any", impl: { abi: "hk_random_shuffle" }, doc: "a new array in random order", example: "local r = new RandomBox()  r.seed(7)  r.shuffle([1, 2, 3])  // [1, 3, 2]" },
      "randString/1": { params: ["Integer"], result: "String", impl: { abi: "hk_random_string" }, doc: "n random letters and digits", example: "local r = new RandomBox()  r.seed(7)  r.randString(4)  // kRYn", errors: "TypeError if n < 0" },
      "probability/1": { params: ["Number"], result: "Bool", impl: { abi: "hk_random_probability" }, doc: "true with probability p", example: "local r = new RandomBox()  r.seed(7)  r.probability(1)  // true" },
    },
  },
  RangeBox: {
    doc: "the Integers from start up to, not including, end",
    constructors: {
      "2": { params: ["Integer", "Integer"], result: "Box:RangeBox", impl: { abi: "hk_range_new" }, doc: "a..b", example: "new RangeBox(1, 4).toArray()  // [1, 2, 3]" },
      "3": { params: ["Integer", "Integer", "Integer"], result: "Box:RangeBox", impl: { abi: "hk_range_step_new" }, doc: "with a step", example: "new RangeBox(0, 9, 3).toArray()  // [0, 3, 6]", errors: "TypeError if the step is 0" },
    },
    methods: {
      "start/0": { params: [], result: "Integer", impl: { abi: "hk_range_start" }, doc: "first number", example: "(1..5).start()  // 1" },
      "end/0": { params: [], result: "Integer", impl: { abi: "hk_range_end" }, doc: "bound, not included", example: "(1..5).end()  // 5" },
      "step/0": { params: [], result: "Integer", impl: { abi: "hk_range_step" }, doc: "step", example: "new RangeBox(0, 9, 3).step()  // 3" },
      "length/0": { params: [], result: "Integer", impl: { abi: "hk_range_length" }, doc: "how many numbers", example: "new RangeBox(0, 9, 3).length()  // 3" },
      "contains/1": { params: ["Any"], result: "Bool", impl: { abi: "hk_range_contains" }, doc: "whether i is one of the numbers", example: "new RangeBox(0, 9, 3).contains(6)  // true" },
      "toArray/0": { params: [], result: "Array", yields: "Integer", impl: { abi: "hk_range_to_array" }, doc: "the numbers as an array", example: "(1..4).toArray()  // [1, 2, 3]" },
    },
    aliases: { len: "length", size: "length" },
    fields: {
      start: { params: [], result: "Integer", impl: { abi: "hk_range_start" }, doc: "first number", example: "(1..5).start  // 1" },
      end: { params: [], result: "Integer", impl: { abi: "hk_range_end" }, doc: "bound, not included", example: "(1..5).end  // 5" },
      step: { params: [], result: "Integer", impl: { abi: "hk_range_step" }, doc: "step", example: "(1..5).step  // 1" },
    },
  },
  ResultBox: {
    doc: "a value or an error",
    constructors: { "1": OK },
    methods: {
      "isOk/0": { params: [], result: "Bool", impl: { abi: "hk_result_is_ok" }, doc: "whether it is a value", example: 'Err("no").isOk()  // false' },
      "isErr/0": { params: [], result: "Bool", impl: { abi: "hk_result_is_err" }, doc: "whether it is an error", example: "Ok(1).isErr()  // false" },
      "getValue/0": { params: [], result: "Any", impl: { abi: "hk_result_value" }, doc: "the value", example: "Ok(1).getValue()  // 1", errors: "TypeError if it is an error" },
      "getError/0": { params: [], result: "Any", impl: { abi: "hk_result_error" }, doc: "the error", example: 'Err("no").getError()  // no', errors: "TypeError if it is a value" },
      "unwrapOr/1": { params: ["Any"], result: "Any", impl: { abi: "hk_result_unwrap_or" }, doc: "the value, d if it is an error", example: 'Err("no").unwrapOr(0)  // 0' },
    },
    aliases: { is_ok: "isOk", is_err: "isErr", get_value: "getValue", get_error: "getError" },
  },
  ErrorBox: {
    doc: "an error: what `catch (e)` gives",
    constructors: { "2": { params: ["Any", "Any"], result: "Box:ErrorBox", impl: { abi: "hk_error_new" }, doc: "an error of a kind with a message", example: 'new ErrorBox("Mine", "why")  // Mine: why', errors: "those of text methods of the arguments" } },
    methods: {
      "kind/0": { params: [], result: "String", impl: { abi: "hk_error_kind" }, doc: "its kind", example: 'new ErrorBox("Mine", "why").kind()  // Mine' },
      "message/0": { params: [], result: "String", impl: { abi: "hk_error_message" }, doc: "its message", example: 'new ErrorBox("Mine", "why").message()  // why' },
      "line/0": { params: [], result: "Integer", impl: { abi: "hk_error_line" }, doc: "line of the operation that failed", example: 'new ErrorBox("Mine", "why").line()  // 0' },
    },
    fields: {
      kind: { params: [], result: "String", impl: { abi: "hk_error_kind" }, doc: "its kind", example: 'new ErrorBox("Mine", "why").kind  // Mine' },
      message: { params: [], result: "String", impl: { abi: "hk_error_message" }, doc: "its message", example: 'new ErrorBox("Mine", "why").message  // why' },
      line: { params: [], result: "Integer", impl: { abi: "hk_error_line" }, doc: "line of the operation that failed", example: 'new ErrorBox("Mine", "why").line  // 0' },
    },
  },
  FutureBox: {
    doc: "a value that may come later",
    constructors: { "0": { params: [], result: "Box:FutureBox", impl: { abi: "hk_future_new" }, doc: "a pending future", example: "new FutureBox()  // Future(pending)" } },
    methods: {
      "set/1": { params: ["Any"], result: "Void", impl: { abi: "hk_future_set" }, doc: "gives the value; only the first call counts", example: "local f = new FutureBox()  f.set(1)  f.set(2)  f.get()  // 1" },
      "ready/0": { params: [], result: "Bool", impl: { abi: "hk_future_is_ready" }, doc: "whether the value has come", example: "new FutureBox().ready()  // false" },
      "get/0": { params: [], result: "Any", impl: { abi: "hk_await" }, doc: "the value, as `await`", example: "nowait f = 1 + 2  f.get()  // 3", errors: "TaskFailed, TaskCancelled" },
    },
    aliases: { wait: "get" },
  },
  RefCellBox: {
    doc: "a place that holds a value",
    constructors: { "1": { params: ["Any"], result: "Box:RefCellBox", impl: { abi: "hk_cell_new" }, doc: "a place that holds v", example: 'new RefCellBox("x").get()  // x' } },
    methods: {
      "get/0": { params: [], result: "Any", impl: { abi: "hk_cell_get" }, doc: "what it holds", example: "new RefCellBox(1).get()  // 1" },
      "set/1": { params: ["Any"], result: "Void", impl: { abi: "hk_cell_set" }, doc: "holds v from now on", example: 'local c = new RefCellBox(1)  c.set("b")  c.get()  // b' },
    },
    aliases: { borrow: "get", replace: "set" },
  },
  IntCellBox: {
    doc: "a place that holds an Integer",
    constructors: { "1": { params: ["Integer"], result: "Box:IntCellBox", impl: { abi: "hk_int_cell_new" }, doc: "a place that holds n", example: "new IntCellBox(5).get()  // 5" } },
    methods: {
      "get/0": { params: [], result: "Integer", impl: { abi: "hk_int_cell_get" }, doc: "what it holds", example: "new IntCellBox(1).get()  // 1" },
      "set/1": { params: ["Integer"], result: "Void", impl: { abi: "hk_int_cell_set" }, doc: "holds n from now on", example: "local c = new IntCellBox(1)  c.set(2)  c.get()  // 2" },
    },
    aliases: { borrow: "get", replace: "set" },
  },
  JSONBox: {
    doc: "a JSON document",
    constructors: { "1": { params: ["String"], result: "Box:JSONBox", impl: { abi: "hk_json_new" }, doc: "reads a document", example: 'new JSONBox("{\\"a\\": [1]}").get("a")  // [1]', errors: "ParseError" } },
    methods: {
      "get/1": { params: ["Any"], result: "Any", impl: { abi: "hk_json_get" }, doc: "member of an object or element of an array, null if absent", example: 'new JSONBox("[1, 2]").get(1)  // 2' },
      "set/2": { params: ["Any", "Any"], result: "Void", impl: { abi: "hk_json_set" }, doc: "replaces or adds a member or element", example: 'local j = new JSONBox("{}")  j.set("a", 1)  j.stringify()  // {"a":1}', errors: "TypeError, IndexError" },
      "has/1": { params: ["Any"], result: "Bool", impl: { abi: "hk_json_has" }, doc: "whether the member or element is there", example: 'new JSONBox("[1, 2]").has(2)  // false' },
      "keys/0": { params: [], result: "Array", yields: "String", impl: { abi: "hk_json_keys" }, doc: "keys of an object, ascending", example: 'new JSONBox("{\\"b\\": 1, \\"a\\": 2}").keys()  // [a, b]' },
      "size/0": { params: [], result: "Integer", impl: { abi: "hk_json_size" }, doc: "number of members or elements", example: 'new JSONBox("[1, 2]").size()  // 2' },
      "stringify/0": { params: [], result: "String", impl: { abi: "hk_json_stringify" }, doc: "compact text, keys ascending", errors: "TypeError for what contains itself; those of text methods in it", example: 'new JSONBox("[1, 2.0]").stringify()  // [1,2.0]' },
      "toJSON/0": { params: [], result: "String", impl: { abi: "hk_json_stringify" }, doc: "compact text, keys ascending", example: 'new JSONBox("[1, 2.0]").toJSON()  // [1,2.0]', errors: "TypeError for what contains itself; those of text methods in it" },
    },
    aliases: { length: "size" },
  },
  JsonDocBox: {
    doc: "a JSON document that keeps its reading error",
    constructors: { "0": { params: [], result: "Box:JsonDocBox", impl: { abi: "hk_json_doc_new" }, doc: "an empty document", example: 'local doc = new JsonDocBox()  doc.parse("[1]")  // true' } },
    methods: {
      "parse/1": { params: ["String"], result: "Bool", impl: { abi: "hk_json_doc_parse" }, doc: "reads a document; false if it is malformed", example: 'new JsonDocBox().parse("[1")  // false' },
      "root/0": { params: [], result: "Box:JsonNodeBox", impl: { abi: "hk_json_doc_root" }, doc: "the root", example: 'local doc = new JsonDocBox()  doc.parse("[7]")  doc.root().at(0).int()  // 7' },
      "error/0": { params: [], result: "String", impl: { abi: "hk_json_doc_error" }, doc: "what was wrong, empty if nothing", example: 'local doc = new JsonDocBox()  doc.parse("[7]")  doc.error().isEmpty()  // true' },
    },
  },
  JsonNodeBox: {
    doc: "a part of a JSON document",
    constructors: {},
    methods: {
      "kind/0": { params: [], result: "String", impl: { abi: "hk_json_node_kind" }, doc: "null, bool, int, real, string, array or object", example: 'local doc = new JsonDocBox()  doc.parse("{\\"a\\": [1, true, \\"x\\"]}")  doc.root().kind()  // object' },
      "get/1": { params: ["String"], result: "Box:JsonNodeBox", impl: { abi: "hk_json_node_get" }, doc: "member, a null node if absent", example: 'local doc = new JsonDocBox()  doc.parse("{\\"a\\": [1, true, \\"x\\"]}")  doc.root().get("a").kind()  // array' },
      "at/1": { params: ["Integer"], result: "Box:JsonNodeBox", impl: { abi: "hk_json_node_at" }, doc: "element, a null node if absent", example: 'local doc = new JsonDocBox()  doc.parse("{\\"a\\": [1, true, \\"x\\"]}")  doc.root().get("a").at(0).int()  // 1' },
      "size/0": { params: [], result: "Integer", impl: { abi: "hk_json_node_size" }, doc: "number of members or elements", example: 'local doc = new JsonDocBox()  doc.parse("{\\"a\\": [1, true, \\"x\\"]}")  doc.root().size()  // 1' },
      "str/0": { params: [], result: "String", impl: { abi: "hk_json_node_str" }, doc: "a string itself, else its text", example: 'local doc = new JsonDocBox()  doc.parse("{\\"a\\": [1, true, \\"x\\"]}")  doc.root().get("a").at(2).str()  // x', errors: "StackOverflow if nested too deeply" },
      "int/0": { params: [], result: "Integer", impl: { abi: "hk_json_node_int" }, doc: "a number as Integer, else 0", example: 'local doc = new JsonDocBox()  doc.parse("{\\"a\\": [1, true, \\"x\\"]}")  doc.root().get("a").at(0).int()  // 1' },
      "bool/0": { params: [], result: "Bool", impl: { abi: "hk_json_node_bool" }, doc: "true only for true", example: 'local doc = new JsonDocBox()  doc.parse("{\\"a\\": [1, true, \\"x\\"]}")  doc.root().get("a").at(1).bool()  // true' },
    },
  },
  RegexBox: {
    doc: "a regular expression; matching takes time in proportion to the text",
    constructors: { "1": { params: ["String"], result: "Box:RegexBox", impl: { abi: "hk_regex_new" }, doc: "compiles a pattern", example: 'new RegexBox("a+b").test("aab")  // true', errors: "ParseError" } },
    methods: {
      "test/1": { params: ["String"], result: "Bool", impl: { abi: "hk_regex_test" }, doc: "whether it occurs in the text", example: 'new RegexBox("[0-9]+").test("a1")  // true' },
      "find/1": { params: ["String"], result: "String|Void", impl: { abi: "hk_regex_find" }, doc: "the first match, null if none", example: 'new RegexBox("[0-9]+").find("a12b3")  // 12' },
      "findAll/1": { params: ["String"], result: "Array", yields: "String", impl: { abi: "hk_regex_find_all" }, doc: "all matches", example: 'new RegexBox("[0-9]+").findAll("a12b3")  // [12, 3]' },
      "replace/2": { params: ["String", "String"], result: "String", impl: { abi: "hk_regex_replace" }, doc: "the text with all matches replaced; $1 and ${name} stand for groups", example: 'new RegexBox("([0-9]+)").replace("a1", "<$1>")  // a<1>' },
      "split/1": { params: ["String"], result: "Array", yields: "String", impl: { abi: "hk_regex_split" }, doc: "the parts between matches", example: 'new RegexBox(", *").split("a,  b,c")  // [a, b, c]' },
      "pattern/0": { params: [], result: "String", impl: { abi: "hk_regex_pattern" }, doc: "the pattern", example: 'new RegexBox("a+").pattern()  // a+' },
    },
    aliases: { isMatch: "test", is_match: "test", find_all: "findAll", replaceAll: "replace", replace_all: "replace" },
  },
  TimeBox: {
    doc: "the clock; times are UTC",
    stateless: true,
    constructors: { "0": { params: [], result: "Box:TimeBox", impl: { abi: "hk_library_new", prefix: [12n] }, doc: "the clock", example: "local time = new TimeBox()  time.now() > 0  // true" } },
    methods: {
      "now/0": NOW,
      "nowDateTime/0": { params: [], result: "Box:DateTimeBox", impl: { abi: "hk_time_date_time" }, doc: "the present", example: "TimeBox.nowDateTime().year() >= 2023  // true" },
      "fromTimestamp/1": { params: ["Number"], result: "Box:DateTimeBox", impl: { abi: "hk_time_from" }, doc: "the instant that many seconds after 1970", example: "TimeBox.fromTimestamp(0)  // 1970-01-01 00:00:00" },
      "parse/1": { params: ["String"], result: "Box:DateTimeBox", impl: { abi: "hk_time_parse" }, doc: "reads 2025-01-02T03:04:05Z or 2025-01-02 03:04:05", example: 'TimeBox.parse("2025-01-02T03:04:05Z").hour()  // 3', errors: "ParseError" },
      "format/1": { params: ["String"], result: "String", impl: { abi: "hk_time_format" }, doc: "the present by %Y %m %d %H %M %S %f %%", example: 'TimeBox.format("%Y").length()  // 4' },
      "sleep/1": { params: ["Number"], result: "Void", impl: { abi: "hk_time_sleep" }, doc: "moves the program's clock on by milliseconds; nobody waits", example: "local t = new TimerBox()  TimeBox.sleep(20)  t.elapsed() >= 20  // true" },
    },
  },
  DateTimeBox: {
    doc: "an instant, in UTC",
    constructors: {
      "0": { params: [], result: "Box:DateTimeBox", impl: { abi: "hk_time_date_time" }, doc: "the present", example: "new DateTimeBox().year() >= 2023  // true" },
      "1": { params: ["Number"], result: "Box:DateTimeBox", impl: { abi: "hk_time_from" }, doc: "the instant that many seconds after 1970", example: "new DateTimeBox(86400)  // 1970-01-02 00:00:00" },
    },
    methods: {
      "year/0": { params: [], result: "Integer", impl: { abi: "hk_date_year" }, doc: "year", example: "new DateTimeBox(0).year()  // 1970" },
      "month/0": { params: [], result: "Integer", impl: { abi: "hk_date_month" }, doc: "month, 1 to 12", example: "new DateTimeBox(0).month()  // 1" },
      "day/0": { params: [], result: "Integer", impl: { abi: "hk_date_day" }, doc: "day of the month", example: "new DateTimeBox(0).day()  // 1" },
      "hour/0": { params: [], result: "Integer", impl: { abi: "hk_date_hour" }, doc: "hour", example: "new DateTimeBox(3661).hour()  // 1" },
      "minute/0": { params: [], result: "Integer", impl: { abi: "hk_date_minute" }, doc: "minute", example: "new DateTimeBox(3661).minute()  // 1" },
      "second/0": { params: [], result: "Integer", impl: { abi: "hk_date_second" }, doc: "second", example: "new DateTimeBox(3661).second()  // 1" },
      "timestamp/0": { params: [], result: "Integer", impl: { abi: "hk_date_timestamp" }, doc: "seconds since 1970", example: "new DateTimeBox(5).timestamp()  // 5" },
      "toISOString/0": { params: [], result: "String", impl: { abi: "hk_date_iso" }, doc: "2025-01-02T03:04:05Z", example: "new DateTimeBox(0).toISOString()  // 1970-01-01T00:00:00Z" },
      "format/1": { params: ["String"], result: "String", impl: { abi: "hk_date_format" }, doc: "by %Y %m %d %H %M %S %f %%", example: 'new DateTimeBox(0).format("%d.%m.%Y")  // 01.01.1970' },
      "addDays/1": { params: ["Integer"], result: "Box:DateTimeBox", impl: { abi: "hk_date_add_days" }, doc: "n days later", example: "new DateTimeBox(0).addDays(31).month()  // 2" },
      "addHours/1": { params: ["Integer"], result: "Box:DateTimeBox", impl: { abi: "hk_date_add_hours" }, doc: "n hours later", example: "new DateTimeBox(0).addHours(25).day()  // 2" },
    },
  },
  TimerBox: {
    doc: "a stop watch",
    constructors: { "0": { params: [], result: "Box:TimerBox", impl: { abi: "hk_timer_new" }, doc: "started now", example: "local t = new TimerBox()  t.elapsed() >= 0  // true" } },
    methods: {
      "elapsed/0": { params: [], result: "Integer", impl: { abi: "hk_timer_elapsed" }, doc: "milliseconds since the start", example: "new TimerBox().elapsed() < 1000  // true" },
      "reset/0": { params: [], result: "Void", impl: { abi: "hk_timer_reset" }, doc: "starts again", example: "local t = new TimerBox()  TimeBox.sleep(5000)  t.reset()  t.elapsed() < 5000  // true" },
    },
  },
  BufferBox: {
    doc: "a growing sequence of bytes",
    constructors: { "0": { params: [], result: "Box:BufferBox", impl: { abi: "hk_buffer_new" }, doc: "an empty buffer", example: "new BufferBox()  // BufferBox(0 bytes)" } },
    methods: {
      "write/1": { params: ["Any"], result: "Integer", impl: { abi: "hk_buffer_write" }, doc: "appends an array of 0..255, a buffer, or a text as UTF-8; gives the new length", example: 'new BufferBox().write("hé")  // 3', errors: "IndexError, TypeError" },
      "readAll/0": { params: [], result: "Array", yields: "Integer", impl: { abi: "hk_buffer_read_all" }, doc: "all bytes", example: 'local b = new BufferBox()  b.write("hi")  b.readAll()  // [104, 105]' },
      "read/1": { params: ["Integer"], result: "Array", yields: "Integer", impl: { abi: "hk_buffer_read" }, doc: "removes and gives the first n bytes", example: "local b = new BufferBox()  b.write([1, 2, 3])  b.read(2)  // [1, 2]" },
      "clear/0": { params: [], result: "Void", impl: { abi: "hk_buffer_clear" }, doc: "removes all bytes", example: 'local b = new BufferBox()  b.write("hi")  b.clear()  b.length()  // 0' },
      "length/0": { params: [], result: "Integer", impl: { abi: "hk_buffer_length" }, doc: "number of bytes", example: "new BufferBox().length()  // 0" },
      "append/1": { params: ["Box:BufferBox"], result: "Integer", impl: { abi: "hk_buffer_append" }, doc: "appends another buffer; gives the new length", example: 'local b = new BufferBox()  b.write("hi")  b.append(b.slice(0, 1))  // 3' },
      "slice/2": { params: ["Integer", "Integer"], result: "Box:BufferBox", impl: { abi: "hk_buffer_slice" }, doc: "new buffer of the bytes from start up to, not including, end", example: 'local b = new BufferBox()  b.write("hello")  b.slice(1, 3).readAll()  // [101, 108]' },
      "writeU8/1": { params: ["Integer"], result: "Integer", impl: { abi: "hk_buffer_write_u8" }, doc: "appends 1 byte; gives the new length", example: "new BufferBox().writeU8(255)  // 1" },
      "writeU16/1": { params: ["Integer"], result: "Integer", impl: { abi: "hk_buffer_write_u16" }, doc: "appends 2 bytes, little-endian", example: "new BufferBox().writeU16(258)  // 2" },
      "writeU32/1": { params: ["Integer"], result: "Integer", impl: { abi: "hk_buffer_write_u32" }, doc: "appends 4 bytes, little-endian", example: "new BufferBox().writeU32(70000)  // 4" },
      "writeU64/1": { params: ["Integer"], result: "Integer", impl: { abi: "hk_buffer_write_u64" }, doc: "appends 8 bytes, little-endian", example: "new BufferBox().writeU64(-1)  // 8" },
      "writeF32/1": { params: ["Number"], result: "Integer", impl: { abi: "hk_buffer_write_f32" }, doc: "appends a 32-bit float", example: "new BufferBox().writeF32(1.5)  // 4" },
      "writeF64/1": { params: ["Number"], result: "Integer", impl: { abi: "hk_buffer_write_f64" }, doc: "appends a 64-bit float", example: "new BufferBox().writeF64(1.5)  // 8" },
      "readU8/1": { params: ["Integer"], result: "Integer", impl: { abi: "hk_buffer_read_u8" }, doc: "1 byte at an offset", example: "local b = new BufferBox()  b.writeU8(7)  b.readU8(0)  // 7", errors: "IndexError" },
      "readU16/1": { params: ["Integer"], result: "Integer", impl: { abi: "hk_buffer_read_u16" }, doc: "2 bytes at an offset", example: "local b = new BufferBox()  b.writeU16(258)  b.readU16(0)  // 258", errors: "IndexError" },
      "readU32/1": { params: ["Integer"], result: "Integer", impl: { abi: "hk_buffer_read_u32" }, doc: "4 bytes at an offset", example: "local b = new BufferBox()  b.writeU32(70000)  b.readU32(0)  // 70000", errors: "IndexError" },
      "readU64/1": { params: ["Integer"], result: "Integer", impl: { abi: "hk_buffer_read_u64" }, doc: "8 bytes at an offset", example: "local b = new BufferBox()  b.writeU64(-1)  b.readU64(0)  // -1", errors: "IndexError" },
      "readF32/1": { params: ["Integer"], result: "Float", impl: { abi: "hk_buffer_read_f32" }, doc: "a 32-bit float at an offset", example: "local b = new BufferBox()  b.writeF32(1.5)  b.readF32(0)  // 1.5", errors: "IndexError" },
      "readF64/1": { params: ["Integer"], result: "Float", impl: { abi: "hk_buffer_read_f64" }, doc: "a 64-bit float at an offset", example: "local b = new BufferBox()  b.writeF64(0.1)  b.readF64(0)  // 0.1", errors: "IndexError" },
    },
    aliases: { len: "length", size: "length" },
  },
  FileBox: {
    doc: "a file in memory; it lives as long as the program",
    constructors: { "0": { params: [], result: "Box:FileBox", impl: { abi: "hk_file_new" }, doc: "a closed file", example: 'local f = new FileBox()  f.open("none.txt")  // false' } },
    methods: {
      "open/2": { params: ["String", "String"], result: "Bool", impl: { abi: "hk_file_open" }, doc: 'opens a file for "r", "w" or "a"; false if there is none to read', example: 'local f = new FileBox()  f.open("a.txt", "w")  // true', errors: "TypeError for another mode" },
      "open/1": { params: ["String"], result: "Bool", impl: { abi: "hk_file_open_read" }, doc: "opens a file for reading; false if there is none", example: 'local f = new FileBox()  f.open("a.txt", "w")  f.write("hi")  f.close()  f.open("a.txt")  // true' },
      "read/0": { params: [], result: "String", impl: { abi: "hk_file_read" }, doc: "the whole content", example: 'local f = new FileBox()  f.open("a.txt", "w")  f.write("hi")  f.close()  f.open("a.txt", "r")  f.read()  // hi', errors: "TypeError if it is not open" },
      "write/1": { params: ["Any"], result: "Integer", impl: { abi: "hk_file_write" }, doc: "appends text; gives the number of bytes", example: 'local f = new FileBox()  f.open("a.txt", "w")  f.write("hi")  // 2', errors: "TypeError if it is not open for writing" },
      "exists/1": { params: ["String"], result: "Bool", impl: { abi: "hk_file_exists" }, doc: "whether there is such a file", example: 'local f = new FileBox()  f.open("a.txt", "w")  f.write("hi")  f.close()  f.exists("a.txt")  // true' },
      "close/0": { params: [], result: "Void", impl: { abi: "hk_file_close" }, doc: "closes the file", example: 'local f = new FileBox()  f.open("a.txt", "w")  f.write("hi")  f.close()  f.open("a.txt")  f.read()  // hi' },
    },
  },
  PathBox: {
    doc: "paths with /",
    stateless: true,
    constructors: { "0": { params: [], result: "Box:PathBox", impl: { abi: "hk_library_new", prefix: [25n] }, doc: "the functions on paths", example: 'local path = new PathBox()  path.join("a", "b")  // a/b' } },
    methods: {
      "join/2": { params: ["String", "String"], result: "String", impl: { abi: "hk_path_join" }, doc: "a/b; b alone if it begins with /", example: 'PathBox.join("a", "b")  // a/b' },
      "dirname/1": { params: ["String"], result: "String", impl: { abi: "hk_path_dirname" }, doc: "all but the last part", example: 'PathBox.dirname("/a/b.txt")  // /a' },
      "basename/1": { params: ["String"], result: "String", impl: { abi: "hk_path_basename" }, doc: "the last part", example: 'PathBox.basename("/a/b.txt")  // b.txt' },
      "extname/1": { params: ["String"], result: "String", impl: { abi: "hk_path_extname" }, doc: "the last part from its last dot on", example: 'PathBox.extname("/a/b.txt")  // .txt' },
      "isAbs/1": { params: ["String"], result: "Bool", impl: { abi: "hk_path_is_abs" }, doc: "whether it begins with /", example: 'PathBox.isAbs("a")  // false' },
      "normalize/1": { params: ["String"], result: "String", impl: { abi: "hk_path_normalize" }, doc: "without empty, . and .. parts", example: 'PathBox.normalize("/a/./b/../c")  // /a/c' },
    },
  },
  WebCanvasBox: {
    doc: "a canvas to draw on: a pane of the page, or a picture from the command line; colours are those of CSS, lengths are pixels from the upper left corner",
    constructors: {
      "3": { params: ["String", "Integer", "Integer"], result: "Box:WebCanvasBox", impl: { abi: "hk_canvas_new" }, doc: "a canvas of a name, a width and a height", errors: "Unsupported where there is nothing to draw on; IndexError for a side outside 1..4096", example: 'new WebCanvasBox("picture", 320, 200)' },
    },
    methods: {
      "getWidth/0": { params: [], result: "Integer", impl: { abi: "hk_canvas_width" }, doc: "width in pixels", example: "canvas.getWidth()  // 100" },
      "getHeight/0": { params: [], result: "Integer", impl: { abi: "hk_canvas_height" }, doc: "height in pixels", example: "canvas.getHeight()  // 50" },
      "resize/2": { params: ["Integer", "Integer"], result: "Void", impl: { abi: "hk_canvas_resize" }, doc: "gives it another size; it is blank then", example: "canvas.resize(200, 80)  canvas.getWidth()  // 200", errors: "IndexError for a side outside 1..4096" },
      "clear/0": { params: [], result: "Void", impl: { abi: "hk_canvas_draw0", prefix: [7n] }, doc: "makes everything transparent", example: "canvas.clear()" },
      "setFillStyle/1": { params: ["String"], result: "Void", impl: { abi: "hk_canvas_text", prefix: [3n] }, doc: "the colour that areas are filled with", example: "canvas.setFillStyle(\"#e0a030\")" },
      "setStrokeStyle/1": { params: ["String"], result: "Void", impl: { abi: "hk_canvas_text", prefix: [4n] }, doc: "the colour that lines are drawn with", example: "canvas.setStrokeStyle(\"navy\")" },
      "setLineWidth/1": { params: ["Number"], result: "Void", impl: { abi: "hk_canvas_draw1", prefix: [5n] }, doc: "how wide lines are drawn, in pixels", example: "canvas.setLineWidth(2)" },
      "setFont/1": { params: ["String"], result: "Void", impl: { abi: "hk_canvas_text", prefix: [6n] }, doc: "the font of texts, as in CSS", example: "canvas.setFont(\"16px sans-serif\")" },
      "fillRect/4": { params: ["Number", "Number", "Number", "Number"], result: "Void", impl: { abi: "hk_canvas_draw4", prefix: [8n] }, doc: "fills a rectangle: x, y, width, height", example: "canvas.fillRect(10, 10, 80, 40)" },
      "fillRect/5": { params: ["Number", "Number", "Number", "Number", "String"], result: "Void", impl: { hako: "$canvas_fill_rect" }, doc: "fills a rectangle in a colour", errors: "TypeError for arguments of other kinds", example: "canvas.fillRect(10, 10, 80, 40, \"teal\")" },
      "strokeRect/4": { params: ["Number", "Number", "Number", "Number"], result: "Void", impl: { abi: "hk_canvas_draw4", prefix: [9n] }, doc: "draws the outline of a rectangle", example: "canvas.strokeRect(10, 10, 80, 40)" },
      "strokeRect/6": { params: ["Number", "Number", "Number", "Number", "String", "Number"], result: "Void", impl: { hako: "$canvas_stroke_rect" }, doc: "draws the outline of a rectangle in a colour and line width", errors: "TypeError for arguments of other kinds", example: "canvas.strokeRect(10, 10, 80, 40, \"black\", 2)" },
      "clearRect/4": { params: ["Number", "Number", "Number", "Number"], result: "Void", impl: { abi: "hk_canvas_draw4", prefix: [10n] }, doc: "makes a rectangle transparent", example: "canvas.clearRect(0, 0, 10, 10)" },
      "fillCircle/4": { params: ["Number", "Number", "Number", "String"], result: "Void", impl: { hako: "$canvas_fill_circle" }, doc: "fills a circle: centre, radius, colour", errors: "TypeError for arguments of other kinds", example: "canvas.fillCircle(50, 50, 20, \"crimson\")" },
      "strokeCircle/5": { params: ["Number", "Number", "Number", "String", "Number"], result: "Void", impl: { hako: "$canvas_stroke_circle" }, doc: "draws a circle in a colour and line width", errors: "TypeError for arguments of other kinds", example: "canvas.strokeCircle(50, 50, 20, \"black\", 2)" },
      "drawLine/6": { params: ["Number", "Number", "Number", "Number", "String", "Number"], result: "Void", impl: { hako: "$canvas_line" }, doc: "draws a line between two points in a colour and line width", errors: "TypeError for arguments of other kinds", example: "canvas.drawLine(0, 0, 100, 50, \"gray\", 1)" },
      "fillText/3": { params: ["String", "Number", "Number"], result: "Void", impl: { abi: "hk_canvas_text_at", prefix: [18n] }, doc: "writes a text; the point is the left end of its base line", example: "canvas.fillText(\"hello\", 10, 30)" },
      "fillText/5": { params: ["String", "Number", "Number", "String", "String"], result: "Void", impl: { hako: "$canvas_fill_text" }, doc: "writes a text in a font and a colour", errors: "TypeError for arguments of other kinds", example: "canvas.fillText(\"hello\", 10, 30, \"20px serif\", \"black\")" },
      "strokeText/3": { params: ["String", "Number", "Number"], result: "Void", impl: { abi: "hk_canvas_text_at", prefix: [19n] }, doc: "draws the outline of a text", example: 'canvas.strokeText("hello", 10, 30)' },
      "strokeText/6": { params: ["String", "Number", "Number", "String", "String", "Number"], result: "Void", impl: { hako: "$canvas_stroke_text" }, doc: "draws the outline of a text in a font, a colour and a line width", example: 'canvas.strokeText("hello", 10, 30, "20px serif", "black", 1)', errors: "TypeError for arguments of other kinds" },
      "beginPath/0": { params: [], result: "Void", impl: { abi: "hk_canvas_draw0", prefix: [11n] }, doc: "forgets the path and begins another", example: "canvas.beginPath()" },
      "moveTo/2": { params: ["Number", "Number"], result: "Void", impl: { abi: "hk_canvas_draw2", prefix: [12n] }, doc: "begins a part of the path at a point", example: "canvas.moveTo(10, 10)" },
      "lineTo/2": { params: ["Number", "Number"], result: "Void", impl: { abi: "hk_canvas_draw2", prefix: [13n] }, doc: "leads the path straight to a point", example: "canvas.lineTo(60, 90)" },
      "closePath/0": { params: [], result: "Void", impl: { abi: "hk_canvas_draw0", prefix: [14n] }, doc: "leads the path back to the beginning of its part", example: "canvas.closePath()" },
      "arc/5": { params: ["Number", "Number", "Number", "Number", "Number"], result: "Void", impl: { abi: "hk_canvas_draw5", prefix: [15n] }, doc: "leads the path along a circle: centre, radius, first and last angle in radians", example: "canvas.arc(50, 50, 20, 0, 3.14159)" },
      "fill/0": { params: [], result: "Void", impl: { abi: "hk_canvas_draw0", prefix: [16n] }, doc: "fills the path", example: "canvas.fill()" },
      "fill/1": { params: ["String"], result: "Void", impl: { hako: "$canvas_fill" }, doc: "fills the path in a colour", errors: "TypeError for arguments of other kinds", example: "canvas.fill(\"gold\")" },
      "stroke/0": { params: [], result: "Void", impl: { abi: "hk_canvas_draw0", prefix: [17n] }, doc: "draws the path", example: "canvas.stroke()" },
      "stroke/2": { params: ["String", "Number"], result: "Void", impl: { hako: "$canvas_stroke" }, doc: "draws the path in a colour and line width", errors: "TypeError for arguments of other kinds", example: "canvas.stroke(\"black\", 2)" },
      "save/0": { params: [], result: "Void", impl: { abi: "hk_canvas_draw0", prefix: [20n] }, doc: "keeps colours, line width, font and coordinates for restore", example: "canvas.save()" },
      "restore/0": { params: [], result: "Void", impl: { abi: "hk_canvas_draw0", prefix: [21n] }, doc: "brings back what save kept last", example: "canvas.restore()" },
      "rotate/1": { params: ["Number"], result: "Void", impl: { abi: "hk_canvas_draw1", prefix: [22n] }, doc: "turns the coordinates, in radians", example: "canvas.rotate(0.5)" },
      "scale/2": { params: ["Number", "Number"], result: "Void", impl: { abi: "hk_canvas_draw2", prefix: [23n] }, doc: "stretches the coordinates", example: "canvas.scale(2, 2)" },
      "translate/2": { params: ["Number", "Number"], result: "Void", impl: { abi: "hk_canvas_draw2", prefix: [24n] }, doc: "moves the origin of the coordinates", example: "canvas.translate(100, 100)" },
      "frame/0": { params: [], result: "Void", impl: { abi: "hk_canvas_draw0", prefix: [25n] }, doc: "shows what has been drawn as one picture of a film and waits for the next", example: "canvas.frame()" },
    },
  },
  DebugBox: {
    doc: "a notebook of what a program wants to watch; it keeps texts only",
    constructors: { "0": { params: [], result: "Box:DebugBox", impl: { abi: "hk_debug_new" }, doc: "an empty notebook", example: "new DebugBox().isTracking()  // false" } },
    methods: {
      "startTracking/0": { params: [], result: "Void", impl: { abi: "hk_debug_start" }, doc: "begins to track", example: "local d = new DebugBox()  d.startTracking()  d.isTracking()  // true" },
      "stopTracking/0": { params: [], result: "Void", impl: { abi: "hk_debug_stop" }, doc: "tracks no more", example: 'local d = new DebugBox()  d.startTracking()  d.trackBox([1], "list")  d.stopTracking()  d.isTracking()  // false' },
      "isTracking/0": { params: [], result: "Bool", impl: { abi: "hk_debug_is_tracking" }, doc: "whether it tracks", example: "new DebugBox().isTracking()  // false" },
      "clear/0": { params: [], result: "Void", impl: { abi: "hk_debug_clear" }, doc: "forgets everything", example: 'local d = new DebugBox()  d.startTracking()  d.trackBox([1], "list")  d.clear()  d.getTrackedCount()  // 0' },
      "getTrackedCount/0": { params: [], result: "Integer", impl: { abi: "hk_debug_count" }, doc: "number of tracked boxes", example: 'local d = new DebugBox()  d.startTracking()  d.trackBox([1], "list")  d.getTrackedCount()  // 1' },
      "trackBox/2": { params: ["Any", "String"], result: "Void", impl: { abi: "hk_debug_track" }, doc: "notes the text of a box, while tracking", example: 'local d = new DebugBox()  d.startTracking()  d.trackBox([1], "list")  d.getTrackedCount()  // 1', errors: "those of a text method of the box" },
      "watch/2": { params: ["Any", "String"], result: "Void", impl: { abi: "hk_debug_watch" }, doc: "notes the text of a box", example: 'local d = new DebugBox()  d.watch([1], "list")  d.showCallStack().contains("list")  // true', errors: "those of a text method of the box" },
      "setBreakpoint/1": { params: ["String"], result: "Void", impl: { abi: "hk_debug_breakpoint" }, doc: "notes a function; nothing stops", example: 'new DebugBox().setBreakpoint("Main.main")  // null' },
      "traceCall/2": { params: ["String", "Any"], result: "Void", impl: { abi: "hk_debug_trace" }, doc: "notes a call", example: 'local d = new DebugBox()  d.traceCall("f", [1])  d.showCallStack().contains("f")  // true', errors: "those of text methods of the arguments" },
      "dumpAll/0": { params: [], result: "String", impl: { abi: "hk_debug_dump" }, doc: "what is tracked", example: 'local d = new DebugBox()  d.startTracking()  d.trackBox([1], "list")  d.dumpAll().contains("list")  // true' },
      "memoryReport/0": { params: [], result: "String", impl: { abi: "hk_debug_memory" }, doc: "how many objects live", example: "new DebugBox().memoryReport().isEmpty()  // false" },
      "showCallStack/0": { params: [], result: "String", impl: { abi: "hk_debug_stack" }, doc: "what was noted", example: "new DebugBox().showCallStack().isEmpty()  // false" },
      "saveToFile/1": { params: ["String"], result: "Void", impl: { unsupported: "DebugBox.saveToFile" }, doc: "not available", example: '{ new DebugBox().saveToFile("a") } catch (e) { print(e.kind()) }  // Unsupported', errors: "Unsupported" },
    },
  },
  WeakRef: {
    doc: "a reference that does not keep its box alive; made by `weak e`",
    constructors: {},
    methods: {
      "weak_to_strong/0": { params: [], result: "Any", impl: { abi: "hk_weak_load" }, doc: "the box, or null if it is gone", example: "local a = [1]  local w = weak a  w.weak_to_strong()  // [1]" },
      "isAlive/0": { params: [], result: "Bool", impl: { abi: "hk_weak_alive" }, doc: "whether the box still lives", example: "local a = [1]  local w = weak a  a = null  w.isAlive()  // false" },
    },
    aliases: { upgrade: "weak_to_strong" },
  },
  FunctionBox: {
    doc: "a function value",
    constructors: {},
    methods: {
      "call/*": { params: ["Any"], result: "Any", impl: { op: "dyn.call" }, doc: "calls the function", errors: "those of the function; ArityError for another number of arguments", example: "(fn(x) { x + 1 }).call(2)  // 3" },
      "arity/0": { params: [], result: "Integer", impl: { abi: "hk_function_arity" }, doc: "number of parameters", errors: "TypeError if it is no function", example: "(fn(x) { x }).arity()  // 1" },
    },
  },
} as const satisfies Record<string, LibraryBox>

/** Name of a library box. */
export type LibraryBoxName = keyof typeof LIBRARY

/**
 * Functions by `name/arity` or `name/*`. Names with a space or in brackets cannot be written in a program: lowering uses them for
 * constructs of the language.
 */
export const FUNCTIONS: { readonly [key: string]: LibraryMember } = {
  "print/0": { params: [], result: "Void", impl: { abi: "hk_print_line" }, doc: "writes an empty line", example: "print()  // " },
  "print/1": { params: ["Any"], result: "Void", impl: { abi: "hk_print" }, doc: "writes the text of x and a line end", example: 'print("hello")  // hello', errors: "those of a text method of x", overloads: [
    { params: ["String"], result: "Void", impl: { abi: "hk_print_str" } },
    { params: ["Integer"], result: "Void", impl: { abi: "hk_print_i64" } },
    { params: ["Float"], result: "Void", impl: { abi: "hk_print_f64" } },
  ] },
  "print/*": { params: ["Any"], result: "Void", impl: { abi: "hk_print_all", pack: true }, doc: "writes the texts with a space between them and a line end", example: 'print("a", 1, true)  // a 1 true', errors: "those of text methods of the arguments" },
  "error/1": { params: ["Any"], result: "Void", impl: { abi: "hk_error_print" }, doc: "writes `Error: x` to the error output", example: 'error("no such file")', errors: "those of a text method of x" },
  "panic/1": { params: ["Any"], result: "Void", impl: { abi: "hk_panic" }, doc: "fails with Panic and the text of x", example: '{ panic("empty list") } catch (e) { print(e) }  // Panic: empty list', errors: "Panic" },
  "exit/1": { params: ["Any"], result: "Void", impl: { abi: "hk_exit" }, doc: "ends the program with exit code n", example: "exit(3)", errors: "TypeError unless n is an Integer or a Bool" },
  "str/1": { params: ["Any"], result: "String", impl: { abi: "hk_text" }, doc: "text of x", errors: "those of a text method of x", example: "str(1.50)  // 1.5" },
  "int/1": { params: ["Any"], result: "Integer|Void", impl: { abi: "hk_to_int" }, doc: "Integer of a number or text, null if malformed", example: 'int("12")  // 12' },
  "float/1": { params: ["Any"], result: "Float|Void", impl: { abi: "hk_to_float" }, doc: "Float of a number or text, null if malformed", example: 'float("1.50")  // 1.5' },
  "isType/2": { params: ["Any", "String"], result: "Bool", impl: { abi: "hk_is" }, doc: "whether x is of the named type", example: 'isType(1, "Integer")  // true' },
  "asType/2": { params: ["Any", "String"], result: "Any", impl: { abi: "hk_as" }, doc: "x itself, if it is of the named type", example: 'asType("a", "String")  // a', errors: "TypeError: type cast failed" },
  "typeName/1": { params: ["Any"], result: "String", impl: { abi: "hk_type_name" }, doc: "name of the value's kind", example: "typeName([])  // ArrayBox" },
  "now/0": NOW,
  "sin/1": SIN, "cos/1": COS, "tan/1": TAN, "sqrt/1": SQRT, "abs/1": ABS, "min/2": MIN, "max/2": MAX, "pow/2": POW, "floor/1": FLOOR, "ceil/1": CEIL, "round/1": ROUND,
  "Ok/1": OK, "Err/1": ERR, "ResultBox.Ok/1": OK, "ResultBox.Err/1": ERR, "ResultBox::Ok/1": OK, "ResultBox::Err/1": ERR,
  "JSONBox.parse/1": { params: ["String"], result: "Box:JSONBox", impl: { abi: "hk_json_new" }, doc: "reads a document", example: 'JSONBox.parse("{\\"a\\": 1}").get("a")  // 1', errors: "ParseError" },
  "env.now_ms/0": NOW,
  "env.get/1": { params: ["Any"], result: "Void", impl: { abi: "hk_env_get" }, doc: "null: a sandbox has no environment", example: 'env.get("HOME")  // null' },
  "env.console.log/1": LOG_LINE,
  "env.console.warn/1": WARN_LINE,
  "env.console.error/1": WARN_LINE,
  "env.console.readLine/0": READ_LINE,

  // Constructs of the language.
  "weak.new/1": { params: ["Any"], result: "Box:WeakRef", impl: { abi: "hk_weak_new" }, doc: "weak e", errors: "TypeError, UseAfterFini" },
  "Future.ready/1": { params: ["Any"], result: "Box:FutureBox", impl: { abi: "hk_future_ready" }, doc: "the future of a `nowait` that gave a value" },
  "Future.failed/1": { params: ["Box:ErrorBox"], result: "Box:FutureBox", impl: { abi: "hk_future_failed" }, doc: "the future of a `nowait` that failed" },
  "Future.cancelled/1": { params: ["String"], result: "Box:FutureBox", impl: { abi: "hk_future_cancelled" }, doc: "the future of a `nowait` that was not evaluated" },
  "await/1": { params: ["Any"], result: "Any", impl: { abi: "hk_await" }, doc: "await e", errors: "TaskFailed, TaskCancelled, TypeError" },
  "scope.enter/0": { params: [], result: "Void", impl: { abi: "hk_scope_enter" }, doc: "begins a task scope" },
  "scope.failed/0": { params: [], result: "Bool", impl: { abi: "hk_scope_failed" }, doc: "whether a `nowait` here is cancelled (reason sibling-failed)" },
  "scope.leave/0": { params: [], result: "Void", impl: { abi: "hk_scope_leave" }, doc: "ends a task scope normally", errors: "TaskFailed" },
  "scope.abandon/0": { params: [], result: "Void", impl: { abi: "hk_scope_abandon" }, doc: "ends a task scope left by an error or a jump" },
  "try.returns/1": { params: ["Any"], result: "Bool", impl: { abi: "hk_try_returns" }, doc: "whether `e?` returns e from the function" },
  "try.value/1": { params: ["Any"], result: "Any", impl: { abi: "hk_try_value" }, doc: "the value of `e?` where it goes on" },
  "program.arguments/0": { params: [], result: "Array", yields: "String", impl: { abi: "hk_arguments" }, doc: "the program's arguments" },
  "iter.of/1": { params: ["Any"], result: "Array", yields: "Any", impl: { abi: "hk_iter_of" }, doc: "what `for x in e` visits; an array is visited itself", errors: "TypeError" },
  "error.matches/2": { params: ["Box:ErrorBox", "String"], result: "Bool", impl: { abi: "hk_err_matches" }, doc: "whether `catch (T e)` takes the error" },
  "match.fail/1": { params: ["Any"], result: "Void", impl: { abi: "hk_raise_match" }, doc: "no arm of a match applies", errors: "MatchError" },
}

/** What a name and arity stand for, with the canonical key. */
export interface Found {
  readonly key: string
  readonly member: LibraryMember
}

function boxRow(name: string): LibraryBox | undefined {
  return Object.hasOwn(LIBRARY, name) ? LIBRARY[name as LibraryBoxName] : undefined
}

function pick(table: { readonly [key: string]: LibraryMember }, name: string, arity: number): Found | undefined {
  for (const key of [`${name}/${arity}`, `${name}/*`]) {
    const member = Object.hasOwn(table, key) ? table[key] : undefined
    if (member !== undefined) return { key, member }
  }
  return undefined
}

/** The row of a library box, or undefined. */
export function libraryBox(name: string): LibraryBox | undefined {
  return boxRow(name)
}

/** The method that `receiver.name(…)` with that many arguments means on a library box, aliases resolved; without universal ones. */
export function libraryMethod(box: string, name: string, arity: number): Found | undefined {
  const row = boxRow(box)
  if (row === undefined) return undefined
  const alias = row.aliases !== undefined && Object.hasOwn(row.aliases, name) ? row.aliases[name] : undefined
  return pick(row.methods, name, arity) ?? (alias === undefined ? undefined : pick(row.methods, alias, arity))
}

/** Whether a library box has a method of that name with any number of arguments; gives the numbers. */
export function libraryMethodArities(box: string, name: string): number[] {
  const row = boxRow(box)
  if (row === undefined) return []
  const alias = row.aliases !== undefined && Object.hasOwn(row.aliases, name) ? row.aliases[name] : undefined
  const arities: number[] = []
  for (const key of Object.keys(row.methods)) {
    const slash = key.lastIndexOf("/")
    const canonical = key.slice(0, slash)
    if ((canonical === name || canonical === alias) && key.slice(slash + 1) !== "*") arities.push(Number(key.slice(slash + 1)))
  }
  return arities.sort((a, b) => a - b)
}

/** The constructor that `new box(…)` with that many arguments means. */
export function libraryConstructor(box: string, arity: number): LibraryMember | undefined {
  const row = boxRow(box)
  if (row === undefined) return undefined
  for (const key of [String(arity), "*"]) {
    const member = Object.hasOwn(row.constructors, key) ? row.constructors[key] : undefined
    if (member !== undefined) return member
  }
  return undefined
}

/** The function named by the immediate of `dyn.lib`: `print`, `MathBox.sqrt`, `new ArrayBox`. */
export function libraryFunction(name: string, arity: number): Found | undefined {
  if (name.startsWith("new ")) {
    const member = libraryConstructor(name.slice(4), arity)
    return member === undefined ? undefined : { key: `${name}/${arity}`, member }
  }
  const found = pick(FUNCTIONS, name, arity)
  if (found !== undefined) return found
  const dot = name.indexOf(".")
  if (dot < 0) return undefined
  const box = boxRow(name.slice(0, dot))
  if (box?.stateless !== true) return undefined
  const method = libraryMethod(name.slice(0, dot), name.slice(dot + 1), arity)
  return method === undefined ? undefined : { key: `${name.slice(0, dot)}.${method.key}`, member: method.member }
}

/** Whether carrying out a row may fail, besides the checks of its arguments. */
export function codeFails(code: LibraryCode): boolean {
  if ("abi" in code) return ABI[code.abi].fails
  if ("op" in code) return code.op === "dyn.call"
  return "hako" in code || "unsupported" in code
}
