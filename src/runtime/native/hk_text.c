/*
 * Texts and type names of values, type tests.
 *
 * The one idea: one function appends the text of any value to a growing string; a value that contains itself prints `...` where it
 * comes up again.
 */
#include "hk.h"

typedef struct hk_library_class {
  uint32_t id;
  const char *box;
  const char *type;
  const char *names;
} hk_library_class;

static const hk_library_class hk_library_classes[] = HK_LIBRARY_CLASSES;
#define HK_LIBRARY_COUNT (sizeof hk_library_classes / sizeof hk_library_classes[0])

static hk_class *hk_class_desc(const void *o) {
  uint32_t id = hk_class_of(o);
  return id < HK_FIRST_USER_CLASS ? NULL : &hk_s.classes[id - HK_FIRST_USER_CLASS];
}

/* Row of a value of the library. The first five rows are those of plain values and functions. */
static size_t hk_library_row(hk_any a) {
  switch (a.tag) {
    case HK_TAG_INT: return 0;
    case HK_TAG_FLOAT: return 1;
    case HK_TAG_BOOL: return 2;
    case HK_TAG_PTR: break;
    default: return 3;
  }
  uint32_t id = hk_class_of(hk_as_obj(a));
  if (id >= HK_FIRST_USER_CLASS) return 4;
  for (size_t i = 5; i < HK_LIBRARY_COUNT; i++) {
    if (hk_library_classes[i].id == id) return i;
  }
  return 3;
}

static int hk_is_function(hk_any a) {
  if (!hk_is_ptr(a)) return 0;
  hk_class *c = hk_class_desc(hk_as_obj(a));
  return c != NULL && c->kind == HK_CLASS_KIND_CLOSURE;
}

/* Type name as a string; owned. */
static hk_str *hk_type_text(hk_any a) {
  if (hk_is_ptr(a)) {
    hk_class *c = hk_class_desc(hk_as_obj(a));
    if (c != NULL && c->kind == HK_CLASS_KIND_VARIANT) {
      /* The name is Enum::Variant; the type is the enum. */
      uint32_t n = 0;
      while (n < c->name->bytes && c->name->data[n] != ':') n++;
      return hk_str_of((const char *)c->name->data, n);
    }
    if (c != NULL && c->kind != HK_CLASS_KIND_CLOSURE) {
      hk_inc(c->name);
      return c->name;
    }
  }
  size_t row = hk_library_row(a);
  if (hk_s.type_names[row] == NULL) {
    hk_str *s = hk_str_lit(hk_library_classes[row].type);
    s->head.count = HK_IMMORTAL;
    hk_s.live--;
    hk_s.type_names[row] = s;
  }
  return hk_s.type_names[row];
}

hk_str *hk_type_name(int64_t a_t, int64_t a_v) { return hk_type_text(HK_A(a)); }

int32_t hk_is(int64_t a_t, int64_t a_v, hk_str *name) {
  hk_any a = HK_A(a);
  if (hk_is_ptr(a)) {
    hk_class *c = hk_class_desc(hk_as_obj(a));
    if (c != NULL) {
      for (uint32_t i = 0; i < c->isnames_count; i++) {
        if (hk_str_eq(c->isnames[i], name)) return 1;
      }
      if (c->kind != HK_CLASS_KIND_CLOSURE) return hk_str_is(name, "Any");
    }
  }
  if (hk_str_is(name, "Any")) return 1;
  const char *names = hk_library_classes[hk_library_row(a)].names;
  size_t length = hk_length_of(names);
  for (size_t i = 0; i + name->bytes + 2 <= length; i++) {
    if (names[i] == '|' && names[i + 1 + name->bytes] == '|' && hk_bytes_equal((const unsigned char *)names + i + 1, name->data, name->bytes)) return 1;
  }
  return 0;
}

hk_any hk_as(int64_t a_t, int64_t a_v, hk_str *name) {
  hk_any a = HK_A(a);
  if (hk_is(a_t, a_v, name)) return hk_kept(a);
  hk_fail(HK_E_TYPE_ERROR, "type cast failed: expected %S, got %t", name, &a);
  return hk_err();
}

static int hk_append_fields(hk_str **s, const hk_obj *o, const hk_class *c, const char *between, int named, int all) {
  int first = 1;
  for (uint32_t i = 0; i < c->nfields; i++) {
    const hk_field *f = &c->fields[i];
    if ((f->flags & HK_FIELD_HIDDEN) != 0 || (!all && (f->flags & HK_FIELD_PUBLIC) == 0)) continue;
    if (!first) *s = hk_str_append_lit(*s, between);
    first = 0;
    if (named) {
      *s = hk_str_append_str(*s, f->name);
      *s = hk_str_append_lit(*s, ": ");
    }
    hk_any v = hk_kept(hk_field_value(o, f));
    int good = hk_append_text(s, v);
    hk_dec_any(v);
    if (!good) return 0;
  }
  return 1;
}

static hk_any hk_field_value(const hk_obj *o, const hk_field *f) {
  const void *at = hk_field_at(o, f->offset);
  switch (f->repr) {
    case HK_REPR_I64: return hk_int(*(const int64_t *)at);
    case HK_REPR_F64: return hk_float(*(const double *)at);
    case HK_REPR_BOOL: return hk_bool(*(const int64_t *)at != 0);
    case HK_REPR_PTR: return hk_opt(((const hk_slot *)at)->any);
    default: return *(const hk_any *)at;
  }
}

/* The derived text of an instance: B(v1,v2) of its public fields. */
static int hk_append_derived(hk_str **s, hk_obj *o, const hk_class *c) {
  *s = hk_str_append_str(*s, c->name);
  hk_visit visit;
  int go = hk_is_dead(o) ? 0 : hk_enter(o, NULL, &visit);
  if (go < 0) return 0;
  *s = hk_str_append_lit(*s, "(");
  int good = 1;
  if (go > 0) {
    good = hk_append_fields(s, o, c, ",", 0, 0);
    hk_leave(&visit);
  } else if (!hk_is_dead(o)) {
    *s = hk_str_append_lit(*s, "...");
  }
  *s = hk_str_append_lit(*s, ")");
  return good;
}

static int hk_append_variant(hk_str **s, const hk_obj *o, const hk_class *c) {
  *s = hk_str_append_str(*s, c->enum_label);
  if (c->shape == HK_SHAPE_UNIT) return 1;
  int record = c->shape == HK_SHAPE_RECORD;
  hk_visit visit;
  int go = hk_enter(o, NULL, &visit);
  if (go < 0) return 0;
  *s = hk_str_append_lit(*s, record ? "{" : "(");
  int good = 1;
  if (go > 0) {
    good = hk_append_fields(s, o, c, ", ", record, 1);
    hk_leave(&visit);
  } else {
    *s = hk_str_append_lit(*s, "...");
  }
  *s = hk_str_append_lit(*s, record ? "}" : ")");
  return good;
}

static int hk_append_array(hk_str **s, const hk_arr *a) {
  hk_visit visit;
  int go = hk_enter(a, NULL, &visit);
  if (go < 0) return 0;
  if (go == 0) {
    *s = hk_str_append_lit(*s, "[...]");
    return 1;
  }
  *s = hk_str_append_lit(*s, "[");
  int good = 1;
  for (uint32_t i = 0; i < a->length && good; i++) {
    if (i > 0) *s = hk_str_append_lit(*s, ", ");
    hk_any v = hk_kept(hk_arr_at(a, i));
    good = hk_append_text(s, v);
    hk_dec_any(v);
  }
  *s = hk_str_append_lit(*s, "]");
  hk_leave(&visit);
  return good;
}

static int hk_append_user(hk_str **s, hk_obj *o, const hk_class *c) {
  switch (c->kind) {
    case HK_CLASS_KIND_CLOSURE:
      *s = hk_str_append_lit(*s, "FunctionBox(params=");
      *s = hk_str_append_i64(*s, c->arity);
      *s = hk_str_append_lit(*s, ")");
      return 1;
    case HK_CLASS_KIND_VARIANT: return hk_append_variant(s, o, c);
    default: break;
  }
  if (hk_is_dead(o)) return hk_append_derived(s, o, c);
  hk_any text = hk_cb_text(o);
  if (hk_is_err(text)) return 0;
  if (hk_is_null(text)) return hk_append_derived(s, o, c);
  /* A text method that gives another kind of value has it converted once more; if that is the instance again, its derived text ends it. */
  int good = hk_is_ptr(text) && hk_as_obj(text) == o ? hk_append_derived(s, o, c) : hk_append_text(s, text);
  hk_dec_any(text);
  return good;
}

/* Apart, so that the digits take no room in the frames of the recursion. */
static __attribute__((noinline)) hk_str *hk_str_append_f64(HK_OWN hk_str *s, double f) {
  char digits[HK_F64_ROOM];
  size_t n = hk_format_f64(digits, f);
  return hk_str_append(s, digits, n, n);
}

/* Appends the text of a; 0 with a pending error if a text method fails. */
static int hk_append_text(hk_str **s, hk_any a) {
  switch (a.tag) {
    case HK_TAG_NULL: *s = hk_str_append(*s, "null", 4, 4); return 1;
    case HK_TAG_INT: *s = hk_str_append_i64(*s, a.bits); return 1;
    case HK_TAG_FLOAT: *s = hk_str_append_f64(*s, hk_as_float(a)); return 1;
    case HK_TAG_BOOL: *s = hk_str_append_lit(*s, a.bits ? "true" : "false"); return 1;
    default: break;
  }
  hk_obj *o = hk_as_obj(a);
  uint32_t id = hk_class_of(o);
  if (id >= HK_FIRST_USER_CLASS) return hk_append_user(s, o, hk_class_desc(o));
  switch (id) {
    case HK_C_STRING_BOX: *s = hk_str_append_str(*s, (hk_str *)o); return 1;
    case HK_C_ARRAY_BOX: return hk_append_array(s, (hk_arr *)o);
    case HK_C_MAP_BOX:
      *s = hk_str_append_lit(*s, "MapBox(size=");
      *s = hk_str_append_i64(*s, hk_map_size((hk_map *)o));
      *s = hk_str_append_lit(*s, ")");
      return 1;
    default: return hk_append_library(s, o);
  }
}

hk_str *hk_text(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  switch (a.tag) {
    case HK_TAG_INT: return hk_i64_text(a.bits);
    case HK_TAG_FLOAT: return hk_f64_text(hk_as_float(a));
    case HK_TAG_BOOL: return hk_bool_text((int32_t)a.bits);
    default: break;
  }
  if (hk_is_str(a)) {
    hk_inc(hk_as_obj(a));
    return (hk_str *)hk_as_obj(a);
  }
  hk_str *s = hk_str_room(24);
  if (hk_append_text(&s, a)) return s;
  hk_dec(s);
  return NULL;
}

hk_str *hk_derived_text(hk_obj *a) {
  hk_str *s = hk_str_room(24);
  hk_class *c = hk_class_desc(a);
  if (c == NULL ? hk_append_text(&s, hk_ptr(a)) : hk_append_derived(&s, a, c)) return s;
  hk_dec(s);
  return NULL;
}

/* Reflection. */

static const hk_field *hk_find_field(const hk_class *c, const hk_str *name) {
  for (uint32_t i = 0; i < c->nfields; i++) {
    const hk_field *f = &c->fields[i];
    if ((f->flags & HK_FIELD_HIDDEN) == 0 && hk_str_eq(f->name, (hk_str *)(uintptr_t)name)) return f;
  }
  return NULL;
}

/* The class of an instance with fields, or null with a pending error. */
static hk_class *hk_instance_class(hk_any a, hk_str *name) {
  hk_class *c = hk_is_ptr(a) ? hk_class_desc(hk_as_obj(a)) : NULL;
  if (c != NULL && c->kind <= HK_CLASS_KIND_STATIC) {
    if (!hk_is_dead(hk_as_obj(a))) return c;
    hk_raise_dead(hk_as_obj(a));
    return NULL;
  }
  hk_raise_field(HK_SPLIT(a), name);
  return NULL;
}

hk_any hk_get_field(int64_t a_t, int64_t a_v, hk_str *name) {
  hk_any a = HK_A(a);
  if (hk_is_map(a)) return hk_map_get_str((hk_map *)hk_as_obj(a), name);
  hk_class *c = hk_instance_class(a, name);
  if (c == NULL) return hk_err();
  const hk_field *f = hk_find_field(c, name);
  return f == NULL ? hk_null() : hk_kept(hk_field_value(hk_as_obj(a), f));
}

void hk_set_field(int64_t a_t, int64_t a_v, hk_str *name, int64_t v_t, int64_t v_v) {
  hk_any a = HK_A(a);
  hk_any v = HK_A(v);
  if (hk_is_map(a)) {
    hk_map_set_str((hk_map *)hk_as_obj(a), name, HK_SPLIT(v));
    return;
  }
  hk_class *c = hk_instance_class(a, name);
  const hk_field *f = c == NULL ? NULL : hk_find_field(c, name);
  if (f == NULL) {
    if (c != NULL) hk_fail(HK_E_TYPE_ERROR, "Unknown field '%S' on %t", name, &a);
    hk_dec_any(v);
    return;
  }
  void *at = hk_field_at(hk_as_obj(a), f->offset);
  hk_any old = hk_field_value(hk_as_obj(a), f);
  int fits = f->repr == HK_REPR_ANY || (f->repr == HK_REPR_I64 && hk_is_int(v)) || (f->repr == HK_REPR_F64 && hk_is_float(v)) ||
             (f->repr == HK_REPR_BOOL && hk_is_bool(v)) || (f->repr == HK_REPR_PTR && (hk_is_ptr(v) || hk_is_null(v)));
  if (!fits) {
    hk_fail(HK_E_TYPE_ERROR, "field '%S' cannot hold %t", name, &v);
    hk_dec_any(v);
    return;
  }
  if (f->repr == HK_REPR_ANY) {
    *(hk_any *)at = v;
  } else {
    *(int64_t *)at = hk_is_null(v) ? 0 : v.bits;
  }
  hk_dec_any(old);
}

int32_t hk_has_field(int64_t a_t, int64_t a_v, hk_str *name) {
  hk_any a = HK_A(a);
  if (hk_is_map(a)) return hk_map_has_str((hk_map *)hk_as_obj(a), name);
  hk_class *c = hk_instance_class(a, name);
  return c != NULL && hk_find_field(c, name) != NULL;
}

int64_t hk_function_arity(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (hk_is_function(a)) return hk_class_desc(hk_as_obj(a))->arity;
  hk_raise_not_callable(HK_SPLIT(a));
  return 0;
}
