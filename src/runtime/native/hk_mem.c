/*
 * Memory: one growing region, blocks by size class, large blocks as runs of pages; counting and freeing of objects.
 *
 * The one idea: a block up to 32 KiB comes from the free list of its size class or from the current chunk; a larger one is a run
 * of pages, kept in an address-ordered list when free so that neighbours join again. The region never exceeds HK_LIMIT_MEMORY.
 *
 * Invariants: the caller knows the size of a block when it gives it back. Freeing an object never recurses: objects whose count
 * has become zero wait in a list that is threaded through their count words.
 */
#include "hk.h"

#define HK_PAGE 4096u
#define HK_CHUNK 65536u
#define HK_BIG_CHUNK 262144u
#define HK_FINE_MAX 1024u
#define HK_BLOCK_MAX 32768u
#define HK_FINE_CLASSES 65u
#define HK_CLASSES (HK_FINE_CLASSES + 20u)

static void hk_plan_classes(void);

typedef struct hk_block {
  struct hk_block *next;
} hk_block;

typedef struct hk_run {
  size_t size;
  struct hk_run *next;
} hk_run;

/* The heap: part of the state, apart because only this file may touch it. */
typedef struct hk_heap {
  hk_block *free[HK_CLASSES];
  uintptr_t chunk;
  uintptr_t chunk_end;
  hk_run *runs;
  uintptr_t base;
  uintptr_t top;
  uintptr_t committed;
  uintptr_t limit;
  uint32_t dying;
  int freeing;
  uint32_t chunks;
#if defined(HK_TEST)
  int64_t countdown;
  struct hk_live *all;
#endif
} hk_heap;

static hk_heap hk_h;

static void hk_die(hk_obj *o);

#if defined(__wasm__)
static int hk_region_grow(uintptr_t end) {
  size_t pages = (end - hk_h.committed + 65535u) / 65536u;
  /* Grow by an eighth of what there is, so that growing is rare. */
  size_t more = (hk_h.committed / 65536u) / 8u;
  if (more > pages && hk_h.committed + more * 65536u <= HK_LIMIT_MEMORY && __builtin_wasm_memory_grow(0, more) != (size_t)-1) {
    hk_h.committed += more * 65536u;
    return 1;
  }
  if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return 0;
  hk_h.committed += pages * 65536u;
  return 1;
}
#else
/* Given by the native host: address space of that size, zeroed on first use. */
void *hk_host_reserve(size_t size);
static int hk_region_grow(uintptr_t end) {
  (void)end;
  return 0;
}
#endif

void hk_heap_start(void *address) {
#if defined(__wasm__)
  hk_h.base = hk_h.top = ((uintptr_t)address + HK_PAGE - 1) & ~(uintptr_t)(HK_PAGE - 1);
  hk_h.committed = __builtin_wasm_memory_size(0) * 65536u;
  hk_h.limit = HK_LIMIT_MEMORY;
#else
  (void)address;
  if (hk_h.base == 0) hk_h.base = (uintptr_t)hk_host_reserve(HK_LIMIT_MEMORY);
  hk_h.top = hk_h.base;
  hk_h.committed = hk_h.limit = hk_h.base + HK_LIMIT_MEMORY;
#endif
}

static void *hk_run_take(size_t size) {
  size = (size + HK_PAGE - 1) & ~(size_t)(HK_PAGE - 1);
  hk_run **best = NULL;
  for (hk_run **link = &hk_h.runs; *link != NULL; link = &(*link)->next) {
    if ((*link)->size >= size && (best == NULL || (*link)->size < (*best)->size)) {
      best = link;
      if ((*link)->size == size) break;
    }
  }
  if (best != NULL) {
    hk_run *run = *best;
    if (run->size == size) {
      *best = run->next;
    } else {
      hk_run *rest = (hk_run *)((uintptr_t)run + size);
      rest->size = run->size - size;
      rest->next = run->next;
      *best = rest;
    }
    return run;
  }
  if (size > hk_h.limit - hk_h.top) hk_out_of_memory();
  uintptr_t end = hk_h.top + size;
  if (end > hk_h.committed && !hk_region_grow(end)) hk_out_of_memory();
  void *p = (void *)hk_h.top;
  hk_h.top = end;
  return p;
}

static void hk_run_give(void *p, size_t size) {
  size = (size + HK_PAGE - 1) & ~(size_t)(HK_PAGE - 1);
  hk_run *run = p;
  hk_run *before = NULL;
  hk_run *after = hk_h.runs;
  while (after != NULL && after < run) {
    before = after;
    after = after->next;
  }
  run->size = size;
  run->next = after;
  if (after != NULL && (uintptr_t)run + size == (uintptr_t)after) {
    run->size += after->size;
    run->next = after->next;
  }
  if (before != NULL && (uintptr_t)before + before->size == (uintptr_t)run) {
    before->size += run->size;
    before->next = run->next;
  } else if (before != NULL) {
    before->next = run;
  } else {
    hk_h.runs = run;
  }
}

/* Class of a size from 1 to HK_BLOCK_MAX: steps of 16 bytes, then four a doubling. */
static inline uint32_t hk_size_class(size_t size) {
  if (HK_LIKELY(size <= HK_FINE_MAX)) return (uint32_t)((size + 15u) >> 4);
  uint32_t k = 31u - (uint32_t)__builtin_clz((uint32_t)(size - 1));
  return HK_FINE_CLASSES + (k - 10u) * 4u + (((uint32_t)(size - 1) >> (k - 2u)) & 3u);
}

static inline size_t hk_class_bytes(uint32_t c) {
  if (HK_LIKELY(c < HK_FINE_CLASSES)) return (size_t)c << 4;
  uint32_t k = 10u + (c - HK_FINE_CLASSES) / 4u;
  return (size_t)(5u + ((c - HK_FINE_CLASSES) & 3u)) << (k - 2u);
}

static HK_COLD void *hk_chunk_take(size_t size) {
  /* What is left of the chunk goes to the free lists. */
  size_t left = hk_h.chunk_end - hk_h.chunk;
  while (left >= 16u) {
    uint32_t c = left > HK_BLOCK_MAX ? HK_CLASSES - 1u : hk_size_class(left);
    if (hk_class_bytes(c) > left) c--;
    hk_block *b = (hk_block *)hk_h.chunk;
    b->next = hk_h.free[c];
    hk_h.free[c] = b;
    hk_h.chunk += hk_class_bytes(c);
    left -= hk_class_bytes(c);
  }
  /* The first chunks are small, so that a small program touches little memory. */
  size_t want = hk_h.chunks < 4u ? HK_CHUNK : HK_BIG_CHUNK;
  hk_h.chunks++;
  hk_h.chunk = (uintptr_t)hk_run_take(want);
  hk_h.chunk_end = hk_h.chunk + want;
  void *p = (void *)hk_h.chunk;
  hk_h.chunk += size;
  return p;
}

static inline void *hk_raw_take(size_t size) {
  if (HK_UNLIKELY(size > HK_BLOCK_MAX)) {
    if (size > HK_MAX_SIZE) hk_out_of_memory();
    return hk_run_take(size);
  }
  uint32_t c = hk_size_class(size);
  hk_block *b = hk_h.free[c];
  if (HK_LIKELY(b != NULL)) {
    hk_h.free[c] = b->next;
    return b;
  }
  size_t bytes = hk_class_bytes(c);
  if (HK_LIKELY(hk_h.chunk_end - hk_h.chunk >= bytes)) {
    void *p = (void *)hk_h.chunk;
    hk_h.chunk += bytes;
    return p;
  }
  return hk_chunk_take(bytes);
}

static inline void hk_raw_give(void *p, size_t size) {
  if (HK_UNLIKELY(size > HK_BLOCK_MAX)) {
    hk_run_give(p, size);
    return;
  }
  uint32_t c = hk_size_class(size);
  hk_block *b = p;
  b->next = hk_h.free[c];
  hk_h.free[c] = b;
}

#if !defined(HK_TEST)

static __attribute__((noinline)) void *hk_mem_take(size_t size) { return hk_raw_take(size); }

static __attribute__((noinline)) void hk_mem_give(void *p, size_t size) { hk_raw_give(p, size); }

/* The same in place, for the two functions that programs spend their time in. */
#define HK_TAKE_HERE hk_raw_take
#define HK_GIVE_HERE hk_raw_give

static size_t hk_mem_room(size_t size) {
  if (size > HK_BLOCK_MAX) return (size + HK_PAGE - 1) & ~(size_t)(HK_PAGE - 1);
  return hk_class_bytes(hk_size_class(size));
}

static void *hk_mem_resize(void *p, size_t old_size, size_t new_size) {
  if (new_size > HK_MAX_SIZE) hk_out_of_memory();
  size_t room = hk_mem_room(old_size);
  if (new_size <= room && old_size <= new_size) return p;
  if (old_size > HK_BLOCK_MAX && new_size > old_size) {
    /* The run may grow into the free run behind it, or into the untouched end of the region. */
    size_t more = hk_mem_room(new_size) - room;
    uintptr_t end = (uintptr_t)p + room;
    if (end == hk_h.top && more <= hk_h.limit - hk_h.top && (end + more <= hk_h.committed || hk_region_grow(end + more))) {
      hk_h.top = end + more;
      return p;
    }
    for (hk_run **link = &hk_h.runs; *link != NULL && (uintptr_t)*link <= end; link = &(*link)->next) {
      hk_run *run = *link;
      if ((uintptr_t)run != end || run->size < more) continue;
      if (run->size == more) {
        *link = run->next;
      } else {
        size_t size = run->size - more;
        hk_run *next = run->next;
        hk_run *rest = (hk_run *)(end + more);
        rest->size = size;
        rest->next = next;
        *link = rest;
      }
      return p;
    }
  }
  void *q = hk_mem_take(new_size);
  hk_copy(q, p, old_size < new_size ? old_size : new_size);
  hk_mem_give(p, old_size);
  return q;
}

#else

/*
 * The test build puts a record in front of every block, so that all live blocks can be walked, lets the sanitizer guard what is
 * not in use, moves every block that is resized, and can fail the n-th request.
 */
#if defined(__SANITIZE_ADDRESS__) || (defined(__has_feature) && __has_feature(address_sanitizer))
#include <sanitizer/asan_interface.h>
#define HK_POISON(p, n) __asan_poison_memory_region(p, n)
#define HK_UNPOISON(p, n) __asan_unpoison_memory_region(p, n)
#else
#define HK_POISON(p, n) ((void)(p), (void)(n))
#define HK_UNPOISON(p, n) ((void)(p), (void)(n))
#endif

typedef struct hk_live {
  struct hk_live *next;
  struct hk_live **link;
  size_t size;
  uint32_t is_object;
  uint32_t refs; /* what a check has counted */
} hk_live;

#define HK_GUARD 32u
#define HK_TAKE_HERE hk_mem_take
#define HK_GIVE_HERE hk_mem_give

static void *hk_mem_take(size_t size) {
  if (hk_h.countdown > 0 && --hk_h.countdown == 0) hk_out_of_memory();
  if (size > HK_MAX_SIZE) hk_out_of_memory();
  size_t whole = sizeof(hk_live) + size + HK_GUARD;
  if (whole <= HK_BLOCK_MAX && hk_h.free[hk_size_class(whole)] != NULL) HK_UNPOISON(hk_h.free[hk_size_class(whole)], hk_class_bytes(hk_size_class(whole)));
  hk_live *live = hk_raw_take(whole);
  HK_UNPOISON(live, whole);
  live->size = size;
  live->is_object = 0;
  live->next = hk_h.all;
  live->link = &hk_h.all;
  if (hk_h.all != NULL) hk_h.all->link = &live->next;
  hk_h.all = live;
  unsigned char *p = (unsigned char *)(live + 1);
  for (size_t i = 0; i < size; i++) p[i] = 0xa5;
  HK_POISON(p + size, HK_GUARD);
  return p;
}

static void hk_mem_give(void *p, size_t size) {
  hk_live *live = (hk_live *)p - 1;
  HK_CHECK(hk_mem_room(live->size) == hk_mem_room(size));
  *live->link = live->next;
  if (live->next != NULL) live->next->link = live->link;
  size_t whole = sizeof(hk_live) + live->size + HK_GUARD;
  HK_UNPOISON(live, whole);
  hk_raw_give(live, whole);
  if (whole <= HK_BLOCK_MAX) HK_POISON((hk_block *)live + 1, whole - sizeof(hk_block));
}

static size_t hk_mem_room(size_t size) { return size; }

static void *hk_mem_resize(void *p, size_t old_size, size_t new_size) {
  void *q = hk_mem_take(new_size);
  ((hk_live *)q - 1)->is_object = ((hk_live *)p - 1)->is_object;
  hk_copy(q, p, old_size < new_size ? old_size : new_size);
  hk_mem_give(p, old_size);
  return q;
}

#endif

static void *hk_object(uint32_t class_id, size_t size) {
  hk_obj *o = hk_mem_take(size);
  o->count = 1;
  o->word = class_id;
  hk_s.live++;
#if defined(HK_TEST)
  ((hk_live *)(void *)o - 1)->is_object = 1;
#endif
  return o;
}

void *hk_alloc_object(int32_t class_id, int32_t size) {
  /* Sizes are multiples of 8 from 8 on; the block has room for a multiple of 16. */
  hk_obj *o = HK_TAKE_HERE((size_t)size);
  o->count = 1;
  o->word = (uint32_t)class_id;
  hk_s.live++;
#if defined(HK_TEST)
  ((hk_live *)(void *)o - 1)->is_object = 1;
#endif
  /* Counted, so that a compiler that knows the size writes the words without a loop. */
  uint64_t *words = (uint64_t *)(void *)o;
  for (uint32_t i = 1, n = (uint32_t)size / 8u; i < n; i++) words[i] = 0;
  return o;
}

void hk_retain(void *object) {
  if (object != NULL) hk_inc(object);
}

void hk_release(void *object) {
  if (object != NULL) hk_dec(object);
}

void hk_retain_any(int64_t value_t, int64_t value_v) { hk_inc_any(HK_A(value)); }

void hk_release_any(int64_t value_t, int64_t value_v) { hk_dec_any(HK_A(value)); }

int64_t hk_live_objects(void) { return hk_s.live; }

/* Objects that wait to be freed are linked by their distance from the region's start; 1 is added so that 0 ends the list. */
static inline uint32_t hk_link_of(const hk_obj *o) { return o == NULL ? 0 : (uint32_t)((uintptr_t)o - hk_h.base) + 1u; }
static inline hk_obj *hk_of_link(uint32_t link) { return link == 0 ? NULL : (hk_obj *)(hk_h.base + link - 1u); }

/*
 * What freeing an instance of a class of the program has to do: its size, and where its references are. Made once from the
 * descriptors, so that freeing does not walk fields that hold none.
 */
typedef struct hk_plan {
  uint32_t size;
  uint32_t first; /* in hk_plan_fields */
  uint32_t count;
} hk_plan;

#define HK_PLAN_ANY 1u /* added to the offset of a dynamic value */

static hk_plan *hk_plans;
static uint32_t *hk_plan_fields;

static void hk_plan_classes(void) {
  size_t fields = 1;
  for (uint32_t i = 0; i < hk_s.class_count; i++) fields += hk_s.classes[i].nfields;
  hk_plans = hk_mem_take((hk_s.class_count + 1) * sizeof(hk_plan));
  hk_plan_fields = hk_mem_take(fields * sizeof(uint32_t));
  uint32_t n = 0;
  for (uint32_t i = 0; i < hk_s.class_count; i++) {
    const hk_class *c = &hk_s.classes[i];
    hk_plans[i] = (hk_plan){c->size, n, 0};
    for (uint32_t k = 0; k < c->nfields; k++) {
      const hk_field *f = &c->fields[k];
      if (f->repr == HK_REPR_PTR) hk_plan_fields[n++] = f->offset;
      if (f->repr == HK_REPR_ANY) hk_plan_fields[n++] = f->offset | HK_PLAN_ANY;
    }
    hk_plans[i].count = n - hk_plans[i].first;
  }
}

/* Releases what the object holds and gives its memory back. */
static void hk_die(hk_obj *o) {
  if (HK_UNLIKELY((o->word & HK_WEAK) != 0)) hk_weak_target_gone(o);
  uint32_t id = hk_class_of(o);
  size_t size;
  if (id >= HK_FIRST_USER_CLASS) {
    const hk_plan *plan = &hk_plans[id - HK_FIRST_USER_CLASS];
    const uint32_t *fields = hk_plan_fields + plan->first;
    for (uint32_t i = 0; i < plan->count; i++) {
      if (fields[i] & HK_PLAN_ANY) {
        hk_dec_any(*(hk_any *)hk_field_at(o, fields[i] - HK_PLAN_ANY));
      } else {
        void *p = ((hk_slot *)hk_field_at(o, fields[i]))->any;
        if (p != NULL) hk_dec(p);
      }
    }
    size = plan->size;
  } else if (id == HK_C_STRING_BOX) {
    hk_str *s = (hk_str *)o;
    if (!hk_str_ascii(s)) hk_forget_places(s);
    size = sizeof(hk_str) + s->capacity;
  } else {
    size = hk_drop_library(o);
  }
  hk_s.live--;
  HK_GIVE_HERE(o, size);
}

void hk_free(void *object) {
  hk_obj *o = object;
  HK_CHECK(o->count == 0);
  uint32_t id = hk_class_of(o);
  if (id == HK_C_STRING_BOX || (id >= HK_FIRST_USER_CLASS && hk_plans[id - HK_FIRST_USER_CLASS].count == 0)) {
    /* Nothing else can die of it. */
    hk_die(o);
    return;
  }
  o->count = hk_h.dying;
  hk_h.dying = hk_link_of(o);
  if (hk_h.freeing) return;
  hk_h.freeing = 1;
  while (hk_h.dying != 0) {
    hk_obj *next = hk_of_link(hk_h.dying);
    hk_h.dying = next->count;
    next->count = 0;
    hk_die(next);
  }
  hk_h.freeing = 0;
}
