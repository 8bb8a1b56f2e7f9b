#include <math.h>
#include "twin.h"
VECTOR(floats, double)
VECTOR(matrix, floats)

static matrix make(int64_t n, double seed) {
  matrix rows = {0};
  for (int64_t i = 0; i < n; i++) {
    floats row = {0};
    for (int64_t j = 0; j < n; j++) floats_push(&row, seed * (double)(i - j) * (double)(i + j));
    matrix_push(&rows, row);
  }
  return rows;
}

static matrix product(const matrix *a, const matrix *b, int64_t n) {
  matrix rows = {0};
  for (int64_t i = 0; i < n; i++) {
    floats from = a->data[i], row = {0};
    for (int64_t j = 0; j < n; j++) floats_push(&row, 0);
    for (int64_t k = 0; k < n; k++) {
      double x = from.data[k];
      floats other = b->data[k];
      for (int64_t j = 0; j < n; j++) row.data[j] += x * other.data[j];
    }
    matrix_push(&rows, row);
  }
  return rows;
}

static void kernel(void) {
  int64_t n = hide(400);
  matrix a = make(n, 0.00001), b = make(n, 0.00002), c = product(&a, &b, n);
  printf("%lld\n%lld\n", (long long)llround(c.data[n / 2].data[n / 2] * 1e6), (long long)llround(c.data[3].data[n - 5] * 1e6));
}
