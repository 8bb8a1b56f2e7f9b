/*
 * Maps from strings to values: a dense list of entries and a table of their numbers by hash.
 *
 * The one idea: finding goes through the table in constant time; the order of keys is made only when it is asked for, by sorting
 * the list of entries in place, and kept as long as keys are added at the end.
 *
 * Invariants: a removed entry has a null key and stays until the list is packed. `table` holds entry number + 1, 0 for a free
 * place, HK_GONE for a place that must not stop a search. Its size is a power of two, at least 4/3 of the entries.
 */
#include "hk.h"

#define HK_GONE 0xffffffffu

typedef struct hk_entry {
  hk_str *key;
  uint32_t hash;
  hk_any value;
} hk_entry;

struct hk_map {
  hk_obj head;
  uint32_t live;     /* keys */
  uint32_t used;     /* entries, removed ones included */
  uint32_t capacity; /* room for entries */
  uint32_t mask;     /* size of the table - 1 */
  uint32_t sorted;   /* the entries are in ascending order of keys */
  hk_entry *entries;
  uint32_t *table;
};

static size_t hk_map_object_size(void) { return sizeof(hk_map); }

hk_map *hk_map_new(void) {
  hk_map *m = hk_object(HK_C_MAP_BOX, sizeof(hk_map));
  m->live = m->used = m->capacity = m->mask = 0;
  m->sorted = 1;
  m->entries = NULL;
  m->table = NULL;
  return m;
}

static size_t hk_table_bytes(const hk_map *m) { return ((size_t)m->mask + 1) * 4; }

static void hk_map_index(hk_map *m) {
  for (size_t i = 0; i <= m->mask; i++) m->table[i] = 0;
  for (uint32_t i = 0; i < m->used; i++) {
    uint32_t at = m->entries[i].hash & m->mask;
    while (m->table[at] != 0) at = (at + 1) & m->mask;
    m->table[at] = i + 1;
  }
}

/* Moves the entries together over the removed ones. */
static void hk_map_pack(hk_map *m) {
  if (m->used == m->live) return;
  uint32_t n = 0;
  for (uint32_t i = 0; i < m->used; i++) {
    if (m->entries[i].key != NULL) m->entries[n++] = m->entries[i];
  }
  m->used = n;
}

/* Makes room for one more entry and numbers the entries anew. */
static HK_COLD void hk_map_grow(hk_map *m) {
  hk_map_pack(m);
  if (m->used >= m->capacity / 4 * 3) {
    uint32_t capacity = m->capacity < 8 ? 8 : m->capacity * 2;
    if (capacity > HK_MAX_SIZE / sizeof(hk_entry)) hk_out_of_memory();
    hk_entry *entries = hk_mem_take(capacity * sizeof(hk_entry));
    if (m->capacity != 0) {
      hk_copy(entries, m->entries, m->used * sizeof(hk_entry));
      hk_mem_give(m->entries, m->capacity * sizeof(hk_entry));
    }
    m->entries = entries;
    m->capacity = capacity;
    uint32_t size = capacity * 2;
    uint32_t *table = hk_mem_take((size_t)size * 4);
    if (m->table != NULL) hk_mem_give(m->table, hk_table_bytes(m));
    m->table = table;
    m->mask = size - 1;
  }
  hk_map_index(m);
}

/* Place in the table of the key with those bytes, or -1. */
static int64_t hk_map_place(const hk_map *m, const unsigned char *p, uint32_t n, uint32_t hash, const hk_str *same) {
  if (m->live == 0) return -1;
  for (uint32_t at = hash & m->mask;; at = (at + 1) & m->mask) {
    uint32_t number = m->table[at];
    if (number == 0) return -1;
    if (number == HK_GONE) continue;
    const hk_entry *e = &m->entries[number - 1];
    if (e->hash != hash) continue;
    if (e->key == same || (e->key->bytes == n && hk_bytes_equal(e->key->data, p, n))) return at;
  }
}

static hk_entry *hk_map_find(const hk_map *m, hk_str *key) {
  if (m->live == 0) return NULL;
  int64_t at = hk_map_place(m, key->data, key->bytes, hk_str_hash(key), key);
  return at < 0 ? NULL : &m->entries[m->table[at] - 1];
}

static hk_entry *hk_map_find_i64(const hk_map *m, int64_t key) {
  char digits[HK_I64_ROOM];
  uint32_t n = (uint32_t)hk_format_i64(digits, key);
  const unsigned char *p = (const unsigned char *)digits;
  int64_t at = hk_map_place(m, p, n, hk_hash_bytes(p, n), NULL);
  return at < 0 ? NULL : &m->entries[m->table[at] - 1];
}

/* Adds a key that is not there. */
static void hk_map_add(hk_map *m, HK_OWN hk_str *key, HK_OWN hk_any value) {
  if (m->used == m->capacity) hk_map_grow(m);
  uint32_t hash = hk_str_hash(key);
  uint32_t at = hash & m->mask;
  while (m->table[at] != 0) at = (at + 1) & m->mask;
  m->table[at] = m->used + 1;
  if (m->sorted && m->used > 0) {
    const hk_str *last = m->entries[m->used - 1].key;
    m->sorted = last != NULL && hk_str_cmp((hk_str *)(uintptr_t)last, key) < 0;
  }
  hk_entry *e = &m->entries[m->used++];
  e->key = key;
  e->hash = hash;
  e->value = value;
  m->live++;
}

void hk_map_set_str(hk_map *m, hk_str *k, int64_t v_t, int64_t v_v) {
  hk_entry *e = hk_map_find(m, k);
  if (e != NULL) {
    hk_any old = e->value;
    e->value = HK_A(v);
    hk_dec_any(old);
    return;
  }
  hk_inc(k);
  hk_map_add(m, k, HK_A(v));
}

void hk_map_set_i64(hk_map *m, int64_t k, int64_t v_t, int64_t v_v) {
  hk_entry *e = hk_map_find_i64(m, k);
  if (e != NULL) {
    hk_any old = e->value;
    e->value = HK_A(v);
    hk_dec_any(old);
    return;
  }
  hk_map_add(m, hk_i64_text(k), HK_A(v));
}

HK_STATIC_STR(hk_bad_key, "[map/bad-key] key must be string")

/* The entry of a key of any kind; *good tells whether it is a key at all. */
static hk_entry *hk_map_find_any(const hk_map *m, hk_any k, int *good) {
  *good = 1;
  if (hk_is_str(k)) return hk_map_find(m, (hk_str *)hk_as_obj(k));
  if (hk_is_int(k)) return hk_map_find_i64(m, k.bits);
  if (hk_is_bool(k)) return hk_map_find(m, hk_bool_text((int32_t)k.bits));
  *good = 0;
  hk_raise(HK_E_TYPE_ERROR, hk_bad_key());
  return NULL;
}

void hk_map_set(hk_map *m, int64_t k_t, int64_t k_v, int64_t v_t, int64_t v_v) {
  hk_any k = HK_A(k);
  if (hk_is_str(k)) {
    hk_map_set_str(m, (hk_str *)hk_as_obj(k), v_t, v_v);
  } else if (hk_is_int(k)) {
    hk_map_set_i64(m, k.bits, v_t, v_v);
  } else if (hk_is_bool(k)) {
    hk_map_set_str(m, hk_bool_text((int32_t)k.bits), v_t, v_v);
  } else {
    hk_dec_any(HK_A(v));
    hk_raise(HK_E_TYPE_ERROR, hk_bad_key());
  }
}

hk_any hk_map_get_str(hk_map *m, hk_str *k) {
  hk_entry *e = hk_map_find(m, k);
  return e == NULL ? hk_null() : hk_kept(e->value);
}

hk_any hk_map_get_i64(hk_map *m, int64_t k) {
  hk_entry *e = hk_map_find_i64(m, k);
  return e == NULL ? hk_null() : hk_kept(e->value);
}

hk_any hk_map_get(hk_map *m, int64_t k_t, int64_t k_v) {
  int good;
  hk_entry *e = hk_map_find_any(m, HK_A(k), &good);
  if (!good) return hk_err();
  return e == NULL ? hk_null() : hk_kept(e->value);
}

hk_any hk_map_get_or(hk_map *m, int64_t k_t, int64_t k_v, int64_t d_t, int64_t d_v) {
  int good;
  hk_entry *e = hk_map_find_any(m, HK_A(k), &good);
  if (!good) return hk_err();
  return hk_kept(e == NULL ? HK_A(d) : e->value);
}

int32_t hk_map_has_str(hk_map *m, hk_str *k) { return hk_map_find(m, k) != NULL; }

int32_t hk_map_has_i64(hk_map *m, int64_t k) { return hk_map_find_i64(m, k) != NULL; }

int32_t hk_map_has(hk_map *m, int64_t k_t, int64_t k_v) {
  int good;
  return hk_map_find_any(m, HK_A(k), &good) != NULL;
}

int32_t hk_map_delete(hk_map *m, int64_t k_t, int64_t k_v) {
  int good;
  hk_entry *e = hk_map_find_any(m, HK_A(k), &good);
  if (e == NULL) return 0;
  uint32_t number = (uint32_t)(e - m->entries) + 1;
  uint32_t at = e->hash & m->mask;
  while (m->table[at] != number) at = (at + 1) & m->mask;
  hk_str *key = e->key;
  hk_any value = e->value;
  m->live--;
  if (number == m->used && m->table[(at + 1) & m->mask] == 0) {
    /* The last entry, and nothing is searched past its place. */
    m->table[at] = 0;
    m->used--;
  } else {
    m->table[at] = HK_GONE;
    e->key = NULL;
    e->value = hk_null();
  }
  hk_dec(key);
  hk_dec_any(value);
  return 1;
}

#define HK_KEY_AFTER(x, y) (hk_str_cmp((x).key, (y).key) > 0)
HK_MERGE_SORT(hk_sort_entries, hk_entry, HK_KEY_AFTER)

/* Brings the entries into ascending order of keys, without removed ones. */
static void hk_map_order(hk_map *m) {
  if (m->sorted && m->used == m->live) return;
  int sorted = (int)m->sorted;
  hk_map_pack(m);
  if (!sorted && m->used > 1) {
    size_t bytes = m->used * sizeof(hk_entry);
    hk_entry *scratch = hk_mem_take(bytes);
    hk_sort_entries(m->entries, scratch, m->used);
    hk_mem_give(scratch, bytes);
  }
  m->sorted = 1;
  if (m->table != NULL) hk_map_index(m);
}

hk_arr *hk_map_keys(hk_map *m) {
  hk_map_order(m);
  hk_arr *a = hk_arr_new(HK_KIND_REF, m->used);
  for (uint32_t i = 0; i < m->used; i++) {
    hk_inc(m->entries[i].key);
    hk_arr_push_ref(a, (hk_obj *)m->entries[i].key);
  }
  return a;
}

hk_arr *hk_map_values(hk_map *m) {
  hk_map_order(m);
  hk_arr *a = hk_arr_new(HK_KIND_ANY, 0);
  for (uint32_t i = 0; i < m->used; i++) hk_arr_add(a, hk_kept(m->entries[i].value));
  return a;
}

int64_t hk_map_size(hk_map *m) { return m->live; }

int32_t hk_map_is_empty(hk_map *m) { return m->live == 0; }

static void hk_map_drop(hk_map *m) {
  hk_entry *entries = m->entries;
  uint32_t used = m->used;
  uint32_t capacity = m->capacity;
  if (m->table != NULL) hk_mem_give(m->table, hk_table_bytes(m));
  m->live = m->used = m->capacity = m->mask = 0;
  m->sorted = 1;
  m->entries = NULL;
  m->table = NULL;
  for (uint32_t i = 0; i < used; i++) {
    if (entries[i].key == NULL) continue;
    hk_dec(entries[i].key);
    hk_dec_any(entries[i].value);
  }
  if (capacity != 0) hk_mem_give(entries, capacity * sizeof(hk_entry));
}

void hk_map_clear(hk_map *m) { hk_map_drop(m); }

int32_t hk_map_contains_value(hk_map *m, int64_t v_t, int64_t v_v) {
  for (uint32_t i = 0; i < m->used; i++) {
    if (m->entries[i].key != NULL && hk_equal(m->entries[i].value, HK_A(v))) return 1;
  }
  return 0;
}
