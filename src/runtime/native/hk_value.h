/*
 * Representation of values and objects: the only file with bit masks and offsets.
 *
 * Everything else asks through the functions here. The layouts are those of src/runtime/repr.ts; hk_test.c compares them.
 */
#ifndef HK_VALUE_H
#define HK_VALUE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Ownership of an argument: HK_OWN is consumed by the callee, HK_REF stays with the caller. */
#define HK_OWN
#define HK_REF

#if defined(__wasm__)
#define HK_EXPORT __attribute__((visibility("default")))
#define HK_IMPORT(module, name) __attribute__((import_module(module), import_name(#name)))
#else
#define HK_EXPORT
#define HK_IMPORT(module, name)
#endif

#define HK_UNLIKELY(c) __builtin_expect(!!(c), 0)
#define HK_LIKELY(c) __builtin_expect(!!(c), 1)
#define HK_COLD __attribute__((cold, noinline))

#if defined(HK_TEST)
_Noreturn void hk_check_failed(const char *what, int line);
#define HK_CHECK(c) ((c) ? (void)0 : hk_check_failed(#c, __LINE__))
#else
#define HK_CHECK(c) ((void)0)
#endif

/* A dynamic value: tag and payload. */
typedef struct hk_any {
  int64_t tag;
  int64_t bits;
} hk_any;

/* The header of every object. */
typedef struct hk_obj {
  uint32_t count;
  uint32_t word;
} hk_obj;

typedef struct hk_str {
  hk_obj head;
  uint32_t bytes;
  uint32_t points;
  uint32_t hash;
  uint32_t capacity;
  unsigned char data[];
} hk_str;

/* A pointer in 8 bytes. */
typedef union hk_slot {
  uint64_t bits;
  void *any;
  int64_t *i64;
  double *f64;
  uint8_t *bools;
  hk_any *anys;
  uint64_t *refs;
} hk_slot;

typedef struct hk_arr {
  hk_obj head;
  uint32_t length;
  uint32_t capacity;
  uint32_t kind;
  uint32_t pad;
  hk_slot data;
} hk_arr;

typedef struct hk_map hk_map;

/* Descriptors of the program's classes; back ends write them with the target's natural layout. */
typedef struct hk_field {
  uint32_t offset;
  uint8_t repr;
  uint8_t flags;
  uint16_t zero;
  hk_str *name;
} hk_field;

typedef struct hk_class {
  uint32_t id;
  uint32_t size;
  uint32_t kind;
  uint32_t arity;
  uint32_t nfields;
  uint32_t isnames_count;
  hk_str *name;
  hk_field *fields;
  hk_str **isnames;
  hk_str *enum_label;
  uint32_t shape;
  uint32_t pad;
} hk_class;

#include "hk_abi.gen.h"

#define HK_FIRST_USER_CLASS 64u
#define HK_IMMORTAL 0x40000000u
#define HK_DEAD 0x80000000u
#define HK_WEAK 0x40000000u
#define HK_CLASS_MASK 0x3fffffffu

/* Joins the two words of a parameter of type any. */
#define HK_A(name) ((hk_any){name##_t, name##_v})
/* Splits an any into two arguments. Evaluates its argument twice: give it a variable, or a call without effects. */
#define HK_SPLIT(a) (a).tag, (a).bits

static inline hk_any hk_null(void) { return (hk_any){HK_TAG_NULL, 0}; }
static inline hk_any hk_err(void) { return (hk_any){HK_TAG_ERR, 0}; }
static inline hk_any hk_int(int64_t i) { return (hk_any){HK_TAG_INT, i}; }
static inline hk_any hk_bool(int b) { return (hk_any){HK_TAG_BOOL, b ? 1 : 0}; }
static inline hk_any hk_float(double f) {
  hk_any a = {HK_TAG_FLOAT, 0};
  __builtin_memcpy(&a.bits, &f, 8);
  return a;
}
static inline hk_any hk_ptr(const void *p) { return (hk_any){HK_TAG_PTR, (int64_t)(uintptr_t)p}; }
/* A pointer that may be null. */
static inline hk_any hk_opt(const void *p) { return p == NULL ? hk_null() : hk_ptr(p); }

static inline int hk_is_null(hk_any a) { return a.tag == HK_TAG_NULL; }
static inline int hk_is_int(hk_any a) { return a.tag == HK_TAG_INT; }
static inline int hk_is_float(hk_any a) { return a.tag == HK_TAG_FLOAT; }
static inline int hk_is_bool(hk_any a) { return a.tag == HK_TAG_BOOL; }
static inline int hk_is_ptr(hk_any a) { return a.tag == HK_TAG_PTR; }
static inline int hk_is_err(hk_any a) { return a.tag == HK_TAG_ERR; }
static inline int hk_is_number(hk_any a) { return a.tag == HK_TAG_INT || a.tag == HK_TAG_FLOAT; }

static inline hk_obj *hk_as_obj(hk_any a) { return (hk_obj *)(uintptr_t)a.bits; }
static inline double hk_as_float(hk_any a) {
  double f;
  __builtin_memcpy(&f, &a.bits, 8);
  return f;
}
/* Float of an Integer or Float. */
static inline double hk_number(hk_any a) { return a.tag == HK_TAG_INT ? (double)a.bits : hk_as_float(a); }

static inline uint32_t hk_class_of(const void *o) { return ((const hk_obj *)o)->word & HK_CLASS_MASK; }
static inline int hk_is_class(hk_any a, uint32_t id) { return a.tag == HK_TAG_PTR && hk_class_of(hk_as_obj(a)) == id; }
static inline int hk_is_str(hk_any a) { return hk_is_class(a, HK_C_STRING_BOX); }
static inline int hk_is_arr(hk_any a) { return hk_is_class(a, HK_C_ARRAY_BOX); }
static inline int hk_is_map(hk_any a) { return hk_is_class(a, HK_C_MAP_BOX); }
static inline int hk_is_dead(const void *o) { return (((const hk_obj *)o)->word & HK_DEAD) != 0; }
static inline int hk_is_immortal(const void *o) { return ((const hk_obj *)o)->count >= HK_IMMORTAL; }
static inline int hk_is_unique(const void *o) { return ((const hk_obj *)o)->count == 1; }
static inline int hk_str_ascii(const hk_str *s) { return s->bytes == s->points; }

/* Field of an object: 8 or 16 bytes from its offset on. */
static inline void *hk_field_at(const void *o, uint32_t offset) { return (void *)((uintptr_t)o + offset); }

static inline void hk_inc(void *p) {
  hk_obj *o = p;
  if (o->count < HK_IMMORTAL) o->count++;
}
static inline void hk_dec(void *p) {
  hk_obj *o = p;
  if (o->count < HK_IMMORTAL && --o->count == 0) hk_free(o);
}
static inline void hk_inc_any(hk_any a) {
  if (a.tag == HK_TAG_PTR) hk_inc(hk_as_obj(a));
}
static inline void hk_dec_any(hk_any a) {
  if (a.tag == HK_TAG_PTR) hk_dec(hk_as_obj(a));
}
/* The value with a count added. */
static inline hk_any hk_kept(hk_any a) {
  hk_inc_any(a);
  return a;
}

#endif
