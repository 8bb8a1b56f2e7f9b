#include "twin.h"

typedef struct {
  char text[16];
} word;
typedef struct {
  const char *key;
  uint32_t hash;
  int64_t count;
} slot;
VECTOR(words, word)

static int by_text(const void *a, const void *b) { return strcmp(((const slot *)a)->key, ((const slot *)b)->key); }

static void kernel(void) {
  words all = {0};
  for (int64_t i = 0, n = hide(5000); i < n; i++) {
    word w;
    snprintf(w.text, sizeof w.text, "word%lld", (long long)(i * 7919 % 100003));
    words_push(&all, w);
  }
  size_t capacity = 16384, used = 0;
  slot *table = calloc(capacity, sizeof *table);
  int64_t seed = 42;
  for (int64_t i = 0, n = hide(1000000); i < n; i++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const char *key = all.data[seed / 65536 % 5000].text;
    uint32_t hash = 2166136261u;
    for (const char *c = key; *c; c++) hash = (hash ^ (uint8_t)*c) * 16777619u;
    size_t at = hash & (capacity - 1);
    while (table[at].key != NULL && (table[at].hash != hash || strcmp(table[at].key, key) != 0)) at = (at + 1) & (capacity - 1);
    if (table[at].key == NULL) {
      table[at].key = key;
      table[at].hash = hash;
      used++;
    }
    table[at].count++;
  }
  size_t kept = 0;
  for (size_t i = 0; i < capacity; i++)
    if (table[i].key != NULL) table[kept++] = table[i];
  qsort(table, used, sizeof *table, by_text);
  int64_t checksum = 0;
  for (size_t i = 0; i < used; i++) checksum = (checksum * 31 + table[i].count) % 1000000007;
  printf("%zu\n%lld\n", used, (long long)checksum);
  free(table);
}
