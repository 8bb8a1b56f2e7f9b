/**
 * TABLE of the functions of the C runtime: name → parameters with ownership, result, effects.
 *
 * The one idea: C prototypes, `declare`s, Wasm imports and what the counting pass inserts all come from these rows. `ABI` holds
 * what MIR may call (`call.rt`), in MIR types. `MACHINE` holds what back ends call by themselves, in C types.
 *
 * Invariants: a failing function consumes its `own` arguments all the same. A counted result is owned by the caller unless
 * `resultOwned` is false. Functions with `never` do not return normally. Effects `[]` mean: same arguments, same result, and a
 * call whose result is not used may go.
 */
import type { Effect } from "../compiler/mir/ops.ts"
import type { Type } from "../compiler/mir/ir.ts"

/** Whether a function takes over a count of an argument (`own`) or leaves it with the caller (`ref`). */
export type Ownership = "ref" | "own"

/** Name, type and ownership of a parameter. Scalars are `ref`. */
export type AbiParam = readonly [name: string, type: Type, ownership: Ownership]

/** One function that MIR may call. */
export interface AbiRow {
  readonly params: readonly AbiParam[]
  readonly result: Type
  /** True if calls need an error edge. */
  readonly fails: boolean
  readonly effects: readonly Effect[]
  /** False if the result is borrowed from an argument. */
  readonly resultOwned?: false
  /** True if a call always fails or ends the program. */
  readonly never?: true
  readonly doc: string
}

const PURE = [] as const satisfies readonly Effect[]
const ALLOC = ["alloc"] as const satisfies readonly Effect[]
const READ = ["read"] as const satisfies readonly Effect[]
const WRITE = ["read", "write"] as const satisfies readonly Effect[]
const READ_ALLOC = ["read", "alloc"] as const satisfies readonly Effect[]
const WRITE_ALLOC = ["read", "write", "alloc"] as const satisfies readonly Effect[]
const IO = ["read", "write", "io"] as const satisfies readonly Effect[]
const ALL = ["read", "write", "alloc", "io"] as const satisfies readonly Effect[]

/** Functions that MIR may call. */
export const ABI = {
  // Operators on dynamic values (the slow paths of `dyn.*`).
  hk_add: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "any", fails: true, effects: ALL, doc: "a + b; concatenates if either side is a String" },
  hk_sub: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "a - b" },
  hk_mul: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "any", fails: true, effects: ALLOC, doc: "a * b; String * Integer repeats" },
  hk_div: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "a / b" },
  hk_rem: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "a % b" },
  hk_and: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "a & b" },
  hk_or: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "a | b" },
  hk_xor: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "a ^ b" },
  hk_shl: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "a << b" },
  hk_shr: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "a >> b" },
  hk_neg: { params: [["a", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "-a" },
  hk_bitnot: { params: [["a", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "~a" },
  hk_truthy: { params: [["a", "any", "ref"]], result: "bool", fails: true, effects: PURE, doc: "truth value" },
  hk_eq: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "bool", fails: false, effects: READ, doc: "a == b" },
  hk_lt: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "bool", fails: true, effects: PURE, doc: "a < b" },
  hk_le: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "bool", fails: true, effects: PURE, doc: "a <= b" },
  hk_gt: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "bool", fails: true, effects: PURE, doc: "a > b" },
  hk_ge: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "bool", fails: true, effects: PURE, doc: "a >= b" },
  hk_is: { params: [["a", "any", "ref"], ["name", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "a is a value of the named type" },
  hk_as: { params: [["a", "any", "ref"], ["name", "str", "ref"]], result: "any", fails: true, effects: PURE, doc: "a itself, if it is of the named type" },
  hk_index: { params: [["a", "any", "ref"], ["i", "any", "ref"]], result: "any", fails: true, effects: READ_ALLOC, doc: "a[i] of an array, map or string" },
  hk_index_set: { params: [["a", "any", "ref"], ["i", "any", "ref"], ["v", "any", "own"]], result: "unit", fails: true, effects: WRITE_ALLOC, doc: "a[i] = v of an array or map" },
  hk_i64_cmp_f64: { params: [["a", "i64", "ref"], ["b", "f64", "ref"]], result: "i64", fails: false, effects: PURE, doc: "-1, 0, 1 by exact mathematical value; 2 if b is NaN" },
  hk_f64_rem: { params: [["a", "f64", "ref"], ["b", "f64", "ref"]], result: "f64", fails: false, effects: PURE, doc: "a % b as fmod" },

  // Conversions of dynamic values with a check.
  hk_expect_i64: { params: [["a", "any", "ref"]], result: "i64", fails: true, effects: PURE, doc: "an Integer, else TypeError" },
  hk_expect_f64: { params: [["a", "any", "ref"]], result: "f64", fails: true, effects: PURE, doc: "a Float, or an Integer converted, else TypeError" },
  hk_expect_bool: { params: [["a", "any", "ref"]], result: "bool", fails: true, effects: PURE, doc: "a Bool, else TypeError" },
  hk_expect_str: { params: [["a", "any", "ref"]], result: "str", fails: true, effects: PURE, doc: "a String, else TypeError" },
  hk_expect_arr: { params: [["a", "any", "ref"]], result: "arr", fails: true, effects: PURE, doc: "an ArrayBox, else TypeError" },
  hk_expect_map: { params: [["a", "any", "ref"]], result: "map", fails: true, effects: PURE, doc: "a MapBox, else TypeError" },
  hk_expect_class: { params: [["a", "any", "ref"], ["class_id", "i64", "ref"]], result: "obj", fails: true, effects: PURE, doc: "an object of that class, else TypeError" },
  hk_to_int: { params: [["a", "any", "ref"]], result: "any", fails: false, effects: PURE, doc: "int(x): Integer of a number or text, null if malformed" },
  hk_to_float: { params: [["a", "any", "ref"]], result: "any", fails: false, effects: PURE, doc: "float(x): Float of a number or text, null if malformed" },
  hk_integer_new: { params: [["a", "any", "ref"]], result: "i64", fails: true, effects: PURE, doc: "new IntegerBox(x): texts by toInteger, numbers truncated" },
  hk_float_new: { params: [["a", "any", "ref"]], result: "f64", fails: true, effects: PURE, doc: "new FloatBox(x)" },

  // Text and type of any value.
  hk_text: { params: [["a", "any", "ref"]], result: "str", fails: true, effects: ALL, doc: "text of any value; user text methods may fail" },
  hk_i64_text: { params: [["a", "i64", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "text of an Integer" },
  hk_f64_text: { params: [["a", "f64", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "text of a Float" },
  hk_bool_text: { params: [["a", "bool", "ref"]], result: "str", fails: false, effects: PURE, doc: "text of a Bool" },
  hk_derived_text: { params: [["a", "obj", "ref"]], result: "str", fails: true, effects: ALL, doc: "the derived text of an instance, without user methods of its own" },
  hk_equals: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "bool", fails: true, effects: ALL, doc: "a.equals(b): structural; user equals may fail" },
  hk_derived_equals: { params: [["a", "obj", "ref"], ["b", "any", "ref"]], result: "bool", fails: true, effects: ALL, doc: "the derived equals of an instance" },
  hk_type_name: { params: [["a", "any", "ref"]], result: "str", fails: false, effects: PURE, doc: "kind name of any value" },
  hk_get_field: { params: [["a", "any", "ref"], ["name", "str", "ref"]], result: "any", fails: true, effects: READ, doc: "reflective field read; null if there is none" },
  hk_set_field: { params: [["a", "any", "ref"], ["name", "str", "ref"], ["v", "any", "own"]], result: "unit", fails: true, effects: WRITE, doc: "reflective field write" },
  hk_has_field: { params: [["a", "any", "ref"], ["name", "str", "ref"]], result: "bool", fails: true, effects: READ, doc: "whether an instance has the field" },
  hk_function_arity: { params: [["a", "any", "ref"]], result: "i64", fails: true, effects: PURE, doc: "parameter count of a function value" },
  hk_iter_of: { params: [["a", "any", "ref"]], result: "arr", fails: true, effects: READ_ALLOC, doc: "what `for x in a` visits: the array itself, keys of a map, characters of a string, numbers of a range" },

  // Errors.
  hk_raise: { params: [["kind", "i64", "ref"], ["message", "str", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails with the kind of that number" },
  hk_panic: { params: [["a", "any", "ref"]], result: "unit", fails: true, effects: ALL, never: true, doc: "fails with Panic and the text of a" },
  hk_raise_div_zero: { params: [], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails with DivisionByZero" },
  hk_raise_null_bool: { params: [["a", "any", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails: a has no truth value" },
  hk_raise_unknown_method: { params: [["a", "any", "ref"], ["name", "str", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails: Unknown method 'm' on B (on a WeakRef: convert first)" },
  hk_raise_no_constructor: { params: [["name", "str", "ref"], ["got", "i64", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails: No constructor found for B with N arguments" },
  hk_raise_field: { params: [["a", "any", "ref"], ["name", "str", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails: field access on a value without fields" },
  hk_raise_private_field: { params: [["name", "str", "ref"], ["box", "str", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails with AccessError for a field" },
  hk_raise_private_method: { params: [["name", "str", "ref"], ["box", "str", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails with AccessError for a method" },
  hk_raise_not_callable: { params: [["a", "any", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails: value of type T is not callable" },
  hk_raise_index: { params: [["i", "i64", "ref"], ["len", "i64", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails with IndexError" },
  hk_raise_match: { params: [["a", "any", "ref"]], result: "unit", fails: true, effects: ALL, never: true, doc: "fails: no match arm for V" },
  hk_raise_dead: { params: [["a", "obj", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails: use after fini: B" },
  hk_raise_unsupported: { params: [["name", "str", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails: NAME is not available in the playground" },
  hk_raise_stack_overflow: { params: [["name", "str", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails: calls nested too deeply" },
  hk_raise_expected: { params: [["what", "str", "ref"], ["a", "any", "ref"]], result: "unit", fails: true, effects: ALLOC, never: true, doc: "fails: expected WHAT, got the type of a" },
  hk_err_take: { params: [], result: "box<ErrorBox>", fails: false, effects: WRITE, doc: "the pending error, no longer pending" },
  hk_err_set: { params: [["e", "box<ErrorBox>", "own"]], result: "unit", fails: false, effects: WRITE, doc: "makes e pending" },
  hk_err_matches: { params: [["e", "box<ErrorBox>", "ref"], ["kind", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "whether `catch (kind e)` takes it" },
  hk_error_new: { params: [["kind", "any", "ref"], ["message", "any", "ref"]], result: "box<ErrorBox>", fails: true, effects: ALL, doc: "new ErrorBox(kind, message)" },
  hk_error_kind: { params: [["e", "box<ErrorBox>", "ref"]], result: "str", fails: false, effects: PURE, doc: "its kind" },
  hk_error_message: { params: [["e", "box<ErrorBox>", "ref"]], result: "str", fails: false, effects: PURE, doc: "its message" },
  hk_error_line: { params: [["e", "box<ErrorBox>", "ref"]], result: "i64", fails: false, effects: READ, doc: "line of the failing operation, 0 if unknown" },
  hk_exit: { params: [["code", "any", "ref"]], result: "unit", fails: true, effects: IO, never: true, doc: "exit(n): ends the program" },
  hk_mark_dead: { params: [["a", "obj", "ref"]], result: "unit", fails: false, effects: WRITE, doc: "the object is finalised" },

  // Strings.
  hk_str_empty: { params: [], result: "str", fails: false, effects: PURE, doc: "the empty text" },
  hk_str_concat: { params: [["a", "str", "own"], ["b", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "a followed by b; appends in place if a is not shared" },
  hk_str_concat3: { params: [["a", "str", "own"], ["b", "str", "ref"], ["c", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "a followed by b and c" },
  hk_str_append_i64: { params: [["a", "str", "own"], ["b", "i64", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "a followed by the text of an Integer" },
  hk_str_repeat: { params: [["a", "str", "ref"], ["n", "i64", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "a, n times" },
  hk_str_eq: { params: [["a", "str", "ref"], ["b", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "same characters" },
  hk_str_cmp: { params: [["a", "str", "ref"], ["b", "str", "ref"]], result: "i64", fails: false, effects: PURE, doc: "negative, 0, positive by code points" },
  hk_str_substring: { params: [["s", "str", "ref"], ["start", "i64", "ref"], ["end", "i64", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "half-open, clamped" },
  hk_str_substring_from: { params: [["s", "str", "ref"], ["start", "i64", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "from start to the end" },
  hk_str_char_at: { params: [["s", "str", "ref"], ["i", "i64", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "one character, empty outside" },
  hk_str_code_at: { params: [["s", "str", "ref"], ["i", "i64", "ref"]], result: "i64", fails: false, effects: PURE, doc: "code point, -1 outside" },
  hk_str_slice_eq: { params: [["s", "str", "ref"], ["start", "i64", "ref"], ["end", "i64", "ref"], ["t", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "s.substring(start, end) == t without the temporary" },
  hk_str_index_of: { params: [["s", "str", "ref"], ["t", "str", "ref"]], result: "i64", fails: false, effects: PURE, doc: "first place of t, -1 if absent" },
  hk_str_index_of_from: { params: [["s", "str", "ref"], ["t", "str", "ref"], ["from", "i64", "ref"]], result: "i64", fails: false, effects: PURE, doc: "first place of t at or after from" },
  hk_str_last_index_of: { params: [["s", "str", "ref"], ["t", "str", "ref"]], result: "i64", fails: false, effects: PURE, doc: "last place of t, -1 if absent" },
  hk_str_contains: { params: [["s", "str", "ref"], ["t", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "t occurs in s" },
  hk_str_starts_with: { params: [["s", "str", "ref"], ["t", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "s begins with t" },
  hk_str_ends_with: { params: [["s", "str", "ref"], ["t", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "s ends with t" },
  hk_str_replace: { params: [["s", "str", "ref"], ["a", "str", "ref"], ["b", "str", "ref"]], result: "str", fails: true, effects: ALLOC, doc: "all occurrences; an empty a is a TypeError" },
  hk_str_concat_any: { params: [["s", "str", "ref"], ["a", "any", "ref"]], result: "str", fails: true, effects: ALL, doc: "s + a" },
  hk_str_trim: { params: [["s", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "without white space at both ends" },
  hk_str_upper: { params: [["s", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "upper case" },
  hk_str_lower: { params: [["s", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "lower case" },
  hk_str_split: { params: [["s", "str", "ref"], ["d", "str", "ref"]], result: "arr", fails: false, effects: ALLOC, doc: "parts between occurrences of d" },
  hk_str_reverse: { params: [["s", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "characters in reverse" },
  hk_str_to_i64: { params: [["s", "str", "ref"]], result: "i64", fails: false, effects: PURE, doc: "trimmed decimal, 0 if malformed" },
  hk_str_to_f64: { params: [["s", "str", "ref"]], result: "f64", fails: false, effects: PURE, doc: "Float, 0.0 if malformed" },
  hk_str_int_or_null: { params: [["s", "str", "ref"]], result: "any", fails: false, effects: PURE, doc: "leading digits as Integer, or null" },
  hk_str_digit_or_null: { params: [["s", "str", "ref"]], result: "any", fails: false, effects: PURE, doc: "first digit as Integer, or null" },
  hk_str_is_empty: { params: [["s", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "no characters" },
  hk_str_is_digit: { params: [["s", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "non-empty and all decimal digits" },
  hk_str_is_alpha: { params: [["s", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "non-empty and all letters" },
  hk_str_is_space: { params: [["s", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "non-empty and all white space" },

  // Arrays.
  hk_arr_new: { params: [["kind", "i64", "ref"], ["capacity", "i64", "ref"]], result: "arr", fails: false, effects: ALLOC, doc: "an empty array of an element kind" },
  hk_arr_len: { params: [["a", "arr", "ref"]], result: "i64", fails: false, effects: READ, doc: "number of elements" },
  hk_arr_is_empty: { params: [["a", "arr", "ref"]], result: "bool", fails: false, effects: READ, doc: "no elements" },
  hk_arr_get: { params: [["a", "arr", "ref"], ["i", "i64", "ref"]], result: "any", fails: false, effects: READ, doc: "element i, null outside" },
  hk_arr_set: { params: [["a", "arr", "ref"], ["i", "i64", "ref"], ["v", "any", "own"]], result: "unit", fails: true, effects: WRITE_ALLOC, doc: "replaces element i, or appends at the end" },
  hk_arr_push: { params: [["a", "arr", "ref"], ["v", "any", "own"]], result: "unit", fails: false, effects: WRITE_ALLOC, doc: "appends" },
  hk_arr_push_i64: { params: [["a", "arr", "ref"], ["v", "i64", "ref"]], result: "unit", fails: false, effects: WRITE_ALLOC, doc: "appends an Integer" },
  hk_arr_push_f64: { params: [["a", "arr", "ref"], ["v", "f64", "ref"]], result: "unit", fails: false, effects: WRITE_ALLOC, doc: "appends a Float" },
  hk_arr_push_bool: { params: [["a", "arr", "ref"], ["v", "bool", "ref"]], result: "unit", fails: false, effects: WRITE_ALLOC, doc: "appends a Bool" },
  hk_arr_push_ref: { params: [["a", "arr", "ref"], ["v", "obj", "own"]], result: "unit", fails: false, effects: WRITE_ALLOC, doc: "appends an object" },
  hk_arr_pop: { params: [["a", "arr", "ref"]], result: "any", fails: false, effects: WRITE, doc: "removes the last element, null if empty" },
  hk_arr_remove: { params: [["a", "arr", "ref"], ["i", "i64", "ref"]], result: "any", fails: false, effects: WRITE, doc: "removes element i, null outside" },
  hk_arr_insert: { params: [["a", "arr", "ref"], ["i", "i64", "ref"], ["v", "any", "own"]], result: "unit", fails: true, effects: WRITE_ALLOC, doc: "inserts before i" },
  hk_arr_shift: { params: [["a", "arr", "ref"]], result: "any", fails: false, effects: WRITE, doc: "removes the first element, null if empty" },
  hk_arr_unshift: { params: [["a", "arr", "ref"], ["v", "any", "own"]], result: "unit", fails: false, effects: WRITE_ALLOC, doc: "inserts at the front" },
  hk_arr_clear: { params: [["a", "arr", "ref"]], result: "unit", fails: false, effects: WRITE, doc: "removes all elements" },
  hk_arr_contains: { params: [["a", "arr", "ref"], ["v", "any", "ref"]], result: "bool", fails: false, effects: READ, doc: "some element == v" },
  hk_arr_index_of: { params: [["a", "arr", "ref"], ["v", "any", "ref"]], result: "i64", fails: false, effects: READ, doc: "first element == v, -1 if none" },
  hk_arr_join: { params: [["a", "arr", "ref"], ["sep", "str", "ref"]], result: "str", fails: true, effects: ALL, doc: "texts of the elements with sep between" },
  hk_str_join: { params: [["sep", "str", "ref"], ["a", "arr", "ref"]], result: "str", fails: true, effects: ALL, doc: "the same, separator first" },
  hk_arr_slice: { params: [["a", "arr", "ref"], ["start", "i64", "ref"], ["end", "i64", "ref"]], result: "arr", fails: false, effects: READ_ALLOC, doc: "new array, half-open, clamped" },
  hk_arr_slice_from: { params: [["a", "arr", "ref"], ["start", "i64", "ref"]], result: "arr", fails: false, effects: READ_ALLOC, doc: "new array from start to the end" },
  hk_arr_concat: { params: [["a", "arr", "ref"], ["b", "arr", "ref"]], result: "arr", fails: false, effects: READ_ALLOC, doc: "new array of both" },
  hk_arr_copy: { params: [["a", "arr", "ref"]], result: "arr", fails: false, effects: READ_ALLOC, doc: "shallow copy" },
  hk_arr_sort: { params: [["a", "arr", "ref"]], result: "unit", fails: true, effects: ALL, doc: "in place, stable: numbers by value, others by text" },
  hk_arr_reverse: { params: [["a", "arr", "ref"]], result: "unit", fails: false, effects: WRITE, doc: "in place" },
  hk_arr_replace_all: { params: [["a", "arr", "ref"], ["b", "arr", "ref"]], result: "unit", fails: false, effects: WRITE_ALLOC, doc: "the elements of b become those of a" },

  // Maps.
  hk_map_new: { params: [], result: "map", fails: false, effects: ALLOC, doc: "an empty map" },
  hk_map_set: { params: [["m", "map", "ref"], ["k", "any", "ref"], ["v", "any", "own"]], result: "unit", fails: true, effects: WRITE_ALLOC, doc: "stores v under a String, Integer or Bool key" },
  hk_map_set_str: { params: [["m", "map", "ref"], ["k", "str", "ref"], ["v", "any", "own"]], result: "unit", fails: false, effects: WRITE_ALLOC, doc: "stores v under a String key" },
  hk_map_set_i64: { params: [["m", "map", "ref"], ["k", "i64", "ref"], ["v", "any", "own"]], result: "unit", fails: false, effects: WRITE_ALLOC, doc: "stores v under the text of an Integer" },
  hk_map_get: { params: [["m", "map", "ref"], ["k", "any", "ref"]], result: "any", fails: true, effects: READ, doc: "value, null if absent" },
  hk_map_get_str: { params: [["m", "map", "ref"], ["k", "str", "ref"]], result: "any", fails: false, effects: READ, doc: "value, null if absent" },
  hk_map_get_i64: { params: [["m", "map", "ref"], ["k", "i64", "ref"]], result: "any", fails: false, effects: READ, doc: "value under the text of an Integer, null if absent" },
  hk_map_get_or: { params: [["m", "map", "ref"], ["k", "any", "ref"], ["d", "any", "ref"]], result: "any", fails: true, effects: READ, doc: "value, d if absent" },
  hk_map_has: { params: [["m", "map", "ref"], ["k", "any", "ref"]], result: "bool", fails: true, effects: READ, doc: "the key is present" },
  hk_map_has_str: { params: [["m", "map", "ref"], ["k", "str", "ref"]], result: "bool", fails: false, effects: READ, doc: "the key is present" },
  hk_map_has_i64: { params: [["m", "map", "ref"], ["k", "i64", "ref"]], result: "bool", fails: false, effects: READ, doc: "the key is present" },
  hk_map_delete: { params: [["m", "map", "ref"], ["k", "any", "ref"]], result: "bool", fails: true, effects: WRITE, doc: "removes the key; whether it was present" },
  hk_map_keys: { params: [["m", "map", "ref"]], result: "arr", fails: false, effects: READ_ALLOC, doc: "keys, ascending" },
  hk_map_values: { params: [["m", "map", "ref"]], result: "arr", fails: false, effects: READ_ALLOC, doc: "values in ascending order of keys" },
  hk_map_size: { params: [["m", "map", "ref"]], result: "i64", fails: false, effects: READ, doc: "number of keys" },
  hk_map_is_empty: { params: [["m", "map", "ref"]], result: "bool", fails: false, effects: READ, doc: "no keys" },
  hk_map_clear: { params: [["m", "map", "ref"]], result: "unit", fails: false, effects: WRITE, doc: "removes all keys" },
  hk_map_contains_value: { params: [["m", "map", "ref"], ["v", "any", "ref"]], result: "bool", fails: false, effects: READ, doc: "some value == v" },
  hk_json_text: { params: [["a", "any", "ref"]], result: "str", fails: true, effects: ALL, doc: "compact JSON of a value" },

  // Output and input.
  hk_print: { params: [["a", "any", "ref"]], result: "unit", fails: true, effects: ALL, doc: "text of a and a newline on stdout" },
  hk_print_str: { params: [["s", "str", "ref"]], result: "unit", fails: false, effects: IO, doc: "s and a newline on stdout" },
  hk_print_i64: { params: [["a", "i64", "ref"]], result: "unit", fails: false, effects: IO, doc: "an Integer and a newline on stdout" },
  hk_print_f64: { params: [["a", "f64", "ref"]], result: "unit", fails: false, effects: IO, doc: "a Float and a newline on stdout" },
  hk_print_all: { params: [["a", "arr", "ref"]], result: "unit", fails: true, effects: ALL, doc: "texts of the elements with a space between and a newline on stdout" },
  hk_print_line: { params: [], result: "unit", fails: false, effects: IO, doc: "a newline on stdout" },
  hk_write: { params: [["a", "any", "ref"]], result: "unit", fails: true, effects: ALL, doc: "text of a on stdout" },
  hk_eprint: { params: [["a", "any", "ref"]], result: "unit", fails: true, effects: ALL, doc: "text of a and a newline on stderr" },
  hk_eprint_line: { params: [], result: "unit", fails: false, effects: IO, doc: "a newline on stderr" },
  hk_error_print: { params: [["a", "any", "ref"]], result: "unit", fails: true, effects: ALL, doc: "`Error: ` and the text of a on stderr" },
  hk_arguments: { params: [], result: "arr", fails: false, effects: READ_ALLOC, doc: "the program's arguments as an array of strings" },
  hk_read_line: { params: [], result: "any", fails: false, effects: ALL, doc: "next line of input, null at the end" },
  hk_console_clear: { params: [], result: "unit", fails: false, effects: IO, doc: "clears the output" },
  hk_nothing: { params: [], result: "unit", fails: false, effects: PURE, doc: "does nothing" },
  hk_env_get: { params: [["name", "any", "ref"]], result: "any", fails: false, effects: PURE, doc: "null: a sandbox has no environment" },
  hk_now: { params: [], result: "i64", fails: false, effects: IO, doc: "milliseconds since 1970" },

  // Mathematics.
  hk_i64_abs: { params: [["a", "i64", "ref"]], result: "i64", fails: false, effects: PURE, doc: "|a|, wrapping" },
  hk_i64_min: { params: [["a", "i64", "ref"], ["b", "i64", "ref"]], result: "i64", fails: false, effects: PURE, doc: "the smaller" },
  hk_i64_max: { params: [["a", "i64", "ref"], ["b", "i64", "ref"]], result: "i64", fails: false, effects: PURE, doc: "the larger" },
  hk_f64_min: { params: [["a", "f64", "ref"], ["b", "f64", "ref"]], result: "f64", fails: false, effects: PURE, doc: "the smaller; the other one if one is NaN" },
  hk_f64_max: { params: [["a", "f64", "ref"], ["b", "f64", "ref"]], result: "f64", fails: false, effects: PURE, doc: "the larger; the other one if one is NaN" },
  hk_i64_pow: { params: [["a", "i64", "ref"], ["b", "i64", "ref"]], result: "any", fails: false, effects: PURE, doc: "Integer power, wrapping; a Float if b < 0" },
  hk_i64_to_f64: { params: [["a", "i64", "ref"]], result: "f64", fails: false, effects: PURE, doc: "nearest Float" },
  hk_f64_to_i64: { params: [["a", "f64", "ref"]], result: "i64", fails: false, effects: PURE, doc: "toward zero, saturating" },
  hk_f64_floor_i64: { params: [["a", "f64", "ref"]], result: "i64", fails: false, effects: PURE, doc: "floor as Integer, saturating" },
  hk_f64_ceil_i64: { params: [["a", "f64", "ref"]], result: "i64", fails: false, effects: PURE, doc: "ceiling as Integer, saturating" },
  hk_f64_round_i64: { params: [["a", "f64", "ref"]], result: "i64", fails: false, effects: PURE, doc: "half away from zero, as Integer, saturating" },
  hk_f64_abs: { params: [["a", "f64", "ref"]], result: "f64", fails: false, effects: PURE, doc: "|a|" },
  hk_f64_is_nan: { params: [["a", "f64", "ref"]], result: "bool", fails: false, effects: PURE, doc: "a is NaN" },
  hk_f64_is_infinite: { params: [["a", "f64", "ref"]], result: "bool", fails: false, effects: PURE, doc: "a is infinite" },
  hk_f64_is_finite: { params: [["a", "f64", "ref"]], result: "bool", fails: false, effects: PURE, doc: "a is neither infinite nor NaN" },
  hk_bool_not: { params: [["a", "bool", "ref"]], result: "bool", fails: false, effects: PURE, doc: "not a" },
  hk_bool_and: { params: [["a", "bool", "ref"], ["b", "bool", "ref"]], result: "bool", fails: false, effects: PURE, doc: "a and b" },
  hk_bool_or: { params: [["a", "bool", "ref"], ["b", "bool", "ref"]], result: "bool", fails: false, effects: PURE, doc: "a or b" },
  hk_math_abs: { params: [["a", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "|a| of the same kind" },
  hk_math_min: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "the smaller; Float if either is" },
  hk_math_max: { params: [["a", "any", "ref"], ["b", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "the larger; Float if either is" },
  hk_math_clamp: { params: [["a", "any", "ref"], ["lo", "any", "ref"], ["hi", "any", "ref"]], result: "any", fails: true, effects: PURE, doc: "a limited to lo..hi" },
  hk_math_floor: { params: [["a", "any", "ref"]], result: "i64", fails: true, effects: PURE, doc: "floor as Integer" },
  hk_math_ceil: { params: [["a", "any", "ref"]], result: "i64", fails: true, effects: PURE, doc: "ceiling as Integer" },
  hk_math_round: { params: [["a", "any", "ref"]], result: "i64", fails: true, effects: PURE, doc: "half away from zero, as Integer" },
  hk_math_pow: { params: [["a", "f64", "ref"], ["b", "f64", "ref"]], result: "f64", fails: false, effects: PURE, doc: "a to the power b" },
  hk_math_sqrt: { params: [["a", "f64", "ref"]], result: "f64", fails: true, effects: PURE, doc: "square root; TypeError below zero" },
  hk_math_log: { params: [["a", "f64", "ref"]], result: "f64", fails: true, effects: PURE, doc: "natural logarithm; TypeError for a <= 0" },
  hk_math_log10: { params: [["a", "f64", "ref"]], result: "f64", fails: true, effects: PURE, doc: "decimal logarithm; TypeError for a <= 0" },
  hk_math_exp: { params: [["a", "f64", "ref"]], result: "f64", fails: false, effects: PURE, doc: "e to the power a" },
  hk_math_sin: { params: [["a", "f64", "ref"]], result: "f64", fails: false, effects: PURE, doc: "sine" },
  hk_math_cos: { params: [["a", "f64", "ref"]], result: "f64", fails: false, effects: PURE, doc: "cosine" },
  hk_math_tan: { params: [["a", "f64", "ref"]], result: "f64", fails: false, effects: PURE, doc: "tangent" },
  hk_math_asin: { params: [["a", "f64", "ref"]], result: "f64", fails: true, effects: PURE, doc: "arc sine; TypeError outside -1..1" },
  hk_math_acos: { params: [["a", "f64", "ref"]], result: "f64", fails: true, effects: PURE, doc: "arc cosine; TypeError outside -1..1" },
  hk_math_atan: { params: [["a", "f64", "ref"]], result: "f64", fails: false, effects: PURE, doc: "arc tangent" },
  hk_math_atan2: { params: [["y", "f64", "ref"], ["x", "f64", "ref"]], result: "f64", fails: false, effects: PURE, doc: "angle of the point (x, y)" },
  hk_math_pi: { params: [], result: "f64", fails: false, effects: PURE, doc: "pi" },
  hk_math_e: { params: [], result: "f64", fails: false, effects: PURE, doc: "e" },
  hk_math_random: { params: [], result: "f64", fails: false, effects: IO, doc: "a number in 0..1 from a generator seeded by the clock" },
  hk_math_gcd: { params: [["a", "i64", "ref"], ["b", "i64", "ref"]], result: "i64", fails: false, effects: PURE, doc: "greatest common divisor" },

  // Random numbers.
  hk_random_new: { params: [], result: "box<RandomBox>", fails: false, effects: ALL, doc: "a generator seeded by the clock" },
  hk_random_seed: { params: [["r", "box<RandomBox>", "ref"], ["n", "i64", "ref"]], result: "unit", fails: false, effects: WRITE, doc: "sets the state" },
  hk_random_float: { params: [["r", "box<RandomBox>", "ref"]], result: "f64", fails: false, effects: WRITE, doc: "a number in 0..1" },
  hk_random_int: { params: [["r", "box<RandomBox>", "ref"], ["a", "i64", "ref"], ["b", "i64", "ref"]], result: "i64", fails: true, effects: WRITE, doc: "an Integer from a to b, both inclusive" },
  hk_random_bool: { params: [["r", "box<RandomBox>", "ref"]], result: "bool", fails: false, effects: WRITE, doc: "a Bool" },
  hk_random_choice: { params: [["r", "box<RandomBox>", "ref"], ["a", "arr", "ref"]], result: "any", fails: true, effects: WRITE, doc: "an element" },
  hk_random_shuffle: { params: [["r", "box<RandomBox>", "ref"], ["a", "arr", "ref"]], result: "arr", fails: false, effects: WRITE_ALLOC, doc: "a new array in random order" },
  hk_random_string: { params: [["r", "box<RandomBox>", "ref"], ["n", "i64", "ref"]], result: "str", fails: true, effects: WRITE_ALLOC, doc: "n letters and digits" },
  hk_random_probability: { params: [["r", "box<RandomBox>", "ref"], ["p", "f64", "ref"]], result: "bool", fails: false, effects: WRITE, doc: "true with probability p" },

  // Ranges, results, cells.
  hk_range_new: { params: [["start", "i64", "ref"], ["end", "i64", "ref"]], result: "box<RangeBox>", fails: false, effects: ALLOC, doc: "start..end with step 1" },
  hk_range_step_new: { params: [["start", "i64", "ref"], ["end", "i64", "ref"], ["step", "i64", "ref"]], result: "box<RangeBox>", fails: true, effects: ALLOC, doc: "a range with a step, which is not 0" },
  hk_range_start: { params: [["r", "box<RangeBox>", "ref"]], result: "i64", fails: false, effects: PURE, doc: "first number" },
  hk_range_end: { params: [["r", "box<RangeBox>", "ref"]], result: "i64", fails: false, effects: PURE, doc: "bound, exclusive" },
  hk_range_step: { params: [["r", "box<RangeBox>", "ref"]], result: "i64", fails: false, effects: PURE, doc: "step" },
  hk_range_length: { params: [["r", "box<RangeBox>", "ref"]], result: "i64", fails: false, effects: PURE, doc: "how many numbers" },
  hk_range_contains: { params: [["r", "box<RangeBox>", "ref"], ["i", "any", "ref"]], result: "bool", fails: false, effects: PURE, doc: "i is one of the numbers" },
  hk_range_to_array: { params: [["r", "box<RangeBox>", "ref"]], result: "arr", fails: false, effects: ALLOC, doc: "all numbers" },
  hk_result_ok: { params: [["v", "any", "own"]], result: "box<ResultBox>", fails: false, effects: ALLOC, doc: "Ok(v)" },
  hk_result_err: { params: [["e", "any", "own"]], result: "box<ResultBox>", fails: false, effects: ALLOC, doc: "Err(e)" },
  hk_result_is_ok: { params: [["r", "box<ResultBox>", "ref"]], result: "bool", fails: false, effects: PURE, doc: "it is Ok" },
  hk_result_is_err: { params: [["r", "box<ResultBox>", "ref"]], result: "bool", fails: false, effects: PURE, doc: "it is Err" },
  hk_result_value: { params: [["r", "box<ResultBox>", "ref"]], result: "any", fails: true, effects: PURE, doc: "the value of an Ok" },
  hk_result_error: { params: [["r", "box<ResultBox>", "ref"]], result: "any", fails: true, effects: PURE, doc: "the error of an Err" },
  hk_result_unwrap_or: { params: [["r", "box<ResultBox>", "ref"], ["d", "any", "ref"]], result: "any", fails: false, effects: PURE, doc: "the value of an Ok, else d" },
  hk_try_returns: { params: [["a", "any", "ref"]], result: "bool", fails: false, effects: PURE, doc: "`a?` returns a from the function: an Err, None" },
  hk_try_value: { params: [["a", "any", "ref"]], result: "any", fails: false, effects: READ, doc: "the value of `a?` otherwise" },
  hk_cell_new: { params: [["v", "any", "own"]], result: "box<RefCellBox>", fails: false, effects: ALLOC, doc: "a cell that holds v" },
  hk_cell_get: { params: [["c", "box<RefCellBox>", "ref"]], result: "any", fails: false, effects: READ, doc: "what it holds" },
  hk_cell_set: { params: [["c", "box<RefCellBox>", "ref"], ["v", "any", "own"]], result: "unit", fails: false, effects: WRITE, doc: "replaces what it holds" },
  hk_int_cell_new: { params: [["v", "i64", "ref"]], result: "box<IntCellBox>", fails: false, effects: ALLOC, doc: "a cell that holds an Integer" },
  hk_int_cell_get: { params: [["c", "box<IntCellBox>", "ref"]], result: "i64", fails: false, effects: READ, doc: "what it holds" },
  hk_int_cell_set: { params: [["c", "box<IntCellBox>", "ref"], ["v", "i64", "ref"]], result: "unit", fails: false, effects: WRITE, doc: "replaces what it holds" },

  // Weak references.
  hk_weak_new: { params: [["a", "any", "ref"]], result: "box<WeakRef>", fails: true, effects: WRITE_ALLOC, doc: "weak a" },
  hk_weak_load: { params: [["w", "box<WeakRef>", "ref"]], result: "any", fails: false, effects: READ, doc: "the box, or null" },
  hk_weak_alive: { params: [["w", "box<WeakRef>", "ref"]], result: "bool", fails: false, effects: READ, doc: "the box still lives" },

  // Futures and task scopes.
  hk_future_new: { params: [], result: "box<FutureBox>", fails: false, effects: WRITE_ALLOC, doc: "a pending future" },
  hk_future_ready: { params: [["v", "any", "own"]], result: "box<FutureBox>", fails: false, effects: WRITE_ALLOC, doc: "a future that is ready with v" },
  hk_future_failed: { params: [["e", "box<ErrorBox>", "own"]], result: "box<FutureBox>", fails: false, effects: WRITE_ALLOC, doc: "a future that failed; the current task scope remembers its first failure" },
  hk_future_cancelled: { params: [["reason", "str", "ref"]], result: "box<FutureBox>", fails: false, effects: WRITE_ALLOC, doc: "a future that was cancelled" },
  hk_future_set: { params: [["f", "box<FutureBox>", "ref"], ["v", "any", "own"]], result: "unit", fails: false, effects: WRITE, doc: "makes a pending future ready; later calls change nothing" },
  hk_future_is_ready: { params: [["f", "box<FutureBox>", "ref"]], result: "bool", fails: false, effects: READ, doc: "it is no longer pending" },
  hk_await: { params: [["a", "any", "ref"]], result: "any", fails: true, effects: READ_ALLOC, doc: "await a" },
  hk_scope_enter: { params: [], result: "unit", fails: false, effects: WRITE_ALLOC, doc: "begins a task scope" },
  hk_scope_failed: { params: [], result: "bool", fails: false, effects: READ, doc: "the current task scope has a failure: a `nowait` is cancelled" },
  hk_scope_leave: { params: [], result: "unit", fails: true, effects: WRITE_ALLOC, doc: "ends a task scope normally; raises its first failure" },
  hk_scope_abandon: { params: [], result: "unit", fails: false, effects: WRITE, doc: "ends a task scope left by an error or a jump" },

  // JSON.
  hk_json_new: { params: [["text", "str", "ref"]], result: "box<JSONBox>", fails: true, effects: ALLOC, doc: "a document read from text" },
  hk_json_get: { params: [["j", "box<JSONBox>", "ref"], ["k", "any", "ref"]], result: "any", fails: false, effects: READ, doc: "member or element, null if absent" },
  hk_json_set: { params: [["j", "box<JSONBox>", "ref"], ["k", "any", "ref"], ["v", "any", "own"]], result: "unit", fails: true, effects: WRITE_ALLOC, doc: "replaces or adds a member or element" },
  hk_json_has: { params: [["j", "box<JSONBox>", "ref"], ["k", "any", "ref"]], result: "bool", fails: false, effects: READ, doc: "the member or element is there" },
  hk_json_keys: { params: [["j", "box<JSONBox>", "ref"]], result: "arr", fails: false, effects: READ_ALLOC, doc: "keys of an object, ascending" },
  hk_json_size: { params: [["j", "box<JSONBox>", "ref"]], result: "i64", fails: false, effects: READ, doc: "members or elements" },
  hk_json_stringify: { params: [["j", "box<JSONBox>", "ref"]], result: "str", fails: true, effects: ALL, doc: "compact text" },
  hk_json_doc_new: { params: [], result: "box<JsonDocBox>", fails: false, effects: ALLOC, doc: "an empty document" },
  hk_json_doc_parse: { params: [["d", "box<JsonDocBox>", "ref"], ["text", "str", "ref"]], result: "bool", fails: false, effects: WRITE_ALLOC, doc: "reads text; false and error() if it is malformed" },
  hk_json_doc_root: { params: [["d", "box<JsonDocBox>", "ref"]], result: "box<JsonNodeBox>", fails: false, effects: READ_ALLOC, doc: "the root" },
  hk_json_doc_error: { params: [["d", "box<JsonDocBox>", "ref"]], result: "str", fails: false, effects: READ, doc: "what was wrong, empty if nothing" },
  hk_json_node_kind: { params: [["n", "box<JsonNodeBox>", "ref"]], result: "str", fails: false, effects: READ_ALLOC, doc: "null, bool, int, real, string, array, object" },
  hk_json_node_get: { params: [["n", "box<JsonNodeBox>", "ref"], ["k", "str", "ref"]], result: "box<JsonNodeBox>", fails: false, effects: READ_ALLOC, doc: "member, a null node if absent" },
  hk_json_node_at: { params: [["n", "box<JsonNodeBox>", "ref"], ["i", "i64", "ref"]], result: "box<JsonNodeBox>", fails: false, effects: READ_ALLOC, doc: "element, a null node if absent" },
  hk_json_node_size: { params: [["n", "box<JsonNodeBox>", "ref"]], result: "i64", fails: false, effects: READ, doc: "members or elements" },
  hk_json_node_str: { params: [["n", "box<JsonNodeBox>", "ref"]], result: "str", fails: true, effects: ALL, doc: "a string itself, else the text" },
  hk_json_node_int: { params: [["n", "box<JsonNodeBox>", "ref"]], result: "i64", fails: false, effects: READ, doc: "a number as Integer, else 0" },
  hk_json_node_bool: { params: [["n", "box<JsonNodeBox>", "ref"]], result: "bool", fails: false, effects: READ, doc: "true only for true" },

  // Regular expressions.
  hk_regex_new: { params: [["pattern", "str", "ref"]], result: "box<RegexBox>", fails: true, effects: ALLOC, doc: "compiles a pattern" },
  hk_regex_test: { params: [["r", "box<RegexBox>", "ref"], ["s", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "the pattern occurs in s" },
  hk_regex_find: { params: [["r", "box<RegexBox>", "ref"], ["s", "str", "ref"]], result: "any", fails: false, effects: ALLOC, doc: "first match, null if none" },
  hk_regex_find_all: { params: [["r", "box<RegexBox>", "ref"], ["s", "str", "ref"]], result: "arr", fails: false, effects: ALLOC, doc: "all matches" },
  hk_regex_replace: { params: [["r", "box<RegexBox>", "ref"], ["s", "str", "ref"], ["by", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "all matches replaced; $1, ${name} stand for groups" },
  hk_regex_split: { params: [["r", "box<RegexBox>", "ref"], ["s", "str", "ref"]], result: "arr", fails: false, effects: ALLOC, doc: "parts between matches" },
  hk_regex_pattern: { params: [["r", "box<RegexBox>", "ref"]], result: "str", fails: false, effects: PURE, doc: "the pattern" },

  // Time.
  hk_time_date_time: { params: [], result: "box<DateTimeBox>", fails: false, effects: ALL, doc: "the present" },
  hk_time_from: { params: [["seconds", "f64", "ref"]], result: "box<DateTimeBox>", fails: false, effects: ALLOC, doc: "an instant by seconds since 1970" },
  hk_time_parse: { params: [["text", "str", "ref"]], result: "box<DateTimeBox>", fails: true, effects: ALLOC, doc: "reads 2025-01-02T03:04:05Z or 2025-01-02 03:04:05" },
  hk_time_format: { params: [["pattern", "str", "ref"]], result: "str", fails: false, effects: ALL, doc: "the present by a pattern" },
  hk_time_sleep: { params: [["ms", "f64", "ref"]], result: "unit", fails: false, effects: IO, doc: "moves the program's clock on; nobody waits" },
  hk_date_year: { params: [["d", "box<DateTimeBox>", "ref"]], result: "i64", fails: false, effects: PURE, doc: "year" },
  hk_date_month: { params: [["d", "box<DateTimeBox>", "ref"]], result: "i64", fails: false, effects: PURE, doc: "month, from 1" },
  hk_date_day: { params: [["d", "box<DateTimeBox>", "ref"]], result: "i64", fails: false, effects: PURE, doc: "day of the month, from 1" },
  hk_date_hour: { params: [["d", "box<DateTimeBox>", "ref"]], result: "i64", fails: false, effects: PURE, doc: "hour" },
  hk_date_minute: { params: [["d", "box<DateTimeBox>", "ref"]], result: "i64", fails: false, effects: PURE, doc: "minute" },
  hk_date_second: { params: [["d", "box<DateTimeBox>", "ref"]], result: "i64", fails: false, effects: PURE, doc: "second" },
  hk_date_timestamp: { params: [["d", "box<DateTimeBox>", "ref"]], result: "i64", fails: false, effects: PURE, doc: "seconds since 1970" },
  hk_date_iso: { params: [["d", "box<DateTimeBox>", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "2025-01-02T03:04:05Z" },
  hk_date_format: { params: [["d", "box<DateTimeBox>", "ref"], ["pattern", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "by %Y %m %d %H %M %S %f %%" },
  hk_date_add_days: { params: [["d", "box<DateTimeBox>", "ref"], ["n", "i64", "ref"]], result: "box<DateTimeBox>", fails: false, effects: ALLOC, doc: "n days later" },
  hk_date_add_hours: { params: [["d", "box<DateTimeBox>", "ref"], ["n", "i64", "ref"]], result: "box<DateTimeBox>", fails: false, effects: ALLOC, doc: "n hours later" },
  hk_timer_new: { params: [], result: "box<TimerBox>", fails: false, effects: ALL, doc: "a running stop watch" },
  hk_timer_elapsed: { params: [["t", "box<TimerBox>", "ref"]], result: "i64", fails: false, effects: IO, doc: "milliseconds since the start" },
  hk_timer_reset: { params: [["t", "box<TimerBox>", "ref"]], result: "unit", fails: false, effects: IO, doc: "starts again" },

  // Buffers of bytes.
  hk_buffer_new: { params: [], result: "box<BufferBox>", fails: false, effects: ALLOC, doc: "an empty buffer" },
  hk_buffer_write: { params: [["b", "box<BufferBox>", "ref"], ["data", "any", "ref"]], result: "i64", fails: true, effects: WRITE_ALLOC, doc: "appends bytes of an array, a buffer or a text; new length" },
  hk_buffer_read_all: { params: [["b", "box<BufferBox>", "ref"]], result: "arr", fails: false, effects: READ_ALLOC, doc: "all bytes" },
  hk_buffer_read: { params: [["b", "box<BufferBox>", "ref"], ["n", "i64", "ref"]], result: "arr", fails: false, effects: WRITE_ALLOC, doc: "removes the first n bytes" },
  hk_buffer_clear: { params: [["b", "box<BufferBox>", "ref"]], result: "unit", fails: false, effects: WRITE, doc: "removes all bytes" },
  hk_buffer_length: { params: [["b", "box<BufferBox>", "ref"]], result: "i64", fails: false, effects: READ, doc: "number of bytes" },
  hk_buffer_append: { params: [["b", "box<BufferBox>", "ref"], ["other", "box<BufferBox>", "ref"]], result: "i64", fails: false, effects: WRITE_ALLOC, doc: "appends another buffer; new length" },
  hk_buffer_slice: { params: [["b", "box<BufferBox>", "ref"], ["start", "i64", "ref"], ["end", "i64", "ref"]], result: "box<BufferBox>", fails: false, effects: READ_ALLOC, doc: "new buffer, clamped" },
  hk_buffer_write_u8: { params: [["b", "box<BufferBox>", "ref"], ["v", "i64", "ref"]], result: "i64", fails: false, effects: WRITE_ALLOC, doc: "appends 1 byte; new length" },
  hk_buffer_write_u16: { params: [["b", "box<BufferBox>", "ref"], ["v", "i64", "ref"]], result: "i64", fails: false, effects: WRITE_ALLOC, doc: "appends 2 bytes, little-endian; new length" },
  hk_buffer_write_u32: { params: [["b", "box<BufferBox>", "ref"], ["v", "i64", "ref"]], result: "i64", fails: false, effects: WRITE_ALLOC, doc: "appends 4 bytes, little-endian; new length" },
  hk_buffer_write_u64: { params: [["b", "box<BufferBox>", "ref"], ["v", "i64", "ref"]], result: "i64", fails: false, effects: WRITE_ALLOC, doc: "appends 8 bytes, little-endian; new length" },
  hk_buffer_write_f32: { params: [["b", "box<BufferBox>", "ref"], ["v", "f64", "ref"]], result: "i64", fails: false, effects: WRITE_ALLOC, doc: "appends a 32-bit float; new length" },
  hk_buffer_write_f64: { params: [["b", "box<BufferBox>", "ref"], ["v", "f64", "ref"]], result: "i64", fails: false, effects: WRITE_ALLOC, doc: "appends a 64-bit float; new length" },
  hk_buffer_read_u8: { params: [["b", "box<BufferBox>", "ref"], ["at", "i64", "ref"]], result: "i64", fails: true, effects: READ, doc: "1 byte at an offset" },
  hk_buffer_read_u16: { params: [["b", "box<BufferBox>", "ref"], ["at", "i64", "ref"]], result: "i64", fails: true, effects: READ, doc: "2 bytes at an offset" },
  hk_buffer_read_u32: { params: [["b", "box<BufferBox>", "ref"], ["at", "i64", "ref"]], result: "i64", fails: true, effects: READ, doc: "4 bytes at an offset" },
  hk_buffer_read_u64: { params: [["b", "box<BufferBox>", "ref"], ["at", "i64", "ref"]], result: "i64", fails: true, effects: READ, doc: "8 bytes at an offset" },
  hk_buffer_read_f32: { params: [["b", "box<BufferBox>", "ref"], ["at", "i64", "ref"]], result: "f64", fails: true, effects: READ, doc: "a 32-bit float at an offset" },
  hk_buffer_read_f64: { params: [["b", "box<BufferBox>", "ref"], ["at", "i64", "ref"]], result: "f64", fails: true, effects: READ, doc: "a 64-bit float at an offset" },

  // Files in memory, paths.
  hk_file_new: { params: [], result: "box<FileBox>", fails: false, effects: ALLOC, doc: "a closed file" },
  hk_file_open: { params: [["f", "box<FileBox>", "ref"], ["path", "str", "ref"], ["mode", "str", "ref"]], result: "bool", fails: true, effects: WRITE_ALLOC, doc: "opens for r, w or a; false if there is no such file" },
  hk_file_open_read: { params: [["f", "box<FileBox>", "ref"], ["path", "str", "ref"]], result: "bool", fails: false, effects: WRITE_ALLOC, doc: "opens for reading" },
  hk_file_read: { params: [["f", "box<FileBox>", "ref"]], result: "str", fails: true, effects: READ, doc: "the whole content" },
  hk_file_write: { params: [["f", "box<FileBox>", "ref"], ["data", "any", "ref"]], result: "i64", fails: true, effects: ALL, doc: "appends text; number of bytes written" },
  hk_file_exists: { params: [["f", "box<FileBox>", "ref"], ["path", "str", "ref"]], result: "bool", fails: false, effects: READ, doc: "there is such a file" },
  hk_file_close: { params: [["f", "box<FileBox>", "ref"]], result: "unit", fails: false, effects: WRITE, doc: "closes" },
  hk_path_join: { params: [["a", "str", "ref"], ["b", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "a/b" },
  hk_path_dirname: { params: [["p", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "all but the last part" },
  hk_path_basename: { params: [["p", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "the last part" },
  hk_path_extname: { params: [["p", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "the last part from its last dot on" },
  hk_path_is_abs: { params: [["p", "str", "ref"]], result: "bool", fails: false, effects: PURE, doc: "begins with /" },
  hk_path_normalize: { params: [["p", "str", "ref"]], result: "str", fails: false, effects: ALLOC, doc: "without empty, . and .. parts" },

  // Drawing: records for the host.
  hk_canvas_new: { params: [["name", "str", "ref"], ["width", "i64", "ref"], ["height", "i64", "ref"]], result: "box<WebCanvasBox>", fails: true, effects: ALL, doc: "a canvas of the host; Unsupported without one" },
  hk_canvas_width: { params: [["c", "box<WebCanvasBox>", "ref"]], result: "i64", fails: false, effects: READ, doc: "width in pixels" },
  hk_canvas_height: { params: [["c", "box<WebCanvasBox>", "ref"]], result: "i64", fails: false, effects: READ, doc: "height in pixels" },
  hk_canvas_resize: { params: [["c", "box<WebCanvasBox>", "ref"], ["width", "i64", "ref"], ["height", "i64", "ref"]], result: "unit", fails: true, effects: IO, doc: "another size; the canvas is blank then" },
  hk_canvas_draw0: { params: [["operation", "i64", "ref"], ["c", "box<WebCanvasBox>", "ref"]], result: "unit", fails: false, effects: IO, doc: "an operation without numbers" },
  hk_canvas_draw1: { params: [["operation", "i64", "ref"], ["c", "box<WebCanvasBox>", "ref"], ["a", "f64", "ref"]], result: "unit", fails: false, effects: IO, doc: "an operation with one number" },
  hk_canvas_draw2: { params: [["operation", "i64", "ref"], ["c", "box<WebCanvasBox>", "ref"], ["x", "f64", "ref"], ["y", "f64", "ref"]], result: "unit", fails: false, effects: IO, doc: "an operation with two numbers" },
  hk_canvas_draw4: { params: [["operation", "i64", "ref"], ["c", "box<WebCanvasBox>", "ref"], ["x", "f64", "ref"], ["y", "f64", "ref"], ["width", "f64", "ref"], ["height", "f64", "ref"]], result: "unit", fails: false, effects: IO, doc: "an operation with four numbers" },
  hk_canvas_draw5: { params: [["operation", "i64", "ref"], ["c", "box<WebCanvasBox>", "ref"], ["x", "f64", "ref"], ["y", "f64", "ref"], ["radius", "f64", "ref"], ["from", "f64", "ref"], ["to", "f64", "ref"]], result: "unit", fails: false, effects: IO, doc: "an operation with five numbers" },
  hk_canvas_text: { params: [["operation", "i64", "ref"], ["c", "box<WebCanvasBox>", "ref"], ["text", "str", "ref"]], result: "unit", fails: false, effects: IO, doc: "an operation with a text" },
  hk_canvas_text_at: { params: [["operation", "i64", "ref"], ["c", "box<WebCanvasBox>", "ref"], ["text", "str", "ref"], ["x", "f64", "ref"], ["y", "f64", "ref"]], result: "unit", fails: false, effects: IO, doc: "an operation with a text and a point" },

  // Notes for debugging.
  hk_debug_new: { params: [], result: "box<DebugBox>", fails: false, effects: ALLOC, doc: "an empty notebook" },
  hk_debug_start: { params: [["d", "box<DebugBox>", "ref"]], result: "unit", fails: false, effects: WRITE, doc: "begins to track" },
  hk_debug_stop: { params: [["d", "box<DebugBox>", "ref"]], result: "unit", fails: false, effects: WRITE, doc: "tracks no more" },
  hk_debug_is_tracking: { params: [["d", "box<DebugBox>", "ref"]], result: "bool", fails: false, effects: READ, doc: "it tracks" },
  hk_debug_clear: { params: [["d", "box<DebugBox>", "ref"]], result: "unit", fails: false, effects: WRITE, doc: "forgets everything" },
  hk_debug_count: { params: [["d", "box<DebugBox>", "ref"]], result: "i64", fails: false, effects: READ, doc: "tracked boxes" },
  hk_debug_track: { params: [["d", "box<DebugBox>", "ref"], ["a", "any", "ref"], ["name", "str", "ref"]], result: "unit", fails: true, effects: ALL, doc: "notes the text of a, while tracking" },
  hk_debug_watch: { params: [["d", "box<DebugBox>", "ref"], ["a", "any", "ref"], ["name", "str", "ref"]], result: "unit", fails: true, effects: ALL, doc: "notes the text of a" },
  hk_debug_breakpoint: { params: [["d", "box<DebugBox>", "ref"], ["name", "str", "ref"]], result: "unit", fails: false, effects: WRITE_ALLOC, doc: "notes a function" },
  hk_debug_trace: { params: [["d", "box<DebugBox>", "ref"], ["name", "str", "ref"], ["args", "any", "ref"]], result: "unit", fails: true, effects: ALL, doc: "notes a call" },
  hk_debug_dump: { params: [["d", "box<DebugBox>", "ref"]], result: "str", fails: false, effects: READ_ALLOC, doc: "what is tracked" },
  hk_debug_memory: { params: [["d", "box<DebugBox>", "ref"]], result: "str", fails: false, effects: READ_ALLOC, doc: "how many objects live" },
  hk_debug_stack: { params: [["d", "box<DebugBox>", "ref"]], result: "str", fails: false, effects: READ_ALLOC, doc: "what was noted" },

  // Library objects without state of their own.
  hk_library_new: { params: [["class_id", "i64", "ref"]], result: "obj", fails: false, effects: ALLOC, doc: "an object of a stateless library box" },
} as const satisfies Record<string, AbiRow>

/** Name of a function that MIR may call. */
export type AbiName = keyof typeof ABI

/** The row of `name`, or undefined. */
export function abiRow(name: string): AbiRow | undefined {
  return Object.hasOwn(ABI, name) ? ABI[name as AbiName] : undefined
}

/** C types of `MACHINE`: `ptr` is an address of the target, `any` two words. */
export type MachineType = "void" | "i32" | "i64" | "f64" | "ptr" | "any"

/** A function that back ends, generated entries and hosts call. */
export interface MachineRow {
  readonly params: readonly (readonly [name: string, type: MachineType])[]
  readonly result: MachineType
  /** True if it does not return. */
  readonly noreturn?: true
  readonly doc: string
}

/** Functions for back ends and hosts; never in MIR. */
export const MACHINE = {
  hk_heap_start: { params: [["address", "ptr"]], result: "void", doc: "where the static data end; before hk_init (wasm; ignored elsewhere)" },
  hk_init: { params: [["classes", "ptr"], ["count", "i32"]], result: "void", doc: "takes the class descriptors; ids are FIRST_USER_CLASS and following" },
  hk_retain: { params: [["object", "ptr"]], result: "void", doc: "adds one to the count; a null pointer is ignored" },
  hk_release: { params: [["object", "ptr"]], result: "void", doc: "takes one from the count and frees at zero; a null pointer is ignored" },
  hk_free: { params: [["object", "ptr"]], result: "void", doc: "frees an object whose count has just become zero" },
  hk_retain_any: { params: [["value", "any"]], result: "void", doc: "retains the object of a dynamic value, if it holds one" },
  hk_release_any: { params: [["value", "any"]], result: "void", doc: "releases the object of a dynamic value, if it holds one" },
  hk_alloc_object: { params: [["class_id", "i32"], ["size", "i32"]], result: "ptr", doc: "a zeroed object of size bytes, header included, count 1" },
  hk_trace: { params: [["site", "i32"], ["line", "i32"]], result: "void", doc: "records a call site in the pending error; its line if it has none" },
  hk_fatal: { params: [], result: "void", noreturn: true, doc: "ends the program with the pending error" },
  hk_finish: { params: [["value", "any"]], result: "i32", doc: "exit code for the result of main (consumed); flushes the output" },
  hk_uncaught: { params: [], result: "void", noreturn: true, doc: "as hk_fatal; the generated entry calls it" },
  hk_flush: { params: [], result: "void", doc: "writes out what is buffered" },
  hk_live_objects: { params: [], result: "i64", doc: "objects allocated and not freed" },
  hk_host_buffer: { params: [["size", "i32"]], result: "ptr", doc: "room for a line of input that the host writes" },
  hk_error_kind_code: { params: [["error", "ptr"]], result: "i32", doc: "number of the error's kind, 0 for kinds made by the program" },
  hk_trace_length: { params: [["error", "ptr"]], result: "i32", doc: "recorded call sites" },
  hk_trace_site: { params: [["error", "ptr"], ["index", "i32"]], result: "i32", doc: "a recorded call site, the innermost first" },
  hk_pending_error: { params: [], result: "ptr", doc: "the pending error, or null" },
} as const satisfies Record<string, MachineRow>

/** Variables of the runtime that back ends and hosts read or write; each is exported (in wasm as the address of the variable). */
export const VARIABLES = {
  hk_pending: { type: "ptr", doc: "the pending error, or null" },
  hk_depth: { type: "i32", doc: "counted calls that are active" },
  hk_depth_limit: { type: "i32", doc: "most counted calls that may be active; MAX_DEPTH unless the host sets it" },
} as const

/** Functions the runtime calls in the program. */
export const CALLBACKS = {
  hk_cb_text: { params: [["object", "ptr"]], result: "any", doc: "user text of an instance; null if its class has none; ERR" },
  hk_cb_equals: { params: [["object", "ptr"], ["other", "any"]], result: "any", doc: "user equals of an instance as Bool; null if its class has none; ERR" },
} as const satisfies Record<string, MachineRow>

/** Functions the host gives to the runtime. */
export const HOST = {
  hk_host_write: { params: [["fd", "i32"], ["data", "ptr"], ["length", "i32"]], result: "void", doc: "writes bytes to stdout (1) or stderr (2)" },
  hk_host_argument: { params: [["index", "i32"]], result: "i32", doc: "length of an argument of the program, written through hk_host_buffer; -1 behind the last" },
  hk_host_read_line: { params: [], result: "i32", doc: "length of the next line, written through hk_host_buffer; -1 at the end" },
  hk_host_now: { params: [], result: "f64", doc: "milliseconds since 1970" },
  hk_host_seed: { params: [], result: "i64", doc: "a seed for random numbers" },
  hk_host_exit: { params: [["code", "i32"]], result: "void", noreturn: true, doc: "ends the program" },
  hk_host_fatal: { params: [], result: "void", noreturn: true, doc: "ends the program with the pending error; the host reads kind, message, line and trace from it" },
  hk_host_canvas: { params: [["data", "ptr"], ["length", "i32"]], result: "i32", doc: "takes records of drawing (hk_canvas.c); 0 if there is nothing to draw on, which a call without records asks" },
  hk_host_clear: { params: [], result: "void", doc: "clears the output" },
} as const satisfies Record<string, MachineRow>
