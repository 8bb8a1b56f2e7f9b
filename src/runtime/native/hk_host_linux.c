/*
 * The host of native programs on Linux: start, memory, output, input, clock and end, by system calls alone.
 *
 * The one idea: the same functions that a page gives to the WebAssembly module, so that the runtime itself knows no system, and no
 * C library that would have to be there. The program runs on a stack of its own that surely holds the deepest nesting of calls;
 * should one not fit all the same, the fault below the stack is reported as the error it is.
 */
#include "hk_value.h"

#define HK_STACK_SIZE ((size_t)256 << 20)
#define HK_GUARD_SIZE ((intptr_t)1 << 20)
#define HK_SIGNAL_STACK_SIZE ((size_t)65536)

#if defined(__x86_64__)
#define HK_SYS_READ 0
#define HK_SYS_WRITE 1
#define HK_SYS_CLOSE 3
#define HK_SYS_MMAP 9
#define HK_SYS_PROTECT 10
#define HK_SYS_MUNMAP 11
#define HK_SYS_SIGACTION 13
#define HK_SYS_YIELD 24
#define HK_SYS_SIGALTSTACK 131
#define HK_SYS_ARCH_PRCTL 158
#define HK_SYS_CLOCK 228
#define HK_SYS_EXIT 231
#define HK_SYS_OPENAT 257
#define HK_SYS_RANDOM 318
#elif defined(__aarch64__)
#define HK_SYS_OPENAT 56
#define HK_SYS_CLOSE 57
#define HK_SYS_READ 63
#define HK_SYS_WRITE 64
#define HK_SYS_EXIT 94
#define HK_SYS_CLOCK 113
#define HK_SYS_YIELD 124
#define HK_SYS_SIGALTSTACK 132
#define HK_SYS_SIGACTION 134
#define HK_SYS_MUNMAP 215
#define HK_SYS_MMAP 222
#define HK_SYS_PROTECT 226
#define HK_SYS_RANDOM 278
#else
#error "no system calls known for this processor"
#endif

#define HK_EINTR (-4)
#define HK_EAGAIN (-11)
#define HK_EPIPE (-32)
#define HK_SIGSEGV 11
#define HK_SIGPIPE 13

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
int hk_jit_main(int count, char **texts);
_Noreturn void hk_start(intptr_t *arguments);
_Noreturn void hk_run_program(void);
_Noreturn void hk_on_stack(void *top, void (*function)(void));
void hk_fault(int number, const uintptr_t *info);
void hk_signal_return(void);

#if defined(__x86_64__)
static intptr_t hk_call(intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d, intptr_t e, intptr_t f) {
  intptr_t result;
  register intptr_t r10 __asm__("r10") = d;
  register intptr_t r8 __asm__("r8") = e;
  register intptr_t r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
}
__asm__(".section .text.start,\"ax\",@progbits\n"
        ".globl _start\n.type _start,@function\n_start:\n xorl %ebp, %ebp\n movq %rsp, %rdi\n andq $-16, %rsp\n call hk_start\n ud2\n"
        ".globl hk_on_stack\n.type hk_on_stack,@function\nhk_on_stack:\n movq %rdi, %rsp\n xorl %ebp, %ebp\n call *%rsi\n ud2\n"
        ".globl hk_signal_return\n.type hk_signal_return,@function\nhk_signal_return:\n movl $15, %eax\n syscall\n"
        ".text\n");
#else
static intptr_t hk_call(intptr_t number, intptr_t a, intptr_t b, intptr_t c, intptr_t d, intptr_t e, intptr_t f) {
  register intptr_t x8 __asm__("x8") = number;
  register intptr_t x0 __asm__("x0") = a;
  register intptr_t x1 __asm__("x1") = b;
  register intptr_t x2 __asm__("x2") = c;
  register intptr_t x3 __asm__("x3") = d;
  register intptr_t x4 __asm__("x4") = e;
  register intptr_t x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
__asm__(".section .text.start,\"ax\",@progbits\n"
        ".globl _start\n.type _start,@function\n_start:\n mov x29, xzr\n mov x30, xzr\n mov x0, sp\n and x1, x0, #-16\n mov sp, x1\n bl hk_start\n brk #1\n"
        ".globl hk_on_stack\n.type hk_on_stack,@function\nhk_on_stack:\n mov sp, x0\n mov x29, xzr\n mov x30, xzr\n blr x1\n brk #1\n"
        ".globl hk_signal_return\n.type hk_signal_return,@function\nhk_signal_return:\n mov x8, #139\n svc 0\n"
        ".text\n");
#endif

static intptr_t hk_call3(intptr_t number, intptr_t a, intptr_t b, intptr_t c) { return hk_call(number, a, b, c, 0, 0, 0); }

static _Noreturn void hk_end(int32_t code) {
  for (;;) hk_call3(HK_SYS_EXIT, code & 255, 0, 0);
}

/* Fresh zeroed memory, or null. Only pages that are touched cost memory. */
static void *hk_pages(size_t size) {
  enum { READ_WRITE = 3, PRIVATE = 2, ANONYMOUS = 0x20, NO_RESERVE = 0x4000 };
  intptr_t p = hk_call(HK_SYS_MMAP, 0, (intptr_t)size, READ_WRITE, PRIVATE | ANONYMOUS | NO_RESERVE, -1, 0);
  return p < 0 && p > -4096 ? NULL : (void *)p;
}

static void hk_pages_back(void *p, size_t size) { hk_call3(HK_SYS_MUNMAP, (intptr_t)p, (intptr_t)size, 0); }

void hk_host_write(int32_t fd, void *data, int32_t length) {
  char *p = data;
  size_t left = (size_t)length;
  while (left > 0) {
    intptr_t n = hk_call3(HK_SYS_WRITE, fd, (intptr_t)p, (intptr_t)left);
    if (n == HK_EAGAIN) hk_call3(HK_SYS_YIELD, 0, 0, 0);
    if (n == HK_EAGAIN || n == HK_EINTR) continue;
    if (n == HK_EPIPE) return; /* the reader has enough */
    if (n <= 0) hk_end(1);
    p += n;
    left -= (size_t)n;
  }
}

static void hk_say(const void *text, size_t length) { hk_host_write(2, (void *)(uintptr_t)text, (int32_t)length); }

static size_t hk_length(const char *text) {
  size_t n = 0;
  while (text[n] != 0) n++;
  return n;
}

static void hk_say_text(const char *text) { hk_say(text, hk_length(text)); }

static void hk_say_number(uint32_t number) {
  char digits[12];
  size_t n = sizeof digits;
  do {
    digits[--n] = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  hk_say(digits + n, sizeof digits - n);
}

void *hk_host_reserve(size_t size) {
  void *p = hk_pages(size);
  if (p == NULL) {
    hk_say_text("[ERROR] OutOfMemory: no address space\n");
    hk_end(HK_LIMIT_TRAP_EXIT_CODE);
  }
  return p;
}

static void hk_move(void *to, const void *from, size_t n) {
  char *t = to;
  const char *f = from;
  for (size_t i = 0; i < n; i++) t[i] = f[i];
}

static intptr_t hk_argument_count;
static char **hk_argument_texts;

int32_t hk_host_argument(int32_t index) {
  if (index >= hk_argument_count) return -1;
  size_t n = hk_length(hk_argument_texts[index]);
  hk_move(hk_host_buffer((int32_t)n), hk_argument_texts[index], n);
  return (int32_t)n;
}

/* What was read and not yet handed over: bytes [start, end) of a block that grows with the longest line. */
static char *hk_in;
static size_t hk_in_size, hk_in_start, hk_in_end;

/* Reads more behind what there is. False at the end of the input. */
static int hk_read_more(void) {
  if (hk_in_start > 0) {
    hk_move(hk_in, hk_in + hk_in_start, hk_in_end - hk_in_start);
    hk_in_end -= hk_in_start;
    hk_in_start = 0;
  }
  if (hk_in_end == hk_in_size) {
    size_t size = hk_in_size == 0 ? 65536 : hk_in_size * 2;
    char *block = size > HK_LIMIT_MEMORY ? NULL : hk_pages(size);
    if (block == NULL) {
      hk_say_text("[ERROR] OutOfMemory: a line of the input is too long\n");
      hk_end(HK_LIMIT_TRAP_EXIT_CODE);
    }
    hk_move(block, hk_in, hk_in_end);
    if (hk_in_size > 0) hk_pages_back(hk_in, hk_in_size);
    hk_in = block;
    hk_in_size = size;
  }
  for (;;) {
    intptr_t n = hk_call3(HK_SYS_READ, 0, (intptr_t)(hk_in + hk_in_end), (intptr_t)(hk_in_size - hk_in_end));
    if (n == HK_EAGAIN) hk_call3(HK_SYS_YIELD, 0, 0, 0);
    if (n == HK_EAGAIN || n == HK_EINTR) continue;
    if (n <= 0) return 0;
    hk_in_end += (size_t)n;
    return 1;
  }
}

int32_t hk_host_read_line(void) {
  size_t seen = 0;
  int ended = 0;
  for (;;) {
    while (hk_in_start + seen < hk_in_end && hk_in[hk_in_start + seen] != '\n') seen++;
    if (hk_in_start + seen < hk_in_end) break;
    if (!hk_read_more()) {
      if (seen == 0) return -1;
      ended = 1;
      break;
    }
  }
  const char *line = hk_in + hk_in_start;
  size_t length = seen > 0 && line[seen - 1] == '\r' ? seen - 1 : seen;
  hk_move(hk_host_buffer((int32_t)length), line, length);
  hk_in_start += seen + !ended;
  return (int32_t)length;
}

/* Seconds and nanoseconds since 1970. */
typedef struct hk_moment {
  int64_t seconds;
  int64_t nanoseconds;
} hk_moment;

static hk_moment hk_moment_now(void) {
  hk_moment t = {0, 0};
  hk_call3(HK_SYS_CLOCK, 0, (intptr_t)&t, 0);
  return t;
}

double hk_host_now(void) {
  hk_moment t = hk_moment_now();
  return (double)t.seconds * 1000.0 + (double)t.nanoseconds / 1000000.0;
}

int64_t hk_host_seed(void) {
  int64_t seed;
  if (hk_call3(HK_SYS_RANDOM, (intptr_t)&seed, sizeof seed, 0) == sizeof seed) return seed;
  hk_moment t = hk_moment_now();
  return t.seconds * 1000000000 + t.nanoseconds;
}

void hk_host_clear(void) {}

/*
 * Where drawing goes: the open file whose digit the environment gives as HAKO_CANVAS, 0 for nowhere, -1 before that is known. The
 * kernel tells the environment, since under LLVM's JIT compiler no one hands it over.
 */
static int32_t hk_canvas_file = -1;

static int32_t hk_find_canvas(void) {
  enum { HERE = -100 };
  static const char name[] = "HAKO_CANVAS=";
  static char block[4096];
  intptr_t file = hk_call3(HK_SYS_OPENAT, HERE, (intptr_t)"/proc/self/environ", 0);
  if (file < 0) return 0;
  int32_t found = 0;
  size_t same = 0; /* bytes of a line that are the name's; more than the name has for a line of another */
  for (;;) {
    intptr_t n = hk_call3(HK_SYS_READ, file, (intptr_t)block, sizeof block);
    if (n <= 0) break;
    for (intptr_t i = 0; i < n; i++) {
      if (block[i] == 0) {
        same = 0;
      } else if (same < sizeof name - 1) {
        same = block[i] == name[same] ? same + 1 : sizeof name;
      } else if (same == sizeof name - 1) {
        found = block[i] >= '3' && block[i] <= '9' ? block[i] - '0' : 0;
        same = sizeof name;
      }
    }
  }
  hk_call3(HK_SYS_CLOSE, file, 0, 0);
  return found;
}

int32_t hk_host_canvas(void *data, int32_t length) {
  if (hk_canvas_file < 0) hk_canvas_file = hk_find_canvas();
  if (hk_canvas_file > 0 && length > 0) hk_host_write(hk_canvas_file, data, length);
  return hk_canvas_file > 0;
}

void hk_host_exit(int32_t code) { hk_end(code); }

void hk_host_fatal(void) {
  void *error = hk_pending_error();
  if (error == NULL) hk_end(HK_LIMIT_TRAP_EXIT_CODE);
  const hk_str *kind = hk_error_kind(error);
  const hk_str *message = hk_error_message(error);
  hk_say_text("[ERROR] ");
  hk_say(kind->data, kind->bytes);
  hk_say_text(": ");
  hk_say(message->data, message->bytes);
  hk_say_text("\n");
  int32_t count = hk_trace_length(error);
  for (int32_t i = 0; i < count; i++) {
    int32_t number = hk_trace_site(error, i);
    if (number < 0 || (uint32_t)number >= hk_site_count) continue;
    const hk_site *site = &hk_sites[number];
    if (site->line == 0) continue; /* code that the compiler made, which no source shows */
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
  hk_end(HK_LIMIT_TRAP_EXIT_CODE);
}

static uintptr_t hk_stack_low;

/* A bad memory access: below the stack it is too deep nesting; anywhere else the compiler or the runtime is wrong. */
void hk_fault(int number, const uintptr_t *info) {
  (void)number;
  uintptr_t address = info[2];
  if (address < hk_stack_low && address >= hk_stack_low - (uintptr_t)HK_GUARD_SIZE) {
    hk_flush();
    hk_say_text("[ERROR] StackOverflow: call stack exhausted\n");
    hk_end(HK_LIMIT_TRAP_EXIT_CODE);
  }
  hk_say_text("hako: this is a mistake of ours, not of your program: bad memory access\n");
  hk_end(70);
}

/* As the kernel reads them. */
typedef struct hk_signal_action {
  void (*handler)(int, const uintptr_t *);
  uintptr_t flags;
  void (*restorer)(void);
  uint64_t mask;
} hk_signal_action;

typedef struct hk_signal_stack {
  void *base;
  int32_t flags;
  size_t size;
} hk_signal_stack;

static void hk_on_signal(int number, void (*handler)(int, const uintptr_t *)) {
  enum { SIGINFO = 4, RESTORER = 0x04000000, ON_STACK = 0x08000000 };
  hk_signal_action action = {handler, SIGINFO | RESTORER | ON_STACK, hk_signal_return, 0};
  hk_call(HK_SYS_SIGACTION, number, (intptr_t)&action, 0, sizeof action.mask, 0, 0);
}

/* What the kernel takes for "ignore". */
static void (*hk_ignore(void))(int, const uintptr_t *) { return (void (*)(int, const uintptr_t *))1; }

void hk_run_program(void) {
  hk_heap_start(NULL);
  hk_end(hk_main());
}

static _Noreturn void hk_begin(intptr_t count, char **texts) {
  hk_argument_count = count;
  hk_argument_texts = texts;
  char *stack = hk_host_reserve(HK_STACK_SIZE);
  /* The lowest pages may not be touched, so that what does not fit faults. */
  hk_call3(HK_SYS_PROTECT, (intptr_t)stack, HK_GUARD_SIZE, 0);
  hk_stack_low = (uintptr_t)stack + HK_GUARD_SIZE;
  hk_signal_stack signals = {hk_host_reserve(HK_SIGNAL_STACK_SIZE), 0, HK_SIGNAL_STACK_SIZE};
  hk_call3(HK_SYS_SIGALTSTACK, (intptr_t)&signals, 0, 0);
  hk_on_signal(HK_SIGSEGV, hk_fault);
  hk_on_signal(HK_SIGPIPE, hk_ignore());
  hk_on_stack(stack + HK_STACK_SIZE, hk_run_program);
}

void hk_start(intptr_t *arguments) {
#if defined(__x86_64__)
  /* Functions of musl that guard their stack frames read a word of the thread's block. */
  static uintptr_t thread[16];
  enum { SET_FS = 0x1002 };
  thread[0] = (uintptr_t)thread;
  hk_call3(HK_SYS_ARCH_PRCTL, SET_FS, (intptr_t)thread, 0);
#endif
  hk_begin(arguments[0] - 1, (char **)(arguments + 2));
}

/* Where LLVM's JIT compiler starts the program, inside a process of its own. */
int hk_jit_main(int count, char **texts) { hk_begin(count - 1, texts + 1); }
