#include <math.h>
#include "twin.h"
VECTOR(floats, double)

static double entry(int64_t i, int64_t j) { return 1.0 / (double)((i + j) * (i + j + 1) / 2 + i + 1); }

static void times(const floats *v, floats *result) {
  int64_t n = (int64_t)v->length;
  for (int64_t i = 0; i < n; i++) {
    double sum = 0;
    for (int64_t j = 0; j < n; j++) sum += entry(i, j) * v->data[j];
    result->data[i] = sum;
  }
}

static void transposed_times(const floats *v, floats *result) {
  int64_t n = (int64_t)v->length;
  for (int64_t i = 0; i < n; i++) {
    double sum = 0;
    for (int64_t j = 0; j < n; j++) sum += entry(j, i) * v->data[j];
    result->data[i] = sum;
  }
}

static floats filled(int64_t n, double x) {
  floats result = {0};
  for (int64_t i = 0; i < n; i++) floats_push(&result, x);
  return result;
}

static void kernel(void) {
  int64_t n = hide(700);
  floats u = filled(n, 1), v = filled(n, 0), between = filled(n, 0);
  for (int64_t round = 0; round < 10; round++) {
    times(&u, &between);
    transposed_times(&between, &v);
    times(&v, &between);
    transposed_times(&between, &u);
  }
  double uv = 0, vv = 0;
  for (int64_t i = 0; i < n; i++) {
    uv += u.data[i] * v.data[i];
    vv += v.data[i] * v.data[i];
  }
  printf("%lld\n", (long long)llround(sqrt(uv / vv) * 1e9));
}
