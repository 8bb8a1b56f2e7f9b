/*
 * What the parts of the runtime know of each other: state, memory, texts, failing.
 *
 * One translation unit (hk_all.c) includes all parts, so everything that is not in hk_abi.gen.h is static. A function that can
 * fail sets the pending error with hk_fail and reports by its result: ERR, a null pointer, or only the pending error.
 */
#ifndef HK_H
#define HK_H

#include "hk_value.h"

/* Largest object; sizes stay in 31 bits. */
#define HK_MAX_SIZE 0x3fffffffu
/* Deepest nesting of the runtime's own recursion (texts, equality, JSON). */
#define HK_MAX_NESTING 1000

/* A value that is being visited: links through the C stack, so that cycles are seen. */
typedef struct hk_visit {
  const void *a;
  const void *b;
  const struct hk_visit *outer;
} hk_visit;

typedef struct hk_place {
  const hk_str *string;
  uint32_t point;
  uint32_t byte;
} hk_place;

#define HK_PLACES 8
#define HK_OUT_SIZE 65536
#define HK_CANVAS_SIZE 16384
#define HK_LINES_SIZE 65536 /* bytes of stdout that are handed over line by line */

struct hk_scope;

/* All state, besides hk_pending, hk_depth and hk_depth_limit, which back ends use. */
typedef struct hk_state {
  hk_class *classes;
  uint32_t class_count;
  int64_t live;
  hk_place places[HK_PLACES];
  const hk_visit *visiting;
  uint32_t nesting;
  struct hk_scope *scope;
  uint64_t random;
  int random_seeded;
  int64_t weak_count;
  hk_str *type_names[HK_FIRST_USER_CLASS + 8];
  void *input;
  uint32_t input_size;
  int64_t slept;
  hk_map *files;
  uint32_t out_length;
  uint32_t out_handed; /* bytes of stdout handed over, up to HK_LINES_SIZE */
  double out_at;       /* when a block was last handed over */
  uint32_t canvas_length;
  int64_t canvases; /* made so far */
  char out[HK_OUT_SIZE];
  unsigned char canvas[HK_CANVAS_SIZE];
} hk_state;

static hk_state hk_s;

HK_EXPORT extern hk_ErrorBox *hk_pending;
HK_EXPORT extern int32_t hk_depth;
HK_EXPORT extern int32_t hk_depth_limit;

/* Memory (hk_mem.c). A block is freed with the size it was taken with, or any size of the same class. */
static void *hk_mem_take(size_t size);
static void hk_mem_give(void *p, size_t size);
static void *hk_mem_resize(void *p, size_t old_size, size_t new_size);
/* Bytes a block of at least that size really has. */
static size_t hk_mem_room(size_t size);
_Noreturn static void hk_out_of_memory(void);
/* An object of the library: header set, count 1, the rest not initialised. */
static void *hk_object(uint32_t class_id, size_t size);

/* Copies bytes; the ranges do not overlap. One copy of the code for all callers keeps the module small. */
static __attribute__((noinline)) void hk_copy(void *to, const void *from, size_t n) {
  unsigned char *t = to;
  const unsigned char *f = from;
  if (n > 64) {
    __builtin_memcpy(t, f, n);
    return;
  }
  while (n >= 8) {
    uint64_t w;
    __builtin_memcpy(&w, f, 8);
    __builtin_memcpy(t, &w, 8);
    t += 8;
    f += 8;
    n -= 8;
  }
  if (n & 4) {
    uint32_t w;
    __builtin_memcpy(&w, f, 4);
    __builtin_memcpy(t, &w, 4);
    t += 4;
    f += 4;
  }
  if (n & 2) {
    uint16_t w;
    __builtin_memcpy(&w, f, 2);
    __builtin_memcpy(t, &w, 2);
    t += 2;
    f += 2;
  }
  if (n & 1) *t = *f;
}

/* Strings (hk_str.c). */
#define HK_STATIC_STR(name, text)                                                                                   \
  static struct {                                                                                                  \
    uint32_t head[6];                                                                                              \
    char data[sizeof(text)];                                                                                       \
  } name##_object = {{HK_IMMORTAL, HK_C_STRING_BOX, sizeof(text) - 1, sizeof(text) - 1, 0, sizeof(text)}, text};     \
  static inline hk_str *name(void) { return (hk_str *)(void *)&name##_object; }

static hk_str *hk_str_room(size_t bytes);
static hk_str *hk_str_of(const char *bytes, size_t length);
static hk_str *hk_str_lit(const char *text);
static hk_str *hk_str_append(HK_OWN hk_str *s, const void *bytes, size_t length, size_t points);
static hk_str *hk_str_append_str(HK_OWN hk_str *s, const hk_str *t);
static hk_str *hk_str_append_lit(HK_OWN hk_str *s, const char *text);
static uint32_t hk_str_hash(hk_str *s);
static uint32_t hk_hash_bytes(const unsigned char *p, size_t n);
static int hk_bytes_equal(const unsigned char *a, const unsigned char *b, size_t n);
static uint32_t hk_byte_of(const hk_str *s, uint32_t point);
static uint32_t hk_points_in(const unsigned char *p, size_t n);
static uint32_t hk_decode(const unsigned char *p, uint32_t *length);
static uint32_t hk_encode(uint32_t point, unsigned char *p);
static int32_t hk_find_bytes(const unsigned char *s, size_t n, const unsigned char *t, size_t m, size_t from);
static int hk_is_white(uint32_t point);
static void hk_forget_places(const hk_str *s);
static hk_str *hk_str_view(const hk_str *s, uint32_t from, uint32_t to);

/* Numbers (hk_num.c). Room for any Integer is HK_I64_ROOM, for any Float HK_F64_ROOM. */
#define HK_I64_ROOM 24
#define HK_F64_ROOM 400
static size_t hk_format_i64(char *to, int64_t i);
static size_t hk_format_f64(char *to, double f);
/* Whether the bytes are exactly one decimal number. */
static int hk_parse_i64(const unsigned char *p, size_t n, int64_t *result);
static int hk_parse_f64(const unsigned char *p, size_t n, double *result);
static int64_t hk_saturate(double f);

/* Failing (hk_error.c). The format knows %s C string, %S hk_str, %d int64_t, %t hk_any* (its type name). */
static void hk_fail(uint32_t kind, const char *format, ...);
static int hk_failed(void);
static hk_str *hk_type_text(hk_any a);
static int hk_enter(const void *a, const void *b, hk_visit *visit);
static void hk_leave(const hk_visit *visit);

/* Texts and comparison. */
static int hk_append_text(hk_str **s, hk_any a);
static int hk_equal(hk_any a, hk_any b);
static hk_class *hk_class_desc(const void *o);

/* Containers. */
static void hk_arr_drop_elements(hk_arr *a);
static hk_any hk_arr_at(const hk_arr *a, uint32_t i);
static void hk_arr_add(hk_arr *a, HK_OWN hk_any v);
static void hk_map_drop(hk_map *m);
static size_t hk_map_object_size(void);

static hk_any hk_field_value(const hk_obj *o, const hk_field *f);
/* The part of texts and equality that concerns boxes of the library. */
static int hk_append_library(hk_str **s, hk_obj *o);
static int hk_equals_library(hk_any a, hk_any b);
static int hk_append_json(hk_str **s, hk_any a);

/* Freeing the inside of library objects. */
static void hk_drop_error(hk_obj *o);
static void hk_weak_target_gone(hk_obj *o);
static size_t hk_drop_library(hk_obj *o);

static void hk_drop_files(void);

/* Output. */
static void hk_out(const void *bytes, size_t n);

#endif
