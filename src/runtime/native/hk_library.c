/*
 * What all boxes of the library have in common: freeing, text, equality.
 */
#include "hk.h"

/* Releases what a library object holds; gives its size. */
static size_t hk_drop_library(hk_obj *o) {
  switch (hk_class_of(o)) {
    case HK_C_ARRAY_BOX: hk_arr_drop_elements((hk_arr *)o); return sizeof(hk_arr);
    case HK_C_MAP_BOX: hk_map_drop((hk_map *)o); return hk_map_object_size();
    case HK_C_ERROR_BOX: hk_drop_error(o); return sizeof(hk_ErrorBox);
    case HK_C_WEAK_REF: hk_drop_weak(o); return sizeof(hk_WeakRef);
    case HK_C_FUTURE_BOX: hk_dec_any(((hk_FutureBox *)o)->value); return sizeof(hk_FutureBox);
    case HK_C_RANGE_BOX: return sizeof(hk_RangeBox);
    case HK_C_RESULT_BOX: hk_dec_any(((hk_ResultBox *)o)->value); return sizeof(hk_ResultBox);
    case HK_C_RANDOM_BOX: return sizeof(hk_RandomBox);
    case HK_C_REF_CELL_BOX: hk_dec_any(((hk_RefCellBox *)o)->value); return sizeof(hk_RefCellBox);
    case HK_C_INT_CELL_BOX: return sizeof(hk_IntCellBox);
    case HK_C_JSONBOX: hk_dec_any(((hk_JSONBox *)o)->value); return sizeof(hk_JSONBox);
    case HK_C_JSON_DOC_BOX:
      hk_dec_any(((hk_JsonDocBox *)o)->root);
      hk_dec(((hk_JsonDocBox *)o)->wrong);
      return sizeof(hk_JsonDocBox);
    case HK_C_JSON_NODE_BOX: hk_dec_any(((hk_JsonNodeBox *)o)->value); return sizeof(hk_JsonNodeBox);
    case HK_C_REGEX_BOX: hk_drop_regex(o); return sizeof(hk_RegexBox);
    case HK_C_DATE_TIME_BOX: return sizeof(hk_DateTimeBox);
    case HK_C_TIMER_BOX: return sizeof(hk_TimerBox);
    case HK_C_BUFFER_BOX: hk_drop_buffer(o); return sizeof(hk_BufferBox);
    case HK_C_DEBUG_BOX: hk_drop_debug(o); return sizeof(hk_DebugBox);
    case HK_C_WEB_CANVAS_BOX: hk_drop_canvas(o); return sizeof(hk_WebCanvasBox);
    case HK_C_FILE_BOX: hk_drop_file(o); return sizeof(hk_FileBox);
    default: return 16;
  }
}

static int hk_append_wrapped(hk_str **s, const char *name, const hk_obj *o, hk_any v) {
  hk_visit visit;
  int go = hk_enter(o, NULL, &visit);
  if (go < 0) return 0;
  *s = hk_str_append_lit(*s, name);
  *s = hk_str_append_lit(*s, "(");
  int good = 1;
  if (go > 0) {
    hk_any kept = hk_kept(v);
    good = hk_append_text(s, kept);
    hk_dec_any(kept);
    hk_leave(&visit);
  } else {
    *s = hk_str_append_lit(*s, "...");
  }
  *s = hk_str_append_lit(*s, ")");
  return good;
}

static int hk_append_future(hk_str **s, hk_obj *o) {
  const hk_FutureBox *f = (hk_FutureBox *)o;
  if (f->state == HK_PENDING) {
    *s = hk_str_append_lit(*s, "Future(pending)");
    return 1;
  }
  hk_visit visit;
  int go = hk_enter(o, NULL, &visit);
  if (go < 0) return 0;
  *s = hk_str_append_lit(*s, f->state == HK_READY ? "Future(ready: " : f->state == HK_FAILED ? "Future(failed: " : "Future(cancelled: ");
  int good = 1;
  if (go > 0) {
    hk_any kept = hk_kept(f->value);
    good = hk_append_text(s, kept);
    hk_dec_any(kept);
    hk_leave(&visit);
  } else {
    *s = hk_str_append_lit(*s, "...");
  }
  *s = hk_str_append_lit(*s, ")");
  return good;
}

static int hk_append_library(hk_str **s, hk_obj *o) {
  switch (hk_class_of(o)) {
    case HK_C_ERROR_BOX: {
      const hk_ErrorBox *e = (hk_ErrorBox *)o;
      *s = hk_str_append_str(*s, e->kind);
      *s = hk_str_append_lit(*s, ": ");
      *s = hk_str_append_str(*s, e->message);
      return 1;
    }
    case HK_C_WEAK_REF: *s = hk_str_append_lit(*s, hk_weak_alive((hk_WeakRef *)o) ? "WeakRef(alive)" : "WeakRef(dropped)"); return 1;
    case HK_C_FUTURE_BOX: return hk_append_future(s, o);
    case HK_C_RESULT_BOX: return hk_append_wrapped(s, ((hk_ResultBox *)o)->ok ? "Ok" : "Err", o, ((hk_ResultBox *)o)->value);
    case HK_C_REF_CELL_BOX: return hk_append_wrapped(s, "RefCellBox", o, ((hk_RefCellBox *)o)->value);
    case HK_C_INT_CELL_BOX: return hk_append_wrapped(s, "IntCellBox", o, hk_int(((hk_IntCellBox *)o)->value));
    case HK_C_RANGE_BOX: {
      const hk_RangeBox *r = (hk_RangeBox *)o;
      *s = hk_str_append_lit(*s, "Range(");
      *s = hk_str_append_i64(*s, r->start);
      *s = hk_str_append_lit(*s, ", ");
      *s = hk_str_append_i64(*s, r->end);
      *s = hk_str_append_lit(*s, ", ");
      *s = hk_str_append_i64(*s, r->step);
      *s = hk_str_append_lit(*s, ")");
      return 1;
    }
    case HK_C_JSONBOX: return hk_append_json(s, ((hk_JSONBox *)o)->value);
    case HK_C_JSON_NODE_BOX: return hk_append_json(s, ((hk_JsonNodeBox *)o)->value);
    case HK_C_DATE_TIME_BOX: *s = hk_append_date(*s, o); return 1;
    case HK_C_BUFFER_BOX: *s = hk_append_buffer(*s, o); return 1;
    case HK_C_WEB_CANVAS_BOX: *s = hk_append_canvas(*s, o); return 1;
    default: {
      hk_str *name = hk_type_text(hk_ptr(o));
      *s = hk_str_append_str(*s, name);
      *s = hk_str_append_lit(*s, "()");
      hk_dec(name);
      return 1;
    }
  }
}

/* equals() of a library box: identity, except for boxes that are values. */
static int hk_equals_library(hk_any a, hk_any b) {
  hk_obj *x = hk_as_obj(a);
  if (!hk_is_ptr(b) || hk_class_of(x) != hk_class_of(hk_as_obj(b))) return 0;
  hk_obj *y = hk_as_obj(b);
  switch (hk_class_of(x)) {
    case HK_C_RANGE_BOX: {
      const hk_RangeBox *r = (hk_RangeBox *)x;
      const hk_RangeBox *q = (hk_RangeBox *)y;
      return r->start == q->start && r->end == q->end && r->step == q->step;
    }
    case HK_C_RESULT_BOX: {
      const hk_ResultBox *r = (hk_ResultBox *)x;
      const hk_ResultBox *q = (hk_ResultBox *)y;
      if (r == q) return 1;
      if (r->ok != q->ok) return 0;
      hk_visit visit;
      int go = hk_enter(x, y, &visit);
      if (go <= 0) return go == 0 ? 1 : -1;
      int same = hk_equals_any(r->value, q->value);
      hk_leave(&visit);
      return same;
    }
    case HK_C_DATE_TIME_BOX: return ((hk_DateTimeBox *)x)->ms == ((hk_DateTimeBox *)y)->ms;
    case HK_C_BUFFER_BOX: {
      const hk_BufferBox *p = (hk_BufferBox *)x;
      const hk_BufferBox *q = (hk_BufferBox *)y;
      return p->length == q->length && hk_bytes_equal(p->bytes, q->bytes, p->length);
    }
    case HK_C_JSONBOX: return hk_equals_any(((hk_JSONBox *)x)->value, ((hk_JSONBox *)y)->value);
    default: return hk_equal(a, b);
  }
}
