/*
 * JSON: writing any value, reading into maps, arrays and plain values.
 */
#include "hk.h"

static void hk_append_quoted(hk_str **s, const hk_str *t) {
  static const char hex[] = "0123456789abcdef";
  *s = hk_str_append(*s, "\"", 1, 1);
  uint32_t done = 0;
  for (uint32_t i = 0; i < t->bytes; i++) {
    unsigned char c = t->data[i];
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    *s = hk_str_append(*s, t->data + done, i - done, hk_points_in(t->data + done, i - done));
    done = i + 1;
    char out[6] = {'\\', (char)c, 0, 0, 0, 0};
    size_t n = 2;
    switch (c) {
      case '"':
      case '\\': break;
      case '\n': out[1] = 'n'; break;
      case '\r': out[1] = 'r'; break;
      case '\t': out[1] = 't'; break;
      case '\b': out[1] = 'b'; break;
      case '\f': out[1] = 'f'; break;
      default:
        out[1] = 'u';
        out[2] = '0';
        out[3] = '0';
        out[4] = hex[c >> 4];
        out[5] = hex[c & 15];
        n = 6;
        break;
    }
    *s = hk_str_append(*s, out, n, n);
  }
  *s = hk_str_append(*s, t->data + done, t->bytes - done, hk_points_in(t->data + done, t->bytes - done));
  *s = hk_str_append(*s, "\"", 1, 1);
}

static int hk_append_json_float(hk_str **s, double f) {
  char digits[HK_F64_ROOM];
  if (f != f || __builtin_fabs(f) == __builtin_inf()) {
    *s = hk_str_append_lit(*s, "null");
    return 1;
  }
  size_t n = hk_format_f64(digits, f);
  size_t i = 0;
  while (i < n && digits[i] != '.') i++;
  *s = hk_str_append(*s, digits, n, n);
  if (i == n) *s = hk_str_append_lit(*s, ".0");
  return 1;
}

static int hk_append_json_array(hk_str **s, const hk_arr *a) {
  *s = hk_str_append_lit(*s, "[");
  for (uint32_t i = 0; i < a->length; i++) {
    if (i > 0) *s = hk_str_append_lit(*s, ",");
    hk_any v = hk_kept(hk_arr_at(a, i));
    int good = hk_append_json(s, v);
    hk_dec_any(v);
    if (!good) return 0;
  }
  *s = hk_str_append_lit(*s, "]");
  return 1;
}

static int hk_append_json_map(hk_str **s, hk_map *m) {
  hk_arr *keys = hk_map_keys(m);
  int good = 1;
  *s = hk_str_append_lit(*s, "{");
  for (uint32_t i = 0; i < keys->length && good; i++) {
    if (i > 0) *s = hk_str_append_lit(*s, ",");
    hk_str *key = (hk_str *)hk_as_obj(hk_arr_at(keys, i));
    hk_append_quoted(s, key);
    *s = hk_str_append_lit(*s, ":");
    hk_any v = hk_map_get_str(m, key);
    good = hk_append_json(s, v);
    hk_dec_any(v);
  }
  *s = hk_str_append_lit(*s, "}");
  hk_dec(keys);
  return good;
}

/* Appends a value as JSON; a value of another kind as its text. 0 with a pending error on a cycle or a failing text method. */
static int hk_append_json(hk_str **s, hk_any a) {
  if (hk_is_float(a)) return hk_append_json_float(s, hk_as_float(a));
  if (!hk_is_ptr(a)) return hk_append_text(s, a);
  hk_obj *o = hk_as_obj(a);
  if (hk_is_str(a)) {
    hk_append_quoted(s, (hk_str *)o);
    return 1;
  }
  if (hk_is_arr(a) || hk_is_map(a)) {
    hk_visit visit;
    int go = hk_enter(o, NULL, &visit);
    if (go == 0) hk_fail(HK_E_TYPE_ERROR, "toJSON() of a value that contains itself");
    if (go <= 0) return 0;
    int good = hk_is_arr(a) ? hk_append_json_array(s, (hk_arr *)o) : hk_append_json_map(s, (hk_map *)o);
    hk_leave(&visit);
    return good;
  }
  hk_str *text = hk_text(HK_SPLIT(a));
  if (text == NULL) return 0;
  hk_append_quoted(s, text);
  hk_dec(text);
  return 1;
}

hk_str *hk_json_text(int64_t a_t, int64_t a_v) {
  hk_str *s = hk_str_room(32);
  if (hk_append_json(&s, HK_A(a))) return s;
  hk_dec(s);
  return NULL;
}
