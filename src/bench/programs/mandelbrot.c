#include "twin.h"

static void kernel(void) {
  int64_t n = hide(400), limit = hide(200), total = 0;
  for (int64_t y = 0; y < n; y++) {
    double ci = 2.0 * (double)y / (double)n - 1.0;
    for (int64_t x = 0; x < n; x++) {
      double cr = 2.0 * (double)x / (double)n - 1.5, zr = 0, zi = 0;
      int64_t k = 0;
      while (k < limit) {
        double zr2 = zr * zr, zi2 = zi * zi;
        if (zr2 + zi2 > 4.0) break;
        zi = 2.0 * zr * zi + ci;
        zr = zr2 - zi2 + cr;
        k++;
      }
      total += k;
    }
  }
  printf("%lld\n", (long long)total);
}
