/*
 * Strings: immutable UTF-8, indexed by code point.
 *
 * The one idea: `bytes == points` means ASCII, where a code point is a byte. For other strings the last place found is remembered
 * for a few strings, so that a loop over indices walks forward instead of starting over.
 *
 * Invariants: the bytes are valid UTF-8. A string is changed only while its count is 1 and its owner gives it away. Empty and
 * one-character ASCII strings are immortal and unique, but others may have the same content.
 */
#include "hk.h"
#include "hk_unicode.gen.h"

HK_STATIC_STR(hk_empty, "")

/* The one-character strings. */
static struct {
  uint32_t head[6];
  char data[8];
} hk_chars[128];

static void hk_str_start(void) {
  for (uint32_t i = 0; i < 128; i++) {
    uint32_t head[6] = {HK_IMMORTAL, HK_C_STRING_BOX, 1, 1, 0, 8};
    __builtin_memcpy(hk_chars[i].head, head, sizeof head);
    hk_chars[i].data[0] = (char)i;
  }
}

static hk_str *hk_ascii_char(unsigned char c) { return (hk_str *)(void *)&hk_chars[c]; }

hk_str *hk_str_empty(void) { return hk_empty(); }

/* A string with room for the bytes and nothing in it yet. */
static hk_str *hk_str_room(size_t bytes) {
  if (bytes > HK_MAX_SIZE - 64) hk_out_of_memory();
  /* Small blocks come in steps of 16 bytes; what the block has beyond the text is room to append. */
  size_t size = sizeof(hk_str) + bytes;
  size = size <= HK_FINE_MAX ? (size + 15u) & ~(size_t)15u : hk_mem_room(size);
  hk_str *s = hk_object(HK_C_STRING_BOX, size);
  s->bytes = 0;
  s->points = 0;
  s->hash = 0;
  s->capacity = (uint32_t)(size - sizeof(hk_str));
  return s;
}

/* Continuation bytes do not count. */
static uint32_t hk_points_in(const unsigned char *p, size_t n) {
  uint32_t count = (uint32_t)n;
  while (n >= 8) {
    uint64_t w;
    __builtin_memcpy(&w, p, 8);
    if ((w & 0x8080808080808080u) != 0) {
      uint64_t continuation = (w >> 7) & (~w >> 6) & 0x0101010101010101u;
      count -= (uint32_t)((continuation * 0x0101010101010101u) >> 56);
    }
    p += 8;
    n -= 8;
  }
  for (; n > 0; n--, p++) count -= (*p & 0xc0) == 0x80;
  return count;
}

static hk_str *hk_str_made(const unsigned char *p, size_t n, uint32_t points) {
  if (n <= 1) return n == 0 ? hk_empty() : hk_ascii_char(*p);
  hk_str *s = hk_str_room(n);
  hk_copy(s->data, p, n);
  s->bytes = (uint32_t)n;
  s->points = points;
  return s;
}

static hk_str *hk_str_of(const char *bytes, size_t length) {
  const unsigned char *p = (const unsigned char *)bytes;
  return hk_str_made(p, length, hk_points_in(p, length));
}

static size_t hk_length_of(const char *text) {
  size_t n = 0;
  while (text[n] != 0) n++;
  return n;
}

static hk_str *hk_str_lit(const char *text) { return hk_str_of(text, hk_length_of(text)); }

/* Bytes of s from one byte offset to another. */
static hk_str *hk_str_view(const hk_str *s, uint32_t from, uint32_t to) {
  uint32_t n = to - from;
  return hk_str_made(s->data + from, n, hk_str_ascii(s) ? n : hk_points_in(s->data + from, n));
}

static uint32_t hk_decode(const unsigned char *p, uint32_t *length) {
  uint32_t c = p[0];
  if (c < 0x80) {
    *length = 1;
    return c;
  }
  if (c < 0xe0) {
    *length = 2;
    return (c & 0x1f) << 6 | (p[1] & 0x3fu);
  }
  if (c < 0xf0) {
    *length = 3;
    return (c & 0x0f) << 12 | (p[1] & 0x3fu) << 6 | (p[2] & 0x3fu);
  }
  *length = 4;
  return (c & 0x07) << 18 | (p[1] & 0x3fu) << 12 | (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
}

static uint32_t hk_encode(uint32_t c, unsigned char *p) {
  if (c < 0x80) {
    p[0] = (unsigned char)c;
    return 1;
  }
  if (c < 0x800) {
    p[0] = (unsigned char)(0xc0 | c >> 6);
    p[1] = (unsigned char)(0x80 | (c & 0x3f));
    return 2;
  }
  if (c < 0x10000) {
    p[0] = (unsigned char)(0xe0 | c >> 12);
    p[1] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
    p[2] = (unsigned char)(0x80 | (c & 0x3f));
    return 3;
  }
  p[0] = (unsigned char)(0xf0 | c >> 18);
  p[1] = (unsigned char)(0x80 | (c >> 12 & 0x3f));
  p[2] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
  p[3] = (unsigned char)(0x80 | (c & 0x3f));
  return 4;
}

/* How many bytes at p (of n) are one valid character; 0 if none. */
static uint32_t hk_valid_at(const unsigned char *p, size_t n) {
  uint32_t c = p[0];
  if (c < 0x80) return 1;
  uint32_t length = c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
  if (length == 0 || length > n) return 0;
  for (uint32_t i = 1; i < length; i++) {
    if ((p[i] & 0xc0) != 0x80) return 0;
  }
  uint32_t got;
  uint32_t point = hk_decode(p, &got);
  if (length == 3 && (point < 0x800 || (point >= 0xd800 && point < 0xe000))) return 0;
  if (length == 4 && (point < 0x10000 || point > 0x10ffff)) return 0;
  return length;
}

/* A string of bytes from outside: what is not UTF-8 becomes U+FFFD. */
static hk_str *hk_str_from_outside(const unsigned char *p, size_t n) {
  size_t i = 0;
  while (i < n) {
    uint32_t length = hk_valid_at(p + i, n - i);
    if (length == 0) break;
    i += length;
  }
  if (i == n) return hk_str_made(p, n, hk_points_in(p, n));
  hk_str *s = hk_str_room(n);
  i = 0;
  while (i < n) {
    uint32_t length = hk_valid_at(p + i, n - i);
    if (length == 0) {
      s = hk_str_append(s, "\xef\xbf\xbd", 3, 1);
      i++;
    } else {
      s = hk_str_append(s, p + i, length, 1);
      i += length;
    }
  }
  return s;
}

static void hk_forget_places(const hk_str *s) {
  hk_place *place = &hk_s.places[((uintptr_t)s >> 4) % HK_PLACES];
  if (place->string == s) place->string = NULL;
}

/* Byte offset of a code point of a string that is not ASCII, walking from the nearest known place. */
static uint32_t hk_byte_walk(const hk_str *s, uint32_t point) {
  hk_place *place = &hk_s.places[((uintptr_t)s >> 4) % HK_PLACES];
  uint32_t at = 0;
  uint32_t byte = 0;
  if (place->string == s) {
    uint32_t away = place->point > point ? place->point - point : point - place->point;
    if (away < point) {
      at = place->point;
      byte = place->byte;
    }
  }
  if (s->points - point < (at > point ? at - point : point - at)) {
    at = s->points;
    byte = s->bytes;
  }
  while (at < point) {
    unsigned char c = s->data[byte];
    byte += c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    at++;
  }
  while (at > point) {
    byte--;
    if ((s->data[byte] & 0xc0) != 0x80) at--;
  }
  place->string = s;
  place->point = point;
  place->byte = byte;
  return byte;
}

static uint32_t hk_byte_of(const hk_str *s, uint32_t point) { return hk_str_ascii(s) ? point : hk_byte_walk(s, point); }

/* Code point index of a byte offset. */
static uint32_t hk_point_of(const hk_str *s, uint32_t byte) {
  if (hk_str_ascii(s)) return byte;
  hk_place *place = &hk_s.places[((uintptr_t)s >> 4) % HK_PLACES];
  uint32_t point;
  if (place->string == s && place->byte <= byte) {
    point = place->point + hk_points_in(s->data + place->byte, byte - place->byte);
  } else {
    point = hk_points_in(s->data, byte);
  }
  place->string = s;
  place->point = point;
  place->byte = byte;
  return point;
}

static int hk_bytes_equal(const unsigned char *a, const unsigned char *b, size_t n) {
  while (n >= 8) {
    uint64_t x, y;
    __builtin_memcpy(&x, a, 8);
    __builtin_memcpy(&y, b, 8);
    if (x != y) return 0;
    a += 8;
    b += 8;
    n -= 8;
  }
  for (; n > 0; n--) {
    if (*a++ != *b++) return 0;
  }
  return 1;
}

static uint32_t hk_hash_bytes(const unsigned char *p, size_t n) {
  uint64_t h = 0x9e3779b97f4a7c15u ^ n;
  while (n >= 8) {
    uint64_t w;
    __builtin_memcpy(&w, p, 8);
    h = (h ^ w) * 0xd6e8feb86659fd93u;
    h ^= h >> 32;
    p += 8;
    n -= 8;
  }
  uint64_t w = 0;
  for (size_t i = 0; i < n; i++) w |= (uint64_t)p[i] << (i * 8);
  h = (h ^ w) * 0xd6e8feb86659fd93u;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  uint32_t r = (uint32_t)(h >> 32);
  return r == 0 ? 1 : r;
}

static uint32_t hk_str_hash(hk_str *s) {
  if (s->hash == 0) s->hash = hk_hash_bytes(s->data, s->bytes);
  return s->hash;
}

int32_t hk_str_eq(hk_str *a, hk_str *b) { return a == b || (a->bytes == b->bytes && hk_bytes_equal(a->data, b->data, a->bytes)); }

int64_t hk_str_cmp(hk_str *a, hk_str *b) {
  uint32_t n = a->bytes < b->bytes ? a->bytes : b->bytes;
  uint32_t i = 0;
  while (i + 8 <= n) {
    uint64_t x, y;
    __builtin_memcpy(&x, a->data + i, 8);
    __builtin_memcpy(&y, b->data + i, 8);
    if (x != y) break;
    i += 8;
  }
  for (; i < n; i++) {
    if (a->data[i] != b->data[i]) return a->data[i] < b->data[i] ? -1 : 1;
  }
  return a->bytes < b->bytes ? -1 : a->bytes > b->bytes;
}

/* Building. */

static hk_str *hk_str_append(hk_str *s, const void *bytes, size_t length, size_t points) {
  if (length == 0) return s;
  size_t total = (size_t)s->bytes + length;
  if (total > HK_MAX_SIZE - 64) hk_out_of_memory();
  if (hk_is_unique(s)) {
    if (total > s->capacity) {
      /* Growing by half makes a series of appends linear. */
      size_t old_size = sizeof(hk_str) + s->capacity;
      size_t size = sizeof(hk_str) + total + (s->capacity >= 64 ? total / 2 : 0);
      size = hk_mem_room(size);
      hk_forget_places(s);
      /* `bytes` may point into s itself. */
      uintptr_t inside = (uintptr_t)bytes - (uintptr_t)s;
      int own = (uintptr_t)bytes >= (uintptr_t)s && inside < old_size;
      s = hk_mem_resize(s, old_size, size);
      if (own) bytes = (const void *)((uintptr_t)s + inside);
      s->capacity = (uint32_t)(size - sizeof(hk_str));
    }
    hk_copy(s->data + s->bytes, bytes, length);
    s->bytes = (uint32_t)total;
    s->points += (uint32_t)points;
    s->hash = 0;
    return s;
  }
  hk_str *t = hk_str_room(total);
  hk_copy(t->data, s->data, s->bytes);
  hk_copy(t->data + s->bytes, bytes, length);
  t->bytes = (uint32_t)total;
  t->points = s->points + (uint32_t)points;
  hk_dec(s);
  return t;
}

static hk_str *hk_str_append_str(hk_str *s, const hk_str *t) { return hk_str_append(s, t->data, t->bytes, t->points); }

static hk_str *hk_str_append_lit(hk_str *s, const char *text) {
  size_t n = hk_length_of(text);
  return hk_str_append(s, text, n, hk_points_in((const unsigned char *)text, n));
}

hk_str *hk_str_concat(hk_str *a, hk_str *b) {
  if (a->bytes == 0) {
    hk_inc(b);
    hk_dec(a);
    return b;
  }
  return hk_str_append(a, b->data, b->bytes, b->points);
}

hk_str *hk_str_concat3(hk_str *a, hk_str *b, hk_str *c) {
  size_t total = (size_t)a->bytes + b->bytes + c->bytes;
  if (hk_is_unique(a) && total <= a->capacity) return hk_str_append_str(hk_str_append_str(a, b), c);
  if (total == 0) {
    hk_dec(a);
    return hk_empty();
  }
  if (total > HK_MAX_SIZE - 64) hk_out_of_memory();
  if (hk_is_unique(a) && a->capacity >= 64) return hk_str_append_str(hk_str_append_str(a, b), c);
  hk_str *t = hk_str_room(total);
  hk_copy(t->data, a->data, a->bytes);
  hk_copy(t->data + a->bytes, b->data, b->bytes);
  hk_copy(t->data + a->bytes + b->bytes, c->data, c->bytes);
  t->bytes = (uint32_t)total;
  t->points = a->points + b->points + c->points;
  hk_dec(a);
  return t;
}

hk_str *hk_str_append_i64(hk_str *a, int64_t b) {
  char digits[HK_I64_ROOM];
  size_t n = hk_format_i64(digits, b);
  return hk_str_append(a, digits, n, n);
}

hk_str *hk_i64_text(int64_t a) {
  char digits[HK_I64_ROOM];
  size_t n = hk_format_i64(digits, a);
  return hk_str_made((const unsigned char *)digits, n, (uint32_t)n);
}

hk_str *hk_f64_text(double a) {
  char digits[HK_F64_ROOM];
  size_t n = hk_format_f64(digits, a);
  return hk_str_made((const unsigned char *)digits, n, (uint32_t)n);
}

HK_STATIC_STR(hk_text_true, "true")
HK_STATIC_STR(hk_text_false, "false")

hk_str *hk_bool_text(int32_t a) { return a ? hk_text_true() : hk_text_false(); }

hk_str *hk_str_repeat(hk_str *s, int64_t n) {
  if (n <= 0 || s->bytes == 0) return hk_empty();
  if (n == 1) {
    hk_inc(s);
    return s;
  }
  if (n > (int64_t)HK_MAX_SIZE / s->bytes) hk_out_of_memory();
  size_t total = (size_t)n * s->bytes;
  hk_str *t = hk_str_room(total);
  hk_copy(t->data, s->data, s->bytes);
  size_t done = s->bytes;
  while (done < total) {
    size_t more = done < total - done ? done : total - done;
    hk_copy(t->data + done, t->data, more);
    done += more;
  }
  t->bytes = (uint32_t)total;
  t->points = (uint32_t)n * s->points;
  return t;
}

/* Parts. */

static uint32_t hk_clamp_index(int64_t i, uint32_t length) { return i < 0 ? 0 : i > (int64_t)length ? length : (uint32_t)i; }

hk_str *hk_str_substring(hk_str *s, int64_t start, int64_t end) {
  uint32_t from = hk_clamp_index(start, s->points);
  uint32_t to = hk_clamp_index(end, s->points);
  if (from >= to) return hk_empty();
  if (from == 0 && to == s->points) {
    hk_inc(s);
    return s;
  }
  if (hk_str_ascii(s)) return hk_str_made(s->data + from, to - from, to - from);
  uint32_t a = hk_byte_walk(s, from);
  uint32_t b = hk_byte_walk(s, to);
  return hk_str_made(s->data + a, b - a, to - from);
}

hk_str *hk_str_substring_from(hk_str *s, int64_t start) { return hk_str_substring(s, start, s->points); }

hk_str *hk_str_char_at(hk_str *s, int64_t i) {
  if (i < 0 || i >= (int64_t)s->points) return hk_empty();
  if (hk_str_ascii(s)) return hk_ascii_char(s->data[i]);
  uint32_t length;
  uint32_t byte = hk_byte_walk(s, (uint32_t)i);
  hk_decode(s->data + byte, &length);
  return hk_str_made(s->data + byte, length, 1);
}

int64_t hk_str_code_at(hk_str *s, int64_t i) {
  if (i < 0 || i >= (int64_t)s->points) return -1;
  if (hk_str_ascii(s)) return s->data[i];
  uint32_t length;
  return hk_decode(s->data + hk_byte_walk(s, (uint32_t)i), &length);
}

int32_t hk_str_slice_eq(hk_str *s, int64_t start, int64_t end, hk_str *t) {
  uint32_t from = hk_clamp_index(start, s->points);
  uint32_t to = hk_clamp_index(end, s->points);
  if (from >= to) return t->bytes == 0;
  if (to - from != t->points) return 0;
  if (hk_str_ascii(s)) return t->bytes == to - from && hk_bytes_equal(s->data + from, t->data, to - from);
  uint32_t a = hk_byte_walk(s, from);
  return s->bytes - a >= t->bytes && hk_bytes_equal(s->data + a, t->data, t->bytes);
}

/* Searching. */

/* First byte c in p[0..n), or n. */
static size_t hk_find_byte(const unsigned char *p, size_t n, unsigned char c) {
  size_t i = 0;
  uint64_t pattern = 0x0101010101010101u * c;
  for (; i + 8 <= n; i += 8) {
    uint64_t w;
    __builtin_memcpy(&w, p + i, 8);
    w ^= pattern;
    if (((w - 0x0101010101010101u) & ~w & 0x8080808080808080u) != 0) break;
  }
  for (; i < n; i++) {
    if (p[i] == c) return i;
  }
  return n;
}

/* Byte offset of t in s at or after `from`, or -1. Looks for the last byte of t first, then compares; long texts with many false
 * starts go through a search that skips by the bad-character rule. */
static int32_t hk_find_bytes(const unsigned char *s, size_t n, const unsigned char *t, size_t m, size_t from) {
  if (m == 0) return (int32_t)from;
  if (from + m > n) return -1;
  size_t last = n - m;
  size_t i = from;
  size_t tries = 0;
  while (i <= last) {
    i += hk_find_byte(s + i, last - i + 1, t[0]);
    if (i > last) return -1;
    if (s[i + m - 1] == t[m - 1] && hk_bytes_equal(s + i, t, m)) return (int32_t)i;
    i++;
    if (++tries > 64 && m > 4) break;
  }
  if (i > last) return -1;
  /* Two-sided periods are rare; skipping keeps common bad cases fast. */
  uint32_t skip[256];
  for (size_t k = 0; k < 256; k++) skip[k] = (uint32_t)m;
  for (size_t k = 0; k + 1 < m; k++) skip[t[k]] = (uint32_t)(m - 1 - k);
  while (i <= last) {
    unsigned char c = s[i + m - 1];
    if (c == t[m - 1] && hk_bytes_equal(s + i, t, m)) return (int32_t)i;
    i += skip[c];
  }
  return -1;
}

int64_t hk_str_index_of(hk_str *s, hk_str *t) {
  int32_t at = hk_find_bytes(s->data, s->bytes, t->data, t->bytes, 0);
  return at <= 0 ? at : (int64_t)hk_point_of(s, (uint32_t)at);
}

int64_t hk_str_index_of_from(hk_str *s, hk_str *t, int64_t from) {
  uint32_t start = hk_byte_of(s, hk_clamp_index(from, s->points));
  int32_t at = hk_find_bytes(s->data, s->bytes, t->data, t->bytes, start);
  return at <= 0 ? at : (int64_t)hk_point_of(s, (uint32_t)at);
}

int64_t hk_str_last_index_of(hk_str *s, hk_str *t) {
  if (t->bytes == 0) return s->points;
  if (t->bytes > s->bytes) return -1;
  for (uint32_t i = s->bytes - t->bytes + 1; i-- > 0;) {
    if (s->data[i] == t->data[0] && hk_bytes_equal(s->data + i, t->data, t->bytes)) return hk_point_of(s, i);
  }
  return -1;
}

int32_t hk_str_contains(hk_str *s, hk_str *t) { return hk_find_bytes(s->data, s->bytes, t->data, t->bytes, 0) >= 0; }

int32_t hk_str_starts_with(hk_str *s, hk_str *t) { return t->bytes <= s->bytes && hk_bytes_equal(s->data, t->data, t->bytes); }

int32_t hk_str_ends_with(hk_str *s, hk_str *t) {
  return t->bytes <= s->bytes && hk_bytes_equal(s->data + (s->bytes - t->bytes), t->data, t->bytes);
}

hk_str *hk_str_replace(hk_str *s, hk_str *a, hk_str *b) {
  if (a->bytes == 0) {
    hk_fail(HK_E_TYPE_ERROR, "replace() needs a non-empty search text");
    return NULL;
  }
  int32_t at = hk_find_bytes(s->data, s->bytes, a->data, a->bytes, 0);
  if (at < 0) {
    hk_inc(s);
    return s;
  }
  hk_str *t = hk_str_room(s->bytes);
  uint32_t done = 0;
  while (at >= 0) {
    uint32_t n = (uint32_t)at - done;
    t = hk_str_append(t, s->data + done, n, hk_points_in(s->data + done, n));
    t = hk_str_append_str(t, b);
    done = (uint32_t)at + a->bytes;
    at = hk_find_bytes(s->data, s->bytes, a->data, a->bytes, done);
  }
  uint32_t n = s->bytes - done;
  return hk_str_append(t, s->data + done, n, hk_points_in(s->data + done, n));
}

hk_arr *hk_str_split(hk_str *s, hk_str *d) {
  hk_arr *parts = hk_arr_new(HK_KIND_REF, 0);
  if (d->bytes == 0) {
    for (uint32_t i = 0; i < s->bytes;) {
      uint32_t length;
      hk_decode(s->data + i, &length);
      hk_arr_push_ref(parts, (hk_obj *)hk_str_made(s->data + i, length, 1));
      i += length;
    }
    return parts;
  }
  uint32_t done = 0;
  for (;;) {
    int32_t at = hk_find_bytes(s->data, s->bytes, d->data, d->bytes, done);
    uint32_t end = at < 0 ? s->bytes : (uint32_t)at;
    hk_arr_push_ref(parts, (hk_obj *)hk_str_view(s, done, end));
    if (at < 0) return parts;
    done = end + d->bytes;
  }
}

/* Characters. */

static int hk_is_white(uint32_t c) {
  if (c < 0x80) return c == ' ' || (c >= 9 && c <= 13);
  return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

static int hk_is_letter(uint32_t c) {
  if (c < 0x80) return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
  /* The table holds the gaps as deltas: start and length of each range, in turn. */
  uint32_t at = 0;
  for (size_t i = 0; i < sizeof hk_letters / sizeof hk_letters[0]; i += 2) {
    at += hk_letters[i];
    if (c < at) return 0;
    at += hk_letters[i + 1];
    if (c < at) return 1;
  }
  return 0;
}

/* The other case of a point by a table of runs, or the point itself. */
static uint32_t hk_map_case(const hk_case_run *runs, size_t n, uint32_t point) {
  size_t low = 0;
  size_t high = n;
  while (low < high) {
    /* Looks for the last run that begins at or before the point. */
    size_t middle = (low + high) / 2;
    if (point < runs[middle].points >> 15) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  if (low == 0) return point;
  const hk_case_run *run = &runs[low - 1];
  uint32_t away = point - (run->points >> 15);
  if (away > (run->points >> 1 & 0x3fff) || (away & run->points & 1) != 0) return point;
  return (uint32_t)((int32_t)point + run->delta);
}

static hk_str *hk_change_case(hk_str *s, int upper) {
  if (hk_str_ascii(s)) {
    uint32_t i = 0;
    unsigned char first = upper ? 'a' : 'A';
    while (i < s->bytes && (unsigned char)(s->data[i] - first) > 25) i++;
    if (i == s->bytes) {
      hk_inc(s);
      return s;
    }
    if (s->bytes == 1) return hk_ascii_char(s->data[0] ^ 0x20);
    hk_str *t = hk_str_room(s->bytes);
    for (i = 0; i < s->bytes; i++) {
      unsigned char c = s->data[i];
      t->data[i] = (unsigned char)(c - first) <= 25 ? c ^ 0x20 : c;
    }
    t->bytes = t->points = s->bytes;
    return t;
  }
  hk_str *t = hk_str_room(s->bytes);
  for (uint32_t i = 0; i < s->bytes;) {
    uint32_t length;
    uint32_t point = hk_decode(s->data + i, &length);
    unsigned char out[4];
    int special = 0;
    if (point < 0x80) {
      if (point - (upper ? 'a' : 'A') <= 25) point ^= 0x20;
    } else if (upper) {
      for (size_t k = 0; k < sizeof hk_special_upper / sizeof hk_special_upper[0]; k++) {
        if (hk_special_upper[k].point != point) continue;
        special = 1;
        for (int j = 0; j < 3 && hk_special_upper[k].to[j] != 0; j++) {
          uint32_t n = hk_encode(hk_special_upper[k].to[j], out);
          t = hk_str_append(t, out, n, 1);
        }
        break;
      }
      if (!special) point = hk_map_case(hk_upper_runs, sizeof hk_upper_runs / sizeof hk_upper_runs[0], point);
    } else if (point == 0x130) {
      t = hk_str_append(t, "i\xcc\x87", 3, 2);
      special = 1;
    } else if (point == 0x3a3) {
      /* A sigma that ends a word has its own small form. */
      uint32_t before = i;
      int after_letter = 0;
      while (before > 0) {
        before--;
        if ((s->data[before] & 0xc0) == 0x80) continue;
        uint32_t unused;
        after_letter = hk_is_letter(hk_decode(s->data + before, &unused));
        break;
      }
      uint32_t unused;
      int before_letter = i + length < s->bytes && hk_is_letter(hk_decode(s->data + i + length, &unused));
      point = after_letter && !before_letter ? 0x3c2 : 0x3c3;
    } else {
      point = hk_map_case(hk_lower_runs, sizeof hk_lower_runs / sizeof hk_lower_runs[0], point);
    }
    if (!special) {
      uint32_t n = hk_encode(point, out);
      t = hk_str_append(t, out, n, 1);
    }
    i += length;
  }
  return t;
}

hk_str *hk_str_upper(hk_str *s) { return hk_change_case(s, 1); }
hk_str *hk_str_lower(hk_str *s) { return hk_change_case(s, 0); }

/* The bytes without white space at both ends. */
static void hk_trimmed(const hk_str *s, uint32_t *from, uint32_t *to) {
  uint32_t a = 0;
  uint32_t b = s->bytes;
  while (a < b) {
    uint32_t length;
    if (!hk_is_white(hk_decode(s->data + a, &length))) break;
    a += length;
  }
  while (b > a) {
    uint32_t start = b - 1;
    while ((s->data[start] & 0xc0) == 0x80) start--;
    uint32_t length;
    if (!hk_is_white(hk_decode(s->data + start, &length))) break;
    b = start;
  }
  *from = a;
  *to = b;
}

hk_str *hk_str_trim(hk_str *s) {
  uint32_t a, b;
  hk_trimmed(s, &a, &b);
  if (a == 0 && b == s->bytes) {
    hk_inc(s);
    return s;
  }
  return hk_str_view(s, a, b);
}

hk_str *hk_str_reverse(hk_str *s) {
  if (s->points <= 1) {
    hk_inc(s);
    return s;
  }
  hk_str *t = hk_str_room(s->bytes);
  uint32_t to = s->bytes;
  for (uint32_t i = 0; i < s->bytes;) {
    uint32_t length;
    hk_decode(s->data + i, &length);
    to -= length;
    hk_copy(t->data + to, s->data + i, length);
    i += length;
  }
  t->bytes = s->bytes;
  t->points = s->points;
  return t;
}

int64_t hk_str_to_i64(hk_str *s) {
  uint32_t a, b;
  int64_t i;
  hk_trimmed(s, &a, &b);
  return hk_parse_i64(s->data + a, b - a, &i) ? i : 0;
}

double hk_str_to_f64(hk_str *s) {
  uint32_t a, b;
  double f;
  hk_trimmed(s, &a, &b);
  return hk_parse_f64(s->data + a, b - a, &f) ? f : 0.0;
}

hk_any hk_str_int_or_null(hk_str *s) {
  uint32_t n = 0;
  int64_t i;
  while (n < s->bytes && s->data[n] >= '0' && s->data[n] <= '9') n++;
  return hk_parse_i64(s->data, n, &i) ? hk_int(i) : hk_null();
}

hk_any hk_str_digit_or_null(hk_str *s) {
  if (s->bytes == 0 || s->data[0] < '0' || s->data[0] > '9') return hk_null();
  return hk_int(s->data[0] - '0');
}

int32_t hk_str_is_empty(hk_str *s) { return s->bytes == 0; }

int32_t hk_str_is_digit(hk_str *s) {
  for (uint32_t i = 0; i < s->bytes; i++) {
    if (s->data[i] < '0' || s->data[i] > '9') return 0;
  }
  return s->bytes > 0;
}

int32_t hk_str_is_alpha(hk_str *s) {
  for (uint32_t i = 0; i < s->bytes;) {
    uint32_t length;
    if (!hk_is_letter(hk_decode(s->data + i, &length))) return 0;
    i += length;
  }
  return s->bytes > 0;
}

int32_t hk_str_is_space(hk_str *s) {
  for (uint32_t i = 0; i < s->bytes;) {
    uint32_t length;
    if (!hk_is_white(hk_decode(s->data + i, &length))) return 0;
    i += length;
  }
  return s->bytes > 0;
}
