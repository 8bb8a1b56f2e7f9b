/*
 * Arrays: a growable sequence with an element kind.
 *
 * The one idea: while all elements are Integers, Floats, Bools or objects they are stored bare (8, 8, 1, 8 bytes); the first other
 * element changes the array to dynamic values for good. An empty array takes the kind of its first element.
 */
#include "hk.h"

static const uint32_t hk_element_size[5] = {16, 8, 8, 1, 8};

/* The kind that holds a value. */
static inline uint32_t hk_kind_of(hk_any v) {
  switch (v.tag) {
    case HK_TAG_INT: return HK_KIND_I64;
    case HK_TAG_FLOAT: return HK_KIND_F64;
    case HK_TAG_BOOL: return HK_KIND_BOOL;
    case HK_TAG_PTR: return HK_KIND_REF;
    default: return HK_KIND_ANY;
  }
}

hk_arr *hk_arr_new(int64_t kind, int64_t capacity) {
  hk_arr *a = hk_object(HK_C_ARRAY_BOX, sizeof(hk_arr));
  a->length = 0;
  a->capacity = 0;
  a->kind = (uint32_t)kind;
  a->pad = 0;
  a->data.bits = 0;
  if (capacity > 0) {
    if (capacity > (int64_t)(HK_MAX_SIZE / 16)) hk_out_of_memory();
    size_t room = hk_mem_room((size_t)capacity * hk_element_size[kind]);
    void *data = hk_mem_take(room);
    a->data.bits = (uintptr_t)data;
    a->capacity = (uint32_t)(room / hk_element_size[kind]);
  }
  return a;
}

static inline size_t hk_arr_room(const hk_arr *a) { return (size_t)a->capacity * hk_element_size[a->kind]; }

static HK_COLD void hk_arr_grow(hk_arr *a, uint32_t least) {
  uint32_t element = hk_element_size[a->kind];
  size_t count = (size_t)a->capacity + a->capacity / 2;
  if (count < least) count = least;
  if (count * element < 32) count = 32 / element;
  if (count > HK_MAX_SIZE / element) {
    count = least;
    if (count > HK_MAX_SIZE / element) hk_out_of_memory();
  }
  size_t room = hk_mem_room(count * element);
  void *data = a->capacity == 0 ? hk_mem_take(room) : hk_mem_resize(a->data.any, hk_arr_room(a), room);
  a->data.bits = (uintptr_t)data;
  a->capacity = (uint32_t)(room / element);
}

static inline void hk_arr_reserve(hk_arr *a, uint32_t length) {
  if (HK_UNLIKELY(length > a->capacity)) hk_arr_grow(a, length);
}

static hk_any hk_arr_at(const hk_arr *a, uint32_t i) {
  switch (a->kind) {
    case HK_KIND_I64: return hk_int(a->data.i64[i]);
    case HK_KIND_F64: return hk_float(a->data.f64[i]);
    case HK_KIND_BOOL: return hk_bool(a->data.bools[i]);
    case HK_KIND_REF: return hk_ptr((void *)(uintptr_t)a->data.refs[i]);
    default: return a->data.anys[i];
  }
}

static inline void hk_arr_put(hk_arr *a, uint32_t i, hk_any v) {
  switch (a->kind) {
    case HK_KIND_I64: a->data.i64[i] = v.bits; break;
    case HK_KIND_F64: a->data.f64[i] = hk_as_float(v); break;
    case HK_KIND_BOOL: a->data.bools[i] = (uint8_t)v.bits; break;
    case HK_KIND_REF: a->data.refs[i] = (uintptr_t)hk_as_obj(v); break;
    default: a->data.anys[i] = v; break;
  }
}

/* Drops the storage of an array without elements and gives it another kind. */
static void hk_arr_restart(hk_arr *a, uint32_t kind) {
  if (a->kind == kind) return;
  size_t bytes = hk_arr_room(a);
  if (bytes != 0 && hk_element_size[a->kind] != hk_element_size[kind]) {
    hk_mem_give(a->data.any, bytes);
    a->data.bits = 0;
    a->capacity = 0;
  }
  a->kind = kind;
}

static HK_COLD void hk_arr_to_any(hk_arr *a) {
  uint32_t capacity = a->capacity;
  size_t room = hk_mem_room((size_t)capacity * 16);
  hk_any *to = hk_mem_take(room);
  for (uint32_t i = 0; i < a->length; i++) to[i] = hk_arr_at(a, i);
  hk_mem_give(a->data.any, hk_arr_room(a));
  a->data.bits = (uintptr_t)to;
  a->capacity = (uint32_t)(room / 16);
  a->kind = HK_KIND_ANY;
}

/* Makes the array able to hold a value of that kind. */
static inline void hk_arr_accept(hk_arr *a, uint32_t kind) {
  if (HK_LIKELY(a->kind == kind)) return;
  if (a->length == 0) {
    hk_arr_restart(a, kind);
  } else if (a->kind != HK_KIND_ANY) {
    hk_arr_to_any(a);
  }
}

int64_t hk_arr_len(hk_arr *a) { return a->length; }

int32_t hk_arr_is_empty(hk_arr *a) { return a->length == 0; }

hk_any hk_arr_get(hk_arr *a, int64_t i) {
  if (HK_UNLIKELY((uint64_t)i >= a->length)) return hk_null();
  return hk_kept(hk_arr_at(a, (uint32_t)i));
}

static void hk_arr_add(hk_arr *a, HK_OWN hk_any v) {
  hk_arr_accept(a, hk_kind_of(v));
  hk_arr_reserve(a, a->length + 1);
  hk_arr_put(a, a->length++, v);
}

void hk_arr_push(hk_arr *a, int64_t v_t, int64_t v_v) { hk_arr_add(a, HK_A(v)); }

void hk_arr_push_i64(hk_arr *a, int64_t v) {
  if (HK_LIKELY(a->kind == HK_KIND_I64)) {
    hk_arr_reserve(a, a->length + 1);
    a->data.i64[a->length++] = v;
  } else {
    hk_arr_add(a, hk_int(v));
  }
}

void hk_arr_push_f64(hk_arr *a, double v) { hk_arr_add(a, hk_float(v)); }

void hk_arr_push_bool(hk_arr *a, int32_t v) { hk_arr_add(a, hk_bool(v)); }

void hk_arr_push_ref(hk_arr *a, hk_obj *v) {
  if (HK_LIKELY(a->kind == HK_KIND_REF)) {
    hk_arr_reserve(a, a->length + 1);
    a->data.refs[a->length++] = (uintptr_t)v;
  } else {
    hk_arr_add(a, hk_ptr(v));
  }
}

void hk_arr_set(hk_arr *a, int64_t i, int64_t v_t, int64_t v_v) {
  hk_any v = HK_A(v);
  if ((uint64_t)i >= a->length) {
    if (i == (int64_t)a->length) {
      hk_arr_add(a, v);
      return;
    }
    hk_dec_any(v);
    hk_fail(HK_E_INDEX_ERROR, "index %d out of bounds (len=%d)", i, (int64_t)a->length);
    return;
  }
  hk_any old = hk_arr_at(a, (uint32_t)i);
  uint32_t kind = hk_kind_of(v);
  if (a->kind != kind && a->kind != HK_KIND_ANY) hk_arr_to_any(a);
  hk_arr_put(a, (uint32_t)i, v);
  hk_dec_any(old);
}

hk_any hk_arr_pop(hk_arr *a) {
  if (a->length == 0) return hk_null();
  return hk_arr_at(a, --a->length);
}

/* Moves the elements from one index on; the gap or overlap is the caller's. */
static void hk_arr_move(hk_arr *a, uint32_t to, uint32_t from) {
  size_t element = hk_element_size[a->kind];
  __builtin_memmove(a->data.bools + to * element, a->data.bools + from * element, (a->length - from) * element);
}

hk_any hk_arr_remove(hk_arr *a, int64_t i) {
  if ((uint64_t)i >= a->length) return hk_null();
  hk_any v = hk_arr_at(a, (uint32_t)i);
  hk_arr_move(a, (uint32_t)i, (uint32_t)i + 1);
  a->length--;
  return v;
}

void hk_arr_insert(hk_arr *a, int64_t i, int64_t v_t, int64_t v_v) {
  hk_any v = HK_A(v);
  if ((uint64_t)i > a->length) {
    hk_dec_any(v);
    hk_fail(HK_E_INDEX_ERROR, "index %d out of bounds (len=%d)", i, (int64_t)a->length);
    return;
  }
  hk_arr_accept(a, hk_kind_of(v));
  hk_arr_reserve(a, a->length + 1);
  hk_arr_move(a, (uint32_t)i + 1, (uint32_t)i);
  a->length++;
  hk_arr_put(a, (uint32_t)i, v);
}

hk_any hk_arr_shift(hk_arr *a) { return hk_arr_remove(a, 0); }

void hk_arr_unshift(hk_arr *a, int64_t v_t, int64_t v_v) { hk_arr_insert(a, 0, v_t, v_v); }

/* Releases the elements and the storage; the array itself is being freed or refilled. */
static void hk_arr_drop_elements(hk_arr *a) {
  uint32_t length = a->length;
  a->length = 0;
  hk_slot data = a->data;
  size_t bytes = hk_arr_room(a);
  uint32_t kind = a->kind;
  a->data.bits = 0;
  a->capacity = 0;
  if (kind == HK_KIND_REF) {
    for (uint32_t i = 0; i < length; i++) hk_dec((void *)(uintptr_t)data.refs[i]);
  } else if (kind == HK_KIND_ANY) {
    for (uint32_t i = 0; i < length; i++) hk_dec_any(data.anys[i]);
  }
  if (bytes != 0) hk_mem_give(data.any, bytes);
}

void hk_arr_clear(hk_arr *a) { hk_arr_drop_elements(a); }

static int64_t hk_arr_find(const hk_arr *a, hk_any v) {
  if (a->kind == HK_KIND_I64 && hk_is_int(v)) {
    for (uint32_t i = 0; i < a->length; i++) {
      if (a->data.i64[i] == v.bits) return i;
    }
    return -1;
  }
  for (uint32_t i = 0; i < a->length; i++) {
    if (hk_equal(hk_arr_at(a, i), v)) return i;
  }
  return -1;
}

int32_t hk_arr_contains(hk_arr *a, int64_t v_t, int64_t v_v) { return hk_arr_find(a, HK_A(v)) >= 0; }

int64_t hk_arr_index_of(hk_arr *a, int64_t v_t, int64_t v_v) { return hk_arr_find(a, HK_A(v)); }

hk_str *hk_arr_join(hk_arr *a, hk_str *sep) {
  /* Texts may be made by the program, which may change the array. */
  hk_str *s = hk_str_room(a->length <= 1 ? 0 : 16);
  for (uint32_t i = 0; i < a->length; i++) {
    if (i > 0) s = hk_str_append_str(s, sep);
    hk_any v = hk_kept(hk_arr_at(a, i));
    int good = hk_append_text(&s, v);
    hk_dec_any(v);
    if (!good) {
      hk_dec(s);
      return NULL;
    }
  }
  return s;
}

hk_str *hk_str_join(hk_str *sep, hk_arr *a) { return hk_arr_join(a, sep); }

hk_arr *hk_arr_slice(hk_arr *a, int64_t start, int64_t end) {
  uint32_t from = start < 0 ? 0 : start > (int64_t)a->length ? a->length : (uint32_t)start;
  uint32_t to = end < 0 ? 0 : end > (int64_t)a->length ? a->length : (uint32_t)end;
  if (to < from) to = from;
  uint32_t n = to - from;
  hk_arr *b = hk_arr_new(a->kind, n);
  if (n == 0) return b;
  size_t element = hk_element_size[a->kind];
  hk_copy(b->data.any, a->data.bools + from * element, n * element);
  b->length = n;
  if (a->kind == HK_KIND_REF || a->kind == HK_KIND_ANY) {
    for (uint32_t i = 0; i < n; i++) hk_inc_any(hk_arr_at(b, i));
  }
  return b;
}

hk_arr *hk_arr_slice_from(hk_arr *a, int64_t start) { return hk_arr_slice(a, start, a->length); }

hk_arr *hk_arr_copy(hk_arr *a) { return hk_arr_slice(a, 0, a->length); }

hk_arr *hk_arr_concat(hk_arr *a, hk_arr *b) {
  hk_arr *c = hk_arr_copy(a);
  uint32_t n = b->length;
  if (n == 0) return c;
  hk_arr_reserve(c, c->length + (c->kind == b->kind || c->length == 0 ? n : 0));
  for (uint32_t i = 0; i < n; i++) hk_arr_add(c, hk_kept(hk_arr_at(b, i)));
  return c;
}

void hk_arr_replace_all(hk_arr *a, hk_arr *b) {
  hk_arr *copy = hk_arr_copy(b);
  hk_arr swap = *a;
  a->length = copy->length;
  a->capacity = copy->capacity;
  a->kind = copy->kind;
  a->data = copy->data;
  copy->length = swap.length;
  copy->capacity = swap.capacity;
  copy->kind = swap.kind;
  copy->data = swap.data;
  hk_dec(copy);
}

void hk_arr_reverse(hk_arr *a) {
  uint32_t n = a->length;
  for (uint32_t i = 0, j = n; i + 1 < j; i++) {
    j--;
    hk_any x = hk_arr_at(a, i);
    hk_any y = hk_arr_at(a, j);
    hk_arr_put(a, i, y);
    hk_arr_put(a, j, x);
  }
}

/* Sorting: merging, which is stable; runs of eight are sorted by insertion first. */
#define HK_MERGE_SORT(name, type, after)                                            \
  static void name(type *a, type *b, size_t n) {                                    \
    for (size_t start = 0; start < n; start += 8) {                                 \
      size_t end = start + 8 < n ? start + 8 : n;                                   \
      for (size_t i = start + 1; i < end; i++) {                                    \
        type x = a[i];                                                              \
        size_t j = i;                                                               \
        while (j > start && after(a[j - 1], x)) {                                   \
          a[j] = a[j - 1];                                                          \
          j--;                                                                      \
        }                                                                           \
        a[j] = x;                                                                   \
      }                                                                             \
    }                                                                               \
    type *from = a;                                                                 \
    type *to = b;                                                                   \
    for (size_t width = 8; width < n; width *= 2) {                                 \
      for (size_t start = 0; start < n; start += 2 * width) {                       \
        size_t middle = start + width < n ? start + width : n;                      \
        size_t end = start + 2 * width < n ? start + 2 * width : n;                 \
        size_t i = start;                                                           \
        size_t j = middle;                                                          \
        size_t k = start;                                                           \
        while (i < middle && j < end) to[k++] = after(from[i], from[j]) ? from[j++] : from[i++]; \
        while (i < middle) to[k++] = from[i++];                                     \
        while (j < end) to[k++] = from[j++];                                        \
      }                                                                             \
      type *swap = from;                                                            \
      from = to;                                                                    \
      to = swap;                                                                    \
    }                                                                               \
    if (from != a) {                                                                \
      for (size_t i = 0; i < n; i++) a[i] = from[i];                                \
    }                                                                               \
  }

/* NaN comes last, so that the order is total. */
static inline int hk_float_after(double x, double y) { return x > y || (x != x && y == y); }

static int hk_number_after(hk_any x, hk_any y) {
  if (hk_is_int(x) && hk_is_int(y)) return x.bits > y.bits;
  if (hk_is_float(x) && hk_is_float(y)) return hk_float_after(hk_as_float(x), hk_as_float(y));
  if (hk_is_int(x)) return hk_as_float(y) == hk_as_float(y) && hk_i64_cmp_f64(x.bits, hk_as_float(y)) == 1;
  return hk_as_float(x) != hk_as_float(x) || hk_i64_cmp_f64(y.bits, hk_as_float(x)) == -1;
}

typedef struct hk_texted {
  hk_str *text;
  hk_any value;
} hk_texted;

#define HK_INT_AFTER(x, y) ((x) > (y))
#define HK_TEXT_AFTER(x, y) (hk_str_cmp((x).text, (y).text) > 0)
HK_MERGE_SORT(hk_sort_i64, int64_t, HK_INT_AFTER)
HK_MERGE_SORT(hk_sort_f64, double, hk_float_after)
HK_MERGE_SORT(hk_sort_numbers, hk_any, hk_number_after)
HK_MERGE_SORT(hk_sort_texted, hk_texted, HK_TEXT_AFTER)

void hk_arr_sort(hk_arr *a) {
  uint32_t n = a->length;
  if (n < 2) return;
  int numbers = a->kind == HK_KIND_I64 || a->kind == HK_KIND_F64;
  if (a->kind == HK_KIND_ANY) {
    numbers = 1;
    for (uint32_t i = 0; i < n && numbers; i++) numbers = hk_is_number(a->data.anys[i]);
  }
  if (numbers) {
    size_t bytes = (size_t)n * hk_element_size[a->kind];
    void *scratch = hk_mem_take(bytes);
    if (a->kind == HK_KIND_I64) {
      hk_sort_i64(a->data.i64, scratch, n);
    } else if (a->kind == HK_KIND_F64) {
      hk_sort_f64(a->data.f64, scratch, n);
    } else {
      hk_sort_numbers(a->data.anys, scratch, n);
    }
    hk_mem_give(scratch, bytes);
    return;
  }
  /* Texts may be made by the program: work on a copy. */
  hk_arr *copy = hk_arr_copy(a);
  size_t bytes = (size_t)n * sizeof(hk_texted);
  hk_texted *items = hk_mem_take(bytes);
  uint32_t made = 0;
  for (; made < n; made++) {
    items[made].value = hk_arr_at(copy, made);
    items[made].text = hk_text(HK_SPLIT(items[made].value));
    if (items[made].text == NULL) break;
  }
  if (made == n) {
    hk_texted *scratch = hk_mem_take(bytes);
    hk_sort_texted(items, scratch, n);
    hk_mem_give(scratch, bytes);
    for (uint32_t i = 0; i < n; i++) hk_arr_put(copy, i, items[i].value);
    hk_arr_replace_all(a, copy);
  }
  for (uint32_t i = 0; i < made; i++) hk_dec(items[i].text);
  hk_mem_give(items, bytes);
  hk_dec(copy);
}
