/*
 * The VM: what its loader and its interpreter share.
 *
 * A frame is a record of HK_VM_RECORD words and the registers of a function after it: function, distance to the caller's frame,
 * return address. The frames of a program lie in one block that moves when it grows, so nothing but this state points into it.
 */
#ifndef HK_VM_H
#define HK_VM_H

#include "hk.h"
#include "hk_vm_abi.gen.h"
#include "hk_vm_host.h"
#include "hk_vm_ops.gen.h"

/* A register. Pointers and bools are zero-extended to 64 bits. */
typedef union hk_reg {
  int64_t i;
  double f;
} hk_reg;

/* An instruction, or another word of the code. */
typedef struct hk_word {
  uint16_t op;
  uint16_t a;
  uint16_t b;
  uint16_t c;
} hk_word;

typedef struct hk_vm_func {
  const hk_word *code;
  uint32_t registers;
  uint32_t params;
  uint32_t result;
  uint32_t fails;
  /* How often it was the running function when the budget ended, and its loops' share of it. */
  uint32_t ticks;
  /* Calls until the host is told, below zero after that; what it was set to, less the calls before that. */
  int32_t calls_left;
  int32_t calls_from;
  uint32_t first_loop;
  uint32_t loops;
  uint32_t length;
} hk_vm_func;

/* A loop header. */
typedef struct hk_vm_loop {
  const hk_word *at;
  uint32_t ticks;
  /* Turns until the host is told, not above zero after that. */
  int64_t turns_left;
} hk_vm_loop;

/* Compiled code that stands in place of a word. */
typedef struct hk_vm_patch {
  hk_vm_compiled entry;
  hk_word original;
  /* Turns that its next run may take in one loop. */
  int64_t fuel;
} hk_vm_patch;

/* A run that is suspended because the runtime called back into the program. */
typedef struct hk_vm_nest {
  struct hk_vm_nest *outer;
  /* Its frame, in registers from the start of the stack. */
  ptrdiff_t frame;
  const hk_word *pc;
} hk_vm_nest;

enum {
#define X(name, operands, follows) HK_VM_##name,
  HK_VM_OPS(X)
#undef X
  HK_VM_OP_COUNT
};

typedef struct hk_vm_state {
  /* Where the program is; valid while it is not running in a loop of the interpreter. The two are apart, so that no compiler keeps
     them together in a vector register for the sake of storing them at once. */
  const hk_word *pc;
  hk_vm_nest *nest;
  hk_reg *stack;
  hk_reg *limit;
  hk_reg *fp;
  int32_t budget;
  /* The budget of a slice; what a tick weighs. */
  int32_t slice;
  /* True if the host wants to look at every tick. */
  int32_t watched;
  /* Compiled code by number. */
  hk_vm_patch *patches;
  uint32_t patch_count;
  uint32_t patch_room;
  /* Turns that the first and any run of compiled code may take in one loop. */
  int64_t first_fuel;
  int64_t most_fuel;
  /* The program. Compiled code is put over words of its code; nothing else writes there. */
  hk_word *code;
  uint32_t code_length;
  hk_vm_func *funcs;
  uint32_t func_count;
  hk_vm_loop *loops;
  uint32_t loop_count;
  const int64_t *constants;
  hk_str **strings;
  hk_obj **statics;
  uint32_t static_count;
  hk_reg *globals;
  const uint32_t *global_kinds;
  uint32_t global_count;
  const int32_t *lines;
  uint32_t *class_sizes;
  uint32_t main;
  uint32_t text_callback;
  uint32_t equals_callback;
  uint32_t damage;
} hk_vm_state;

static hk_vm_state hk_vm;

/* What the debugger counts, and where it stops; hk_vm_debug.c. Programs without points never touch it but on failure. */
typedef struct hk_vm_debug_state {
  /* Points passed: the time of a run. */
  int64_t time;
  /* Stop at the point with that number; 0 for none. */
  int64_t until;
  /* Up to this point `reach` and marks do not count. */
  int64_t since;
  /* Stop at points whose frame begins at most there, in registers from the start of the stack; -1 for none. */
  int64_t reach;
  /* The last point at which `reach` or a mark held. */
  int64_t seen;
  /* Errors that took an edge, and the one to stop at; 0 for none. */
  int64_t failures;
  int64_t failing;
  /* The failure that raised the error that was raised last. */
  int64_t raised;
  const void *error;
  /* One for each point of the program: nonzero where to stop. */
  uint8_t *marks;
  uint32_t mark_count;
  /* How often each point was passed; NULL unless points are counted. */
  uint64_t *counts;
  uint32_t counted;
  /* Nonzero: `reach` and marks only set `seen`. */
  uint32_t records;
  /* Nonzero after a stop inside a call of the runtime. */
  uint32_t inside;
} hk_vm_debug_state;

static hk_vm_debug_state hk_vm_debug = {.reach = -1};

#define HK_VM_NONE 0xffffffffu

#endif
