#include "twin.h"
VECTOR(flags, uint8_t)

static void kernel(void) {
  int64_t n = hide(5000000), count = 0;
  flags prime = {0};
  for (int64_t i = 0; i < n; i++) flags_push(&prime, 1);
  for (int64_t i = 2; i < n; i++) {
    if (!prime.data[i]) continue;
    count++;
    for (int64_t j = i + i; j < n; j += i) prime.data[j] = 0;
  }
  printf("%lld\n", (long long)count);
  free(prime.data);
}
