#include "twin.h"
VECTOR(ints, int64_t)

static void kernel(void) {
  int64_t n = hide(9);
  ints start = {0}, counts = {0}, p = {0};
  for (int64_t i = 0; i < n; i++) {
    ints_push(&start, i);
    ints_push(&counts, 0);
    ints_push(&p, 0);
  }
  int64_t most = 0, checksum = 0, permutation = 0, r = n;
  for (;;) {
    for (; r > 1; r--) counts.data[r - 1] = r;
    for (int64_t i = 0; i < n; i++) p.data[i] = start.data[i];
    int64_t flips = 0;
    for (int64_t k = p.data[0]; k != 0; k = p.data[0]) {
      for (int64_t low = 0, high = k; low < high; low++, high--) {
        int64_t t = p.data[low];
        p.data[low] = p.data[high];
        p.data[high] = t;
      }
      flips++;
    }
    if (flips > most) most = flips;
    checksum += permutation % 2 == 0 ? flips : -flips;
    permutation++;
    for (; r < n; r++) {
      int64_t first = start.data[0];
      for (int64_t i = 0; i < r; i++) start.data[i] = start.data[i + 1];
      start.data[r] = first;
      if (--counts.data[r] > 0) break;
    }
    if (r == n) break;
  }
  printf("%lld\n%lld\n", (long long)checksum, (long long)most);
}
