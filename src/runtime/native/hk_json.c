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

/* Reading. */

typedef struct hk_reader {
  const unsigned char *p;
  uint32_t n;
  uint32_t at;
  const char *wrong; /* what is wrong at `at`, or null */
} hk_reader;

static hk_any hk_read_value(hk_reader *r);

static hk_any hk_wrong(hk_reader *r, const char *what) {
  if (r->wrong == NULL) r->wrong = what;
  return hk_err();
}

static void hk_skip_space(hk_reader *r) {
  while (r->at < r->n && (r->p[r->at] == ' ' || r->p[r->at] == '\n' || r->p[r->at] == '\r' || r->p[r->at] == '\t')) r->at++;
}

static int hk_take_byte(hk_reader *r, unsigned char c) {
  hk_skip_space(r);
  if (r->at >= r->n || r->p[r->at] != c) return 0;
  r->at++;
  return 1;
}

/* Four hexadecimal digits, or -1. */
static int32_t hk_read_hex(hk_reader *r) {
  int32_t value = 0;
  if (r->n - r->at < 4) return -1;
  for (int i = 0; i < 4; i++) {
    unsigned char c = r->p[r->at + (uint32_t)i];
    int32_t digit = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  r->at += 4;
  return value;
}

/* A string after its first quote; null with `wrong` set. */
static hk_str *hk_read_string(hk_reader *r) {
  uint32_t start = r->at;
  while (r->at < r->n && r->p[r->at] != '"' && r->p[r->at] != '\\' && r->p[r->at] >= 0x20) r->at++;
  if (r->at < r->n && r->p[r->at] == '"') {
    r->at++;
    return hk_str_of((const char *)r->p + start, r->at - 1 - start);
  }
  hk_str *s = hk_str_room(r->at - start + 16);
  s = hk_str_append(s, r->p + start, r->at - start, hk_points_in(r->p + start, r->at - start));
  while (r->at < r->n) {
    unsigned char c = r->p[r->at];
    if (c == '"') {
      r->at++;
      return s;
    }
    if (c < 0x20) break;
    if (c != '\\') {
      uint32_t run = r->at;
      while (run < r->n && r->p[run] != '"' && r->p[run] != '\\' && r->p[run] >= 0x20) run++;
      s = hk_str_append(s, r->p + r->at, run - r->at, hk_points_in(r->p + r->at, run - r->at));
      r->at = run;
      continue;
    }
    if (++r->at == r->n) break;
    uint32_t point;
    switch (r->p[r->at++]) {
      case '"': point = '"'; break;
      case '\\': point = '\\'; break;
      case '/': point = '/'; break;
      case 'b': point = '\b'; break;
      case 'f': point = '\f'; break;
      case 'n': point = '\n'; break;
      case 'r': point = '\r'; break;
      case 't': point = '\t'; break;
      case 'u': {
        int32_t unit = hk_read_hex(r);
        if (unit < 0) {
          hk_dec(s);
          hk_wrong(r, "malformed escape");
          return NULL;
        }
        point = (uint32_t)unit;
        if (unit >= 0xd800 && unit < 0xdc00 && r->n - r->at >= 6 && r->p[r->at] == '\\' && r->p[r->at + 1] == 'u') {
          uint32_t back = r->at;
          r->at += 2;
          int32_t low = hk_read_hex(r);
          if (low >= 0xdc00 && low < 0xe000) {
            point = 0x10000u + ((point - 0xd800u) << 10) + ((uint32_t)low - 0xdc00u);
          } else {
            r->at = back;
          }
        }
        if (point >= 0xd800 && point < 0xe000) point = 0xfffd;
        break;
      }
      default:
        r->at--;
        hk_dec(s);
        hk_wrong(r, "malformed escape");
        return NULL;
    }
    unsigned char out[4];
    uint32_t length = hk_encode(point, out);
    s = hk_str_append(s, out, length, 1);
  }
  hk_dec(s);
  hk_wrong(r, r->at < r->n ? "control character in a string" : "string without end");
  return NULL;
}

static hk_any hk_read_number(hk_reader *r) {
  uint32_t start = r->at;
  int whole = 1;
  if (r->p[r->at] == '-') r->at++;
  uint32_t digits = r->at;
  while (r->at < r->n && r->p[r->at] >= '0' && r->p[r->at] <= '9') r->at++;
  if (r->at == digits || (r->p[digits] == '0' && r->at - digits > 1)) return hk_wrong(r, "malformed number");
  if (r->at < r->n && r->p[r->at] == '.') {
    whole = 0;
    digits = ++r->at;
    while (r->at < r->n && r->p[r->at] >= '0' && r->p[r->at] <= '9') r->at++;
    if (r->at == digits) return hk_wrong(r, "malformed number");
  }
  if (r->at < r->n && (r->p[r->at] | 32) == 'e') {
    whole = 0;
    r->at++;
    if (r->at < r->n && (r->p[r->at] == '+' || r->p[r->at] == '-')) r->at++;
    digits = r->at;
    while (r->at < r->n && r->p[r->at] >= '0' && r->p[r->at] <= '9') r->at++;
    if (r->at == digits) return hk_wrong(r, "malformed number");
  }
  int64_t i;
  double f;
  if (whole && hk_parse_i64(r->p + start, r->at - start, &i)) return hk_int(i);
  if (!hk_parse_f64(r->p + start, r->at - start, &f)) return hk_wrong(r, "malformed number");
  return hk_float(f);
}

static hk_any hk_read_array(hk_reader *r) {
  hk_arr *a = hk_arr_new(HK_KIND_ANY, 0);
  if (hk_take_byte(r, ']')) return hk_ptr(a);
  for (;;) {
    hk_any v = hk_read_value(r);
    if (hk_is_err(v)) break;
    hk_arr_add(a, v);
    if (hk_take_byte(r, ']')) return hk_ptr(a);
    if (!hk_take_byte(r, ',')) {
      hk_wrong(r, "expected ',' or ']'");
      break;
    }
  }
  hk_dec(a);
  return hk_err();
}

static hk_any hk_read_object(hk_reader *r) {
  hk_map *m = hk_map_new();
  if (hk_take_byte(r, '}')) return hk_ptr(m);
  for (;;) {
    if (!hk_take_byte(r, '"')) {
      hk_wrong(r, "expected a key");
      break;
    }
    hk_str *key = hk_read_string(r);
    if (key == NULL) break;
    if (!hk_take_byte(r, ':')) {
      hk_dec(key);
      hk_wrong(r, "expected ':'");
      break;
    }
    hk_any v = hk_read_value(r);
    if (hk_is_err(v)) {
      hk_dec(key);
      break;
    }
    hk_map_set_str(m, key, HK_SPLIT(v));
    hk_dec(key);
    if (hk_take_byte(r, '}')) return hk_ptr(m);
    if (!hk_take_byte(r, ',')) {
      hk_wrong(r, "expected ',' or '}'");
      break;
    }
  }
  hk_dec(m);
  return hk_err();
}

static int hk_take_word(hk_reader *r, const char *word) {
  size_t n = hk_length_of(word);
  if (r->n - r->at < n || !hk_bytes_equal(r->p + r->at, (const unsigned char *)word, n)) return 0;
  r->at += (uint32_t)n;
  return 1;
}

/* One value; ERR with `wrong` set. */
static hk_any hk_read_value(hk_reader *r) {
  hk_skip_space(r);
  if (r->at == r->n) return hk_wrong(r, "unexpected end");
  unsigned char c = r->p[r->at];
  if (c == '{' || c == '[') {
    if (hk_s.nesting >= HK_MAX_NESTING) return hk_wrong(r, "nested too deeply");
    r->at++;
    hk_s.nesting++;
    hk_any v = c == '{' ? hk_read_object(r) : hk_read_array(r);
    hk_s.nesting--;
    return v;
  }
  if (c == '"') {
    r->at++;
    hk_str *s = hk_read_string(r);
    return s == NULL ? hk_err() : hk_ptr(s);
  }
  if (c == '-' || (c >= '0' && c <= '9')) return hk_read_number(r);
  if (hk_take_word(r, "true")) return hk_bool(1);
  if (hk_take_word(r, "false")) return hk_bool(0);
  if (hk_take_word(r, "null")) return hk_null();
  return hk_wrong(r, "unexpected character");
}

/* The value a text holds; ERR with the message in *wrong, owned. */
static hk_any hk_json_read(const hk_str *text, hk_str **wrong) {
  hk_reader r = {text->data, text->bytes, 0, NULL};
  hk_any v = hk_read_value(&r);
  if (!hk_is_err(v)) {
    hk_skip_space(&r);
    if (r.at == r.n) return v;
    hk_dec_any(v);
    hk_wrong(&r, "unexpected character");
  }
  hk_str *s = hk_str_lit("JSON parse error at ");
  s = hk_str_append_i64(s, hk_points_in(text->data, r.at));
  s = hk_str_append_lit(s, ": ");
  *wrong = hk_str_append_lit(s, r.wrong);
  return hk_err();
}

/* Documents. */

struct hk_JSONBox {
  hk_obj head;
  hk_any value;
};

hk_JSONBox *hk_json_new(hk_str *text) {
  hk_str *wrong;
  hk_any v = hk_json_read(text, &wrong);
  if (hk_is_err(v)) {
    hk_raise(HK_E_PARSE_ERROR, wrong);
    hk_dec(wrong);
    return NULL;
  }
  hk_JSONBox *j = hk_object(HK_C_JSONBOX, sizeof(hk_JSONBox));
  j->value = v;
  return j;
}

/* Member or element of a value; null if it has none such. */
static hk_any hk_json_part(hk_any v, hk_any k) {
  if (hk_is_map(v) && hk_is_str(k)) return hk_map_get_str((hk_map *)hk_as_obj(v), (hk_str *)hk_as_obj(k));
  if (hk_is_map(v) && hk_is_int(k)) return hk_map_get_i64((hk_map *)hk_as_obj(v), k.bits);
  if (hk_is_arr(v) && hk_is_int(k)) return hk_arr_get((hk_arr *)hk_as_obj(v), k.bits);
  return hk_null();
}

hk_any hk_json_get(hk_JSONBox *j, int64_t k_t, int64_t k_v) { return hk_json_part(j->value, HK_A(k)); }

void hk_json_set(hk_JSONBox *j, int64_t k_t, int64_t k_v, int64_t v_t, int64_t v_v) { hk_index_set(HK_SPLIT(j->value), k_t, k_v, v_t, v_v); }

int32_t hk_json_has(hk_JSONBox *j, int64_t k_t, int64_t k_v) {
  hk_any k = HK_A(k);
  if (hk_is_map(j->value) && hk_is_str(k)) return hk_map_has_str((hk_map *)hk_as_obj(j->value), (hk_str *)hk_as_obj(k));
  return hk_is_arr(j->value) && hk_is_int(k) && (uint64_t)k.bits < ((hk_arr *)hk_as_obj(j->value))->length;
}

hk_arr *hk_json_keys(hk_JSONBox *j) { return hk_is_map(j->value) ? hk_map_keys((hk_map *)hk_as_obj(j->value)) : hk_arr_new(HK_KIND_REF, 0); }

static int64_t hk_json_count(hk_any v) {
  if (hk_is_map(v)) return hk_map_size((hk_map *)hk_as_obj(v));
  return hk_is_arr(v) ? hk_arr_len((hk_arr *)hk_as_obj(v)) : 0;
}

int64_t hk_json_size(hk_JSONBox *j) { return hk_json_count(j->value); }

hk_str *hk_json_stringify(hk_JSONBox *j) { return hk_json_text(HK_SPLIT(j->value)); }

struct hk_JsonDocBox {
  hk_obj head;
  hk_any root;
  hk_str *wrong;
};

struct hk_JsonNodeBox {
  hk_obj head;
  hk_any value;
};

static hk_JsonNodeBox *hk_json_node(HK_OWN hk_any value) {
  hk_JsonNodeBox *n = hk_object(HK_C_JSON_NODE_BOX, sizeof(hk_JsonNodeBox));
  n->value = value;
  return n;
}

hk_JsonDocBox *hk_json_doc_new(void) {
  hk_JsonDocBox *d = hk_object(HK_C_JSON_DOC_BOX, sizeof(hk_JsonDocBox));
  d->root = hk_null();
  d->wrong = hk_str_empty();
  return d;
}

int32_t hk_json_doc_parse(hk_JsonDocBox *d, hk_str *text) {
  hk_str *wrong = hk_str_empty();
  hk_any v = hk_json_read(text, &wrong);
  hk_any old = d->root;
  hk_dec(d->wrong);
  d->wrong = wrong;
  d->root = hk_is_err(v) ? hk_null() : v;
  hk_dec_any(old);
  return !hk_is_err(v);
}

hk_JsonNodeBox *hk_json_doc_root(hk_JsonDocBox *d) { return hk_json_node(hk_kept(d->root)); }

hk_str *hk_json_doc_error(hk_JsonDocBox *d) {
  hk_inc(d->wrong);
  return d->wrong;
}

hk_str *hk_json_node_kind(hk_JsonNodeBox *n) {
  hk_any v = n->value;
  return hk_str_lit(hk_is_null(v) ? "null" : hk_is_bool(v) ? "bool" : hk_is_int(v) ? "int" : hk_is_float(v) ? "real" : hk_is_str(v) ? "string" : hk_is_arr(v) ? "array" : "object");
}

hk_JsonNodeBox *hk_json_node_get(hk_JsonNodeBox *n, hk_str *k) { return hk_json_node(hk_json_part(n->value, hk_ptr(k))); }

hk_JsonNodeBox *hk_json_node_at(hk_JsonNodeBox *n, int64_t i) {
  return hk_json_node(hk_is_arr(n->value) ? hk_arr_get((hk_arr *)hk_as_obj(n->value), i) : hk_null());
}

int64_t hk_json_node_size(hk_JsonNodeBox *n) { return hk_json_count(n->value); }

hk_str *hk_json_node_str(hk_JsonNodeBox *n) {
  if (hk_is_arr(n->value) || hk_is_map(n->value)) return hk_json_text(HK_SPLIT(n->value));
  return hk_text(HK_SPLIT(n->value));
}

int64_t hk_json_node_int(hk_JsonNodeBox *n) { return hk_is_int(n->value) ? n->value.bits : hk_is_float(n->value) ? hk_saturate(hk_as_float(n->value)) : 0; }

int32_t hk_json_node_bool(hk_JsonNodeBox *n) { return hk_is_bool(n->value) && n->value.bits != 0; }
