/*
 * Entry for LLVM's JIT compiler: says on standard error how many microseconds of CPU time had passed when everything was compiled, and
 * starts the program, which ends the process.
 */
#include <stdio.h>
#include <time.h>

int hk_jit_main(int count, char **words);

int hk_bench_main(int count, char **words) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  fprintf(stderr, "compiled %lld\n", now.tv_sec * 1000000LL + now.tv_nsec / 1000);
  return hk_jit_main(count, words);
}
