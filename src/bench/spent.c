/*
 * Runs a program and says on the last line of standard error what it spent: microseconds of CPU time, and the most kilobytes of memory
 * that were resident at once. Small itself, because until the program starts its own memory counts as the program's.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **words) {
  if (count < 2) return 125;
  pid_t child = vfork();
  if (child == 0) {
    execv(words[1], words + 1);
    _exit(127);
  }
  int status;
  struct rusage use;
  if (child < 0 || wait4(child, &status, 0, &use) < 0 || !WIFEXITED(status)) return 126;
  long long micros = (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000LL + use.ru_utime.tv_usec + use.ru_stime.tv_usec;
  fprintf(stderr, "%lld %ld\n", micros, use.ru_maxrss);
  return WEXITSTATUS(status);
}
