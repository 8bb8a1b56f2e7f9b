/*
 * The debugger's view of a run: where it stops, how far it has come, what its frames and maps hold.
 *
 * A program compiled for debugging has a `point` in front of each statement. Points passed are the time of a run: the same program
 * with the same inputs is at the same place at the same time, so a host goes back by restoring an earlier memory and running on to
 * a time. Each frame keeps the number of its last point in a register. Looking never changes the memory.
 */
#include "hk_vm.h"

void *hk_vm_debug_marks(uint32_t count) {
  if (hk_vm_debug.mark_count != 0) hk_mem_give(hk_vm_debug.marks, hk_vm_debug.mark_count);
  hk_vm_debug.mark_count = count;
  hk_vm_debug.marks = count == 0 ? NULL : hk_mem_take(count);
  for (uint32_t i = 0; i < count; i++) hk_vm_debug.marks[i] = 0;
  return hk_vm_debug.marks;
}

void *hk_vm_debug_counts(uint32_t count) {
  hk_vm_debug.counted = count;
  hk_vm_debug.counts = hk_mem_take(count * sizeof *hk_vm_debug.counts);
  for (uint32_t i = 0; i < count; i++) hk_vm_debug.counts[i] = 0;
  return hk_vm_debug.counts;
}

void hk_vm_debug_stop_at(int64_t since, int64_t until, int64_t reach, int64_t failing, int32_t records) {
  hk_vm_debug.since = since;
  hk_vm_debug.until = until;
  hk_vm_debug.reach = reach;
  hk_vm_debug.failing = failing;
  hk_vm_debug.records = (uint32_t)records;
}

int64_t hk_vm_debug_time(void) { return hk_vm_debug.time; }

int64_t hk_vm_debug_seen(void) { return hk_vm_debug.seen; }

int64_t hk_vm_debug_failures(void) { return hk_vm_debug.failures; }

int32_t hk_vm_debug_inside(void) { return (int32_t)hk_vm_debug.inside; }

int64_t hk_vm_debug_raised(void) { return hk_pending != NULL && hk_vm_debug.error == hk_pending ? hk_vm_debug.raised : 0; }

int32_t hk_vm_debug_frame(int32_t n) {
  const hk_word *pc;
  const hk_reg *fp = hk_vm_find_frame(n, &pc);
  return fp == NULL ? -1 : (int32_t)(fp - hk_vm.stack);
}

void *hk_vm_debug_globals(void) { return hk_vm.globals; }

void *hk_vm_debug_static(uint32_t n) { return n < hk_vm.static_count ? hk_vm.statics[n] : NULL; }

uint32_t hk_vm_debug_map_places(const void *map) { return ((const hk_map *)map)->used; }

const void *hk_vm_debug_map_key(const void *map, uint32_t place) {
  const hk_map *m = map;
  return place < m->used ? m->entries[place].key : NULL;
}

const void *hk_vm_debug_map_value(const void *map, uint32_t place) {
  const hk_map *m = map;
  return place < m->used ? &m->entries[place].value : NULL;
}
