/*
 * DebugBox: a notebook of what a program wants to watch.
 *
 * The one idea: only texts are kept, never the watched values, so that watching changes no lifetime.
 */
#include "hk.h"

struct hk_DebugBox {
  hk_obj head;
  hk_arr *tracked; /* lines of text */
  hk_arr *events;  /* lines of text */
  uint32_t tracking;
};

hk_DebugBox *hk_debug_new(void) {
  hk_DebugBox *d = hk_object(HK_C_DEBUG_BOX, sizeof(hk_DebugBox));
  d->tracked = hk_arr_new(HK_KIND_REF, 0);
  d->events = hk_arr_new(HK_KIND_REF, 0);
  d->tracking = 0;
  return d;
}

static void hk_drop_debug(hk_obj *o) {
  hk_DebugBox *d = (hk_DebugBox *)o;
  hk_dec(d->tracked);
  hk_dec(d->events);
}

void hk_debug_start(hk_DebugBox *d) { d->tracking = 1; }

void hk_debug_stop(hk_DebugBox *d) { d->tracking = 0; }

int32_t hk_debug_is_tracking(hk_DebugBox *d) { return d->tracking != 0; }

void hk_debug_clear(hk_DebugBox *d) {
  hk_arr_clear(d->tracked);
  hk_arr_clear(d->events);
}

int64_t hk_debug_count(hk_DebugBox *d) { return d->tracked->length; }

/* Adds `before name: text of a` to a list. */
static void hk_debug_note(hk_arr *list, const char *before, const hk_str *name, hk_any a) {
  hk_str *s = hk_str_lit(before);
  s = hk_str_append_str(s, name);
  s = hk_str_append_lit(s, ": ");
  if (hk_append_text(&s, a)) {
    hk_arr_push_ref(list, (hk_obj *)s);
  } else {
    hk_dec(s);
  }
}

void hk_debug_track(hk_DebugBox *d, int64_t a_t, int64_t a_v, hk_str *name) {
  if (d->tracking) hk_debug_note(d->tracked, "", name, HK_A(a));
}

void hk_debug_watch(hk_DebugBox *d, int64_t a_t, int64_t a_v, hk_str *name) { hk_debug_note(d->events, "watch ", name, HK_A(a)); }

void hk_debug_breakpoint(hk_DebugBox *d, hk_str *name) {
  hk_str *s = hk_str_lit("breakpoint ");
  hk_arr_push_ref(d->events, (hk_obj *)hk_str_append_str(s, name));
}

void hk_debug_trace(hk_DebugBox *d, hk_str *name, int64_t args_t, int64_t args_v) { hk_debug_note(d->events, "call ", name, HK_A(args)); }

HK_STATIC_STR(hk_line_end, "\n")

/* A heading and the lines of a list. */
static hk_str *hk_debug_list(const char *heading, hk_arr *list) {
  hk_str *s = hk_str_lit(heading);
  s = hk_str_append_i64(s, list->length);
  hk_str *lines = hk_arr_join(list, hk_line_end());
  if (list->length > 0) s = hk_str_append_lit(s, "\n");
  s = hk_str_append_str(s, lines);
  hk_dec(lines);
  return s;
}

hk_str *hk_debug_dump(hk_DebugBox *d) { return hk_debug_list("tracked boxes: ", d->tracked); }

hk_str *hk_debug_memory(hk_DebugBox *d) {
  (void)d;
  hk_str *s = hk_str_lit("live objects: ");
  return hk_str_append_i64(s, hk_s.live - 1);
}

hk_str *hk_debug_stack(hk_DebugBox *d) { return hk_debug_list("events: ", d->events); }
