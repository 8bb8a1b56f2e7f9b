/*
 * Errors: the pending error, its trace, and the messages of the language.
 *
 * The one idea: to fail is to make an ErrorBox pending and to report by the result; generated code takes its error edge and names
 * the call site with hk_trace on the way out.
 */
#include "hk.h"

struct hk_ErrorBox {
  hk_obj head;
  uint32_t code;
  int32_t line;
  uint32_t traced;
  uint32_t pad;
  hk_str *kind;
  hk_str *message;
  int32_t trace[HK_LIMIT_TRACE];
};

hk_ErrorBox *hk_pending = NULL;
int32_t hk_depth = 0;
int32_t hk_depth_limit = HK_LIMIT_DEPTH;

static const char *const hk_trap_names[] = HK_TRAP_NAMES;
#define HK_TRAP_COUNT (sizeof hk_trap_names / sizeof hk_trap_names[0])

HK_STATIC_STR(hk_memory_kind, "OutOfMemory")
HK_STATIC_STR(hk_memory_message, "out of memory (limit 256 MiB)")
static hk_ErrorBox hk_memory_error;

static hk_ErrorBox *hk_error_make(uint32_t code, HK_OWN hk_str *kind, HK_OWN hk_str *message) {
  hk_ErrorBox *e = hk_object(HK_C_ERROR_BOX, sizeof(hk_ErrorBox));
  e->code = code;
  e->line = 0;
  e->traced = 0;
  e->pad = 0;
  e->kind = kind;
  e->message = message;
  return e;
}

static void hk_drop_error(hk_obj *o) {
  hk_ErrorBox *e = (hk_ErrorBox *)o;
  hk_dec(e->kind);
  hk_dec(e->message);
}

static void hk_make_pending(HK_OWN hk_ErrorBox *e) {
  hk_ErrorBox *old = hk_pending;
  hk_pending = e;
  if (old != NULL) hk_dec(old);
}

static int hk_failed(void) { return hk_pending != NULL; }

_Noreturn static HK_COLD void hk_out_of_memory(void) {
  hk_memory_error.head.count = HK_IMMORTAL;
  hk_memory_error.head.word = HK_C_ERROR_BOX;
  hk_memory_error.code = HK_E_OUT_OF_MEMORY;
  hk_memory_error.kind = hk_memory_kind();
  hk_memory_error.message = hk_memory_message();
  hk_pending = &hk_memory_error;
  hk_flush();
  hk_host_fatal();
}

static HK_COLD hk_str *hk_message_list(const char *format, va_list list) {
  hk_str *s = hk_str_room(64);
  while (*format != 0) {
    size_t n = 0;
    while (format[n] != 0 && format[n] != '%') n++;
    s = hk_str_append(s, format, n, n);
    format += n;
    if (*format == 0) break;
    switch (format[1]) {
      case 's': s = hk_str_append_lit(s, va_arg(list, const char *)); break;
      case 'S': s = hk_str_append_str(s, va_arg(list, const hk_str *)); break;
      case 'd': s = hk_str_append_i64(s, va_arg(list, int64_t)); break;
      case 't': {
        hk_str *name = hk_type_text(*va_arg(list, const hk_any *));
        s = hk_str_append_str(s, name);
        hk_dec(name);
        break;
      }
      default: HK_CHECK(0); break;
    }
    format += 2;
  }
  return s;
}

static hk_str *hk_kind_text(uint32_t kind) { return hk_str_lit(hk_trap_names[kind < HK_TRAP_COUNT ? kind : 0]); }

static HK_COLD void hk_fail(uint32_t kind, const char *format, ...) {
  va_list list;
  va_start(list, format);
  hk_str *message = hk_message_list(format, list);
  va_end(list);
  hk_make_pending(hk_error_make(kind, hk_kind_text(kind), message));
}

void hk_raise(int64_t kind, hk_str *message) {
  hk_inc(message);
  hk_make_pending(hk_error_make((uint32_t)kind, hk_kind_text((uint32_t)kind), message));
}

void hk_trace(int32_t site, int32_t line) {
  hk_ErrorBox *e = hk_pending;
  if (e == NULL || hk_is_immortal(e)) return;
  if (e->line == 0) e->line = line;
  if (e->traced < HK_LIMIT_TRACE) e->trace[e->traced++] = site;
}

hk_ErrorBox *hk_err_take(void) {
  hk_ErrorBox *e = hk_pending;
  HK_CHECK(e != NULL);
  hk_pending = NULL;
  return e;
}

void hk_err_set(hk_ErrorBox *e) { hk_make_pending(e); }

void *hk_pending_error(void) { return hk_pending; }

static int hk_str_is(const hk_str *s, const char *text) {
  size_t n = hk_length_of(text);
  return s->bytes == n && hk_bytes_equal(s->data, (const unsigned char *)text, n);
}

int32_t hk_err_matches(hk_ErrorBox *e, hk_str *kind) {
  return hk_str_eq(e->kind, kind) || hk_str_is(kind, "Error") || hk_str_is(kind, "Exception") || hk_str_is(kind, "Any") || hk_str_is(kind, "RuntimeError") ||
         hk_str_is(kind, "ErrorBox");
}

hk_ErrorBox *hk_error_new(int64_t kind_t, int64_t kind_v, int64_t message_t, int64_t message_v) {
  hk_str *kind = hk_text(kind_t, kind_v);
  if (kind == NULL) return NULL;
  hk_str *message = hk_text(message_t, message_v);
  if (message == NULL) {
    hk_dec(kind);
    return NULL;
  }
  uint32_t code = 0;
  for (uint32_t i = 1; i < HK_TRAP_COUNT; i++) {
    if (hk_str_is(kind, hk_trap_names[i])) code = i;
  }
  return hk_error_make(code, kind, message);
}

hk_str *hk_error_kind(hk_ErrorBox *e) {
  hk_inc(e->kind);
  return e->kind;
}

hk_str *hk_error_message(hk_ErrorBox *e) {
  hk_inc(e->message);
  return e->message;
}

int64_t hk_error_line(hk_ErrorBox *e) { return e->line; }

int32_t hk_error_kind_code(void *error) { return (int32_t)((hk_ErrorBox *)error)->code; }

int32_t hk_trace_length(void *error) { return (int32_t)((hk_ErrorBox *)error)->traced; }

int32_t hk_trace_site(void *error, int32_t index) { return ((hk_ErrorBox *)error)->trace[index]; }

void hk_fatal(void) {
  hk_flush();
  hk_host_fatal();
}

void hk_uncaught(void) { hk_fatal(); }

/* The messages. */

void hk_panic(int64_t a_t, int64_t a_v) {
  hk_str *text = hk_text(a_t, a_v);
  if (text == NULL) return;
  hk_raise(HK_E_PANIC, text);
  hk_dec(text);
}

void hk_raise_div_zero(void) { hk_fail(HK_E_DIVISION_BY_ZERO, "Division by zero"); }

void hk_raise_null_bool(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (hk_is_null(a)) {
    hk_fail(HK_E_TYPE_ERROR, "Void in boolean context");
  } else {
    hk_fail(HK_E_TYPE_ERROR, "cannot coerce BoxRef(%t) to bool", &a);
  }
}

void hk_raise_unknown_method(int64_t a_t, int64_t a_v, hk_str *name) {
  hk_any a = HK_A(a);
  if (hk_is_ptr(a) && hk_is_dead(hk_as_obj(a))) {
    hk_raise_dead(hk_as_obj(a));
  } else if (hk_is_class(a, HK_C_WEAK_REF)) {
    hk_fail(HK_E_TYPE_ERROR, "Unknown method '%S' on WeakRef: convert with weak_to_strong() first", name);
  } else {
    hk_fail(HK_E_TYPE_ERROR, "Unknown method '%S' on %t", name, &a);
  }
}

void hk_raise_no_constructor(hk_str *name, int64_t got) { hk_fail(HK_E_ARITY_ERROR, "No constructor found for %S with %d arguments", name, got); }

void hk_raise_field(int64_t a_t, int64_t a_v, hk_str *name) {
  hk_any a = HK_A(a);
  if (hk_is_null(a)) {
    hk_fail(HK_E_TYPE_ERROR, "field '%S' on null", name);
  } else if (hk_is_class(a, HK_C_WEAK_REF)) {
    hk_fail(HK_E_TYPE_ERROR, "field '%S' on WeakRef: convert with weak_to_strong() first", name);
  } else {
    hk_fail(HK_E_TYPE_ERROR, "field '%S' on %t", name, &a);
  }
}

void hk_raise_private_field(hk_str *name, hk_str *box) { hk_fail(HK_E_ACCESS_ERROR, "Field '%S' is private in %S", name, box); }

void hk_raise_private_method(hk_str *name, hk_str *box) { hk_fail(HK_E_ACCESS_ERROR, "Method '%S' is private in %S", name, box); }

void hk_raise_not_callable(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  hk_fail(HK_E_TYPE_ERROR, "value of type %t is not callable", &a);
}

void hk_raise_index(int64_t i, int64_t len) { hk_fail(HK_E_INDEX_ERROR, "index %d out of bounds (len=%d)", i, len); }

void hk_raise_match(int64_t a_t, int64_t a_v) {
  hk_str *text = hk_text(a_t, a_v);
  if (text == NULL) return;
  hk_fail(HK_E_MATCH_ERROR, "no match arm for %S", text);
  hk_dec(text);
}

void hk_raise_dead(hk_obj *a) {
  hk_any value = hk_ptr(a);
  hk_fail(HK_E_USE_AFTER_FINI, "use after fini: %t", &value);
}

void hk_raise_unsupported(hk_str *name) { hk_fail(HK_E_UNSUPPORTED, "%S is not available in the playground", name); }

void hk_raise_stack_overflow(hk_str *name) {
  hk_fail(HK_E_STACK_OVERFLOW, "vm call stack depth exceeded (max_depth=%d, fn=%S)", (int64_t)hk_depth_limit, name);
}

void hk_raise_expected(hk_str *what, int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  hk_fail(HK_E_TYPE_ERROR, "expected %S, got %t", what, &a);
}

/* Own recursion over values: counts the nesting and sees cycles. */

/* 1 to go on, 0 if the pair is being visited already, -1 with a pending error if nested too deeply. */
static int hk_enter(const void *a, const void *b, hk_visit *visit) {
  for (const hk_visit *v = hk_s.visiting; v != NULL; v = v->outer) {
    if (v->a == a && v->b == b) return 0;
  }
  if (hk_s.nesting >= HK_MAX_NESTING) {
    hk_fail(HK_E_STACK_OVERFLOW, "vm call stack depth exceeded (max_depth=%d, fn=toString)", (int64_t)HK_MAX_NESTING);
    return -1;
  }
  hk_s.nesting++;
  visit->a = a;
  visit->b = b;
  visit->outer = hk_s.visiting;
  hk_s.visiting = visit;
  return 1;
}

static void hk_leave(const hk_visit *visit) {
  hk_s.nesting--;
  hk_s.visiting = visit->outer;
}
