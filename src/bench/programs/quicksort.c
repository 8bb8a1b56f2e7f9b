#include "twin.h"
VECTOR(ints, int64_t)

static void sort(ints *a, int64_t low, int64_t high) {
  int64_t i = low, j = high, pivot = a->data[(low + high) / 2];
  while (i <= j) {
    while (a->data[i] < pivot) i++;
    while (a->data[j] > pivot) j--;
    if (i <= j) {
      int64_t t = a->data[i];
      a->data[i] = a->data[j];
      a->data[j] = t;
      i++;
      j--;
    }
  }
  if (low < j) sort(a, low, j);
  if (i < high) sort(a, i, high);
}

static void kernel(void) {
  int64_t n = hide(1000000), seed = 42, checksum = 0;
  ints a = {0};
  for (int64_t i = 0; i < n; i++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    ints_push(&a, seed);
  }
  sort(&a, 0, n - 1);
  for (int64_t i = 0; i < n; i++) checksum = (checksum * 31 + a.data[i]) % 1000000007;
  printf("%lld\n", (long long)checksum);
  free(a.data);
}
