#include "twin.h"
VECTOR(ints, int64_t)

static int order(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static void kernel(void) {
  int64_t n = hide(1000000), seed = 42, checksum = 0;
  ints a = {0};
  for (int64_t i = 0; i < n; i++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    ints_push(&a, seed);
  }
  qsort(a.data, a.length, sizeof(int64_t), order);
  for (int64_t i = 0; i < n; i++) checksum = (checksum * 31 + a.data[i]) % 1000000007;
  printf("%lld\n", (long long)checksum);
  free(a.data);
}
