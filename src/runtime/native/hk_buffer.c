/*
 * Buffers of bytes, files in memory, paths.
 *
 * The one idea of files: a map from path to content that lives as long as the program; an open file only names its path.
 */
#include "hk.h"

struct hk_BufferBox {
  hk_obj head;
  uint32_t length;
  uint32_t capacity;
  unsigned char *bytes;
};

hk_BufferBox *hk_buffer_new(void) {
  hk_BufferBox *b = hk_object(HK_C_BUFFER_BOX, sizeof(hk_BufferBox));
  b->length = 0;
  b->capacity = 0;
  b->bytes = NULL;
  return b;
}

static void hk_drop_buffer(hk_obj *o) {
  hk_BufferBox *b = (hk_BufferBox *)o;
  if (b->capacity != 0) hk_mem_give(b->bytes, b->capacity);
  b->length = b->capacity = 0;
  b->bytes = NULL;
}

/* Room for n more bytes at the end, which count from now on. */
static unsigned char *hk_buffer_more(hk_BufferBox *b, size_t n) {
  size_t total = (size_t)b->length + n;
  if (total > HK_MAX_SIZE) hk_out_of_memory();
  if (total > b->capacity) {
    size_t room = hk_mem_room(total + total / 2 + 16);
    b->bytes = b->capacity == 0 ? hk_mem_take(room) : hk_mem_resize(b->bytes, b->capacity, room);
    b->capacity = (uint32_t)room;
  }
  unsigned char *p = b->bytes + b->length;
  b->length = (uint32_t)total;
  return p;
}

int64_t hk_buffer_write(hk_BufferBox *b, int64_t data_t, int64_t data_v) {
  hk_any data = HK_A(data);
  if (hk_is_str(data)) {
    const hk_str *s = (hk_str *)hk_as_obj(data);
    if (s->bytes != 0) hk_copy(hk_buffer_more(b, s->bytes), s->data, s->bytes);
    return b->length;
  }
  if (hk_is_class(data, HK_C_BUFFER_BOX)) return hk_buffer_append(b, (hk_BufferBox *)hk_as_obj(data));
  if (!hk_is_arr(data)) {
    hk_expected("ArrayBox, BufferBox or String", data);
    return 0;
  }
  const hk_arr *a = (hk_arr *)hk_as_obj(data);
  for (uint32_t i = 0; i < a->length; i++) {
    hk_any v = hk_arr_at(a, i);
    if (!hk_is_int(v)) {
      hk_expected("Integer", v);
      return 0;
    }
    if ((uint64_t)v.bits > 255) {
      hk_fail(HK_E_INDEX_ERROR, "byte %d out of range 0..255", v.bits);
      return 0;
    }
  }
  if (a->length == 0) return b->length;
  unsigned char *p = hk_buffer_more(b, a->length);
  for (uint32_t i = 0; i < a->length; i++) p[i] = (unsigned char)hk_arr_at(a, i).bits;
  return b->length;
}

static hk_arr *hk_bytes_array(const unsigned char *p, uint32_t n) {
  hk_arr *a = hk_arr_new(HK_KIND_I64, n);
  for (uint32_t i = 0; i < n; i++) a->data.i64[i] = p[i];
  a->length = n;
  return a;
}

hk_arr *hk_buffer_read_all(hk_BufferBox *b) { return hk_bytes_array(b->bytes, b->length); }

hk_arr *hk_buffer_read(hk_BufferBox *b, int64_t n) {
  uint32_t count = hk_clamp_index(n, b->length);
  hk_arr *a = hk_bytes_array(b->bytes, count);
  if (count != 0) {
    __builtin_memmove(b->bytes, b->bytes + count, b->length - count);
    b->length -= count;
  }
  return a;
}

void hk_buffer_clear(hk_BufferBox *b) { b->length = 0; }

int64_t hk_buffer_length(hk_BufferBox *b) { return b->length; }

int64_t hk_buffer_append(hk_BufferBox *b, hk_BufferBox *other) {
  uint32_t n = other->length;
  if (n != 0) {
    unsigned char *p = hk_buffer_more(b, n);
    hk_copy(p, other->bytes, n);
  }
  return b->length;
}

hk_BufferBox *hk_buffer_slice(hk_BufferBox *b, int64_t start, int64_t end) {
  uint32_t from = hk_clamp_index(start, b->length);
  uint32_t to = hk_clamp_index(end, b->length);
  hk_BufferBox *c = hk_buffer_new();
  if (from < to) hk_copy(hk_buffer_more(c, to - from), b->bytes + from, to - from);
  return c;
}

static int64_t hk_buffer_put(hk_BufferBox *b, uint64_t v, size_t n) {
  unsigned char *p = hk_buffer_more(b, n);
  for (size_t i = 0; i < n; i++) p[i] = (unsigned char)(v >> (8 * i));
  return b->length;
}

int64_t hk_buffer_write_u8(hk_BufferBox *b, int64_t v) { return hk_buffer_put(b, (uint64_t)v, 1); }
int64_t hk_buffer_write_u16(hk_BufferBox *b, int64_t v) { return hk_buffer_put(b, (uint64_t)v, 2); }
int64_t hk_buffer_write_u32(hk_BufferBox *b, int64_t v) { return hk_buffer_put(b, (uint64_t)v, 4); }
int64_t hk_buffer_write_u64(hk_BufferBox *b, int64_t v) { return hk_buffer_put(b, (uint64_t)v, 8); }

int64_t hk_buffer_write_f32(hk_BufferBox *b, double v) {
  float f = (float)v;
  uint32_t bits;
  __builtin_memcpy(&bits, &f, 4);
  return hk_buffer_put(b, bits, 4);
}

int64_t hk_buffer_write_f64(hk_BufferBox *b, double v) { return hk_buffer_put(b, (uint64_t)hk_float(v).bits, 8); }

static uint64_t hk_buffer_take(const hk_BufferBox *b, int64_t at, uint32_t n) {
  if (at < 0 || n > b->length || at > (int64_t)(b->length - n)) {
    hk_fail(HK_E_INDEX_ERROR, "index %d out of bounds (len=%d)", at, (int64_t)b->length);
    return 0;
  }
  uint64_t v = 0;
  for (uint32_t i = 0; i < n; i++) v |= (uint64_t)b->bytes[(uint32_t)at + i] << (8 * i);
  return v;
}

int64_t hk_buffer_read_u8(hk_BufferBox *b, int64_t at) { return (int64_t)hk_buffer_take(b, at, 1); }
int64_t hk_buffer_read_u16(hk_BufferBox *b, int64_t at) { return (int64_t)hk_buffer_take(b, at, 2); }
int64_t hk_buffer_read_u32(hk_BufferBox *b, int64_t at) { return (int64_t)hk_buffer_take(b, at, 4); }
int64_t hk_buffer_read_u64(hk_BufferBox *b, int64_t at) { return (int64_t)hk_buffer_take(b, at, 8); }

double hk_buffer_read_f32(hk_BufferBox *b, int64_t at) {
  uint32_t bits = (uint32_t)hk_buffer_take(b, at, 4);
  float f;
  __builtin_memcpy(&f, &bits, 4);
  return (double)f;
}

double hk_buffer_read_f64(hk_BufferBox *b, int64_t at) { return hk_as_float((hk_any){HK_TAG_FLOAT, (int64_t)hk_buffer_take(b, at, 8)}); }

static hk_str *hk_append_buffer(hk_str *s, const hk_obj *o) {
  s = hk_str_append_lit(s, "BufferBox(");
  s = hk_str_append_i64(s, ((const hk_BufferBox *)o)->length);
  return hk_str_append_lit(s, " bytes)");
}

/* Files. */

struct hk_FileBox {
  hk_obj head;
  hk_str *path; /* null while closed */
  uint32_t writes;
};

hk_FileBox *hk_file_new(void) {
  hk_FileBox *f = hk_object(HK_C_FILE_BOX, sizeof(hk_FileBox));
  f->path = NULL;
  f->writes = 0;
  return f;
}

void hk_file_close(hk_FileBox *f) {
  if (f->path != NULL) hk_dec(f->path);
  f->path = NULL;
}

static void hk_drop_file(hk_obj *o) { hk_file_close((hk_FileBox *)o); }

int32_t hk_file_exists(hk_FileBox *f, hk_str *path) {
  (void)f;
  return hk_s.files != NULL && hk_map_has_str(hk_s.files, path);
}

static void hk_file_store(hk_str *path, HK_OWN hk_str *content) {
  if (hk_s.files == NULL) hk_s.files = hk_map_new();
  hk_any v = hk_ptr(content);
  hk_map_set_str(hk_s.files, path, HK_SPLIT(v));
}

/* All files go when the program ends. */
static void hk_drop_files(void) {
  if (hk_s.files != NULL) hk_dec(hk_s.files);
  hk_s.files = NULL;
}

int32_t hk_file_open(hk_FileBox *f, hk_str *path, hk_str *mode) {
  int reads = hk_str_is(mode, "r");
  int clears = hk_str_is(mode, "w");
  if (!reads && !clears && !hk_str_is(mode, "a") && !hk_str_is(mode, "rw")) {
    hk_fail(HK_E_TYPE_ERROR, "unknown file mode '%S'", mode);
    return 0;
  }
  hk_file_close(f);
  int exists = hk_file_exists(f, path);
  if (reads && !exists) return 0;
  if (clears || !exists) hk_file_store(path, hk_str_empty());
  hk_inc(path);
  f->path = path;
  f->writes = !reads;
  return 1;
}

HK_STATIC_STR(hk_mode_read, "r")

int32_t hk_file_open_read(hk_FileBox *f, hk_str *path) { return hk_file_open(f, path, hk_mode_read()); }

hk_str *hk_file_read(hk_FileBox *f) {
  if (f->path != NULL) return (hk_str *)hk_as_obj(hk_map_get_str(hk_s.files, f->path));
  hk_fail(HK_E_TYPE_ERROR, "file is not open");
  return NULL;
}

int64_t hk_file_write(hk_FileBox *f, int64_t data_t, int64_t data_v) {
  if (f->path == NULL || !f->writes) {
    hk_fail(HK_E_TYPE_ERROR, f->path == NULL ? "file is not open" : "file is not open for writing");
    return 0;
  }
  hk_str *text = hk_text(data_t, data_v);
  if (text == NULL) return 0;
  int64_t n = text->bytes;
  /* The content is taken out of the map, so that it can grow in place. */
  hk_str *content = (hk_str *)hk_as_obj(hk_map_get_str(hk_s.files, f->path));
  hk_file_store(f->path, hk_str_empty());
  hk_file_store(f->path, hk_str_append_str(content, text));
  hk_dec(text);
  return n;
}

/* Paths. */

/* Where the last part begins. */
static uint32_t hk_path_last(const hk_str *p, uint32_t *end) {
  uint32_t to = p->bytes;
  while (to > 1 && p->data[to - 1] == '/') to--;
  uint32_t from = to;
  while (from > 0 && p->data[from - 1] != '/') from--;
  *end = to;
  return from;
}

int32_t hk_path_is_abs(hk_str *p) { return p->bytes > 0 && p->data[0] == '/'; }

hk_str *hk_path_join(hk_str *a, hk_str *b) {
  if (a->bytes == 0 || hk_path_is_abs(b)) {
    hk_inc(b);
    return b;
  }
  hk_str *s = hk_str_room(a->bytes + b->bytes + 1);
  s = hk_str_append_str(s, a);
  if (a->data[a->bytes - 1] != '/') s = hk_str_append_lit(s, "/");
  return hk_str_append_str(s, b);
}

hk_str *hk_path_dirname(hk_str *p) {
  uint32_t end;
  uint32_t from = hk_path_last(p, &end);
  if (from == 0) return hk_str_lit(".");
  while (from > 1 && p->data[from - 1] == '/') from--;
  return hk_str_view(p, 0, from);
}

hk_str *hk_path_basename(hk_str *p) {
  uint32_t end;
  uint32_t from = hk_path_last(p, &end);
  return hk_str_view(p, from, end);
}

hk_str *hk_path_extname(hk_str *p) {
  uint32_t end;
  uint32_t from = hk_path_last(p, &end);
  for (uint32_t i = end; i > from + 1; i--) {
    if (p->data[i - 1] == '.') return hk_str_view(p, i - 1, end);
  }
  return hk_str_empty();
}

hk_str *hk_path_normalize(hk_str *p) {
  int absolute = hk_path_is_abs(p);
  hk_str *s = hk_str_lit(absolute ? "//" : "");
  if (absolute) {
    /* A string of its own, which shrinks and grows below. */
    s->bytes = s->points = 1;
  } else {
    s = hk_str_room(p->bytes);
  }
  uint32_t root = s->bytes;
  for (uint32_t i = 0; i < p->bytes;) {
    uint32_t end = i;
    while (end < p->bytes && p->data[end] != '/') end++;
    uint32_t n = end - i;
    const unsigned char *part = p->data + i;
    i = end + 1;
    if (n == 0 || (n == 1 && part[0] == '.')) continue;
    if (n == 2 && part[0] == '.' && part[1] == '.') {
      uint32_t from = s->bytes;
      while (from > root && s->data[from - 1] != '/') from--;
      int parent = s->bytes - from == 2 && s->data[from] == '.' && s->data[from + 1] == '.';
      if (s->bytes > root && !parent) {
        uint32_t to = from > root ? from - 1 : root;
        s->points -= hk_points_in(s->data + to, s->bytes - to);
        s->bytes = to;
        continue;
      }
      if (absolute) continue;
    }
    if (s->bytes > root) s = hk_str_append(s, "/", 1, 1);
    s = hk_str_append(s, part, n, hk_points_in(part, n));
  }
  if (s->bytes == 0) s = hk_str_append(s, ".", 1, 1);
  return s;
}
