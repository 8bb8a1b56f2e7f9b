/*
 * Tests of the runtime, built natively with the sanitizers: `src/runtime/build/test-native.ts` builds and runs them.
 *
 * The one idea: the runtime is included whole, with HK_TEST, so tests see everything static, walk all live blocks, recount all
 * references, and fail the n-th request for memory. Every test ends with no live objects.
 */
#define HK_TEST 1
#include "hk_all.c"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int t_checks, t_failures, t_passed, t_failed;
static const char *t_name = "";
static char t_output[1 << 20];
static size_t t_length;
static jmp_buf t_end;
static int t_may_end;
static const char *t_input = "";

#define T(c)                                                                     \
  do {                                                                           \
    t_checks++;                                                                  \
    if (!(c)) {                                                                  \
      t_failures++;                                                              \
      printf("not ok: %s, line %d: %s\n", t_name, __LINE__, #c);                 \
    }                                                                            \
  } while (0)

void hk_check_failed(const char *what, int line) {
  printf("check failed: %s, line %d\n", what, line);
  abort();
}

void *hk_host_reserve(size_t size) {
  static void *region;
  if (region == NULL) region = aligned_alloc(4096, size);
  return region;
}

void hk_host_write(int32_t fd, void *data, int32_t length) {
  (void)fd;
  if (t_length + (size_t)length < sizeof t_output) memcpy(t_output + t_length, data, (size_t)length);
  t_length += (size_t)length;
}

int32_t hk_host_argument(int32_t index) {
  static const char *const arguments[] = {"first", "", "zw\xc3\xb6lf"};
  if (index >= 3) return -1;
  size_t n = strlen(arguments[index]);
  memcpy(hk_host_buffer((int32_t)n), arguments[index], n);
  return (int32_t)n;
}

int32_t hk_host_read_line(void) {
  if (*t_input == 0) return -1;
  const char *end = strchr(t_input, '\n');
  size_t n = end == NULL ? strlen(t_input) : (size_t)(end - t_input);
  memcpy(hk_host_buffer((int32_t)n), t_input, n);
  t_input += n + (end != NULL);
  return (int32_t)n;
}

double hk_host_now(void) { return 86400000.0 * 20000; }
int64_t hk_host_seed(void) { return 42; }
void hk_host_clear(void) {}

int32_t hk_host_canvas(void *data, int32_t length) {
  (void)data;
  (void)length;
  return 0;
}

void hk_host_exit(int32_t code) {
  if (t_may_end) longjmp(t_end, 1000 + code);
  abort();
}

void hk_host_fatal(void) {
  if (t_may_end) longjmp(t_end, 1);
  printf("fatal in %s\n", t_name);
  abort();
}

/* Classes of a program: 64 P { public x: any, private y: i64 }, 65 enum E::V(any), 66 a closure, 67 Node { next: pointer } with str(), 68 E::R{a: any}. */
HK_STATIC_STR(t_p, "P")
HK_STATIC_STR(t_x, "x")
HK_STATIC_STR(t_y, "y")
HK_STATIC_STR(t_ev, "E::V")
HK_STATIC_STR(t_e, "E")
HK_STATIC_STR(t_v, "V")
HK_STATIC_STR(t_f, "F$lambda0")
HK_STATIC_STR(t_function, "Function")
HK_STATIC_STR(t_node, "Node")
HK_STATIC_STR(t_next, "next")
HK_STATIC_STR(t_er, "E::R")
HK_STATIC_STR(t_r, "R")

static hk_field t_p_fields[2], t_v_fields[1], t_node_fields[1], t_r_fields[1];
static hk_str *t_p_names[1], *t_v_names[2], *t_f_names[1], *t_node_names[1], *t_r_names[2];
static hk_class t_classes[5];

static void t_setup(void) {
  t_p_fields[0] = (hk_field){8, HK_REPR_ANY, HK_FIELD_PUBLIC, 0, t_x()};
  t_p_fields[1] = (hk_field){24, HK_REPR_I64, 0, 0, t_y()};
  t_v_fields[0] = (hk_field){8, HK_REPR_ANY, HK_FIELD_PUBLIC, 0, t_x()};
  t_node_fields[0] = (hk_field){8, HK_REPR_PTR, HK_FIELD_PUBLIC, 0, t_next()};
  t_r_fields[0] = (hk_field){8, HK_REPR_ANY, HK_FIELD_PUBLIC, 0, t_x()};
  t_p_names[0] = t_p();
  t_v_names[0] = t_ev();
  t_v_names[1] = t_e();
  t_f_names[0] = t_function();
  t_node_names[0] = t_node();
  t_r_names[0] = t_er();
  t_r_names[1] = t_e();
  t_classes[0] = (hk_class){64, 32, HK_CLASS_KIND_BOX, 0, 2, 1, t_p(), t_p_fields, t_p_names, NULL, 0, 0};
  t_classes[1] = (hk_class){65, 24, HK_CLASS_KIND_VARIANT, 0, 1, 2, t_ev(), t_v_fields, t_v_names, t_v(), HK_SHAPE_TUPLE, 0};
  t_classes[2] = (hk_class){66, 8, HK_CLASS_KIND_CLOSURE, 2, 0, 1, t_f(), NULL, t_f_names, NULL, 0, 0};
  t_classes[3] = (hk_class){67, 16, HK_CLASS_KIND_BOX, 0, 1, 1, t_node(), t_node_fields, t_node_names, NULL, 0, 0};
  t_classes[4] = (hk_class){68, 24, HK_CLASS_KIND_VARIANT, 1, 1, 2, t_er(), t_r_fields, t_r_names, t_r(), HK_SHAPE_RECORD, 0};
  memset(&hk_s, 0, sizeof hk_s);
  if (hk_h.base != 0) {
    HK_UNPOISON((void *)hk_h.base, hk_h.top - hk_h.base);
    uintptr_t base = hk_h.base;
    memset(&hk_h, 0, sizeof hk_h);
    hk_h.base = base;
  }
  hk_weak_table = NULL;
  hk_weak_size = 0;
  hk_pending = NULL;
  hk_heap_start(NULL);
  hk_init(t_classes, 5);
  t_length = 0;
}

/* Node has a text method: "node", or an error if its next is itself. */
hk_any hk_cb_text(void *object) {
  if (hk_class_of(object) != 67) return hk_null();
  if (((hk_slot *)hk_field_at(object, 8))->any == object) {
    hk_fail(HK_E_PANIC, "text");
    return hk_err();
  }
  return hk_ptr(hk_str_lit("node"));
}

hk_any hk_cb_equals(void *object, int64_t other_t, int64_t other_v) {
  (void)object;
  (void)other_t;
  (void)other_v;
  return hk_null();
}

static void t_refer(hk_any v) {
  if (hk_is_ptr(v) && !hk_is_immortal(hk_as_obj(v))) ((hk_live *)(void *)hk_as_obj(v) - 1)->refs++;
}

/* Counts the references an object holds. */
static void t_refer_from(hk_obj *o) {
  hk_class *c = hk_class_desc(o);
  if (c != NULL) {
    for (uint32_t i = 0; i < c->nfields; i++) t_refer(hk_field_value(o, &c->fields[i]));
    return;
  }
  switch (hk_class_of(o)) {
    case HK_C_ARRAY_BOX:
      for (uint32_t i = 0; i < ((hk_arr *)o)->length; i++) t_refer(hk_arr_at((hk_arr *)o, i));
      break;
    case HK_C_MAP_BOX: {
      const hk_map *m = (hk_map *)o;
      for (uint32_t i = 0; i < m->used; i++) {
        t_refer(hk_opt(m->entries[i].key));
        t_refer(m->entries[i].value);
      }
      break;
    }
    case HK_C_ERROR_BOX:
      t_refer(hk_ptr(((hk_ErrorBox *)o)->kind));
      t_refer(hk_ptr(((hk_ErrorBox *)o)->message));
      break;
    case HK_C_FUTURE_BOX: t_refer(((hk_FutureBox *)o)->value); break;
    case HK_C_RESULT_BOX: t_refer(((hk_ResultBox *)o)->value); break;
    case HK_C_REF_CELL_BOX: t_refer(((hk_RefCellBox *)o)->value); break;
    case HK_C_JSONBOX: t_refer(((hk_JSONBox *)o)->value); break;
    default: break;
  }
}

/* Walks all live blocks: headers and strings make sense, and no object is referred to more often than it counts. */
static void t_check_heap(void) {
  size_t live = 0;
  for (hk_live *b = hk_h.all; b != NULL; b = b->next) b->refs = 0;
  for (hk_live *b = hk_h.all; b != NULL; b = b->next) {
    if (b->is_object) t_refer_from((hk_obj *)(void *)(b + 1));
  }
  for (hk_live *b = hk_h.all; b != NULL; b = b->next) {
    if (!b->is_object) continue;
    live++;
    hk_obj *o = (hk_obj *)(void *)(b + 1);
    T(o->count > 0 && o->count >= b->refs);
    T(hk_class_of(o) > 0 && hk_class_of(o) < HK_FIRST_USER_CLASS + hk_s.class_count);
    if (hk_class_of(o) != HK_C_STRING_BOX) continue;
    const hk_str *s = (hk_str *)o;
    T(s->bytes <= s->capacity && s->points == hk_points_in(s->data, s->bytes));
    T(s->hash == 0 || s->hash == hk_hash_bytes(s->data, s->bytes));
    for (uint32_t i = 0; i < s->bytes;) {
      uint32_t n = hk_valid_at(s->data + i, s->bytes - i);
      T(n > 0);
      i += n == 0 ? 1 : n;
    }
  }
  int64_t immortal = 0;
  for (size_t i = 0; i < sizeof hk_s.type_names / sizeof hk_s.type_names[0]; i++) immortal += hk_s.type_names[i] != NULL && hk_s.type_names[i]->bytes > 1;
  T((int64_t)live == hk_s.live + immortal);
}

static void t_clean(void) {
  t_check_heap();
  int shown = 0;
  for (hk_live *b = hk_h.all; b != NULL && hk_s.live > 0 && shown < 8; b = b->next) {
    hk_any v = hk_ptr(b + 1);
    if (!b->is_object || hk_is_immortal(hk_as_obj(v))) continue;
    shown++;
    hk_str *text = hk_is_str(v) ? (hk_str *)hk_as_obj(v) : hk_type_text(v);
    printf("  left: class %u, count %u: %.*s\n", hk_class_of(hk_as_obj(v)), hk_as_obj(v)->count, (int)text->bytes, (const char *)text->data);
  }
  T(hk_s.live == 0);
  T(hk_pending == NULL);
  T(hk_s.nesting == 0);
}

static hk_any t_str(const char *text) { return hk_ptr(hk_str_lit(text)); }

/* The value made last: HK_SPLIT evaluates its argument twice, so what it splits is made before. */
static hk_any t_made;

/* Whether a string is that text; releases it. */
static int t_is(hk_str *s, const char *text) {
  if (s == NULL) return 0;
  int same = hk_str_is(s, text) && s->points == hk_points_in(s->data, s->bytes);
  if (!same) printf("  got '%.*s', not '%s'\n", (int)s->bytes, (const char *)s->data, text);
  hk_dec(s);
  return same;
}

static int t_text(hk_any a, const char *text) {
  int same = t_is(hk_text(HK_SPLIT(a)), text);
  hk_dec_any(a);
  return same;
}

/* Whether the pending error has that kind and message; takes it. */
static int t_error(const char *kind, const char *message) {
  if (hk_pending == NULL) return 0;
  hk_ErrorBox *e = hk_err_take();
  int same = hk_str_is(e->kind, kind) && hk_str_is(e->message, message);
  if (!same) printf("  got %.*s: %.*s\n", (int)e->kind->bytes, (char *)e->kind->data, (int)e->message->bytes, (char *)e->message->data);
  hk_dec(e);
  return same;
}

static hk_arr *t_array(int n, const int64_t *values) {
  hk_arr *a = hk_arr_new(HK_KIND_ANY, 0);
  for (int i = 0; i < n; i++) hk_arr_push_i64(a, values[i]);
  return a;
}

static void t_numbers(void) {
  T(t_text(hk_float(0.1 + 0.2), "0.30000000000000004"));
  T(t_text(hk_float(1e21), "1000000000000000000000"));
  T(t_text(hk_float(1e-7), "0.0000001"));
  T(t_text(hk_float(-0.0), "-0"));
  T(t_text(hk_float(3.0), "3"));
  T(t_text(hk_float(__builtin_nan("")), "NaN"));
  T(t_text(hk_float(-__builtin_inf()), "-inf"));
  T(t_text(hk_float(9007199254740993.0), "9007199254740992"));
  T(t_text(hk_float(123456789012345680.0), "123456789012345680"));
  T(t_text(hk_int(INT64_MIN), "-9223372036854775808"));
  int64_t i;
  T(hk_parse_i64((const unsigned char *)"-9223372036854775808", 20, &i) && i == INT64_MIN);
  T(!hk_parse_i64((const unsigned char *)"9223372036854775808", 19, &i));
  T(hk_parse_i64((const unsigned char *)"+5", 2, &i) && i == 5);
  T(!hk_parse_i64((const unsigned char *)"-", 1, &i));
  /* Random bits: what is written reads back the same, and the C library agrees. */
  uint64_t state = 88172645463325252u;
  for (int k = 0; k < 20000; k++) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    double f;
    memcpy(&f, &state, 8);
    if (f != f || f - f != 0) continue;
    char text[HK_F64_ROOM];
    size_t n = hk_format_f64(text, f);
    text[n] = 0;
    double back = 0;
    T(hk_parse_f64((const unsigned char *)text, n, &back) && memcmp(&back, &f, 8) == 0);
    char exact[64];
    int length = snprintf(exact, sizeof exact, "%.*e", k % 25, f);
    T(hk_parse_f64((const unsigned char *)exact, (size_t)length, &back) && back == strtod(exact, NULL));
  }
  double f;
  T(hk_parse_f64((const unsigned char *)"1e400", 5, &f) && f == __builtin_inf());
  T(hk_parse_f64((const unsigned char *)"4.9e-324", 8, &f) && f == 4.9e-324);
  T(hk_parse_f64((const unsigned char *)"2e-324", 6, &f) && f == 0);
  T(hk_parse_f64((const unsigned char *)"2.2250738585072011e-308", 23, &f) && f == strtod("2.2250738585072011e-308", NULL));
  T(!hk_parse_f64((const unsigned char *)"1e", 2, &f));
  T(!hk_parse_f64((const unsigned char *)".", 1, &f));
  T(!hk_parse_f64((const unsigned char *)"1x", 2, &f));
  char many[1200];
  memset(many, '9', sizeof many);
  T(hk_parse_f64((const unsigned char *)many, 310, &f) && f == __builtin_inf());
  many[1] = '.';
  T(hk_parse_f64((const unsigned char *)many, sizeof many, &f) && f == 10.0);
  T(hk_saturate(1e30) == INT64_MAX && hk_saturate(-1e30) == INT64_MIN && hk_saturate(-1.9) == -1);
}

static void t_strings(void) {
  hk_str *s = hk_str_lit("h\xc3\xa9\xe3\x81\x82x");
  T(s->points == 4 && s->bytes == 7);
  T(t_is(hk_str_substring(s, 1, 3), "\xc3\xa9\xe3\x81\x82"));
  T(t_is(hk_str_substring(s, -3, 99), "h\xc3\xa9\xe3\x81\x82x"));
  T(t_is(hk_str_substring(s, 3, 1), ""));
  T(t_is(hk_str_char_at(s, 2), "\xe3\x81\x82"));
  T(t_is(hk_str_char_at(s, 4), ""));
  T(hk_str_code_at(s, 2) == 0x3042 && hk_str_code_at(s, -1) == -1);
  hk_str *t = hk_str_lit("\xe3\x81\x82");
  T(hk_str_index_of(s, t) == 2 && hk_str_last_index_of(s, t) == 2 && hk_str_index_of_from(s, t, 3) == -1);
  T(hk_str_contains(s, t) && !hk_str_starts_with(s, t) && !hk_str_ends_with(s, t));
  T(hk_str_slice_eq(s, 2, 3, t) && !hk_str_slice_eq(s, 1, 2, t));
  T(t_is(hk_str_upper(s), "H\xc3\x89\xe3\x81\x82X"));
  T(t_is(hk_str_reverse(s), "x\xe3\x81\x82\xc3\xa9h"));
  T(t_is(hk_str_replace(s, t, t_p()), "h\xc3\xa9Px"));
  hk_dec(t);
  hk_dec(s);

  s = hk_str_lit("stra\xc3\x9f" "e");
  T(t_is(hk_str_upper(s), "STRASSE"));
  hk_dec(s);
  s = hk_str_lit("\xce\x9f\xce\x94\xce\x9f\xce\xa3");
  T(t_is(hk_str_lower(s), "\xce\xbf\xce\xb4\xce\xbf\xcf\x82"));
  hk_dec(s);
  s = hk_str_lit(" \t\xc2\xa0" "ab\xe3\x80\x80\n");
  T(t_is(hk_str_trim(s), "ab"));
  hk_dec(s);

  /* In-place appending, sharing, and appending a string to itself. */
  s = hk_str_lit("ab");
  hk_inc(s);
  hk_str *u = hk_str_concat(s, s);
  T(u != s && hk_str_is(u, "abab") && hk_str_is(s, "ab"));
  for (int i = 0; i < 1000; i++) u = hk_str_append_i64(u, i);
  T(u->bytes == 4 + 10 + 180 + 2700);
  u = hk_str_append(u, u->data, u->bytes, u->points);
  T(u->bytes == 2 * (4 + 10 + 180 + 2700));
  hk_inc(u);
  hk_str *w = hk_str_concat3(u, s, s);
  T(w != u && w->bytes == u->bytes + 4);
  hk_dec(w);
  hk_dec(u);
  T(t_is(hk_str_repeat(s, 3), "ababab"));
  T(t_is(hk_str_repeat(s, -1), ""));
  hk_dec(s);

  /* Walking a long string that is not ASCII, forwards, backwards and at random. */
  s = hk_str_room(0);
  for (int i = 0; i < 5000; i++) s = hk_str_append_lit(s, i % 3 == 0 ? "\xe3\x81\x82" : i % 3 == 1 ? "b" : "\xf0\x9f\x98\x80");
  static const int64_t expected[3] = {0x3042, 'b', 0x1f600};
  for (int64_t i = 0; i < 5000; i++) T(hk_str_code_at(s, i) == expected[i % 3]);
  for (int64_t i = 4999; i >= 0; i--) T(hk_str_code_at(s, i) == expected[i % 3]);
  for (int64_t i = 0; i < 5000; i++) T(hk_str_code_at(s, i * 7919 % 5000) == expected[i * 7919 % 5000 % 3]);
  hk_dec(s);

  /* Searching: against the simple way. */
  uint64_t state = 1;
  for (int k = 0; k < 3000; k++) {
    char hay[200], needle[12];
    size_t n = 0, m = 0;
    state = state * 6364136223846793005u + 1;
    size_t hay_length = (size_t)(state >> 40) % 199, needle_length = (size_t)(state >> 33) % 9;
    while (n < hay_length) {
      state = state * 6364136223846793005u + 1;
      hay[n++] = (char)('a' + (state >> 60) % 2);
    }
    while (m < needle_length) {
      state = state * 6364136223846793005u + 1;
      needle[m++] = (char)('a' + (state >> 60) % 2);
    }
    hay[n] = needle[m] = 0;
    const char *at = strstr(hay, needle);
    T(hk_find_bytes((unsigned char *)hay, n, (unsigned char *)needle, m, 0) == (at == NULL ? -1 : (int32_t)(at - hay)));
  }

  hk_arr *parts = hk_str_split(t_p(), hk_str_empty());
  T(parts->length == 1);
  hk_dec(parts);
  s = hk_str_lit("a,b,,c");
  hk_str *comma = hk_str_lit(",");
  parts = hk_str_split(s, comma);
  T(t_text(hk_ptr(parts), "[a, b, , c]"));
  hk_dec(comma);
  hk_dec(s);
  parts = hk_str_split(hk_str_empty(), t_p());
  T(parts->length == 1);
  hk_dec(parts);
  s = hk_str_lit(" 42 ");
  T(hk_str_to_i64(s) == 42 && hk_str_to_f64(s) == 42.0);
  hk_dec(s);
  s = hk_str_lit("12ab");
  T(hk_str_to_i64(s) == 0 && hk_str_int_or_null(s).bits == 12 && hk_str_digit_or_null(s).bits == 1 && !hk_str_is_digit(s));
  hk_dec(s);
  T(hk_str_replace(t_p(), hk_str_empty(), t_p()) == NULL);
  T(t_error("TypeError", "replace() needs a non-empty search text"));
  s = hk_str_from_outside((const unsigned char *)"a\xff\xc3(\xed\xa0\x80", 7);
  T(s->points == 7);
  hk_dec(s);
  T(hk_is_letter(0x3042) && hk_is_letter(0xe9) && !hk_is_letter(0x2028) && !hk_is_letter('1'));
}

static void t_arrays(void) {
  hk_arr *a = hk_arr_new(HK_KIND_I64, 0);
  for (int64_t i = 0; i < 1000; i++) hk_arr_push_i64(a, i);
  T(a->kind == HK_KIND_I64 && hk_arr_len(a) == 1000 && hk_arr_get(a, 999).bits == 999 && hk_is_null(hk_arr_get(a, 1000)) && hk_is_null(hk_arr_get(a, -1)));
  t_made = t_str("text");
  hk_arr_push(a, HK_SPLIT(t_made));
  T(a->kind == HK_KIND_ANY && hk_arr_get(a, 5).bits == 5);
  hk_arr_set(a, 0, HK_SPLIT(hk_float(1.5)));
  hk_arr_set(a, 1001, HK_SPLIT(hk_bool(1)));
  T(a->length == 1002);
  t_made = t_str("lost value");
  hk_arr_set(a, 2000, HK_SPLIT(t_made));
  T(t_error("IndexError", "index 2000 out of bounds (len=1002)"));
  hk_any removed = hk_arr_remove(a, 1000);
  T(t_text(removed, "text"));
  hk_arr_clear(a);
  hk_arr_push_f64(a, 2.5);
  T(a->kind == HK_KIND_F64);
  hk_arr_insert(a, 0, HK_SPLIT(hk_float(1.5)));
  hk_arr_insert(a, 1, HK_SPLIT(hk_null()));
  T(t_text(hk_kept(hk_ptr(a)), "[1.5, null, 2.5]"));
  hk_arr_insert(a, 9, HK_SPLIT(hk_null()));
  T(t_error("IndexError", "index 9 out of bounds (len=3)"));
  hk_arr_unshift(a, HK_SPLIT(hk_ptr(a)));
  hk_inc(a);
  T(t_text(hk_kept(hk_ptr(a)), "[[...], 1.5, null, 2.5]"));
  hk_dec_any(hk_arr_shift(a));
  hk_arr_reverse(a);
  T(t_text(hk_kept(hk_ptr(a)), "[2.5, null, 1.5]"));
  hk_arr *b = hk_arr_concat(a, a);
  T(b->length == 6);
  T(hk_arr_index_of(b, HK_SPLIT(hk_float(1.5))) == 2 && hk_arr_contains(b, HK_SPLIT(hk_null())));
  hk_dec(b);
  hk_dec(a);

  a = hk_arr_new(HK_KIND_BOOL, 3);
  hk_arr_push_bool(a, 1);
  hk_arr_push_bool(a, 0);
  T(a->kind == HK_KIND_BOOL && t_text(hk_ptr(a), "[true, false]"));

  /* Sorting: against the simple way, and stable. */
  uint64_t state = 7;
  for (int n = 0; n < 200; n += 7) {
    a = hk_arr_new(HK_KIND_ANY, 0);
    for (int i = 0; i < n; i++) {
      state = state * 6364136223846793005u + 1;
      int64_t x = (int64_t)(state >> 58);
      hk_arr_push(a, HK_SPLIT(i % 3 == 0 && n % 2 ? hk_float((double)x) : hk_int(x)));
    }
    hk_arr_sort(a);
    for (int i = 1; i < n; i++) T(!hk_number_after(hk_arr_at(a, (uint32_t)i - 1), hk_arr_at(a, (uint32_t)i)));
    hk_dec(a);
  }
  a = hk_arr_new(HK_KIND_ANY, 0);
  t_made = t_str("b");
  hk_arr_push(a, HK_SPLIT(t_made));
  t_made = t_str("\xe3\x81\x82");
  hk_arr_push(a, HK_SPLIT(t_made));
  hk_arr_push(a, HK_SPLIT(hk_int(10)));
  t_made = t_str("B");
  hk_arr_push(a, HK_SPLIT(t_made));
  hk_arr_push(a, HK_SPLIT(hk_int(9)));
  hk_arr_sort(a);
  T(t_text(hk_kept(hk_ptr(a)), "[10, 9, B, b, \xe3\x81\x82]"));
  T(t_is(hk_arr_join(a, t_p()), "10P9PBPbP\xe3\x81\x82"));
  t_check_heap();
  hk_arr *slice = hk_arr_slice(a, -5, 2);
  t_check_heap();
  T(t_text(hk_ptr(slice), "[10, 9]"));
  hk_dec(a);
  static const int64_t five[] = {3, 1, 2, 5, 4};
  a = t_array(5, five);
  b = t_array(5, five);
  T(hk_equals(HK_SPLIT(hk_ptr(a)), HK_SPLIT(hk_ptr(b))) && !hk_eq(HK_SPLIT(hk_ptr(a)), HK_SPLIT(hk_ptr(b))));
  hk_arr_sort(b);
  T(!hk_equals(HK_SPLIT(hk_ptr(a)), HK_SPLIT(hk_ptr(b))));
  hk_arr_replace_all(a, b);
  T(t_text(hk_ptr(a), "[1, 2, 3, 4, 5]"));
  hk_dec(b);
  T(hk_is_null(hk_arr_pop(a = hk_arr_new(0, 0))));
  hk_dec(a);
}

static void t_maps(void) {
  hk_map *m = hk_map_new();
  uint64_t state = 3;
  static int64_t model[500];
  static int present[500];
  memset(present, 0, sizeof present);
  int count = 0;
  for (int step = 0; step < 20000; step++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    int64_t key = (int64_t)(state >> 33) % 500;
    int action = (int)(state >> 60);
    if (action < 8) {
      if (!present[key]) count++;
      present[key] = 1;
      model[key] = step;
      hk_map_set_i64(m, key, HK_SPLIT(hk_int(step)));
    } else if (action < 13) {
      int was = hk_map_delete(m, HK_SPLIT(hk_int(key)));
      T(was == present[key]);
      count -= present[key];
      present[key] = 0;
    } else if (action == 13) {
      hk_str *k = hk_i64_text(key);
      hk_any v = hk_map_get_str(m, k);
      T(present[key] ? v.bits == model[key] : hk_is_null(v));
      hk_dec(k);
    } else if (action == 14 && step % 50 == 0) {
      hk_arr *keys = hk_map_keys(m);
      hk_arr *values = hk_map_values(m);
      T(keys->length == (uint32_t)count && values->length == (uint32_t)count);
      for (uint32_t i = 0; i < keys->length; i++) {
        hk_str *k = (hk_str *)hk_as_obj(hk_arr_at(keys, i));
        T(i == 0 || hk_str_cmp((hk_str *)hk_as_obj(hk_arr_at(keys, i - 1)), k) < 0);
        T(hk_arr_at(values, i).bits == model[hk_str_to_i64(k)]);
      }
      hk_dec(keys);
      hk_dec(values);
    }
    T(hk_map_size(m) == count);
  }
  t_made = t_str("yes");
  hk_map_set(m, HK_SPLIT(hk_bool(1)), HK_SPLIT(t_made));
  t_check_heap();
  t_made = t_str("true");
  hk_any yes = hk_map_get_or(m, HK_SPLIT(t_made), HK_SPLIT(hk_null()));
  hk_dec_any(t_made);
  T(t_text(yes, "yes"));
  t_made = t_str("lost value");
  hk_map_set(m, HK_SPLIT(hk_null()), HK_SPLIT(t_made));
  T(t_error("TypeError", "[map/bad-key] key must be string"));
  T(hk_is_err(hk_map_get(m, HK_SPLIT(hk_float(1.5)))));
  T(t_error("TypeError", "[map/bad-key] key must be string"));
  hk_map_clear(m);
  T(hk_map_is_empty(m));
  T(t_text(hk_kept(hk_ptr(m)), "MapBox(size=0)"));
  hk_str *b = hk_str_lit("bb");
  hk_str *a = hk_str_lit("aa");
  hk_map_set_str(m, b, HK_SPLIT(hk_int(1)));
  t_made = hk_ptr(hk_arr_new(0, 0));
  hk_map_set_str(m, a, HK_SPLIT(t_made));
  T(t_is(hk_json_text(HK_SPLIT(hk_ptr(m))), "{\"aa\":[],\"bb\":1}"));
  hk_map *other = hk_map_new();
  t_made = hk_ptr(hk_arr_new(0, 0));
  hk_map_set_str(other, a, HK_SPLIT(t_made));
  T(!hk_equals(HK_SPLIT(hk_ptr(m)), HK_SPLIT(hk_ptr(other))));
  hk_map_set_str(other, b, HK_SPLIT(hk_float(1)));
  T(hk_equals(HK_SPLIT(hk_ptr(m)), HK_SPLIT(hk_ptr(other))));
  hk_dec(other);
  hk_dec(a);
  hk_dec(b);
  hk_dec(m);
}

static hk_obj *t_new(uint32_t id) { return hk_alloc_object((int32_t)id, (int32_t)t_classes[id - 64].size); }

static void t_objects(void) {
  hk_obj *p = t_new(64);
  *(hk_any *)hk_field_at(p, 8) = t_str("hi there");
  T(t_text(hk_kept(hk_ptr(p)), "P(hi there)"));
  hk_obj *v = t_new(65);
  *(hk_any *)hk_field_at(v, 8) = hk_kept(hk_ptr(p));
  T(t_text(hk_kept(hk_ptr(v)), "V(P(hi there))"));
  hk_obj *w = t_new(65);
  *(hk_any *)hk_field_at(w, 8) = hk_kept(hk_ptr(p));
  T(hk_eq(HK_SPLIT(hk_ptr(v)), HK_SPLIT(hk_ptr(w))));
  T(hk_is(HK_SPLIT(hk_ptr(v)), t_e()) && !hk_is(HK_SPLIT(hk_ptr(p)), t_e()));
  T(t_is(hk_type_name(HK_SPLIT(hk_ptr(v))), "E"));
  t_check_heap();
  hk_obj *r = t_new(68);
  *(hk_any *)hk_field_at(r, 8) = hk_int(1);
  T(t_text(hk_ptr(r), "R{x: 1}"));
  T(hk_get_field(HK_SPLIT(hk_ptr(p)), t_y()).bits == 0);
  hk_set_field(HK_SPLIT(hk_ptr(p)), t_y(), HK_SPLIT(hk_int(7)));
  T(hk_get_field(HK_SPLIT(hk_ptr(p)), t_y()).bits == 7);
  t_made = t_str("wrong");
  hk_set_field(HK_SPLIT(hk_ptr(p)), t_y(), HK_SPLIT(t_made));
  T(t_error("TypeError", "field 'y' cannot hold String"));
  hk_obj *q = t_new(64);
  *(hk_any *)hk_field_at(q, 8) = t_str("hi there");
  T(hk_equals(HK_SPLIT(hk_ptr(p)), HK_SPLIT(hk_ptr(q))) && !hk_eq(HK_SPLIT(hk_ptr(p)), HK_SPLIT(hk_ptr(q))));
  hk_mark_dead(q);
  T(t_text(hk_kept(hk_ptr(q)), "P()"));
  T(hk_weak_new(HK_SPLIT(hk_ptr(q))) == NULL && t_error("UseAfterFini", "use after fini: P"));
  hk_dec(q);
  hk_dec(v);
  hk_dec(w);
  hk_dec(p);
  hk_obj *f = t_new(66);
  T(hk_function_arity(HK_SPLIT(hk_ptr(f))) == 2 && hk_is(HK_SPLIT(hk_ptr(f)), t_function()));
  T(t_text(hk_ptr(f), "FunctionBox(params=2)"));
  hk_obj *n = t_new(67);
  T(t_text(hk_kept(hk_ptr(n)), "node"));
  ((hk_slot *)hk_field_at(n, 8))->any = n;
  T(hk_text(HK_SPLIT(hk_ptr(n))) == NULL && t_error("Panic", "text"));
  ((hk_slot *)hk_field_at(n, 8))->any = NULL;
  hk_dec(n);

  /* A list of a million objects is freed without recursion. */
  hk_obj *list = NULL;
  for (int i = 0; i < 200000; i++) {
    n = t_new(67);
    ((hk_slot *)hk_field_at(n, 8))->any = list;
    list = n;
  }
  hk_dec(list);

  /* Weak references. */
  p = t_new(64);
  hk_WeakRef *first = hk_weak_new(HK_SPLIT(hk_ptr(p)));
  hk_WeakRef *second = hk_weak_new(HK_SPLIT(hk_ptr(p)));
  T(first == second && hk_weak_alive(first));
  hk_any strong = hk_weak_load(first);
  T(hk_as_obj(strong) == p && p->count == 2);
  hk_dec_any(strong);
  hk_dec(p);
  T(!hk_weak_alive(first) && hk_is_null(hk_weak_load(second)));
  T(t_text(hk_kept(hk_ptr(first)), "WeakRef(dropped)"));
  hk_dec(first);
  hk_dec(second);
  hk_obj *many[300];
  hk_WeakRef *refs[300];
  for (int i = 0; i < 300; i++) {
    many[i] = t_new(64);
    refs[i] = hk_weak_new(HK_SPLIT(hk_ptr(many[i])));
  }
  for (int i = 0; i < 300; i += 2) hk_dec(refs[i]);
  for (int i = 0; i < 300; i++) T((many[i]->word & HK_WEAK) == (i % 2 ? HK_WEAK : 0));
  for (int i = 0; i < 300; i++) hk_dec(many[i]);
  for (int i = 1; i < 300; i += 2) T(!hk_weak_alive(refs[i]));
  for (int i = 1; i < 300; i += 2) hk_dec(refs[i]);
  T(hk_s.weak_count == 0);
  T(hk_weak_new(HK_SPLIT(hk_int(1))) == NULL && t_error("TypeError", "WeakRef(New): target is not a Box"));
}

static hk_any t_div(hk_any a, hk_any b) { return hk_div(HK_SPLIT(a), HK_SPLIT(b)); }

static void t_operators(void) {
  T(t_div(hk_int(-7), hk_int(2)).bits == -3 && t_div(hk_int(INT64_MIN), hk_int(-1)).bits == INT64_MIN);
  T(hk_rem(HK_SPLIT(hk_int(-7)), HK_SPLIT(hk_int(2))).bits == -1 && hk_rem(HK_SPLIT(hk_int(INT64_MIN)), HK_SPLIT(hk_int(-1))).bits == 0);
  T(hk_is_err(t_div(hk_int(1), hk_float(-0.0))) && t_error("DivisionByZero", "Division by zero"));
  T(hk_is_err(t_div(hk_int(1), hk_int(0))) && t_error("DivisionByZero", "Division by zero"));
  T(t_text(hk_rem(HK_SPLIT(hk_float(1)), HK_SPLIT(hk_int(0))), "NaN"));
  T(t_text(hk_add(HK_SPLIT(hk_int(INT64_MAX)), HK_SPLIT(hk_int(1))), "-9223372036854775808"));
  T(t_text(hk_add(HK_SPLIT(hk_int(1)), HK_SPLIT(hk_float(2.5))), "3.5"));
  hk_any s = t_str("ab");
  T(t_text(hk_add(HK_SPLIT(s), HK_SPLIT(hk_int(1))), "ab1"));
  T(t_text(hk_add(HK_SPLIT(hk_float(1.5)), HK_SPLIT(s)), "1.5ab"));
  T(t_text(hk_add(HK_SPLIT(s), HK_SPLIT(s)), "abab"));
  T(t_text(hk_mul(HK_SPLIT(s), HK_SPLIT(hk_int(2))), "abab"));
  T(hk_is_err(hk_add(HK_SPLIT(s), HK_SPLIT(hk_null()))) && t_error("TypeError", "unsupported binop Add on String and Void"));
  T(hk_is_err(hk_add(HK_SPLIT(hk_bool(1)), HK_SPLIT(hk_int(1)))) && t_error("TypeError", "unsupported binop Add on Bool and Integer"));
  T(hk_is_err(hk_and(HK_SPLIT(hk_float(1)), HK_SPLIT(hk_int(1)))) && t_error("TypeError", "unsupported binop BitAnd on Float and Integer"));
  T(hk_shr(HK_SPLIT(hk_int(-8)), HK_SPLIT(hk_int(65))).bits == -4);
  T(!hk_lt(HK_SPLIT(hk_null()), HK_SPLIT(hk_int(1))) && t_error("TypeError", "unsupported compare Lt on Void and Integer"));
  T(hk_lt(HK_SPLIT(hk_int(1)), HK_SPLIT(hk_float(1.5))) && hk_ge(HK_SPLIT(hk_float(2.5)), HK_SPLIT(hk_int(2))));
  T(!hk_le(HK_SPLIT(hk_float(__builtin_nan(""))), HK_SPLIT(hk_int(2))));
  T(!hk_eq(HK_SPLIT(hk_int(INT64_MAX)), HK_SPLIT(hk_float(9223372036854775808.0))) && hk_eq(HK_SPLIT(hk_int(1)), HK_SPLIT(hk_float(1))));
  T(!hk_eq(HK_SPLIT(hk_int(1)), HK_SPLIT(s)) && hk_eq(HK_SPLIT(hk_null()), HK_SPLIT(hk_null())));
  T(!hk_truthy(HK_SPLIT(hk_null())) && t_error("TypeError", "Void in boolean context"));
  hk_arr *a = hk_arr_new(0, 0);
  T(!hk_truthy(HK_SPLIT(hk_ptr(a))) && t_error("TypeError", "cannot coerce BoxRef(ArrayBox) to bool"));
  T(hk_truthy(HK_SPLIT(s)) && hk_truthy(HK_SPLIT(hk_float(__builtin_nan("")))) && !hk_truthy(HK_SPLIT(hk_float(-0.0))));
  T(hk_is_err(hk_index(HK_SPLIT(hk_int(1)), HK_SPLIT(hk_int(1)))) && t_error("TypeError", "index operator is only supported for Array/Map (found Integer)"));
  T(t_text(hk_index(HK_SPLIT(s), HK_SPLIT(hk_int(1))), "b"));
  t_made = hk_kept(s);
  hk_index_set(HK_SPLIT(hk_ptr(a)), HK_SPLIT(hk_int(0)), HK_SPLIT(t_made));
  T(t_text(hk_index(HK_SPLIT(hk_ptr(a)), HK_SPLIT(hk_int(0))), "ab"));
  T(hk_is_err(hk_as(HK_SPLIT(s), t_p())) && t_error("TypeError", "type cast failed: expected P, got String"));
  T(hk_expect_str(HK_SPLIT(hk_int(1))) == NULL && t_error("TypeError", "expected String, got Integer"));
  T(hk_expect_class(HK_SPLIT(s), HK_C_RANGE_BOX) == NULL && t_error("TypeError", "expected RangeBox, got String"));
  hk_dec(a);
  hk_dec_any(s);
  T(t_text(hk_i64_pow(2, 10), "1024") && t_text(hk_i64_pow(2, -1), "0.5"));
  T(hk_f64_round_i64(2.5) == 3 && hk_f64_round_i64(-2.5) == -3 && hk_f64_round_i64(0.49999999999999994) == 0 && hk_f64_floor_i64(-1.5) == -2);
  hk_math_sqrt(-1);
  T(t_error("TypeError", "sqrt() of negative number"));
}

static void t_boxes(void) {
  hk_RangeBox *r = hk_range_step_new(10, 0, -3);
  T(hk_range_length(r) == 4 && hk_range_contains(r, HK_SPLIT(hk_int(7))) && !hk_range_contains(r, HK_SPLIT(hk_int(0))));
  T(t_text(hk_ptr(hk_range_to_array(r)), "[10, 7, 4, 1]"));
  T(t_text(hk_ptr(r), "Range(10, 0, -3)"));
  T(hk_range_step_new(0, 1, 0) == NULL && t_error("TypeError", "range step must not be 0"));
  r = hk_range_step_new(INT64_MIN, INT64_MAX, INT64_MAX);
  T(hk_range_length(r) == 3);
  hk_dec(r);
  t_made = t_str("v1");
  hk_ResultBox *ok = hk_result_ok(HK_SPLIT(t_made));
  t_made = t_str("e1");
  hk_ResultBox *err = hk_result_err(HK_SPLIT(t_made));
  T(t_text(hk_result_value(ok), "v1") && t_text(hk_result_error(err), "e1") && t_text(hk_kept(hk_ptr(err)), "Err(e1)"));
  T(hk_is_err(hk_result_value(err)) && t_error("TypeError", "getValue() on Err(e1)"));
  T(hk_try_returns(HK_SPLIT(hk_ptr(err))) && t_text(hk_try_value(HK_SPLIT(hk_ptr(ok))), "v1"));
  hk_dec(ok);
  hk_dec(err);

  hk_raise(HK_E_PANIC, t_p());
  hk_trace(3, 12);
  hk_trace(4, 13);
  T(hk_trace_length(hk_pending) == 2 && hk_trace_site(hk_pending, 1) == 4 && hk_error_line(hk_pending) == 12);
  hk_ErrorBox *e = hk_err_take();
  hk_str *any_kind = hk_str_lit("RuntimeError");
  T(hk_err_matches(e, any_kind) && !hk_err_matches(e, t_p()));
  hk_dec(any_kind);
  t_check_heap();
  hk_scope_enter();
  T(!hk_scope_failed());
  hk_FutureBox *failed = hk_future_failed(e);
  T(hk_scope_failed());
  T(hk_is_err(hk_await(HK_SPLIT(hk_ptr(failed)))) && t_error("TaskFailed", "Task failed: Panic: P"));
  hk_dec(failed);
  hk_scope_leave();
  T(t_error("TaskFailed", "Task failed: Panic: P"));
  hk_FutureBox *f = hk_future_new();
  T(hk_is_err(hk_await(HK_SPLIT(hk_ptr(f)))) && t_error("TaskFailed", "deadlock: future never completes"));
  t_made = t_str("first");
  hk_future_set(f, HK_SPLIT(t_made));
  t_made = t_str("second");
  hk_future_set(f, HK_SPLIT(t_made));
  T(t_text(hk_await(HK_SPLIT(hk_ptr(f))), "first") && t_text(hk_ptr(f), "Future(ready: first)"));
  T(hk_is_err(hk_await(HK_SPLIT(hk_int(1)))) && t_error("TypeError", "Await expects Future in 'future' operand"));
  hk_RandomBox *random = hk_random_new();
  hk_random_seed(random, 1);
  T(hk_random_int(random, 1, 6) == 1 + (int64_t)((1664525ull + 1013904223ull) % 6));
  hk_dec(random);
}

static void t_inout(void) {
  t_input = "one\n\nlast";
  T(t_text(hk_read_line(), "one") && t_text(hk_read_line(), "") && t_text(hk_read_line(), "last") && hk_is_null(hk_read_line()));
  hk_arr *arguments = hk_arguments();
  T(arguments->length == 3 && t_text(hk_arr_get(arguments, 0), "first") && t_text(hk_arr_get(arguments, 1), "") && t_text(hk_arr_get(arguments, 2), "zw\xc3\xb6lf"));
  hk_dec(arguments);
  hk_any s = t_str("0123456789abcdef");
  for (int i = 0; i < 10000; i++) hk_print(HK_SPLIT(s));
  hk_eprint(HK_SPLIT(s));
  T(t_length == 170000 + 17);
  hk_dec_any(s);
  t_length = 0;
  hk_print(HK_SPLIT(hk_float(2)));
  hk_print_line();
  T(hk_finish(HK_SPLIT(hk_bool(1))) == 1);
  T(t_length == 3 && memcmp(t_output, "2\n\n", 3) == 0);
  t_may_end = 1;
  int code = setjmp(t_end);
  if (code == 0) hk_exit(HK_SPLIT(hk_int(3)));
  T(code == 1003);
  t_may_end = 0;
}

static int t_json(const char *text, const char *expected) {
  hk_str *s = hk_str_lit(text);
  hk_JSONBox *j = hk_json_new(s);
  hk_dec(s);
  if (j == NULL) return t_error("ParseError", expected);
  int same = t_is(hk_json_stringify(j), expected);
  hk_dec(j);
  return same;
}

static int t_replace(const char *pattern, const char *text, const char *by, const char *expected) {
  hk_str *p = hk_str_lit(pattern);
  hk_str *s = hk_str_lit(text);
  hk_str *b = hk_str_lit(by);
  hk_RegexBox *re = hk_regex_new(p);
  int same = re == NULL ? t_error("ParseError", expected) : t_is(hk_regex_replace(re, s, b), expected);
  if (re != NULL) hk_dec(re);
  hk_dec(p);
  hk_dec(s);
  hk_dec(b);
  return same;
}

static int t_normal(const char *path, const char *expected) {
  hk_str *p = hk_str_lit(path);
  int same = t_is(hk_path_normalize(p), expected);
  hk_dec(p);
  return same;
}

#include "hk_test_library.c"

static void t_work(void) {
  t_strings();
  t_arrays();
  t_boxes();
  t_library();
  t_operators();
  hk_map *m = hk_map_new();
  for (int64_t i = 0; i < 200; i++) {
    t_made = t_str("value");
    hk_map_set_i64(m, i, HK_SPLIT(t_made));
  }
  hk_dec(hk_map_values(m));
  hk_dec(hk_map_keys(m));
  hk_dec(m);
}

/* Memory that runs out at any point ends the program cleanly. */
static void t_out_of_memory(void) {
  t_setup();
  hk_h.countdown = INT64_MAX;
  t_work();
  int64_t requests = INT64_MAX - hk_h.countdown;
  t_may_end = 1;
  int checks = t_checks;
  for (volatile int64_t n = 1; n < requests; n += 1 + n / 50) {
    t_setup();
    hk_h.countdown = n;
    if (setjmp(t_end) == 0) {
      t_work();
      t_failures++;
      printf("not ok: the request %lld did not fail\n", (long long)n);
    } else {
      T(hk_pending == &hk_memory_error);
    }
  }
  t_checks = checks + 1;
  t_may_end = 0;
  /* And a program that takes all there is. */
  t_setup();
  t_may_end = 1;
  if (setjmp(t_end) == 0) {
    hk_arr *a = hk_arr_new(0, 0);
    for (int64_t i = 0;; i++) {
      t_made = hk_ptr(hk_str_repeat(t_ev(), 1000 + i % 70000));
      hk_arr_push(a, HK_SPLIT(t_made));
    }
  }
  T(hk_pending == &hk_memory_error);
  t_may_end = 0;
  t_setup();
}

/* The layouts of repr.ts. */
static void t_layout(void) {
  T(offsetof(hk_str, bytes) == 8 && offsetof(hk_str, points) == 12 && offsetof(hk_str, hash) == 16 && offsetof(hk_str, capacity) == 20 && offsetof(hk_str, data) == 24);
  T(offsetof(hk_arr, length) == 8 && offsetof(hk_arr, capacity) == 12 && offsetof(hk_arr, kind) == 16 && offsetof(hk_arr, data) == 24 && sizeof(hk_arr) == 32);
  T(sizeof(hk_any) == 16 && sizeof(hk_obj) == 8);
}

static void t_run(const char *name, void (*test)(void)) {
  int before = t_failures;
  t_name = name;
  t_setup();
  test();
  t_clean();
  if (t_failures == before) {
    t_passed++;
  } else {
    t_failed++;
  }
}

int main(void) {
  t_run("layout", t_layout);
  t_run("numbers", t_numbers);
  t_run("strings", t_strings);
  t_run("arrays", t_arrays);
  t_run("maps", t_maps);
  t_run("objects", t_objects);
  t_run("operators", t_operators);
  t_run("boxes", t_boxes);
  t_run("input and output", t_inout);
  t_run("library", t_library);
  t_run("nesting", t_nesting);
  t_run("out of memory", t_out_of_memory);
  printf("%d checks\n%d passed, %d failed\n", t_checks, t_passed, t_failed);
  return t_failures != 0;
}
