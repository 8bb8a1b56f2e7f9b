#include "twin.h"

__attribute__((noinline)) static int64_t fib(int64_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

static void kernel(void) { printf("%lld\n", (long long)fib(hide(35))); }
