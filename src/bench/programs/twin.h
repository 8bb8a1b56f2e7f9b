/* What the C twins share: the clock around the kernel, and growable arrays as the language has them. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Keeps an input from becoming a compile-time constant. */
static inline int64_t hide(int64_t n) {
  __asm__ volatile("" : "+r"(n));
  return n;
}

#define VECTOR(name, type)                                                \
  typedef struct {                                                        \
    type *data;                                                           \
    size_t length, capacity;                                              \
  } name;                                                                 \
  static inline void name##_push(name *v, type x) {                       \
    if (v->length == v->capacity) {                                       \
      v->capacity = v->capacity ? v->capacity * 2 : 4;                    \
      v->data = realloc(v->data, v->capacity * sizeof(type));             \
    }                                                                     \
    v->data[v->length++] = x;                                             \
  }

static void kernel(void);

int main(void) {
  struct timespec a, b;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &a);
  kernel();
  fflush(stdout);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &b);
  fprintf(stderr, "%.3f\n", (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6);
  return 0;
}
