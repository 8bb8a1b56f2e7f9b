/*
 * The host of native programs: memory, output, input, clock, start and end, by the C library.
 *
 * The one idea: the same functions that a page gives to the WebAssembly module, so that the runtime itself knows no system. Linked
 * with the program's object file, the runtime and a C library.
 */
#include "hk_value.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Call sites of the program, by the numbers that hk_trace gets. */
typedef struct hk_site {
  const char *function;
  const char *file;
  uint32_t line;
  uint32_t column;
} hk_site;

extern const hk_site hk_sites[];
extern const uint32_t hk_site_count;

/* The generated entry: initialises the runtime, runs the program, gives the exit code. */
int32_t hk_main(void);

void *hk_host_reserve(size_t size);

void *hk_host_reserve(size_t size) {
  void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) {
    static const char text[] = "[ERROR] OutOfMemory: no address space\n";
    if (write(2, text, sizeof text - 1) < 0) _exit(1);
    _exit(1);
  }
  return p;
}

void hk_host_write(int32_t fd, void *data, int32_t length) {
  const char *p = data;
  size_t left = (size_t)length;
  while (left > 0) {
    ssize_t n = write(fd, p, left);
    if (n <= 0) _exit(1);
    p += n;
    left -= (size_t)n;
  }
}

static int hk_argument_count;
static char **hk_argument_texts;

int32_t hk_host_argument(int32_t index) {
  if (index >= hk_argument_count) return -1;
  size_t n = strlen(hk_argument_texts[index]);
  memcpy(hk_host_buffer((int32_t)n), hk_argument_texts[index], n);
  return (int32_t)n;
}

int32_t hk_host_read_line(void) {
  static char buffer[65536];
  static size_t start, end;
  char *line = NULL;
  size_t length = 0;
  for (;;) {
    if (start == end) {
      ssize_t n = read(0, buffer, sizeof buffer);
      if (n <= 0) {
        if (line == NULL) return -1;
        break;
      }
      start = 0;
      end = (size_t)n;
    }
    const char *stop = memchr(buffer + start, '\n', end - start);
    size_t n = stop == NULL ? end - start : (size_t)(stop - (buffer + start));
    char *longer = realloc(line, length + n + 1);
    if (longer == NULL) _exit(1);
    line = longer;
    memcpy(line + length, buffer + start, n);
    length += n;
    start += n + (stop != NULL);
    if (stop != NULL) break;
  }
  if (length > 0 && line[length - 1] == '\r') length--;
  memcpy(hk_host_buffer((int32_t)length), line, length);
  free(line);
  return (int32_t)length;
}

double hk_host_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (double)t.tv_sec * 1000.0 + (double)t.tv_nsec / 1000000.0;
}

int64_t hk_host_seed(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void hk_host_clear(void) {}

int32_t hk_host_canvas(void *data, int32_t length) {
  (void)data;
  (void)length;
  return 0;
}

void hk_host_exit(int32_t code) { _exit(code & 255); }

static void hk_say(const char *text, size_t length) { hk_host_write(2, (void *)(uintptr_t)text, (int32_t)length); }

static void hk_say_text(const char *text) { hk_say(text, strlen(text)); }

static void hk_say_number(uint32_t number) {
  char digits[12];
  size_t n = sizeof digits;
  do {
    digits[--n] = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  hk_say(digits + n, sizeof digits - n);
}

void hk_host_fatal(void) {
  void *error = hk_pending_error();
  if (error == NULL) _exit(1);
  const hk_str *kind = hk_error_kind(error);
  const hk_str *message = hk_error_message(error);
  hk_say_text("[ERROR] ");
  hk_say((const char *)kind->data, kind->bytes);
  hk_say_text(": ");
  hk_say((const char *)message->data, message->bytes);
  hk_say_text("\n");
  int32_t count = hk_trace_length(error);
  for (int32_t i = 0; i < count; i++) {
    int32_t number = hk_trace_site(error, i);
    if (number < 0 || (uint32_t)number >= hk_site_count) continue;
    const hk_site *site = &hk_sites[number];
    hk_say_text("  at ");
    hk_say_text(site->function);
    hk_say_text(" (");
    hk_say_text(site->file);
    hk_say_text(":");
    hk_say_number(site->line);
    hk_say_text(":");
    hk_say_number(site->column);
    hk_say_text(")\n");
  }
  _exit(HK_LIMIT_TRAP_EXIT_CODE);
}

int main(int argc, char **argv) {
  hk_argument_count = argc - 1;
  hk_argument_texts = argv + 1;
  return hk_main() & 255;
}
