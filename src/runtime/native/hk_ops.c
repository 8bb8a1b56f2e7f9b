/*
 * Operators on dynamic values: arithmetic, comparison, truth, equality, indexing, checked conversions.
 */
#include "hk.h"

static HK_COLD hk_any hk_bad_operands(const char *op, hk_any a, hk_any b) {
  hk_fail(HK_E_TYPE_ERROR, "unsupported binop %s on %t and %t", op, &a, &b);
  return hk_err();
}

hk_any hk_add(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) {
  hk_any a = HK_A(a);
  hk_any b = HK_A(b);
  if (hk_is_int(a) && hk_is_int(b)) return hk_int((int64_t)((uint64_t)a.bits + (uint64_t)b.bits));
  if (hk_is_number(a) && hk_is_number(b)) return hk_float(hk_number(a) + hk_number(b));
  if ((hk_is_str(a) || hk_is_str(b)) && !hk_is_null(a) && !hk_is_null(b)) {
    hk_str *left = hk_text(HK_SPLIT(a));
    if (left == NULL) return hk_err();
    if (hk_is_str(b)) return hk_ptr(hk_str_concat(left, (hk_str *)hk_as_obj(b)));
    hk_str *right = hk_text(HK_SPLIT(b));
    if (right == NULL) {
      hk_dec(left);
      return hk_err();
    }
    hk_str *s = hk_str_concat(left, right);
    hk_dec(right);
    return hk_ptr(s);
  }
  return hk_bad_operands("Add", a, b);
}

hk_any hk_sub(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) {
  hk_any a = HK_A(a);
  hk_any b = HK_A(b);
  if (hk_is_int(a) && hk_is_int(b)) return hk_int((int64_t)((uint64_t)a.bits - (uint64_t)b.bits));
  if (hk_is_number(a) && hk_is_number(b)) return hk_float(hk_number(a) - hk_number(b));
  return hk_bad_operands("Sub", a, b);
}

hk_any hk_mul(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) {
  hk_any a = HK_A(a);
  hk_any b = HK_A(b);
  if (hk_is_int(a) && hk_is_int(b)) return hk_int((int64_t)((uint64_t)a.bits * (uint64_t)b.bits));
  if (hk_is_number(a) && hk_is_number(b)) return hk_float(hk_number(a) * hk_number(b));
  if (hk_is_str(a) && hk_is_int(b)) return hk_ptr(hk_str_repeat((hk_str *)hk_as_obj(a), b.bits));
  return hk_bad_operands("Mul", a, b);
}

hk_any hk_div(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) {
  hk_any a = HK_A(a);
  hk_any b = HK_A(b);
  if (!hk_is_number(a) || !hk_is_number(b)) return hk_bad_operands("Div", a, b);
  if (hk_is_int(b) ? b.bits == 0 : hk_as_float(b) == 0.0) {
    hk_raise_div_zero();
    return hk_err();
  }
  if (hk_is_int(a) && hk_is_int(b)) return hk_int(b.bits == -1 ? (int64_t)(0 - (uint64_t)a.bits) : a.bits / b.bits);
  return hk_float(hk_number(a) / hk_number(b));
}

hk_any hk_rem(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) {
  hk_any a = HK_A(a);
  hk_any b = HK_A(b);
  if (!hk_is_number(a) || !hk_is_number(b)) return hk_bad_operands("Mod", a, b);
  if (hk_is_int(a) && hk_is_int(b)) {
    if (b.bits == 0) {
      hk_raise_div_zero();
      return hk_err();
    }
    return hk_int(b.bits == -1 ? 0 : a.bits % b.bits);
  }
  return hk_float(hk_f64_rem(hk_number(a), hk_number(b)));
}

#define HK_BIT_OP(name, title, expression)                                         \
  hk_any name(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) {                \
    if (a_t != HK_TAG_INT || b_t != HK_TAG_INT) return hk_bad_operands(title, HK_A(a), HK_A(b)); \
    return hk_int((int64_t)(expression));                                          \
  }
HK_BIT_OP(hk_and, "BitAnd", a_v & b_v)
HK_BIT_OP(hk_or, "BitOr", a_v | b_v)
HK_BIT_OP(hk_xor, "BitXor", a_v ^ b_v)
HK_BIT_OP(hk_shl, "Shl", (uint64_t)a_v << (b_v & 63))
HK_BIT_OP(hk_shr, "Shr", a_v >> (b_v & 63))

hk_any hk_neg(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (hk_is_int(a)) return hk_int((int64_t)(0 - (uint64_t)a.bits));
  if (hk_is_float(a)) return hk_float(-hk_as_float(a));
  hk_fail(HK_E_TYPE_ERROR, "unsupported unop Neg on %t", &a);
  return hk_err();
}

hk_any hk_bitnot(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (hk_is_int(a)) return hk_int(~a.bits);
  hk_fail(HK_E_TYPE_ERROR, "unsupported unop BitNot on %t", &a);
  return hk_err();
}

int32_t hk_truthy(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  switch (a.tag) {
    case HK_TAG_INT: return a.bits != 0;
    case HK_TAG_FLOAT: return hk_as_float(a) != 0.0;
    case HK_TAG_BOOL: return a.bits != 0;
    default: break;
  }
  if (hk_is_str(a)) return ((hk_str *)hk_as_obj(a))->bytes != 0;
  if (hk_is_ptr(a) && hk_is_dead(hk_as_obj(a))) {
    hk_raise_dead(hk_as_obj(a));
  } else {
    hk_raise_null_bool(HK_SPLIT(a));
  }
  return 0;
}

int64_t hk_i64_cmp_f64(int64_t a, double b) {
  if (b != b) return 2;
  if (b >= 9223372036854775808.0) return -1;
  if (b < -9223372036854775808.0) return 1;
  int64_t whole = (int64_t)b;
  if (a != whole) return a < whole ? -1 : 1;
  double rest = b - (double)whole;
  return rest > 0 ? -1 : rest < 0;
}

/* Equality `==`; the payloads of enum values are compared, the last one without recursion. */
static int hk_equal(hk_any a, hk_any b) {
  for (;;) {
    if (a.tag != b.tag) {
      if (hk_is_int(a) && hk_is_float(b)) return hk_i64_cmp_f64(a.bits, hk_as_float(b)) == 0;
      if (hk_is_float(a) && hk_is_int(b)) return hk_i64_cmp_f64(b.bits, hk_as_float(a)) == 0;
      return 0;
    }
    if (hk_is_float(a)) return hk_as_float(a) == hk_as_float(b);
    if (!hk_is_ptr(a)) return a.bits == b.bits;
    hk_obj *x = hk_as_obj(a);
    hk_obj *y = hk_as_obj(b);
    if (x == y) return 1;
    if (hk_class_of(x) != hk_class_of(y)) return 0;
    if (hk_class_of(x) == HK_C_STRING_BOX) return hk_str_eq((hk_str *)x, (hk_str *)y);
    hk_class *c = hk_class_desc(x);
    if (c == NULL || c->kind != HK_CLASS_KIND_VARIANT || c->nfields == 0) return 0;
    if (hk_s.nesting >= HK_MAX_NESTING) {
      hk_fail(HK_E_STACK_OVERFLOW, "vm call stack depth exceeded (max_depth=%d, fn===)", (int64_t)HK_MAX_NESTING);
      hk_fatal();
    }
    hk_s.nesting++;
    int same = 1;
    for (uint32_t i = 0; i + 1 < c->nfields && same; i++) same = hk_equal(hk_field_value(x, &c->fields[i]), hk_field_value(y, &c->fields[i]));
    hk_s.nesting--;
    if (!same) return 0;
    const hk_field *last = &c->fields[c->nfields - 1];
    a = hk_field_value(x, last);
    b = hk_field_value(y, last);
  }
}

int32_t hk_eq(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) { return hk_equal(HK_A(a), HK_A(b)); }

/* -1, 0, 1; 2 if not comparable because of NaN; 3 with a pending error. */
static int64_t hk_order(const char *op, hk_any a, hk_any b) {
  if (hk_is_int(a) && hk_is_int(b)) return a.bits < b.bits ? -1 : a.bits > b.bits;
  if (hk_is_float(a) && hk_is_float(b)) {
    double x = hk_as_float(a);
    double y = hk_as_float(b);
    return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
  }
  if (hk_is_int(a) && hk_is_float(b)) return hk_i64_cmp_f64(a.bits, hk_as_float(b));
  if (hk_is_float(a) && hk_is_int(b)) {
    int64_t c = hk_i64_cmp_f64(b.bits, hk_as_float(a));
    return c == 2 ? 2 : -c;
  }
  if (hk_is_str(a) && hk_is_str(b)) {
    int64_t c = hk_str_cmp((hk_str *)hk_as_obj(a), (hk_str *)hk_as_obj(b));
    return c < 0 ? -1 : c > 0;
  }
  hk_fail(HK_E_TYPE_ERROR, "unsupported compare %s on %t and %t", op, &a, &b);
  return 3;
}

int32_t hk_lt(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) { return hk_order("Lt", HK_A(a), HK_A(b)) == -1; }

int32_t hk_le(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) { return hk_order("Le", HK_A(a), HK_A(b)) <= 0; }

int32_t hk_gt(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) { return hk_order("Gt", HK_A(a), HK_A(b)) == 1; }

int32_t hk_ge(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) {
  int64_t c = hk_order("Ge", HK_A(a), HK_A(b));
  return c == 0 || c == 1;
}

/* Equality by content. */

static int hk_equals_any(hk_any a, hk_any b);

static int hk_equals_arrays(hk_arr *a, hk_arr *b) {
  if (a->length != b->length) return 0;
  int same = 1;
  for (uint32_t i = 0; i < a->length && i < b->length && same == 1; i++) {
    hk_any x = hk_kept(hk_arr_at(a, i));
    hk_any y = hk_kept(hk_arr_at(b, i));
    same = hk_equals_any(x, y);
    hk_dec_any(x);
    hk_dec_any(y);
  }
  return same;
}

static int hk_equals_maps(hk_map *a, hk_map *b) {
  if (a->live != b->live) return 0;
  int same = 1;
  for (uint32_t i = 0; i < a->used && same == 1; i++) {
    hk_str *key = a->entries[i].key;
    if (key == NULL) continue;
    hk_entry *other = hk_map_find(b, key);
    if (other == NULL) return 0;
    hk_any x = hk_kept(a->entries[i].value);
    hk_any y = hk_kept(other->value);
    same = hk_equals_any(x, y);
    hk_dec_any(x);
    hk_dec_any(y);
  }
  return same;
}

/* Compares fields; -1 if it failed. `seen` tells whether there was any. */
static int hk_equals_fields(hk_obj *a, hk_obj *b, const hk_class *c, int all, int *seen) {
  int same = 1;
  for (uint32_t i = 0; i < c->nfields && same == 1; i++) {
    const hk_field *f = &c->fields[i];
    if ((f->flags & HK_FIELD_HIDDEN) != 0 || (!all && (f->flags & HK_FIELD_PUBLIC) == 0)) continue;
    *seen = 1;
    hk_any x = hk_kept(hk_field_value(a, f));
    hk_any y = hk_kept(hk_field_value(b, f));
    same = hk_equals_any(x, y);
    hk_dec_any(x);
    hk_dec_any(y);
  }
  return same;
}

/* 1, 0, or -1 with a pending error. A pair that is being compared already counts as equal. */
static int hk_equals_derived(hk_obj *x, hk_any b) {
  if (!hk_is_ptr(b)) return 0;
  hk_obj *y = hk_as_obj(b);
  if (x == y) return 1;
  uint32_t id = hk_class_of(x);
  if (id != hk_class_of(y)) return 0;
  hk_class *c = hk_class_desc(x);
  if (c == NULL ? id != HK_C_ARRAY_BOX && id != HK_C_MAP_BOX : c->kind == HK_CLASS_KIND_CLOSURE || c->kind == HK_CLASS_KIND_CELL) return hk_equal(hk_ptr(x), b);
  if (hk_is_dead(x)) {
    hk_raise_dead(x);
    return -1;
  }
  hk_visit visit;
  int go = hk_enter(x, y, &visit);
  if (go <= 0) return go == 0 ? 1 : -1;
  int same;
  int seen = 0;
  if (id == HK_C_ARRAY_BOX) {
    same = hk_equals_arrays((hk_arr *)x, (hk_arr *)y);
  } else if (id == HK_C_MAP_BOX) {
    same = hk_equals_maps((hk_map *)x, (hk_map *)y);
  } else {
    int variant = c->kind == HK_CLASS_KIND_VARIANT;
    same = hk_equals_fields(x, y, c, variant, &seen);
    if (!variant && !seen && same == 1) same = 0;
  }
  hk_leave(&visit);
  return same;
}

static int hk_equals_any(hk_any a, hk_any b) {
  if (!hk_is_ptr(a)) return hk_equal(a, b);
  hk_obj *x = hk_as_obj(a);
  if (hk_class_of(x) >= HK_FIRST_USER_CLASS) {
    hk_class *c = hk_class_desc(x);
    if (c->kind <= HK_CLASS_KIND_STATIC && !hk_is_dead(x)) {
      hk_any answer = hk_cb_equals(x, HK_SPLIT(b));
      if (hk_is_err(answer)) return -1;
      if (!hk_is_null(answer)) {
        int truth = hk_truthy(HK_SPLIT(answer));
        hk_dec_any(answer);
        return hk_failed() ? -1 : truth;
      }
    }
    return hk_equals_derived(x, b);
  }
  if (hk_class_of(x) == HK_C_ARRAY_BOX || hk_class_of(x) == HK_C_MAP_BOX) return hk_equals_derived(x, b);
  return hk_equals_library(a, b);
}

int32_t hk_equals(int64_t a_t, int64_t a_v, int64_t b_t, int64_t b_v) { return hk_equals_any(HK_A(a), HK_A(b)) == 1; }

int32_t hk_derived_equals(hk_obj *a, int64_t b_t, int64_t b_v) { return hk_equals_derived(a, HK_A(b)) == 1; }

/* Indexing. */

hk_any hk_index(int64_t a_t, int64_t a_v, int64_t i_t, int64_t i_v) {
  hk_any a = HK_A(a);
  hk_any i = HK_A(i);
  if (hk_is_arr(a) || hk_is_str(a)) {
    if (!hk_is_int(i)) {
      hk_fail(HK_E_TYPE_ERROR, "index must be an Integer, got %t", &i);
      return hk_err();
    }
    if (hk_is_str(a)) return hk_ptr(hk_str_char_at((hk_str *)hk_as_obj(a), i.bits));
    return hk_arr_get((hk_arr *)hk_as_obj(a), i.bits);
  }
  if (hk_is_map(a)) return hk_map_get((hk_map *)hk_as_obj(a), HK_SPLIT(i));
  hk_fail(HK_E_TYPE_ERROR, "index operator is only supported for Array/Map (found %t)", &a);
  return hk_err();
}

void hk_index_set(int64_t a_t, int64_t a_v, int64_t i_t, int64_t i_v, int64_t v_t, int64_t v_v) {
  hk_any a = HK_A(a);
  hk_any i = HK_A(i);
  if (hk_is_arr(a) && hk_is_int(i)) {
    hk_arr_set((hk_arr *)hk_as_obj(a), i.bits, v_t, v_v);
    return;
  }
  if (hk_is_map(a)) {
    hk_map_set((hk_map *)hk_as_obj(a), HK_SPLIT(i), v_t, v_v);
    return;
  }
  hk_dec_any(HK_A(v));
  if (hk_is_arr(a)) {
    hk_fail(HK_E_TYPE_ERROR, "index must be an Integer, got %t", &i);
  } else {
    hk_fail(HK_E_TYPE_ERROR, "index operator is only supported for Array/Map (found %t)", &a);
  }
}

hk_arr *hk_iter_of(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (hk_is_arr(a)) {
    hk_inc(hk_as_obj(a));
    return (hk_arr *)hk_as_obj(a);
  }
  if (hk_is_map(a)) return hk_map_keys((hk_map *)hk_as_obj(a));
  if (hk_is_str(a)) return hk_str_split((hk_str *)hk_as_obj(a), hk_str_empty());
  if (hk_is_class(a, HK_C_RANGE_BOX)) return hk_range_to_array((hk_RangeBox *)hk_as_obj(a));
  hk_fail(HK_E_TYPE_ERROR, "cannot iterate over %t", &a);
  return NULL;
}

/* Checked conversions. */

static HK_COLD void hk_expected(const char *what, hk_any a) { hk_fail(HK_E_TYPE_ERROR, "expected %s, got %t", what, &a); }

int64_t hk_expect_i64(int64_t a_t, int64_t a_v) {
  if (a_t == HK_TAG_INT) return a_v;
  hk_expected("Integer", HK_A(a));
  return 0;
}

double hk_expect_f64(int64_t a_t, int64_t a_v) {
  if (hk_is_number(HK_A(a))) return hk_number(HK_A(a));
  hk_expected("Integer or Float", HK_A(a));
  return 0;
}

int32_t hk_expect_bool(int64_t a_t, int64_t a_v) {
  if (a_t == HK_TAG_BOOL) return a_v != 0;
  hk_expected("Bool", HK_A(a));
  return 0;
}

static void *hk_expect_object(uint32_t id, const char *what, hk_any a) {
  if (hk_is_class(a, id)) return hk_as_obj(hk_kept(a));
  hk_expected(what, a);
  return NULL;
}

hk_str *hk_expect_str(int64_t a_t, int64_t a_v) { return hk_expect_object(HK_C_STRING_BOX, "String", HK_A(a)); }

hk_arr *hk_expect_arr(int64_t a_t, int64_t a_v) { return hk_expect_object(HK_C_ARRAY_BOX, "ArrayBox", HK_A(a)); }

hk_map *hk_expect_map(int64_t a_t, int64_t a_v) { return hk_expect_object(HK_C_MAP_BOX, "MapBox", HK_A(a)); }

hk_obj *hk_expect_class(int64_t a_t, int64_t a_v, int64_t class_id) {
  const char *what = "box";
  if (class_id < (int64_t)HK_FIRST_USER_CLASS) {
    for (size_t i = 5; i < HK_LIBRARY_COUNT; i++) {
      if (hk_library_classes[i].id == (uint32_t)class_id) what = hk_library_classes[i].type;
    }
  }
  return hk_expect_object((uint32_t)class_id, what, HK_A(a));
}

hk_any hk_to_int(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (hk_is_int(a)) return a;
  if (hk_is_float(a)) return hk_int(hk_saturate(hk_as_float(a)));
  if (hk_is_str(a)) {
    const hk_str *s = (hk_str *)hk_as_obj(a);
    uint32_t from, to;
    int64_t i;
    hk_trimmed(s, &from, &to);
    if (hk_parse_i64(s->data + from, to - from, &i)) return hk_int(i);
  }
  return hk_null();
}

hk_any hk_to_float(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (hk_is_number(a)) return hk_float(hk_number(a));
  if (hk_is_str(a)) {
    const hk_str *s = (hk_str *)hk_as_obj(a);
    uint32_t from, to;
    double f;
    hk_trimmed(s, &from, &to);
    if (hk_parse_f64(s->data + from, to - from, &f)) return hk_float(f);
  }
  return hk_null();
}

int64_t hk_integer_new(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (hk_is_int(a) || hk_is_bool(a)) return a.bits;
  if (hk_is_float(a)) return hk_saturate(hk_as_float(a));
  if (hk_is_str(a)) return hk_str_to_i64((hk_str *)hk_as_obj(a));
  hk_expected("Integer", a);
  return 0;
}

double hk_float_new(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (hk_is_number(a)) return hk_number(a);
  if (hk_is_str(a)) return hk_str_to_f64((hk_str *)hk_as_obj(a));
  hk_expected("Float", a);
  return 0;
}

hk_str *hk_str_concat_any(hk_str *s, int64_t a_t, int64_t a_v) {
  hk_any r = hk_add(HK_SPLIT(hk_ptr(s)), a_t, a_v);
  return hk_is_err(r) ? NULL : (hk_str *)hk_as_obj(r);
}
