/*
 * Small boxes: ranges, results, cells, weak references, futures and task scopes.
 *
 * The one idea of weak references: an object has at most one WeakRef, found in a table by the object's address while the object
 * lives; freeing the object empties its WeakRef at that moment. So equality of weak references is identity.
 */
#include "hk.h"

/* Ranges. */

struct hk_RangeBox {
  hk_obj head;
  int64_t start;
  int64_t end;
  int64_t step;
};

hk_RangeBox *hk_range_step_new(int64_t start, int64_t end, int64_t step) {
  if (step == 0) {
    hk_fail(HK_E_TYPE_ERROR, "range step must not be 0");
    return NULL;
  }
  hk_RangeBox *r = hk_object(HK_C_RANGE_BOX, sizeof(hk_RangeBox));
  r->start = start;
  r->end = end;
  r->step = step;
  return r;
}

hk_RangeBox *hk_range_new(int64_t start, int64_t end) { return hk_range_step_new(start, end, 1); }

int64_t hk_range_start(hk_RangeBox *r) { return r->start; }
int64_t hk_range_end(hk_RangeBox *r) { return r->end; }
int64_t hk_range_step(hk_RangeBox *r) { return r->step; }

static uint64_t hk_range_count(const hk_RangeBox *r) {
  if (r->step > 0 ? r->start >= r->end : r->start <= r->end) return 0;
  uint64_t distance = r->step > 0 ? (uint64_t)r->end - (uint64_t)r->start : (uint64_t)r->start - (uint64_t)r->end;
  uint64_t step = r->step > 0 ? (uint64_t)r->step : 0 - (uint64_t)r->step;
  return (distance - 1) / step + 1;
}

int64_t hk_range_length(hk_RangeBox *r) { return (int64_t)hk_range_count(r); }

int32_t hk_range_contains(hk_RangeBox *r, int64_t i_t, int64_t i_v) {
  hk_any i = HK_A(i);
  if (hk_is_float(i)) {
    double f = hk_as_float(i);
    int64_t whole = hk_saturate(f);
    if (hk_i64_cmp_f64(whole, f) != 0) return 0;
    i = hk_int(whole);
  }
  if (!hk_is_int(i)) return 0;
  if (r->step > 0 ? i.bits < r->start || i.bits >= r->end : i.bits > r->start || i.bits <= r->end) return 0;
  uint64_t distance = r->step > 0 ? (uint64_t)i.bits - (uint64_t)r->start : (uint64_t)r->start - (uint64_t)i.bits;
  uint64_t step = r->step > 0 ? (uint64_t)r->step : 0 - (uint64_t)r->step;
  return distance % step == 0;
}

hk_arr *hk_range_to_array(hk_RangeBox *r) {
  uint64_t n = hk_range_count(r);
  if (n > HK_MAX_SIZE / 8) hk_out_of_memory();
  hk_arr *a = hk_arr_new(HK_KIND_I64, (int64_t)n);
  int64_t value = r->start;
  for (uint64_t i = 0; i < n; i++) {
    a->data.i64[i] = value;
    value = (int64_t)((uint64_t)value + (uint64_t)r->step);
  }
  a->length = (uint32_t)n;
  return a;
}

/* Results. */

struct hk_ResultBox {
  hk_obj head;
  int64_t ok;
  hk_any value;
};

static hk_ResultBox *hk_result_make(int ok, HK_OWN hk_any value) {
  hk_ResultBox *r = hk_object(HK_C_RESULT_BOX, sizeof(hk_ResultBox));
  r->ok = ok;
  r->value = value;
  return r;
}

hk_ResultBox *hk_result_ok(int64_t v_t, int64_t v_v) { return hk_result_make(1, HK_A(v)); }
hk_ResultBox *hk_result_err(int64_t e_t, int64_t e_v) { return hk_result_make(0, HK_A(e)); }
int32_t hk_result_is_ok(hk_ResultBox *r) { return r->ok != 0; }
int32_t hk_result_is_err(hk_ResultBox *r) { return r->ok == 0; }

hk_any hk_result_value(hk_ResultBox *r) {
  if (r->ok) return hk_kept(r->value);
  hk_str *text = hk_text(HK_SPLIT(r->value));
  if (text == NULL) return hk_err();
  hk_fail(HK_E_TYPE_ERROR, "getValue() on Err(%S)", text);
  hk_dec(text);
  return hk_err();
}

hk_any hk_result_error(hk_ResultBox *r) {
  if (!r->ok) return hk_kept(r->value);
  hk_fail(HK_E_TYPE_ERROR, "getError() on Ok");
  return hk_err();
}

hk_any hk_result_unwrap_or(hk_ResultBox *r, int64_t d_t, int64_t d_v) { return hk_kept(r->ok ? r->value : HK_A(d)); }

/* What `?` sees in a value: 0 goes on with the value itself, 1 goes on with what it holds, 2 returns it. */
static int hk_try_kind(hk_any a) {
  if (!hk_is_ptr(a)) return 0;
  if (hk_is_class(a, HK_C_RESULT_BOX)) return ((hk_ResultBox *)hk_as_obj(a))->ok ? 1 : 2;
  hk_class *c = hk_class_desc(hk_as_obj(a));
  if (c == NULL || c->kind != HK_CLASS_KIND_VARIANT) return 0;
  if (hk_str_is(c->enum_label, "Ok") || hk_str_is(c->enum_label, "Some")) return c->nfields > 0 ? 1 : 0;
  return hk_str_is(c->enum_label, "Err") || hk_str_is(c->enum_label, "None") ? 2 : 0;
}

int32_t hk_try_returns(int64_t a_t, int64_t a_v) { return hk_try_kind(HK_A(a)) == 2; }

hk_any hk_try_value(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (hk_try_kind(a) != 1) return hk_kept(a);
  if (hk_is_class(a, HK_C_RESULT_BOX)) return hk_kept(((hk_ResultBox *)hk_as_obj(a))->value);
  return hk_kept(hk_field_value(hk_as_obj(a), &hk_class_desc(hk_as_obj(a))->fields[0]));
}

/* Cells. */

struct hk_RefCellBox {
  hk_obj head;
  hk_any value;
};

struct hk_IntCellBox {
  hk_obj head;
  int64_t value;
};

hk_RefCellBox *hk_cell_new(int64_t v_t, int64_t v_v) {
  hk_RefCellBox *c = hk_object(HK_C_REF_CELL_BOX, sizeof(hk_RefCellBox));
  c->value = HK_A(v);
  return c;
}

hk_any hk_cell_get(hk_RefCellBox *c) { return hk_kept(c->value); }

void hk_cell_set(hk_RefCellBox *c, int64_t v_t, int64_t v_v) {
  hk_any old = c->value;
  c->value = HK_A(v);
  hk_dec_any(old);
}

hk_IntCellBox *hk_int_cell_new(int64_t v) {
  hk_IntCellBox *c = hk_object(HK_C_INT_CELL_BOX, sizeof(hk_IntCellBox));
  c->value = v;
  return c;
}

int64_t hk_int_cell_get(hk_IntCellBox *c) { return c->value; }

void hk_int_cell_set(hk_IntCellBox *c, int64_t v) { c->value = v; }

hk_obj *hk_library_new(int64_t class_id) { return hk_object((uint32_t)class_id, 16); }

/* Weak references. */

struct hk_WeakRef {
  hk_obj head;
  hk_obj *target;
  hk_WeakRef *next;
};

static hk_WeakRef **hk_weak_table;
static uint32_t hk_weak_size;

static hk_WeakRef **hk_weak_bucket(const hk_obj *o) { return &hk_weak_table[((uintptr_t)o >> 4) * 2654435761u & (hk_weak_size - 1)]; }

static void hk_weak_grow(void) {
  uint32_t size = hk_weak_size == 0 ? 16 : hk_weak_size * 2;
  hk_WeakRef **old = hk_weak_table;
  uint32_t old_size = hk_weak_size;
  hk_weak_table = hk_mem_take(size * sizeof(hk_WeakRef *));
  hk_weak_size = size;
  for (uint32_t i = 0; i < size; i++) hk_weak_table[i] = NULL;
  for (uint32_t i = 0; i < old_size; i++) {
    for (hk_WeakRef *w = old[i]; w != NULL;) {
      hk_WeakRef *next = w->next;
      hk_WeakRef **bucket = hk_weak_bucket(w->target);
      w->next = *bucket;
      *bucket = w;
      w = next;
    }
  }
  if (old_size != 0) hk_mem_give(old, old_size * sizeof(hk_WeakRef *));
}

/* Takes the WeakRef of an object out of the table. */
static void hk_weak_unlink(const hk_WeakRef *w) {
  for (hk_WeakRef **link = hk_weak_bucket(w->target);; link = &(*link)->next) {
    if (*link != w) continue;
    *link = w->next;
    hk_s.weak_count--;
    return;
  }
}

static void hk_weak_target_gone(hk_obj *o) {
  hk_WeakRef *w = *hk_weak_bucket(o);
  while (w->target != o) w = w->next;
  hk_weak_unlink(w);
  w->target = NULL;
}

hk_WeakRef *hk_weak_new(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (hk_is_class(a, HK_C_WEAK_REF)) {
    hk_inc(hk_as_obj(a));
    return (hk_WeakRef *)hk_as_obj(a);
  }
  if (!hk_is_ptr(a) || hk_is_str(a)) {
    hk_fail(HK_E_TYPE_ERROR, "WeakRef(New): target is not a Box");
    return NULL;
  }
  hk_obj *o = hk_as_obj(a);
  if (hk_is_dead(o)) {
    hk_raise_dead(o);
    return NULL;
  }
  if ((o->word & HK_WEAK) != 0) {
    hk_WeakRef *w = *hk_weak_bucket(o);
    while (w->target != o) w = w->next;
    hk_inc(w);
    return w;
  }
  if (hk_s.weak_count >= (int64_t)hk_weak_size) hk_weak_grow();
  hk_WeakRef *w = hk_object(HK_C_WEAK_REF, sizeof(hk_WeakRef));
  hk_WeakRef **bucket = hk_weak_bucket(o);
  w->target = o;
  w->next = *bucket;
  *bucket = w;
  hk_s.weak_count++;
  o->word |= HK_WEAK;
  return w;
}

int32_t hk_weak_alive(hk_WeakRef *w) { return w->target != NULL && !hk_is_dead(w->target); }

hk_any hk_weak_load(hk_WeakRef *w) { return hk_weak_alive(w) ? hk_kept(hk_ptr(w->target)) : hk_null(); }

static void hk_drop_weak(hk_obj *o) {
  hk_WeakRef *w = (hk_WeakRef *)o;
  if (w->target == NULL) return;
  hk_weak_unlink(w);
  w->target->word &= ~HK_WEAK;
}

void hk_mark_dead(hk_obj *a) { a->word |= HK_DEAD; }

/* Futures. */

#define HK_PENDING 0
#define HK_READY 1
#define HK_FAILED 2
#define HK_CANCELLED 3

struct hk_FutureBox {
  hk_obj head;
  int64_t state;
  hk_any value; /* the value, the ErrorBox, or the reason */
};

typedef struct hk_scope {
  struct hk_scope *outer;
  hk_ErrorBox *failure;
} hk_scope;

static hk_FutureBox *hk_future_make(int64_t state, HK_OWN hk_any value) {
  hk_FutureBox *f = hk_object(HK_C_FUTURE_BOX, sizeof(hk_FutureBox));
  f->state = state;
  f->value = value;
  return f;
}

hk_FutureBox *hk_future_new(void) { return hk_future_make(HK_PENDING, hk_null()); }

hk_FutureBox *hk_future_ready(int64_t v_t, int64_t v_v) { return hk_future_make(HK_READY, HK_A(v)); }

hk_FutureBox *hk_future_failed(hk_ErrorBox *e) {
  if (hk_s.scope != NULL && hk_s.scope->failure == NULL) {
    hk_inc(e);
    hk_s.scope->failure = e;
  }
  return hk_future_make(HK_FAILED, hk_ptr(e));
}

hk_FutureBox *hk_future_cancelled(hk_str *reason) {
  hk_inc(reason);
  return hk_future_make(HK_CANCELLED, hk_ptr(reason));
}

void hk_future_set(hk_FutureBox *f, int64_t v_t, int64_t v_v) {
  if (f->state != HK_PENDING) {
    hk_dec_any(HK_A(v));
    return;
  }
  f->state = HK_READY;
  f->value = HK_A(v);
}

int32_t hk_future_is_ready(hk_FutureBox *f) { return f->state != HK_PENDING; }

static void hk_fail_task(hk_ErrorBox *e) {
  hk_str *text = hk_text(HK_SPLIT(hk_ptr(e)));
  hk_fail(HK_E_TASK_FAILED, "Task failed: %S", text);
  hk_dec(text);
}

hk_any hk_await(int64_t a_t, int64_t a_v) {
  hk_any a = HK_A(a);
  if (!hk_is_class(a, HK_C_FUTURE_BOX)) {
    hk_fail(HK_E_TYPE_ERROR, "Await expects Future in 'future' operand");
    return hk_err();
  }
  const hk_FutureBox *f = (hk_FutureBox *)hk_as_obj(a);
  switch (f->state) {
    case HK_READY: return hk_kept(f->value);
    case HK_FAILED: hk_fail_task((hk_ErrorBox *)hk_as_obj(f->value)); break;
    case HK_CANCELLED: hk_fail(HK_E_TASK_CANCELLED, "Task cancelled: %S", (hk_str *)hk_as_obj(f->value)); break;
    default: hk_fail(HK_E_TASK_FAILED, "deadlock: future never completes"); break;
  }
  return hk_err();
}

void hk_scope_enter(void) {
  hk_scope *scope = hk_mem_take(sizeof(hk_scope));
  scope->outer = hk_s.scope;
  scope->failure = NULL;
  hk_s.scope = scope;
}

int32_t hk_scope_failed(void) { return hk_s.scope != NULL && hk_s.scope->failure != NULL; }

/* Ends the innermost scope; its first failure, owned, or null. */
static hk_ErrorBox *hk_scope_end(void) {
  hk_scope *scope = hk_s.scope;
  hk_ErrorBox *failure = scope->failure;
  hk_s.scope = scope->outer;
  hk_mem_give(scope, sizeof(hk_scope));
  return failure;
}

void hk_scope_leave(void) {
  hk_ErrorBox *failure = hk_scope_end();
  if (failure == NULL) return;
  hk_fail_task(failure);
  hk_dec(failure);
}

void hk_scope_abandon(void) {
  hk_ErrorBox *failure = hk_scope_end();
  if (failure != NULL) hk_dec(failure);
}
